//! Statements of what is said in cases, and of the index of its words.

use super::{Statement, heads, statements};
use crate::dialect::Fork;

/// What is read of one thing that was said: its place, the post that opened the case, the event.
macro_rules! said_columns {
    () => {
        "said.seq, cases.post as opener, events.case_id, events.number, events.at, events.actor, events.kind, events.data"
    };
}

/// Holds the tables together.
macro_rules! said_together {
    () => {
        "events.case_id = said.case_id and events.number = said.number and cases.id = said.case_id"
    };
}

/// Whether who asks may know of it.
macro_rules! said_openly {
    () => {
        "or not said.is_side_talk and not cases.is_private"
    };
}

statements! {
    NEWEST_SAID = "select coalesce(max(seq), 0) as seq from said";
    // A cross join keeps SQLite from starting anywhere else than at the places, which are read in order.
    SAID_BELOW = concat!("select ", said_columns!(), " from said cross join events cross join cases where ",
        said_together!(), " and said.seq < $1 and ($2 ", said_openly!(), ") order by said.seq desc limit $3");
    /// The openings of an author's cases that are in the index, newest first.
    SAID_OF_AUTHOR = concat!("select ", said_columns!(), " from posts join cases on cases.post = posts.seq \
        join said on said.case_id = cases.id and said.number = 1 \
        join events on events.case_id = cases.id and events.number = 1 \
        where posts.author = $1 and said.seq >= $2 order by said.seq desc limit 200");
}

heads! {
    /// Rows follow.
    INSERT_SAID_HEAD = "insert into said (seq, case_id, number, is_side_talk) ";
    /// Rows follow.
    INSERT_SAID_WORDS_SQLITE = "insert or replace into said_words (rowid, folded) ";
    /// Rows follow, each list of words made a vector.
    INSERT_SAID_WORDS_POSTGRES = "insert into said_words (said, folded) ";
    /// After the rows.
    INSERT_SAID_WORDS_POSTGRES_TAIL = " on conflict (said) do update set folded = excluded.folded";
    /// Keys follow.
    NAMES_OF_AUTHORS_HEAD = "select posts.seq, authors.handle, authors.name from posts \
        join authors on authors.key = posts.author where posts.seq in (";
}

/// What the index finds: question, before, from, whether everything counts, limit.
pub(crate) const SAID_CANDIDATES: Fork = Fork {
    name: "SAID_CANDIDATES",
    sqlite: Some(concat!(
        "select ",
        said_columns!(),
        " from said_words cross join said cross join events cross join cases where said.seq = said_words.rowid and ",
        said_together!(),
        " and said_words match $1 and said_words.rowid < $2 and said_words.rowid >= $3 and ($4 ",
        said_openly!(),
        ") order by said_words.rowid desc limit $5"
    )),
    postgres: Some(concat!(
        "select ",
        said_columns!(),
        " from said_words cross join said cross join events cross join cases where said.seq = said_words.said and ",
        said_together!(),
        " and said_words.folded @@ cast($1 as tsquery) and said_words.said < $2 and said_words.said >= $3 and ($4 ",
        said_openly!(),
        ") order by said_words.said desc limit $5"
    )),
};

/// The statements that come in two dialects.
pub(super) const FORKS: &[Fork] = &[SAID_CANDIDATES];

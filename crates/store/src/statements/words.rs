//! Statements of the index of words. Its form is the engine's own, so most of them come in two dialects.

use super::{
    Statement, heads,
    line::{author_columns, post_columns},
    statements,
};
use crate::dialect::Fork;

statements! {
    VERSIONS_OF_POSTS = "select seq, version from posts where seq < $1 and seq >= $2 and deleted_at is null";
    UNINDEXED_POSTS = concat!("select ", post_columns!(), " from posts where seq < $1 order by seq desc limit $2");
    DELETE_META = "delete from meta where key = $1";
}

heads! {
    /// Rows follow.
    INSERT_WORDS_SQLITE = "insert into words (rowid, folded) ";
    /// Rows follow.
    REPLACE_WORDS_SQLITE = "insert or replace into words (rowid, folded) ";
    /// Rows follow, each list of words made a vector.
    INSERT_WORDS_POSTGRES = "insert into words (post, folded) ";
    /// After the rows.
    INSERT_WORDS_POSTGRES_TAIL = " on conflict (post) do update set folded = excluded.folded";
}

/// A deleted post has no words.
pub(crate) const DELETE_WORDS: Fork = Fork {
    name: "DELETE_WORDS",
    sqlite: Some("delete from words where rowid = $1"),
    postgres: Some("delete from words where post = $1"),
};

/// Posts that the index finds: question, before, from, whether private ones count, limit.
pub(crate) const CANDIDATES: Fork = Fork {
    name: "CANDIDATES",
    // A cross join keeps SQLite from starting at the posts; the index gives its rows in order.
    sqlite: Some(concat!(
        "select ",
        post_columns!(),
        " from words cross join posts where posts.seq = words.rowid and words match $1 and words.rowid < $2 \
          and words.rowid >= $3 and ($4 or posts.visibility = 'public') order by words.rowid desc limit $5"
    )),
    postgres: Some(concat!(
        "select ",
        post_columns!(),
        " from words join posts on posts.seq = words.post where words.folded @@ cast($1 as tsquery) and words.post < $2 \
          and words.post >= $3 and ($4 or posts.visibility = 'public') order by words.post desc limit $5"
    )),
};

/// Authors whose handle or name begins so: from, to, limit. Beginnings of long names are compared, as their index has them.
pub(crate) const FIND_AUTHORS: Fork = Fork {
    name: "FIND_AUTHORS",
    sqlite: Some(concat!(
        "select ",
        author_columns!(),
        " from authors where substr(lower(handle), 1, 64) >= $1 and substr(lower(handle), 1, 64) < $2 \
          or substr(lower(name), 1, 64) >= $1 and substr(lower(name), 1, 64) < $2 \
          order by coalesce(followers, 0) desc, key limit $3"
    )),
    postgres: Some(concat!(
        "select ",
        author_columns!(),
        " from authors where substr(lower(handle), 1, 64) collate \"C\" >= $1 \
          and substr(lower(handle), 1, 64) collate \"C\" < $2 or substr(lower(name), 1, 64) collate \"C\" >= $1 \
          and substr(lower(name), 1, 64) collate \"C\" < $2 order by coalesce(followers, 0) desc, key limit $3"
    )),
};

/// The statements that come in two dialects.
pub(super) const FORKS: &[Fork] = &[DELETE_WORDS, CANDIDATES, FIND_AUTHORS];

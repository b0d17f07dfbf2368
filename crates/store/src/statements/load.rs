//! Statements of the load: turns, capacity, what people have had to read, and warnings.

use super::{Statement, heads, statements};

statements! {
    LIST_TURNS = "select user_id, at from turns";
    SET_TURN = "insert into turns (user_id, at) values ($1, $2) on conflict (user_id) do update set at = excluded.at";
    COUNT_CASES_OF_OWNER = "select coalesce(cast(sum(cases) as bigint), 0) as cases from queues \
        where owner = $1 and state <> 'closed'";
    /// The first that each user got of those that they have.
    OLDEST_CASES = "select cases.owner, cases.id, cases.opened_at from cases join (select min(id) as id from cases \
        where owner is not null and state <> 'closed' group by owner) as oldest on oldest.id = cases.id";
    LIST_EXPOSURES = "select user_id, case_id, event, at, points from exposures where at > $1 order by at, case_id, event";
    TRIM_EXPOSURES = "delete from exposures where at <= $1";
    /// Nothing if the user was warned of it at that time or later already.
    SET_WARNING = "insert into warnings (user_id, kind, at) values ($1, $2, $3) on conflict (user_id, kind) \
        do update set at = excluded.at where warnings.at <= $4";
    FIND_WARNING = "select at from warnings where user_id = $1 and kind = $2";
}

heads! {
    /// Keys follow.
    SENTIMENTS_HEAD = "select post, label from signals where name = 'sentiment' and post in (";
    /// Rows follow.
    INSERT_EXPOSURES_HEAD = "insert into exposures (user_id, case_id, event, at, points) ";
    /// Follows the rows: an event is read once.
    INSERT_EXPOSURES_TAIL = " on conflict (user_id, case_id, event) do nothing";
}

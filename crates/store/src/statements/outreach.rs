//! Statements of outreaches, the seniors who do them, and their scripts.

use super::{Statement, statements};

statements! {
    FIND_OUTREACH = "select data from outreaches where id = $1";
    INSERT_OUTREACH = "insert into outreaches (id, case_id, senior, state, asked_at, due_at, ring_at, ended_at, data, \
        contact) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    UPDATE_OUTREACH = "update outreaches set case_id = $2, state = $3, due_at = $4, ring_at = $5, ended_at = $6, \
        data = $7 where id = $1";
    /// How the person can be reached, as long as that is kept.
    FIND_OUTREACH_CONTACT = "select contact from outreaches where id = $1";
    ERASE_OUTREACH_CONTACTS = "update outreaches set contact = null where contact is not null and ended_at < $1";
    OPEN_OUTREACHES = "select data from outreaches where ended_at is null order by due_at, id limit $1";
    OPEN_OUTREACHES_OF = "select data from outreaches where senior = $1 and ended_at is null \
        order by due_at, id limit $2";
    ENDED_OUTREACHES = "select data from outreaches where ended_at is not null \
        order by ended_at desc, id desc limit $1";
    ENDED_OUTREACHES_OF = "select data from outreaches where senior = $1 and ended_at is not null \
        order by ended_at desc, id desc limit $2";
    OUTREACHES_OF_CASE = "select data from outreaches where case_id = $1 order by asked_at, id";
    OUTREACHES_SINCE = "select data from outreaches where asked_at >= $1 order by asked_at desc, id desc limit $2";
    RINGING_OUTREACHES = "select data from outreaches where ring_at <= $1 order by ring_at, id limit $2";
    NEXT_OUTREACH_RING = "select min(ring_at) as next from outreaches where ring_at is not null";
    COUNT_OPEN_OUTREACHES = "select senior, count(*) as outreaches from outreaches where ended_at is null \
        group by senior order by senior";
    COUNT_OPEN_OUTREACHES_OF = "select count(*) as outreaches from outreaches \
        where senior = $1 and ended_at is null";
    LIST_SENIORS = "select data from outreach_seniors order by user_id";
    SET_SENIOR = "insert into outreach_seniors (user_id, data) values ($1, $2) \
        on conflict (user_id) do update set data = excluded.data";
    DELETE_SENIOR = "delete from outreach_seniors where user_id = $1";
    LIST_OUTREACH_SCRIPTS = "select data from outreach_scripts order by name, id";
    SET_OUTREACH_SCRIPT = "insert into outreach_scripts (id, name, data) values ($1, $2, $3) \
        on conflict (id) do update set name = excluded.name, data = excluded.data";
    DELETE_OUTREACH_SCRIPT = "delete from outreach_scripts where id = $1";
}

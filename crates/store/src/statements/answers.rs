//! Statements of answers: accounts, drafts and the outbox.

use super::{Statement, heads, statements};

macro_rules! account_columns {
    () => {
        "id, network, handle, author, settings, departments, is_enabled, trouble, created_at"
    };
}

macro_rules! reply_columns {
    () => {
        "id, case_id, account, user_id, reply_to, text, state, key, next_step, queued_at, send_at, attempts, \
         attempted_at, sent_at, published, url, trouble"
    };
}

heads! {
    /// Keys follow.
    REPLIES_BY_ID_HEAD = concat!("select ", reply_columns!(), " from replies where id in (");
}

statements! {
    INSERT_ACCOUNT = "insert into accounts (id, network, handle, author, settings, departments, is_enabled, trouble, \
        created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    UPDATE_ACCOUNT = "update accounts set handle = $2, settings = $3, departments = $4, is_enabled = $5, trouble = $6 \
        where id = $1";
    TROUBLE_ACCOUNT = "update accounts set trouble = $2 where id = $1 and trouble <> $2";
    FIND_ACCOUNT = concat!("select ", account_columns!(), " from accounts where id = $1");
    LIST_ACCOUNTS = concat!("select ", account_columns!(), " from accounts order by created_at, id");

    FIND_DRAFT = "select case_id, user_id, account, reply_to, text, version, updated_at from drafts \
        where case_id = $1 and user_id = $2";
    INSERT_DRAFT = "insert into drafts (case_id, user_id, account, reply_to, text, version, updated_at) \
        values ($1, $2, $3, $4, $5, 1, $6) on conflict (case_id, user_id) do nothing";
    UPDATE_DRAFT = "update drafts set account = $4, reply_to = $5, text = $6, version = version + 1, updated_at = $7 \
        where case_id = $1 and user_id = $2 and version = $3";

    OTHER_ANSWER = concat!("select ", reply_columns!(), " from replies where case_id = $1 and reply_to = $2 and id <> $3 \
        and state in ('queued', 'sending', 'sent') order by queued_at desc, id desc limit 1");
    INSERT_REPLY = "insert into replies (id, case_id, account, user_id, reply_to, text, state, key, client_key, \
        next_step, queued_at, send_at, due_at, attempts, trouble) \
        values ($1, $2, $3, $4, $5, $6, 'queued', $7, $8, $9, $10, $11, $11, 0, '')";
    FIND_REPLY = concat!("select ", reply_columns!(), " from replies where id = $1");
    FIND_REPLY_BY_CLIENT_KEY =
        concat!("select ", reply_columns!(), " from replies where case_id = $1 and client_key = $2");
    FIND_REPLY_BY_PUBLISHED = concat!("select ", reply_columns!(), " from replies where published = $1");
    REPLIES_OF_CASE = concat!("select ", reply_columns!(), " from replies where case_id = $1 order by queued_at, id");
    REPLIES_UNDER_WAY = concat!("select ", reply_columns!(), " from replies where account = $1 \
        and state in ('queued', 'sending') order by queued_at, id");
    // One reply of a case at a time, in order as far as one account answers it. Accounts in trouble wait; what lies below
    // one that was removed is due, to be failed. What was queued in the future was queued by a clock that has been set
    // back since, and does not wait for it to come round again.
    DUE_REPLIES = concat!("select ", reply_columns!(), " from replies where state in ('queued', 'sending') \
        and (due_at <= $1 or queued_at > $1 + 60000000) \
        and account in (select accounts.id from accounts where trouble = '' or not is_enabled) \
        and not exists (select 1 from replies other where other.case_id = replies.case_id \
        and other.state in ('queued', 'sending') and (other.state = 'sending' or other.account = replies.account) \
        and (other.queued_at < replies.queued_at or (other.queued_at = replies.queued_at and other.id < replies.id))) \
        order by due_at, id limit $2");
    NEXT_DUE_REPLY = "select min(due_at) as due_at from replies where state in ('queued', 'sending') and due_at > $1";
    TAKE_REPLY = concat!("update replies set state = 'sending', attempts = attempts + 1, attempted_at = $2, \
        due_at = $2, trouble = '' where id = $1 and state = 'queued' \
        and (send_at <= $2 or queued_at > $2 + 60000000) returning ", reply_columns!());
    REPEAT_REPLY = concat!("update replies set attempts = attempts + 1, attempted_at = $2, due_at = $2 \
        where id = $1 and state = 'sending' returning ", reply_columns!());
    POSTPONE_REPLY = "update replies set due_at = $2, trouble = $3 where id = $1 and state = 'sending'";
    REQUEUE_REPLY = "update replies set state = 'queued', send_at = $2, due_at = $2, trouble = $3 \
        where id = $1 and state = 'sending'";
    MOVE_REPLY = "update replies set state = $3, send_at = $4, due_at = $4, sent_at = $5, published = $6, url = $7, \
        trouble = $8 where id = $1 and state = $2 and case_id = $9";
    COUNT_REPLIES = "select state, count(*) as replies from replies group by state order by state";
}

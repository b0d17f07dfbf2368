-- The unit of work and its history. A row of `cases` is what its events make of it; both are written in one transaction.
-- An open case without exactly one owner cannot be written: it belongs to a department, and its owner is the user in
-- `owner` or, where that is null, the department's desk.

create table cases (
    id integer primary key autoincrement,
    post integer not null references posts (seq),
    newest_post integer not null references posts (seq),
    network text not null,
    visibility text not null,
    is_private integer not null,
    department blob not null references departments (id),
    owner blob references users (id),
    state text not null check (state in ('open', 'waiting', 'snoozed', 'closed')),
    snoozed_until integer,
    outcome text,
    reason text,
    priority integer not null check (priority between 0 and 100),
    parts text not null,
    tags text not null,
    offer_department blob references departments (id),
    offer_user blob references users (id),
    offer_until integer,
    offer text,
    why text not null,
    why_here text not null,
    opened_at integer not null,
    changed_at integer not null,
    replied_at integer,
    version integer not null check (version > 0),
    check ((state = 'snoozed') = (snoozed_until is not null)),
    check ((state = 'closed') = (outcome is not null)),
    check ((offer is null) = (offer_department is null)),
    check (state <> 'closed' or offer is null)
) strict;
create index cases_post on cases (post);
create index cases_state on cases (state, priority desc, id desc);
create index cases_department on cases (department, state, priority desc, id desc);
create index cases_owner on cases (owner, state, priority desc, id desc) where owner is not null;
create index cases_unclaimed on cases (state, priority desc, id desc) where owner is null;
create index cases_desk on cases (department, state, priority desc, id desc) where owner is null;
create index cases_changed on cases (state, changed_at desc, id desc);
create index cases_offer on cases (offer_department, priority desc, id desc) where offer_department is not null;
create index cases_offer_user on cases (offer_user) where offer_user is not null;
create index cases_offer_until on cases (offer_until) where offer_until is not null;
create index cases_snoozed on cases (snoozed_until) where snoozed_until is not null;

create table events (
    -- `case` is a word of SQL.
    case_id integer not null references cases (id),
    number integer not null check (number > 0),
    at integer not null,
    actor text not null,
    kind text not null,
    data text not null,
    primary key (case_id, number)
) strict, without rowid;

-- The posts of a case's conversation that we hold.
create table case_posts (
    post integer not null primary key references posts (seq),
    case_id integer not null references cases (id)
) strict;
create index case_posts_case on case_posts (case_id, post);

-- What makes a post part of a conversation: the ids of the thread, of the posts in it, and of our answers.
create table case_threads (
    key text not null primary key,
    case_id integer not null references cases (id)
) strict, without rowid;
create index case_threads_case on case_threads (case_id);

create table case_tags (
    tag text not null,
    case_id integer not null references cases (id),
    primary key (tag, case_id)
) strict, without rowid;

-- How many cases each queue holds, because counting a hundred thousand for every page is too slow.
-- Kept in the transaction that changes a case. `owner` is the nil UUID for the desk.
create table queues (
    department blob not null references departments (id),
    owner blob not null,
    state text not null,
    is_private integer not null,
    cases integer not null,
    primary key (department, owner, state, is_private)
) strict, without rowid;

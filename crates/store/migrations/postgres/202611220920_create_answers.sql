-- How answers leave: the company's accounts, what somebody is writing, and the outbox. A row of `replies` is written with
-- the event that tells of it; `key` is given once and makes a second sending recognisable to the network.

create table accounts (
    id uuid not null primary key,
    network text not null,
    handle text not null,
    -- The network's own id of it, as in `authors.id`.
    author text not null,
    -- Secrets in it are sealed.
    settings jsonb not null,
    -- Identifiers with a space between each two; empty for all departments.
    departments text not null,
    is_enabled boolean not null,
    trouble text not null,
    created_at bigint not null,
    unique (network, author)
);

-- An emptied draft keeps its row, so that its version is never given twice.
create table drafts (
    case_id bigint not null references cases (id),
    -- The nil UUID for the operator of the machine.
    user_id uuid not null,
    account uuid references accounts (id),
    reply_to text,
    text text not null,
    version bigint not null check (version > 0),
    updated_at bigint not null,
    primary key (case_id, user_id)
);

create table replies (
    id uuid not null primary key,
    case_id bigint not null references cases (id),
    account uuid not null references accounts (id),
    user_id uuid references users (id),
    reply_to text not null,
    text text not null,
    state text not null check (state in ('queued', 'sending', 'sent', 'failed', 'withdrawn')),
    key text not null,
    -- What a program calls it, so that it can ask twice and send once.
    client_key text,
    next_step text not null check (next_step in ('stay', 'wait', 'close')),
    queued_at bigint not null,
    send_at bigint not null,
    -- When the outbox looks at it next.
    due_at bigint not null,
    attempts bigint not null,
    attempted_at bigint,
    sent_at bigint,
    published text unique,
    url text,
    trouble text not null,
    unique (account, key),
    unique (case_id, client_key),
    check ((state = 'sent') = (published is not null))
);
create index replies_case on replies (case_id, queued_at);
create index replies_due on replies (due_at) where state in ('queued', 'sending');

-- Calls and mails by seniors of the company to the author of a case. What one is follows from the events of its cases and is
-- written in their transaction; how the person can be reached stands in no event, so that it can be forgotten.

create table outreach_seniors (
    user_id uuid not null primary key references users (id),
    data jsonb not null
);

create table outreach_scripts (
    id uuid not null primary key,
    name text not null,
    data jsonb not null
);
create unique index outreach_scripts_name_key on outreach_scripts (name);

create table outreaches (
    id uuid not null primary key,
    case_id bigint not null references cases (id),
    senior uuid not null references users (id),
    state text not null,
    asked_at bigint not null,
    due_at bigint not null,
    ring_at bigint,
    ended_at bigint,
    data jsonb not null,
    contact text
);
create index outreaches_case_id on outreaches (case_id);
create index outreaches_senior on outreaches (senior, ended_at);
create index outreaches_due_at on outreaches (due_at) where ended_at is null;
create index outreaches_ended_at on outreaches (ended_at) where ended_at is not null;
create index outreaches_asked_at on outreaches (asked_at);
create index outreaches_ring_at on outreaches (ring_at) where ring_at is not null;

-- Which of them have not ended: a case is not closed as long as there are any.
alter table cases add column outreaches jsonb not null default '[]';

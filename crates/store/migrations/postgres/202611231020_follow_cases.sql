-- Who follows a case beside its owner, what is at stake in it, whom it waits for, and which clock of it runs out next.

alter table cases add column awaits text;
alter table cases add column risk jsonb not null default '{}';
alter table cases add column involved jsonb not null default '[]';
alter table cases add column watchers jsonb not null default '[]';
update cases set awaits = 'author' where state = 'waiting';

-- What follows from history, service levels and calendars: written by the clock, after the events and not with them.
alter table cases add column due_at bigint;
alter table cases add column due_clock text;
alter table cases add column due_since bigint;
alter table cases add column due_warn_at bigint;
-- When the clock has something to do for it: to warn, to say that a clock ran out, to tell further up.
alter table cases add column clock_at bigint;
create index cases_due on cases (owner, due_at) where due_at is not null;
create index cases_late on cases (due_at, department, owner, is_private) where due_at is not null;
create index cases_clock on cases (clock_at) where clock_at is not null;

create table case_watchers (
    user_id uuid not null references users (id),
    case_id bigint not null references cases (id),
    primary key (user_id, case_id)
);

create table case_departments (
    department uuid not null references departments (id),
    case_id bigint not null references cases (id),
    primary key (department, case_id)
);

create table sla_policies (
    id uuid not null primary key,
    -- Of several that are about a case the first counts.
    place bigint not null,
    policy jsonb not null
);

-- Who follows a case beside its owner, what is at stake in it, whom it waits for, and which clock of it runs out next.

alter table cases add column awaits text;
alter table cases add column risk text not null default '{}';
alter table cases add column involved text not null default '[]';
alter table cases add column watchers text not null default '[]';
update cases set awaits = 'author' where state = 'waiting';

-- What follows from history, service levels and calendars: written by the clock, after the events and not with them.
alter table cases add column due_at integer;
alter table cases add column due_clock text;
alter table cases add column due_since integer;
alter table cases add column due_warn_at integer;
-- When the clock has something to do for it: to warn, to say that a clock ran out, to tell further up.
alter table cases add column clock_at integer;
create index cases_due on cases (owner, due_at) where due_at is not null;
create index cases_late on cases (due_at, department, owner, is_private) where due_at is not null;
create index cases_clock on cases (clock_at) where clock_at is not null;

create table case_watchers (
    user_id blob not null references users (id),
    case_id integer not null references cases (id),
    primary key (user_id, case_id)
) strict, without rowid;

create table case_departments (
    department blob not null references departments (id),
    case_id integer not null references cases (id),
    primary key (department, case_id)
) strict, without rowid;

create table sla_policies (
    id blob not null primary key,
    -- Of several that are about a case the first counts.
    place integer not null,
    policy text not null
) strict, without rowid;

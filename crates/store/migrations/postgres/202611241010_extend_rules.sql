-- Rules give a case to a user, dismiss and stop; and all rules are kept as they were, so that a case can tell which of
-- them looked at its post.

alter table rules add column owner uuid references users (id);
alter table rules add column dismisses boolean not null default false;
alter table rules add column stops boolean not null default false;

create table rule_sets (
    number bigint not null primary key,
    at bigint not null,
    actor text not null,
    rules jsonb not null
);

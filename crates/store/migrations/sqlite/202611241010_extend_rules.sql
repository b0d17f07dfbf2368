-- Rules give a case to a user, dismiss and stop; and all rules are kept as they were, so that a case can tell which of
-- them looked at its post.

alter table rules add column owner blob references users (id);
alter table rules add column dismisses integer not null default 0;
alter table rules add column stops integer not null default 0;

create table rule_sets (
    number integer not null primary key,
    at integer not null,
    actor text not null,
    rules text not null
) strict;

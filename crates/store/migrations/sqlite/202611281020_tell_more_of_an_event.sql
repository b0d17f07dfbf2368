-- One event may be told to somebody for two reasons: that a case is theirs, and that their shift ends with it open.
-- A constraint of a table cannot be changed, so the table is made anew; what links to it is put aside meanwhile, because
-- it would go with the old one.

create table kept_links as select delivery, notification from delivery_notifications;
drop table delivery_notifications;

create table told_notifications (
    id integer primary key autoincrement,
    user_id blob not null references users (id),
    kind text not null,
    department blob,
    case_id integer not null references cases (id),
    event integer not null,
    actor text not null,
    at integer not null,
    -- Not on the pages where the user wants only messages.
    is_shown integer not null,
    read_at integer,
    -- The first of those that came within minutes and are told as one.
    storm integer,
    unique (user_id, case_id, event, kind)
) strict;
insert into told_notifications (id, user_id, kind, department, case_id, event, actor, at, is_shown, read_at, storm)
    select id, user_id, kind, department, case_id, event, actor, at, is_shown, read_at, storm from notifications;
-- A number that was given once is not given again, also if what had it is gone.
insert into sqlite_sequence (name, seq) select 'told_notifications', 0
    where not exists (select 1 from sqlite_sequence where name = 'told_notifications');
update sqlite_sequence set seq = coalesce((select seq from sqlite_sequence where name = 'notifications'), 0)
    where name = 'told_notifications';
drop table notifications;
alter table told_notifications rename to notifications;
create index notifications_user on notifications (user_id, id);
create index notifications_kind on notifications (user_id, kind, at);
create index notifications_storm on notifications (storm) where storm is not null;

create table delivery_notifications (
    delivery blob not null references deliveries (id) on delete cascade,
    notification integer not null references notifications (id) on delete cascade,
    primary key (delivery, notification)
) strict, without rowid;
create index delivery_notifications_notification on delivery_notifications (notification);
insert into delivery_notifications (delivery, notification) select delivery, notification from kept_links;
drop table kept_links;

-- What people are told of what happens to cases: on the pages (notifications) and by messages on their way (deliveries).
-- A consumer of the feed writes both, with its place in the feed, in one transaction.

create table notifications (
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
    unique (user_id, case_id, event)
) strict;
create index notifications_user on notifications (user_id, id);
create index notifications_kind on notifications (user_id, kind, at);
create index notifications_storm on notifications (storm) where storm is not null;

create table notification_settings (
    user_id blob not null primary key references users (id),
    settings text not null
) strict, without rowid;

create table deliveries (
    id blob not null primary key,
    user_id blob references users (id),
    channel text not null,
    target text not null,
    pace text not null,
    state text not null,
    due_at integer not null,
    attempts integer not null,
    created_at integer not null,
    sent_at integer,
    trouble text not null,
    -- What is told to nobody in particular: a question to somebody outside, a room of a chat. Case and number of the event.
    case_id integer,
    event integer
) strict, without rowid;
create index deliveries_due on deliveries (state, due_at);
create index deliveries_user on deliveries (user_id, state, channel) where user_id is not null;
create unique index deliveries_event on deliveries (case_id, event, target) where case_id is not null;

create table delivery_notifications (
    delivery blob not null references deliveries (id) on delete cascade,
    notification integer not null references notifications (id) on delete cascade,
    primary key (delivery, notification)
) strict, without rowid;
create index delivery_notifications_notification on delivery_notifications (notification);

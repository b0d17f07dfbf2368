-- What people are told of what happens to cases: on the pages (notifications) and by messages on their way (deliveries).
-- A consumer of the feed writes both, with its place in the feed, in one transaction.

create table notifications (
    id bigint generated always as identity primary key,
    user_id uuid not null references users (id),
    kind text not null,
    department uuid,
    case_id bigint not null references cases (id),
    event bigint not null,
    actor text not null,
    at bigint not null,
    -- Not on the pages where the user wants only messages.
    is_shown boolean not null,
    read_at bigint,
    -- The first of those that came within minutes and are told as one.
    storm bigint,
    unique (user_id, case_id, event)
);
create index notifications_user on notifications (user_id, id);
create index notifications_kind on notifications (user_id, kind, at);
create index notifications_storm on notifications (storm) where storm is not null;

create table notification_settings (
    user_id uuid not null primary key references users (id),
    settings jsonb not null
);

create table deliveries (
    id uuid not null primary key,
    user_id uuid references users (id),
    channel text not null,
    target text not null,
    pace text not null,
    state text not null,
    due_at bigint not null,
    attempts bigint not null,
    created_at bigint not null,
    sent_at bigint,
    trouble text not null,
    -- What is told to nobody in particular: a question to somebody outside, a room of a chat. Case and number of the event.
    case_id bigint,
    event bigint
);
create index deliveries_due on deliveries (state, due_at);
create index deliveries_user on deliveries (user_id, state, channel) where user_id is not null;
create unique index deliveries_event on deliveries (case_id, event, target) where case_id is not null;

create table delivery_notifications (
    delivery uuid not null references deliveries (id) on delete cascade,
    notification bigint not null references notifications (id) on delete cascade,
    primary key (delivery, notification)
);
create index delivery_notifications_notification on delivery_notifications (notification);

//! Statements of notifications and of the messages that carry them.

use super::{Statement, statements};

macro_rules! notification_columns {
    () => {
        "select n.id, n.user_id, n.kind, n.department, n.case_id, n.event, n.actor, n.at, n.read_at, \
            (select count(*) from notifications m where m.storm = n.id) as storm_count from notifications n "
    };
}

macro_rules! delivery_columns {
    () => {
        "id, user_id, channel, target, pace, state, due_at, attempts, created_at, sent_at, trouble, case_id, event"
    };
}

statements! {
    /// Once for each user, event and reason.
    INSERT_NOTIFICATION = "insert into notifications \
        (user_id, kind, department, case_id, event, actor, at, is_shown) values ($1, $2, $3, $4, $5, $6, $7, $8) \
        on conflict (user_id, case_id, event, kind) do nothing returning id";
    /// It is told again, as if it had just happened.
    TELL_AGAIN = "update notifications set at = $5, read_at = null, storm = null \
        where user_id = $1 and kind = $2 and case_id = $3 and event = $4 returning id";
    /// Of the same kind and about the same department, newest first.
    RECENT_NOTIFICATIONS = "select id, storm from notifications where user_id = $1 and kind = $2 \
        and department is not distinct from $3 and at > $4 and id < $5 order by id desc limit $6";
    SET_STORM = "update notifications set storm = $2 where id = $1";
    /// A storm that grows is news again.
    RAISE_STORM = "update notifications set read_at = null where id = $1";
    LIST_NOTIFICATIONS = concat!(notification_columns!(), "where n.user_id = $1 and n.is_shown and n.id < $2 \
        and (n.storm is null or n.storm = n.id) order by n.id desc limit $3");
    LIST_UNREAD_NOTIFICATIONS = concat!(notification_columns!(), "where n.user_id = $1 and n.is_shown and n.id < $2 \
        and (n.storm is null or n.storm = n.id) and n.read_at is null order by n.id desc limit $3");
    /// Each by itself, also what was told in a storm.
    ALL_NOTIFICATIONS = concat!(notification_columns!(), "where n.user_id = $1 order by n.id");
    NOTIFICATIONS_OF_DELIVERY = concat!(notification_columns!(), "join delivery_notifications d on d.notification = n.id \
        where d.delivery = $1 order by n.id");
    UNREAD_COUNTS = "select user_id, count(*) as unread from notifications \
        where is_shown and read_at is null and (storm is null or storm = id) group by user_id";
    UNREAD_COUNT = "select count(*) as unread from notifications where user_id = $1 \
        and is_shown and read_at is null and (storm is null or storm = id)";
    /// One, with what is told in it.
    READ_NOTIFICATION = "update notifications set read_at = $3 \
        where user_id = $1 and (id = $2 or storm = $2) and read_at is null";
    READ_NOTIFICATIONS_UP_TO = "update notifications set read_at = $3 \
        where user_id = $1 and (id <= $2 or storm <= $2) and read_at is null";
    READ_NOTIFICATIONS_OF_CASE = "update notifications set read_at = $3 \
        where user_id = $1 and case_id = $2 and read_at is null and storm is null";
    TRIM_NOTIFICATIONS = "delete from notifications where at < $1 and (storm is null or storm = id)";
    TRIM_STORMS = "delete from notifications where storm is not null \
        and not exists (select 1 from notifications first where first.id = notifications.storm)";
    TRIM_DELIVERIES = "delete from deliveries where state in ('sent', 'dropped') and created_at < $1";
    LIST_NOTIFICATION_SETTINGS = "select user_id, settings from notification_settings";
    FIND_NOTIFICATION_SETTINGS = "select settings from notification_settings where user_id = $1";
    SET_NOTIFICATION_SETTINGS = "insert into notification_settings (user_id, settings) values ($1, $2) \
        on conflict (user_id) do update set settings = excluded.settings";
    INSERT_DELIVERY = "insert into deliveries (id, user_id, channel, target, pace, state, due_at, attempts, created_at, \
        trouble, case_id, event) values ($1, $2, $3, $4, $5, 'queued', $6, 0, $7, '', $8, $9) on conflict do nothing";
    LINK_DELIVERY = "insert into delivery_notifications (delivery, notification) values ($1, $2) on conflict do nothing";
    /// The message of the hour, day or week that somebody already gets.
    FIND_DIGEST = "select id from deliveries where user_id = $1 and state = 'queued' and channel = $2 and target = $3 \
        and pace = $4 and due_at = $5 order by id limit 1";
    /// Messages of a storm that have not left.
    STORM_DELIVERIES = "select distinct d.id from deliveries d \
        join delivery_notifications l on l.delivery = d.id join notifications n on n.id = l.notification \
        where d.user_id = $1 and d.state = 'queued' and d.channel = $2 and d.target = $3 and d.pace = 'at_once' \
        and n.storm = $4 order by d.id";
    MOVE_LINKS = "update delivery_notifications set delivery = $1 where delivery = $2";
    DELETE_DELIVERY = "delete from deliveries where id = $1";
    DELAY_DELIVERY = "update deliveries set due_at = $2 where id = $1 and due_at < $2 and state = 'queued'";
    DUE_DELIVERIES = concat!("select ", delivery_columns!(), " from deliveries \
        where state = 'queued' and channel = $1 and due_at <= $2 order by due_at, id limit $3");
    NEXT_DUE_DELIVERY = "select min(due_at) as due_at from deliveries where state = 'queued' and channel = $1";
    TAKE_DELIVERY = "update deliveries set state = 'sending', attempts = attempts + 1 where id = $1 and state = 'queued'";
    SETTLE_DELIVERY = "update deliveries set state = $2, due_at = $3, sent_at = $4, trouble = $5 \
        where id = $1 and state = 'sending'";
    /// What was under way when the process ended is handed over again, under the same name.
    RECOVER_DELIVERIES = "update deliveries set state = 'queued' where state = 'sending' and channel = $1";
    FIND_DELIVERY = concat!("select ", delivery_columns!(), " from deliveries where id = $1");
    LIST_DELIVERIES = concat!("select ", delivery_columns!(), " from deliveries where state = $1 \
        order by due_at desc, id desc limit $2");
    RETRY_DELIVERY = "update deliveries set state = 'queued', attempts = 0, due_at = $2 where id = $1 and state = 'dead'";
    SPEND_LINK = "insert into spent_links (user_id, case_id, event, act, at) values ($1, $2, $3, $4, $5) \
        on conflict (user_id, case_id, event, act) do nothing";
    FIND_SPENT_LINK = "select at from spent_links where user_id = $1 and case_id = $2 and event = $3 and act = $4";
    TRIM_SPENT_LINKS = "delete from spent_links where at < $1";
    DELETE_PUSH_SUBSCRIPTION_OF = "delete from push_subscriptions where hash = $1";
    INSERT_PUSH_SUBSCRIPTION = "insert into push_subscriptions \
        (id, user_id, hash, name, settings, created_at, succeeded_at, trouble) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    LIST_PUSH_SUBSCRIPTIONS = "select id, user_id, hash, name, settings, created_at, succeeded_at, trouble \
        from push_subscriptions where user_id = $1 order by created_at, id";
    FIND_PUSH_SUBSCRIPTION = "select id, user_id, hash, name, settings, created_at, succeeded_at, trouble \
        from push_subscriptions where id = $1";
    PUSH_BROWSERS = "select user_id, id from push_subscriptions order by user_id, created_at, id";
    /// A moment that is not given leaves the one that is there.
    SETTLE_PUSH_SUBSCRIPTION = "update push_subscriptions set succeeded_at = coalesce($2, succeeded_at), trouble = $3 \
        where id = $1";
    DELETE_PUSH_SUBSCRIPTION = "delete from push_subscriptions where id = $1 and user_id = $2";
    /// What is sealed with a key that is lost is of no use to anybody.
    DELETE_PUSH_SUBSCRIPTIONS = "delete from push_subscriptions";
    COUNT_DELIVERIES = "select channel, state, count(*) as deliveries from deliveries group by channel, state";
}

//! What people are told, and the messages that carry it: tables `notifications`, `deliveries`, `delivery_notifications` and
//! `notification_settings`.
//!
//! Whatever is told of events is written with the place in the feed up to which they were read, so that none is lost and
//! none is told twice, whenever the process ends.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use sqlx::types::Json;
use switchboard_model::{
    By, CaseId, Channel, DeliveryState, DepartmentId, Notification, NotificationDelivery, NotificationKind,
    NotificationSettings, Pace, UserId,
};
use uuid::Uuid;

use crate::Store;
use crate::clean::{cleaned, micros, time, time_of};
use crate::db::{Tx, execute, on};
use crate::error::StoreError;
use crate::feed::set_feed_place;
use crate::load::{Warning, set_warning};
use crate::rows::unknown;
use crate::statements as sql;

/// Something that a user is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotification {
    /// Who is told.
    pub user: UserId,
    /// Why.
    pub kind: NotificationKind,
    /// The department that it is about.
    pub department: Option<DepartmentId>,
    /// The case.
    pub case: CaseId,
    /// The number of the event in its history.
    pub event: u32,
    /// Who did it.
    pub by: By,
    /// When it happened.
    pub at: Timestamp,
    /// Whether the pages show it.
    pub is_shown: bool,
    /// The messages that tell it.
    pub deliveries: Vec<NewDelivery>,
}

/// A message that tells something, unless one that leaves at the same time tells it as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// Its identifier, if it becomes one of its own.
    pub id: Uuid,
    /// By what.
    pub channel: Channel,
    /// A mail address, or a chat's room; the user's own address if it is empty.
    pub target: String,
    /// Whether it gathers what happens until it leaves.
    pub pace: Pace,
    /// When it leaves.
    pub due_at: Timestamp,
    /// When it is queued.
    pub created_at: Timestamp,
    /// What it is about, where no user is told: the case, and the number of the event.
    pub about: Option<(CaseId, u32)>,
}

/// What is too much of one kind for one user, so that it is told as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Storm {
    /// So many are told one by one.
    pub most: u32,
    /// That come within this time.
    pub within: SignedDuration,
}

/// What came of [`Store::notify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notified {
    /// It is written; these users have been told something.
    Told(Vec<UserId>),
    /// Somebody else had read the feed further already; nothing is written.
    Behind,
}

#[derive(sqlx::FromRow)]
struct NotificationRow {
    id: i64,
    user_id: Uuid,
    kind: String,
    department: Option<Uuid>,
    case_id: i64,
    event: i64,
    actor: String,
    at: i64,
    read_at: Option<i64>,
    storm_count: i64,
}

impl TryFrom<NotificationRow> for Notification {
    type Error = StoreError;

    fn try_from(row: NotificationRow) -> Result<Self, StoreError> {
        let kind = NotificationKind::from_word(&row.kind).ok_or_else(|| unknown("notifications.kind", &row.kind))?;
        Ok(Self {
            id: row.id,
            user: UserId(row.user_id),
            kind,
            department: row.department.map(DepartmentId),
            case: CaseId(row.case_id),
            event: u32::try_from(row.event).unwrap_or(u32::MAX),
            by: row.actor.parse().map_err(|_| unknown("notifications.actor", &row.actor))?,
            at: time(row.at)?,
            read_at: time_of(row.read_at)?,
            count: u32::try_from(row.storm_count).unwrap_or(u32::MAX).max(1),
        })
    }
}

#[derive(sqlx::FromRow)]
struct DeliveryRow {
    id: Uuid,
    user_id: Option<Uuid>,
    channel: String,
    target: String,
    pace: String,
    state: String,
    due_at: i64,
    attempts: i64,
    created_at: i64,
    sent_at: Option<i64>,
    trouble: String,
    case_id: Option<i64>,
    event: Option<i64>,
}

impl TryFrom<DeliveryRow> for NotificationDelivery {
    type Error = StoreError;

    fn try_from(row: DeliveryRow) -> Result<Self, StoreError> {
        let about = row.case_id.zip(row.event);
        Ok(Self {
            id: row.id,
            user: row.user_id.map(UserId),
            channel: Channel::from_word(&row.channel).ok_or_else(|| unknown("deliveries.channel", &row.channel))?,
            target: row.target,
            pace: Pace::from_word(&row.pace).ok_or_else(|| unknown("deliveries.pace", &row.pace))?,
            state: DeliveryState::from_word(&row.state).ok_or_else(|| unknown("deliveries.state", &row.state))?,
            due_at: time(row.due_at)?,
            attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
            created_at: time(row.created_at)?,
            sent_at: time_of(row.sent_at)?,
            trouble: row.trouble,
            about: about.map(|(case, event)| (CaseId(case), u32::try_from(event).unwrap_or(u32::MAX))),
        })
    }
}

/// Reads the rows that a statement gives for its values, as what they are.
macro_rules! rows {
    ($tx:expr, $row:ty, $sql:expr $(, $value:expr)* $(,)?) => {{
        let rows: Vec<$row> = on!($tx, |conn| sqlx::query_as($sql)$(.bind($value))*.fetch_all(&mut *conn).await?);
        rows.into_iter().map(TryInto::try_into).collect::<Result<Vec<_>, StoreError>>()
    }};
}

impl Store {
    /// Writes what follows from events, and that a consumer of the feed has read from `since` as far as `place`; nothing
    /// where it stands elsewhere, because another process reads the same. `alone` are messages to nobody in particular.
    pub async fn notify(
        &self,
        new: &[NewNotification],
        alone: &[NewDelivery],
        storm: Storm,
        consumer: &str,
        (since, place): (i64, i64),
    ) -> Result<Notified, StoreError> {
        let mut tx = self.write().await?;
        let known: Option<i64> = on!(&mut tx, |conn| {
            sqlx::query_scalar(sql::FIND_FEED_PLACE).bind(consumer).fetch_optional(&mut *conn).await?
        });
        if known.is_some_and(|known| known != since) {
            return Ok(Notified::Behind);
        }
        let mut told = Vec::new();
        for one in new {
            if insert(&mut tx, one, storm).await? && one.is_shown {
                told.push(one.user);
            }
        }
        for delivery in alone {
            insert_delivery(&mut tx, None, delivery, delivery.due_at).await?;
        }
        set_feed_place(&mut tx, consumer, place).await?;
        tx.commit().await?;
        told.sort_unstable();
        told.dedup();
        Ok(Notified::Told(told))
    }

    /// Writes what people are told about a user that is no event, unless they were told not long ago. Answers who was told.
    pub async fn warn(
        &self,
        warning: &Warning,
        new: &[NewNotification],
        storm: Storm,
    ) -> Result<Vec<UserId>, StoreError> {
        let mut tx = self.write().await?;
        if !set_warning(&mut tx, warning).await? {
            return Ok(Vec::new());
        }
        let mut told = Vec::new();
        for one in new {
            // The case that it is shown by may be the one of the last time.
            let is_new = insert(&mut tx, one, storm).await? || tell_again(&mut tx, one).await?;
            if is_new && one.is_shown {
                told.push(one.user);
            }
        }
        tx.commit().await?;
        Ok(told)
    }

    /// What a user was told before a number, newest first. What came as a storm is one, with their count.
    pub async fn list_notifications(
        &self,
        user: UserId,
        is_unread: bool,
        before: i64,
        limit: u32,
    ) -> Result<Vec<Notification>, StoreError> {
        let statement = if is_unread { sql::LIST_UNREAD_NOTIFICATIONS } else { sql::LIST_NOTIFICATIONS };
        let mut tx = self.read().await?;
        rows!(&mut tx, NotificationRow, statement, user.0, before, i64::from(limit))
    }

    /// Everything that a user was told, oldest first, each by itself.
    pub async fn list_all_notifications(&self, user: UserId) -> Result<Vec<Notification>, StoreError> {
        let mut tx = self.read().await?;
        rows!(&mut tx, NotificationRow, sql::ALL_NOTIFICATIONS, user.0)
    }

    /// How many things each user has not read; users who have read everything are left out.
    pub async fn unread_counts(&self) -> Result<BTreeMap<UserId, u64>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<(Uuid, i64)> =
            on!(&mut tx, |conn| sqlx::query_as(sql::UNREAD_COUNTS).fetch_all(&mut *conn).await?);
        Ok(rows.into_iter().map(|(user, unread)| (UserId(user), u64::try_from(unread).unwrap_or_default())).collect())
    }

    /// How many things a user has not read.
    pub async fn unread_count(&self, user: UserId) -> Result<u64, StoreError> {
        let mut tx = self.read().await?;
        let unread: i64 =
            on!(&mut tx, |conn| sqlx::query_scalar(sql::UNREAD_COUNT).bind(user.0).fetch_one(&mut *conn).await?);
        Ok(u64::try_from(unread).unwrap_or_default())
    }

    /// A user has read one, with all that is told in it. False if it was read, or is not theirs.
    pub async fn read_notification(&self, user: UserId, id: i64, now: Timestamp) -> Result<bool, StoreError> {
        self.read_some(sql::READ_NOTIFICATION, user, id, now).await
    }

    /// A user has read everything up to a number.
    pub async fn read_notifications(&self, user: UserId, newest: i64, now: Timestamp) -> Result<bool, StoreError> {
        self.read_some(sql::READ_NOTIFICATIONS_UP_TO, user, newest, now).await
    }

    /// A user has looked at a case, and so at what they were told of it.
    pub async fn read_notifications_of_case(
        &self,
        user: UserId,
        case: CaseId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.read_some(sql::READ_NOTIFICATIONS_OF_CASE, user, case.0, now).await
    }

    async fn read_some(&self, what: &'static str, user: UserId, key: i64, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, what, user.0, key, now.as_microsecond());
        tx.commit().await?;
        Ok(rows > 0)
    }

    /// Forgets what is older than a moment, and the messages that left before it.
    pub async fn trim_notifications(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut tx = self.write().await?;
        let trimmed = execute!(&mut tx, sql::TRIM_NOTIFICATIONS, before.as_microsecond());
        execute!(&mut tx, sql::TRIM_STORMS);
        execute!(&mut tx, sql::TRIM_DELIVERIES, before.as_microsecond());
        tx.commit().await?;
        Ok(trimmed)
    }

    /// What users want to be told; those who said nothing about it are left out.
    pub async fn list_notification_settings(&self) -> Result<BTreeMap<UserId, NotificationSettings>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<(Uuid, Json<NotificationSettings>)> =
            on!(&mut tx, |conn| sqlx::query_as(sql::LIST_NOTIFICATION_SETTINGS).fetch_all(&mut *conn).await?);
        Ok(rows.into_iter().map(|(user, settings)| (UserId(user), settings.0)).collect())
    }

    /// What a user wants to be told; `None` if they said nothing about it.
    pub async fn notification_settings(&self, user: UserId) -> Result<Option<NotificationSettings>, StoreError> {
        let mut tx = self.read().await?;
        let found: Option<Json<NotificationSettings>> = on!(&mut tx, |conn| {
            sqlx::query_scalar(sql::FIND_NOTIFICATION_SETTINGS).bind(user.0).fetch_optional(&mut *conn).await?
        });
        Ok(found.map(|settings| settings.0))
    }

    /// Writes what a user wants to be told.
    pub async fn set_notification_settings(
        &self,
        user: UserId,
        settings: &NotificationSettings,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        execute!(&mut tx, sql::SET_NOTIFICATION_SETTINGS, user.0, Json(settings));
        tx.commit().await
    }
}

impl Store {
    /// Messages whose time has come, the longest due first.
    pub async fn due_deliveries(
        &self,
        channel: Channel,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<NotificationDelivery>, StoreError> {
        let mut tx = self.read().await?;
        rows!(&mut tx, DeliveryRow, sql::DUE_DELIVERIES, channel.as_str(), now.as_microsecond(), i64::from(limit))
    }

    /// When the next message of a channel leaves.
    pub async fn next_due_delivery(&self, channel: Channel) -> Result<Option<Timestamp>, StoreError> {
        let mut tx = self.read().await?;
        let next: Option<i64> = on!(&mut tx, |conn| {
            sqlx::query_scalar(sql::NEXT_DUE_DELIVERY).bind(channel.as_str()).fetch_one(&mut *conn).await?
        });
        time_of(next)
    }

    /// Lets a queued message leave later than it would.
    pub async fn delay_delivery(&self, id: Uuid, until: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        execute!(&mut tx, sql::DELAY_DELIVERY, id, until.as_microsecond());
        tx.commit().await
    }

    /// Takes a message in order to hand it over. False if somebody else did.
    pub async fn take_delivery(&self, id: Uuid) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, sql::TAKE_DELIVERY, id);
        tx.commit().await?;
        Ok(rows > 0)
    }

    /// What became of a message that was taken: its state, when it is tried again, when it left, what went wrong.
    pub async fn settle_delivery(&self, delivery: &NotificationDelivery) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(
            &mut tx,
            sql::SETTLE_DELIVERY,
            delivery.id,
            delivery.state.as_str(),
            delivery.due_at.as_microsecond(),
            micros(delivery.sent_at),
            cleaned(&delivery.trouble),
        );
        tx.commit().await?;
        Ok(rows > 0)
    }

    /// Queues what was being handed over when the process ended. Answers how many those were.
    pub async fn recover_deliveries(&self, channel: Channel) -> Result<u64, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, sql::RECOVER_DELIVERIES, channel.as_str());
        tx.commit().await?;
        Ok(rows)
    }

    /// What a message tells, oldest first.
    pub async fn notifications_of_delivery(&self, id: Uuid) -> Result<Vec<Notification>, StoreError> {
        let mut tx = self.read().await?;
        rows!(&mut tx, NotificationRow, sql::NOTIFICATIONS_OF_DELIVERY, id)
    }

    /// The message with that id.
    pub async fn find_delivery(&self, id: Uuid) -> Result<Option<NotificationDelivery>, StoreError> {
        let mut tx = self.read().await?;
        let mut found: Vec<NotificationDelivery> = rows!(&mut tx, DeliveryRow, sql::FIND_DELIVERY, id)?;
        Ok(found.pop())
    }

    /// Messages in a state, the last due first.
    pub async fn list_deliveries(
        &self,
        state: DeliveryState,
        limit: u32,
    ) -> Result<Vec<NotificationDelivery>, StoreError> {
        let mut tx = self.read().await?;
        rows!(&mut tx, DeliveryRow, sql::LIST_DELIVERIES, state.as_str(), i64::from(limit))
    }

    /// Queues a message anew that was given up. False if there is no such one.
    pub async fn retry_delivery(&self, id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, sql::RETRY_DELIVERY, id, now.as_microsecond());
        tx.commit().await?;
        Ok(rows > 0)
    }

    /// How many messages of each channel stand where.
    pub async fn count_deliveries(&self) -> Result<Vec<(Channel, DeliveryState, u64)>, StoreError> {
        let mut tx = self.read().await?;
        let rows: Vec<(String, String, i64)> =
            on!(&mut tx, |conn| sqlx::query_as(sql::COUNT_DELIVERIES).fetch_all(&mut *conn).await?);
        let count = |(channel, state, deliveries): (String, String, i64)| {
            let known = Channel::from_word(&channel).ok_or_else(|| unknown("deliveries.channel", &channel))?;
            let stands = DeliveryState::from_word(&state).ok_or_else(|| unknown("deliveries.state", &state))?;
            Ok((known, stands, u64::try_from(deliveries).unwrap_or_default()))
        };
        rows.into_iter().map(count).collect()
    }
}

/// Writes one with its messages. False if the user has been told of the event before.
/// Tells again what was told before. False if it was not.
async fn tell_again(tx: &mut Tx, new: &NewNotification) -> Result<bool, StoreError> {
    let id: Option<i64> = on!(&mut *tx, |conn| {
        sqlx::query_scalar(sql::TELL_AGAIN)
            .bind(new.user.0)
            .bind(new.kind.as_str())
            .bind(new.case.0)
            .bind(i64::from(new.event))
            .bind(new.at.as_microsecond())
            .fetch_optional(&mut *conn)
            .await?
    });
    let Some(id) = id else { return Ok(false) };
    link(tx, id, new, None).await?;
    Ok(true)
}

async fn insert(tx: &mut Tx, new: &NewNotification, storm: Storm) -> Result<bool, StoreError> {
    let department = new.department.map(|department| department.0);
    let id: Option<i64> = on!(&mut *tx, |conn| {
        sqlx::query_scalar(sql::INSERT_NOTIFICATION)
            .bind(new.user.0)
            .bind(new.kind.as_str())
            .bind(department)
            .bind(new.case.0)
            .bind(i64::from(new.event))
            .bind(new.by.to_string())
            .bind(new.at.as_microsecond())
            .bind(new.is_shown)
            .fetch_optional(&mut *conn)
            .await?
    });
    let Some(id) = id else { return Ok(false) };
    let recent: Vec<(i64, Option<i64>)> = on!(&mut *tx, |conn| {
        sqlx::query_as(sql::RECENT_NOTIFICATIONS)
            .bind(new.user.0)
            .bind(new.kind.as_str())
            .bind(department)
            .bind((new.at - storm.within).as_microsecond())
            .bind(id)
            .bind(i64::from(storm.most))
            .fetch_all(&mut *conn)
            .await?
    });
    let goes_on = recent.first().and_then(|(_, storm)| *storm);
    let begins = recent.last().filter(|_| recent.len() >= storm.most as usize).map(|(first, _)| *first);
    let Some(first) = goes_on.or(begins) else {
        link(tx, id, new, None).await?;
        return Ok(true);
    };
    if goes_on.is_none() {
        for (one, _) in &recent {
            execute!(&mut *tx, sql::SET_STORM, *one, first);
        }
    }
    execute!(&mut *tx, sql::SET_STORM, id, first);
    execute!(&mut *tx, sql::RAISE_STORM, first);
    link(tx, id, new, Some((first, storm.within))).await?;
    Ok(true)
}

/// Has messages tell a notification: those that leave anyway, else new ones.
async fn link(
    tx: &mut Tx,
    id: i64,
    new: &NewNotification,
    storm: Option<(i64, SignedDuration)>,
) -> Result<(), StoreError> {
    for delivery in &new.deliveries {
        let (channel, target) = (delivery.channel.as_str(), cleaned(&delivery.target));
        let due_at = match storm {
            Some((_, within)) if delivery.pace == Pace::AtOnce => delivery.due_at.max(new.at + within),
            _ => delivery.due_at,
        };
        let leaves_anyway: Option<Uuid> = match (delivery.pace, storm) {
            (Pace::AtOnce, None) => None,
            (Pace::AtOnce, Some((first, _))) => {
                let queued: Vec<Uuid> = on!(&mut *tx, |conn| {
                    sqlx::query_scalar(sql::STORM_DELIVERIES)
                        .bind(new.user.0)
                        .bind(channel)
                        .bind(&target)
                        .bind(first)
                        .fetch_all(&mut *conn)
                        .await?
                });
                let mut queued = queued.into_iter();
                let kept = queued.next();
                if let Some(kept) = kept {
                    let mut has_joined = false;
                    for other in queued {
                        execute!(&mut *tx, sql::MOVE_LINKS, kept, other);
                        execute!(&mut *tx, sql::DELETE_DELIVERY, other);
                        has_joined = true;
                    }
                    if has_joined {
                        execute!(&mut *tx, sql::DELAY_DELIVERY, kept, due_at.as_microsecond());
                    }
                }
                kept
            }
            _ => on!(&mut *tx, |conn| {
                sqlx::query_scalar(sql::FIND_DIGEST)
                    .bind(new.user.0)
                    .bind(channel)
                    .bind(&target)
                    .bind(delivery.pace.as_str())
                    .bind(due_at.as_microsecond())
                    .fetch_optional(&mut *conn)
                    .await?
            }),
        };
        let message = match leaves_anyway {
            Some(message) => message,
            None => {
                insert_delivery(tx, Some(new.user), delivery, due_at).await?;
                delivery.id
            }
        };
        execute!(&mut *tx, sql::LINK_DELIVERY, message, id);
    }
    Ok(())
}

async fn insert_delivery(
    tx: &mut Tx,
    user: Option<UserId>,
    delivery: &NewDelivery,
    due_at: Timestamp,
) -> Result<(), StoreError> {
    execute!(
        &mut *tx,
        sql::INSERT_DELIVERY,
        delivery.id,
        user.map(|user| user.0),
        delivery.channel.as_str(),
        cleaned(&delivery.target),
        delivery.pace.as_str(),
        due_at.as_microsecond(),
        delivery.created_at.as_microsecond(),
        delivery.about.map(|(case, _)| case.0),
        delivery.about.map(|(_, event)| i64::from(event)),
    );
    Ok(())
}

//! The queues of messages, one of each channel: each message leaves when it is due, is tried again for a day, and is then
//! given up where somebody sees it. A server that hangs holds up its own channel and no other.
//!
//! A message is taken in a transaction before it is handed over, and what came of it is written after. What was under way
//! when the process ended is handed over again under the same `Message-ID`, by which receivers know it.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use jiff::SignedDuration;
use switchboard_model::mail::Untaken;
use switchboard_model::{CaseId, Channel, DeliveryState, NotificationDelivery, Pace, QuestionView};
use switchboard_route::notification::leaves_at;
use uuid::Uuid;

use super::NotificationError;
use crate::App;
use crate::notices::Notice;
use crate::rights::{Actor, Right};

/// Messages that are looked at together.
const BATCH: u32 = 50;

/// The queue is looked at so often even if nothing is due.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// And not more often than this.
const LOOK_AT_MOST_EVERY: Duration = Duration::from_millis(100);

/// A message that was not taken is tried again for so long.
const TRIED_FOR: SignedDuration = SignedDuration::from_hours(24);

/// What was told and messages that left are kept for so long.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(90 * 24);

/// And what is older is looked for this often.
const TRIM_EVERY: Duration = Duration::from_secs(3_600);

/// How long it waits after each attempt, in minutes; the last one again and again.
const WAITS_MIN: [i64; 6] = [1, 5, 15, 60, 180, 360];

/// Browsers that are written to at the same time: their push services are many, and one may be slow.
const BROWSERS_AT_ONCE: usize = 16;

impl App {
    /// Sends what is due until the installation stops. Returns at once.
    pub fn send_notifications(&self) {
        for channel in Channel::QUEUED {
            let app = self.clone();
            self.tasks.spawn(async move { app.keep_sending(channel).await });
        }
        let app = self.clone();
        self.tasks.spawn(async move { app.keep_trimming().await });
    }

    async fn keep_sending(&self, channel: Channel) {
        let mut notices = self.notices.listen();
        // What was under way when the process ended, or when the store failed in the middle.
        let mut is_left = true;
        loop {
            if is_left {
                match self.store.recover_deliveries(channel).await {
                    Ok(_) => is_left = false,
                    Err(error) => tracing::error!(%error, "messages that were under way cannot be queued again"),
                }
            }
            if let Err(error) = self.deliver_by(channel).await {
                is_left = true;
                tracing::error!(%error, channel = channel.as_str(), "messages cannot be sent; it is tried again");
            }
            let next = self.store.next_due_delivery(channel).await.ok().flatten();
            let wait = next.map_or(LOOK_EVERY, |due| {
                Duration::try_from(due.duration_since(self.now())).unwrap_or(Duration::from_secs(1))
            });
            let sleep = tokio::time::sleep(wait.clamp(LOOK_AT_MOST_EVERY, LOOK_EVERY));
            tokio::pin!(sleep);
            loop {
                tokio::select! {
                    () = self.stop.cancelled() => return,
                    () = &mut sleep => break,
                    notice = notices.recv() => match notice {
                        Ok(Notice::Notified(_) | Notice::Queued) => break,
                        Ok(_) | Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
                        Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
                    },
                }
            }
        }
    }

    /// Forgets old notifications and links that cannot be followed any more.
    async fn keep_trimming(&self) {
        loop {
            let now = self.now();
            let trimmed = self.store.trim_notifications(now - KEPT_FOR).await;
            // No link of an event can be made once its notification is gone, and those before have ended.
            let spent = self.store.trim_spent_links(now - KEPT_FOR - super::link::LASTS).await;
            if let Err(error) = trimmed.and(spent) {
                tracing::warn!(%error, "old notifications cannot be forgotten");
            }
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(TRIM_EVERY) => {}
            }
        }
    }

    /// Sends what is due by now, whatever the channel; answers how many messages left.
    pub async fn deliver(&self) -> Result<usize, NotificationError> {
        let mut sent = 0;
        for channel in Channel::QUEUED {
            sent += self.deliver_by(channel).await?;
        }
        Ok(sent)
    }

    async fn deliver_by(&self, channel: Channel) -> Result<usize, NotificationError> {
        let mut sent = 0;
        loop {
            let due = self.store.due_deliveries(channel, self.now(), BATCH).await?;
            if due.is_empty() {
                return Ok(sent);
            }
            let is_last = due.len() < BATCH as usize;
            self.follow_settings().await?;
            let due = self.leave_in_quiet(due).await?;
            let mut taken = Vec::new();
            for delivery in due {
                if self.store.take_delivery(delivery.id).await? {
                    taken.push(delivery);
                }
            }
            sent += match channel {
                Channel::Chat => self.write_into_rooms(taken).await?,
                Channel::Push => {
                    let sending = taken.into_iter().map(|delivery| self.send_one(delivery));
                    let done: Vec<_> = stream::iter(sending).buffer_unordered(BROWSERS_AT_ONCE).collect().await;
                    done.into_iter().try_fold(0, |sum, one| one.map(|is_sent| sum + usize::from(is_sent)))?
                }
                Channel::Page | Channel::Mail => {
                    let mut left = 0;
                    for delivery in taken {
                        left += usize::from(self.send_one(delivery).await?);
                    }
                    left
                }
            };
            if is_last {
                return Ok(sent);
            }
        }
    }

    /// Those that may leave now. The others wait for the end of the quiet hours that their readers have now, also what was
    /// queued for another hour and comes late: after a storm, or because a server was down.
    async fn leave_in_quiet(
        &self,
        due: Vec<NotificationDelivery>,
    ) -> Result<Vec<NotificationDelivery>, NotificationError> {
        if due.iter().all(|delivery| delivery.user.is_none()) {
            return Ok(due);
        }
        let (wishes, people, now) = (self.store.list_notification_settings().await?, self.people(), self.now());
        let mut leaving = Vec::with_capacity(due.len());
        for delivery in due {
            let user = delivery.user.and_then(|user| people.user(user));
            let settings = delivery.user.and_then(|user| wishes.get(&user));
            let until = user.zip(settings).and_then(|(user, settings)| {
                leaves_at(Pace::AtOnce, settings, &user.time_zone, now).filter(|at| *at > now)
            });
            match until {
                Some(until) => self.store.delay_delivery(delivery.id, until).await?,
                None => leaving.push(delivery),
            }
        }
        Ok(leaving)
    }

    /// Hands over one message that was taken; whether it was sent. What cannot be read now is tried again.
    async fn send_one(&self, delivery: NotificationDelivery) -> Result<bool, NotificationError> {
        let outcome = self.hand_over(&delivery).await.unwrap_or_else(|error| Some(Err(unread(&error))));
        self.settle(delivery, outcome).await
    }

    /// What is due to a room is told together.
    async fn write_into_rooms(&self, taken: Vec<NotificationDelivery>) -> Result<usize, NotificationError> {
        let mut of_rooms: BTreeMap<String, Vec<NotificationDelivery>> = BTreeMap::new();
        for delivery in taken {
            of_rooms.entry(delivery.target.clone()).or_default().push(delivery);
        }
        let mut sent = 0;
        for (room, due) in of_rooms {
            let outcome = self.write_into_room(&room, &due).await.unwrap_or_else(|error| Some(Err(unread(&error))));
            for delivery in due {
                sent += usize::from(self.settle(delivery, outcome.clone()).await?);
            }
        }
        Ok(sent)
    }

    /// Writes down what came of a message; whether it was sent.
    async fn settle(
        &self,
        delivery: NotificationDelivery,
        outcome: Option<Result<(), Untaken>>,
    ) -> Result<bool, NotificationError> {
        let attempts = delivery.attempts + 1;
        let settled = self.settled(NotificationDelivery { attempts, ..delivery }, outcome);
        if settled.state == DeliveryState::Dead {
            tracing::error!(delivery.id = %settled.id, why = %settled.trouble, "a message was given up");
        }
        self.store.settle_delivery(&settled).await?;
        metrics::counter!("switchboard_deliveries_total", "channel" => settled.channel.as_str(),
            "state" => settled.state.as_str())
        .increment(1);
        Ok(settled.state == DeliveryState::Sent)
    }

    /// Hands a message over. `None`: there was nothing left to tell.
    async fn hand_over(
        &self,
        delivery: &NotificationDelivery,
    ) -> Result<Option<Result<(), Untaken>>, NotificationError> {
        let refused = |why: &str| Ok(Some(Err(Untaken::for_good(why))));
        if !matches!(delivery.channel, Channel::Mail | Channel::Push) {
            return refused("there is no such channel");
        }
        if let Some((case, question)) = delivery.about {
            return self.hand_over_question(delivery, case, question).await;
        }
        let user = delivery.user.and_then(|user| self.people().user(user)).filter(|user| user.is_active);
        let Some(user) = user else { return Ok(None) };
        let mut told = self.store.notifications_of_delivery(delivery.id).await?;
        told.retain(|one| one.read_at.is_none());
        if told.is_empty() {
            return Ok(None);
        }
        if delivery.channel == Channel::Push {
            return self.hand_over_push(delivery, &user, &told).await;
        }
        let Some(server) = self.notifying.mail.load_full() else { return Ok(Some(Err(no_server()))) };
        let page = self.outreach_page_of(&user, &told).await?;
        let letter = self.letter(&server, delivery, &user, &told, page);
        Ok(Some(self.networks.send_mail(&server, &letter).await.map(drop)))
    }

    /// Hands over what asks a guest something, unless the question was taken back or answered before.
    async fn hand_over_question(
        &self,
        delivery: &NotificationDelivery,
        case: CaseId,
        question: u32,
    ) -> Result<Option<Result<(), Untaken>>, NotificationError> {
        // It may have been answered or taken back after its case went into another.
        let events = match self.questioned(case).await {
            Ok(events) => events,
            Err(error) if error.is_unknown() => return Ok(None),
            Err(error) => return Ok(Some(Err(Untaken::for_now(error.to_string())))),
        };
        let asked = QuestionView::find(&events, question).filter(|asked| asked.is_open(self.now()));
        let Some(asked) = asked else { return Ok(None) };
        let Some(server) = self.notifying.mail.load_full() else { return Ok(Some(Err(no_server()))) };
        let letter = self.letter_to_guest(&server, delivery, asked);
        Ok(Some(self.networks.send_mail(&server, &letter).await.map(drop)))
    }

    fn settled(&self, delivery: NotificationDelivery, outcome: Option<Result<(), Untaken>>) -> NotificationDelivery {
        let now = self.now();
        match outcome {
            None => NotificationDelivery { state: DeliveryState::Dropped, trouble: String::new(), ..delivery },
            Some(Ok(())) => NotificationDelivery {
                state: DeliveryState::Sent,
                sent_at: Some(now),
                trouble: String::new(),
                ..delivery
            },
            Some(Err(untaken)) => {
                let place = (delivery.attempts as usize).saturating_sub(1).min(WAITS_MIN.len() - 1);
                let wait = SignedDuration::from_mins(WAITS_MIN.get(place).copied().unwrap_or(360));
                let tried: SignedDuration = WAITS_MIN
                    .iter()
                    .take(place)
                    .map(|minutes| SignedDuration::from_mins(*minutes))
                    .sum::<SignedDuration>()
                    + SignedDuration::from_mins(360)
                        * i32::try_from(delivery.attempts.saturating_sub(6)).unwrap_or(i32::MAX / 1_000);
                let is_over = untaken.is_final || tried + wait > TRIED_FOR;
                let state = if is_over { DeliveryState::Dead } else { DeliveryState::Queued };
                // Whoever asks to be left alone for longer is.
                let wait = untaken.after.map_or(wait, |after| wait.max(after));
                let due_at = if is_over { now } else { now.checked_add(wait).unwrap_or(now) };
                NotificationDelivery { state, due_at, trouble: untaken.why, ..delivery }
            }
        }
    }

    /// Messages that were given up, the last first.
    pub async fn dead_deliveries(&self, actor: &Actor) -> Result<Vec<NotificationDelivery>, NotificationError> {
        actor.may(Right::Administer)?;
        Ok(self.store.list_deliveries(DeliveryState::Dead, 100).await?)
    }

    /// Queues a message anew that was given up.
    pub async fn retry_delivery(&self, actor: &Actor, id: Uuid) -> Result<(), NotificationError> {
        actor.may(Right::Administer)?;
        if !self.store.retry_delivery(id, self.now()).await? {
            return Err(NotificationError::UnknownDelivery(id));
        }
        self.notices.tell(Notice::Queued);
        Ok(())
    }
}

fn unread(error: &NotificationError) -> Untaken {
    Untaken::for_now(format!("what it tells cannot be read now: {error}"))
}

fn no_server() -> Untaken {
    Untaken::for_now("no server for mail is named")
}

//! A consumer of the feed that tells people what happened.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use switchboard_model::{
    Asked, By, Case, CaseId, Channel, Event, Happening, NotificationSettings, OutreachId, Pace, Question, QuestionView,
    Team, User, UserId,
};
use switchboard_route::notification::{Audience, Told, leaves_at, told};
use switchboard_store::{NewDelivery, NewNotification, Notified, Storm};
use uuid::Uuid;

use super::NotificationError;
use crate::App;
use crate::notices::{Notice, until_case_changes};
use crate::people::People;

/// What it is called as a consumer of the feed.
const CONSUMER: &str = "notify";

/// Events that are read together.
const EVENTS: u32 = 200;

/// More than so many of one kind within so many minutes are told as one.
pub(super) const STORM: Storm = Storm { most: 5, within: SignedDuration::from_mins(10) };

impl App {
    /// Tells people what happens until the installation stops. Returns at once.
    pub fn watch_notifications(&self) {
        let (tells, warns) = (self.clone(), self.clone());
        self.tasks.spawn(async move { tells.keep_telling().await });
        self.tasks.spawn(async move { warns.keep_warning().await });
    }

    async fn keep_telling(&self) {
        let mut notices = self.notices.listen();
        loop {
            if let Err(error) = self.tell_events().await {
                tracing::error!(%error, "people cannot be told what happened; it is tried again");
            }
            if !until_case_changes(&mut notices, &self.stop).await {
                return;
            }
        }
    }

    /// Tells everybody what has happened since the last time. Answers how many users were told something.
    pub async fn tell_events(&self) -> Result<usize, NotificationError> {
        let mut place = match self.store.feed_place(CONSUMER).await? {
            Some(place) => place,
            // Nobody is told what was before there was anybody to tell.
            None => {
                let newest = self.store.newest_feed_place().await?;
                self.store.set_feed_place(CONSUMER, newest).await?;
                newest
            }
        };
        let mut users = 0;
        loop {
            let events = self.store.event_feed(place, EVENTS).await?;
            let Some(last) = events.last().map(|entry| entry.place) else { return Ok(users) };
            self.follow_settings().await?;
            let events: Vec<Event> = events.into_iter().map(|entry| entry.event).collect();
            let (new, mut alone) = self.news(&events).await?;
            alone.extend(events.iter().filter_map(|event| self.letter_outside(event)));
            match self.store.notify(&new, &alone, STORM, CONSUMER, (place, last)).await? {
                Notified::Told(told) => {
                    users += told.len();
                    self.count_unread(&told).await?;
                    if !alone.is_empty() {
                        self.notices.tell(Notice::Queued);
                    }
                    place = last;
                }
                // Another process reads the same feed; it goes on from where that one is.
                Notified::Behind => place = self.store.feed_place(CONSUMER).await?.unwrap_or(last),
            }
        }
    }

    /// What these events are to be told as: to users, and into rooms.
    async fn news(&self, events: &[Event]) -> Result<(Vec<NewNotification>, Vec<NewDelivery>), NotificationError> {
        // What was asked in a case that went into another one is answered there: its history tells by whom it was asked.
        let cases = events.iter().flat_map(|event| [Some(event.case), asked_in(event).map(|(case, _)| case)]);
        let cases: Vec<CaseId> = cases.flatten().collect();
        let histories = self.store.histories(&cases).await?;
        let askers = self.outreach_askers(events).await?;
        let wishes = self.wishes().await?;
        let people = self.people();
        let mut read: BTreeMap<CaseId, Reading<'_>> = BTreeMap::new();
        let (mut new, mut alone) = (Vec::new(), Vec::new());
        for event in events {
            let Some(history) = histories.get(&event.case) else { continue };
            let reading = read.entry(event.case).or_insert(Reading { history, read: 0, case: None });
            let asker = asked_in(event)
                .and_then(|(case, number)| QuestionView::find(histories.get(&case)?, number)?.event.by.user())
                .or_else(|| askers.get(&event.what.outreach()?).copied());
            for told in reading.told(event.number, asker, &people) {
                new.extend(self.news_for(told, About::from(event), &people, &wishes));
            }
            alone.extend(reading.case.iter().flat_map(|after| self.room_news(event, after)));
        }
        Ok((new, alone))
    }

    /// Who asked for the outreaches that these events are about, in whichever case that was.
    async fn outreach_askers(&self, events: &[Event]) -> Result<BTreeMap<OutreachId, UserId>, NotificationError> {
        let mut askers = BTreeMap::new();
        let ids: BTreeSet<OutreachId> = events.iter().filter_map(|event| event.what.outreach()).collect();
        for id in ids {
            let outreach = self.store.find_outreach(id).await?;
            askers.extend(outreach.and_then(|outreach| Some((id, outreach.asked_by.user()?))));
        }
        Ok(askers)
    }

    /// The message to a guest who is asked something. Without a server for mail whoever asks sends the link themselves.
    fn letter_outside(&self, event: &Event) -> Option<NewDelivery> {
        let Happening::QuestionAsked(Question { to: Asked::Guest(guest), .. }) = &event.what else { return None };
        let has_mail = self.notifying.mail.load().is_some();
        has_mail.then(|| NewDelivery {
            id: self.ids.next(),
            channel: Channel::Mail,
            target: guest.email.clone(),
            pace: Pace::AtOnce,
            due_at: event.at,
            created_at: self.now(),
            about: Some((event.case, event.number)),
        })
    }

    /// What everybody wants to hear, and where.
    pub(super) async fn wishes(&self) -> Result<Wishes, NotificationError> {
        let is_on = self.notifying.push.load().is_on;
        let browsers = if is_on { self.store.push_browsers().await? } else { BTreeMap::new() };
        Ok(Wishes { settings: self.store.list_notification_settings().await?, browsers })
    }

    pub(super) fn news_for(
        &self,
        told: Told,
        about: About,
        people: &People,
        wishes: &Wishes,
    ) -> Option<NewNotification> {
        let user = people.user(told.user)?;
        let usual = NotificationSettings::default();
        let settings = wishes.settings.get(&told.user).unwrap_or(&usual);
        let is_shown = settings.pace(told.kind, Channel::Page) != Pace::Never;
        let deliveries: Vec<NewDelivery> = self
            .channels_of(&user, wishes)
            .into_iter()
            .filter_map(|(channel, target)| {
                let pace = settings.pace(told.kind, channel);
                let due_at = leaves_at(pace, settings, &user.time_zone, about.at)?;
                let (id, created_at) = (self.ids.next(), self.now());
                Some(NewDelivery { id, channel, target, pace, due_at, created_at, about: None })
            })
            .collect();
        (is_shown || !deliveries.is_empty()).then_some(NewNotification {
            user: told.user,
            kind: told.kind,
            department: Some(told.department),
            case: about.case,
            event: about.event,
            by: about.by,
            at: about.at,
            is_shown,
            deliveries,
        })
    }

    /// Where a user can be written to, beside the pages.
    fn channels_of(&self, user: &User, wishes: &Wishes) -> Vec<(Channel, String)> {
        let has_mail = self.notifying.mail.load().is_some() && user.email.contains('@');
        let mail = has_mail.then(|| (Channel::Mail, String::new()));
        let browsers = wishes.browsers.get(&user.id).into_iter().flatten();
        mail.into_iter().chain(browsers.map(|id| (Channel::Push, id.to_string()))).collect()
    }
}

/// What everybody wants to hear, and the browsers in which they do.
#[derive(Debug)]
pub(super) struct Wishes {
    settings: BTreeMap<UserId, NotificationSettings>,
    browsers: BTreeMap<UserId, Vec<Uuid>>,
}

/// What somebody is told of.
#[derive(Debug, Clone, Copy)]
pub(super) struct About {
    pub(super) case: CaseId,
    /// The number of the event.
    pub(super) event: u32,
    pub(super) by: By,
    pub(super) at: Timestamp,
}

impl From<&Event> for About {
    fn from(event: &Event) -> Self {
        Self { case: event.case, event: event.number, by: event.by, at: event.at }
    }
}

/// The question that an event answers, where it was asked in another case: one that went into this.
fn asked_in(event: &Event) -> Option<(CaseId, u32)> {
    match event.what {
        Happening::QuestionAnswered { question, of: Some(case), .. } => Some((case, question)),
        _ => None,
    }
}

/// A history that is read event by event.
struct Reading<'a> {
    history: &'a [Event],
    read: usize,
    case: Option<Case>,
}

impl Reading<'_> {
    /// Who hears of the event of a number, which is not before one that was read.
    fn told(&mut self, number: u32, asker: Option<UserId>, people: &People) -> Vec<Told> {
        let mut before = None;
        while let Some(event) = self.history.get(self.read).filter(|event| event.number <= number) {
            self.read += 1;
            before = self.case.clone();
            let done = match &mut self.case {
                Some(case) => case.apply(event),
                none => Case::open(event).map(|case| *none = Some(case)),
            };
            if let Err(error) = done {
                tracing::error!(case.id = %event.case, %error, "a history contradicts itself; nobody is told of it");
                return Vec::new();
            }
        }
        let Some(after) = &self.case else { return Vec::new() };
        let (users, departments) = (people.users(), people.departments());
        let none = Team::default();
        let team = people.company().map_or(&none, |company| &company.team);
        let audience = Audience { users, departments, team };
        told(self.history.get(..self.read).unwrap_or_default(), before.as_ref(), after, asker, audience)
    }
}

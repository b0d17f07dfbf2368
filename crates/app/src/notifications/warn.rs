//! What people are told that is no event: that somebody has had much abuse to read, that a shift ends soon.
//!
//! Each is told once: of an exposure once within its half-life, of a shift once for each of its ends. That is written down
//! with what is told, in one transaction.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use switchboard_model::{By, CaseId, NotificationKind, Role, UserId};
use switchboard_route::notification::Told;
use switchboard_store::{NewNotification, Warning};

use super::NotificationError;
use super::tell::{About, STORM};
use crate::App;

/// How often it is looked whether somebody is to be warned.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// How long before the end of a shift people are reminded of it.
const BEFORE_END: SignedDuration = SignedDuration::from_mins(30);

impl App {
    pub(super) async fn keep_warning(&self) {
        loop {
            if let Err(error) = self.warn_of_load().await {
                tracing::error!(%error, "people cannot be warned of exposure and of the end of shifts; it is tried again");
            }
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }

    /// Warns heads of what their people have had to read, and reminds people of the end of their shift. Answers how many
    /// were told something.
    pub async fn warn_of_load(&self) -> Result<usize, NotificationError> {
        Ok(self.warn_of_exposure().await? + self.remind_of_shift_ends().await?)
    }

    async fn warn_of_exposure(&self) -> Result<usize, NotificationError> {
        let (scores, settings) = self.exposure_of_all().await?;
        let now = self.now();
        let window = SignedDuration::from_hours(i64::from(settings.half_life_days) * 24);
        let not_since = now.saturating_sub(window).unwrap_or(Timestamp::MIN);
        let mut told = 0;
        for (user, _) in scores.into_iter().filter(|(_, score)| *score >= f64::from(settings.warn_at)) {
            let kind = NotificationKind::Exposed;
            if self.store.warned_at(user, kind).await?.is_some_and(|at| at > not_since) {
                continue;
            }
            // Where it can be seen: the last case that added to it.
            let exposures = self.store.exposures(not_since).await?;
            let Some(last) = exposures.iter().rev().find(|one| one.user == user) else { continue };
            let about = About { case: last.case, event: last.event, by: By::User(user), at: now };
            let new = self.warnings(self.heads_of(user, kind), about).await?;
            told += self.warn(&Warning { user, kind, at: now, not_since }, &new).await?;
        }
        Ok(told)
    }

    /// Who answers for somebody's load: the heads of their departments, and for a head the head of the team.
    fn heads_of(&self, user: UserId, kind: NotificationKind) -> Vec<Told> {
        let people = self.people();
        let Some(known) = people.user(user) else { return Vec::new() };
        let team = people.company().and_then(|company| company.team.head);
        let mut told: Vec<Told> = Vec::new();
        for department in people.departments().iter().filter(|one| one.is_active) {
            if !known.departments.contains(&department.id) && department.head != user {
                continue;
            }
            let head = if department.head == user { team } else { Some(department.head) };
            let Some(head) = head.filter(|head| *head != user && !told.iter().any(|one| one.user == *head)) else {
                continue;
            };
            told.push(Told { user: head, kind, department: department.id });
        }
        told
    }

    async fn remind_of_shift_ends(&self) -> Result<usize, NotificationError> {
        let (people, now) = (self.people(), self.now());
        let mut told = 0;
        for user in people.users().iter().filter(|user| user.is_active && user.role != Role::Observer) {
            let calendar = people.calendar_of_user(user);
            let end = calendar.next_close(now).filter(|end| end.duration_since(now) <= BEFORE_END);
            let Some(end) = end else { continue };
            let kind = NotificationKind::ShiftEnds;
            if self.store.warned_at(user.id, kind).await?.is_some_and(|at| at >= end) {
                continue;
            }
            let Some((case, event)) = self.urgent_case(user.id).await? else { continue };
            let Some(department) = user.departments.first().copied() else { continue };
            let about = About { case, event, by: By::Timer, at: now };
            let new = self.warnings(vec![Told { user: user.id, kind, department }], about).await?;
            let not_since = end.saturating_sub(SignedDuration::from_secs(1)).unwrap_or(now);
            told += self.warn(&Warning { user: user.id, kind, at: end, not_since }, &new).await?;
        }
        Ok(told)
    }

    async fn urgent_case(&self, owner: UserId) -> Result<Option<(CaseId, u32)>, NotificationError> {
        let filter = switchboard_model::CaseFilter {
            owner: Some(owner),
            limit: 1,
            with_private: true,
            ..switchboard_model::CaseFilter::default()
        };
        let listed = self.store.list_cases(&filter).await?;
        Ok(listed.first().map(|one| (one.case.id, one.case.version)))
    }

    async fn warnings(&self, told: Vec<Told>, about: About) -> Result<Vec<NewNotification>, NotificationError> {
        let wishes = self.wishes().await?;
        let people = self.people();
        Ok(told.into_iter().filter_map(|told| self.news_for(told, about, &people, &wishes)).collect())
    }

    async fn warn(&self, warning: &Warning, new: &[NewNotification]) -> Result<usize, NotificationError> {
        let told = self.store.warn(warning, new, STORM).await?;
        self.count_unread(&told).await?;
        Ok(told.len())
    }
}

//! How much abuse people have had to read: counted from what happened to cases, by a consumer of the feed.
//!
//! A case that is hard to read counts for whoever gets it, and once more when its author writes again while it is theirs or
//! it is tagged as abusive in their hands. Who opens which page is not counted, and is not recorded anywhere.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use switchboard_model::{Case, CaseId, Event, Exposure, ExposureSettings, UserId};
use switchboard_route::exposure::{came_to, points, score};

use super::CaseError;
use crate::rights::{Actor, Right};
use crate::{App, AppError, tags};

/// What it is called as a consumer of the feed.
const CONSUMER: &str = "exposure";

/// Events that are read together.
const EVENTS: u32 = 500;

/// The key in `meta` of what counts.
const SETTINGS: &str = "exposure";

/// So many half-lives are kept; what is older weighs less than a hundredth.
const HALF_LIVES: u32 = 7;

/// The most tags that mean abuse.
const MOST_TAGS: usize = 20;

/// Something that came to somebody, before it is known how hard it was to read.
struct Came {
    user: UserId,
    case: CaseId,
    event: u32,
    at: Timestamp,
    tags: Vec<String>,
    post: i64,
}

impl App {
    /// What counts as abuse, how long it weighs and when heads are warned.
    pub async fn exposure_settings(&self) -> Result<ExposureSettings, AppError> {
        let kept = self.store.meta(SETTINGS).await?;
        Ok(kept.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_default())
    }

    /// Changes what counts as abuse, how long it weighs and when heads are warned.
    pub async fn set_exposure_settings(
        &self,
        actor: &Actor,
        settings: ExposureSettings,
    ) -> Result<ExposureSettings, CaseError> {
        actor.may(Right::Administer)?;
        let tags = tags::tidied(&settings.tags).map_err(|message| CaseError::bad("tags", message))?;
        if tags.len() > MOST_TAGS {
            return Err(CaseError::bad("tags", format!("{MOST_TAGS} tags are the most that mean abuse")));
        }
        if !(1..=100_000).contains(&settings.warn_at) {
            return Err(CaseError::bad("warn_at", "heads are warned at 1 to 100000 points"));
        }
        if !(1..=365).contains(&settings.half_life_days) {
            return Err(CaseError::bad("half_life_days", "a point weighs half after 1 to 365 days"));
        }
        let settings = ExposureSettings { tags, ..settings };
        let written = serde_json::to_string(&settings).map_err(|error| CaseError::bad("tags", error.to_string()))?;
        self.store.set_meta(SETTINGS, &written).await?;
        Ok(settings)
    }

    /// Counts what has happened since the last time. Answers how often somebody had something hard to read.
    pub async fn count_exposure(&self) -> Result<usize, CaseError> {
        let mut counted = 0;
        // What was before anybody counted is counted as far as the feed still has it.
        let mut place = self.store.feed_place(CONSUMER).await?.unwrap_or_default();
        loop {
            let entries = self.store.event_feed(place, EVENTS).await?;
            let Some(last) = entries.last().map(|entry| entry.place) else { return Ok(counted) };
            let settings = self.exposure_settings().await?;
            let keep = oldest(&settings, self.now());
            let events: Vec<Event> = entries.into_iter().map(|entry| entry.event).filter(|one| one.at > keep).collect();
            let exposures = self.exposures_of(&events, &settings).await?;
            self.store.add_exposures(&exposures, keep, CONSUMER, last).await?;
            counted += exposures.len();
            place = last;
        }
    }

    async fn exposures_of(&self, events: &[Event], settings: &ExposureSettings) -> Result<Vec<Exposure>, CaseError> {
        let mut wanted: BTreeMap<CaseId, BTreeSet<u32>> = BTreeMap::new();
        for event in events {
            wanted.entry(event.case).or_default().insert(event.number);
        }
        let cases: Vec<CaseId> = wanted.keys().copied().collect();
        let mut came = Vec::new();
        for (id, history) in self.store.histories(&cases).await? {
            let numbers = wanted.get(&id).cloned().unwrap_or_default();
            came.extend(came_by(&history, &numbers, settings));
        }
        let posts: Vec<i64> = came.iter().map(|one| one.post).collect();
        let sentiments = self.store.sentiments(&posts).await?;
        let exposure = |one: Came| {
            let points = points(&one.tags, sentiments.get(&one.post).map(String::as_str), settings);
            (points > 0).then_some(Exposure { user: one.user, case: one.case, event: one.event, at: one.at, points })
        };
        Ok(came.into_iter().filter_map(exposure).collect())
    }

    /// What everybody has had to read, as it weighs now, and by what that is counted.
    pub(crate) async fn exposure_of_all(&self) -> Result<(BTreeMap<UserId, f64>, ExposureSettings), AppError> {
        let (settings, now) = (self.exposure_settings().await?, self.now());
        let exposures = self.store.exposures(oldest(&settings, now)).await?;
        let mut by_user: BTreeMap<UserId, Vec<Exposure>> = BTreeMap::new();
        for exposure in exposures {
            by_user.entry(exposure.user).or_default().push(exposure);
        }
        let scores = by_user.into_iter().map(|(user, read)| (user, score(&read, &settings, now))).collect();
        Ok((scores, settings))
    }
}

/// From when on things weigh anything.
pub(crate) fn oldest(settings: &ExposureSettings, now: Timestamp) -> Timestamp {
    let days = i64::from(settings.half_life_days.saturating_mul(HALF_LIVES));
    now.saturating_sub(SignedDuration::from_hours(days * 24)).unwrap_or(Timestamp::MIN)
}

/// What the events of these numbers brought to whom.
fn came_by(history: &[Event], numbers: &BTreeSet<u32>, settings: &ExposureSettings) -> Vec<Came> {
    let (mut came, mut case) = (Vec::new(), None::<Case>);
    for event in history {
        let before = case.clone();
        let done = match &mut case {
            Some(case) => case.apply(event),
            none => Case::open(event).map(|case| *none = Some(case)),
        };
        if done.is_err() {
            break;
        }
        let Some(after) = case.as_ref().filter(|_| numbers.contains(&event.number)) else { continue };
        if let Some(user) = came_to(before.as_ref(), after, event, settings) {
            let (case, tags) = (after.id, after.tags.clone());
            came.push(Came { user, case, event: event.number, at: event.at, tags, post: after.newest_post });
        }
    }
    came
}

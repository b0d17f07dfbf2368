//! Learning from what people do: a consumer of the feed that reads from each case's history where it belongs.
//!
//! What is kept are the labels, with what was proposed before each was known; what was learnt of them is in memory
//! ([`Experience`](crate::experience::Experience)) and made anew at each start.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use switchboard_model::{CaseId, Label, Lesson, Post, Proposed, StoredPost};
use switchboard_route::learning::label::label;
use switchboard_route::learning::{Calibration, Learner};
use switchboard_store::StoreError;

use crate::App;
use crate::notices::until_case_changes;

/// What it is called as a consumer of the feed.
const CONSUMER: &str = "learn";

/// Events, and cases, that are read together.
const TOGETHER: u32 = 200;

/// What posts say that were edited is read anew this often; all labels are looked at for it.
const EDITS_EVERY: Duration = Duration::from_secs(60);

/// The key in `meta` of how probable a proposal has to be to decide, in percent.
const CONFIDENCE: &str = "routing_confidence";

impl App {
    /// Learns from what people do until the installation stops. Returns at once.
    pub fn watch_learning(&self) {
        let app = self.clone();
        self.tasks.spawn(async move { app.keep_learning().await });
    }

    async fn keep_learning(&self) {
        let mut notices = self.notices.listen();
        let mut read_edits_at = None;
        loop {
            let is_time = read_edits_at.is_none_or(|at: Instant| at.elapsed() >= EDITS_EVERY);
            if is_time {
                read_edits_at = Some(Instant::now());
            }
            let learnt = if is_time { self.learn().await } else { self.learn_events().await };
            if let Err(error) = learnt {
                tracing::error!(%error, "nothing can be learnt from what people do; it is tried again");
                // What was forgotten to be learnt anew, and was not, is learnt again.
                if let Err(error) = self.recall().await {
                    tracing::error!(%error, "what was learnt cannot be read");
                }
            }
            if !until_case_changes(&mut notices, &self.stop).await {
                return;
            }
        }
    }

    /// Learns from everything that has happened since the last time, and forgets what posts said that say something else
    /// by now. Answers how many labels that changed.
    pub async fn learn(&self) -> Result<usize, StoreError> {
        let mut changed = self.learn_events().await?;
        let mut learner = self.experience.learner().await;
        let stale = self.store.stale_labels().await?;
        for cases in stale.chunks(TOGETHER as usize) {
            changed += self.learn_cases(&mut learner, cases, None).await?;
        }
        Ok(changed)
    }

    /// Learns from everything that has happened since the last time.
    async fn learn_events(&self) -> Result<usize, StoreError> {
        let mut learner = self.experience.learner().await;
        let mut changed = 0;
        let mut place = match self.store.feed_place(CONSUMER).await? {
            Some(place) => place,
            None => {
                let place = self.store.newest_feed_place().await?;
                changed += self.learn_the_past(&mut learner).await?;
                self.store.set_feed_place(CONSUMER, place).await?;
                place
            }
        };
        loop {
            let events = self.store.event_feed(place, TOGETHER).await?;
            let Some(last) = events.last().map(|entry| entry.place) else { break };
            place = last;
            let cases: BTreeSet<CaseId> = events.iter().map(|entry| entry.event.case).collect();
            let cases: Vec<CaseId> = cases.into_iter().collect();
            changed += self.learn_cases(&mut learner, &cases, Some((CONSUMER, place))).await?;
        }
        Ok(changed)
    }

    /// The cases of before anything was learnt, the newest of them.
    async fn learn_the_past(&self, learner: &mut Learner) -> Result<usize, StoreError> {
        let (mut before, mut changed) = (CaseId(i64::MAX), 0);
        while changed < Learner::MOST {
            let cases = self.store.cases_before(before, TOGETHER).await?;
            let Some(last) = cases.last() else { break };
            before = *last;
            changed += self.learn_cases(learner, &cases, None).await?;
        }
        Ok(changed)
    }

    /// Reads where these cases belong by now and learns what is new. What was proposed is noted before it is learnt.
    async fn learn_cases(
        &self,
        learner: &mut Learner,
        cases: &[CaseId],
        place: Option<(&str, i64)>,
    ) -> Result<usize, StoreError> {
        let histories = self.store.histories(cases).await?;
        let known = self.store.labels_of(cases).await?;
        let mut known: BTreeMap<CaseId, Label> = known.into_iter().map(|label| (label.case, label)).collect();
        let mut labels: Vec<Label> = histories.values().filter_map(|history| label(history)).collect();
        labels.sort_by_key(|label| (label.at, label.case));
        let posts = self.posts_of(&labels).await?;
        let (mut new, mut lessons) = (Vec::new(), Vec::new());
        for mut label in labels {
            let Some(stored) = posts.get(&label.post).filter(|stored| stored.deleted_at.is_none()) else { continue };
            label.version = stored.version;
            let before = known.remove(&label.case);
            let is_same = |before: &Label| {
                (before.department, before.at, before.version) == (label.department, label.at, label.version)
            };
            if before.as_ref().is_some_and(is_same) {
                continue;
            }
            let features = self.triage().reader().features(&stored.post);
            label.proposed = match before.filter(|before| before.department == label.department) {
                Some(before) => before.proposed,
                None => label.proposed.or_else(|| self.proposed_without(learner, &label, &features)),
            };
            lessons.push((label.case, label.at, label.department, features));
            new.push(label);
        }
        let gone: Vec<CaseId> = known.into_keys().collect();
        let changed = new.len() + gone.len();
        if changed > 0 || place.is_some() {
            self.store.set_labels(&new, &gone, place).await?;
        }
        if changed > 0 {
            for (case, at, department, features) in lessons {
                learner.learn(Lesson::Case(case), at, department, features);
            }
            for case in gone {
                learner.forget(Lesson::Case(case));
            }
            self.publish_learned(learner).await?;
        }
        Ok(changed)
    }

    /// What would be proposed without knowing the case itself.
    fn proposed_without(
        &self,
        learner: &mut Learner,
        label: &Label,
        features: &switchboard_model::Features,
    ) -> Option<Proposed> {
        learner.forget(Lesson::Case(label.case));
        let known = crate::experience::Known {
            learned: learner.learned().clone(),
            calibration: self.experience.known().calibration,
            confidence: None,
        };
        let triage = self.triage();
        Some(known.propose(features, |department| triage.routing().takes(department))?.proposed)
    }

    async fn posts_of(&self, labels: &[Label]) -> Result<BTreeMap<i64, StoredPost>, StoreError> {
        let mut posts = BTreeMap::new();
        for labels in labels.chunks(TOGETHER as usize) {
            let seqs: Vec<i64> = labels.iter().map(|label| label.post).collect();
            posts.extend(self.store.find_posts(&seqs).await?.into_iter().map(|stored| (stored.seq, stored)));
        }
        Ok(posts)
    }

    /// Hands what was learnt to those who route, with what proposals turned out to be worth.
    pub(super) async fn publish_learned(&self, learner: &Learner) -> Result<(), StoreError> {
        let results = self.store.newest_labels(u32::try_from(Calibration::RESULTS).unwrap_or(u32::MAX)).await?;
        let result =
            |label: &Label| label.proposed.map(|proposed| (proposed.score, proposed.department == label.department));
        self.experience.publish(learner.learned().clone(), Calibration::fit(results.iter().filter_map(result)));
        Ok(())
    }

    /// Makes what was learnt anew, of the labels and examples that are kept.
    pub(crate) async fn recall(&self) -> Result<(), StoreError> {
        let confidence = self.store.meta(CONFIDENCE).await?;
        let confidence: Option<u8> = confidence.and_then(|percent| percent.parse().ok());
        self.experience.trust(confidence.map(|percent| f64::from(percent) / 100.0));
        let mut learner = self.experience.learner().await;
        *learner = Learner::default();
        let triage = self.triage();
        let labels = self.store.newest_labels(u32::try_from(Learner::MOST).unwrap_or(u32::MAX)).await?;
        for labels in labels.chunks(TOGETHER as usize) {
            let posts = self.posts_of(labels).await?;
            for label in labels {
                if let Some(stored) = posts.get(&label.post).filter(|stored| stored.deleted_at.is_none()) {
                    let features = triage.reader().features(&stored.post);
                    learner.learn(Lesson::Case(label.case), label.at, label.department, features);
                }
            }
        }
        for example in self.store.list_examples().await? {
            let features = triage.reader().features(&Post::new("example", "", &example.text));
            learner.learn(Lesson::Example(example.id), example.at, example.department, features);
        }
        self.publish_learned(&learner).await
    }

    /// Has proposals decide from that probability on, in percent; `None`: they are only shown.
    pub(super) async fn keep_confidence(&self, percent: Option<u8>) -> Result<(), StoreError> {
        let written = percent.map(|percent| percent.to_string()).unwrap_or_default();
        self.store.set_meta(CONFIDENCE, &written).await?;
        self.experience.trust(percent.map(|percent| f64::from(percent) / 100.0));
        Ok(())
    }
}

//! The orphan sweep: every mention that needs an answer is in a case, or was dismissed with a reason. What is neither is
//! forgotten; the sweep finds it, sees to it, and says so.
//!
//! It asks the store one question that knows nothing of how cases are opened, so that a hole there shows here.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use switchboard_model::{By, CaseId, Dismissal, DismissalReason, StoredPost, Sweep, SweepFinding};
use switchboard_store::{Dismissed, HandOpened};

use super::CaseError;
use super::open::known;
use crate::App;
use crate::notices::Notice;
use crate::rights::{Actor, Right};
use crate::triage::why_needed;

/// A sweep follows the one before after this time.
const EVERY: SignedDuration = SignedDuration::from_hours(1);

/// So often it is looked whether one is due.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Orphans that are read together.
const BATCH: usize = 200;

impl App {
    /// Sweeps every hour until the installation stops, also over restarts. Returns at once.
    pub fn watch_orphans(&self) {
        let app = self.clone();
        self.tasks.spawn(async move {
            loop {
                if let Err(error) = app.sweep_if_due().await {
                    tracing::error!(%error, "the orphan sweep could not do its work; it is tried again");
                }
                tokio::select! {
                    () = app.stop.cancelled() => return,
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                }
            }
        });
    }

    /// Sweeps if the last time was an hour ago or more.
    pub async fn sweep_if_due(&self) -> Result<Option<Sweep>, CaseError> {
        let turn = self.sweeping.lock().await;
        let last = self.store.sweeps(None, 1).await?.first().map(|sweep| sweep.at);
        let now = self.now();
        // A clock that was set back must not stop it.
        let is_due = |last: Timestamp| now.duration_since(last) >= EVERY || last > now;
        if last.is_some_and(|last| !is_due(last)) {
            return Ok(None);
        }
        let swept = self.sweep_all().await;
        drop(turn);
        swept.map(Some)
    }

    /// Sweeps now.
    pub async fn sweep(&self, actor: &Actor) -> Result<Sweep, CaseError> {
        actor.may(Right::Work)?;
        let _turn = self.sweeping.lock().await;
        self.sweep_all().await
    }

    /// The newest sweeps, the last one first; those before a number.
    pub async fn sweeps(&self, actor: &Actor, before: Option<i64>, limit: u32) -> Result<Vec<Sweep>, CaseError> {
        actor.may(Right::Work)?;
        Ok(self.store.sweeps(before, limit).await?)
    }

    async fn sweep_all(&self) -> Result<Sweep, CaseError> {
        let at = self.now();
        let counts = self.store.count_needs().await?;
        let orphans = if counts.orphans == 0 { Vec::new() } else { self.store.orphans().await? };
        let took_ms = u64::try_from(self.now().duration_since(at).as_millis()).unwrap_or_default();
        let mut findings = Vec::new();
        for piece in orphans.chunks(BATCH) {
            let seqs: Vec<i64> = piece.iter().map(|(seq, _)| *seq).collect();
            for stored in self.store.find_posts(&seqs).await? {
                // One that cannot be seen to is named, and stops no other; the next sweep tries again.
                let finding = self.see_to(&stored).await.unwrap_or_else(|error| SweepFinding {
                    post: stored.post.id.clone(),
                    case: None,
                    dismissed: None,
                    what: error.to_string(),
                });
                tracing::warn!(post.id = %finding.post, what = finding.what, "nobody had a mention that needs an answer");
                if findings.len() < Sweep::MOST_FINDINGS {
                    findings.push(finding);
                }
            }
        }
        let mut sweep = Sweep { id: 0, at, took_ms, counts, findings };
        sweep.id = self.store.keep_sweep(&sweep).await?;
        Ok(sweep)
    }

    /// Opens a case for an orphan, where the rules of today send it, or dismisses it with the reason why it needs none.
    async fn see_to(&self, stored: &StoredPost) -> Result<SweepFinding, CaseError> {
        let reason = if stored.deleted_at.is_some() {
            Some(DismissalReason::Deleted)
        } else {
            self.conversations.is_ours(&stored.post).then_some(DismissalReason::OwnAccount)
        };
        if let Some(reason) = reason {
            let dismissal = Dismissal { reason, note: String::new(), by: By::Timer, at: self.now() };
            return Ok(match self.store.dismiss(stored.seq, &dismissal).await? {
                Dismissed::Done => finding(stored, None, Some(reason), "dismissed"),
                Dismissed::InCase(case) => finding(stored, Some(case), None, "somebody opened a case meanwhile"),
            });
        }
        let triage = self.triage();
        let triaged = known(&triage, stored);
        if let Some(rule) = triage.route(&stored.post, &triaged).dismissed {
            let reason = DismissalReason::Rule;
            let dismissal = Dismissal { reason, note: rule, by: By::Timer, at: self.now() };
            return Ok(match self.store.dismiss(stored.seq, &dismissal).await? {
                Dismissed::Done => finding(stored, None, Some(reason), "dismissed by a rule"),
                Dismissed::InCase(case) => finding(stored, Some(case), None, "somebody opened a case meanwhile"),
            });
        }
        let asked = why_needed(stored).unwrap_or_else(|| "needed an answer when it came".to_owned());
        let why = format!("found by the orphan sweep, nobody had it: {asked}");
        let opening = self.opening_for(stored, why).await?;
        let opened = self.store.open_case(stored.seq, &stored.post, &opening, By::Timer, self.now()).await?;
        match opened.ok_or(CaseError::NotSetUp)? {
            HandOpened::Already(case) => Ok(finding(stored, Some(case.id), None, "somebody opened a case meanwhile")),
            HandOpened::Done { case, keys } => {
                self.conversations.add(keys.iter().map(String::as_str));
                self.notices.tell(Notice::Case((&case).into()));
                Ok(finding(stored, Some(case.id), None, "a case was opened"))
            }
        }
    }
}

fn finding(stored: &StoredPost, case: Option<CaseId>, dismissed: Option<DismissalReason>, what: &str) -> SweepFinding {
    SweepFinding { post: stored.post.id.clone(), case, dismissed, what: what.to_owned() }
}

//! The clock of cases: sleeping ones wake, offers that nobody answers end, service levels ring, and what its owner cannot
//! do in time goes back. Each once, and late ones say so.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use switchboard_model::{By, Case, CaseId, CaseState, DepartmentId, Happening};
use switchboard_store::StoreError;

use super::CaseError;
use super::transfer::route_of;
use crate::App;
use crate::notices::Notice;

/// The clock looks this often even if nothing seems due: another process may have changed a case.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// And not more often than this, however much happens.
const LOOK_AT_MOST_EVERY: Duration = Duration::from_millis(200);

/// Cases that are looked at together.
const BATCH: u32 = 200;

/// What is later than this says so.
const LATE: SignedDuration = SignedDuration::from_mins(5);

impl App {
    /// Keeps the clock of cases until the installation stops. Returns at once.
    pub fn watch_clock(&self) {
        let app = self.clone();
        self.tasks.spawn(async move { app.keep_clock().await });
    }

    async fn keep_clock(&self) {
        let mut notices = self.notices.listen();
        let mut wound_by = None;
        // When it was last asked what seniors cannot do any more; never, or anew after people have changed, is `None`.
        let mut returned_at: Option<tokio::time::Instant> = None;
        loop {
            let now = self.now();
            let is_looked_at = returned_at.is_some_and(|at| at.elapsed() < LOOK_EVERY);
            if !is_looked_at {
                returned_at = Some(tokio::time::Instant::now());
                if let Err(error) = self.return_outreaches().await {
                    tracing::error!(%error, "what seniors cannot do any more cannot come back; it is tried again");
                }
            }
            if let Err(error) = self.keep_time(&mut wound_by).await {
                tracing::error!(%error, "the clock of cases could not do its work; it is tried again");
            }
            let wait = self.until_next_due(now).await.clamp(LOOK_AT_MOST_EVERY, LOOK_EVERY);
            let sleep = tokio::time::sleep(wait);
            tokio::pin!(sleep);
            loop {
                tokio::select! {
                    () = self.stop.cancelled() => return,
                    () = &mut sleep => break,
                    // A case that has changed may be due sooner than what was waited for; so may all, by other hours.
                    notice = notices.recv() => match notice {
                        Ok(notice @ (Notice::Case(_) | Notice::People)) => {
                            tokio::time::sleep(LOOK_AT_MOST_EVERY).await;
                            let mut is_people = matches!(notice, Notice::People);
                            while let Ok(notice) = notices.try_recv() {
                                is_people |= matches!(notice, Notice::People);
                            }
                            returned_at = returned_at.filter(|_| !is_people);
                            break;
                        }
                        Ok(_) | Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
                        Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
                    },
                }
            }
        }
    }

    /// How long nothing is due. What was due already when the clock rang could not be done, and is not tried all the time.
    async fn until_next_due(&self, rang_at: Timestamp) -> Duration {
        let next = async {
            let (due, ring) = (self.store.next_due().await?, self.store.next_ring().await?);
            let count = self.store.next_count().await?;
            let outreach = self.store.next_outreach_ring().await?;
            Ok::<_, StoreError>(due.into_iter().chain(ring).chain(count).chain(outreach).min())
        };
        match next.await {
            Ok(Some(due)) if due <= rang_at => LOOK_EVERY,
            Ok(Some(due)) => Duration::try_from(due.duration_since(self.now())).unwrap_or(Duration::ZERO),
            Ok(None) | Err(_) => LOOK_EVERY,
        }
    }

    /// Everything that time does to cases.
    async fn keep_time(&self, wound_by: &mut Option<String>) -> Result<(), CaseError> {
        self.ring().await?;
        self.wind_if_changed(wound_by).await?;
        self.wind_clocks().await?;
        self.ring_clocks().await?;
        self.ring_outreaches().await?;
        self.count_waiting().await?;
        self.hand_over_absent().await?;
        self.hand_back_off_duty().await?;
        self.count_exposure().await?;
        self.give_out().await?;
        Ok(())
    }

    /// Does what is due by now; answers how many cases that changed.
    pub async fn ring(&self) -> Result<usize, CaseError> {
        let mut changed = 0;
        loop {
            let now = self.now();
            let due = self.store.due_cases(now, BATCH).await?;
            let mut progress = 0;
            for id in &due {
                // One case that cannot be changed is named, and stops no other.
                match self.ring_for(*id, now).await {
                    Ok(has_changed) => progress += usize::from(has_changed),
                    Err(error) => tracing::error!(case.id = %id, %error, "what is due to a case cannot be done"),
                }
            }
            changed += progress;
            if due.len() < BATCH as usize || progress == 0 {
                return Ok(changed);
            }
        }
    }
}

impl App {
    async fn ring_for(&self, id: CaseId, now: Timestamp) -> Result<bool, CaseError> {
        let before = self.store.find_case(id).await?;
        // The departments that it has been through, where it may go on to another.
        let been = match before.as_ref().is_some_and(|case| case.offer.is_some()) {
            true => route_of(&self.store.case_events(id).await?),
            false => Vec::new(),
        };
        // Whoever changes the case meanwhile decides what is still due.
        let case = self.record_by(By::Timer, id, None, |case| Ok(self.due_now(case, &been, now))).await?;
        Ok(Some(case.version) != before.map(|case| case.version))
    }

    /// What is due to happen to a case.
    fn due_now(&self, case: &Case, been: &[DepartmentId], now: Timestamp) -> Vec<Happening> {
        let mut due = Vec::new();
        if let Some(offer) = case.offer.as_ref().filter(|offer| offer.until <= now) {
            due.extend(self.unaccepted(case, offer, been, said("nobody accepted in time", offer.until, now)));
        }
        if let CaseState::Snoozed { until } = case.state
            && until <= now
        {
            due.push(Happening::Resumed { why: said("its time has come", until, now) });
        }
        due
    }
}

/// The reason, with a word about the delay if there was one.
pub(super) fn said(why: &str, due: Timestamp, now: Timestamp) -> String {
    let late = now.duration_since(due);
    if late > LATE {
        format!("{why}; {} min late, because switchboard was not running", late.as_mins())
    } else {
        why.to_owned()
    }
}

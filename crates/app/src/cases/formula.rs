//! The formula by which priorities are counted: kept by administrators, tried before it is kept, and laid over the cases that
//! are open, where somebody wants that.
//!
//! A formula counts from the next post on. Cases keep their parts until something changes them; counting them anew is an act
//! of its own, which writes one event for each case that it changes and never touches what somebody said by hand.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::Serialize;
use switchboard_model::{
    Case, CaseId, Event, Formula, FormulaProblem, FormulaVersion, Happening, Past, Priority, StoredPost,
};
use switchboard_route::waiting::waits_since;
use tokio_util::sync::CancellationToken;

use super::CaseError;
use crate::rights::{Actor, Right};
use crate::triage::Triage;
use crate::{App, AppError, tags};

/// Cases that are read together.
const CASES: u32 = 200;

/// More open cases than these are not looked at before a formula is kept.
pub const MOST_TRIED: u64 = 50_000;

/// So many cases of the desk are compared.
pub const FIRST: usize = 20;

/// The characters of a post that are shown.
const EXCERPT: usize = 120;

/// What a formula would make of the open cases if they were counted anew.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FormulaPreview {
    /// How many open cases were looked at.
    pub cases: u64,
    /// Whether those are all.
    pub is_whole: bool,
    /// How many would have another priority.
    pub changed: u64,
    /// How many keep what somebody said.
    pub by_hand: u64,
    /// Those that stand first now.
    pub before: Vec<RankedCase>,
    /// Those that would stand first.
    pub after: Vec<RankedCase>,
}

/// A case with its places among all open ones.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankedCase {
    /// The case.
    pub case: CaseId,
    /// How its post begins; empty where it was deleted.
    pub excerpt: String,
    /// Its place now, 1 for the first.
    pub place_before: u64,
    /// Its place then.
    pub place_after: u64,
    /// Its priority now.
    pub priority_before: u8,
    /// Its priority then.
    pub priority_after: u8,
}

/// How far counting anew is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RecountState {
    /// Whether it goes on.
    pub is_running: bool,
    /// When it began; `None` if there was none since the start.
    pub started_at: Option<Timestamp>,
    /// How many cases were open when it began.
    pub cases: u64,
    /// How many were looked at.
    pub looked_at: u64,
    /// How many were changed.
    pub changed: u64,
    /// Why it ended before it was done; empty where it did not.
    pub stopped: String,
}

/// Counting anew, one at a time. It is not kept: after a restart it is begun again by whoever wants it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recount(Arc<Mutex<(RecountState, CancellationToken)>>);

impl Recount {
    fn with<T>(&self, change: impl FnOnce(&mut RecountState, &mut CancellationToken) -> T) -> T {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (state, stop) = &mut *held;
        change(state, stop)
    }
}

/// An open case that was counted once more.
struct Counted {
    case: Case,
    /// As it would be; `None` where it stays as it is.
    priority: Option<Priority>,
}

impl App {
    /// The formula by which priorities are counted.
    pub fn formula(&self) -> Formula {
        self.people().formula()
    }

    /// The formula as somebody kept it; `None` where nobody has changed it.
    pub fn kept_formula(&self) -> Option<FormulaVersion> {
        self.people().kept_formula().cloned()
    }

    /// Has priorities be counted by a formula, from the next post on.
    pub async fn set_formula(&self, actor: &Actor, formula: Formula) -> Result<FormulaVersion, CaseError> {
        actor.may(Right::Administer)?;
        let formula = self.checked_formula(formula)?;
        let _turn = self.turn().await;
        let kept = self.store.keep_formula(&formula, actor.by(), self.now()).await?;
        self.read_people_anew().await?;
        Ok(kept)
    }

    /// What a formula would make of the open cases. Nothing is changed.
    pub async fn preview_formula(&self, actor: &Actor, formula: Formula) -> Result<FormulaPreview, CaseError> {
        actor.may(Right::Administer)?;
        let formula = Arc::new(self.checked_formula(formula)?);
        let mut preview = FormulaPreview { is_whole: true, ..FormulaPreview::default() };
        let mut ranks: Vec<(CaseId, i64, u8, u8)> = Vec::new();
        let mut after = CaseId(0);
        loop {
            let cases = self.store.open_cases(after, CASES).await?;
            let Some(last) = cases.last() else { break };
            if preview.cases >= MOST_TRIED || self.stop.is_cancelled() {
                preview.is_whole = false;
                break;
            }
            after = *last;
            for Counted { case, priority } in self.counted_anew(&cases, &formula).await? {
                preview.cases += 1;
                preview.by_hand += u64::from(case.priority.is_by_hand());
                let then = priority.as_ref().map_or(case.priority.score, |priority| priority.score);
                preview.changed += u64::from(then != case.priority.score);
                ranks.push((case.id, case.post, case.priority.score, then));
            }
        }
        let places = |of: fn(&(CaseId, i64, u8, u8)) -> u8| {
            let mut order: Vec<usize> = (0..ranks.len()).collect();
            // As a desk lists them: the most urgent first, of equal ones the newest.
            order.sort_by_key(|at| ranks.get(*at).map(|one| (std::cmp::Reverse(of(one)), std::cmp::Reverse(one.0))));
            order
        };
        let (before, then) = (places(|one| one.2), places(|one| one.3));
        let place = |order: &[usize]| -> HashMap<usize, u64> { order.iter().copied().zip(1..).collect() };
        let (place_before, place_after) = (place(&before), place(&then));
        let shown: BTreeSet<usize> = before.iter().take(FIRST).chain(then.iter().take(FIRST)).copied().collect();
        let posts: Vec<i64> = shown.iter().filter_map(|at| ranks.get(*at)).map(|one| one.1).collect();
        let posts = self.store.find_posts(&posts).await?;
        let ranked = |at: &usize| {
            let (case, post, priority_before, priority_after) = *ranks.get(*at)?;
            let stored = posts.iter().find(|stored| stored.seq == post);
            Some(RankedCase {
                case,
                excerpt: stored.map(|stored| stored.excerpt(EXCERPT)).unwrap_or_default(),
                place_before: place_before.get(at).copied().unwrap_or_default(),
                place_after: place_after.get(at).copied().unwrap_or_default(),
                priority_before,
                priority_after,
            })
        };
        preview.before = before.iter().take(FIRST).filter_map(ranked).collect();
        preview.after = then.iter().take(FIRST).filter_map(ranked).collect();
        Ok(preview)
    }

    /// Counts the priority of every open case anew, by the formula and the rules in force. Returns at once; how far it is
    /// says [`App::recount_state`]. While one is under way there is no second.
    pub async fn recount_cases(&self, actor: &Actor) -> Result<RecountState, CaseError> {
        actor.may(Right::Administer)?;
        if self.people().company().is_none() {
            return Err(CaseError::NotSetUp);
        }
        let open: u64 = self
            .store
            .queues()
            .await?
            .iter()
            .filter(|queue| queue.state != "closed")
            .map(|queue| queue.public + queue.private)
            .sum();
        let token = self.stop.child_token();
        let started = self.recount.with(|state, stop| {
            if state.is_running {
                return None;
            }
            *state =
                RecountState { is_running: true, started_at: Some(self.now()), cases: open, ..RecountState::default() };
            *stop = token.clone();
            Some(state.clone())
        });
        let Some(started) = started else { return Ok(self.recount.with(|state, _| state.clone())) };
        let (app, actor) = (self.clone(), actor.clone());
        self.tasks.spawn(async move {
            let ended = app.recount_all(&actor, &token).await;
            let stopped = match ended {
                Ok(()) if token.is_cancelled() => "it was stopped".to_owned(),
                Ok(()) => String::new(),
                Err(error) => {
                    tracing::error!(%error, "open cases cannot be counted anew");
                    error.to_string()
                }
            };
            app.recount.with(|state, _| (state.is_running, state.stopped) = (false, stopped));
        });
        Ok(started)
    }

    /// How far counting anew is.
    pub fn recount_state(&self, actor: &Actor) -> Result<RecountState, CaseError> {
        actor.may(Right::Administer)?;
        Ok(self.recount.with(|state, _| state.clone()))
    }

    /// Stops counting anew; what was counted stays counted.
    pub fn stop_recount(&self, actor: &Actor) -> Result<RecountState, CaseError> {
        actor.may(Right::Administer)?;
        Ok(self.recount.with(|state, stop| {
            stop.cancel();
            state.clone()
        }))
    }

    async fn recount_all(&self, actor: &Actor, stop: &CancellationToken) -> Result<(), CaseError> {
        let formula = Arc::new(self.formula());
        let mut after = CaseId(0);
        loop {
            let cases = self.store.open_cases(after, CASES).await?;
            let Some(last) = cases.last() else { return Ok(()) };
            after = *last;
            for Counted { case, priority } in self.counted_anew(&cases, &formula).await? {
                if stop.is_cancelled() {
                    return Ok(());
                }
                let has_changed = match priority {
                    Some(priority) => self.recount(actor, &case, priority).await?,
                    None => false,
                };
                self.recount.with(|state, _| {
                    state.looked_at += 1;
                    state.changed += u64::from(has_changed);
                });
            }
            let now = self.now();
            // What grows with the time is due by the formula of today.
            self.wind_again(&cases, now).await?;
        }
    }

    /// Writes a priority into the case that it was counted for; one that has changed meanwhile is left as it is.
    async fn recount(&self, actor: &Actor, case: &Case, priority: Priority) -> Result<bool, CaseError> {
        let happening = Happening::Recounted { priority, why: "by the formula of today".to_owned() };
        let decide = |now: &Case| {
            let is_same = now.version == case.version;
            Ok(if is_same { vec![happening.clone()] } else { Vec::new() })
        };
        let now = self.record_by(actor.by(), case.id, None, decide).await?;
        Ok(now.version != case.version)
    }

    /// Open cases with the priority that each would have, if that is another one.
    async fn counted_anew(&self, ids: &[CaseId], formula: &Arc<Formula>) -> Result<Vec<Counted>, CaseError> {
        let now = self.now();
        let histories = self.store.histories(ids).await?;
        let mut known: Vec<(Case, Option<Timestamp>)> = Vec::new();
        for (id, history) in &histories {
            match played(history) {
                Some(played) => known.push(played),
                None => tracing::error!(case.id = %id, "a history contradicts itself; its case is not counted anew"),
            }
        }
        let posts: Vec<i64> = known.iter().map(|(case, _)| case.post).collect();
        let stored = self.store.find_posts(&posts).await?;
        let pasts = if formula.asks_for_past() { self.store.pasts_of(&posts, now).await? } else { HashMap::new() };
        let (triage, formula) = (self.triage(), formula.clone());
        let counted = tokio::task::spawn_blocking(move || {
            let triage = triage.with_formula(formula.clone());
            let stored: HashMap<i64, &StoredPost> = stored.iter().map(|stored| (stored.seq, stored)).collect();
            let count = |(case, since): (Case, Option<Timestamp>)| {
                let past = pasts.get(&case.post).cloned().unwrap_or_default();
                let stored = stored.get(&case.post).filter(|stored| stored.deleted_at.is_none());
                let priority = stored
                    .filter(|_| !case.priority.is_by_hand())
                    .map(|stored| count(&triage, &formula, &case, stored, &past, since, now));
                let is_other = |priority: &Priority| {
                    let points = |priority: &Priority| -> Vec<(String, i32)> {
                        priority.parts.iter().map(|part| (part.name.clone(), part.points)).collect()
                    };
                    points(priority) != points(&case.priority)
                };
                Counted { priority: priority.filter(is_other), case }
            };
            known.into_iter().map(count).collect::<Vec<_>>()
        });
        Ok(counted.await.map_err(|_| AppError::Stopping)?)
    }

    /// The formula as it would be kept, if it can be used.
    fn checked_formula(&self, mut formula: Formula) -> Result<Formula, CaseError> {
        if self.people().company().is_none() {
            return Err(CaseError::NotSetUp);
        }
        let mut known = Vec::new();
        for tag in std::mem::take(&mut formula.customer.tags) {
            let tidied = tags::tidied(std::slice::from_ref(&tag.tag));
            let tidied = tidied.map_err(|message| CaseError::bad("customer.tags", message))?;
            let Some(name) = tidied.into_iter().next() else {
                return Err(CaseError::bad("customer.tags", "a tag has 1 to 50 characters".to_owned()));
            };
            known.push(switchboard_model::TagPoints { tag: name, ..tag });
        }
        formula.customer.tags = known;
        match formula.problems().into_iter().next() {
            None => Ok(formula),
            Some(FormulaProblem { key, message }) => {
                let number = Formula::NUMBERS.iter().find(|number| number.key == key);
                Err(CaseError::bad(number.map_or("customer.tags", |number| number.key), message))
            }
        }
    }
}

fn played(history: &[Event]) -> Option<(Case, Option<Timestamp>)> {
    waits_since(history).ok().flatten()
}

/// The priority of a case as the formula and the rules of today make it.
fn count(
    triage: &Triage,
    formula: &Formula,
    case: &Case,
    stored: &StoredPost,
    past: &Past,
    since: Option<Timestamp>,
    now: Timestamp,
) -> Priority {
    let routed = triage.route(&stored.post, &triage.known(stored));
    formula
        .with_past(&routed.priority, &case.tags, past, routed.says_ignored.as_deref())
        .with_part("waiting", Some(formula.waiting_part(since, now)))
}

//! What rules would do, before they do it: the posts of the last days once more, by the rules of today and by others.
//!
//! It reads in small pages beside everything else and writes nothing. What it says is what the line would decide: both ask
//! the same function.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use switchboard_model::{DismissalReason, PostFilter, PostId, Role, Rule, RuleId, StoredPost, UserId};

use super::RuleError;
use super::rule::{RuleText, checked, checked_set};
use crate::people::People;
use crate::rights::{Actor, Right};
use crate::triage::{Routing, Triage};
use crate::{App, AppError};

/// Posts that are read together.
const PAGE: u32 = 500;

/// How far back it looks if nobody says otherwise.
pub const DAYS: u32 = 14;

/// How far back it looks at most.
pub const MOST_DAYS: u32 = 90;

/// So many changes are named if nobody says otherwise.
pub const CHANGES: usize = 200;

/// The characters of a post that are shown.
const EXCERPT: usize = 160;

/// How long it looks if nobody says otherwise, in seconds; and at most.
pub const WITHIN_S: u32 = 20;
/// How long it may look at most.
pub const MOST_S: u32 = 100;

/// How far rules are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// How many days back, 1 to [`MOST_DAYS`].
    pub days: u32,
    /// How many posts are named that would have been decided otherwise.
    pub most: usize,
    /// For how many seconds, 1 to [`MOST_S`]: what was not looked at by then is left out, and the answer says so.
    pub within_s: u32,
}

impl Default for Extent {
    fn default() -> Self {
        Self { days: DAYS, most: CHANGES, within_s: WITHIN_S }
    }
}

/// Rules that are tried.
#[derive(Debug, Clone, PartialEq)]
pub enum Proposed {
    /// One rule: in the place of the one with the id, else after all others. The others stay.
    Rule {
        /// The rule that it takes the place of.
        id: Option<RuleId>,
        /// What it says.
        text: RuleText,
    },
    /// All rules, in their order.
    All(Vec<RuleText>),
}

/// What came of trying.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DryRun {
    /// Since when posts were looked at.
    pub from: Timestamp,
    /// Time was up before all that were asked for were looked at: older ones are left out.
    pub is_cut: bool,
    /// How many of them need an answer and began no conversation that was there already: those that rules decide about.
    pub posts: u64,
    /// How many would have been decided otherwise.
    pub changed: u64,
    /// Those, newest first, as many as were asked for.
    pub changes: Vec<Change>,
    /// How many posts each department would have had, before and after; those where nothing differs as well.
    pub departments: Vec<DepartmentCount>,
    /// How many would have been dismissed, before and after.
    pub dismissed: [u64; 2],
}

/// A post that would have been decided otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The post.
    pub post: PostId,
    /// How it begins.
    pub excerpt: String,
    /// By the rules of today.
    pub before: Ruled,
    /// By those that are tried.
    pub after: Ruled,
}

/// What rules decide about a post.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ruled {
    /// Name of the department.
    pub department: String,
    /// How urgent.
    pub priority: u8,
    /// The tags of its case, sorted.
    pub tags: Vec<String>,
    /// Who gets it; `None` for the desk.
    pub owner: Option<UserId>,
    /// The rule by which it gets no case.
    pub dismissed: Option<String>,
    /// The rules that held.
    pub rules: Vec<String>,
}

impl Ruled {
    /// Whether a case would be the same. Which rules held does not matter to it.
    fn is_same(&self, other: &Self) -> bool {
        match (&self.dismissed, &other.dismissed) {
            (Some(one), Some(other)) => one == other,
            (None, None) => {
                (&self.department, self.priority, &self.tags, self.owner)
                    == (&other.department, other.priority, &other.tags, other.owner)
            }
            _ => false,
        }
    }
}

/// How many posts a department would have had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DepartmentCount {
    /// Name of the department.
    pub department: String,
    /// By the rules of today.
    pub before: u64,
    /// By those that are tried.
    pub after: u64,
}

impl App {
    /// Tries rules on the posts of the last days, the newest first.
    pub async fn try_rules(&self, actor: &Actor, proposed: Proposed, extent: Extent) -> Result<DryRun, RuleError> {
        actor.may(Right::Administer)?;
        let Extent { days, most, within_s } = extent;
        if !(1..=MOST_S).contains(&within_s) {
            return Err(RuleError::bad("within_s", format!("rules are tried for 1 to {MOST_S} seconds")));
        }
        let until = Instant::now() + Duration::from_secs(u64::from(within_s));
        if !(1..=MOST_DAYS).contains(&days) {
            return Err(RuleError::bad("days", format!("rules are tried on the last 1 to {MOST_DAYS} days")));
        }
        let people = self.people();
        let company = people.company().ok_or(RuleError::NotSetUp)?;
        let rules = self.proposed_rules(&people, proposed)?;
        let routing =
            Routing::of_installation(people.departments(), company.fallback, &rules, people.packs().compiled());
        let routing = routing.map_err(|error| RuleError::Circle(error.to_string()))?;
        let routing = Arc::new(routing.with_formula(Arc::new(people.formula())));
        let before = self.triage();
        let after = Arc::new(before.with_routing(routing));
        let now = self.now();
        let from = now.checked_sub(SignedDuration::from_hours(i64::from(days) * 24)).unwrap_or(now);
        let mut run = DryRun {
            from,
            is_cut: false,
            posts: 0,
            changed: 0,
            changes: Vec::new(),
            departments: Vec::new(),
            dismissed: [0; 2],
        };
        let mut counts: BTreeMap<String, [u64; 2]> = BTreeMap::new();
        let mut filter = PostFilter { with_private: true, limit: PAGE, ..PostFilter::default() };
        loop {
            let posts = self.store.list_posts(&filter).await?;
            let (Some(last), is_last) = (posts.last(), posts.len() < PAGE as usize) else { break };
            // Posts that came late keep the time at which they were first heard: only a page of nothing else ends it.
            let is_past = posts.iter().all(|stored| stored.captured_at < from);
            let reached = last.captured_at;
            filter.before = Some(last.seq);
            let posts: Vec<StoredPost> =
                posts.into_iter().filter(|stored| stored.captured_at >= from && stored.deleted_at.is_none()).collect();
            let asking = self.asking(&posts).await?;
            let (before, after, people) = (before.clone(), after.clone(), people.clone());
            let ruled = tokio::task::spawn_blocking(move || {
                let both = |stored: StoredPost| {
                    let (one, other) = (ruled(&before, &stored, &people), ruled(&after, &stored, &people));
                    (stored, one, other)
                };
                posts.into_iter().filter(|stored| asking.contains(&stored.seq)).map(both).collect::<Vec<_>>()
            });
            for (stored, before, after) in ruled.await.map_err(|_| AppError::Stopping)? {
                run.posts += 1;
                for (side, ruled) in [&before, &after].into_iter().enumerate() {
                    match ruled.dismissed {
                        Some(_) => run.dismissed[side] += 1,
                        None => counts.entry(ruled.department.clone()).or_default()[side] += 1,
                    }
                }
                if !before.is_same(&after) {
                    run.changed += 1;
                    if run.changes.len() < most {
                        let (post, excerpt) = (stored.post.id.clone(), stored.excerpt(EXCERPT));
                        run.changes.push(Change { post, excerpt, before, after });
                    }
                }
            }
            if is_last || is_past {
                break;
            }
            if Instant::now() >= until || self.stop.is_cancelled() {
                (run.is_cut, run.from) = (true, reached.max(from));
                break;
            }
        }
        let count = |(department, [before, after]): (String, [u64; 2])| DepartmentCount { department, before, after };
        run.departments = counts.into_iter().map(count).collect();
        Ok(run)
    }

    fn proposed_rules(&self, people: &People, proposed: Proposed) -> Result<Vec<Rule>, RuleError> {
        match proposed {
            Proposed::Rule { id, text } => {
                let known = id.and_then(|id| people.rule(id));
                if let (Some(id), None) = (id, known) {
                    return Err(RuleError::Unknown(id.to_string()));
                }
                let last = people.rules().iter().map(|rule| rule.place).max().unwrap_or(0);
                let place = known.map_or(last.saturating_add(1), |rule| rule.place);
                let id = id.unwrap_or_else(|| RuleId(self.ids.next()));
                let rule = checked(people, id, place, text)?;
                let mut rules: Vec<Rule> = people.rules().iter().filter(|other| other.id != id).cloned().collect();
                rules.push(rule);
                rules.sort_by_key(|rule| rule.place);
                Ok(rules)
            }
            Proposed::All(texts) => {
                let rules = texts.into_iter().zip(1..).map(|(text, place)| (RuleId(self.ids.next()), place, text));
                checked_set(people, rules)
            }
        }
    }

    /// Those of the posts that rules decide about: they need an answer and did not belong to a case that was there.
    async fn asking(&self, posts: &[StoredPost]) -> Result<HashSet<i64>, RuleError> {
        let seqs: Vec<i64> = posts.iter().map(|stored| stored.seq).collect();
        let needs = self.store.needs_of(&seqs).await?;
        let is_ruled = |reason: Option<DismissalReason>| reason.is_none_or(|reason| !reason.is_of_the_past());
        let asks = needs.into_iter().filter(|need| need.is_own && is_ruled(need.dismissed));
        Ok(asks.map(|need| need.post).collect())
    }
}

fn ruled(triage: &Triage, stored: &StoredPost, people: &People) -> Ruled {
    let routed = triage.route(&stored.post, &triage.known(stored));
    let mut tags = routed.tags;
    tags.sort();
    tags.dedup();
    let works = |id: &UserId| people.user(*id).is_some_and(|user| user.is_active && user.role != Role::Observer);
    Ruled {
        department: routed.department.label,
        priority: routed.priority.score,
        tags,
        owner: routed.owner.and_then(|owner| owner.parse().ok()).filter(works),
        dismissed: routed.dismissed,
        rules: routed.rules,
    }
}

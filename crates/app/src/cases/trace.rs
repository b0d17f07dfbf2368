//! Why a case is where it is: which rules looked at its post, which held, and what the others missed.
//!
//! Nothing of it is stored with the case: the rules are kept as they were, the post and what was understood of it as well,
//! so it can be worked out anew whenever somebody asks. What past cases said is another matter: they say something else by
//! now, so that stands in the event that opened the case.

use jiff::Timestamp;
use serde::Serialize;
use switchboard_model::{By, CaseId, PostId, Proposal};
use switchboard_route::Hints;

use super::CaseError;
use super::open::known;
use crate::App;
use crate::rights::Actor;
use crate::triage::{Routing, TracedRule};

/// Why a case is where it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trace {
    /// The case.
    pub case: CaseId,
    /// The post that opened it.
    pub post: PostId,
    /// Why it was opened.
    pub why: String,
    /// Why it went to its first department.
    pub why_here: String,
    /// The rules as they were then; `None` where nobody kept them.
    pub rule_set: Option<RuleSetMark>,
    /// Each rule, in their order.
    pub rules: Vec<TracedRule>,
    /// Where past cases would have had it when it was opened; `None` where too little was known.
    pub proposal: Option<Proposal>,
    /// The post or what was understood of it has changed since, so a rule may have seen other words.
    pub is_edited: bool,
}

/// Which set of rules it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RuleSetMark {
    /// Its number.
    pub number: i64,
    /// Since when.
    pub at: Timestamp,
    /// Who made it so.
    pub by: By,
}

impl App {
    /// Why a case is where it is.
    pub async fn case_trace(&self, actor: &Actor, id: CaseId) -> Result<Trace, CaseError> {
        let case = self.store.find_case(id).await?.filter(|case| actor.sees(case.visibility));
        let case = case.ok_or(CaseError::Unknown(id))?;
        let stored = self.store.find_posts(&[case.post]).await?.pop();
        let stored = stored.ok_or(CaseError::Unknown(id))?;
        let people = self.people();
        let kept = self.store.rule_set_at(case.opened_at).await?;
        let triage = self.triage();
        let triaged = known(&triage, &stored);
        let old = match &kept {
            Some(kept) if kept.rules != **people.rules() => {
                let company = people.company().ok_or(CaseError::NotSetUp)?;
                Routing::of_rules(people.departments(), company.fallback, &kept.rules, people.packs().compiled())
            }
            _ => None,
        };
        let routing = old.as_ref().unwrap_or_else(|| triage.routing().as_ref());
        let leanings = triage.leanings(&triaged);
        let proposal = self.proposal_of(id).await?;
        let learnt = || routing.learnt(proposal.as_ref()?);
        let rules = routing.trace(&stored.post, &stored.signals, &Hints { leanings: &leanings, learnt: &learnt });
        Ok(Trace {
            case: id,
            post: stored.post.id.clone(),
            why: case.why,
            why_here: case.why_here,
            rule_set: kept.map(|kept| RuleSetMark { number: kept.number, at: kept.at, by: kept.by }),
            rules,
            proposal,
            is_edited: stored.version > 1,
        })
    }
}

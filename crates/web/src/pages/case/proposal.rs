//! Where past cases would have a case: said with the nearest of them, and asked where somebody can say yes with one key.

use std::borrow::Cow;

use switchboard_model::{Case, CaseId, Event, Happening, Lesson, Proposal};

use super::{CasePane, Shown};
use crate::pages::colleagues::Colleagues;

/// What is less probable is not asked for, unless a confidence says that somebody has to decide.
const WORTH_ASKING: f64 = 0.5;

/// A proposal as it is shown.
pub(crate) struct ProposalView {
    pub(super) department: String,
    pub(super) percent: String,
    pub(super) words: Cow<'static, str>,
    pub(super) near: Vec<NearView>,
    /// Who looks may say yes to it.
    pub(super) is_asked: bool,
    pub(super) go: Cow<'static, str>,
}

/// A past case or an example that is near.
pub(crate) struct NearView {
    pub(super) case: Option<CaseId>,
    pub(super) name: Cow<'static, str>,
    pub(super) department: String,
}

impl ProposalView {
    pub(crate) fn new(proposal: &Proposal, colleagues: &Colleagues, is_asked: bool) -> Self {
        let department = colleagues.department(proposal.proposed.department);
        let percent = (proposal.proposed.probability * 100.0).round().to_string();
        let near = proposal.near.iter().map(|near| NearView {
            case: match near.lesson {
                Lesson::Case(case) => Some(case),
                Lesson::Example(_) => None,
            },
            name: match near.lesson {
                Lesson::Case(case) => t!("case-proposal-case", number = case.to_string()),
                Lesson::Example(_) => t!("case-proposal-example"),
            },
            department: colleagues.department(near.department),
        });
        let near: Vec<NearView> = near.collect();
        let (name, probable) = (department.as_str(), percent.as_str());
        Self {
            words: if near.is_empty() {
                t!("case-proposal-none-near", department = name, percent = probable)
            } else {
                t!("case-proposal", department = name, percent = probable)
            },
            go: t!("case-proposal-go", department = name),
            near,
            is_asked,
            department,
            percent,
        }
    }
}

/// Whether somebody is asked: nobody has decided yet where the case belongs, and who looks may.
pub(crate) fn is_asked(proposal: Option<&Proposal>, case: &Case, events: &[Event], shown: &Shown<'_>) -> bool {
    let Some(proposal) = proposal else { return false };
    let is_decided = events
        .iter()
        .any(|event| matches!(event.what, Happening::Accepted | Happening::Assigned { .. } | Happening::Moved { .. }));
    let to = proposal.proposed.department;
    let is_open = shown.colleagues.departments.iter().any(|department| department.id == to && department.is_active);
    let is_worth_it = proposal.confidence.is_some() || proposal.proposed.probability >= WORTH_ASKING;
    !is_decided
        && !case.is_closed()
        && case.offer.is_none()
        && case.replied_at.is_none()
        && case.department != to
        && is_open
        && is_worth_it
        && shown.actor.may_work_on(case).is_ok()
}

impl CasePane {
    /// With where past cases would have it.
    pub(crate) fn with_proposal(mut self, proposal: Option<ProposalView>) -> Self {
        self.proposal = proposal;
        self
    }
}

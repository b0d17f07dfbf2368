//! The set-up in five steps, on pages that can be visited again at any time.
//!
//! [`company`] opens with the one-time link and founds the installation; the others are for administrators. Beside each
//! step stands what was decided in the others, and on the other side what is heard while the set-up goes on ([`live`]).

pub(crate) mod colleagues;
pub(crate) mod company;
pub(crate) mod departments;
pub(crate) mod live;
pub(crate) mod searches;
pub(crate) mod sources;

use std::borrow::Cow;

use axum::extract::State;
use axum::response::Response;
use switchboard_app::setup::progress::{Decision, Progress, Step};
use switchboard_model::{Company, HealthState, Source};

use self::live::LiveView;
use super::forms::Fields;
use super::{Frame, go};
use crate::error::{PageError, Refusal};
use crate::options::Web;
use crate::visitor::Visitor;

/// What stands around a step.
#[derive(Debug, Clone)]
pub(crate) struct Shell {
    /// Whose conversation it is; empty before anybody said it.
    company: String,
    steps: Vec<StepView>,
    /// What is heard meanwhile; nothing before there is anybody who may see it.
    live: Option<LiveView>,
}

/// One of the five.
#[derive(Debug, Clone)]
struct StepView {
    number: usize,
    name: Cow<'static, str>,
    /// What was decided, in a few words.
    note: String,
    href: Option<&'static str>,
    is_here: bool,
    is_done: bool,
}

fn address(step: Step) -> &'static str {
    match step {
        Step::Searches => "/setup/searches",
        Step::Sources => "/setup/sources",
        Step::Departments => "/setup/departments",
        Step::Colleagues => "/setup/colleagues",
    }
}

fn name(step: Step) -> Cow<'static, str> {
    match step {
        Step::Searches => t!("setup-step-searches"),
        Step::Sources => t!("setup-step-sources"),
        Step::Departments => t!("setup-step-departments"),
        Step::Colleagues => t!("setup-step-colleagues"),
    }
}

impl Shell {
    /// Before there is a company: the steps that are to come.
    fn before() -> Self {
        let note = |step| match step {
            Step::Colleagues => t!("setup-note-can-wait").into_owned(),
            _ => String::new(),
        };
        let coming = |(number, step)| StepView {
            number,
            name: name(step),
            note: note(step),
            href: None,
            is_here: false,
            is_done: false,
        };
        let mut steps = vec![StepView {
            number: 1,
            name: t!("setup-step-company"),
            note: String::new(),
            href: None,
            is_here: true,
            is_done: false,
        }];
        steps.extend((2..).zip(Step::ALL).map(coming));
        Self { company: String::new(), steps, live: None }
    }

    /// Around one of the steps; `None` is the company's.
    async fn load(web: &Web, visitor: &Visitor, here: Option<Step>) -> Result<Self, PageError> {
        let live = LiveView::load(web, visitor).await?;
        let company = web.app.company().ok_or_else(|| Refusal::not_found(t!("setup-not-yet")))?;
        let progress = web.app.set_up_progress().await.map_err(Refusal::from)?.unwrap_or_default();
        let listening = web.app.searches().await?.iter().filter(|search| search.is_enabled).count() as u64;
        let proposed = web.app.propose_searches(&company.name, &company.handles, company.website.as_deref());
        let notes = Notes {
            listening,
            proposed: proposed.len() as u64,
            sources: web.app.sources().await?.into_iter().filter(|source| source.kind.is_followed()).collect(),
            departments: web.app.departments().iter().filter(|department| department.is_active).count() as u64,
            colleagues: web.app.users().iter().filter(|user| user.is_active).count().saturating_sub(1) as u64,
        };
        Ok(Self::new(&company, &progress, &notes, here, live))
    }

    fn new(company: &Company, progress: &Progress, notes: &Notes, here: Option<Step>, live: LiveView) -> Self {
        let mut steps = vec![StepView {
            number: 1,
            name: t!("setup-step-company"),
            note: about(company),
            href: Some("/setup/company"),
            is_here: here.is_none(),
            is_done: true,
        }];
        let view = |(number, step): (usize, Step)| StepView {
            number,
            name: name(step),
            note: notes.of(step, progress.steps.get(&step).copied()),
            href: Some(address(step)),
            is_here: here == Some(step),
            is_done: progress.steps.get(&step) == Some(&Decision::Kept),
        };
        steps.extend((2..).zip(Step::ALL).map(view));
        Self { company: company.name.clone(), steps, live: Some(live) }
    }
}

fn about(company: &Company) -> String {
    let site = company.website.as_deref().map(super::words::host).map(str::to_owned);
    let parts = [company.name.clone()].into_iter().chain(company.handles.iter().cloned()).chain(site);
    parts.collect::<Vec<_>>().join(", ")
}

/// What the steps have come to.
#[derive(Debug, Clone, Default)]
struct Notes {
    listening: u64,
    proposed: u64,
    sources: Vec<Source>,
    departments: u64,
    colleagues: u64,
}

impl Notes {
    fn of(&self, step: Step, decision: Option<Decision>) -> String {
        let skipped = decision == Some(Decision::Skipped);
        match step {
            Step::Searches if self.listening > 0 => t!("setup-note-listening", count = self.listening),
            Step::Searches if skipped => t!("setup-note-skipped"),
            Step::Searches => t!("setup-note-proposed", count = self.proposed),
            Step::Sources if self.sources.is_empty() => match skipped {
                true => t!("setup-note-skipped"),
                false => t!("setup-note-no-source"),
            },
            Step::Sources => {
                let followed = self.sources.iter().filter(|source| source.is_enabled);
                let answering = followed.clone().filter(|source| source.health.state == HealthState::Ok).count();
                t!("setup-note-answer", answering = answering as u64, all = followed.count() as u64)
            }
            Step::Departments => t!("setup-note-departments", count = self.departments),
            Step::Colleagues if self.colleagues > 0 => t!("setup-note-colleagues", count = self.colleagues),
            Step::Colleagues => t!("setup-note-can-wait"),
        }
        .into_owned()
    }
}

/// The frame of a step: without the navigation, which leads to what is not there yet.
fn frame(title: Cow<'static, str>, visitor: Option<&Visitor>) -> Frame {
    let frame = Frame { visitor: visitor.map(|visitor| visitor.actor.clone()), is_bare: true, ..Frame::new(title) };
    frame.with_style("people.css").with_style("setup.css").with_script("forms.js").with_script("setup.js")
}

/// `GET /setup`: the first step about which nothing was decided.
pub(crate) async fn beginning(State(web): State<Web>) -> Result<Response, PageError> {
    let progress = web.app.set_up_progress().await.map_err(Refusal::from)?.unwrap_or_default();
    Ok(go(progress.open_step().map_or("/setup/company", address)))
}

/// `POST /setup/skip`: leaves a step for later.
pub(crate) async fn skip(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let step = Step::from_word(fields.text("step"))
        .ok_or_else(|| Refusal::unprocessable("bad_field", t!("setup-no-step")).about("step"))?;
    web.app.decide_step(&visitor.actor, step, Decision::Skipped).await.map_err(Refusal::from)?;
    Ok(go(step.next().map_or("/desk", address)))
}

/// `POST /setup/later`: to the desk, which says no more that something is left.
pub(crate) async fn later(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    web.app.leave_set_up(&visitor.actor).await.map_err(Refusal::from)?;
    Ok(go("/desk"))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    pub(super) fn company() -> Company {
        Company {
            name: format!("Acme {}", samples::HOSTILE),
            handles: vec!["@acme".to_owned(), samples::HOSTILE.to_owned()],
            website: Some("https://www.acme.example/".to_owned()),
            fallback: samples::departments()[0].id,
            team: switchboard_model::Team::default(),
            holidays: Vec::new(),
        }
    }

    /// Around a step, with everything decided and with nothing.
    pub(super) fn shell(here: Option<Step>, is_decided: bool) -> Shell {
        let mut progress = Progress::default();
        let mut notes = Notes { proposed: 3, departments: 8, ..Notes::default() };
        if is_decided {
            progress.steps = Step::ALL.map(|step| (step, Decision::Kept)).into();
            notes = Notes { listening: 1, sources: samples::sources(), colleagues: 2, ..notes };
        } else {
            progress.steps.insert(Step::Searches, Decision::Skipped);
        }
        Shell::new(&company(), &progress, &notes, here, live::tests::sample(is_decided))
    }

    #[test]
    fn steps_say_what_was_decided() {
        let notes = |is_decided| {
            let steps = shell(None, is_decided).steps;
            steps.into_iter().skip(1).map(|step| (step.note, step.is_done)).collect::<Vec<_>>()
        };
        let decided = notes(true);
        assert_eq!(decided[0], ("1 search listens".to_owned(), true));
        assert_eq!(decided[1], ("1 of 4 answers".to_owned(), true));
        assert_eq!(decided[3], ("2 colleagues".to_owned(), true));
        let open = notes(false);
        assert_eq!(open[0], ("left for later".to_owned(), false));
        assert_eq!(open[1], ("nothing is followed yet".to_owned(), false));
        assert_eq!(open[3], ("can wait".to_owned(), false));
    }
}

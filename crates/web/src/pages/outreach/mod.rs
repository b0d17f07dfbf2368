//! Calls and mails by seniors: the list, the one page of each, and the same page by a signed link.

pub(crate) mod link;
pub(crate) mod one;

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use switchboard_app::cases::outreach::{OutreachQuery, OutreachView};
use switchboard_model::{CaseId, OutreachChannel, OutreachFigures, OutreachId, OutreachOutcome, OutreachState};

use super::words::{self, When};
use super::{Frame, Section, show};
use crate::error::PageError;
use crate::extract::PageQuery;
use crate::options::Web;
use crate::visitor::Visitor;

/// Where an outreach stands, in a word.
pub(crate) fn state_words(state: OutreachState) -> Cow<'static, str> {
    match state {
        OutreachState::Asked => t!("outreach-state-asked"),
        OutreachState::Accepted => t!("outreach-state-accepted"),
        OutreachState::Declined => t!("outreach-state-declined"),
        OutreachState::Done => t!("outreach-state-done"),
        OutreachState::Withdrawn => t!("outreach-state-withdrawn"),
        OutreachState::Returned => t!("outreach-state-returned"),
    }
}

/// What came of one.
pub(crate) fn outcome_words(outcome: OutreachOutcome) -> Cow<'static, str> {
    match outcome {
        OutreachOutcome::Solved => t!("outreach-outcome-solved"),
        OutreachOutcome::NotSolved => t!("outreach-outcome-not-solved"),
        OutreachOutcome::LeftMessage => t!("outreach-outcome-left-message"),
        OutreachOutcome::NotReached => t!("outreach-outcome-not-reached"),
        OutreachOutcome::MailSent => t!("outreach-outcome-mail-sent"),
        OutreachOutcome::Refused => t!("outreach-outcome-refused"),
    }
}

/// Call or mail.
pub(crate) fn channel_words(channel: OutreachChannel) -> Cow<'static, str> {
    match channel {
        OutreachChannel::Call => t!("outreach-channel-call"),
        OutreachChannel::Mail => t!("outreach-channel-mail"),
    }
}

/// The lists: what the address says, and which one it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    Mine,
    Open,
    Overdue,
    Ended,
}

impl List {
    const ALL: [Self; 4] = [Self::Mine, Self::Open, Self::Overdue, Self::Ended];

    fn word(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Ended => "done",
        }
    }

    fn name(self) -> Cow<'static, str> {
        match self {
            Self::Mine => t!("outreach-mine"),
            Self::Open => t!("outreach-open"),
            Self::Overdue => t!("outreach-overdue"),
            Self::Ended => t!("outreach-done"),
        }
    }

    fn query(self) -> OutreachQuery {
        OutreachQuery { is_mine: self == Self::Mine, is_ended: self == Self::Ended, is_overdue: self == Self::Overdue }
    }
}

#[derive(Template)]
#[template(path = "outreach/list.html")]
struct ListPage {
    frame: Frame,
    /// Address, name, whether it is this one.
    lists: Vec<(String, Cow<'static, str>, bool)>,
    is_ended: bool,
    rows: Vec<Row>,
    asked: String,
    reached: String,
    median: Option<Cow<'static, str>>,
    may_keep: bool,
}

struct Row {
    id: OutreachId,
    case: CaseId,
    senior: String,
    channel: Cow<'static, str>,
    reason: String,
    state: Cow<'static, str>,
    outcome: Option<Cow<'static, str>>,
    attempts: Option<Cow<'static, str>>,
    is_overdue: bool,
    when: When,
}

impl Row {
    fn new(view: OutreachView, now: Timestamp) -> Self {
        let outreach = view.outreach;
        let is_open = outreach.state.is_open();
        let tries = outreach.tries();
        Self {
            id: outreach.id(),
            case: outreach.case,
            senior: view.senior_name,
            channel: channel_words(outreach.ask.channel),
            state: state_words(outreach.state),
            outcome: outreach.outcome.map(outcome_words),
            attempts: (tries > 0).then(|| t!("outreach-list-attempts", count = tries as u64)),
            is_overdue: is_open && outreach.ask.due_at <= now,
            when: When::new(outreach.ended_at.unwrap_or(outreach.ask.due_at), now),
            reason: outreach.ask.reason,
        }
    }
}

impl ListPage {
    fn new(
        list: List,
        found: Vec<OutreachView>,
        figures: OutreachFigures,
        may_keep: bool,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Self {
        let lists = List::ALL.map(|one| (format!("/outreach?list={}", one.word()), one.name(), one == list));
        Self {
            frame: Frame::within(t!("outreach"), Section::Desk, visitor).with_style("lists.css"),
            lists: lists.into(),
            is_ended: list == List::Ended,
            rows: found.into_iter().map(|view| Row::new(view, now)).collect(),
            asked: words::count(figures.asked.into()),
            reached: words::count(figures.reached.into()),
            median: figures.median_min.map(|minutes| words::long(u64::from(minutes) * 60)),
            may_keep,
        }
    }
}

/// Which list is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    list: String,
}

/// `GET /outreach`
pub(crate) async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    PageQuery(asked): PageQuery<Asked>,
) -> Result<Response, PageError> {
    let (app, actor) = (&web.app, &visitor.actor);
    let chosen = List::ALL.into_iter().find(|list| list.word() == asked.list);
    let chosen = match chosen {
        Some(list) => list,
        // Whoever has something to do sees that first.
        None if app.outreaches(actor, List::Mine.query()).await?.is_empty() => List::Open,
        None => List::Mine,
    };
    let found = app.outreaches(actor, chosen.query()).await?;
    let figures = app.outreach_figures(actor).await?;
    let may_keep = app.may_keep_outreach(actor).is_ok();
    show(StatusCode::OK, &ListPage::new(chosen, found, figures, may_keep, &visitor, app.now()))
}

#[cfg(test)]
pub(crate) mod tests {
    use switchboard_model::{By, Outreach, OutreachAsk, OutreachAttempt};

    use super::*;
    use crate::pages::samples;

    pub(crate) fn outreach(state: OutreachState) -> Outreach {
        let hostile = || samples::HOSTILE.to_owned();
        let is_open = state.is_open();
        let user = samples::users()[0].id;
        Outreach {
            case: CaseId(42),
            asked_in: CaseId(42),
            event: 7,
            asked_by: By::User(user),
            asked_at: samples::at(9_000),
            ask: OutreachAsk {
                id: OutreachId(uuid::Uuid::from_u128(5)),
                senior: user,
                title: hostile(),
                channel: OutreachChannel::Call,
                reason: hostile(),
                script: hostile(),
                text: hostile(),
                steps: vec![hostile(), hostile()],
                may: hostile(),
                may_not: hostile(),
                warn_at: samples::at(600),
                due_at: samples::at(60),
            },
            state,
            why: if state == OutreachState::Declined { hostile() } else { String::new() },
            accepted_at: (state == OutreachState::Accepted).then(|| samples::at(300)),
            attempts: vec![OutreachAttempt {
                at: samples::at(200),
                by: By::User(user),
                result: OutreachOutcome::NotReached,
                note: hostile(),
            }],
            ticked: vec![0],
            is_warned: true,
            is_overdue: false,
            outcome: (state == OutreachState::Done).then_some(OutreachOutcome::Solved),
            note: if is_open { String::new() } else { hostile() },
            promised: if is_open { String::new() } else { hostile() },
            ended_at: (!is_open).then(|| samples::at(30)),
            ended_by: (!is_open).then_some(By::User(user)),
        }
    }

    pub(crate) fn view(state: OutreachState) -> OutreachView {
        OutreachView {
            id: outreach(state).id(),
            outreach: outreach(state),
            senior_name: samples::HOSTILE.to_owned(),
            contact: Some(samples::HOSTILE.to_owned()),
            address: Some("https://desk.example/outreach/link/x".to_owned()),
        }
    }

    pub(crate) fn samples() -> Vec<String> {
        let figures = OutreachFigures { asked: 4, reached: 3, median_min: Some(95) };
        let (visitor, now) = (samples::visitor(), samples::now());
        let page = |list, found, figures| ListPage::new(list, found, figures, true, &visitor, now);
        let every = OutreachState::ALL.iter().map(|state| view(*state)).collect();
        let pages = [
            page(List::Mine, every, figures),
            page(List::Ended, vec![view(OutreachState::Done)], figures),
            page(List::Overdue, Vec::new(), OutreachFigures::default()),
        ];
        pages.iter().map(|page| page.render().expect("renders")).collect()
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let pages = samples();
        pages.iter().for_each(|html| samples::assert_harmless(html));
        assert!(pages[0].contains("overdue") && !pages[0].contains("desk.example"), "{}", pages[0]);
        assert!(pages[2].contains("Nothing here"), "{}", pages[2]);
    }
}

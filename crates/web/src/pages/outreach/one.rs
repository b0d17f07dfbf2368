//! The one page of an outreach: why, who the person is, how to reach them, what to say, and what came of it.
//!
//! The same page is shown to who is logged in and, by [`super::link`], to a senior who is not.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use switchboard_app::cases::outreach::OutreachAct;
use switchboard_app::cases::outreach::page::OutreachPage;
use switchboard_model::{CaseId, OutreachChannel, OutreachId, OutreachOutcome, OutreachState};

use super::{outcome_words, state_words};
use crate::error::{PageError, Refusal};
use crate::extract::{PageId, PageQuery};
use crate::options::Web;
use crate::pages::case::moments;
use crate::pages::failure::sentence;
use crate::pages::forms::{Choice, Fields, about_form};
use crate::pages::mention::LinkView;
use crate::pages::question::PostView;
use crate::pages::words::{self, When};
use crate::pages::{Frame, Section, go, post, show};
use crate::reader;
use crate::visitor::Visitor;

/// What an attempt is called in the choice of outcomes: another one follows it.
const AGAIN: &str = "again";

#[derive(Template)]
#[template(path = "outreach/one.html")]
pub(super) struct OnePage {
    frame: Frame,
    /// Where its forms lead.
    place: String,
    heading: Cow<'static, str>,
    senior: String,
    title: String,
    company: String,
    asker: String,
    due: When,
    is_overdue: bool,
    reason: String,
    author: String,
    handle: String,
    bio: String,
    figures: Vec<(Cow<'static, str>, String)>,
    link: Option<LinkView>,
    contact: Option<String>,
    /// Whether who looks is the senior: they alone read how the person can be reached.
    is_senior: bool,
    /// The same for messages that are said to both.
    who: &'static str,
    text: String,
    /// Number, words, whether it was done.
    steps: Vec<(u16, String, bool)>,
    may: String,
    may_not: String,
    attempts: Vec<(When, Cow<'static, str>, String)>,
    posts: Vec<PostView>,
    /// For who is logged in.
    case: Option<CaseId>,
    state: Cow<'static, str>,
    is_open: bool,
    is_asked: bool,
    may_act: bool,
    may_withdraw: bool,
    outcomes: Vec<Choice>,
    ended: Option<Ended>,
    zone: String,
    typed: Fields,
    complaint: Option<String>,
    is_saved: bool,
}

struct Ended {
    when: When,
    outcome: Option<Cow<'static, str>>,
    note: String,
    promised: String,
    why: String,
}

/// Who looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Looks {
    pub(super) is_logged_in: bool,
    pub(super) is_senior: bool,
    pub(super) may_act: bool,
    pub(super) may_withdraw: bool,
}

impl OnePage {
    pub(super) fn new(
        frame: Frame,
        place: &str,
        page: OutreachPage,
        looks: Looks,
        typed: Fields,
        now: Timestamp,
    ) -> Self {
        let outreach = page.outreach;
        let author = page.author.unwrap_or_default();
        let name = if author.name.is_empty() { &author.handle } else { &author.name };
        let name = if name.is_empty() { t!("outreach-somebody").into_owned() } else { name.clone() };
        let is_open = outreach.state.is_open();
        let ticked: Vec<u16> = match typed.find("act") {
            Some(_) => typed.all("step").filter_map(|step| step.parse().ok()).collect(),
            None => outreach.ticked.clone(),
        };
        let chosen = typed.text("outcome").to_owned();
        let mut outcomes = Vec::new();
        for outcome in OutreachOutcome::ALL.iter().filter(|outcome| outcome.fits(outreach.ask.channel)) {
            let word = outcome.as_str();
            outcomes.push(Choice::new(word, outcome_words(*outcome), chosen == word));
        }
        let who = if looks.is_senior { "you" } else { "other" };
        outcomes.push(Choice::new(AGAIN, t!("outreach-one-again", who = who), chosen == AGAIN));
        Self {
            frame,
            place: place.to_owned(),
            heading: match outreach.ask.channel {
                OutreachChannel::Call => t!("outreach-one-call", name = name.as_str()),
                OutreachChannel::Mail => t!("outreach-one-mail", name = name.as_str()),
            },
            senior: page.senior,
            company: page.company,
            asker: page.asker,
            due: When::new(outreach.ask.due_at, now),
            is_overdue: is_open && outreach.ask.due_at <= now,
            handle: if author.handle == name { String::new() } else { author.handle.clone() },
            bio: author.bio.clone(),
            figures: post::author_figures(&author),
            link: words::link(&author.url)
                .map(|url| LinkView { url: url.to_owned(), host: words::host(url).to_owned() }),
            author: name,
            contact: page.contact,
            is_senior: looks.is_senior,
            who,
            steps: (0..).zip(outreach.ask.steps).map(|(step, words)| (step, words, ticked.contains(&step))).collect(),
            attempts: outreach
                .attempts
                .into_iter()
                .map(|one| (When::new(one.at, now), outcome_words(one.result), one.note))
                .collect(),
            posts: page.posts.iter().map(|post| PostView::new(post, now)).collect(),
            case: looks.is_logged_in.then_some(outreach.case),
            state: state_words(outreach.state),
            is_asked: outreach.state == OutreachState::Asked,
            may_act: is_open && looks.may_act,
            may_withdraw: is_open && looks.may_withdraw,
            is_open,
            outcomes,
            ended: outreach.ended_at.map(|at| Ended {
                when: When::new(at, now),
                outcome: outreach.outcome.map(outcome_words),
                note: outreach.note,
                promised: outreach.promised,
                why: outreach.why,
            }),
            zone: reader::ask(|reader| reader.zone.iana_name().unwrap_or("UTC").to_owned()),
            title: outreach.ask.title,
            reason: outreach.ask.reason,
            text: outreach.ask.text,
            may: outreach.ask.may,
            may_not: outreach.ask.may_not,
            typed,
            complaint: None,
            is_saved: false,
        }
    }

    /// With why something was not done.
    pub(super) fn refused(mut self, refusal: &Refusal) -> Self {
        self.complaint = Some(sentence(&refusal.message));
        self
    }

    /// With the word that it was written down.
    pub(super) fn saved(self, is_saved: bool) -> Self {
        Self { is_saved, ..self }
    }

    /// A field as it was typed.
    fn kept(&self, name: &str) -> &str {
        self.typed.text(name)
    }

    /// Words that were typed and have no form any more.
    fn lost(&self) -> Vec<&str> {
        let may_act = self.may_act || self.may_withdraw;
        lost(&self.typed).into_iter().filter(|_| !may_act).collect()
    }
}

/// The words of a form that somebody wrote.
pub(super) fn lost(typed: &Fields) -> Vec<&str> {
    ["why", "note", "promised"]
        .map(|name| typed.text(name))
        .into_iter()
        .filter(|text| !text.trim().is_empty())
        .collect()
}

/// Whether somebody began to write down what came of it. It is on the page of a form whose button says something else.
pub(super) fn is_begun(typed: &Fields) -> bool {
    ["outcome", "note", "promised", "next", "step"].iter().any(|name| typed.filled(name).is_some())
}

/// What a form of the page says.
pub(super) fn read(fields: &Fields, zone: &TimeZone) -> Result<OutreachAct, Refusal> {
    let bad =
        |field: &'static str, message: Cow<'static, str>| Refusal::unprocessable("bad_field", message).about(field);
    let ticked = || fields.all("step").filter_map(|step| step.parse().ok()).collect();
    let text = |name: &str| fields.text(name).to_owned();
    Ok(match fields.text("act") {
        "accept" => OutreachAct::Accept,
        "decline" => OutreachAct::Decline { why: text("why") },
        "withdraw" => OutreachAct::Withdraw { why: text("why") },
        "outcome" if fields.text("outcome") == AGAIN => {
            let next = fields.filled("next");
            let next_at =
                next.map(|next| moments::read(&next, zone).ok_or_else(|| bad("next", t!("outreach-bad-due"))));
            let result = OutreachOutcome::NotReached;
            OutreachAct::Try { result, note: text("note"), ticked: Some(ticked()), next_at: next_at.transpose()? }
        }
        "outcome" => {
            let outcome = OutreachOutcome::from_word(fields.text("outcome"));
            let outcome = outcome.ok_or_else(|| bad("outcome", t!("outreach-bad-choice")))?;
            OutreachAct::Done { outcome, note: text("note"), promised: text("promised"), ticked: Some(ticked()) }
        }
        _ => return Err(bad("act", t!("outreach-bad-choice"))),
    })
}

pub(super) fn zone() -> TimeZone {
    reader::ask(|reader| reader.zone.clone())
}

async fn page(web: &Web, visitor: &Visitor, id: OutreachId, typed: Fields) -> Result<OnePage, PageError> {
    let (app, actor) = (&web.app, &visitor.actor);
    let page = app.outreach_page_for(actor, id).await?;
    let case = app.case(actor, page.outreach.case).await?;
    let is_senior = actor.user_id() == Some(page.outreach.ask.senior);
    let may_work = actor.may_work_on(&case).is_ok();
    let looks = Looks {
        is_logged_in: true,
        is_senior,
        may_act: is_senior || may_work,
        may_withdraw: may_work || page.outreach.asked_by == actor.by(),
    };
    let frame = Frame::within(t!("outreach-one-title"), Section::Desk, visitor).with_style("lists.css");
    Ok(OnePage::new(frame, &format!("/outreach/{id}"), page, looks, typed, app.now()))
}

/// `GET /outreach/{id}`, with `?saved` after something was written down.
pub(crate) async fn show_one(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<OutreachId>,
    PageQuery(pairs): PageQuery<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let is_saved = pairs.iter().any(|(name, _)| name == "saved");
    show(StatusCode::OK, &page(&web, &visitor, id, Fields::default()).await?.saved(is_saved))
}

/// `POST /outreach/{id}`
pub(crate) async fn act(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<OutreachId>,
    fields: Fields,
) -> Result<Response, PageError> {
    let done = match read(&fields, &zone()) {
        Ok(act) => web.app.act_on_outreach(&visitor.actor, id, act).await.map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    match done {
        // What was written below goes on being written.
        Ok(_) if fields.text("act") == "accept" && is_begun(&fields) => {
            show(StatusCode::OK, &page(&web, &visitor, id, fields).await?.saved(true))
        }
        Ok(_) => Ok(go(&format!("/outreach/{id}?saved"))),
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            show(refusal.status, &page(&web, &visitor, id, fields).await?.refused(&refusal))
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    pub(crate) fn asked(state: OutreachState) -> OutreachPage {
        OutreachPage {
            outreach: super::super::tests::outreach(state),
            senior: samples::HOSTILE.to_owned(),
            asker: samples::HOSTILE.to_owned(),
            company: "Acme".to_owned(),
            author: samples::post().author,
            contact: Some(samples::HOSTILE.to_owned()),
            posts: samples::conversation(),
        }
    }

    pub(crate) fn samples() -> Vec<String> {
        let looks = Looks { is_logged_in: true, is_senior: true, may_act: true, may_withdraw: true };
        let page = |state, looks, typed| {
            let frame = Frame::new(t!("outreach-one-title"));
            OnePage::new(frame, "/outreach/7", asked(state), looks, typed, samples::now())
        };
        let other = Looks { is_senior: false, may_act: false, may_withdraw: false, ..looks };
        let owner = Looks { is_senior: false, ..looks };
        let typed = || {
            let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            Fields(vec![field("act", "outcome"), field("outcome", "again"), field("note", samples::HOSTILE)])
        };
        let refusal = Refusal::unprocessable("x", samples::HOSTILE);
        let mut bare = page(OutreachState::Done, looks, Fields::default());
        bare.contact = None;
        let pages = [
            page(OutreachState::Asked, looks, Fields::default()).saved(true),
            page(OutreachState::Accepted, looks, typed()).refused(&refusal),
            page(OutreachState::Accepted, Looks { is_logged_in: false, ..looks }, Fields::default()),
            page(OutreachState::Declined, other, Fields::default()),
            page(OutreachState::Done, looks, typed()).refused(&refusal),
            bare,
            page(OutreachState::Asked, owner, Fields::default()),
        ];
        pages.iter().map(|page| page.render().expect("renders")).collect()
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let pages = samples();
        pages.iter().for_each(|html| samples::assert_harmless(html));
        assert!(pages[4].contains("was not saved"), "{}", pages[4]);
        assert!(!pages[2].contains("/cases/42"), "{}", pages[2]);
        let (senior, other) = (&pages[0], &pages[6]);
        for (yours, theirs) in [
            ("You are ", "Asked of "),
            ("I will do it", "has said that they will do it"),
            ("Why you cannot", "Why they cannot"),
            ("What came of it", "Write down what "),
            ("What you promised", "What they promised"),
            ("I will try again", "they will try again"),
        ] {
            assert!(senior.contains(yours) && !other.contains(yours), "{yours}: {other}");
            assert!(other.contains(theirs) && !senior.contains(theirs), "{theirs}: {senior}");
        }
    }

    #[test]
    fn forms_are_read() {
        let form = |pairs: &[(&str, &str)]| {
            let own = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            read(&Fields(own.collect()), &TimeZone::UTC)
        };
        assert!(matches!(form(&[("act", "accept")]), Ok(OutreachAct::Accept)));
        let done = form(&[("act", "outcome"), ("outcome", "solved"), ("note", "n"), ("step", "1"), ("step", "x")]);
        assert!(matches!(done, Ok(OutreachAct::Done { ticked: Some(ticked), .. }) if ticked == [1]));
        let again = form(&[("act", "outcome"), ("outcome", "again"), ("next", "2026-12-01T10:00")]);
        assert!(matches!(again, Ok(OutreachAct::Try { next_at: Some(_), .. })));
        for bad in [
            form(&[]),
            form(&[("act", "outcome"), ("outcome", "x")]),
            form(&[("act", "outcome"), ("outcome", "again"), ("next", "soon")]),
        ] {
            assert!(bad.is_err());
        }
    }
}

//! Calls and mails by seniors on the page of a case, and the page on which one is asked for.

use std::borrow::Cow;
use std::cmp::Reverse;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use switchboard_app::cases::outreach::{NewAsk, OutreachView};
use switchboard_app::rights::Right;
use switchboard_model::{
    Case, CaseId, OutreachChannel, OutreachId, OutreachScript, OutreachSettings, OutreachState, Senior,
};

use super::{actions, load, moments};
use crate::error::{PageError, Refusal};
use crate::extract::PageId;
use crate::options::Web;
use crate::pages::colleagues::Colleagues;
use crate::pages::failure::sentence;
use crate::pages::forms::{Choice, Fields, about_form};
use crate::pages::outreach::{channel_words, outcome_words, state_words};
use crate::pages::words::When;
use crate::pages::{Frame, Section, go, show};
use crate::visitor::Visitor;

/// What a case says of its outreaches.
#[derive(Default)]
pub(crate) struct OutreachPanel {
    pub(crate) list: Vec<OutreachLine>,
    /// Who looks may ask for one.
    pub(crate) may_ask: bool,
}

pub(crate) struct OutreachLine {
    pub(crate) id: OutreachId,
    pub(crate) words: Cow<'static, str>,
    pub(crate) name: String,
    pub(crate) state: Cow<'static, str>,
    pub(crate) outcome: Option<Cow<'static, str>>,
    pub(crate) note: String,
    pub(crate) due: When,
    /// When it was asked for, or ended.
    pub(crate) when: When,
    pub(crate) is_open: bool,
    pub(crate) is_overdue: bool,
    pub(crate) is_yours: bool,
}

impl OutreachPanel {
    pub(crate) fn is_shown(&self) -> bool {
        self.may_ask || !self.list.is_empty()
    }

    pub(crate) fn open(&self) -> impl Iterator<Item = &OutreachLine> {
        self.list.iter().filter(|line| line.is_open)
    }

    /// Who is asked and has not ended it.
    pub(crate) fn open_names(&self) -> String {
        let mut names: Vec<&str> = self.open().map(|line| line.name.as_str()).collect();
        names.dedup();
        names.join(", ")
    }
}

fn line(view: OutreachView, colleagues: &Colleagues, now: Timestamp) -> OutreachLine {
    let outreach = view.outreach;
    let is_open = outreach.state.is_open();
    let note = match (outreach.state, outreach.promised.is_empty()) {
        (OutreachState::Done, false) => format!("{} · {}", outreach.note, outreach.promised),
        (OutreachState::Done, true) => outreach.note.clone(),
        _ => outreach.why.clone(),
    };
    OutreachLine {
        id: outreach.id(),
        words: match outreach.ask.channel {
            OutreachChannel::Call => t!("outreach-panel-call", name = view.senior_name.as_str()),
            OutreachChannel::Mail => t!("outreach-panel-mail", name = view.senior_name.as_str()),
        },
        state: state_words(outreach.state),
        outcome: outreach.outcome.map(outcome_words),
        note,
        due: When::new(outreach.ask.due_at, now),
        when: When::new(outreach.ended_at.unwrap_or(outreach.asked_at), now),
        is_overdue: is_open && outreach.ask.due_at <= now,
        is_yours: colleagues.is_you(outreach.ask.senior),
        is_open,
        name: view.senior_name,
    }
}

/// What of it who looks is shown; nothing to observers.
pub(super) async fn panel(
    web: &Web,
    visitor: &Visitor,
    case: &Case,
    colleagues: &Colleagues,
) -> Result<OutreachPanel, PageError> {
    let (app, actor) = (&web.app, &visitor.actor);
    if actor.may(Right::Work).is_err() {
        return Ok(OutreachPanel::default());
    }
    let views = app.case_outreaches(actor, case.id).await?;
    Ok(OutreachPanel {
        list: views.into_iter().map(|view| line(view, colleagues, app.now())).collect(),
        may_ask: app.may_ask_outreach(actor, case),
    })
}

#[derive(Template)]
#[template(path = "case/outreach.html")]
struct AskPage {
    frame: Frame,
    id: CaseId,
    channels: Vec<Choice>,
    seniors: Vec<SeniorLine>,
    scripts: Vec<Choice>,
    /// The clock that a moment is typed in.
    zone: String,
    hours: u32,
    keep_days: u32,
    may_keep: bool,
    typed: Fields,
    complaint: Option<String>,
}

/// Somebody who can be asked, with what speaks for them.
struct SeniorLine {
    id: String,
    name: String,
    title: String,
    does: String,
    why: String,
    /// Why they cannot be asked: for anything, or for what is chosen once somebody has chosen.
    obstacle: Option<String>,
    is_best: bool,
    is_chosen: bool,
}

/// What the page is made of.
struct Known {
    seniors: Vec<(Senior, String, String, Option<String>)>,
    scripts: Vec<OutreachScript>,
    settings: OutreachSettings,
    may_keep: bool,
    zone: String,
}

impl AskPage {
    fn new(id: CaseId, known: Known, typed: Fields, frame: Frame) -> Self {
        let best = known.seniors.iter().find(|(.., obstacle)| obstacle.is_none()).map(|(senior, ..)| senior);
        let first = best.map(|senior| senior.user);
        // Until somebody chooses, what who is proposed does.
        let channel = channel(&typed).or_else(|| best?.channels.first().copied()).unwrap_or_default();
        let chosen = typed.filled("senior").or_else(|| first.map(|user| user.to_string()));
        let line = |(senior, name, why, obstacle): &(Senior, String, String, Option<String>)| SeniorLine {
            id: senior.user.to_string(),
            name: name.clone(),
            title: senior.title.clone(),
            does: senior.channels.iter().map(|one| channel_words(*one)).collect::<Vec<_>>().join(", "),
            why: why.clone(),
            obstacle: obstacle.clone(),
            is_best: Some(senior.user) == first,
            is_chosen: chosen.as_deref() == Some(senior.user.to_string().as_str()),
        };
        let wanted = typed.text("script").to_owned();
        let mut scripts = vec![Choice::new("", t!("outreach-script-none"), wanted.is_empty())];
        scripts.extend(known.scripts.iter().map(|script| {
            let id = script.id.to_string();
            let is_chosen = id == wanted;
            let kind = script.channel.map_or_else(|| t!("outreach-channel-both"), channel_words);
            Choice::new(id, format!("{} · {kind} · {}", script.name, script.language), is_chosen)
        }));
        Self {
            frame,
            id,
            channels: OutreachChannel::ALL
                .iter()
                .map(|one| Choice::new(one.as_str(), channel_words(*one), *one == channel))
                .collect(),
            seniors: known.seniors.iter().map(line).collect(),
            scripts,
            zone: known.zone,
            hours: known.settings.due_within_min.div_ceil(60),
            keep_days: known.settings.keep_contact_days,
            may_keep: known.may_keep,
            typed,
            complaint: None,
        }
    }

    /// A field as it was typed.
    fn kept(&self, name: &str) -> &str {
        self.typed.text(name)
    }
}

fn channel(typed: &Fields) -> Option<OutreachChannel> {
    OutreachChannel::from_word(typed.text("channel"))
}

fn read(typed: &Fields, zone: &jiff::tz::TimeZone) -> Result<NewAsk, Refusal> {
    let bad =
        |field: &'static str, message: Cow<'static, str>| Refusal::unprocessable("bad_field", message).about(field);
    let due = typed.filled("due_at");
    let due_at = due.map(|due| moments::read(&due, zone).ok_or_else(|| bad("due_at", t!("outreach-bad-due"))));
    let script = typed.filled("script");
    Ok(NewAsk {
        senior: typed.text("senior").parse().map_err(|_| bad("senior", t!("outreach-choose-senior")))?,
        channel: channel(typed).ok_or_else(|| bad("channel", t!("outreach-bad-choice")))?,
        script: script.map(|id| id.parse().map_err(|_| bad("script", t!("outreach-bad-choice")))).transpose()?,
        reason: typed.text("reason").to_owned(),
        contact: typed.text("contact").to_owned(),
        due_at: due_at.transpose()?,
    })
}

/// A senior with how well they fit, what speaks for them and why they cannot be asked.
type Ranked = (i32, Senior, String, Option<String>);

/// Who can be asked, who fits best first. Before a channel is chosen each is weighed for one that they do, so that it is no
/// obstacle.
async fn ranked(
    web: &Web,
    visitor: &Visitor,
    id: CaseId,
    chosen: Option<OutreachChannel>,
    seniors: &[Senior],
) -> Result<Vec<Ranked>, PageError> {
    let channels = chosen.map_or_else(|| OutreachChannel::ALL.to_vec(), |channel| vec![channel]);
    let mut list = Vec::with_capacity(seniors.len());
    for channel in channels {
        for one in web.app.suggest_seniors(&visitor.actor, id, channel).await? {
            let Some(senior) = seniors.iter().find(|senior| senior.user == one.user) else { continue };
            let weighed_for = chosen.or(senior.channels.first().copied()).unwrap_or_default();
            if weighed_for == channel {
                list.push((one.score, senior.clone(), one.why.join(", "), one.obstacle));
            }
        }
    }
    list.sort_by_key(|(score, .., obstacle)| (obstacle.is_some(), Reverse(*score)));
    Ok(list)
}

async fn page(
    web: &Web,
    visitor: &Visitor,
    id: CaseId,
    typed: Fields,
    refusal: Option<&Refusal>,
) -> Result<Response, PageError> {
    let (app, actor) = (&web.app, &visitor.actor);
    let known_seniors = app.seniors(actor).await?;
    let colleagues = load::colleagues(web, visitor);
    let ranked = ranked(web, visitor, id, channel(&typed), &known_seniors).await?;
    let named = |(_, senior, why, obstacle): Ranked| {
        let name = colleagues.full_name(senior.user);
        (senior, name, why, obstacle)
    };
    let known = Known {
        seniors: ranked.into_iter().map(named).collect(),
        scripts: app.outreach_scripts(actor).await?,
        settings: app.outreach_settings(actor).await?,
        may_keep: app.may_keep_outreach(actor).is_ok(),
        zone: actions::zone(&colleagues).iana_name().unwrap_or("UTC").to_owned(),
    };
    let title = t!("outreach-ask-title", number = id.to_string());
    let frame = Frame::within(title, Section::Desk, visitor).with_style("lists.css");
    let mut page = AskPage::new(id, known, typed, frame);
    page.complaint = refusal.map(|refusal| sentence(&refusal.message));
    show(refusal.map_or(StatusCode::OK, |refusal| refusal.status), &page)
}

/// `GET /cases/{id}/outreach`
pub(crate) async fn ask(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
) -> Result<Response, PageError> {
    page(&web, &visitor, id, Fields::default(), None).await
}

/// `POST /cases/{id}/outreach`
pub(crate) async fn send(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    fields: Fields,
) -> Result<Response, PageError> {
    let zone = actions::zone(&load::colleagues(&web, &visitor));
    let done = match read(&fields, &zone) {
        Ok(new) => web.app.ask_outreach(&visitor.actor, id, new).await.map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(_) => Ok(go(&format!("/cases/{id}"))),
        Err(refusal) if refusal.status == StatusCode::NOT_FOUND => Err(refusal.into()),
        Err(refusal) => page(&web, &visitor, id, fields, Some(&about_form(refusal)?)).await,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use switchboard_model::{OutreachScriptId, UserId};
    use uuid::Uuid;

    use super::*;
    use crate::pages::samples;

    fn known(is_empty: bool) -> Known {
        let hostile = || samples::HOSTILE.to_owned();
        let senior = |number| Senior {
            user: UserId(Uuid::from_u128(number)),
            title: hostile(),
            channels: vec![OutreachChannel::Call, OutreachChannel::Mail],
            departments: Vec::new(),
            most_open: 3,
        };
        let script = OutreachScript {
            id: OutreachScriptId(Uuid::from_u128(3)),
            name: hostile(),
            channel: None,
            language: "en".to_owned(),
            text: hostile(),
            steps: Vec::new(),
            may: String::new(),
            may_not: String::new(),
        };
        let seniors = vec![(senior(1), hostile(), hostile(), None), (senior(2), hostile(), hostile(), Some(hostile()))];
        Known {
            seniors: if is_empty { Vec::new() } else { seniors },
            scripts: vec![script],
            settings: OutreachSettings::default(),
            may_keep: true,
            zone: "UTC".to_owned(),
        }
    }

    /// Asking, asking anew after a refusal, and with nobody to ask.
    pub(crate) fn samples() -> Vec<String> {
        let frame = || Frame::new(t!("outreach-ask"));
        let typed = Fields(vec![("reason".to_owned(), samples::HOSTILE.to_owned())]);
        let mut refused = AskPage::new(CaseId(7), known(false), typed, frame());
        refused.complaint = Some(samples::HOSTILE.to_owned());
        let pages = [
            AskPage::new(CaseId(7), known(false), Fields::default(), frame()),
            refused,
            AskPage::new(CaseId(7), known(true), Fields::default(), frame()),
        ];
        pages.iter().map(|page| page.render().expect("renders")).collect()
    }

    /// Panels with everything.
    pub(crate) fn sample_panel() -> OutreachPanel {
        let colleagues = samples::colleagues();
        let view = crate::pages::outreach::tests::view;
        let list = OutreachState::ALL.iter().map(|state| line(view(*state), &colleagues, samples::now())).collect();
        OutreachPanel { list, may_ask: true }
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let pages = samples();
        pages.iter().for_each(|html| samples::assert_harmless(html));
        assert!(pages[2].contains("Nobody can be asked yet"), "{}", pages[2]);
    }

    #[test]
    fn what_is_asked_is_read() {
        let form = |pairs: &[(&str, &str)]| {
            let own = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            read(&Fields(own.collect()), &jiff::tz::TimeZone::UTC)
        };
        let id = Uuid::from_u128(1).to_string();
        let good = form(&[("senior", &id), ("channel", "mail"), ("reason", "r"), ("contact", "c"), ("script", "")]);
        assert!(good.is_ok_and(|new| new.channel == OutreachChannel::Mail && new.script.is_none()));
        assert!(form(&[("senior", ""), ("channel", "mail")]).is_err_and(|refusal| refusal.field == Some("senior")));
        let due = [("senior", id.as_str()), ("channel", "call"), ("due_at", "soon")];
        assert!(form(&due).is_err_and(|refusal| refusal.field == Some("due_at")));
    }
}

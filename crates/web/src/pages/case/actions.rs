//! Everything that can be done with a case, as plain forms with a key on each.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use switchboard_model::{Case, DepartmentId, Outcome, Owner, Role, UserId};

use super::moments::{self, Moment};
use super::notice::Typed;
use super::{Shown, reasons, wording};
use crate::pages::colleagues::Colleagues;

/// What the forms need to be drawn.
pub(crate) struct Acts {
    /// Who looks may do everything; others of the company may note.
    pub(crate) may_work: bool,
    pub(crate) is_closed: bool,
    pub(crate) is_open: bool,
    pub(crate) is_unclaimed: bool,
    pub(crate) is_offered: bool,
    /// Whoever can be given it: value, name, whether that is chosen.
    pub(crate) assignees: Vec<(String, String, bool)>,
    /// The id of whoever looks, where they can take it over from a colleague.
    pub(crate) you_instead: Option<String>,
    pub(crate) destinations: Vec<Destination>,
    /// Whoever can be asked: value, name, whether that is chosen.
    pub(crate) asked: Vec<(String, String, bool)>,
    /// Whether somebody outside sees the conversation unless somebody says otherwise.
    pub(crate) shows_posts: bool,
    pub(crate) reasons: Vec<(&'static str, Cow<'static, str>, bool)>,
    pub(crate) outcomes: Vec<(&'static str, Cow<'static, str>, bool)>,
    pub(crate) moments: Vec<Moment>,
    /// The clock that a moment is typed in.
    pub(crate) zone: String,
    pub(crate) score: String,
    /// Who is asked to call or write and has not: they stand in the way of closing.
    pub(crate) outreach: String,
    /// Who looks may ask a senior.
    pub(crate) may_ask_outreach: bool,
    /// The form that is open because it was refused, with what was typed.
    pub(crate) opened: &'static str,
    pub(crate) typed: Typed,
}

/// A department with everybody to whom a case can go there.
pub(crate) struct Destination {
    pub(crate) name: String,
    /// The department alone.
    pub(crate) value: String,
    /// Value, name, whether it is chosen.
    pub(crate) choices: Vec<(String, String, bool)>,
}

impl Acts {
    pub(crate) fn new(case: &Case, shown: &Shown<'_>, may_work: bool) -> Self {
        let colleagues = shown.colleagues;
        let typed = shown.refused.map(|refused| refused.typed.clone()).unwrap_or_default();
        let opened = shown.refused.map_or("", |refused| refused.verb);
        let mine = |verb: &str, value: &str, typed: &str| opened == verb && value == typed;
        let zone = zone(colleagues);
        Self {
            may_work,
            is_closed: case.is_closed(),
            is_open: case.state.as_str() == "open",
            is_unclaimed: case.owner == Owner::Desk,
            is_offered: case.offer.is_some(),
            you_instead: colleagues.you.filter(|you| may_take_over(case, *you, colleagues)).map(|you| you.to_string()),
            assignees: assignees(case, colleagues, if opened == "assign" { &typed.to } else { "" }),
            destinations: destinations(
                Some(case.department),
                colleagues,
                if opened == "transfer" { &typed.to } else { "" },
            ),
            asked: askable(colleagues, if opened == "question" { &typed.to } else { "" }),
            shows_posts: if opened == "question" { typed.shows.is_some() } else { case.visibility.is_open() },
            reasons: reasons().map(|(word, words)| (word, words, mine("transfer", word, &typed.reason))).into(),
            outcomes: Outcome::ALL
                .map(|outcome| {
                    (outcome.as_str(), wording::outcome(outcome), mine("close", outcome.as_str(), &typed.outcome))
                })
                .into(),
            moments: moments::moments(shown.now, &zone),
            zone: zone.iana_name().unwrap_or("UTC").to_owned(),
            score: if opened == "prioritise" { typed.score.clone() } else { case.priority.score.to_string() },
            outreach: String::new(),
            may_ask_outreach: false,
            opened,
            typed,
        }
    }

    /// What was typed into a field of a form that was refused.
    pub(crate) fn kept(&self, verb: &str, field: &str) -> &str {
        if self.opened != verb {
            return "";
        }
        match field {
            "find" => &self.typed.find,
            "note" => &self.typed.note,
            "reason" => &self.typed.reason,
            "text" => &self.typed.text,
            "tags" => &self.typed.tags,
            "own" => &self.typed.own,
            "why" => &self.typed.why,
            "name" => &self.typed.name,
            "email" => &self.typed.email,
            _ => "",
        }
    }

    /// Whether somebody outside is to be asked, as it was typed.
    pub(crate) fn asks_guest(&self) -> bool {
        self.opened == "question" && self.typed.to == "guest"
    }

    /// Whether the case is to wait for the answer, as it was typed.
    pub(crate) fn waits(&self) -> bool {
        self.opened == "question" && self.typed.waits.is_some()
    }

    /// Whether the sender of a transfer goes on following the case: as it was typed, else yes.
    pub(crate) fn keeps_watching(&self) -> bool {
        self.opened != "transfer" || self.typed.watch.is_some()
    }

    /// Whether a form with fields for words is drawn: `case/_acts.html` draws what fits the case and who looks.
    pub(crate) fn has_form(&self, verb: &str) -> bool {
        match verb {
            "note" | "question" => true,
            "tag" | "prioritise" => self.may_work,
            "transfer" => self.may_work && !self.is_closed && !self.is_offered,
            "close" => self.may_work && !self.is_closed,
            "release" => self.may_work && !self.is_closed && !self.is_unclaimed,
            "reopen" => self.may_work && self.is_closed,
            _ => false,
        }
    }

    /// Whether a form stands open.
    pub(crate) fn opens(&self, verb: &str) -> bool {
        self.opened == verb
    }
}

/// The clock of who looks; the operator of the machine has none of their own.
pub(crate) fn zone(colleagues: &Colleagues) -> TimeZone {
    let name = colleagues.yourself().map(|you| you.time_zone.as_str()).unwrap_or("UTC");
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// Whether a user could be made the owner instead of the colleague who has it.
fn may_take_over(case: &Case, you: UserId, colleagues: &Colleagues) -> bool {
    let has_another = case.owner.user().is_some_and(|owner| owner != you);
    has_another && colleagues.yourself().is_some_and(|user| user.departments.contains(&case.department))
}

fn assignees(case: &Case, colleagues: &Colleagues, wanted: &str) -> Vec<(String, String, bool)> {
    let can = |user: &&switchboard_model::User| {
        user.is_active
            && user.role != Role::Observer
            && user.departments.contains(&case.department)
            && case.owner.user() != Some(user.id)
    };
    let choice = |user: &switchboard_model::User| {
        let id = user.id.to_string();
        let name = if colleagues.is_you(user.id) {
            t!("case-assign-you", name = user.name.as_str()).into_owned()
        } else {
            user.name.clone()
        };
        let is_chosen = id == wanted;
        (id, name, is_chosen)
    };
    colleagues.users.iter().filter(can).map(choice).collect()
}

/// Whoever can be asked something: everybody who works on cases, but not who looks.
fn askable(colleagues: &Colleagues, wanted: &str) -> Vec<(String, String, bool)> {
    let can =
        |user: &&switchboard_model::User| user.is_active && user.role != Role::Observer && !colleagues.is_you(user.id);
    let choice = |user: &switchboard_model::User| {
        let id = user.id.to_string();
        let is_chosen = id == wanted;
        (id, user.name.clone(), is_chosen)
    };
    colleagues.users.iter().filter(can).map(choice).collect()
}

/// Everybody to whom a case of a department can go, or of any.
pub(crate) fn destinations(from: Option<DepartmentId>, colleagues: &Colleagues, wanted: &str) -> Vec<Destination> {
    let mut destinations = Vec::new();
    for department in colleagues.departments.iter().filter(|department| department.is_active) {
        if from == Some(department.id) {
            continue;
        }
        let whole = department.id.to_string();
        let value = whole.clone();
        let is_chosen = value == wanted;
        let anybody = t!("case-transfer-anybody", department = department.name.as_str());
        let mut choices = vec![(value, anybody.into_owned(), is_chosen)];
        let members = colleagues
            .users
            .iter()
            .filter(|user| user.is_active && user.role != Role::Observer && user.departments.contains(&department.id));
        for user in members {
            let value = format!("{}/{}", department.id, user.id);
            let name = if department.head == user.id {
                t!("case-transfer-head", name = user.name.as_str()).into_owned()
            } else {
                user.name.clone()
            };
            let is_chosen = value == wanted;
            choices.push((value, name, is_chosen));
        }
        destinations.push(Destination { name: department.name.clone(), value: whole, choices });
    }
    destinations
}

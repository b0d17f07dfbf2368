//! Settings: what an administrator keeps, and what everybody says about themselves.
//!
//! One file for each page; the template `settings/layout.html` puts the list of pages beside each. To add one: a
//! [`Place`], a file, a template that extends that base.

pub(crate) mod absences;
pub(crate) mod accounts;
pub(crate) mod chat;
pub(crate) mod company;
pub(crate) mod departments;
pub(crate) mod form;
pub(crate) mod holidays;
pub(crate) mod keys;
pub(crate) mod mail;
pub(crate) mod notifications;
mod office;
pub(crate) mod outreach;
pub(crate) mod packs;
pub(crate) mod preferences;
pub(crate) mod priority;
mod profile;
pub(crate) mod push;
pub(crate) mod routing;
pub(crate) mod rules;
pub(crate) mod sla;
pub(crate) mod style;
pub(crate) mod team;
pub(crate) mod tried;
pub(crate) mod users;
pub(crate) mod you;

use std::borrow::Cow;

use axum::http::{HeaderMap, header};
use axum::response::Response;
use switchboard_app::rights::Right;
use switchboard_model::{Department, DepartmentId, User, UserId};

use super::forms::Choice;
use super::{Frame, Section, go};
use crate::options::Web;
use crate::visitor::Visitor;

/// The pages of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Company,
    Users,
    Departments,
    Team,
    Holidays,
    Rules,
    Packs,
    Routing,
    Priority,
    Sla,
    Outreach,
    Accounts,
    Mail,
    Chat,
    Push,
    /// These two lead out of the settings.
    Sweep,
    SetUp,
    Keys,
    Notifications,
    You,
    Absences,
    Style,
}

/// All of them: address, who sees it.
const PLACES: [(Place, &str, Right); 22] = [
    (Place::Company, "/settings/company", Right::Administer),
    (Place::Users, "/settings/users", Right::Administer),
    (Place::Departments, "/settings/departments", Right::Administer),
    (Place::Team, "/settings/team", Right::Administer),
    (Place::Holidays, "/settings/holidays", Right::Administer),
    (Place::Rules, "/settings/rules", Right::Administer),
    (Place::Packs, "/settings/packs", Right::Read),
    (Place::Routing, "/settings/routing", Right::Administer),
    (Place::Priority, "/settings/priority", Right::Administer),
    (Place::Sla, "/settings/sla", Right::Administer),
    (Place::Outreach, "/settings/outreach", Right::Administer),
    (Place::Accounts, "/settings/accounts", Right::Administer),
    (Place::Mail, "/settings/mail", Right::Administer),
    (Place::Chat, "/settings/chat", Right::Administer),
    (Place::Push, "/settings/push", Right::Administer),
    (Place::Sweep, "/desk/sweep", Right::Administer),
    (Place::SetUp, "/setup", Right::Administer),
    (Place::You, "/settings/you", Right::Read),
    (Place::Absences, "/settings/you/absences", Right::Read),
    (Place::Notifications, "/settings/notifications", Right::Read),
    (Place::Keys, "/settings/keys", Right::Read),
    (Place::Style, "/settings/style", Right::Read),
];

impl Place {
    fn name(self) -> Cow<'static, str> {
        match self {
            Self::Company => t!("settings-place-company"),
            Self::Users => t!("settings-place-users"),
            Self::Departments => t!("settings-place-departments"),
            Self::Team => t!("team"),
            Self::Holidays => t!("holidays"),
            Self::Rules => t!("settings-place-rules"),
            Self::Packs => t!("packs"),
            Self::Routing => t!("routing"),
            Self::Priority => t!("priority"),
            Self::Sla => t!("settings-place-sla"),
            Self::Outreach => t!("outreach"),
            Self::Accounts => t!("settings-place-accounts"),
            Self::Mail => t!("settings-place-mail"),
            Self::Chat => t!("settings-place-chat"),
            Self::Push => t!("settings-place-push"),
            Self::Sweep => t!("sweep"),
            Self::SetUp => t!("settings-place-setup"),
            Self::Notifications => t!("settings-place-notifications"),
            Self::Keys => t!("settings-place-keys"),
            Self::Absences => t!("absences"),
            Self::You => t!("settings-place-you"),
            Self::Style => t!("settings-place-style"),
        }
    }
}

/// The list of pages beside one of them: address, name, whether it is this one.
#[derive(Debug, Clone)]
pub(crate) struct Places(Vec<(&'static str, Cow<'static, str>, bool)>);

impl Places {
    pub(crate) fn new(visitor: &Visitor, here: Place) -> Self {
        let shown = PLACES.iter().filter(|(.., right)| visitor.may(*right));
        Self(shown.map(|(place, address, _)| (*address, place.name(), *place == here)).collect())
    }

    pub(crate) fn list(&self) -> &[(&'static str, Cow<'static, str>, bool)] {
        &self.0
    }
}

/// The frame of a page of the settings.
pub(crate) fn frame(title: impl Into<String>, visitor: &Visitor) -> Frame {
    Frame::within(title, Section::Settings, visitor).with_style("people.css")
}

/// `GET /settings`
pub(crate) async fn beginning(visitor: Visitor) -> Response {
    go(if visitor.may(Right::Administer) { "/settings/company" } else { "/settings/you" })
}

/// A link to be handed on, by which somebody chooses a password. It begins with the address that the configuration names,
/// else with the one that was asked.
pub(crate) fn link_address(web: &Web, headers: &HeaderMap, token: &str) -> String {
    let asked = || headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    match &web.options.public_url {
        Some(url) => format!("{}/links/{token}", url.trim_end_matches('/')),
        None => format!("http://{}/links/{token}", asked()),
    }
}

/// Active users to choose from, and whoever is chosen already.
fn user_choices(users: &[User], chosen: Option<UserId>) -> Vec<Choice> {
    let shown = users.iter().filter(|user| user.is_active || Some(user.id) == chosen);
    shown.map(|user| Choice::new(user.id.to_string(), user.name.clone(), Some(user.id) == chosen)).collect()
}

/// Open departments to choose from, and those that are chosen already.
fn department_choices(departments: &[Department], is_chosen: impl Fn(DepartmentId) -> bool) -> Vec<Choice> {
    let shown = departments.iter().filter(|department| department.is_active || is_chosen(department.id));
    let choice = |department: &Department| {
        let note = if department.is_active { Cow::Borrowed("") } else { t!("settings-departments-closed") };
        Choice::new(department.id.to_string(), department.name.clone(), is_chosen(department.id)).note(note)
    };
    shown.map(choice).collect()
}

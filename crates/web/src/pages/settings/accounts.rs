//! The company's social accounts: who we are on the networks, and with which departments.

use std::borrow::Cow;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};
use switchboard_app::App;
use switchboard_app::answer::account::{AccountChange, NewAccount};
use switchboard_model::{Account, AccountId, Department, DepartmentId, SourceKind};

use super::form::{Act, Form};
use super::{Place, Places, frame};
use crate::api::accounts::network;
use crate::error::{PageError, Refusal};
use crate::extract::PageId;
use crate::options::Web;
use crate::pages::failure::sentence;
use crate::pages::forms::{Choice, Entry, Fields, about_form};
use crate::pages::{Frame, go, show};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "settings/accounts.html")]
struct AccountsPage {
    frame: Frame,
    places: Places,
    accounts: Vec<AccountRow>,
}

struct AccountRow {
    id: AccountId,
    handle: String,
    network: &'static str,
    departments: String,
    trouble: String,
}

impl AccountsPage {
    fn new(visitor: &Visitor, accounts: &[Account], departments: &[Department]) -> Self {
        let name = |id: &DepartmentId| departments.iter().find(|one| one.id == *id).map(|one| one.name.clone());
        let row = |account: &Account| AccountRow {
            id: account.id,
            handle: account.handle.clone(),
            network: name_of(account.network),
            departments: match account.departments.as_slice() {
                [] => t!("settings-accounts-everybody").into_owned(),
                some => some.iter().filter_map(name).collect::<Vec<_>>().join(", "),
            },
            trouble: if account.trouble.is_empty() { String::new() } else { sentence(&account.trouble) },
        };
        Self {
            frame: frame(t!("settings-place-accounts"), visitor),
            places: Places::new(visitor, Place::Accounts),
            accounts: accounts.iter().map(row).collect(),
        }
    }
}

fn name_of(network: SourceKind) -> &'static str {
    match network {
        SourceKind::Mastodon => "Mastodon",
        SourceKind::Bluesky => "Bluesky",
        other => other.as_str(),
    }
}

/// `GET /settings/accounts`
pub(crate) async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let accounts = web.app.accounts(&visitor.actor)?;
    show(StatusCode::OK, &AccountsPage::new(&visitor, &accounts, &web.app.departments()))
}

/// The fields of a network's settings, and those that hold secrets.
fn entries(app: &App, kind: SourceKind, known: Option<&Account>, typed: Option<&Fields>) -> Vec<Entry> {
    let value = |name: &str| match (typed, known) {
        (Some(fields), _) => fields.text(name).to_owned(),
        (None, Some(account)) => account.settings.get(name).and_then(Value::as_str).unwrap_or_default().to_owned(),
        (None, None) => String::new(),
    };
    let secret = |name, label: Cow<'static, str>| {
        let mut entry = Entry::password(name, label, "off");
        entry.is_required = known.is_none();
        if known.is_some() { entry.note(t!("settings-accounts-secret-note")) } else { entry }
    };
    let mut entries = match kind {
        SourceKind::Bluesky => vec![
            Entry::line("handle", t!("settings-accounts-handle"), value("handle"))
                .required()
                .help(t!("settings-accounts-handle-help")),
            secret("app_password", t!("settings-accounts-app-password"))
                .help(t!("settings-accounts-app-password-help")),
            Entry::line("service", t!("settings-accounts-server"), value("service"))
                .note(t!("settings-accounts-server-note")),
        ],
        _ => vec![
            Entry::line("instance", t!("settings-accounts-instance"), value("instance"))
                .required()
                .help(t!("settings-accounts-instance-help")),
            secret("token", t!("settings-accounts-token")).help(t!("settings-accounts-token-help")),
        ],
    };
    let is_chosen = |id: DepartmentId| match (typed, known) {
        (Some(fields), _) => fields.all("departments").any(|chosen| chosen == id.to_string()),
        (None, Some(account)) => account.departments.contains(&id),
        (None, None) => false,
    };
    let departments = app.departments();
    let choices = departments
        .iter()
        .filter(|one| one.is_active || is_chosen(one.id))
        .map(|one| Choice::new(one.id.to_string(), one.name.clone(), is_chosen(one.id)))
        .collect();
    entries.push(
        Entry::any("departments", t!("settings-accounts-answers"), choices).help(t!("settings-accounts-answers-help")),
    );
    entries
}

fn read_settings(kind: SourceKind, fields: &Fields) -> Value {
    let text = |name: &str| fields.text(name).trim().to_owned();
    let mut settings = match kind {
        SourceKind::Bluesky => {
            json!({"handle": text("handle"), "app_password": text("app_password"), "service": text("service")})
        }
        _ => json!({"instance": text("instance"), "token": text("token")}),
    };
    if let Value::Object(settings) = &mut settings {
        settings.retain(|_, value| value != "");
    }
    settings
}

fn read_departments(fields: &Fields) -> Result<Vec<DepartmentId>, Refusal> {
    let read: Result<Vec<DepartmentId>, _> = fields.all("departments").map(str::parse).collect();
    read.map_err(|_| Refusal::unprocessable("bad_field", t!("settings-no-department")).about("departments"))
}

/// What is wrong with the settings stands beside the field that it names.
fn beside(refusal: Refusal) -> Refusal {
    const FIELDS: [&str; 5] = ["instance", "token", "handle", "app_password", "service"];
    let named = FIELDS.into_iter().find(|field| refusal.message.contains(&format!("'{field}'")));
    match (refusal.field, named) {
        (Some("settings"), Some(field)) => refusal.about(field),
        _ => refusal,
    }
}

fn new_form(app: &App, kind: SourceKind, typed: Option<&Fields>) -> Form {
    Form {
        title: t!("settings-accounts-new", network = name_of(kind)).into_owned(),
        about: t!("settings-accounts-new-about").into_owned(),
        action: format!("/settings/accounts?network={}", kind.as_str()),
        submit: t!("settings-add"),
        back: Some("/settings/accounts"),
        entries: entries(app, kind, None, typed),
        ..Form::default()
    }
}

/// `GET /settings/accounts/new/{network}`
pub(crate) async fn new(
    State(web): State<Web>,
    visitor: Visitor,
    Path(word): Path<String>,
) -> Result<Response, PageError> {
    let kind = network(&word).map_err(|_| Refusal::not_found(t!("settings-accounts-nothing-there")))?;
    new_form(&web.app, kind, None).show(StatusCode::OK, &visitor, Place::Accounts)
}

/// Which network a new account is on.
#[derive(serde::Deserialize)]
pub(crate) struct On {
    #[serde(default)]
    network: String,
}

/// `POST /settings/accounts`
pub(crate) async fn add(
    State(web): State<Web>,
    visitor: Visitor,
    crate::extract::PageQuery(on): crate::extract::PageQuery<On>,
    fields: Fields,
) -> Result<Response, PageError> {
    let kind = network(&on.network)?;
    let added = async || -> Result<Account, Refusal> {
        let new = NewAccount {
            network: kind,
            settings: read_settings(kind, &fields),
            departments: read_departments(&fields)?,
        };
        Ok(web.app.add_account(&visitor.actor, new).await?)
    };
    match added().await {
        Ok(_) => Ok(go("/settings/accounts")),
        Err(refusal) => {
            let refusal = beside(about_form(refusal)?);
            let form = new_form(&web.app, kind, Some(&fields)).refused(&refusal);
            form.show(refusal.status, &visitor, Place::Accounts)
        }
    }
}

fn one_form(app: &App, account: &Account, typed: Option<&Fields>) -> Form {
    let act = |title, about: Cow<'static, str>, what: &str, submit| Act {
        title,
        about: about.into_owned(),
        action: format!("/settings/accounts/{}/{what}", account.id),
        submit,
        entries: Vec::new(),
    };
    let removing = t!("settings-accounts-removing-about");
    Form {
        title: account.handle.clone(),
        about: t!("settings-accounts-on", network = name_of(account.network)).into_owned(),
        action: format!("/settings/accounts/{}", account.id),
        submit: t!("settings-save"),
        back: Some("/settings/accounts"),
        entries: entries(app, account.network, Some(account), typed),
        acts: vec![
            act(
                t!("settings-accounts-asking"),
                t!("settings-accounts-asking-about"),
                "check",
                t!("settings-accounts-asking-submit"),
            ),
            act(t!("settings-accounts-removing"), removing, "remove", t!("settings-accounts-removing-submit")),
        ],
        complaint: (!account.trouble.is_empty()).then(|| sentence(&account.trouble)),
        ..Form::default()
    }
}

/// `GET /settings/accounts/{id}`
pub(crate) async fn one(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<AccountId>,
) -> Result<Response, PageError> {
    let account = web.app.account(&visitor.actor, id)?;
    one_form(&web.app, &account, None).show(StatusCode::OK, &visitor, Place::Accounts)
}

/// `POST /settings/accounts/{id}`
pub(crate) async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<AccountId>,
    fields: Fields,
) -> Result<Response, PageError> {
    let account = web.app.account(&visitor.actor, id)?;
    let changed = async || -> Result<Account, Refusal> {
        let change = AccountChange {
            settings: Some(read_settings(account.network, &fields)),
            departments: Some(read_departments(&fields)?),
        };
        Ok(web.app.change_account(&visitor.actor, id, change).await?)
    };
    match changed().await {
        Ok(_) => Ok(go("/settings/accounts")),
        Err(refusal) => {
            let refusal = beside(about_form(refusal)?);
            let form = one_form(&web.app, &account, Some(&fields)).refused(&refusal);
            form.show(refusal.status, &visitor, Place::Accounts)
        }
    }
}

/// `POST /settings/accounts/{id}/check`
pub(crate) async fn check(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<AccountId>,
) -> Result<Response, PageError> {
    let account = web.app.check_account(&visitor.actor, id).await?;
    let mut form = one_form(&web.app, &account, None);
    form.said = account.trouble.is_empty().then(|| t!("settings-accounts-lets-in").into_owned());
    form.show(StatusCode::OK, &visitor, Place::Accounts)
}

/// `POST /settings/accounts/{id}/remove`
pub(crate) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<AccountId>,
) -> Result<Response, PageError> {
    web.app.remove_account(&visitor.actor, id).await?;
    Ok(go("/settings/accounts"))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    fn account(trouble: &str) -> Account {
        Account {
            id: AccountId(uuid::Uuid::nil()),
            network: SourceKind::Mastodon,
            handle: samples::HOSTILE.to_owned(),
            author: samples::HOSTILE.to_owned(),
            settings: json!({"instance": samples::HOSTILE}),
            departments: samples::departments().iter().map(|one| one.id).collect(),
            is_enabled: true,
            trouble: trouble.to_owned(),
            created_at: samples::now(),
        }
    }

    /// Some, and none.
    pub(crate) fn samples() -> Vec<String> {
        let accounts = [account(""), account(samples::HOSTILE)];
        let full = AccountsPage::new(&samples::visitor(), &accounts, &samples::departments());
        let empty = AccountsPage::new(&samples::visitor(), &[], &[]);
        [full, empty].map(|page| page.render().expect("renders")).into()
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let pages = samples();
        samples::assert_harmless(&pages[0]);
        assert!(pages[1].contains("There is none yet"), "{}", pages[1]);
    }

    #[test]
    fn a_complaint_finds_its_field() {
        let check = |message: &str, expected: &'static str| {
            let refusal = Refusal::unprocessable("bad_field", message).about("settings");
            assert_eq!(beside(refusal).field, Some(expected), "{message}");
        };
        check("setting 'instance': use an address that begins with https://", "instance");
        check("make a new access token and put it into 'token'", "token");
        check("the network does not say who the account is", "settings");
    }
}

//! Departments: who heads them and what they take.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use switchboard_app::App;
use switchboard_app::directory::DirectoryError;
use switchboard_app::directory::department::{DepartmentChange, INTENTS, NewDepartment};
use switchboard_model::{Department, DepartmentId, User, UserId};

use super::form::{Act, Form};
use super::office;
use super::{Place, Places, frame, user_choices};
use crate::error::{PageError, Refusal};
use crate::extract::PageId;
use crate::options::Web;
use crate::pages::forms::{Choice, Entry, Fields, about_form};
use crate::pages::{Frame, go, show, words};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "settings/departments.html")]
struct DepartmentsPage {
    frame: Frame,
    places: Places,
    departments: Vec<DepartmentRow>,
}

struct DepartmentRow {
    id: DepartmentId,
    name: String,
    key: String,
    head: String,
    deputy: String,
    intents: String,
    keywords: String,
    people: String,
    is_fallback: bool,
    is_active: bool,
}

impl DepartmentsPage {
    fn new(
        frame: Frame,
        places: Places,
        departments: &[Department],
        users: &[User],
        fallback: Option<DepartmentId>,
    ) -> Self {
        let name = |id: UserId| users.iter().find(|user| user.id == id).map_or("", |user| &user.name).to_owned();
        let row = |department: &Department| {
            let people = users.iter().filter(|user| user.is_active && user.departments.contains(&department.id));
            DepartmentRow {
                id: department.id,
                name: department.name.clone(),
                key: department.key.clone(),
                head: name(department.head),
                deputy: department.deputy.map(name).unwrap_or_default(),
                intents: department
                    .intents
                    .iter()
                    .map(|one| words::intent(one).to_string())
                    .collect::<Vec<_>>()
                    .join(", "),
                keywords: match department.keywords.len() as u64 {
                    0 => t!("settings-departments-no-topics").into_owned(),
                    words => words::count(words),
                },
                people: words::count(people.count() as u64),
                is_fallback: fallback == Some(department.id),
                is_active: department.is_active,
            }
        };
        Self { frame, places, departments: departments.iter().map(row).collect() }
    }
}

fn entries(app: &App, known: Option<&Department>, typed: Option<&Fields>, you: Option<UserId>) -> Vec<Entry> {
    let value = |name: &str, known: Option<String>| match typed {
        Some(fields) => fields.text(name).to_owned(),
        None => known.unwrap_or_default(),
    };
    let chosen = |name: &str, known: Option<UserId>| match typed {
        Some(fields) => fields.text(name).parse().ok(),
        None => known,
    };
    let is_taken = |intent: &str| match typed {
        Some(fields) => fields.all("intents").any(|chosen| chosen == intent),
        None => known.is_some_and(|known| known.intents.iter().any(|taken| taken == intent)),
    };
    let users = app.users();
    let deputy = chosen("deputy", known.and_then(|known| known.deputy));
    let mut deputies = vec![Choice::new("", t!("settings-departments-no-deputy"), deputy.is_none())];
    deputies.extend(user_choices(&users, deputy));
    let mut entries = vec![
        Entry::line("name", t!("settings-name"), value("name", known.map(|known| known.name.clone()))).required(),
        Entry::line("key", t!("settings-departments-key"), value("key", known.map(|known| known.key.clone())))
            .note(if known.is_some() { Cow::Borrowed("") } else { t!("settings-departments-key-note") })
            .help(t!("settings-departments-key-help")),
        Entry::one(
            "head",
            t!("settings-departments-head"),
            user_choices(&users, chosen("head", known.map(|known| known.head).or(you))),
        ),
        Entry::one("deputy", t!("settings-departments-deputy"), deputies),
        Entry::any(
            "intents",
            t!("settings-departments-intents"),
            INTENTS.map(|intent| Choice::new(intent, words::intent(intent).to_string(), is_taken(intent))).to_vec(),
        ),
        Entry::area(
            "keywords",
            t!("settings-departments-keywords"),
            value("keywords", known.map(|known| known.keywords.join("\n"))),
        )
        .note(t!("settings-departments-keywords-note")),
    ];
    entries.extend(known.into_iter().flat_map(|department| office::entries(app, department, typed)));
    entries
}

/// `GET /settings/departments`
pub(crate) async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let (frame, places) =
        (frame(t!("settings-place-departments"), &visitor), Places::new(&visitor, Place::Departments));
    let fallback = web.app.company().map(|company| company.fallback);
    let page = DepartmentsPage::new(frame, places, &web.app.departments(), &web.app.users(), fallback);
    show(StatusCode::OK, &page)
}

fn new_form(app: &App, visitor: &Visitor, typed: Option<&Fields>) -> Form {
    Form {
        title: t!("settings-departments-new").into_owned(),
        about: t!("settings-departments-new-about").into_owned(),
        action: "/settings/departments".to_owned(),
        submit: t!("settings-add"),
        back: Some("/settings/departments"),
        entries: entries(app, None, typed, visitor.actor.user_id()),
        ..Form::default()
    }
}

/// `GET /settings/departments/new`
pub(crate) async fn new(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    new_form(&web.app, &visitor, None).show(StatusCode::OK, &visitor, Place::Departments)
}

fn read_head(fields: &Fields) -> Result<UserId, Refusal> {
    let refusal = || Refusal::unprocessable("bad_head", t!("settings-departments-bad-head")).about("head");
    fields.text("head").parse().map_err(|_| refusal())
}

fn read_deputy(fields: &Fields) -> Result<Option<UserId>, Refusal> {
    match fields.text("deputy") {
        "" => Ok(None),
        id => {
            let id = id.parse();
            id.map(Some).map_err(|_| {
                Refusal::unprocessable("bad_deputy", t!("settings-departments-bad-deputy")).about("deputy")
            })
        }
    }
}

async fn added(app: &App, visitor: &Visitor, fields: &Fields) -> Result<Department, Refusal> {
    let key = fields.text("key").trim();
    let new = NewDepartment {
        key: (!key.is_empty()).then(|| key.to_owned()),
        name: fields.text("name").to_owned(),
        head: read_head(fields)?,
        deputy: read_deputy(fields)?,
        intents: fields.all("intents").map(str::to_owned).collect(),
        keywords: fields.list("keywords"),
    };
    Ok(app.add_department(&visitor.actor, new).await?)
}

/// `POST /settings/departments`
pub(crate) async fn add(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    match added(&web.app, &visitor, &fields).await {
        Ok(_) => Ok(go("/settings/departments")),
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            let form = new_form(&web.app, &visitor, Some(&fields)).refused(&refusal);
            form.show(refusal.status, &visitor, Place::Departments)
        }
    }
}

fn one_form(app: &App, department: &Department, typed: Option<&Fields>) -> Form {
    let is_fallback = app.company().is_some_and(|company| company.fallback == department.id);
    let act = |title, about: Cow<'static, str>, what: &str, submit| Act {
        title,
        about: about.into_owned(),
        action: format!("/settings/departments/{}/{what}", department.id),
        submit,
        entries: Vec::new(),
    };
    let mut acts = Vec::new();
    if department.is_active && !is_fallback {
        acts.push(act(
            t!("settings-rest"),
            t!("settings-departments-rest-about"),
            "fallback",
            t!("settings-departments-rest-submit"),
        ));
    }
    acts.push(if department.is_active {
        let about = t!("settings-departments-closing-about");
        act(t!("settings-departments-closing"), about, "close", t!("settings-departments-closing-submit"))
    } else {
        act(
            t!("settings-departments-opening"),
            t!("settings-departments-opening-about"),
            "open",
            t!("settings-departments-opening-submit"),
        )
    });
    let about = match (department.is_active, is_fallback) {
        (false, _) => t!("settings-departments-is-closed"),
        (true, true) => t!("settings-departments-is-fallback"),
        (true, false) => Cow::Borrowed(""),
    };
    Form {
        title: department.name.clone(),
        about: about.into_owned(),
        action: format!("/settings/departments/{}", department.id),
        submit: t!("settings-save"),
        back: Some("/settings/departments"),
        entries: entries(app, Some(department), typed, None),
        has_zones: true,
        acts,
        ..Form::default()
    }
}

fn get(app: &App, id: DepartmentId) -> Result<Department, DirectoryError> {
    app.department(id).ok_or_else(|| DirectoryError::UnknownDepartment(id.to_string()))
}

/// `GET /settings/departments/{id}`
pub(crate) async fn one(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<DepartmentId>,
) -> Result<Response, PageError> {
    one_form(&web.app, &get(&web.app, id)?, None).show(StatusCode::OK, &visitor, Place::Departments)
}

async fn changed(app: &App, visitor: &Visitor, id: DepartmentId, fields: &Fields) -> Result<Department, Refusal> {
    let change = DepartmentChange {
        key: Some(fields.text("key").to_owned()),
        name: Some(fields.text("name").to_owned()),
        head: Some(read_head(fields)?),
        deputy: Some(read_deputy(fields)?),
        intents: Some(fields.all("intents").map(str::to_owned).collect()),
        keywords: Some(fields.list("keywords")),
        office: office::read(fields)?,
        ..DepartmentChange::default()
    };
    Ok(app.change_department(&visitor.actor, id, change).await?)
}

/// `POST /settings/departments/{id}`
pub(crate) async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<DepartmentId>,
    fields: Fields,
) -> Result<Response, PageError> {
    let department = get(&web.app, id)?;
    match changed(&web.app, &visitor, id, &fields).await {
        Ok(_) => Ok(go("/settings/departments")),
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            let form = one_form(&web.app, &department, Some(&fields)).refused(&refusal);
            form.show(refusal.status, &visitor, Place::Departments)
        }
    }
}

fn done<T>(
    web: &Web,
    visitor: &Visitor,
    id: DepartmentId,
    done: Result<T, DirectoryError>,
) -> Result<Response, PageError> {
    match done {
        Ok(_) => Ok(go("/settings/departments")),
        Err(error) => {
            let refusal = about_form(error)?;
            let form = one_form(&web.app, &get(&web.app, id)?, None);
            form.refused(&refusal).show(refusal.status, visitor, Place::Departments)
        }
    }
}

/// `POST /settings/departments/{id}/fallback`
pub(crate) async fn fallback(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<DepartmentId>,
) -> Result<Response, PageError> {
    get(&web.app, id)?;
    let company = web.app.set_fallback(&visitor.actor, id).await;
    done(&web, &visitor, id, company)
}

/// `POST /settings/departments/{id}/close`
pub(crate) async fn close(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<DepartmentId>,
) -> Result<Response, PageError> {
    get(&web.app, id)?;
    let department = web.app.close_department(&visitor.actor, id).await;
    done(&web, &visitor, id, department)
}

/// `POST /settings/departments/{id}/open`
pub(crate) async fn open(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<DepartmentId>,
) -> Result<Response, PageError> {
    get(&web.app, id)?;
    let change = DepartmentChange { reopen: true, ..DepartmentChange::default() };
    let department = web.app.change_department(&visitor.actor, id, change).await;
    done(&web, &visitor, id, department)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    pub(crate) fn samples() -> Vec<String> {
        let (visitor, departments) = (samples::visitor(), samples::departments());
        let frame = frame(t!("settings-place-departments"), &visitor);
        let places = Places::new(&visitor, Place::Departments);
        let page = DepartmentsPage::new(frame, places, &departments, &samples::users(), Some(departments[0].id));
        vec![page.render().expect("renders")]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let html = samples().remove(0);
        samples::assert_harmless(&html);
        assert!(html.contains("closed") && html.contains("takes the rest"), "{html}");
    }
}

//! The fourth step: the departments of the template, to rename and to trim. What a closed one holds goes to the desk that
//! takes the rest, so that somebody always has it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use switchboard_app::directory::department::DepartmentChange;
use switchboard_app::setup::progress::{Decision, Step};
use switchboard_model::{Department, DepartmentId, QueueCount, User};

use super::{Shell, frame};
use crate::error::{PageError, Refusal};
use crate::options::Web;
use crate::pages::failure::sentence;
use crate::pages::forms::{Choice, Fields, about_form};
use crate::pages::{Frame, go, show, words};
use crate::visitor::Visitor;

/// How many of its topics are named.
const TOPICS: usize = 5;

#[derive(Template)]
#[template(path = "setup/departments.html")]
struct DepartmentsPage {
    frame: Frame,
    shell: Shell,
    rows: Vec<Row>,
    /// Of the template, not there: key, name, what it takes.
    others: Vec<Choice>,
    complaint: Option<String>,
}

struct Row {
    id: DepartmentId,
    name: String,
    /// What it takes, in words.
    takes: String,
    heads: Vec<Choice>,
    is_chosen: bool,
    was_chosen: bool,
    /// It takes what nothing else decides, and stays.
    is_fallback: bool,
    /// How many open cases lie there.
    cases: u64,
    wrong: Option<String>,
}

fn takes(intents: &[String], keywords: &[String]) -> String {
    let intents = intents.iter().map(|intent| words::intent(intent).into_owned());
    let more = keywords.len().saturating_sub(TOPICS) as u64;
    let topics = keywords.iter().take(TOPICS).cloned();
    let mut takes: Vec<String> = intents.chain(topics).collect();
    if more > 0 {
        takes.push(t!("setup-more-topics", count = more).into_owned());
    }
    takes.join(", ")
}

/// Open cases of a department.
fn cases_of(id: DepartmentId, queues: &[QueueCount]) -> u64 {
    let open = queues.iter().filter(|queue| queue.department == id && queue.state != "closed");
    open.map(|queue| queue.public + queue.private).sum()
}

fn row(
    department: &Department,
    users: &[User],
    queues: &[QueueCount],
    fallback: Option<DepartmentId>,
    typed: Option<&Fields>,
) -> Row {
    let id = department.id.to_string();
    let text = |field: &str| typed.and_then(|fields| fields.find(&format!("{field}_{id}")));
    let head = text("head").and_then(|head| head.parse().ok()).unwrap_or(department.head);
    let can_lead =
        |user: &&User| (user.is_active && user.role != switchboard_model::Role::Observer) || user.id == department.head;
    let is_fallback = fallback == Some(department.id);
    Row {
        id: department.id,
        name: text("name").unwrap_or(&department.name).to_owned(),
        takes: takes(&department.intents, &department.keywords),
        heads: users
            .iter()
            .filter(can_lead)
            .map(|user| Choice::new(user.id.to_string(), user.name.clone(), user.id == head))
            .collect(),
        is_chosen: match typed {
            Some(fields) => is_fallback || fields.all("department").any(|ticked| ticked == id),
            None => department.is_active,
        },
        was_chosen: department.is_active,
        is_fallback,
        cases: cases_of(department.id, queues),
        wrong: None,
    }
}

async fn page(
    web: &Web,
    visitor: &Visitor,
    typed: Option<&Fields>,
    refusal: Option<(Option<DepartmentId>, Refusal)>,
) -> Result<Response, PageError> {
    let (departments, users) = (web.app.departments(), web.app.users());
    let queues = web.app.queues(&visitor.actor).await?;
    let fallback = web.app.company().map(|company| company.fallback);
    let mut rows: Vec<Row> =
        departments.iter().map(|department| row(department, &users, &queues, fallback, typed)).collect();
    let is_missing = |key: &str| !departments.iter().any(|department| department.key == key);
    let template = web.app.department_template().iter().filter(|config| is_missing(&config.key));
    let is_added = |key: &str| typed.is_some_and(|fields| fields.all("add").any(|added| added == key));
    let others = template
        .map(|config| {
            Choice::new(config.key.clone(), config.name.clone(), is_added(&config.key))
                .note(takes(&config.intents, &config.keywords))
        })
        .collect();
    let status = refusal.as_ref().map_or(StatusCode::OK, |(_, refusal)| refusal.status);
    let mut complaint = None;
    if let Some((about, refusal)) = refusal {
        let wrong = sentence(&refusal.message);
        match rows.iter_mut().find(|row| Some(row.id) == about) {
            Some(row) => row.wrong = Some(wrong),
            None => complaint = Some(wrong),
        }
    }
    let shell = Shell::load(web, visitor, Some(Step::Departments)).await?;
    let frame = frame(t!("setup-departments"), Some(visitor));
    show(status, &DepartmentsPage { frame, shell, rows, others, complaint })
}

/// `GET /setup/departments`
pub(crate) async fn ask(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    page(&web, &visitor, None, None).await
}

/// `POST /setup/departments`
pub(crate) async fn keep(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    match kept(&web, &visitor, &fields).await {
        Ok(()) => Ok(go("/setup/colleagues")),
        Err((about, refusal)) => {
            let refusal = about_form(refusal)?;
            page(&web, &visitor, Some(&fields), Some((about, refusal))).await
        }
    }
}

/// Names and heads first, then what is opened and added, and what is closed last: its cases need a desk to go to.
async fn kept(web: &Web, visitor: &Visitor, fields: &Fields) -> Result<(), (Option<DepartmentId>, Refusal)> {
    let (app, actor) = (&web.app, &visitor.actor);
    let fallback = app.company().map(|company| company.fallback);
    let mut closing = Vec::new();
    for known in fields.all("known") {
        let Some(department) = known.parse().ok().and_then(|id| app.department(id)) else { continue };
        let id = department.id;
        let is_ticked = fields.all("department").any(|ticked| ticked == known) || fallback == Some(id);
        let was_ticked = fields.all("was").any(|was| was == known);
        if !is_ticked {
            // One that somebody else opened meanwhile stays open.
            closing.extend((was_ticked && department.is_active).then_some(id));
            continue;
        }
        let name = fields.find(&format!("name_{known}")).map(str::trim).filter(|name| *name != department.name);
        let head = fields.find(&format!("head_{known}")).and_then(|head| head.parse().ok());
        let head = head.filter(|head| *head != department.head);
        let reopen = !was_ticked && !department.is_active;
        if name.is_some() || head.is_some() || reopen {
            let change = DepartmentChange { name: name.map(str::to_owned), head, reopen, ..Default::default() };
            app.change_department(actor, id, change).await.map_err(|error| (Some(id), error.into()))?;
        }
    }
    let keys = app.departments().iter().map(|department| department.key.clone()).collect::<Vec<_>>();
    for key in fields.all("add").filter(|key| !keys.iter().any(|known| known == key)) {
        app.add_from_template(actor, key).await.map_err(|error| (None, error.into()))?;
    }
    for id in closing {
        app.trim_department(actor, id).await.map_err(|error| (Some(id), error.into()))?;
    }
    app.decide_step(actor, Step::Departments, Decision::Kept).await.map_err(|error| (None, error.into()))?;
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples::{self, HOSTILE, assert_harmless};
    use crate::pages::setup::tests::shell;

    /// As they are, and refused.
    pub(crate) fn samples() -> Vec<String> {
        let (departments, users) = (samples::departments(), samples::users());
        let queues = [QueueCount { department: departments[1].id, owner: None, state: "open", public: 3, private: 1 }];
        let page = |wrong: Option<&str>| {
            let mut rows: Vec<Row> =
                departments.iter().map(|one| row(one, &users, &queues, Some(departments[0].id), None)).collect();
            rows[1].was_chosen = true;
            rows[1].wrong = wrong.map(str::to_owned);
            let page = DepartmentsPage {
                frame: frame(t!("setup-departments"), Some(&samples::visitor())),
                shell: shell(Some(Step::Departments), wrong.is_some()),
                rows,
                others: vec![Choice::new("sales", HOSTILE, true).note(HOSTILE)],
                complaint: wrong.map(str::to_owned),
            };
            page.render().expect("renders")
        };
        vec![page(None), page(Some(HOSTILE))]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let pages = samples();
        pages.iter().for_each(|html| assert_harmless(html));
        assert!(pages[0].contains("4 open cases"), "{}", pages[0]);
        assert!(pages[1].contains("role=\"alert\""));
    }
}

//! The last step: who else works here. It can wait; the links that are made are shown once.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use switchboard_app::directory::user::NewUser;
use switchboard_app::setup::progress::{Decision, Step};
use switchboard_model::{Department, Duty, Role};

use super::{Shell, frame};
use crate::error::{PageError, Refusal};
use crate::options::Web;
use crate::pages::failure::sentence;
use crate::pages::forms::{Choice, Fields, about_form};
use crate::pages::settings::link_address;
use crate::pages::{Frame, go, show};
use crate::visitor::Visitor;

/// Rows that are there to be filled in.
const ROWS: usize = 3;
/// Rows that one form may hold.
const MOST: usize = 50;

#[derive(Template)]
#[template(path = "setup/colleagues.html")]
struct ColleaguesPage {
    frame: Frame,
    shell: Shell,
    /// Made by this very form.
    links: Vec<Invited>,
    /// Who is here already: name, address.
    people: Vec<(String, String)>,
    rows: Vec<Row>,
}

/// Somebody who was invited just now.
struct Invited {
    name: String,
    link: String,
}

struct Row {
    name: String,
    email: String,
    departments: Vec<Choice>,
    wrong: Option<String>,
}

impl Row {
    fn new(departments: &[Department], name: &str, email: &str, department: &str) -> Self {
        let open = departments.iter().filter(|one| one.is_active);
        let choice = |one: &Department| {
            let id = one.id.to_string();
            let is_chosen = id == department;
            Choice::new(id, one.name.clone(), is_chosen)
        };
        Self { name: name.to_owned(), email: email.to_owned(), departments: open.map(choice).collect(), wrong: None }
    }

    fn is_empty(&self) -> bool {
        self.name.trim().is_empty() && self.email.trim().is_empty()
    }
}

async fn page(web: &Web, visitor: &Visitor, links: Vec<Invited>, mut rows: Vec<Row>) -> Result<Response, PageError> {
    let departments = web.app.departments();
    let is_refused = rows.iter().any(|row| row.wrong.is_some());
    while rows.len() < ROWS {
        rows.push(Row::new(&departments, "", "", ""));
    }
    let users = web.app.users();
    let page = ColleaguesPage {
        frame: frame(t!("setup-colleagues"), Some(visitor)),
        shell: Shell::load(web, visitor, Some(Step::Colleagues)).await?,
        links,
        people: users
            .iter()
            .filter(|user| user.is_active)
            .map(|user| (user.name.clone(), user.email.clone()))
            .collect(),
        rows,
    };
    show(if is_refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page)
}

/// `GET /setup/colleagues`
pub(crate) async fn ask(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    page(&web, &visitor, Vec::new(), Vec::new()).await
}

/// `POST /setup/colleagues`: invites whoever stands in a row. Without anybody it is over.
pub(crate) async fn invite(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, PageError> {
    let departments = web.app.departments();
    let row = |number: usize| {
        let text = |field: &str| fields.text(&format!("{field}_{number}")).to_owned();
        fields.find(&format!("email_{number}"))?;
        Some(Row::new(&departments, &text("name"), &text("email"), &text("department")))
    };
    let rows: Vec<Row> = (0..MOST).map_while(row).filter(|row| !row.is_empty()).collect();
    if rows.is_empty() {
        web.app.decide_step(&visitor.actor, Step::Colleagues, Decision::Skipped).await.map_err(Refusal::from)?;
        return Ok(go("/desk"));
    }
    let (mut links, mut refused) = (Vec::new(), Vec::new());
    for mut row in rows {
        match web.app.invite(&visitor.actor, new_user(&row)).await {
            Ok((user, token)) => links.push(Invited { name: user.name, link: link_address(&web, &headers, &token) }),
            // Who can be invited is; the others stay in the form. A link that was made is shown once, so it has to be.
            Err(error) => {
                let why = match about_form(error) {
                    Ok(refusal) => sentence(&refusal.message),
                    Err(error) if links.is_empty() => return Err(error),
                    Err(PageError(refusal)) => sentence(&refusal.message),
                };
                row.wrong = Some(why);
                refused.push(row);
            }
        }
    }
    if !links.is_empty()
        && let Err(error) = web.app.decide_step(&visitor.actor, Step::Colleagues, Decision::Kept).await
    {
        tracing::warn!(%error, "that colleagues were invited is not noted");
    }
    page(&web, &visitor, links, refused).await
}

fn new_user(row: &Row) -> NewUser {
    let chosen = row.departments.iter().find(|choice| choice.is_chosen);
    NewUser {
        name: row.name.clone(),
        email: row.email.clone(),
        role: Role::Member,
        departments: chosen.and_then(|choice| choice.value.parse().ok()).into_iter().collect(),
        languages: Vec::new(),
        time_zone: None,
        duty: Duty::default(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples::{self, HOSTILE, assert_harmless};
    use crate::pages::setup::tests::shell;

    /// Nobody yet, and some of whom one was refused.
    pub(crate) fn samples() -> Vec<String> {
        let departments = samples::departments();
        let page = |links: Vec<Invited>, wrong: Option<&str>| {
            let mut row = Row::new(&departments, HOSTILE, HOSTILE, "");
            row.wrong = wrong.map(str::to_owned);
            let page = ColleaguesPage {
                frame: frame(t!("setup-colleagues"), Some(&samples::visitor())),
                shell: shell(Some(Step::Colleagues), wrong.is_some()),
                links,
                people: samples::users().into_iter().map(|user| (user.name, user.email)).collect(),
                rows: vec![row, Row::new(&departments, "", "", "")],
            };
            page.render().expect("renders")
        };
        let invited = Invited { name: HOSTILE.to_owned(), link: format!("https://acme.example/links/{HOSTILE}") };
        vec![page(Vec::new(), None), page(vec![invited], Some(HOSTILE))]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let pages = samples();
        pages.iter().for_each(|html| assert_harmless(html));
        assert!(pages[1].contains("acme.example/links/") && !pages[0].contains("/links/"), "{}", pages[1]);
    }
}

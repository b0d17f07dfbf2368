//! The pages of a demonstration: who one can be, what happens next, the tour, and beginning anew.

use std::borrow::Cow;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use switchboard_model::{Department, Role, User, UserId};

use crate::demonstration::{Demonstration, Storm};
use crate::error::{PageError, Refusal};
use crate::options::Web;
use crate::pages::access::{leave, with_session};
use crate::pages::{Frame, Section, go, show, words};
use crate::visitor::Visitor;

/// Somebody whom one can be.
#[derive(Debug, Clone)]
struct Somebody {
    id: String,
    name: String,
    about: String,
    /// Where they work, and whether they are on duty now.
    departments: String,
    is_on_duty: bool,
    /// The clock where they are.
    time: String,
    is_you: bool,
    initials: String,
}

#[derive(Template)]
#[template(path = "demo/people.html")]
struct PeoplePage {
    frame: Frame,
    company: String,
    people: Vec<Somebody>,
    storm: Storm,
}

#[derive(Template)]
#[template(path = "demo/again.html")]
struct AgainPage {
    frame: Frame,
}

fn playing(web: &Web) -> Result<Arc<dyn Demonstration>, PageError> {
    let demonstration = web.options.demonstration.clone();
    demonstration
        .ok_or_else(|| PageError(Refusal::not_found("this is not a demonstration; `switchboard demo` starts one")))
}

/// A step of the tour: where it is, what it points at, what it says.
#[derive(Debug, Clone)]
struct Step {
    address: &'static str,
    /// A selector; several, of which the first that is there counts.
    at: &'static str,
    title: Cow<'static, str>,
    text: Cow<'static, str>,
}

fn steps() -> [Step; 7] {
    let step = |address, at, title, text| Step { address, at, title, text };
    [
        step("/desk?queue=all", "#rows .row", t!("demo-step-list"), t!("demo-step-list-about")),
        step("/desk?queue=all", "#says", t!("demo-step-says"), t!("demo-step-says-about")),
        step("/demo/first-case", ".cord", t!("demo-step-cord"), t!("demo-step-cord-about")),
        step(
            "/demo/first-case",
            ".know > section:nth-child(2), .know",
            t!("demo-step-know"),
            t!("demo-step-know-about"),
        ),
        step("/demo/first-case", ".deeds", t!("demo-step-deeds"), t!("demo-step-deeds-about")),
        step("/demo/first-case", "#reply", t!("demo-step-reply"), t!("demo-step-reply-about")),
        step("/desk?queue=all", "#demo-next, .demo-strip", t!("demo-step-storm"), t!("demo-step-storm-about")),
    ]
}

#[derive(Template)]
#[template(path = "demo/tour.html")]
struct TourPage {
    frame: Frame,
    steps: [Step; 7],
}

/// `GET /demo/tour`
pub(crate) async fn tour(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    playing(&web)?;
    let frame = Frame::within(t!("demo-tour"), Section::Elsewhere, &visitor).with_style("people.css");
    show(StatusCode::OK, &TourPage { frame, steps: steps() })
}

/// `GET /demo/first-case`
pub(crate) async fn first_case(State(web): State<Web>) -> Result<Response, PageError> {
    match playing(&web)?.first_case().await {
        Some(case) => Ok(go(&format!("/desk?queue=all&case={case}"))),
        None => Ok(go("/desk?queue=all")),
    }
}

/// `GET /demo`
pub(crate) async fn people(State(web): State<Web>, visitor: Option<Visitor>) -> Result<Response, PageError> {
    let demonstration = playing(&web)?;
    let you = visitor.as_ref().and_then(|visitor| visitor.actor.user_id());
    let (departments, now) = (web.app.departments(), web.app.now());
    let somebody = |(id, about): (UserId, String)| {
        let user = web.app.user(id)?;
        let is_on_duty = !user.departments.is_empty() && web.app.is_on_duty(&user, now);
        Some(Somebody { is_you: you == Some(id), is_on_duty, ..seen(&user, about, &departments, now) })
    };
    let page = PeoplePage {
        frame: match &visitor {
            Some(visitor) => Frame::within(t!("demo-title"), Section::Elsewhere, visitor),
            None => Frame::new(t!("demo-title")),
        }
        .with_style("people.css"),
        company: web.app.company().map(|company| company.name.clone()).unwrap_or_default(),
        people: demonstration.people().into_iter().filter_map(somebody).collect(),
        storm: demonstration.storm(),
    };
    show(StatusCode::OK, &page)
}

fn seen(user: &User, about: String, departments: &[Department], now: jiff::Timestamp) -> Somebody {
    let names = departments.iter().filter(|one| user.departments.contains(&one.id)).map(|one| one.name.as_str());
    let zone = jiff::tz::TimeZone::get(&user.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    Somebody {
        id: user.id.to_string(),
        name: user.name.clone(),
        about,
        departments: match user.role {
            Role::Observer => t!("demo-reads").into_owned(),
            Role::Administrator => t!("demo-administers").into_owned(),
            Role::Member => names.collect::<Vec<_>>().join(", "),
        },
        is_on_duty: false,
        time: words::time(now.to_zoned(zone).time()).into_owned(),
        is_you: false,
        initials: user.name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect(),
    }
}

/// `POST /demo/be/{id}`
pub(crate) async fn be(
    State(web): State<Web>,
    Path(id): Path<UserId>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let demonstration = playing(&web)?;
    if !demonstration.people().iter().any(|(known, _)| *known == id) {
        return Err(PageError(Refusal::not_found("nobody of the demonstration is that")));
    }
    let session = web.app.let_in(id).await?;
    leave(&web, &headers, Some(id)).await?;
    Ok(with_session(&web, Some(&session), go("/desk?queue=all")))
}

/// `POST /demo/next`
pub(crate) async fn next(State(web): State<Web>) -> Result<Response, PageError> {
    playing(&web)?.next_chapter();
    Ok(go("/desk?queue=all"))
}

/// `POST /demo/start-over`
pub(crate) async fn start_over(State(web): State<Web>) -> Result<Response, PageError> {
    playing(&web)?.start_over();
    let page = AgainPage { frame: Frame::new(t!("demo-again")).with_style("people.css").with_script("demo.js") };
    Ok(with_session(&web, None, show(StatusCode::OK, &page)?))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    /// Everybody whom one can be, in the middle of the story and at its end.
    pub(crate) fn samples() -> Vec<String> {
        let somebody = |user: &User| {
            let somebody = seen(user, samples::HOSTILE.to_owned(), &samples::departments(), samples::now());
            Somebody { is_you: user.is_active, is_on_duty: user.is_active, ..somebody }
        };
        let page = |storm| {
            let frame =
                Frame::within(t!("demo-title"), Section::Elsewhere, &samples::visitor()).with_style("people.css");
            let people = samples::users().iter().map(somebody).collect();
            PeoplePage { frame, company: samples::HOSTILE.to_owned(), people, storm }.render().expect("renders")
        };
        let next = Some((samples::HOSTILE.to_owned(), samples::HOSTILE.to_owned()));
        let told = Storm { next: None, is_playing: false, begun: 2, chapters: 2 };
        vec![page(Storm { next, is_playing: true, begun: 1, ..told.clone() }), page(told)]
    }

    pub(crate) fn samples_of_again() -> Vec<String> {
        let page = AgainPage { frame: Frame::new(t!("demo-again")).with_style("people.css").with_script("demo.js") };
        vec![page.render().expect("renders")]
    }

    pub(crate) fn samples_of_tour() -> Vec<String> {
        let frame = Frame::within(t!("demo-tour"), Section::Elsewhere, &samples::visitor()).with_style("people.css");
        vec![TourPage { frame, steps: steps() }.render().expect("renders")]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        samples().iter().chain(&samples_of_again()).for_each(|html| samples::assert_harmless(html));
    }
}

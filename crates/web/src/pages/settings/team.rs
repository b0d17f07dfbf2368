//! The social team: its head, who stands in, and who sits in it for each department.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use switchboard_app::App;
use switchboard_app::directory::team::{TeamChange, TeamWarning};
use switchboard_model::{Department, DepartmentId, Role, Team, User, UserId};

use super::{Place, Places, frame, user_choices};
use crate::error::{PageError, Refusal};
use crate::options::Web;
use crate::pages::directory::team_warnings;
use crate::pages::forms::{Choice, Entry, Fields, about_form, complain};
use crate::pages::{Frame, go, show};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "settings/team.html")]
struct TeamPage {
    frame: Frame,
    places: Places,
    entries: Vec<Entry>,
    seats: Vec<SeatRow>,
    /// What matters, in sentences; empty seats that do not are marked in their row.
    warnings: Vec<String>,
    complaint: Option<String>,
}

struct SeatRow {
    department: DepartmentId,
    name: String,
    choices: Vec<Choice>,
    /// Nobody sits there.
    is_empty: bool,
    /// It is the service seat.
    is_service: bool,
}

/// What the page is made of.
struct Known<'a> {
    team: Team,
    users: &'a [User],
    departments: &'a [Department],
    warnings: Vec<TeamWarning>,
}

impl TeamPage {
    fn new(visitor: &Visitor, known: &Known<'_>, typed: Option<&Fields>, refusal: Option<&Refusal>) -> Self {
        let chosen = |name: &str, known: Option<UserId>| match typed {
            Some(fields) => fields.text(name).parse().ok(),
            None => known,
        };
        let workers: Vec<User> = known.users.iter().filter(|user| user.role != Role::Observer).cloned().collect();
        let (head, deputy) = (chosen("head", known.team.head), chosen("deputy", known.team.deputy));
        // There is no way back to nobody.
        let heads = if known.team.head.is_some() { user_choices(&workers, head) } else { with_nobody(&workers, head) };
        let mut entries = vec![
            Entry::one("head", t!("team-head"), heads).help(t!("team-head-help")),
            Entry::one("deputy", t!("team-deputy"), with_nobody(&workers, deputy)),
        ];
        let seat = |department: &Department| {
            let people: Vec<User> =
                workers.iter().filter(|user| user.departments.contains(&department.id)).cloned().collect();
            let sits = chosen(&seat_field(department.id), known.team.seats.get(&department.id).copied());
            let is_service = TeamWarning::ServiceSeat { department: department.id };
            let is_slight = TeamWarning::Seat { department: department.id };
            SeatRow {
                department: department.id,
                name: department.name.clone(),
                choices: with_nobody(&people, sits),
                is_empty: known.warnings.contains(&is_service) || known.warnings.contains(&is_slight),
                is_service: known.warnings.contains(&is_service),
            }
        };
        let matters: Vec<TeamWarning> = known.warnings.iter().filter(|one| !one.is_slight()).cloned().collect();
        let complaint = complain(&mut entries, refusal);
        Self {
            frame: frame(t!("team"), visitor),
            places: Places::new(visitor, Place::Team),
            entries,
            seats: known.departments.iter().filter(|department| department.is_active).map(seat).collect(),
            warnings: team_warnings(&matters, known.departments),
            complaint,
        }
    }
}

fn with_nobody(people: &[User], chosen: Option<UserId>) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", t!("team-nobody"), chosen.is_none())];
    choices.extend(user_choices(people, chosen));
    choices
}

fn seat_field(department: DepartmentId) -> String {
    format!("seat-{department}")
}

fn page(
    app: &App,
    visitor: &Visitor,
    typed: Option<&Fields>,
    refusal: Option<&Refusal>,
) -> Result<Response, PageError> {
    let (users, departments) = (app.users(), app.departments());
    let known = Known { team: app.team(), users: &users, departments: &departments, warnings: app.team_warnings() };
    let status = refusal.map_or(StatusCode::OK, |refusal| refusal.status);
    show(status, &TeamPage::new(visitor, &known, typed, refusal))
}

/// `GET /settings/team`
pub(crate) async fn ask(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    page(&web.app, &visitor, None, None)
}

fn read(app: &App, fields: &Fields) -> Result<TeamChange, Refusal> {
    let user = |name: &str, field: &'static str| {
        let bad = || Refusal::unprocessable("bad_user", t!("team-bad-user")).about(field);
        fields.filled(name).map(|id| id.parse::<UserId>().map_err(|_| bad())).transpose()
    };
    let mut seats: BTreeMap<DepartmentId, Option<UserId>> = BTreeMap::new();
    for department in app.departments().iter().filter(|department| department.is_active) {
        let field = seat_field(department.id);
        if fields.find(&field).is_some() {
            seats.insert(department.id, user(&field, "seats")?);
        }
    }
    Ok(TeamChange { head: user("head", "head")?, deputy: Some(user("deputy", "deputy")?), seats })
}

/// `POST /settings/team`
pub(crate) async fn change(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let changed = match read(&web.app, &fields) {
        Ok(change) => web.app.change_team(&visitor.actor, change).await.map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    match changed {
        Ok(_) => Ok(go("/settings/team")),
        Err(refusal) => page(&web.app, &visitor, Some(&fields), Some(&about_form(refusal)?)),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    /// With everything missing.
    pub(crate) fn samples() -> Vec<String> {
        let (users, departments) = (samples::users(), samples::departments());
        let warnings = vec![TeamWarning::NoHead, TeamWarning::ServiceSeat { department: departments[0].id }];
        let known = Known { team: Team::default(), users: &users, departments: &departments, warnings };
        let refusal = Refusal::unprocessable("bad", samples::HOSTILE).about("seats");
        vec![TeamPage::new(&samples::visitor(), &known, None, Some(&refusal)).render().expect("renders")]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let html = samples().remove(0);
        samples::assert_harmless(&html);
        assert!(html.contains("service seat"), "{html}");
    }
}

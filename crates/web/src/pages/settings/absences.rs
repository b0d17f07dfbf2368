//! When somebody is away: their absences, and where each of their open cases goes when one begins.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use switchboard_app::App;
use switchboard_app::cases::absence::HandOver;
use switchboard_app::directory::DirectoryError;
use switchboard_app::directory::profile::ProfileChange;
use switchboard_app::directory::user::UserChange;
use switchboard_model::{Absence, CaseId, Department, Role, User, UserId};

use super::{Place, Places, frame, user_choices};
use crate::error::{PageError, Refusal};
use crate::extract::PageId;
use crate::options::Web;
use crate::pages::forms::{Choice, Entry, Fields, about_form, complain};
use crate::pages::{Frame, go, show, words};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "settings/absences.html")]
struct AbsencesPage {
    frame: Frame,
    places: Places,
    title: Cow<'static, str>,
    /// Where its forms go.
    address: String,
    absences: Vec<AbsenceRow>,
    entries: Vec<Entry>,
    complaint: Option<String>,
    /// Where the open cases go, once it is asked or planned.
    hand_over: Option<Handed>,
}

struct AbsenceRow {
    /// What tells it from the others: its first day.
    from: String,
    when: String,
    stand_in: Option<String>,
    is_now: bool,
}

/// Where the open cases of somebody go.
struct Handed {
    about: String,
    cases: Vec<HandedCase>,
}

struct HandedCase {
    id: CaseId,
    department: String,
    to: String,
    goes_to_desk: bool,
}

/// So many cases are listed; the rest is counted.
const SHOWN: usize = 100;

/// What the page is made of.
struct Known<'a> {
    user: &'a User,
    users: &'a [User],
    departments: &'a [Department],
    today: Date,
    is_own: bool,
}

impl Known<'_> {
    fn name(&self, id: UserId) -> String {
        self.users.iter().find(|user| user.id == id).map_or_else(String::new, |user| user.name.clone())
    }

    fn handed(&self, list: &[HandOver], absence: &Absence) -> Handed {
        let department = |id| self.departments.iter().find(|one| one.id == id).map_or("", |one| one.name.as_str());
        let case = |one: &HandOver| HandedCase {
            id: one.case,
            department: department(one.department).to_owned(),
            to: match one.to {
                Some(user) => self.name(user),
                None => t!("absences-desk", department = department(one.department)).into_owned(),
            },
            goes_to_desk: one.to.is_none(),
        };
        let to_desk = list.iter().filter(|one| one.to.is_none()).count();
        let about = match list.len() {
            0 => t!("absences-no-cases"),
            all => t!("absences-cases", count = all, desk = to_desk, from = words::day(absence.from)),
        };
        Handed { about: about.into_owned(), cases: list.iter().take(SHOWN).map(case).collect() }
    }
}

impl AbsencesPage {
    fn new(
        visitor: &Visitor,
        known: &Known<'_>,
        typed: Option<&Fields>,
        hand_over: Option<Handed>,
        refusal: Option<&Refusal>,
    ) -> Self {
        let user = known.user;
        let row = |absence: &Absence| AbsenceRow {
            from: absence.from.to_string(),
            when: if absence.from == absence.until {
                words::day(absence.from).into_owned()
            } else {
                t!("absences-from-until", from = words::day(absence.from), until = words::day(absence.until))
                    .into_owned()
            },
            stand_in: absence.stand_in.map(|id| known.name(id)),
            is_now: absence.from <= known.today && known.today <= absence.until,
        };
        let value = |name: &str| typed.map_or_else(String::new, |fields| fields.text(name).to_owned());
        let chosen: Option<UserId> = value("stand_in").parse().ok();
        let works = |other: &&User| other.id != user.id && other.role != Role::Observer;
        // Who works for the same departments can have the cases; they come first.
        let (near, far): (Vec<User>, Vec<User>) = known
            .users
            .iter()
            .filter(works)
            .cloned()
            .partition(|other| other.departments.iter().any(|id| user.departments.contains(id)));
        let mut stand_ins = vec![Choice::new("", t!("absences-nobody"), chosen.is_none())];
        stand_ins.extend(user_choices(&near, chosen));
        stand_ins.extend(user_choices(&far, chosen));
        let mut entries = vec![
            Entry::day("from", t!("absences-first"), value("from")).required(),
            Entry::day("until", t!("absences-last"), value("until")).required(),
            Entry::one("stand_in", t!("absences-stand-in"), stand_ins).help(t!("absences-stand-in-help")),
        ];
        let complaint = complain(&mut entries, refusal);
        let (title, place, address) = if known.is_own {
            (t!("absences-yours"), Place::Absences, "/settings/you/absences".to_owned())
        } else {
            let title = t!("absences-of", name = user.name.as_str());
            (title, Place::Users, format!("/settings/users/{}/absences", user.id))
        };
        Self {
            frame: frame(title.clone(), visitor),
            places: Places::new(visitor, place),
            title,
            address,
            absences: user.profile.absences.iter().filter(|one| one.until >= known.today).map(row).collect(),
            entries,
            complaint,
            hand_over,
        }
    }
}

/// Whose absences a page shows: somebody's, or one's own.
fn whose(app: &App, visitor: &Visitor, id: Option<UserId>) -> Result<(User, bool), PageError> {
    match id {
        Some(id) => {
            let user = app.user(id).ok_or_else(|| DirectoryError::UnknownUser(id.to_string()))?;
            Ok((user.as_ref().clone(), false))
        }
        None => {
            // As it is now, not as it was when the session began.
            let user = super::you::user(visitor)?;
            Ok((app.user(user.id).map_or_else(|| user.clone(), |user| user.as_ref().clone()), true))
        }
    }
}

async fn page(
    web: &Web,
    visitor: &Visitor,
    (user, is_own): (&User, bool),
    typed: Option<&Fields>,
    planned: Option<&Absence>,
    refusal: Option<&Refusal>,
) -> Result<Response, PageError> {
    let (users, departments) = (web.app.users(), web.app.departments());
    let today = web.app.people().duty_of_user(user, web.app.now()).local.date();
    let known = Known { user, users: &users, departments: &departments, today, is_own };
    let next = user.profile.absences.iter().find(|absence| absence.until >= today);
    let hand_over = match planned.or(next) {
        Some(absence) => {
            let list = web.app.hand_over_of(&visitor.actor, user.id, absence).await?;
            Some(known.handed(&list, absence))
        }
        None => None,
    };
    let status = refusal.map_or(StatusCode::OK, |refusal| refusal.status);
    show(status, &AbsencesPage::new(visitor, &known, typed, hand_over, refusal))
}

fn read(fields: &Fields) -> Result<Absence, Refusal> {
    let day = |name: &'static str| {
        let bad = || Refusal::unprocessable("bad_day", t!("absences-bad-day")).about(name);
        fields.text(name).trim().parse::<Date>().map_err(|_| bad())
    };
    let stand_in = fields.filled("stand_in").map(|id| id.parse()).transpose();
    let stand_in = stand_in.map_err(|_| Refusal::unprocessable("bad_user", t!("team-bad-user")).about("stand_in"))?;
    let absence = Absence { from: day("from")?, until: day("until")?, stand_in };
    if absence.until < absence.from {
        return Err(Refusal::unprocessable("bad_day", t!("absences-bad-order")).about("until"));
    }
    Ok(absence)
}

async fn change(web: &Web, visitor: &Visitor, id: UserId, absences: Vec<Absence>) -> Result<User, Refusal> {
    let profile = ProfileChange { absences: Some(absences), ..ProfileChange::default() };
    let change = UserChange { profile, ..UserChange::default() };
    Ok(web.app.change_user(&visitor.actor, id, change).await?)
}

async fn enter(web: &Web, visitor: &Visitor, id: Option<UserId>, fields: &Fields) -> Result<Response, PageError> {
    let (user, is_own) = whose(&web.app, visitor, id)?;
    let entered = match read(fields) {
        Ok(absence) if fields.is_on("show") => {
            return page(web, visitor, (&user, is_own), Some(fields), Some(&absence), None).await;
        }
        Ok(absence) => {
            let absences = user.profile.absences.iter().cloned().chain([absence]).collect();
            change(web, visitor, user.id, absences).await
        }
        Err(refusal) => Err(refusal),
    };
    match entered {
        Ok(_) => Ok(go(&address(id))),
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            page(web, visitor, (&user, is_own), Some(fields), None, Some(&refusal)).await
        }
    }
}

async fn remove(web: &Web, visitor: &Visitor, id: Option<UserId>, fields: &Fields) -> Result<Response, PageError> {
    let (user, is_own) = whose(&web.app, visitor, id)?;
    let absences: Vec<Absence> =
        user.profile.absences.iter().filter(|one| one.from.to_string() != fields.text("from")).cloned().collect();
    match change(web, visitor, user.id, absences).await {
        Ok(_) => Ok(go(&address(id))),
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            page(web, visitor, (&user, is_own), None, None, Some(&refusal)).await
        }
    }
}

fn address(id: Option<UserId>) -> String {
    match id {
        Some(id) => format!("/settings/users/{id}/absences"),
        None => "/settings/you/absences".to_owned(),
    }
}

/// `GET /settings/you/absences`
pub(crate) async fn ask_own(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let (user, is_own) = whose(&web.app, &visitor, None)?;
    page(&web, &visitor, (&user, is_own), None, None, None).await
}

/// `POST /settings/you/absences`
pub(crate) async fn enter_own(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    enter(&web, &visitor, None, &fields).await
}

/// `POST /settings/you/absences/remove`
pub(crate) async fn remove_own(
    State(web): State<Web>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, PageError> {
    remove(&web, &visitor, None, &fields).await
}

/// `GET /settings/users/{id}/absences`
pub(crate) async fn ask_of(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<UserId>,
) -> Result<Response, PageError> {
    let (user, is_own) = whose(&web.app, &visitor, Some(id))?;
    page(&web, &visitor, (&user, is_own), None, None, None).await
}

/// `POST /settings/users/{id}/absences`
pub(crate) async fn enter_of(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<UserId>,
    fields: Fields,
) -> Result<Response, PageError> {
    enter(&web, &visitor, Some(id), &fields).await
}

/// `POST /settings/users/{id}/absences/remove`
pub(crate) async fn remove_of(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<UserId>,
    fields: Fields,
) -> Result<Response, PageError> {
    remove(&web, &visitor, Some(id), &fields).await
}

#[cfg(test)]
pub(crate) mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::pages::samples;

    /// One's own with cases, and somebody's that was refused.
    pub(crate) fn samples() -> Vec<String> {
        let (mut users, departments) = (samples::users(), samples::departments());
        let absence = Absence { from: date(2026, 12, 21), until: date(2026, 12, 31), stand_in: Some(users[1].id) };
        users[0].profile.absences = vec![absence.clone()];
        let known = |is_own| Known {
            user: &users[0],
            users: &users,
            departments: &departments,
            today: date(2026, 12, 24),
            is_own,
        };
        let list = [
            HandOver { case: CaseId(7), department: departments[1].id, to: Some(users[1].id) },
            HandOver { case: CaseId(8), department: departments[1].id, to: None },
        ];
        let handed = Some(known(true).handed(&list, &absence));
        let refusal = Refusal::unprocessable("bad", samples::HOSTILE).about("until");
        let own = AbsencesPage::new(&samples::visitor(), &known(true), None, handed, None);
        let fields = Fields(vec![("from".to_owned(), samples::HOSTILE.to_owned())]);
        let other = AbsencesPage::new(&samples::visitor(), &known(false), Some(&fields), None, Some(&refusal));
        [own, other].map(|page| page.render().expect("renders")).into()
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let pages = samples();
        pages.iter().for_each(|html| samples::assert_harmless(html));
        assert!(pages[0].contains("2 open cases") && pages[0].contains("href=\"/cases/7\""), "{}", pages[0]);
    }
}

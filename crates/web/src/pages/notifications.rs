//! What the visitor was told, by the day.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use switchboard_app::notifications::NotificationPage;
use switchboard_model::{By, Notification, NotificationKind};

use super::colleagues::Colleagues;
use super::forms::Fields;
use super::words::{self, When};
use super::{Frame, Section, go, show};
use crate::error::PageError;
use crate::extract::PageQuery;
use crate::options::Web;
use crate::reader;
use crate::visitor::Visitor;

/// How many stand on a page.
const LINES: u32 = 50;

/// What part of the list is asked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Part {
    /// Only what was not read, if it is there.
    unread: Option<String>,
    before: Option<i64>,
}

#[derive(Template)]
#[template(path = "notifications.html")]
struct NotificationsPage {
    frame: Frame,
    days: Vec<Day>,
    /// The newest that is shown: what comes meanwhile was not read.
    newest: i64,
    is_unread: bool,
    /// Where older ones are.
    older: Option<String>,
}

struct Day {
    name: String,
    lines: Vec<Line>,
}

struct Line {
    id: i64,
    words: Cow<'static, str>,
    /// Where it leads.
    address: String,
    by: Option<String>,
    when: When,
    is_read: bool,
}

/// What a notification says.
fn said(told: &Notification, who: &str, department: &str) -> Cow<'static, str> {
    use NotificationKind as Kind;
    let (case, count) = (told.case.to_string(), told.count);
    if count > 1 {
        return match told.kind {
            Kind::Changed => t!("notifications-storm-changed", count = count, department = department),
            Kind::Offered => t!("notifications-storm-offered", count = count, department = department),
            Kind::OfferEnded => t!("notifications-storm-offer-ended", count = count, department = department),
            Kind::Assigned => t!("notifications-storm-assigned", count = count),
            Kind::Returned => t!("notifications-storm-returned", count = count, department = department),
            Kind::Mentioned => t!("notifications-storm-mentioned", count = count),
            Kind::Question => t!("notifications-storm-question", count = count),
            Kind::Answer => t!("notifications-storm-answer", count = count),
            Kind::Outreach => t!("notifications-storm-outreach", count = count),
            Kind::OutreachCame => t!("notifications-storm-outreach-came", count = count),
            Kind::OutreachDue => t!("notifications-storm-outreach-due", count = count, department = department),
            Kind::ClockWarned => t!("notifications-storm-clock-warned", count = count, department = department),
            Kind::ClockBreached => t!("notifications-storm-clock-breached", count = count, department = department),
            Kind::Escalated => t!("notifications-storm-escalated", count = count),
            Kind::PingPong => t!("notifications-storm-ping-pong", count = count),
            Kind::Involved => t!("notifications-storm-involved", count = count, department = department),
            Kind::Exposed => t!("notifications-storm-exposed", count = count, department = department),
            Kind::ShiftEnds => t!("notifications-line-shift-ends"),
        };
    }
    match told.kind {
        Kind::Changed => t!("notifications-line-changed", who = who, case = case),
        Kind::Offered => t!("notifications-line-offered", case = case, department = department),
        Kind::OfferEnded => t!("notifications-line-offer-ended", case = case, department = department),
        Kind::Assigned => t!("notifications-line-assigned", case = case),
        Kind::Returned => t!("notifications-line-returned", case = case, department = department),
        Kind::Mentioned => t!("notifications-line-mentioned", who = who, case = case),
        Kind::Question => t!("notifications-line-question", who = who, case = case),
        Kind::Answer => t!("notifications-line-answer", who = who, case = case),
        Kind::Outreach => t!("notifications-line-outreach", case = case),
        Kind::OutreachCame => t!("notifications-line-outreach-came", who = who, case = case),
        Kind::OutreachDue => t!("notifications-line-outreach-due", case = case),
        Kind::ClockWarned => t!("notifications-line-clock-warned", case = case),
        Kind::ClockBreached => t!("notifications-line-clock-breached", case = case),
        Kind::Escalated => t!("notifications-line-escalated", case = case),
        Kind::PingPong => t!("notifications-line-ping-pong", case = case),
        Kind::Involved => t!("notifications-line-involved", department = department, case = case),
        Kind::Exposed => t!("notifications-line-exposed", who = who, case = case),
        Kind::ShiftEnds => t!("notifications-line-shift-ends"),
    }
}

fn who(by: By, colleagues: &Colleagues) -> String {
    let words = match by {
        By::User(id) => {
            return colleagues
                .find(id)
                .map_or_else(|| t!("notifications-somebody").into_owned(), |user| user.name.clone());
        }
        By::Author => t!("notifications-by-author"),
        By::Timer => t!("notifications-by-clock"),
        By::Rules => t!("notifications-by-rules"),
        By::Outbox => t!("notifications-by-outbox"),
        By::Guest => t!("notifications-by-guest"),
        By::Operator => t!("notifications-somebody"),
    };
    words.into_owned()
}

impl NotificationsPage {
    fn new(page: &NotificationPage, part: &Part, colleagues: &Colleagues, visitor: &Visitor, now: Timestamp) -> Self {
        let is_unread = part.unread.is_some();
        let mut days: Vec<Day> = Vec::new();
        for told in &page.notifications {
            let department = told.department.and_then(|id| colleagues.find_department(id));
            let department =
                department.map_or_else(|| t!("notifications-somebody").into_owned(), |one| one.name.clone());
            let who = who(told.by, colleagues);
            let line = Line {
                id: told.id,
                words: said(told, &who, &department),
                address: address(told),
                // The line names whoever did it, or it is about many.
                by: (told.count == 1 && !said_by(told.kind)).then_some(who),
                when: When::new(told.at, now),
                is_read: told.read_at.is_some(),
            };
            let date = reader::ask(|reader| told.at.to_zoned(reader.zone.clone())).date();
            let name = words::day(date).into_owned();
            match days.last_mut().filter(|day| day.name == name) {
                Some(day) => day.lines.push(line),
                None => days.push(Day { name, lines: vec![line] }),
            }
        }
        let only = if is_unread { "unread=1&" } else { "" };
        Self {
            frame: Frame::within(t!("notifications"), Section::Elsewhere, visitor)
                .with_style("lists.css")
                .with_style("people.css"),
            days,
            newest: page.notifications.first().map_or(0, |newest| newest.id),
            is_unread,
            older: page.next.map(|next| format!("/notifications?{only}before={next}")),
        }
    }
}

/// Where a line leads: to the case, or to what is no matter of one case.
fn address(told: &Notification) -> String {
    match told.kind {
        NotificationKind::Exposed => "/desk/load".to_owned(),
        NotificationKind::ShiftEnds => "/desk/handover".to_owned(),
        NotificationKind::Outreach => "/outreach".to_owned(),
        _ => format!("/cases/{}", told.case),
    }
}

/// Whether a line says by itself who did it.
fn said_by(kind: NotificationKind) -> bool {
    use NotificationKind::{Answer, Changed, Exposed, Mentioned, Question, ShiftEnds};
    matches!(kind, Exposed | ShiftEnds | Changed | Mentioned | Question | Answer)
}

/// `GET /notifications`
pub(crate) async fn list(
    State(web): State<Web>,
    visitor: Visitor,
    PageQuery(part): PageQuery<Part>,
) -> Result<Response, PageError> {
    let page = web.app.notifications(&visitor.actor, part.unread.is_some(), part.before, LINES).await?;
    let colleagues =
        Colleagues { users: web.app.users(), departments: web.app.departments(), you: visitor.actor.user_id() };
    show(StatusCode::OK, &NotificationsPage::new(&page, &part, &colleagues, &visitor, web.app.now()))
}

/// `POST /notifications/read`: one, or everything that was shown. Leads to the case where one was chosen to go there.
pub(crate) async fn read(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let number = |name: &str| fields.text(name).parse::<i64>().ok();
    match number("id") {
        Some(id) => web.app.read_notification(&visitor.actor, id).await?,
        None => web.app.read_notifications(&visitor.actor, number("newest")).await?,
    }
    match number("case") {
        Some(case) => Ok(go(&format!("/cases/{case}"))),
        None => Ok(go(if fields.is_on("unread") { "/notifications?unread=1" } else { "/notifications" })),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use switchboard_model::CaseId;

    use super::*;
    use crate::pages::samples;

    /// With every kind, alone and as a storm, and empty.
    pub(crate) fn samples() -> Vec<String> {
        let (users, departments) = (samples::users(), samples::departments());
        let (user, department) = (users[1].id, departments[1].id);
        let bys = [By::User(user), By::Author, By::Timer, By::Rules, By::Outbox, By::Guest, By::Operator];
        let colleagues = Colleagues { users: users.into(), departments: departments.into(), you: None };
        let mut notifications = Vec::new();
        for (kind, number) in NotificationKind::ALL.iter().zip(1_i64..) {
            for count in [1, 37] {
                notifications.push(Notification {
                    id: number,
                    user,
                    kind: *kind,
                    department: Some(department).filter(|_| number != 2),
                    case: CaseId(number),
                    event: 2,
                    by: bys[number as usize % bys.len()],
                    at: samples::now(),
                    read_at: (count > 1).then(samples::now),
                    count,
                });
            }
        }
        let full = NotificationPage { notifications, next: Some(7) };
        let empty = NotificationPage { notifications: Vec::new(), next: None };
        let unread = || Part { unread: Some("1".to_owned()), before: None };
        let visitor = Visitor { unread: 1_204, ..samples::visitor() };
        [(&full, Part::default()), (&full, unread()), (&empty, Part::default()), (&empty, unread())]
            .map(|(page, part)| {
                let page = NotificationsPage::new(page, &part, &colleagues, &visitor, samples::now());
                page.render().expect("renders")
            })
            .into()
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let pages = samples();
        pages.iter().for_each(|html| samples::assert_harmless(html));
        assert!(pages[0].contains("37 cases were offered to"), "{}", pages[0]);
        assert!(pages[0].contains("1,204"), "the bell counts");
    }
}

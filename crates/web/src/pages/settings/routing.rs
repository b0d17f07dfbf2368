//! What routing has learnt: how often it was right, what it would have done last week, from when on it decides, examples.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use switchboard_app::routing::report::{Results, RoutingReport, Week};
use switchboard_model::{CaseId, Department, DepartmentId, Example};

use super::{Place, Places, department_choices, frame};
use crate::error::{PageError, Refusal};
use crate::extract::{ExampleNumber, PageId};
use crate::options::Web;
use crate::pages::forms::{Choice, Fields, about_form};
use crate::pages::words::count;
use crate::pages::{Frame, go, show};
use crate::visitor::Visitor;

/// A department with fewer lessons is not proposed.
const FEWEST: u32 = 5;

#[derive(Template)]
#[template(path = "settings/routing.html")]
struct RoutingPage {
    frame: Frame,
    places: Places,
    has_learnt: bool,
    figures: Vec<Figure>,
    confidence: String,
    now: Cow<'static, str>,
    week: WeekView,
    days: Vec<DayRow>,
    bands: Vec<BandRow>,
    departments: Vec<DepartmentRow>,
    examples: Vec<ExampleRow>,
    choices: Vec<Choice>,
    texts: String,
    /// What was refused: of which form, why.
    refused: Option<(&'static str, String)>,
}

struct Figure {
    name: Cow<'static, str>,
    value: String,
    about: Cow<'static, str>,
}

struct WeekView {
    title: Cow<'static, str>,
    figures: Vec<(String, Cow<'static, str>)>,
    cases: Vec<CaseRow>,
}

struct CaseRow {
    case: CaseId,
    first: String,
    proposed: String,
    probability: Cow<'static, str>,
    department: String,
    is_right: bool,
}

struct DayRow {
    date: String,
    labels: String,
    proposed: String,
    right: String,
    share: String,
    /// Length of the bar, 0 to 100.
    length: u64,
}

struct BandRow {
    range: Cow<'static, str>,
    proposed: String,
    right: String,
    share: String,
    length: u64,
}

struct DepartmentRow {
    name: String,
    lessons: String,
    examples: String,
    is_few: bool,
}

struct ExampleRow {
    id: i64,
    department: String,
    text: String,
}

/// "87 %", or a dash where there is nothing to divide by.
fn share(right: u64, all: u64) -> String {
    match part(right, all) {
        Some(percent) => t!("routing-percent", percent = percent.to_string()).into_owned(),
        None => "–".to_owned(),
    }
}

fn part(right: u64, all: u64) -> Option<u64> {
    (all > 0).then(|| (right * 100 + all / 2) / all)
}

/// What a form was refused with.
#[derive(Default)]
struct Typed {
    confidence: Option<String>,
    department: Option<DepartmentId>,
    texts: String,
    refused: Option<(&'static str, String)>,
}

impl RoutingPage {
    fn new(
        frame: Frame,
        places: Places,
        report: &RoutingReport,
        examples: &[Example],
        departments: &[Department],
        typed: Typed,
    ) -> Self {
        let name = |id: DepartmentId| {
            let known = departments.iter().find(|department| department.id == id);
            known.map(|department| department.name.clone()).unwrap_or_default()
        };
        let Results { labels, proposed, right, first_right } = report.total;
        let figure = |name, value, about| Figure { name, value, about };
        Self {
            frame,
            places,
            has_learnt: report.lessons > 0,
            figures: vec![
                figure(
                    t!("routing-right"),
                    share(right, proposed),
                    t!("routing-right-of", right = count(right), all = count(proposed)),
                ),
                figure(
                    t!("routing-first"),
                    share(first_right, labels),
                    t!("routing-first-of", right = count(first_right), all = count(labels)),
                ),
                figure(
                    t!("routing-lessons"),
                    count(report.lessons as u64),
                    t!("routing-lessons-of", most = count(20_000)),
                ),
            ],
            now: match report.confidence {
                Some(percent) => t!("routing-now-decides", percent = percent.to_string()),
                None => t!("routing-now-shown"),
            },
            confidence: typed
                .confidence
                .unwrap_or_else(|| report.confidence.map(|percent| percent.to_string()).unwrap_or_default()),
            week: WeekView::new(&report.week, name),
            days: report
                .days
                .iter()
                .map(|day| DayRow {
                    date: day.date.to_string(),
                    labels: count(day.results.labels),
                    proposed: count(day.results.proposed),
                    right: count(day.results.right),
                    share: share(day.results.right, day.results.proposed),
                    length: part(day.results.right, day.results.proposed).unwrap_or_default(),
                })
                .collect(),
            bands: report
                .bands
                .iter()
                .filter(|band| band.proposed > 0)
                .map(|band| BandRow {
                    range: t!("routing-band-range", from = band.from.to_string(), to = band.to.to_string()),
                    proposed: count(band.proposed),
                    right: count(band.right),
                    share: share(band.right, band.proposed),
                    length: part(band.right, band.proposed).unwrap_or_default(),
                })
                .collect(),
            departments: report
                .departments
                .iter()
                .map(|known| DepartmentRow {
                    name: known.name.clone(),
                    lessons: count(u64::from(known.lessons)),
                    examples: count(u64::from(known.examples)),
                    is_few: known.lessons < FEWEST,
                })
                .collect(),
            examples: examples
                .iter()
                .rev()
                .map(|example| ExampleRow {
                    id: example.id,
                    department: name(example.department),
                    text: example.text.clone(),
                })
                .collect(),
            choices: department_choices(departments, |id| Some(id) == typed.department).into_iter().collect(),
            texts: typed.texts,
            refused: typed.refused,
        }
    }

    /// Why a form was refused, if it was this one.
    fn refused_for(&self, form: &str) -> Option<&str> {
        self.refused.as_ref().filter(|(which, _)| *which == form).map(|(_, why)| why.as_str())
    }
}

impl WeekView {
    fn new(week: &Week, name: impl Fn(DepartmentId) -> String) -> Self {
        let figures = if week.results.labels == 0 {
            Vec::new()
        } else {
            vec![
                (count(week.decided), t!("routing-week-decided")),
                (share(week.decided_right, week.decided), t!("routing-week-right")),
                (count(week.spared), t!("routing-week-spared")),
                (count(week.spoilt), t!("routing-week-spoilt")),
                (count(week.left), t!("routing-week-left")),
            ]
        };
        let row = |would: &switchboard_app::routing::report::WouldHave| CaseRow {
            case: would.case,
            first: name(would.first),
            proposed: name(would.proposed.department),
            probability: t!("routing-percent", percent = (would.proposed.probability * 100.0).round().to_string()),
            department: name(would.department),
            is_right: would.proposed.department == would.department,
        };
        Self {
            title: t!("routing-week", percent = week.confidence.to_string()),
            figures,
            cases: week.cases.iter().map(row).collect(),
        }
    }
}

async fn page(web: &Web, visitor: &Visitor, status: StatusCode, typed: Typed) -> Result<Response, PageError> {
    let report = web.app.routing_report(&visitor.actor).await?;
    let examples = web.app.examples(&visitor.actor).await?;
    let (frame, places) = (frame(t!("routing"), visitor), Places::new(visitor, Place::Routing));
    show(status, &RoutingPage::new(frame, places, &report, &examples, &web.app.departments(), typed))
}

/// `GET /settings/routing`
pub(crate) async fn report(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    page(&web, &visitor, StatusCode::OK, Typed::default()).await
}

/// `POST /settings/routing`: from when on proposals decide.
pub(crate) async fn set(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let typed = fields.filled("confidence");
    let percent = match typed.as_deref().map(|typed| typed.trim().trim_end_matches('%').trim().parse::<u8>()) {
        None => Ok(None),
        Some(Ok(percent)) => Ok(Some(percent)),
        Some(Err(_)) => Err(Refusal::unprocessable("bad_field", t!("routing-bad-confidence")).about("confidence")),
    };
    let set = match percent {
        Ok(percent) => web.app.set_routing_confidence(&visitor.actor, percent).await.map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    match set {
        Ok(()) => Ok(go("/settings/routing")),
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            let typed =
                Typed { confidence: typed, refused: Some(("confidence", refusal.message.clone())), ..Typed::default() };
            page(&web, &visitor, refusal.status, typed).await
        }
    }
}

/// `POST /settings/routing/examples`
pub(crate) async fn teach(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let typed = fields.text("texts");
    let texts: Vec<String> = typed.lines().map(str::to_owned).collect();
    let department: Option<DepartmentId> = fields.filled("department").and_then(|id| id.parse().ok());
    let taught = match department {
        Some(department) => web.app.add_examples(&visitor.actor, department, &texts).await.map_err(Refusal::from),
        None => Err(Refusal::unprocessable("bad_field", t!("routing-unknown-department")).about("department")),
    };
    match taught {
        Ok(_) => Ok(go("/settings/routing#examples")),
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            let refused = Some(("teach", refusal.message.clone()));
            let typed = Typed { department, texts: typed.to_owned(), refused, ..Typed::default() };
            page(&web, &visitor, refusal.status, typed).await
        }
    }
}

/// `POST /settings/routing/examples/{id}/remove`
pub(crate) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<ExampleNumber>,
) -> Result<Response, PageError> {
    web.app.remove_example(&visitor.actor, id.0).await?;
    Ok(go("/settings/routing#examples"))
}

#[cfg(test)]
pub(crate) mod tests {
    use switchboard_app::routing::report::{Band, Day, Lessons, WouldHave};
    use switchboard_model::{By, LabelSource, Proposed};

    use super::*;
    use crate::pages::samples;

    pub(crate) fn report() -> RoutingReport {
        let department = samples::departments()[0].id;
        let results = Results { labels: 48, proposed: 40, right: 34, first_right: 41 };
        let proposed = Proposed { department, score: 0.71, probability: 0.86 };
        RoutingReport {
            confidence: Some(80),
            lessons: 1_204,
            departments: vec![
                Lessons { department, name: samples::HOSTILE.to_owned(), lessons: 1_190, examples: 5 },
                Lessons { department, name: samples::HOSTILE.to_owned(), lessons: 3, examples: 3 },
            ],
            total: results,
            days: vec![Day { date: jiff::civil::date(2026, 11, 21), results }],
            bands: vec![
                Band { from: 80, to: 90, proposed: 40, right: 34 },
                Band { from: 90, to: 100, proposed: 0, right: 0 },
            ],
            week: Week {
                from: samples::now(),
                confidence: 80,
                results,
                decided: 30,
                decided_right: 28,
                spared: 4,
                spoilt: 1,
                left: 10,
                cases: vec![WouldHave {
                    case: CaseId(42),
                    first: department,
                    proposed,
                    department,
                    source: LabelSource::Transfer,
                }],
            },
        }
    }

    pub(crate) fn example() -> Example {
        Example {
            id: 7,
            department: samples::departments()[0].id,
            text: samples::HOSTILE.to_owned(),
            by: By::Operator,
            at: samples::now(),
        }
    }

    /// With something learnt, with nothing learnt, and refused.
    pub(crate) fn samples() -> Vec<String> {
        let visitor = samples::visitor();
        let page = |report: &RoutingReport, examples: &[Example], typed| {
            let (frame, places) = (frame(t!("routing"), &visitor), Places::new(&visitor, Place::Routing));
            RoutingPage::new(frame, places, report, examples, &samples::departments(), typed).render().expect("renders")
        };
        let mut nothing = report();
        nothing.confidence = None;
        nothing.lessons = 0;
        nothing.total = Results::default();
        nothing.days.clear();
        nothing.bands.clear();
        nothing.week.results = Results::default();
        nothing.week.cases.clear();
        let refused = Typed {
            texts: samples::HOSTILE.to_owned(),
            refused: Some(("teach", samples::HOSTILE.to_owned())),
            ..Typed::default()
        };
        vec![
            page(&report(), &[example()], Typed::default()),
            page(&nothing, &[], Typed::default()),
            page(&report(), &[example()], refused),
        ]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let [learnt, nothing, refused] = <[String; 3]>::try_from(samples()).expect("three");
        samples::assert_harmless(&learnt);
        samples::assert_harmless(&refused);
        assert!(learnt.contains("85 %") && learnt.contains("/cases/42") && learnt.contains("too few"), "{learnt}");
        assert!(nothing.contains("Nothing learnt yet"), "{nothing}");
    }
}

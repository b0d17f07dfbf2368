//! The formula by which priorities are counted: each part with its points, what it would change, and counting anew.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use switchboard_app::cases::formula::{FormulaPreview, RankedCase, RecountState};
use switchboard_model::formula::PARTS;
use switchboard_model::{Formula, TagPoints};

use super::{Place, Places, frame};
use crate::error::{PageError, Refusal};
use crate::extract::PageQuery;
use crate::options::Web;
use crate::pages::forms::{Fields, about_form};
use crate::pages::words::{When, count};
use crate::pages::{Frame, go, show};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "settings/priority.html")]
struct PriorityPage {
    frame: Frame,
    places: Places,
    /// Since when it counts, or what was filled in.
    said: String,
    parts: Vec<Part>,
    tags: String,
    tags_wrong: Option<String>,
    /// What was refused and belongs to no field.
    complaint: Option<String>,
    preview: Option<Preview>,
    recount: RecountView,
}

struct Part {
    key: &'static str,
    name: Cow<'static, str>,
    about: Cow<'static, str>,
    numbers: Vec<Number>,
    has_tags: bool,
}

struct Number {
    key: &'static str,
    label: Cow<'static, str>,
    value: String,
    usual: String,
    wrong: Option<String>,
}

struct Preview {
    headline: Cow<'static, str>,
    about: Vec<Cow<'static, str>>,
    first: Cow<'static, str>,
    rows: Vec<Ranked>,
}

struct Ranked {
    case: i64,
    excerpt: String,
    now: String,
    then: String,
    points_now: u8,
    points_then: u8,
    is_other: bool,
}

struct RecountView {
    words: Option<Cow<'static, str>>,
    is_running: bool,
}

fn label(key: &str) -> Cow<'static, str> {
    match key {
        "harm.first" => t!("priority-harm-first"),
        "harm.further" => t!("priority-harm-further"),
        "harm.most" => t!("priority-harm-most"),
        "need.complaint" => t!("priority-need-complaint"),
        "need.purchase" => t!("priority-need-purchase"),
        "need.question" => t!("priority-need-question"),
        "need.job" => t!("priority-need-job"),
        "need.thanks" => t!("priority-need-thanks"),
        "need.further" => t!("priority-need-further"),
        "need.most" => t!("priority-need-most"),
        "mood.negative" => t!("priority-mood-negative"),
        "mood.positive" => t!("priority-mood-positive"),
        "reach.followers" => t!("priority-reach-followers"),
        "reach.followers_most" => t!("priority-reach-followers-most"),
        "reach.echo" => t!("priority-reach-echo"),
        "reach.echo_most" => t!("priority-reach-echo-most"),
        "reach.most" => t!("priority-reach-most"),
        "waiting.hours" => t!("priority-waiting-hours"),
        "waiting.step" => t!("priority-waiting-step"),
        "waiting.most" => t!("priority-waiting-most"),
        "rating.lowest" => t!("priority-rating-lowest"),
        "rating.low" => t!("priority-rating-low"),
        "customer.most" => t!("priority-customer-most"),
        "fan.posts" => t!("priority-fan-posts"),
        "fan.points" => t!("priority-fan-points"),
        "ignored.says" => t!("priority-ignored-says"),
        "ignored.past" => t!("priority-ignored-past"),
        "ignored.most" => t!("priority-ignored-most"),
        _ => Cow::Borrowed(""),
    }
}

fn part_words(key: &str) -> (Cow<'static, str>, Cow<'static, str>) {
    match key {
        "harm" => (t!("priority-harm"), t!("priority-harm-about")),
        "need" => (t!("priority-need"), t!("priority-need-about")),
        "mood" => (t!("priority-mood"), t!("priority-mood-about")),
        "reach" => (t!("priority-reach"), t!("priority-reach-about")),
        "waiting" => (t!("priority-waiting"), t!("priority-waiting-about")),
        "rating" => (t!("priority-rating"), t!("priority-rating-about")),
        "customer" => (t!("priority-customer"), t!("priority-customer-about")),
        "fan" => (t!("priority-fan"), t!("priority-fan-about")),
        "ignored" => (t!("priority-ignored"), t!("priority-ignored-about")),
        _ => (Cow::Borrowed(""), Cow::Borrowed("")),
    }
}

/// What the fields show: a formula, or what somebody typed.
enum Shown<'a> {
    Formula(&'a Formula),
    Typed(&'a Fields),
}

impl Shown<'_> {
    fn number(&self, key: &str) -> String {
        match self {
            Self::Formula(formula) => formula.number(key).unwrap_or_default().to_string(),
            Self::Typed(fields) => fields.text(key).to_owned(),
        }
    }

    fn tags(&self) -> String {
        match self {
            Self::Formula(formula) => print_tags(&formula.customer.tags),
            Self::Typed(fields) => fields.text(TAGS).to_owned(),
        }
    }
}

/// The field of the tags.
const TAGS: &str = "customer.tags";

/// "vip 20", a line for each.
fn print_tags(tags: &[TagPoints]) -> String {
    tags.iter().map(|known| format!("{} {}", known.tag, known.points)).collect::<Vec<_>>().join("\n")
}

fn read_number(text: &str) -> Option<i32> {
    text.trim().trim_start_matches('+').replace('−', "-").parse().ok()
}

fn read_tags(text: &str) -> Result<Vec<TagPoints>, Refusal> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let tag = |line: &str| {
        let read = line.rsplit_once(char::is_whitespace).and_then(|(tag, points)| {
            Some(TagPoints { tag: tag.trim_end_matches([' ', ':', '=']).to_owned(), points: read_number(points)? })
        });
        read.ok_or_else(|| Refusal::unprocessable("bad_field", t!("priority-bad-tag", line = line)).about(TAGS))
    };
    lines.map(tag).collect()
}

fn read(fields: &Fields) -> Result<Formula, Refusal> {
    let mut formula = Formula::default();
    for number in Formula::NUMBERS {
        let text = fields.text(number.key);
        let wrong = || Refusal::unprocessable("bad_field", t!("priority-bad-number", text = text)).about(number.key);
        formula.set_number(number.key, read_number(text).ok_or_else(wrong)?);
    }
    formula.customer.tags = read_tags(fields.text(TAGS))?;
    Ok(formula)
}

impl PriorityPage {
    fn new(frame: Frame, places: Places, shown: &Shown<'_>, said: String, recount: &RecountState) -> Self {
        let usual = Formula::default();
        let number = |key: &'static str| Number {
            key,
            label: label(key),
            value: shown.number(key),
            usual: usual.number(key).unwrap_or_default().to_string(),
            wrong: None,
        };
        let part = |key: &'static str| {
            let (name, about) = part_words(key);
            let numbers = Formula::NUMBERS.iter().filter(|known| known.part() == key).map(|known| number(known.key));
            Part { key, name, about, numbers: numbers.collect(), has_tags: key == "customer" }
        };
        Self {
            frame,
            places,
            said,
            parts: PARTS.into_iter().map(part).collect(),
            tags: shown.tags(),
            tags_wrong: None,
            complaint: None,
            preview: None,
            recount: RecountView::new(recount),
        }
    }

    fn refused(mut self, refusal: &Refusal) -> Self {
        let field = refusal.field.unwrap_or_default();
        let numbers = self.parts.iter_mut().flat_map(|part| &mut part.numbers);
        match numbers.into_iter().find(|number| number.key == field) {
            Some(number) => number.wrong = Some(refusal.message.clone()),
            None if field == TAGS => self.tags_wrong = Some(refusal.message.clone()),
            None => self.complaint = Some(refusal.message.clone()),
        }
        self
    }
}

impl Preview {
    fn new(preview: &FormulaPreview) -> Self {
        let mut about = vec![t!("priority-tried-about")];
        if preview.by_hand > 0 {
            about.push(t!("priority-tried-by-hand", count = preview.by_hand));
        }
        if !preview.is_whole {
            about.push(t!("priority-tried-part", count = count(preview.cases)));
        }
        if preview.cases == 0 {
            about.push(t!("priority-tried-none"));
        }
        let row = |one: &RankedCase| Ranked {
            case: one.case.0,
            excerpt: one.excerpt.clone(),
            now: count(one.place_before),
            then: count(one.place_after),
            points_now: one.priority_before,
            points_then: one.priority_after,
            is_other: one.priority_before != one.priority_after,
        };
        // Those that would stand first, and below them those that would not any more.
        let falls = preview.before.iter().filter(|one| preview.after.iter().all(|other| other.case != one.case));
        Self {
            headline: t!("priority-tried", changed = count(preview.changed), cases = count(preview.cases)),
            about,
            first: t!("priority-tried-first", count = count(preview.after.len() as u64)),
            rows: preview.after.iter().chain(falls).map(row).collect(),
        }
    }
}

impl RecountView {
    fn new(state: &RecountState) -> Self {
        let (looked, changed, cases) = (count(state.looked_at), count(state.changed), count(state.cases));
        let words = match state {
            RecountState { started_at: None, .. } => None,
            RecountState { is_running: true, .. } => {
                Some(t!("priority-recount-running", looked = looked, cases = cases, changed = changed))
            }
            state if state.stopped.is_empty() => Some(t!("priority-recount-done", looked = looked, changed = changed)),
            state => Some(t!(
                "priority-recount-stopped",
                why = state.stopped.as_str(),
                looked = looked,
                cases = cases,
                changed = changed
            )),
        };
        Self { words, is_running: state.is_running }
    }
}

fn page(web: &Web, visitor: &Visitor, shown: &Shown<'_>, said: String) -> Result<PriorityPage, Refusal> {
    let recount = web.app.recount_state(&visitor.actor)?;
    let (frame, places) = (frame(t!("priority"), visitor), Places::new(visitor, Place::Priority));
    Ok(PriorityPage::new(frame, places, shown, said, &recount))
}

/// What is filled into the fields.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fill {
    /// `usual`, `suggested`; what is kept without it.
    points: String,
    /// It was just saved.
    saved: Option<String>,
}

fn since(web: &Web) -> String {
    match web.app.kept_formula() {
        Some(kept) => {
            let when = When::new(kept.at, web.app.now()).full;
            t!("priority-kept", when = when).into_owned()
        }
        None => t!("priority-kept-usual").into_owned(),
    }
}

/// `GET /settings/priority`
pub(crate) async fn formula(
    State(web): State<Web>,
    visitor: Visitor,
    PageQuery(fill): PageQuery<Fill>,
) -> Result<Response, PageError> {
    let (formula, said) = match fill.points.as_str() {
        "usual" => (Formula::default(), t!("priority-filled-usual").into_owned()),
        "suggested" => {
            let customer = web.app.formula().customer;
            (Formula { customer, ..Formula::suggested() }, t!("priority-filled-suggested").into_owned())
        }
        _ if fill.saved.is_some() => (web.app.formula(), t!("priority-saved").into_owned()),
        _ => (web.app.formula(), since(&web)),
    };
    show(StatusCode::OK, &page(&web, &visitor, &Shown::Formula(&formula), said)?)
}

/// `POST /settings/priority`
pub(crate) async fn save(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let saved = match read(&fields) {
        Ok(formula) => web.app.set_formula(&visitor.actor, formula).await.map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    match saved {
        Ok(_) => Ok(go("/settings/priority?saved=yes")),
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            let page = page(&web, &visitor, &Shown::Typed(&fields), since(&web))?;
            show(refusal.status, &page.refused(&refusal))
        }
    }
}

/// `POST /settings/priority/try`: the same fields, and below them what they would change.
pub(crate) async fn try_it(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let tried = match read(&fields) {
        Ok(formula) => web.app.preview_formula(&visitor.actor, formula).await.map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    let page = page(&web, &visitor, &Shown::Typed(&fields), since(&web))?;
    match tried {
        Ok(preview) => show(StatusCode::OK, &PriorityPage { preview: Some(Preview::new(&preview)), ..page }),
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            show(refusal.status, &page.refused(&refusal))
        }
    }
}

/// `POST /settings/priority/recount`
pub(crate) async fn recount(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    web.app.recount_cases(&visitor.actor).await?;
    Ok(go("/settings/priority#recount"))
}

/// `POST /settings/priority/recount/stop`
pub(crate) async fn stop_recount(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    web.app.stop_recount(&visitor.actor)?;
    Ok(go("/settings/priority#recount"))
}

#[cfg(test)]
pub(crate) mod tests {
    use switchboard_model::CaseId;

    use super::*;
    use crate::pages::samples;

    pub(crate) fn formula() -> Formula {
        let mut formula = Formula::suggested();
        formula.customer.tags = vec![TagPoints { tag: samples::HOSTILE.to_owned(), points: 20 }];
        formula
    }

    pub(crate) fn preview() -> FormulaPreview {
        let ranked = |case: i64, place_before: u64, place_after: u64| RankedCase {
            case: CaseId(case),
            excerpt: samples::HOSTILE.to_owned(),
            place_before,
            place_after,
            priority_before: 40,
            priority_after: 62,
        };
        FormulaPreview {
            cases: 1_204,
            is_whole: false,
            changed: 41,
            by_hand: 3,
            before: vec![ranked(1, 1, 21)],
            after: vec![ranked(2, 1_100, 1)],
        }
    }

    pub(crate) fn recount(is_running: bool, stopped: &str) -> RecountState {
        RecountState {
            is_running,
            started_at: Some(samples::now()),
            cases: 90,
            looked_at: 40,
            changed: 7,
            stopped: stopped.to_owned(),
        }
    }

    /// As it is kept, and with a preview while cases are counted.
    pub(crate) fn samples() -> Vec<String> {
        let visitor = samples::visitor();
        let page = |recount: &RecountState| {
            let (frame, places) = (frame(t!("priority"), &visitor), Places::new(&visitor, Place::Priority));
            let said = t!("priority-kept-usual").into_owned();
            PriorityPage::new(frame, places, &Shown::Formula(&formula()), said, recount)
        };
        let refusal = Refusal::unprocessable("bad_field", samples::HOSTILE).about("harm.first");
        let tried = PriorityPage { preview: Some(Preview::new(&preview())), ..page(&recount(true, "")) };
        let pages = [
            page(&RecountState::default()),
            tried,
            page(&recount(false, "")).refused(&refusal),
            page(&recount(false, samples::HOSTILE)),
        ];
        pages.iter().map(|page| page.render().expect("renders")).collect()
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let pages = samples();
        pages.iter().for_each(|html| samples::assert_harmless(html));
        assert!(pages[1].contains("41 of 1,204 open cases") && pages[1].contains("40 of 90"), "{}", pages[1]);
        assert!(pages[0].contains("usual: 30"), "{}", pages[0]);
    }

    #[test]
    fn every_number_has_words() {
        for number in Formula::NUMBERS {
            assert!(!label(number.key).is_empty(), "{}", number.key);
            assert!(PARTS.contains(&number.part()), "{}", number.key);
        }
        PARTS.into_iter().for_each(|part| assert!(!part_words(part).1.is_empty(), "{part}"));
    }

    #[test]
    fn fields_are_read_as_they_are_printed() {
        let formula = Formula {
            customer: switchboard_model::CustomerPoints {
                tags: vec![
                    TagPoints { tag: "big account".into(), points: 20 },
                    TagPoints { tag: "vip".into(), points: -5 },
                ],
                most: 30,
            },
            ..Formula::suggested()
        };
        let shown = Shown::Formula(&formula);
        let mut fields: Vec<(String, String)> =
            Formula::NUMBERS.iter().map(|number| (number.key.to_owned(), shown.number(number.key))).collect();
        fields.push((TAGS.to_owned(), shown.tags()));
        assert_eq!(read(&Fields(fields)).ok(), Some(formula));
        assert!(read_tags("vip").is_err() && read_tags("vip: 20\n\npress = 5").is_ok_and(|tags| tags.len() == 2));
    }
}

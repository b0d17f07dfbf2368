//! The desk: queues, the list of cases in one of them, and beside it the case that was chosen.
//!
//! On a wide screen the three stand side by side, on a phone one at a time; the same address shows both. Rows and counts
//! are read once for each stored change, and a row is rendered once for everybody whom it does not concern ([`cache`]).

pub(crate) mod cache;
pub(crate) mod queues;
pub(crate) mod rows;

use std::borrow::Cow;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use switchboard_app::cases::view::CasePage as Listed;
use switchboard_model::CaseId;

use self::cache::KeptList;
use self::queues::{Asked, Choice, Counts, Part, Queue, QueueGroup};
use super::case::{CasePane, load, wording};
use super::colleagues::Colleagues;
use super::{Frame, show};
use crate::error::{PageError, Refusal};
use crate::extract::PageQuery;
use crate::options::Web;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "desk/desk.html")]
struct DeskPage {
    frame: Frame,
    queues: QueuesPane,
    list: ListPane,
    case: Option<CasePane>,
}

/// What the script asks for to keep the desk true.
#[derive(Template)]
#[template(path = "desk/_panes.html")]
struct Panes {
    queues: QueuesPane,
    list: ListPane,
}

#[derive(Template)]
#[template(path = "desk/_queues.html")]
struct QueuesPane {
    groups: Vec<QueueGroup>,
}

#[derive(Template)]
#[template(path = "desk/_list.html")]
struct ListPane {
    title: Cow<'static, str>,
    /// "86 cases".
    summary: Option<Cow<'static, str>>,
    tag: Option<String>,
    without_tag: String,
    /// The same queue in other states: address, name, whether it is shown.
    states: Vec<(String, Cow<'static, str>, bool)>,
    /// The rows as HTML; empty if there are none.
    rows: String,
    /// Address of the top of the list, where the list does not begin there.
    top: Option<String>,
    next: Option<String>,
    /// Address of the list as it is shown, for the script.
    here: String,
    empty: Empty,
    says: String,
}

/// Why a list is empty, and the next useful place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Empty {
    /// Nothing of yours is left, but desks have cases that nobody took.
    YoursDone,
    /// Nothing waits anywhere.
    AllDone,
    /// Nothing was ever opened.
    Nothing,
    Other,
}

impl ListPane {
    fn new(
        choice: &Choice,
        list: &KeptList,
        chosen: Option<CaseId>,
        counts: &Counts<'_>,
        colleagues: &Colleagues,
        now: Timestamp,
    ) -> askama::Result<Self> {
        let here = choice.here();
        let listed = &list.page;
        let states = [
            (None, t!("desk-state-not-closed")),
            (Some("open"), t!("desk-state-open")),
            (Some("waiting"), t!("desk-state-waiting")),
            (Some("snoozed"), t!("desk-state-asleep")),
            (Some("closed"), t!("desk-state-closed")),
        ];
        let mut without_tag = choice.clone();
        without_tag.tag = None;
        let mut cases = listed.cases.iter().map(|row| &row.case);
        let current = cases.clone().find(|case| chosen == Some(case.id)).or(cases.next());
        Ok(Self {
            title: choice.title(colleagues),
            summary: counts.of(choice, colleagues).map(|number| t!("desk-cases", count = number)),
            tag: choice.tag.clone(),
            without_tag: without_tag.address(),
            states: states.map(|(state, name)| (choice.address_of(state), name, choice.state == state)).into(),
            top: choice.after.map(|_| choice.address()),
            next: listed.next.map(|place| choice.after(place)),
            empty: empty(choice, counts),
            says: current.map(wording::says).unwrap_or_default(),
            rows: list.rows(&here, chosen, colleagues, now)?,
            here,
        })
    }
}

fn empty(choice: &Choice, counts: &Counts<'_>) -> Empty {
    let is_of_work = matches!(choice.state, None | Some("open")) && choice.tag.is_none();
    match (counts.everything(None), counts.everything(Some("closed"))) {
        _ if !is_of_work => Empty::Other,
        (0, 0) => Empty::Nothing,
        (0, _) => Empty::AllDone,
        _ if choice.queue == Queue::Yours => Empty::YoursDone,
        _ => Empty::Other,
    }
}

/// `GET /desk`
pub(crate) async fn desk(
    State(web): State<Web>,
    visitor: Visitor,
    PageQuery(asked): PageQuery<Asked>,
) -> Result<Response, PageError> {
    let colleagues = load::colleagues(&web, &visitor);
    let choice = Choice::of(&asked, &colleagues)?;
    let back = asked.case.map(|id| format!("{}&case={id}", choice.here())).unwrap_or_default();
    if let (Some(Part::Case), Some(id)) = (asked.part, asked.case) {
        return show(StatusCode::OK, &load::pane(&web, &visitor, id, &back, None).await?);
    }
    let (queues, list) = panes(&web, &visitor, &choice, asked.case, &colleagues).await?;
    if asked.part.is_some() {
        return show(StatusCode::OK, &Panes { queues, list });
    }
    let case = match asked.case {
        Some(id) => Some(load::pane(&web, &visitor, id, &back, None).await?),
        None => None,
    };
    let title = case.as_ref().map_or_else(|| list.title.to_string(), CasePane::title);
    show(StatusCode::OK, &DeskPage { frame: load::frame(title, &visitor), queues, list, case })
}

/// Queues and list as whoever looks may see them.
async fn panes(
    web: &Web,
    visitor: &Visitor,
    choice: &Choice,
    chosen: Option<CaseId>,
    colleagues: &Colleagues,
) -> Result<(QueuesPane, ListPane), PageError> {
    let (app, actor, with_private) = (&web.app, &visitor.actor, visitor.actor.sees_private());
    let counters = web.desk.queues(app, actor).await?;
    let nothing = || Arc::new(KeptList::new(Listed { cases: Vec::new(), next: None }));
    let read = async |filter| match filter {
        Some(filter) => web.desk.cases(app, actor, filter).await,
        None => Ok(nothing()),
    };
    let offered = read(Choice::offered().filter(colleagues, with_private)).await?;
    let more = if offered.page.next.is_some() { "+" } else { "" };
    let offered = format!("{}{more}", offered.page.cases.len());
    let counts = Counts { counters: &counters, with_private, offered };
    let listed = read(choice.filter(colleagues, with_private)).await?;
    let queues = QueuesPane { groups: queues::groups(choice, &counts, colleagues) };
    let list = ListPane::new(choice, &listed, chosen, &counts, colleagues, app.now());
    Ok((queues, list.map_err(|error| Refusal::internal(&error))?))
}

#[cfg(test)]
pub(crate) mod tests {
    use switchboard_app::cases::view::CaseRow;
    use switchboard_model::{CasePlace, QueueCount};

    use super::*;
    use crate::pages::samples;

    fn sample(asked: &queues::Asked, rows: &[CaseRow], counters: &[QueueCount]) -> String {
        let colleagues = samples::colleagues();
        let choice = Choice::of(asked, &colleagues).expect("a list");
        let counts = Counts { counters, with_private: true, offered: "20+".to_owned() };
        let next = rows.last().map(|row| CasePlace { rank: 86, id: row.case.id });
        let listed = KeptList::new(Listed { cases: rows.to_vec(), next });
        let visitor = crate::visitor::Visitor { actor: samples::actor(switchboard_model::Role::Member), demonstration: None };
        let page = DeskPage {
            frame: Frame::within(t!("frame-desk"), super::super::Section::Desk, &visitor),
            queues: QueuesPane { groups: queues::groups(&choice, &counts, &colleagues) },
            list: ListPane::new(&choice, &listed, None, &counts, &colleagues, samples::now()).expect("renders"),
            case: None,
        };
        page.render().expect("renders")
    }

    fn rows() -> Vec<CaseRow> {
        let cases = [samples::case().0, samples::closed_case().0, samples::unclaimed_case().0];
        cases.into_iter().zip(samples::posts()).map(|(case, post)| CaseRow { case, post: Some(post) }).collect()
    }

    /// The desk in every shape, as pages.
    pub(crate) fn samples() -> Vec<String> {
        let all = samples::counters();
        let of_query = |query: &str| {
            let asked = serde_json::from_value(serde_json::json!({"queue": query, "tag": "lid", "after": "1.2"}));
            asked.expect("an address")
        };
        vec![
            sample(&queues::Asked::default(), &rows(), &all),
            sample(&of_query("unclaimed:service"), &rows(), &all),
            sample(&of_query("yours"), &[], &all),
            sample(&queues::Asked::default(), &[], &all),
            sample(&queues::Asked::default(), &[], &all[3..4]),
            sample(&queues::Asked::default(), &[], &[]),
        ]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let html = sample(&queues::Asked::default(), &rows(), &samples::counters());
        samples::assert_harmless(&html);
        for part in [
            "1,262 cases",
            "class=\"row\"",
            "offered to Sales",
            "20+",
            "Owner: you.",
            "86 = harm 50 + need 40 − already answered 4",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }

    #[test]
    fn an_empty_list_says_why_and_where_to_go() {
        let check = |counters: &[QueueCount], expected: &str| {
            let html = sample(&queues::Asked::default(), &[], counters);
            assert!(html.contains(expected), "{expected}: {html}");
        };
        check(&[], "No case yet");
        check(&samples::counters()[3..4], "All done");
        check(&samples::counters(), "Nothing here");
    }

    #[test]
    fn fifty_rows_are_rendered_in_no_time() {
        let rows: Vec<_> = std::iter::repeat_with(rows).flatten().take(50).collect();
        let begun = std::time::Instant::now();
        let html = sample(&queues::Asked::default(), &rows, &samples::counters());
        let took = begun.elapsed();
        assert_eq!(html.matches("class=\"row\"").count(), 50);
        println!("50 rows: {} bytes in {took:?}", html.len());
        assert!(took < std::time::Duration::from_millis(200), "{took:?}");
    }
}

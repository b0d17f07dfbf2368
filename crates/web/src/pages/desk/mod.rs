//! The desk: queues, the list of cases in one of them, and beside it the case that was chosen.
//!
//! On a wide screen the three stand side by side, on a phone one at a time; the same address shows both. Rows and counts
//! are read once for each stored change, and a row is rendered once for everybody whom it does not concern ([`cache`]).

mod answers;
pub(crate) mod bulk;
pub(crate) mod cache;
pub(crate) mod choice;
pub(crate) mod filter;
pub(crate) mod queues;
pub(crate) mod rows;
pub(crate) mod views;

use std::borrow::Cow;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use switchboard_app::cases::view::CasePage as Listed;
use switchboard_app::cases::views::MOST_COUNTED;
use switchboard_app::rights::Right;
use switchboard_model::{CaseFilter, CaseId, DepartmentId, ViewState};

use self::cache::KeptList;
use self::choice::{Asked, Choice, Part, Queue};
use self::filter::{FilterPane, Unsaved};
use self::queues::{CountedView, Counts, QueueGroup};
use super::case::{CasePane, load};
use super::colleagues::Colleagues;
use super::{Frame, go, show};
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
    /// There are steps of the set-up about which nobody decided.
    is_unfinished: bool,
}

/// What the script asks for to keep the desk true.
#[derive(Template)]
#[template(path = "desk/_panes.html")]
struct Panes {
    queues: QueuesPane,
    list: ListPane,
}

/// What the script adds to the list while somebody scrolls.
#[derive(Template)]
#[template(path = "desk/_rows.html")]
struct RowsPart {
    rows: String,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "desk/_queues.html")]
struct QueuesPane {
    groups: Vec<QueueGroup>,
    /// Whether the sweep is shown to whoever looks.
    may_work: bool,
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
    /// What is filtered, and the view that it is saved as.
    filter: Option<FilterPane>,
    /// The rows as HTML; empty if there are none.
    rows: String,
    /// Address of the top of the list, where the list does not begin there.
    top: Option<String>,
    next: Option<String>,
    /// Address of the list as it is shown, for the script.
    here: String,
    /// Which cases belong into the list, for the script.
    wants: Wants,
    empty: Empty,
    says: String,
}

/// Which cases belong into a list, as far as what is told of a changed case says it ([`Whereabouts`]): the script reads the
/// list again at once for those, and after a while for others.
///
/// [`Whereabouts`]: switchboard_model::Whereabouts
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Wants {
    /// Of any of these departments; of all if there are none. Divided by spaces.
    departments: String,
    /// Of this user; "desk" for a desk's; empty for anybody's.
    owner: String,
    /// Offered to any of these users and departments; empty where that does not matter.
    offered: String,
}

impl Wants {
    fn of(filter: &CaseFilter) -> Self {
        let listed = |ids: &[DepartmentId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let user = filter.offered_to_user.map(|user| user.to_string()).unwrap_or_default();
        let owner = filter.owner.map(|owner| owner.to_string());
        Self {
            departments: listed(&filter.departments),
            owner: owner.unwrap_or_else(|| if filter.is_unclaimed { "desk".to_owned() } else { String::new() }),
            offered: format!("{user} {}", listed(&filter.offered_to)).trim().to_owned(),
        }
    }
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
            (ViewState::NotClosed, t!("desk-state-not-closed")),
            (ViewState::Open, t!("desk-state-open")),
            (ViewState::Waiting, t!("desk-state-waiting")),
            (ViewState::Snoozed, t!("desk-state-asleep")),
            (ViewState::Closed, t!("desk-state-closed")),
        ];
        let of_state = |state| choice.with(|filter| filter.state = state).address();
        let current = listed.cases.iter().find(|row| chosen == Some(row.case.id)).or(listed.cases.first());
        Ok(Self {
            title: choice.title(colleagues),
            summary: counts.of(choice, colleagues).map(|number| t!("desk-cases", count = number)),
            tag: choice.filter.tag.clone(),
            without_tag: choice.with(|filter| filter.tag = None).address(),
            states: states.map(|(state, name)| (of_state(state), name, choice.filter.state == state)).into(),
            filter: None,
            wants: Wants::default(),
            top: choice.after.map(|_| choice.address()),
            next: listed.next.map(|place| choice.after(place)),
            empty: empty(choice, counts),
            says: current.map(|row| rows::row_says(row, now)).unwrap_or_default(),
            rows: list.rows(&here, chosen, colleagues, now)?,
            here,
        })
    }
}

fn empty(choice: &Choice, counts: &Counts<'_>) -> Empty {
    let is_of_work = matches!(choice.filter.state, ViewState::NotClosed | ViewState::Open) && choice.is_plain();
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
    PageQuery(pairs): PageQuery<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let asked = Asked::read(pairs)?;
    let colleagues = load::colleagues(&web, &visitor);
    let beside = |address: String| asked.case.map_or_else(|| address.clone(), |id| format!("{address}&case={id}"));
    if let Some(id) = asked.view.filter(|_| asked.is_view_alone()) {
        let view = web.app.view(&visitor.actor, id).await?;
        return Ok(go(&beside(Choice::of_view(&view, &colleagues).address())));
    }
    let choice = Choice::of(&asked, &colleagues)?;
    if asked.part.is_none() && asked.is_wordy() {
        return Ok(go(&beside(choice.here())));
    }
    shown(&web, &visitor, &choice, &asked, None).await
}

/// The desk with a list, or the part of it that is asked for.
async fn shown(
    web: &Web,
    visitor: &Visitor,
    choice: &Choice,
    asked: &Asked,
    unsaved: Option<&Unsaved>,
) -> Result<Response, PageError> {
    let colleagues = load::colleagues(web, visitor);
    let back = asked.case.map(|id| format!("{}&case={id}", choice.here())).unwrap_or_default();
    if let (Some(Part::Case), Some(id)) = (asked.part, asked.case) {
        return show(StatusCode::OK, &load::pane(web, visitor, id, &back, None).await?);
    }
    if asked.part == Some(Part::Rows) {
        return show(StatusCode::OK, &rows_part(web, visitor, choice, asked.case, &colleagues).await?);
    }
    let (queues, mut list) = panes(web, visitor, choice, asked.case, &colleagues).await?;
    if asked.part.is_some() {
        return show(StatusCode::OK, &Panes { queues, list });
    }
    if let Some(unsaved) = unsaved {
        list.filter = FilterPane::new(choice, None, &visitor.actor, &colleagues, Some(unsaved));
    }
    let case = match asked.case {
        Some(id) => Some(load::pane(web, visitor, id, &back, None).await?),
        None => None,
    };
    let title = case.as_ref().map_or_else(|| list.title.to_string(), CasePane::title);
    let status = unsaved.map_or(StatusCode::OK, |unsaved| unsaved.refusal.status);
    // Who administers may go on with it.
    let is_unfinished =
        visitor.may(Right::Administer) && web.desk.is_unfinished(&web.app).await.map_err(Refusal::from)?;
    show(status, &DeskPage { frame: load::frame(title, visitor), queues, list, case, is_unfinished })
}

/// The rows from a place on. They are read past what is kept: somebody who runs down a long list would drive out what
/// everybody else looks at.
async fn rows_part(
    web: &Web,
    visitor: &Visitor,
    choice: &Choice,
    chosen: Option<CaseId>,
    colleagues: &Colleagues,
) -> Result<RowsPart, PageError> {
    let (app, actor) = (&web.app, &visitor.actor);
    let page = match choice.filter(colleagues, actor.sees_private()) {
        Some(filter) => app.cases(actor, filter).await?,
        None => Listed { cases: Vec::new(), next: None },
    };
    let next = page.next.map(|place| choice.after(place));
    let rows = KeptList::new(page).rows(&choice.address(), chosen, colleagues, app.now());
    Ok(RowsPart { rows: rows.map_err(|error| Refusal::internal(&error))?, next })
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
    let mut beside = Vec::new();
    for queue in Choice::beside() {
        let list = read(queue.filter(colleagues, with_private)).await?;
        let more = if list.page.next.is_some() { "+" } else { "" };
        beside.push((queue.queue, format!("{}{more}", list.page.cases.len())));
    }
    let late = web.desk.late(app, actor).await?;
    let counts = Counts { counters: &counters, late: &late, with_private, beside: &beside };
    let filter = choice.filter(colleagues, with_private);
    let wants = filter.as_ref().map(Wants::of).unwrap_or_default();
    let listed = read(filter).await?;
    let views = counted_views(web, visitor, &counts, colleagues).await?;
    let queues = QueuesPane { groups: queues::groups(choice, &counts, &views, colleagues), may_work: with_private };
    let list = ListPane::new(choice, &listed, chosen, &counts, colleagues, app.now());
    let mut list = list.map_err(|error| Refusal::internal(&error))?;
    list.wants = wants;
    let shown = views.iter().find(|counted| queues::is_shown(&counted.view, choice));
    if let Some(counted) = shown {
        list.title = counted.view.name.clone().into();
        list.summary = Some(counted.summary());
    }
    list.filter = FilterPane::new(choice, shown.map(|counted| &counted.view), actor, colleagues, None);
    Ok((queues, list))
}

/// The views that whoever looks has. What the counters do not tell is counted, up to a number.
async fn counted_views(
    web: &Web,
    visitor: &Visitor,
    counts: &Counts<'_>,
    colleagues: &Colleagues,
) -> Result<Vec<CountedView>, PageError> {
    let (app, actor) = (&web.app, &visitor.actor);
    let mut counted = Vec::new();
    for view in web.desk.views(app, actor).await?.iter() {
        let (count, has_more) = match (counts.of_filter(&view.filter, colleagues), view.filter.of_cases(colleagues.you))
        {
            (Some(count), _) => (count, false),
            (None, None) => (0, false),
            (None, Some(mut filter)) => {
                filter.with_private = counts.with_private;
                let (count, most) = (web.desk.count(app, actor, filter).await?, u64::from(MOST_COUNTED));
                (count.min(most), count > most)
            }
        };
        counted.push(CountedView { view: view.clone(), count, has_more });
    }
    Ok(counted)
}

#[cfg(test)]
pub(crate) mod tests {
    use switchboard_app::cases::view::CaseRow;
    use switchboard_model::{CasePlace, LateCount, QueueCount};

    use super::*;
    use crate::pages::samples;

    fn sample(asked: &Asked, rows: &[CaseRow], counters: &[QueueCount]) -> String {
        let colleagues = samples::colleagues();
        let choice = Choice::of(asked, &colleagues).expect("a list");
        let late = [LateCount { department: samples::departments()[0].id, owner: None, is_private: false, cases: 4 }];
        let beside = [(Queue::Offered, "20+".to_owned())];
        let counts = Counts { counters, late: &late, with_private: true, beside: &beside };
        let next = rows.last().map(|row| CasePlace { rank: 86, id: row.case.id });
        let listed = KeptList::new(Listed { cases: rows.to_vec(), next });
        let visitor = crate::visitor::Visitor {
            actor: samples::actor(switchboard_model::Role::Administrator),
            demonstration: None,
            unread: 0,
        };
        let view = samples::view();
        let views = [CountedView { view: view.clone(), count: 10_000, has_more: true }];
        let mut list = ListPane::new(&choice, &listed, None, &counts, &colleagues, samples::now()).expect("renders");
        list.filter = FilterPane::new(&choice, Some(&view), &visitor.actor, &colleagues, None);
        let page = DeskPage {
            frame: Frame::within(t!("frame-desk"), super::super::Section::Desk, &visitor),
            queues: QueuesPane { groups: queues::groups(&choice, &counts, &views, &colleagues), may_work: true },
            list,
            case: None,
            is_unfinished: rows.is_empty(),
        };
        page.render().expect("renders")
    }

    fn rows() -> Vec<CaseRow> {
        let cases = [samples::case().0, samples::closed_case().0, samples::unclaimed_case().0];
        cases
            .into_iter()
            .zip(samples::posts())
            .zip([Some(samples::due(360)), Some(samples::due(-1_260)), None])
            .map(|((case, post), due)| CaseRow { case, post: Some(post), first: None, due })
            .collect()
    }

    /// The desk in every shape, as pages.
    pub(crate) fn samples() -> Vec<String> {
        let all = samples::counters();
        let of_query = |query: &str| {
            choice::tests::asked(&[("queue", query), ("tag", "lid"), ("after", "1.2"), ("view", samples::VIEW)])
        };
        vec![
            sample(&Asked::default(), &rows(), &all),
            sample(&of_query("unclaimed:service"), &rows(), &all),
            sample(&of_query("yours"), &[], &all),
            sample(&Asked::default(), &[], &all),
            sample(&Asked::default(), &[], &all[3..4]),
            sample(&Asked::default(), &[], &[]),
        ]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let html = sample(&Asked::default(), &rows(), &samples::counters());
        samples::assert_harmless(&html);
        for part in [
            "1,262 cases",
            "class=\"row\"",
            "offered to Sales",
            "20+",
            "10,000+",
            "Owner: you.",
            "86 = harm 50 + need 40 − already answered 4",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }

    #[test]
    fn an_empty_list_says_why_and_where_to_go() {
        let check = |counters: &[QueueCount], expected: &str| {
            let html = sample(&Asked::default(), &[], counters);
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
        let html = sample(&Asked::default(), &rows, &samples::counters());
        let took = begun.elapsed();
        assert_eq!(html.matches("class=\"row\"").count(), 50);
        println!("50 rows: {} bytes in {took:?}", html.len());
        assert!(took < std::time::Duration::from_millis(200), "{took:?}");
    }
}

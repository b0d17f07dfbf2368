//! Which list is shown, as it stands in the address: a queue, what is filtered in it, and how far down.
//!
//! The address always holds the whole filter, also where a saved view chose it, so that it can be sent to a colleague who
//! does not have the view. `view` beside it only says under which name it is known.

use std::borrow::Cow;

use switchboard_model::{
    CaseFilter, CaseId, CaseOrder, CasePlace, DepartmentId, View, ViewFilter, ViewId, ViewOwner, ViewState,
};

use crate::error::Refusal;
use crate::pages::colleagues::Colleagues;
use crate::pages::words;

/// How many cases one page of a list holds.
pub(crate) const PAGE: u32 = 50;

/// The fields of an address that say what is filtered.
const FILTERS: [&str; 8] = ["state", "tag", "department", "owner", "network", "language", "least", "order"];

/// What is asked for, as it stands in the address.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pairs: Vec<(String, String)>,
    /// The case that is shown beside the list.
    pub(crate) case: Option<CaseId>,
    /// One pane alone, for the script.
    pub(crate) part: Option<Part>,
    /// The saved view.
    pub(crate) view: Option<ViewId>,
}

/// A pane that the script fetches alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Queues and list.
    List,
    /// The rows from a place on.
    Rows,
    /// The case.
    Case,
}

impl Asked {
    pub(crate) fn read(pairs: Vec<(String, String)>) -> Result<Self, Refusal> {
        let find = |name: &str| pairs.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
        let case = match find("case") {
            Some(number) => Some(number.parse().map_err(|_| Refusal::bad_request("a case is a number"))?),
            None => None,
        };
        let part = match find("part") {
            None => None,
            Some("list") => Some(Part::List),
            Some("rows") => Some(Part::Rows),
            Some("case") => Some(Part::Case),
            Some(_) => return Err(Refusal::bad_request("there is no such part of the desk")),
        };
        let view = match find("view") {
            Some(id) => Some(id.parse().map_err(|_| Refusal::not_found("there is no such view"))?),
            None => None,
        };
        Ok(Self { case, part, view, pairs })
    }

    fn find(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The same; what is empty is not there.
    fn filled(&self, name: &str) -> Option<&str> {
        self.find(name).map(str::trim).filter(|value| !value.is_empty())
    }

    /// Whether it only names a view and leaves to it what is filtered.
    pub(crate) fn is_view_alone(&self) -> bool {
        self.view.is_some() && self.find("queue").is_none()
    }

    /// Whether fields of the form were left empty: the address without them says the same.
    pub(crate) fn is_wordy(&self) -> bool {
        self.pairs.iter().any(|(name, value)| FILTERS.contains(&name.as_str()) && value.trim().is_empty())
    }
}

/// A queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Queue {
    /// Cases that you own.
    Yours,
    /// Cases that are offered to you or your departments.
    Offered,
    /// Cases that you follow beside their owner.
    Watched,
    /// Cases that your departments follow beside their own.
    Involved,
    /// Cases of one department that its desk owns.
    Unclaimed(DepartmentId),
    /// Cases of one department.
    Department(DepartmentId),
    /// All of them.
    Everything,
}

/// Which list is shown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Choice {
    pub(crate) queue: Queue,
    /// What is filtered in the queue.
    pub(crate) filter: ViewFilter,
    /// The view that it was saved as.
    pub(crate) view: Option<ViewId>,
    pub(crate) after: Option<CasePlace>,
    /// The queue as the address says it.
    word: String,
    /// The departments of the filter as the address says them.
    keys: Vec<String>,
}

impl Choice {
    pub(crate) fn of(asked: &Asked, colleagues: &Colleagues) -> Result<Self, Refusal> {
        let word = asked.find("queue").unwrap_or("all");
        let department = |key: &str| {
            let found = colleagues.departments.iter().find(|department| department.key == key);
            found.map(|found| found.id).ok_or_else(|| no_queue(word))
        };
        let queue = match word.split_once(':') {
            None if word == "yours" => Queue::Yours,
            None if word == "offered" => Queue::Offered,
            None if word == "watched" => Queue::Watched,
            None if word == "involved" => Queue::Involved,
            None if word == "all" => Queue::Everything,
            Some(("unclaimed", key)) => Queue::Unclaimed(department(key)?),
            Some(("desk", key)) => Queue::Department(department(key)?),
            _ => return Err(no_queue(word)),
        };
        let after = asked.find("after").map(|after| {
            let (rank, id) = after.split_once('.')?;
            Some(CasePlace { rank: rank.parse().ok()?, id: id.parse().ok()? })
        });
        if after == Some(None) {
            return Err(Refusal::bad_request("this place in the list cannot be read; begin at its top"));
        }
        let (filter, keys) = filter(asked, colleagues)?;
        let has_department = matches!(queue, Queue::Unclaimed(_) | Queue::Department(_));
        let has_owner = matches!(queue, Queue::Unclaimed(_) | Queue::Yours);
        if has_department && !keys.is_empty() || has_owner && filter.owner != ViewOwner::Anybody {
            return Err(Refusal::bad_request("the queue says this already; filter all desks instead"));
        }
        Ok(Self { queue, filter, view: asked.view, after: after.flatten(), word: word.to_owned(), keys })
    }

    /// What a view shows, from its top.
    pub(crate) fn of_view(view: &View, colleagues: &Colleagues) -> Self {
        Self { view: Some(view.id), ..Self::of_filter(view.filter.clone(), colleagues) }
    }

    /// All desks with a filter, from the top.
    pub(crate) fn of_filter(filter: ViewFilter, colleagues: &Colleagues) -> Self {
        let key = |id: &DepartmentId| colleagues.find_department(*id).map(|department| department.key.clone());
        let keys = filter.departments.iter().filter_map(key).collect();
        Self { queue: Queue::Everything, filter, view: None, after: None, word: "all".to_owned(), keys }
    }

    /// A queue in a state, from its top.
    pub(crate) fn of_queue(queue: Queue, word: &str, state: ViewState) -> Self {
        let filter = ViewFilter { state, ..ViewFilter::default() };
        Self { queue, filter, view: None, after: None, word: word.to_owned(), keys: Vec::new() }
    }

    /// The queues that no counter knows, from their tops.
    pub(crate) fn beside() -> [Self; 3] {
        let queues = [(Queue::Offered, "offered"), (Queue::Watched, "watched"), (Queue::Involved, "involved")];
        queues.map(|(queue, word)| Self::of_queue(queue, word, ViewState::default()))
    }

    /// Queue and filter in one, as a view says it; `None` for what no view says.
    pub(crate) fn whole(&self) -> Option<ViewFilter> {
        let mut whole = self.filter.clone();
        match self.queue {
            Queue::Offered | Queue::Watched | Queue::Involved => return None,
            Queue::Yours => whole.owner = ViewOwner::Me,
            Queue::Unclaimed(department) => {
                whole.departments = vec![department];
                whole.owner = ViewOwner::Nobody;
            }
            Queue::Department(department) => whole.departments = vec![department],
            Queue::Everything => {}
        }
        Some(whole)
    }

    /// Whether nothing but a state is filtered in the queue.
    pub(crate) fn is_plain(&self) -> bool {
        self.filter == ViewFilter { state: self.filter.state, ..ViewFilter::default() }
    }

    /// What the store is asked; `None` where nothing can be in the queue.
    pub(crate) fn filter(&self, colleagues: &Colleagues, with_private: bool) -> Option<CaseFilter> {
        let mut filter = match self.whole() {
            Some(whole) => whole.of_cases(colleagues.you)?,
            None => {
                let departments = colleagues.yourself()?.departments.clone();
                let all = self.filter.of_cases(colleagues.you)?;
                match self.queue {
                    Queue::Watched => CaseFilter { watched_by: colleagues.you, ..all },
                    _ if departments.is_empty() => return None,
                    Queue::Involved => CaseFilter { involving: departments, ..all },
                    _ => CaseFilter { offered_to: departments, offered_to_user: colleagues.you, ..all },
                }
            }
        };
        (filter.with_private, filter.after, filter.limit) = (with_private, self.after, PAGE);
        Some(filter)
    }

    /// The same list with something else filtered, from its top; it is no view's any more.
    pub(crate) fn with(&self, change: impl FnOnce(&mut ViewFilter)) -> Self {
        let mut changed = Self { view: None, after: None, ..self.clone() };
        change(&mut changed.filter);
        changed
    }

    /// The fields of the address, in their order.
    pub(crate) fn fields(&self) -> Vec<(&'static str, Cow<'_, str>)> {
        let filter = &self.filter;
        let mut fields: Vec<(&'static str, Cow<'_, str>)> = vec![("queue", (&*self.word).into())];
        fields.extend(filter.state.of_cases().map(|state| ("state", state.into())));
        fields.extend(filter.tag.as_deref().map(|tag| ("tag", tag.into())));
        fields.extend(self.keys.iter().map(|key| ("department", key.as_str().into())));
        if filter.owner != ViewOwner::Anybody {
            fields.push(("owner", filter.owner.as_str().into()));
        }
        fields.extend(filter.network.as_deref().map(|network| ("network", network.into())));
        fields.extend(filter.language.as_deref().map(|language| ("language", language.into())));
        if filter.least_priority > 0 {
            fields.push(("least", filter.least_priority.to_string().into()));
        }
        if filter.order != CaseOrder::Priority {
            fields.push(("order", filter.order.as_str().into()));
        }
        fields
    }

    /// The address of this list, from its top.
    pub(crate) fn address(&self) -> String {
        let mut address = "/desk".to_owned();
        let view = self.view.map(|view| ("view", view.to_string().into()));
        for (name, value) in self.fields().into_iter().chain(view) {
            address.push(if address.len() == 5 { '?' } else { '&' });
            address.push_str(name);
            address.push('=');
            // Keys of departments are a-z 0-9 and hyphens, so a queue needs no encoding but for what a person typed.
            address.push_str(&words::percent_encoded(&value).replace("%3A", ":"));
        }
        address
    }

    /// The address of the list from a place on.
    pub(crate) fn after(&self, place: CasePlace) -> String {
        format!("{}&after={}.{}", self.address(), place.rank, place.id)
    }

    /// The address of the list as it is shown, with its place.
    pub(crate) fn here(&self) -> String {
        self.after.map_or_else(|| self.address(), |place| self.after(place))
    }

    pub(crate) fn title(&self, colleagues: &Colleagues) -> Cow<'static, str> {
        match self.queue {
            Queue::Yours => t!("desk-yours"),
            Queue::Offered => t!("desk-offered"),
            Queue::Watched => t!("desk-watched"),
            Queue::Involved => t!("desk-involved"),
            Queue::Unclaimed(id) => t!("desk-unclaimed", department = colleagues.department(id)),
            Queue::Department(id) => colleagues.department(id).into(),
            Queue::Everything => t!("desk-all"),
        }
    }
}

/// What the address filters, and its departments by their keys.
fn filter(asked: &Asked, colleagues: &Colleagues) -> Result<(ViewFilter, Vec<String>), Refusal> {
    let bad = |message: &str| Refusal::bad_request(message);
    let mut keys: Vec<String> = Vec::new();
    let mut departments = Vec::new();
    for (_, key) in asked.pairs.iter().filter(|(name, value)| name == "department" && !value.is_empty()) {
        let found = colleagues.departments.iter().find(|department| department.key == *key);
        let id = found.ok_or_else(|| bad("there is no such department; choose others"))?.id;
        if !departments.contains(&id) {
            departments.push(id);
            keys.push(key.clone());
        }
    }
    let state = match asked.filled("state") {
        Some(word) => ViewState::from_word(word).ok_or_else(|| bad("the state is open, waiting, snoozed or closed"))?,
        None => ViewState::default(),
    };
    let owner = match asked.filled("owner") {
        Some(word) => ViewOwner::from_word(word).ok_or_else(|| bad("the owner is anybody, me or nobody"))?,
        None => ViewOwner::default(),
    };
    let order = match asked.filled("order") {
        Some(word) => CaseOrder::from_word(word).ok_or_else(|| bad("the order is priority or newest"))?,
        None => CaseOrder::default(),
    };
    let least = asked.filled("least").map_or(Ok(0), str::parse).ok().filter(|least: &u8| *least <= 100);
    let least_priority = least.ok_or_else(|| bad("the least priority is a number from 0 to 100"))?;
    let is_text = |text: &&str| text.chars().count() <= 200 && !text.contains('\0');
    let text = |name: &str| asked.filled(name).filter(is_text).map(str::to_owned);
    let filter = ViewFilter {
        departments,
        owner,
        state,
        network: text("network"),
        language: text("language").map(|language| language.to_lowercase()),
        tag: text("tag"),
        least_priority,
        order,
    };
    Ok((filter, keys))
}

/// The address of everything with a tag.
pub(crate) fn of_tag(tag: &str) -> String {
    format!("/desk?queue=all&tag={}", words::percent_encoded(tag))
}

fn no_queue(word: &str) -> Refusal {
    let word: String = word.chars().take(80).collect();
    Refusal::not_found(format!("there is no queue '{}'", word.escape_debug()))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    pub(crate) fn asked(query: &[(&str, &str)]) -> Asked {
        let pairs = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Asked::read(pairs).expect("an address")
    }

    pub(crate) fn choice(query: &[(&str, &str)]) -> Result<Choice, Refusal> {
        Choice::of(&asked(query), &samples::colleagues())
    }

    #[test]
    fn an_address_is_a_list_that_can_be_sent() {
        let check = |query: &[(&str, &str)], expected: &str| {
            assert_eq!(choice(query).expect("a list").here(), expected);
        };
        check(&[], "/desk?queue=all");
        check(&[("queue", "yours"), ("state", "waiting")], "/desk?queue=yours&state=waiting");
        check(&[("queue", "desk:service"), ("after", "87.1042")], "/desk?queue=desk:service&after=87.1042");
        check(&[("tag", "a&b")], "/desk?queue=all&tag=a%26b");
        check(&[("department", "sales"), ("department", "sales"), ("state", "")], "/desk?queue=all&department=sales");
        let all = [
            ("department", "service"),
            ("department", "sales"),
            ("owner", "nobody"),
            ("network", "forum"),
            ("language", "DE"),
            ("least", "60"),
            ("order", "newest"),
            ("view", "00000000-0000-0000-0000-000000000009"),
        ];
        let expected = "/desk?queue=all&department=service&department=sales&owner=nobody&network=forum&language=de\
                        &least=60&order=newest&view=00000000-0000-0000-0000-000000000009";
        check(&all, expected);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for query in [
            [("queue", "nothing")],
            [("queue", "desk:nowhere")],
            [("queue", "unclaimed:")],
            [("state", "asleep")],
            [("after", "x")],
            [("after", "1.")],
            [("owner", "you")],
            [("department", "nowhere")],
            [("least", "101")],
            [("order", "oldest")],
        ] {
            assert!(choice(&query).is_err(), "{query:?}");
        }
        assert!(choice(&[("queue", "desk:service"), ("department", "sales")]).is_err());
        assert!(choice(&[("queue", "yours"), ("owner", "nobody")]).is_err());
    }

    #[test]
    fn a_view_says_the_queue_as_well() {
        let colleagues = samples::colleagues();
        let whole = choice(&[("queue", "unclaimed:service"), ("tag", "lid")]).expect("a list").whole();
        let whole = whole.expect("a view can say it");
        assert_eq!((whole.owner, whole.departments.len(), whole.tag.as_deref()), (ViewOwner::Nobody, 1, Some("lid")));
        let again = Choice::of_filter(whole, &colleagues).address();
        assert_eq!(again, "/desk?queue=all&tag=lid&department=service&owner=nobody");
        assert_eq!(choice(&[("queue", "offered")]).expect("a list").whole(), None);
    }

    #[test]
    fn nobody_is_offered_what_is_offered_to_no_department() {
        let mut colleagues = samples::colleagues();
        let choice = Choice::of(&asked(&[("queue", "offered")]), &colleagues).expect("a list");
        assert!(choice.filter(&colleagues, true).is_some());
        colleagues.you = None;
        assert!(choice.filter(&colleagues, true).is_none());
    }
}

//! The queues of the desk: which cases are asked for, and how many each queue holds.

use std::borrow::Cow;

use serde::Deserialize;
use switchboard_model::{CaseFilter, CaseId, CasePlace, CaseState, DepartmentId, QueueCount};

use crate::error::Refusal;
use crate::pages::colleagues::Colleagues;
use crate::pages::words;

/// How many cases one page of a list holds.
pub(crate) const PAGE: u32 = 50;

/// What is asked for, as it stands in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    queue: Option<String>,
    state: Option<String>,
    tag: Option<String>,
    after: Option<String>,
    /// The case that is shown beside the list.
    pub(crate) case: Option<CaseId>,
    /// One pane alone, for the script.
    pub(crate) part: Option<Part>,
}

/// A pane that the script fetches alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Part {
    /// Queues and list.
    List,
    /// The case.
    Case,
}

/// A queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Queue {
    /// Cases that you own.
    Yours,
    /// Cases that are offered to you or your departments.
    Offered,
    /// Cases of one department that its desk owns.
    Unclaimed(DepartmentId),
    /// Cases of one department.
    Department(DepartmentId),
    /// All of them.
    Everything,
}

/// Which list is shown: a queue, a state, a tag, and how far down.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Choice {
    pub(crate) queue: Queue,
    /// `None` for all that are not closed.
    pub(crate) state: Option<&'static str>,
    pub(crate) tag: Option<String>,
    pub(crate) after: Option<(i64, CaseId)>,
    /// The queue as the address says it.
    word: String,
}

impl Choice {
    pub(crate) fn of(asked: &Asked, colleagues: &Colleagues) -> Result<Self, Refusal> {
        let word = asked.queue.as_deref().unwrap_or("all");
        let department = |key: &str| {
            let found = colleagues.departments.iter().find(|department| department.key == key);
            found.map(|found| found.id).ok_or_else(|| no_queue(word))
        };
        let queue = match word.split_once(':') {
            None if word == "yours" => Queue::Yours,
            None if word == "offered" => Queue::Offered,
            None if word == "all" => Queue::Everything,
            Some(("unclaimed", key)) => Queue::Unclaimed(department(key)?),
            Some(("desk", key)) => Queue::Department(department(key)?),
            _ => return Err(no_queue(word)),
        };
        let state = match asked.state.as_deref() {
            None | Some("") => None,
            Some(asked) => match CaseState::WORDS.into_iter().find(|word| *word == asked) {
                Some(state) => Some(state),
                None => return Err(Refusal::bad_request("the state is open, waiting, snoozed or closed")),
            },
        };
        let after = asked.after.as_deref().map(|after| {
            let (rank, id) = after.split_once('.')?;
            Some((rank.parse().ok()?, CaseId(id.parse().ok()?)))
        });
        if after == Some(None) {
            return Err(Refusal::bad_request("this place in the list cannot be read; begin at its top"));
        }
        let tag = asked.tag.clone().filter(|tag| !tag.is_empty() && !tag.contains('\0'));
        Ok(Self { queue, state, tag, after: after.flatten(), word: word.to_owned() })
    }

    /// What is offered to whoever looks, from its top.
    pub(crate) fn offered() -> Self {
        Self { queue: Queue::Offered, state: None, tag: None, after: None, word: "offered".to_owned() }
    }

    /// What the store is asked; `None` where nothing can be in the queue.
    pub(crate) fn filter(&self, colleagues: &Colleagues, with_private: bool) -> Option<CaseFilter> {
        let mut filter = CaseFilter {
            state: self.state,
            tag: self.tag.clone(),
            with_private,
            after: self.after.map(|(rank, id)| CasePlace { rank, id }),
            limit: PAGE,
            ..CaseFilter::default()
        };
        match self.queue {
            Queue::Yours => filter.owner = Some(colleagues.you?),
            Queue::Offered => {
                filter.offered_to = colleagues.yourself()?.departments.clone();
                filter.offered_to_user = colleagues.you;
                if filter.offered_to.is_empty() {
                    return None;
                }
            }
            Queue::Unclaimed(department) => {
                filter.department = Some(department);
                filter.is_unclaimed = true;
            }
            Queue::Department(department) => filter.department = Some(department),
            Queue::Everything => {}
        }
        Some(filter)
    }

    /// The address of this list, from its top.
    pub(crate) fn address(&self) -> String {
        self.address_of(self.state)
    }

    /// The address of the same queue in another state.
    pub(crate) fn address_of(&self, state: Option<&str>) -> String {
        let mut address = address(&self.word, state);
        if let Some(tag) = &self.tag {
            address.push_str("&tag=");
            address.push_str(&words::encoded(tag));
        }
        address
    }

    /// The address of the list from a place on.
    pub(crate) fn after(&self, place: CasePlace) -> String {
        format!("{}&after={}.{}", self.address(), place.rank, place.id)
    }

    /// The address of the list as it is shown, with its place.
    pub(crate) fn here(&self) -> String {
        match self.after {
            Some((rank, id)) => self.after(CasePlace { rank, id }),
            None => self.address(),
        }
    }

    pub(crate) fn title(&self, colleagues: &Colleagues) -> Cow<'static, str> {
        match self.queue {
            Queue::Yours => t!("desk-yours"),
            Queue::Offered => t!("desk-offered"),
            Queue::Unclaimed(id) => t!("desk-unclaimed", department = colleagues.department(id)),
            Queue::Department(id) => colleagues.department(id).into(),
            Queue::Everything => t!("desk-all"),
        }
    }
}

/// The address of everything with a tag.
pub(crate) fn of_tag(tag: &str) -> String {
    format!("{}&tag={}", address("all", None), words::encoded(tag))
}

fn no_queue(word: &str) -> Refusal {
    let word: String = word.chars().take(80).collect();
    Refusal::not_found(format!("there is no queue '{}'", word.escape_debug()))
}

fn address(queue: &str, state: Option<&str>) -> String {
    // Keys of departments are a-z 0-9 and hyphens, so a queue needs no encoding but for what a person typed.
    let queue = words::encoded(queue).replace("%3A", ":");
    match state {
        Some(state) => format!("/desk?queue={queue}&state={state}"),
        None => format!("/desk?queue={queue}"),
    }
}

/// One line of the queues' pane.
#[derive(Debug, Clone)]
pub(crate) struct QueueLine {
    pub(crate) name: Cow<'static, str>,
    pub(crate) address: String,
    pub(crate) count: String,
    pub(crate) is_current: bool,
}

/// A heading with its queues.
#[derive(Debug, Clone)]
pub(crate) struct QueueGroup {
    pub(crate) name: Cow<'static, str>,
    pub(crate) lines: Vec<QueueLine>,
}

/// Sums of the counters, as one visitor may see them.
pub(crate) struct Counts<'a> {
    pub(crate) counters: &'a [QueueCount],
    pub(crate) with_private: bool,
    /// How many cases are offered to who looks, "20+" where they were not all counted.
    pub(crate) offered: String,
}

impl Counts<'_> {
    fn sum(&self, is_meant: impl Fn(&QueueCount) -> bool) -> u64 {
        let number = |count: &QueueCount| count.public + if self.with_private { count.private } else { 0 };
        self.counters.iter().filter(|count| is_meant(count)).map(number).sum()
    }

    /// How many the counters know of for a queue and a state; `None` where they do not tell.
    pub(crate) fn of(&self, choice: &Choice, colleagues: &Colleagues) -> Option<u64> {
        if choice.tag.is_some() || choice.queue == Queue::Offered {
            return None;
        }
        Some(self.count(choice.queue, choice.state, colleagues))
    }

    /// How many there are of a state; `None` for all that are not closed.
    pub(crate) fn everything(&self, state: Option<&str>) -> u64 {
        self.sum(|count| is_state(count, state))
    }

    fn count(&self, queue: Queue, state: Option<&str>, colleagues: &Colleagues) -> u64 {
        self.sum(|count| {
            is_state(count, state)
                && match queue {
                    Queue::Yours => colleagues.you.is_some() && count.owner == colleagues.you,
                    Queue::Unclaimed(id) => count.department == id && count.owner.is_none(),
                    Queue::Department(id) => count.department == id,
                    Queue::Everything => true,
                    Queue::Offered => false,
                }
        })
    }
}

fn is_state(count: &QueueCount, state: Option<&str>) -> bool {
    match state {
        Some(state) => count.state == state,
        None => count.state != "closed",
    }
}

/// The queues that somebody has, with their counts.
pub(crate) fn groups(choice: &Choice, counts: &Counts<'_>, colleagues: &Colleagues) -> Vec<QueueGroup> {
    let line = |name: Cow<'static, str>, word: &str, queue: Queue, state: Option<&'static str>| QueueLine {
        name,
        address: address(word, state),
        count: match queue {
            Queue::Offered => counts.offered.clone(),
            queue => words::count(counts.count(queue, state, colleagues)),
        },
        is_current: choice.queue == queue && choice.state == state && choice.tag.is_none(),
    };
    let mut groups = Vec::new();
    if colleagues.yourself().is_some() {
        let mut lines = vec![
            line(t!("desk-yours"), "yours", Queue::Yours, None),
            line(t!("desk-offered"), "offered", Queue::Offered, None),
        ];
        for department in colleagues.your_departments() {
            let word = format!("unclaimed:{}", department.key);
            let name = t!("desk-unclaimed", department = department.name.as_str());
            lines.push(line(name, &word, Queue::Unclaimed(department.id), None));
        }
        groups.push(QueueGroup { name: t!("desk-group-you"), lines });
    }
    let mut lines = vec![line(t!("desk-all"), "all", Queue::Everything, None)];
    for department in colleagues.departments.iter().filter(|department| department.is_active) {
        let word = format!("desk:{}", department.key);
        lines.push(line(department.name.clone().into(), &word, Queue::Department(department.id), None));
    }
    groups.push(QueueGroup { name: t!("desk-group-desks"), lines });
    let states = [(t!("desk-waiting"), "waiting"), (t!("desk-asleep"), "snoozed"), (t!("desk-closed"), "closed")];
    let lines = states.map(|(name, state)| line(name, "all", Queue::Everything, Some(state)));
    groups.push(QueueGroup { name: t!("desk-group-set-aside"), lines: lines.into() });
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    fn choice(query: &[(&str, &str)]) -> Result<Choice, Refusal> {
        let find = |name: &str| query.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let asked = Asked {
            queue: find("queue"),
            state: find("state"),
            tag: find("tag"),
            after: find("after"),
            ..Asked::default()
        };
        Choice::of(&asked, &samples::colleagues())
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
        ] {
            assert!(choice(&query).is_err(), "{query:?}");
        }
    }

    #[test]
    fn nobody_is_offered_what_is_offered_to_no_department() {
        let mut colleagues = samples::colleagues();
        let asked = Asked { queue: Some("offered".to_owned()), ..Asked::default() };
        let choice = Choice::of(&asked, &colleagues).expect("a list");
        assert!(choice.filter(&colleagues, true).is_some());
        colleagues.you = None;
        assert!(choice.filter(&colleagues, true).is_none());
    }

    #[test]
    fn counts_are_sums_of_what_may_be_seen() {
        let colleagues = samples::colleagues();
        let counters = samples::counters();
        let check = |query: &[(&str, &str)], with_private: bool, expected: u64| {
            let counts = Counts { counters: &counters, with_private, offered: String::new() };
            let choice = choice(query).expect("a list");
            assert_eq!(counts.of(&choice, &colleagues), Some(expected), "{query:?}");
        };
        check(&[], true, 1_262);
        check(&[], false, 1_254);
        check(&[("queue", "yours")], true, 7);
        check(&[("queue", "unclaimed:service")], false, 40);
        check(&[("state", "closed")], true, 98_000);
    }
}

//! The queues of the desk and its saved views: their names, and how many cases each holds.

use std::borrow::Cow;

use switchboard_model::{LateCount, QueueCount, View, ViewFilter, ViewOwner, ViewState};

use super::choice::{Choice, Queue};
use crate::pages::colleagues::Colleagues;
use crate::pages::words;

/// One line of the queues' pane.
#[derive(Debug, Clone)]
pub(crate) struct QueueLine {
    pub(crate) name: Cow<'static, str>,
    pub(crate) address: String,
    pub(crate) count: String,
    /// How many of them are late.
    pub(crate) late: u64,
    pub(crate) is_current: bool,
}

/// A heading with its queues.
#[derive(Debug, Clone)]
pub(crate) struct QueueGroup {
    pub(crate) name: Cow<'static, str>,
    pub(crate) lines: Vec<QueueLine>,
}

/// A saved view with how many cases it shows.
#[derive(Debug, Clone)]
pub(crate) struct CountedView {
    pub(crate) view: View,
    pub(crate) count: u64,
    /// Whether there are more that were not counted.
    pub(crate) has_more: bool,
}

impl CountedView {
    /// "86", "10,000+".
    fn number(&self) -> String {
        format!("{}{}", words::count(self.count), if self.has_more { "+" } else { "" })
    }

    /// "86 cases".
    pub(crate) fn summary(&self) -> Cow<'static, str> {
        match self.has_more {
            true => t!("desk-cases-or-more", count = self.count),
            false => t!("desk-cases", count = self.count),
        }
    }
}

/// Sums of the counters, as one visitor may see them.
pub(crate) struct Counts<'a> {
    pub(crate) counters: &'a [QueueCount],
    pub(crate) late: &'a [LateCount],
    pub(crate) with_private: bool,
    /// How many cases the queues hold that no counter knows, "20+" where they were not all counted.
    pub(crate) beside: &'a [(Queue, String)],
}

impl Counts<'_> {
    /// How many a queue holds that no counter knows.
    fn beside(&self, queue: Queue) -> String {
        self.beside.iter().find(|(known, _)| *known == queue).map(|(_, count)| count.clone()).unwrap_or_default()
    }

    fn sum(&self, is_meant: impl Fn(&QueueCount) -> bool) -> u64 {
        let number = |count: &QueueCount| count.public + if self.with_private { count.private } else { 0 };
        self.counters.iter().filter(|count| is_meant(count)).map(number).sum()
    }

    /// How many the counters know of for a list; `None` where they do not tell.
    pub(crate) fn of(&self, choice: &Choice, colleagues: &Colleagues) -> Option<u64> {
        self.of_filter(&choice.whole()?, colleagues)
    }

    /// The same for what a view filters.
    pub(crate) fn of_filter(&self, filter: &ViewFilter, colleagues: &Colleagues) -> Option<u64> {
        let is_its_owner = |count: &QueueCount| match filter.owner {
            ViewOwner::Anybody => true,
            ViewOwner::Me => colleagues.you.is_some() && count.owner == colleagues.you,
            ViewOwner::Nobody => count.owner.is_none(),
        };
        let is_its_department =
            |count: &QueueCount| filter.departments.is_empty() || filter.departments.contains(&count.department);
        let is_meant = |count: &QueueCount| {
            is_state(count, filter.state.of_cases()) && is_its_department(count) && is_its_owner(count)
        };
        filter.is_of_queues().then(|| self.sum(is_meant))
    }

    /// How many cases of a list are late, where its queue is all that is chosen.
    fn late_of(&self, queue: Queue, state: ViewState, colleagues: &Colleagues) -> u64 {
        let is_meant = |count: &&LateCount| match queue {
            Queue::Everything => true,
            Queue::Yours => colleagues.you.is_some() && count.owner == colleagues.you,
            Queue::Unclaimed(department) => count.department == department && count.owner.is_none(),
            Queue::Department(department) => count.department == department,
            Queue::Offered | Queue::Watched | Queue::Involved => false,
        };
        let is_of_work = state == ViewState::NotClosed;
        self.late.iter().filter(|_| is_of_work).filter(is_meant).map(|count| count.cases).sum()
    }

    /// How many there are of a state; `None` for all that are not closed.
    pub(crate) fn everything(&self, state: Option<&str>) -> u64 {
        self.sum(|count| is_state(count, state))
    }
}

fn is_state(count: &QueueCount, state: Option<&str>) -> bool {
    match state {
        Some(state) => count.state == state,
        None => count.state != "closed",
    }
}

/// The queues that somebody has and their views, with their counts.
pub(crate) fn groups(
    choice: &Choice,
    counts: &Counts<'_>,
    views: &[CountedView],
    colleagues: &Colleagues,
) -> Vec<QueueGroup> {
    let line = |name: Cow<'static, str>, word: &str, queue: Queue, state: ViewState| {
        let shown = Choice::of_queue(queue, word, state);
        let known = counts.of(&shown, colleagues);
        QueueLine {
            name,
            address: shown.address(),
            count: known.map_or_else(|| counts.beside(queue), words::count),
            late: counts.late_of(queue, state, colleagues),
            is_current: choice.view.is_none()
                && choice.is_plain()
                && choice.queue == queue
                && choice.filter.state == state,
        }
    };
    let open = ViewState::NotClosed;
    let mut groups = Vec::new();
    if colleagues.yourself().is_some() {
        let mut lines = vec![
            line(t!("desk-yours"), "yours", Queue::Yours, open),
            line(t!("desk-offered"), "offered", Queue::Offered, open),
            line(t!("desk-watched"), "watched", Queue::Watched, open),
            line(t!("desk-involved"), "involved", Queue::Involved, open),
        ];
        for department in colleagues.your_departments() {
            let word = format!("unclaimed:{}", department.key);
            let name = t!("desk-unclaimed", department = department.name.as_str());
            lines.push(line(name, &word, Queue::Unclaimed(department.id), open));
        }
        groups.push(QueueGroup { name: t!("desk-group-you"), lines });
    }
    let mut lines = vec![line(t!("desk-all"), "all", Queue::Everything, open)];
    for department in colleagues.departments.iter().filter(|department| department.is_active) {
        let word = format!("desk:{}", department.key);
        lines.push(line(department.name.clone().into(), &word, Queue::Department(department.id), open));
    }
    groups.push(QueueGroup { name: t!("desk-group-desks"), lines });
    if !views.is_empty() {
        let lines = views.iter().map(|counted| QueueLine {
            name: counted.view.name.clone().into(),
            address: Choice::of_view(&counted.view, colleagues).address(),
            count: counted.number(),
            late: 0,
            is_current: is_shown(&counted.view, choice),
        });
        groups.push(QueueGroup { name: t!("desk-group-views"), lines: lines.collect() });
    }
    let states = [
        (t!("desk-waiting"), ViewState::Waiting),
        (t!("desk-asleep"), ViewState::Snoozed),
        (t!("desk-closed"), ViewState::Closed),
    ];
    let lines = states.map(|(name, state)| line(name, "all", Queue::Everything, state));
    groups.push(QueueGroup { name: t!("desk-group-set-aside"), lines: lines.into() });
    groups
}

/// Whether a list is a view as it was saved.
pub(crate) fn is_shown(view: &View, choice: &Choice) -> bool {
    choice.view == Some(view.id) && choice.whole().as_ref() == Some(&view.filter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::desk::choice::tests::choice;
    use crate::pages::samples;

    #[test]
    fn counts_are_sums_of_what_may_be_seen() {
        let colleagues = samples::colleagues();
        let counters = samples::counters();
        let check = |query: &[(&str, &str)], with_private: bool, expected: Option<u64>| {
            let counts = Counts { counters: &counters, late: &[], with_private, beside: &[] };
            let choice = choice(query).expect("a list");
            assert_eq!(counts.of(&choice, &colleagues), expected, "{query:?}");
        };
        check(&[], true, Some(1_262));
        check(&[], false, Some(1_254));
        check(&[("queue", "yours")], true, Some(7));
        check(&[("queue", "unclaimed:service")], false, Some(40));
        check(&[("state", "closed")], true, Some(98_000));
        check(&[("department", "service"), ("department", "sales"), ("owner", "nobody")], false, Some(1_240));
        check(&[("owner", "me"), ("state", "waiting"), ("order", "newest")], true, Some(2));
        check(&[("least", "1")], true, None);
        check(&[("queue", "offered")], true, None);
    }
}

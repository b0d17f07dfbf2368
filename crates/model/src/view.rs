//! A saved view of the desk: what it filters, under a name.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{CaseFilter, DepartmentId, UserId, ViewId};

/// A list of cases that somebody keeps under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Its id.
    pub id: ViewId,
    /// What it is called: unique among a user's own views, and among the shared ones.
    pub name: String,
    /// Whose it is; `None` where it is shared with everybody.
    pub user: Option<UserId>,
    /// What it filters.
    pub filter: ViewFilter,
    /// When it was saved.
    pub created_at: Timestamp,
}

/// What a view filters. Everything that is left out asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ViewFilter {
    /// Cases of any of these departments; of all if there are none.
    pub departments: Vec<DepartmentId>,
    /// Whose cases.
    pub owner: ViewOwner,
    /// In which state.
    pub state: ViewState,
    /// Conversations on this network.
    pub network: Option<String>,
    /// Cases whose newest post reads as this language: a primary tag of BCP 47, as `de`.
    pub language: Option<String>,
    /// Cases with this tag.
    pub tag: Option<String>,
    /// Cases of at least this priority.
    pub least_priority: u8,
    /// What stands first.
    pub order: CaseOrder,
}

/// Whose cases a view shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewOwner {
    /// Whosever they are.
    #[default]
    Anybody,
    /// Those of whoever looks.
    Me,
    /// Those that a desk owns.
    Nobody,
}

/// In which state the cases of a view are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewState {
    /// In any but closed.
    #[default]
    NotClosed,
    /// Open.
    Open,
    /// Waiting for their authors.
    Waiting,
    /// Asleep.
    Snoozed,
    /// Closed.
    Closed,
}

/// What stands first in a list of cases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseOrder {
    /// The most urgent; of closed ones the last that was changed.
    #[default]
    Priority,
    /// The last that was opened.
    Newest,
}

macro_rules! words {
    ($name:ident, $($variant:ident: $word:literal),*) => {
        impl $name {
            /// All of them, in the order of lists.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word for it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),*
                }
            }

            /// The one of that word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    };
}

words!(ViewOwner, Anybody: "anybody", Me: "me", Nobody: "nobody");
words!(ViewState, NotClosed: "not_closed", Open: "open", Waiting: "waiting", Snoozed: "snoozed", Closed: "closed");
words!(CaseOrder, Priority: "priority", Newest: "newest");

impl ViewState {
    /// The state of the cases; `None` for all that are not closed.
    pub fn of_cases(self) -> Option<&'static str> {
        Some(self.as_str()).filter(|_| self != Self::NotClosed)
    }
}

impl ViewFilter {
    /// What the store is asked for somebody; `None` where nothing can be in it, as what a program's operator owns.
    pub fn of_cases(&self, you: Option<UserId>) -> Option<CaseFilter> {
        let owner = match self.owner {
            ViewOwner::Me => Some(you?),
            ViewOwner::Anybody | ViewOwner::Nobody => None,
        };
        Some(CaseFilter {
            departments: self.departments.clone(),
            owner,
            is_unclaimed: self.owner == ViewOwner::Nobody,
            state: self.state.of_cases(),
            network: self.network.clone(),
            language: self.language.clone(),
            tag: self.tag.clone(),
            least_priority: self.least_priority,
            order: self.order,
            ..CaseFilter::default()
        })
    }

    /// Whether departments, owner and state say it all, so that counted queues know how many there are.
    pub fn is_of_queues(&self) -> bool {
        self.network.is_none() && self.language.is_none() && self.tag.is_none() && self.least_priority == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_json() {
        for owner in ViewOwner::ALL {
            assert_eq!(serde_json::json!(owner), owner.as_str());
            assert_eq!(ViewOwner::from_word(owner.as_str()), Some(*owner));
        }
        for state in ViewState::ALL {
            assert_eq!(serde_json::json!(state), state.as_str());
        }
        for order in CaseOrder::ALL {
            assert_eq!(serde_json::json!(order), order.as_str());
        }
        assert_eq!(ViewState::from_word("asleep"), None);
    }

    #[test]
    fn what_is_mine_is_nothing_for_nobody() {
        let mine = ViewFilter { owner: ViewOwner::Me, ..ViewFilter::default() };
        assert_eq!(mine.of_cases(None), None);
        let you = UserId(uuid::Uuid::nil());
        assert_eq!(mine.of_cases(Some(you)).and_then(|filter| filter.owner), Some(you));
    }
}

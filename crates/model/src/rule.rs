//! Rules of routing as the installation keeps them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{By, DepartmentId, RuleId, UserId};

/// What must hold of a post, and what follows. Rules are looked at in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Identifier in this installation.
    pub id: RuleId,
    /// Order; lower comes first.
    pub place: i64,
    /// Shown as the reason of what it does. Unique.
    pub name: String,
    /// A query in the search language that must match the post. `department:` in it sees the department decided so far.
    pub when: Option<String>,
    /// An intent that the post must have.
    pub intent: Option<String>,
    /// The department that gets the post.
    pub department: Option<DepartmentId>,
    /// Tags that the case gets.
    pub tags: Vec<String>,
    /// What is added to (or taken from) the priority, −100 to 100.
    pub priority: i32,
    /// The user of that department who gets the case. Who cannot own one any more does not: it stays with the desk.
    #[serde(default)]
    pub owner: Option<UserId>,
    /// The post gets no case; it is dismissed with the name of the rule.
    #[serde(default)]
    pub dismisses: bool,
    /// The rules after it are not looked at.
    #[serde(default)]
    pub stops: bool,
    /// Whether it is looked at.
    pub is_enabled: bool,
}

/// All rules as they were from one moment on, so that what they did can be told after they changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleSet {
    /// Its number, from 1.
    pub number: i64,
    /// Since when.
    pub at: Timestamp,
    /// Who changed them.
    pub by: By,
    /// The rules in their order.
    pub rules: Vec<Rule>,
}

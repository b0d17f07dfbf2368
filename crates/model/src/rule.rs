//! Rules of routing as the installation keeps them.

use serde::{Deserialize, Serialize};

use crate::{DepartmentId, RuleId};

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
    /// Whether it is looked at.
    pub is_enabled: bool,
}

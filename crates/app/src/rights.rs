//! Who may do what: the one place that decides it.
//!
//! A route or command names the [`Right`] it takes; an operation on one case asks [`Actor::may_work_on`] as well. What is
//! not allowed here is refused.

use std::sync::Arc;

use switchboard_model::{By, Case, Department, DepartmentId, LinkUse, Role, User, UserId, Visibility};

/// Who asks for something.
#[derive(Debug, Clone, PartialEq)]
pub enum Actor {
    /// Somebody with the rights of the machine: the owner of the data directory at the command line.
    Operator,
    /// A user who logged in, or a program with a user's key.
    User(Arc<User>),
    /// A user who uses a link out of a message: they have the rights of that user, and what they do to the case spends it.
    Link(Arc<User>, LinkUse),
}

/// What can be asked for, from the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Right {
    /// To read what is public: mentions, cases, searches, sources, the directory.
    Read,
    /// To work: own cases, write notes and answers, read what is not public.
    Work,
    /// To keep users, departments, rules, searches, sources and accounts.
    Administer,
    /// What amounts to running programs or reading files as this process.
    Operate,
}

/// Something is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// The role does not have the right.
    #[error("{}", match .0 {
        Right::Read => "log in to read this",
        Right::Work => "observers read only; an administrator can make you a member",
        Right::Administer => "only an administrator may do this",
        Right::Operate => "this is done at the command line of the machine that switchboard runs on",
    })]
    Role(Right),
    /// The case is another department's.
    #[error("the case belongs to another department; ask for it, or offer your help in a note")]
    NotYourDepartment,
    /// Only the head of the department or an administrator may.
    #[error("only the head of the department or an administrator may do this")]
    NotTheHead,
}

impl Actor {
    /// As whom it stands in histories.
    pub fn by(&self) -> By {
        self.user_id().map_or(By::Operator, By::User)
    }

    /// The user, if it is one.
    pub fn user(&self) -> Option<&User> {
        match self {
            Self::Operator => None,
            Self::User(user) | Self::Link(user, _) => Some(user),
        }
    }

    /// The link that is spent by what the actor does to a case.
    pub fn link(&self) -> Option<&LinkUse> {
        match self {
            Self::Link(_, link) => Some(link),
            Self::Operator | Self::User(_) => None,
        }
    }

    /// The user's id, if it is one.
    pub fn user_id(&self) -> Option<UserId> {
        self.user().map(|user| user.id)
    }

    /// The greatest right that the role has.
    pub fn right(&self) -> Right {
        match self {
            Self::Operator => Right::Operate,
            Self::User(user) | Self::Link(user, _) => match user.role {
                Role::Observer => Right::Read,
                Role::Member => Right::Work,
                Role::Administrator => Right::Administer,
            },
        }
    }

    /// Whether the actor has a right.
    pub fn may(&self, right: Right) -> Result<(), Forbidden> {
        if self.right() >= right { Ok(()) } else { Err(Forbidden::Role(right)) }
    }

    /// Whether the actor may see what is not public.
    pub fn sees_private(&self) -> bool {
        self.right() >= Right::Work
    }

    /// Whether the actor may see a post or a case of this visibility.
    pub fn sees(&self, visibility: Visibility) -> bool {
        visibility.is_open() || self.sees_private()
    }

    /// Whether the actor works for a department.
    pub fn works_for(&self, department: DepartmentId) -> bool {
        match self {
            Self::Operator => true,
            Self::User(user) | Self::Link(user, _) => {
                user.role == Role::Administrator || user.departments.contains(&department)
            }
        }
    }

    /// Whether the actor may change a case: its owner, everybody of its department, administrators.
    pub fn may_work_on(&self, case: &Case) -> Result<(), Forbidden> {
        self.may(Right::Work)?;
        let is_owner = self.user_id().is_some_and(|id| case.owner.user() == Some(id));
        if is_owner || self.works_for(case.department) { Ok(()) } else { Err(Forbidden::NotYourDepartment) }
    }

    /// Whether the actor may know how much somebody has, and what they have had to read: they themselves, whoever leads a
    /// department that they work for, administrators.
    pub fn may_see_load(&self, user: &User, departments: &[Department]) -> bool {
        let leads = |id: &DepartmentId| {
            departments.iter().any(|department| department.id == *id && self.may_lead(department).is_ok())
        };
        self.right() >= Right::Work
            && (self.user_id() == Some(user.id)
                || self.right() >= Right::Administer
                || user.departments.iter().any(leads))
    }

    /// Whether the actor may decide for a department: its head, the head's deputy, administrators.
    pub fn may_lead(&self, department: &Department) -> Result<(), Forbidden> {
        let leads = |user: &User| {
            user.role == Role::Administrator || department.head == user.id || department.deputy == Some(user.id)
        };
        if self.user().is_none_or(leads) { Ok(()) } else { Err(Forbidden::NotTheHead) }
    }
}

//! Identifiers that the installation gives, and who makes them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Makes identifiers. Injected, so that tests can repeat them.
pub trait Ids: Send + Sync {
    /// A fresh identifier; later ones sort after earlier ones.
    fn next(&self) -> Uuid;
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::from_str(text).map(Self)
            }
        }
    };
}

id!(
    /// A configured way in.
    SourceId
);
id!(
    /// A saved search.
    SearchId
);
id!(
    /// A token that may hand in posts.
    TokenId
);
id!(
    /// Somebody of the company who can log in.
    UserId
);
id!(
    /// A department with its desk.
    DepartmentId
);
id!(
    /// A service level.
    SlaPolicyId
);
id!(
    /// A routing rule.
    RuleId
);
id!(
    /// A social account that the company owns.
    AccountId
);
id!(
    /// An answer on its way or sent.
    ReplyId
);
id!(
    /// A key with which a program acts for a user.
    ApiKeyId
);
id!(
    /// A saved view of the desk.
    ViewId
);
id!(
    /// A call or mail by a senior.
    OutreachId
);
id!(
    /// What a senior says, written once for many.
    OutreachScriptId
);

/// A case, by the number that people say to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseId(pub i64);

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for CaseId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

//! Colleagues and desks as pages name them.

use std::sync::Arc;

use switchboard_model::{By, Case, Department, DepartmentId, Offer, Owner, User, UserId};

/// Everybody who can own something, and who looks.
#[derive(Debug, Clone)]
pub(crate) struct Colleagues {
    pub(crate) users: Arc<[User]>,
    pub(crate) departments: Arc<[Department]>,
    /// Who looks at the page; the operator of the machine is nobody of the company.
    pub(crate) you: Option<UserId>,
}

/// An owner in as few letters as a column has room for, and in full for who listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnerView {
    /// "you", "IO", "Desk".
    pub(crate) short: String,
    /// "you", "Ines Okafor", "the desk of Service".
    pub(crate) full: String,
    pub(crate) is_you: bool,
}

impl Colleagues {
    /// Whether these are the same people and departments, whoever looks.
    pub(crate) fn are_the_same(&self, others: &Self) -> bool {
        Arc::ptr_eq(&self.users, &others.users) && Arc::ptr_eq(&self.departments, &others.departments)
    }

    pub(crate) fn find(&self, id: UserId) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    pub(crate) fn find_department(&self, id: DepartmentId) -> Option<&Department> {
        self.departments.iter().find(|department| department.id == id)
    }

    /// The user who looks.
    pub(crate) fn yourself(&self) -> Option<&User> {
        self.find(self.you?)
    }

    pub(crate) fn is_you(&self, id: UserId) -> bool {
        self.you == Some(id)
    }

    /// The departments that whoever looks works for, in their order.
    pub(crate) fn your_departments(&self) -> Vec<&Department> {
        let Some(you) = self.yourself() else { return Vec::new() };
        let yours = |department: &&Department| department.is_active && you.departments.contains(&department.id);
        self.departments.iter().filter(yours).collect()
    }

    /// What somebody is called; "you" for who looks.
    pub(crate) fn name(&self, id: UserId) -> String {
        if self.is_you(id) { t!("words-you").into_owned() } else { self.full_name(id) }
    }

    pub(crate) fn full_name(&self, id: UserId) -> String {
        self.find(id).map_or_else(|| t!("words-somebody-left").into_owned(), |user| user.name.clone())
    }

    pub(crate) fn department(&self, id: DepartmentId) -> String {
        let found = self.find_department(id);
        found.map_or_else(|| t!("words-department-gone").into_owned(), |found| found.name.clone())
    }

    pub(crate) fn owner(&self, case: &Case) -> OwnerView {
        match case.owner {
            Owner::Desk => OwnerView {
                short: t!("words-desk").into_owned(),
                full: t!("words-desk-of", department = self.department(case.department)).into_owned(),
                is_you: false,
            },
            Owner::User(id) if self.is_you(id) => {
                let you = t!("words-you").into_owned();
                OwnerView { short: you.clone(), full: you, is_you: true }
            }
            Owner::User(id) => {
                let full = self.full_name(id);
                OwnerView { short: initials(&full), full, is_you: false }
            }
        }
    }

    /// Whom an offer is made to.
    pub(crate) fn offered_to(&self, offer: &Offer) -> String {
        match offer.user {
            Some(user) => {
                let department = self.department(offer.department);
                t!("words-user-of", user = self.name(user), department = department).into_owned()
            }
            None => self.department(offer.department),
        }
    }

    /// Whether who looks may take an offer.
    pub(crate) fn is_offered_to_you(&self, offer: &Offer) -> bool {
        let is_yours = self.yourself().is_some_and(|you| you.departments.contains(&offer.department));
        match offer.user {
            Some(user) => self.is_you(user),
            None => is_yours,
        }
    }

    /// Who did something, at the beginning of a sentence.
    pub(crate) fn doer(&self, by: By) -> String {
        let words = match by {
            By::User(id) if self.is_you(id) => t!("words-you-first"),
            By::User(id) => return self.full_name(id),
            By::Operator => t!("words-operator-first"),
            By::Rules => t!("words-rules-first"),
            By::Author => t!("words-author-first"),
            By::Timer => t!("words-clock-first"),
            By::Outbox => t!("words-outbox-first"),
            By::Guest => t!("words-guest-first"),
        };
        words.into_owned()
    }
}

/// The first letters of the first and the last name.
pub(crate) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    let first = words.next();
    let letters = first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase);
    let letters: String = letters.take(4).collect();
    if letters.is_empty() { "?".to_owned() } else { letters }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_name() {
        let check = |name: &str, expected: &str| assert_eq!(initials(name), expected, "{name}");
        check("Ines Okafor", "IO");
        check("ines maria de okafor", "IO");
        check("Żaneta", "Ż");
        check("李 小龙", "李小");
        check("  ", "?");
        check("<b> \"x\"", "BX");
    }
}

//! Finding people and departments by what somebody types.

use std::sync::Arc;

use switchboard_model::{Department, User};

use crate::App;

/// This many are shown.
const MOST: usize = 50;

/// Somebody or something that was found.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// A user.
    User(Arc<User>),
    /// A department.
    Department(Box<Department>),
}

impl App {
    /// Active users and open departments in whose name, address, key or departments each of the words begins a word; names
    /// come first. Everybody, where nothing is asked for.
    pub fn find_in_directory(&self, text: &str) -> Vec<Entry> {
        let people = self.people();
        let wanted: Vec<String> = text.split_whitespace().take(10).map(str::to_lowercase).collect();
        let mut found: Vec<(u8, String, Entry)> = Vec::new();
        for department in people.departments().iter().filter(|department| department.is_active) {
            let rank = rank(&wanted, &[&department.name, &department.key], &[]);
            found.extend(
                rank.map(|rank| (rank, sort_key(&department.name), Entry::Department(Box::new(department.clone())))),
            );
        }
        for user in people.users().iter().filter(|user| user.is_active) {
            let of = user.departments.iter().filter_map(|id| people.department(*id));
            let mut more: Vec<&str> = of.map(|department| department.name.as_str()).collect();
            more.extend(user.languages.iter().map(String::as_str));
            more.push(user.role.as_str());
            let rank = rank(&wanted, &[&user.name, &user.email], &more);
            let entry = people.user(user.id).map(Entry::User);
            found.extend(rank.zip(entry).map(|(rank, entry)| (rank, sort_key(&user.name), entry)));
        }
        found.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
        found.into_iter().take(MOST).map(|(.., entry)| entry).collect()
    }
}

fn sort_key(name: &str) -> String {
    name.to_lowercase()
}

/// 0 where the names alone answer, 1 where the rest helps, nothing where a word is nowhere.
fn rank(wanted: &[String], names: &[&str], more: &[&str]) -> Option<u8> {
    let begins = |text: &&str, word: &str| {
        let text = text.to_lowercase();
        text.starts_with(word) || text.split(|c: char| !c.is_alphanumeric()).any(|part| part.starts_with(word))
    };
    let in_names = |word: &String| names.iter().any(|text| begins(text, word));
    let anywhere = |word: &String| in_names(word) || more.iter().any(|text| begins(text, word));
    if wanted.iter().all(in_names) { Some(0) } else { wanted.iter().all(anywhere).then_some(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_begin_words() {
        let check = |text: &str, expected: Option<u8>| {
            let wanted: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
            assert_eq!(
                rank(&wanted, &["Ada Lovelace", "ada@acme.example"], &["Public relations", "pt"]),
                expected,
                "{text}"
            );
        };
        check("", Some(0));
        check("lov", Some(0));
        check("ADA acme", Some(0));
        check("ada rel", Some(1));
        check("pt", Some(1));
        check("ovelace", None);
        check("ada sales", None);
    }
}

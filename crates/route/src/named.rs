//! Whom a note means: `@mara` is the colleague of that name.
//!
//! A name is an extension, the part of an e-mail address before the `@`, a whole name without its spaces, a first name, or
//! the beginning of one of these, as long as it means one user and no other. Case, dots and hyphens do not count.

use switchboard_model::{User, UserId};

/// A name in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// Where it begins, with its `@`: bytes of the text.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Whom it means.
    pub user: UserId,
}

/// The fewest characters of the beginning of a name.
const LEAST: usize = 2;

/// What everybody is called. Only those count who can be told: active users.
pub struct Names(Vec<(UserId, Keys)>);

impl Names {
    /// The names of these users.
    pub fn of(users: &[User]) -> Self {
        Self(users.iter().filter(|user| user.is_active).map(|user| (user.id, Keys::of(user))).collect())
    }

    /// Everybody whom a text names, in its order, each place once.
    pub fn find(&self, text: &str) -> Vec<Named> {
        let mut found = Vec::new();
        for (start, _) in text.match_indices('@') {
            // What follows a letter is an e-mail address or a handle on a network.
            let is_apart = text[..start].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '@');
            let rest = text.get(start + 1..).unwrap_or_default();
            let length =
                rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '-' | '_')).unwrap_or(rest.len());
            let word = rest.get(..length).unwrap_or_default().trim_end_matches(['.', '-', '_']);
            // `@mara@social.example` is somebody on a network.
            let is_handle = rest.get(word.len()..).is_some_and(|after| after.starts_with('@'));
            if is_apart
                && !is_handle
                && let Some(user) = meant(&self.0, &folded(word))
            {
                found.push(Named { start, end: start + 1 + word.len(), user });
            }
        }
        found
    }

    /// What a user is called in notes: the shortest that means nobody else; `None` where nothing does.
    pub fn handle(&self, user: &User) -> Option<String> {
        let first = user.name.split_whitespace().next().unwrap_or_default().to_lowercase();
        let local = user.email.split('@').next().unwrap_or_default().to_owned();
        let ways = [Some(first), Some(dotted(&user.name)), Some(local), user.profile.extension.clone()];
        let means = |word: &String| match self.find(&format!("@{word}")).as_slice() {
            [named] => named.user == user.id && named.end == word.len() + 1,
            _ => false,
        };
        ways.into_iter().flatten().find(means)
    }
}

/// Everybody whom a text names, in its order, each place once.
pub fn named(text: &str, users: &[User]) -> Vec<Named> {
    if text.contains('@') { Names::of(users).find(text) } else { Vec::new() }
}

/// The users whom a text names, each once.
pub fn users_named(text: &str, users: &[User]) -> Vec<UserId> {
    let mut ids: Vec<UserId> = named(text, users).into_iter().map(|named| named.user).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn dotted(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(".").to_lowercase()
}

/// What one user is called.
struct Keys {
    exact: Vec<String>,
    first: String,
    beginnings: Vec<String>,
}

impl Keys {
    fn of(user: &User) -> Self {
        let (whole, local) = (folded(&user.name), folded(user.email.split('@').next().unwrap_or_default()));
        let exact = user.profile.extension.iter().cloned().chain([whole.clone(), local.clone()]).collect();
        let first = folded(user.name.split_whitespace().next().unwrap_or_default());
        Self { exact, first, beginnings: vec![whole, local] }
    }
}

/// The one whom a word means: exactly, else by the first name, else by its beginning.
fn meant(users: &[(UserId, Keys)], word: &str) -> Option<UserId> {
    if word.is_empty() {
        return None;
    }
    let only = |is_meant: &dyn Fn(&Keys) -> bool| {
        let mut all = users.iter().filter(|(_, keys)| is_meant(keys));
        let (id, _) = all.next()?;
        Some(all.next().is_none().then_some(*id))
    };
    let is_exact = |keys: &Keys| keys.exact.iter().any(|key| key == word);
    let begins = |keys: &Keys| word.chars().count() >= LEAST && keys.beginnings.iter().any(|key| key.starts_with(word));
    only(&is_exact).or_else(|| only(&|keys| keys.first == word)).or_else(|| only(&begins)).flatten()
}

fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notification::tests::user;

    #[test]
    fn a_name_means_one_user_or_nobody() {
        let mut users =
            vec![user(1, "Mara Lindqvist"), user(2, "Mario Rossi"), user(3, "Anna-Lena Beck"), user(4, "Anna Roth")];
        users[1].profile.extension = Some("207".into());
        users[3].is_active = false;
        let check = |text: &str, expected: &[u128]| {
            let ids: Vec<UserId> = expected.iter().map(|id| UserId(uuid::Uuid::from_u128(*id))).collect();
            assert_eq!(users_named(text, &users), ids, "{text}");
        };
        check("@mara look at this", &[1]);
        check("ask @Mara.Lindqvist, please", &[1]);
        check("@mar who?", &[]);
        check("@mari?", &[2]);
        check("@207 and @mara.", &[1, 2]);
        check("@anna-lena", &[3]);
        check("@an", &[3]);
        check("(@mario)", &[2]);
        check("mail mara@acme.example or @mara@social.example", &[]);
        check("@ @@mara @m nobody", &[]);
        check("@mara and again @mara", &[1]);
        let names = Names::of(&users);
        assert_eq!(names.handle(&users[0]).as_deref(), Some("mara"));
        assert_eq!(names.handle(&users[2]).as_deref(), Some("anna-lena"));
        assert_eq!(names.handle(&users[3]), None, "nobody is told who is not active");
        let at = named("hi @mara.", &users)[0];
        assert_eq!((at.start, at.end), (3, 8));
    }
}

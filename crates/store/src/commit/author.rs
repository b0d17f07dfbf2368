//! Which row of `authors` an author is, and how what is known about one grows.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use switchboard_model::Author;

use crate::rows::AuthorRow;

/// The longest key that is kept as it is; longer ones are hashed, because keys stand in an index.
const MAX_KEY: usize = 512;

/// The key of an author: the id that the network gives, else network and handle. One that has neither cannot be told from
/// others of the same name, so it is keyed by everything that it shows and never changed.
pub(crate) fn author_key(network: &str, author: &Author) -> Option<String> {
    let id = author.id.trim();
    let handle = author.handle.trim();
    let key = if !id.is_empty() {
        id.to_owned()
    } else if !handle.is_empty() {
        format!("{network}:@{}", handle.to_lowercase())
    } else if author == &Author::default() {
        return None;
    } else {
        let shown = format!("{author:?}");
        return Some(format!("{network}:?{}", hashed(&shown)));
    };
    if key.len() > MAX_KEY { Some(format!("{network}:#{}", hashed(&key))) } else { Some(key) }
}

/// Takes over what a new post or version shows: what it leaves out stays.
pub(super) fn renew(row: &mut AuthorRow, seen: &AuthorRow) -> bool {
    let before = row.clone();
    for (known, new) in [
        (&mut row.handle, &seen.handle),
        (&mut row.name, &seen.name),
        (&mut row.bio, &seen.bio),
        (&mut row.url, &seen.url),
    ] {
        if !new.is_empty() {
            known.clone_from(new);
        }
    }
    row.followers = seen.followers.or(row.followers);
    row.following = seen.following.or(row.following);
    row.posts = seen.posts.or(row.posts);
    row.created_at = seen.created_at.or(row.created_at);
    row.verified = seen.verified.or(row.verified);
    *row != before
}

/// Takes over larger figures from a post that says nothing else new.
pub(super) fn raise(row: &mut AuthorRow, seen: &AuthorRow) -> bool {
    let before = (row.followers, row.following, row.posts);
    row.followers = row.followers.max(seen.followers);
    row.following = row.following.max(seen.following);
    row.posts = row.posts.max(seen.posts);
    before != (row.followers, row.following, row.posts)
}

fn hashed(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(16).fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authors_are_told_apart_by_what_the_network_gives() {
        let check = |id: &str, handle: &str, name: &str, expected: Option<&str>| {
            let author = Author { id: id.into(), handle: handle.into(), name: name.into(), ..Author::default() };
            assert_eq!(author_key("x", &author).as_deref(), expected);
        };
        check("x:1", "Ana", "Ana", Some("x:1"));
        check("", "Ana@Social.Example", "Ana", Some("x:@ana@social.example"));
        check("", "", "", None);
        let named = |name: &str| author_key("feed", &Author { name: name.into(), ..Author::default() });
        assert_ne!(named("Ana"), named("Bo"));
        assert_eq!(named("Ana"), named("Ana"));
        let long = Author { id: "y".repeat(3_000), ..Author::default() };
        assert!(author_key("x", &long).is_some_and(|key| key.len() < 60));
    }

    #[test]
    fn news_replaces_and_repetition_only_raises() {
        let seen = |followers, bio: &str| {
            let author = Author { id: "x:1".into(), bio: bio.into(), followers, ..Author::default() };
            AuthorRow::new("x:1".into(), &author)
        };
        let mut row = seen(Some(10), "old");
        assert!(!raise(&mut row, &seen(Some(9), "new")));
        assert!(raise(&mut row, &seen(Some(12), "new")));
        assert_eq!((row.followers, row.bio.as_str()), (Some(12), "old"));
        assert!(renew(&mut row, &seen(Some(3), "")));
        assert_eq!((row.followers, row.bio.as_str()), (Some(3), "old"));
        assert!(!renew(&mut row, &seen(None, "old")));
    }
}

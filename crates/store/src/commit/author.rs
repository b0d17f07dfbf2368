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
    } else {
        return Some(format!("{network}:?{}", hashed(&shown(author)?)));
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
        (&mut row.avatar, &seen.avatar),
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
    // Streams do not tell avatars; the first who does is believed until a new post shows another.
    let is_first_avatar = row.avatar.is_empty() && !seen.avatar.is_empty();
    if is_first_avatar {
        row.avatar.clone_from(&seen.avatar);
    }
    is_first_avatar || before != (row.followers, row.following, row.posts)
}

/// Everything that an author shows who has neither id nor handle. Keys of stored authors are made of it, so its form
/// never changes and what came to be known later (the avatar) has no part in it.
fn shown(author: &Author) -> Option<String> {
    let Author { id, handle, name, bio, url, followers, following, posts, created_at, verified, avatar: _ } = author;
    let bare = Author { avatar: None, ..author.clone() };
    (bare != Author::default()).then(|| {
        format!(
            "Author {{ id: {id:?}, handle: {handle:?}, name: {name:?}, bio: {bio:?}, url: {url:?}, \
             followers: {followers:?}, following: {following:?}, posts: {posts:?}, created_at: {created_at:?}, \
             verified: {verified:?} }}"
        )
    })
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
        assert_eq!(named("Ana").as_deref(), Some("feed:?d3457e9fd9f184d18b6ec21592a7ed43"), "stored keys stay");
        let seen = Author { avatar: Some("https://a.example/1".into()), ..Author::default() };
        assert_eq!(author_key("feed", &seen), None);
        assert_eq!(author_key("feed", &Author { name: "Ana".into(), ..seen }), named("Ana"));
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

    #[test]
    fn an_avatar_stays_until_another_is_shown() {
        let seen = |avatar: Option<&str>| {
            AuthorRow::new("x:1".into(), &Author { avatar: avatar.map(str::to_owned), ..Author::default() })
        };
        let mut row = seen(None);
        assert!(raise(&mut row, &seen(Some("first"))));
        assert!(!raise(&mut row, &seen(Some("second"))), "a repetition may be an old one");
        assert!(!renew(&mut row, &seen(None)), "streams tell none");
        assert_eq!(row.avatar, "first");
        assert!(renew(&mut row, &seen(Some("second"))));
        assert_eq!(row.avatar, "second");
    }
}

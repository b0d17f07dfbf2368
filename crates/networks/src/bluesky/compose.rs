//! What an answer becomes before it is posted: how long the network says it is, and what of it can be clicked.
//!
//! Facets count bytes of UTF-8; length counts people's characters (grapheme clusters), with a cap in bytes beside it.

use std::ops::Range;

use switchboard_model::address::links;
use switchboard_model::{Measured, Target};
use unicode_segmentation::UnicodeSegmentation;
use url::Url;

use crate::bluesky::POSTS;
use crate::bluesky::record::parts;

/// Characters of a post, as the lexicon of `app.bsky.feed.post` has it.
const GRAPHEMES: usize = 300;
const BYTES: usize = 3_000;

/// A part of a text that can be clicked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spot {
    /// Where it stands, in bytes.
    pub(crate) range: Range<usize>,
    pub(crate) what: Clickable,
}

/// What a click leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Clickable {
    /// An address.
    Link(String),
    /// A handle, without `@`. Its DID has to be looked up.
    Mention(String),
    /// A tag, without `#`.
    Tag(String),
}

/// The text as people meant it: one kind of line break, nothing around it.
pub(crate) fn tidied(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

/// The identifier of the post that is answered, in its parts; `None` if it is no post of this network.
pub(crate) fn target(to: &Target) -> Option<(&str, &str)> {
    match parts(to.id.as_str().strip_prefix("bluesky:")?)? {
        (did, POSTS, rkey) if did.starts_with("did:") => Some((did, rkey)),
        _ => None,
    }
}

/// What the network makes of a text.
pub(crate) fn measure(text: &str, to: &Target) -> Measured {
    let text = tidied(text);
    let length = text.graphemes(true).count();
    let mut problems = Vec::new();
    if target(to).is_none() {
        problems.push("this account answers on Bluesky; choose an account of the post's own network".to_owned());
    }
    if text.is_empty() {
        problems.push("write something first".to_owned());
    }
    if length > GRAPHEMES {
        problems.push(format!("{} characters too long; shorten it", length - GRAPHEMES));
    } else if text.len() > BYTES {
        problems.push(format!("{} bytes too long for Bluesky; use fewer joined signs", text.len() - BYTES));
    }
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Measured {
        length: count(length),
        limit: count(GRAPHEMES),
        lead: String::new(),
        clickable: spots(&text).into_iter().map(|spot| text[spot.range].to_owned()).collect(),
        problems,
    }
}

/// What of a text can be clicked, in order and without overlaps.
pub(crate) fn spots(text: &str) -> Vec<Spot> {
    let mut spots: Vec<Spot> = links(text)
        .into_iter()
        .filter_map(|range| {
            let what = Clickable::Link(uri(&text[range.clone()])?);
            Some(Spot { range, what })
        })
        .collect();
    for (at, sign) in text.char_indices().filter(|(_, c)| matches!(c, '@' | '#' | '＃')) {
        let before = text[..at].chars().next_back();
        let is_first =
            before.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '"' | '“' | '„' | '«' | '\''));
        let rest = &text[at + sign.len_utf8()..];
        let found = match sign {
            '@' => handle(rest).map(|length| (length, Clickable::Mention(rest[..length].to_ascii_lowercase()))),
            _ => tag(rest).map(|length| (length, Clickable::Tag(rest[..length].to_owned()))),
        };
        if let Some((length, what)) = found.filter(|_| is_first) {
            let range = at..at + sign.len_utf8() + length;
            if spots.iter().all(|spot| spot.range.end <= range.start || spot.range.start >= range.end) {
                spots.push(Spot { range, what });
            }
        }
    }
    spots.sort_by_key(|spot| spot.range.start);
    spots
}

/// The address as the network takes it: letters beyond ASCII are written out, everything else stays as it was typed.
fn uri(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    url.host_str().filter(|host| !host.is_empty())?;
    Some(if address.is_ascii() { address.to_owned() } else { url.to_string() })
}

/// How many bytes of a handle lie at the beginning: a host name with a dot.
fn handle(text: &str) -> Option<usize> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))).unwrap_or(text.len());
    let name = text[..end].trim_end_matches(['.', '-']);
    let labels: Vec<&str> = name.split('.').collect();
    let is_label = |label: &&str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    let ends_like_a_domain = labels.last().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_alphabetic()));
    let is_cut = text[end..].starts_with(|c: char| c == '@' || c.is_alphanumeric());
    (labels.len() > 1 && labels.iter().all(is_label) && ends_like_a_domain && name.len() <= 253 && !is_cut)
        .then_some(name.len())
}

/// How many bytes of a tag lie at the beginning.
fn tag(text: &str) -> Option<usize> {
    let end = text
        .find(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '#' | '＃' | ')' | ']'))
        .unwrap_or(text.len());
    let name = text[..end].trim_end_matches(|c: char| c.is_ascii_punctuation() || matches!(c, '…' | '’' | '”' | '»'));
    let is_word = name.chars().any(|c| !c.is_ascii_digit()) && name.starts_with(char::is_alphanumeric);
    (is_word && name.graphemes(true).count() <= 64).then_some(name.len())
}

#[cfg(test)]
mod tests {
    use switchboard_model::{PostId, Visibility};

    use super::*;

    fn to(id: &str) -> Target {
        Target { id: PostId(id.into()), url: None, author: None, thread: None, visibility: Visibility::Public }
    }

    #[test]
    fn what_can_be_clicked_is_found_by_bytes() {
        let check = |text: &str, expected: &[(&str, &str)]| {
            let spots = spots(text);
            let found: Vec<(&str, String)> = spots
                .iter()
                .map(|spot| {
                    let what = match &spot.what {
                        Clickable::Link(uri) => uri.clone(),
                        Clickable::Mention(handle) => format!("@{handle}"),
                        Clickable::Tag(tag) => format!("#{tag}"),
                    };
                    (&text[spot.range.clone()], what)
                })
                .collect();
            let found: Vec<(&str, &str)> = found.iter().map(|(text, what)| (*text, what.as_str())).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("ü😡 https://acme.example/a.", &[("https://acme.example/a", "https://acme.example/a")]);
        check("(@Ana.bsky.social)", &[("@Ana.bsky.social", "@ana.bsky.social")]);
        check("hi @ana.bsky.social, and @bob", &[("@ana.bsky.social", "@ana.bsky.social")]);
        check("@ana.bsky.social.", &[("@ana.bsky.social", "@ana.bsky.social")]);
        check("mail ana@acme.example", &[]);
        check("@ana@social.example", &[]);
        check("@a-.b.c @.a @1.2", &[]);
        check(
            "https://b.example/@ana.test #x",
            &[("https://b.example/@ana.test", "https://b.example/@ana.test"), ("#x", "#x")],
        );
        check("https://bücher.example/ß", &[("https://bücher.example/ß", "https://xn--bcher-kva.example/%C3%9F")]);
        check("#kettle, #2026 #Größe! a#b", &[("#kettle", "#kettle"), ("#Größe", "#Größe")]);
        check(
            "שלום @ana.test https://acme.example",
            &[("@ana.test", "@ana.test"), ("https://acme.example", "https://acme.example")],
        );
        check("e\u{301}👨‍👩‍👧 @ana.test", &[("@ana.test", "@ana.test")]);
    }

    #[test]
    fn length_counts_what_people_see() {
        let check = |text: &str, expected: u32, problems: &str| {
            let measured = measure(text, &to("bluesky:at://did:plc:ana/app.bsky.feed.post/3k"));
            assert_eq!((measured.length, measured.problems.join("; ").as_str()), (expected, problems), "{text}");
        };
        check("hello", 5, "");
        check("  hello\r\nyou ", 9, "");
        check("👨‍👩‍👧", 1, "");
        check("🇵🇹🇩🇪", 2, "");
        check("e\u{301}", 1, "");
        check("שלום", 4, "");
        check("", 0, "write something first");
        check(&"x".repeat(300), 300, "");
        check(&"x".repeat(302), 302, "2 characters too long; shorten it");
        check(&"👨‍👩‍👧".repeat(167), 167, "6 bytes too long for Bluesky; use fewer joined signs");
    }

    #[test]
    fn only_posts_of_the_network_are_answered() {
        let check = |id: &str, expected: Option<(&str, &str)>| assert_eq!(target(&to(id)), expected, "{id}");
        check("bluesky:at://did:plc:ana/app.bsky.feed.post/3k", Some(("did:plc:ana", "3k")));
        check("bluesky:at://ana.test/app.bsky.feed.post/3k", None);
        check("bluesky:at://did:plc:ana/app.bsky.graph.list/3k", None);
        check("mastodon:https://a.example/1", None);
    }
}

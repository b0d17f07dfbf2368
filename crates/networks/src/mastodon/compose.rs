//! What an answer becomes before it is posted: whom it addresses, how long the instance says it is.

use std::ops::Range;

use switchboard_model::address::links;
use switchboard_model::{Measured, Target, Visibility};
use unicode_segmentation::UnicodeSegmentation;

use crate::mastodon::NETWORK;

/// What an instance allows. Those of Mastodon itself, until an instance has told its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Characters of a post.
    pub(crate) characters: u32,
    /// What any address counts as; `None` where each counts as long as it is, and mentions as well.
    pub(crate) per_link: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { characters: 500, per_link: Some(23) }
    }
}

/// The text as people meant it: one kind of line break, nothing around it.
pub(crate) fn tidied(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

/// What has to stand in front of a text so that the author is addressed. `own` is the handle that answers.
pub(crate) fn lead(text: &str, to: &Target, own: &str) -> String {
    let Some(handle) = to.author.as_ref().map(|author| author.handle.trim_start_matches('@')) else {
        return String::new();
    };
    let is_own = handle.eq_ignore_ascii_case(own);
    let is_handle = handle.split('@').next().is_some_and(|name| !name.is_empty() && name.chars().all(is_name))
        && !handle.contains(|c: char| c.is_whitespace() || c.is_control());
    if is_own || !is_handle || addresses(text, handle, own) { String::new() } else { format!("@{handle} ") }
}

/// Whether a text addresses somebody, in full or, on the same instance, by the name alone.
fn addresses(text: &str, handle: &str, own: &str) -> bool {
    let (name, host) = handle.split_once('@').unwrap_or((handle, ""));
    let own_host = own.split_once('@').map_or("", |(_, host)| host);
    mentions(text).into_iter().any(|range| {
        let mention = &text[range][1..];
        let (their_name, their_host) = mention.split_once('@').unwrap_or((mention, own_host));
        their_name.eq_ignore_ascii_case(name) && (their_host.eq_ignore_ascii_case(host) || host.is_empty())
    })
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

/// Where `@name` and `@name@host` stand in a text, in bytes.
fn mentions(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find('@').map(|at| at + from) {
        from = at + 1;
        let before = text[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '/' | '=' | '@')) {
            continue;
        }
        let name = word(&text[from..], |c| c.is_ascii_alphanumeric() || c == '_');
        if name == 0 {
            continue;
        }
        let mut end = from + name;
        if let Some(rest) = text[end..].strip_prefix('@') {
            let host = word(rest, |c| c.is_alphanumeric() || c == '_');
            if host > 0 {
                end += 1 + host;
            }
        }
        found.push(at..end);
        from = end;
    }
    found
}

/// How many bytes of a name lie at the beginning: dots and dashes are part of it only within.
fn word(text: &str, is_letter: impl Fn(char) -> bool) -> usize {
    let mut end = 0;
    for (at, c) in text.char_indices() {
        if is_letter(c) {
            end = at + c.len_utf8();
        } else if !matches!(c, '.' | '-') || end == 0 {
            break;
        }
    }
    end
}

/// How long the instance says a text is: people's characters, with addresses and foreign hosts at a flat rate.
pub(crate) fn length(text: &str, limits: Limits) -> u32 {
    let Some(per_link) = limits.per_link else {
        // Other servers count scalar values; this is never less than what they count in people's characters.
        return u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    };
    let mut rest = String::with_capacity(text.len());
    let mut kept = 0;
    let found = links(text);
    for range in &found {
        rest.push_str(&text[kept..range.start]);
        rest.push(' ');
        kept = range.end;
    }
    rest.push_str(&text[kept..]);
    let mut hosts = 0;
    for range in mentions(&rest) {
        let mention = &rest[range];
        if let Some((_, host)) = mention[1..].split_once('@') {
            hosts += 1 + host.graphemes(true).count();
        }
    }
    let links = found.len().saturating_mul(per_link.saturating_sub(1) as usize);
    u32::try_from((rest.graphemes(true).count() + links).saturating_sub(hosts)).unwrap_or(u32::MAX)
}

/// Addresses, handles and tags of a text, in their order.
fn clickable(text: &str) -> Vec<String> {
    let mut ranges = links(text);
    let is_free = |ranges: &[Range<usize>], one: &Range<usize>| {
        ranges.iter().all(|range| range.end <= one.start || range.start >= one.end)
    };
    for range in mentions(text).into_iter().chain(tags(text)) {
        if is_free(&ranges, &range) {
            ranges.push(range);
        }
    }
    ranges.sort_by_key(|range| range.start);
    ranges.into_iter().map(|range| text[range].to_owned()).collect()
}

/// Where `#tag` stands in a text, in bytes: a word with a letter in it.
fn tags(text: &str) -> Vec<Range<usize>> {
    let is_of_tag = |c: char| c.is_alphanumeric() || c == '_';
    let tag = |(at, sign): (usize, &str)| {
        let is_first = !text[..at].ends_with(|c: char| is_of_tag(c) || matches!(c, '/' | '#' | '&' | ')'));
        let name = &text[at + sign.len()..];
        let end = name.find(|c: char| !is_of_tag(c)).unwrap_or(name.len());
        let is_word = name[..end].chars().any(char::is_alphabetic);
        (is_first && is_word).then_some(at..at + sign.len() + end)
    };
    text.match_indices('#').filter_map(tag).collect()
}

/// What the instance makes of a text.
pub(crate) fn measure(text: &str, to: &Target, own: &str, limits: Limits) -> Measured {
    let text = tidied(text);
    let lead = lead(&text, to, own);
    let length = length(&format!("{lead}{text}"), limits);
    let mut problems = Vec::new();
    if !to.id.as_str().starts_with("mastodon:") {
        problems.push("this account answers on Mastodon; choose an account of the post's own network".to_owned());
    }
    if text.is_empty() {
        problems.push("write something first".to_owned());
    }
    if length > limits.characters {
        problems.push(format!("{} characters too long; shorten it", length - limits.characters));
    }
    Measured { length, limit: limits.characters, lead, clickable: clickable(&text), problems }
}

/// Who sees the answer: nobody who did not see the post.
pub(crate) fn visibility(of_target: Visibility) -> &'static str {
    match of_target {
        Visibility::Public => "public",
        Visibility::Unlisted => "unlisted",
        Visibility::Followers => "private",
        Visibility::Direct => "direct",
    }
}

/// The identifier without the network's name before it.
pub(crate) fn identifier(to: &Target) -> &str {
    to.id.as_str().strip_prefix(NETWORK).and_then(|rest| rest.strip_prefix(':')).unwrap_or(to.id.as_str())
}

/// What of a text is the same before it is posted and after: its letters and digits, without addresses and names, which
/// the instance shortens.
pub(crate) fn kernel(text: &str) -> String {
    let mut words = String::new();
    for word in text.split_whitespace() {
        let bare = word.trim_start_matches(|c: char| c.is_ascii_punctuation() && c != '@');
        if bare.starts_with('@') || bare.contains("://") || bare.starts_with("www.") {
            continue;
        }
        words.extend(bare.chars().filter(|c| c.is_alphanumeric() || !(c.is_ascii() || *c == '\u{fe0f}')));
    }
    words
}

#[cfg(test)]
mod tests {
    use switchboard_model::{Author, PostId};

    use super::*;

    fn target(handle: &str) -> Target {
        let author = Author { handle: handle.into(), ..Author::default() };
        Target {
            id: PostId("mastodon:https://a.example/users/ana/statuses/1".into()),
            url: None,
            author: (!handle.is_empty()).then_some(author),
            thread: None,
            visibility: Visibility::Public,
        }
    }

    #[test]
    fn what_can_be_clicked_is_told_in_its_order() {
        let check = |text: &str, expected: &[&str]| assert_eq!(clickable(text), expected, "{text}");
        check(
            "#Kettle: @ana@a.example, see https://a.example/@bob#top. #k4!",
            &["#Kettle", "@ana@a.example", "https://a.example/@bob#top", "#k4"],
        );
        check("mail x@ana, no #1, a#b, C# and &#38;", &[]);
        check("#größe", &["#größe"]);
    }

    #[test]
    fn the_author_is_addressed_once() {
        let check = |text: &str, handle: &str, expected: &str| {
            assert_eq!(lead(text, &target(handle), "acme@social.example"), expected, "{text}");
        };
        check("hello", "ana@a.example", "@ana@a.example ");
        check("@ana@a.example hello", "ana@a.example", "");
        check("hello (@Ana@A.example)", "ana@a.example", "");
        check("hello @ana", "ana@a.example", "@ana@a.example ");
        check("hello @bob.", "bob@social.example", "");
        check("mail me: x@ana", "ana@a.example", "@ana@a.example ");
        check("@ana@a.example.org hello", "ana@a.example", "@ana@a.example ");
        check("hello", "acme@social.example", "");
        check("hello", "", "");
        check("hello", "a b\n@evil", "");
        check("@ana@bücher.example hi", "ana@bücher.example", "");
    }

    #[test]
    fn length_counts_as_the_instance_does() {
        let check = |text: &str, expected: u32| assert_eq!(length(text, Limits::default()), expected, "{text}");
        check("", 0);
        check("hello", 5);
        check("👨‍👩‍👧", 1);
        check("🇵🇹🇩🇪", 2);
        check("é", 1);
        check("שלום", 4);
        check("@ana@a.example hi", 7);
        check("(@ana@very.long.example.org)", 6);
        check("see https://acme.example/a/very/long/address/that/counts/as/23.", 4 + 23 + 1);
        check("https://a.co https://b.co", 23 + 1 + 23);
        check("https://bücher.example/straße!", 24);
        check("https://mastodon.example/@ana/1", 23);
        let raw = |text: &str, expected: u32| {
            assert_eq!(length(text, Limits { characters: 5_000, per_link: None }), expected, "{text}");
        };
        raw("@ana@a.example hi", 17);
        raw("https://a.co", 12);
    }

    #[test]
    fn problems_say_what_to_do() {
        let check = |text: &str, id: &str, expected: &str| {
            let to = Target { id: PostId(id.into()), ..target("ana@a.example") };
            let measured = measure(text, &to, "acme@social.example", Limits::default());
            assert_eq!(measured.problems.join("; "), expected);
        };
        let here = "mastodon:https://a.example/users/ana/statuses/1";
        check("thanks", here, "");
        check(" \r\n ", here, "write something first");
        check(&"x".repeat(496), here, "1 characters too long; shorten it");
        check(&"x".repeat(495), here, "");
        check(
            "thanks",
            "bluesky:at://x",
            "this account answers on Mastodon; choose an account of the post's own network",
        );
    }

    #[test]
    fn a_posted_text_is_known_again() {
        let check = |sent: &str, shown: &str| assert_eq!(kernel(sent), kernel(shown), "{sent}");
        check(
            "@ana@a.example Sorry, see https://acme.example/orders?x=1.",
            "@ana Sorry, see https://acme.example/ord….",
        );
        check("Two\n\nlines — “quoted” #tag", "Two lines — “quoted” #tag");
        check("(@ana@a.example) ok ❤️", "(@ana) ok ❤");
        assert_ne!(kernel("yes"), kernel("no"));
        assert_ne!(kernel("👍"), kernel("👎"));
        assert_ne!(kernel("שלום"), kernel("להתראות"));
    }
}

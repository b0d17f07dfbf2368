//! Entries become posts.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use switchboard_model::{Author, Captured, FateReason, Post, PostId, PostKind, Problem};
use url::Url;

use super::{FeedEntry, ParsedFeed, Person, problem};
use crate::url::{canonical, unwrapped};

/// The network that posts of feeds belong to.
pub const NETWORK: &str = "feed";

/// Ids longer than this are replaced by their hash.
const MAX_ID: usize = 512;
/// More links or attachments of one post than this are not kept.
const MAX_LIST: usize = 200;

/// What became of a feed's entries.
#[derive(Debug, Clone, Default)]
pub struct Arrival {
    /// One for each entry, oldest first.
    pub posts: Vec<Captured>,
    /// What was wrong with which entry.
    pub problems: Vec<Problem>,
}

/// All entries of a feed as posts, oldest first. `url` is where the feed was fetched from.
pub fn captured(feed: &ParsedFeed, url: &Url) -> Arrival {
    let mut arrival = Arrival::default();
    let shared = shared_ids(feed);
    for (index, entry) in feed.entries.iter().enumerate() {
        match post(feed, entry, url) {
            Ok(mut post) => {
                if entry.id.as_deref().is_some_and(|id| shared.contains(id)) {
                    post.id =
                        id_of(&FeedEntry { id: None, ..entry.clone() }, url.host_str().unwrap_or_default(), &post.text);
                }
                let canonical_url = post.url.as_deref().and_then(canonical);
                arrival.posts.push(Captured { canonical_url, ..Captured::heard(post) });
            }
            Err((reason, message)) => {
                arrival.problems.push(problem(format!("entry {}", index + 1), message));
                arrival.posts.push(Captured::refused(reason));
            }
        }
    }
    // Feeds put the newest first; without times that order is all there is.
    arrival.posts.reverse();
    arrival
        .posts
        .sort_by_key(|captured| captured.post.as_ref().ok().and_then(|post| post.posted_at).unwrap_or(Timestamp::MAX));
    arrival
}

/// Ids that a feed gives to several entries with different addresses. Some feeds give one to all of them; taken at its
/// word, such a feed would lose all entries but one. The same entry in several versions keeps its address.
fn shared_ids(feed: &ParsedFeed) -> HashSet<&str> {
    let mut links: HashMap<&str, Option<&str>> = HashMap::new();
    let mut shared = HashSet::new();
    for entry in &feed.entries {
        let Some(id) = entry.id.as_deref() else { continue };
        let link = entry.link.as_deref();
        if *links.entry(id).or_insert(link) != link {
            shared.insert(id);
        }
    }
    shared
}

/// One entry as a post, or why it is none.
pub fn post(feed: &ParsedFeed, entry: &FeedEntry, url: &Url) -> Result<Post, (FateReason, String)> {
    let body = if entry.content.text.is_empty() { &entry.summary } else { &entry.content };
    if entry.title.is_empty() && body.text.is_empty() && entry.link.is_none() && entry.id.is_none() {
        return Err((FateReason::NoId, "has neither id, link, title nor text; left out".to_owned()));
    }
    if entry.title.is_empty() && body.text.is_empty() && entry.media.is_empty() && body.media.is_empty() {
        let name = entry.link.as_deref().or(entry.id.as_deref()).unwrap_or_default();
        return Err((FateReason::Malformed, format!("'{}' has neither title nor text; left out", clip(name, 200))));
    }
    let host = url.host_str().unwrap_or_default();
    let mut post = Post::new(NETWORK, "", &body.text);
    post.id = id_of(entry, host, &body.text);
    post.url =
        entry.link.as_deref().map(unwrapped).or_else(|| entry.id.as_deref().filter(|id| is_web(id)).map(str::to_owned));
    post.title = entry.title.clone();
    post.lang = [&body.lang, &entry.lang, &feed.lang].into_iter().flatten().find_map(|lang| language_tag(lang));
    post.posted_at = entry.published_at.or(entry.created_at).or(entry.updated_at);
    post.edited_at = entry.updated_at.filter(|updated| post.posted_at.is_some_and(|posted| *updated > posted));
    post.in_reply_to = entry.in_reply_to.as_deref().map(|id| global_id(id, host).0);
    post.kind = Some(if post.in_reply_to.is_some() { PostKind::Reply } else { PostKind::Article });
    post.author = author(entry, feed, host);
    post.engagement.replies = entry.comments;
    post.links = body.links.iter().filter(|link| Some(*link) != post.url.as_ref()).take(MAX_LIST).cloned().collect();
    for medium in entry.media.iter().chain(&body.media).chain(&entry.summary.media) {
        if post.media.len() < MAX_LIST && post.media.iter().all(|known| known.url != medium.url) {
            post.media.push(medium.clone());
        }
    }
    Ok(post)
}

/// The entry's own global id, else its own id within its host, else its address, else what it says.
fn id_of(entry: &FeedEntry, host: &str, text: &str) -> PostId {
    if let Some(id) = entry.id.as_deref().filter(|id| !id.trim().is_empty()) {
        return global_id(id, host);
    }
    if let Some(link) = &entry.link {
        return global_id(&canonical(link).unwrap_or_else(|| link.clone()), host);
    }
    let time = entry.published_at.or(entry.updated_at).map(|time| time.to_string()).unwrap_or_default();
    // The enclosure tells apart entries of a podcast that say nothing else.
    let medium = entry.media.first().map(|medium| medium.url.as_str()).unwrap_or_default();
    PostId(format!("{NETWORK}:{host}:{}", hash(&[&entry.title, &time, text, medium])))
}

fn global_id(id: &str, host: &str) -> PostId {
    let id = id.trim();
    let id = if id.len() > MAX_ID { format!("sha256:{}", hash(&[id])) } else { id.to_owned() };
    if is_global(&id) { PostId(format!("{NETWORK}:{id}")) } else { PostId(format!("{NETWORK}:{host}:{id}")) }
}

/// Whether an id is unique in the world: a URL, a URN, a tag URI.
fn is_global(id: &str) -> bool {
    let Some((scheme, rest)) = id.split_once(':') else { return false };
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => rest.strip_prefix("//").is_some_and(|rest| !rest.is_empty()),
        "urn" | "tag" | "sha256" | "at" | "ni" | "doi" | "info" => !rest.is_empty(),
        _ => false,
    }
}

fn is_web(id: &str) -> bool {
    Url::parse(id).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn hash(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.as_bytes());
        digest.update([0]);
    }
    digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// A BCP 47 tag in its usual letters (`en-us` is `en-US`); `None` if it is none.
fn language_tag(lang: &str) -> Option<String> {
    let parts: Vec<&str> = lang.trim().split(['-', '_']).collect();
    let (first, rest) = parts.split_first()?;
    let is_part = |part: &&str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !(2..=3).contains(&first.len())
        || !first.bytes().all(|byte| byte.is_ascii_alphabetic())
        || !rest.iter().all(is_part)
    {
        return None;
    }
    let mut tag = first.to_ascii_lowercase();
    for part in rest {
        tag.push('-');
        match part.len() {
            2 => tag.push_str(&part.to_ascii_uppercase()),
            4 if part.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
                tag.push_str(&part.get(..1)?.to_ascii_uppercase());
                tag.push_str(&part.get(1..)?.to_ascii_lowercase());
            }
            _ => tag.push_str(&part.to_ascii_lowercase()),
        }
    }
    Some(tag)
}

fn author(entry: &FeedEntry, feed: &ParsedFeed, host: &str) -> Option<Author> {
    let of_source = entry.source.iter().flat_map(|source| &source.authors);
    let person: &Person = entry.authors.iter().chain(of_source).chain(&feed.authors).next()?;
    let key = [&person.url, &person.email, &person.name].into_iter().find(|key| !key.is_empty())?;
    let name = if person.name.is_empty() { person.email.split('@').next().unwrap_or_default() } else { &person.name };
    Some(Author {
        // A name means somebody only among those who write for the same host.
        id: if is_global(key) || key.contains('@') {
            format!("{NETWORK}:{key}")
        } else {
            format!("{NETWORK}:{host}:{key}")
        },
        name: clip(name, 200).to_owned(),
        url: if is_web(&person.url) { person.url.clone() } else { String::new() },
        ..Author::default()
    })
}

fn clip(text: &str, max: usize) -> &str {
    crate::text::clip(text, max).0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(item: &str) -> Result<Post, (FateReason, String)> {
        let url = Url::parse("https://blog.example/feed").unwrap();
        let source =
            format!("<rss version='2.0'><channel><language>en-us</language><item>{item}</item></channel></rss>");
        let feed = crate::feed::parse(source.as_bytes(), None, &url).unwrap();
        post(&feed, &feed.entries[0], &url)
    }

    #[test]
    fn ids_are_global_or_of_their_host() {
        let check = |item: &str, expected: &str| assert_eq!(first(item).unwrap().id.0, expected, "{item}");
        check("<guid>https://blog.example/?p=1</guid><title>a</title>", "feed:https://blog.example/?p=1");
        check("<guid>tag:blog.example,2004:1</guid><title>a</title>", "feed:tag:blog.example,2004:1");
        check("<guid isPermaLink='false'>17</guid><title>a</title>", "feed:blog.example:17");
        check("<link>http://www.blog.example/a/?utm_source=rss</link><title>a</title>", "feed:https://blog.example/a");
        let hashed = first("<title>a</title><description>b</description>").unwrap().id.0;
        assert!(hashed.starts_with("feed:blog.example:") && hashed.len() == 50, "{hashed}");
    }

    #[test]
    fn an_entry_becomes_a_post() {
        let post = first(
            "<title>Tea &amp;amp; &lt;b&gt;co&lt;/b&gt;</title><link>/1</link><guid>x1</guid>
             <description>&lt;p&gt;See &lt;a href='/2'&gt;this&lt;/a&gt;&lt;/p&gt;</description>
             <pubDate>Thu, 01 Jan 2004 19:48:21 GMT</pubDate><author>ana@blog.example (Ana)</author>
             <enclosure url='/a.mp3' type='audio/mpeg'/><slash:comments>3</slash:comments>",
        )
        .unwrap();
        assert_eq!(post.title, "Tea & co");
        assert_eq!(post.text, "See this (https://blog.example/2)");
        assert_eq!(post.url.as_deref(), Some("https://blog.example/1"));
        assert_eq!(post.links, ["https://blog.example/2"]);
        assert_eq!(post.lang.as_deref(), Some("en-US"));
        assert_eq!(post.posted_at, Some("2004-01-01T19:48:21Z".parse().unwrap()));
        assert_eq!(post.author.unwrap().name, "Ana");
        assert_eq!(post.media[0].url, "https://blog.example/a.mp3");
        assert_eq!(post.engagement.replies, Some(3));
        assert_eq!(post.kind, Some(PostKind::Article));
    }

    #[test]
    fn relative_links_belong_to_the_page_of_the_entry() {
        let post =
            first("<link>https://pages.example/a/1</link><description>&lt;a href='2'&gt;next&lt;/a&gt;</description>")
                .unwrap();
        assert_eq!(post.text, "next (https://pages.example/a/2)");
    }

    #[test]
    fn entries_that_share_an_id_are_all_kept() {
        let url = Url::parse("https://blog.example/feed").unwrap();
        let item = |link: &str, title: &str| {
            format!("<item><guid>https://blog.example/</guid><link>{link}</link><title>{title}</title></item>")
        };
        let check = |items: &[String], expected: usize| {
            let source = format!("<rss><channel>{}</channel></rss>", items.concat());
            let feed = crate::feed::parse(source.as_bytes(), None, &url).unwrap();
            let ids: HashSet<PostId> =
                captured(&feed, &url).posts.into_iter().map(|captured| captured.post.unwrap().id).collect();
            assert_eq!(ids.len(), expected, "{items:?}");
        };
        check(&[item("/1", "a"), item("/2", "b"), item("/3", "c")], 3);
        check(&[item("/1", "a"), item("/1", "a, corrected")], 1);
    }

    #[test]
    fn addresses_of_alerts_lead_to_the_page() {
        let post = first(
            "<title>a</title><link>https://www.google.com/url?rct=j&amp;url=https://news.example/1&amp;ct=ga</link>",
        )
        .unwrap();
        assert_eq!(post.url.as_deref(), Some("https://news.example/1"));
    }

    #[test]
    fn empty_entries_are_refused_by_name() {
        assert_eq!(first("").unwrap_err().0, FateReason::NoId);
        let (reason, message) = first("<guid>https://blog.example/9</guid>").unwrap_err();
        assert_eq!(reason, FateReason::Malformed);
        assert!(message.contains("https://blog.example/9"), "{message}");
    }
}

//! Feeds: RSS 0.90 to 2.0, RSS 1.0 and 1.1 (RDF), Atom 0.3 and 1.0, CDF, JSON Feed 1.0 and 1.1.
//!
//! `parse` turns an answer's bytes into a [`ParsedFeed`], `post` turns its entries into posts. Feeds are ill-formed more
//! often than other formats, so everything that can be recovered is, and what was wrong is told as a problem. Only what
//! is no feed, or is built to hurt, is refused, with a reason for a person. One more XML vocabulary is a line in
//! `names` and an arm in `build`; one more notation is a module beside `json`.

mod body;
mod build;
mod draft;
mod json;
mod names;
mod person;
pub mod post;
mod xml;

use std::time::Duration;

use jiff::Timestamp;
use switchboard_model::{Media, Problem};
use url::Url;

use crate::discover::{self, FeedLink};
use crate::encoding;
use crate::text::one_line;

pub use person::Person;
pub use post::{Arrival, captured};

/// Larger answers are refused.
pub const MAX_BYTES: usize = 20 << 20;
/// More entries than this are not read.
pub const MAX_ENTRIES: usize = 10_000;
/// Elements nested deeper than this are not a feed.
const MAX_DEPTH: usize = 100;
/// More problems than this are not told one by one.
const MAX_PROBLEMS: usize = 20;

/// A feed, read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParsedFeed {
    /// Format and version, for example `RSS 2.0`.
    pub format: String,
    /// The encoding that its bytes were read in.
    pub encoding: &'static str,
    /// The feed's own identifier.
    pub id: Option<String>,
    /// Plain text, one line.
    pub title: String,
    /// Plain text.
    pub description: String,
    /// The page whose feed this is.
    pub site_url: Option<String>,
    /// Where the feed says it lies.
    pub self_url: Option<String>,
    /// A WebSub hub that tells of news.
    pub hub: Option<String>,
    /// The next page of a paged feed.
    pub next: Option<String>,
    /// Where the feed says it moved to.
    pub moved_to: Option<String>,
    /// A picture of the feed.
    pub icon: Option<String>,
    /// Language tag of the whole feed.
    pub lang: Option<String>,
    /// Who writes the feed where entries do not tell.
    pub authors: Vec<Person>,
    /// Categories of the whole feed.
    pub categories: Vec<String>,
    /// When the feed came out.
    pub published_at: Option<Timestamp>,
    /// When the feed last changed.
    pub updated_at: Option<Timestamp>,
    /// How often the feed asks to be read (`ttl`, `sy:updatePeriod`).
    pub interval: Option<Duration>,
    /// All its links.
    pub links: Vec<Link>,
    /// In the order of the feed.
    pub entries: Vec<FeedEntry>,
    /// It broke the rules of its own notation and was read by guessing.
    pub is_ill_formed: bool,
    /// It ends in the middle. Its `ETag`, `Last-Modified` and bytes are then not to be remembered, else a server that
    /// says "not modified" would hide the rest for good.
    pub is_cut: bool,
    /// What could not be understood.
    pub problems: Vec<Problem>,
}

/// One entry of a feed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FeedEntry {
    /// `atom:id`, `guid`, `rdf:about` or JSON Feed's `id`, as written.
    pub id: Option<String>,
    /// Plain text, one line.
    pub title: String,
    /// Where the entry can be read.
    pub link: Option<String>,
    /// All its links, that one included.
    pub links: Vec<Link>,
    /// What the feed calls summary or description.
    pub summary: Body,
    /// What the feed calls content.
    pub content: Body,
    /// When it came out.
    pub published_at: Option<Timestamp>,
    /// When it was first written, where that is told apart.
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// Who wrote it.
    pub authors: Vec<Person>,
    /// Categories and tags.
    pub categories: Vec<String>,
    /// Enclosures and `media:` elements.
    pub media: Vec<Media>,
    /// Page of its comments.
    pub comments_url: Option<String>,
    /// Feed of its comments.
    pub comments_feed: Option<String>,
    /// How many comments it has.
    pub comments: Option<u64>,
    /// Id of the entry that it answers.
    pub in_reply_to: Option<String>,
    /// Language tag.
    pub lang: Option<String>,
    /// The feed that it was taken from.
    pub source: Option<Origin>,
}

/// A link of a feed or entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// The resolved URL.
    pub href: String,
    /// What it is to the feed or entry: `alternate`, `self`, `enclosure`…
    pub rel: String,
    /// Its media type, if told.
    pub mime: String,
    /// Its title, if told.
    pub title: String,
}

/// A text of an entry, as plain text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// Plain text.
    pub text: String,
    /// URLs that it links to.
    pub links: Vec<String>,
    /// Pictures and films within it.
    pub media: Vec<Media>,
    /// Language tag, where it differs from the entry's.
    pub lang: Option<String>,
}

/// The feed that an entry was taken from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Origin {
    /// Its identifier.
    pub id: Option<String>,
    /// Its title.
    pub title: String,
    /// Its subtitle.
    pub description: String,
    /// Its page or address.
    pub url: Option<String>,
    /// All its links.
    pub links: Vec<Link>,
    /// Its authors.
    pub authors: Vec<Person>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
}

/// Why an answer is not taken as a feed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// Nothing came.
    #[error("the answer is empty")]
    Empty,
    /// A page for people.
    #[error("this is a web page, not a feed{}", offered(feeds))]
    WebPage {
        /// The feeds that the page names, best first.
        feeds: Vec<FeedLink>,
    },
    /// XML or JSON of another kind.
    #[error("this is {found}, not a feed (RSS, Atom or JSON Feed)")]
    OtherFormat {
        /// What it is.
        found: String,
    },
    /// JSON that cannot be read.
    #[error("the JSON of this feed cannot be read: {0}")]
    BrokenJson(String),
    /// More bytes than [`MAX_BYTES`].
    #[error("the feed has {bytes} bytes, more than the {MAX_BYTES} that are read")]
    TooLarge {
        /// How many came.
        bytes: usize,
    },
    /// Built to exhaust the reader.
    #[error("the feed nests elements deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// Built to exhaust the reader.
    #[error("the entities that the feed declares expand to more than a megabyte")]
    EntityBomb,
}

fn offered(feeds: &[FeedLink]) -> String {
    match feeds {
        [] => "; it names no feed either".to_owned(),
        feeds => {
            let urls: Vec<&str> = feeds.iter().take(5).map(|feed| feed.url.as_str()).collect();
            format!("; its feeds are: {}", urls.join(", "))
        }
    }
}

/// Reads a feed from an answer's body, its `Content-Type` and the URL that it came from in the end.
///
/// ```
/// use switchboard_capture::feed;
/// let url = url::Url::parse("https://blog.example/feed").unwrap();
/// let rss = b"<rss><channel><item><title>Tea &amp; co</title><link>/1</link></item></channel></rss>";
/// let feed = feed::parse(rss, Some("application/rss+xml"), &url).unwrap();
/// assert_eq!(feed.entries[0].title, "Tea & co");
/// assert_eq!(feed.entries[0].link.as_deref(), Some("https://blog.example/1"));
/// ```
pub fn parse(bytes: &[u8], content_type: Option<&str>, url: &Url) -> Result<ParsedFeed, FeedError> {
    if bytes.len() > MAX_BYTES {
        return Err(FeedError::TooLarge { bytes: bytes.len() });
    }
    let decoded = encoding::decode(bytes, content_type);
    let text = decoded.text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\0'));
    if text.is_empty() {
        return Err(FeedError::Empty);
    }
    let mut feed = match text.chars().next() {
        Some('{' | '[') => json::read(text, url)?,
        _ => xml::read(text, url)?,
    };
    feed.encoding = decoded.encoding;
    let mut problems = Vec::new();
    if decoded.has_errors {
        problems
            .push(problem("encoding", format!("some bytes are not {}; they are shown as \u{fffd}", decoded.encoding)));
    }
    if let Some(label) = decoded.disbelieved {
        let label = one_line(&label.chars().take(40).collect::<String>());
        problems.push(problem("encoding", format!("declared as '{label}' but read as {}", decoded.encoding)));
    }
    problems.append(&mut feed.problems);
    problems.truncate(MAX_PROBLEMS);
    feed.problems = problems;
    Ok(feed)
}

/// The feeds of a page, or nothing if it is none.
fn web_page(text: &str, url: &Url) -> FeedError {
    FeedError::WebPage { feeds: discover::feeds_of_page(text, url) }
}

fn problem(at: impl Into<String>, message: impl Into<String>) -> Problem {
    Problem { at: at.into(), message: message.into() }
}

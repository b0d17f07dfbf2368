//! Values of a feed or an entry while they are being collected, and the small readings that several elements share.

use switchboard_model::{Media, MediaType};
use url::Url;

use super::xml::{Leaf, Scope, attribute};
use super::{Body, Link, Origin, Person};
use crate::date;
use crate::markup::Tag;
use crate::url::resolve;

/// More links, categories, people or media of one entry than this are not kept.
pub(super) const MAX_LIST: usize = 200;
/// Ids and other short values are cut here.
pub(super) const MAX_SHORT: usize = 4_096;

/// A value and how much its element is to be trusted with it. A better element replaces it, an equal one does not.
#[derive(Debug, Default)]
pub(super) struct Ranked<T> {
    pub(super) rank: u8,
    pub(super) value: T,
}

impl<T> Ranked<T> {
    pub(super) fn offer(&mut self, rank: u8, value: T) {
        if rank > self.rank {
            *self = Self { rank, value };
        }
    }

    /// As `offer`, but of equals the last one stands: times are corrected by adding another.
    pub(super) fn offer_last(&mut self, rank: u8, value: T) {
        if rank >= self.rank {
            *self = Self { rank, value };
        }
    }
}

/// What a feed, an entry and an entry's source have in common.
#[derive(Debug, Default)]
pub(super) struct Common {
    pub(super) id: Ranked<Option<String>>,
    pub(super) title: Ranked<String>,
    pub(super) link: Ranked<Option<String>>,
    pub(super) links: Vec<Link>,
    pub(super) summary: Ranked<Body>,
    pub(super) published: Ranked<Option<jiff::Timestamp>>,
    pub(super) created: Ranked<Option<jiff::Timestamp>>,
    pub(super) updated: Ranked<Option<jiff::Timestamp>>,
    pub(super) authors: Ranked<Vec<Person>>,
    pub(super) categories: Vec<String>,
    pub(super) lang: Option<String>,
}

#[derive(Debug, Default)]
pub(super) struct EntryDraft {
    pub(super) common: Common,
    pub(super) content: Ranked<Body>,
    pub(super) media: Vec<Media>,
    pub(super) comments_url: Option<String>,
    pub(super) comments_feed: Option<String>,
    pub(super) comments: Option<u64>,
    pub(super) in_reply_to: Option<String>,
    pub(super) source: Option<Origin>,
}

/// The rank of a `guid` that is the entry's address.
pub(super) const PERMALINK: u8 = 4;

pub(super) fn push<T: PartialEq + IsBlank>(list: &mut Vec<T>, value: T) {
    if list.len() < MAX_LIST && !value.is_blank() {
        list.push(value);
    }
}

/// Values that say nothing are not worth a place in a list.
pub(super) trait IsBlank {
    fn is_blank(&self) -> bool;
}

impl IsBlank for String {
    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

impl IsBlank for Link {
    fn is_blank(&self) -> bool {
        self.href.is_empty()
    }
}

impl IsBlank for Media {
    fn is_blank(&self) -> bool {
        self.url.is_empty()
    }
}

impl IsBlank for Person {
    fn is_blank(&self) -> bool {
        self.is_empty()
    }
}

pub(super) fn short(text: &str) -> String {
    crate::text::clip(text, MAX_SHORT).0.to_owned()
}

pub(super) fn lang_of(scope: &Scope) -> Option<String> {
    scope.lang.as_deref().map(str::to_owned).filter(|lang| lang.len() <= 35)
}

pub(super) fn url_of(leaf: &Leaf<'_>, text: &str) -> Option<String> {
    let base: Option<&Url> = leaf.scope.base.as_deref();
    resolve(base, text).map(String::from)
}

/// An id, completed if it is the rest of an address.
pub(super) fn absolute(leaf: &Leaf<'_>) -> String {
    let id = leaf.text.trim();
    let is_rest = id.starts_with('/') && !id.starts_with("//");
    is_rest.then(|| url_of(leaf, id)).flatten().unwrap_or_else(|| id.to_owned())
}

/// CDF keeps in attributes what others keep in elements; RDF its identifiers.
pub(super) fn open_cdf(common: &mut Common, tag: &Tag<'_>, scope: &Scope) {
    if let Some(about) = attribute(tag, "about").filter(|about| !about.is_empty()) {
        common.id.offer(2, Some(short(&about)));
    }
    if let Some(href) = attribute(tag, "href").and_then(|href| resolve(scope.base.as_deref(), &href)).map(String::from)
    {
        common.link.offer(3, Some(href.clone()));
        push(&mut common.links, Link { href, rel: "alternate".to_owned(), ..Link::default() });
    }
    if let Some(time) = attribute(tag, "lastmod").and_then(|text| date::read(&text)) {
        common.updated.offer(3, Some(time));
    }
}

/// The first link that leads people to the thing itself.
pub(super) fn first_page(links: &[Link]) -> Option<String> {
    let leads = |link: &&Link| matches!(link.rel.as_str(), "alternate" | "related" | "via" | "canonical" | "bookmark");
    links.iter().find(leads).map(|link| link.href.clone())
}

/// Atom's registered relations also come as URLs.
pub(super) fn relation(rel: &str) -> String {
    let rel = rel.trim();
    rel.strip_prefix("http://www.iana.org/assignments/relation/").unwrap_or(rel).to_ascii_lowercase()
}

pub(super) fn period_of(word: &str) -> Option<u64> {
    [("hourly", 3_600), ("daily", 86_400), ("weekly", 604_800), ("monthly", 2_592_000), ("yearly", 31_536_000)]
        .into_iter()
        .find(|(name, _)| word.eq_ignore_ascii_case(name))
        .map(|(_, seconds)| seconds)
}

/// What an attachment is, by its declared type, else by the end of its address.
pub(super) fn media_type(mime: &str, medium: &str, url: &str) -> MediaType {
    let (mime, medium) = (mime.to_ascii_lowercase(), medium.to_ascii_lowercase());
    for (word, media_type) in [("image", MediaType::Image), ("video", MediaType::Video), ("audio", MediaType::Audio)] {
        if mime.starts_with(word) || medium == word {
            return media_type;
        }
    }
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let end = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match end.as_str() {
        _ if !mime.is_empty() => MediaType::Link,
        "jpg" | "jpeg" | "png" | "gif" | "webp" | "avif" | "svg" => MediaType::Image,
        "mp4" | "webm" | "mov" | "m4v" | "ogv" => MediaType::Video,
        "mp3" | "m4a" | "ogg" | "oga" | "opus" | "wav" | "flac" => MediaType::Audio,
        _ => MediaType::Link,
    }
}

//! The meaning of a feed's elements: which of a feed's or entry's values each one sets, and which of two wins.

use std::time::Duration;

use switchboard_model::{Media, MediaType};
use url::Url;

use super::body::{Content, Kind};
use super::draft::{
    Common, EntryDraft, MAX_LIST, PERMALINK, Ranked, absolute, first_page, lang_of, media_type, open_cdf, period_of,
    push, relation, short, url_of,
};
use super::names::Space;
use super::xml::{Container, Leaf, Scope, attribute};
use super::{FeedEntry, Link, MAX_ENTRIES, Origin, ParsedFeed, Person, problem};
use crate::date;
use crate::markup::{Dialect, Tag, Token, Tokens};
use crate::text::one_line;
use crate::url::resolve;

/// Collects a feed from its elements.
#[derive(Debug, Default)]
pub(super) struct Builder {
    feed: ParsedFeed,
    common: Common,
    entry: Option<EntryDraft>,
    source: Option<Common>,
    person: Option<Person>,
    is_atom: bool,
    version: String,
    period_s: Option<u64>,
    frequency: Option<u64>,
    unread_times: usize,
    left_out: usize,
}

impl Builder {
    pub(super) fn is_atom(&self) -> bool {
        self.is_atom
    }

    /// A container begins.
    pub(super) fn open(&mut self, container: Container, space: Space, name: &str, tag: &Tag<'_>, scope: &Scope) {
        match container {
            Container::Root => self.open_root(space, name, tag, scope),
            Container::Channel => {
                if self.version.is_empty() {
                    self.version =
                        if attribute(tag, "href").is_some() || tag.name == "CHANNEL" { "CDF" } else { "RSS" }
                            .to_owned();
                }
                self.common.lang = lang_of(scope).or(self.common.lang.take());
                open_cdf(&mut self.common, tag, scope);
            }
            Container::Entry => {
                let mut entry = EntryDraft::default();
                entry.common.lang = tag
                    .attributes()
                    .any(|(name, _)| name.eq_ignore_ascii_case("xml:lang"))
                    .then(|| lang_of(scope))
                    .flatten();
                open_cdf(&mut entry.common, tag, scope);
                self.entry = Some(entry);
            }
            Container::Source => self.source = Some(Common::default()),
            Container::Author | Container::OtherPerson => self.person = Some(Person::default()),
            Container::Media => self.medium(name, tag, scope),
            Container::Wrapper | Container::Items | Container::Image | Container::TextInput => {}
        }
    }

    fn open_root(&mut self, space: Space, name: &str, tag: &Tag<'_>, scope: &Scope) {
        let version = attribute(tag, "version").map(|version| one_line(&version)).unwrap_or_default();
        let declares = |start: &str| {
            tag.attributes()
                .any(|(name, value)| name.starts_with("xmlns") && value.to_ascii_lowercase().starts_with(start))
        };
        self.is_atom = name == "feed";
        self.version = match name {
            "feed" if declares("http://purl.org/atom/ns") || (version == "0.3" && space != Space::Atom) => {
                "Atom 0.3".to_owned()
            }
            "feed" => "Atom 1.0".to_owned(),
            "rdf" if declares("http://my.netscape.com/rdf/") || declares("http://channel.netscape.com/rdf/") => {
                "RSS 0.90".to_owned()
            }
            "rdf" => "RSS 1.0".to_owned(),
            _ if version.is_empty() => "RSS".to_owned(),
            _ => format!("RSS {}", version.chars().take(10).collect::<String>()),
        };
        self.common.lang = lang_of(scope);
    }

    /// A container ends.
    pub(super) fn close(&mut self, container: Container, text: &str) {
        match container {
            Container::Entry => self.close_entry(),
            Container::Source => self.close_source(),
            Container::Author => {
                let mut person = self.person.take().unwrap_or_default();
                if person.is_empty() {
                    person = Person::read(text).unwrap_or_default();
                }
                self.author(3, person);
            }
            Container::OtherPerson => self.person = None,
            _ => {}
        }
    }

    /// The entry that is being read was cut off.
    pub(super) fn drop_entry(&mut self) {
        self.entry = None;
        self.source = None;
    }

    fn close_source(&mut self) {
        let (Some(source), Some(entry)) = (self.source.take(), &mut self.entry) else { return };
        entry.source = Some(Origin {
            id: source.id.value,
            title: source.title.value,
            description: source.summary.value.text,
            url: source.link.value.or_else(|| first_page(&source.links)),
            links: source.links,
            authors: source.authors.value,
            updated_at: source.updated.value,
        });
    }

    fn close_entry(&mut self) {
        let Some(draft) = self.entry.take() else { return };
        if self.feed.entries.len() >= MAX_ENTRIES {
            self.left_out += 1;
            return;
        }
        let common = draft.common;
        let permalink = || common.id.value.clone().filter(|_| common.id.rank == PERMALINK);
        self.feed.entries.push(FeedEntry {
            link: common.link.value.or_else(|| first_page(&common.links)).or_else(permalink),
            id: common.id.value,
            title: common.title.value,
            links: common.links,
            summary: common.summary.value,
            content: draft.content.value,
            published_at: common.published.value,
            created_at: common.created.value,
            updated_at: common.updated.value,
            authors: common.authors.value,
            categories: common.categories,
            media: draft.media,
            comments_url: draft.comments_url,
            comments_feed: draft.comments_feed,
            comments: draft.comments,
            in_reply_to: draft.in_reply_to,
            lang: common.lang,
            source: draft.source,
        });
    }

    /// The feed is over.
    pub(super) fn finish(mut self) -> ParsedFeed {
        let common = self.common;
        let mut feed = self.feed;
        let link = |rel: &str| common.links.iter().find(|link| link.rel == rel).map(|link| link.href.clone());
        (feed.self_url, feed.hub, feed.next) = (link("self"), link("hub"), link("next"));
        feed.site_url = common.link.value.or_else(|| first_page(&common.links));
        feed.format = self.version;
        feed.id = common.id.value;
        feed.title = common.title.value;
        feed.description = common.summary.value.text;
        feed.lang = common.lang;
        feed.authors = common.authors.value;
        feed.categories = common.categories;
        feed.published_at = common.published.value;
        feed.updated_at = common.updated.value;
        feed.links = common.links;
        let period = self.period_s.or(self.frequency.map(|_| 86_400));
        let asked = period.map(|period| Duration::from_secs(period / self.frequency.unwrap_or(1).max(1)));
        feed.interval = feed.interval.or(asked);
        if self.unread_times > 0 {
            feed.problems.push(problem(
                "dates",
                format!("{} could not be read and were left out", std::mem::take(&mut self.unread_times)),
            ));
        }
        if self.left_out > 0 {
            feed.problems.push(problem(
                "entries",
                format!("{} entries beyond the first {MAX_ENTRIES} were left out", self.left_out),
            ));
        }
        feed
    }

    /// What the innermost entry, source or the feed itself has in common.
    fn place(&mut self) -> &mut Common {
        match (&mut self.source, &mut self.entry) {
            (Some(source), _) => source,
            (None, Some(entry)) => &mut entry.common,
            (None, None) => &mut self.common,
        }
    }

    /// A leaf ended.
    pub(super) fn leaf(&mut self, parent: Container, leaf: Leaf<'_>) {
        match parent {
            Container::Author | Container::OtherPerson => return self.person_leaf(&leaf),
            Container::TextInput => return,
            Container::Image => {
                if leaf.space.is_core() && leaf.name == "url" && self.feed.icon.is_none() {
                    self.feed.icon = url_of(&leaf, &leaf.text);
                }
                return;
            }
            _ => {}
        }
        match leaf.space {
            Space::Rss | Space::Atom => self.core_leaf(leaf),
            Space::Dc | Space::DcTerms => self.dublin_leaf(leaf),
            Space::Content | Space::Xhtml => {
                if matches!(leaf.name.as_str(), "encoded" | "body" | "div") && self.source.is_none() {
                    let rank = if leaf.name == "encoded" { 4 } else { 3 };
                    self.content(rank, leaf);
                }
            }
            _ => self.extension_leaf(leaf),
        }
    }

    fn person_leaf(&mut self, leaf: &Leaf<'_>) {
        let Some(person) = &mut self.person else { return };
        let text = one_line(&leaf.text);
        match leaf.name.as_str() {
            "name" if person.name.is_empty() => person.name = text,
            "email" if person.email.is_empty() => person.email = text,
            "uri" | "url" | "homepage" if person.url.is_empty() => {
                person.url = url_of(leaf, &leaf.text).unwrap_or(text)
            }
            _ => {}
        }
    }

    fn core_leaf(&mut self, leaf: Leaf<'_>) {
        match leaf.name.as_str() {
            "title" => self.title(3, leaf),
            "link" => self.link(&leaf),
            "id" => self.id(5, &absolute(&leaf)),
            "guid" => {
                let is_permalink =
                    attribute(&leaf.tag, "ispermalink").is_none_or(|value| !value.eq_ignore_ascii_case("false"));
                let id = if is_permalink { absolute(&leaf) } else { leaf.text.trim().to_owned() };
                let is_web = id.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("http"));
                self.id(if is_permalink && is_web { PERMALINK } else { 3 }, &id);
            }
            "description" | "summary" | "subtitle" | "tagline" | "abstract" => self.summary(3, leaf),
            "content" | "fullitem" | "body" if self.source.is_none() => self.content(3, leaf),
            "pubdate" | "published" | "issued" => self.time(&leaf.text, 3, |common| &mut common.published),
            "created" => self.time(&leaf.text, 3, |common| &mut common.created),
            "updated" | "modified" | "lastbuilddate" => self.time(&leaf.text, 3, |common| &mut common.updated),
            "date" => self.time(&leaf.text, 1, |common| &mut common.updated),
            "managingeditor" => self.author_text(2, &leaf.text),
            "category" => self.category(&leaf),
            "keywords" => self.keywords(&leaf.text),
            "enclosure" => self.medium("enclosure", &leaf.tag, &leaf.scope),
            "comments" => {
                if let Some(entry) = &mut self.entry {
                    entry.comments_url = url_of(&leaf, &leaf.text).or(entry.comments_url.take());
                }
            }
            "source" => self.rss_source(&leaf),
            "language" => self.language(&leaf.text),
            "ttl" => {
                self.feed.interval = leaf
                    .text
                    .trim()
                    .parse::<u64>()
                    .ok()
                    .filter(|minutes| (1..=525_600).contains(minutes))
                    .map(|minutes| Duration::from_secs(minutes * 60))
            }
            "logo" | "icon" if self.entry.is_none() && self.feed.icon.is_none() => {
                self.feed.icon = url_of(&leaf, &leaf.text)
            }
            "newlocation" => self.feed.moved_to = url_of(&leaf, &leaf.text),
            _ => {}
        }
    }

    fn dublin_leaf(&mut self, leaf: Leaf<'_>) {
        match leaf.name.as_str() {
            "title" => self.title(2, leaf),
            "description" | "abstract" => self.summary(2, leaf),
            "identifier" => self.id(1, &leaf.text),
            "creator" | "author" => self.author_text(2, &leaf.text),
            "subject" => {
                let text = one_line(&leaf.text);
                push(&mut self.place().categories, text);
            }
            "language" => self.language(&leaf.text),
            "issued" | "available" => self.time(&leaf.text, 2, |common| &mut common.published),
            "created" => self.time(&leaf.text, 2, |common| &mut common.created),
            "modified" => self.time(&leaf.text, 2, |common| &mut common.updated),
            "date" => self.time(&leaf.text, 1, |common| &mut common.updated),
            _ => {}
        }
    }

    fn extension_leaf(&mut self, leaf: Leaf<'_>) {
        let number = |text: &str| text.trim().parse::<u64>().ok();
        match (leaf.space, leaf.name.as_str()) {
            (Space::Media | Space::Itunes, "title") => self.title(1, leaf),
            (Space::Itunes, "summary") => self.summary(2, leaf),
            (Space::Itunes, "subtitle") | (Space::Media, "description" | "text") => self.summary(1, leaf),
            (Space::Itunes, "author") => self.author_text(1, &leaf.text),
            (Space::Itunes | Space::Media, "keywords") => self.keywords(&leaf.text),
            (Space::Itunes | Space::Media, "category") => self.category(&leaf),
            (Space::Itunes, "image" | "link") if self.entry.is_none() => {
                let href = attribute(&leaf.tag, "href").or_else(|| attribute(&leaf.tag, "url"));
                self.feed.icon = self.feed.icon.take().or(href.and_then(|href| url_of(&leaf, &href)));
            }
            (Space::Itunes, "new-feed-url") => self.feed.moved_to = url_of(&leaf, &leaf.text),
            (Space::Media, "thumbnail") => self.medium("thumbnail", &leaf.tag, &leaf.scope),
            (Space::FeedBurner, "origlink") => {
                let url = url_of(&leaf, &leaf.text);
                self.place().link.offer(if url.is_some() { 6 } else { 0 }, url);
            }
            (Space::Syndication, "updateperiod") => self.period_s = period_of(leaf.text.trim()),
            (Space::Syndication, "updatefrequency") => {
                self.frequency = number(&leaf.text).filter(|times| (1..=10_000).contains(times))
            }
            (Space::Slash, "comments") | (Space::Thread, "total") => {
                if let Some(entry) = &mut self.entry {
                    entry.comments = number(&leaf.text).or(entry.comments);
                }
            }
            (Space::Thread, "in-reply-to") => {
                let reference = attribute(&leaf.tag, "ref")
                    .or_else(|| attribute(&leaf.tag, "href"))
                    .filter(|text| !text.is_empty());
                if let (Some(entry), Some(reference)) = (&mut self.entry, reference) {
                    entry.in_reply_to.get_or_insert(short(&reference));
                }
            }
            (Space::Wfw, "commentrss") => {
                if let Some(entry) = &mut self.entry {
                    entry.comments_feed = url_of(&leaf, &leaf.text);
                }
            }
            _ => {}
        }
    }

    fn id(&mut self, rank: u8, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.place().id.offer(rank, Some(short(text)));
        }
    }

    fn title(&mut self, rank: u8, leaf: Leaf<'_>) {
        if rank <= self.place().title.rank {
            return;
        }
        let line = self.read(leaf, |content| content.into_line());
        if !line.is_empty() {
            self.place().title.offer(rank, line);
        }
    }

    fn summary(&mut self, rank: u8, leaf: Leaf<'_>) {
        if rank <= self.place().summary.rank {
            return;
        }
        let body = self.read(leaf, |content| content.into_body());
        if !body.text.is_empty() || !body.links.is_empty() || !body.media.is_empty() {
            self.place().summary.offer(rank, body);
        }
    }

    fn content(&mut self, rank: u8, leaf: Leaf<'_>) {
        if self.entry.as_ref().is_none_or(|entry| rank <= entry.content.rank) {
            return;
        }
        if let Some(src) = attribute(&leaf.tag, "src").and_then(|src| url_of(&leaf, &src)) {
            let mime = attribute(&leaf.tag, "type").unwrap_or_default();
            let medium = Media { media_type: media_type(&mime, "", &src), url: src, alt: String::new() };
            if let Some(entry) = &mut self.entry {
                push(&mut entry.media, medium);
            }
            return;
        }
        let body = self.read(leaf, |content| content.into_body());
        if let Some(entry) = &mut self.entry
            && (!body.text.is_empty() || !body.links.is_empty() || !body.media.is_empty())
        {
            entry.content.offer(rank, body);
        }
    }

    /// Reads a leaf in the way that its format means.
    fn read<T>(&self, leaf: Leaf<'_>, into: impl FnOnce(Content<'_>) -> T) -> T {
        let media_type = attribute(&leaf.tag, "type").unwrap_or_default();
        let mode = attribute(&leaf.tag, "mode").unwrap_or_default();
        let kind = match leaf.space {
            Space::Atom => Kind::of_atom(&media_type, &mode),
            Space::Rss if self.is_atom => Kind::of_atom(&media_type, &mode),
            // RSS has no types, but some feeds borrow Atom's; what they call text is often HTML all the same.
            _ => match Kind::of_atom(&media_type, &mode) {
                Kind::Html => Kind::Html,
                Kind::Base64 if !mode.is_empty() => Kind::Base64,
                _ => Kind::Guess,
            },
        };
        let lang = leaf
            .tag
            .attributes()
            .any(|(name, _)| name.eq_ignore_ascii_case("xml:lang"))
            .then(|| lang_of(&leaf.scope))
            .flatten();
        // Feeds often lie on other hosts than their pages, whose relative links they carry.
        let entry = self.entry.as_ref().and_then(|entry| entry.common.link.value.as_deref());
        let page = entry.or(self.common.link.value.as_deref()).filter(|_| !leaf.scope.has_own_base);
        let page = page.and_then(|page| Url::parse(page).ok());
        let base = page.as_ref().or(leaf.scope.base.as_deref());
        into(Content { text: leaf.text, markup: leaf.markup, kind, base, lang })
    }

    fn link(&mut self, leaf: &Leaf<'_>) {
        let href = attribute(&leaf.tag, "href").filter(|href| !href.is_empty());
        let is_text = href.is_none();
        let Some(href) = url_of(leaf, href.as_deref().unwrap_or(&leaf.text)) else { return };
        let rel = attribute(&leaf.tag, "rel")
            .filter(|rel| !rel.is_empty())
            .map_or_else(|| "alternate".to_owned(), |rel| relation(&rel));
        let mime = attribute(&leaf.tag, "type").unwrap_or_default().to_ascii_lowercase();
        let title = attribute(&leaf.tag, "title").map(|title| one_line(&title)).unwrap_or_default();
        if rel == "enclosure"
            && self.source.is_none()
            && let Some(entry) = &mut self.entry
        {
            let alt = title.clone();
            push(&mut entry.media, Media { media_type: media_type(&mime, "", &href), url: href.clone(), alt });
        }
        if rel == "replies"
            && let Some(entry) = &mut self.entry
        {
            let count = attribute(&leaf.tag, "count").and_then(|count| count.parse().ok());
            entry.comments = entry.comments.or(count);
            let place = if mime.contains("html") { &mut entry.comments_url } else { &mut entry.comments_feed };
            place.get_or_insert_with(|| href.clone());
        }
        let common = self.place();
        if rel == "alternate" {
            let is_page = mime.is_empty() || mime.contains("html") || is_text;
            common.link.offer(if is_page { 4 } else { 3 }, Some(href.clone()));
        }
        push(&mut common.links, Link { href, rel, mime, title });
    }

    fn time(&mut self, text: &str, rank: u8, of: impl Fn(&mut Common) -> &mut Ranked<Option<jiff::Timestamp>>) {
        let text = text.trim();
        match date::read(text) {
            Some(time) => of(self.place()).offer_last(rank, Some(time)),
            None if text.is_empty() => {}
            None => self.unread_times += 1,
        }
    }

    fn author_text(&mut self, rank: u8, text: &str) {
        if let Some(person) = Person::read(text) {
            self.author(rank, person);
        }
    }

    fn author(&mut self, rank: u8, person: Person) {
        if person.is_empty() {
            return;
        }
        let authors = &mut self.place().authors;
        if rank == authors.rank {
            push(&mut authors.value, person);
        } else {
            authors.offer(rank, vec![person]);
        }
    }

    fn category(&mut self, leaf: &Leaf<'_>) {
        let named = ["term", "label", "text"]
            .iter()
            .find_map(|name| attribute(&leaf.tag, name).filter(|value| !value.is_empty()));
        let text = named.unwrap_or_else(|| leaf.text.clone());
        push(&mut self.place().categories, one_line(&text));
        // Categories of podcasts nest.
        for token in Tokens::new(leaf.markup.unwrap_or_default(), Dialect::Xml).take(MAX_LIST) {
            if let Token::Start(tag) = token
                && let Some(text) = attribute(&tag, "text")
            {
                push(&mut self.place().categories, one_line(&text));
            }
        }
    }

    fn keywords(&mut self, text: &str) {
        for word in text.split(',').take(MAX_LIST) {
            push(&mut self.place().categories, one_line(word));
        }
    }

    fn language(&mut self, text: &str) {
        let lang = one_line(text);
        if !lang.is_empty() && lang.len() <= 35 {
            self.place().lang = Some(lang);
        }
    }

    fn rss_source(&mut self, leaf: &Leaf<'_>) {
        let url = attribute(&leaf.tag, "url").and_then(|url| url_of(leaf, &url));
        if let Some(entry) = &mut self.entry {
            entry.source.get_or_insert(Origin { title: one_line(&leaf.text), url, ..Origin::default() });
        }
    }

    fn medium(&mut self, name: &str, tag: &Tag<'_>, scope: &Scope) {
        let base = scope.base.as_deref();
        let url = ["url", "href"].iter().find_map(|name| attribute(tag, name)).and_then(|url| resolve(base, &url));
        let (Some(url), Some(entry)) = (url, &mut self.entry) else { return };
        let url = String::from(url);
        let medium = attribute(tag, "medium").unwrap_or_default();
        let mime = attribute(tag, "type").unwrap_or_default();
        let media_type = if name == "thumbnail" { MediaType::Image } else { media_type(&mime, &medium, &url) };
        if name == "enclosure" {
            push(
                &mut entry.common.links,
                Link { href: url.clone(), rel: name.to_owned(), mime: mime.clone(), title: String::new() },
            );
        }
        if entry.media.iter().all(|known| known.url != url) {
            push(&mut entry.media, Media { media_type, url, alt: String::new() });
        }
    }
}

//! The structure of a feed in XML: which element stands in which, whose its name is, what holds for it.
//!
//! Containers (channel, entry, author…) are kept on a stack; everything else is a leaf, whose inside is kept as text and
//! as source. What stands inside a leaf can therefore never be taken for a part of the feed. Meaning is `build`'s part.

use std::rc::Rc;

use url::Url;

use super::build::Builder;
use super::names::{Space, space_of, space_of_prefix};
use super::{FeedError, MAX_DEPTH, ParsedFeed, web_page};
use crate::elements::is_html_name;
use crate::entities::{Declared, decode_attribute, decode_into};
use crate::markup::{Dialect, Tag, Token, Tokens};
use crate::url::resolve;

/// What a container is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    /// Something around the feed.
    Wrapper,
    /// `rss`, `rdf:RDF`, `feed`.
    Root,
    Channel,
    /// `items` of RSS 1.1.
    Items,
    Entry,
    /// The feed that an Atom entry was taken from.
    Source,
    Author,
    /// Somebody else than the author.
    OtherPerson,
    Image,
    TextInput,
    /// `media:group` and `media:content`.
    Media,
}

/// What holds for an element and all in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    pub(super) base: Option<Rc<Url>>,
    /// The base was told; else it is only where the feed was fetched from.
    pub(super) has_own_base: bool,
    pub(super) lang: Option<Rc<str>>,
}

/// A leaf that was read to its end.
#[derive(Debug)]
pub(super) struct Leaf<'a> {
    pub(super) space: Space,
    /// Local name in lower case.
    pub(super) name: String,
    pub(super) tag: Tag<'a>,
    /// Its own text, decoded.
    pub(super) text: String,
    /// Its source, if there were elements in it.
    pub(super) markup: Option<&'a str>,
    pub(super) scope: Scope,
}

/// The decoded value of an attribute, whatever its prefix.
pub(super) fn attribute(tag: &Tag<'_>, name: &str) -> Option<String> {
    let local = |found: &str| found.rsplit(':').next().is_some_and(|local| local.eq_ignore_ascii_case(name));
    tag.attributes().find(|(found, _)| local(found)).map(|(_, value)| decode_attribute(value).trim().to_owned())
}

struct OpenContainer<'a> {
    raw: &'a str,
    container: Container,
    scope: Scope,
    /// How many prefixes were declared before it.
    prefixes: usize,
    text: String,
}

struct OpenLeaf<'a> {
    leaf: Leaf<'a>,
    raw: &'a str,
    from: usize,
    prefixes: usize,
    /// Names of elements that are open in it.
    inside: Vec<&'a str>,
    has_markup: bool,
}

/// Elements open in a leaf are followed this deep; below that, its end is recognised by its name alone.
const MAX_INSIDE: usize = 48;
const MAX_PREFIXES: usize = 200;
/// A longer base would make every relative link as long.
const MAX_BASE: usize = 1_024;

struct Reader<'a> {
    source: &'a str,
    stack: Vec<OpenContainer<'a>>,
    leaf: Option<OpenLeaf<'a>>,
    prefixes: Vec<(&'a str, Space)>,
    declared: Declared,
    outer: Scope,
    builder: Builder,
    /// The name of the first element.
    first: Option<&'a str>,
    has_feed: bool,
    is_ill_formed: bool,
}

/// Reads a feed in XML.
pub(super) fn read(source: &str, url: &Url) -> Result<ParsedFeed, FeedError> {
    let mut tokens = Tokens::new(source, Dialect::Xml);
    let outer = Scope { base: Some(Rc::new(url.clone())), has_own_base: false, lang: None };
    let mut reader = Reader {
        source,
        stack: Vec::new(),
        leaf: None,
        prefixes: Vec::new(),
        declared: Declared::default(),
        outer,
        builder: Builder::default(),
        first: None,
        has_feed: false,
        is_ill_formed: false,
    };
    loop {
        let before = tokens.position();
        let Some(token) = tokens.next() else { break };
        match token {
            Token::Doctype(inside) if reader.first.is_none() => {
                let kind = inside.trim_start().get(..4);
                if kind.is_some_and(|kind| kind.eq_ignore_ascii_case("html")) {
                    return Err(web_page(source, url));
                }
                reader.declared = Declared::read(inside);
            }
            Token::Doctype(_) => reader.is_ill_formed = true,
            Token::Text(raw) => reader.text(raw, true),
            Token::Verbatim(text) => reader.text(text, false),
            Token::Start(tag) => {
                if reader.first.is_none() && tag.name.eq_ignore_ascii_case("html") {
                    return Err(web_page(source, url));
                }
                reader.first = reader.first.or(Some(tag.name));
                reader.start(tag, tokens.position());
            }
            Token::End(name) => reader.end(name, before),
        }
        if reader.stack.len() > MAX_DEPTH {
            return Err(FeedError::TooDeep);
        }
        if reader.declared.is_exhausted {
            return Err(FeedError::EntityBomb);
        }
    }
    if !reader.has_feed {
        return Err(not_a_feed(source, reader.first, url));
    }
    let is_cut = tokens.is_cut || !reader.stack.is_empty();
    let is_ill_formed = reader.is_ill_formed || tokens.is_ill_formed || is_cut;
    reader.finish();
    let mut feed = reader.builder.finish();
    feed.is_ill_formed = is_ill_formed;
    feed.is_cut = is_cut;
    if is_cut {
        let found = feed.entries.len();
        feed.problems.push(super::problem("end", format!("the feed ends in the middle, after {found} whole entries")));
    }
    Ok(feed)
}

fn not_a_feed(source: &str, first: Option<&str>, url: &Url) -> FeedError {
    let head = source.get(..source.floor_char_boundary(4_096)).unwrap_or_default().to_ascii_lowercase();
    let is_page = || ["<html", "<head", "<body", "<!doctype html"].iter().any(|sign| head.contains(sign));
    let found = match first {
        Some(name) if name.eq_ignore_ascii_case("opml") => "an OPML list of feeds".to_owned(),
        Some(name) if is_html_name(name) && !matches!(name, "svg" | "math") => return web_page(source, url),
        _ if is_page() => return web_page(source, url),
        Some(name) => format!("XML of another kind (it begins with <{}>)", name.chars().take(40).collect::<String>()),
        None => "plain text".to_owned(),
    };
    FeedError::OtherFormat { found }
}

impl<'a> Reader<'a> {
    fn text(&mut self, text: &'a str, has_references: bool) {
        let out = match (&mut self.leaf, self.stack.last_mut()) {
            (Some(leaf), _) => &mut leaf.leaf.text,
            (None, Some(open)) if matches!(open.container, Container::Author | Container::OtherPerson) => {
                &mut open.text
            }
            _ => return,
        };
        if has_references {
            decode_into(text, Dialect::Xml, Some(&mut self.declared), out);
        } else {
            out.push_str(text);
        }
    }

    fn scope(&self) -> &Scope {
        self.stack.last().map_or(&self.outer, |open| &open.scope)
    }

    /// What holds for an element, its own `xml:base` and `xml:lang` (and CDF's `BASE`) included.
    fn scope_of(&self, tag: &Tag<'a>) -> Scope {
        let mut scope = self.scope().clone();
        for (name, value) in tag.attributes() {
            if name.eq_ignore_ascii_case("xml:lang") {
                let lang = decode_attribute(value);
                scope.lang = Some(lang.trim()).filter(|lang| !lang.is_empty()).map(Rc::from);
            } else if name.eq_ignore_ascii_case("xml:base") || name.eq_ignore_ascii_case("base") {
                let base = decode_attribute(value);
                let fits = base.len() <= MAX_BASE;
                if let Some(base) = resolve(scope.base.as_deref(), &base).filter(|_| fits) {
                    scope.base = Some(Rc::new(base));
                    scope.has_own_base = true;
                }
            }
        }
        scope
    }

    fn declare(&mut self, tag: &Tag<'a>) {
        for (name, value) in tag.attributes() {
            let prefix = match name.get(..5) {
                Some(start) if start.eq_ignore_ascii_case("xmlns") => name.get(5..).unwrap_or_default(),
                _ => continue,
            };
            let prefix = match prefix.strip_prefix(':') {
                Some(prefix) => prefix,
                None if prefix.is_empty() => "",
                None => continue,
            };
            if self.prefixes.len() < MAX_PREFIXES {
                // Feeds invent namespaces for what is still plain RSS, but only as the default one.
                let unknown = if prefix.is_empty() { Space::Rss } else { Space::Other };
                self.prefixes.push((prefix, space_of(&decode_attribute(value)).unwrap_or(unknown)));
            }
        }
    }

    fn name(&self, raw: &str) -> (Space, String) {
        let (prefix, local) = raw.split_once(':').unwrap_or(("", raw));
        let declared = self.prefixes.iter().rev().find(|(known, _)| *known == prefix).map(|(_, space)| *space);
        let space = declared.unwrap_or_else(|| space_of_prefix(&prefix.to_ascii_lowercase()));
        let local: String = local.chars().take(64).collect();
        (space, local.to_ascii_lowercase())
    }

    fn start(&mut self, tag: Tag<'a>, after: usize) {
        if let Some(open) = &mut self.leaf {
            if !is_simple(&open.leaf) {
                open.has_markup = true;
                if !tag.is_empty && open.inside.len() < MAX_INSIDE && !is_void(tag.name) {
                    open.inside.push(tag.name);
                }
                return;
            }
            // A link or a date holds no elements: its end tag is missing.
            let at = after - tag.name.len().min(after);
            self.is_ill_formed = true;
            self.close_leaf(at);
        }
        let prefixes = self.prefixes.len();
        self.declare(&tag);
        let (space, name) = self.name(tag.name);
        let scope = self.scope_of(&tag);
        let Some(container) = self.container(space, &name) else {
            if is_void(&name) && space == Space::Rss && !matches!(name.as_str(), "link" | "source") {
                self.prefixes.truncate(prefixes);
                return;
            }
            let leaf = Leaf { space, name, tag, text: String::new(), markup: None, scope };
            self.leaf =
                Some(OpenLeaf { leaf, raw: tag.name, from: after, prefixes, inside: Vec::new(), has_markup: false });
            if tag.is_empty {
                self.close_leaf(after);
            }
            return;
        };
        if container == Container::Entry && self.stack.iter().any(|open| open.container == Container::Entry) {
            // Entries do not nest: the end tag of the one before is missing.
            self.is_ill_formed = true;
            while self.stack.iter().any(|open| open.container == Container::Entry) {
                self.close_container();
            }
        }
        self.has_feed |= matches!(container, Container::Root | Container::Channel | Container::Entry);
        self.builder.open(container, space, &name, &tag, &scope);
        self.stack.push(OpenContainer { raw: tag.name, container, scope, prefixes, text: String::new() });
        if tag.is_empty {
            self.close_container();
        }
    }

    /// Which container an element is here, if any.
    fn container(&self, space: Space, name: &str) -> Option<Container> {
        let has = |container: Container| self.stack.iter().any(|open| open.container == container);
        let is_within_entry = has(Container::Entry);
        let parent = self.stack.last().map(|open| open.container);
        let is_at_feed = matches!(
            parent,
            None | Some(
                Container::Wrapper | Container::Root | Container::Channel | Container::Items | Container::Entry
            )
        );
        match (space, name) {
            (Space::Rss | Space::Rdf, "rss" | "rdf") | (Space::Rss | Space::Atom, "feed") if !is_within_entry => {
                Some(Container::Root)
            }
            (Space::Rss, "channel") if !is_within_entry => Some(Container::Channel),
            (Space::Rss, "redirect") if parent == Some(Container::Root) => Some(Container::Wrapper),
            (Space::Rss, "items") if matches!(parent, Some(Container::Channel | Container::Root)) => {
                Some(Container::Items)
            }
            (Space::Rss | Space::Atom, "item" | "entry") if is_at_feed => Some(Container::Entry),
            (Space::Rss | Space::Atom, "source")
                if parent == Some(Container::Entry) && (space == Space::Atom || self.builder.is_atom()) =>
            {
                Some(Container::Source)
            }
            (Space::Rss | Space::Atom, "author") if is_at_feed || parent == Some(Container::Source) => {
                Some(Container::Author)
            }
            (Space::Rss | Space::Atom, "contributor") if is_at_feed || parent == Some(Container::Source) => {
                Some(Container::OtherPerson)
            }
            (Space::Itunes, "owner") => Some(Container::OtherPerson),
            (Space::Rss, "image") if !is_within_entry && !self.builder.is_atom() => Some(Container::Image),
            (Space::Rss, "textinput") if !is_within_entry => Some(Container::TextInput),
            (Space::Media, "group" | "content") => Some(Container::Media),
            _ if self.has_feed || !matches!(parent, None | Some(Container::Wrapper)) || is_void(name) => None,
            _ => Some(Container::Wrapper),
        }
    }

    fn end(&mut self, raw: &'a str, at: usize) {
        if let Some(open) = &mut self.leaf {
            if let Some(depth) = open.inside.iter().rposition(|inside| inside.eq_ignore_ascii_case(raw)) {
                self.is_ill_formed |= depth + 1 != open.inside.len();
                open.inside.truncate(depth);
                return;
            }
            if open.raw.eq_ignore_ascii_case(raw) {
                self.is_ill_formed |= !open.inside.is_empty();
                self.close_leaf(at);
                return;
            }
            if !self.stack.iter().any(|container| container.raw.eq_ignore_ascii_case(raw)) {
                self.is_ill_formed = true;
                return;
            }
            // The end of what is around it ends it too.
            self.is_ill_formed = true;
            self.close_leaf(at);
        }
        match self.stack.iter().rposition(|container| container.raw.eq_ignore_ascii_case(raw)) {
            Some(depth) => {
                self.is_ill_formed |= depth + 1 != self.stack.len();
                while self.stack.len() > depth {
                    self.close_container();
                }
            }
            None => self.is_ill_formed = true,
        }
    }

    fn close_leaf(&mut self, at: usize) {
        let Some(open) = self.leaf.take() else { return };
        let mut leaf = open.leaf;
        leaf.markup = open.has_markup.then(|| self.source.get(open.from..at)).flatten();
        let parent = self.stack.last().map_or(Container::Wrapper, |open| open.container);
        self.builder.leaf(parent, leaf);
        self.prefixes.truncate(open.prefixes);
    }

    fn close_container(&mut self) {
        if let Some(open) = self.stack.pop() {
            self.prefixes.truncate(open.prefixes);
            self.builder.close(open.container, &open.text);
        }
    }

    /// The source is over. An entry that was cut off within its text is left out: half a text would stay for good.
    fn finish(&mut self) {
        if self.leaf.take().is_some() && self.stack.iter().any(|open| open.container == Container::Entry) {
            self.builder.drop_entry();
        }
        while !self.stack.is_empty() {
            self.close_container();
        }
    }
}

/// Elements that hold text only, so that a tag inside means that their end tag is missing.
fn is_simple(leaf: &Leaf<'_>) -> bool {
    (leaf.space.is_core() || matches!(leaf.space, Space::Dc | Space::DcTerms | Space::Slash | Space::Syndication))
        && matches!(
            leaf.name.as_str(),
            "link"
                | "guid"
                | "id"
                | "pubdate"
                | "date"
                | "published"
                | "updated"
                | "modified"
                | "issued"
                | "created"
                | "language"
                | "enclosure"
                | "comments"
                | "ttl"
                | "lastbuilddate"
                | "docs"
                | "cloud"
        )
}

/// Elements that HTML never closes.
fn is_void(name: &str) -> bool {
    ["br", "hr", "img", "input", "meta", "col", "area", "embed", "wbr", "param"]
        .iter()
        .any(|void| void.eq_ignore_ascii_case(name))
}

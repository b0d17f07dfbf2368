//! HTML becomes plain text, the form in which posts are matched and read.
//!
//! Works on a stream of tokens without a tree: time grows with the input, nesting costs nothing, and nothing is ever
//! executed or fetched. What is plain text afterwards may still *talk about* markup (`&lt;b&gt;` becomes `<b>`, as its
//! author meant it), so whoever shows it escapes it.

use std::collections::HashSet;

use switchboard_model::{Media, MediaType};
use url::Url;

use crate::elements::{Break, break_of, is_hidden};
use crate::entities::{decode_attribute, decode_into};
use crate::markup::{Dialect, Tag, Token, Tokens};

/// More HTML than this is not read.
pub const MAX_HTML: usize = 2 << 20;
/// More links or pictures than this are not kept.
const MAX_LINKS: usize = 1_000;
/// After this many links and pictures, repeated ones included, no more addresses are resolved.
const MAX_RESOLVED: usize = 5_000;
/// A longer URL is not kept.
const MAX_URL: usize = 4_096;

/// Plain text with what it referred to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlainText {
    /// The text, trimmed. Blocks stand on lines of their own, paragraphs are set apart by an empty line.
    pub text: String,
    /// `http` and `https` URLs of its links, each once, in order.
    pub links: Vec<String>,
    /// Pictures, films and sounds that stood in it.
    pub media: Vec<Media>,
    /// There was more HTML than [`MAX_HTML`]; the rest was left out.
    pub is_cut: bool,
}

/// How HTML is read.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// What relative links are relative to.
    pub base: Option<&'a Url>,
    /// Whether the URL of a link is written behind its words. Titles go without.
    pub keeps_links: bool,
    /// It stands as markup within XML: `<br/>` ends at once, CDATA is text.
    pub is_xhtml: bool,
}

impl<'a> Reading<'a> {
    /// HTML of a post, with links.
    pub fn of_html(base: Option<&'a Url>) -> Self {
        Self { base, keeps_links: true, is_xhtml: false }
    }
}

/// Reads HTML of a post.
pub fn html_to_text(html: &str, base: Option<&Url>) -> PlainText {
    read_html(html, Reading::of_html(base))
}

/// Reads HTML of a title: one line, without URLs.
pub fn html_to_line(html: &str) -> String {
    one_line(&read_html(html, Reading { base: None, keeps_links: false, is_xhtml: false }).text)
}

/// Reads HTML as told by `reading`.
pub fn read_html(html: &str, reading: Reading<'_>) -> PlainText {
    let (html, is_cut) = clip(html, MAX_HTML);
    let mut writer = Writer::new(reading, html.len());
    let dialect = if reading.is_xhtml { Dialect::Xml } else { Dialect::Html };
    for token in Tokens::new(html, dialect) {
        match token {
            Token::Text(raw) => writer.raw_text(raw, dialect),
            Token::Verbatim(text) => writer.text(text),
            Token::Start(tag) => writer.start(tag),
            Token::End(name) => writer.end(name),
            Token::Doctype(_) => {}
        }
    }
    writer.finish(is_cut)
}

/// Plain text as it came: line ends made equal, trailing space and control characters gone, at most one empty line in a row.
pub fn tidy(text: &str) -> String {
    let (text, _) = clip(text, MAX_HTML);
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}', '\u{b}', '\u{c}'], "\n").split('\n') {
        let line = line.trim_end();
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 && !(out.is_empty() && line.is_empty()) {
            out.extend(line.chars().filter(|c| !c.is_control() || *c == '\t'));
            out.push('\n');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Text on one line: every stretch of white space becomes one space.
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().filter(|c| !c.is_control()));
    }
    out
}

/// The first `max` bytes of `text`, cut between characters, and whether anything was cut off.
pub(crate) fn clip(text: &str, max: usize) -> (&str, bool) {
    let end = text.floor_char_boundary(max);
    (text.get(..end).unwrap_or(text), end < text.len())
}

/// A link that is being written.
struct Anchor {
    href: String,
    /// Where its words begin in the text.
    from: usize,
    /// The page says that it names a person or a hashtag.
    is_mention: bool,
}

struct Writer<'a> {
    reading: Reading<'a>,
    out: String,
    /// The break to write before the next visible character.
    pending: Break,
    /// Hidden elements that are open: the name of the outermost and how many of that name.
    hidden: Option<(String, u32)>,
    pre: u32,
    anchor: Option<Anchor>,
    links: Vec<String>,
    known_links: HashSet<String>,
    media: Vec<Media>,
    resolved: usize,
    scratch: String,
}

impl<'a> Writer<'a> {
    fn new(reading: Reading<'a>, capacity: usize) -> Self {
        Self {
            reading,
            out: String::with_capacity(capacity / 2),
            pending: Break::None,
            hidden: None,
            pre: 0,
            anchor: None,
            links: Vec::new(),
            known_links: HashSet::new(),
            media: Vec::new(),
            resolved: 0,
            scratch: String::new(),
        }
    }

    fn raw_text(&mut self, raw: &str, dialect: Dialect) {
        if self.hidden.is_some() {
            return;
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        decode_into(raw, dialect, None, &mut scratch);
        self.text(&scratch);
        self.scratch = scratch;
    }

    fn text(&mut self, text: &str) {
        if self.hidden.is_some() {
            return;
        }
        for c in text.chars() {
            // A no-break space is a space to whoever searches the text.
            let is_space = c.is_whitespace();
            if is_space && self.pre > 0 && c == '\n' {
                self.flush();
                if !self.out.is_empty() {
                    self.out.push('\n');
                }
            } else if is_space && self.pre > 0 {
                self.flush();
                if !self.out.is_empty() {
                    self.out.push(' ');
                }
            } else if is_space {
                self.pending = self.pending.max(Break::Space);
            } else if !c.is_control() {
                self.flush();
                self.out.push(c);
            }
        }
    }

    /// Writes the pending break. Nothing leads the text.
    fn flush(&mut self) {
        let pending = std::mem::replace(&mut self.pending, Break::None);
        if self.out.is_empty() || pending == Break::None {
            return;
        }
        let wanted = match pending {
            Break::None => return,
            Break::Space => {
                if !self.out.ends_with([' ', '\n']) {
                    self.out.push(' ');
                }
                return;
            }
            Break::Line => 1,
            Break::Paragraph => 2,
        };
        self.out.truncate(self.out.trim_end_matches(' ').len());
        let present = self.out.bytes().rev().take(2).take_while(|byte| *byte == b'\n').count();
        for _ in present..wanted {
            self.out.push('\n');
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        let name = local_name(tag.name);
        if let Some((hidden, depth)) = &mut self.hidden {
            if name == "body" {
                self.hidden = None;
            } else if *hidden == name && !(tag.is_empty && self.reading.is_xhtml) {
                *depth = depth.saturating_add(1);
            }
            return;
        }
        match name.as_str() {
            // In HTML a second `<br>` in a row makes an empty line.
            "br" => self.pending = if self.pending >= Break::Line { Break::Paragraph } else { Break::Line },
            "a" => {
                self.close_anchor();
                self.open_anchor(&tag);
            }
            "img" | "video" | "audio" | "embed" | "iframe" => self.medium(&name, &tag),
            "pre" => self.pre = self.pre.saturating_add(1),
            _ => {}
        }
        self.pending = self.pending.max(break_of(&name));
        let opens = !(tag.is_empty && self.reading.is_xhtml);
        if opens && is_hidden(&name) {
            self.hidden = Some((name, 1));
        }
    }

    fn end(&mut self, name: &str) {
        let name = local_name(name);
        if let Some((hidden, depth)) = &mut self.hidden {
            if *hidden == name {
                *depth -= 1;
                if *depth == 0 {
                    self.hidden = None;
                }
            } else if name == "body" || name == "html" {
                // A hidden element that never closed does not hide what a page says after it.
                self.hidden = None;
            }
            return;
        }
        match name.as_str() {
            "a" => self.close_anchor(),
            "pre" => self.pre = self.pre.saturating_sub(1),
            "br" => self.pending = self.pending.max(Break::Line),
            _ => {}
        }
        self.pending = self.pending.max(break_of(&name));
    }

    fn resolve(&mut self, href: &str) -> Option<String> {
        let href = href.trim();
        self.resolved += 1;
        if self.resolved > MAX_RESOLVED || href.is_empty() || href.len() > MAX_URL || href.starts_with('#') {
            return None;
        }
        let url = match Url::parse(href) {
            Ok(url) => url,
            Err(_) => self.reading.base?.join(href).ok()?,
        };
        let fits = matches!(url.scheme(), "http" | "https") && url.as_str().len() <= MAX_URL;
        fits.then(|| String::from(url))
    }

    fn open_anchor(&mut self, tag: &Tag<'_>) {
        let Some(href) = attribute(tag, "href").and_then(|href| self.resolve(&href)) else { return };
        let has_word =
            |value: String| value.split_ascii_whitespace().any(|word| matches!(word, "mention" | "hashtag" | "tag"));
        let is_mention = attribute(tag, "class").is_some_and(has_word) || attribute(tag, "rel").is_some_and(has_word);
        if self.links.len() < MAX_LINKS && self.known_links.insert(href.clone()) {
            self.links.push(href.clone());
        }
        self.anchor = Some(Anchor { href, from: self.out.len(), is_mention });
    }

    fn close_anchor(&mut self) {
        let Some(anchor) = self.anchor.take() else { return };
        if !self.reading.keeps_links || self.links.len() >= MAX_LINKS {
            return;
        }
        let words = self.out.get(anchor.from..).unwrap_or_default();
        let lead = words.len() - words.trim_start().len();
        let words = words.trim();
        match Words::of(words, &anchor) {
            Words::Enough => {}
            Words::ShortForUrl => {
                self.out.truncate(anchor.from + lead);
                self.out.push_str(&anchor.href);
            }
            Words::Own => {
                let pending = std::mem::replace(&mut self.pending, Break::None);
                self.out.push_str(" (");
                self.out.push_str(&anchor.href);
                self.out.push(')');
                self.pending = pending;
            }
        }
    }

    fn medium(&mut self, name: &str, tag: &Tag<'_>) {
        let media_type = match name {
            "img" => MediaType::Image,
            "audio" => MediaType::Audio,
            _ => MediaType::Video,
        };
        let is_pixel = ["width", "height"]
            .iter()
            .any(|side| attribute(tag, side).is_some_and(|value| matches!(value.trim(), "0" | "1")));
        let Some(url) = attribute(tag, "src").and_then(|src| self.resolve(&src)) else { return };
        if !is_pixel && self.media.len() < MAX_LINKS && self.media.last().is_none_or(|last| last.url != url) {
            let alt = attribute(tag, "alt").map(|alt| one_line(&alt)).unwrap_or_default();
            self.media.push(Media { media_type, url, alt });
        }
    }

    fn finish(mut self, is_cut: bool) -> PlainText {
        self.close_anchor();
        self.out.truncate(self.out.trim_end().len());
        PlainText { text: self.out, links: self.links, media: self.media, is_cut }
    }
}

/// What the words of a link say about its URL.
enum Words {
    /// Nothing is missing: no words, a name, a hashtag.
    Enough,
    /// The words are the URL or a shortened form of it.
    ShortForUrl,
    /// The words are others.
    Own,
}

impl Words {
    fn of(words: &str, anchor: &Anchor) -> Self {
        let has_space = words.contains(char::is_whitespace);
        if words.is_empty() || anchor.is_mention || (!has_space && words.starts_with(['#', '@'])) {
            return Self::Enough;
        }
        if has_space || words.len() > MAX_URL {
            return Self::Own;
        }
        let shown = bare(words);
        let cut = shown.strip_suffix('…').or_else(|| shown.strip_suffix("...")).unwrap_or(shown);
        let is_address = cut.contains('.') || words.contains("://");
        if is_address && !cut.is_empty() && starts_alike(bare(&anchor.href), cut) {
            Self::ShortForUrl
        } else {
            Self::Own
        }
    }
}

/// An address without what is usually not shown.
fn bare(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    rest.strip_suffix('/').unwrap_or(rest)
}

fn starts_alike(long: &str, short: &str) -> bool {
    long.get(..short.len()).is_some_and(|start| start.eq_ignore_ascii_case(short))
}

/// A tag's name in lower case without its prefix.
fn local_name(name: &str) -> String {
    let (name, _) = clip(name.rsplit(':').next().unwrap_or(name), 32);
    name.to_ascii_lowercase()
}

/// The decoded value of an attribute.
pub(crate) fn attribute(tag: &Tag<'_>, name: &str) -> Option<String> {
    tag.attributes().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| decode_attribute(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expected: &str) {
        let base = Url::parse("https://blog.example/posts/1").unwrap();
        assert_eq!(html_to_text(input, Some(&base)).text, expected, "{input}");
    }

    #[test]
    fn sets_blocks_on_lines() {
        check("<p>One\n  two</p><p>three<br>four</p>", "One two\n\nthree\nfour");
        check("a<br><br>b<br/><br/><br/>c", "a\n\nb\n\nc");
        check("<ul><li>one</li> <li>two<ul><li>three</ul></ul>after", "one\ntwo\n\nthree\n\nafter");
        check("<div>a</div><div><div>b</div></div>", "a\nb");
        check("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc");
        check("x<pre>a\n  b</pre>y", "x\n\na\n  b\n\ny");
        check("  <b>a</b> <i>b</i>c&nbsp;d ", "a bc d");
    }

    #[test]
    fn decodes_once_and_hides_what_is_not_for_readers() {
        check("1 &lt; 2 &amp;amp; &quot;x&quot;", "1 < 2 &amp; \"x\"");
        check("a<script>alert('<b>')</script>b<style>p{}</style><!-- c -->d", "abd");
        check("a<script src=x>never closed", "a");
        check("a<svg><text>no</text><svg></svg></svg>b<template><p>x</template>c", "abc");
        check("<img src=a.png alt='not in the text'>x", "x");
        check("<iframe src='//x.example'><b>no</b></iframe>y", "y");
    }

    #[test]
    fn keeps_links() {
        check("see <a href='/a?b=1&amp;c=2'>this page</a>.", "see this page (https://blog.example/a?b=1&c=2).");
        check("<a href='https://x.example/'>https://x.example</a>", "https://x.example/");
        check("<a href='https://x.example/long/path'>x.example/lo…</a>", "https://x.example/long/path");
        check("<a href='https://x.example/long/path'>x.example</a>", "https://x.example/long/path");
        check(
            "<a href=\"https://www.x.example/a/b/c\"><span class=\"invisible\">https://www.</span><span class=\"ellipsis\">x.example/a</span><span class=\"invisible\">/b/c</span></a>",
            "https://www.x.example/a/b/c",
        );
        check(
            "<span class=\"h-card\"><a href=\"https://s.example/@ana\" class=\"u-url mention\">@<span>ana</span></a></span> hi",
            "@ana hi",
        );
        check(
            "<a href=\"https://s.example/tags/tea\" class=\"mention hashtag\" rel=\"tag\">#<span>tea</span></a>",
            "#tea",
        );
        check("<a href='javascript:x()'>a</a> <a href='mailto:a@b.example'>b</a> <a href='#c'>c</a>", "a b c");
        check("<a href='/x'><img src='i.png'></a> word", "word");
        check("<a href='/x'>never closed", "never closed (https://blog.example/x)");
    }

    #[test]
    fn collects_links_and_media() {
        let base = Url::parse("https://blog.example/").unwrap();
        let found = html_to_text(
            "<a href=a>x</a><a href=a>y</a><img src='i.png' alt='a cat'><img src=p.gif width=1 height=1><video src=v.mp4></video>",
            Some(&base),
        );
        assert_eq!(found.links, ["https://blog.example/a"]);
        let media: Vec<_> =
            found.media.iter().map(|medium| (medium.media_type, medium.url.as_str(), medium.alt.as_str())).collect();
        assert_eq!(
            media,
            [
                (MediaType::Image, "https://blog.example/i.png", "a cat"),
                (MediaType::Video, "https://blog.example/v.mp4", ""),
            ]
        );
    }

    #[test]
    fn deep_nesting_costs_nothing() {
        let deep = "<div><b><a href=x>".repeat(100_000);
        assert_eq!(html_to_text(&deep, None).text, "");
        let deep = "<svg>".repeat(300_000);
        assert_eq!(html_to_text(&deep, None).text, "");
    }

    #[test]
    fn tidies_plain_text() {
        assert_eq!(tidy("\n a \r\n\r\n\n\nb\u{0}\u{7}c\n"), " a\n\nbc");
        assert_eq!(one_line(" a \n b\u{0} "), "a b");
    }
}

//! One forgiving tokenizer for the markup that feeds and pages are made of, in two dialects.
//!
//! It exists beside html5ever and quick-xml because what arrives is hostile: html5ever compares each attribute of a
//! tag with all before it and quick-xml gives up at the first fault, while here every byte is looked at a bounded
//! number of times and every input has an answer. It builds no tree, resolves nothing and decodes nothing:
//! [`crate::entities`] decodes, [`crate::text`] and [`crate::feed`] give meaning.

/// Which rules hold where HTML and XML differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Scripts and styles hold raw text, names are ASCII, `<![CDATA[` is a comment.
    Html,
    /// Every element holds markup, CDATA is text, doctypes may declare entities.
    Xml,
}

/// One piece of markup, as slices of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// Text whose character references are not decoded yet.
    Text(&'a str),
    /// Text that holds no character references: CDATA, the inside of a script.
    Verbatim(&'a str),
    /// A start tag.
    Start(Tag<'a>),
    /// The name in an end tag.
    End(&'a str),
    /// What stands between `<!DOCTYPE` and its `>`.
    Doctype(&'a str),
}

/// A start tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    /// Its name as written, with any prefix.
    pub(crate) name: &'a str,
    /// It ends in `/>`.
    pub(crate) is_empty: bool,
    attributes: &'a str,
}

/// More attributes than this on one tag are not read.
const MAX_ATTRIBUTES: usize = 256;

impl<'a> Tag<'a> {
    /// Names and undecoded values in the order of the source, at most [`MAX_ATTRIBUTES`].
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        Attributes { rest: self.attributes }.take(MAX_ATTRIBUTES)
    }
}

/// Reads tokens from a source.
#[derive(Debug)]
pub(crate) struct Tokens<'a> {
    source: &'a str,
    at: usize,
    dialect: Dialect,
    /// The raw-text element whose content comes next, HTML only.
    raw: Option<&'a str>,
    has_doctype: bool,
    may_close_comments: bool,
    /// The source ended inside a tag, comment or CDATA section.
    pub(crate) is_cut: bool,
    /// Something was not as the dialect wants it and was guessed.
    pub(crate) is_ill_formed: bool,
}

/// HTML elements whose content is no markup.
const RAW_TEXT: [&str; 9] =
    ["script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext", "textarea", "title"];

impl<'a> Tokens<'a> {
    pub(crate) fn new(source: &'a str, dialect: Dialect) -> Self {
        Self {
            source,
            at: 0,
            dialect,
            raw: None,
            has_doctype: false,
            may_close_comments: true,
            is_cut: false,
            is_ill_formed: false,
        }
    }

    /// Where the next token begins.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    /// Takes everything up to `end`, which is a byte index in the source.
    fn take_until(&mut self, end: usize) -> &'a str {
        let taken = self.source.get(self.at..end).unwrap_or_default();
        self.at = end;
        taken
    }

    /// Skips past `needle`, or to the end if it does not come; returns what stood before it.
    fn skip_past(&mut self, needle: &str) -> &'a str {
        let rest = self.rest();
        match rest.find(needle) {
            Some(found) => {
                self.at += found + needle.len();
                rest.get(..found).unwrap_or_default()
            }
            None => {
                self.is_cut = true;
                self.at = self.source.len();
                rest
            }
        }
    }

    fn starts_name(&self, rest: &str) -> bool {
        match rest.chars().next() {
            Some(c) if c.is_ascii_alphabetic() => true,
            Some(c) => self.dialect == Dialect::Xml && (c == '_' || c == ':' || (!c.is_ascii() && c.is_alphabetic())),
            None => false,
        }
    }

    /// The content of a raw-text element up to its end tag.
    fn raw_text(&mut self, name: &'a str) -> Option<Token<'a>> {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let mut from = 0;
        let end = loop {
            let Some(found) = rest.get(from..).and_then(|tail| tail.find("</")) else { break rest.len() };
            let name_at = from + found + 2;
            let after = name_at + name.len();
            let is_same = rest.get(name_at..after).is_some_and(|word| word.eq_ignore_ascii_case(name));
            if is_same && bytes.get(after).is_none_or(|byte| matches!(byte, b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r'))
            {
                break from + found;
            }
            from = name_at;
        };
        if end == rest.len() {
            self.is_cut = true;
        }
        self.at += end;
        let text = rest.get(..end).filter(|text| !text.is_empty())?;
        let holds_references = name.eq_ignore_ascii_case("title") || name.eq_ignore_ascii_case("textarea");
        Some(if holds_references { Token::Text(text) } else { Token::Verbatim(text) })
    }

    /// A `<!…` construct; `None` if it says nothing.
    fn declaration(&mut self) -> Option<Token<'a>> {
        let rest = self.rest();
        if rest.starts_with("<!--") {
            self.at += 4;
            self.comment();
            return None;
        }
        if self.dialect == Dialect::Xml && rest.starts_with("<![CDATA[") {
            self.at += 9;
            return Some(Token::Verbatim(self.skip_past("]]>"))).filter(|token| *token != Token::Verbatim(""));
        }
        if rest.get(2..9).is_some_and(|word| word.eq_ignore_ascii_case("doctype")) {
            self.at += 9;
            return Some(Token::Doctype(self.doctype()));
        }
        self.is_ill_formed = true;
        self.skip_past(">");
        None
    }

    fn comment(&mut self) {
        let rest = self.rest();
        if self.dialect == Dialect::Html {
            for empty in [">", "->"] {
                if rest.starts_with(empty) {
                    self.at += empty.len();
                    return;
                }
            }
            let mut from = 0;
            while let Some(found) =
                rest.get(from..).and_then(|tail| tail.find("--")).filter(|_| self.may_close_comments)
            {
                let after = rest.get(from + found + 2..).unwrap_or_default();
                if let Some(end) = [">", "!>"].into_iter().find(|end| after.starts_with(end)) {
                    self.at += from + found + 2 + end.len();
                    return;
                }
                from += found + 1;
            }
            // A comment that nothing closes would swallow the rest of a post, so its first `>` closes it. That nothing
            // closes it holds for all comments after it too.
            self.may_close_comments = false;
            self.skip_past(">");
        } else {
            self.skip_past("-->");
        }
    }

    /// A processing instruction says nothing to us. In XML it ends at `?>`, unless the next tag comes first.
    fn instruction(&mut self) {
        let rest = self.rest();
        let next_tag = rest.get(2..).and_then(|tail| tail.find('<')).map_or(rest.len(), |found| found + 2);
        let end = rest.get(..next_tag).and_then(|inside| inside.find("?>"));
        match end.filter(|_| self.dialect == Dialect::Xml) {
            Some(end) => self.at += end + 2,
            None => {
                self.is_ill_formed = true;
                self.skip_past(">");
            }
        }
    }

    /// A doctype ends at the first `>` that stands neither in quotes nor in its `[…]` part.
    fn doctype(&mut self) -> &'a str {
        if self.has_doctype {
            return self.skip_past(">");
        }
        // A document has one; reading only the first with care keeps the time linear.
        self.has_doctype = true;
        let mut quote = None;
        let mut is_inside = false;
        let rest = self.rest();
        let mut bytes = rest.bytes().enumerate();
        while let Some((index, byte)) = bytes.next() {
            match (quote, byte) {
                (Some(open), _) if open == byte => quote = None,
                (Some(_), _) => {}
                (None, b'<') if rest.get(index..).is_some_and(|tail| tail.starts_with("<!--")) => {
                    let Some(length) = rest.get(index..).and_then(|tail| tail.find("-->")) else { break };
                    bytes.nth(length);
                }
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'[') => is_inside = true,
                (None, b']') => is_inside = false,
                (None, b'>') if !is_inside => {
                    let inside = self.take_until(self.at + index);
                    self.at += 1;
                    return inside;
                }
                (None, _) => {}
            }
        }
        // Nothing closes it as it should, so the first `>` has to.
        self.is_ill_formed = true;
        self.skip_past(">")
    }

    fn end_tag(&mut self) -> Option<Token<'a>> {
        self.at += 2;
        if !self.starts_name(self.rest()) {
            self.is_ill_formed = true;
            self.skip_past(">");
            return None;
        }
        let inside = match self.rest().find(['<', '>']) {
            // `</a <b>`: the next tag begins before this one ended.
            Some(found) if self.rest().as_bytes().get(found) == Some(&b'<') && self.dialect == Dialect::Xml => {
                self.is_ill_formed = true;
                self.take_until(self.at + found)
            }
            Some(_) => self.skip_past(">"),
            None => {
                self.is_cut = true;
                if self.dialect == Dialect::Html {
                    self.at = self.source.len();
                    return None;
                }
                self.take_until(self.source.len())
            }
        };
        let length = inside.find(|c: char| c.is_ascii_whitespace() || c == '/').unwrap_or(inside.len());
        Some(Token::End(inside.get(..length).unwrap_or_default()))
    }

    fn start_tag(&mut self) -> Option<Token<'a>> {
        self.at += 1;
        let rest = self.rest();
        let stops =
            |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>') || (c == '<' && self.dialect == Dialect::Xml);
        let name_ends = rest.find(stops).unwrap_or(rest.len());
        let name = self.take_until(self.at + name_ends);
        let rest = self.rest();
        let end = match tag_end(rest) {
            Some(end) => end,
            // A quote that never closes swallows the rest in HTML; in a feed the tag more likely ends at its `>`.
            None => match rest.find('>').filter(|_| self.dialect == Dialect::Xml) {
                Some(end) => {
                    self.is_ill_formed = true;
                    end
                }
                None => {
                    self.is_cut = true;
                    self.at = self.source.len();
                    return None;
                }
            },
        };
        let inside = self.take_until(self.at + end);
        self.at += 1;
        let is_empty = inside.ends_with('/');
        // In HTML a slash behind a value without quotes is a part of that value.
        let attributes = inside.strip_suffix('/').filter(|_| self.dialect == Dialect::Xml).unwrap_or(inside);
        if self.dialect == Dialect::Html && RAW_TEXT.iter().any(|raw| raw.eq_ignore_ascii_case(name)) {
            self.raw = Some(name);
        }
        Some(Token::Start(Tag { name, is_empty, attributes }))
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(name) = self.raw.take()
            && let Some(token) = self.raw_text(name)
        {
            return Some(token);
        }
        while self.at < self.source.len() {
            let rest = self.rest();
            let token = if !rest.starts_with('<') {
                let end = rest.find('<').unwrap_or(rest.len());
                Some(Token::Text(self.take_until(self.at + end)))
            } else if rest.starts_with("<!") {
                self.declaration()
            } else if rest.starts_with("<?") {
                self.instruction();
                None
            } else if rest.starts_with("</") && rest.len() > 2 {
                self.end_tag()
            } else if self.starts_name(rest.get(1..).unwrap_or_default()) {
                self.start_tag()
            } else {
                // A lone `<` is a character like any other.
                self.is_ill_formed = true;
                let end = rest.get(1..).and_then(|tail| tail.find('<')).map_or(rest.len(), |found| found + 1);
                Some(Token::Text(self.take_until(self.at + end)))
            };
            if token.is_some() {
                return token;
            }
        }
        None
    }
}

/// Where the reader stands within a tag, as the HTML standard names it.
#[derive(Clone, Copy)]
enum Within {
    BeforeName,
    Name,
    AfterName,
    BeforeValue,
    Value,
}

/// Where the `>` of a tag stands, given what follows the tag's name. Quotes count only where a value begins.
fn tag_end(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let mut at = 0;
    let mut within = Within::BeforeName;
    while let Some(byte) = bytes.get(at) {
        within = match (within, byte) {
            (_, b'>') => return Some(at),
            (Within::BeforeValue, b'"' | b'\'') => {
                at += 1 + bytes.get(at + 1..)?.iter().position(|other| other == byte)?;
                Within::BeforeName
            }
            (Within::BeforeName | Within::Value, space) if space.is_ascii_whitespace() => Within::BeforeName,
            (Within::Name | Within::AfterName, space) if space.is_ascii_whitespace() => Within::AfterName,
            (Within::BeforeValue, space) if space.is_ascii_whitespace() => Within::BeforeValue,
            (Within::BeforeName | Within::Name | Within::AfterName, b'/') => Within::BeforeName,
            (Within::Name | Within::AfterName, b'=') => Within::BeforeValue,
            (Within::BeforeName | Within::Name | Within::AfterName, _) => Within::Name,
            (Within::BeforeValue | Within::Value, _) => Within::Value,
        };
        at += 1;
    }
    None
}

struct Attributes<'a> {
    rest: &'a str,
}

impl<'a> Attributes<'a> {
    /// Cuts off what comes before the first character that `stops`.
    fn cut(&mut self, stops: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(stops).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn skip_space(&mut self) {
        self.cut(|c| !c.is_ascii_whitespace());
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        self.cut(|c| !(c.is_ascii_whitespace() || c == '/'));
        // A `=` where a name should begin belongs to the name.
        let from = self.rest.chars().next()?.len_utf8();
        let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '=');
        let length = self.rest.get(from..)?.find(ends).map_or(self.rest.len(), |found| from + found);
        let (name, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        self.skip_space();
        let Some(rest) = self.rest.strip_prefix('=') else { return Some((name, "")) };
        self.rest = rest;
        self.skip_space();
        for quote in ['"', '\''] {
            if let Some(inside) = self.rest.strip_prefix(quote) {
                let (value, rest) = inside.split_once(quote).unwrap_or((inside, ""));
                self.rest = rest;
                return Some((name, value));
            }
        }
        Some((name, self.cut(|c| c.is_ascii_whitespace())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(dialect: Dialect, input: &str, expected: &[&str]) {
        let found: Vec<String> = Tokens::new(input, dialect)
            .map(|token| match token {
                Token::Text(text) => format!("text {text}"),
                Token::Verbatim(text) => format!("raw {text}"),
                Token::Start(tag) => {
                    let mut line = format!("<{}", tag.name);
                    for (name, value) in tag.attributes() {
                        line.push_str(&format!(" {name}={value}"));
                    }
                    line
                }
                Token::End(name) => format!("/{name}"),
                Token::Doctype(inside) => format!("doctype{inside}"),
            })
            .collect();
        assert_eq!(found, expected, "{input}");
    }

    #[test]
    fn reads_html() {
        let html = Dialect::Html;
        check(html, "a<b>c</b >d", &["text a", "<b", "text c", "/b", "text d"]);
        check(html, "1 < 2 <3", &["text 1 ", "text < 2 ", "text <3"]);
        check(html, r#"<a href="x>y" b c='d' e=f/g>"#, &["<a href=x>y b= c=d e=f/g"]);
        check(html, "<br/><img src=a/ b/>", &["<br", "<img src=a/ b="]);
        check(html, "<!-- a --><!--><!--->x<!-- b --!>y", &["text x", "text y"]);
        check(html, "<script>a<b></scripty></SCRIPT >x", &["<script", "raw a<b></scripty>", "/SCRIPT", "text x"]);
        check(html, "<title>a<b>&amp;</title>", &["<title", "text a<b>&amp;", "/title"]);
        check(html, "<![CDATA[x]]>y", &["text y"]);
        check(html, "a<!-- -- never closed >b<!-- x>c", &["text a", "text b", "text c"]);
        check(html, "a<b title=\"never closed>", &["text a"]);
        check(html, "</>x</ y>z", &["text x", "text z"]);
    }

    #[test]
    fn reads_xml() {
        let xml = Dialect::Xml;
        check(xml, "<?xml version='1.0'?><a><![CDATA[<b>]]></a>", &["<a", "raw <b>", "/a"]);
        check(xml, "<a><![CDATA[x", &["<a", "raw x"]);
        check(xml, "<a><![CD", &["<a"]);
        check(xml, "<script>a<b/></script>", &["<script", "text a", "<b", "/script"]);
        check(xml, "<!DOCTYPE r [<!ENTITY a '>'> <!-- ' -->]><r>", &["doctype r [<!ENTITY a '>'> <!-- ' -->]", "<r"]);
        check(xml, "<a b=\"c>text</a>", &["<a b=c", "text text", "/a"]);
        check(xml, "<a>x</a<b>", &["<a", "text x", "/a", "<b"]);
        check(xml, "<a>x</a", &["<a", "text x", "/a"]);
    }

    #[test]
    fn time_grows_with_the_input_only() {
        for piece in [
            "<a b=\"",
            "<!--",
            "<!-->",
            "<!-- -- >",
            "<![CDATA[",
            "<!DOCTYPE [",
            "</",
            "<",
            "<script>",
            "<a ",
            "a=b ",
            "<!DOCTYPE [>",
            "<!DOCTYPE <!--",
        ] {
            let hostile = piece.repeat(200_000);
            for dialect in [Dialect::Html, Dialect::Xml] {
                assert!(Tokens::new(&hostile, dialect).count() <= 400_001);
            }
        }
    }
}

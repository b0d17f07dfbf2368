//! What the elements of HTML do to a text: which exist, which break lines, which hide what they hold.

use crate::markup::{Dialect, Token, Tokens};
use crate::text::{MAX_HTML, clip};

/// Whether text without a declared type was meant as HTML: it holds a tag that HTML has, or a character reference.
pub(crate) fn looks_like_html(text: &str) -> bool {
    if !text.contains(['<', '&']) {
        return false;
    }
    let (text, _) = clip(text, MAX_HTML);
    Tokens::new(text, Dialect::Html).any(|token| match token {
        Token::Start(tag) => is_html_name(tag.name),
        Token::End(name) => is_html_name(name),
        Token::Text(raw) => raw.split('&').skip(1).take(50).any(|after| {
            let length =
                after.bytes().take(32).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#').count();
            length > 1 && after.as_bytes().get(length) == Some(&b';')
        }),
        Token::Doctype(_) => true,
        Token::Verbatim(_) => false,
    }) || text.contains("<!--")
}

/// Elements of HTML, old and new, sorted for the search.
const HTML_NAMES: [&str; 104] = [
    "a",
    "abbr",
    "acronym",
    "address",
    "applet",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "base",
    "bdi",
    "bdo",
    "big",
    "blink",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "map",
    "mark",
    "marquee",
    "math",
    "meta",
    "nav",
    "noscript",
    "object",
    "ol",
    "option",
    "p",
    "param",
    "picture",
    "pre",
    "q",
    "s",
    "samp",
    "script",
    "section",
    "select",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "textarea",
    "tt",
    "u",
    "ul",
    "video",
];

/// Whether HTML has an element of that name.
pub(crate) fn is_html_name(name: &str) -> bool {
    let (name, _) = clip(name, 12);
    let name = name.to_ascii_lowercase();
    HTML_NAMES.binary_search(&name.as_str()).is_ok()
        || matches!(name.as_str(), "tr" | "th" | "tfoot" | "thead" | "var" | "wbr" | "time")
}

/// A break between words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Break {
    None,
    Space,
    Line,
    Paragraph,
}

/// How an element breaks the line it stands in.
pub(crate) fn break_of(name: &str) -> Break {
    match name {
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "ul" | "ol" | "dl" | "pre" | "table" | "hr"
        | "figure" | "article" | "section" => Break::Paragraph,
        "div" | "li" | "dt" | "dd" | "tr" | "address" | "aside" | "caption" | "center" | "details" | "fieldset"
        | "figcaption" | "footer" | "form" | "header" | "legend" | "main" | "nav" | "option" | "summary" | "tbody"
        | "tfoot" | "thead" | "title" | "body" => Break::Line,
        "td" | "th" => Break::Space,
        _ => Break::None,
    }
}

/// Elements whose content is not for readers.
pub(crate) fn is_hidden(name: &str) -> bool {
    matches!(name, "script" | "style" | "template" | "iframe" | "noembed" | "noframes" | "head" | "select" | "svg")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_html_from_text() {
        for (text, expected) in [
            ("plain", false),
            ("a < b > c", false),
            ("if x<y and y>z", false),
            ("a <b>c</b>", true),
            ("AT&T & co", false),
            ("AT&amp;T", true),
            ("x<br/>y", true),
            ("generic Vec<String>", false),
        ] {
            assert_eq!(looks_like_html(text), expected, "{text}");
        }
    }

    #[test]
    fn names_are_sorted() {
        assert!(HTML_NAMES.is_sorted());
    }
}

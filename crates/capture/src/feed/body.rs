//! What an element of a feed says, as plain text, whichever way its markup was packed.

use url::Url;

use super::Body;
use crate::elements::looks_like_html;
use crate::text::{Reading, html_to_line, one_line, read_html, tidy};

/// The content of an element before it is known what it is.
#[derive(Debug)]
pub(super) struct Content<'a> {
    /// Its text with character references decoded, CDATA opened.
    pub(super) text: String,
    /// Its source, if there were elements in it.
    pub(super) markup: Option<&'a str>,
    /// How the text is to be read.
    pub(super) kind: Kind,
    pub(super) base: Option<&'a Url>,
    pub(super) lang: Option<String>,
}

/// How an element's text is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nobody said; it is HTML if it looks like it. All of RSS.
    Guess,
    /// Plain text, whatever it looks like.
    Text,
    /// Escaped HTML.
    Html,
    /// Base64 of one of the others.
    Base64,
    /// Something that is not text.
    Binary,
}

impl Kind {
    /// Reads Atom's `type` and `mode`.
    pub(super) fn of_atom(media_type: &str, mode: &str) -> Self {
        let media_type = media_type.trim().to_ascii_lowercase();
        let kind = match media_type.as_str() {
            "" | "text" | "plain" | "text/plain" => Self::Text,
            "html" | "xhtml" | "text/html" | "application/xhtml+xml" | "text/xhtml" => Self::Html,
            other if other.starts_with("text/") => Self::Text,
            other if other.ends_with("+xml") || other.ends_with("/xml") => Self::Guess,
            _ => Self::Binary,
        };
        if mode.trim().eq_ignore_ascii_case("base64") || (kind == Self::Binary && mode.is_empty()) {
            Self::Base64
        } else {
            kind
        }
    }
}

impl Content<'_> {
    /// As the text of a post.
    pub(super) fn into_body(mut self) -> Body {
        let lang = self.lang.clone();
        let found = match self.markup {
            Some(markup) => read_html(markup, Reading { base: self.base, keeps_links: true, is_xhtml: true }),
            None => match self.unpacked() {
                (text, true) => read_html(&text, Reading::of_html(self.base)),
                (text, false) => return Body { text: tidy(&text), lang, ..Body::default() },
            },
        };
        Body { text: found.text, links: found.links, media: found.media, lang }
    }

    /// As a title: one line without URLs.
    pub(super) fn into_line(mut self) -> String {
        match self.markup {
            Some(markup) => {
                one_line(&read_html(markup, Reading { base: None, keeps_links: false, is_xhtml: true }).text)
            }
            None => match self.unpacked() {
                (text, true) => html_to_line(&text),
                (text, false) => one_line(&text),
            },
        }
    }

    /// The text and whether it is HTML.
    fn unpacked(&mut self) -> (String, bool) {
        let text = std::mem::take(&mut self.text);
        match self.kind {
            Kind::Html => (text, true),
            Kind::Text => (text, false),
            Kind::Guess => {
                let is_html = looks_like_html(&text);
                (text, is_html)
            }
            Kind::Base64 => {
                let text = base64(&text).and_then(|bytes| String::from_utf8(bytes).ok());
                let text = text.filter(|text| !text.contains('\0')).unwrap_or_default();
                let is_html = looks_like_html(&text);
                (text, is_html)
            }
            Kind::Binary => (String::new(), false),
        }
    }
}

/// Decodes standard or URL-safe Base64, white space ignored; `None` if it is not.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0u32, 0u32);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_base64() {
        for (input, expected) in [
            ("RXhhbXBsZSA8Yj5BdG9tPC9iPg==", Some("Example <b>Atom</b>")),
            (" \n", Some("")),
            ("a!", None),
            ("/w==", Some("\u{ff}")),
        ] {
            let found = base64(input).map(|bytes| bytes.iter().map(|byte| char::from(*byte)).collect::<String>());
            assert_eq!(found.as_deref(), expected, "{input}");
        }
    }
}

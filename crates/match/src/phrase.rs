//! Phrases: what a word, a prefix, a special token or several of them in a row ask of a part.
//!
//! A term of a query is read by the same steps as a post, so a word that splits becomes a phrase by itself.

use std::fmt;
use std::ops::ControlFlow;

use crate::character::is_spaceless;
use crate::error::QueryError;
use crate::part::{Occurrence, Part};
use crate::token::Kind;

/// A token to look for, with its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) text: Box<str>,
    pub(crate) hash: u64,
}

impl Key {
    fn new(text: &str) -> Self {
        Self { text: text.into(), hash: hash(text.as_bytes()) }
    }
}

/// By which hashes are spread: 2⁶⁴ by the golden ratio.
pub(crate) const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

/// A text of so many bytes is its own hash.
pub(crate) const PACKED: usize = 8;

/// The hash by which tokens are found: of two texts that have at most 8 bytes each and hold no NUL, as tokens never do,
/// the hashes are equal only if the texts are. Of longer ones equal hashes are always followed by a comparison.
#[inline]
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    if bytes.len() <= PACKED {
        return packed(bytes);
    }
    let mut state = bytes.len() as u64;
    let mut rest = bytes;
    while let Some((word, after)) = rest.split_first_chunk() {
        state = (state ^ u64::from_le_bytes(*word)).wrapping_mul(FACTOR).rotate_left(29);
        rest = after;
    }
    state = (state ^ packed(rest)).wrapping_mul(FACTOR);
    state = (state ^ (state >> 32)).wrapping_mul(FACTOR);
    state ^ (state >> 29)
}

/// Up to eight bytes as one number. Where two reads overlap they say the same.
#[inline]
fn packed(bytes: &[u8]) -> u64 {
    let shift = |read: usize| 8 * (bytes.len() - read) as u32;
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << shift(4);
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return u64::from(u16::from_le_bytes(*first)) | u64::from(u16::from_le_bytes(*last)) << shift(2);
    }
    bytes.first().map_or(0, |&byte| byte.into())
}

/// What one place of a phrase asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Element {
    /// A word, a letter of a script without spaces, or an emoji.
    Word(Key),
    /// A word that starts so.
    Prefix(Box<str>),
    /// A mention, whole or by its first part.
    Mention(Key),
    /// A mention that starts so.
    MentionPrefix(Box<str>),
    /// A hashtag or cashtag.
    Tag(Key),
    /// A hashtag or cashtag that starts so.
    TagPrefix(Box<str>),
}

impl Element {
    /// The text that is looked for, and whether more may follow it.
    pub(crate) fn text(&self) -> (&str, bool) {
        match self {
            Self::Word(key) | Self::Mention(key) | Self::Tag(key) => (&key.text, false),
            Self::Prefix(text) | Self::MentionPrefix(text) | Self::TagPrefix(text) => (text, true),
        }
    }
}

/// One or more elements at adjacent positions.
#[derive(Debug, Clone)]
pub(crate) struct Phrase {
    elements: Box<[Element]>,
    /// For `exact:`, how each element is written.
    written: Option<Box<[Box<str>]>>,
    /// As typed; the meaning lies in the elements alone.
    source: Box<str>,
}

impl PartialEq for Phrase {
    fn eq(&self, other: &Self) -> bool {
        self.elements == other.elements && self.written == other.written
    }
}

impl Eq for Phrase {}

impl Phrase {
    /// Reads a term. `column` is that of the term with its quote, `text_column` that of its first character.
    pub(crate) fn parse(text: &str, column: usize, text_column: usize) -> Result<Self, QueryError> {
        Self::read(text, column, text_column, false)
    }

    /// Reads the value of `exact:`.
    pub(crate) fn parse_exact(text: &str, column: usize, text_column: usize) -> Result<Self, QueryError> {
        Self::read(text, column, text_column, true)
    }

    fn read(text: &str, column: usize, text_column: usize, is_exact: bool) -> Result<Self, QueryError> {
        let part = Part::new(text);
        let star = find_star(&part);
        let star_error = |at: u32, why: &str| {
            Err(QueryError::new(text_column + part.original_at(at).0 as usize, format!("misplaced '*': {why}")))
        };
        let url = part.tokens().iter().find(|token| token.kind == Kind::Url);
        if let Some(url) = url
            && star.is_none_or(|star| star > url.start)
        {
            let url = part.slice(url.start, url.end);
            let repair = format!("link:{}", url.trim_start_matches("https://").trim_start_matches("http://"));
            return Err(QueryError::new(column, "found a URL, which is searched with 'link:' only")
                .with_repair(format!("did you mean '{}'?", clip(&repair))));
        }
        if let Some(at) = star {
            if is_exact {
                return star_error(at, "'exact:' takes whole words only");
            }
            if !part.slice(at + 1, part.folded().len() as u32).trim().is_empty() {
                return star_error(at, "it can only end a word or a phrase");
            }
        }
        if let (None, None) = (part.tokens().first(), star) {
            let message = if text.trim().is_empty() {
                "expected a word or phrase, found an empty one".to_owned()
            } else {
                format!("found '{}', which holds nothing to search for: expected a word", clip(text))
            };
            return Err(QueryError::new(column, message).with_optional_repair(sign_repair(text)));
        }
        let (mut elements, written, end) = elements(&part, is_exact);
        if let Some(at) = star {
            let ends_word = end.is_some_and(|end| end == at || part.slice(end, at) == "'s");
            let Some(last) = elements.last_mut().filter(|_| ends_word) else {
                return star_error(at, "it must directly follow a word");
            };
            match begin(last) {
                Ok(beginning) => *last = beginning,
                Err(why) => return star_error(at, why),
            }
        }
        Ok(Self {
            elements: elements.into(),
            written: is_exact.then(|| written.into()),
            source: text.split_whitespace().collect::<Vec<_>>().join(" ").into(),
        })
    }

    pub(crate) fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// As it was typed, without quotes.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// Bytes that lie beside it, about.
    pub(crate) fn heap(&self) -> usize {
        let elements = self.elements.iter().map(|element| size_of::<Element>() + element.text().0.len()).sum::<usize>();
        let written = self.written.iter().flatten().map(|written| size_of::<Box<str>>() + written.len()).sum::<usize>();
        elements + written + self.source.len()
    }

    /// Whether it occurs in the part.
    pub(crate) fn occurs(&self, part: &Part<'_>) -> bool {
        let mut is_found = false;
        self.visit(part, |_| {
            is_found = true;
            ControlFlow::Break(())
        });
        is_found
    }

    /// All places where it occurs, by position.
    pub(crate) fn occurrences(&self, part: &Part<'_>) -> Vec<Occurrence> {
        let mut found = Vec::new();
        self.visit(part, |occurrence| {
            found.push(occurrence);
            ControlFlow::Continue(())
        });
        found
    }

    fn visit(&self, part: &Part<'_>, mut visit: impl FnMut(Occurrence) -> ControlFlow<()>) {
        let Some((first, rest)) = self.elements.split_first() else { return };
        part.visit(first, |start| {
            if !self.is_written(part, 0, start) {
                return ControlFlow::Continue(());
            }
            let mut whole = start;
            for (at, element) in (1..).zip(rest) {
                match part.element_at(element, whole.after) {
                    Some(next) if self.is_written(part, at, next) => {
                        whole = Occurrence { after: next.after, end: next.end, ..whole };
                    }
                    _ => return ControlFlow::Continue(()),
                }
            }
            visit(whole)
        });
    }

    /// For `exact:`, whether the stretch behind an element is the one that was asked for.
    fn is_written(&self, part: &Part<'_>, at: usize, found: Occurrence) -> bool {
        let Some(written) = &self.written else { return true };
        // A mention is one token, so its stretch is the whole handle even where its first part answered.
        let end = match self.elements.get(at) {
            Some(Element::Mention(_)) => part.tokens().get(found.first as usize).map_or(found.end, |token| token.end),
            _ => found.end,
        };
        written.get(at).is_some_and(|written| **written == *part.written(found.start, end))
    }
}

/// The first `*` that was typed as such and is not the face of a keycap.
fn find_star(part: &Part<'_>) -> Option<u32> {
    let folded = part.folded();
    folded.match_indices('*').filter(|(at, _)| !folded[at + 1..].starts_with('\u{20E3}')).map(|(at, _)| at as u32).find(
        |&at| {
            let (start, _) = part.original_at(at);
            part.characters().get(start as usize) == Some(&'*')
        },
    )
}

/// The elements of a term, how each is written, and where the last one ends.
fn elements(part: &Part<'_>, is_exact: bool) -> (Vec<Element>, Vec<Box<str>>, Option<u32>) {
    let mut elements = Vec::new();
    let mut written: Vec<Box<str>> = Vec::new();
    let mut last_end = None;
    let mut tags = part.tags().iter().peekable();
    let mut position = 0;
    while let Some(token) = part.tokens().get(position) {
        let (start, end) = if let Some(tag) = tags.next_if(|tag| tag.position as usize == position) {
            elements.push(Element::Tag(Key::new(part.slice(tag.start, tag.end))));
            position += tag.width as usize;
            (tag.start, tag.end)
        } else {
            let key = Key::new(part.slice(token.start, token.end));
            elements.push(if token.kind == Kind::Mention { Element::Mention(key) } else { Element::Word(key) });
            position += 1;
            (token.start, token.end)
        };
        if is_exact {
            written.push(part.written(start, end).into());
        }
        last_end = Some(end);
    }
    (elements, written, last_end)
}

/// Makes a whole token the beginning of one.
fn begin(element: &Element) -> Result<Element, &'static str> {
    const TOO_SHORT: &str = "it needs at least 2 characters before it";
    let enough = |name: &str| name.chars().nth(1).is_some() || name.chars().any(is_spaceless);
    match element {
        Element::Word(key) => match key.text.chars().next() {
            Some(first) if is_spaceless(first) => Ok(element.clone()),
            Some(first) if crate::character::class(first).begins_word() && !key.text.contains('\u{20E3}') => {
                if enough(&key.text) { Ok(Element::Prefix(key.text.clone())) } else { Err(TOO_SHORT) }
            }
            _ => Err("it must directly follow a word"),
        },
        Element::Mention(key) if enough(&key.text[1..]) => Ok(Element::MentionPrefix(key.text.clone())),
        Element::Tag(key) if enough(&key.text[1..]) => Ok(Element::TagPrefix(key.text.clone())),
        _ => Err(TOO_SHORT),
    }
}

/// What people bring along from other languages.
fn sign_repair(text: &str) -> Option<String> {
    match text {
        "&&" => Some("write AND, or only a space".into()),
        "||" | "|" => Some("did you mean 'OR'?".into()),
        "!" => Some("did you mean '-'?".into()),
        "-" => Some("write '-' directly before what it negates".into()),
        _ if text.trim().is_empty() => None,
        _ => Some(format!("to find these characters as written, use raw:\"{}\"", clip(text))),
    }
}

/// A short piece of what was typed, for a message.
pub(crate) fn clip(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The tokens, if they read back as the same phrase; as typed otherwise.
impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.written.is_some() {
            return write_value(f, &self.source);
        }
        let mut text = String::new();
        for element in &self.elements {
            let (next, is_beginning) = element.text();
            // Letters and emoji that are tokens of their own need no space, which keeps long texts short.
            let stands_alone = |c: char| is_spaceless(c) || !crate::character::is_word(c);
            if let Some(last) = text.chars().next_back()
                && !(stands_alone(last) && next.starts_with(stands_alone))
            {
                text.push(' ');
            }
            text.push_str(next);
            if is_beginning {
                text.push('*');
            }
        }
        if Self::parse(&text, 1, 1).as_ref() != Ok(self) {
            text = self.source.to_string();
        }
        write_value(f, &text)
    }
}

/// Writes a value, in quotes where it needs them.
pub(crate) fn write_value(f: &mut fmt::Formatter<'_>, value: &str) -> fmt::Result {
    let is_plain = value.chars().enumerate().all(|(at, c)| match c {
        '#' | '@' | '$' | '_' => true,
        '.' | '\'' | '/' | '*' | ':' | '-' => at > 0,
        _ => !c.is_ascii() && !c.is_whitespace() && !matches!(c, '“' | '”' | '„' | '‟') || c.is_ascii_alphanumeric(),
    }) && !looks_like_syntax(value);
    if is_plain && !value.is_empty() { f.write_str(value) } else { write!(f, "\"{value}\"") }
}

/// Operator words and what reads as a field need quotes.
fn looks_like_syntax(value: &str) -> bool {
    let letters = value.bytes().take_while(u8::is_ascii_alphabetic).count();
    (letters > 0 && value.as_bytes().get(letters) == Some(&b':'))
        || matches!(value, "AND" | "OR" | "NOT" | "NEAR" | "ONEAR")
        || value.starts_with("NEAR/")
        || value.starts_with("ONEAR/")
}

//! One searchable part of a post: its tokens, ready to be compared, and the way back to the original text.

use std::cell::RefCell;
use std::mem::take;
use std::ops::ControlFlow;
use std::sync::OnceLock;

use crate::character::{is_mark, is_removed};
use crate::fold::{Folded, as_written};
use crate::near::Span;
use crate::phrase::{Element, Key};
use crate::token::{Kind, Tag, Token, Tokens, mention_head};

/// Up to this many tokens a plain walk beats an index.
const WALKED: usize = 48;

/// A title, a text, a description: folded and tokenised.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    original: &'a str,
    read: Read,
    /// Hash and position in order, for long texts.
    index: OnceLock<Vec<(u64, u32)>>,
    /// The characters of the original, for what looks at the text as written.
    characters: OnceLock<Vec<char>>,
}

/// What reading a text takes: posts come by the million, and asking for memory takes as long as reading a short one.
#[derive(Default)]
struct Memory {
    text: String,
    tokens: Tokens,
}

thread_local! {
    static SPARE: RefCell<Vec<Memory>> = const { RefCell::new(Vec::new()) };
}

impl Memory {
    /// So many are kept by each thread: a few posts with title and text.
    const KEPT: usize = 8;
    /// What a longer text needed is not kept.
    const LONGEST: usize = 1 << 12;

    fn take() -> Self {
        SPARE.try_with(|spare| spare.borrow_mut().pop()).ok().flatten().unwrap_or_default()
    }

    fn keep(self) {
        if (1..=Self::LONGEST).contains(&self.text.capacity()) {
            // A thread that ends keeps nothing.
            let _ended = SPARE.try_with(|spare| {
                let mut spare = spare.borrow_mut();
                if spare.len() < Self::KEPT {
                    spare.push(self);
                }
            });
        }
    }
}

/// What was read, in memory that the next text gets.
#[derive(Debug)]
struct Read {
    folded: Folded,
    tokens: Tokens,
}

impl Drop for Read {
    fn drop(&mut self) {
        Memory { text: take(&mut self.folded.text), tokens: take(&mut self.tokens) }.keep();
    }
}

/// Where something was found: positions, and bytes of the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Occurrence {
    /// First position.
    pub(crate) first: u32,
    /// The position after the last.
    pub(crate) after: u32,
    /// First byte of the first token.
    pub(crate) start: u32,
    /// The byte after the last token.
    pub(crate) end: u32,
}

impl Occurrence {
    /// Its positions.
    pub(crate) fn span(self) -> Span {
        Span { first: self.first, after: self.after }
    }
}

impl<'a> Part<'a> {
    pub(crate) fn new(original: &'a str) -> Self {
        let Memory { text, tokens } = if original.is_empty() { Memory::default() } else { Memory::take() };
        let folded = Folded::new(original, text);
        let tokens = Tokens::new(&folded.text, tokens);
        Self { original, read: Read { folded, tokens }, index: OnceLock::new(), characters: OnceLock::new() }
    }

    pub(crate) fn original(&self) -> &'a str {
        self.original
    }

    pub(crate) fn folded(&self) -> &str {
        &self.read.folded.text
    }

    pub(crate) fn tokens(&self) -> &[Token] {
        &self.read.tokens.tokens
    }

    pub(crate) fn tags(&self) -> &[Tag] {
        &self.read.tokens.tags
    }

    /// A range of bytes of the folded text.
    pub(crate) fn slice(&self, start: u32, end: u32) -> &str {
        &self.read.folded.text[start as usize..end as usize]
    }

    fn token_text(&self, token: Token) -> &str {
        self.slice(token.start, token.end)
    }

    /// URLs in the folded text.
    pub(crate) fn urls(&self) -> impl Iterator<Item = &str> {
        self.tokens().iter().filter(|token| token.kind == Kind::Url).map(|&token| self.token_text(token))
    }

    /// Every text that can be asked for as a whole; of a mention its first part lies in it.
    pub(crate) fn for_each_text(&self, mut visit: impl FnMut(&str)) {
        self.tokens().iter().filter(|token| token.kind != Kind::Url).for_each(|&token| visit(self.token_text(token)));
        self.tags().iter().for_each(|tag| visit(self.slice(tag.start, tag.end)));
    }

    /// The element's occurrence that begins at the position, if there is one.
    pub(crate) fn element_at(&self, element: &Element, position: u32) -> Option<Occurrence> {
        let one = |token: Token, end: u32| Occurrence { first: position, after: position + 1, start: token.start, end };
        let token = *self.tokens().get(position as usize)?;
        match element {
            Element::Word(key) => (token.hash == key.hash
                && matches!(token.kind, Kind::Word | Kind::Spaceless | Kind::Emoji)
                && self.token_text(token) == &*key.text)
                .then(|| one(token, token.end)),
            Element::Prefix(prefix) => (token.kind == Kind::Word && self.token_text(token).starts_with(&**prefix))
                .then(|| one(token, token.end)),
            Element::Mention(key) => {
                let text = (token.kind == Kind::Mention).then(|| self.token_text(token))?;
                if *text == *key.text {
                    Some(one(token, token.end))
                } else if mention_head(text) == &*key.text {
                    Some(one(token, token.start + key.text.len() as u32))
                } else {
                    None
                }
            }
            Element::MentionPrefix(prefix) => (token.kind == Kind::Mention
                && self.token_text(token).starts_with(&**prefix))
            .then(|| one(token, token.end)),
            Element::Tag(_) | Element::TagPrefix(_) => {
                let at = self.tags().binary_search_by_key(&position, |tag| tag.position).ok()?;
                self.tag_matches(element, at)
            }
        }
    }

    fn tag_matches(&self, element: &Element, at: usize) -> Option<Occurrence> {
        let tag = self.tags()[at];
        let text = self.slice(tag.start, tag.end);
        let is_match = match element {
            Element::Tag(key) => tag.hash == key.hash && *text == *key.text,
            Element::TagPrefix(prefix) => text.starts_with(&**prefix),
            _ => false,
        };
        is_match.then_some(Occurrence {
            first: tag.position,
            after: tag.position + tag.width,
            start: tag.start,
            end: tag.end,
        })
    }

    /// All occurrences of an element, by position, until the visitor has enough.
    pub(crate) fn visit(&self, element: &Element, mut visit: impl FnMut(Occurrence) -> ControlFlow<()>) {
        let mut found = |occurrence: Option<Occurrence>| match occurrence {
            Some(occurrence) => visit(occurrence),
            None => ControlFlow::Continue(()),
        };
        let count = self.tokens().len();
        match element {
            Element::Tag(_) | Element::TagPrefix(_) => {
                for at in 0..self.tags().len() {
                    if found(self.tag_matches(element, at)).is_break() {
                        return;
                    }
                }
            }
            Element::Word(key) if count > WALKED => {
                for position in self.positions(key) {
                    if found(self.element_at(element, position)).is_break() {
                        return;
                    }
                }
            }
            Element::Word(key) => {
                for (position, token) in (0u32..).zip(self.tokens()) {
                    if token.hash == key.hash && found(self.element_at(element, position)).is_break() {
                        return;
                    }
                }
            }
            _ => {
                for position in 0..count as u32 {
                    if found(self.element_at(element, position)).is_break() {
                        return;
                    }
                }
            }
        }
    }

    /// The positions whose token has the key's hash.
    fn positions(&self, key: &Key) -> impl Iterator<Item = u32> {
        let index = self.index.get_or_init(|| {
            let mut index: Vec<(u64, u32)> = self.tokens().iter().map(|token| token.hash).zip(0..).collect();
            index.sort_unstable();
            index
        });
        let first = index.partition_point(|&(hash, _)| hash < key.hash);
        index[first..].iter().take_while(move |&&(hash, _)| hash == key.hash).map(|&(_, position)| position)
    }

    /// The stretch of the original behind a range of the folded text, with the marks that follow it, in characters.
    pub(crate) fn stretch(&self, start: u32, end: u32) -> (u32, u32) {
        let (start, mut end) = self.read.folded.origin(self.original, start, end);
        if self.original.is_ascii() {
            return (start, end);
        }
        // Something unseen may stand before a mark; alone it is not part of the stretch, but for what shapes an emoji.
        let mut ahead = end;
        while let Some(&c) = self.characters().get(ahead as usize) {
            let is_attached = is_mark(c) || matches!(c as u32, 0x1F3FB..=0x1F3FF);
            if !is_attached && !is_removed(c) && c != '\u{200D}' {
                break;
            }
            ahead += 1;
            if is_attached {
                end = ahead;
            }
        }
        (start, end)
    }

    /// The stretch as `exact:` compares it.
    pub(crate) fn written(&self, start: u32, end: u32) -> String {
        if self.original.is_ascii() {
            return self.original[start as usize..end as usize].to_owned();
        }
        let (start, end) = self.stretch(start, end);
        as_written(&self.characters()[start as usize..end as usize])
    }

    /// The characters of the original.
    pub(crate) fn characters(&self) -> &[char] {
        self.characters.get_or_init(|| self.original.chars().collect())
    }

    /// The original character behind a byte of the folded text.
    pub(crate) fn original_at(&self, at: u32) -> (u32, u32) {
        self.read.folded.origin(self.original, at, at + 1)
    }

    /// Which characters of the original belong to URLs: ranges in order.
    pub(crate) fn url_stretches(&self) -> impl Iterator<Item = (u32, u32)> {
        self.tokens()
            .iter()
            .filter(|token| token.kind == Kind::Url)
            .map(|token| self.read.folded.origin(self.original, token.start, token.end))
    }
}

//! Folding: the form of a text in which two spellings of the same words are equal, and the way back to the original.
//!
//! Removed characters, NFKC, full case folding, apostrophes, accents: the contract's order. The normalisation forms
//! are computed here, from the tables of `unicode-normalization`, because every character must keep a note of the
//! original characters that it came from; a property test compares the result with that crate's own forms.
//! What folds alone, as nearly all letters do, takes a short way.

use std::iter;
use std::sync::OnceLock;

use caseless::Caseless;
use unicode_normalization::char::{canonical_combining_class, compose, decompose_canonical, decompose_compatible};
use unicode_normalization::{IsNormalized, is_nfkc_quick};

use crate::character::{is_accent, is_apostrophe, is_emoji, is_removed};
use crate::pages::Pages;

/// A text in its folded form.
#[derive(Debug, Clone, Default)]
pub(crate) struct Folded {
    /// The folded form.
    pub(crate) text: String,
    /// For each byte of it the characters of the original behind it. Few ask, so it is made for the first who does.
    origins: OnceLock<Box<[Origin]>>,
}

/// A range of characters of the original.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Origin {
    start: u32,
    end: u32,
}

impl Origin {
    fn join(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// One character on its way through the steps.
#[derive(Debug, Clone, Copy)]
struct Piece {
    c: char,
    origin: Origin,
}

impl Folded {
    /// Folds a text into memory that was used before.
    pub(crate) fn new(original: &str, mut text: String) -> Self {
        text.clear();
        if original.is_ascii() {
            text.push_str(original);
            text.make_ascii_lowercase();
        } else {
            text.reserve(original.len());
            let mut folder = Folder { text, ..Folder::default() };
            folder.fold(original);
            text = folder.text;
        }
        Self { text, origins: OnceLock::new() }
    }

    /// The characters of the original behind a range of bytes of the folded text, as start and end.
    pub(crate) fn origin(&self, original: &str, start: u32, end: u32) -> (u32, u32) {
        if original.is_ascii() {
            return (start, end);
        }
        let origins = self.origins.get_or_init(|| {
            let mut folder = Folder { origins: Some(Vec::with_capacity(self.text.len())), ..Folder::default() };
            folder.fold(original);
            folder.origins.unwrap_or_default().into()
        });
        let joined = origins[start as usize..end as usize].iter().copied().reduce(Origin::join).unwrap_or_else(|| {
            let at = origins.get(start as usize).map_or(0, |origin| origin.start);
            Origin { start: at, end: at }
        });
        (joined.start, joined.end)
    }
}

/// The folded form alone.
pub(crate) fn fold(text: &str) -> String {
    Folded::new(text, String::new()).text
}

#[derive(Default)]
struct Folder {
    text: String,
    /// Of each byte of the text, if they are asked for.
    origins: Option<Vec<Origin>>,
    /// What was written last, and where: a mark that follows takes it back, to go through the steps with it.
    last: Option<(usize, Piece)>,
    pieces: Vec<Piece>,
    spare: Vec<Piece>,
}

impl Folder {
    /// Goes through the text once. What folds alone is written at once; the rest is gathered, together with the
    /// character before it (an accent joins it), and takes all the steps.
    fn fold(&mut self, original: &str) {
        let (mut rest, mut index) = (original, 0u32);
        while let Some(c) = rest.chars().next() {
            let ascii = rest.bytes().position(|byte| !byte.is_ascii()).unwrap_or(rest.len());
            if ascii > 0 {
                self.flush();
                let (run, after) = rest.split_at(ascii);
                self.write_ascii(run, index);
                index += ascii as u32;
                rest = after;
                continue;
            }
            let piece = Piece { c, origin: Origin { start: index, end: index + 1 } };
            let alone = ALONE.get(c);
            // What joins two emoji is only known when the second is seen.
            if !alone.is_nothing() && (self.pieces.is_empty() || !is_emoji(c)) {
                self.flush();
                self.last = Some((self.text.len(), piece));
                self.write(alone.text(), piece.origin);
            } else {
                self.take_back();
                self.pieces.push(piece);
            }
            index += 1;
            rest = &rest[c.len_utf8()..];
        }
        self.flush();
    }

    fn write_ascii(&mut self, ascii: &str, index: u32) {
        let from = self.text.len();
        self.text.push_str(ascii);
        self.text[from..].make_ascii_lowercase();
        if let Some(origins) = &mut self.origins {
            origins.extend((index..).take(ascii.len()).map(|start| Origin { start, end: start + 1 }));
        }
        let end = index + ascii.len() as u32;
        let last = |c| Piece { c, origin: Origin { start: end - 1, end } };
        self.last = ascii.chars().next_back().map(|c| (self.text.len() - 1, last(c)));
    }

    fn write(&mut self, folded: &str, origin: Origin) {
        self.text.push_str(folded);
        if let Some(origins) = &mut self.origins {
            origins.extend(iter::repeat_n(origin, folded.len()));
        }
    }

    fn take_back(&mut self) {
        if let Some((from, piece)) = self.last.take() {
            self.text.truncate(from);
            if let Some(origins) = &mut self.origins {
                origins.truncate(from);
            }
            self.pieces.push(piece);
        }
    }

    /// All the steps for what was gathered.
    fn flush(&mut self) {
        if self.pieces.is_empty() {
            return;
        }
        remove_unseen(&mut self.pieces, |piece| piece.c);
        self.decompose(|c, emit| decompose_compatible(c, emit));
        recompose(&mut self.pieces);
        self.fold_case();
        self.decompose(|c, emit| decompose_canonical(c, emit));
        self.pieces.retain(|piece| !is_accent(piece.c));
        recompose(&mut self.pieces);
        let pieces = std::mem::take(&mut self.pieces);
        for &piece in &pieces {
            self.write(piece.c.encode_utf8(&mut [0; 4]), piece.origin);
        }
        self.pieces = pieces;
        self.pieces.clear();
    }

    fn decompose(&mut self, decompose: impl Fn(char, &mut dyn FnMut(char))) {
        self.spare.clear();
        for piece in &self.pieces {
            decompose(piece.c, &mut |c| self.spare.push(Piece { c, origin: piece.origin }));
        }
        reorder(&mut self.spare);
        std::mem::swap(&mut self.pieces, &mut self.spare);
    }

    fn fold_case(&mut self) {
        self.spare.clear();
        for piece in &self.pieces {
            if is_apostrophe(piece.c) {
                self.spare.push(Piece { c: '\'', origin: piece.origin });
            } else {
                let folded = iter::once(piece.c).default_case_fold();
                self.spare.extend(folded.map(|c| Piece { c, origin: piece.origin }));
            }
        }
        std::mem::swap(&mut self.pieces, &mut self.spare);
    }
}

/// The folded form of a character that neither joins a character before it nor depends on one, if it is short.
#[derive(Debug, Clone, Copy, Default)]
struct Alone {
    bytes: [u8; 7],
    /// 0 if it depends on others.
    length: u8,
}

static ALONE: Pages<Alone> = Pages::new(Alone::look_up);

impl Alone {
    fn look_up(c: char) -> Self {
        let mut first = None;
        decompose_compatible(c, |part| {
            first.get_or_insert(part);
        });
        let first = first.unwrap_or(c);
        let may_join = canonical_combining_class(first) != 0 || is_nfkc_quick(iter::once(first)) == IsNormalized::Maybe;
        let mut folder = Folder::default();
        if !may_join && !is_removed(c) && c != JOINER {
            folder.pieces.push(Piece { c, origin: Origin { start: 0, end: 1 } });
            folder.flush();
        }
        let mut alone = Self::default();
        if let Some(bytes) = alone.bytes.get_mut(..folder.text.len()) {
            bytes.copy_from_slice(folder.text.as_bytes());
            alone.length = folder.text.len() as u8;
        }
        alone
    }

    fn is_nothing(&self) -> bool {
        self.length == 0
    }

    fn text(&self) -> &str {
        str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or_default()
    }
}

/// Takes out what is not seen, then U+200D unless it joins two emoji.
fn remove_unseen<T>(pieces: &mut Vec<T>, char_of: impl Fn(&T) -> char) {
    pieces.retain(|piece| !is_removed(char_of(piece)));
    if !pieces.iter().any(|piece| char_of(piece) == JOINER) {
        return;
    }
    let joins: Vec<bool> = (0..pieces.len())
        .map(|at| {
            char_of(&pieces[at]) != JOINER
                || (at > 0
                    && is_emoji(char_of(&pieces[at - 1]))
                    && pieces.get(at + 1).is_some_and(|next| is_emoji(char_of(next))))
        })
        .collect();
    let mut kept = joins.into_iter();
    pieces.retain(|_| kept.next().unwrap_or(true));
}

const JOINER: char = '\u{200D}';

/// Canonical order: marks between two letters stand by their combining class.
fn reorder(pieces: &mut [Piece]) {
    let mut at = 0;
    while at < pieces.len() {
        if pieces[at].c.is_ascii() || canonical_combining_class(pieces[at].c) == 0 {
            at += 1;
            continue;
        }
        let end = pieces[at..]
            .iter()
            .position(|piece| canonical_combining_class(piece.c) == 0)
            .map_or(pieces.len(), |marks| at + marks);
        pieces[at..end].sort_by_key(|piece| canonical_combining_class(piece.c));
        at = end;
    }
}

/// Canonical composition of what is decomposed and in canonical order.
fn recompose(pieces: &mut Vec<Piece>) {
    let mut kept = 0;
    let mut starter: Option<usize> = None;
    let mut last_class = 0;
    for at in 0..pieces.len() {
        let piece = pieces[at];
        let class = canonical_combining_class(piece.c);
        if let Some(starter) = starter
            && (starter + 1 == kept || (last_class != 0 && last_class < class))
            && let Some(composed) = compose(pieces[starter].c, piece.c)
        {
            pieces[starter] = Piece { c: composed, origin: pieces[starter].origin.join(piece.origin) };
            continue;
        }
        if class == 0 {
            starter = Some(kept);
        }
        last_class = class;
        pieces[kept] = piece;
        kept += 1;
    }
    pieces.truncate(kept);
}

/// A text as written but for what `exact:` overlooks: unseen characters and the form of the apostrophe. NFC.
pub(crate) fn as_written(original: &[char]) -> String {
    use unicode_normalization::UnicodeNormalization;
    let mut kept = original.to_vec();
    remove_unseen(&mut kept, |&c| c);
    kept.into_iter().map(|c| if is_apostrophe(c) || c == '\u{FF07}' { '\'' } else { c }).nfc().collect()
}

/// A text in NFC with each run of white space as one space, and the original characters behind each character.
#[derive(Debug, Clone)]
pub(crate) struct Plain {
    pub(crate) text: String,
    origins: Vec<Origin>,
}

impl Plain {
    pub(crate) fn new(original: &str) -> Self {
        let pieces =
            (0u32..).zip(original.chars()).map(|(at, c)| Piece { c, origin: Origin { start: at, end: at + 1 } });
        let mut pieces: Vec<Piece> = if original.is_ascii() {
            pieces.collect()
        } else {
            let mut decomposed = Vec::with_capacity(original.len());
            for piece in pieces {
                decompose_canonical(piece.c, |c| decomposed.push(Piece { c, origin: piece.origin }));
            }
            reorder(&mut decomposed);
            recompose(&mut decomposed);
            decomposed
        };
        pieces.dedup_by(|next, kept| {
            let is_run = next.c.is_whitespace() && kept.c.is_whitespace();
            if is_run {
                kept.origin = kept.origin.join(next.origin);
            }
            is_run
        });
        let mut text = String::with_capacity(original.len());
        let mut origins = Vec::with_capacity(original.len());
        for piece in pieces {
            let c = if piece.c.is_whitespace() { ' ' } else { piece.c };
            text.push(c);
            origins.extend(iter::repeat_n(piece.origin, c.len_utf8()));
        }
        Self { text, origins }
    }

    /// The characters of the original behind a range of bytes.
    pub(crate) fn origin(&self, start: usize, end: usize) -> (u32, u32) {
        let joined = self.origins.get(start..end).and_then(|origins| origins.iter().copied().reduce(Origin::join));
        joined.map_or((0, 0), |origin| (origin.start, origin.end))
    }
}

/// The value with leading and trailing white space and runs of it made plain, for `raw:`.
pub(crate) fn plain_value(value: &str) -> String {
    Plain::new(value.trim()).text
}

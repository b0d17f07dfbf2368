//! Tokens: what a folded text is made of, position by position.
//!
//! Special tokens (URLs, mentions, hashtags, cashtags, emoji) are recognised from left to right, words in what lies
//! between. A hashtag or cashtag lies over the words of its name: those keep their positions and the tag notes its own.

use crate::character::{Class, class, is_emoji, is_regional_indicator, is_spaceless, is_tag, is_word};
use crate::phrase::hash;

/// What stands at one position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A run of letters and numbers.
    Word,
    /// One letter of a script without spaces, with its marks.
    Spaceless,
    /// A URL: a position without words.
    Url,
    /// A mention with its sign.
    Mention,
    /// An emoji, whole.
    Emoji,
}

/// What stands at one position, as a range of bytes of the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    /// Of its text; that of a URL says nothing.
    pub(crate) hash: u64,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) kind: Kind,
}

/// A hashtag or cashtag with its sign, lying over `width` positions from `position`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag {
    /// Of its text.
    pub(crate) hash: u64,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) position: u32,
    pub(crate) width: u32,
}

/// The tokens of a text: one for each position, and the tags over them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tokens {
    pub(crate) tokens: Vec<Token>,
    pub(crate) tags: Vec<Tag>,
}

impl Tokens {
    /// Reads the tokens of a folded text into memory that was used before.
    pub(crate) fn new(folded: &str, mut memory: Self) -> Self {
        memory.tokens.clear();
        memory.tags.clear();
        let mut reader = Reader { text: folded, found: memory };
        reader.read(0, folded.len(), true);
        reader.found
    }
}

/// The part of a mention that it also answers to: up to the first `.` or inner `@`.
pub(crate) fn mention_head(mention: &str) -> &str {
    let sign = mention.chars().next().map_or(0, char::len_utf8);
    match mention[sign..].find(['.', '@']) {
        Some(length) => &mention[..sign + length],
        None => mention,
    }
}

/// What a byte of a folded text may be.
const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < kinds.len() {
        kinds[byte] = match byte as u8 {
            b'a'..=b'z' | b'0'..=b'9' | b'_' => WORD | URL,
            b'@' | b'#' | b'$' | b'*' => SIGN | URL,
            b'\'' => SIGN | URL | JOINT,
            b'.' | b':' => URL | JOINT,
            b'-' | b'~' | b'/' | b'?' | b'[' | b']' | b'!' | b'&' | b'(' | b')' | b'+' | b',' | b';' | b'=' | b'%' => {
                URL
            }
            0x80.. => SIGN | JOINT,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};
/// A letter or number of ASCII, or `_`.
const WORD: u8 = 1;
/// Something may begin with it that is not such a word.
const SIGN: u8 = 2;
/// May stand in a URL.
const URL: u8 = 4;
/// May make something else of the word before it.
const JOINT: u8 = 8;

/// How many of eight bytes of a folded text, from the first on, are letters or numbers of ASCII or `_`; without a branch.
#[inline]
fn word_bytes(eight: u64) -> usize {
    const fn all(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }
    // Adding sets the high bit of each byte that is at least so much; nothing carries over into the next one.
    let low = eight & all(0x7F);
    let at_least = |first: u8| low + all(0x80 - first);
    let within = |first: u8, last: u8| at_least(first) & !at_least(last + 1);
    let words = (within(b'a', b'z') | within(b'0', b'9') | within(b'_', b'_')) & !eight & all(0x80);
    ((words ^ all(0x80)).trailing_zeros() / 8) as usize
}

struct Reader<'a> {
    text: &'a str,
    found: Tokens,
}

impl Reader<'_> {
    fn at(&self, at: usize) -> Option<char> {
        match self.text.as_bytes().get(at) {
            Some(&byte) if byte.is_ascii() => Some(byte as char),
            Some(_) => self.text[at..].chars().next(),
            None => None,
        }
    }

    fn before(&self, at: usize) -> Option<char> {
        match at.checked_sub(1).map(|before| self.text.as_bytes()[before]) {
            Some(byte) if byte.is_ascii() => Some(byte as char),
            Some(_) => self.text[..at].chars().next_back(),
            None => None,
        }
    }

    fn follows_word(&self, at: usize) -> bool {
        self.before(at).is_some_and(is_word)
    }

    #[inline]
    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        let hash = if kind == Kind::Url { 0 } else { hash(&self.text.as_bytes()[start..end]) };
        self.found.tokens.push(Token { hash, start: start as u32, end: end as u32, kind });
    }

    /// Reads a stretch; inside the name of a tag there are only words.
    fn read(&mut self, start: usize, end: usize, has_specials: bool) {
        let mut at = start;
        while at < end {
            let kinds = KINDS[usize::from(self.text.as_bytes()[at])];
            if kinds & (WORD | SIGN) == 0 {
                at += 1;
                continue;
            }
            if kinds & WORD != 0
                && let Some(after) = self.plain_word(at, end)
            {
                at = after;
                continue;
            }
            let Some(c) = self.at(at) else { break };
            if has_specials && let Some(after) = self.special(at, c) {
                at = after;
            } else if class(c).begins_word() {
                at = self.word(at, end, has_specials);
            } else if c == '\'' && self.is_possessive(at) {
                at += 2;
            } else {
                at += c.len_utf8();
            }
        }
    }

    /// Reads a word of ASCII that nothing special begins in or joins, as most words are, and returns where it ends.
    #[inline]
    fn plain_word(&mut self, start: usize, end: usize) -> Option<usize> {
        let bytes = &self.text.as_bytes()[..end];
        let rest = &bytes[start..];
        let (length, hash) = match rest.first_chunk() {
            Some(&eight) => {
                let eight = u64::from_le_bytes(eight);
                match word_bytes(eight) {
                    8 => {
                        let is_other = |&byte: &u8| KINDS[usize::from(byte)] & WORD == 0;
                        let length = rest[8..].iter().position(is_other).map_or(rest.len(), |more| 8 + more);
                        (length, hash(&rest[..length]))
                    }
                    // A short text is its own hash.
                    length => (length, eight & !(u64::MAX << (8 * length))),
                }
            }
            None => {
                let length = rest.iter().position(|&byte| KINDS[usize::from(byte)] & WORD == 0).unwrap_or(rest.len());
                (length, hash(&rest[..length]))
            }
        };
        let after = start + length;
        if let Some(&next) = bytes.get(after)
            && KINDS[usize::from(next)] & JOINT != 0
        {
            let word = &rest[..length];
            let is_plain = match next {
                // "http://" and "www." begin a URL wherever they stand.
                b':' => !word.ends_with(b"http") && !word.ends_with(b"https"),
                b'.' => !word.ends_with(b"www"),
                // An apostrophe within the word; a mark, or the frame of a keycap.
                _ => false,
            };
            if !is_plain {
                return None;
            }
        }
        self.found.tokens.push(Token { hash, start: start as u32, end: after as u32, kind: Kind::Word });
        Some(after)
    }

    /// Reads the special token that begins here, if one does, and returns where it ends.
    fn special(&mut self, at: usize, c: char) -> Option<usize> {
        match c {
            'h' | 'w' => {
                let end = self.url_end(at)?;
                self.push(Kind::Url, at, end);
                Some(end)
            }
            '@' => {
                let end = self.mention_end(at)?;
                self.push(Kind::Mention, at, end);
                Some(end)
            }
            '#' | '$' => {
                if c == '#'
                    && let Some(end) = self.emoji_end(at, c)
                {
                    self.push(Kind::Emoji, at, end);
                    return Some(end);
                }
                let end = if c == '#' { self.hashtag_end(at)? } else { self.cashtag_end(at)? };
                let position = self.found.tokens.len();
                self.read(at + 1, end, false);
                let width = self.found.tokens.len() - position;
                self.found.tags.push(Tag {
                    hash: hash(&self.text.as_bytes()[at..end]),
                    start: at as u32,
                    end: end as u32,
                    position: position as u32,
                    width: width as u32,
                });
                Some(end)
            }
            _ => {
                let end = self.emoji_end(at, c)?;
                self.push(Kind::Emoji, at, end);
                Some(end)
            }
        }
    }

    /// Reads a word, or one letter of a script without spaces.
    fn word(&mut self, start: usize, end: usize, has_specials: bool) -> usize {
        let mut at = start;
        let mut is_after_letter = false;
        while at < end {
            let Some(c) = self.at(at) else { break };
            let class = class(c);
            if class.begins_word() {
                if is_spaceless(c) {
                    if at > start {
                        break;
                    }
                    let after = self.marks_end(at + c.len_utf8(), end);
                    self.push(Kind::Spaceless, at, after);
                    return after;
                }
                if at > start && has_specials && self.begins_special_in_word(at, c) {
                    break;
                }
                is_after_letter = class == Class::Letter;
                at = self.marks_end(at + c.len_utf8(), end);
            } else if c == '\'' && is_after_letter && self.is_inner_apostrophe(at, end, has_specials) {
                at += 1;
            } else {
                break;
            }
        }
        self.push(Kind::Word, start, at);
        at
    }

    fn marks_end(&self, mut at: usize, end: usize) -> usize {
        while at < end
            && let Some(c) = self.at(at)
            && !c.is_ascii()
            && class(c) == Class::Mark
        {
            at += c.len_utf8();
        }
        at
    }

    /// URLs begin anywhere (`www.` after an apostrophe), and the digit of a keycap belongs to it even after a letter.
    fn begins_special_in_word(&self, at: usize, c: char) -> bool {
        match c {
            'h' | 'w' => self.url_end(at).is_some(),
            '0'..='9' => self.emoji_end(at, c).is_some(),
            _ => false,
        }
    }

    /// An apostrophe after a letter stays in the word if a letter of the word follows.
    fn is_inner_apostrophe(&self, at: usize, end: usize, has_specials: bool) -> bool {
        at + 1 < end
            && self.at(at + 1).is_some_and(|next| {
                class(next) == Class::Letter
                    && !is_spaceless(next)
                    && !(has_specials && self.begins_special_in_word(at + 1, next))
            })
            && !self.is_possessive(at)
    }

    /// `'s` after a word character and not before one.
    fn is_possessive(&self, at: usize) -> bool {
        self.text.as_bytes().get(at + 1) == Some(&b's')
            && self.follows_word(at)
            && !self.at(at + 2).is_some_and(is_word)
    }

    fn url_end(&self, at: usize) -> Option<usize> {
        let rest = &self.text.as_bytes()[at..];
        let start = if rest.starts_with(b"http://") {
            at + 7
        } else if rest.starts_with(b"https://") {
            at + 8
        } else if rest.starts_with(b"www.") && !self.follows_word(at) {
            at + 4
        } else {
            return None;
        };
        let first = self.at(start)?;
        if !matches!(class(first), Class::Letter | Class::Number) || is_spaceless(first) {
            return None;
        }
        let mut end = start;
        while let Some(c) = self.at(end)
            && if c.is_ascii() { KINDS[c as usize] & URL != 0 } else { is_word(c) && !is_spaceless(c) }
        {
            end += c.len_utf8();
        }
        Some(at + self.text[at..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'']).len())
    }

    fn mention_end(&self, at: usize) -> Option<usize> {
        let belongs = |at: usize| self.at(at).filter(|&c| is_word(c) && !is_spaceless(c));
        let first = belongs(at + 1).filter(|&c| class(c).begins_word())?;
        if self.follows_word(at) {
            return None;
        }
        let mut end = at + 1 + first.len_utf8();
        loop {
            if let Some(c) = belongs(end) {
                end += c.len_utf8();
            } else if matches!(self.at(end), Some('.' | '-' | '@'))
                && let Some(c) = belongs(end + 1)
            {
                end += 1 + c.len_utf8();
            } else {
                return Some(end);
            }
        }
    }

    fn hashtag_end(&self, at: usize) -> Option<usize> {
        self.at(at + 1).filter(|&first| class(first).begins_word())?;
        if self.before(at).is_some_and(|before| before == '&' || is_word(before)) {
            return None;
        }
        let mut end = at + 1;
        let mut has_letter = false;
        while let Some(c) = self.at(end) {
            let class = class(c);
            if !class.is_word() {
                break;
            }
            has_letter |= class == Class::Letter;
            end += c.len_utf8();
        }
        has_letter.then_some(end)
    }

    fn cashtag_end(&self, at: usize) -> Option<usize> {
        let letters =
            self.text.as_bytes()[at + 1..].iter().take(7).take_while(|byte| byte.is_ascii_lowercase()).count();
        let end = at + 1 + letters;
        let stands_free = !self.before(at).is_some_and(|before| before == '$' || is_word(before));
        ((1..=6).contains(&letters) && stands_free && !self.at(end).is_some_and(is_word)).then_some(end)
    }

    fn emoji_end(&self, at: usize, c: char) -> Option<usize> {
        if matches!(c, '0'..='9' | '#' | '*') {
            return (self.at(at + 1) == Some('\u{20E3}')).then_some(at + 1 + '\u{20E3}'.len_utf8());
        }
        if c.is_ascii() {
            return None;
        }
        let mut end = at + c.len_utf8();
        if is_regional_indicator(c) {
            return self.at(end).filter(|&next| is_regional_indicator(next)).map(|next| end + next.len_utf8());
        }
        if !is_emoji(c) {
            return None;
        }
        loop {
            match self.at(end) {
                Some(next) if is_tag(next) => end += next.len_utf8(),
                Some(joiner @ '\u{200D}') => match self.at(end + joiner.len_utf8()) {
                    Some(next) if is_emoji(next) => end += joiner.len_utf8() + next.len_utf8(),
                    _ => return Some(end),
                },
                _ => return Some(end),
            }
        }
    }
}

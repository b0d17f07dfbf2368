//! Section 2 of the contract, step by step: folding, special tokens, words, and what stood in the original.

use std::sync::LazyLock;

use caseless::Caseless;
use regex::Regex;
use unicode_normalization::UnicodeNormalization;

/// What a character is by the tables of the library of patterns.
fn is(pattern: &'static LazyLock<Regex>, c: char) -> bool {
    pattern.is_match(c.encode_utf8(&mut [0; 4]))
}

macro_rules! kinds_of_character {
    ($($name:ident $pattern:literal)*) => {
        $(pub(super) fn $name(c: char) -> bool {
            static PATTERN: LazyLock<Regex> = LazyLock::new(|| Regex::new($pattern).expect("a pattern of a test"));
            is(&PATTERN, c)
        })*
    };
}

kinds_of_character! {
    is_letter r"\p{L}"
    is_mark r"[\p{Mn}\p{Mc}]"
    is_any_mark r"[\p{M}--\x{20E3}]"
    begins_word r"[\p{L}\p{N}_]"
    is_word r"[\p{L}\p{N}\p{Mn}\p{Mc}_]"
    is_spaceless r"[[\p{L}\p{N}]&&[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]ー]"
    is_emoji r"[\p{Emoji}&&\p{Extended_Pictographic}]"
    is_flag_letter r"[\x{1F1E6}-\x{1F1FF}]"
    is_accent r"[[\p{Mn}\p{Me}]&&[\x{300}-\x{36F}\x{483}-\x{489}\x{591}-\x{5C7}\x{610}-\x{61A}\x{64B}-\x{65F}\x{670}\x{6D6}-\x{6ED}\x{1AB0}-\x{1AFF}\x{1DC0}-\x{1DFF}\x{20D0}-\x{20E2}\x{20E4}-\x{20F0}\x{FE20}-\x{FE2F}]]"
    is_hidden r"[\xAD\x{61C}\x{200B}\x{200C}\x{200E}\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{2066}-\x{2069}\x{FEFF}\x{FE00}-\x{FE0F}\x{E0100}-\x{E01EF}\x{1F3FB}-\x{1F3FF}™℠®©]"
}

/// What is left of a text without what only hides or colours.
fn shown(text: &str) -> String {
    let seen: Vec<char> = text.chars().filter(|&c| !is_hidden(c)).collect();
    let joins = |at: usize| at > 0 && is_emoji(seen[at - 1]) && seen.get(at + 1).is_some_and(|&c| is_emoji(c));
    (0..seen.len()).filter(|&at| seen[at] != '\u{200D}' || joins(at)).map(|at| seen[at]).collect()
}

fn with_plain_apostrophes(text: &str) -> String {
    text.replace(['\u{2018}', '\u{2019}', '\u{2BC}'], "'")
}

/// Step 1.
pub(super) fn fold(text: &str) -> String {
    let folded: String = shown(text).nfkc().default_case_fold().collect();
    with_plain_apostrophes(&folded).nfd().filter(|&c| !is_accent(c)).nfc().collect()
}

/// What stands at one position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Word,
    Url,
    Mention,
    Emoji,
}

/// A token at its position.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) kind: Kind,
    pub(super) text: String,
    /// Characters of the folded text.
    pub(super) from: usize,
    pub(super) to: usize,
}

/// A hashtag or cashtag over the words of its name.
#[derive(Debug, Clone)]
pub(super) struct Tag {
    pub(super) text: String,
    /// Its first position, and how many it has.
    pub(super) at: usize,
    pub(super) width: usize,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// A text that was read.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    pub(super) original: String,
    pub(super) items: Vec<Item>,
    pub(super) tags: Vec<Tag>,
}

impl Part {
    /// Steps 1 to 5.
    pub(super) fn read(original: &str) -> Self {
        let mut part = Self { original: original.to_owned(), ..Self::default() };
        let text: Vec<char> = fold(original).chars().collect();
        let (mut at, mut gap) = (0, 0);
        while at < text.len() {
            let Some((kind, length)) = special(&text, at) else {
                at += 1;
                continue;
            };
            part.read_words(&text, gap, at);
            let end = at + length;
            match kind {
                Some(kind) => part.push(kind, &text, at, end),
                None => {
                    let first = part.items.len();
                    part.read_words(&text, at + 1, end);
                    let width = part.items.len() - first;
                    part.tags.push(Tag { text: text[at..end].iter().collect(), at: first, width, from: at, to: end });
                }
            }
            (at, gap) = (end, end);
        }
        part.read_words(&text, gap, text.len());
        part
    }

    fn push(&mut self, kind: Kind, text: &[char], from: usize, to: usize) {
        self.items.push(Item { kind, text: text[from..to].iter().collect(), from, to });
    }

    /// Steps 3 and 4, between special tokens.
    fn read_words(&mut self, text: &[char], from: usize, to: usize) {
        let word_at = |at: usize| text.get(at).is_some_and(|&c| is_word(c));
        let is_possessive = |at: usize| {
            at + 2 <= to && text[at] == '\'' && text[at + 1] == 's' && at > 0 && word_at(at - 1) && !word_at(at + 2)
        };
        let after_marks = |mut at: usize| {
            while at < to && is_mark(text[at]) {
                at += 1;
            }
            at
        };
        let mut at = from;
        while at < to {
            if is_possessive(at) {
                at += 2;
            } else if is_spaceless(text[at]) {
                let end = after_marks(at + 1);
                self.push(Kind::Word, text, at, end);
                at = end;
            } else if begins_word(text[at]) {
                let start = at;
                let mut base = text[at];
                at = after_marks(at + 1);
                while at < to {
                    let is_joined = text[at] == '\''
                        && !is_possessive(at)
                        && is_letter(base)
                        && at + 1 < to
                        && is_letter(text[at + 1])
                        && !is_spaceless(text[at + 1]);
                    if is_joined {
                        at += 1;
                    } else if !begins_word(text[at]) || is_spaceless(text[at]) {
                        break;
                    }
                    base = text[at];
                    at = after_marks(at + 1);
                }
                self.push(Kind::Word, text, start, at);
            } else {
                at += 1;
            }
        }
    }

    /// The stretch of the original behind these characters of the folded text, with the marks that follow it. The frame of
    /// a keycap, which folding leaves, is none of those.
    pub(super) fn stretch(&self, from: usize, to: usize) -> &str {
        let ends = self.original.char_indices().map(|(at, _)| at).chain([self.original.len()]);
        let folded: Vec<(usize, usize)> = ends.map(|at| (at, fold(&self.original[..at]).chars().count())).collect();
        let start = folded.iter().rev().find(|(_, length)| *length <= from).map_or(0, |(at, _)| *at);
        let reached = folded.iter().find(|(_, length)| *length >= to).map_or(0, |(_, length)| *length);
        let end = folded.iter().rev().find(|(_, length)| *length <= reached).map_or(0, |(at, _)| *at);
        let marks = self.original[end..].chars().take_while(|&c| is_any_mark(c) || is_hidden(c));
        let end = end + marks.map(char::len_utf8).sum::<usize>();
        &self.original[start.min(end)..end]
    }

    /// Such a stretch, as `exact:` compares it.
    pub(super) fn letters(&self, from: usize, to: usize) -> String {
        with_plain_apostrophes(&shown(self.stretch(from, to)).nfc().collect::<String>())
    }
}

/// Step 2 and 5: what begins there and how many characters it has; `None` for a hashtag or cashtag.
fn special(text: &[char], at: usize) -> Option<(Option<Kind>, usize)> {
    let rest = &text[at..];
    let is_after_word = at > 0 && is_word(text[at - 1]);
    let is_after = |c: char| at > 0 && text[at - 1] == c;
    let longest = |from: usize, fits: &dyn Fn(char) -> bool| {
        from + rest[from.min(rest.len())..].iter().take_while(|&&c| fits(c)).count()
    };
    let in_name = |c: char| is_word(c) && !is_spaceless(c);

    let opening = ["http://", "https://", "www."].into_iter().find(|opening| {
        rest.iter().copied().take(opening.len()).eq(opening.chars()) && (!is_after_word || *opening != "www.")
    });
    if let Some(opening) = opening
        && rest.get(opening.len()).is_some_and(|&c| begins_word(c) && c != '_' && !is_spaceless(c))
    {
        let fits = |c: char| in_name(c) || "-.~:/?#[]@!$&'()*+,;=%".contains(c);
        let mut length = longest(opening.len(), &fits);
        while ".,;:!?)]'".contains(rest[length - 1]) {
            length -= 1;
        }
        return Some((Some(Kind::Url), length));
    }
    let is_begun = rest.get(1).is_some_and(|&c| begins_word(c));
    if rest[0] == '@' && !is_after_word && is_begun && !is_spaceless(rest[1]) {
        let mut length = longest(1, &in_name);
        while rest.get(length).is_some_and(|c| ".-@".contains(*c)) && rest.get(length + 1).is_some_and(|&c| in_name(c))
        {
            length = longest(length + 1, &in_name);
        }
        return Some((Some(Kind::Mention), length));
    }
    if let Some(length) = emoji(rest) {
        return Some((Some(Kind::Emoji), length));
    }
    if rest[0] == '#' && !is_after_word && !is_after('&') && is_begun {
        let length = longest(1, &is_word);
        if rest[1..length].iter().any(|&c| is_letter(c)) {
            return Some((None, length));
        }
    }
    if rest[0] == '$' && !is_after_word && !is_after('$') {
        let length = longest(1, &|c| c.is_ascii_lowercase());
        if (2..=7).contains(&length) && !rest.get(length).is_some_and(|&c| is_word(c)) {
            return Some((None, length));
        }
    }
    None
}

fn emoji(rest: &[char]) -> Option<usize> {
    let second = rest.get(1).copied();
    if is_flag_letter(rest[0]) && second.is_some_and(is_flag_letter) {
        return Some(2);
    }
    if "0123456789#*".contains(rest[0]) && second == Some('\u{20E3}') {
        return Some(2);
    }
    if !is_emoji(rest[0]) {
        return None;
    }
    let mut length = 1;
    loop {
        match (rest.get(length), rest.get(length + 1)) {
            (Some('\u{E0020}'..='\u{E007F}'), _) => length += 1,
            (Some('\u{200D}'), Some(&next)) if is_emoji(next) => length += 2,
            _ => return Some(length),
        }
    }
}

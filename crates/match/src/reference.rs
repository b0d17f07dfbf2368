//! The contract's steps written down once more, slowly, with other people's normalisation and regular expressions:
//! what the fast folding and tokenising are compared with.

use std::sync::LazyLock;

use caseless::Caseless;
use proptest::prelude::*;
use regex::Regex;
use unicode_normalization::UnicodeNormalization;

use crate::character::{Class, class, is_accent, is_emoji, is_removed, is_spaceless};
use crate::fold::{Folded, Plain, fold};
use crate::token::{Kind, Tokens};

macro_rules! pattern {
    ($name:ident, $pattern:expr) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($pattern).expect("a pattern of a test"));
    };
}

const SPACELESS: &str = r"[[\p{L}\p{N}]&&[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]ー]";
const EMOJI: &str = r"[\p{Emoji}&&\p{Extended_Pictographic}]";

pattern!(WORD_CHARACTER, r"^[\p{L}\p{N}\p{Mn}\p{Mc}_]$");
pattern!(ONE_SPACELESS, &format!("^{SPACELESS}$"));
pattern!(ONE_EMOJI, &format!("^{EMOJI}$"));
pattern!(ASSIGNED, r"^[\p{Age=14.0}--\p{Cn}]$");
pattern!(
    URL,
    &format!(
        r"^(?:https?://|www\.)[[\p{{L}}\p{{N}}]--{SPACELESS}][[\p{{L}}\p{{N}}\p{{Mn}}\p{{Mc}}_\-.~:/?\#\[\]@!$&'()*+,;=%]--{SPACELESS}]*"
    )
);
pattern!(
    MENTION,
    &format!(
        r"^@[[\p{{L}}\p{{N}}_]--{SPACELESS}][[\p{{L}}\p{{N}}\p{{Mn}}\p{{Mc}}_]--{SPACELESS}]*(?:[.@-][[\p{{L}}\p{{N}}\p{{Mn}}\p{{Mc}}_]--{SPACELESS}]+)*"
    )
);
pattern!(HASHTAG, r"^#[\p{L}\p{N}_][\p{L}\p{N}\p{Mn}\p{Mc}_]*");
pattern!(LETTER, r"\p{L}");
pattern!(CASHTAG, r"^\$[a-z]{1,6}");
pattern!(
    AN_EMOJI,
    &format!(
        r"^(?:[\x{{1F1E6}}-\x{{1F1FF}}]{{2}}|[0-9\#*]\x{{20E3}}|{EMOJI}(?:\x{{200D}}{EMOJI}|[\x{{E0020}}-\x{{E007F}}])*)"
    )
);
pattern!(WORDS, &format!(r"{SPACELESS}[\p{{Mn}}\p{{Mc}}]*|(?:[[\p{{L}}\p{{N}}_]--{SPACELESS}][\p{{Mn}}\p{{Mc}}]*)+"));

/// Step 1 with the normalisation forms of the library.
fn slow_fold(text: &str) -> String {
    let seen: Vec<char> = text.chars().filter(|&c| !is_removed(c)).collect();
    let joined = seen.iter().enumerate().filter(|&(at, &c)| {
        let is_emoji = |at: Option<usize>| at.and_then(|at| seen.get(at)).is_some_and(|&c| is_emoji(c));
        c != '\u{200D}' || (is_emoji(at.checked_sub(1)) && is_emoji(Some(at + 1)))
    });
    joined
        .map(|(_, &c)| c)
        .nfkc()
        .default_case_fold()
        .map(|c| if matches!(c, '\u{2018}' | '\u{2019}' | '\u{2BC}') { '\'' } else { c })
        .nfd()
        .filter(|&c| !is_accent(c))
        .nfc()
        .collect()
}

/// Steps 2 to 5: the texts at each position, `~` for a URL, and the tags with their position and width.
fn slow_tokens(text: &str) -> (Vec<String>, Vec<(String, usize, usize)>) {
    let (mut tokens, mut tags) = (Vec::new(), Vec::new());
    let mut between = 0;
    let mut at = 0;
    let is_word = |c: Option<char>| c.is_some_and(|c| WORD_CHARACTER.is_match(c.encode_utf8(&mut [0; 4])));
    // Words are cut out of what lies between special tokens, but see what stands around it.
    let words = |from: usize, to: usize, tokens: &mut Vec<String>| {
        let mut pieces = vec![(from, to)];
        for (start, found) in text.match_indices("'s") {
            let end = start + found.len();
            if !is_word(text[..start].chars().next_back()) || is_word(text[end..].chars().next()) {
                continue;
            }
            if let Some(last) = pieces.last_mut()
                && last.0 <= start
                && end <= last.1
            {
                let rest = (end, last.1);
                last.1 = start;
                pieces.push(rest);
            }
        }
        for (from, to) in pieces {
            let mut last: Option<(usize, usize)> = None;
            for found in WORDS.find_iter(&text[from..to]) {
                let (start, end) = (from + found.start(), from + found.end());
                let is_letter = |c: Option<char>| c.is_some_and(|c| class(c) == Class::Letter && !is_spaceless(c));
                let base = |text: &str| text.chars().rev().find(|&c| class(c) != Class::Mark);
                match last {
                    Some((first, before))
                        if start == before + 1
                            && text.as_bytes()[before] == b'\''
                            && is_letter(base(&text[first..before]))
                            && is_letter(text[start..].chars().next()) =>
                    {
                        last = Some((first, end));
                    }
                    _ => {
                        if let Some((first, before)) = last {
                            tokens.push(text[first..before].to_owned());
                        }
                        last = Some((start, end));
                    }
                }
            }
            if let Some((first, before)) = last {
                tokens.push(text[first..before].to_owned());
            }
        }
    };
    while let Some(c) = text[at..].chars().next() {
        let (before, rest) = (text[..at].chars().next_back(), &text[at..]);
        let mut length = 0;
        let mut name = None;
        if let Some(url) = URL.find(rest).filter(|_| c == 'h' || !is_word(before)) {
            length = url.as_str().trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'']).len();
            name = Some("~");
        } else if let Some(mention) = MENTION.find(rest).filter(|_| !is_word(before)) {
            (length, name) = (mention.len(), Some(mention.as_str()));
        } else if let Some(emoji) = AN_EMOJI.find(rest) {
            (length, name) = (emoji.len(), Some(emoji.as_str()));
        } else if let Some(tag) =
            HASHTAG.find(rest).filter(|tag| !is_word(before) && before != Some('&') && LETTER.is_match(tag.as_str()))
        {
            length = tag.len();
        } else if let Some(tag) = CASHTAG
            .find(rest)
            .filter(|tag| !is_word(before) && before != Some('$') && !is_word(rest[tag.len()..].chars().next()))
        {
            length = tag.len();
        }
        if length == 0 {
            at += c.len_utf8();
            continue;
        }
        words(between, at, &mut tokens);
        if let Some(name) = name {
            tokens.push(name.to_owned());
        } else {
            let position = tokens.len();
            words(at + 1, at + length, &mut tokens);
            tags.push((rest[..length].to_owned(), position, tokens.len() - position));
        }
        at += length;
        between = at;
    }
    words(between, text.len(), &mut tokens);
    (tokens, tags)
}

fn fast_tokens(text: &str) -> (Vec<String>, Vec<(String, usize, usize)>) {
    let found = Tokens::new(text, Tokens::default());
    let slice = |start: u32, end: u32| text[start as usize..end as usize].to_owned();
    let tokens = found.tokens.iter().map(|token| match token.kind {
        Kind::Url => "~".to_owned(),
        _ => slice(token.start, token.end),
    });
    let tags = found.tags.iter().map(|tag| (slice(tag.start, tag.end), tag.position as usize, tag.width as usize));
    (tokens.collect(), tags.collect())
}

/// Pieces that meet in awkward ways.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => prop::sample::select(vec![
            "http://", "https://", "www.", "a", "h", "s", "'s", "'", "’", "#", "@", "$", "&", ".", "-", "/", "?", ")", "_", " ", "1",
            "*", "acme", "é", "e\u{301}", "\u{301}", "\u{20E3}", "\u{E34}", "\u{3099}", "ก", "新", "か", "ー", "ｶ", "ﾞ", "가", "ᄀ", "ᅡ", "ᆨ",
        ]),
        1 => prop::sample::select(vec![
            "👍", "🏽", "👩", "\u{200D}", "💻", "\u{FE0F}", "❤", "🇩", "🇪", "🏴", "\u{E0067}", "\u{E007F}", "㊙", "ℹ", "™", "\u{200B}",
            "İ", "ß", "ﬁ", "½", "ﷺ", "Ω", "й", "Ё", "Я", "ᾳ", "\u{345}", "\u{323}", "\u{307}", "क", "ा", "्", "َ", "ا", "ְ", "ש",
        ]),
        1 => any::<char>().prop_map(|c| if ASSIGNED.is_match(c.encode_utf8(&mut [0; 4])) { c } else { '?' }).prop_map(|c| &*c.to_string().leak()),
    ];
    prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn folding_is_that_of_the_library(text in text()) {
        prop_assert_eq!(fold(&text), slow_fold(&text));
    }

    #[test]
    fn plain_text_is_in_the_library_s_form(text in text()) {
        let expected: String = text.nfc().collect();
        prop_assert_eq!(Plain::new(&text).text.replace(char::is_whitespace, ""), expected.replace(char::is_whitespace, ""));
    }

    #[test]
    fn every_folded_character_comes_from_one_of_the_original(text in text()) {
        let folded = Folded::new(&text, String::new());
        let length = text.chars().count() as u32;
        for (at, c) in folded.text.char_indices() {
            let (start, end) = folded.origin(&text, at as u32, (at + c.len_utf8()) as u32);
            prop_assert!(start < end && end <= length);
        }
    }

    #[test]
    fn tokens_are_those_of_the_patterns(text in text()) {
        let folded = slow_fold(&text);
        prop_assert_eq!(fast_tokens(&folded), slow_tokens(&folded), "{:?}", folded);
    }
}

#[test]
fn every_character_folds_as_in_the_library() {
    for c in characters() {
        let text = format!("a{c}か{c}x");
        assert_eq!(fold(&text), slow_fold(&text), "{c:?} U+{:04X}", c as u32);
    }
}

/// All characters of the planes that have any.
fn characters() -> impl Iterator<Item = char> {
    (0..0x3_3500).chain(0xE_0000..0xE_0200).filter_map(char::from_u32)
}

#[test]
fn character_classes_are_those_of_the_patterns() {
    let mut buffer = [0; 4];
    for c in characters() {
        let text = &*c.encode_utf8(&mut buffer);
        // The tables here may be a version of Unicode ahead of those of the patterns.
        if !ASSIGNED.is_match(text) {
            continue;
        }
        assert_eq!(is_emoji(c), ONE_EMOJI.is_match(text), "{c:?} U+{:04X}", c as u32);
        assert_eq!(class(c).is_word(), WORD_CHARACTER.is_match(text), "{c:?} U+{:04X}", c as u32);
        assert_eq!(is_spaceless(c), ONE_SPACELESS.is_match(text), "{c:?} U+{:04X}", c as u32);
    }
}

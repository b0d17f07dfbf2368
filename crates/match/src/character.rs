//! What kind of character one is: the classes on which folding and tokenising stand.
//!
//! Everything here is asked about characters of *folded* text unless said otherwise.

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeEmoji, UnicodeGeneralCategory};
use unicode_script::{Script, UnicodeScript};

use crate::pages::Pages;

/// The part a character can play in a token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Class {
    Letter,
    Number,
    /// A combining mark that folding leaves: part of the word it follows.
    Mark,
    Underscore,
    #[default]
    Other,
}

impl Class {
    /// A letter, number or `_`: what a word can begin with.
    pub(crate) fn begins_word(self) -> bool {
        matches!(self, Self::Letter | Self::Number | Self::Underscore)
    }

    /// `[\p{L}\p{N}\p{Mn}\p{Mc}_]`
    pub(crate) fn is_word(self) -> bool {
        self != Self::Other
    }
}

#[inline]
pub(crate) fn class(c: char) -> Class {
    if c.is_ascii() {
        return match c {
            'a'..='z' | 'A'..='Z' => Class::Letter,
            '0'..='9' => Class::Number,
            '_' => Class::Underscore,
            _ => Class::Other,
        };
    }
    KNOWN.get(c).class
}

/// What the tables of Unicode say of a character that is not ASCII.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    class: Class,
    is_spaceless: bool,
    is_emoji: bool,
}

static KNOWN: Pages<Known> = Pages::new(Known::look_up);

impl Known {
    fn look_up(c: char) -> Self {
        let class = match c.general_category() {
            GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark => Class::Mark,
            _ => match c.general_category_group() {
                GeneralCategoryGroup::Letter => Class::Letter,
                GeneralCategoryGroup::Number => Class::Number,
                _ => Class::Other,
            },
        };
        Self { class, is_spaceless: is_of_spaceless_script(c, class), is_emoji: is_whole_emoji(c) }
    }
}

pub(crate) fn is_word(c: char) -> bool {
    class(c).is_word()
}

/// A letter or number of a script that is written without spaces: every one is a token of its own.
#[inline]
pub(crate) fn is_spaceless(c: char) -> bool {
    c as u32 >= 0x0E00 && KNOWN.get(c).is_spaceless
}

fn is_of_spaceless_script(c: char, class: Class) -> bool {
    let script = matches!(
        c.script(),
        Script::Han
            | Script::Hiragana
            | Script::Katakana
            | Script::Thai
            | Script::Lao
            | Script::Khmer
            | Script::Myanmar
    );
    c == 'ー' || script && matches!(class, Class::Letter | Class::Number)
}

/// `Emoji` and `Extended_Pictographic`.
///
/// By Unicode's emoji data these are all emoji but the bases of keycaps, the letters of flags and the skin tones;
/// a test compares it with the two properties as another library tells them.
#[inline]
pub(crate) fn is_emoji(c: char) -> bool {
    !c.is_ascii() && KNOWN.get(c).is_emoji
}

fn is_whole_emoji(c: char) -> bool {
    !matches!(c, '\u{1F1E6}'..='\u{1F1FF}' | '\u{1F3FB}'..='\u{1F3FF}') && c.is_emoji_char()
}

/// One half of a flag.
pub(crate) fn is_regional_indicator(c: char) -> bool {
    matches!(c, '\u{1F1E6}'..='\u{1F1FF}')
}

/// The tail of a flag of a part of a country.
pub(crate) fn is_tag(c: char) -> bool {
    matches!(c, '\u{E0020}'..='\u{E007F}')
}

/// Any combining mark, as written. The frame of a keycap is left out: it makes an emoji of what it follows.
pub(crate) fn is_mark(c: char) -> bool {
    !c.is_ascii() && c != '\u{20E3}' && c.general_category_group() == GeneralCategoryGroup::Mark
}

/// The accents and vowel points of alphabets, which do not make another word.
pub(crate) fn is_accent(c: char) -> bool {
    matches!(
        c as u32,
        0x0300..=0x036F
            | 0x0483..=0x0489
            | 0x0591..=0x05C7
            | 0x0610..=0x061A
            | 0x064B..=0x065F
            | 0x0670
            | 0x06D6..=0x06ED
            | 0x1AB0..=0x1AFF
            | 0x1DC0..=0x1DFF
            | 0x20D0..=0x20E2
            | 0x20E4..=0x20F0
            | 0xFE20..=0xFE2F
    ) && matches!(c.general_category(), GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark)
}

/// Characters that are not seen, or are no part of a word, and go before anything else looks at a text
/// (U+200D depends on its neighbours and is not among them).
pub(crate) fn is_removed(c: char) -> bool {
    matches!(
        c as u32,
        0x00AD
            | 0x061C
            | 0x200B
            | 0x200C
            | 0x200E
            | 0x200F
            | 0x202A..=0x202E
            | 0x2060..=0x2064
            | 0x2066..=0x2069
            | 0xFEFF
            | 0xFE00..=0xFE0F
            | 0xE0100..=0xE01EF
            | 0x1F3FB..=0x1F3FF
            | 0x2122
            | 0x2120
            | 0x00AE
            | 0x00A9
    )
}

/// The ways to write an apostrophe, besides `'` itself.
pub(crate) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\u{2018}' | '\u{2019}' | '\u{02BC}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes() {
        let check = |c: char, expected: Class| assert_eq!(class(c), expected, "{c:?}");
        check('é', Class::Letter);
        check('ー', Class::Letter);
        check('新', Class::Letter);
        check('٣', Class::Number);
        check('Ⅷ', Class::Number);
        check('\u{0E34}', Class::Mark);
        check('\u{093E}', Class::Mark);
        check('_', Class::Underscore);
        check('\u{20E3}', Class::Other);
        check('★', Class::Other);
    }

    #[test]
    fn scripts_without_spaces() {
        for c in ['新', '𠮷', 'か', 'サ', 'ー', 'ก', 'ກ', 'ក', 'မ', '々', '〇', '๓'] {
            assert!(is_spaceless(c), "{c:?}");
        }
        for c in ['a', '한', 'क', '3', '\u{0E34}', '。', 'є'] {
            assert!(!is_spaceless(c), "{c:?}");
        }
    }
}

//! Folding: how letters are compared. Lower case, no accents, no compatibility forms, no stacked marks.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Appends the folded form of one character.
pub(crate) fn push_folded(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    match c {
        'ß' | 'ẞ' => out.push_str("ss"),
        'ø' | 'Ø' => out.push('o'),
        'æ' | 'Æ' => out.push_str("ae"),
        'œ' | 'Œ' => out.push_str("oe"),
        'ł' | 'Ł' => out.push('l'),
        'đ' | 'Đ' | 'ð' => out.push('d'),
        'ı' => out.push('i'),
        _ => {
            let base = std::iter::once(c).nfkd().filter(|&part| !is_combining_mark(part));
            out.extend(base.flat_map(char::to_lowercase).filter(|&part| !is_combining_mark(part)));
        }
    }
}

/// The folded form of a word as the lexicons are looked up by. Apostrophes vanish: `don't` is `dont`.
pub(crate) fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    word.chars().filter(|&c| !is_apostrophe(c)).for_each(|c| push_folded(c, &mut folded));
    folded
}

/// The characters that people type where an apostrophe belongs.
pub(crate) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '´' | '`' | '＇')
}

/// Beginnings that French and Italian join to the next word with an apostrophe.
const ELISIONS: &[&str] = &["l", "d", "c", "n", "j", "qu", "s", "m", "t", "un", "dell", "nell", "all", "sull", "quest"];

/// Whether a folded beginning before an apostrophe is a word of its own: `l'attesa` is two words, `don't` is one.
pub(crate) fn is_elision(folded: &str) -> bool {
    ELISIONS.contains(&folded)
}

/// The words that a written word with apostrophes stands for, folded.
pub(crate) fn fold_words(word: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut start = 0;
    for (at, c) in word.char_indices().filter(|&(_, c)| is_apostrophe(c)) {
        let before = fold(&word[start..at]);
        if is_elision(&before) {
            words.push(before);
            start = at + c.len_utf8();
        }
    }
    words.push(fold(&word[start..]));
    words
}

/// Cuts every run of one character to `longest`. `None` if there is nothing to cut.
pub(crate) fn shorten_runs(word: &str, longest: usize) -> Option<String> {
    let mut short = String::with_capacity(word.len());
    let mut run = (None, 0);
    for c in word.chars() {
        run = if run.0 == Some(c) { (Some(c), run.1 + 1) } else { (Some(c), 1) };
        if run.1 <= longest {
            short.push(c);
        }
    }
    (short.len() < word.len()).then_some(short)
}

/// The German spelling without umlauts, where the word has any: `höflich` → `hoeflich`.
pub(crate) fn without_umlauts(word: &str) -> Option<String> {
    word.contains(['ä', 'ö', 'ü', 'Ä', 'Ö', 'Ü']).then(|| {
        let spelled = word.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue");
        spelled.replace('Ä', "ae").replace('Ö', "oe").replace('Ü', "ue")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_compared_without_case_accents_and_decoration() {
        let check = |word: &str, expected: &str| assert_eq!(fold(word), expected, "{word}");
        check("Don’t", "dont");
        check("Größe", "grosse");
        check("déçue", "decue");
        check("𝓽𝓮𝓻𝓻𝓲𝓫𝓵𝓮", "terrible");
        check("ＢＡＤ", "bad");
        check("z̷̧̛a̴l̵g̶o̷", "zalgo");
        check("Ωραία", "ωραια");
    }

    #[test]
    fn elisions_are_words() {
        assert_eq!(fold_words("n’arrive"), ["n", "arrive"]);
        assert_eq!(fold_words("qu'il"), ["qu", "il"]);
        assert_eq!(fold_words("don't"), ["dont"]);
    }

    #[test]
    fn runs_are_cut() {
        assert_eq!(shorten_runs("sooooo", 2).as_deref(), Some("soo"));
        assert_eq!(shorten_runs("sooooo", 1).as_deref(), Some("so"));
        assert_eq!(shorten_runs("so", 1), None);
    }
}

//! What a text is made of, hashed: what routing compares posts by.
//!
//! Words, pairs of words and pieces of words, folded like everything that is compared here. A handle says who is spoken to
//! and a link where to look, not what about, so neither keeps its letters; figures keep how long they are.

use switchboard_model::{Features, Post};

use crate::fold::{is_apostrophe, push_folded};

/// How many characters of title and text are read.
const LONGEST_PART: usize = 4_000;

/// The lengths of the pieces that words are cut into.
const PIECES: std::ops::RangeInclusive<usize> = 3..=5;

/// Longer words are cut off.
const LONGEST_WORD: usize = 40;

/// Salts, so that a pair is never taken for a word or a piece.
const WORD: u32 = 0x811c_9dc5;
const PAIR: u32 = 0x9e37_79b1;
const PIECE: u32 = 0x85eb_ca6b;

/// The features of title and text.
pub(crate) fn of_post(post: &Post) -> Features {
    let mut terms = Vec::with_capacity(post.text.len().min(LONGEST_PART) * 3);
    for part in [&post.title, &post.text] {
        let words = words_of(part);
        for (place, word) in words.iter().enumerate() {
            terms.push(hashed(WORD, word.chars()));
            if let Some(next) = words.get(place + 1) {
                terms.push(hashed(PAIR, word.chars().chain([' ']).chain(next.chars())));
            }
            pieces(word, &mut terms);
        }
    }
    terms.sort_unstable();
    terms.dedup();
    if terms.len() > Features::MOST_TERMS {
        // Hashes are as good as chance, and the same pieces are left in every long text.
        terms.sort_unstable_by_key(|term| mixed(*term));
        terms.truncate(Features::MOST_TERMS);
        terms.sort_unstable();
    }
    Features { terms, meaning: Vec::new() }
}

/// The words of a text, folded.
fn words_of(text: &str) -> Vec<String> {
    let end = text.char_indices().nth(LONGEST_PART).map_or(text.len(), |(at, _)| at);
    let mut words = Vec::new();
    for written in text[..end].split_whitespace() {
        if written.contains("://") || written.starts_with("www.") {
            words.push("\u{1}link".to_owned());
            continue;
        }
        let rest = written.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '@' && c != '＠');
        if rest.starts_with(['@', '＠']) {
            continue;
        }
        let mut word = String::new();
        let (mut last, mut run) = (None, 0);
        for c in rest.chars() {
            if c.is_alphanumeric() {
                let c = if c.is_numeric() { '0' } else { c };
                run = if last == Some(c) { run + 1 } else { 1 };
                last = Some(c);
                // What is drawn out, "sooooo", is one word however long.
                if run <= 2 || c == '0' {
                    push_folded(c, &mut word);
                }
            } else if !is_apostrophe(c) && !word.is_empty() {
                words.push(std::mem::take(&mut word));
                last = None;
            }
        }
        if !word.is_empty() {
            words.push(word);
        }
    }
    words
}

/// The pieces of a word with its ends marked.
fn pieces(word: &str, terms: &mut Vec<u32>) {
    let letters: Vec<char> = [' '].into_iter().chain(word.chars().take(LONGEST_WORD)).chain([' ']).collect();
    for length in PIECES {
        terms.extend(letters.windows(length).map(|piece| hashed(PIECE, piece.iter().copied())));
    }
}

/// FNV-1a over the characters, then mixed, because only the low bits are kept.
fn hashed(salt: u32, letters: impl Iterator<Item = char>) -> u32 {
    let hash = letters.fold(salt, |hash, c| (hash ^ u32::from(c)).wrapping_mul(0x0100_0193));
    mixed(hash) % Features::TERMS
}

/// The finisher of MurmurHash3.
fn mixed(mut hash: u32) -> u32 {
    hash ^= hash >> 16;
    hash = hash.wrapping_mul(0x85eb_ca6b);
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn features(text: &str) -> Features {
        of_post(&Post::new("x", "1", text))
    }

    #[test]
    fn what_reads_the_same_has_the_same_features() {
        let check = |one: &str, other: &str| assert_eq!(features(one), features(other), "{one} / {other}");
        check("My ORDER is late!", "my order is late");
        check("@shop my order is late", "my order, is late");
        check("Größe", "grosse");
        check("order 12345 is late", "order 98765 is late");
        check("it is soooo late", "it is sooooooo late");
        check("see https://a.example/1", "see https://b.example/2");
        check("don’t", "dont");
        assert_eq!(features("@shop"), Features::default());
        assert_ne!(features("late order"), features("order late"));
    }

    #[test]
    fn a_title_counts() {
        let post = Post { title: "Refund".into(), ..Post::new("x", "1", "please") };
        assert_eq!(of_post(&post).terms.len(), features("refund").terms.len() + features("please").terms.len());
    }

    proptest! {
        #[test]
        fn any_text_has_bounded_sorted_features(text in any::<String>(), times in 1usize..200) {
            let features = features(&text.repeat(times));
            prop_assert!(features.terms.len() <= Features::MOST_TERMS);
            prop_assert!(features.terms.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(features.terms.last().is_none_or(|last| *last < Features::TERMS));
        }
    }
}

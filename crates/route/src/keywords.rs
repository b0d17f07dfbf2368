//! Words and phrases looked for in a post, without case. Linear in the post and independent of how many there are.

use std::collections::HashMap;

use switchboard_model::Post;

/// How many characters of title and text are looked at.
const LONGEST_PART: usize = 8_000;

/// Phrases by their first word, each with what it stands for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keywords<T> {
    by_first: HashMap<String, Vec<(Vec<String>, T)>>,
}

impl<T: Copy> Keywords<T> {
    /// Adds a phrase; one without a letter or digit is ignored.
    pub(crate) fn add(&mut self, phrase: &str, meaning: T) {
        let mut words = words(phrase);
        if !words.is_empty() {
            let first = words.remove(0);
            self.by_first.entry(first).or_default().push((words, meaning));
        }
    }

    /// Every phrase found, in the order of the text, with what it stands for. A phrase that comes twice is told twice.
    pub(crate) fn find(&self, words: &[String]) -> Vec<(String, T)> {
        let mut found = Vec::new();
        for (at, word) in words.iter().enumerate() {
            for (rest, meaning) in self.by_first.get(word).into_iter().flatten() {
                if words[at + 1..].starts_with(rest) {
                    let phrase = std::iter::once(word).chain(rest).map(String::as_str).collect::<Vec<_>>().join(" ");
                    found.push((phrase, *meaning));
                }
            }
        }
        found
    }
}

/// The words of title and text.
pub(crate) fn words_of(post: &Post) -> Vec<String> {
    let mut all = words(&post.title);
    all.extend(words(&post.text));
    all
}

/// Letters and digits, in lower case; everything else parts words, an apostrophe is dropped.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.chars().take(LONGEST_PART) {
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        } else if !matches!(c, '\'' | '’') && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_found_as_whole_words() {
        let mut keywords = Keywords::default();
        keywords.add("press office", 1);
        keywords.add("Café", 2);
        keywords.add("...", 3);
        let check = |text: &str, expected: &[i32]| {
            let found: Vec<i32> = keywords.find(&words(text)).into_iter().map(|(_, meaning)| meaning).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("Your PRESS-OFFICE, please", &[1]);
        check("express office press officer", &[]);
        check("café CAFÉ", &[2, 2]);
        check("press", &[]);
        check("", &[]);
    }
}

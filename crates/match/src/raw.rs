//! `raw:` compares characters as written, where words and folding are no help: `C++`, `P.C. Richard & Son`.

use crate::character::is_word;
use crate::fold::{Plain, plain_value};

/// The characters to look for: NFC, white space plain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Raw {
    text: Box<str>,
}

impl Raw {
    /// Reads the value; `None` if nothing is left of it.
    pub(crate) fn parse(value: &str) -> Option<Self> {
        let text = plain_value(value);
        (!text.is_empty()).then(|| Self { text: text.into() })
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The places, as bytes of the plain text, with no word character directly before or after.
    pub(crate) fn occurrences<'a>(&'a self, plain: &'a Plain) -> impl Iterator<Item = (usize, usize)> + 'a {
        let text = plain.text.as_str();
        let mut from = 0;
        std::iter::from_fn(move || {
            while let Some(found) = text[from..].find(&*self.text) {
                let start = from + found;
                let end = start + self.text.len();
                // The next may overlap this one: step on by one character only.
                from = start + text[start..].chars().next().map_or(1, char::len_utf8);
                let is_free = !text[..start].chars().next_back().is_some_and(is_word)
                    && !text[end..].chars().next().is_some_and(is_word);
                if is_free {
                    return Some((start, end));
                }
            }
            None
        })
    }
}

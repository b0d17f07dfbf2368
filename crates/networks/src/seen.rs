//! Which posts of overlapping answers were handed over already.
//!
//! Answers are asked for with an overlap, because networks index late. The store would recognise the repeats, but there
//! would be many of them each minute. A post counts as handed over only once its batch's cursor came back, because a
//! batch that was not committed has to be given again.

use std::collections::{HashSet, VecDeque};

use switchboard_model::Cursor;

/// Remembers the last posts up to a bound.
#[derive(Debug)]
pub(crate) struct Seen {
    known: HashSet<String>,
    order: VecDeque<String>,
    capacity: usize,
    handed: Option<(Cursor, Vec<String>)>,
}

impl Seen {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { known: HashSet::new(), order: VecDeque::new(), capacity, handed: None }
    }

    /// Takes note of the committed cursor. False: it is not the one that was handed out last, so what was handed out
    /// with it was not committed, and anything kept beside the cursor no longer fits.
    pub(crate) fn settle(&mut self, committed: Option<&Cursor>) -> bool {
        let Some((cursor, keys)) = self.handed.take() else { return true };
        if committed != Some(&cursor) {
            return false;
        }
        for key in keys {
            if self.known.insert(key.clone()) {
                self.order.push_back(key);
            }
        }
        while self.order.len() > self.capacity {
            if let Some(oldest) = self.order.pop_front() {
                self.known.remove(&oldest);
            }
        }
        true
    }

    /// Whether this version of a post was handed over and committed.
    pub(crate) fn knows(&self, key: &str) -> bool {
        self.known.contains(key)
    }

    /// Takes note of a batch that goes out. Its cursor must differ from the one before.
    pub(crate) fn hand(&mut self, cursor: Cursor, keys: Vec<String>) {
        self.handed = Some((cursor, keys));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_committed_posts_are_known() {
        let cursor = |text: &str| Cursor(text.to_owned());
        let mut seen = Seen::new(2);
        seen.hand(cursor("1"), vec!["a".into()]);
        assert!(!seen.settle(Some(&cursor("0"))), "the batch was not committed");
        assert!(!seen.knows("a"));
        seen.hand(cursor("1"), vec!["a".into()]);
        assert!(seen.settle(Some(&cursor("1"))));
        assert!(seen.knows("a"));
        seen.hand(cursor("2"), vec!["b".into(), "c".into()]);
        assert!(seen.settle(Some(&cursor("2"))));
        assert!(!seen.knows("a") && seen.knows("b") && seen.knows("c"), "bounded");
        assert!(seen.settle(Some(&cursor("2"))));
    }
}

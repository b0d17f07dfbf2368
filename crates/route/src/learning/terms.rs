//! The terms of all lessons: how often each department has them, and in which lessons they stand.
//!
//! Kept in pages that readers share: whoever changes a term copies its page and the term, and nothing else, so a reader goes
//! on with what it began with and nobody waits.

use std::sync::Arc;

use switchboard_model::Features;

/// Terms of one page.
const PAGE: usize = 64;

/// One term.
#[derive(Debug, Clone, Default)]
pub(super) struct Term {
    /// How many lessons of each department have it: places of departments, in order.
    pub counts: Vec<(u16, u32)>,
    /// The lessons that have it, by their places, in no order.
    pub lessons: Vec<u32>,
}

/// All terms.
#[derive(Debug, Clone)]
pub(super) struct Terms(Vec<Arc<Vec<Arc<Term>>>>);

impl Default for Terms {
    fn default() -> Self {
        let page = Arc::new(std::iter::repeat_n(Arc::new(Term::default()), PAGE).collect::<Vec<_>>());
        Self(vec![page; Features::TERMS as usize / PAGE])
    }
}

impl Terms {
    /// A term that some lesson has.
    pub(super) fn get(&self, term: u32) -> Option<&Term> {
        let page = self.0.get(term as usize / PAGE)?;
        page.get(term as usize % PAGE).map(Arc::as_ref).filter(|term| !term.lessons.is_empty())
    }

    fn change(&mut self, term: u32, change: impl FnOnce(&mut Term)) {
        if let Some(page) = self.0.get_mut(term as usize / PAGE)
            && let Some(term) = Arc::make_mut(page).get_mut(term as usize % PAGE)
        {
            change(Arc::make_mut(term));
        }
    }

    pub(super) fn add(&mut self, term: u32, department: u16, lesson: u32) {
        self.change(term, |term| {
            match term.counts.binary_search_by_key(&department, |(one, _)| *one) {
                Ok(place) => term.counts[place].1 += 1,
                Err(place) => term.counts.insert(place, (department, 1)),
            }
            term.lessons.push(lesson);
        });
    }

    pub(super) fn remove(&mut self, term: u32, department: u16, lesson: u32) {
        self.change(term, |term| {
            if let Ok(place) = term.counts.binary_search_by_key(&department, |(one, _)| *one) {
                term.counts[place].1 -= 1;
                if term.counts[place].1 == 0 {
                    term.counts.remove(place);
                }
            }
            if let Some(place) = term.lessons.iter().position(|one| *one == lesson) {
                term.lessons.swap_remove(place);
            }
        });
    }
}

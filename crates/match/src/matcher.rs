//! Many searches asked about each post of a stream.
//!
//! Each search is filed under the rarest of the terms that it cannot match without. A post calls up the searches filed under
//! what it says; most of them are decided by what stands beside the filing, the rest by their programs. Which searches are
//! asked never changes the answer, only the time. (Percolation; the filing by rarest term is that of Luwak.)
//!
//! Searches come and go while posts flow: nothing is compiled anew but the search itself.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use crate::anchor;
use crate::eval::Unknown;
use crate::frequency::Frequencies;
use crate::prepared::Prepared;
use crate::program::{Evaluation, Memory, PackSlots, Plan, Planner, Program};
use crate::query::Query;
use crate::sighting::Seen;
use crate::vocabulary::{Filing, Term, Vocabulary};

/// Searches, each with a key of the caller's, ready to be asked together.
///
/// ```
/// use switchboard_match::{Matcher, Prepared, Query};
/// use switchboard_model::Post;
///
/// let mut matcher = Matcher::new([("brand", Query::parse("acme")?), ("rival", Query::parse("globex")?)]);
/// let post = Post::new("x", "1", "moved from Acme to Globex");
/// assert_eq!(matcher.matches(&Prepared::new(&post)), [&"brand", &"rival"]);
///
/// matcher.remove(&"brand");
/// matcher.insert("move", &Query::parse("moved NEAR/4 globex")?);
/// assert_eq!(matcher.matches(&Prepared::new(&post)), [&"move", &"rival"]);
/// # Ok::<(), switchboard_match::QueryError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Matcher<K> {
    vocabulary: Vocabulary,
    packs: PackSlots,
    /// By place; what was removed leaves a place for the next.
    programs: Vec<Option<Program>>,
    keys: Vec<Option<K>>,
    places: HashMap<K, u32>,
    free: Vec<u32>,
    frequencies: Arc<Frequencies>,
}

/// What is kept from post to post: each thread that asks has its own.
#[derive(Debug, Default)]
pub struct Scratch {
    seen: Seen,
    memory: Memory,
    matched: Marks,
    /// Searches that their filings do not decide.
    asked: Vec<u32>,
    undecided: Vec<u32>,
}

impl<K: Clone + Eq + Hash> Default for Matcher<K> {
    fn default() -> Self {
        Self::with_frequencies(Arc::default())
    }
}

impl<K: Clone + Eq + Hash> Matcher<K> {
    /// Takes searches in.
    pub fn new(searches: impl IntoIterator<Item = (K, Query)>) -> Self {
        let mut matcher = Self::default();
        for (key, query) in searches {
            matcher.insert(key, &query);
        }
        matcher
    }

    /// A matcher without searches that files them by what was learnt from a stream.
    pub fn with_frequencies(frequencies: Arc<Frequencies>) -> Self {
        Self {
            vocabulary: Vocabulary::new(),
            packs: Vec::new(),
            programs: Vec::new(),
            keys: Vec::new(),
            places: HashMap::new(),
            free: Vec::new(),
            frequencies,
        }
    }

    /// Adds a search, or changes the one that has the key.
    pub fn insert(&mut self, key: K, query: &Query) {
        self.remove(&key);
        let place = match self.free.pop() {
            Some(place) => place,
            None if self.programs.len() < Filing::MOST as usize => {
                self.programs.push(None);
                self.keys.push(None);
                self.programs.len() as u32 - 1
            }
            None => return,
        };
        let frequencies = &*self.frequencies;
        let of_pack = |plan: &Plan, vocabulary: &Vocabulary, packs: &PackSlots| {
            anchor::anchors(plan, packs, &|term| rate(frequencies, vocabulary, term))
        };
        let planner = Planner::new(&mut self.vocabulary, &mut self.packs, &of_pack);
        let (plan, asides) = planner.plan(query.root());
        let vocabulary = &self.vocabulary;
        let filings = anchor::filings(&plan, place, &self.packs, &|term| rate(frequencies, vocabulary, term));
        let anchors: Vec<Term> = filings.iter().map(|&(term, _)| term).collect();
        self.programs[place as usize] = Some(Program::new(&plan, asides, &anchors));
        for (term, filing) in filings {
            self.vocabulary.file(term, filing);
        }
        self.keys[place as usize] = Some(key.clone());
        self.places.insert(key, place);
    }

    /// Takes a search out; whether there was one.
    pub fn remove(&mut self, key: &K) -> bool {
        let Some(place) = self.places.remove(key) else { return false };
        self.keys[place as usize] = None;
        if let Some(program) = self.programs[place as usize].take() {
            program.anchors().iter().for_each(|&term| self.vocabulary.unfile(term, place));
            program.release(&mut self.vocabulary, &mut self.packs);
        }
        self.free.push(place);
        true
    }

    /// How many searches there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// How many different words, beginnings and facts the searches ask for.
    pub fn terms(&self) -> usize {
        self.vocabulary.in_use()
    }

    /// Files the searches that are added from now on by what was learnt.
    pub fn set_frequencies(&mut self, frequencies: Arc<Frequencies>) {
        self.frequencies = frequencies;
    }

    /// Bytes that are kept for all searches, without what [`Frequencies`] need.
    pub fn bytes(&self) -> usize {
        // A table of the standard library keeps a byte beside each place, and is at most seven eighths full.
        let places = self.places.capacity() * 8 / 7 * (size_of::<(K, u32)>() + 1);
        self.vocabulary.bytes()
            + self.packs.iter().flatten().map(|pack| pack.bytes()).sum::<usize>()
            + self.programs.capacity() * size_of::<Option<Program>>()
            + self.programs.iter().flatten().map(Program::bytes).sum::<usize>()
            + self.keys.capacity() * size_of::<Option<K>>()
            + places
            + self.free.capacity() * size_of::<u32>()
    }

    /// The keys of the searches that the post matches; in the order in which they were added, but that a new search may take
    /// the place of a removed one.
    pub fn matches(&self, post: &Prepared<'_>) -> Vec<&K> {
        self.matches_with(post, &mut Scratch::default())
    }

    /// The same, with memory that is kept from post to post.
    pub fn matches_with(&self, post: &Prepared<'_>, scratch: &mut Scratch) -> Vec<&K> {
        let mut found = Vec::new();
        self.ask(post, Unknown::MatchesNothing, scratch, |key| found.push(key));
        found
    }

    /// Calls for each search that the post matches, without any memory of its own.
    pub fn visit_matches<'m>(&'m self, post: &Prepared<'_>, scratch: &mut Scratch, visit: impl FnMut(&'m K)) {
        self.ask(post, Unknown::MatchesNothing, scratch, visit);
    }

    /// The keys of the searches that the post may match once it has been understood: [`Query::could_match`].
    pub fn possible(&self, post: &Prepared<'_>, scratch: &mut Scratch) -> Vec<&K> {
        let mut found = Vec::new();
        self.ask(post, Unknown::Is(true), scratch, |key| found.push(key));
        found
    }

    /// The searches that could not be decided about the last post, because telling would have taken too long. They count as
    /// not matching.
    pub fn undecided<'m>(&'m self, scratch: &Scratch) -> impl Iterator<Item = &'m K> {
        scratch.undecided.iter().filter_map(|&place| self.keys.get(place as usize)?.as_ref())
    }

    fn ask<'m>(&'m self, post: &Prepared<'_>, unknown: Unknown, scratch: &mut Scratch, mut visit: impl FnMut(&'m K)) {
        let Scratch { seen, memory, matched, asked, undecided } = scratch;
        seen.look(&self.vocabulary, post);
        matched.fit(self.programs.len());
        asked.clear();
        undecided.clear();
        for &term in seen.terms() {
            for filing in self.vocabulary.filed(term) {
                if filing.holds(|term| seen.has(term)) {
                    if filing.decides() {
                        matched.set(filing.search());
                    } else {
                        asked.push(filing.search());
                    }
                }
            }
        }
        asked.sort_unstable();
        asked.dedup();
        asked.retain(|&place| !matched.has(place));
        // Reading a word of each lets the memory of all come at once, not one after the other.
        let programs = || asked.iter().filter_map(|&place| self.programs[place as usize].as_ref());
        std::hint::black_box(programs().fold(0, |sum: u32, program| sum.wrapping_add(program.touch())));
        memory.clear(self.packs.len());
        let mut evaluation = Evaluation { post, packs: &self.packs, seen, memory, unknown };
        for &place in asked.iter() {
            match self.programs[place as usize].as_ref().map(|program| evaluation.ask(program)) {
                Some(Some(true)) => matched.set(place),
                Some(None) => undecided.push(place),
                _ => {}
            }
        }
        matched.drain(|place| {
            if let Some(Some(key)) = self.keys.get(place as usize) {
                visit(key);
            }
        });
    }
}

fn rate(frequencies: &Frequencies, vocabulary: &Vocabulary, term: Term) -> f32 {
    let (realm, hash, text) = vocabulary.describe(term);
    frequencies.rate(realm, hash, text)
}

/// A set of places that is emptied in order.
#[derive(Debug, Default)]
struct Marks {
    /// A bit for each place.
    bits: Vec<u64>,
    /// A bit for each word of those that is not zero.
    words: Vec<u64>,
}

impl Marks {
    fn fit(&mut self, places: usize) {
        let words = places.div_ceil(64);
        if self.bits.len() < words {
            self.bits.resize(words, 0);
            self.words.resize(words.div_ceil(64), 0);
        }
    }

    #[inline]
    fn set(&mut self, place: u32) {
        let word = place as usize / 64;
        self.bits[word] |= 1 << (place % 64);
        self.words[word / 64] |= 1 << (word % 64);
    }

    fn has(&self, place: u32) -> bool {
        self.bits[place as usize / 64] >> (place % 64) & 1 == 1
    }

    fn drain(&mut self, mut visit: impl FnMut(u32)) {
        for (at, words) in self.words.iter_mut().enumerate() {
            for word in ones(std::mem::take(words)) {
                let word = at * 64 + word as usize;
                ones(std::mem::take(&mut self.bits[word])).for_each(|bit| visit(word as u32 * 64 + bit));
            }
        }
    }
}

/// The numbers of the bits that are set.
fn ones(mut bits: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = bits.trailing_zeros();
        bits &= bits.wrapping_sub(1);
        (bit < 64).then_some(bit)
    })
}

//! Many searches asked about one post.
//!
//! Most searches cannot match without a certain word. Each of those is filed under its required words; a post calls up
//! only the searches that its own words are filed under. The rest is always asked. Which searches are asked never
//! changes the answer, only the time: a candidate is always evaluated in full.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::field::{Field, Place};
use crate::part::TextKind;
use crate::phrase::{Element, Phrase, hash};
use crate::prepared::Prepared;
use crate::query::{Node, Query};

/// Searches, each with a key of the caller's, ready to be asked together.
///
/// ```
/// use switchboard_match::{Matcher, Prepared, Query};
/// use switchboard_model::Post;
///
/// let matcher = Matcher::new([("brand", Query::parse("acme")?), ("rival", Query::parse("globex")?)]);
/// let post = Post::new("x", "1", "moved from Acme to Globex");
/// assert_eq!(matcher.matches(&Prepared::new(&post)), [&"brand", &"rival"]);
/// # Ok::<(), switchboard_match::QueryError>(())
/// ```
#[derive(Debug)]
pub struct Matcher<K> {
    searches: Vec<(K, Query)>,
    /// Searches that need one of their words: by the hash of the word.
    by_word: Filed,
    /// Searches that need a word with a certain beginning: by the hash of that.
    by_beginning: Filed,
    /// The lengths of those beginnings, in bytes.
    beginning_lengths: Vec<usize>,
    /// Searches that must always be asked.
    always: Vec<u32>,
}

type Filed = HashMap<u64, Vec<u32>, BuildHasherDefault<AsIs>>;

impl<K> Matcher<K> {
    /// Files the searches.
    pub fn new(searches: impl IntoIterator<Item = (K, Query)>) -> Self {
        let mut matcher = Self {
            searches: searches.into_iter().collect(),
            by_word: Filed::default(),
            by_beginning: Filed::default(),
            beginning_lengths: Vec::new(),
            always: Vec::new(),
        };
        for (at, (_, query)) in (0u32..).zip(&matcher.searches) {
            let Some(anchors) = anchors(query.root()) else {
                matcher.always.push(at);
                continue;
            };
            for anchor in anchors {
                let filed = if anchor.is_beginning {
                    matcher.beginning_lengths.push(anchor.text.len());
                    &mut matcher.by_beginning
                } else {
                    &mut matcher.by_word
                };
                let searches = filed.entry(hash(anchor.text)).or_default();
                if searches.last() != Some(&at) {
                    searches.push(at);
                }
            }
        }
        matcher.beginning_lengths.sort_unstable();
        matcher.beginning_lengths.dedup();
        matcher
    }

    /// The keys of the searches that the post matches, in the order of the searches.
    pub fn matches(&self, post: &Prepared<'_>) -> Vec<&K> {
        self.matching(post).into_iter().map(|(key, _)| key).collect()
    }

    /// The searches that the post matches, in their order.
    pub fn matching(&self, post: &Prepared<'_>) -> Vec<(&K, &Query)> {
        self.candidates(post).filter(|(_, query)| query.matches(post)).collect()
    }

    /// The searches that the post may match once it has been understood, in their order: [`Query::could_match`].
    pub fn possible(&self, post: &Prepared<'_>) -> Vec<(&K, &Query)> {
        self.candidates(post).filter(|(_, query)| query.could_match(post)).collect()
    }

    /// All searches, in their order.
    pub fn searches(&self) -> &[(K, Query)] {
        &self.searches
    }

    /// The searches that the post's words do not rule out, in their order.
    fn candidates(&self, post: &Prepared<'_>) -> impl Iterator<Item = (&K, &Query)> + use<'_, K> {
        let mut found = self.always.clone();
        for (_, part) in post.searched() {
            part.for_each_text(|text_hash, text, kind| {
                if let Some(searches) = self.by_word.get(&text_hash) {
                    found.extend(searches);
                }
                if kind == TextKind::Prefixed {
                    for &length in self.beginning_lengths.iter().take_while(|&&length| length <= text.len()) {
                        let beginning = text.get(..length).and_then(|text| self.by_beginning.get(&hash(text)));
                        found.extend(beginning.into_iter().flatten());
                    }
                }
            });
        }
        if found.len() > self.always.len() {
            found.sort_unstable();
            found.dedup();
        }
        found.into_iter().filter_map(|at| self.searches.get(at as usize)).map(|(key, query)| (key, query))
    }
}

/// A word of title or text, or the beginning of one.
#[derive(Debug, Clone, Copy)]
struct Anchor<'a> {
    text: &'a str,
    is_beginning: bool,
}

impl Anchor<'_> {
    /// How much it narrows: long words are rarer than short ones, beginnings stand for many words.
    fn weight(self) -> usize {
        if self.is_beginning { self.text.len().div_ceil(2) } else { self.text.len() }
    }
}

/// Words of which a post must have at least one to match; `None` if there are no such words.
fn anchors(node: &Node) -> Option<Vec<Anchor<'_>>> {
    match node {
        Node::Term(phrase) => phrase_anchor(phrase).map(|anchor| vec![anchor]),
        Node::And(nodes) => nodes.iter().filter_map(anchors).max_by_key(|anchors| weight(anchors)),
        Node::Or(nodes) => {
            let all: Option<Vec<_>> = nodes.iter().map(anchors).collect();
            all.map(|all| all.concat())
        }
        Node::Near(near) => {
            near.operands.iter().filter_map(|phrases| any_phrase(phrases)).max_by_key(|all| weight(all))
        }
        Node::Field(Field::Words(Place::Title | Place::Text, phrases)) => any_phrase(phrases),
        Node::Field(Field::Exact(phrase)) => phrase_anchor(phrase).map(|anchor| vec![anchor]),
        Node::Field(Field::In(packs)) => {
            let all: Option<Vec<_>> = packs.iter().map(|pack| anchors(pack.root())).collect();
            all.map(|all| all.concat())
        }
        Node::Field(_) | Node::Not(_) => None,
    }
}

/// How much a set narrows: as its weakest word does, less for each further word.
fn weight(anchors: &[Anchor<'_>]) -> (usize, usize) {
    let weakest = anchors.iter().map(|anchor| anchor.weight()).min().unwrap_or(0);
    (weakest, usize::MAX - anchors.len())
}

fn any_phrase(phrases: &[Phrase]) -> Option<Vec<Anchor<'_>>> {
    phrases.iter().map(phrase_anchor).collect()
}

fn phrase_anchor(phrase: &Phrase) -> Option<Anchor<'_>> {
    let anchor = |element| {
        let (text, is_beginning) = Element::text(element);
        Anchor { text, is_beginning }
    };
    phrase.elements().iter().map(anchor).max_by_key(|anchor| anchor.weight())
}

/// The keys are hashes already.
#[derive(Debug, Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

//! What a post says of the terms that searches ask for: which are seen, and where.

use std::borrow::Cow;

use crate::eval::{figure_of, has, is};
use crate::field::{Figure, Has, Is};
use crate::near::Span;
use crate::part::Part;
use crate::prepared::Prepared;
use crate::token::{Kind, mention_head};
use crate::vocabulary::{ALWAYS, Realm, Term, Vocabulary};

/// Up to so many sightings a walk beats an order.
const WALKED: usize = 64;

/// A term at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Sighting {
    term: Term,
    /// 0 for the title, 1 for the text.
    part: u32,
    /// First position, and the one after the last.
    first: u32,
    after: u32,
}

/// The terms seen in one post. Kept from post to post for its memory.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// A bit for each term.
    present: Vec<u64>,
    /// The terms whose bit is set, each once.
    terms: Vec<Term>,
    sightings: Vec<Sighting>,
    /// Sorted by term and place; made when it is first needed.
    is_sorted: bool,
}

impl Seen {
    /// Looks a post up. What was seen before is forgotten.
    pub(crate) fn look(&mut self, vocabulary: &Vocabulary, post: &Prepared<'_>) {
        for &term in &self.terms {
            if let Some(bits) = self.present.get_mut(term as usize / 64) {
                *bits = 0;
            }
        }
        self.terms.clear();
        self.sightings.clear();
        self.is_sorted = false;
        self.present.resize(vocabulary.len().div_ceil(64), 0);
        self.mark(ALWAYS);
        for (number, (_, part)) in (0u32..).zip(post.searched()) {
            self.look_at(vocabulary, number, part);
        }
        self.look_at_facts(vocabulary, post);
    }

    fn look_at(&mut self, vocabulary: &Vocabulary, part: u32, text: &Part<'_>) {
        let folded = text.folded().as_bytes();
        let has_beginnings = vocabulary.has(Realm::Beginning);
        for (position, token) in (0u32..).zip(text.tokens()) {
            if token.kind == Kind::Url {
                continue;
            }
            let place = |term| Sighting { term, part, first: position, after: position + 1 };
            let word = &folded[token.start as usize..token.end as usize];
            if let Some(term) = vocabulary.find(Realm::Token, token.hash, word) {
                self.add(place(term));
            }
            if matches!(token.kind, Kind::Spaceless | Kind::Emoji) {
                continue;
            }
            if has_beginnings {
                vocabulary.for_each_beginning(Realm::Beginning, word, |term| self.add(place(term)));
            }
            if token.kind == Kind::Mention {
                let head = mention_head(text.slice(token.start, token.end));
                if head.len() < word.len()
                    && let Some(term) = vocabulary.find_text(Realm::Token, head)
                {
                    self.add(place(term));
                }
            }
        }
        for tag in text.tags() {
            let place = |term| Sighting { term, part, first: tag.position, after: tag.position + tag.width };
            let name = &folded[tag.start as usize..tag.end as usize];
            if let Some(term) = vocabulary.find(Realm::Token, tag.hash, name) {
                self.add(place(term));
            }
            if has_beginnings {
                vocabulary.for_each_beginning(Realm::Beginning, name, |term| self.add(place(term)));
            }
        }
    }

    fn look_at_facts(&mut self, vocabulary: &Vocabulary, prepared: &Prepared<'_>) {
        let post = prepared.post();
        let mut fact = |realm, text: &str| {
            if let Some(term) = vocabulary.find_text(realm, text) {
                self.mark(term);
            }
        };
        if vocabulary.has(Realm::Network) {
            fact(Realm::Network, &lower(&post.network));
        }
        if vocabulary.has(Realm::Language)
            && let Some(tag) = &post.lang
        {
            let mut tag = lower(tag);
            if tag.contains('_') {
                tag = tag.replace('_', "-").into();
            }
            fact(Realm::Language, &tag);
            tag.match_indices('-').for_each(|(at, _)| fact(Realm::Language, &tag[..at]));
        }
        if let Some(kind) = post.kind {
            fact(Realm::Kind, kind.as_str());
        }
        if vocabulary.has(Realm::Host) {
            for address in prepared.addresses() {
                let host = address.host();
                fact(Realm::Host, host);
                host.match_indices('.').for_each(|(at, _)| fact(Realm::Host, &host[at + 1..]));
            }
        }
        if (vocabulary.has(Realm::Author) || vocabulary.has(Realm::AuthorBeginning))
            && let Some(handle) = prepared.handle()
        {
            fact(Realm::Author, handle);
            vocabulary.for_each_beginning(Realm::AuthorBeginning, handle.as_bytes(), |term| self.mark(term));
        }
        if vocabulary.has(Realm::Trait) {
            for (name, of_post) in Trait::ALL {
                if let Some(term) = vocabulary.find_text(Realm::Trait, name)
                    && of_post.holds(prepared)
                {
                    self.mark(term);
                }
            }
        }
    }

    fn add(&mut self, sighting: Sighting) {
        self.mark(sighting.term);
        self.sightings.push(sighting);
    }

    fn mark(&mut self, term: Term) {
        let bits = &mut self.present[term as usize / 64];
        let bit = 1 << (term % 64);
        if *bits & bit == 0 {
            *bits |= bit;
            self.terms.push(term);
        }
    }

    /// The terms seen, each once.
    pub(crate) fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Whether a term is seen anywhere.
    #[inline]
    pub(crate) fn has(&self, term: Term) -> bool {
        self.present.get(term as usize / 64).is_some_and(|bits| bits >> (term % 64) & 1 == 1)
    }

    /// Whether a token is seen in title (0) or text (1).
    pub(crate) fn has_in(&mut self, part: u32, term: Term, effort: &mut Effort) -> bool {
        self.has(term) && self.next(part, term, 0, effort).is_some()
    }

    /// The first place of a term in a part, from a position on.
    fn next(&mut self, part: u32, term: Term, from: u32, effort: &mut Effort) -> Option<Span> {
        let is_it = |one: &&Sighting| one.term == term && one.part == part && one.first >= from;
        let found = if self.sightings.len() <= WALKED {
            effort.spend(4);
            // Tags stand after all words, so that the first in the list need not be the first in the text.
            self.sightings.iter().filter(is_it).min_by_key(|one| one.first)
        } else {
            effort.spend(16);
            self.sort();
            let at = self.sightings.partition_point(|one| (one.term, one.part, one.first) < (term, part, from));
            self.sightings.get(at).filter(is_it)
        };
        found.map(|one| Span { first: one.first, after: one.after })
    }

    fn sort(&mut self) {
        if !self.is_sorted {
            self.sightings.sort_unstable();
            self.is_sorted = true;
        }
    }

    /// Whether these stand one after the other in a part.
    pub(crate) fn has_phrase(&mut self, part: u32, phrase: &[Term], effort: &mut Effort) -> bool {
        self.next_phrase(part, phrase, &mut 0, effort).is_some()
    }

    /// All places of a phrase in a part, in order.
    pub(crate) fn phrases(&mut self, part: u32, phrase: &[Term], found: &mut Vec<Span>, effort: &mut Effort) {
        if let &[term] = phrase {
            self.sort();
            let from = self.sightings.partition_point(|one| (one.term, one.part) < (term, part));
            let all = self.sightings[from..].iter().take_while(|one| (one.term, one.part) == (term, part));
            found.extend(all.map(|one| Span { first: one.first, after: one.after }));
            effort.spend(found.len());
            return;
        }
        let mut from = 0;
        while let Some(span) = self.next_phrase(part, phrase, &mut from, effort) {
            found.push(span);
        }
    }

    /// The next place of a phrase whose beginning lies at `from` or later; `from` then lies behind that beginning.
    fn next_phrase(&mut self, part: u32, phrase: &[Term], from: &mut u32, effort: &mut Effort) -> Option<Span> {
        let (&first, rest) = phrase.split_first()?;
        while let Some(begin) = self.next(part, first, *from, effort) {
            *from = begin.first + 1;
            let mut after = begin.after;
            let is_whole = rest.iter().all(|&term| match self.next(part, term, after, effort) {
                Some(next) if next.first == after => {
                    after = next.after;
                    true
                }
                _ => false,
            });
            if is_whole {
                return Some(Span { first: begin.first, after });
            }
            if effort.is_spent() {
                return None;
            }
        }
        None
    }
}

/// How much may still be looked at for one search in one post.
#[derive(Debug)]
pub(crate) struct Effort(i64);

impl Effort {
    /// Places looked at for one search in one post, at the most: some milliseconds.
    pub(crate) const MOST: i64 = 1 << 20;

    pub(crate) fn new() -> Self {
        Self(Self::MOST)
    }

    #[inline]
    pub(crate) fn spend(&mut self, places: usize) {
        self.0 -= places as i64;
    }

    pub(crate) fn is_spent(&self) -> bool {
        self.0 < 0
    }
}

/// What is true of a post or not, and is looked at only if a search asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trait {
    Is(Is),
    Has(Has),
    /// Has the figure at all.
    Figure(Figure),
    /// Tells when it was published.
    Dated,
    /// Has a description of a picture.
    Described,
    /// Has an author.
    Signed,
}

impl Trait {
    /// All of them, with the texts of their terms.
    const ALL: [(&str, Self); 18] = [
        ("question", Self::Is(Is::Question)),
        ("verified", Self::Is(Is::Verified)),
        ("link", Self::Has(Has::Link)),
        ("media", Self::Has(Has::Media)),
        ("image", Self::Has(Has::Image)),
        ("video", Self::Has(Has::Video)),
        ("hashtag", Self::Has(Has::Hashtag)),
        ("mention", Self::Has(Has::Mention)),
        ("emoji", Self::Has(Has::Emoji)),
        ("followers", Self::Figure(Figure::Followers)),
        ("likes", Self::Figure(Figure::Likes)),
        ("replies", Self::Figure(Figure::Replies)),
        ("reshares", Self::Figure(Figure::Reshares)),
        ("views", Self::Figure(Figure::Views)),
        ("rating", Self::Figure(Figure::Rating)),
        ("dated", Self::Dated),
        ("described", Self::Described),
        ("signed", Self::Signed),
    ];

    /// The text of its term.
    pub(crate) fn name(self) -> &'static str {
        crate::field::word_of(&Self::ALL, self)
    }

    fn holds(self, post: &Prepared<'_>) -> bool {
        match self {
            Self::Is(value) => is(value, post),
            Self::Has(value) => has(value, post),
            Self::Figure(figure) => figure_of(figure, post).is_some(),
            Self::Dated => post.post().posted_at.is_some(),
            Self::Described => !post.descriptions().is_empty(),
            Self::Signed => post.post().author.is_some(),
        }
    }
}

/// A text in lower case; borrowed if it is so already.
fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) { text.to_ascii_lowercase().into() } else { text.into() }
}

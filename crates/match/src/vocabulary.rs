//! The texts and facts that searches ask for, each under a number.
//!
//! A program asks by number, and what a post says is turned into numbers once. Each term also keeps the searches that are
//! filed under it, beside its text: what is read to know a word is read to find its searches.

use hashbrown::HashTable;
use smallvec::SmallVec;

use crate::phrase::{FACTOR, PACKED, hash};

/// The number of a term. 0 is a term that is always seen.
pub(crate) type Term = u32;

/// Stands where no term is asked for: it is always seen.
pub(crate) const ALWAYS: Term = 0;

/// Where a term is looked for: equal texts of two realms are two terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Realm {
    /// A whole token of title or text, with its sign.
    Token,
    /// The beginning of one.
    Beginning,
    Network,
    Language,
    Kind,
    Author,
    AuthorBeginning,
    /// A host, or one above it.
    Host,
    /// What is true of a post or not: see [`crate::sighting::Trait`].
    Trait,
}

/// A search filed under a term, and what else must be so before it is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filing {
    /// Place of the search, and two flags.
    search: u32,
    /// Terms with the flag of those that must be absent.
    conditions: [u32; 3],
}

impl Filing {
    /// The most searches: what flags leave of the number.
    pub(crate) const MOST: u32 = 1 << 30;
    /// If the conditions hold the search matches; nothing else has to be asked.
    const DECIDES: u32 = 1 << 31;
    /// One of the conditions is enough.
    const ANY: u32 = 1 << 30;
    /// On a condition: the term must be absent.
    const ABSENT: u32 = 1 << 31;

    /// Files a search that is asked when all conditions hold, or any. Unused places repeat what changes nothing.
    pub(crate) fn new(search: u32, conditions: &[Condition], is_any: bool, decides: bool) -> Self {
        let mut places = [ALWAYS; 3];
        if is_any && let Some(first) = conditions.first() {
            places = [first.packed(); 3];
        }
        for (place, condition) in places.iter_mut().zip(conditions) {
            *place = condition.packed();
        }
        let flags = if is_any { Self::ANY } else { 0 } | if decides { Self::DECIDES } else { 0 };
        Self { search: search | flags, conditions: places }
    }

    pub(crate) fn search(&self) -> u32 {
        self.search & (Self::MOST - 1)
    }

    pub(crate) fn decides(&self) -> bool {
        self.search & Self::DECIDES != 0
    }

    /// Whether its conditions hold where these terms are seen.
    pub(crate) fn holds(&self, is_seen: impl Fn(Term) -> bool) -> bool {
        let holds = |condition: u32| is_seen(condition & !Self::ABSENT) != (condition & Self::ABSENT != 0);
        let [a, b, c] = self.conditions.map(holds);
        if self.search & Self::ANY != 0 { a | b | c } else { a & b & c }
    }
}

/// A term that must be seen, or must not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) term: Term,
    pub(crate) is_absent: bool,
}

impl Condition {
    fn packed(self) -> u32 {
        self.term | if self.is_absent { Filing::ABSENT } else { 0 }
    }
}

/// One term.
#[derive(Debug, Clone)]
struct Entry {
    key: u64,
    text: Box<str>,
    /// How often programs name it; a term that none names is given up.
    uses: u32,
    realm: Realm,
    filed: SmallVec<[Filing; 1]>,
}

/// A term in the table: what is compared first lies beside its number.
#[derive(Debug, Clone, Copy)]
struct Known {
    key: u64,
    term: Term,
    realm: Realm,
}

/// All terms.
#[derive(Debug, Clone)]
pub(crate) struct Vocabulary {
    table: HashTable<Known>,
    entries: Vec<Entry>,
    free: Vec<Term>,
    beginnings: Beginnings,
    author_beginnings: Beginnings,
    /// How many terms there are of each realm, so that what nobody asks for is not looked up.
    of_realm: [u32; 9],
}

impl Vocabulary {
    pub(crate) fn new() -> Self {
        let always = Entry { key: 0, text: "".into(), uses: 1, realm: Realm::Trait, filed: SmallVec::new() };
        Self {
            table: HashTable::new(),
            entries: vec![always],
            free: Vec::new(),
            beginnings: Beginnings::default(),
            author_beginnings: Beginnings::default(),
            of_realm: [0; 9],
        }
    }

    /// One more than the greatest number.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many terms programs name.
    pub(crate) fn in_use(&self) -> usize {
        self.entries.len() - 1 - self.free.len()
    }

    /// The number of a text, which is used once more.
    pub(crate) fn intern(&mut self, realm: Realm, text: &str) -> Term {
        let key = hash(text.as_bytes());
        if let Some(term) = self.find(realm, key, text.as_bytes()) {
            self.entries[term as usize].uses += 1;
            return term;
        }
        let entry = Entry { key, text: text.into(), uses: 1, realm, filed: SmallVec::new() };
        let term = match self.free.pop() {
            Some(term) => {
                self.entries[term as usize] = entry;
                term
            }
            None => {
                self.entries.push(entry);
                (self.entries.len() - 1) as Term
            }
        };
        self.table
            .insert_unique(spread(realm, key), Known { key, term, realm }, |other| spread(other.realm, other.key));
        self.of_realm[realm as usize] += 1;
        self.count_beginning(realm, text, true);
        term
    }

    /// Names a term once less; without any use it is forgotten and its number free.
    pub(crate) fn release(&mut self, term: Term) {
        let entry = &mut self.entries[term as usize];
        entry.uses -= 1;
        if entry.uses > 0 || term == ALWAYS {
            return;
        }
        let (realm, key) = (entry.realm, entry.key);
        let text = std::mem::take(&mut entry.text);
        entry.filed = SmallVec::new();
        if let Ok(found) = self.table.find_entry(spread(realm, key), |other| other.term == term) {
            found.remove();
        }
        self.of_realm[realm as usize] -= 1;
        self.count_beginning(realm, &text, false);
        self.free.push(term);
    }

    fn count_beginning(&mut self, realm: Realm, text: &str, is_new: bool) {
        let beginnings = match realm {
            Realm::Beginning => &mut self.beginnings,
            Realm::AuthorBeginning => &mut self.author_beginnings,
            _ => return,
        };
        if !is_new {
            beginnings.remove(text);
        } else if !beginnings.insert(text) {
            let all = self.entries.iter().filter(|entry| entry.realm == realm && entry.uses > 0);
            beginnings.rebuild(all.map(|entry| &*entry.text));
        }
    }

    /// The number of a text with its hash, if any search asks for it.
    #[inline]
    pub(crate) fn find(&self, realm: Realm, key: u64, text: &[u8]) -> Option<Term> {
        let is_short = text.len() <= crate::phrase::PACKED;
        self.table
            .find(spread(realm, key), |known| {
                // The hash of a short text is the text; that of a longer one may be the same by chance.
                let is_text = || {
                    let known = self.entries[known.term as usize].text.as_bytes();
                    if is_short { known.len() <= PACKED } else { known == text }
                };
                known.key == key && known.realm == realm && is_text()
            })
            .map(|known| known.term)
    }

    /// The number of a text, if any search asks for it.
    pub(crate) fn find_text(&self, realm: Realm, text: &str) -> Option<Term> {
        let text = text.as_bytes();
        if self.has(realm) { self.find(realm, hash(text), text) } else { None }
    }

    /// Whether any search asks for something of a realm.
    pub(crate) fn has(&self, realm: Realm) -> bool {
        self.of_realm[realm as usize] > 0
    }

    /// All beginnings of a text that are asked for.
    #[inline]
    pub(crate) fn for_each_beginning(&self, realm: Realm, text: &[u8], mut found: impl FnMut(Term)) {
        let beginnings = if realm == Realm::Beginning { &self.beginnings } else { &self.author_beginnings };
        beginnings.for_each_length(text, |length| {
            if let Some(beginning) = text.get(..length)
                && let Some(term) = self.find(realm, hash(beginning), beginning)
            {
                found(term);
            }
        });
    }

    /// The searches filed under a term.
    #[inline]
    pub(crate) fn filed(&self, term: Term) -> &[Filing] {
        &self.entries[term as usize].filed
    }

    pub(crate) fn file(&mut self, term: Term, filing: Filing) {
        self.entries[term as usize].filed.push(filing);
    }

    /// Takes a search out of those filed under a term.
    pub(crate) fn unfile(&mut self, term: Term, search: u32) {
        let filed = &mut self.entries[term as usize].filed;
        filed.retain(|filing| filing.search() != search);
        if filed.spilled() && filed.len() * 2 < filed.capacity() {
            filed.shrink_to_fit();
        }
    }

    /// What a term is, by which its frequency is known: its realm, hash and text.
    pub(crate) fn describe(&self, term: Term) -> (Realm, u64, &str) {
        let entry = &self.entries[term as usize];
        (entry.realm, entry.key, &entry.text)
    }

    /// Bytes that are kept for it.
    pub(crate) fn bytes(&self) -> usize {
        let spilled =
            |entry: &Entry| if entry.filed.spilled() { entry.filed.capacity() * size_of::<Filing>() } else { 0 };
        self.table.allocation_size()
            + (self.beginnings.slots.len() + self.author_beginnings.slots.len()) * size_of::<u32>()
            + self.entries.capacity() * size_of::<Entry>()
            + self.free.capacity() * size_of::<Term>()
            + self.entries.iter().map(|entry| entry.text.len() + spilled(entry)).sum::<usize>()
    }
}

/// Tells how long the beginnings of a text may be that are asked for, so that few are looked up in vain.
#[derive(Debug, Clone, Default)]
struct Beginnings {
    /// How many there are of each length in bytes.
    lengths: Vec<(u32, u32)>,
    /// For what some texts start with (see [`Self::slots`]) a bit for each length of those. What is gone leaves its bit until
    /// all are taken in anew.
    slots: Box<[u32]>,
    /// The bits of lengths below two.
    shortest: u32,
    count: usize,
    /// Those that have left their bits.
    gone: usize,
}

impl Beginnings {
    /// The bit that stands for all lengths from here on.
    const LONG: usize = 31;

    /// Takes one in; false if there is no room, and all of them have to be taken in anew.
    fn insert(&mut self, text: &str) -> bool {
        self.count += 1;
        let length = text.len() as u32;
        match self.lengths.binary_search_by_key(&length, |&(known, _)| known) {
            Ok(at) => self.lengths[at].1 += 1,
            Err(at) => self.lengths.insert(at, (length, 1)),
        }
        let has_room = (self.count + self.gone) * 4 <= self.slots.len();
        if has_room {
            self.set(text);
        }
        has_room
    }

    fn remove(&mut self, text: &str) {
        self.count -= 1;
        self.gone += 1;
        if let Ok(at) = self.lengths.binary_search_by_key(&(text.len() as u32), |&(known, _)| known) {
            self.lengths[at].1 -= 1;
            if self.lengths[at].1 == 0 {
                self.lengths.remove(at);
            }
        }
    }

    fn rebuild<'t>(&mut self, all: impl Iterator<Item = &'t str>) {
        (self.shortest, self.gone) = (0, 0);
        self.slots = vec![0; (self.count * 8).next_power_of_two().max(64)].into();
        all.for_each(|text| self.set(text));
    }

    fn set(&mut self, text: &str) {
        if text.len() < 2 {
            self.shortest |= 1 << text.len();
            return;
        }
        let [short, long] = Self::slots(text.as_bytes(), self.slots.len());
        self.slots[if text.len() < 4 { short } else { long }] |= 1 << text.len().min(Self::LONG);
    }

    /// By the first two bytes for beginnings of less than four, by the first four for the others.
    #[inline]
    fn slots(bytes: &[u8], count: usize) -> [usize; 2] {
        let place = |start: u32| (u64::from(start).wrapping_mul(FACTOR) >> 32) as usize & (count - 1);
        let two = bytes.first_chunk().map_or(0, |&two| u16::from_le_bytes(two).into());
        [place(two), place(bytes.first_chunk().map_or(0, |&four| u32::from_le_bytes(four)))]
    }

    #[inline]
    fn for_each_length(&self, text: &[u8], mut visit: impl FnMut(usize)) {
        if self.slots.is_empty() {
            return;
        }
        let [short, long] = Self::slots(text, self.slots.len());
        let mut bits = self.shortest | self.slots[short] & 0xF | self.slots[long] & !0xF;
        bits &= u32::MAX >> (Self::LONG - text.len().min(Self::LONG));
        while bits != 0 {
            let length = bits.trailing_zeros() as usize;
            bits &= bits - 1;
            if length < Self::LONG {
                visit(length);
                continue;
            }
            let long = self.lengths.iter().map(|&(length, _)| length as usize);
            long.skip_while(|&length| length < Self::LONG)
                .take_while(|&length| length <= text.len())
                .for_each(&mut visit);
        }
    }
}

/// Spreads a hash over all bits; the realm makes another of it.
#[inline]
fn spread(realm: Realm, key: u64) -> u64 {
    let product = u128::from(key ^ (realm as u64) << 56) * u128::from(FACTOR);
    (product >> 64) as u64 ^ product as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_that_are_gone_leave_room_and_hide_none() {
        let mut vocabulary = Vocabulary::new();
        let kept = vocabulary.intern(Realm::Beginning, "ket");
        for number in 0..10_000 {
            let term = vocabulary.intern(Realm::Beginning, &format!("n{number}"));
            let mut found = Vec::new();
            for text in [format!("n{number}th"), "kettle".to_owned()] {
                vocabulary.for_each_beginning(Realm::Beginning, text.as_bytes(), |term| found.push(term));
            }
            assert_eq!(found, [term, kept], "{number}");
            vocabulary.release(term);
        }
        assert_eq!(vocabulary.beginnings.slots.len(), 64);
        assert_eq!(vocabulary.in_use(), 1);
    }
}

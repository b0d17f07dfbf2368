//! A query in the form in which the stream asks it: tests in a row, each with the place to go on at if it holds and if not.
//!
//! All of a program lies in one piece of memory, and asks for terms by number. What seldom decides anything (figures, days,
//! signals, letters as written) stays in the form of the parsed query, beside it.

use std::sync::Arc;

use crate::eval::{Unknown, holds};
use crate::field::{Field, Is, Place};
use crate::near::{Link, Near, Span, are_near};
use crate::pack::Pack;
use crate::phrase::{Element, Phrase};
use crate::prepared::Prepared;
use crate::query::Node;
use crate::sighting::{Effort, Seen, Trait};
use crate::vocabulary::{ALWAYS, Realm, Term, Vocabulary};

/// A query whose terms have numbers, before it becomes a program.
#[derive(Debug)]
pub(crate) enum Plan {
    All(Vec<Plan>),
    Any(Vec<Plan>),
    Not(Box<Plan>),
    Test(Test),
}

/// What a program can ask.
#[derive(Debug)]
pub(crate) enum Test {
    /// A term is seen anywhere.
    Seen(Term),
    /// A token is seen in title (0) or text (1).
    In(u32, Term),
    /// Tokens follow each other in a part, or in any.
    Phrase(Option<u32>, Vec<Term>),
    Near(PlannedNear),
    /// Something of the parsed query; the terms without one of which it cannot hold.
    Aside(u32, Vec<Term>),
    /// A pack.
    Pack(u32),
}

/// NEAR with numbers.
#[derive(Debug)]
pub(crate) struct PlannedNear {
    pub(crate) operands: Vec<Vec<Vec<Term>>>,
    links: Vec<Link>,
}

/// What stays as it was parsed.
#[derive(Debug, Clone)]
pub(crate) struct Aside {
    node: Node,
    /// Stands below an odd number of negations.
    is_negated: bool,
}

/// A pack that programs ask about; many of them the same one.
#[derive(Debug, Clone)]
pub(crate) struct PackSlot {
    pack: Arc<Pack>,
    program: Program,
    /// Terms of which one must be seen, if there are such.
    pub(crate) anchors: Option<Vec<Term>>,
    uses: u32,
}

/// The packs that programs ask about.
pub(crate) type PackSlots = Vec<Option<PackSlot>>;

/// A program with what lies beside it.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    /// How many steps and anchors; steps of two words; anchors; what steps refer to.
    words: Arc<[u32]>,
    asides: Option<Arc<[Aside]>>,
}

const HEAD: usize = 2;
/// Places to go on at that end the program.
const HOLDS: u32 = 0xFFFF;
const FAILS: u32 = 0xFFFE;
/// Bits of a step that are left for what its test is about.
const ARGUMENT: u32 = (1 << 28) - 1;
const ANY_PART: u32 = 2;

mod kind {
    pub(super) const SEEN: u32 = 0;
    pub(super) const IN_TITLE: u32 = 1;
    pub(super) const IN_TEXT: u32 = 2;
    pub(super) const PHRASE: u32 = 3;
    pub(super) const NEAR: u32 = 4;
    pub(super) const ASIDE: u32 = 5;
    pub(super) const PACK: u32 = 6;
    pub(super) const NEGATED_PACK: u32 = 7;
}

// --- from the parsed query to a plan

/// Chooses the terms of which one must be seen for a plan to hold.
type Anchors<'a> = dyn Fn(&Plan, &Vocabulary, &PackSlots) -> Option<Vec<Term>> + 'a;

/// Gives the terms of queries their numbers.
pub(crate) struct Planner<'a> {
    pub(crate) vocabulary: &'a mut Vocabulary,
    pub(crate) packs: &'a mut PackSlots,
    /// Terms without which a program cannot hold, for packs: chosen by the matcher.
    pub(crate) anchors: &'a Anchors<'a>,
    asides: Vec<Aside>,
}

impl<'a> Planner<'a> {
    pub(crate) fn new(vocabulary: &'a mut Vocabulary, packs: &'a mut PackSlots, anchors: &'a Anchors<'a>) -> Self {
        Self { vocabulary, packs, anchors, asides: Vec::new() }
    }

    /// The plan of a query, and what lies beside its program.
    pub(crate) fn plan(mut self, root: &Node) -> (Plan, Vec<Aside>) {
        let plan = self.node(root, false);
        (plan, self.asides)
    }

    fn node(&mut self, node: &Node, is_negated: bool) -> Plan {
        match node {
            Node::And(nodes) => {
                let mut plans: Vec<Plan> = nodes.iter().map(|node| self.node(node, is_negated)).collect();
                plans.sort_by_key(Plan::cost);
                Plan::All(plans)
            }
            Node::Or(nodes) => {
                let mut plans: Vec<Plan> = nodes.iter().map(|node| self.node(node, is_negated)).collect();
                plans.sort_by_key(Plan::cost);
                Plan::Any(plans)
            }
            Node::Not(node) => match self.node(node, !is_negated) {
                Plan::Not(twice) => *twice,
                plan => Plan::Not(Box::new(plan)),
            },
            Node::Near(near) => Plan::Test(Test::Near(self.near(near))),
            Node::Term(phrase) => self.phrase(None, phrase),
            Node::Field(field) => self.field(field, node, is_negated),
        }
    }

    fn field(&mut self, field: &Field, node: &Node, is_negated: bool) -> Plan {
        let facts = |planner: &mut Self, realm: Realm, texts: &mut dyn Iterator<Item = &str>| {
            any(texts.map(|text| planner.fact(realm, text)).collect())
        };
        match field {
            Field::Words(Place::Title, phrases) => any(phrases.iter().map(|one| self.phrase(Some(0), one)).collect()),
            Field::Words(Place::Text, phrases) => any(phrases.iter().map(|one| self.phrase(Some(1), one)).collect()),
            Field::Exact(phrase) => {
                let folded = self.phrase(None, phrase);
                Plan::All(vec![folded, self.aside(node, is_negated, Vec::new())])
            }
            Field::Author(handles) => any(handles
                .iter()
                .map(|handle| {
                    let realm = if handle.is_beginning { Realm::AuthorBeginning } else { Realm::Author };
                    self.fact(realm, &handle.text)
                })
                .collect()),
            Field::Network(names) => {
                let names: Vec<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
                facts(self, Realm::Network, &mut names.iter().map(String::as_str))
            }
            Field::Lang(tags) => facts(self, Realm::Language, &mut tags.iter().map(|tag| &**tag)),
            Field::Link(values) => {
                let hosts = facts(self, Realm::Host, &mut values.iter().map(|value| value.address.host()));
                if values.iter().all(|value| value.address.is_host_alone()) {
                    return hosts;
                }
                Plan::All(vec![hosts, self.aside(node, is_negated, Vec::new())])
            }
            Field::Is(values) => any(values
                .iter()
                .map(|&value| match value {
                    Is::Kind(kind) => self.fact(Realm::Kind, kind.as_str()),
                    Is::Question | Is::Verified => self.fact(Realm::Trait, Trait::Is(value).name()),
                })
                .collect()),
            Field::Has(values) => {
                any(values.iter().map(|&value| self.fact(Realm::Trait, Trait::Has(value).name())).collect())
            }
            Field::In(packs) => {
                let packs = packs.iter().map(|pack| Plan::Test(Test::Pack(self.pack(pack)))).collect();
                any(packs)
            }
            Field::Figure(figure, _) => self.anchored(node, is_negated, Trait::Figure(*figure)),
            Field::Posted(_) => self.anchored(node, is_negated, Trait::Dated),
            Field::Words(Place::Alt, _) => self.anchored(node, is_negated, Trait::Described),
            Field::Words(Place::Name | Place::Bio, _) => self.anchored(node, is_negated, Trait::Signed),
            Field::Raw(_) | Field::Signal(..) | Field::Department(_) | Field::Influence(_) => {
                self.aside(node, is_negated, Vec::new())
            }
        }
    }

    /// Something that cannot hold for a post without this trait.
    fn anchored(&mut self, node: &Node, is_negated: bool, of_post: Trait) -> Plan {
        let anchor = self.vocabulary.intern(Realm::Trait, of_post.name());
        self.aside(node, is_negated, vec![anchor])
    }

    fn aside(&mut self, node: &Node, is_negated: bool, anchors: Vec<Term>) -> Plan {
        self.asides.push(Aside { node: node.clone(), is_negated });
        Plan::Test(Test::Aside(self.asides.len() as u32 - 1, anchors))
    }

    fn fact(&mut self, realm: Realm, text: &str) -> Plan {
        Plan::Test(Test::Seen(self.vocabulary.intern(realm, text)))
    }

    fn terms(&mut self, phrase: &Phrase) -> Vec<Term> {
        let term = |element: &Element| {
            let (text, is_beginning) = element.text();
            self.vocabulary.intern(if is_beginning { Realm::Beginning } else { Realm::Token }, text)
        };
        phrase.elements().iter().map(term).collect()
    }

    fn phrase(&mut self, part: Option<u32>, phrase: &Phrase) -> Plan {
        let terms = self.terms(phrase);
        Plan::Test(match (part, terms.as_slice()) {
            (None, &[term]) => Test::Seen(term),
            (Some(part), &[term]) => Test::In(part, term),
            _ => Test::Phrase(part, terms),
        })
    }

    fn near(&mut self, near: &Near) -> PlannedNear {
        let operands = near.operands.iter().map(|phrases| phrases.iter().map(|phrase| self.terms(phrase)).collect());
        PlannedNear { operands: operands.collect(), links: near.links.clone() }
    }

    /// The place of a pack, which is compiled when the first query names it.
    fn pack(&mut self, pack: &Arc<Pack>) -> u32 {
        let is_it = |slot: &Option<PackSlot>| slot.as_ref().is_some_and(|slot| Arc::ptr_eq(&slot.pack, pack));
        if let Some(at) = self.packs.iter().position(is_it) {
            if let Some(slot) = &mut self.packs[at] {
                slot.uses += 1;
            }
            return at as u32;
        }
        let planner = Planner::new(self.vocabulary, self.packs, self.anchors);
        let (plan, asides) = planner.plan(pack.root());
        let anchors = (self.anchors)(&plan, self.vocabulary, self.packs);
        let program = Program::new(&plan, asides, &[]);
        let slot = Some(PackSlot { pack: pack.clone(), program, anchors, uses: 1 });
        match self.packs.iter().position(Option::is_none) {
            Some(at) => {
                self.packs[at] = slot;
                at as u32
            }
            None => {
                self.packs.push(slot);
                self.packs.len() as u32 - 1
            }
        }
    }
}

fn any(mut plans: Vec<Plan>) -> Plan {
    if plans.len() == 1
        && let Some(plan) = plans.pop()
    {
        return plan;
    }
    plans.sort_by_key(Plan::cost);
    Plan::Any(plans)
}

impl Plan {
    /// How many steps it becomes.
    fn steps(&self) -> u32 {
        match self {
            Self::All(plans) | Self::Any(plans) => plans.iter().map(Self::steps).sum(),
            Self::Not(plan) => plan.steps(),
            Self::Test(_) => 1,
        }
    }

    /// What is cheap to ask is asked first.
    fn cost(&self) -> u32 {
        match self {
            Self::All(plans) | Self::Any(plans) => plans.iter().map(Self::cost).sum(),
            Self::Not(plan) => plan.cost(),
            Self::Test(Test::Seen(_)) => 1,
            Self::Test(Test::In(..)) => 4,
            Self::Test(Test::Phrase(..)) => 10,
            Self::Test(Test::Near(_)) => 40,
            Self::Test(Test::Aside(..)) => 100,
            Self::Test(Test::Pack(_)) => 200,
        }
    }
}

// --- from the plan to a program

/// Writes a program.
struct Writer {
    steps: Vec<u32>,
    /// What steps refer to; they hold the place in here.
    data: Vec<u32>,
}

impl Program {
    /// The program of a plan, with the terms under which its search is filed.
    pub(crate) fn new(plan: &Plan, asides: Vec<Aside>, anchors: &[Term]) -> Self {
        let mut writer = Writer { steps: Vec::new(), data: Vec::new() };
        writer.write(plan, HOLDS, FAILS, false);
        let mut words = Vec::with_capacity(HEAD + writer.steps.len() + anchors.len() + writer.data.len());
        words.extend([writer.steps.len() as u32 / 2, anchors.len() as u32]);
        words.append(&mut writer.steps);
        words.extend(anchors);
        words.append(&mut writer.data);
        Self { words: words.into(), asides: (!asides.is_empty()).then(|| asides.into()) }
    }

    /// The terms under which its search is filed.
    pub(crate) fn anchors(&self) -> &[Term] {
        let from = HEAD + 2 * self.words[0] as usize;
        &self.words[from..from + self.words[1] as usize]
    }

    fn data(&self) -> &[u32] {
        &self.words[HEAD + 2 * self.words[0] as usize + self.words[1] as usize..]
    }

    /// A word of it, so that its memory is at hand when it is asked.
    pub(crate) fn touch(&self) -> u32 {
        self.words[1]
    }

    /// Gives up the terms and packs that it names.
    pub(crate) fn release(&self, vocabulary: &mut Vocabulary, packs: &mut PackSlots) {
        let data = self.data();
        let mut terms = |list: &[u32]| list.iter().for_each(|&term| vocabulary.release(term));
        let mut freed = Vec::new();
        for step in self.words[HEAD..].chunks_exact(2).take(self.words[0] as usize) {
            let argument = step[0] & ARGUMENT;
            match step[0] >> 28 {
                kind::SEEN | kind::IN_TITLE | kind::IN_TEXT => terms(&[argument]),
                kind::PHRASE => {
                    let at = argument as usize;
                    terms(&data[at + 2..at + 2 + data[at + 1] as usize]);
                }
                kind::NEAR => {
                    let (_, operands) = NearReader::open(data, argument);
                    operands.for_each(|phrases| phrases.for_each(&mut terms));
                }
                kind::ASIDE => {
                    let at = argument as usize;
                    terms(&data[at + 2..at + 2 + data[at + 1] as usize]);
                }
                _ => {
                    let slot = &mut packs[argument as usize];
                    if let Some(pack) = slot {
                        pack.uses -= 1;
                        if pack.uses == 0 {
                            freed.extend(slot.take());
                        }
                    }
                }
            }
        }
        for pack in freed {
            pack.program.release(vocabulary, packs);
        }
    }

    /// Bytes that are kept for it, about.
    pub(crate) fn bytes(&self) -> usize {
        const COUNTS: usize = 16;
        let aside = |aside: &Aside| size_of::<Aside>() + aside.node.heap();
        let asides = self.asides.as_ref().map_or(0, |asides| COUNTS + asides.iter().map(aside).sum::<usize>());
        COUNTS + self.words.len() * size_of::<u32>() + asides
    }
}

impl PackSlot {
    pub(crate) fn bytes(&self) -> usize {
        self.program.bytes() + self.anchors.as_ref().map_or(0, |anchors| anchors.capacity() * size_of::<Term>())
    }
}

impl Writer {
    /// Writes a plan that goes on at one place if it holds and at another if not.
    fn write(&mut self, plan: &Plan, holds: u32, fails: u32, is_negated: bool) {
        match plan {
            Plan::Not(plan) => self.write(plan, fails, holds, !is_negated),
            Plan::All(plans) | Plan::Any(plans) => {
                let is_all = matches!(plan, Plan::All(_));
                for (at, plan) in plans.iter().enumerate() {
                    let after = self.steps.len() as u32 / 2 + plan.steps();
                    let is_last = at + 1 == plans.len();
                    match is_all {
                        _ if is_last => self.write(plan, holds, fails, is_negated),
                        true => self.write(plan, after, fails, is_negated),
                        false => self.write(plan, holds, after, is_negated),
                    }
                }
            }
            Plan::Test(test) => {
                let word = self.test(test, is_negated);
                self.steps.extend([word, holds << 16 | fails]);
            }
        }
    }

    fn test(&mut self, test: &Test, is_negated: bool) -> u32 {
        let data = self.data.len() as u32;
        let (kind, argument) = match test {
            Test::Seen(term) => (kind::SEEN, *term),
            Test::In(0, term) => (kind::IN_TITLE, *term),
            Test::In(_, term) => (kind::IN_TEXT, *term),
            Test::Phrase(part, terms) => {
                self.data.extend([part.unwrap_or(ANY_PART), terms.len() as u32]);
                self.data.extend(terms);
                (kind::PHRASE, data)
            }
            Test::Near(near) => {
                self.data.push(near.links.len() as u32);
                self.data.extend(near.links.iter().map(|link| u32::from(link.is_ordered) << 8 | u32::from(link.most)));
                for operand in &near.operands {
                    self.data.push(operand.len() as u32);
                    for phrase in operand {
                        self.data.push(phrase.len() as u32);
                        self.data.extend(phrase);
                    }
                }
                (kind::NEAR, data)
            }
            Test::Aside(at, anchors) => {
                self.data.extend([*at, anchors.len() as u32]);
                self.data.extend(anchors);
                (kind::ASIDE, data)
            }
            Test::Pack(at) => (if is_negated { kind::NEGATED_PACK } else { kind::PACK }, *at),
        };
        kind << 28 | argument
    }
}

/// Reads what a NEAR of a program refers to: its links, then its operands, each of phrases.
struct NearReader<'a> {
    data: &'a [u32],
    at: usize,
}

impl<'a> NearReader<'a> {
    /// The links, and an iterator over the operands.
    fn open(data: &'a [u32], at: u32) -> (impl Iterator<Item = Link>, impl Iterator<Item = Phrases<'a>>) {
        let at = at as usize;
        let links = data[at] as usize;
        let link = |&word: &u32| Link { is_ordered: word >> 8 == 1, most: word as u8 };
        let reader = NearReader { data, at: at + 1 + links };
        (data[at + 1..at + 1 + links].iter().map(link), reader.take(links + 1))
    }
}

impl<'a> Iterator for NearReader<'a> {
    type Item = Phrases<'a>;

    fn next(&mut self) -> Option<Phrases<'a>> {
        let phrases = Phrases { data: self.data, at: self.at + 1, left: self.data[self.at] };
        self.at += 1;
        for _ in 0..phrases.left {
            self.at += 1 + self.data[self.at] as usize;
        }
        Some(phrases)
    }
}

/// The phrases of one operand.
#[derive(Clone)]
struct Phrases<'a> {
    data: &'a [u32],
    at: usize,
    left: u32,
}

impl<'a> Iterator for Phrases<'a> {
    type Item = &'a [Term];

    fn next(&mut self) -> Option<&'a [Term]> {
        self.left = self.left.checked_sub(1)?;
        let from = self.at + 1;
        self.at = from + self.data[self.at] as usize;
        Some(&self.data[from..self.at])
    }
}

// --- asking

/// What programs are asked about, and what is kept between two of them.
pub(crate) struct Evaluation<'a, 'p> {
    pub(crate) post: &'a Prepared<'p>,
    pub(crate) packs: &'a PackSlots,
    pub(crate) seen: &'a mut Seen,
    pub(crate) memory: &'a mut Memory,
    pub(crate) unknown: Unknown,
}

/// What is found out once for all searches that ask about a post, and room to work in.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// What each pack says, as a positive and as a negated part; nothing if it was not asked yet.
    packs: Vec<[Option<bool>; 2]>,
    left: Vec<Span>,
    right: Vec<Span>,
}

impl Memory {
    /// Forgets the last post.
    pub(crate) fn clear(&mut self, packs: usize) {
        self.packs.clear();
        self.packs.resize(packs, [None; 2]);
    }
}

impl Evaluation<'_, '_> {
    /// Whether a program holds; `None` if telling would take too long.
    pub(crate) fn ask(&mut self, program: &Program) -> Option<bool> {
        let mut effort = Effort::new();
        let holds = self.run(program, self.unknown, &mut effort);
        (!effort.is_spent()).then_some(holds)
    }

    fn run(&mut self, program: &Program, unknown: Unknown, effort: &mut Effort) -> bool {
        let words = &*program.words;
        let mut at = 0;
        loop {
            let from = HEAD + 2 * at as usize;
            let (word, targets) = (words[from], words[from + 1]);
            let argument = word & ARGUMENT;
            let holds = match word >> 28 {
                kind::SEEN => self.seen.has(argument),
                kind::IN_TITLE => self.seen.has_in(0, argument, effort),
                kind::IN_TEXT => self.seen.has_in(1, argument, effort),
                kind::PHRASE => self.has_phrase(program.data(), argument as usize, effort),
                kind::NEAR => self.is_near(program.data(), argument, effort),
                kind::ASIDE => {
                    let aside = program.data()[argument as usize] as usize;
                    let aside = program.asides.as_ref().and_then(|asides| asides.get(aside));
                    aside.is_some_and(|aside| holds(&aside.node, self.post, unknown.below(aside.is_negated)))
                }
                kind => self.pack(argument as usize, unknown, kind == kind::NEGATED_PACK, effort),
            };
            effort.spend(1);
            at = if holds { targets >> 16 } else { targets & 0xFFFF };
            if at >= FAILS || effort.is_spent() {
                return at == HOLDS;
            }
        }
    }

    fn has_phrase(&mut self, data: &[u32], at: usize, effort: &mut Effort) -> bool {
        let (part, phrase) = (data[at], &data[at + 2..at + 2 + data[at + 1] as usize]);
        if !phrase.iter().all(|&term| self.seen.has(term)) {
            return false;
        }
        match part {
            ANY_PART => (0..2).any(|part| self.seen.has_phrase(part, phrase, effort)),
            part => self.seen.has_phrase(part, phrase, effort),
        }
    }

    fn is_near(&mut self, data: &[u32], at: u32, effort: &mut Effort) -> bool {
        let (links, operands) = NearReader::open(data, at);
        let mut operands = operands.peekable();
        links.into_iter().all(|link| {
            let (Some(left), Some(right)) = (operands.next(), operands.peek().cloned()) else { return false };
            let may_hold =
                |mut operand: Phrases<'_>| operand.any(|phrase| phrase.iter().all(|&term| self.seen.has(term)));
            may_hold(left.clone())
                && may_hold(right.clone())
                && (0..2).any(|part| self.stand_near(part, left.clone(), link, right.clone(), effort))
        })
    }

    fn stand_near(
        &mut self,
        part: u32,
        left: Phrases<'_>,
        link: Link,
        right: Phrases<'_>,
        effort: &mut Effort,
    ) -> bool {
        let Memory { left: lefts, right: rights, .. } = self.memory;
        for (spans, phrases) in [(&mut *lefts, left), (&mut *rights, right)] {
            spans.clear();
            for phrase in phrases {
                self.seen.phrases(part, phrase, spans, effort);
            }
            spans.sort_unstable();
            if spans.is_empty() {
                return false;
            }
        }
        effort.spend(lefts.len() + rights.len());
        are_near(lefts, link, rights)
    }

    fn pack(&mut self, at: usize, unknown: Unknown, is_negated: bool, effort: &mut Effort) -> bool {
        let unknown = unknown.below(is_negated);
        let side = usize::from(unknown == Unknown::Is(true));
        if let Some(known) = self.memory.packs[at][side] {
            return known;
        }
        let packs = self.packs;
        let holds = packs[at].as_ref().is_some_and(|slot| self.run(&slot.program, unknown, effort));
        if !effort.is_spent() {
            self.memory.packs[at][side] = Some(holds);
        }
        holds
    }
}

impl Test {
    /// The term, if it asks for nothing else.
    pub(crate) fn seen(&self) -> Option<Term> {
        match self {
            Self::Seen(term) if *term != ALWAYS => Some(*term),
            _ => None,
        }
    }
}

//! Packs: queries under a name that other queries include with `in:`.
//!
//! `in:jobs` asks exactly what the pack's query in parentheses would. A pack is parsed once and shared by all queries that
//! name it; what it adds to their leaves, nesting and characters is counted as if it were written out.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::sync::Arc;

use crate::error::QueryError;
use crate::field::{Field, nearest};
use crate::lex::Value;
use crate::parse::{self, Size};
use crate::phrase::clip;
use crate::query::{Node, Query};

/// The most characters of a pack's name.
const LONGEST_NAME: usize = 40;
/// More names than these are not told to whoever mistyped one.
const MOST_TOLD: usize = 12;

/// The packs that queries may name. Cheap to clone.
///
/// ```
/// use switchboard_match::{PackQuery, Packs, Query};
///
/// let jobs = PackQuery { name: "jobs", title: "Jobs", query: "#hiring OR \"we are hiring\"" };
/// let (packs, broken) = Packs::compile([jobs]);
/// assert!(broken.is_empty());
/// let query = Query::parse_with("acme -in:jobs", &packs)?;
/// assert_eq!(query.to_string(), "acme -in:jobs");
/// assert_eq!(query.expanded(), "acme -(#hiring OR \"we are hiring\")");
/// assert!(Query::parse("acme -in:jobs").is_err(), "no packs are known there");
/// # Ok::<(), switchboard_match::QueryError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Packs {
    known: Arc<Known>,
}

/// The packs by name, and the names of those that cannot be used.
#[derive(Debug, Default)]
pub(crate) struct Known {
    usable: BTreeMap<Box<str>, Arc<Pack>>,
    /// All that were given, also those that are not read yet.
    given: BTreeSet<Box<str>>,
    broken: BTreeSet<Box<str>>,
}

/// A pack as it was read.
#[derive(Debug, PartialEq)]
pub(crate) struct Pack {
    name: Box<str>,
    title: Box<str>,
    root: Node,
    size: Size,
}

/// A pack as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackQuery<'a> {
    /// By which queries name it: letters a–z, digits and `-`, ignoring case.
    pub name: &'a str,
    /// What it is called in words.
    pub title: &'a str,
    /// What it finds.
    pub query: &'a str,
}

/// Why a pack cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackError {
    /// Queries could not name it.
    Name,
    /// Another one has the name.
    Taken,
    /// Its query cannot be read.
    Query(QueryError),
    /// It includes itself, by way of these: the first one again at the end.
    Circle(Vec<String>),
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => write!(
                f,
                "a pack's name has 1 to {LONGEST_NAME} letters a-z, digits and '-', and begins with a letter or digit"
            ),
            Self::Taken => f.write_str("there is another pack of that name"),
            Self::Query(error) => error.fmt(f),
            Self::Circle(names) => {
                let steps: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
                write!(f, "these packs include each other in a circle: {}", steps.join(" includes "))
            }
        }
    }
}

impl std::error::Error for PackError {}

/// The name of a pack as queries compare it; `None` if no pack can be called so.
pub fn pack_name(typed: &str) -> Option<String> {
    let name = typed.to_ascii_lowercase();
    let belongs = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_name = (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(belongs) && !name.starts_with('-');
    is_name.then_some(name)
}

/// The packs that a query names, as typed, each once in their order. Of a query that cannot be read, those before its error.
pub fn named_packs(query: &str) -> Vec<String> {
    parse::named(query)
}

impl Packs {
    /// Reads packs, which may include each other. Those that cannot be used are named, each with the reason; the others work.
    pub fn compile<'a>(packs: impl IntoIterator<Item = PackQuery<'a>>) -> (Self, Vec<(String, PackError)>) {
        let mut errors: Vec<(String, PackError)> = Vec::new();
        let mut waiting: BTreeMap<String, PackQuery<'a>> = BTreeMap::new();
        for pack in packs {
            match pack_name(pack.name) {
                None => errors.push((pack.name.to_owned(), PackError::Name)),
                Some(name) if waiting.contains_key(&name) => errors.push((name, PackError::Taken)),
                Some(name) => drop(waiting.insert(name, pack)),
            }
        }
        let includes: BTreeMap<String, Vec<String>> = waiting
            .iter()
            .map(|(name, pack)| {
                let others = named_packs(pack.query).into_iter().filter(|other| waiting.contains_key(other));
                (name.clone(), others.collect())
            })
            .collect();
        let given = waiting.keys().map(|name| name.as_str().into()).collect();
        let mut known = Known { given, ..Known::default() };
        for name in waiting.keys() {
            if let Some(circle) = circle(name, &includes) {
                known.broken.insert(name.as_str().into());
                errors.push((name.clone(), PackError::Circle(circle)));
            }
        }
        waiting.retain(|name, _| !known.broken.contains(name.as_str()));
        // What is left has an order in which each comes after those that it includes.
        let mut open: BTreeMap<String, usize> = BTreeMap::new();
        let mut included_by: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, others) in includes.iter().filter(|(name, _)| waiting.contains_key(*name)) {
            let others: Vec<&String> = others.iter().filter(|other| waiting.contains_key(*other)).collect();
            open.insert(name.clone(), others.len());
            others.iter().for_each(|other| included_by.entry(other).or_default().push(name));
        }
        let mut ready: VecDeque<String> =
            open.iter().filter(|(_, others)| **others == 0).map(|(name, _)| name.clone()).collect();
        while let Some(name) = ready.pop_front() {
            let Some(pack) = waiting.get(&name) else { continue };
            match parse::parse(pack.query, Some(&known)) {
                Ok((root, size)) => {
                    let title = pack.title.trim();
                    let title = if title.is_empty() { &name } else { title };
                    let pack = Pack { name: name.as_str().into(), title: title.into(), root, size };
                    known.usable.insert(name.as_str().into(), Arc::new(pack));
                }
                Err(error) => {
                    known.broken.insert(name.as_str().into());
                    errors.push((name.clone(), PackError::Query(error)));
                }
            }
            for next in included_by.get(name.as_str()).into_iter().flatten() {
                if let Some(left) = open.get_mut(*next) {
                    *left = left.saturating_sub(1);
                    if *left == 0 {
                        ready.push_back((*next).to_owned());
                    }
                }
            }
        }
        (Self { known: Arc::new(known) }, errors)
    }

    /// The names of the packs that can be used, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.known.usable.keys().map(|name| &**name)
    }

    /// Whether a pack of that name can be used.
    pub fn has(&self, name: &str) -> bool {
        pack_name(name).is_some_and(|name| self.known.usable.contains_key(name.as_str()))
    }

    pub(crate) fn known(&self) -> &Known {
        &self.known
    }
}

impl Known {
    /// The pack that a value names.
    pub(crate) fn find(&self, value: &Value) -> Result<Arc<Pack>, QueryError> {
        let typed = value.text.trim().to_ascii_lowercase();
        if let Some(pack) = self.usable.get(typed.as_str()) {
            return Ok(pack.clone());
        }
        if self.broken.contains(typed.as_str()) {
            return Err(QueryError::new(value.column, format!("the pack '{typed}' cannot be read itself"))
                .with_repair("correct the pack first"));
        }
        let names: Vec<&str> =
            self.given.iter().filter(|name| !self.broken.contains(*name)).map(|name| &**name).collect();
        let repair = match nearest(&typed, names.iter().map(|name| (*name, *name))) {
            Some(name) => Some(format!("did you mean '{name}'?")),
            None if names.is_empty() => Some("no packs are known here".to_owned()),
            None if names.len() <= MOST_TOLD => Some(format!("there are {}", names.join(", "))),
            None => None,
        };
        Err(QueryError::new(value.column, format!("unknown pack '{}'", clip(&value.text))).with_optional_repair(repair))
    }
}

impl Pack {
    /// Stands for any pack where only names are asked for.
    pub(crate) fn unread(name: &str) -> Arc<Self> {
        Arc::new(Self { name: name.into(), title: name.into(), root: Node::Or(Vec::new()), size: Size::default() })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    pub(crate) fn root(&self) -> &Node {
        &self.root
    }

    pub(crate) fn size(&self) -> Size {
        self.size
    }
}

/// The shortest way from a pack back to itself.
fn circle(start: &str, includes: &BTreeMap<String, Vec<String>>) -> Option<Vec<String>> {
    let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut next = VecDeque::from([start]);
    while let Some(name) = next.pop_front() {
        for other in includes.get(name).into_iter().flatten() {
            if other == start {
                let mut way = vec![start.to_owned(), name.to_owned()];
                let mut at = name;
                while let Some(before) = came_from.get(at).filter(|_| at != start) {
                    way.push((*before).to_owned());
                    at = before;
                }
                way.reverse();
                return Some(way);
            }
            if !came_from.contains_key(other.as_str()) {
                came_from.insert(other, name);
                next.push_back(other);
            }
        }
    }
    None
}

impl Query {
    /// The query with each pack written out in parentheses: what `in:` stands for.
    pub fn expanded(&self) -> String {
        expand(self.root()).to_string()
    }

    /// The names of the packs that the query names itself, each once, in their order.
    pub fn packs(&self) -> Vec<&str> {
        fn gather<'a>(node: &'a Node, names: &mut Vec<&'a str>) {
            match node {
                Node::And(nodes) | Node::Or(nodes) => nodes.iter().for_each(|node| gather(node, names)),
                Node::Not(node) => gather(node, names),
                Node::Field(Field::In(packs)) => {
                    for pack in packs {
                        if !names.contains(&pack.name()) {
                            names.push(pack.name());
                        }
                    }
                }
                Node::Near(_) | Node::Term(_) | Node::Field(_) => {}
            }
        }
        let mut names = Vec::new();
        gather(self.root(), &mut names);
        names
    }
}

fn expand(node: &Node) -> Node {
    match node {
        Node::And(nodes) => {
            let mut joined = Vec::with_capacity(nodes.len());
            for node in nodes.iter().map(expand) {
                match node {
                    Node::And(inner) => joined.extend(inner),
                    node => joined.push(node),
                }
            }
            Node::And(joined)
        }
        Node::Or(nodes) => any(nodes.iter().map(expand)),
        Node::Not(node) => Node::Not(Box::new(expand(node))),
        Node::Field(Field::In(packs)) => match packs.as_slice() {
            [pack] => expand(pack.root()),
            packs => any(packs.iter().map(|pack| expand(pack.root()))),
        },
        Node::Near(_) | Node::Term(_) | Node::Field(_) => node.clone(),
    }
}

fn any(nodes: impl Iterator<Item = Node>) -> Node {
    let mut joined = Vec::new();
    for node in nodes {
        match node {
            Node::Or(inner) => joined.extend(inner),
            node => joined.push(node),
        }
    }
    Node::Or(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packs(given: &[(&str, &str)]) -> (Packs, Vec<(String, PackError)>) {
        Packs::compile(given.iter().map(|(name, query)| PackQuery { name, title: "", query }))
    }

    fn usable(given: &[(&str, &str)]) -> Packs {
        let (packs, errors) = packs(given);
        assert_eq!(errors, [], "{given:?}");
        packs
    }

    #[test]
    fn packs_are_kept_as_they_are_named_and_can_be_written_out() {
        let packs = usable(&[("jobs", "#hiring OR job*"), ("spam", "casino bonus"), ("noise", "in:jobs OR in:spam")]);
        let check = |query: &str, form: &str, expanded: &str| {
            let query = Query::parse_with(query, &packs).expect(query);
            assert_eq!((query.to_string().as_str(), query.expanded().as_str()), (form, expanded));
        };
        check("acme -in:JOBS", "acme -in:jobs", "acme -(#hiring OR job*)");
        check("acme NOT in:\"jobs\",spam", "acme -in:jobs,spam", "acme -(#hiring OR job* OR casino AND bonus)");
        check("in:noise", "in:noise", "#hiring OR job* OR casino AND bonus");
        check("acme in:spam", "acme in:spam", "acme casino bonus");
        check("a OR in:jobs OR b", "a OR in:jobs OR b", "a OR #hiring OR job* OR b");
    }

    #[test]
    fn a_pack_that_is_not_there_is_an_error_at_its_name() {
        let packs = usable(&[("jobs", "#hiring"), ("coupons", "coupon")]);
        let check = |query: &str, expected: &str| {
            let error = Query::parse_with(query, &packs).expect_err(query);
            assert_eq!(error.to_string(), expected, "{query}");
        };
        check("acme -in:jbos", "column 10: unknown pack 'jbos': did you mean 'jobs'?");
        check("acme in:jobs,xyzzy", "column 14: unknown pack 'xyzzy': there are coupons, jobs");
        check("in:", "column 4: the value of 'in:' is missing");
        check("in:jobs, a", "column 9: the value of 'in:' is missing: write the value without a space before it");
        check(
            "-in:jobs",
            "column 1: found a negation where nothing says what to find: the query would match nearly \
            every post: add a word or a field that a post must have",
        );
        let near = Query::parse_with("acme NEAR in:jobs", &packs).expect_err("no operand of NEAR");
        assert_eq!(near.column, 11);
        let none = Query::parse("acme -in:jobs").expect_err("there are none");
        assert_eq!(none.to_string(), "column 10: unknown pack 'jobs': no packs are known here");
    }

    #[test]
    fn each_pack_that_cannot_be_used_is_named_and_the_others_work() {
        let (packs, mut errors) = packs(&[
            ("good", "kettle"),
            ("above", "in:good OR in:b"),
            ("a", "x in:b"),
            ("b", "y OR in:c"),
            ("c", "z -in:a"),
            ("self", "in:self"),
            ("not-only", "-kettle"),
            ("Good", "twice"),
            ("no name", "kettle"),
            ("-x", "kettle"),
        ]);
        errors.sort_by(|one, other| one.0.cmp(&other.0));
        let told: Vec<String> = errors.iter().map(|(name, error)| format!("{name}: {error}")).collect();
        let expected = [
            "-x: a pack's name has 1 to 40 letters a-z, digits and '-', and begins with a letter or digit",
            "a: these packs include each other in a circle: 'a' includes 'b' includes 'c' includes 'a'",
            "above: column 15: the pack 'b' cannot be read itself: correct the pack first",
            "b: these packs include each other in a circle: 'b' includes 'c' includes 'a' includes 'b'",
            "c: these packs include each other in a circle: 'c' includes 'a' includes 'b' includes 'c'",
            "good: there is another pack of that name",
            "no name: a pack's name has 1 to 40 letters a-z, digits and '-', and begins with a letter or digit",
            "not-only: column 1: found a negation where nothing says what to find: the query would match nearly every \
                post: add a word or a field that a post must have",
            "self: these packs include each other in a circle: 'self' includes 'self'",
        ];
        assert_eq!(told, expected);
        assert_eq!(packs.names().collect::<Vec<_>>(), ["good"]);
        assert!(Query::parse_with("in:good", &packs).is_ok());
    }

    #[test]
    fn limits_count_what_a_pack_stands_for() {
        let many = "a ".repeat(4_000);
        let deep = format!("{}a{}", "(".repeat(98), ")".repeat(98));
        let long = format!("a {}", "x".repeat(30_000));
        let packs = usable(&[("many", &many), ("deep", &deep), ("long", &long)]);
        let column = |query: &str| Query::parse_with(query, &packs).err().map(|error| error.column);
        assert_eq!(column(&format!("in:many {}", "a ".repeat(1_000))), None);
        assert_eq!(column(&format!("in:many {}", "a ".repeat(1_001))), Some(9 + 2_000));
        assert_eq!(column("a in:many,many"), Some(11));
        assert_eq!(column("(in:deep)"), None);
        assert_eq!(column("((in:deep))"), Some(6));
        assert_eq!(column("--in:deep"), Some(6));
        assert_eq!(column("in:deep,deep"), None);
        assert_eq!(column("(in:deep,deep)"), Some(5));
        let filled = |more: usize| format!("in:long {}", "y".repeat(more));
        // `(` + the pack + `)` + a space + the word.
        assert_eq!(column(&filled(32_768 - 30_002 - 3)), None);
        assert_eq!(column(&filled(32_768 - 30_002 - 2)), Some(4));
        let written = |more: usize| format!("({long}) {}", "y".repeat(more));
        assert_eq!(column(&written(32_768 - 30_002 - 3)), None);
        assert_eq!(column(&written(32_768 - 30_002 - 2)), Some(32_769));
    }

    #[test]
    fn names_can_be_told_of_any_text() {
        assert_eq!(named_packs("a -in:Jobs,spam OR (in:jobs in:x-y"), ["jobs", "spam", "x-y"]);
        assert_eq!(named_packs("a \"in:jobs\" b"), [""; 0]);
        assert_eq!(named_packs("lang:? in:jobs"), [""; 0]);
    }
}

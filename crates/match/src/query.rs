//! A query as parsed, and what can be asked of it.

use std::fmt::{self, Write as _};

use switchboard_model::Span;

use crate::error::QueryError;
use crate::eval::{Unknown, holds, occurs};
use crate::field::Field;
use crate::lex::MOST_CHARACTERS;
use crate::near::Near;
use crate::pack::Packs;
use crate::parse;
use crate::phrase::Phrase;
use crate::prepared::Prepared;
use crate::span;

/// A query in the saved-search language.
///
/// ```
/// use switchboard_match::{Prepared, Query};
/// use switchboard_model::Post;
///
/// let query = Query::parse("acme (broken OR refund) -is:reshare")?;
/// let post = Post::new("x", "1", "My Acme's kettle is BROKEN");
/// assert!(query.matches(&Prepared::new(&post)));
/// assert_eq!(query.to_string(), "acme (broken OR refund) -is:reshare");
/// # Ok::<(), switchboard_match::QueryError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Query {
    root: Node,
    source: Box<str>,
}

/// A query is equal to another if it asks the same in the same order, however it was typed.
impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        self.root == other.root
    }
}

/// A part of a query. An AND holds no AND and an OR no OR: they are joined when parsed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Near(Near),
    Term(Phrase),
    Field(Field),
}

impl Node {
    /// Bytes that lie beside it, about.
    pub(crate) fn heap(&self) -> usize {
        match self {
            Self::And(nodes) | Self::Or(nodes) => nodes.iter().map(|node| size_of::<Self>() + node.heap()).sum(),
            Self::Not(node) => size_of::<Self>() + node.heap(),
            Self::Near(near) => near.operands.iter().flatten().map(|phrase| 24 + phrase.heap()).sum(),
            Self::Term(phrase) | Self::Field(Field::Exact(phrase)) => phrase.heap(),
            Self::Field(Field::Words(_, phrases)) => {
                phrases.iter().map(|phrase| size_of::<Phrase>() + phrase.heap()).sum()
            }
            // Short lists of short words.
            Self::Field(_) => 64,
        }
    }
}

impl Query {
    /// Reads a query where no packs are known: one that names any is refused.
    ///
    /// # Errors
    /// Says where and why it cannot be read, and the likely repair.
    pub fn parse(query: &str) -> Result<Self, QueryError> {
        Self::parse_with(query, &Packs::default())
    }

    /// Reads a query that may name these packs with `in:`.
    ///
    /// # Errors
    /// Says where and why it cannot be read, and the likely repair.
    pub fn parse_with(query: &str, packs: &Packs) -> Result<Self, QueryError> {
        let (root, _) = parse::parse(query, Some(packs.known()))?;
        Ok(Self { root, source: query.trim().into() })
    }

    /// Whether the post matches. Fields of signals match nothing that has not been understood.
    pub fn matches(&self, post: &Prepared<'_>) -> bool {
        holds(&self.root, post, Unknown::MatchesNothing)
    }

    /// Whether the post may match once it has been understood: false only if no signal could change that.
    pub fn could_match(&self, post: &Prepared<'_>) -> bool {
        holds(&self.root, post, Unknown::Is(true))
    }

    /// The stretches of title and text that made the post match, in order; none if it does not match.
    ///
    /// Only what takes part in the match counts: nothing below a negation, of NEAR only what stands near enough.
    pub fn spans(&self, post: &Prepared<'_>) -> Vec<Span> {
        if self.matches(post) { span::spans(&self.root, post) } else { Vec::new() }
    }

    /// The first part that a post had to match and does not, in the words of the query; `None` if it matches.
    ///
    /// It is as small as can be said truly: of NEAR the operand that is nowhere, or all of it if only the distance is too
    /// great. An OR, a negation and a pack stay whole.
    pub fn missing(&self, post: &Prepared<'_>) -> Option<String> {
        let fails = |node: &&Node| !holds(node, post, Unknown::MatchesNothing);
        let node = match &self.root {
            Node::And(nodes) => nodes.iter().find(fails)?,
            root => Some(root).filter(fails)?,
        };
        if let Node::Near(near) = node
            && let Some(operand) =
                near.operands.iter().find(|phrases| !phrases.iter().any(|phrase| occurs(phrase, post)))
        {
            return Some(operand.iter().map(Phrase::to_string).collect::<Vec<_>>().join(" OR "));
        }
        Some(if std::ptr::eq(node, &self.root) { self.to_string() } else { node.to_string() })
    }

    /// Whether it asks for something that is known only once a post has been understood.
    pub fn needs_signals(&self) -> bool {
        fn needs(node: &Node) -> bool {
            match node {
                Node::And(nodes) | Node::Or(nodes) => nodes.iter().any(needs),
                Node::Not(node) => needs(node),
                Node::Near(_) | Node::Term(_) => false,
                Node::Field(Field::In(packs)) => packs.iter().any(|pack| needs(pack.root())),
                Node::Field(field) => field.is_signal(),
            }
        }
        needs(&self.root)
    }

    pub(crate) fn root(&self) -> &Node {
        &self.root
    }
}

impl std::str::FromStr for Query {
    type Err = QueryError;

    fn from_str(query: &str) -> Result<Self, QueryError> {
        Self::parse(query)
    }
}

/// The parsed form: words as they are searched, operators spelled out where they could be misread.
///
/// It reads back as an equal query; packs stay named. A form that would grow beyond the limit of a query is given as typed.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut form = String::new();
        write!(form, "{}", self.root)?;
        if form.len() > MOST_CHARACTERS && form.chars().count() > MOST_CHARACTERS {
            return f.write_str(&self.source);
        }
        f.write_str(&form)
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(nodes) => join(f, nodes, " ", |f, node| match node {
                Self::Or(_) => write!(f, "({node})"),
                _ => node.fmt(f),
            }),
            Self::Or(nodes) => join(f, nodes, " OR ", |f, node| match node {
                Self::And(nodes) => join(f, nodes, " AND ", |f, node| match node {
                    Self::Or(_) => write!(f, "({node})"),
                    _ => node.fmt(f),
                }),
                _ => node.fmt(f),
            }),
            Self::Not(node) => match &**node {
                Self::And(_) | Self::Or(_) | Self::Near(_) => write!(f, "-({node})"),
                _ => write!(f, "-{node}"),
            },
            Self::Near(near) => {
                for (at, operand) in near.operands.iter().enumerate() {
                    if let Some(link) = at.checked_sub(1).and_then(|before| near.links.get(before)) {
                        write!(f, " {link} ")?;
                    }
                    match operand.as_slice() {
                        [phrase] => phrase.fmt(f)?,
                        phrases => {
                            f.write_str("(")?;
                            join(f, phrases, " OR ", |f, phrase| phrase.fmt(f))?;
                            f.write_str(")")?;
                        }
                    }
                }
                Ok(())
            }
            Self::Term(phrase) => phrase.fmt(f),
            Self::Field(field) => field.fmt(f),
        }
    }
}

fn join<T>(
    f: &mut fmt::Formatter<'_>,
    items: &[T],
    between: &str,
    write: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            f.write_str(between)?;
        }
        write(f, item)?;
    }
    Ok(())
}

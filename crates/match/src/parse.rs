//! The grammar, by recursive descent. The depth of the recursion is bounded by the limit on nesting.
//!
//! OR of ANDs of NEARs of negations of groups, terms and fields, from the loosest to the tightest.

use std::sync::Arc;

use crate::error::QueryError;
use crate::field::{Field, Name};
use crate::lex::{Lexer, MOST_CHARACTERS, Unit, Value};
use crate::near::{Link, Near};
use crate::pack::{Known, Pack, pack_name};
use crate::phrase::Phrase;
use crate::query::Node;

/// Most terms, phrases and values of fields.
pub(crate) const MOST_LEAVES: usize = 5_000;
/// Most parentheses and negations open at a time.
pub(crate) const DEEPEST: usize = 100;

/// How large a query is with its packs written out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) characters: usize,
    pub(crate) leaves: usize,
    /// Parentheses and negations inside each other.
    pub(crate) depth: usize,
}

/// Reads a query that may name these packs; without any it may name whatever it likes.
pub(crate) fn parse(query: &str, packs: Option<&Known>) -> Result<(Node, Size), QueryError> {
    let lexer = Lexer::new(query)?;
    if lexer.is_blank() {
        return Err(QueryError::new(1, "the query is empty: expected a word, a phrase or a field"));
    }
    let mut parser = Parser::new(lexer, packs);
    let root = parser.whole()?;
    Ok((root, parser.size))
}

/// The names of the packs that a query names, as far as it can be read.
pub(crate) fn named(query: &str) -> Vec<String> {
    let Ok(lexer) = Lexer::new(query) else { return Vec::new() };
    let mut parser = Parser::new(lexer, None);
    // What follows an error is no matter here: the query cannot be used.
    drop(parser.whole());
    parser.named
}

/// A part of a query with what the rest needs to know of it.
struct Parsed {
    node: Node,
    column: usize,
    /// If it has no positive part, the column of the first negation because of which.
    negative: Option<usize>,
}

struct Parser<'a> {
    lexer: Lexer,
    peeked: Option<(Unit, usize)>,
    /// The packs that may be named; `None` where only their names are wanted.
    packs: Option<&'a Known>,
    /// The names of the packs that were named, each once.
    named: Vec<String>,
    /// So far; its depth is the greatest there was.
    size: Size,
    /// Parentheses and negations that are open.
    depth: usize,
    /// Parentheses that are open.
    opened: usize,
}

impl<'a> Parser<'a> {
    fn new(lexer: Lexer, packs: Option<&'a Known>) -> Self {
        let size = Size { characters: lexer.length(), ..Size::default() };
        Self { lexer, peeked: None, packs, named: Vec::new(), size, depth: 0, opened: 0 }
    }

    fn whole(&mut self) -> Result<Node, QueryError> {
        let whole = self.or()?;
        if let (Unit::Close, column) = self.peek()? {
            return Err(QueryError::new(*column, "found ')' without a '(' before it"));
        }
        match whole.negative {
            Some(column) => Err(QueryError::new(
                column,
                "found a negation where nothing says what to find: the query would match nearly every post",
            )
            .with_repair("add a word or a field that a post must have")),
            None => Ok(whole.node),
        }
    }

    fn peek(&mut self) -> Result<&(Unit, usize), QueryError> {
        let unit = match self.peeked.take() {
            Some(unit) => unit,
            None => self.lexer.next()?,
        };
        Ok(self.peeked.insert(unit))
    }

    fn next(&mut self) -> Result<(Unit, usize), QueryError> {
        match self.peeked.take() {
            Some(unit) => Ok(unit),
            None => self.lexer.next(),
        }
    }

    fn or(&mut self) -> Result<Parsed, QueryError> {
        let first = self.and()?;
        if !matches!(self.peek()?.0, Unit::Or) {
            return Ok(first);
        }
        let (column, mut negative) = (first.column, first.negative);
        let mut nodes = Vec::new();
        append(&mut nodes, first.node);
        while matches!(self.peek()?.0, Unit::Or) {
            self.next()?;
            let next = self.and()?;
            negative = negative.or(next.negative);
            append(&mut nodes, next.node);
        }
        return Ok(Parsed { node: Node::Or(nodes), column, negative });

        fn append(nodes: &mut Vec<Node>, node: Node) {
            match node {
                Node::Or(inner) => nodes.extend(inner),
                node => nodes.push(node),
            }
        }
    }

    fn and(&mut self) -> Result<Parsed, QueryError> {
        let first = self.near()?;
        let (column, mut negative) = (first.column, first.negative);
        let mut node = first.node;
        loop {
            match self.peek()?.0 {
                Unit::And => {
                    self.next()?;
                }
                Unit::Or | Unit::Close | Unit::End => return Ok(Parsed { node, column, negative }),
                _ => {}
            }
            let next = self.near()?;
            if next.negative.is_none() {
                negative = None;
            }
            let mut nodes = match node {
                Node::And(nodes) => nodes,
                node => vec![node],
            };
            match next.node {
                Node::And(inner) => nodes.extend(inner),
                node => nodes.push(node),
            }
            node = Node::And(nodes);
        }
    }

    fn near(&mut self) -> Result<Parsed, QueryError> {
        let first = self.unary()?;
        if !matches!(self.peek()?.0, Unit::Near(_)) {
            return Ok(first);
        }
        let (column, negative) = (first.column, first.negative);
        let mut near = Near { operands: vec![operand(first)?], links: Vec::new() };
        while let Unit::Near(link) = self.peek()?.0 {
            self.next()?;
            if let (Unit::Not | Unit::Minus, column) = self.peek()? {
                return Err(not_an_operand(*column, link));
            }
            if let (Unit::Field(name), column) = self.peek()? {
                Name::parse(name, *column)?;
                return Err(not_an_operand(*column, link));
            }
            let next = self.unary()?;
            near.operands.push(operand(next)?);
            near.links.push(link);
        }
        Ok(Parsed { node: Node::Near(near), column, negative })
    }

    fn unary(&mut self) -> Result<Parsed, QueryError> {
        if !matches!(self.peek()?.0, Unit::Not | Unit::Minus) {
            return self.primary();
        }
        let (_, column) = self.next()?;
        self.deepen(column)?;
        let inner = self.unary()?;
        self.depth -= 1;
        Ok(Parsed { node: Node::Not(Box::new(inner.node)), column, negative: Some(column) })
    }

    fn deepen(&mut self, column: usize) -> Result<(), QueryError> {
        self.depth += 1;
        self.is_deep(self.depth, column)
    }

    fn is_deep(&mut self, depth: usize, column: usize) -> Result<(), QueryError> {
        if depth > DEEPEST {
            return Err(QueryError::new(
                column,
                format!("more than {DEEPEST} parentheses and negations inside each other"),
            ));
        }
        self.size.depth = self.size.depth.max(depth);
        Ok(())
    }

    fn primary(&mut self) -> Result<Parsed, QueryError> {
        let (unit, column) = self.next()?;
        let node = match unit {
            Unit::Open => return self.group(column),
            Unit::Quoted(text) => {
                self.count_leaf(column)?;
                Node::Term(Phrase::parse(&text, column, column + 1)?)
            }
            Unit::Word(text) => {
                self.count_leaf(column)?;
                Node::Term(Phrase::parse(&text, column, column)?)
            }
            Unit::Field(name) => Node::Field(self.field(&name, column)?),
            unit => return Err(self.expected_term(&unit, column)),
        };
        Ok(Parsed { node, column, negative: None })
    }

    fn group(&mut self, column: usize) -> Result<Parsed, QueryError> {
        self.deepen(column)?;
        self.opened += 1;
        let inner = self.or()?;
        if self.next()?.0 != Unit::Close {
            return Err(QueryError::new(column, "found '(' that is not closed: expected a ')'"));
        }
        self.opened -= 1;
        self.depth -= 1;
        Ok(Parsed { column, ..inner })
    }

    fn field(&mut self, name: &str, column: usize) -> Result<Field, QueryError> {
        let name = Name::parse(name, column)?;
        if name == Name::In {
            return self.included(column);
        }
        let value = self.lexer.value(name.as_str(), name.takes_list())?;
        self.count_leaf(value.column)?;
        let mut field = Field::parse(name, &value)?;
        while name.takes_list() && self.lexer.comma() {
            let value = self.lexer.value(name.as_str(), true)?;
            self.count_leaf(value.column)?;
            field.push(&value)?;
        }
        Ok(field)
    }

    /// The packs that `in:` names, each counted as if it were written out: `in:a` is `(A)`, `in:a,b` is `((A) OR (B))`.
    fn included(&mut self, column: usize) -> Result<Field, QueryError> {
        let mut packs = Vec::new();
        let mut from = column;
        loop {
            let value = self.lexer.value(Name::In.as_str(), true)?;
            let typed = self.lexer.column() - from;
            let is_last = !self.lexer.comma();
            let pack = self.pack(&value)?;
            // In a list: the parentheses around it, and ` OR ` for each comma.
            let (around, is_list) = match (packs.is_empty(), is_last) {
                (true, true) => (0, false),
                (true, false) => (2, true),
                (false, _) => (4, true),
            };
            let size = pack.size();
            self.count_leaves(size.leaves, value.column)?;
            self.is_deep(self.depth + 1 + usize::from(is_list) + size.depth, value.column)?;
            self.size.characters += around + size.characters + 2;
            self.size.characters -= typed;
            if self.size.characters > MOST_CHARACTERS {
                let message =
                    format!("with its packs written out the query is longer than {MOST_CHARACTERS} characters");
                return Err(QueryError::new(value.column, message).with_repair("make two searches of it"));
            }
            packs.push(pack);
            if is_last {
                return Ok(Field::In(packs));
            }
            // The comma belongs to what comes next.
            from = self.lexer.column() - 1;
        }
    }

    fn pack(&mut self, value: &Value) -> Result<Arc<Pack>, QueryError> {
        if let Some(name) = pack_name(value.text.trim()).filter(|name| !self.named.contains(name)) {
            self.named.push(name);
        }
        if value.text.trim().is_empty() {
            return Err(QueryError::new(value.column, "the value of 'in:' is empty"));
        }
        match self.packs {
            Some(known) => known.find(value),
            None => Ok(Pack::unread(&value.text)),
        }
    }

    fn count_leaf(&mut self, column: usize) -> Result<(), QueryError> {
        self.count_leaves(1, column)
    }

    fn count_leaves(&mut self, leaves: usize, column: usize) -> Result<(), QueryError> {
        self.size.leaves += leaves;
        if self.size.leaves > MOST_LEAVES {
            return Err(QueryError::new(column, format!("more than {MOST_LEAVES} terms, phrases and values"))
                .with_repair("make two searches of it"));
        }
        Ok(())
    }

    fn expected_term(&self, unit: &Unit, column: usize) -> QueryError {
        let found = unit.describe();
        if *unit == Unit::Close && self.opened == 0 {
            return QueryError::new(column, "found ')' without a '(' before it");
        }
        let error = QueryError::new(column, format!("expected a word, a phrase, a field or '(', found {found}"));
        let word = unit.operator_word().map(|word| format!("to search for the word itself, write \"{word}\""));
        error.with_optional_repair(word)
    }
}

/// What NEAR can take: a term, or a parenthesised OR of terms.
fn operand(parsed: Parsed) -> Result<Vec<Phrase>, QueryError> {
    let column = parsed.column;
    let refused = || not_an_operand(column, Link { is_ordered: false, most: 0 });
    match parsed.node {
        Node::Term(phrase) => Ok(vec![phrase]),
        Node::Or(nodes) => nodes
            .into_iter()
            .map(|node| match node {
                Node::Term(phrase) => Ok(phrase),
                _ => Err(refused()),
            })
            .collect(),
        _ => Err(refused()),
    }
}

fn not_an_operand(column: usize, link: Link) -> QueryError {
    let name = if link.is_ordered { "ONEAR" } else { "NEAR" };
    QueryError::new(
        column,
        format!("{name} takes words, phrases, prefixes, special tokens, or a parenthesised OR of those"),
    )
}

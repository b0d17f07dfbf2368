//! Which stretches of a post made a query match.

use switchboard_model::{Span, SpanPart};

use crate::eval::{Unknown, holds};
use crate::field::{Field, Place};
use crate::near::near_occurrences;
use crate::part::{Occurrence, Part};
use crate::phrase::Phrase;
use crate::prepared::Prepared;
use crate::query::Node;

/// The stretches of a post that the query matches, in order, each once.
pub(crate) fn spans(root: &Node, post: &Prepared<'_>) -> Vec<Span> {
    let mut found = Vec::new();
    collect(root, post, &mut found);
    found.sort_unstable_by_key(|span| (span.part, span.start, span.end));
    found.dedup();
    found
}

fn collect(node: &Node, post: &Prepared<'_>, found: &mut Vec<Span>) {
    match node {
        Node::And(nodes) => nodes.iter().for_each(|node| collect(node, post, found)),
        Node::Or(nodes) => nodes
            .iter()
            .filter(|node| holds(node, post, Unknown::MatchesNothing))
            .for_each(|node| collect(node, post, found)),
        Node::Not(_) => {}
        Node::Near(near) => {
            for (left, link, right) in near.pairs() {
                for (name, part) in post.searched() {
                    found.extend(near_occurrences(left, link, right, part).iter().map(|&one| span(name, part, one)));
                }
            }
        }
        Node::Term(phrase) => {
            post.searched().into_iter().for_each(|(name, part)| occurrences(phrase, name, part, found))
        }
        Node::Field(Field::In(packs)) => packs
            .iter()
            .map(|pack| pack.root())
            .filter(|root| holds(root, post, Unknown::MatchesNothing))
            .for_each(|root| collect(root, post, found)),
        Node::Field(field) => field_spans(field, post, found),
    }
}

fn field_spans(field: &Field, post: &Prepared<'_>, found: &mut Vec<Span>) {
    let parts = post.searched();
    match field {
        Field::Words(place @ (Place::Title | Place::Text), phrases) => {
            let (name, part) = parts[usize::from(*place == Place::Text)];
            phrases.iter().for_each(|phrase| occurrences(phrase, name, part, found));
        }
        Field::Exact(phrase) => parts.into_iter().for_each(|(name, part)| occurrences(phrase, name, part, found)),
        Field::Raw(raw) => {
            for (name, plain) in post.plain() {
                found.extend(raw.occurrences(plain).map(|(start, end)| {
                    let (start, end) = plain.origin(start, end);
                    Span { part: *name, start, end }
                }));
            }
        }
        _ => {}
    }
}

fn occurrences(phrase: &Phrase, name: SpanPart, part: &Part<'_>, found: &mut Vec<Span>) {
    found.extend(phrase.occurrences(part).into_iter().map(|one| span(name, part, one)));
}

fn span(name: SpanPart, part: &Part<'_>, found: Occurrence) -> Span {
    let (start, end) = part.stretch(found.start, found.end);
    Span { part: name, start, end }
}

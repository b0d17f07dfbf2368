//! NEAR and ONEAR: matches of two operands with few tokens between them.

use std::fmt;

use crate::part::{Occurrence, Part};
use crate::phrase::Phrase;

/// How near, and whether the order counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) is_ordered: bool,
    /// At most so many tokens between the two.
    pub(crate) most: u8,
}

impl Link {
    /// The greatest number after the `/`.
    pub(crate) const MOST: u8 = 50;
    const DEFAULT: u8 = 5;

    /// Reads an operator; `None` if it is none, an error with the likely repair if its number is wrong.
    pub(crate) fn parse(unit: &str) -> Option<Result<Self, Option<String>>> {
        let (is_ordered, rest) = match (unit.strip_prefix("NEAR"), unit.strip_prefix("ONEAR")) {
            (Some(rest), _) => (false, rest),
            (None, Some(rest)) => (true, rest),
            (None, None) => return None,
        };
        if rest.is_empty() {
            return Some(Ok(Self { is_ordered, most: Self::DEFAULT }));
        }
        let number = rest.strip_prefix('/')?;
        let name = if is_ordered { "ONEAR" } else { "NEAR" };
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Err(Some(format!("did you mean '{name}/{}'?", Self::DEFAULT))));
        }
        // A number too long for the type is over the limit as well.
        match number.parse::<u32>() {
            Ok(most) if most <= u32::from(Self::MOST) => Some(Ok(Self { is_ordered, most: most as u8 })),
            _ => Some(Err(Some(format!("did you mean '{name}/{}'?", Self::MOST)))),
        }
    }

    /// Whether `first` and then `second` stand so that the link holds.
    fn holds(self, first: Span, second: Span) -> bool {
        second.first >= first.after && second.first - first.after <= u32::from(self.most)
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", if self.is_ordered { "ONEAR" } else { "NEAR" }, self.most)
    }
}

/// Operands with a link between each two: `a NEAR/3 b NEAR/3 c` holds if both links do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Near {
    /// Each operand is any of its phrases.
    pub(crate) operands: Vec<Vec<Phrase>>,
    /// One fewer than operands.
    pub(crate) links: Vec<Link>,
}

impl Near {
    /// Each link with its operands.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&[Phrase], Link, &[Phrase])> {
        self.links.iter().zip(self.operands.windows(2)).map(|(&link, pair)| (&*pair[0], link, &*pair[1]))
    }
}

/// Positions from the first to before the one after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) first: u32,
    pub(crate) after: u32,
}

/// Whether the pair stands near enough in the part.
pub(crate) fn is_near(left: &[Phrase], link: Link, right: &[Phrase], part: &Part<'_>) -> bool {
    let spans = |phrases| occurrences(phrases, part).into_iter().map(Occurrence::span).collect::<Vec<_>>();
    let left = spans(left);
    !left.is_empty() && are_near(&left, link, &spans(right))
}

/// Whether one of the left stands near enough to one of the right; both in order of their beginning.
pub(crate) fn are_near(left: &[Span], link: Link, right: &[Span]) -> bool {
    left.iter().any(|&one| has_partner(one, right, link))
        || (!link.is_ordered && right.iter().any(|&one| has_partner(one, left, link)))
}

/// The occurrences of both that stand near enough to one of the other.
pub(crate) fn near_occurrences(left: &[Phrase], link: Link, right: &[Phrase], part: &Part<'_>) -> Vec<Occurrence> {
    let (left, right) = (occurrences(left, part), occurrences(right, part));
    let mut found = Vec::new();
    let mut collect = |firsts: &[Occurrence], seconds: &[Occurrence]| {
        for &first in firsts {
            let partners = seconds[seconds.partition_point(|second| second.first < first.after)..]
                .iter()
                .take_while(|second| link.holds(first.span(), second.span()));
            let before = found.len();
            found.extend(partners);
            if found.len() > before {
                found.push(first);
            }
        }
    };
    collect(&left, &right);
    if !link.is_ordered {
        collect(&right, &left);
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether one of the others begins near enough after this one ends; the others are in order of their beginning.
fn has_partner(first: Span, seconds: &[Span], link: Link) -> bool {
    let next = seconds.partition_point(|second| second.first < first.after);
    seconds.get(next).is_some_and(|&second| link.holds(first, second))
}

fn occurrences(phrases: &[Phrase], part: &Part<'_>) -> Vec<Occurrence> {
    let mut found: Vec<Occurrence> = phrases.iter().flat_map(|phrase| phrase.occurrences(part)).collect();
    if phrases.len() > 1 {
        found.sort_unstable();
        found.dedup();
    }
    found
}

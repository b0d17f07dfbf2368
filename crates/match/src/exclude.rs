//! Packs that a whole query leaves out: reading which, and writing others, without touching the rest as it was typed.

use crate::field::Name;
use crate::lex::{Lexer, Unit};
use crate::pack::pack_name;

/// A query cut apart: what stands at its top and leaves out packs, and where the rest is.
struct Cut {
    /// The names that are left out, in their order.
    names: Vec<String>,
    /// Where that stands, in characters: from, to.
    places: Vec<(usize, usize)>,
    /// Alternatives stand at the top: what is added to the end would belong to the last of them.
    has_or: bool,
    /// All of the rest is one group.
    is_group: bool,
}

/// The packs that a query as a whole leaves out: each stands at its top as `-in:name` or `NOT in:name`. Of a query that cannot
/// be read, none.
///
/// ```
/// use switchboard_match::excluded_packs;
///
/// assert_eq!(excluded_packs("acme -in:jobs,spam"), ["jobs", "spam"]);
/// assert!(excluded_packs("acme OR oven -in:jobs").is_empty(), "only the oven is without jobs");
/// ```
pub fn excluded_packs(query: &str) -> Vec<String> {
    cut(query).filter(|cut| !cut.has_or).map(|cut| cut.names).unwrap_or_default()
}

/// The query leaving out exactly these packs as a whole; the rest stays as it was typed. `None` of one that cannot be read, or
/// that asks for nothing but what it leaves out.
///
/// ```
/// use switchboard_match::with_excluded;
///
/// assert_eq!(with_excluded("acme  -in:spam", &["jobs", "coupons"]).as_deref(), Some("acme -in:jobs,coupons"));
/// assert_eq!(with_excluded("acme OR oven", &["jobs"]).as_deref(), Some("(acme OR oven) -in:jobs"));
/// assert_eq!(with_excluded("(acme OR oven) -in:jobs", &[]).as_deref(), Some("acme OR oven"));
/// ```
pub fn with_excluded(query: &str, packs: &[&str]) -> Option<String> {
    let cut = cut(query)?;
    // What stands among alternatives is not left out of all of them.
    let (had_any, places) = if cut.has_or { (false, &[][..]) } else { (!cut.names.is_empty(), &*cut.places) };
    let mut rest = String::with_capacity(query.len());
    let mut places = places.iter().peekable();
    let mut is_after = false;
    for (at, c) in query.chars().enumerate() {
        while places.next_if(|(_, to)| *to <= at).is_some() {}
        if places.peek().is_some_and(|(from, _)| at >= *from) {
            is_after = true;
        } else if !(is_after && c.is_whitespace()) {
            if is_after && !rest.ends_with(char::is_whitespace) {
                // What stood on both sides stays apart.
                rest.push(' ');
            }
            is_after = false;
            rest.push(c);
        }
    }
    let rest = rest.trim();
    if rest.is_empty() {
        return None;
    }
    if packs.is_empty() {
        let inside = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        return Some(match inside {
            Some(inside) if had_any && cut.is_group => inside.trim().to_owned(),
            _ => rest.to_owned(),
        });
    }
    let left_out = packs.join(",");
    Some(if cut.has_or { format!("({rest}) -in:{left_out}") } else { format!("{rest} -in:{left_out}") })
}

fn cut(query: &str) -> Option<Cut> {
    let mut lexer = Lexer::new(query).ok()?;
    let mut cut = Cut { names: Vec::new(), places: Vec::new(), has_or: false, is_group: false };
    let mut depth = 0_usize;
    // Where a single negation begins that nothing has followed yet.
    let mut negation: Option<usize> = None;
    // How many units and groups stand at the top beside what is left out, and whether the last one is a group.
    let mut parts = 0_usize;
    let mut group = false;
    // Where an AND begins that nothing has followed yet; and whether one that follows belongs to what is left out.
    let (mut and, mut takes_and): (Option<usize>, bool) = (None, false);
    loop {
        let (unit, column) = lexer.next().ok()?;
        let from = column - 1;
        if !matches!(unit, Unit::And | Unit::Not | Unit::Minus | Unit::Field(_)) {
            and = None;
        }
        let follows = std::mem::take(&mut takes_and);
        match unit {
            Unit::End => break,
            Unit::Open => {
                if depth == 0 {
                    (parts, group) = (parts + 1, negation.is_none());
                }
                depth += 1;
                negation = None;
            }
            Unit::Close => {
                depth = depth.checked_sub(1)?;
                negation = None;
            }
            Unit::Or => {
                cut.has_or |= depth == 0;
                negation = None;
            }
            Unit::Not | Unit::Minus => {
                // Of two, the second takes back the first.
                let is_first = negation.is_none() && depth == 0;
                negation = if is_first { Some(from) } else { Some(usize::MAX) };
            }
            Unit::And => {
                if let Some(place) = cut.places.last_mut().filter(|_| follows) {
                    place.1 = lexer.column() - 1;
                }
                and = Some(from).filter(|_| depth == 0 && !follows);
                negation = None;
            }
            Unit::Near(_) => negation = None,
            Unit::Quoted(_) | Unit::Word(_) => {
                parts += usize::from(depth == 0);
                group &= depth > 0;
                negation = None;
            }
            Unit::Field(name) => {
                let name = Name::parse(&name, column).ok()?;
                let mut values = Vec::new();
                loop {
                    values.push(lexer.value(name.as_str(), name.takes_list()).ok()?.text);
                    if !name.takes_list() || !lexer.comma() {
                        break;
                    }
                }
                let start = negation.take().filter(|start| *start != usize::MAX && depth == 0 && name == Name::In);
                match start {
                    Some(start) => {
                        for value in &values {
                            let name = pack_name(value.trim())?;
                            if !cut.names.contains(&name) {
                                cut.names.push(name);
                            }
                        }
                        takes_and = and.is_none();
                        cut.places.push((and.take().unwrap_or(start), lexer.column() - 1));
                    }
                    None => {
                        and = None;
                        parts += usize::from(depth == 0);
                        group &= depth > 0;
                    }
                }
            }
        }
    }
    cut.is_group = parts == 1 && group;
    (depth == 0).then_some(cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_of_the_whole_is_read() {
        let check = |query: &str, expected: &[&str]| assert_eq!(excluded_packs(query), expected, "{query}");
        check("acme -in:jobs", &["jobs"]);
        check("-in:jobs acme NOT in:Spam,jobs", &["jobs", "spam"]);
        check("acme AND -in:\"jobs\"", &["jobs"]);
        check("acme in:jobs", &[]);
        check("acme --in:jobs", &[]);
        check("acme -(in:jobs)", &[]);
        check("acme (oven -in:jobs)", &[]);
        check("acme OR oven -in:jobs", &[]);
        check("(acme OR oven) -in:jobs", &["jobs"]);
        check("\"acme -in:jobs\"", &[]);
        check("acme ( -in:jobs", &[]);
        check("", &[]);
    }

    #[test]
    fn others_are_written_and_the_rest_stays() {
        let check = |query: &str, packs: &[&str], expected: Option<&str>| {
            assert_eq!(with_excluded(query, packs).as_deref(), expected, "{query} {packs:?}");
        };
        check("acme", &[], Some("acme"));
        check("acme", &["jobs"], Some("acme -in:jobs"));
        check("acme -in:jobs", &[], Some("acme"));
        check("-in:jobs  \"acme  x\" NOT in:spam -seed", &["spam"], Some("\"acme  x\" -seed -in:spam"));
        check("acme OR oven", &["a", "b"], Some("(acme OR oven) -in:a,b"));
        check("(acme OR oven) -in:a,b", &["b"], Some("(acme OR oven) -in:b"));
        check("(acme OR oven) -in:a", &[], Some("acme OR oven"));
        check("(acme OR oven)", &[], Some("(acme OR oven)"));
        check("(a) (b) -in:x", &[], Some("(a) (b)"));
        check("-(a) b -in:x", &[], Some("-(a) b"));
        check("acme OR oven -in:jobs", &["spam"], Some("(acme OR oven -in:jobs) -in:spam"));
        check("acme OR oven -in:jobs", &[], Some("acme OR oven -in:jobs"));
        check("acme(-in:jobs b)-in:spam", &["x"], Some("acme(-in:jobs b) -in:x"));
        check("żółw -in:jobs 充电", &[], Some("żółw 充电"));
        check("acme AND -in:jobs AND oven", &[], Some("acme AND oven"));
        check("-in:jobs AND acme AND NOT in:spam", &["x"], Some("acme -in:x"));
        check("-in:jobs AND -in:spam AND acme", &[], Some("acme"));
        check("-in:jobs", &["jobs"], None);
        check("acme (", &["jobs"], None);
    }
}

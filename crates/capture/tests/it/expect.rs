//! Reads the expectations of the feed fixtures, which are Python: `not bozo and entries[0]['title'] == 'Item 1'`.
//!
//! Only the forms that the suites use are read; everything else is "not comparable", never "agreeing".

/// A Python value that an expectation compares with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Text(String),
    Number(i64),
    Tuple(Vec<i64>),
}

/// One comparison.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Term {
    /// `not bozo`: the feed must be read.
    Readable,
    /// Something equals a value: the path and the value.
    Equals(Vec<Step>, Literal),
    /// `len(path) == n`
    Length(Vec<Step>, i64),
    /// Nothing that can be compared here.
    Other,
}

/// One step of a path: `entries[0]['title']` is name, index, name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    Name(String),
    Index(usize),
}

/// Alternatives (`or`) of terms that must all hold (`and`).
pub(crate) fn read(expectation: &str) -> Vec<Vec<Term>> {
    let mut alternatives = vec![Vec::new()];
    for (joint, part) in split(expectation) {
        if joint == "or" {
            alternatives.push(Vec::new());
        }
        if let Some(terms) = alternatives.last_mut() {
            terms.extend(term(part));
        }
    }
    alternatives
}

/// Splits at `and` and `or` outside of quotes.
fn split(text: &str) -> Vec<(&'static str, &str)> {
    let mut parts = Vec::new();
    let (mut from, mut joint) = (0, "");
    let mut quote = None;
    let mut escaped = false;
    for (index, c) in text.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match (quote, c) {
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, ' ') => {
                for word in ["and", "or"] {
                    let rest = &text[index + 1..];
                    if rest.starts_with(word) && rest[word.len()..].starts_with([' ', '(']) {
                        parts.push((joint, &text[from..index]));
                        (from, joint) = (index + 1 + word.len(), word);
                    }
                }
            }
            (None, _) => {}
        }
    }
    parts.push((joint, &text[from..]));
    parts
}

fn term(text: &str) -> Vec<Term> {
    let mut text = text.trim();
    while text.starts_with('(') && text.ends_with(')') && !text[1..].starts_with(|c: char| c.is_ascii_digit()) {
        text = text[1..text.len() - 1].trim();
    }
    if text == "not bozo" {
        return vec![Term::Readable];
    }
    let sides: Vec<&str> = sides(text);
    let Some((right, left)) = sides.split_last() else { return vec![Term::Other] };
    if left.is_empty() {
        return vec![Term::Other];
    }
    let Some(literal) = literal(right.trim()) else { return vec![Term::Other] };
    left.iter()
        .map(|side| {
            let side = side.trim();
            if let (Some(inner), Literal::Number(number)) =
                (side.strip_prefix("len(").and_then(|rest| rest.strip_suffix(')')), &literal)
            {
                return path(inner).map_or(Term::Other, |path| Term::Length(path, *number));
            }
            path(side).map_or(Term::Other, |path| Term::Equals(path, literal.clone()))
        })
        .collect()
}

/// Splits at `==` outside of quotes.
fn sides(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut from, mut quote, mut escaped) = (0, None, false);
    for (index, c) in text.char_indices() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match (quote, c) {
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '=') if text[index..].starts_with("==") && index >= from => {
                parts.push(&text[from..index]);
                from = index + 2;
            }
            (None, _) => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

fn path(text: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('[') {
            let (inside, tail) = after.split_once(']')?;
            let name = inside.trim_matches(['\'', '"']);
            steps.push(match inside.parse() {
                Ok(index) => Step::Index(index),
                Err(_) if name.len() + 2 == inside.len() => Step::Name(name.to_owned()),
                Err(_) => return None,
            });
            rest = tail;
        } else {
            let after = rest.strip_prefix('.').unwrap_or(rest);
            let end = after.find(['[', '.']).unwrap_or(after.len());
            let name = &after[..end];
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                return None;
            }
            steps.push(Step::Name(name.to_owned()));
            rest = &after[end..];
        }
    }
    Some(steps)
}

fn literal(text: &str) -> Option<Literal> {
    if let Ok(number) = text.parse() {
        return Some(Literal::Number(number));
    }
    if let Some(inside) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        let numbers: Option<Vec<i64>> = inside.split(',').map(|number| number.trim().parse().ok()).collect();
        return numbers.map(Literal::Tuple);
    }
    let mut out = String::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start().trim_start_matches('+').trim_start();
        rest = rest.strip_prefix('u').filter(|tail| tail.starts_with(['\'', '"'])).unwrap_or(rest);
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let mut chars = rest[1..].char_indices();
        let end = loop {
            let (index, c) = chars.next()?;
            match c {
                '\\' => {
                    let (_, escape) = chars.next()?;
                    let digits = match escape {
                        'x' => 2,
                        'u' => 4,
                        'U' => 8,
                        _ => 0,
                    };
                    match escape {
                        'n' => out.push('\n'),
                        't' => out.push('\t'),
                        'r' => out.push('\r'),
                        _ if digits > 0 => {
                            let code: Option<String> = (0..digits).map(|_| chars.next().map(|(_, c)| c)).collect();
                            out.push(char::from_u32(u32::from_str_radix(&code?, 16).ok()?)?);
                        }
                        other => out.push(other),
                    }
                }
                _ if c == quote => break index,
                _ => out.push(c),
            }
        };
        rest = rest[end + 2..].trim_start();
        if rest.is_empty() {
            return Some(Literal::Text(out));
        }
    }
}

#[test]
fn reads_the_forms_of_the_suites() {
    let name = |text: &str| Step::Name(text.to_owned());
    let text = |text: &str| Literal::Text(text.to_owned());
    assert_eq!(
        read("not bozo and entries[0]['title'] == 'it\\'s and \\xe9\\u2019' + '!'"),
        [vec![
            Term::Readable,
            Term::Equals(vec![name("entries"), Step::Index(0), name("title")], text("it's and é’!"))
        ]]
    );
    assert_eq!(read("bozo"), [vec![Term::Other]]);
    assert_eq!(read("len(entries) == 2"), [vec![Term::Length(vec![name("entries")], 2)]]);
    assert_eq!(
        read("feed.a == (1, 2)"),
        [vec![Term::Equals(vec![name("feed"), name("a")], Literal::Tuple(vec![1, 2]))]]
    );
    assert_eq!(read("feed['a'] == 'x' or (feed['a'] == 'y')").len(), 2);
}

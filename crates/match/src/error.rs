//! What is said about a query that cannot be read.

use std::fmt::{self, Write as _};

use crate::character::{is_emoji, is_mark, is_removed, is_spaceless};

/// Why a query cannot be read, and where.
///
/// ```
/// use switchboard_match::Query;
///
/// let error = Query::parse("acme langauge:en").unwrap_err();
/// assert_eq!(error.to_string(), "column 6: unknown field 'langauge': did you mean 'lang'?");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct QueryError {
    /// Where, in characters from 1.
    pub column: usize,
    /// What was found and what was expected.
    pub message: String,
    /// The likely repair, where there is one, for example `did you mean 'lang'?`.
    pub repair: Option<String>,
}

impl QueryError {
    pub(crate) fn new(column: usize, message: impl Into<String>) -> Self {
        Self { column, message: message.into(), repair: None }
    }

    pub(crate) fn with_repair(self, repair: impl Into<String>) -> Self {
        Self { repair: Some(repair.into()), ..self }
    }

    pub(crate) fn with_optional_repair(self, repair: Option<String>) -> Self {
        Self { repair, ..self }
    }

    /// The error drawn under the query that it is about: the message, the query, a caret under the column, the repair.
    /// A long query is shown around the column; what is not visible is shown as a space.
    pub fn render(&self, query: &str) -> String {
        let mut drawn = format!("column {}: {}\n", self.column, self.message);
        let at = self.column.saturating_sub(1);
        let length = query.chars().count();
        let first = at.saturating_sub(SHOWN_BEFORE);
        let shown = query.chars().skip(first).take(SHOWN_BEFORE + SHOWN_AFTER);
        let mut caret_at = 0;
        drawn.push_str(MARGIN);
        if first > 0 {
            drawn.push('…');
            caret_at += 1;
        }
        for (index, c) in (first..).zip(shown) {
            let c = if c.is_control() || c.is_whitespace() { ' ' } else { c };
            if index < at {
                caret_at += width(c);
            }
            drawn.push(c);
        }
        if length > first + SHOWN_BEFORE + SHOWN_AFTER {
            drawn.push('…');
        }
        let _ = write!(drawn, "\n{MARGIN}{}^", " ".repeat(caret_at));
        if let Some(repair) = &self.repair {
            let _ = write!(drawn, "\n{repair}");
        }
        drawn
    }
}

const MARGIN: &str = "  ";
/// Characters of the query shown before and from the column on.
const SHOWN_BEFORE: usize = 60;
const SHOWN_AFTER: usize = 40;

/// How many columns of a terminal a character takes, near enough to put a caret under it.
fn width(c: char) -> usize {
    if c.is_ascii() {
        1
    } else if is_mark(c) || is_removed(c) && !matches!(c, '™' | '℠' | '®' | '©') || c == '\u{200D}' {
        0
    } else if (is_spaceless(c) && c >= '\u{2E80}')
        || (is_emoji(c) && c >= '\u{1F000}')
        || matches!(c, '\u{AC00}'..='\u{D7A3}' | '\u{FF01}'..='\u{FF60}' | '\u{3000}'..='\u{303F}')
    {
        2
    } else {
        1
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.message)?;
        match &self.repair {
            Some(repair) => write!(f, ": {repair}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_column() {
        let check = |column: usize, query: &str, expected: &str| {
            let error = QueryError::new(column, "bad").with_repair("did you mean 'x'?");
            assert_eq!(error.render(query), expected);
        };
        check(3, "a & b", "column 3: bad\n  a & b\n    ^\ndid you mean 'x'?");
        check(4, "新闻 &", "column 4: bad\n  新闻 &\n       ^\ndid you mean 'x'?");
        check(4, "e\u{301} &", "column 4: bad\n  e\u{301} &\n    ^\ndid you mean 'x'?");
        check(3, "a\tb", "column 3: bad\n  a b\n    ^\ndid you mean 'x'?");
        check(5, "a OR", "column 5: bad\n  a OR\n      ^\ndid you mean 'x'?");
    }

    #[test]
    fn a_long_query_is_shown_around_the_column() {
        let query = "ab ".repeat(10_000);
        let drawn = QueryError::new(15_001, "bad").render(&query);
        let lines: Vec<&str> = drawn.lines().collect();
        assert!(lines[1].starts_with("  …") && lines[1].ends_with('…'));
        assert_eq!(lines[2].len(), 2 + 1 + SHOWN_BEFORE + 1);
    }
}

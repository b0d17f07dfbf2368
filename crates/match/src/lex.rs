//! Cuts a query into units, one at a time: parentheses, operators, quoted phrases, fields, words.
//!
//! It is asked for one unit after another and never runs ahead, so that of several errors the first is told.

use crate::error::QueryError;
use crate::near::Link;
use crate::phrase::clip;

/// Longest query, in characters.
pub(crate) const MOST_CHARACTERS: usize = 32_768;

/// A unit of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unit {
    Open,
    Close,
    And,
    Or,
    Not,
    Minus,
    Near(Link),
    /// The text between two quotes.
    Quoted(String),
    Word(String),
    /// The name of a field; its value has not been read yet.
    Field(String),
    End,
}

impl Unit {
    /// How an error names it.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Open => "'('".into(),
            Self::Close => "')'".into(),
            Self::And => "'AND'".into(),
            Self::Or => "'OR'".into(),
            Self::Not => "'NOT'".into(),
            Self::Minus => "'-'".into(),
            Self::Near(link) => format!("'{link}'"),
            Self::Quoted(text) => format!("\"{}\"", clip(text)),
            Self::Word(text) => format!("'{}'", clip(text)),
            Self::Field(name) => format!("'{}:'", clip(name)),
            Self::End => "the end of the query".into(),
        }
    }

    /// The literal word that was perhaps meant.
    pub(crate) fn operator_word(&self) -> Option<&'static str> {
        match self {
            Self::And => Some("AND"),
            Self::Or => Some("OR"),
            Self::Not => Some("NOT"),
            Self::Near(Link { is_ordered: false, .. }) => Some("NEAR"),
            Self::Near(_) => Some("ONEAR"),
            _ => None,
        }
    }
}

/// A value of a field, with the column of its first character or quote and that of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) text: String,
    pub(crate) column: usize,
    pub(crate) text_column: usize,
}

pub(crate) struct Lexer {
    characters: Vec<char>,
    at: usize,
}

impl Lexer {
    pub(crate) fn new(query: &str) -> Result<Self, QueryError> {
        let characters: Vec<char> = query.chars().take(MOST_CHARACTERS + 1).collect();
        if characters.len() > MOST_CHARACTERS {
            return Err(QueryError::new(
                MOST_CHARACTERS + 1,
                format!("the query is longer than {MOST_CHARACTERS} characters"),
            )
            .with_repair("make two searches of it"));
        }
        Ok(Self { characters, at: 0 })
    }

    /// How many characters there are.
    pub(crate) fn length(&self) -> usize {
        self.characters.len()
    }

    /// Whether there is nothing but white space.
    pub(crate) fn is_blank(&self) -> bool {
        self.characters.iter().all(|c| c.is_whitespace())
    }

    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    /// The column of the next character.
    pub(crate) fn column(&self) -> usize {
        self.at + 1
    }

    /// The next unit and its column.
    pub(crate) fn next(&mut self) -> Result<(Unit, usize), QueryError> {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
        let column = self.column();
        let unit = match self.peek() {
            None => Unit::End,
            Some('(') => {
                self.at += 1;
                Unit::Open
            }
            Some(')') => {
                self.at += 1;
                Unit::Close
            }
            Some('-') if self.characters.get(self.at + 1).is_some_and(|&next| !next.is_whitespace() && next != ')') => {
                self.at += 1;
                Unit::Minus
            }
            Some(c) if is_quote(c) => {
                let text = self.quoted()?;
                self.ends_quoted(false)?;
                Unit::Quoted(text)
            }
            Some(_) => self.word()?,
        };
        Ok((unit, column))
    }

    /// The text of a quoted phrase; stands at its opening quote.
    fn quoted(&mut self) -> Result<String, QueryError> {
        let column = self.column();
        let start = self.at + 1;
        let Some(length) = self.characters[start..].iter().position(|&c| is_quote(c)) else {
            return Err(QueryError::new(column, "unbalanced quote: expected a closing '\"'")
                .with_repair("close it, or remove it: a quote itself cannot be searched"));
        };
        self.at = start + length + 1;
        Ok(self.characters[start..start + length].iter().collect())
    }

    /// After a closing quote comes white space, a parenthesis, or in a list a comma.
    fn ends_quoted(&self, is_list: bool) -> Result<(), QueryError> {
        match self.peek() {
            Some(c) if !(c.is_whitespace() || is_parenthesis(c) || (is_list && c == ',')) => {
                let error = QueryError::new(
                    self.column(),
                    format!("found '{c}' directly after a closing quote: expected a space"),
                );
                Err(match c {
                    '~' => error.with_repair("for words near each other write: a NEAR/5 b"),
                    '*' => error.with_repair("write the '*' before the closing quote"),
                    _ => error,
                })
            }
            _ => Ok(()),
        }
    }

    /// Characters up to white space, a parenthesis, a quote, or in a list a comma.
    fn run(&mut self, is_list: bool) -> Result<String, QueryError> {
        let start = self.at;
        while let Some(c) = self.peek()
            && !c.is_whitespace()
            && !is_parenthesis(c)
            && !(is_list && c == ',')
        {
            if is_quote(c) {
                return Err(QueryError::new(
                    self.column(),
                    "found a quote in the middle of a word: expected a space before it",
                )
                .with_repair("a quote itself cannot be searched"));
            }
            self.at += 1;
        }
        Ok(self.characters[start..self.at].iter().collect())
    }

    fn word(&mut self) -> Result<Unit, QueryError> {
        let column = self.column();
        let letters = self.characters[self.at..].iter().take_while(|c| c.is_ascii_alphabetic()).count();
        if letters > 0 && self.characters.get(self.at + letters) == Some(&':') {
            let name = self.characters[self.at..self.at + letters].iter().collect();
            self.at += letters + 1;
            return Ok(Unit::Field(name));
        }
        let text = self.run(false)?;
        Ok(match text.as_str() {
            "AND" => Unit::And,
            "OR" => Unit::Or,
            "NOT" => Unit::Not,
            _ => match Link::parse(&text) {
                Some(Ok(link)) => Unit::Near(link),
                Some(Err(repair)) => {
                    return Err(QueryError::new(
                        column,
                        format!("found '{}': expected a number from 0 to {} after the '/'", clip(&text), Link::MOST),
                    )
                    .with_optional_repair(repair));
                }
                None => Unit::Word(text),
            },
        })
    }

    /// The value at which a field stands, or the next of its list.
    pub(crate) fn value(&mut self, field: &str, is_list: bool) -> Result<Value, QueryError> {
        let column = self.column();
        let missing = |found: Option<char>| {
            let error = QueryError::new(
                column,
                match found {
                    Some(c) if !c.is_whitespace() => format!("the value of '{field}:' is missing: found '{c}'"),
                    _ => format!("the value of '{field}:' is missing"),
                },
            );
            match found {
                Some('(') => error.with_repair(format!("write {field}:\"some words\" or {field}:one,other")),
                Some(c) if c.is_whitespace() => error.with_repair("write the value without a space before it"),
                _ => error,
            }
        };
        match self.peek() {
            Some(c) if is_quote(c) => {
                let text = self.quoted()?;
                self.ends_quoted(is_list)?;
                Ok(Value { text, column, text_column: column + 1 })
            }
            Some(c) if c.is_whitespace() || is_parenthesis(c) || (is_list && c == ',') => Err(missing(Some(c))),
            None => Err(missing(None)),
            Some(_) => Ok(Value { text: self.run(is_list)?, column, text_column: column }),
        }
    }

    /// Steps over the comma of a list, if there is one.
    pub(crate) fn comma(&mut self) -> bool {
        let is_comma = self.peek() == Some(',');
        if is_comma {
            self.at += 1;
        }
        is_comma
    }
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟')
}

fn is_parenthesis(c: char) -> bool {
    matches!(c, '(' | ')')
}

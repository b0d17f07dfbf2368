//! Reads the values of fields.

use switchboard_model::SignalName;

use crate::comparison::Comparison;
use crate::error::QueryError;
use crate::field::{Field, Handle, Has, Is, LinkValue, Name, nearest};
use crate::fold::fold;
use crate::lex::Value;
use crate::link::Address;
use crate::phrase::{Phrase, clip};
use crate::raw::Raw;

impl Field {
    /// A field with its first value.
    pub(crate) fn parse(name: Name, value: &Value) -> Result<Self, QueryError> {
        Ok(match name {
            Name::Words(place) => Self::Words(place, vec![words(value)?]),
            Name::Exact => Self::Exact(Phrase::parse_exact(&value.text, value.column, value.text_column)?),
            Name::Raw => Self::Raw(Raw::parse(&value.text).ok_or_else(|| empty(name, value))?),
            Name::Author => Self::Author(vec![handle(value)?]),
            Name::Network => Self::Network(vec![network(value)?]),
            Name::Lang => Self::Lang(vec![lang(value)?]),
            Name::Link => Self::Link(vec![link(value)?]),
            Name::Is => Self::Is(vec![word(name, value, &Is::ALL)?]),
            Name::Has => Self::Has(vec![word(name, value, &Has::ALL)?]),
            Name::Figure(figure) => Self::Figure(figure, Comparison::parse_number(value)?),
            Name::Posted => Self::Posted(Comparison::parse_day(value)?),
            Name::Signal(signal) => Self::Signal(signal, vec![label(name, signal, value)?]),
            Name::Department => Self::Department(vec![department(value)?]),
            Name::Influence => Self::Influence(Comparison::parse_number(value)?),
            // Packs are found by the parser, which knows what they add to the query.
            Name::In => return Err(unknown(name, value, "a pack")),
        })
    }

    /// Another value of its list.
    pub(crate) fn push(&mut self, value: &Value) -> Result<(), QueryError> {
        let name = self.name();
        match self {
            Self::Words(_, phrases) => phrases.push(words(value)?),
            Self::Author(handles) => handles.push(handle(value)?),
            Self::Network(names) => names.push(network(value)?),
            Self::Lang(tags) => tags.push(lang(value)?),
            Self::Link(values) => values.push(link(value)?),
            Self::Is(values) => values.push(word(name, value, &Is::ALL)?),
            Self::Has(values) => values.push(word(name, value, &Has::ALL)?),
            Self::Signal(signal, labels) => labels.push(label(name, *signal, value)?),
            Self::Department(labels) => labels.push(department(value)?),
            Self::Exact(_) | Self::Raw(_) | Self::Figure(..) | Self::Posted(_) | Self::Influence(_) | Self::In(_) => {}
        }
        Ok(())
    }
}

fn words(value: &Value) -> Result<Phrase, QueryError> {
    Phrase::parse(&value.text, value.column, value.text_column)
}

fn empty(name: Name, value: &Value) -> QueryError {
    QueryError::new(value.column, format!("the value of '{}:' is empty", name.as_str()))
}

fn unknown(name: Name, value: &Value, expected: &str) -> QueryError {
    if value.text.trim().is_empty() {
        return empty(name, value);
    }
    let message = format!("unknown value '{}' of '{}:': expected {expected}", clip(&value.text), name.as_str());
    QueryError::new(value.column, message)
}

/// One of a fixed set of words.
fn word<T: Copy>(name: Name, value: &Value, known: &[(&'static str, T)]) -> Result<T, QueryError> {
    let found = known.iter().find(|(word, _)| word.eq_ignore_ascii_case(&value.text));
    found.map(|&(_, meaning)| meaning).ok_or_else(|| {
        let words: Vec<&str> = known.iter().map(|&(word, _)| word).collect();
        let nearest = nearest(&value.text.to_ascii_lowercase(), words.iter().map(|&word| (word, word)));
        unknown(name, value, &format!("one of {}", words.join(", ")))
            .with_optional_repair(nearest.map(|word| format!("did you mean '{word}'?")))
    })
}

fn handle(value: &Value) -> Result<Handle, QueryError> {
    let misplaced = |at: usize, why: &str| QueryError::new(value.text_column + at, format!("misplaced '*': {why}"));
    let typed = match value.text.chars().position(|c| c == '*') {
        Some(at) if at + 1 < value.text.chars().count() => {
            return Err(misplaced(at, "it can only end a handle"));
        }
        Some(_) => value.text.strip_suffix('*'),
        None => None,
    };
    let folded = fold(typed.unwrap_or(&value.text));
    let text = folded.trim();
    let text = text.strip_prefix('@').unwrap_or(text);
    if typed.is_some() && text.chars().nth(1).is_none() {
        let at = value.text.chars().count() - 1;
        return Err(misplaced(at, "it needs at least 2 characters before it"));
    }
    if text.is_empty() {
        return Err(QueryError::new(value.column, "the value of 'author:' has no handle"));
    }
    Ok(Handle { text: text.into(), is_beginning: typed.is_some(), source: value.text.trim().into() })
}

fn network(value: &Value) -> Result<Box<str>, QueryError> {
    let text = value.text.to_ascii_lowercase();
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'.' | b'-');
    if text.is_empty() || !text.bytes().all(is_name) {
        return Err(unknown(Name::Network, value, "a name of letters a-z, digits, '_', '.', '-'"));
    }
    Ok(text.into())
}

/// 2–3 letters, then subtags.
fn lang(value: &Value) -> Result<Box<str>, QueryError> {
    let text = value.text.to_ascii_lowercase();
    let mut subtags = text.split('-');
    let is_language = subtags
        .next()
        .is_some_and(|first| matches!(first.len(), 2 | 3) && first.bytes().all(|byte| byte.is_ascii_lowercase()));
    let is_tag = is_language
        && subtags
            .all(|subtag| matches!(subtag.len(), 1..=8) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if is_tag {
        return Ok(text.into());
    }
    let hyphenated = text.replace('_', "-");
    let repair = if hyphenated != text { Some(hyphenated) } else { language_code(&text).map(str::to_owned) };
    Err(unknown(Name::Lang, value, "a language tag such as 'en' or 'pt-br'")
        .with_optional_repair(repair.map(|tag| format!("did you mean '{tag}'?"))))
}

/// The code of a language that was written out.
fn language_code(name: &str) -> Option<&'static str> {
    const CODES: [(&str, &str); 16] = [
        ("english", "en"),
        ("german", "de"),
        ("deutsch", "de"),
        ("french", "fr"),
        ("spanish", "es"),
        ("portuguese", "pt"),
        ("italian", "it"),
        ("dutch", "nl"),
        ("polish", "pl"),
        ("turkish", "tr"),
        ("russian", "ru"),
        ("arabic", "ar"),
        ("hindi", "hi"),
        ("chinese", "zh"),
        ("japanese", "ja"),
        ("korean", "ko"),
    ];
    CODES.iter().find(|(known, _)| *known == name).map(|&(_, code)| code)
}

fn link(value: &Value) -> Result<LinkValue, QueryError> {
    let address = Address::parse(&value.text).ok_or_else(|| {
        if value.text.trim().is_empty() {
            return empty(Name::Link, value);
        }
        QueryError::new(
            value.column,
            format!("'{}' has no host: expected one, such as acme.example/shop", clip(&value.text)),
        )
    })?;
    Ok(LinkValue { address, source: value.text.trim().into() })
}

fn label(name: Name, signal: SignalName, value: &Value) -> Result<Box<str>, QueryError> {
    const SENTIMENTS: [(&str, &str); 3] = [("positive", "positive"), ("neutral", "neutral"), ("negative", "negative")];
    if signal == SignalName::Sentiment {
        return word(name, value, &SENTIMENTS).map(Into::into);
    }
    // Which intents there are is for what understands to say; a label is a name.
    let text = value.text.to_ascii_lowercase();
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) {
        return Err(unknown(name, value, "a label such as 'complaint'"));
    }
    Ok(text.into())
}

fn department(value: &Value) -> Result<Box<str>, QueryError> {
    let text = fold(&value.text).split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() { Err(empty(Name::Department, value)) } else { Ok(text.into()) }
}

//! Fields: what a query can ask of a post besides its words.
//!
//! To add one: a row in `NAMES`, a form in `Field`, a line in `value.rs`, in `Display` and in `eval.rs`. What packs hold may
//! be anything, so `In` has a line wherever a query is walked through.

use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use switchboard_model::{PostKind, SignalName};

use crate::comparison::Comparison;
use crate::error::QueryError;
use crate::link::Address;
use crate::pack::Pack;
use crate::phrase::{Phrase, write_value};
use crate::raw::Raw;

/// A field with its values: a post matches if any of them does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Field {
    Words(Place, Vec<Phrase>),
    Exact(Phrase),
    Raw(Raw),
    Author(Vec<Handle>),
    Network(Vec<Box<str>>),
    Lang(Vec<Box<str>>),
    Link(Vec<LinkValue>),
    Is(Vec<Is>),
    Has(Vec<Has>),
    Figure(Figure, Comparison<f64>),
    Posted(Comparison<Date>),
    /// A label of a signal.
    Signal(SignalName, Vec<Box<str>>),
    Department(Vec<Box<str>>),
    Influence(Comparison<f64>),
    /// What packs find.
    In(Vec<Arc<Pack>>),
}

/// Where the words of a field are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Title,
    Text,
    Alt,
    Name,
    Bio,
}

/// A handle or its beginning, folded, without its sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Handle {
    pub(crate) text: Box<str>,
    pub(crate) is_beginning: bool,
    pub(crate) source: Box<str>,
}

/// The value of `link:` with the way it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LinkValue {
    pub(crate) address: Address,
    pub(crate) source: Box<str>,
}

/// The values of `is:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Is {
    Kind(PostKind),
    Question,
    Verified,
}

/// The values of `has:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Has {
    Link,
    Media,
    Image,
    Video,
    Hashtag,
    Mention,
    Emoji,
}

/// A figure of a post or its author.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Figure {
    Followers,
    Likes,
    Replies,
    Reshares,
    Views,
    Rating,
}

/// What kind of value a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    Words(Place),
    Exact,
    Raw,
    Author,
    Network,
    Lang,
    Link,
    Is,
    Has,
    Figure(Figure),
    Posted,
    Signal(SignalName),
    Department,
    Influence,
    In,
}

/// The names of all fields.
const NAMES: [(&str, Name); 25] = [
    ("title", Name::Words(Place::Title)),
    ("text", Name::Words(Place::Text)),
    ("alt", Name::Words(Place::Alt)),
    ("name", Name::Words(Place::Name)),
    ("bio", Name::Words(Place::Bio)),
    ("exact", Name::Exact),
    ("raw", Name::Raw),
    ("author", Name::Author),
    ("network", Name::Network),
    ("lang", Name::Lang),
    ("link", Name::Link),
    ("is", Name::Is),
    ("has", Name::Has),
    ("followers", Name::Figure(Figure::Followers)),
    ("likes", Name::Figure(Figure::Likes)),
    ("replies", Name::Figure(Figure::Replies)),
    ("reshares", Name::Figure(Figure::Reshares)),
    ("views", Name::Figure(Figure::Views)),
    ("rating", Name::Figure(Figure::Rating)),
    ("posted", Name::Posted),
    ("sentiment", Name::Signal(SignalName::Sentiment)),
    ("intent", Name::Signal(SignalName::Intent)),
    ("department", Name::Department),
    ("influence", Name::Influence),
    ("in", Name::In),
];

/// What other tools call them.
const OTHER_NAMES: [(&str, &str); 24] = [
    ("language", "lang"),
    ("site", "link"),
    ("url", "link"),
    ("domain", "link"),
    ("host", "link"),
    ("http", "link"),
    ("https", "link"),
    ("from", "author"),
    ("user", "author"),
    ("handle", "author"),
    ("source", "network"),
    ("platform", "network"),
    ("content", "text"),
    ("body", "text"),
    ("headline", "title"),
    ("intitle", "title"),
    ("description", "bio"),
    ("since", "posted"),
    ("until", "posted"),
    ("date", "posted"),
    ("filter", "is"),
    ("shares", "reshares"),
    ("pack", "in"),
    ("exclude", "in"),
];

impl Name {
    /// Reads the name of a field.
    pub(crate) fn parse(name: &str, column: usize) -> Result<Self, QueryError> {
        if let Some(&(_, found)) = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            return Ok(found);
        }
        let nearest = nearest(
            &name.to_ascii_lowercase(),
            NAMES.iter().map(|&(known, _)| (known, known)).chain(OTHER_NAMES.iter().copied()),
        );
        Err(QueryError::new(column, format!("unknown field '{}'", crate::phrase::clip(name))).with_repair(
            match nearest {
                Some(nearest) => format!("did you mean '{nearest}'?"),
                None => "to search for words with a colon, put them in quotes".into(),
            },
        ))
    }

    /// The name in the language.
    pub(crate) fn as_str(self) -> &'static str {
        NAMES.iter().find(|&&(_, name)| name == self).map_or("", |&(name, _)| name)
    }

    /// Whether a comma begins another value.
    pub(crate) fn takes_list(self) -> bool {
        !matches!(self, Self::Exact | Self::Raw | Self::Figure(_) | Self::Posted | Self::Influence)
    }
}

/// The meaning of the known word that is nearest to what was typed, if one is near.
pub(crate) fn nearest<'a, T>(typed: &str, known: impl Iterator<Item = (&'a str, T)>) -> Option<T> {
    // The similarity is costly for long words, and a long word is no misspelling of a name.
    if typed.len() > 32 {
        return None;
    }
    known
        .map(|(word, meaning)| (strsim::jaro_winkler(typed, word), meaning))
        .filter(|(similarity, _)| *similarity >= 0.82)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, meaning)| meaning)
}

impl Is {
    /// All values with their words.
    pub(crate) const ALL: [(&str, Self); 9] = [
        ("post", Self::Kind(PostKind::Post)),
        ("reply", Self::Kind(PostKind::Reply)),
        ("reshare", Self::Kind(PostKind::Reshare)),
        ("quote", Self::Kind(PostKind::Quote)),
        ("review", Self::Kind(PostKind::Review)),
        ("comment", Self::Kind(PostKind::Comment)),
        ("article", Self::Kind(PostKind::Article)),
        ("question", Self::Question),
        ("verified", Self::Verified),
    ];
}

impl Has {
    /// All values with their words.
    pub(crate) const ALL: [(&str, Self); 7] = [
        ("link", Self::Link),
        ("media", Self::Media),
        ("image", Self::Image),
        ("video", Self::Video),
        ("hashtag", Self::Hashtag),
        ("mention", Self::Mention),
        ("emoji", Self::Emoji),
    ];
}

impl Field {
    /// The field's name.
    pub(crate) fn name(&self) -> Name {
        match self {
            Self::Words(place, _) => Name::Words(*place),
            Self::Exact(_) => Name::Exact,
            Self::Raw(_) => Name::Raw,
            Self::Author(_) => Name::Author,
            Self::Network(_) => Name::Network,
            Self::Lang(_) => Name::Lang,
            Self::Link(_) => Name::Link,
            Self::Is(_) => Name::Is,
            Self::Has(_) => Name::Has,
            Self::Figure(figure, _) => Name::Figure(*figure),
            Self::Posted(_) => Name::Posted,
            Self::Signal(name, _) => Name::Signal(*name),
            Self::Department(_) => Name::Department,
            Self::Influence(_) => Name::Influence,
            Self::In(_) => Name::In,
        }
    }

    /// Whether the field itself asks for something that is known only once a post has been understood.
    pub(crate) fn is_signal(&self) -> bool {
        matches!(self, Self::Signal(..) | Self::Department(_) | Self::Influence(_))
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.name().as_str())?;
        match self {
            Self::Words(_, phrases) => list(f, phrases, |f, phrase| phrase.fmt(f)),
            Self::Exact(phrase) => phrase.fmt(f),
            Self::Raw(raw) => write_value(f, raw.text()),
            Self::Author(handles) => list(f, handles, |f, handle| write_value(f, &handle.source)),
            Self::Link(values) => list(f, values, |f, value| write_value(f, &value.source)),
            Self::Network(words) | Self::Lang(words) | Self::Signal(_, words) | Self::Department(words) => {
                list(f, words, |f, word| write_value(f, word))
            }
            Self::Is(values) => list(f, values, |f, value| f.write_str(word_of(&Is::ALL, *value))),
            Self::Has(values) => list(f, values, |f, value| f.write_str(word_of(&Has::ALL, *value))),
            Self::Figure(_, comparison) | Self::Influence(comparison) => comparison.fmt(f),
            Self::Posted(comparison) => comparison.fmt(f),
            Self::In(packs) => list(f, packs, |f, pack| f.write_str(pack.name())),
        }
    }
}

fn list<T>(
    f: &mut fmt::Formatter<'_>,
    values: &[T],
    write: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            f.write_str(",")?;
        }
        write(f, value)?;
    }
    Ok(())
}

pub(crate) fn word_of<T: PartialEq>(words: &[(&'static str, T)], value: T) -> &'static str {
    words.iter().find(|(_, known)| *known == value).map_or("", |&(word, _)| word)
}

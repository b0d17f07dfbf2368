//! Whether a query holds for a post.

use switchboard_model::{MediaType, Signals};

use crate::field::{Field, Figure, Handle, Has, Is, Place};
use crate::near::is_near;
use crate::part::Part;
use crate::phrase::Phrase;
use crate::prepared::Prepared;
use crate::query::Node;
use crate::token::Kind;

/// What a field of a signal says of a post for which the signal is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// It does not match.
    MatchesNothing,
    /// It is taken for granted, one way or the other: turned round below a negation, so that
    /// `Is(true)` at the root asks whether the query may hold.
    Is(bool),
}

impl Unknown {
    /// What is taken for granted below this, which may be a negation.
    pub(crate) fn below(self, is_negated: bool) -> Self {
        match self {
            Self::MatchesNothing => self,
            Self::Is(assumed) => Self::Is(assumed != is_negated),
        }
    }
}

pub(crate) fn holds(node: &Node, post: &Prepared<'_>, unknown: Unknown) -> bool {
    match node {
        Node::And(nodes) => nodes.iter().all(|node| holds(node, post, unknown)),
        Node::Or(nodes) => nodes.iter().any(|node| holds(node, post, unknown)),
        Node::Not(node) => !holds(node, post, unknown.below(true)),
        Node::Near(near) => near
            .pairs()
            .all(|(left, link, right)| post.searched().into_iter().any(|(_, part)| is_near(left, link, right, part))),
        Node::Term(phrase) => occurs(phrase, post),
        Node::Field(field) => field_holds(field, post, unknown),
    }
}

pub(crate) fn occurs(phrase: &Phrase, post: &Prepared<'_>) -> bool {
    post.searched().into_iter().any(|(_, part)| phrase.occurs(part))
}

fn field_holds(field: &Field, post: &Prepared<'_>, unknown: Unknown) -> bool {
    let is_known = |known: Option<bool>| match (known, unknown) {
        (Some(known), _) => known,
        (None, Unknown::Is(assumed)) => assumed,
        (None, Unknown::MatchesNothing) => false,
    };
    match field {
        Field::Words(place, phrases) => words_hold(*place, phrases, post),
        Field::Exact(phrase) => occurs(phrase, post),
        Field::Raw(raw) => post.plain().iter().any(|(_, plain)| raw.occurrences(plain).next().is_some()),
        Field::Author(handles) => {
            post.handle().is_some_and(|handle| handles.iter().any(|wanted| is_handle(wanted, handle)))
        }
        Field::Network(names) => names.iter().any(|name| name.eq_ignore_ascii_case(&post.post().network)),
        Field::Lang(tags) => post.post().lang.as_deref().is_some_and(|lang| tags.iter().any(|tag| is_lang(tag, lang))),
        Field::Link(values) => {
            post.addresses().iter().any(|address| values.iter().any(|value| value.address.covers(address)))
        }
        Field::Is(values) => values.iter().any(|&value| is(value, post)),
        Field::Has(values) => values.iter().any(|&value| has(value, post)),
        Field::Figure(figure, comparison) => figure_of(*figure, post).is_some_and(|value| comparison.holds(value)),
        Field::Posted(comparison) => post.posted_on().is_some_and(|day| comparison.holds(day)),
        Field::Signal(name, labels) => {
            let has_label = |signals: &Signals| {
                signals.all(*name).any(|signal| labels.iter().any(|label| label.eq_ignore_ascii_case(&signal.label)))
            };
            is_known(post.signals().map(has_label))
        }
        Field::Department(names) => {
            let is_called = |called: &String| names.iter().any(|name| **name == **called);
            is_known(post.departments().map(|departments| departments.iter().any(is_called)))
        }
        Field::In(packs) => packs.iter().any(|pack| holds(pack.root(), post, unknown)),
        Field::Influence(comparison) => is_known(post.influence().map(|influence| comparison.holds(influence))),
    }
}

fn words_hold(place: Place, phrases: &[Phrase], post: &Prepared<'_>) -> bool {
    let any = |part: &Part<'_>| phrases.iter().any(|phrase| phrase.occurs(part));
    match place {
        Place::Title => any(post.title()),
        Place::Text => any(post.text()),
        Place::Alt => post.descriptions().iter().any(any),
        Place::Name => post.author_name().is_some_and(any),
        Place::Bio => post.author_bio().is_some_and(any),
    }
}

fn is_handle(wanted: &Handle, handle: &str) -> bool {
    if wanted.is_beginning { handle.starts_with(&*wanted.text) } else { *handle == *wanted.text }
}

/// Whether a post's tag is the wanted one (in lower case) or a narrower one.
fn is_lang(wanted: &str, tag: &str) -> bool {
    let letter = |byte: u8| if byte == b'_' { b'-' } else { byte.to_ascii_lowercase() };
    let mut rest = tag.bytes().map(letter);
    wanted.bytes().all(|byte| rest.next() == Some(byte)) && matches!(rest.next(), None | Some(b'-'))
}

pub(crate) fn is(value: Is, post: &Prepared<'_>) -> bool {
    match value {
        Is::Kind(kind) => post.post().kind == Some(kind),
        Is::Question => post.is_question(),
        Is::Verified => post.post().author.as_ref().is_some_and(|author| author.verified == Some(true)),
    }
}

pub(crate) fn has(value: Has, post: &Prepared<'_>) -> bool {
    let has_token =
        |kind: Kind| post.searched().into_iter().any(|(_, part)| part.tokens().iter().any(|token| token.kind == kind));
    let has_media = |wanted: MediaType| post.post().media.iter().any(|media| media.media_type == wanted);
    match value {
        Has::Link => !post.addresses().is_empty(),
        Has::Media => !post.post().media.is_empty(),
        Has::Image => has_media(MediaType::Image),
        Has::Video => has_media(MediaType::Video),
        Has::Hashtag => post
            .searched()
            .into_iter()
            .any(|(_, part)| part.tags().iter().any(|tag| part.slice(tag.start, tag.end).starts_with('#'))),
        Has::Mention => has_token(Kind::Mention),
        Has::Emoji => has_token(Kind::Emoji),
    }
}

pub(crate) fn figure_of(figure: Figure, post: &Prepared<'_>) -> Option<f64> {
    let post = post.post();
    let count = match figure {
        Figure::Followers => post.author.as_ref().and_then(|author| author.followers),
        Figure::Likes => post.engagement.likes,
        Figure::Replies => post.engagement.replies,
        Figure::Reshares => post.engagement.reshares,
        Figure::Views => post.engagement.views,
        Figure::Rating => return post.rating,
    };
    // Beyond 2^53 a figure is rounded; a query's numbers stay below.
    count.map(|count| count as f64)
}

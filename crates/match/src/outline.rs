//! A query as a tree that can be said in words, in whatever language: what is asked, without how it is looked for.

use crate::field::{Field, Figure, Has, Is, Name, Place, word_of};
use crate::phrase::{Element, Phrase};
use crate::query::{Node, Query};

/// A part of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outline {
    /// All of these.
    All(Vec<Self>),
    /// Any of these.
    Any(Vec<Self>),
    /// Everything but this.
    Not(Box<Self>),
    /// These close to each other: any of the terms of each operand, with a nearness between each two operands.
    Near(Vec<Vec<Term>>, Vec<Nearness>),
    /// Any of these values in one place.
    In(Asked, Vec<Term>),
}

/// A word, a phrase, the beginning of one, or a value of a field, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Without quotes and star.
    pub text: String,
    /// More may follow it.
    pub is_beginning: bool,
}

/// How close two operands stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nearness {
    /// At most so many words between them.
    pub most: u8,
    /// The first one comes first.
    pub is_ordered: bool,
}

/// Where values are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// In title and text.
    Words,
    /// Among the accounts that are mentioned.
    Mention,
    /// Among the hashtags and cashtags.
    Tag,
    /// In the title alone.
    Title,
    /// In the text alone.
    Text,
    /// In descriptions of pictures.
    Alt,
    /// In the author's name.
    AuthorName,
    /// In what authors say about themselves.
    Bio,
    /// In title and text, written exactly so.
    Exact,
    /// In title and text, character by character.
    Raw,
    /// The author.
    Author,
    /// The network.
    Network,
    /// The language.
    Language,
    /// Where links lead.
    Link,
    /// What kind of post it is: `reply`, `question`…
    Is,
    /// What it holds: `image`, `link`…
    Has,
    /// How many follow its author, as a comparison.
    Followers,
    /// How many like it.
    Likes,
    /// How many answer it.
    Replies,
    /// How many pass it on.
    Reshares,
    /// How many have seen it.
    Views,
    /// How many stars it gives.
    Rating,
    /// The day on which it was posted.
    Posted,
    /// How it sounds.
    Sentiment,
    /// What it wants.
    Intent,
    /// The department that it reads like.
    Department,
    /// How far its author is heard.
    Influence,
    /// What packs find, by their titles.
    Pack,
}

impl Query {
    /// What it asks, to be said in words.
    pub fn outline(&self) -> Outline {
        Outline::of(self.root())
    }
}

impl Outline {
    fn of(node: &Node) -> Self {
        match node {
            Node::And(nodes) => Self::All(nodes.iter().map(Self::of).collect()),
            Node::Or(nodes) => any(nodes.iter().map(Self::of)),
            Node::Not(node) => Self::Not(Box::new(Self::of(node))),
            Node::Near(near) => {
                let operands = near.operands.iter().map(|phrases| phrases.iter().map(term).collect()).collect();
                let nearness = |link: &crate::near::Link| Nearness { most: link.most, is_ordered: link.is_ordered };
                Self::Near(operands, near.links.iter().map(nearness).collect())
            }
            Node::Term(phrase) => Self::In(place_of(phrase), vec![term(phrase)]),
            Node::Field(field) => of_field(field),
        }
    }
}

/// Any of them, with values of the same place put together.
fn any(parts: impl Iterator<Item = Outline>) -> Outline {
    let mut joined: Vec<Outline> = Vec::new();
    for part in parts {
        let Outline::In(asked, terms) = part else {
            joined.push(part);
            continue;
        };
        let same = joined.iter_mut().find_map(|known| match known {
            Outline::In(place, known) if *place == asked => Some(known),
            _ => None,
        });
        match same {
            Some(known) => known.extend(terms),
            None => joined.push(Outline::In(asked, terms)),
        }
    }
    match <[Outline; 1]>::try_from(joined) {
        Ok([one]) => one,
        Err(several) => Outline::Any(several),
    }
}

fn place_of(phrase: &Phrase) -> Asked {
    match phrase.elements() {
        [Element::Mention(_) | Element::MentionPrefix(_)] => Asked::Mention,
        [Element::Tag(_) | Element::TagPrefix(_)] => Asked::Tag,
        _ => Asked::Words,
    }
}

fn term(phrase: &Phrase) -> Term {
    let is_beginning = phrase.elements().last().is_some_and(|last| last.text().1);
    let text = phrase.source();
    let text = if is_beginning { text.strip_suffix('*').unwrap_or(text) } else { text };
    Term { text: text.to_owned(), is_beginning }
}

fn whole(text: impl Into<String>) -> Term {
    Term { text: text.into(), is_beginning: false }
}

fn of_field(field: &Field) -> Outline {
    let terms = match field {
        Field::Words(_, phrases) => phrases.iter().map(term).collect(),
        Field::Exact(phrase) => vec![term(phrase)],
        Field::Raw(raw) => vec![whole(raw.text())],
        Field::Author(handles) => {
            let author = |handle: &crate::field::Handle| Term {
                text: handle.source.trim_end_matches('*').to_owned(),
                is_beginning: handle.is_beginning,
            };
            handles.iter().map(author).collect()
        }
        Field::Link(values) => values.iter().map(|value| whole(&*value.source)).collect(),
        Field::Network(words) | Field::Lang(words) | Field::Signal(_, words) | Field::Department(words) => {
            words.iter().map(|word| whole(&**word)).collect()
        }
        Field::Is(values) => values.iter().map(|value| whole(word_of(&Is::ALL, *value))).collect(),
        Field::Has(values) => values.iter().map(|value| whole(word_of(&Has::ALL, *value))).collect(),
        Field::Figure(_, comparison) | Field::Influence(comparison) => vec![whole(comparison.to_string())],
        Field::Posted(comparison) => vec![whole(comparison.to_string())],
        Field::In(packs) => packs.iter().map(|pack| whole(pack.title())).collect(),
    };
    Outline::In(asked(field.name()), terms)
}

fn asked(name: Name) -> Asked {
    use switchboard_model::SignalName;
    match name {
        Name::Words(Place::Title) => Asked::Title,
        Name::Words(Place::Text) => Asked::Text,
        Name::Words(Place::Alt) => Asked::Alt,
        Name::Words(Place::Name) => Asked::AuthorName,
        Name::Words(Place::Bio) => Asked::Bio,
        Name::Exact => Asked::Exact,
        Name::Raw => Asked::Raw,
        Name::Author => Asked::Author,
        Name::Network => Asked::Network,
        Name::Lang => Asked::Language,
        Name::Link => Asked::Link,
        Name::Is => Asked::Is,
        Name::Has => Asked::Has,
        Name::Figure(Figure::Followers) => Asked::Followers,
        Name::Figure(Figure::Likes) => Asked::Likes,
        Name::Figure(Figure::Replies) => Asked::Replies,
        Name::Figure(Figure::Reshares) => Asked::Reshares,
        Name::Figure(Figure::Views) => Asked::Views,
        Name::Figure(Figure::Rating) => Asked::Rating,
        Name::Posted => Asked::Posted,
        Name::Signal(SignalName::Sentiment) => Asked::Sentiment,
        Name::Signal(SignalName::Intent) => Asked::Intent,
        Name::Signal(SignalName::Language) => Asked::Language,
        Name::Department => Asked::Department,
        Name::Influence => Asked::Influence,
        Name::In => Asked::Pack,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(query: &str) -> Outline {
        Query::parse(query).expect("it can be read").outline()
    }

    fn words(texts: &[&str]) -> Vec<Term> {
        texts.iter().map(|text| whole(*text)).collect()
    }

    #[test]
    fn values_of_one_place_stand_together() {
        let expected = Outline::Any(vec![
            Outline::In(Asked::Words, words(&["acme", "akme"])),
            Outline::In(Asked::Mention, words(&["@acme"])),
            Outline::In(Asked::Tag, words(&["#acme"])),
            Outline::In(Asked::Link, words(&["acme.example"])),
        ]);
        assert_eq!(outline("acme OR @acme OR akme OR #acme OR link:acme.example"), expected);
        assert_eq!(outline("(a OR \"b c\")"), Outline::In(Asked::Words, words(&["a", "b c"])));
    }

    #[test]
    fn what_holds_together_stays_together() {
        let near = Outline::Near(
            vec![words(&["acme"]), words(&["kettle", "oven"])],
            vec![Nearness { most: 8, is_ordered: false }],
        );
        let not = |texts: &[&str]| Outline::Not(Box::new(Outline::In(Asked::Words, words(texts))));
        assert_eq!(
            outline("acme NEAR/8 (kettle OR oven) -seed -(a OR b)"),
            Outline::All(vec![near, not(&["seed"]), not(&["a", "b"])])
        );
        let beginning = Term { text: "kettl".to_owned(), is_beginning: true };
        assert_eq!(outline("kettl*"), Outline::In(Asked::Words, vec![beginning]));
        assert_eq!(outline("lang:de,fr"), Outline::In(Asked::Language, words(&["de", "fr"])));
        assert_eq!(outline("followers:>=10"), Outline::In(Asked::Followers, words(&[">=10"])));
    }
}

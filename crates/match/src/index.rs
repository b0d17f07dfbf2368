//! What an index of words holds of a post, and what it can be asked for a query.
//!
//! Both sides cut what they look for into the same pieces (letters and digits of ASCII, and whatever lies beyond ASCII),
//! so that a plain index of whole words finds at least every post that a query matches. It may find more: the query
//! itself decides. A property test holds the two sides together.

use std::collections::BTreeSet;

use switchboard_model::IndexQuery;

use crate::field::{Field, Place};
use crate::link::Address;
use crate::phrase::{Element, Phrase};
use crate::prepared::Prepared;
use crate::query::{Node, Query};

/// A piece is cut here, on both sides; what is longer is no word that people look for.
const MOST_CHARACTERS: usize = 48;
/// The most bytes of words that are kept of one post. A post with more is found by every question.
const MOST_BYTES: usize = 64 * 1024;
/// The most words of one question; a larger one asks for less.
const MOST_WORDS: usize = 256;
/// The deepest nesting of one question.
const MOST_DEPTH: usize = 16;
/// Stands for all words of a post that has too many. No piece can look like it: it is neither a letter nor an emoji.
const ANY_WORD: &str = "§";

/// The words of a post as an index holds them: folded, each once, in order, with a space between each two.
///
/// ```
/// use switchboard_match::{Prepared, index_words};
/// use switchboard_model::Post;
///
/// let post = Post::new("x", "1", "ACME's kettle @ana.bsky.social");
/// assert_eq!(index_words(&Prepared::new(&post)), "acme ana bsky kettle social");
/// ```
pub fn index_words(post: &Prepared<'_>) -> String {
    let mut words: BTreeSet<Box<str>> = BTreeSet::new();
    let mut take = |text: &str| {
        for piece in pieces(text) {
            if !words.contains(piece) {
                words.insert(piece.into());
            }
        }
    };
    for part in post.searched().into_iter().map(|(_, part)| part).chain(post.descriptions()) {
        part.for_each_text(&mut take);
    }
    post.addresses().iter().for_each(|address| take(address.host()));
    let bytes: usize = words.iter().map(|word| word.len() + 1).sum();
    if bytes > MOST_BYTES {
        return ANY_WORD.to_owned();
    }
    let mut joined = String::with_capacity(bytes);
    for word in &words {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    joined
}

impl Query {
    /// The question to an index of words that finds at least every post that matches.
    pub fn index_query(&self) -> IndexQuery {
        match small(ask(self.root(), MOST_DEPTH)) {
            IndexQuery::Everything => IndexQuery::Everything,
            asked => any([IndexQuery::Word(ANY_WORD.into()), asked]),
        }
    }
}

fn ask(node: &Node, depth: usize) -> IndexQuery {
    let Some(depth) = depth.checked_sub(1) else { return IndexQuery::Everything };
    match node {
        Node::And(nodes) => all(nodes.iter().map(|node| ask(node, depth))),
        Node::Or(nodes) => any(nodes.iter().map(|node| ask(node, depth))),
        Node::Not(node) => match &**node {
            Node::Not(twice) => ask(twice, depth),
            _ => IndexQuery::Everything,
        },
        Node::Near(near) => all(near.operands.iter().map(|phrases| any_phrase(phrases))),
        Node::Term(phrase) => ask_phrase(phrase),
        Node::Field(Field::In(packs)) => any(packs.iter().map(|pack| ask(pack.root(), depth))),
        Node::Field(field) => ask_field(field),
    }
}

fn ask_field(field: &Field) -> IndexQuery {
    match field {
        Field::Words(Place::Title | Place::Text | Place::Alt, phrases) => any_phrase(phrases),
        Field::Exact(phrase) => ask_phrase(phrase),
        Field::Link(values) => any(values.iter().map(|value| ask_host(&value.address))),
        // Names and descriptions of authors change without their posts; the rest is no matter of words.
        _ => IndexQuery::Everything,
    }
}

fn any_phrase(phrases: &[Phrase]) -> IndexQuery {
    any(phrases.iter().map(ask_phrase))
}

fn ask_phrase(phrase: &Phrase) -> IndexQuery {
    all(phrase.elements().iter().map(|element| {
        let (text, is_beginning) = Element::text(element);
        let mut asked: Vec<IndexQuery> = pieces(text).map(|piece| IndexQuery::Word(piece.into())).collect();
        // What the text breaks off in may go on; what a sign ends is whole.
        if is_beginning
            && text.chars().next_back().is_some_and(belongs)
            && let Some(IndexQuery::Word(last)) = asked.pop()
        {
            asked.push(IndexQuery::Beginning(last));
        }
        all(asked)
    }))
}

/// A host answers to its own name and those above it, so its pieces are among those of the post's host.
fn ask_host(address: &Address) -> IndexQuery {
    all(pieces(address.host()).map(|piece| IndexQuery::Word(piece.into())))
}

/// Letters and digits of ASCII, and everything beyond it: what engines of all kinds keep together.
fn belongs(c: char) -> bool {
    !c.is_ascii() || c.is_ascii_alphanumeric()
}

fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !belongs(c)).filter(|piece| !piece.is_empty()).map(|piece| {
        match piece.char_indices().nth(MOST_CHARACTERS) {
            Some((end, _)) => &piece[..end],
            None => piece,
        }
    })
}

fn all(asked: impl IntoIterator<Item = IndexQuery>) -> IndexQuery {
    let mut kept: Vec<IndexQuery> = Vec::new();
    for one in asked {
        match one {
            IndexQuery::Everything => {}
            IndexQuery::All(more) => more.into_iter().for_each(|one| keep(&mut kept, one)),
            one => keep(&mut kept, one),
        }
    }
    match kept.len() {
        0 => IndexQuery::Everything,
        1 => kept.remove(0),
        _ => IndexQuery::All(kept),
    }
}

fn any(asked: impl IntoIterator<Item = IndexQuery>) -> IndexQuery {
    let mut kept: Vec<IndexQuery> = Vec::new();
    for one in asked {
        match one {
            IndexQuery::Everything => return IndexQuery::Everything,
            IndexQuery::Any(more) => more.into_iter().for_each(|one| keep(&mut kept, one)),
            one => keep(&mut kept, one),
        }
    }
    match kept.len() {
        // Any of nothing is asked by no query; to be safe it finds everything.
        0 => IndexQuery::Everything,
        1 => kept.remove(0),
        _ => IndexQuery::Any(kept),
    }
}

fn keep(kept: &mut Vec<IndexQuery>, one: IndexQuery) {
    if !kept.contains(&one) {
        kept.push(one);
    }
}

/// Asks for less where a question is very large: of what must hold together a few do, an alternative needs them all.
fn small(asked: IndexQuery) -> IndexQuery {
    if words(&asked) <= MOST_WORDS {
        return asked;
    }
    match asked {
        IndexQuery::All(mut parts) => {
            parts.sort_by_key(words);
            let mut left = MOST_WORDS;
            all(parts.into_iter().map_while(|part| {
                left = left.checked_sub(words(&part))?;
                Some(part)
            }))
        }
        _ => IndexQuery::Everything,
    }
}

fn words(asked: &IndexQuery) -> usize {
    match asked {
        IndexQuery::Everything => 0,
        IndexQuery::Word(_) | IndexQuery::Beginning(_) => 1,
        IndexQuery::All(parts) | IndexQuery::Any(parts) => parts.iter().map(words).sum(),
    }
}

#[cfg(test)]
mod tests {
    use switchboard_model::Post;

    use super::*;

    fn shown(asked: &IndexQuery) -> String {
        let list = |parts: &[IndexQuery], between: &str| {
            let parts: Vec<String> = parts.iter().map(shown).collect();
            format!("({})", parts.join(between))
        };
        match asked {
            IndexQuery::Everything => "everything".into(),
            IndexQuery::Word(word) => word.clone(),
            IndexQuery::Beginning(word) => format!("{word}*"),
            IndexQuery::All(parts) => list(parts, " "),
            IndexQuery::Any(parts) => list(parts, " | "),
        }
    }

    #[test]
    fn what_can_be_asked_for_is() {
        let check = |query: &str, expected: &str| {
            let asked = Query::parse(query).expect("readable").index_query();
            assert_eq!(shown(&asked), expected, "{query}");
        };
        check("acme", "(§ | acme)");
        check("acme kettle -hiring", "(§ | (acme kettle))");
        check("\"Acme's kettle\" OR ket*", "(§ | (acme kettle) | ket*)");
        check("@ana.bsky.so*", "(§ | (ana bsky so*))");
        check("#acme_x", "(§ | (acme x))");
        check("acme NEAR/3 (refund OR \"money back\")", "(§ | (acme (refund | (money back))))");
        check("link:shop.acme.example/a", "(§ | (shop acme example))");
        check("acme lang:en", "(§ | acme)");
        check("acme OR lang:en", "everything");
        check("lang:en -acme", "everything");
        check("raw:acme", "everything");
        check("充电器", "(§ | (充 电 器))");
    }

    #[test]
    fn a_very_large_question_asks_for_less() {
        let words: Vec<String> = (0..2_000).map(|number| format!("w{number}")).collect();
        let any = Query::parse(&words.join(" OR ")).expect("readable");
        assert_eq!(any.index_query(), IndexQuery::Everything);
        let all = Query::parse(&words.join(" ")).expect("readable");
        let asked = all.index_query();
        assert!((2..=MOST_WORDS + 1).contains(&super::words(&asked)), "{asked:?}");
    }

    #[test]
    fn a_post_with_too_many_words_is_always_found() {
        let text: Vec<String> = (0..20_000).map(|number| format!("w{number}")).collect();
        let post = Post::new("x", "1", &text.join(" "));
        assert_eq!(index_words(&Prepared::new(&post)), ANY_WORD);
    }
}

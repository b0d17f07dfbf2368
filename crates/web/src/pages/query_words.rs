//! A query in words: "Posts that say **Fennel** within 8 words of **kettle** or **oven**, or mention **@fennel**. Not
//! **seed**."
//!
//! Nothing is left out and nothing is added: what could be read in two ways stands in brackets. Words of the query are
//! set apart from ours by marks that no text can hold, so that a message may put them wherever its language wants them.

use switchboard_app::searches::check::{Asked, Nearness, Outline, Packs, Term, outline};

use super::marks::Piece;
use super::words;

/// Around words of the query.
const OPENS: char = '\u{2}';
const CLOSES: char = '\u{3}';

/// More values of one place than this are counted and not listed.
const LISTED: usize = 12;

/// The query in words, its own words marked; `None` if it cannot be read.
pub(crate) fn in_words(query: &str, packs: &Packs) -> Option<Vec<Piece>> {
    Some(pieces(&whole(&outline(query, packs)?)))
}

/// A sentence for what is looked for, and one for what is not.
fn whole(outline: &Outline) -> String {
    let Outline::All(parts) = outline else {
        return t!("query-posts", what = clause(outline)).into_owned();
    };
    let (without, with): (Vec<&Outline>, Vec<&Outline>) =
        parts.iter().partition(|part| matches!(part, Outline::Not(_)));
    let mut said = t!("query-posts", what = all(&with)).into_owned();
    if !without.is_empty() {
        let without: Vec<String> = without.into_iter().filter_map(negated).collect();
        said.push(' ');
        said.push_str(&t!("query-not", what = listed(&without, Join::Comma)));
    }
    said
}

/// What is not wanted: words alone where they are words, else a clause.
fn negated(part: &Outline) -> Option<String> {
    let Outline::Not(inner) = part else { return None };
    Some(match inner.as_ref() {
        Outline::In(Asked::Words | Asked::Mention | Asked::Tag, terms) => values(terms, Join::Comma),
        Outline::In(Asked::Pack, terms) => {
            t!("query-pack-nothing", what = values(terms, Join::Comma), count = terms.len()).into_owned()
        }
        other => t!("query-those", what = clause(other)).into_owned(),
    })
}

/// A part as the predicate of "posts that …".
fn clause(part: &Outline) -> String {
    match part {
        Outline::In(asked, terms) => in_place(*asked, terms),
        Outline::Near(operands, links) => near(operands, links),
        Outline::Any(parts) => {
            let clauses: Vec<String> = parts.iter().map(inner).collect();
            listed(&clauses, Join::CommaOr)
        }
        Outline::All(parts) => {
            let (without, with): (Vec<&Outline>, Vec<&Outline>) =
                parts.iter().partition(|part| matches!(part, Outline::Not(_)));
            let said = all(&with);
            if without.is_empty() {
                return said;
            }
            let without: Vec<String> = without.into_iter().filter_map(negated).collect();
            if with.is_empty() {
                return t!("query-only-without", without = listed(&without, Join::Comma)).into_owned();
            }
            t!("query-without", what = said, without = listed(&without, Join::Comma)).into_owned()
        }
        Outline::Not(_) => {
            let without = negated(part).unwrap_or_default();
            t!("query-only-without", without = without).into_owned()
        }
    }
}

/// A part inside of another: in brackets where it is several things itself.
fn inner(part: &Outline) -> String {
    match part {
        Outline::All(parts) if parts.iter().all(|part| matches!(part, Outline::In(..) | Outline::Near(..))) => {
            clause(part)
        }
        Outline::Any(_) | Outline::All(_) => format!("({})", clause(part)),
        _ => clause(part),
    }
}

/// All of several. Words that follow each other share one verb.
fn all(parts: &[&Outline]) -> String {
    let mut clauses: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(part) = parts.get(at) {
        let said: Vec<String> = parts.get(at..).unwrap_or_default().iter().map_while(|part| said_words(part)).collect();
        at += said.len().max(1);
        clauses.push(match said.len() {
            0 => inner(part),
            1 => clause(part),
            _ => t!("query-say", what = listed(&said, Join::And)).into_owned(),
        });
    }
    listed(&clauses, Join::And)
}

/// What a part says, if it asks for words alone: a word, or "any of" several.
fn said_words(part: &Outline) -> Option<String> {
    match part {
        Outline::In(Asked::Words, terms) if terms.len() == 1 => Some(values(terms, Join::Or)),
        Outline::In(Asked::Words, terms) => Some(t!("query-any-of", what = values(terms, Join::Or)).into_owned()),
        _ => None,
    }
}

fn near(operands: &[Vec<Term>], links: &[Nearness]) -> String {
    let mut operands = operands.iter().map(|terms| values(terms, Join::Or));
    let mut said = operands.next().unwrap_or_default();
    for (next, link) in operands.zip(links) {
        let most = u64::from(link.most);
        said = match (link.is_ordered, most) {
            (false, 0) => t!("query-beside", first = said, second = next),
            (true, 0) => t!("query-before", first = said, second = next),
            (false, _) => t!("query-near", first = said, second = next, count = most),
            (true, _) => t!("query-followed", first = said, second = next, count = most),
        }
        .into_owned();
    }
    t!("query-say", what = said).into_owned()
}

fn in_place(asked: Asked, terms: &[Term]) -> String {
    let what = || values(terms, Join::Or);
    let compared = || compared(terms);
    match asked {
        Asked::Words => t!("query-say", what = what()),
        Asked::Mention => t!("query-mention", what = what()),
        Asked::Tag => t!("query-tag", what = what()),
        Asked::Title => t!("query-title", what = what()),
        Asked::Text => t!("query-text", what = what()),
        Asked::Alt => t!("query-alt", what = what()),
        Asked::AuthorName => t!("query-author-name", what = what()),
        Asked::Bio => t!("query-bio", what = what()),
        Asked::Exact => t!("query-exact", what = what()),
        Asked::Raw => t!("query-raw", what = what()),
        Asked::Author => t!("query-author", what = what()),
        Asked::Network => t!("query-network", what = named(terms, |name| words::network(name).into_owned())),
        Asked::Language => t!("query-language", what = named(terms, words::language)),
        Asked::Link => t!("query-link", what = what()),
        Asked::Is => t!("query-is", what = named(terms, kind)),
        Asked::Has => t!("query-has", what = named(terms, held)),
        Asked::Followers => t!("query-followers", what = compared()),
        Asked::Likes => t!("query-likes", what = compared()),
        Asked::Replies => t!("query-replies", what = compared()),
        Asked::Reshares => t!("query-reshares", what = compared()),
        Asked::Views => t!("query-views", what = compared()),
        Asked::Rating => t!("query-rating", what = compared()),
        Asked::Posted => t!("query-posted", what = compared()),
        Asked::Sentiment => t!("query-sentiment", what = named(terms, reading)),
        Asked::Intent => t!("query-intent", what = named(terms, reading)),
        Asked::Department => t!("query-department", what = what()),
        Asked::Influence => t!("query-influence", what = compared()),
        Asked::Pack => t!("query-pack", what = what(), count = terms.len()),
    }
    .into_owned()
}

/// How a post reads, in the words of its signals.
fn reading(label: &str) -> String {
    match label {
        "positive" => t!("words-signal-positive"),
        "negative" => t!("words-signal-negative"),
        other => words::intent(other),
    }
    .into_owned()
}

fn kind(word: &str) -> String {
    match word {
        "reply" => t!("query-is-reply"),
        "reshare" => t!("query-is-reshare"),
        "quote" => t!("query-is-quote"),
        "review" => t!("query-is-review"),
        "comment" => t!("query-is-comment"),
        "article" => t!("query-is-article"),
        "question" => t!("query-is-question"),
        "verified" => t!("query-is-verified"),
        _ => t!("query-is-post"),
    }
    .into_owned()
}

fn held(word: &str) -> String {
    match word {
        "link" => t!("query-has-link"),
        "image" => t!("query-has-image"),
        "video" => t!("query-has-video"),
        "hashtag" => t!("query-has-hashtag"),
        "mention" => t!("query-has-mention"),
        "emoji" => t!("query-has-emoji"),
        _ => t!("query-has-media"),
    }
    .into_owned()
}

/// "at least 10 or exactly 1".
fn compared(terms: &[Term]) -> String {
    listed(&terms.iter().map(comparison).collect::<Vec<_>>(), Join::Or)
}

/// "at least 10", "10 to 50".
fn comparison(term: &Term) -> String {
    let text = term.text.as_str();
    if let Some((low, high)) = text.split_once("..") {
        return t!("query-between", low = marked(low), high = marked(high)).into_owned();
    }
    let sign = text.find(|c: char| !matches!(c, '<' | '>' | '=')).unwrap_or(0);
    let (sign, number) = text.split_at(sign);
    match sign {
        ">=" => t!("query-at-least", what = marked(number)),
        ">" => t!("query-above", what = marked(number)),
        "<=" => t!("query-at-most", what = marked(number)),
        "<" => t!("query-below", what = marked(number)),
        _ => t!("query-exactly", what = marked(number)),
    }
    .into_owned()
}

/// Values that have names of their own on the pages.
fn named(terms: &[Term], name: impl Fn(&str) -> String) -> String {
    let names: Vec<String> = terms.iter().map(|term| marked(&name(&term.text))).collect();
    listed(&names, Join::Or)
}

fn values(terms: &[Term], join: Join) -> String {
    let mut said: Vec<String> = terms.iter().take(LISTED).map(value).collect();
    let more = terms.len().saturating_sub(LISTED);
    if more > 0 {
        said.push(t!("query-more", count = more).into_owned());
    }
    listed(&said, join)
}

fn value(term: &Term) -> String {
    let text = marked(&term.text);
    if term.is_beginning { t!("query-beginning", what = text).into_owned() } else { text }
}

/// A word of the query. Marks of ours cannot stand in it.
fn marked(text: &str) -> String {
    let text: String = text.chars().filter(|c| !matches!(*c, OPENS | CLOSES)).collect();
    format!("{OPENS}{text}{CLOSES}")
}

/// How a list is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Join {
    /// "a, b and c"
    And,
    /// "a, b or c"
    Or,
    /// "a, b, or c": between clauses that hold lists themselves.
    CommaOr,
    /// "a, b, c"
    Comma,
}

fn listed(items: &[String], join: Join) -> String {
    let Some((last, before)) = items.split_last() else { return String::new() };
    let mut before = before.iter();
    let Some(first) = before.next() else { return last.clone() };
    let between = |one: String, next: &String| t!("query-list", first = one, second = next).into_owned();
    let start = before.fold(first.clone(), between);
    match join {
        Join::And => t!("query-list-and", first = start, second = last),
        Join::Or => t!("query-list-or", first = start, second = last),
        Join::CommaOr => t!("query-list-comma-or", first = start, second = last),
        Join::Comma => t!("query-list", first = start, second = last),
    }
    .into_owned()
}

fn pieces(said: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut is_marked = false;
    for character in said.chars() {
        match character {
            OPENS => is_marked = true,
            CLOSES => is_marked = false,
            _ => match pieces.last_mut() {
                Some(piece) if piece.is_marked == is_marked => piece.text.push(character),
                _ => pieces.push(Piece::new(character, is_marked)),
            },
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use switchboard_app::packs::shipped_packs;

    use super::*;

    fn said(query: &str) -> String {
        let bold = |piece: &Piece| if piece.is_marked { format!("*{}*", piece.text) } else { piece.text.clone() };
        in_words(query, &shipped_packs()).expect("it can be read").iter().map(bold).collect()
    }

    #[test]
    fn queries_are_said_as_they_are_meant() {
        let check = |query: &str, expected: &str| assert_eq!(said(query), expected, "{query}");
        check("acme", "Posts that say *acme*.");
        check("acme -in:jobs", "Posts that say *acme*. Not anything of the pack *Jobs*.");
        check(
            "acme -seed -in:jobs,coupons",
            "Posts that say *acme*. Not *seed*, anything of the packs *Jobs*, *Coupons*.",
        );
        check("acme in:spam", "Posts that say *acme* and belong to the pack *Spam*.");
        check("\"Acme Kettles\" OR #acmekettles", "Posts that say *Acme Kettles*, or carry *#acmekettles*.");
        check("@acme OR @acme_help", "Posts that mention *@acme* or *@acme_help*.");
        check("link:acme.example", "Posts that link to *acme.example*.");
        check(
            "(Fennel NEAR/8 (kettle OR oven OR mixer)) OR @FennelCare",
            "Posts that say *Fennel* within 8 words of *kettle*, *oven* or *mixer*, or mention *@FennelCare*.",
        );
        check(
            "fennel kettle -seed -(bulb OR salad)",
            "Posts that say *fennel* and *kettle*. Not *seed*, *bulb*, *salad*.",
        );
        check(
            "#apple OR (Apple (support OR refund))",
            "Posts that carry *#apple*, or say *Apple* and any of *support* or *refund*.",
        );
        check("acme lang:de,en", "Posts that say *acme* and are in *German* or *English*.");
        check("kettl*", "Posts that say words beginning with *kettl*.");
        check("a ONEAR/3 b", "Posts that say *a* and, at most 3 words later, *b*.");
        check("a NEAR/1 b", "Posts that say *a* within 1 word of *b*.");
        check(
            "acme followers:>=1000",
            "Posts that say *acme* and are by authors with *at least 1000* followers."
                .replace("*at least 1000*", "at least *1000*")
                .as_str(),
        );
        check("acme (rating:1 OR rating:>=4)", "Posts that say *acme* and give exactly *1* or at least *4* stars.");
        check(
            "acme is:question -is:reshare",
            "Posts that say *acme* and are *questions*. Not those that are *reshares*.",
        );
    }

    #[test]
    fn what_could_be_read_in_two_ways_stands_in_brackets() {
        let check = |query: &str, expected: &str| assert_eq!(said(query), expected, "{query}");
        check("acme (@a OR link:b.example)", "Posts that say *acme* and (mention *@a*, or link to *b.example*).");
        check(
            "@x OR (acme (@a OR link:b.example))",
            "Posts that mention *@x*, or (say *acme* and (mention *@a*, or link to *b.example*)).",
        );
        check("@x OR (acme -jobs)", "Posts that mention *@x*, or (say *acme*, without *jobs*).");
        check("acme -(kettle oven)", "Posts that say *acme*. Not those that say *kettle* and *oven*.");
        check("acme -(a NEAR/2 b)", "Posts that say *acme*. Not those that say *a* within 2 words of *b*.");
    }

    #[test]
    fn long_lists_are_counted_and_hostile_words_stay_words() {
        let query = (0..40).map(|number| format!("w{number}")).collect::<Vec<_>>().join(" OR ");
        assert!(said(&query).ends_with("*w11* or 28 more."), "{}", said(&query));
        let pieces = in_words("\"<b> \u{2}x\u{3}\"", &Packs::default()).expect("it can be read");
        assert_eq!(pieces.iter().filter(|piece| piece.is_marked).count(), 1);
        assert!(in_words("(", &Packs::default()).is_none());
    }

    #[test]
    fn every_field_has_its_words() {
        let fields = "title:a text:a alt:a name:a bio:a exact:a raw:a author:a network:mastodon lang:de link:a.example \
                      is:reply,reshare,quote,review,comment,article,question,verified,post has:link,media,image,video,hashtag,mention,emoji \
                      followers:>1 likes:<1 replies:<=1 reshares:1..2 views:1 rating:>4 posted:2026-01-01 sentiment:negative \
                      intent:complaint department:service influence:>=1";
        let said = said(fields);
        for part in ["at least *1*", "between *1* and *2*", "*Mastodon*", "*German*"] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(!said.contains("query-"), "{said}");
    }
}

//! Looks up in a parsed feed what an expectation names, and compares meaning rather than markup.

use jiff::Timestamp;
use jiff::tz::Offset;
use switchboard_capture::date;
use switchboard_capture::feed::{Body, FeedEntry, Link, ParsedFeed, Person};
use switchboard_capture::text::{html_to_line, html_to_text, one_line};
use url::Url;

use crate::expect::{Literal, Step, Term};

/// How a comparison came out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    Agrees,
    NotComparable,
    Disagrees(String),
}

enum Value<'a> {
    Line(&'a str),
    Body(&'a Body),
    Url(&'a str),
    Time(Option<Timestamp>),
    Number(i64),
    /// Should be there and is not.
    Missing,
    /// Not kept, on purpose.
    Foreign,
}

/// A feed and what is known about its file.
pub(crate) struct Case<'a> {
    pub(crate) feed: &'a ParsedFeed,
    pub(crate) url: &'a Url,
    /// The file's bytes were all ASCII, so that most encodings read it alike.
    pub(crate) is_ascii: bool,
}

/// Whether a feed fulfils an expectation.
pub(crate) fn judge(alternatives: &[Vec<Term>], case: &Case<'_>) -> Outcome {
    let mut judged = Outcome::NotComparable;
    for terms in alternatives {
        match all(terms, case) {
            Outcome::Agrees => return Outcome::Agrees,
            Outcome::Disagrees(why) => judged = Outcome::Disagrees(why),
            Outcome::NotComparable => {}
        }
    }
    judged
}

fn all(terms: &[Term], case: &Case<'_>) -> Outcome {
    let mut judged = Outcome::NotComparable;
    for term in terms {
        match one(term, case) {
            Outcome::NotComparable => {}
            Outcome::Agrees => judged = Outcome::Agrees,
            disagrees => return disagrees,
        }
    }
    judged
}

fn one(term: &Term, case: &Case<'_>) -> Outcome {
    match term {
        // It was read, or this function would not run; that alone is no agreement.
        Term::Readable | Term::Other => Outcome::NotComparable,
        Term::Length(path, expected) => match path.as_slice() {
            [Step::Name(name)] if name == "entries" => {
                verdict(case.feed.entries.len() as i64 == *expected, &case.feed.entries.len())
            }
            _ => Outcome::NotComparable,
        },
        Term::Equals(path, expected) => equals(path, expected, case),
    }
}

fn verdict(agrees: bool, ours: &dyn std::fmt::Debug) -> Outcome {
    if agrees { Outcome::Agrees } else { Outcome::Disagrees(format!("{ours:?}")) }
}

fn equals(path: &[Step], expected: &Literal, case: &Case<'_>) -> Outcome {
    let names: Vec<String> = path
        .iter()
        .map(|step| match step {
            Step::Name(name) => name.clone(),
            Step::Index(index) => index.to_string(),
        })
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match (names.as_slice(), expected) {
        (["encoding"], Literal::Text(label)) => {
            let canonical =
                encoding_rs::Encoding::for_label(label.as_bytes()).map_or(label.as_str(), |encoding| encoding.name());
            let found = case.feed.encoding;
            let gb = ["GBK", "gb18030"];
            let alike = canonical.eq_ignore_ascii_case(found)
                || case.is_ascii
                || (gb.contains(&canonical) && gb.contains(&found));
            return verdict(alike, &found);
        }
        (["version"], Literal::Text(version)) => {
            let ours = case.feed.format.to_ascii_lowercase().replace([' ', '.'], "");
            // Feedparser calls every 0.91 Userland's and every 2.x 2.0.
            let ours = ours.replace("rss091", "rss091u").replace("rss21", "rss20");
            let expected = version.replace("rss091n", "rss091u");
            return verdict(ours == expected || (expected == "rss" && ours.starts_with("rss")), &case.feed.format);
        }
        _ => {}
    }
    let value = match names.as_slice() {
        ["feed", rest @ ..] => of_feed(rest, case.feed),
        ["entries", index, rest @ ..] => {
            match index.parse::<usize>().ok().and_then(|index| case.feed.entries.get(index)) {
                Some(entry) => of_entry(rest, entry),
                None => Value::Missing,
            }
        }
        _ => Value::Foreign,
    };
    compare(&value, expected, case.url)
}

fn of_feed<'a>(names: &[&str], feed: &'a ParsedFeed) -> Value<'a> {
    match names {
        ["title"] | ["title_detail", "value"] => Value::Line(&feed.title),
        ["tagline" | "subtitle" | "description"]
        | ["tagline_detail" | "subtitle_detail" | "description_detail", "value"] => Value::Line(&feed.description),
        ["link"] => url(&feed.site_url),
        ["id" | "guid"] => feed.id.as_deref().map_or(Value::Missing, Value::Url),
        ["language"] => feed.lang.as_deref().map_or(Value::Missing, Value::Line),
        ["updated" | "modified" | "updated_parsed" | "modified_parsed"] => {
            Value::Time(feed.updated_at.or(feed.published_at))
        }
        ["published" | "published_parsed"] => Value::Time(feed.published_at),
        ["ttl"] => feed.interval.map_or(Value::Missing, |interval| Value::Number((interval.as_secs() / 60) as i64)),
        ["newlocation"] => url(&feed.moved_to),
        ["image", "href" | "url"] | ["logo"] => url(&feed.icon),
        ["links", index, rest @ ..] => of_link(index, rest, &feed.links),
        ["tags", index, "term"] => nth(index, &feed.categories),
        ["category"] => nth("0", &feed.categories),
        [person, rest @ ..] if person.starts_with("author") => of_people(person, rest, &feed.authors),
        _ => Value::Foreign,
    }
}

fn of_entry<'a>(names: &[&str], entry: &'a FeedEntry) -> Value<'a> {
    let (summary, content) = (&entry.summary, &entry.content);
    let is_empty = |body: &Body| body.text.is_empty() && body.links.is_empty() && body.media.is_empty();
    match names {
        ["title"] | ["title_detail", "value"] => Value::Line(&entry.title),
        ["description" | "summary"] | ["summary_detail" | "description_detail", "value"] => {
            Value::Body(if is_empty(summary) { content } else { summary })
        }
        ["content", "0", "value"] => Value::Body(if is_empty(content) { summary } else { content }),
        ["content", "0", "src"] => entry.media.first().map_or(Value::Missing, |media| Value::Url(&media.url)),
        ["link"] => url(&entry.link),
        ["id" | "guid"] => entry.id.as_deref().map_or(Value::Missing, Value::Url),
        ["updated" | "modified" | "date" | "updated_parsed" | "modified_parsed" | "date_parsed"] => {
            Value::Time(entry.updated_at.or(entry.published_at))
        }
        ["published" | "issued" | "published_parsed" | "issued_parsed"] => Value::Time(entry.published_at),
        ["created" | "created_parsed"] => Value::Time(entry.created_at),
        ["comments"] => url(&entry.comments_url),
        ["wfw_commentrss"] => url(&entry.comments_feed),
        ["slash_comments" | "thr_total"] => entry.comments.map_or(Value::Missing, |count| Value::Number(count as i64)),
        ["links", index, rest @ ..] => of_link(index, rest, &entry.links),
        ["enclosures", index, "href" | "url"] => index
            .parse::<usize>()
            .ok()
            .and_then(|index| entry.media.get(index))
            .map_or(Value::Missing, |media| Value::Url(&media.url)),
        ["tags", index, "term"] => nth(index, &entry.categories),
        ["category"] => nth("0", &entry.categories),
        ["source", rest @ ..] => of_source(rest, entry),
        [person, rest @ ..] if person.starts_with("author") => of_people(person, rest, &entry.authors),
        _ => Value::Foreign,
    }
}

fn of_source<'a>(names: &[&str], entry: &'a FeedEntry) -> Value<'a> {
    let Some(source) = &entry.source else { return Value::Missing };
    match names {
        ["title"] | ["title_detail", "value"] => Value::Line(&source.title),
        ["subtitle"] | ["subtitle_detail", "value"] => Value::Line(&source.description),
        ["id"] => source.id.as_deref().map_or(Value::Missing, Value::Url),
        ["link" | "href" | "url"] => url(&source.url),
        ["updated" | "updated_parsed"] => Value::Time(source.updated_at),
        ["links", index, rest @ ..] => of_link(index, rest, &source.links),
        [person, rest @ ..] if person.starts_with("author") => of_people(person, rest, &source.authors),
        _ => Value::Foreign,
    }
}

fn of_link<'a>(index: &str, names: &[&str], links: &'a [Link]) -> Value<'a> {
    let Some(link) = index.parse::<usize>().ok().and_then(|index| links.get(index)) else { return Value::Missing };
    match names {
        ["href"] => Value::Url(&link.href),
        ["rel"] => Value::Line(&link.rel),
        ["type"] => Value::Line(&link.mime),
        ["title"] => Value::Line(&link.title),
        _ => Value::Foreign,
    }
}

fn of_people<'a>(kind: &str, names: &[&str], people: &'a [Person]) -> Value<'a> {
    let (index, field) = match (kind, names) {
        ("author", []) => (0, "author"),
        ("author_detail", [field]) => (0, *field),
        ("authors", [index, field]) => (index.parse().unwrap_or(usize::MAX), *field),
        _ => return Value::Foreign,
    };
    let Some(person) = people.get(index) else { return Value::Missing };
    match field {
        "name" => Value::Line(&person.name),
        "email" => Value::Line(&person.email),
        "href" | "url" => Value::Url(&person.url),
        // Feedparser's `author` joins name and address; either part shows that the person was understood.
        "author" if person.name.is_empty() => Value::Line(&person.email),
        "author" => Value::Line(&person.name),
        _ => Value::Foreign,
    }
}

fn url(url: &Option<String>) -> Value<'_> {
    url.as_deref().map_or(Value::Missing, Value::Url)
}

fn nth<'a>(index: &str, list: &'a [String]) -> Value<'a> {
    index.parse::<usize>().ok().and_then(|index| list.get(index)).map_or(Value::Missing, |text| Value::Line(text))
}

fn compare(value: &Value<'_>, expected: &Literal, base: &Url) -> Outcome {
    match (value, expected) {
        (Value::Foreign, _) => Outcome::NotComparable,
        // An empty value and none are the same here.
        (Value::Missing, Literal::Text(text)) => verdict(html_to_line(text).is_empty(), &"nothing"),
        (Value::Missing, _) => Outcome::Disagrees("nothing".to_owned()),
        (Value::Line(ours), Literal::Text(text)) => {
            let person = text.rsplit_once(" (").map_or(text.as_str(), |(name, _)| name);
            let same = one_line(ours) == one_line(text)
                || one_line(ours) == html_to_line(text)
                || one_line(ours) == one_line(&html_to_text(text, Some(base)).text)
                || one_line(ours) == person;
            verdict(same, ours)
        }
        (Value::Body(ours), Literal::Text(text)) => {
            let read = html_to_text(text, Some(base));
            let same = one_line(&ours.text) == one_line(text)
                || (one_line(&ours.text) == one_line(&read.text) && ours.links == read.links);
            verdict(same, &(&ours.text, &ours.links))
        }
        (Value::Url(ours), Literal::Text(text)) => {
            let same = *ours == text
                || Url::parse(text).is_ok_and(|url| url.as_str() == *ours)
                || base.join(text).is_ok_and(|url| url.as_str() == *ours);
            verdict(same, ours)
        }
        (Value::Time(ours), Literal::Text(text)) => {
            verdict(*ours == date::read(text) || (ours.is_none() && date::read(text).is_none()), ours)
        }
        (Value::Time(ours), Literal::Tuple(numbers)) => {
            let found = ours.map(|time| {
                let time = Offset::UTC.to_datetime(time);
                [
                    i64::from(time.year()),
                    time.month().into(),
                    time.day().into(),
                    time.hour().into(),
                    time.minute().into(),
                    time.second().into(),
                ]
            });
            verdict(found.as_ref().is_some_and(|found| numbers.starts_with(found)), ours)
        }
        (Value::Number(ours), Literal::Number(number)) => verdict(ours == number, ours),
        (Value::Number(ours), Literal::Text(text)) => verdict(ours.to_string() == text.trim(), ours),
        _ => Outcome::NotComparable,
    }
}

//! Sections 3 and 4 of the contract: a query that can be read, asked of a post in the plainest way. It does not look for errors.

use switchboard_model::Post;
use unicode_normalization::UnicodeNormalization;

use super::text::{Item, Kind, Part, fold, is_spaceless, is_word};

/// A query, or a part of one.
#[derive(Debug, Clone)]
pub(super) enum Query {
    And(Vec<Query>),
    Or(Vec<Query>),
    Not(Box<Query>),
    Near { left: Vec<Phrase>, right: Vec<Phrase>, most: usize, is_ordered: bool },
    Term(Phrase),
    Field { name: String, values: Vec<String> },
}

/// Words and special tokens in a row.
#[derive(Debug, Clone)]
pub(super) struct Phrase {
    part: Part,
    is_beginning: bool,
}

/// A post whose texts were read.
pub(super) struct Read<'a> {
    post: &'a Post,
    title: Part,
    text: Part,
}

impl<'a> Read<'a> {
    pub(super) fn new(post: &'a Post) -> Self {
        Self { post, title: Part::read(&post.title), text: Part::read(&post.text) }
    }

    fn parts(&self) -> [&Part; 2] {
        [&self.title, &self.text]
    }

    fn items(&self) -> impl Iterator<Item = &Item> {
        self.parts().into_iter().flat_map(|part| &part.items)
    }

    /// Host and path of everything that is linked to.
    fn addresses(&self) -> Vec<(String, String)> {
        let written = self.items().filter(|item| item.kind == Kind::Url).map(|item| item.text.clone());
        written.chain(self.post.links.iter().map(|link| fold(link.trim()))).map(|url| address(&url)).collect()
    }
}

fn without_scheme(url: &str) -> &str {
    url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url)
}

/// Host and path without scheme, user, port and `www.`.
fn address(url: &str) -> (String, String) {
    let url = without_scheme(url);
    let (authority, path) = url.split_at(url.find(['/', '?', '#']).unwrap_or(url.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    let path = if path.is_empty() { "/" } else { path };
    (host.strip_prefix("www.").unwrap_or(host).to_owned(), path.to_owned())
}

/// A token or tag of a phrase at a place of a text: where it ends, or nothing.
impl Phrase {
    fn read(text: &str) -> Self {
        let beginning = text.trim_end().strip_suffix('*');
        Self { part: Part::read(beginning.unwrap_or(text)), is_beginning: beginning.is_some() }
    }

    /// All stretches of positions at which it stands.
    fn occurrences(&self, part: &Part, is_exact: bool) -> Vec<(usize, usize)> {
        (0..part.items.len())
            .flat_map(|at| self.ends(0, part, at, is_exact).into_iter().map(move |end| (at, end)))
            .collect()
    }

    /// Where it can end if what begins at its `own` position stands at `at` of the other text.
    fn ends(&self, own: usize, part: &Part, at: usize, is_exact: bool) -> Vec<usize> {
        if own == self.part.items.len() {
            return vec![at];
        }
        let same_letters = |mine: (usize, usize), theirs: (usize, usize)| {
            !is_exact || self.part.letters(mine.0, mine.1) == part.letters(theirs.0, theirs.1)
        };
        if let Some(tag) = self.part.tags.iter().find(|tag| tag.at == own) {
            let is_beginning = self.is_beginning && own + tag.width == self.part.items.len();
            let fits = |text: &str| if is_beginning { text.starts_with(&tag.text) } else { text == tag.text };
            let found = part.tags.iter().filter(|other| other.at == at && fits(&other.text));
            return found
                .filter(|other| same_letters((tag.from, tag.to), (other.from, other.to)))
                .flat_map(|other| self.ends(own + tag.width, part, at + other.width, is_exact))
                .collect();
        }
        let (mine, Some(theirs)) = (&self.part.items[own], part.items.get(at)) else { return Vec::new() };
        if mine.kind != theirs.kind {
            return Vec::new();
        }
        let is_last = own + 1 == self.part.items.len();
        let is_beginning = self.is_beginning && is_last && !mine.text.chars().next().is_some_and(is_spaceless);
        let fits = match mine.kind {
            Kind::Mention if is_beginning => theirs.text.starts_with(&mine.text),
            Kind::Mention => {
                let name = &theirs.text[1..];
                theirs.text == mine.text || name.split(['.', '@']).next() == Some(&mine.text[1..])
            }
            _ if is_beginning => theirs.text.starts_with(&mine.text),
            _ => theirs.text == mine.text,
        };
        if fits && same_letters((mine.from, mine.to), (theirs.from, theirs.to)) {
            self.ends(own + 1, part, at + 1, is_exact)
        } else {
            Vec::new()
        }
    }

    fn is_in(&self, part: &Part) -> bool {
        !self.occurrences(part, false).is_empty()
    }
}

impl Query {
    pub(super) fn holds(&self, post: &Read<'_>) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.holds(post)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(post)),
            Self::Not(part) => !part.holds(post),
            Self::Term(phrase) => post.parts().into_iter().any(|part| phrase.is_in(part)),
            Self::Near { left, right, most, is_ordered } => post.parts().into_iter().any(|part| {
                let all = |phrases: &[Phrase]| -> Vec<(usize, usize)> {
                    phrases.iter().flat_map(|phrase| phrase.occurrences(part, false)).collect()
                };
                let follows = |a: (usize, usize), b: (usize, usize)| a.1 <= b.0 && b.0 - a.1 <= *most;
                let rights = all(right);
                all(left).into_iter().any(|a| rights.iter().any(|&b| follows(a, b) || !is_ordered && follows(b, a)))
            }),
            Self::Field { name, values } => values.iter().any(|value| field_holds(name, value, post)),
        }
    }
}

fn field_holds(name: &str, value: &str, read: &Read<'_>) -> bool {
    let post = read.post;
    let author = post.author.as_ref();
    let in_text = |text: &str| Phrase::read(value).is_in(&Part::read(text));
    let figure = |count: Option<u64>| count.is_some_and(|count| compares(count as f64, value));
    let low = value.to_lowercase();
    match name {
        "title" => in_text(&post.title),
        "text" => in_text(&post.text),
        "alt" => post.media.iter().any(|media| in_text(&media.alt)),
        "name" => author.is_some_and(|author| in_text(&author.name)),
        "bio" => author.is_some_and(|author| in_text(&author.bio)),
        "exact" => {
            let phrase = Phrase { part: Part::read(value), is_beginning: false };
            read.parts().into_iter().any(|part| !phrase.occurrences(part, true).is_empty())
        }
        "raw" => [&post.title, &post.text].into_iter().any(|text| stands_raw(value, text)),
        "author" => author.is_some_and(|author| {
            let bare = |text: &str| fold(text).trim_start_matches('@').to_owned();
            let handle = bare(&author.handle);
            match value.strip_suffix('*') {
                Some(beginning) => !handle.is_empty() && handle.starts_with(&bare(beginning)),
                None => handle == bare(value),
            }
        }),
        "network" => post.network.to_lowercase() == low,
        "lang" => post.lang.as_ref().is_some_and(|lang| {
            let lang = lang.to_lowercase().replace('_', "-");
            lang == low || lang.starts_with(&format!("{low}-"))
        }),
        "link" => {
            let value = fold(value);
            let (host, path) = address(&value);
            let has_path = without_scheme(&value).contains('/');
            read.addresses().into_iter().any(|(to, at)| {
                (to == host || to.ends_with(&format!(".{host}"))) && (!has_path || at.starts_with(&path))
            })
        }
        "is" if low == "question" => read.parts().into_iter().any(asks),
        "is" if low == "verified" => author.is_some_and(|author| author.verified == Some(true)),
        "is" => post.kind.is_some_and(|kind| format!("{kind:?}").to_lowercase() == low),
        "has" => match &*low {
            "link" => !read.addresses().is_empty(),
            "media" => !post.media.is_empty(),
            "hashtag" => read.parts().into_iter().any(|part| part.tags.iter().any(|tag| tag.text.starts_with('#'))),
            "mention" => read.items().any(|item| item.kind == Kind::Mention),
            "emoji" => read.items().any(|item| item.kind == Kind::Emoji),
            kind => post.media.iter().any(|media| format!("{:?}", media.media_type).to_lowercase() == kind),
        },
        "followers" => figure(author.and_then(|author| author.followers)),
        "likes" => figure(post.engagement.likes),
        "replies" => figure(post.engagement.replies),
        "reshares" => figure(post.engagement.reshares),
        "views" => figure(post.engagement.views),
        "rating" => post.rating.is_some_and(|rating| compares(rating, value)),
        "posted" => post.posted_at.is_some_and(|at| {
            // Days in this form compare as their letters do.
            let day = at.to_string()[..10].to_owned();
            match value.split_once("..") {
                Some((first, last)) => *first <= *day && *day <= *last,
                None => order(value, |bare| (*day).cmp(bare)),
            }
        }),
        // Signals of a post that nobody has read.
        "sentiment" | "emotion" | "intent" | "department" | "influence" => false,
        _ => panic!("the field {name} is not known here"),
    }
}

fn compares(figure: f64, value: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().expect("a number");
    match value.split_once("..") {
        Some((least, most)) => number(least) <= figure && figure <= number(most),
        None => order(value, |bare| figure.total_cmp(&number(bare))),
    }
}

/// Whether `<=3` and its like hold where `compare` says how what is there stands to `3`.
fn order(value: &str, compare: impl Fn(&str) -> std::cmp::Ordering) -> bool {
    let bare = value.trim_start_matches(['<', '>', '=']);
    let found = compare(bare);
    match &value[..value.len() - bare.len()] {
        ">=" => found.is_ge(),
        "<=" => found.is_le(),
        ">" => found.is_gt(),
        "<" => found.is_lt(),
        _ => found.is_eq(),
    }
}

/// A question mark outside URLs.
fn asks(part: &Part) -> bool {
    let marks = ['?', '\u{61F}', '\u{FF1F}', '\u{37E}'];
    let urls = part.items.iter().filter(|item| item.kind == Kind::Url);
    let inside: usize = urls.map(|url| part.stretch(url.from, url.to).matches(marks).count()).sum();
    part.original.matches(marks).count() > inside
}

fn stands_raw(value: &str, text: &str) -> bool {
    let plain = |text: &str| -> String {
        let mut out = String::new();
        for c in text.nfc() {
            let c = if c.is_whitespace() { ' ' } else { c };
            if c != ' ' || !out.ends_with(' ') {
                out.push(c);
            }
        }
        out
    };
    let (value, text) = (plain(value).trim().to_owned(), plain(text));
    text.char_indices().any(|(at, _)| {
        text[at..].strip_prefix(&*value).is_some_and(|rest| {
            !text[..at].chars().next_back().is_some_and(is_word) && !rest.chars().next().is_some_and(is_word)
        })
    })
}

const QUOTES: [char; 5] = ['"', '“', '”', '„', '‟'];

/// Reads a query that can be read.
pub(super) struct Reader {
    rest: Vec<char>,
}

impl Reader {
    pub(super) fn read(query: &str) -> Query {
        // From the end, so that what comes next can be popped.
        let mut reader = Self { rest: query.chars().rev().collect() };
        let query = reader.any();
        reader.space();
        assert!(reader.rest.is_empty(), "{:?} is left", reader.rest);
        query
    }

    fn next(&self) -> Option<char> {
        self.rest.last().copied()
    }

    fn space(&mut self) {
        while self.next().is_some_and(char::is_whitespace) {
            self.rest.pop();
        }
    }

    /// The unit that comes, without taking it.
    fn unit(&self) -> String {
        let ends = |c: &&char| !c.is_whitespace() && !"()".contains(**c) && !QUOTES.contains(*c);
        self.rest.iter().rev().take_while(ends).collect()
    }

    fn take(&mut self, characters: usize) {
        self.rest.truncate(self.rest.len() - characters);
    }

    fn takes(&mut self, operator: &str) -> bool {
        self.space();
        let is_it = self.unit() == operator;
        if is_it {
            self.take(operator.len());
        }
        is_it
    }

    fn any(&mut self) -> Query {
        let mut parts = vec![self.all()];
        while self.takes("OR") {
            parts.push(self.all());
        }
        Query::Or(parts)
    }

    fn all(&mut self) -> Query {
        let mut parts = vec![self.near()];
        loop {
            self.space();
            if matches!(self.next(), None | Some(')')) || self.unit() == "OR" {
                return Query::And(parts);
            }
            self.takes("AND");
            parts.push(self.near());
        }
    }

    fn near(&mut self) -> Query {
        let mut left = self.one();
        let mut pairs = Vec::new();
        loop {
            self.space();
            let unit = self.unit();
            let (operator, most) = unit.split_once('/').unwrap_or((&unit, "5"));
            if !matches!(operator, "NEAR" | "ONEAR") {
                break;
            }
            self.take(unit.len());
            let right = self.one();
            pairs.push(Query::Near {
                left: phrases(&left),
                right: phrases(&right),
                most: most.parse().expect("a distance"),
                is_ordered: operator == "ONEAR",
            });
            left = right;
        }
        if pairs.is_empty() { left } else { Query::And(pairs) }
    }

    fn one(&mut self) -> Query {
        if self.takes("NOT") {
            return Query::Not(Box::new(self.one()));
        }
        match self.next() {
            Some('-') => {
                self.rest.pop();
                Query::Not(Box::new(self.one()))
            }
            Some('(') => {
                self.rest.pop();
                let query = self.any();
                self.space();
                assert_eq!(self.rest.pop(), Some(')'));
                query
            }
            _ => self.leaf(),
        }
    }

    fn leaf(&mut self) -> Query {
        let unit = self.unit();
        match unit.split_once(':') {
            Some((name, _)) if !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic()) => {
                self.take(name.len() + 1);
                let name = name.to_lowercase();
                let is_list = !matches!(&*name, "exact" | "raw");
                let mut values = vec![self.value(is_list)];
                while is_list && self.next() == Some(',') {
                    self.rest.pop();
                    values.push(self.value(true));
                }
                Query::Field { name, values }
            }
            _ => Query::Term(Phrase::read(&self.value(false))),
        }
    }

    /// What is quoted, or the rest of the unit: up to a comma in a list.
    fn value(&mut self, is_in_list: bool) -> String {
        let mut value = String::new();
        if self.next().is_some_and(|c| QUOTES.contains(&c)) {
            self.rest.pop();
            while let Some(c) = self.rest.pop().filter(|c| !QUOTES.contains(c)) {
                value.push(c);
            }
            return value;
        }
        let unit = self.unit();
        let value = if is_in_list { unit.split(',').next().unwrap_or_default().to_owned() } else { unit };
        self.take(value.chars().count());
        value
    }
}

/// The phrases of an operand of NEAR.
fn phrases(query: &Query) -> Vec<Phrase> {
    match query {
        Query::Or(parts) | Query::And(parts) => parts.iter().flat_map(phrases).collect(),
        Query::Term(phrase) => vec![phrase.clone()],
        _ => panic!("no operand of NEAR: {query:?}"),
    }
}

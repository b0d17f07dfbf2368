//! A post made ready, once for all queries.
//!
//! Title and text are folded and tokenised at once; everything else is made ready when the first query asks for it.

use std::borrow::Cow;
use std::sync::OnceLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use switchboard_model::{Post, Signals, SpanPart};

use crate::fold::{Plain, fold};
use crate::link::Address;
use crate::part::Part;

/// A post that queries can be asked about.
#[derive(Debug)]
pub struct Prepared<'a> {
    post: &'a Post,
    title: Part<'a>,
    text: Part<'a>,
    understood: Understood<'a>,
    seldom: Seldom<'a>,
}

/// What is known once a post has been understood.
#[derive(Debug, Default)]
struct Understood<'a> {
    signals: Option<Cow<'a, Signals>>,
    /// What it may be called: key and name.
    departments: Vec<String>,
    influence: Option<f64>,
}

/// What few queries ask for.
#[derive(Debug, Default)]
struct Seldom<'a> {
    descriptions: OnceLock<Vec<Part<'a>>>,
    name: OnceLock<Option<Part<'a>>>,
    bio: OnceLock<Option<Part<'a>>>,
    handle: OnceLock<Option<String>>,
    addresses: OnceLock<Vec<Address>>,
    plain: OnceLock<[(SpanPart, Plain); 2]>,
    is_question: OnceLock<bool>,
}

impl<'a> Prepared<'a> {
    /// Makes a post ready.
    pub fn new(post: &'a Post) -> Self {
        Self {
            post,
            title: Part::new(&post.title),
            text: Part::new(&post.text),
            understood: Understood::default(),
            seldom: Seldom::default(),
        }
    }

    /// Adds what was understood about the post, so that `sentiment:` and `intent:` can match.
    #[must_use]
    pub fn with_signals(mut self, signals: &'a Signals) -> Self {
        self.understood.signals = Some(Cow::Borrowed(signals));
        self
    }

    /// Adds the department that the post is proposed to, for `department:`; once for each way in which it is called.
    #[must_use]
    pub fn with_department(mut self, department: &str) -> Self {
        self.understood.departments.push(crate::department::folded(department));
        self
    }

    /// Adds the weight of the author, 0–100, for `influence:`.
    #[must_use]
    pub fn with_influence(mut self, influence: f64) -> Self {
        self.understood.influence = Some(influence);
        self
    }

    /// The post itself.
    pub fn post(&self) -> &'a Post {
        self.post
    }

    pub(crate) fn title(&self) -> &Part<'a> {
        &self.title
    }

    pub(crate) fn text(&self) -> &Part<'a> {
        &self.text
    }

    /// What free terms look at, the title first.
    pub(crate) fn searched(&self) -> [(SpanPart, &Part<'a>); 2] {
        [(SpanPart::Title, &self.title), (SpanPart::Text, &self.text)]
    }

    pub(crate) fn signals(&self) -> Option<&Signals> {
        self.understood.signals.as_deref()
    }

    /// How the department that the post is proposed to is called; nothing if that is not known.
    pub(crate) fn departments(&self) -> Option<&[String]> {
        Some(self.understood.departments.as_slice()).filter(|names| !names.is_empty())
    }

    /// The same post proposed to another department.
    #[must_use]
    pub fn with_other_department(mut self, key: &str, name: &str) -> Self {
        self.understood.departments.clear();
        self.with_department(key).with_department(name)
    }

    pub(crate) fn influence(&self) -> Option<f64> {
        self.understood.influence
    }

    /// Descriptions of pictures, each on its own.
    pub(crate) fn descriptions(&self) -> &[Part<'a>] {
        self.seldom.descriptions.get_or_init(|| {
            self.post.media.iter().filter(|media| !media.alt.is_empty()).map(|media| Part::new(&media.alt)).collect()
        })
    }

    pub(crate) fn author_name(&self) -> Option<&Part<'a>> {
        self.seldom.name.get_or_init(|| self.post.author.as_ref().map(|author| Part::new(&author.name))).as_ref()
    }

    pub(crate) fn author_bio(&self) -> Option<&Part<'a>> {
        self.seldom.bio.get_or_init(|| self.post.author.as_ref().map(|author| Part::new(&author.bio))).as_ref()
    }

    /// The author's handle, folded, without its sign.
    pub(crate) fn handle(&self) -> Option<&str> {
        let handle = self.seldom.handle.get_or_init(|| {
            let author = self.post.author.as_ref()?;
            let handle = fold(&author.handle);
            let handle = handle.trim();
            Some(handle.strip_prefix('@').unwrap_or(handle).to_owned()).filter(|handle| !handle.is_empty())
        });
        handle.as_deref()
    }

    /// The addresses of all URLs in title, text and links.
    pub(crate) fn addresses(&self) -> &[Address] {
        self.seldom.addresses.get_or_init(|| {
            let written =
                self.searched().into_iter().flat_map(|(_, part)| part.urls()).filter_map(Address::parse_folded);
            written.chain(self.post.links.iter().filter_map(|link| Address::parse(link))).collect()
        })
    }

    /// Title and text for `raw:`.
    pub(crate) fn plain(&self) -> &[(SpanPart, Plain); 2] {
        self.seldom.plain.get_or_init(|| {
            [(SpanPart::Title, Plain::new(&self.post.title)), (SpanPart::Text, Plain::new(&self.post.text))]
        })
    }

    /// Whether a question mark stands in title or text, outside URLs.
    pub(crate) fn is_question(&self) -> bool {
        *self.seldom.is_question.get_or_init(|| self.searched().into_iter().any(|(_, part)| has_question_mark(part)))
    }

    /// The day in UTC on which the post was published.
    pub(crate) fn posted_on(&self) -> Option<Date> {
        self.post.posted_at.map(|at| at.to_zoned(TimeZone::UTC).date())
    }
}

fn has_question_mark(part: &Part<'_>) -> bool {
    let mut urls = part.url_stretches().peekable();
    (0u32..).zip(part.original().chars()).any(|(at, c)| {
        while urls.next_if(|&(_, end)| end <= at).is_some() {}
        matches!(c, '?' | '\u{61F}' | '\u{FF1F}' | '\u{37E}') && urls.peek().is_none_or(|&(start, _)| start > at)
    })
}

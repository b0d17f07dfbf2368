//! A stored post as pages show it.

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::Timestamp;
use switchboard_model::{Post, SavedSearch, SearchId, Signal, SignalName, Span, SpanPart, StoredPost};

use super::icon;
use super::marks::{self, Piece};
use super::words::{self, When};

/// Below this a signal is shown as unsure.
const SURE: f64 = 0.6;

/// How many characters of a post a list shows.
const LISTED: usize = 420;

/// One mention, ready to be read.
#[derive(Debug, Clone)]
pub(crate) struct MentionView {
    pub(crate) seq: i64,
    pub(crate) version: u32,
    pub(crate) id: String,
    /// Address of its page.
    pub(crate) href: String,
    pub(crate) network: String,
    pub(crate) author: AuthorView,
    /// When it was posted, or reached us where the network does not tell.
    pub(crate) when: When,
    pub(crate) is_posted: bool,
    pub(crate) title: Vec<Piece>,
    pub(crate) text: Vec<Piece>,
    pub(crate) original: Option<LinkView>,
    pub(crate) signals: Vec<SignalView>,
    pub(crate) searches: Vec<SearchLink>,
    pub(crate) is_edited: bool,
    pub(crate) deleted: Option<When>,
    pub(crate) visibility: Option<String>,
    pub(crate) is_addressed: bool,
    pub(crate) rating: Option<Cow<'static, str>>,
    /// "2 pictures", "a film": what a list says about attachments.
    pub(crate) media: Option<String>,
}

/// Who said it.
#[derive(Debug, Clone, Default)]
pub(crate) struct AuthorView {
    pub(crate) name: String,
    /// With `@`, where it says more than the name.
    pub(crate) handle: Option<String>,
    pub(crate) link: Option<String>,
}

/// A link to somewhere else.
#[derive(Debug, Clone)]
pub(crate) struct LinkView {
    pub(crate) url: String,
    pub(crate) host: String,
}

/// One thing understood.
#[derive(Debug, Clone)]
pub(crate) struct SignalView {
    pub(crate) words: String,
    /// `positive`, `negative`, `complaint`…: what the style hangs on.
    pub(crate) label: String,
    pub(crate) is_unsure: bool,
    /// It wants somebody soon.
    pub(crate) is_grave: bool,
    /// Its mark, where it has one.
    pub(crate) icon: Option<&'static str>,
    /// Why, in one line.
    pub(crate) evidence: String,
}

/// A search that matched.
#[derive(Debug, Clone)]
pub(crate) struct SearchLink {
    pub(crate) id: SearchId,
    pub(crate) name: String,
}

/// Names of searches by id.
pub(crate) struct SearchNames<'a>(HashMap<SearchId, &'a str>);

impl<'a> SearchNames<'a> {
    pub(crate) fn new(searches: &'a [SavedSearch]) -> Self {
        Self(searches.iter().map(|search| (search.id, search.name.as_str())).collect())
    }

    /// A removed search has no name any more and is left out.
    fn links(&self, stored: &StoredPost) -> Vec<SearchLink> {
        let link = |id: SearchId| self.0.get(&id).map(|name| SearchLink { id, name: (*name).to_owned() });
        stored.matches.iter().filter_map(|matched| link(matched.search)).collect()
    }

    pub(crate) fn find(&self, id: SearchId) -> Option<&'a str> {
        self.0.get(&id).copied()
    }
}

impl MentionView {
    /// As lists show it: long texts around the first marked word.
    pub(crate) fn listed(stored: &StoredPost, names: &SearchNames<'_>, now: Timestamp) -> Self {
        let spans = all_spans(stored);
        let post = &stored.post;
        Self::with_words(
            stored,
            names,
            now,
            marks::window(&post.title, SpanPart::Title, &spans, 200),
            marks::window(&post.text, SpanPart::Text, &spans, LISTED),
        )
    }

    /// As its own page shows it: every word.
    pub(crate) fn whole(stored: &StoredPost, names: &SearchNames<'_>, now: Timestamp) -> Self {
        let spans = all_spans(stored);
        let post = &stored.post;
        Self::with_words(
            stored,
            names,
            now,
            marks::whole(&post.title, SpanPart::Title, &spans),
            marks::linked(&post.text, SpanPart::Text, &spans),
        )
    }

    fn with_words(
        stored: &StoredPost,
        names: &SearchNames<'_>,
        now: Timestamp,
        title: Vec<Piece>,
        text: Vec<Piece>,
    ) -> Self {
        let post = &stored.post;
        let original = post.url.as_deref().and_then(words::link);
        Self {
            seq: stored.seq,
            version: stored.version,
            id: post.id.to_string(),
            href: href(post.id.as_str()),
            network: words::network(&post.network).to_string(),
            author: author(post),
            when: When::new(post.posted_at.unwrap_or(stored.captured_at), now),
            is_posted: post.posted_at.is_some(),
            title,
            text,
            original: original.map(|url| LinkView { url: url.to_owned(), host: words::host(url).to_owned() }),
            signals: stored.signals.0.iter().filter(|signal| says_more(signal)).filter_map(signal_view).collect(),
            searches: names.links(stored),
            is_edited: stored.version > 1 && stored.deleted_at.is_none(),
            deleted: stored.deleted_at.map(|at| When::new(at, now)),
            visibility: words::visibility(post.visibility).map(|words| words.to_string()),
            is_addressed: stored.is_addressed,
            rating: post
                .rating
                .filter(|stars| stars.is_finite())
                .map(|stars| t!("mentions-stars", stars = format!("{stars:.1}"))),
            media: media(post),
        }
    }
}

/// The address of a post's page.
pub(crate) fn href(id: &str) -> String {
    format!("/posts/{}", words::percent_encoded(id))
}

/// One line of a post: its title where that is what matched or all there is, else its text from shortly before the first
/// marked word. Empty where the post has no words any more.
pub(crate) fn line(post: &Post, spans: &[Span], length: usize, lead: usize) -> Vec<Piece> {
    let is_in_title = spans.iter().all(|span| span.part == SpanPart::Title) && !post.title.trim().is_empty();
    let (text, part) = match is_in_title || post.text.trim().is_empty() {
        true => (&post.title, SpanPart::Title),
        false => (&post.text, SpanPart::Text),
    };
    marks::line(text, part, spans, length, lead)
}

pub(crate) fn all_spans(stored: &StoredPost) -> Vec<Span> {
    stored.matches.iter().flat_map(|matched| matched.spans.iter().copied()).collect()
}

pub(crate) fn author(post: &Post) -> AuthorView {
    let Some(author) = &post.author else {
        return AuthorView { name: t!("mentions-unknown-author").into_owned(), ..Default::default() };
    };
    let link = words::link(&author.url).map(str::to_owned);
    let (name, handle) = (author.name.trim(), author.handle.trim().trim_start_matches('@'));
    match (name.is_empty(), handle.is_empty()) {
        (true, true) => AuthorView { name: t!("mentions-unknown-author").into_owned(), handle: None, link },
        (true, false) => AuthorView { name: format!("@{handle}"), handle: None, link },
        (false, _) => {
            let handle = Some(handle).filter(|handle| !handle.is_empty() && *handle != name);
            AuthorView { name: name.to_owned(), handle: handle.map(|handle| format!("@{handle}")), link }
        }
    }
}

/// In a list English is the rule and stays unsaid.
fn says_more(signal: &Signal) -> bool {
    signal.name != SignalName::Language || !signal.label.eq_ignore_ascii_case("en")
}

pub(crate) fn signal_view(signal: &Signal) -> Option<SignalView> {
    let words = words::signal(signal)?;
    let reasons: Vec<&str> = signal.evidence.iter().take(6).map(|evidence| evidence.why.as_str()).collect();
    let percent = format!("{:.0}", signal.score * 100.0);
    let evidence = match reasons.as_slice() {
        [] => t!("mentions-sure", percent = percent),
        reasons => t!("mentions-sure-because", reasons = reasons.join("; "), percent = percent),
    };
    Some(SignalView {
        words,
        label: signal.label.clone(),
        is_unsure: signal.score < SURE,
        is_grave: signal.label == "complaint" && signal.score >= SURE,
        icon: (signal.name != SignalName::Language).then(|| icon::of_signal(&signal.label)).flatten(),
        evidence: evidence.into_owned(),
    })
}

fn media(post: &Post) -> Option<String> {
    use switchboard_model::MediaType::{Audio, Image, Link, Video};
    let number = |media_type| post.media.iter().filter(|media| media.media_type == media_type).count();
    let words = |media_type| match (media_type, number(media_type)) {
        // A link says itself.
        (Link, _) | (_, 0) => None,
        (Image, number) => Some(t!("mentions-pictures", count = number)),
        (Video, number) => Some(t!("mentions-films", count = number)),
        (Audio, number) => Some(t!("mentions-sounds", count = number)),
    };
    let words: Vec<_> = [Image, Video, Audio].into_iter().filter_map(words).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

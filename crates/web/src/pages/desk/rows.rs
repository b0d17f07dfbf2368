//! One case as a row of the list.

use std::borrow::Cow;

use askama::Template;
use jiff::Timestamp;
use switchboard_app::cases::view::CaseRow;
use switchboard_model::{Case, CaseId, Offer, Owner, SignalName, SpanPart, StoredPost};

use crate::pages::case::clocks::{self, ClockView};
use crate::pages::case::wording::{self, StateView};
use crate::pages::colleagues::{Colleagues, OwnerView};
use crate::pages::marks::{self, Piece};
use crate::pages::mention::{self, SignalView};
use crate::pages::words::{self, Age};

/// How many characters of the post a row holds, and how many of them stand before the first marked word.
const WORDS: usize = 180;
const LEAD: usize = 18;

/// How many signals and tags a row has room for.
const SIGNALS: usize = 3;
const TAGS: usize = 2;

#[derive(Debug, Clone, Template)]
#[template(path = "desk/_row.html")]
pub(crate) struct RowView {
    pub(crate) id: CaseId,
    pub(crate) version: u32,
    pub(crate) href: String,
    pub(crate) score: u8,
    pub(crate) level: &'static str,
    /// Who the case is about: whoever wrote the post that it was opened for.
    pub(crate) author: String,
    /// Who wrote the newest words, where that is somebody else.
    pub(crate) speaker: Option<String>,
    pub(crate) network: String,
    pub(crate) when: Age,
    pub(crate) owner: OwnerView,
    pub(crate) state: StateView,
    pub(crate) words: Vec<Piece>,
    pub(crate) is_deleted: bool,
    pub(crate) signals: Vec<SignalView>,
    pub(crate) tags: Vec<String>,
    /// How many tags there is no room for.
    pub(crate) more_tags: usize,
    pub(crate) visibility: Option<Cow<'static, str>>,
    /// Whom it is offered to.
    pub(crate) offered: Option<String>,
    pub(crate) is_offered_to_you: bool,
    /// The clock that runs out first.
    pub(crate) due: Option<ClockView>,
    /// Why it stands where it stands.
    pub(crate) says: String,
    pub(crate) is_current: bool,
}

impl RowView {
    /// A row of the list at an address.
    pub(crate) fn new(row: &CaseRow, here: &str, is_current: bool, colleagues: &Colleagues, now: Timestamp) -> Self {
        let (case, post) = (&row.case, row.post.as_ref());
        let first = row.first.as_ref().or(post);
        let name_of = |post: &StoredPost| mention::author(&post.post).name;
        let signals = post.map(signals).unwrap_or_default();
        Self {
            id: case.id,
            version: case.version,
            href: format!("{here}&case={}", case.id),
            score: case.priority.score,
            level: wording::level(case.priority.score),
            author: first.map_or_else(|| t!("desk-row-unknown").into_owned(), name_of),
            speaker: post.map(name_of).filter(|speaker| first.map(name_of).as_ref() != Some(speaker)),
            network: words::network(&case.network).into_owned(),
            when: Age::new(post.map_or(case.opened_at, |post| post.post.posted_at.unwrap_or(post.captured_at)), now),
            owner: colleagues.owner(case),
            state: StateView::new(&case.state, now),
            words: post.map(line).unwrap_or_default(),
            is_deleted: post.is_some_and(|post| post.deleted_at.is_some()),
            tags: case.tags.iter().take(TAGS).cloned().collect(),
            more_tags: case.tags.len().saturating_sub(TAGS),
            visibility: words::visibility(case.visibility),
            offered: case.offer.as_ref().map(|offer| colleagues.offered_to(offer)),
            is_offered_to_you: case.offer.as_ref().is_some_and(|offer| colleagues.is_offered_to_you(offer)),
            due: row.due.as_ref().map(|due| ClockView::new(due, now)),
            says: says(row, &signals, now),
            signals,
            is_current,
        }
    }
}

/// What the line below the list says of a row.
pub(crate) fn row_says(row: &CaseRow, now: Timestamp) -> String {
    says(row, &row.post.as_ref().map(signals).unwrap_or_default(), now)
}

/// Why it stands there, and what its marks mean.
fn says(row: &CaseRow, signals: &[SignalView], now: Timestamp) -> String {
    let mut says = wording::says(&row.case);
    if let Some(due) = &row.due {
        says.push(' ');
        says.push_str(&clocks::says(due, now));
    }
    let words = |signal: &SignalView| match signal.is_unsure {
        true => t!("desk-row-perhaps", signal = signal.words.as_str()).into_owned(),
        false => signal.words.clone(),
    };
    if !signals.is_empty() {
        let signs = signals.iter().map(words).collect::<Vec<_>>().join(", ");
        says.push(' ');
        says.push_str(&t!("desk-row-signs", signs = signs));
    }
    says
}

/// Whether a row looks different to whoever looks than to anybody else.
pub(crate) fn concerns(case: &Case, colleagues: &Colleagues) -> bool {
    let is_theirs = matches!(case.owner, Owner::User(owner) if colleagues.is_you(owner));
    let is_offered =
        |offer: &Offer| colleagues.is_offered_to_you(offer) || offer.user.is_some_and(|user| colleagues.is_you(user));
    is_theirs || case.offer.as_ref().is_some_and(is_offered)
}

/// The title, then the text from shortly before its first marked word.
fn line(stored: &StoredPost) -> Vec<Piece> {
    let spans = mention::all_spans(stored);
    let mut pieces = Vec::new();
    if !stored.post.title.is_empty() {
        pieces = marks::line(&stored.post.title, SpanPart::Title, &spans, WORDS / 2, LEAD);
        pieces.push(Piece::new(" · ", false));
    }
    pieces.extend(marks::line(&stored.post.text, SpanPart::Text, &spans, WORDS, LEAD));
    pieces
}

/// What a row says about a post: intents first, then the mood, then a language that is not English.
fn signals(stored: &StoredPost) -> Vec<SignalView> {
    let rank = |name: SignalName| match name {
        SignalName::Intent => 0,
        SignalName::Sentiment => 1,
        SignalName::Language => 2,
    };
    let says_more = |signal: &&switchboard_model::Signal| {
        signal.name != SignalName::Language || !signal.label.eq_ignore_ascii_case("en")
    };
    let mut chosen: Vec<_> = stored.signals.0.iter().filter(says_more).collect();
    chosen.sort_by_key(|signal| rank(signal.name));
    chosen.into_iter().filter_map(mention::signal_view).take(SIGNALS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    #[test]
    fn a_row_shows_the_words_that_matched() {
        let (case, _) = samples::case();
        let mut post = samples::posts().remove(0);
        post.post.title = String::new();
        post.post.text = format!("{} acme kettle", "word ".repeat(60));
        let start = post.post.text.find("acme").expect("there") as u32;
        post.matches.truncate(1);
        post.matches[0].spans = vec![switchboard_model::Span { part: SpanPart::Text, start, end: start + 4 }];
        let row = CaseRow { case, post: Some(post), first: None, due: None };
        let row = RowView::new(&row, "/desk?queue=all", false, &samples::colleagues(), samples::now());
        let shown: String = row.words.iter().map(|piece| piece.text.as_str()).collect();
        assert!(shown.starts_with('…') && shown.find("acme").expect("shown") < 40, "{shown}");
        assert_eq!(row.signals.first().map(|signal| signal.label.as_str()), Some(samples::HOSTILE));
    }
}

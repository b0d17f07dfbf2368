//! What is heard while the set-up goes on: the first mentions, and how each source is doing, in words with the remedy.
//!
//! The page holds it when it is loaded; the script asks for it again when something happens, and changes what is shown in
//! its place.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use switchboard_app::AppError;
use switchboard_app::setup::progress::Progress;
use switchboard_model::{HealthState, Post, PostFilter, Source, SourceId, StoredPost};

use crate::error::{PageError, Refusal};
use crate::options::Web;
use crate::pages::failure::sentence;
use crate::pages::marks::Piece;
use crate::pages::mention::{self, all_spans, author, href};
use crate::pages::show;
use crate::pages::words::{self, When};
use crate::visitor::Visitor;

/// How many mentions stand in the column; the page of mentions has the rest.
const MENTIONS: usize = 4;
/// How many posts are looked at to find them: deleted ones are passed over.
const PAGE: u32 = 20;
/// How much of a post is shown.
const LINE: usize = 150;
const LEAD: usize = 40;

/// The column.
#[derive(Debug, Clone, Template)]
#[template(path = "setup/_live.html")]
pub(crate) struct LiveView {
    headline: Cow<'static, str>,
    /// There is a mention.
    is_on: bool,
    mentions: Vec<First>,
    /// How many there are, where not all stand here.
    more: Option<Cow<'static, str>>,
    sources: Vec<SourceState>,
    /// What can be done about those that do not answer, each once.
    remedies: Vec<Cow<'static, str>>,
}

/// One of the first mentions.
#[derive(Debug, Clone)]
struct First {
    seq: i64,
    href: String,
    author: String,
    network: String,
    when: When,
    text: Vec<Piece>,
}

/// How a source is doing.
#[derive(Debug, Clone)]
pub(crate) struct SourceState {
    pub(crate) id: SourceId,
    pub(crate) name: String,
    /// What the style hangs on.
    pub(crate) state: &'static str,
    /// "answers", or what is wrong: the host and the reason.
    pub(crate) words: String,
    pub(crate) next: Option<When>,
}

impl LiveView {
    pub(super) async fn load(web: &Web, visitor: &Visitor) -> Result<Self, PageError> {
        let filter = PostFilter { with_private: visitor.actor.sees_private(), limit: PAGE, ..PostFilter::default() };
        let store = web.app.store();
        let (posts, all) = (store.list_posts(&filter).await, store.count_posts().await);
        let (posts, all) = (posts.map_err(AppError::from)?, all.map_err(AppError::from)?);
        let mut progress = web.app.set_up_progress().await.map_err(Refusal::from)?;
        let first = posts.iter().filter(|post| is_mention(post)).map(|post| post.captured_at).min();
        if let (Some(at), Some(Progress { first_mention_at: None, .. })) = (first, &progress) {
            progress = web.app.note_first_mention(at).await.map_err(Refusal::from)?;
        }
        let progress = progress.unwrap_or_default();
        let heard = web.app.posts_kept_back().saturating_add(all);
        Ok(Self::new(&posts, all, heard, &web.app.sources().await?, &progress, web.app.now()))
    }

    fn new(
        posts: &[StoredPost],
        all: u64,
        heard: u64,
        sources: &[Source],
        progress: &Progress,
        now: Timestamp,
    ) -> Self {
        let mut mentions: Vec<First> =
            posts.iter().filter(|post| is_mention(post)).take(MENTIONS).map(|post| first(post, now)).collect();
        // In the order in which they came, so that the next one takes the next place and moves nothing.
        mentions.reverse();
        let mut sources: Vec<&Source> = sources.iter().filter(|source| source.kind.is_followed()).collect();
        sources.sort_by_key(|source| source.created_at);
        let is_listening = sources.iter().any(|source| source.is_enabled);
        let headline = match (mentions.is_empty(), progress.first_mention_after()) {
            (false, Some(after)) => t!("setup-first-after", time = words::long(after.as_secs().unsigned_abs())),
            (false, None) => t!("setup-mentions"),
            (true, _) if is_listening => t!("setup-listening", count = heard),
            (true, _) => t!("setup-not-listening"),
        };
        let rest = all.saturating_sub(mentions.len() as u64);
        Self {
            headline,
            is_on: !mentions.is_empty(),
            more: (rest > 0 && !mentions.is_empty()).then(|| t!("setup-more-mentions", count = rest)),
            mentions,
            remedies: remedies(sources.iter().copied()),
            sources: sources.into_iter().map(|source| source_state(source, now)).collect(),
        }
    }
}

/// Who said it. A number of the network is no name.
pub(super) fn author_name(post: &Post) -> String {
    let name = author(post).name;
    if name.starts_with("@did:") { t!("setup-somebody").into_owned() } else { name }
}

fn is_mention(post: &StoredPost) -> bool {
    post.deleted_at.is_none() && !post.matches.is_empty()
}

fn first(stored: &StoredPost, now: Timestamp) -> First {
    let post = &stored.post;
    First {
        seq: stored.seq,
        href: href(post.id.as_str()),
        author: author_name(post),
        network: words::network(&post.network).into_owned(),
        when: When::new(post.posted_at.unwrap_or(stored.captured_at), now),
        text: mention::line(post, &all_spans(stored), LINE, LEAD),
    }
}

/// How a source is doing, in words.
pub(crate) fn source_state(source: &Source, now: Timestamp) -> SourceState {
    let health = &source.health;
    let words = match health.state {
        HealthState::New => t!("setup-source-asked"),
        HealthState::Paused => t!("setup-source-off"),
        HealthState::Ok if health.last_post_at.is_some() => t!("setup-source-answers"),
        HealthState::Ok => t!("setup-source-silent"),
        HealthState::Failing | HealthState::Broken => Trouble::of(&health.message).words(&health.message).into(),
    };
    SourceState {
        id: source.id,
        name: source.name.clone(),
        state: health.state.as_str(),
        words: words.into_owned(),
        next: health.next_check_at.filter(|_| is_wrong(source)).map(|at| When::new(at, now)),
    }
}

fn is_wrong(source: &Source) -> bool {
    source.is_enabled && matches!(source.health.state, HealthState::Failing | HealthState::Broken)
}

/// What can be done about those that do not answer, each once.
pub(super) fn remedies<'a>(sources: impl Iterator<Item = &'a Source>) -> Vec<Cow<'static, str>> {
    let mut remedies: Vec<Cow<'static, str>> = Vec::new();
    for source in sources.filter(|source| is_wrong(source)) {
        let remedy = Trouble::of(&source.health.message).remedy();
        if !remedy.is_empty() && !remedies.contains(&remedy) {
            remedies.push(remedy);
        }
    }
    remedies
}

/// What kind of failure it is, by the words that networks and their client have for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Nobody answered.
    Unreachable,
    /// Somebody answered and does not want to.
    Refused,
    /// The guard does not let us.
    Private,
    Other,
}

impl Trouble {
    pub(super) fn of(message: &str) -> Self {
        let says = |parts: &[&str]| parts.iter().any(|part| message.contains(part));
        if says(&["is not a public address"]) {
            Self::Private
        } else if says(&[
            "cannot be reached",
            "did not answer within",
            "broke the connection off",
            "went silent",
            "has no address",
        ]) {
            Self::Unreachable
        } else if says(&["(401)", "(403)", "(429)", " answers 401 ", " answers 403 ", " answers 429 "]) {
            Self::Refused
        } else {
            Self::Other
        }
    }

    /// What happened: our words for the kind, then the host and the reason.
    pub(super) fn words(self, message: &str) -> String {
        match (self, message.split_once(' ')) {
            (Self::Unreachable, Some((host, why))) => {
                t!("setup-source-unreachable", host = host, why = reason(why)).into_owned()
            }
            (Self::Refused, _) => t!("setup-source-refused", why = sentence(message)).into_owned(),
            _ => sentence(message),
        }
    }

    /// What can be done, where the message does not say it.
    pub(super) fn remedy(self) -> Cow<'static, str> {
        match self {
            Self::Unreachable => t!("setup-remedy-unreachable"),
            Self::Refused => t!("setup-remedy-refused"),
            Self::Private | Self::Other => Cow::Borrowed(""),
        }
    }
}

/// The innermost reason: "cannot be reached: error sending request: Connection refused (os error 111)" says no more than
/// that the connection was refused.
fn reason(why: &str) -> &str {
    let why = why.split(';').next().unwrap_or(why);
    let why = why.rsplit(": ").next().unwrap_or(why);
    why.split(" (os error").next().unwrap_or(why).trim()
}

/// `GET /setup/live`: the column alone, for the script.
pub(crate) async fn live(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    show(StatusCode::OK, &LiveView::load(&web, &visitor).await?)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    /// With mentions, or before the first one.
    pub(crate) fn sample(has_mentions: bool) -> LiveView {
        let posts = if has_mentions { samples::posts() } else { Vec::new() };
        let second = |second| Some(Timestamp::from_second(second).expect("in range"));
        let progress = Progress { began_at: second(0), first_mention_at: second(41), ..Progress::default() };
        LiveView::new(&posts, posts.len() as u64 * 3, 1_204, &samples::sources(), &progress, samples::now())
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let html = sample(true).render().expect("renders");
        samples::assert_harmless(&html);
        assert!(html.contains("First mention after 41 s") && html.contains("<mark>acme</mark>"), "{html}");
        assert!(html.contains("7 more mentions"), "{html}");
        let html = sample(false).render().expect("renders");
        assert!(html.contains("Listening: 1,204 posts heard so far"), "{html}");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_remedy() {
        let check = |message: &str, expected: Trouble| assert_eq!(Trouble::of(message), expected, "{message}");
        check("hn.algolia.com cannot be reached: no such host; check the spelling", Trouble::Unreachable);
        check("www.reddit.com did not answer within 60 s; it is tried again", Trouble::Unreachable);
        check("www.reddit.com asks us to slow down (429); asked again in 5 min", Trouble::Refused);
        check("www.reddit.com refuses the feed (403); look at the address in a browser", Trouble::Refused);
        let private = "blog.intern leads to 10.0.0.7, which is not a public address; if that is meant, add \
                       'blog.intern' to 'allow' under [capture]";
        check(private, Trouble::Private);
        check("news.example is in trouble (500); it is tried again", Trouble::Other);
        let mut source = samples::sources().remove(1);
        source.health.message = "hn.algolia.com cannot be reached: connection refused".to_owned();
        let state = source_state(&source, samples::now());
        assert_eq!(state.words, "cannot be reached from this network (hn.algolia.com: connection refused).");
        assert!(state.next.is_some());
        let remedies = remedies([&source, &source].into_iter());
        assert!(remedies.len() == 1 && remedies[0].contains("firewall"), "{remedies:?}");
        let check = |why: &str, expected: &str| assert_eq!(reason(why), expected, "{why}");
        check("cannot be reached: no such host; check the spelling", "no such host");
        check("cannot be reached: error sending request: Connection refused (os error 111)", "Connection refused");
        check("did not answer within 60 s; it is tried again", "did not answer within 60 s");
    }
}

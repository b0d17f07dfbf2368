//! One post: its words, its versions, why it matched, how it was read, what the network sent.

use std::borrow::Cow;
use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use switchboard_app::AppError;
use switchboard_app::rights::Right;
use switchboard_model::{
    CaseId, Dismissal, PostId, PostKind, PostVersion, SavedSearch, SearchId, SignalName, Source, StoredPost,
};

use super::case::load;
use super::case::wording::StateView;
use super::forms::Choice;
use super::mention::{MentionView, SearchNames};
use super::pictures::{self, PicturesView};
use super::words::{self, When};
use super::{Frame, Section, marks, show, sweep};
use crate::error::PageError;
use crate::extract::{PagePostId, no_post};
use crate::options::Web;
use crate::visitor::Visitor;

/// What the network sent is shown up to here; a page of megabytes helps nobody.
const SHOWN_JSON: usize = 200_000;

/// Links and attachments that are listed.
const LISTED: usize = 40;

#[derive(Template)]
#[template(path = "post.html")]
struct PostPage {
    frame: Frame,
    case: CaseOfPost,
    mention: MentionView,
    bio: String,
    author_figures: Vec<(Cow<'static, str>, String)>,
    why: Vec<Why>,
    readings: Vec<Reading>,
    /// What read it.
    models: String,
    figures: Vec<(Cow<'static, str>, String)>,
    facts: Vec<(Cow<'static, str>, String)>,
    moments: Vec<(Cow<'static, str>, When)>,
    links: Vec<String>,
    initials: String,
    avatar: Option<String>,
    pictures: PicturesView,
    /// What is attached and not shown as a picture.
    media: Vec<(Cow<'static, str>, String)>,
    versions: Vec<VersionView>,
    wire: String,
    is_wire_cut: bool,
}

/// The case that a mention belongs to.
enum CaseOfPost {
    /// Its number and how it stands.
    Has { id: CaseId, state: String, owner: String },
    /// None, and whoever looks may make one at this address, or say why it needs none.
    CanBecome { address: String, dismiss: String, reasons: Vec<Choice> },
    /// None, and this is why; whoever looks may take that back.
    Dismissed { reason: Cow<'static, str>, note: String, by: String, when: When, reopen: String, address: String },
    /// None, and whoever looks cannot make one.
    None,
}

/// Why one search matched.
pub(crate) struct Why {
    pub(crate) id: SearchId,
    pub(crate) name: String,
    pub(crate) query: String,
    pub(crate) words: Vec<String>,
}

/// One signal with everything behind it.
pub(crate) struct Reading {
    pub(crate) name: Cow<'static, str>,
    pub(crate) words: String,
    pub(crate) sure: String,
    pub(crate) reasons: Vec<String>,
}

struct VersionView {
    version: u32,
    when: When,
    is_edit: bool,
    title: String,
    text: String,
}

impl PostPage {
    fn new(
        stored: &StoredPost,
        versions: &[PostVersion],
        searches: &[SavedSearch],
        source: Option<&Source>,
        case: CaseOfPost,
        visitor: &Visitor,
        now: Timestamp,
    ) -> Self {
        let names = SearchNames::new(searches);
        let mention = MentionView::whole(stored, &names, now);
        let post = &stored.post;
        let author = post.author.as_ref();
        let (wire, is_wire_cut) = wire(stored);
        let title = t!("post-title", author = &mention.author.name, network = &mention.network);
        Self {
            frame: Frame::within(title, Section::Mentions, visitor).with_style("pictures.css"),
            case,
            bio: author.map(|author| author.bio.clone()).unwrap_or_default(),
            author_figures: author.map(author_figures).unwrap_or_default(),
            why: reasons(stored, searches, &names),
            readings: stored.signals.0.iter().map(reading).collect(),
            models: models(stored),
            figures: figures(stored),
            facts: facts(stored, source),
            moments: moments(stored, now),
            links: post.links.iter().filter_map(|link| words::link(link)).take(LISTED).map(str::to_owned).collect(),
            initials: super::colleagues::initials(&mention.author.name),
            avatar: None,
            pictures: PicturesView::default(),
            media: post.media.iter().take(LISTED).map(media).collect(),
            versions: versions
                .iter()
                .rev()
                .filter(|version| version.version != stored.version || stored.deleted_at.is_some())
                .map(|version| version_view(version, now))
                .collect(),
            wire,
            is_wire_cut,
            mention,
        }
    }
}

impl PostPage {
    /// The same with pictures and avatar in place of words.
    fn with_pictures(self, stored: &StoredPost) -> Self {
        let attached = stored.post.media.iter().filter(|attached| !pictures::is_picture(attached));
        Self {
            avatar: pictures::avatar(stored.post.author.as_ref()),
            pictures: PicturesView::new(stored, LISTED),
            media: attached.take(LISTED).map(media).collect(),
            ..self
        }
    }
}

/// Why each search that is still there matched.
pub(crate) fn reasons(stored: &StoredPost, searches: &[SavedSearch], names: &SearchNames<'_>) -> Vec<Why> {
    stored.matches.iter().filter_map(|matched| why(stored, matched, searches, names)).collect()
}

fn why(
    stored: &StoredPost,
    matched: &switchboard_model::Match,
    searches: &[SavedSearch],
    names: &SearchNames<'_>,
) -> Option<Why> {
    let name = names.find(matched.search)?;
    let query = searches.iter().find(|search| search.id == matched.search).map(|search| search.query.clone());
    Some(Why {
        id: matched.search,
        name: name.to_owned(),
        query: query.unwrap_or_default(),
        words: marks::covered(&stored.post.title, &stored.post.text, &matched.spans),
    })
}

pub(crate) fn reading(signal: &switchboard_model::Signal) -> Reading {
    Reading {
        name: signal_name(signal.name),
        words: words::signal(signal).map_or_else(|| signal.label.clone(), |words| words.to_string()),
        sure: format!("{:.2}", signal.score),
        reasons: signal.evidence.iter().take(LISTED).map(|evidence| evidence.why.clone()).collect(),
    }
}

fn signal_name(name: SignalName) -> Cow<'static, str> {
    match name {
        SignalName::Language => t!("post-signal-language"),
        SignalName::Sentiment => t!("post-signal-sentiment"),
        SignalName::Intent => t!("post-signal-intent"),
    }
}

fn models(stored: &StoredPost) -> String {
    let models: BTreeSet<&str> = stored.signals.0.iter().map(|signal| signal.model.as_str()).collect();
    models.into_iter().collect::<Vec<_>>().join(", ")
}

pub(crate) fn author_figures(author: &switchboard_model::Author) -> Vec<(Cow<'static, str>, String)> {
    let mut figures = Vec::new();
    let mut add = |name, number: Option<u64>| figures.extend(number.map(|number| (name, words::count(number))));
    add(t!("post-author-followers"), author.followers);
    add(t!("post-author-following"), author.following);
    add(t!("post-author-posts"), author.posts);
    if author.verified == Some(true) {
        figures.push((t!("post-author-verified"), t!("post-author-verified-by").into_owned()));
    }
    figures
}

fn figures(stored: &StoredPost) -> Vec<(Cow<'static, str>, String)> {
    let engagement = &stored.post.engagement;
    let named = [
        (t!("post-figure-likes"), engagement.likes),
        (t!("post-figure-replies"), engagement.replies),
        (t!("post-figure-reshares"), engagement.reshares),
        (t!("post-figure-views"), engagement.views),
    ];
    named.into_iter().filter_map(|(name, number)| Some((name, words::count(number?)))).collect()
}

fn facts(stored: &StoredPost, source: Option<&Source>) -> Vec<(Cow<'static, str>, String)> {
    let post = &stored.post;
    let mut facts =
        vec![(t!("post-id"), post.id.to_string()), (t!("post-network"), words::network(&post.network).to_string())];
    let source = source.map_or_else(|| t!("post-source-removed").into_owned(), |source| source.name.clone());
    facts.push((t!("post-came-from"), source));
    let seen_by = words::visibility(post.visibility);
    let seen_by = seen_by.map_or_else(|| t!("post-everybody").into_owned(), |words| words.to_string());
    facts.push((t!("post-seen-by"), seen_by));
    if stored.is_addressed {
        facts.push((t!("post-addressed"), t!("post-addressed-to-us").into_owned()));
    }
    facts.extend(post.kind.map(|kind| (t!("post-kind"), kind_words(kind).into_owned())));
    facts.extend(post.lang.as_deref().map(|tag| (t!("post-network-says"), words::language(tag).to_string())));
    facts.extend(post.in_reply_to.clone().map(|id| (t!("post-answers"), id)));
    facts.extend(post.thread.clone().map(|id| (t!("post-thread"), id)));
    facts
}

fn kind_words(kind: PostKind) -> Cow<'static, str> {
    match kind {
        PostKind::Post => t!("post-kind-post"),
        PostKind::Reply => t!("post-kind-reply"),
        PostKind::Reshare => t!("post-kind-reshare"),
        PostKind::Quote => t!("post-kind-quote"),
        PostKind::Review => t!("post-kind-review"),
        PostKind::Comment => t!("post-kind-comment"),
        PostKind::Article => t!("post-kind-article"),
    }
}

fn moments(stored: &StoredPost, now: Timestamp) -> Vec<(Cow<'static, str>, When)> {
    let mut moments = Vec::new();
    moments.extend(stored.post.posted_at.map(|at| (t!("post-at-posted"), When::new(at, now))));
    moments.extend(stored.post.edited_at.map(|at| (t!("post-at-edited"), When::new(at, now))));
    moments.push((t!("post-at-reached"), When::new(stored.captured_at, now)));
    moments.extend(stored.deleted_at.map(|at| (t!("post-at-deleted"), When::new(at, now))));
    moments
}

fn media(media: &switchboard_model::Media) -> (Cow<'static, str>, String) {
    use switchboard_model::MediaType::{Audio, Image, Link, Video};
    let name = match media.media_type {
        Image => t!("post-media-picture"),
        Video => t!("post-media-film"),
        Audio => t!("post-media-sound"),
        Link => t!("post-media-link"),
    };
    let is_bare = media.alt.trim().is_empty();
    (name, if is_bare { t!("post-media-bare").into_owned() } else { media.alt.clone() })
}

fn version_view(version: &PostVersion, now: Timestamp) -> VersionView {
    VersionView {
        version: version.version,
        when: When::new(version.edited_at.unwrap_or(version.captured_at), now),
        is_edit: version.edited_at.is_some(),
        title: version.title.clone(),
        text: version.text.clone(),
    }
}

fn wire(stored: &StoredPost) -> (String, bool) {
    let json = serde_json::to_string_pretty(&stored.post).unwrap_or_default();
    match json.char_indices().nth(SHOWN_JSON) {
        Some((end, _)) => (json[..end].to_owned(), true),
        None => (json, false),
    }
}

/// `GET /posts/{id}`
pub(crate) async fn post(
    State(web): State<Web>,
    visitor: Visitor,
    PagePostId(id): PagePostId,
) -> Result<Response, PageError> {
    let store = web.app.store();
    let stored = web.app.find_post(&visitor.actor, &PostId(id.clone())).await?.ok_or_else(|| no_post(&id))?;
    let versions = store.versions(stored.seq).await.map_err(AppError::from)?;
    let (sources, searches) = (web.app.sources().await?, web.app.searches().await?);
    let source = stored.source.and_then(|id| sources.iter().find(|source| source.id == id));
    let case = case_of(&web, &visitor, &stored).await?;
    let page = PostPage::new(&stored, &versions, &searches, source, case, &visitor, web.app.now());
    show(StatusCode::OK, &if web.app.shows_pictures() { page.with_pictures(&stored) } else { page })
}

async fn case_of(web: &Web, visitor: &Visitor, stored: &StoredPost) -> Result<CaseOfPost, PageError> {
    let now = web.app.now();
    Ok(match web.app.case_of_post(&visitor.actor, stored.seq).await? {
        Some(case) => CaseOfPost::Has {
            id: case.id,
            state: StateView::new(&case.state, now).words.to_string(),
            owner: load::colleagues(web, visitor).owner(&case).full,
        },
        None if visitor.actor.may(Right::Work).is_ok() && stored.deleted_at.is_none() => {
            let here = super::mention::href(stored.post.id.as_str());
            let address = format!("{here}/case");
            match web.app.dismissal(&visitor.actor, &stored.post.id).await? {
                Some(Dismissal { reason, note, by, at }) => CaseOfPost::Dismissed {
                    reason: sweep::reason(reason),
                    note,
                    by: load::colleagues(web, visitor).doer(by),
                    when: When::new(at, now),
                    reopen: format!("{here}/reopen"),
                    address,
                },
                None => {
                    CaseOfPost::CanBecome { address, dismiss: format!("{here}/dismiss"), reasons: sweep::reasons() }
                }
            }
        }
        None => CaseOfPost::None,
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    fn visitor() -> Visitor {
        Visitor { actor: samples::actor(switchboard_model::Role::Member), demonstration: None, unread: 0 }
    }

    /// Each post without a case, the first with one, and twenty pictures.
    pub(crate) fn samples() -> Vec<String> {
        let (searches, sources, posts) = (samples::searches(), samples::sources(), samples::posts());
        let album = samples::album();
        let page = |stored: &StoredPost, case: CaseOfPost| {
            let versions = samples::versions();
            PostPage::new(stored, &versions, &searches, sources.first(), case, &visitor(), samples::now())
        };
        let has = CaseOfPost::Has {
            id: CaseId(42),
            state: t!("case-state-open").into_owned(),
            owner: samples::HOSTILE.into(),
        };
        let can = CaseOfPost::CanBecome {
            address: "/posts/x/case".to_owned(),
            dismiss: "/posts/x/dismiss".to_owned(),
            reasons: sweep::reasons(),
        };
        let dismissed = CaseOfPost::Dismissed {
            reason: sweep::reason(switchboard_model::DismissalReason::OffTopic),
            note: samples::HOSTILE.into(),
            by: samples::HOSTILE.into(),
            when: When::new(samples::now(), samples::now()),
            reopen: "/posts/x/reopen".to_owned(),
            address: "/posts/x/case".to_owned(),
        };
        let of_cases = [page(&posts[0], has), page(&posts[0], can), page(&posts[0], dismissed)];
        let pages = posts.iter().map(|stored| page(stored, CaseOfPost::None)).chain(of_cases);
        let pages = pages.chain([page(&album, CaseOfPost::None).with_pictures(&album)]);
        pages.map(|page| page.render().expect("renders")).collect()
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        for html in samples() {
            samples::assert_harmless(&html);
            assert!(html.contains("How it was read"), "{html}");
        }
    }

    #[test]
    fn all_pictures_are_on_the_page_of_a_post() {
        let stored = samples::album();
        let page = || PostPage::new(&stored, &[], &[], None, CaseOfPost::None, &visitor(), samples::now());
        let with = page().with_pictures(&stored).render().expect("renders");
        samples::assert_harmless(&with);
        assert_eq!(with.matches("<img src=").count(), 20, "{with}");
        assert_eq!(with.matches("class=\"avatar\"").count(), 1);
        assert!(
            with.contains("<dt>film</dt>") && !with.contains("<dt>picture</dt>") && !with.contains("class=\"more\"")
        );
        let without = page().render().expect("renders");
        assert!(!without.contains("<img") && without.contains("<dt>picture</dt>"), "{without}");
    }

    #[test]
    fn the_words_that_matched_are_named() {
        let (searches, stored) = (samples::searches(), samples::posts().remove(0));
        let case = CaseOfPost::Has { id: CaseId(42), state: "open".to_owned(), owner: samples::HOSTILE.to_owned() };
        let page = PostPage::new(&stored, &[], &searches, None, case, &visitor(), samples::now());
        assert_eq!(page.why.len(), 2, "a removed search has no name");
        assert!(page.why[1].words.iter().any(|word| word == "acme"));
    }
}

//! Looking for something in everything: posts, cases, authors, people.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use switchboard_app::find::{Found, FoundPost, FoundText, Question};
use switchboard_model::{By, Case, Place, SavedSearch, SpanPart, StoredPost};

use super::case::{timeline, wording};
use super::failure::sentence;
use super::marks::{self, Piece};
use super::mention::{self, MentionView, SearchNames};
use super::words::{self, When};
use super::{Frame, Section, show};
use crate::error::{PageError, Refusal};
use crate::extract::PageQuery;
use crate::options::Web;
use crate::visitor::Visitor;

/// How many posts one page holds.
const PAGE: u32 = 30;

/// How many characters of a post the line of its case holds, and how many of them stand before the first marked word.
const WORDS: usize = 120;
const LEAD: usize = 18;

/// What is looked for, as it stands in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    before: Option<i64>,
}

#[derive(Template)]
#[template(path = "find.html")]
struct FindPage {
    frame: Frame,
    q: String,
    complaint: Option<String>,
    is_asked: bool,
    is_later: bool,
    mentions: Vec<MentionView>,
    cases: Vec<CaseLine>,
    /// More may have been said in cases than was looked at.
    is_cut: bool,
    authors: Vec<AuthorLine>,
    people: Vec<String>,
    departments: Vec<String>,
    /// Where the next look goes on.
    next: Option<String>,
    /// Until when this look came.
    stopped_at: Option<When>,
}

struct CaseLine {
    number: i64,
    state: Cow<'static, str>,
    priority: u8,
    /// Who speaks.
    author: Option<String>,
    /// What they say, else why it is a case.
    words: Vec<Piece>,
    /// Where in it the words stand, beside its posts.
    texts: Vec<TextLine>,
}

struct TextLine {
    href: String,
    place: Cow<'static, str>,
    when: When,
    words: Vec<Piece>,
    is_undone: bool,
    /// The case in which it was said, where that one is in this.
    of: Option<i64>,
}

impl TextLine {
    fn new(found: &FoundText, now: Timestamp) -> Self {
        Self {
            href: href(found),
            place: place(found),
            when: When::new(found.at, now),
            words: marks::line(&found.text, SpanPart::Text, &found.spans, WORDS, LEAD),
            is_undone: found.is_undone,
            of: (found.of != found.case).then_some(found.of.0),
        }
    }
}

/// Where a text stands on the page of its case. The beginning of a history has no words of its own there.
pub(super) fn href(found: &FoundText) -> String {
    let of = (found.of != found.case).then_some(found.of);
    let anchor = match (found.reply, found.place) {
        (Some(reply), _) => format!("reply-{reply}"),
        _ => timeline::anchor(of, found.event),
    };
    format!("/cases/{}#{anchor}", found.case)
}

/// Where words stand, and who wrote them.
pub(super) fn place(found: &FoundText) -> Cow<'static, str> {
    let who = match (found.who.as_str(), found.by) {
        ("", By::Operator) => t!("words-operator"),
        ("", _) => t!("find-somebody"),
        (name, _) => Cow::Owned(name.to_owned()),
    };
    let who = who.as_ref();
    match found.place {
        Place::Author => t!("find-in-author"),
        Place::Tag => t!("find-in-tag"),
        Place::Reply => t!("find-in-reply", who = who),
        Place::Despite => t!("find-in-despite", who = who),
        Place::Note => t!("find-in-note", who = who),
        Place::Question => t!("find-in-question", who = who),
        Place::QuestionAnswer => t!("find-in-question-answer", who = who),
        Place::Outreach => t!("find-in-outreach", who = who),
        Place::Offer => t!("find-in-offer", who = who),
        Place::Decline => t!("find-in-decline", who = who),
        Place::Release => t!("find-in-release", who = who),
        Place::Move => t!("find-in-move", who = who),
        Place::Priority => t!("find-in-priority", who = who),
        Place::Close => t!("find-in-close", who = who),
        Place::Reopen => t!("find-in-reopen", who = who),
        Place::Merge => t!("find-in-merge", who = who),
        Place::Split => t!("find-in-split", who = who),
    }
}

impl CaseLine {
    fn new(case: &Case, posts: &[FoundPost], first_posts: &[StoredPost], texts: &[FoundText], now: Timestamp) -> Self {
        let is_its = |found: &&FoundPost| [case.newest_post, case.post].contains(&found.post.seq);
        let found = posts.iter().find(is_its);
        let first = first_posts.iter().find(|post| post.seq == case.post);
        let said = match (found, first) {
            (Some(FoundPost { post, spans }), _) => mention::line(&post.post, spans, WORDS, LEAD),
            (None, Some(first)) => mention::line(&first.post, &[], WORDS, LEAD),
            (None, None) => Vec::new(),
        };
        // Of a post that was deleted there are no words.
        let why = || vec![Piece::new(sentence(&case.why), false)];
        let words = if said.is_empty() { why() } else { said };
        Self {
            number: case.id.0,
            state: wording::state(&case.state),
            priority: case.priority.score,
            author: found.map(|found| &found.post).or(first).map(|post| mention::author(&post.post).name),
            words,
            texts: texts.iter().filter(|text| text.case == case.id).map(|text| TextLine::new(text, now)).collect(),
        }
    }
}

struct AuthorLine {
    name: String,
    handle: String,
    link: Option<String>,
    followers: Cow<'static, str>,
    /// Their mentions.
    href: String,
}

impl FindPage {
    fn new(asked: &Asked, found: Option<Found>, searches: &[SavedSearch], visitor: &Visitor, now: Timestamp) -> Self {
        let is_asked = found.is_some();
        let Found { posts, texts, cases, first_posts, authors, users, departments, .. } = found.unwrap_or_default();
        let names = SearchNames::new(searches);
        Self {
            frame: Frame::within(t!("frame-find"), Section::Find, visitor).with_style("lists.css"),
            complaint: None,
            is_asked,
            is_later: asked.before.is_some(),
            mentions: posts.found.iter().map(|found| MentionView::listed(&found.marked(), &names, now)).collect(),
            cases: cases
                .iter()
                .map(|case| CaseLine::new(case, &posts.found, &first_posts, &texts.found, now))
                .collect(),
            is_cut: texts.is_cut,
            authors: authors
                .into_iter()
                .map(|(_, author)| AuthorLine {
                    href: format!(
                        "/find?q={}",
                        words::percent_encoded(&format!("author:\"{}\"", author.handle.replace('"', "")))
                    ),
                    link: words::link(&author.url).map(str::to_owned),
                    followers: author.followers.map(|many| t!("find-followers", count = many)).unwrap_or_default(),
                    name: if author.name.is_empty() { author.handle.clone() } else { author.name },
                    handle: author.handle,
                })
                .collect(),
            people: users.iter().map(|user| user.name.clone()).collect(),
            departments: departments.into_iter().map(|department| department.name).collect(),
            next: posts.next.map(|next| format!("/find?q={}&before={next}", words::percent_encoded(&asked.q))),
            stopped_at: posts.stopped_at.map(|at| When::new(at, now)),
            q: asked.q.clone(),
        }
    }

    fn is_empty(&self) -> bool {
        self.mentions.is_empty()
            && self.cases.is_empty()
            && self.authors.is_empty()
            && self.people.is_empty()
            && self.departments.is_empty()
    }
}

/// `GET /find`
pub(crate) async fn find(
    State(web): State<Web>,
    visitor: Visitor,
    PageQuery(asked): PageQuery<Asked>,
) -> Result<Response, PageError> {
    let now = web.app.now();
    if asked.q.trim().is_empty() {
        return show(StatusCode::OK, &FindPage::new(&asked, None, &[], &visitor, now));
    }
    let question = Question { text: asked.q.replace('\0', " "), before: asked.before, limit: PAGE };
    match web.app.find(&visitor.actor, &question).await {
        Ok(found) => {
            let searches = web.app.searches().await?;
            show(StatusCode::OK, &FindPage::new(&asked, Some(found), &searches, &visitor, now))
        }
        Err(error) => {
            let refusal = Refusal::from(error);
            if refusal.status.is_server_error() {
                return Err(refusal.into());
            }
            let mut page = FindPage::new(&asked, None, &[], &visitor, now);
            page.complaint = Some(sentence(&refusal.message));
            show(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use switchboard_app::find::{Posts, Texts};
    use switchboard_model::{Author, CaseId, ReplyId, Span};

    use super::*;
    use crate::pages::samples;

    /// A text of every place, one of them in a case that is in another one.
    fn texts(case: &Case) -> Texts {
        let text = |(place, number): (Place, u32)| FoundText {
            case: case.id,
            of: if number == 3 { CaseId(9) } else { case.id },
            event: number,
            reply: (place == Place::Reply).then_some(ReplyId(uuid::Uuid::nil())),
            place,
            by: if number == 2 { By::Operator } else { By::Guest },
            who: if number > 3 { samples::HOSTILE.to_owned() } else { String::new() },
            at: samples::now(),
            text: samples::HOSTILE.to_owned(),
            spans: vec![Span { part: SpanPart::Text, start: 0, end: 4_000 }],
            is_undone: number == 5,
        };
        Texts { found: Place::ALL.into_iter().zip(1..).map(text).collect(), is_cut: true, ..Texts::default() }
    }

    /// What was found, nothing, what is further back, and a question that cannot be read.
    pub(crate) fn samples() -> Vec<String> {
        let posts = samples::posts().into_iter().map(|post| FoundPost { post, spans: Vec::new() }).collect();
        let author = Author {
            handle: samples::HOSTILE.into(),
            name: samples::HOSTILE.into(),
            url: "javascript:alert(1)".into(),
            ..Author::default()
        };
        let mut other = samples::closed_case().0;
        other.newest_post = -1;
        other.post = -1;
        let mut case = samples::case().0;
        case.newest_post = samples::posts()[0].seq;
        let found = Found {
            texts: texts(&case),
            cases: vec![case, other],
            posts: Posts { found: posts, next: Some(5), stopped_at: Some(samples::now()) },
            authors: vec![(samples::HOSTILE.into(), author)],
            ..Found::default()
        };
        let asked = Asked { q: samples::HOSTILE.into(), before: None };
        let searches = samples::searches();
        let page = FindPage::new(&asked, Some(found), &searches, &samples::visitor(), samples::now());
        let empty = FindPage::new(&asked, Some(Found::default()), &[], &samples::visitor(), samples::now());
        let stopped = Posts { found: Vec::new(), next: Some(5), stopped_at: Some(samples::now()) };
        let later = Asked { before: Some(9), ..asked.clone() };
        let stopped = Found { posts: stopped, ..Found::default() };
        let stopped = FindPage::new(&later, Some(stopped), &[], &samples::visitor(), samples::now());
        let mut refused = FindPage::new(&asked, None, &[], &samples::visitor(), samples::now());
        refused.complaint = Some(samples::HOSTILE.into());
        [page, empty, stopped, refused].map(|page| page.render().expect("renders")).into()
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let pages = samples();
        pages.iter().for_each(|html| samples::assert_harmless(html));
        assert!(pages[0].contains("before=5"), "{}", pages[0]);
        assert!(pages[1].contains("Nothing was found"), "{}", pages[1]);
    }
}

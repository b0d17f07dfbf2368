//! Posts that a query finds among everything that is stored.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use switchboard_match::Query;
use switchboard_model::{Match, PostFilter, SearchId, Span, StoredPost};
use uuid::Uuid;

use super::{FindError, Question};
use crate::App;
use crate::rights::Actor;

/// How many posts one look reads at most.
const READ: usize = 20_000;
/// How long one look takes at most, unless nothing at all was found.
const WITHIN: Duration = Duration::from_millis(600);
/// How many posts are read from the store at once.
const PAGE: u32 = 250;
/// The most posts of one look.
const MOST: u32 = 200;

/// A post that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundPost {
    /// The post.
    pub post: StoredPost,
    /// Which words made it match.
    pub spans: Vec<Span>,
}

impl FoundPost {
    /// The post with the words of the question marked, and no others.
    pub fn marked(&self) -> StoredPost {
        let mut post = self.post.clone();
        post.matches.iter_mut().for_each(|found| found.spans.clear());
        post.matches.push(Match { search: SearchId(Uuid::nil()), spans: self.spans.clone() });
        post
    }
}

/// Posts of one look.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Posts {
    /// Newest first.
    pub found: Vec<FoundPost>,
    /// Where the next look goes on; `None` when everything was looked at.
    pub next: Option<i64>,
    /// How far back this look came, where it stopped before it had as many as were asked for.
    pub stopped_at: Option<Timestamp>,
}

impl App {
    pub(super) async fn find_posts(
        &self,
        actor: &Actor,
        query: &Query,
        question: &Question,
    ) -> Result<Posts, FindError> {
        let limit = question.limit.clamp(1, MOST) as usize;
        let until = Instant::now() + WITHIN;
        let asked = query.index_query();
        let mut filter = PostFilter {
            with_private: actor.sees_private(),
            before: question.before,
            limit: PAGE,
            ..PostFilter::default()
        };
        let (mut posts, mut read) = (Posts::default(), 0);
        loop {
            let page = self.store.candidates(&asked, &filter).await?;
            let is_last = page.len() < PAGE as usize;
            let Some(last) = page.last().map(|post| (post.seq, post.captured_at)) else { return Ok(posts) };
            read += page.len();
            filter.before = Some(last.0);
            let (triage, query) = (self.triage(), query.clone());
            let found = tokio::task::spawn_blocking(move || {
                let found = |post: StoredPost| {
                    let spans = triage.ask(&query, &post.post, Some(&post.signals))?;
                    Some(FoundPost { post, spans })
                };
                page.into_iter().filter_map(found).collect::<Vec<_>>()
            });
            posts.found.extend(found.await.unwrap_or_default());
            if posts.found.len() > limit {
                posts.found.truncate(limit);
                posts.next = posts.found.last().map(|found| found.post.seq);
                return Ok(posts);
            }
            if is_last {
                return Ok(posts);
            }
            if read >= READ || Instant::now() >= until {
                posts.next = Some(last.0);
                posts.stopped_at = Some(last.1);
                return Ok(posts);
            }
        }
    }
}

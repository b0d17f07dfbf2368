//! Rows of the tables that the line writes and readers read, as they stand in the database.

use serde_json::Value;
use sqlx::types::Json;
use switchboard_model::{
    Author, Engagement, Media, Post, PostId, PostKind, Signal, SignalName, SourceId, Span, Visibility,
};
use uuid::Uuid;

use crate::clean::{count, count_of, micros, time_of};
use crate::error::StoreError;

/// A row of `posts`.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(crate) struct PostRow {
    /// 0 until the database has given one.
    pub(crate) seq: i64,
    pub(crate) id: String,
    pub(crate) network: String,
    pub(crate) source: Option<Uuid>,
    pub(crate) author: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) canonical_url: Option<String>,
    pub(crate) article_key: Option<Uuid>,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) lang: Option<String>,
    pub(crate) posted_at: Option<i64>,
    pub(crate) edited_at: Option<i64>,
    pub(crate) deleted_at: Option<i64>,
    pub(crate) kind: Option<String>,
    pub(crate) visibility: String,
    pub(crate) in_reply_to: Option<String>,
    pub(crate) thread: Option<String>,
    pub(crate) rating: Option<f64>,
    pub(crate) likes: Option<i64>,
    pub(crate) replies: Option<i64>,
    pub(crate) reshares: Option<i64>,
    pub(crate) views: Option<i64>,
    pub(crate) links: Json<Vec<String>>,
    pub(crate) media: Json<Vec<Media>>,
    pub(crate) raw: Option<Json<Value>>,
    pub(crate) captured_at: i64,
    pub(crate) version: i64,
    pub(crate) version_at: i64,
    pub(crate) is_addressed: bool,
}

impl PostRow {
    /// The row of a cleaned post that was not there before.
    pub(crate) fn new(post: Post, source: Option<SourceId>, captured_at: i64) -> Self {
        Self {
            seq: 0,
            id: post.id.0,
            network: post.network,
            source: source.map(|source| source.0),
            author: None,
            url: post.url,
            canonical_url: None,
            article_key: None,
            title: post.title,
            text: post.text,
            lang: post.lang,
            posted_at: micros(post.posted_at),
            edited_at: micros(post.edited_at),
            deleted_at: None,
            kind: post.kind.map(|kind| kind.as_str().to_owned()),
            visibility: post.visibility.as_str().to_owned(),
            in_reply_to: post.in_reply_to,
            thread: post.thread,
            rating: post.rating,
            likes: count(post.engagement.likes),
            replies: count(post.engagement.replies),
            reshares: count(post.engagement.reshares),
            views: count(post.engagement.views),
            links: Json(post.links),
            media: Json(post.media),
            raw: post.raw.map(Json),
            captured_at,
            version: 1,
            version_at: captured_at,
            is_addressed: false,
        }
    }

    /// The post of the row, with the author that was loaded for it.
    pub(crate) fn into_post(self, author: Option<Author>) -> Result<Post, StoreError> {
        let kind = match self.kind {
            Some(word) => Some(PostKind::from_word(&word).ok_or_else(|| unknown("posts.kind", &word))?),
            None => None,
        };
        let visibility = Visibility::from_word(&self.visibility);
        Ok(Post {
            id: PostId(self.id),
            network: self.network,
            url: self.url,
            title: self.title,
            text: self.text,
            lang: self.lang,
            posted_at: time_of(self.posted_at)?,
            edited_at: time_of(self.edited_at)?,
            deleted: self.deleted_at.is_some(),
            kind,
            visibility: visibility.ok_or_else(|| unknown("posts.visibility", &self.visibility))?,
            in_reply_to: self.in_reply_to,
            thread: self.thread,
            rating: self.rating,
            author,
            engagement: Engagement {
                likes: count_of(self.likes),
                replies: count_of(self.replies),
                reshares: count_of(self.reshares),
                views: count_of(self.views),
            },
            links: self.links.0,
            media: self.media.0,
            raw: self.raw.map(|raw| raw.0),
        })
    }
}

/// A row of `authors`.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(crate) struct AuthorRow {
    pub(crate) key: String,
    pub(crate) id: String,
    pub(crate) handle: String,
    pub(crate) name: String,
    pub(crate) bio: String,
    pub(crate) url: String,
    pub(crate) followers: Option<i64>,
    pub(crate) following: Option<i64>,
    pub(crate) posts: Option<i64>,
    pub(crate) created_at: Option<i64>,
    pub(crate) verified: Option<bool>,
    pub(crate) avatar: String,
}

impl AuthorRow {
    pub(crate) fn new(key: String, author: &Author) -> Self {
        Self {
            key,
            id: author.id.clone(),
            handle: author.handle.clone(),
            name: author.name.clone(),
            bio: author.bio.clone(),
            url: author.url.clone(),
            followers: count(author.followers),
            following: count(author.following),
            posts: count(author.posts),
            created_at: micros(author.created_at),
            verified: author.verified,
            avatar: author.avatar.clone().unwrap_or_default(),
        }
    }

    pub(crate) fn to_author(&self) -> Result<Author, StoreError> {
        Ok(Author {
            id: self.id.clone(),
            handle: self.handle.clone(),
            name: self.name.clone(),
            bio: self.bio.clone(),
            url: self.url.clone(),
            followers: count_of(self.followers),
            following: count_of(self.following),
            posts: count_of(self.posts),
            created_at: time_of(self.created_at)?,
            verified: self.verified,
            avatar: Some(&self.avatar).filter(|url| !url.is_empty()).cloned(),
        })
    }
}

/// A row of `mentions`.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(crate) struct MentionRow {
    pub(crate) search: Uuid,
    pub(crate) post: i64,
    pub(crate) spans: Json<Vec<Span>>,
}

/// A row of `signals`.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(crate) struct SignalRow {
    pub(crate) post: i64,
    pub(crate) place: i64,
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) score: f64,
    pub(crate) scores: Json<std::collections::BTreeMap<String, f64>>,
    pub(crate) evidence: Json<Vec<switchboard_model::Evidence>>,
    pub(crate) model: String,
}

impl SignalRow {
    pub(crate) fn into_signal(self) -> Result<Signal, StoreError> {
        Ok(Signal {
            name: SignalName::from_word(&self.name).ok_or_else(|| unknown("signals.name", &self.name))?,
            label: self.label,
            score: self.score,
            scores: self.scores.0,
            evidence: self.evidence.0,
            model: self.model,
        })
    }
}

/// A row of `post_versions`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VersionRow {
    pub(crate) post: i64,
    pub(crate) version: i64,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) links: Json<Vec<String>>,
    pub(crate) media: Json<Vec<Media>>,
    pub(crate) raw: Option<Json<Value>>,
    pub(crate) edited_at: Option<i64>,
    pub(crate) captured_at: i64,
}

/// A word in the database that no version of the program has written.
pub(crate) fn unknown(column: &str, word: &str) -> StoreError {
    StoreError::damaged(format!("{column} holds '{word}'"))
}

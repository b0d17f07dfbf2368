//! Conversations as they are written down: posts, and what colleagues did about them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;
use switchboard_model::{Outcome, TransferReason, Visibility};

use super::moment::Moment;

/// Somebody who speaks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorText {
    /// Display name.
    pub name: String,
    /// As the network shows it, without `@`.
    pub handle: String,
    /// The network.
    pub on: String,
    /// Followers.
    pub followers: Option<u64>,
    /// Posts written.
    pub posts: Option<u64>,
    /// Since when the identity exists.
    pub since: Option<Date>,
    /// Self-description.
    #[serde(default)]
    pub bio: String,
    /// Whether the network vouches for it.
    pub verified: Option<bool>,
}

/// A file of conversations.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ThreadFile {
    #[serde(default)]
    pub(super) author: BTreeMap<String, AuthorText>,
    #[serde(default)]
    pub(super) thread: Vec<Thread>,
}

/// A conversation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thread {
    /// Its name in the files.
    pub name: String,
    /// The network it is on.
    pub on: String,
    /// The department that it belongs to, where it becomes a case.
    pub desk: Option<String>,
    /// What happened, in order.
    pub step: Vec<Step>,
}

/// One thing that happened.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "StepText")]
pub struct Step {
    /// When.
    pub at: Moment,
    /// What.
    pub deed: Deed,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Deed {
    /// The public said something.
    Said(Box<PostText>),
    /// A colleague did something.
    Done(Box<Act>),
}

/// A post.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostText {
    /// Its name within the thread.
    pub id: Option<String>,
    /// Who said it.
    pub by: String,
    /// What it says.
    pub post: String,
    /// The network, for posts outside threads.
    pub on: Option<String>,
    /// What it answers: the name of a post of the thread, or of a thread.
    pub answers: Option<String>,
    /// Seconds after the post before it, for posts outside threads.
    pub after_s: Option<u64>,
    /// Language as the network tells it.
    pub lang: Option<String>,
    /// Title.
    #[serde(default)]
    pub title: String,
    /// Stars of a review.
    pub rating: Option<f64>,
    /// Likes.
    pub likes: Option<u64>,
    /// Reposts.
    pub reposts: Option<u64>,
    /// Answers.
    pub replies: Option<u64>,
    /// How it read when it was first captured.
    pub edited: Option<String>,
    /// When it was changed to what it says now.
    pub edited_at: Option<Moment>,
    /// When its author deleted it.
    pub deleted_at: Option<Moment>,
    /// Who may see it.
    #[serde(default)]
    pub visibility: Visibility,
    /// Pictures.
    #[serde(default)]
    pub media: Vec<Picture>,
}

/// A picture under a post.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Picture {
    /// Its name in `pictures/`.
    pub picture: String,
    /// Its author's description.
    #[serde(default)]
    pub alt: String,
}

/// What a colleague did.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// Who.
    pub by: String,
    /// What: the word of the table in `data/README.md`.
    pub act: String,
    /// What they wrote to it.
    #[serde(default)]
    pub text: String,
    /// The name of the post that a reply answers, where that is not the newest.
    pub answers: Option<String>,
    /// To whom.
    pub to: Option<String>,
    /// Why it is transferred.
    pub reason: Option<TransferReason>,
    /// How many minutes an offer stands.
    pub minutes: Option<u32>,
    /// Tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Until when it sleeps.
    pub until: Option<Moment>,
    /// The new priority.
    pub score: Option<u8>,
    /// How it ended.
    pub outcome: Option<Outcome>,
}

/// A step as it is written: one table for both kinds.
#[derive(Deserialize)]
struct StepText {
    at: Moment,
    #[serde(flatten)]
    rest: toml::Table,
}

impl TryFrom<StepText> for Step {
    type Error = String;

    fn try_from(StepText { at, rest }: StepText) -> Result<Self, String> {
        let deed = if rest.contains_key("act") {
            Deed::Done(Box::new(rest.try_into().map_err(|error: toml::de::Error| error.to_string())?))
        } else {
            Deed::Said(Box::new(rest.try_into().map_err(|error: toml::de::Error| error.to_string())?))
        };
        Ok(Self { at, deed })
    }
}

/// A file of the storm or of the stream.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChapterFile {
    #[serde(default)]
    pub(super) title: String,
    #[serde(default)]
    pub(super) about: String,
    #[serde(default)]
    pub(super) author: BTreeMap<String, AuthorText>,
    #[serde(default)]
    pub(super) post: Vec<PostText>,
}

/// A chapter of the storm.
#[derive(Debug, Clone)]
pub struct Chapter {
    /// What it is called.
    pub title: String,
    /// What happens in it, in a sentence.
    pub about: String,
    /// What is said.
    pub posts: Vec<PostText>,
}

/// What authors write back.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerFile {
    pub(super) answer: Vec<AnswerText>,
}

/// What an author writes back.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerText {
    /// Its language, two letters.
    pub lang: String,
    /// What it says.
    pub text: String,
}

//! What was said.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Author;
use crate::wire::null_as_default;

/// The network, a colon, and the identifier that the network itself gives the post.
///
/// The same post captured twice, by two sources or after a crash, has the same id and counts once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PostId(pub String);

impl PostId {
    /// Joins a network's name and its own identifier. An identifier that already carries the name is kept as it is.
    pub fn new(network: &str, identifier: &str) -> Self {
        match identifier.strip_prefix(network) {
            Some(rest) if rest.starts_with(':') => Self(identifier.to_owned()),
            _ => Self(format!("{network}:{identifier}")),
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A public (or, where an account is ours, private) utterance on some network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Post {
    /// See [`PostId`].
    pub id: PostId,
    /// Name of the network: `mastodon`, `bluesky`, `feed`, `hackernews`, or any name of `a-z 0-9 _ . -`.
    pub network: String,
    /// Where the post can be seen.
    pub url: Option<String>,
    /// Title, empty where the network has none.
    #[serde(default, deserialize_with = "null_as_default")]
    pub title: String,
    /// Plain text: markup removed, entities decoded, links kept as URLs.
    pub text: String,
    /// BCP 47 tag as the network told it.
    pub lang: Option<String>,
    /// When the author published it, by the network's clock.
    pub posted_at: Option<Timestamp>,
    /// When the author last changed it. A later value than the stored one makes a new version.
    pub edited_at: Option<Timestamp>,
    /// The network says that the post is gone.
    #[serde(default, deserialize_with = "null_as_default")]
    pub deleted: bool,
    /// What kind of utterance it is.
    pub kind: Option<PostKind>,
    /// Who may see it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub visibility: Visibility,
    /// Id of the post that this one answers.
    pub in_reply_to: Option<String>,
    /// Id of the thread (the first post, where the network tells).
    pub thread: Option<String>,
    /// Stars of a review, mapped to 1–5.
    pub rating: Option<f64>,
    /// Who said it.
    pub author: Option<Author>,
    /// Figures under the post.
    #[serde(default, deserialize_with = "null_as_default")]
    pub engagement: Engagement,
    /// URLs that the post links to.
    #[serde(default, deserialize_with = "null_as_default")]
    pub links: Vec<String>,
    /// Pictures, films, sounds, link cards.
    #[serde(default, deserialize_with = "null_as_default")]
    pub media: Vec<Media>,
    /// What the network sent, where it is kept.
    pub raw: Option<serde_json::Value>,
}

impl Post {
    /// A public post with id, network and text, everything else absent.
    pub fn new(network: &str, identifier: &str, text: &str) -> Self {
        Self {
            id: PostId::new(network, identifier),
            network: network.to_owned(),
            url: None,
            title: String::new(),
            text: text.to_owned(),
            lang: None,
            posted_at: None,
            edited_at: None,
            deleted: false,
            kind: None,
            visibility: Visibility::Public,
            in_reply_to: None,
            thread: None,
            rating: None,
            author: None,
            engagement: Engagement::default(),
            links: Vec::new(),
            media: Vec::new(),
            raw: None,
        }
    }

    /// The fact that a post is gone, for networks that tell only its identifier.
    pub fn deletion(network: &str, identifier: &str) -> Self {
        Self { deleted: true, ..Self::new(network, identifier, "") }
    }
}

/// What kind of utterance a post is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PostKind {
    /// Begins a conversation.
    Post,
    /// Answers another post.
    Reply,
    /// Passes another post on without words of its own.
    Reshare,
    /// Passes another post on with words of its own.
    Quote,
    /// Judges a product or place, usually with a rating.
    Review,
    /// Stands under an article or film.
    Comment,
    /// A longer text of the press or a blog.
    Article,
}

impl PostKind {
    /// All kinds, in the order of the contract.
    pub const ALL: [Self; 7] =
        [Self::Post, Self::Reply, Self::Reshare, Self::Quote, Self::Review, Self::Comment, Self::Article];

    /// The word of the wire format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Reply => "reply",
            Self::Reshare => "reshare",
            Self::Quote => "quote",
            Self::Review => "review",
            Self::Comment => "comment",
            Self::Article => "article",
        }
    }

    /// Reads the word of the wire format.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Who may see a post. What is not public stays out of reports, exports and observers' views.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Everybody.
    #[default]
    Public,
    /// Everybody who has the link.
    Unlisted,
    /// The author's followers.
    Followers,
    /// The addressed accounts only.
    Direct,
}

impl Visibility {
    /// All degrees, from the most open.
    pub const ALL: [Self; 4] = [Self::Public, Self::Unlisted, Self::Followers, Self::Direct];

    /// Whether everybody who comes across it may read it. What is not open is kept from observers, exports and the look-back.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Public | Self::Unlisted)
    }

    /// The word of the wire format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Unlisted => "unlisted",
            Self::Followers => "followers",
            Self::Direct => "direct",
        }
    }

    /// Reads the word of the wire format.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|visibility| visibility.as_str() == word)
    }
}

/// Figures that a network shows under a post. Absent means that the network does not tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Engagement {
    /// Likes, favourites, points.
    pub likes: Option<u64>,
    /// Answers.
    pub replies: Option<u64>,
    /// Boosts, reposts, shares.
    pub reshares: Option<u64>,
    /// Views.
    pub views: Option<u64>,
}

/// Something that is attached to a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// What it is.
    #[serde(rename = "type")]
    pub media_type: MediaType,
    /// Where it lies.
    #[serde(default, deserialize_with = "null_as_default")]
    pub url: String,
    /// Description by the author.
    #[serde(default, deserialize_with = "null_as_default")]
    pub alt: String,
}

/// What an attachment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaType {
    /// A still picture.
    Image,
    /// A film, an animation.
    Video,
    /// Sound.
    Audio,
    /// A link card.
    Link,
}

impl MediaType {
    /// Reads the word of the wire format.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "image" => Some(Self::Image),
            "video" => Some(Self::Video),
            "audio" => Some(Self::Audio),
            "link" => Some(Self::Link),
            _ => None,
        }
    }
}

//! Makes posts of what was written by hand, as the networks would give them.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use switchboard_model::{Author, Captured, Engagement, Media, MediaType, Post, PostId, PostKind, Visibility};

use crate::data::{AuthorText, Data, PostText};
use crate::networks::PICTURES;

/// What addresses the company, in lower case.
const HANDLES: [&str; 3] = ["@fennelcare", "@care.fennel.example", "care.fennel.example"];

/// Remembers what became of what was said, so that answers find it.
#[derive(Debug, Default)]
pub struct Writer {
    threads: HashMap<String, Spoken>,
    posts: u64,
}

/// A conversation so far.
#[derive(Debug, Clone)]
struct Spoken {
    network: String,
    first: PostId,
    last: PostId,
    /// Posts by their names in the file.
    named: HashMap<String, PostId>,
}

/// Where a post stands.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The conversation that it belongs to or begins.
    pub thread: &'a str,
    /// The network of one that begins.
    pub network: &'a str,
    /// When it is said.
    pub at: Timestamp,
}

impl Writer {
    /// The post that somebody wrote, as it read at first.
    pub fn say(&mut self, data: &Data, text: &PostText, place: Place<'_>) -> Captured {
        self.posts += 1;
        let spoken = self.threads.get(place.thread).cloned();
        let network = spoken.as_ref().map_or(place.network, |spoken| &spoken.network).to_owned();
        let author = data.authors.get(&text.by);
        let (id, url) = address(&network, author, &text.by, self.posts);
        let id = PostId::new(&network, &id);
        let named = |name: &String| spoken.as_ref().and_then(|spoken| spoken.named.get(name));
        let answers =
            spoken.as_ref().map(|spoken| text.answers.as_ref().and_then(named).unwrap_or(&spoken.last).0.clone());
        let words = text.edited.as_ref().unwrap_or(&text.post);
        let post = Post {
            url: Some(url),
            title: text.title.clone(),
            lang: text.lang.clone(),
            posted_at: Some(place.at),
            kind: Some(kind(&network, spoken.is_some())),
            visibility: text.visibility,
            in_reply_to: answers.filter(|_| network != "review" && network != "feed"),
            thread: spoken.as_ref().map(|spoken| spoken.first.0.clone()),
            rating: text.rating,
            author: author.map(|author| author_of(&network, author, &text.by)),
            engagement: Engagement { likes: text.likes, replies: text.replies, reshares: text.reposts, views: None },
            media: text.media.iter().map(picture).collect(),
            ..Post::new(&network, &id.0, words)
        };
        let spoken = self.threads.entry(place.thread.to_owned()).or_insert_with(|| Spoken {
            network,
            first: id.clone(),
            last: id.clone(),
            named: HashMap::new(),
        });
        spoken.last = id.clone();
        if let Some(name) = &text.id {
            spoken.named.insert(name.clone(), id);
        }
        captured(post)
    }

    /// Our own answer is the last word of a conversation.
    pub fn answered(&mut self, thread: &str, ours: &PostId) {
        if let Some(spoken) = self.threads.get_mut(thread) {
            spoken.last = ours.clone();
        }
    }

    /// A post of a conversation by its name in the file.
    pub fn named(&self, thread: &str, name: &str) -> Option<&PostId> {
        self.threads.get(thread)?.named.get(name)
    }

    /// The post with which a conversation began.
    pub fn first(&self, thread: &str) -> Option<&PostId> {
        Some(&self.threads.get(thread)?.first)
    }
}

/// A post that its author has changed.
pub fn edited(post: &Post, text: &PostText, at: Timestamp) -> Captured {
    captured(Post { text: text.post.clone(), edited_at: Some(at), ..post.clone() })
}

/// Whoever names us, or writes to us alone, addresses us.
fn captured(post: Post) -> Captured {
    let words = post.text.to_lowercase();
    let is_private = matches!(post.visibility, Visibility::Direct | Visibility::Followers);
    if is_private || HANDLES.iter().any(|handle| words.contains(handle)) {
        Captured::addressed(post)
    } else {
        Captured::heard(post)
    }
}

fn kind(network: &str, is_answer: bool) -> PostKind {
    match (network, is_answer) {
        ("review", _) => PostKind::Review,
        ("feed", _) => PostKind::Article,
        (_, true) => PostKind::Reply,
        (_, false) => PostKind::Post,
    }
}

/// The network's own identifier of a post, and where it can be seen.
fn address(network: &str, author: Option<&AuthorText>, key: &str, number: u64) -> (String, String) {
    let handle = author.map_or(key, |author| &author.handle);
    match network {
        "mastodon" => {
            let (user, host) = handle.split_once('@').unwrap_or((handle, "mstdn.example"));
            (format!("https://{host}/users/{user}/statuses/{number}"), format!("https://{host}/@{user}/{number}"))
        }
        "bluesky" => (
            format!("at://did:plc:{key}/app.bsky.feed.post/{number}"),
            format!("https://bsky.example/profile/{handle}/post/{number}"),
        ),
        "discourse" => (format!("herd.example/p/{number}"), format!("https://herd.example/p/{number}")),
        "feed" => {
            let host = if handle.contains('.') { handle } else { "press.example" };
            (format!("https://{host}/{number}"), format!("https://{host}/{number}"))
        }
        other => (format!("{other}s.example/{number}"), format!("https://{other}s.example/{number}")),
    }
}

fn author_of(network: &str, author: &AuthorText, key: &str) -> Author {
    let midnight = |date: jiff::civil::Date| date.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    Author {
        id: format!("{network}:{key}"),
        handle: author.handle.clone(),
        name: author.name.clone(),
        bio: author.bio.clone(),
        followers: author.followers,
        posts: author.posts,
        created_at: author.since.and_then(midnight),
        verified: author.verified,
        ..Author::default()
    }
}

fn picture(picture: &crate::data::Picture) -> Media {
    let url = format!("{PICTURES}{}.png", picture.picture);
    Media { media_type: MediaType::Image, url, alt: picture.alt.clone() }
}

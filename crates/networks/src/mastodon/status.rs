//! A status becomes a [`Post`].
//!
//! Servers that speak this API differ in what they leave out and in types; a field that does not fit costs only itself.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use switchboard_capture::text::{html_to_line, html_to_text};
use switchboard_model::{Author, Engagement, Media, MediaType, Post, PostId, PostKind, Visibility};
use url::Url;

use crate::mastodon::NETWORK;

/// A status as the API tells it.
#[derive(Deserialize)]
pub(crate) struct Status {
    #[serde(default, deserialize_with = "loose")]
    pub(crate) id: Option<String>,
    #[serde(default, deserialize_with = "loose")]
    uri: Option<String>,
    #[serde(default, deserialize_with = "loose")]
    url: Option<String>,
    #[serde(default, deserialize_with = "loose")]
    pub(crate) created_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "loose")]
    pub(crate) edited_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "loose")]
    pub(crate) in_reply_to_id: Option<String>,
    #[serde(default, deserialize_with = "loose")]
    spoiler_text: Option<String>,
    #[serde(default, deserialize_with = "loose")]
    visibility: Option<String>,
    #[serde(default, deserialize_with = "loose")]
    language: Option<String>,
    #[serde(default, deserialize_with = "loose")]
    content: Option<String>,
    #[serde(default, deserialize_with = "loose")]
    replies_count: Option<u64>,
    #[serde(default, deserialize_with = "loose")]
    reblogs_count: Option<u64>,
    #[serde(default, deserialize_with = "loose")]
    favourites_count: Option<u64>,
    #[serde(default, deserialize_with = "loose")]
    account: Option<Account>,
    #[serde(default, deserialize_with = "loose")]
    reblog: Option<Box<Status>>,
    #[serde(default, deserialize_with = "loose")]
    quote: Option<Quote>,
    #[serde(default, deserialize_with = "loose")]
    mentions: Option<Vec<Place>>,
    #[serde(default, deserialize_with = "loose")]
    tags: Option<Vec<Place>>,
    #[serde(default, deserialize_with = "loose")]
    media_attachments: Option<Vec<Attachment>>,
    #[serde(default, deserialize_with = "loose")]
    card: Option<Card>,
    #[serde(default, deserialize_with = "loose")]
    poll: Option<Poll>,
}

#[derive(Deserialize)]
pub(crate) struct Account {
    #[serde(default, deserialize_with = "loose")]
    uri: Option<String>,
    #[serde(default, deserialize_with = "loose")]
    url: Option<String>,
    #[serde(default, deserialize_with = "loose")]
    acct: Option<String>,
    #[serde(default, deserialize_with = "loose")]
    display_name: Option<String>,
    /// The avatar without movement.
    #[serde(default, deserialize_with = "loose")]
    avatar_static: Option<String>,
    #[serde(default, deserialize_with = "loose")]
    note: Option<String>,
    #[serde(default, deserialize_with = "loose")]
    followers_count: Option<u64>,
    #[serde(default, deserialize_with = "loose")]
    following_count: Option<u64>,
    #[serde(default, deserialize_with = "loose")]
    statuses_count: Option<u64>,
    #[serde(default, deserialize_with = "loose")]
    created_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Quote {
    #[serde(default, deserialize_with = "loose")]
    quoted_status: Option<Box<Status>>,
    // Some servers put the quoted status itself here.
    #[serde(default, deserialize_with = "loose")]
    url: Option<String>,
}

#[derive(Deserialize)]
struct Place {
    #[serde(default, deserialize_with = "loose")]
    url: Option<String>,
}

#[derive(Deserialize)]
struct Attachment {
    #[serde(default, deserialize_with = "loose", rename = "type")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "loose")]
    url: Option<String>,
    #[serde(default, deserialize_with = "loose")]
    remote_url: Option<String>,
    #[serde(default, deserialize_with = "loose")]
    description: Option<String>,
}

#[derive(Deserialize)]
struct Card {
    #[serde(default, deserialize_with = "loose")]
    url: Option<String>,
    #[serde(default, deserialize_with = "loose")]
    title: Option<String>,
}

#[derive(Deserialize)]
struct Poll {
    #[serde(default, deserialize_with = "loose")]
    options: Option<Vec<PollOption>>,
}

#[derive(Deserialize)]
struct PollOption {
    #[serde(default, deserialize_with = "loose")]
    title: Option<String>,
}

/// A notification.
#[derive(Deserialize)]
pub(crate) struct Notification {
    #[serde(default, deserialize_with = "loose")]
    pub(crate) id: Option<String>,
    #[serde(default, deserialize_with = "loose", rename = "type")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "loose")]
    pub(crate) status: Option<Status>,
}

impl Notification {
    /// Whether somebody says something to us.
    pub(crate) fn is_addressed(&self) -> bool {
        matches!(self.kind.as_deref(), Some("mention" | "quote"))
    }
}

/// Reads a value of its type, or nothing.
fn loose<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).ok())
}

impl Status {
    /// The identifier that all instances agree on; the local id is known to one instance only.
    pub(crate) fn identifier(&self) -> Option<&str> {
        let full =
            |text: &&str| text.starts_with("https://") || text.starts_with("http://") || text.starts_with("tag:");
        self.uri.as_deref().filter(full).or_else(|| self.url.as_deref().filter(full))
    }

    /// What it says, as HTML.
    pub(crate) fn content(&self) -> &str {
        self.content.as_deref().unwrap_or_default()
    }

    /// Where it can be seen.
    pub(crate) fn page(&self) -> Option<&str> {
        self.url.as_deref().filter(|url| is_web(url)).or_else(|| self.uri.as_deref().filter(|uri| is_web(uri)))
    }

    /// The post. `domain` is what local account names end with. `None`: there is no identifier.
    pub(crate) fn post(&self, domain: &str) -> Option<Post> {
        let mut post = Post::new(NETWORK, self.identifier()?, "");
        // A reshare says nothing itself: what is passed on is its text.
        let said = self.reblog.as_deref().unwrap_or(self);
        said.write(&mut post);
        post.url = self.url.clone().filter(|url| is_web(url)).or_else(|| said.url.clone()).or_else(|| self.uri.clone());
        post.posted_at = self.created_at;
        post.edited_at = self.edited_at;
        post.visibility = visibility(self.visibility.as_deref());
        post.kind = Some(match (&self.reblog, &self.in_reply_to_id, &self.quote) {
            (Some(_), ..) => PostKind::Reshare,
            (None, Some(_), _) => PostKind::Reply,
            (None, None, Some(_)) => PostKind::Quote,
            _ => PostKind::Post,
        });
        post.engagement = Engagement {
            likes: self.favourites_count,
            replies: self.replies_count,
            reshares: self.reblogs_count,
            views: None,
        };
        post.author = self.account.as_ref().map(|account| account.author(self.uri.as_deref(), domain));
        if let Some(original) = self.reblog.as_ref().and_then(|reblog| reblog.identifier()) {
            post.thread = Some(PostId::new(NETWORK, original).0);
        }
        Some(post)
    }

    fn write(&self, post: &mut Post) {
        let base = self.uri.as_deref().or(self.url.as_deref()).and_then(|uri| Url::parse(uri).ok());
        let content = html_to_text(self.content.as_deref().unwrap_or_default(), base.as_ref());
        post.text = content.text;
        for option in self.poll.iter().flat_map(|poll| poll.options.iter().flatten()).take(50) {
            post.text.push_str("\n- ");
            post.text.push_str(&html_to_line(option.title.as_deref().unwrap_or_default()));
        }
        post.title = html_to_line(self.spoiler_text.as_deref().unwrap_or_default());
        post.lang = self.language.clone().filter(|lang| !lang.is_empty() && lang.len() <= 35);
        let named: Vec<_> =
            self.mentions.iter().chain(&self.tags).flatten().filter_map(|place| place.url.as_deref()).collect();
        post.links = content.links.into_iter().filter(|link| !named.contains(&link.as_str())).collect();
        post.media = self.media_attachments.iter().flatten().take(50).map(Attachment::media).collect();
        post.media.extend(content.media);
        if let Some(Card { url: Some(url), title }) = &self.card {
            post.media.push(Media {
                media_type: MediaType::Link,
                url: url.clone(),
                alt: html_to_line(title.as_deref().unwrap_or_default()),
            });
        }
        if let Some(quote) = &self.quote {
            let quoted =
                quote.quoted_status.as_ref().and_then(|quoted| quoted.url.clone().or_else(|| quoted.uri.clone()));
            if let Some(url) =
                quoted.or_else(|| quote.url.clone()).filter(|url| is_web(url) && !post.links.contains(url))
            {
                post.links.push(url);
            }
        }
    }
}

impl Account {
    /// Whether the server tells the identifier that all instances agree on.
    pub(crate) fn tells_its_identifier(&self) -> bool {
        self.uri.as_deref().is_some_and(is_web)
    }

    pub(crate) fn author(&self, status_uri: Option<&str>, domain: &str) -> Author {
        // Not every server tells the account's identifier, but a status carries it in front of its own.
        let from_status = status_uri.and_then(|uri| uri.split_once("/statuses/")).map(|(actor, _)| actor);
        let id = from_status.or(self.uri.as_deref()).or(self.url.as_deref());
        let acct = self.acct.clone().unwrap_or_default();
        Author {
            id: id.map(|id| format!("{NETWORK}:{id}")).unwrap_or_default(),
            handle: if acct.is_empty() || acct.contains('@') { acct } else { format!("{acct}@{domain}") },
            name: html_to_line(self.display_name.as_deref().unwrap_or_default()),
            bio: html_to_text(self.note.as_deref().unwrap_or_default(), None).text,
            url: self.url.clone().filter(|url| is_web(url)).unwrap_or_default(),
            followers: self.followers_count,
            following: self.following_count,
            posts: self.statuses_count,
            created_at: self.created_at,
            verified: None,
            avatar: self.avatar_static.clone().filter(|url| is_web(url)),
        }
    }
}

impl Attachment {
    fn media(&self) -> Media {
        let media_type = match self.kind.as_deref() {
            Some("video" | "gifv") => MediaType::Video,
            Some("audio") => MediaType::Audio,
            _ => MediaType::Image,
        };
        let url = self.url.clone().or_else(|| self.remote_url.clone()).filter(|url| is_web(url)).unwrap_or_default();
        Media { media_type, url, alt: self.description.clone().unwrap_or_default() }
    }
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// A word that is not known is never taken for a public one.
fn visibility(word: Option<&str>) -> Visibility {
    match word {
        None | Some("public") => Visibility::Public,
        Some("unlisted") => Visibility::Unlisted,
        Some("private") => Visibility::Followers,
        Some(_) => Visibility::Direct,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(json: &str) -> Post {
        serde_json::from_str::<Status>(json).expect("status").post("social.example").expect("post")
    }

    #[test]
    fn recorded_statuses_are_read() {
        assert_snapshot!("status_post", post(include_str!("testdata/status_post.json")));
        assert_snapshot!("status_edit", post(include_str!("testdata/status_edit.json")));
        assert_snapshot!("status_full", post(include_str!("testdata/status_full.json")));
    }

    #[test]
    fn avatars_are_the_still_ones_and_lie_on_the_web() {
        let avatar = |json: &str| post(json).author.and_then(|author| author.avatar);
        let recorded = avatar(include_str!("testdata/status_post.json"));
        assert_eq!(recorded.as_deref(), Some("http://127.0.0.1:58080/assets/default_avatars/GoToSocial_icon6.webp"));
        let check = |avatar_static: &str, expected: Option<&str>| {
            let account =
                format!(r#"{{"acct":"ana","avatar":"https://a.example/moves.gif","avatar_static":{avatar_static}}}"#);
            let status = format!(r#"{{"id":"1","uri":"https://a.example/users/ana/statuses/1","account":{account}}}"#);
            assert_eq!(avatar(&status).as_deref(), expected, "{avatar_static}");
        };
        check(r#""https://a.example/still.png""#, Some("https://a.example/still.png"));
        check(r#""data:image/png;base64,AAAA""#, None);
        check("7", None);
        check("null", None);
    }

    #[test]
    fn visibility_is_never_guessed_open() {
        let direct = post(include_str!("testdata/status_direct.json"));
        assert_eq!(direct.visibility, Visibility::Direct);
        assert_eq!(visibility(Some("private")), Visibility::Followers);
        assert_eq!(visibility(Some("bubble")), Visibility::Direct);
    }

    #[test]
    fn a_reshare_passes_on_what_was_said() {
        let reshare = post(
            r#"{"id":"2","uri":"https://b.example/users/bob/statuses/2/activity","created_at":"2026-05-04T10:00:00.000Z",
            "visibility":"public","content":"","account":{"acct":"bob"},
            "reblog":{"id":"1","uri":"https://a.example/users/ana/statuses/1","url":"https://a.example/@ana/1","content":"<p>my order</p>"}}"#,
        );
        assert_eq!((reshare.kind, reshare.text.as_str()), (Some(PostKind::Reshare), "my order"));
        assert_eq!(reshare.id.as_str(), "mastodon:https://b.example/users/bob/statuses/2/activity");
        assert_eq!(reshare.url.as_deref(), Some("https://a.example/@ana/1"));
        assert_eq!(reshare.author.map(|author| author.handle).as_deref(), Some("bob@social.example"));
    }

    #[test]
    fn mangled_fields_cost_only_themselves() {
        let odd = post(
            r#"{"id":7,"uri":"https://a.example/users/ana/statuses/1","content":"<p>still here</p>","created_at":"soon",
            "favourites_count":"many","account":7,"media_attachments":{"a":1},"mentions":null,"tags":[7],"poll":7,"visibility":null}"#,
        );
        assert_eq!((odd.text.as_str(), odd.posted_at, odd.author), ("still here", None, None));
        assert!(serde_json::from_str::<Status>(r#"{"id":"1","content":"x"}"#).expect("status").post("x").is_none());
        assert!(
            serde_json::from_str::<Status>(r#"{"id":"1","uri":"javascript:x"}"#).expect("status").post("x").is_none()
        );
    }
}

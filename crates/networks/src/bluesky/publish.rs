//! An account that answers: writes a record below another one, under a key that was given before it was sent.
//!
//! A repository holds one record under a key, so a second sending of the same answer cannot make a second post, and
//! whether the first arrived is one question. What it deliberately does not do: shorten links, or quote.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use switchboard_model::{
    Account, Author, BoxFuture, CaptureError, Measured, Outgoing, PostId, Publish, PublishError, PublishErrorKind,
    Published, SourceKind, Target,
};
use tokio::sync::Mutex;
use url::Url;

use crate::Networks;
use crate::bluesky::client::{Complaint, Session, is_stale};
use crate::bluesky::compose::{self, Clickable};
use crate::bluesky::{Login, NETWORK, POSTS, client, record};
use crate::http::{Answer, Http, Request};
use crate::sending::{self, Words, before};
use crate::settings::{self, Secret, Settings, SettingsError};

const WORDS: Words = Words {
    credentials: "make a new app password on bsky.app under Settings → App passwords and put it into 'app_password'",
    moved: "put the server's new address into 'service'",
};

/// Settings of an account.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountSettings {
    /// The account's handle.
    handle: String,
    /// An app password of it.
    app_password: Secret,
    /// The server where it logs in.
    service: Option<String>,
}

impl Settings for AccountSettings {
    const KIND: SourceKind = SourceKind::Bluesky;
    const KEYS: &'static [&'static str] = &["handle", "app_password", "service"];
    const WHAT: &'static str = "account";
}

/// A record with the hash that names its content.
#[derive(Deserialize)]
struct Found {
    uri: String,
    #[serde(default)]
    cid: String,
    value: Option<Box<RawValue>>,
}

/// How the account stands to a post.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Viewer {
    reply_disabled: bool,
}

/// A post as the network's view shows it to the account.
#[derive(Deserialize)]
struct SeenPost {
    #[serde(default)]
    viewer: Viewer,
}

#[derive(Deserialize)]
struct SeenPosts {
    posts: Vec<SeenPost>,
}

#[derive(Deserialize)]
struct Written {
    uri: String,
}

#[derive(Deserialize)]
struct Resolved {
    did: String,
}

/// What of a record matters to whoever answers it or looks for it.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Said {
    text: String,
    reply: Option<Value>,
}

/// An account at work.
pub(crate) struct Publisher {
    http: Http,
    login: Login,
    /// Held while logging in and copied out otherwise: answers of one account are sent one at a time anyway.
    session: Mutex<Option<Session>>,
}

pub(crate) fn publisher(networks: &Networks, account: &Account) -> Result<Arc<dyn Publish>, SettingsError> {
    let read: AccountSettings = settings::read(&account.settings)?;
    let service = read.service.as_deref().unwrap_or(&networks.http.config().bluesky.service);
    let login = Login {
        handle: read.handle.trim().trim_start_matches('@').to_owned(),
        app_password: read.app_password,
        service: settings::address("service", service, &["https", "http"])?,
    };
    if login.handle.is_empty() {
        return Err(SettingsError::at("handle", "say which account logs in, for example acme.bsky.social"));
    }
    Ok(Arc::new(Publisher { http: networks.http.clone(), login, session: Mutex::new(None) }))
}

impl Publisher {
    fn now(&self) -> Timestamp {
        self.http.clock().now()
    }

    fn method(&self, name: &str) -> Url {
        client::method(&self.login.service, name)
    }

    async fn session(&self) -> Result<Session, PublishError> {
        let mut held = self.session.lock().await;
        if let Some(session) = held.as_ref() {
            return Ok(session.clone());
        }
        let session = client::log_in(&self.http, &self.login).await.map_err(before)?;
        Ok(held.insert(session).clone())
    }

    /// A new session in the place of a stale one, unless somebody else has renewed it meanwhile.
    async fn renewed(&self, stale: &Session) -> Result<Session, PublishError> {
        let mut held = self.session.lock().await;
        match held.take() {
            Some(other) if other.access_jwt != stale.access_jwt => Ok(held.insert(other).clone()),
            _ => {
                let session = client::renew(&self.http, &self.login, stale).await.map_err(before)?;
                Ok(held.insert(session).clone())
            }
        }
    }

    /// Asks something that changes nothing. Every status but that of a stale session is an answer.
    async fn ask(&self, url: Url) -> Result<Answer, PublishError> {
        let mut session = self.session().await?;
        for is_last in [false, true] {
            let request = Request::get(url.clone()).bearer(&session.access_jwt);
            let answer = self.http.send(request).await.map_err(|error| before(CaptureError::from(error)))?;
            if is_last || !is_stale(&answer) {
                return Ok(answer);
            }
            session = self.renewed(&session).await?;
        }
        Err(PublishError::new(PublishErrorKind::Retry, "the session could not be renewed; it is tried again"))
    }

    /// A question that was not answered well.
    fn no(&self, answer: &Answer) -> PublishError {
        let mut error = sending::refused(answer, &answer.complaint(), &WORDS, self.now());
        if is_stale(answer) {
            error.kind = PublishErrorKind::Account;
        } else if error.kind == PublishErrorKind::Unsure {
            error.kind = PublishErrorKind::Retry;
        }
        error
    }

    /// A record, or that there is none.
    async fn record(&self, did: &str, rkey: &str) -> Result<Option<Found>, PublishError> {
        let mut url = self.method("com.atproto.repo.getRecord");
        url.query_pairs_mut().append_pair("repo", did).append_pair("collection", POSTS).append_pair("rkey", rkey);
        let answer = self.ask(url).await?;
        match answer.status.as_u16() {
            200..=299 => answer.json("the record").map(Some).map_err(before),
            404 => Ok(None),
            400 if is_missing(&answer) => Ok(None),
            _ => Err(self.no(&answer)),
        }
    }

    /// The post that is answered: what the servers hold, which is sooner true than the network's view of it.
    async fn parent(&self, to: &Target) -> Result<Found, PublishError> {
        let (did, rkey) = compose::target(to).ok_or_else(gone)?;
        let found = self.record(did, rkey).await?.ok_or_else(gone)?;
        if self.is_closed(&found.uri).await? {
            return Err(PublishError::new(
                PublishErrorKind::Refused,
                "the author of the post lets this account not answer it; choose another account or another way",
            ));
        }
        Ok(found)
    }

    /// Whether its author lets the account not answer a post. Only the network's view knows; where there is none, the
    /// post is open.
    async fn is_closed(&self, uri: &str) -> Result<bool, PublishError> {
        let mut url = self.method("app.bsky.feed.getPosts");
        url.query_pairs_mut().append_pair("uris", uri);
        let answer = self.ask(url).await?;
        let seen = answer.status.is_success().then(|| answer.json::<SeenPosts>("the post").ok()).flatten();
        Ok(seen.is_some_and(|seen| seen.posts.iter().any(|post| post.viewer.reply_disabled)))
    }

    async fn send(&self, outgoing: &Outgoing) -> Result<Published, PublishError> {
        let measured = compose::measure(&outgoing.text, &outgoing.to);
        if !measured.problems.is_empty() {
            return Err(PublishError::new(PublishErrorKind::Refused, measured.problems.join("; ")));
        }
        let parent = self.parent(&outgoing.to).await?;
        let text = compose::tidied(&outgoing.text);
        let facets = self.facets(&text).await?;
        let written = self.written(outgoing, &parent, &text, facets);
        let mut session = self.session().await?;
        for is_last in [false, true] {
            let body = json!({"repo": session.did, "collection": POSTS, "rkey": outgoing.key, "record": written});
            let request = Request::post_json(self.method("com.atproto.repo.createRecord"), &body)
                .bearer(&session.access_jwt)
                .without_redirects();
            let answer = self.http.send(request).await.map_err(|error| sending::unanswered(&error))?;
            if answer.status.is_success() {
                return self.confirmed(&answer, &session);
            }
            if is_stale(&answer) && !is_last {
                // Refused before anything was written.
                session = self.renewed(&session).await?;
                continue;
            }
            let mut error = sending::refused(&answer, &answer.complaint(), &WORDS, self.now());
            if is_stale(&answer) {
                error.kind = PublishErrorKind::Account;
            } else if error.kind == PublishErrorKind::Refused && self.look(outgoing).await.ok().flatten().is_some() {
                // The key is taken: an earlier attempt arrived.
                error.kind = PublishErrorKind::Unsure;
            }
            return Err(error);
        }
        Err(PublishError::new(PublishErrorKind::Retry, "the session could not be renewed; it is tried again"))
    }

    fn confirmed(&self, answer: &Answer, session: &Session) -> Result<Published, PublishError> {
        match answer.json::<Written>("the new record") {
            Ok(written) if record::parts(&written.uri).is_some_and(|(did, ..)| did == session.did) => {
                Ok(published(&written.uri))
            }
            _ => {
                let message = format!("{} took the answer and does not say what became of it", answer.host());
                Err(PublishError::new(PublishErrorKind::Unsure, message))
            }
        }
    }

    fn written(&self, outgoing: &Outgoing, parent: &Found, text: &str, facets: Vec<Value>) -> Value {
        let said: Said = parent.value.as_ref().and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
        let reference = json!({"uri": parent.uri, "cid": parent.cid});
        let root = said
            .reply
            .and_then(|reply| {
                let root = reply.get("root")?;
                Some(json!({"uri": root.get("uri")?.as_str()?, "cid": root.get("cid")?.as_str()?}))
            })
            .unwrap_or_else(|| reference.clone());
        let mut written = json!({
            "$type": POSTS,
            "text": text,
            "createdAt": self.now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
            "reply": {"root": root, "parent": reference},
        });
        if !facets.is_empty() {
            written["facets"] = Value::Array(facets);
        }
        if let Some(lang) = outgoing.lang.as_deref().filter(|lang| !lang.is_empty()) {
            written["langs"] = json!([lang]);
        }
        written
    }

    async fn facets(&self, text: &str) -> Result<Vec<Value>, PublishError> {
        let mut facets = Vec::new();
        for spot in compose::spots(text) {
            let feature = match spot.what {
                Clickable::Link(uri) => json!({"$type": "app.bsky.richtext.facet#link", "uri": uri}),
                Clickable::Tag(tag) => json!({"$type": "app.bsky.richtext.facet#tag", "tag": tag}),
                Clickable::Mention(handle) => match self.resolve(&handle).await? {
                    Some(did) => json!({"$type": "app.bsky.richtext.facet#mention", "did": did}),
                    // Nobody of that name: it stays text.
                    None => continue,
                },
            };
            let index = json!({"byteStart": spot.range.start, "byteEnd": spot.range.end});
            facets.push(json!({"index": index, "features": [feature]}));
        }
        Ok(facets)
    }

    async fn resolve(&self, handle: &str) -> Result<Option<String>, PublishError> {
        let mut url = self.method("com.atproto.identity.resolveHandle");
        url.query_pairs_mut().append_pair("handle", handle);
        let answer = self.ask(url).await?;
        if answer.status.as_u16() == 429 {
            return Err(self.no(&answer));
        }
        let found = answer.status.is_success().then(|| answer.json::<Resolved>("the handle").ok()).flatten();
        Ok(found.map(|found| found.did).filter(|did| did.starts_with("did:")))
    }

    /// Looks under the key. A repository is the truth about itself, so what is not there did not arrive.
    async fn look(&self, outgoing: &Outgoing) -> Result<Option<Published>, PublishError> {
        let session = self.session().await?;
        let Some(found) = self.record(&session.did, &outgoing.key).await? else { return Ok(None) };
        let said: Said = found.value.as_ref().and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
        if said.text != compose::tidied(&outgoing.text) {
            return Err(PublishError::new(
                PublishErrorKind::Refused,
                "another post of the account has the key of this answer; send the answer again as a new one",
            ));
        }
        Ok(Some(published(&found.uri)))
    }
}

fn gone() -> PublishError {
    PublishError::new(
        PublishErrorKind::Refused,
        "the post that is answered is gone; it was deleted, or its account was",
    )
}

/// Whether the server says that there is no such record or repository.
fn is_missing(answer: &Answer) -> bool {
    serde_json::from_slice::<Complaint>(&answer.body).is_ok_and(|complaint| {
        matches!(complaint.error.as_str(), "RecordNotFound" | "RepoNotFound" | "RepoDeactivated" | "RepoTakendown")
            || complaint.message.starts_with("Could not locate record")
            || complaint.message.starts_with("Could not find repo")
    })
}

fn published(uri: &str) -> Published {
    let url = record::parts(uri).map(|(did, _, rkey)| record::page(did, rkey));
    Published { id: PostId::new(NETWORK, uri), url }
}

impl Publish for Publisher {
    fn measure(&self, text: &str, to: &Target) -> Measured {
        compose::measure(text, to)
    }

    fn publish<'a>(&'a self, outgoing: &'a Outgoing) -> BoxFuture<'a, Result<Published, PublishError>> {
        Box::pin(self.send(outgoing))
    }

    fn find<'a>(&'a self, outgoing: &'a Outgoing) -> BoxFuture<'a, Result<Option<Published>, PublishError>> {
        Box::pin(self.look(outgoing))
    }

    fn repeats_safely<'a>(&'a self, _: Timestamp, _: Timestamp) -> BoxFuture<'a, Result<bool, PublishError>> {
        Box::pin(std::future::ready(Ok(true)))
    }

    fn identify<'a>(&'a self) -> BoxFuture<'a, Result<Author, PublishError>> {
        Box::pin(async move {
            // A fresh log-in shows that the password still holds, which an old session does not.
            let session = client::log_in(&self.http, &self.login).await.map_err(before)?;
            let author = Author {
                id: format!("{NETWORK}:{}", session.did),
                handle: session.handle.clone(),
                url: record::profile(&session.did),
                ..Author::default()
            };
            *self.session.lock().await = Some(session);
            Ok(author)
        })
    }
}

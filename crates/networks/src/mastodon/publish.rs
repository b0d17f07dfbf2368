//! An account that answers: posts a status below another one, and looks whether it is there.
//!
//! Mastodon itself makes one status of a repeated `Idempotency-Key`, for an hour. Other servers of the same API take the
//! header and post twice, so there an answer that may have left is only ever looked for.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};
use reqwest::header::HeaderName;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use switchboard_capture::text::html_to_text;
use switchboard_model::{
    Account, Author, BoxFuture, CaptureError, Measured, Outgoing, PostId, Publish, PublishError, PublishErrorKind,
    Published, SourceKind, Target,
};
use url::Url;

use crate::Networks;
use crate::http::{Answer, Http, Request, host_of};
use crate::mastodon::NETWORK;
use crate::mastodon::compose::{self, Limits};
use crate::mastodon::status::{Account as Person, Status};
use crate::sending::{self, Words, before};
use crate::settings::{self, Secret, Settings, SettingsError};

const CREDENTIALS: &str = "make a new access token with the scopes 'read' and 'write' on the instance under \
                           Preferences → Development and put it into 'token'";
const WORDS: Words = Words { credentials: CREDENTIALS, moved: "put the instance's new address into 'instance'" };

/// Mastodon keeps a key for an hour; the rest of it is for clocks that differ.
const KEY_LIVES: SignedDuration = SignedDuration::from_mins(50);
/// The key is known only once the status is made: so long after an attempt was given up here, the instance may still be at
/// work on it.
const KEY_SETTLES: SignedDuration = SignedDuration::from_secs(20);
/// So far our clock and the instance's may be apart.
const SKEW: SignedDuration = SignedDuration::from_mins(5);
/// How many pages of an account's own statuses are looked through.
const PAGES: usize = 5;

/// Settings of an account.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountSettings {
    /// The instance that the account is on.
    instance: String,
    /// An access token of the account that may read and write.
    token: Secret,
}

impl Settings for AccountSettings {
    const KIND: SourceKind = SourceKind::Mastodon;
    const KEYS: &'static [&'static str] = &["instance", "token"];
    const WHAT: &'static str = "account";
}

/// What the instance told about itself.
#[derive(Debug, Clone)]
struct Nature {
    limits: Limits,
    domain: String,
    keeps_keys: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct About {
    domain: Option<String>,
    account_domain: Option<String>,
    version: String,
    source_url: String,
    configuration: Configuration,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Configuration {
    statuses: Statuses,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Statuses {
    max_characters: Option<u32>,
    characters_reserved_per_url: Option<u32>,
}

#[derive(Deserialize)]
struct Searched {
    statuses: Vec<Status>,
}

#[derive(Deserialize)]
struct WithId {
    id: String,
    #[serde(default)]
    username: String,
}

/// An account at work.
pub(crate) struct Publisher {
    http: Http,
    instance: Url,
    token: Secret,
    /// The handle that answers, with its host; empty until it is known.
    own: String,
    /// Read by every measuring, written when the instance was asked.
    nature: RwLock<Option<Nature>>,
}

pub(crate) fn publisher(networks: &Networks, account: &Account) -> Result<Arc<dyn Publish>, SettingsError> {
    let read: AccountSettings = settings::read(&account.settings)?;
    Ok(Arc::new(Publisher {
        http: networks.http.clone(),
        instance: settings::address("instance", &read.instance, &["https", "http"])?,
        token: read.token,
        own: account.handle.clone(),
        nature: RwLock::new(None),
    }))
}

impl Publisher {
    fn address(&self, path: &[&str]) -> Url {
        let mut url = self.instance.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    fn bearer(&self) -> Result<String, PublishError> {
        self.token.reveal().map_err(|error| PublishError::new(PublishErrorKind::Account, error.message))
    }

    fn now(&self) -> Timestamp {
        self.http.clock().now()
    }

    /// Asks something; every status is an answer.
    async fn ask(&self, url: Url) -> Result<Answer, PublishError> {
        let request = Request::get(url).bearer(&self.bearer()?);
        self.http.send(request).await.map_err(|error| before(CaptureError::from(error)))
    }

    /// A question that was not answered well, asked before or beside sending.
    fn no(&self, answer: &Answer) -> PublishError {
        let mut error = sending::refused(answer, &answer.complaint(), &WORDS, self.now());
        if error.kind == PublishErrorKind::Unsure {
            // Nothing was sent.
            error.kind = PublishErrorKind::Retry;
        }
        error
    }

    /// What the instance is, asked once.
    async fn nature(&self) -> Result<Nature, PublishError> {
        if let Some(known) = self.known() {
            return Ok(known);
        }
        let answer = self.ask(self.address(&["api", "v2", "instance"])).await?;
        let about = match answer.status.as_u16() {
            200..=299 => answer.json::<About>("the instance").map_err(before)?,
            // Older servers do not know the question; what holds for them is what holds for Mastodon, without promises.
            404 | 405 | 410 => About::default(),
            _ => return Err(self.no(&answer)),
        };
        let nature = nature(about, &self.instance);
        *self.nature.write().unwrap_or_else(PoisonError::into_inner) = Some(nature.clone());
        Ok(nature)
    }

    fn known(&self) -> Option<Nature> {
        self.nature.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn limits(&self) -> Limits {
        self.known().map(|nature| nature.limits).unwrap_or_default()
    }

    /// The instance's own id of the post that is answered; `None` if it does not have it and cannot get it.
    async fn local_id(&self, to: &Target) -> Result<Option<String>, PublishError> {
        let identifier = compose::identifier(to);
        let mut may_be_elsewhere = true;
        if let Ok(url) = Url::parse(identifier)
            && host_of(&url) == host_of(&self.instance)
            && let Some(last) = url.path_segments().and_then(|mut path| path.next_back().map(str::to_owned))
        {
            let answer = self.ask(self.address(&["api", "v1", "statuses", &last])).await?;
            match answer.status.as_u16() {
                200..=299 => {
                    let status: Status = answer.json("the post").map_err(before)?;
                    if status.identifier() == Some(identifier) {
                        return Ok(status.id);
                    }
                }
                404 | 410 => may_be_elsewhere = false,
                _ => return Err(self.no(&answer)),
            }
        }
        let mut asked = vec![identifier.to_owned()];
        asked.extend(to.url.clone().filter(|url| url != identifier && url.starts_with("http")));
        for address in asked.iter().filter(|_| may_be_elsewhere) {
            let mut url = self.address(&["api", "v2", "search"]);
            url.query_pairs_mut()
                .append_pair("q", address)
                .append_pair("type", "statuses")
                .append_pair("resolve", "true")
                .append_pair("limit", "1");
            let answer = self.ask(url).await?;
            if !answer.status.is_success() {
                return Err(self.no(&answer));
            }
            let found: Searched = answer.json("the search").map_err(before)?;
            let one = found.statuses.into_iter().find(|status| status.identifier() == Some(identifier));
            if let Some(id) = one.and_then(|status| status.id) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    async fn send(&self, outgoing: &Outgoing) -> Result<Published, PublishError> {
        self.nature().await?;
        let text = self.text(outgoing)?;
        let Some(parent) = self.local_id(&outgoing.to).await? else { return Err(self.unknown()) };
        let mut body = json!({
            "status": text,
            "in_reply_to_id": parent,
            "visibility": compose::visibility(outgoing.to.visibility),
        });
        if let Some(lang) = outgoing.lang.as_deref().and_then(|lang| lang.split('-').next()) {
            body["language"] = json!(lang);
        }
        let request = Request::post_json(self.address(&["api", "v1", "statuses"]), &body)
            .bearer(&self.bearer()?)
            .header(HeaderName::from_static("idempotency-key"), &outgoing.key)
            .without_redirects();
        let answer = self.http.send(request).await.map_err(|error| sending::unanswered(&error))?;
        if !answer.status.is_success() {
            return Err(self.refusal(&answer).await);
        }
        let status = answer.json::<Status>("the new post").ok();
        status.as_ref().and_then(published).ok_or_else(|| {
            let message = format!("{} took the answer and does not say what became of it", answer.host());
            PublishError::new(PublishErrorKind::Unsure, message)
        })
    }

    /// Why a status was not taken. An account that may look around, but may not say this here, is not at fault itself.
    async fn refusal(&self, answer: &Answer) -> PublishError {
        let said = answer.complaint();
        let mut error = sending::refused(answer, &said, &WORDS, self.now());
        if answer.status.as_u16() == 403 && !said.contains("scope") && self.verify().await.is_ok() {
            let host = answer.host();
            error = PublishError::new(
                PublishErrorKind::Refused,
                format!(
                    "{host} does not let this account answer here (403{said}); its author may have closed the post"
                ),
            );
        }
        error
    }

    fn text(&self, outgoing: &Outgoing) -> Result<String, PublishError> {
        let measured = compose::measure(&outgoing.text, &outgoing.to, &self.own, self.limits());
        if !measured.problems.is_empty() {
            return Err(PublishError::new(PublishErrorKind::Refused, measured.problems.join("; ")));
        }
        Ok(format!("{}{}", measured.lead, compose::tidied(&outgoing.text)))
    }

    fn unknown(&self) -> PublishError {
        let host = host_of(&self.instance);
        PublishError::new(
            PublishErrorKind::Refused,
            format!(
                "{host} does not find the post that is answered; it was deleted, or it is hidden from this account"
            ),
        )
    }

    async fn verify(&self) -> Result<Answer, PublishError> {
        let answer = self.ask(self.address(&["api", "v1", "accounts", "verify_credentials"])).await?;
        if answer.status.is_success() { Ok(answer) } else { Err(self.no(&answer)) }
    }

    /// Looks for an answer among the account's own newest statuses.
    async fn look(&self, outgoing: &Outgoing) -> Result<Option<Published>, PublishError> {
        let me: WithId = self.verify().await?.json("the account").map_err(before)?;
        let oldest = outgoing.queued_at.checked_sub(SKEW).unwrap_or(outgoing.queued_at);
        let wanted = compose::kernel(&compose::tidied(&outgoing.text));
        let mut parent = None;
        let mut before_id: Option<String> = None;
        for _ in 0..PAGES {
            let mut url = self.address(&["api", "v1", "accounts", &me.id, "statuses"]);
            url.query_pairs_mut().append_pair("limit", "40").append_pair("exclude_reblogs", "true");
            if let Some(id) = &before_id {
                url.query_pairs_mut().append_pair("max_id", id);
            }
            let answer = self.ask(url).await?;
            if !answer.status.is_success() {
                return Err(self.no(&answer));
            }
            let page: Vec<Box<RawValue>> = answer.json("the account's posts").map_err(before)?;
            let page: Vec<Status> = page.iter().filter_map(|raw| serde_json::from_str(raw.get()).ok()).collect();
            for status in &page {
                let is_new = status.created_at.is_none_or(|at| at >= oldest);
                let text = html_to_text(status.content(), None).text;
                if !is_new || compose::kernel(&text) != wanted {
                    continue;
                }
                if parent.is_none() {
                    parent = Some(self.local_id(&outgoing.to).await?);
                }
                // Where the parent is gone, the instance no longer says what was answered.
                let fits = match &parent {
                    Some(Some(parent)) => status.in_reply_to_id.as_ref() == Some(parent),
                    _ => true,
                };
                if let Some(published) = published(status).filter(|_| fits) {
                    return Ok(Some(published));
                }
            }
            // A pinned status may be old and first; the page is over when all of it is.
            let is_over = page.iter().all(|status| status.created_at.is_some_and(|at| at < oldest));
            before_id = page.last().and_then(|status| status.id.clone());
            if is_over || before_id.is_none() {
                return Ok(None);
            }
        }
        Err(PublishError::new(
            PublishErrorKind::Refused,
            "this account has written too much since to look through; look at its page whether the answer is there",
        ))
    }
}

/// What a status is called everywhere.
fn published(status: &Status) -> Option<Published> {
    let id = PostId::new(NETWORK, status.identifier()?);
    Some(Published { id, url: status.page().map(str::to_owned) })
}

fn nature(about: About, instance: &Url) -> Nature {
    // Servers of another kind say so in the version, or by where their source lies.
    let source = about.source_url.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let is_mastodon = source == "mastodon" && !about.version.to_ascii_lowercase().contains("compatible");
    let told = about.configuration.statuses;
    let usual = Limits::default();
    let per_link = told.characters_reserved_per_url.or(usual.per_link);
    let domain = about.account_domain.or(about.domain).filter(|domain| !domain.is_empty() && domain.len() < 254);
    Nature {
        limits: Limits {
            characters: told.max_characters.filter(|most| *most > 0).unwrap_or(usual.characters),
            per_link: per_link.filter(|_| is_mastodon),
        },
        domain: domain.unwrap_or_else(|| host_of(instance)),
        keeps_keys: is_mastodon,
    }
}

impl Publish for Publisher {
    fn measure(&self, text: &str, to: &Target) -> Measured {
        compose::measure(text, to, &self.own, self.limits())
    }

    fn publish<'a>(&'a self, outgoing: &'a Outgoing) -> BoxFuture<'a, Result<Published, PublishError>> {
        Box::pin(self.send(outgoing))
    }

    fn find<'a>(&'a self, outgoing: &'a Outgoing) -> BoxFuture<'a, Result<Option<Published>, PublishError>> {
        Box::pin(self.look(outgoing))
    }

    fn repeats_safely<'a>(
        &'a self,
        first_sent_at: Timestamp,
        given_up_at: Timestamp,
    ) -> BoxFuture<'a, Result<bool, PublishError>> {
        Box::pin(async move {
            let since = |at| self.now().duration_since(at);
            let is_settled = since(given_up_at) > KEY_SETTLES;
            Ok(self.nature().await?.keeps_keys && is_settled && since(first_sent_at) < KEY_LIVES)
        })
    }

    fn identify<'a>(&'a self) -> BoxFuture<'a, Result<Author, PublishError>> {
        Box::pin(async move {
            let nature = self.nature().await?;
            let answer = self.verify().await?;
            let me: WithId = answer.json("the account").map_err(before)?;
            let person: Person = answer.json("the account").map_err(before)?;
            let mut author = person.author(None, &nature.domain);
            if !person.tells_its_identifier() {
                // Servers that do not tell it keep their people where Mastodon does.
                author.id = format!("{NETWORK}:{}", self.address(&["users", &me.username]));
            }
            Ok(author)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_mastodon_itself_keeps_keys() {
        let check = |about: &str, keeps_keys: bool, characters: u32, per_link: Option<u32>| {
            let about: About = serde_json::from_str(about).expect("readable");
            let nature = nature(about, &Url::parse("https://social.example").expect("URL"));
            assert_eq!((nature.keeps_keys, nature.limits), (keeps_keys, Limits { characters, per_link }));
        };
        check(
            r#"{"version":"4.4.2","source_url":"https://github.com/mastodon/mastodon",
            "configuration":{"statuses":{"max_characters":1000,"characters_reserved_per_url":23}}}"#,
            true,
            1000,
            Some(23),
        );
        check(
            r#"{"version":"2.7.2 (compatible; Pleroma 2.6.0)","source_url":"https://git.pleroma.social/pleroma/pleroma",
            "configuration":{"statuses":{"max_characters":5000}}}"#,
            false,
            5000,
            None,
        );
        check(include_str!("../../../testkit/data/mastodon/instance_v2.json"), false, 5000, None);
        check("{}", false, 500, None);
    }
}

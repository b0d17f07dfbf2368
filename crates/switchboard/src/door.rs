//! The way into an installation for commands that change it: through the running one where there is one, else the
//! data directory itself.

pub(crate) mod answers;
pub(crate) mod cases;
mod duty;
mod find;
mod load;
mod mail;
mod notifications;
mod outreach;
mod packs;
mod priority;
mod push;
mod routing;
mod sweep;
mod views;

use std::time::Duration;

use anyhow::Context;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use switchboard_app::App;
use switchboard_app::pipeline::handin;
use switchboard_app::searches::change::SearchText;
use switchboard_app::sources::Proposal;
use switchboard_app::sources::add::NewSource;
use switchboard_app::sources::change::SourceChange;
use switchboard_model::{Cursor, Problem, SavedSearch, Source, SourceKind};

use crate::failure::Failure;
use crate::installation::{Held, Hold, Holder, Installation};

/// How an installation is reached.
pub(crate) enum Door {
    /// Nobody else runs it: we do, for as long as the command takes.
    Own {
        /// The application on the installation's store.
        app: Box<App>,
        /// The right to write.
        _hold: Hold,
    },
    /// A `serve` runs it; we talk to its API.
    Running {
        /// Its address.
        url: String,
        /// One client for all requests; it carries the installation's key.
        client: reqwest::Client,
    },
}

/// What came of handing in a batch of lines.
#[derive(Debug, Default)]
pub(crate) struct HandedIn {
    /// How many posts met which fate.
    pub(crate) fates: std::collections::BTreeMap<String, u64>,
    /// What could not be read.
    pub(crate) problems: Vec<Problem>,
    /// Posts that were refused.
    pub(crate) refused: u64,
}

impl Door {
    /// Opens the installation for a command.
    pub(crate) async fn open(installation: &Installation, command: &str) -> Result<Self, Failure> {
        installation.create()?;
        match installation.hold(command)? {
            Held::Ours(hold) => Ok(Self::Own { app: Box::new(installation.start().await?), _hold: hold }),
            Held::Theirs(Some(Holder { url: Some(url), key, .. })) => Ok(Self::Running { url, client: client(key)? }),
            Held::Theirs(_) => {
                // Either it is just starting (then it will say its address soon) or it is another short command.
                for _ in 0..50 {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    match installation.hold(command)? {
                        Held::Ours(hold) => {
                            return Ok(Self::Own { app: Box::new(installation.start().await?), _hold: hold });
                        }
                        Held::Theirs(Some(Holder { url: Some(url), key, .. })) => {
                            return Ok(Self::Running { url, client: client(key)? });
                        }
                        Held::Theirs(_) => {}
                    }
                }
                installation.hold_alone(command).map(|_| ())?;
                Err(Failure::unavailable("the installation is in use; try again"))
            }
        }
    }

    /// Lets the line finish and leaves.
    pub(crate) async fn close(self) {
        if let Self::Own { app, _hold } = self {
            app.stop().await;
        }
    }

    /// The source of that name, made if there is none.
    pub(crate) async fn source_named(&self, name: &str, kind: SourceKind) -> Result<Source, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.source_named(name, kind).await?),
            Self::Running { .. } => {
                if let Some(known) = self.sources().await?.into_iter().find(|source| source.name == name) {
                    return Ok(known);
                }
                self.add_source(NewSource { name: name.to_owned(), kind, settings: Value::Null }).await
            }
        }
    }

    /// All sources.
    pub(crate) async fn sources(&self) -> Result<Vec<Source>, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.sources().await?),
            Self::Running { .. } => self.call(reqwest::Method::GET, "/api/v1/sources", None).await,
        }
    }

    /// Adds a source.
    pub(crate) async fn add_source(&self, new: NewSource) -> Result<Source, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.add_source(new).await?),
            Self::Running { .. } => {
                let body = json!({ "name": new.name, "kind": new.kind, "settings": new.settings });
                self.call(reqwest::Method::POST, "/api/v1/sources", Some(body)).await
            }
        }
    }

    /// Changes a source.
    pub(crate) async fn change_source(&self, source: &Source, change: SourceChange) -> Result<Source, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.change_source(source.id, change).await?),
            Self::Running { .. } => {
                let mut body = serde_json::Map::new();
                if let Some(name) = change.name {
                    body.insert("name".into(), name.into());
                }
                if let Some(settings) = change.settings {
                    body.insert("settings".into(), settings);
                }
                if let Some(is_enabled) = change.is_enabled {
                    body.insert("is_enabled".into(), is_enabled.into());
                }
                let path = format!("/api/v1/sources/{}", source.id);
                self.call(reqwest::Method::PATCH, &path, Some(body.into())).await
            }
        }
    }

    /// Removes a source.
    pub(crate) async fn remove_source(&self, source: &Source) -> Result<(), Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.remove_source(source.id).await?),
            Self::Running { .. } => {
                self.call_for_nothing(reqwest::Method::DELETE, &format!("/api/v1/sources/{}", source.id)).await
            }
        }
    }

    /// Has a followed source asked now. Only a running installation follows sources.
    pub(crate) async fn check_source(&self, source: &Source) -> Result<(), Failure> {
        match self {
            Self::Own { .. } => Err(Failure::unavailable("no switchboard serve is running on this data directory")),
            Self::Running { .. } => {
                let path = format!("/api/v1/sources/{}/check", source.id);
                self.call::<Value>(reqwest::Method::POST, &path, None).await.map(|_| ())
            }
        }
    }

    /// What could be followed behind a link.
    pub(crate) async fn propose_sources(&self, link: &str) -> Result<Vec<Proposal>, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.propose_sources(link).await?),
            Self::Running { .. } => {
                self.call(reqwest::Method::POST, "/api/v1/sources/propose", Some(json!({ "link": link }))).await
            }
        }
    }

    /// Makes a token for an ingest source.
    pub(crate) async fn make_token(&self, source: &Source) -> Result<String, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.make_token(source.id).await?),
            Self::Running { .. } => {
                #[derive(serde::Deserialize)]
                struct Made {
                    token: String,
                }
                let path = format!("/api/v1/sources/{}/tokens", source.id);
                Ok(self.call::<Made>(reqwest::Method::POST, &path, None).await?.token)
            }
        }
    }

    /// All searches.
    pub(crate) async fn searches(&self) -> Result<Vec<SavedSearch>, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.searches().await?),
            Self::Running { .. } => self.call(reqwest::Method::GET, "/api/v1/searches", None).await,
        }
    }

    /// Adds a search or replaces the one of the same name.
    pub(crate) async fn put_search(&self, text: SearchText) -> Result<SavedSearch, Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.put_search(text).await?),
            Self::Running { .. } => {
                let known = self.searches().await?.into_iter().find(|search| search.name == text.name.trim());
                let body = json!({
                    "name": text.name, "query": text.query, "type": text.search_type,
                    "department": text.department, "is_enabled": text.is_enabled,
                });
                match known {
                    Some(known) => {
                        self.call(reqwest::Method::PUT, &format!("/api/v1/searches/{}", known.id), Some(body)).await
                    }
                    None => self.call(reqwest::Method::POST, "/api/v1/searches", Some(body)).await,
                }
            }
        }
    }

    /// Removes a search.
    pub(crate) async fn remove_search(&self, search: &SavedSearch) -> Result<(), Failure> {
        match self {
            Self::Own { app, .. } => Ok(app.remove_search(search.id).await?),
            Self::Running { .. } => {
                self.call_for_nothing(reqwest::Method::DELETE, &format!("/api/v1/searches/{}", search.id)).await
            }
        }
    }

    /// Hands in numbered lines; `cursor` moves with them. What is from the past need open no cases.
    pub(crate) async fn hand_in(
        &self,
        source: &Source,
        lines: &[(u64, String)],
        cursor: Option<Cursor>,
        opens_cases: bool,
    ) -> Result<HandedIn, Failure> {
        match self {
            Self::Own { app, .. } => {
                let (mut posts, mut problems) = (Vec::with_capacity(lines.len()), Vec::new());
                for (number, line) in lines {
                    let (post, mut found) = handin::read_line(*number, line);
                    posts.push(post);
                    problems.append(&mut found);
                }
                let outcome = app.hand_in_as(source, posts, cursor, opens_cases).await?;
                let fates = outcome.fates.iter().map(|(reason, posts)| (reason.as_str().to_owned(), *posts)).collect();
                let refused = |(reason, posts): (&switchboard_model::FateReason, &u64)| {
                    if reason.fate() == switchboard_model::Fate::Refused { *posts } else { 0 }
                };
                Ok(HandedIn { fates, problems, refused: outcome.fates.iter().map(refused).sum() })
            }
            Self::Running { url, client } => hand_in_remotely(url, client, source, lines, cursor, opens_cases).await,
        }
    }

    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: reqwest::Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<T, Failure> {
        let answer = self.send(method, path, body).await?;
        let envelope: Envelope<T> = serde_json::from_value(answer)
            .context("the running switchboard answered in an unknown shape")
            .map_err(Failure::Unavailable)?;
        Ok(envelope.data)
    }

    pub(crate) async fn call_for_nothing(&self, method: reqwest::Method, path: &str) -> Result<(), Failure> {
        self.send(method, path, None).await.map(|_| ())
    }

    async fn send(&self, method: reqwest::Method, path: &str, body: Option<Value>) -> Result<Value, Failure> {
        let Self::Running { url, client } = self else {
            return Err(Failure::unavailable("no switchboard serve is running on this data directory"));
        };
        let mut request = client.request(method, format!("{url}{path}"));
        if let Some(body) = body {
            request = request.json(&body);
        }
        read_answer(request.send().await).await
    }
}

#[derive(serde::Deserialize)]
struct Envelope<T> {
    data: T,
}

#[derive(serde::Deserialize)]
struct Handed {
    fates: std::collections::BTreeMap<String, u64>,
    #[serde(default)]
    problems: Vec<Problem>,
}

async fn hand_in_remotely(
    url: &str,
    client: &reqwest::Client,
    source: &Source,
    lines: &[(u64, String)],
    cursor: Option<Cursor>,
    opens_cases: bool,
) -> Result<HandedIn, Failure> {
    let mut body = String::with_capacity(lines.iter().map(|(_, line)| line.len() + 1).sum());
    for (_, line) in lines {
        body.push_str(line);
        body.push('\n');
    }
    let mut request = client
        .post(format!("{url}/api/v1/sources/{}/posts", source.id))
        .header("content-type", "application/x-ndjson")
        .body(body);
    if !opens_cases {
        request = request.query(&[("open_cases", "false")]);
    }
    if let Some(Cursor(cursor)) = cursor {
        request = request.query(&[("cursor", cursor)]);
    }
    let answer = read_answer(request.send().await).await?;
    let Envelope { data: Handed { fates, mut problems } } = serde_json::from_value(answer)
        .context("the running switchboard answered in an unknown shape")
        .map_err(Failure::Unavailable)?;
    for problem in &mut problems {
        problem.at = renumbered(&problem.at, lines);
    }
    let is_refused = |word: &str| {
        switchboard_model::FateReason::from_word(word)
            .is_some_and(|reason| reason.fate() == switchboard_model::Fate::Refused)
    };
    let refused = fates.iter().filter(|(word, _)| is_refused(word)).map(|(_, posts)| posts).sum();
    Ok(HandedIn { fates, problems, refused })
}

/// The running installation counts the lines of one request; the person counts those of the file.
fn renumbered(at: &str, lines: &[(u64, String)]) -> String {
    let renumber = || {
        let rest = at.strip_prefix("line ")?;
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = rest.split_at(digits);
        let (number, _) = lines.get(number.parse::<usize>().ok()?.checked_sub(1)?)?;
        Some(format!("line {number}{rest}"))
    };
    renumber().unwrap_or_else(|| at.to_owned())
}

#[expect(clippy::disallowed_methods, reason = "what the own installation answers is bounded by itself")]
async fn read_answer(answer: Result<reqwest::Response, reqwest::Error>) -> Result<Value, Failure> {
    let answer = answer
        .context("the running switchboard does not answer; if it was just stopped, run the command again")
        .map_err(Failure::Unavailable)?;
    let status = answer.status();
    let text = answer.text().await.context("the running switchboard cut its answer").map_err(Failure::Unavailable)?;
    let value: Value = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or(Value::Null) };
    if status.is_success() {
        return Ok(value);
    }
    let message = value.pointer("/error/message").and_then(Value::as_str).unwrap_or("no reason was given");
    if status.is_client_error() {
        Err(Failure::usage(message))
    } else {
        Err(Failure::unavailable(format_args!("the running switchboard answered {status}: {message}")))
    }
}

#[expect(clippy::disallowed_methods, reason = "talks only to the own installation on this machine, never to a network")]
fn client(key: Option<String>) -> Result<reqwest::Client, Failure> {
    // Nothing encrypted is spoken here, but the client asks for a provider all the same. One that is there already will do.
    drop(rustls::crypto::ring::default_provider().install_default());
    let mut headers = reqwest::header::HeaderMap::new();
    let bearer = key.and_then(|key| reqwest::header::HeaderValue::from_str(&format!("Bearer {key}")).ok());
    if let Some(mut bearer) = bearer {
        bearer.set_sensitive(true);
        headers.insert(reqwest::header::AUTHORIZATION, bearer);
    }
    reqwest::Client::builder()
        .default_headers(headers)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(120))
        .build()
        .context("the client for the running switchboard could not be made")
        .map_err(Failure::Unavailable)
}

//! The calls of Bluesky's API that reading needs, with the log-in where one is used.

use serde::Deserialize;
use serde_json::json;
use switchboard_model::{CaptureError, CaptureErrorKind};
use url::Url;

use crate::bluesky::Login;
use crate::http::{Answer, Http, Remedy, Request};

const SEARCH: Remedy = Remedy {
    what: "the search",
    credentials: "give the source a 'handle' and an 'app_password', some servers search only for logged-in accounts",
    missing: "check 'api'",
};
const NOTIFICATIONS: Remedy = Remedy {
    what: "the notifications",
    credentials: "make a new app password on bsky.app under Settings → App passwords and put it into 'app_password'",
    missing: "check 'service'",
};

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ask<'a> {
    Search(&'a str),
    Notifications,
}

impl Ask<'_> {
    fn remedy(self) -> &'static Remedy {
        match self {
            Self::Search(_) => &SEARCH,
            Self::Notifications => &NOTIFICATIONS,
        }
    }

    fn url(self, server: &Url, page: Option<&str>) -> Url {
        let mut url = server.clone();
        let method = match self {
            Self::Search(_) => "app.bsky.feed.searchPosts",
            Self::Notifications => "app.bsky.notification.listNotifications",
        };
        url.set_path(&format!("{}/xrpc/{method}", server.path().trim_end_matches('/')));
        let mut query = url.query_pairs_mut();
        match self {
            Self::Search(words) => query.append_pair("q", words).append_pair("sort", "latest"),
            Self::Notifications => {
                query.append_pair("reasons", "mention").append_pair("reasons", "reply").append_pair("reasons", "quote")
            }
        };
        query.append_pair("limit", "100");
        if let Some(page) = page {
            query.append_pair("cursor", page);
        }
        drop(query);
        url
    }
}

/// The client of one source: remembers the session.
pub(crate) struct Client {
    http: Http,
    api: Url,
    login: Option<Login>,
    session: Option<Session>,
}

/// A log-in that is under way.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Session {
    #[serde(default)]
    pub(crate) did: String,
    #[serde(default)]
    pub(crate) handle: String,
    pub(crate) access_jwt: String,
    refresh_jwt: String,
}

/// Why a call was not answered.
#[derive(Deserialize)]
pub(crate) struct Complaint {
    #[serde(default)]
    pub(crate) error: String,
    #[serde(default)]
    pub(crate) message: String,
}

impl Client {
    pub(crate) fn new(http: Http, api: Url, login: Option<Login>) -> Self {
        Self { http, api, login, session: None }
    }

    /// One page of an answer. A good status is certain.
    pub(crate) async fn ask(&mut self, ask: Ask<'_>, page: Option<&str>) -> Result<Answer, CaptureError> {
        let now = self.http.clock().now();
        let Some(login) = self.login.clone() else {
            let answer = self.http.send(Request::get(ask.url(&self.api, page))).await?;
            return answer.ok(ask.remedy(), now);
        };
        let url = ask.url(&login.service, page);
        let mut answer = self.with_session(&login, &url).await?;
        if is_stale(&answer) {
            self.renew(&login).await?;
            answer = self.with_session(&login, &url).await?;
        }
        if is_stale(&answer) {
            self.session = None;
        }
        answer.ok(ask.remedy(), now)
    }

    async fn with_session(&mut self, login: &Login, url: &Url) -> Result<Answer, CaptureError> {
        if self.session.is_none() {
            self.session = Some(log_in(&self.http, login).await?);
        }
        let token = self.session.as_ref().map(|session| session.access_jwt.as_str()).unwrap_or_default();
        Ok(self.http.send(Request::get(url.clone()).bearer(token)).await?)
    }

    async fn renew(&mut self, login: &Login) -> Result<(), CaptureError> {
        self.session = Some(match self.session.take() {
            Some(stale) => renew(&self.http, login, &stale).await?,
            None => log_in(&self.http, login).await?,
        });
        Ok(())
    }
}

/// Logs in with the app password.
pub(crate) async fn log_in(http: &Http, login: &Login) -> Result<Session, CaptureError> {
    let secret =
        login.app_password.reveal().map_err(|error| CaptureError::new(CaptureErrorKind::Broken, error.message))?;
    let body = json!({"identifier": login.handle, "password": secret});
    let request = Request::post_json(method(&login.service, "com.atproto.server.createSession"), &body);
    let answer = http.send(request).await?;
    if matches!(answer.status.as_u16(), 400 | 401) {
        let handle: String = login.handle.chars().filter(|c| !c.is_control()).take(100).collect();
        return Err(CaptureError::new(
            CaptureErrorKind::Broken,
            format!("{} does not let {handle} in; {}", answer.host(), NOTIFICATIONS.credentials),
        ));
    }
    answer.ok(&NOTIFICATIONS, http.clock().now())?.json("the log-in")
}

/// Takes a new session with the refresh token; where that is refused too, logs in anew.
pub(crate) async fn renew(http: &Http, login: &Login, stale: &Session) -> Result<Session, CaptureError> {
    let request = Request::post(method(&login.service, "com.atproto.server.refreshSession")).bearer(&stale.refresh_jwt);
    let answer = http.send(request).await?;
    if !answer.status.is_success() {
        return log_in(http, login).await;
    }
    answer.json("the log-in")
}

/// Where a method of the server is called.
pub(crate) fn method(service: &Url, name: &str) -> Url {
    let mut url = service.clone();
    url.set_path(&format!("{}/xrpc/{name}", service.path().trim_end_matches('/')));
    url
}

/// Whether the answer says that the access token has had its time.
pub(crate) fn is_stale(answer: &Answer) -> bool {
    match answer.status.as_u16() {
        401 => true,
        400 => serde_json::from_slice::<Complaint>(&answer.body)
            .is_ok_and(|complaint| matches!(complaint.error.as_str(), "ExpiredToken" | "InvalidToken")),
        _ => false,
    }
}

//! An application on a throw-away database with networks that fetch nothing, and requests to its router.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use serde_json::{Value, json};
use switchboard_app::setup::SetUp;
use switchboard_app::sources::{Networks, Proposal};
use switchboard_app::{App, Parts, SystemClock, SystemIds, SystemRandomness};
use switchboard_model::mail::{Letter, MailServer, Untaken};
use switchboard_model::push::PushKey;
use switchboard_model::{
    Account, Author, BoxFuture, Capture, CaptureError, CaptureErrorKind, Measured, Outgoing, Picture, PostId, Publish,
    PublishError, Published, Source, SourceKind, Target,
};
use switchboard_store::{Store, StoreConfig};
use switchboard_web::WebOptions;
use tower::ServiceExt;

pub(crate) const OPERATOR_KEY: &str = "the-owner-of-the-data-directory";

/// Networks that know one page, refuse settings without a `url`, and keep what is handed to the server post.example.
#[derive(Default, Clone)]
struct Nowhere {
    letters: Letters,
}

/// Letters that were sent, in their order.
type Letters = Arc<Mutex<Vec<Letter>>>;

impl Networks for Nowhere {
    fn make_push_key(&self) -> Option<PushKey> {
        Some(PushKey { private: "private".to_owned(), public: "BPublic".to_owned() })
    }

    fn send_mail<'a>(&'a self, server: &'a MailServer, letter: &'a Letter) -> BoxFuture<'a, Result<String, Untaken>> {
        Box::pin(async move {
            if server.host != "post.example" {
                return Err(Untaken::for_good("no mail leaves from here"));
            }
            self.letters.lock().expect("no test panics in between").push(letter.clone());
            Ok("250 taken".to_owned())
        })
    }

    fn open(&self, _: &Source) -> Result<Box<dyn Capture>, CaptureError> {
        Err(CaptureError::new(CaptureErrorKind::Broken, "nothing is fetched in tests"))
    }

    fn validate(&self, _: SourceKind, settings: &Value) -> Result<(), String> {
        match settings.get("url").or(settings.get("instance")).or(settings.get("command")) {
            Some(_) => Ok(()),
            None => Err("setting 'url' is missing".to_owned()),
        }
    }

    fn publisher(&self, _: &Account) -> Result<Arc<dyn Publish>, String> {
        Ok(Arc::new(Echo))
    }

    fn secrets(&self, _: SourceKind) -> &'static [&'static str] {
        &["token"]
    }

    fn propose<'a>(&'a self, link: &'a str) -> BoxFuture<'a, Result<Vec<Proposal>, CaptureError>> {
        Box::pin(async move {
            match link {
                "https://blog.example/" => Ok(vec![Proposal {
                    name: "Blog <of> Ana".to_owned(),
                    kind: SourceKind::Feed,
                    settings: json!({"url": "https://blog.example/feed"}),
                    why: "the page names this feed".to_owned(),
                }]),
                "https://empty.example/" => Ok(Vec::new()),
                _ => Err(CaptureError::new(CaptureErrorKind::Broken, "elsewhere.example answered 404")),
            }
        })
    }

    fn picture<'a>(&'a self, url: &'a str) -> BoxFuture<'a, Result<Picture, CaptureError>> {
        let found = match url {
            "https://pictures.example/kettle.gif" => Picture::of_bytes(b"GIF89a kettle".to_vec()),
            _ => None,
        };
        let found = found.ok_or_else(|| CaptureError::new(CaptureErrorKind::Broken, "pictures.example answered 404"));
        Box::pin(async move { found })
    }
}

/// An account that may write forty characters; what it writes is there at once.
struct Echo;

impl Publish for Echo {
    fn measure(&self, text: &str, _: &Target) -> Measured {
        let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let problems = if length > 40 { vec!["too long; leave something out".to_owned()] } else { Vec::new() };
        Measured { length, limit: 40, lead: "@ana".to_owned(), clickable: Vec::new(), problems }
    }

    fn publish<'a>(&'a self, outgoing: &'a Outgoing) -> BoxFuture<'a, Result<Published, PublishError>> {
        let url = Some(format!("https://social.example/@acme/{}", outgoing.key));
        Box::pin(async move { Ok(Published { id: PostId::new("mastodon", &outgoing.key), url }) })
    }

    fn find<'a>(&'a self, _: &'a Outgoing) -> BoxFuture<'a, Result<Option<Published>, PublishError>> {
        Box::pin(async { Ok(None) })
    }

    fn repeats_safely<'a>(
        &'a self,
        _: jiff::Timestamp,
        _: jiff::Timestamp,
    ) -> BoxFuture<'a, Result<bool, PublishError>> {
        Box::pin(async { Ok(true) })
    }

    fn identify<'a>(&'a self) -> BoxFuture<'a, Result<Author, PublishError>> {
        let (id, handle) = ("acme-1".to_owned(), "acme@social.example".to_owned());
        Box::pin(async move { Ok(Author { id, handle, ..Author::default() }) })
    }
}

/// One installation, asked by its first administrator unless a test says otherwise.
pub(crate) struct TestWeb {
    pub(crate) app: App,
    pub(crate) router: Router,
    /// The administrator's session.
    pub(crate) session: String,
    letters: Letters,
    _folder: tempfile::TempDir,
}

pub(crate) const EMAIL: &str = "mara@acme.example";
pub(crate) const PASSWORD: &str = "correct horse battery";

impl TestWeb {
    /// With a company and its administrator.
    pub(crate) async fn start() -> Self {
        Self::start_bare().await.set_up().await
    }

    /// The same with a company and its administrator.
    pub(crate) async fn set_up(mut self) -> Self {
        let by = SetUp {
            name: "Mara Lindqvist".to_owned(),
            email: EMAIL.to_owned(),
            password: PASSWORD.to_owned(),
            time_zone: "Europe/Lisbon".to_owned(),
            company: "Acme".to_owned(),
            departments: self.app.department_template().iter().map(|department| department.key.clone()).collect(),
            ..SetUp::default()
        };
        self.session = self.app.set_up(None, by).await.expect("a company").token;
        self
    }

    /// Before the set-up.
    pub(crate) async fn start_bare() -> Self {
        Self::start_with(true).await
    }

    /// Before the set-up, with pictures or without.
    pub(crate) async fn start_with(with_pictures: bool) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let config = StoreConfig::sqlite(folder.path().join("switchboard.db"));
        let store = Store::open(&config).await.expect("a store");
        let networks = Nowhere::default();
        let parts = Parts {
            store,
            networks: Arc::new(networks.clone()),
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds),
            randomness: Arc::new(SystemRandomness),
            routing: switchboard_app::triage::Routing::new(switchboard_route::Router::shipped())
                .expect("the shipped rules can be read"),
            passwords: switchboard_app::access::Passwords::weak_for_tests(),
            secrets: switchboard_app::secrets::Secrets::new(&[7; 32]),
            look_back: Some(switchboard_app::pipeline::look_back::LookBackConfig {
                directory: folder.path().join("look-back"),
                hours: 48,
                max_bytes: 1 << 24,
            }),
        };
        let app = App::start(parts).await.expect("an application").with_pictures(with_pictures);
        let options =
            WebOptions { operator_key: Some(OPERATOR_KEY.to_owned()), event_streams: 2, ..WebOptions::default() };
        let router = switchboard_web::router(app.clone(), options);
        Self { router, app, session: String::new(), letters: networks.letters, _folder: folder }
    }

    /// The letter that was sent last.
    pub(crate) fn last_letter(&self) -> Letter {
        self.letters.lock().expect("no test panics in between").last().cloned().expect("a letter")
    }

    /// As the administrator's browser sends it, unless it carries proof or an origin of its own.
    pub(crate) fn signed(&self, mut request: Request<Body>) -> Request<Body> {
        let headers = request.headers_mut();
        if !self.session.is_empty() && !headers.contains_key(header::AUTHORIZATION) {
            let cookie = format!("switchboard_session={}", self.session);
            headers.insert(header::COOKIE, cookie.parse().expect("a header"));
            if !headers.contains_key("sec-fetch-site") && !headers.contains_key(header::ORIGIN) {
                headers.insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
            }
        }
        request
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        self.send_bare(self.signed(request)).await
    }

    /// As it is, from somebody who is not known.
    pub(crate) async fn send_bare(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("a router always answers");
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&bytes).into_owned() }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(request(Method::GET, path).body(Body::empty()).expect("a request")).await
    }

    pub(crate) async fn json(&self, method: Method, path: &str, body: Value) -> Answer {
        let request = request(method, path).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_string())).expect("a request")).await
    }

    pub(crate) async fn form(&self, path: &str, fields: &str) -> Answer {
        let request = request(Method::POST, path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(fields.to_owned())).expect("a request")).await
    }

    /// A saved search, by its id.
    pub(crate) async fn search(&self, name: &str, query: &str) -> String {
        let answer = self.json(Method::POST, "/api/v1/searches", json!({"name": name, "query": query})).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        answer.data()["id"].as_str().expect("an id").to_owned()
    }

    /// An ingest source and its token.
    pub(crate) async fn door(&self, name: &str) -> (String, String) {
        let source = self.json(Method::POST, "/api/v1/sources", json!({"name": name, "kind": "ingest"})).await;
        let id = source.data()["id"].as_str().expect("an id").to_owned();
        let path = format!("/api/v1/sources/{id}/tokens");
        let token = self.send(request(Method::POST, &path).body(Body::empty()).expect("a request")).await;
        (id, token.data()["token"].as_str().expect("a token").to_owned())
    }

    pub(crate) async fn ingest(&self, token: &str, media_type: &str, body: impl Into<Body>) -> Answer {
        let request = request(Method::POST, "/api/v1/ingest")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, media_type);
        self.send(request.body(body.into()).expect("a request")).await
    }
}

pub(crate) fn request(method: Method, path: &str) -> axum::http::request::Builder {
    Request::builder().method(method).uri(path).header(header::HOST, "localhost:8400")
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn value(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn data(&self) -> Value {
        self.value()["data"].clone()
    }

    pub(crate) fn error(&self) -> (StatusCode, String) {
        let value = self.value();
        assert!(value["error"]["message"].as_str().is_some_and(|message| !message.is_empty()), "{}", self.body);
        (self.status, value["error"]["code"].as_str().expect("a code").to_owned())
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

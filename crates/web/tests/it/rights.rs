//! Who may ask what: a real request for every route from everybody, compared with a table that people read.
//!
//! `UPDATE_RIGHTS=1 cargo test -p switchboard-web rights` writes the table anew after a route was added or changed.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use switchboard_app::directory::user::NewUser;
use switchboard_app::rights::Actor;
use switchboard_model::{Duty, Role};
use tower::ServiceExt;

use crate::test_web::{EMAIL, OPERATOR_KEY, PASSWORD, TestWeb, request};

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/rights.md");

const ASKERS: [&str; 5] = ["nobody", "observer", "member", "administrator", "operator"];

const HEAD: &str = "# Rights

Every address of an installation, and who comes in there.
Each line is tested with real requests: from somebody who is not known, from a user of each role, and with the operator's key of the machine.
“Needs” is the right that the route is registered with; `everybody` needs none, `token` is an address whose token is looked at there, `near` lets in monitors on the same machine too, `own` is what each user has for themselves.
What a user may do with one case is decided by its department as well; see `crates/app/src/rights.rs`.

| method | address | needs | nobody | observer | member | administrator | operator |
|---|---|---|---|---|---|---|---|
";

/// Whether they come in, each with a session of their own or the key.
struct Askers {
    web: TestWeb,
    /// Address and password of a user for each role.
    users: Vec<(Role, String)>,
}

impl Askers {
    async fn start() -> Self {
        let web = TestWeb::start().await;
        let administrator = web.app.users().first().cloned().expect("the administrator");
        let actor = Actor::User(administrator.into());
        let mut users = vec![(Role::Administrator, EMAIL.to_owned())];
        for role in [Role::Observer, Role::Member] {
            let email = format!("{}@acme.example", role.as_str());
            let new = NewUser {
                name: role.as_str().to_owned(),
                email: email.clone(),
                role,
                departments: Vec::new(),
                languages: Vec::new(),
                time_zone: None,
                duty: Duty::default(),
            };
            let (_, link) = web.app.invite(&actor, new).await.expect("invited");
            web.app.follow_link(&link, PASSWORD).await.expect("in");
            users.push((role, email));
        }
        Self { web, users }
    }

    async fn session(&self, role: Role) -> String {
        let (_, email) = self.users.iter().find(|(known, _)| *known == role).expect("a user of each role");
        self.web.app.log_in(email, PASSWORD).await.expect("logged in").token
    }

    async fn ask(&self, asker: &str, session: &str, method: &str, path: &str) -> Request<Body> {
        let mut request = request(method.parse::<Method>().expect("a method"), path);
        request = request.header("sec-fetch-site", "same-origin");
        request = match asker {
            "nobody" => request,
            "operator" => request.header(header::AUTHORIZATION, format!("Bearer {OPERATOR_KEY}")),
            _ => request.header(header::COOKIE, format!("switchboard_session={session}")),
        };
        let is_api = path.starts_with("/api/");
        let media_type = if is_api { "application/json" } else { "application/x-www-form-urlencoded" };
        request.header(header::CONTENT_TYPE, media_type).body(Body::empty()).expect("a request")
    }

    /// Whether the guard lets the request in, whatever becomes of it then.
    async fn comes_in(&self, request: Request<Body>) -> bool {
        let is_log_in = request.uri().path() == "/log-out";
        let answer = self.web.router.clone().oneshot(request).await.expect("an answer");
        let location = answer.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
        let leads_out = location.starts_with("/log-in") && !is_log_in;
        let is_refused = matches!(answer.status(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
        !is_refused && !leads_out
    }
}

/// An address with something at the places of ids that nothing has.
fn filled(path: &str) -> String {
    path.replace("{*path}", "switchboard.css")
        .replace("{id}", "00000000-0000-0000-0000-000000000000")
        .split('/')
        .map(|part| if part.starts_with('{') { "00000000-0000-0000-0000-000000000000" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

/// Whether somebody should come in.
fn expected(needs: &str, asker: &str) -> bool {
    let rank = ASKERS.iter().position(|known| *known == asker).expect("known");
    match needs {
        "everybody" => true,
        "own" => (1..=3).contains(&rank),
        "read" => rank >= 1,
        "work" => rank >= 2,
        "administer" | "near" => rank >= 3,
        "operate" => rank >= 4,
        "token" => false,
        other => panic!("an unknown need: {other}"),
    }
}

#[tokio::test]
async fn rights_are_as_the_table_says() {
    let askers = Askers::start().await;
    let mut table = HEAD.to_owned();
    let mut wrong = Vec::new();
    for role in Role::ALL {
        drop(askers.session(role).await);
    }
    let mut sessions = std::collections::HashMap::new();
    for (method, path, needs) in switchboard_web::doors() {
        let mut cells = Vec::new();
        for asker in ASKERS {
            let role = Role::from_word(asker);
            if let Some(role) = role
                && !sessions.contains_key(asker)
            {
                sessions.insert(asker, askers.session(role).await);
            }
            let session = sessions.get(asker).cloned().unwrap_or_default();
            let request = askers.ask(asker, &session, &method, &filled(&path)).await;
            let comes_in = askers.comes_in(request).await;
            if path == "/log-out" {
                sessions.remove(asker);
            }
            // Bodies are empty here, so a log-in or a link is refused by what it is for and not by the guard.
            let speaks_for_itself = matches!(path.as_str(), "/log-in" | "/links/{token}" | "/setup/{token}");
            if comes_in != expected(needs, asker) && !(needs == "everybody" && speaks_for_itself) {
                wrong.push(format!("{method} {path} needs {needs}: {asker} comes in: {comes_in}"));
            }
            cells.push(if comes_in || needs == "everybody" { "yes" } else { "–" });
        }
        table.push_str(&format!("| {method} | `{path}` | {needs} | {} |\n", cells.join(" | ")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    if std::env::var_os("UPDATE_RIGHTS").is_some() {
        std::fs::write(TABLE, &table).expect("docs/reference/rights.md can be written");
    }
    let committed = std::fs::read_to_string(TABLE).unwrap_or_default();
    for line in table.lines().filter(|line| !committed.lines().any(|known| known == *line)) {
        println!("not in the table: {line}");
    }
    for line in committed.lines().filter(|line| !table.lines().any(|known| known == *line)) {
        println!("no longer so: {line}");
    }
    assert!(
        committed == table,
        "docs/reference/rights.md is not what is registered; look at the lines above, and if they are meant, renew it \
         with UPDATE_RIGHTS=1 cargo test -p switchboard-web rights"
    );
}

#[tokio::test]
async fn what_is_registered_nowhere_is_refused() {
    let web = TestWeb::start().await;
    assert_eq!(web.get("/no-such-page").await.status, StatusCode::NOT_FOUND);
    assert_eq!(web.get("/api/v1/no-such-noun").await.status, StatusCode::NOT_FOUND);
}

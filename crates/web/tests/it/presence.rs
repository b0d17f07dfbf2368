//! Who is on a case, over the API and as the desk's script asks.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::json;
use switchboard_app::directory::user::NewUser;
use switchboard_app::rights::Actor;
use switchboard_model::{CaseFilter, Duty, Role};

use crate::live;
use crate::test_web::{Answer, PASSWORD, TestWeb, request};

/// An installation with a case, and what the administrator's colleagues log in with.
struct Office {
    web: TestWeb,
    token: String,
    rui: String,
    olga: String,
}

impl Office {
    async fn start() -> Self {
        let web = TestWeb::start().await;
        web.search("Acme", "acme").await;
        let (_, token) = web.door("forum").await;
        let hire = async |name: &str, role| {
            let new = NewUser {
                name: name.to_owned(),
                email: format!("{}@acme.example", name.to_lowercase().replace(' ', ".")),
                role,
                departments: Vec::new(),
                languages: Vec::new(),
                time_zone: None,
                duty: Duty::default(),
            };
            let (_, link) = web.app.invite(&Actor::Operator, new).await.expect("invited");
            web.app.follow_link(&link, PASSWORD).await.expect("in").token
        };
        let (rui, olga) = (hire("Rui <b> Carvalho", Role::Member).await, hire("Olga", Role::Observer).await);
        Self { web, token, rui, olga }
    }

    async fn case(&self, id: &str, visibility: &str) -> i64 {
        let post = json!({"id": id, "network": "forum", "text": "my acme kettle is broken, terrible, I want a refund",
            "visibility": visibility, "author": {"name": "Ana", "handle": "ana"}});
        self.web.ingest(&self.token, "application/json", post.to_string()).await;
        let filter = CaseFilter { with_private: true, limit: 50, ..CaseFilter::default() };
        let page = self.web.app.cases(&Actor::Operator, filter).await.expect("cases");
        page.cases.iter().map(|row| row.case.id.0).max().expect("a case")
    }

    /// What a colleague's browser is answered.
    async fn ask(&self, session: &str, method: Method, path: &str, media_type: &str, body: &str) -> Answer {
        let asked = request(method, path)
            .header(header::CONTENT_TYPE, media_type)
            .header(header::COOKIE, format!("switchboard_session={session}"))
            .header("sec-fetch-site", "same-origin");
        self.web.send_bare(asked.body(Body::from(body.to_owned())).expect("a request")).await
    }

    async fn put(&self, session: &str, case: i64, body: &str) -> Answer {
        self.ask(session, Method::PUT, &format!("/api/v1/cases/{case}/presence"), "application/json", body).await
    }

    async fn form(&self, session: &str, case: i64, doing: &str) -> Answer {
        let (path, form) = (format!("/cases/{case}/presence"), "application/x-www-form-urlencoded");
        self.ask(session, Method::POST, &path, form, &format!("doing={doing}")).await
    }
}

#[tokio::test]
async fn programs_say_and_see_who_is_there() {
    let office = Office::start().await;
    let case = office.case("1", "public").await;
    let path = format!("/api/v1/cases/{case}/presence");
    let answer = office.put(&office.rui, case, r#"{"doing":"writing"}"#).await;
    assert_eq!((answer.status, answer.data()), (StatusCode::OK, json!([])), "one does not see oneself");
    assert_eq!(office.put(&office.olga, case, r#"{"doing":"reading"}"#).await.status, StatusCode::OK);
    let seen = office.web.get(&path).await.data();
    let seen: Vec<_> = seen.as_array().expect("a list").iter().map(|one| (&one["name"], &one["doing"])).collect();
    assert_eq!(seen, [(&json!("Rui <b> Carvalho"), &json!("writing")), (&json!("Olga"), &json!("reading"))]);
    let gone = office.ask(&office.rui, Method::DELETE, &path, "application/json", "").await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(office.web.get(&path).await.data().as_array().map(Vec::len), Some(1));
    for body in [r#"{"doing":"gone"}"#, r#"{"doing":"sleeping"}"#, "{}"] {
        assert_eq!(office.put(&office.rui, case, body).await.status, StatusCode::BAD_REQUEST, "{body}");
    }
}

#[tokio::test]
async fn the_page_s_script_gets_a_part_of_the_page() {
    let office = Office::start().await;
    let case = office.case("1", "public").await;
    assert!(office.web.get(&format!("/cases/{case}")).await.body.contains("id=\"presence\" aria-live=\"polite\""));
    assert_eq!(office.form(&office.rui, case, "writing").await.status, StatusCode::OK);
    let part = office.form(&office.olga, case, "reading").await;
    assert!(part.body.contains("Rui &#60;b&#62; Carvalho is writing an answer"), "{}", part.body);
    assert!(part.body.contains("Rui is writing an answer too."), "{}", part.body);
    assert_eq!(part.header("cache-control"), "no-store");
    assert_eq!(office.form(&office.rui, case, "gone").await.status, StatusCode::NO_CONTENT);
    let part = office.form(&office.olga, case, "reading").await;
    assert!(!part.body.contains("Rui"), "{}", part.body);
    assert_eq!(office.form(&office.rui, case, "sleeping").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn of_private_cases_only_those_are_told_who_may_see_them() {
    let office = Office::start().await;
    let (private, public) = (office.case("1", "direct").await, office.case("2", "public").await);
    let observed = office.put(&office.olga, private, r#"{"doing":"reading"}"#).await;
    assert_eq!(observed.status, StatusCode::NOT_FOUND);
    assert_eq!(office.form(&office.olga, private, "reading").await.status, StatusCode::NOT_FOUND);
    let (mut member, mut observer) =
        (live::listen_as(&office.web, &office.rui).await, live::listen_as(&office.web, &office.olga).await);
    for stream in [&mut member, &mut observer] {
        assert!(live::next(stream).await.expect("an event").contains("event: hello"));
    }
    let mara = office.web.session.clone();
    office.form(&mara, private, "reading").await;
    let told = live::next(&mut member).await.expect("an event");
    assert!(told.contains("event: presence") && told.contains(&format!("\"case\":{private}")), "{told}");
    office.form(&mara, public, "reading").await;
    let told = live::next(&mut observer).await.expect("an event");
    assert!(told.contains("event: presence") && told.contains(&format!("\"case\":{public}")), "{told}");
    assert!(!told.contains(&format!("\"case\":{private}")), "{told}");
}

//! The desk and its cases as colleagues meet them: who sees what, who may do what, and what a refused form says.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::json;
use switchboard_app::answer::account::NewAccount;
use switchboard_app::directory::user::NewUser;
use switchboard_app::rights::Actor;
use switchboard_model::{CaseFilter, CaseId, Department, Duty, Role, SourceKind};

use crate::test_web::{Answer, TestWeb, request};

/// Somebody who is logged in.
pub(crate) struct Colleague {
    pub(crate) session: String,
}

/// An installation with departments, colleagues and a way for posts to come in.
pub(crate) struct Desk {
    pub(crate) web: TestWeb,
    token: String,
}

impl Desk {
    pub(crate) async fn start() -> Self {
        let web = TestWeb::start().await;
        web.search("Acme", "acme").await;
        let (_, token) = web.door("forum").await;
        Self { web, token }
    }

    /// The department that complaints go to.
    pub(crate) async fn home(&self, id: CaseId) -> Department {
        let case = self.web.app.case(&Actor::Operator, id).await.expect("a case");
        self.web.app.department(case.department).expect("a department")
    }

    pub(crate) async fn colleague(&self, name: &str, role: Role, departments: &[&Department]) -> Colleague {
        let new = NewUser {
            name: name.to_owned(),
            email: format!("{}@acme.example", name.split(' ').next().expect("a name").to_lowercase()),
            role,
            departments: departments.iter().map(|department| department.id).collect(),
            languages: Vec::new(),
            time_zone: Some("UTC".to_owned()),
            duty: Duty::default(),
        };
        let (_, token) = self.web.app.invite(&Actor::Operator, new).await.expect("a user");
        let session = self.web.app.follow_link(&token, "correct horse battery staple").await.expect("a session");
        Colleague { session: session.token }
    }

    async fn say(&self, id: &str, text: &str, visibility: &str) {
        let post = json!({"id": id, "network": "forum", "text": text, "visibility": visibility,
            "url": format!("https://forum.example/{id}"), "author": {"name": "Ana <b>", "handle": "ana"}});
        let answer = self.web.ingest(&self.token, "application/json", post.to_string()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    }

    /// A complaint, and the case it became.
    pub(crate) async fn complaint(&self, id: &str, visibility: &str) -> CaseId {
        self.say(id, "my acme kettle is broken, this is terrible, I want a refund", visibility).await;
        let filter = CaseFilter { with_private: true, limit: 50, ..CaseFilter::default() };
        let page = self.web.app.cases(&Actor::Operator, filter).await.expect("cases");
        page.cases.iter().map(|row| row.case.id).max().expect("a case was opened")
    }

    pub(crate) async fn get(&self, who: &Colleague, path: &str) -> Answer {
        self.as_browser(who, Method::GET, path, "").await
    }

    pub(crate) async fn post(&self, who: &Colleague, path: &str, fields: &str) -> Answer {
        self.as_browser(who, Method::POST, path, fields).await
    }

    async fn as_browser(&self, who: &Colleague, method: Method, path: &str, fields: &str) -> Answer {
        let request = request(method, path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::COOKIE, format!("switchboard_session={}", who.session))
            .header("sec-fetch-site", "same-origin");
        self.web.send_bare(request.body(Body::from(fields.to_owned())).expect("a request")).await
    }

    pub(crate) async fn version(&self, id: CaseId) -> u32 {
        self.web.app.case(&Actor::Operator, id).await.expect("a case").version
    }
}

pub(crate) fn owner(page: &Answer) -> &str {
    page.body.split("data-owner=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default()
}

#[tokio::test]
async fn a_complaint_is_on_the_desk_with_its_marked_words() {
    let desk = Desk::start().await;
    let empty = desk.web.get("/desk").await;
    assert!(empty.body.contains("No case yet"), "{}", empty.body);
    let id = desk.complaint("1", "public").await;
    let page = desk.web.get("/desk").await;
    for part in
        ["<mark>acme</mark>", "1 case", "complaint", "Ana &#60;b&#62;", &format!("/desk?queue=all&#38;case={id}")]
    {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    let case = desk.web.get(&format!("/cases/{id}")).await;
    for part in ["Why this priority", "Why it is here", "answered where it was said", "https://forum.example/1"] {
        assert!(case.body.contains(part), "{part}: {}", case.body);
    }
    let both = desk.web.get(&format!("/desk?queue=all&case={id}")).await;
    assert!(both.body.contains("id=\"rows\"") && both.body.contains("id=\"case\""));
    let alone = desk.web.get(&format!("/desk?queue=all&case={id}&part=case")).await;
    assert!(!alone.body.contains("<html") && !alone.body.contains("id=\"rows\"") && alone.body.contains("id=\"case\""));
    let list = desk.web.get("/desk?queue=all&part=list").await;
    assert!(!list.body.contains("<html") && list.body.contains("id=\"rows\"") && list.body.contains("id=\"queues\""));
}

#[tokio::test]
async fn of_two_who_claim_at_once_one_is_told_who_was_faster() {
    let desk = Desk::start().await;
    let id = desk.complaint("1", "public").await;
    let home = desk.home(id).await;
    let ines = desk.colleague("Ines Okafor", Role::Member, &[&home]).await;
    let rui = desk.colleague("Rui Carvalho", Role::Member, &[&home]).await;
    let fields = format!("version={}&back=%2Fdesk%3Fqueue%3Dall%26case%3D{id}", desk.version(id).await);
    let first = desk.post(&ines, &format!("/cases/{id}/claim"), &fields).await;
    assert_eq!(
        (first.status, first.header("location")),
        (StatusCode::SEE_OTHER, &*format!("/desk?queue=all&case={id}"))
    );
    let second = desk.post(&rui, &format!("/cases/{id}/claim"), &fields).await;
    assert_eq!(second.status, StatusCode::CONFLICT, "{}", second.body);
    assert!(second.body.contains("Ines Okafor was faster, just now"), "{}", second.body);
    assert_eq!(owner(&desk.get(&ines, &format!("/cases/{id}")).await), "you");
    assert_eq!(owner(&desk.get(&rui, &format!("/cases/{id}")).await), "Ines Okafor");
    assert!(desk.get(&ines, "/desk?queue=yours").await.body.contains("class=\"row\""));
    assert!(desk.get(&rui, "/desk?queue=yours").await.body.contains("Nothing of yours is left"));
    assert!(!desk.get(&rui, "/desk?queue=yours").await.body.contains("class=\"row\""));
}

#[tokio::test]
async fn a_stale_form_keeps_what_was_typed_and_says_what_happened() {
    let desk = Desk::start().await;
    let id = desk.complaint("1", "public").await;
    let home = desk.home(id).await;
    let ines = desk.colleague("Ines Okafor", Role::Member, &[&home]).await;
    let seen = desk.version(id).await;
    assert_eq!(
        desk.post(&ines, &format!("/cases/{id}/wait"), &format!("version={seen}")).await.status,
        StatusCode::SEE_OTHER
    );
    let fields = format!("version={seen}&outcome=no_answer&reason=my+long+%3Cwords%3E");
    let page = desk.web.form(&format!("/cases/{id}/close"), &fields).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    for part in [
        "changed while you looked",
        "lets it wait for the author",
        "my long &#60;words&#62;</textarea>",
        "data-verb=\"close\" open",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    let again = format!("version={}&outcome=no_answer&reason=words", desk.version(id).await);
    assert_eq!(desk.web.form(&format!("/cases/{id}/close"), &again).await.status, StatusCode::SEE_OTHER);
    assert!(desk.web.get("/desk?queue=all&state=closed").await.body.contains("no answer"));
}

#[tokio::test]
async fn words_survive_even_where_their_form_does_not() {
    let desk = Desk::start().await;
    let id = desk.complaint("1", "public").await;
    let home = desk.home(id).await;
    let ines = desk.colleague("Ines Okafor", Role::Member, &[&home]).await;
    let (seen, path) = (desk.version(id).await, format!("/cases/{id}/close"));
    let by_her = desk.post(&ines, &path, &format!("version={seen}&outcome=no_answer&reason=hers")).await;
    assert_eq!(by_her.status, StatusCode::SEE_OTHER, "{}", by_her.body);
    for (verb, fields) in [("close", "outcome=no_answer&reason=my+%3Cwords%3E"), ("transfer", "note=my+%3Cwords%3E")] {
        let page = desk.web.form(&format!("/cases/{id}/{verb}"), &format!("version={seen}&{fields}")).await;
        assert!(page.status.is_client_error(), "{verb}: {}", page.status);
        assert!(page.body.contains("my &#60;words&#62;</textarea>"), "{verb}: {}", page.body);
    }
}

#[tokio::test]
async fn ownership_is_offered_and_accepted() {
    let desk = Desk::start().await;
    let id = desk.complaint("1", "public").await;
    let home = desk.home(id).await;
    let other = desk.web.app.departments().iter().find(|department| department.id != home.id).expect("another").clone();
    let ines = desk.colleague("Ines Okafor", Role::Member, &[&home]).await;
    let rui = desk.colleague("Rui Carvalho", Role::Member, &[&other]).await;
    let path = |verb: &str| format!("/cases/{id}/{verb}");
    desk.post(&ines, &path("claim"), &format!("version={}", desk.version(id).await)).await;
    let empty = desk.post(&ines, &path("transfer"), &format!("version=2&to={}&reason=language&note=", other.id)).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        empty.body.contains("data-verb=\"transfer\" open")
            && empty.body.contains(&format!("value=\"{}\" selected", other.id))
    );
    let sent = desk
        .post(&ines, &path("transfer"), &format!("version=2&to={}&reason=language&note=Speaks+Polish", other.id))
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let offered = desk.get(&rui, "/desk?queue=offered").await;
    assert!(offered.body.contains("offered to you"), "{}", offered.body);
    assert_eq!(owner(&desk.get(&ines, &path("")[..path("").len() - 1]).await), "you", "the sender keeps it until then");
    let accepted = desk.post(&rui, &path("accept"), &format!("version={}", desk.version(id).await)).await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER, "{}", accepted.body);
    let page = desk.get(&rui, &format!("/cases/{id}")).await;
    assert_eq!(owner(&page), "you");
    assert!(page.body.contains("Speaks Polish") && page.body.contains("<bdi>Ines Okafor</bdi>"), "{}", page.body);
    let late = desk.post(&ines, &path("close"), &format!("version={}&outcome=thanked", desk.version(id).await)).await;
    assert_eq!(late.status, StatusCode::FORBIDDEN, "the case is another department's now");
}

#[tokio::test]
async fn every_form_does_what_it_says() {
    let desk = Desk::start().await;
    let id = desk.complaint("1", "public").await;
    let home = desk.home(id).await;
    let ines = desk.colleague("Ines Okafor", Role::Member, &[&home]).await;
    let steps = [
        ("note", "text=a+private+note", "a private note"),
        ("tag", "tags=Refund%2C+kettle", ">kettle</a>"),
        ("tag", "tags=kettle", "took the tag refund off"),
        ("prioritise", "score=95&why=the+press+asks", "set the priority to 95"),
        ("claim", "", "data-owner=\"you\""),
        ("release", "why=my+duty+ends", "gave it back to the desk"),
        ("snooze", "until=tomorrow", "sleeps until"),
        ("resume", "", "data-state=\"open\""),
        ("wait", "", "data-state=\"waiting\""),
        ("resume", "", "opened it again"),
        ("close", "outcome=solved_privately", "solved privately"),
        ("reopen", "why=too+early", "reopened it"),
        ("snooze", "until=own&own=2990-01-01T09%3A00", "422"),
    ];
    for (verb, fields, expected) in steps {
        let fields = format!("version={}&{fields}", desk.version(id).await);
        let done = desk.post(&ines, &format!("/cases/{id}/{verb}"), &fields).await;
        if expected == "422" {
            assert_eq!(done.status, StatusCode::UNPROCESSABLE_ENTITY, "{verb}: {}", done.body);
            assert!(done.body.contains("value=\"2990-01-01T09:00\""), "what was typed stays");
            continue;
        }
        assert_eq!(
            (done.status, done.header("location")),
            (StatusCode::SEE_OTHER, &*format!("/cases/{id}")),
            "{verb}: {}",
            done.body
        );
        let page = desk.get(&ines, &format!("/cases/{id}")).await;
        assert!(page.body.contains(expected), "{verb}: {expected}: {}", page.body);
    }
    let tagged = desk.get(&ines, "/desk?queue=all&tag=kettle").await;
    assert!(tagged.body.contains("class=\"row\""), "{}", tagged.body);
}

#[tokio::test]
async fn observers_read_what_is_public_and_change_nothing() {
    let desk = Desk::start().await;
    let public = desk.complaint("1", "public").await;
    let private = desk.complaint("2", "direct").await;
    assert_ne!(public, private);
    let watcher = desk.colleague("Wanda Watcher", Role::Observer, &[]).await;
    let list = desk.get(&watcher, "/desk").await;
    assert_eq!(list.body.matches("class=\"row\"").count(), 1, "{}", list.body);
    assert!(list.body.contains("1 case<"), "private ones are not counted either: {}", list.body);
    assert_eq!(desk.web.get("/desk").await.body.matches("class=\"row\"").count(), 2);
    let list = desk.get(&watcher, "/desk").await;
    assert_eq!(list.body.matches("class=\"row\"").count(), 1, "what others read is not kept for everybody");
    let page = desk.get(&watcher, &format!("/cases/{public}")).await;
    assert!(page.body.contains("Observers read only") && !page.body.contains("/claim"), "{}", page.body);
    assert_eq!(desk.get(&watcher, &format!("/cases/{private}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(desk.get(&watcher, "/posts/forum%3A2").await.status, StatusCode::NOT_FOUND);
    for verb in ["claim", "note", "close", "transfer"] {
        let refused = desk.post(&watcher, &format!("/cases/{public}/{verb}"), "version=1&text=x").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{verb}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    let desk = Desk::start().await;
    let id = desk.complaint("1", "public").await;
    for path in ["/cases/999", "/cases/x", "/cases/-1", "/desk?queue=nothing", "/desk?queue=all&case=999"] {
        assert_eq!(desk.web.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/desk?state=asleep", "/desk?after=x", "/desk?case=x"] {
        assert_eq!(desk.web.get(path).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
    assert_eq!(desk.web.form("/cases/999/claim", "version=1").await.status, StatusCode::NOT_FOUND);
    let foreign = "00000000-0000-0000-0000-000000000000";
    for (verb, fields) in
        [("assign", format!("to={foreign}")), ("transfer", format!("to={foreign}&reason=other&note=x"))]
    {
        let refused = desk.web.form(&format!("/cases/{id}/{verb}"), &format!("version=1&{fields}")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{verb}: {}", refused.body);
    }
    let elsewhere = desk.web.form(&format!("/cases/{id}/note"), "text=x&back=https%3A%2F%2Fevil.example%2F").await;
    assert_eq!(elsewhere.header("location"), format!("/cases/{id}"));
    let large = format!("version=1&text={}", "x".repeat(1 << 20));
    assert_eq!(desk.web.form(&format!("/cases/{id}/note"), &large).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_mention_is_made_a_case_by_hand_once() {
    let desk = Desk::start().await;
    desk.say("7", "acme opens a shop on Monday", "public").await;
    assert!(desk.web.get("/desk").await.body.contains("No case yet"));
    let page = desk.web.get("/posts/forum%3A7").await;
    assert!(page.body.contains("Make a case of it"), "{}", page.body);
    let made = desk.web.form("/posts/forum%3A7/case", "").await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    assert!(made.header("location").starts_with("/cases/"));
    let again = desk.web.form("/posts/forum%3A7/case", "").await;
    assert_eq!(again.header("location"), made.header("location"));
    let page = desk.web.get("/posts/forum%3A7").await;
    assert!(page.body.contains(made.header("location")) && !page.body.contains("Make a case of it"), "{}", page.body);
    assert_eq!(desk.web.form("/posts/forum%3A99/case", "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_long_list_is_paged_without_gap() {
    let desk = Desk::start().await;
    for number in 0..60 {
        desk.say(&number.to_string(), "my acme kettle is broken, I want a refund", "public").await;
    }
    let first = desk.web.get("/desk").await;
    assert_eq!(first.body.matches("class=\"row\"").count(), 50);
    let next =
        first.body.split('"').find(|part| part.contains("&#38;after=")).expect("further down").replace("&#38;", "&");
    let second = desk.web.get(&next).await;
    assert_eq!(second.body.matches("class=\"row\"").count(), 10, "{}", second.body);
    assert!(second.body.contains("Back to the top") && !second.body.contains("rel=\"next\""));
}

/// A case on a network where an account of ours may write.
async fn answerable() -> (Desk, CaseId, String) {
    let desk = Desk::start().await;
    let new = NewAccount {
        network: SourceKind::Mastodon,
        settings: json!({"instance": "https://social.example", "token": "hunter2"}),
        departments: Vec::new(),
    };
    let account = desk.web.app.add_account(&Actor::Operator, new).await.expect("an account");
    let post = json!({"id": "9", "network": "mastodon", "text": "my acme kettle is broken, I want a refund",
        "url": "https://social.example/@ana/9", "author": {"id": "ana-1", "name": "Ana", "handle": "ana@social.example"}});
    let answer = desk.web.ingest(&desk.token, "application/json", post.to_string()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let filter = CaseFilter { with_private: true, limit: 50, ..CaseFilter::default() };
    let page = desk.web.app.cases(&Actor::Operator, filter).await.expect("cases");
    (desk, page.cases.first().expect("a case").case.id, account.id.to_string())
}

#[tokio::test]
async fn a_draft_is_kept_and_measured_while_it_is_written() {
    let (desk, id, account) = answerable().await;
    let path = format!("/cases/{id}/draft");
    let fields =
        |draft: u32, text: &str| format!("quiet=1&account={account}&to=mastodon%3A9&draft={draft}&text={text}");
    let kept = desk.web.form(&path, &fields(0, "Dear+Ana")).await;
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.body);
    for part in ["data-draft=\"1\"", "8 of 40", "begins with", "saved"] {
        assert!(kept.body.contains(part), "{part}: {}", kept.body);
    }
    assert!(!kept.body.contains("<html"), "the script puts it into the page");
    let long = desk.web.form(&path, &fields(1, &"x".repeat(45))).await;
    assert!(long.body.contains("5 too long") && long.body.contains("Too long; leave something out."), "{}", long.body);
    let stale = desk.web.form(&path, &fields(1, "from+another+window")).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.body.contains("data-draft=\"2\"") && stale.body.contains("another window"), "{}", stale.body);
    let page = desk.web.get(&format!("/cases/{id}")).await;
    assert!(page.body.contains(&"x".repeat(45)) && page.body.contains("acme@social.example"), "{}", page.body);
    let loud = format!("account={account}&draft=2&text=Dear+Ana&back=%2Fdesk%3Fqueue%3Dall%26case%3D{id}");
    assert_eq!(desk.web.form(&path, &loud).await.header("location"), format!("/desk?queue=all&case={id}"));
}

#[tokio::test]
async fn a_reply_is_put_into_the_outbox_once_and_can_be_taken_back() {
    let (desk, id, account) = answerable().await;
    let path = format!("/cases/{id}/reply");
    let fields = |text: &str| format!("account={account}&to=mastodon%3A9&draft=0&then=wait&text={text}");
    let long = desk.web.form(&path, &fields(&format!("%3Cb%3E{}", "y".repeat(60)))).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        long.body.contains("&#60;b&#62;yyy") && long.body.contains("too long; leave something out"),
        "{}",
        long.body
    );
    let sent = desk.web.form(&path, &fields("We+are+sorry")).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let (back, reply) = sent.header("location").split_once("#reply-").expect("leads to the reply");
    assert_eq!(back, format!("/cases/{id}"));
    let twice = desk.web.form(&path, &fields("We+are+sorry")).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    assert!(twice.body.contains("sent already"), "{}", twice.body);
    let page = desk.web.get(back).await;
    assert!(page.body.contains("We are sorry") && page.body.contains("Take it back"), "{}", page.body);
    let withdraw = format!("/cases/{id}/replies/{reply}/withdraw");
    assert_eq!(desk.web.form(&withdraw, "").await.status, StatusCode::SEE_OTHER);
    let late = desk.web.form(&withdraw, "").await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(desk.web.get(back).await.body.contains("Taken back before it left"));
    for path in [format!("/cases/{id}/replies/x/withdraw"), format!("/cases/{id}/replies/{}/retry", uuid::Uuid::nil())]
    {
        assert_eq!(desk.web.form(&path, "").await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn what_is_filtered_can_be_sent_saved_and_removed() {
    let desk = Desk::start().await;
    let id = desk.complaint("1", "public").await;
    let home = desk.home(id).await;
    let ines = desk.colleague("Ines Okafor", Role::Member, &[&home]).await;
    let rui = desk.colleague("Rui Carvalho", Role::Member, &[]).await;
    // The form leaves its empty fields in the address; the page takes them out again.
    let form =
        desk.get(&ines, "/desk?queue=all&owner=&state=open&network=forum&language=&tag=&least=1&order=newest").await;
    let address = "/desk?queue=all&state=open&network=forum&least=1&order=newest";
    assert_eq!((form.status, form.header("location")), (StatusCode::SEE_OTHER, address));
    assert!(desk.get(&ines, address).await.body.contains("class=\"row\""));
    assert!(!desk.get(&ines, &address.replace("forum", "mail")).await.body.contains("class=\"row\""));
    for refused in ["/desk?least=200", "/desk?queue=yours&owner=nobody", "/desk?department=nowhere"] {
        assert_eq!(desk.get(&ines, refused).await.status, StatusCode::BAD_REQUEST, "{refused}");
    }
    let fields = "queue=all&state=open&network=forum&least=1&order=newest&name=Forum+%3Cfirst%3E";
    let saved = desk.post(&ines, "/desk/views", fields).await;
    let view = saved.header("location").split("&view=").nth(1).expect("a view").to_owned();
    assert_eq!((saved.status, saved.header("location")), (StatusCode::SEE_OTHER, &*format!("{address}&view={view}")));
    let page = desk.get(&ines, saved.header("location")).await;
    for part in
        ["<h2>Views</h2>", "Forum &#60;first&#62;</span> <span class=\"n\">1</span>", "Remove the view", "1 case"]
    {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    // A name that is taken comes back in its form.
    let taken = desk.post(&ines, "/desk/views", fields).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    for part in ["value=\"Forum &#60;first&#62;\"", "is called", " open>"] {
        assert!(taken.body.contains(part), "{part}: {}", taken.body);
    }
    // The short address leads to the whole filter; a colleague has the filter and not the view.
    let short = desk.get(&ines, &format!("/desk?view={view}&case={id}")).await;
    assert_eq!(short.header("location"), format!("{address}&view={view}&case={id}"));
    assert_eq!(desk.get(&rui, &format!("/desk?view={view}")).await.status, StatusCode::NOT_FOUND);
    let sent = desk.get(&rui, saved.header("location")).await;
    assert!(sent.body.contains("class=\"row\"") && !sent.body.contains("<h2>Views</h2>"), "{}", sent.body);
    // Sharing is an administrator's.
    assert_eq!(desk.post(&rui, "/desk/views", "name=All&is_shared=on").await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        desk.web.form("/desk/views", "queue=desk:service&name=Service+now&is_shared=on").await.status,
        StatusCode::SEE_OTHER
    );
    let seen = desk.get(&rui, "/desk").await;
    assert!(seen.body.contains("Service now") && !seen.body.contains("Remove the view"), "{}", seen.body);
    let gone = desk.post(&rui, &format!("/desk/views/{view}/remove"), "").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    let gone = desk.post(&ines, &format!("/desk/views/{view}/remove"), "").await;
    assert_eq!((gone.status, gone.header("location")), (StatusCode::SEE_OTHER, address));
    assert!(!desk.get(&ines, address).await.body.contains("Forum &#60;first&#62;"));
}

#[tokio::test]
async fn views_and_filters_of_the_api() {
    let desk = Desk::start().await;
    let id = desk.complaint("1", "public").await;
    let home = desk.home(id).await;
    let listed = async |query: &str| {
        let answer = desk.web.get(&format!("/api/v1/cases?{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.body);
        answer.data().as_array().map_or(0, Vec::len)
    };
    let nowhere = "00000000-0000-0000-0000-000000000000";
    assert_eq!(listed(&format!("department={nowhere},{}", home.id)).await, 1);
    assert_eq!(listed(&format!("department={nowhere}")).await, 0);
    assert_eq!(listed("network=forum&language=en&least_priority=1&order=newest").await, 1);
    assert_eq!(listed("language=de").await, 0);
    for query in ["language=d%25", "least_priority=101", "order=oldest", "department=x", "network=%00"] {
        let answer = desk.web.get(&format!("/api/v1/cases?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
    }
    let body = json!({"name": "Forum", "is_shared": true, "filter": {"network": "forum", "state": "open"}});
    let added = desk.web.json(Method::POST, "/api/v1/views", body.clone()).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    let view = added.data();
    assert_eq!((&view["user"], &view["filter"]["owner"]), (&json!(null), &json!("anybody")));
    assert_eq!(desk.web.json(Method::POST, "/api/v1/views", body).await.status, StatusCode::CONFLICT);
    let path = format!("/api/v1/views/{}", view["id"].as_str().expect("an id"));
    let changed = desk.web.json(Method::PUT, &path, json!({"name": "Nothing", "is_shared": true})).await;
    assert_eq!((changed.status, &changed.data()["filter"]["network"]), (StatusCode::OK, &json!(null)));
    assert_eq!(desk.web.get("/api/v1/views").await.data()[0]["name"], "Nothing");
    assert_eq!(desk.web.json(Method::DELETE, &path, json!(null)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(desk.web.json(Method::DELETE, &path, json!(null)).await.status, StatusCode::NOT_FOUND);
}

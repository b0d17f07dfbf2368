//! Settings by forms: what is done, and what is refused with the next step.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::test_web::TestWeb;

const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn department(web: &TestWeb, key: &str) -> String {
    let departments = web.app.departments();
    departments.iter().find(|department| department.key == key).expect("of the template").id.to_string()
}

#[tokio::test]
async fn forms_that_are_too_large_or_name_nothing_are_refused() {
    let web = TestWeb::start().await;
    let large = format!("name=Acme&handles={}", "x".repeat(1 << 20));
    for path in ["/settings/company", "/settings/you", "/settings/rules", "/settings/keys", "/log-in"] {
        let answer = web.form(path, &large).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        assert!(answer.body.contains("too large"), "{path}: {}", answer.body);
    }
    let long = format!("name={}&role=member&email=a%40b.example", "x".repeat(100_000));
    let answer = web.form("/settings/users", &long).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("id=\"name-wrong\""));
    for noun in ["users", "departments", "rules"] {
        for id in [NOBODY, "x", "%00"] {
            let path = format!("/settings/{noun}/{id}");
            assert_eq!(web.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(web.form(&path, "name=x").await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    for path in ["users/{}/link", "users/{}/deactivate", "departments/{}/close", "rules/{}/remove", "keys/{}/remove"] {
        let path = format!("/settings/{}", path.replace("{}", NOBODY));
        assert_eq!(web.form(&path, "").await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let nul = web.form("/settings/company", "name=a%00b").await;
    assert_eq!(nul.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_must_always_hold_is_refused_with_what_to_do_first() {
    let web = TestWeb::start().await;
    let mara = web.app.users().first().expect("the administrator").id;
    let check = async |path: &str, fields: &str, words: &str| {
        let answer = web.form(path, fields).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{path}: {}", answer.body);
        assert!(answer.body.contains("role=\"alert\"") && answer.body.contains(words), "{words}: {}", answer.body);
    };
    check(&format!("/settings/users/{mara}/deactivate"), "", "give it another head first").await;
    let service = department(&web, "service");
    let fallback = web.app.company().expect("a company").fallback;
    check(&format!("/settings/departments/{fallback}/close"), "", "first").await;
    let led = format!("name=Mara&email=mara%40acme.example&role=administrator&time_zone=UTC&departments={service}");
    check(&format!("/settings/users/{mara}"), &led, "give it another head or deputy first").await;
    let all: String = web.app.departments().iter().map(|one| format!("&departments={}", one.id)).collect();
    let demoted = format!("name=Mara&email=mara%40acme.example&role=member&time_zone=UTC{all}");
    check(&format!("/settings/users/{mara}"), &demoted, "administrator").await;
}

#[tokio::test]
async fn a_rule_is_written_moved_and_removed() {
    let web = TestWeb::start().await;
    let bad = format!("name=Refunds&when={}&priority=5", encoded("refund OR (money"));
    let answer = web.form("/settings/rules", &bad).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("refund OR <span class=\"here\">(</span>money"), "{}", answer.body);
    assert!(answer.body.contains("id=\"when-wrong\"") && answer.body.contains("value=\"Refunds\""));

    let sales = department(&web, "sales");
    let good = format!("name=Refunds&when=refund&department={sales}&tags=money%2C+risk&priority=%2B5&is_enabled=on");
    assert_eq!(web.form("/settings/rules", &good).await.header("location"), "/settings/rules");
    let rule = web.app.rules().iter().find(|rule| rule.name == "Refunds").cloned().expect("kept");
    assert_eq!((rule.tags.as_slice(), rule.priority), (&["money".to_owned(), "risk".to_owned()][..], 5));
    let again = web.form("/settings/rules", &good).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.body.contains("id=\"name-wrong\""), "{}", again.body);

    let moved = web.form(&format!("/settings/rules/{}/move", rule.id), "place=1").await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER);
    assert_eq!(web.app.rules().first().map(|rule| rule.name.clone()).as_deref(), Some("Refunds"));
    let off = good.replace("&is_enabled=on", "");
    assert_eq!(web.form(&format!("/settings/rules/{}", rule.id), &off).await.status, StatusCode::SEE_OTHER);
    assert!(web.get("/settings/rules").await.body.contains("<span class=\"tag\">off</span>"));
    assert_eq!(web.form(&format!("/settings/rules/{}/remove", rule.id), "").await.status, StatusCode::SEE_OTHER);
    assert!(!web.app.rules().iter().any(|rule| rule.name == "Refunds"));
}

#[tokio::test]
async fn company_departments_and_you_are_changed() {
    let web = TestWeb::start().await;
    let changed =
        web.form("/settings/company", "name=Acme+Kettles&handles=%40acme%0D%0Aacme.example&website=acme.example");
    assert_eq!(changed.await.status, StatusCode::SEE_OTHER);
    let company = web.app.company().expect("a company");
    assert_eq!((company.name.as_str(), company.handles.len()), ("Acme Kettles", 2));
    let refused = web.form("/settings/company", "name=+&handles=&website=").await;
    assert!(refused.body.contains("id=\"name-wrong\""), "{}", refused.body);
    let sales = department(&web, "sales");
    web.form("/settings/company/fallback", &format!("fallback={sales}")).await;
    assert_eq!(web.app.company().expect("a company").fallback.to_string(), sales);

    let mara = web.app.users().first().expect("the administrator").id;
    let added = format!("name=Repairs&key=&head={mara}&deputy=&intents=complaint&keywords=lid%0D%0Ahinge");
    assert_eq!(web.form("/settings/departments", &added).await.header("location"), "/settings/departments");
    let repairs = department(&web, "repairs");
    let taken = web.form("/settings/departments", &added).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    assert_eq!(web.form(&format!("/settings/departments/{repairs}/close"), "").await.status, StatusCode::SEE_OTHER);
    assert!(web.get("/settings/departments").await.body.contains("<span class=\"tag\">closed</span>"));
    assert!(!web.get("/directory").await.body.contains("Repairs"), "what is closed takes nothing");
    assert_eq!(web.form(&format!("/settings/departments/{repairs}/open"), "").await.status, StatusCode::SEE_OTHER);
    assert!(web.get("/directory?q=rep").await.body.contains("Repairs"));

    let you = "name=Mara&languages=sv%2C+en&time_zone=Europe%2FStockholm&duty=mon-fri+9-17";
    assert_eq!(web.form("/settings/you", you).await.status, StatusCode::SEE_OTHER);
    let page = web.get("/settings/you").await.body;
    assert!(page.contains("value=\"mon-fri 09:00-17:00\"") && page.contains("value=\"sv, en\""), "{page}");
    let refused = web.form("/settings/you", "name=Mara&languages=&time_zone=UTC&duty=always").await;
    assert!(
        refused.body.contains("id=\"duty-wrong\"") && refused.body.contains("value=\"always\""),
        "{}",
        refused.body
    );
    let password = "old_password=not+this&password=four+calm+green+owls&again=four+calm+green+owls";
    let refused = web.form("/settings/you/password", password).await;
    assert!(refused.body.contains("id=\"old_password-wrong\""), "{}", refused.body);
    let password = password.replace("not+this", "correct+horse+battery");
    assert!(web.form("/settings/you/password", &password).await.body.contains("Your password is changed"));
    assert_eq!(web.get("/settings/you").await.status, StatusCode::OK, "this session stays");
}

#[tokio::test]
async fn pages_look_as_their_reader_prefers() {
    let web = TestWeb::start().await;
    let page = web.get("/settings/you").await.body;
    assert!(
        page.contains("How it looks") && !page.contains("data-theme"),
        "nothing is written of what is usual: {page}"
    );
    let all = "theme=dark&contrast=more&density=compact&keys=off&language=ar-XB&clock=12";
    assert_eq!(web.form("/settings/you/preferences", all).await.header("location"), "/settings/you");
    let page = web.get("/desk").await.body;
    let html = page.lines().find(|line| line.starts_with("<html")).expect("a page");
    let said = ["lang=\"ar-XB\" dir=\"rtl\"", "data-clock=\"12\"", "data-theme=\"dark\"", "data-contrast=\"more\""];
    for said in said.into_iter().chain(["data-density=\"compact\"", "data-keys=\"off\""]) {
        assert!(html.contains(said), "{said}: {html}");
    }
    let page = web.get("/settings/you").await.body;
    for chosen in ["\"dark\" selected", "\"more\" selected", "\"ar-XB\" selected", "\"12\" selected"] {
        assert!(page.contains(chosen), "{chosen}: {page}");
    }
    // One choice alone leaves the others, and the other form of the page leaves them all.
    web.form("/settings/you/preferences", "language=en").await;
    web.form("/settings/you", "name=Mara&time_zone=UTC").await;
    let path = format!("/api/v1/users/{}", web.app.users().first().expect("the administrator").id);
    let changed = web.json(Method::PATCH, &path, json!({"preferences": {"density": "roomy"}})).await;
    let expected = json!({
        "theme": "dark", "contrast": "more", "density": "roomy", "keys": "off", "language": "en", "clock": "12",
    });
    assert_eq!(changed.data()["preferences"], expected);
    let answer = web.json(Method::PATCH, &path, json!({"preferences": {"density": "huge"}})).await;
    assert_eq!(answer.error().0, StatusCode::BAD_REQUEST);
    let answer = web.form("/settings/you/preferences", "theme=sepia").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.body.contains("id=\"theme-wrong\"") && answer.body.contains("data-theme=\"dark\""),
        "{}",
        answer.body
    );
}

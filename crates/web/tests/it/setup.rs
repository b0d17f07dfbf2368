//! The set-up in five steps, as browsers and programs meet it.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::json;
use switchboard_app::setup::progress::Step;

use crate::test_web::{Answer, TestWeb, request};

const FORM: &str = "application/x-www-form-urlencoded";
const YOU: &str = "name=Mara&email=mara%40acme.example&password=correct+horse+battery&time_zone=Europe%2FLisbon";

async fn stranger(web: &TestWeb, method: Method, path: &str, fields: &str) -> Answer {
    let request = request(method, path).header("sec-fetch-site", "same-origin").header(header::CONTENT_TYPE, FORM);
    web.send_bare(request.body(Body::from(fields.to_owned())).expect("a request")).await
}

async fn link(web: &TestWeb) -> String {
    let token = web.app.set_up_link().await.expect("a link").expect("not set up");
    format!("/setup/{token}")
}

/// Founded by the first step, with whoever it logged in.
async fn founded(fields: &str) -> TestWeb {
    let mut web = TestWeb::start_bare().await;
    let link = link(&web).await;
    let done = stranger(&web, Method::POST, &link, &format!("{fields}&{YOU}")).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/setup/searches"), "{}", done.body);
    let cookie = done.header("set-cookie").to_owned();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    web.session = cookie.split(['=', ';']).nth(1).expect("a session").to_owned();
    web
}

async fn decided(web: &TestWeb, step: Step) -> bool {
    web.app.set_up_progress().await.expect("progress").is_some_and(|progress| progress.steps.contains_key(&step))
}

/// The page as soon as it says so.
async fn until(web: &TestWeb, path: &str, part: &str) -> String {
    let mut body = String::new();
    for _ in 0..250 {
        body = web.get(path).await.body;
        if body.contains(part) {
            return body;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{path} does not say '{part}': {body}");
}

async fn names(web: &TestWeb) -> Vec<(String, bool)> {
    let mut searches = web.app.searches().await.expect("searches");
    searches.sort_by_key(|search| search.created_at);
    searches.into_iter().map(|search| (search.query, search.is_enabled)).collect()
}

#[tokio::test]
async fn the_link_founds_a_company_and_works_once() {
    let web = TestWeb::start_bare().await;
    assert_eq!(stranger(&web, Method::GET, "/setup/0", "").await.status, StatusCode::NOT_FOUND);
    let link = link(&web).await;
    let page = stranger(&web, Method::GET, &link, "").await;
    assert!(page.body.contains("Whose conversation is it?") && page.body.contains("name=\"listen\" checked"));
    let long = format!("company={}&handles=%40acme&{YOU}", "A".repeat(300));
    let refused = stranger(&web, Method::POST, &link, &long).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("id=\"company-wrong\"") && refused.body.contains("@acme"), "{}", refused.body);
    assert!(!refused.body.contains("correct horse"), "a password never comes back: {}", refused.body);
    let short = format!("company=Acme&{}", YOU.replace("correct+horse+battery", "short"));
    let refused = stranger(&web, Method::POST, &link, &short).await;
    assert!(refused.body.contains("id=\"password-wrong\""), "{}", refused.body);
    let site = stranger(&web, Method::POST, &link, &format!("company=Acme&website=javascript%3A%2F%2Fx&{YOU}")).await;
    assert!(site.body.contains("id=\"website-wrong\""), "{}", site.body);

    let (one, other) = (format!("company=Acme&{YOU}"), format!("company=Other&{YOU}"));
    let done = stranger(&web, Method::POST, &link, &one).await;
    assert_eq!(done.header("location"), "/setup/searches", "{}", done.body);
    assert_eq!(stranger(&web, Method::GET, &link, "").await.header("location"), "/");
    assert_eq!(stranger(&web, Method::POST, &link, &other).await.status, StatusCode::CONFLICT);
    assert_eq!(web.app.departments().len(), web.app.department_template().len(), "somebody takes every case");
    let at = stranger(&web, Method::GET, "/setup/searches", "").await;
    assert!(at.header("location").starts_with("/log-in"), "the steps are for who is logged in");
}

#[tokio::test]
async fn the_first_step_takes_departments_and_listens_only_if_it_may() {
    let web = founded("company=Acme&departments=service&departments=sales").await;
    assert_eq!(web.app.departments().len(), 2);
    assert!(web.app.sources().await.expect("sources").is_empty(), "nothing is asked without the tick");
    let page = web.get("/setup/sources").await;
    assert!(page.body.contains("name=\"offer\""), "they wait in the third step: {}", page.body);
    let listening = founded("company=Acme&website=https%3A%2F%2Fblog.example%2F&listen=on").await;
    until(&listening, "/sources", "Blog &#60;of&#62; Ana").await;
}

#[tokio::test]
async fn searches_are_proposed_listened_to_changed_and_turned_off() {
    let web = founded("company=Fennel&handles=%40FennelCare%0Afennel.bsky.social&website=fennel.example").await;
    let page = web.get("/setup/searches").await;
    assert!(page.body.contains("Posts that mention <b class=\"term\">@FennelCare</b>"), "{}", page.body);
    assert!(page.body.contains("also a word of every day") && page.body.contains("Listen to these 3"), "{}", page.body);
    let form = "search=0&key_0=brand&name_0=Fennel&query_0=fennel+kettle&type_0=brand\
                &key_1=handles&name_1=Handles&query_1=%40FennelCare&type_1=brand\
                &search=2&key_2=&name_2=&query_2=own+words&type_2=product";
    let part = web.form("/setup/searches/part", form).await;
    assert!(part.body.contains("say <b class=\"term\">own</b> and <b class=\"term\">words</b>"), "{}", part.body);
    let more = web.form("/setup/searches/try", &format!("{form}&more=1")).await;
    assert_eq!((more.status, more.body.matches("<li class=\"prop").count()), (StatusCode::OK, 4));
    let unreadable = form.replace("own+words", "%28%28");
    let refused = web.form("/setup/searches", &unreadable).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("id=\"query-2-wrong\""), "{}", refused.body);
    let twice = form.replace("name_2=", "name_2=Fennel");
    assert!(web.form("/setup/searches", &twice).await.body.contains("id=\"name-2-wrong\""));
    assert!(names(&web).await.is_empty() && !decided(&web, Step::Searches).await, "nothing was changed");

    assert_eq!(web.form("/setup/searches", form).await.header("location"), "/setup/sources");
    let both = [("fennel kettle".to_owned(), true), ("own words".to_owned(), true)];
    assert_eq!(names(&web).await, both);
    // Another administrator, on a page that was made before: nothing is there twice.
    assert_eq!(web.form("/setup/searches", form).await.header("location"), "/setup/sources");
    assert_eq!(names(&web).await, both);
    let ids: Vec<String> =
        web.app.searches_of_set_up().await.expect("kept").iter().map(|(_, one)| one.id.to_string()).collect();
    let page = web.get("/setup/searches").await;
    assert!(
        page.body.contains("name=\"key_2\" value=\"handles\""),
        "what was not wanted is still proposed: {}",
        page.body
    );
    let again = format!(
        "key_0=brand&id_0={}&name_0=Fennel&query_0=fennel+kettle&type_0=brand\
         &search=1&key_1=&id_1={}&name_1=Own&query_1=own&type_1=product",
        ids[0], ids[1]
    );
    assert_eq!(web.form("/setup/searches", &again).await.header("location"), "/setup/sources");
    assert_eq!(names(&web).await, [("fennel kettle".to_owned(), false), ("own".to_owned(), true)]);
}

#[tokio::test]
async fn counts_come_from_what_was_heard_and_the_first_mention_is_told() {
    let web = founded("company=Acme").await;
    let (_, token) = web.door("forum").await;
    let posts: Vec<String> = ["my acme kettle <b>", "bread", "more bread"]
        .iter()
        .enumerate()
        .map(|(id, text)| json!({"id": id.to_string(), "network": "forum", "text": text}).to_string())
        .collect();
    web.ingest(&token, "application/x-ndjson", posts.join("\n")).await;
    let page = web.get("/setup/searches").await;
    assert!(page.body.contains("<strong>1</strong> <span class=\"faint\">of 3 heard"), "{}", page.body);
    assert!(page.body.contains("<mark>acme</mark> kettle &#60;b&#62;"), "an example, escaped: {}", page.body);
    let asked = web.json(Method::POST, "/api/v1/setup/proposals", json!({})).await.data();
    assert_eq!((&asked["heard"], &asked["searches"][0]["found"]), (&json!(3), &json!(1)), "{asked}");

    assert!(web.get("/setup/live").await.body.contains("Nothing is listened to yet"));
    let listened = web.form("/setup/searches", "search=0&key_0=brand&name_0=Acme&query_0=acme&type_0=brand").await;
    assert_eq!(listened.status, StatusCode::SEE_OTHER, "{}", listened.body);
    let live = until(&web, "/setup/live", "First mention after").await;
    assert!(live.contains("<mark>acme</mark>") && live.contains("dir=\"auto\""), "{live}");
}

#[tokio::test]
async fn sources_are_found_followed_and_paused() {
    let web = founded("company=Acme&website=https%3A%2F%2Felsewhere.example%2F").await;
    until(&web, "/setup/sources", "elsewhere.example could not be looked at").await;
    let wrong = web.form("/setup/sources/find", "link=https%3A%2F%2Fempty.example%2F").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("id=\"link-wrong\""), "{}", wrong.body);
    assert!(web.form("/setup/sources/find", "link=").await.body.contains("Paste a link"));
    let found = web.form("/setup/sources/find", "link=https%3A%2F%2Fblog.example%2F").await;
    assert!(found.body.contains("Blog &#60;of&#62; Ana"), "{}", found.body);
    let offer =
        "offer=0&name_0=Blog&kind_0=feed&settings_0=%7B%22url%22%3A%22https%3A%2F%2Fblog.example%2Ffeed%22%7D&why_0=x";
    assert_eq!(web.form("/setup/sources", offer).await.header("location"), "/setup/departments");
    // On a page that was made before, by somebody else.
    assert_eq!(web.form("/setup/sources", offer).await.header("location"), "/setup/departments");
    let sources = web.app.sources().await.expect("sources");
    assert_eq!(sources.len(), 1);
    let id = sources[0].id;
    let known = web.form("/setup/sources/find", "link=https%3A%2F%2Fblog.example%2F").await;
    assert!(known.body.contains("in the list already"), "{}", known.body);
    assert_eq!(web.form("/setup/sources", &format!("known={id}&was={id}")).await.status, StatusCode::SEE_OTHER);
    assert!(!web.app.get_source(id).await.expect("there").is_enabled);
    assert_eq!(web.form("/setup/sources", &format!("known={id}")).await.status, StatusCode::SEE_OTHER);
    assert!(!web.app.get_source(id).await.expect("there").is_enabled, "what was off and is off stays so");
    let program = "offer=0&name_0=x&kind_0=exec&settings_0=%7B%22command%22%3A%5B%22true%22%5D%7D";
    assert_eq!(web.form("/setup/sources", program).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(web.app.sources().await.expect("sources").len(), 1, "programs are not set up over the web");
}

#[tokio::test]
async fn departments_are_renamed_trimmed_and_brought_back() {
    let web = founded("company=Acme&departments=service&departments=sales").await;
    let of = |key: &str| web.app.departments().iter().find(|one| one.key == key).cloned().expect("there");
    let (service, sales) = (of("service"), of("sales"));
    web.search("Acme", "acme").await;
    let (_, token) = web.door("forum").await;
    let post =
        json!({"id": "1", "network": "forum", "text": "acme: what is the price of the kettle? I want to buy one"});
    web.ingest(&token, "application/json", post.to_string()).await;
    let page = web.get("/setup/departments").await;
    assert!(page.body.contains("1 open case lies there"), "{}", page.body);
    let both = format!("known={0}&was={0}&known={1}&was={1}", service.id, sales.id);
    let form = format!("{both}&department={0}&name_{0}=Sales&add=human-resources", service.id);
    let taken = web
        .form(
            "/setup/departments",
            &form.replace(
                &format!("&department={}", service.id),
                &format!("&department={0}&department={1}&name_{1}=Sales", service.id, sales.id),
            ),
        )
        .await;
    assert_eq!(taken.status, StatusCode::CONFLICT, "{}", taken.body);
    assert!(taken.body.contains(&format!("id=\"wrong-{}\"", service.id)), "{}", taken.body);
    let form = form.replace("=Sales", "=Care");
    assert_eq!(web.form("/setup/departments", &form).await.header("location"), "/setup/colleagues");
    assert_eq!((of("service").name.as_str(), of("sales").is_active), ("Care", false));
    assert!(of("human-resources").is_active);
    assert!(web.app.rules().iter().all(|rule| rule.department != Some(sales.id)), "no rule leads there any more");
    let cases = web.get("/api/v1/cases").await.data();
    let desks: Vec<&str> = cases
        .as_array()
        .expect("cases")
        .iter()
        .filter_map(|row| row["department"].as_str().or(row["case"]["department"].as_str()))
        .collect();
    assert_eq!(desks, [service.id.to_string()], "{cases}");
    let back = format!("known={1}&department={1}&known={0}&was={0}&department={0}", service.id, sales.id);
    assert_eq!(web.form("/setup/departments", &back).await.status, StatusCode::SEE_OTHER);
    assert!(of("sales").is_active);
}

#[tokio::test]
async fn colleagues_get_links_and_steps_are_left_for_later() {
    let web = founded("company=Acme&departments=service").await;
    let line = "The set-up is not finished";
    assert!(web.get("/desk").await.body.contains(line));
    assert_eq!(web.get("/setup").await.header("location"), "/setup/searches");
    assert_eq!(web.form("/setup/skip", "step=searches").await.header("location"), "/setup/sources");
    assert_eq!(web.get("/setup").await.header("location"), "/setup/sources");
    assert_eq!(web.form("/setup/skip", "step=nowhere").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let service = web.app.departments()[0].id;
    let rows = format!(
        "name_0=Ines&email_0=ines%40acme.example&department_0={service}&name_1=Bo&email_1=nobody&name_2=&email_2="
    );
    let invited = web.form("/setup/colleagues", &rows).await;
    assert_eq!(invited.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(invited.body.matches("/links/").count(), 1, "{}", invited.body);
    assert!(invited.body.contains("value=\"nobody\"") && invited.body.contains("id=\"wrong-0\""), "{}", invited.body);
    assert!(web.app.users().iter().any(|user| user.name == "Ines" && user.departments == [service]));
    assert!(web.get("/desk").await.body.contains(line));
    assert_eq!(web.form("/setup/later", "").await.header("location"), "/desk");
    assert!(!web.get("/desk").await.body.contains(line));
    assert!(
        web.get("/settings/company").await.body.contains("href=\"/setup\""),
        "it can be gone on with from the settings"
    );
    let changed = web.form("/setup/company", "company=Acme+Two&handles=&website=").await;
    assert_eq!(changed.header("location"), "/setup/searches", "{}", changed.body);
    assert!(web.form("/setup/company", "company=&handles=&website=").await.body.contains("id=\"company-wrong\""));
}

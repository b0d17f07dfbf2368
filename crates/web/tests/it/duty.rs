//! Who is there: the directory and a transfer by extension, hours and holidays, absences, the social team, the calendar.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use switchboard_model::{Department, Role};

use crate::desk::Desk;
use crate::test_web::TestWeb;

fn department(web: &TestWeb, key: &str) -> Department {
    web.app.people().department_named(key).expect("of the template").clone()
}

async fn patch(web: &TestWeb, path: &str, body: Value) -> Value {
    let answer = web.json(Method::PATCH, path, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer.data()
}

/// What is refused names its field.
async fn refused(web: &TestWeb, method: Method, path: &str, body: Value, field: &str) {
    let answer = web.json(method, path, body).await;
    assert!(answer.status.is_client_error(), "{path}: {}", answer.body);
    assert_eq!(answer.value()["error"]["field"], field, "{path}: {}", answer.body);
}

#[tokio::test]
async fn departments_and_users_say_how_they_are_reached() {
    let web = TestWeb::start().await;
    let (service, sales) = (department(&web, "service"), department(&web, "sales"));
    let mara = web.app.users()[0].id;
    let (of_service, of_mara) = (format!("/api/v1/departments/{}", service.id), format!("/api/v1/users/{mara}"));
    let changed = patch(
        &web,
        &of_service,
        json!({"extension": "20", "languages": ["de"], "hours": "mon-fri 9-17", "time_zone": "europe/lisbon",
            "cover": sales.id, "assignment": "round_robin", "accept_within_min": 15, "unaccepted": "head", "interest": "service"}),
    )
    .await;
    let office = &changed["office"];
    assert_eq!((&office["extension"], &office["time_zone"]), (&json!("20"), &json!("Europe/Lisbon")));
    assert_eq!(
        (office["cover"].as_str(), &office["interest"]),
        (Some(sales.id.to_string().as_str()), &json!("service"))
    );
    let cleared = patch(&web, &of_service, json!({"cover": null, "interest": null, "accept_within_min": null})).await;
    assert!(cleared["office"]["cover"].is_null() && cleared["office"]["extension"] == "20", "{cleared}");
    refused(&web, Method::PATCH, &of_mara, json!({"extension": "20"}), "extension").await;
    refused(&web, Method::PATCH, &of_mara, json!({"holidays": "pt"}), "holidays").await;
    refused(&web, Method::PATCH, &of_mara, json!({"most_cases": 0}), "most_cases").await;
    refused(&web, Method::PATCH, &of_service, json!({"hours": "always"}), "hours").await;
    refused(&web, Method::PUT, "/api/v1/holidays/PT", json!({"name": "Portugal", "days": []}), "key").await;
    let days = json!({"name": "Portugal", "days": [{"date": "2026-12-25", "name": "Natal"}]});
    assert_eq!(web.json(Method::PUT, "/api/v1/holidays/pt", days).await.status, StatusCode::OK);
    let user = patch(
        &web,
        &of_mara,
        json!({"extension": "21", "skills": ["Lids"], "most_cases": 9, "holidays": "pt",
            "absences": [{"from": "2026-12-21", "until": "2026-12-31", "stand_in": null}]}),
    )
    .await;
    assert_eq!(user["profile"]["skills"], json!(["lids"]));
    assert_eq!(web.json(Method::DELETE, "/api/v1/holidays/pt", json!({})).await.status, StatusCode::CONFLICT);
    assert_eq!(web.json(Method::DELETE, "/api/v1/holidays/xx", json!({})).await.status, StatusCode::NOT_FOUND);

    // The same by forms: what a form does not have stays.
    let form =
        format!("name=Mara&email=mara%40acme.example&role=administrator&time_zone=UTC&departments={}", service.id);
    let rest: String = web.app.departments().iter().map(|one| format!("&departments={}", one.id)).collect();
    let answer =
        web.form(&format!("/settings/users/{mara}"), &format!("{form}{rest}&extension=22&skills=lids%2C+hinges")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let profile = web.app.user(mara).expect("there").profile.clone();
    assert_eq!((profile.extension.as_deref(), profile.skills.len(), profile.most_cases), (Some("22"), 2, Some(9)));
    let page = web.get(&format!("/settings/departments/{}", service.id)).await.body;
    assert!(page.contains("name=\"cover\"") && page.contains("value=\"mon-fri 09:00-17:00\""), "{page}");
    let form =
        format!("name=Service&key=service&head={mara}&deputy=&assignment=pull&unaccepted=sender&hours=&extension=22");
    let taken = web.form(&format!("/settings/departments/{}", service.id), &form).await;
    assert!(taken.body.contains("id=\"extension-wrong\"") && taken.body.contains("that of Mara"), "{}", taken.body);
}

#[tokio::test]
async fn a_transfer_goes_to_an_extension_without_a_script() {
    let desk = Desk::start().await;
    let web = &desk.web;
    let (service, sales) = (department(web, "service"), department(web, "sales"));
    desk.colleague("Sam", Role::Member, &[&sales]).await;
    let sam = web.app.people().user_by_email("sam@acme.example").expect("there");
    patch(web, &format!("/api/v1/users/{}", sam.id), json!({"extension": "33", "skills": ["bakeries"]})).await;
    patch(web, &format!("/api/v1/departments/{}", sales.id), json!({"extension": "30"})).await;
    let id = desk.complaint("1", "public").await;
    assert_eq!(desk.home(id).await.id, service.id);
    let page = web.get(&format!("/cases/{id}")).await.body;
    assert!(page.contains("data-directory=\"transfer-to\"") && page.contains("id=\"transfer-find\""), "{page}");
    let transfer = async |find: &str| {
        web.form(&format!("/cases/{id}/transfer"), &format!("to=&find={find}&reason=not_ours&note=wants+to+buy")).await
    };
    let nobody = transfer("zzz").await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", nobody.body);
    assert!(nobody.body.contains("fits") && nobody.body.contains("value=\"zzz\""), "{}", nobody.body);
    assert_eq!(transfer("33").await.status, StatusCode::SEE_OTHER);
    let case = web.app.case(&switchboard_app::rights::Actor::Operator, id).await.expect("a case");
    let offer = case.offer.expect("offered");
    assert_eq!((offer.department, offer.user), (sales.id, Some(sam.id)));

    let picks = web.get("/directory/picks?q=bak").await.body;
    assert!(picks.contains(&format!("data-to=\"{}/{} {}\"", sales.id, sam.id, sam.id)), "{picks}");
    let found = web.get("/api/v1/directory?q=30").await.data();
    assert_eq!(found["departments"][0]["department"]["key"], "sales");
    let found = web.get("/api/v1/directory?q=bakeries").await.data();
    let first = &found["users"][0];
    assert_eq!((&first["user"]["name"], &first["duty"]["is_on_duty"]), (&json!("Sam"), &json!(true)));
    assert_eq!(first["fits"], json!([{"by": "skill", "text": "bakeries"}]));
    let palette = web.get("/palette?q=33").await.body;
    assert!(palette.contains("Sam") && palette.contains("33"), "{palette}");
}

#[tokio::test]
async fn who_is_away_says_where_cases_go() {
    let desk = Desk::start().await;
    let web = &desk.web;
    let service = department(web, "service");
    desk.colleague("Tom", Role::Member, &[&service]).await;
    let tom = web.app.people().user_by_email("tom@acme.example").expect("there").id;
    let id = desk.complaint("1", "public").await;
    assert_eq!(web.form(&format!("/cases/{id}/claim"), "").await.status, StatusCode::SEE_OTHER);
    let page = "/settings/you/absences";
    let form = format!("from=2030-12-21&until=2030-12-31&stand_in={tom}");
    let shown = web.form(page, &format!("{form}&show=1")).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    assert!(shown.body.contains("1 open case goes") && shown.body.contains(&format!("/cases/{id}")), "{}", shown.body);
    assert!(web.app.users()[0].profile.absences.is_empty(), "it is only shown");
    assert_eq!(web.form(page, &form).await.status, StatusCode::SEE_OTHER);
    assert!(web.get(page).await.body.contains("Tom stands in"));
    let twice = web.form(page, &form).await;
    assert!(twice.body.contains("overlap"), "{}", twice.body);
    let backwards = web.form(page, "from=2030-12-31&until=2030-12-01").await;
    assert!(backwards.body.contains("id=\"until-wrong\""), "{}", backwards.body);
    let handed = web.get(&format!("/api/v1/users/{}/hand-over?stand_in={tom}", web.app.users()[0].id)).await.data();
    assert_eq!(handed[0]["to"], json!(tom));
    assert_eq!(web.form(&format!("{page}/remove"), "from=2030-12-21").await.status, StatusCode::SEE_OTHER);
    assert!(web.app.users()[0].profile.absences.is_empty());
    let of_tom = format!("/settings/users/{tom}/absences");
    assert!(web.get(&of_tom).await.body.contains("Absences of Tom"));
    assert_eq!(web.form(&of_tom, "from=2031-01-01&until=2031-01-01").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_team_and_the_calendar_show_what_is_missing() {
    let web = TestWeb::start().await;
    let service = department(&web, "service");
    let mara = web.app.users()[0].id;
    let team = web.get("/api/v1/team").await.data();
    assert!(team["warnings"][0]["kind"] == "service_seat" && team["team"]["head"] == json!(mara), "{team}");
    for page in ["/directory", "/settings/team"] {
        assert!(web.get(page).await.body.contains("The service seat of the social team is empty"), "{page}");
    }
    refused(&web, Method::PATCH, "/api/v1/team", json!({"deputy": mara}), "deputy").await;
    let form = format!("head={mara}&deputy=&seat-{}={mara}", service.id);
    assert_eq!(web.form("/settings/team", &form).await.status, StatusCode::SEE_OTHER);
    assert!(!web.get("/directory").await.body.contains("service seat"));
    let emptied = patch(&web, "/api/v1/team", json!({"seats": [{"department": service.id, "user": null}]})).await;
    assert_eq!(emptied["team"]["seats"], json!({}));
    let refused_form = web.form("/settings/team", &format!("head={mara}&deputy={mara}")).await;
    assert!(refused_form.body.contains("id=\"deputy-wrong\""), "{}", refused_form.body);

    let added = web.form("/settings/holidays", "name=Portugal&key=pt&days=2026-12-25+Natal").await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let wrong = web.form("/settings/holidays/pt", "name=Portugal&days=Natal").await;
    assert!(wrong.body.contains("id=\"days-wrong\""), "{}", wrong.body);
    assert!(web.get("/settings/holidays").await.body.contains("Portugal"));
    assert_eq!(web.form("/settings/holidays/pt/remove", "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(web.get("/settings/holidays/pt").await.status, StatusCode::NOT_FOUND);

    let hours = json!({"hours": "mon 9-17", "time_zone": "Europe/Lisbon"});
    patch(&web, &format!("/api/v1/departments/{}", service.id), hours).await;
    patch(&web, &format!("/api/v1/users/{mara}"), json!({"duty": "mon 12-17", "time_zone": "Europe/Lisbon"})).await;
    let page = web.get("/duty?day=2026-03-30").await.body;
    for part in ["nobody 09:00–12:00", "12:00–17:00", "30 Mar to 5 Apr", "day=2026-03-23"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(web.get("/duty?day=nonsense&department=x").await.status, StatusCode::OK);
    // On that day the clocks of Lisbon have gone forward.
    let calendar = web.get("/api/v1/duty?from=2026-03-30T00:00:00Z&until=2026-03-31T00:00:00Z").await.data();
    let weeks = calendar["departments"].as_array().expect("departments");
    let week = weeks.iter().find(|week| week["department"] == json!(service.id)).expect("service");
    assert_eq!(week["gaps"], json!([{"from": "2026-03-30T08:00:00Z", "until": "2026-03-30T11:00:00Z"}]));
    let long = web.get("/api/v1/duty?from=2026-01-01T00:00:00Z&until=2026-12-31T00:00:00Z").await;
    assert_eq!(long.value()["error"]["field"], "until", "{}", long.body);
}

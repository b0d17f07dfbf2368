//! Two cases that become one, and one that becomes two: by page and API.

use axum::http::{Method, StatusCode};
use serde_json::json;
use switchboard_model::Role;

use crate::desk::Desk;

#[tokio::test]
async fn a_case_says_where_it_went_and_comes_out_again() {
    let desk = Desk::start().await;
    let (one, other) = (desk.complaint("1", "public").await, desk.complaint("2", "public").await);
    let ines = desk.colleague("Ines Okafor", Role::Member, &[&desk.home(one).await]).await;
    // What looks alike is proposed; what is named by its number is found.
    let asked = desk.get(&ines, &format!("/cases/{one}/merge")).await;
    assert!(asked.body.contains(&format!("name=\"other\" value=\"{other}\"")), "{}", asked.body);
    assert!(asked.body.contains("the same words within a day"), "{}", asked.body);
    let found = desk.get(&ines, &format!("/cases/{one}/merge?q={other}")).await;
    assert!(found.body.contains("What was found") && !found.body.contains("No case was found"), "{}", found.body);
    // Looking for it keeps what was chosen and written, in the one form that both buttons send.
    let typed = format!("/cases/{one}/merge?q=nowhere&other={other}&number=&way=from&why=twins&version=1");
    let kept = desk.get(&ines, &typed).await.body;
    assert!(kept.contains("No case was found") && kept.contains(">twins</textarea>"), "{kept}");
    assert!(kept.contains(&format!("value=\"{other}\" checked")) && kept.contains("value=\"from\" checked"), "{kept}");
    assert_eq!(kept.matches(&format!("action=\"/cases/{one}/merge\"")).count(), 2, "{kept}");
    let third = desk.complaint("3", "public").await;
    let kept = desk.get(&ines, &format!("/cases/{one}/merge?other={third}&number=12")).await.body;
    assert!(kept.contains(&format!("value=\"{third}\" checked")) && kept.contains("value=\"12\""), "{kept}");
    let refused = desk.post(&ines, &format!("/cases/{one}/merge"), &format!("other={one}&why=kept")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("does not go into itself") && refused.body.contains(">kept</textarea>"),
        "{}",
        refused.body
    );
    let merged = desk.post(&ines, &format!("/cases/{one}/merge"), &format!("other={other}&way=into&why=twins")).await;
    assert_eq!((merged.status, merged.header("location")), (StatusCode::SEE_OTHER, &*format!("/cases/{one}")));
    let page = desk.get(&ines, &format!("/cases/{one}")).await;
    assert!(page.body.contains(&format!("Case {other} is in this one")), "{}", page.body);
    let gone = desk.get(&ines, &format!("/cases/{other}")).await;
    assert_eq!(gone.status, StatusCode::OK);
    assert!(gone.body.contains(&format!("This case went into case {one}")), "{}", gone.body);
    let view = desk.web.get(&format!("/api/v1/cases/{other}")).await.data();
    assert_eq!((&view["case"]["merged_into"], &view["case"]["outcome"]), (&json!(one), &json!("merged")));
    let view = desk.web.get(&format!("/api/v1/cases/{one}")).await.data();
    assert_eq!(view["merged"][0]["case"]["id"], json!(other));
    let reopened = desk.web.json(Method::POST, &format!("/api/v1/cases/{other}/reopen"), json!({})).await;
    assert_eq!(reopened.status, StatusCode::CONFLICT, "{}", reopened.body);
    let closed = json!({ "outcome": "merged" });
    let closed = desk.web.json(Method::POST, &format!("/api/v1/cases/{one}/close"), closed).await;
    assert_eq!(closed.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", closed.body);
    let apart = desk.post(&ines, &format!("/cases/{one}/take-apart"), &format!("to={other}&version=1")).await;
    assert_eq!(apart.status, StatusCode::SEE_OTHER, "{}", apart.body);
    let view = desk.web.get(&format!("/api/v1/cases/{other}")).await.data();
    assert_eq!((&view["case"]["merged_into"], &view["case"]["state"]), (&json!(null), &json!("open")));
}

#[tokio::test]
async fn programs_merge_split_and_take_apart() {
    let desk = Desk::start().await;
    let (one, other) = (desk.complaint("1", "public").await, desk.complaint("2", "public").await);
    let act = async |verb: &str, body| desk.web.json(Method::POST, &format!("/api/v1/cases/{one}/{verb}"), body).await;
    let similar = desk.web.get(&format!("/api/v1/cases/{one}/similar")).await.data();
    assert_eq!((&similar[0]["case"]["id"], &similar[0]["why"]), (&json!(other), &json!(["author", "words"])));
    let merged = act("merge", json!({ "case": other, "why": "twins" })).await;
    assert_eq!(merged.status, StatusCode::OK, "{}", merged.body);
    let again = act("merge", json!({ "case": other })).await;
    assert_eq!(again.error(), (StatusCode::UNPROCESSABLE_ENTITY, "bad_field".to_owned()), "{}", again.body);
    let stale = act("merge/undo", json!({ "case": other, "version": 1 })).await;
    assert_eq!(stale.error().0, StatusCode::CONFLICT);
    assert_eq!(act("merge/undo", json!({ "case": other })).await.status, StatusCode::OK);
    let posts = desk.web.get(&format!("/api/v1/cases/{one}")).await.data()["posts"].clone();
    let opener = act("split", json!({ "posts": [posts[0]["post"]["id"]], "why": "x" })).await;
    assert_eq!(opener.error().0, StatusCode::UNPROCESSABLE_ENTITY, "{}", opener.body);
    let bulk = json!({ "cases": [{ "id": other }], "act": { "verb": "merge", "into": one } });
    let bulk = desk.web.json(Method::POST, "/api/v1/cases/bulk", bulk).await;
    assert_eq!(bulk.data()[0]["changed"], json!(true), "{}", bulk.body);
}

#[tokio::test]
async fn a_mark_counts_for_the_case_as_it_was() {
    let desk = Desk::start().await;
    let ids = [desk.complaint("1", "public").await, desk.complaint("2", "public").await];
    let ines = desk.colleague("Ines Okafor", Role::Member, &[&desk.home(ids[0]).await]).await;
    let seen = [desk.version(ids[0]).await, desk.version(ids[1]).await];
    let noted = json!({ "text": "She called again" });
    let noted = desk.web.json(Method::POST, &format!("/api/v1/cases/{}/notes", ids[1]), noted).await;
    assert!(noted.status.is_success() && desk.version(ids[1]).await > seen[1], "{}", noted.body);
    let marked = format!("case={}.{}&case={}.{}", ids[0], seen[0], ids[1], seen[1]);
    let [one, other] = [0, 1].map(|at| format!("name=\"case\" value=\"{}.{}\"", ids[at], seen[at]));
    // Asked what to do, and asked again after a field that is missing.
    for fields in [marked.clone(), format!("{marked}&verb=close")] {
        let page = desk.post(&ines, "/desk/bulk", &fields).await.body;
        assert!(page.contains(&format!("{one} checked")), "{page}");
        assert!(page.contains(&format!("{other}><span>")) && page.contains("changed since you marked it"), "{page}");
    }
    // Whoever ticks it all the same is told; then what was said counts as seen.
    let done = desk.post(&ines, "/desk/bulk", &format!("{marked}&verb=claim")).await.body;
    assert!(done.contains("One case done") && done.contains(&format!("href=\"/cases/{}\"", ids[1])), "{done}");
    assert!(!done.contains("changed since you marked it"), "{done}");
    assert!(desk.web.get(&format!("/api/v1/cases/{}", ids[1])).await.data()["case"]["owner"] == json!("desk"));
}

#[tokio::test]
async fn marked_cases_become_one_and_come_apart() {
    let desk = Desk::start().await;
    let ids = [desk.complaint("1", "public").await, desk.complaint("2", "public").await];
    let ines = desk.colleague("Ines Okafor", Role::Member, &[&desk.home(ids[0]).await]).await;
    let mut marked = Vec::new();
    for id in ids {
        marked.push(format!("case={id}.{}", desk.version(id).await));
    }
    let fields = format!("{}&verb=merge&merge-into={}", marked.join("&"), ids[0]);
    let done = desk.post(&ines, "/desk/bulk", &fields).await;
    assert!(done.body.contains("One case done"), "{}", done.body);
    assert!(desk.web.get(&format!("/api/v1/cases/{}", ids[1])).await.data()["case"]["merged_into"] == json!(ids[0]));
    let few = desk.post(&ines, "/desk/bulk", &format!("{}&verb=merge&merge-into={}", marked[0], ids[0])).await;
    assert!(few.body.contains("at least two cases"), "{}", few.body);
    let undone = desk.post(&ines, "/desk/bulk/undo", &format!("case={}.{}", ids[1], desk.version(ids[1]).await)).await;
    assert!(undone.body.contains("One case done"), "{}", undone.body);
    assert!(desk.web.get(&format!("/api/v1/cases/{}", ids[1])).await.data()["case"]["merged_into"].is_null());
}

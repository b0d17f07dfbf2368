//! Exclusion packs over the API and on pages.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::test_web::TestWeb;

#[tokio::test]
async fn packs_are_kept_tried_and_refused_over_the_api() {
    let web = TestWeb::start().await;
    let pack = json!({"name": "pie", "title": "Pie", "query": "pie"});
    let added = web.json(Method::POST, "/api/v1/packs", pack.clone()).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    assert_eq!((&added.data()["is_own"], &added.data()["shipped"]), (&json!(true), &json!(null)));
    assert_eq!(web.json(Method::POST, "/api/v1/packs", pack).await.status, StatusCode::CONFLICT);
    web.search("Acme", "acme -in:pie").await;
    let one = web.get("/api/v1/packs/pie").await.data();
    assert_eq!(one["uses"]["searches"][0]["name"], "Acme");
    let refused = web.json(Method::DELETE, "/api/v1/packs/pie", json!({})).await;
    assert_eq!((refused.status, refused.value()["error"]["code"].clone()), (StatusCode::CONFLICT, json!("in_use")));
    let wrong = web.json(Method::PUT, "/api/v1/packs/pie", json!({"title": "Pie", "query": "pie OR in:jbos"})).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.value()["error"]["column"], 11, "{}", wrong.body);
    let checked = web.json(Method::POST, "/api/v1/searches/check", json!({"query": "acme -in:pie"})).await.data();
    assert_eq!((checked["parsed"].clone(), checked["expanded"].clone()), (json!("acme -in:pie"), json!("acme -pie")));
    let (_, token) = web.door("door").await;
    web.search("All", "acme").await;
    let posts = "{\"id\":\"x:1\",\"network\":\"x\",\"text\":\"acme pie\"}\n";
    web.ingest(&token, "application/x-ndjson", posts).await;
    let tried = web.json(Method::POST, "/api/v1/packs/try", json!({"name": "pie", "query": "pie"})).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.body);
    assert_eq!((tried.data()["found"].clone(), tried.data()["searches"][1]["loses"].clone()), (json!(1), json!(1)));
    let left_out = web.json(Method::POST, "/api/v1/searches/left-out", json!({"query": "acme"})).await.data();
    let pie = left_out["packs"].as_array().expect("packs").iter().find(|pack| pack["name"] == "pie").cloned();
    assert_eq!(pie.expect("it is there")["loses"], 1);
    let made = json!({"word": "apple", "others": ["pie", "orange juice"], "ours": ["iphone"]});
    let made = web.json(Method::POST, "/api/v1/packs/homonym", made).await.data();
    assert_eq!(made["query"], "(apple NEAR/8 (pie OR \"orange juice\")) -iphone");
    let file = web.get("/api/v1/packs/export?name=pie").await.data()["file"].clone();
    let import = web.json(Method::POST, "/api/v1/packs/import", json!({"file": file, "is_preview": true})).await.data();
    assert_eq!((import["packs"][0]["state"].clone(), import["is_done"].clone()), (json!("same"), json!(false)));
    let adapted = json!({"title": "Jobs", "query": "#hiring"});
    assert_eq!(web.json(Method::PUT, "/api/v1/packs/jobs", adapted).await.data()["is_own"], true);
    assert_eq!(web.json(Method::POST, "/api/v1/packs/jobs/reset", json!({})).await.data()["is_own"], false);
    assert_eq!(web.get("/api/v1/packs/none").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn packs_are_kept_on_pages() {
    let web = TestWeb::start().await;
    let list = web.get("/settings/packs").await;
    assert!(list.body.contains("in:jobs") && list.body.contains("Shipped, version 1"), "{}", list.body);
    let made = web.form("/settings/packs/homonym", "word=apple&others=pie%0Ajuice&ours=iphone").await;
    assert!(made.body.contains("(apple NEAR/8 (pie OR juice)) -iphone"), "{}", made.body);
    assert!(web.get("/settings/packs").await.body.matches("in:other-apple").next().is_none(), "nothing is kept yet");
    let kept = "name=other-apple&title=Pie&kind=homonym&query=apple+NEAR%2F8+pie&languages=en%2C+de&description=";
    assert_eq!(web.form("/settings/packs", kept).await.status, StatusCode::SEE_OTHER);
    let refused = web.form("/settings/packs", kept).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("already a pack named"), "{}", refused.body);
    web.search("Acme", "apple").await;
    let tried = web.form("/settings/packs/other-apple/try", kept).await;
    assert!(
        tried.body.contains("id=\"tried\"") && tried.body.contains("would lose 0 of its 0 posts"),
        "{}",
        tried.body
    );
    let wrong = web.form("/settings/packs/other-apple", "title=Pie&query=apple+OR").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let file = web.get("/settings/packs/other-apple/export").await;
    assert!(file.body.starts_with("[[pack]]"), "{}", file.body);
    let file = "%5B%5Bpack%5D%5D%0Aname%3D'new-one'%0Atitle%3D'New'%0Aquery%3D'soup'";
    let looked = web.form("/settings/packs/import", &format!("file={file}")).await;
    assert!(
        looked.body.contains("One pack can be taken over") && looked.body.contains("name=\"take\""),
        "{}",
        looked.body
    );
    let taken = web.form("/settings/packs/import", &format!("file={file}&take=on")).await;
    assert!(taken.body.contains("One pack was taken over"), "{}", taken.body);
    assert_eq!(web.form("/settings/packs/new-one/remove", "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(web.get("/settings/packs/new-one").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn boxes_work_as_fields_of_the_form() {
    let web = TestWeb::start().await;
    let page = web.get("/searches/new").await;
    assert!(page.body.contains("name=\"leave_out_jobs\"") && page.body.contains("name=\"left_out_before\""));
    let added =
        web.form("/searches", "query=acme+OR+oven&name=Acme&type=brand&left_out_before=&leave_out_jobs=on").await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let search = web.get("/api/v1/searches").await.data()[0].clone();
    assert_eq!(search["query"], "(acme OR oven) -in:jobs");
    let address = format!("/searches/{}", search["id"].as_str().expect("an id"));
    assert!(web.get(&address).await.body.contains("id=\"leave-out-jobs\" checked"));
    let fields = "query=%28acme+OR+oven%29+-in%3Ajobs&name=Acme&type=brand&is_enabled=on&left_out_before=jobs";
    let part = web.form("/searches/leave-out", fields).await;
    assert!(part.body.contains("data-query=\"acme OR oven\"") && part.body.contains("would take 0"), "{}", part.body);
    // Where nothing can be written into the query, the boxes stay as they were sent, with what they were before.
    for query in ["", "acme+%22oven", "%29+-in%3Ajobs"] {
        let ticked = format!("query={query}&left_out_before=&leave_out_spam=on");
        let unticked = format!("query={query}&left_out_before=jobs");
        for path in ["/searches/leave-out", "/searches/preview", "/searches"] {
            let page = web.form(path, &ticked).await.body;
            assert!(page.contains("name=\"left_out_before\" value=\"\""), "{path} {query}: {page}");
            assert!(page.contains("id=\"leave-out-spam\" checked"), "{path} {query}: {page}");
            let page = web.form(path, &unticked).await.body;
            assert!(page.contains("name=\"left_out_before\" value=\"jobs\""), "{path} {query}: {page}");
            assert!(!page.contains("id=\"leave-out-jobs\" checked"), "{path} {query}: {page}");
        }
    }
    web.form(&address, fields).await;
    assert_eq!(web.get("/api/v1/searches").await.data()[0]["query"], "acme OR oven");
}

//! Pictures of posts and avatars of authors, as browsers and programs load them.

use axum::http::StatusCode;
use switchboard_app::directory::user::NewUser;
use switchboard_app::rights::Actor;
use switchboard_model::{Author, Captured, Duty, Media, MediaType, Post, Role, SourceKind, Visibility};

use crate::test_web::{PASSWORD, TestWeb};

fn post(number: u32, visibility: Visibility) -> Post {
    let image = |url: &str| Media { media_type: MediaType::Image, url: url.to_owned(), alt: String::new() };
    let film = Media { media_type: MediaType::Video, ..image("https://pictures.example/kettle.gif") };
    let author = Author {
        id: "x:ana/1".to_owned(),
        handle: "ana".to_owned(),
        avatar: Some("https://pictures.example/kettle.gif".to_owned()),
        ..Author::default()
    };
    Post {
        media: vec![image("https://pictures.example/kettle.gif"), film, image("https://dead.example/1.png")],
        author: Some(author),
        visibility,
        ..Post::new("x", &number.to_string(), "my acme kettle")
    }
}

async fn with_posts(web: TestWeb) -> TestWeb {
    web.search("Acme", "acme").await;
    let source = web.app.source_named("door", SourceKind::Ingest).await.expect("a source");
    let posts = [(1, Visibility::Public), (2, Visibility::Direct)].map(|(number, how)| post(number, how));
    web.app.hand_in(&source, posts.map(Captured::heard).to_vec(), None).await.expect("handed in");
    web
}

#[tokio::test]
async fn pictures_are_answered_as_what_they_are_and_nothing_else() {
    let web = with_posts(TestWeb::start().await).await;
    for path in ["/posts/x%3A1/pictures/0?v=1", "/api/v1/posts/x%3A1/pictures/0", "/authors/x%3Aana%2F1/avatar"] {
        let answer = web.get(path).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, "GIF89a kettle"), "{path}");
        for (name, expected) in [
            ("content-type", "image/gif"),
            ("cache-control", "private, max-age=86400"),
            ("content-security-policy", "default-src 'none'; sandbox"),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cross-origin-opener-policy", "unsafe-none"),
        ] {
            assert_eq!(answer.header(name), expected, "{path}");
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_an_empty_answer() {
    let web = with_posts(TestWeb::start().await).await;
    for path in [
        "/posts/x%3A1/pictures/1",
        "/posts/x%3A1/pictures/2",
        "/posts/x%3A1/pictures/3",
        "/posts/x%3A1/pictures/-1",
        "/posts/x%3A1/pictures/https%3A%2F%2Fpictures.example%2Fkettle.gif",
        "/posts/x%3A9/pictures/0",
        "/posts/https%3A%2F%2Fpictures.example%2Fkettle.gif/pictures/0",
        "/posts/%FF/pictures/0",
        "/posts/%00/pictures/0",
        "/api/v1/posts/x%3A1/pictures/99999999999999999999999",
        "/authors/x%3Anobody/avatar",
        "/authors/https%3A%2F%2Fpictures.example%2Fkettle.gif/avatar",
        "/authors/%00/avatar",
    ] {
        let answer = web.get(path).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::NOT_FOUND, ""), "{path}");
    }
}

#[tokio::test]
async fn observers_get_no_pictures_of_private_posts() {
    let mut web = with_posts(TestWeb::start().await).await;
    assert_eq!(web.get("/posts/x%3A2/pictures/0").await.status, StatusCode::OK);
    let new = NewUser {
        name: "Olu".to_owned(),
        email: "olu@acme.example".to_owned(),
        role: Role::Observer,
        departments: Vec::new(),
        languages: Vec::new(),
        time_zone: None,
        duty: Duty::default(),
    };
    let (_, link) = web.app.invite(&Actor::Operator, new).await.expect("invited");
    web.session = web.app.follow_link(&link, PASSWORD).await.expect("in").token;
    assert_eq!(web.get("/posts/x%3A1/pictures/0").await.status, StatusCode::OK);
    for path in ["/posts/x%3A2/pictures/0", "/api/v1/posts/x%3A2/pictures/0"] {
        assert_eq!(web.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn pages_load_pictures_from_us_alone() {
    let web = with_posts(TestWeb::start().await).await;
    let page = web.get("/posts/x%3A1").await;
    assert!(page.header("content-security-policy").contains("; img-src 'self';"));
    assert!(page.body.contains("src=\"/posts/x%3A1/pictures/0?v=1\""), "{}", page.body);
    assert!(page.body.contains("src=\"/authors/x%3Aana%2F1/avatar\"") && !page.body.contains("src=\"http"));
    assert!(page.body.contains("/static/pictures.css"));
}

#[tokio::test]
async fn an_installation_without_pictures_says_them_in_words() {
    let web = with_posts(TestWeb::start_with(false).await.set_up().await).await;
    for path in ["/posts/x%3A1/pictures/0", "/api/v1/posts/x%3A1/pictures/0", "/authors/x%3Aana%2F1/avatar"] {
        assert_eq!(web.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let page = web.get("/posts/x%3A1").await;
    assert!(!page.body.contains("<img") && page.body.contains("<dt>picture</dt>"), "{}", page.body);
}

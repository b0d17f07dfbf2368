//! Pictures: what may be asked for, what is kept, and how little others are asked.

use std::sync::Arc;

use switchboard_app::rights::Actor;
use switchboard_model::{
    Author, CaptureErrorKind, Captured, Duty, Media, MediaType, Picture, Post, PostId, Preferences, Role, SourceKind,
    User, UserId, Visibility,
};
use switchboard_testkit::app::TestApp;
use switchboard_testkit::pictures::Shown;

const KETTLE: &str = "https://pictures.example/kettle.gif";

fn image(url: &str) -> Media {
    Media { media_type: MediaType::Image, url: url.to_owned(), alt: String::new() }
}

fn post(number: &str, media: Vec<Media>) -> Post {
    Post { media, ..Post::new("x", number, "my acme kettle") }
}

async fn with(posts: Vec<Post>) -> TestApp {
    let test = TestApp::new().await;
    test.search("Acme", "acme").await;
    test.networks.pictures().show(KETTLE, Shown::Gif(1_000));
    hand_in(&test, posts).await;
    test
}

async fn hand_in(test: &TestApp, posts: Vec<Post>) {
    let source = test.app.source_named("door", SourceKind::Ingest).await.expect("a source");
    test.app.hand_in(&source, posts.into_iter().map(Captured::heard).collect(), None).await.expect("handed in");
}

async fn ask(test: &TestApp, actor: &Actor, post: &str, index: usize) -> Option<Arc<Picture>> {
    test.app.picture(actor, &PostId(post.to_owned()), index).await.expect("asked")
}

async fn bytes(test: &TestApp, post: &str, index: usize) -> Option<usize> {
    ask(test, &Actor::Operator, post, index).await.map(|picture| picture.bytes().len())
}

fn observer() -> Actor {
    Actor::User(Arc::new(User {
        id: UserId(uuid::Uuid::from_u128(1)),
        name: "Olu".to_owned(),
        email: "olu@acme.example".to_owned(),
        role: Role::Observer,
        is_active: true,
        has_password: true,
        departments: Vec::new(),
        languages: Vec::new(),
        time_zone: String::new(),
        duty: Duty::default(),
        created_at: jiff::Timestamp::UNIX_EPOCH,
        failures: 0,
        locked_until: None,
        profile: switchboard_model::Profile::default(),
        preferences: Preferences::default(),
    }))
}

#[tokio::test]
async fn a_picture_is_fetched_once() {
    let test = with(vec![post("1", vec![image(KETTLE)]), post("2", vec![image(KETTLE)])]).await;
    let (one, other, again) = tokio::join!(bytes(&test, "x:1", 0), bytes(&test, "x:2", 0), bytes(&test, "x:1", 0));
    assert_eq!([one, other, again], [Some(1_000); 3]);
    assert_eq!(bytes(&test, "x:1", 0).await, Some(1_000));
    assert_eq!(test.networks.pictures().asked(), [KETTLE]);
}

#[tokio::test]
async fn only_what_is_stored_can_be_asked_for() {
    let film = Media { media_type: MediaType::Video, ..image(KETTLE) };
    let odd = ["file:///etc/passwd", "javascript:alert(1)", "", "//pictures.example/kettle.gif"].map(image);
    let test = with(vec![post("1", [vec![film], odd.to_vec()].concat())]).await;
    for index in 0..7 {
        assert_eq!(bytes(&test, "x:1", index).await, None, "{index}");
    }
    for id in [KETTLE, "x:9", ""] {
        assert_eq!(bytes(&test, id, 0).await, None, "{id}");
        assert!(test.app.avatar(&Actor::Operator, id).await.expect("asked").is_none(), "{id}");
    }
    assert!(test.networks.pictures().asked().is_empty());
}

#[tokio::test]
async fn private_posts_keep_their_pictures_from_observers() {
    let of = |number: &str, visibility| Post { visibility, ..post(number, vec![image(KETTLE)]) };
    let test = with(vec![
        of("1", Visibility::Public),
        of("2", Visibility::Unlisted),
        of("3", Visibility::Followers),
        of("4", Visibility::Direct),
    ])
    .await;
    for (id, expected) in [("x:1", true), ("x:2", true), ("x:3", false), ("x:4", false)] {
        assert_eq!(ask(&test, &observer(), id, 0).await.is_some(), expected, "{id}");
        assert!(bytes(&test, id, 0).await.is_some(), "{id}");
    }
}

#[tokio::test]
async fn a_deleted_post_has_no_pictures() {
    let test = with(vec![post("1", vec![image(KETTLE)])]).await;
    assert_eq!(bytes(&test, "x:1", 0).await, Some(1_000));
    hand_in(&test, vec![Post::deletion("x", "1")]).await;
    assert_eq!(bytes(&test, "x:1", 0).await, None);
}

#[tokio::test]
async fn a_missing_picture_is_tried_again_after_ten_minutes() {
    let missing = "https://pictures.example/missing.gif";
    let test = with(vec![post("1", vec![image(missing), image(KETTLE)])]).await;
    for _ in 0..3 {
        assert_eq!(bytes(&test, "x:1", 0).await, None);
    }
    assert_eq!(bytes(&test, "x:1", 1).await, Some(1_000), "its host has others");
    test.networks.pictures().show(missing, Shown::Gif(10));
    test.clock.advance(599);
    assert_eq!(bytes(&test, "x:1", 0).await, None);
    test.clock.advance(1);
    assert_eq!(bytes(&test, "x:1", 0).await, Some(10));
    assert_eq!(test.networks.pictures().asked(), [missing, KETTLE, missing]);
}

fn many(host: &str, kind: &Shown, test: &TestApp) -> Vec<Media> {
    let urls = (0..20).map(|number| format!("https://{host}/{number}.gif"));
    urls.inspect(|url| test.networks.pictures().show(url, kind.clone())).map(|url| image(&url)).collect()
}

async fn ask_for_all(test: &TestApp, post: &str) -> usize {
    let all = futures_util::future::join_all((0..20).map(|index| bytes(test, post, index))).await;
    all.into_iter().flatten().count()
}

#[tokio::test]
async fn a_dead_host_costs_one_attempt() {
    let test = with(Vec::new()).await;
    for kind in [CaptureErrorKind::Retry, CaptureErrorKind::RetryAfter(std::time::Duration::from_secs(5))] {
        let before = test.networks.pictures().asked().len();
        let name = format!("{before}");
        hand_in(&test, vec![post(&name, many(&format!("dead{before}.example"), &Shown::Fails(kind), &test))]).await;
        assert_eq!(ask_for_all(&test, &format!("x:{name}")).await, 0);
        assert_eq!(ask_for_all(&test, &format!("x:{name}")).await, 0);
        assert_eq!(test.networks.pictures().asked().len(), before + 1);
    }
}

/// Holds every answer until as many as may be are being fetched, and a moment longer in case there are more.
async fn most_at_once(test: &TestApp, post: &str, most: usize) -> usize {
    let pictures = test.networks.pictures();
    pictures.hold(true);
    let watching = async {
        let full = async {
            while pictures.at_once() < most {
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            }
        };
        let is_full = tokio::time::timeout(std::time::Duration::from_secs(30), full).await;
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        pictures.hold(false);
        is_full.expect("as many as may be");
    };
    let (fetched, ()) = tokio::join!(ask_for_all(test, post), watching);
    assert_eq!(fetched, 20);
    pictures.most_at_once()
}

#[tokio::test]
async fn few_are_fetched_at_once() {
    let test = with(Vec::new()).await;
    hand_in(&test, vec![post("1", many("one.example", &Shown::Gif(10), &test))]).await;
    assert_eq!(bytes(&test, "x:1", 0).await, Some(10), "a host is asked by one until it answers");
    assert_eq!(most_at_once(&test, "x:1", 4).await, 4, "of one host");
    let of_all: Vec<Media> =
        (0..20).flat_map(|host| many(&format!("{host}.example"), &Shown::Gif(10), &test).into_iter().take(1)).collect();
    hand_in(&test, vec![post("2", of_all)]).await;
    assert_eq!(most_at_once(&test, "x:2", 8).await, 8, "of all hosts");
}

#[tokio::test]
async fn a_reader_who_leaves_keeps_nobody_waiting() {
    let hangs = "https://slow.example/1.gif";
    let test = with(vec![post("1", vec![image(hangs)])]).await;
    test.networks.pictures().show(hangs, Shown::Hangs);
    let left = tokio::time::timeout(std::time::Duration::from_millis(50), bytes(&test, "x:1", 0)).await;
    assert!(left.is_err());
    test.networks.pictures().show(hangs, Shown::Gif(10));
    assert_eq!(bytes(&test, "x:1", 0).await, Some(10));
}

#[tokio::test]
async fn avatars_are_those_of_stored_authors() {
    let author = |id: &str, avatar: Option<&str>| {
        Some(Author { id: id.to_owned(), avatar: avatar.map(str::to_owned), ..Author::default() })
    };
    let test = with(vec![
        Post { author: author("x:ana", Some(KETTLE)), ..post("1", Vec::new()) },
        Post { author: author("x:bo", None), ..post("2", Vec::new()) },
        Post { author: author("x:eve", Some("file:///etc/passwd")), ..post("3", Vec::new()) },
    ])
    .await;
    for (id, expected) in [("x:ana", true), ("x:bo", false), ("x:eve", false), ("x:nobody", false), (KETTLE, false)] {
        let found = test.app.avatar(&observer(), id).await.expect("asked");
        assert_eq!(found.is_some(), expected, "{id}");
    }
    assert_eq!(test.networks.pictures().asked(), [KETTLE]);
}

#[tokio::test]
async fn nothing_is_fetched_where_pictures_are_turned_off() {
    let author = Some(Author { id: "x:ana".to_owned(), avatar: Some(KETTLE.to_owned()), ..Author::default() });
    let test = with(vec![Post { author, ..post("1", vec![image(KETTLE)]) }]).await;
    let app = test.app.clone().with_pictures(false);
    assert!(!app.shows_pictures());
    assert!(app.picture(&Actor::Operator, &PostId("x:1".to_owned()), 0).await.expect("asked").is_none());
    assert!(app.avatar(&Actor::Operator, "x:ana").await.expect("asked").is_none());
    assert!(test.networks.pictures().asked().is_empty());
}

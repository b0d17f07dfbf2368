//! Made-up data with everything hostile in it, for tests of templates.

mod cases;
mod mirrored;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;
use switchboard_app::rights::Actor;
use switchboard_model::{
    Author, Cursor, Department, DepartmentId, Duty, DutyHours, Evidence, Health, HealthState, Match, Media, MediaType,
    Office, Post, PostVersion, Preferences, Profile, Role, SavedSearch, SearchId, SearchType, Signal, SignalName,
    Signals, Source, SourceId, SourceKind, Span, SpanPart, StoredPost, User, UserId, Visibility,
};
use uuid::Uuid;

pub(crate) use cases::*;

use crate::visitor::Visitor;

pub(crate) const HOSTILE: &str = "<script>alert('\"1&')</script>";

pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(1_790_000_000).expect("in range")
}

pub(crate) fn at(seconds_ago: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 - seconds_ago).expect("in range")
}

pub(crate) fn departments() -> Vec<Department> {
    let department = |number: u128, key: &str, name: &str| Department {
        id: DepartmentId(Uuid::from_u128(number)),
        key: key.to_owned(),
        name: name.to_owned(),
        head: UserId(Uuid::from_u128(1)),
        deputy: Some(UserId(Uuid::from_u128(2))),
        intents: vec!["complaint".to_owned()],
        keywords: (0..20).map(|number| format!("{HOSTILE} {number}")).collect(),
        is_active: number != 2,
        place: number as i64,
        office: Office::default(),
        created_at: at(86_400),
    };
    vec![department(1, "service", "Service"), department(2, "hostile", HOSTILE)]
}

pub(crate) fn users() -> Vec<User> {
    let user = |number: u128, name: &str, role| User {
        id: UserId(Uuid::from_u128(number)),
        name: name.to_owned(),
        email: format!("{number}@{HOSTILE}"),
        role,
        is_active: number != 2,
        has_password: number != 3,
        departments: departments().iter().map(|department| department.id).collect(),
        languages: vec!["de".to_owned(), HOSTILE.to_owned()],
        time_zone: if number == 1 { "Europe/Lisbon".to_owned() } else { HOSTILE.to_owned() },
        duty: Duty(vec![DutyHours { day: 1, from: 540, to: 1020 }]),
        profile: Profile::default(),
        preferences: Preferences::default(),
        created_at: at(86_400),
        failures: 5,
        locked_until: Some(at(-60)),
    };
    vec![
        user(1, "Mara Lindqvist", Role::Administrator),
        user(2, HOSTILE, Role::Member),
        user(3, &format!("{} {HOSTILE}", "long ".repeat(30)), Role::Observer),
    ]
}

/// Somebody who may do everything that a user may.
pub(crate) fn visitor() -> Visitor {
    Visitor { actor: Actor::User(Arc::new(users().swap_remove(0))), demonstration: None, unread: 0 }
}

pub(crate) fn searches() -> Vec<SavedSearch> {
    let search = |number: u128, name: &str, search_type| SavedSearch {
        id: SearchId(Uuid::from_u128(number)),
        name: name.to_owned(),
        query: format!("acme OR \"{HOSTILE}\""),
        search_type,
        department: Some(HOSTILE.to_owned()),
        is_enabled: number != 2,
        created_at: at(86_400),
        updated_at: at(3_600),
        mentions: 1_204,
    };
    vec![search(1, "Acme", SearchType::Brand), search(2, HOSTILE, SearchType::Rival)]
}

pub(crate) fn sources() -> Vec<Source> {
    let states = [HealthState::Broken, HealthState::Failing, HealthState::New, HealthState::Ok, HealthState::Paused];
    let source = |(number, state): (usize, HealthState)| Source {
        id: SourceId(Uuid::from_u128(number as u128 + 1)),
        name: format!("source {number} {HOSTILE}"),
        kind: SourceKind::Feed,
        settings: json!({"url": HOSTILE, "token": "hunter2"}),
        is_enabled: state != HealthState::Paused,
        created_at: at(86_400),
        cursor: Some(Cursor(HOSTILE.to_owned())),
        health: Health {
            state,
            message: HOSTILE.to_owned(),
            failures: 3,
            checked_at: Some(at(60)),
            succeeded_at: Some(at(600)),
            last_post_at: Some(at(600)),
            next_check_at: Some(at(-120)),
            budget: None,
        },
    };
    states.into_iter().enumerate().map(source).collect()
}

pub(crate) fn post() -> Post {
    Post {
        title: format!("My acme order {HOSTILE}"),
        url: Some("https://social.example/@ana/1?a=1&b=\"2".to_owned()),
        posted_at: Some(at(300)),
        lang: Some("de-<b>".to_owned()),
        rating: Some(4.5),
        links: vec!["javascript:alert(1)".to_owned(), "https://acme.example/orders".to_owned()],
        media: vec![Media { media_type: MediaType::Image, url: HOSTILE.to_owned(), alt: HOSTILE.to_owned() }],
        author: Some(Author {
            name: format!("Ana {HOSTILE}"),
            handle: format!("ana{HOSTILE}"),
            url: "javascript:alert(1)".to_owned(),
            bio: HOSTILE.to_owned(),
            followers: Some(12_000),
            ..Author::default()
        }),
        in_reply_to: Some(HOSTILE.to_owned()),
        raw: Some(json!({"html": HOSTILE})),
        visibility: Visibility::Direct,
        ..Post::new("<b>net", "1/2:3 \"'", &format!("acme {HOSTILE} \u{202e}żółw {}", "z\u{300}".repeat(50)))
    }
}

/// A post with a film among twenty pictures: described, not described, described at length, and with hostile words.
pub(crate) fn album() -> StoredPost {
    let picture = |number: usize| Media {
        media_type: MediaType::Image,
        url: format!("https://dead.example/{number}.png?\"{HOSTILE}"),
        alt: match number {
            0 => "a kettle ".repeat(34).trim_end().chars().take(300).collect(),
            1 => String::new(),
            2 => HOSTILE.to_owned(),
            _ => "kettle".to_owned(),
        },
    };
    let mut media: Vec<Media> = (0..20).map(picture).collect();
    let url = "https://dead.example/film.mp4".to_owned();
    media.insert(1, Media { media_type: MediaType::Video, url, alt: "kettle".to_owned() });
    let mut stored = posts().swap_remove(2);
    let avatar = Some("https://dead.example/ana.png".to_owned());
    let author = stored.post.author.take();
    let author = author.map(|author| Author { id: format!("<b>net:{HOSTILE}"), avatar, ..author });
    stored.post = Post { media, author, ..stored.post };
    stored
}

pub(crate) fn posts() -> Vec<StoredPost> {
    let span = |part, start, end| Span { part, start, end };
    let stored = StoredPost {
        seq: 7,
        post: post(),
        captured_at: at(240),
        version: 2,
        deleted_at: None,
        source: Some(SourceId(Uuid::from_u128(1))),
        is_addressed: true,
        matches: vec![
            Match {
                search: SearchId(Uuid::from_u128(1)),
                spans: vec![span(SpanPart::Text, 0, 4), span(SpanPart::Title, 3, 7), span(SpanPart::Text, 5, 900)],
            },
            Match { search: SearchId(Uuid::from_u128(2)), spans: vec![span(SpanPart::Text, 0, 4)] },
            Match { search: SearchId(Uuid::from_u128(99)), spans: Vec::new() },
        ],
        signals: Signals(vec![
            signal(SignalName::Language, "de", 0.5),
            signal(SignalName::Sentiment, "negative", 0.93),
            signal(SignalName::Intent, HOSTILE, 0.4),
        ]),
    };
    let deleted = StoredPost {
        seq: 6,
        deleted_at: Some(at(100)),
        post: Post { author: None, ..Post::new("mastodon", "2", "") },
        ..stored.clone()
    };
    let mut plain = StoredPost { seq: 5, version: 1, is_addressed: false, post: post(), ..stored.clone() };
    plain.matches = vec![Match { search: SearchId(Uuid::from_u128(1)), spans: vec![span(SpanPart::Text, 0, 4)] }];
    vec![stored, deleted, plain]
}

fn signal(name: SignalName, label: &str, score: f64) -> Signal {
    let evidence = vec![Evidence { why: HOSTILE.to_owned(), span: None, weight: 1.5 }];
    Signal { name, label: label.to_owned(), score, scores: Default::default(), evidence, model: HOSTILE.to_owned() }
}

pub(crate) fn versions() -> Vec<PostVersion> {
    let version = |version| PostVersion {
        version,
        title: HOSTILE.to_owned(),
        text: format!("acme {HOSTILE}"),
        edited_at: Some(at(200)),
        captured_at: at(240),
    };
    vec![version(1), version(2)]
}

/// Nothing of what people wrote became markup, a script or a link that runs one.
pub(crate) fn assert_harmless(html: &str) {
    let lower = html.to_lowercase();
    assert!(!lower.contains("<script>"), "{html}");
    assert!(!lower.contains("href=\"javascript"), "{html}");
    assert!(!lower.contains("<b>"), "{html}");
    assert!(!lower.contains("hunter2"), "{html}");
    assert!(!lower.contains(" style=") && !lower.contains(" onclick="), "{html}");
}

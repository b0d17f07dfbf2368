//! Made-up colleagues, cases and replies, each with hostile words somewhere.

use std::sync::Arc;

use serde_json::json;
use switchboard_app::cases::clocks::{CaseClocks, CaseHop, NextStep, RunningClock};
use switchboard_model::Merged;
use switchboard_model::{
    Account, AccountId, Asked, Assessment, By, Case, CaseId, ClockKind, Department, DepartmentId, Draft, Due, Duty,
    Event, Gauge, Guest, Happening, Measured, Offer, Office, Opening, Outcome, PostId, Preferences, Priority,
    PriorityPart, Profile, Published, Question, QueueCount, Reply, ReplyId, ReplyState, Role, SourceKind, StoredPost,
    Then, TransferReason, User, UserId, View, ViewFilter, Visibility,
};
use uuid::Uuid;

use super::{HOSTILE, album, at, now, posts};
use crate::pages::colleagues::Colleagues;

const INES: UserId = UserId(Uuid::from_u128(1));
const YOU: UserId = UserId(Uuid::from_u128(2));
const MALLORY: UserId = UserId(Uuid::from_u128(3));
const SERVICE: DepartmentId = DepartmentId(Uuid::from_u128(1));
const SALES: DepartmentId = DepartmentId(Uuid::from_u128(2));

fn user(id: UserId, name: &str, departments: &[DepartmentId]) -> User {
    User {
        id,
        name: name.to_owned(),
        email: format!("{}@acme.example", id.0.as_u128()),
        role: Role::Member,
        is_active: true,
        has_password: true,
        departments: departments.to_vec(),
        languages: vec!["en".to_owned()],
        time_zone: "UTC".to_owned(),
        duty: Duty::default(),
        profile: Profile::default(),
        preferences: Preferences::default(),
        created_at: at(864_000),
        failures: 0,
        locked_until: None,
    }
}

fn department(id: DepartmentId, key: &str, name: &str) -> Department {
    Department {
        id,
        key: key.to_owned(),
        name: name.to_owned(),
        head: INES,
        deputy: None,
        intents: Vec::new(),
        keywords: Vec::new(),
        is_active: true,
        place: 0,
        office: Office::default(),
        created_at: at(864_000),
    }
}

/// Who looks is Mara Lindqvist of Service.
pub(crate) fn colleagues() -> Colleagues {
    Colleagues {
        users: Arc::from(vec![
            user(INES, "Ines Okafor", &[SERVICE, SALES]),
            user(YOU, "Mara Lindqvist", &[SERVICE]),
            user(MALLORY, HOSTILE, &[SALES]),
        ]),
        departments: Arc::from(vec![
            department(SERVICE, "service", "Service"),
            department(SALES, "sales", "Sales"),
            department(DepartmentId(Uuid::from_u128(3)), "press", &format!("Press {HOSTILE}")),
        ]),
        you: Some(YOU),
    }
}

/// The member of Service who looks, as an actor.
pub(crate) fn actor(role: Role) -> switchboard_app::rights::Actor {
    let mut you = user(YOU, "Mara Lindqvist", &[SERVICE]);
    you.role = role;
    switchboard_app::rights::Actor::User(Arc::new(you))
}

/// Where past cases would have a case.
pub(crate) fn proposal() -> switchboard_model::Proposal {
    use switchboard_model::{Lesson, Near, Proposal, Proposed};
    let near = |lesson| Near { lesson, department: SALES, nearness: 0.62 };
    Proposal {
        proposed: Proposed { department: SALES, score: 0.71, probability: 0.54 },
        confidence: Some(0.8),
        near: vec![near(Lesson::Case(CaseId(17))), near(Lesson::Example(3))],
    }
}

fn opening() -> Happening {
    let part = |name: &str, points, why: &str| PriorityPart { name: name.to_owned(), points, why: why.to_owned() };
    Happening::Opened(Opening {
        post: 7,
        network: "mastodon".to_owned(),
        visibility: Visibility::Public,
        department: SERVICE,
        priority: Priority {
            score: 86,
            parts: vec![
                part("harm", 50, "negative, sure"),
                part("need", 40, HOSTILE),
                part("already answered", -4, "a colleague wrote yesterday"),
            ],
        },
        tags: vec!["lid".to_owned(), "k4".to_owned(), format!("{HOSTILE}&")],
        rules: vec!["Product faults".to_owned()],
        why: "reads as a complaint".to_owned(),
        why_here: format!("rule 'Product faults' {HOSTILE}"),
        risk: Assessment {
            service: Gauge { level: 72, why: vec!["reads as a complaint".to_owned()] },
            sale: Gauge { level: 12, why: vec!["names a price".to_owned()] },
            press: Gauge { level: 64, why: vec![HOSTILE.to_owned(), "3200 followers".to_owned()] },
        },
        involved: vec![SALES],
        owner: None,
        proposal: None,
    })
}

fn history(steps: Vec<(i64, By, Happening)>) -> (Case, Vec<Event>) {
    let events: Vec<Event> = steps
        .into_iter()
        .zip(1..)
        .map(|((ago, by, what), number)| Event { case: CaseId(42), number, at: at(ago), by, via: None, what })
        .collect();
    let case = Case::of_history(&events).expect("a possible history").expect("a case");
    (case, events)
}

fn guest() -> Guest {
    Guest { name: HOSTILE.to_owned(), email: "ana@lab.example".to_owned() }
}

fn question(to: Asked, until: jiff::Timestamp) -> Question {
    Question { to, text: format!("The lids? {HOSTILE}"), shows_posts: true, until }
}

fn steps() -> Vec<(i64, By, Happening)> {
    let offer = Offer {
        department: SALES,
        user: None,
        reason: TransferReason::Expertise,
        note: format!("They know the lids {HOSTILE}"),
        until: at(-1_290),
        keeps_watching: true,
    };
    vec![
        (19 * 60, By::Rules, opening()),
        (15 * 60, By::User(INES), Happening::Claimed),
        (15 * 60, By::User(MALLORY), Happening::Watched { user: MALLORY }),
        (14 * 60, By::User(INES), Happening::Noted { text: format!("Do not say recall. {HOSTILE}") }),
        (9 * 60, By::User(INES), Happening::assigned(YOU)),
        (9 * 60, By::User(INES), Happening::QuestionAsked(question(Asked::User(YOU), at(-600)))),
        (8 * 60, By::User(YOU), Happening::QuestionAsked(question(Asked::Guest(guest()), at(-600)))),
        (8 * 60, By::Guest, Happening::QuestionAnswered { question: 7, text: HOSTILE.to_owned(), of: None }),
        (8 * 60, By::User(YOU), Happening::QuestionAsked(question(Asked::Guest(guest()), at(-600)))),
        (8 * 60, By::User(YOU), Happening::QuestionWithdrawn { question: 9, of: None }),
        (8 * 60, By::User(YOU), Happening::QuestionAsked(question(Asked::Guest(guest()), at(10)))),
        (8 * 60, By::Author, Happening::Joined { post: 6, is_ours: false }),
        (7 * 60, By::Outbox, Happening::Joined { post: 5, is_ours: true }),
        (6 * 60, By::User(YOU), Happening::Tagged { added: vec![HOSTILE.to_owned()], removed: vec!["k4".to_owned()] }),
        (5 * 60, By::User(YOU), Happening::Offered(offer)),
        (
            4 * 60,
            By::User(YOU),
            Happening::ReplyQueued { reply: ReplyId(Uuid::from_u128(1)), despite: HOSTILE.to_owned() },
        ),
    ]
}

/// Clocks of every kind: one soon, one late, one that stands; and where the time went.
pub(crate) fn clocks() -> CaseClocks {
    let clock = |clock, since_s: i64, due_s: Option<i64>, warn_s: Option<i64>| RunningClock {
        clock,
        since: at(since_s),
        target_min: 60,
        due_at: due_s.map(|left| at(-left)),
        warn_at: warn_s.map(at),
    };
    let hop = |owner, from: i64, until: Option<i64>, counted_s| CaseHop {
        department: SERVICE,
        owner,
        from: at(from),
        until: until.map(at),
        counted_s,
    };
    CaseClocks {
        policy: Some(format!("Urgent {HOSTILE}")),
        running: vec![
            clock(ClockKind::FirstResponse, 1_140, Some(360), Some(60)),
            clock(ClockKind::NextResponse, 7_200, Some(-1_260), None),
            clock(ClockKind::Resolution, 1_140, None, None),
        ],
        next_step: Some(NextStep { at: at(-3_600), user: INES }),
        hops: vec![
            hop(None, 1_140, Some(900), 240),
            hop(Some(MALLORY), 900, Some(540), 0),
            hop(Some(YOU), 540, None, 540),
        ],
    }
}

/// A clock with so many seconds left.
pub(crate) fn due(left_s: i64) -> Due {
    Due { clock: ClockKind::FirstResponse, at: at(-left_s), since: at(3_600), warn_at: Some(at(60)) }
}

/// A case that Ines took, gave to who looks, and that is offered to Sales.
pub(crate) fn case() -> (Case, Vec<Event>) {
    history(steps())
}

/// The same, closed a minute ago.
pub(crate) fn closed_case() -> (Case, Vec<Event>) {
    let mut steps = steps();
    let closed = Happening::Closed { outcome: Outcome::NoAnswer, reason: HOSTILE.to_owned() };
    steps.push((100, By::User(YOU), closed));
    history(steps)
}

/// Two cases that are one: the one that goes on, and the one that is in it.
pub(crate) fn merged_cases() -> ((Case, Vec<Event>), (Case, Vec<Event>)) {
    let (mut one, mut other) = (unclaimed_case(), unclaimed_case());
    let second = CaseId(43);
    other.0.id = second;
    other.1.iter_mut().for_each(|event| event.case = second);
    let go_on = |story: &mut (Case, Vec<Event>), what: Happening| {
        let event = story.0.next_event(at(60), By::User(INES), what);
        story.0.apply(&event).expect("possible");
        story.1.push(event);
    };
    go_on(&mut other, Happening::Noted { text: format!("Do not say recall. {HOSTILE}") });
    go_on(&mut other, Happening::QuestionAsked(question(Asked::User(YOU), at(-600))));
    go_on(&mut other, Happening::Claimed);
    let whole = one.0.with(&other.0);
    let merged = Merged { other: second, version: other.0.version + 1, whole, why: HOSTILE.to_owned() };
    go_on(&mut one, Happening::Merged(Box::new(merged)));
    go_on(&mut other, Happening::MergedInto { into: one.0.id });
    (one, other)
}

/// A case that nobody took.
pub(crate) fn unclaimed_case() -> (Case, Vec<Event>) {
    history(vec![(240, By::Rules, opening())])
}

/// Its posts, oldest first.
pub(crate) fn conversation() -> Vec<StoredPost> {
    let mut posts = posts();
    // Our own post, of which the history says that it joined, has the pictures.
    posts.pop();
    posts.push(album());
    posts.sort_by_key(|post| (post.seq != 7, post.seq));
    posts
}

fn reply(number: u128, state: ReplyState) -> Reply {
    Reply {
        id: ReplyId(Uuid::from_u128(number)),
        case: CaseId(42),
        account: AccountId(Uuid::from_u128(1)),
        by: Some(YOU),
        to: PostId("mastodon:2".to_owned()),
        text: format!("We are sorry {HOSTILE}"),
        state,
        key: HOSTILE.to_owned(),
        then: Then::Wait,
        queued_at: at(240),
        send_at: at(-8),
        attempts: 1,
        attempted_at: Some(at(230)),
        sent_at: (state == ReplyState::Sent).then(|| at(230)),
        published: (state == ReplyState::Sent).then(|| Published {
            id: PostId("mastodon:900".to_owned()),
            url: Some("https://social.example/@acme/900".to_owned()),
        }),
        trouble: if state == ReplyState::Failed { format!("the post is gone {HOSTILE}") } else { String::new() },
    }
}

/// One reply in each state.
pub(crate) fn replies() -> Vec<Reply> {
    ReplyState::ALL.into_iter().zip(1..).map(|(state, number)| reply(number, state)).collect()
}

pub(crate) fn accounts() -> Vec<Account> {
    let account = |number, handle: &str| Account {
        id: AccountId(Uuid::from_u128(number)),
        network: SourceKind::Mastodon,
        handle: handle.to_owned(),
        author: HOSTILE.to_owned(),
        settings: json!({"token": "hunter2"}),
        departments: Vec::new(),
        is_enabled: true,
        trouble: if number == 2 { HOSTILE.to_owned() } else { String::new() },
        created_at: at(86_400),
    };
    vec![account(1, "acme@social.example"), account(2, HOSTILE)]
}

pub(crate) fn draft() -> Draft {
    Draft {
        case: CaseId(42),
        by: Some(YOU),
        account: Some(AccountId(Uuid::from_u128(2))),
        to: None,
        text: format!("</textarea>{HOSTILE}"),
        version: 7,
        updated_at: at(20),
    }
}

pub(crate) fn measured() -> Measured {
    Measured {
        length: 512,
        limit: 500,
        lead: format!("@ana {HOSTILE}"),
        clickable: vec![HOSTILE.to_owned(); 6],
        problems: vec![HOSTILE.to_owned()],
    }
}

/// The id of [`view`].
pub(crate) const VIEW: &str = "00000000-0000-0000-0000-000000000009";

/// A view that is shared, with a hostile name.
pub(crate) fn view() -> View {
    View {
        id: VIEW.parse().expect("an id"),
        name: HOSTILE.to_owned(),
        user: None,
        filter: ViewFilter { tag: Some(HOSTILE.to_owned()), departments: vec![SERVICE], ..ViewFilter::default() },
        created_at: now(),
    }
}

pub(crate) fn counters() -> Vec<QueueCount> {
    let count = |department, owner, state, public, private| QueueCount { department, owner, state, public, private };
    vec![
        count(SERVICE, None, "open", 40, 3),
        count(SERVICE, Some(YOU), "open", 4, 1),
        count(SERVICE, Some(YOU), "waiting", 2, 0),
        count(SERVICE, Some(INES), "closed", 98_000, 0),
        count(SALES, None, "open", 1_200, 4),
        count(SALES, Some(INES), "snoozed", 8, 0),
    ]
}

//! People: who works here, who is let in, and what no change may break.

use jiff::Timestamp;
use jiff::civil::date;
use switchboard_model::{
    Absence, ApiKey, ApiKeyId, Assignment, By, ClockFace, Company, Department, DepartmentId, Duty, DutyHours,
    EscalateTo, EscalationStep, Holiday, HolidayCalendar, Interest, LinkPurpose, Office, Pack, PackKind, PackText,
    Preferences, Profile, Role, Rule, RuleId, SlaPolicy, SlaPolicyId, SlaTargets, Team, Theme, Unaccepted, User,
    UserId, Whereabouts,
};
use switchboard_store::{Fault, Founding, Household, NewLink, NewSession, Store, StoreError};
use uuid::Uuid;

use crate::support::*;

pub(crate) fn user_id(number: u128) -> UserId {
    UserId(Uuid::from_u128(0x4000 + number))
}

pub(crate) fn department_id(number: u128) -> DepartmentId {
    DepartmentId(Uuid::from_u128(0x5000 + number))
}

pub(crate) fn rule_id(number: u128) -> RuleId {
    RuleId(Uuid::from_u128(0x6000 + number))
}

fn minute(number: u128) -> Timestamp {
    at(i64::try_from(number).expect("small"))
}

pub(crate) fn user(number: u128) -> User {
    User {
        id: user_id(number),
        name: format!("user {number}"),
        email: format!("user{number}@acme.example"),
        role: if number == 1 { Role::Administrator } else { Role::Member },
        is_active: true,
        has_password: number == 1,
        departments: vec![department_id(1)],
        languages: vec!["en".into(), "pt-BR".into()],
        time_zone: "Europe/Lisbon".into(),
        duty: Duty(vec![DutyHours { day: 1, from: 540, to: 1020 }]),
        profile: Profile {
            extension: Some(format!("2{number}")),
            skills: vec!["warranty".into()],
            most_cases: Some(20),
            holidays: Some("lisbon".into()),
            absences: vec![Absence { from: date(2026, 12, 21), until: date(2026, 12, 31), stand_in: None }],
        },
        preferences: Preferences::default(),
        created_at: minute(number),
        failures: 0,
        locked_until: None,
    }
}

pub(crate) fn department(number: u128) -> Department {
    Department {
        id: department_id(number),
        key: format!("department-{number}"),
        name: format!("Department {number}"),
        head: user_id(1),
        deputy: None,
        intents: vec!["question".into()],
        keywords: vec!["order".into(), "Öffnungszeit".into()],
        is_active: true,
        place: i64::try_from(number).expect("small"),
        office: Office {
            hours: Duty(vec![DutyHours { day: 1, from: 480, to: 1200 }]),
            time_zone: Some("Europe/Lisbon".into()),
            assignment: Assignment::RoundRobin,
            unaccepted: Unaccepted::Head,
            interest: Some(Interest::Sale),
            ..Office::default()
        },
        created_at: at(0),
    }
}

pub(crate) fn rule(number: u128) -> Rule {
    Rule {
        id: rule_id(number),
        place: i64::try_from(number).expect("small"),
        name: format!("rule {number}"),
        when: Some("acme".into()),
        intent: None,
        department: Some(department_id(1)),
        tags: vec!["tag".into()],
        priority: -15,
        owner: Some(user_id(1)),
        dismisses: false,
        stops: true,
        is_enabled: true,
    }
}

fn session(number: u8, user: UserId, minute: i64) -> NewSession {
    NewSession { hash: [number; 32], user, created_at: at(minute), expires_at: at(minute + 100) }
}

fn link(number: u8, user: Option<UserId>) -> NewLink {
    let purpose = if user.is_some() { LinkPurpose::Invitation } else { LinkPurpose::Setup };
    NewLink { hash: [number; 32], purpose, user, created_at: at(0), expires_at: at(60) }
}

fn company() -> Company {
    Company {
        name: "Acme".into(),
        handles: vec!["@acme".into()],
        website: Some("https://acme.example".into()),
        fallback: department_id(1),
        team: Team { head: Some(user_id(1)), deputy: None, seats: [(department_id(1), user_id(1))].into() },
        holidays: vec![HolidayCalendar {
            key: "lisbon".into(),
            name: "Lisbon".into(),
            days: vec![Holiday { date: date(2026, 6, 13), name: "Santo António".into() }],
        }],
    }
}

fn sla() -> SlaPolicy {
    SlaPolicy {
        id: SlaPolicyId(uuid::Uuid::from_u128(1)),
        name: "urgent".into(),
        departments: vec![department_id(1)],
        networks: vec!["mastodon".into()],
        least_priority: 70,
        tag: Some("vip".into()),
        targets: SlaTargets { first_response_min: Some(60), ..SlaTargets::default() },
        in_business_hours: true,
        warn_at_percent: 80,
        escalation: vec![EscalationStep { after_min: 15, to: EscalateTo::TeamHead }],
    }
}

fn founding(link: Option<[u8; 32]>) -> Founding {
    Founding {
        link,
        company: company(),
        administrator: User { departments: vec![department_id(1), department_id(2)], ..user(1) },
        password: "hash".into(),
        departments: vec![department(1), department(2)],
        rules: vec![rule(1)],
        sla: vec![sla()],
        searches: vec![search(1)],
        sources: vec![source(1)],
        session: session(1, user_id(1), 0),
        at: at(0),
    }
}

/// User 1 administers and heads both departments; user 2 is a member of the first.
pub(crate) async fn found(store: &Store) {
    assert!(store.found(&founding(None)).await.expect("founded"));
    store.invite_user(&user(2), &link(2, Some(user_id(2)))).await.expect("invited");
}

/// Departments 1 to 3, all headed by user 1, and users 1 to 3 of the first; on a store that has searches and sources.
pub(crate) async fn household(store: &Store) {
    let founding = Founding {
        departments: (1..=3).map(department).collect(),
        rules: Vec::new(),
        searches: Vec::new(),
        sources: Vec::new(),
        ..founding(None)
    };
    assert!(store.found(&founding).await.expect("founded"));
    for (number, hash) in [(2, 2), (3, 3)] {
        store.invite_user(&user(number), &link(hash, Some(user_id(number)))).await.expect("invited");
    }
}

fn broken<T: std::fmt::Debug>(result: Result<T, StoreError>) -> Fault {
    match result {
        Err(StoreError::Broken(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

/// Makes user 2 inactive.
async fn deactivate(store: &Store) -> Result<Vec<Whereabouts>, StoreError> {
    store.retire_user(&User { is_active: false, ..user(2) }, By::Operator, at(1), "gone").await
}

contract! {
    async fn a_household_comes_back_as_it_went_in(store: Store) {
        assert_eq!(store.load_household().await.expect("loaded"), Household::default());
        found(&store).await;
        let expected = Household {
            company: Some(company()),
            users: vec![User { departments: vec![department_id(1), department_id(2)], ..user(1) }, user(2)],
            departments: vec![department(1), department(2)],
            rules: vec![rule(1)],
            formula: None,
            packs: vec![],
            packs_revision: None,
            sla: vec![sla()],
        };
        assert_eq!(store.load_household().await.expect("loaded"), expected);
        assert_eq!(store.list_searches().await.expect("listed"), [search(1)]);
        assert_eq!(store.list_sources().await.expect("listed"), [source(1)]);
        assert_eq!(store.find_password(user_id(1)).await.expect("found").as_deref(), Some("hash"));
        assert_eq!(store.find_password(user_id(2)).await.expect("found"), None);
    }

    async fn packs_come_back_as_they_went_in_and_each_change_is_told(store: Store) {
        let pack = |name: &str, query: &str, based_on| Pack {
            text: PackText {
                name: name.into(),
                title: "Títle \u{1F967}".into(),
                description: "Two\nlines".into(),
                kind: PackKind::Homonym,
                languages: vec!["de".into(), "en".into()],
                query: query.into(),
            },
            based_on,
            updated_at: at(3),
            by: By::User(user_id(1)),
        };
        assert_eq!(store.packs_revision().await.expect("read"), None);
        let (one, other) = (pack("jobs", "#hiring", Some(2)), pack("pie", "apple NEAR/8 pie", None));
        assert!(store.change_packs(&[other.clone(), one.clone()], &[], None, "first").await.expect("kept"));
        assert!(!store.change_packs(&[], &["jobs"], None, "late").await.expect("answers"), "somebody was faster");
        let household = store.load_household().await.expect("loaded");
        assert_eq!(household.packs, [one.clone(), other.clone()]);
        assert_eq!(household.packs_revision.as_deref(), Some("first"));
        let changed = Pack { by: By::Operator, updated_at: at(4), ..pack("pie", "pie", None) };
        let kept = store.change_packs(std::slice::from_ref(&changed), &["jobs", "none"], Some("first"), "second");
        assert!(kept.await.expect("changed"));
        assert_eq!(store.load_household().await.expect("loaded").packs, [changed]);
        assert_eq!(store.packs_revision().await.expect("read").as_deref(), Some("second"));
    }

    async fn an_installation_is_set_up_once_and_whole(store: Store) {
        assert!(!store.found(&founding(Some([9; 32]))).await.expect("looked"), "no such link");
        store.insert_link(&link(8, None)).await.expect("made");
        store.insert_link(&link(9, None)).await.expect("made");
        assert_eq!(store.find_link(&[8; 32], at(1)).await.expect("looked"), None, "a newer one took its place");
        assert_eq!(store.find_link(&[9; 32], at(1)).await.expect("looked"), Some((LinkPurpose::Setup, None)));
        assert_eq!(store.find_link(&[9; 32], at(60)).await.expect("looked"), None, "too old");
        let mut wrong = founding(Some([9; 32]));
        wrong.searches.push(search(1));
        assert!(matches!(store.found(&wrong).await, Err(StoreError::Conflict { .. })));
        assert_eq!(store.load_household().await.expect("loaded"), Household::default(), "all or nothing");
        assert!(store.found(&founding(Some([9; 32]))).await.expect("founded"));
        assert_eq!(store.find_link(&[9; 32], at(1)).await.expect("looked"), None);
        let mut again = founding(None);
        again.administrator = User { departments: vec![], ..user(7) };
        again.departments = vec![Department { head: user_id(7), ..department(7) }];
        (again.rules, again.searches, again.sources) = (vec![], vec![], vec![]);
        again.session = session(7, user_id(7), 0);
        match store.found(&again).await {
            Err(StoreError::Conflict { what }) => assert_eq!(what, "a company with this id"),
            other => panic!("{other:?}"),
        }
        assert_eq!(store.load_household().await.expect("loaded").users.len(), 1);
    }

    async fn a_department_always_has_an_active_head(store: Store) {
        found(&store).await;
        let led = |head| Department { head, ..department(2) };
        store.insert_department(&Department { head: user_id(2), ..department(3) }).await.expect("added");
        assert_eq!(broken(deactivate(&store).await), Fault::Head("Department 3".into()));
        let gone = User { is_active: false, ..user(2) };
        assert_eq!(broken(store.update_user(&gone).await), Fault::Head("Department 3".into()));
        store.update_department(&Department { head: user_id(1), ..department(3) }).await.expect("changed");
        deactivate(&store).await.expect("deactivated");
        assert_eq!(broken(store.update_department(&led(user_id(2))).await), Fault::Head("Department 2".into()));
        let new = Department { head: user_id(2), ..department(4) };
        assert_eq!(broken(store.insert_department(&new).await), Fault::Head("Department 4".into()));
        assert!(store.update_department(&led(user_id(77))).await.is_err(), "nobody");
    }

    async fn the_fallback_stays_open_and_somebody_administers(store: Store) {
        found(&store).await;
        let closed = Department { is_active: false, ..department(1) };
        assert_eq!(broken(store.update_department(&closed).await), Fault::Fallback("Department 1".into()));
        store.update_company(&Company { fallback: department_id(2), ..company() }).await.expect("changed");
        assert!(store.update_department(&closed).await.expect("closed"));
        assert_eq!(broken(store.update_company(&company()).await), Fault::Fallback("Department 1".into()));
        let demoted = User { role: Role::Member, ..user(1) };
        assert_eq!(broken(store.update_user(&demoted).await), Fault::Administrator);
        store.update_user(&User { role: Role::Administrator, ..user(2) }).await.expect("promoted");
        assert!(store.update_user(&demoted).await.expect("demoted"));
    }

    async fn users_change_and_join(store: Store) {
        found(&store).await;
        let changed = User {
            name: "two\0".into(),
            email: "two@acme.example".into(),
            departments: vec![department_id(2)],
            languages: vec![],
            duty: Duty::default(),
            preferences: Preferences { theme: Theme::Dark, clock: ClockFace::HalfDay, ..Preferences::default() },
            ..user(2)
        };
        assert!(store.update_user(&changed).await.expect("changed"));
        let household = store.load_household().await.expect("loaded");
        assert_eq!(household.users[1], User { name: "two\u{fffd}".into(), ..changed.clone() });
        // Preferences are replaced, and who is added may have some.
        let lighter = User { preferences: Preferences { theme: Theme::Light, ..Preferences::default() }, ..changed };
        assert!(store.update_user(&lighter).await.expect("changed"));
        let third = User { preferences: lighter.preferences, ..user(3) };
        store.invite_user(&third, &link(3, Some(user_id(3)))).await.expect("invited");
        let preferences = store.load_household().await.expect("loaded").users.into_iter().map(|user| user.preferences);
        assert_eq!(
            preferences.collect::<Vec<_>>(),
            [Preferences::default(), lighter.preferences, lighter.preferences]
        );
        match store.update_user(&User { email: "user1@acme.example".into(), ..user(2) }).await {
            Err(StoreError::Conflict { what }) => assert_eq!(what, "a user with this email"),
            other => panic!("{other:?}"),
        }
        assert!(!store.update_user(&user(7)).await.expect("looked"));
        store.note_failures(user_id(2), 5, Some(at(9))).await.expect("noted");
        let locked = store.load_household().await.expect("loaded").users.remove(1);
        assert_eq!((locked.failures, locked.locked_until), (5, Some(at(9))));
        store.insert_session(&session(5, user_id(2), 1)).await.expect("logged in");
        let unlocked = store.load_household().await.expect("loaded").users.remove(1);
        assert_eq!((unlocked.failures, unlocked.locked_until), (0, None));
        // Who is made head of a department works for it.
        store.update_department(&Department { head: user_id(2), ..department(1) }).await.expect("changed");
        let head = store.load_household().await.expect("loaded").users.remove(1);
        assert_eq!(head.departments, [department_id(1), department_id(2)]);
    }

    async fn sessions_end_by_log_out_by_age_and_with_their_user(store: Store) {
        found(&store).await;
        let (one, two) = (session(5, user_id(2), 1), session(6, user_id(2), 5));
        store.insert_session(&one).await.expect("begun");
        store.insert_session(&two).await.expect("begun");
        let found = store.find_session(&one.hash).await.expect("found").expect("there");
        assert_eq!((found.user, found.created_at, found.seen_at, found.expires_at), (user_id(2), at(1), at(1), at(101)));
        assert!(store.touch_session(&one.hash, at(50)).await.expect("touched"));
        assert_eq!(store.find_session(&one.hash).await.expect("found").expect("there").seen_at, at(50));
        assert_eq!(store.delete_old_sessions(at(60), at(5)).await.expect("cleared"), 2, "the first one and the idle one");
        assert!(store.find_session(&two.hash).await.expect("looked").is_none());
        assert!(store.delete_session(&one.hash).await.expect("ended"));
        assert!(!store.delete_session(&one.hash).await.expect("looked"));
        assert!(!store.touch_session(&one.hash, at(51)).await.expect("looked"));
        store.insert_session(&one).await.expect("begun");
        store.insert_session(&two).await.expect("begun");
        assert!(store.set_password(user_id(2), "new", Some(&two.hash), None).await.expect("set"));
        assert!(store.find_session(&one.hash).await.expect("looked").is_none());
        assert!(store.find_session(&two.hash).await.expect("looked").is_some());
        deactivate(&store).await.expect("deactivated");
        assert!(store.find_session(&two.hash).await.expect("looked").is_none());
    }

    async fn a_link_works_once(store: Store) {
        found(&store).await;
        let hash = [2; 32];
        let view = Some((LinkPurpose::Invitation, Some(user_id(2))));
        assert_eq!(store.find_link(&hash, at(1)).await.expect("looked"), view);
        assert!(!store.follow_link(&hash, "hash", &session(5, user_id(2), 60)).await.expect("looked"), "too old");
        assert!(store.follow_link(&hash, "hash", &session(5, user_id(2), 1)).await.expect("followed"));
        assert!(!store.follow_link(&hash, "other", &session(6, user_id(2), 2)).await.expect("looked"), "used");
        assert_eq!(store.find_password(user_id(2)).await.expect("found").as_deref(), Some("hash"));
        assert!(store.find_session(&[5; 32]).await.expect("looked").is_some());
        assert!(store.find_session(&[6; 32]).await.expect("looked").is_none());
        store.insert_link(&NewLink { purpose: LinkPurpose::Reset, ..link(7, Some(user_id(2))) }).await.expect("made");
        deactivate(&store).await.expect("deactivated");
        assert_eq!(store.find_link(&[7; 32], at(1)).await.expect("looked"), None);
    }

    async fn rules_keep_their_order(store: Store) {
        found(&store).await;
        store.insert_rule(&rule(2)).await.expect("added");
        store.insert_rule(&Rule { when: None, intent: Some("job".into()), department: None, ..rule(3) }).await.expect("added");
        assert!(matches!(store.insert_rule(&rule(2)).await, Err(StoreError::Conflict { .. })));
        match store.insert_rule(&Rule { id: rule_id(9), ..rule(2) }).await {
            Err(StoreError::Conflict { what }) => assert_eq!(what, "a rule with this name"),
            other => panic!("{other:?}"),
        }
        store.place_rules(&[rule_id(3), rule_id(1), rule_id(2)]).await.expect("placed");
        let order = |household: Household| household.rules.into_iter().map(|rule| rule.id).collect::<Vec<_>>();
        assert_eq!(order(store.load_household().await.expect("loaded")), [rule_id(3), rule_id(1), rule_id(2)]);
        let changed = Rule { place: 3, name: "other".into(), is_enabled: false, priority: 7, ..rule(2) };
        assert!(store.update_rule(&changed).await.expect("changed"));
        assert!(store.delete_rule(rule_id(3)).await.expect("removed"));
        assert!(!store.delete_rule(rule_id(3)).await.expect("looked"));
        assert!(!store.update_rule(&rule(3)).await.expect("looked"));
        assert_eq!(store.load_household().await.expect("loaded").rules, [Rule { place: 2, ..rule(1) }, changed]);
    }

    async fn keys_belong_to_their_user(store: Store) {
        found(&store).await;
        let key = |number: u128, name: &str| ApiKey {
            id: ApiKeyId(Uuid::from_u128(0x7000 + number)),
            user: user_id(2),
            name: name.into(),
            created_at: at(1),
            used_at: None,
        };
        store.insert_key(&key(1, "export"), &[1; 32]).await.expect("added");
        match store.insert_key(&key(2, "export"), &[2; 32]).await {
            Err(StoreError::Conflict { what }) => assert_eq!(what, "a key with this name"),
            other => panic!("{other:?}"),
        }
        assert_eq!(store.find_key_by_hash(&[1; 32]).await.expect("found"), Some(key(1, "export")));
        assert!(store.touch_key(key(1, "").id, at(7)).await.expect("touched"));
        assert_eq!(store.list_keys(user_id(2)).await.expect("listed"), [ApiKey { used_at: Some(at(7)), ..key(1, "export") }]);
        assert!(!store.delete_key(user_id(1), key(1, "").id).await.expect("looked"), "somebody else's");
        assert!(store.delete_key(user_id(2), key(1, "").id).await.expect("removed"));
        assert_eq!(store.find_key_by_hash(&[1; 32]).await.expect("looked"), None);
    }
}

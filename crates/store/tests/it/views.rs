//! Views: kept under a name, and lists that are filtered in any mixture.

use switchboard_model::{
    Assessment, Awaited, Case, CaseFilter, CaseId, CaseOrder, Decided, Happening, Opening, Outcome, Post, Priority,
    Signal, SignalName, User, UserId, View, ViewFilter, ViewId, ViewOwner, ViewState, Visibility,
};
use switchboard_store::{Record, Recorded, Store, StoreError};
use uuid::Uuid;

use crate::people::{department_id, household, user_id};
use crate::support::*;

fn view(number: u128, name: &str, user: Option<UserId>) -> View {
    View {
        id: ViewId(Uuid::from_u128(0x9000 + number)),
        name: name.to_owned(),
        user,
        filter: ViewFilter::default(),
        created_at: at(i64::try_from(number).expect("small")),
    }
}

/// A post that opens a case, with what it can be filtered by.
fn opens(number: u8) -> Decided {
    let network = if number.is_multiple_of(5) { "forum" } else { "mastodon" };
    let visibility = if number.is_multiple_of(10) { Visibility::Direct } else { Visibility::Public };
    let mut decided = wanted(Post { visibility, ..Post::new(network, &number.to_string(), "acme broke") });
    let label = ["en-GB", "de", "en"][usize::from(number % 3)];
    let language = Signal {
        name: SignalName::Language,
        label: label.into(),
        score: 1.0,
        scores: [].into(),
        evidence: Vec::new(),
        model: "rules-1".into(),
    };
    decided.signals.0.push(language);
    decided.opening = Some(Opening {
        post: 0,
        network: network.into(),
        visibility,
        department: department_id(1 + u128::from(number % 3)),
        priority: Priority { score: number % 7 * 10, parts: Vec::new() },
        tags: if number.is_multiple_of(4) { vec!["refund".into()] } else { Vec::new() },
        rules: Vec::new(),
        why: "reads as a complaint".into(),
        why_here: "rule".into(),
        risk: Assessment::default(),
        involved: Vec::new(),
        owner: None,
        proposal: None,
    });
    decided
}

async fn filled(store: &Store) {
    furnish(store).await;
    household(store).await;
    settle(store, batch(1, (1..=60).map(opens).collect())).await;
    let done = async |id: i64, what: Happening| {
        let case = store.find_case(CaseId(id)).await.expect("readable").expect("there");
        let events = vec![case.next_event(at(30 + id), switchboard_model::By::User(user_id(1)), what)];
        let record = Record { case: case.id, seen: case.version, events, also: Vec::new() };
        assert!(matches!(store.record(&record).await.expect("answers"), Recorded::Done(_)));
    };
    for id in (3..60).step_by(6) {
        done(id, Happening::Claimed).await;
    }
    for id in (4..60).step_by(7) {
        done(id, Happening::Waiting { on: Awaited::Author }).await;
    }
    for id in (5..60).step_by(9) {
        done(id, Happening::Closed { outcome: Outcome::Thanked, reason: String::new() }).await;
    }
}

/// What a filter should choose, without a database; the language of a case is known here by its number.
fn is_chosen(case: &Case, filter: &CaseFilter) -> bool {
    let language = ["en", "de", "en"][usize::try_from(case.id.0).expect("small") % 3];
    filter.may_choose(case) && filter.language.as_deref().is_none_or(|wanted| language == wanted)
}

contract! {
    async fn views_come_back_as_they_went_in(store: Store) {
        household(&store).await;
        let (ana, bo) = (Some(user_id(1)), Some(user_id(2)));
        let mut mine = view(1, "Refunds\0", ana);
        mine.filter = ViewFilter {
            departments: vec![department_id(1), department_id(2)],
            owner: ViewOwner::Nobody,
            state: ViewState::Waiting,
            network: Some("forum".into()),
            language: Some("de".into()),
            tag: Some("re\0fund".into()),
            least_priority: 40,
            order: CaseOrder::Newest,
        };
        store.insert_view(&mine).await.expect("inserted");
        store.insert_view(&view(2, "Refunds", bo)).await.expect("another user's may have the name");
        store.insert_view(&view(3, "Refunds", None)).await.expect("so may a shared one");
        mine.name = "Refunds\u{fffd}".into();
        mine.filter.tag = Some("re\u{fffd}fund".into());
        assert_eq!(store.find_view(mine.id).await.expect("found"), Some(mine.clone()));
        let names = async |user| -> Vec<ViewId> {
            store.list_views(user).await.expect("listed").iter().map(|view| view.id).collect()
        };
        assert_eq!(names(ana).await, [mine.id, view(3, "", None).id]);
        assert_eq!(names(bo).await, [view(2, "", None).id, view(3, "", None).id]);
        assert_eq!(names(None).await, [view(3, "", None).id]);
        for taken in [view(9, "Refunds", bo), view(9, "Refunds", None)] {
            match store.insert_view(&taken).await {
                Err(StoreError::Conflict { what }) => assert_eq!(what, "a view with this name"),
                other => panic!("{other:?}"),
            }
        }
        let renamed = View { name: "Refunds".into(), filter: ViewFilter::default(), ..mine.clone() };
        assert!(store.update_view(&renamed).await.expect("updated"));
        assert_eq!(store.find_view(mine.id).await.expect("found"), Some(renamed));
        assert!(store.delete_view(mine.id).await.expect("deleted"));
        assert!(!store.delete_view(mine.id).await.expect("looked"));
        assert!(!store.update_view(&mine).await.expect("looked"));
        assert_eq!(store.find_view(mine.id).await.expect("looked"), None);
        // Users are never deleted; their views stay while they are away.
        let away = User { is_active: false, ..crate::people::user(2) };
        store.retire_user(&away, switchboard_model::By::Operator, at(50), "they left").await.expect("retired");
        assert_eq!(names(bo).await.len(), 2);
    }

    async fn any_mixture_of_filters_chooses_what_it_says(store: Store) {
        filled(&store).await;
        let all = store.find_cases(&(1..=60).map(CaseId).collect::<Vec<_>>()).await.expect("readable");
        assert_eq!(all.len(), 60);
        let any = CaseFilter { with_private: true, limit: 7, ..CaseFilter::default() };
        let one = || vec![department_id(1)];
        let two = || vec![department_id(1), department_id(3)];
        let mut filters = Vec::new();
        for order in [CaseOrder::Priority, CaseOrder::Newest] {
            for state in [None, Some("open"), Some("waiting"), Some("closed")] {
                let base = CaseFilter { order, state, ..any.clone() };
                let forum = Some("forum".to_owned());
                filters.extend([
                    base.clone(),
                    CaseFilter { departments: one(), ..base.clone() },
                    CaseFilter { departments: two(), ..base.clone() },
                    CaseFilter { departments: two(), is_unclaimed: true, ..base.clone() },
                    CaseFilter { owner: Some(user_id(1)), ..base.clone() },
                    CaseFilter { owner: Some(user_id(1)), network: forum.clone(), ..base.clone() },
                    CaseFilter { network: forum.clone(), departments: one(), with_private: false, ..base.clone() },
                    CaseFilter { language: Some("en".into()), ..base.clone() },
                    CaseFilter { language: Some("de".into()), least_priority: 30, ..base.clone() },
                    CaseFilter { language: Some("%".into()), ..base.clone() },
                    CaseFilter { tag: Some("refund".into()), least_priority: 20, ..base.clone() },
                    CaseFilter { tag: Some("refund".into()), network: forum, is_unclaimed: true, ..base.clone() },
                    CaseFilter { least_priority: 60, departments: two(), owner: Some(user_id(1)), ..base },
                ]);
            }
        }
        let mut sizes = 0;
        for filter in filters {
            let (mut listed, mut page) = (Vec::new(), filter.clone());
            loop {
                let found = store.list_cases(&page).await.expect("readable");
                let Some(last) = found.last().map(|listed| &listed.case) else { break };
                page.after = Some(filter.place_of(last));
                listed.extend(found.into_iter().map(|listed| listed.case));
            }
            let mut expected: Vec<Case> = all.iter().filter(|case| is_chosen(case, &filter)).cloned().collect();
            expected.sort_by_key(|case| {
                let place = filter.place_of(case);
                std::cmp::Reverse((place.rank, place.id))
            });
            let ids = |cases: &[Case]| cases.iter().map(|case| case.id.0).collect::<Vec<_>>();
            assert_eq!(ids(&listed), ids(&expected), "{filter:?}");
            let counted = store.count_cases(&filter, 1_000).await.expect("counted");
            assert_eq!(counted, expected.len() as u64, "{filter:?}");
            sizes += expected.len();
        }
        assert!(sizes > 500, "the filters choose something: {sizes}");
        assert_eq!(store.count_cases(&any, 10).await.expect("counted"), 10, "no more are counted than asked for");
    }

    async fn the_language_of_a_case_is_that_of_its_newest_post(store: Store) {
        filled(&store).await;
        let german = CaseFilter { language: Some("de".into()), limit: 100, with_private: true, ..CaseFilter::default() };
        let is_german = async |id: i64| {
            store.list_cases(&german).await.expect("readable").iter().any(|listed| listed.case.id.0 == id)
        };
        assert!(is_german(1).await);
        let mut answer = opens(60);
        answer.post = Post { in_reply_to: Some("mastodon:1".into()), ..Post::new("mastodon", "again", "and another thing") };
        answer.opening = None;
        settle(&store, batch(90, vec![answer])).await;
        assert!(!is_german(1).await);
    }
}

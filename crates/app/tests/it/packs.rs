//! Exclusion packs: what they refuse, and that a change reaches searches, rules and other processes at once.

use switchboard_app::packs::PackError;
use switchboard_app::packs::share::ImportState;
use switchboard_app::rights::Actor;
use switchboard_app::routing::rule::RuleText;
use switchboard_app::searches::SearchError;
use switchboard_app::searches::change::SearchText;
use switchboard_app::searches::left_out::Ticked;
use switchboard_model::{DismissalReason, PackKind, PackText, PostId, SourceKind};
use switchboard_testkit::app::{TestApp, heard};

use crate::cases::office;

fn text(name: &str, query: &str) -> PackText {
    PackText { name: name.into(), title: name.to_uppercase(), query: query.into(), ..PackText::default() }
}

const US: Actor = Actor::Operator;

#[tokio::test]
async fn a_changed_pack_holds_from_the_next_batch_on_here_and_beside() {
    let test = TestApp::new().await;
    let source = test.app.source_named("door", SourceKind::Ingest).await.expect("a source");
    test.app.add_pack(&US, text("pie", "pie")).await.expect("added");
    let search = test.search("brand", "acme -in:pie,jobs").await;
    assert!(test.app.triage().listening().unreadable().is_empty());
    let hand_in = async |id: &str, words: &str| {
        test.app.hand_in(&source, vec![heard(id, words)], None).await.expect("taken").new.len()
    };
    assert_eq!((hand_in("1", "acme pie").await, hand_in("2", "acme juice").await), (0, 1));
    assert_eq!(hand_in("3", "acme: we are hiring").await, 0, "a shipped pack is there without a word");
    let beside = test.beside().await;
    // Saved as it was shipped, with the ends of lines that a form sends.
    let shipped = test.app.pack(&US, "jobs").expect("there").text;
    assert!(shipped.query.contains('\n'));
    let sent = PackText { query: shipped.query.replace('\n', "\r\n"), ..shipped };
    assert!(!test.app.change_pack(&US, "jobs", sent).await.expect("as it was").is_own);
    test.app.change_pack(&US, "pie", text("pie", "juice")).await.expect("changed");
    assert_eq!((hand_in("4", "acme pie").await, hand_in("5", "acme juice").await), (1, 0));
    // Another process asks before it reads a query, and does the same every few seconds.
    assert_eq!(beside.app.pack(&US, "pie").expect("there").text.query, "pie");
    beside.app.follow_packs().await.expect("followed");
    assert_eq!(beside.app.pack(&US, "pie").expect("there").text.query, "juice");
    assert!(beside.app.triage().listening().unreadable().is_empty());
    assert_eq!(test.app.get_search(search.id).await.expect("there").mentions, 2);
    // What is changed there rests on what was changed here a moment ago.
    test.app.change_pack(&US, "pie", text("pie", "soup")).await.expect("changed");
    beside.app.change_pack(&US, "pie", text("pie", "soup OR juice")).await.expect("changed");
    test.app.follow_packs().await.expect("followed");
    assert_eq!((hand_in("6", "acme soup").await, hand_in("7", "acme pie").await), (0, 1));
}

#[tokio::test]
async fn a_pack_in_use_stays_and_names_who_uses_it() {
    let test = TestApp::new().await;
    let app = &test.app;
    app.add_pack(&US, text("pie", "pie")).await.expect("added");
    app.add_pack(&US, text("food", "in:pie OR soup")).await.expect("added");
    test.search("brand", "acme -in:food").await;
    match app.remove_pack(&US, "pie").await {
        Err(PackError::InUse { uses, .. }) => assert_eq!(uses.to_string(), "the pack 'food'"),
        other => panic!("{other:?}"),
    }
    match app.remove_pack(&US, "food").await {
        Err(PackError::InUse { uses, .. }) => assert_eq!(uses.to_string(), "the search 'brand'"),
        other => panic!("{other:?}"),
    }
    // What would make its users too large is refused as well.
    let words = "a ".repeat(4_000);
    test.search("large", &format!("{words} -in:pie")).await;
    match app.change_pack(&US, "pie", text("pie", &words)).await {
        Err(PackError::InUse { uses, .. }) => assert_eq!(uses.to_string(), "the search 'large'"),
        other => panic!("{other:?}"),
    }
    assert_eq!(app.pack(&US, "pie").expect("there").text.query, "pie");
    let search = app.searches().await.expect("listed");
    app.remove_search(search[0].id).await.expect("removed");
    app.remove_pack(&US, "food").await.expect("nobody uses it any more");
    assert!(matches!(app.pack(&US, "food"), Err(PackError::Unknown(_))));
}

#[tokio::test]
async fn what_cannot_be_a_pack_is_refused() {
    let test = TestApp::new().await;
    let app = &test.app;
    app.add_pack(&US, text("a", "kettle")).await.expect("added");
    app.add_pack(&US, text("b", "in:a")).await.expect("added");
    match app.change_pack(&US, "a", text("a", "oven OR in:b")).await {
        Err(PackError::Circle(circle)) => assert!(circle.contains("'a' includes 'b' includes 'a'"), "{circle}"),
        other => panic!("{other:?}"),
    }
    match app.add_pack(&US, text("c", "kettle OR in:jbos")).await {
        Err(PackError::BadQuery(error)) => {
            assert_eq!(error.to_string(), "column 14: unknown pack 'jbos': did you mean 'jobs'?");
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(app.add_pack(&US, text("c", "-kettle")).await, Err(PackError::BadQuery(_))));
    assert!(matches!(app.add_pack(&US, text("A", "x")).await, Err(PackError::NameTaken(_))));
    for name in ["", "no name", "import", "-a"] {
        assert!(
            matches!(app.add_pack(&US, text(name, "x")).await, Err(PackError::Bad { field: "name", .. })),
            "{name}"
        );
    }
    let untitled = PackText { title: " ".into(), ..text("c", "x") };
    assert!(matches!(app.add_pack(&US, untitled).await, Err(PackError::Bad { field: "title", .. })));
    match app.add_search(SearchText { name: "s".into(), query: "acme -in:x".into(), ..SearchText::default() }).await {
        Err(SearchError::BadQuery(error)) => assert_eq!(error.column, 10),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_shipped_pack_is_adapted_and_set_back() {
    let test = TestApp::new().await;
    let app = &test.app;
    let shipped = app.pack(&US, "spam").expect("shipped");
    assert!(!shipped.is_own && shipped.updated_at.is_none());
    assert!(matches!(app.remove_pack(&US, "spam").await, Err(PackError::Shipped(_))));
    let adapted = PackText { query: "viagra".into(), ..shipped.text.clone() };
    let adapted = app.change_pack(&US, "SPAM", adapted).await.expect("changed");
    assert!(adapted.is_adapted() && adapted.based_on == shipped.shipped && adapted.updated_at.is_some());
    // A release that brings a newer one leaves it alone and updates the others: those are not kept at all.
    let beside = test.beside().await;
    assert_eq!(beside.app.pack(&US, "spam").expect("there").text.query, "viagra");
    assert!(!beside.app.pack(&US, "jobs").expect("there").is_own);
    test.run_sql("update packs set based_on = 0").await;
    let restarted = test.restarted().await;
    let behind = restarted.app.pack(&US, "spam").expect("there");
    assert_eq!((behind.based_on, behind.text.query.as_str()), (Some(0), "viagra"));
    let back = restarted.app.reset_pack(&US, "spam").await.expect("set back");
    assert_eq!(back, shipped);
    restarted.app.add_pack(&US, text("own", "x")).await.expect("added");
    assert!(matches!(restarted.app.reset_pack(&US, "own").await, Err(PackError::NotShipped(_))));
}

#[tokio::test]
async fn rules_act_on_packs() {
    let office = office().await;
    let app = &office.test.app;
    app.add_pack(&office.ada, text("vouchers", "voucher")).await.expect("added");
    assert!(matches!(app.add_pack(&office.tom, text("more", "x")).await, Err(PackError::Forbidden(_))));
    let rule = RuleText {
        name: "no vouchers".into(),
        when: Some("in:vouchers".into()),
        intent: None,
        department: None,
        tags: Vec::new(),
        priority: 0,
        owner: None,
        dismisses: true,
        stops: false,
        is_enabled: true,
    };
    app.add_rule(&office.ada, rule).await.expect("added");
    let source = app.source_named("door", SourceKind::Ingest).await.expect("a source");
    let dismissed = async |id: &str, words: &str| {
        app.hand_in(&source, vec![heard(id, words)], None).await.expect("taken");
        let dismissal = app.dismissal(&office.ines, &PostId(format!("x:{id}"))).await.expect("read");
        dismissal.map(|dismissal| dismissal.reason)
    };
    let said = "acme: my kettle never arrived, I want a refund!";
    assert_eq!(dismissed("91", &format!("{said} voucher")).await, Some(DismissalReason::Rule));
    app.change_pack(&office.ada, "vouchers", text("vouchers", "gutschein")).await.expect("changed");
    assert_eq!(dismissed("92", &format!("{said} voucher")).await, None);
    assert_eq!(dismissed("93", &format!("{said} gutschein")).await, Some(DismissalReason::Rule));
    match app.remove_pack(&office.ada, "vouchers").await {
        Err(PackError::InUse { uses, .. }) => assert_eq!(uses.to_string(), "the rule 'no vouchers'"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_a_pack_leaves_out_is_counted() {
    let test = TestApp::new().await;
    let app = &test.app;
    let source = app.source_named("door", SourceKind::Ingest).await.expect("a source");
    test.search("brand", "acme").await;
    app.add_pack(&US, text("pie", "no such word")).await.expect("added");
    test.search("spared", "acme -in:pie").await;
    for (id, words) in [("1", "acme pie"), ("2", "acme kettle"), ("3", "pie alone"), ("4", "acme pie again")] {
        app.hand_in(&source, vec![heard(id, words)], None).await.expect("taken");
    }
    let trial = app.try_pack(&US, &text("pie", "pie")).await.expect("tried");
    assert_eq!((trial.found, trial.is_cut), (3, false), "also what no search wanted");
    let losses: Vec<(&str, bool, u64)> =
        trial.searches.iter().map(|one| (one.name.as_str(), one.is_left_out, one.loses)).collect();
    assert_eq!(losses, [("brand", false, 2), ("spared", true, 2)]);
    assert_eq!(trial.sample.len(), 3);
    assert!(matches!(app.try_pack(&US, &text("pie", "pie OR")).await, Err(SearchError::BadQuery(_))));
    assert_eq!(app.pack(&US, "pie").expect("there").text.query, "no such word", "trying keeps nothing");
    app.change_pack(&US, "pie", text("pie", "pie")).await.expect("changed");
    let losses = app.left_out(&US, "acme -in:jobs").await.expect("counted");
    let counted: Vec<(&str, bool, u64)> =
        losses.packs.iter().map(|one| (one.name.as_str(), one.is_left_out, one.loses)).collect();
    let expected =
        [("jobs", true, 0), ("spam", false, 0), ("coupons", false, 0), ("giveaways", false, 0), ("pie", false, 2)];
    assert_eq!(counted, expected);
}

#[tokio::test]
async fn boxes_are_written_into_the_query_and_leave_what_was_typed() {
    let test = TestApp::new().await;
    let check = |query: &str, before: &[&str], now: &[&str], expected: &str| {
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let ticked = Ticked { before: own(before), now: own(now) };
        assert_eq!(test.app.with_ticked(query, &ticked), expected, "{query} {before:?} {now:?}");
    };
    check("acme", &[], &["jobs", "spam"], "acme -in:jobs,spam");
    check("acme OR oven", &[], &["jobs"], "(acme OR oven) -in:jobs");
    check("(acme OR oven) -in:jobs", &["jobs"], &[], "acme OR oven");
    check("acme -in:jobs", &[], &[], "acme -in:jobs");
    check("acme", &["jobs"], &["jobs"], "acme");
    check("acme -in:jobs -in:spam", &["jobs", "spam"], &["spam"], "acme -in:spam");
    check("acme -in:gone", &["gone"], &["gone", "jobs"], "acme -in:gone,jobs");
    check("acme", &[], &["no-such-pack"], "acme");
    check("acme (", &[], &["jobs"], "acme (");
}

#[tokio::test]
async fn packs_are_handed_on_as_a_file() {
    let (here, there) = (TestApp::new().await, TestApp::new().await);
    let full = PackText {
        description: "The pie, not \"the company\".\nSee below.".into(),
        kind: PackKind::Homonym,
        languages: vec!["en".into()],
        ..text("pie", "apple NEAR/8 (pie OR \"orange juice\") -iphone")
    };
    here.app.add_pack(&US, full.clone()).await.expect("added");
    here.app.add_pack(&US, text("above", "in:pie OR soup")).await.expect("added");
    let file = here.app.export_packs(&US, None).expect("written");
    there.app.add_pack(&US, text("above", "soup")).await.expect("added");
    let states = |import: switchboard_app::packs::share::PackImport| -> Vec<(String, ImportState)> {
        import.packs.into_iter().map(|pack| (pack.name, pack.state)).collect()
    };
    let preview = there.app.preview_pack_import(&US, &file).await.expect("read");
    let seen = states(preview);
    assert!(seen.contains(&("pie".into(), ImportState::New)) && seen.contains(&("above".into(), ImportState::Changed)));
    assert!(seen.contains(&("jobs".into(), ImportState::Same)));
    assert!(there.app.pack(&US, "pie").is_err(), "looking takes nothing");
    let done = there.app.import_packs(&US, &file).await.expect("taken");
    assert!(done.is_done);
    assert_eq!(there.app.pack(&US, "pie").expect("there").text, full);
    assert!(!there.app.pack(&US, "jobs").expect("there").is_own, "what is the same stays as shipped");
    let mixed = "[[pack]]\nname = 'good'\ntitle = 'Good'\nquery = 'soup'\n\
        [[pack]]\nname = 'bad'\ntitle = 'Bad'\nquery = 'soup OR'\n\
        [[pack]]\nname = 'on-bad'\ntitle = 'On bad'\nquery = 'in:bad'\n\
        [[pack]]\nname = 'odd'\ntitle = 'Odd'\nquery = 'soup'\ncolour = 'red'\n\
        [[pack]]\nname = 'good'\ntitle = 'Again'\nquery = 'soup'\n";
    let import = there.app.import_packs(&US, mixed).await.expect("read");
    let bad: Vec<&str> =
        import.packs.iter().filter(|pack| pack.state == ImportState::Bad).map(|pack| pack.name.as_str()).collect();
    assert_eq!(bad, ["bad", "on-bad", "odd", "good"]);
    assert!(there.app.pack(&US, "good").is_ok() && there.app.pack(&US, "bad").is_err());
    assert!(matches!(there.app.import_packs(&US, "what").await, Err(PackError::Bad { field: "file", .. })));
}

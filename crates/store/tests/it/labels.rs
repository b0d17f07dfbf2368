//! What routing learns from.

use switchboard_model::{By, CaseId, Example, Label, LabelSource, Proposed};

use crate::cases::with_a_case;
use crate::people::department_id;
use crate::support::*;

fn label(case: CaseId, post: i64) -> Label {
    Label {
        case,
        post,
        version: 1,
        department: department_id(2),
        source: LabelSource::Transfer,
        at: at(5),
        first: department_id(1),
        proposed: Some(Proposed { department: department_id(2), score: 0.625, probability: 0.1 + 0.2 }),
    }
}

contract! {
    async fn a_case_has_one_label_and_what_was_proposed_before(store: Store) {
        let case = with_a_case(&store).await;
        let first = label(case.id, case.post);
        store.set_labels(std::slice::from_ref(&first), &[], Some(("learn", 3))).await.expect("set");
        assert_eq!(store.newest_labels(10).await.expect("read"), std::slice::from_ref(&first));
        assert_eq!(store.feed_place("learn").await.expect("read"), Some(3));
        let second = Label { department: department_id(1), source: LabelSource::Closing, at: at(9), proposed: None, ..first };
        store.set_labels(std::slice::from_ref(&second), &[], None).await.expect("set");
        assert_eq!(store.labels_of(&[case.id, CaseId(99)]).await.expect("read"), std::slice::from_ref(&second));
        assert_eq!(store.labels_since(at(9), 10).await.expect("read"), [second]);
        assert!(store.labels_since(at(10), 10).await.expect("read").is_empty());
        assert_eq!(store.count_labels().await.expect("counted"), 1);
        store.set_labels(&[], &[case.id], None).await.expect("set");
        assert_eq!(store.count_labels().await.expect("counted"), 0);
    }

    async fn a_label_of_another_text_is_stale(store: Store) {
        let case = with_a_case(&store).await;
        store.set_labels(&[label(case.id, case.post)], &[], None).await.expect("set");
        assert!(store.stale_labels().await.expect("read").is_empty());
        let older = Label { version: 7, ..label(case.id, case.post) };
        store.set_labels(&[older], &[], None).await.expect("set");
        assert_eq!(store.stale_labels().await.expect("read"), [case.id]);
    }

    async fn examples_are_kept_and_removed(store: Store) {
        with_a_case(&store).await;
        let example = |text: &str| Example {
            id: 0,
            department: department_id(1),
            text: text.into(),
            by: By::Operator,
            at: at(4),
        };
        let kept = store.add_examples(vec![example("where is my\u{0} parcel"), example("late")]).await.expect("kept");
        assert_eq!(store.list_examples().await.expect("read"), kept);
        assert!(!kept[0].text.contains('\u{0}') && kept[0].id != kept[1].id);
        assert!(store.delete_example(kept[0].id).await.expect("done"));
        assert!(!store.delete_example(kept[0].id).await.expect("done"));
        assert_eq!(store.list_examples().await.expect("read"), kept[1..]);
    }
}

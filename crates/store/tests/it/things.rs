//! Sources, searches, tokens and what is known of the installation.

use serde_json::json;
use switchboard_model::{Budget, Cursor, FateCount, FateReason, Health, HealthState, TokenId};
use switchboard_store::{StoreError, Token};
use uuid::Uuid;

use crate::support::*;

contract! {
    async fn sources_come_back_as_they_went_in(store: Store) {
        let mut one = source(1);
        one.cursor = Some(Cursor("c\0".into()));
        one.settings = json!({"url": "https://a.example", "n": [1, 2.5, null, true], "\0": "\0"});
        one.health = Health {
            state: HealthState::Failing,
            message: "no answer".into(),
            failures: 3,
            checked_at: Some(at(1)),
            succeeded_at: None,
            last_post_at: Some(at(0)),
            next_check_at: Some(at(9)),
            budget: Some(Budget { limit: Some(300), left: Some(7), resets_at: Some(at(15)) }),
        };
        store.insert_source(&one).await.expect("inserted");
        one.cursor = Some(Cursor("c\u{fffd}".into()));
        one.settings = json!({"url": "https://a.example", "n": [1, 2.5, null, true], "\u{fffd}": "\u{fffd}"});
        assert_eq!(store.find_source(one.id).await.expect("found"), Some(one.clone()));
        assert_eq!(store.find_source_by_name("source 1").await.expect("found"), Some(one.clone()));
        assert_eq!(store.find_source_by_name("source").await.expect("looked"), None);

        one.name = "renamed".into();
        one.is_enabled = false;
        one.settings = json!({});
        assert!(store.update_source(&one).await.expect("updated"));
        one.health = Health { state: HealthState::Ok, ..Health::default() };
        assert!(store.save_health(one.id, &one.health).await.expect("saved"));
        store.insert_source(&source(2)).await.expect("inserted");
        assert_eq!(store.list_sources().await.expect("listed"), [one.clone(), source(2)]);

        assert!(store.delete_source(one.id).await.expect("deleted"));
        assert!(!store.delete_source(one.id).await.expect("looked"));
        assert!(!store.update_source(&one).await.expect("looked"));
        assert!(!store.save_health(one.id, &one.health).await.expect("looked"));
    }

    async fn names_are_unique_and_the_conflict_says_which(store: Store) {
        furnish(&store).await;
        let check = |result: Result<(), StoreError>, expected: &str| match result {
            Err(StoreError::Conflict { what }) => assert_eq!(what, expected),
            other => panic!("{other:?}"),
        };
        let mut same_name = source(9);
        same_name.name = "source 1".into();
        check(store.insert_source(&same_name).await, "a source with this name");
        let mut same_id = source(1);
        same_id.name = "another".into();
        check(store.insert_source(&same_id).await, "a source with this id");
        let mut renamed = source(2);
        renamed.name = "source 1".into();
        check(store.update_source(&renamed).await.map(|_| ()), "a source with this name");
        let mut same_name = search(9);
        same_name.name = "search 1".into();
        check(store.insert_search(&same_name).await, "a search with this name");
        // A refused change leaves nothing behind and blocks nobody.
        assert_eq!(store.list_sources().await.expect("listed").len(), 3);
        store.insert_source(&source(9)).await.expect("the next one goes in");
    }

    async fn searches_come_back_as_they_went_in(store: Store) {
        let mut one = search(1);
        one.department = Some("support".into());
        store.insert_search(&one).await.expect("inserted");
        assert_eq!(store.find_search(one.id).await.expect("found"), Some(one.clone()));
        assert_eq!(store.find_search_by_name("search 1").await.expect("found"), Some(one.clone()));
        one.query = "acme NOT tools".into();
        one.department = None;
        one.updated_at = at(5);
        assert!(store.update_search(&one).await.expect("updated"));
        store.insert_search(&search(2)).await.expect("inserted");
        assert_eq!(store.list_searches().await.expect("listed"), [one.clone(), search(2)]);
        assert!(store.delete_search(one.id).await.expect("deleted"));
        assert!(!store.delete_search(one.id).await.expect("looked"));
        assert_eq!(store.find_search(one.id).await.expect("looked"), None);
    }

    async fn tokens_are_found_by_their_hash_and_go_with_their_source(store: Store) {
        furnish(&store).await;
        let token = |number: u128, source| Token {
            id: TokenId(Uuid::from_u128(number)),
            source: source_id(source),
            name: format!("token {number}"),
            created_at: at(i64::try_from(number).expect("small")),
            used_at: None,
        };
        store.insert_token(&token(1, 1), &[1; 32]).await.expect("inserted");
        store.insert_token(&token(2, 2), &[2; 32]).await.expect("inserted");
        assert!(matches!(store.insert_token(&token(3, 2), &[2; 32]).await, Err(StoreError::Conflict { .. })));
        assert_eq!(store.find_token_by_hash(&[1; 32]).await.expect("found"), Some(token(1, 1)));
        assert_eq!(store.find_token_by_hash(&[9; 32]).await.expect("looked"), None);
        assert!(store.touch_token(token(1, 1).id, at(7)).await.expect("touched"));
        let used = Token { used_at: Some(at(7)), ..token(1, 1) };
        assert_eq!(store.list_tokens().await.expect("listed"), [used, token(2, 2)]);
        store.delete_source(source_id(1)).await.expect("deleted");
        assert_eq!(store.list_tokens().await.expect("listed"), [token(2, 2)]);
        assert!(store.delete_token(token(2, 2).id).await.expect("deleted"));
        assert!(!store.delete_token(token(2, 2).id).await.expect("looked"));
    }

    async fn an_installation_is_founded_once(store: Store) {
        assert_eq!(store.installation().await.expect("looked"), None);
        let first = store.found_installation(Uuid::from_u128(7), at(0)).await.expect("founded");
        let second = store.found_installation(Uuid::from_u128(8), at(1)).await.expect("founded");
        assert_eq!((first.id, first.created_at), (Uuid::from_u128(7), at(0)));
        assert_eq!(first, second);
        assert_eq!(store.meta("colour").await.expect("looked"), None);
        store.set_meta("colour", "red").await.expect("set");
        store.set_meta("colour", "blue").await.expect("set");
        assert_eq!(store.meta("colour").await.expect("found").as_deref(), Some("blue"));
        assert_eq!(store.schema_version().await.expect("read"), switchboard_store::migrations::newest());
    }

    async fn a_removed_source_leaves_its_posts_and_fates(store: Store) {
        furnish(&store).await;
        settle(&store, batch(1, vec![wanted(post("1", "acme fails")), unwanted(edited("2", "other", 0))])).await;
        store.delete_source(source_id(1)).await.expect("deleted");
        let stored = store.find_post(&post("1", "").id).await.expect("found").expect("stored");
        assert_eq!(stored.source, None);
        let expected = [
            FateCount { reason: FateReason::New, posts: 1 },
            FateCount { reason: FateReason::NoSearch, posts: 1 },
        ];
        assert_eq!(store.fates(None).await.expect("counted"), expected);
        assert_eq!(store.fates(Some(source_id(1))).await.expect("counted"), expected);
        // What was under way when it was removed still arrives.
        assert_eq!(settle(&store, batch(2, vec![wanted(post("3", "acme"))])).await, [FateReason::New]);
        assert_sound(&store).await;
    }

    async fn a_removed_search_takes_its_mentions_and_wants_nothing_more(store: Store) {
        furnish(&store).await;
        let both = || switchboard_model::Decided { matches: vec![found(1), found(2)], ..wanted(post("1", "acme")) };
        settle(&store, batch(1, vec![both(), wanted(post("2", "acme"))])).await;
        store.delete_search(search_id(1)).await.expect("deleted");
        let stored = store.find_post(&post("1", "").id).await.expect("found").expect("stored");
        assert_eq!(stored.matches, [found(2)]);
        let late = switchboard_model::Decided { post: post("3", "acme"), ..both() };
        let reasons = settle(&store, batch(2, vec![wanted(post("4", "acme")), late])).await;
        assert_eq!(reasons, [FateReason::NoSearch, FateReason::New]);
        assert_sound(&store).await;
    }
}

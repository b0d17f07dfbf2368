//! The index of what is said in cases: what it finds, for whom, and that it stays in step with histories.

use switchboard_model::{Author, By, Case, Decided, Happening, IndexQuery, Post, Visibility};
use switchboard_store::{Engine, Record, Recorded, Store};

use crate::cases::{opening, opens, with_a_case};
use crate::people::{household, user_id};
use crate::support::*;

fn fold(text: &str) -> String {
    let mut words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.sort();
    words.dedup();
    words.join(" ")
}

fn word(word: &str) -> IndexQuery {
    IndexQuery::Word(word.into())
}

async fn done(store: &Store, case: &Case, by: By, what: Happening) -> Case {
    let events = vec![case.next_event(at(30), by, what)];
    let record = Record { case: case.id, seen: case.version, events, also: Vec::new() };
    match store.record(&record).await.expect("answers") {
        Recorded::Done(case) => case,
        other => panic!("{other:?}"),
    }
}

async fn noted(store: &Store, case: &Case, text: &str) -> Case {
    done(store, case, By::User(user_id(1)), Happening::Noted { text: text.into() }).await
}

/// Case and number of what is found.
async fn found(store: &Store, asked: IndexQuery, with_private: bool) -> Vec<(i64, u32)> {
    let found = store.said_candidates(&asked, None, with_private, 100).await.expect("read");
    found.into_iter().map(|said| (said.event.case.0, said.event.number)).collect()
}

contract! {
    async fn what_is_said_is_found_newest_first(store: Store) {
        let store = store.with_fold(fold);
        let case = with_a_case(&store).await;
        let case = noted(&store, &case, "The Lid leaks").await;
        let case = done(&store, &case, By::User(user_id(1)), Happening::Claimed).await;
        let case = done(&store, &case, By::Timer, Happening::Released { why: "the lid of a clock".into() }).await;
        let case = noted(&store, &case, "another lid").await;
        assert_eq!(found(&store, word("lid"), true).await, [(1, 5), (1, 2)], "sentences of clocks are nobody's words");
        assert_eq!(found(&store, word("lids"), true).await, []);
        assert_eq!(found(&store, IndexQuery::Beginning("lea".into()), true).await, [(1, 2)]);
        assert_eq!(found(&store, word("refund"), true).await, [(1, 1)], "the tags that it began with");
        let both = IndexQuery::All(vec![word("another"), word("lid")]);
        assert_eq!(found(&store, both, true).await, [(1, 5)]);
        let newest = store.said_candidates(&word("lid"), None, true, 1).await.expect("read");
        let next = store.said_candidates(&word("lid"), Some(newest[0].seq), true, 1).await.expect("read");
        assert_eq!(next[0].event.number, 2);
        assert_eq!(case.version, 5);
    }

    async fn observers_are_given_no_side_talk_and_nothing_private(store: Store) {
        let store = store.with_fold(fold);
        let case = with_a_case(&store).await;
        let case = noted(&store, &case, "lid").await;
        done(&store, &case, By::Operator, Happening::Tagged { added: vec!["lid".into()], removed: vec![] }).await;
        let private = Post { visibility: Visibility::Direct, ..post("2", "acme, between us") };
        let opens = Decided {
            opening: Some(switchboard_model::Opening { visibility: Visibility::Direct, tags: vec!["lid".into()], ..opening(1) }),
            ..wanted(private)
        };
        settle(&store, batch(2, vec![opens])).await;
        assert_eq!(found(&store, word("lid"), true).await, [(2, 1), (1, 3), (1, 2)]);
        assert_eq!(found(&store, word("lid"), false).await, [(1, 3)]);
    }

    async fn an_author_is_found_by_the_name_of_today(store: Store) {
        let store = store.with_fold(fold);
        furnish(&store).await;
        household(&store).await;
        let by = |name: &str, text: &str| {
            let author = Author { id: "https://x.example/7".into(), handle: name.to_lowercase(), name: name.into(), ..Author::default() };
            Post { author: Some(author), ..post(text, text) }
        };
        settle(&store, batch(1, vec![opens(by("Holm", "acme broke"))])).await;
        assert_eq!(found(&store, word("holm"), true).await, [(1, 1)]);
        settle(&store, batch(2, vec![wanted(by("Smith", "acme again"))])).await;
        assert_eq!(found(&store, word("smith"), true).await, [(1, 1)]);
        assert_eq!(found(&store, word("holm"), true).await, []);
    }

    async fn hostile_words_are_words(store: Store) {
        let store = store.with_fold(fold);
        let case = with_a_case(&store).await;
        let long = "x".repeat(10_000);
        let mut case = case;
        for text in ["\" OR * NEAR( AND NOT ) :* & | ! '", "a' b\" c\\ <script>", "\u{202e} שלום \u{200f}", long.as_str()] {
            case = noted(&store, &case, text).await;
        }
        // A question is made of words alone, whatever it is asked for.
        for asked in ["\" OR *", "' | 'x", "b\"", "שלום", "*", ":*", "near(", "')--"] {
            store.said_candidates(&word(asked), None, true, 10).await.expect("readable");
            store.said_candidates(&IndexQuery::Beginning(asked.into()), None, true, 10).await.expect("readable");
        }
        assert_eq!(found(&store, word("שלום"), true).await, [(1, 4)]);
        assert_eq!(found(&store, word(&long), true).await.len(), if store.engine() == Engine::Sqlite { 1 } else { 0 });
    }

    async fn what_was_said_before_the_index_is_found_and_taken_in(bare: Store) {
        let case = with_a_case(&bare).await;
        let case = noted(&bare, &case, "old one").await;
        let case = noted(&bare, &case, "old two").await;
        assert_eq!(found(&bare, word("old"), true).await, []);
        let newest = bare.said_candidates(&IndexQuery::Everything, None, true, 1).await.expect("read")[0].seq;
        bare.set_meta("said_before", &(newest + 1).to_string()).await.expect("as a migration does");
        let store = bare.with_fold(fold);
        noted(&store, &case, "new one").await;
        // What is not in the index yet may always match.
        assert_eq!(found(&store, word("one"), true).await, [(1, 4), (1, 3), (1, 2), (1, 1)]);
        assert!(store.index_said(2).await.expect("indexed"));
        assert_eq!(found(&store, word("one"), true).await, [(1, 4), (1, 2), (1, 1)]);
        assert_eq!(found(&store, word("two"), true).await, [(1, 3), (1, 1)]);
        assert!(store.index_said(2).await.expect("indexed"));
        assert!(!store.index_said(2).await.expect("done"));
        assert_eq!(store.said_before().await.expect("a place"), 0);
        assert_eq!(found(&store, word("one"), true).await, [(1, 4), (1, 2)]);
        assert_eq!(found(&store, word("refund"), true).await, [(1, 1)]);
    }
}

/// The migration gives everything a place that somebody wrote before it, and a case that goes takes its words along.
#[tokio::test]
async fn what_was_there_gets_its_places() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        on_database(engine, async |config| {
            let store = Store::open(&config).await.expect("opens").with_fold(fold);
            let case = with_a_case(&store).await;
            let case = noted(&store, &case, "a lid").await;
            done(&store, &case, By::User(user_id(1)), Happening::Claimed).await;
            let before = found(&store, IndexQuery::Everything, true).await;
            assert_eq!(found(&store, word("lid"), true).await.len(), 1);
            again(&config, "delete from said").await;
            assert_eq!(found(&store, word("lid"), true).await, [], "the words follow");
            let name = "202612021000_index_what_is_said";
            let step = switchboard_store::migrations::STEPS.iter().find(|step| step.name == name).expect("a step");
            let sql = if engine == Engine::Sqlite { step.sqlite } else { step.postgres };
            again(&config, &sql[sql.find("insert into said").expect("places")..]).await;
            assert_eq!(found(&store, word("lid"), true).await, before, "read one by one");
            while store.index_said(1).await.expect("indexed") {}
            assert_eq!(found(&store, word("lid"), true).await, [(1, 2)]);
            store.close().await;
            Ok(())
        })
        .await;
    }
}

async fn again(config: &switchboard_store::StoreConfig, text: &str) {
    use sqlx::{Connection, Executor};
    let text = sqlx::AssertSqlSafe(text.to_owned());
    match &config.location {
        switchboard_store::Location::Sqlite(path) => {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
            let mut connection = sqlx::SqliteConnection::connect_with(&options).await.expect("opens");
            connection.execute(sqlx::raw_sql(text)).await.expect("runs");
        }
        switchboard_store::Location::Postgres(url) => {
            let mut connection = sqlx::PgConnection::connect(url).await.expect("answers");
            connection.execute(sqlx::raw_sql(text)).await.expect("runs");
        }
    }
}

//! The index of words: what it finds, and that it stays in step with the posts.

use switchboard_model::{Decided, IndexQuery, Post, PostFilter, Visibility};
use switchboard_store::{PostWords, Store};

use crate::support::*;

fn word(word: &str) -> IndexQuery {
    IndexQuery::Word(word.into())
}

async fn texts(store: &Store, asked: &IndexQuery, filter: &PostFilter) -> Vec<String> {
    let posts = store.candidates(asked, filter).await.expect("candidates");
    posts.into_iter().map(|post| post.post.text).collect()
}

fn page() -> PostFilter {
    PostFilter { limit: 100, ..PostFilter::default() }
}

contract! {
    async fn words_lead_to_posts_newest_first(store: Store) {
        furnish(&store).await;
        let texts_in = ["acme kettle", "acme refund", "kettle refund", "新 闻 refunds", "§"];
        let posts = texts_in.iter().zip(0..).map(|(text, number)| wanted(post(&format!("{number}"), text)));
        let mut posts: Vec<Decided> = posts.collect();
        posts.push(wanted(Post { visibility: Visibility::Direct, ..post("private", "acme private") }));
        settle(&store, batch(1, posts)).await;
        let check = async |asked: IndexQuery, expected: &[&str]| {
            assert_eq!(texts(&store, &asked, &page()).await, expected, "{asked:?}");
        };
        check(word("acme"), &["acme refund", "acme kettle"]).await;
        check(word("ACME"), if store.engine() == switchboard_store::Engine::Sqlite { &["acme refund", "acme kettle"] } else { &[] }).await;
        check(word("acm"), &[]).await;
        check(IndexQuery::Beginning("refu".into()), &["新 闻 refunds", "kettle refund", "acme refund"]).await;
        check(IndexQuery::All(vec![word("acme"), word("kettle")]), &["acme kettle"]).await;
        check(IndexQuery::Any(vec![word("§"), word("闻")]), &["§", "新 闻 refunds"]).await;
        check(IndexQuery::Everything, &["§", "新 闻 refunds", "kettle refund", "acme refund", "acme kettle"]).await;
        let private = PostFilter { with_private: true, limit: 1, ..page() };
        let newest = store.candidates(&word("acme"), &private).await.expect("candidates");
        assert_eq!(newest.len(), 1);
        assert_eq!(newest[0].post.text, "acme private");
        let next = PostFilter { before: Some(newest[0].seq), ..private };
        assert_eq!(texts(&store, &word("acme"), &next).await, ["acme refund"]);
    }

    async fn edits_and_deletions_move_the_words(store: Store) {
        furnish(&store).await;
        settle(&store, batch(1, vec![wanted(post("1", "first")), wanted(post("2", "second"))])).await;
        settle(&store, batch(2, vec![wanted(edited("1", "changed", 5))])).await;
        assert!(texts(&store, &word("first"), &page()).await.is_empty());
        assert_eq!(texts(&store, &word("changed"), &page()).await, ["changed"]);
        let gone = Post { deleted: true, ..post("1", "") };
        settle(&store, batch(3, vec![unwanted(gone)])).await;
        assert!(store.candidates(&word("changed"), &page()).await.expect("none").is_empty());
        // In one batch: came, was edited, was deleted.
        let steps = vec![wanted(post("3", "third")), wanted(edited("3", "fourth", 6)), unwanted(Post { deleted: true, ..post("3", "") })];
        settle(&store, batch(4, steps)).await;
        for gone in ["third", "fourth"] {
            assert!(store.candidates(&word(gone), &page()).await.expect("none").is_empty());
        }
        assert_sound(&store).await;
    }

    async fn posts_from_before_the_index_are_found_and_taken_in(store: Store) {
        furnish(&store).await;
        let bare = |id: &str, text: &str| Decided { words: String::new(), ..wanted(post(id, text)) };
        settle(&store, batch(1, vec![bare("1", "old one"), bare("2", "old two"), bare("3", "old three")])).await;
        let newest = store.list_posts(&page()).await.expect("posts")[0].seq;
        store.set_meta("words_before", &(newest + 1).to_string()).await.expect("as a migration does");
        settle(&store, batch(2, vec![wanted(post("4", "new one"))])).await;
        // What is not in the index yet may always match.
        assert_eq!(texts(&store, &word("one"), &page()).await, ["new one", "old three", "old two", "old one"]);
        assert_eq!(texts(&store, &word("new"), &PostFilter { limit: 2, ..page() }).await, ["new one", "old three"]);
        let words = |posts: Vec<switchboard_model::StoredPost>| -> Vec<PostWords> {
            posts.into_iter().map(|post| PostWords { seq: post.seq, version: post.version, words: post.post.text }).collect()
        };
        let first = words(store.unindexed_posts(2).await.expect("posts"));
        assert_eq!(first.len(), 2);
        // One of them is edited while its words are being made.
        settle(&store, batch(3, vec![wanted(edited("3", "edited three", 5))])).await;
        store.index_posts(&first).await.expect("indexed");
        assert_eq!(texts(&store, &word("three"), &page()).await, ["edited three", "old one"]);
        store.index_posts(&words(store.unindexed_posts(2).await.expect("posts"))).await.expect("indexed");
        store.index_posts(&words(store.unindexed_posts(2).await.expect("posts"))).await.expect("indexed");
        assert_eq!(store.words_before().await.expect("a place"), 0);
        assert_eq!(texts(&store, &word("one"), &page()).await, ["new one", "old one"]);
        assert_eq!(texts(&store, &word("old"), &page()).await, ["old two", "old one"]);
    }

    async fn authors_are_found_by_the_beginning_of_handle_or_name(store: Store) {
        furnish(&store).await;
        let by = |id: &str, handle: &str, name: &str, followers: u64| {
            let author = switchboard_model::Author { id: id.into(), handle: handle.into(), name: name.into(), followers: Some(followers), ..Default::default() };
            wanted(Post { author: Some(author), ..post(id, "acme") })
        };
        let long = "ä".repeat(5_000);
        settle(&store, batch(1, vec![by("1", "Ana.example", "Lopes", 5), by("2", "bo", "Anabel", 50), by("3", "carl", "ANA", 1), by("4", &long, &long, 1)])).await;
        let names = async |text: &str| -> Vec<String> {
            let found = store.find_authors(text, 10).await.expect("authors");
            found.into_iter().map(|(_, author)| author.name.chars().take(9).collect()).collect()
        };
        assert_eq!(names("ana").await, ["Anabel", "Lopes", "ANA"]);
        assert_eq!(names("ANA.").await, ["Lopes"]);
        assert_eq!(names("%").await, Vec::<String>::new());
        assert_eq!(names("").await, Vec::<String>::new());
        assert_eq!(names("ää").await.len(), 1);
        // On both engines, whatever is written in capitals.
        settle(&store, batch(2, vec![by("5", "x", "Ömer Žižek", 9), by("6", "y", "ÉLAN", 2)])).await;
        for text in ["Ömer", "ömer", "ÖMER", "ömer ži", "Ömer Žižek"] {
            assert_eq!(names(text).await, ["Ömer Žiže"], "{text}");
        }
        for text in ["élan", "Élan", "ÉLAN", "él"] {
            assert_eq!(names(text).await, ["ÉLAN"], "{text}");
        }
    }
}

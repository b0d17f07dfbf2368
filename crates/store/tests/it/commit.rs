//! What becomes of each post that arrives.

use serde_json::json;
use switchboard_model::{
    Author, Cursor, Decided, Delivery, Engagement, FateCount, FateReason, Media, MediaType, Post, PostKind, Signals,
    Visibility,
};
use switchboard_store::Store;

use crate::support::*;

use FateReason::{Deletion, New, NoId, NoSearch, SameId, SameUrl, TooLarge, TooOld, UnknownDeletion, Version};

fn full(identifier: &str) -> Post {
    Post {
        url: Some("https://social.example/1".into()),
        title: "Tïtle".into(),
        lang: Some("en".into()),
        posted_at: Some(at(-10)),
        edited_at: Some(at(-5)),
        kind: Some(PostKind::Review),
        visibility: Visibility::Unlisted,
        in_reply_to: Some("mastodon:0".into()),
        thread: Some("mastodon:0".into()),
        rating: Some(2.5),
        author: Some(Author {
            id: "mastodon:ana".into(),
            handle: "ana@social.example".into(),
            name: "Ana 😀".into(),
            bio: "line\nline".into(),
            url: "https://social.example/@ana".into(),
            followers: Some(120),
            following: Some(u64::MAX),
            posts: None,
            created_at: Some(at(-100_000)),
            verified: Some(false),
            avatar: Some("https://m.example/ana.png".into()),
        }),
        engagement: Engagement { likes: Some(1), replies: Some(0), reshares: None, views: Some(7) },
        links: vec!["https://acme.example/orders".into()],
        media: vec![Media { media_type: MediaType::Image, url: "https://m.example".into(), alt: "a step".into() }],
        raw: Some(json!({"a": [1, "two", null, {"b": 1.5}]})),
        ..post(identifier, "acme never delivers")
    }
}

fn with_author(post: Post, followers: u64, name: &str) -> Post {
    let author =
        Author { id: "mastodon:ana".into(), name: name.into(), followers: Some(followers), ..Author::default() };
    Post { author: Some(author), ..post }
}

fn with_likes(post: Post, likes: u64) -> Post {
    Post { engagement: Engagement { likes: Some(likes), ..Engagement::default() }, ..post }
}

fn article(identifier: &str, title: &str, url: &str) -> Decided {
    let post = Post { title: title.into(), ..Post::new("feed", identifier, "text") };
    Decided { canonical_url: Some(url.into()), ..wanted(post) }
}

async fn stored(store: &Store, identifier: &str) -> switchboard_model::StoredPost {
    store.find_post(&post(identifier, "").id).await.expect("a look").expect("stored")
}

contract! {
    async fn a_post_comes_back_as_it_went_in(store: Store) {
        furnish(&store).await;
        let decided = Decided { is_addressed: true, matches: vec![found(2), found(1)], ..wanted(full("1")) };
        let settled = settled(&store, batch(1, vec![decided.clone()])).await;
        let stored = stored(&store, "1").await;
        assert_eq!((settled[0].reason, settled[0].seq), (New, Some(stored.seq)));
        let mut expected = full("1");
        // Larger than either engine's integer.
        expected.author.as_mut().expect("an author").following = Some(i64::MAX.unsigned_abs());
        assert_eq!(stored.post, expected);
        assert_eq!(stored.captured_at, at(1));
        assert_eq!((stored.version, stored.deleted_at, stored.source), (1, None, Some(source_id(1))));
        assert!(stored.is_addressed);
        assert_eq!(stored.matches, [found(1), found(2)]);
        assert_eq!(stored.signals, decided.signals);
        assert_eq!(store.find_source(source_id(1)).await.expect("found").expect("there").cursor, Some(Cursor("1".into())));
        assert_eq!(store.count_posts().await.expect("counted"), 1);
        assert_sound(&store).await;
    }

    async fn a_post_counts_once(store: Store) {
        furnish(&store).await;
        let again = || batch(1, vec![wanted(post("1", "acme")), wanted(post("1", "acme"))]);
        assert_eq!(settle(&store, again()).await, [New, SameId]);
        assert_eq!(settle(&store, again()).await, [SameId, SameId]);
        assert_eq!(store.count_posts().await.expect("counted"), 1);
        assert_eq!(store.find_search(search_id(1)).await.expect("found").expect("there").mentions, 1);
        assert_sound(&store).await;
    }

    async fn what_nobody_wants_is_dropped(store: Store) {
        furnish(&store).await;
        let mut gone = post("2", "");
        gone.deleted = true;
        let posts = vec![unwanted(edited("1", "acme", 0)), unwanted(gone.clone()), Decided { is_addressed: true, ..unwanted(gone) }];
        assert_eq!(settle(&store, batch(1, posts)).await, [NoSearch, UnknownDeletion, UnknownDeletion]);
        assert_eq!(store.count_posts().await.expect("counted"), 0);
        assert_sound(&store).await;
    }

    async fn what_cannot_be_kept_is_refused_and_the_rest_goes_on(store: Store) {
        furnish(&store).await;
        let mut nameless = post("1", "acme");
        nameless.id.0 = String::new();
        let posts = vec![
            wanted(post("1", &"a".repeat(1_000_001))),
            wanted(nameless),
            wanted(post(&"x".repeat(5_000), "acme")),
            wanted(post("2", "acme")),
        ];
        assert_eq!(settle(&store, batch(1, posts)).await, [TooLarge, NoId, TooLarge, New]);
        assert_sound(&store).await;
    }

    async fn hostile_text_is_kept_alike(store: Store) {
        furnish(&store).await;
        let hostile = |nul: &str| Post {
            title: format!("{nul}'; drop table posts; --"),
            raw: Some(json!({"k": format!("a{nul}b")})),
            rating: Some(if nul == "\0" { f64::NAN } else { 0.0 }).filter(|rating| !rating.is_nan()),
            author: Some(Author { handle: format!("h{nul}"), ..Author::default() }),
            ..post(&format!("1{nul}"), &format!("acme {nul} \u{202e} 😀 \u{1} $1 ? %s"))
        };
        let mut infinite = sentiment("negative");
        infinite.0[0].score = f64::INFINITY;
        infinite.0[0].evidence[0].weight = f64::NAN;
        let mut decided = Decided { signals: infinite, ..wanted(hostile("\0")) };
        decided.post.rating = Some(f64::NAN);
        assert_eq!(settle(&store, batch(1, vec![decided.clone()])).await, [New]);
        assert_eq!(settle(&store, batch(1, vec![decided])).await, [SameId]);
        let stored = stored(&store, "1\u{fffd}").await;
        let mut expected = hostile("\u{fffd}");
        expected.rating = None;
        assert_eq!(stored.post, expected);
        assert_eq!(stored.signals.0[0].score, 0.0);
        assert_sound(&store).await;
    }

    async fn a_later_edit_is_a_new_version(store: Store) {
        furnish(&store).await;
        settle(&store, batch(1, vec![wanted(full("1"))])).await;
        let second = Post { engagement: Engagement { likes: Some(0), ..Engagement::default() }, ..edited("1", "acme answers", 0) };
        let decided = Decided { matches: vec![found(2)], signals: sentiment("neutral"), is_addressed: true, ..wanted(second) };
        assert_eq!(settle(&store, batch(2, vec![decided])).await, [Version]);
        let stored = stored(&store, "1").await;
        assert_eq!((stored.version, stored.captured_at), (2, at(1)));
        assert_eq!((stored.post.text.as_str(), stored.post.title.as_str(), stored.post.raw), ("acme answers", "", None));
        assert_eq!(stored.post.edited_at, Some(at(0)));
        assert_eq!(stored.post.visibility, Visibility::Public);
        // What the edit left out stays.
        assert_eq!((stored.post.posted_at, stored.post.kind), (Some(at(-10)), Some(PostKind::Review)));
        assert_eq!(stored.post.author, { let mut author = full("1").author; author.as_mut().expect("one").following = Some(i64::MAX.unsigned_abs()); author });
        assert_eq!((stored.post.engagement.likes, stored.post.engagement.views), (Some(0), Some(7)));
        let mut lost = found(1);
        lost.spans.clear();
        assert_eq!(stored.matches, [lost, found(2)]);
        assert_eq!(stored.signals, sentiment("neutral"));
        let versions = store.versions(stored.seq).await.expect("versions");
        assert_eq!(versions.len(), 1);
        assert_eq!((versions[0].version, versions[0].text.as_str(), versions[0].title.as_str()), (1, "acme never delivers", "Tïtle"));
        assert_eq!((versions[0].edited_at, versions[0].captured_at), (Some(at(-5)), at(1)));
        assert_sound(&store).await;
    }

    async fn an_unwanted_edit_of_a_known_post_is_kept(store: Store) {
        furnish(&store).await;
        settle(&store, batch(1, vec![wanted(post("1", "acme"))])).await;
        assert_eq!(settle(&store, batch(2, vec![unwanted(edited("1", "nothing", 1))])).await, [Version]);
        let stored = stored(&store, "1").await;
        assert_eq!(stored.post.text, "nothing");
        assert_eq!(stored.signals, sentiment("negative"), "kept when the edit brings none");
        assert_eq!(store.find_search(search_id(1)).await.expect("found").expect("there").mentions, 1);
        assert_sound(&store).await;
    }

    async fn an_older_or_equal_edit_says_nothing_new_but_figures(store: Store) {
        furnish(&store).await;
        let first = with_author(with_likes(edited("1", "acme now", 10), 5), 50, "Ana");
        settle(&store, batch(1, vec![wanted(first)])).await;
        let late = with_author(with_likes(edited("1", "acme before", 5), 9), 70, "Old name");
        let late = Decided { matches: vec![found(1), found(2)], is_addressed: true, ..wanted(late) };
        assert_eq!(settle(&store, batch(2, vec![late])).await, [SameId]);
        let equal = with_author(with_likes(edited("1", "acme now", 10), 3), 60, "Ana");
        let equal = Decided { matches: vec![found(3)], ..wanted(equal) };
        assert_eq!(settle(&store, batch(3, vec![equal, wanted(post("1", "acme never edited"))])).await, [SameId, SameId]);
        let stored = stored(&store, "1").await;
        assert_eq!((stored.post.text.as_str(), stored.version), ("acme now", 1));
        assert_eq!(stored.post.engagement.likes, Some(9));
        let author = stored.post.author.expect("an author");
        assert_eq!((author.followers, author.name.as_str()), (Some(70), "Ana"));
        assert!(stored.is_addressed);
        // Places in another text than the stored one would be wrong.
        let mut unplaced = found(2);
        unplaced.spans.clear();
        assert_eq!(stored.matches, [found(1), unplaced, found(3)]);
        assert_sound(&store).await;
    }

    async fn the_smallest_parts_of_a_second_make_no_new_version(store: Store) {
        furnish(&store).await;
        let time = "2026-05-04T09:30:00.123456789Z".parse().expect("a time");
        let post = Post { edited_at: Some(time), ..post("1", "acme") };
        assert_eq!(settle(&store, batch(1, vec![wanted(post.clone()), wanted(post.clone())])).await, [New, SameId]);
        assert_eq!(settle(&store, batch(2, vec![wanted(post)])).await, [SameId]);
    }

    async fn a_deletion_takes_the_words_and_leaves_the_fact(store: Store) {
        furnish(&store).await;
        settle(&store, batch(1, vec![wanted(full("1"))])).await;
        settle(&store, batch(2, vec![wanted(edited("1", "acme second", 1))])).await;
        let deletion = || unwanted(Post::deletion("mastodon", "1"));
        assert_eq!(settle(&store, batch(3, vec![deletion(), deletion()])).await, [Deletion, SameId]);
        let back = with_likes(edited("1", "acme is back", 9), 99);
        assert_eq!(settle(&store, batch(4, vec![wanted(back), deletion()])).await, [SameId, SameId]);
        let stored = stored(&store, "1").await;
        assert_eq!((stored.deleted_at, stored.post.deleted), (Some(at(3)), true));
        assert_eq!((stored.post.text.as_str(), stored.post.title.as_str()), ("", ""));
        assert_eq!((stored.post.links.len(), stored.post.media.len(), stored.post.raw), (0, 0, None));
        assert_eq!(stored.post.url, full("1").url);
        let mut unplaced = found(1);
        unplaced.spans.clear();
        assert_eq!(stored.matches, [unplaced]);
        assert_eq!(stored.signals.0[0].label, "negative");
        assert_eq!(stored.signals.0[0].evidence, [], "evidence quotes the post");
        let versions = store.versions(stored.seq).await.expect("versions");
        assert_eq!(versions.len(), 1);
        assert_eq!((versions[0].text.as_str(), versions[0].title.as_str()), ("", ""));
        assert_sound(&store).await;
    }

    async fn a_life_within_one_batch_is_the_same_life(store: Store) {
        furnish(&store).await;
        let posts = vec![
            wanted(post("1", "acme one")),
            wanted(edited("1", "acme two", 1)),
            unwanted(edited("1", "acme three", 2)),
            unwanted(Post::deletion("mastodon", "1")),
            wanted(edited("1", "acme four", 3)),
        ];
        assert_eq!(settle(&store, batch(1, posts)).await, [New, Version, Version, Deletion, SameId]);
        let stored = stored(&store, "1").await;
        assert_eq!((stored.version, stored.post.text.as_str()), (3, ""));
        let versions = store.versions(stored.seq).await.expect("versions");
        assert_eq!(versions.iter().map(|version| (version.version, version.text.as_str())).collect::<Vec<_>>(), [(1, ""), (2, "")]);
        assert_sound(&store).await;
    }

    async fn one_article_in_two_feeds_counts_once(store: Store) {
        furnish(&store).await;
        let url = "https://news.example/kettle";
        let second = Decided { matches: vec![found(2)], is_addressed: true, ..article("b", " acme RECALLS kettle ", url) };
        let posts = vec![article("a", "Acme recalls kettle", url), second, article("c", "Another title", url)];
        let settled = settled(&store, batch(1, posts)).await;
        assert_eq!(settled.iter().map(|settled| settled.reason).collect::<Vec<_>>(), [New, SameUrl, New]);
        assert_eq!(settled[0].seq, settled[1].seq);
        assert_eq!(settle(&store, batch(2, vec![article("d", "ACME recalls kettle", url)])).await, [SameUrl]);
        let stored = store.find_post(&Post::new("feed", "a", "").id).await.expect("found").expect("stored");
        assert!(stored.is_addressed);
        let mut unplaced = found(2);
        unplaced.spans.clear();
        assert_eq!(stored.matches, [found(1), unplaced]);
        // On other networks the same link under the same title is a post of its own.
        let social = |id: &str| Decided { canonical_url: Some(url.into()), ..wanted(Post { title: "T".into(), ..post(id, "acme") }) };
        assert_eq!(settle(&store, batch(3, vec![social("1"), social("2")])).await, [New, New]);
        // Once the first is gone, the article is new again.
        let gone = unwanted(Post::deletion("feed", "a"));
        assert_eq!(settle(&store, batch(4, vec![gone, article("e", "Acme recalls kettle", url)])).await, [Deletion, New]);
        assert_sound(&store).await;
    }

    async fn several_batches_are_one_transaction(store: Store) {
        furnish(&store).await;
        let other = Delivery {
            source: source_id(2),
            settings: Some(json!({"url": "https://moved.example"})),
            cursor: None,
            fates: vec![FateCount { reason: NoSearch, posts: 40 }, FateCount { reason: TooOld, posts: 2 }],
            ..batch(2, vec![wanted(post("1", "acme")), wanted(post("2", "acme"))])
        };
        let settled = store.commit(&[batch(1, vec![wanted(post("1", "acme"))]), other, batch(3, Vec::new())]).await.expect("a commit").settled;
        let reasons: Vec<Vec<FateReason>> = settled.iter().map(|one| one.iter().map(|settled| settled.reason).collect()).collect();
        assert_eq!(reasons, [vec![New], vec![SameId, New], vec![]]);
        let one = store.find_source(source_id(1)).await.expect("found").expect("there");
        let two = store.find_source(source_id(2)).await.expect("found").expect("there");
        assert_eq!((one.cursor, two.cursor), (Some(Cursor("3".into())), None));
        assert_eq!(two.settings, json!({"url": "https://moved.example"}));
        let count = |reason, posts| FateCount { reason, posts };
        assert_eq!(store.fates(Some(source_id(2))).await.expect("counted"), [count(New, 1), count(SameId, 1), count(NoSearch, 40), count(TooOld, 2)]);
        assert_eq!(store.fates(None).await.expect("counted").iter().map(|count| count.posts).sum::<u64>(), 45);
        assert_eq!(store.commit(&[]).await.expect("nothing").settled, Vec::<Vec<_>>::new());
        assert_sound(&store).await;
    }

    async fn authors_without_id_are_told_apart(store: Store) {
        furnish(&store).await;
        let by = |id: &str, author: Author| wanted(Post { author: Some(author), ..post(id, "acme") });
        let named = |name: &str| Author { name: name.into(), ..Author::default() };
        let handled = |handle: &str, bio: &str| Author { handle: handle.into(), bio: bio.into(), ..Author::default() };
        settle(&store, batch(1, vec![by("1", named("Admin")), by("2", named("Bo")), by("3", handled("Ana", "a")), by("4", handled("ana", "b"))])).await;
        assert_eq!(stored(&store, "1").await.post.author, Some(named("Admin")));
        assert_eq!(stored(&store, "2").await.post.author, Some(named("Bo")));
        assert_eq!(stored(&store, "3").await.post.author, Some(handled("ana", "b")), "one author, as last seen");
        assert_eq!(stored(&store, "4").await.post.author, Some(handled("ana", "b")));
    }

    async fn an_edit_takes_over_nobodys_post(store: Store) {
        furnish(&store).await;
        let by = |minute: Option<i64>, author: Option<Author>| wanted(Post { author, edited_at: minute.map(at), ..post("1", "acme") });
        let named = |id: &str, name: &str| Some(Author { id: id.into(), name: name.into(), ..Author::default() });
        settle(&store, batch(1, vec![by(None, None)])).await;
        // Who said it may become known later,
        assert_eq!(settle(&store, batch(2, vec![by(Some(2), named("ana", "Ana"))])).await, [Version]);
        assert_eq!(stored(&store, "1").await.post.author, named("ana", "Ana"));
        // and is the same from then on, in the same batch and in another.
        assert_eq!(settle(&store, batch(3, vec![by(Some(3), named("bo", "Bo")), by(Some(4), named("bo", "Bo"))])).await, [Version, Version]);
        assert_eq!(stored(&store, "1").await.post.author, named("ana", "Ana"));
        settle(&store, batch(5, vec![by(Some(5), named("ana", "Ana Lund"))])).await;
        assert_eq!(stored(&store, "1").await.post.author, named("ana", "Ana Lund"));
        assert_sound(&store).await;
    }

    async fn many_posts_in_one_batch(store: Store) {
        furnish(&store).await;
        let posts: Vec<Decided> = (0..1_777)
            .map(|number| wanted(Post { author: full("x").author.map(|author| Author { id: format!("mastodon:{}", number % 700), ..author }), ..post(&number.to_string(), "acme") }))
            .collect();
        let settled = settled(&store, batch(1, posts.clone())).await;
        assert!(settled.iter().all(|settled| settled.reason == New));
        assert!(settled.is_sorted_by_key(|settled| settled.seq), "arrival gives the order");
        assert!(settle(&store, batch(2, posts)).await.iter().all(|reason| *reason == SameId));
        assert_sound(&store).await;
    }

    async fn signals_that_are_empty_are_no_signals(store: Store) {
        furnish(&store).await;
        settle(&store, batch(1, vec![Decided { signals: Signals::default(), ..wanted(post("1", "acme")) }])).await;
        assert_eq!(stored(&store, "1").await.signals, Signals::default());
    }

    async fn writers_at_the_same_time_lose_nothing(store: Store) {
        furnish(&store).await;
        let mut writers = Vec::new();
        for writer in 0..6_i64 {
            let store = store.clone();
            writers.push(tokio::spawn(async move {
                for round in 0..8 {
                    let shared = wanted(with_author(with_likes(post(&format!("shared {round}"), "acme"), writer.unsigned_abs()), 1, "Ana"));
                    let own = wanted(post(&format!("{writer} {round}"), "acme"));
                    store.commit(&[batch(round, vec![own, shared])]).await.expect("a commit");
                }
            }));
        }
        for writer in writers {
            writer.await.expect("a writer");
        }
        assert_eq!(store.count_posts().await.expect("counted"), 56);
        assert_eq!(store.find_search(search_id(1)).await.expect("found").expect("there").mentions, 56);
        assert_eq!(store.fates(None).await.expect("counted").iter().map(|count| count.posts).sum::<u64>(), 96);
        assert_sound(&store).await;
    }
}

//! Reading pages of posts.

use switchboard_model::{Decided, Post, PostFilter, StoredPost, Visibility};
use switchboard_store::Store;

use crate::support::*;

/// Posts 0 to 11: every second one matches search 2 as well, every third is private, four are of another network.
async fn fill(store: &Store) -> Vec<i64> {
    furnish(store).await;
    let mut seqs = Vec::new();
    for number in 0..12_usize {
        let network = if number >= 8 { "bluesky" } else { "mastodon" };
        let visibility = if number % 3 == 0 { Visibility::Direct } else { Visibility::Public };
        let post = Post { visibility, ..Post::new(network, &number.to_string(), "acme") };
        let mut decided = wanted(post);
        if number % 2 == 0 {
            decided.matches.push(found(2));
        }
        let mut delivery = batch(1, vec![decided]);
        delivery.source = source_id(if number < 4 { 1 } else { 2 });
        seqs.extend(settled(store, delivery).await.iter().filter_map(|settled| settled.seq));
    }
    seqs
}

fn numbers(seqs: &[i64], posts: &[StoredPost]) -> Vec<usize> {
    posts.iter().filter_map(|post| seqs.iter().position(|seq| *seq == post.seq)).collect()
}

contract! {
    async fn pages_hold_what_the_filter_asks_for(store: Store) {
        let seqs = fill(&store).await;
        let all = || PostFilter { with_private: true, limit: 100, ..PostFilter::default() };
        let cases: Vec<(PostFilter, Vec<usize>)> = vec![
            (all(), (0..12).rev().collect()),
            (PostFilter { limit: 0, ..all() }, vec![]),
            (PostFilter { limit: 3, ..all() }, vec![11, 10, 9]),
            (PostFilter { with_private: false, ..all() }, vec![11, 10, 8, 7, 5, 4, 2, 1]),
            (PostFilter { before: Some(seqs[3]), ..all() }, vec![2, 1, 0]),
            (PostFilter { after: Some(seqs[8]), ..all() }, vec![9, 10, 11]),
            (PostFilter { after: Some(seqs[2]), before: Some(seqs[5]), ..all() }, vec![3, 4]),
            (PostFilter { search: Some(search_id(2)), ..all() }, vec![10, 8, 6, 4, 2, 0]),
            (PostFilter { search: Some(search_id(2)), before: Some(seqs[8]), limit: 2, ..all() }, vec![6, 4]),
            (PostFilter { search: Some(search_id(2)), after: Some(seqs[4]), ..all() }, vec![6, 8, 10]),
            (PostFilter { search: Some(search_id(3)), ..all() }, vec![]),
            (PostFilter { source: Some(source_id(1)), ..all() }, vec![3, 2, 1, 0]),
            (PostFilter { network: Some("bluesky".into()), ..all() }, vec![11, 10, 9, 8]),
            (PostFilter { network: Some("\0".into()), ..all() }, vec![]),
            (PostFilter { search: Some(search_id(2)), source: Some(source_id(2)), network: Some("mastodon".into()), with_private: false, ..all() }, vec![4]),
        ];
        for (filter, expected) in cases {
            let posts = store.list_posts(&filter).await.expect("a page");
            assert_eq!(numbers(&seqs, &posts), expected, "{filter:?}");
        }
    }

    async fn an_export_reads_everything_piece_by_piece(store: Store) {
        let seqs = fill(&store).await;
        let (mut after, mut read) = (0, Vec::new());
        loop {
            let piece = store.posts_after(after, 5).await.expect("a piece");
            let Some(last) = piece.last() else { break };
            after = last.seq;
            read.extend(piece);
        }
        assert_eq!(numbers(&seqs, &read), (0..12).collect::<Vec<_>>());
        assert_eq!(read[0].matches, [found(1), found(2)]);
        assert_eq!(read[1].matches, [found(1)]);
        assert!(read.iter().all(|post| post.signals == sentiment("negative")));
    }

    async fn a_page_has_the_authors_matches_and_signals_of_each_post(store: Store) {
        furnish(&store).await;
        let posts: Vec<Decided> = (0..600)
            .map(|number| {
                let author = switchboard_model::Author { id: format!("mastodon:{number}"), ..Default::default() };
                wanted(Post { author: Some(author), ..post(&number.to_string(), "acme") })
            })
            .collect();
        settle(&store, batch(1, posts)).await;
        let page = store.posts_after(0, 1_000).await.expect("a page");
        assert_eq!(page.len(), 600);
        for (number, stored) in page.iter().enumerate() {
            assert_eq!(stored.post.author.as_ref().map(|author| author.id.clone()), Some(format!("mastodon:{number}")));
            assert_eq!(stored.matches, [found(1)]);
            assert_eq!(stored.signals, sentiment("negative"));
        }
    }
}

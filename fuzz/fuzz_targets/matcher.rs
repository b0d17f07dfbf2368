//! Many searches at once: each answer is that of the search alone, and every stretch begins and ends with a character.
#![no_main]

use libfuzzer_sys::fuzz_target;
use switchboard_match::{Matcher, Prepared, Query, Scratch};
use switchboard_model::{Post, SpanPart};

fuzz_target!(|input: (Vec<String>, String, String)| {
    let (typed, title, text) = input;
    let queries: Vec<Query> = typed.iter().filter_map(|query| Query::parse(query).ok()).collect();
    let mut matcher = Matcher::new(queries.iter().cloned().enumerate());
    let mut scratch = Scratch::default();
    let mut post = Post::new("x", "1", &text);
    post.title = title;
    let prepared = Prepared::new(&post);
    for step in 0..2 {
        let mut found: Vec<usize> = matcher.matches_with(&prepared, &mut scratch).into_iter().copied().collect();
        found.sort_unstable();
        let undecided: Vec<usize> = matcher.undecided(&scratch).copied().collect();
        let each = (0..queries.len()).filter(|at| step == 0 || at % 2 == 0);
        let each = each.filter(|at| !undecided.contains(at) && queries[*at].matches(&prepared));
        assert_eq!(found, each.collect::<Vec<_>>());
        (0..queries.len()).filter(|at| at % 2 == 1).for_each(|at| assert_eq!(matcher.remove(&at), step == 0));
    }
    let length = |part: SpanPart| if part == SpanPart::Title { &post.title } else { &post.text }.chars().count() as u32;
    for query in &queries {
        for span in query.spans(&prepared) {
            assert!(span.start < span.end && span.end <= length(span.part));
        }
    }
});

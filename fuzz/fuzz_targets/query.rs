//! A query, a pack that it may name and a post: nothing panics, the parsed form reads back, a pack means what it says written
//! out, spans lie inside the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use switchboard_match::{PackQuery, Packs, Prepared, Query, excluded_packs, named_packs, with_excluded};
use switchboard_model::Post;

fuzz_target!(|input: (String, String, String)| {
    let (typed, pack, text) = input;
    let (packs, _) = Packs::compile([
        PackQuery { name: "p", title: "", query: &pack },
        PackQuery { name: "q", title: "Q", query: "in:p OR kettle" },
    ]);
    named_packs(&typed);
    excluded_packs(&typed);
    let without = with_excluded(&typed, &[]);
    let Ok(query) = Query::parse_with(&typed, &packs) else { return };
    let again = Query::parse_with(&query.to_string(), &packs).expect("the parsed form can be read");
    assert_eq!(again, query);
    if let Some(without) = without {
        assert!(Query::parse_with(&without, &packs).is_ok(), "what is left of {typed:?} is {without:?}");
    }
    let post = Post::new("x", "1", &text);
    let prepared = Prepared::new(&post);
    // A form that would grow beyond the limit of a query cannot be read back.
    if let Ok(expanded) = Query::parse(&query.expanded()) {
        assert_eq!(expanded.matches(&prepared), query.matches(&prepared));
    }
    let characters = text.chars().count() as u32;
    for span in query.spans(&prepared) {
        assert!(span.start < span.end && span.end <= characters);
    }
});

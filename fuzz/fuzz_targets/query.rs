//! A query and a post: nothing panics, the parsed form reads back, spans lie inside the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use switchboard_match::{Prepared, Query};
use switchboard_model::Post;

fuzz_target!(|input: (String, String)| {
    let (query, text) = input;
    let Ok(query) = Query::parse(&query) else { return };
    let again = Query::parse(&query.to_string()).expect("the parsed form can be read");
    assert_eq!(again, query);
    let post = Post::new("x", "1", &text);
    let prepared = Prepared::new(&post);
    let characters = text.chars().count() as u32;
    for span in query.spans(&prepared) {
        assert!(span.start < span.end && span.end <= characters);
    }
});

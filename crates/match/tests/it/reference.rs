//! The examples of the reference page hold.

use switchboard_match::{Prepared, Query};
use switchboard_model::Post;

const PAGE: &str = include_str!("../../../../docs/reference/search-language.md");

/// The lines of all fenced blocks of that kind.
fn examples(kind: &str) -> Vec<&'static str> {
    let mut is_inside = false;
    let mut lines = Vec::new();
    for line in PAGE.lines() {
        if let Some(fence) = line.strip_prefix("```") {
            is_inside = fence == kind;
        } else if is_inside {
            lines.push(line);
        }
    }
    assert!(!lines.is_empty(), "no examples of '{kind}'");
    lines
}

#[test]
fn finds_and_misses() {
    for line in examples("finds") {
        let (query, verb, text) = [" finds ", " misses "]
            .into_iter()
            .find_map(|verb| line.split_once(verb).map(|(query, text)| (query.trim(), verb.trim(), text.trim())))
            .expect(line);
        let post = Post::new("x", "1", text);
        let query = Query::parse(query).expect(line);
        assert_eq!(query.matches(&Prepared::new(&post)), verb == "finds", "{line}");
    }
}

#[test]
fn queries_can_be_read() {
    for line in examples("query") {
        assert!(Query::parse(line).is_ok(), "{line}: {:?}", Query::parse(line));
    }
}

#[test]
fn errors_stand_where_the_page_says() {
    for line in examples("error") {
        let (query, column) = line.rsplit_once(" column ").expect(line);
        let error = Query::parse(query.trim_end()).expect_err(line);
        assert_eq!(error.column.to_string(), column.trim(), "{line}");
    }
}

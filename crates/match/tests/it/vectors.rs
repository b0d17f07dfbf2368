//! The vectors of the contract: queries with the posts they match, and queries that cannot be read.

use std::collections::BTreeMap;

use serde::Deserialize;
use switchboard_match::{Matcher, Prepared, Query};
use switchboard_model::{Post, PostLine};

/// One line of the vectors.
#[derive(Debug, Deserialize)]
pub(crate) struct Vector {
    pub(crate) name: String,
    query: Option<String>,
    query_parts: Option<Vec<(String, usize)>>,
    #[serde(default)]
    posts: Vec<serde_json::Value>,
    #[serde(default)]
    matches: Vec<String>,
    error: Option<ExpectedError>,
}

#[derive(Debug, Deserialize)]
struct ExpectedError {
    column: usize,
}

impl Vector {
    pub(crate) fn all() -> Vec<Self> {
        let lines = include_str!("../../testdata/search-vectors.jsonl");
        lines.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }

    pub(crate) fn query(&self) -> String {
        match (&self.query, &self.query_parts) {
            (Some(query), _) => query.clone(),
            (None, Some(parts)) => parts.iter().map(|(text, times)| text.repeat(*times)).collect(),
            (None, None) => panic!("{} has no query", self.name),
        }
    }

    pub(crate) fn posts(&self) -> Vec<Post> {
        let read = |post: &serde_json::Value| PostLine::from_value(post.clone()).expect(&self.name).post;
        self.posts.iter().map(read).collect()
    }

    /// What is wrong, if anything is.
    fn check(&self) -> Result<(), String> {
        let query = self.query();
        let parsed = match (Query::parse(&query), &self.error) {
            (Err(error), Some(expected)) if error.column == expected.column => return Ok(()),
            (Err(error), Some(expected)) => return Err(format!("expected column {}, {error}", expected.column)),
            (Err(error), None) => return Err(error.to_string()),
            (Ok(parsed), Some(expected)) => {
                return Err(format!("expected an error in column {}, found '{parsed}'", expected.column));
            }
            (Ok(parsed), None) => parsed,
        };
        let reparsed = Query::parse(&parsed.to_string()).map_err(|error| format!("the parsed form: {error}"))?;
        if reparsed != parsed {
            return Err(format!("the parsed form means something else: {parsed}"));
        }
        let posts = self.posts();
        let matcher = Matcher::new([((), parsed.clone())]);
        let mut matches = Vec::new();
        for post in &posts {
            let prepared = Prepared::new(post);
            let is_match = parsed.matches(&prepared);
            if is_match {
                matches.push(post.id.as_str());
            }
            if matcher.matches(&prepared).is_empty() == is_match || reparsed.matches(&prepared) != is_match {
                return Err(format!("matcher or parsed form differ for post {}", post.id));
            }
        }
        if matches == self.matches { Ok(()) } else { Err(format!("expected {:?}, found {matches:?}", self.matches)) }
    }
}

#[test]
fn all_vectors_hold() {
    let vectors = Vector::all();
    let failures: BTreeMap<&str, String> = vectors
        .iter()
        .filter_map(|vector| {
            vector.check().err().map(|why| {
                (vector.name.as_str(), format!("{}: {why}", vector.query().chars().take(60).collect::<String>()))
            })
        })
        .collect();
    assert!(failures.is_empty(), "{} of {} vectors fail: {failures:#?}", failures.len(), vectors.len());
    assert_eq!(vectors.len(), 703);
}

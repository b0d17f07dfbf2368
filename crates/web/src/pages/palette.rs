//! What the field "find or do" finds while somebody types: cases, colleagues, departments, searches, authors.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use switchboard_app::find::{FindError, Found, Question};
use switchboard_model::SavedSearch;

use super::case::wording;
use super::{directory, find, mention, show, words};
use crate::error::PageError;
use crate::extract::PageQuery;
use crate::options::Web;
use crate::visitor::Visitor;

/// How many posts are looked through for their cases, and how many rows of a kind are shown.
const POSTS: u32 = 12;
const SHOWN: usize = 6;
/// The beginning of a word from which on words that begin so are found.
const BEGINNING: usize = 3;

/// What is typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    q: String,
}

#[derive(Debug, PartialEq)]
struct Row {
    kind: Cow<'static, str>,
    name: String,
    note: String,
    href: String,
}

#[derive(Template)]
#[template(path = "_palette.html")]
struct Palette {
    rows: Vec<Row>,
}

/// `GET /palette`
pub(crate) async fn find(
    State(web): State<Web>,
    visitor: Visitor,
    PageQuery(typed): PageQuery<Typed>,
) -> Result<Response, PageError> {
    let question = Question { text: with_beginning(&typed.q), before: None, limit: POSTS };
    // Half a query finds nothing yet; the names are found all the same.
    let found = match web.app.find(&visitor.actor, &question).await {
        Ok(found) => found,
        Err(FindError::BadQuery(_)) => Found::default(),
        Err(error) => return Err(error.into()),
    };
    let searches = web.app.searches().await?;
    let (people, departments) = directory::for_palette(&web.app, &visitor, &typed.q).await?;
    let row = |kind: fn() -> Cow<'static, str>| {
        move |(href, name, note): (String, String, String)| Row { kind: kind(), name, note, href }
    };
    let people = people.into_iter().take(SHOWN).map(row(|| t!("palette-person")));
    let departments = departments.into_iter().take(SHOWN).map(row(|| t!("palette-department")));
    let mut all: Vec<Row> = people.chain(departments).collect();
    all.extend(rows(&typed.q, &found, &searches));
    show(StatusCode::OK, &Palette { rows: all })
}

/// The last word may go on.
fn with_beginning(typed: &str) -> String {
    let typed = typed.trim();
    let last = typed.rsplit(char::is_whitespace).next().unwrap_or_default();
    let is_word = last.chars().count() >= BEGINNING && last.chars().all(char::is_alphanumeric);
    if is_word { format!("{typed}*") } else { typed.to_owned() }
}

fn rows(typed: &str, found: &Found, searches: &[SavedSearch]) -> Vec<Row> {
    let mut rows = Vec::new();
    let author = |case: &switchboard_model::Case| {
        let first = found.first_posts.iter().find(|post| post.seq == case.post);
        first.map(|first| mention::author(&first.post).name)
    };
    let typed = typed.trim().to_lowercase();
    let is_called =
        |search: &&SavedSearch| typed.split_whitespace().all(|word| search.name.to_lowercase().contains(word));
    rows.extend(searches.iter().filter(is_called).take(SHOWN).map(|search| Row {
        kind: t!("palette-search"),
        name: search.name.clone(),
        note: String::new(),
        href: format!("/searches/{}", search.id),
    }));
    let said = |case: &switchboard_model::Case| found.texts.found.iter().find(|text| text.case == case.id);
    rows.extend(found.cases.iter().take(SHOWN).map(|case| Row {
        kind: t!("palette-case"),
        name: match author(case) {
            Some(author) => t!("palette-case-of", number = case.id.to_string(), author = author).into_owned(),
            None => t!("palette-case-number", number = case.id.to_string()).into_owned(),
        },
        note: said(case).map_or_else(|| wording::state(&case.state), find::place).into_owned(),
        href: said(case).map_or_else(|| format!("/cases/{}", case.id), find::href),
    }));
    rows.extend(found.authors.iter().take(SHOWN).map(|(_, author)| Row {
        kind: t!("palette-author"),
        name: if author.name.trim().is_empty() { author.handle.clone() } else { author.name.clone() },
        note: author.handle.clone(),
        href: format!("/find?q={}", words::percent_encoded(&format!("author:\"{}\"", author.handle.replace('"', "")))),
    }));
    if !typed.is_empty() {
        rows.push(Row {
            kind: t!("palette-find"),
            name: t!("palette-everything", words = typed.as_str()).into_owned(),
            note: String::new(),
            href: format!("/find?q={}", words::percent_encoded(&typed)),
        });
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_may_go_on() {
        let check = |typed: &str, expected: &str| assert_eq!(with_beginning(typed), expected);
        check("jan", "jan*");
        check(" lid kett ", "lid kett*");
        check("ja", "ja");
        check("\"lid", "\"lid");
        check("author:", "author:");
    }

    #[test]
    fn hostile_names_stay_names() {
        let row = Row {
            kind: "Case".into(),
            name: crate::pages::samples::HOSTILE.to_owned(),
            note: crate::pages::samples::HOSTILE.to_owned(),
            href: "/cases/1".to_owned(),
        };
        let html = Palette { rows: vec![row] }.render().expect("renders");
        crate::pages::samples::assert_harmless(&html);
    }
}

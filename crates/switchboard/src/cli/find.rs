//! `switchboard find`: look for something in everything that is kept.

use std::io::Write;

use clap::Args;
use serde_json::Value;

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};

/// Look for something in everything that is kept: posts, what is said in cases, authors, users, departments.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// What to look for, in the language of searches; see docs/reference/search-language.md.
    text: String,
    /// Only posts that arrived before this place: `next` of the answer before.
    #[arg(long, value_name = "PLACE")]
    before: Option<i64>,
    /// How many posts at most.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=200))]
    limit: u32,
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let Arguments { text, before, limit } = arguments;
    let installation = shared.installation()?;
    let door = Door::open(&installation, "find").await?;
    let found = match door.check_query(&text).await {
        Ok(()) => door.find(&text, before, limit).await,
        Err(failure) => Err(failure),
    };
    door.close().await;
    print(shared, &found?).map(|()| Status::Done).map_err(Failure::output)
}

fn print(shared: &Shared, found: &Value) -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    if shared.json {
        return writeln!(output, "{found}");
    }
    let list = |name: &str| found[name].as_array().cloned().unwrap_or_default();
    for case in list("cases") {
        writeln!(output, "case {}  {}, priority {}", case["id"], word(&case["state"]), case["priority"])?;
        for text in list("texts").iter().filter(|text| text["case"] == case["id"]) {
            said(&mut output, text)?;
        }
    }
    if found["texts_are_cut"] == true {
        writeln!(output, "more may have been said in cases: look for more words, or rarer ones")?;
    }
    for one in list("departments") {
        writeln!(output, "department {}", word(&one["name"]))?;
    }
    for one in list("users") {
        writeln!(output, "user {}", word(&one["name"]))?;
    }
    for author in list("authors") {
        writeln!(output, "author {}  {}", word(&author["handle"]), word(&author["name"]))?;
    }
    for one in list("posts") {
        example(&mut output, &one)?;
    }
    match (&found["next"], &found["stopped_at"]) {
        (Value::Null, _) => Ok(()),
        (next, Value::Null) => writeln!(output, "more: --before {next}"),
        (next, stopped) => writeln!(output, "looked back to {}; further: --before {next}", word(stopped)),
    }
}

/// What was said in a case, on a line.
fn said(output: &mut impl Write, one: &Value) -> std::io::Result<()> {
    let text = one["text"].as_str().unwrap_or_default();
    // Spans count characters; the first marked word stands near the beginning of what is shown.
    let first = one["spans"].as_array().into_iter().flatten().filter_map(|span| span["start"].as_u64()).min();
    let from = usize::try_from(first.unwrap_or_default()).unwrap_or_default().saturating_sub(30);
    let text: String = text.chars().skip(from).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let text: String = text.chars().filter(|c| !c.is_control()).take(120).collect();
    let who = match word(&one["who"]) {
        name if name.is_empty() => word(&one["by"]),
        name => name,
    };
    let undone = if one["is_undone"] == true { ", taken back" } else { "" };
    let place = word(&one["place"]).replace('_', " ");
    writeln!(output, "  {}  {place} by {who}{undone}: {text}", word(&one["at"]))
}

/// One post on a line.
pub(super) fn example(output: &mut impl Write, one: &Value) -> std::io::Result<()> {
    let (stored, post) = (&one["post"], &one["post"]["post"]);
    let text = format!("{} {}", word(&post["title"]), word(&post["text"]));
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = text.chars().filter(|c| !c.is_control()).take(120).collect();
    let author = word(&post["author"]["handle"]);
    writeln!(output, "{}  {:10}  {author}  {text}", word(&stored["captured_at"]), word(&post["network"]))
}

/// A text without what would move the cursor of a terminal.
pub(super) fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().chars().filter(|c| !c.is_control() || *c == '\n').collect()
}

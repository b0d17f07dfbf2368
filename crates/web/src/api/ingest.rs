//! Posts that others bring: with a token over HTTP, or from a command on this machine.
//!
//! Both take one object, one list, or JSON Lines. Lines are read, decided and stored in batches while they still come in,
//! so their number has no bound and memory does. What cannot be read is named and counted as refused; the rest goes on.
//! Ids make it safe to hand in again whatever may not have arrived.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use switchboard_app::pipeline::embedded::{LineState, Outcome};
use switchboard_app::pipeline::handin::{self, LINE_BYTES};
use switchboard_model::{Captured, Cursor, FateReason, Problem, Source, SourceId};
use utoipa::{IntoParams, ToSchema};

use super::shapes::{PostsShape, ProblemShape};
use super::{BodyRefusals, One, Refusals, one};
use crate::error::{ApiError, Refusal};
use crate::extract::{ApiId, ApiQuery, bearer, media_type, too_large, unsupported};
use crate::options::Web;

/// Posts that are decided and stored together.
const BATCH: usize = 500;

/// And how many bytes of them wait for that at most.
const BATCH_BYTES: usize = 8 << 20;

/// Problems that are named in one answer; the rest are counted.
const NAMED_PROBLEMS: usize = 100;

/// How long a sender may say nothing.
const SILENCE: Duration = Duration::from_secs(60);

/// How long a batch may wait for the store.
const PATIENCE: Duration = Duration::from_secs(30);

/// What became of what was handed in.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct HandedIn {
    /// How many posts came in; the fates add up to it.
    posts: u64,
    /// How many posts met which fate, by reason.
    fates: BTreeMap<&'static str, u64>,
    /// What could not be read, the first hundred.
    #[schema(value_type = Vec<ProblemShape>)]
    problems: Vec<Problem>,
    /// Problems beyond those.
    more_problems: u64,
}

/// Something that could not be read; the rest went on.
/// Where a source that is handed in stands.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Place {
    /// Kept with the source in the transaction that stores the last of these posts.
    #[param(nullable = false, max_length = 4096)]
    cursor: Option<String>,
    /// The number of the first line, for the names of problems.
    #[serde(default = "first")]
    #[param(required = false, minimum = 0, maximum = 4294967295_u64, default = 1)]
    first_line: u32,
    /// Whether the posts open cases. Those from the past need not.
    #[serde(default = "yes")]
    #[param(required = false, default = true)]
    open_cases: bool,
}

fn yes() -> bool {
    true
}

fn first() -> u32 {
    1
}

/// Hand in posts with a token
///
/// One post, a list of posts, or JSON Lines. Posts that cannot be read are named in `problems` and counted as refused,
/// the others are stored; handing in the same ids again changes nothing.
#[utoipa::path(post, path = "/api/v1/ingest", tag = "ingest", operation_id = "ingest",
    request_body(content(
        (PostsShape = "application/json", example = json!([{"id": "42", "network": "forum", "text": "my acme kettle leaks"}])),
        (Value = "application/x-ndjson", example = "{\"id\":\"42\",\"network\":\"forum\",\"text\":\"my acme kettle leaks\"}\n")
    ), description = "Posts in the wire format"),
    responses((status = 200, description = "What became of them", body = One<HandedIn>),
        (status = 401, description = "No token, or one that is not known", body = crate::error::ErrorBody),
        BodyRefusals, Refusals),
    security(("ingest_token" = [])))]
pub(crate) async fn ingest(
    State(web): State<Web>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<One<HandedIn>>, ApiError> {
    let unauthorized = |message| Refusal::new(StatusCode::UNAUTHORIZED, "unauthorized", message);
    let token = bearer(&headers).ok_or_else(|| {
        unauthorized("send the token of an ingest source as 'Authorization: Bearer …'; make one on the source's page")
    })?;
    let source = web.app.find_token_source(token).await?;
    let source = source.ok_or_else(|| unauthorized("this token is not known, or its source is paused"))?;
    take(&web, &source, Place { cursor: None, first_line: 1, open_cases: true }, &headers, body).await
}

/// Hand in posts on this machine
///
/// For sources of kind `ingest` and `file`, by commands of this installation. Bodies as for `/api/v1/ingest`.
#[utoipa::path(post, path = "/api/v1/sources/{id}/posts", tag = "ingest", operation_id = "hand_in",
    params(("id" = uuid::Uuid, Path, description = "Id of the source"), Place),
    request_body(content(
        (PostsShape = "application/json", example = json!([{"id": "42", "network": "forum", "text": "my acme kettle leaks"}])),
        (Value = "application/x-ndjson", example = "{\"id\":\"42\",\"network\":\"forum\",\"text\":\"my acme kettle leaks\"}\n")
    ), description = "Posts in the wire format"),
    responses((status = 200, description = "What became of them", body = One<HandedIn>),
        (status = 404, description = "There is no such source", body = crate::error::ErrorBody),
        (status = 409, description = "The source is followed; nothing is handed in to it", body = crate::error::ErrorBody),
        BodyRefusals, Refusals))]
pub(crate) async fn hand_in(
    State(web): State<Web>,
    ApiId(id): ApiId<SourceId>,
    ApiQuery(place): ApiQuery<Place>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<One<HandedIn>>, ApiError> {
    if place.cursor.as_ref().is_some_and(|cursor| cursor.chars().count() > 4096 || cursor.contains('\0')) {
        return Err(Refusal::bad_request("a cursor has at most 4096 characters, none of them U+0000")
            .about("cursor")
            .into());
    }
    let source = web.app.get_source(id).await?;
    take(&web, &source, place, &headers, body).await
}

async fn take(
    web: &Web,
    source: &Source,
    place: Place,
    headers: &HeaderMap,
    body: Body,
) -> Result<Json<One<HandedIn>>, ApiError> {
    if let LineState::Held(reason) = web.app.line().state() {
        return Err(Refusal::unavailable(format!(
            "posts cannot be stored at the moment: {reason}; hand them in again"
        ))
        .into());
    }
    let Place { cursor, first_line, open_cases } = place;
    let (cursor, first_line) = (cursor.map(Cursor), u64::from(first_line));
    let mut desk = Desk {
        web,
        opens_cases: open_cases,
        source,
        waiting: Vec::new(),
        waiting_bytes: 0,
        outcome: Outcome::default(),
        answer: HandedIn::default(),
    };
    match media_type(headers).as_deref() {
        Some("application/json") => desk.take_json(body).await?,
        Some("application/x-ndjson" | "application/jsonl" | "application/x-jsonlines") => {
            desk.take_lines(body.into_data_stream(), first_line).await?;
        }
        _ => return Err(unsupported("application/json or application/x-ndjson").into()),
    }
    Ok(one(desk.close(cursor).await?))
}

/// Takes posts one by one and hands them on in batches.
struct Desk<'a> {
    web: &'a Web,
    opens_cases: bool,
    source: &'a Source,
    waiting: Vec<Captured>,
    waiting_bytes: usize,
    outcome: Outcome,
    answer: HandedIn,
}

impl Desk<'_> {
    async fn take_json(&mut self, body: Body) -> Result<(), Refusal> {
        let limit = self.web.options.request_bytes;
        let bytes = axum::body::to_bytes(body, limit).await.map_err(|error| body_refusal(&error))?;
        let not_json = |error: serde_json::Error| Refusal::bad_request(format!("not JSON: {error}"));
        match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'[') => {
                // Only the list is read here: each post is read, and if need be refused, on its own.
                let posts: Vec<&RawValue> = serde_json::from_slice(&bytes).map_err(not_json)?;
                for (number, post) in (1..).zip(posts) {
                    self.take_post(number, post.get()).await?;
                }
            }
            Some(b'{') => {
                let post: &RawValue = serde_json::from_slice(&bytes).map_err(not_json)?;
                self.take_post(1, post.get()).await?;
            }
            _ => return Err(Refusal::bad_request("expected a post as a JSON object, or a list of them")),
        }
        Ok(())
    }

    async fn take_post(&mut self, number: u64, json: &str) -> Result<(), Refusal> {
        let (captured, mut problems) = handin::read_line(number, json);
        for problem in &mut problems {
            if let Some(rest) = problem.at.strip_prefix("line ") {
                problem.at = format!("post {rest}");
            }
        }
        self.take(captured, problems, json.len()).await
    }

    async fn take_lines(&mut self, mut body: BodyDataStream, first: u64) -> Result<(), Refusal> {
        let mut lines = Lines::default();
        let mut number = first;
        loop {
            let chunk = match tokio::time::timeout(SILENCE, body.next()).await {
                Ok(Some(Ok(chunk))) => chunk,
                Ok(Some(Err(error))) => return Err(body_refusal(&error)),
                Ok(None) => break,
                Err(_) => return Err(Refusal::bad_request("nothing more came for a minute; hand the rest in again")),
            };
            lines.add(&chunk);
            while let Some(line) = lines.next(false) {
                self.take_line(number, line).await?;
                number += 1;
            }
        }
        if let Some(line) = lines.next(true) {
            self.take_line(number, line).await?;
        }
        Ok(())
    }

    async fn take_line(&mut self, number: u64, line: Line) -> Result<(), Refusal> {
        let Line::Whole(bytes) = line else {
            let message = format!("longer than {} MiB", LINE_BYTES >> 20);
            let problem = Problem { at: format!("line {number}"), message };
            return self.take(Captured::refused(FateReason::TooLarge), vec![problem], 0).await;
        };
        let text = String::from_utf8_lossy(&bytes);
        if text.trim().is_empty() {
            return Ok(());
        }
        let (captured, mut problems) = handin::read_line(number, &text);
        if matches!(text, std::borrow::Cow::Owned(_)) {
            let message = "not UTF-8; what could not be read was replaced".to_owned();
            problems.push(Problem { at: format!("line {number}"), message });
        }
        self.take(captured, problems, bytes.len()).await
    }

    async fn take(&mut self, captured: Captured, problems: Vec<Problem>, bytes: usize) -> Result<(), Refusal> {
        for problem in problems {
            if self.answer.problems.len() < NAMED_PROBLEMS {
                self.answer.problems.push(problem);
            } else {
                self.answer.more_problems += 1;
            }
        }
        self.waiting.push(captured);
        self.waiting_bytes += bytes;
        if self.waiting.len() >= BATCH || self.waiting_bytes >= BATCH_BYTES {
            self.deliver(None).await?;
        }
        Ok(())
    }

    async fn deliver(&mut self, cursor: Option<Cursor>) -> Result<(), Refusal> {
        self.waiting_bytes = 0;
        let posts = std::mem::take(&mut self.waiting);
        let handed = self.web.app.hand_in_as(self.source, posts, cursor, self.opens_cases);
        match tokio::time::timeout(PATIENCE, handed).await {
            Ok(outcome) => self.outcome.add(&outcome?),
            Err(_) => {
                return Err(Refusal::unavailable(
                    "the store takes too long; hand the posts in again, none counts twice",
                ));
            }
        }
        // The answer counts; it does not list.
        self.outcome.new.clear();
        Ok(())
    }

    async fn close(mut self, cursor: Option<Cursor>) -> Result<HandedIn, Refusal> {
        self.deliver(cursor).await?;
        self.answer.posts = self.outcome.posts();
        self.answer.fates = self.outcome.fates.iter().map(|(reason, posts)| (reason.as_str(), *posts)).collect();
        Ok(self.answer)
    }
}

/// axum names no type for a body that passes its limit, only a cause somewhere below.
fn body_refusal(error: &axum::Error) -> Refusal {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.to_string().contains("length limit exceeded") {
            return too_large();
        }
        cause = error.source();
    }
    Refusal::bad_request("the body broke off; hand the posts in again")
}

/// Cuts a stream of bytes into lines and never holds more than one line that is too long.
#[derive(Default)]
struct Lines {
    buffer: Vec<u8>,
    /// Where the current line begins.
    start: usize,
    /// Between there and here is no line break.
    searched: usize,
    is_skipping: bool,
}

enum Line {
    Whole(Vec<u8>),
    TooLong,
}

impl Lines {
    fn add(&mut self, chunk: &Bytes) {
        self.buffer.drain(..self.start);
        self.searched -= self.start;
        self.start = 0;
        self.buffer.extend_from_slice(chunk);
    }

    /// The next line; at the end also one without a line break.
    fn next(&mut self, is_end: bool) -> Option<Line> {
        let found = self.buffer[self.searched..].iter().position(|byte| *byte == b'\n');
        let end = match found {
            Some(at) => self.searched + at,
            None if is_end && (self.is_skipping || self.start < self.buffer.len()) => self.buffer.len(),
            None => {
                self.searched = self.buffer.len();
                if self.searched - self.start > LINE_BYTES {
                    self.buffer.clear();
                    (self.start, self.searched, self.is_skipping) = (0, 0, true);
                }
                return None;
            }
        };
        let line = &self.buffer[self.start..end];
        let is_too_long = std::mem::take(&mut self.is_skipping) || line.len() > LINE_BYTES;
        let line = if is_too_long { Line::TooLong } else { Line::Whole(line.to_vec()) };
        self.start = (end + 1).min(self.buffer.len());
        self.searched = self.start;
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(chunks: &[&str]) -> Vec<String> {
        let (mut lines, mut cut) = (Lines::default(), Vec::new());
        let mut put = |line: Line| {
            cut.push(match line {
                Line::Whole(line) => String::from_utf8(line).expect("UTF-8"),
                Line::TooLong => "too long".to_owned(),
            });
        };
        for chunk in chunks {
            lines.add(&Bytes::copy_from_slice(chunk.as_bytes()));
            while let Some(line) = lines.next(false) {
                put(line);
            }
        }
        if let Some(line) = lines.next(true) {
            put(line);
        }
        cut
    }

    #[test]
    fn lines_are_cut_wherever_the_network_cuts() {
        let check = |chunks: &[&str], expected: &[&str]| assert_eq!(cut(chunks), expected);
        check(&["a\nb\n"], &["a", "b"]);
        check(&["a", "b\nc", "\n", "d"], &["ab", "c", "d"]);
        check(&["\n\n"], &["", ""]);
        check(&[], &[]);
    }

    #[test]
    fn a_line_without_end_is_not_kept() {
        let long = "x".repeat(LINE_BYTES + 1);
        assert_eq!(cut(&[&long, &long, "y\nz\n"]), ["too long", "z"]);
        assert_eq!(cut(&[&long]), ["too long"]);
        assert_eq!(cut(&[&format!("{long}\nz")]), ["too long", "z"]);
    }
}

//! Lines become batches.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use switchboard_model::{
    Batch, BoxFuture, Capture, CaptureError, CaptureErrorKind, Captured, Cursor, FateReason, PostLine, Problem,
};
use tokio::time::Instant;

use crate::exec::ExecSettings;
use crate::exec::client::{Line, Program};

/// A batch is handed on this long after its first line, however few lines it has.
const GATHER: Duration = Duration::from_millis(50);
/// Without any line, the caller hears from us this often.
const SIGN_OF_LIFE: Duration = Duration::from_secs(30);
/// Problems beyond this number are counted, not told one by one.
const PROBLEMS: usize = 20;

/// An `exec` source at work.
pub(crate) struct Exec {
    settings: ExecSettings,
    program: Option<Program>,
    gathered: Batch,
    bytes: usize,
    told: Option<String>,
    lines: u64,
    handed: Option<Handed>,
}

/// The last batch, kept until its cursor comes back: a program need not print what it printed before.
struct Handed {
    cursor: Cursor,
    batch: Batch,
}

/// Where an `exec` source stands.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Place {
    /// Batches so far; makes every cursor differ from the one before.
    n: u64,
    /// The last cursor that the program printed.
    cursor: Option<String>,
}

impl Place {
    fn read(cursor: Option<&Cursor>) -> Self {
        cursor.and_then(|cursor| serde_json::from_str(&cursor.0).ok()).unwrap_or_default()
    }
}

impl Exec {
    pub(crate) fn new(settings: ExecSettings) -> Self {
        Self { settings, program: None, gathered: Batch::default(), bytes: 0, told: None, lines: 0, handed: None }
    }

    async fn fetch(&mut self, committed: Option<&Cursor>) -> Result<Batch, CaptureError> {
        match self.handed.take() {
            Some(handed) if committed != Some(&handed.cursor) => {
                let batch = handed.batch.clone();
                self.handed = Some(handed);
                return Ok(batch);
            }
            _ => {}
        }
        let place = Place::read(committed);
        if self.program.is_none() {
            let program = Program::start(&self.settings, place.cursor.as_deref())
                .map_err(|error| CaptureError::new(start_kind(&error), self.cannot_start(&error)))?;
            self.program = Some(program);
            self.lines = 0;
        }
        let ended = self.gather().await?;
        if self.gathered.posts.is_empty() && self.gathered.problems.is_empty() && self.told.is_none() && ended {
            return self.end().await;
        }
        Ok(self.hand(place))
    }

    /// Collects lines until there are enough, a moment has passed or the program closed its output.
    /// Everything is kept in `self`, so dropping the future loses nothing.
    async fn gather(&mut self) -> Result<bool, CaptureError> {
        let mut deadline = Instant::now() + SIGN_OF_LIFE;
        let mut is_begun = false;
        loop {
            let has_news = !self.gathered.posts.is_empty() || self.told.is_some();
            if has_news && !is_begun {
                is_begun = true;
                deadline = Instant::now() + GATHER;
            }
            if self.gathered.posts.len() >= self.settings.batch || self.bytes >= 8_000_000 {
                return Ok(false);
            }
            let Some(program) = &mut self.program else { return Ok(true) };
            match tokio::time::timeout_at(deadline, program.line()).await {
                Err(_) => return Ok(false),
                Ok(Ok(Some(line))) => self.take(line),
                Ok(Ok(None)) => return Ok(true),
                Ok(Err(error)) => {
                    self.program = None;
                    let message = format!("the output of {} cannot be read: {error}; it is started again", self.name());
                    return Err(CaptureError::new(CaptureErrorKind::Retry, message));
                }
            }
        }
    }

    fn take(&mut self, line: Line) {
        self.lines += 1;
        let bytes = match line {
            Line::Text(bytes) => bytes,
            Line::TooLong => {
                self.gathered.posts.push(Captured::refused(FateReason::TooLarge));
                return self.problem("longer than 1 MB; left out".into());
            }
        };
        self.bytes += bytes.len();
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim().trim_start_matches('\u{feff}');
        if text.is_empty() {
            return;
        }
        if let Some(cursor) = cursor_line(text) {
            self.told = Some(cursor);
            return;
        }
        match PostLine::parse(text) {
            Ok(PostLine { post, problems }) if !post.id.as_str().is_empty() && !post.network.is_empty() => {
                for problem in problems {
                    self.problem(problem.to_string());
                }
                self.gathered.posts.push(Captured::heard(post));
            }
            Ok(_) => {
                self.gathered.posts.push(Captured::refused(FateReason::NoId));
                self.problem("the post has no id or no network; left out".into());
            }
            Err(error) => {
                self.gathered.posts.push(Captured::refused(FateReason::Malformed));
                self.problem(format!("{error}; left out"));
            }
        }
    }

    fn problem(&mut self, message: String) {
        if self.gathered.problems.len() < PROBLEMS {
            self.gathered.problems.push(Problem { at: format!("line {}", self.lines), message });
        }
    }

    fn hand(&mut self, place: Place) -> Batch {
        let mut batch = std::mem::take(&mut self.gathered);
        self.bytes = 0;
        let told = self.told.take();
        if batch.posts.is_empty() && told.is_none() {
            return batch;
        }
        let next = Place { n: place.n + 1, cursor: told.or(place.cursor) };
        let cursor = Cursor(serde_json::json!({"n": next.n, "cursor": next.cursor}).to_string());
        batch.cursor = Some(cursor.clone());
        self.handed = Some(Handed { cursor, batch: batch.clone() });
        batch
    }

    /// A program that ended well is asked again later; one that failed is a failure of the source.
    async fn end(&mut self) -> Result<Batch, CaptureError> {
        let Some(program) = self.program.take() else { return Ok(Batch::default()) };
        let (status, words) = program.end().await;
        let how = match status {
            Ok(status) if status.success() => {
                return Ok(Batch { wait: Duration::from_secs(self.settings.every_s.max(1)), ..Batch::default() });
            }
            Ok(status) => format!("ended with {status}"),
            Err(error) => error.to_string(),
        };
        let words =
            if words.is_empty() { "it said nothing on standard error".into() } else { format!("it said: {words}") };
        Err(CaptureError::new(CaptureErrorKind::Retry, format!("{} {how}; {words}; it is started again", self.name())))
    }

    fn name(&self) -> String {
        let name = self.settings.command.first().map(String::as_str).unwrap_or_default();
        format!("the program '{}'", name.chars().filter(|c| !c.is_control()).take(200).collect::<String>())
    }

    fn cannot_start(&self, error: &std::io::Error) -> String {
        let remedy = match error.kind() {
            std::io::ErrorKind::NotFound => "check 'command' and 'cwd'",
            std::io::ErrorKind::PermissionDenied => "make it executable for the user that Switchboard runs as",
            _ => "it is tried again",
        };
        format!("{} cannot be started: {error}; {remedy}", self.name())
    }
}

fn start_kind(error: &std::io::Error) -> CaptureErrorKind {
    match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::PermissionDenied => CaptureErrorKind::Broken,
        _ => CaptureErrorKind::Retry,
    }
}

/// Reads `{"cursor": "…"}`. A post has more keys than that.
fn cursor_line(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct CursorLine {
        cursor: String,
    }
    // A NUL could not be given back in the environment.
    serde_json::from_str::<CursorLine>(text).ok().map(|line| line.cursor.replace('\0', ""))
}

impl Capture for Exec {
    fn next<'a>(&'a mut self, cursor: Option<&'a Cursor>) -> BoxFuture<'a, Result<Batch, CaptureError>> {
        Box::pin(self.fetch(cursor))
    }
}

#[cfg(all(test, unix))]
mod tests {
    use serde_json::json;

    use super::*;

    fn exec(script: &str) -> Exec {
        let settings = json!({"command": ["/bin/sh", "-c", script], "env": {"NAME": "acme"}, "every_s": 7});
        Exec::new(crate::exec::read(&settings).expect("settings"))
    }

    fn texts(batch: &Batch) -> Vec<String> {
        batch
            .posts
            .iter()
            .map(|captured| captured.post.as_ref().map_or("refused".into(), |post| post.text.clone()))
            .collect()
    }

    #[tokio::test]
    async fn posts_and_cursors_are_read_and_given_back() {
        let mut exec = exec(
            r#"echo "{\"id\":\"x:1\",\"network\":\"x\",\"text\":\"$NAME from ${SWITCHBOARD_CURSOR:-the start}\"}"
               echo '{"cursor":"page 2"}'"#,
        );
        let first = exec.next(None).await.expect("batch");
        assert_eq!(texts(&first), ["acme from the start"]);
        let cursor = first.cursor.expect("cursor");
        assert!(cursor.0.contains("page 2"));
        let end = exec.next(Some(&cursor)).await.expect("ended well");
        assert_eq!((end.posts.len(), end.wait.as_secs(), end.cursor), (0, 7, None));
        let again = exec.next(Some(&cursor)).await.expect("batch");
        assert_eq!(texts(&again), ["acme from page 2"]);
    }

    #[tokio::test]
    async fn a_batch_that_was_not_committed_is_given_again() {
        let mut exec = exec(r#"echo '{"id":"x:1","network":"x","text":"once"}'; sleep 60"#);
        let first = exec.next(None).await.expect("batch");
        let again = exec.next(None).await.expect("batch");
        assert_eq!((texts(&first), first.cursor.clone()), (texts(&again), again.cursor));
        let next = tokio::time::timeout(Duration::from_millis(300), exec.next(first.cursor.as_ref())).await;
        assert!(next.is_err(), "once committed it is not given again");
    }

    #[tokio::test]
    async fn broken_lines_cost_only_themselves() {
        let mut exec = exec(
            r#"echo 'oops'; echo '{"id":"x:1","network":"x","text":"fine","posted_at":"soon"}'; echo; echo '[]'
               echo '{"id":"","network":"x","text":"t"}'; printf '{"id":"x:2","network":"x","text":"no line end"}'"#,
        );
        let batch = exec.next(None).await.expect("batch");
        assert_eq!(texts(&batch), ["refused", "fine", "refused", "refused", "no line end"]);
        let problems: Vec<_> = batch.problems.iter().map(ToString::to_string).collect();
        assert_eq!(problems.len(), 4, "{problems:?}");
        assert!(problems[0].starts_with("line 1: not JSON"), "{problems:?}");
        assert!(problems[1].starts_with("line 2: field 'posted_at'"), "{problems:?}");
    }

    #[tokio::test]
    async fn a_failing_program_is_quoted() {
        let mut failing = exec("echo one >&2; printf '\\033[31mbad token\\n' >&2; exit 3");
        let error = failing.next(None).await.expect_err("failed");
        assert_eq!(error.kind, CaptureErrorKind::Retry);
        assert!(error.message.contains("exit status: 3") && error.message.contains("one / bad token"), "{error}");
        let settings = json!({"command": ["/nowhere/program"]});
        let mut missing = Exec::new(crate::exec::read(&settings).expect("settings"));
        let error = missing.next(None).await.expect_err("missing");
        assert!(error.kind == CaptureErrorKind::Broken && error.message.contains("check 'command'"), "{error}");
    }

    #[tokio::test]
    async fn dropping_kills_the_whole_group() {
        let mark = tempfile::NamedTempFile::new().expect("temporary file");
        let path = mark.path().display();
        let mut exec = exec(&format!(
            r#"(sleep 1; echo alive > {path}) & echo '{{"id":"x:1","network":"x","text":"started"}}'; wait"#
        ));
        exec.next(None).await.expect("batch");
        drop(exec);
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert_eq!(std::fs::read_to_string(mark.path()).expect("readable"), "");
    }

    #[tokio::test]
    async fn dropping_the_future_loses_nothing() {
        let mut exec = exec(
            r#"echo '{"id":"x:1","network":"x","text":"1"}'; sleep 0.03; echo '{"id":"x:2","network":"x","text":"2"}'; sleep 60"#,
        );
        let mut got = Vec::new();
        let mut cursor: Option<Cursor> = None;
        for _ in 0..200 {
            if let Ok(batch) = tokio::time::timeout(Duration::from_millis(7), exec.next(cursor.as_ref())).await {
                let batch = batch.expect("batch");
                got.extend(texts(&batch));
                cursor = batch.cursor.or(cursor);
            }
        }
        // Gathering takes 50 ms, and 7 ms are never enough for it.
        let rest = exec.next(cursor.as_ref()).await.expect("batch");
        got.extend(texts(&rest));
        assert_eq!(got, ["1", "2"]);
    }
}

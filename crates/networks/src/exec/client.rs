//! The running program: its lines, its last words, its end.

use std::collections::VecDeque;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::JoinHandle;

use crate::exec::ExecSettings;

/// Longest line that is taken.
pub(crate) const LONGEST_LINE: usize = 1_000_000;
/// How much of standard error is kept.
const WORDS: usize = 12;
const WORD_LENGTH: usize = 300;

/// A started program. Dropping it kills the program with its whole group.
pub(crate) struct Program {
    child: Child,
    stdout: Lines<ChildStdout>,
    words: LastWords,
    listener: JoinHandle<()>,
    #[cfg(unix)]
    group: Option<rustix::process::Pid>,
}

impl Program {
    pub(crate) fn start(settings: &ExecSettings, cursor: Option<&str>) -> io::Result<Self> {
        let mut command = Command::new(&settings.command[0]);
        command
            .args(&settings.command[1..])
            .envs(&settings.env)
            .env_remove("SWITCHBOARD_CURSOR")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        if let Some(cursor) = cursor {
            command.env("SWITCHBOARD_CURSOR", cursor);
        }
        if let Some(cwd) = &settings.cwd {
            command.current_dir(cwd);
        }
        // A group of its own, so that what the program starts ends with it.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn()?;
        let missing = || io::Error::other("the program's output could not be attached");
        let stdout = Lines::new(child.stdout.take().ok_or_else(missing)?);
        let stderr = child.stderr.take().ok_or_else(missing)?;
        let words = LastWords::default();
        let listener = tokio::spawn(words.clone().listen(stderr));
        #[cfg(unix)]
        let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
        Ok(Self {
            child,
            stdout,
            words,
            listener,
            #[cfg(unix)]
            group,
        })
    }

    /// The next line; `None` when the program closed its output. Dropping the future loses nothing.
    pub(crate) async fn line(&mut self) -> io::Result<Option<Line>> {
        self.stdout.next().await
    }

    /// Waits for the end of a program that closed its output.
    pub(crate) async fn end(mut self) -> (io::Result<ExitStatus>, String) {
        let patience = Duration::from_secs(5);
        let status = match tokio::time::timeout(patience, self.child.wait()).await {
            Ok(status) => status,
            Err(_) => Err(io::Error::other("it closed its output but did not end")),
        };
        // A grandchild may hold standard error open; what has been heard by then must do.
        let _ = tokio::time::timeout(Duration::from_millis(500), &mut self.listener).await;
        (status, self.words.told())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.listener.abort();
        #[cfg(unix)]
        if let Some(group) = self.group {
            // Fails if the group has ended already, which is what is wanted.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

/// A line, or the fact that there was one that nobody should have to hold in memory.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    Text(Vec<u8>),
    TooLong,
}

/// Cuts a stream into lines of bounded length.
pub(crate) struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    scanned: usize,
    is_skipping: bool,
    is_ended: bool,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, buffer: Vec::new(), scanned: 0, is_skipping: false, is_ended: false }
    }

    /// The next line. All that was read is kept in `self`, so dropping the future loses nothing.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            if let Some(at) = self.buffer[self.scanned..].iter().position(|byte| *byte == b'\n') {
                let rest = self.buffer.split_off(self.scanned + at + 1);
                let mut line = std::mem::replace(&mut self.buffer, rest);
                self.scanned = 0;
                line.pop();
                if std::mem::take(&mut self.is_skipping) || line.len() > LONGEST_LINE {
                    return Ok(Some(Line::TooLong));
                }
                return Ok(Some(Line::Text(line)));
            }
            self.scanned = self.buffer.len();
            if self.buffer.len() > LONGEST_LINE {
                self.is_skipping = true;
            }
            if self.is_skipping {
                self.buffer = Vec::new();
                self.scanned = 0;
            }
            if self.is_ended {
                let line = std::mem::take(&mut self.buffer);
                self.scanned = 0;
                return Ok(match (std::mem::take(&mut self.is_skipping), line.is_empty()) {
                    (true, _) => Some(Line::TooLong),
                    (false, true) => None,
                    (false, false) => Some(Line::Text(line)),
                });
            }
            self.buffer.reserve(64 * 1024);
            if self.reader.read_buf(&mut self.buffer).await? == 0 {
                self.is_ended = true;
            }
        }
    }
}

/// The last lines of standard error, bounded and fit to be shown.
#[derive(Clone, Default)]
struct LastWords {
    // Written by the listening task, read once when the program ended.
    lines: Arc<Mutex<VecDeque<String>>>,
}

impl LastWords {
    async fn listen(self, stderr: impl AsyncRead + Unpin) {
        let mut lines = Lines::new(stderr);
        while let Ok(Some(line)) = lines.next().await {
            let text = match line {
                Line::Text(bytes) => printable(&bytes),
                Line::TooLong => "(a very long line)".to_owned(),
            };
            if text.is_empty() {
                continue;
            }
            let mut kept = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() == WORDS {
                kept.pop_front();
            }
            kept.push_back(text);
        }
    }

    fn told(&self) -> String {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().map(String::as_str).collect::<Vec<_>>().join(" / ")
    }
}

/// Without control characters and terminal escapes, and of bounded length.
fn printable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(8 * WORD_LENGTH)]);
    let mut clean = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' && chars.peek() == Some(&'[') {
            chars.next();
            // A control sequence ends with a letter or one of @ [ \ ] ^ _ ` { | } ~.
            while chars.next().is_some_and(|c| !('@'..='~').contains(&c)) {}
        } else if c == '\t' {
            clean.push(' ');
        } else if !c.is_control() && !is_invisible_direction(c) {
            clean.push(c);
        }
    }
    clean.trim().chars().take(WORD_LENGTH).collect()
}

/// Characters that make a terminal show text in another order than it is.
fn is_invisible_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_are_cut_and_bounded() {
        let long = "x".repeat(LONGEST_LINE + 5);
        let input = format!("one\n\n{long}\ntwo");
        let mut lines = Lines::new(input.as_bytes());
        let mut got = Vec::new();
        while let Some(line) = lines.next().await.expect("readable") {
            got.push(line);
        }
        assert_eq!(
            got,
            [Line::Text(b"one".to_vec()), Line::Text(Vec::new()), Line::TooLong, Line::Text(b"two".to_vec()),]
        );
    }

    #[tokio::test]
    async fn an_endless_line_is_not_held() {
        let mut lines = Lines::new(tokio::io::repeat(b'x').take(20_000_000));
        assert_eq!(lines.next().await.expect("readable"), Some(Line::TooLong));
        assert!(lines.buffer.capacity() < 4_000_000);
        assert_eq!(lines.next().await.expect("readable"), None);
    }

    #[test]
    fn last_words_cannot_play_with_a_terminal() {
        assert_eq!(printable(b"\x1b[31merror:\x1b[0m \x07bad\ttoken\r"), "error: bad token");
        assert_eq!(printable("a\u{202e}b".as_bytes()), "ab");
        assert_eq!(printable(&[b'x'; 5_000]).len(), WORD_LENGTH);
    }
}

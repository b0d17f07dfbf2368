//! How things look in a terminal: colour where it is wanted, matched words marked, hostile text made harmless.

use std::io::IsTerminal;

use switchboard_model::{Decision, Match, Post, SignalName, Span, SpanPart};

/// What the terminal can show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    /// Colour and weight may be used.
    pub(crate) is_coloured: bool,
    /// Columns.
    pub(crate) width: usize,
}

impl Look {
    /// How standard output looks.
    pub(crate) fn of_stdout() -> Self {
        let is_terminal = std::io::stdout().is_terminal();
        let is_coloured = is_terminal
            && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let width = columns.or_else(terminal_width).unwrap_or(100).clamp(40, 120);
        Self { is_coloured, width }
    }

    /// Bold and underlined: a word that matched. Both, so that it is seen without colour too.
    fn marked(self, text: &str) -> String {
        self.paint(text, "1;4;33")
    }

    /// Less important words.
    pub(crate) fn dim(self, text: &str) -> String {
        self.paint(text, "2")
    }

    /// More important words.
    pub(crate) fn bold(self, text: &str) -> String {
        self.paint(text, "1")
    }

    fn paint(self, text: &str, code: &str) -> String {
        if self.is_coloured && !text.is_empty() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

fn terminal_width() -> Option<usize> {
    let (_, columns) = console::Term::stdout().size_checked()?;
    Some(usize::from(columns))
}

/// One mention, as `listen` shows it.
pub(crate) fn mention(look: Look, post: &Post, decision: &Decision, matches: &[Match], heard_at: &str) -> String {
    let author = post.author.as_ref();
    let handle = author.map(|author| harmless(&author.handle)).filter(|handle| !handle.is_empty());
    let name = author.map(|author| harmless(&author.name)).filter(|name| !name.is_empty());
    let mut head = format!("{} {}", look.dim(heard_at), look.bold(&harmless(&post.network)));
    match (name, handle) {
        (Some(name), Some(handle)) if name != handle => {
            head.push_str(&format!("  {name} {}", look.dim(&format!("@{handle}"))))
        }
        (Some(one), _) | (None, Some(one)) => head.push_str(&format!("  {one}")),
        (None, None) => {}
    }
    let mut lines = vec![head];
    let spans: Vec<Span> = matches.iter().flat_map(|found| found.spans.iter().copied()).collect();
    for (part, text, most) in [(SpanPart::Title, &post.title, 2), (SpanPart::Text, &post.text, 6)] {
        if !text.is_empty() {
            lines.extend(wrapped(look, text, &spans_of(&spans, part), most));
        }
    }
    lines.push(format!("  {}", look.dim(&reading(decision))));
    if let Some(url) = &post.url {
        lines.push(format!("  {}", look.dim(&harmless(url))));
    }
    lines.join("\n")
}

/// What was understood, in one line of words.
fn reading(decision: &Decision) -> String {
    let mut words: Vec<String> = decision.lang.iter().cloned().collect();
    if let Some(sentiment) = decision.signals.find(SignalName::Sentiment)
        && sentiment.label != "neutral"
    {
        words.push(sentiment.label.clone());
    }
    words.extend(decision.signals.all(SignalName::Intent).map(|intent| intent.label.clone()));
    words.push(format!("{}, priority {}", decision.department.label, decision.priority.score));
    words.join(" · ")
}

fn spans_of(spans: &[Span], part: SpanPart) -> Vec<(usize, usize)> {
    let mut places: Vec<(usize, usize)> =
        spans.iter().filter(|span| span.part == part).map(|span| (span.start as usize, span.end as usize)).collect();
    places.sort_unstable();
    let mut joined: Vec<(usize, usize)> = Vec::with_capacity(places.len());
    for (start, end) in places {
        match joined.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => joined.push((start, end)),
        }
    }
    joined
}

/// Words broken into lines with the marked stretches set off; at most `most` lines, around the first mark.
fn wrapped(look: Look, text: &str, marks: &[(usize, usize)], most: usize) -> Vec<String> {
    let width = look.width.saturating_sub(2);
    let mut lines: Vec<(String, bool)> = Vec::new();
    let (mut line, mut used, mut has_mark) = (String::new(), 0, false);
    let mut position = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        let length = bare.chars().count();
        if used > 0 && used + length > width {
            lines.push((std::mem::take(&mut line), std::mem::take(&mut has_mark)));
            used = 0;
        }
        // A word longer than a line is cut: nothing readable is that long.
        let shown = length.min(width);
        let (painted, marked) = paint_word(look, bare, position, marks, shown);
        line.push_str(&painted);
        has_mark |= marked;
        used += shown;
        if word.len() > bare.len() {
            if word.ends_with('\n') && used > 0 {
                lines.push((std::mem::take(&mut line), std::mem::take(&mut has_mark)));
                used = 0;
            } else if used > 0 {
                line.push(' ');
                used += 1;
            }
        }
        position += word.chars().count();
    }
    if !line.is_empty() {
        lines.push((line, has_mark));
    }
    lines.retain(|(line, _)| !line.trim().is_empty());
    let first = lines.iter().position(|(_, marked)| *marked).unwrap_or(0);
    let start = first.saturating_sub(most / 3).min(lines.len().saturating_sub(most));
    let end = (start + most).min(lines.len());
    let count = lines.len();
    let mut shown: Vec<String> =
        lines.into_iter().skip(start).take(most).map(|(line, _)| format!("  {}", line.trim_end())).collect();
    if start > 0
        && let Some(first) = shown.first_mut()
    {
        first.insert(1, '…');
    }
    if end < count
        && let Some(last) = shown.last_mut()
    {
        last.push('…');
    }
    shown
}

fn paint_word(look: Look, word: &str, position: usize, marks: &[(usize, usize)], shown: usize) -> (String, bool) {
    let (mut painted, mut run, mut run_marked, mut any) = (String::new(), String::new(), false, false);
    for (offset, character) in word.chars().take(shown).enumerate() {
        let at = position + offset;
        let marked = marks.iter().any(|(start, end)| (*start..*end).contains(&at));
        if marked != run_marked && !run.is_empty() {
            painted.push_str(&if run_marked { look.marked(&run) } else { run.clone() });
            run.clear();
        }
        run_marked = marked;
        any |= marked;
        run.extend(harmless_char(character));
    }
    painted.push_str(&if run_marked { look.marked(&run) } else { run });
    (painted, any)
}

/// Text of a network without what could move the cursor, colour the screen or turn the direction of reading.
pub(crate) fn harmless(text: &str) -> String {
    text.chars().filter_map(harmless_char).collect()
}

fn harmless_char(character: char) -> Option<char> {
    match character {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{061c}' => None,
        '\t' | '\n' => Some(' '),
        control if control.is_control() => None,
        plain => Some(plain),
    }
}

/// Progress of long work on standard error, if that is a terminal.
pub(crate) struct Progress {
    bar: indicatif::ProgressBar,
}

impl Progress {
    /// Progress through a file of that many bytes; unknown sizes show what was done so far.
    pub(crate) fn of_bytes(what: &'static str, bytes: Option<u64>) -> Self {
        let bar = match bytes {
            _ if !std::io::stderr().is_terminal() => indicatif::ProgressBar::hidden(),
            Some(bytes) => indicatif::ProgressBar::new(bytes),
            None => indicatif::ProgressBar::new_spinner(),
        };
        let template = "{msg} {wide_bar} {bytes} of {total_bytes}, {eta} left";
        if let (Some(_), Ok(style)) = (bytes, indicatif::ProgressStyle::with_template(template)) {
            bar.set_style(style);
        }
        bar.set_message(what);
        Self { bar }
    }

    /// This far.
    pub(crate) fn at(&mut self, position: u64) {
        self.bar.set_position(position);
    }

    /// Done; the line goes away.
    pub(crate) fn finish(self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Look = Look { is_coloured: false, width: 40 };
    const COLOURED: Look = Look { is_coloured: true, width: 40 };

    #[test]
    fn escapes_and_direction_marks_do_not_pass() {
        assert_eq!(harmless("a\x1b[31mb\u{202e}c\u{7}\td"), "a[31mbc d");
    }

    #[test]
    fn marks_are_set_off_by_characters_not_bytes() {
        let lines = wrapped(COLOURED, "é acme!", &[(2, 6)], 6);
        assert_eq!(lines, ["  é \x1b[1;4;33macme\x1b[0m!"]);
    }

    #[test]
    fn long_texts_are_cut_around_the_first_mark() {
        let text = format!("{}acme {}", "word ".repeat(60), "tail ".repeat(60));
        let lines = wrapped(PLAIN, &text, &[(300, 304)], 4);
        assert_eq!(lines.len(), 4);
        assert!(lines.iter().any(|line| line.contains("acme")), "{lines:?}");
        assert!(lines[0].starts_with(" …") && lines[3].ends_with('…'), "{lines:?}");
    }

    #[test]
    fn a_word_longer_than_the_line_is_cut() {
        let lines = wrapped(PLAIN, &"x".repeat(5000), &[], 6);
        assert_eq!(lines, [format!("  {}", "x".repeat(38))]);
    }
}

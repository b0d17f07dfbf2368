//! Reading lines from a file or standard input, numbered, bounded, with the byte where the next one begins.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use switchboard_app::pipeline::handin::LINE_BYTES;

use crate::failure::Failure;

/// A line of input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// From 1.
    pub(crate) number: u64,
    /// The byte after it.
    pub(crate) end: u64,
    /// Its text; what is not UTF-8 is replaced by U+FFFD.
    pub(crate) text: String,
}

/// Numbered lines of a file or of standard input. A line that is too long is cut: its reader will refuse it by name.
pub(crate) struct Lines {
    reader: Box<dyn BufRead + Send>,
    name: String,
    number: u64,
    end: u64,
}

impl Lines {
    /// Opens a file; none or `-` is standard input.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        match path.filter(|path| *path != Path::new("-")) {
            None => Ok(Self::of(Box::new(BufReader::with_capacity(1 << 16, std::io::stdin())), "standard input")),
            Some(path) => {
                let file = open_file(path)?;
                Ok(Self::of(Box::new(BufReader::with_capacity(1 << 16, file)), &path.display().to_string()))
            }
        }
    }

    /// Opens a file at a byte that an earlier [`Line::end`] told, with the number of lines before it.
    pub(crate) fn open_at(path: &Path, end: u64, number: u64) -> Result<Self, Failure> {
        let mut file = open_file(path)?;
        file.seek(SeekFrom::Start(end)).map_err(|error| cannot_read(&path.display().to_string(), &error))?;
        let mut lines = Self::of(Box::new(BufReader::with_capacity(1 << 16, file)), &path.display().to_string());
        (lines.number, lines.end) = (number, end);
        Ok(lines)
    }

    fn of(reader: Box<dyn BufRead + Send>, name: &str) -> Self {
        Self { reader, name: name.to_owned(), number: 0, end: 0 }
    }

    /// The next line that is not blank.
    pub(crate) fn next(&mut self) -> Result<Option<Line>, Failure> {
        loop {
            let mut bytes = Vec::new();
            let most = LINE_BYTES as u64 + 2;
            let read = (&mut self.reader)
                .take(most)
                .read_until(b'\n', &mut bytes)
                .map_err(|error| cannot_read(&self.name, &error))?;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            self.end += read as u64;
            if read as u64 == most && bytes.last() != Some(&b'\n') {
                self.end += skip_line(&mut self.reader).map_err(|error| cannot_read(&self.name, &error))?;
            }
            let bytes = if self.number == 1 { bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes) } else { &bytes };
            let text = String::from_utf8_lossy(bytes);
            let text = text.trim_end_matches(['\n', '\r']);
            if !text.trim().is_empty() {
                return Ok(Some(Line { number: self.number, end: self.end, text: text.to_owned() }));
            }
        }
    }
}

fn skip_line(reader: &mut dyn BufRead) -> std::io::Result<u64> {
    let mut skipped = 0;
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(skipped);
        }
        let (used, done) = match buffer.iter().position(|byte| *byte == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), false),
        };
        reader.consume(used);
        skipped += used as u64;
        if done {
            return Ok(skipped);
        }
    }
}

/// Opens a file that the person named.
pub(crate) fn open_file(path: &Path) -> Result<File, Failure> {
    File::open(path).map_err(|error| cannot_read(&path.display().to_string(), &error))
}

fn cannot_read(name: &str, error: &std::io::Error) -> Failure {
    Failure::usage(format_args!("{name} cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &'static [u8]) -> Vec<Line> {
        let mut lines = Lines::of(Box::new(bytes), "test");
        std::iter::from_fn(|| lines.next().expect("readable")).collect()
    }

    #[test]
    fn blank_lines_count_but_are_not_given() {
        let found = lines(b"\xef\xbb\xbfa\r\n\n  \nb");
        let expected = [(1, 6, "a"), (4, 11, "b")];
        assert_eq!(found.iter().map(|line| (line.number, line.end, line.text.as_str())).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_line_without_end_is_cut_and_the_next_one_read() {
        let mut bytes = vec![b'x'; LINE_BYTES + 1000];
        bytes.extend(b"\nnext\n");
        let bytes: &'static [u8] = Box::leak(bytes.into_boxed_slice());
        let found = lines(bytes);
        assert_eq!(found.len(), 2);
        assert!(found[0].text.len() > LINE_BYTES, "long enough to be refused as too long");
        assert_eq!(found[1].text, "next");
        assert_eq!(found[1].end, bytes.len() as u64);
    }
}

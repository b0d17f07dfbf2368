//! Tables (CSV) of posts, with a mapping from their columns to the fields of a post.
//!
//! Delimiter and encoding are found out; a broken line is one problem and never the end of the import.

use std::fmt;

use serde_json::{Map, Value};
use switchboard_model::{PostId, PostLine, Problem};

use crate::date;
use crate::encoding;
use crate::text::one_line;

/// Fields that a column can be mapped to, as in the wire format.
const TARGETS: [&str; 34] = [
    "id",
    "network",
    "url",
    "title",
    "text",
    "lang",
    "posted_at",
    "edited_at",
    "deleted",
    "kind",
    "visibility",
    "in_reply_to",
    "thread",
    "rating",
    "links",
    "media",
    "author.id",
    "author.handle",
    "author.name",
    "author.bio",
    "author.url",
    "author.followers",
    "author.following",
    "author.posts",
    "author.created_at",
    "author.verified",
    "engagement.likes",
    "engagement.replies",
    "engagement.reshares",
    "engagement.views",
    "likes",
    "replies",
    "reshares",
    "views",
];

/// Which column feeds which field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    fields: Vec<Field>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Field {
    target: &'static str,
    order: DateOrder,
    column: String,
}

/// How a date of three numbers is read, for tables whose dates are not ISO 8601.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum DateOrder {
    /// Not at all: `03/04/2026` could mean either.
    #[default]
    Unknown,
    DayFirst,
    MonthFirst,
}

/// Why a table cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Not `field=Column`.
    #[error("'{0}' is not a mapping; write field=Column, for example text=Body")]
    NotAMapping(String),
    /// A field that posts do not have.
    #[error("there is no field '{field}'; {}", nearest_words(nearest))]
    UnknownField {
        /// What was written.
        field: String,
        /// The field that comes nearest.
        nearest: Option<String>,
    },
    /// A column that the table does not have.
    #[error("the table has no column '{column}'; {}", nearest_words(nearest))]
    UnknownColumn {
        /// What was written.
        column: String,
        /// The column that comes nearest.
        nearest: Option<String>,
    },
    /// No column for the text.
    #[error("no column is mapped to 'text'; add text=Column with one of the columns: {0}")]
    NoText(String),
    /// No lines.
    #[error("the table is empty; its first line must name the columns")]
    Empty,
}

fn nearest_words(nearest: &Option<String>) -> String {
    match nearest {
        Some(nearest) => format!("the nearest is '{nearest}'"),
        None => "see the field names of the wire format".to_owned(),
    }
}

impl Mapping {
    /// Reads `id=Id,text=Body,posted_at:dmy=Date`. A column name with a comma stands in double quotes.
    ///
    /// `:dmy` and `:mdy` after a time tell the order of its numbers.
    pub fn read(text: &str) -> Result<Self, TableError> {
        let mut fields = Vec::new();
        for part in split_outside_quotes(text) {
            let part = part.trim();
            if part.is_empty() {
                continue;
            }
            let Some((target, column)) = part.split_once('=') else {
                return Err(TableError::NotAMapping(part.to_owned()));
            };
            let column = column.trim().trim_matches('"').to_owned();
            let (name, order) = match target.trim().split_once(':') {
                Some((name, "dmy")) => (name, DateOrder::DayFirst),
                Some((name, "mdy")) => (name, DateOrder::MonthFirst),
                Some(_) => return Err(TableError::NotAMapping(part.to_owned())),
                None => (target.trim(), DateOrder::Unknown),
            };
            if column.is_empty() {
                return Err(TableError::NotAMapping(part.to_owned()));
            }
            let Some(target) = TARGETS.iter().find(|known| known.eq_ignore_ascii_case(name)) else {
                return Err(TableError::UnknownField { field: name.to_owned(), nearest: nearest(name, &TARGETS) });
            };
            fields.push(Field { target, order, column });
        }
        Ok(Self { fields })
    }
}

fn split_outside_quotes(text: &str) -> Vec<&str> {
    let mut is_quoted = false;
    text.split(|c: char| {
        is_quoted ^= c == '"';
        c == ',' && !is_quoted
    })
    .collect()
}

fn nearest<T: AsRef<str>>(name: &str, known: &[T]) -> Option<String> {
    let name = name.to_lowercase();
    let score = |other: &str| {
        let other = other.to_lowercase();
        let end = other.rsplit('.').next().unwrap_or(&other);
        strsim::jaro_winkler(&name, &other).max(strsim::jaro_winkler(&name, end))
    };
    let best = known.iter().map(|other| (score(other.as_ref()), other.as_ref())).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 > 0.7).then(|| best.1.to_owned())
}

/// A table, opened.
#[derive(Debug)]
pub struct Table {
    text: String,
    delimiter: u8,
    network: String,
    /// For each mapped column: its place, its field, the order of its dates.
    columns: Vec<(usize, &'static str, DateOrder)>,
    /// The encoding that was found.
    pub encoding: &'static str,
    /// What holds for the whole table.
    pub problems: Vec<Problem>,
}

/// A line that is no post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// The line in the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl Table {
    /// Opens a table. Without a mapping, columns feed the fields that they are named like.
    /// `network` is the network of posts that do not tell theirs.
    pub fn open(bytes: &[u8], mapping: Option<&Mapping>, network: &str) -> Result<Self, TableError> {
        let decoded = encoding::decode_undeclared(bytes);
        let mut problems = Vec::new();
        if decoded.has_errors {
            problems.push(Problem {
                at: "encoding".to_owned(),
                message: format!("some bytes are not {}; they became \u{fffd}", decoded.encoding),
            });
        }
        let mut text = decoded.text.into_owned();
        let mut told = None;
        // Spreadsheets write their delimiter into a line of its own.
        if let Some(rest) = text.strip_prefix("sep=")
            && let Some((sign, rest)) = rest.split_once('\n')
        {
            told = sign.trim_end_matches('\r').bytes().next();
            // An empty line in its place keeps the numbers of the lines right.
            text = format!("\n{rest}");
        }
        let delimiter = told.unwrap_or_else(|| delimiter_of(&text));
        let names: Vec<String> = match reader(&text, delimiter).records().next() {
            Some(Ok(record)) => record.iter().map(one_line).collect(),
            _ => return Err(TableError::Empty),
        };
        let columns = match mapping {
            Some(mapping) => mapped(mapping, &names)?,
            None => by_name(&names),
        };
        if !columns.iter().any(|(_, target, _)| *target == "text") {
            return Err(TableError::NoText(names.join(", ")));
        }
        Ok(Self { text, delimiter, network: network.to_owned(), columns, encoding: decoded.encoding, problems })
    }

    /// The posts, one a line of the table after the first.
    pub fn rows(&self) -> impl Iterator<Item = Result<PostLine, RowError>> {
        let reader = reader(&self.text, self.delimiter);
        reader.into_records().skip(1).map(|record| match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                self.post(&record).map_err(|message| RowError { line, message })
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                Err(RowError { line, message: format!("not readable as a line of the table: {error}") })
            }
        })
    }

    fn post(&self, record: &csv::StringRecord) -> Result<PostLine, String> {
        let mut object = Map::new();
        let mut problems = Vec::new();
        for (place, target, order) in &self.columns {
            let Some(cell) = record.get(*place).map(str::trim).filter(|cell| !cell.is_empty()) else { continue };
            match value(target, *order, cell) {
                Ok(value) => put(&mut object, target, value),
                Err(message) => problems.push(Problem { at: format!("field '{target}'"), message }),
            }
        }
        if object.get("text").is_none_or(Value::is_null) && object.get("title").is_none_or(Value::is_null) {
            return Err("has neither text nor title".to_owned());
        }
        object.entry("text").or_insert_with(|| Value::String(String::new()));
        object.entry("network").or_insert_with(|| Value::String(self.network.clone()));
        let of = |name: &str| object.get(name).and_then(Value::as_str);
        let network = of("network").unwrap_or(&self.network).to_ascii_lowercase();
        // A table without ids gets them from addresses, so that importing it twice changes nothing.
        let own = of("id").or_else(|| of("url")).map(str::to_owned);
        let id = own.unwrap_or_else(|| row_id(&object));
        let id = PostId::new(&network, &id).0;
        object.insert("network".to_owned(), Value::String(network));
        object.insert("id".to_owned(), Value::String(id));
        let mut line = PostLine::from_value(Value::Object(object)).map_err(|error| error.to_string())?;
        problems.append(&mut line.problems);
        line.problems = problems;
        Ok(line)
    }
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(text.as_bytes())
}

fn mapped(mapping: &Mapping, names: &[String]) -> Result<Vec<(usize, &'static str, DateOrder)>, TableError> {
    mapping
        .fields
        .iter()
        .map(|field| {
            let place = names.iter().position(|name| *name == field.column);
            let place = place.or_else(|| names.iter().position(|name| name.eq_ignore_ascii_case(&field.column)));
            match place {
                Some(place) => Ok((place, field.target, field.order)),
                None => Err(TableError::UnknownColumn {
                    column: field.column.clone(),
                    nearest: nearest(&field.column, names),
                }),
            }
        })
        .collect()
}

fn by_name(names: &[String]) -> Vec<(usize, &'static str, DateOrder)> {
    let target_of = |name: &str| TARGETS.iter().find(|target| target.eq_ignore_ascii_case(name)).copied();
    names.iter().enumerate().filter_map(|(place, name)| Some((place, target_of(name)?, DateOrder::Unknown))).collect()
}

/// The delimiter that cuts the first lines most often and most evenly.
fn delimiter_of(text: &str) -> u8 {
    let mut best = (0, b',');
    for delimiter in [b',', b';', b'\t', b'|'] {
        let widths: Vec<usize> =
            reader(text, delimiter).records().take(10).flatten().map(|record| record.len()).collect();
        let Some(first) = widths.first().copied().filter(|width| *width > 1) else { continue };
        let even = widths.iter().filter(|width| **width == first).count();
        let score = even * 1_000 / widths.len() + first.min(100);
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

fn put(object: &mut Map<String, Value>, target: &str, value: Value) {
    let (group, name) = match target.split_once('.') {
        Some((group, name)) => (group, name),
        None if matches!(target, "likes" | "replies" | "reshares" | "views") => ("engagement", target),
        None => {
            object.insert(target.to_owned(), value);
            return;
        }
    };
    let inner = object.entry(group).or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(inner) = inner {
        inner.insert(name.to_owned(), value);
    }
}

/// A cell as the wire format wants it.
fn value(target: &str, order: DateOrder, cell: &str) -> Result<Value, String> {
    let name = target.rsplit('.').next().unwrap_or(target);
    let text = || Value::String(cell.to_owned());
    let shown = || crate::text::clip(cell, 60).0;
    match name {
        "posted_at" | "edited_at" | "created_at" => match by_order(cell, order).or_else(|| date::read(cell)) {
            Some(time) => Ok(Value::String(time.to_string())),
            None => Err(format!(
                "'{}' is not a time; left out (write {name}:dmy= or {name}:mdy= if its numbers have that order)",
                shown()
            )),
        },
        "deleted" | "verified" => match cell.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" | "y" | "x" => Ok(Value::Bool(true)),
            "false" | "no" | "0" | "n" => Ok(Value::Bool(false)),
            _ => Err(format!("'{}' is neither yes nor no; left out", shown())),
        },
        "followers" | "following" | "posts" | "likes" | "replies" | "reshares" | "views" => {
            let digits: String =
                cell.chars().filter(|c| !matches!(c, ',' | '.' | ' ' | '\'' | '\u{a0}' | '\u{202f}')).collect();
            // `12.0` is how spreadsheets write twelve.
            let digits = cell
                .strip_suffix(".0")
                .filter(|whole| whole.bytes().all(|byte| byte.is_ascii_digit()))
                .map_or(digits, str::to_owned);
            digits.parse::<u64>().map(Value::from).map_err(|_| format!("'{}' is not a whole number; left out", shown()))
        }
        "rating" => match cell.replace(',', ".").parse::<f64>().ok().filter(|number| number.is_finite()) {
            Some(number) => Ok(Value::from(number)),
            None => Err(format!("'{}' is not a number; left out", shown())),
        },
        "links" => Ok(Value::Array(addresses(cell).map(Value::String).collect())),
        "media" => {
            let media = addresses(cell).map(|url| serde_json::json!({"type": "image", "url": url, "alt": ""}));
            Ok(Value::Array(media.collect()))
        }
        _ if target == "author.handle" => Ok(Value::String(cell.trim_start_matches('@').to_owned())),
        _ => Ok(text()),
    }
}

fn addresses(cell: &str) -> impl Iterator<Item = String> {
    cell.split(|c: char| c.is_whitespace() || matches!(c, '|' | ';')).filter(|url| !url.is_empty()).map(str::to_owned)
}

/// `31/12/2026 18:30` in a told order, as ISO 8601.
fn by_order(cell: &str, order: DateOrder) -> Option<jiff::Timestamp> {
    let (day, rest) = cell.split_once([' ', 'T']).unwrap_or((cell, ""));
    let mut parts = day.split(['/', '.', '-']);
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?.trim_end_matches(','));
    let (day, month) = match order {
        DateOrder::Unknown => return None,
        DateOrder::DayFirst => (first, second),
        DateOrder::MonthFirst => (second, first),
    };
    let year = if year.len() == 2 { format!("20{year}") } else { year.to_owned() };
    date::read(format!("{year}-{month:0>2}-{day:0>2} {rest}").trim())
}

/// An id for a row that has none: what it says, hashed.
fn row_id(object: &Map<String, Value>) -> String {
    use sha2::{Digest, Sha256};
    let mut digest = Sha256::new();
    for name in ["text", "title", "posted_at", "author"] {
        digest.update(object.get(name).map(Value::to_string).unwrap_or_default());
        digest.update([0]);
    }
    digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(bytes: &[u8], mapping: &str) -> Vec<Result<PostLine, RowError>> {
        let mapping = Mapping::read(mapping).unwrap();
        Table::open(bytes, Some(&mapping), "csv").unwrap().rows().collect()
    }

    #[test]
    fn reads_a_mapped_table() {
        let table = "Id;Body;Date;User;Stars;Likes;Links\n17;\"two\nlines; and \"\"more\"\"\";2026-05-04 09:30;@ana;4,5;1.203;https://a.example https://b.example\n";
        let found = rows(
            table.as_bytes(),
            "id=Id,text=Body,posted_at=Date,author.handle=user,rating=Stars,likes=Likes,links=Links",
        );
        let line = found[0].as_ref().unwrap();
        assert!(line.problems.is_empty(), "{:?}", line.problems);
        assert_eq!(line.post.id.0, "csv:17");
        assert_eq!(line.post.text, "two\nlines; and \"more\"");
        assert_eq!(line.post.posted_at, Some("2026-05-04T09:30:00Z".parse().unwrap()));
        assert_eq!(line.post.author.as_ref().unwrap().handle, "ana");
        assert_eq!((line.post.rating, line.post.engagement.likes), (Some(4.5), Some(1203)));
        assert_eq!(line.post.links.len(), 2);
    }

    #[test]
    fn finds_delimiter_and_encoding() {
        for (bytes, expected) in [
            (&b"id,text\n1,Caf\xE9 d\xE9j\xE0\n"[..], "Café déjà"),
            (b"\xEF\xBB\xBFid\ttext\n1\t\xC3\xA9\n", "é"),
            (b"sep=|\r\nid|text\r\n1|a,b;c\r\n", "a,b;c"),
            (b"\xFF\xFEi\0d\0,\0t\0e\0x\0t\0\n\x001\0,\0x\0\n\0", "x"),
        ] {
            let found: Vec<_> = Table::open(bytes, None, "csv").unwrap().rows().collect();
            assert_eq!(found[0].as_ref().unwrap().post.text, expected);
        }
    }

    #[test]
    fn names_broken_lines_and_cells() {
        let found =
            rows(b"id,text,when,n\n1,,,\n2,b,04/05/2026,many\n3,c\n,d,,\n", "id=id,text=text,posted_at=when,views=n");
        assert_eq!(found[0].as_ref().unwrap_err().to_string(), "line 2: has neither text nor title");
        let second = found[1].as_ref().unwrap();
        assert_eq!(second.problems.len(), 2, "{:?}", second.problems);
        assert!(found[2].is_ok());
        assert_eq!(found[3].as_ref().unwrap().post.id.0.len(), "csv:".len() + 32);
        let found = rows(b"text,when\nx,04/05/2026 18:30\n", "text=text,posted_at:dmy=when");
        assert_eq!(found[0].as_ref().unwrap().post.posted_at, Some("2026-05-04T18:30:00Z".parse().unwrap()));
    }

    #[test]
    fn explains_wrong_mappings() {
        let check =
            |mapping: &str, expected: &str| assert_eq!(Mapping::read(mapping).unwrap_err().to_string(), expected);
        check("txt=Body", "there is no field 'txt'; the nearest is 'text'");
        check("handle=User", "there is no field 'handle'; the nearest is 'author.handle'");
        check("text", "'text' is not a mapping; write field=Column, for example text=Body");
        let open = |mapping: &str| {
            Table::open(b"Id,Body text\n1,x\n", Some(&Mapping::read(mapping).unwrap()), "csv").unwrap_err().to_string()
        };
        assert_eq!(open("text=Body txt"), "the table has no column 'Body txt'; the nearest is 'Body text'");
        assert_eq!(
            open("id=Id"),
            "no column is mapped to 'text'; add text=Column with one of the columns: Id, Body text"
        );
        assert_eq!(Table::open(b"", None, "csv").unwrap_err(), TableError::Empty);
        assert_eq!(Mapping::read("text=\"a, b\",id=c").unwrap().fields.len(), 2);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "(id|text|[,;\t\n\"|]|x|1){0,40}") {
            for bytes in [bytes.as_slice(), text.as_bytes(), format!("id,text,posted_at,likes\n{text}").as_bytes()] {
                if let Ok(table) = Table::open(bytes, None, "csv") {
                    table.rows().for_each(drop);
                }
            }
        }
    }
}

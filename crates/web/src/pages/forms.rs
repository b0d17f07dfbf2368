//! Forms: reading what was posted, and showing it again with what is wrong beside the field.
//!
//! A page lists its [`Entry`]s; the template `components/entry.html` shows them all alike, each with its label, help and
//! complaint tied to it for those who listen to the page.

use std::borrow::Cow;
use std::cell::RefCell;

use axum::extract::{Form, FromRequest, Request};

use super::failure::sentence;
use crate::error::{PageError, Refusal};

/// What a form posted, in its order. A name may stand there more than once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(pub(crate) Vec<(String, String)>);

impl Fields {
    /// One field as it was typed; empty if it is not there.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// The same without the space around it, if anything is left.
    pub(crate) fn filled(&self, name: &str) -> Option<String> {
        Some(self.text(name).trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// Whether a box is ticked.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// All values of a field: the boxes that are ticked.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Pieces of one field, divided by commas and line breaks.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let pieces = self.text(name).split([',', '\n']).map(str::trim).filter(|piece| !piece.is_empty());
        pieces.map(str::to_owned).collect()
    }
}

tokio::task_local! {
    /// What somebody wrote in the form that is answered at the moment. The page that says what failed shows it, wherever it
    /// failed: words that took thought are not typed twice.
    static WRITTEN: RefCell<Vec<String>>;
}

/// The fields in which somebody writes sentences.
const SENTENCES: [&str; 8] =
    ["text", "note", "why", "note-text", "transfer-note", "close-why", "release-why", "prioritise-why"];

/// Answers a request and remembers meanwhile what was written in it.
pub(crate) async fn remembering<T>(answer: impl Future<Output = T>) -> T {
    WRITTEN.scope(RefCell::default(), answer).await
}

/// What was written in the form that is answered at the moment.
pub(crate) fn written() -> Vec<String> {
    WRITTEN.try_with(|written| written.borrow().clone()).unwrap_or_default()
}

pub(crate) fn remember(fields: &[(String, String)]) {
    let sentences = fields.iter().filter(|(name, text)| SENTENCES.contains(&name.as_str()) && !text.trim().is_empty());
    let sentences = sentences.map(|(_, text)| text.clone()).collect();
    // Nobody remembers outside of a request.
    let _ = WRITTEN.try_with(|written| written.replace(sentences));
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &S) -> Result<Self, PageError> {
        let Form(fields) = Form::<Vec<(String, String)>>::from_request(request, state).await?;
        if fields.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
            return Err(Refusal::unprocessable("bad_text", t!("forms-bad-text")).into());
        }
        remember(&fields);
        Ok(Self(fields))
    }
}

/// One of several that can be chosen.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) words: String,
    pub(crate) note: String,
    pub(crate) is_chosen: bool,
}

impl Choice {
    pub(crate) fn new(value: impl Into<String>, words: impl Into<String>, is_chosen: bool) -> Self {
        Self { value: value.into(), words: words.into(), note: String::new(), is_chosen }
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

/// How something is entered.
#[derive(Debug, Clone)]
pub(crate) enum Input {
    /// On one line; the `type` of the field.
    Line(&'static str),
    /// On several; at most so many characters.
    Area(usize),
    /// One of them.
    One(Vec<Choice>),
    /// Any of them.
    Any(Vec<Choice>),
    /// Yes or no.
    Box(bool),
}

/// One field of a form.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) label: Cow<'static, str>,
    /// Beside the label.
    pub(crate) note: Cow<'static, str>,
    pub(crate) help: Cow<'static, str>,
    pub(crate) value: String,
    pub(crate) input: Input,
    pub(crate) wrong: Option<String>,
    /// The value around the character that cannot be read: before, the character, after.
    pub(crate) marked: Option<(String, String, String)>,
    pub(crate) is_required: bool,
    /// An area for sentences, not for what is read character by character.
    pub(crate) is_words: bool,
    /// What the browser may fill in.
    pub(crate) fills: &'static str,
    /// The id of a list of suggestions.
    pub(crate) list: Option<&'static str>,
}

impl Entry {
    fn new(name: &'static str, label: impl Into<Cow<'static, str>>, value: impl Into<String>, input: Input) -> Self {
        Self {
            name,
            label: label.into(),
            note: Cow::Borrowed(""),
            help: Cow::Borrowed(""),
            value: value.into(),
            input,
            wrong: None,
            marked: None,
            is_required: false,
            is_words: false,
            fills: "off",
            list: None,
        }
    }

    pub(crate) fn line(name: &'static str, label: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        Self::new(name, label, value, Input::Line("text"))
    }

    /// A day of the year.
    pub(crate) fn day(name: &'static str, label: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        Self::new(name, label, value, Input::Line("date"))
    }

    pub(crate) fn email(name: &'static str, label: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        Self { fills: "username", ..Self::new(name, label, value, Input::Line("email")) }
    }

    /// A password; what was typed never comes back.
    pub(crate) fn password(name: &'static str, label: impl Into<Cow<'static, str>>, fills: &'static str) -> Self {
        Self { fills, is_required: true, ..Self::new(name, label, "", Input::Line("password")) }
    }

    pub(crate) fn area(name: &'static str, label: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        Self::new(name, label, value, Input::Area(32_768))
    }

    /// An area that takes so many characters.
    pub(crate) fn long(mut self, most: usize) -> Self {
        self.input = Input::Area(most);
        self
    }

    pub(crate) fn one(name: &'static str, label: impl Into<Cow<'static, str>>, choices: Vec<Choice>) -> Self {
        Self::new(name, label, "", Input::One(choices))
    }

    pub(crate) fn any(name: &'static str, label: impl Into<Cow<'static, str>>, choices: Vec<Choice>) -> Self {
        Self::new(name, label, "", Input::Any(choices))
    }

    pub(crate) fn tick(name: &'static str, label: impl Into<Cow<'static, str>>, is_on: bool) -> Self {
        Self::new(name, label, "", Input::Box(is_on))
    }

    /// An area in which somebody writes sentences.
    pub(crate) fn in_words(self) -> Self {
        Self { is_words: true, ..self }
    }

    pub(crate) fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    pub(crate) fn note(mut self, note: impl Into<Cow<'static, str>>) -> Self {
        self.note = note.into();
        self
    }

    pub(crate) fn help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.help = help.into();
        self
    }

    pub(crate) fn fills(mut self, fills: &'static str) -> Self {
        self.fills = fills;
        self
    }

    pub(crate) fn list(mut self, list: &'static str) -> Self {
        self.list = Some(list);
        self
    }

    /// What a screen reader reads with the field: the ids of complaint and help that are there.
    pub(crate) fn described_by(&self) -> String {
        let wrong = self.wrong.is_some().then(|| format!("{}-wrong", self.name));
        let help = (!self.help.is_empty()).then(|| format!("{}-help", self.name));
        [wrong, help].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// Puts a complaint beside the field that it is about; what is about none of them is returned as a sentence.
pub(crate) fn complain(entries: &mut [Entry], refusal: Option<&Refusal>) -> Option<String> {
    let refusal = refusal?;
    let entry = refusal.field.and_then(|field| entries.iter_mut().find(|entry| entry.name == field));
    let Some(entry) = entry else { return Some(sentence(&refusal.message)) };
    entry.wrong = Some(sentence(refusal.without_column()));
    entry.marked = refusal.column.map(|column| around(&entry.value, column));
    None
}

/// A text around the character at a column, from 1.
pub(crate) fn around(text: &str, column: usize) -> (String, String, String) {
    let before: String = text.chars().take(column.saturating_sub(1)).collect();
    let character = text.chars().skip(column.saturating_sub(1)).take(1).collect();
    (before, character, text.chars().skip(column).collect())
}

/// A refusal that is shown in its form again; what failed inside is not about the form.
pub(crate) fn about_form(refusal: impl Into<Refusal>) -> Result<Refusal, PageError> {
    let refusal = refusal.into();
    if refusal.status.is_server_error() { Err(refusal.into()) } else { Ok(refusal) }
}

/// Names of all time zones, for a field to choose from.
pub(crate) fn time_zones() -> Vec<String> {
    let zones = jiff::tz::db().available().map(|zone| zone.to_string());
    let mut zones: Vec<String> = zones.filter(|zone| zone.contains('/') && !zone.starts_with("Etc/")).collect();
    zones.push("UTC".to_owned());
    zones.sort();
    zones
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_one_by_one_and_as_lists() {
        let fields = Fields(vec![
            ("a".to_owned(), "1, 2\r\n3,,".to_owned()),
            ("b".to_owned(), "x".to_owned()),
            ("b".to_owned(), "y".to_owned()),
        ]);
        assert_eq!(fields.list("a"), ["1", "2", "3"]);
        assert_eq!(fields.all("b").collect::<Vec<_>>(), ["x", "y"]);
        assert_eq!(fields.text("c"), "");
    }

    #[test]
    fn a_complaint_stands_beside_its_field() {
        let mut entries = [Entry::line("when", "When", "żółw ("), Entry::line("name", "Name", "")];
        let refusal = Refusal { column: Some(6), ..Refusal::unprocessable("x", "column 6: one bracket is open") };
        assert_eq!(complain(&mut entries, Some(&refusal.clone().about("when"))), None);
        assert_eq!(entries[0].wrong.as_deref(), Some("One bracket is open."));
        assert_eq!(entries[0].marked, Some(("żółw ".to_owned(), "(".to_owned(), String::new())));
        assert_eq!(complain(&mut entries, Some(&refusal)), Some("Column 6: one bracket is open.".to_owned()));
    }
}

//! Posts on the wire: one JSON object a line.
//!
//! A line is broken only if it is not a JSON object or lacks a string `id`, `network` or `text`. Any other field that
//! cannot be read is left out and named as a [`Problem`]: bad input from the internet is not an error.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::{Author, Engagement, Media, MediaType, Post, PostId, PostKind, Problem, Visibility};

/// A line that could be read.
#[derive(Debug, Clone, PartialEq)]
pub struct PostLine {
    /// The post.
    pub post: Post,
    /// Fields that were left out because they could not be read.
    pub problems: Vec<Problem>,
}

/// Why a line is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Not JSON at all.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// JSON, but not an object.
    #[error("expected a JSON object, found {0}")]
    NotAnObject(&'static str),
    /// A field that every post needs.
    #[error("the string field '{0}' is missing")]
    Missing(&'static str),
    /// A field that every post needs is there with another type.
    #[error("the field '{field}' must be a string, found {found}")]
    WrongType {
        /// Its name.
        field: &'static str,
        /// The type it has.
        found: &'static str,
    },
}

impl PostLine {
    /// Reads one line of JSON.
    pub fn parse(line: &str) -> Result<Self, WireError> {
        // The well-formed line is the common one and is read without an intermediate tree.
        if let Ok(post) = serde_json::from_str::<Post>(line) {
            return Ok(Self { post, problems: Vec::new() });
        }
        let value = match serde_json::from_str::<Value>(line) {
            Ok(value) => value,
            Err(error) => match replace_lone_surrogates(line) {
                Cow::Owned(repaired) => {
                    serde_json::from_str(&repaired).map_err(|_| WireError::NotJson(error.to_string()))?
                }
                Cow::Borrowed(_) => return Err(WireError::NotJson(error.to_string())),
            },
        };
        Self::from_value(value)
    }

    /// Reads a post from JSON that was already parsed.
    pub fn from_value(value: Value) -> Result<Self, WireError> {
        let Value::Object(object) = value else {
            return Err(WireError::NotAnObject(type_name(&value)));
        };
        let mut fields = Fields { object, path: String::new(), problems: Vec::new() };
        let id = fields.required("id")?;
        let network = fields.required("network")?;
        let text = fields.required("text")?;
        let author = fields.object("author").map(|object| {
            let mut inner = Fields { object, path: "author.".into(), problems: Vec::new() };
            let author = inner.author();
            fields.problems.append(&mut inner.problems);
            author
        });
        let engagement = fields.object("engagement").map(|object| {
            let mut inner = Fields { object, path: "engagement.".into(), problems: Vec::new() };
            let engagement = inner.engagement();
            fields.problems.append(&mut inner.problems);
            engagement
        });
        let post = Post {
            id: PostId(id),
            network,
            url: fields.text("url"),
            title: fields.text("title").unwrap_or_default(),
            text,
            lang: fields.text("lang"),
            posted_at: fields.time("posted_at"),
            edited_at: fields.time("edited_at"),
            deleted: fields.boolean("deleted").unwrap_or(false),
            kind: fields.word("kind", PostKind::from_word),
            visibility: fields.visibility(),
            in_reply_to: fields.text("in_reply_to"),
            thread: fields.text("thread"),
            rating: fields.number("rating"),
            author,
            engagement: engagement.unwrap_or_default(),
            links: fields.links(),
            media: fields.media(),
            raw: fields.take("raw"),
        };
        Ok(Self { post, problems: fields.problems })
    }
}

/// A JSON object whose fields are taken out one by one; what does not fit is noted and left out.
struct Fields {
    object: Map<String, Value>,
    path: String,
    problems: Vec<Problem>,
}

impl Fields {
    fn take(&mut self, name: &str) -> Option<Value> {
        self.object.remove(name).filter(|value| !value.is_null())
    }

    fn problem(&mut self, name: &str, message: impl Into<String>) {
        self.problems.push(Problem { at: format!("field '{}{name}'", self.path), message: message.into() });
    }

    fn unexpected(&mut self, name: &str, expected: &str, found: &Value) {
        self.problem(name, format!("expected {expected}, found {}; left out", type_name(found)));
    }

    fn required(&mut self, field: &'static str) -> Result<String, WireError> {
        match self.object.remove(field) {
            Some(Value::String(text)) => Ok(text),
            None => Err(WireError::Missing(field)),
            Some(other) => Err(WireError::WrongType { field, found: type_name(&other) }),
        }
    }

    fn text(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Value::String(text) => Some(text),
            other => {
                self.unexpected(name, "a string", &other);
                None
            }
        }
    }

    fn boolean(&mut self, name: &str) -> Option<bool> {
        match self.take(name)? {
            Value::Bool(value) => Some(value),
            other => {
                self.unexpected(name, "true or false", &other);
                None
            }
        }
    }

    fn number(&mut self, name: &str) -> Option<f64> {
        let value = self.take(name)?;
        let number = value.as_f64().filter(|number| number.is_finite());
        if number.is_none() {
            self.unexpected(name, "a number", &value);
        }
        number
    }

    fn count(&mut self, name: &str) -> Option<u64> {
        let value = self.take(name)?;
        let whole = |number: f64| (number >= 0.0 && number.fract() == 0.0 && number < 1e18).then_some(number as u64);
        let count = value.as_u64().or_else(|| value.as_f64().and_then(whole));
        if count.is_none() {
            self.unexpected(name, "a whole number from 0", &value);
        }
        count
    }

    fn time(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.text(name)?;
        let time = text.parse::<Timestamp>().ok();
        if time.is_none() {
            self.problem(name, format!("'{}' is not an RFC 3339 time; left out", clip(&text)));
        }
        time
    }

    fn word<T>(&mut self, name: &str, read: fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(name)?;
        let word = read(&text.to_ascii_lowercase());
        if word.is_none() {
            self.problem(name, format!("'{}' is not one of its words; left out", clip(&text)));
        }
        word
    }

    /// An unreadable visibility is never taken for a public one.
    fn visibility(&mut self) -> Visibility {
        match self.object.get("visibility") {
            None | Some(Value::Null) => Visibility::Public,
            Some(_) => self.word("visibility", Visibility::from_word).unwrap_or(Visibility::Direct),
        }
    }

    fn object(&mut self, name: &str) -> Option<Map<String, Value>> {
        match self.take(name)? {
            Value::Object(object) => Some(object),
            other => {
                self.unexpected(name, "an object", &other);
                None
            }
        }
    }

    fn list(&mut self, name: &str) -> Vec<Value> {
        match self.take(name) {
            None => Vec::new(),
            Some(Value::Array(list)) => list,
            Some(other) => {
                self.unexpected(name, "a list", &other);
                Vec::new()
            }
        }
    }

    fn links(&mut self) -> Vec<String> {
        let mut links = Vec::new();
        for (index, value) in self.list("links").into_iter().enumerate() {
            match value {
                Value::String(link) => links.push(link),
                other => self.unexpected(&format!("links[{index}]"), "a string", &other),
            }
        }
        links
    }

    fn media(&mut self) -> Vec<Media> {
        let mut media = Vec::new();
        for (index, value) in self.list("media").into_iter().enumerate() {
            let name = format!("media[{index}]");
            let Value::Object(object) = value else {
                self.unexpected(&name, "an object", &value);
                continue;
            };
            let mut inner = Fields { object, path: format!("{}{name}.", self.path), problems: Vec::new() };
            // A type may be absent like any other field, and its description still wants to be searched: what is
            // attached is then no more than something at an address.
            let media_type = inner.word("type", MediaType::from_word).unwrap_or(MediaType::Link);
            let (url, alt) = (inner.text("url").unwrap_or_default(), inner.text("alt").unwrap_or_default());
            media.push(Media { media_type, url, alt });
            self.problems.append(&mut inner.problems);
        }
        media
    }

    fn author(&mut self) -> Author {
        Author {
            id: self.text("id").unwrap_or_default(),
            handle: self.text("handle").unwrap_or_default(),
            name: self.text("name").unwrap_or_default(),
            bio: self.text("bio").unwrap_or_default(),
            url: self.text("url").unwrap_or_default(),
            followers: self.count("followers"),
            following: self.count("following"),
            posts: self.count("posts"),
            created_at: self.time("created_at"),
            verified: self.boolean("verified"),
            avatar: None,
        }
    }

    fn engagement(&mut self) -> Engagement {
        Engagement {
            likes: self.count("likes"),
            replies: self.count("replies"),
            reshares: self.count("reshares"),
            views: self.count("views"),
        }
    }
}

/// Reads `null` as the type's default, as the wire format allows.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// Half of a surrogate pair is no character; programs that cut texts at 16-bit units leave it behind.
/// It becomes U+FFFD, everything around it stays.
fn replace_lone_surrogates(line: &str) -> Cow<'_, str> {
    let mut repaired: Option<String> = None;
    let mut kept = 0;
    let mut at = 0;
    let bytes = line.as_bytes();
    let unit = |at: usize| -> Option<u32> {
        let escape = line.get(at..at + 6)?;
        u32::from_str_radix(escape.strip_prefix("\\u")?, 16).ok()
    };
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        match unit(at) {
            Some(0xD800..=0xDBFF) if matches!(unit(at + 6), Some(0xDC00..=0xDFFF)) => at += 12,
            Some(0xD800..=0xDFFF) => {
                let text = repaired.get_or_insert_default();
                text.push_str(&line[kept..at]);
                text.push_str("\\ufffd");
                at += 6;
                kept = at;
            }
            Some(_) => at += 6,
            None => at += 2,
        }
    }
    match repaired {
        Some(mut text) => {
            text.push_str(&line[kept..]);
            Cow::Owned(text)
        }
        None => Cow::Borrowed(line),
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn clip(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(40) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = r#"{"id":"mastodon:https://social.example/users/ana/statuses/1","network":"mastodon",
        "url":"https://social.example/@ana/1","title":"","text":"@acme my order never arrived","lang":"en",
        "posted_at":"2026-05-04T09:30:00Z","edited_at":null,"deleted":false,"kind":"post","visibility":"public",
        "in_reply_to":null,"thread":null,"rating":null,"author":{"id":"mastodon:a","handle":"ana@social.example",
        "name":"Ana","bio":"","url":"","followers":120,"following":80,"posts":903,
        "created_at":"2019-02-01T00:00:00Z","verified":false},"engagement":{"likes":0,"replies":0,"reshares":0,
        "views":null},"links":["https://acme.example/orders"],"media":[{"type":"image","url":"",
        "alt":"an empty doorstep"}],"raw":null}"#;

    #[test]
    fn a_full_line_is_read_without_problems() {
        let line = PostLine::parse(FULL).expect("readable");
        assert_eq!(line.problems, []);
        assert_eq!(line.post.kind, Some(PostKind::Post));
        assert_eq!(line.post.author.as_ref().and_then(|author| author.followers), Some(120));
        assert_eq!(line.post.media[0].alt, "an empty doorstep");
    }

    #[test]
    fn both_readers_agree() {
        let value = serde_json::from_str(FULL).expect("JSON");
        assert_eq!(PostLine::from_value(value).expect("readable"), PostLine::parse(FULL).expect("readable"));
    }

    #[test]
    fn avatars_are_not_on_the_wire() {
        let line = r#"{"id":"x:1","network":"x","text":"t","author":{"id":"x:ana","avatar":"https://a.example/a"}}"#;
        let author = PostLine::parse(line).expect("readable").post.author.expect("author");
        assert_eq!(author.avatar, None);
        let author = Author { avatar: Some("https://a.example/a".into()), ..author };
        assert!(!serde_json::to_string(&author).expect("JSON").contains("avatar"));
    }

    #[test]
    fn nulls_are_absent() {
        let line = r#"{"id":"x:1","network":"x","text":"t","title":null,"visibility":null,"engagement":null,
            "links":null,"media":null,"author":{"id":null,"handle":"a"},"deleted":null}"#;
        let post = PostLine::parse(line).expect("readable").post;
        assert_eq!(post.title, "");
        assert_eq!(post.author.expect("author").handle, "a");
    }

    #[test]
    fn wrong_types_are_left_out_and_named() {
        let line = r#"{"id":"x:1","network":"x","text":"t","posted_at":"yesterday","rating":"five","kind":"toot",
            "author":{"followers":"many","handle":7},"links":[1,"https://a.example"],"media":[{"type":"hologram"}],
            "visibility":"secret","engagement":[]}"#;
        let line = PostLine::parse(line).expect("readable");
        let at: Vec<_> = line.problems.iter().map(|problem| problem.at.as_str()).collect();
        assert_eq!(
            at,
            [
                "field 'author.handle'",
                "field 'author.followers'",
                "field 'engagement'",
                "field 'posted_at'",
                "field 'kind'",
                "field 'visibility'",
                "field 'rating'",
                "field 'links[0]'",
                "field 'media[0].type'",
            ]
        );
        assert_eq!(line.post.links, ["https://a.example"]);
        assert_eq!(line.post.media.len(), 1, "only the type is left out, not what is attached");
        assert_eq!(line.post.visibility, Visibility::Direct, "an unreadable visibility is not public");
    }

    #[test]
    fn broken_lines_say_why() {
        let check = |line: &str, expected: &str| {
            assert_eq!(PostLine::parse(line).expect_err(line).to_string(), expected);
        };
        check("[1]", "expected a JSON object, found a list");
        check(r#"{"network":"x","text":"t"}"#, "the string field 'id' is missing");
        check(r#"{"id":7,"network":"x","text":"t"}"#, "the field 'id' must be a string, found a number");
        check(r#"{"id":"x:1","network":"x","text":null}"#, "the field 'text' must be a string, found null");
        assert!(matches!(PostLine::parse("{\"id\":"), Err(WireError::NotJson(_))));
    }

    #[test]
    fn half_a_character_does_not_cost_the_post() {
        let line = r#"{"id":"x:1","network":"x","text":"ok \ud83d\ude00 \ud83d end \\ud83d"}"#;
        let post = PostLine::parse(line).expect("readable").post;
        assert_eq!(post.text, "ok 😀 \u{fffd} end \\ud83d");
    }

    #[test]
    fn ids_carry_their_network_once() {
        assert_eq!(PostId::new("x", "1").as_str(), "x:1");
        assert_eq!(PostId::new("x", "x:1").as_str(), "x:1");
        assert_eq!(PostId::new("x", "xyz").as_str(), "x:xyz");
    }
}

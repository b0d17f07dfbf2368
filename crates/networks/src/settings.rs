//! Reading `Source::settings`: typed, unknown keys refused by name, secrets kept out of every message.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use switchboard_model::SourceKind;
use url::Url;

/// Settings that a source of its kind cannot work with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SettingsError {
    /// The key that is wrong, where it is one.
    pub key: Option<String>,
    /// What is wrong and the remedy, for a person.
    pub message: String,
}

impl SettingsError {
    /// A complaint about one key.
    pub(crate) fn at(key: &str, message: impl fmt::Display) -> Self {
        Self { key: Some(key.to_owned()), message: format!("setting '{key}': {message}") }
    }
}

/// The settings of one kind of source.
pub(crate) trait Settings: DeserializeOwned {
    /// Whose settings they are.
    const KIND: SourceKind;
    /// The keys it takes.
    const KEYS: &'static [&'static str];
    /// What they are settings of, in messages.
    const WHAT: &'static str = "source";
}

/// Reads the settings of a kind. The error names the key and, for an unknown one, the nearest known one.
pub(crate) fn read<S: Settings>(settings: &Value) -> Result<S, SettingsError> {
    let (kind, what) = (S::KIND.as_str(), S::WHAT);
    let Value::Object(object) = settings else {
        return Err(SettingsError {
            key: None,
            message: format!("the settings of a {kind} {what} must be an object of key and value"),
        });
    };
    if let Some(unknown) = object.keys().find(|key| !S::KEYS.contains(&key.as_str())) {
        let known = S::KEYS.join(", ");
        let hint = match nearest(unknown, S::KEYS) {
            Some(near) => format!("did you mean '{near}'? Known are {known}"),
            None => format!("known are {known}"),
        };
        return Err(SettingsError {
            key: Some(unknown.clone()),
            message: format!("unknown setting '{}' for a {kind} {what}; {hint}", clip(unknown)),
        });
    }
    parse(object).map_err(|error| match culprit::<S>(object, &error) {
        Some(key) => SettingsError::at(&key, error),
        None => SettingsError { key: None, message: format!("settings of a {kind} {what}: {error}") },
    })
}

fn parse<S: DeserializeOwned>(object: &Map<String, Value>) -> Result<S, String> {
    serde_json::from_value(Value::Object(object.clone())).map_err(|error| error.to_string())
}

/// Serde does not say which key it stumbled over: it is the one without which the complaint changes.
fn culprit<S: DeserializeOwned>(object: &Map<String, Value>, complaint: &str) -> Option<String> {
    object.keys().find_map(|key| {
        let mut without = object.clone();
        without.remove(key);
        match parse::<S>(&without) {
            Err(other) if other == complaint => None,
            _ => Some(key.clone()),
        }
    })
}

fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|candidate| (strsim::jaro_winkler(&word.to_ascii_lowercase(), candidate), *candidate))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

fn clip(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}

/// Reads the address of a server. Without a scheme the first of `schemes` is meant.
pub(crate) fn address(key: &str, text: &str, schemes: &[&str]) -> Result<Url, SettingsError> {
    let text = text.trim().trim_end_matches('/');
    let first = schemes.first().copied().unwrap_or("https");
    let full = if text.contains("://") { text.to_owned() } else { format!("{first}://{text}") };
    let url = Url::parse(&full)
        .map_err(|error| SettingsError::at(key, format!("'{}' is no address: {error}", clip(text))))?;
    if !schemes.contains(&url.scheme()) || url.host_str().is_none_or(str::is_empty) {
        return Err(SettingsError::at(key, format!("use an address that begins with {first}://")));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(SettingsError::at(key, "leave user and password out of the address"));
    }
    Ok(url)
}

/// The seconds between two polls: what is set, not more often than `least`.
pub(crate) fn pace(every_s: Option<u64>, usual: u64, least: u64) -> Result<u64, SettingsError> {
    match every_s {
        None => Ok(usual),
        Some(seconds) if (least..=86_400).contains(&seconds) => Ok(seconds),
        Some(_) => Err(SettingsError::at("every_s", format!("use a number of seconds from {least} to 86400"))),
    }
}

/// A token or password: given as text or as `{"file": "path"}`, never shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Secret {
    /// The secret itself.
    Text(String),
    /// A file that holds it (trailing line break ignored), read at each use so that it can be replaced.
    File(PathBuf),
}

impl Secret {
    /// The secret in the clear, for a header or a log-in.
    pub(crate) fn reveal(&self) -> Result<String, SettingsError> {
        match self {
            Self::Text(text) => Ok(text.trim().to_owned()),
            Self::File(path) => read_secret_file(path),
        }
    }
}

fn read_secret_file(path: &Path) -> Result<String, SettingsError> {
    let complain =
        |what: String| SettingsError { key: None, message: format!("secret file {}: {what}", path.display()) };
    let text = std::fs::read_to_string(path).map_err(|error| complain(error.to_string()))?;
    match text.trim() {
        "" => Err(complain("it is empty".into())),
        secret => Ok(secret.to_owned()),
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Secret(…)"),
            Self::File(path) => write!(f, "Secret({})", path.display()),
        }
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The value is looked at by hand: serde's own message would repeat a mistyped secret.
        match Value::deserialize(deserializer)? {
            Value::String(text) if !text.trim().is_empty() => Ok(Self::Text(text)),
            Value::Object(mut object) if object.len() == 1 => match object.remove("file") {
                Some(Value::String(path)) => Ok(Self::File(path.into())),
                _ => Err(serde::de::Error::custom("expected a text or {\"file\": \"path\"}")),
            },
            _ => Err(serde::de::Error::custom("expected a text or {\"file\": \"path\"}")),
        }
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(_) => serializer.serialize_str("…"),
            Self::File(path) => path.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Sample {
        instance: String,
        every_s: Option<u64>,
        token: Option<Secret>,
    }

    impl Settings for Sample {
        const KIND: SourceKind = SourceKind::Mastodon;
        const KEYS: &'static [&'static str] = &["instance", "every_s", "token"];
    }

    #[test]
    fn errors_name_the_key() {
        let check = |settings: Value, expected: &str| {
            let error = read::<Sample>(&settings).expect_err("unusable");
            assert!(error.message.contains(expected), "{error}");
        };
        check(json!([1]), "must be an object");
        check(json!({"instanc": "x"}), "unknown setting 'instanc' for a mastodon source; did you mean 'instance'");
        check(json!({"zzz": "x"}), "known are instance, every_s, token");
        check(json!({"instance": "x", "every_s": "soon"}), "setting 'every_s': invalid type");
        check(json!({}), "missing field `instance`");
    }

    #[test]
    fn secrets_are_not_repeated() {
        let error = read::<Sample>(&json!({"instance": "x", "token": {"fil": "hunter2"}})).expect_err("unusable");
        assert!(error.message.starts_with("setting 'token'") && !error.message.contains("hunter2"), "{error}");
        let sample: Sample = read(&json!({"instance": "x", "token": "hunter2"})).expect("usable");
        assert!(!format!("{sample:?}").contains("hunter2"));
        assert_eq!(sample.token.map(|token| token.reveal()), Some(Ok("hunter2".to_owned())));
    }

    #[test]
    fn a_secret_may_lie_in_a_file() {
        let file = tempfile::NamedTempFile::new().expect("temporary file");
        std::fs::write(file.path(), "hunter2\n").expect("write");
        let secret: Secret = serde_json::from_value(json!({"file": file.path()})).expect("readable");
        assert_eq!(secret.reveal().expect("there"), "hunter2");
        let missing: Secret = serde_json::from_value(json!({"file": "/nowhere/token"})).expect("readable");
        assert!(missing.reveal().expect_err("missing").message.contains("/nowhere/token"));
    }
}

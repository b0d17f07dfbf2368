//! The types that a key may have: how each is read, written, checked and, where it holds a secret, hidden.
//!
//! To add one, implement [`Setting`]; the messages, the sample and the reference page follow.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::ops::Deref;

use serde::{Serialize, Serializer};
use toml::de::DeValue;
use url::{Host, Url};

/// A value as it was given: in the file, or as text from the environment or the command line.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Given<'a> {
    /// From the file.
    Toml(&'a DeValue<'a>),
    /// From anywhere else.
    Text(&'a str),
}

impl<'a> Given<'a> {
    fn text(&self) -> Option<&'a str> {
        match self {
            Self::Toml(value) => value.as_str(),
            Self::Text(text) => Some(text),
        }
    }

    fn number(&self) -> Option<u64> {
        match self {
            Self::Toml(value) => {
                let integer = value.as_integer()?;
                u64::from_str_radix(integer.as_str(), integer.radix()).ok()
            }
            Self::Text(text) => text.trim().parse().ok(),
        }
    }

    fn boolean(&self) -> Option<bool> {
        match self {
            Self::Toml(value) => value.as_bool(),
            Self::Text(text) => text.trim().parse().ok(),
        }
    }

    fn list(&self) -> Option<Vec<String>> {
        match self {
            Self::Toml(value) => {
                value.as_array()?.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect()
            }
            Self::Text(text) => {
                Some(text.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect())
            }
        }
    }

    /// What stands there, in words.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Text(text) => format!("the text {:?}", shortened(text)),
            Self::Toml(DeValue::String(text)) => format!("the text {:?}", shortened(text)),
            Self::Toml(DeValue::Integer(number)) => format!("the number {}", shortened(&number.to_string())),
            Self::Toml(DeValue::Float(number)) => format!("the number {}", shortened(&number.to_string())),
            Self::Toml(DeValue::Boolean(truth)) => truth.to_string(),
            Self::Toml(DeValue::Datetime(moment)) => format!("the time {moment}"),
            Self::Toml(DeValue::Array(_)) => "a list".to_owned(),
            Self::Toml(DeValue::Table(_)) => "a section".to_owned(),
        }
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= 60 { text.to_owned() } else { text.chars().take(60).chain(['…']).collect() }
}

/// What a value has to satisfy beyond its type.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Check {
    /// Nothing more.
    None,
    /// A number in this range, ends included.
    Between(u64, u64),
    /// A URL with one of these schemes.
    Scheme(&'static [&'static str]),
    /// Nothing, or a URL with one of these schemes.
    SchemeOrNone(&'static [&'static str]),
    /// Only host names, where addresses, networks and ports would be taken otherwise.
    Names,
}

impl Check {
    /// Adds the rule to the description of the type.
    pub(super) fn describe(&self, kind: &str) -> String {
        match self {
            Self::None => kind.to_owned(),
            Self::Between(low, high) => format!("{kind} from {low} to {high}"),
            Self::Scheme(schemes) => format!("{kind} that begins with {}://", schemes.join(":// or ")),
            Self::SchemeOrNone(schemes) => format!("\"\", or {kind} that begins with {}://", schemes.join(":// or ")),
            Self::Names => "a list of host names such as [\"switchboard.example\"]".to_owned(),
        }
    }
}

/// The type of a key.
pub(crate) trait Setting {
    /// The type in words: `a whole number`.
    fn kind(&self) -> &'static str;

    /// Takes the value over, or leaves the old one and answers false.
    fn take(&mut self, given: &Given<'_>, check: &Check) -> bool;

    /// The value as it stands in a TOML file.
    fn written(&self) -> String;

    /// The value for eyes and logs.
    fn shown(&self) -> String {
        self.written()
    }

    /// The value for programs, as hidden as [`Setting::shown`].
    fn json(&self) -> serde_json::Value;

    /// Whether the value may hold a secret. Such a key is also taken as `…_file` and never repeated in a message.
    fn is_secret(&self) -> bool {
        false
    }

    /// Takes the value over or says what was found and what was expected.
    fn read(&mut self, given: &Given<'_>, check: &Check) -> Result<(), String> {
        if self.take(given, check) {
            return Ok(());
        }
        let found = if self.is_secret() { "something else".to_owned() } else { given.describe() };
        Err(format!("found {found}, expected {}", check.describe(self.kind())))
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

impl Setting for u32 {
    fn kind(&self) -> &'static str {
        "a whole number"
    }

    fn take(&mut self, given: &Given<'_>, check: &Check) -> bool {
        let Some(number) = given.number() else { return false };
        let is_in_range = !matches!(check, Check::Between(low, high) if number < *low || number > *high);
        match u32::try_from(number) {
            Ok(number) if is_in_range => *self = number,
            _ => return false,
        }
        true
    }

    fn json(&self) -> serde_json::Value {
        (*self).into()
    }

    fn written(&self) -> String {
        self.to_string()
    }
}

impl Setting for bool {
    fn kind(&self) -> &'static str {
        "true or false"
    }

    fn take(&mut self, given: &Given<'_>, _: &Check) -> bool {
        let Some(value) = given.boolean() else { return false };
        *self = value;
        true
    }

    fn json(&self) -> serde_json::Value {
        (*self).into()
    }

    fn written(&self) -> String {
        self.to_string()
    }
}

impl Setting for String {
    fn kind(&self) -> &'static str {
        "text in quotes, without line breaks"
    }

    fn take(&mut self, given: &Given<'_>, _: &Check) -> bool {
        match given.text() {
            Some(text) if !text.chars().any(char::is_control) => *self = text.to_owned(),
            _ => return false,
        }
        true
    }

    fn json(&self) -> serde_json::Value {
        self.as_str().into()
    }

    fn written(&self) -> String {
        quoted(self)
    }
}

impl Setting for SocketAddr {
    fn kind(&self) -> &'static str {
        "an address and port such as \"127.0.0.1:8400\" or \"[::1]:8400\""
    }

    fn take(&mut self, given: &Given<'_>, _: &Check) -> bool {
        let Some(address) = given.text().and_then(|text| text.trim().parse::<Self>().ok()) else { return false };
        *self = address;
        true
    }

    fn json(&self) -> serde_json::Value {
        self.to_string().into()
    }

    fn written(&self) -> String {
        quoted(&self.to_string())
    }
}

/// The URL of a server, without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct ServerUrl(String);

impl ServerUrl {
    /// A default. The tests read every default back, so a wrong one does not get far.
    pub(super) fn fixed(url: &'static str) -> Self {
        Self(url.to_owned())
    }
}

impl Deref for ServerUrl {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Setting for ServerUrl {
    fn kind(&self) -> &'static str {
        "the URL of a server, without user, query and fragment,"
    }

    fn take(&mut self, given: &Given<'_>, check: &Check) -> bool {
        let Some(text) = given.text().map(str::trim) else { return false };
        if text.is_empty() && matches!(check, Check::SchemeOrNone(_)) {
            self.0.clear();
            return true;
        }
        let Ok(url) = Url::parse(text) else { return false };
        let is_plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
        let is_wanted =
            !matches!(check, Check::Scheme(schemes) | Check::SchemeOrNone(schemes) if !schemes.contains(&url.scheme()));
        if !url.has_host() || !is_plain || url.fragment().is_some() || !is_wanted {
            return false;
        }
        url.as_str().trim_end_matches('/').clone_into(&mut self.0);
        true
    }

    fn json(&self) -> serde_json::Value {
        self.0.as_str().into()
    }

    fn written(&self) -> String {
        quoted(&self.0)
    }
}

/// Where the database is. It may hold a password, so only [`StoreUrl::expose`] gives it in full.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct StoreUrl(String);

impl StoreUrl {
    /// The URL with its password, for the connection and nothing else. Empty for the file in the data directory.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// The URL without password and parameters, which may hold one too.
    pub(crate) fn masked(&self) -> String {
        if self.0.is_empty() || self.0.starts_with("sqlite:") {
            return self.0.clone();
        }
        let Ok(mut url) = Url::parse(&self.0) else { return "***".to_owned() };
        if url.password().is_some() && url.set_password(Some("***")).is_err() {
            return "***".to_owned();
        }
        if url.query().is_some() {
            url.set_query(Some("***"));
        }
        url.set_fragment(None);
        url.to_string()
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.masked())
    }
}

impl Serialize for StoreUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.masked())
    }
}

impl Setting for StoreUrl {
    fn kind(&self) -> &'static str {
        "\"\", \"sqlite:PATH\" or \"postgres://USER:PASSWORD@HOST/DATABASE\" (special characters in a password as %XX)"
    }

    fn take(&mut self, given: &Given<'_>, _: &Check) -> bool {
        let Some(text) = given.text().map(str::trim) else { return false };
        let is_file = text.strip_prefix("sqlite:").is_some_and(|path| !path.trim_start_matches('/').is_empty());
        let is_server = || {
            Url::parse(text)
                .is_ok_and(|url| matches!(url.scheme(), "postgres" | "postgresql") && !url.cannot_be_a_base())
        };
        if !(text.is_empty() || is_file || is_server()) {
            return false;
        }
        text.clone_into(&mut self.0);
        true
    }

    fn json(&self) -> serde_json::Value {
        self.masked().into()
    }

    fn written(&self) -> String {
        quoted(&self.0)
    }

    fn shown(&self) -> String {
        quoted(&self.masked())
    }

    fn is_secret(&self) -> bool {
        true
    }
}

/// Hosts, addresses and networks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Places(Vec<String>);

impl Deref for Places {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.0
    }
}

fn is_net(text: &str) -> bool {
    let text = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let (address, length) = text.split_once('/').unwrap_or((text, "0"));
    let longest = match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    length.parse::<u8>().is_ok_and(|length| length <= longest)
}

/// An address, a network or a host name, each with or without a port.
fn is_place(text: &str) -> bool {
    if is_net(text) {
        return true;
    }
    let place = match text.rsplit_once(':') {
        Some((place, port)) if port.parse::<u16>().is_ok() => place,
        Some(_) => return false,
        None => text,
    };
    is_net(place) || is_name(place)
}

fn is_name(text: &str) -> bool {
    matches!(Host::parse(text), Ok(Host::Domain(name)) if !name.contains('*'))
}

impl Setting for Places {
    fn kind(&self) -> &'static str {
        "a list of host names, addresses and networks such as [\"wiki.example.internal:8080\", \"10.20.0.0/16\"]"
    }

    fn take(&mut self, given: &Given<'_>, check: &Check) -> bool {
        let is_good = if matches!(check, Check::Names) { is_name } else { is_place };
        match given.list() {
            Some(list) if list.iter().all(|item| is_good(item)) => self.0 = list,
            _ => return false,
        }
        true
    }

    fn json(&self) -> serde_json::Value {
        self.0.clone().into()
    }

    fn written(&self) -> String {
        let items: Vec<String> = self.0.iter().map(|item| quoted(item)).collect();
        format!("[{}]", items.join(", "))
    }
}

/// Which log lines are wanted, in the language of `tracing-subscriber`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct LogFilter(String);

impl LogFilter {
    /// One that stands in the code.
    pub(crate) fn fixed(filter: &'static str) -> Self {
        Self(filter.to_owned())
    }
}

impl Deref for LogFilter {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Setting for LogFilter {
    fn kind(&self) -> &'static str {
        "error, warn, info, debug, trace or off, also by part such as \"info,switchboard_networks=debug\""
    }

    fn take(&mut self, given: &Given<'_>, _: &Check) -> bool {
        let Some(text) = given.text().map(str::trim) else { return false };
        // A bare word that is no level is read as the name of a part, which would silence all the others.
        let is_level = |word: &str| word.parse::<tracing::level_filters::LevelFilter>().is_ok();
        let has_unknown_level = text.split(',').any(|rule| !rule.contains(['=', '[']) && !is_level(rule.trim()));
        if text.is_empty() || has_unknown_level || tracing_subscriber::EnvFilter::try_new(text).is_err() {
            return false;
        }
        text.clone_into(&mut self.0);
        true
    }

    fn json(&self) -> serde_json::Value {
        self.0.as_str().into()
    }

    fn written(&self) -> String {
        quoted(&self.0)
    }
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One object a line.
    Json,
}

impl LogFormat {
    fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
    }
}

impl Setting for LogFormat {
    fn kind(&self) -> &'static str {
        "\"text\" or \"json\""
    }

    fn take(&mut self, given: &Given<'_>, _: &Check) -> bool {
        *self = match given.text() {
            Some("text") => Self::Text,
            Some("json") => Self::Json,
            _ => return false,
        };
        true
    }

    fn json(&self) -> serde_json::Value {
        self.as_str().into()
    }

    fn written(&self) -> String {
        quoted(self.as_str())
    }
}

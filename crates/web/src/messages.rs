//! What pages say, in the reader's language: the only way from a message's name to words.
//!
//! The words stand in `messages/<language>/*.ftl` ([Fluent](https://projectfluent.org)), one file for each area of the
//! pages. Templates and code say [`t!`] with a message's name; a test keeps names and messages in step. Who reads is known
//! for the length of a request ([`crate::reader`]); without anybody it is English. A second "language" writes the English
//! words from right to left, so that tests see every text that was left in the code and every side that was taken for
//! granted. What programs read (the API, the command line, the log) is not here: it is English.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use switchboard_model::PageLanguage;
use unic_langid::LanguageIdentifier;

/// The words of a message: `t!("desk-all-done")`, `t!("desk-late", count = late)`.
macro_rules! t {
    ($name:literal) => {
        $crate::messages::say($name)
    };
    ($name:literal, $($key:ident = $value:expr),+ $(,)?) => {
        $crate::messages::say_with($name, [$((stringify!($key), ::fluent_bundle::FluentValue::from($value))),+])
    };
}

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Locale {
    #[default]
    English,
    /// English, mirrored: for tests of right-to-left reading.
    Mirrored,
}

impl Locale {
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::Mirrored];

    /// The tag of BCP 47, as `lang` wants it.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Mirrored => "ar-XB",
        }
    }

    /// Which way it reads, as `dir` wants it.
    pub(crate) fn direction(self) -> &'static str {
        match self {
            Self::English => "ltr",
            Self::Mirrored => "rtl",
        }
    }

    /// The language that somebody chose; none if they leave it to their browser.
    pub(crate) fn chosen(language: PageLanguage) -> Option<Self> {
        match language {
            PageLanguage::System => None,
            PageLanguage::English => Some(Self::English),
            PageLanguage::Mirrored => Some(Self::Mirrored),
        }
    }

    pub(crate) fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.tag().eq_ignore_ascii_case(tag))
    }
}

/// One file of messages after the other, as `messages/en` holds them.
const ENGLISH: &[(&str, &str)] = &[
    ("access.ftl", include_str!("../messages/en/access.ftl")),
    ("act.ftl", include_str!("../messages/en/act.ftl")),
    ("chat.ftl", include_str!("../messages/en/chat.ftl")),
    ("question.ftl", include_str!("../messages/en/question.ftl")),
    ("case.ftl", include_str!("../messages/en/case.ftl")),
    ("chart.ftl", include_str!("../messages/en/chart.ftl")),
    ("demo.ftl", include_str!("../messages/en/demo.ftl")),
    ("desk.ftl", include_str!("../messages/en/desk.ftl")),
    ("directory.ftl", include_str!("../messages/en/directory.ftl")),
    ("duty.ftl", include_str!("../messages/en/duty.ftl")),
    ("failures.ftl", include_str!("../messages/en/failures.ftl")),
    ("find.ftl", include_str!("../messages/en/find.ftl")),
    ("handover.ftl", include_str!("../messages/en/handover.ftl")),
    ("load.ftl", include_str!("../messages/en/load.ftl")),
    ("forms.ftl", include_str!("../messages/en/forms.ftl")),
    ("frame.ftl", include_str!("../messages/en/frame.ftl")),
    ("mail.ftl", include_str!("../messages/en/mail.ftl")),
    ("mentions.ftl", include_str!("../messages/en/mentions.ftl")),
    ("merge.ftl", include_str!("../messages/en/merge.ftl")),
    ("notifications.ftl", include_str!("../messages/en/notifications.ftl")),
    ("outreach.ftl", include_str!("../messages/en/outreach.ftl")),
    ("packs.ftl", include_str!("../messages/en/packs.ftl")),
    ("palette.ftl", include_str!("../messages/en/palette.ftl")),
    ("pictures.ftl", include_str!("../messages/en/pictures.ftl")),
    ("post.ftl", include_str!("../messages/en/post.ftl")),
    ("priority.ftl", include_str!("../messages/en/priority.ftl")),
    ("push.ftl", include_str!("../messages/en/push.ftl")),
    ("query.ftl", include_str!("../messages/en/query.ftl")),
    ("routing.ftl", include_str!("../messages/en/routing.ftl")),
    ("script.ftl", include_str!("../messages/en/script.ftl")),
    ("searches.ftl", include_str!("../messages/en/searches.ftl")),
    ("settings.ftl", include_str!("../messages/en/settings.ftl")),
    ("setup.ftl", include_str!("../messages/en/setup.ftl")),
    ("sources.ftl", include_str!("../messages/en/sources.ftl")),
    ("style.ftl", include_str!("../messages/en/style.ftl")),
    ("sweep.ftl", include_str!("../messages/en/sweep.ftl")),
    ("words.ftl", include_str!("../messages/en/words.ftl")),
];

/// The file whose messages scripts say.
const SCRIPT: &str = "script.ftl";

/// The parts that messages of scripts may have.
const SCRIPT_PARTS: [(&str, &str); 3] = [("count", "{count}"), ("time", "{time}"), ("zone", "{zone}")];

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<[Bundle; 2]> = LazyLock::new(|| Locale::ALL.map(bundle));

/// Messages are part of the program; a file that cannot be read is told when the tests load it, and skipped here.
fn bundle(locale: Locale) -> Bundle {
    let language: LanguageIdentifier = locale.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    bundle.set_use_isolating(locale.direction() == "rtl");
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(number) => Some(crate::pages::words::count(number.value as u64)),
        _ => None,
    }));
    if locale == Locale::Mirrored {
        bundle.set_transform(Some(mirrored));
    }
    for (file, text) in ENGLISH {
        let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(resource, errors)| {
            tracing::error!(file, ?errors, "a file of messages cannot be read whole");
            resource
        });
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(file, ?errors, "messages stand twice");
        }
    }
    bundle
}

/// Right to left with the letters upside down, as browsers do it for the made-up locale `ar-XB`.
fn mirrored(text: &str) -> Cow<'_, str> {
    Cow::Owned(format!("\u{202e}{}\u{202c}", fluent_pseudo::transform(text, true, false)))
}

/// Names and words of all messages of scripts, with `{count}` where a part belongs.
pub(crate) fn of_scripts(locale: Locale) -> Vec<(&'static str, String)> {
    let lines = ENGLISH.iter().filter(|(file, _)| *file == SCRIPT).flat_map(|(_, text)| text.lines());
    let names = lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
    let places: FluentArgs<'_> =
        SCRIPT_PARTS.into_iter().map(|(part, place)| (part, FluentValue::from(place))).collect();
    let place = |name| (script_name(name), format(spoken(locale), name, Some(&places)).into_owned());
    names.map(|(name, _)| place(name)).collect()
}

/// Scripts say their names without the file's.
fn script_name(name: &'static str) -> &'static str {
    name.strip_prefix("script-").unwrap_or(name)
}

fn spoken(locale: Locale) -> &'static Bundle {
    let [english, mirrored] = &*BUNDLES;
    match locale {
        Locale::English => english,
        Locale::Mirrored => mirrored,
    }
}

/// The words of a message without parts. [`t!`] is how it is called.
pub(crate) fn say(name: &'static str) -> Cow<'static, str> {
    format(current(), name, None)
}

/// The words of a message with its parts. [`t!`] is how it is called.
pub(crate) fn say_with<const N: usize>(
    name: &'static str,
    parts: [(&'static str, FluentValue<'_>); N],
) -> Cow<'static, str> {
    let args: FluentArgs<'_> = parts.into_iter().collect();
    format(current(), name, Some(&args))
}

fn current() -> &'static Bundle {
    spoken(crate::reader::ask(|reader| reader.locale))
}

fn format(bundle: &'static Bundle, name: &'static str, args: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
    let Some(pattern) = bundle.get_message(name).and_then(|message| message.value()) else {
        tracing::error!(name, "there is no such message");
        debug_assert!(false, "there is no message {name}");
        return Cow::Borrowed(name);
    };
    let mut errors = Vec::new();
    let words = bundle.format_pattern(pattern, args, &mut errors);
    if !errors.is_empty() {
        tracing::error!(name, ?errors, "a message lacks a part");
        debug_assert!(false, "{name} lacks a part: {errors:?}");
    }
    words
}

//! The words that scripts say, as one script for each language: `window.words`, which `words()` in `static/live.js` reads.
//!
//! They stand in `messages/<language>/script.ftl`. Browsers get the text of each message with `{count}` where a part
//! belongs, because only they know the count; which plural form fits is theirs to find out as well.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use crate::error::{PageError, Refusal};
use crate::messages::{self, Locale};
use crate::statics;

/// The words of one language as a script, and its content in a name.
struct Script {
    text: String,
    version: String,
}

static SCRIPTS: LazyLock<[Script; 2]> = LazyLock::new(|| Locale::ALL.map(Script::new));

impl Script {
    fn new(locale: Locale) -> Self {
        let words: BTreeMap<&str, String> = messages::of_scripts(locale).into_iter().collect();
        // Nothing but strings, which are always JSON.
        let text = format!("window.words = {};\n", serde_json::to_string(&words).unwrap_or_default());
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        Self { version: format!("{:016x}", hasher.finish()), text }
    }

    fn of(locale: Locale) -> &'static Self {
        let [english, mirrored] = &*SCRIPTS;
        match locale {
            Locale::English => english,
            Locale::Mirrored => mirrored,
        }
    }
}

/// The address of a language's words, with their content's name in it so that browsers may keep them for ever.
pub(crate) fn address(locale: Locale) -> String {
    format!("/words/{}/{}.js", locale.tag(), Script::of(locale).version)
}

/// `GET /words/{tag}/{version}.js`
pub(crate) async fn show(Path((tag, file)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let (Some(locale), Some(version)) = (Locale::from_tag(&tag), file.strip_suffix(".js")) else {
        return PageError(Refusal::not_found("there are no such words")).into_response();
    };
    let script = Script::of(locale);
    let keep = if version == script.version { statics::FOR_EVER } else { statics::ASK_AGAIN };
    statics::answer(&headers, &script.version, keep, "text/javascript; charset=utf-8", || script.text.clone().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_get_their_words_with_places_for_parts() {
        let english = &Script::of(Locale::English).text;
        for part in ["window.words = {", "\"new-cases-one\":\"{count} new case: show\"", "lost at {time}."] {
            assert!(english.contains(part), "{part}: {english}");
        }
        let mirrored = &Script::of(Locale::Mirrored).text;
        assert!(mirrored.contains("{count}") && !mirrored.contains(": show"), "{mirrored}");
        assert_ne!(address(Locale::English), address(Locale::Mirrored));
    }

    #[test]
    fn every_word_of_a_script_is_there() {
        let words = messages::of_scripts(Locale::English);
        let is_there = |name: &str| words.iter().any(|(known, _)| *known == name || *known == format!("{name}-other"));
        let mut used = Vec::new();
        let scripts = [
            include_str!("../static/live.js"),
            include_str!("../static/rows.js"),
            include_str!("../static/bulk.js"),
            include_str!("../static/desk.js"),
            include_str!("../static/act.js"),
            include_str!("../static/palette.js"),
            include_str!("../static/connection.js"),
            include_str!("../static/directory.js"),
            include_str!("../static/named.js"),
            include_str!("../static/kept.js"),
            include_str!("../static/volume.js"),
            include_str!("../static/touch.js"),
            include_str!("../static/setup.js"),
        ];
        for script in scripts {
            used.extend(script.split("words(\"").skip(1).filter_map(|rest| rest.split('"').next()));
        }
        // What was done is said by the verb of its address.
        let verbs = [
            "claim",
            "assign",
            "release",
            "confirm",
            "transfer",
            "accept",
            "decline",
            "withdraw-offer",
            "note",
            "tag",
            "prioritise",
            "snooze",
            "wait",
            "wait-colleague",
            "question",
            "answer-question",
            "withdraw-question",
            "watch",
            "unwatch",
            "involve",
            "excuse",
            "take-apart",
            "resume",
            "close",
            "reopen",
            "undo",
        ];
        let done = verbs.map(|verb| format!("done-{verb}"));
        used.extend(done.iter().map(String::as_str));
        assert!(used.len() > 10, "{used:?}");
        // Those of times are put together of a form and a unit.
        let units = ["seconds", "minutes", "hours", "days"];
        let times = ["ago", "in", "long"].map(|form| units.map(|unit| format!("{form}-{unit}")));
        used.extend(times.iter().flatten().map(String::as_str));
        for name in &used {
            assert!(is_there(name), "{name}");
        }
        let is_used = |name: &str| {
            let counted = ["-one", "-other"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
            used.contains(&counted)
        };
        for (name, _) in &words {
            assert!(is_used(name), "no script says {name}");
        }
    }
}

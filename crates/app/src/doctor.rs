//! What is wrong with an installation, as far as its store tells, and what to do about it.
//!
//! Looks only; mends nothing. The command adds what the file system tells (`doctor` on the command line).

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use switchboard_match::Query;
use switchboard_model::{HealthState, PostFilter, Source};
use switchboard_store::{Store, StoreError};

use crate::directory::team;
use crate::people::People;

/// A clock may run this far behind the newest post before it counts as wrong.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_mins(5);

/// A followed source that has not answered for this long is worth a word even if nothing failed.
const SILENT_AFTER: SignedDuration = SignedDuration::from_hours(48);

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// As it should be.
    Good,
    /// Works, but somebody should look.
    Warning,
    /// Something is damaged or does not work.
    Problem,
}

impl Grade {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub grade: Grade,
    /// What was looked at.
    pub about: String,
    /// What was seen.
    pub seen: String,
    /// What to do; empty when all is well.
    pub remedy: String,
}

impl Finding {
    /// Something that is as it should be.
    pub fn good(about: impl Into<String>, seen: impl Into<String>) -> Self {
        Self { grade: Grade::Good, about: about.into(), seen: seen.into(), remedy: String::new() }
    }

    /// Something that somebody should look at.
    pub fn warning(about: impl Into<String>, seen: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { grade: Grade::Warning, about: about.into(), seen: seen.into(), remedy: remedy.into() }
    }

    /// Something that does not work.
    pub fn problem(about: impl Into<String>, seen: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { grade: Grade::Problem, about: about.into(), seen: seen.into(), remedy: remedy.into() }
    }
}

/// Examines a store: its integrity, its searches, its sources, its dates.
pub async fn examine(store: &Store, now: Timestamp) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    let check = store.check().await?;
    if check.findings.is_empty() {
        let seen = format!("{} posts, {} mentions, nothing out of place", check.posts, check.mentions);
        findings.push(Finding::good("store", seen));
    }
    for fault in check.findings {
        let remedy = "restore the newest backup, and keep the damaged store for a look";
        findings.push(Finding::problem(format!("store, {}", fault.part), fault.message, remedy));
    }
    let words_before = store.words_before().await?;
    if words_before > 0 {
        findings.push(Finding::warning(
            "index of words",
            format!(
                "up to {words_before} older posts are still to be taken into it; until then they are found more slowly"
            ),
            "let switchboard serve run, it goes on by itself",
        ));
    }
    let said_before = store.said_before().await?;
    if said_before > 0 {
        findings.push(Finding::warning(
            "index of what is said in cases",
            format!(
                "up to {said_before} older texts are still to be taken into it; until then they are found more slowly"
            ),
            "let switchboard serve run, it goes on by itself",
        ));
    }
    let cases = store.check_cases().await?;
    if cases.findings.is_empty() {
        let seen =
            format!("{} cases, {} events: each has one owner and is what its history says", cases.cases, cases.events);
        findings.push(Finding::good("cases", seen));
    }
    for fault in cases.findings {
        let remedy = "keep a copy of the store for a look, and restore the newest backup if work is hindered";
        findings.push(Finding::problem(format!("cases, {}", fault.part), fault.message, remedy));
    }
    let needs = store.count_needs().await?;
    findings.push(match needs.orphans {
        0 => {
            let (owned, answered, dismissed) = (needs.owned, needs.answered, needs.dismissed);
            let seen = format!(
                "{} need an answer: {owned} are owned, {answered} answered, {dismissed} dismissed",
                needs.mentions
            );
            Finding::good("mentions", seen)
        }
        orphans => Finding::warning(
            "mentions",
            format!("{orphans} need an answer and nobody has them"),
            "run switchboard sweep: it opens their cases and says which",
        ),
    });
    let people = People::new(store.load_household().await?);
    findings.extend(team::examine(&people));
    let newest = store.list_posts(&PostFilter { with_private: true, limit: 1, ..Default::default() }).await?;
    findings.extend(newest.first().and_then(|post| clock(now, post.captured_at)));
    let searches = store.list_searches().await?;
    if searches.is_empty() {
        findings.push(Finding::warning(
            "searches",
            "there are none, so nothing is kept but what is addressed to you",
            "add one: switchboard search add NAME QUERY",
        ));
    }
    for search in &searches {
        if let Err(error) = Query::parse_with(&search.query, people.packs().compiled()) {
            let about = format!("search '{}'", search.name);
            findings.push(Finding::problem(
                about,
                format!("cannot be read and does not listen: {error}"),
                "write it anew",
            ));
        }
    }
    for pack in people.packs().list() {
        if let Some(error) = &pack.error {
            let about = format!("pack '{}'", pack.text.name);
            findings.push(Finding::problem(about, format!("cannot be used: {error}"), "write it anew"));
        }
    }
    let sources = store.list_sources().await?;
    if sources.is_empty() {
        findings.push(Finding::warning("sources", "there are none", "add one: switchboard source add LINK"));
    }
    findings.extend(sources.iter().map(|source| examine_source(source, now)));
    Ok(findings)
}

fn clock(now: Timestamp, newest: Timestamp) -> Option<Finding> {
    (newest.duration_since(now) > CLOCK_SLACK).then(|| {
        Finding::problem(
            "clock",
            format!("the newest post was captured at {newest}, which is still to come"),
            "set this machine's clock; deadlines and reports go by it",
        )
    })
}

fn examine_source(source: &Source, now: Timestamp) -> Finding {
    let (about, health) = (format!("source '{}'", source.name), &source.health);
    if !source.is_enabled {
        return Finding::good(about, "paused");
    }
    match health.state {
        HealthState::Broken => Finding::problem(
            about,
            health.message.clone(),
            "mend its settings or remove it; it is asked again every hour",
        ),
        HealthState::Failing => Finding::warning(
            about,
            format!("{} (failed {} times in a row)", health.message, health.failures),
            "it is tried again by itself; look again later",
        ),
        _ => match health.succeeded_at {
            Some(at) if source.kind.is_followed() && now.duration_since(at) > SILENT_AFTER => {
                Finding::warning(about, format!("last answered at {at}"), "is switchboard serve running all the time?")
            }
            Some(at) => Finding::good(about, format!("last answered at {at}")),
            None => Finding::good(about, "not asked yet"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn a_clock_that_went_back_is_named() {
        assert_eq!(clock(at("2026-01-02T00:00:00Z"), at("2026-01-02T00:01:00Z")), None);
        let found = clock(at("1970-01-01T00:00:00Z"), at("2026-01-02T00:00:00Z")).expect("found");
        assert_eq!(found.grade, Grade::Problem);
    }
}

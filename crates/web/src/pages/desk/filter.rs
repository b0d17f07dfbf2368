//! The form in the head of the list: what is filtered, and the view that it is saved as.

use std::borrow::Cow;

use askama::Template;
use switchboard_app::rights::{Actor, Right};
use switchboard_model::{CaseOrder, View, ViewFilter, ViewOwner, ViewState};

use super::choice::Choice;
use crate::error::Refusal;
use crate::pages::colleagues::Colleagues;
use crate::pages::forms::{self, Entry, Input};
use crate::pages::words;

/// Networks that are offered by name; any other can be written.
const NETWORKS: [&str; 6] = ["mastodon", "bluesky", "hackernews", "feed", "reddit", "mail"];

/// Languages that are offered: those that have a name in the messages.
const LANGUAGES: [&str; 38] = [
    "ar", "bg", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it",
    "ja", "ko", "lt", "lv", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "th", "tr", "uk", "vi", "zh",
];

#[derive(Template)]
#[template(path = "desk/_filter.html")]
pub(crate) struct FilterPane {
    entries: Vec<Entry>,
    /// Networks by name and words.
    networks: Vec<(&'static str, Cow<'static, str>)>,
    /// Whether the list is less than its whole queue.
    is_filtered: bool,
    save: Option<SaveForm>,
    /// Address that removes the view that is shown, where whoever looks may, and what it is called.
    removal: Option<(String, String)>,
}

/// What saves the list as a view.
struct SaveForm {
    /// The filter as the address says it.
    fields: Vec<(&'static str, String)>,
    entries: Vec<Entry>,
    /// Why it was not saved, where no field is to blame.
    complaint: Option<String>,
    /// Whether it was refused just now.
    is_refused: bool,
}

/// A view that was not saved: what was typed, and why.
pub(crate) struct Unsaved {
    pub(crate) name: String,
    pub(crate) is_shared: bool,
    pub(crate) refusal: Refusal,
}

impl FilterPane {
    /// The form of a list; none for what no view says.
    pub(crate) fn new(
        choice: &Choice,
        shown: Option<&View>,
        actor: &Actor,
        colleagues: &Colleagues,
        unsaved: Option<&Unsaved>,
    ) -> Option<Self> {
        let whole = choice.whole()?;
        let may_share = actor.may(Right::Administer).is_ok();
        let may_remove = |view: &&View| view.user.is_some() || may_share;
        let removal = shown.filter(may_remove);
        Some(Self {
            networks: NETWORKS.map(|network| (network, words::network(network))).into(),
            is_filtered: !choice.is_plain(),
            // The operator of the machine is nobody who could keep a view.
            save: actor.user().map(|_| SaveForm::new(choice, may_share, unsaved)),
            removal: removal.map(|view| (format!("/desk/views/{}/remove", view.id), view.name.clone())),
            entries: entries(&whole, colleagues),
        })
    }
}

impl SaveForm {
    fn new(choice: &Choice, may_share: bool, unsaved: Option<&Unsaved>) -> Self {
        let typed = unsaved.map(|unsaved| unsaved.name.as_str()).unwrap_or_default();
        let mut entries = vec![Entry::line("name", t!("desk-view-name"), typed).required()];
        if may_share {
            let is_shared = unsaved.is_some_and(|unsaved| unsaved.is_shared);
            entries.push(Entry::tick("is_shared", t!("desk-view-shared"), is_shared));
        }
        let complaint = forms::complain(&mut entries, unsaved.map(|unsaved| &unsaved.refusal));
        let fields = choice.fields().into_iter().map(|(name, value)| (name, value.into_owned())).collect();
        Self { fields, entries, complaint, is_refused: unsaved.is_some() }
    }
}

fn entries(filter: &ViewFilter, colleagues: &Colleagues) -> Vec<Entry> {
    let departments = colleagues.departments.iter();
    let departments = departments.filter(|one| one.is_active || filter.departments.contains(&one.id));
    let departments = departments
        .map(|one| forms::Choice::new(one.key.as_str(), one.name.as_str(), filter.departments.contains(&one.id)));
    // What is not filtered stands in no address.
    let owners = [
        (ViewOwner::Anybody, "", t!("desk-filter-anybody")),
        (ViewOwner::Me, "me", t!("desk-filter-me")),
        (ViewOwner::Nobody, "nobody", t!("desk-filter-nobody")),
    ];
    let states = [
        (ViewState::NotClosed, "", t!("desk-state-not-closed")),
        (ViewState::Open, "open", t!("desk-state-open")),
        (ViewState::Waiting, "waiting", t!("desk-state-waiting")),
        (ViewState::Snoozed, "snoozed", t!("desk-state-asleep")),
        (ViewState::Closed, "closed", t!("desk-state-closed")),
    ];
    let orders = [
        (CaseOrder::Priority, "", t!("desk-filter-by-priority")),
        (CaseOrder::Newest, "newest", t!("desk-filter-by-newest")),
    ];
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let least = if filter.least_priority > 0 { filter.least_priority.to_string() } else { String::new() };
    vec![
        Entry::one("owner", t!("desk-filter-owner"), choices(&owners, filter.owner)),
        Entry::one("state", t!("desk-filter-state"), choices(&states, filter.state)),
        Entry::line("tag", t!("desk-filter-tag"), text(&filter.tag)),
        Entry::line("network", t!("desk-filter-network"), text(&filter.network)).list("desk-networks"),
        Entry::one("language", t!("desk-filter-language"), languages(filter.language.as_deref())),
        Entry { input: Input::Line("number"), ..Entry::line("least", t!("desk-filter-least"), least) },
        Entry::one("order", t!("desk-filter-order"), choices(&orders, filter.order)),
        Entry::any("department", t!("desk-filter-departments"), departments.collect()),
    ]
}

fn choices<T: PartialEq>(all: &[(T, &str, Cow<'static, str>)], chosen: T) -> Vec<forms::Choice> {
    all.iter().map(|(one, value, words)| forms::Choice::new(*value, words.as_ref(), *one == chosen)).collect()
}

/// All languages by name, and the chosen one if it is another.
fn languages(chosen: Option<&str>) -> Vec<forms::Choice> {
    let other = chosen.filter(|tag| !LANGUAGES.contains(tag));
    let mut known: Vec<(String, &str)> =
        LANGUAGES.into_iter().chain(other).map(|tag| (words::language(tag), tag)).collect();
    known.sort();
    let any = forms::Choice::new("", t!("desk-filter-any-language"), chosen.is_none());
    let known = known.into_iter().map(|(name, tag)| forms::Choice::new(tag, name, chosen == Some(tag)));
    std::iter::once(any).chain(known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::desk::choice::tests::choice;
    use crate::pages::samples;

    #[test]
    fn every_language_that_is_offered_has_a_name() {
        for tag in LANGUAGES {
            assert_ne!(words::language(tag), tag);
        }
    }

    #[test]
    fn the_form_says_what_is_filtered() {
        let colleagues = samples::colleagues();
        let form = |query: &[(&str, &str)], role| {
            let choice = choice(query).expect("a list");
            let pane = FilterPane::new(&choice, None, &samples::actor(role), &colleagues, None);
            pane.map(|pane| pane.render().expect("renders"))
        };
        let member = switchboard_model::Role::Member;
        let html = form(&[("queue", "unclaimed:service"), ("language", "xx")], member).expect("a form");
        for part in [
            "value=\"service\" checked",
            "value=\"nobody\" selected",
            "value=\"xx\" selected",
            "name=\"queue\" value=\"unclaimed:service\"",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("is_shared"), "members share nothing");
        samples::assert_harmless(&html);
        let administrator = switchboard_model::Role::Administrator;
        assert!(form(&[], administrator).expect("a form").contains("is_shared"));
        assert_eq!(form(&[("queue", "offered")], administrator), None);
    }
}

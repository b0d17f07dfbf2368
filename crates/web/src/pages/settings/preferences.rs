//! How the pages look to somebody, and by which language and clock they speak: a part of the page about oneself.

use std::borrow::Cow;

use axum::extract::State;
use axum::response::Response;
use switchboard_app::directory::preferences::PreferencesChange;
use switchboard_app::directory::user::UserChange;
use switchboard_model::{ClockFace, Contrast, Density, PageLanguage, Preferences, SingleKeys, Theme};

use super::form::Act;
use super::you;
use crate::error::{PageError, Refusal};
use crate::options::Web;
use crate::pages::forms::{Choice, Entry, Fields, about_form};
use crate::pages::go;
use crate::visitor::Visitor;

/// The part of the page.
pub(super) fn act(chosen: Preferences) -> Act {
    Act {
        title: t!("settings-looks"),
        about: t!("settings-looks-about").into_owned(),
        action: "/settings/you/preferences".to_owned(),
        submit: t!("settings-save"),
        entries: entries(chosen),
    }
}

/// The choices with what is chosen. One that is missing in what a form posts stays as it is.
fn entries(chosen: Preferences) -> Vec<Entry> {
    /// One choice as a field.
    macro_rules! one {
        ($name:ident: $kind:ident, $label:expr, $words:expr) => {{
            let is_chosen = |one: $kind| one == chosen.$name;
            let choice = |one: &$kind| Choice::new(one.as_str(), $words(*one), is_chosen(*one));
            Entry::one(stringify!($name), $label, $kind::ALL.iter().map(choice).collect())
        }};
    }
    vec![
        one!(theme: Theme, t!("settings-looks-theme"), theme_words),
        one!(contrast: Contrast, t!("settings-looks-contrast"), contrast_words),
        one!(density: Density, t!("settings-looks-density"), density_words),
        one!(keys: SingleKeys, t!("settings-looks-keys"), keys_words).help(t!("settings-looks-keys-help")),
        one!(language: PageLanguage, t!("settings-looks-language"), language_words),
        one!(clock: ClockFace, t!("settings-looks-clock"), clock_words),
    ]
}

fn theme_words(theme: Theme) -> Cow<'static, str> {
    match theme {
        Theme::System => t!("settings-looks-system"),
        Theme::Light => t!("settings-looks-light"),
        Theme::Dark => t!("settings-looks-dark"),
    }
}

fn contrast_words(contrast: Contrast) -> Cow<'static, str> {
    match contrast {
        Contrast::System => t!("settings-looks-system"),
        Contrast::More => t!("settings-looks-more-contrast"),
    }
}

fn density_words(density: Density) -> Cow<'static, str> {
    match density {
        Density::Normal => t!("settings-looks-normal"),
        Density::Compact => t!("settings-looks-compact"),
        Density::Roomy => t!("settings-looks-roomy"),
    }
}

fn keys_words(keys: SingleKeys) -> Cow<'static, str> {
    match keys {
        SingleKeys::On => t!("settings-looks-keys-on"),
        SingleKeys::Off => t!("settings-looks-keys-off"),
    }
}

fn language_words(language: PageLanguage) -> Cow<'static, str> {
    match language {
        PageLanguage::System => t!("settings-looks-browser"),
        PageLanguage::English => t!("settings-looks-english"),
        PageLanguage::Mirrored => t!("settings-looks-mirrored"),
    }
}

fn clock_words(clock: ClockFace) -> Cow<'static, str> {
    match clock {
        ClockFace::Day => t!("settings-looks-24"),
        ClockFace::HalfDay => t!("settings-looks-12"),
    }
}

fn read(fields: &Fields) -> Result<PreferencesChange, Refusal> {
    /// The word that a field posted, if it is there.
    macro_rules! one {
        ($name:literal, $kind:ident) => {
            match fields.find($name).map($kind::from_word) {
                Some(None) => {
                    return Err(Refusal::unprocessable("bad_preference", t!("settings-looks-bad")).about($name));
                }
                said => said.flatten(),
            }
        };
    }
    Ok(PreferencesChange {
        theme: one!("theme", Theme),
        contrast: one!("contrast", Contrast),
        density: one!("density", Density),
        keys: one!("keys", SingleKeys),
        language: one!("language", PageLanguage),
        clock: one!("clock", ClockFace),
    })
}

/// `POST /settings/you/preferences`
pub(crate) async fn change(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let user = you::user(&visitor)?;
    let changed = match read(&fields) {
        Ok(preferences) => {
            let change = UserChange { preferences, ..UserChange::default() };
            web.app.change_user(&visitor.actor, user.id, change).await.map_err(Refusal::from)
        }
        Err(refusal) => Err(refusal),
    };
    match changed {
        Ok(_) => Ok(go("/settings/you")),
        Err(refusal) => you::refused(&web.app, user, &visitor, &about_form(refusal)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::Locale;
    use crate::pages::forms::Input;

    #[test]
    fn every_language_of_the_pages_can_be_chosen() {
        let chosen: Vec<Locale> = PageLanguage::ALL.iter().filter_map(|one| Locale::chosen(*one)).collect();
        assert_eq!(chosen, Locale::ALL, "the mirrored one last");
        for language in PageLanguage::ALL {
            let tag = Locale::chosen(*language).map(Locale::tag);
            assert_eq!(tag.unwrap_or("system"), language.as_str());
        }
    }

    #[test]
    fn what_is_shown_is_what_can_be_read() {
        let entries = entries(Preferences { clock: ClockFace::HalfDay, ..Preferences::default() });
        let first = |entry: &Entry| match &entry.input {
            Input::One(choices) => choices.iter().find(|choice| choice.is_chosen).expect("one").value.clone(),
            other => panic!("{other:?}"),
        };
        let fields = Fields(entries.iter().map(|entry| (entry.name.to_owned(), first(entry))).collect());
        let expected = PreferencesChange {
            theme: Some(Theme::System),
            contrast: Some(Contrast::System),
            density: Some(Density::Normal),
            keys: Some(SingleKeys::On),
            language: Some(PageLanguage::System),
            clock: Some(ClockFace::HalfDay),
        };
        assert_eq!(read(&fields).ok(), Some(expected));
        assert_eq!(read(&Fields::default()).ok(), Some(PreferencesChange::default()));
        let wrong = read(&Fields(vec![("theme".to_owned(), "sepia".to_owned())])).expect_err("refused");
        assert_eq!(wrong.field, Some("theme"));
    }
}

//! What somebody prefers about the pages, and how that changes.

use serde::{Deserialize, Serialize};
use switchboard_model::{ClockFace, Contrast, Density, PageLanguage, Preferences, SingleKeys, Theme};

/// Preferences that are to change; the rest stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreferencesChange {
    /// Light pages or dark ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<Theme>,
    /// How far words stand out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contrast: Option<Contrast>,
    /// How close things stand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub density: Option<Density>,
    /// Whether single keys act.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<SingleKeys>,
    /// The language of the pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<PageLanguage>,
    /// How times are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockFace>,
}

impl PreferencesChange {
    /// What is preferred after the change.
    pub(super) fn applied_to(self, before: Preferences) -> Preferences {
        Preferences {
            theme: self.theme.unwrap_or(before.theme),
            contrast: self.contrast.unwrap_or(before.contrast),
            density: self.density.unwrap_or(before.density),
            keys: self.keys.unwrap_or(before.keys),
            language: self.language.unwrap_or(before.language),
            clock: self.clock.unwrap_or(before.clock),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_stays() {
        let dark = Preferences { theme: Theme::Dark, clock: ClockFace::HalfDay, ..Preferences::default() };
        let change = PreferencesChange { theme: Some(Theme::Light), keys: Some(SingleKeys::Off), ..Default::default() };
        assert_eq!(
            change.applied_to(dark),
            Preferences { theme: Theme::Light, keys: SingleKeys::Off, clock: ClockFace::HalfDay, ..Default::default() }
        );
        assert_eq!(PreferencesChange::default().applied_to(dark), dark);
    }
}

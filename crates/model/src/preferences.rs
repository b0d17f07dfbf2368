//! What each user prefers about the pages: how they look, in which words and by which clock they speak.
//!
//! Every choice is one of a few words. A form, a program or a command that says another one is refused; in what was
//! stored, an unknown word falls back to the default, so that an older program reads what a newer one wrote.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// A choice between a few words, the first of which is the default.
macro_rules! choice {
    ($(#[$about:meta])* $name:ident { $(#[$of_first:meta])* $first:ident = $first_word:literal,
        $($(#[$of:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$about])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, serde::Serialize, serde::Deserialize,
        )]
        pub enum $name {
            $(#[$of_first])*
            #[default]
            #[serde(rename = $first_word)]
            $first,
            $($(#[$of])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// All choices, the default first.
            pub const ALL: &'static [Self] = &[Self::$first, $(Self::$variant),+];

            /// The word for it.
            pub fn as_str(self) -> &'static str {
                match self {
                    Self::$first => $first_word,
                    $(Self::$variant => $word,)+
                }
            }

            /// Reads the word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|choice| choice.as_str() == word)
            }
        }
    };
}
pub(crate) use choice;

choice! {
    /// Light pages or dark ones.
    Theme {
        /// As the device has it.
        System = "system",
        /// Dark on light.
        Light = "light",
        /// Light on dark.
        Dark = "dark",
    }
}

choice! {
    /// How far words stand out from their ground.
    Contrast {
        /// As the device has it.
        System = "system",
        /// As far as they can.
        More = "more",
    }
}

choice! {
    /// How close things stand.
    Density {
        /// Two lines for each case.
        Normal = "normal",
        /// More cases at a glance.
        Compact = "compact",
        /// More of each case.
        Roomy = "roomy",
    }
}

choice! {
    /// Whether single keys act on the desk. Who dictates or presses keys by accident turns them off (WCAG 2.1.4).
    SingleKeys {
        /// They act.
        On = "on",
        /// Only keys that are held together with Ctrl, and those that every page has.
        Off = "off",
    }
}

choice! {
    /// The language of the pages.
    PageLanguage {
        /// What the browser asks for, as far as there are words for it.
        System = "system",
        /// English.
        English = "en",
        /// English, mirrored: to see how pages stand from right to left.
        Mirrored = "ar-XB",
    }
}

choice! {
    /// How many hours a clock has.
    ClockFace {
        /// Once around the day.
        Day = "24",
        /// Twice around, with AM and PM.
        HalfDay = "12",
    }
}

/// What a user prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// Light pages or dark ones.
    #[serde(deserialize_with = "known")]
    pub theme: Theme,
    /// How far words stand out.
    #[serde(deserialize_with = "known")]
    pub contrast: Contrast,
    /// How close things stand.
    #[serde(deserialize_with = "known")]
    pub density: Density,
    /// Whether single keys act.
    #[serde(deserialize_with = "known")]
    pub keys: SingleKeys,
    /// The language of the pages.
    #[serde(deserialize_with = "known")]
    pub language: PageLanguage,
    /// How times are told.
    #[serde(deserialize_with = "known")]
    pub clock: ClockFace,
}

/// Reads a choice; what is none of its words is the default.
fn known<'de, D: Deserializer<'de>, C: DeserializeOwned + Default>(deserializer: D) -> Result<C, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_as_they_were_written() {
        let chosen = Preferences {
            theme: Theme::Dark,
            contrast: Contrast::More,
            density: Density::Compact,
            keys: SingleKeys::Off,
            language: PageLanguage::Mirrored,
            clock: ClockFace::HalfDay,
        };
        let written = serde_json::to_string(&chosen).expect("JSON");
        assert_eq!(
            written,
            r#"{"theme":"dark","contrast":"more","density":"compact","keys":"off","language":"ar-XB","clock":"12"}"#
        );
        assert_eq!(serde_json::from_str::<Preferences>(&written).expect("read"), chosen);
        assert_eq!(PageLanguage::from_word("ar-XB"), Some(PageLanguage::Mirrored));
    }

    #[test]
    fn what_is_stored_and_unknown_is_the_default() {
        let check = |stored: &str, expected: Preferences| {
            assert_eq!(serde_json::from_str::<Preferences>(stored).expect("read"), expected, "{stored}");
        };
        check("{}", Preferences::default());
        check(r#"{"theme":"sepia","clock":12,"keys":null,"font":"large"}"#, Preferences::default());
        check(r#"{"theme":"light","density":"huge"}"#, Preferences { theme: Theme::Light, ..Preferences::default() });
    }
}

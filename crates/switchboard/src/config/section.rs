//! A section of the configuration is declared once, with [`section!`]: that gives the struct, its defaults, and the
//! table of keys from which reading, messages, the sample file and the reference page are made.

use super::value::{Check, Setting};

/// What is known of one key besides its value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    /// Its word in the file.
    pub(crate) name: &'static str,
    /// Its documentation, line by line, as written above the field.
    pub(crate) doc: &'static [&'static str],
    /// What a value has to satisfy beyond its type.
    pub(crate) check: Check,
}

impl Key {
    /// The environment variable that sets this key.
    pub(crate) fn variable(&self, section: &str) -> String {
        format!("{}{}__{}", super::PREFIX, section.to_uppercase(), self.name.to_uppercase())
    }
}

/// One `[section]` of the file.
pub(crate) trait Section {
    /// Its word in the file.
    fn name(&self) -> &'static str;

    /// Its documentation, line by line.
    fn doc(&self) -> &'static [&'static str];

    /// Its keys with their values, in the order of the declaration.
    fn entries(&self) -> Vec<(Key, &dyn Setting)>;

    /// The same, to be set.
    fn entries_mut(&mut self) -> Vec<(Key, &mut dyn Setting)>;
}

/// Declares a section: documentation, name of the struct, its word in the file, and a `key: Type = default` a line,
/// with ` => Check::…` where the type alone allows too much.
macro_rules! section {
    ($(#[doc = $about:literal])+ $name:ident $word:literal {
        $($(#[doc = $doc:literal])+ $key:ident: $kind:ty = $default:expr $(=> $check:expr)?,)+
    }) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        pub(crate) struct $name {
            $($(#[doc = $doc])+ pub(crate) $key: $kind,)+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($key: $default,)+ }
            }
        }

        impl $crate::config::section::Section for $name {
            fn name(&self) -> &'static str {
                $word
            }

            fn doc(&self) -> &'static [&'static str] {
                &[$($about,)+]
            }

            fn entries(&self) -> Vec<($crate::config::section::Key, &dyn $crate::config::value::Setting)> {
                vec![$(($crate::config::section::section!(@key $key [$($doc,)+] $($check)?), &self.$key),)+]
            }

            fn entries_mut(&mut self) -> Vec<($crate::config::section::Key, &mut dyn $crate::config::value::Setting)> {
                vec![$(($crate::config::section::section!(@key $key [$($doc,)+] $($check)?), &mut self.$key),)+]
            }
        }
    };
    (@key $key:ident [$($doc:literal,)+]) => {
        $crate::config::section::section!(@key $key [$($doc,)+] $crate::config::value::Check::None)
    };
    (@key $key:ident [$($doc:literal,)+] $check:expr) => {
        $crate::config::section::Key { name: stringify!($key), doc: &[$($doc,)+], check: $check }
    };
}
pub(crate) use section;

//! `[look_back]`

use crate::config::section::section;
use crate::config::value::Check;

section! {
    /// What is kept for a while of posts that no search wants, in the directory `look-back` of the data directory.
    /// New searches are tried on it and can take in what they would have found. Only posts that everybody may see are kept.
    LookBack "look_back" {
        /// For how many hours. 0 keeps nothing and removes what was kept.
        hours: u32 = 48 => Check::Between(0, 720),
        /// How large it may become, in megabytes. The oldest posts go first.
        max_mb: u32 = 2_048 => Check::Between(16, 1_048_576),
    }
}

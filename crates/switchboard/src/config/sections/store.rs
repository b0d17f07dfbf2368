//! `[store]`

use crate::config::section::section;
use crate::config::value::{Check, StoreUrl};

section! {
    /// Where posts, mentions, sources and searches are kept.
    Store "store" {
        /// The database. Empty means a SQLite file in the data directory.
        /// `sqlite:PATH` names another file, `postgres://USER:PASSWORD@HOST/DATABASE` a PostgreSQL server (15 or later).
        /// It may hold a password, so it is never shown in full.
        url: StoreUrl = StoreUrl::default(),
        /// How many connections read at the same time. Writing has its own connection.
        readers: u32 = 4 => Check::Between(1, 64),
        /// The file with the key that seals tokens and passwords of sources and accounts in the database. Empty means
        /// `switchboard.key` in the data directory. It is made at the first start; no backup holds it, so keep a copy.
        key_file: String = String::new(),
    }
}

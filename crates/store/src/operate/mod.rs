//! What keeps an installation healthy: copies that can be trusted, and a look for what cannot be right.
//!
//! Restoring is a matter of files and done by the binary; so is `pg_dump`.

mod backup;
mod check;

pub use backup::{Verified, verify};
pub use check::{Check, Finding};

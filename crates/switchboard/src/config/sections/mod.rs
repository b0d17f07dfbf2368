//! The sections of the configuration, one file each.
//!
//! A section holds what the installation as a whole is told. What belongs to one source, search or department is data
//! in the store and never here. To add a key, add its line to a section; to add a section, add its file here, and a
//! field to `Config` with its place in `sections` and `sections_mut`. Then write the sample and the reference page
//! again, as the failing test says.

mod answers;
mod capture;
mod cases;
mod limits;
mod log;
mod look_back;
mod networks;
mod store;
mod web;

pub(crate) use answers::Answers;
pub(crate) use capture::Capture;
pub(crate) use cases::Cases;
pub(crate) use limits::Limits;
pub(crate) use log::Log;
pub(crate) use look_back::LookBack;
pub(crate) use networks::Networks;
pub(crate) use store::Store;
pub(crate) use web::Web;

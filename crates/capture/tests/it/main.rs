//! Integration tests of the capture crate: real and broken feeds, and what hostile ones may cost.

mod browser;
mod expect;
mod fixtures;
mod hostile;
mod values;

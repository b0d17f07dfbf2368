//! Builders, fakes and a test installation.

pub mod app;
pub mod corpus;
pub mod faults;
pub mod hackernews;
pub mod jetstream;
pub mod mastodon;
pub mod office;
pub mod outlet;
pub mod pictures;
pub mod postgres;
pub mod push;

//! Pages and API as programs and browsers meet them, on a real store.

mod access;
mod api;
mod desk;
mod find;
mod guard;
mod ingest;
mod live;
mod messages;
mod pages;
mod presence;
mod reader;
mod rights;
mod settings;
mod setup;

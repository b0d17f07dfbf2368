//! Pages and API as programs and browsers meet them, on a real store.

mod access;
mod api;
mod contrast;
mod desk;
mod duty;
mod find;
mod guard;
mod ingest;
mod keys;
mod live;
mod load;
mod messages;
mod notifications;
mod pages;
mod pictures;
mod presence;
mod reader;
mod rights;
mod routing;
mod rules;
mod settings;
mod setup;
mod styles;
mod sweep;
mod test_web;
mod undo;

//! Operations on a whole application: the line, following, searches, tokens.

mod access;
mod answer;
mod cases;
mod directory;
mod duty;
mod find;
mod follow;
mod learning;
mod line;
mod load;
mod notifications;
mod ownership;
mod pictures;
mod play;
mod presence;
mod push;
mod questions;
mod rules;
mod searches;
mod setup;
mod sources;
mod sweep;
mod undo;
mod views;
mod volume;

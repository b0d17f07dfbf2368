//! The binary from outside: commands, crashes, and real networks.

mod answer;
mod api;
mod bluesky;
mod commands;
mod crash;
mod disk;
mod forum;
mod mail;
mod mastodon;
mod owners;
mod people;
mod program;
mod transfers;
mod undo;

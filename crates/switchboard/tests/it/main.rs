//! The binary from outside: commands, crashes, and real networks.

mod commands;
mod crash;
mod program;

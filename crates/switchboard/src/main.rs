//! The binary: reads arguments and configuration, wires the crates together, and says in its exit status how it went.
//!
//! One file per command under `cli/`, named like the command. Nothing here decides anything about posts.

mod cli;
mod config;
mod door;
mod failure;
mod input;
mod installation;
mod key;
mod log;
mod people_door;
mod registry;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

/// Small allocations all day long on several threads: measured against the system's allocator, mimalloc keeps the
/// resident memory of a long-running line flat.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match cli::Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let status = u8::try_from(error.exit_code()).unwrap_or(2);
            drop(error.print());
            return ExitCode::from(status);
        }
    };
    match cli::run(arguments) {
        Ok(status) => ExitCode::from(status.code()),
        Err(failure) => {
            failure.print();
            ExitCode::from(failure.code())
        }
    }
}

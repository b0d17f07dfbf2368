//! `switchboard classify`: one signal of many texts, without an installation.

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use switchboard_understand::Reader;

use crate::failure::{Failure, Status};
use crate::input::Lines;

/// Read one signal of many texts.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// What is asked; --list names the tasks.
    #[arg(long, value_name = "TASK", required_unless_present = "list")]
    task: Option<String>,
    /// Name the tasks and their labels.
    #[arg(long, conflicts_with = "task")]
    list: bool,
    /// One text a line, or JSON Lines with "text" [default: standard input].
    texts: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Status, Failure> {
    let reader = Reader::new();
    let mut output = BufWriter::new(std::io::stdout().lock());
    let Some(task) = &arguments.task else {
        for task in reader.tasks() {
            writeln!(output, "{}: {}", task.name, task.labels.join(", ")).map_err(Failure::output)?;
        }
        return output.flush().map(|()| Status::Done).map_err(Failure::output);
    };
    let mut lines = Lines::open(arguments.texts.as_deref())?;
    while let Some(line) = lines.next()? {
        let classified = reader.classify(task, &text_of(line.text)).map_err(Failure::usage)?;
        let answer = json!({ "label": classified.label, "scores": classified.scores });
        writeln!(output, "{answer}").map_err(Failure::output)?;
    }
    output.flush().map_err(Failure::output)?;
    Ok(Status::Done)
}

/// The text of a line: its `text` if it is a JSON object that has one, else the line itself.
fn text_of(line: String) -> String {
    match serde_json::from_str::<Value>(&line) {
        Ok(Value::Object(mut object)) => match object.remove("text") {
            Some(Value::String(text)) => text,
            _ => line,
        },
        _ => line,
    }
}

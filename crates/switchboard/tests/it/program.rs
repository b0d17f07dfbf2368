//! Running the binary under test.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

/// A data directory of its own and the commands on it.
pub(crate) struct Program {
    directory: tempfile::TempDir,
    environment: Vec<(String, String)>,
}

impl Program {
    /// An empty installation on SQLite.
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        Self { directory, environment: Vec::new() }
    }

    /// The same with an environment variable for every command.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Its data directory.
    pub(crate) fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// A file beside the data directory.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::write(&path, text).expect("writable");
        path
    }

    /// A command that is not started yet.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard"));
        command.arg("--data").arg(self.data()).args(arguments).env_remove("SWITCHBOARD_DATA");
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.env("SWITCHBOARD__LOG__FILTER", "warn").stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Output {
        self.command(arguments).output().expect("the binary runs")
    }

    /// Runs a command that must succeed; its standard output.
    pub(crate) fn done<S: AsRef<OsStr>>(&self, arguments: &[S]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    /// Runs a command on standard input.
    pub(crate) fn piped<S: AsRef<OsStr>>(&self, arguments: &[S], input: &str) -> Output {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        let mut stdin = child.stdin.take().expect("piped");
        let input = input.to_owned();
        let writer = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
        let output = child.wait_with_output().expect("ends");
        writer.join().expect("written");
        output
    }

    /// Starts `serve` on a free port and waits until it answers.
    pub(crate) fn serve(&self) -> Serving {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().expect("the binary runs");
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        stdout.read_line(&mut line).expect("a line");
        let url = line.split_whitespace().find(|word| word.starts_with("http://"));
        let url = url.unwrap_or_else(|| panic!("serve said {line:?}")).to_owned();
        let lock = std::fs::read_to_string(self.data().join("switchboard.lock")).expect("a lock file");
        let holder: serde_json::Value = serde_json::from_str(&lock).expect("JSON");
        let key = holder["key"].as_str().expect("a key").to_owned();
        Serving { child, url, key, _stdout: stdout }
    }
}

/// A running `serve`; killed when dropped.
pub(crate) struct Serving {
    child: Child,
    /// Where it answers.
    pub(crate) url: String,
    /// What opens everything there to the owner of the data directory.
    pub(crate) key: String,
    /// What it says later goes somewhere for as long as it runs.
    _stdout: BufReader<ChildStdout>,
}

impl Serving {
    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("ended");
    }

    /// Asks it to stop and waits for its status.
    pub(crate) fn stop(mut self) -> std::process::ExitStatus {
        signal("-TERM", self.child.id());
        self.child.wait().expect("ended")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Sends a signal; `kill` is on every machine that runs these tests.
pub(crate) fn signal(name: &str, process: u32) {
    Command::new("kill").arg(name).arg(process.to_string()).status().expect("kill runs");
}

/// Where the SQLite file of a data directory lies.
pub(crate) fn database(data: &Path) -> PathBuf {
    data.join("switchboard.db")
}

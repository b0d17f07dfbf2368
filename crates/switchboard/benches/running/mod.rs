//! An installation run as a user runs it: the real binary on a throw-away data directory.

pub(crate) mod http;

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_switchboard");

pub(crate) struct Installation {
    pub(crate) directory: tempfile::TempDir,
    pub(crate) environment: Vec<(String, String)>,
}

impl Installation {
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().expect("a temporary directory"), environment: Vec::new() }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.arg("--data").arg(self.directory.path().join("data")).args(arguments);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.env("SWITCHBOARD__LOG__FILTER", "error").stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Duration {
        let began = Instant::now();
        let output = self.command(arguments).output().expect("the binary runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        began.elapsed()
    }

    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::write(&path, text).expect("writable");
        path
    }

    pub(crate) fn serve(&self) -> Serving {
        let began = Instant::now();
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the binary runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).expect("an address").to_owned();
        while request(&url, "GET", "/readyz", "", "").is_none() {
            assert!(child.try_wait().expect("known").is_none(), "it ended before it was ready");
            std::thread::sleep(Duration::from_millis(1));
        }
        let took = began.elapsed();
        let lock = std::fs::read_to_string(self.directory.path().join("data/switchboard.lock")).expect("held");
        let lock: serde_json::Value = serde_json::from_str(&lock).expect("JSON");
        let key = lock["key"].as_str().expect("a key").to_owned();
        Serving { child, url, key, took }
    }
}

pub(crate) struct Serving {
    pub(crate) child: Child,
    pub(crate) url: String,
    /// The operator's key, which opens everything.
    pub(crate) key: String,
    pub(crate) took: Duration,
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Serving {
    /// Resident memory in MiB.
    pub(crate) fn resident(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("Linux");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("known");
        line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).expect("a number") / 1024.0
    }

    /// Processor time used so far, in seconds.
    pub(crate) fn processor(&self) -> f64 {
        processor(self.child.id())
    }
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("text")
}

/// A request with nothing but the standard library, so that the client costs as little as possible.
pub(crate) fn request(url: &str, method: &str, path: &str, headers: &str, body: &str) -> Option<String> {
    use std::io::Read;
    let host = url.strip_prefix("http://")?;
    let mut stream = std::net::TcpStream::connect(host).ok()?;
    let length = body.len();
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.starts_with("HTTP/1.1 2").then_some(answer)
}

/// Asks as the operator of the machine.
pub(crate) fn get(url: &str, key: &str, path: &str) -> Option<String> {
    request(url, "GET", path, &format!("Authorization: Bearer {key}\r\n"), "")
}

/// Processor time that a process has used so far, in seconds.
pub(crate) fn processor(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("Linux");
    let after = stat.rsplit_once(')').expect("a name").1;
    let fields: Vec<&str> = after.split_whitespace().collect();
    let ticks: f64 = [11, 12].iter().filter_map(|at| fields[*at].parse::<f64>().ok()).sum();
    ticks / 100.0
}

/// Makes a company with one administrator.
pub(crate) fn set_up(installation: &Installation, email: &str, password: &str) {
    let mut command =
        installation.command(&["setup", "--company", "Acme", "--name", "Ana", "--email", email, "--password-stdin"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("the binary runs");
    child.stdin.take().expect("piped").write_all(password.as_bytes()).expect("it reads");
    assert!(child.wait().expect("it ends").success());
}

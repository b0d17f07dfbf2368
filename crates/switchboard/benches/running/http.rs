//! A client that costs as little as possible: one connection, one request after the other.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A connection that is kept, as a browser's is.
pub(crate) struct Connection {
    host: String,
    stream: BufReader<TcpStream>,
}

/// An answer: its status, its header lines, its body.
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<String>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

impl Connection {
    pub(crate) fn open(url: &str) -> Self {
        let host = url.strip_prefix("http://").expect("an address").to_owned();
        let stream = TcpStream::connect(&host).expect("it answers");
        stream.set_nodelay(true).expect("a socket");
        Self { host, stream: BufReader::new(stream) }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("an answer");
        line.trim_end().to_owned()
    }

    pub(crate) fn ask(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            self.host,
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes()).expect("sent");
        let status = self.line().split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let headers: Vec<String> = std::iter::from_fn(|| Some(self.line()).filter(|line| !line.is_empty())).collect();
        let mut answer = Answer { status, headers, body: String::new() };
        let mut body = Vec::new();
        if let Some(length) = answer.header("content-length").and_then(|length| length.parse::<usize>().ok()) {
            body.resize(length, 0);
            self.stream.read_exact(&mut body).expect("a body");
        } else if answer.header("transfer-encoding") == Some("chunked") {
            loop {
                let length = usize::from_str_radix(&self.line(), 16).expect("a length");
                let from = body.len();
                body.resize(from + length + 2, 0);
                self.stream.read_exact(&mut body[from..]).expect("a chunk");
                body.truncate(from + length);
                if length == 0 {
                    break;
                }
            }
        }
        answer.body = String::from_utf8_lossy(&body).into_owned();
        answer
    }

    pub(crate) fn get(&mut self, path: &str, cookie: &str) -> Answer {
        let answer = self.ask("GET", path, &format!("Cookie: {cookie}\r\n"), "");
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer
    }

    pub(crate) fn post(&mut self, path: &str, cookie: &str, body: &serde_json::Value) -> serde_json::Value {
        let headers = format!("Cookie: {cookie}\r\nContent-Type: application/json\r\nSec-Fetch-Site: same-origin\r\n");
        let answer = self.ask("POST", path, &headers, &body.to_string());
        assert!(answer.status < 300, "{path}: {} {}", answer.status, answer.body);
        serde_json::from_str(&answer.body).unwrap_or_default()
    }
}

/// The middle and the slow end of what was measured.
pub(crate) fn spread(mut took: Vec<Duration>) -> String {
    took.sort_unstable();
    let at = |share: usize| took.get((took.len().max(1) - 1) * share / 100).copied().unwrap_or_default();
    format!("median {:.1?}, p99 {:.1?}", at(50), at(99))
}

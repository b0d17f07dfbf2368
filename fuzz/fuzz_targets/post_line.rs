//! A line on the wire: nothing panics, and what was read can be written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use switchboard_model::PostLine;

fuzz_target!(|line: &str| {
    drop(switchboard_app::pipeline::handin::read_line(1, line));
    if let Ok(read) = PostLine::parse(line) {
        let written = serde_json::to_string(&read.post).expect("a post can be written");
        let again = PostLine::parse(&written).expect("what was written can be read");
        assert_eq!(again.post.id, read.post.id);
        assert_eq!(again.post.text, read.post.text);
    }
});

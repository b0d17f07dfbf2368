//! Bytes that claim to be a feed: refused with a reason or read, never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let url = url::Url::parse("https://news.example/feed").expect("a URL");
    if let Ok(parsed) = switchboard_capture::feed::parse(bytes, None, &url) {
        drop(switchboard_capture::feed::captured(&parsed, &url));
    }
    drop(switchboard_capture::opml::read(bytes));
});

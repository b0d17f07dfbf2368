//! Markup becomes text and text is understood: nothing panics, evidence lies inside the text.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use switchboard_model::Post;
use switchboard_understand::Reader;

static READER: LazyLock<Reader> = LazyLock::new(Reader::new);

fuzz_target!(|markup: &str| {
    let text = switchboard_capture::text::html_to_text(markup, None).text;
    let signals = READER.read(&Post::new("x", "1", &text));
    let characters = text.chars().count() as u32;
    for evidence in signals.0.iter().flat_map(|signal| &signal.evidence) {
        if let Some(span) = evidence.span {
            assert!(span.start <= span.end && span.end <= characters);
        }
    }
});

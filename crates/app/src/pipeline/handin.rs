//! Reading posts that are handed in as JSON Lines or one JSON list.

use switchboard_model::{Captured, FateReason, PostId, PostLine, Problem};

/// The longest line that is taken.
pub const LINE_BYTES: usize = 4 << 20;

/// What a line turned out to be: a post or a refusal, and what was wrong with it.
pub fn read_line(number: u64, line: &str) -> (Captured, Vec<Problem>) {
    let at = || format!("line {number}");
    if line.len() > LINE_BYTES {
        let message = format!("longer than {} MiB", LINE_BYTES >> 20);
        return (Captured::refused(FateReason::TooLarge), vec![Problem { at: at(), message }]);
    }
    match PostLine::parse(line) {
        Ok(line) => take(line, &at()),
        Err(error) => refuse(FateReason::Malformed, at(), error.to_string()),
    }
}

/// The same for a post that was already parsed as JSON.
pub fn read_value(number: u64, value: serde_json::Value) -> (Captured, Vec<Problem>) {
    let at = format!("post {number}");
    match PostLine::from_value(value) {
        Ok(line) => take(line, &at),
        Err(error) => refuse(FateReason::Malformed, at, error.to_string()),
    }
}

/// An id is the network, a colon, and the network's own identifier. One without the network gets it here, so that
/// two networks with a post `42` stay apart.
fn take(line: PostLine, at: &str) -> (Captured, Vec<Problem>) {
    let PostLine { mut post, problems } = line;
    let is_name = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-');
    if post.network.is_empty() || post.network.len() > 64 || !post.network.bytes().all(is_name) {
        return refuse(
            FateReason::Malformed,
            at.to_owned(),
            format!("'{}' is not a network's name (a-z, 0-9, '_', '.', '-')", post.network.escape_debug()),
        );
    }
    if post.id.as_str().trim().is_empty() || post.id.as_str().len() == post.network.len() + 1 {
        return refuse(FateReason::NoId, at.to_owned(), "the id is empty".to_owned());
    }
    post.id = PostId::new(&post.network, post.id.as_str());
    let problems = problems
        .into_iter()
        .map(|problem| Problem { at: format!("{at}, {}", problem.at), message: problem.message })
        .collect();
    (Captured::heard(post), problems)
}

fn refuse(reason: FateReason, at: String, message: String) -> (Captured, Vec<Problem>) {
    (Captured::refused(reason), vec![Problem { at, message }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_completed_and_bad_lines_refused() {
        let check = |line: &str, expected: Result<&str, FateReason>| {
            let (captured, _) = read_line(1, line);
            assert_eq!(captured.post.as_ref().map(|post| post.id.as_str()).map_err(|reason| *reason), expected);
        };
        check(r#"{"id":"42","network":"forum","text":"t"}"#, Ok("forum:42"));
        check(r#"{"id":"forum:42","network":"forum","text":"t"}"#, Ok("forum:42"));
        check(r#"{"id":"","network":"forum","text":"t"}"#, Err(FateReason::NoId));
        check(r#"{"id":"forum:","network":"forum","text":"t"}"#, Err(FateReason::NoId));
        check(r#"{"id":"1","network":"Forum <b>","text":"t"}"#, Err(FateReason::Malformed));
        check("{", Err(FateReason::Malformed));
    }
}

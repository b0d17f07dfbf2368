//! Addresses of the web as text: where they stand in what people write, the host of one, and what may stand in one.

use std::ops::Range;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but the unreserved characters of RFC 3986, section 2.3.
const RESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes one segment of a path or one value of a query.
pub fn percent_encoded(text: &str) -> String {
    utf8_percent_encode(text, &RESERVED).to_string()
}

/// The host of an address with its port, for reading: without who logs in, and without `www.`. An address without a scheme
/// begins with its host.
pub fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host)
}

/// Where `http` and `https` addresses stand in a text, in bytes. Punctuation that ends the sentence is not theirs, and a
/// closing bracket only if the address opened it.
pub fn links(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("http").map(|at| at + from) {
        from = at + "http".len();
        let rest = &text[at..];
        let Some(body) = ["https://", "http://"].iter().find_map(|scheme| rest.strip_prefix(scheme)) else { continue };
        let follows_a_word = text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_');
        if follows_a_word || !body.starts_with(char::is_alphanumeric) {
            continue;
        }
        let end = rest.find(is_end).unwrap_or(rest.len());
        let kept = trimmed(&rest[..end]);
        found.push(at..at + kept.len());
        from = at + kept.len();
    }
    found
}

fn is_end(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '“' | '”' | '„' | '«' | '»')
}

fn trimmed(mut address: &str) -> &str {
    loop {
        let Some(last) = address.chars().next_back() else { return address };
        let opener = match last {
            ')' => Some('('),
            ']' => Some('['),
            '}' => Some('{'),
            _ => None,
        };
        let is_theirs = match opener {
            Some(opener) => address.matches(opener).count() >= address.matches(last).count(),
            None => !matches!(
                last,
                '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '’' | '…' | '。' | '、' | '！' | '？' | '*' | '_'
            ),
        };
        if is_theirs {
            return address;
        }
        address = &address[..address.len() - last.len_utf8()];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_shown_short() {
        let check = |url: &str, expected: &str| assert_eq!(host(url), expected);
        check("https://www.acme.example/shop?x#y", "acme.example");
        check("acme.example:8080?x", "acme.example:8080");
        check("https://ana:secret@acme.example/", "acme.example");
        check("https://a.example@evil.example?b", "evil.example");
        check("", "");
    }

    #[test]
    fn only_what_is_reserved_is_encoded() {
        assert_eq!(percent_encoded("\"Acme-Co & Söhne\" ~1.0_"), "%22Acme-Co%20%26%20S%C3%B6hne%22%20~1.0_");
    }

    #[test]
    fn addresses_end_where_they_end() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<&str> = links(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("see https://acme.example/orders.", &["https://acme.example/orders"]);
        check("(https://acme.example/a_(b))", &["https://acme.example/a_(b)"]);
        check("[https://acme.example] and http://b.example?x=1, ok", &["https://acme.example", "http://b.example?x=1"]);
        check("https://bücher.example/straße!", &["https://bücher.example/straße"]);
        check("אתר https://acme.example/א וגם", &["https://acme.example/א"]);
        check("“https://acme.example”", &["https://acme.example"]);
        check("xhttps://acme.example", &[]);
        check("https:// nothing http", &[]);
        check("https://acme.examplehttps://b.example", &["https://acme.examplehttps://b.example"]);
        check("https://👍.example/👨‍👩‍👧", &[]);
        check("🎉https://acme.example🎉", &["https://acme.example🎉"]);
        check("", &[]);
    }
}

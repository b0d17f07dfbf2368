//! Bytes become text: byte order marks, declarations, HTTP headers, and what the bytes themselves say.
//!
//! The first encoding wins in which every byte makes sense, in the order of RFC 7303 (mark, header, declaration), then
//! UTF-8, then a guess from the bytes. A label that the bytes contradict is not believed. Nothing is ever refused: what
//! fits nowhere is read with U+FFFD and said so.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Text with how it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text, without a byte order mark.
    pub text: Cow<'a, str>,
    /// The name of the encoding that was used.
    pub encoding: &'static str,
    /// Some bytes fitted in no encoding that was tried and became U+FFFD.
    pub has_errors: bool,
    /// What the header or the declaration said, if that was not believed.
    pub disbelieved: Option<String>,
}

/// How far into a document its declaration is looked for.
const DECLARATION_WITHIN: usize = 4_096;
/// How much the guess from the bytes looks at.
const GUESS_FROM: usize = 256 << 10;

/// Reads the bytes of a feed or a page.
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    if let Some(decoded) = by_mark(bytes).or_else(|| by_first_characters(bytes)) {
        return decoded;
    }
    let labels = [content_type.and_then(charset), declared(bytes)];
    let mut disbelieved = None;
    let is_utf8 = std::str::from_utf8(bytes).is_ok();
    for label in labels.into_iter().flatten() {
        match encoding_for(&label) {
            Some(encoding) if is_believable(encoding, &label, bytes, is_utf8) => {
                if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
                    return Decoded { text, encoding: encoding.name(), has_errors: false, disbelieved };
                }
            }
            _ => {}
        }
        disbelieved = disbelieved.or(Some(label));
    }
    // Plain ASCII is UTF-8 too, so a label that only said "ASCII" was not wrong about anything.
    let mut decoded = undeclared(bytes);
    let said_ascii = disbelieved.as_deref().and_then(encoding_for) == Some(WINDOWS_1252) && bytes.is_ascii();
    decoded.disbelieved = disbelieved.filter(|_| !said_ascii);
    decoded
}

/// Reads bytes that say nothing about themselves: a table, a list, a file of posts.
pub fn decode_undeclared(bytes: &[u8]) -> Decoded<'_> {
    by_mark(bytes).or_else(|| by_zeros(bytes)).unwrap_or_else(|| undeclared(bytes))
}

fn undeclared(bytes: &[u8]) -> Decoded<'_> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { text: Cow::Borrowed(text), encoding: UTF_8.name(), has_errors: false, disbelieved: None };
    }
    // A few broken bytes in long UTF-8 text are damage, not another encoding.
    let lossy = String::from_utf8_lossy(bytes);
    let broken = lossy.matches(char::REPLACEMENT_CHARACTER).count();
    let wide = lossy.chars().filter(|c| !c.is_ascii()).count() - broken;
    if wide > broken * 8 {
        return Decoded { text: lossy, encoding: UTF_8.name(), has_errors: true, disbelieved: None };
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes.get(..GUESS_FROM).unwrap_or(bytes), true);
    let (text, encoding, has_errors) = detector.guess(None, Utf8Detection::Deny).decode(bytes);
    Decoded { text, encoding: encoding.name(), has_errors, disbelieved: None }
}

fn by_mark(bytes: &[u8]) -> Option<Decoded<'_>> {
    // UTF-32's little-endian mark begins like UTF-16's.
    for (mark, is_big) in [(&[0xFF, 0xFE, 0, 0], false), (&[0, 0, 0xFE, 0xFF], true)] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            return Some(utf_32(rest, is_big));
        }
    }
    let (encoding, length) = Encoding::for_bom(bytes)?;
    Some(plain(bytes.get(length..)?, encoding))
}

fn plain<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Decoded<'a> {
    let (text, has_errors) = encoding.decode_without_bom_handling(bytes);
    Decoded { text, encoding: encoding.name(), has_errors, disbelieved: None }
}

/// Markup without a mark still shows its width by where the zeros stand around its first `<`.
fn by_first_characters(bytes: &[u8]) -> Option<Decoded<'_>> {
    match bytes.get(..4)? {
        [0, 0, 0, b'<'] => Some(utf_32(bytes, true)),
        [b'<', 0, 0, 0] => Some(utf_32(bytes, false)),
        [0, b'<', 0, _] => Some(plain(bytes, UTF_16BE)),
        [b'<', 0, _, 0] => Some(plain(bytes, UTF_16LE)),
        _ => None,
    }
}

/// Text without a mark in which every second byte is zero is UTF-16.
fn by_zeros(bytes: &[u8]) -> Option<Decoded<'_>> {
    let start = bytes.get(..64.min(bytes.len()))?;
    let zeros = |offset: usize| start.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    if start.len() < 4 || first.max(second) * 3 < start.len() {
        return None;
    }
    Some(plain(bytes, if first > second { UTF_16BE } else { UTF_16LE }))
}

fn utf_32(bytes: &[u8], is_big: bool) -> Decoded<'static> {
    let mut has_errors = !bytes.len().is_multiple_of(4);
    let text: String = bytes
        .chunks_exact(4)
        .filter_map(|chunk| <[u8; 4]>::try_from(chunk).ok())
        .map(|four| {
            let code = if is_big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) };
            char::from_u32(code).unwrap_or_else(|| {
                has_errors = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    Decoded {
        text: Cow::Owned(text),
        encoding: if is_big { "UTF-32BE" } else { "UTF-32LE" },
        has_errors,
        disbelieved: None,
    }
}

fn encoding_for(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label_no_replacement(label.as_bytes())
}

/// Whether the bytes could have been written in an encoding that a label names.
fn is_believable(encoding: &'static Encoding, label: &str, bytes: &[u8], is_utf8: bool) -> bool {
    let is_wide = encoding == UTF_16BE || encoding == UTF_16LE;
    if is_wide {
        // Then zeros would have shown before.
        return !bytes.iter().take(64).any(|byte| byte.is_ascii_alphabetic());
    }
    if encoding == WINDOWS_1252 && !bytes.is_ascii() {
        // Servers put their default here. Text in windows-1252 is hardly ever valid UTF-8 by chance.
        return !is_utf8 && !label.to_ascii_lowercase().contains("ascii");
    }
    true
}

/// The `charset` of a `Content-Type`.
pub fn charset(content_type: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']).trim();
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    })
}

/// The encoding that an XML declaration or a page's `<meta>` names.
fn declared(bytes: &[u8]) -> Option<String> {
    let start = bytes.get(..DECLARATION_WITHIN).unwrap_or(bytes);
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let of_xml = start.find("<?xml").and_then(|at| {
        let declaration = start.get(at..)?;
        let declaration = declaration.split('>').next()?;
        after_equals(declaration.split_once("encoding")?.1)
    });
    of_xml.or_else(|| {
        let at = start.find("<html").or_else(|| start.find("<!doctype html"))?;
        let page = start.get(at..)?;
        page.split("<meta").skip(1).find_map(|meta| {
            let (meta, _) = meta.split_once('>')?;
            after_equals(meta.split_once("charset")?.1)
        })
    })
}

fn after_equals(text: &str) -> Option<String> {
    let value = text.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let end =
        value.find(|c: char| matches!(c, '"' | '\'' | '?' | '/' | '>') || c.is_whitespace()).unwrap_or(value.len());
    value.get(..end).filter(|label| !label.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], content_type: Option<&str>, expected: &str, encoding: &str) {
        let found = decode(bytes, content_type);
        assert_eq!((&*found.text, found.encoding), (expected, encoding), "{content_type:?}");
    }

    #[test]
    fn believes_marks_then_headers_then_declarations() {
        check(b"\xEF\xBB\xBF<a>\xC3\xA9", Some("text/xml; charset=iso-8859-1"), "<a>é", "UTF-8");
        check(b"\xFF\xFE<\0a\0", None, "<a", "UTF-16LE");
        check(b"\0<\0a", None, "<a", "UTF-16BE");
        check(b"\xFF\xFE\0\0<\0\0\0", None, "<", "UTF-32LE");
        check(b"\0\0\0<\0\0\0a", None, "<a", "UTF-32BE");
        check(
            b"<?xml encoding='utf-8'?>\x93",
            Some("text/xml; charset = \"windows-1252\""),
            "<?xml encoding='utf-8'?>\u{201c}",
            "windows-1252",
        );
        check(b"<?xml encoding='iso-8859-2'?>\xB1", Some("text/xml"), "<?xml encoding='iso-8859-2'?>ą", "ISO-8859-2");
        check(b"<?xml encoding=\"gb2312\"?>\xC4\xE3", None, "<?xml encoding=\"gb2312\"?>你", "GBK");
    }

    #[test]
    fn does_not_believe_what_the_bytes_contradict() {
        check("<a>é".as_bytes(), Some("text/xml; charset=iso-8859-1"), "<a>é", "UTF-8");
        check("<a>é".as_bytes(), Some("text/xml; charset=us-ascii"), "<a>é", "UTF-8");
        check(b"<?xml encoding='utf-16'?><a>", None, "<?xml encoding='utf-16'?><a>", "UTF-8");
        check(
            b"<?xml encoding='utf-8'?><a>caf\xE9 au lait, d\xE9j\xE0 vu",
            None,
            "<?xml encoding='utf-8'?><a>café au lait, déjà vu",
            "windows-1252",
        );
        check(b"<a>", Some("text/xml; charset=nonsense"), "<a>", "UTF-8");
    }

    #[test]
    fn reads_tables_that_say_nothing() {
        for (bytes, expected) in [
            (&b"a\0,\0b\0\n\0"[..], "a,b\n"),
            (b"\xFF\xFEa\0", "a"),
            ("ä,b".as_bytes(), "ä,b"),
            (b"Caf\xE9,d\xE9j\xE0", "Café,déjà"),
        ] {
            assert_eq!(decode_undeclared(bytes).text, expected);
        }
    }
}

//! Character references, decoded exactly once.
//!
//! HTML's names hold in feeds as well, declared or not, because feeds use them undeclared. Entities that a document
//! declares itself are expanded within a budget, so that a few lines cannot become gigabytes.

use std::collections::HashMap;

use markup5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

use crate::markup::Dialect;

/// No reference is longer than this; what is longer is text.
const MAX_REFERENCE: usize = 40;

/// Entities that a document type declares.
#[derive(Debug, Default)]
pub(crate) struct Declared {
    values: HashMap<String, String>,
    /// How many bytes may still be expanded.
    budget: usize,
    /// The budget did not suffice.
    pub(crate) is_exhausted: bool,
}

const MAX_DECLARED: usize = 1_000;
const MAX_DEPTH: usize = 8;
const EXPANSION_BUDGET: usize = 1 << 20;

impl Declared {
    /// Reads the declarations of a document type. External and parameter entities are never fetched and mean nothing.
    pub(crate) fn read(doctype: &str) -> Self {
        let mut values = HashMap::new();
        for declaration in doctype.split("<!ENTITY").skip(1).take(MAX_DECLARED) {
            let declaration = declaration.trim_start();
            let Some((name, rest)) = declaration.split_once(|c: char| c.is_ascii_whitespace()) else { continue };
            let rest = rest.trim_start();
            let value = ['"', '\''].into_iter().find_map(|quote| rest.strip_prefix(quote)?.split_once(quote));
            if let Some((value, _)) = value {
                // The first declaration binds, as XML says.
                values.entry(name.to_owned()).or_insert_with(|| value.to_owned());
            }
        }
        Self { values, budget: EXPANSION_BUDGET, is_exhausted: false }
    }

    fn expand(&mut self, name: &str, depth: usize, out: &mut String) -> bool {
        let Some(value) = self.values.get(name) else { return false };
        if depth > MAX_DEPTH || value.len() >= self.budget {
            self.is_exhausted = true;
            return true;
        }
        self.budget -= value.len().max(16);
        let value = value.clone();
        decode_with(&value, Dialect::Xml, Some((self, depth + 1)), out);
        true
    }
}

/// Appends `text` to `out` with its character references decoded.
pub(crate) fn decode_into(text: &str, dialect: Dialect, declared: Option<&mut Declared>, out: &mut String) {
    decode_with(text, dialect, declared.map(|declared| (declared, 0)), out);
}

/// `text` with its character references decoded.
#[cfg(test)]
pub(crate) fn decode(text: &str, dialect: Dialect) -> String {
    let mut out = String::with_capacity(text.len());
    decode_into(text, dialect, None, &mut out);
    out
}

fn decode_with(text: &str, dialect: Dialect, mut declared: Option<(&mut Declared, usize)>, out: &mut String) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let own = declared.as_mut().and_then(|(declared, depth)| {
            let name = &after[..after.bytes().take(MAX_REFERENCE).position(|byte| byte == b';')?];
            declared.expand(name, *depth, out).then_some(name.len() + 1)
        });
        let taken = own.or_else(|| reference(after, dialect, out));
        rest = match taken {
            Some(length) => &after[length..],
            None => {
                out.push('&');
                after
            }
        };
    }
    out.push_str(rest);
}

/// Decodes the reference whose `&` stands before `after`; returns how much of `after` belongs to it.
fn reference(after: &str, dialect: Dialect, out: &mut String) -> Option<usize> {
    if let Some(number) = after.strip_prefix('#') {
        let (digits, radix) = match number.strip_prefix(['x', 'X']) {
            Some(hex) => (hex, 16),
            None => (number, 10),
        };
        let length = digits.bytes().take(MAX_REFERENCE).take_while(|byte| char::from(*byte).is_digit(radix)).count();
        if length == 0 {
            return None;
        }
        let code = u32::from_str_radix(&digits[..length], radix).unwrap_or(u32::MAX);
        let prefix = after.len() - digits.len();
        let has_end = digits.as_bytes().get(length) == Some(&b';');
        out.push(character(code));
        return Some(prefix + length + usize::from(has_end));
    }
    let length = after.bytes().take(MAX_REFERENCE).take_while(u8::is_ascii_alphanumeric).count();
    if after.as_bytes().get(length) == Some(&b';') {
        if after.starts_with("apos;") {
            out.push('\'');
            return Some(5);
        }
        if let Some(pair) = NAMED_ENTITIES.get(&after[..=length]) {
            push_pair(*pair, out);
            return Some(length + 1);
        }
    }
    // HTML lets a few old names go without their `;`. In a feed such a name is rather part of a URL.
    if dialect == Dialect::Xml {
        return None;
    }
    (2..=length.min(6)).rev().find_map(|length| {
        let pair = NAMED_ENTITIES.get(&after[..length]).filter(|(first, _)| *first != 0)?;
        push_pair(*pair, out);
        Some(length)
    })
}

fn push_pair((first, second): (u32, u32), out: &mut String) {
    for code in [first, second] {
        if code != 0 {
            out.push(character(code));
        }
    }
}

/// The character of a number; those of windows-1252 that HTML means by 128–159, and U+FFFD for what is none.
fn character(code: u32) -> char {
    let replaced = code.checked_sub(0x80).and_then(|index| C1_REPLACEMENTS.get(index as usize).copied().flatten());
    match replaced.or_else(|| char::from_u32(code)) {
        Some('\0') | None => char::REPLACEMENT_CHARACTER,
        Some(c) => c,
    }
}

/// Decodes an attribute value of HTML, where an old name without `;` before a letter, digit or `=` is part of a URL.
pub(crate) fn decode_attribute(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let length = after.bytes().take(MAX_REFERENCE).take_while(u8::is_ascii_alphanumeric).count();
        let is_closed = after.as_bytes().get(length) == Some(&b';') || after.starts_with('#');
        let dialect = if is_closed { Dialect::Html } else { Dialect::Xml };
        match reference(after, dialect, &mut out) {
            Some(length) => rest = &after[length..],
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(dialect: Dialect, input: &str, expected: &str) {
        assert_eq!(decode(input, dialect), expected, "{input}");
    }

    #[test]
    fn decodes_once() {
        for dialect in [Dialect::Html, Dialect::Xml] {
            check(dialect, "a &amp;lt; b", "a &lt; b");
            check(dialect, "&eacute;&#233;&#xE9;&#XE9;", "éééé");
            check(dialect, "&#146;&#x80;", "’€");
            check(dialect, "&apos;&quot;", "'\"");
            check(dialect, "&#0;&#xD800;&#99999999999;", "\u{fffd}\u{fffd}\u{fffd}");
            check(dialect, "&nosuch; & &; &# &#x; &é;", "&nosuch; & &; &# &#x; &é;");
            check(dialect, "&NotEqualTilde;", "≂̸");
        }
        check(Dialect::Html, "&copy 2004 &ampx", "© 2004 &x");
        check(Dialect::Xml, "?a=1&copy=2", "?a=1&copy=2");
    }

    #[test]
    fn leaves_urls_in_attributes_alone() {
        assert_eq!(decode_attribute("?a=1&copy=2&amp;b=3&#38;c"), "?a=1&copy=2&b=3&c");
    }

    #[test]
    fn expands_declared_entities_within_a_budget() {
        let mut declared = Declared::read(r#"r [<!ENTITY name "A &amp; B"><!ENTITY two '&name;&name;'>]"#);
        let mut out = String::new();
        decode_into("[&two;]", Dialect::Xml, Some(&mut declared), &mut out);
        assert_eq!(out, "[A & BA & B]");

        let mut doctype = String::from("<!ENTITY l0 'lol'>");
        for level in 1..10 {
            let inner = format!("&l{};", level - 1).repeat(10);
            doctype.push_str(&format!("<!ENTITY l{level} '{inner}'>"));
        }
        for text in ["&l9;", "&l6;"] {
            let mut declared = Declared::read(&doctype);
            let mut out = String::new();
            decode_into(text, Dialect::Xml, Some(&mut declared), &mut out);
            assert!(declared.is_exhausted && out.len() < EXPANSION_BUDGET, "{}", out.len());
        }
        let mut declared = Declared::read("<!ENTITY me '&me;'>");
        decode_into("&me;", Dialect::Xml, Some(&mut declared), &mut String::new());
        assert!(declared.is_exhausted);
    }
}

//! Tags of cases, in the one form in which they are kept: whoever writes them, people and rules, means the same tag.
//! And what may be a name at all.

/// The most characters of a tag.
const LONGEST: usize = 40;

/// Tags as they are kept: in lower case, each once, with single spaces. Or what is wrong with one.
pub(crate) fn tidied(written: &[String]) -> Result<Vec<String>, String> {
    let mut tags = Vec::new();
    for tag in written {
        let tag: String = tag.to_lowercase().chars().filter(|letter| !turns(*letter)).collect();
        let tag = tag.split_whitespace().collect::<Vec<_>>().join(" ");
        let length = tag.chars().count();
        if !(1..=LONGEST).contains(&length)
            || !is_seen(&tag)
            || tag.chars().any(|character| character.is_control() || character == ',')
        {
            let short: String = tag.chars().take(LONGEST * 2).collect();
            return Err(format!(
                "a tag has 1 to {LONGEST} characters, without commas; '{}' has not",
                short.escape_debug()
            ));
        }
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    Ok(tags)
}

/// Whether a name shows anything: one of zero-width characters alone does not.
pub(crate) fn is_seen(name: &str) -> bool {
    let is_unseen = |letter: char| {
        letter.is_whitespace()
            || turns(letter)
            || matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
    };
    !name.chars().all(is_unseen)
}

/// Whether a character turns the direction of what stands around it. Names need none: they are isolated where they are shown.
pub(crate) fn turns(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_short_lower_case_and_each_once() {
        let check = |written: &[&str], expected: Option<&[&str]>| {
            let written: Vec<String> = written.iter().map(|tag| (*tag).to_owned()).collect();
            let found = tidied(&written).ok();
            assert_eq!(
                found.as_deref().map(|tags| tags.iter().map(String::as_str).collect::<Vec<_>>()),
                expected.map(<[&str]>::to_vec)
            );
        };
        check(&["Refund", " refund ", "two  words"], Some(&["refund", "two words"]));
        check(&[""], None);
        check(&["a,b"], None);
        check(&[&"x".repeat(41)], None);
        check(&["ÄRGER"], Some(&["ärger"]));
        check(&["\u{202e}tag"], Some(&["tag"]));
        check(&["\u{200b}"], None);
        check(&["👩\u{200d}🔧"], Some(&["👩\u{200d}🔧"]));
    }
}

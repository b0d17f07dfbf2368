//! BCP 47 tags as networks send them, brought into one form.

/// The tag in canonical letter case with the shortest language code: `EN_us` → `en-US`, `deu` → `de`.
///
/// `None` for what is no tag and for the codes that name no language (`und`, `mul`, `zxx`…).
pub(crate) fn normalise(tag: &str) -> Option<String> {
    let tag = tag.trim();
    if tag.len() > 35 || !tag.is_ascii() {
        return None;
    }
    let mut subtags = tag.split(['-', '_']);
    let language = subtags.next()?.to_ascii_lowercase();
    if !(2..=3).contains(&language.len()) || !language.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    if matches!(language.as_str(), "und" | "mul" | "zxx" | "mis" | "xx" | "qaa" | "qtz" | "qam" | "qct" | "qht" | "qme")
    {
        return None;
    }
    let mut normal = shortest(&language).to_owned();
    let mut after_single = false;
    for subtag in subtags {
        if subtag.is_empty() || subtag.len() > 8 || !subtag.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            break;
        }
        normal.push('-');
        match subtag.len() {
            2 if !after_single => normal.push_str(&subtag.to_ascii_uppercase()),
            4 if !after_single && subtag.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
                normal.push_str(&subtag[..1].to_ascii_uppercase());
                normal.push_str(&subtag[1..].to_ascii_lowercase());
            }
            _ => normal.push_str(&subtag.to_ascii_lowercase()),
        }
        after_single |= subtag.len() == 1;
    }
    Some(normal)
}

/// The language of a tag without script and region.
pub(crate) fn language(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

/// The two-letter code of a language where there is one, and today's code for withdrawn ones.
pub(crate) fn shortest(code: &str) -> &str {
    SHORT.binary_search_by_key(&code, |(long, _)| long).map_or(code, |at| SHORT[at].1)
}

/// Sorted by the first column.
const SHORT: &[(&str, &str)] = &[
    ("afr", "af"),
    ("ara", "ar"),
    ("arb", "ar"),
    ("aze", "az"),
    ("bel", "be"),
    ("ben", "bn"),
    ("bul", "bg"),
    ("cat", "ca"),
    ("ces", "cs"),
    ("cmn", "zh"),
    ("cze", "cs"),
    ("dan", "da"),
    ("deu", "de"),
    ("dut", "nl"),
    ("ell", "el"),
    ("eng", "en"),
    ("epo", "eo"),
    ("est", "et"),
    ("fas", "fa"),
    ("fin", "fi"),
    ("fra", "fr"),
    ("fre", "fr"),
    ("ger", "de"),
    ("gre", "el"),
    ("guj", "gu"),
    ("heb", "he"),
    ("hin", "hi"),
    ("hrv", "hr"),
    ("hun", "hu"),
    ("hye", "hy"),
    ("in", "id"),
    ("ind", "id"),
    ("ita", "it"),
    ("iw", "he"),
    ("jav", "jv"),
    ("ji", "yi"),
    ("jpn", "ja"),
    ("kan", "kn"),
    ("kat", "ka"),
    ("khm", "km"),
    ("kor", "ko"),
    ("lat", "la"),
    ("lav", "lv"),
    ("lit", "lt"),
    ("mal", "ml"),
    ("mar", "mr"),
    ("mkd", "mk"),
    ("mya", "my"),
    ("nep", "ne"),
    ("nld", "nl"),
    ("nob", "nb"),
    ("nor", "no"),
    ("ori", "or"),
    ("pan", "pa"),
    ("per", "fa"),
    ("pes", "fa"),
    ("pol", "pl"),
    ("por", "pt"),
    ("ron", "ro"),
    ("rum", "ro"),
    ("rus", "ru"),
    ("sin", "si"),
    ("slk", "sk"),
    ("slv", "sl"),
    ("sna", "sn"),
    ("spa", "es"),
    ("srp", "sr"),
    ("swe", "sv"),
    ("tam", "ta"),
    ("tel", "te"),
    ("tgl", "tl"),
    ("tha", "th"),
    ("tuk", "tk"),
    ("tur", "tr"),
    ("ukr", "uk"),
    ("urd", "ur"),
    ("uzb", "uz"),
    ("vie", "vi"),
    ("yid", "yi"),
    ("zho", "zh"),
    ("zul", "zu"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_take_one_form() {
        let check = |tag: &str, expected: Option<&str>| assert_eq!(normalise(tag).as_deref(), expected, "{tag}");
        check("en", Some("en"));
        check(" EN_us ", Some("en-US"));
        check("zh-hant-tw", Some("zh-Hant-TW"));
        check("deu", Some("de"));
        check("iw", Some("he"));
        check("de-DE-1996", Some("de-DE-1996"));
        check("en-US-u-ca-gregory", Some("en-US-u-ca-gregory"));
        check("en-", Some("en"));
        check("nds", Some("nds"));
        check("und", None);
        check("English", None);
        check("e", None);
        check("", None);
        check("日本", None);
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(SHORT.is_sorted_by_key(|(long, _)| long));
    }
}

//! What languages are called, so that people find who speaks them: `german` and `deutsch` mean `de`.

/// Primary tags of BCP 47 with what speakers of English call the language, and what its own speakers do.
const NAMES: [(&str, &str, &str); 44] = [
    ("ar", "arabic", "العربية"),
    ("bg", "bulgarian", "български"),
    ("bn", "bengali", "বাংলা"),
    ("ca", "catalan", "català"),
    ("cs", "czech", "čeština"),
    ("da", "danish", "dansk"),
    ("de", "german", "deutsch"),
    ("el", "greek", "ελληνικά"),
    ("en", "english", "english"),
    ("es", "spanish", "español"),
    ("et", "estonian", "eesti"),
    ("fa", "persian", "فارسی"),
    ("fi", "finnish", "suomi"),
    ("fr", "french", "français"),
    ("ga", "irish", "gaeilge"),
    ("he", "hebrew", "עברית"),
    ("hi", "hindi", "हिन्दी"),
    ("hr", "croatian", "hrvatski"),
    ("hu", "hungarian", "magyar"),
    ("id", "indonesian", "indonesia"),
    ("is", "icelandic", "íslenska"),
    ("it", "italian", "italiano"),
    ("ja", "japanese", "日本語"),
    ("ko", "korean", "한국어"),
    ("lt", "lithuanian", "lietuvių"),
    ("lv", "latvian", "latviešu"),
    ("mt", "maltese", "malti"),
    ("nb", "norwegian", "norsk"),
    ("nl", "dutch", "nederlands"),
    ("no", "norwegian", "norsk"),
    ("pl", "polish", "polski"),
    ("pt", "portuguese", "português"),
    ("ro", "romanian", "română"),
    ("ru", "russian", "русский"),
    ("sk", "slovak", "slovenčina"),
    ("sl", "slovenian", "slovenščina"),
    ("sr", "serbian", "српски"),
    ("sv", "swedish", "svenska"),
    ("sw", "swahili", "kiswahili"),
    ("th", "thai", "ไทย"),
    ("tr", "turkish", "türkçe"),
    ("uk", "ukrainian", "українська"),
    ("vi", "vietnamese", "tiếng việt"),
    ("zh", "chinese", "中文"),
];

/// What a language is called, its tag included, in lower case.
pub(super) fn names(tag: &str) -> Vec<String> {
    let tag = tag.to_lowercase();
    let primary = tag.split('-').next().unwrap_or_default();
    let known = NAMES.iter().find(|(known, ..)| *known == primary);
    let mut names: Vec<String> =
        known.map(|(_, english, own)| vec![(*english).to_owned(), (*own).to_owned()]).unwrap_or_default();
    names.push(tag);
    names
}

/// What a language is called in English, with a capital letter; the tag where that is not known.
pub fn english(tag: &str) -> String {
    let name = names(tag).into_iter().next().unwrap_or_default();
    if name == tag.to_lowercase() {
        return tag.to_owned();
    }
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_have_names() {
        assert_eq!(names("pt-BR"), ["portuguese", "português", "pt-br"]);
        assert_eq!(names("tlh"), ["tlh"]);
        assert_eq!(
            (english("de"), english("tlh"), english("pt-BR")),
            ("German".into(), "tlh".into(), "Portuguese".into())
        );
        assert!(NAMES.is_sorted_by_key(|(tag, ..)| *tag));
    }
}

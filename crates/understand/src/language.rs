//! The language of a post: what the network says, unless the letters or words of the text speak against it.
//!
//! Without a believable tag the script decides where it belongs to one language; else the words of grammar, then
//! `whichlang` (16 languages, fast) and, for the languages that it does not know, `whatlang`. A text with too little
//! to go by gets no signal.

use std::borrow::Cow;

use switchboard_model::{Evidence, Signal, SignalName};
use unicode_script::{Script, UnicodeScript};

use crate::lexicon::{ALL_TONGUES, Lexicon, TONGUES, Tongues};
use crate::text::{Kind, Text, Token};
use crate::{MODEL, tag};

/// The tongues for a language without a lexicon: signs and words that are everywhere the same.
pub(crate) const FOREIGN: Tongues = 1;

/// How many letters are looked at.
const MOST_LETTERS: usize = 1_000;
/// Fewer letters in all say nothing without a tag.
const FEWEST_LETTERS: usize = 6;
/// From here on the detectors may overrule a tag in the same script.
const MANY_LETTERS: usize = 40;
/// From here on words of grammar may.
const ENOUGH_LETTERS: usize = 12;
/// Below this confidence `whatlang` is not believed.
const CONFIDENT: f64 = 0.5;

/// The tongues to read a text of this language with.
pub(crate) fn speaks(language: Option<&Signal>) -> Tongues {
    let Some(language) = language else { return ALL_TONGUES };
    let code = tag::language(&language.label);
    TONGUES.iter().position(|tongue| *tongue == code).map_or(FOREIGN, |tongue| FOREIGN | 1 << tongue)
}

pub(crate) fn read(network_tag: Option<&str>, text: &Text, lexicon: &Lexicon) -> Option<Signal> {
    let sample = Sample::of(text);
    let grammar = Grammar::count(text.tokens.iter().filter(|token| token.kind == Kind::Word), lexicon);
    let detected = detect(&sample, &grammar, lexicon);
    let told = network_tag.and_then(tag::normalise);
    let found = match (told, detected) {
        (None, detected) => detected.map(|found| (found.code.to_string(), found.score, vec![found.reason()])),
        (Some(told), None) => Some((told.clone(), 0.75, vec![from_network(&told, 1.0)])),
        (Some(told), Some(found)) => Some(weigh(told, found, &sample, &grammar, lexicon)),
    };
    found.map(|(label, score, evidence)| Signal {
        name: SignalName::Language,
        label,
        score,
        scores: std::collections::BTreeMap::new(),
        evidence,
        model: MODEL.to_owned(),
    })
}

/// What the text itself says.
struct Found {
    code: Cow<'static, str>,
    score: f64,
    /// Sure enough to overrule a network.
    is_sure: bool,
    why: String,
}

impl Found {
    fn new(code: &str, score: f64, is_sure: bool, why: impl Into<String>) -> Self {
        Self { code: Cow::Owned(code.to_owned()), score, is_sure, why: why.into() }
    }

    fn reason(&self) -> Evidence {
        Evidence { why: self.why.clone(), span: None, weight: self.score }
    }
}

fn from_network(told: &str, weight: f64) -> Evidence {
    Evidence { why: format!("the network says {told}"), span: None, weight }
}

fn weigh(
    told: String,
    found: Found,
    sample: &Sample,
    grammar: &Grammar,
    lexicon: &Lexicon,
) -> (String, f64, Vec<Evidence>) {
    let language = tag::language(&told);
    if language == found.code || are_alike(language, &found.code) {
        let reasons = vec![from_network(&told, 1.0), found.reason()];
        return (told, 0.98, reasons);
    }
    let cannot_be = sample.letters >= FEWEST_LETTERS && !may_be_written(language, sample.script);
    // Programs tag with the language of their own menus: a post without one word of grammar of the tag's language,
    // but with several of another, is in the other.
    let (for_found, for_told) = (grammar.of(lexicon, &found.code), grammar.of(lexicon, language));
    let is_denied = sample.letters >= ENOUGH_LETTERS && for_found >= 1.0 && for_told <= 0.25 * for_found;
    if cannot_be || found.is_sure || (is_denied && lexicon.stop_languages.contains(&language)) {
        let against = if cannot_be { "but that is not its script" } else { "but the words are not of that language" };
        let mut network = from_network(&told, -0.5);
        network.why = format!("{}, {against}", network.why);
        return (found.code.to_string(), found.score.min(0.9), vec![found.reason(), network]);
    }
    let mut reason = found.reason();
    reason.weight = -0.3;
    (told.clone(), 0.7, vec![from_network(&told, 1.0), reason])
}

/// Languages that a detector cannot keep apart in a short text: the network knows better.
fn are_alike(one: &str, other: &str) -> bool {
    const ALIKE: &[&[&str]] = &[
        &["no", "nb", "nn", "da"],
        &["hr", "sr", "bs", "sh", "sl"],
        &["id", "ms"],
        &["zh", "yue"],
        &["es", "gl", "ast"],
        &["pt", "gl"],
        &["nl", "af", "fy", "nds", "li"],
        &["de", "gsw", "lb", "nds", "bar"],
        &["en", "sco"],
        &["cs", "sk"],
        &["tr", "az"],
        &["hi", "mr", "ne"],
        &["ar", "fa", "ur", "ckb", "ps"],
        &["ru", "uk", "bg", "be", "mk", "sr"],
    ];
    ALIKE.iter().any(|group| group.contains(&one) && group.contains(&other))
}

/// The letters of a post without addresses and handles.
struct Sample {
    clean: String,
    letters: usize,
    script: Script,
}

impl Sample {
    fn of(text: &Text) -> Self {
        let mut sample = Self { clean: String::new(), letters: 0, script: Script::Common };
        let mut counts: Vec<(Script, usize)> = Vec::new();
        for token in text.tokens.iter().filter(|token| token.kind == Kind::Word) {
            if sample.letters >= MOST_LETTERS {
                break;
            }
            if !sample.clean.is_empty() {
                sample.clean.push(' ');
            }
            for c in text.original(token).chars().take(MOST_LETTERS) {
                sample.clean.push(c);
                if !c.is_alphabetic() {
                    continue;
                }
                sample.letters += 1;
                let script = if c.is_ascii() { Script::Latin } else { c.script() };
                match counts.iter_mut().find(|(known, _)| *known == script) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((script, 1)),
                }
            }
        }
        let kana = counts.iter().any(|(script, _)| matches!(script, Script::Hiragana | Script::Katakana));
        let most = counts.iter().max_by_key(|(_, count)| *count).map_or(Script::Common, |(script, _)| *script);
        // Japanese is written with both; a Chinese text has no kana.
        sample.script = if most == Script::Han && kana { Script::Hiragana } else { most };
        sample
    }
}

fn detect(sample: &Sample, grammar: &Grammar, lexicon: &Lexicon) -> Option<Found> {
    if let Some(code) = only_language(sample.script) {
        return (sample.letters >= 2).then(|| Found::new(code, 0.95, true, "only this language has its letters"));
    }
    match sample.script {
        Script::Latin => detect_latin(sample, grammar, lexicon),
        Script::Common | Script::Inherited | Script::Unknown => None,
        _ => detect_other(sample),
    }
}

/// The language that a script belongs to, as far as public posts go.
fn only_language(script: Script) -> Option<&'static str> {
    Some(match script {
        Script::Hiragana | Script::Katakana => "ja",
        Script::Hangul => "ko",
        Script::Han => "zh",
        Script::Greek => "el",
        Script::Thai => "th",
        Script::Georgian => "ka",
        Script::Armenian => "hy",
        Script::Tamil => "ta",
        Script::Telugu => "te",
        Script::Kannada => "kn",
        Script::Malayalam => "ml",
        Script::Gujarati => "gu",
        Script::Gurmukhi => "pa",
        Script::Sinhala => "si",
        Script::Khmer => "km",
        Script::Lao => "lo",
        Script::Myanmar => "my",
        Script::Tibetan => "bo",
        _ => return None,
    })
}

/// Whether a language is written in this script. What is not in the list is believed.
fn may_be_written(language: &str, script: Script) -> bool {
    let latin = [
        "en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "no", "nb", "nn", "fi", "pl", "cs", "sk", "sl", "hr",
        "hu", "ro", "et", "lv", "lt", "tr", "id", "ms", "vi", "ca", "gl", "eu", "is", "ga", "cy", "af", "sw", "tl",
        "eo", "la",
    ];
    match script {
        Script::Common | Script::Inherited | Script::Unknown => true,
        // Every language is also written in Latin letters by people who type in a hurry.
        Script::Latin => !matches!(language, "zh" | "ja" | "ko" | "th"),
        Script::Han => matches!(language, "zh" | "ja" | "yue" | "ko" | "wuu") || !is_known(language, &latin),
        _ => !latin.contains(&language) && only_language(script).is_none_or(|only| only == language),
    }
}

fn is_known(language: &str, latin: &[&str]) -> bool {
    latin.contains(&language) || matches!(language, "ru" | "uk" | "bg" | "el" | "ar" | "fa" | "he" | "hi" | "th")
}

fn detect_latin(sample: &Sample, grammar: &Grammar, lexicon: &Lexicon) -> Option<Found> {
    let words = grammar.words;
    if sample.letters < FEWEST_LETTERS || (words < 3 && grammar.best.is_none()) {
        return None;
    }
    let quick = which(&sample.clean);
    let many = sample.letters >= MANY_LETTERS;
    if let Some((code, points)) = grammar.best {
        if code == quick {
            let is_sure = points >= 2.5 && many;
            let score = if points >= 2.0 { 0.97 } else { 0.9 };
            return Some(Found::new(code, score, is_sure, "words of grammar and letters agree"));
        }
        if points >= 1.5 && grammar.lead >= 1.0 {
            return Some(Found::new(code, 0.85, points >= 3.0 && many, "its words of grammar"));
        }
    }
    let quick_has_words = grammar.of(lexicon, quick) > 0.0;
    if words < 3 || sample.letters < 12 {
        return None;
    }
    if quick_has_words {
        return Some(Found::new(quick, 0.75, false, "its letters and a word of grammar"));
    }
    // No word of grammar speaks for the quick guess: it may be a language that it does not know.
    match whatlang::detect(&sample.clean) {
        Some(info) if info.confidence() >= CONFIDENT || tag::shortest(info.lang().code()) == quick => {
            let code = tag::shortest(info.lang().code());
            let agree = code == quick;
            Some(Found::new(code, if agree { 0.8 } else { 0.65 }, false, "its letters"))
        }
        _ => Some(Found::new(quick, 0.5, false, "its letters, not surely")),
    }
}

fn detect_other(sample: &Sample) -> Option<Found> {
    if sample.letters < FEWEST_LETTERS {
        return None;
    }
    match sample.script {
        Script::Hebrew => Some(Found::new("he", 0.9, true, "its letters")),
        Script::Arabic => {
            let persian = sample.clean.contains(['پ', 'چ', 'ژ', 'گ', 'ک', 'ی']);
            let urdu = sample.clean.contains(['ٹ', 'ڈ', 'ڑ', 'ے', 'ں']);
            Some(match (persian, urdu) {
                (_, true) => Found::new("ur", 0.85, true, "its letters"),
                (true, false) => Found::new("fa", 0.8, true, "its letters"),
                _ => Found::new("ar", 0.9, true, "its letters"),
            })
        }
        _ => {
            let info = whatlang::detect(&sample.clean)?;
            let score = if info.is_reliable() { 0.9 } else { 0.7 };
            Some(Found::new(tag::shortest(info.lang().code()), score, true, "its letters"))
        }
    }
}

fn which(clean: &str) -> &'static str {
    tag::shortest(whichlang::detect_language(clean).three_letter_code())
}

/// Words of grammar by language. A word that several languages share counts for each the less.
struct Grammar {
    points: Vec<f64>,
    best: Option<(&'static str, f64)>,
    lead: f64,
    words: usize,
}

impl Grammar {
    fn count<'t>(tokens: impl Iterator<Item = &'t Token>, lexicon: &Lexicon) -> Self {
        let mut grammar = Self { points: vec![0.0; lexicon.stop_languages.len()], best: None, lead: 0.0, words: 0 };
        for token in tokens.take(200) {
            grammar.words += 1;
            let stop = lexicon.entry(token).map_or(0, |entry| entry.stop);
            let shared = f64::from(stop.count_ones());
            let mut rest = stop;
            while rest != 0 {
                grammar.points[rest.trailing_zeros() as usize] += 1.0 / shared;
                rest &= rest - 1;
            }
        }
        let mut ranked: Vec<usize> = (0..grammar.points.len()).filter(|&at| grammar.points[at] > 0.0).collect();
        ranked.sort_by(|&one, &other| grammar.points[other].total_cmp(&grammar.points[one]));
        if let Some(&first) = ranked.first() {
            let second = ranked.get(1).map_or(0.0, |&second| grammar.points[second]);
            grammar.lead = grammar.points[first] - second;
            let code = lexicon.stop_languages[first];
            grammar.best = (grammar.lead > 0.0).then_some((code, grammar.points[first]));
        }
        grammar
    }

    /// The points of a language; none for one without a list.
    fn of(&self, lexicon: &Lexicon, code: &str) -> f64 {
        lexicon.stop_languages.iter().position(|known| *known == code).map_or(0.0, |at| self.points[at])
    }
}

#[cfg(test)]
mod tests {
    use switchboard_model::Post;

    use crate::Reader;

    #[test]
    fn languages_are_told_from_tag_and_text() {
        let reader = Reader::new();
        let check = |tag: Option<&str>, text: &str, expected: Option<&str>| {
            let post = Post { lang: tag.map(str::to_owned), ..Post::new("x", "1", text) };
            let found = reader.language(&post).map(|signal| signal.label);
            assert_eq!(found.as_deref(), expected, "{tag:?} {text}");
        };
        check(Some("en"), "hello there", Some("en"));
        check(Some("EN_us"), "my order never arrived", Some("en-US"));
        check(Some("de"), "ok", Some("de"));
        check(Some("en"), "", Some("en"));
        check(Some("en"), "Мой заказ так и не пришёл, третий раз пишу", Some("ru"));
        check(Some("en"), "私の注文はまだ届いていません", Some("ja"));
        check(Some("en"), "Mein Paket ist immer noch nicht da und keiner antwortet mir", Some("de"));
        check(Some("en"), "Kiedy będzie dostępna nowa wersja, bo czekam już tydzień na to", Some("pl"));
        check(Some("nb"), "Jeg har ikke fått svar på min e-post ennå", Some("nb"));
        check(None, "Mon colis n'est toujours pas arrivé https://a.example/the/and/of", Some("fr"));
        check(None, "¿Cuándo llega mi pedido? @the_best_shop_in_the_world", Some("es"));
        check(None, "Waar blijft mijn bestelling? #thebest", Some("nl"));
        check(None, "Η παραγγελία μου δεν ήρθε", Some("el"));
        check(None, "배송이 너무 늦어요", Some("ko"));
        check(None, "我的订单还没到", Some("zh"));
        check(None, "הזמנה שלי לא הגיעה עדיין", Some("he"));
        check(Some("und"), "The kettle is broken and nobody answers", Some("en"));
        check(None, "ok", None);
        check(None, "😡😡😡 !!! 12345", None);
        check(None, "@acme https://acme.example/a/long/path/of/words", None);
        check(None, "", None);
    }

    #[test]
    fn a_tag_that_loses_is_named() {
        let post = Post {
            lang: Some("en".to_owned()), ..Post::new("x", "1", "Мой заказ так и не пришёл")
        };
        let signal = Reader::new().language(&post).expect("Cyrillic");
        let why: Vec<_> = signal.evidence.iter().map(|evidence| evidence.why.as_str()).collect();
        assert_eq!(why[1], "the network says en, but that is not its script");
        assert!(signal.evidence[1].weight < 0.0);
    }
}

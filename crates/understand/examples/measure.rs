//! Measures the reader on public development data: `SWITCHBOARD_DATA=DIR cargo run --example measure [--misses N]`.
//!
//! DIR holds `tweeteval/sentiment.val.csv.gz`, `umsab/val.csv.gz`, `complaints/complaints.csv.gz`,
//! `purchase_intent/iphone.csv.gz` and `airline/airline.csv.gz`. What is missing is skipped. Needs `gzip`.
//!
//! Rules were written with the training parts and with half of the sets that have no parts of their own in view;
//! the figures named "held back" are from the other half. None of them is a test set.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use switchboard_model::{Post, SignalName};
use switchboard_understand::Reader;

type Row = BTreeMap<String, String>;

fn main() {
    let Some(dir) = std::env::var_os("SWITCHBOARD_DATA") else {
        eprintln!("SWITCHBOARD_DATA is not set; name the folder with the data sets");
        return;
    };
    let dir = Path::new(&dir);
    let misses = misses_wanted();
    let reader = Reader::new();
    let classify = |task: &'static str| {
        let reader = &reader;
        move |row: &Row| reader.classify(task, &row["text"]).map_or_else(|error| error.to_string(), |found| found.label)
    };

    let part = if std::env::args().any(|argument| argument == "--train") { "train" } else { "val" };
    report(
        "tweeteval sentiment",
        &rows(dir, &format!("tweeteval/sentiment.{part}.csv.gz")),
        "label",
        classify("sentiment"),
        misses,
    );
    let umsab = rows(dir, &format!("umsab/{part}.csv.gz"));
    for language in ["english", "german", "french", "spanish", "portuguese", "italian"] {
        let of_language: Vec<Row> = umsab.iter().filter(|row| row["lang"] == language).cloned().collect();
        report(&format!("umsab sentiment, {language}"), &of_language, "label", classify("sentiment"), 0);
    }
    report(
        "airline sentiment, held back",
        &half(dir, "airline/airline.csv.gz", false),
        "sentiment",
        classify("sentiment"),
        0,
    );
    let code = |row: &Row| code_of(&row["lang"]).to_owned();
    let languages: Vec<Row> = umsab.iter().map(|row| with(row, "code", code(row))).collect();
    report("umsab language, no tag", &languages, "code", classify("language"), misses);
    // Most Hindi posts of that set are written in Latin letters, which no detector here knows.
    let without_hindi: Vec<Row> = languages.iter().filter(|row| row["code"] != "hi").cloned().collect();
    report("umsab language without Hindi, no tag", &without_hindi, "code", classify("language"), 0);
    let which = |row: &Row| two_letters(whichlang::detect_language(&row["text"]).three_letter_code());
    report("umsab language without Hindi, whichlang alone", &without_hindi, "code", which, 0);
    let what = |row: &Row| {
        whatlang::detect_lang(&row["text"]).map_or_else(|| "und".to_owned(), |lang| two_letters(lang.code()))
    };
    report("umsab language without Hindi, whatlang alone", &without_hindi, "code", what, 0);
    let tagged = |row: &Row| {
        let post = Post { lang: Some("en".to_owned()), ..Post::new("x", "1", &row["text"]) };
        reader.language(&post).map_or_else(|| "und".to_owned(), |signal| signal.label)
    };
    report("umsab language without Hindi, every post tagged en", &without_hindi, "code", tagged, 0);
    for (name, is_first) in [("complaints, in view", true), ("complaints, held back", false)] {
        let complaints = half(dir, "complaints/complaints.csv.gz", is_first);
        report(name, &complaints, "label", classify("complaint"), if is_first { misses } else { 0 });
    }
    for (name, is_first) in [("purchase intent, in view", true), ("purchase intent, held back", false)] {
        let rows = half(dir, "purchase_intent/iphone.csv.gz", is_first);
        let binary = |row: &Row| if row["label"] == "intent" { "purchase" } else { "none" }.to_owned();
        let rows: Vec<Row> = rows.iter().map(|row| with(row, "binary", binary(row))).collect();
        report(name, &rows, "binary", classify("purchase"), if is_first { misses } else { 0 });
    }
    rates(&reader, &rows(dir, "airline/airline.csv.gz"));
}

fn misses_wanted() -> usize {
    let arguments: Vec<String> = std::env::args().collect();
    let at = arguments.iter().position(|argument| argument == "--misses");
    at.and_then(|at| arguments.get(at + 1)).and_then(|count| count.parse().ok()).unwrap_or(0)
}

/// How often each intent is found in posts to brands: a floor under nothing, but a spike here is a bad pattern.
fn rates(reader: &Reader, rows: &[Row]) {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows {
        for signal in reader.read(&Post::new("x", "1", &row["text"])).all(SignalName::Intent) {
            *found.entry(signal.label.clone()).or_default() += 1;
        }
    }
    println!("airline, intents found in {} posts: {found:?}", rows.len());
}

fn code_of(language: &str) -> &'static str {
    let codes = [
        ("arabic", "ar"),
        ("english", "en"),
        ("french", "fr"),
        ("german", "de"),
        ("hindi", "hi"),
        ("italian", "it"),
        ("portuguese", "pt"),
        ("spanish", "es"),
    ];
    codes.iter().find(|(name, _)| *name == language).map_or("und", |(_, code)| code)
}

fn two_letters(code: &str) -> String {
    let known =
        [("ara", "ar"), ("eng", "en"), ("fra", "fr"), ("deu", "de"), ("ita", "it"), ("por", "pt"), ("spa", "es")];
    known.iter().find(|(long, _)| *long == code).map_or(code, |(_, short)| short).to_owned()
}

fn with(row: &Row, name: &str, value: String) -> Row {
    let mut row = row.clone();
    row.insert(name.to_owned(), value);
    row
}

/// Every other row: the first half may be looked at.
fn half(dir: &Path, file: &str, is_first: bool) -> Vec<Row> {
    let all = rows(dir, file).into_iter().enumerate();
    all.filter(|(number, _)| (number % 2 == 0) == is_first).map(|(_, row)| row).collect()
}

fn rows(dir: &Path, file: &str) -> Vec<Row> {
    let output = match Command::new("gzip").arg("-dc").arg(dir.join(file)).output() {
        Ok(output) if output.status.success() => output.stdout,
        _ => {
            eprintln!("{file} cannot be read; skipped");
            return Vec::new();
        }
    };
    csv::Reader::from_reader(output.as_slice()).deserialize().filter_map(Result::ok).collect()
}

fn report(name: &str, rows: &[Row], column: &str, answer: impl Fn(&Row) -> String, misses: usize) {
    if rows.is_empty() {
        return;
    }
    // truth → (how many, answered so, answered so rightly)
    let mut labels: BTreeMap<String, (usize, usize, usize)> = BTreeMap::new();
    let mut shown = 0;
    for row in rows {
        let (truth, answer) = (row[column].clone(), answer(row));
        labels.entry(truth.clone()).or_default().0 += 1;
        labels.entry(answer.clone()).or_default().1 += 1;
        if truth == answer {
            labels.entry(truth).or_default().2 += 1;
        } else if shown < misses {
            shown += 1;
            println!("  is {truth}, read as {answer}: {}", row["text"]);
        }
    }
    let right: usize = labels.values().map(|(_, _, right)| right).sum();
    let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 };
    let known: Vec<_> = labels.iter().filter(|(_, (count, ..))| *count > 0).collect();
    let mean = |of: &dyn Fn(&(usize, usize, usize)) -> f64| {
        known.iter().map(|(_, counts)| of(counts)).sum::<f64>() / known.len() as f64
    };
    let f1 = |(count, answered, right): &(usize, usize, usize)| share(2 * right, count + answered);
    println!(
        "{name}: {} rows, accuracy {:.1}, macro recall {:.1}, macro F1 {:.1}",
        rows.len(),
        share(right, rows.len()),
        mean(&|(count, _, right)| share(*right, *count)),
        mean(&f1)
    );
    for (label, counts) in known {
        let (count, answered, right) = *counts;
        println!(
            "    {label:<9} {count:>5}  precision {:>5.1}  recall {:>5.1}",
            share(right, answered),
            share(right, count)
        );
    }
}

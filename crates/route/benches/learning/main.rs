//! How well routing learns: accuracy against the number of corrections, on public posts whose intents stand for departments.
//!
//! `SWITCHBOARD_LEARNING_DATA=DIR cargo bench --bench learning`; DIR holds `banking77/train.csv.gz` (PolyAI
//! task-specific-datasets, CC BY 4.0) and `clinc150/train.csv.gz` (clinc/oos-eval, CC BY 3.0). Which intent is whose is in
//! `departments.csv` beside this file.
//!
//! The posts come in an order shuffled once and always the same, because the files are sorted by intent. Each is proposed
//! for before its label is known (Dawid, Present position and potential developments, 1984: prequential). Against it stand
//! who always says the department that is most frequent so far, and logistic regression on the same terms, trained anew at
//! each checkpoint from all labels so far.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use switchboard_model::{CaseId, DepartmentId, Features, Lesson, Post};
use switchboard_route::learning::{Calibration, Learner};
use switchboard_understand::Reader;
use uuid::Uuid;

mod regression;

use regression::Regression;

/// After so many corrections accuracy is told.
const CHECKPOINTS: [usize; 9] = [0, 50, 100, 200, 400, 800, 1_200, 1_600, 2_000];

/// Posts that are never learnt; each checkpoint is measured on all of them.
const HELD_OUT: usize = 2_000;

/// Which intent is whose.
const DEPARTMENTS: &str = include_str!("departments.csv");

struct Said {
    features: Features,
    department: usize,
}

/// The posts of a set, shuffled, and the names of the departments.
struct Set {
    posts: Vec<Said>,
    departments: Vec<String>,
}

fn read(set: &str, file: &Path, column: &str, reader: &Reader) -> Result<Set, Box<dyn Error>> {
    let mut whose: HashMap<String, usize> = HashMap::new();
    let mut departments: Vec<String> = Vec::new();
    for row in csv::Reader::from_reader(DEPARTMENTS.as_bytes()).records() {
        let row = row?;
        if &row[0] == set {
            let place = departments.iter().position(|name| *name == row[2]).unwrap_or_else(|| {
                departments.push(row[2].to_owned());
                departments.len() - 1
            });
            whose.insert(row[1].to_owned(), place);
        }
    }
    let unpacked = Command::new("gzip").arg("-dc").arg(file).output()?;
    let mut rows = csv::Reader::from_reader(unpacked.stdout.as_slice());
    let headers = rows.headers()?.clone();
    let place = |name: &str| headers.iter().position(|one| one == name).ok_or_else(|| format!("no column '{name}'"));
    let (text, intent) = (place("text")?, place(column)?);
    let mut posts = Vec::new();
    for row in rows.records() {
        let row = row?;
        if let Some(department) = whose.get(&row[intent]) {
            let features = reader.features(&Post::new("x", "1", &row[text]));
            posts.push(Said { features, department: *department });
        }
    }
    shuffle(&mut posts);
    Ok(Set { posts, departments })
}

/// Always the same shuffle (SplitMix64).
fn shuffle<T>(all: &mut [T]) {
    let mut state: u64 = 20_261_127;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    for place in (1..all.len()).rev() {
        all.swap(place, (next() % (place as u64 + 1)) as usize);
    }
}

fn id(department: usize) -> DepartmentId {
    DepartmentId(Uuid::from_u128(department as u128 + 1))
}

fn at(number: usize) -> Timestamp {
    Timestamp::from_second(i64::try_from(number).unwrap_or_default()).unwrap_or_default()
}

fn lesson(number: usize) -> Lesson {
    Lesson::Case(CaseId(i64::try_from(number).unwrap_or_default()))
}

fn percent(right: usize, all: usize) -> String {
    if all == 0 { "–".to_owned() } else { format!("{:.1} %", 100.0 * right as f64 / all as f64) }
}

fn quantile(times: &mut [Duration], part: f64) -> String {
    times.sort_unstable();
    let place = ((times.len() as f64 - 1.0) * part).round() as usize;
    format!("{:.3} ms", times.get(place).copied().unwrap_or_default().as_secs_f64() * 1_000.0)
}

fn accuracy(posts: &[Said], guess: impl Fn(&Features) -> Option<usize>) -> String {
    percent(posts.iter().filter(|said| guess(&said.features) == Some(said.department)).count(), posts.len())
}

fn of_learner(learner: &Learner, features: &Features) -> Option<usize> {
    let guess = learner.learned().guess(features, |_| true)?;
    Some(guess.department.0.as_u128() as usize - 1)
}

/// The curve of one set.
fn curve(name: &str, set: &Set) {
    let (held_out, stream) = set.posts.split_at(HELD_OUT.min(set.posts.len() / 2));
    println!("\n### {name}, {} departments, {} posts held out\n", set.departments.len(), held_out.len());
    println!(
        "| corrections | most frequent | learnt, held out | learnt, as they came | retrained each time, held out | time to retrain |"
    );
    println!("| ---: | ---: | ---: | ---: | ---: | ---: |");
    let mut learner = Learner::default();
    let mut frequent: BTreeMap<usize, usize> = BTreeMap::new();
    let (mut updates, mut guesses) = (Vec::new(), Vec::new());
    let (mut right, mut asked) = (0, 0);
    let mut results: Vec<(f64, bool)> = Vec::new();
    let mut sure: Vec<(f64, bool)> = Vec::new();
    let last = CHECKPOINTS[CHECKPOINTS.len() - 1];
    for number in 0..=last.min(stream.len() - 1) {
        if CHECKPOINTS.contains(&number) {
            let most = frequent.iter().max_by_key(|(_, count)| **count).map(|(department, _)| *department);
            let begun = Instant::now();
            let regression = (number > 0).then(|| Regression::train(&stream[..number], set.departments.len()));
            let took = begun.elapsed();
            println!(
                "| {number} | {} | {} | {} | {} | {} |",
                accuracy(held_out, |_| most),
                accuracy(held_out, |features| of_learner(&learner, features)),
                percent(right, asked),
                accuracy(held_out, |features| regression.as_ref().map(|known| known.guess(features))),
                if number == 0 { "–".to_owned() } else { format!("{:.0} ms", took.as_secs_f64() * 1_000.0) },
            );
            (right, asked) = (0, 0);
        }
        let said = &stream[number];
        let begun = Instant::now();
        let guess = learner.learned().guess(&said.features, |_| true);
        guesses.push(begun.elapsed());
        asked += 1;
        if let Some(guess) = guess {
            let is_right = guess.department == id(said.department);
            right += usize::from(is_right);
            let newest = results.len().saturating_sub(Calibration::RESULTS);
            let calibration = Calibration::fit(results[newest..].iter().copied());
            sure.push((calibration.probability(guess.score), is_right));
            results.push((guess.score, is_right));
        }
        *frequent.entry(said.department).or_default() += 1;
        let features = said.features.clone();
        // Somebody reads what was known before, as the line does: the update has to copy what it changes.
        let read = learner.learned().clone();
        let begun = Instant::now();
        learner.learn(lesson(number), at(number), id(said.department), features);
        let published = learner.learned().clone();
        updates.push(begun.elapsed());
        drop((read, published));
    }
    println!(
        "\nAn update, with handing it to readers: p50 {}, p99 {}, longest {}.",
        quantile(&mut updates, 0.5),
        quantile(&mut updates, 0.99),
        quantile(&mut updates, 1.0)
    );
    println!("A proposal: p50 {}, p99 {}.", quantile(&mut guesses, 0.5), quantile(&mut guesses, 0.99));
    println!("\n| how probable it said its proposal was | proposals | right |");
    println!("| ---: | ---: | ---: |");
    for (low, high) in [(0.0, 0.5), (0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 1.01)] {
        let within: Vec<_> = sure.iter().filter(|(probability, _)| (low..high).contains(probability)).collect();
        let right = within.iter().filter(|(_, is_right)| *is_right).count();
        println!(
            "| {:.0}–{:.0} % | {} | {} |",
            low * 100.0,
            f64::min(high, 1.0) * 100.0,
            within.len(),
            percent(right, within.len())
        );
    }
}

/// A department that is added with five examples to others that know 1,000 cases: how much of its posts it gets, and what
/// the others lose.
fn five_examples(name: &str, set: &Set) {
    println!("\n### {name}: a department added with five examples\n");
    println!(
        "| department | its posts that are proposed to it | of all that is proposed to it, right | all others, before | all others, after |"
    );
    println!("| --- | ---: | ---: | ---: | ---: |");
    let (held_out, stream) = set.posts.split_at(HELD_OUT.min(set.posts.len() / 2));
    for (new, department) in set.departments.iter().enumerate() {
        let mut learner = Learner::default();
        let others = stream.iter().filter(|said| said.department != new).take(1_000);
        for (number, said) in others.enumerate() {
            learner.learn(lesson(number), at(number), id(said.department), said.features.clone());
        }
        let (own, rest): (Vec<&Said>, Vec<&Said>) = held_out.iter().partition(|said| said.department == new);
        let right = |learner: &Learner, posts: &[&Said]| {
            posts.iter().filter(|said| of_learner(learner, &said.features) == Some(said.department)).count()
        };
        let before = right(&learner, &rest);
        for (number, said) in stream.iter().filter(|said| said.department == new).take(5).enumerate() {
            let example = Lesson::Example(i64::try_from(number).unwrap_or_default());
            learner.learn(example, at(5_000), id(new), said.features.clone());
        }
        let taken = held_out.iter().filter(|said| of_learner(&learner, &said.features) == Some(new)).count();
        let got = right(&learner, &own);
        println!(
            "| {department} | {} | {} | {} | {} |",
            percent(got, own.len()),
            percent(got, taken),
            percent(before, rest.len()),
            percent(right(&learner, &rest), rest.len())
        );
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let Some(folder) = std::env::var_os("SWITCHBOARD_LEARNING_DATA") else {
        println!("SWITCHBOARD_LEARNING_DATA names no folder with the data; nothing is measured");
        return Ok(());
    };
    let reader = Reader::new();
    for (name, set, column) in [("Banking77", "banking77", "label"), ("CLINC150", "clinc150", "intent")] {
        let set = read(set, &Path::new(&folder).join(set).join("train.csv.gz"), column, &reader)?;
        curve(name, &set);
        five_examples(name, &set);
    }
    Ok(())
}

//! Posts a second that one core matches against 1,000, 10,000 and 100,000 searches, bytes for each search, and the time to
//! add one.
//!
//! `cargo bench -p switchboard-match [-- NUMBER…]`; with `once`, each post once and without a clock. Searches come from a
//! fixed seed in the shape of what companies listen for, with words as frequent as the posts have them. Posts are those of
//! `SWITCHBOARD_MATCH_TEXTS`, a folder of gzipped CSV files with a column `text`; without it they are made from the seed,
//! too.

use std::collections::HashMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use switchboard_match::{Frequencies, Matcher, Prepared, Query, Scratch};
use switchboard_model::{Post, PostKind};

const MADE: usize = 20_000;
const MOST_POSTS: usize = 200_000;
const LEARNT: usize = 20_000;
const MEASURED: Duration = Duration::from_secs(3);
const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if sizes.is_empty() { SIZES.to_vec() } else { sizes };
    let mut chance = Chance(0x5EED);
    let texts = match std::env::var_os("SWITCHBOARD_MATCH_TEXTS") {
        Some(folder) => texts_of(Path::new(&folder)),
        None => made_texts(&mut chance),
    };
    let posts: Vec<Post> = texts.iter().enumerate().map(|(at, text)| post(at, text, &mut chance)).collect();
    let characters: usize = posts.iter().map(|post| post.text.chars().count()).sum();
    println!("{} posts of {} characters on average", posts.len(), characters / posts.len().max(1));
    let words = Words::of(&posts);

    let mut frequencies = Frequencies::default();
    posts.iter().take(LEARNT).for_each(|post| frequencies.learn(&Prepared::new(post)));
    let frequencies = Arc::new(frequencies);

    let (rate, _) = measure(&posts, |post| {
        black_box(Prepared::new(post));
        0
    });
    println!("reading alone: {rate:>9.0} posts/s/core");
    for size in sizes {
        run(&posts, &words, &frequencies, size);
    }
}

fn run(posts: &[Post], words: &Words, frequencies: &Arc<Frequencies>, size: usize) {
    let mut chance = Chance(0xACE + size as u64);
    let queries: Vec<String> = (0..size).map(|_| query(words, &mut chance)).collect();
    let watch = Watch::start();
    let mut matcher = Matcher::with_frequencies(frequencies.clone());
    let mut slowest = Vec::with_capacity(size);
    for (at, query) in (0u32..).zip(&queries) {
        let begun = Instant::now();
        matcher.insert(at, &Query::parse(query).expect("a query made for the bench"));
        slowest.push(begun.elapsed());
    }
    let compiled = watch.busy();
    let added = &mut slowest[size - size / 10..];
    added.sort_unstable();
    let p99 = added[added.len() * 99 / 100];
    let mut scratch = Scratch::default();
    let (rate, matches) = measure(posts, |post| {
        let mut matches = 0;
        matcher.visit_matches(&Prepared::new(post), &mut scratch, |_| matches += 1);
        matches
    });
    println!(
        "{size:>7} searches: {rate:>9.0} posts/s/core; {:.2} matches a post; {} bytes a search; all compiled in {:.2} s, \
         adding one p99 {:.1} µs",
        matches as f64 / posts.len() as f64,
        matcher.bytes() / size,
        compiled.as_secs_f64(),
        p99.as_secs_f64() * 1e6,
    );
}

/// Posts a second over whole rounds, and the sum of what one round returned. Posts come as a reader of the stream leaves
/// them: just made. (Two hundred thousand that were made long ago would measure how far away the memory is.)
fn measure(posts: &[Post], mut work: impl FnMut(&Post) -> usize) -> (f64, usize) {
    const AT_ONCE: usize = 500;
    if is_counted() {
        return (f64::NAN, posts.iter().map(&mut work).sum());
    }
    let (mut rounds, mut sum) = (0, 0);
    let mut busy = Duration::ZERO;
    while busy < MEASURED {
        sum = 0;
        for some in posts.chunks(AT_ONCE) {
            let some = some.to_vec();
            let watch = Watch::start();
            sum += black_box(some.iter().map(&mut work).sum::<usize>());
            busy += watch.busy();
        }
        rounds += 1;
    }
    ((rounds * posts.len()) as f64 / busy.as_secs_f64(), sum)
}

/// Whether instructions are counted from outside (`once`, under `valgrind --tool=callgrind`) and a clock is of no use.
fn is_counted() -> bool {
    std::env::args().any(|argument| argument == "once")
}

/// Time spent on a core by this thread, so that a busy machine changes the figures less.
struct Watch(Duration);

impl Watch {
    fn start() -> Self {
        Self(Self::on_core())
    }

    fn busy(&self) -> Duration {
        Self::on_core().saturating_sub(self.0)
    }

    fn on_core() -> Duration {
        if is_counted() {
            return Duration::ZERO;
        }
        let time = clock_gettime(ClockId::ThreadCPUTime);
        Duration::new(time.tv_sec.try_into().unwrap_or_default(), time.tv_nsec.try_into().unwrap_or_default())
    }
}

/// A small generator (xorshift), so that every run sees the same.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }

    /// Small numbers are far more frequent than great ones, as with words.
    fn frequent(&mut self, end: usize) -> usize {
        let share = self.below(1 << 24) as f64 / f64::from(1 << 24);
        (((end as f64 + 1.0).powf(share) - 1.0) as usize).min(end - 1)
    }
}

// --- posts

fn texts_of(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    gather(folder, &mut files);
    files.sort();
    let mut texts = Vec::new();
    for file in files {
        let opened = std::fs::File::open(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let mut rows = csv::Reader::from_reader(flate2::read::GzDecoder::new(opened));
        let names = rows.byte_headers().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let Some(column) = names.iter().position(|name| name == b"text") else { continue };
        let rows =
            rows.byte_records().filter_map(|row| Some(String::from_utf8_lossy(row.ok()?.get(column)?).into_owned()));
        texts.extend(rows);
    }
    // One set after the other would be unlike a stream.
    let mut chance = Chance(0xF00D);
    for at in (1..texts.len()).rev() {
        texts.swap(at, chance.below(at + 1));
    }
    texts.truncate(MOST_POSTS);
    texts
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            gather(&path, files);
        } else if path.to_string_lossy().ends_with(".csv.gz") {
            files.push(path);
        }
    }
}

fn made_texts(chance: &mut Chance) -> Vec<String> {
    let syllables =
        ["ka", "lo", "mi", "ter", "son", "re", "ba", "du", "vin", "sha", "el", "po", "gra", "ni", "tu", "fen"];
    let word = |chance: &mut Chance| -> String {
        (0..1 + chance.below(4)).map(|_| syllables[chance.below(syllables.len())]).collect()
    };
    let words: Vec<String> = (0..30_000).map(|_| word(chance)).collect();
    let mut text = |at: usize| {
        let mut text = String::new();
        for _ in 0..6 + chance.below(24) {
            let word = &words[chance.frequent(words.len())];
            match chance.below(60) {
                0 => text.push_str(&format!("#{word} ")),
                1 => text.push_str(&format!("@{word}.example ")),
                2 => text.push_str(&format!("https://{word}.example/{at} ")),
                3 => text.push_str(&format!("{word}’s ")),
                4 => text.push_str("👍🏽 "),
                5 => text.push_str(&format!("{}, ", word.to_uppercase())),
                6 => text.push_str(&format!("{word}é ")),
                _ => text.push_str(&format!("{word} ")),
            }
        }
        if chance.below(20) == 0 {
            text.push_str("このケトルは壊れていて、返品したいです");
        }
        text
    };
    (0..MADE).map(&mut text).collect()
}

fn post(at: usize, text: &str, chance: &mut Chance) -> Post {
    let networks = ["mastodon", "bluesky", "x", "reddit", "feed"];
    let languages = ["en", "en", "en", "en-GB", "de", "fr", "es", "pt-BR"];
    let mut post = Post::new(networks[chance.below(networks.len())], &at.to_string(), text);
    post.lang = Some(languages[chance.below(languages.len())].into());
    post.kind = Some(if chance.below(3) == 0 { PostKind::Reshare } else { PostKind::Post });
    post
}

// --- searches

/// The words of the posts, the most frequent first.
struct Words(Vec<String>);

impl Words {
    fn of(posts: &[Post]) -> Self {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for post in posts {
            for word in post.text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 2) {
                *counts.entry(word.to_lowercase()).or_default() += 1;
            }
        }
        let mut words: Vec<(String, usize)> = counts.into_iter().collect();
        words.sort_by(|one, other| (other.1, &one.0).cmp(&(one.1, &other.0)));
        Self(words.into_iter().map(|(word, _)| word).collect())
    }

    /// A word of a text, as frequent as it is there.
    fn any<'a>(&'a self, chance: &mut Chance) -> &'a str {
        &self.0[chance.frequent(self.0.len())]
    }

    /// A name: nobody calls a thing by one of the most frequent words.
    fn name<'a>(&'a self, chance: &mut Chance) -> &'a str {
        let frequent = (self.0.len() / 10).min(300);
        &self.0[frequent + chance.frequent(self.0.len() - frequent)]
    }
}

fn query(words: &Words, chance: &mut Chance) -> String {
    let name = words.name(chance);
    let (a, b, c) = (words.any(chance), words.any(chance), words.any(chance));
    let other = words.name(chance);
    match chance.below(20) {
        0..=3 => format!("{name} OR @{name} OR #{name}"),
        4..=6 => format!("({name} OR @{name}{b} OR #{name}) -{a} -is:reshare"),
        7 | 8 => format!("{name} ({a} OR {b} OR {c})"),
        9 => format!("\"{name} {a}\" OR #{name}{a}"),
        10 => format!("\"{a} {name}\" -\"{b} {c}\""),
        11 | 12 => format!("{name} NEAR/5 ({a} OR {b})"),
        13 => format!("({name} OR {other}) ONEAR/8 {a}"),
        14 | 15 => format!("({name} OR {name}{a}*) lang:en,de -is:reshare"),
        16 => format!("{name}* {other} network:x,reddit"),
        17 => format!("({name} OR {other}) ({a} OR \"{b} {c}\") -(rt OR giveaway OR {other}{a})"),
        18 => format!("link:{name}.example OR title:{name} OR exact:{}", name.to_uppercase()),
        _ => format!("{name} {a} -{b}"),
    }
}

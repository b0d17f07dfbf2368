//! How many posts a second one core matches against 100 and 1,000 searches.
//!
//! Posts and searches are made from a fixed seed, in the shape of what a company listens for: names, names with a
//! context, exclusions, phrases, hashtags, a few fields. Run with `cargo bench -p switchboard-match`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use switchboard_match::{Matcher, Prepared, Query};
use switchboard_model::Post;

const POSTS: usize = 4_000;
const MEASURED: Duration = Duration::from_secs(2);

fn main() {
    let mut chance = Chance(0x5EED);
    let words = words(&mut chance);
    let posts: Vec<Post> = (0..POSTS).map(|at| post(at, &words, &mut chance)).collect();
    let characters: usize = posts.iter().map(|post| post.text.chars().count()).sum();
    println!("{POSTS} posts of {} characters on average", characters / POSTS);

    let rate = measure(&posts, |post| {
        black_box(Prepared::new(post));
        0
    });
    println!("{:>6} searches: {:>9.0} posts/s/core (making posts ready only)", 0, rate.0);
    for searches in [100, 1_000] {
        let queries: Vec<Query> = (0..searches).map(|_| query(&words, &mut chance)).collect();
        let matcher = Matcher::new(queries.iter().cloned().enumerate());
        let (together, matches) = measure(&posts, |post| matcher.matches(&Prepared::new(post)).len());
        let (each, same) = measure(&posts, |post| {
            let post = Prepared::new(post);
            queries.iter().filter(|query| query.matches(&post)).count()
        });
        assert_eq!(matches, same, "the matcher must find what asking each search finds");
        println!(
            "{searches:>6} searches: {together:>9.0} posts/s/core, {each:>9.0} asking each; {:.2} matches a post",
            matches as f64 / POSTS as f64
        );
    }
}

/// Posts a second over whole rounds, and the sum of what one round returned.
fn measure(posts: &[Post], mut work: impl FnMut(&Post) -> usize) -> (f64, usize) {
    let mut sum: usize = posts.iter().map(&mut work).sum();
    let watch = Watch::start();
    let mut rounds = 0;
    while watch.busy() < MEASURED {
        sum = black_box(posts.iter().map(&mut work).sum());
        rounds += 1;
    }
    ((rounds * posts.len()) as f64 / watch.busy().as_secs_f64(), sum)
}

/// Time spent on a core, where the system tells it, so that a busy machine does not change the figure.
struct Watch {
    started: Instant,
    busy: Option<Duration>,
}

impl Watch {
    fn start() -> Self {
        Self { started: Instant::now(), busy: Self::on_core() }
    }

    fn busy(&self) -> Duration {
        match (self.busy, Self::on_core()) {
            (Some(before), Some(now)) => now.saturating_sub(before),
            _ => self.started.elapsed(),
        }
    }

    /// Linux: the first figure is the nanoseconds that this thread has run.
    fn on_core() -> Option<Duration> {
        let figures = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        figures.split_whitespace().next()?.parse().ok().map(Duration::from_nanos).filter(|busy| !busy.is_zero())
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
        let one = self.below(end) + 1;
        self.below(one)
    }
}

fn words(chance: &mut Chance) -> Vec<String> {
    let syllables =
        ["ka", "lo", "mi", "ter", "son", "re", "ba", "du", "vin", "sha", "el", "po", "gra", "ni", "tu", "fen"];
    (0..6_000).map(|_| (0..2 + chance.below(3)).map(|_| syllables[chance.below(syllables.len())]).collect()).collect()
}

fn post(at: usize, words: &[String], chance: &mut Chance) -> Post {
    let mut text = String::new();
    for _ in 0..8 + chance.below(30) {
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
    if chance.below(10) == 0 {
        text.push_str("このケトルは壊れていて、返品したいです。新しいのを送ってください");
    }
    Post::new("x", &at.to_string(), &text)
}

fn query(words: &[String], chance: &mut Chance) -> Query {
    let mut word = || words[chance.frequent(words.len())].clone();
    let (name, a, b, c) = (word(), word(), word(), word());
    let query = match chance.below(10) {
        0 | 1 => format!("{name}{a}"),
        2 => format!("\"{name} {a}\""),
        3 => format!("{name} -{a} -{b}"),
        4 => format!("{name} ({a} OR {b} OR {c})"),
        5 => format!("#{name} OR @{name} OR \"{name} {a}\""),
        6 => format!("{name} NEAR/5 ({a} OR {b})"),
        7 => format!("({name} OR {name}{a}*) lang:en,de -is:reshare"),
        8 => format!("link:{name}.example OR exact:{}", name.to_uppercase()),
        _ => format!("{name} {a}"),
    };
    Query::parse(&query).expect("a query made for the bench")
}

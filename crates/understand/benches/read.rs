//! How many short posts one core reads in a second: `cargo bench -p switchboard-understand`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use switchboard_model::Post;
use switchboard_understand::Reader;

fn main() {
    let begin = Instant::now();
    let reader = Reader::new();
    println!("reader compiled in {:?}", begin.elapsed());
    let corpus = include_str!("../testdata/posts.tsv").lines().filter(|line| !line.starts_with('#'));
    let texts: Vec<&str> = corpus.filter_map(|line| line.split('\t').nth(3)).collect();
    let untagged: Vec<Post> = texts.iter().map(|text| Post::new("x", "1", text)).collect();
    let tagged = |post: &Post| Post { lang: Some("en".to_owned()), ..post.clone() };
    let tagged: Vec<Post> = untagged.iter().map(tagged).collect();
    let long = Post::new("x", "1", &texts.join(" ").repeat(4));
    run("short posts, no tag", &untagged, |post| drop(black_box(reader.read(post))));
    run("short posts, tagged en", &tagged, |post| drop(black_box(reader.read(post))));
    run("short posts, language only", &untagged, |post| drop(black_box(reader.language(post))));
    run("one long post", std::slice::from_ref(&long), |post| drop(black_box(reader.read(post))));
}

/// The time this thread has had a core, where the system tells it, so that a busy machine does not tell the figure.
fn core_time(begin: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|told| told.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| begin.elapsed(), Duration::from_nanos)
}

/// The best of five rounds.
fn run(name: &str, posts: &[Post], mut read: impl FnMut(&Post)) {
    let round = |read: &mut dyn FnMut(&Post)| {
        let begin = Instant::now();
        let before = core_time(begin);
        let mut count = 0_u64;
        while begin.elapsed() < Duration::from_millis(600) {
            posts.iter().for_each(&mut *read);
            count += posts.len() as u64;
        }
        count as f64 / (core_time(begin) - before).as_secs_f64()
    };
    let best = (0..5).map(|_| round(&mut read)).fold(0.0, f64::max);
    let letters = posts.iter().map(|post| post.text.chars().count()).sum::<usize>() / posts.len();
    println!("{name}: {best:.0} posts/s, {letters} characters each");
}

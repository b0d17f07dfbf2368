//! What a query would have found, as a part of the page of a search.

use askama::Template;
use jiff::Timestamp;
use switchboard_app::searches::preview::{Estimate, Looked, Preview};
use switchboard_model::SavedSearch;

use super::mention::{MentionView, SearchNames};
use super::words::{self, When};

/// The height of the picture of days.
const HEIGHT: u64 = 48;
/// The width that one day takes in it.
const STEP: usize = 8;

/// A preview, ready to be read.
#[derive(Template)]
#[template(path = "_preview.html")]
pub(crate) struct PreviewView {
    headline: String,
    sentences: Vec<String>,
    bars: Vec<Bar>,
    width: usize,
    drawn_words: String,
    is_drawn: bool,
    sample: Vec<ExampleView>,
}

struct Bar {
    day: String,
    posts: String,
    x: usize,
    y: u64,
    height: u64,
}

struct ExampleView {
    mention: MentionView,
    is_stored: bool,
}

impl PreviewView {
    pub(crate) fn new(preview: &Preview, searches: &[SavedSearch], now: Timestamp) -> Self {
        let names = SearchNames::new(searches);
        let most = preview.per_day.iter().map(|(_, posts)| *posts).max().unwrap_or(0);
        let all: u64 = preview.per_day.iter().map(|(_, posts)| *posts).sum();
        let bar = |(at, (day, posts)): (usize, &(jiff::civil::Date, u64))| {
            // Something is never drawn as nothing.
            let height = if *posts == 0 { 0 } else { (posts * HEIGHT / most.max(1)).max(2) };
            Bar {
                day: day.strftime("%-d %b").to_string(),
                posts: words::count(*posts),
                x: at * STEP,
                y: HEIGHT - height,
                height,
            }
        };
        let days = preview.per_day.len();
        Self {
            headline: headline(preview.estimate),
            sentences: sentences(preview, now),
            bars: preview.per_day.iter().enumerate().map(bar).collect(),
            width: days * STEP,
            drawn_words: format!(
                "{} in {}, at most {} a day",
                words::counted(all, "post", "posts"),
                words::counted(days as u64, "day", "days"),
                words::count(most)
            ),
            is_drawn: most > 0 && days > 1,
            sample: preview
                .sample
                .iter()
                .map(|example| ExampleView {
                    mention: MentionView::listed(&example.marked(), &names, now),
                    is_stored: example.is_stored,
                })
                .collect(),
        }
    }
}

fn headline(estimate: Option<Estimate>) -> String {
    let Some(Estimate { per_day, is_of_everything, .. }) = estimate else {
        return "Too little was heard yet to say how many mentions a day".to_owned();
    };
    let about = if is_of_everything { "About" } else { "At least" };
    if per_day < 0.05 {
        return "Hardly any mention a day".to_owned();
    }
    if per_day < 9.5 {
        return format!("{about} {per_day:.1} mentions a day");
    }
    // Below 2^53 by far; a fraction of a mention says nothing here.
    format!("{about} {} mentions a day", words::count(per_day.round() as u64))
}

fn sentences(preview: &Preview, now: Timestamp) -> Vec<String> {
    let mut sentences = Vec::new();
    if let Some(Estimate { hours, is_of_everything, .. }) = preview.estimate {
        sentences.push(if is_of_everything {
            format!("By everything that was heard in the last {}.", span(hours))
        } else {
            format!("By what other searches kept in the last {}; there may be more.", span(hours))
        });
    }
    let cut = |looked: &Looked| {
        let from = When::new(looked.from, now);
        if looked.is_cut {
            format!(" Time was up: only posts since {} were looked at.", from.full)
        } else {
            String::new()
        }
    };
    let stored = words::counted(preview.stored.found, "stored post matches", "stored posts match");
    sentences.push(format!("{stored}, of the last 30 days.{}", cut(&preview.stored)));
    if let Some(heard) = &preview.heard {
        let found = words::counted(heard.found, "post", "posts");
        let since = When::new(heard.from, now);
        sentences.push(format!("{found} more among what was heard since {} and not kept.{}", since.full, cut(heard)));
    }
    sentences
}

fn span(hours: f64) -> String {
    // A month of hours at most.
    let whole = hours.round().max(1.0) as u64;
    if whole < 72 { words::counted(whole, "hour", "hours") } else { words::counted(whole / 24, "day", "days") }
}

#[cfg(test)]
mod tests {
    use switchboard_app::searches::preview::Example;
    use switchboard_model::{Span, SpanPart};

    use super::*;
    use crate::pages::samples;

    fn sample(is_cut: bool) -> Preview {
        let now = samples::now();
        let day = jiff::civil::date(2026, 9, 21);
        let example =
            |post, is_stored| Example { post, spans: vec![Span { part: SpanPart::Text, start: 0, end: 4 }], is_stored };
        let mut posts = samples::posts();
        Preview {
            parsed: samples::HOSTILE.to_owned(),
            stored: Looked { found: 1, from: now, is_cut },
            heard: Some(Looked { found: 1_200, from: now, is_cut }),
            per_day: vec![(day, 0), (day, 3), (day, 1_200)],
            estimate: Some(Estimate { per_day: 1_234.4, hours: 41.2, is_of_everything: true }),
            sample: vec![example(posts.remove(0), true), example(posts.remove(1), false)],
        }
    }

    #[test]
    fn sample_is_rendered_and_escaped() {
        let html = PreviewView::new(&sample(false), &samples::searches(), samples::now()).render().expect("renders");
        samples::assert_harmless(&html);
        assert!(html.contains("About 1,234 mentions a day") && html.contains("the last 41 hours"), "{html}");
        assert!(html.contains("heard, not kept") && html.contains("<mark>acme</mark>"), "{html}");
        let cut = PreviewView::new(&sample(true), &[], samples::now()).render().expect("renders");
        assert!(cut.contains("Time was up"), "{cut}");
    }

    #[test]
    fn estimates_are_said_as_exactly_as_they_are() {
        let check = |estimate: Option<(f64, bool)>, expected: &str| {
            let estimate =
                estimate.map(|(per_day, is_of_everything)| Estimate { per_day, hours: 30.0, is_of_everything });
            assert_eq!(headline(estimate), expected);
        };
        check(None, "Too little was heard yet to say how many mentions a day");
        check(Some((0.0, true)), "Hardly any mention a day");
        check(Some((2.25, false)), "At least 2.2 mentions a day");
        check(Some((10_400.0, true)), "About 10,400 mentions a day");
    }
}

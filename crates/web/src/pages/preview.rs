//! What a query would have found, as a part of the page of a search.

use std::borrow::Cow;

use askama::Template;
use jiff::Timestamp;
use switchboard_app::searches::preview::{Estimate, Looked, Preview};
use switchboard_model::SavedSearch;

use super::chart::DayChart;
use super::failure::sentence;
use super::mention::{MentionView, SearchNames};
use super::words::{self, When};

/// A preview, ready to be read.
#[derive(Template)]
#[template(path = "_preview.html")]
pub(crate) struct PreviewView {
    headline: Cow<'static, str>,
    sentences: Vec<Cow<'static, str>>,
    chart: Option<DayChart>,
    sample: Vec<ExampleView>,
    /// Whether the query could be read.
    is_read: bool,
}

struct ExampleView {
    mention: MentionView,
    is_stored: bool,
}

impl PreviewView {
    /// A query that cannot be read yet, and why.
    pub(crate) fn unreadable(why: &str) -> Self {
        let sentences = vec![Cow::Owned(sentence(why))];
        Self { headline: t!("searches-preview-unreadable"), sentences, chart: None, sample: Vec::new(), is_read: false }
    }

    pub(crate) fn new(preview: &Preview, searches: &[SavedSearch], now: Timestamp) -> Self {
        let names = SearchNames::new(searches);
        let most = preview.per_day.iter().map(|(_, posts)| *posts).max().unwrap_or(0);
        let all: u64 = preview.per_day.iter().map(|(_, posts)| *posts).sum();
        let drawn = t!(
            "searches-preview-drawn",
            posts = t!("searches-preview-count", count = all),
            days = t!("searches-preview-span-days", count = preview.per_day.len()),
            most = most
        );
        Self {
            headline: headline(preview.estimate),
            sentences: sentences(preview, now),
            chart: DayChart::new(&preview.per_day, drawn, "UTC"),
            is_read: true,
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

fn headline(estimate: Option<Estimate>) -> Cow<'static, str> {
    let Some(Estimate { per_day, is_of_everything, .. }) = estimate else {
        return t!("searches-preview-too-little");
    };
    if per_day < 0.05 {
        return t!("searches-preview-hardly");
    }
    // Below 2^53 by far; where there are many, a fraction of a mention says nothing.
    let per_day = if per_day < 9.5 { format!("{per_day:.1}") } else { words::count(per_day.round() as u64) };
    if is_of_everything {
        t!("searches-preview-about", mentions = per_day)
    } else {
        t!("searches-preview-at-least", mentions = per_day)
    }
}

fn sentences(preview: &Preview, now: Timestamp) -> Vec<Cow<'static, str>> {
    let mut sentences = Vec::new();
    if let Some(Estimate { hours, is_of_everything, .. }) = preview.estimate {
        sentences.push(if is_of_everything {
            t!("searches-preview-by-everything", span = span(hours))
        } else {
            t!("searches-preview-by-kept", span = span(hours))
        });
    }
    sentences.push(cut(t!("searches-preview-stored", count = preview.stored.found), &preview.stored, now));
    if let Some(heard) = &preview.heard {
        let since = When::new(heard.from, now);
        sentences.push(cut(t!("searches-preview-heard", count = heard.found, since = since.full), heard, now));
    }
    sentences
}

/// A sentence, and the next one where time was up.
fn cut(sentence: Cow<'static, str>, looked: &Looked, now: Timestamp) -> Cow<'static, str> {
    if !looked.is_cut {
        return sentence;
    }
    let cut = t!("searches-preview-cut", since = When::new(looked.from, now).full);
    Cow::Owned(format!("{sentence} {cut}"))
}

fn span(hours: f64) -> Cow<'static, str> {
    // A month of hours at most.
    let whole = hours.round().max(1.0) as u64;
    if whole < 72 {
        t!("searches-preview-span-hours", count = whole)
    } else {
        t!("searches-preview-span-days", count = whole / 24)
    }
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

//! People's words cut into marked and unmarked pieces. Spans count characters, as the matcher does.

use switchboard_model::address::links;
use switchboard_model::{Span, SpanPart};

use super::words;

/// A stretch of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    /// It made a search match.
    pub(crate) is_marked: bool,
    /// The address that it is, or is a part of.
    pub(crate) link: Option<String>,
}

impl Piece {
    /// A piece that leads nowhere.
    pub(crate) fn new(text: impl Into<String>, is_marked: bool) -> Self {
        Self { text: text.into(), is_marked, link: None }
    }
}

/// How much of a long text stands before the first marked word.
const LEAD: usize = 140;

/// The whole text in pieces.
pub(crate) fn whole(text: &str, part: SpanPart, spans: &[Span]) -> Vec<Piece> {
    cut(text, &stretches(part, spans), 0, usize::MAX)
}

/// The same with its addresses as links.
pub(crate) fn linked(text: &str, part: SpanPart, spans: &[Span]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let stretches = stretches(part, spans);
    let (mut done, mut index) = (0, 0);
    let mut take = |until: usize, link: Option<&str>| {
        let stretch = &text[done..until];
        let before: usize = index;
        index += stretch.chars().count();
        done = until;
        let inside = |(start, end): &(usize, usize)| {
            let (start, end) = (start.saturating_sub(before), end.saturating_sub(before));
            (start < end).then_some((start, end))
        };
        let marked: Vec<_> = stretches.iter().filter_map(inside).collect();
        let cut = cut(stretch, &marked, 0, usize::MAX).into_iter();
        pieces.extend(cut.map(|piece| Piece { link: link.map(str::to_owned), ..piece }));
    };
    for range in links(text) {
        take(range.start, None);
        take(range.end, words::link(&text[range]));
    }
    take(text.len(), None);
    pieces
}

/// The part of the text around its first marked word, at most `length` characters long.
pub(crate) fn window(text: &str, part: SpanPart, spans: &[Span], length: usize) -> Vec<Piece> {
    let stretches = stretches(part, spans);
    if text.chars().nth(length).is_none() {
        return cut(text, &stretches, 0, usize::MAX);
    }
    let first = stretches.first().map_or(0, |(start, _)| *start);
    let is_near = first < length.saturating_sub(LEAD);
    let from = if is_near { 0 } else { word_start(text, first.saturating_sub(LEAD), LEAD / 2) };
    cut(text, &stretches, from, from.saturating_add(length))
}

/// The beginning of a line that ends where the room ends: its first marked word stands within twice the `lead`.
pub(crate) fn line(text: &str, part: SpanPart, spans: &[Span], length: usize, lead: usize) -> Vec<Piece> {
    let stretches = stretches(part, spans);
    let first = stretches.first().map_or(0, |(start, _)| *start);
    let is_near = first <= lead.saturating_mul(2);
    let from = if is_near { 0 } else { word_start(text, first.saturating_sub(lead), lead) };
    cut(text, &stretches, from, from.saturating_add(length))
}

/// The words that spans of any part cover, each once, in order.
pub(crate) fn covered(title: &str, text: &str, spans: &[Span]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for (part, source) in [(SpanPart::Title, title), (SpanPart::Text, text)] {
        for piece in whole(source, part, spans).into_iter().filter(|piece| piece.is_marked) {
            let is_known = |word: &String| word.to_lowercase() == piece.text.to_lowercase();
            if words.len() < 24 && !words.iter().any(is_known) {
                words.push(piece.text.chars().take(80).collect());
            }
        }
    }
    words
}

/// Marked stretches of one part in order, joined where they touch or overlap.
fn stretches(part: SpanPart, spans: &[Span]) -> Vec<(usize, usize)> {
    let mut stretches: Vec<(usize, usize)> = spans
        .iter()
        .filter(|span| span.part == part && span.start < span.end)
        .map(|span| (span.start as usize, span.end as usize))
        .collect();
    stretches.sort_unstable();
    let mut joined: Vec<(usize, usize)> = Vec::with_capacity(stretches.len());
    for (start, end) in stretches {
        match joined.last_mut() {
            Some((_, last)) if start <= *last => *last = end.max(*last),
            _ => joined.push((start, end)),
        }
    }
    joined
}

fn cut(text: &str, stretches: &[(usize, usize)], from: usize, to: usize) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut put = |character: char, is_marked: bool| match pieces.last_mut() {
        Some(piece) if piece.is_marked == is_marked => piece.text.push(character),
        _ => pieces.push(Piece::new(character, is_marked)),
    };
    if from > 0 {
        put('…', false);
    }
    let mut stretches = stretches.iter().peekable();
    let mut is_cut = false;
    for (index, character) in text.chars().enumerate().skip(from) {
        if index >= to {
            is_cut = true;
            break;
        }
        while stretches.next_if(|(_, end)| *end <= index).is_some() {}
        put(character, stretches.peek().is_some_and(|(start, _)| *start <= index));
    }
    if is_cut {
        put('…', false);
    }
    pieces
}

/// The beginning of the word after `near`, so that a window does not begin inside one; `near` if the word is very long.
fn word_start(text: &str, near: usize, within: usize) -> usize {
    let space = text.chars().skip(near).take(within).position(char::is_whitespace);
    space.map_or(near, |space| near + space + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: u32, end: u32) -> Span {
        Span { part: SpanPart::Text, start, end }
    }

    fn shown(pieces: &[Piece]) -> String {
        pieces
            .iter()
            .map(|piece| if piece.is_marked { format!("[{}]", piece.text) } else { piece.text.clone() })
            .collect()
    }

    #[test]
    fn spans_count_characters_and_may_overlap() {
        let check = |text: &str, spans: &[Span], expected: &str| {
            assert_eq!(shown(&whole(text, SpanPart::Text, spans)), expected);
        };
        check("my order", &[span(3, 8)], "my [order]");
        check("żółta 🦩 mewa", &[span(0, 5), span(6, 7)], "[żółta] [🦩] mewa");
        check("abcdef", &[span(1, 3), span(2, 5)], "a[bcde]f");
        check("abcdef", &[span(4, 99)], "abcd[ef]");
        check("abcdef", &[span(9, 12), span(3, 2)], "abcdef");
        check("", &[span(0, 1)], "");
        let title = Span { part: SpanPart::Title, start: 0, end: 1 };
        check("abc", &[title], "abc");
    }

    #[test]
    fn addresses_are_links_and_stay_marked() {
        let told = |text: &str, spans: &[Span]| -> Vec<String> {
            let one = |piece: &Piece| match &piece.link {
                Some(link) => format!("{}→{link}", shown(std::slice::from_ref(piece))),
                None => shown(std::slice::from_ref(piece)),
            };
            linked(text, SpanPart::Text, spans).iter().map(one).collect()
        };
        assert_eq!(
            told("ähm, see https://a.example/b.", &[]),
            ["ähm, see ", "https://a.example/b→https://a.example/b", "."]
        );
        let at = |start: u32, end: u32| span(start, end);
        assert_eq!(
            told("ähm https://a.example/b c", &[at(0, 3), at(12, 13), at(24, 25)]),
            [
                "[ähm]",
                " ",
                "https://→https://a.example/b",
                "[a]→https://a.example/b",
                ".example/b→https://a.example/b",
                " ",
                "[c]"
            ]
        );
        assert_eq!(told("javascript://x", &[]), ["javascript://x"]);
        assert!(told("", &[]).is_empty());
    }

    #[test]
    fn long_texts_are_shown_around_the_first_mark() {
        let text = format!("{} acme {}", "word ".repeat(200), "tail ".repeat(200));
        let at = text.find("acme").expect("there") as u32;
        let shown = shown(&window(&text, SpanPart::Text, &[span(at, at + 4)], 300));
        assert!(shown.starts_with("…word "), "{shown}");
        assert!(shown.contains("[acme]") && shown.ends_with('…'), "{shown}");
        assert!(shown.chars().count() < 310);
        let near = window(&text, SpanPart::Text, &[span(5, 9)], 300);
        assert!(near.first().is_some_and(|piece| piece.text == "word "));
    }

    #[test]
    fn covered_words_are_named_once() {
        let spans = [span(0, 4), span(5, 9), span(10, 13)];
        assert_eq!(covered("", "Acme acme tea", &spans), ["Acme", "tea"]);
    }
}

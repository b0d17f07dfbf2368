//! The mood of a text: `positive`, `neutral` or `negative`, from words with weights and what stands around them.
//!
//! Each word or phrase of mood has a weight from −4 to 4. It is turned by a denial shortly before it, strengthened or
//! weakened by a word of degree, by capitals, drawn-out letters and exclamation marks; what follows a "but"
//! counts more than what stands before it. The sums of both sides give the three scores by a logistic formula.

use std::collections::BTreeMap;

use switchboard_model::{Evidence, Signal, SignalName};

use crate::MODEL;
use crate::intent::clip;
use crate::lexicon::{ALL_TONGUES, Hit, Lexicon, TONGUES, Target, Tongues, Word};
use crate::text::{Kind, Text, span};

/// The labels, in the order in which they are shown.
pub(crate) const LABELS: [&str; 3] = ["positive", "neutral", "negative"];

/// The scores of a text that cannot be read: nothing but a guess.
pub(crate) const NOTHING_SAID: [(&str, f64); 3] = [("positive", 0.2), ("neutral", 0.6), ("negative", 0.2)];

/// How far before a word a denial reaches, in words of the same clause.
const DENIAL_REACH: usize = 4;
/// A denied word keeps this part of its weight on the other side.
const DENIED: f64 = -0.6;
/// What stands before and after a "but".
const BEFORE_BUT: f64 = 0.6;
const AFTER_BUT: f64 = 1.25;
const LOUD: f64 = 1.2;
const LONG: f64 = 1.15;
const EXCLAIMED: f64 = 0.08;
/// The same word says less each time.
const MOST_REPEATS: usize = 3;
/// How many reasons are kept.
const MOST_EVIDENCE: usize = 6;

/// The logistic formula: base, weight of the own side's sum, weight of the other side's sum; neutral stands at zero.
/// Fitted on the training part of a public set of English posts with equal weight for each label.
const POSITIVE: [f64; 3] = [-0.8, 1.45, -0.45];
const NEGATIVE: [f64; 3] = [-0.8, 1.85, -0.1];

/// One word or phrase that carries mood, with what the surroundings made of it.
struct Item {
    first: usize,
    last: usize,
    value: f64,
    why: &'static str,
}

pub(crate) fn read(text: &Text, tongues: Tongues, hits: &[Hit], lexicon: &Lexicon) -> Option<Signal> {
    if !text.tokens.iter().any(|token| matches!(token.kind, Kind::Word | Kind::Symbol)) {
        return None;
    }
    let items = items(text, tongues, hits, lexicon);
    if items.is_empty() && tongues == crate::language::FOREIGN {
        return None;
    }
    let sum = |sign: f64| items.iter().map(|item| (item.value * sign).max(0.0)).sum::<f64>();
    let scores = scores(sum(1.0), sum(-1.0));
    let best = (0..3).max_by(|&one, &other| scores[one].total_cmp(&scores[other])).unwrap_or(1);
    Some(Signal {
        name: SignalName::Sentiment,
        label: LABELS[best].to_owned(),
        score: scores[best],
        scores: LABELS
            .iter()
            .zip(scores)
            .map(|(label, score)| ((*label).to_owned(), score))
            .collect::<BTreeMap<_, _>>(),
        evidence: evidence(text, items, best),
        model: MODEL.to_owned(),
    })
}

/// How good the mood is, −1 to 1.
pub(crate) fn mood(signal: &Signal) -> f64 {
    let score = |label: &str| signal.scores.get(label).copied().unwrap_or(0.0);
    score("positive") - score("negative")
}

/// The three scores from the sums of both sides.
fn scores(good: f64, bad: f64) -> [f64; 3] {
    let (good, bad) = (good.ln_1p(), bad.ln_1p());
    let side = |[base, own, other]: [f64; 3], mine: f64, theirs: f64| (base + own * mine + other * theirs).exp();
    let (positive, negative) = (side(POSITIVE, good, bad), side(NEGATIVE, bad, good));
    let all = 1.0 + positive + negative;
    [positive / all, 1.0 / all, negative / all]
}

fn items(text: &Text, tongues: Tongues, hits: &[Hit], lexicon: &Lexicon) -> Vec<Item> {
    let phrases = phrases(text, hits, lexicon);
    let mut items: Vec<Item> = Vec::new();
    let mut last_but: Vec<Option<usize>> = vec![None; text.sentences.len() + 1];
    let mut repeats: BTreeMap<u64, usize> = BTreeMap::new();
    let mut at = 0;
    while let Some(token) = text.tokens.get(at) {
        let (last, weight, key) = match phrases[at] {
            Some(hit) => (hit.last, f64::from(lexicon.rule(&hit).weight), hit.rule as u64 | 1 << 40),
            None => {
                let entry = lexicon.entry(token);
                if entry.is_some_and(|entry| entry.but & tongues != 0) {
                    last_but[token.sentence as usize] = Some(at);
                }
                let key = token.word.map_or(0, |word| u64::from(word.number()));
                (at, entry.map_or(0.0, |entry| in_tongues(&entry.mood, tongues)), key)
            }
        };
        if weight != 0.0 {
            let seen = repeats.entry(key).or_insert(0);
            *seen += 1;
            if *seen <= MOST_REPEATS {
                let (value, why) = in_context(text, tongues, lexicon, &phrases, at, last, weight);
                items.push(Item { first: at, last, value: value / *seen as f64, why });
            }
        }
        at = last + 1;
    }
    for item in &mut items {
        match last_but[text.tokens[item.first].sentence as usize] {
            Some(but) if item.first < but => item.value *= BEFORE_BUT,
            Some(_) => item.value *= AFTER_BUT,
            None => {}
        }
    }
    items
}

/// For each token the longest phrase of mood that begins there and overlaps no earlier one.
fn phrases(text: &Text, hits: &[Hit], lexicon: &Lexicon) -> Vec<Option<Hit>> {
    let mut phrases: Vec<Option<Hit>> = vec![None; text.tokens.len()];
    for hit in hits.iter().filter(|hit| lexicon.rule(hit).target == Target::Mood) {
        let slot = &mut phrases[hit.first];
        if slot.is_none_or(|known| known.last < hit.last) {
            *slot = Some(*hit);
        }
    }
    let mut free = 0;
    for (at, slot) in phrases.iter_mut().enumerate() {
        match slot {
            Some(_) if at < free => *slot = None,
            Some(hit) => free = hit.last + 1,
            None => {}
        }
    }
    phrases
}

/// A weight per tongue read for the tongues spoken. Where they disagree the earlier one holds.
fn in_tongues(weights: &[f32; TONGUES.len()], tongues: Tongues) -> f64 {
    let mut spoken = (0..TONGUES.len()).filter(|tongue| tongues & (1 << tongue) != 0).map(|tongue| weights[tongue]);
    f64::from(spoken.find(|&weight| weight != 0.0).unwrap_or(0.0))
}

fn in_context(
    text: &Text,
    tongues: Tongues,
    lexicon: &Lexicon,
    phrases: &[Option<Hit>],
    first: usize,
    last: usize,
    weight: f64,
) -> (f64, &'static str) {
    let token = &text.tokens[first];
    let mut value = weight;
    let mut why = "";
    if token.kind == Kind::Symbol {
        return (value, why);
    }
    let before = text.tokens[..first].iter().enumerate().rev().take(DENIAL_REACH);
    let before = before.take_while(|(_, other)| other.clause == token.clause && other.part == token.part);
    let mut is_denied = false;
    for (distance, (at, other)) in before.enumerate() {
        let Some(entry) = lexicon.entry(other) else { continue };
        let degree = in_tongues(&entry.degree, tongues);
        if degree != 0.0 && distance < 2 && !is_denied {
            value *= 1.0 + degree * if distance == 0 { 1.0 } else { 0.6 };
            why = if degree > 0.0 { "strengthened" } else { "weakened" };
        }
        // Inside of a phrase the denial has already been weighed: "not only", "no problem".
        if denies(entry, tongues) && !in_phrase(phrases, at) {
            is_denied = !is_denied;
        }
    }
    if is_denied {
        value *= DENIED;
        why = "denied";
    }
    if !text.is_all_loud && text.tokens[first..=last].iter().any(|token| token.is_loud) {
        value *= LOUD;
    }
    if text.tokens[first..=last].iter().any(|token| token.is_long) {
        value *= LONG;
    }
    let exclamations = text.sentence_of(token).exclamations.min(4);
    (value * (1.0 + EXCLAIMED * f64::from(exclamations)), why)
}

fn denies(entry: &Word, tongues: Tongues) -> bool {
    // A text of unknown language is denied only by the words of the first tongues: `no`, `not`; the others are words of something else.
    let tongues = if tongues == ALL_TONGUES { 0b11 } else { tongues };
    entry.not & tongues != 0
}

fn in_phrase(phrases: &[Option<Hit>], at: usize) -> bool {
    phrases[at.saturating_sub(6)..=at].iter().flatten().any(|hit| hit.first <= at && at <= hit.last)
}

fn evidence(text: &Text, mut items: Vec<Item>, best: usize) -> Vec<Evidence> {
    if items.is_empty() {
        return vec![Evidence { why: "no word or sign of mood".to_owned(), span: None, weight: 1.0 }];
    }
    items.sort_by(|one, other| other.value.abs().total_cmp(&one.value.abs()));
    items.truncate(MOST_EVIDENCE);
    let reason = |item: Item| {
        let (first, last) = (&text.tokens[item.first], &text.tokens[item.last]);
        let side = if item.value > 0.0 { "good" } else { "bad" };
        let turned = if item.why.is_empty() { String::new() } else { format!(", {}", item.why) };
        let weight = match best {
            0 => item.value,
            2 => -item.value,
            _ => -item.value.abs(),
        };
        Evidence {
            why: format!("\"{}\" sounds {side}{turned}", clip(text.stretch(first, last))),
            span: Some(span(first, last)),
            weight: (weight * 100.0).round() / 100.0,
        }
    };
    items.into_iter().map(reason).collect()
}

//! What the author wants: complaint, question, thanks, purchase, job; several at once, or none.
//!
//! Each pattern that holds adds points to its intent or takes some (`thanks for nothing` is no thanks).
//! Two points make an intent (a complaint needs fewer); the score is a logistic curve over the points.

use switchboard_model::{Evidence, Signal, SignalName, Span};

use crate::MODEL;
use crate::lexicon::{Hit, Lexicon, Target};
use crate::text::{Kind, Text, span};

/// An intent that the rules know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Intent {
    Complaint,
    Question,
    Thanks,
    Purchase,
    Job,
}

/// All of them, in the order in which they are reported.
pub(crate) const INTENTS: [Intent; 5] =
    [Intent::Complaint, Intent::Question, Intent::Thanks, Intent::Purchase, Intent::Job];

impl Intent {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Complaint => "complaint",
            Self::Question => "question",
            Self::Thanks => "thanks",
            Self::Purchase => "purchase",
            Self::Job => "job",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        INTENTS.into_iter().find(|intent| intent.as_str() == word)
    }
}

/// Points at which an intent is as likely as not. A complaint is wanted even if it is put politely.
fn even(intent: Intent) -> f64 {
    if intent == Intent::Complaint { 1.2 } else { 2.0 }
}

/// How steeply the score rises with the points.
const STEEPNESS: f64 = 1.4;
/// Patterns of one intent that are weighed in one post.
const MOST_HITS: usize = 64;
/// How many reasons are kept.
const MOST_EVIDENCE: usize = 6;

/// A question mark after words, and one that stands alone.
const MARK: f64 = 2.6;
const BARE_MARK: f64 = 2.0;
/// What a handle, and a bad or good mood, add to a complaint that has a reason of its own.
const ADDRESSED: f64 = 0.4;
const MOOD: f64 = 1.2;
/// The mood alone makes a complaint only where somebody is addressed, and then hardly.
const MOOD_ALONE: f64 = 2.2;

/// One reason with its points.
struct Reason {
    points: f64,
    why: String,
    span: Option<Span>,
}

pub(crate) fn read(text: &Text, hits: &[Hit], mood: f64, lexicon: &Lexicon) -> Vec<Signal> {
    let signal = |intent: Intent| {
        let reasons = reasons(intent, text, hits, mood, lexicon);
        let score = score(intent, &reasons);
        (score >= 0.5).then(|| Signal {
            name: SignalName::Intent,
            label: intent.as_str().to_owned(),
            score,
            scores: std::collections::BTreeMap::new(),
            evidence: evidence(reasons),
            model: MODEL.to_owned(),
        })
    };
    INTENTS.into_iter().filter_map(signal).collect()
}

/// The scores of all intents, also of those that are not reported.
pub(crate) fn scores(text: &Text, hits: &[Hit], mood: f64, lexicon: &Lexicon) -> Vec<(&'static str, f64)> {
    INTENTS.map(|intent| (intent.as_str(), score(intent, &reasons(intent, text, hits, mood, lexicon)))).to_vec()
}

fn score(intent: Intent, reasons: &[Reason]) -> f64 {
    if reasons.is_empty() {
        return 0.0;
    }
    let points: f64 = reasons.iter().map(|reason| reason.points).sum();
    1.0 / (1.0 + (-STEEPNESS * (points - even(intent))).exp())
}

fn reasons(intent: Intent, text: &Text, hits: &[Hit], mood: f64, lexicon: &Lexicon) -> Vec<Reason> {
    let mut reasons = patterns(intent, text, hits, lexicon);
    match intent {
        Intent::Question => reasons.extend(question_mark(text)),
        Intent::Complaint => weigh_mood(&mut reasons, text, mood),
        _ => {}
    }
    reasons
}

/// The patterns of the intent, each rule once and of overlapping ones only the strongest.
fn patterns(intent: Intent, text: &Text, hits: &[Hit], lexicon: &Lexicon) -> Vec<Reason> {
    let target = Target::Intent(intent);
    let mut mine: Vec<&Hit> = hits.iter().filter(|hit| lexicon.rule(hit).target == target).take(MOST_HITS).collect();
    mine.sort_by(|one, other| {
        let (one_rule, other_rule) = (lexicon.rule(one), lexicon.rule(other));
        other_rule.weight.abs().total_cmp(&one_rule.weight.abs()).then(one.first.cmp(&other.first))
    });
    let mut counted: Vec<&Hit> = Vec::new();
    for hit in mine {
        let rule = lexicon.rule(hit);
        let repeats = |other: &&Hit| {
            let known = lexicon.rule(other);
            let overlaps = hit.first <= other.last && other.first <= hit.last;
            other.rule == hit.rule || (overlaps && (known.weight > 0.0) == (rule.weight > 0.0))
        };
        if !counted.iter().any(repeats) {
            counted.push(hit);
        }
    }
    let reason = |hit: &Hit| {
        let (first, last) = (&text.tokens[hit.first], &text.tokens[hit.last]);
        let rule = lexicon.rule(hit);
        let why = format!("\"{}\" {}", clip(text.stretch(first, last)), rule.why);
        Reason { points: f64::from(rule.weight), why, span: Some(span(first, last)) }
    };
    counted.into_iter().map(reason).collect()
}

fn question_mark(text: &Text) -> Option<Reason> {
    let sentence = text.sentences.iter().rev().find(|sentence| sentence.questions > 0)?;
    let words = text.tokens[sentence.first..sentence.end].iter().filter(|token| token.kind == Kind::Word).count();
    Some(if words > 1 {
        Reason { points: MARK, why: "\"?\" ends a sentence".to_owned(), span: sentence.question_at }
    } else {
        Reason { points: BARE_MARK, why: "\"?\" after a single word".to_owned(), span: sentence.question_at }
    })
}

fn weigh_mood(reasons: &mut Vec<Reason>, text: &Text, mood: f64) {
    let is_addressed = text.handles > 0;
    if reasons.iter().any(|reason| reason.points > 0.0) {
        if mood != 0.0 {
            let why = if mood < 0.0 { "the mood is bad" } else { "the mood is good" };
            reasons.push(Reason { points: -mood * MOOD, why: why.to_owned(), span: None });
        }
        if is_addressed {
            reasons.push(Reason { points: ADDRESSED, why: "somebody is addressed".to_owned(), span: None });
        }
    } else if is_addressed && mood < 0.0 {
        let why = "somebody is addressed in a bad mood".to_owned();
        reasons.push(Reason { points: -mood * MOOD_ALONE + ADDRESSED, why, span: None });
    }
}

fn evidence(mut reasons: Vec<Reason>) -> Vec<Evidence> {
    reasons.sort_by(|one, other| other.points.abs().total_cmp(&one.points.abs()));
    reasons.truncate(MOST_EVIDENCE);
    let rounded = |points: f64| (points * 100.0).round() / 100.0;
    let evidence = |reason: Reason| Evidence { why: reason.why, span: reason.span, weight: rounded(reason.points) };
    reasons.into_iter().map(evidence).collect()
}

/// At most forty characters of a quotation.
pub(crate) fn clip(quotation: &str) -> String {
    let mut clipped: String = quotation.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if clipped.len() < quotation.len() {
        clipped.push('…');
    }
    clipped
}

//! What is at stake in a post for each interest of the company: three gauges, each with its reasons.
//!
//! One post can ask for help, put a sale at risk and go round the world at once. The department that owns its case answers
//! it; the others are told by these gauges. They are made of what the priority is made of (harm, mood, reach) and of words.

use switchboard_model::{Assessment, Gauge, Post, Priority, SignalName, Signals};

use crate::keywords::{Keywords, words_of};

/// Where a gauge begins when an intent speaks for it.
const INTENTS: [(&str, usize, i32, &str); 3] = [
    ("complaint", SERVICE, 50, "reads as a complaint"),
    ("question", SERVICE, 40, "reads as a question"),
    ("purchase", SALE, 60, "reads as an intent to buy"),
];

const SERVICE: usize = 0;
const SALE: usize = 1;
const PRESS: usize = 2;

/// Words that speak for a gauge: somebody who leaves is a sale at stake, somebody who calls for a boycott or writes for a
/// paper is heard by many.
const WORDS: [(usize, i32, &str, &[&str]); 3] = [
    (
        SALE,
        60,
        "speaks of leaving",
        &[
            "cancel my subscription",
            "cancel my contract",
            "cancel my order",
            "switching to",
            "switched to",
            "last time i buy",
            "never buy",
            "never buying",
            "never again",
            "want my money back",
            "lost a customer",
            "kündige",
            "kündigung",
            "nie wieder",
            "wechsle zu",
            "je résilie",
            "plus jamais",
            "me doy de baja",
            "nunca más",
            "nunca mais",
            "cancelar minha assinatura",
            "mai più",
            "disdico",
            "nooit meer",
            "zeg op",
        ],
    ),
    (
        PRESS,
        50,
        "calls for a boycott, or speaks of scandal",
        &[
            "boycott",
            "boykott",
            "boicot",
            "boicote",
            "boicottare",
            "boicottaggio",
            "scandal",
            "skandal",
            "scandale",
            "escándalo",
            "escândalo",
            "scandalo",
            "schandaal",
            "shitstorm",
            "class action",
            "recall",
            "rückruf",
        ],
    ),
    (
        PRESS,
        60,
        "writes for the press",
        &[
            "journalist",
            "reporter",
            "press enquiry",
            "press inquiry",
            "media enquiry",
            "media inquiry",
            "request for comment",
            "on the record",
            "presseanfrage",
            "journaliste",
            "periodista",
            "jornalista",
            "giornalista",
        ],
    ),
];

/// The words of gauges, each with its place in [`WORDS`].
pub(crate) fn words() -> Keywords<usize> {
    let mut keywords = Keywords::default();
    for (place, (.., phrases)) in WORDS.iter().enumerate() {
        phrases.iter().for_each(|phrase| keywords.add(phrase, place));
    }
    keywords
}

/// What is at stake in a post whose priority is known.
pub(crate) fn assess(post: &Post, signals: &Signals, priority: &Priority, keywords: &Keywords<usize>) -> Assessment {
    let mut levels = [0i32; 3];
    let mut reasons: [Vec<(i32, String)>; 3] = Default::default();
    let mut add = |gauge: usize, points: i32, why: String| {
        if points > 0 {
            levels[gauge] += points;
            reasons[gauge].push((points, why));
        }
    };
    for (intent, gauge, points, why) in INTENTS {
        if signals.has(SignalName::Intent, intent) {
            add(gauge, points, why.to_owned());
        }
    }
    let mut said: Vec<usize> = Vec::new();
    for (phrase, place) in keywords.find(&words_of(post)) {
        if !said.contains(&place) {
            said.push(place);
            let (gauge, points, why, _) = WORDS[place];
            add(gauge, points, format!("{why} (\"{phrase}\")"));
        }
    }
    for part in &priority.parts {
        match part.name.as_str() {
            "harm" => {
                add(SERVICE, part.points / 2, part.why.clone());
                add(PRESS, part.points, part.why.clone());
            }
            "mood" => {
                add(SERVICE, part.points, part.why.clone());
                add(PRESS, part.points / 2, part.why.clone());
            }
            "reach" => add(PRESS, part.points * 2, part.why.clone()),
            _ => {}
        }
    }
    let gauge = |place: usize| {
        let mut why = reasons[place].clone();
        why.sort_by_key(|(points, _)| std::cmp::Reverse(*points));
        Gauge { level: levels[place].clamp(0, 100) as u8, why: why.into_iter().map(|(_, why)| why).collect() }
    };
    Assessment { service: gauge(SERVICE), sale: gauge(SALE), press: gauge(PRESS) }
}

#[cfg(test)]
mod tests {
    use switchboard_model::{PriorityPart, Signal};

    use super::*;

    fn levels(text: &str, intents: &[&str], parts: &[(&str, i32)]) -> (u8, u8, u8) {
        let signal = |label: &&str| Signal {
            name: SignalName::Intent,
            label: (*label).to_owned(),
            score: 0.9,
            scores: Default::default(),
            evidence: Vec::new(),
            model: "test".to_owned(),
        };
        let signals = Signals(intents.iter().map(signal).collect());
        let part = |(name, points): &(&str, i32)| PriorityPart {
            name: (*name).to_owned(),
            points: *points,
            why: format!("{name} {points}"),
        };
        let priority = Priority { score: 0, parts: parts.iter().map(part).collect() };
        let risk = assess(&Post::new("x", "1", text), &signals, &priority, &words());
        for gauge in [&risk.service, &risk.sale, &risk.press] {
            assert_eq!(gauge.level == 0, gauge.why.is_empty(), "each level has a reason: {gauge:?}");
        }
        (risk.service.level, risk.sale.level, risk.press.level)
    }

    #[test]
    fn one_post_can_concern_several() {
        assert_eq!(levels("nice", &[], &[]), (0, 0, 0));
        assert_eq!(levels("where is it", &["question"], &[]), (40, 0, 0));
        assert_eq!(levels("never again", &["complaint"], &[("mood", 14)]), (64, 60, 7));
        let all = levels("boycott them, a journalist asks", &["complaint", "purchase"], &[("harm", 40), ("reach", 25)]);
        assert_eq!(all, (70, 60, 100));
        assert_eq!(levels("thanks", &["thanks"], &[("mood", -5)]), (0, 0, 0), "a good mood lowers nothing below zero");
    }
}

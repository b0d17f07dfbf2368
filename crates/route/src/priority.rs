//! How urgent a post is: parts with points and words, which add up to the score.

use switchboard_model::{Post, Priority, PriorityPart, SignalName, Signals};

use crate::keywords::Keywords;
use crate::router::Fired;

/// Points of a post that names harm: somebody hurt, danger, law, theft of data or money.
const HARM: i32 = 30;
/// Each further kind of harm.
const MORE_HARM: i32 = 5;
const MOST_HARM: i32 = 40;
/// Points of a mood that is bad without doubt, and of a good one.
const BAD_MOOD: f64 = 15.0;
const GOOD_MOOD: f64 = -5.0;
const MOST_REACH: i32 = 25;
/// What each further intent adds to the strongest.
const FURTHER_NEED: i32 = 5;

/// What an intent asks of us, strongest first.
const NEEDS: [(&str, i32, &str); 5] = [
    ("complaint", 25, "complains"),
    ("purchase", 20, "may buy"),
    ("question", 15, "asks"),
    ("job", 5, "asks for work"),
    ("thanks", 5, "thanks"),
];

/// Harm by kind, in the languages that the rules read.
const HARMS: [(&str, &[&str]); 5] = [
    (
        "somebody hurt",
        &[
            "injured",
            "injury",
            "hurt my",
            "got burned",
            "got burnt",
            "burned my",
            "burnt my",
            "to the hospital",
            "taken to hospital",
            "ended up in hospital",
            "ambulance",
            "electric shock",
            "allergic reaction",
            "food poisoning",
            "verletzt",
            "ins krankenhaus",
            "stromschlag",
            "lebensmittelvergiftung",
            "blessé",
            "blessée",
            "à l'hôpital",
            "intoxication",
            "herido",
            "herida",
            "quemaduras",
            "ferido",
            "ferida",
            "ferito",
            "ferita",
            "in ospedale",
            "gewond",
            "naar het ziekenhuis",
            "voedselvergiftiging",
        ],
    ),
    (
        "danger",
        &[
            "caught fire",
            "catch fire",
            "exploded",
            "safety hazard",
            "unsafe",
            "dangerous",
            "gas leak",
            "smoke coming",
            "gefährlich",
            "explodiert",
            "dangereux",
            "dangereuse",
            "a pris feu",
            "explosé",
            "peligroso",
            "peligrosa",
            "explotó",
            "se incendió",
            "perigoso",
            "perigosa",
            "explodiu",
            "pegou fogo",
            "pericoloso",
            "pericolosa",
            "esploso",
            "preso fuoco",
            "gevaarlijk",
            "ontploft",
            "vlam gevat",
        ],
    ),
    (
        "the law",
        &[
            "lawyer",
            "lawsuit",
            "legal action",
            "sue you",
            "suing",
            "take you to court",
            "small claims",
            "class action",
            "trading standards",
            "ombudsman",
            "anwalt",
            "rechtsanwalt",
            "klage einreichen",
            "anzeige erstattet",
            "verbraucherzentrale",
            "avocat",
            "porter plainte",
            "abogado",
            "demandar",
            "denuncia",
            "advogado",
            "procon",
            "avvocato",
            "querela",
            "advocaat",
            "rechtszaak",
        ],
    ),
    (
        "data or money stolen",
        &[
            "data breach",
            "data leak",
            "leaked my",
            "got hacked",
            "been hacked",
            "was hacked",
            "hacked my",
            "identity theft",
            "fraud",
            "fraudulent",
            "stole my money",
            "stole my card",
            "stole my data",
            "unauthorised charge",
            "unauthorized charge",
            "datenleck",
            "gehackt",
            "betrug",
            "fuite de données",
            "piraté",
            "escroquerie",
            "hackeado",
            "hackeada",
            "estafa",
            "fraude",
            "hackerato",
            "truffa",
            "frode",
            "datalek",
            "oplichting",
        ],
    ),
    (
        "discrimination or harassment",
        &[
            "racist",
            "racism",
            "sexist",
            "harassed",
            "harassment",
            "discrimination",
            "discriminated",
            "assaulted",
            "rassistisch",
            "belästigt",
            "diskriminiert",
            "raciste",
            "harcèlement",
            "discriminé",
            "racista",
            "acoso",
            "discriminación",
            "assédio",
            "discriminação",
            "razzista",
            "molestie",
            "racistisch",
            "gediscrimineerd",
        ],
    ),
];

/// The words of harm, each with the place of its kind.
pub(crate) fn harms() -> Keywords<usize> {
    let mut keywords = Keywords::default();
    for (kind, (_, phrases)) in HARMS.iter().enumerate() {
        phrases.iter().for_each(|phrase| keywords.add(phrase, kind));
    }
    keywords
}

/// All parts, and their sum within 0 and 100. Where the bounds bite, that is a part too, so that the parts always add up.
pub(crate) fn priority(
    post: &Post,
    signals: &Signals,
    words: &[String],
    harms: &Keywords<usize>,
    fired: &[Fired],
) -> Priority {
    let mut parts = vec![harm(words, harms), need(signals), mood(signals), reach(post), waiting()];
    parts.extend(rating(post));
    parts.extend(
        fired
            .iter()
            .filter(|rule| rule.priority != 0)
            .map(|rule| part("rule", rule.priority, format!("rule '{}'", rule.name))),
    );
    let sum: i64 = parts.iter().map(|part| i64::from(part.points)).sum();
    let score = sum.clamp(0, 100);
    if score != sum {
        let why = if sum > 100 { "100 is the most" } else { "0 is the least" };
        // Every part is small and there are as many as rules: the difference fits.
        parts.push(part("bound", i32::try_from(score - sum).unwrap_or(0), why));
    }
    Priority { score: score as u8, parts }
}

fn part(name: &str, points: i32, why: impl Into<String>) -> PriorityPart {
    PriorityPart { name: name.to_owned(), points, why: why.into() }
}

fn harm(words: &[String], harms: &Keywords<usize>) -> PriorityPart {
    let mut kinds: Vec<usize> = Vec::new();
    let mut reasons: Vec<String> = Vec::new();
    for (phrase, kind) in harms.find(words) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
            reasons.push(format!("{} (\"{phrase}\")", HARMS[kind].0));
        }
    }
    match kinds.len() as i32 {
        0 => part("harm", 0, "names no harm"),
        count => part("harm", (HARM + MORE_HARM * (count - 1)).min(MOST_HARM), format!("names {}", reasons.join(", "))),
    }
}

fn need(signals: &Signals) -> PriorityPart {
    let needs: Vec<_> = NEEDS.iter().filter(|(intent, ..)| signals.has(SignalName::Intent, intent)).collect();
    let Some((_, strongest, _)) = needs.first() else { return part("need", 0, "asks for nothing that was understood") };
    let points = strongest + FURTHER_NEED * (needs.len() as i32 - 1);
    part("need", points, needs.iter().map(|(_, _, words)| *words).collect::<Vec<_>>().join(", "))
}

fn mood(signals: &Signals) -> PriorityPart {
    match signals.find(SignalName::Sentiment) {
        Some(signal) if signal.label == "negative" => {
            part("mood", scaled(BAD_MOOD, signal.score), format!("negative, {} sure", percent(signal.score)))
        }
        Some(signal) if signal.label == "positive" => {
            part("mood", scaled(GOOD_MOOD, signal.score), format!("positive, {} sure", percent(signal.score)))
        }
        Some(_) => part("mood", 0, "neutral"),
        None => part("mood", 0, "not understood"),
    }
}

fn scaled(most: f64, score: f64) -> i32 {
    (most * score.clamp(0.0, 1.0)).round() as i32
}

fn percent(score: f64) -> String {
    format!("{} %", (score.clamp(0.0, 1.0) * 100.0).round() as i32)
}

/// Five points for every ten-fold of followers above 100, three for every ten-fold of reshares and replies.
fn reach(post: &Post) -> PriorityPart {
    let followers = post.author.as_ref().and_then(|author| author.followers);
    let passed_on = post.engagement.reshares.unwrap_or(0).saturating_add(post.engagement.replies.unwrap_or(0));
    let tens = |count: u64| (count.max(1) as f64).log10();
    let by_followers = followers.map_or(0.0, |followers| 5.0 * (tens(followers) - 2.0).max(0.0)).min(20.0);
    let by_echo = (3.0 * tens(passed_on)).min(10.0);
    let points = ((by_followers + by_echo).round() as i32).min(MOST_REACH);
    let mut why = match followers {
        Some(1) => "1 follower".to_owned(),
        Some(followers) => format!("{followers} followers"),
        None => "followers not told".to_owned(),
    };
    if passed_on > 0 {
        why.push_str(&format!(", {passed_on} reshares and replies"));
    }
    part("reach", points, why)
}

fn waiting() -> PriorityPart {
    part("waiting", 0, "has just come in")
}

fn rating(post: &Post) -> Option<PriorityPart> {
    let rating = post.rating.filter(|rating| (0.0..=5.0).contains(rating))?;
    let points = if rating <= 1.5 {
        10
    } else if rating <= 2.5 {
        5
    } else {
        0
    };
    Some(part("rating", points, format!("{rating} of 5 stars")))
}

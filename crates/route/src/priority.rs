//! How urgent a post is: parts with points and words, which add up to the score.

use std::collections::BTreeSet;

use switchboard_model::{
    Formula, NeedPoints, Post, Priority, PriorityPart, RatingPoints, ReachPoints, SignalName, Signals,
};

use crate::keywords::Keywords;
use crate::router::Fired;

/// What an intent asks of us, strongest first by the usual points.
const NEEDS: [(&str, &str); 5] = [
    ("complaint", "complains"),
    ("purchase", "may buy"),
    ("question", "asks"),
    ("job", "asks for work"),
    ("thanks", "thanks"),
];

/// How authors say that nobody answers them, in the languages that the rules read.
const IGNORED: [&str; 96] = [
    "no answer from you",
    "no answer yet",
    "no reply yet",
    "no response yet",
    "no reply from",
    "no response from",
    "still no answer",
    "still no reply",
    "still no response",
    "still waiting for an answer",
    "still waiting for a reply",
    "still waiting for a response",
    "still waiting to hear",
    "never got an answer",
    "never got a reply",
    "never got a response",
    "never heard back",
    "havent heard back",
    "not heard back",
    "nobody answers",
    "nobody replies",
    "nobody responds",
    "no one answers",
    "no one replies",
    "no one responds",
    "you dont answer",
    "you dont reply",
    "you never answer",
    "you never reply",
    "why dont you answer",
    "why dont you reply",
    "you keep ignoring",
    "you are ignoring me",
    "youre ignoring me",
    "stop ignoring me",
    "third time i ask",
    "third time im asking",
    "third time asking",
    "second time i ask",
    "asking again",
    "asked twice",
    "asked three times",
    "immer noch keine antwort",
    "noch immer keine antwort",
    "bisher keine antwort",
    "noch keine antwort",
    "keine antwort erhalten",
    "keine antwort bekommen",
    "niemand antwortet",
    "keiner antwortet",
    "antwortet ihr nicht",
    "ihr ignoriert mich",
    "ich frage zum dritten mal",
    "zum dritten mal",
    "toujours pas de réponse",
    "toujours aucune réponse",
    "sans réponse de votre part",
    "aucune réponse de votre part",
    "personne ne répond",
    "vous ne répondez pas",
    "vous mignorez",
    "troisième fois que je demande",
    "troisième fois que jécris",
    "sigo sin respuesta",
    "sin respuesta todavía",
    "aún sin respuesta",
    "todavía no me responden",
    "todavía no me han respondido",
    "nadie responde",
    "nadie contesta",
    "no me contestan",
    "me están ignorando",
    "tercera vez que pregunto",
    "tercera vez que escribo",
    "ainda sem resposta",
    "continuo sem resposta",
    "ninguém responde",
    "não me respondem",
    "não respondem",
    "estão me ignorando",
    "terceira vez que pergunto",
    "terceira vez que escrevo",
    "ancora nessuna risposta",
    "ancora senza risposta",
    "nessuno risponde",
    "non mi rispondete",
    "non rispondete",
    "mi state ignorando",
    "terza volta che chiedo",
    "terza volta che scrivo",
    "nog steeds geen antwoord",
    "nog steeds geen reactie",
    "niemand reageert",
    "niemand antwoordt",
    "jullie negeren mij",
    "derde keer dat ik",
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
fn harms() -> Keywords<usize> {
    let mut keywords = Keywords::default();
    for (kind, (_, phrases)) in HARMS.iter().enumerate() {
        phrases.iter().for_each(|phrase| keywords.add(phrase, kind));
    }
    keywords
}

/// The words by which authors say that nobody answers them.
fn ignored_words() -> Keywords<()> {
    let mut keywords = Keywords::default();
    IGNORED.iter().for_each(|phrase| keywords.add(phrase, ()));
    keywords
}

/// The phrases that are looked for.
#[derive(Debug, Clone)]
pub(crate) struct Phrases {
    pub harms: Keywords<usize>,
    pub ignored: Keywords<()>,
}

impl Phrases {
    pub(crate) fn shipped() -> Self {
        Self { harms: harms(), ignored: ignored_words() }
    }
}

/// A priority, and what it has to be known by to weigh the author's past as well.
pub(crate) struct Counted {
    pub priority: Priority,
    /// The words by which the post says that we ignore its author.
    pub says_ignored: Option<String>,
}

/// All parts that the post itself speaks for, and their sum.
pub(crate) fn priority(
    formula: &Formula,
    post: &Post,
    signals: &Signals,
    words: &[String],
    phrases: &Phrases,
    fired: &[Fired],
    tags: &[String],
) -> Counted {
    let mut parts = vec![
        harm(formula, words, &phrases.harms),
        need(&formula.need, signals),
        mood(formula, signals),
        reach(&formula.reach, post),
        part("waiting", 0, "has just come in"),
    ];
    parts.extend(rating(&formula.rating, post));
    parts.extend(formula.customer_part(tags, &BTreeSet::new()));
    let says_ignored = phrases.ignored.find(words).into_iter().next().map(|(phrase, ())| phrase);
    parts.extend(formula.ignored_part(says_ignored.as_deref(), None));
    parts.extend(
        fired
            .iter()
            .filter(|rule| rule.priority != 0)
            .map(|rule| part("rule", rule.priority, format!("rule '{}'", rule.name))),
    );
    Counted { priority: Priority::of_parts(parts), says_ignored }
}

fn part(name: &str, points: i32, why: impl Into<String>) -> PriorityPart {
    PriorityPart { name: name.to_owned(), points, why: why.into() }
}

fn harm(formula: &Formula, words: &[String], harms: &Keywords<usize>) -> PriorityPart {
    let mut kinds: Vec<usize> = Vec::new();
    let mut reasons: Vec<String> = Vec::new();
    for (phrase, kind) in harms.find(words) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
            reasons.push(format!("{} (\"{phrase}\")", HARMS[kind].0));
        }
    }
    let points = &formula.harm;
    match kinds.len() as i32 {
        0 => part("harm", 0, "names no harm"),
        count => {
            let all = points.first + points.further * (count - 1);
            part("harm", all.min(points.most), format!("names {}", reasons.join(", ")))
        }
    }
}

fn need(points: &NeedPoints, signals: &Signals) -> PriorityPart {
    let of = |intent: &str| match intent {
        "complaint" => points.complaint,
        "purchase" => points.purchase,
        "question" => points.question,
        "job" => points.job,
        _ => points.thanks,
    };
    let needs: Vec<_> = NEEDS.iter().filter(|(intent, _)| signals.has(SignalName::Intent, intent)).collect();
    let Some(strongest) = needs.iter().map(|(intent, _)| of(intent)).max() else {
        return part("need", 0, "asks for nothing that was understood");
    };
    let all = strongest + points.further * (needs.len() as i32 - 1);
    part("need", all.min(points.most), needs.iter().map(|(_, words)| *words).collect::<Vec<_>>().join(", "))
}

fn mood(formula: &Formula, signals: &Signals) -> PriorityPart {
    match signals.find(SignalName::Sentiment) {
        Some(signal) if signal.label == "negative" => {
            let why = format!("negative, {} sure", percent(signal.score));
            part("mood", scaled(formula.mood.negative, signal.score), why)
        }
        Some(signal) if signal.label == "positive" => {
            let why = format!("positive, {} sure", percent(signal.score));
            part("mood", scaled(formula.mood.positive, signal.score), why)
        }
        Some(_) => part("mood", 0, "neutral"),
        None => part("mood", 0, "not understood"),
    }
}

fn scaled(most: i32, score: f64) -> i32 {
    (f64::from(most) * score.clamp(0.0, 1.0)).round() as i32
}

fn percent(score: f64) -> String {
    format!("{} %", (score.clamp(0.0, 1.0) * 100.0).round() as i32)
}

/// So many points for every ten-fold of followers above 100, so many for every ten-fold of reshares and replies.
fn reach(points: &ReachPoints, post: &Post) -> PriorityPart {
    let followers = post.author.as_ref().and_then(|author| author.followers);
    let passed_on = post.engagement.reshares.unwrap_or(0).saturating_add(post.engagement.replies.unwrap_or(0));
    let tens = |count: u64| (count.max(1) as f64).log10();
    let each = f64::from(points.followers);
    let by_followers = followers.map_or(0.0, |followers| each * (tens(followers) - 2.0).max(0.0));
    let by_followers = by_followers.min(f64::from(points.followers_most));
    let by_echo = (f64::from(points.echo) * tens(passed_on)).min(f64::from(points.echo_most));
    let all = ((by_followers + by_echo).round() as i32).min(points.most);
    let mut why = match followers {
        Some(1) => "1 follower".to_owned(),
        Some(followers) => format!("{followers} followers"),
        None => "followers not told".to_owned(),
    };
    if passed_on > 0 {
        why.push_str(&format!(", {passed_on} reshares and replies"));
    }
    part("reach", all, why)
}

fn rating(points: &RatingPoints, post: &Post) -> Option<PriorityPart> {
    let rating = post.rating.filter(|rating| (0.0..=5.0).contains(rating))?;
    let points = if rating <= 1.5 {
        points.lowest
    } else if rating <= 2.5 {
        points.low
    } else {
        0
    };
    Some(part("rating", points, format!("{rating} of 5 stars")))
}

//! Made-up posts and searches in any number, the same for the same seed.
//!
//! The texts are put together from parts, so they are good for counting, matching and timing, not for measuring how
//! well anything is understood.

use serde_json::{Value, json};

/// A small generator of numbers (SplitMix64, Steele et al. 2014), so that a seed means the same everywhere.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Dice with a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.roll() % bound.max(1) as u64) as usize
    }

    /// One of a list.
    pub fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

const BRANDS: [&str; 10] =
    ["Fennel", "Kettner", "Braskem", "Whirl", "Duo", "Copperline", "Halvorsen", "Tindra", "Okapi", "Marlowe"];
const THINGS: [&str; 12] = [
    "kettle",
    "mixer",
    "oven",
    "toaster",
    "app update",
    "invoice",
    "parcel",
    "refund",
    "lid",
    "delivery",
    "hotline",
    "warranty",
];
const OPENINGS: [&str; 12] = [
    "Third time I ask:",
    "Honest question,",
    "Just unboxed",
    "Does anybody know why",
    "Thank you so much,",
    "Still waiting for",
    "Looking to buy",
    "My mother is 81 and uses",
    "Warum ist",
    "Deux mois après,",
    "¿Alguien sabe si",
    "Not impressed by",
];
const MIDDLES: [&str; 10] = [
    "the {b} {t}",
    "my new {b} {t}",
    "@{l} about the {t}",
    "#{b} and its {t}",
    "{b}'s {t}",
    "the {t} from {b}",
    "this {t} (not {b})",
    "a {t} that {b} sold me",
    "the {t}",
    "yesterday's {t} talk",
];
const ENDINGS: [&str; 12] = [
    "never arrived.",
    "is broken again 😡",
    "works like a charm ❤️",
    "costs 10 € less elsewhere?",
    "and nobody answers the phone!",
    "is the best I ever had.",
    "https://shop.example/k4?utm_source=x",
    "has the steel one at work",
    "made my day, thanks!",
    "boils over every morning",
    "is hiring, did you see?",
    "… well, let's see.",
];
const LANGUAGES: [&str; 5] = ["en", "de", "fr", "es", "pt-BR"];

/// `count` posts in the form of the wire, about one in three of them a mention of one of [`searches`].
/// With `repeats`, about one in twenty repeats an earlier post, one in fifty edits one, one in a hundred deletes one.
pub fn posts(count: usize, seed: u64, repeats: bool) -> impl Iterator<Item = Value> {
    let mut dice = Dice::new(seed);
    (0..count).map(move |place| {
        let chance = dice.below(100);
        if repeats && place > 50 && chance < 8 {
            let earlier = place - 1 - dice.below(50);
            let mut post = post(earlier, seed);
            match chance {
                0 => post["deleted"] = json!(true),
                1 | 2 => {
                    post["edited_at"] = json!(time(place));
                    post["text"] = json!(format!("{} (edited) Fennel", post["text"].as_str().unwrap_or_default()));
                }
                _ => {}
            }
            return post;
        }
        post(place, seed)
    })
}

/// The post at a place of the stream.
pub fn post(place: usize, seed: u64) -> Value {
    let mut dice = Dice::new(seed ^ (place as u64).wrapping_mul(0xD134_2543_DE82_EF95));
    let brand = if dice.below(3) == 0 { *dice.of(&BRANDS) } else { "Nobody" };
    let middle = dice.of(&MIDDLES).replace("{b}", brand).replace("{l}", &brand.to_lowercase());
    let (opening, thing, ending) = (*dice.of(&OPENINGS), *dice.of(&THINGS), *dice.of(&ENDINGS));
    let text = format!("{opening} {} {ending}", middle.replace("{t}", thing));
    let author = dice.below(5_000);
    json!({
        "id": format!("demo:{seed}-{place}"),
        "network": "demo",
        "url": format!("https://demo.example/{seed}/{place}"),
        "text": text,
        "lang": dice.of(&LANGUAGES),
        "posted_at": time(place),
        "kind": if dice.below(4) == 0 { "reply" } else { "post" },
        "author": {
            "id": format!("demo:u{author}"), "handle": format!("user{author}@demo.example"), "name": format!("User {author}"),
            "followers": dice.below(20_000), "posts": dice.below(9_000),
        },
        "engagement": { "likes": dice.below(40), "replies": dice.below(5), "reshares": dice.below(9) },
    })
}

fn time(place: usize) -> String {
    let second = 1_767_225_600 + place as i64;
    jiff::Timestamp::from_second(second).map(|time| time.to_string()).unwrap_or_default()
}

/// Lines of posts, as files hold them.
pub fn lines(count: usize, seed: u64, repeats: bool) -> String {
    posts(count, seed, repeats).map(|post| format!("{post}\n")).collect()
}

/// A number of saved searches as files hold them: brands, phrases, prefixes, exclusions, fields.
pub fn searches(count: usize, seed: u64) -> Vec<Value> {
    let mut dice = Dice::new(seed);
    (0..count)
        .map(|place| {
            let (brand, thing) = (*dice.of(&BRANDS), *dice.of(&THINGS));
            let query = match place % 8 {
                0 => brand.to_lowercase(),
                1 => format!("{brand} OR @{} OR #{brand}", brand.to_lowercase()),
                2 => format!("\"{brand} {thing}\""),
                3 => format!("{brand} -hiring -\"{thing}\""),
                4 => format!("{brand} NEAR/4 (\"{thing}\" OR refund)"),
                5 => format!("{}* (broken OR refund OR invoice)", &brand[..3]),
                6 => format!("{brand} lang:en likes:>=5"),
                _ => format!("{brand} (is:question OR \"never arrived\") -is:reshare"),
            };
            json!({ "name": format!("{brand} {place}"), "query": query, "type": "brand" })
        })
        .collect()
}

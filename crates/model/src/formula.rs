//! How urgent a case is, in numbers that an administrator keeps: the parts of a priority, what each adds, and its bounds.
//!
//! What a post says is read by `route`; here is what follows from numbers alone, for whoever has to add parts up once more:
//! the store, which knows the author's past, and the clock, which knows how long the author has been waiting.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{By, Priority, PriorityPart};

/// What each part of a priority adds. The default is what Switchboard has always reckoned with; what it did not know then
/// (waiting, customer, fan, an ignored author) adds nothing until somebody gives it points.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Formula {
    /// It names harm: somebody hurt, danger, law, theft of data or money.
    pub harm: HarmPoints,
    /// What it asks of us.
    pub need: NeedPoints,
    /// How it sounds.
    pub mood: MoodPoints,
    /// How many see it.
    pub reach: ReachPoints,
    /// The stars of a review.
    pub rating: RatingPoints,
    /// How long its author has been waiting for us.
    pub waiting: WaitingPoints,
    /// Its author belongs to a class of customer.
    pub customer: CustomerPoints,
    /// Its author has spoken well of us before.
    pub fan: FanPoints,
    /// We did not answer its author before.
    pub ignored: IgnoredPoints,
}

macro_rules! part {
    ($(#[$about:meta])* $name:ident { $($(#[$told:meta])* $field:ident: $usual:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $($(#[$told])* pub $field: i32,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $usual,)* }
            }
        }
    };
}

part! {
    /// Points of harm.
    HarmPoints {
        /// The first kind of harm.
        first: 30,
        /// Each further kind.
        further: 5,
        /// The most of all together.
        most: 40,
    }
}

part! {
    /// Points of what is asked of us. The strongest counts, and each further one a little.
    NeedPoints {
        /// A complaint.
        complaint: 25,
        /// Somebody may buy.
        purchase: 20,
        /// A question.
        question: 15,
        /// Somebody looks for work with us.
        job: 5,
        /// A thanks.
        thanks: 5,
        /// Each further one beside the strongest.
        further: 5,
        /// The most of all together.
        most: 45,
    }
}

part! {
    /// Points of the mood, for one that is sure; less sure is less of it.
    MoodPoints {
        /// A bad mood.
        negative: 15,
        /// A good mood.
        positive: -5,
    }
}

part! {
    /// Points of reach.
    ReachPoints {
        /// Each ten-fold of followers above 100.
        followers: 5,
        /// The most for followers.
        followers_most: 20,
        /// Each ten-fold of reshares and replies.
        echo: 3,
        /// The most for reshares and replies.
        echo_most: 10,
        /// The most of both together.
        most: 25,
    }
}

part! {
    /// Points of stars.
    RatingPoints {
        /// Up to one and a half of five.
        lowest: 10,
        /// Up to two and a half of five.
        low: 5,
    }
}

part! {
    /// Points of waiting: they grow in steps while the author waits for us.
    WaitingPoints {
        /// How many hours a step takes.
        hours: 8,
        /// What each step adds.
        step: 0,
        /// The most of all steps.
        most: 20,
    }
}

part! {
    /// Points of a fan.
    FanPoints {
        /// How many posts that speak well of us make one.
        posts: 3,
        /// What it adds.
        points: 0,
    }
}

part! {
    /// Points of an author whom we ignored.
    IgnoredPoints {
        /// The post says that we do: "third time I ask".
        says: 0,
        /// An earlier post of the author's needed an answer and got none.
        past: 0,
        /// The most of both together.
        most: 20,
    }
}

/// Points of classes of customer, each known by a tag: of the case itself, or of an earlier case of the author's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CustomerPoints {
    /// The tags, each with its points.
    pub tags: Vec<TagPoints>,
    /// The most of all together.
    pub most: i32,
}

impl Default for CustomerPoints {
    fn default() -> Self {
        Self { tags: Vec::new(), most: 30 }
    }
}

/// A tag and what it adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TagPoints {
    /// The tag.
    pub tag: String,
    /// What it adds.
    pub points: i32,
}

/// One number of a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormulaNumber {
    /// What it is called, as `harm.first`.
    pub key: &'static str,
    /// The smallest that it may be.
    pub least: i32,
    /// The greatest.
    pub most: i32,
}

impl FormulaNumber {
    /// The part that it belongs to, as `harm`.
    pub fn part(&self) -> &'static str {
        self.key.split_once('.').map_or(self.key, |(part, _)| part)
    }
}

/// Something that is wrong with a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormulaProblem {
    /// Which number, as `harm.first`, or `customer.tags`.
    pub key: String,
    /// What is wrong with it and the remedy.
    pub message: String,
}

macro_rules! numbers {
    ($($key:literal => $part:ident.$field:ident, $least:literal..=$most:literal;)*) => {
        impl Formula {
            /// All numbers of a formula beside the tags of customers, in the order in which they are shown.
            pub const NUMBERS: &'static [FormulaNumber] =
                &[$(FormulaNumber { key: $key, least: $least, most: $most },)*];

            /// The number of that name.
            pub fn number(&self, key: &str) -> Option<i32> {
                match key {
                    $($key => Some(self.$part.$field),)*
                    _ => None,
                }
            }

            /// Changes the number of that name; false if there is none.
            pub fn set_number(&mut self, key: &str, value: i32) -> bool {
                match key {
                    $($key => self.$part.$field = value,)*
                    _ => return false,
                }
                true
            }
        }
    };
}

numbers! {
    "harm.first" => harm.first, 0..=100;
    "harm.further" => harm.further, 0..=100;
    "harm.most" => harm.most, 0..=100;
    "reach.followers" => reach.followers, 0..=50;
    "reach.followers_most" => reach.followers_most, 0..=100;
    "reach.echo" => reach.echo, 0..=50;
    "reach.echo_most" => reach.echo_most, 0..=100;
    "reach.most" => reach.most, 0..=100;
    "need.complaint" => need.complaint, 0..=100;
    "need.purchase" => need.purchase, 0..=100;
    "need.question" => need.question, 0..=100;
    "need.job" => need.job, 0..=100;
    "need.thanks" => need.thanks, 0..=100;
    "need.further" => need.further, 0..=100;
    "need.most" => need.most, 0..=100;
    "mood.negative" => mood.negative, -100..=100;
    "mood.positive" => mood.positive, -100..=100;
    "rating.lowest" => rating.lowest, 0..=100;
    "rating.low" => rating.low, 0..=100;
    "waiting.hours" => waiting.hours, 1..=720;
    "waiting.step" => waiting.step, 0..=100;
    "waiting.most" => waiting.most, 0..=100;
    "customer.most" => customer.most, 0..=100;
    "fan.posts" => fan.posts, 1..=50;
    "fan.points" => fan.points, -100..=100;
    "ignored.says" => ignored.says, 0..=100;
    "ignored.past" => ignored.past, 0..=100;
    "ignored.most" => ignored.most, 0..=100;
}

/// What the author's past is weighed by, beside the case that a post opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weighing {
    /// The formula in force.
    pub formula: Arc<Formula>,
    /// The words by which the post says that we ignore its author.
    pub says_ignored: Option<String>,
}

/// A formula as it was from one moment on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormulaVersion {
    /// Its number, from 1.
    pub number: i64,
    /// Since when.
    pub at: Timestamp,
    /// Who changed it.
    pub by: By,
    /// The formula.
    pub formula: Formula,
}

/// What is known of an author from before a post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// How many of their posts speak well of us.
    pub praises: u32,
    /// The tags of their cases.
    pub tags: BTreeSet<String>,
    /// What became of the newest of their posts that needed an answer and got none.
    pub unanswered: Option<Unanswered>,
}

impl Past {
    /// So many of an author's newest posts are looked at.
    pub const POSTS: usize = 50;
}

/// How a post that needed an answer got none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unanswered {
    /// Its case was closed without an answer.
    Closed,
    /// It was dismissed, and not because it was spam or somebody had answered it.
    Dismissed,
    /// It still waits, and its clock has run out.
    Late,
}

impl Unanswered {
    fn said(self) -> &'static str {
        match self {
            Self::Closed => "an earlier case was closed without an answer",
            Self::Dismissed => "an earlier post was dismissed without an answer",
            Self::Late => "an earlier post still waits beyond its clock",
        }
    }
}

/// The names of the parts, in the order in which they are shown. `rule`, `by hand` and `bound` come after them.
pub const PARTS: [&str; 9] = ["harm", "need", "mood", "reach", "waiting", "rating", "customer", "fan", "ignored"];

/// The part that somebody gave.
pub const BY_HAND: &str = "by hand";

/// The part by which the sum stays within 0 and 100.
const BOUND: &str = "bound";

impl Formula {
    /// Points for what the formula of old did not know, for whoever wants a beginning.
    pub fn suggested() -> Self {
        let usual = Self::default();
        Self {
            waiting: WaitingPoints { hours: 8, step: 4, most: 20 },
            fan: FanPoints { posts: 3, points: 5 },
            ignored: IgnoredPoints { says: 10, past: 10, most: 15 },
            ..usual
        }
    }

    /// Everything that is wrong with it.
    pub fn problems(&self) -> Vec<FormulaProblem> {
        /// More tags than anybody keeps in mind.
        const MOST_TAGS: usize = 50;
        let mut problems = Vec::new();
        for number in Self::NUMBERS {
            let value = self.number(number.key).unwrap_or_default();
            if !(number.least..=number.most).contains(&value) {
                let message = format!("{value} is out of bounds; use {} to {}", number.least, number.most);
                problems.push(FormulaProblem { key: number.key.to_owned(), message });
            }
        }
        let mut wrong = |message: String| {
            problems.push(FormulaProblem { key: "customer.tags".to_owned(), message });
        };
        if self.customer.tags.len() > MOST_TAGS {
            wrong(format!("name {MOST_TAGS} tags at most"));
        }
        let mut known = BTreeSet::new();
        for TagPoints { tag, points } in &self.customer.tags {
            if tag.trim().is_empty() || tag.chars().count() > 50 || tag.chars().any(char::is_control) {
                wrong("a tag has 1 to 50 characters".to_owned());
            } else if !known.insert(tag.as_str()) {
                wrong(format!("the tag '{tag}' is named twice"));
            }
            if !(-100..=100).contains(points) {
                wrong(format!("the tag '{tag}' has {points} points; use -100 to 100"));
            }
        }
        problems
    }

    /// Whether anything in it depends on what the author did before.
    pub fn asks_for_past(&self) -> bool {
        self.fan.points != 0 || self.ignored.past != 0 || self.customer.tags.iter().any(|tag| tag.points != 0)
    }

    /// The part of a customer, by the tags of a case and of the author's earlier ones. `None` where no class is known.
    pub fn customer_part(&self, tags: &[String], earlier: &BTreeSet<String>) -> Option<PriorityPart> {
        let (mut points, mut why) = (0, Vec::new());
        for known in self.customer.tags.iter().filter(|known| known.points != 0) {
            if tags.contains(&known.tag) {
                why.push(format!("tagged '{}'", known.tag));
            } else if earlier.contains(&known.tag) {
                why.push(format!("tagged '{}' in an earlier case", known.tag));
            } else {
                continue;
            }
            points += known.points;
        }
        (!why.is_empty()).then(|| part("customer", points.min(self.customer.most), why.join(", ")))
    }

    /// The part of a fan. `None` for somebody who is none.
    fn fan_part(&self, past: &Past) -> Option<PriorityPart> {
        let is_fan = i64::from(past.praises) >= i64::from(self.fan.posts) && self.fan.points != 0;
        let why = || match past.praises {
            1 => "has spoken well of us once before".to_owned(),
            praises => format!("has spoken well of us {praises} times before"),
        };
        is_fan.then(|| part("fan", self.fan.points, why()))
    }

    /// The part of somebody whom we ignored. `said` is the phrase of the post that says so.
    pub fn ignored_part(&self, said: Option<&str>, unanswered: Option<Unanswered>) -> Option<PriorityPart> {
        let (mut points, mut why) = (0, Vec::new());
        if let Some(said) = said.filter(|_| self.ignored.says != 0) {
            points += self.ignored.says;
            why.push(format!("says that we do not answer (\"{said}\")"));
        }
        if let Some(unanswered) = unanswered.filter(|_| self.ignored.past != 0) {
            points += self.ignored.past;
            why.push(unanswered.said().to_owned());
        }
        (!why.is_empty()).then(|| part("ignored", points.min(self.ignored.most), why.join(", ")))
    }

    /// The part of an author who has been waiting since a moment; nobody waits if there is none.
    pub fn waiting_part(&self, since: Option<Timestamp>, now: Timestamp) -> PriorityPart {
        let Some(since) = since else { return part("waiting", 0, "nobody waits for us") };
        let steps = self.steps(since, now);
        let points = (self.waiting.step.max(0).saturating_mul(steps)).min(self.waiting.most);
        match steps {
            _ if self.waiting.step <= 0 || points == 0 => part("waiting", 0, "has just come in"),
            steps => {
                // Never more than it takes to reach the most, so that the words stand as long as the points do.
                let told = steps.min(self.last_step());
                part(
                    "waiting",
                    points,
                    format!("has waited for {} h and more", told.saturating_mul(self.waiting.hours)),
                )
            }
        }
    }

    /// When an author who has been waiting since a moment has waited one step more than now. `None` once it adds nothing.
    pub fn next_step(&self, since: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let steps = self.steps(since, now);
        if self.waiting.step <= 0 || self.waiting.most <= 0 || steps >= self.last_step() {
            return None;
        }
        let hours = i64::from(self.waiting.hours.max(1)) * i64::from(steps + 1);
        since.checked_add(SignedDuration::from_hours(hours)).ok()
    }

    /// The step with which the most is reached.
    fn last_step(&self) -> i32 {
        let step = self.waiting.step.max(1);
        self.waiting.most.max(0).saturating_add(step - 1) / step
    }

    fn steps(&self, since: Timestamp, now: Timestamp) -> i32 {
        let hours = now.duration_since(since).as_hours().max(0) / i64::from(self.waiting.hours.max(1));
        i32::try_from(hours).unwrap_or(i32::MAX)
    }

    /// A priority with what is known of the author. `said` are the words by which the post itself says that we ignore it.
    pub fn with_past(&self, priority: &Priority, tags: &[String], past: &Past, said: Option<&str>) -> Priority {
        priority
            .with_part("customer", self.customer_part(tags, &past.tags))
            .with_part("fan", self.fan_part(past))
            .with_part("ignored", self.ignored_part(said, past.unanswered))
    }
}

fn part(name: &str, points: i32, why: impl Into<String>) -> PriorityPart {
    PriorityPart { name: name.to_owned(), points, why: why.into() }
}

impl Priority {
    /// The sum of parts within 0 and 100. Where the bounds bite, that is a part too, so that the parts always add up.
    pub fn of_parts(mut parts: Vec<PriorityPart>) -> Self {
        parts.retain(|part| part.name != BOUND);
        let sum: i64 = parts.iter().map(|part| i64::from(part.points)).sum();
        let score = sum.clamp(0, 100);
        if score != sum {
            let why = if sum > 100 { "100 is the most" } else { "0 is the least" };
            // Every part is small and there are as many as rules: the difference fits.
            parts.push(part(BOUND, i32::try_from(score - sum).unwrap_or(0), why));
        }
        Self { score: u8::try_from(score).unwrap_or(100), parts }
    }

    /// The part of that name.
    pub fn find(&self, name: &str) -> Option<&PriorityPart> {
        self.parts.iter().find(|part| part.name == name)
    }

    /// Whether somebody said how urgent it is. What they said stays until they say something else.
    pub fn is_by_hand(&self) -> bool {
        self.find(BY_HAND).is_some()
    }

    /// The same with another part of that name, or without it.
    #[must_use]
    pub fn with_part(&self, name: &str, part: Option<PriorityPart>) -> Self {
        let rank = |name: &str| PARTS.iter().position(|known| *known == name).unwrap_or(PARTS.len());
        let mut parts: Vec<PriorityPart> = self.parts.iter().filter(|known| known.name != name).cloned().collect();
        parts.extend(part);
        // What has no place of its own (rules, what somebody said) stays in its order, at the end.
        parts.sort_by_key(|part| rank(&part.name));
        Self::of_parts(parts)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(hours * 3_600).expect("a moment")
    }

    fn any_formula() -> impl Strategy<Value = Formula> {
        let numbers: Vec<_> = Formula::NUMBERS.iter().map(|number| number.least..=number.most).collect();
        (numbers, prop::collection::vec(("[a-c]", -100..=100_i32), 0..4)).prop_map(|(values, tags)| {
            let mut formula = Formula::default();
            for (number, value) in Formula::NUMBERS.iter().zip(values) {
                assert!(formula.set_number(number.key, value));
            }
            formula.customer.tags = tags.into_iter().map(|(tag, points)| TagPoints { tag, points }).collect();
            formula
        })
    }

    proptest! {
        #[test]
        fn parts_always_add_up(
            formula in any_formula(),
            points in prop::collection::vec((0..12_usize, -300..=300_i32), 0..15),
            praises in 0..60_u32,
            hours in 0..2_000_i64,
            tags in prop::collection::vec("[a-d]", 0..3),
        ) {
            let names = ["harm", "need", "mood", "reach", "waiting", "rating", "customer", "fan", "ignored", "rule", "by hand", "bound"];
            let parts = points.into_iter().map(|(name, points)| part(names[name], points, "said (\"no answer\")")).collect();
            let sound = |priority: &Priority| priority.parts.iter().map(|part| part.points).sum::<i32>() == i32::from(priority.score)
                && priority.score <= 100;
            let priority = Priority::of_parts(parts);
            prop_assert!(sound(&priority));
            let past = Past { praises, tags: tags.iter().cloned().collect(), unanswered: Some(Unanswered::Late) };
            let once = formula.with_past(&priority, &tags, &past, Some("no answer"));
            prop_assert!(sound(&once));
            prop_assert_eq!(&formula.with_past(&once, &tags, &past, Some("no answer")), &once, "asked twice it says the same");
            let waits = once.with_part("waiting", Some(formula.waiting_part(Some(at(0)), at(hours))));
            prop_assert!(sound(&waits));
            // Every step is told, and after the last one there is none.
            if let Some(next) = formula.next_step(at(0), at(hours)) {
                prop_assert!(next > at(hours));
                prop_assert!(formula.waiting_part(Some(at(0)), next).points > formula.waiting_part(Some(at(0)), at(hours)).points);
            } else {
                prop_assert_eq!(formula.waiting_part(Some(at(0)), at(hours + 10_000)), formula.waiting_part(Some(at(0)), at(hours)));
            }
        }
    }

    #[test]
    fn numbers_are_known_by_their_names() {
        let mut formula = Formula::default();
        assert_eq!(formula.problems(), []);
        assert_eq!(Formula::suggested().problems(), []);
        assert!(!formula.asks_for_past() && Formula::suggested().asks_for_past());
        assert!(formula.set_number("harm.first", 101) && !formula.set_number("harm.last", 1));
        assert_eq!(formula.number("harm.first"), Some(101));
        formula.customer.tags =
            vec![TagPoints { tag: "vip".into(), points: 5 }, TagPoints { tag: "vip".into(), points: 500 }];
        let problems: Vec<String> =
            formula.problems().into_iter().map(|problem| format!("{}: {}", problem.key, problem.message)).collect();
        assert_eq!(
            problems,
            [
                "harm.first: 101 is out of bounds; use 0 to 100",
                "customer.tags: the tag 'vip' is named twice",
                "customer.tags: the tag 'vip' has 500 points; use -100 to 100",
            ]
        );
        let read: Formula = serde_json::from_str(r#"{"harm":{"first":1}}"#).expect("the rest is as usual");
        assert_eq!((read.harm.first, read.harm.most, read.need), (1, 40, NeedPoints::default()));
    }

    #[test]
    fn an_author_waits_in_steps() {
        let formula = Formula { waiting: WaitingPoints { hours: 8, step: 4, most: 10 }, ..Formula::default() };
        let check = |hours: i64, points: i32, why: &str, next: Option<i64>| {
            let part = formula.waiting_part(Some(at(0)), at(hours));
            assert_eq!((part.points, part.why.as_str()), (points, why), "{hours}");
            assert_eq!(formula.next_step(at(0), at(hours)), next.map(at), "{hours}");
        };
        check(0, 0, "has just come in", Some(8));
        check(7, 0, "has just come in", Some(8));
        check(8, 4, "has waited for 8 h and more", Some(16));
        check(16, 8, "has waited for 16 h and more", Some(24));
        check(24, 10, "has waited for 24 h and more", None);
        check(900, 10, "has waited for 24 h and more", None);
        assert_eq!(formula.waiting_part(None, at(9)).points, 0);
        assert_eq!(Formula::default().next_step(at(0), at(0)), None, "it adds nothing");
    }

    #[test]
    fn the_past_speaks() {
        let mut formula = Formula { fan: FanPoints { posts: 2, points: 5 }, ..Formula::suggested() };
        formula.customer = CustomerPoints {
            tags: vec![TagPoints { tag: "vip".into(), points: 20 }, TagPoints { tag: "press".into(), points: 15 }],
            most: 30,
        };
        let base = Priority::of_parts(vec![part("need", 25, "complains"), part("rule", 10, "rule 'x'")]);
        let past = Past { praises: 2, tags: BTreeSet::from(["vip".to_owned()]), unanswered: Some(Unanswered::Closed) };
        let all = formula.with_past(&base, &["press".to_owned()], &past, None);
        let told: Vec<_> = all.parts.iter().map(|part| (part.name.as_str(), part.points, part.why.as_str())).collect();
        assert_eq!(
            told,
            [
                ("need", 25, "complains"),
                ("customer", 30, "tagged 'vip' in an earlier case, tagged 'press'"),
                ("fan", 5, "has spoken well of us 2 times before"),
                ("ignored", 10, "an earlier case was closed without an answer"),
                ("rule", 10, "rule 'x'"),
            ]
        );
        let said = base.with_part("ignored", formula.ignored_part(Some("third time"), None));
        let both = formula.with_past(&said, &[], &past, Some("third time"));
        assert_eq!(both.find("ignored").map(|part| part.points), Some(15), "the most of both");
        assert_eq!(formula.with_past(&both, &[], &Past::default(), Some("third time")), said);
    }
}

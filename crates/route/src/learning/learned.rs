//! What is known of where texts belong, and what it makes of a text.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use switchboard_model::{DepartmentId, Features, Lesson, Near};

use super::terms::Terms;

/// Lessons of one page; readers share pages.
const PAGE: usize = 256;

/// A department with fewer lessons than these is not proposed.
const FEWEST: u32 = 5;

/// So many of the nearest lessons speak.
const NEIGHBOURS: usize = 25;
/// So many are named.
const NAMED: usize = 5;
/// So many are looked at closely.
const CANDIDATES: usize = 100;
/// A term that more than one in so many lessons have finds nothing.
const COMMON: usize = 8;
/// Terms of fewer lessons than these are never common.
const RARE: usize = 64;

/// How much what all departments say counts beside what one says, in terms: a department of few lessons is believed where
/// it says something, and not held to what it has not said yet.
const SMOOTHING: f64 = 2_000.0;
/// How far apart departments stand by their words.
const SHARPNESS: f64 = 10.0;
/// How much the nearest lessons say beside the words of all.
const BY_NEAREST: f64 = 0.4;
/// How much nearness of meaning says beside that of terms, where both are there.
const BY_MEANING: f64 = 0.6;
/// With which power nearness counts.
const POWER: i32 = 3;

/// A lesson that is remembered.
#[derive(Debug, Clone)]
struct Remembered {
    lesson: Lesson,
    at: Timestamp,
    department: u16,
    features: Features,
}

/// How much was learnt of a department.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    lessons: u32,
    /// The terms of all its lessons together.
    terms: u64,
}

/// What is known at one moment. Cheap to clone; it never changes.
#[derive(Debug, Clone, Default)]
pub struct Learned {
    terms: Terms,
    lessons: Vec<Arc<Vec<Option<Arc<Remembered>>>>>,
    departments: Vec<(DepartmentId, Sums)>,
    count: usize,
}

/// What is made of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    /// The department that most speaks for.
    pub department: DepartmentId,
    /// How much, from 0 to 1: what all departments have together is 1.
    pub score: f64,
    /// The nearest lessons, the nearest first.
    pub near: Vec<Near>,
}

impl Learned {
    /// How many lessons it knows.
    pub fn lessons(&self) -> usize {
        self.count
    }

    /// How many lessons it knows of each department; those without are left out.
    pub fn departments(&self) -> BTreeMap<DepartmentId, u32> {
        let known = self.departments.iter().filter(|(_, sums)| sums.lessons > 0);
        known.map(|(department, sums)| (*department, sums.lessons)).collect()
    }

    /// What past lessons say of a text, of departments that may take it and that enough was learnt of. `None` where there
    /// are not two of them to choose from, or the text has nothing to tell it by.
    pub fn guess(&self, features: &Features, may_take: impl Fn(DepartmentId) -> bool) -> Option<Guess> {
        let choice: Vec<bool> =
            self.departments.iter().map(|(department, sums)| sums.lessons >= FEWEST && may_take(*department)).collect();
        if choice.iter().filter(|is_choice| **is_choice).count() < 2 || features.terms.is_empty() {
            return None;
        }
        let by_words = self.by_words(features, &choice);
        let (by_nearest, near) = self.by_nearest(features, &choice);
        let has_near = by_nearest.iter().sum::<f64>() > 0.0;
        let score = |place: usize| {
            if has_near {
                (1.0 - BY_NEAREST) * by_words[place] + BY_NEAREST * by_nearest[place]
            } else {
                by_words[place]
            }
        };
        // Of two that are alike the one that was there first, so that the same is always said of the same.
        let best = (0..choice.len()).filter(|place| choice[*place]).max_by(|one, other| {
            let by_score = score(*one).total_cmp(&score(*other));
            by_score.then_with(|| self.departments[*other].0.cmp(&self.departments[*one].0))
        })?;
        Some(Guess { department: self.departments[best].0, score: score(best).clamp(0.0, 1.0), near })
    }

    /// By the words of all lessons: naive Bayes (Manning, Raghavan, Schütze, Introduction to Information Retrieval, chapter
    /// 13), smoothed towards what all departments say (Zhai, Lafferty, A study of smoothing methods for language models,
    /// 2001), and damped by the number of terms, because the pieces of a word say the same more than once.
    fn by_words(&self, features: &Features, choice: &[bool]) -> Vec<f64> {
        let chosen = self.departments.iter().zip(choice).filter(|(_, is_choice)| **is_choice);
        let all: u64 = chosen.map(|((_, sums), _)| sums.terms).sum();
        let (mut scores, mut terms, mut own) = (vec![0.0; choice.len()], 0.0_f64, vec![0; choice.len()]);
        for term in features.terms.iter().filter_map(|term| self.terms.get(*term)) {
            let of_all: u32 = term.counts.iter().filter(|(place, _)| choice[usize::from(*place)]).map(|(_, n)| n).sum();
            if of_all == 0 {
                continue;
            }
            terms += 1.0;
            own.fill(0);
            term.counts.iter().for_each(|(place, count)| own[usize::from(*place)] = *count);
            let anywhere = f64::from(of_all) / all as f64;
            for (place, score) in scores.iter_mut().enumerate().filter(|(place, _)| choice[*place]) {
                let of_it = self.departments[place].1.terms as f64;
                let here = (f64::from(own[place]) + SMOOTHING * anywhere) / (of_it + SMOOTHING);
                *score += (here / anywhere).ln();
            }
        }
        let damped = if terms > 0.0 { SHARPNESS / terms.sqrt() } else { 0.0 };
        shares(scores.iter().map(|score| damped * score).collect(), choice)
    }

    /// By the nearest lessons, each with its department.
    fn by_nearest(&self, features: &Features, choice: &[bool]) -> (Vec<f64>, Vec<Near>) {
        let common = (self.count / COMMON).max(RARE);
        // By the places of lessons; most are never touched.
        let mut shared = vec![0.0; self.lessons.len() * PAGE];
        let mut touched: Vec<u32> = Vec::new();
        let mut own = 0.0;
        for known in features.terms.iter().map(|term| self.terms.get(*term)) {
            let weight = rarity(self.count, known.map_or(0, |term| term.lessons.len())).powi(2);
            own += weight;
            if let Some(term) = known.filter(|term| term.lessons.len() <= common) {
                for lesson in &term.lessons {
                    let shared = &mut shared[*lesson as usize];
                    if *shared == 0.0 {
                        touched.push(*lesson);
                    }
                    *shared += weight;
                }
            }
        }
        let mut found: Vec<(f64, &Remembered)> = touched
            .into_iter()
            .filter_map(|place| Some((shared[place as usize], self.lesson(place)?)))
            .filter(|(_, lesson)| choice[usize::from(lesson.department)])
            .map(|(shared, lesson)| (shared / (lesson.features.terms.len() as f64).sqrt(), lesson))
            .collect();
        nearest_first(&mut found);
        found.truncate(CANDIDATES);
        for (nearness, lesson) in &mut found {
            *nearness = self.nearness(features, own, &lesson.features);
        }
        nearest_first(&mut found);
        found.truncate(NEIGHBOURS);
        let mut votes = vec![0.0; choice.len()];
        for (nearness, lesson) in &found {
            votes[usize::from(lesson.department)] += nearness.powi(POWER);
        }
        let sum: f64 = votes.iter().sum();
        if sum > 0.0 {
            votes.iter_mut().for_each(|vote| *vote /= sum);
        }
        let near = found.iter().take(NAMED).map(|(nearness, lesson)| Near {
            lesson: lesson.lesson,
            department: self.departments[usize::from(lesson.department)].0,
            nearness: *nearness,
        });
        (votes, near.collect())
    }

    /// The cosine of two texts, each term by its rarity; that of their meanings beside it.
    fn nearness(&self, one: &Features, of_one: f64, other: &Features) -> f64 {
        let (mut shared, mut of_other) = (0.0, 0.0);
        let mut mine = one.terms.iter().peekable();
        for term in &other.terms {
            let weight = rarity(self.count, self.terms.get(*term).map_or(0, |term| term.lessons.len())).powi(2);
            of_other += weight;
            while mine.next_if(|one| *one < term).is_some() {}
            if mine.next_if_eq(&term).is_some() {
                shared += weight;
            }
        }
        let by_terms = if of_one > 0.0 && of_other > 0.0 { shared / (of_one * of_other).sqrt() } else { 0.0 };
        if one.meaning.is_empty() || one.meaning.len() != other.meaning.len() {
            return by_terms.clamp(0.0, 1.0);
        }
        let product = one.meaning.iter().zip(&other.meaning).map(|(one, other)| f64::from(one * other));
        ((1.0 - BY_MEANING) * by_terms + BY_MEANING * product.sum::<f64>()).clamp(0.0, 1.0)
    }

    fn lesson(&self, place: u32) -> Option<&Remembered> {
        self.lessons.get(place as usize / PAGE)?.get(place as usize % PAGE)?.as_deref()
    }

    fn put(&mut self, place: u32, lesson: Option<Arc<Remembered>>) {
        if place as usize / PAGE == self.lessons.len() {
            self.lessons.push(Arc::new(vec![None; PAGE]));
        }
        if let Some(page) = self.lessons.get_mut(place as usize / PAGE)
            && let Some(slot) = Arc::make_mut(page).get_mut(place as usize % PAGE)
        {
            *slot = lesson;
        }
    }
}

/// How much a term says that so many of all lessons have.
fn rarity(all: usize, having: usize) -> f64 {
    ((all as f64 + 1.0) / (having as f64 + 1.0)).ln()
}

/// By nearness; those that are alike by the lesson, so that the same is always said of the same.
fn nearest_first(found: &mut [(f64, &Remembered)]) {
    found.sort_unstable_by(|one, other| other.0.total_cmp(&one.0).then_with(|| other.1.lesson.cmp(&one.1.lesson)));
}

/// What each has of all, where differences count by powers.
fn shares(mut scores: Vec<f64>, choice: &[bool]) -> Vec<f64> {
    let chosen = scores.iter().zip(choice).filter(|(_, is_choice)| **is_choice);
    let highest = chosen.map(|(score, _)| *score).fold(f64::NEG_INFINITY, f64::max);
    for (score, is_choice) in scores.iter_mut().zip(choice) {
        *score = if *is_choice { (*score - highest).exp() } else { 0.0 };
    }
    let sum: f64 = scores.iter().sum();
    scores.iter_mut().for_each(|score| *score /= sum);
    scores
}

/// Takes lessons and forgets them.
#[derive(Debug)]
pub struct Learner {
    learned: Learned,
    places: HashMap<Lesson, u32>,
    /// What goes first when there is no more room: the oldest case. Examples stay.
    order: BTreeSet<(bool, Timestamp, Lesson)>,
    free: Vec<u32>,
    most: usize,
}

impl Default for Learner {
    fn default() -> Self {
        Self::new(Self::MOST)
    }
}

impl Learner {
    /// So many lessons are remembered; a company's words change, and so does who takes what.
    pub const MOST: usize = 20_000;

    /// Remembers up to so many lessons.
    pub fn new(most: usize) -> Self {
        let (learned, places) = (Learned::default(), HashMap::new());
        Self { learned, places, order: BTreeSet::new(), free: Vec::new(), most }
    }

    /// What is known by now.
    pub fn learned(&self) -> &Learned {
        &self.learned
    }

    /// Learns where a text belongs, in the place of what was learnt of the same lesson before. Beyond the most that are
    /// remembered, the oldest case goes.
    pub fn learn(&mut self, lesson: Lesson, at: Timestamp, department: DepartmentId, features: Features) {
        self.forget(lesson);
        let learned = &mut self.learned;
        let known = learned.departments.iter().position(|(one, _)| *one == department);
        let place = known.unwrap_or_else(|| {
            learned.departments.push((department, Sums::default()));
            learned.departments.len() - 1
        });
        // A company with more departments than these does not know them itself.
        let Ok(department) = u16::try_from(place) else { return };
        let place = self.free.pop().unwrap_or_else(|| u32::try_from(self.places.len()).unwrap_or(u32::MAX));
        for term in &features.terms {
            learned.terms.add(*term, department, place);
        }
        let sums = &mut learned.departments[usize::from(department)].1;
        sums.lessons += 1;
        sums.terms += features.terms.len() as u64;
        learned.count += 1;
        learned.put(place, Some(Arc::new(Remembered { lesson, at, department, features })));
        self.places.insert(lesson, place);
        self.order.insert((matches!(lesson, Lesson::Example(_)), at, lesson));
        while self.places.len() > self.most {
            let Some((.., oldest)) = self.order.first().copied() else { return };
            self.forget(oldest);
        }
    }

    /// Forgets a lesson, as if it had never been learnt. False if it was not.
    pub fn forget(&mut self, lesson: Lesson) -> bool {
        let Some(place) = self.places.remove(&lesson) else { return false };
        let learned = &mut self.learned;
        let Some(known) = learned.lesson(place).cloned() else { return false };
        for term in &known.features.terms {
            learned.terms.remove(*term, known.department, place);
        }
        let sums = &mut learned.departments[usize::from(known.department)].1;
        sums.lessons -= 1;
        sums.terms -= known.features.terms.len() as u64;
        learned.count -= 1;
        learned.put(place, None);
        self.free.push(place);
        self.order.remove(&(matches!(lesson, Lesson::Example(_)), known.at, lesson));
        true
    }

    /// Every lesson that is remembered.
    pub fn lessons(&self) -> impl Iterator<Item = Lesson> {
        self.places.keys().copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use switchboard_model::CaseId;
    use uuid::Uuid;

    use super::*;

    const SERVICE: DepartmentId = DepartmentId(Uuid::from_u128(1));
    const SALES: DepartmentId = DepartmentId(Uuid::from_u128(2));

    fn case(number: i64) -> Lesson {
        Lesson::Case(CaseId(number))
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    fn features(terms: &[u32]) -> Features {
        let terms: BTreeSet<u32> = terms.iter().copied().collect();
        Features { terms: terms.into_iter().collect(), meaning: Vec::new() }
    }

    fn taught(most: usize) -> Learner {
        let mut learner = Learner::new(most);
        for number in 0..10 {
            let (department, first) = if number % 2 == 0 { (SERVICE, 10) } else { (SALES, 20) };
            learner.learn(case(number), at(number), department, features(&[first, first + 1, 1, 100 + number as u32]));
        }
        learner
    }

    #[test]
    fn a_text_goes_where_its_like_went() {
        let learner = taught(100);
        let guess = learner.learned().guess(&features(&[20, 1]), |_| true).expect("a guess");
        assert_eq!(guess.department, SALES);
        assert!(guess.score > 0.5 && guess.near.iter().all(|near| near.department == SALES), "{guess:?}");
        assert_eq!(guess.near.len(), NAMED);
        let other = learner.learned().guess(&features(&[10, 1]), |_| true).expect("a guess");
        assert_eq!(other.department, SERVICE);
    }

    #[test]
    fn nothing_is_said_without_a_choice() {
        let learner = taught(100);
        assert_eq!(learner.learned().guess(&features(&[20]), |department| department == SALES), None);
        assert_eq!(learner.learned().guess(&Features::default(), |_| true), None);
        assert_eq!(Learner::default().learned().guess(&features(&[20]), |_| true), None);
        // A text of which nothing is known has a guess that nobody is sure of.
        let unknown = learner.learned().guess(&features(&[999]), |_| true).expect("a guess");
        assert!((unknown.score - 0.5).abs() < 1e-9 && unknown.near.is_empty(), "{unknown:?}");
    }

    #[test]
    fn meaning_brings_texts_without_common_words_near() {
        let mut learner = taught(100);
        for number in 20..26 {
            let mut meant = features(&[500 + number as u32, 20]);
            meant.meaning = if number % 2 == 0 { vec![1.0, 0.0] } else { vec![0.0, 1.0] };
            learner.learn(case(number), at(number), if number % 2 == 0 { SALES } else { SERVICE }, meant);
        }
        let mut asked = features(&[20]);
        asked.meaning = vec![0.0, 1.0];
        let guess = learner.learned().guess(&asked, |_| true).expect("a guess");
        assert_eq!(guess.near.first().map(|near| near.department), Some(SERVICE), "{guess:?}");
    }

    #[test]
    fn readers_keep_what_they_began_with() {
        let mut learner = taught(100);
        let before = learner.learned().clone();
        let said = before.guess(&features(&[20, 1]), |_| true);
        for number in 0..10 {
            learner.forget(case(number));
        }
        assert_eq!((before.lessons(), learner.learned().lessons()), (10, 0));
        assert_eq!(before.guess(&features(&[20, 1]), |_| true), said);
    }

    #[test]
    fn the_oldest_cases_go_and_examples_stay() {
        let mut learner = Learner::new(6);
        learner.learn(Lesson::Example(1), at(0), SALES, features(&[20]));
        for number in (1..=10).rev() {
            learner.learn(case(number), at(number), SERVICE, features(&[10]));
        }
        let kept: BTreeSet<Lesson> = learner.lessons().collect();
        let expected: BTreeSet<Lesson> = (6..=10).map(case).chain([Lesson::Example(1)]).collect();
        assert_eq!(kept, expected);
        assert!(learner.learned().lessons.len() <= 1, "places are used again");
    }

    /// What somebody learns: which lesson, when, of which department, which terms; without a department it is forgotten.
    type Deed = (i64, Option<u8>, Vec<u32>);

    fn deeds() -> impl Strategy<Value = Vec<Deed>> {
        let deed = (0i64..12, prop::option::weighted(0.8, 0u8..3), prop::collection::vec(0u32..40, 0..12));
        prop::collection::vec(deed, 0..60)
    }

    fn department(number: u8) -> DepartmentId {
        DepartmentId(Uuid::from_u128(u128::from(number) + 1))
    }

    fn play(learner: &mut Learner, deeds: &[Deed]) {
        for (number, of, terms) in deeds {
            match of {
                Some(of) => learner.learn(case(*number), at(*number), department(*of), features(terms)),
                None => drop(learner.forget(case(*number))),
            }
        }
    }

    fn guesses(learner: &Learner, asked: &[Vec<u32>]) -> Vec<Option<Guess>> {
        asked.iter().map(|terms| learner.learned().guess(&features(terms), |_| true)).collect()
    }

    proptest! {
        /// Whatever was learnt, learnt otherwise and forgotten on the way: what is known is what the last word of each lesson
        /// says, in whichever order they are learnt.
        #[test]
        fn what_is_known_is_what_was_said_last(
            deeds in deeds(),
            order in any::<prop::sample::Index>(),
            asked in prop::collection::vec(prop::collection::vec(0u32..40, 1..8), 1..4),
        ) {
            let mut learner = Learner::new(100);
            play(&mut learner, &deeds);
            let mut last: BTreeMap<i64, &Deed> = BTreeMap::new();
            for deed in &deeds {
                last.insert(deed.0, deed);
            }
            let mut last: Vec<Deed> = last.into_values().filter(|deed| deed.1.is_some()).cloned().collect();
            if !last.is_empty() {
                let by = order.index(last.len());
                last.rotate_left(by);
            }
            let mut fresh = Learner::new(100);
            play(&mut fresh, &last);
            prop_assert_eq!(learner.learned().departments(), fresh.learned().departments());
            prop_assert_eq!(guesses(&learner, &asked), guesses(&fresh, &asked));
        }

        /// No more is remembered than there is room for, and it is the newest.
        #[test]
        fn memory_is_bounded(deeds in deeds(), most in 1usize..6) {
            let mut learner = Learner::new(most);
            play(&mut learner, &deeds);
            prop_assert!(learner.learned().lessons() <= most);
            prop_assert_eq!(learner.lessons().count(), learner.learned().lessons());
            let of_departments: u32 = learner.learned().departments().values().sum();
            prop_assert_eq!(of_departments as usize, learner.learned().lessons());
        }
    }
}

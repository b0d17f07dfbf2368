//! What routing has learnt, told: how often it was right, and what it would have done last week.
//!
//! Every figure is of proposals that were made before anybody had said where the case belongs.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use switchboard_model::{CaseId, DepartmentId, Label, LabelSource, Lesson, Proposed};
use switchboard_route::learning::Learner;

use super::RuleError;
use crate::App;
use crate::rights::{Actor, Right};

/// Days that are shown, today among them.
const DAYS: i64 = 28;

/// Labels that are read for it.
const MOST_LABELS: u32 = 20_000;

/// Cases of last week that are named.
const MOST_CASES: usize = 50;

/// What would have been done last week is told for this probability until somebody sets one.
pub const USUAL_CONFIDENCE: u8 = 80;

/// The lowest and the highest that can be set, in percent.
pub const CONFIDENCES: std::ops::RangeInclusive<u8> = 50..=99;

/// What routing has learnt.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RoutingReport {
    /// How probable a proposal has to be to decide, in percent; `None`: it is only shown.
    pub confidence: Option<u8>,
    /// How many cases and examples are remembered.
    pub lessons: usize,
    /// Each department that takes cases, in their order.
    pub departments: Vec<Lessons>,
    /// The last 28 days together.
    pub total: Results,
    /// Each of them with a label, the last one first.
    pub days: Vec<Day>,
    /// How often proposals of the last 28 days were right, by how probable they said they were.
    pub bands: Vec<Band>,
    /// What it would have done in the last seven days.
    pub week: Week,
}

/// What is known of a department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lessons {
    /// Which.
    pub department: DepartmentId,
    /// Its name.
    pub name: String,
    /// Cases and examples together.
    pub lessons: u32,
    /// Examples alone.
    pub examples: u32,
}

/// What came of proposals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Results {
    /// Cases that somebody has put where they belong.
    pub labels: u64,
    /// For how many of them a department had been proposed.
    pub proposed: u64,
    /// How often that was the right one.
    pub right: u64,
    /// How many of all went to the right one first, however that was decided.
    pub first_right: u64,
}

impl Results {
    fn count(&mut self, label: &Label) {
        self.labels += 1;
        self.first_right += u64::from(label.first == label.department);
        if let Some(proposed) = &label.proposed {
            self.proposed += 1;
            self.right += u64::from(proposed.department == label.department);
        }
    }
}

/// What came of the proposals of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Day {
    /// The day, in UTC.
    pub date: jiff::civil::Date,
    /// What came of them.
    #[serde(flatten)]
    pub results: Results,
}

/// What came of the proposals of about one probability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Band {
    /// From so many percent.
    pub from: u8,
    /// To so many.
    pub to: u8,
    /// How many.
    pub proposed: u64,
    /// How many were right.
    pub right: u64,
}

/// What would have been done in the last seven days.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Week {
    /// Since when.
    pub from: Timestamp,
    /// By which confidence, in percent: the one that is set, else 80.
    pub confidence: u8,
    /// What came of everything that was proposed.
    #[serde(flatten)]
    pub results: Results,
    /// How many it would have decided.
    pub decided: u64,
    /// How many of these rightly.
    pub decided_right: u64,
    /// How many it would have sent at once to where people had to pass them on to.
    pub spared: u64,
    /// How many it would have sent wrongly though they went to the right department first.
    pub spoilt: u64,
    /// How many it would have left to the fallback desk.
    pub left: u64,
    /// Those that it would have sent elsewhere than they went first, the newest first, as many as are named.
    pub cases: Vec<WouldHave>,
}

/// A case that would have gone elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WouldHave {
    /// Which.
    pub case: CaseId,
    /// Where it went first.
    pub first: DepartmentId,
    /// Where it would have gone.
    pub proposed: Proposed,
    /// Where it belongs.
    pub department: DepartmentId,
    /// What told that.
    pub source: LabelSource,
}

impl App {
    /// What routing has learnt, how often it was right and what it would have done last week.
    pub async fn routing_report(&self, actor: &Actor) -> Result<RoutingReport, RuleError> {
        actor.may(Right::Administer)?;
        let now = self.now();
        let ago = |days: i64| now.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MIN);
        let labels = self.store.labels_since(ago(DAYS), MOST_LABELS).await?;
        let mut examples: BTreeMap<DepartmentId, u32> = BTreeMap::new();
        for example in self.store.list_examples().await? {
            *examples.entry(example.department).or_default() += 1;
        }
        let known = self.experience.known();
        let lessons = known.learned.departments();
        let people = self.people();
        let departments =
            people.departments().iter().filter(|department| department.is_active).map(|department| Lessons {
                department: department.id,
                name: department.name.clone(),
                lessons: lessons.get(&department.id).copied().unwrap_or_default(),
                examples: examples.get(&department.id).copied().unwrap_or_default(),
            });
        let mut total = Results::default();
        let mut days: BTreeMap<jiff::civil::Date, Results> = BTreeMap::new();
        let mut bands = [(0, 50), (50, 60), (60, 70), (70, 80), (80, 90), (90, 100)].map(|(from, to)| Band {
            from,
            to,
            proposed: 0,
            right: 0,
        });
        for label in &labels {
            total.count(label);
            days.entry(label.at.to_zoned(jiff::tz::TimeZone::UTC).date()).or_default().count(label);
            let Some(proposed) = &label.proposed else { continue };
            let percent = proposed.probability * 100.0;
            let last = bands.len() - 1;
            let place = bands.iter().position(|band| percent < f64::from(band.to)).unwrap_or(last);
            bands[place].proposed += 1;
            bands[place].right += u64::from(proposed.department == label.department);
        }
        let confidence = known.confidence.map(percent);
        let week = week(&labels, ago(7), confidence.unwrap_or(USUAL_CONFIDENCE));
        Ok(RoutingReport {
            confidence,
            lessons: known.learned.lessons(),
            departments: departments.collect(),
            total,
            days: days.into_iter().rev().map(|(date, results)| Day { date, results }).collect(),
            bands: bands.to_vec(),
            week,
        })
    }

    /// Has proposals decide from that probability on, in percent; `None`: they are only shown.
    pub async fn set_routing_confidence(&self, actor: &Actor, percent: Option<u8>) -> Result<(), RuleError> {
        actor.may(Right::Administer)?;
        if percent.is_some_and(|percent| !CONFIDENCES.contains(&percent)) {
            let (least, most) = (CONFIDENCES.start(), CONFIDENCES.end());
            return Err(RuleError::bad(
                "confidence",
                format!("a confidence is a number from {least} to {most} percent"),
            ));
        }
        Ok(self.keep_confidence(percent).await?)
    }

    /// How many lessons are remembered at most.
    pub fn most_lessons(&self) -> usize {
        Learner::MOST
    }

    /// Whether a lesson is remembered.
    pub async fn remembers(&self, lesson: Lesson) -> bool {
        self.experience.learner().await.lessons().any(|known| known == lesson)
    }
}

fn percent(part: f64) -> u8 {
    (part * 100.0).round().clamp(0.0, 100.0) as u8
}

fn week(labels: &[Label], from: Timestamp, confidence: u8) -> Week {
    let mut week = Week {
        from,
        confidence,
        results: Results::default(),
        decided: 0,
        decided_right: 0,
        spared: 0,
        spoilt: 0,
        left: 0,
        cases: Vec::new(),
    };
    for label in labels.iter().filter(|label| label.at >= from) {
        week.results.count(label);
        let Some(proposed) = label.proposed else { continue };
        if proposed.probability < f64::from(confidence) / 100.0 {
            week.left += 1;
            continue;
        }
        let is_right = proposed.department == label.department;
        week.decided += 1;
        week.decided_right += u64::from(is_right);
        week.spared += u64::from(is_right && label.first != label.department);
        week.spoilt += u64::from(!is_right && label.first == label.department);
        if proposed.department != label.first && week.cases.len() < MOST_CASES {
            week.cases.push(WouldHave {
                case: label.case,
                first: label.first,
                proposed,
                department: label.department,
                source: label.source,
            });
        }
    }
    week
}

//! Where a post should go and how urgent it is.

use std::sync::Arc;

use switchboard_model::{Assessment, Destination, Formula, Post, Priority, SignalName, Signals};

use crate::config::{DepartmentConfig, Departments, InvalidConfig, Rule, Rules};
use crate::keywords::{Keywords, words_of};
use crate::{priority, risk};

/// Of several intents the one that decides about the department: what is wrong before what is wanted before what is asked.
const DECIDING: [&str; 5] = ["complaint", "job", "purchase", "question", "thanks"];

/// What intents, topics and searches say with this score or more stands; what is less sure gives way to what was learnt.
const SURE: f64 = 0.8;

/// Decides by departments and rules. Build one per configuration and share it.
#[derive(Debug, Clone)]
pub struct Router {
    departments: Departments,
    rules: Rules,
    keywords: Keywords<usize>,
    formula: Arc<Formula>,
    phrases: priority::Phrases,
    stakes: Keywords<usize>,
    fallback: usize,
}

/// What was decided about a post.
#[derive(Debug, Clone, PartialEq)]
pub struct Routed {
    /// Where it should go.
    pub department: Destination,
    /// How urgent it is.
    pub priority: Priority,
    /// The tags of the rules that held, each once, in the order of the rules.
    pub tags: Vec<String>,
    /// The names of the rules that held, in their order.
    pub rules: Vec<String>,
    /// The words by which the post says that we ignore its author.
    pub says_ignored: Option<String>,
    /// What is at stake.
    pub risk: Assessment,
    /// The user whom a rule gives it to, as the rule names them.
    pub owner: Option<String>,
    /// The rule by which it gets no case.
    pub dismissed: Option<String>,
}

/// What past cases say of a post, where that may decide.
#[derive(Debug, Clone, PartialEq)]
pub struct Learnt {
    /// Key or name of the department.
    pub department: String,
    /// How probable it is, from 0 to 1.
    pub probability: f64,
    /// How probable it has to be to decide; below that the fallback desk does.
    pub confidence: f64,
}

/// What is known about a post beside what it says.
#[derive(Clone, Copy)]
pub struct Hints<'a> {
    /// The departments (names or keys) that the matching searches lean to.
    pub leanings: &'a [&'a str],
    /// What past cases say of it. Asked only where nothing else is sure.
    pub learnt: &'a dyn Fn() -> Option<Learnt>,
}

/// A rule that held.
pub(crate) struct Fired<'a> {
    pub name: &'a str,
    pub priority: i32,
}

impl Router {
    /// A router for these departments and rules, or every problem that they have.
    pub fn new(departments: Departments, rules: Rules) -> Result<Self, InvalidConfig> {
        let fallback = crate::config::check(&departments, &rules)?;
        let mut keywords = Keywords::default();
        for (place, department) in departments.departments.iter().enumerate() {
            department.keywords.iter().for_each(|keyword| keywords.add(keyword, place));
        }
        let (formula, phrases) = (Arc::default(), priority::Phrases::shipped());
        Ok(Self { departments, rules, keywords, formula, phrases, stakes: risk::words(), fallback })
    }

    /// The same with another formula for priorities.
    #[must_use]
    pub fn with_formula(self, formula: Arc<Formula>) -> Self {
        Self { formula, ..self }
    }

    /// The formula for priorities.
    pub fn formula(&self) -> &Arc<Formula> {
        &self.formula
    }

    /// The shipped departments and rules.
    pub fn shipped() -> Self {
        Self::new(Departments::shipped(), Rules::shipped()).expect("a test reads the shipped departments and rules")
    }

    /// The departments.
    pub fn departments(&self) -> &[DepartmentConfig] {
        &self.departments.departments
    }

    /// The department of that key or name, without regard to case.
    pub fn find(&self, key_or_name: &str) -> Option<&DepartmentConfig> {
        self.departments.find(key_or_name).map(|place| &self.departments.departments[place])
    }

    /// The department that takes what nothing else decides.
    pub fn fallback(&self) -> &DepartmentConfig {
        &self.departments.departments[self.fallback]
    }

    /// The rules in their order. `holds[i]` in [`Router::route`] tells whether the `when` of `rules()[i]` holds.
    pub fn rules(&self) -> &[Rule] {
        &self.rules.rules
    }

    /// The departments and rules as the files `departments.toml` and `rules.toml` hold them.
    pub fn to_toml(&self) -> (String, String) {
        // Tables of strings, numbers and lists: there is nothing in them that TOML cannot hold.
        (toml::to_string(&self.departments).unwrap_or_default(), toml::to_string(&self.rules).unwrap_or_default())
    }

    /// The formula as the file `priority.toml` holds it.
    pub fn formula_to_toml(&self) -> String {
        // Tables of numbers and tags.
        toml::to_string(self.formula.as_ref()).unwrap_or_default()
    }

    /// Decides about a post.
    ///
    /// `holds` tells for each rule whether its `when` matches the post (a missing entry is a no; a rule without
    /// `when` needs none), `leanings` are the departments (names or keys) that the matching searches lean to.
    pub fn route(&self, post: &Post, signals: &Signals, holds: &[bool], leanings: &[&str]) -> Routed {
        self.route_twice(post, signals, holds, &Hints { leanings, learnt: &|| None }, &[], |_, _| false)
    }

    /// Decides about a post like [`Router::route`], and then looks once, in their order, at the rules named in `later`
    /// (places in [`Router::rules`]): those whose `when` depends on the department. `holds_for` tells whether the `when`
    /// of such a rule holds for a post of that department; each one that does and names a department moves the post there.
    pub fn route_twice(
        &self,
        post: &Post,
        signals: &Signals,
        holds: &[bool],
        hints: &Hints<'_>,
        later: &[usize],
        mut holds_for: impl FnMut(usize, &DepartmentConfig) -> bool,
    ) -> Routed {
        let has_intent =
            |rule: &Rule| rule.intent.as_ref().is_none_or(|intent| signals.has(SignalName::Intent, intent));
        let holds = |place: usize, rule: &Rule| {
            !later.contains(&place)
                && (rule.when.is_none() || holds.get(place).copied().unwrap_or(false))
                && has_intent(rule)
        };
        let rules = &self.rules.rules;
        let mut fired: Vec<usize> = (0..rules.len()).filter(|place| holds(*place, &rules[*place])).collect();
        // One that stops is the last; those that see the department come afterwards, as far as they stand before it.
        let mut end = fired.iter().copied().find(|place| rules[*place].stops).unwrap_or(rules.len());
        fired.retain(|place| *place <= end);
        let words = words_of(post);
        let first: Vec<&Rule> = fired.iter().map(|place| &rules[*place]).collect();
        let mut department = self.department(signals, &first, &words, hints);
        for &place in later {
            if place > end {
                break;
            }
            let Some(rule) = rules.get(place).filter(|rule| has_intent(rule)) else { continue };
            let Some(config) = self.departments.departments.get(department.0) else { continue };
            if !holds_for(place, config) {
                continue;
            }
            fired.push(place);
            if rule.stops {
                end = place;
            }
            let target = rule.department.as_deref().and_then(|name| self.departments.find(name));
            if let Some(target) = target.filter(|target| *target != department.0) {
                let why = format!("rule '{}', from {} ({})", rule.name, config.name, department.1.why);
                department = self.to(target, 0.95, why);
            }
        }
        fired.sort_unstable();
        let fired: Vec<&Rule> = fired.iter().map(|place| &rules[*place]).collect();
        let points: Vec<_> = fired.iter().map(|rule| Fired { name: &rule.name, priority: rule.priority }).collect();
        let mut tags: Vec<String> = Vec::new();
        for tag in fired.iter().flat_map(|rule| &rule.tags) {
            if !tags.contains(tag) {
                tags.push(tag.clone());
            }
        }
        let count =
            |formula: &Formula| priority::priority(formula, post, signals, &words, &self.phrases, &points, &tags);
        let counted = count(&self.formula);
        // What is at stake is read with the usual points: how urgent harm is held to be does not make it less harmful.
        let usual = Formula::default();
        let risk = if *self.formula == usual {
            risk::assess(post, signals, &counted.priority, &self.stakes)
        } else {
            risk::assess(post, signals, &count(&usual).priority, &self.stakes)
        };
        Routed {
            department: department.1,
            risk,
            priority: counted.priority,
            says_ignored: counted.says_ignored,
            tags,
            rules: fired.iter().map(|rule| rule.name.clone()).collect(),
            // Of a rule that sends it where it goes: another one's works elsewhere.
            owner: fired.iter().filter(|rule| self.sends_to(rule, department.0)).find_map(|rule| rule.owner.clone()),
            dismissed: fired.iter().find(|rule| rule.dismisses).map(|rule| rule.name.clone()),
        }
    }

    /// The department with its place.
    fn department(
        &self,
        signals: &Signals,
        fired: &[&Rule],
        words: &[String],
        hints: &Hints<'_>,
    ) -> (usize, Destination) {
        if let Some(decided) = self.by_rule(fired) {
            return decided;
        }
        let said =
            self.by_intent(signals).or_else(|| self.by_keywords(words)).or_else(|| self.by_leaning(hints.leanings));
        if let Some(said) = said.as_ref().filter(|(_, said)| said.score >= SURE) {
            return said.clone();
        }
        if let Some(decided) = self.by_learning(said.as_ref(), hints) {
            return decided;
        }
        said.unwrap_or_else(|| self.to(self.fallback, 0.3, "nothing else decides: the fallback desk".to_owned()))
    }

    /// By past cases, where they are sure enough or say the same as what is not sure by itself; else the fallback desk,
    /// where somebody decides. `None` where nothing was learnt.
    fn by_learning(&self, said: Option<&(usize, Destination)>, hints: &Hints<'_>) -> Option<(usize, Destination)> {
        let learnt = (hints.learnt)()?;
        let place = self.departments.find(&learnt.department)?;
        let (name, percent) = (self.name(place), (learnt.probability * 100.0).round());
        let score = (learnt.probability.clamp(0.0, 1.0) * 100.0).round() / 100.0;
        if let Some((_, said)) = said.filter(|(said, _)| *said == place) {
            let why = format!("{}, and past cases say so too ({percent} %)", said.why);
            return Some(self.to(place, said.score.max(score), why));
        }
        if learnt.probability >= learnt.confidence {
            return Some(self.to(place, score, format!("past cases speak for {name} ({percent} %)")));
        }
        let why =
            format!("nothing is sure enough: the fallback desk decides (past cases speak for {name}, {percent} %)");
        Some(self.to(self.fallback, 0.3, why))
    }

    fn sends_to(&self, rule: &Rule, place: usize) -> bool {
        rule.department.as_deref().and_then(|key| self.departments.find(key)) == Some(place)
    }

    fn by_rule(&self, fired: &[&Rule]) -> Option<(usize, Destination)> {
        fired.iter().find_map(|rule| {
            let place = self.departments.find(rule.department.as_deref()?)?;
            Some(self.to(place, 0.95, format!("rule '{}'", rule.name)))
        })
    }

    fn by_intent(&self, signals: &Signals) -> Option<(usize, Destination)> {
        DECIDING.iter().find_map(|intent| {
            let signal = signals.all(SignalName::Intent).find(|signal| signal.label == **intent)?;
            let takes = |department: &DepartmentConfig| department.intents.iter().any(|taken| taken == intent);
            let place = self.departments.departments.iter().position(takes)?;
            let sure = (signal.score.clamp(0.0, 1.0) * 0.9 * 100.0).round() / 100.0;
            Some(self.to(place, sure, format!("{} takes posts with the intent '{intent}'", self.name(place))))
        })
    }

    fn by_keywords(&self, words: &[String]) -> Option<(usize, Destination)> {
        let mut found: Vec<Vec<String>> = vec![Vec::new(); self.departments.departments.len()];
        for (phrase, place) in self.keywords.find(words) {
            if !found[place].contains(&phrase) {
                found[place].push(phrase);
            }
        }
        let most = found.iter().map(Vec::len).max().filter(|&most| most > 0)?;
        let place = found.iter().position(|phrases| phrases.len() == most)?;
        let shown: Vec<_> = found[place].iter().take(5).map(|phrase| format!("\"{phrase}\"")).collect();
        let sure = [0.6, 0.7, 0.8][most.min(3) - 1];
        Some(self.to(place, sure, format!("names {}, a topic of {}", shown.join(", "), self.name(place))))
    }

    fn by_leaning(&self, leanings: &[&str]) -> Option<(usize, Destination)> {
        let place = leanings.iter().find_map(|leaning| self.departments.find(leaning))?;
        Some(self.to(place, 0.5, format!("a matching search leans to {}", self.name(place))))
    }

    fn to(&self, place: usize, score: f64, why: String) -> (usize, Destination) {
        (place, Destination { label: self.name(place).to_owned(), score, why })
    }

    fn name(&self, place: usize) -> &str {
        &self.departments.departments[place].name
    }
}

//! Departments and rules in force: the router with the conditions of its rules compiled, from files or from the store.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use switchboard_match::{NamedDepartments, Packs, Prepared, Query, QueryError};
use switchboard_model::{
    Assessment, Department, DepartmentId, Formula, Interest, Post, Proposal, Rule, SignalName, Signals, SpanPart,
};
use switchboard_route::{DepartmentConfig, Departments, Hints, InvalidConfig, Learnt, Routed, Router, Rules};
use switchboard_store::Household;

use crate::exclusions::shipped_packs;

/// Departments and rules, with the rules' conditions compiled.
#[derive(Clone)]
pub struct Routing {
    router: Router,
    /// The `when` of each rule, in their order.
    conditions: Vec<Option<Query>>,
    /// Places of the rules whose condition depends on the department.
    later: Vec<usize>,
    /// The departments of the installation by their names; empty before the set-up, when nothing opens a case.
    departments: HashMap<String, DepartmentId>,
    /// The departments that answer for an interest of the company.
    interests: Vec<(Interest, DepartmentId)>,
}

/// What a rule made of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TracedRule {
    /// Its name.
    pub name: String,
    /// What came of it.
    pub state: TracedState,
    /// Why, in words: what made it hold, or the first thing that it missed.
    pub why: String,
}

/// What came of looking at a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TracedState {
    /// It held.
    Fired,
    /// It did not hold.
    Missed,
    /// A rule before it stopped.
    NotLookedAt,
}

/// Rules that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadRouting {
    /// A condition that cannot be read.
    #[error("rule '{rule}', when: {error}")]
    Condition {
        /// The rule.
        rule: String,
        /// What is wrong with it.
        error: QueryError,
    },
    /// Rules that send posts in a circle.
    #[error("{}; change one of them", circle(.0))]
    Circle(Vec<Step>),
    /// Departments or rules that contradict each other.
    #[error(transparent)]
    Config(#[from] InvalidConfig),
}

/// A rule that moves posts from one department to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The rule.
    pub rule: String,
    /// Name of the department that it takes from.
    pub from: String,
    /// Name of the department that it sends to.
    pub to: String,
}

fn circle(steps: &[Step]) -> String {
    let step = |step: &Step| format!("'{}' sends from {} to {}", step.rule, step.from, step.to);
    format!("these rules send in a circle: {}", steps.iter().map(step).collect::<Vec<_>>().join(", "))
}

impl Routing {
    /// Compiles the rules' conditions, which may name the shipped packs. Rules that send in a circle are refused.
    pub fn new(router: Router) -> Result<Self, BadRouting> {
        Self::with_packs(router, &shipped_packs())
    }

    /// The same for conditions that may name these packs.
    pub fn with_packs(router: Router, packs: &Packs) -> Result<Self, BadRouting> {
        let compile = |rule: &switchboard_route::Rule| {
            let parsed = rule.when.as_deref().map(|when| Query::parse_with(when, packs)).transpose();
            parsed.map_err(|error| BadRouting::Condition { rule: rule.name.clone(), error })
        };
        let conditions: Vec<Option<Query>> = router.rules().iter().map(compile).collect::<Result<_, _>>()?;
        let named: Vec<NamedDepartments> =
            conditions.iter().map(|condition| condition.as_ref().map(Query::departments).unwrap_or_default()).collect();
        let later = (0..named.len()).filter(|place| !named[*place].is_empty()).collect();
        match find_circle(&router, &named) {
            Some(circle) => Err(BadRouting::Circle(circle)),
            None => Ok(Self { router, conditions, later, departments: HashMap::new(), interests: Vec::new() }),
        }
    }

    /// The same for the departments of an installation, whose names the router knows: posts open cases there.
    pub fn with_departments<'a>(self, departments: impl IntoIterator<Item = &'a Department>) -> Self {
        let (mut by_name, mut interests) = (HashMap::new(), Vec::new());
        for department in departments {
            by_name.insert(department.name.clone(), department.id);
            interests.extend(department.office.interest.map(|interest| (interest, department.id)));
        }
        Self { departments: by_name, interests, ..self }
    }

    /// The departments beside a case's own that have something at stake in it.
    pub fn concerned(&self, risk: &Assessment, own: DepartmentId) -> Vec<DepartmentId> {
        let high: Vec<Interest> = risk.high().collect();
        let is_concerned =
            |(interest, department): &&(Interest, DepartmentId)| high.contains(interest) && *department != own;
        self.interests.iter().filter(is_concerned).map(|(_, department)| *department).collect()
    }

    /// The same with another formula for priorities.
    #[must_use]
    pub fn with_formula(self, formula: Arc<Formula>) -> Self {
        Self { router: self.router.with_formula(formula), ..self }
    }

    /// The departments and rules of an installation: open departments, enabled rules.
    pub fn of_installation(
        departments: &[Department],
        fallback: DepartmentId,
        rules: &[Rule],
        packs: &Packs,
    ) -> Result<Self, BadRouting> {
        let open: Vec<&Department> = departments.iter().filter(|department| department.is_active).collect();
        let key_of = |id: DepartmentId| open.iter().find(|department| department.id == id).map(|of| of.key.clone());
        let config = |department: &&Department| DepartmentConfig {
            name: department.name.clone(),
            key: department.key.clone(),
            intents: department.intents.clone(),
            keywords: department.keywords.clone(),
        };
        let rule = |rule: &Rule| switchboard_route::Rule {
            name: rule.name.clone(),
            when: rule.when.clone(),
            intent: rule.intent.clone(),
            department: rule.department.and_then(key_of),
            tags: rule.tags.clone(),
            priority: rule.priority,
            // One whose department is closed keeps what does not need it.
            owner: rule.owner.filter(|_| rule.department.and_then(key_of).is_some()).map(|owner| owner.to_string()),
            dismisses: rule.dismisses,
            stops: rule.stops,
        };
        let configs = Departments { fallback: key_of(fallback), departments: open.iter().map(config).collect() };
        let rules = Rules { rules: rules.iter().filter(|rule| rule.is_enabled).map(rule).collect() };
        Ok(Self::with_packs(Router::new(configs, rules)?, packs)?.with_departments(open))
    }

    /// What a store holds, once it is set up. A rule that cannot be used (written by another version, say) is set aside
    /// and named in the log; the rest work.
    pub fn of_household(household: &Household, packs: &Packs) -> Option<Self> {
        let fallback = household.company.as_ref()?.fallback;
        let formula = household.formula.as_ref().map(|kept| Arc::new(kept.formula.clone())).unwrap_or_default();
        Some(Self::of_rules(&household.departments, fallback, &household.rules, packs)?.with_formula(formula))
    }

    /// The same for rules that may be of another time. `None` if the departments cannot be used.
    pub fn of_rules(departments: &[Department], fallback: DepartmentId, rules: &[Rule], packs: &Packs) -> Option<Self> {
        let build = |rules: &[Rule]| Self::of_installation(departments, fallback, rules, packs);
        let mut error = match build(rules) {
            Ok(routing) => return Some(routing),
            Err(error) => error,
        };
        let mut usable: Vec<Rule> = Vec::new();
        for rule in rules {
            usable.push(rule.clone());
            if let Err(why) = build(&usable) {
                tracing::error!(rule = rule.name, error = %why, "a rule cannot be used and is left out");
                error = why;
                usable.pop();
            }
        }
        let routing = build(&usable);
        routing
            .inspect_err(|_| tracing::error!(%error, "the departments cannot be used; posts go by those before"))
            .ok()
    }

    /// The departments and rules.
    pub fn router(&self) -> &Router {
        &self.router
    }

    /// Whether posts open cases: only an installation that is set up has desks for them.
    pub(crate) fn opens_cases(&self) -> bool {
        !self.departments.is_empty()
    }

    /// Whether a department takes cases.
    pub(crate) fn takes(&self, department: DepartmentId) -> bool {
        self.departments.values().any(|id| *id == department)
    }

    /// What past cases say, where they may decide: by a department that takes cases.
    pub(crate) fn learnt(&self, proposal: &Proposal) -> Option<Learnt> {
        let proposed = &proposal.proposed;
        let (name, _) = self.departments.iter().find(|(_, id)| **id == proposed.department)?;
        Some(Learnt { department: name.clone(), probability: proposed.probability, confidence: proposal.confidence? })
    }

    /// The department of that name.
    pub fn id_of(&self, name: &str) -> Option<DepartmentId> {
        self.departments.get(name).copied()
    }

    pub(crate) fn route(&self, post: &Post, signals: &Signals, hints: &Hints<'_>) -> Routed {
        let mut prepared = Prepared::new(post).with_signals(signals);
        let holds = |(place, condition): (usize, &Option<Query>)| {
            !self.later.contains(&place) && condition.as_ref().is_some_and(|query| query.matches(&prepared))
        };
        let holds: Vec<bool> = self.conditions.iter().enumerate().map(holds).collect();
        self.router.route_twice(post, signals, &holds, hints, &self.later, |place, department| {
            let fresh = Prepared::new(post).with_signals(signals);
            prepared = std::mem::replace(&mut prepared, fresh).with_other_department(&department.key, &department.name);
            self.conditions.get(place).and_then(Option::as_ref).is_some_and(|query| query.matches(&prepared))
        })
    }
}

impl Routing {
    /// What each rule makes of a post, in their order: the same decision, told.
    pub(crate) fn trace(&self, post: &Post, signals: &Signals, hints: &Hints<'_>) -> Vec<TracedRule> {
        let routed = self.route(post, signals, hints);
        let rules = self.router.rules();
        let has_fired = |rule: &switchboard_route::Rule| routed.rules.contains(&rule.name);
        let stop = rules.iter().position(|rule| rule.stops && has_fired(rule));
        let department = self.router.find(&routed.department.label);
        let told = |(place, rule): (usize, &switchboard_route::Rule)| {
            let query = self.conditions.get(place).and_then(Option::as_ref);
            let mut prepared = Prepared::new(post).with_signals(signals);
            if let Some(department) = department.filter(|_| self.later.contains(&place)) {
                prepared = prepared.with_other_department(&department.key, &department.name);
            }
            let has_intent = rule.intent.as_ref().is_none_or(|intent| signals.has(SignalName::Intent, intent));
            let traced = |state, why| TracedRule { name: rule.name.clone(), state, why };
            if has_fired(rule) {
                return traced(TracedState::Fired, fired_by(post, rule, query, &prepared));
            }
            if let Some(stop) = stop.filter(|stop| place > *stop) {
                return traced(TracedState::NotLookedAt, format!("rule '{}' stops before it", rules[stop].name));
            }
            let why = match (query.and_then(|query| query.missing(&prepared)), &rule.intent) {
                (_, Some(intent)) if !has_intent => format!("does not read as {intent}"),
                (Some(missing), _) => format!("does not match {missing}"),
                _ => format!("went to {} only after this was looked at", routed.department.label),
            };
            traced(TracedState::Missed, why)
        };
        rules.iter().enumerate().map(told).collect()
    }
}

/// What made a rule hold: the words that matched, or what the post reads as.
fn fired_by(post: &Post, rule: &switchboard_route::Rule, query: Option<&Query>, prepared: &Prepared<'_>) -> String {
    /// More words than these say no more.
    const WORDS: usize = 5;
    let mut why = Vec::new();
    let mut words: Vec<String> = Vec::new();
    for span in query.map(|query| query.spans(prepared)).unwrap_or_default() {
        let text = match span.part {
            SpanPart::Title => &post.title,
            SpanPart::Text => &post.text,
        };
        // Places are counted in characters.
        let length = span.end.saturating_sub(span.start) as usize;
        let word: String = text.chars().skip(span.start as usize).take(length).collect();
        if !word.is_empty() && !words.contains(&word) && words.len() < WORDS {
            words.push(word);
        }
    }
    if !words.is_empty() {
        why.push(format!("says {}", words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")));
    } else if let Some(when) = &rule.when {
        why.push(format!("matches {when}"));
    }
    why.extend(rule.intent.as_ref().map(|intent| format!("reads as {intent}")));
    why.join(", ")
}

/// The first circle among the moves that rules make, if there is one. A rule that sends to where a post is moves nothing.
fn find_circle(router: &Router, named: &[NamedDepartments]) -> Option<Vec<Step>> {
    let mut steps: Vec<Step> = Vec::new();
    for (rule, named) in router.rules().iter().zip(named) {
        let Some(target) = rule.department.as_deref().and_then(|name| router.find(name)) else { continue };
        let sources = router.departments().iter().filter(|from| named.are_about(&from.key, &from.name));
        steps.extend(sources.filter(|from| from.key != target.key).map(|from| Step {
            rule: rule.name.clone(),
            from: from.name.clone(),
            to: target.name.clone(),
        }));
    }
    router.departments().iter().find_map(|start| {
        // Breadth first, so that the shortest circle through a department is named.
        let mut ways: Vec<Vec<&Step>> =
            steps.iter().filter(|step| step.from == start.name).map(|step| vec![step]).collect();
        let mut seen: Vec<&str> = Vec::new();
        let mut next = 0;
        while let Some(way) = ways.get(next).cloned() {
            next += 1;
            let Some(last) = way.last() else { continue };
            if last.to == start.name {
                return Some(way.into_iter().cloned().collect());
            }
            if seen.contains(&last.to.as_str()) {
                continue;
            }
            seen.push(&last.to);
            for step in steps.iter().filter(|step| step.from == last.to) {
                let mut longer = way.clone();
                longer.push(step);
                ways.push(longer);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use switchboard_match::Prepared;

    use super::*;

    fn nothing() -> Hints<'static> {
        Hints { leanings: &[], learnt: &|| None }
    }

    fn router(rules: &[(&str, &str, &str)]) -> Router {
        let rules = rules.iter().map(|(name, when, department)| switchboard_route::Rule {
            name: (*name).to_owned(),
            when: Some((*when).to_owned()),
            department: (!department.is_empty()).then(|| (*department).to_owned()),
            tags: vec![(*name).to_owned()],
            ..switchboard_route::Rule::default()
        });
        Router::new(Departments::shipped(), Rules { rules: rules.collect() }).expect("departments and rules fit")
    }

    #[test]
    fn rules_in_a_circle_are_named() {
        let check = |rules: &[(&str, &str, &str)], expected: &str| match Routing::new(router(rules)) {
            Ok(_) => assert_eq!(expected, ""),
            Err(error) => assert_eq!(error.to_string(), expected),
        };
        check(&[("a", "department:service x", "sales"), ("b", "department:sales y", "other")], "");
        check(&[("a", "department:service", "service"), ("b", "service", "sales")], "");
        check(
            &[("a", "department:service x", "sales"), ("b", "department:Sales y", "Service")],
            "these rules send in a circle: 'a' sends from Service to Sales, 'b' sends from Sales to Service; change one of them",
        );
        check(
            &[
                ("a", "department:service", "sales"),
                ("b", "department:sales,other", "public-relations"),
                ("c", "department:\"public relations\"", "service"),
            ],
            "these rules send in a circle: 'a' sends from Service to Sales, 'b' sends from Sales to Public relations, \
             'c' sends from Public relations to Service; change one of them",
        );
        check(
            &[("a", "x -department:sales", "sales"), ("b", "department:sales", "service")],
            "these rules send in a circle: 'a' sends from Service to Sales, 'b' sends from Sales to Service; change one of them",
        );
        check(
            &[("a", "acme OR", "sales")],
            Routing::new(router(&[("a", "acme OR", "sales")]))
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default()
                .as_str(),
        );
    }

    #[test]
    fn a_rule_sees_the_department_decided_so_far() {
        let routing = Routing::new(router(&[
            ("chain", "department:sales urgent", "public-relations"),
            ("move", "department:service refund", "sales"),
            ("again", "department:Sales", "other"),
            ("plain", "kettle", "service"),
            ("only tags", "department:other", ""),
        ]))
        .expect("no circle");
        let check = |text: &str, department: &str, rules: &[&str]| {
            let routed = routing.route(&Post::new("x", "1", text), &Signals::default(), &nothing());
            assert_eq!(
                (routed.department.label.as_str(), routed.rules.as_slice().to_vec()),
                (department, rules.iter().map(|rule| (*rule).to_owned()).collect::<Vec<_>>()),
                "{text}"
            );
        };
        check("kettle", "Service", &["plain"]);
        check("kettle refund", "Other", &["move", "again", "plain", "only tags"]);
        // Rules are looked at once in their order: the first one saw Service.
        check("kettle refund urgent", "Other", &["move", "again", "plain", "only tags"]);
        check("the price, urgent", "Public relations", &["chain"]);
        let post = Post::new("x", "1", "kettle refund");
        let why = routing.route(&post, &Signals::default(), &nothing()).department.why;
        assert_eq!(why, "rule 'again', from Sales (rule 'move', from Service (rule 'plain'))");
    }

    #[test]
    fn a_condition_reads_key_and_name() {
        let post = Post::new("x", "1", "text");
        let prepared = || Prepared::new(&post).with_other_department("public-relations", "Public relations");
        let check = |query: &str, expected: bool| {
            assert_eq!(Query::parse(query).expect(query).matches(&prepared()), expected, "{query}");
        };
        check("department:public-relations", true);
        check("department:\"PUBLIC relations\"", true);
        check("department:sales", false);
        check("text -department:sales", true);
        check("text -department:public-relations", false);
    }
}

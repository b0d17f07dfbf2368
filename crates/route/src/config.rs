//! `departments.toml` and `rules.toml`: their types, what is shipped, and what may be wrong with them.

use std::fmt;

use serde::{Deserialize, Serialize};
use switchboard_model::Formula;
use toml::{Table, Value};

/// The intents that a department or rule may name.
pub const INTENTS: [&str; 5] = ["complaint", "question", "thanks", "purchase", "job"];

const DEPARTMENTS_FILE: &str = "departments.toml";
const RULES_FILE: &str = "rules.toml";
const FORMULA_FILE: &str = "priority.toml";

/// Reads `priority.toml`: the formula by which priorities are counted. What it leaves out is as usual.
pub fn parse_formula(source: &str) -> Result<Formula, InvalidConfig> {
    let problem = |key: String, message: String| ConfigProblem { file: FORMULA_FILE, key, message };
    let formula: Formula = toml::from_str(source)
        .map_err(|error| InvalidConfig(vec![problem(String::new(), error.message().to_owned())]))?;
    let problems: Vec<ConfigProblem> =
        formula.problems().into_iter().map(|wrong| problem(wrong.key, wrong.message)).collect();
    if problems.is_empty() { Ok(formula) } else { Err(InvalidConfig(problems)) }
}

/// `departments.toml`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Departments {
    /// Key or name of the department that takes what nothing else decides. The first one if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<String>,
    /// The departments; of several that fit equally the first wins.
    #[serde(default)]
    pub departments: Vec<DepartmentConfig>,
}

/// One department.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DepartmentConfig {
    /// What people call it.
    pub name: String,
    /// What programs call it: `a-z 0-9 -`.
    pub key: String,
    /// The intents of posts that it takes.
    #[serde(default)]
    pub intents: Vec<String>,
    /// Words and phrases of its topics.
    #[serde(default)]
    pub keywords: Vec<String>,
}

/// `rules.toml`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    /// The rules, tried in this order; all that hold add tags and points, the first with a department decides it. One that
    /// stops is the last that is looked at.
    #[serde(default)]
    pub rules: Vec<Rule>,
}

/// One rule: what must hold, and what follows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Shown as the reason of what it does.
    pub name: String,
    /// A query in the search language that must match the post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// An intent that the post must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
    /// Key or name of the department that gets the post.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Tags that the post gets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// What is added to (or taken from) the priority, −100 to 100.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub priority: i32,
    /// Id of the user who gets the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The post gets no case.
    #[serde(default, skip_serializing_if = "is_no")]
    pub dismisses: bool,
    /// The rules after it are not looked at.
    #[serde(default, skip_serializing_if = "is_no")]
    pub stops: bool,
}

fn is_no(truth: &bool) -> bool {
    !truth
}

fn is_zero(points: &i32) -> bool {
    *points == 0
}

/// One thing that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// `departments.toml`, `rules.toml` or `priority.toml`.
    pub file: &'static str,
    /// Which key, for example `rules[2].department`; empty for the file as a whole.
    pub key: String,
    /// What is wrong with it and the remedy.
    pub message: String,
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key.as_str() {
            "" => write!(f, "{}: {}", self.file, self.message),
            key => write!(f, "{}: {key}: {}", self.file, self.message),
        }
    }
}

/// Everything that is wrong with departments and rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct InvalidConfig(pub Vec<ConfigProblem>);

impl Departments {
    /// The shipped departments.
    pub fn shipped() -> Self {
        Self::parse(include_str!("../data/departments.toml")).expect("a test reads the shipped departments")
    }

    /// Reads `departments.toml`.
    pub fn parse(source: &str) -> Result<Self, InvalidConfig> {
        read(
            DEPARTMENTS_FILE,
            source,
            &["fallback", "departments"],
            "departments",
            &["name", "key", "intents", "keywords"],
        )
    }

    /// The place of the department with that key or name, without regard to case.
    pub fn find(&self, key_or_name: &str) -> Option<usize> {
        let wanted = key_or_name.trim().to_lowercase();
        let is_wanted = |text: &str| text.to_lowercase() == wanted;
        let by_key = self.departments.iter().position(|department| is_wanted(&department.key));
        by_key.or_else(|| self.departments.iter().position(|department| is_wanted(&department.name)))
    }
}

impl Rules {
    /// The shipped rules.
    pub fn shipped() -> Self {
        Self::parse(include_str!("../data/rules.toml")).expect("a test reads the shipped rules")
    }

    /// Reads `rules.toml`. Whether each `when` is a readable query is for the matcher to say.
    pub fn parse(source: &str) -> Result<Self, InvalidConfig> {
        read(
            RULES_FILE,
            source,
            &["rules"],
            "rules",
            &["name", "when", "intent", "department", "tags", "priority", "owner", "dismisses", "stops"],
        )
    }
}

/// Reads a file of one list of tables; every unknown key is named before the first wrong type is.
fn read<T: serde::de::DeserializeOwned>(
    file: &'static str,
    source: &str,
    top_keys: &[&str],
    list: &str,
    list_keys: &[&str],
) -> Result<T, InvalidConfig> {
    let problem = |key: String, message: String| ConfigProblem { file, key, message };
    let table: Table =
        toml::from_str(source).map_err(|error| InvalidConfig(vec![problem(String::new(), in_one_line(&error))]))?;
    let mut problems = Vec::new();
    let mut unknown = |path: &str, table: &Table, known: &[&str]| {
        for key in table.keys().filter(|key| !known.contains(&key.as_str())) {
            let message = format!("unknown key{}", nearest(key, known.iter().copied()));
            problems.push(problem(format!("{path}{key}"), message));
        }
    };
    unknown("", &table, top_keys);
    for (place, value) in table.get(list).and_then(Value::as_array).into_iter().flatten().enumerate() {
        if let Some(entry) = value.as_table() {
            unknown(&format!("{list}[{place}]."), entry, list_keys);
        }
    }
    if !problems.is_empty() {
        return Err(InvalidConfig(problems));
    }
    toml::from_str(source).map_err(|error| InvalidConfig(vec![problem(String::new(), in_one_line(&error))]))
}

/// The parser's message with the line it stands in, without its picture of the line.
fn in_one_line(error: &toml::de::Error) -> String {
    error.to_string().lines().filter(|line| !line.contains('|')).collect::<Vec<_>>().join(", ").trim_end().to_owned()
}

/// `: did you mean 'x'?` for the nearest of the known names, or the list of them.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    let near = |other: &&&str| strsim::jaro_winkler(&name.to_lowercase(), &other.to_lowercase());
    // Of equally near names the first, which is the key.
    match known.iter().rev().max_by(|one, other| near(one).total_cmp(&near(other))) {
        Some(best) if near(&best) > 0.75 => format!(": did you mean '{best}'?"),
        _ => format!(": choose one of {}", known.join(", ")),
    }
}

/// Every problem of departments and rules together, or the place of the fallback department.
pub(crate) fn check(departments: &Departments, rules: &Rules) -> Result<usize, InvalidConfig> {
    let mut problems = check_departments(departments);
    problems.extend(check_rules(departments, rules));
    if problems.is_empty() {
        return Ok(departments.fallback.as_deref().and_then(|name| departments.find(name)).unwrap_or(0));
    }
    Err(InvalidConfig(problems))
}

fn check_departments(departments: &Departments) -> Vec<ConfigProblem> {
    let mut problems = Vec::new();
    let mut problem =
        |key: String, message: String| problems.push(ConfigProblem { file: DEPARTMENTS_FILE, key, message });
    if departments.departments.is_empty() {
        problem(String::new(), "no department; add at least one [[departments]]".to_owned());
    }
    for (place, department) in departments.departments.iter().enumerate() {
        let at = |key: &str| format!("departments[{place}].{key}");
        if department.name.trim().is_empty() {
            problem(at("name"), "empty; give the name that people use".to_owned());
        }
        let is_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if department.key.is_empty() || !department.key.chars().all(is_key) {
            problem(at("key"), format!("'{}' is not a key; use a-z, 0-9 and -", department.key));
        }
        for earlier in &departments.departments[..place] {
            if earlier.key == department.key {
                problem(at("key"), format!("'{}' is taken already; keys are unique", department.key));
            }
            if earlier.name.to_lowercase() == department.name.to_lowercase() {
                problem(at("name"), format!("'{}' is taken already; names are unique", department.name));
            }
        }
        for intent in department.intents.iter().filter(|intent| !INTENTS.contains(&intent.as_str())) {
            problem(at("intents"), format!("unknown intent '{intent}'{}", nearest(intent, INTENTS.into_iter())));
        }
        for keyword in department.keywords.iter().filter(|keyword| !keyword.contains(char::is_alphanumeric)) {
            problem(at("keywords"), format!("'{keyword}' has no letter or digit; remove it"));
        }
    }
    if let Some(fallback) = departments.fallback.as_deref().filter(|fallback| departments.find(fallback).is_none()) {
        problem("fallback".to_owned(), unknown_department(fallback, departments));
    }
    problems
}

fn check_rules(departments: &Departments, rules: &Rules) -> Vec<ConfigProblem> {
    let mut problems = Vec::new();
    let mut problem = |key: String, message: String| problems.push(ConfigProblem { file: RULES_FILE, key, message });
    for (place, rule) in rules.rules.iter().enumerate() {
        let at = |key: &str| format!("rules[{place}].{key}");
        if rule.name.trim().is_empty() {
            problem(at("name"), "empty; it is shown as the reason of what the rule does".to_owned());
        }
        if rules.rules[..place].iter().any(|earlier| earlier.name == rule.name) {
            problem(at("name"), format!("'{}' is taken already; names are unique", rule.name));
        }
        if rule.when.is_none() && rule.intent.is_none() {
            problem(at("when"), format!("rule '{}' would always hold; give it 'when' or 'intent'", rule.name));
        }
        if rule.when.as_ref().is_some_and(|when| when.trim().is_empty()) {
            problem(at("when"), "empty; write a query or leave the key out".to_owned());
        }
        if let Some(intent) = rule.intent.as_deref().filter(|intent| !INTENTS.contains(intent)) {
            problem(at("intent"), format!("unknown intent '{intent}'{}", nearest(intent, INTENTS.into_iter())));
        }
        if let Some(name) = rule.department.as_deref().filter(|name| departments.find(name).is_none()) {
            problem(at("department"), unknown_department(name, departments));
        }
        let decides = rule.department.is_some() || rule.owner.is_some() || rule.dismisses || rule.stops;
        if !decides && rule.tags.is_empty() && rule.priority == 0 {
            problem(
                format!("rules[{place}]"),
                format!("rule '{}' does nothing; give it 'department', 'tags' or 'priority'", rule.name),
            );
        }
        if rule.owner.is_some() && (rule.department.is_none() || rule.dismisses) {
            problem(
                at("owner"),
                "an owner works for a department; give the rule one, and let it dismiss nothing".to_owned(),
            );
        }
        if !(-100..=100).contains(&rule.priority) {
            problem(at("priority"), format!("{} is out of bounds; use -100 to 100", rule.priority));
        }
        if rule.tags.iter().any(|tag| tag.trim().is_empty()) {
            problem(at("tags"), "a tag is empty; remove it".to_owned());
        }
    }
    problems
}

fn unknown_department(name: &str, departments: &Departments) -> String {
    let known =
        departments.departments.iter().flat_map(|department| [department.key.as_str(), department.name.as_str()]);
    let all = || departments.departments.iter().map(|department| department.key.as_str());
    let hint = nearest(name, known);
    let hint = if hint.contains("did you mean") {
        hint
    } else {
        format!(": choose one of {}", all().collect::<Vec<_>>().join(", "))
    };
    format!("unknown department '{name}'{hint}")
}

//! Rules of routing, in their order, each with its editor. A condition that cannot be read is marked at its character.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use switchboard_app::App;
use switchboard_app::directory::department::INTENTS;
use switchboard_app::routing::RuleError;
use switchboard_app::routing::rule::RuleText;
use switchboard_model::{Department, DepartmentId, Rule, RuleId};

use super::form::{Act, Form};
use super::{Place, Places, department_choices, frame};
use crate::error::{PageError, Refusal};
use crate::extract::PageId;
use crate::options::Web;
use crate::pages::forms::{Choice, Entry, Fields, about_form};
use crate::pages::{Frame, go, show, words};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "settings/rules.html")]
struct RulesPage {
    frame: Frame,
    places: Places,
    rules: Vec<RuleRow>,
}

struct RuleRow {
    id: RuleId,
    number: usize,
    name: String,
    when: String,
    intent: String,
    /// What follows, in words.
    does: String,
    is_enabled: bool,
    is_first: bool,
    is_last: bool,
}

impl RulesPage {
    fn new(frame: Frame, places: Places, rules: &[Rule], departments: &[Department]) -> Self {
        let row = |(number, rule): (usize, &Rule)| RuleRow {
            id: rule.id,
            number,
            name: rule.name.clone(),
            when: rule.when.clone().unwrap_or_default(),
            intent: rule.intent.as_deref().map(|intent| words::intent(intent).to_string()).unwrap_or_default(),
            does: does(rule, departments),
            is_enabled: rule.is_enabled,
            is_first: number == 1,
            is_last: number == rules.len(),
        };
        Self { frame, places, rules: (1..).zip(rules).map(row).collect() }
    }
}

/// "goes to Legal, tagged risk, priority +20".
fn does(rule: &Rule, departments: &[Department]) -> String {
    let mut does = Vec::new();
    let department = rule.department.and_then(|id| departments.iter().find(|department| department.id == id));
    does.extend(department.map(|department| t!("settings-rules-goes-to", department = &department.name)));
    if !rule.tags.is_empty() {
        does.push(t!("settings-rules-tagged", tags = rule.tags.join(", ")));
    }
    if rule.priority != 0 {
        does.push(t!("settings-rules-priority", change = format!("{:+}", rule.priority)));
    }
    does.join("; ")
}

fn entries(departments: &[Department], known: Option<&Rule>, typed: Option<&Fields>) -> Vec<Entry> {
    let value = |name: &str, known: Option<String>| match typed {
        Some(fields) => fields.text(name).to_owned(),
        None => known.unwrap_or_default(),
    };
    let intent = value("intent", known.and_then(|rule| rule.intent.clone()));
    let mut intents = vec![Choice::new("", t!("settings-rules-any-intent"), intent.is_empty())];
    intents.extend(INTENTS.map(|one| Choice::new(one, words::intent(one).to_string(), one == intent)));
    let department = match typed {
        Some(fields) => fields.text("department").parse().ok(),
        None => known.and_then(|rule| rule.department),
    };
    let mut choices = vec![Choice::new("", t!("settings-rules-no-department"), department.is_none())];
    choices.extend(department_choices(departments, |id| Some(id) == department));
    let is_enabled = typed.map_or(known.is_none_or(|rule| rule.is_enabled), |fields| fields.is_on("is_enabled"));
    let priority = value("priority", known.map(|rule| rule.priority.to_string()));
    vec![
        Entry::line("name", t!("settings-name"), value("name", known.map(|rule| rule.name.clone())))
            .required()
            .help(t!("settings-rules-name-help")),
        Entry::area("when", t!("settings-rules-when"), value("when", known.and_then(|rule| rule.when.clone())))
            .note(t!("settings-rules-when-note"))
            .help(t!("settings-rules-when-help")),
        Entry::one("intent", t!("settings-rules-intent"), intents),
        Entry::one("department", t!("settings-rules-department"), choices),
        Entry::line("tags", t!("settings-rules-tags"), value("tags", known.map(|rule| rule.tags.join(", "))))
            .note(t!("settings-may-stay-empty"))
            .help(t!("settings-rules-tags-help")),
        Entry::line(
            "priority",
            t!("settings-rules-added-priority"),
            if priority.is_empty() { "0".to_owned() } else { priority },
        )
        .help(t!("settings-rules-priority-help")),
        Entry::tick("is_enabled", t!("settings-rules-enabled"), is_enabled),
    ]
}

fn read(fields: &Fields) -> Result<RuleText, Refusal> {
    let department: Option<DepartmentId> = match fields.filled("department") {
        None => None,
        Some(id) => Some(id.parse().map_err(|_| {
            Refusal::unprocessable("unknown_department", t!("settings-rules-unknown-department")).about("department")
        })?),
    };
    let priority = fields.filled("priority").unwrap_or_else(|| "0".to_owned());
    let priority = priority
        .trim_start_matches('+')
        .replace('−', "-")
        .parse()
        .map_err(|_| Refusal::unprocessable("bad_priority", t!("settings-rules-bad-priority")).about("priority"))?;
    Ok(RuleText {
        name: fields.text("name").to_owned(),
        when: fields.filled("when"),
        intent: fields.filled("intent"),
        department,
        tags: fields.list("tags"),
        priority,
        is_enabled: fields.is_on("is_enabled"),
    })
}

/// `GET /settings/rules`
pub(crate) async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let (frame, places) = (frame(t!("settings-place-rules"), &visitor), Places::new(&visitor, Place::Rules));
    show(StatusCode::OK, &RulesPage::new(frame, places, &web.app.rules(), &web.app.departments()))
}

fn new_form(app: &App, typed: Option<&Fields>) -> Form {
    Form {
        title: t!("settings-rules-new").into_owned(),
        about: t!("settings-rules-new-about").into_owned(),
        action: "/settings/rules".to_owned(),
        submit: t!("settings-add"),
        back: Some("/settings/rules"),
        entries: entries(&app.departments(), None, typed),
        ..Form::default()
    }
}

fn one_form(app: &App, rule: &Rule, typed: Option<&Fields>) -> Form {
    Form {
        title: rule.name.clone(),
        action: format!("/settings/rules/{}", rule.id),
        submit: t!("settings-save"),
        back: Some("/settings/rules"),
        entries: entries(&app.departments(), Some(rule), typed),
        acts: vec![Act {
            title: t!("settings-rules-removing"),
            about: t!("settings-rules-removing-about").into_owned(),
            action: format!("/settings/rules/{}/remove", rule.id),
            submit: t!("settings-rules-removing-submit"),
            entries: Vec::new(),
        }],
        ..Form::default()
    }
}

/// `GET /settings/rules/new`
pub(crate) async fn new(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    new_form(&web.app, None).show(StatusCode::OK, &visitor, Place::Rules)
}

/// `POST /settings/rules`
pub(crate) async fn add(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let added = match read(&fields) {
        Ok(text) => web.app.add_rule(&visitor.actor, text).await.map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    match added {
        Ok(_) => Ok(go("/settings/rules")),
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            new_form(&web.app, Some(&fields)).refused(&refusal).show(refusal.status, &visitor, Place::Rules)
        }
    }
}

fn get(app: &App, id: RuleId) -> Result<Rule, RuleError> {
    let rule = app.rules().iter().find(|rule| rule.id == id).cloned();
    rule.ok_or_else(|| RuleError::Unknown(id.to_string()))
}

/// `GET /settings/rules/{id}`
pub(crate) async fn one(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<RuleId>,
) -> Result<Response, PageError> {
    one_form(&web.app, &get(&web.app, id)?, None).show(StatusCode::OK, &visitor, Place::Rules)
}

/// `POST /settings/rules/{id}`
pub(crate) async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<RuleId>,
    fields: Fields,
) -> Result<Response, PageError> {
    let rule = get(&web.app, id)?;
    let changed = match read(&fields) {
        Ok(text) => web.app.change_rule(&visitor.actor, id, text).await.map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    match changed {
        Ok(_) => Ok(go("/settings/rules")),
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            one_form(&web.app, &rule, Some(&fields)).refused(&refusal).show(refusal.status, &visitor, Place::Rules)
        }
    }
}

/// `POST /settings/rules/{id}/move`: to the place in the form, 1 for the first.
pub(crate) async fn move_to(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<RuleId>,
    fields: Fields,
) -> Result<Response, PageError> {
    let place = fields.text("place").parse().map_err(|_| Refusal::bad_request(t!("settings-rules-bad-place")))?;
    web.app.move_rule(&visitor.actor, id, place).await?;
    Ok(go("/settings/rules"))
}

/// `POST /settings/rules/{id}/remove`
pub(crate) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<RuleId>,
) -> Result<Response, PageError> {
    web.app.remove_rule(&visitor.actor, id).await?;
    Ok(go("/settings/rules"))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    fn rules() -> Vec<Rule> {
        let rule = |number: u128, name: &str| Rule {
            id: RuleId(uuid::Uuid::from_u128(number)),
            place: number as i64,
            name: name.to_owned(),
            when: Some(samples::HOSTILE.to_owned()),
            intent: Some("purchase".to_owned()),
            department: Some(samples::departments()[0].id),
            tags: vec!["risk".to_owned(), samples::HOSTILE.to_owned()],
            priority: 20,
            is_enabled: number != 2,
        };
        vec![rule(1, "Refunds"), rule(2, samples::HOSTILE)]
    }

    /// Some, and none.
    pub(crate) fn samples() -> Vec<String> {
        let visitor = samples::visitor();
        let page = |rules: &[Rule]| {
            let (frame, places) = (frame(t!("settings-place-rules"), &visitor), Places::new(&visitor, Place::Rules));
            RulesPage::new(frame, places, rules, &samples::departments()).render().expect("renders")
        };
        vec![page(&rules()), page(&[])]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let html = samples().remove(0);
        samples::assert_harmless(&html);
        assert!(html.contains("goes to Service; tagged risk,") && html.contains("priority +20"), "{html}");
    }

    #[test]
    fn priorities_are_read_as_people_write_them() {
        let check = |text: &str, expected: Option<i32>| {
            let fields = Fields(vec![("priority".to_owned(), text.to_owned())]);
            assert_eq!(read(&fields).ok().map(|rule| rule.priority), expected, "{text}");
        };
        check("+20", Some(20));
        check("−5", Some(-5));
        check("", Some(0));
        check("much", None);
    }
}

//! Rules of routing, in their order, each with its editor. A condition that cannot be read is marked at its character.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use switchboard_app::App;
use switchboard_app::directory::department::INTENTS;
use switchboard_app::routing::RuleError;
use switchboard_app::routing::dry_run::{Extent, Proposed};
use switchboard_app::routing::rule::RuleText;
use switchboard_model::{Department, DepartmentId, Rule, RuleId, User, UserId};

use super::form::{Act, Form};
use super::tried::{self, Tried};
use super::{Place, Places, department_choices, frame, user_choices};
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
    fn new(frame: Frame, places: Places, rules: &[Rule], departments: &[Department], users: &[User]) -> Self {
        let row = |(number, rule): (usize, &Rule)| RuleRow {
            id: rule.id,
            number,
            name: rule.name.clone(),
            when: rule.when.clone().unwrap_or_default(),
            intent: rule.intent.as_deref().map(|intent| words::intent(intent).to_string()).unwrap_or_default(),
            does: does(rule, departments, users),
            is_enabled: rule.is_enabled,
            is_first: number == 1,
            is_last: number == rules.len(),
        };
        Self { frame, places, rules: (1..).zip(rules).map(row).collect() }
    }
}

/// "goes to Legal, tagged risk, priority +20".
fn does(rule: &Rule, departments: &[Department], users: &[User]) -> String {
    let mut does = Vec::new();
    let department = rule.department.and_then(|id| departments.iter().find(|department| department.id == id));
    does.extend(department.map(|department| t!("settings-rules-goes-to", department = &department.name)));
    if !rule.tags.is_empty() {
        does.push(t!("settings-rules-tagged", tags = rule.tags.join(", ")));
    }
    if rule.priority != 0 {
        does.push(t!("settings-rules-priority", change = format!("{:+}", rule.priority)));
    }
    let owner = rule.owner.and_then(|id| users.iter().find(|user| user.id == id));
    does.extend(owner.map(|owner| t!("settings-rules-owned-by", owner = &owner.name)));
    if rule.dismisses {
        does.push(t!("settings-rules-dismissed"));
    }
    if rule.stops {
        does.push(t!("settings-rules-stops"));
    }
    does.join("; ")
}

fn entries(app: &App, known: Option<&Rule>, typed: Option<&Fields>) -> Vec<Entry> {
    let (departments, users) = (app.departments(), app.users());
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
    choices.extend(department_choices(&departments, |id| Some(id) == department));
    let is_enabled = typed.map_or(known.is_none_or(|rule| rule.is_enabled), |fields| fields.is_on("is_enabled"));
    let owner = match typed {
        Some(fields) => fields.text("owner").parse().ok(),
        None => known.and_then(|rule| rule.owner),
    };
    let mut owners = vec![Choice::new("", t!("settings-rules-no-owner"), owner.is_none())];
    owners.extend(user_choices(&users, owner));
    let ticked = |name: &str, known: Option<bool>| match typed {
        Some(fields) => fields.is_on(name),
        None => known.unwrap_or_default(),
    };
    let dismisses = ticked("dismisses", known.map(|rule| rule.dismisses));
    let stops = ticked("stops", known.map(|rule| rule.stops));
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
        Entry::one("owner", t!("settings-rules-owner"), owners).help(t!("settings-rules-owner-help")),
        Entry::line("tags", t!("settings-rules-tags"), value("tags", known.map(|rule| rule.tags.join(", "))))
            .note(t!("settings-may-stay-empty"))
            .help(t!("settings-rules-tags-help")),
        Entry::line(
            "priority",
            t!("settings-rules-added-priority"),
            if priority.is_empty() { "0".to_owned() } else { priority },
        )
        .help(t!("settings-rules-priority-help")),
        Entry::tick("dismisses", t!("settings-rules-dismisses"), dismisses),
        Entry::tick("stops", t!("settings-rules-stop"), stops),
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
    let owner: Option<UserId> =
        match fields.filled("owner") {
            None => None,
            Some(id) => Some(id.parse().map_err(|_| {
                Refusal::unprocessable("unknown_user", t!("settings-rules-unknown-owner")).about("owner")
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
        owner,
        dismisses: fields.is_on("dismisses"),
        stops: fields.is_on("stops"),
        is_enabled: fields.is_on("is_enabled"),
    })
}

/// `GET /settings/rules`
pub(crate) async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let (frame, places) = (frame(t!("settings-place-rules"), &visitor), Places::new(&visitor, Place::Rules));
    show(StatusCode::OK, &RulesPage::new(frame, places, &web.app.rules(), &web.app.departments(), &web.app.users()))
}

fn new_form(app: &App, typed: Option<&Fields>) -> Form {
    Form {
        title: t!("settings-rules-new").into_owned(),
        about: t!("settings-rules-new-about").into_owned(),
        action: "/settings/rules".to_owned(),
        submit: t!("settings-add"),
        also: Some(("/settings/rules/try#tried".to_owned(), t!("settings-rules-try"))),
        back: Some("/settings/rules"),
        entries: entries(app, None, typed),
        ..Form::default()
    }
}

fn one_form(app: &App, rule: &Rule, typed: Option<&Fields>) -> Form {
    Form {
        title: rule.name.clone(),
        action: format!("/settings/rules/{}", rule.id),
        submit: t!("settings-save"),
        also: Some((format!("/settings/rules/{}/try#tried", rule.id), t!("settings-rules-try"))),
        back: Some("/settings/rules"),
        entries: entries(app, Some(rule), typed),
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

/// `POST /settings/rules/try`: what a new rule would have done.
pub(crate) async fn try_new(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    tried(&web, &visitor, None, &fields).await
}

/// `POST /settings/rules/{id}/try`: what a changed rule would have done.
pub(crate) async fn try_one(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<RuleId>,
    fields: Fields,
) -> Result<Response, PageError> {
    tried(&web, &visitor, Some(get(&web.app, id)?), &fields).await
}

/// The form as it was typed, and below it what the rule would have done.
async fn tried(web: &Web, visitor: &Visitor, known: Option<Rule>, fields: &Fields) -> Result<Response, PageError> {
    let id = known.as_ref().map(|rule| rule.id);
    let run = match read(fields) {
        Ok(text) => {
            let proposed = Proposed::Rule { id, text };
            web.app
                .try_rules(&visitor.actor, proposed, Extent { most: tried::SHOWN, ..Extent::default() })
                .await
                .map_err(Refusal::from)
        }
        Err(refusal) => Err(refusal),
    };
    let form = match &known {
        Some(rule) => one_form(&web.app, rule, Some(fields)),
        None => new_form(&web.app, Some(fields)),
    };
    match run {
        Ok(run) => {
            let below = Tried::new(&run, &web.app.users()).render().map_err(|error| Refusal::internal(&error))?;
            Form { below: Some(below), ..form }.show(StatusCode::OK, visitor, Place::Rules)
        }
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            form.refused(&refusal).show(refusal.status, visitor, Place::Rules)
        }
    }
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
            owner: Some(samples::users()[0].id),
            dismisses: number == 2,
            stops: true,
            is_enabled: number != 2,
        };
        vec![rule(1, "Refunds"), rule(2, samples::HOSTILE)]
    }

    /// Some, and none.
    pub(crate) fn samples() -> Vec<String> {
        let visitor = samples::visitor();
        let page = |rules: &[Rule]| {
            let (frame, places) = (frame(t!("settings-place-rules"), &visitor), Places::new(&visitor, Place::Rules));
            RulesPage::new(frame, places, rules, &samples::departments(), &samples::users()).render().expect("renders")
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

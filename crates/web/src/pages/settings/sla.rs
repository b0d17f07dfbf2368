//! Service levels, in the order in which they are looked at, each with its editor.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use switchboard_app::App;
use switchboard_app::directory::sla::PolicyText;
use switchboard_model::{Department, DepartmentId, EscalateTo, EscalationStep, SlaPolicy, SlaPolicyId, SlaTargets};

use super::form::{Act, Form};
use super::{Place, Places, department_choices, frame};
use crate::error::{PageError, Refusal};
use crate::extract::PageId;
use crate::options::Web;
use crate::pages::forms::{Entry, Fields, about_form};
use crate::pages::{Frame, go, show};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "settings/sla.html")]
struct SlaPage {
    frame: Frame,
    places: Places,
    policies: Vec<PolicyRow>,
}

struct PolicyRow {
    id: SlaPolicyId,
    number: usize,
    name: String,
    /// Which cases it is about, in words.
    about: String,
    /// What it promises: what, by when.
    promises: Vec<(Cow<'static, str>, String)>,
    /// How its time is counted, and who is told.
    then: String,
    is_first: bool,
    is_last: bool,
}

impl SlaPage {
    fn new(frame: Frame, places: Places, policies: &[SlaPolicy], departments: &[Department]) -> Self {
        let row = |(number, policy): (usize, &SlaPolicy)| PolicyRow {
            id: policy.id,
            number,
            name: policy.name.clone(),
            about: about(policy, departments),
            promises: promises(&policy.targets),
            then: then(policy),
            is_first: number == 1,
            is_last: number == policies.len(),
        };
        Self { frame, places, policies: (1..).zip(policies).map(row).collect() }
    }
}

/// "Service; on mastodon; priority 70 and more".
fn about(policy: &SlaPolicy, departments: &[Department]) -> String {
    let mut about = Vec::new();
    if !policy.departments.is_empty() {
        let named = departments.iter().filter(|department| policy.departments.contains(&department.id));
        about.push(named.map(|department| department.name.as_str()).collect::<Vec<_>>().join(", ").into());
    }
    if !policy.networks.is_empty() {
        about.push(t!("settings-sla-on", networks = policy.networks.join(", ")));
    }
    if policy.least_priority > 0 {
        about.push(t!("settings-sla-from-priority", least = u64::from(policy.least_priority)));
    }
    about.extend(policy.tag.as_deref().map(|tag| t!("settings-sla-with-tag", tag = tag)));
    if about.is_empty() { t!("settings-sla-all").into_owned() } else { about.join("; ") }
}

fn promises(targets: &SlaTargets) -> Vec<(Cow<'static, str>, String)> {
    let all = [
        (t!("settings-sla-first"), targets.first_response_min),
        (t!("settings-sla-next"), targets.next_response_min),
        (t!("settings-sla-end"), targets.resolution_min),
        (t!("settings-sla-accept"), targets.accept_min),
    ];
    all.into_iter().filter_map(|(name, minutes)| Some((name, said(minutes?)))).collect()
}

fn then(policy: &SlaPolicy) -> String {
    let hours = if policy.in_business_hours { t!("settings-sla-business") } else { t!("settings-sla-always") };
    let warning = t!("settings-sla-warns", percent = u64::from(policy.warn_at_percent));
    let mut then = vec![hours, warning];
    then.extend(policy.escalation.iter().map(|step| match step.after_min {
        0 => t!("settings-sla-tells-at-once", who = who(step.to)),
        after => t!("settings-sla-tells", who = who(step.to), after = said(after)),
    }));
    then.join("; ")
}

fn who(to: EscalateTo) -> Cow<'static, str> {
    match to {
        EscalateTo::Head => t!("settings-sla-head"),
        EscalateTo::Deputy => t!("settings-sla-deputy"),
        EscalateTo::TeamHead => t!("settings-sla-team-head"),
    }
}

/// Minutes as they are read: "1 d 2 h 30 min".
fn said(minutes: u32) -> String {
    let (days, hours, rest) = (minutes / 1_440, minutes % 1_440 / 60, minutes % 60);
    let parts = [
        (days > 0).then(|| t!("settings-sla-days", count = days)),
        (hours > 0).then(|| t!("settings-sla-hours", count = hours)),
        (rest > 0 || minutes == 0).then(|| t!("settings-sla-minutes", count = rest)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Minutes as people write them into a field: "1 d 2 h 30 min".
fn print(minutes: u32) -> String {
    let parts = [(minutes / 1_440, "d"), (minutes % 1_440 / 60, "h"), (minutes % 60, "min")];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count} {unit}")).collect();
    if parts.is_empty() { "0 min".to_owned() } else { parts.join(" ") }
}

/// Minutes from what people write: `30`, `30 min`, `2h`, `1 d 2 h`; `None` for what is none of that.
fn minutes(text: &str) -> Option<u32> {
    let text = text.trim().to_lowercase();
    if let Ok(minutes) = text.parse() {
        return Some(minutes);
    }
    let (mut sum, mut number) = (None::<u32>, String::new());
    let mut rest = text.as_str();
    while let Some(letter) = rest.chars().next() {
        if letter.is_ascii_digit() || letter.is_whitespace() {
            number.extend(Some(letter).filter(char::is_ascii_digit));
            rest = &rest[letter.len_utf8()..];
            continue;
        }
        let unit: String = rest.chars().take_while(|letter| letter.is_alphabetic()).collect();
        rest = rest.get(unit.len().max(1)..)?;
        let minutes: u32 = match unit.as_str() {
            "min" | "m" | "minute" | "minutes" => 1,
            "h" | "hour" | "hours" => 60,
            "d" | "day" | "days" => 1_440,
            _ => return None,
        };
        let count: u32 = number.parse().ok()?;
        number.clear();
        sum = Some(sum.unwrap_or(0).checked_add(count.checked_mul(minutes)?)?);
    }
    sum.filter(|_| number.is_empty())
}

/// The chain, a line for each step: "1 h team head".
fn print_chain(chain: &[EscalationStep]) -> String {
    let line = |step: &EscalationStep| format!("{} {}", print(step.after_min), step.to.as_str().replace('_', " "));
    chain.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn read_chain(text: &str) -> Result<Vec<EscalationStep>, Refusal> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let step = |line: &str| {
        let low = line.to_lowercase();
        // The longest first: "team head" ends with "head".
        let words = [("team head", EscalateTo::TeamHead), ("deputy", EscalateTo::Deputy), ("head", EscalateTo::Head)];
        let read = words.into_iter().find_map(|(word, to)| {
            let after = low.strip_suffix(word)?.trim();
            Some(EscalationStep { after_min: if after.is_empty() { 0 } else { minutes(after)? }, to })
        });
        let message = || t!("settings-sla-bad-step", line = line);
        read.ok_or_else(|| Refusal::unprocessable("bad_step", message()).about("escalation"))
    };
    lines.map(step).collect()
}

const TARGETS: [&str; 4] = ["first_response", "next_response", "resolution", "accept"];

fn entries(departments: &[Department], known: Option<&SlaPolicy>, typed: Option<&Fields>) -> Vec<Entry> {
    let value = |name: &str, known: Option<String>| match typed {
        Some(fields) => fields.text(name).to_owned(),
        None => known.unwrap_or_default(),
    };
    let of_departments = |id: DepartmentId| match typed {
        Some(fields) => fields.all("departments").any(|chosen| chosen == id.to_string()),
        None => known.is_some_and(|known| known.departments.contains(&id)),
    };
    let targets = known.map(|known| known.targets).unwrap_or_default();
    let target = |minutes: Option<u32>| minutes.map(print);
    let in_hours = typed.map_or(known.is_none_or(|known| known.in_business_hours), |fields| fields.is_on("hours"));
    let warn = known.map_or(75, |known| known.warn_at_percent).to_string();
    let least = known.map_or(0, |known| known.least_priority).to_string();
    let line = |name: &'static str, label, known: Option<String>| Entry::line(name, label, value(name, known));
    vec![
        line("name", t!("settings-name"), known.map(|known| known.name.clone())).required(),
        Entry::any("departments", t!("settings-sla-departments"), department_choices(departments, of_departments))
            .note(t!("settings-sla-none-is-all")),
        line("networks", t!("settings-sla-networks"), known.map(|known| known.networks.join(", ")))
            .note(t!("settings-sla-none-is-all"))
            .help(t!("settings-sla-networks-help")),
        line("least_priority", t!("settings-sla-least"), Some(least)),
        line("tag", t!("settings-sla-tag"), known.and_then(|known| known.tag.clone()))
            .note(t!("settings-may-stay-empty")),
        line("first_response", t!("settings-sla-first"), target(targets.first_response_min))
            .help(t!("settings-sla-target-help")),
        line("next_response", t!("settings-sla-next"), target(targets.next_response_min)),
        line("resolution", t!("settings-sla-end"), target(targets.resolution_min)),
        line("accept", t!("settings-sla-accept"), target(targets.accept_min)),
        Entry::tick("hours", t!("settings-sla-in-hours"), in_hours),
        line("warn_at_percent", t!("settings-sla-warn"), Some(warn)).help(t!("settings-sla-warn-help")),
        Entry::area(
            "escalation",
            t!("settings-sla-chain"),
            value("escalation", known.map(|known| print_chain(&known.escalation))),
        )
        .help(t!("settings-sla-chain-help")),
    ]
}

fn read(fields: &Fields) -> Result<PolicyText, Refusal> {
    let target = |name: &'static str| match fields.filled(name) {
        None => Ok(None),
        Some(text) => {
            let message = || t!("settings-sla-bad-time", text = text.as_str());
            minutes(&text).map(Some).ok_or_else(|| Refusal::unprocessable("bad_time", message()).about(name))
        }
    };
    let [first, next, end, accept] = TARGETS.map(target);
    let number = |name: &'static str| {
        let text = fields.filled(name).unwrap_or_else(|| "0".to_owned());
        let message = || t!("settings-sla-bad-number", text = text.as_str());
        text.trim_end_matches('%')
            .trim()
            .parse()
            .map_err(|_| Refusal::unprocessable("bad_number", message()).about(name))
    };
    let departments = fields.all("departments").map(str::parse).collect::<Result<Vec<DepartmentId>, _>>();
    let unknown = |_| Refusal::unprocessable("unknown_department", t!("settings-rules-unknown-department"));
    Ok(PolicyText {
        name: fields.text("name").to_owned(),
        departments: departments.map_err(unknown).map_err(|refusal| refusal.about("departments"))?,
        networks: fields.list("networks"),
        least_priority: number("least_priority")?,
        tag: fields.filled("tag"),
        targets: SlaTargets {
            first_response_min: first?,
            next_response_min: next?,
            resolution_min: end?,
            accept_min: accept?,
        },
        in_business_hours: fields.is_on("hours"),
        warn_at_percent: number("warn_at_percent")?,
        escalation: read_chain(fields.text("escalation"))?,
    })
}

/// `GET /settings/sla`
pub(crate) async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let (frame, places) = (frame(t!("settings-place-sla"), &visitor), Places::new(&visitor, Place::Sla));
    show(StatusCode::OK, &SlaPage::new(frame, places, &web.app.sla(), &web.app.departments()))
}

fn new_form(app: &App, typed: Option<&Fields>) -> Form {
    Form {
        title: t!("settings-sla-new").into_owned(),
        about: t!("settings-sla-new-about").into_owned(),
        action: "/settings/sla".to_owned(),
        submit: t!("settings-add"),
        back: Some("/settings/sla"),
        entries: entries(&app.departments(), None, typed),
        ..Form::default()
    }
}

fn one_form(app: &App, policy: &SlaPolicy, typed: Option<&Fields>) -> Form {
    Form {
        title: policy.name.clone(),
        action: format!("/settings/sla/{}", policy.id),
        submit: t!("settings-save"),
        back: Some("/settings/sla"),
        entries: entries(&app.departments(), Some(policy), typed),
        acts: vec![Act {
            title: t!("settings-sla-removing"),
            about: t!("settings-sla-removing-about").into_owned(),
            action: format!("/settings/sla/{}/remove", policy.id),
            submit: t!("settings-sla-removing-submit"),
            entries: Vec::new(),
        }],
        ..Form::default()
    }
}

/// The service levels with one change, as the application takes them: all at once, in their order.
async fn change_all(
    web: &Web,
    visitor: &Visitor,
    change: impl FnOnce(&mut Vec<PolicyText>),
) -> Result<Response, Refusal> {
    let mut policies: Vec<PolicyText> = web.app.sla().iter().cloned().map(PolicyText::from).collect();
    change(&mut policies);
    web.app.set_sla(&visitor.actor, policies).await?;
    Ok(go("/settings/sla"))
}

/// `GET /settings/sla/new`
pub(crate) async fn new(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    new_form(&web.app, None).show(StatusCode::OK, &visitor, Place::Sla)
}

/// `POST /settings/sla`
pub(crate) async fn add(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let added = match read(&fields) {
        Ok(text) => change_all(&web, &visitor, |policies| policies.push(text)).await,
        Err(refusal) => Err(refusal),
    };
    added.or_else(|refusal| {
        let refusal = about_form(refusal)?;
        new_form(&web.app, Some(&fields)).refused(&refusal).show(refusal.status, &visitor, Place::Sla)
    })
}

/// A policy with its place.
fn get(app: &App, id: SlaPolicyId) -> Result<(usize, SlaPolicy), Refusal> {
    let found = app.sla().iter().enumerate().find(|(_, policy)| policy.id == id).map(|(at, one)| (at, one.clone()));
    found.ok_or_else(|| Refusal::not_found(t!("settings-sla-unknown")))
}

/// `GET /settings/sla/{id}`
pub(crate) async fn one(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<SlaPolicyId>,
) -> Result<Response, PageError> {
    one_form(&web.app, &get(&web.app, id)?.1, None).show(StatusCode::OK, &visitor, Place::Sla)
}

/// `POST /settings/sla/{id}`
pub(crate) async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<SlaPolicyId>,
    fields: Fields,
) -> Result<Response, PageError> {
    let (place, policy) = get(&web.app, id)?;
    let changed = match read(&fields) {
        Ok(text) => change_all(&web, &visitor, |policies| policies[place] = text).await,
        Err(refusal) => Err(refusal),
    };
    changed.or_else(|refusal| {
        let refusal = about_form(refusal)?;
        one_form(&web.app, &policy, Some(&fields)).refused(&refusal).show(refusal.status, &visitor, Place::Sla)
    })
}

/// `POST /settings/sla/{id}/move`: to the place in the form, 1 for the first.
pub(crate) async fn move_to(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<SlaPolicyId>,
    fields: Fields,
) -> Result<Response, PageError> {
    let (from, _) = get(&web.app, id)?;
    let to: usize = fields.text("place").parse().map_err(|_| Refusal::bad_request(t!("settings-rules-bad-place")))?;
    let moved = change_all(&web, &visitor, |policies| {
        let policy = policies.remove(from);
        policies.insert(to.saturating_sub(1).min(policies.len()), policy);
    });
    Ok(moved.await?)
}

/// `POST /settings/sla/{id}/remove`
pub(crate) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<SlaPolicyId>,
) -> Result<Response, PageError> {
    let (place, _) = get(&web.app, id)?;
    let removed = change_all(&web, &visitor, |policies| {
        policies.remove(place);
    });
    Ok(removed.await?)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    fn policy(number: u128, name: &str) -> SlaPolicy {
        SlaPolicy {
            id: SlaPolicyId(uuid::Uuid::from_u128(number)),
            name: name.to_owned(),
            departments: vec![samples::departments()[0].id],
            networks: vec!["mastodon".to_owned(), samples::HOSTILE.to_owned()],
            least_priority: 70,
            tag: Some(samples::HOSTILE.to_owned()),
            targets: SlaTargets { first_response_min: Some(60), resolution_min: Some(1_530), ..SlaTargets::default() },
            in_business_hours: number == 1,
            warn_at_percent: 75,
            escalation: vec![
                EscalationStep { after_min: 0, to: EscalateTo::Head },
                EscalationStep { after_min: 90, to: EscalateTo::TeamHead },
            ],
        }
    }

    /// Some, and none.
    pub(crate) fn samples() -> Vec<String> {
        let visitor = samples::visitor();
        let page = |policies: &[SlaPolicy]| {
            let (frame, places) = (frame(t!("settings-place-sla"), &visitor), Places::new(&visitor, Place::Sla));
            SlaPage::new(frame, places, policies, &samples::departments()).render().expect("renders")
        };
        vec![page(&[policy(1, "Urgent"), policy(2, samples::HOSTILE)]), page(&[])]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let html = samples().remove(0);
        samples::assert_harmless(&html);
        for part in ["priority 70 and more", "1 d 1 h 30 min", "tells the head of the team 1 h 30 min later"] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        let check = |text: &str, expected: Option<u32>| assert_eq!(minutes(text), expected, "{text}");
        check("30", Some(30));
        check(" 30 min", Some(30));
        check("2h", Some(120));
        check("1 d 2 h 5 minutes", Some(1_565));
        check("h", None);
        check("2 weeks", None);
        check("2 h 30", None);
        check("99999999999 h", None);
        check("", None);
        for minutes_ in [1, 59, 60, 1_439, 1_440, 525_600] {
            assert_eq!(minutes(&print(minutes_)), Some(minutes_), "{}", print(minutes_));
        }
    }

    #[test]
    fn a_chain_is_read_as_it_is_printed() {
        let chain = policy(1, "Urgent").escalation;
        assert_eq!(read_chain(&print_chain(&chain)).ok(), Some(chain));
        assert_eq!(read_chain("deputy\n\n2 h Team head").expect("a chain").len(), 2);
        assert!(read_chain("1 h boss").is_err_and(|refusal| refusal.message.contains("1 h boss")));
    }
}

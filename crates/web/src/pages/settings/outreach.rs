//! Who calls and writes to authors, with which words, and how long everything takes: kept by administrators and by who leads
//! the team.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use switchboard_app::cases::outreach::senior::NewScript;
use switchboard_model::{
    Department, OutreachChannel, OutreachScript, OutreachScriptId, OutreachSettings, Role, Senior, User, UserId,
    outreach::PLACEHOLDERS,
};

use super::{Place, Places, department_choices, frame};
use crate::error::{PageError, Refusal};
use crate::extract::{PageId, PageQuery};
use crate::options::Web;
use crate::pages::forms::{Choice, Entry, Fields, about_form, complain};
use crate::pages::outreach::channel_words;
use crate::pages::{Frame, go, show};
use crate::visitor::Visitor;

const HERE: &str = "/settings/outreach";

#[derive(Template)]
#[template(path = "settings/outreach.html")]
struct OutreachPage {
    frame: Frame,
    places: Places,
    seniors: Vec<SeniorRow>,
    senior_heading: Cow<'static, str>,
    senior_entries: Vec<Entry>,
    is_senior_known: bool,
    scripts: Vec<ScriptRow>,
    script_heading: Cow<'static, str>,
    script_entries: Vec<Entry>,
    /// The id of the script that is changed; empty for a new one.
    script: String,
    times: Vec<Entry>,
    complaint: Option<String>,
}

struct SeniorRow {
    id: UserId,
    name: String,
    title: String,
    does: String,
    departments: String,
    open: Cow<'static, str>,
}

struct ScriptRow {
    id: OutreachScriptId,
    name: String,
    kind: Cow<'static, str>,
    language: String,
}

/// What the page is made of.
struct Known {
    seniors: Vec<Senior>,
    open: Vec<(UserId, u32)>,
    scripts: Vec<OutreachScript>,
    settings: OutreachSettings,
    users: Vec<User>,
    departments: Vec<Department>,
}

/// Which form was sent and not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Senior,
    Script,
    Times,
}

/// What is changed: chosen from the lists.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    senior: String,
    script: String,
}

impl OutreachPage {
    fn new(visitor: &Visitor, known: &Known, asked: &Asked, typed: Option<(Form, &Fields, &Refusal)>) -> Self {
        let of = |form: Form| typed.filter(|(sent, ..)| *sent == form).map(|(_, fields, _)| fields);
        let name_of = |id: UserId| {
            known.users.iter().find(|user| user.id == id).map_or_else(String::new, |user| user.name.clone())
        };
        let senior = known.seniors.iter().find(|one| one.user.to_string() == asked.senior);
        let script = known.scripts.iter().find(|one| one.id.to_string() == asked.script);
        let mut senior_entries = senior_entries(known, senior, of(Form::Senior));
        let mut script_entries = script_entries(script, of(Form::Script));
        let mut times = times_entries(known.settings, of(Form::Times));
        let complaint = match typed {
            Some((Form::Senior, _, refusal)) => complain(&mut senior_entries, Some(refusal)),
            Some((Form::Script, _, refusal)) => complain(&mut script_entries, Some(refusal)),
            Some((Form::Times, _, refusal)) => complain(&mut times, Some(refusal)),
            None => None,
        };
        let row = |one: &Senior| {
            let names = known.departments.iter().filter(|department| one.departments.contains(&department.id));
            let names: Vec<&str> = names.map(|department| department.name.as_str()).collect();
            let open = known.open.iter().find(|(user, _)| *user == one.user).map_or(0, |(_, open)| *open);
            SeniorRow {
                id: one.user,
                name: name_of(one.user),
                title: one.title.clone(),
                does: one.channels.iter().map(|one| channel_words(*one)).collect::<Vec<_>>().join(", "),
                departments: match names.is_empty() {
                    true => t!("outreach-senior-all").into_owned(),
                    false => names.join(", "),
                },
                open: t!("outreach-senior-open", open = open, most = one.most_open),
            }
        };
        Self {
            frame: frame(t!("outreach"), visitor),
            places: Places::new(visitor, Place::Outreach),
            seniors: known.seniors.iter().map(row).collect(),
            senior_heading: match senior {
                Some(one) => t!("outreach-senior-edit", name = name_of(one.user)),
                None => t!("outreach-senior-add"),
            },
            senior_entries,
            is_senior_known: senior.is_some(),
            scripts: known
                .scripts
                .iter()
                .map(|one| ScriptRow {
                    id: one.id,
                    name: one.name.clone(),
                    kind: one.channel.map_or_else(|| t!("outreach-channel-both"), channel_words),
                    language: one.language.clone(),
                })
                .collect(),
            script_heading: match script {
                Some(one) => t!("outreach-script-edit", name = one.name.as_str()),
                None => t!("outreach-script-add"),
            },
            script_entries,
            script: script.map(|one| one.id.to_string()).unwrap_or_default(),
            times,
            complaint,
        }
    }
}

fn channels(is_chosen: impl Fn(OutreachChannel) -> bool) -> Vec<Choice> {
    OutreachChannel::ALL.iter().map(|one| Choice::new(one.as_str(), channel_words(*one), is_chosen(*one))).collect()
}

fn senior_entries(known: &Known, senior: Option<&Senior>, typed: Option<&Fields>) -> Vec<Entry> {
    let text = |name: &str, kept: String| typed.map_or(kept, |fields| fields.text(name).to_owned());
    let user = text("user", senior.map(|one| one.user.to_string()).unwrap_or_default());
    let working = known.users.iter().filter(|user| user.is_active && user.role != Role::Observer);
    let users =
        working.map(|one| Choice::new(one.id.to_string(), one.name.clone(), one.id.to_string() == user)).collect();
    let does = channels(|channel| match typed {
        Some(fields) => fields.all("channels").any(|word| word == channel.as_str()),
        None => senior.is_none_or(|one| one.channels.contains(&channel)),
    });
    let stands = department_choices(&known.departments, |id| match typed {
        Some(fields) => fields.all("departments").any(|one| one == id.to_string()),
        None => senior.is_some_and(|one| one.departments.contains(&id)),
    });
    let most = text("most_open", senior.map_or(3, |one| one.most_open).to_string());
    let title = text("title", senior.map(|one| one.title.clone()).unwrap_or_default());
    vec![
        Entry::one("user", t!("outreach-senior-user"), users),
        Entry::line("title", t!("outreach-senior-title"), title).required().help(t!("outreach-senior-title-help")),
        Entry::any("channels", t!("outreach-senior-channels"), does),
        Entry::any("departments", t!("outreach-senior-departments"), stands)
            .help(t!("outreach-senior-departments-help")),
        Entry::line("most_open", t!("outreach-senior-most"), most).required(),
    ]
}

fn script_entries(script: Option<&OutreachScript>, typed: Option<&Fields>) -> Vec<Entry> {
    let text = |name: &str, kept: &dyn Fn(&OutreachScript) -> String| match (typed, script) {
        (Some(fields), _) => fields.text(name).to_owned(),
        (None, Some(script)) => kept(script),
        (None, None) => String::new(),
    };
    let kind = text("channel", &|one| one.channel.map_or("", OutreachChannel::as_str).to_owned());
    let mut kinds = vec![Choice::new("", t!("outreach-channel-both"), kind.is_empty())];
    kinds.extend(channels(|channel| channel.as_str() == kind));
    let language = text("language", &|one| one.language.clone());
    let names = PLACEHOLDERS.map(|name| format!("{{{name}}}")).join(" ");
    vec![
        Entry::line("name", t!("outreach-script-name"), text("name", &|one| one.name.clone())).required(),
        Entry::one("channel", t!("outreach-script-for"), kinds),
        Entry::line(
            "language",
            t!("outreach-script-language"),
            if language.is_empty() { "en".to_owned() } else { language },
        )
        .required()
        .help(t!("outreach-script-language-help")),
        Entry::area("text", t!("outreach-script-text"), text("text", &|one| one.text.clone()))
            .in_words()
            .required()
            .help(t!("outreach-script-text-help", names = names)),
        Entry::area("steps", t!("outreach-script-steps"), text("steps", &|one| one.steps.join("\n"))).in_words(),
        Entry::area("may", t!("outreach-script-may"), text("may", &|one| one.may.clone())).in_words(),
        Entry::area("may_not", t!("outreach-script-may-not"), text("may_not", &|one| one.may_not.clone())).in_words(),
    ]
}

fn times_entries(settings: OutreachSettings, typed: Option<&Fields>) -> Vec<Entry> {
    let text = |name: &str, kept: u32| typed.map_or_else(|| kept.to_string(), |fields| fields.text(name).to_owned());
    let entry = |name: &'static str, label, kept| Entry::line(name, label, text(name, kept)).required();
    vec![
        entry("due_within_min", t!("outreach-times-due"), settings.due_within_min),
        entry("warn_before_min", t!("outreach-times-warn"), settings.warn_before_min),
        entry("keep_contact_days", t!("outreach-times-keep"), settings.keep_contact_days),
    ]
}

async fn page(
    web: &Web,
    visitor: &Visitor,
    asked: &Asked,
    typed: Option<(Form, &Fields, &Refusal)>,
) -> Result<Response, PageError> {
    let (app, actor) = (&web.app, &visitor.actor);
    // Who keeps none of it reads the lists.
    if app.may_keep_outreach(actor).is_err() {
        return Ok(go("/outreach"));
    }
    let seniors = app.seniors(actor).await?;
    let known = Known {
        open: app.open_outreach_counts(actor).await?.into_iter().collect(),
        seniors,
        scripts: app.outreach_scripts(actor).await?,
        settings: app.outreach_settings(actor).await?,
        users: app.users().to_vec(),
        departments: app.departments().to_vec(),
    };
    let status = typed.map_or(StatusCode::OK, |(_, _, refusal)| refusal.status);
    show(status, &OutreachPage::new(visitor, &known, asked, typed))
}

/// `GET /settings/outreach`
pub(crate) async fn ask(
    State(web): State<Web>,
    visitor: Visitor,
    PageQuery(asked): PageQuery<Asked>,
) -> Result<Response, PageError> {
    page(&web, &visitor, &asked, None).await
}

fn number(fields: &Fields, name: &'static str) -> Result<u32, Refusal> {
    let bad = |_| Refusal::unprocessable("bad_field", t!("outreach-bad-number")).about(name);
    fields.text(name).trim().parse().map_err(bad)
}

fn read_senior(fields: &Fields) -> Result<Senior, Refusal> {
    let bad = |field: &'static str| Refusal::unprocessable("bad_field", t!("outreach-bad-choice")).about(field);
    let departments = fields.all("departments").map(|id| id.parse().map_err(|_| bad("departments")));
    Ok(Senior {
        user: fields.text("user").parse().map_err(|_| bad("user"))?,
        title: fields.text("title").to_owned(),
        channels: fields.all("channels").filter_map(OutreachChannel::from_word).collect(),
        departments: departments.collect::<Result<_, _>>()?,
        most_open: number(fields, "most_open")?,
    })
}

/// `POST /settings/outreach/seniors`
pub(crate) async fn set_senior(
    State(web): State<Web>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, PageError> {
    let done = match read_senior(&fields) {
        Ok(senior) => web.app.set_senior(&visitor.actor, senior).await.map(drop).map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    finish(&web, &visitor, Form::Senior, &fields, done).await
}

/// `POST /settings/outreach/seniors/{id}/remove`
pub(crate) async fn remove_senior(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<UserId>,
) -> Result<Response, PageError> {
    web.app.remove_senior(&visitor.actor, id).await?;
    Ok(go(HERE))
}

/// `POST /settings/outreach/scripts`
pub(crate) async fn set_script(
    State(web): State<Web>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, PageError> {
    let text = |name: &str| fields.text(name).to_owned();
    let script = NewScript {
        name: text("name"),
        channel: OutreachChannel::from_word(fields.text("channel")),
        language: text("language"),
        text: text("text"),
        steps: fields.text("steps").lines().map(str::to_owned).collect(),
        may: text("may"),
        may_not: text("may_not"),
    };
    let id = fields.filled("id").and_then(|id| id.parse().ok());
    let done = web.app.set_outreach_script(&visitor.actor, id, script).await;
    finish(&web, &visitor, Form::Script, &fields, done.map(drop).map_err(Refusal::from)).await
}

/// `POST /settings/outreach/scripts/{id}/remove`
pub(crate) async fn remove_script(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<OutreachScriptId>,
) -> Result<Response, PageError> {
    web.app.remove_outreach_script(&visitor.actor, id).await?;
    Ok(go(HERE))
}

/// `POST /settings/outreach`: the times.
pub(crate) async fn set_times(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let read = || {
        Ok(OutreachSettings {
            due_within_min: number(&fields, "due_within_min")?,
            warn_before_min: number(&fields, "warn_before_min")?,
            keep_contact_days: number(&fields, "keep_contact_days")?,
        })
    };
    let done = match read() {
        Ok(settings) => web.app.set_outreach_settings(&visitor.actor, settings).await.map(drop).map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    finish(&web, &visitor, Form::Times, &fields, done).await
}

async fn finish(
    web: &Web,
    visitor: &Visitor,
    form: Form,
    fields: &Fields,
    done: Result<(), Refusal>,
) -> Result<Response, PageError> {
    match done {
        Ok(()) => Ok(go(HERE)),
        Err(refusal) if refusal.status == StatusCode::FORBIDDEN => Err(refusal.into()),
        Err(refusal) => {
            let asked = match form {
                Form::Senior => Asked { senior: fields.text("user").to_owned(), ..Asked::default() },
                Form::Script => Asked { script: fields.text("id").to_owned(), ..Asked::default() },
                Form::Times => Asked::default(),
            };
            page(web, visitor, &asked, Some((form, fields, &about_form(refusal)?))).await
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::pages::samples;

    fn known() -> Known {
        let users = samples::users();
        let hostile = || samples::HOSTILE.to_owned();
        let senior = |user: &User, departments| Senior {
            user: user.id,
            title: hostile(),
            channels: OutreachChannel::ALL.to_vec(),
            departments,
            most_open: 2,
        };
        let departments = samples::departments();
        Known {
            seniors: vec![senior(&users[0], vec![departments[0].id])],
            open: vec![(users[0].id, 1)],
            scripts: vec![OutreachScript {
                id: OutreachScriptId(Uuid::from_u128(4)),
                name: hostile(),
                channel: Some(OutreachChannel::Mail),
                language: "en".to_owned(),
                text: hostile(),
                steps: vec![hostile()],
                may: hostile(),
                may_not: hostile(),
            }],
            settings: OutreachSettings::default(),
            users,
            departments,
        }
    }

    /// Empty, as it is kept, and with each form refused.
    pub(crate) fn samples() -> Vec<String> {
        let (visitor, known) = (samples::visitor(), known());
        let empty = Known { seniors: Vec::new(), scripts: Vec::new(), ..self::known() };
        let chosen = Asked { senior: known.seniors[0].user.to_string(), script: known.scripts[0].id.to_string() };
        let fields = Fields(vec![("title".to_owned(), samples::HOSTILE.to_owned())]);
        let refusal = |field| Refusal::unprocessable("x", samples::HOSTILE).about(field);
        let pages = [
            OutreachPage::new(&visitor, &empty, &Asked::default(), None),
            OutreachPage::new(&visitor, &known, &chosen, None),
            OutreachPage::new(&visitor, &known, &chosen, Some((Form::Senior, &fields, &refusal("title")))),
            OutreachPage::new(&visitor, &known, &chosen, Some((Form::Script, &fields, &refusal("text")))),
            OutreachPage::new(&visitor, &known, &chosen, Some((Form::Times, &fields, &refusal("nothing")))),
        ];
        pages.iter().map(|page| page.render().expect("renders")).collect()
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        samples().iter().for_each(|html| samples::assert_harmless(html));
    }
}

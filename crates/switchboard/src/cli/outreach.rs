//! `switchboard outreach`: calls and mails by seniors to the authors of cases.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use switchboard_app::cases::outreach::senior::NewScript;
use switchboard_app::cases::outreach::{NewAsk, OutreachAct, OutreachQuery};
use switchboard_model::{
    CaseId, OutreachChannel, OutreachId, OutreachOutcome, OutreachScript, OutreachSettings, Senior,
};

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};
use crate::terminal::harmless;

/// Ask seniors to call or write to the authors of cases, and say what came of it.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// E-mail address of the user for whom it is done.
    #[arg(long = "as", global = true, value_name = "EMAIL")]
    user: Option<String>,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List calls and mails: open ones by when they are due.
    List {
        /// Those of this case, whatever became of them.
        case: Option<CaseId>,
        /// Only those that the user of --as is asked for.
        #[arg(long)]
        mine: bool,
        /// In which state.
        #[arg(long, default_value = "open")]
        state: StateWord,
    },
    /// Show one: what is asked, with which words, and what came of it.
    Show {
        /// Its id.
        id: OutreachId,
    },
    /// Show how those of the last 30 days went.
    Figures,
    /// Show whom to ask for a case, and why.
    Suggest {
        /// Its number.
        case: CaseId,
        /// A call or a mail.
        #[arg(long, default_value = "call")]
        channel: ChannelWord,
    },
    /// Ask a senior to call or write to the author of a case.
    Ask {
        /// Its number.
        case: CaseId,
        /// E-mail address of the senior.
        senior: String,
        /// Why.
        reason: String,
        /// How the person can be reached; only the senior reads it.
        #[arg(long)]
        contact: String,
        /// A call or a mail.
        #[arg(long, default_value = "call")]
        channel: ChannelWord,
        /// Name of the script.
        #[arg(long)]
        script: Option<String>,
        /// Until when, as 2026-12-24T12:00:00Z; as the settings say if left out.
        #[arg(long)]
        until: Option<Timestamp>,
    },
    /// Say that it will be done.
    Accept {
        /// Its id.
        id: OutreachId,
    },
    /// Say that it will not be done.
    Decline {
        /// Its id.
        id: OutreachId,
        /// Why.
        why: String,
    },
    /// Say that nobody was reached, and when it is tried again.
    Attempt {
        /// Its id.
        id: OutreachId,
        /// What there is to say about it.
        note: String,
        /// A message was left.
        #[arg(long)]
        left_message: bool,
        /// When it is tried again, as 2026-12-24T12:00:00Z; within the usual time if left out.
        #[arg(long)]
        next: Option<Timestamp>,
        /// A step that was done, from 1; may be given several times. Those of before stay if left out.
        #[arg(long = "step", value_parser = clap::value_parser!(u16).range(1..=30))]
        steps: Vec<u16>,
    },
    /// Say what came of it.
    Done {
        /// Its id.
        id: OutreachId,
        /// Which outcome.
        outcome: OutcomeWord,
        /// What there is to say about it.
        note: String,
        /// What was promised to the author.
        #[arg(long, default_value = "")]
        promised: String,
        /// A step that was done, from 1; may be given several times. Those of before stay if left out.
        #[arg(long = "step", value_parser = clap::value_parser!(u16).range(1..=30))]
        steps: Vec<u16>,
    },
    /// Take it back.
    Withdraw {
        /// Its id.
        id: OutreachId,
        /// Why.
        #[arg(default_value = "")]
        why: String,
    },
    /// Keep who can be asked.
    Senior {
        #[command(subcommand)]
        action: SeniorAction,
    },
    /// Keep the scripts.
    Script {
        #[command(subcommand)]
        action: ScriptAction,
    },
    /// Show how outreaches are kept, or change it.
    Settings {
        /// Within how many minutes of the senior's working time one is due.
        #[arg(long, value_name = "MINUTES")]
        due_within: Option<u32>,
        /// How many such minutes before that it warns.
        #[arg(long, value_name = "MINUTES")]
        warn_before: Option<u32>,
        /// How many days after its end it is still known how the person can be reached.
        #[arg(long, value_name = "DAYS")]
        keep_contact: Option<u32>,
    },
}

#[derive(Debug, Subcommand)]
enum SeniorAction {
    /// List the seniors.
    List,
    /// Name a senior, or change what they do.
    Set {
        /// E-mail address of the user.
        email: String,
        /// What they are to the outside, as "VP Customer Care".
        title: String,
        /// What they do; both if left out.
        #[arg(long = "channel")]
        channels: Vec<ChannelWord>,
        /// A department that they stand for, by key or name; may be given several times. All if left out.
        #[arg(long = "department", value_name = "DEPARTMENT")]
        departments: Vec<String>,
        /// How many outreaches they can have open at once.
        #[arg(long, default_value_t = 3)]
        most: u32,
    },
    /// Ask somebody no more; what they have open comes back to whoever asked.
    Remove {
        /// E-mail address of the user.
        email: String,
    },
}

#[derive(Debug, Subcommand)]
enum ScriptAction {
    /// List the scripts.
    List,
    /// Write all scripts as TOML.
    Export,
    /// Add the scripts of a TOML file; one that has the name of another takes its place.
    Import {
        /// The file.
        file: PathBuf,
    },
    /// Remove a script.
    Remove {
        /// Its name.
        name: String,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ChannelWord {
    Call,
    Mail,
}

impl From<ChannelWord> for OutreachChannel {
    fn from(word: ChannelWord) -> Self {
        match word {
            ChannelWord::Call => Self::Call,
            ChannelWord::Mail => Self::Mail,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StateWord {
    Open,
    Overdue,
    Done,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum OutcomeWord {
    Solved,
    NotSolved,
    LeftMessage,
    NotReached,
    MailSent,
    Refused,
}

impl From<OutcomeWord> for OutreachOutcome {
    fn from(word: OutcomeWord) -> Self {
        match word {
            OutcomeWord::Solved => Self::Solved,
            OutcomeWord::NotSolved => Self::NotSolved,
            OutcomeWord::LeftMessage => Self::LeftMessage,
            OutcomeWord::NotReached => Self::NotReached,
            OutcomeWord::MailSent => Self::MailSent,
            OutcomeWord::Refused => Self::Refused,
        }
    }
}

/// Scripts in a file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScriptFile {
    script: Vec<FileScript>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileScript {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    channel: Option<OutreachChannel>,
    language: String,
    text: String,
    #[serde(default)]
    steps: Vec<String>,
    #[serde(default)]
    may: String,
    #[serde(default)]
    may_not: String,
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let door = Door::open(&installation, "outreach").await?;
    let done = act(shared, &door, arguments.user.as_deref(), arguments.action).await;
    door.close().await;
    done.map(|()| Status::Done)
}

async fn act(shared: &Shared, door: &Door, user: Option<&str>, action: Action) -> Result<(), Failure> {
    let is_for_nobody = matches!(
        action,
        Action::Figures
            | Action::Suggest { .. }
            | Action::Senior { .. }
            | Action::Script { .. }
            | Action::Settings { .. }
    );
    if is_for_nobody && user.is_some() {
        return Err(Failure::usage("this is done for no user; leave out --as"));
    }
    let (id, act) = match action {
        Action::List { case, mine, state } => {
            if mine && user.is_none() {
                return Err(Failure::usage("say whose with --as EMAIL"));
            }
            let (is_ended, is_overdue) = (state == StateWord::Done, state == StateWord::Overdue);
            let query = OutreachQuery { is_mine: mine, is_ended, is_overdue };
            let found = door.outreaches(case, query, user).await?;
            return list(shared, &found, outreach_line);
        }
        Action::Show { id } => {
            let one = door.outreach(id, user).await?;
            if shared.json {
                return say(&one.to_string());
            }
            return outreach_page(&one).lines().try_for_each(|line| say(&harmless(line)));
        }
        Action::Figures => {
            let figures = door.outreach_figures().await?;
            if shared.json {
                return say(&figures.to_string());
            }
            let median =
                figures["median_min"].as_u64().map_or_else(|| "none yet".to_owned(), |min| format!("{min} min"));
            return say(&format!(
                "last 30 days: {} asked for, {} reached the person, median time to contact: {median}",
                figures["asked"], figures["reached"]
            ));
        }
        Action::Suggest { case, channel } => {
            let found = door.suggest_seniors(case, channel.into()).await?;
            let users = door.users().await?;
            return list(shared, &found, |one| {
                let name = users.iter().find(|user| one["user"] == json!(user.id)).map_or("", |user| &user.email);
                let why = strings(&one["why"]).join(", ");
                match one["obstacle"].as_str() {
                    Some(obstacle) => format!("{name}  cannot be asked: {obstacle}"),
                    None => format!("{name}  {why}"),
                }
            });
        }
        Action::Ask { case, senior, reason, contact, channel, script, until } => {
            let senior = door.get_user(&senior).await?.id;
            let script = match script {
                Some(name) => Some(script_named(door, &name).await?.id),
                None => None,
            };
            let new = NewAsk { senior, channel: channel.into(), script, reason, contact, due_at: until };
            let case = door.ask_outreach(case, new, user).await?;
            let found = door.outreaches(Some(case.id), OutreachQuery::default(), user).await?;
            let newest = found.as_array().and_then(|list| list.last()).cloned().unwrap_or_default();
            return if shared.json { say(&newest.to_string()) } else { say(&harmless(&outreach_line(&newest))) };
        }
        Action::Accept { id } => (id, OutreachAct::Accept),
        Action::Decline { id, why } => (id, OutreachAct::Decline { why }),
        Action::Attempt { id, note, left_message, next, steps } => {
            let result = if left_message { OutreachOutcome::LeftMessage } else { OutreachOutcome::NotReached };
            (id, OutreachAct::Try { result, note, ticked: ticked(&steps), next_at: next })
        }
        Action::Done { id, outcome, note, promised, steps } => {
            (id, OutreachAct::Done { outcome: outcome.into(), note, promised, ticked: ticked(&steps) })
        }
        Action::Withdraw { id, why } => (id, OutreachAct::Withdraw { why }),
        Action::Senior { action } => return keep_senior(shared, door, action).await,
        Action::Script { action } => return keep_script(shared, door, action).await,
        Action::Settings { due_within, warn_before, keep_contact } => {
            let now = door.outreach_settings().await?;
            let wanted = OutreachSettings {
                due_within_min: due_within.unwrap_or(now.due_within_min),
                warn_before_min: warn_before.unwrap_or(now.warn_before_min),
                keep_contact_days: keep_contact.unwrap_or(now.keep_contact_days),
            };
            let kept = if wanted == now { now } else { door.set_outreach_settings(wanted).await? };
            return match shared.json {
                true => say(&json!(kept).to_string()),
                false => say(&format!(
                    "due within {} min of the senior's working time, warned {} min before; how to reach people is kept {} days",
                    kept.due_within_min, kept.warn_before_min, kept.keep_contact_days
                )),
            };
        }
    };
    let case = door.act_on_outreach(id, act, user).await?;
    match shared.json {
        true => say(&json!(case).to_string()),
        false => say(&format!("written down in case {}", case.id)),
    }
}

async fn keep_senior(shared: &Shared, door: &Door, action: SeniorAction) -> Result<(), Failure> {
    match action {
        SeniorAction::List => {
            let (seniors, users) = (door.seniors().await?, door.users().await?);
            if shared.json {
                return say(&json!(seniors).to_string());
            }
            for senior in seniors {
                let user = users.iter().find(|user| user.id == senior.user);
                let email = user.map_or("", |user| &user.email);
                let does: Vec<&str> = senior.channels.iter().map(|one| one.as_str()).collect();
                let line = format!("{email}  {}, {}, {} at once", senior.title, does.join(" and "), senior.most_open);
                say(&harmless(&line))?;
            }
            Ok(())
        }
        SeniorAction::Set { email, title, channels, departments, most } => {
            let user = door.get_user(&email).await?.id;
            let mut ids = Vec::new();
            for name in &departments {
                ids.push(door.get_department(name).await?.id);
            }
            let channels = match channels.is_empty() {
                true => OutreachChannel::ALL.to_vec(),
                false => channels.into_iter().map(OutreachChannel::from).collect(),
            };
            let senior = door.set_senior(Senior { user, title, channels, departments: ids, most_open: most }).await?;
            if shared.json { say(&json!(senior).to_string()) } else { say(&format!("{email} can be asked")) }
        }
        SeniorAction::Remove { email } => door.remove_senior(door.get_user(&email).await?.id).await,
    }
}

async fn keep_script(shared: &Shared, door: &Door, action: ScriptAction) -> Result<(), Failure> {
    match action {
        ScriptAction::List => {
            let scripts = door.outreach_scripts().await?;
            if shared.json {
                return say(&json!(scripts).to_string());
            }
            for script in scripts {
                let kind = script.channel.map_or("call or mail", OutreachChannel::as_str);
                say(&harmless(&format!("{}  {kind}, {}", script.name, script.language)))?;
            }
            Ok(())
        }
        ScriptAction::Export => {
            let script = |one: OutreachScript| FileScript {
                name: one.name,
                channel: one.channel,
                language: one.language,
                text: one.text,
                steps: one.steps,
                may: one.may,
                may_not: one.may_not,
            };
            let file = ScriptFile { script: door.outreach_scripts().await?.into_iter().map(script).collect() };
            let text = toml::to_string_pretty(&file).map_err(Failure::usage)?;
            say(text.trim_end())
        }
        ScriptAction::Import { file } => {
            let text = std::fs::read_to_string(&file)
                .map_err(|error| Failure::usage(format_args!("{}: {error}", file.display())))?;
            let read: ScriptFile =
                toml::from_str(&text).map_err(|error| Failure::usage(format_args!("{}: {error}", file.display())))?;
            let known = door.outreach_scripts().await?;
            for one in read.script {
                let id = known.iter().find(|script| script.name == one.name.trim()).map(|script| script.id);
                let FileScript { name, channel, language, text, steps, may, may_not } = one;
                let script =
                    door.set_outreach_script(id, NewScript { name, channel, language, text, steps, may, may_not });
                say(&harmless(&format!("{}  kept", script.await?.name)))?;
            }
            Ok(())
        }
        ScriptAction::Remove { name } => door.remove_outreach_script(script_named(door, &name).await?.id).await,
    }
}

async fn script_named(door: &Door, name: &str) -> Result<OutreachScript, Failure> {
    let found = door.outreach_scripts().await?.into_iter().find(|script| script.name == name.trim());
    found.ok_or_else(|| Failure::usage(format_args!("there is no script '{name}'")))
}

fn outreach_line(one: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().replace('_', " ");
    let outcome = one["outcome"].as_str().map(|word| format!(": {}", word.replace('_', " "))).unwrap_or_default();
    format!(
        "{}  case {}  {} by {}  {}{outcome}  due {}  {}",
        text(&one["id"]),
        one["case"],
        text(&one["ask"]["channel"]),
        one["senior_name"].as_str().unwrap_or_default(),
        text(&one["state"]),
        text(&one["ask"]["due_at"]),
        one["ask"]["reason"].as_str().unwrap_or_default(),
    )
}

/// All of one, in lines.
fn outreach_page(one: &Value) -> String {
    let mut page = outreach_line(one);
    let mut part = |name: &str, text: &str| {
        if !text.trim().is_empty() {
            page.push_str(&format!("\n\n{name}:\n{}", text.trim()));
        }
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    part("how to reach them", &text(&one["contact"]));
    part("what to say", &text(&one["ask"]["text"]));
    let ticked: Vec<u64> = one["ticked"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    let step = |(number, words): (u64, &str)| {
        format!("{}. [{}] {words}", number + 1, if ticked.contains(&number) { "x" } else { " " })
    };
    let steps: Vec<String> = (0..).zip(strings(&one["ask"]["steps"])).map(step).collect();
    part("steps", &steps.join("\n"));
    part("may be promised", &text(&one["ask"]["may"]));
    part("may not be promised", &text(&one["ask"]["may_not"]));
    let attempt = |one: &Value| format!("{}  {}  {}", text(&one["at"]), text(&one["result"]), text(&one["note"]));
    let attempts: Vec<String> = one["attempts"].as_array().into_iter().flatten().map(attempt).collect();
    part("attempts", &attempts.join("\n"));
    part("why it ended", &text(&one["why"]));
    part("what there is to say", &text(&one["note"]));
    part("promised", &text(&one["promised"]));
    page
}

/// Steps as they are counted inside, from 0; none where none was named.
fn ticked(steps: &[u16]) -> Option<Vec<u16>> {
    (!steps.is_empty()).then(|| steps.iter().map(|step| step - 1).collect())
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn list(shared: &Shared, found: &Value, line: impl Fn(&Value) -> String) -> Result<(), Failure> {
    if shared.json {
        return say(&found.to_string());
    }
    for one in found.as_array().into_iter().flatten() {
        say(&harmless(&line(one)))?;
    }
    Ok(())
}

fn say(line: &str) -> Result<(), Failure> {
    writeln!(std::io::stdout().lock(), "{line}").map_err(Failure::output)
}

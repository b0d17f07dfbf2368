//! `switchboard case`: work on cases.

mod reply;

use std::collections::HashMap;
use std::io::Write;

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use serde_json::{Value, json};
use switchboard_model::{
    Asked, Awaited, Case, CaseFilter, CaseId, CaseOrder, CaseState, DepartmentId, Event, Happening, Outcome, Owner,
    PostId, TransferReason, UserId,
};
use switchboard_store::{Household, ListedCase, Store};

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};
use crate::installation::Installation;
use crate::terminal::{Look, harmless};

/// Work on cases.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// E-mail address of the user for whom it is done; claiming and accepting need one.
    #[arg(long = "as", global = true, value_name = "EMAIL")]
    user: Option<String>,
    /// Do it only if the case still has this version.
    #[arg(long, global = true, value_name = "VERSION")]
    seen: Option<u32>,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List cases, most urgent first.
    List {
        /// Only those of this department (key or name); may be given several times for any of them.
        #[arg(long = "department")]
        departments: Vec<String>,
        /// Only those that this user owns.
        #[arg(long, value_name = "EMAIL")]
        owner: Option<String>,
        /// Only those that a desk owns.
        #[arg(long)]
        unclaimed: bool,
        /// Only those in this state; all that are not closed if left out.
        #[arg(long)]
        state: Option<StateWord>,
        /// Only those with this tag.
        #[arg(long)]
        tag: Option<String>,
        /// Only those of conversations on this network.
        #[arg(long)]
        network: Option<String>,
        /// Only those whose newest post reads as this language, as de.
        #[arg(long)]
        language: Option<String>,
        /// Only those of at least this priority.
        #[arg(long, value_name = "PRIORITY", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=100))]
        least: u8,
        /// The newest first.
        #[arg(long)]
        newest: bool,
        /// How many at most.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
        limit: u32,
    },
    /// Show a case with its conversation and history.
    Show {
        /// Its number.
        case: CaseId,
    },
    /// Tell which rules looked at its post, and why each held or not.
    Trace {
        /// Its number.
        case: CaseId,
    },
    /// Make a case of a stored post.
    Open {
        /// Id of the post.
        post: String,
    },
    /// Make the user of --as the owner.
    Claim {
        /// Its number.
        case: CaseId,
    },
    /// Send it where past cases would have it: to the desk of the department that was proposed.
    Confirm {
        /// Its number.
        case: CaseId,
    },
    /// Make a user of its department the owner.
    Assign {
        /// Its number.
        case: CaseId,
        /// E-mail address of the new owner.
        to: String,
    },
    /// Give it back to the desk of its department.
    Release {
        /// Its number.
        case: CaseId,
        /// Why.
        #[arg(default_value = "")]
        why: String,
    },
    /// Offer it to another department or user; the owner stays until it is accepted.
    Transfer {
        /// Its number.
        case: CaseId,
        /// The department (key or name).
        department: String,
        /// What the receiver has to know.
        note: String,
        /// One user of it.
        #[arg(long = "to", value_name = "EMAIL")]
        to: Option<String>,
        /// Why, in one word.
        #[arg(long, default_value = "not-ours")]
        reason: ReasonWord,
        /// How many minutes the offer stands.
        #[arg(long, value_name = "MINUTES")]
        within: Option<u32>,
        /// Follow the case after it was accepted.
        #[arg(long)]
        watch: bool,
    },
    /// Accept what is offered, as the user of --as.
    Accept {
        /// Its number.
        case: CaseId,
    },
    /// Decline what is offered.
    Decline {
        /// Its number.
        case: CaseId,
        /// Why, for whoever offered it.
        note: String,
    },
    /// Take an offer back.
    Withdraw {
        /// Its number.
        case: CaseId,
    },
    /// Leave a note among colleagues.
    Note {
        /// Its number.
        case: CaseId,
        /// What it says.
        text: String,
    },
    /// Ask a colleague, or somebody outside, by e-mail address.
    Ask {
        /// Its number.
        case: CaseId,
        /// Who is asked: the e-mail address of a user, or of somebody outside.
        whom: String,
        /// What is asked.
        text: String,
        /// What somebody outside is called.
        #[arg(long, value_name = "NAME", default_value = "")]
        name: String,
        /// Whether the page of the link shows the conversation; only of public cases if left out.
        #[arg(long, value_name = "YES")]
        shows_posts: Option<bool>,
        /// Let the case wait for the answer.
        #[arg(long)]
        wait: bool,
    },
    /// Answer a question, as the user of --as who was asked, or for whoever told you.
    Answer {
        /// Its number.
        case: CaseId,
        /// The number of the question in the history.
        question: u32,
        /// What is answered.
        text: String,
    },
    /// Take a question back; its link answers nothing any more.
    WithdrawQuestion {
        /// Its number.
        case: CaseId,
        /// The number of the question in the history.
        question: u32,
    },
    /// Add tags, and remove those of --remove.
    Tag {
        /// Its number.
        case: CaseId,
        /// Tags to add.
        add: Vec<String>,
        /// A tag to remove; may be given more than once.
        #[arg(long, value_name = "TAG")]
        remove: Vec<String>,
    },
    /// Say how urgent it is, 0 to 100.
    Prioritise {
        /// Its number.
        case: CaseId,
        /// 0 to 100.
        score: u8,
        /// Why.
        #[arg(default_value = "")]
        why: String,
    },
    /// Let it sleep until a moment.
    Snooze {
        /// Its number.
        case: CaseId,
        /// When it wakes: 2026-12-24T09:00:00Z.
        until: Timestamp,
    },
    /// Let it wait for its author, or for a colleague.
    Wait {
        /// Its number.
        case: CaseId,
        /// For a colleague who was asked; clocks go on.
        #[arg(long)]
        colleague: bool,
    },
    /// Have a user follow it beside its owner: the user of --as if nobody is named.
    Watch {
        /// Its number.
        case: CaseId,
        /// E-mail address of the user.
        who: Option<String>,
    },
    /// Have a user follow it no more.
    Unwatch {
        /// Its number.
        case: CaseId,
        /// E-mail address of the user.
        who: Option<String>,
    },
    /// Have a department beside its own follow it.
    Involve {
        /// Its number.
        case: CaseId,
        /// The department (key or name).
        department: String,
        /// Why.
        why: String,
    },
    /// Have a department follow it no more.
    Excuse {
        /// Its number.
        case: CaseId,
        /// The department (key or name).
        department: String,
    },
    /// Let it wait or sleep no longer.
    Resume {
        /// Its number.
        case: CaseId,
        /// Why.
        #[arg(default_value = "")]
        why: String,
    },
    /// End it.
    Close {
        /// Its number.
        case: CaseId,
        /// How it ended.
        outcome: OutcomeWord,
        /// Why; needed for no-answer.
        #[arg(default_value = "")]
        reason: String,
    },
    /// Begin a closed one again.
    Reopen {
        /// Its number.
        case: CaseId,
        /// Why.
        #[arg(default_value = "")]
        why: String,
    },
    /// Take back what you last did to it, within 10 minutes and as long as nobody has gone on from there.
    Undo {
        /// Its number.
        case: CaseId,
        /// The number of an event of its history instead; that of an undo makes it hold again.
        #[arg(long, value_name = "NUMBER")]
        event: Option<u32>,
    },
    /// Answer it. The reply goes into the outbox, and a running serve sends it.
    Reply(reply::Arguments),
    /// Check that every case has exactly one owner and is what its history says.
    Check,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum StateWord {
    Open,
    Waiting,
    Snoozed,
    Closed,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum OutcomeWord {
    SolvedPublicly,
    SolvedPrivately,
    Thanked,
    NoAnswer,
}

impl From<OutcomeWord> for Outcome {
    fn from(word: OutcomeWord) -> Self {
        match word {
            OutcomeWord::SolvedPublicly => Self::SolvedPublicly,
            OutcomeWord::SolvedPrivately => Self::SolvedPrivately,
            OutcomeWord::Thanked => Self::Thanked,
            OutcomeWord::NoAnswer => Self::NoAnswer,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ReasonWord {
    NotOurs,
    Expertise,
    Language,
    OffDuty,
    Workload,
    Escalation,
    Other,
}

impl From<ReasonWord> for TransferReason {
    fn from(word: ReasonWord) -> Self {
        match word {
            ReasonWord::NotOurs => Self::NotOurs,
            ReasonWord::Expertise => Self::Expertise,
            ReasonWord::Language => Self::Language,
            ReasonWord::OffDuty => Self::OffDuty,
            ReasonWord::Workload => Self::Workload,
            ReasonWord::Escalation => Self::Escalation,
            ReasonWord::Other => Self::Other,
        }
    }
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let Arguments { user, seen, action } = arguments;
    match action {
        Action::List { departments, owner, unclaimed, state, tag, network, language, least, newest, limit } => {
            let filter = CaseFilter {
                is_unclaimed: unclaimed,
                state: state.map(|state| CaseState::WORDS[state as usize]),
                tag,
                network,
                language,
                least_priority: least,
                order: if newest { CaseOrder::Newest } else { CaseOrder::Priority },
                with_private: true,
                limit,
                ..CaseFilter::default()
            };
            let read = async |store: &Store| {
                let household = store.load_household().await?;
                let departments = departments.iter().map(|name| department_of(&household, name));
                let departments: Vec<DepartmentId> = departments.collect::<Result<_, _>>()?;
                let owner = owner.as_deref().map(|email| user_of(&household, email)).transpose()?;
                let cases = store.list_cases(&CaseFilter { departments, owner, ..filter.clone() }).await?;
                list(shared, &household, &cases)
            };
            reading(&installation, read).await
        }
        Action::Show { case } => reading(&installation, async |store| show(shared, store, case).await).await,
        Action::Check => reading(&installation, async |store| check(shared, store).await).await,
        Action::Reply(arguments) => reply::run(shared, &installation, arguments).await,
        Action::Trace { case } => {
            let door = Door::open(&installation, "case").await?;
            let done = door.case_trace(case).await;
            door.close().await;
            trace(shared, &done?)
        }
        Action::Open { post } => {
            let door = Door::open(&installation, "case").await?;
            let done = door.open_case(PostId(post)).await;
            door.close().await;
            say(shared, &done?)
        }
        action => {
            let door = Door::open(&installation, "case").await?;
            let done = act(&installation, &door, action, user, seen).await;
            door.close().await;
            say(shared, &done?)
        }
    }
}

/// Reads beside whoever writes.
async fn reading(
    installation: &Installation,
    read: impl AsyncFnOnce(&Store) -> Result<Status, Failure>,
) -> Result<Status, Failure> {
    let store = installation.open_store_for_reading().await?;
    let done = read(&store).await;
    store.close().await;
    done
}

async fn act(
    installation: &Installation,
    door: &Door,
    action: Action,
    user: Option<String>,
    seen: Option<u32>,
) -> Result<Case, Failure> {
    let household = async || {
        let store = installation.open_store_for_reading().await?;
        let household = store.load_household().await;
        store.close().await;
        household.map_err(Failure::from)
    };
    let (case, verb, mut body) = match action {
        Action::Claim { case } => (case, "claim", json!({})),
        Action::Confirm { case } => (case, "confirm", json!({})),
        Action::Assign { case, to } => (case, "assign", json!({ "to": user_of(&household().await?, &to)? })),
        Action::Release { case, why } => (case, "release", json!({ "why": why })),
        Action::Transfer { case, department, note, to, reason, within, watch } => {
            let household = household().await?;
            let to = to.as_deref().map(|email| user_of(&household, email)).transpose()?;
            let body = json!({
                "department": department_of(&household, &department)?, "user": to, "note": note,
                "reason": TransferReason::from(reason), "accept_within_min": within,
                "keeps_watching": watch,
            });
            (case, "transfer", body)
        }
        Action::Accept { case } => (case, "accept", json!({})),
        Action::Decline { case, note } => (case, "decline", json!({ "note": note })),
        Action::Withdraw { case } => (case, "withdraw", json!({})),
        Action::Note { case, text } => (case, "notes", json!({ "text": text })),
        Action::Ask { case, whom, text, name, shows_posts, wait } => {
            let household = household().await?;
            let mut body = json!({ "text": text, "waits": wait });
            let to = match user_of(&household, &whom) {
                Ok(asked) => json!({ "user": asked }),
                Err(_) => json!({ "email": whom, "name": name }),
            };
            if let (Value::Object(body), Value::Object(to)) = (&mut body, to) {
                body.extend(to);
                body.extend(shows_posts.map(|shows| ("shows_posts".to_owned(), shows.into())));
            }
            return door.act_on_case(case, "questions", body, user.as_deref()).await;
        }
        Action::Answer { case, question, text } => {
            let verb = format!("questions/{question}/answers");
            return door.act_on_case(case, &verb, json!({ "text": text }), user.as_deref()).await;
        }
        Action::WithdrawQuestion { case, question } => {
            return door.act_on_case(case, &format!("questions/{question}/withdraw"), json!({}), user.as_deref()).await;
        }
        Action::Tag { case, add, remove } => (case, "tags", json!({ "added": add, "removed": remove })),
        Action::Prioritise { case, score, why } => (case, "priority", json!({ "score": score, "why": why })),
        Action::Snooze { case, until } => (case, "snooze", json!({ "until": until })),
        Action::Wait { case, colleague } => {
            let on = if colleague { Awaited::Colleague } else { Awaited::Author };
            (case, "wait", json!({ "on": on }))
        }
        Action::Watch { case, who } => (case, "watch", json!({ "user": user_or_self(&household, who).await? })),
        Action::Unwatch { case, who } => (case, "unwatch", json!({ "user": user_or_self(&household, who).await? })),
        Action::Involve { case, department, why } => {
            let department = department_of(&household().await?, &department)?;
            (case, "involve", json!({ "department": department, "why": why }))
        }
        Action::Excuse { case, department } => {
            (case, "excuse", json!({ "department": department_of(&household().await?, &department)? }))
        }
        Action::Resume { case, why } => (case, "resume", json!({ "why": why })),
        Action::Close { case, outcome, reason } => {
            (case, "close", json!({ "outcome": Outcome::from(outcome), "reason": reason }))
        }
        Action::Reopen { case, why } => (case, "reopen", json!({ "why": why })),
        Action::Undo { case, event } => (case, "undo", json!({ "event": event })),
        Action::List { .. }
        | Action::Show { .. }
        | Action::Trace { .. }
        | Action::Open { .. }
        | Action::Reply(_)
        | Action::Check => {
            return Err(Failure::usage("nothing is done to one case by that"));
        }
    };
    if let (Some(seen), Value::Object(body)) = (seen, &mut body) {
        body.insert("version".into(), seen.into());
    }
    door.act_on_case(case, verb, body, user.as_deref()).await
}

/// The user of an address, if one is given; the API takes the user of `--as` else.
async fn user_or_self<F>(household: impl Fn() -> F, email: Option<String>) -> Result<Option<UserId>, Failure>
where
    F: Future<Output = Result<Household, Failure>>,
{
    match email {
        Some(email) => Ok(Some(user_of(&household().await?, &email)?)),
        None => Ok(None),
    }
}

fn user_of(household: &Household, email: &str) -> Result<UserId, Failure> {
    let wanted = email.trim().to_lowercase();
    let found = household.users.iter().find(|user| user.email == wanted).map(|user| user.id);
    found.ok_or_else(|| Failure::usage(format_args!("nobody has the e-mail address '{email}'")))
}

pub(super) fn department_of(household: &Household, name: &str) -> Result<DepartmentId, Failure> {
    let wanted = name.trim().to_lowercase();
    let is_it = |department: &&switchboard_model::Department| {
        department.key == wanted || department.name.to_lowercase() == wanted
    };
    let found = household.departments.iter().find(is_it).map(|department| department.id);
    let keys = || household.departments.iter().map(|known| known.key.as_str()).collect::<Vec<_>>().join(", ");
    found.ok_or_else(|| Failure::usage(format_args!("there is no department '{name}'; there are: {}", keys())))
}

/// What people and departments are called.
struct Names<'a> {
    users: HashMap<UserId, &'a str>,
    departments: HashMap<DepartmentId, &'a str>,
}

impl<'a> Names<'a> {
    fn of(household: &'a Household) -> Self {
        Self {
            users: household.users.iter().map(|user| (user.id, user.name.as_str())).collect(),
            departments: household.departments.iter().map(|one| (one.id, one.name.as_str())).collect(),
        }
    }

    fn user(&self, id: UserId) -> &str {
        self.users.get(&id).copied().unwrap_or("somebody")
    }

    fn department(&self, id: DepartmentId) -> &str {
        self.departments.get(&id).copied().unwrap_or("a department")
    }

    fn owner(&self, case: &Case) -> String {
        let department = self.department(case.department);
        match case.owner {
            Owner::Desk => format!("{department}, desk"),
            Owner::User(user) => format!("{department}, {}", self.user(user)),
        }
    }
}

fn say(shared: &Shared, case: &Case) -> Result<Status, Failure> {
    let mut output = std::io::stdout();
    if shared.json {
        writeln!(output, "{}", json!(case)).map_err(Failure::output)?;
    } else {
        let (id, state) = (case.id, case.state.as_str());
        writeln!(output, "case {id}: {state}, version {}", case.version).map_err(Failure::output)?;
    }
    Ok(Status::Done)
}

fn list(shared: &Shared, household: &Household, cases: &[ListedCase]) -> Result<Status, Failure> {
    let mut output = std::io::stdout().lock();
    if shared.json {
        let row = |one: &ListedCase| json!({ "case": one.case, "post": one.newest, "first": one.first });
        let rows: Vec<Value> = cases.iter().map(row).collect();
        writeln!(output, "{}", json!(rows)).map_err(Failure::output)?;
        return Ok(Status::Done);
    }
    if cases.is_empty() {
        writeln!(output, "no cases here").map_err(Failure::output)?;
    }
    let (look, names) = (Look::of_stdout(), Names::of(household));
    for ListedCase { case, newest: post, .. } in cases {
        let owner = harmless(&names.owner(case));
        let head = format!("{:>6}  {:>3}  {:8}", case.id.0, case.priority.score, case.state.as_str());
        let text =
            post.as_ref().map_or_else(String::new, |post| snippet(&post.post.text, look.width.saturating_sub(60)));
        writeln!(output, "{head}  {}  {text}", look.bold(&format!("{owner:28}"))).map_err(Failure::output)?;
    }
    Ok(Status::Done)
}

/// The beginning of a text on one line.
fn snippet(text: &str, width: usize) -> String {
    let line = harmless(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    let width = width.max(20);
    if line.chars().count() <= width { line } else { line.chars().take(width - 1).chain(['…']).collect() }
}

/// "case 17 (0.62)".
fn near(near: &Value) -> String {
    let kind = harmless(near["kind"].as_str().unwrap_or_default());
    format!("{kind} {} ({:.2})", near["id"], near["nearness"].as_f64().unwrap_or_default())
}

fn trace(shared: &Shared, trace: &Value) -> Result<Status, Failure> {
    let mut output = std::io::stdout().lock();
    let word = |value: &Value| harmless(value.as_str().unwrap_or_default());
    let mut lines = vec![trace.to_string()];
    if !shared.json {
        lines = vec![format!("opened: {}; here: {}", word(&trace["why"]), word(&trace["why_here"]))];
        if let Some(number) = trace["rule_set"]["number"].as_i64() {
            lines.push(format!("rules {number}, since {}", word(&trace["rule_set"]["at"])));
        }
        if let Some(probability) = trace["proposal"]["probability"].as_f64() {
            let near: Vec<String> = trace["proposal"]["near"].as_array().into_iter().flatten().map(near).collect();
            let department = word(&trace["proposal"]["department"]);
            let percent = (probability * 100.0).round();
            lines.push(format!("past cases: {department} ({percent} %), nearest {}", near.join(", ")));
        }
        for rule in trace["rules"].as_array().into_iter().flatten() {
            let state = word(&rule["state"]).replace('_', " ");
            lines.push(format!("{state:>13}  {}: {}", word(&rule["name"]), word(&rule["why"])));
        }
    }
    for line in lines {
        writeln!(output, "{line}").map_err(Failure::output)?;
    }
    Ok(Status::Done)
}

async fn show(shared: &Shared, store: &Store, id: CaseId) -> Result<Status, Failure> {
    let case = store.find_case(id).await?.ok_or_else(|| Failure::usage(format_args!("there is no case {id}")))?;
    let (posts, events) = (store.case_posts(id, 200).await?, store.case_events(id).await?);
    let replies = store.replies_of_case(id).await?;
    let mut output = std::io::stdout().lock();
    if shared.json {
        let view = json!({ "case": case, "posts": posts, "events": events, "replies": replies });
        writeln!(output, "{view}").map_err(Failure::output)?;
        return Ok(Status::Done);
    }
    let household = store.load_household().await?;
    let (look, names) = (Look::of_stdout(), Names::of(&household));
    let mut lines = vec![
        look.bold(&format!("case {id}  {}  priority {}", case.state.as_str(), case.priority.score)),
        format!("{}  (version {})", harmless(&names.owner(&case)), case.version),
        look.dim(&format!("opened: {}; here: {}", harmless(&case.why), harmless(&case.why_here))),
    ];
    if !case.tags.is_empty() {
        lines.push(format!("tags: {}", harmless(&case.tags.join(", "))));
    }
    for post in &posts {
        let who = post.post.author.as_ref().map_or("somebody", |author| author.handle.as_str());
        lines.push(String::new());
        lines.push(look.dim(&format!("{}  {}", post.captured_at, harmless(who))));
        lines.push(harmless(&post.post.text));
    }
    lines.push(String::new());
    lines.extend(events.iter().map(|event| {
        let line = format!("{:>4}  {}  {}", event.number, event.at, told(event, &names));
        harmless(&line)
    }));
    for line in lines {
        writeln!(output, "{line}").map_err(Failure::output)?;
    }
    Ok(Status::Done)
}

/// An entry of a history in words.
fn told(event: &Event, names: &Names<'_>) -> String {
    let by = event.by.user().map_or_else(|| event.by.to_string(), |user| names.user(user).to_owned());
    let more = match &event.what {
        Happening::Opened(opening) => opening.why.clone(),
        Happening::Joined { is_ours: true, .. } => "our own post".to_owned(),
        Happening::Assigned { to, why } if why.is_empty() => names.user(*to).to_owned(),
        Happening::Assigned { to, why } => format!("{}: {why}", names.user(*to)),
        Happening::Released { why }
        | Happening::OfferEnded { why }
        | Happening::Resumed { why }
        | Happening::Reopened { why }
        | Happening::ReplyFailed { why, .. } => why.clone(),
        Happening::Offered(offer) => {
            let to = offer.user.map_or_else(String::new, |user| format!(", {}", names.user(user)));
            format!("to {}{to}, {}: {}", names.department(offer.department), offer.reason.as_str(), offer.note)
        }
        Happening::Moved { department, why, .. } => format!("to {}: {why}", names.department(*department)),
        Happening::Declined { note: text } | Happening::Noted { text } => text.clone(),
        Happening::Tagged { added, removed } => {
            let added = added.iter().map(|tag| format!("+{tag}"));
            added.chain(removed.iter().map(|tag| format!("-{tag}"))).collect::<Vec<_>>().join(" ")
        }
        Happening::Prioritised { priority, why } => format!("{} {why}", priority.score),
        Happening::Snoozed { until } => format!("until {until}"),
        Happening::Waiting { on: Awaited::Colleague } => "for a colleague".to_owned(),
        Happening::Watched { user } | Happening::Unwatched { user } => names.user(*user).to_owned(),
        Happening::Involved { department, why } => format!("{}: {why}", names.department(*department)),
        Happening::Excused { department } => names.department(*department).to_owned(),
        Happening::PingPong { between: [one, other], hops, .. } => {
            format!("{hops} times between {} and {}", names.department(*one), names.department(*other))
        }
        Happening::ClockWarned { clock, due, .. } | Happening::ClockBreached { clock, due, .. } => {
            format!("{} due {due}", clock.as_str().replace('_', " "))
        }
        Happening::Escalated { clock, to, .. } => {
            format!("{} to {}", clock.as_str().replace('_', " "), names.user(*to))
        }
        Happening::Closed { outcome, reason } => format!("{} {reason}", outcome.as_str()),
        Happening::Undone { event, .. } => format!("event {event}"),
        Happening::QuestionAsked(question) => {
            let to = match &question.to {
                Asked::User(user) => names.user(*user),
                Asked::Guest(guest) => guest.email.as_str(),
            };
            format!("{to}: {}", question.text)
        }
        Happening::QuestionAnswered { question, text } => format!("{question}: {text}"),
        Happening::QuestionWithdrawn { question } => question.to_string(),
        Happening::ReplySent { url, .. } => url.clone().unwrap_or_default(),
        Happening::Joined { .. }
        | Happening::Claimed
        | Happening::Accepted
        | Happening::Waiting { on: Awaited::Author }
        | Happening::Assessed { .. }
        | Happening::ReplyQueued { .. }
        | Happening::ReplyWithdrawn { .. } => String::new(),
    };
    format!("{by}: {} {more}", event.what.kind().replace('_', " ")).trim_end().to_owned()
}

async fn check(shared: &Shared, store: &Store) -> Result<Status, Failure> {
    let found = store.check_cases().await?;
    let mut output = std::io::stdout().lock();
    if shared.json {
        let findings: Vec<Value> =
            found.findings.iter().map(|one| json!({ "part": one.part, "message": one.message })).collect();
        let check = json!({ "cases": found.cases, "events": found.events, "findings": findings });
        writeln!(output, "{check}").map_err(Failure::output)?;
    } else {
        for finding in &found.findings {
            writeln!(output, "{}: {}", finding.part, harmless(&finding.message)).map_err(Failure::output)?;
        }
        let verdict =
            if found.findings.is_empty() { "each has one owner and is what its history says" } else { "see above" };
        writeln!(output, "{} cases, {} events: {verdict}", found.cases, found.events).map_err(Failure::output)?;
    }
    Ok(if found.findings.is_empty() { Status::Done } else { Status::Damaged })
}

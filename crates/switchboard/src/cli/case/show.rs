//! How cases are printed: lists, one case with its history, the rules that looked at its post.

use std::collections::HashMap;
use std::io::Write;

use serde_json::{Value, json};
use switchboard_model::{Asked, Awaited, Case, CaseId, DepartmentId, Event, Happening, Owner, UserId};
use switchboard_store::{Household, ListedCase, Store};

use crate::cli::Shared;
use crate::failure::{Failure, Status};
use crate::terminal::{Look, harmless};

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

pub(super) fn list(shared: &Shared, household: &Household, cases: &[ListedCase]) -> Result<Status, Failure> {
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

/// The numbers alone, for another command to read.
pub(super) fn numbers(cases: &[ListedCase]) -> Result<Status, Failure> {
    let mut output = std::io::stdout().lock();
    for one in cases {
        writeln!(output, "{}", one.case.id).map_err(Failure::output)?;
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

pub(super) fn trace(shared: &Shared, trace: &Value) -> Result<Status, Failure> {
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

pub(super) fn similar(shared: &Shared, found: &Value) -> Result<Status, Failure> {
    let mut output = std::io::stdout().lock();
    let mut lines = vec![found.to_string()];
    if !shared.json {
        let line = |one: &Value| {
            let why: Vec<&str> = one["why"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let text = snippet(one["post"]["post"]["text"].as_str().unwrap_or_default(), 80);
            format!("{:>6}  same {}: {text}", one["case"]["id"], why.join(", "))
        };
        lines = found.as_array().into_iter().flatten().map(line).collect();
        if lines.is_empty() {
            lines.push("no case looks like it".to_owned());
        }
    }
    for line in lines {
        writeln!(output, "{line}").map_err(Failure::output)?;
    }
    Ok(Status::Done)
}

pub(super) async fn show(shared: &Shared, store: &Store, id: CaseId) -> Result<Status, Failure> {
    let case = store.find_case(id).await?.ok_or_else(|| Failure::usage(format_args!("there is no case {id}")))?;
    let (posts, events) = (store.case_posts(id, 200).await?, store.case_events(id).await?);
    let replies = store.replies_of_case(id).await?;
    let merged = store.cases_merged_into(id).await?;
    let mut output = std::io::stdout().lock();
    if shared.json {
        let view = json!({ "case": case, "posts": posts, "events": events, "replies": replies, "merged": merged });
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
    if let Some(into) = case.merged_into {
        lines.push(format!("went into case {into}; what was said stands there"));
    }
    for part in &merged {
        lines.push(format!("case {} is in it", part.id));
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
        Happening::Prioritised { priority, why } | Happening::Recounted { priority, why } => {
            format!("{} {why}", priority.score)
        }
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
        Happening::QuestionAnswered { question, text, .. } => format!("{question}: {text}"),
        Happening::QuestionWithdrawn { question, .. } => question.to_string(),
        Happening::OutreachAsked(ask) => {
            format!("{} by {} until {}: {}", ask.channel.as_str(), names.user(ask.senior), ask.due_at, ask.reason)
        }
        Happening::OutreachTried(tried) => {
            format!("{}, again by {}: {}", tried.result.as_str().replace('_', " "), tried.next_at, tried.note)
        }
        Happening::OutreachDone(end) => {
            let promised =
                if end.promised.is_empty() { String::new() } else { format!("; promised: {}", end.promised) };
            format!("{}: {}{promised}", end.outcome.as_str().replace('_', " "), end.note)
        }
        Happening::OutreachDeclined { why, .. } | Happening::OutreachReturned { why, .. } => why.clone(),
        Happening::OutreachWithdrawn { senior, why, .. } => format!("{}: {why}", names.user(*senior)),
        Happening::OutreachWarned { senior, due, .. } | Happening::OutreachOverdue { senior, due, .. } => {
            format!("{} due {due}", names.user(*senior))
        }
        Happening::Merged(merged) => format!("{} {}", merged.other, merged.why),
        Happening::TakenApart(apart) => apart.other.to_string(),
        Happening::MergedInto { into: other } | Happening::SplitFrom { other, .. } => other.to_string(),
        Happening::Separated(separated) => separated.from.to_string(),
        Happening::Split { other, posts, why, .. } => format!("{other}, {} posts: {why}", posts.len()),
        Happening::ReplySent { url, .. } => url.clone().unwrap_or_default(),
        Happening::Joined { .. }
        | Happening::Claimed
        | Happening::Accepted
        | Happening::OutreachAccepted { .. }
        | Happening::Waiting { on: Awaited::Author }
        | Happening::Assessed { .. }
        | Happening::ReplyQueued { .. }
        | Happening::ReplyWithdrawn { .. } => String::new(),
    };
    format!("{by}: {} {more}", event.what.kind().replace('_', " ")).trim_end().to_owned()
}

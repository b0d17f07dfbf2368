//! `switchboard case`: work on cases.

mod arguments;
mod bulk;
mod reply;
mod show;

use std::io::Write;

use serde_json::{Value, json};
use switchboard_model::{
    Awaited, Case, CaseFilter, CaseOrder, CaseState, DepartmentId, Outcome, PostId, TransferReason, UserId,
};
use switchboard_store::{Household, Store};

pub(crate) use arguments::Arguments;
use arguments::{Action, OutcomeWord, ReasonWord};
use show::{list, show, similar, trace};

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};
use crate::installation::Installation;
use crate::terminal::harmless;

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let Arguments { user, seen, action } = arguments;
    action.can_heed(user.as_deref(), seen)?;
    match action {
        Action::List {
            departments,
            owner,
            unclaimed,
            state,
            tag,
            network,
            language,
            least,
            newest,
            numbers,
            limit,
        } => {
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
                if numbers { show::numbers(&cases) } else { list(shared, &household, &cases) }
            };
            reading(&installation, read).await
        }
        Action::Show { case } => reading(&installation, async |store| show(shared, store, case).await).await,
        Action::Check => reading(&installation, async |store| check(shared, store).await).await,
        Action::Reply(arguments) => reply::run(shared, &installation, arguments, user, seen).await,
        Action::Bulk(arguments) => bulk::run(shared, &installation, arguments, user).await,
        Action::BulkUndo(arguments) => bulk::undo(shared, &installation, arguments, user).await,
        Action::Trace { case } => {
            let door = Door::open(&installation, "case").await?;
            let done = door.case_trace(case).await;
            door.close().await;
            trace(shared, &done?)
        }
        Action::Similar { case } => {
            let door = Door::open(&installation, "case").await?;
            let done = door.similar_cases(case).await;
            door.close().await;
            similar(shared, &done?)
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
        Action::Accept { case, note } => (case, "accept", json!({ "note": note })),
        Action::Decline { case, note } => (case, "decline", json!({ "note": note })),
        Action::Withdraw { case } => (case, "withdraw", json!({})),
        Action::Note { case, text } => (case, "notes", json!({ "text": text })),
        Action::Ask { case, whom, text, outside, name, shows_posts, wait } => {
            let household = household().await?;
            let mut body = json!({ "text": text, "waits": wait });
            let to = match user_of(&household, &whom) {
                Ok(asked) => json!({ "user": asked }),
                Err(_) if outside => json!({ "email": whom, "name": name }),
                Err(_) => {
                    let message = format!(
                        "nobody who works here has the e-mail address '{whom}'; with --outside a letter asks them"
                    );
                    return Err(Failure::usage(message));
                }
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
        Action::Close { case, outcome, reason, withdraw_outreach } => {
            let outcome = Outcome::from(outcome);
            (case, "close", json!({ "outcome": outcome, "reason": reason, "withdraw_outreach": withdraw_outreach }))
        }
        Action::Reopen { case, why } => (case, "reopen", json!({ "why": why })),
        Action::Undo { case, event } => (case, "undo", json!({ "event": event })),
        Action::Merge { case, other, why, seen_other } => {
            let mut body = json!({ "case": other, "why": why });
            if let (Some(seen), Value::Object(body)) = (seen_other, &mut body) {
                body.insert("case_version".into(), seen.into());
            }
            (case, "merge", body)
        }
        Action::TakeApart { case, other } => (case, "merge/undo", json!({ "case": other })),
        Action::Split { case, why, posts, department, to, desk } => {
            let household = household().await?;
            let department = department.as_deref().map(|name| department_of(&household, name)).transpose()?;
            let to = to.as_deref().map(|email| user_of(&household, email)).transpose()?;
            let mut body = json!({ "posts": posts, "why": why, "to_desk": desk });
            if let Value::Object(body) = &mut body {
                body.extend(department.map(|id| ("department".to_owned(), json!(id))));
                body.extend(to.map(|id| ("user".to_owned(), json!(id))));
            }
            (case, "split", body)
        }
        Action::List { .. }
        | Action::Show { .. }
        | Action::Trace { .. }
        | Action::Open { .. }
        | Action::Similar { .. }
        | Action::Bulk(_)
        | Action::BulkUndo(_)
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

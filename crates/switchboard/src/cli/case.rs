//! `switchboard case`: work on cases.

mod reply;
mod show;

use std::io::Write;

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use serde_json::{Value, json};
use switchboard_model::{
    Awaited, Case, CaseFilter, CaseId, CaseOrder, CaseState, DepartmentId, Outcome, PostId, TransferReason, UserId,
};
use switchboard_store::{Household, Store};

use show::{list, show, similar, trace};

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};
use crate::installation::Installation;
use crate::terminal::harmless;

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
        /// A note for whoever offered it.
        #[arg(long, default_value = "")]
        note: String,
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
        /// Who is asked: the e-mail address of a user, or with --outside of somebody without an account.
        whom: String,
        /// What is asked.
        text: String,
        /// They have no account: a letter with a link goes to them.
        #[arg(long)]
        outside: bool,
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
    /// Have another case go into this one, which keeps its owner.
    Merge {
        /// The number of the case that goes on.
        case: CaseId,
        /// The number of the case that ends in it.
        other: CaseId,
        /// Why the two are one.
        #[arg(default_value = "")]
        why: String,
    },
    /// Take a case out again that went into this one.
    TakeApart {
        /// Its number.
        case: CaseId,
        /// The number of the case that went into it.
        other: CaseId,
    },
    /// Make a case of some of its posts, with what answers them.
    Split {
        /// Its number.
        case: CaseId,
        /// Why it is another matter.
        why: String,
        /// Id of a post; may be given several times.
        #[arg(long = "post", value_name = "ID", required = true)]
        posts: Vec<String>,
        /// The department of the new case (key or name); that of the old one if left out.
        #[arg(long)]
        department: Option<String>,
        /// E-mail address of the user of it who owns the new case; whoever owns the old one if left out.
        #[arg(long, value_name = "EMAIL")]
        to: Option<String>,
        /// The desk owns it, whoever owns the old one.
        #[arg(long, conflicts_with = "to")]
        desk: bool,
    },
    /// List cases that may be about the same.
    Similar {
        /// Its number.
        case: CaseId,
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
    action.can_heed(user.as_deref(), seen)?;
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
        Action::Reply(arguments) => reply::run(shared, &installation, arguments, user, seen).await,
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

impl Action {
    /// Whether it does what `--as` and `--seen` say; what it cannot do is refused, not left out.
    fn can_heed(&self, user: Option<&str>, seen: Option<u32>) -> Result<(), Failure> {
        let is_read = matches!(
            self,
            Self::List { .. } | Self::Show { .. } | Self::Trace { .. } | Self::Similar { .. } | Self::Check
        );
        if user.is_some() && (is_read || matches!(self, Self::Open { .. })) {
            return Err(Failure::usage("the operator of the machine does this for nobody else; leave out --as"));
        }
        let is_beside = matches!(
            self,
            Self::Open { .. }
                | Self::Ask { .. }
                | Self::Answer { .. }
                | Self::WithdrawQuestion { .. }
                | Self::Watch { .. }
                | Self::Unwatch { .. }
                | Self::Involve { .. }
                | Self::Excuse { .. }
        );
        if seen.is_some() && (is_read || is_beside) {
            return Err(Failure::usage("this holds whatever has happened to the case meanwhile; leave out --seen"));
        }
        Ok(())
    }
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
        Action::Close { case, outcome, reason } => {
            (case, "close", json!({ "outcome": Outcome::from(outcome), "reason": reason }))
        }
        Action::Reopen { case, why } => (case, "reopen", json!({ "why": why })),
        Action::Undo { case, event } => (case, "undo", json!({ "event": event })),
        Action::Merge { case, other, why } => (case, "merge", json!({ "case": other, "why": why })),
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

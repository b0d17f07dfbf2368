//! Plays the history: every post arrives when it was written, and everybody does what they did when they did it.

use std::collections::HashMap;
use std::fmt::Display;

use jiff::{SignedDuration, Timestamp};
use switchboard_app::answer::AnswerError;
use switchboard_app::answer::draft::DraftText;
use switchboard_app::answer::outbox::OutboxConfig;
use switchboard_app::answer::reply::NewReply;
use switchboard_app::cases::outreach::{NewAsk, OutreachAct};
use switchboard_app::cases::transfer::Transfer;
use switchboard_app::pipeline::embedded::Arrival;
use switchboard_app::rights::Actor;
use switchboard_app::{App, AppError};
use switchboard_model::{
    Awaited, Captured, Case, DepartmentId, Outcome, OutreachChannel, OutreachOutcome, Post, Then, TransferReason,
    UserId,
};

use crate::clock::DemoClock;
use crate::data::{Act, Data, DataError, Deed, Moment, PostText, Thread};
use crate::founding::{Founded, found};
use crate::networks::World;
use crate::writer::{Place, Writer, edited};

/// A post reaches us so long after it was written.
const ON_THE_WAY: SignedDuration = SignedDuration::from_secs(7);

/// Offers stand until somebody of the history answers them, and through a day of looking around.
const OFFERS_STAND_MIN: u32 = 24 * 60;

/// What nobody acts on is put aside after a day and a bit.
const PUT_ASIDE_AFTER: SignedDuration = SignedDuration::from_hours(29);

/// How authors can be reached whom a senior calls.
const CONTACT: &str = "+43 1 555 0142, after five";

/// Why somebody of the history answers what a colleague answered.
const SECOND: &str = "the first answer left something open";

/// Why a history could not be played.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The files cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The application could not.
    #[error(transparent)]
    App(#[from] AppError),
    /// Something could not be done.
    #[error("{what}: {why}")]
    Refused {
        /// What.
        what: String,
        /// Why.
        why: String,
    },
}

/// Says what could not be done.
pub(crate) fn because<E: Display>(what: impl Into<String>) -> impl FnOnce(E) -> SeedError {
    let what = what.into();
    move |why| SeedError::Refused { what, why: why.to_string() }
}

/// What was played.
#[derive(Debug)]
pub struct Seeded {
    /// Users by the keys of the files.
    pub people: HashMap<String, UserId>,
    /// What the conversations became, for what is said in them later.
    pub writer: Writer,
    /// What could not be played, each in a sentence; there should be nothing.
    pub refused: Vec<String>,
}

/// Plays the history up to now into an installation that belongs to nobody yet, and lets the clock go.
///
/// # Errors
/// Says what could not be done. A step of the history that is refused is told in [`Seeded::refused`] and stops nothing.
pub async fn seed(
    app: &App,
    clock: &DemoClock,
    world: &World,
    data: &Data,
    password: String,
) -> Result<Seeded, SeedError> {
    clock.let_go();
    let start = app.now();
    clock.put(Moment::Day(22, jiff::civil::time(7, 0, 0, 0)).before(start));
    let today = start.to_zoned(jiff::tz::TimeZone::UTC).date();
    let founded = found(app, &data.company, today, password).await?;
    let mut play = Play {
        app,
        clock,
        world,
        data,
        start,
        founded,
        writer: Writer::default(),
        said: HashMap::new(),
        refused: Vec::new(),
    };
    for (at, event) in events(data, start) {
        play.wait_until(at).await;
        if let Err(error) = play.happen(event, at).await {
            tracing::warn!(%error, "a step of the demonstration's history is left out");
            play.refused.push(error.to_string());
        }
        // What happened teaches at once, so that what is proposed for the next post knows of it.
        app.learn().await.map_err(because("routing cannot learn"))?;
    }
    play.wait_until(start).await;
    clock.let_go();
    let Play { founded, writer, refused, .. } = play;
    Ok(Seeded { people: founded.people, writer, refused })
}

/// Something on the way through the history.
#[derive(Debug, Clone, Copy)]
enum Event<'a> {
    /// A post is written; the number tells it from all others.
    Said(&'a Thread, &'a PostText, usize),
    /// It is changed.
    Edited(&'a PostText, usize),
    /// It is deleted.
    Deleted(usize),
    /// A colleague does something.
    Done(&'a Thread, &'a Act),
    /// Nobody did anything, and the desk's head puts it aside.
    PutAside(&'a Thread),
}

/// Everything that happens, in the order of time. What a thread tells happens in its order.
fn events(data: &Data, start: Timestamp) -> Vec<(Timestamp, Event<'_>)> {
    let mut events = Vec::new();
    for thread in &data.threads {
        let mut last = Timestamp::MIN;
        let is_left = thread.step.iter().all(|step| matches!(step.deed, Deed::Said(_)));
        for step in &thread.step {
            let at = step.at.before(start).max(last).min(start);
            last = at;
            match &step.deed {
                Deed::Done(act) => events.push((at, Event::Done(thread, act))),
                Deed::Said(post) => {
                    let number = events.len();
                    events.push((at, Event::Said(thread, post, number)));
                    let later = |moment: Option<Moment>| moment.map(|moment| moment.before(start).max(at).min(start));
                    events.extend(later(post.edited_at).map(|at| (at, Event::Edited(post, number))));
                    events.extend(later(post.deleted_at).map(|at| (at, Event::Deleted(number))));
                }
            }
        }
        let aside = last.saturating_add(PUT_ASIDE_AFTER).unwrap_or(last);
        if is_left && aside < start {
            events.push((aside, Event::PutAside(thread)));
        }
    }
    events.sort_by_key(|(at, _)| *at);
    events
}

/// One sentence of several, always the same for a case.
fn chosen<'a>(sentences: &'a [String], case: &Case) -> &'a str {
    let place = usize::try_from(case.id.0).unwrap_or(0) % sentences.len().max(1);
    sentences.get(place).map_or("", String::as_str)
}

struct Play<'a> {
    app: &'a App,
    clock: &'a DemoClock,
    world: &'a World,
    data: &'a Data,
    start: Timestamp,
    founded: Founded,
    writer: Writer,
    /// Posts that change later, by their numbers.
    said: HashMap<usize, Post>,
    refused: Vec<String>,
}

impl Play<'_> {
    /// Lets time pass; what is due meanwhile happens when it is due.
    async fn wait_until(&self, at: Timestamp) {
        while let Some(due) = self.next_due().await.filter(|due| *due <= at) {
            self.clock.put(due);
            let slept = self.app.ring().await.unwrap_or_default();
            let rang =
                self.app.ring_clocks().await.unwrap_or_default() + self.app.ring_outreaches().await.unwrap_or_default();
            if slept + rang == 0 {
                break;
            }
        }
        self.clock.put(at);
    }

    /// When a case has something to do by itself: sleeps, offers, clocks.
    async fn next_due(&self) -> Option<Timestamp> {
        let _wound = self.app.wind_clocks().await;
        let store = self.app.store();
        let (due, ring) = (store.next_due().await.ok()?, store.next_ring().await.ok()?);
        let outreach = store.next_outreach_ring().await.ok()?;
        due.into_iter().chain(ring).chain(outreach).min()
    }

    async fn happen(&mut self, event: Event<'_>, at: Timestamp) -> Result<(), SeedError> {
        match event {
            Event::Said(thread, text, number) => {
                let place = Place { thread: &thread.name, network: &thread.on, at };
                let captured = self.writer.say(self.data, text, place);
                if let (Ok(post), true) = (&captured.post, text.edited_at.is_some() || text.deleted_at.is_some()) {
                    self.said.insert(number, post.clone());
                }
                self.clock.put(at.saturating_add(ON_THE_WAY).unwrap_or(at).min(self.start));
                self.deliver(captured).await
            }
            Event::Edited(text, number) => match self.said.get(&number).cloned() {
                Some(post) => self.deliver(edited(&post, text, at)).await,
                None => Ok(()),
            },
            Event::Deleted(number) => match self.said.get(&number) {
                Some(post) => self.deliver(Captured::heard(Post::deletion(&post.network, post.id.as_str()))).await,
                None => Ok(()),
            },
            Event::Done(thread, act) => self.act(thread, act).await,
            Event::PutAside(thread) => self.put_aside(thread).await,
        }
    }

    async fn deliver(&self, captured: Captured) -> Result<(), SeedError> {
        let network = captured.post.as_ref().map(|post| post.network.clone()).unwrap_or_default();
        let source = self.founded.sources.get(network.as_str()).copied();
        let source = source.ok_or_else(|| because(network)("there is no source of this network"))?;
        let arrival = Arrival { source, posts: vec![captured], cursor: None, settings: None, opens_cases: true };
        self.app.line().deliver(self.app.triage(), arrival).await?;
        Ok(())
    }

    async fn act(&mut self, thread: &Thread, act: &Act) -> Result<(), SeedError> {
        let what = format!("{}: {} by {}", thread.name, act.act, act.by);
        let because = || because(what.clone());
        let id = self.founded.people.get(&act.by).copied();
        let user = id.and_then(|id| self.app.user(id)).ok_or_else(|| because()("nobody of that key"))?;
        let actor = Actor::User(user);
        let case = self.case(thread, &actor).await?;
        let wants_desk = matches!(act.act.as_str(), "claim" | "tag" | "priority" | "assign" | "transfer" | "close");
        let case = if wants_desk { self.bring(case, thread, act, &actor).await? } else { case };
        self.do_it(&case, thread, act, &actor).await.map_err(|error| match error {
            SeedError::Refused { why, .. } => SeedError::Refused { what, why },
            error => error,
        })
    }

    async fn put_aside(&self, thread: &Thread) -> Result<(), SeedError> {
        let Some(first) = self.writer.first(&thread.name) else { return Ok(()) };
        let store = self.app.store();
        let Some(stored) = store.find_post(first).await.map_err(AppError::from)? else { return Ok(()) };
        let case = store.find_case_of_post(stored.seq).await.map_err(AppError::from)?;
        let Some(case) = case.filter(|case| !case.is_closed()) else { return Ok(()) };
        let head = self.app.department(case.department).and_then(|department| self.app.user(department.head));
        let head = head.map_or(Actor::Operator, Actor::User);
        let why = chosen(&self.data.company.put_aside, &case);
        self.app.close_case(&head, case.id, None, Outcome::NoAnswer, why).await.map_err(because(&thread.name))?;
        Ok(())
    }

    /// The case of a conversation; made by hand where no rule made one.
    async fn case(&self, thread: &Thread, actor: &Actor) -> Result<Case, SeedError> {
        let first = self.writer.first(&thread.name).ok_or_else(|| because(&thread.name)("nobody has said anything"))?;
        let store = self.app.store();
        let stored = store.find_post(first).await.map_err(AppError::from)?;
        let stored = stored.ok_or_else(|| because(&thread.name)("no search wants its first post"))?;
        match store.find_case_of_post(stored.seq).await.map_err(AppError::from)? {
            Some(case) => Ok(case),
            None => self.app.open_case(actor, first).await.map_err(because(&thread.name)),
        }
    }

    /// A case that lies on a desk of others is offered by their head to those whose it is, and taken by who acts.
    async fn bring(&self, case: Case, thread: &Thread, act: &Act, actor: &Actor) -> Result<Case, SeedError> {
        if actor.works_for(case.department) || case.offer.is_some() || case.is_closed() {
            return Ok(case);
        }
        let theirs = actor.user().map(|user| user.departments.clone()).unwrap_or_default();
        let wanted = thread.desk.as_ref().and_then(|key| self.founded.departments.get(key)).copied();
        let Some(department) = wanted.filter(|id| theirs.contains(id)).or(theirs.first().copied()) else {
            return Ok(case);
        };
        let note = chosen(&self.data.company.hand_over, &case).to_owned();
        let transfer = Transfer {
            department,
            user: None,
            reason: TransferReason::NotOurs,
            note,
            accept_within_min: None,
            keeps_watching: false,
        };
        let head = self.app.department(case.department).and_then(|department| self.app.user(department.head));
        let head = head.map_or(Actor::Operator, Actor::User);
        self.app.transfer_case(&head, case.id, None, transfer).await.map_err(because(&act.act))?;
        self.app.accept_case(actor, case.id, None).await.map_err(because(&act.act))
    }

    async fn do_it(&mut self, case: &Case, thread: &Thread, act: &Act, actor: &Actor) -> Result<(), SeedError> {
        let (app, id, text) = (self.app, case.id, act.text.trim());
        let missing = |what: &str| because(&act.act)(format!("it lacks '{what}'"));
        match act.act.as_str() {
            // Whoever accepted to act on it has it already.
            "claim" if case.owner.user() == actor.user_id() => Ok(()),
            "claim" => app.claim_case(actor, id, None).await.map(drop).map_err(because("claim")),
            "accept" => app.accept_case(actor, id, None).await.map(drop).map_err(because("accept")),
            "decline" => app.decline_case(actor, id, None, text).await.map(drop).map_err(because("decline")),
            "release" => app.release_case(actor, id, None, text).await.map(drop).map_err(because("release")),
            "wait" => app.wait_case(actor, id, None, Awaited::Author).await.map(drop).map_err(because("wait")),
            "note" => app.note_on_case(actor, id, None, text).await.map(drop).map_err(because("note")),
            "reopen" => app.reopen_case(actor, id, None, text).await.map(drop).map_err(because("reopen")),
            "tag" => app.tag_case(actor, id, None, &act.tags, &[]).await.map(drop).map_err(because("tag")),
            "assign" => {
                let to = act.to.as_ref().and_then(|key| self.founded.people.get(key)).ok_or_else(|| missing("to"))?;
                app.assign_case(actor, id, None, *to).await.map(drop).map_err(because("assign"))
            }
            "snooze" => {
                let until = act.until.ok_or_else(|| missing("until"))?.before(self.start);
                app.snooze_case(actor, id, None, until).await.map(drop).map_err(because("snooze"))
            }
            "priority" => {
                let score = act.score.ok_or_else(|| missing("score"))?;
                app.prioritise_case(actor, id, None, score, text).await.map(drop).map_err(because("priority"))
            }
            "close" => {
                let outcome = act.outcome.unwrap_or(Outcome::SolvedPublicly);
                app.close_case(actor, id, None, outcome, text).await.map(drop).map_err(because("close"))
            }
            "transfer" => {
                let transfer = self.transfer(case, act)?;
                app.transfer_case(actor, id, None, transfer).await.map(drop).map_err(because("transfer"))
            }
            "draft" => {
                let draft = DraftText { text: text.to_owned(), ..DraftText::default() };
                app.save_draft(actor, id, draft, None).await.map(drop).map_err(because("draft"))
            }
            "outreach" => self.ask_outreach(case, act, actor).await,
            "outreach_accept" => self.reach_out(case, OutreachAct::Accept, actor).await,
            "outreach_done" => {
                let outcome = OutreachOutcome::Solved;
                let (note, promised) = text.split_once("\n").unwrap_or((text, ""));
                let (note, promised) = (note.to_owned(), promised.trim().to_owned());
                self.reach_out(
                    case,
                    OutreachAct::Done { outcome, note, promised, ticked: Some(vec![0, 1, 2, 3, 4]) },
                    actor,
                )
                .await
            }
            "reply" => self.reply(case, thread, act, actor).await,
            other => Err(because(other)("there is no such act")),
        }
    }

    /// Asks somebody to call, with the first of the scripts for that.
    async fn ask_outreach(&self, case: &Case, act: &Act, actor: &Actor) -> Result<(), SeedError> {
        let missing = || because("outreach")("it lacks 'to'");
        let senior = act.to.as_ref().and_then(|key| self.founded.people.get(key)).copied().ok_or_else(missing)?;
        let scripts = self.app.outreach_scripts(actor).await.map_err(because("outreach"))?;
        let calls = scripts.iter().find(|script| script.channel == Some(OutreachChannel::Call));
        let new = NewAsk {
            senior,
            channel: OutreachChannel::Call,
            script: calls.map(|script| script.id),
            reason: act.text.trim().to_owned(),
            contact: CONTACT.to_owned(),
            due_at: act.until.map(|until| until.before(self.start)),
        };
        self.app.ask_outreach(actor, case.id, new).await.map(drop).map_err(because("outreach"))
    }

    async fn reach_out(&self, case: &Case, act: OutreachAct, actor: &Actor) -> Result<(), SeedError> {
        let open = case.outreaches.first().copied().ok_or_else(|| because("outreach")("nobody is asked"))?;
        self.app.act_on_outreach(actor, open, act).await.map(drop).map_err(because("outreach"))
    }

    fn transfer(&self, case: &Case, act: &Act) -> Result<Transfer, SeedError> {
        let to = act.to.as_deref().ok_or_else(|| because("transfer")("it lacks 'to'"))?;
        let user = self.founded.people.get(to).copied();
        let department = match user {
            Some(user) => self.department_of(user, case.department),
            None => self.founded.departments.get(to).copied(),
        };
        let department = department.ok_or_else(|| because("transfer")(format!("nobody is '{to}'")))?;
        let reason = act.reason.unwrap_or(TransferReason::Other);
        let note = act.text.trim().to_owned();
        Ok(Transfer {
            department,
            user,
            reason,
            note,
            accept_within_min: Some(act.minutes.unwrap_or(OFFERS_STAND_MIN)),
            keeps_watching: false,
        })
    }

    /// The department in which somebody gets a case: where it is, if they work there.
    fn department_of(&self, user: UserId, at_present: DepartmentId) -> Option<DepartmentId> {
        let departments = self.app.user(user)?.departments.clone();
        departments.iter().find(|id| **id == at_present).or(departments.first()).copied()
    }

    async fn reply(&mut self, case: &Case, thread: &Thread, act: &Act, actor: &Actor) -> Result<(), SeedError> {
        let account = self.founded.accounts.get(thread.on.as_str()).copied();
        let account = account.ok_or_else(|| because("reply")("we have no account on this network"))?;
        let new = NewReply {
            account,
            to: act.answers.as_ref().and_then(|name| self.writer.named(&thread.name, name)).cloned(),
            text: act.text.trim().to_owned(),
            then: Then::Stay,
            seen: None,
            draft_version: None,
            client_key: None,
            despite: None,
            send_after_s: 0,
        };
        let again = NewReply { despite: Some(SECOND.to_owned()), ..new.clone() };
        match self.app.reply(actor, case.id, new).await {
            Err(AnswerError::Answered { .. }) => self.app.reply(actor, case.id, again).await,
            done => done,
        }
        .map_err(because("reply"))?;
        self.app.send_due_replies(OutboxConfig::default()).await.map_err(because("reply"))?;
        for answered in self.world.answered() {
            self.writer.answered(&thread.name, &answered.ours.id);
        }
        for (_, posts) in self.world.take_all() {
            for post in posts {
                self.deliver(post).await?;
            }
        }
        Ok(())
    }
}

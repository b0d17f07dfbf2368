//! Taking back what one has just done to a case, as long as nobody has gone on from there.
//!
//! Nothing is removed: what was done stays in the history, and an entry more says that it was taken back and how the case
//! stands again. That entry can be taken back too, by its number; then what was done holds again. A reply is no decision
//! about a case but words in the outbox, and has a way back of its own until it leaves.

use jiff::{SignedDuration, Timestamp};
use switchboard_model::{
    Awaited, By, Case, CaseId, Contradiction, Event, Happening, Offer, Owner, Role, Standing, deed_of, taken_back,
};

use super::CaseError;
use crate::App;
use crate::rights::{Actor, Forbidden, Right};

/// For so long a person may think better of it.
const WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// How often it is tried on a case that others change meanwhile.
const TRIES: u32 = 16;

impl App {
    /// Takes back the event of that number, or without one the newest that the actor did and that still holds.
    pub async fn undo(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        event: Option<u32>,
    ) -> Result<Case, CaseError> {
        actor.may(Right::Work)?;
        let mut tried = 0;
        loop {
            let history = self.store.case_events(id).await?;
            if let Some(done) = self.undo_of_two(actor, id, seen, &history, event).await? {
                return Ok(done);
            }
            let done = self.record(actor, id, seen, |case| self.undone(actor, case, &history, event)).await;
            match done {
                // The history was read before somebody else went on writing it.
                Err(CaseError::Stale { now, .. }) if seen.is_none_or(|seen| seen == now) && tried < TRIES => tried += 1,
                done => return done,
            }
        }
    }

    /// Takes back what made one of two cases, or two of one. `None` where something else is meant.
    async fn undo_of_two(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        history: &[Event],
        wanted: Option<u32>,
    ) -> Result<Option<Case>, CaseError> {
        let Ok([event, ..]) = find_deed(history, actor.by(), self.now(), wanted) else { return Ok(None) };
        match &event.what {
            Happening::Merged(merged) => self.take_apart(actor, id, seen, merged.other).await.map(Some),
            Happening::MergedInto { into } => {
                // What was seen is the case that went into the other one, to which nothing happens there.
                self.take_apart(actor, *into, None, id).await?;
                self.case(actor, id).await.map(Some)
            }
            Happening::Split { other, .. } => {
                self.merge_case(actor, id, seen, *other, "what was split is one again").await.map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The number of what the actor could take back as a case stands. Of a history that was cut nothing is told.
    pub(super) fn undoable(&self, actor: &Actor, case: &Case, history: &[Event]) -> Option<u32> {
        let is_whole = u32::try_from(history.len()) == Ok(case.version);
        actor.may(Right::Work).ok().filter(|()| is_whole)?;
        if let Ok([event, ..]) = find_deed(history, actor.by(), self.now(), None)
            && matches!(event.what, Happening::Merged(_) | Happening::MergedInto { .. } | Happening::Split { .. })
        {
            return actor.may_work_on(case).ok().map(|()| event.number);
        }
        match self.undone(actor, case, history, None).ok()?.first()? {
            Happening::Undone { event, .. } => Some(*event),
            _ => None,
        }
    }

    fn undone(
        &self,
        actor: &Actor,
        case: &Case,
        history: &[Event],
        wanted: Option<u32>,
    ) -> Result<Vec<Happening>, CaseError> {
        let known = history.last().map_or(0, |event| event.number);
        if known != case.version {
            return Err(CaseError::Stale { case: case.id, seen: known, now: case.version });
        }
        let (by, now) = (actor.by(), self.now());
        let stands = |offer: &Offer| offer.until > now && self.may_be_offered(offer);
        let refused = |kept: Kept<'_>| CaseError::NotUndone { case: case.id, why: self.kept(&kept) };
        let deed = find_deed(history, by, now, wanted).map_err(refused)?;
        let undo = decide(history, deed, stands).map_err(CaseError::Cannot)?.map_err(refused)?;
        may_take_back(actor, case, &undo)?;
        self.can_stand(case, &undo.restored)?;
        Ok(vec![Happening::Undone { event: undo.event, restored: undo.restored }])
    }

    /// Whether the case can stand so again: it goes back to the owner that it had, or nowhere. A case that was closed
    /// before may have had anybody.
    fn can_stand(&self, case: &Case, restored: &Standing) -> Result<(), CaseError> {
        let gone = |why: String| Err(CaseError::NotUndone { case: case.id, why });
        if restored.is_closed() && !case.outreaches.is_empty() {
            return gone("a senior is asked to call or write, and there is no outcome yet".to_owned());
        }
        let is_same = (restored.department, restored.owner) == (case.department, case.owner);
        if restored.is_closed() || (is_same && !case.is_closed()) {
            return Ok(());
        }
        let people = self.people();
        let department = people.department(restored.department);
        if !department.is_some_and(|department| department.is_active) {
            return gone("the department that had it is closed".to_owned());
        }
        let Owner::User(owner) = restored.owner else { return Ok(()) };
        // Administrators may take the cases of departments that they do not work for.
        if people.user(owner).is_some_and(|user| user.is_active && user.role == Role::Administrator) {
            return Ok(());
        }
        match self.may_own(owner, restored.department) {
            Err(CaseError::Bad { .. }) => {
                gone(format!("{} had it and cannot have it any more; choose somebody else", self.name_of(owner)))
            }
            other => other,
        }
    }

    /// Whether whoever something was offered to can still have it.
    fn may_be_offered(&self, offer: &Offer) -> bool {
        let is_active = self.people().department(offer.department).is_some_and(|department| department.is_active);
        is_active && offer.user.is_none_or(|user| self.may_own(user, offer.department).is_ok())
    }

    /// Why something holds, for the person who wants it back.
    fn kept(&self, kept: &Kept<'_>) -> String {
        let minutes = WITHIN.as_mins();
        match kept {
            Kept::Nothing => format!("there is nothing that you did here in the last {minutes} minutes"),
            Kept::Unknown(number) => format!("its history has no event {number}"),
            Kept::NotYours(event) => {
                format!("{} {}, and only who did something takes it back", self.doer(event.by), deed(&event.what))
            }
            Kept::Reply => "a reply is withdrawn on its own, as long as it has not left".to_owned(),
            Kept::Never => "this is not something that can be taken back".to_owned(),
            Kept::Already => "it was taken back already".to_owned(),
            Kept::TooLate => format!("it is more than {minutes} minutes ago"),
            Kept::Since(event) => format!("since then {} {}", self.doer(event.by), deed(&event.what)),
            Kept::OfferOver => "the time of the offer is over, or who was to get it cannot have it any more".to_owned(),
        }
    }

    pub(super) fn doer(&self, by: By) -> String {
        match by {
            By::User(id) => self.name_of(id),
            By::Operator => "the operator".to_owned(),
            By::Rules => "switchboard".to_owned(),
            By::Author => "the author".to_owned(),
            By::Timer => "the clock".to_owned(),
            By::Outbox => "the outbox".to_owned(),
            By::Guest => "somebody who was asked".to_owned(),
        }
    }
}

/// Why something is not taken back.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kept<'a> {
    /// Nothing that could be was done by who asks, of late.
    Nothing,
    /// No event has this number.
    Unknown(u32),
    /// Somebody else did it.
    NotYours(&'a Event),
    /// It is about a reply.
    Reply,
    /// It never is.
    Never,
    /// It does not hold any more.
    Already,
    TooLate,
    /// Somebody went on from there.
    Since(&'a Event),
    /// An offer was answered or ended that could not stand any more.
    OfferOver,
}

/// What is taken back, and how the case stands then.
#[derive(Debug, Clone, PartialEq)]
struct Undo {
    /// The first event of what was done.
    event: u32,
    is_note: bool,
    restored: Standing,
}

/// What is meant: the deed of that number, or the newest of the actor that holds. Taking back is not what is taken back
/// unless it is named, so that asking twice goes two steps back and not one back and forth.
fn find_deed<'a>(history: &'a [Event], by: By, now: Timestamp, wanted: Option<u32>) -> Result<&'a [Event], Kept<'a>> {
    let taken = taken_back(history);
    let is_late = |event: &Event| now.duration_since(event.at) > WITHIN;
    let Some(number) = wanted else {
        let is_meant = |event: &&Event| {
            let is_undo = matches!(event.what, Happening::Undone { .. });
            is_of(event, by) && !is_undo && is_undoable(&event.what).is_ok() && !taken.contains(&event.number)
        };
        let newest = history.iter().rev().find(is_meant).filter(|event| !is_late(event)).ok_or(Kept::Nothing)?;
        return Ok(deed_of(history, newest.number));
    };
    let deed = deed_of(history, number);
    let first = deed.first().ok_or(Kept::Unknown(number))?;
    // What was withdrawn so that the case could be closed is no act of its own.
    let is_meant = |event: &&Event| !matches!(event.what, Happening::OutreachWithdrawn { .. });
    is_undoable(&deed.iter().find(is_meant).unwrap_or(first).what)?;
    if !is_of(first, by) {
        return Err(Kept::NotYours(first));
    }
    if taken.contains(&number) {
        return Err(Kept::Already);
    }
    if is_late(first) { Err(Kept::TooLate) } else { Ok(deed) }
}

/// Whether somebody may take an event back as their own deed. What was given to them in turn nobody chose them for: they
/// give it back as if they had taken it.
fn is_of(event: &Event, by: By) -> bool {
    event.by == by || event.what.in_turn().is_some_and(|user| by == By::User(user))
}

/// Whether what happened is a deed that somebody could take back.
fn is_undoable(what: &Happening) -> Result<(), Kept<'static>> {
    match what {
        Happening::Opened(_) | Happening::Joined { .. } | Happening::PingPong { .. } => Err(Kept::Never),
        Happening::Moved { is_confirmed: false, .. } => Err(Kept::Never),
        // That is done by merging anew, or with the new case.
        Happening::TakenApart(_) | Happening::Separated(_) | Happening::SplitFrom { .. } => Err(Kept::Never),
        // Nobody decides by it, and it has a way back of its own.
        quiet if quiet.is_quiet() => Err(Kept::Never),
        Happening::ReplyQueued { .. }
        | Happening::ReplySent { .. }
        | Happening::ReplyFailed { .. }
        | Happening::ReplyWithdrawn { .. } => Err(Kept::Reply),
        _ => Ok(()),
    }
}

/// How the case stands without a deed, unless somebody has gone on from it. What has been taken back since, and what took
/// it back, cancel each other. An offer comes back as far as it can still stand.
fn decide<'a>(
    history: &'a [Event],
    deed: &'a [Event],
    stands: impl Fn(&Offer) -> bool,
) -> Result<Result<Undo, Kept<'a>>, Contradiction> {
    let [first, ..] = deed else { return Ok(Err(Kept::Nothing)) };
    let (before, rest) = history.split_at(history.partition_point(|event| event.number < first.number));
    let Some(mut case) = Case::of_history(before)? else { return Ok(Err(Kept::Never)) };
    let (restored, taken) = (case.standing(), taken_back(history));
    let mut since = None;
    for event in rest {
        let stood = case.standing();
        case.apply(event)?;
        let is_deed = deed.iter().any(|one| one.number == event.number);
        let is_cancelled = taken.contains(&event.number)
            || matches!(&event.what, Happening::Undone { event: undone, .. } if *undone > first.number)
            || matches!(&event.what, Happening::TakenApart(apart) if apart.event > first.number);
        if !is_deed && !is_cancelled && case.standing() != stood {
            since = Some(event);
        }
    }
    // A note decides nothing, so nothing that was decided since hangs on it, and nothing of that changes without it.
    if is_about_a_note(history, first) {
        return Ok(Ok(Undo { event: first.number, is_note: true, restored: case.standing() }));
    }
    if let Some(event) = since {
        return Ok(Err(Kept::Since(event)));
    }
    let had_offer = restored.offer.is_some();
    let offer = restored.offer.filter(stands);
    let is_answer = matches!(first.what, Happening::Declined { .. } | Happening::OfferEnded { .. });
    if is_answer && had_offer && offer.is_none() {
        return Ok(Err(Kept::OfferOver));
    }
    Ok(Ok(Undo { event: first.number, is_note: false, restored: Standing { offer, ..restored } }))
}

/// Whether an event is a note, or took one back, or that.
fn is_about_a_note(history: &[Event], event: &Event) -> bool {
    let mut event = Some(event);
    while let Some(Event { what: Happening::Undone { event: undone, .. }, .. }) = event {
        event = history.iter().find(|event| event.number == *undone);
    }
    event.is_some_and(|event| matches!(event.what, Happening::Noted { .. }))
}

/// Whether who did it may take it back. They may work on the case as it stands or as it stood, or answer what was offered;
/// notes are for whoever works here.
fn may_take_back(actor: &Actor, case: &Case, undo: &Undo) -> Result<(), Forbidden> {
    let mut before = case.clone();
    before.department = undo.restored.department;
    before.owner = undo.restored.owner;
    let offers = [&case.offer, &undo.restored.offer];
    let is_asked = offers.into_iter().flatten().any(|offer| actor.works_for(offer.department));
    match actor.may_work_on(case) {
        Err(_) if undo.is_note || is_asked || actor.may_work_on(&before).is_ok() => Ok(()),
        answer => answer,
    }
}

/// What somebody did, after their name.
pub fn deed(what: &Happening) -> &'static str {
    match what {
        Happening::Opened(_) => "opened it",
        Happening::Joined { .. } => "wrote again",
        Happening::Claimed => "took it",
        Happening::Assigned { .. } => "gave it to a colleague",
        Happening::Released { .. } => "gave it back to the desk",
        Happening::Offered(_) => "offered it",
        Happening::Accepted => "accepted it",
        Happening::Declined { .. } => "declined it",
        Happening::OfferEnded { .. } => "ended the offer",
        Happening::Moved { .. } => "moved it to another desk",
        Happening::Noted { .. } => "left a note",
        Happening::Tagged { .. } => "tagged it",
        Happening::Prioritised { .. } => "set its priority",
        Happening::Recounted { .. } => "counted its priority anew",
        Happening::Waiting { on: Awaited::Author } => "let it wait for the author",
        Happening::Waiting { on: Awaited::Colleague } => "let it wait for a colleague",
        Happening::Snoozed { .. } => "put it to sleep",
        Happening::Resumed { .. } => "went on with it",
        Happening::Closed { .. } => "closed it",
        Happening::Reopened { .. } => "reopened it",
        Happening::Undone { .. } => "took something back",
        Happening::Watched { .. } => "let somebody follow it",
        Happening::Unwatched { .. } => "let somebody follow it no more",
        Happening::Involved { .. } => "involved another department",
        Happening::Excused { .. } => "excused a department",
        Happening::Assessed { .. } => "read anew what is at stake",
        Happening::PingPong { .. } => "saw it go to and fro",
        Happening::ClockWarned { .. } => "warned of a clock",
        Happening::ClockBreached { .. } => "saw a clock run out",
        Happening::Escalated { .. } => "told it further up",
        Happening::OutreachAsked(_) => "asked for a call or mail",
        Happening::OutreachAccepted { .. } => "accepted a call or mail",
        Happening::OutreachDeclined { .. } => "declined a call or mail",
        Happening::OutreachTried(_) => "tried to reach the author",
        Happening::OutreachDone(_) => "called or wrote",
        Happening::OutreachWithdrawn { .. } => "took a call or mail back",
        Happening::OutreachReturned { .. } => "gave a call or mail back",
        Happening::OutreachWarned { .. } => "warned that a call or mail is due",
        Happening::OutreachOverdue { .. } => "told that a call or mail is overdue",
        Happening::QuestionAsked(_) => "asked somebody",
        Happening::QuestionAnswered { .. } => "answered a question",
        Happening::QuestionWithdrawn { .. } => "took a question back",
        Happening::Merged(_) => "merged another case into it",
        Happening::TakenApart(_) => "took it apart again",
        Happening::MergedInto { .. } => "merged it into another case",
        Happening::Separated(_) => "took it out of another case again",
        Happening::Split { .. } => "split it",
        Happening::SplitFrom { .. } => "split it from another case",
        Happening::ReplyQueued { .. } => "put a reply into the outbox",
        Happening::ReplySent { .. } => "sent a reply",
        Happening::ReplyFailed { .. } => "could not send a reply",
        Happening::ReplyWithdrawn { .. } => "took a reply back",
    }
}

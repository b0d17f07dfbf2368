//! Taking back what one did to a case.

use jiff::SignedDuration;
use switchboard_app::cases::CaseError;
use switchboard_app::cases::transfer::Transfer;
use switchboard_app::directory::user::UserChange;
use switchboard_app::rights::{Actor, Forbidden};
use switchboard_model::{
    Awaited, By, Case, CaseId, CaseState, Clock, Event, Happening, Outcome, Owner, Role, taken_back,
};
use switchboard_testkit::corpus::Dice;

use crate::cases::{Office, office, reply};

impl Office {
    async fn undo(&self, actor: &Actor, id: CaseId) -> Result<Case, CaseError> {
        self.test.app.undo(actor, id, None, None).await
    }

    async fn undo_event(&self, actor: &Actor, id: CaseId, event: u32) -> Result<Case, CaseError> {
        self.test.app.undo(actor, id, None, Some(event)).await
    }

    async fn offer(&self, actor: &Actor, id: CaseId, minutes: u32) -> Case {
        let transfer = Transfer { accept_within_min: Some(minutes), ..self.transfer() };
        self.test.app.transfer_case(actor, id, None, transfer).await.expect("offered")
    }

    async fn history(&self, id: CaseId) -> Vec<Event> {
        self.test.app.store().case_events(id).await.expect("readable")
    }

    /// Each step of `do_to`, by whoever does it, taken back by them; then done after all.
    async fn try_twice(&self, id: CaseId, who: &Actor, what: Deed) {
        let before = self.case(id).await;
        let done = self.deed(who, id, what).await.unwrap_or_else(|error| panic!("{what:?}: {error}"));
        assert_ne!(done.version, before.version, "{what:?}");
        let now = self.undo(who, id).await.unwrap_or_else(|error| panic!("{what:?}: {error}"));
        assert_eq!(now.standing(), before.standing(), "{what:?}");
        assert_eq!(now.version, done.version + 1, "{what:?}");
        let again = self.undo_event(who, id, now.version).await.unwrap_or_else(|error| panic!("{what:?}: {error}"));
        assert_eq!(again.standing(), done.standing(), "{what:?}");
        self.is_sound().await;
    }

    async fn deed(&self, who: &Actor, id: CaseId, what: Deed) -> Result<Case, CaseError> {
        let app = &self.test.app;
        let in_an_hour = self.test.clock.now().checked_add(SignedDuration::from_hours(1)).expect("a time");
        match what {
            Deed::Claim => app.claim_case(who, id, None).await,
            Deed::Assign(to) => {
                let to = [&self.ines, &self.tom, &self.sam, &self.ada][to].user_id().expect("a user");
                app.assign_case(who, id, None, to).await
            }
            Deed::Release => app.release_case(who, id, None, "my duty ends").await,
            Deed::Offer => app.transfer_case(who, id, None, self.transfer()).await,
            Deed::Accept => app.accept_case(who, id, None).await,
            Deed::Decline => app.decline_case(who, id, None, "not ours").await,
            Deed::Withdraw => app.withdraw_offer(who, id, None).await,
            Deed::Note => app.note_on_case(who, id, None, "a word").await,
            Deed::Tag => app.tag_case(who, id, None, &["lid".into()], &["refund".into()]).await,
            Deed::Untag => app.tag_case(who, id, None, &["k4".into()], &["lid".into()]).await,
            Deed::Prioritise(score) => app.prioritise_case(who, id, None, score, "the press asks").await,
            Deed::Wait => app.wait_case(who, id, None, Awaited::Author).await,
            Deed::Snooze => app.snooze_case(who, id, None, in_an_hour).await,
            Deed::Resume => app.resume_case(who, id, None, "").await,
            Deed::Close => app.close_case(who, id, None, Outcome::NoAnswer, "noise").await,
            Deed::Reopen => app.reopen_case(who, id, None, "after all").await,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Deed {
    Claim,
    Assign(usize),
    Release,
    Offer,
    Accept,
    Decline,
    Withdraw,
    Note,
    Tag,
    Untag,
    Prioritise(u8),
    Wait,
    Snooze,
    Resume,
    Close,
    Reopen,
}

const DEEDS: [Deed; 17] = [
    Deed::Claim,
    Deed::Assign(0),
    Deed::Assign(1),
    Deed::Release,
    Deed::Offer,
    Deed::Accept,
    Deed::Decline,
    Deed::Withdraw,
    Deed::Note,
    Deed::Tag,
    Deed::Untag,
    Deed::Prioritise(95),
    Deed::Wait,
    Deed::Snooze,
    Deed::Resume,
    Deed::Close,
    Deed::Reopen,
];

fn why(refused: Result<Case, CaseError>) -> String {
    match refused {
        Err(error @ CaseError::NotUndone { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn whatever_somebody_does_they_take_back() {
    let office = office().await;
    let id = office.complaint("1").await.id;
    let (ines, tom, sam) = (&office.ines, &office.tom, &office.sam);
    let steps = [
        (tom, Deed::Note),
        (tom, Deed::Claim),
        (tom, Deed::Tag),
        (tom, Deed::Untag),
        (ines, Deed::Prioritise(95)),
        (ines, Deed::Assign(0)),
        (ines, Deed::Release),
        (tom, Deed::Wait),
        (tom, Deed::Resume),
        (tom, Deed::Snooze),
        (tom, Deed::Resume),
        (tom, Deed::Claim),
        (tom, Deed::Offer),
        (sam, Deed::Decline),
        (tom, Deed::Offer),
        (tom, Deed::Withdraw),
        // What is offered ends with the case, and stands again with it.
        (tom, Deed::Offer),
        (tom, Deed::Close),
        (tom, Deed::Reopen),
        (tom, Deed::Offer),
        (sam, Deed::Accept),
        (sam, Deed::Close),
    ];
    for (who, what) in steps {
        office.try_twice(id, who, what).await;
        office.test.clock.advance(1);
    }
    assert_eq!(office.history(id).await.len(), 1 + 3 * steps.len());
}

#[tokio::test]
async fn asking_twice_goes_two_steps_back() {
    let office = office().await;
    let id = office.complaint("1").await.id;
    let before = office.case(id).await;
    for what in [Deed::Claim, Deed::Tag, Deed::Note, Deed::Wait] {
        office.deed(&office.ines, id, what).await.expect("done");
    }
    for _ in 0..4 {
        office.undo(&office.ines, id).await.expect("taken back");
    }
    assert_eq!(office.case(id).await.standing(), before.standing());
    assert!(why(office.undo(&office.ines, id).await).contains("nothing that you did here in the last 10 minutes"));
    // The first that was taken back last holds again, and is taken back again.
    let claimed = office.undo_event(&office.ines, id, 9).await.expect("holds again");
    assert_eq!(claimed.owner.user(), office.ines.user_id());
    let again = office.undo_event(&office.ines, id, 2).await.expect("taken back again");
    assert_eq!(again.owner, Owner::Desk);
    assert_eq!(taken_back(&office.history(id).await), [2, 3, 4, 5, 9].into());
    assert_eq!(office.kinds(id).await[5..], ["undone"; 6]);
    office.is_sound().await;
}

#[tokio::test]
async fn what_is_not_ones_own_late_or_never_undone_stays() {
    let office = office().await;
    let app = &office.test.app;
    let id = office.complaint("1").await.id;
    let (ines, tom) = (&office.ines, &office.tom);
    office.arrive(vec![reply("2", "1", "hello?")]).await;
    app.claim_case(ines, id, None).await.expect("claimed");
    assert!(why(office.undo_event(ines, id, 1).await).contains("not something that can be taken back"));
    assert!(why(office.undo_event(ines, id, 2).await).contains("not something that can be taken back"));
    assert!(why(office.undo_event(ines, id, 9).await).contains("no event 9"));
    assert_eq!(
        why(office.undo_event(tom, id, 3).await),
        format!("case {id} stays as it is: Ines took it, and only who did something takes it back")
    );
    assert!(why(office.undo(tom, id).await).contains("nothing that you did"));
    assert!(why(office.undo(&Actor::Operator, id).await).contains("nothing that you did"));
    let refused = office.undo(&office.olga, id).await;
    assert!(matches!(refused, Err(CaseError::Forbidden(Forbidden::Role(_)))), "{refused:?}");
    assert!(matches!(office.undo(ines, CaseId(99)).await, Err(CaseError::Unknown(_))));
    // Once, and not at another version than was seen.
    let stale = app.undo(ines, id, Some(2), None).await;
    assert!(matches!(stale, Err(CaseError::Stale { seen: 2, now: 3, .. })), "{stale:?}");
    app.undo(ines, id, Some(3), Some(3)).await.expect("taken back");
    assert!(why(office.undo_event(ines, id, 3).await).contains("taken back already"));
    // Ten minutes, and no second more.
    app.wait_case(ines, id, None, Awaited::Author).await.expect("waits");
    office.test.clock.advance(601);
    assert!(why(office.undo_event(ines, id, 5).await).contains("more than 10 minutes ago"));
    assert!(why(office.undo(ines, id).await).contains("nothing that you did"));
    app.resume_case(ines, id, None, "").await.expect("open");
    office.test.clock.advance(600);
    assert_eq!(office.undo(ines, id).await.expect("taken back").state, CaseState::Waiting { on: Awaited::Author });
    office.is_sound().await;
}

#[tokio::test]
async fn nobody_is_overruled() {
    let office = office().await;
    let app = &office.test.app;
    let id = office.complaint("1").await.id;
    let (ines, tom, sam) = (&office.ines, &office.tom, &office.sam);
    app.wait_case(ines, id, None, Awaited::Author).await.expect("waits");
    // What decides nothing is in nobody's way.
    app.note_on_case(tom, id, None, "I know her").await.expect("noted");
    assert_eq!(office.undo(ines, id).await.expect("taken back").state, CaseState::Open);
    // What somebody has done since is, until they take it back themselves.
    app.prioritise_case(ines, id, None, 90, "").await.expect("prioritised");
    app.tag_case(tom, id, None, &["lid".into()], &[]).await.expect("tagged");
    assert_eq!(why(office.undo(ines, id).await), format!("case {id} stays as it is: since then Tom tagged it"));
    office.undo(tom, id).await.expect("taken back");
    assert_ne!(office.undo(ines, id).await.expect("taken back").priority.score, 90);
    // The author and the clock have a say as well.
    app.wait_case(ines, id, None, Awaited::Author).await.expect("waits");
    office.arrive(vec![reply("2", "1", "hello?")]).await;
    assert!(why(office.undo(ines, id).await).contains("since then the author went on with it"));
    office.offer(ines, id, 1).await;
    office.test.clock.advance(61);
    app.ring().await.expect("rings");
    assert!(why(office.undo(ines, id).await).contains("since then the clock ended the offer"));
    office.offer(ines, id, 5).await;
    app.accept_case(sam, id, None).await.expect("accepted");
    assert!(why(office.undo(ines, id).await).contains("since then Sam accepted it"));
    office.is_sound().await;
}

#[tokio::test]
async fn what_was_accepted_goes_back_with_its_offer_while_that_stands() {
    let office = office().await;
    let app = &office.test.app;
    let (first, second, third) =
        (office.complaint("1").await.id, office.complaint("2").await.id, office.complaint("3").await.id);
    for id in [first, second, third] {
        app.claim_case(&office.ines, id, None).await.expect("claimed");
        office.offer(&office.ines, id, 5).await;
    }
    for id in [first, second] {
        app.accept_case(&office.sam, id, None).await.expect("accepted");
    }
    app.decline_case(&office.sam, third, None, "not a sale").await.expect("declined");
    let back = office.undo(&office.sam, first).await.expect("taken back");
    assert_eq!((back.department, back.owner.user()), (office.service, office.ines.user_id()));
    assert_eq!(back.offer.map(|offer| offer.department), Some(office.sales));
    office.test.clock.advance(5 * 60);
    let back = office.undo(&office.sam, second).await.expect("taken back");
    assert_eq!((back.owner.user(), back.offer), (office.ines.user_id(), None));
    assert!(why(office.undo(&office.sam, third).await).contains("the time of the offer is over"));
    office.is_sound().await;
}

#[tokio::test]
async fn a_note_is_out_of_sight_and_stays_in_the_history() {
    let office = office().await;
    let app = &office.test.app;
    let id = office.complaint("1").await.id;
    // Whoever works here notes and takes it back, whatever was decided meanwhile.
    app.note_on_case(&office.sam, id, None, "wrong case").await.expect("noted");
    app.claim_case(&office.ines, id, None).await.expect("claimed");
    let now = office.undo(&office.sam, id).await.expect("taken back");
    assert_eq!(now.owner.user(), office.ines.user_id());
    let view = app.case_view(&office.ines, id).await.expect("there");
    assert_eq!((view.undone, view.undoable), ([2].into(), Some(3)));
    assert!(view.events.iter().any(|event| matches!(&event.what, Happening::Noted { text } if text == "wrong case")));
    assert_eq!(app.case_view(&office.sam, id).await.expect("there").undoable, None, "the claim is not theirs");
    let observed = app.case_view(&office.olga, id).await.expect("public");
    assert_eq!(observed.undoable, None);
    let kinds: Vec<&str> = observed.events.iter().map(|event| event.what.kind()).collect();
    assert_eq!((kinds.as_slice(), observed.undone), (["opened", "claimed"].as_slice(), [].into()));
    // And what was decided can be taken back over it; again the note holds, and again nothing is decided by that.
    office.undo(&office.ines, id).await.expect("taken back");
    let now = office.undo_event(&office.sam, id, 4).await.expect("holds again");
    assert_eq!(now.owner, Owner::Desk);
    assert_eq!(app.case_view(&office.ines, id).await.expect("there").undone, [3, 4].into());
    office.is_sound().await;
}

#[tokio::test]
async fn observers_read_no_words_of_an_offer_that_stands_again() {
    let office = office().await;
    let id = office.complaint("1").await.id;
    office.offer(&office.ines, id, 5).await;
    office.test.app.withdraw_offer(&office.ines, id, None).await.expect("withdrawn");
    office.undo(&office.ines, id).await.expect("stands again");
    let seen = office.test.app.case_view(&office.olga, id).await.expect("public");
    assert!(seen.case.offer.is_some() && !format!("{seen:?}").contains("wants to buy three"), "{seen:?}");
}

#[tokio::test]
async fn nothing_goes_back_to_whoever_cannot_have_it() {
    let office = office().await;
    let app = &office.test.app;
    let id = office.complaint("1").await.id;
    let (ines, tom) = (office.ines.user_id().expect("a user"), office.tom.user_id().expect("a user"));
    app.claim_case(&office.tom, id, None).await.expect("claimed");
    app.assign_case(&office.tom, id, None, ines).await.expect("assigned");
    let change = UserChange { departments: Some(vec![office.sales]), ..UserChange::default() };
    app.change_user(&office.ada, tom, change).await.expect("moved");
    let tom = Actor::User(app.user(tom).expect("there"));
    // Tom works elsewhere by now, and the case is not his.
    let refused = why(office.undo_event(&tom, id, 3).await);
    assert!(refused.contains("Tom had it and cannot have it any more; choose somebody else"), "{refused}");
    app.claim_case(&office.ada, id, None).await.expect_err("Ines has it");
    app.close_case(&office.ada, id, None, Outcome::NoAnswer, "noise").await.expect("closed");
    app.deactivate_user(&office.ada, ines).await.expect("deactivated");
    assert!(why(office.undo(&office.ada, id).await).contains("Ines had it and cannot have it any more"));
    // Reopening finds a desk that can, which is one deed with it.
    let now = app.reopen_case(&office.ada, id, None, "after all").await.expect("reopened");
    assert_eq!((now.owner, now.version), (Owner::Desk, 6));
    let now = office.undo_event(&office.ada, id, 6).await.expect("taken back");
    assert!(now.is_closed());
    let view = app.case_view(&office.ada, id).await.expect("there");
    assert!(matches!(view.events[6].what, Happening::Undone { event: 5, .. }), "{:?}", view.events);
    assert_eq!(view.undone, [5, 6].into());
    assert!(why(office.undo_event(&office.ada, id, 6).await).contains("taken back already"));
    office.is_sound().await;
}

#[tokio::test]
async fn an_offer_to_whoever_has_left_does_not_stand_again() {
    let office = office().await;
    let app = &office.test.app;
    let id = office.complaint("1").await.id;
    let transfer = Transfer { user: office.sam.user_id(), ..office.transfer() };
    app.transfer_case(&office.ines, id, None, transfer).await.expect("offered");
    app.close_case(&office.ines, id, None, Outcome::NoAnswer, "noise").await.expect("closed");
    let change = UserChange { role: Some(Role::Observer), ..UserChange::default() };
    app.change_user(&office.ada, office.sam.user_id().expect("a user"), change).await.expect("reads only");
    let back = office.undo(&office.ines, id).await.expect("taken back");
    assert_eq!((back.state, back.offer), (CaseState::Open, None));
    office.is_sound().await;
}

#[tokio::test]
async fn the_operator_takes_back_what_the_operator_did() {
    let office = office().await;
    let app = &office.test.app;
    let id = office.complaint("1").await.id;
    app.wait_case(&Actor::Operator, id, None, Awaited::Author).await.expect("waits");
    assert!(why(office.undo(&office.ada, id).await).contains("nothing that you did"));
    office.undo(&Actor::Operator, id).await.expect("taken back");
    let last = office.history(id).await.pop().expect("events");
    assert_eq!((last.by, last.what.kind()), (By::Operator, "undone"));
}

#[tokio::test]
async fn of_two_who_write_at_once_neither_is_lost() {
    let office = office().await;
    let app = &office.test.app;
    let id = office.complaint("1").await.id;
    app.wait_case(&office.ines, id, None, Awaited::Author).await.expect("waits");
    let notes = (0..8).map(|number| app.note_on_case(&office.tom, id, None, format!("note {number}").leak()));
    let (undone, notes) = tokio::join!(office.undo(&office.ines, id), futures_util::future::join_all(notes));
    undone.expect("taken back");
    assert!(notes.iter().all(Result::is_ok), "{notes:?}");
    assert_eq!(office.case(id).await.state, CaseState::Open);
    assert_eq!(office.case(id).await.version, 11);
    office.is_sound().await;
}

#[tokio::test]
async fn whatever_is_done_can_be_taken_back_at_once() {
    let office = office().await;
    let ids = [office.complaint("1").await.id, office.complaint("2").await.id];
    let mut dice = Dice::new(11);
    let (mut done, mut undone) = (0, 0);
    for round in 0..600 {
        let id = *dice.of(&ids);
        let who = *dice.of(&[&office.ada, &office.ines, &office.tom, &office.sam]);
        let what = *dice.of(&DEEDS);
        let before = office.case(id).await;
        office.test.clock.advance(dice.below(3) as i64 * 100);
        if dice.below(4) == 0 {
            // Any event, whoever's: what is refused leaves it as it is.
            let event = 1 + dice.below(before.version as usize) as u32;
            match office.undo_event(who, id, event).await {
                Ok(now) => assert_eq!(now.version, before.version + 1),
                Err(_) => assert_eq!(office.case(id).await, before),
            }
        } else if let Ok(now) = office.deed(who, id, what).await {
            done += 1;
            if now.version == before.version || dice.below(2) == 0 {
                continue;
            }
            undone += 1;
            match office.undo(who, id).await {
                Ok(now) => {
                    // An offer whose time is over meanwhile is all that does not come back.
                    let at = office.test.clock.now();
                    let mut expected = before.standing();
                    expected.offer = expected.offer.filter(|offer| offer.until > at);
                    assert_eq!(now.standing(), expected, "{round}: {what:?} of case {id}");
                }
                Err(CaseError::NotUndone { why, .. }) => {
                    assert!(why.contains("the time of the offer is over"), "{round}: {what:?}: {why}");
                }
                Err(error) => panic!("{round}: {what:?} of case {id}: {error}"),
            }
        }
    }
    assert!(done > 100 && undone > 50, "{done} done, {undone} taken back");
    office.is_sound().await;
}

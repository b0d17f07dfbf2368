//! Where a case belongs, read from its history: what people did last that says so.
//!
//! A function of the history and nothing else: what is taken back says nothing, and what is said later counts instead of
//! what was said before. What rules and clocks do says nothing either: a program does not learn from itself.

use switchboard_model::{By, Case, Event, Happening, Label, LabelSource, Outcome, taken_back};

/// The label of a whole history; its post has no version yet, and of a proposal only what the opening says. `None` where
/// nobody has said anything.
pub fn label(history: &[Event]) -> Option<Label> {
    let taken = taken_back(history);
    let mut events = history.iter();
    let first = events.next()?;
    let Happening::Opened(opening) = &first.what else { return None };
    let mut case = Case::open(first).ok()?;
    let mut label: Option<Label> = None;
    for event in events {
        let before = case.department;
        // What cannot follow is for the check of histories to tell.
        drop(case.apply(event));
        if taken.contains(&event.number) {
            continue;
        }
        let is_said = matches!(event.by, By::User(_) | By::Operator);
        let source = match &event.what {
            Happening::Accepted if case.department != before => LabelSource::Transfer,
            Happening::Accepted | Happening::Assigned { .. } if is_said => LabelSource::Assignment,
            Happening::Moved { is_confirmed: true, .. } if is_said => LabelSource::Confirmation,
            Happening::ReplySent { .. } => LabelSource::Answer,
            // That nobody answers says nothing about whose it is.
            Happening::Closed { outcome, .. } if is_said && *outcome != Outcome::NoAnswer => LabelSource::Closing,
            _ => continue,
        };
        // What says again what was said already is no news: the first time counts.
        if label.as_ref().is_some_and(|known| known.department == case.department) {
            continue;
        }
        label = Some(Label {
            case: event.case,
            post: opening.post,
            version: 0,
            department: case.department,
            source,
            at: event.at,
            first: opening.department,
            proposed: opening.proposal.as_ref().map(|proposal| proposal.proposed),
        });
    }
    label
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use switchboard_model::{
        Assessment, CaseId, DepartmentId, Offer, Opening, Priority, ReplyId, TransferReason, UserId, Visibility,
    };
    use uuid::Uuid;

    use super::*;

    const SERVICE: DepartmentId = DepartmentId(Uuid::from_u128(1));
    const SALES: DepartmentId = DepartmentId(Uuid::from_u128(2));
    const INES: UserId = UserId(Uuid::from_u128(7));

    fn offered(to: DepartmentId) -> Happening {
        Happening::Offered(Offer {
            department: to,
            user: None,
            reason: TransferReason::NotOurs,
            note: "theirs".into(),
            until: Timestamp::MAX,
            keeps_watching: false,
        })
    }

    fn moved(is_confirmed: bool) -> Happening {
        Happening::Moved { department: SALES, why: "w".into(), is_confirmed }
    }

    fn closed(outcome: Outcome) -> Happening {
        Happening::Closed { outcome, reason: "r".into() }
    }

    fn opening() -> Opening {
        Opening {
            post: 3,
            network: "x".into(),
            visibility: Visibility::Public,
            department: SERVICE,
            priority: Priority { score: 40, parts: Vec::new() },
            tags: Vec::new(),
            rules: Vec::new(),
            why: String::new(),
            why_here: String::new(),
            risk: Assessment::default(),
            involved: Vec::new(),
            owner: None,
            proposal: None,
        }
    }

    fn told(steps: &[(By, Happening)]) -> Option<(DepartmentId, LabelSource)> {
        let opened = (By::Rules, Happening::Opened(opening()));
        let history: Vec<Event> = [opened]
            .into_iter()
            .chain(steps.iter().cloned())
            .zip(1..)
            .map(|((by, what), number)| Event {
                case: CaseId(1),
                number,
                at: Timestamp::UNIX_EPOCH,
                by,
                via: None,
                what,
            })
            .collect();
        label(&history).map(|label| (label.department, label.source))
    }

    #[test]
    fn what_people_do_says_where_a_case_belongs() {
        let by = By::User(INES);
        let check = |steps: &[(By, Happening)], expected: Option<(DepartmentId, LabelSource)>| {
            assert_eq!(told(steps), expected, "{steps:?}");
        };
        check(&[], None);
        check(&[(by, Happening::Claimed)], None);
        check(&[(by, offered(SALES))], None);
        check(&[(by, offered(SALES)), (by, Happening::Accepted)], Some((SALES, LabelSource::Transfer)));
        check(&[(by, Happening::assigned(INES))], Some((SERVICE, LabelSource::Assignment)));
        check(&[(By::Rules, Happening::assigned(INES))], None);
        check(&[(by, moved(true))], Some((SALES, LabelSource::Confirmation)));
        check(&[(by, moved(false))], None);
        let sent = Happening::ReplySent { reply: ReplyId(Uuid::nil()), url: None };
        check(&[(By::Outbox, sent.clone())], Some((SERVICE, LabelSource::Answer)));
        check(&[(by, closed(Outcome::SolvedPublicly))], Some((SERVICE, LabelSource::Closing)));
        check(&[(by, closed(Outcome::NoAnswer))], None);
        check(&[(By::Timer, closed(Outcome::Thanked))], None);
        // The last word counts; what says the same again is no news.
        check(&[(By::Outbox, sent), (by, moved(true))], Some((SALES, LabelSource::Confirmation)));
        check(&[(by, moved(true)), (by, closed(Outcome::Thanked))], Some((SALES, LabelSource::Confirmation)));
    }

    #[test]
    fn what_is_taken_back_says_nothing() {
        let by = By::User(INES);
        let steps = [(by, closed(Outcome::Thanked))];
        assert!(told(&steps).is_some());
        let what = Happening::Opened(opening());
        let opened = Event { case: CaseId(1), number: 1, at: Timestamp::UNIX_EPOCH, by: By::Rules, via: None, what };
        let restored = Case::open(&opened).expect("an opening").standing();
        let undone = Happening::Undone { event: 2, restored };
        assert_eq!(told(&[steps[0].clone(), (by, undone)]), None);
    }
}

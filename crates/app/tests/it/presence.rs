//! Who is on a case: who may know it, who is told, and when it ends.

use switchboard_app::cases::CaseError;
use switchboard_app::notices::Notice;
use switchboard_app::presence::{Doing, Present};
use switchboard_app::rights::Actor;
use switchboard_model::{CaseFilter, CaseId, Role, SourceKind, Visibility};
use switchboard_testkit::app::{TestApp, heard};
use tokio::sync::broadcast::Receiver;

use crate::access::{new_user, set_up};

/// Two members, an observer and a case.
struct Watched {
    test: TestApp,
    ines: Actor,
    rui: Actor,
    olga: Actor,
    notices: Receiver<Notice>,
}

async fn watched() -> Watched {
    let test = TestApp::new().await;
    set_up(&test).await;
    test.search("brand", "acme").await;
    let hire = async |name: &str, role: Role| {
        let (user, _) = test.app.invite(&Actor::Operator, new_user(name, role)).await.expect("invited");
        Actor::User(user.into())
    };
    let (ines, rui) = (hire("Ines", Role::Member).await, hire("Rui", Role::Member).await);
    let olga = hire("Olga", Role::Observer).await;
    let notices = test.app.notices().listen();
    Watched { test, ines, rui, olga, notices }
}

impl Watched {
    async fn case(&mut self, identifier: &str, visibility: Visibility) -> CaseId {
        let mut captured = heard(identifier, "My acme kettle never arrived, I want a refund!");
        captured.post.as_mut().expect("a post").visibility = visibility;
        let source = self.test.app.source_named("door", SourceKind::Ingest).await.expect("a source");
        self.test.app.hand_in(&source, vec![captured], None).await.expect("taken");
        let filter = CaseFilter { limit: 1_000, with_private: true, ..CaseFilter::default() };
        let page = self.test.app.cases(&Actor::Operator, filter).await.expect("listed");
        self.told();
        page.cases.into_iter().map(|row| row.case.id).max().expect("a case")
    }

    async fn be(&self, who: &Actor, case: CaseId, doing: Doing) {
        self.test.app.be_present(who, case, doing).await.expect("may be there");
    }

    async fn others(&self, who: &Actor, case: CaseId) -> Vec<Present> {
        self.test.app.presence(who, case).await.expect("may look")
    }

    /// On how many changes of presence the others were told since they were last asked.
    fn told(&mut self) -> usize {
        let mut told = 0;
        while let Ok(notice) = self.notices.try_recv() {
            told += usize::from(matches!(notice, Notice::Presence { .. }));
        }
        told
    }
}

#[tokio::test]
async fn colleagues_see_each_other_and_not_themselves() {
    let mut watched = watched().await;
    let case = watched.case("1", Visibility::Public).await;
    let revision = watched.test.app.revision();
    watched.be(&watched.ines, case, Doing::Reading).await;
    watched.be(&watched.olga, case, Doing::Reading).await;
    watched.be(&watched.rui, case, Doing::Reading).await;
    watched.be(&watched.rui, case, Doing::Writing).await;
    assert_eq!(watched.told(), 4);
    assert_eq!(watched.test.app.revision(), revision, "nothing that is kept has changed");
    let seen = watched.others(&watched.ines, case).await;
    let seen: Vec<_> = seen.iter().map(|present| (Some(present.user), present.is_writing)).collect();
    assert_eq!(seen, [(watched.rui.user_id(), true), (watched.olga.user_id(), false)], "who writes comes first");
    watched.be(&watched.rui, case, Doing::Reading).await;
    watched.be(&watched.rui, case, Doing::Writing).await;
    assert_eq!(watched.told(), 0, "what does not change is not told");
    watched.be(&watched.rui, case, Doing::Gone).await;
    assert_eq!(watched.told(), 1);
    assert_eq!(watched.others(&watched.ines, case).await.len(), 1);
    watched.be(&Actor::Operator, case, Doing::Writing).await;
    assert_eq!(watched.others(&Actor::Operator, case).await.len(), 2, "the operator is nobody's colleague");
}

#[tokio::test]
async fn who_gives_no_sign_is_gone_and_the_others_are_told_by_their_own_signs() {
    let mut watched = watched().await;
    let case = watched.case("1", Visibility::Public).await;
    watched.be(&watched.rui, case, Doing::Writing).await;
    watched.be(&watched.ines, case, Doing::Reading).await;
    watched.told();
    watched.test.clock.advance(40);
    watched.be(&watched.ines, case, Doing::Reading).await;
    assert_eq!((watched.told(), watched.others(&watched.ines, case).await.len()), (0, 1));
    watched.test.clock.advance(6);
    assert_eq!(watched.others(&watched.ines, case).await, []);
    watched.be(&watched.ines, case, Doing::Reading).await;
    assert_eq!(watched.told(), 1);
}

#[tokio::test]
async fn nobody_is_on_a_case_they_may_not_read() {
    let mut watched = watched().await;
    let case = watched.case("1", Visibility::Direct).await;
    watched.be(&watched.ines, case, Doing::Reading).await;
    for refused in [
        watched.test.app.be_present(&watched.olga, case, Doing::Reading).await.err(),
        watched.test.app.presence(&watched.olga, case).await.err(),
        watched.test.app.be_present(&watched.ines, CaseId(99), Doing::Reading).await.err(),
    ] {
        assert!(matches!(refused, Some(CaseError::Unknown(_))), "{refused:?}");
    }
    assert_eq!(watched.others(&watched.rui, case).await.len(), 1);
}

#[tokio::test]
async fn a_session_stands_until_it_is_ended_and_to_look_is_not_to_use_it() {
    let test = TestApp::new().await;
    let session = set_up(&test).await;
    let mut notices = test.app.notices().listen();
    assert!(test.app.session_stands(&session.token).await.expect("known"));
    test.clock.advance(2 * 24 * 3600);
    assert!(test.app.session_stands(&session.token).await.expect("known"));
    test.clock.advance(24 * 3600);
    assert!(!test.app.session_stands(&session.token).await.expect("known"), "nobody used it for three days");
    let session = test.app.log_in("ada@acme.example", crate::access::PASSWORD).await.expect("in");
    assert!(test.app.session(&session.token).await.expect("known").is_some());
    test.app.log_out(&session.token).await.expect("out");
    assert!(!test.app.session_stands(&session.token).await.expect("known"));
    let mut told = Vec::new();
    while let Ok(notice) = notices.try_recv() {
        told.push(notice);
    }
    assert!(told.contains(&Notice::AccessEnded(session.user.id)), "{told:?}");
}

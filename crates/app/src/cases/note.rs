//! Notes among colleagues. Whoever works here may leave one, whose case it is or not. A colleague whom it names by `@name`
//! is told, and follows the case.

use switchboard_model::{Case, CaseId, Happening};
use switchboard_route::named::users_named;
use switchboard_route::notification::may_hear;

use super::{CaseError, written};
use crate::App;
use crate::rights::{Actor, Right};

/// The most characters of a note.
pub(super) const NOTE: usize = 10_000;

impl App {
    /// Leaves a note. It changes nothing that anybody decides about, so it needs no version.
    pub async fn note_on_case(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        text: &str,
    ) -> Result<Case, CaseError> {
        actor.may(Right::Work)?;
        let text = written("text", text, NOTE)?;
        self.record(actor, id, seen, |case| Ok(self.noted(actor, case, &text))).await
    }

    /// What happens to a case by a note.
    pub(super) fn noted(&self, actor: &Actor, case: &Case, text: &str) -> Vec<Happening> {
        let mut happens = vec![Happening::Noted { text: text.to_owned() }];
        let people = self.people();
        // Whoever is named follows the case from then on, unless it is theirs or they follow it already.
        let named = users_named(text, people.users()).into_iter().filter(|user| {
            let works = people.user(*user).is_some_and(|user| may_hear(&user));
            works && case.owner.user() != Some(*user) && !case.watchers.contains(user) && actor.user_id() != Some(*user)
        });
        happens.extend(named.map(|user| Happening::Watched { user }));
        happens
    }
}

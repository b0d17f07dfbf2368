//! Notes among colleagues. Whoever works here may leave one, whose case it is or not.

use switchboard_model::{Case, CaseId, Happening};

use super::{CaseError, written};
use crate::App;
use crate::rights::{Actor, Right};

/// The most characters of a note.
const NOTE: usize = 10_000;

impl App {
    /// Leaves a note. It changes nothing, so it needs no version.
    pub async fn note_on_case(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        text: &str,
    ) -> Result<Case, CaseError> {
        actor.may(Right::Work)?;
        let text = written("text", text, NOTE)?;
        self.record(actor, id, seen, |_| Ok(vec![Happening::Noted { text: text.clone() }])).await
    }
}

//! Tags of a case.

use switchboard_model::{Case, CaseId, Happening};

use super::CaseError;
use crate::rights::Actor;
use crate::{App, tags};

/// The most tags of a case.
const TAGS: usize = 20;

impl App {
    /// Adds and removes tags. What is there already, or is not, is no change.
    pub async fn tag_case(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        added: &[String],
        removed: &[String],
    ) -> Result<Case, CaseError> {
        let added = tags::tidied(added).map_err(|message| CaseError::bad("added", message))?;
        let removed = tags::tidied(removed).map_err(|message| CaseError::bad("removed", message))?;
        self.record(actor, id, seen, |case| {
            actor.may_work_on(case)?;
            let removed: Vec<String> = removed.iter().filter(|tag| case.tags.contains(tag)).cloned().collect();
            let is_new = |tag: &&String| !case.tags.contains(tag) || removed.contains(tag);
            let added: Vec<String> = added.iter().filter(is_new).cloned().collect();
            let total = case.tags.len() - removed.len() + added.len();
            if total > TAGS {
                return Err(CaseError::bad("added", format!("the case would have {total} tags; {TAGS} are the most")));
            }
            let is_nothing = added.is_empty() && removed.is_empty();
            Ok(if is_nothing { Vec::new() } else { vec![Happening::Tagged { added, removed }] })
        })
        .await
    }
}

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
        let formula = self.people().formula();
        // What a class of customer adds follows the tags of the case, unless somebody said how urgent it is.
        let is_class = |tag: &String| formula.customer.tags.iter().any(|known| known.tag == *tag);
        let earlier = match self.store.find_case(id).await? {
            Some(case) if added.iter().chain(&removed).any(is_class) => {
                Some(self.store.pasts_of(&[case.post], self.now()).await?.remove(&case.post).unwrap_or_default().tags)
            }
            _ => None,
        };
        self.record(actor, id, seen, |case| {
            actor.may_work_on(case)?;
            let removed: Vec<String> = removed.iter().filter(|tag| case.tags.contains(tag)).cloned().collect();
            let is_new = |tag: &&String| !case.tags.contains(tag) || removed.contains(tag);
            let added: Vec<String> = added.iter().filter(is_new).cloned().collect();
            let total = case.tags.len() - removed.len() + added.len();
            if total > TAGS {
                return Err(CaseError::bad("added", format!("the case would have {total} tags; {TAGS} are the most")));
            }
            if added.is_empty() && removed.is_empty() {
                return Ok(Vec::new());
            }
            let kept = case.tags.iter().filter(|tag| !removed.contains(tag));
            let tags: Vec<String> = kept.chain(&added).cloned().collect();
            let priority = earlier
                .as_ref()
                .filter(|_| !case.priority.is_by_hand())
                .map(|earlier| case.priority.with_part("customer", formula.customer_part(&tags, earlier)));
            let recounted = priority
                .filter(|priority| *priority != case.priority)
                .map(|priority| Happening::Recounted { priority, why: "by its tags".to_owned() });
            Ok(std::iter::once(Happening::Tagged { added, removed }).chain(recounted).collect())
        })
        .await
    }
}

//! Tags of a case.

use switchboard_model::{Case, CaseId, Happening};

use super::CaseError;
use crate::App;
use crate::rights::Actor;

/// The most tags of a case, and the most characters of one.
const TAGS: usize = 20;
const TAG: usize = 40;

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
        let added = tags("added", added)?;
        let removed = tags("removed", removed)?;
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

/// Tags as they are kept: in lower case, each once, with single spaces.
fn tags(field: &'static str, written: &[String]) -> Result<Vec<String>, CaseError> {
    let mut tags = Vec::new();
    for tag in written {
        let tag = tag.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
        let length = tag.chars().count();
        if !(1..=TAG).contains(&length) || tag.chars().any(|character| character.is_control() || character == ',') {
            let message = format!("a tag has 1 to {TAG} characters, without commas; '{}' has not", tag.escape_debug());
            return Err(CaseError::bad(field, message));
        }
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    Ok(tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_short_lower_case_and_each_once() {
        let check = |written: &[&str], expected: Option<&[&str]>| {
            let written: Vec<String> = written.iter().map(|tag| (*tag).to_owned()).collect();
            let found = tags("added", &written).ok();
            assert_eq!(
                found.as_deref().map(|tags| tags.iter().map(String::as_str).collect::<Vec<_>>()),
                expected.map(<[&str]>::to_vec)
            );
        };
        check(&["Refund", " refund ", "two  words"], Some(&["refund", "two words"]));
        check(&[""], None);
        check(&["a,b"], None);
        check(&[&"x".repeat(41)], None);
        check(&["ÄRGER"], Some(&["ärger"]));
    }
}

//! Cases that may be about the same as another one: what a colleague is shown before merging two.
//!
//! Only cases that were opened at about the same time are looked at, by what their first posts say and who wrote them.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde::Serialize;
use switchboard_model::{Case, CaseId, StoredPost};
use switchboard_store::CaseAround;

use super::CaseError;
use crate::App;
use crate::rights::{Actor, Right};

/// So many cases before and after one are compared with it.
const SPAN: u32 = 1_000;
/// The most cases that are shown.
const MOST: usize = 8;
/// Within so long the same words are the same story.
const WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// So great a part of the words of both has to be the same.
const ALIKE: f64 = 0.4;
/// Fewer words than these are alike by chance.
const FEWEST_WORDS: usize = 3;

/// Why a case may be about the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// The same author wrote both.
    Author,
    /// The same thread, or the same page.
    Thread,
    /// Authors of the same name, or the same handle, on two networks.
    Name,
    /// The same words within a day.
    Words,
}

/// A case that may be about the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Similar {
    /// The case.
    pub case: Case,
    /// The post that it was opened for.
    pub post: Option<StoredPost>,
    /// What is the same, the surest first.
    pub why: Vec<Likeness>,
}

impl App {
    /// Cases that may be about the same as one, the most alike first.
    pub async fn similar_cases(&self, actor: &Actor, id: CaseId) -> Result<Vec<Similar>, CaseError> {
        actor.may(Right::Work)?;
        self.case(actor, id).await?;
        let around = self.store.cases_around(id, SPAN).await?;
        let Some(own) = around.iter().find(|one| one.id == id) else { return Ok(Vec::new()) };
        let words = words(&own.words);
        let mut alike: Vec<(Vec<Likeness>, CaseId)> = around
            .iter()
            .filter(|one| one.id != id)
            .map(|one| (likeness(own, &words, one), one.id))
            .filter(|(why, _)| !why.is_empty())
            .collect();
        alike.sort_by(|(one, id), (other, other_id)| {
            (one.first(), other.len(), other_id).cmp(&(other.first(), one.len(), id))
        });
        let ids: Vec<CaseId> = alike.iter().take(4 * MOST).map(|(_, id)| *id).collect();
        let cases = self.store.find_cases(&ids).await?;
        let posts = self.store.first_posts(&cases).await?;
        let similar = |(why, id): (Vec<Likeness>, CaseId)| {
            let case = cases.iter().find(|case| case.id == id)?;
            let may = actor.sees(case.visibility) && actor.may_work_on(case).is_ok() && case.merged_into.is_none();
            let post = posts.iter().find(|post| post.seq == case.post).filter(|post| actor.sees(post.post.visibility));
            may.then(|| Similar { case: case.clone(), post: post.cloned(), why })
        };
        Ok(alike.into_iter().filter_map(similar).take(MOST).collect())
    }
}

fn likeness(own: &CaseAround, own_words: &BTreeSet<String>, one: &CaseAround) -> Vec<Likeness> {
    fn same<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
        one.is_some() && one == other
    }
    // A handle names its place after the name, as in `ann@social.example`.
    let person = |handle: &str| handle.trim_start_matches('@').split(['@', '.']).next().unwrap_or_default().to_owned();
    let is_known = |name: &str| name.chars().count() > 2;
    let mut why = Vec::new();
    if same(&own.author, &one.author) {
        why.push(Likeness::Author);
    } else if (is_known(&own.name) && own.name == one.name)
        || (is_known(&person(&own.handle)) && person(&own.handle) == person(&one.handle))
    {
        why.push(Likeness::Name);
    }
    if same(&own.thread, &one.thread) || same(&own.url, &one.url) {
        why.push(Likeness::Thread);
    }
    let is_near = own.opened_at.duration_since(one.opened_at).abs() <= WITHIN;
    if is_near && are_alike(own_words, &words(&one.words)) {
        why.push(Likeness::Words);
    }
    why.sort();
    why
}

/// The words of a text that say something.
fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).map(str::to_lowercase);
    words.filter(|word| word.chars().count() > 3).take(200).collect()
}

/// Whether two texts share a great part of their words.
fn are_alike(one: &BTreeSet<String>, other: &BTreeSet<String>) -> bool {
    let (both, either) = (one.intersection(other).count(), one.union(other).count());
    both >= FEWEST_WORDS && both as f64 >= ALIKE * either as f64
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn around(author: &str, handle: &str, name: &str, words: &str, hours: i64) -> CaseAround {
        CaseAround {
            id: CaseId(1),
            author: Some(author.to_owned()),
            thread: None,
            url: None,
            handle: handle.to_owned(),
            name: name.to_owned(),
            words: words.to_owned(),
            opened_at: Timestamp::from_second(hours * 3_600).expect("a time"),
        }
    }

    #[test]
    fn the_same_person_or_the_same_story_is_alike() {
        let text = "The lid of my kettle cracked after two days, I want a refund";
        let own = around("x:ann", "ann@social.example", "ann holm", text, 0);
        let check = |one: CaseAround, expected: &[Likeness]| {
            assert_eq!(likeness(&own, &words(&own.words), &one), expected, "{one:?}");
        };
        check(around("x:ann", "", "", "something else", 90), &[Likeness::Author]);
        check(around("y:7", "ann.sky.example", "", "something else", 90), &[Likeness::Name]);
        check(around("y:7", "", "ann holm", "something else", 90), &[Likeness::Name]);
        let retold = "My kettle: lid cracked after two days. Refund please!";
        check(around("y:7", "bob", "bob", retold, 20), &[Likeness::Words]);
        check(around("y:7", "bob", "bob", retold, 30), &[]);
        check(around("x:ann", "", "", retold, 3), &[Likeness::Author, Likeness::Words]);
        check(around("y:7", "", "", "", 0), &[]);
        let page = CaseAround { url: Some("u".into()), ..own.clone() };
        assert!(
            likeness(&page, &words(text), &CaseAround { author: None, ..page.clone() }).contains(&Likeness::Thread)
        );
    }
}

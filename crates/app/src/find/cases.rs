//! Cases that a question leads to.

use switchboard_model::{Case, CaseFilter, CaseId};

use super::{FindError, Posts, Question, Texts};
use crate::App;
use crate::rights::Actor;

/// How many cases are shown.
const MOST: u32 = 20;

impl App {
    /// The case of that number, those with that tag, then those in which it was said and those that the found posts belong
    /// to; each once.
    pub(super) async fn find_cases(
        &self,
        actor: &Actor,
        question: &Question,
        texts: &Texts,
        posts: &Posts,
    ) -> Result<Vec<Case>, FindError> {
        let mut cases: Vec<Case> = Vec::new();
        let text = question.text.trim();
        if question.before.is_none() {
            if let Ok(number) = text.trim_start_matches('#').parse::<i64>() {
                cases.extend(self.store.find_case(CaseId(number)).await?);
            }
            let tag = text.trim_start_matches('#').to_lowercase();
            for state in [None, Some("closed")] {
                let filter = CaseFilter {
                    tag: Some(tag.clone()),
                    state,
                    with_private: actor.sees_private(),
                    limit: MOST,
                    ..CaseFilter::default()
                };
                cases.extend(self.store.list_cases(&filter).await?.into_iter().map(|listed| listed.case));
            }
        }
        let seqs: Vec<i64> = posts.found.iter().map(|found| found.post.seq).collect();
        // In turn, so that neither leaves no room for the other.
        let mut of_posts = self.store.cases_of_posts(&seqs).await?.into_iter();
        let mut of_texts = texts.cases.iter().cloned();
        loop {
            let (text, post) = (of_texts.next(), of_posts.next());
            if text.is_none() && post.is_none() {
                break;
            }
            cases.extend(text.into_iter().chain(post));
        }
        let mut kept: Vec<Case> = Vec::new();
        for case in cases {
            if actor.sees(case.visibility) && kept.iter().all(|known| known.id != case.id) {
                kept.push(case);
            }
        }
        kept.truncate(MOST as usize);
        Ok(kept)
    }
}

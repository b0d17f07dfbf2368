//! What is listened for: the searches of the set-up, added, changed or turned off in one go.

use switchboard_match::Packs;
use switchboard_model::{SavedSearch, SearchId};

use super::SetUpError;
use super::progress::{Added, Decision, Progress, Step};
use crate::App;
use crate::rights::{Actor, Right};
use crate::searches::SearchError;
use crate::searches::change::{SearchText, checked};

/// A search as it stands in the set-up. Whether it is wanted is whether it listens.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wanted {
    /// Of the proposal; empty for one that was written by hand.
    pub key: String,
    /// The search that the set-up made of it earlier.
    pub id: Option<SearchId>,
    /// Name, query, type.
    pub text: SearchText,
}

impl App {
    /// The searches that the set-up added and that are still there.
    pub async fn searches_of_set_up(&self) -> Result<Vec<(Added, SavedSearch)>, SetUpError> {
        let progress = self.set_up_progress().await?.unwrap_or_default();
        let searches = self.searches().await?;
        let found = |added: Added| {
            let search = searches.iter().find(|search| search.id == added.id)?.clone();
            Some((added, search))
        };
        Ok(progress.searches.into_iter().filter_map(found).collect())
    }

    /// Listens to what is wanted and turns off what the set-up added and nobody wants. What listens anew takes in what was
    /// heard before. A refusal names the place of what it is about, and nothing is done then.
    pub async fn listen_to(&self, actor: &Actor, wanted: Vec<Wanted>) -> Result<Vec<SavedSearch>, SetUpError> {
        actor.may(Right::Administer)?;
        let _turn = self.turn().await;
        let mut progress = self.set_up_progress().await?.unwrap_or_default();
        let searches = self.searches().await?;
        let plan = plan(wanted, &progress, &searches, self.people().packs().compiled())?;
        let mut listening = Vec::new();
        for (key, deed) in plan {
            let search = match deed {
                Deed::Add(text) => self.add_search_in_turn(text).await?,
                Deed::Change(id, text) => self.change_search_in_turn(id, text).await?,
                Deed::Keep(search) => search,
            };
            if !progress.searches.iter().any(|added| added.id == search.id) {
                progress.searches.push(Added { key, id: search.id });
            }
            if search.is_enabled {
                listening.push(search);
            }
        }
        progress.steps.insert(Step::Searches, Decision::Kept);
        self.keep_progress(&progress).await?;
        let is_news = |search: &&SavedSearch| !searches.iter().any(|known| known.is_enabled && is_like(known, search));
        for search in listening.iter().filter(is_news) {
            match self.back_fill(search.id).await {
                // One that is being filled goes on, and takes in the rest when it is asked again.
                Ok(_) | Err(SearchError::Filling(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(listening)
    }
}

/// The same search, with the same query.
fn is_like(known: &SavedSearch, search: &SavedSearch) -> bool {
    known.id == search.id && known.query == search.query
}

/// What is done about one.
enum Deed {
    Add(SearchText),
    Change(SearchId, SearchText),
    Keep(SavedSearch),
}

/// What is to be done, or which one cannot be done.
fn plan(
    wanted: Vec<Wanted>,
    progress: &Progress,
    searches: &[SavedSearch],
    packs: &Packs,
) -> Result<Vec<(String, Deed)>, SetUpError> {
    let mut plan: Vec<(String, Deed)> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for (at, Wanted { key, id, text }) in wanted.into_iter().enumerate() {
        let refused = |error| SetUpError::Search { at, error };
        // Somebody else may have listened to the same proposal since this page was made.
        let is_it = |added: &&Added| Some(added.id) == id || (id.is_none() && !key.is_empty() && added.key == key);
        let added = progress.searches.iter().find(is_it);
        let known = added.and_then(|added| searches.iter().find(|search| search.id == added.id));
        let deed = match (known, text.is_enabled) {
            (None, false) => continue,
            (Some(known), false) if !known.is_enabled => continue,
            (Some(known), false) => Deed::Change(known.id, SearchText { is_enabled: false, ..SearchText::from(known) }),
            (known, true) => {
                let text = checked(text, packs).map_err(refused)?;
                let of_name = searches.iter().find(|search| search.name == text.name);
                let is_taken = of_name.is_some_and(|other| match known {
                    Some(known) => other.id != known.id,
                    None => other.query != text.query,
                });
                if is_taken || names.contains(&text.name) {
                    return Err(refused(SearchError::NameTaken(text.name)));
                }
                names.push(text.name.clone());
                match known.or(of_name) {
                    None => Deed::Add(text),
                    Some(known) => {
                        let text = SearchText { department: known.department.clone(), ..text };
                        if text == SearchText::from(known) {
                            Deed::Keep(known.clone())
                        } else {
                            Deed::Change(known.id, text)
                        }
                    }
                }
            }
        };
        plan.push((key, deed));
    }
    Ok(plan)
}

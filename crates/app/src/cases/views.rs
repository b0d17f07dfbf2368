//! Saved views of the desk: a user's own, and those that an administrator shares with everybody.

use switchboard_model::{CaseFilter, UserId, View, ViewFilter, ViewId};
use switchboard_store::StoreError;

use super::CaseError;
use crate::notices::Notice;
use crate::people::People;
use crate::rights::{Actor, Right};
use crate::{App, tags};

/// The most views that a user has, and the most that are shared.
const MOST_VIEWS: usize = 100;
/// The most departments of one view.
const DEPARTMENTS: usize = 100;
/// The most characters of a name.
const NAME: usize = 60;
/// The most characters of a network's name.
const NETWORK: usize = 100;
/// The most letters of a language's primary tag.
const LANGUAGE: usize = 8;

/// Cases of a view are counted up to this.
pub const MOST_COUNTED: u32 = 10_000;

/// A view as a person writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewText {
    /// Unique among the user's own, or among the shared ones.
    pub name: String,
    /// Whether everybody has it; only administrators share.
    pub is_shared: bool,
    /// What it filters.
    pub filter: ViewFilter,
}

impl App {
    /// The actor's own views and those that are shared, the own ones first, by name.
    pub async fn views(&self, actor: &Actor) -> Result<Vec<View>, CaseError> {
        actor.may(Right::Read)?;
        let mut views = self.store.list_views(actor.user_id()).await?;
        views.sort_by_cached_key(|view| (view.user.is_none(), view.name.to_lowercase(), view.id));
        Ok(views)
    }

    /// One view that the actor has.
    pub async fn view(&self, actor: &Actor, id: ViewId) -> Result<View, CaseError> {
        actor.may(Right::Read)?;
        let found = self.store.find_view(id).await?;
        found.filter(|view| is_theirs(actor, view)).ok_or(CaseError::UnknownView(id))
    }

    /// Saves a view.
    pub async fn add_view(&self, actor: &Actor, text: ViewText) -> Result<View, CaseError> {
        let user = keeper(actor, text.is_shared)?;
        let _turn = self.turn().await;
        let view = View {
            id: ViewId(self.ids.next()),
            name: checked_name(&text.name)?,
            user,
            filter: checked_filter(&self.people(), text.filter)?,
            created_at: self.now(),
        };
        self.is_room_for(&view).await?;
        self.store.insert_view(&view).await.map_err(|error| taken(error, &view))?;
        self.notices.tell(Notice::Views);
        Ok(view)
    }

    /// Replaces a view. Sharing one, and taking a shared one back, is an administrator's.
    pub async fn change_view(&self, actor: &Actor, id: ViewId, text: ViewText) -> Result<View, CaseError> {
        let before = self.changeable_view(actor, id).await?;
        let user = keeper(actor, text.is_shared)?;
        let _turn = self.turn().await;
        let (name, filter) = (checked_name(&text.name)?, checked_filter(&self.people(), text.filter)?);
        let view = View { name, user, filter, ..before };
        self.is_room_for(&view).await?;
        let is_there = self.store.update_view(&view).await.map_err(|error| taken(error, &view))?;
        if !is_there {
            return Err(CaseError::UnknownView(id));
        }
        self.notices.tell(Notice::Views);
        Ok(view)
    }

    /// Removes a view.
    pub async fn remove_view(&self, actor: &Actor, id: ViewId) -> Result<View, CaseError> {
        let view = self.changeable_view(actor, id).await?;
        if !self.store.delete_view(id).await? {
            return Err(CaseError::UnknownView(id));
        }
        self.notices.tell(Notice::Views);
        Ok(view)
    }

    /// How many cases a filter chooses, as far as the actor may see them: counted up to [`MOST_COUNTED`], and one more
    /// where there are more.
    pub async fn count_cases(&self, actor: &Actor, filter: CaseFilter) -> Result<u64, CaseError> {
        actor.may(Right::Read)?;
        let with_private = filter.with_private && actor.sees_private();
        Ok(self.store.count_cases(&CaseFilter { with_private, ..filter }, MOST_COUNTED + 1).await?)
    }

    /// A view that the actor may change: an own one, or a shared one for administrators.
    async fn changeable_view(&self, actor: &Actor, id: ViewId) -> Result<View, CaseError> {
        let view = self.view(actor, id).await?;
        if view.user.is_none() {
            actor.may(Right::Administer)?;
        }
        Ok(view)
    }

    /// Whether nothing of its keeper stands in the way of a view.
    async fn is_room_for(&self, view: &View) -> Result<(), CaseError> {
        let others = self.store.list_views(view.user).await?;
        let others = || others.iter().filter(|other| other.user == view.user && other.id != view.id);
        if others().any(|other| other.name == view.name) {
            return Err(CaseError::ViewTaken(view.name.clone()));
        }
        if others().count() >= MOST_VIEWS {
            let message = format!("there are {MOST_VIEWS} views already; remove some first");
            return Err(CaseError::bad("name", message));
        }
        Ok(())
    }
}

fn is_theirs(actor: &Actor, view: &View) -> bool {
    view.user.is_none_or(|user| actor.user_id() == Some(user))
}

/// Whose a new view is.
fn keeper(actor: &Actor, is_shared: bool) -> Result<Option<UserId>, CaseError> {
    if is_shared {
        actor.may(Right::Administer)?;
        return Ok(None);
    }
    actor.may(Right::Read)?;
    let nobody = || CaseError::bad("is_shared", "the machine's operator has no views of their own; share it");
    actor.user_id().map(Some).ok_or_else(nobody)
}

fn taken(error: StoreError, view: &View) -> CaseError {
    match error {
        StoreError::Conflict { .. } => CaseError::ViewTaken(view.name.clone()),
        error => error.into(),
    }
}

fn checked_name(name: &str) -> Result<String, CaseError> {
    let name = name.trim();
    let is_odd = |letter: char| letter.is_control() || tags::turns(letter);
    if !(1..=NAME).contains(&name.chars().count()) || name.chars().any(is_odd) || !tags::is_seen(name) {
        let message = format!("a view needs a name of 1 to {NAME} characters without control characters");
        return Err(CaseError::bad("name", message));
    }
    Ok(name.to_owned())
}

/// The filter as it is kept: only of departments that are there, in one form.
fn checked_filter(people: &People, filter: ViewFilter) -> Result<ViewFilter, CaseError> {
    let mut departments = filter.departments;
    departments.sort();
    departments.dedup();
    if departments.len() > DEPARTMENTS {
        return Err(CaseError::bad("departments", format!("a view has {DEPARTMENTS} departments at most")));
    }
    if let Some(unknown) = departments.iter().find(|id| people.department(**id).is_none()) {
        return Err(CaseError::bad("departments", format!("there is no department {unknown}; choose others")));
    }
    if filter.least_priority > 100 {
        return Err(CaseError::bad("least_priority", "a priority is a number from 0 to 100"));
    }
    let filled = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let network = filled(filter.network);
    let is_odd = |network: &String| network.chars().count() > NETWORK || network.chars().any(char::is_control);
    if network.as_ref().is_some_and(is_odd) {
        return Err(CaseError::bad("network", format!("a network has up to {NETWORK} characters")));
    }
    let language = filled(filter.language).map(|tag| tag.to_lowercase());
    let is_tag =
        |tag: &String| (2..=LANGUAGE).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_lowercase());
    if language.as_ref().is_some_and(|tag| !is_tag(tag)) {
        return Err(CaseError::bad("language", "a language is two or three letters, as de or en"));
    }
    let tag = match filled(filter.tag) {
        Some(tag) => tags::tidied(&[tag]).map_err(|message| CaseError::bad("tag", message))?.pop(),
        None => None,
    };
    Ok(ViewFilter { departments, network, language, tag, ..filter })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_show_something_and_are_short() {
        let check = |name: &str, expected: Option<&str>| {
            assert_eq!(checked_name(name).ok().as_deref(), expected, "{name:?}");
        };
        check("  Refunds, urgent ", Some("Refunds, urgent"));
        check("", None);
        check("\u{200b}", None);
        check("a\nb", None);
        check("\u{202e}a", None);
        check(&"x".repeat(60), Some(&"x".repeat(60)));
        check(&"x".repeat(61), None);
    }

    #[test]
    fn filters_are_kept_in_one_form() {
        let people = People::new(switchboard_store::Household::default());
        let check = |filter: ViewFilter, expected: Option<ViewFilter>| {
            assert_eq!(checked_filter(&people, filter.clone()).ok(), expected, "{filter:?}");
        };
        let said = |text: &str| Some(text.to_owned());
        let of = |network: &str, language: &str, tag: &str| ViewFilter {
            network: said(network),
            language: said(language),
            tag: said(tag),
            ..ViewFilter::default()
        };
        check(of(" ", "", "  "), Some(ViewFilter::default()));
        check(of("forum ", "DE", "Refund"), Some(of("forum", "de", "refund")));
        check(of("", "d%", ""), None);
        check(of("", "en-gb", ""), None);
        check(of("", "", "a,b"), None);
        check(of(&"x".repeat(101), "", ""), None);
        check(ViewFilter { least_priority: 101, ..ViewFilter::default() }, None);
        let nowhere = switchboard_model::DepartmentId(uuid::Uuid::nil());
        check(ViewFilter { departments: vec![nowhere], ..ViewFilter::default() }, None);
    }
}

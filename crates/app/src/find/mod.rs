//! Looking for something in everything that is kept: posts, what is said in cases, authors, cases, users, departments.
//!
//! The text is a query of the saved-search language, so that a search finds the same whether it is saved or not. The index
//! of words narrows, the query decides, and one look takes a short time only: where that is not enough it says how far it
//! came, and the next look goes on from there.

mod cases;
mod posts;
mod said;

use std::sync::Arc;

use switchboard_match::{Query, QueryError};
use switchboard_model::{Author, Case, Department, PostId, StoredPost, User};
use switchboard_store::StoreError;

use crate::rights::Actor;
use crate::{App, AppError};

pub use posts::{FoundPost, Posts};
pub(crate) use said::fold;
pub use said::{FoundText, Texts};

/// The most characters of a text that are looked for among names.
const LONGEST_NAME: usize = 64;
/// How many authors are shown.
const AUTHORS: u32 = 8;
/// How many users and departments are shown.
const COLLEAGUES: usize = 20;

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// In the saved-search language.
    pub text: String,
    /// Only posts with a smaller `seq`: where the last look stopped.
    pub before: Option<i64>,
    /// How many posts at most.
    pub limit: u32,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// The query as it is understood.
    pub parsed: String,
    /// Posts, newest first.
    pub posts: Posts,
    /// Authors by the beginning of their handle or name. Only the first look has them.
    pub authors: Vec<(String, Author)>,
    /// Texts of cases beside their posts. Only the first look has them.
    pub texts: Texts,
    /// Cases by their number, by their tag, by what was said in them, and those that the posts of this look belong to.
    pub cases: Vec<Case>,
    /// The posts that those were opened for, as far as the actor may see them.
    pub first_posts: Vec<StoredPost>,
    /// Active users by their name.
    pub users: Vec<Arc<User>>,
    /// Departments by their name.
    pub departments: Vec<Department>,
}

/// What the person asking can do something about.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// The text cannot be read as a query.
    #[error("{0}")]
    BadQuery(QueryError),
    /// Anything else.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<StoreError> for FindError {
    fn from(error: StoreError) -> Self {
        Self::App(error.into())
    }
}

impl App {
    /// The post of that id, if there is one that the actor may see.
    pub async fn find_post(&self, actor: &Actor, id: &PostId) -> Result<Option<StoredPost>, AppError> {
        let stored = self.store.find_post(id).await?;
        Ok(stored.filter(|stored| actor.sees(stored.post.visibility)))
    }

    /// Looks for a text in everything that the actor may see.
    pub async fn find(&self, actor: &Actor, question: &Question) -> Result<Found, FindError> {
        self.follow_packs().await?;
        let people = self.people();
        let query = Query::parse_with(&question.text, people.packs().compiled()).map_err(FindError::BadQuery)?;
        let posts = self.find_posts(actor, &query, question).await?;
        let mut found = Found { parsed: query.to_string(), posts, ..Found::default() };
        if question.before.is_none() {
            found.texts = self.find_texts(actor, &query).await?;
        }
        found.cases = self.find_cases(actor, question, &found.texts, &found.posts).await?;
        found.texts.found.retain(|text| found.cases.iter().any(|case| case.id == text.case));
        found.first_posts = self.store.first_posts(&found.cases).await?;
        found.first_posts.retain(|post| actor.sees(post.post.visibility));
        if question.before.is_none() {
            // A name may always go on, with and without the star that says so of a word.
            let text = question.text.trim().trim_end_matches('*');
            let name: String = text.trim_start_matches('@').chars().take(LONGEST_NAME).collect();
            found.authors = self.store.find_authors(&name, AUTHORS).await?;
            (found.users, found.departments) = self.find_colleagues(text);
        }
        Ok(found)
    }
}

impl App {
    /// Active users and open departments in whose name each word of the text begins a word.
    fn find_colleagues(&self, text: &str) -> (Vec<Arc<User>>, Vec<Department>) {
        let wanted: Vec<String> = text.split_whitespace().take(10).map(str::to_lowercase).collect();
        let is_called = |name: &str| {
            let name = name.to_lowercase();
            let begins = |wanted: &String| name.split_whitespace().any(|word| word.starts_with(wanted.as_str()));
            !wanted.is_empty() && wanted.iter().all(begins)
        };
        let people = self.people();
        let users =
            people.users().iter().filter(|user| user.is_active && (is_called(&user.name) || user.email == text));
        let users = users.take(COLLEAGUES).filter_map(|user| people.user(user.id)).collect();
        let departments = people.departments().iter().filter(|one| one.is_active && is_called(&one.name));
        (users, departments.take(COLLEAGUES).cloned().collect())
    }
}

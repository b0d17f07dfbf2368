//! The shapes of questions.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A question about a case.
#[derive(Serialize, ToSchema)]
#[schema(as = Question)]
pub(crate) struct QuestionShape {
    /// Its number in the history of the case.
    number: u32,
    /// When it was asked.
    #[schema(format = DateTime)]
    at: String,
    /// Who asks: `user:ID` or `operator`.
    by: String,
    to: AskedShape,
    text: String,
    /// Whether the page of its link shows the conversation.
    shows_posts: bool,
    /// Until when it can be answered.
    #[schema(format = DateTime)]
    until: String,
    /// Oldest first.
    answers: Vec<QuestionAnswerShape>,
    is_withdrawn: bool,
    /// Where whoever was asked answers without logging in; only for who may hand it out, and while it works.
    #[schema(required)]
    address: Option<String>,
}

/// Who is asked: a user or a guest.
#[derive(Serialize, ToSchema)]
#[schema(as = Asked)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AskedShape {
    User(Uuid),
    Guest(GuestShape),
}

/// Somebody without an account.
#[derive(Serialize, ToSchema)]
#[schema(as = Guest)]
pub(crate) struct GuestShape {
    name: String,
    email: String,
}

/// An answer to a question.
#[derive(Serialize, ToSchema)]
#[schema(as = QuestionAnswer)]
pub(crate) struct QuestionAnswerShape {
    #[schema(format = DateTime)]
    at: String,
    /// `user:ID`, `guest`, or `operator`.
    by: String,
    text: String,
}

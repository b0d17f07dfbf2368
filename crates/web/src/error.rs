//! Refusals: the only place that turns an error into a status, a page or JSON.
//!
//! Operations refuse with their area's error, extractors with a [`Refusal`] of their own. [`ApiError`] shows a refusal as
//! the JSON envelope, [`PageError`] as a page. Details of what went wrong inside go to the log once; people read what to
//! do next.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use switchboard_app::AppError;
use switchboard_app::access::AccessError;
use switchboard_app::answer::AnswerError;
use switchboard_app::cases::CaseError;
use switchboard_app::directory::DirectoryError;
use switchboard_app::find::FindError;
use switchboard_app::notifications::NotificationError;
use switchboard_app::packs::PackError;
use switchboard_app::rights::Forbidden;
use switchboard_app::routing::RuleError;
use switchboard_app::searches::SearchError;
use switchboard_app::setup::SetUpError;
use switchboard_app::sources::SourceError;
use utoipa::ToSchema;

/// Why a request is not done, for the person or program that asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    /// A stable word for programs.
    pub(crate) code: &'static str,
    /// A sentence for people: what is wrong and the remedy.
    pub(crate) message: String,
    /// The field of the request that it is about.
    pub(crate) field: Option<&'static str>,
    /// The character in that field, from 1.
    pub(crate) column: Option<usize>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), field: None, column: None }
    }

    pub(crate) fn about(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    /// The message for a place where a mark says the column.
    pub(crate) fn without_column(&self) -> &str {
        let prefix = self.column.map(|column| format!("column {column}: ")).unwrap_or_default();
        self.message.strip_prefix(&prefix).unwrap_or(&self.message)
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    pub(crate) fn unprocessable(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
    }

    pub(crate) fn unavailable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
    }

    /// Something that nobody outside can do anything about. The cause goes to the log.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(error = %cause, "a request failed");
        let message = "switchboard could not do this; the log of this moment says why";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    }
}

impl From<AppError> for Refusal {
    fn from(error: AppError) -> Self {
        match &error {
            AppError::Stopping => Self::unavailable(error.to_string()),
            AppError::Store(cause) if cause.is_passing() => {
                tracing::warn!(error = %cause, "the store cannot answer");
                Self::unavailable(format!("the store cannot answer at the moment: {cause}"))
            }
            AppError::Store(cause) => Self::internal(cause),
        }
    }
}

impl From<SourceError> for Refusal {
    fn from(error: SourceError) -> Self {
        let message = error.to_string();
        match error {
            SourceError::NameTaken(_) => Self::new(StatusCode::CONFLICT, "name_taken", message).about("name"),
            SourceError::BadName => Self::unprocessable("bad_name", message).about("name"),
            SourceError::BadSettings(_) => Self::unprocessable("bad_settings", message).about("settings"),
            SourceError::Unknown(_) => Self::not_found(message),
            SourceError::NotHandedIn(_) => Self::new(StatusCode::CONFLICT, "not_handed_in", message),
            SourceError::Unreachable(_) => Self::unprocessable("unreachable", message).about("link"),
            SourceError::App(error) => error.into(),
        }
    }
}

impl From<SearchError> for Refusal {
    fn from(error: SearchError) -> Self {
        let message = error.to_string();
        match error {
            SearchError::NameTaken(_) => Self::new(StatusCode::CONFLICT, "name_taken", message).about("name"),
            SearchError::BadName => Self::unprocessable("bad_name", message).about("name"),
            SearchError::BadQuery(error) => Self {
                column: Some(error.column),
                ..Self::unprocessable("bad_query", error.to_string()).about("query")
            },
            SearchError::BadPack(_) => Self::unprocessable("bad_pack", message).about("query"),
            SearchError::Forbidden(forbidden) => forbidden.into(),
            SearchError::Unknown(_) => Self::not_found(message),
            SearchError::NotListening(_) => Self::new(StatusCode::CONFLICT, "not_listening", message),
            SearchError::Filling(_) => Self::new(StatusCode::CONFLICT, "filling", message),
            SearchError::App(error) => error.into(),
        }
    }
}

impl From<PackError> for Refusal {
    fn from(error: PackError) -> Self {
        let message = error.to_string();
        match error {
            PackError::NameTaken(_) => Self::new(StatusCode::CONFLICT, "name_taken", message).about("name"),
            PackError::Bad { field, .. } => Self::unprocessable("bad_field", message).about(field),
            PackError::BadQuery(error) => Self {
                column: Some(error.column),
                ..Self::unprocessable("bad_query", error.to_string()).about("query")
            },
            PackError::Circle(_) => Self::unprocessable("circle", message).about("query"),
            PackError::Unknown(_) => Self::not_found(message),
            PackError::InUse { .. } => Self::new(StatusCode::CONFLICT, "in_use", message),
            PackError::Shipped(_) => Self::new(StatusCode::CONFLICT, "shipped", message),
            PackError::NotShipped(_) => Self::new(StatusCode::CONFLICT, "not_shipped", message),
            PackError::Overtaken => Self::new(StatusCode::CONFLICT, "overtaken", message),
            PackError::Forbidden(forbidden) => forbidden.into(),
            PackError::App(error) => error.into(),
        }
    }
}

impl From<FindError> for Refusal {
    fn from(error: FindError) -> Self {
        match error {
            FindError::BadQuery(error) => {
                Self { column: Some(error.column), ..Self::unprocessable("bad_query", error.to_string()).about("q") }
            }
            FindError::App(error) => error.into(),
        }
    }
}

impl From<AccessError> for Refusal {
    fn from(error: AccessError) -> Self {
        let message = error.to_string();
        match error {
            AccessError::WrongPassword => Self::new(StatusCode::UNAUTHORIZED, "wrong_password", message),
            AccessError::Locked { .. } => Self::new(StatusCode::TOO_MANY_REQUESTS, "locked", message),
            AccessError::Bad { field, .. } => Self::unprocessable("bad_field", message).about(field),
            AccessError::LinkSpent => Self::new(StatusCode::NOT_FOUND, "link_spent", message),
            AccessError::AlreadySetUp => Self::new(StatusCode::CONFLICT, "already_set_up", message),
            AccessError::UnknownUser(_) | AccessError::UnknownKey(_) => Self::not_found(message),
            AccessError::Inactive(_) => Self::new(StatusCode::CONFLICT, "not_active", message),
            AccessError::NotAUser => Self::new(StatusCode::FORBIDDEN, "not_a_user", message),
            AccessError::Forbidden(forbidden) => forbidden.into(),
            AccessError::App(error) => error.into(),
        }
    }
}

impl From<CaseError> for Refusal {
    fn from(error: CaseError) -> Self {
        let message = error.to_string();
        match error {
            CaseError::Unknown(_) | CaseError::UnknownPost(_) => Self::not_found(message),
            CaseError::Stale { .. } => Self::new(StatusCode::CONFLICT, "stale", message).about("version"),
            CaseError::AlreadyOwned { .. } => Self::new(StatusCode::CONFLICT, "already_owned", message),
            CaseError::Cannot(_) => Self::new(StatusCode::CONFLICT, "not_possible", message),
            CaseError::NotUndone { .. } => Self::new(StatusCode::CONFLICT, "not_undone", message),
            CaseError::UnknownView(_) | CaseError::NotDismissed(_) => Self::not_found(message),
            CaseError::InCase { .. } => Self::new(StatusCode::CONFLICT, "in_case", message),
            CaseError::ViewTaken(_) => Self::new(StatusCode::CONFLICT, "name_taken", message).about("name"),
            CaseError::NotSetUp => Self::new(StatusCode::CONFLICT, "not_set_up", message),
            CaseError::Forbidden(forbidden) => forbidden.into(),
            CaseError::BadLink => Self::not_found(message),
            CaseError::SpentLink { .. } => Self::new(StatusCode::GONE, "link_spent", message),
            CaseError::QuestionOver { .. } => Self::new(StatusCode::GONE, "question_over", message),
            CaseError::UnknownOutreach(_) | CaseError::UnknownPart(_) => Self::not_found(message),
            CaseError::OutreachOver { .. } => Self::new(StatusCode::GONE, "outreach_over", message),
            CaseError::OutreachOpen { .. } => Self::new(StatusCode::CONFLICT, "outreach_open", message),
            CaseError::ScriptTaken(_) => Self::new(StatusCode::CONFLICT, "name_taken", message).about("name"),
            CaseError::Bad { field, .. } => Self::unprocessable("bad_field", message).about(field),
            CaseError::App(error) => error.into(),
        }
    }
}

impl From<AnswerError> for Refusal {
    fn from(error: AnswerError) -> Self {
        let message = error.to_string();
        match error {
            AnswerError::UnknownCase(_) | AnswerError::UnknownAccount(_) | AnswerError::UnknownReply(_) => {
                Self::not_found(message)
            }
            AnswerError::Forbidden(forbidden) => forbidden.into(),
            AnswerError::Bad { field, .. } => Self::unprocessable("bad_field", message).about(field),
            AnswerError::Unfit(_) => Self::unprocessable("unfit", message).about("text"),
            AnswerError::StaleDraft(_) => Self::new(StatusCode::CONFLICT, "stale", message).about("version"),
            AnswerError::StaleCase => Self::new(StatusCode::CONFLICT, "stale", message).about("version"),
            AnswerError::AlreadySent => Self::new(StatusCode::CONFLICT, "already_sent", message),
            AnswerError::Answered { .. } => Self::new(StatusCode::CONFLICT, "answered", message).about("despite"),
            AnswerError::TooLate(_) => Self::new(StatusCode::CONFLICT, "too_late", message),
            AnswerError::AccountTaken(_) => Self::new(StatusCode::CONFLICT, "taken", message).about("settings"),
            AnswerError::NotLetIn(_) => Self::unprocessable("not_let_in", message).about("settings"),
            AnswerError::App(error) => error.into(),
        }
    }
}

impl From<DirectoryError> for Refusal {
    fn from(error: DirectoryError) -> Self {
        let message = error.to_string();
        match error {
            DirectoryError::Bad { field, .. } => Self::unprocessable("bad_field", message).about(field),
            DirectoryError::Taken { field, .. } => Self::new(StatusCode::CONFLICT, "taken", message).about(field),
            DirectoryError::InUse(_) => Self::new(StatusCode::CONFLICT, "in_use", message),
            DirectoryError::UnknownUser(_)
            | DirectoryError::UnknownDepartment(_)
            | DirectoryError::UnknownHolidays(_) => Self::not_found(message),
            DirectoryError::NotSetUp => Self::new(StatusCode::CONFLICT, "not_set_up", message),
            DirectoryError::Forbidden(forbidden) => forbidden.into(),
            DirectoryError::App(error) => error.into(),
        }
    }
}

impl From<NotificationError> for Refusal {
    fn from(error: NotificationError) -> Self {
        let message = error.to_string();
        match error {
            NotificationError::Unknown(_) | NotificationError::UnknownRoom(_) => Self::not_found(message),
            NotificationError::NotAUser => Self::unprocessable("not_a_user", message).about("as"),
            NotificationError::NoMail => Self::new(StatusCode::CONFLICT, "no_mail", message),
            NotificationError::NoPush => Self::new(StatusCode::CONFLICT, "no_push", message),
            NotificationError::UnknownBrowser(_) => Self::not_found(message),
            NotificationError::UnknownDelivery(_) => Self::not_found(message),
            NotificationError::BadLink => Self::not_found(message),
            NotificationError::OldLink | NotificationError::LinkOfLeaver => {
                Self::new(StatusCode::GONE, "link_spent", message)
            }
            NotificationError::Bad { field, .. } => Self::unprocessable("bad_field", message).about(field),
            NotificationError::Forbidden(forbidden) => forbidden.into(),
            NotificationError::App(error) => error.into(),
        }
    }
}

impl From<SetUpError> for Refusal {
    fn from(error: SetUpError) -> Self {
        match error {
            SetUpError::Search { error, .. } | SetUpError::Searches(error) => error.into(),
            SetUpError::Directory(error) => error.into(),
            SetUpError::Rules(error) => error.into(),
            SetUpError::Cases(error) => error.into(),
            SetUpError::Forbidden(forbidden) => forbidden.into(),
            SetUpError::App(error) => error.into(),
        }
    }
}

impl From<RuleError> for Refusal {
    fn from(error: RuleError) -> Self {
        let message = error.to_string();
        match error {
            RuleError::NameTaken(_) => Self::new(StatusCode::CONFLICT, "name_taken", message).about("name"),
            RuleError::Bad { field, .. } => Self::unprocessable("bad_field", message).about(field),
            RuleError::BadQuery(error) => {
                Self { column: Some(error.column), ..Self::unprocessable("bad_query", error.to_string()).about("when") }
            }
            RuleError::Circle(_) => Self::unprocessable("circle", message).about("department"),
            RuleError::Unknown(_) | RuleError::UnknownExample(_) => Self::not_found(message),
            RuleError::NotSetUp => Self::new(StatusCode::CONFLICT, "not_set_up", message),
            RuleError::Forbidden(forbidden) => forbidden.into(),
            RuleError::App(error) => error.into(),
        }
    }
}

impl From<Forbidden> for Refusal {
    fn from(forbidden: Forbidden) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", forbidden.to_string())
    }
}

/// What the API answers when it does not do what was asked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Error)]
pub(crate) struct ErrorBody {
    error: ErrorDetail,
}

/// Why.
#[derive(Debug, Serialize, ToSchema)]
struct ErrorDetail {
    /// A stable word for programs.
    #[schema(example = "bad_query")]
    code: &'static str,
    /// A sentence for people: what is wrong and the remedy.
    message: String,
    /// The field of the request that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
    /// The character in that field, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

/// A refusal as the API says it.
#[derive(Debug)]
pub(crate) struct ApiError(pub(crate) Refusal);

impl<E: Into<Refusal>> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Refusal { status, code, message, field, column } = self.0;
        let body = Json(ErrorBody { error: ErrorDetail { code, message, field, column } });
        with_hints(status, (status, body).into_response())
    }
}

/// A refusal as a page.
#[derive(Debug)]
pub(crate) struct PageError(pub(crate) Refusal);

impl<E: Into<Refusal>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        with_hints(self.0.status, crate::pages::failure::page(&self.0))
    }
}

/// A refusal in the form that fits the path: JSON under `/api`, else a page.
pub(crate) fn refuse(path: &str, refusal: Refusal) -> Response {
    if path.starts_with("/api/") || path == "/api" {
        ApiError(refusal).into_response()
    } else {
        PageError(refusal).into_response()
    }
}

fn with_hints(status: StatusCode, mut response: Response) -> Response {
    let headers = response.headers_mut();
    match status {
        StatusCode::SERVICE_UNAVAILABLE => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        StatusCode::UNAUTHORIZED => {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"switchboard\""));
        }
        _ => {}
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

//! Reading requests. Whatever cannot be read becomes a [`Refusal`] with a sentence, never axum's plain text.

use std::fmt::Display;
use std::str::FromStr;

use axum::body::{Body, Bytes};
use axum::extract::rejection::{BytesRejection, FormRejection, PathRejection, QueryRejection};
use axum::extract::{Form, FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use serde::de::DeserializeOwned;
use serde_json::Value;
use switchboard_app::rights::Actor;
use switchboard_model::{
    AccountId, ApiKeyId, CaseId, DepartmentId, OutreachId, OutreachScriptId, ReplyId, RuleId, SearchId, SlaPolicyId,
    SourceId, UserId, ViewId,
};

use crate::error::{ApiError, PageError, Refusal};
use crate::pages::forms;
use crate::visitor::Visitor;

/// A JSON body.
pub(crate) struct ApiJson<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if !matches!(media_type(request.headers()).as_deref(), Some("application/json")) {
            return Err(unsupported("application/json").into());
        }
        let body = Bytes::from_request(request, state).await?;
        let mut value: Value =
            serde_json::from_slice(&body).map_err(|error| Refusal::bad_request(format!("not JSON: {error}")))?;
        if has_nul(&value) {
            let message = "the body holds the character U+0000, which no text may hold";
            return Err(Refusal::unprocessable("bad_text", message).into());
        }
        // A list would be read as the fields in their order.
        if !value.is_object() {
            return Err(Refusal::bad_request("the body is an object, in braces").into());
        }
        make_whole(&mut value);
        Ok(Self(serde_json::from_value(value).map_err(|error| Refusal::bad_request(error.to_string()))?))
    }
}

/// The query part of an API address.
pub(crate) struct ApiQuery<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(query) = Query::from_request_parts(parts, state).await?;
        Ok(Self(query))
    }
}

/// The query part of a page's address.
pub(crate) struct PageQuery<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for PageQuery<T> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        let Query(query) = Query::from_request_parts(parts, state).await?;
        Ok(Self(query))
    }
}

/// A form that a page sent.
pub(crate) struct PageForm<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequest<S> for PageForm<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &S) -> Result<Self, PageError> {
        let (parts, body) = request.into_parts();
        let again = |body: Bytes| Request::from_parts(parts.clone(), Body::from(body));
        let body = Bytes::from_request(Request::from_parts(parts.clone(), body), state).await.map_err(Refusal::from)?;
        // Read twice: once for what was written, which a page that says what failed shows, once for what is meant.
        let Form(fields) = Form::<Vec<(String, String)>>::from_request(again(body.clone()), state).await?;
        forms::remember(&fields);
        let Form(form) = Form::from_request(again(body), state).await?;
        Ok(Self(form))
    }
}

/// What ids in addresses are of.
pub(crate) trait Noun {
    const NOUN: &'static str;
}

impl Noun for SourceId {
    const NOUN: &'static str = "source";
}

impl Noun for CaseId {
    const NOUN: &'static str = "case";
}

impl Noun for SearchId {
    const NOUN: &'static str = "search";
}

impl Noun for UserId {
    const NOUN: &'static str = "user";
}

impl Noun for DepartmentId {
    const NOUN: &'static str = "department";
}

impl Noun for SlaPolicyId {
    const NOUN: &'static str = "service level";
}

/// The number of an example that routing learns from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExampleNumber(pub(crate) i64);

impl FromStr for ExampleNumber {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl Noun for ExampleNumber {
    const NOUN: &'static str = "example";
}

impl Noun for RuleId {
    const NOUN: &'static str = "rule";
}

impl Noun for AccountId {
    const NOUN: &'static str = "account";
}

impl Noun for OutreachId {
    const NOUN: &'static str = "outreach";
}

impl Noun for OutreachScriptId {
    const NOUN: &'static str = "script";
}

impl Noun for ReplyId {
    const NOUN: &'static str = "reply";
}

impl Noun for ApiKeyId {
    const NOUN: &'static str = "key";
}

impl Noun for ViewId {
    const NOUN: &'static str = "view";
}

async fn read_id<T: Noun + FromStr, S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<T, Refusal> {
    let Path(text) = Path::<String>::from_request_parts(parts, state).await?;
    text.parse().map_err(|_| Refusal::not_found(format!("there is no {} '{}'", T::NOUN, shorten(&text))))
}

/// An id in an API address.
pub(crate) struct ApiId<T>(pub(crate) T);

impl<T: Noun + FromStr, S: Send + Sync> FromRequestParts<S> for ApiId<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Ok(Self(read_id(parts, state).await?))
    }
}

/// An id in a page's address.
pub(crate) struct PageId<T>(pub(crate) T);

impl<T: Noun + FromStr, S: Send + Sync> FromRequestParts<S> for PageId<T> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        Ok(Self(read_id(parts, state).await?))
    }
}

/// The id of a post in an address, where it stands percent-encoded (ids hold slashes and colons).
pub(crate) async fn post_id<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<String, Refusal> {
    let Path(id) = Path::<String>::from_request_parts(parts, state).await?;
    if id.len() > 4096 || id.contains('\0') {
        return Err(no_post(&id));
    }
    Ok(id)
}

pub(crate) fn no_post(id: &str) -> Refusal {
    Refusal::not_found(format!("there is no post '{}'", shorten(id)))
}

/// The id of a post in an API address.
pub(crate) struct ApiPostId(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for ApiPostId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Ok(Self(post_id(parts, state).await?))
    }
}

/// The id of a post in a page's address.
pub(crate) struct PagePostId(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for PagePostId {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        Ok(Self(post_id(parts, state).await?))
    }
}

/// Whether the request carries the operator's key.
pub(crate) struct IsOperator(pub(crate) bool);

impl<S: Send + Sync> FromRequestParts<S> for IsOperator {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let visitor = parts.extensions.get::<Visitor>();
        Ok(Self(visitor.is_some_and(|visitor| visitor.actor == Actor::Operator)))
    }
}

/// The token in `Authorization: Bearer …`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    Some(token.trim()).filter(|token| scheme.eq_ignore_ascii_case("bearer") && !token.is_empty())
}

/// Compares without telling by the time it takes how much is right.
pub(crate) fn is_equal(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

/// The media type of a body in lower case, without parameters.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

pub(crate) fn unsupported(expected: &str) -> Refusal {
    let message = format!("send the body as {expected} and say so in the content-type header");
    Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message)
}

/// PostgreSQL holds no NUL in texts; SQLite would, and then could not be moved there.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(list) => list.iter().any(has_nul),
        Value::Object(object) => object.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}

/// Writes whole numbers as such: to JSON Schema `5.0` is an integer, and languages that know one kind of number send it.
fn make_whole(value: &mut Value) {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) => {
            if let Some(float) = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0)
                && float.abs() <= EXACT
            {
                #[expect(clippy::cast_possible_truncation, reason = "whole, and no larger than a float holds exactly")]
                let whole = float as i64;
                *number = whole.into();
            }
        }
        Value::Array(list) => list.iter_mut().for_each(make_whole),
        Value::Object(object) => object.values_mut().for_each(make_whole),
        _ => {}
    }
}

fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(80).collect::<String>().escape_debug().collect();
    if text.chars().nth(80).is_some() {
        short.push('…');
    }
    short
}

fn from_rejection(rejection: impl IntoResponse + Display) -> Refusal {
    let message = rejection.to_string();
    match rejection.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => unsupported("application/x-www-form-urlencoded"),
        status if status.is_server_error() => Refusal::internal(&message),
        _ => Refusal::bad_request(message),
    }
}

pub(crate) fn too_large() -> Refusal {
    let message = "the body is too large; send it in parts";
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message)
}

macro_rules! from_rejections {
    ($($rejection:ty),*) => {
        $(impl From<$rejection> for Refusal {
            fn from(rejection: $rejection) -> Self {
                from_rejection(rejection)
            }
        })*
    };
}

from_rejections!(BytesRejection, FormRejection, PathRejection, QueryRejection);

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn tokens_are_read_from_the_bearer_scheme_only() {
        let check = |value: &str, expected: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, HeaderValue::from_str(value).expect("a header"));
            assert_eq!(bearer(&headers), expected, "{value}");
        };
        check("Bearer abc", Some("abc"));
        check("bearer  abc ", Some("abc"));
        check("Basic abc", None);
        check("Bearer ", None);
        check("abc", None);
    }

    #[test]
    fn nul_is_found_wherever_it_hides() {
        let check = |json: &str, expected: bool| {
            assert_eq!(has_nul(&serde_json::from_str(json).expect("JSON")), expected, "{json}");
        };
        check(r#"{"a":["b",{"c":"d\u0000"}]}"#, true);
        check(r#"{"a\u0000":1}"#, true);
        check(r#"{"a":"\\u0000"}"#, false);
    }

    #[test]
    fn whole_numbers_are_integers_however_they_are_written() {
        let check = |json: &str, expected: &str| {
            let mut value = serde_json::from_str(json).expect("JSON");
            make_whole(&mut value);
            assert_eq!(value.to_string(), expected);
        };
        check(r#"{"version":595.0,"deep":[1e3,-0.0]}"#, r#"{"deep":[1000,0],"version":595}"#);
        check("[0.5,1e300]", "[0.5,1e+300]");
    }

    #[test]
    fn keys_are_compared_whole() {
        assert!(is_equal(b"abc", b"abc"));
        assert!(!is_equal(b"abc", b"abd"));
        assert!(!is_equal(b"abc", b"abcd"));
    }
}

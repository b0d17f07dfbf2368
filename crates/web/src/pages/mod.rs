//! Pages, rendered on the server and complete without a script.
//!
//! One file for each page, with a template of the same name; `marks`, `words` and `mention` hold how things are said and
//! shown everywhere. A page shows what operations return and decides nothing. Every template struct has a `sample()`
//! with hostile words in it, rendered in a test.

pub(crate) mod failure;
pub(crate) mod home;
pub(crate) mod mention;
pub(crate) mod post;
pub(crate) mod search;
pub(crate) mod source;

mod marks;
mod words;

#[cfg(test)]
pub(crate) mod samples;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::error::{PageError, Refusal};
use crate::statics::asset;

/// What every page has around its content.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// What the tab of the browser says.
    pub(crate) title: String,
    pub(crate) style: String,
    pub(crate) script: String,
    pub(crate) icon: String,
}

impl Frame {
    pub(crate) fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), style: asset("switchboard.css"), script: asset("live.js"), icon: asset("mark.svg") }
    }
}

/// Renders a page. What it shows changes every second, so nobody keeps it.
pub(crate) fn show(status: StatusCode, page: &impl Template) -> Result<Response, PageError> {
    let html = page.render().map_err(|error| Refusal::internal(&error))?;
    let mut response = (status, Html(html)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Sends the browser on after a form did its work.
pub(crate) fn go(to: &str) -> Response {
    axum::response::Redirect::to(to).into_response()
}

//! The page that says why something was not done.

use std::borrow::Cow;

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::{Frame, Section, forms};
use crate::error::Refusal;

#[derive(Template)]
#[template(path = "failure.html")]
struct Failure {
    frame: Frame,
    heading: Cow<'static, str>,
    message: String,
    status: u16,
    /// What was written in the form, for another try.
    written: Vec<String>,
}

/// A refusal as a page; plain text if even that cannot be rendered.
pub(crate) fn page(refusal: &Refusal) -> Response {
    let heading = match refusal.status {
        StatusCode::NOT_FOUND => t!("failures-not-here"),
        StatusCode::MISDIRECTED_REQUEST => t!("failures-not-this-name"),
        StatusCode::FORBIDDEN => t!("failures-not-allowed"),
        StatusCode::SERVICE_UNAVAILABLE => t!("failures-not-now"),
        status if status.is_server_error() => t!("failures-inside"),
        _ => t!("failures-not-done"),
    };
    let failure = Failure {
        frame: match crate::visitor::current() {
            Some(visitor) => Frame::within(heading.clone(), Section::Elsewhere, &visitor),
            None => Frame::new(heading.clone()),
        },
        heading,
        message: sentence(&refusal.message),
        status: refusal.status.as_u16(),
        written: forms::written(),
    };
    match failure.render() {
        Ok(html) => (refusal.status, Html(html)).into_response(),
        Err(_) => (refusal.status, [(header::CONTENT_TYPE, "text/plain")], refusal.message.clone()).into_response(),
    }
}

/// Messages begin small and end bare, for logs; on a page they are sentences. A host name or a path stays as it is.
pub(crate) fn sentence(message: &str) -> String {
    let first_word = message.split_whitespace().next().unwrap_or_default();
    let is_plain = first_word.trim_end_matches([',', ':', ';']).chars().all(|c| c.is_alphabetic() || c == '-');
    let mut characters = message.chars();
    let mut sentence: String = match characters.next() {
        None => return String::new(),
        Some(first) if is_plain => first.to_uppercase().chain(characters).collect(),
        Some(_) => message.to_owned(),
    };
    if !sentence.ends_with(['.', '!', '?', ':', '…']) {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    #[test]
    fn messages_become_sentences() {
        let check = |message: &str, expected: &str| assert_eq!(sentence(message), expected);
        check("the disk is full", "The disk is full.");
        check("e-mail address is wrong", "E-mail address is wrong.");
        check("news.example answered 410", "news.example answered 410.");
        check("column 3: what is this?", "Column 3: what is this?");
        check("'x' is not one", "'x' is not one.");
        check("", "");
    }

    /// Something that is not there.
    pub(crate) fn samples() -> Vec<String> {
        let page = Failure {
            frame: Frame::new(t!("failures-not-here")),
            heading: t!("failures-not-here"),
            message: sentence("there is no post '<script>alert(1)</script>'"),
            status: 404,
            written: vec!["</textarea><script>alert(1)</script>".to_owned()],
        };
        vec![page.render().expect("renders")]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let pages = samples();
        assert!(pages[0].contains("There is no post &#39;&#60;script&#62;"), "{}", pages[0]);
    }
}

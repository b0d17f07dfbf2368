//! A question by its link: one page for somebody who is asked and has no account, or does not want to log in.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use switchboard_app::cases::question::QuestionPage as Asked;
use switchboard_model::{SpanPart, StoredPost};

use super::failure::sentence;
use super::forms::{Fields, about_form};
use super::marks::{self, Piece};
use super::mention::LinkView;
use super::words::{self, When};
use super::{Frame, go, show};
use crate::error::{PageError, Refusal};
use crate::extract::PageQuery;
use crate::options::Web;

#[derive(Template)]
#[template(path = "question.html")]
struct QuestionPage {
    frame: Frame,
    token: String,
    asker: String,
    company: String,
    /// As whom it is answered.
    asked: String,
    text: String,
    until: When,
    posts: Vec<PostView>,
    answers: Vec<(When, String)>,
    /// What was typed and not taken.
    typed: String,
    complaint: Option<String>,
    has_answered: bool,
}

/// A post of the conversation: who wrote what, when and where.
pub(crate) struct PostView {
    pub(crate) author: String,
    pub(crate) network: String,
    pub(crate) when: When,
    pub(crate) text: Vec<Piece>,
    pub(crate) link: Option<LinkView>,
}

impl PostView {
    pub(crate) fn new(stored: &StoredPost, now: Timestamp) -> Self {
        let post = &stored.post;
        let author = post.author.as_ref();
        let name = author.map_or("", |author| if author.name.is_empty() { &author.handle } else { &author.name });
        let url = post.url.as_deref().and_then(words::link);
        Self {
            author: if name.is_empty() { t!("question-somebody").into_owned() } else { name.to_owned() },
            network: words::network(&post.network).into_owned(),
            when: When::new(post.posted_at.unwrap_or(stored.captured_at), now),
            text: marks::linked(&post.text, SpanPart::Text, &[]),
            link: url.map(|url| LinkView { url: url.to_owned(), host: words::host(url).to_owned() }),
        }
    }
}

impl QuestionPage {
    fn new(token: &str, asked: Asked, now: Timestamp) -> Self {
        Self {
            frame: Frame::new(t!("question-title")).with_style("people.css"),
            token: token.to_owned(),
            text: asked.question.text,
            until: When::new(asked.question.until, now),
            posts: asked
                .posts
                .iter()
                .filter(|post| post.deleted_at.is_none())
                .map(|post| PostView::new(post, now))
                .collect(),
            answers: asked.answers.into_iter().map(|(at, text)| (When::new(at, now), text)).collect(),
            asker: asked.asker,
            company: asked.company,
            asked: asked.asked,
            typed: String::new(),
            complaint: None,
            has_answered: false,
        }
    }
}

/// `GET /question/{token}`, with `?answered` after an answer was taken.
pub(crate) async fn show_one(
    State(web): State<Web>,
    Path(token): Path<String>,
    PageQuery(pairs): PageQuery<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let asked = web.app.question_page(&token).await?;
    let has_answered = pairs.iter().any(|(name, _)| name == "answered");
    show(StatusCode::OK, &QuestionPage { has_answered, ..QuestionPage::new(&token, asked, web.app.now()) })
}

/// `POST /question/{token}`
pub(crate) async fn answer(
    State(web): State<Web>,
    Path(token): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let text = fields.text("text");
    let done = web.app.answer_by_link(&token, text).await.map_err(Refusal::from);
    let asked = web.app.question_page(&token).await;
    let page = |asked| QuestionPage::new(&token, asked, web.app.now());
    match (done, asked) {
        // Loading that again sends nothing twice.
        (Ok(()), _) => Ok(go(&format!("/question/{token}?answered"))),
        (Err(refusal), Ok(asked)) => {
            let refusal = about_form(refusal)?;
            let complaint = Some(sentence(&refusal.message));
            show(refusal.status, &QuestionPage { complaint, typed: text.to_owned(), ..page(asked) })
        }
        (_, Err(error)) => Err(error.into()),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use switchboard_model::{Guest, Question};

    use super::*;
    use crate::pages::samples;

    fn asked() -> Asked {
        let guest = Guest { name: samples::HOSTILE.to_owned(), email: "ann@lab.example".to_owned() };
        Asked {
            question: Question {
                to: switchboard_model::Asked::Guest(guest),
                text: format!("The lid? {}", samples::HOSTILE),
                shows_posts: true,
                until: samples::now(),
            },
            asker: samples::HOSTILE.to_owned(),
            asked: samples::HOSTILE.to_owned(),
            company: "Acme".to_owned(),
            answers: vec![(samples::now(), samples::HOSTILE.to_owned())],
            posts: samples::conversation(),
        }
    }

    /// Asked, answered, and an answer that was not taken.
    pub(crate) fn samples() -> Vec<String> {
        let page = || QuestionPage::new("question.7.2.00", asked(), samples::now());
        let bare = Asked { answers: Vec::new(), posts: Vec::new(), ..asked() };
        let pages = [
            page(),
            QuestionPage::new("question.7.2.00", bare, samples::now()),
            QuestionPage { has_answered: true, ..page() },
            QuestionPage { complaint: Some(samples::HOSTILE.to_owned()), typed: samples::HOSTILE.to_owned(), ..page() },
        ];
        pages.iter().map(|page| page.render().expect("renders")).collect()
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        samples().iter().for_each(|html| samples::assert_harmless(html));
    }
}

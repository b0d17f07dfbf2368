//! Pictures of posts and avatars of authors: how pages show them, and the addresses from which browsers load them.
//!
//! Browsers ask us and nobody else for them (the content policy says so too). What is answered here came from strangers:
//! it is a picture by its bytes, and a browser that opens it by itself runs nothing in it.

use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

use switchboard_model::{Author, Media, MediaType, Picture, PostId, StoredPost};

use super::mention::href;
use super::words;
use crate::error::PageError;
use crate::options::Web;
use crate::visitor::Visitor;

/// How many pictures of a post a conversation shows.
pub(crate) const FEW: usize = 4;
/// A description is shown up to here; the rest unfolds.
const SHORT: usize = 90;
/// What is left of a description beyond this many characters is on the network.
const WHOLE: usize = 4_000;

/// The pictures of a post as a row.
#[derive(Debug, Clone, Default)]
pub(crate) struct PicturesView {
    pub(crate) shown: Vec<PictureView>,
    /// How many more the post has.
    pub(crate) more: usize,
    /// The page of the post, with all of them.
    pub(crate) href: String,
}

/// One picture.
#[derive(Debug, Clone)]
pub(crate) struct PictureView {
    pub(crate) address: String,
    /// Which one it is, of how many.
    pub(crate) number: usize,
    pub(crate) all: usize,
    /// How the author describes it; empty if not at all.
    pub(crate) alt: String,
    /// What of it unfolds.
    pub(crate) rest: String,
}

impl PicturesView {
    /// The first `most` pictures of a post.
    pub(crate) fn new(stored: &StoredPost, most: usize) -> Self {
        if stored.deleted_at.is_some() {
            return Self::default();
        }
        let href = href(stored.post.id.as_str());
        let all = stored.post.media.iter().filter(|media| is_picture(media)).count();
        let pictures = stored.post.media.iter().enumerate().filter(|(_, media)| is_picture(media));
        let shown = pictures.zip(1..).take(most).map(|((place, media), number)| {
            let (alt, rest) = folded(&media.alt);
            // Another version may have another picture at the same place.
            let address = format!("{href}/pictures/{place}?v={}", stored.version);
            PictureView { address, number, all, alt, rest }
        });
        let shown: Vec<PictureView> = shown.collect();
        Self { more: all - shown.len(), shown, href }
    }
}

/// Whether an attachment can be shown as a picture.
pub(crate) fn is_picture(media: &Media) -> bool {
    media.media_type == MediaType::Image && words::link(&media.url).is_some()
}

/// A description, cut between two words where it is long.
fn folded(alt: &str) -> (String, String) {
    let alt: String = alt.trim().chars().take(WHOLE).collect();
    let Some((cut, _)) = alt.char_indices().nth(SHORT).filter(|_| alt.chars().count() > SHORT + 20) else {
        return (alt, String::new());
    };
    let (begin, _) = alt.split_at(cut);
    let cut = begin.rfind(char::is_whitespace).filter(|at| *at > cut / 2).unwrap_or(cut);
    let (begin, rest) = alt.split_at(cut);
    (begin.to_owned(), rest.trim_start().to_owned())
}

/// Where the avatar of an author is loaded from, if there is one.
pub(crate) fn avatar(author: Option<&Author>) -> Option<String> {
    let author = author.filter(|author| !author.id.trim().is_empty())?;
    author.avatar.as_deref().and_then(words::link)?;
    Some(format!("/authors/{}/avatar", words::percent_encoded(&author.id)))
}

/// `GET /posts/{id}/pictures/{index}`
pub(crate) async fn of_post(
    State(web): State<Web>,
    visitor: Visitor,
    place: Result<Path<(String, String)>, PathRejection>,
) -> Result<Response, PageError> {
    Ok(answer(find(&web, &visitor, place).await?))
}

/// `GET /authors/{id}/avatar`
pub(crate) async fn of_author(
    State(web): State<Web>,
    visitor: Visitor,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, PageError> {
    Ok(answer(match id.ok().filter(|Path(id)| is_id(id)) {
        Some(Path(id)) => web.app.avatar(&visitor.actor, &id).await?,
        None => None,
    }))
}

/// The picture at a place that an address names.
pub(crate) async fn find(
    web: &Web,
    visitor: &Visitor,
    place: Result<Path<(String, String)>, PathRejection>,
) -> Result<Option<Arc<Picture>>, switchboard_app::AppError> {
    let Some(Path((id, index))) = place.ok().filter(|Path((id, _))| is_id(id)) else { return Ok(None) };
    match index.parse::<usize>() {
        Ok(index) => web.app.picture(&visitor.actor, &PostId(id), index).await,
        Err(_) => Ok(None),
    }
}

fn is_id(id: &str) -> bool {
    id.len() <= 4096 && !id.contains('\0')
}

const HEADERS: [(HeaderName, &str); 5] = [
    (header::CACHE_CONTROL, "private, max-age=86400"),
    // Opened by itself a picture is a page of its own, and may do nothing.
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    // Browsers refuse to open what is sandboxed and asks for a window of its own.
    (HeaderName::from_static("cross-origin-opener-policy"), "unsafe-none"),
];

/// A picture, or nothing: a page shows what stands behind it then.
pub(crate) fn answer(picture: Option<Arc<Picture>>) -> Response {
    let Some(picture) = picture else { return StatusCode::NOT_FOUND.into_response() };
    let media_type = HeaderValue::from_static(picture.picture_type().as_str());
    let mut response = Response::new(Body::from(Bytes::from_owner(Held(picture))));
    response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A picture that lies in memory once, however many it is sent to.
struct Held(Arc<Picture>);

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        self.0.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::samples;

    #[test]
    fn the_first_pictures_are_shown_and_the_rest_is_counted() {
        let view = PicturesView::new(&samples::album(), FEW);
        assert_eq!((view.shown.len(), view.more, view.shown[0].all), (4, 16, 20));
        assert!(view.shown[1].address.ends_with("/pictures/2?v=1"), "the film before it counts: {view:?}");
        assert_eq!(PicturesView::new(&samples::album(), 100).more, 0);
        let gone = StoredPost { deleted_at: Some(samples::now()), ..samples::album() };
        assert!(PicturesView::new(&gone, FEW).shown.is_empty());
    }

    #[test]
    fn only_pictures_that_lie_on_the_web_can_be_shown() {
        let check = |media_type, url: &str, expected: bool| {
            let media = Media { media_type, url: url.to_owned(), alt: String::new() };
            assert_eq!(is_picture(&media), expected, "{url}");
        };
        check(MediaType::Image, "https://a.example/1.png", true);
        check(MediaType::Image, "", false);
        check(MediaType::Image, "javascript:alert(1)", false);
        check(MediaType::Video, "https://a.example/1.mp4", false);
    }

    #[test]
    fn long_descriptions_are_folded_between_words() {
        let check = |alt: &str, begin: usize, rest: usize| {
            let (short, left) = folded(alt);
            assert_eq!((short.chars().count(), left.chars().count()), (begin, rest), "{alt}");
        };
        check("", 0, 0);
        check("  a doorstep ", 10, 0);
        check(&"ä".repeat(110), 110, 0);
        check(&"ä".repeat(300), 90, 210);
        check(&"kettle ".repeat(40), 83, 195);
        check(&"x".repeat(10_000), 90, 3_910);
    }

    #[test]
    fn avatars_have_an_address_where_there_is_one() {
        let author = |id: &str, avatar: Option<&str>| Author {
            id: id.to_owned(),
            avatar: avatar.map(str::to_owned),
            ..Author::default()
        };
        let check = |author: Author, expected: Option<&str>| assert_eq!(avatar(Some(&author)).as_deref(), expected);
        check(author("x:a/b", Some("https://a.example/1")), Some("/authors/x%3Aa%2Fb/avatar"));
        check(author("x:a", None), None);
        check(author("x:a", Some("javascript:alert(1)")), None);
        check(author("", Some("https://a.example/1")), None);
    }
}

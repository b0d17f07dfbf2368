//! Pictures of posts and avatars of authors, fetched for whoever looks, so that no browser has to ask a foreign host.
//!
//! What can be asked for is a place in what is stored (the second attachment of this post), never an address. What was
//! fetched lies in memory for a while ([`shelf`]), and nobody is asked more than is decent ([`gate`]): a picture once, a
//! host that is away once in ten minutes. Nothing is written to disk and nothing is resized.

mod gate;
mod shelf;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use switchboard_model::{CaptureErrorKind, MediaType, Picture, PostId};

use crate::rights::{Actor, Right};
use crate::{App, AppError};
use gate::Gate;
use shelf::Shelf;

/// Addresses longer than this are nobody's pictures.
const LONGEST_URL: usize = 4096;

/// The pictures of an installation. Clones share them.
#[derive(Clone)]
pub(crate) struct Pictures {
    are_shown: bool,
    gate: Arc<Gate>,
    /// Touched for a look-up by everybody who wants a picture; nothing is fetched under the lock.
    shelf: Arc<Mutex<Shelf>>,
}

impl Default for Pictures {
    fn default() -> Self {
        Self { are_shown: true, gate: Arc::default(), shelf: Arc::default() }
    }
}

impl Pictures {
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    /// The same, with pictures and avatars or without.
    #[must_use]
    pub fn with_pictures(mut self, are_shown: bool) -> Self {
        self.pictures.are_shown = are_shown;
        self
    }

    /// Whether pictures and avatars are shown at all.
    pub fn shows_pictures(&self) -> bool {
        self.pictures.are_shown
    }

    /// The picture at a place among the attachments of a post, unless there is none, the actor may not read the post, or
    /// it cannot be had.
    pub async fn picture(&self, actor: &Actor, post: &PostId, index: usize) -> Result<Option<Arc<Picture>>, AppError> {
        if !self.pictures.are_shown || actor.may(Right::Read).is_err() {
            return Ok(None);
        }
        let stored = self.find_post(actor, post).await?.filter(|stored| stored.deleted_at.is_none());
        let Some(stored) = stored else { return Ok(None) };
        let media = stored.post.media.get(index).filter(|media| media.media_type == MediaType::Image);
        Ok(match media {
            Some(media) => self.fetch_picture(&media.url).await,
            None => None,
        })
    }

    /// The avatar of the author with that id. Authors are known to everybody who may read.
    pub async fn avatar(&self, actor: &Actor, author: &str) -> Result<Option<Arc<Picture>>, AppError> {
        if !self.pictures.are_shown || actor.may(Right::Read).is_err() {
            return Ok(None);
        }
        let avatar = self.store.find_author(author).await?.and_then(|author| author.avatar);
        Ok(match avatar {
            Some(url) => self.fetch_picture(&url).await,
            None => None,
        })
    }

    async fn fetch_picture(&self, url: &str) -> Option<Arc<Picture>> {
        let host = host(url)?;
        let known = || self.pictures.shelf().find(url, &host, self.now());
        if let Some(known) = known() {
            return known;
        }
        // Whoever waits for the same picture or the same host finds out what became of it from the shelf.
        let flight = self.pictures.gate.flight(url);
        let _alone = flight.lock().await;
        if let Some(known) = known() {
            return known;
        }
        let door = self.pictures.gate.door(&host);
        let _turn = self.pictures.gate.turn(&door).await?;
        if let Some(known) = known() {
            return known;
        }
        let answer = tokio::select! {
            () = self.stop.cancelled() => return None,
            answer = self.networks.picture(url) => answer,
        };
        match answer {
            Ok(picture) => {
                door.opens();
                let picture = Arc::new(picture);
                self.pictures.shelf().put(url, picture.clone());
                Some(picture)
            }
            Err(error) => {
                tracing::debug!(%error, host, "a picture cannot be had");
                let is_about_picture = error.kind == CaptureErrorKind::Broken;
                if is_about_picture {
                    door.opens();
                } else {
                    self.pictures.gate.close(&host);
                }
                self.pictures.shelf().fail(if is_about_picture { url } else { &host }, self.now());
                None
            }
        }
    }
}

/// The host of an address of the web with its port, as far as it takes to count how much it is asked.
fn host(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://").filter(|_| url.len() <= LONGEST_URL)?;
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let authority = rest.split(['/', '\\', '?', '#']).next().filter(|_| is_web)?;
    let host = authority.rsplit('@').next().unwrap_or(authority);
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_have_a_host() {
        let check = |url: &str, expected: Option<&str>| assert_eq!(host(url).as_deref(), expected, "{url}");
        check("https://Files.Example/a.png?b", Some("files.example"));
        check("HTTP://files.example:8080?c", Some("files.example:8080"));
        check("https://ana:pw@files.example\\@evil.example/", Some("files.example"));
        check("ftp://files.example/a", None);
        check("file:///etc/passwd", None);
        check("data:image/png;base64,AAAA", None);
        check("https:///a", None);
        check("/a.png", None);
        check("", None);
        check(&format!("https://files.example/{}", "a".repeat(LONGEST_URL)), None);
    }
}

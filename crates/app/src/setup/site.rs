//! The company's own site: which feeds it has is found out beside everything else, since a site that does not answer must
//! hold nobody up.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use switchboard_model::address::host;

use crate::App;
use crate::notices::Notice;
use crate::sources::Proposal;
use crate::sources::add::NewSource;

/// It has this long to answer.
const WITHIN: Duration = Duration::from_secs(10);
/// How many of its feeds are proposed.
const FEEDS: usize = 3;
/// A look that found nothing is repeated after this long, when somebody asks again; one that found feeds later.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(30);
const FOUND_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// What is known of a site.
#[derive(Debug, Clone, PartialEq)]
pub enum SiteLook {
    /// It is being asked.
    Looking,
    /// It has these feeds.
    Found(Vec<Proposal>),
    /// It answers and has no feed.
    Nothing,
    /// It could not be looked at; a sentence with the host and the remedy.
    Failed(String),
}

/// The newest look at a site. Written by the task that looks, read by pages; held for a copy only.
#[derive(Debug, Clone, Default)]
pub struct Site(Arc<Mutex<Option<Known>>>);

#[derive(Debug, Clone)]
struct Known {
    website: String,
    at: Timestamp,
    look: SiteLook,
}

impl App {
    /// What is known of the company's site, or of another one. Begins to look at it where nothing is known yet.
    pub fn look_at_site(&self, website: &str) -> SiteLook {
        self.begin_to_look(website, false)
    }

    /// Looks at the company's site and follows the feeds that it has.
    pub(super) fn follow_site(&self, website: &str) {
        self.begin_to_look(website, true);
    }

    fn begin_to_look(&self, website: &str, follows: bool) -> SiteLook {
        let now = self.now();
        {
            let mut known = self.site.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(known) = known.as_ref().filter(|known| known.website == website) {
                let age = now.duration_since(known.at);
                let is_stale = match known.look {
                    SiteLook::Looking => false,
                    SiteLook::Found(_) => age > FOUND_AGAIN_AFTER,
                    SiteLook::Nothing | SiteLook::Failed(_) => age > AGAIN_AFTER,
                };
                if !is_stale {
                    return known.look.clone();
                }
            }
            *known = Some(Known { website: website.to_owned(), at: now, look: SiteLook::Looking });
        }
        let (app, website) = (self.clone(), website.to_owned());
        self.tasks.spawn(async move {
            let look = app.look_at(&website).await;
            if let (true, SiteLook::Found(feeds)) = (follows, &look) {
                app.follow_feeds(feeds.clone()).await;
            }
            let mut known = app.site.0.lock().unwrap_or_else(PoisonError::into_inner);
            if known.as_ref().is_some_and(|known| known.website == website) {
                *known = Some(Known { website, at: app.now(), look });
            }
            drop(known);
            app.notices.tell(Notice::People);
        });
        SiteLook::Looking
    }

    /// Asks the site.
    pub(super) async fn look_at(&self, website: &str) -> SiteLook {
        let answer = tokio::select! {
            () = self.stop.cancelled() => return SiteLook::Failed("switchboard is stopping".to_owned()),
            answer = tokio::time::timeout(WITHIN, self.networks.propose(website)) => answer,
        };
        match answer {
            Ok(Ok(found)) if found.is_empty() => SiteLook::Nothing,
            Ok(Ok(found)) => SiteLook::Found(found.into_iter().take(FEEDS).collect()),
            Ok(Err(error)) => SiteLook::Failed(error.message),
            Err(_) => {
                let (host, within) = (host(website), WITHIN.as_secs());
                SiteLook::Failed(format!("{host} did not answer within {within} s; it is tried again"))
            }
        }
    }

    async fn follow_feeds(&self, feeds: Vec<Proposal>) {
        let Ok(feeds) = self.spare_what_is_there(feeds).await else { return };
        for Proposal { name, kind, settings, .. } in feeds {
            if let Err(error) = self.add_source(NewSource { name, kind, settings }).await {
                tracing::warn!(%error, "a feed of the company's site is not followed");
            }
        }
    }
}

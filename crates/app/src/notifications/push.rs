//! Telling people in their browsers: whether anything is told there, which browsers there are, and how a message reads.
//!
//! Nothing is sent to a push service before an administrator wants it. What is sent is sealed for the browser, and says no
//! more than a title with the number of the case, or, where an administrator wants that, only that something happened.

use serde_json::{Value, json};
use switchboard_model::mail::Untaken;
use switchboard_model::push::{PushKey, PushMessage, PushSettings, PushSubscription, PushTarget};
use switchboard_model::{Notification, NotificationDelivery, NotificationKind, Pace, User, UserId, Via};
use switchboard_store::{KeptSubscription, StoreError};
use uuid::Uuid;

use super::mail::{acts, place};
use super::{NotificationError, reader};
use crate::rights::{Actor, Right};
use crate::secrets::Place;
use crate::{App, AppError};

/// Where the settings and the keys stand in `meta`.
const SETTINGS: &str = "push_settings";
const KEY: &str = "push_key";

/// What is secret of the pair of keys, and of a browser.
const KEY_SECRETS: &[&str] = &["private"];
const SECRETS: &[&str] = &["endpoint", "p256dh", "auth"];

/// The most browsers of one user.
const MOST_BROWSERS: usize = 20;

/// The longest name of a browser, and the longest way to reach whoever runs the installation.
const MOST_NAME: usize = 100;
const MOST_CONTACT: usize = 300;

/// How long a push service keeps a message for a browser that is not there.
const TTL_S: u32 = 24 * 3_600;

impl App {
    /// Whether browsers are told anything, and how.
    pub async fn push_settings(&self) -> Result<PushSettings, NotificationError> {
        self.follow_settings().await?;
        Ok(self.notifying.push.load().as_ref().clone())
    }

    /// The key by which push services know us, as browsers want it; none while nothing is told there.
    pub async fn push_public_key(&self) -> Result<Option<String>, NotificationError> {
        self.follow_settings().await?;
        let key = self.notifying.push_key.load_full().filter(|_| self.notifying.push.load().is_on);
        Ok(key.map(|key| key.public.clone()))
    }

    /// Says whether browsers are told anything, and how. The keys are made when it is first wanted.
    pub async fn set_push_settings(
        &self,
        actor: &Actor,
        settings: PushSettings,
    ) -> Result<PushSettings, NotificationError> {
        actor.may(Right::Administer)?;
        let _turn = self.notifying.turn.lock().await;
        self.follow_settings().await?;
        let mut settings = PushSettings { contact: settings.contact.trim().to_owned(), ..settings };
        if settings.contact.is_empty() {
            settings.contact = self.notifying.push.load().contact.clone();
        }
        if settings.contact.is_empty() {
            settings.contact = actor.user().map(|user| user.email.clone()).unwrap_or_default();
        }
        if settings.is_on || !settings.contact.is_empty() {
            check_contact(&settings.contact)?;
        }
        if settings.is_on {
            self.keep_push_key().await?;
        }
        self.keep_setting(SETTINGS, &serde_json::to_string(&settings).unwrap_or_default()).await?;
        self.notifying.push.store(settings.clone().into());
        Ok(settings)
    }

    /// Makes the keys unless there are some: two processes that want them at once have the same.
    async fn keep_push_key(&self) -> Result<(), NotificationError> {
        if self.notifying.push_key.load().is_some() {
            return Ok(());
        }
        let (key, written) = self.new_push_key()?;
        let kept = self.store.set_meta_once(KEY, &written).await?;
        let key = match self.opened_push_key(&kept) {
            Some(kept) => kept,
            // Sealed with a key of the installation that is lost, as after a restore without it: so are all browsers.
            None => {
                self.store.replace_push_key(KEY, &written).await?;
                self.tell_processes().await?;
                tracing::warn!("there is a new key for push services; browsers have to be registered anew");
                key
            }
        };
        self.notifying.push_key.store(Some(key.into()));
        Ok(())
    }

    /// Has push services know us by a new key, as where the one before may be in other hands. All browsers have to be
    /// registered anew.
    pub async fn renew_push_key(&self, actor: &Actor) -> Result<(), NotificationError> {
        actor.may(Right::Administer)?;
        let _turn = self.notifying.turn.lock().await;
        self.follow_settings().await?;
        let (key, written) = self.new_push_key()?;
        self.store.replace_push_key(KEY, &written).await?;
        self.tell_processes().await?;
        self.notifying.push_key.store(Some(key.into()));
        Ok(())
    }

    /// A new pair of keys, and how it is kept.
    fn new_push_key(&self) -> Result<(PushKey, String), NotificationError> {
        let why = "no message to a browser leaves from here";
        let key = self.networks.make_push_key().ok_or_else(|| NotificationError::bad("is_on", why))?;
        let mut written = serde_json::to_value(&key).unwrap_or_default();
        self.secrets.seal(Place::PushKey, KEY_SECRETS, &mut written);
        Ok((key, written.to_string()))
    }

    fn opened_push_key(&self, written: &str) -> Option<PushKey> {
        let value: Value = serde_json::from_str(written).unwrap_or_default();
        match self.secrets.open(Place::PushKey, KEY_SECRETS, &value) {
            Ok(value) => serde_json::from_value(value).ok(),
            Err(error) => {
                tracing::error!(%error, "the key for push services cannot be read; browsers are told nothing");
                None
            }
        }
    }

    pub(crate) async fn read_push_settings(&self) -> Result<(), StoreError> {
        let settings = self.store.meta(SETTINGS).await?;
        let settings: PushSettings = settings.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        if let Some(key) = self.store.meta(KEY).await?.and_then(|written| self.opened_push_key(&written)) {
            self.notifying.push_key.store(Some(key.into()));
        }
        self.notifying.push.store(settings.into());
        Ok(())
    }

    /// The actor's browsers, the oldest first.
    pub async fn push_browsers(&self, actor: &Actor) -> Result<Vec<PushSubscription>, NotificationError> {
        let user = reader(actor)?;
        Ok(self.store.list_push_subscriptions(user).await?.into_iter().map(|kept| kept.browser).collect())
    }

    /// Registers a browser of the actor. One that was somebody else's is told what is the actor's from then on.
    pub async fn add_push_browser(
        &self,
        actor: &Actor,
        target: PushTarget,
        name: &str,
    ) -> Result<PushSubscription, NotificationError> {
        let user = reader(actor)?;
        self.follow_settings().await?;
        if !self.notifying.push.load().is_on {
            return Err(NotificationError::NoPush);
        }
        self.networks.check_push_target(&target).map_err(|why| NotificationError::bad("endpoint", why))?;
        let hash = crate::secret::hash(&target.endpoint);
        let known = self.store.list_push_subscriptions(user).await?;
        if known.iter().filter(|kept| kept.hash != hash).count() >= MOST_BROWSERS {
            let message = format!("{MOST_BROWSERS} browsers are the most; remove one first");
            return Err(NotificationError::bad("endpoint", message));
        }
        let name: String = name.trim().chars().filter(|letter| !letter.is_control()).take(MOST_NAME).collect();
        let browser = PushSubscription {
            id: self.ids.next(),
            user,
            name: if name.is_empty() { "A browser".to_owned() } else { name },
            created_at: self.now(),
            succeeded_at: None,
            trouble: String::new(),
        };
        let mut settings = serde_json::to_value(&target).unwrap_or_default();
        self.secrets.seal(Place::Push(browser.id), SECRETS, &mut settings);
        let kept = KeptSubscription { browser, hash, settings };
        self.store.add_push_subscription(&kept).await?;
        Ok(kept.browser)
    }

    /// Tells a browser nothing any more in which somebody else logs in, or nobody is logged in from now on.
    pub async fn leave_push_browser(&self, id: Uuid, stays: Option<UserId>) -> Result<(), AppError> {
        let kept = self.store.find_push_subscription(id).await?.map(|kept| kept.browser.user);
        if let Some(user) = kept.filter(|user| Some(*user) != stays) {
            self.store.remove_push_subscription(user, id).await?;
        }
        Ok(())
    }

    /// Tells one of the actor's browsers nothing any more.
    pub async fn remove_push_browser(&self, actor: &Actor, id: Uuid) -> Result<(), NotificationError> {
        let user = reader(actor)?;
        let is_there = self.store.remove_push_subscription(user, id).await?;
        if is_there { Ok(()) } else { Err(NotificationError::UnknownBrowser(id)) }
    }

    /// Sends one of the actor's browsers a trial message.
    pub async fn try_push(&self, actor: &Actor, id: Uuid) -> Result<(), NotificationError> {
        let user = reader(actor)?;
        let kept = self.store.find_push_subscription(id).await?.filter(|kept| kept.browser.user == user);
        let kept = kept.ok_or(NotificationError::UnknownBrowser(id))?;
        self.follow_settings().await?;
        if !self.notifying.push.load().is_on {
            return Err(NotificationError::NoPush);
        }
        let body = json!({ "title": "Switchboard: a trial message", "body": "It came. You will be told what happens here.",
            "place": "/settings/notifications", "tag": "trial" });
        let message = PushMessage { bodies: vec![body.to_string()], is_urgent: true, ttl_s: 60 };
        let sent = self.push(&kept, &message).await?;
        sent.map_err(|untaken| {
            NotificationError::bad("endpoint", format!("the browser's push service did not take it: {}", untaken.why))
        })
    }

    /// Hands a message to a browser, and keeps what came of it there. A browser that is gone is forgotten.
    async fn push(
        &self,
        kept: &KeptSubscription,
        message: &PushMessage,
    ) -> Result<Result<(), Untaken>, NotificationError> {
        let id = kept.browser.id;
        let target: Option<PushTarget> = match self.secrets.open(Place::Push(id), SECRETS, &kept.settings) {
            Ok(settings) => serde_json::from_value(settings).ok(),
            Err(_) => None,
        };
        let (Some(target), Some(key)) = (target, self.notifying.push_key.load_full()) else {
            return Ok(Err(Untaken::for_good("the keys of the browser cannot be read; register it anew")));
        };
        let contact = self.notifying.push.load().contact.clone();
        let sent = self.networks.send_push(&key, &contact, &target, message).await;
        let noted = match &sent {
            Ok(()) => self.store.settle_push_subscription(id, Some(self.now()), "").await,
            Err(untaken) if untaken.is_gone => {
                tracing::info!(browser.id = %id, "a browser is not there any more and is forgotten");
                self.store.remove_push_subscription(kept.browser.user, id).await.map(drop)
            }
            Err(untaken) => self.store.settle_push_subscription(id, None, &untaken.why).await,
        };
        // It has left or not, whatever is written about it: to fail here would send it once more.
        if let Err(error) = noted {
            tracing::warn!(%error, browser.id = %id, "what came of a message to a browser cannot be written down");
        }
        Ok(sent)
    }

    /// Hands over what a browser is told. `None`: there was nothing left to tell, or nowhere.
    pub(super) async fn hand_over_push(
        &self,
        delivery: &NotificationDelivery,
        user: &User,
        told: &[Notification],
    ) -> Result<Option<Result<(), Untaken>>, NotificationError> {
        let id: Option<Uuid> = delivery.target.parse().ok();
        let kept = match id.filter(|_| self.notifying.push.load().is_on) {
            Some(id) => self.store.find_push_subscription(id).await?,
            None => None,
        };
        // A browser that is somebody else's by now has another identifier.
        let Some(kept) = kept.filter(|kept| kept.browser.user == user.id) else { return Ok(None) };
        let message = self.push_message(delivery, user, told);
        let sent = self.push(&kept, &message).await?;
        Ok(Some(sent).filter(|sent| !sent.as_ref().is_err_and(|untaken| untaken.is_gone)))
    }

    /// What a browser shows.
    fn push_message(&self, delivery: &NotificationDelivery, user: &User, told: &[Notification]) -> PushMessage {
        let single = told.first().filter(|_| told.len() == 1);
        let is_digest = delivery.pace != Pace::AtOnce;
        let shows_texts = self.notifying.push.load().shows_texts;
        let title = match (single, told.first()) {
            _ if !shows_texts => "Something happened that concerns you".to_owned(),
            (Some(one), _) => self.sentence(one),
            (None, Some(first)) if !is_digest => format!("{} times: {}", told.len(), self.sentence(first)),
            _ => format!("{} things that happened", told.len()),
        };
        // What comes later about a case takes the place of what a browser still shows of it.
        let (place, tag) = match single {
            Some(one) => (place(one), format!("case-{}", one.case)),
            None => ("/notifications".to_owned(), "digest".to_owned()),
        };
        let lean = json!({ "title": title, "place": place, "tag": tag });
        let offered = single.filter(|_| shows_texts).map(|one| {
            let act = |(act, words): &(switchboard_model::LinkAct, &str)| {
                let token = self.link_to(*act, user.id, one.case, one.event, Via::Push);
                json!({ "act": act.as_str(), "words": words, "place": format!("/act/{token}") })
            };
            acts(one).iter().map(act).collect::<Vec<_>>()
        });
        let mut bodies = Vec::new();
        if let Some(acts) = offered.filter(|acts| !acts.is_empty()) {
            let mut full = lean.clone();
            full["acts"] = acts.into();
            bodies.push(full.to_string());
        }
        bodies.push(lean.to_string());
        PushMessage { bodies, is_urgent: told.iter().any(is_urgent), ttl_s: TTL_S }
    }
}

/// Whether somebody is woken for it.
fn is_urgent(told: &Notification) -> bool {
    use NotificationKind::{ClockBreached, ClockWarned, Escalated, Offered};
    matches!(told.kind, ClockBreached | ClockWarned | Escalated | Offered)
}

fn check_contact(contact: &str) -> Result<(), NotificationError> {
    let is_plain = contact.len() <= MOST_CONTACT && contact.chars().all(|letter| letter.is_ascii_graphic());
    let is_address = contact.starts_with("https://") || (contact.contains('@') && !contact.contains(':'));
    if is_plain && is_address {
        return Ok(());
    }
    let message = "say how push services reach you: a mail address, or an address that begins with https://";
    Err(NotificationError::bad("contact", message))
}

//! Signed links in messages: what somebody may do with one click and one button, without logging in.
//!
//! A link says who, what, and until when, and carries a signature made with the installation's key; nothing of it is
//! stored. Opening one does nothing, because scanners of mail open links: only its button acts, as the user, with the
//! rights that they have by then. It opens no session.

use jiff::{SignedDuration, Timestamp};
use switchboard_model::{CaseId, Channel, Happening, NotificationKind, Pace, UserId};
use uuid::Uuid;

use super::NotificationError;
use crate::App;
use crate::rights::Actor;

/// How long a link to a case works.
const LASTS: SignedDuration = SignedDuration::from_hours(3 * 24);

/// What a link does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Makes the user the owner.
    Claim,
    /// Accepts what is offered.
    Accept,
    /// Declines what is offered.
    Decline,
    /// Ends messages of a kind.
    Unsubscribe(NotificationKind),
}

/// What a link says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Who acts.
    pub user: UserId,
    /// What they do.
    pub act: Act,
    /// To which case; 0 where it is about none.
    pub case: CaseId,
    /// The event that the message told of: an offer is accepted once, and no later one by the same link.
    pub event: u32,
    /// Until when it works.
    pub until: Timestamp,
}

impl Link {
    fn said(&self) -> String {
        let act = match self.act {
            Act::Claim => "claim".to_owned(),
            Act::Accept => "accept".to_owned(),
            Act::Decline => "decline".to_owned(),
            Act::Unsubscribe(kind) => format!("unsubscribe-{}", kind.as_str()),
        };
        format!("{act}.{}.{}.{}.{}", self.user.0.simple(), self.case, self.event, self.until.as_second())
    }

    fn read(said: &str) -> Option<Self> {
        let mut parts = said.split('.');
        let act = match parts.next()? {
            "claim" => Act::Claim,
            "accept" => Act::Accept,
            "decline" => Act::Decline,
            other => Act::Unsubscribe(NotificationKind::from_word(other.strip_prefix("unsubscribe-")?)?),
        };
        let user = UserId(Uuid::try_parse(parts.next()?).ok()?);
        let case = CaseId(parts.next()?.parse().ok()?);
        let event = parts.next()?.parse().ok()?;
        let until = Timestamp::from_second(parts.next()?.parse().ok()?).ok()?;
        parts.next().is_none().then_some(Self { user, act, case, event, until })
    }
}

impl App {
    /// A link by which a user does something to a case.
    pub(super) fn link_to(&self, act: Act, user: UserId, case: CaseId, event: u32) -> String {
        let until = self.now().checked_add(LASTS).unwrap_or(Timestamp::MAX);
        self.token_of(Link { user, act, case, event, until })
    }

    /// A link by which a user ends messages of a kind. It works for a year: old letters are found again.
    pub(super) fn link_out(&self, kind: NotificationKind, user: UserId) -> String {
        let until = self.now().checked_add(SignedDuration::from_hours(365 * 24)).unwrap_or(Timestamp::MAX);
        self.token_of(Link { user, act: Act::Unsubscribe(kind), case: CaseId(0), event: 0, until })
    }

    fn token_of(&self, link: Link) -> String {
        let said = link.said();
        let signature = self.secrets.signature(&said);
        format!("{said}.{signature}")
    }

    /// What a link says and who acts, if we made it, it still works and the user is still there.
    pub fn read_act(&self, token: &str) -> Result<(Link, Actor), NotificationError> {
        let (said, signature) = token.rsplit_once('.').ok_or(NotificationError::BadLink)?;
        if !self.secrets.has_signed(said, signature) {
            return Err(NotificationError::BadLink);
        }
        let link = Link::read(said).ok_or(NotificationError::BadLink)?;
        if link.until < self.now() {
            return Err(NotificationError::OldLink);
        }
        let user = self.people().user(link.user).filter(|user| user.is_active);
        Ok((link, Actor::User(user.ok_or(NotificationError::BadLink)?)))
    }

    /// Whether what a link does can still be done: the offer that it was sent for stands.
    pub async fn act_stands(&self, link: &Link) -> Result<bool, NotificationError> {
        if !matches!(link.act, Act::Accept | Act::Decline) {
            return Ok(true);
        }
        let history = self.store.case_events(link.case).await?;
        let newest = history.iter().rev().find(|event| matches!(event.what, Happening::Offered(_)));
        let case = self.store.find_case(link.case).await?;
        let is_offered = case.is_some_and(|case| case.offer.is_some());
        Ok(is_offered && newest.is_some_and(|event| event.number == link.event))
    }

    /// Sends a user no mail of a kind any more.
    pub async fn unsubscribe(&self, actor: &Actor, kind: NotificationKind) -> Result<(), NotificationError> {
        let mut settings = self.notification_settings(actor).await?;
        settings.set_pace(kind, Channel::Mail, Pace::Never);
        self.set_notification_settings(actor, settings).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_says_what_it_was_made_for() {
        let (user, until) = (UserId(Uuid::from_u128(7)), Timestamp::from_second(1_790_000_000).expect("a time"));
        for act in [Act::Claim, Act::Accept, Act::Decline, Act::Unsubscribe(NotificationKind::PingPong)] {
            let link = Link { user, act, case: CaseId(12), event: 3, until };
            assert_eq!(Link::read(&link.said()), Some(link));
        }
        for said in ["", "claim", "claim.7.1.1.1", "steal.00000000000000000000000000000007.1.1.1"] {
            assert_eq!(Link::read(said), None, "{said}");
        }
    }
}

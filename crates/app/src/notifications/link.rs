//! Signed links in messages: what somebody may do with one click and one button, without logging in.
//!
//! A link says who, what, and until when, and carries a signature made with the installation's key; until it is used nothing
//! of it is stored. Opening one does nothing, because scanners of mail open links: only its button acts, as the user, with
//! the rights that they have by then, and once: the link is spent in the transaction of what is done. It opens no session.

use jiff::{SignedDuration, Timestamp};
use switchboard_model::{
    CaseId, Channel, Happening, LinkAct, LinkSettings, LinkUse, NotificationKind, Pace, UserId, Via,
};
use switchboard_store::StoreError;
use uuid::Uuid;

use super::NotificationError;
use crate::App;
use crate::rights::{Actor, Forbidden, Right};

/// How long a link to a case works.
pub(super) const LASTS: SignedDuration = SignedDuration::from_hours(3 * 24);

/// How links work, in `meta`.
const SETTINGS: &str = "link_settings";

/// What a link does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Something to a case.
    Case(LinkAct),
    /// Ends messages of a kind. It may be used again: it does the same each time.
    Unsubscribe(NotificationKind),
    /// Ends messages that gather what happened: all that leave at that pace.
    UnsubscribePace(Pace),
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
    /// Where it stands.
    pub via: Via,
}

/// Whether what a link does can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It can; to a case, as long as it still has that version.
    Stands(Option<u32>),
    /// It was done by this link, then.
    Spent(Timestamp),
    /// What the message told of was settled meanwhile: the offer was answered, the case is somebody's, or closed.
    Gone,
    /// The user may not, by now.
    Forbidden(Forbidden),
}

impl Link {
    fn said(&self) -> String {
        let act = match self.act {
            Act::Case(act) => act.as_str().to_owned(),
            Act::Unsubscribe(kind) => format!("unsubscribe-{}", kind.as_str()),
            Act::UnsubscribePace(pace) => format!("unsubscribe-{}", pace.as_str()),
        };
        let (user, case, event, until) = (self.user.0.simple(), self.case, self.event, self.until.as_second());
        let said = format!("{act}.{user}.{case}.{event}.{until}");
        if self.via == Via::default() { said } else { format!("{said}.{}", self.via.as_str()) }
    }

    fn read(said: &str) -> Option<Self> {
        let mut parts = said.split('.');
        let word = parts.next()?;
        let act = match LinkAct::from_word(word) {
            Some(act) => Act::Case(act),
            None => {
                let what = word.strip_prefix("unsubscribe-")?;
                let kind = NotificationKind::from_word(what).map(Act::Unsubscribe);
                kind.or_else(|| Pace::from_word(what).map(Act::UnsubscribePace))?
            }
        };
        let user = UserId(Uuid::try_parse(parts.next()?).ok()?);
        let case = CaseId(parts.next()?.parse().ok()?);
        let event = parts.next()?.parse().ok()?;
        let until = Timestamp::from_second(parts.next()?.parse().ok()?).ok()?;
        let via = parts.next().map_or(Some(Via::default()), Via::from_word)?;
        parts.next().is_none().then_some(Self { user, act, case, event, until, via })
    }

    /// The use of it, where it is about a case.
    fn usage(&self) -> Option<LinkUse> {
        let Act::Case(act) = self.act else { return None };
        Some(LinkUse { user: self.user, case: self.case, event: self.event, act, via: self.via })
    }
}

impl App {
    /// A link by which a user does something to a case.
    pub(super) fn link_to(&self, act: LinkAct, user: UserId, case: CaseId, event: u32, via: Via) -> String {
        let until = self.now().checked_add(LASTS).unwrap_or(Timestamp::MAX);
        self.token_of(Link { user, act: Act::Case(act), case, event, until, via })
    }

    /// A link by which a user ends messages. It works for a year: old letters are found again.
    pub(super) fn link_out(&self, act: Act, user: UserId) -> String {
        let until = self.now().checked_add(SignedDuration::from_hours(365 * 24)).unwrap_or(Timestamp::MAX);
        self.token_of(Link { user, act, case: CaseId(0), event: 0, until, via: Via::Mail })
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
        let user = user.ok_or(NotificationError::LinkOfLeaver)?;
        Ok((link, link.usage().map_or(Actor::User(user.clone()), |usage| Actor::Link(user, usage))))
    }

    /// Whether what a link does can still be done. What is said here is said to whoever opens it; whoever presses its button
    /// is told by the operation itself, which looks again.
    pub async fn act_standing(&self, link: &Link, actor: &Actor) -> Result<Standing, NotificationError> {
        let Some(usage) = link.usage() else { return Ok(Standing::Stands(None)) };
        if let Some(at) = self.store.spent_link(&usage).await? {
            return Ok(Standing::Spent(at));
        }
        let Some(case) = self.store.find_case(link.case).await?.filter(|case| actor.sees(case.visibility)) else {
            return Ok(Standing::Forbidden(Forbidden::NotYourDepartment));
        };
        let may = match usage.act {
            LinkAct::Claim | LinkAct::Transfer => actor.may_work_on(&case),
            LinkAct::Accept | LinkAct::Decline => actor.may(Right::Work),
        };
        if let Err(forbidden) = may {
            return Ok(Standing::Forbidden(forbidden));
        }
        let stands = match usage.act {
            LinkAct::Claim => !case.is_closed() && case.owner.user().is_none(),
            LinkAct::Transfer => !case.is_closed() && case.offer.is_none(),
            LinkAct::Accept | LinkAct::Decline => {
                let history = self.store.case_events(link.case).await?;
                let newest = history.iter().rev().find(|event| matches!(event.what, Happening::Offered(_)));
                case.offer.is_some() && newest.is_some_and(|event| event.number == link.event)
            }
        };
        Ok(if stands { Standing::Stands(Some(case.version)) } else { Standing::Gone })
    }

    /// Sends a user no mail of a kind any more.
    pub async fn unsubscribe(&self, actor: &Actor, kind: NotificationKind) -> Result<(), NotificationError> {
        let mut settings = self.notification_settings(actor).await?;
        settings.set_pace(kind, Channel::Mail, Pace::Never);
        self.set_notification_settings(actor, settings).await.map(drop)
    }

    /// Sends a user no mail any more that leaves at a pace.
    pub async fn unsubscribe_pace(&self, actor: &Actor, pace: Pace) -> Result<(), NotificationError> {
        let mut settings = self.notification_settings(actor).await?;
        for kind in NotificationKind::ALL.iter().copied() {
            if settings.pace(kind, Channel::Mail) == pace {
                settings.set_pace(kind, Channel::Mail, Pace::Never);
            }
        }
        self.set_notification_settings(actor, settings).await.map(drop)
    }

    /// How links in messages work.
    pub async fn link_settings(&self) -> Result<LinkSettings, NotificationError> {
        self.follow_settings().await?;
        Ok(**self.notifying.links.load())
    }

    /// Says how links in messages work.
    pub async fn set_link_settings(
        &self,
        actor: &Actor,
        settings: LinkSettings,
    ) -> Result<LinkSettings, NotificationError> {
        actor.may(Right::Administer)?;
        self.keep_setting(SETTINGS, &serde_json::to_string(&settings).unwrap_or_default()).await?;
        self.notifying.links.store(settings.into());
        Ok(settings)
    }

    pub(crate) async fn read_link_settings(&self) -> Result<(), StoreError> {
        let written = self.store.meta(SETTINGS).await?;
        let settings: LinkSettings = written.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        self.notifying.links.store(settings.into());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_says_what_it_was_made_for() {
        let (user, until) = (UserId(Uuid::from_u128(7)), Timestamp::from_second(1_790_000_000).expect("a time"));
        let acts = LinkAct::ALL.iter().map(|act| Act::Case(*act));
        for act in acts.chain([Act::Unsubscribe(NotificationKind::PingPong), Act::UnsubscribePace(Pace::Weekly)]) {
            for via in [Via::Mail, Via::Push] {
                let link = Link { user, act, case: CaseId(12), event: 3, until, via };
                assert_eq!(Link::read(&link.said()), Some(link));
            }
        }
        for said in ["", "claim", "claim.7.1.1.1", "steal.00000000000000000000000000000007.1.1.1"] {
            assert_eq!(Link::read(said), None, "{said}");
        }
    }
}

//! The one page of an outreach, by a signed link: all that a senior needs, without logging in.
//!
//! A link says which event told of the outreach and for whom it is, and carries a signature made with the installation's key.
//! How long it works follows from the outreach: once that has ended, or its time is long over, it does nothing any more.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use switchboard_model::{Author, By, CaseId, Outreach, OutreachId, StoredPost, User, UserId, Via};
use switchboard_route::notification::may_hear;
use uuid::Uuid;

use super::OutreachAct;
use super::act::over;
use crate::App;
use crate::cases::CaseError;
use crate::rights::Actor;

/// How long after it was due a link works.
const LASTS: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The most posts that the page shows.
const POSTS: u32 = 50;

/// What a link to an outreach shows.
#[derive(Debug, Clone, PartialEq)]
pub struct OutreachPage {
    /// The outreach.
    pub outreach: Outreach,
    /// Who does it.
    pub senior: String,
    /// Who asks.
    pub asker: String,
    /// The company.
    pub company: String,
    /// Who wrote the first post of the case in which it was asked for, as long as that post is there.
    pub author: Option<Author>,
    /// How they can be reached.
    pub contact: Option<String>,
    /// The conversation, oldest first.
    pub posts: Vec<StoredPost>,
}

impl App {
    /// The part of an address by which a senior does an outreach: the one that an event is about.
    pub fn outreach_token(&self, case: CaseId, event: u32, senior: UserId) -> String {
        let said = format!("outreach.{case}.{event}.{}", senior.0.simple());
        let signature = self.secrets.signature(&said);
        format!("{said}.{signature}")
    }

    /// What a link to an outreach shows, as long as it works.
    pub async fn outreach_page(&self, token: &str) -> Result<OutreachPage, CaseError> {
        let (outreach, _) = self.standing_outreach(token).await?;
        let mut posts = self.posts_for_outsiders(outreach.asked_in).await?;
        posts.retain(|post| post.deleted_at.is_none());
        let first = self.asked_about(&outreach).await?;
        let outreach = self.with_script(outreach).await?;
        Ok(OutreachPage {
            senior: self.name_of(outreach.ask.senior),
            asker: self.asker_of(&outreach),
            company: self.company().map_or_else(String::new, |company| company.name.clone()),
            author: first.and_then(|post| post.post.author),
            contact: self.contact_of(&outreach).await?,
            posts,
            outreach,
        })
    }

    /// The same for somebody who is logged in. How the person can be reached reads the senior alone.
    pub async fn outreach_page_for(&self, actor: &Actor, id: OutreachId) -> Result<OutreachPage, CaseError> {
        let view = self.outreach(actor, id).await?;
        let outreach = view.outreach;
        let case = self.case(actor, outreach.case).await?;
        let mut posts = self.store.case_posts(case.id, POSTS).await?;
        posts.retain(|post| post.deleted_at.is_none() && actor.sees(post.post.visibility));
        let first = self.asked_about(&outreach).await?.filter(|post| actor.sees(post.post.visibility));
        Ok(OutreachPage {
            senior: view.senior_name,
            asker: self.asker_of(&outreach),
            company: self.company().map_or_else(String::new, |company| company.name.clone()),
            author: first.and_then(|post| post.post.author),
            contact: view.contact,
            posts,
            outreach,
        })
    }

    /// Does something about an outreach by its link, as the senior.
    pub async fn act_by_outreach_link(&self, token: &str, act: OutreachAct) -> Result<(), CaseError> {
        let found = self.outreach_of_link(token).await?;
        let (outreach, senior) = match self.standing_outreach(token).await {
            // Whoever pressed twice has said it once, though the link works no more.
            Err(CaseError::OutreachOver { .. })
                if !found.state.is_open() && self.is_said_by(By::User(found.ask.senior), &found, &act) =>
            {
                return Ok(());
            }
            standing => standing?,
        };
        self.act_on_outreach_via(&senior, Some(Via::Mail), outreach.id(), act).await.map(drop)
    }

    /// For whom a link is, as it says itself; only if we made it. Nothing of the outreach is read for that.
    pub fn senior_of_link(&self, token: &str) -> Result<(UserId, Option<Arc<User>>), CaseError> {
        let (.., senior) = self.read_outreach_token(token)?;
        Ok((senior, self.people().user(senior)))
    }

    /// The outreach that a link is for, as it stands, ended or not; only if we made the link.
    pub async fn outreach_of_link(&self, token: &str) -> Result<Outreach, CaseError> {
        let (case, event, senior) = self.read_outreach_token(token)?;
        let events = self.store.case_events(case).await?;
        let event = events.iter().find(|one| one.number == event);
        let id = event.and_then(|event| event.what.outreach()).ok_or(CaseError::BadLink)?;
        let outreach = self.store.find_outreach(id).await?;
        outreach.filter(|outreach| outreach.ask.senior == senior).ok_or(CaseError::BadLink)
    }

    async fn standing_outreach(&self, token: &str) -> Result<(Outreach, Actor), CaseError> {
        let outreach = self.outreach_of_link(token).await?;
        if !outreach.state.is_open() {
            return Err(over(&outreach));
        }
        let gone = |why: &str| Err(CaseError::OutreachOver { why: why.to_owned() });
        let until = outreach.ask.due_at.checked_add(LASTS).unwrap_or(Timestamp::MAX);
        if until <= self.now() {
            return gone("the link is too old; log in, or ask for it anew");
        }
        match self.people().user(outreach.ask.senior).filter(|user| may_hear(user)) {
            Some(user) => Ok((outreach, Actor::User(user))),
            None => gone("whoever was asked works here no more"),
        }
    }

    fn read_outreach_token(&self, token: &str) -> Result<(CaseId, u32, UserId), CaseError> {
        let (said, signature) = token.rsplit_once('.').ok_or(CaseError::BadLink)?;
        if !self.secrets.has_signed(said, signature) {
            return Err(CaseError::BadLink);
        }
        let mut parts = said.split('.');
        let read = |parts: &mut std::str::Split<'_, char>| {
            let case = parts.next()?.parse().ok()?;
            let event = parts.next()?.parse().ok()?;
            let senior = UserId(Uuid::try_parse(parts.next()?).ok()?);
            parts.next().is_none().then_some((case, event, senior))
        };
        match parts.next() {
            Some("outreach") => read(&mut parts).ok_or(CaseError::BadLink),
            _ => Err(CaseError::BadLink),
        }
    }
}

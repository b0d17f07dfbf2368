//! Outreach: a senior of the company calls or writes to the author of a case. The desk asks for it with a reason, a script and a
//! time; the senior accepts or declines, tries, and says what came of it. Whoever owns the case stays its owner.
//!
//! `act.rs` is what is done about one; `senior.rs` is who does it, and with which words; `page.rs` the one page by a signed link; `clock.rs` what time does. How the
//! person can be reached is in no event and no message: only the senior reads it, and some days after the end nobody.

mod act;
mod clock;
pub mod page;
pub mod senior;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use switchboard_model::{
    By, Case, CaseId, Happening, Outreach, OutreachAsk, OutreachChannel, OutreachFigures, OutreachId, OutreachOutcome,
    OutreachScript, OutreachScriptId, OutreachSettings, ScriptFacts, Senior, SignalName, StoredPost, UserId,
    outreach::filled,
};
use switchboard_route::outreach::{Candidate, Need, Suggestion, obstacle, suggest};
use switchboard_store::{Also, NewOutreach};

use super::{CaseError, REASON, written};
use crate::App;
use crate::people::People;
use crate::rights::{Actor, Right};

/// The most characters of a note, and of what was promised.
const NOTE: usize = 5_000;
/// The most characters of how somebody can be reached.
const CONTACT: usize = 500;
/// The most outreaches of a case.
const MOST: usize = 50;
/// The most outreaches of a list.
const LISTED: u32 = 500;
/// The characters of the post that a script quotes.
const SUMMARY: usize = 200;
/// The furthest that one can be due.
const FURTHEST: SignedDuration = SignedDuration::from_hours(24 * 90);
/// What the figures of the list count.
const FIGURES: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What a senior is to be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct NewAsk {
    /// Who.
    pub senior: UserId,
    /// Call or mail.
    pub channel: OutreachChannel,
    /// With which words; without any if missing.
    pub script: Option<OutreachScriptId>,
    /// Why.
    pub reason: String,
    /// How the person can be reached.
    pub contact: String,
    /// Until when; as the settings say if missing.
    pub due_at: Option<Timestamp>,
}

/// What is done about an outreach.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum OutreachAct {
    /// The senior will do it.
    Accept,
    /// The senior will not.
    Decline {
        /// Why.
        why: String,
    },
    /// Nobody was reached; it is tried again.
    Try {
        /// What came of it.
        result: OutreachOutcome,
        /// What there is to say about it.
        note: String,
        /// Which steps were done, from 0; those of before if missing.
        ticked: Option<Vec<u16>>,
        /// When it is tried again.
        next_at: Option<Timestamp>,
    },
    /// It has an outcome.
    Done {
        /// Which.
        outcome: OutreachOutcome,
        /// What there is to say about it.
        note: String,
        /// What was promised.
        promised: String,
        /// Which steps were done, from 0; those of before if missing.
        ticked: Option<Vec<u16>>,
    },
    /// It is taken back.
    Withdraw {
        /// Why.
        why: String,
    },
}

/// An outreach as somebody reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutreachView {
    /// Identifier in this installation.
    pub id: OutreachId,
    /// The outreach.
    #[serde(flatten)]
    pub outreach: Outreach,
    /// What the senior is called.
    pub senior_name: String,
    /// How the person can be reached; for the senior alone, and for some days after the end.
    pub contact: Option<String>,
    /// The senior's page without logging in; for them alone, and while it is open.
    pub address: Option<String>,
}

/// The outreaches that somebody asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutreachQuery {
    /// Only those that they themselves are to do.
    pub is_mine: bool,
    /// Open ones, or those that have ended.
    pub is_ended: bool,
    /// Only those whose time ran out.
    pub is_overdue: bool,
}

impl App {
    /// Asks a senior to call or write to the author of a case: its owner, who leads its department or the team.
    pub async fn ask_outreach(&self, actor: &Actor, id: CaseId, new: NewAsk) -> Result<Case, CaseError> {
        actor.may(Right::Work)?;
        let reason = written("reason", &new.reason, REASON)?;
        let contact = written("contact", &new.contact, CONTACT)?;
        let case = self.case(actor, id).await?;
        self.may_ask(actor, &case)?;
        let seniors = self.store.list_seniors().await?;
        let senior = seniors.into_iter().find(|one| one.user == new.senior);
        let senior = senior.ok_or_else(|| CaseError::bad("senior", "this is no senior who can be asked"))?;
        let name = self.name_of(senior.user);
        let open = self.store.count_open_outreaches().await?;
        let (people, now) = (self.people(), self.now());
        let obstacle_with = |open: &BTreeMap<UserId, u32>| {
            let open = open.get(&senior.user).copied().unwrap_or_default();
            let why = obstacle(new.channel, &candidate(&people, &senior, open, now))?;
            Some(CaseError::bad("senior", format!("{name} {why}; choose somebody else")))
        };
        if let Some(refused) = obstacle_with(&open) {
            return Err(refused);
        }
        let of_case = self.store.outreaches_of_case(id).await?;
        if of_case.len() >= MOST {
            return Err(CaseError::bad("senior", format!("a case has {MOST} outreaches at most")));
        }
        if is_asked_already(&of_case, senior.user, new.channel) {
            return Err(asked_already(&name));
        }
        let script = self.script_for(new.script, new.channel).await?;
        let settings = self.read_outreach_settings().await?;
        let (warn_at, due_at) = self.times(settings, senior.user, new.due_at)?;
        let outreach = OutreachId(self.ids.next());
        let facts = self.lasting_facts(&case, &senior);
        let ask = OutreachAsk {
            id: outreach,
            senior: senior.user,
            title: senior.title.clone(),
            channel: new.channel,
            reason,
            script: script.as_ref().map(|script| script.name.clone()).unwrap_or_default(),
            text: script.as_ref().map(|script| filled(&script.text, &facts)).unwrap_or_default(),
            steps: script.as_ref().map(|script| script.steps.clone()).unwrap_or_default(),
            may: script.as_ref().map(|script| script.may.clone()).unwrap_or_default(),
            may_not: script.as_ref().map(|script| script.may_not.clone()).unwrap_or_default(),
            warn_at,
            due_at,
        };
        let (channel, most_open) = (new.channel, senior.most_open);
        let room = NewOutreach { id: outreach, case: id, senior: senior.user, channel, most_open, contact };
        let asked = self
            .record_with(actor, id, None, vec![Also::Outreach(room)], |case| {
                self.may_ask(actor, case)?;
                if case.is_closed() {
                    return Err(CaseError::bad("case", "the case is closed; reopen it first"));
                }
                Ok(vec![Happening::OutreachAsked(Box::new(ask.clone()))])
            })
            .await;
        match asked {
            // Somebody else asked in the same moment: what they took is said, not that the case has changed.
            Err(CaseError::Stale { .. })
                if is_asked_already(&self.store.outreaches_of_case(id).await?, senior.user, channel) =>
            {
                Err(asked_already(&name))
            }
            Err(error @ CaseError::Stale { .. }) => {
                let open = self.store.count_open_outreaches().await?;
                Err(obstacle_with(&open).unwrap_or(error))
            }
            asked => asked,
        }
    }

    /// One outreach, if its case may be read.
    pub async fn outreach(&self, actor: &Actor, id: OutreachId) -> Result<OutreachView, CaseError> {
        actor.may(Right::Work)?;
        let outreach = self.store.find_outreach(id).await?.ok_or(CaseError::UnknownOutreach(id))?;
        self.outreach_view(actor, outreach).await
    }

    /// The outreaches of a case and of those that went into it, oldest first.
    pub async fn case_outreaches(&self, actor: &Actor, id: CaseId) -> Result<Vec<OutreachView>, CaseError> {
        actor.may(Right::Work)?;
        let case = self.case(actor, id).await?;
        let parts = self.parts_of(&case).await?;
        let mut views = Vec::new();
        for case in parts.iter().map(|part| part.case.id).chain([id]) {
            for outreach in self.store.outreaches_of_case(case).await? {
                views.push(self.outreach_view(actor, outreach).await?);
            }
        }
        views.sort_by_key(|view| (view.outreach.asked_at, view.outreach.id()));
        Ok(views)
    }

    /// A list of outreaches: open ones by when they are due, ended ones last first; 500 at most.
    pub async fn outreaches(&self, actor: &Actor, query: OutreachQuery) -> Result<Vec<OutreachView>, CaseError> {
        actor.may(Right::Work)?;
        let senior = match (query.is_mine, actor.user_id()) {
            (false, _) => None,
            (true, Some(user)) => Some(user),
            (true, None) => return Ok(Vec::new()),
        };
        let found = match query.is_ended {
            true => self.store.ended_outreaches(senior, LISTED).await?,
            false => self.store.open_outreaches(senior, LISTED).await?,
        };
        let now = self.now();
        let mut views = Vec::new();
        for outreach in found {
            if !query.is_overdue || (outreach.state.is_open() && outreach.ask.due_at <= now) {
                views.push(self.outreach_view(actor, outreach).await?);
            }
        }
        Ok(views)
    }

    /// How the outreaches of the last 30 days went.
    pub async fn outreach_figures(&self, actor: &Actor) -> Result<OutreachFigures, CaseError> {
        actor.may(Right::Work)?;
        let since = self.now().checked_sub(FIGURES).unwrap_or(Timestamp::MIN);
        Ok(OutreachFigures::of(&self.store.outreaches_since(since, 10_000).await?))
    }

    /// Whom to ask for a case, who fits best first.
    pub async fn suggest_seniors(
        &self,
        actor: &Actor,
        id: CaseId,
        channel: OutreachChannel,
    ) -> Result<Vec<Suggestion>, CaseError> {
        actor.may(Right::Work)?;
        let case = self.case(actor, id).await?;
        let newest = self.store.find_posts(&[case.newest_post]).await?;
        let language = newest.first().and_then(|post| post.signals.find(SignalName::Language));
        let need = Need { channel, language: language.map(|signal| signal.label.clone()), department: case.department };
        let (people, now) = (self.people(), self.now());
        let (seniors, open) = (self.store.list_seniors().await?, self.store.count_open_outreaches().await?);
        let users: Vec<_> = seniors.iter().map(|senior| people.user(senior.user)).collect();
        let none: &[String] = &[];
        let candidates: Vec<Candidate<'_>> = seniors
            .iter()
            .zip(&users)
            .map(|(senior, user)| {
                let count = open.get(&senior.user).copied().unwrap_or_default();
                let languages = user.as_ref().map_or(none, |user| &user.languages);
                Candidate { languages, ..candidate(&people, senior, count, now) }
            })
            .collect();
        Ok(suggest(&need, &candidates))
    }

    /// Whether somebody may ask a senior about a case, as far as the pages offer it.
    pub fn may_ask_outreach(&self, actor: &Actor, case: &Case) -> bool {
        !case.is_closed() && self.may_ask(actor, case).is_ok()
    }

    /// The owner may ask, and who leads the department or the team. What a desk has, whoever works for it may.
    fn may_ask(&self, actor: &Actor, case: &Case) -> Result<(), CaseError> {
        actor.may(Right::Work)?;
        let people = self.people();
        let leads = people.department(case.department).is_some_and(|department| actor.may_lead(department).is_ok());
        let owner = case.owner.user();
        if leads || self.leads_team(actor) || (owner.is_some() && owner == actor.user_id()) {
            return Ok(());
        }
        actor.may_work_on(case)?;
        if owner.is_none() { Ok(()) } else { Err(crate::rights::Forbidden::NotTheHead.into()) }
    }

    /// Whether somebody leads the team, or stands in for who does.
    fn leads_team(&self, actor: &Actor) -> bool {
        let team = self.team();
        actor.user_id().is_some_and(|user| team.head == Some(user) || team.deputy == Some(user))
    }

    async fn outreach_view(&self, actor: &Actor, outreach: Outreach) -> Result<OutreachView, CaseError> {
        let is_senior = actor.user_id() == Some(outreach.ask.senior);
        let contact = if is_senior { self.contact_of(&outreach).await? } else { None };
        let is_open = is_senior && outreach.state.is_open();
        let address = is_open.then(|| self.outreach_address(outreach.asked_in, outreach.event, outreach.ask.senior));
        let (id, senior_name) = (outreach.id(), self.name_of(outreach.ask.senior));
        let outreach = self.with_script(outreach).await?;
        Ok(OutreachView { id, senior_name, contact, address, outreach })
    }

    /// How the person can be reached, as long as the settings have it kept.
    async fn contact_of(&self, outreach: &Outreach) -> Result<Option<String>, CaseError> {
        if let Some(ended_at) = outreach.ended_at
            && ended_at < self.contacts_kept_since().await?
        {
            return Ok(None);
        }
        Ok(self.store.outreach_contact(outreach.id()).await?)
    }

    async fn script_for(
        &self,
        id: Option<OutreachScriptId>,
        channel: OutreachChannel,
    ) -> Result<Option<OutreachScript>, CaseError> {
        let Some(id) = id else { return Ok(None) };
        let script = self.outreach_script_list().await?.into_iter().find(|script| script.id == id);
        let script = script.ok_or_else(|| CaseError::bad("script", "there is no such script"))?;
        if script.channel.is_some_and(|other| other != channel) {
            return Err(CaseError::bad("script", format!("the script '{}' is not for this channel", script.name)));
        }
        Ok(Some(script))
    }

    /// When one is warned of and when it is due, in the senior's hours.
    fn times(
        &self,
        settings: OutreachSettings,
        senior: UserId,
        due: Option<Timestamp>,
    ) -> Result<(Timestamp, Timestamp), CaseError> {
        let now = self.now();
        if due.is_some_and(|due| due <= now || due.duration_since(now) > FURTHEST) {
            return Err(CaseError::bad("due_at", "name a moment in the next 90 days"));
        }
        let people = self.people();
        let calendar = people.user(senior).map(|user| people.calendar_of_user(&user));
        let after = |minutes: u32| {
            let time = SignedDuration::from_mins(i64::from(minutes));
            let found = calendar.as_ref().and_then(|calendar| calendar.after(now, time));
            found.or_else(|| now.checked_add(time).ok()).unwrap_or(Timestamp::MAX)
        };
        let due = due.unwrap_or_else(|| after(settings.due_within_min));
        let left = calendar.as_ref().map_or_else(|| due.duration_since(now), |calendar| calendar.between(now, due));
        let left = u32::try_from(left.as_mins()).unwrap_or_default();
        // Where there is less time than the warning wants, it comes halfway.
        let until_warning = if left > settings.warn_before_min { left - settings.warn_before_min } else { left / 2 };
        if until_warning == 0 {
            // None of it is working time: halfway by the clock on the wall, and not at once.
            return Ok((now.checked_add(due.duration_since(now) / 2).unwrap_or(due), due));
        }
        Ok((after(until_warning).min(due), due))
    }

    /// What stands in a script for good. The author and what they said do not: both are filled in when it is read, from the
    /// post as it is by then.
    fn lasting_facts(&self, case: &Case, senior: &Senior) -> ScriptFacts {
        ScriptFacts {
            senior: Some(self.name_of(senior.user)),
            title: Some(senior.title.clone()),
            company: Some(self.company().map_or_else(String::new, |company| company.name.clone())),
            case: Some(case.id.to_string()),
            ..ScriptFacts::default()
        }
    }

    /// The post for which an outreach was asked, as long as it is there.
    async fn asked_about(&self, outreach: &Outreach) -> Result<Option<StoredPost>, CaseError> {
        let Some(case) = self.store.find_case(outreach.asked_in).await? else { return Ok(None) };
        let post = self.store.find_posts(&[case.post]).await?.pop();
        Ok(post.filter(|post| post.deleted_at.is_none()))
    }

    /// The script of an outreach with the author and what they said, as long as that is there to be read.
    async fn with_script(&self, mut outreach: Outreach) -> Result<Outreach, CaseError> {
        if outreach.ask.text.contains("{author}") || outreach.ask.text.contains("{summary}") {
            let post = self.asked_about(&outreach).await?;
            outreach.ask.text = filled(&outreach.ask.text, &facts_of(post.as_ref()));
        }
        Ok(outreach)
    }
}

/// A senior as they stand at a moment. Languages are left out: they are the user's.
fn candidate<'a>(people: &People, senior: &'a Senior, open: u32, now: Timestamp) -> Candidate<'a> {
    let user = people.user(senior.user);
    let away = user.as_ref().and_then(|user| people.duty_of_user(user, now).away);
    Candidate {
        senior,
        languages: &[],
        open,
        is_there: user.as_ref().is_some_and(|user| switchboard_route::notification::may_hear(user)),
        is_on_duty: user.as_ref().is_some_and(|user| people.is_on_duty(user, now)),
        away_until: away.map(|away| away.until),
    }
}

/// What a script says of the author; nothing without a post.
fn facts_of(post: Option<&StoredPost>) -> ScriptFacts {
    let author = post.and_then(|post| post.post.author.as_ref());
    let author = author.map(|author| if author.name.is_empty() { &author.handle } else { &author.name });
    ScriptFacts {
        author: author.filter(|author| !author.is_empty()).cloned(),
        summary: post.map(|post| post.excerpt(SUMMARY)),
        ..ScriptFacts::default()
    }
}

/// Whether a case has an open outreach of that senior and channel.
fn is_asked_already(of_case: &[Outreach], senior: UserId, channel: OutreachChannel) -> bool {
    of_case.iter().any(|one| one.state.is_open() && one.ask.senior == senior && one.ask.channel == channel)
}

fn asked_already(name: &str) -> CaseError {
    CaseError::bad("senior", format!("{name} is asked for that already in this case, and it is not done yet"))
}

impl App {
    /// Who asked, in words.
    fn asker_of(&self, outreach: &Outreach) -> String {
        match outreach.asked_by {
            By::User(user) => self.name_of(user),
            _ => self.company().map_or_else(String::new, |company| company.name.clone()),
        }
    }
}

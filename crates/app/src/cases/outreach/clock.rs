//! What time does to outreaches: warnings and overdue ones, each once and in order; what a senior cannot do any more comes
//! back; and how people can be reached is forgotten.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use switchboard_model::{By, Case, Happening, Outreach, OutreachId, OutreachState, User};
use switchboard_route::notification::may_hear;
use switchboard_store::StoreError;

use crate::App;
use crate::cases::CaseError;
use crate::cases::timer::said;
use crate::people::People;

/// Outreaches that are looked at together.
const BATCH: u32 = 200;

impl App {
    /// Tells of every outreach whose time is nearly over, or over. Answers how many those were.
    pub async fn ring_outreaches(&self) -> Result<usize, CaseError> {
        let mut rung = 0;
        loop {
            let now = self.now();
            let due = self.store.ringing_outreaches(now, BATCH).await?;
            let mut progress = 0;
            for outreach in &due {
                // One that cannot be told is named, and stops no other.
                match self.let_happen(outreach.id(), |outreach| rings(outreach, now)).await {
                    Ok(is_written) => progress += usize::from(is_written),
                    Err(error) => tracing::error!(outreach.id = %outreach.id(), %error, "an outreach cannot ring"),
                }
            }
            rung += progress;
            if due.len() < BATCH as usize || progress == 0 {
                return Ok(rung);
            }
        }
    }

    /// Gives back what seniors cannot do any more: they left, do it no more, or are away before they said that they will.
    /// Answers how many outreaches that were.
    pub async fn return_outreaches(&self) -> Result<usize, CaseError> {
        let open = self.store.count_open_outreaches().await?;
        if open.is_empty() {
            return Ok(0);
        }
        let (people, now) = (self.people(), self.now());
        let seniors = self.store.list_seniors().await?;
        let mut returned = 0;
        for senior in open.into_keys() {
            let is_senior = seniors.iter().any(|one| one.user == senior);
            // Only of whom something stands in the way of is it looked at what they have.
            if is_senior && people.user(senior).is_some_and(|user| is_there(&people, &user, now)) {
                continue;
            }
            for outreach in self.store.open_outreaches(Some(senior), u32::MAX).await? {
                let id = outreach.id();
                let comes_back = |outreach: &Outreach| {
                    let why = cannot(&people, outreach, is_senior, now);
                    why.map(|why| Happening::OutreachReturned { outreach: id, why }).into_iter().collect()
                };
                match self.let_happen(id, comes_back).await {
                    Ok(is_written) => returned += usize::from(is_written),
                    Err(error) => tracing::error!(outreach.id = %id, %error, "an outreach cannot come back"),
                }
            }
        }
        Ok(returned)
    }

    /// Forgets how people can be reached whose outreach ended long enough ago.
    pub async fn erase_outreach_contacts(&self) -> Result<u64, StoreError> {
        self.store.erase_outreach_contacts(self.contacts_kept_since().await?).await
    }

    /// Of what ended before this it is not known any more how the person can be reached.
    pub(super) async fn contacts_kept_since(&self) -> Result<Timestamp, StoreError> {
        let days = i64::from(self.read_outreach_settings().await?.keep_contact_days);
        Ok(self.now().checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MIN))
    }

    /// What time does to an outreach as it stands when it is written. Answers whether that was anything.
    async fn let_happen(
        &self,
        id: OutreachId,
        happens: impl Fn(&Outreach) -> Vec<Happening>,
    ) -> Result<bool, CaseError> {
        // Whoever ends it meanwhile was faster.
        let decide = |case: &Case, outreach: &Outreach| {
            Ok(if case.outreaches.contains(&id) { happens(outreach) } else { Vec::new() })
        };
        Ok(self.decide_outreach(By::Timer.into(), id, decide).await?.1)
    }
}

/// What rings by now, in order.
fn rings(outreach: &Outreach, now: Timestamp) -> Vec<Happening> {
    let (outreach_id, senior, due) = (outreach.id(), outreach.ask.senior, outreach.ask.due_at);
    let mut rings = Vec::new();
    let warn_at = outreach.ask.warn_at.min(due);
    if !outreach.is_warned && warn_at <= now {
        let why = said("little time is left", warn_at, now);
        rings.push(Happening::OutreachWarned { outreach: outreach_id, senior, due, why });
    }
    if !outreach.is_overdue && due <= now {
        let why = said("its time is over", due, now);
        rings.push(Happening::OutreachOverdue { outreach: outreach_id, senior, due, why });
    }
    rings
}

/// Whether nothing stands in the way of what somebody is asked for.
fn is_there(people: &People, user: &User, now: Timestamp) -> bool {
    may_hear(user) && people.duty_of_user(user, now).away.is_none()
}

/// Why a senior cannot do what they were asked for.
fn cannot(people: &People, outreach: &Outreach, is_senior: bool, now: Timestamp) -> Option<String> {
    let user = people.user(outreach.ask.senior);
    let Some(user) = user.filter(|user| may_hear(user)) else {
        return Some("whoever was asked works here no more".to_owned());
    };
    if !is_senior {
        return Some(format!("{} does this no more", user.name));
    }
    // Whoever has accepted does it although they are away, or declines.
    let away = people.duty_of_user(&user, now).away.filter(|_| outreach.state == OutreachState::Asked)?;
    let zone = TimeZone::get(&user.time_zone).unwrap_or(TimeZone::UTC);
    let due = outreach.ask.due_at.to_zoned(zone).date();
    (due <= away.until).then(|| format!("{} is away until {}", user.name, away.until))
}

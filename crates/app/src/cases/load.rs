//! How much everybody has: open cases of what they can have, the oldest of them, and what they have had to read.

use jiff::Timestamp;
use serde::Serialize;
use switchboard_model::{Assignment, CaseId, DepartmentId, ExposureSettings, QueueCount, User, UserId};

use super::CaseError;
use super::turn::open_cases;
use crate::App;
use crate::rights::{Actor, Right};

/// The load of a team, as far as whoever asks may know it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Load {
    /// Everybody whom the actor may know it of, by name.
    pub people: Vec<PersonLoad>,
    /// The desks of their departments, in their order.
    pub desks: Vec<DeskLoad>,
    /// What counts as abuse, how long it weighs and when heads are warned.
    pub exposure: ExposureSettings,
}

/// How much somebody has.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PersonLoad {
    /// Who.
    pub user: UserId,
    /// Their departments that are open.
    pub departments: Vec<DepartmentId>,
    /// Whether they are on duty now.
    pub is_on_duty: bool,
    /// When that changes next; `None` if it never does.
    pub changes_at: Option<Timestamp>,
    /// How many cases they have that are not closed.
    pub cases: u64,
    /// How many of them somebody has to do something about: those that neither wait nor sleep.
    pub open: u64,
    /// How many cases they can have; as many as come if missing.
    pub most_cases: Option<u32>,
    /// The oldest of their cases.
    pub oldest: Option<CaseId>,
    /// Since when that one is open.
    pub oldest_at: Option<Timestamp>,
    /// What they have had to read, in points, as it weighs now.
    pub exposure: f64,
    /// Whether that is more than the heads want to be warned of.
    pub is_exposed: bool,
    /// When they were last given a case in turn.
    pub last_turn_at: Option<Timestamp>,
    /// Whether the actor may say how many cases they can have.
    pub is_led: bool,
}

/// What waits at a desk.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeskLoad {
    /// The department.
    pub department: DepartmentId,
    /// How its cases find an owner.
    pub assignment: Assignment,
    /// How many open cases nobody has yet.
    pub waiting: u64,
    /// How many of those who can have its cases are on duty.
    pub on_duty: u64,
    /// How many of those could have one more.
    pub with_room: u64,
    /// Whether the actor may say how its cases find an owner.
    pub is_led: bool,
}

impl App {
    /// Who has how much, as far as the actor may know it: everybody of the departments that they lead, and themselves.
    pub async fn load(&self, actor: &Actor) -> Result<Load, CaseError> {
        actor.may(Right::Work)?;
        let (people, now) = (self.people(), self.now());
        let queues = self.store.queues().await?;
        let (cases, turns) = (open_cases(&queues), self.store.turns().await?);
        let oldest = self.store.oldest_cases().await?;
        let (exposure, settings) = self.exposure_of_all().await?;
        let departments = people.departments();
        let is_led = |id: &DepartmentId| {
            departments.iter().any(|department| department.id == *id && actor.may_lead(department).is_ok())
        };
        let works = |user: &&User| user.is_active && Actor::User((*user).clone().into()).right() >= Right::Work;
        let workers: Vec<&User> = people.users().iter().filter(works).collect();
        let person = |user: &User| {
            let calendar = people.calendar_of_user(user);
            let is_on_duty = calendar.is_open(now);
            let changes_at = if is_on_duty { calendar.next_close(now) } else { calendar.next_open(now) };
            let points = exposure.get(&user.id).copied().unwrap_or_default();
            let is_open = |id: &&DepartmentId| people.department(**id).is_some_and(|one| one.is_active);
            PersonLoad {
                user: user.id,
                departments: user.departments.iter().filter(is_open).copied().collect(),
                is_on_duty,
                changes_at,
                cases: cases.get(&user.id).copied().unwrap_or_default(),
                open: count(&queues, |queue| queue.owner == Some(user.id)),
                most_cases: user.profile.most_cases,
                oldest: oldest.get(&user.id).map(|(id, _)| *id),
                oldest_at: oldest.get(&user.id).map(|(_, at)| *at),
                exposure: points,
                is_exposed: points >= f64::from(settings.warn_at),
                last_turn_at: turns.get(&user.id).copied(),
                is_led: actor.right() >= Right::Administer || user.departments.iter().any(is_led),
            }
        };
        let seen = workers.iter().filter(|user| actor.may_see_load(user, departments));
        let mut seen: Vec<PersonLoad> = seen.map(|user| person(user)).collect();
        seen.sort_by_key(|one| people.user(one.user).map(|user| user.name.to_lowercase()));
        let shown = |id: DepartmentId| is_led(&id) || actor.user().is_some_and(|user| user.departments.contains(&id));
        let desks = departments.iter().filter(|department| department.is_active && shown(department.id));
        let desk = |department: &switchboard_model::Department| {
            let members = workers.iter().filter(|user| user.departments.contains(&department.id));
            let on_duty: Vec<&&User> = members.filter(|user| people.calendar_of_user(user).is_open(now)).collect();
            let has_room = |user: &&&&User| {
                let has = cases.get(&user.id).copied().unwrap_or_default();
                user.profile.most_cases.is_none_or(|most| has < u64::from(most))
            };
            DeskLoad {
                department: department.id,
                assignment: department.office.assignment,
                waiting: count(&queues, |queue| queue.owner.is_none() && queue.department == department.id),
                on_duty: on_duty.len() as u64,
                with_room: on_duty.iter().filter(has_room).count() as u64,
                is_led: is_led(&department.id),
            }
        };
        Ok(Load { people: seen, desks: desks.map(desk).collect(), exposure: settings })
    }
}

/// How many open cases queues hold.
fn count(queues: &[QueueCount], is_meant: impl Fn(&QueueCount) -> bool) -> u64 {
    let open = queues.iter().filter(|queue| queue.state == "open" && is_meant(queue));
    open.map(|queue| queue.public + queue.private).sum()
}

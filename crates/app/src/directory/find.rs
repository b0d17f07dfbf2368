//! The directory at the point of answering: who fits what somebody types, and whether they are there now.
//!
//! A few letters of a name, topic, department, language or skill find whoever they begin a word of; an extension finds its
//! one owner. Whoever fits best comes first, and among those who fit alike whoever is on duty and has room.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use switchboard_model::{Department, DepartmentId, User, UserId};

use super::now::{DutyNow, works};
use super::{DirectoryError, language};
use crate::people::People;
use crate::{App, AppError};

/// This many people are shown, and this many departments.
const MOST: usize = 50;

/// Words of a text that are looked for.
const WORDS: usize = 10;

/// What the directory answers.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Directory {
    /// Departments, those that fit best first.
    pub departments: Vec<FoundDepartment>,
    /// People, those that fit best first, then those who are on duty and have room.
    #[serde(rename = "users")]
    pub people: Vec<FoundUser>,
}

/// A department as it stands now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FoundDepartment {
    /// The department.
    pub department: Department,
    /// Its business hours now.
    pub hours: DutyNow,
    /// How many people work for it.
    pub people: usize,
    /// Who of them is on duty.
    pub on_duty: Vec<UserId>,
    /// Who is asked instead, where it is closed or nobody is there.
    pub cover: Option<DepartmentId>,
    /// How many cases are open at its desk.
    pub at_desk: u64,
    /// Who sits in the social team for it.
    pub seat: Option<UserId>,
    /// What fits.
    pub fits: Vec<Fit>,
    /// How well it fits: less is better, 0 for its extension.
    #[serde(skip)]
    pub rank: u8,
}

/// Somebody as it stands with them now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FoundUser {
    /// The user.
    pub user: Arc<User>,
    /// Their duty now.
    pub duty: DutyNow,
    /// How many cases they have that are open.
    pub open_cases: u64,
    /// How many more they can have; missing where that is as many as come.
    pub room: Option<u64>,
    /// Who has their cases while they are away.
    pub stand_in: Option<UserId>,
    /// What fits.
    pub fits: Vec<Fit>,
    /// How well they fit: less is better, 0 for their extension.
    #[serde(skip)]
    pub rank: u8,
}

/// Why something was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fit {
    /// By what.
    pub by: FitBy,
    /// The extension, name, skill, language, department or topic that it is.
    pub text: String,
}

/// By what something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FitBy {
    /// Its extension.
    Extension,
    /// Its name, key or address.
    Name,
    /// A skill.
    Skill,
    /// A language, as a tag of BCP 47.
    Language,
    /// A department that they work for.
    Department,
    /// What they may do.
    Role,
    /// A topic or intent of the department, or of one that they work for.
    Topic,
}

impl FitBy {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Extension => "extension",
            Self::Name => "name",
            Self::Skill => "skill",
            Self::Language => "language",
            Self::Department => "department",
            Self::Role => "role",
            Self::Topic => "topic",
        }
    }

    /// How far behind a name it stands.
    fn rank(self) -> u8 {
        match self {
            Self::Extension => 0,
            Self::Name => 1,
            Self::Skill | Self::Language | Self::Department | Self::Role => 2,
            Self::Topic => 3,
        }
    }
}

/// Where a case can go: a department, or one of its users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Destination {
    /// The department.
    pub department: DepartmentId,
    /// The user.
    pub user: Option<UserId>,
}

impl App {
    /// Active users and open departments that fit a text, as it stands with them now. Everybody, where nothing is asked
    /// for.
    pub async fn directory(&self, text: &str) -> Result<Directory, AppError> {
        let (people, now) = (self.people(), self.now());
        let (mut at_desk, mut open_cases): (BTreeMap<DepartmentId, u64>, BTreeMap<UserId, u64>) = Default::default();
        for queue in self.store.queues().await?.into_iter().filter(|queue| queue.state != "closed") {
            let count = match queue.owner {
                Some(owner) => open_cases.entry(owner).or_default(),
                None => at_desk.entry(queue.department).or_default(),
            };
            *count += queue.public + queue.private;
        }
        let wanted = wanted(text);
        let mut found = Directory::default();
        for department in people.departments().iter().filter(|department| department.is_active) {
            let Some((rank, fits)) = fit(&wanted, &known_of_department(department)) else { continue };
            let workers: Vec<&User> = people.workers(department.id).collect();
            let on_duty = workers.iter().filter(|user| people.is_on_duty(user, now)).map(|user| user.id).collect();
            let is_alone = people.is_unstaffed(department.id, now);
            found.departments.push(FoundDepartment {
                hours: people.hours_of_department(department, now),
                people: workers.len(),
                on_duty,
                cover: if is_alone { people.cover_of(department.id, now) } else { None },
                at_desk: at_desk.get(&department.id).copied().unwrap_or_default(),
                seat: people.company().and_then(|company| company.team.seats.get(&department.id).copied()),
                department: department.clone(),
                fits,
                rank,
            });
        }
        for user in people.users().iter().filter(|user| user.is_active) {
            let Some((rank, fits)) = fit(&wanted, &known_of_user(user, &people)) else { continue };
            let Some(user) = people.user(user.id) else { continue };
            let duty = people.duty_of_user(&user, now);
            let open_cases = open_cases.get(&user.id).copied().unwrap_or_default();
            found.people.push(FoundUser {
                open_cases,
                room: user.profile.most_cases.map(|most| u64::from(most).saturating_sub(open_cases)),
                stand_in: duty.away.as_ref().and_then(|absence| people.stand_in_for(user.id, absence, now)),
                duty,
                user,
                fits,
                rank,
            });
        }
        found.departments.sort_by_cached_key(|one| (one.rank, one.on_duty.is_empty(), sort_key(&one.department.name)));
        found.people.sort_by_cached_key(|one| {
            let is_full = one.room == Some(0);
            (one.rank, !one.duty.is_on_duty, is_full, sort_key(&one.user.name))
        });
        found.departments.truncate(MOST);
        found.people.truncate(MOST);
        Ok(found)
    }

    /// Where a text leads a case of a department to: whose extension it is, or the only one that fits best.
    ///
    /// # Errors
    /// Names those that fit alike, or says that nobody does.
    pub async fn find_destination(
        &self,
        text: &str,
        from: Option<DepartmentId>,
    ) -> Result<Destination, DirectoryError> {
        let bad = |message: String| Err(DirectoryError::bad("to", message));
        let text = text.trim();
        if text.is_empty() {
            return bad("choose the department or the person who gets it".to_owned());
        }
        let found = self.directory(text).await?;
        let people = self.people();
        let mut fitting: Vec<(u8, String, Destination)> = Vec::new();
        for one in &found.departments {
            if from != Some(one.department.id) {
                let to = Destination { department: one.department.id, user: None };
                fitting.push((one.rank, one.department.name.clone(), to));
            }
        }
        for one in found.people.iter().filter(|one| works(&one.user)) {
            if let Some(department) = department_for(&people, &one.user, from) {
                fitting.push((one.rank, one.user.name.clone(), Destination { department, user: Some(one.user.id) }));
            }
        }
        let best = fitting.iter().map(|(rank, ..)| *rank).min();
        fitting.retain(|(rank, ..)| Some(*rank) == best);
        match fitting.as_slice() {
            [] => bad(format!("nobody in another department fits '{text}'; choose from the list")),
            [(.., to)] => Ok(*to),
            several => {
                let names: Vec<&str> = several.iter().take(5).map(|(_, name, _)| name.as_str()).collect();
                bad(format!("'{text}' fits {}; type more of it, or an extension", names.join(", ")))
            }
        }
    }
}

/// For which of their departments somebody gets a case that comes from another one: the first in the company's order.
pub fn department_for(people: &People, user: &User, from: Option<DepartmentId>) -> Option<DepartmentId> {
    let fits = |one: &&Department| one.is_active && user.departments.contains(&one.id) && from != Some(one.id);
    people.departments().iter().find(fits).map(|one| one.id)
}

fn wanted(text: &str) -> Vec<String> {
    text.split_whitespace().take(WORDS).map(str::to_lowercase).collect()
}

/// What is known of something: by what, what it is called in an answer, and the words that find it.
type Known = Vec<(FitBy, String, Vec<String>)>;

fn plain(by: FitBy, text: &str) -> (FitBy, String, Vec<String>) {
    (by, text.to_owned(), vec![text.to_lowercase()])
}

fn topics(department: &Department) -> impl Iterator<Item = (FitBy, String, Vec<String>)> {
    department.keywords.iter().chain(&department.intents).map(|topic| plain(FitBy::Topic, topic))
}

fn tongues(tags: &[String]) -> impl Iterator<Item = (FitBy, String, Vec<String>)> {
    tags.iter().map(|tag| (FitBy::Language, tag.clone(), language::names(tag)))
}

fn known_of_department(department: &Department) -> Known {
    let extension = department.office.extension.iter().map(|extension| plain(FitBy::Extension, extension));
    let names = [plain(FitBy::Name, &department.name), plain(FitBy::Name, &department.key)];
    extension.chain(names).chain(tongues(&department.office.languages)).chain(topics(department)).collect()
}

fn known_of_user(user: &User, people: &People) -> Known {
    let extension = user.profile.extension.iter().map(|extension| plain(FitBy::Extension, extension));
    let mut known: Known = extension.collect();
    known.extend([
        plain(FitBy::Name, &user.name),
        plain(FitBy::Name, &user.email),
        plain(FitBy::Role, user.role.as_str()),
    ]);
    known.extend(user.profile.skills.iter().map(|skill| plain(FitBy::Skill, skill)));
    known.extend(tongues(&user.languages));
    let of = || people.departments().iter().filter(|one| one.is_active && user.departments.contains(&one.id));
    known.extend(of().map(|one| (FitBy::Department, one.name.clone(), vec![one.name.to_lowercase(), one.key.clone()])));
    known.extend(of().flat_map(topics));
    known
}

/// How well something fits (less is better) and by what, if each of the words does.
fn fit(wanted: &[String], known: &Known) -> Option<(u8, Vec<Fit>)> {
    let (mut worst, mut fits) = (0, Vec::new());
    if wanted.is_empty() {
        return Some((FitBy::Name.rank(), fits));
    }
    for word in wanted {
        let finds = |(by, _, words): &&(FitBy, String, Vec<String>)| words.iter().any(|text| is_meant(*by, text, word));
        let (by, text, _) = known.iter().filter(finds).min_by_key(|(by, ..)| by.rank())?;
        // An extension that only begins so is still to be typed.
        let is_whole = *by != FitBy::Extension || text == word;
        worst = worst.max(if is_whole { by.rank() } else { FitBy::Name.rank() });
        let fit = Fit { by: *by, text: text.clone() };
        if *by != FitBy::Name && !fits.contains(&fit) {
            fits.push(fit);
        }
    }
    Some((worst, fits))
}

/// Whether a word begins a word of a text.
fn is_meant(by: FitBy, text: &str, word: &str) -> bool {
    if text.starts_with(word) {
        return true;
    }
    by != FitBy::Extension && text.split(|c: char| !c.is_alphanumeric()).any(|part| part.starts_with(word))
}

fn sort_key(name: &str) -> String {
    name.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_begin_words() {
        let known = vec![
            plain(FitBy::Extension, "21"),
            plain(FitBy::Name, "Ada Lovelace"),
            plain(FitBy::Name, "ada@acme.example"),
            plain(FitBy::Skill, "warranty law"),
            (FitBy::Language, "pt-BR".to_owned(), language::names("pt-BR")),
            plain(FitBy::Department, "Public relations"),
            plain(FitBy::Topic, "recalls"),
        ];
        let check = |text: &str, expected: Option<(u8, &str)>| {
            let found = fit(&wanted(text), &known);
            let said = found.map(|(rank, fits)| {
                (
                    rank,
                    fits.iter().map(|fit| format!("{} {}", fit.by.as_str(), fit.text)).collect::<Vec<_>>().join(", "),
                )
            });
            assert_eq!(said, expected.map(|(rank, fits)| (rank, fits.to_owned())), "{text}");
        };
        check("", Some((1, "")));
        check("lov", Some((1, "")));
        check("ADA acme", Some((1, "")));
        check("ada rel", Some((2, "department Public relations")));
        check("portug", Some((2, "language pt-BR")));
        check("law", Some((2, "skill warranty law")));
        check("recall", Some((3, "topic recalls")));
        check("recall pt", Some((3, "topic recalls, language pt-BR")));
        check("21", Some((0, "extension 21")));
        check("2", Some((1, "extension 21")));
        check("1", None);
        check("ovelace", None);
        check("ada sales", None);
    }
}

//! How a user can be reached, what they know and when they are away: what of it is to change, and what cannot be.

use switchboard_model::{Absence, Profile, User};

use super::DirectoryError;
use super::now::works;
use super::office::{Holder, checked_extension, checked_holidays};
use crate::people::People;

/// More than this nobody knows by name.
const MOST_SKILLS: usize = 50;
/// More than this nobody plans ahead.
const MOST_ABSENCES: usize = 100;
/// Longer than this nobody is away by one entry, in days.
const LONGEST_ABSENCE: i32 = 1_096;
/// More cases than anybody has open at once.
const MOST_CASES: u32 = 10_000;

/// What is to change; the rest stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProfileChange {
    /// A short number to reach them by; `Some(None)` for none.
    pub extension: Option<Option<String>>,
    /// What they know beside languages.
    pub skills: Option<Vec<String>>,
    /// How many open cases they can have; `Some(None)` for as many as come.
    pub most_cases: Option<Option<u32>>,
    /// Key of the calendar whose holidays are theirs; `Some(None)` for none.
    pub holidays: Option<Option<String>>,
    /// When they are away.
    pub absences: Option<Vec<Absence>>,
}

impl ProfileChange {
    /// Whether it changes nothing but what everybody may say about themselves.
    pub(super) fn is_personal(&self) -> bool {
        self.extension.is_none() && self.most_cases.is_none()
    }

    /// The profile of a user after the change.
    pub(super) fn applied_to(self, people: &People, user: &User) -> Result<Profile, DirectoryError> {
        let mut profile = user.profile.clone();
        if let Some(extension) = self.extension {
            profile.extension =
                extension.map(|text| checked_extension(people, &text, Holder::User(user.id))).transpose()?;
        }
        if let Some(skills) = self.skills {
            profile.skills = checked_skills(&skills)?;
        }
        if let Some(most) = self.most_cases {
            if most.is_some_and(|most| !(1..=MOST_CASES).contains(&most)) {
                let message = "somebody can have 1 to 10000 open cases; leave it empty for as many as come";
                return Err(DirectoryError::bad("most_cases", message));
            }
            profile.most_cases = most;
        }
        if let Some(key) = self.holidays {
            profile.holidays = key.map(|key| checked_holidays(people, &key)).transpose()?;
        }
        if let Some(absences) = self.absences {
            profile.absences = checked_absences(people, user, absences)?;
        }
        Ok(profile)
    }
}

fn checked_skills(skills: &[String]) -> Result<Vec<String>, DirectoryError> {
    let one_line = |skill: &String| skill.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let mut checked: Vec<String> = skills.iter().map(one_line).filter(|skill| !skill.is_empty()).collect();
    checked.sort();
    checked.dedup();
    if checked.iter().any(|skill| skill.chars().count() > 60 || skill.chars().any(char::is_control)) {
        return Err(DirectoryError::bad("skills", "a skill has 60 characters at most, like 'warranty law'"));
    }
    if checked.len() > MOST_SKILLS {
        return Err(DirectoryError::bad("skills", format!("somebody has {MOST_SKILLS} skills at most")));
    }
    Ok(checked)
}

fn checked_absences(people: &People, user: &User, mut absences: Vec<Absence>) -> Result<Vec<Absence>, DirectoryError> {
    let bad = |message: String| Err(DirectoryError::bad("absences", message));
    absences.sort_by_key(|absence| (absence.from, absence.until));
    if absences.len() > MOST_ABSENCES {
        return bad(format!("somebody has {MOST_ABSENCES} absences at most; remove some that are over"));
    }
    for absence in &absences {
        if absence.until < absence.from {
            return bad(format!("an absence cannot end on {} before it begins on {}", absence.until, absence.from));
        }
        if absence.until.since(absence.from).is_ok_and(|long| long.get_days() >= LONGEST_ABSENCE) {
            return bad("an absence lasts three years at most".to_owned());
        }
        let Some(id) = absence.stand_in else { continue };
        let Some(stand_in) = people.user(id) else { return Err(DirectoryError::UnknownUser(id.to_string())) };
        // One who stood in for an absence that is over may have left since.
        let is_new = !user.profile.absences.contains(absence);
        if is_new && id == user.id {
            return bad(format!("{} cannot stand in for themselves; choose somebody else, or nobody", user.name));
        }
        if is_new && !works(&stand_in) {
            return bad(format!("{} does not work on cases; choose somebody else, or nobody", stand_in.name));
        }
    }
    if let Some(pair) = absences.windows(2).find(|pair| matches!(pair, [one, next] if next.from <= one.until)) {
        return match pair {
            [one, next] => bad(format!(
                "{} to {} and {} to {} overlap; change one of them",
                one.from, one.until, next.from, next.until
            )),
            _ => Ok(absences),
        };
    }
    Ok(absences)
}

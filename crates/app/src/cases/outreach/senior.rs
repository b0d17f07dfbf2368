//! Who calls and writes, with which words, and how long everything takes: what administrators and the head of the team keep.

use std::collections::BTreeMap;

use serde::Deserialize;

use switchboard_model::{
    OutreachChannel, OutreachScript, OutreachScriptId, OutreachSettings, Senior, UserId, outreach::unknown_placeholder,
};
use switchboard_route::notification::may_hear;
use switchboard_store::StoreError;
use uuid::Uuid;

use crate::App;
use crate::cases::{CaseError, within, written};
use crate::rights::{Actor, Forbidden, Right};

/// The settings, in `meta`.
const SETTINGS: &str = "outreach_settings";
/// That the scripts to begin with were written, in `meta`: who removes them does not get them again.
const BEGUN: &str = "outreach_scripts_begun";
/// The most seniors.
const MOST_SENIORS: usize = 200;
/// The most scripts.
const MOST_SCRIPTS: usize = 200;
/// The most steps of a script.
const MOST_STEPS: usize = 30;
/// The most outreaches that a senior can have open.
pub const MOST_OPEN: u32 = 100;

/// A script that is added, or what becomes of one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct NewScript {
    /// What it is called.
    pub name: String,
    /// What it is for; both if missing.
    pub channel: Option<OutreachChannel>,
    /// BCP 47 tag of its language.
    pub language: String,
    /// What it says.
    pub text: String,
    /// What to do, in this order.
    pub steps: Vec<String>,
    /// What may be promised.
    pub may: String,
    /// What may not.
    pub may_not: String,
}

impl App {
    /// Whether somebody keeps seniors and scripts: administrators, and who leads the team.
    pub fn may_keep_outreach(&self, actor: &Actor) -> Result<(), Forbidden> {
        if self.leads_team(actor) { actor.may(Right::Work) } else { actor.may(Right::Administer) }
    }

    /// Everybody who can be asked to call or write, by name.
    pub async fn seniors(&self, actor: &Actor) -> Result<Vec<Senior>, CaseError> {
        actor.may(Right::Work)?;
        let mut seniors = self.store.list_seniors().await?;
        seniors.sort_by_key(|senior| self.name_of(senior.user));
        Ok(seniors)
    }

    /// How many outreaches each senior has open.
    pub async fn open_outreach_counts(&self, actor: &Actor) -> Result<BTreeMap<UserId, u32>, CaseError> {
        actor.may(Right::Work)?;
        Ok(self.store.count_open_outreaches().await?)
    }

    /// Has somebody be asked from now on, or changes what they do.
    pub async fn set_senior(&self, actor: &Actor, senior: Senior) -> Result<Senior, CaseError> {
        self.may_keep_outreach(actor)?;
        let people = self.people();
        if !people.user(senior.user).is_some_and(|user| may_hear(&user)) {
            return Err(CaseError::bad("user", "no active user who works on cases has this id"));
        }
        let title = written("title", &senior.title, 100)?;
        let mut channels = senior.channels;
        channels.sort_unstable();
        channels.dedup();
        if channels.is_empty() {
            return Err(CaseError::bad("channels", "say whether they call, write mails, or both"));
        }
        let mut departments = senior.departments;
        departments.sort_unstable();
        departments.dedup();
        if let Some(unknown) = departments.iter().find(|id| people.department(**id).is_none()) {
            return Err(CaseError::bad("departments", format!("there is no department '{unknown}'")));
        }
        if !(1..=MOST_OPEN).contains(&senior.most_open) {
            return Err(CaseError::bad("most_open", format!("name a number from 1 to {MOST_OPEN}")));
        }
        let known = self.store.list_seniors().await?;
        if known.len() >= MOST_SENIORS && known.iter().all(|one| one.user != senior.user) {
            return Err(CaseError::bad("user", format!("there are {MOST_SENIORS} seniors at most")));
        }
        let senior = Senior { user: senior.user, title, channels, departments, most_open: senior.most_open };
        self.store.set_senior(&senior).await?;
        Ok(senior)
    }

    /// Asks somebody no more. What they have open comes back to whoever asked. Answers how many that were.
    pub async fn remove_senior(&self, actor: &Actor, user: UserId) -> Result<usize, CaseError> {
        let unknown = || CaseError::UnknownPart(format!("there is no senior '{user}'"));
        if self.seniors(actor).await?.iter().all(|senior| senior.user != user) {
            return Err(unknown());
        }
        self.may_keep_outreach(actor)?;
        if !self.store.delete_senior(user).await? {
            return Err(unknown());
        }
        self.return_outreaches().await
    }

    /// All scripts, by name.
    pub async fn outreach_scripts(&self, actor: &Actor) -> Result<Vec<OutreachScript>, CaseError> {
        actor.may(Right::Work)?;
        self.outreach_script_list().await
    }

    /// Adds a script, or changes the one of an id.
    pub async fn set_outreach_script(
        &self,
        actor: &Actor,
        id: Option<OutreachScriptId>,
        new: NewScript,
    ) -> Result<OutreachScript, CaseError> {
        let known = self.outreach_scripts(actor).await?;
        if let Some(id) = id.filter(|id| known.iter().all(|script| script.id != *id)) {
            return Err(unknown_script(id));
        }
        let is_new = id.is_none();
        let script = checked(id.unwrap_or_else(|| OutreachScriptId(self.ids.next())), new)?;
        self.may_keep_outreach(actor)?;
        if is_new && known.len() >= MOST_SCRIPTS {
            return Err(CaseError::bad("name", format!("there are {MOST_SCRIPTS} scripts at most")));
        }
        if known.iter().any(|other| other.name == script.name && other.id != script.id) {
            return Err(CaseError::ScriptTaken(script.name));
        }
        self.store.set_outreach_script(&script).await?;
        Ok(script)
    }

    /// Removes a script. What was asked with it keeps its words.
    pub async fn remove_outreach_script(&self, actor: &Actor, id: OutreachScriptId) -> Result<(), CaseError> {
        if self.outreach_scripts(actor).await?.iter().all(|script| script.id != id) {
            return Err(unknown_script(id));
        }
        self.may_keep_outreach(actor)?;
        match self.store.delete_outreach_script(id).await? {
            true => Ok(()),
            false => Err(unknown_script(id)),
        }
    }

    /// How outreaches are kept.
    pub async fn outreach_settings(&self, actor: &Actor) -> Result<OutreachSettings, CaseError> {
        actor.may(Right::Work)?;
        Ok(self.read_outreach_settings().await?)
    }

    /// Says how outreaches are kept, from the next one on.
    pub async fn set_outreach_settings(
        &self,
        actor: &Actor,
        settings: OutreachSettings,
    ) -> Result<OutreachSettings, CaseError> {
        self.may_keep_outreach(actor)?;
        if !(15..=60 * 24 * 7).contains(&settings.due_within_min) {
            return Err(CaseError::bad("due_within_min", "name 15 minutes to 168 hours of the senior's time"));
        }
        if settings.warn_before_min >= settings.due_within_min {
            return Err(CaseError::bad("warn_before_min", "the warning comes after the asking; name less time"));
        }
        if !(1..=365).contains(&settings.keep_contact_days) {
            return Err(CaseError::bad("keep_contact_days", "name 1 to 365 days"));
        }
        self.store.set_meta(SETTINGS, &serde_json::to_string(&settings).unwrap_or_default()).await?;
        Ok(settings)
    }

    pub(super) async fn read_outreach_settings(&self) -> Result<OutreachSettings, StoreError> {
        let kept = self.store.meta(SETTINGS).await?;
        Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// All scripts; those to begin with are written the first time that somebody looks.
    pub(super) async fn outreach_script_list(&self) -> Result<Vec<OutreachScript>, CaseError> {
        let scripts = self.store.list_outreach_scripts().await?;
        if !scripts.is_empty() || self.store.meta(BEGUN).await?.is_some() {
            return Ok(scripts);
        }
        for script in first_scripts() {
            self.store.set_outreach_script(&script).await?;
        }
        self.store.set_meta(BEGUN, "1").await?;
        Ok(self.store.list_outreach_scripts().await?)
    }
}

fn unknown_script(id: OutreachScriptId) -> CaseError {
    CaseError::UnknownPart(format!("there is no script '{id}'"))
}

fn checked(id: OutreachScriptId, new: NewScript) -> Result<OutreachScript, CaseError> {
    let text = written("text", &new.text, 10_000)?;
    let steps: Vec<String> = new
        .steps
        .iter()
        .filter(|step| !step.trim().is_empty())
        .map(|step| within("steps", step, 300))
        .collect::<Result<_, _>>()?;
    if steps.len() > MOST_STEPS {
        return Err(CaseError::bad("steps", format!("a script has {MOST_STEPS} steps at most")));
    }
    if let Some(unknown) = unknown_placeholder(&text) {
        let unknown: String = unknown.chars().take(40).collect();
        let known = switchboard_model::outreach::PLACEHOLDERS.map(|name| format!("{{{name}}}")).join(", ");
        let message = format!("nothing is known to stand for '{{{unknown}}}'; these are: {known}");
        return Err(CaseError::bad("text", message));
    }
    let language = new.language.trim().to_owned();
    let is_tag = |tag: &str| tag.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    if !(2..=35).contains(&language.len()) || !is_tag(&language) {
        return Err(CaseError::bad("language", "name a language by its tag, as en or pt-BR"));
    }
    Ok(OutreachScript {
        id,
        name: written("name", &new.name, 100)?,
        channel: new.channel,
        language,
        text,
        steps,
        may: within("may", &new.may, 2_000)?,
        may_not: within("may_not", &new.may_not, 2_000)?,
    })
}

/// The scripts to begin with.
fn first_scripts() -> Vec<OutreachScript> {
    let script =
        |number: u128, name: &str, channel, text: &str, steps: &[&str], may: &str, may_not: &str| OutreachScript {
            id: OutreachScriptId(Uuid::from_u128(0x07_0000_0000 + number)),
            name: name.to_owned(),
            channel: Some(channel),
            language: "en".to_owned(),
            text: text.to_owned(),
            steps: steps.iter().map(|step| (*step).to_owned()).collect(),
            may: may.to_owned(),
            may_not: may_not.to_owned(),
        };
    vec![
        script(
            1,
            "Apology call",
            OutreachChannel::Call,
            "Good day, am I speaking with {author}? My name is {senior}, {title} at {company}. I have read what you wrote to \
             us: “{summary}” I am sorry that it came to this. I would like to hear it from you first, and then tell you what \
             we will do about it.",
            &[
                "Read the conversation of the case to its end.",
                "Ask whether it is a good moment; offer another one if not.",
                "Let them tell it in their own words.",
                "Apologise for what went wrong, once and without an excuse.",
                "Say what happens next, and by when.",
                "Ask whether there is anything else.",
            ],
            "A repair or a replacement without charge, and a refund of what was paid.",
            "Compensation for damage, and anything about other customers. Ask Legal first.",
        ),
        script(
            2,
            "Thank-you call",
            OutreachChannel::Call,
            "Good day {author}, this is {senior}, {title} at {company}. You wrote about us: “{summary}” I am calling for one \
             reason only: to thank you.",
            &[
                "Say who you are and that you want nothing.",
                "Thank them for what they said, in your own words.",
                "Ask what we could do better still.",
            ],
            "That what they say reaches the people who build it.",
            "Gifts, and payment for what they write.",
        ),
        script(
            3,
            "Serious complaint by mail",
            OutreachChannel::Mail,
            "Dear {author},\n\nyou wrote to us about something that should not have happened: “{summary}”\n\nI have looked into \
             it myself. Below is what I found, and what we will do.\n\nWith kind regards\n{senior}\n{title}, {company}",
            &[
                "Read the conversation of the case to its end.",
                "Write what you found, in sentences that need no knowledge of our house.",
                "Write what we will do, and by when.",
                "Give a way to reach you in person.",
            ],
            "A repair or a replacement without charge, and a refund of what was paid.",
            "Admitting a legal claim. Ask Legal first.",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(script: OutreachScript) -> NewScript {
        let OutreachScript { name, channel, language, text, steps, may, may_not, .. } = script;
        NewScript { name, channel, language, text, steps, may, may_not }
    }

    #[test]
    fn the_scripts_to_begin_with_can_be_kept() {
        for script in first_scripts() {
            assert_eq!(checked(script.id, new(script.clone())).expect("it is good"), script);
        }
    }

    #[test]
    fn what_a_script_cannot_say_is_named() {
        let first = || new(first_scripts().remove(0));
        let check = |script: NewScript, part: &str| {
            let error = checked(OutreachScriptId(Uuid::nil()), script).expect_err("refused").to_string();
            assert!(error.contains(part), "{error}");
        };
        check(NewScript { text: "Dear {autor}".into(), ..first() }, "'{autor}'");
        check(NewScript { name: " ".into(), ..first() }, "name");
        check(NewScript { language: "english!".into(), ..first() }, "language");
        check(NewScript { steps: vec!["x".into(); 31], ..first() }, "30 steps");
    }
}

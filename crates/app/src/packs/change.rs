//! Keeping, removing and setting back a pack. Whatever names it listens by the change from the next post on.

use std::collections::BTreeMap;

use switchboard_match::{PackError as Refused, Packs, pack_name};
use switchboard_model::{Pack, PackText, SavedSearch};
use switchboard_store::StoreError;

use super::{PackError, PackInForce, PackUses};
use crate::exclusions::{compile, shipped};
use crate::people::People;
use crate::rights::{Actor, Right};
use crate::triage::Routing;
use crate::{App, tags};

/// More packs than anybody keeps in mind.
const MOST_PACKS: usize = 200;
/// Names that stand in addresses for something else.
const RESERVED: [&str; 5] = ["new", "try", "homonym", "import", "export"];
/// The most characters of a title.
const TITLE: usize = 100;
/// The most characters of a description.
const DESCRIPTION: usize = 1_000;
/// The most languages of one pack.
const LANGUAGES: usize = 40;

impl App {
    /// All packs: the shipped ones first, then by name.
    pub fn packs(&self, actor: &Actor) -> Result<Vec<PackInForce>, PackError> {
        actor.may(Right::Read)?;
        Ok(self.people().packs().list().to_vec())
    }

    /// One pack, by its name.
    pub fn pack(&self, actor: &Actor, name: &str) -> Result<PackInForce, PackError> {
        actor.may(Right::Read)?;
        self.people().packs().find(name).cloned().ok_or_else(|| PackError::Unknown(name.to_owned()))
    }

    /// What queries are read with.
    pub fn packs_in_force(&self) -> Packs {
        self.people().packs().compiled().clone()
    }

    /// Adds a pack.
    pub async fn add_pack(&self, actor: &Actor, text: PackText) -> Result<PackInForce, PackError> {
        self.keep_pack(actor, text, None).await
    }

    /// Replaces what a pack says; a shipped one becomes a version of the company's own. Its name stays.
    pub async fn change_pack(&self, actor: &Actor, name: &str, text: PackText) -> Result<PackInForce, PackError> {
        self.keep_pack(actor, text, Some(name)).await
    }

    async fn keep_pack(&self, actor: &Actor, text: PackText, known: Option<&str>) -> Result<PackInForce, PackError> {
        actor.may(Right::Administer)?;
        let text = checked(text)?;
        let _turn = self.turn().await;
        self.follow_packs_in_turn().await?;
        let people = self.people();
        let before = match known {
            Some(name) => {
                let before = people.packs().find(name).ok_or_else(|| PackError::Unknown(name.to_owned()))?;
                if before.text.name != text.name {
                    return Err(PackError::bad("name", "a pack keeps its name; add another one"));
                }
                Some(before)
            }
            None if people.packs().find(&text.name).is_some() => return Err(PackError::NameTaken(text.name)),
            None => None,
        };
        if before.is_none() && people.packs().list().len() >= MOST_PACKS {
            return Err(PackError::bad("name", format!("there are {MOST_PACKS} packs already; remove some first")));
        }
        if before.is_some_and(|before| before.text == text) {
            self.hear_by_packs().await?;
            return self.pack(actor, &text.name);
        }
        let searches = self.store.list_searches().await?;
        fits(&people, &searches, &text)?;
        let name = text.name.clone();
        let pack = self.own_pack(actor, text, before);
        self.put_packs_in_force(&[pack], &[]).await?;
        self.pack(actor, &name)
    }

    /// A pack as it is kept from now on.
    pub(super) fn own_pack(&self, actor: &Actor, text: PackText, before: Option<&PackInForce>) -> Pack {
        // What was adapted from an older version stays adapted from that: nobody has looked at the newer one.
        let based_on = before.and_then(|before| if before.is_own { before.based_on } else { before.shipped });
        Pack { text, based_on, updated_at: self.now(), by: actor.by() }
    }

    /// Removes a pack of the company's own. One that is in use stays, and so does a shipped one.
    pub async fn remove_pack(&self, actor: &Actor, name: &str) -> Result<(), PackError> {
        actor.may(Right::Administer)?;
        let _turn = self.turn().await;
        self.follow_packs_in_turn().await?;
        let people = self.people();
        let pack = people.packs().find(name).ok_or_else(|| PackError::Unknown(name.to_owned()))?;
        let name = pack.text.name.clone();
        if pack.shipped.is_some() {
            return Err(PackError::Shipped(name));
        }
        let uses = PackUses::of_pack(&people, &self.store.list_searches().await?, &name);
        if !uses.is_empty() {
            return Err(PackError::InUse { name, uses: uses.into(), remedy: "take it out of these first" });
        }
        self.put_packs_in_force(&[], &[&name]).await
    }

    /// Sets an adapted pack back to what is shipped.
    pub async fn reset_pack(&self, actor: &Actor, name: &str) -> Result<PackInForce, PackError> {
        actor.may(Right::Administer)?;
        let _turn = self.turn().await;
        self.follow_packs_in_turn().await?;
        let people = self.people();
        let pack = people.packs().find(name).ok_or_else(|| PackError::Unknown(name.to_owned()))?;
        let name = pack.text.name.clone();
        let text = shipped().iter().find(|shipped| shipped.text.name == name).map(|shipped| shipped.text.clone());
        let text = text.ok_or_else(|| PackError::NotShipped(name.clone()))?;
        if pack.is_own {
            fits(&people, &self.store.list_searches().await?, &text)?;
            self.put_packs_in_force(&[], &[&name]).await?;
        }
        self.pack(actor, &name)
    }

    /// Writes packs down and has everything that names them listen anew.
    pub(super) async fn put_packs_in_force(&self, kept: &[Pack], given_up: &[&str]) -> Result<(), PackError> {
        let revision = self.ids.next().to_string();
        // What was looked at is what is in memory: another process may have changed packs since.
        let people = self.people();
        if !self.store.change_packs(kept, given_up, people.packs_revision(), &revision).await? {
            self.follow_packs_in_turn().await?;
            return Err(PackError::Overtaken);
        }
        Ok(self.read_packs_anew().await?)
    }

    async fn read_packs_anew(&self) -> Result<(), StoreError> {
        // Rules with the people, then searches: both read the packs that are in memory by then.
        self.read_people_anew().await?;
        self.listen_anew_to_all().await
    }

    /// Reads the packs anew if another process has changed them, and has everything that names them listen anew. What reads
    /// queries of people asks here first, and so does the line every few seconds.
    pub async fn follow_packs(&self) -> Result<(), StoreError> {
        let written = self.store.packs_revision().await?;
        if self.follows_packs(written.as_deref()) {
            return Ok(());
        }
        let _turn = self.turn().await;
        self.follow_packs_in_turn().await
    }

    /// The same for whoever has the turn: what is in memory then is what was written last.
    pub(super) async fn follow_packs_in_turn(&self) -> Result<(), StoreError> {
        let written = self.store.packs_revision().await?;
        if self.follows_packs(written.as_deref()) {
            return Ok(());
        }
        self.read_packs_anew().await
    }

    /// Whether the packs in memory, and those that searches were read with, are these.
    fn follows_packs(&self, written: Option<&str>) -> bool {
        self.people().packs_revision() == written && self.heard_packs.load().as_deref().map(String::as_str) == written
    }

    /// Has searches read anew that were read with other packs than those in memory.
    async fn hear_by_packs(&self) -> Result<(), StoreError> {
        let revision = self.people().packs_revision().map(str::to_owned);
        if self.heard_packs.load().as_deref().map(String::as_str) == revision.as_deref() {
            return Ok(());
        }
        self.listen_anew_to_all().await
    }
}

/// The pack as it would be kept, as far as that can be said without the others.
pub(super) fn checked(mut text: PackText) -> Result<PackText, PackError> {
    text.name = pack_name(&text.name).ok_or_else(|| PackError::bad("name", Refused::Name.to_string()))?;
    if RESERVED.contains(&text.name.as_str()) {
        return Err(PackError::bad("name", "this name is kept for a page; choose another name"));
    }
    let is_odd = |letter: char| letter.is_control() || tags::turns(letter);
    text.title = text.title.split_whitespace().collect::<Vec<_>>().join(" ");
    if !(1..=TITLE).contains(&text.title.chars().count())
        || text.title.chars().any(is_odd)
        || !tags::is_seen(&text.title)
    {
        let message = format!("a pack needs a title of 1 to {TITLE} characters without control characters");
        return Err(PackError::bad("title", message));
    }
    text.description = lines(&text.description);
    let is_odd_in_prose = |letter: char| is_odd(letter) && letter != '\n' && letter != '\r';
    if text.description.chars().count() > DESCRIPTION || text.description.chars().any(is_odd_in_prose) {
        let message = format!("a description has up to {DESCRIPTION} characters without control characters");
        return Err(PackError::bad("description", message));
    }
    let mut languages: Vec<String> = text.languages.iter().map(|tag| tag.trim().to_lowercase()).collect();
    languages.retain(|tag| !tag.is_empty());
    let mut seen = std::collections::BTreeSet::new();
    languages.retain(|tag| seen.insert(tag.clone()));
    let is_tag = |tag: &String| (2..=3).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_lowercase());
    if languages.len() > LANGUAGES || !languages.iter().all(is_tag) {
        let message = format!("languages are tags of two or three letters, as de or en; {LANGUAGES} at most");
        return Err(PackError::bad("languages", message));
    }
    text.languages = languages;
    text.query = lines(&text.query);
    Ok(text)
}

/// A text without the space around it, with ends of lines as files have them: forms send others, and a pack that was saved as
/// it was shipped is not another one.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

/// The packs as they would be with this one in its place.
pub(super) fn with(people: &People, text: &PackText) -> BTreeMap<String, PackText> {
    let mut texts: BTreeMap<String, PackText> =
        people.packs().list().iter().map(|pack| (pack.text.name.clone(), pack.text.clone())).collect();
    texts.insert(text.name.clone(), text.clone());
    texts
}

/// Whether a pack can be kept: it can be read, and so can whatever names it.
fn fits(people: &People, searches: &[SavedSearch], text: &PackText) -> Result<(), PackError> {
    let texts = with(people, text);
    let (then, errors) = compile(texts.values());
    match errors.into_iter().find(|(name, _)| *name == text.name) {
        Some((_, Refused::Query(error))) => return Err(PackError::BadQuery(error)),
        Some((_, error @ Refused::Circle(_))) => return Err(PackError::Circle(error.to_string())),
        Some((_, error)) => return Err(PackError::bad("name", error.to_string())),
        None => {}
    }
    breaks_nothing(people, searches, &then, &text.name)
}

/// Whether everything that can be read today could be read with these packs.
pub(super) fn breaks_nothing(
    people: &People,
    searches: &[SavedSearch],
    then: &Packs,
    name: &str,
) -> Result<(), PackError> {
    let uses = PackUses::broken_by(people, searches, then);
    if !uses.is_empty() {
        let remedy = "they could not be read any more; change them first, or make the pack smaller";
        return Err(PackError::InUse { name: name.to_owned(), uses: uses.into(), remedy });
    }
    // A pack may ask for departments: rules must not send in a circle because of it.
    let Some(company) = people.company() else { return Ok(()) };
    let build = |packs: &Packs| Routing::of_installation(people.departments(), company.fallback, people.rules(), packs);
    match (build(people.packs().compiled()), build(then)) {
        (Ok(_), Err(error)) => Err(PackError::Circle(error.to_string())),
        _ => Ok(()),
    }
}

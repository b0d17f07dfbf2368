//! Packs as a file: handing on, and taking over what somebody handed on. What a file would do is shown before it is done.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use switchboard_match::Packs;
use switchboard_model::{Pack, PackText, SavedSearch};
use switchboard_store::Household;

use super::change::{breaks_nothing, checked};
use super::{PackError, PackInForce};
use crate::App;
use crate::exclusions::compile;
use crate::people::People;
use crate::rights::{Actor, Right};

/// The largest file that is read, in bytes.
pub const LARGEST_FILE: usize = 1024 * 1024;
/// The most packs of one file.
const MOST_PACKS: usize = 200;

/// What a file would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PackImport {
    /// Each pack of the file, in its order.
    pub packs: Vec<ImportedPack>,
    /// Whether it was done.
    pub is_done: bool,
}

/// A pack of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportedPack {
    /// Its name, as far as it has one.
    pub name: String,
    /// What comes of it.
    pub state: ImportState,
    /// Why it cannot be taken; empty where it can.
    pub error: String,
    /// Its query as it is now; empty where there is none, or the same.
    pub before: String,
    /// Its query in the file.
    pub query: String,
}

/// What comes of a pack of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// There is none of its name.
    New,
    /// It takes the place of another.
    Changed,
    /// It is here already, as it is.
    Same,
    /// It cannot be used.
    Bad,
}

#[derive(Serialize)]
struct FileOut<'a> {
    pack: Vec<&'a PackText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileIn {
    pack: Vec<toml::Value>,
}

impl App {
    /// One pack, or all of them, as a file that other installations read.
    pub fn export_packs(&self, actor: &Actor, name: Option<&str>) -> Result<String, PackError> {
        actor.may(Right::Read)?;
        let people = self.people();
        let chosen: Vec<&PackText> = match name {
            Some(name) => {
                let pack = people.packs().find(name).ok_or_else(|| PackError::Unknown(name.to_owned()))?;
                vec![&pack.text]
            }
            None => people.packs().list().iter().map(|pack| &pack.text).collect(),
        };
        packs_to_toml(chosen)
    }

    /// What a file would do. Nothing is changed.
    pub async fn preview_pack_import(&self, actor: &Actor, file: &str) -> Result<PackImport, PackError> {
        actor.may(Right::Administer)?;
        let searches = self.store.list_searches().await?;
        Ok(plan(&self.people(), &searches, file)?.0)
    }

    /// Takes over the packs of a file, but for those that cannot be used: each of them is named.
    pub async fn import_packs(&self, actor: &Actor, file: &str) -> Result<PackImport, PackError> {
        actor.may(Right::Administer)?;
        let _turn = self.turn().await;
        self.follow_packs_in_turn().await?;
        let (people, searches) = (self.people(), self.store.list_searches().await?);
        let (import, texts) = plan(&people, &searches, file)?;
        let own = |text: PackText| {
            let before = people.packs().find(&text.name);
            self.own_pack(actor, text, before)
        };
        let kept: Vec<Pack> = texts.into_iter().map(own).collect();
        if !kept.is_empty() {
            self.put_packs_in_force(&kept, &[]).await?;
        }
        Ok(PackImport { is_done: true, ..import })
    }
}

/// What a file would do, and the packs that would be kept.
fn plan(people: &People, searches: &[SavedSearch], file: &str) -> Result<(PackImport, Vec<PackText>), PackError> {
    let unreadable = |why: &str| PackError::bad("file", format!("this is no file of packs: {why}"));
    if file.len() > LARGEST_FILE {
        return Err(unreadable("it is larger than 1 MiB"));
    }
    let read: FileIn = toml::from_str(file).map_err(|error| unreadable(error.message()))?;
    if read.pack.len() > MOST_PACKS {
        return Err(unreadable(&format!("it has more than {MOST_PACKS} packs")));
    }
    let mut packs: Vec<(ImportedPack, Option<PackText>)> = Vec::new();
    for mut value in read.pack {
        let name = value.get("name").and_then(toml::Value::as_str).unwrap_or_default().to_owned();
        // Files of releases say their version; what is taken over here is the company's own.
        value.as_table_mut().map(|table| table.remove("version"));
        let text = value.try_into::<PackText>().map_err(|error| error.message().to_owned());
        let text = text.and_then(|text| checked(text).map_err(|error| error.to_string()));
        let imported = |name: String, query: String| ImportedPack {
            name,
            state: ImportState::New,
            error: String::new(),
            before: String::new(),
            query,
        };
        match text {
            Err(error) => {
                let name: String = name.chars().take(100).collect();
                packs.push((ImportedPack { state: ImportState::Bad, error, ..imported(name, String::new()) }, None));
            }
            Ok(text) if packs.iter().any(|(_, other)| other.as_ref().is_some_and(|other| other.name == text.name)) => {
                let error = "the file has it twice".to_owned();
                packs.push((ImportedPack { state: ImportState::Bad, error, ..imported(text.name, text.query) }, None));
            }
            Ok(text) => {
                let before = people.packs().find(&text.name);
                let state = match before {
                    None => ImportState::New,
                    Some(before) if before.text == text => ImportState::Same,
                    Some(_) => ImportState::Changed,
                };
                let before = |before: &PackInForce| before.text.query.clone();
                let before = people.packs().find(&text.name).map(before).filter(|query| *query != text.query);
                let imported = imported(text.name.clone(), text.query.clone());
                packs.push((ImportedPack { state, before: before.unwrap_or_default(), ..imported }, Some(text)));
            }
        }
    }
    leave_out_what_cannot_be_used(people, searches, &mut packs);
    let room = MOST_PACKS.saturating_sub(people.packs().list().len());
    if packs.iter().filter(|(pack, _)| pack.state == ImportState::New).count() > room {
        return Err(PackError::bad("file", format!("there would be more than {MOST_PACKS} packs; remove some first")));
    }
    let is_taken = |pack: &ImportedPack| matches!(pack.state, ImportState::New | ImportState::Changed);
    let texts = packs.iter().filter(|(pack, _)| is_taken(pack)).filter_map(|(_, text)| text.clone()).collect();
    Ok((PackImport { packs: packs.into_iter().map(|(pack, _)| pack).collect(), is_done: false }, texts))
}

/// Marks what cannot be read beside the others, and what would break searches, rules or packs; the rest can be kept together.
fn leave_out_what_cannot_be_used(
    people: &People,
    searches: &[SavedSearch],
    packs: &mut [(ImportedPack, Option<PackText>)],
) {
    let current: BTreeMap<String, PackText> =
        people.packs().list().iter().map(|pack| (pack.text.name.clone(), pack.text.clone())).collect();
    loop {
        let mut texts = current.clone();
        for (_, text) in packs.iter().filter(|(pack, _)| pack.state != ImportState::Bad) {
            texts.extend(text.iter().map(|text| (text.name.clone(), text.clone())));
        }
        let (then, errors) = compile(texts.values());
        let mut is_any = false;
        for (name, error) in errors {
            let meant = |(pack, _): &&mut (ImportedPack, Option<PackText>)| {
                pack.name == name && pack.state != ImportState::Bad && pack.state != ImportState::Same
            };
            if let Some((pack, _)) = packs.iter_mut().find(meant) {
                (pack.state, pack.error, is_any) = (ImportState::Bad, error.to_string(), true);
            }
        }
        if is_any {
            continue;
        }
        let Err(error) = breaks_nothing(people, searches, &then, "") else { return };
        // Whichever changed pack breaks something by itself is named; if it takes several, the first of them.
        let alone = |text: &PackText| {
            let mut texts = current.clone();
            texts.insert(text.name.clone(), text.clone());
            breaks_nothing(people, searches, &compile(texts.values()).0, &text.name).err()
        };
        let mut changed = packs.iter_mut().filter(|(pack, _)| pack.state == ImportState::Changed);
        let found = changed.by_ref().find_map(|(pack, text)| {
            let error = alone(text.as_ref()?)?;
            Some((pack, error))
        });
        match found {
            Some((pack, error)) => (pack.state, pack.error) = (ImportState::Bad, error.to_string()),
            None => match packs.iter_mut().find(|(pack, _)| pack.state == ImportState::Changed) {
                Some((pack, _)) => (pack.state, pack.error) = (ImportState::Bad, error.to_string()),
                None => return,
            },
        }
    }
}

/// The shipped packs with those of a file, each in the place of the shipped one of its name. All that cannot be used are told
/// together, each with its name.
pub fn packs_with_file(file: &str) -> Result<Packs, String> {
    let (import, texts) = plan(&People::new(Household::default()), &[], file).map_err(|error| error.to_string())?;
    let bad: Vec<String> = import
        .packs
        .iter()
        .filter(|pack| pack.state == ImportState::Bad)
        .map(|pack| format!("pack '{}': {}", pack.name, pack.error))
        .collect();
    if !bad.is_empty() {
        return Err(bad.join("\n"));
    }
    let mut all: BTreeMap<String, PackText> =
        crate::exclusions::shipped().iter().map(|pack| (pack.text.name.clone(), pack.text.clone())).collect();
    all.extend(texts.into_iter().map(|text| (text.name.clone(), text)));
    Ok(compile(all.values()).0)
}

/// Packs as a file that [`App::import_packs`] reads.
pub fn packs_to_toml<'a>(packs: impl IntoIterator<Item = &'a PackText>) -> Result<String, PackError> {
    toml::to_string_pretty(&FileOut { pack: packs.into_iter().collect() })
        .map_err(|error| PackError::bad("file", format!("the packs cannot be written: {error}")))
}

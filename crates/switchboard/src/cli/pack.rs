//! `switchboard pack`: keep the exclusion packs, which searches and rules name by `in:`.

use std::io::{Read, Write};

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use switchboard_model::{PackKind, PackText};

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};
use crate::terminal::harmless;

/// Keep the exclusion packs, which searches and rules name by `in:`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List all packs, the shipped ones first.
    List,
    /// Show a pack with what names it.
    Show {
        /// Its name.
        name: String,
    },
    /// Add a pack, or change what is given of one. A shipped pack becomes a version of your own.
    Set(Text),
    /// Remove a pack of your own. One that is in use stays.
    Remove {
        /// Its name.
        name: String,
    },
    /// Set an adapted pack back to what is shipped.
    Reset {
        /// Its name.
        name: String,
    },
    /// Say what a pack leaves out of each search, by the posts of the last 30 days, and change nothing.
    Try {
        /// Its name; of one that is not there yet the name that it would have.
        name: String,
        /// Another query than it has.
        #[arg(long)]
        query: Option<String>,
    },
    /// Write one pack, or all of them, as a file (TOML) that other installations read.
    Export {
        /// Only this one.
        name: Option<String>,
    },
    /// Take over the packs of a file. Those that cannot be used are named, the others are taken.
    Import {
        /// The file; `-` for standard input.
        file: String,
        /// Only say what is new and what would change.
        #[arg(long)]
        preview: bool,
    },
}

#[derive(Debug, Args)]
struct Text {
    /// By which queries name it: letters a-z, digits and `-`.
    name: String,
    /// What it finds.
    #[arg(long)]
    query: Option<String>,
    /// What it is called in words.
    #[arg(long)]
    title: Option<String>,
    /// What it finds and what not, in words.
    #[arg(long)]
    description: Option<String>,
    /// What it is for.
    #[arg(long)]
    kind: Option<KindWord>,
    /// The languages that it knows, as `en,de`.
    #[arg(long, value_name = "TAGS", value_delimiter = ',')]
    languages: Option<Vec<String>>,
    /// A word that also means something else: makes the query, from --others and --ours.
    #[arg(long, value_name = "WORD", conflicts_with = "query", requires = "others")]
    word: Option<String>,
    /// Words of the other meaning, which stand near the word.
    #[arg(long, value_name = "WORDS", value_delimiter = ',', requires = "word")]
    others: Vec<String>,
    /// Words of ours: a post that says one of them is not left out.
    #[arg(long, value_name = "WORDS", value_delimiter = ',', requires = "word")]
    ours: Vec<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum KindWord {
    Jobs,
    Spam,
    Coupons,
    Giveaways,
    Homonym,
    Other,
}

impl From<KindWord> for PackKind {
    fn from(word: KindWord) -> Self {
        match word {
            KindWord::Jobs => Self::Jobs,
            KindWord::Spam => Self::Spam,
            KindWord::Coupons => Self::Coupons,
            KindWord::Giveaways => Self::Giveaways,
            KindWord::Homonym => Self::Homonym,
            KindWord::Other => Self::Other,
        }
    }
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    // What cannot be read is said before anything is opened.
    let file = match &arguments.action {
        Action::Import { file, .. } => read(file)?,
        _ => String::new(),
    };
    let door = Door::open(&installation, "pack").await?;
    let done = act(shared, &door, arguments.action, &file).await;
    door.close().await;
    done
}

fn read(file: &str) -> Result<String, Failure> {
    let cannot = |error| Failure::usage(format_args!("{file} cannot be read: {error}"));
    let mut text = String::new();
    // One byte more than may be there tells that there is more.
    let most = switchboard_app::packs::share::LARGEST_FILE as u64 + 1;
    if file == "-" {
        std::io::stdin().take(most).read_to_string(&mut text).map_err(cannot)?;
    } else {
        std::fs::File::open(file).and_then(|open| open.take(most).read_to_string(&mut text)).map_err(cannot)?;
    }
    Ok(text)
}

async fn act(shared: &Shared, door: &Door, action: Action, file: &str) -> Result<Status, Failure> {
    match action {
        Action::List => list(shared, &door.packs().await?)?,
        Action::Show { name } => show(shared, &door.pack(&name).await?)?,
        Action::Set(text) => {
            let (text, is_there) = written(door, text).await?;
            say(shared, &door.set_pack(text, is_there).await?, "kept")?;
        }
        Action::Remove { name } => {
            door.remove_pack(&name).await?;
            if !shared.json {
                writeln!(std::io::stdout(), "pack '{}': removed", harmless(&name)).map_err(Failure::output)?;
            }
        }
        Action::Reset { name } => say(shared, &door.reset_pack(&name).await?, "as it is shipped")?,
        Action::Try { name, query } => {
            let query = match query {
                Some(query) => query,
                None => word(&door.pack(&name).await?["query"]).to_owned(),
            };
            tell_trial(shared, &door.try_pack(PackText { name, query, ..PackText::default() }).await?)?;
        }
        Action::Export { name } => {
            let file = door.export_packs(name.as_deref()).await?;
            write!(std::io::stdout(), "{file}").map_err(Failure::output)?;
        }
        Action::Import { preview, .. } => {
            let import = door.import_packs(file, preview).await?;
            return tell_import(shared, &import);
        }
    }
    Ok(Status::Done)
}

/// What was written over what was there, and whether there was anything.
async fn written(door: &Door, text: Text) -> Result<(PackText, bool), Failure> {
    let name = text.name.trim().to_ascii_lowercase();
    let known = door.packs().await?.into_iter().find(|pack| pack["name"] == name.as_str());
    let is_there = known.is_some();
    let own = |field: &str| known.as_ref().map(|known| word(&known[field]).to_owned()).unwrap_or_default();
    let (query, kind) = match text.word {
        Some(word) => (Some(Door::homonym(word, text.others, text.ours)?), Some(PackKind::Homonym)),
        None => (text.query, None),
    };
    let query = match query {
        Some(query) => query,
        None if is_there => own("query"),
        None => return Err(Failure::usage("say what the pack finds: --query QUERY, or --word WORD --others WORDS")),
    };
    let title = text.title.unwrap_or_else(|| if is_there { own("title") } else { name.clone() });
    let languages = known.as_ref().and_then(|known| serde_json::from_value(known["languages"].clone()).ok());
    let pack = PackText {
        title,
        description: text.description.unwrap_or_else(|| own("description")),
        kind: text.kind.map(PackKind::from).or(kind).or_else(|| PackKind::from_word(&own("kind"))).unwrap_or_default(),
        languages: text.languages.or(languages).unwrap_or_default(),
        query,
        name,
    };
    Ok((pack, is_there))
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Where a pack comes from, in words.
fn origin(pack: &Value) -> String {
    match (pack["shipped"].as_u64(), pack["is_own"].as_bool().unwrap_or_default()) {
        (Some(version), false) => format!("shipped, version {version}"),
        (Some(version), true) => match pack["based_on"].as_u64() {
            Some(based_on) if based_on < version => {
                format!("adapted from version {based_on}; version {version} is shipped now")
            }
            _ => "adapted".to_owned(),
        },
        (None, _) => "your own".to_owned(),
    }
}

fn list(shared: &Shared, packs: &[Value]) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    if shared.json {
        return writeln!(output, "{}", json!(packs)).map_err(Failure::output);
    }
    for pack in packs {
        let (name, title) = (harmless(word(&pack["name"])), harmless(word(&pack["title"])));
        let broken = if pack["error"].is_null() { "" } else { ", cannot be used" };
        writeln!(output, "in:{name:20}  {title} ({}{broken})", origin(pack)).map_err(Failure::output)?;
    }
    Ok(())
}

fn show(shared: &Shared, pack: &Value) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    if shared.json {
        return writeln!(output, "{pack}").map_err(Failure::output);
    }
    let named = |of: &str| -> Vec<String> {
        let names = pack["uses"][of].as_array().into_iter().flatten();
        names.map(|one| harmless(one["name"].as_str().or(one.as_str()).unwrap_or_default()).to_string()).collect()
    };
    let mut lines = vec![
        format!("{} (in:{}): {}", harmless(word(&pack["title"])), harmless(word(&pack["name"])), origin(pack)),
        harmless(word(&pack["description"])).to_string(),
        harmless(word(&pack["query"])).to_string(),
    ];
    if let Some(error) = pack["error"].as_str() {
        lines.push(format!("it cannot be used: {}", harmless(error)));
    }
    for (of, words) in [("searches", "searches"), ("rules", "rules"), ("packs", "packs")] {
        let names = named(of);
        if !names.is_empty() {
            lines.push(format!("named by the {words} {}", names.join(", ")));
        }
    }
    for line in lines.iter().filter(|line| !line.is_empty()) {
        writeln!(output, "{line}").map_err(Failure::output)?;
    }
    Ok(())
}

fn say(shared: &Shared, pack: &Value, what: &str) -> Result<(), Failure> {
    let mut output = std::io::stdout();
    if shared.json {
        writeln!(output, "{pack}").map_err(Failure::output)
    } else {
        writeln!(output, "pack '{}': {what}", harmless(word(&pack["name"]))).map_err(Failure::output)
    }
}

fn tell_trial(shared: &Shared, trial: &Value) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    if shared.json {
        return writeln!(output, "{trial}").map_err(Failure::output);
    }
    let cut = if trial["is_cut"] == true { "; time was up before all was looked at" } else { "" };
    let mut lines =
        vec![format!("finds {} of {} posts since {}{cut}", trial["found"], trial["looked_at"], word(&trial["from"]))];
    for search in trial["searches"].as_array().into_iter().flatten() {
        let verb = if search["is_left_out"] == true { "is spared" } else { "would lose" };
        lines.push(format!("'{}' {verb} {} of {}", harmless(word(&search["name"])), search["loses"], search["of"]));
    }
    for example in trial["sample"].as_array().into_iter().flatten() {
        let text: String = word(&example["post"]["text"]).chars().take(160).collect();
        lines.push(format!("  {}", harmless(&text.split_whitespace().collect::<Vec<_>>().join(" "))));
    }
    for line in lines {
        writeln!(output, "{line}").map_err(Failure::output)?;
    }
    Ok(())
}

fn tell_import(shared: &Shared, import: &Value) -> Result<Status, Failure> {
    let mut output = std::io::stdout().lock();
    let packs = import["packs"].as_array().cloned().unwrap_or_default();
    let bad = packs.iter().filter(|pack| pack["state"] == "bad").count() as u64;
    if shared.json {
        writeln!(output, "{import}").map_err(Failure::output)?;
        return Ok(Status::of_rejected(bad));
    }
    for pack in &packs {
        let name = harmless(word(&pack["name"]));
        if pack["state"] == "bad" {
            eprintln!("pack '{name}' cannot be used: {}", harmless(word(&pack["error"])));
        } else {
            writeln!(output, "pack '{name}': {}", word(&pack["state"])).map_err(Failure::output)?;
        }
    }
    Ok(Status::of_rejected(bad))
}

//! `switchboard search`: keep the saved searches.

mod volume;

use std::io::Write;
use std::path::Path;

use clap::{Args, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};
use switchboard_app::searches::change::SearchText;
use switchboard_match::{Packs, Query};
use switchboard_model::{SavedSearch, SearchType};

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};
use crate::input::Lines;

/// Keep the saved searches.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the searches with their counts.
    List,
    /// Add a search, or replace the one of the same name.
    Add {
        /// Unique name.
        name: String,
        /// The query; see docs/reference/search-language.md.
        query: String,
        /// What it is about.
        #[arg(long = "type", default_value = "brand", value_name = "TYPE")]
        search_type: TypeWord,
        /// The department it leans to.
        #[arg(long)]
        department: Option<String>,
    },
    /// Try a query on what was said lately; nothing is saved.
    Preview {
        /// The query.
        query: String,
    },
    /// Let a search take in what it would have found in the last hours. Opens no cases.
    Backfill {
        /// Its name.
        name: String,
    },
    /// Show how often a search matched, day by day (UTC).
    Volume {
        /// Its name.
        name: String,
        /// So many days before today.
        #[arg(long, default_value_t = 30, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..=366))]
        days: u16,
    },
    /// Stop listening for a search, keeping it and its mentions.
    Pause {
        /// Its name.
        name: String,
    },
    /// Listen for a paused search again.
    Resume {
        /// Its name.
        name: String,
    },
    /// Remove a search and the mentions it made; the posts stay.
    Remove {
        /// Its name.
        name: String,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TypeWord {
    Brand,
    Product,
    Rival,
    Category,
    Person,
}

impl From<TypeWord> for SearchType {
    fn from(word: TypeWord) -> Self {
        match word {
            TypeWord::Brand => Self::Brand,
            TypeWord::Product => Self::Product,
            TypeWord::Rival => Self::Rival,
            TypeWord::Category => Self::Category,
            TypeWord::Person => Self::Person,
        }
    }
}

/// A saved search as files hold it. The contract asks for name and query; the rest may be absent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct SearchLine {
    pub(super) name: String,
    pub(super) query: String,
    #[serde(rename = "type", default)]
    pub(super) search_type: SearchType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) department: Option<String>,
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub(super) is_enabled: bool,
}

fn yes() -> bool {
    true
}

fn is_yes(value: &bool) -> bool {
    *value
}

impl From<SavedSearch> for SearchLine {
    fn from(search: SavedSearch) -> Self {
        Self {
            name: search.name,
            query: search.query,
            search_type: search.search_type,
            department: search.department,
            is_enabled: search.is_enabled,
        }
    }
}

impl From<SearchLine> for SearchText {
    fn from(line: SearchLine) -> Self {
        Self {
            name: line.name,
            query: line.query,
            search_type: line.search_type,
            department: line.department,
            is_enabled: line.is_enabled,
        }
    }
}

/// Reads a file of searches. All lines that cannot be read are reported together.
pub(super) fn read_search_lines(file: &Path) -> Result<Vec<SearchLine>, Failure> {
    let mut lines = Lines::open(Some(file))?;
    let (mut searches, mut faults) = (Vec::new(), Vec::new());
    while let Some(line) = lines.next()? {
        match serde_json::from_str::<SearchLine>(&line.text) {
            Err(error) => faults.push(format!("{}, line {}: {error}", file.display(), line.number)),
            Ok(search) => searches.push(search),
        }
    }
    if faults.is_empty() { Ok(searches) } else { Err(Failure::usage(faults.join("\n"))) }
}

/// Whether the queries of searches can be read by these packs. All that cannot are reported together, each with its name.
pub(super) fn check_queries(searches: &[SearchLine], packs: &Packs) -> Result<(), Failure> {
    let fault = |search: &SearchLine| {
        let error = Query::parse_with(&search.query, packs).err()?;
        Some(format!("search '{}': {}", search.name, error.render(&search.query)))
    };
    let faults: Vec<String> = searches.iter().filter_map(fault).collect();
    if faults.is_empty() { Ok(()) } else { Err(Failure::usage(faults.join("\n"))) }
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let door = Door::open(&installation, "search").await?;
    let done = act(shared, &door, arguments.action).await;
    door.close().await;
    done.map(|()| Status::Done)
}

async fn act(shared: &Shared, door: &Door, action: Action) -> Result<(), Failure> {
    match action {
        Action::List => list(shared, door.searches().await?),
        Action::Add { name, query, search_type, department } => {
            door.check_query(&query).await?;
            let text = SearchText { name, query, search_type: search_type.into(), department, is_enabled: true };
            let search = door.put_search(text).await?;
            say(shared, &search, "listening for")
        }
        Action::Preview { query } => {
            door.check_query(&query).await?;
            tell_preview(shared, &door.preview_search(&query).await?).map_err(Failure::output)
        }
        Action::Backfill { name } => {
            let filled = door.back_fill(&get(door, &name).await?).await?;
            if let Some(failure) = filled["failure"].as_str() {
                return Err(Failure::unavailable(format_args!("'{name}' stopped early: {failure}")));
            }
            let mut output = std::io::stdout();
            let told = if shared.json {
                writeln!(output, "{filled}")
            } else {
                let (found, new, joined) = (&filled["found"], &filled["new"], &filled["joined"]);
                let posts = if *found == 1 { "post" } else { "posts" };
                writeln!(output, "'{name}' took in {found} {posts}: {new} new, {joined} kept already")
            };
            told.map_err(Failure::output)
        }
        Action::Volume { name, days } => {
            let volume = door.volume(&get(door, &name).await?, days).await?;
            volume::tell(shared, &volume).map_err(Failure::output)
        }
        Action::Pause { name } => {
            let search = switch(door, &name, false).await?;
            say(shared, &search, "paused")
        }
        Action::Resume { name } => {
            let search = switch(door, &name, true).await?;
            say(shared, &search, "listening for")
        }
        Action::Remove { name } => {
            let search = get(door, &name).await?;
            door.remove_search(&search).await?;
            say(shared, &search, "removed")
        }
    }
}

async fn switch(door: &Door, name: &str, is_enabled: bool) -> Result<SavedSearch, Failure> {
    let line = SearchLine { is_enabled, ..get(door, name).await?.into() };
    door.put_search(line.into()).await
}

async fn get(door: &Door, name: &str) -> Result<SavedSearch, Failure> {
    let searches = door.searches().await?;
    let unknown = || {
        let names: Vec<&str> = searches.iter().map(|search| search.name.as_str()).collect();
        Failure::usage(format_args!("there is no search '{name}'; there are: {}", names.join(", ")))
    };
    searches.iter().find(|search| search.name == name).cloned().ok_or_else(unknown)
}

fn say(shared: &Shared, search: &SavedSearch, what: &str) -> Result<(), Failure> {
    let mut output = std::io::stdout();
    if shared.json {
        writeln!(output, "{}", serde_json::json!(search)).map_err(Failure::output)
    } else {
        writeln!(output, "{what} '{}': {}", search.name, search.query).map_err(Failure::output)
    }
}

fn tell_preview(shared: &Shared, preview: &serde_json::Value) -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    if shared.json {
        return writeln!(output, "{preview}");
    }
    let estimate = &preview["estimate"];
    match (estimate["per_day"].as_f64(), estimate["hours"].as_f64()) {
        (Some(per_day), Some(hours)) => {
            let about = if estimate["is_of_everything"] == true { "about" } else { "at least" };
            writeln!(output, "{about} {per_day:.1} mentions a day, by the last {hours:.0} hours")?;
        }
        _ => writeln!(output, "too little was heard yet to say how many mentions a day")?,
    }
    let stored = if preview["stored"]["found"] == 1 { "stored post matches" } else { "stored posts match" };
    for (part, words) in [("stored", stored), ("heard", "more heard and not kept")] {
        let part = &preview[part];
        if part.is_object() {
            let from = part["from"].as_str().unwrap_or_default();
            let cut = if part["is_cut"] == true { "; time was up" } else { "" };
            writeln!(output, "{} {words} (since {from}{cut})", part["found"])?;
        }
    }
    for one in preview["sample"].as_array().into_iter().flatten() {
        super::find::example(&mut output, one)?;
    }
    Ok(())
}

fn list(shared: &Shared, searches: Vec<SavedSearch>) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    if shared.json {
        return writeln!(output, "{}", serde_json::json!(searches)).map_err(Failure::output);
    }
    if searches.is_empty() {
        return writeln!(output, "no searches yet; add one: switchboard search add Acme 'acme OR \"acme kettle\"'")
            .map_err(Failure::output);
    }
    let wide = searches.iter().map(|search| search.name.chars().count()).max().unwrap_or(0).min(40);
    for search in &searches {
        let state = if search.is_enabled { "" } else { "  (paused)" };
        writeln!(
            output,
            "{:>9}  {:8}  {:wide$}  {}{state}",
            search.mentions,
            search.search_type.as_str(),
            search.name,
            search.query
        )
        .map_err(Failure::output)?;
    }
    Ok(())
}

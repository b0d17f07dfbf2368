//! `switchboard export`: posts, searches, sources or the configuration out of the installation.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use switchboard_app::packs::PacksInForce;
use switchboard_app::packs::share::packs_to_toml;
use switchboard_app::triage::Routing;
use switchboard_model::{PostFilter, SearchId};
use switchboard_store::Store;

use super::Shared;
use super::search::SearchLine;
use crate::failure::{Failure, Status};

/// Posts that are read at once.
const PAGE: u32 = 500;

/// Write posts, searches or configuration out of the installation.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Stored posts as JSON Lines, in the order in which they came.
    Posts {
        /// Only mentions of this search.
        #[arg(long, value_name = "NAME")]
        search: Option<String>,
        /// Also posts that are not public.
        #[arg(long)]
        with_private: bool,
        /// Add searches, signals and dates of capture to each post.
        #[arg(long)]
        with_signals: bool,
    },
    /// Saved searches as JSON Lines.
    Searches,
    /// Feeds as OPML.
    Opml,
    /// The configuration as a directory: searches.jsonl, departments.toml, rules.toml, priority.toml.
    Config {
        /// The directory; made if it is missing.
        directory: PathBuf,
    },
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let store = installation.open_store_for_reading().await?;
    let mut output = BufWriter::with_capacity(1 << 16, std::io::stdout());
    match arguments.what {
        What::Posts { search, with_private, with_signals } => {
            posts(&store, &mut output, search.as_deref(), with_private, with_signals).await?;
        }
        What::Searches => searches(&store, &mut output).await?,
        What::Opml => super::source::export_opml(&store, &mut output).await?,
        What::Config { directory } => {
            let household = store.load_household().await?;
            let packs = PacksInForce::new(&household.packs);
            let own = Routing::of_household(&household, packs.compiled());
            let routing = own.map_or_else(|| installation.routing(), Ok)?;
            config(&store, &directory, routing.router(), &packs).await?;
        }
    }
    output.flush().map_err(Failure::output)?;
    store.close().await;
    Ok(Status::Done)
}

async fn posts(
    store: &Store,
    output: &mut impl Write,
    search: Option<&str>,
    with_private: bool,
    with_signals: bool,
) -> Result<(), Failure> {
    let search = match search {
        None => None,
        Some(name) => Some(find_search(store, name).await?),
    };
    let mut filter = PostFilter { search, with_private, after: Some(0), limit: PAGE, ..Default::default() };
    loop {
        let page = store.list_posts(&filter).await?;
        let Some(last) = page.last() else { return Ok(()) };
        filter.after = Some(last.seq);
        for stored in page {
            let written = if with_signals {
                serde_json::to_writer(&mut *output, &stored)
            } else {
                serde_json::to_writer(&mut *output, &stored.post)
            };
            written.map_err(std::io::Error::from).and_then(|()| output.write_all(b"\n")).map_err(Failure::output)?;
        }
    }
}

async fn find_search(store: &Store, name: &str) -> Result<SearchId, Failure> {
    let found = store.find_search_by_name(name).await?;
    found.map(|search| search.id).ok_or_else(|| Failure::usage(format_args!("there is no search '{name}'")))
}

async fn searches(store: &Store, output: &mut impl Write) -> Result<(), Failure> {
    for search in store.list_searches().await? {
        serde_json::to_writer(&mut *output, &SearchLine::from(search))
            .map_err(std::io::Error::from)
            .and_then(|()| output.write_all(b"\n"))
            .map_err(Failure::output)?;
    }
    Ok(())
}

async fn config(
    store: &Store,
    directory: &Path,
    router: &switchboard_route::Router,
    packs: &PacksInForce,
) -> Result<(), Failure> {
    let cannot = |path: &Path, error: std::io::Error| {
        Failure::unavailable(format_args!("{} cannot be written: {error}", path.display()))
    };
    std::fs::create_dir_all(directory).map_err(|error| cannot(directory, error))?;
    let mut lines = Vec::new();
    searches(store, &mut lines).await?;
    let (departments, rules) = router.to_toml();
    // Those that are shipped are known wherever the file is read.
    let own = packs.list().iter().filter(|pack| pack.is_own).map(|pack| &pack.text);
    let files = [
        ("packs.toml", packs_to_toml(own)?.into_bytes()),
        ("searches.jsonl", lines),
        ("departments.toml", departments.into_bytes()),
        ("rules.toml", rules.into_bytes()),
        ("priority.toml", router.formula_to_toml().into_bytes()),
    ];
    for (name, bytes) in files {
        let path = directory.join(name);
        std::fs::write(&path, bytes).map_err(|error| cannot(&path, error))?;
    }
    Ok(())
}

//! `switchboard match`: posts against saved searches, without an installation.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::{Deserialize, Serialize};
use switchboard_app::packs::shipped_packs;
use switchboard_match::{Matcher, Packs, Prepared, Query, Scratch};
use switchboard_model::{PostLine, SpanPart};

use crate::failure::{Failure, Status};
use crate::input::Lines;
use crate::installation::packs_of_file;

/// Match posts against saved searches.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Saved searches as JSON Lines: {"name": "…", "query": "…"}.
    #[arg(long, value_name = "FILE", required_unless_present = "check")]
    searches: Option<PathBuf>,
    /// Packs that queries may name beside the shipped ones, as `pack export` writes them.
    #[arg(long, value_name = "FILE")]
    packs: Option<PathBuf>,
    /// Say whether a query can be read, print its parsed form or its error, and do nothing else.
    #[arg(long, value_name = "QUERY", conflicts_with_all = ["searches", "explain", "why_not", "lenient", "posts"])]
    check: Option<String>,
    /// With --check: print each pack that the query names written out.
    #[arg(long, requires = "check")]
    expanded: bool,
    /// Add the stretches of title and text that made each search match.
    #[arg(long)]
    explain: bool,
    /// Add for each search that does not match the first part of its query that fails.
    #[arg(long)]
    why_not: bool,
    /// End with status 0 even if lines were broken.
    #[arg(long)]
    lenient: bool,
    /// Posts as JSON Lines [default: standard input].
    posts: Option<PathBuf>,
}

/// A saved search in a file.
#[derive(Debug, Deserialize)]
pub(super) struct NamedQuery {
    pub(super) name: String,
    pub(super) query: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    matches: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spans: Option<Vec<NamedSpan<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why_not: Option<Vec<NamedClause<'a>>>,
}

#[derive(Serialize)]
struct NamedSpan<'a> {
    search: &'a str,
    part: SpanPart,
    start: u32,
    end: u32,
}

#[derive(Serialize)]
struct NamedClause<'a> {
    search: &'a str,
    clause: String,
}

pub(crate) fn run(arguments: Arguments) -> Result<Status, Failure> {
    let packs = match &arguments.packs {
        Some(file) => packs_of_file(file)?,
        None => shipped_packs(),
    };
    if let Some(query) = arguments.check {
        return check(&query, &packs, arguments.expanded);
    }
    let Some(file) = arguments.searches else {
        return Err(Failure::usage("give the searches with --searches FILE"));
    };
    let (names, queries): (Vec<String>, Vec<Query>) = read_queries(&file, &packs)?.into_iter().unzip();
    let mut matcher = Matcher::default();
    queries.iter().enumerate().for_each(|(place, query)| matcher.insert(place, query));
    let mut scratch = Scratch::default();
    let mut lines = Lines::open(arguments.posts.as_deref())?;
    let mut output = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let mut broken = 0;
    while let Some(line) = lines.next()? {
        let post = match PostLine::parse(&line.text) {
            Ok(read) => read.post,
            Err(error) => {
                eprintln!("line {}: {error}", line.number);
                broken += 1;
                continue;
            }
        };
        let prepared = Prepared::new(&post);
        let matches = matcher.matches_with(&prepared, &mut scratch);
        for place in matcher.undecided(&scratch) {
            let (search, id) = (&names[*place], &post.id);
            eprintln!(
                "line {}: search '{search}' takes too long to decide about post '{id}' and counts as not matching",
                line.number
            );
        }
        let spans = arguments.explain.then(|| {
            let named = |place: &&usize| {
                let search = names[**place].as_str();
                let spans = queries[**place].spans(&prepared).into_iter();
                spans.map(move |span| NamedSpan { search, part: span.part, start: span.start, end: span.end }).collect()
            };
            matches.iter().map(named).collect::<Vec<Vec<_>>>().into_iter().flatten().collect()
        });
        let why_not = arguments.why_not.then(|| {
            let undecided: Vec<&usize> = matcher.undecided(&scratch).collect();
            let named = |(place, query): (usize, &Query)| {
                // Asking again what took too long would take as long.
                let missing = if undecided.contains(&&place) { None } else { query.missing(&prepared) };
                NamedClause { search: &names[place], clause: missing.unwrap_or_else(|| query.to_string()) }
            };
            // What matches comes in the order of the file.
            let others = queries.iter().enumerate().filter(|(place, _)| matches.binary_search(&place).is_err());
            others.map(named).collect()
        });
        let matches = matches.iter().map(|place| names[**place].as_str()).collect();
        serde_json::to_writer(&mut output, &Answer { id: post.id.as_str(), matches, spans, why_not })
            .map_err(std::io::Error::from)
            .and_then(|()| output.write_all(b"\n"))
            .map_err(Failure::output)?;
    }
    output.flush().map_err(Failure::output)?;
    if broken > 0 {
        eprintln!("{broken} broken {} left out", if broken == 1 { "line was" } else { "lines were" });
    }
    Ok(if arguments.lenient { Status::Done } else { Status::of_rejected(broken) })
}

fn check(query: &str, packs: &Packs, is_expanded: bool) -> Result<Status, Failure> {
    match Query::parse_with(query, packs) {
        Ok(parsed) => {
            let form = if is_expanded { parsed.expanded() } else { parsed.to_string() };
            writeln!(std::io::stdout(), "{form}").map_err(Failure::output)?;
            Ok(Status::Done)
        }
        Err(error) => Err(Failure::usage(error.render(query))),
    }
}

/// Reads a file of named queries. All that cannot be read are reported together, each with its name.
pub(super) fn read_queries(file: &Path, packs: &Packs) -> Result<Vec<(String, Query)>, Failure> {
    let mut lines = Lines::open(Some(file))?;
    let (mut queries, mut faults) = (Vec::new(), Vec::new());
    while let Some(line) = lines.next()? {
        match serde_json::from_str::<NamedQuery>(&line.text) {
            Err(error) => faults.push(format!("{}, line {}: {error}", file.display(), line.number)),
            Ok(NamedQuery { name, query }) => match Query::parse_with(&query, packs) {
                Ok(parsed) => queries.push((name, parsed)),
                Err(error) => faults.push(format!("search '{name}': {}", error.render(&query))),
            },
        }
    }
    if faults.is_empty() { Ok(queries) } else { Err(Failure::usage(faults.join("\n"))) }
}

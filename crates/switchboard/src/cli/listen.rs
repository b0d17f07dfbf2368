//! `switchboard listen`: follow public networks and feeds now and print each mention, without an installation.
//!
//! The same networks, the same triage as an installation; only the store is missing, so nothing is remembered and a
//! restart begins anew.

use std::collections::{HashSet, VecDeque};
use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use serde_json::{Value, json};
use switchboard_app::packs::shipped_packs;
use switchboard_app::sources::Networks;
use switchboard_app::triage::{Listening, Triage};
use switchboard_app::{SystemClock, SystemIds, SystemRandomness};
use switchboard_capture::schedule::back_off;
use switchboard_match::Query;
use switchboard_model::{
    Batch, Capture, CaptureErrorKind, Captured, Clock, Health, Ids, Post, Randomness, SearchType, Source, SourceId,
    SourceKind,
};
use switchboard_understand::Reader;
use tokio::sync::mpsc;

use super::Shared;
use super::search::SearchLine;
use crate::failure::{Failure, Status};
use crate::registry::Registry;
use crate::terminal::{self, Look, harmless};

/// Posts whose ids are remembered, so that one that comes through two sources is printed once.
const REMEMBERED: usize = 100_000;

/// Somebody is watching: failures are tried again sooner than in an installation.
const FIRST_RETRY: Duration = Duration::from_secs(2);
const LONGEST_RETRY: Duration = Duration::from_secs(5 * 60);

/// Hashtags that are followed on Mastodon for one query.
const HASHTAGS: usize = 5;

/// Follow public networks and feeds now and print each mention, without an installation.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// What to listen for, in the saved-search language: 'acme OR "acme kettle"'.
    query: String,
    /// Feeds, or pages that have one, to follow as well.
    urls: Vec<String>,
    /// Networks to follow; none follows the given URLs only.
    #[arg(long, value_delimiter = ',', value_name = "NETWORK,…", default_value = "bluesky,mastodon,hackernews")]
    networks: Vec<Place>,
    /// Stop after so many mentions.
    #[arg(long, value_name = "N")]
    count: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Place {
    Bluesky,
    Mastodon,
    Hackernews,
    None,
}

/// What the tasks that follow sources tell the one that prints.
enum Said {
    Batch(Batch),
    /// A source changed its state; said once.
    State(String),
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let packs = shipped_packs();
    let query =
        Query::parse_with(&arguments.query, &packs).map_err(|error| Failure::usage(error.render(&arguments.query)))?;
    let config =
        crate::config::Config::load(shared.config.as_deref(), crate::config::environment()).map_err(Failure::usage)?;
    let quiet = crate::config::Log { filter: crate::config::LogFilter::fixed("error"), ..config.log.clone() };
    crate::log::start(&quiet)?;
    // A host that the person typed is allowed by name, also if it is their own machine.
    let named = arguments.urls.iter().filter_map(|url| host_and_port(url)).collect();
    let registry = Arc::new(Registry::new(&config, named)?);
    let sources = sources(&arguments, &query, &registry).await;
    if sources.is_empty() {
        return Err(Failure::usage("nothing to follow: name a URL, or a network with --networks"));
    }
    let search = SearchLine {
        name: arguments.query.clone(),
        query: arguments.query.clone(),
        search_type: SearchType::Brand,
        department: None,
        is_enabled: true,
    };
    let listening = Listening::new(vec![super::triage::saved(0, search)], &packs);
    let triage = Triage::new(listening, Arc::new(Reader::new()), Arc::new(crate::installation::shipped_routing()?));
    let (sender, receiver) = mpsc::channel(64);
    for source in sources {
        tokio::spawn(follow(registry.clone(), source, sender.clone()));
    }
    drop(sender);
    let mut printer = Printer {
        triage,
        seen: Seen::default(),
        look: Look::of_stdout(),
        is_terminal: std::io::stdout().is_terminal() && !shared.json,
        left: arguments.count,
    };
    tokio::select! {
        () = super::serve::interrupted() => Ok(Status::Done),
        printed = printer.run(receiver) => printed.map(|()| Status::Done),
    }
}

/// The sources behind the arguments. A URL that cannot be looked at now is followed as a feed: it may come back.
async fn sources(arguments: &Arguments, query: &Query, registry: &Registry) -> Vec<Source> {
    let mut sources = Vec::new();
    for place in &arguments.networks {
        match place {
            Place::Bluesky => sources.push(source("Bluesky", SourceKind::Bluesky, json!({ "what": "jetstream" }))),
            Place::Hackernews => sources.push(source("Hacker News", SourceKind::HackerNews, json!({}))),
            Place::Mastodon => {
                for tag in hashtags(query) {
                    let name = format!("Mastodon #{tag}");
                    sources.push(source(&name, SourceKind::Mastodon, json!({ "what": "hashtag", "tag": tag })));
                }
            }
            Place::None => {}
        }
    }
    for url in &arguments.urls {
        let proposed = registry.propose(url).await.ok().and_then(|proposals| proposals.into_iter().next());
        sources.push(match proposed {
            Some(best) => source(&best.name, best.kind, best.settings),
            None => source(url, SourceKind::Feed, json!({ "url": url })),
        });
    }
    sources
}

fn source(name: &str, kind: SourceKind, settings: Value) -> Source {
    Source {
        id: SourceId(SystemIds.next()),
        name: name.to_owned(),
        kind,
        settings,
        is_enabled: true,
        created_at: SystemClock.now(),
        cursor: None,
        health: Health::default(),
    }
}

/// Mastodon lets strangers follow hashtags only: the query's words and phrases, as tags.
fn hashtags(query: &Query) -> Vec<String> {
    let is_tag = |tag: &String| tag.chars().count() > 1 && tag.chars().all(|c| c.is_alphanumeric() || c == '_');
    query.wanted_words().into_iter().filter(is_tag).take(HASHTAGS).collect()
}

fn host_and_port(link: &str) -> Option<String> {
    let url = url::Url::parse(link).ok()?;
    let host = url.host_str()?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

async fn follow(registry: Arc<Registry>, mut source: Source, sender: mpsc::Sender<Said>) {
    let mut capture: Option<Box<dyn Capture>> = None;
    let (mut failures, mut was_fine) = (0, None);
    loop {
        let answer = match capture.as_mut() {
            Some(opened) => opened.next(source.cursor.as_ref()).await,
            None => match registry.open(&source) {
                Ok(opened) => {
                    capture = Some(opened);
                    continue;
                }
                Err(error) => Err(error),
            },
        };
        let (said, wait) = match answer {
            Ok(batch) => {
                failures = 0;
                source.cursor = batch.cursor.clone().or(source.cursor);
                let state = (was_fine != Some(true)).then(|| format!("{}: following", source.name));
                was_fine = Some(true);
                let wait = batch.wait;
                (state.into_iter().map(Said::State).chain([Said::Batch(batch)]).collect::<Vec<_>>(), wait)
            }
            Err(error) => {
                capture = None;
                failures += 1;
                let wait = match error.kind {
                    CaptureErrorKind::RetryAfter(wait) => wait,
                    CaptureErrorKind::Retry | CaptureErrorKind::Broken => {
                        back_off(failures, FIRST_RETRY, LONGEST_RETRY, SystemRandomness.unit())
                    }
                };
                let state = (was_fine != Some(false)).then(|| {
                    format!(
                        "{}: {}; it is tried again, the next time in {}",
                        source.name,
                        error.message,
                        in_words(wait)
                    )
                });
                was_fine = Some(false);
                (state.into_iter().map(Said::State).collect(), wait)
            }
        };
        for one in said {
            if sender.send(one).await.is_err() {
                return;
            }
        }
        tokio::time::sleep(wait).await;
    }
}

fn in_words(wait: Duration) -> String {
    match wait.as_secs() {
        seconds @ 0..=119 => format!("{} s", seconds.max(1)),
        seconds => format!("{} min", seconds / 60),
    }
}

struct Printer {
    triage: Triage,
    seen: Seen,
    look: Look,
    is_terminal: bool,
    left: Option<u64>,
}

impl Printer {
    async fn run(&mut self, mut receiver: mpsc::Receiver<Said>) -> Result<(), Failure> {
        while let Some(said) = receiver.recv().await {
            match said {
                Said::State(state) => eprintln!("{}", harmless(&state)),
                Said::Batch(batch) => {
                    for Captured { post, .. } in batch.posts {
                        let Ok(post) = post else { continue };
                        self.show(&post)?;
                        if self.left == Some(0) {
                            return Ok(());
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn show(&mut self, post: &Post) -> Result<(), Failure> {
        if post.deleted {
            return Ok(());
        }
        let triaged = self.triage.read(post, false);
        if triaged.matches.is_empty() || !self.seen.is_first(post) {
            return Ok(());
        }
        let matches = triaged.matches.clone();
        let decision = self.triage.decision(post, triaged);
        let text = if self.is_terminal {
            let heard_at = SystemClock.now().to_zoned(jiff::tz::TimeZone::system());
            let heard_at = heard_at.strftime("%H:%M:%S").to_string();
            format!("{}\n", terminal::mention(self.look, post, &decision, &matches, &heard_at))
        } else {
            let spans: Vec<_> = matches.iter().flat_map(|found| &found.spans).collect();
            let mut line = decision.to_wire();
            if let Some(line) = line.as_object_mut() {
                line.remove("id");
                line.remove("matches");
                line.insert("post".into(), json!(post));
                line.insert("spans".into(), json!(spans));
            }
            line.to_string()
        };
        let mut output = std::io::stdout().lock();
        writeln!(output, "{text}").and_then(|()| output.flush()).map_err(Failure::output)?;
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(1);
        }
        Ok(())
    }
}

/// The newest posts that were printed, by id and version, bounded.
#[derive(Default)]
struct Seen {
    known: HashSet<(String, Option<Timestamp>)>,
    order: VecDeque<(String, Option<Timestamp>)>,
}

impl Seen {
    fn is_first(&mut self, post: &Post) -> bool {
        let key = (post.id.as_str().to_owned(), post.edited_at);
        if !self.known.insert(key.clone()) {
            return false;
        }
        self.order.push_back(key);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

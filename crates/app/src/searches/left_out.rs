//! What packs leave out of searches: of each search that is kept, and of a query that is being written.
//!
//! Like a [preview](super::preview) it looks through what is stored and what was heard lately, for a short time only, and says
//! how far it came.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use switchboard_match::{
    Matcher, PackError, PackQuery, Packs, Prepared, Query, excluded_packs, named_packs, pack_name, with_excluded,
};
use switchboard_model::{PackText, Post, PostFilter, PostId, SearchId, Signals, Span, StoredPost};

use super::SearchError;
use super::preview::{Example, example};
use crate::pipeline::look_back::Heard;
use crate::rights::{Actor, Right};
use crate::triage::Triage;
use crate::{App, AppError};

/// How far back stored posts are looked at.
const DAYS: i64 = 30;
/// How long it may take.
const WITHIN: Duration = Duration::from_millis(1_800);
/// How much of that stored posts may take.
const STORED_WITHIN: Duration = Duration::from_millis(1_200);
/// How many posts are read from the store at once.
const PAGE: u32 = 400;
/// How many examples are shown.
const SAMPLE: usize = 20;
/// How many examples are shown of one search.
const SAMPLE_OF_SEARCH: usize = 3;

/// What a pack would leave out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PackTrial {
    /// The pack's query as it is understood.
    pub parsed: String,
    /// The same with the packs that it includes written out.
    pub expanded: String,
    /// How many posts were looked at, stored ones and others.
    pub looked_at: u64,
    /// Since when.
    pub from: Timestamp,
    /// Time was up before all of it was looked at.
    pub is_cut: bool,
    /// How many of them the pack finds.
    pub found: u64,
    /// The newest of those.
    pub sample: Vec<Example>,
    /// Each search that listens.
    pub searches: Vec<SearchLoss>,
}

/// What a pack leaves out of one search.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchLoss {
    /// The search.
    pub id: SearchId,
    /// Its name.
    pub name: String,
    /// It leaves the pack out already; then this is what it has been spared.
    pub is_left_out: bool,
    /// How many of its posts the pack takes, or has taken.
    pub loses: u64,
    /// How many posts it has with those.
    pub of: u64,
    /// The newest of those that go.
    pub sample: Vec<Example>,
}

/// What a pack would leave out of a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PackLoss {
    /// The pack.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// The query leaves it out already.
    pub is_left_out: bool,
    /// How many posts of the last hours that the query would find without it, and the pack takes.
    pub loses: u64,
}

/// What each pack would leave out of a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PackLosses {
    /// Each pack that can be used.
    pub packs: Vec<PackLoss>,
    /// How many posts were looked at.
    pub looked_at: u64,
    /// Since when.
    pub from: Timestamp,
    /// Time was up before all of it was looked at.
    pub is_cut: bool,
}

/// What is asked of each post.
struct Asked {
    pack: Query,
    /// Each search as it would be without the pack.
    matcher: Matcher<usize>,
}

/// What a look came to.
struct Tally {
    trial: PackTrial,
    ids: HashSet<PostId>,
    /// The place of each search in the trial, by its id.
    places: std::collections::HashMap<SearchId, usize>,
}

impl Asked {
    /// The words by which the pack finds a post, and the searches that would have it; `None` if it does not.
    fn ask(&self, triage: &Triage, post: &Post, known: Option<&Signals>) -> Option<(Vec<Span>, Vec<usize>)> {
        let prepared = Prepared::new(post);
        if !self.pack.could_match(&prepared) {
            return None;
        }
        let read;
        let signals = match known {
            Some(known) => known,
            None => {
                read = triage.reader().read(post);
                &read
            }
        };
        let prepared = prepared.with_signals(signals);
        if !self.pack.matches(&prepared) {
            return None;
        }
        Some((self.pack.spans(&prepared), self.matcher.matches(&prepared).into_iter().copied().collect()))
    }
}

impl Tally {
    fn add(&mut self, example: &Example, searches: &[usize]) {
        self.trial.found += 1;
        keep(&mut self.trial.sample, example, SAMPLE);
        for place in searches {
            if let Some(search) = self.trial.searches.get_mut(*place) {
                search.loses += 1;
                search.of += u64::from(search.is_left_out);
                keep(&mut search.sample, example, SAMPLE_OF_SEARCH);
            }
        }
    }
}

/// Keeps the newest.
fn keep(sample: &mut Vec<Example>, example: &Example, most: usize) {
    let captured_at = example.post.captured_at;
    if sample.len() < most || sample.last().is_some_and(|oldest| oldest.post.captured_at < captured_at) {
        sample.push(example.clone());
        sample.sort_by_key(|one| std::cmp::Reverse(one.post.captured_at));
        sample.truncate(most);
    }
}

/// A query as it would be without leaving this pack out.
fn without(query: &str, pack: &str) -> String {
    let kept: Vec<String> = excluded_packs(query).into_iter().filter(|name| name != pack).collect();
    let kept: Vec<&str> = kept.iter().map(String::as_str).collect();
    with_excluded(query, &kept).unwrap_or_else(|| query.to_owned())
}

impl App {
    /// What a pack would leave out of each search, as it is or as it is being written. Takes some two seconds at most.
    pub async fn try_pack(&self, actor: &Actor, text: &PackText) -> Result<PackTrial, SearchError> {
        // While it is being written it may have none yet.
        let name = match text.name.as_str() {
            "" => "new".to_owned(),
            typed => pack_name(typed).ok_or_else(|| SearchError::BadPack(PackError::Name.to_string()))?,
        };
        self.follow_packs().await?;
        let people = self.people();
        let others = people.packs().list().iter().filter(|pack| pack.text.name != name).map(|pack| PackQuery {
            name: &pack.text.name,
            title: &pack.text.title,
            query: &pack.text.query,
        });
        let tried = PackQuery { name: &name, title: &text.title, query: &text.query };
        let (packs, errors) = Packs::compile(others.chain([tried]));
        if let Some((_, error)) = errors.into_iter().find(|(broken, _)| *broken == name) {
            return Err(match error {
                PackError::Query(error) => SearchError::BadQuery(error),
                error => SearchError::BadPack(error.to_string()),
            });
        }
        let pack = Query::parse_with(&text.query, &packs).map_err(SearchError::BadQuery)?;
        let mut searches = Vec::new();
        let mut queries = Vec::new();
        for search in self.store.list_searches().await?.into_iter().filter(|search| search.is_enabled) {
            let is_left_out = excluded_packs(&search.query).contains(&name);
            let query = if is_left_out { without(&search.query, &name) } else { search.query.clone() };
            if let Ok(query) = Query::parse_with(&query, &packs) {
                queries.push((searches.len(), query));
                let (id, name) = (search.id, search.name);
                searches.push(SearchLoss { id, name, is_left_out, loses: 0, of: 0, sample: Vec::new() });
            }
        }
        let now = self.now();
        let since = now.checked_sub(SignedDuration::from_hours(24 * DAYS)).unwrap_or(now);
        let places = searches.iter().enumerate().map(|(place, search)| (search.id, place)).collect();
        let trial = PackTrial {
            parsed: pack.to_string(),
            expanded: pack.expanded(),
            looked_at: 0,
            from: since,
            is_cut: false,
            found: 0,
            sample: Vec::new(),
            searches,
        };
        let asked = Arc::new(Asked { pack, matcher: Matcher::new(queries) });
        let until = Instant::now() + WITHIN;
        let mut tally = Tally { trial, ids: HashSet::new(), places };
        self.try_pack_on_stored(actor, &asked, &mut tally, since).await?;
        Ok(self.try_pack_on_heard(asked, tally, until).await?.trial)
    }

    async fn try_pack_on_stored(
        &self,
        actor: &Actor,
        asked: &Arc<Asked>,
        tally: &mut Tally,
        since: Timestamp,
    ) -> Result<(), AppError> {
        let until = Instant::now() + STORED_WITHIN;
        let mut filter = PostFilter { with_private: actor.sees_private(), limit: PAGE, ..PostFilter::default() };
        loop {
            let posts = self.store.list_posts(&filter).await?;
            let (Some(last), is_last) = (posts.last(), posts.len() < PAGE as usize) else { return Ok(()) };
            let oldest = last.captured_at;
            filter.before = Some(last.seq);
            let (triage, asked) = (self.triage(), asked.clone());
            let looked = tokio::task::spawn_blocking(move || {
                let is_new = |post: &StoredPost| post.captured_at >= since && post.deleted_at.is_none();
                let ask = |post: StoredPost| {
                    let found = asked.ask(&triage, &post.post, Some(&post.signals));
                    (post, found)
                };
                posts.into_iter().filter(is_new).map(ask).collect::<Vec<_>>()
            });
            for (post, found) in looked.await.map_err(|_| AppError::Stopping)? {
                tally.trial.looked_at += 1;
                tally.ids.insert(post.post.id.clone());
                for place in post.matches.iter().filter_map(|found| tally.places.get(&found.search)) {
                    if let Some(search) = tally.trial.searches.get_mut(*place) {
                        search.of += 1;
                    }
                }
                if let Some((spans, searches)) = found {
                    tally.add(&Example { post, spans, is_stored: true }, &searches);
                }
            }
            if is_last || oldest < since {
                return Ok(());
            }
            if Instant::now() >= until {
                tally.trial.is_cut = true;
                tally.trial.from = oldest;
                return Ok(());
            }
        }
    }

    /// Adds what was heard and is not stored: what a search leaves out already is only there.
    async fn try_pack_on_heard(&self, asked: Arc<Asked>, mut tally: Tally, until: Instant) -> Result<Tally, AppError> {
        if !self.look_back.is_on() {
            return Ok(tally);
        }
        let (look_back, triage, now) = (self.look_back.clone(), self.triage(), self.now());
        let looked = tokio::task::spawn_blocking(move || {
            look_back.flush();
            let Some(since) = look_back.reaches_back_to(now) else { return tally };
            let since = since.max(tally.trial.from);
            let mut heard_ones = 0_u64;
            let ids = std::mem::take(&mut tally.ids);
            let ask = |heard: &Heard| {
                heard_ones += 1;
                if heard_ones.is_multiple_of(64) && Instant::now() >= until {
                    return ControlFlow::Break(());
                }
                if ids.contains(&heard.post.id) {
                    return ControlFlow::Continue(None);
                }
                ControlFlow::Continue(asked.ask(&triage, &heard.post, None))
            };
            let is_whole = look_back.look(since, ask, |piece| {
                tally.trial.looked_at += piece.posts;
                for (heard, (spans, searches)) in piece.found {
                    tally.add(&example(heard, spans), &searches);
                }
                ControlFlow::Continue(())
            });
            tally.trial.is_cut |= !is_whole;
            tally
        });
        looked.await.map_err(|_| AppError::Stopping)
    }

    /// What each pack would leave out of a query, counted on what was said lately. Takes some two seconds at most.
    pub async fn left_out(&self, actor: &Actor, query: &str) -> Result<PackLosses, SearchError> {
        actor.may(Right::Read)?;
        self.follow_packs().await?;
        self.parse_query(query)?;
        let people = self.people();
        let excluded = excluded_packs(query);
        let usable: Vec<_> = people.packs().list().iter().filter(|pack| pack.error.is_none()).collect();
        let queries: Vec<String> = usable.iter().map(|pack| taken_by(query, &pack.text.name)).collect();
        let queries: Vec<&str> = queries.iter().map(String::as_str).collect();
        let counts = self.count_queries(actor, &queries).await?;
        let loss = |(pack, count): (&&crate::exclusions::PackInForce, &super::count::Count)| PackLoss {
            name: pack.text.name.clone(),
            title: pack.text.title.clone(),
            is_left_out: excluded.contains(&pack.text.name),
            loses: count.found,
        };
        Ok(PackLosses {
            packs: usable.iter().zip(&counts.each).map(loss).collect(),
            looked_at: counts.heard,
            from: counts.from,
            is_cut: counts.is_cut,
        })
    }

    /// The query leaving out exactly these packs; the rest stays as it was typed. One that cannot be read stays as it is.
    pub fn leaving_out(&self, query: &str, packs: &[&str]) -> String {
        let people = self.people();
        // Names that are no packs would make it unreadable; those that it leaves out already and are gone are told of on saving.
        let before = excluded_packs(query);
        let known = |name: &&&str| people.packs().find(name).is_some() || before.iter().any(|one| one == **name);
        let mut wanted: Vec<&str> = packs.iter().filter(known).copied().collect();
        // In the order in which they stood.
        wanted.sort_by_key(|name| before.iter().position(|one| one == name).unwrap_or(usize::MAX));
        wanted.dedup();
        let is_same = before.len() == wanted.len() && wanted.iter().all(|name| before.iter().any(|one| one == name));
        if is_same {
            return query.to_owned();
        }
        with_excluded(query, &wanted).unwrap_or_else(|| query.to_owned())
    }
}

/// Boxes beside a query: which were ticked when it was shown, and which are by now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ticked {
    /// The packs that the query left out when its form was shown.
    pub before: Vec<String>,
    /// The packs whose boxes are ticked.
    pub now: Vec<String>,
}

impl App {
    /// The query as it was typed, with what was ticked beside it since the form was shown: what is typed counts where nobody
    /// touched a box.
    pub fn with_ticked(&self, query: &str, ticked: &Ticked) -> String {
        let mut names = excluded_packs(query);
        names.retain(|name| !ticked.before.contains(name) || ticked.now.contains(name));
        for name in ticked.now.iter().filter(|name| !ticked.before.contains(name)) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        self.leaving_out(query, &names)
    }
}

/// What a query, if it did not leave a pack out, would find and the pack takes.
pub fn taken_by(query: &str, pack: &str) -> String {
    format!("({}) in:{pack}", without(query, pack))
}

/// The packs that a query leaves out as a whole, and those that it names otherwise.
pub fn packs_of(query: &str) -> (Vec<String>, Vec<String>) {
    let excluded = excluded_packs(query);
    let others = named_packs(query).into_iter().filter(|name| !excluded.contains(name)).collect();
    (excluded, others)
}

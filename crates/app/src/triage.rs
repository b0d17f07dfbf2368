//! Match, understand, route: from a captured post to the decision about it.
//!
//! One function without input or output of its own. The same code serves the live stream, `replay`, `import`,
//! `triage` on standard input, `listen`, and the tests.

use std::cell::RefCell;
use std::sync::Arc;

use switchboard_match::{Matcher, Packs, Prepared, Query, QueryError, Scratch, index_words};
use switchboard_model::{
    Captured, Decided, Decision, DismissalReason, FateReason, Formula, Match, Need, Opening, Post, Proposal,
    SavedSearch, SearchId, SignalName, Signals, Span, StoredPost, Weighing,
};
use switchboard_route::{Hints, Learnt, Routed};
use switchboard_understand::Reader;

pub use crate::experience::Experience;
pub use crate::in_force::{BadRouting, Routing, TracedRule, TracedState};

/// The saved searches, compiled.
pub struct Listening {
    searches: Vec<SavedSearch>,
    /// Keys are places in `searches`.
    matcher: Matcher<usize>,
    /// By place; nothing for a search that is off or cannot be read.
    queries: Vec<Option<Query>>,
    /// Searches that cannot be read (written by another version, say), each with its error.
    unreadable: Vec<(SearchId, QueryError)>,
}

impl Listening {
    /// Compiles the enabled searches, which may name these packs. One that cannot be read is set aside and named; the rest work.
    pub fn new(searches: Vec<SavedSearch>, packs: &Packs) -> Self {
        let (mut matcher, mut unreadable) = (Matcher::default(), Vec::new());
        let mut queries = Vec::with_capacity(searches.len());
        for (index, search) in searches.iter().enumerate() {
            if !search.is_enabled {
                queries.push(None);
                continue;
            }
            queries.push(match Query::parse_with(&search.query, packs) {
                Ok(query) => {
                    matcher.insert(index, &query);
                    Some(query)
                }
                Err(error) => {
                    unreadable.push((search.id, error));
                    None
                }
            });
        }
        Self { searches, matcher, queries, unreadable }
    }

    /// The searches in their order.
    pub fn searches(&self) -> &[SavedSearch] {
        &self.searches
    }

    /// Searches that cannot be read.
    pub fn unreadable(&self) -> &[(SearchId, QueryError)] {
        &self.unreadable
    }
}

thread_local! {
    /// Kept from post to post for its memory.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// What triage found out about one post.
pub struct Triaged {
    /// Places of the matching searches in [`Listening::searches`], in their order.
    pub searches: Vec<usize>,
    /// Why each of them matches.
    pub matches: Vec<Match>,
    /// What was understood; empty if nothing wants the post.
    pub signals: Signals,
}

/// Match, understand and route as they stand at one moment.
pub struct Triage {
    listening: Arc<Listening>,
    reader: Arc<Reader>,
    routing: Arc<Routing>,
    experience: Experience,
}

impl Triage {
    /// Puts the three together, with nothing learnt.
    pub fn new(listening: Listening, reader: Arc<Reader>, routing: Arc<Routing>) -> Self {
        Self { listening: Arc::new(listening), reader, routing, experience: Experience::default() }
    }

    /// The same, with what is learnt.
    pub fn with_experience(self, experience: Experience) -> Self {
        Self { experience, ..self }
    }

    /// The same reader and router with other searches.
    pub fn with_searches(&self, searches: Vec<SavedSearch>, packs: &Packs) -> Self {
        Self::new(Listening::new(searches, packs), self.reader.clone(), self.routing.clone())
            .with_experience(self.experience.clone())
    }

    /// The same reader and searches with other departments and rules.
    pub fn with_routing(&self, routing: Arc<Routing>) -> Self {
        let experience = self.experience.clone();
        Self { listening: self.listening.clone(), reader: self.reader.clone(), routing, experience }
    }

    /// The same with another formula for priorities.
    pub(crate) fn with_formula(&self, formula: Arc<Formula>) -> Self {
        self.with_routing(Arc::new(self.routing.as_ref().clone().with_formula(formula)))
    }

    /// Departments and rules.
    pub fn routing(&self) -> &Arc<Routing> {
        &self.routing
    }

    /// The searches.
    pub fn listening(&self) -> &Listening {
        &self.listening
    }

    /// Matches and, if anything wants the post, understands it.
    pub fn read(&self, post: &Post, is_addressed: bool) -> Triaged {
        self.read_as(post, is_addressed, false)
    }

    /// Decides everything about one post, wanted or not: what `triage` on the command line prints.
    pub fn decide(&self, post: &Post) -> Decision {
        self.decision(post, self.read_as(post, false, true))
    }

    /// Puts together what was decided about a post that was read.
    pub fn decision(&self, post: &Post, triaged: Triaged) -> Decision {
        let Routed { department, priority, .. } = self.route(post, &triaged);
        let names = |index: &usize| self.listening.searches[*index].name.clone();
        Decision {
            id: post.id.clone(),
            matches: triaged.searches.iter().map(names).collect(),
            lang: triaged.signals.find(SignalName::Language).map(|signal| signal.label.clone()),
            signals: triaged.signals,
            department,
            priority,
        }
    }

    /// The language of what is said, where it can be told.
    pub fn language(&self, post: &Post) -> Option<String> {
        self.reader.language(post).map(|signal| signal.label)
    }

    /// What was found when a post arrived, as it was stored.
    pub fn known(&self, stored: &StoredPost) -> Triaged {
        let searches = self.listening().searches();
        let place = |found: &Match| searches.iter().position(|search| search.id == found.search);
        Triaged {
            searches: stored.matches.iter().filter_map(place).collect(),
            matches: stored.matches.clone(),
            signals: stored.signals.clone(),
        }
    }

    /// The departments that the matching searches lean to.
    pub(crate) fn leanings(&self, triaged: &Triaged) -> Vec<&str> {
        let lean = |index: &usize| self.listening.searches[*index].department.as_deref();
        triaged.searches.iter().filter_map(lean).collect()
    }

    /// What reads posts.
    pub(crate) fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Where past cases would have a post; `None` where too little was learnt to say.
    pub fn propose(&self, post: &Post) -> Option<Proposal> {
        let known = self.experience.known();
        if known.learned.lessons() == 0 {
            return None;
        }
        known.propose(&self.reader.features(post), |department| self.routing.takes(department))
    }

    /// Where a read post should go and how urgent it is.
    pub fn route(&self, post: &Post, triaged: &Triaged) -> Routed {
        let learnt = || {
            // Asked for nothing where it may not decide anything.
            self.experience.known().confidence?;
            self.routing.learnt(&self.propose(post)?)
        };
        let leanings = self.leanings(triaged);
        self.routing.route(post, &triaged.signals, &Hints { leanings: &leanings, learnt: &learnt })
    }

    /// The same with what past cases say of it.
    fn route_by(&self, post: &Post, triaged: &Triaged, proposal: Option<&Proposal>) -> Routed {
        let learnt = || -> Option<Learnt> { self.routing.learnt(proposal?) };
        let leanings = self.leanings(triaged);
        self.routing.route(post, &triaged.signals, &Hints { leanings: &leanings, learnt: &learnt })
    }

    /// What a read post that needs an answer gets: one that is said to us, or that somebody has to decide about. Its case,
    /// or the reason why it has none; neither for one that needs no answer.
    fn answer(
        &self,
        post: &Post,
        triaged: &Triaged,
        is_addressed: bool,
        opens_cases: bool,
    ) -> (Option<Opening>, Option<Weighing>, Option<Need>) {
        let Some(why) = why_open(&triaged.signals, is_addressed) else { return (None, None, None) };
        let dismissed = |reason, note| (None, None, Some(Need::Dismissed { reason, note }));
        if !opens_cases {
            return dismissed(DismissalReason::BackFill, String::new());
        }
        if !self.routing.opens_cases() {
            return dismissed(DismissalReason::BeforeSetUp, String::new());
        }
        let proposal = self.propose(post);
        let routed = self.route_by(post, triaged, proposal.as_ref());
        match routed.dismissed {
            Some(rule) => dismissed(DismissalReason::Rule, rule),
            None => {
                let weighing = self.weighing(&routed);
                (self.opening_of(post, routed, proposal, why), weighing, Some(Need::Case))
            }
        }
    }

    /// The case that a read post would open for a reason of somebody's own, and what its author's past is weighed by. `None`
    /// before the set-up.
    pub fn opening_because(&self, post: &Post, triaged: &Triaged, why: String) -> Option<(Opening, Option<Weighing>)> {
        let proposal = self.propose(post);
        let routed = self.route_by(post, triaged, proposal.as_ref());
        let weighing = self.weighing(&routed);
        Some((self.opening_of(post, routed, proposal, why)?, weighing))
    }

    /// What the author's past is weighed by; `None` where that adds nothing.
    pub(crate) fn weighing(&self, routed: &Routed) -> Option<Weighing> {
        let formula = self.routing.router().formula();
        let weighing = || Weighing { formula: formula.clone(), says_ignored: routed.says_ignored.clone() };
        formula.asks_for_past().then(weighing)
    }

    fn opening_of(&self, post: &Post, routed: Routed, proposal: Option<Proposal>, why: String) -> Option<Opening> {
        let Routed { department, priority, tags, rules, risk, owner, says_ignored: _, dismissed: _ } = routed;
        let id = self.routing.id_of(&department.label)?;
        Some(Opening {
            post: 0,
            network: post.network.clone(),
            visibility: post.visibility,
            department: id,
            involved: self.routing.concerned(&risk, id),
            risk,
            priority,
            tags,
            rules,
            why,
            why_here: department.why,
            owner: owner.and_then(|owner| owner.parse().ok()),
            proposal,
        })
    }

    fn read_as(&self, post: &Post, is_addressed: bool, always_understand: bool) -> Triaged {
        let prepared = Prepared::new(post);
        // A search with signal fields is possible until the post is understood; any other one is decided by now.
        let matcher = &self.listening.matcher;
        let possible = SCRATCH.with_borrow_mut(|scratch| {
            let possible = matcher.possible(&prepared, scratch);
            for index in matcher.undecided(scratch) {
                let search = self.listening.searches[*index].name.as_str();
                tracing::warn!(
                    search,
                    post = post.id.as_str(),
                    "a search takes too long to decide about a post and counts as not matching"
                );
            }
            possible
        });
        if possible.is_empty() && !is_addressed && !always_understand {
            return Triaged { searches: Vec::new(), matches: Vec::new(), signals: Signals::default() };
        }
        let signals = self.reader.read(post);
        let prepared = prepared.with_signals(&signals);
        let (mut searches, mut matches) = (Vec::new(), Vec::new());
        for index in possible {
            let Some(query) = &self.listening.queries[*index] else { continue };
            if !query.needs_signals() || query.matches(&prepared) {
                searches.push(*index);
                matches.push(Match { search: self.listening.searches[*index].id, spans: query.spans(&prepared) });
            }
        }
        let is_wanted = is_addressed || always_understand || !searches.is_empty();
        drop(prepared);
        Triaged { searches, matches, signals: if is_wanted { signals } else { Signals::default() } }
    }

    /// Where a query of no saved search matches a post, decided as the line would; `None` if it does not. A post that was
    /// read already is not read again.
    pub fn ask(&self, query: &Query, post: &Post, known: Option<&Signals>) -> Option<Vec<Span>> {
        let prepared = Prepared::new(post);
        if !query.could_match(&prepared) {
            return None;
        }
        let read;
        let prepared = match known {
            _ if !query.needs_signals() => prepared,
            Some(known) => prepared.with_signals(known),
            None => {
                read = self.reader.read(post);
                prepared.with_signals(&read)
            }
        };
        query.matches(&prepared).then(|| query.spans(&prepared))
    }

    /// Decides a batch for the store. Each captured post leaves as [`Decided`], as a reason to count, or unwanted.
    ///
    /// `joins[i]` says that `captured[i]` is addressed to us only because it belongs to the conversation of a case: it
    /// opens none of its own.
    pub fn batch(&self, captured: Vec<Captured>, joins: &[bool], opens_cases: bool) -> DecidedPosts {
        let mut batch = DecidedPosts::default();
        for (place, captured) in captured.into_iter().enumerate() {
            let is_addressed = captured.is_addressed;
            let post = match &captured.post {
                Ok(post) => post,
                Err(reason) => {
                    batch.settled.push(*reason);
                    continue;
                }
            };
            let triaged = if post.deleted { None } else { Some(self.read(post, is_addressed)) };
            let is_wanted = is_addressed || triaged.as_ref().is_some_and(|triaged| !triaged.matches.is_empty());
            // Only the store knows whether an unwanted edit or a deletion concerns a post that was wanted once.
            if !is_wanted && !post.deleted && post.edited_at.is_none() {
                // One that answers nothing can belong to no conversation that begins while it waits.
                if post.in_reply_to.is_some() || post.thread.is_some() {
                    batch.unwanted.push(captured);
                } else {
                    batch.settled.push(FateReason::NoSearch);
                }
                continue;
            }
            let said_to_us = is_addressed && !joins.get(place).copied().unwrap_or(false);
            let (opening, weighing, need) = match &triaged {
                Some(triaged) if is_wanted => self.answer(post, triaged, said_to_us, opens_cases),
                _ => (None, None, None),
            };
            let (matches, signals) = match triaged {
                Some(triaged) => (triaged.matches, triaged.signals),
                None => (Vec::new(), Signals::default()),
            };
            let words = if post.deleted { String::new() } else { index_words(&Prepared::new(post)) };
            let Captured { post: Ok(post), canonical_url, .. } = captured else { continue };
            batch.decided.push(Decided {
                post,
                canonical_url,
                is_addressed,
                matches,
                signals,
                words,
                is_ours: false,
                opening,
                weighing,
                need,
            });
        }
        batch
    }
}

/// Why a stored post needs an answer, if it does.
pub(crate) fn why_needed(stored: &StoredPost) -> Option<String> {
    why_open(&stored.signals, stored.is_addressed)
}

/// Why a post opens a case, if it does.
fn why_open(signals: &Signals, is_addressed: bool) -> Option<String> {
    /// What somebody has to decide about, in the order in which it is named.
    const ASKING: [(&str, &str); 5] = [
        ("complaint", "a complaint"),
        ("question", "a question"),
        ("thanks", "thanks"),
        ("purchase", "an intent to buy"),
        ("job", "a job enquiry"),
    ];
    let asks = ASKING.iter().find(|(label, _)| signals.has(SignalName::Intent, label));
    match (is_addressed, asks) {
        (true, Some((_, words))) => Some(format!("addressed to us, reads as {words}")),
        (true, None) => Some("addressed to us".to_owned()),
        (false, Some((_, words))) => Some(format!("reads as {words}")),
        (false, None) => None,
    }
}

/// What triage made of a batch.
#[derive(Debug, Default)]
pub struct DecidedPosts {
    /// What goes to the store.
    pub decided: Vec<Decided>,
    /// The fates that are clear already.
    pub settled: Vec<FateReason>,
    /// Answers that nothing wants; a case may yet begin in their conversation.
    pub unwanted: Vec<Captured>,
}

//! What was said and written in cases beside their posts: notes, answers, reasons, tags, names.
//!
//! The query is asked of each text as if it were what the author of the case had posted: its words look in the text, its
//! fields (`author:`, `network:`, `lang:`…) at the post that opened the case. A text that has none of the words is no hit,
//! whatever else holds of it.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use switchboard_match::{Prepared, Query, index_words};
use switchboard_model::{
    Asked, By, Case, CaseId, Event, Happening, IndexQuery, Place, Post, QuestionView, ReplyId, ReplyState, Span,
    SpanPart, StoredPost, taken_back,
};
use switchboard_store::{SaidEvent, StoreError};

use super::FindError;
use crate::App;
use crate::rights::Actor;

/// How many events one look reads at most.
const READ: usize = 2_000;
/// How long one look takes at most.
const WITHIN: Duration = Duration::from_millis(300);
/// How many events are read from the store at once.
const PAGE: u32 = 100;
/// How many cases one look finds, and how many texts of each.
const CASES: usize = 20;
const TEXTS: usize = 3;
/// The longest way from a case that was merged to the one that goes on.
const MERGES: usize = 64;
/// So many of the newest events of a case are read first; nearly every history is shorter.
const EVENTS: u32 = 500;

/// A text of a case that has what was looked for.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundText {
    /// The case that it leads to.
    pub case: CaseId,
    /// The case in whose history it stands, which may have gone into that one.
    pub of: CaseId,
    /// The number of the event.
    pub event: u32,
    /// The reply, where it is an answer of ours.
    pub reply: Option<ReplyId>,
    /// Where it stands.
    pub place: Place,
    /// Who wrote it.
    pub by: By,
    /// What they are called, where it was a user or somebody outside who was asked; else empty.
    pub who: String,
    /// When.
    pub at: Timestamp,
    /// The text.
    pub text: String,
    /// Which words of it made it match.
    pub spans: Vec<Span>,
    /// It was taken back since.
    pub is_undone: bool,
}

/// Texts of one look.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Texts {
    /// Newest first.
    pub found: Vec<FoundText>,
    /// There may be more: the look ended before everything was looked at.
    pub is_cut: bool,
    /// The cases that they lead to, in the order in which they were found.
    pub cases: Vec<Case>,
}

/// The words of a text as the index holds them.
pub(crate) fn fold(text: &str) -> String {
    index_words(&Prepared::new(&Post::new("", "", text)))
}

impl App {
    pub(super) async fn find_texts(&self, actor: &Actor, query: &Query) -> Result<Texts, FindError> {
        let asked = query.index_query();
        if asked == IndexQuery::Everything {
            // It asks for no words.
            return Ok(Texts::default());
        }
        let until = Instant::now() + WITHIN;
        let (mut texts, mut before, mut read) = (Texts::default(), None, 0);
        let mut doors = Doors::default();
        loop {
            let page = self.store.said_candidates(&asked, before, actor.sees_private(), PAGE).await?;
            let is_last = page.len() < PAGE as usize;
            read += page.len();
            before = page.last().map(|said| said.seq);
            for found in self.matching(query, page).await? {
                let Some(case) = self.seen_through(actor, &mut doors, &found).await? else { continue };
                let of_case = texts.found.iter().filter(|other| other.case == case.id).count();
                if of_case >= TEXTS {
                    continue;
                }
                if of_case == 0 && texts.cases.len() == CASES {
                    texts.is_cut = true;
                    return self.told(texts).await;
                }
                if of_case == 0 {
                    texts.cases.push(case.clone());
                }
                texts.found.push(FoundText { case: case.id, ..found });
            }
            if is_last {
                return self.told(texts).await;
            }
            if read >= READ || Instant::now() >= until {
                texts.is_cut = true;
                return self.told(texts).await;
            }
        }
    }

    /// The texts of these events that the query matches.
    async fn matching(&self, query: &Query, page: Vec<SaidEvent>) -> Result<Vec<FoundText>, FindError> {
        let openers: Vec<i64> = page.iter().map(|said| said.opener).collect();
        let posts = self.store.find_posts(&openers).await?;
        let (triage, query) = (self.triage(), query.clone());
        let found = tokio::task::spawn_blocking(move || {
            let posts: HashMap<i64, StoredPost> = posts.into_iter().map(|post| (post.seq, post)).collect();
            let mut found = Vec::new();
            for said in &page {
                let Some(opener) = posts.get(&said.opener) else { continue };
                for (place, text) in texts_of(said, opener) {
                    let post = Post {
                        title: String::new(),
                        text: text.into_owned(),
                        links: Vec::new(),
                        media: Vec::new(),
                        ..opener.post.clone()
                    };
                    let Some(mut spans) = triage.ask(&query, &post, Some(&opener.signals)) else { continue };
                    spans.retain(|span| span.part == SpanPart::Text && span.start < span.end);
                    if !spans.is_empty() {
                        found.push(text_found(said, place, post.text, spans));
                    }
                }
            }
            found
        });
        Ok(found.await.unwrap_or_default())
    }

    /// The case that a text leads to, if the actor may know of both.
    async fn seen_through(
        &self,
        actor: &Actor,
        doors: &mut Doors,
        found: &FoundText,
    ) -> Result<Option<Case>, FindError> {
        if found.place.is_side_talk() && !actor.sees_private() {
            return Ok(None);
        }
        if let (Some(id), false) = (found.reply, actor.sees_private())
            && !self.is_seen_by_all(id).await?
        {
            return Ok(None);
        }
        if let Some(known) = doors.0.get(&found.of) {
            return Ok(known.clone());
        }
        let mut id = found.of;
        let mut leads_to = None;
        for _ in 0..MERGES {
            let case = self.store.find_case(id).await?.filter(|case| actor.sees(case.visibility));
            match case {
                Some(Case { merged_into: Some(into), .. }) => id = into,
                other => {
                    leads_to = other;
                    break;
                }
            }
        }
        doors.0.insert(found.of, leads_to.clone());
        Ok(leads_to)
    }

    /// Whether an answer was sent to a post that everybody may see.
    async fn is_seen_by_all(&self, id: ReplyId) -> Result<bool, FindError> {
        let Some(reply) = self.store.find_reply(id).await?.filter(|reply| reply.state == ReplyState::Sent) else {
            return Ok(false);
        };
        let post = self.store.find_post(&reply.to).await?;
        Ok(post.is_some_and(|post| post.post.visibility.is_open()))
    }

    /// Says of texts what was taken back, leaves out notes that nobody reads any more, and names who is outside.
    async fn told(&self, mut texts: Texts) -> Result<Texts, FindError> {
        let histories: BTreeSet<CaseId> = texts.found.iter().map(|found| found.of).collect();
        let mut undone: HashMap<CaseId, BTreeSet<u32>> = HashMap::new();
        for id in histories {
            let mut events = self.store.newest_case_events(id, EVENTS).await?;
            // What was taken back is told only by a history in which both stand.
            if events.len() >= EVENTS as usize {
                events = self.store.case_events(id).await?;
            }
            for found in texts.found.iter_mut().filter(|found| found.of == id && found.by == By::Guest) {
                found.who = guest(&events, found.event).unwrap_or_default();
            }
            undone.insert(id, taken_back(&events));
        }
        for found in texts.found.iter_mut().filter(|found| found.reply.is_none()) {
            found.is_undone = undone.get(&found.of).is_some_and(|numbers| numbers.contains(&found.event));
        }
        let people = self.people();
        for found in &mut texts.found {
            if let Some(user) = found.by.user().and_then(|id| people.user(id)) {
                found.who = user.name.clone();
            }
        }
        // Whoever took a note back does not want it read; the history does not show it either.
        texts.found.retain(|found| !(found.place == Place::Note && found.is_undone));
        texts.cases.retain(|case| texts.found.iter().any(|found| found.case == case.id));
        Ok(texts)
    }

    /// Takes some of what was said before there was an index into it. False once there is nothing left.
    pub(crate) async fn index_older_said(&self, events: u32) -> Result<bool, StoreError> {
        Ok(self.store.said_before().await? > 0 && self.store.index_said(events).await?)
    }
}

/// Where cases lead, as far as it is known.
#[derive(Default)]
struct Doors(HashMap<CaseId, Option<Case>>);

/// Everything that belongs to an event in words.
fn texts_of<'a>(said: &'a SaidEvent, opener: &'a StoredPost) -> Vec<(Place, Cow<'a, str>)> {
    let mut texts: Vec<(Place, Cow<'a, str>)> =
        said.event.said().into_iter().map(|said| (said.place, said.text)).collect();
    if let Some(reply) = &said.reply {
        texts.insert(0, (Place::Reply, Cow::Borrowed(&reply.text)));
    }
    if let (Happening::Opened(_), Some(author)) = (&said.event.what, &opener.post.author) {
        let name = [author.name.trim(), author.handle.trim()].join(" ");
        texts.insert(0, (Place::Author, Cow::Owned(name.trim().to_owned())));
    }
    texts
}

fn text_found(said: &SaidEvent, place: Place, text: String, spans: Vec<Span>) -> FoundText {
    let Event { case, number, at, by, .. } = said.event;
    let reply = said.reply.as_ref().filter(|_| place == Place::Reply);
    FoundText {
        case,
        // An answer goes where the post goes that it answers.
        of: reply.map_or(case, |reply| reply.case),
        event: number,
        reply: reply.map(|reply| reply.id),
        place,
        by: match place {
            Place::Author => By::Author,
            _ => by,
        },
        who: String::new(),
        at,
        text,
        spans,
        is_undone: reply.is_some_and(|reply| reply.state == ReplyState::Withdrawn),
    }
}

/// What somebody outside is called who answered a question.
fn guest(events: &[Event], number: u32) -> Option<String> {
    let event = events.iter().find(|event| event.number == number)?;
    let Happening::QuestionAnswered { question, of: None, .. } = &event.what else { return None };
    match &QuestionView::find(events, *question)?.question.to {
        Asked::Guest(guest) => Some(guest.name.clone()),
        Asked::User(_) => None,
    }
}

//! What was said and done in a case, oldest first: posts, our replies among them, notes, and what happened between.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use switchboard_app::cases::merge::MergedCase;
use switchboard_model::{
    Account, Asked, By, CaseId, Event, Happening, Media, QuestionView, Reply, ReplyId, ReplyState, SpanPart, StoredPost,
};

use super::composer::account_name;
use super::wording::{EventLine, History};
use crate::pages::colleagues::Colleagues;
use crate::pages::marks::{self, Piece};
use crate::pages::mention::{LinkView, MentionView, SearchNames};
use crate::pages::pictures::{self, PicturesView};
use crate::pages::words::{self, When};

/// Attachments of one post that are listed.
const MEDIA: usize = 16;

/// One thing in the conversation.
#[derive(Debug, Clone)]
pub(crate) enum Entry {
    Post(Box<PostEntry>),
    Reply(Box<ReplyEntry>),
    Note(NoteEntry),
    Question(Box<QuestionEntry>),
    /// What happened between two of them.
    Events(Vec<EventLine>),
}

#[derive(Debug, Clone)]
pub(crate) struct PostEntry {
    pub(crate) mention: MentionView,
    pub(crate) initials: String,
    /// Where the author's avatar is loaded from.
    pub(crate) avatar: Option<String>,
    pub(crate) pictures: PicturesView,
    /// What is attached and not shown as a picture.
    pub(crate) media: Vec<MediaView>,
    /// It is our own, written elsewhere.
    pub(crate) is_ours: bool,
    /// The newest of the author's: what has to be answered.
    pub(crate) is_newest: bool,
}

/// An attachment, as a link with its description.
#[derive(Debug, Clone)]
pub(crate) struct MediaView {
    pub(crate) name: Cow<'static, str>,
    pub(crate) alt: String,
    pub(crate) url: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct ReplyEntry {
    pub(crate) id: ReplyId,
    pub(crate) who: String,
    pub(crate) account: String,
    pub(crate) text: Vec<Piece>,
    pub(crate) when: When,
    /// `queued`, `sending`, `sent`, `failed`, `withdrawn`.
    pub(crate) state: &'static str,
    pub(crate) link: Option<LinkView>,
    pub(crate) trouble: String,
    /// When it leaves, while it can be taken back.
    pub(crate) leaves: Option<When>,
    pub(crate) can_withdraw: bool,
    pub(crate) can_retry: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct NoteEntry {
    /// Its place on the page.
    pub(crate) anchor: String,
    pub(crate) who: String,
    pub(crate) initials: String,
    pub(crate) when: When,
    pub(crate) text: String,
    /// The case in which it was written, where that one is in this.
    pub(crate) of: Option<CaseId>,
}

/// A question to somebody beside the owner, with what they say.
#[derive(Debug, Clone)]
pub(crate) struct QuestionEntry {
    /// The case in which it was asked.
    pub(crate) case: CaseId,
    pub(crate) number: u32,
    pub(crate) note: NoteEntry,
    /// Who is asked.
    pub(crate) to: String,
    /// Their address, where they are outside.
    pub(crate) email: Option<String>,
    pub(crate) answers: Vec<NoteEntry>,
    /// Until when it can be answered, while it waits for that.
    pub(crate) until: Option<When>,
    pub(crate) is_withdrawn: bool,
    /// Who looks may answer it: for themselves, or for whoever told them.
    pub(crate) may_answer: bool,
    /// It is for who looks.
    pub(crate) is_yours: bool,
    /// Where it is answered without logging in, for who may hand it out.
    pub(crate) address: Option<String>,
}

/// What a timeline is made of.
pub(crate) struct Told<'a> {
    pub(crate) posts: &'a [StoredPost],
    pub(crate) newest_post: i64,
    pub(crate) case: CaseId,
    pub(crate) events: &'a [Event],
    /// The cases that are in this one, with their histories.
    pub(crate) merged: &'a [MergedCase],
    pub(crate) replies: &'a [Reply],
    pub(crate) accounts: &'a [Account],
    pub(crate) names: &'a SearchNames<'a>,
    pub(crate) colleagues: &'a Colleagues,
    pub(crate) may_answer: bool,
    /// Where questions are answered without logging in, by their numbers.
    pub(crate) addresses: &'a BTreeMap<(CaseId, u32), String>,
    pub(crate) with_pictures: bool,
    pub(crate) now: Timestamp,
}

/// Everything in its order.
pub(crate) fn timeline(told: &Told<'_>) -> Vec<Entry> {
    let stories = || {
        let parts = told.merged.iter().map(|part| (Some(part.case.id), part.events.as_slice()));
        parts.chain([(None, told.events)])
    };
    let all = || stories().flat_map(|(_, events)| events);
    let ours: HashSet<i64> = all().filter_map(|event| joined_as_ours(&event.what)).collect();
    let mut joined_at: HashMap<i64, Timestamp> = HashMap::new();
    for event in all() {
        match &event.what {
            Happening::Opened(opening) => drop(joined_at.insert(opening.post, event.at)),
            Happening::Joined { post, .. } => drop(joined_at.insert(*post, event.at)),
            _ => {}
        }
    }
    let replied: HashSet<ReplyId> = told.replies.iter().map(|reply| reply.id).collect();
    let published: HashSet<&str> =
        told.replies.iter().filter_map(|reply| Some(reply.published.as_ref()?.id.as_str())).collect();

    // Sorted by when it reached us: a network's clock may be wrong, the order of our own work is not. At one moment the
    // words come before what was done about them.
    let mut entries: Vec<(Timestamp, u8, Entry)> = Vec::new();
    for post in told.posts.iter().filter(|post| !published.contains(post.post.id.as_str())) {
        let at = joined_at.get(&post.seq).copied().unwrap_or(post.captured_at);
        entries.push((at, 0, Entry::Post(Box::new(post_entry(post, ours.contains(&post.seq), told)))));
    }
    for reply in told.replies {
        entries.push((reply.queued_at, 2, Entry::Reply(Box::new(reply_entry(reply, told)))));
    }
    for (of, events) in stories() {
        let history = History::new(events);
        for event in events {
            let entry = match &event.what {
                Happening::Noted { text } if !history.is_undone(event) => {
                    Entry::Note(NoteEntry { of, anchor: anchor(of, event.number), ..note(event, text, told) })
                }
                Happening::QuestionAsked(_) => match QuestionView::find(events, event.number) {
                    Some(view) => Entry::Question(Box::new(question(view, of, told))),
                    None => continue,
                },
                what if is_told_elsewhere(what, &replied) => continue,
                // This case says that the other one is in it.
                Happening::MergedInto { .. } if of.is_some() => continue,
                _ => {
                    let line = EventLine::new(event, &history, told.colleagues, told.now);
                    Entry::Events(vec![EventLine { of, anchor: Some(anchor(of, event.number)), ..line }])
                }
            };
            entries.push((event.at, 1, entry));
        }
    }
    entries.sort_by_key(|(at, rank, _)| (*at, *rank));
    gather(entries.into_iter().map(|(_, _, entry)| entry))
}

fn joined_as_ours(what: &Happening) -> Option<i64> {
    match what {
        Happening::Joined { post, is_ours: true } => Some(*post),
        _ => None,
    }
}

/// Posts and replies stand there themselves; a line that says so as well would be noise.
fn is_told_elsewhere(what: &Happening, replied: &HashSet<ReplyId>) -> bool {
    match what {
        Happening::Joined { .. } => true,
        // Why a second one left is told nowhere else.
        Happening::ReplyQueued { despite, .. } if !despite.is_empty() => false,
        Happening::ReplyQueued { reply, .. }
        | Happening::ReplySent { reply, .. }
        | Happening::ReplyFailed { reply, .. }
        | Happening::ReplyWithdrawn { reply } => replied.contains(reply),
        _ => false,
    }
}

/// Lines that follow each other become one list.
fn gather(entries: impl Iterator<Item = Entry>) -> Vec<Entry> {
    let mut gathered: Vec<Entry> = Vec::new();
    for entry in entries {
        match (gathered.last_mut(), entry) {
            (Some(Entry::Events(lines)), Entry::Events(more)) => lines.extend(more),
            (_, entry) => gathered.push(entry),
        }
    }
    gathered
}

fn post_entry(post: &StoredPost, is_ours: bool, told: &Told<'_>) -> PostEntry {
    let mention = MentionView::whole(post, told.names, told.now);
    let in_words = |attached: &&Media| !(told.with_pictures && pictures::is_picture(attached));
    PostEntry {
        initials: crate::pages::colleagues::initials(&mention.author.name),
        avatar: pictures::avatar(post.post.author.as_ref()).filter(|_| told.with_pictures),
        pictures: if told.with_pictures { PicturesView::new(post, pictures::FEW) } else { PicturesView::default() },
        media: post.post.media.iter().filter(in_words).take(MEDIA).map(media).collect(),
        is_ours,
        is_newest: post.seq == told.newest_post,
        mention,
    }
}

fn media(media: &Media) -> MediaView {
    use switchboard_model::MediaType::{Audio, Image, Link, Video};
    let name = match media.media_type {
        Image => t!("case-media-picture"),
        Video => t!("case-media-film"),
        Audio => t!("case-media-sound"),
        Link => t!("case-media-link"),
    };
    let alt = media.alt.trim();
    let alt = match alt {
        "" => t!("case-media-not-described").into_owned(),
        alt => alt.chars().take(600).collect(),
    };
    MediaView { name, alt, url: words::link(&media.url).map(str::to_owned) }
}

fn reply_entry(reply: &Reply, told: &Told<'_>) -> ReplyEntry {
    let account = told.accounts.iter().find(|account| account.id == reply.account);
    let account = account.map_or_else(|| t!("case-our-account"), account_name).into_owned();
    let link = reply.published.as_ref().and_then(|published| words::link(published.url.as_deref()?));
    let is_queued = reply.state == ReplyState::Queued;
    ReplyEntry {
        id: reply.id,
        who: reply.by.map_or_else(|| t!("words-operator").into_owned(), |by| told.colleagues.name(by)),
        account,
        text: marks::linked(&reply.text, SpanPart::Text, &[]),
        when: When::new(reply.sent_at.unwrap_or(reply.queued_at), told.now),
        state: reply.state.as_str(),
        link: link.map(|url| LinkView { url: url.to_owned(), host: words::host(url).to_owned() }),
        trouble: crate::pages::failure::sentence(&reply.trouble),
        leaves: (is_queued && reply.send_at > told.now).then(|| When::new(reply.send_at, told.now)),
        can_withdraw: is_queued && told.may_answer,
        can_retry: reply.state == ReplyState::Failed && told.may_answer,
    }
}

fn note(event: &Event, text: &str, told: &Told<'_>) -> NoteEntry {
    let who = told.colleagues.doer(event.by);
    let full = event.by.user().map_or_else(|| who.clone(), |id| told.colleagues.full_name(id));
    NoteEntry {
        initials: crate::pages::colleagues::initials(&full),
        who,
        when: When::new(event.at, told.now),
        text: text.to_owned(),
        of: None,
        anchor: anchor(None, event.number),
    }
}

/// The place of an event on the page of a case; `of` is the case of the event where that one is in this.
pub(crate) fn anchor(of: Option<CaseId>, number: u32) -> String {
    match of {
        Some(of) => format!("event-{of}-{number}"),
        None => format!("event-{number}"),
    }
}

fn question(view: QuestionView<'_>, of: Option<CaseId>, told: &Told<'_>) -> QuestionEntry {
    let (number, asked) = (view.event.number, view.question);
    let (to, email, is_yours) = match &asked.to {
        Asked::User(user) => (told.colleagues.name(*user), None, told.colleagues.is_you(*user)),
        Asked::Guest(guest) => (guest.name.clone(), Some(guest.email.clone()), false),
    };
    let answer = |(event, text): (&Event, &str)| {
        let mut entry = note(event, text, told);
        entry.anchor = anchor(of, event.number);
        if let (By::Guest, Asked::Guest(guest)) = (event.by, &asked.to) {
            entry.initials = crate::pages::colleagues::initials(&guest.name);
            entry.who = guest.name.clone();
        }
        entry
    };
    let answers: Vec<NoteEntry> = view.answers().map(answer).collect();
    let is_withdrawn = view.is_withdrawn();
    let can_be = !is_withdrawn && told.now < asked.until;
    let case = of.unwrap_or(told.case);
    QuestionEntry {
        case,
        number,
        note: NoteEntry { of, anchor: anchor(of, number), ..note(view.event, &asked.text, told) },
        to,
        email,
        until: view.is_open(told.now).then(|| When::new(asked.until, told.now)),
        is_withdrawn,
        may_answer: can_be && (is_yours || told.may_answer),
        is_yours,
        address: told.addresses.get(&(case, number)).filter(|_| can_be && answers.is_empty()).cloned(),
        answers,
    }
}

/// Whether a post is our own, by what the history says of it.
pub(crate) fn is_ours(post: i64, events: &[Event]) -> bool {
    events.iter().any(|event| joined_as_ours(&event.what) == Some(post))
}

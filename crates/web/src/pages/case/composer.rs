//! The composer: from which account, to which post, what, and what becomes of the case then.

use std::borrow::Cow;

use askama::Template;
use jiff::Timestamp;
use switchboard_app::rights::Right;
use switchboard_model::{Account, Case, Measured, Reply, ReplyState, StoredPost, Then};

use super::timeline;
use super::{CaseParts, Shown};
use crate::pages::failure::sentence;
use crate::pages::mention::LinkView;
use crate::pages::words::{self, Age, When};

/// Posts that can be chosen to be answered.
const TARGETS: usize = 20;

/// What will be able to be clicked is named up to this many.
const CLICKABLE: usize = 4;

/// How much of a post is shown to choose by.
const WORDS: usize = 70;

/// Where an answer is written, or why it cannot be.
pub(crate) enum Composer {
    Ready(Box<Sheet>),
    /// No account can answer on this network.
    NoAccount {
        network: String,
        department: String,
        /// Answers can leave for this network at all.
        can_be_answered: bool,
        may_administer: bool,
        original: Option<LinkView>,
    },
    /// Who looks may not answer; why stands above.
    Silent,
}

/// A sheet to write on.
pub(crate) struct Sheet {
    /// Id, name, whether it is chosen.
    pub(crate) accounts: Vec<(String, String, bool)>,
    /// Id of the post, its words, whether it is chosen.
    pub(crate) targets: Vec<(String, String, bool)>,
    pub(crate) text: String,
    pub(crate) draft: u32,
    pub(crate) thens: Vec<(&'static str, Cow<'static, str>, bool)>,
    pub(crate) meter: Meter,
    /// The post has an answer already.
    pub(crate) answered: Option<Answered>,
}

/// An answer that the post has already: a second one needs a reason.
pub(crate) struct Answered {
    /// Whose it is.
    pub(crate) who: String,
    pub(crate) when: Age,
    /// The reason that was typed.
    pub(crate) despite: String,
}

/// How long an answer is, and what keeps it from leaving.
#[derive(Template, Default)]
#[template(path = "case/_meter.html")]
pub(crate) struct Meter {
    pub(crate) length: Option<(u32, u32)>,
    /// Characters above the limit.
    pub(crate) over: u32,
    pub(crate) lead: String,
    pub(crate) problems: Vec<String>,
    pub(crate) saved: Option<When>,
    /// What people will be able to click, the first of it, and how much more there is.
    pub(crate) clickable: Vec<String>,
    pub(crate) more_clickable: usize,
    /// Version of the draft that was measured.
    pub(crate) draft: u32,
    /// The draft changed elsewhere; what the page holds is newer or older.
    pub(crate) trouble: String,
}

impl Meter {
    pub(crate) fn new(measured: Option<&Measured>, saved: Option<Timestamp>, draft: u32, now: Timestamp) -> Self {
        let clickable = measured.map(|measured| measured.clickable.as_slice()).unwrap_or_default();
        Self {
            length: measured.map(|measured| (measured.length, measured.limit)),
            over: measured.map_or(0, |measured| measured.length.saturating_sub(measured.limit)),
            lead: measured.map(|measured| measured.lead.clone()).unwrap_or_default(),
            problems: measured
                .map(|measured| measured.problems.iter().map(|problem| sentence(problem)).collect())
                .unwrap_or_default(),
            saved: saved.map(|at| When::new(at, now)),
            clickable: clickable.iter().take(CLICKABLE).cloned().collect(),
            more_clickable: clickable.len().saturating_sub(CLICKABLE),
            draft,
            trouble: String::new(),
        }
    }
}

impl Composer {
    pub(crate) fn new(parts: &CaseParts<'_>, shown: &Shown<'_>, may_work: bool) -> Self {
        if !may_work {
            return Self::Silent;
        }
        let refused = shown.refused.filter(|refused| matches!(refused.verb, "reply" | "draft"));
        let is_ours = |post: &StoredPost| {
            let others = parts.merged.iter().map(|part| part.events.as_slice());
            std::iter::once(parts.events).chain(others).any(|events| timeline::is_ours(post.seq, events))
        };
        let theirs: Vec<&StoredPost> = parts.posts.iter().rev().filter(|post| !is_ours(post)).collect();
        if parts.usable.is_empty() {
            return Self::without_account(parts, shown, theirs.first().copied());
        }
        let newest = newest_of_author(parts.case, &theirs);
        let draft = parts.draft;
        let account = match refused {
            Some(refused) => refused.typed.account.clone(),
            None => draft.and_then(|draft| draft.account).map(|id| id.to_string()).unwrap_or_default(),
        };
        let target = match refused {
            Some(refused) => refused.typed.to.clone(),
            None => {
                let to = draft.and_then(|draft| draft.to.as_ref()).or_else(|| newest.map(|post| &post.post.id));
                to.map(ToString::to_string).unwrap_or_default()
            }
        };
        let then = refused.and_then(|refused| Then::from_word(&refused.typed.then)).unwrap_or_default();
        let text = match (refused, draft) {
            (Some(refused), _) => refused.typed.text.clone(),
            (None, Some(draft)) => draft.text.clone(),
            (None, None) => String::new(),
        };
        let version = draft.map_or(0, |draft| draft.version);
        let live = |reply: &&Reply| {
            let is_live = matches!(reply.state, ReplyState::Queued | ReplyState::Sending | ReplyState::Sent);
            is_live && reply.to.as_str() == target
        };
        let answered = parts.replies.iter().rev().find(live).map(|reply| Answered {
            who: reply.by.map_or_else(|| t!("words-operator").into_owned(), |user| shown.colleagues.name(user)),
            when: Age::new(reply.sent_at.unwrap_or(reply.queued_at), shown.now),
            despite: refused.map(|refused| refused.typed.despite.clone()).unwrap_or_default(),
        });
        Self::Ready(Box::new(Sheet {
            answered,
            accounts: chosen(parts.usable.iter().map(account_choice).collect(), &account),
            targets: chosen(answerable(&theirs, newest).map(|post| target_choice(post, shown.now)).collect(), &target),
            text,
            draft: version,
            thens: Then::ALL.map(|word| (word.as_str(), then_words(word), word == then)).into(),
            // A draft that was sent stays with an empty text, for its version.
            meter: Meter::new(
                parts.measured,
                draft.filter(|draft| !draft.text.is_empty()).map(|draft| draft.updated_at),
                version,
                shown.now,
            ),
        }))
    }

    /// No account answers on the network of the case.
    fn without_account(parts: &CaseParts<'_>, shown: &Shown<'_>, newest: Option<&StoredPost>) -> Self {
        let original = newest.and_then(|post| words::link(post.post.url.as_deref()?));
        Self::NoAccount {
            network: words::network(&parts.case.network).into_owned(),
            department: shown.colleagues.department(parts.case.department),
            can_be_answered: matches!(parts.case.network.as_str(), "mastodon" | "bluesky"),
            may_administer: shown.actor.may(Right::Administer).is_ok(),
            original: original.map(|url| LinkView { url: url.to_owned(), host: words::host(url).to_owned() }),
        }
    }
}

/// The newest post of whoever the case is about: a bystander who speaks last does not get the answer.
fn newest_of_author<'a>(case: &Case, theirs: &[&'a StoredPost]) -> Option<&'a StoredPost> {
    let key = |post: &StoredPost| post.post.author.as_ref().map(|author| (author.id.clone(), author.handle.clone()));
    let author = theirs.iter().find(|post| post.seq == case.post).and_then(|first| key(first))?;
    theirs.iter().find(|post| key(post).as_ref() == Some(&author)).copied()
}

/// The posts that can be answered: the newest, and the author's own behind however many others.
fn answerable<'a>(
    theirs: &[&'a StoredPost],
    of_author: Option<&'a StoredPost>,
) -> impl Iterator<Item = &'a StoredPost> {
    let newest = &theirs[..theirs.len().min(TARGETS)];
    let hidden = of_author.filter(|post| !newest.iter().any(|one| one.seq == post.seq));
    newest.iter().copied().chain(hidden)
}

/// Marks what is chosen; the first one where nothing is.
fn chosen(choices: Vec<(String, String)>, wanted: &str) -> Vec<(String, String, bool)> {
    let at = choices.iter().position(|(id, _)| id == wanted).unwrap_or(0);
    choices.into_iter().enumerate().map(|(index, (id, name))| (id, name, index == at)).collect()
}

fn account_choice(account: &Account) -> (String, String) {
    let name = account_name(account);
    let name = if account.trouble.is_empty() { name } else { t!("case-compose-account", account = name) };
    (account.id.to_string(), name.into_owned())
}

/// "@acme on Mastodon".
pub(crate) fn account_name(account: &Account) -> Cow<'static, str> {
    t!("words-account", handle = account.handle.as_str(), network = words::network(account.network.as_str()))
}

fn target_choice(post: &StoredPost, now: Timestamp) -> (String, String) {
    let author = crate::pages::mention::author(&post.post).name;
    let when = Age::new(post.post.posted_at.unwrap_or(post.captured_at), now).age;
    let is_deleted = post.deleted_at.is_some();
    let words = if is_deleted { t!("case-compose-target-deleted") } else { Cow::Borrowed(post.post.text.as_str()) };
    let mut start: String = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = start.char_indices().nth(WORDS) {
        start.truncate(end);
        start.push('…');
    }
    let words = t!("case-compose-target", author = author, when = when, words = start);
    (post.post.id.to_string(), words.into_owned())
}

fn then_words(then: Then) -> Cow<'static, str> {
    match then {
        Then::Stay => t!("case-compose-stays"),
        Then::Wait => t!("case-compose-waits"),
        Then::Close => t!("case-compose-closes"),
    }
}

#[cfg(test)]
mod tests {
    use switchboard_model::Author;

    use super::*;
    use crate::pages::samples;

    #[test]
    fn the_author_is_answered_behind_however_many_bystanders() {
        let (case, _) = samples::case();
        let said = |seq: i64, handle: &str| {
            let mut post = samples::posts().remove(0);
            post.seq = seq;
            post.post.author = Some(Author { handle: handle.to_owned(), ..Author::default() });
            post
        };
        let check = |handles: &[&str], expected: Option<i64>, offered: usize| {
            let posts: Vec<StoredPost> = (case.post..).zip(handles).map(|(seq, handle)| said(seq, handle)).collect();
            let theirs: Vec<&StoredPost> = posts.iter().rev().collect();
            let newest = newest_of_author(&case, &theirs);
            assert_eq!(newest.map(|post| post.seq - case.post), expected, "{handles:?}");
            let offers: Vec<i64> = answerable(&theirs, newest).map(|post| post.seq - case.post).collect();
            assert!(
                expected.is_none_or(|expected| offers.contains(&expected)) && offers.len() == offered,
                "{offers:?}"
            );
        };
        check(&["ana"], Some(0), 1);
        check(&["ana", "bob", "ana", "bob"], Some(2), 4);
        check(&[&["ana", "ana"][..], &["bob"; 25]].concat(), Some(1), TARGETS + 1);
        check(&[], None, 0);
    }
}

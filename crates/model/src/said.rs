//! What the history of a case holds in words that somebody wrote: the texts by which a case is found.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{By, Event, Happening};

/// Where in a case words stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The handle or name of the author whose post opened it.
    Author,
    /// One of its tags.
    Tag,
    /// An answer of ours.
    Reply,
    /// Why an answer left although there was one already.
    Despite,
    /// A note among colleagues.
    Note,
    /// A question to somebody beside the owner.
    Question,
    /// What they say to it.
    QuestionAnswer,
    /// Why a senior is asked to call or write, and what came of it.
    Outreach,
    /// The note of a transfer.
    Offer,
    /// Why a transfer was declined.
    Decline,
    /// Why it went back to the desk.
    Release,
    /// Why it went to another desk.
    Move,
    /// Why its priority is what it is.
    Priority,
    /// Why it was closed.
    Close,
    /// Why it was opened again.
    Reopen,
    /// Why two cases are one.
    Merge,
    /// Why a part of it is a case of its own.
    Split,
}

impl Place {
    /// All places.
    pub const ALL: [Self; 17] = [
        Self::Author,
        Self::Tag,
        Self::Reply,
        Self::Despite,
        Self::Note,
        Self::Question,
        Self::QuestionAnswer,
        Self::Outreach,
        Self::Offer,
        Self::Decline,
        Self::Release,
        Self::Move,
        Self::Priority,
        Self::Close,
        Self::Reopen,
        Self::Merge,
        Self::Split,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Tag => "tag",
            Self::Reply => "reply",
            Self::Despite => "despite",
            Self::Note => "note",
            Self::Question => "question",
            Self::QuestionAnswer => "question_answer",
            Self::Outreach => "outreach",
            Self::Offer => "offer",
            Self::Decline => "decline",
            Self::Release => "release",
            Self::Move => "move",
            Self::Priority => "priority",
            Self::Close => "close",
            Self::Reopen => "reopen",
            Self::Merge => "merge",
            Self::Split => "split",
        }
    }

    /// Whether it is talk among colleagues, which observers do not read.
    pub fn is_side_talk(self) -> bool {
        matches!(
            self,
            Self::Despite
                | Self::Note
                | Self::Question
                | Self::QuestionAnswer
                | Self::Outreach
                | Self::Offer
                | Self::Decline
        )
    }
}

/// A text of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<'a> {
    /// Where it stands.
    pub place: Place,
    /// What it says.
    pub text: Cow<'a, str>,
}

impl Event {
    /// Whether words of somebody belong to it, be it that they stand elsewhere: those of an answer are with the reply, the
    /// name of the author is with the post.
    pub fn has_words(&self) -> bool {
        match &self.what {
            Happening::Opened(_) | Happening::ReplyQueued { .. } => true,
            _ => !self.said().is_empty(),
        }
    }

    /// Whether all words that belong to it are talk among colleagues.
    pub fn is_side_talk(&self) -> bool {
        match &self.what {
            Happening::Opened(_) | Happening::ReplyQueued { .. } => false,
            _ => self.said().iter().all(|said| said.place.is_side_talk()),
        }
    }

    /// The texts that it holds itself. Sentences of clocks and rules are nobody's words.
    pub fn said(&self) -> Vec<Said<'_>> {
        if let Happening::Opened(opening) = &self.what {
            return texts([(Place::Tag, Cow::Owned(opening.tags.join(", ")))]);
        }
        if !matches!(self.by, By::User(_) | By::Operator | By::Guest) {
            return Vec::new();
        }
        let text = match &self.what {
            Happening::Tagged { added, .. } => (Place::Tag, Cow::Owned(added.join(", "))),
            Happening::ReplyQueued { despite, .. } => (Place::Despite, despite.into()),
            Happening::Noted { text } => (Place::Note, text.into()),
            Happening::QuestionAsked(question) => (Place::Question, (&question.text).into()),
            Happening::QuestionAnswered { text, .. } => (Place::QuestionAnswer, text.into()),
            Happening::OutreachAsked(ask) => (Place::Outreach, (&ask.reason).into()),
            Happening::OutreachTried(tried) => (Place::Outreach, (&tried.note).into()),
            Happening::OutreachDone(end) if end.promised.is_empty() => (Place::Outreach, (&end.note).into()),
            Happening::OutreachDone(end) => (Place::Outreach, Cow::Owned(format!("{}\n{}", end.note, end.promised))),
            Happening::OutreachDeclined { why, .. }
            | Happening::OutreachWithdrawn { why, .. }
            | Happening::OutreachReturned { why, .. } => (Place::Outreach, why.into()),
            Happening::Offered(offer) => (Place::Offer, (&offer.note).into()),
            Happening::Declined { note } => (Place::Decline, note.into()),
            Happening::Released { why } => (Place::Release, why.into()),
            Happening::Moved { why, .. } => (Place::Move, why.into()),
            Happening::Prioritised { why, .. } => (Place::Priority, why.into()),
            Happening::Closed { reason, .. } => (Place::Close, reason.into()),
            Happening::Reopened { why } => (Place::Reopen, why.into()),
            Happening::Merged(merged) => (Place::Merge, (&merged.why).into()),
            Happening::Split { why, .. } => (Place::Split, why.into()),
            _ => return Vec::new(),
        };
        texts([text])
    }
}

fn texts<'a>(texts: impl IntoIterator<Item = (Place, Cow<'a, str>)>) -> Vec<Said<'a>> {
    let texts = texts.into_iter().filter(|(_, text)| !text.trim().is_empty());
    texts.map(|(place, text)| Said { place, text }).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{CaseId, ReplyId};

    #[test]
    fn only_what_somebody_wrote_is_said() {
        let check = |by: By, what: Happening, expected: &[(Place, &str)], is_side: bool| {
            let event = Event { case: CaseId(1), number: 2, at: Timestamp::UNIX_EPOCH, by, via: None, what };
            let said = event.said();
            let said: Vec<(Place, &str)> = said.iter().map(|said| (said.place, said.text.as_ref())).collect();
            assert_eq!(said, expected);
            assert_eq!(event.has_words() && event.is_side_talk(), is_side, "{event:?}");
        };
        let why = || "away".to_owned();
        check(By::Operator, Happening::Noted { text: "call her".into() }, &[(Place::Note, "call her")], true);
        check(By::Operator, Happening::Released { why: why() }, &[(Place::Release, "away")], false);
        check(By::Timer, Happening::Released { why: why() }, &[], false);
        check(By::Operator, Happening::Released { why: " ".into() }, &[], false);
        let added = vec!["late".to_owned(), "refund".to_owned()];
        let tagged = Happening::Tagged { added, removed: vec!["old".into()] };
        check(By::Operator, tagged, &[(Place::Tag, "late, refund")], false);
        let queued = Happening::ReplyQueued { reply: ReplyId(uuid::Uuid::nil()), despite: "once more".into() };
        check(By::Operator, queued, &[(Place::Despite, "once more")], false);
        check(By::Operator, Happening::Claimed, &[], false);
    }

    #[test]
    fn places_are_spelled_as_they_are_written() {
        for place in Place::ALL {
            assert_eq!(serde_json::to_value(place).expect("JSON"), place.as_str());
        }
    }
}

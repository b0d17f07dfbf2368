//! Questions to somebody beside the owner: a colleague, or a guest from outside. Both may answer by a signed link, on one
//! page, without logging in; what they are asked and what they say stays among colleagues and never leaves to the public.
//!
//! A link says which question it is for and carries a signature made with the installation's key. Until when it works
//! stands in the question itself, so that taking the question back ends its link, too.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use switchboard_model::{
    Asked, Awaited, By, Case, CaseId, CaseState, Event, Guest, Happening, Owner, Question, QuestionView, StoredPost,
    UserId, with_answers,
};
use switchboard_route::notification::may_hear;

use super::record::{Hand, TRIES};
use super::{CaseError, within, written};
use crate::App;
use crate::rights::{Actor, Right};

/// The most characters of a question, and of an answer.
const TEXT: usize = 10_000;
/// The most questions of a case: each writes to somebody.
const MOST_QUESTIONS: usize = 50;
/// The most answers to a question.
const MOST_ANSWERS: usize = 20;
/// How long a question can be answered.
const LASTS: SignedDuration = SignedDuration::from_hours(14 * 24);
/// The most posts that whoever answers by a link is shown.
const POSTS: u32 = 20;

/// What is to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewQuestion {
    /// Who is asked.
    pub to: Asked,
    /// What.
    pub text: String,
    /// Whether whoever answers by the link sees the conversation; only of public cases if nothing is said.
    pub shows_posts: Option<bool>,
    /// Whether the case waits for the answer.
    pub waits: bool,
}

/// A question of a case, as colleagues see it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseQuestion {
    /// Its number: that of the event that asked it.
    pub number: u32,
    /// When it was asked.
    pub at: Timestamp,
    /// Who asks.
    pub by: By,
    /// What is asked, and whom.
    #[serde(flatten)]
    pub question: Question,
    /// What was answered, oldest first.
    pub answers: Vec<QuestionAnswer>,
    /// Whether it was taken back.
    pub is_withdrawn: bool,
    /// Where whoever was asked answers without logging in; only for who may hand it out, and while it works.
    pub address: Option<String>,
}

/// An answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuestionAnswer {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: By,
    /// What they say.
    pub text: String,
}

/// What a link to a question shows.
#[derive(Debug, Clone, PartialEq)]
pub struct QuestionPage {
    /// The question.
    pub question: Question,
    /// Who asks.
    pub asker: String,
    /// Who is asked.
    pub asked: String,
    /// The company.
    pub company: String,
    /// What was answered so far, oldest first.
    pub answers: Vec<(Timestamp, String)>,
    /// The conversation, oldest first, where it is shown.
    pub posts: Vec<StoredPost>,
}

impl App {
    /// Asks somebody about a case. Whoever works here asks colleagues; a guest is asked by who may work on the case.
    pub async fn ask_question(&self, actor: &Actor, id: CaseId, new: NewQuestion) -> Result<Case, CaseError> {
        actor.may(Right::Work)?;
        let text = written("text", &new.text, TEXT)?;
        let to = self.asked(new.to)?;
        if matches!(&to, Asked::User(user) if actor.user_id() == Some(*user)) {
            return Err(CaseError::bad("to", "that is you; choose somebody else"));
        }
        let asked = self.store.case_events(id).await?;
        if QuestionView::all(&asked).count() >= MOST_QUESTIONS {
            let message = format!("a case has {MOST_QUESTIONS} questions at most; leave a note instead");
            return Err(CaseError::bad("text", message));
        }
        let until = self.now().checked_add(LASTS).unwrap_or(Timestamp::MAX);
        self.record(actor, id, None, |case| {
            if matches!(to, Asked::Guest(_)) || new.waits {
                actor.may_work_on(case)?;
            }
            let shows_posts = new.shows_posts.unwrap_or(case.visibility.is_open());
            let question = Question { to: to.clone(), text: text.clone(), shows_posts, until };
            let mut happens = vec![Happening::QuestionAsked(question)];
            if new.waits && case.state == CaseState::Open {
                happens.push(Happening::Waiting { on: Awaited::Colleague });
            }
            // Last, so that they hear of the question alone.
            if let Asked::User(user) = to
                && case.owner != Owner::User(user)
                && !case.watchers.contains(&user)
            {
                happens.push(Happening::Watched { user });
            }
            Ok(happens)
        })
        .await
    }

    /// What was asked about a case, oldest first.
    pub async fn case_questions(&self, actor: &Actor, id: CaseId) -> Result<Vec<CaseQuestion>, CaseError> {
        actor.may(Right::Work)?;
        let case = self.case(actor, id).await?;
        let events = self.questioned(id).await?;
        let may_work = actor.may_work_on(&case).is_ok();
        let question = |view: QuestionView<'_>| {
            let is_open = !view.is_withdrawn() && self.now() < view.question.until;
            let may_hand_out = may_work || view.event.by == actor.by();
            CaseQuestion {
                number: view.event.number,
                at: view.event.at,
                by: view.event.by,
                question: view.question.clone(),
                answers: view
                    .answers()
                    .map(|(event, text)| QuestionAnswer { at: event.at, by: event.by, text: text.to_owned() })
                    .collect(),
                is_withdrawn: view.is_withdrawn(),
                // A colleague's own address stays theirs: whoever had it could answer as them.
                address: (is_open && may_hand_out && view.question.is_to_guest())
                    .then(|| self.question_address(id, view.event.number)),
            }
        };
        Ok(QuestionView::all(&events).map(question).collect())
    }

    /// Answers a question in the case: whoever was asked, or who may work on the case and was told elsewhere.
    pub async fn answer_question(
        &self,
        actor: &Actor,
        id: CaseId,
        question: u32,
        text: &str,
    ) -> Result<Case, CaseError> {
        actor.may(Right::Work)?;
        let text = written("text", text, TEXT)?;
        let asked = self.standing_question(id, question).await?;
        self.record_where_it_goes_on(actor.into(), id, |case, of| {
            if !actor.sees(case.visibility) {
                return Err(CaseError::Unknown(id));
            }
            if !matches!(asked.to, Asked::User(user) if actor.user_id() == Some(user)) {
                actor.may_work_on(case)?;
            }
            Ok(answered(case, question, &text, of))
        })
        .await
    }

    /// Takes a question back: who asked it, or who may work on the case.
    pub async fn withdraw_question(&self, actor: &Actor, id: CaseId, question: u32) -> Result<Case, CaseError> {
        actor.may(Right::Work)?;
        let events = self.questioned(id).await?;
        let view = QuestionView::find(&events, question).ok_or_else(unknown)?;
        let (asker, is_withdrawn) = (view.event.by, view.is_withdrawn());
        self.record_where_it_goes_on(actor.into(), id, |case, of| {
            if !actor.sees(case.visibility) {
                return Err(CaseError::Unknown(id));
            }
            if asker != actor.by() {
                actor.may_work_on(case)?;
            }
            Ok(if is_withdrawn { Vec::new() } else { vec![Happening::QuestionWithdrawn { question, of }] })
        })
        .await
    }

    /// The part of an address by which whoever was asked answers without logging in.
    pub fn question_token(&self, case: CaseId, question: u32) -> String {
        let said = format!("question.{case}.{question}");
        let signature = self.secrets.signature(&said);
        format!("{said}.{signature}")
    }

    /// What a link to a question shows, as long as it works.
    pub async fn question_page(&self, token: &str) -> Result<QuestionPage, CaseError> {
        let (id, number) = self.read_question_token(token)?;
        let question = self.standing_question(id, number).await?;
        let events = self.questioned(id).await?;
        let view = QuestionView::find(&events, number).ok_or(CaseError::BadLink)?;
        let posts = if question.shows_posts { self.posts_for_outsiders(id).await? } else { Vec::new() };
        let people = self.people();
        Ok(QuestionPage {
            asker: match view.event.by {
                By::User(user) => self.name_of(user),
                _ => people.company().map_or_else(String::new, |company| company.name.clone()),
            },
            asked: match &question.to {
                Asked::User(user) => self.name_of(*user),
                Asked::Guest(guest) => guest.name.clone(),
            },
            company: people.company().map_or_else(String::new, |company| company.name.clone()),
            answers: view.answers().map(|(event, text)| (event.at, text.to_owned())).collect(),
            question,
            posts,
        })
    }

    /// Answers a question by its link, as whoever was asked.
    pub async fn answer_by_link(&self, token: &str, text: &str) -> Result<(), CaseError> {
        let (id, number) = self.read_question_token(token)?;
        let text = written("text", text, TEXT)?;
        let question = self.standing_question(id, number).await?;
        let by = match question.to {
            Asked::User(user) => By::User(user),
            Asked::Guest(_) => By::Guest,
        };
        self.record_where_it_goes_on(by.into(), id, |case, of| Ok(answered(case, number, &text, of))).await?;
        Ok(())
    }

    /// What of a conversation somebody outside may read: what is open to everybody. Of a case that is not, whoever asked has
    /// shown them what its author says there; what others say to us in confidence and joined it later is not shown.
    pub(super) async fn posts_for_outsiders(&self, id: CaseId) -> Result<Vec<StoredPost>, CaseError> {
        let case = self.store.find_case(id).await?.ok_or(CaseError::BadLink)?;
        let mut posts = self.store.case_posts(self.stands_in(id).await?, POSTS).await?;
        let first = self.store.first_posts(std::slice::from_ref(&case)).await?;
        let first = first.first().filter(|_| !case.visibility.is_open());
        let is_theirs =
            |post: &StoredPost| first.is_some_and(|first| first.seq == post.seq || is_by_the_same(first, post));
        posts.retain(|post| post.post.visibility.is_open() || is_theirs(post));
        Ok(posts)
    }

    /// Does what `decide` says of the case in which a question goes on: the one that it was asked in, or the one that this
    /// went into, and then which one asked it. Where that has changed meanwhile, it is decided anew.
    async fn record_where_it_goes_on(
        &self,
        hand: Hand<'_>,
        id: CaseId,
        decide: impl Fn(&Case, Option<CaseId>) -> Result<Vec<Happening>, CaseError>,
    ) -> Result<Case, CaseError> {
        let mut tried = 0;
        loop {
            // The version first: that a case comes or goes changes it.
            let known = self.stands_in(id).await?;
            let seen = self.store.find_case(known).await?.ok_or(CaseError::Unknown(known))?;
            let into = self.stands_in(id).await?;
            let stale = |now: u32| CaseError::Stale { case: seen.id, seen: seen.version, now };
            let decide = |case: &Case| match into == seen.id && case.version == seen.version {
                true => decide(case, Some(id).filter(|id| *id != into)),
                false => Err(stale(case.version)),
            };
            match self.record_as(hand, seen.id, None, Vec::new(), decide).await {
                Err(CaseError::Stale { .. }) if tried < TRIES => tried += 1,
                done => return done,
            }
        }
    }

    /// The history of a case with what was answered to its questions, wherever that stands.
    pub(crate) async fn questioned(&self, id: CaseId) -> Result<Vec<Event>, CaseError> {
        let events = self.store.case_events(id).await?;
        let into = self.stands_in(id).await?;
        if into == id {
            return Ok(events);
        }
        Ok(with_answers(&events, id, &self.store.case_events(into).await?))
    }

    /// The question that a link is for, if we made the link.
    fn read_question_token(&self, token: &str) -> Result<(CaseId, u32), CaseError> {
        let (said, signature) = token.rsplit_once('.').ok_or(CaseError::BadLink)?;
        if !self.secrets.has_signed(said, signature) {
            return Err(CaseError::BadLink);
        }
        let mut parts = said.split('.');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some("question"), Some(case), Some(number), None) => {
                let case = case.parse().map_err(|_| CaseError::BadLink)?;
                Ok((case, number.parse().map_err(|_| CaseError::BadLink)?))
            }
            _ => Err(CaseError::BadLink),
        }
    }

    /// A question that can be answered: it was not taken back, its time is not over, who was asked is still there, and
    /// there is room for one more answer.
    async fn standing_question(&self, id: CaseId, number: u32) -> Result<Question, CaseError> {
        let events: Vec<Event> = self.questioned(id).await?;
        let view = QuestionView::find(&events, number).ok_or_else(unknown)?;
        let over = |why: &str| CaseError::QuestionOver { why: why.to_owned() };
        if view.is_withdrawn() {
            return Err(over("it was taken back"));
        }
        if view.question.until <= self.now() {
            return Err(over("its time is over"));
        }
        if view.answers().count() >= MOST_ANSWERS {
            return Err(over("it has as many answers as it can have"));
        }
        if let Asked::User(user) = view.question.to
            && !self.people().user(user).is_some_and(|user| may_hear(&user))
        {
            return Err(over("whoever was asked works here no more"));
        }
        Ok(view.question.clone())
    }

    /// Whoever is asked, as far as they can be. A guest with the address of a colleague is that colleague.
    fn asked(&self, to: Asked) -> Result<Asked, CaseError> {
        let people = self.people();
        let hears = |user: UserId| people.user(user).is_some_and(|user| may_hear(&user));
        match to {
            Asked::User(user) if hears(user) => Ok(Asked::User(user)),
            Asked::User(_) => Err(CaseError::bad("to", "no active user who works on cases has this id")),
            Asked::Guest(guest) => {
                let email = guest.email.trim().to_lowercase();
                if !is_address(&email) {
                    return Err(CaseError::bad("email", "write one e-mail address, as ann@example.org"));
                }
                if let Some(user) = people.user_by_email(&email).filter(|user| hears(user.id)) {
                    return Ok(Asked::User(user.id));
                }
                let name = within("name", &guest.name, 100)?;
                let name = if name.is_empty() { email.clone() } else { name };
                Ok(Asked::Guest(Guest { name, email }))
            }
        }
    }
}

/// Whether two posts are by the same author, as far as their networks tell: by id, else by handle. A name is nobody's own.
fn is_by_the_same(one: &StoredPost, other: &StoredPost) -> bool {
    let who = |post: &StoredPost| {
        let author = post.post.author.as_ref()?;
        let (id, handle) = (author.id.trim(), author.handle.trim().to_lowercase());
        match id.is_empty() {
            false => Some((String::new(), id.to_owned())),
            true => Some((post.post.network.clone(), handle)).filter(|(_, handle)| !handle.is_empty()),
        }
    };
    who(one).is_some() && who(one) == who(other)
}

fn unknown() -> CaseError {
    CaseError::bad("question", "the case has no question of this number")
}

/// An answer, and that the case goes on if it waited for one.
fn answered(case: &Case, question: u32, text: &str, of: Option<CaseId>) -> Vec<Happening> {
    let mut happens = vec![Happening::QuestionAnswered { question, text: text.to_owned(), of }];
    if case.state == (CaseState::Waiting { on: Awaited::Colleague }) {
        happens.push(Happening::Resumed { why: "the question was answered".to_owned() });
    }
    happens
}

/// Whether mail can be written to an address. What it may look like inside is for its server to say.
fn is_address(email: &str) -> bool {
    let is_plain = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|letter| !letter.is_whitespace() && !letter.is_control() && !",;<>\"()@".contains(letter))
    };
    let host = email.rsplit_once('@').filter(|(local, host)| is_plain(local) && is_plain(host));
    email.len() <= 254 && host.is_some()
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn one_plain_address_is_asked() {
        for good in ["ann@lab.example", "ann+switch@lab.example", "änn@lab.example"] {
            assert!(is_address(good), "{good}");
        }
        let long = format!("{}@lab.example", "a".repeat(250));
        for bad in [
            "",
            "ann",
            "@lab",
            "ann@",
            "a b@lab.example",
            "ann@lab.example,bob@lab.example",
            "ann@x\r\nBcc: y@z",
            &long,
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}

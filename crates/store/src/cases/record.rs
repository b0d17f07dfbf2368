//! What people, clocks and the outbox do to a case: events of one version, and what has to be written with them.

use jiff::Timestamp;
use switchboard_model::{Case, CaseId, Contradiction, Event, PostId, Reply, SpentLink};

use super::book::{Book, Rejected};
use super::owner::keep_owned;
use super::read::find_case;
use crate::Store;
use crate::answers::{NewReply, NotWritten, ReplyMove, insert_reply, move_reply};
use crate::clean::cleaned;
use crate::db::{Tx, on};
use crate::error::StoreError;
use crate::links::spend_link;
use crate::load::{TakenTurn, take_turn};
use crate::outreach::{NewOutreach, has_room};
use crate::statements as sql;

/// Events of one case that are written together or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The case.
    pub case: CaseId,
    /// The version that the events follow; nothing is written if it is another one by now.
    pub seen: u32,
    /// The events in their order, numbered from `seen + 1`.
    pub events: Vec<Event>,
    /// What is written in the same transaction.
    pub also: Vec<Also>,
}

/// Something that is written in the transaction of a case's events.
#[derive(Debug, Clone, PartialEq)]
pub enum Also {
    /// Posts that answer this id, or have it, join the case from now on: what our answer became on its network.
    Key {
        /// The id.
        id: String,
        /// The post that it answers: where that one belongs to, this does.
        answers: PostId,
    },
    /// A reply goes into the outbox.
    Reply(Box<NewReply>),
    /// A reply changes its state.
    Move(Box<ReplyMove>),
    /// A user gets the case in turn; nothing is written if they have no room by now.
    Turn(TakenTurn),
    /// A senior is asked to call or write; nothing is written if they have no room by now, or are asked already.
    Outreach(NewOutreach),
    /// A link out of a message is used; nothing is written if it was used before.
    Link(SpentLink),
}

/// What became of a [`Record`].
#[derive(Debug, Clone, PartialEq)]
pub enum Recorded {
    /// It is written; the case as it is now.
    Done(Case),
    /// The case has another version by now; nothing is written.
    Stale(Case),
    /// An event cannot follow; nothing is written.
    Contradiction(Contradiction),
    /// There is no such case.
    Unknown,
    /// What had to be written with the events was done or changed by somebody else; nothing is written.
    Overtaken,
    /// The post that a reply is for has this answer already; nothing is written.
    Answered(Box<Reply>),
    /// The link was used before, then; nothing is written.
    Spent(Timestamp),
}

impl Store {
    /// Appends events to a case, and writes what goes with them, in one transaction.
    pub async fn record(&self, record: &Record) -> Result<Recorded, StoreError> {
        let mut tx = self.write().await?;
        let Some(case) = find_case(&mut tx, record.case).await? else { return Ok(Recorded::Unknown) };
        if case.version != record.seen {
            return Ok(Recorded::Stale(case));
        }
        let mut book = Book::default();
        book.know(case);
        for event in &record.events {
            match book.apply(event) {
                Ok(()) => {}
                Err(Rejected::Contradiction(contradiction)) => return Ok(Recorded::Contradiction(contradiction)),
                Err(Rejected::Store(error)) => return Err(error),
            }
        }
        if let Some(last) = record.events.last() {
            keep_owned(&mut tx, &mut book, last.by, last.at).await?;
        }
        for also in &record.also {
            match write_also(&mut tx, &mut book, record.case, also).await? {
                Ok(()) => {}
                Err(NotWritten::Overtaken) => return Ok(Recorded::Overtaken),
                Err(NotWritten::Answered(reply)) => return Ok(Recorded::Answered(reply)),
                Err(NotWritten::Spent(at)) => return Ok(Recorded::Spent(at)),
            }
        }
        book.write(&mut tx, self.fold).await?;
        let now = book.find(record.case).cloned();
        tx.commit().await?;
        now.map(Recorded::Done).ok_or_else(|| StoreError::Other("a changed case is known".into()))
    }
}

async fn write_also(
    tx: &mut Tx,
    book: &mut Book,
    case: CaseId,
    also: &Also,
) -> Result<Result<(), NotWritten>, StoreError> {
    match also {
        Also::Key { id, answers } => {
            let home: Option<Option<i64>> = on!(&mut *tx, |conn| {
                sqlx::query_scalar(sql::HOME_OF_POST).bind(cleaned(answers.as_str())).fetch_optional(&mut *conn).await?
            });
            book.add_key(super::open::key(&cleaned(id)), case, home.flatten().map(CaseId));
        }
        Also::Reply(new) => return insert_reply(tx, new).await,
        Also::Move(change) => return move_reply(tx, change, case).await,
        Also::Turn(turn) if !take_turn(tx, turn).await? => return Ok(Err(NotWritten::Overtaken)),
        Also::Turn(_) => {}
        Also::Outreach(new) if !has_room(tx, new).await? => return Ok(Err(NotWritten::Overtaken)),
        Also::Outreach(new) => book.keep_contact(new.id, &new.contact),
        Also::Link(spent) => return Ok(spend_link(tx, spent).await?.map_err(NotWritten::Spent)),
    }
    Ok(Ok(()))
}

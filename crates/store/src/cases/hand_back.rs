//! Cases of somebody who cannot own any more go back to their desks, in the transaction that makes it so.

use jiff::Timestamp;
use switchboard_model::{By, Happening, Owner, UserId, Whereabouts};

use super::book::Book;
use super::owner::append;
use super::row::CaseRow;
use crate::db::{Tx, on};
use crate::error::StoreError;
use crate::said::Fold;
use crate::statements as sql;

/// Everything that is not closed and belongs or is offered to a user leaves them. Answers what has changed.
pub(crate) async fn hand_back(
    tx: &mut Tx,
    user: UserId,
    by: By,
    at: Timestamp,
    why: &str,
    fold: Fold,
) -> Result<Vec<Whereabouts>, StoreError> {
    let rows: Vec<CaseRow> =
        on!(&mut *tx, |conn| sqlx::query_as(sql::CASES_HELD_BY).bind(user.0).fetch_all(&mut *conn).await?);
    let mut book = Book::default();
    for row in rows {
        let case = row.into_case()?;
        let id = case.id;
        book.know(case.clone());
        // What is offered to them ends; then what they own goes back, which ends what they had offered.
        if case.offer.as_ref().is_some_and(|offer| offer.user == Some(user)) {
            append(&mut book, id, by, at, Happening::OfferEnded { why: why.to_owned() })?;
        }
        if case.owner == Owner::User(user) {
            append(&mut book, id, by, at, Happening::Released { why: why.to_owned() })?;
        }
    }
    book.write(tx, fold).await?;
    Ok(book.changed().map(Whereabouts::from).collect())
}

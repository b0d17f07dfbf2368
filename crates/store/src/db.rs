//! One body of code for two engines: a transaction that is one or the other, and the macros that expand a body for both.
//!
//! Every use of the database is a transaction. Writers take turns on both engines (SQLite has one writer; on PostgreSQL
//! they take a lock first): posts become visible in the order of their `seq`, so that a reader who asks for what came
//! after a `seq` never misses one that was given earlier and committed later, and no two writers can block each other.

use sqlx::pool::PoolConnection;
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};

use crate::config::Engine;
use crate::error::StoreError;
use crate::statements as sql;

/// The pools of one database.
#[derive(Debug, Clone)]
pub(crate) enum Db {
    /// Readers cannot write; the one writer is missing where the store was opened for reading.
    Sqlite { read: SqlitePool, write: Option<SqlitePool> },
    /// One pool for both.
    Pg { pool: PgPool, is_writable: bool },
}

/// A transaction on one of the engines; rolled back unless committed.
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Pg(Transaction<'static, Postgres>),
}

/// Expands a body once per engine with the connection of a [`Tx`].
macro_rules! on {
    ($tx:expr, |$conn:ident| $body:expr) => {
        match $tx {
            $crate::db::Tx::Sqlite(tx) => {
                let $conn = &mut **tx;
                $body
            }
            $crate::db::Tx::Pg(tx) => {
                let $conn = &mut **tx;
                $body
            }
        }
    };
}
pub(crate) use on;

/// Runs a fixed statement with its values and tells how many rows it touched.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        $crate::db::on!($tx, |conn| sqlx::query($sql)$(.bind($value))*.execute(&mut *conn).await?.rows_affected())
    };
}
pub(crate) use execute;

/// Runs a query of [`sqlx::QueryBuilder`] whose last part is a list of keys: `… in (`. The list is cut into pieces and each
/// piece filled up to one of a few lengths (by repeating its last key), so that few different texts need preparing.
macro_rules! fetch_in {
    ($tx:expr, $row:ty, $head:expr, $keys:expr) => {{
        let mut rows: Vec<$row> = Vec::new();
        for keys in $keys.chunks($crate::db::IN_LIST) {
            let Some(last) = keys.last() else { continue };
            let filling = std::iter::repeat_n(last, $crate::db::filled(keys.len()) - keys.len());
            rows.extend($crate::db::on!($tx, |conn| {
                let mut query = sqlx::QueryBuilder::new($head);
                let mut list = query.separated(", ");
                for key in keys.iter().chain(filling) {
                    list.push_bind(*key);
                }
                list.push_unseparated(")");
                query.build_query_as::<$row>().fetch_all(&mut *conn).await?
            }));
        }
        rows
    }};
}
pub(crate) use fetch_in;

/// Inserts many rows with few statements. The rows are cut into pieces of a few lengths, so that few different texts
/// need preparing. `$tail` follows the values (`on conflict …`); evaluates to the number of statements.
macro_rules! insert_rows {
    ($tx:expr, $head:expr, $rows:expr, $tail:expr, |$list:ident, $row:ident| $push:expr) => {{
        for piece in $crate::db::pieces($rows) {
            $crate::db::on!($tx, |conn| {
                let mut query = sqlx::QueryBuilder::new($head);
                query.push_values(piece, |mut $list, $row| {
                    $push;
                });
                query.push($tail);
                query.build().execute(&mut *conn).await?;
            });
        }
    }};
}
pub(crate) use insert_rows;

/// The longest list of keys in one statement.
pub(crate) const IN_LIST: usize = 512;

/// The length that a list of keys is filled up to.
pub(crate) fn filled(keys: usize) -> usize {
    [1, 4, 16, 64, 256].into_iter().find(|length| *length >= keys).unwrap_or(IN_LIST)
}

/// Cuts rows into pieces of 256, 64, 16, 4 and 1.
pub(crate) fn pieces<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let length = [256, 64, 16, 4, 1].into_iter().find(|length| *length <= rows.len())?;
        let (piece, rest) = rows.split_at(length);
        rows = rest;
        Some(piece)
    })
}

impl Db {
    pub(crate) fn engine(&self) -> Engine {
        match self {
            Self::Sqlite { .. } => Engine::Sqlite,
            Self::Pg { .. } => Engine::Postgres,
        }
    }

    /// A consistent view: everything read in it is of one moment.
    pub(crate) async fn read(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite { read, .. } => Tx::Sqlite(read.begin().await?),
            Self::Pg { pool, .. } => Tx::Pg(pool.begin_with("begin isolation level repeatable read read only").await?),
        })
    }

    /// A transaction that may write; one at a time.
    pub(crate) async fn write(&self) -> Result<Tx, StoreError> {
        const READ_ONLY: &str = "it was opened for reading";
        match self {
            Self::Sqlite { write: Some(write), .. } => Ok(Tx::Sqlite(write.begin_with("begin immediate").await?)),
            Self::Pg { pool, is_writable: true } => {
                let mut tx = pool.begin_with("begin isolation level read committed").await?;
                sqlx::query(sql::LOCK_WRITERS).execute(&mut *tx).await?;
                Ok(Tx::Pg(tx))
            }
            Self::Sqlite { write: None, .. } | Self::Pg { is_writable: false, .. } => {
                Err(StoreError::ReadOnly(READ_ONLY.into()))
            }
        }
    }

    /// A connection of SQLite outside any transaction, for what cannot run inside one.
    pub(crate) async fn sqlite_reader(&self) -> Result<Option<PoolConnection<Sqlite>>, StoreError> {
        match self {
            Self::Sqlite { read, .. } => Ok(Some(read.acquire().await?)),
            Self::Pg { .. } => Ok(None),
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                // Last, so that the writer finds no reader in its way and folds the write-ahead log into the file.
                if let Some(write) = write {
                    write.close().await;
                }
            }
            Self::Pg { pool, .. } => pool.close().await,
        }
    }
}

impl Tx {
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Pg(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_hold_every_row_once_in_order() {
        let rows: Vec<usize> = (0..345).collect();
        let pieces: Vec<&[usize]> = pieces(&rows).collect();
        let lengths: Vec<usize> = pieces.iter().map(|piece| piece.len()).collect();
        assert_eq!(lengths, [256, 64, 16, 4, 4, 1]);
        assert_eq!(pieces.concat(), rows);
    }

    #[test]
    fn lists_are_filled_to_few_lengths() {
        let check = |keys: usize, expected: usize| assert_eq!(filled(keys), expected);
        check(1, 1);
        check(2, 4);
        check(65, 256);
        check(257, 512);
        check(512, 512);
    }
}

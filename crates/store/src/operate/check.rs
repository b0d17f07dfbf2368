//! A look for what cannot be right, for `doctor`: the file, rows without what they belong to, counters, balanced fates.

use switchboard_model::{FateCount, FateReason};

use crate::db::{Tx, on};
use crate::error::StoreError;
use crate::{Store, dialect, statements as sql};

/// What a look through the database has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The newest migration that it has.
    pub schema_version: i64,
    /// How many posts it holds.
    pub posts: u64,
    /// How many mentions it holds.
    pub mentions: u64,
    /// What is wrong; empty when all is well.
    pub findings: Vec<Finding>,
}

/// One thing that cannot be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at: `file`, `rows`, `counters` or `fates`.
    pub part: &'static str,
    /// What is wrong, for a person.
    pub message: String,
}

impl Store {
    /// Looks through the whole database. A million mentions take some ten seconds; nothing waits for it.
    pub async fn check(&self) -> Result<Check, StoreError> {
        let fates = self.fates(None).await?;
        let schema_version = self.schema_version().await?;
        let mut findings = Vec::new();
        if let Some(mut connection) = self.db.sqlite_reader().await? {
            let lines: Vec<String> = sqlx::query_scalar(dialect::QUICK_CHECK).fetch_all(&mut *connection).await?;
            let wrong = lines.into_iter().filter(|line| line != "ok");
            findings.extend(wrong.map(|message| Finding { part: "file", message }));
        }
        let mut tx = self.read().await?;
        let orphans: Vec<(String, i64)> =
            on!(&mut tx, |conn| sqlx::query_as(sql::CHECK_ORPHANS).fetch_all(&mut *conn).await?);
        let wrong = orphans.into_iter().filter(|(_, found)| *found > 0);
        findings.extend(wrong.map(|(what, found)| Finding { part: "rows", message: format!("{found} {what}") }));
        let counters: Vec<(String, i64, i64)> =
            on!(&mut tx, |conn| sqlx::query_as(sql::CHECK_COUNTERS).fetch_all(&mut *conn).await?);
        let wrong = counters.into_iter().filter(|(_, counted, found)| counted != found);
        findings.extend(wrong.map(|(name, counted, found)| Finding {
            part: "counters",
            message: format!("search '{name}' counts {counted} mentions and has {found}"),
        }));
        let volume: Vec<(String, i64, i64)> =
            on!(&mut tx, |conn| sqlx::query_as(sql::CHECK_VOLUME).fetch_all(&mut *conn).await?);
        let wrong = volume.into_iter().filter(|(_, counted, found)| counted != found);
        findings.extend(wrong.map(|(name, counted, found)| Finding {
            part: "counters",
            message: format!("the hours of search '{name}' count {counted} mentions together, and it counts {found}"),
        }));
        let counted = Counted::read(&mut tx).await?;
        findings.extend(counted.against(&fates));
        Ok(Check {
            schema_version,
            posts: u64::try_from(counted.posts).unwrap_or_default(),
            mentions: u64::try_from(counted.mentions).unwrap_or_default(),
            findings,
        })
    }
}

/// Rows that are there.
struct Counted {
    posts: i64,
    deletions: i64,
    versions: i64,
    mentions: i64,
}

impl Counted {
    async fn read(tx: &mut Tx) -> Result<Self, StoreError> {
        let (posts, deletions, _): (i64, i64, i64) =
            on!(&mut *tx, |conn| sqlx::query_as(sql::CHECK_POSTS).fetch_one(&mut *conn).await?);
        let versions = on!(&mut *tx, |conn| sqlx::query_scalar(sql::CHECK_VERSIONS).fetch_one(&mut *conn).await?);
        let mentions = on!(&mut *tx, |conn| sqlx::query_scalar(sql::CHECK_MENTIONS).fetch_one(&mut *conn).await?);
        Ok(Self { posts, deletions, versions, mentions })
    }

    /// Each stored post, version and deletion was counted once.
    fn against(&self, fates: &[FateCount]) -> Vec<Finding> {
        let wanted = [
            (FateReason::New, self.posts, "posts"),
            (FateReason::Version, self.versions, "earlier versions"),
            (FateReason::Deletion, self.deletions, "deleted posts"),
        ];
        let check = |(reason, found, what): (FateReason, i64, &str)| {
            let counted = fates.iter().find(|fate| fate.reason == reason).map_or(0, |fate| fate.posts);
            let is_balanced = u64::try_from(found) == Ok(counted);
            let message = format!("{counted} {what} were counted and {found} are there");
            (!is_balanced).then_some(Finding { part: "fates", message })
        };
        wanted.into_iter().filter_map(check).collect()
    }
}

//! The index of words: table `words`, full text of the engine's own kind over words that were folded and cut outside.
//!
//! It narrows, it never decides: whoever asks looks at each post again. Rows are written with their posts, in
//! [`crate::commit`]; posts from before there was an index are taken into it piece by piece, newest first, and read one by
//! one until then.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use switchboard_model::{Author, IndexQuery, PostFilter, StoredPost};

use crate::clean::cleaned;
use crate::commit::Failure;
use crate::config::Engine;
use crate::db::{Tx, execute, on, pieces};
use crate::error::StoreError;
use crate::posts::{complete, select};
use crate::rows::{AuthorRow, PostRow};
use crate::{Store, dialect, statements as sql};

/// Posts with a smaller `seq` are not in the index yet.
const WORDS_BEFORE: &str = "words_before";

/// The words of one post at one of its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostWords {
    /// Its place.
    pub seq: i64,
    /// The version that they are the words of.
    pub version: u32,
    /// The words as [`switchboard_model::Decided::words`] has them.
    pub words: String,
}

impl Store {
    /// The next posts, newest first, that may match: of `filter` count `before`, `with_private` and `limit` (at most 10,000).
    /// Fewer than `limit` means that there are no more.
    pub async fn candidates(&self, asked: &IndexQuery, filter: &PostFilter) -> Result<Vec<StoredPost>, StoreError> {
        if filter.limit == 0 {
            return Ok(Vec::new());
        }
        let mut tx = self.read().await?;
        let rows = match question_text(asked, self.engine()) {
            None => select(&mut tx, filter).await?,
            Some(question) => {
                let unindexed = words_before(&mut tx).await?;
                let words = dialect::words(&sql::CANDIDATES, self.engine());
                let before = filter.before.unwrap_or(i64::MAX);
                let mut rows: Vec<PostRow> = on!(&mut tx, |conn| {
                    sqlx::query_as(words)
                        .bind(&question)
                        .bind(before)
                        .bind(unindexed)
                        .bind(filter.with_private)
                        .bind(i64::from(filter.limit))
                        .fetch_all(&mut *conn)
                        .await?
                });
                let left = filter.limit.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
                if left > 0 && unindexed > 0 {
                    let rest = PostFilter { before: Some(before.min(unindexed)), limit: left, ..filter.clone() };
                    rows.extend(select(&mut tx, &rest).await?);
                }
                rows
            }
        };
        complete(&mut tx, rows).await
    }

    /// The place below which posts are not in the index yet; 0 when all are.
    pub async fn words_before(&self) -> Result<i64, StoreError> {
        words_before(&mut self.read().await?).await
    }

    /// The next posts, newest first, that are not in the index yet.
    pub async fn unindexed_posts(&self, limit: u32) -> Result<Vec<StoredPost>, StoreError> {
        let mut tx = self.read().await?;
        let before = words_before(&mut tx).await?;
        if before == 0 {
            return Ok(Vec::new());
        }
        let rows: Vec<PostRow> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::UNINDEXED_POSTS).bind(before).bind(i64::from(limit)).fetch_all(&mut *conn).await?
        });
        complete(&mut tx, rows).await
    }

    /// Takes the posts that [`Store::unindexed_posts`] gave into the index. None were given: all are in it.
    ///
    /// A post that has another version by now, or was deleted, is left as it is: its words were written with that.
    pub async fn index_posts(&self, posts: &[PostWords]) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        let (Some(newest), Some(oldest)) =
            (posts.iter().map(|post| post.seq).max(), posts.iter().map(|post| post.seq).min())
        else {
            execute!(&mut tx, sql::DELETE_META, WORDS_BEFORE);
            return tx.commit().await;
        };
        let rows: Vec<(i64, i64)> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::VERSIONS_OF_POSTS).bind(newest + 1).bind(oldest).fetch_all(&mut *conn).await?
        });
        let versions: HashMap<i64, i64> = rows.into_iter().collect();
        let current = |post: &&PostWords| versions.get(&post.seq) == Some(&i64::from(post.version));
        let words: Vec<(i64, &str)> =
            posts.iter().filter(current).map(|post| (post.seq, post.words.as_str())).collect();
        replace_words(&mut tx, &words).await?;
        execute!(&mut tx, sql::SET_META, WORDS_BEFORE, oldest.to_string());
        tx.commit().await
    }
}

impl Store {
    /// Authors whose handle or name begins with a text, those with most followers first, each with its key.
    pub async fn find_authors(&self, text: &str, limit: u32) -> Result<Vec<(String, Author)>, StoreError> {
        let words = dialect::words(&sql::FIND_AUTHORS, self.engine());
        let mut tx = self.read().await?;
        let mut rows: Vec<AuthorRow> = Vec::new();
        for from in beginnings(text) {
            let to = format!("{from}\u{10FFFF}");
            let found: Vec<AuthorRow> = on!(&mut tx, |conn| {
                sqlx::query_as(words).bind(&from).bind(&to).bind(i64::from(limit)).fetch_all(&mut *conn).await?
            });
            rows.extend(found);
        }
        let fame = |row: &AuthorRow| row.followers.unwrap_or(0);
        rows.sort_by(|one, other| fame(other).cmp(&fame(one)).then_with(|| one.key.cmp(&other.key)));
        rows.dedup_by(|one, other| one.key == other.key);
        rows.truncate(limit as usize);
        rows.into_iter().map(|row| Ok((row.key.clone(), row.to_author()?))).collect()
    }
}

/// How a name that begins so may stand in an index that folds what is ASCII alone: in small letters, in capitals, and as
/// names are written.
fn beginnings(text: &str) -> BTreeSet<String> {
    let small = cleaned(&text.to_lowercase());
    let mut is_first = true;
    let titled = small.chars().flat_map(|letter| {
        let starts = std::mem::replace(&mut is_first, !letter.is_alphanumeric());
        let written: Vec<char> = if starts { letter.to_uppercase().collect() } else { vec![letter] };
        written
    });
    let titled: String = titled.collect();
    let forms = [cleaned(text), titled, small.to_uppercase(), small.clone()];
    forms.into_iter().map(|form| form.to_ascii_lowercase()).filter(|form| !form.is_empty()).collect()
}

async fn words_before(tx: &mut Tx) -> Result<i64, StoreError> {
    let value: Option<String> =
        on!(tx, |conn| sqlx::query_scalar(sql::GET_META).bind(WORDS_BEFORE).fetch_optional(&mut *conn).await?);
    Ok(value.and_then(|value| value.parse().ok()).unwrap_or(0))
}

/// Writes the words of posts that are new here.
pub(crate) async fn insert_words(tx: &mut Tx, rows: &[(i64, &str)]) -> Result<(), Failure> {
    Ok(write_words(tx, rows, sql::INSERT_WORDS_SQLITE).await?)
}

/// Writes the words of posts that may have had others.
pub(crate) async fn replace_words(tx: &mut Tx, rows: &[(i64, &str)]) -> Result<(), StoreError> {
    Ok(write_words(tx, rows, sql::REPLACE_WORDS_SQLITE).await?)
}

/// Takes the words of a deleted post out.
pub(crate) async fn delete_words(tx: &mut Tx, seq: i64) -> Result<(), Failure> {
    let engine = match tx {
        Tx::Sqlite(_) => Engine::Sqlite,
        Tx::Pg(_) => Engine::Postgres,
    };
    execute!(tx, dialect::words(&sql::DELETE_WORDS, engine), seq);
    Ok(())
}

async fn write_words(tx: &mut Tx, rows: &[(i64, &str)], head: &'static str) -> Result<(), sqlx::Error> {
    let rows: Vec<(i64, &str)> = rows.iter().copied().filter(|(_, words)| !words.is_empty()).collect();
    for piece in pieces(&rows) {
        match tx {
            Tx::Sqlite(tx) => {
                let mut query = sqlx::QueryBuilder::<sqlx::Sqlite>::new(head);
                query.push_values(piece, |mut list, (seq, words)| {
                    list.push_bind(*seq).push_bind(*words);
                });
                query.build().execute(&mut **tx).await?;
            }
            Tx::Pg(tx) => {
                let mut query = sqlx::QueryBuilder::<sqlx::Postgres>::new(sql::INSERT_WORDS_POSTGRES);
                query.push_values(piece, |mut list, (seq, words)| {
                    list.push_bind(*seq);
                    list.push("array_to_tsvector(string_to_array(").push_bind_unseparated(*words);
                    list.push_unseparated(", ' '))");
                });
                query.push(sql::INSERT_WORDS_POSTGRES_TAIL);
                query.build().execute(&mut **tx).await?;
            }
        }
    }
    Ok(())
}

/// The question as an engine reads it; `None` asks for everything.
pub(crate) fn question_text(asked: &IndexQuery, engine: Engine) -> Option<String> {
    match engine {
        Engine::Sqlite => match_text(asked),
        Engine::Postgres => tsquery_text(asked),
    }
}

/// The question as FTS5 reads it; `None` asks for everything.
fn match_text(asked: &IndexQuery) -> Option<String> {
    let mut text = String::new();
    render(asked, &mut text, &MATCH).then_some(text)
}

/// The question as PostgreSQL reads it; `None` asks for everything.
fn tsquery_text(asked: &IndexQuery) -> Option<String> {
    let mut text = String::new();
    render(asked, &mut text, &TSQUERY).then_some(text)
}

/// How an engine spells a question.
struct Spelling {
    quote: char,
    beginning: &'static str,
    all: &'static str,
    any: &'static str,
    /// How many bytes of a word it takes; a longer one is asked for by its beginning.
    longest: usize,
}

const MATCH: Spelling = Spelling { quote: '"', beginning: " *", all: " AND ", any: " OR ", longest: usize::MAX };
const TSQUERY: Spelling = Spelling { quote: '\'', beginning: ":*", all: " & ", any: " | ", longest: 2_000 };

/// Writes the question; false if it asks for everything.
fn render(asked: &IndexQuery, text: &mut String, spelling: &Spelling) -> bool {
    let mut word = |word: &str, after: &str| {
        // Words hold no signs; were there one, it would end the quotes.
        let word: String = word.chars().filter(|c| !c.is_ascii() || c.is_ascii_alphanumeric()).collect();
        let end = word.floor_char_boundary(spelling.longest);
        let (word, after) = if end < word.len() { (&word[..end], spelling.beginning) } else { (word.as_str(), after) };
        // Writing to a string cannot fail.
        let _ = write!(text, "{quote}{word}{quote}{after}", quote = spelling.quote);
        !word.is_empty()
    };
    let (parts, between) = match asked {
        IndexQuery::Everything => return false,
        IndexQuery::Word(one) => return word(one, ""),
        IndexQuery::Beginning(one) => return word(one, spelling.beginning),
        IndexQuery::All(parts) => (parts, spelling.all),
        IndexQuery::Any(parts) => (parts, spelling.any),
    };
    if parts.is_empty() {
        return false;
    }
    text.push('(');
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            text.push_str(between);
        }
        if !render(part, text, spelling) {
            return false;
        }
    }
    text.push(')');
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_spelled_for_each_engine() {
        let word = |word: &str| IndexQuery::Word(word.into());
        let check = |asked: IndexQuery, fts: Option<&str>, ts: Option<&str>| {
            assert_eq!(match_text(&asked).as_deref(), fts);
            assert_eq!(tsquery_text(&asked).as_deref(), ts);
        };
        check(IndexQuery::Everything, None, None);
        check(word("acme"), Some("\"acme\""), Some("'acme'"));
        check(IndexQuery::Beginning("ac".into()), Some("\"ac\" *"), Some("'ac':*"));
        check(
            IndexQuery::Any(vec![word("§"), IndexQuery::All(vec![word("a"), word("新")])]),
            Some("(\"§\" OR (\"a\" AND \"新\"))"),
            Some("('§' | ('a' & '新'))"),
        );
        check(word("a'\"b"), Some("\"ab\""), Some("'ab'"));
        check(IndexQuery::All(vec![]), None, None);
    }
}

//! Writes what a batch has changed, with few statements and always in the order of the keys.

use std::collections::{BTreeMap, HashMap};

use sqlx::types::Json;
use switchboard_model::{Delivery, SearchId, Signal};

use super::Failure;
use super::ledger::{AuthorEntry, Change, Entry, Ledger, MentionChange, SignalChange};
use crate::clean::{clean_json, cleaned};
use crate::db::{Tx, execute, insert_rows, on, pieces};
use crate::rows::{AuthorRow, PostRow, VersionRow};
use crate::statements as sql;
use crate::words::{delete_words, insert_words, replace_words};

pub(super) async fn write(tx: &mut Tx, ledger: &mut Ledger, deliveries: &[Delivery]) -> Result<(), Failure> {
    write_authors(tx, &ledger.authors).await?;
    insert_posts(tx, &mut ledger.entries).await?;
    for entry in &ledger.entries {
        update_post(tx, entry).await?;
    }
    insert_versions(tx, &ledger.entries).await?;
    write_mentions(tx, &ledger.entries).await?;
    write_signals(tx, &ledger.entries).await?;
    write_words(tx, &ledger.entries).await?;
    let fates: Vec<_> = ledger.fates.iter().collect();
    insert_rows!(tx, sql::ADD_FATES_HEAD, &fates, sql::ADD_FATES_TAIL, |list, fate| {
        let ((source, hour, reason), posts) = fate;
        list.push_bind(source.0).push_bind(*hour).push_bind(reason.as_str()).push_bind(**posts)
    });
    move_sources(tx, deliveries).await
}

async fn write_authors(tx: &mut Tx, authors: &BTreeMap<String, AuthorEntry>) -> Result<(), Failure> {
    let changed: Vec<&AuthorRow> =
        authors.values().filter(|author| author.is_changed).map(|author| &author.row).collect();
    insert_rows!(tx, sql::UPSERT_AUTHORS_HEAD, &changed, sql::UPSERT_AUTHORS_TAIL, |list, row| {
        list.push_bind(&row.key)
            .push_bind(&row.id)
            .push_bind(&row.handle)
            .push_bind(&row.name)
            .push_bind(&row.bio)
            .push_bind(&row.url)
            .push_bind(row.followers)
            .push_bind(row.following)
            .push_bind(row.posts)
            .push_bind(row.created_at)
            .push_bind(row.verified)
            .push_bind(&row.avatar)
    });
    Ok(())
}

/// Inserts new posts in the order of arrival and learns their `seq`.
async fn insert_posts(tx: &mut Tx, entries: &mut [Entry]) -> Result<(), Failure> {
    let new: Vec<&PostRow> =
        entries.iter().filter(|entry| entry.change == Change::New).map(|entry| &entry.row).collect();
    let mut given: HashMap<String, i64> = HashMap::with_capacity(new.len());
    for piece in pieces(&new) {
        let rows: Vec<(String, i64)> = on!(&mut *tx, |conn| {
            let mut query = sqlx::QueryBuilder::new(sql::INSERT_POSTS_HEAD);
            query.push_values(piece, |mut list, row| {
                list.push_bind(&row.id)
                    .push_bind(&row.network)
                    .push_bind(row.source)
                    .push_bind(&row.author)
                    .push_bind(&row.url)
                    .push_bind(&row.canonical_url)
                    .push_bind(row.article_key)
                    .push_bind(&row.title)
                    .push_bind(&row.text)
                    .push_bind(&row.lang)
                    .push_bind(row.posted_at)
                    .push_bind(row.edited_at)
                    .push_bind(row.deleted_at)
                    .push_bind(&row.kind)
                    .push_bind(&row.visibility)
                    .push_bind(&row.in_reply_to)
                    .push_bind(&row.thread)
                    .push_bind(row.rating)
                    .push_bind(row.likes)
                    .push_bind(row.replies)
                    .push_bind(row.reshares)
                    .push_bind(row.views)
                    .push_bind(&row.links)
                    .push_bind(&row.media)
                    .push_bind(&row.raw)
                    .push_bind(row.captured_at)
                    .push_bind(row.version)
                    .push_bind(row.version_at)
                    .push_bind(row.is_addressed);
            });
            query.push(sql::INSERT_POSTS_TAIL);
            query.build_query_as::<(String, i64)>().fetch_all(&mut *conn).await?
        });
        given.extend(rows);
    }
    for entry in entries {
        if let Some(seq) = given.get(&entry.row.id) {
            entry.row.seq = *seq;
            entry.versions.iter_mut().for_each(|version| version.post = *seq);
        }
    }
    Ok(())
}

async fn update_post(tx: &mut Tx, entry: &Entry) -> Result<(), Failure> {
    let row = &entry.row;
    match entry.change {
        Change::None | Change::New => return Ok(()),
        Change::Figures => {
            execute!(
                &mut *tx,
                sql::UPDATE_POST_FIGURES,
                row.seq,
                row.likes,
                row.replies,
                row.reshares,
                row.views,
                row.is_addressed,
            );
        }
        Change::Content => {
            execute!(
                &mut *tx,
                sql::UPDATE_POST,
                row.seq,
                &row.author,
                &row.url,
                &row.canonical_url,
                row.article_key,
                &row.title,
                &row.text,
                &row.lang,
                row.posted_at,
                row.edited_at,
                row.deleted_at,
                &row.kind,
                &row.visibility,
                &row.in_reply_to,
                &row.thread,
                row.rating,
                row.likes,
                row.replies,
                row.reshares,
                row.views,
                &row.links,
                &row.media,
                &row.raw,
                row.version,
                row.version_at,
                row.is_addressed,
            );
        }
    }
    if entry.is_erased {
        execute!(&mut *tx, sql::ERASE_VERSIONS, row.seq);
        execute!(&mut *tx, sql::ERASE_SPANS, row.seq);
        execute!(&mut *tx, sql::ERASE_EVIDENCE, row.seq);
    }
    Ok(())
}

async fn insert_versions(tx: &mut Tx, entries: &[Entry]) -> Result<(), Failure> {
    let versions: Vec<&VersionRow> = entries.iter().flat_map(|entry| &entry.versions).collect();
    insert_rows!(tx, sql::INSERT_VERSIONS_HEAD, &versions, "", |list, row| {
        list.push_bind(row.post)
            .push_bind(row.version)
            .push_bind(&row.title)
            .push_bind(&row.text)
            .push_bind(&row.links)
            .push_bind(&row.media)
            .push_bind(&row.raw)
            .push_bind(row.edited_at)
            .push_bind(row.captured_at)
    });
    Ok(())
}

/// Writes mentions and moves the counters of their searches.
async fn write_mentions(tx: &mut Tx, entries: &[Entry]) -> Result<(), Failure> {
    let mut new = Vec::new();
    let mut added: BTreeMap<SearchId, i64> = BTreeMap::new();
    let mut volume = Volume::default();
    for entry in entries {
        for (search, mention) in &entry.mentions {
            match mention.change {
                MentionChange::None => volume.move_one(*search, entry),
                MentionChange::New => {
                    new.push((*search, entry.row.seq, &mention.spans));
                    *added.entry(*search).or_default() += 1;
                    volume.add(*search, entry.hour(), 1);
                }
                MentionChange::Spans => {
                    volume.move_one(*search, entry);
                    execute!(&mut *tx, sql::UPDATE_SPANS, search.0, entry.row.seq, Json(&mention.spans));
                }
            }
        }
    }
    new.sort_by_key(|(search, post, _)| (*search, *post));
    insert_rows!(tx, sql::INSERT_MENTIONS_HEAD, &new, "", |list, mention| {
        let (search, post, spans) = mention;
        list.push_bind(search.0).push_bind(*post).push_bind(Json(*spans))
    });
    for (search, mentions) in added {
        execute!(&mut *tx, sql::COUNT_MENTIONS, search.0, mentions);
    }
    volume.write(tx).await
}

/// What a batch adds to the mentions of each search and hour.
#[derive(Default)]
struct Volume(BTreeMap<(SearchId, i64), i64>);

impl Volume {
    fn add(&mut self, search: SearchId, hour: i64, mentions: i64) {
        *self.0.entry((search, hour)).or_default() += mentions;
    }

    /// A mention that was counted before its post's hour was known.
    fn move_one(&mut self, search: SearchId, entry: &Entry) {
        if entry.hour() != entry.counted_in {
            self.add(search, entry.counted_in, -1);
            self.add(search, entry.hour(), 1);
        }
    }

    async fn write(self, tx: &mut Tx) -> Result<(), Failure> {
        let rows: Vec<((SearchId, i64), i64)> = self.0.into_iter().filter(|(_, mentions)| *mentions != 0).collect();
        insert_rows!(tx, sql::ADD_VOLUME_HEAD, &rows, sql::ADD_VOLUME_TAIL, |list, row| {
            let ((search, hour), mentions) = row;
            list.push_bind(search.0).push_bind(*hour).push_bind(*mentions)
        });
        Ok(())
    }
}

async fn write_signals(tx: &mut Tx, entries: &[Entry]) -> Result<(), Failure> {
    let mut rows: Vec<(i64, i64, &Signal)> = Vec::new();
    for entry in entries {
        let SignalChange::Replace(signals) = &entry.signals else { continue };
        if entry.change != Change::New {
            execute!(&mut *tx, sql::DELETE_SIGNALS, entry.row.seq);
        }
        rows.extend(signals.0.iter().zip(0..).map(|(signal, place)| (entry.row.seq, place, signal)));
    }
    insert_rows!(tx, sql::INSERT_SIGNALS_HEAD, &rows, "", |list, row| {
        let (post, place, signal) = row;
        list.push_bind(*post)
            .push_bind(*place)
            .push_bind(signal.name.as_str())
            .push_bind(&signal.label)
            .push_bind(signal.score)
            .push_bind(Json(&signal.scores))
            .push_bind(Json(&signal.evidence))
            .push_bind(&signal.model)
    });
    Ok(())
}

/// Keeps the index of words in step. A post that came and went in one batch has none.
async fn write_words(tx: &mut Tx, entries: &[Entry]) -> Result<(), Failure> {
    let (mut new, mut replaced) = (Vec::new(), Vec::new());
    for entry in entries {
        let Some(words) = entry.words.as_deref() else { continue };
        match entry.change {
            Change::New => new.push((entry.row.seq, words)),
            _ if words.is_empty() => delete_words(tx, entry.row.seq).await?,
            _ => replaced.push((entry.row.seq, words)),
        }
    }
    insert_words(tx, &new).await?;
    Ok(replace_words(tx, &replaced).await?)
}

/// Moves cursors and settings; of several batches of one source the last word counts.
async fn move_sources(tx: &mut Tx, deliveries: &[Delivery]) -> Result<(), Failure> {
    let mut cursors = BTreeMap::new();
    let mut settings = BTreeMap::new();
    for delivery in deliveries {
        if let Some(cursor) = &delivery.cursor {
            cursors.insert(delivery.source, cleaned(&cursor.0));
        }
        if let Some(changed) = &delivery.settings {
            let mut changed = changed.clone();
            clean_json(&mut changed);
            settings.insert(delivery.source, changed);
        }
    }
    for (source, cursor) in cursors {
        execute!(&mut *tx, sql::MOVE_CURSOR, source.0, &cursor);
    }
    for (source, changed) in settings {
        execute!(&mut *tx, sql::MOVE_SETTINGS, source.0, Json(&changed));
    }
    Ok(())
}

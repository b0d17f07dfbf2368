//! Both engines have the same tables, the same statements fit both, and the reference page names what is there.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Column, Connection, Either, Executor, PgConnection, SqliteConnection, Statement};
use switchboard_store::{Engine, Location, Store, StoreConfig, migrations, statements};

use crate::support::*;

type Tables = BTreeMap<String, BTreeSet<(String, bool, &'static str)>>;

async fn migrated(config: &StoreConfig) {
    Store::open(config).await.expect("a fresh database opens").close().await;
}

async fn sqlite(config: &StoreConfig) -> SqliteConnection {
    let Location::Sqlite(path) = &config.location else { panic!("a file") };
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    SqliteConnection::connect_with(&options).await.expect("the file opens")
}

async fn postgres(config: &StoreConfig) -> PgConnection {
    let Location::Postgres(url) = &config.location else { panic!("a URL") };
    PgConnection::connect(url).await.expect("the server answers")
}

/// The index of words is left out: it is of the engine's own kind.
///
/// Columns with whether they may be empty and what they hold, in words that both engines share.
async fn sqlite_tables() -> Tables {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    on_database(Engine::Sqlite, async |config| {
        migrated(&config).await;
        let rows: Vec<(String, String, String, bool)> = sqlx::query_as(
            "select tables.name, columns.name, columns.type, columns.\"notnull\" from sqlite_schema tables \
             join pragma_table_info(tables.name) columns where tables.type = 'table' \
             and tables.name not like 'sqlite_%' and tables.name not like '_sqlx%' and tables.name not like 'words%' \
             and tables.name not like 'said_words%'",
        )
        .fetch_all(&mut sqlite(&config).await)
        .await
        .expect("columns");
        let _ = sender.send(rows);
        Ok(())
    })
    .await;
    let mut tables = Tables::new();
    for (table, column, holds, is_required) in receiver.await.expect("sent") {
        // JSON is text and a truth a number there; the names tell which.
        let holds = match (holds.as_str(), column.as_str()) {
            (_, "hash") => "bytes",
            ("BLOB", _) => "uuid",
            ("TEXT", "settings" | "budget" | "links" | "media" | "raw" | "spans" | "scores" | "evidence") => "json",
            ("TEXT", "parts" | "tags" | "offer" | "data" | "chosen" | "filter" | "findings" | "rules" | "formula") => {
                "json"
            }
            ("TEXT", "outreaches" | "languages" | "duty" | "intents" | "keywords" | "handles") => "json",
            ("TEXT", "profile" | "office" | "team" | "holidays" | "policy" | "risk" | "involved" | "watchers") => {
                "json"
            }
            ("TEXT", _) => "text",
            (
                "INTEGER",
                "is_enabled" | "is_active" | "is_addressed" | "verified" | "is_private" | "is_shown" | "dismisses"
                | "stops" | "is_side_talk",
            ) => "truth",
            ("INTEGER", _) => "number",
            ("REAL", _) => "real",
            (other, _) => panic!("{table}.{column} holds {other}"),
        };
        // The primary key that counts by itself is never empty, though SQLite does not say so.
        let counts =
            [("cases", "id"), ("feed", "place"), ("notifications", "id"), ("sweeps", "id"), ("examples", "id")]
                .contains(&(table.as_str(), column.as_str()));
        let is_required = is_required || column == "seq" || counts;
        tables.entry(table).or_default().insert((column, is_required, holds));
    }
    tables
}

#[tokio::test]
async fn both_engines_have_the_same_tables() {
    let ours = sqlite_tables().await;
    on_database(Engine::Postgres, async |config| {
        migrated(&config).await;
        let rows: Vec<(String, String, String, bool)> = sqlx::query_as(
            "select table_name::text, column_name::text, data_type::text, is_nullable = 'NO' \
             from information_schema.columns \
             where table_schema = current_schema() and table_name not like '\\_sqlx%' and table_name not like 'words%' \
             and table_name not like 'said_words%'",
        )
        .fetch_all(&mut postgres(&config).await)
        .await
        .expect("columns");
        let mut theirs = Tables::new();
        for (table, column, holds, is_required) in rows {
            let holds = match holds.as_str() {
                "bytea" => "bytes",
                "uuid" => "uuid",
                "jsonb" => "json",
                "text" => "text",
                "boolean" => "truth",
                "bigint" => "number",
                "double precision" => "real",
                other => panic!("{table}.{column} holds {other}"),
            };
            theirs.entry(table).or_default().insert((column, is_required, holds));
        }
        assert_eq!(ours, theirs);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_reference_page_names_every_table_and_column() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/schema.md");
    let page = std::fs::read_to_string(page).expect("docs/reference/schema.md");
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut table = String::new();
    for line in page.lines() {
        if let Some(name) = line.strip_prefix("## `").and_then(|rest| rest.strip_suffix('`')) {
            table = name.to_owned();
            told.insert(table.clone(), BTreeSet::new());
        } else if let Some((column, _)) = line.strip_prefix("| `").and_then(|rest| rest.split_once('`')) {
            told.get_mut(&table).expect("a column stands under its table").insert(column.to_owned());
        }
    }
    let columns = |columns: BTreeSet<(String, bool, &str)>| columns.into_iter().map(|(column, ..)| column).collect();
    let mut real: BTreeMap<String, BTreeSet<String>> =
        sqlite_tables().await.into_iter().map(|(table, found)| (table, columns(found))).collect();
    real.insert("words".into(), ["post".to_owned(), "folded".to_owned()].into());
    real.insert("said_words".into(), ["said".to_owned(), "folded".to_owned()].into());
    assert_eq!(told, real);
}

#[test]
fn migrations_have_the_same_names_in_both_folders() {
    let names = |engine: &str| -> BTreeSet<String> {
        let folder = format!("{}/migrations/{engine}", env!("CARGO_MANIFEST_DIR"));
        let files = std::fs::read_dir(folder).expect("the folder");
        files.map(|file| file.expect("a file").file_name().into_string().expect("a name")).collect()
    };
    let listed: BTreeSet<String> = migrations::STEPS.iter().map(|step| format!("{}.sql", step.name)).collect();
    assert_eq!(names("sqlite"), listed);
    assert_eq!(names("postgres"), listed);
    for step in migrations::STEPS {
        let (number, words) = step.name.split_once('_').expect("a number and words");
        assert!(number.len() == 12 && number.parse::<i64>().is_ok(), "{}", step.name);
        assert!(!words.is_empty());
        for text in [step.sqlite, step.postgres] {
            assert!(text.starts_with("-- "), "{} says first what it is for", step.name);
        }
    }
}

/// What a statement takes and gives, counted.
type Shape = BTreeMap<&'static str, (usize, Vec<String>)>;

#[tokio::test]
async fn every_statement_fits_both_engines() {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    on_database(Engine::Sqlite, async |config| {
        migrated(&config).await;
        let mut connection = sqlite(&config).await;
        let mut shapes = Shape::new();
        for statement in statements::all() {
            let Some(text) = statement.sqlite else { continue };
            let prepared = (&mut connection).prepare(sqlx::SqlSafeStr::into_sql_str(text)).await;
            let prepared = prepared.unwrap_or_else(|error| panic!("{}: {error}", statement.name));
            let takes = match prepared.parameters() {
                Some(Either::Right(count)) => count,
                Some(Either::Left(types)) => types.len(),
                None => 0,
            };
            let gives = prepared.columns().iter().map(|column| column.name().to_owned()).collect();
            shapes.insert(statement.name, (takes, gives));
        }
        let _ = sender.send(shapes);
        Ok(())
    })
    .await;
    let ours = receiver.await.expect("sent");
    assert!(ours.len() > 40, "{} statements", ours.len());
    on_database(Engine::Postgres, async |config| {
        migrated(&config).await;
        let mut connection = postgres(&config).await;
        for statement in statements::all() {
            let Some(text) = statement.postgres else { continue };
            let prepared = (&mut connection).prepare(sqlx::SqlSafeStr::into_sql_str(text)).await;
            let prepared = prepared.unwrap_or_else(|error| panic!("{}: {error}", statement.name));
            let takes = match prepared.parameters() {
                Some(Either::Left(types)) => types.len(),
                Some(Either::Right(count)) => count,
                None => 0,
            };
            if let Some((known, names)) = ours.get(statement.name) {
                assert_eq!(takes, *known, "parameters of {}", statement.name);
                let gives: Vec<&str> = prepared.columns().iter().map(|column| column.name()).collect();
                assert_eq!(gives.len(), names.len(), "columns of {}", statement.name);
            }
        }
        Ok(())
    })
    .await;
}

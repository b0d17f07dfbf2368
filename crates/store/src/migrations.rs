//! The steps that bring a database to the form this program needs, the same names for both engines.
//!
//! To add one: write `migrations/sqlite/YYYYMMDDHHMM_what_it_does.sql` and its twin in `migrations/postgres`, and add the
//! name to the list below. A released migration is never edited; changes come as expand, move, contract.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use crate::config::Engine;

/// One step in both dialects.
pub struct Step {
    /// File name without `.sql`.
    pub name: &'static str,
    /// For SQLite.
    pub sqlite: &'static str,
    /// For PostgreSQL.
    pub postgres: &'static str,
}

macro_rules! steps {
    ($($name:literal),* $(,)?) => {
        &[$(Step {
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }),*]
    };
}

/// All steps, oldest first.
pub const STEPS: &[Step] = steps![
    "202611210900_create_the_line",
    "202611220900_create_people",
    "202611220910_create_cases",
    "202611220920_create_answers",
    "202611220930_create_words",
    "202611220940_create_preferences",
    "202611221010_create_views",
    "202611221020_add_avatars",
    "202611221030_create_volume",
    "202611231000_create_feed",
    "202611231010_add_offices",
    "202611231020_follow_cases",
    "202611241000_sweep_mentions",
    "202611241010_extend_rules",
    "202611251100_create_notifications",
    "202611271000_create_labels",
    "202611281000_give_in_turn",
    "202611281010_count_exposure",
    "202611281020_tell_more_of_an_event",
    "202611291000_keep_formulas",
    "202611301000_merge_cases",
    "202612011000_spend_links",
    "202612011010_push_notifications",
    "202612021000_index_what_is_said",
    "202612031000_find_unread",
    "202612041000_keep_packs",
    "202612051000_create_outreaches",
    "202612071000_find_contacts",
];

/// The number that leads a step's name.
fn version(step: &Step) -> i64 {
    step.name.split('_').next().and_then(|digits| digits.parse().ok()).unwrap_or_default()
}

/// The newest migration that this program knows.
pub fn newest() -> i64 {
    STEPS.iter().map(version).max().unwrap_or_default()
}

pub(crate) fn migrator(engine: Engine) -> Migrator {
    let migrations = STEPS.iter().map(|step| {
        let sql = match engine {
            Engine::Sqlite => step.sqlite,
            Engine::Postgres => step.postgres,
        };
        Migration::new(version(step), step.name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

//! Rules of routing.

use jiff::Timestamp;
use sqlx::types::Json;
use switchboard_model::{By, DepartmentId, Rule, RuleId, RuleSet, UserId};
use uuid::Uuid;

use super::users::cleaned_all;
use crate::clean::{cleaned, time};
use crate::db::{Tx, execute, on};
use crate::error::StoreError;
use crate::rows::unknown;
use crate::{Store, statements::people as sql};

#[derive(sqlx::FromRow)]
struct RuleRow {
    id: Uuid,
    place: i64,
    name: String,
    condition: Option<String>,
    intent: Option<String>,
    department: Option<Uuid>,
    tags: Json<Vec<String>>,
    priority: i64,
    is_enabled: bool,
    owner: Option<Uuid>,
    dismisses: bool,
    stops: bool,
}

impl From<RuleRow> for Rule {
    fn from(row: RuleRow) -> Self {
        Self {
            id: RuleId(row.id),
            place: row.place,
            name: row.name,
            when: row.condition,
            intent: row.intent,
            department: row.department.map(DepartmentId),
            tags: row.tags.0,
            priority: i32::try_from(row.priority).unwrap_or_default(),
            owner: row.owner.map(UserId),
            dismisses: row.dismisses,
            stops: row.stops,
            is_enabled: row.is_enabled,
        }
    }
}

pub(super) async fn load(tx: &mut Tx) -> Result<Vec<Rule>, StoreError> {
    let rows: Vec<RuleRow> = on!(tx, |conn| sqlx::query_as(sql::LIST_RULES).fetch_all(&mut *conn).await?);
    Ok(rows.into_iter().map(Rule::from).collect())
}

pub(super) async fn insert(tx: &mut Tx, rule: &Rule) -> Result<(), StoreError> {
    execute!(
        tx,
        sql::INSERT_RULE,
        rule.id.0,
        rule.place,
        cleaned(&rule.name),
        rule.when.as_deref().map(cleaned),
        rule.intent.as_deref().map(cleaned),
        rule.department.map(|department| department.0),
        Json(cleaned_all(&rule.tags)),
        i64::from(rule.priority),
        rule.is_enabled,
        rule.owner.map(|owner| owner.0),
        rule.dismisses,
        rule.stops,
    );
    Ok(())
}

#[derive(sqlx::FromRow)]
struct RuleSetRow {
    number: i64,
    at: i64,
    actor: String,
    rules: Json<Vec<Rule>>,
}

impl RuleSetRow {
    fn into_rule_set(self) -> Result<RuleSet, StoreError> {
        Ok(RuleSet {
            number: self.number,
            at: time(self.at)?,
            by: self.actor.parse().map_err(|_| unknown("rule_sets.actor", &self.actor))?,
            rules: self.rules.0,
        })
    }
}

impl Store {
    /// Keeps all rules as they are from now on, unless they are as they were.
    pub async fn keep_rule_set(&self, rules: &[Rule], by: By, at: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        let newest: Option<RuleSetRow> =
            on!(&mut tx, |conn| sqlx::query_as(sql::NEWEST_RULE_SET).fetch_optional(&mut *conn).await?);
        if newest.is_none_or(|newest| newest.rules.0 != rules) {
            execute!(&mut tx, sql::INSERT_RULE_SET, at.as_microsecond(), by.to_string(), Json(rules));
        }
        tx.commit().await
    }

    /// All rules as they were at a moment; the first that were kept where it was before those.
    pub async fn rule_set_at(&self, at: Timestamp) -> Result<Option<RuleSet>, StoreError> {
        let mut tx = self.read().await?;
        let row: Option<RuleSetRow> = on!(&mut tx, |conn| {
            sqlx::query_as(sql::RULE_SET_AT).bind(at.as_microsecond()).fetch_optional(&mut *conn).await?
        });
        row.map(RuleSetRow::into_rule_set).transpose()
    }

    /// Adds a rule. A name that is there already is a conflict.
    pub async fn insert_rule(&self, rule: &Rule) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        insert(&mut tx, rule).await?;
        tx.commit().await
    }

    /// Changes a rule. False if there is none.
    pub async fn update_rule(&self, rule: &Rule) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(
            &mut tx,
            sql::UPDATE_RULE,
            rule.id.0,
            rule.place,
            cleaned(&rule.name),
            rule.when.as_deref().map(cleaned),
            rule.intent.as_deref().map(cleaned),
            rule.department.map(|department| department.0),
            Json(cleaned_all(&rule.tags)),
            i64::from(rule.priority),
            rule.is_enabled,
            rule.owner.map(|owner| owner.0),
            rule.dismisses,
            rule.stops,
        );
        tx.commit().await?;
        Ok(rows > 0)
    }

    /// Gives the rules the places in which they stand here, from 1.
    pub async fn place_rules(&self, order: &[RuleId]) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        for (rule, place) in order.iter().zip(1_i64..) {
            execute!(&mut tx, sql::PLACE_RULE, rule.0, place);
        }
        tx.commit().await
    }

    /// Removes a rule. False if there is none.
    pub async fn delete_rule(&self, id: RuleId) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let rows = execute!(&mut tx, sql::DELETE_RULE, id.0);
        tx.commit().await?;
        Ok(rows > 0)
    }
}

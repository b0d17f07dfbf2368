//! The one call: search by date.

use serde::Deserialize;
use serde_json::value::RawValue;
use switchboard_model::{Budget, CaptureError};

use crate::hackernews::Plan;
use crate::http::{Http, Remedy, Request};

/// More hits than this are not given for one question, however many there are.
const MOST_HITS: u64 = 1_000;

const REMEDY: Remedy = Remedy {
    what: "the search",
    credentials: "the search should be open to everybody; check 'api'",
    missing: "check 'api'",
};

/// What the search answers.
#[derive(Deserialize)]
pub(crate) struct Found {
    pub(crate) hits: Vec<Box<RawValue>>,
    #[serde(rename = "nbPages", default)]
    pages: u64,
    #[serde(skip)]
    pub(crate) budget: Option<Budget>,
}

impl Found {
    /// Whether there is more than was given.
    pub(crate) fn is_cut(&self) -> bool {
        self.pages > 1 || self.hits.len() as u64 >= MOST_HITS
    }
}

/// What was written from `from` on and, where it is given, before `until` (Unix seconds).
pub(crate) async fn search(http: &Http, plan: &Plan, from: i64, until: Option<i64>) -> Result<Found, CaptureError> {
    let mut url = plan.api.clone();
    url.set_path(&format!("{}/search_by_date", plan.api.path().trim_end_matches('/')));
    let between = match until {
        Some(until) => format!("created_at_i>={from},created_at_i<{until}"),
        None => format!("created_at_i>={from}"),
    };
    url.query_pairs_mut()
        .append_pair("query", &plan.query)
        .append_pair("tags", plan.tags)
        .append_pair("numericFilters", &between)
        .append_pair("hitsPerPage", &MOST_HITS.to_string())
        // A name with a slip of the finger is a matter for the saved search, not for the index.
        .append_pair("typoTolerance", "false")
        .append_pair("advancedSyntax", "true");
    let answer = http.send(Request::get(url)).await?.ok(&REMEDY, http.clock().now())?;
    let found: Found = answer.json("the search")?;
    Ok(Found { budget: answer.budget, ..found })
}

//! The shapes of accounts, drafts and replies.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// Where answers leave.
#[derive(Serialize, ToSchema)]
#[schema(as = AccountNetwork)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AccountNetworkShape {
    Mastodon,
    Bluesky,
}

/// A social account that the company owns.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
pub(crate) struct AccountShape {
    id: Uuid,
    network: AccountNetworkShape,
    /// As the network writes it, without `@`.
    handle: String,
    /// The network's own id of it, as in the authors of its posts.
    author: String,
    /// Where and how it logs in; secrets are named and not told.
    settings: BTreeMap<String, Value>,
    /// The departments that may answer with it; empty for all.
    departments: Vec<Uuid>,
    /// Whether answers leave through it.
    is_enabled: bool,
    /// What is wrong with it and what to do; empty when all is well.
    trouble: String,
    #[schema(format = DateTime)]
    created_at: String,
}

/// What somebody is writing on a case.
#[derive(Serialize, ToSchema)]
#[schema(as = Draft)]
pub(crate) struct DraftShape {
    /// Number of the case.
    case: i64,
    /// Who writes; `null` for the operator of the machine.
    #[schema(required)]
    by: Option<Uuid>,
    #[schema(required)]
    account: Option<Uuid>,
    /// Id of the post it answers; `null` for the newest of the case that is not ours.
    #[schema(required)]
    to: Option<String>,
    text: String,
    /// Counts changes.
    version: u32,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// What a network makes of a text.
#[derive(Serialize, ToSchema)]
#[schema(as = Measured)]
pub(crate) struct MeasuredShape {
    /// How long the network says it is.
    length: u32,
    /// How long it may be; 0 where no account is there to answer.
    limit: u32,
    /// What is put in front of it so that the author is addressed.
    lead: String,
    /// What of it people will be able to click: addresses, handles and tags.
    clickable: Vec<String>,
    /// Why it cannot leave like this; empty if it can.
    problems: Vec<String>,
}

/// Where a reply stands.
#[derive(Serialize, ToSchema)]
#[schema(as = ReplyState)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ReplyStateShape {
    /// In the outbox.
    Queued,
    /// Handed to the network, whose answer is not known yet.
    Sending,
    /// The network has it.
    Sent,
    /// It did not leave, or nobody can tell; `trouble` says why.
    Failed,
    /// Taken back before it left.
    Withdrawn,
}

/// What becomes of a case once its reply is sent.
#[derive(Serialize, ToSchema)]
#[schema(as = Then)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ThenShape {
    /// It stays as it is.
    Stay,
    /// It waits for its author.
    Wait,
    /// It is closed as solved publicly.
    Close,
}

/// What a reply became on its network.
#[derive(Serialize, ToSchema)]
#[schema(as = Published)]
pub(crate) struct PublishedShape {
    /// Id of the post, as it would stand in `posts`.
    id: String,
    /// Where it can be seen.
    #[schema(required)]
    url: Option<String>,
}

/// An answer on its way out, or where it ended.
#[derive(Serialize, ToSchema)]
#[schema(as = Reply)]
pub(crate) struct ReplyShape {
    id: Uuid,
    /// Number of the case.
    case: i64,
    account: Uuid,
    /// Who wrote it; `null` for the operator of the machine.
    #[schema(required)]
    by: Option<Uuid>,
    /// Id of the post it answers.
    to: String,
    text: String,
    state: ReplyStateShape,
    /// What makes a second sending recognisable to the network.
    key: String,
    then: ThenShape,
    #[schema(format = DateTime)]
    queued_at: String,
    /// It does not leave before.
    #[schema(format = DateTime)]
    send_at: String,
    /// How often it was sent.
    attempts: u32,
    #[schema(required, format = DateTime)]
    attempted_at: Option<String>,
    #[schema(required, format = DateTime)]
    sent_at: Option<String>,
    #[schema(required)]
    published: Option<PublishedShape>,
    /// Why it failed or waits; empty when all is well.
    trouble: String,
}

//! Shapes of exclusion packs.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::previews::ExampleShape;

/// A pack as queries find it.
#[derive(Serialize, ToSchema)]
#[schema(as = Pack)]
pub(crate) struct PackShape {
    /// By which queries name it.
    name: String,
    /// What it is called in words.
    title: String,
    /// What it finds, and what not.
    description: String,
    kind: PackKindShape,
    /// The languages that it knows, as `en`.
    languages: Vec<String>,
    /// What it finds.
    query: String,
    /// The version of the one that is shipped under this name; `null` of one of your own.
    #[schema(required)]
    shipped: Option<u32>,
    /// Whether somebody here wrote it or adapted the shipped one.
    is_own: bool,
    /// Of a shipped one that was adapted: the version that it was adapted from.
    #[schema(required)]
    based_on: Option<u32>,
    /// When it was last changed; `null` as shipped.
    #[schema(required, format = DateTime)]
    updated_at: Option<String>,
    /// `user:` and an id, or `operator`; `null` as shipped.
    #[schema(required)]
    changed_by: Option<String>,
    /// Why no query can name it; `null` where it can be used.
    #[schema(required)]
    error: Option<String>,
}

/// What a pack is for.
#[derive(Serialize, ToSchema)]
#[schema(as = PackKind)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PackKindShape {
    Jobs,
    Spam,
    Coupons,
    Giveaways,
    Homonym,
    Other,
}

/// A pack with what names it.
#[derive(Serialize, ToSchema)]
#[schema(as = PackWithUses)]
pub(crate) struct PackWithUsesShape {
    #[serde(flatten)]
    pack: PackShape,
    uses: PackUsesShape,
}

/// What names a pack itself.
#[derive(Serialize, ToSchema)]
#[schema(as = PackUses)]
pub(crate) struct PackUsesShape {
    searches: Vec<UsingShape>,
    rules: Vec<UsingShape>,
    /// Names of other packs.
    packs: Vec<String>,
}

/// A search or a rule that names a pack.
#[derive(Serialize, ToSchema)]
#[schema(as = PackUse)]
pub(crate) struct UsingShape {
    id: Uuid,
    name: String,
}

/// What a file would do, or has done.
#[derive(Serialize, ToSchema)]
#[schema(as = PackImport)]
pub(crate) struct PackImportShape {
    /// Each pack of the file, in its order.
    packs: Vec<ImportedPackShape>,
    /// Whether it was done.
    is_done: bool,
}

/// A pack of a file.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportedPack)]
pub(crate) struct ImportedPackShape {
    /// Its name, as far as it has one.
    name: String,
    state: ImportStateShape,
    /// Why it cannot be taken; empty where it can.
    error: String,
    /// Its query as it was; empty where there was none, or the same.
    before: String,
    /// Its query in the file.
    query: String,
}

/// What comes of a pack of a file.
#[derive(Serialize, ToSchema)]
#[schema(as = PackImportState)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ImportStateShape {
    New,
    Changed,
    Same,
    Bad,
}

/// What each pack would leave out of a query.
#[derive(Serialize, ToSchema)]
#[schema(as = PackLosses)]
pub(crate) struct PackLossesShape {
    packs: Vec<PackLossShape>,
    /// How many posts were looked at.
    looked_at: u64,
    /// Since when.
    #[schema(format = DateTime)]
    from: String,
    /// Time was up before all of it was looked at.
    is_cut: bool,
}

/// What a pack would leave out of a query.
#[derive(Serialize, ToSchema)]
#[schema(as = PackLoss)]
pub(crate) struct PackLossShape {
    name: String,
    title: String,
    /// The query leaves it out already.
    is_left_out: bool,
    /// How many posts the query would find without it, and the pack takes.
    loses: u64,
}

/// What a pack leaves out.
#[derive(Serialize, ToSchema)]
#[schema(as = PackTrial)]
pub(crate) struct PackTrialShape {
    /// The pack's query as it is understood.
    parsed: String,
    /// The same with the packs that it includes written out.
    expanded: String,
    /// How many posts were looked at.
    looked_at: u64,
    /// Since when.
    #[schema(format = DateTime)]
    from: String,
    /// Time was up before all of it was looked at.
    is_cut: bool,
    /// How many of them the pack finds.
    found: u64,
    /// The newest of those.
    sample: Vec<ExampleShape>,
    /// Each search that listens.
    searches: Vec<SearchLossShape>,
}

/// What a pack leaves out of one search.
#[derive(Serialize, ToSchema)]
#[schema(as = SearchLoss)]
pub(crate) struct SearchLossShape {
    id: Uuid,
    name: String,
    /// It leaves the pack out already; then this is what it has been spared.
    is_left_out: bool,
    /// How many of its posts the pack takes, or has taken.
    loses: u64,
    /// How many posts it has with those.
    of: u64,
    /// The newest of those that go.
    sample: Vec<ExampleShape>,
}

//! Exclusion packs over the API.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use switchboard_app::packs::homonym::Homonym;
use switchboard_app::packs::share::PackImport;
use switchboard_app::packs::{PackInForce, PackUses};
use switchboard_app::searches::left_out::{PackLosses, PackTrial};
use switchboard_model::{PackKind, PackText};
use utoipa::{IntoParams, ToSchema};

use super::shapes::packs::{
    PackImportShape, PackKindShape, PackLossesShape, PackShape, PackTrialShape, PackWithUsesShape,
};
use super::{BodyRefusals, Listed, One, Refusals, created, listed, one};
use crate::error::{ApiError, ErrorBody};
use crate::extract::{ApiJson, ApiQuery};
use crate::options::Web;
use crate::visitor::Visitor;

/// A pack as somebody writes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WritePack {
    /// By which queries name it: letters a–z, digits and `-`. Capitals count as small letters.
    #[schema(min_length = 1, max_length = 40, pattern = "^[A-Za-z0-9][A-Za-z0-9-]*$", example = "apple-pie")]
    name: String,
    /// What it is called in words.
    #[schema(min_length = 1, max_length = 100)]
    title: String,
    /// What it finds, and what not.
    #[serde(default)]
    #[schema(required = false, max_length = 1000)]
    description: String,
    #[serde(default)]
    #[schema(value_type = PackKindShape, required = false)]
    kind: PackKind,
    /// The languages that it knows, as `en`.
    #[serde(default)]
    #[schema(required = false, max_items = 40)]
    languages: Vec<String>,
    /// What it finds, in the saved-search language.
    #[schema(max_length = 32768, example = "apple NEAR/8 (pie OR juice)")]
    query: String,
}

impl From<WritePack> for PackText {
    fn from(written: WritePack) -> Self {
        let WritePack { name, title, description, kind, languages, query } = written;
        Self { name, title, description, kind, languages, query }
    }
}

/// What a pack says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PackWords {
    /// What it is called in words.
    #[schema(min_length = 1, max_length = 100)]
    title: String,
    /// What it finds, and what not.
    #[serde(default)]
    #[schema(required = false, max_length = 1000)]
    description: String,
    #[serde(default)]
    #[schema(value_type = PackKindShape, required = false)]
    kind: PackKind,
    /// The languages that it knows, as `en`.
    #[serde(default)]
    #[schema(required = false, max_items = 40)]
    languages: Vec<String>,
    /// What it finds, in the saved-search language.
    #[schema(max_length = 32768, example = "apple NEAR/8 (pie OR juice)")]
    query: String,
}

fn text(name: String, says: PackWords) -> PackText {
    let PackWords { title, description, kind, languages, query } = says;
    PackText { name, title, description, kind, languages, query }
}

/// A pack with what names it.
#[derive(Debug, Serialize)]
pub(crate) struct PackWithUses {
    #[serde(flatten)]
    pack: PackInForce,
    uses: PackUses,
}

/// A pack to try: as it is written, or as it is being written.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TryPack {
    /// Its name, empty while it has none; a search that leaves it out already is looked at as it would be without.
    #[schema(max_length = 40)]
    name: String,
    #[schema(max_length = 32768)]
    query: String,
}

/// A word that also means something else.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WriteHomonym {
    /// The word.
    #[schema(min_length = 1, max_length = 200, example = "apple")]
    word: String,
    /// Words of the other meaning, which stand near it.
    #[schema(min_items = 1, max_items = 200)]
    others: Vec<String>,
    /// Words of ours: a post that says one of them is not left out.
    #[serde(default)]
    #[schema(required = false, max_items = 200)]
    ours: Vec<String>,
}

/// A query that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MadeQuery {
    query: String,
}

/// Packs as a file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackFile {
    /// TOML, with a table `[[pack]]` for each.
    file: String,
}

/// A file to be taken over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportPacks {
    /// TOML, with a table `[[pack]]` for each.
    #[schema(max_length = 1048576)]
    file: String,
    /// Only say what would be done.
    #[serde(default)]
    #[schema(required = false)]
    is_preview: bool,
}

/// Which packs go into the file.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Exported {
    /// Only the one of this name.
    name: Option<String>,
}

/// A query and the packs that it is to leave out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeaveOut {
    #[schema(max_length = 32768)]
    query: String,
}

/// All packs: the shipped ones first, then by name
#[utoipa::path(get, path = "/api/v1/packs", tag = "searches", operation_id = "list_packs",
    responses((status = 200, description = "All packs", body = Listed<PackShape>), Refusals))]
pub(crate) async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Json<Listed<PackInForce>>, ApiError> {
    Ok(listed(web.app.packs(&visitor.actor)?, None))
}

/// One pack with what names it
#[utoipa::path(get, path = "/api/v1/packs/{name}", tag = "searches", operation_id = "get_pack",
    params(("name" = String, Path, description = "Name of the pack", min_length = 1, max_length = 40, pattern = "^[A-Za-z0-9][A-Za-z0-9-]*$")),
    responses((status = 200, description = "The pack", body = One<PackWithUsesShape>),
        (status = 404, description = "There is none", body = ErrorBody), Refusals))]
pub(crate) async fn get(
    State(web): State<Web>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Result<Json<One<PackWithUses>>, ApiError> {
    let pack = web.app.pack(&visitor.actor, &name)?;
    Ok(one(PackWithUses { uses: web.app.pack_uses(&visitor.actor, &name).await?, pack }))
}

/// Add a pack
///
/// Searches and rules may name it by `in:name` from now on.
#[utoipa::path(post, path = "/api/v1/packs", tag = "searches", operation_id = "add_pack", request_body = WritePack,
    responses((status = 201, description = "The new pack", body = One<PackShape>),
        (status = 409, description = "Another pack has the name", body = ErrorBody), BodyRefusals, Refusals))]
pub(crate) async fn add(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(written): ApiJson<WritePack>,
) -> Result<Response, ApiError> {
    Ok(created(web.app.add_pack(&visitor.actor, written.into()).await?))
}

/// Replace what a pack says
///
/// A shipped one becomes a version of your own. Whatever names it listens by the change from the next post on.
#[utoipa::path(put, path = "/api/v1/packs/{name}", tag = "searches", operation_id = "change_pack",
    params(("name" = String, Path, description = "Name of the pack", min_length = 1, max_length = 40, pattern = "^[A-Za-z0-9][A-Za-z0-9-]*$")), request_body = PackWords,
    responses((status = 200, description = "The pack as it is now", body = One<PackShape>),
        (status = 404, description = "There is none", body = ErrorBody),
        (status = 409, description = "What names it could not be read any more", body = ErrorBody),
        BodyRefusals, Refusals))]
pub(crate) async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    Path(name): Path<String>,
    ApiJson(says): ApiJson<PackWords>,
) -> Result<Json<One<PackInForce>>, ApiError> {
    Ok(one(web.app.change_pack(&visitor.actor, &name, text(name.clone(), says)).await?))
}

/// Remove a pack of your own
#[utoipa::path(delete, path = "/api/v1/packs/{name}", tag = "searches", operation_id = "remove_pack",
    params(("name" = String, Path, description = "Name of the pack", min_length = 1, max_length = 40, pattern = "^[A-Za-z0-9][A-Za-z0-9-]*$")),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "There is none", body = ErrorBody),
        (status = 409, description = "It is in use, or shipped", body = ErrorBody), Refusals))]
pub(crate) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Result<StatusCode, ApiError> {
    web.app.remove_pack(&visitor.actor, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Set an adapted pack back to what is shipped
#[utoipa::path(post, path = "/api/v1/packs/{name}/reset", tag = "searches", operation_id = "reset_pack",
    params(("name" = String, Path, description = "Name of the pack", min_length = 1, max_length = 40, pattern = "^[A-Za-z0-9][A-Za-z0-9-]*$")),
    responses((status = 200, description = "The pack as it is now", body = One<PackShape>),
        (status = 404, description = "There is none", body = ErrorBody),
        (status = 409, description = "None of its name is shipped, or what names it could not be read any more",
            body = ErrorBody),
        Refusals))]
pub(crate) async fn reset(
    State(web): State<Web>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Result<Json<One<PackInForce>>, ApiError> {
    Ok(one(web.app.reset_pack(&visitor.actor, &name).await?))
}

/// What a pack leaves out of each search
///
/// Looks at what is stored of the last 30 days and what was heard lately, for some two seconds at most.
#[utoipa::path(post, path = "/api/v1/packs/try", tag = "searches", operation_id = "try_pack", request_body = TryPack,
    responses((status = 200, description = "What it leaves out", body = One<PackTrialShape>), BodyRefusals, Refusals))]
pub(crate) async fn try_it(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(TryPack { name, query }): ApiJson<TryPack>,
) -> Result<Json<One<PackTrial>>, ApiError> {
    let title = name.clone();
    let text = PackText { name, title, query, ..PackText::default() };
    Ok(one(web.app.try_pack(&visitor.actor, &text).await?))
}

/// The query for the other meaning of a word
#[utoipa::path(post, path = "/api/v1/packs/homonym", tag = "searches", operation_id = "write_homonym",
    request_body = WriteHomonym,
    responses((status = 200, description = "The query", body = One<MadeQuery>), BodyRefusals, Refusals))]
pub(crate) async fn homonym(
    ApiJson(WriteHomonym { word, others, ours }): ApiJson<WriteHomonym>,
) -> Result<Json<One<MadeQuery>>, ApiError> {
    Ok(one(MadeQuery { query: Homonym { word, others, ours }.query()? }))
}

/// One pack, or all of them, as a file
#[utoipa::path(get, path = "/api/v1/packs/export", tag = "searches", operation_id = "export_packs", params(Exported),
    responses((status = 200, description = "The file", body = One<PackFile>),
        (status = 404, description = "There is no such pack", body = ErrorBody), Refusals))]
pub(crate) async fn export(
    State(web): State<Web>,
    visitor: Visitor,
    ApiQuery(Exported { name }): ApiQuery<Exported>,
) -> Result<Json<One<PackFile>>, ApiError> {
    Ok(one(PackFile { file: web.app.export_packs(&visitor.actor, name.as_deref())? }))
}

/// Take over the packs of a file, or say what that would do
///
/// Those that cannot be used are named; the others are taken.
#[utoipa::path(post, path = "/api/v1/packs/import", tag = "searches", operation_id = "import_packs",
    request_body = ImportPacks,
    responses((status = 200, description = "What came of each pack", body = One<PackImportShape>),
        BodyRefusals, Refusals))]
pub(crate) async fn import(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(ImportPacks { file, is_preview }): ApiJson<ImportPacks>,
) -> Result<Json<One<PackImport>>, ApiError> {
    Ok(one(if is_preview {
        web.app.preview_pack_import(&visitor.actor, &file).await?
    } else {
        web.app.import_packs(&visitor.actor, &file).await?
    }))
}

/// What each pack would leave out of a query
///
/// Counted on what was said in the last two days, for some two seconds at most.
#[utoipa::path(post, path = "/api/v1/searches/left-out", tag = "searches", operation_id = "count_left_out",
    request_body = LeaveOut,
    responses((status = 200, description = "Each pack with how much it takes", body = One<PackLossesShape>),
        BodyRefusals, Refusals))]
pub(crate) async fn left_out(
    State(web): State<Web>,
    visitor: Visitor,
    ApiJson(LeaveOut { query }): ApiJson<LeaveOut>,
) -> Result<Json<One<PackLosses>>, ApiError> {
    Ok(one(web.app.left_out(&visitor.actor, &query).await?))
}

//! Every route on one screen, grouped by who uses it.

use axum::Router;
use axum::extract::{DefaultBodyLimit, OriginalUri, Request};
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use switchboard_app::App;
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{Refusal, refuse};
use crate::options::{Web, WebOptions};
use crate::{api, guard, observe, pages, statics};

/// The largest form or JSON body, other than posts that are handed in.
const BODY_BYTES: usize = 1 << 20;

/// Everything that this installation answers to over HTTP. Needs a tokio runtime.
pub fn router(app: App, options: WebOptions) -> Router {
    let web = Web::new(app, options);
    observe::keep_tidy(&web.app, web.metrics.clone());
    let (programs, _) = programs().split_for_parts();
    Router::new()
        .merge(people())
        .merge(programs)
        .merge(operators())
        .route("/static/{*path}", get(statics::show))
        .fallback(nowhere)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        // The first layer named is the innermost.
        .layer(guard::same_site_only())
        .layer(from_fn_with_state(web.clone(), guard::own_names_only))
        .layer(from_fn(guard::answer_safely))
        .layer(CompressionLayer::new())
        .layer(from_fn(observe::requests))
        .with_state(web)
}

/// Pages, for people.
fn people() -> Router<Web> {
    Router::new()
        .route("/", get(pages::home::home))
        .route("/mentions", get(pages::home::mentions))
        .route("/overview", get(pages::home::overview))
        .route("/posts/{id}", get(pages::post::post))
        .route("/searches", post(pages::search::add))
        .route("/searches/new", get(pages::search::new))
        .route("/searches/{id}", get(pages::search::edit).post(pages::search::change))
        .route("/searches/{id}/remove", post(pages::search::remove))
        .route("/sources", post(pages::source::add))
        .route("/sources/new", get(pages::source::new))
        .route("/sources/find", post(pages::source::find))
        .route("/sources/{id}", get(pages::source::show_one))
        .route("/sources/{id}/check", post(pages::source::check))
        .route("/sources/{id}/pause", post(pages::source::pause))
        .route("/sources/{id}/resume", post(pages::source::resume))
        .route("/sources/{id}/remove", post(pages::source::remove))
        .route("/sources/{id}/tokens", post(pages::source::token))
}

/// The API, for programs. What stands here is in the OpenAPI document.
fn programs() -> OpenApiRouter<Web> {
    OpenApiRouter::with_openapi(api::Document::openapi())
        .routes(routes!(api::sources::list, api::sources::add))
        .routes(routes!(api::sources::propose))
        .routes(routes!(api::sources::get, api::sources::change, api::sources::remove))
        .routes(routes!(api::sources::check))
        .routes(routes!(api::sources::make_token))
        .routes(routes!(api::fates::of_source))
        .routes(routes!(api::ingest::hand_in))
        .routes(routes!(api::searches::list, api::searches::add))
        .routes(routes!(api::searches::check))
        .routes(routes!(api::searches::get, api::searches::change, api::searches::remove))
        .routes(routes!(api::posts::list))
        .routes(routes!(api::posts::get))
        .routes(routes!(api::posts::versions))
        .routes(routes!(api::fates::all))
        .routes(routes!(api::ingest::ingest))
        .routes(routes!(api::events::events))
        .route("/api/v1/openapi.json", get(api::openapi))
}

/// What monitors and orchestrators ask.
fn operators() -> Router<Web> {
    Router::new()
        .route("/metrics", get(observe::metrics))
        .route("/healthz", get(observe::healthz))
        .route("/readyz", get(observe::readyz))
}

/// The OpenAPI document of the API.
pub(crate) fn document() -> utoipa::openapi::OpenApi {
    programs().split_for_parts().1
}

async fn nowhere(OriginalUri(uri): OriginalUri) -> Response {
    refuse(uri.path(), Refusal::not_found("there is nothing at this address"))
}

async fn wrong_method(request: Request) -> Response {
    let message = format!("this address does not take {}", request.method().as_str().escape_debug());
    let refusal = Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message);
    refuse(request.uri().path(), refusal)
}

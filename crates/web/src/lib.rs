//! Pages and the JSON API: the two faces of a running installation that speak HTTP.
//!
//! Every handler extracts, calls one operation of `switchboard-app` and renders; no business rule and no SQL lives here.
//! [`router()`] lists every route on one screen, [`error`] alone turns a refusal into a status, a page or JSON,
//! [`guard`] decides who may speak to us at all, [`visitor`] who asks and whether they may.
//!
//! To add a page: a file in `pages/` and a template of the same name; to add an API operation: a function in `api/` with
//! its OpenAPI attribute; then one line in `router.rs`, with the right that it takes. What leaves the installation by itself (publishing, webhooks) is
//! not here.

mod api;
mod demonstration;
mod doors;
mod error;
mod extract;
mod guard;
#[macro_use]
mod messages;
mod observe;
mod options;
mod pages;
mod reader;
mod router;
mod script;
mod statics;
mod visitor;

pub use api::openapi_json;
pub use demonstration::{Demonstration, Storm};
pub use observe::install_metrics;
pub use options::WebOptions;
pub use router::{doors, router};

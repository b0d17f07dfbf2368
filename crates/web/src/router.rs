//! Every route with the right that it takes, grouped by who uses it.

use axum::Router;
use axum::extract::{DefaultBodyLimit, OriginalUri, Request};
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use switchboard_app::App;
use switchboard_app::rights::Right::{Administer, Read, Work};
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi;
use utoipa_axum::routes;

use crate::doors::{self, Doors, Entry};
use crate::error::{Refusal, refuse};
use crate::options::{Web, WebOptions};
use crate::pages::access;
use crate::{api, guard, observe, pages, script, statics, visitor};

/// The largest form or JSON body, other than posts that are handed in.
const BODY_BYTES: usize = 1 << 20;

/// Everything that this installation answers to over HTTP. Needs a tokio runtime.
pub fn router(app: App, options: WebOptions) -> Router {
    let web = Web::new(app, options);
    observe::keep_tidy(&web.app, web.metrics.clone());
    let (routes, table) = doors::joined(groups());
    routes
        .fallback(nowhere)
        .method_not_allowed_fallback(wrong_method)
        // The first layer named is the innermost.
        .layer(from_fn_with_state((web.clone(), table), visitor::let_in))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(guard::same_site_only())
        .layer(from_fn_with_state(web.clone(), guard::own_names_only))
        .layer(from_fn(guard::answer_safely))
        .layer(CompressionLayer::new())
        .layer(from_fn(observe::requests))
        .with_state(web)
}

/// All routes, by who uses them.
fn groups() -> Vec<Doors> {
    vec![people(), set_up(), settings(), demonstration(), programs(), operators()]
}

/// Every route with who may come in there: method, path, and `everybody`, `token`, `near`, `own` or the name of a right.
pub fn doors() -> Vec<(String, String, &'static str)> {
    let rows = doors::joined(groups()).1.rows();
    rows.into_iter().map(|(method, path, entry)| (method.to_string(), path, entry.as_str())).collect()
}

/// Pages, for people.
fn people() -> Doors {
    Doors::new()
        .get(Read, "/", pages::beginning)
        .get(Entry::Open, "/log-in", access::log_in::ask)
        .post(Entry::Open, "/log-in", access::log_in::log_in)
        .post(Entry::Open, "/log-out", access::log_in::log_out)
        .get(Entry::Open, "/links/{token}", access::link::ask)
        .post(Entry::Open, "/links/{token}", access::link::follow)
        .get(Entry::Open, "/act/{token}", pages::act::ask)
        .post(Entry::Open, "/act/{token}", pages::act::act)
        .get(Read, "/mentions", pages::home::home)
        .get(Read, "/mentions/list", pages::home::mentions)
        .get(Read, "/mentions/overview", pages::home::overview)
        .get(Read, "/posts/{id}", pages::post::post)
        .get(Read, "/posts/{id}/pictures/{index}", pages::pictures::of_post)
        .get(Read, "/authors/{id}/avatar", pages::pictures::of_author)
        .post(Work, "/posts/{id}/case", pages::case::forms::open)
        .post(Work, "/posts/{id}/dismiss", pages::sweep::dismiss)
        .post(Work, "/posts/{id}/reopen", pages::sweep::reopen)
        .get(Work, "/desk/sweep", pages::sweep::report)
        .post(Work, "/desk/sweep", pages::sweep::sweep)
        .get(Read, "/desk", pages::desk::desk)
        .post(Entry::Own, "/desk/views", pages::desk::views::save)
        .post(Entry::Own, "/desk/views/{id}/remove", pages::desk::views::remove)
        .get(Read, "/cases/{id}", pages::case::forms::show_one)
        .post(Work, "/cases/{id}/claim", pages::case::forms::claim)
        .post(Work, "/cases/{id}/assign", pages::case::forms::assign)
        .post(Work, "/cases/{id}/release", pages::case::forms::release)
        .post(Work, "/cases/{id}/transfer", pages::case::forms::transfer)
        .post(Work, "/cases/{id}/accept", pages::case::forms::accept)
        .post(Work, "/cases/{id}/decline", pages::case::forms::decline)
        .post(Work, "/cases/{id}/withdraw-offer", pages::case::forms::withdraw_offer)
        .post(Work, "/cases/{id}/note", pages::case::forms::note)
        .post(Work, "/desk/bulk", pages::desk::bulk::act)
        .post(Work, "/desk/bulk/undo", pages::desk::bulk::undo)
        .post(Work, "/cases/{id}/tag", pages::case::forms::tag)
        .post(Work, "/cases/{id}/prioritise", pages::case::forms::prioritise)
        .post(Work, "/cases/{id}/snooze", pages::case::forms::snooze)
        .post(Work, "/cases/{id}/wait", pages::case::forms::wait)
        .post(Work, "/cases/{id}/watch", pages::case::forms::watch)
        .post(Work, "/cases/{id}/unwatch", pages::case::forms::unwatch)
        .post(Work, "/cases/{id}/involve", pages::case::forms::involve)
        .post(Work, "/cases/{id}/excuse", pages::case::forms::excuse)
        .post(Work, "/cases/{id}/resume", pages::case::forms::resume)
        .post(Work, "/cases/{id}/close", pages::case::forms::close)
        .post(Work, "/cases/{id}/reopen", pages::case::forms::reopen)
        .post(Work, "/cases/{id}/undo", pages::case::forms::undo)
        .post(Read, "/cases/{id}/presence", pages::case::presence::be)
        .post(Work, "/cases/{id}/draft", pages::case::reply::draft)
        .post(Work, "/cases/{id}/reply", pages::case::reply::send)
        .post(Work, "/cases/{id}/replies/{reply}/withdraw", pages::case::reply::withdraw)
        .post(Work, "/cases/{id}/replies/{reply}/retry", pages::case::reply::retry)
        .get(Read, "/searches", pages::searches::list)
        .post(Administer, "/searches/preview", pages::search::preview)
        .post(Administer, "/searches/preview/part", pages::search::preview_part)
        .post(Administer, "/searches/{id}/back-fill", pages::search::back_fill)
        .get(Read, "/find", pages::find::find)
        .get(Read, "/palette", pages::palette::find)
        .get(Read, "/sources", pages::sources::list)
        .post(Administer, "/searches", pages::search::add)
        .get(Administer, "/searches/new", pages::search::new)
        .get(Read, "/searches/{id}", pages::search::edit)
        .post(Administer, "/searches/{id}", pages::search::change)
        .post(Administer, "/searches/{id}/remove", pages::search::remove)
        .post(Administer, "/sources", pages::source::add)
        .get(Administer, "/sources/new", pages::source::new)
        .post(Administer, "/sources/find", pages::source::find)
        .get(Read, "/sources/{id}", pages::source::show_one)
        .post(Administer, "/sources/{id}/check", pages::source::check)
        .post(Administer, "/sources/{id}/pause", pages::source::pause)
        .post(Administer, "/sources/{id}/resume", pages::source::resume)
        .post(Administer, "/sources/{id}/remove", pages::source::remove)
        .post(Administer, "/sources/{id}/tokens", pages::source::token)
        .get(Read, "/directory", pages::directory::show_all)
        .get(Read, "/directory/picks", pages::directory::picks)
        .get(Read, "/duty", pages::duty::show_week)
        .get(Entry::Own, "/notifications", pages::notifications::list)
        .post(Entry::Own, "/notifications/read", pages::notifications::read)
}

/// Pages of the set-up. What is written out here is found before the token, which is sixty-four digits of hexadecimal.
fn set_up() -> Doors {
    use pages::setup::{self, colleagues, company, departments, live, searches, sources};
    Doors::new()
        .get(Entry::Open, "/setup/{token}", company::ask)
        .post(Entry::Open, "/setup/{token}", company::found)
        .get(Administer, "/setup", setup::beginning)
        .get(Administer, "/setup/live", live::live)
        .post(Administer, "/setup/skip", setup::skip)
        .post(Administer, "/setup/later", setup::later)
        .get(Administer, "/setup/company", company::again)
        .post(Administer, "/setup/company", company::change)
        .get(Administer, "/setup/searches", searches::ask)
        .post(Administer, "/setup/searches", searches::listen)
        .post(Administer, "/setup/searches/try", searches::again)
        .post(Administer, "/setup/searches/part", searches::part)
        .get(Administer, "/setup/sources", sources::ask)
        .post(Administer, "/setup/sources", sources::follow)
        .post(Administer, "/setup/sources/find", sources::find)
        .get(Administer, "/setup/departments", departments::ask)
        .post(Administer, "/setup/departments", departments::keep)
        .get(Administer, "/setup/colleagues", colleagues::ask)
        .post(Administer, "/setup/colleagues", colleagues::invite)
}

/// Pages of the settings.
fn settings() -> Doors {
    use pages::settings::{
        absences, accounts, beginning, company, departments, holidays, keys, mail, notifications, preferences, rules,
        sla, style, team, users, you,
    };
    Doors::new()
        .get(Read, "/settings", beginning)
        .get(Read, "/settings/style", style::show_all)
        .get(Administer, "/settings/company", company::ask)
        .post(Administer, "/settings/company", company::change)
        .post(Administer, "/settings/company/fallback", company::fallback)
        .get(Administer, "/settings/users", users::list)
        .post(Administer, "/settings/users", users::invite)
        .get(Administer, "/settings/users/new", users::new)
        .get(Administer, "/settings/users/{id}", users::one)
        .post(Administer, "/settings/users/{id}", users::change)
        .post(Administer, "/settings/users/{id}/link", users::link)
        .post(Administer, "/settings/users/{id}/unlock", users::unlock)
        .post(Administer, "/settings/users/{id}/deactivate", users::deactivate)
        .post(Administer, "/settings/users/{id}/activate", users::activate)
        .get(Administer, "/settings/departments", departments::list)
        .post(Administer, "/settings/departments", departments::add)
        .get(Administer, "/settings/departments/new", departments::new)
        .get(Administer, "/settings/departments/{id}", departments::one)
        .post(Administer, "/settings/departments/{id}", departments::change)
        .post(Administer, "/settings/departments/{id}/fallback", departments::fallback)
        .post(Administer, "/settings/departments/{id}/close", departments::close)
        .post(Administer, "/settings/departments/{id}/open", departments::open)
        .get(Administer, "/settings/users/{id}/absences", absences::ask_of)
        .post(Administer, "/settings/users/{id}/absences", absences::enter_of)
        .post(Administer, "/settings/users/{id}/absences/remove", absences::remove_of)
        .get(Administer, "/settings/team", team::ask)
        .post(Administer, "/settings/team", team::change)
        .get(Administer, "/settings/holidays", holidays::list)
        .post(Administer, "/settings/holidays", holidays::add)
        .get(Administer, "/settings/holidays/new", holidays::new)
        .get(Administer, "/settings/holidays/{key}", holidays::one)
        .post(Administer, "/settings/holidays/{key}", holidays::change)
        .post(Administer, "/settings/holidays/{key}/remove", holidays::remove)
        .get(Administer, "/settings/rules", rules::list)
        .post(Administer, "/settings/rules", rules::add)
        .get(Administer, "/settings/rules/new", rules::new)
        .get(Administer, "/settings/rules/{id}", rules::one)
        .post(Administer, "/settings/rules/{id}", rules::change)
        .post(Administer, "/settings/rules/try", rules::try_new)
        .post(Administer, "/settings/rules/{id}/try", rules::try_one)
        .post(Administer, "/settings/rules/{id}/move", rules::move_to)
        .post(Administer, "/settings/rules/{id}/remove", rules::remove)
        .get(Administer, "/settings/sla", sla::list)
        .post(Administer, "/settings/sla", sla::add)
        .get(Administer, "/settings/sla/new", sla::new)
        .get(Administer, "/settings/sla/{id}", sla::one)
        .post(Administer, "/settings/sla/{id}", sla::change)
        .post(Administer, "/settings/sla/{id}/move", sla::move_to)
        .post(Administer, "/settings/sla/{id}/remove", sla::remove)
        .get(Entry::Own, "/settings/you", you::ask)
        .post(Entry::Own, "/settings/you", you::change)
        .get(Entry::Own, "/settings/you/absences", absences::ask_own)
        .post(Entry::Own, "/settings/you/absences", absences::enter_own)
        .post(Entry::Own, "/settings/you/absences/remove", absences::remove_own)
        .post(Entry::Own, "/settings/you/preferences", preferences::change)
        .post(Entry::Own, "/settings/you/password", you::password)
        .get(Entry::Own, "/settings/notifications", notifications::ask)
        .post(Entry::Own, "/settings/notifications", notifications::change)
        .get(Administer, "/settings/mail", mail::ask)
        .post(Administer, "/settings/mail", mail::change)
        .post(Administer, "/settings/mail/try", mail::try_it)
        .post(Administer, "/settings/mail/deliveries/{id}/retry", mail::retry)
        .get(Administer, "/settings/accounts", accounts::list)
        .post(Administer, "/settings/accounts", accounts::add)
        .get(Administer, "/settings/accounts/new/{network}", accounts::new)
        .get(Administer, "/settings/accounts/{id}", accounts::one)
        .post(Administer, "/settings/accounts/{id}", accounts::change)
        .post(Administer, "/settings/accounts/{id}/check", accounts::check)
        .post(Administer, "/settings/accounts/{id}/remove", accounts::remove)
        .get(Entry::Own, "/settings/keys", keys::list)
        .post(Entry::Own, "/settings/keys", keys::add)
        .post(Entry::Own, "/settings/keys/{id}/remove", keys::remove)
}

/// Pages of a demonstration; elsewhere there is nothing behind them.
fn demonstration() -> Doors {
    use pages::demo;
    Doors::new()
        .get(Entry::Open, "/demo", demo::people)
        .get(Read, "/demo/tour", demo::tour)
        .get(Read, "/demo/first-case", demo::first_case)
        .post(Entry::Open, "/demo/be/{id}", demo::be)
        .post(Entry::Open, "/demo/next", demo::next)
        .post(Entry::Open, "/demo/start-over", demo::start_over)
}

/// The API, for programs. What stands here is in the OpenAPI document.
fn programs() -> Doors {
    Doors::described(api::Document::openapi())
        .api(Read, routes!(api::sources::list))
        .api(Administer, routes!(api::sources::add))
        .api(Administer, routes!(api::sources::propose))
        .api(Read, routes!(api::sources::get))
        .api(Administer, routes!(api::sources::change, api::sources::remove))
        .api(Administer, routes!(api::sources::check))
        .api(Administer, routes!(api::sources::make_token))
        .api(Read, routes!(api::fates::of_source))
        .api(Administer, routes!(api::ingest::hand_in))
        .api(Read, routes!(api::searches::list))
        .api(Administer, routes!(api::searches::add))
        .api(Read, routes!(api::searches::check))
        .api(Read, routes!(api::previews::preview))
        .api(Read, routes!(api::volume::hours))
        .api(Read, routes!(api::previews::back_fill_state))
        .api(Administer, routes!(api::previews::back_fill))
        .api(Read, routes!(api::find::find))
        .api(Read, routes!(api::searches::get))
        .api(Administer, routes!(api::searches::change, api::searches::remove))
        .api(Work, routes!(api::accounts::list))
        .api(Administer, routes!(api::accounts::add))
        .api(Work, routes!(api::accounts::get))
        .api(Administer, routes!(api::accounts::change, api::accounts::remove))
        .api(Administer, routes!(api::accounts::check))
        .api(Work, routes!(api::answers::draft, api::answers::save_draft, api::answers::discard_draft))
        .api(Read, routes!(api::answers::replies))
        .api(Work, routes!(api::answers::reply))
        .api(Work, routes!(api::answers::get))
        .api(Work, routes!(api::answers::withdraw))
        .api(Work, routes!(api::answers::retry))
        .api(Read, routes!(api::posts::list))
        .api(Read, routes!(api::posts::get))
        .api(Read, routes!(api::posts::versions))
        .api(Read, routes!(api::posts::picture))
        .api(Work, routes!(api::sweep::dismissal, api::sweep::dismiss, api::sweep::reopen))
        .api(Work, routes!(api::sweep::list, api::sweep::sweep))
        .api(Read, routes!(api::cases::list))
        .api(Work, routes!(api::cases::open))
        .api(Read, routes!(api::cases::queues))
        .api(Read, routes!(api::views::list, api::views::add))
        .api(Read, routes!(api::views::change, api::views::remove))
        .api(Read, routes!(api::notifications::list))
        .api(Read, routes!(api::notifications::read))
        .api(Read, routes!(api::notifications::settings, api::notifications::set_settings))
        .api(Read, routes!(api::cases::get))
        .api(Read, routes!(api::cases::trace))
        .api(Administer, routes!(api::rules::try_rules))
        .api(Read, routes!(api::presence::list, api::presence::be, api::presence::leave))
        .api(Work, routes!(api::actions::claim))
        .api(Work, routes!(api::actions::assign))
        .api(Work, routes!(api::actions::release))
        .api(Work, routes!(api::actions::transfer))
        .api(Work, routes!(api::actions::accept))
        .api(Work, routes!(api::actions::decline))
        .api(Work, routes!(api::actions::withdraw))
        .api(Work, routes!(api::actions::note))
        .api(Work, routes!(api::actions::tag))
        .api(Work, routes!(api::bulk::act))
        .api(Work, routes!(api::bulk::undo))
        .api(Work, routes!(api::actions::prioritise))
        .api(Work, routes!(api::actions::snooze))
        .api(Work, routes!(api::actions::wait))
        .api(Work, routes!(api::actions::watch))
        .api(Work, routes!(api::actions::unwatch))
        .api(Work, routes!(api::actions::involve))
        .api(Work, routes!(api::actions::excuse))
        .api(Work, routes!(api::actions::resume))
        .api(Work, routes!(api::actions::close))
        .api(Work, routes!(api::actions::reopen))
        .api(Work, routes!(api::actions::undo))
        .api(Read, routes!(api::fates::all))
        .api(Entry::Token, routes!(api::ingest::ingest))
        .api(Read, routes!(api::events::events))
        .api(Read, routes!(api::users::list))
        .api(Administer, routes!(api::users::invite))
        .api(Read, routes!(api::users::get, api::users::change))
        .api(Administer, routes!(api::users::deactivate))
        .api(Administer, routes!(api::users::activate))
        .api(Administer, routes!(api::users::unlock))
        .api(Administer, routes!(api::users::link))
        .api(Read, routes!(api::directory::directory))
        .api(Read, routes!(api::directory::duty))
        .api(Read, routes!(api::directory::hand_over))
        .api(Read, routes!(api::departments::list))
        .api(Administer, routes!(api::departments::add))
        .api(Administer, routes!(api::departments::change))
        .api(Administer, routes!(api::departments::close))
        .api(Read, routes!(api::departments::company))
        .api(Administer, routes!(api::departments::change_company))
        .api(Read, routes!(api::team::team))
        .api(Administer, routes!(api::team::change_team))
        .api(Read, routes!(api::team::holidays))
        .api(Administer, routes!(api::team::set_holidays, api::team::remove_holidays))
        .api(Read, routes!(api::sla::list))
        .api(Administer, routes!(api::sla::set))
        .api(Read, routes!(api::rules::list))
        .api(Administer, routes!(api::rules::add))
        .api(Administer, routes!(api::rules::change, api::rules::remove))
        .api(Administer, routes!(api::rules::place))
        .api(Read, routes!(api::keys::list, api::keys::add))
        .api(Read, routes!(api::keys::remove))
        .api(Entry::Open, routes!(api::setup::set_up))
        .api(Administer, routes!(api::setup::propose))
        .get(Entry::Open, "/api/v1/openapi.json", api::openapi)
}

/// What monitors and orchestrators ask, and what every page is made of.
fn operators() -> Doors {
    Doors::new()
        .get(Entry::Near(Administer), "/metrics", observe::metrics)
        .get(Entry::Open, "/healthz", observe::healthz)
        .get(Entry::Open, "/readyz", observe::readyz)
        .get(Entry::Open, "/static/{*path}", statics::show)
        .get(Entry::Open, "/words/{tag}/{file}", script::show)
}

/// The OpenAPI document of the API.
pub(crate) fn document() -> utoipa::openapi::OpenApi {
    programs().into_parts().2
}

async fn nowhere(OriginalUri(uri): OriginalUri) -> Response {
    refuse(uri.path(), Refusal::not_found("there is nothing at this address"))
}

async fn wrong_method(request: Request) -> Response {
    let message = format!("this address does not take {}", request.method().as_str().escape_debug());
    let refusal = Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message);
    refuse(request.uri().path(), refusal)
}

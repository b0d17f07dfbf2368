//! How people get in: log-in, log-out, the links that choose a password.

pub(crate) mod link;
pub(crate) mod log_in;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use switchboard_app::AppError;
use switchboard_app::access::NewSession;
use switchboard_model::UserId;
use uuid::Uuid;

use crate::options::Web;

/// The cookie that names a session.
const COOKIE: &str = "switchboard_session";

/// A session lasts this long at most, so its cookie need not last longer.
const COOKIE_S: u32 = 14 * 24 * 3600;

/// The cookie that names the browser as one that is told things; browsers keep none for longer.
const PUSH_COOKIE: &str = "switchboard_push";
const PUSH_COOKIE_S: u32 = 400 * 24 * 3600;

/// The token of the session that a request belongs to.
pub(crate) fn session_token(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, COOKIE)
}

fn cookie<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value).filter(|value| !value.is_empty())
}

/// Has the browser keep a session, or forget the one that it had.
pub(crate) fn with_session(web: &Web, session: Option<&NewSession>, mut response: Response) -> Response {
    let (token, lasts_s) = session.map_or(("", 0), |session| (session.token.as_str(), COOKIE_S));
    let secure = if web.options.is_https() { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={token}; Path=/; Max-Age={lasts_s}; HttpOnly; SameSite=Lax{secure}");
    // Tokens are hexadecimal digits.
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The browser that a request comes from, if it is registered to be told what happens.
pub(crate) fn push_browser(headers: &HeaderMap) -> Option<Uuid> {
    cookie(headers, PUSH_COOKIE)?.parse().ok()
}

/// Has the browser keep as what it is registered. It names no right: all that is done by it is to forget the browser.
pub(crate) fn with_push_browser(web: &Web, id: Uuid, mut response: Response) -> Response {
    let secure = if web.options.is_https() { "; Secure" } else { "" };
    let cookie = format!("{PUSH_COOKIE}={id}; Path=/; Max-Age={PUSH_COOKIE_S}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Ends what a browser was before: its session, and, unless it belongs to whoever stays, that it is told things.
pub(crate) async fn leave(web: &Web, headers: &HeaderMap, stays: Option<UserId>) -> Result<(), AppError> {
    if let Some(before) = session_token(headers) {
        web.app.log_out(before).await?;
    }
    if let Some(browser) = push_browser(headers) {
        web.app.leave_push_browser(browser, stays).await?;
    }
    Ok(())
}

/// An address on this installation, from outside: a path with its query and nothing that leads elsewhere.
pub(crate) fn local(to: &str) -> Option<&str> {
    let is_path = to.starts_with('/') && !to.starts_with("//") && !to.contains(['\\', '#']);
    let is_plain = to.len() <= 2_000 && to.chars().all(|c| !c.is_control() && !c.is_whitespace());
    (is_path && is_plain).then_some(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_gone_to() {
        let check = |to: &str, expected: bool| assert_eq!(local(to).is_some(), expected, "{to}");
        check("/desk?queue=mine", true);
        check("/", true);
        check("//attacker.example", false);
        check("/\\attacker.example", false);
        check("https://attacker.example", false);
        check("javascript:alert(1)", false);
        check("/a\nb", false);
        check("", false);
    }

    #[test]
    fn the_session_is_read_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; switchboard_session=abc; c"));
        assert_eq!(session_token(&headers), Some("abc"));
        headers.clear();
        headers.append(header::COOKIE, HeaderValue::from_static("xswitchboard_session=abc; switchboard_session="));
        assert_eq!(session_token(&headers), None);
    }
}

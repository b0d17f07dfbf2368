//! Canonical URLs: the same article in several feeds, shares and newsletters gets one address.
//!
//! Nothing is fetched, so short links stay as they are. What could make two different pages equal is left alone.

use std::borrow::Cow;

use url::{Host, Url};

/// A longer URL has no canonical form.
const MAX_URL: usize = 8_192;
/// What needs more passes than this was made to need them.
const MAX_PASSES: usize = 16;

/// The canonical form of an absolute `http` or `https` URL; `None` for anything else.
///
/// ```
/// use switchboard_capture::url::canonical;
/// let shared = "HTTP://www.Shop.example:80/tea/?utm_source=x&b=2&a=1#top";
/// assert_eq!(canonical(shared).as_deref(), Some("https://shop.example/tea?a=1&b=2"));
/// ```
pub fn canonical(url: &str) -> Option<String> {
    let url = url.trim();
    if url.len() > MAX_URL {
        return None;
    }
    // One pass may lay bare what another can shorten (`/amp/amp`, a wrapper behind a slash).
    let mut form = pass(url)?;
    for _ in 0..MAX_PASSES {
        let next = pass(&form)?;
        if next == form {
            return Some(form);
        }
        form = next;
    }
    None
}

/// The target of a redirecting address such as those of Google Alerts; an address that wraps nothing stays as it is.
pub fn unwrapped(url: &str) -> String {
    let Some(mut target) = parse_web(url).as_ref().and_then(unwrap) else { return url.to_owned() };
    for _ in 0..MAX_PASSES {
        match unwrap(&target) {
            Some(inner) => target = inner,
            None => break,
        }
    }
    String::from(target)
}

fn pass(url: &str) -> Option<String> {
    let mut url = parse_web(url)?;
    for _ in 0..MAX_PASSES {
        match unwrap(&url) {
            Some(inner) => url = inner,
            None => return canonical_form(&url),
        }
    }
    None
}

/// Resolves a link against the page it stands on; `None` unless the outcome is an `http` or `https` URL.
pub fn resolve(base: Option<&Url>, link: &str) -> Option<Url> {
    let link = link.trim();
    if link.is_empty() || link.len() > MAX_URL {
        return None;
    }
    let url = match Url::parse(link) {
        Ok(url) => url,
        Err(_) => base?.join(link).ok()?,
    };
    (matches!(url.scheme(), "http" | "https") && url.has_host() && url.as_str().len() <= MAX_URL).then_some(url)
}

fn parse_web(url: &str) -> Option<Url> {
    let url = Url::parse(url).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

/// Redirecting addresses that carry their target: host (or its end, after a dot), path, parameter.
const WRAPPERS: [(&str, &str, &str); 20] = [
    ("google.com", "/url", "url"),
    ("google.com", "/url", "q"),
    ("facebook.com", "/l.php", "u"),
    ("instagram.com", "/", "u"),
    ("youtube.com", "/redirect", "q"),
    ("reddit.com", "/", "url"),
    ("linkedin.com", "/redir/redirect", "url"),
    ("linkedin.com", "/safety/go", "url"),
    ("t.umblr.com", "/redirect", "z"),
    ("steamcommunity.com", "/linkfilter/", "url"),
    ("steamcommunity.com", "/linkfilter/", "u"),
    ("vk.com", "/away.php", "to"),
    ("slack-redir.net", "/link", "url"),
    ("duckduckgo.com", "/l/", "uddg"),
    ("bing.com", "/news/apiclick.aspx", "url"),
    ("safelinks.protection.outlook.com", "/", "url"),
    ("exit.sc", "/", "url"),
    ("href.li", "/", ""),
    ("l.messenger.com", "/l.php", "u"),
    ("getpocket.com", "/redirect", "url"),
];

/// The target of a redirecting address.
fn unwrap(url: &Url) -> Option<Url> {
    let host = url.host_str()?;
    if host == "youtu.be" {
        let video = url.path().strip_prefix('/').filter(|video| !video.is_empty() && !video.contains('/'))?;
        return parse_web(&format!("https://youtube.com/watch?v={video}"));
    }
    if let Some(target) = amp_cache_target(url, host) {
        return parse_web(&target);
    }
    let is_google_country = host.strip_prefix("www.").is_some_and(|rest| rest.starts_with("google."));
    for (wrapper, path, parameter) in WRAPPERS {
        let is_host = host == wrapper
            || host.strip_suffix(wrapper).is_some_and(|rest| rest.ends_with('.'))
            || (wrapper == "google.com" && is_google_country);
        // Only the hosts made for leaving wrap at their root.
        let leaves = path != "/"
            || ["l.", "out.", "exit.", "href."].iter().any(|start| host.starts_with(start))
            || host.ends_with("outlook.com");
        if !is_host || !leaves || url.path() != path {
            continue;
        }
        let target = match parameter {
            "" => url.query().map(Cow::Borrowed),
            name => url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value),
        };
        if let Some(target) = target.and_then(|target| parse_web(&target)) {
            return Some(target);
        }
    }
    None
}

/// The page behind Google's and others' AMP caches.
fn amp_cache_target(url: &Url, host: &str) -> Option<String> {
    let rest = if host.starts_with("www.google.") {
        url.path().strip_prefix("/amp/")?
    } else if host.ends_with(".cdn.ampproject.org") {
        ["/c/", "/v/", "/a/"].iter().find_map(|start| url.path().strip_prefix(start))?
    } else {
        return None;
    };
    let (scheme, rest) = match rest.strip_prefix("s/") {
        Some(rest) => ("https", rest),
        None => ("http", rest),
    };
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{scheme}://{rest}{query}"))
}

fn canonical_form(url: &Url) -> Option<String> {
    let host = match url.host()? {
        Host::Domain(domain) => canonical_host(domain),
        other => other.to_string(),
    };
    // The scheme tells how the page was fetched, not which page it is.
    let mut out = format!("https://{host}");
    if let Some(port) = url.port().filter(|port| !matches!(port, 80 | 443)) {
        out.push_str(&format!(":{port}"));
    }
    let path = canonical_path(url.path());
    if path != "/" {
        out.push_str(&path);
    }
    let query = canonical_query(&host, url.query().unwrap_or_default());
    if !query.is_empty() {
        if path == "/" {
            out.push('/');
        }
        out.push('?');
        out.push_str(&query);
    }
    // `#!` and `#/` name pages of applications that keep their address there.
    if let Some(fragment) = url.fragment().filter(|fragment| fragment.starts_with(['!', '/']) && fragment.len() > 1) {
        if path == "/" && query.is_empty() {
            out.push('/');
        }
        out.push('#');
        out.push_str(fragment);
    }
    Some(out)
}

fn canonical_host(domain: &str) -> String {
    let mut host = domain.trim_end_matches('.').to_ascii_lowercase();
    for prefix in ["www.", "m.", "mobile.", "amp."] {
        // `m.example` itself is a site; only a host with a registrable name behind the prefix is a variant.
        if let Some(rest) = host.strip_prefix(prefix).filter(|rest| rest.contains('.')) {
            host = rest.to_owned();
            break;
        }
    }
    host
}

fn canonical_path(path: &str) -> String {
    let mut path = path.to_owned();
    for index in ["/index.html", "/index.htm", "/index.php"] {
        if let Some(rest) = path.strip_suffix(index) {
            path = format!("{rest}/");
            break;
        }
    }
    let trimmed = path.trim_end_matches('/');
    let trimmed = trimmed.strip_suffix("/amp").unwrap_or(trimmed);
    let trimmed = trimmed.strip_suffix(".amp").unwrap_or(trimmed).trim_end_matches('/');
    let trimmed = match trimmed.strip_suffix(".amp.html") {
        Some(rest) => format!("{rest}.html"),
        None => trimmed.to_owned(),
    };
    let path = trimmed.strip_prefix("/amp/").map_or(trimmed.clone(), |rest| format!("/{rest}"));
    if path.is_empty() { "/".to_owned() } else { path }
}

/// Parameters that tell where a visitor came from and never which page it is.
const TRACKING: [&str; 56] = [
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "_openstat",
    "amp",
    "at_campaign",
    "at_medium",
    "cmpid",
    "dclid",
    "dmcid",
    "ef_id",
    "epik",
    "fb_action_ids",
    "fb_action_types",
    "fb_ref",
    "fb_source",
    "fbclid",
    "ftag",
    "gbraid",
    "gclid",
    "gclsrc",
    "guccounter",
    "guce_referrer",
    "guce_referrer_sig",
    "hss_channel",
    "icid",
    "igsh",
    "igshid",
    "mbid",
    "mkt_tok",
    "msclkid",
    "ncid",
    "ns_campaign",
    "ns_mchannel",
    "ns_source",
    "oly_anon_id",
    "oly_enc_id",
    "outputtype",
    "ref_src",
    "ref_url",
    "s_cid",
    "s_kwcid",
    "share_id",
    "sharetype",
    "smid",
    "spm",
    "srnd",
    "sr_share",
    "trk",
    "trkcampaign",
    "ttclid",
    "twclid",
    "vero_id",
    "wbraid",
    "wt_mc",
];

/// Beginnings of parameters of that kind.
const TRACKING_PREFIXES: [&str; 8] = ["utm_", "mc_", "pk_", "mtm_", "hsa_", "itm_", "matomo_", "piwik_"];

/// Parameters that track on these hosts and mean something elsewhere.
const TRACKING_OF_HOST: [(&str, &[&str]); 5] = [
    ("youtube.com", &["si", "feature", "pp", "ab_channel"]),
    ("open.spotify.com", &["si", "context"]),
    ("twitter.com", &["s", "t"]),
    ("x.com", &["s", "t"]),
    ("reddit.com", &["rdt", "share_id"]),
];

fn is_tracking(host: &str, name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    if TRACKING_OF_HOST.iter().any(|(of, names)| *of == host && names.contains(&name.as_str())) {
        return true;
    }
    TRACKING.contains(&name.as_str()) || TRACKING_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// The query without tracking, sorted by name; the order of equal names is the page's business and stays.
fn canonical_query(host: &str, query: &str) -> String {
    let mut pairs: Vec<&str> =
        query.split('&').filter(|pair| !pair.is_empty() && !is_tracking(host, name_of(pair))).collect();
    pairs.sort_by(|a, b| name_of(a).cmp(name_of(b)));
    pairs.join("&")
}

fn name_of(pair: &str) -> &str {
    pair.split_once('=').map_or(pair, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(input: &str, expected: &str) {
        assert_eq!(canonical(input).as_deref(), Some(expected), "{input}");
    }

    #[test]
    fn makes_equal_what_is_one_page() {
        check("HTTP://WWW.Example.com:80/", "https://example.com");
        check("https://example.com:443", "https://example.com");
        check("https://example.com:8443/a/", "https://example.com:8443/a");
        check("https://example.com/a#part", "https://example.com/a");
        check("https://example.com/#!/a", "https://example.com/#!/a");
        check("https://example.com/?b=2&a=1&a=0", "https://example.com/?a=1&a=0&b=2");
        check("https://example.com/a?utm_source=x&utm_medium=y&id=3&fbclid=z", "https://example.com/a?id=3");
        check("https://example.com/a?gclid=1&mc_cid=2&igshid=3&ref_src=4", "https://example.com/a");
        check("https://m.example.com/a", "https://example.com/a");
        check("https://m.example/a", "https://m.example/a");
        check("https://example.com/a/amp/", "https://example.com/a");
        check("https://example.com/amp/a", "https://example.com/a");
        check("https://amp.example.com/a?amp=1", "https://example.com/a");
        check("https://example.com/a.amp.html", "https://example.com/a.html");
        check("https://example.com/a/index.html", "https://example.com/a");
        check("https://user:secret@example.com/a", "https://example.com/a");
        check("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4");
        check("http://127.0.0.1:8080/a", "https://127.0.0.1:8080/a");
        check("http://[::1]/a", "https://[::1]/a");
    }

    #[test]
    fn opens_wrappers() {
        check(
            "https://www.google.com/url?rct=j&sa=t&url=https://news.example/a%3Fid%3D1&ct=ga",
            "https://news.example/a?id=1",
        );
        check("https://www.google.com/url?q=http://news.example/a", "https://news.example/a");
        check("https://www.google.de/url?q=http://news.example/a", "https://news.example/a");
        check(
            "https://l.facebook.com/l.php?u=https%3A%2F%2Fnews.example%2Fa%3Ffbclid%3Dx&h=1",
            "https://news.example/a",
        );
        check("https://www.google.com/amp/s/news.example/a/amp", "https://news.example/a");
        check("https://news-example.cdn.ampproject.org/c/s/news.example/a", "https://news.example/a");
        check("https://out.reddit.com/?url=https%3A%2F%2Fnews.example", "https://news.example");
        check(
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fnews.example%2Fa&data=1",
            "https://news.example/a",
        );
        check(
            "https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%253A%252F%252Fnews.example%252Fa",
            "https://news.example/a",
        );
        check("https://youtu.be/abc?si=x", "https://youtube.com/watch?v=abc");
        check("https://www.google.com/url?q=javascript:alert(1)", "https://google.com/url?q=javascript:alert(1)");
        check("https://evilgoogle.com/url?q=https://news.example", "https://evilgoogle.com/url?q=https://news.example");
    }

    #[test]
    fn unwraps_without_changing_the_rest() {
        for (input, expected) in [
            (
                "https://www.google.com/url?rct=j&url=https://news.example/A/%3Fx%3D1%23y",
                "https://news.example/A/?x=1#y",
            ),
            ("https://news.example/A/?utm_source=x", "https://news.example/A/?utm_source=x"),
            ("no address", "no address"),
        ] {
            assert_eq!(unwrapped(input), expected);
        }
    }

    #[test]
    fn refuses_what_is_no_page() {
        for input in ["", "a", "/a", "mailto:a@b.example", "javascript:alert(1)", "http://", "file:///etc/passwd"] {
            assert_eq!(canonical(input), None, "{input}");
        }
    }

    #[test]
    fn resolves_links() {
        let base = Url::parse("https://example.com/a/b").unwrap();
        for (link, expected) in [
            ("c", Some("https://example.com/a/c")),
            ("/c", Some("https://example.com/c")),
            ("//x.example/c", Some("https://x.example/c")),
            ("?q", Some("https://example.com/a/b?q")),
            (" https://x.example ", Some("https://x.example/")),
            ("javascript:x()", None),
            ("", None),
        ] {
            assert_eq!(resolve(Some(&base), link).map(String::from).as_deref(), expected, "{link}");
        }
    }

    proptest! {
        #[test]
        fn canonical_form_is_final(path in "(/(amp|a|b\\.html|index\\.html|\\.amp|b\\.amp|%20|é)?){0,6}", query in "([ab&=?]|utm_x=|%26|amp=1){0,10}", host in "(www\\.|m\\.|amp\\.){0,3}x\\.example\\.?") {
            let once = canonical(&format!("http://{host}{path}?{query}#x"));
            if let Some(once) = once {
                let twice = canonical(&once);
                prop_assert_eq!(twice.as_deref(), Some(once.as_str()));
            }
        }

        #[test]
        fn canonical_never_panics(text in "\\PC{0,80}") {
            if let Some(once) = canonical(&format!("https://{text}")) {
                let twice = canonical(&once);
                prop_assert_eq!(twice.as_deref(), Some(once.as_str()));
            }
        }
    }
}

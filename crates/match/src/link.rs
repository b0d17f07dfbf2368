//! `link:` looks at the host and path of URLs; scheme, user, port, `www.` and case do not count.

use crate::fold::fold;

/// A folded URL cut into what `link:` compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    host: Box<str>,
    /// Path, query and fragment.
    path: Box<str>,
}

impl Address {
    /// Reads a URL as it stands; one without a host is none.
    pub(crate) fn parse(url: &str) -> Option<Self> {
        Self::parse_folded(fold(url).trim())
    }

    /// Reads a URL that is folded already.
    pub(crate) fn parse_folded(url: &str) -> Option<Self> {
        let rest = match url.split_once("://") {
            Some((scheme, rest)) if is_scheme(scheme) => rest,
            _ => url,
        };
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let host = match host.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => host,
        };
        let host = host.strip_prefix("www.").unwrap_or(host);
        (!host.is_empty()).then(|| Self { host: host.into(), path: path.into() })
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Whether nothing is asked of the path.
    pub(crate) fn is_host_alone(&self) -> bool {
        self.path.is_empty()
    }

    /// Whether this address, as the value of `link:`, asks for the other one.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        let is_host =
            other.host.strip_suffix(&*self.host).is_some_and(|before| before.is_empty() || before.ends_with('.'));
        let path = if other.path.is_empty() { "/" } else { &other.path };
        is_host && path.starts_with(&*self.path)
    }
}

fn is_scheme(text: &str) -> bool {
    // A URL that begins so has none, whatever is glued to it.
    !text.starts_with("www.")
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers() {
        let check = |value: &str, url: &str, expected: bool| {
            let (value, url) = (Address::parse(value).expect("value"), Address::parse(url).expect("URL"));
            assert_eq!(value.covers(&url), expected, "{value:?} {url:?}");
        };
        check("acme.example", "https://ACME.example/x", true);
        check("acme.example", "https://www.acme.example", true);
        check("www.acme.example", "http://news.acme.example:80", true);
        check("acme.example", "https://notacme.example", false);
        check("acme.example", "https://acme.example.org", false);
        check("acme.example/", "https://acme.example", true);
        check("acme.example/", "https://acme.example?q", false);
        check("https://u:p@acme.example:8443/shop", "https://acme.example/Shop?a=1", true);
        check("acme.example/shop", "https://acme.example/", false);
        check("acme.example", "https://acme.example@evil.example/", false);
        check("acme.example", "https://evil.example/@acme.example", false);
        check("acme.example", "www.evil.example.https://acme.example", false);
    }

    #[test]
    fn what_has_no_host_is_no_address() {
        for url in ["", "/path", "https://", "https:///x", ":80"] {
            assert_eq!(Address::parse(url), None, "{url}");
        }
    }
}

//! The guard against fetching what is not public (server-side request forgery).
//!
//! A feed address, a redirect, a streaming address told by an instance: all come from outside and may point into the
//! company's own network. The guard looks at the moment of dialling, not before: names are resolved by [`Guard`] itself
//! and only the addresses that it let through are dialled, so a name that changes its answer in between gains nothing.
//! Addresses written into a URL skip name resolution and are therefore looked at in the URL, at each redirect again.

use std::fmt;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

tokio::task_local! {
    /// The port of the request that is being dialled; the resolver's interface does not carry it.
    static PORT: u16;
}

type Lookup = dyn Fn(String) -> Pin<Box<dyn Future<Output = std::io::Result<Vec<IpAddr>>> + Send>> + Send + Sync;

/// Decides which hosts and addresses may be reached.
#[derive(Clone)]
pub struct Guard {
    allow: Arc<[Allowed]>,
    lookup: Arc<Lookup>,
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("allow", &self.allow).finish_non_exhaustive()
    }
}

/// One entry of the allow list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Allowed {
    place: Place,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Name(String),
    Net(IpNet),
}

/// Why something may not be reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Neither http, https, ws nor wss.
    #[error("'{0}' addresses are not fetched; use http or https")]
    Scheme(String),
    /// There is no host in it.
    #[error("the address has no host")]
    NoHost,
    /// A private address stands in the URL itself.
    #[error("{0} is not a public address; if that is meant, add '{0}' to 'allow' under [capture]")]
    PrivateAddress(IpAddr),
    /// The name has only private addresses.
    #[error(
        "{host} leads to {address}, which is not a public address; if that is meant, add '{host}' to 'allow' under [capture]"
    )]
    PrivateName {
        /// The name.
        host: String,
        /// One of the addresses.
        address: IpAddr,
    },
    /// The name has no address at all.
    #[error("{0} has no address")]
    NoAddress(String),
}

/// An entry of the allow list that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is neither a host name, an address nor an address range (forum.intern, 127.0.0.1:8080, 10.0.0.0/8)")]
pub struct BadAllowEntry(pub String);

impl Guard {
    /// A guard that lets public addresses through and, besides them, what `allow` lists.
    pub fn new(allow: &[String]) -> Result<Self, BadAllowEntry> {
        Self::with_lookup(allow, |host| {
            Box::pin(async move {
                let found = tokio::net::lookup_host((host, 0)).await?;
                Ok(found.map(|address| address.ip()).collect())
            })
        })
    }

    fn with_lookup<F>(allow: &[String], lookup: F) -> Result<Self, BadAllowEntry>
    where
        F: Fn(String) -> Pin<Box<dyn Future<Output = std::io::Result<Vec<IpAddr>>> + Send>> + Send + Sync + 'static,
    {
        let allow = allow.iter().map(|entry| Allowed::parse(entry)).collect::<Result<_, _>>()?;
        Ok(Self { allow, lookup: Arc::new(lookup) })
    }

    /// Looks at scheme and host of a URL. A name is not resolved here, but when it is dialled.
    pub fn check_url(&self, url: &Url) -> Result<(), Refusal> {
        if !matches!(url.scheme(), "http" | "https" | "ws" | "wss") {
            return Err(Refusal::Scheme(url.scheme().to_owned()));
        }
        let port = url.port_or_known_default().unwrap_or(0);
        // The URL parser has already turned 0x7f.1, 017700000001 and 2130706433 into addresses.
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            Some(Host::Domain(name)) if !name.is_empty() => return Ok(()),
            _ => return Err(Refusal::NoHost),
        };
        if self.permits(None, address, port) { Ok(()) } else { Err(Refusal::PrivateAddress(address)) }
    }

    /// The addresses of a host that may be dialled.
    pub async fn resolve(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, ResolveError> {
        let found = (self.lookup)(host.to_owned()).await.map_err(ResolveError::Lookup)?;
        let permitted: Vec<_> = found
            .iter()
            .filter(|address| self.permits(Some(host), **address, port))
            .map(|address| SocketAddr::new(*address, port))
            .collect();
        match (permitted.is_empty(), found.first()) {
            (false, _) => Ok(permitted),
            (true, Some(address)) => Err(Refusal::PrivateName { host: host.to_owned(), address: *address }.into()),
            (true, None) => Err(Refusal::NoAddress(host.to_owned()).into()),
        }
    }

    /// Runs `work` so that names dialled in it are checked for this port.
    ///
    /// Should the name be resolved outside of `work` all the same, entries bound to a port do not hold: the guard
    /// errs on the closed side.
    pub(crate) async fn dialling<F: Future>(&self, port: u16, work: F) -> F::Output {
        PORT.scope(port, work).await
    }

    fn permits(&self, host: Option<&str>, address: IpAddr, port: u16) -> bool {
        is_public(address) || self.allow.iter().any(|allowed| allowed.covers(host, address, port))
    }
}

/// Why a name could not be turned into addresses.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// The guard refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The system could not look the name up.
    #[error("no such host: {0}")]
    Lookup(std::io::Error),
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        let port = PORT.try_with(|port| *port).unwrap_or(0);
        Box::pin(async move {
            let addresses = Self::resolve(&guard, name.as_str(), port).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

impl Allowed {
    fn parse(entry: &str) -> Result<Self, BadAllowEntry> {
        let entry = entry.trim();
        let bad = || BadAllowEntry(entry.chars().take(80).collect());
        let net = |text: &str| {
            let text = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
            text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
        };
        if let Some(net) = net(entry) {
            return Ok(Self { place: Place::Net(net), port: None });
        }
        let (place, port) = match entry.rsplit_once(':') {
            Some((place, port)) => (place, Some(port.parse::<u16>().map_err(|_| bad())?)),
            None => (entry, None),
        };
        if let Some(net) = net(place) {
            return Ok(Self { place: Place::Net(net), port });
        }
        match Host::parse(place) {
            Ok(Host::Domain(name)) if !name.contains('*') => {
                Ok(Self { place: Place::Name(name.trim_end_matches('.').to_owned()), port })
            }
            _ => Err(bad()),
        }
    }

    fn covers(&self, host: Option<&str>, address: IpAddr, port: u16) -> bool {
        if self.port.is_some_and(|allowed| allowed != port) {
            return false;
        }
        match &self.place {
            Place::Name(name) => host.is_some_and(|host| host.trim_end_matches('.').eq_ignore_ascii_case(name)),
            Place::Net(net) => net.contains(&address) || net.contains(&unmapped(address)),
        }
    }
}

/// `::ffff:127.0.0.1` is `127.0.0.1`.
fn unmapped(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// Whether an address belongs to the public internet (IANA special-purpose registries, RFC 6890 and later).
pub(crate) fn is_public(address: IpAddr) -> bool {
    match unmapped(address) {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || a == 10
        || a == 127
        || (a == 100 && (64..128).contains(&b))
        || (a == 169 && b == 254)
        || (a == 172 && (16..32).contains(&b))
        || (a == 192 && b == 168)
        || (a == 192 && b == 0 && (c == 0 || c == 2))
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b))
        || (a == 198 && b == 51 && c == 100)
        || (a == 203 && b == 0 && c == 113)
        || a >= 224)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let embedded = |high: u16, low: u16| {
        is_public_v4(Ipv4Addr::new((high >> 8) as u8, (high & 0xff) as u8, (low >> 8) as u8, (low & 0xff) as u8))
    };
    match segments {
        // NAT64 and 6to4 carry an IPv4 address that a gateway dials for us.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low),
        [0x64, 0xff9b, ..] => false,
        [0x2002, high, low, ..] => embedded(high, low),
        // Teredo, ORCHID and the rest of the protocol assignments; documentation.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        // Only 2000::/3 is given out for global use; loopback, unspecified, unique-local, link-local, site-local,
        // multicast, discard-only and IPv4-compatible addresses all lie outside.
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(allow: &[&str], answer: &'static [&'static str]) -> Guard {
        let allow: Vec<_> = allow.iter().map(|entry| (*entry).to_owned()).collect();
        Guard::with_lookup(&allow, move |_| {
            Box::pin(async move { Ok(answer.iter().filter_map(|address| address.parse().ok()).collect()) })
        })
        .expect("readable list")
    }

    #[test]
    fn only_public_addresses_are_public() {
        let check = |address: &str, expected: bool| {
            assert_eq!(is_public(address.parse().expect(address)), expected, "{address}");
        };
        for private in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "3fff::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "5f00::1",
        ] {
            check(private, false);
        }
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.20.0.1",
            "2606:4700:4700::1111",
            "2a00:1450::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
        ] {
            check(public, true);
        }
    }

    #[test]
    fn addresses_in_urls_are_seen_in_every_spelling() {
        let guard = guard(&[], &[]);
        let check = |url: &str, expected: bool| {
            let verdict = Url::parse(url).map_err(|_| ()).and_then(|url| guard.check_url(&url).map_err(|_| ()));
            assert_eq!(verdict.is_ok(), expected, "{url}");
        };
        for refused in [
            "http://127.0.0.1/",
            "http://0/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0x7f.1/",
            "http://017700000001/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[64:ff9b::a00:1]/",
            "http://[fd00::1]:8080/",
            "http://169.254.169.254/",
            "http://１２７.０.０.１/",
            "file:///etc/passwd",
            "ftp://example.com/",
            "gopher://example.com/",
            "data:text/plain,x",
            "https://100.64.1.1/",
            "wss://10.1.1.1/",
        ] {
            check(refused, false);
        }
        for fine in ["http://example.com/", "https://8.8.8.8/", "wss://example.com/", "http://user@example.com:81/"] {
            check(fine, true);
        }
    }

    #[tokio::test]
    async fn names_lead_only_to_public_addresses() {
        let private = guard(&[], &["10.0.0.7"]).resolve("feeds.example", 80).await.expect_err("refused").to_string();
        assert!(private.contains("feeds.example leads to 10.0.0.7") && private.contains("allow"), "{private}");
        let mixed = guard(&[], &["10.0.0.7", "8.8.8.8", "::1"]).resolve("feeds.example", 80).await.expect("one public");
        assert_eq!(mixed, ["8.8.8.8:80".parse().expect("address")]);
        assert!(guard(&[], &[]).resolve("feeds.example", 80).await.is_err());
    }

    #[tokio::test]
    async fn the_allow_list_opens_by_name_net_and_port() {
        let check = async |allow: &'static str, host: &str, port: u16, expected: bool| {
            let verdict = guard(&[allow], &["10.0.0.7"]).resolve(host, port).await;
            assert_eq!(verdict.is_ok(), expected, "{allow} {host}:{port}");
        };
        check("forum.intern", "forum.intern", 80, true).await;
        check("FORUM.intern.", "forum.intern", 80, true).await;
        check("forum.intern", "evil.example", 80, false).await;
        check("forum.intern:8080", "forum.intern", 8080, true).await;
        check("forum.intern:8080", "forum.intern", 80, false).await;
        check("10.0.0.0/8", "anything.example", 80, true).await;
        check("10.0.0.7", "anything.example", 80, true).await;
        check("10.0.0.7:81", "anything.example", 80, false).await;
        check("10.0.0.8", "anything.example", 80, false).await;
        check("::1", "anything.example", 80, false).await;

        let literal = |allow: &str, url: &str| guard(&[allow], &[]).check_url(&Url::parse(url).expect("URL")).is_ok();
        assert!(literal("127.0.0.1", "http://127.0.0.1:9/"));
        assert!(literal("127.0.0.1:9", "http://127.0.0.1:9/"));
        assert!(!literal("127.0.0.1:8", "http://127.0.0.1:9/"));
        assert!(literal("[::1]:9", "http://[::1]:9/"));
        assert!(literal("127.0.0.0/8", "http://[::ffff:127.0.0.1]/"));
    }

    #[test]
    fn unreadable_entries_are_named() {
        for bad in ["", "*.intern", "10.0.0.0/99", "host:port", "http://x/"] {
            assert!(Guard::new(&[bad.to_owned()]).is_err(), "{bad}");
        }
    }
}

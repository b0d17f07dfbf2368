//! How the same article in two feeds is recognised: by its canonical URL and its title.

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The network whose posts are articles that several sources carry under different ids.
const FEED: &str = "feed";

/// The fingerprint of an article: of its canonical URL and its title without case and surrounding space.
pub(super) fn article_key(network: &str, canonical_url: Option<&str>, title: &str) -> Option<Uuid> {
    if network != FEED {
        return None;
    }
    let mut hash = Sha256::new();
    hash.update(canonical_url?.as_bytes());
    hash.update([0]);
    hash.update(title.trim().to_lowercase().as_bytes());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash.finalize()).for_each(|(byte, hashed)| *byte = hashed);
    Some(Uuid::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_are_equal_by_url_and_title() {
        let key = |network, url, title| article_key(network, url, title);
        let one = key("feed", Some("https://a.example/1"), "Acme recalls kettle");
        assert!(one.is_some());
        assert_eq!(one, key("feed", Some("https://a.example/1"), " ACME recalls Kettle\n"));
        assert_ne!(one, key("feed", Some("https://a.example/2"), "Acme recalls kettle"));
        assert_ne!(one, key("feed", Some("https://a.example/1"), "Acme recalls kettles"));
        assert_eq!(key("feed", None, "Acme recalls kettle"), None);
        assert_eq!(key("mastodon", Some("https://a.example/1"), "Acme recalls kettle"), None);
    }
}

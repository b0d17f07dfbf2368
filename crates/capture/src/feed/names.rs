//! Namespaces of feeds, and the prefixes that feeds use without declaring them.

/// Whose word a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// RSS of any version, CDF, or no namespace at all.
    Rss,
    /// Atom of any version.
    Atom,
    Rdf,
    Dc,
    DcTerms,
    Content,
    Itunes,
    Media,
    Slash,
    Syndication,
    Thread,
    Xhtml,
    Wfw,
    FeedBurner,
    Other,
}

impl Space {
    /// Whether elements of this space mean what RSS and Atom mean by them.
    pub(super) fn is_core(self) -> bool {
        matches!(self, Self::Rss | Self::Atom)
    }
}

/// Beginnings of namespace names, in lower case and without a slash or `#` at the end.
const SPACES: [(&str, Space); 36] = [
    ("http://www.w3.org/2005/atom", Space::Atom),
    ("http://purl.org/atom/ns", Space::Atom),
    ("http://purl.org/rss/1.0/modules/content", Space::Content),
    ("http://purl.org/rss/1.0/modules/slash", Space::Slash),
    ("http://purl.org/rss/1.0/modules/syndication", Space::Syndication),
    ("http://purl.org/rss/1.0/modules", Space::Other),
    ("http://purl.org/rss/1.0", Space::Rss),
    ("http://purl.org/net/rss1.1", Space::Rss),
    ("http://my.netscape.com/rdf/simple/0.9", Space::Rss),
    ("http://my.netscape.com/publish/formats/rss-0.91", Space::Rss),
    ("http://channel.netscape.com/rdf/simple/0.9", Space::Rss),
    ("http://example.com/newformat", Space::Rss),
    ("http://example.com/necho", Space::Rss),
    ("http://purl.org/echo", Space::Rss),
    ("uri/of/echo/namespace", Space::Rss),
    ("http://purl.org/pie", Space::Rss),
    ("http://backend.userland.com/rss", Space::Rss),
    ("http://blogs.law.harvard.edu/tech/rss", Space::Rss),
    ("http://cyber.law.harvard.edu/rss", Space::Rss),
    ("http://www.rssboard.org/rss-specification", Space::Rss),
    ("http://www.w3.org/1999/02/22-rdf-syntax-ns", Space::Rdf),
    ("http://purl.org/dc/elements/1", Space::Dc),
    ("http://purl.org/dc/terms", Space::DcTerms),
    ("http://www.itunes.com/dtds/podcast-1.0.dtd", Space::Itunes),
    ("http://example.com/dtds/podcast-1.0.dtd", Space::Itunes),
    ("http://www.itunes.com/dtds/podcast", Space::Itunes),
    ("http://search.yahoo.com/mrss", Space::Media),
    ("http://video.search.yahoo.com/mrss", Space::Media),
    ("http://www.rssboard.org/media-rss", Space::Media),
    ("http://purl.org/syndication/thread/1.0", Space::Thread),
    ("http://www.w3.org/1999/xhtml", Space::Xhtml),
    ("http://www.w3.org/tr/xhtml1", Space::Xhtml),
    ("http://wellformedweb.org/commentapi", Space::Wfw),
    ("http://rssnamespace.org/feedburner/ext/1.0", Space::FeedBurner),
    ("http://www.w3.org/2000/svg", Space::Other),
    ("http://www.w3.org/1998/math/mathml", Space::Other),
];

/// The space of a declared namespace; `None` if nobody knows it.
pub(super) fn space_of(name: &str) -> Option<Space> {
    if name.len() > 200 {
        return None;
    }
    let name = name.trim().to_ascii_lowercase().replace("https://", "http://");
    if name.is_empty() {
        return Some(Space::Rss);
    }
    SPACES.iter().find(|(start, _)| name.starts_with(start)).map(|(_, space)| *space)
}

/// The space that a prefix usually means.
pub(super) fn space_of_prefix(prefix: &str) -> Space {
    match prefix {
        "" | "rss" => Space::Rss,
        "atom" | "a10" | "atom10" => Space::Atom,
        "rdf" => Space::Rdf,
        "dc" => Space::Dc,
        "dcterms" => Space::DcTerms,
        "content" => Space::Content,
        "itunes" => Space::Itunes,
        "media" => Space::Media,
        "slash" => Space::Slash,
        "sy" => Space::Syndication,
        "thr" => Space::Thread,
        "xhtml" | "html" => Space::Xhtml,
        "wfw" => Space::Wfw,
        "feedburner" => Space::FeedBurner,
        _ => Space::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_namespaces_by_their_beginning() {
        for (name, expected) in [
            ("http://www.w3.org/2005/Atom", Some(Space::Atom)),
            ("https://www.w3.org/2005/Atom", Some(Space::Atom)),
            ("http://purl.org/atom/ns#", Some(Space::Atom)),
            ("http://purl.org/rss/1.0/", Some(Space::Rss)),
            ("http://purl.org/rss/1.0/modules/content/", Some(Space::Content)),
            ("http://purl.org/rss/1.0/modules/company/", Some(Space::Other)),
            ("http://www.itunes.com/DTDs/Podcast-1.0.dtd", Some(Space::Itunes)),
            ("http://search.yahoo.com/mrss/", Some(Space::Media)),
            ("", Some(Space::Rss)),
            ("http://unknown.example/", None),
        ] {
            assert_eq!(space_of(name), expected, "{name}");
        }
    }
}

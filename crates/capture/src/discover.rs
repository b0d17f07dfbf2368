//! Finding the feeds of a web page: those it names, and addresses where sites of its kind keep one.
//!
//! Nothing is fetched here; the caller tries the addresses in order.

use url::Url;

use crate::entities::decode_into;
use crate::markup::{Dialect, Tag, Token, Tokens};
use crate::text::{attribute, clip, one_line};
use crate::url::resolve;

/// How far into a page its feeds are looked for.
const WITHIN: usize = 2 << 20;
/// More feeds of one page than this are not listed.
const MAX_FEEDS: usize = 50;

/// A feed that a page offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedLink {
    /// Where it lies.
    pub url: String,
    /// What the page calls it.
    pub title: String,
    /// How much speaks for it, from 0; only for ordering.
    pub score: i32,
}

/// The feeds that a page names, best first: declared ones, then links that look like feeds.
pub fn feeds_of_page(html: &str, url: &Url) -> Vec<FeedLink> {
    let (html, _) = clip(html, WITHIN);
    let mut base = url.clone();
    let mut found: Vec<FeedLink> = Vec::new();
    let mut anchor: Option<(FeedLink, String)> = None;
    for token in Tokens::new(html, Dialect::Html) {
        match token {
            Token::Start(tag) if tag.name.eq_ignore_ascii_case("base") => {
                if let Some(href) = attribute(&tag, "href").and_then(|href| resolve(Some(url), &href)) {
                    base = href;
                }
            }
            Token::Start(tag) if tag.name.eq_ignore_ascii_case("link") => add(&mut found, declared(&tag, &base)),
            Token::Start(tag) if tag.name.eq_ignore_ascii_case("a") => {
                finish(&mut found, anchor.take(), url);
                anchor = linked(&tag, &base).map(|link| (link, String::new()));
            }
            Token::Text(raw) => {
                if let Some((_, words)) = anchor.as_mut().filter(|(_, words)| words.len() < 200) {
                    decode_into(clip(raw, 400).0, Dialect::Html, None, words);
                }
            }
            Token::End(name) if name.eq_ignore_ascii_case("a") => finish(&mut found, anchor.take(), url),
            _ => {}
        }
    }
    finish(&mut found, anchor, url);
    // The sort is stable: what the page names first comes first among equals.
    found.sort_by_key(|link| -link.score);
    found
}

fn add(found: &mut Vec<FeedLink>, link: Option<FeedLink>) {
    let Some(link) = link else { return };
    let is_full = found.len() >= MAX_FEEDS;
    match found.iter_mut().find(|known| known.url == link.url) {
        Some(known) if known.score < link.score => *known = link,
        Some(_) => {}
        None if !is_full => found.push(link),
        None => {}
    }
}

/// `<link rel="alternate" type="application/rss+xml" href="…">`
fn declared(tag: &Tag<'_>, base: &Url) -> Option<FeedLink> {
    let rel = attribute(tag, "rel")?.to_ascii_lowercase();
    let mut rels = rel.split_ascii_whitespace();
    if !rels.any(|rel| rel == "alternate" || rel == "feed") {
        return None;
    }
    let mime = attribute(tag, "type").unwrap_or_default().to_ascii_lowercase();
    let mime = mime.split(';').next().unwrap_or_default().trim();
    let score = match mime {
        "application/atom+xml" => 103,
        "application/rss+xml" => 102,
        "application/feed+json" => 101,
        "application/rdf+xml" | "text/xml" | "application/xml" | "application/x-rss+xml" | "text/rss" => 90,
        // `application/json` is also how WordPress names its API.
        "application/json" if attribute(tag, "href")?.contains("feed") => 85,
        "" if rel.contains("feed") => 80,
        _ => return None,
    };
    let url = feed_url(&attribute(tag, "href")?, base)?;
    let title = attribute(tag, "title").map(|title| one_line(&title)).unwrap_or_default();
    Some(weighed(FeedLink { url: String::from(url), title, score }))
}

/// `<a href="/feed.xml">`
fn linked(tag: &Tag<'_>, base: &Url) -> Option<FeedLink> {
    let url = feed_url(&attribute(tag, "href")?, base)?;
    let path = url.path().to_ascii_lowercase();
    let path = path.trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    let query = url.query().unwrap_or_default().to_ascii_lowercase();
    let ends = [".rss", ".atom", ".rdf", ".rss2"].iter().any(|end| path.ends_with(end));
    let is_named = matches!(
        last,
        "feed"
            | "rss"
            | "atom"
            | "feeds"
            | "rss.xml"
            | "atom.xml"
            | "feed.xml"
            | "index.xml"
            | "feed.json"
            | "rss2"
            | "rss.php"
            | "feed.php"
    );
    let asks = query.split('&').any(|pair| {
        matches!(
            pair,
            "feed=rss2"
                | "feed=rss"
                | "feed=atom"
                | "format=rss"
                | "format=atom"
                | "format=feed"
                | "type=rss"
                | "type=atom"
        )
    });
    let score = if ends || asks { 50 } else { 45 };
    (ends || is_named || asks).then(|| weighed(FeedLink { url: String::from(url), title: String::new(), score }))
}

fn finish(found: &mut Vec<FeedLink>, anchor: Option<(FeedLink, String)>, page: &Url) {
    let Some((mut link, words)) = anchor else { return };
    link.title = one_line(&words);
    // A feed elsewhere is rather somebody else's.
    let is_here = Url::parse(&link.url).is_ok_and(|url| url.host_str() == page.host_str());
    link.score -= if is_here { 0 } else { 20 };
    add(found, Some(link));
}

/// Resolves an address; `feed:` is another way to write `http:`.
fn feed_url(href: &str, base: &Url) -> Option<Url> {
    let href = href.trim();
    match href.strip_prefix("feed:") {
        Some(rest) if rest.starts_with("//") => resolve(Some(base), &format!("https:{rest}")),
        Some(rest) => resolve(Some(base), rest),
        None => resolve(Some(base), href),
    }
}

/// Feeds of comments are rarely what is wanted.
fn weighed(mut link: FeedLink) -> FeedLink {
    let text = format!("{} {}", link.url, link.title).to_ascii_lowercase();
    if ["comment", "kommentar", "comentario", "commentaire", "replies"].iter().any(|word| text.contains(word)) {
        link.score -= 40;
    }
    link
}

/// Addresses worth trying where a page names no feed, likeliest first. The page's own folders come before its root.
pub fn guesses(url: &Url) -> Vec<String> {
    let mut guesses: Vec<String> = own_rules(url).into_iter().collect();
    let folder = url.path().trim_end_matches('/').to_owned();
    let mut roots = vec![String::new()];
    if !folder.is_empty() && folder.matches('/').count() <= 3 {
        roots.insert(0, folder);
    }
    for root in roots {
        for name in [
            "feed",
            "feed.xml",
            "rss.xml",
            "atom.xml",
            "rss",
            "index.xml",
            "feed.json",
            "feeds/posts/default",
            "blog/feed",
        ] {
            let mut guess = url.clone();
            guess.set_query(None);
            guess.set_fragment(None);
            guess.set_path(&format!("{root}/{name}"));
            let guess = String::from(guess);
            if !guesses.contains(&guess) {
                guesses.push(guess);
            }
        }
    }
    guesses
}

/// Sites whose pages have feeds by rule.
fn own_rules(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    let path = url.path().trim_matches('/');
    let mut parts = path.split('/');
    let (first, second) = (parts.next()?, parts.next());
    match host {
        "reddit.com" | "old.reddit.com" if !path.is_empty() => Some(format!("https://www.reddit.com/{path}/.rss")),
        "github.com" => Some(format!("https://github.com/{first}/{}/releases.atom", second?)),
        "youtube.com" if first == "channel" => {
            Some(format!("https://www.youtube.com/feeds/videos.xml?channel_id={}", second?))
        }
        "youtube.com" if first == "playlist" => {
            let (_, list) = url.query_pairs().find(|(name, _)| name == "list")?;
            Some(format!("https://www.youtube.com/feeds/videos.xml?playlist_id={list}"))
        }
        "medium.com" if !first.is_empty() => Some(format!("https://medium.com/feed/{first}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &[&str]) {
        let url = Url::parse("https://blog.example/posts/1").unwrap();
        let found: Vec<String> = feeds_of_page(html, &url).into_iter().map(|link| link.url).collect();
        assert_eq!(found, expected, "{html}");
    }

    #[test]
    fn finds_what_a_page_names() {
        check(
            "<html><head><link rel=alternate type='application/rss+xml' title='Comments' href='/comments/feed'>
             <link rel='alternate' type='application/rss+xml' href='/feed'><link rel=stylesheet href=a.css>
             <LINK REL='alternate feed' TYPE='application/atom+xml; charset=utf-8' HREF='//x.example/atom.xml'></head>",
            &["https://x.example/atom.xml", "https://blog.example/feed", "https://blog.example/comments/feed"],
        );
        check(
            "<base href='https://other.example/b/'><link rel=alternate type='application/feed+json' href='feed.json'>",
            &["https://other.example/b/feed.json"],
        );
        check(
            "<a href='feed:https://x.example/rss'>RSS</a><a href='/a.atom'>x</a><a href='/about'>y</a>",
            &["https://blog.example/a.atom", "https://x.example/rss"],
        );
        check(
            "<link rel=alternate type='application/json' href='/wp-json/'><link rel=alternate hreflang=de href='/de'>",
            &[],
        );
        check(
            "<script><link rel=alternate type='application/rss+xml' href='/no'></script><!-- <link rel=alternate type='application/rss+xml' href='/no'> -->",
            &[],
        );
    }

    #[test]
    fn guesses_near_the_page_first() {
        let found = guesses(&Url::parse("https://blog.example/news/?a=1#x").unwrap());
        assert_eq!(found.first().map(String::as_str), Some("https://blog.example/news/feed"));
        assert!(found.contains(&"https://blog.example/feed.xml".to_owned()));
        let found = guesses(&Url::parse("https://www.reddit.com/r/tea").unwrap());
        assert_eq!(found.first().map(String::as_str), Some("https://www.reddit.com/r/tea/.rss"));
    }
}

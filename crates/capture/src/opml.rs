//! OPML, the form in which readers hand each other lists of feeds.

use switchboard_model::Problem;
use url::Url;

use crate::encoding;
use crate::markup::{Dialect, Token, Tokens};
use crate::text::{attribute, one_line};
use crate::url::resolve;

/// Larger lists are refused.
const MAX_BYTES: usize = 20 << 20;
/// More feeds than this are not read.
const MAX_FEEDS: usize = 20_000;
/// Folders within folders are named this deep.
const MAX_FOLDERS: usize = 16;
const MAX_PROBLEMS: usize = 50;

/// A feed in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpmlFeed {
    /// What the list calls it.
    pub title: String,
    /// Where the feed lies.
    pub url: String,
    /// The page whose feed it is.
    pub site_url: Option<String>,
    /// The folders that it stands in, outermost first.
    pub folders: Vec<String>,
}

/// A list, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpmlList {
    /// Its title.
    pub title: String,
    /// Its feeds, each once.
    pub feeds: Vec<OpmlFeed>,
    /// What could not be understood.
    pub problems: Vec<Problem>,
}

/// Why a file is no list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpmlError {
    /// No `<opml>` and no `<outline>`.
    #[error("this is not an OPML list: it has no <outline>")]
    NotOpml,
    /// Too many bytes.
    #[error("the list has {0} bytes, more than the {MAX_BYTES} that are read")]
    TooLarge(usize),
}

/// Reads a list. What is wrong with one feed does not concern the others.
pub fn read(bytes: &[u8]) -> Result<OpmlList, OpmlError> {
    if bytes.len() > MAX_BYTES {
        return Err(OpmlError::TooLarge(bytes.len()));
    }
    let text = encoding::decode(bytes, None).text;
    let mut list = OpmlList::default();
    let mut folders: Vec<String> = Vec::new();
    let mut known = std::collections::HashSet::new();
    let (mut outlines, mut has_root, mut is_in_title) = (0usize, false, false);
    let mut tokens = Tokens::new(&text, Dialect::Xml);
    let mut problems: Vec<Problem> = Vec::new();
    let mut add_problem = |at: String, message: String| {
        if problems.len() < MAX_PROBLEMS {
            problems.push(Problem { at, message });
        }
    };
    for token in tokens.by_ref() {
        match token {
            Token::Start(tag) if tag.name.eq_ignore_ascii_case("opml") => has_root = true,
            Token::Start(tag) => {
                is_in_title = tag.name.eq_ignore_ascii_case("title");
                if !tag.name.eq_ignore_ascii_case("outline") {
                    continue;
                }
                outlines += 1;
                let of =
                    |name: &str| attribute(&tag, name).map(|value| one_line(&value)).filter(|value| !value.is_empty());
                let title = of("title").or_else(|| of("text")).unwrap_or_default();
                if let Some(address) = of("xmlUrl")
                    .or_else(|| of("url").filter(|_| of("type").is_some_and(|kind| kind.eq_ignore_ascii_case("rss"))))
                {
                    let address = address
                        .strip_prefix("feed:")
                        .map_or(address.as_str(), |rest| rest.strip_prefix("//").unwrap_or(rest));
                    let found = resolve(None, address)
                        .or_else(|| resolve(None, &format!("https://{address}")).filter(|_| !address.contains(':')));
                    match found.map(String::from) {
                        None => add_problem(
                            format!("outline {outlines}"),
                            format!("'{}' is not a web address; left out", crate::text::clip(address, 200).0),
                        ),
                        Some(url) if known.contains(&url) => {}
                        Some(_) if list.feeds.len() >= MAX_FEEDS => {
                            add_problem(
                                format!("outline {outlines}"),
                                format!("more than {MAX_FEEDS} feeds; the rest was left out"),
                            );
                            break;
                        }
                        Some(url) => {
                            known.insert(url.clone());
                            let site_url = of("htmlUrl")
                                .and_then(|page| resolve(Url::parse(&url).ok().as_ref(), &page))
                                .map(String::from);
                            list.feeds.push(OpmlFeed {
                                title: title.clone(),
                                url,
                                site_url,
                                folders: folders.iter().filter(|name| !name.is_empty()).cloned().collect(),
                            });
                        }
                    }
                    if !tag.is_empty {
                        push_folder(&mut folders, String::new());
                    }
                } else if !tag.is_empty {
                    push_folder(&mut folders, title);
                }
            }
            Token::End(name) if name.eq_ignore_ascii_case("outline") => {
                folders.pop();
            }
            Token::End(_) => is_in_title = false,
            Token::Text(raw) if is_in_title && list.title.is_empty() => {
                let mut title = String::new();
                crate::entities::decode_into(crate::text::clip(raw, 500).0, Dialect::Xml, None, &mut title);
                list.title = one_line(&title);
            }
            _ => {}
        }
    }
    if tokens.is_cut {
        add_problem("end".to_owned(), format!("the list ends in the middle, after {outlines} outlines"));
    }
    if !has_root && outlines == 0 {
        return Err(OpmlError::NotOpml);
    }
    list.problems = problems;
    Ok(list)
}

/// Deeper folders are counted as part of the deepest one that is named.
fn push_folder(folders: &mut Vec<String>, name: String) {
    let name = if folders.len() < MAX_FOLDERS { name } else { String::new() };
    if folders.len() < 10_000 {
        folders.push(name);
    }
}

/// Writes a list. Feeds of the same folder stand together, in the order of their first appearance.
pub fn write(title: &str, feeds: &[OpmlFeed]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n");
    out.push_str(&format!("  <head>\n    <title>{}</title>\n  </head>\n  <body>\n", escape(title)));
    let mut order: Vec<&[String]> = Vec::new();
    for feed in feeds {
        if !order.contains(&feed.folders.as_slice()) {
            order.push(&feed.folders);
        }
    }
    for folders in order {
        for (depth, folder) in folders.iter().enumerate() {
            out.push_str(&format!("{}<outline text=\"{}\">\n", indent(depth), escape(folder)));
        }
        for feed in feeds.iter().filter(|feed| feed.folders == folders) {
            let title = if feed.title.is_empty() { &feed.url } else { &feed.title };
            let site = feed.site_url.as_ref().map(|url| format!(" htmlUrl=\"{}\"", escape(url))).unwrap_or_default();
            let (title, url) = (escape(title), escape(&feed.url));
            let indent = indent(folders.len());
            out.push_str(&format!(
                "{indent}<outline type=\"rss\" text=\"{title}\" title=\"{title}\" xmlUrl=\"{url}\"{site}/>\n"
            ));
        }
        for depth in (0..folders.len()).rev() {
            out.push_str(&format!("{}</outline>\n", indent(depth)));
        }
    }
    out.push_str("  </body>\n</opml>\n");
    out
}

fn indent(depth: usize) -> String {
    "  ".repeat(depth + 2)
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_nested_and_broken_lists() {
        let list = read(
            br#"<?xml version="1.0"?><opml version="1.0"><head><title>My &amp; feeds</title></head><body>
            <outline text="News"><outline text="A" xmlUrl="https://a.example/feed?x=1&amp;y=2" htmlUrl="/"/>
              <outline title="Tech"><outline type="rss" text="B" xmlurl="feed://b.example/rss"></outline><outline text="B again" xmlUrl="https://b.example/rss"/></outline>
            </outline>
            <outline text="C" xmlUrl="javascript:x()"/><outline text="D & E" xmlUrl="d.example/feed"/>"#,
        )
        .unwrap();
        assert_eq!(list.title, "My & feeds");
        let found: Vec<(String, String)> =
            list.feeds.iter().map(|feed| (feed.url.clone(), feed.folders.join("/"))).collect();
        let expected = [
            ("https://a.example/feed?x=1&y=2", "News"),
            ("https://b.example/rss", "News/Tech"),
            ("https://d.example/feed", ""),
        ];
        assert_eq!(found, expected.map(|(url, folders)| (url.to_owned(), folders.to_owned())));
        assert_eq!(list.feeds[0].site_url.as_deref(), Some("https://a.example/"));
        assert_eq!(list.problems.len(), 1, "{:?}", list.problems);
        assert!(list.problems[0].to_string().contains("javascript:x()"));
    }

    #[test]
    fn refuses_what_is_no_list() {
        assert_eq!(read(b"<html><p>x"), Err(OpmlError::NotOpml));
        assert_eq!(read(b""), Err(OpmlError::NotOpml));
        assert!(read("<opml>".as_bytes()).unwrap().feeds.is_empty());
        let deep = format!("<opml>{}", "<outline text='x'>".repeat(100_000));
        assert!(read(deep.as_bytes()).unwrap().feeds.is_empty());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(titles in prop::collection::vec(("[a-zé<>&\"' ]{0,12}", prop::collection::vec("[a-z&]{1,5}", 0..3)), 0..8)) {
            let feeds: Vec<OpmlFeed> = titles.into_iter().enumerate().map(|(index, (title, folders))| {
                let title = one_line(&title);
                let url = format!("https://x.example/{index}?a=1&b=2");
                OpmlFeed { title: if title.is_empty() { url.clone() } else { title }, url, site_url: None, folders }
            }).collect();
            let read = read(write("list", &feeds).as_bytes()).unwrap();
            let mut found = read.feeds;
            found.sort_by(|a, b| a.url.cmp(&b.url));
            let mut expected = feeds;
            expected.sort_by(|a, b| a.url.cmp(&b.url));
            prop_assert_eq!(found, expected);
        }
    }
}

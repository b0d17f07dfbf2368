//! Links in Markdown: where they are, and whether they lead somewhere.

use std::path::{Component, Path, PathBuf};

use super::tree::{File, read, root};

/// The targets of all links with their line, without those in code.
pub(crate) fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut is_code = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        }
        if is_code {
            continue;
        }
        // What stands between backticks is shown, not followed.
        let shown: String = line.split('`').step_by(2).collect::<Vec<_>>().join("code");
        for part in shown.split("](").skip(1) {
            if let Some((target, _)) = part.split_once(')') {
                found.push((index + 1, target.to_owned()));
            }
        }
    }
    found
}

/// Why a link leads nowhere, if so. Addresses of other hosts are not visited.
pub(crate) fn broken(from: &File, target: &str) -> Option<String> {
    if ["http://", "https://", "mailto:"].iter().any(|scheme| target.starts_with(scheme)) {
        return None;
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let place = if path.is_empty() {
        from.path.clone()
    } else {
        let folder = Path::new(&from.path).parent().unwrap_or(Path::new(""));
        plain(&folder.join(path)).to_string_lossy().into_owned()
    };
    if !root().join(&place).exists() {
        return Some(format!("there is no {place}"));
    }
    if anchor.is_empty() || !place.ends_with(".md") || headings(&read(&place)).iter().any(|known| known == anchor) {
        return None;
    }
    Some(format!("{place} has no such heading"))
}

/// The path with `..` worked in.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

/// The anchors that headings get: lower case, blanks as hyphens, no other signs.
fn headings(text: &str) -> Vec<String> {
    text.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            line.trim_start_matches('#')
                .trim()
                .to_lowercase()
                .chars()
                .filter_map(|c| match c {
                    ' ' => Some('-'),
                    c if c.is_alphanumeric() || matches!(c, '-' | '_') => Some(c),
                    _ => None,
                })
                .collect()
        })
        .collect()
}

#[test]
fn finds_links_and_what_is_wrong_with_them() {
    let text =
        "# A b: c\n[x](docs/README.md) `[no](no.md)` [y](#a-b-c)\n```\n[no](no.md)\n```\n[z](none.md#a) [w](#d)\n";
    let file = File { path: "README.md".to_owned(), text: text.to_owned() };
    let found = links(&file.text);
    assert_eq!(
        found,
        [(2, "docs/README.md"), (2, "#a-b-c"), (6, "none.md#a"), (6, "#d")].map(|(line, to)| (line, to.to_owned()))
    );
    assert_eq!(broken(&file, "none.md#a"), Some("there is no none.md".to_owned()));
    assert_eq!(headings(text).first().map(String::as_str), Some("a-b-c"));
    assert_eq!(plain(Path::new("docs/guides/../x.md")), Path::new("docs/x.md"));
}

//! The files of the checkout, without what is built, installed or recorded.

use std::fs;
use std::path::{Path, PathBuf};

/// A text file.
pub(crate) struct File {
    /// Its path from the root of the checkout, with slashes.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    /// Its lines, counted from one.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).expect("the crate lies two folders below the root").to_owned()
}

/// A file that has to be there.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The names of the folders in a folder, none if it is not there.
pub(crate) fn folders(path: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(root().join(path))
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// All files below a folder with one of these endings, none if it is not there.
pub(crate) fn files(path: &str, endings: &[&str]) -> Vec<File> {
    let mut found = Vec::new();
    walk(&root(), Path::new(path), endings, &mut found);
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

fn walk(root: &Path, folder: &Path, endings: &[&str], found: &mut Vec<File>) {
    for entry in fs::read_dir(root.join(folder)).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = folder.join(&name);
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            // Built, installed, recorded from others, or of the version control.
            let is_ours =
                !matches!(name.as_str(), "target" | "node_modules" | "testdata" | "switchboard-data" | "vendor")
                    && (!name.starts_with('.') || name == ".ci");
            if is_ours {
                walk(root, &path, endings, found);
            }
        } else if kind.is_file() && path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known))
        {
            let Ok(text) = fs::read_to_string(root.join(&path)) else { continue };
            found.push(File { path: path.to_string_lossy().replace('\\', "/"), text });
        }
    }
}

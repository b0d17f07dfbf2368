//! Icons: one sprite, drawn by name.

use std::sync::LazyLock;

use crate::statics::asset;

static SPRITE: LazyLock<String> = LazyLock::new(|| asset("icons.svg"));

/// The mark of an icon for a template, by its name in `static/icons.svg`. It says nothing by itself: a word stands beside it.
pub(crate) fn icon(name: &str) -> String {
    let turns = matches!(name, "reply" | "arrow-left" | "chevron-right" | "chevron-left" | "undo-2" | "arrow-up-right");
    let class = if turns { "icon turns" } else { "icon" };
    format!("<svg class=\"{class}\" aria-hidden=\"true\"><use href=\"{}#{name}\"/></svg>", *SPRITE)
}

/// The icon of something understood, by its label; `None` where words alone tell it.
pub(crate) fn of_signal(label: &str) -> Option<&'static str> {
    Some(match label {
        "positive" => "circle-plus",
        "negative" => "circle-minus",
        "complaint" => "circle-alert",
        "question" => "circle-help",
        "thanks" => "heart",
        "purchase" => "shopping-bag",
        "job" => "briefcase",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(folder: &std::path::Path, into: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                read(&path, into);
            } else {
                into.push(std::fs::read_to_string(&path).expect("readable"));
            }
        }
    }

    #[test]
    fn every_icon_that_is_drawn_is_in_the_sprite() {
        let sprite = include_str!("../../static/icons.svg");
        let mut templates = Vec::new();
        read(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), &mut templates);
        let drawn = templates.iter().flat_map(|text| text.split("icon(\"").skip(1));
        let drawn = drawn.map(|rest| rest.split('"').next().unwrap_or_default());
        let signals = ["positive", "negative", "complaint", "question", "thanks", "purchase", "job"];
        for name in drawn.chain(signals.into_iter().filter_map(|label| -> Option<&str> { of_signal(label) })) {
            assert!(sprite.contains(&format!("<symbol id=\"{name}\"")), "the sprite has no '{name}'");
        }
    }
}

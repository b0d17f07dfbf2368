//! Icons: one sprite, drawn by name.

use std::sync::LazyLock;

use crate::statics::asset;

static SPRITE: LazyLock<String> = LazyLock::new(|| asset("icons.svg"));

/// The mark of an icon for a template, by its name in `static/icons.svg`. It says nothing by itself: a word stands beside it.
pub(crate) fn icon(name: &str) -> String {
    let turns = matches!(name, "reply" | "undo-2");
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
    use std::collections::BTreeSet;

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
    fn the_sprite_has_what_is_drawn_and_nothing_else() {
        let sprite = include_str!("../../static/icons.svg");
        let mut templates = Vec::new();
        read(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), &mut templates);
        let by_name = templates.iter().flat_map(|text| text.split("icon(\"").skip(1));
        let by_name = by_name.filter_map(|rest| rest.split('"').next());
        // The mark of a button is the last part of its call: `act::one(id, …, "check")`.
        let of_buttons = templates.iter().flat_map(|text| text.split("act::one(").skip(1));
        let of_buttons = of_buttons.filter_map(|rest| rest.split("%}").next()?.rsplit('"').nth(1));
        let signals = ["positive", "negative", "complaint", "question", "thanks", "purchase", "job"];
        let of_signals = signals.into_iter().filter_map(|label| -> Option<&str> { of_signal(label) });
        let drawn: BTreeSet<&str> = by_name.chain(of_buttons).chain(of_signals).collect();
        let there = sprite.split("<symbol id=\"").skip(1).filter_map(|rest| rest.split('"').next());
        assert_eq!(there.collect::<BTreeSet<_>>(), drawn);
    }
}

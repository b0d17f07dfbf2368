//! Every component in every state, on one page: what the pages are made of, to look at and to compare.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Place, Places, frame};
use crate::error::PageError;
use crate::pages::{Frame, show};
use crate::visitor::Visitor;

/// The tokens of colour, by what they are for: surfaces, ink, accent, meaning.
const COLOURS: [&[&str]; 4] = [
    &["paper", "desk", "well", "raised", "line", "edge"],
    &["ink", "ink-2", "ink-3"],
    &["accent", "accent-ink", "on-accent", "accent-soft"],
    &["bad", "bad-soft", "on-bad", "soon", "soon-soft", "good", "mark", "mark-line", "note", "band", "band-line"],
];

/// The steps of the type scale.
const SIZES: [u8; 5] = [1, 2, 3, 4, 5];

#[derive(Template)]
#[template(path = "settings/style.html")]
struct StylePage {
    frame: Frame,
    places: Places,
}

/// `GET /settings/style`
pub(crate) async fn show_all(visitor: Visitor) -> Result<Response, PageError> {
    let frame = frame(t!("settings-place-style"), &visitor).with_style("desk.css").with_style("style.css");
    show(StatusCode::OK, &StylePage { frame, places: Places::new(&visitor, Place::Style) })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    pub(crate) fn samples() -> Vec<String> {
        let visitor = samples::visitor();
        let page = StylePage {
            frame: frame(t!("settings-place-style"), &visitor),
            places: Places::new(&visitor, Place::Style),
        };
        vec![page.render().expect("renders")]
    }

    #[test]
    fn every_component_stands_on_the_page() {
        let [page] = &samples()[..] else { panic!("one page") };
        let components = [
            "button",
            "field",
            "select",
            "menu-list",
            "dialog",
            "drawer",
            "tabs",
            "table",
            "row",
            "tag",
            "who",
            "badge",
            "gauge",
            "toast",
            "tip",
            "empty",
            "bone",
            "progress",
            "timeline",
            "compose",
            "code",
            "range",
            "chart",
            "cord",
            "clock",
            "prio",
            "sign",
            "note",
            "live",
        ];
        for component in components {
            let stands = page.contains(&format!("data-component=\"{component}\""));
            assert!(stands, "{component} is not shown");
        }
    }
}

//! Every component in every state, on one page: what the pages are made of, to look at and to compare.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Place, Places, frame};
use crate::error::PageError;
use crate::pages::chart::{DayChart, Spark};
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
    spark: Spark,
    days: Option<DayChart>,
}

/// Numbers for the samples of pictures: three weeks as usual, then a storm.
const DAYS: [u64; 24] = [9, 12, 7, 8, 11, 13, 4, 10, 12, 9, 7, 12, 14, 5, 9, 11, 10, 8, 13, 12, 6, 11, 29, 41];

impl StylePage {
    fn new(frame: Frame, places: Places) -> Self {
        let dates = (1..).map(|day| jiff::civil::date(2026, 9, day));
        let days: Vec<_> = dates.zip(DAYS).collect();
        let spark = Spark::new(&DAYS);
        Self { frame, places, days: DayChart::new(&days, spark.words.clone(), "UTC"), spark }
    }
}

/// `GET /settings/style`
pub(crate) async fn show_all(visitor: Visitor) -> Result<Response, PageError> {
    let frame = frame(t!("settings-place-style"), &visitor).with_style("desk.css").with_style("style.css");
    show(StatusCode::OK, &StylePage::new(frame, Places::new(&visitor, Place::Style)))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    pub(crate) fn samples() -> Vec<String> {
        let visitor = samples::visitor();
        let page = StylePage::new(frame(t!("settings-place-style"), &visitor), Places::new(&visitor, Place::Style));
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
            "spark",
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

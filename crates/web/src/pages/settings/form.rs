//! The page of one thing in the settings: its form, what else can be done with it, and what came of it.

use std::borrow::Cow;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Place, Places, frame};
use crate::error::{PageError, Refusal};
use crate::pages::forms::{Entry, complain, time_zones};
use crate::pages::{Frame, show};
use crate::visitor::Visitor;

/// A secret that is shown this once.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) heading: String,
    pub(crate) secret: String,
    pub(crate) about: Cow<'static, str>,
}

/// Something else that can be done, with a button of its own.
#[derive(Debug, Clone)]
pub(crate) struct Act {
    pub(crate) title: Cow<'static, str>,
    pub(crate) about: String,
    pub(crate) action: String,
    pub(crate) submit: Cow<'static, str>,
    pub(crate) entries: Vec<Entry>,
}

/// One thing and its form.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    pub(crate) title: String,
    pub(crate) about: String,
    pub(crate) action: String,
    pub(crate) submit: Cow<'static, str>,
    pub(crate) back: Option<&'static str>,
    /// Pages that belong to it: where, and what they are called.
    pub(crate) links: Vec<(String, Cow<'static, str>)>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) acts: Vec<Act>,
    /// Something else that the same fields can be used for: where they go, and what the button says.
    pub(crate) also: Option<(String, Cow<'static, str>)>,
    /// What came of that: a rendered part of a page.
    pub(crate) below: Option<String>,
    /// What was just done.
    pub(crate) said: Option<String>,
    pub(crate) shown: Option<Shown>,
    pub(crate) complaint: Option<String>,
    pub(crate) has_zones: bool,
}

impl Form {
    /// With what was refused, beside its field or above the form.
    pub(crate) fn refused(mut self, refusal: &Refusal) -> Self {
        for act in &mut self.acts {
            let is_its = refusal.field.is_some_and(|field| act.entries.iter().any(|entry| entry.name == field));
            if is_its {
                self.complaint = complain(&mut act.entries, Some(refusal));
                return self;
            }
        }
        self.complaint = complain(&mut self.entries, Some(refusal));
        self
    }

    fn zones(&self) -> Vec<String> {
        time_zones()
    }

    pub(crate) fn page(self, visitor: &Visitor, place: Place) -> FormPage {
        FormPage { frame: frame(self.title.clone(), visitor), places: Places::new(visitor, place), form: self }
    }

    pub(crate) fn show(self, status: StatusCode, visitor: &Visitor, place: Place) -> Result<Response, PageError> {
        show(status, &self.page(visitor, place))
    }
}

#[derive(Template)]
#[template(path = "settings/form.html")]
pub(crate) struct FormPage {
    frame: Frame,
    places: Places,
    form: Form,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::forms::Choice;
    use crate::pages::samples;

    #[test]
    fn sample_is_rendered_and_escaped() {
        let hostile = || samples::HOSTILE.to_owned();
        let choices = || vec![Choice::new(hostile(), hostile(), true).note(hostile())];
        let entries = || {
            let mut entries = vec![
                Entry::line("line", "Line", hostile()).required().help("Help."),
                Entry::area("area", "Area", hostile()).note("(may stay empty)"),
                Entry::one("one", "One", choices()),
                Entry::any("any", "Any", choices()).help("Help."),
                Entry::tick("tick", "Tick", true).help("Help."),
                Entry::line("zone", "Zone", hostile()).list("time-zones"),
            ];
            entries.iter_mut().for_each(|entry| entry.wrong = Some(hostile()));
            entries[1].marked = Some((hostile(), "<".to_owned(), hostile()));
            entries
        };
        let act = Act {
            title: "Else".into(),
            about: hostile(),
            action: "/else".to_owned(),
            submit: "Do".into(),
            entries: entries(),
        };
        let form = Form {
            title: hostile(),
            about: hostile(),
            action: "/there".to_owned(),
            submit: "Save".into(),
            back: Some("/back"),
            links: vec![("/there".to_owned(), "There".into())],
            entries: entries(),
            acts: vec![act],
            said: Some(hostile()),
            shown: Some(Shown { heading: hostile(), secret: hostile(), about: "Once.".into() }),
            complaint: Some(hostile()),
            has_zones: true,
            also: Some(("/also".to_owned(), "Try".into())),
            below: Some("<p>below</p>".to_owned()),
        };
        let html = form.page(&samples::visitor(), Place::Users).render().expect("renders");
        samples::assert_harmless(&html);
        assert!(html.contains("aria-describedby=\"line-wrong line-help\"") && html.contains("Europe/Lisbon"), "{html}");
    }
}

//! Pages, rendered on the server and complete without a script.
//!
//! One file for each page, with a template of the same name; `marks`, `words` and `mention` hold how things are said and
//! shown everywhere. A page shows what operations return and decides nothing. Every template struct has a `sample()`
//! with hostile words in it, rendered in a test.

pub(crate) mod access;
pub(crate) mod act;
pub(crate) mod case;
pub(crate) mod chart;
pub(crate) mod demo;
pub(crate) mod desk;
pub(crate) mod directory;
pub(crate) mod duty;
pub(crate) mod failure;
pub(crate) mod find;
pub(crate) mod forms;
pub(crate) mod handover;
pub(crate) mod home;
pub(crate) mod icon;
pub(crate) mod leave_out;
pub(crate) mod load;
pub(crate) mod mention;
pub(crate) mod notifications;
pub(crate) mod outreach;
pub(crate) mod palette;
pub(crate) mod pictures;
pub(crate) mod post;
pub(crate) mod preview;
mod query_words;
pub(crate) mod question;
pub(crate) mod search;
pub(crate) mod searches;
pub(crate) mod settings;
pub(crate) mod setup;
pub(crate) mod source;
pub(crate) mod sources;
pub(crate) mod sweep;

mod colleagues;
mod marks;
pub(crate) mod words;

#[cfg(test)]
pub(crate) mod samples;

use std::borrow::Cow;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};

use switchboard_app::rights::{Actor, Right};
use switchboard_model::{Contrast, Density, SingleKeys, Theme};

use crate::demonstration::Storm;
use crate::error::{PageError, Refusal};
use crate::reader::{self, Reader};
use crate::script;
use crate::statics::asset;
use crate::visitor::Visitor;

/// What every page has around its content.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// What the tab of the browser says.
    pub(crate) title: String,
    /// Where in the navigation the page stands.
    pub(crate) section: Section,
    /// Who looks at it; without anybody there is no navigation.
    pub(crate) visitor: Option<Actor>,
    /// For whom its words and times are.
    pub(crate) reader: Reader,
    pub(crate) styles: Vec<String>,
    pub(crate) scripts: Vec<String>,
    pub(crate) icon: String,
    /// Without the navigation.
    pub(crate) is_bare: bool,
    /// Where the storm of a demonstration stands; `None` outside of one.
    pub(crate) storm: Option<Storm>,
    /// How many notifications the visitor has not read.
    pub(crate) unread: u64,
}

/// The entries of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Desk,
    Mentions,
    Searches,
    Sources,
    Directory,
    Settings,
    Find,
    /// None of them.
    Elsewhere,
}

impl Section {
    /// Those that the navigation shows, with address and name.
    fn shown() -> [(Self, &'static str, Cow<'static, str>); 6] {
        [
            (Self::Desk, "/desk", t!("frame-desk")),
            (Self::Mentions, "/mentions", t!("frame-mentions")),
            (Self::Searches, "/searches", t!("frame-searches")),
            (Self::Sources, "/sources", t!("frame-sources")),
            (Self::Directory, "/directory", t!("frame-directory")),
            (Self::Settings, "/settings", t!("frame-settings")),
        ]
    }
}

impl Frame {
    /// The frame of a page for somebody who is not known.
    pub(crate) fn new(title: impl Into<String>) -> Self {
        let reader = reader::current();
        let bare = Self {
            title: title.into(),
            section: Section::Elsewhere,
            visitor: None,
            styles: Vec::new(),
            scripts: vec![script::address(reader.locale)],
            reader,
            icon: asset("mark.svg"),
            is_bare: false,
            storm: None,
            unread: 0,
        };
        let styled = bare.with_style("switchboard.css").with_style("components.css");
        styled.with_script("stream.js").with_script("live.js")
    }

    /// The frame of a page inside.
    pub(crate) fn within(title: impl Into<String>, section: Section, visitor: &Visitor) -> Self {
        let frame = Self { section, visitor: Some(visitor.actor.clone()), unread: visitor.unread, ..Self::new(title) };
        let frame = frame.with_script("palette.js");
        match &visitor.demonstration {
            Some(demonstration) => Self { storm: Some(demonstration.storm()), ..frame }.with_script("tour.js"),
            None => frame,
        }
    }

    /// With a style sheet of its own, by its name in `static/`.
    pub(crate) fn with_style(mut self, name: &str) -> Self {
        self.styles.push(asset(name));
        self
    }

    /// With a script of its own, by its name in `static/`.
    pub(crate) fn with_script(mut self, name: &str) -> Self {
        self.scripts.push(asset(name));
        self
    }

    /// Whether the visitor may keep searches, sources and people.
    pub(crate) fn may_administer(&self) -> bool {
        self.visitor.as_ref().is_some_and(|actor| actor.may(Right::Administer).is_ok())
    }

    /// Whether the page leads to the others.
    pub(crate) fn has_navigation(&self) -> bool {
        self.visitor.is_some() && !self.is_bare
    }

    /// What the visitor is called, if it is a user.
    pub(crate) fn user_name(&self) -> Option<&str> {
        Some(self.visitor.as_ref()?.user()?.name.as_str())
    }

    /// What stands on the bell.
    pub(crate) fn bell_count(&self) -> String {
        words::count(self.unread)
    }

    /// What the bell says to who listens.
    pub(crate) fn bell_words(&self) -> Cow<'static, str> {
        t!("notifications-unread", count = self.unread)
    }

    /// What the visitor prefers other than most, for style sheets and scripts: names and words of `data-` attributes.
    pub(crate) fn looks(&self) -> Vec<(&'static str, &'static str)> {
        let user = self.visitor.as_ref().and_then(Actor::user);
        let chosen = user.map(|user| user.preferences).unwrap_or_default();
        let all = [
            ("theme", chosen.theme.as_str(), Theme::default().as_str()),
            ("contrast", chosen.contrast.as_str(), Contrast::default().as_str()),
            ("density", chosen.density.as_str(), Density::default().as_str()),
            ("keys", chosen.keys.as_str(), SingleKeys::default().as_str()),
        ];
        all.into_iter().filter(|(_, word, default)| word != default).map(|(name, word, _)| (name, word)).collect()
    }

    /// The visitor's id, if it is a user: what a browser keeps is kept for each.
    pub(crate) fn user_id(&self) -> Option<switchboard_model::UserId> {
        self.visitor.as_ref()?.user_id()
    }

    /// The navigation: address, name, whether the page stands there.
    pub(crate) fn sections(&self) -> Vec<(&'static str, Cow<'static, str>, bool)> {
        let shown = Section::shown().into_iter();
        shown.map(|(section, address, name)| (address, name, section == self.section)).collect()
    }
}

/// Renders a page. What it shows changes every second, so nobody keeps it.
pub(crate) fn show(status: StatusCode, page: &impl Template) -> Result<Response, PageError> {
    let html = page.render().map_err(|error| Refusal::internal(&error))?;
    let mut response = (status, Html(html)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// `GET /`: where the day begins. Addresses from before the desk was here chose mentions with a query.
pub(crate) async fn beginning(uri: Uri) -> Response {
    match uri.query() {
        Some(query) if !query.is_empty() => go(&format!("/mentions?{query}")),
        _ => go("/desk"),
    }
}

/// Sends the browser on after a form did its work.
pub(crate) fn go(to: &str) -> Response {
    axum::response::Redirect::to(to).into_response()
}

//! The third step: where to listen. Sources that need no key, the feeds of the company's site, whatever a link leads to;
//! each with its state in words.

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde_json::Value;
use switchboard_app::setup::progress::{Decision, Step};
use switchboard_app::setup::site::SiteLook;
use switchboard_app::sources::Proposal;
use switchboard_app::sources::add::NewSource;
use switchboard_app::sources::change::SourceChange;
use switchboard_model::{Source, SourceId, SourceKind};

use super::live::{SourceState, Trouble, remedies, source_state};
use super::{Shell, frame};
use crate::error::{PageError, Refusal};
use crate::guard;
use crate::options::Web;
use crate::pages::failure::sentence;
use crate::pages::forms::{Fields, about_form};
use crate::pages::{Frame, go, show, words};
use crate::visitor::Visitor;

/// Proposals that one form may hold.
const MOST: usize = 50;

#[derive(Template)]
#[template(path = "setup/sources.html")]
struct SourcesPage {
    frame: Frame,
    shell: Shell,
    followed: Vec<Followed>,
    offers: Vec<Offer>,
    site: Option<SiteView>,
    /// What can be done about those that do not answer.
    remedies: Vec<Cow<'static, str>>,
    /// Why some are not proposed.
    notes: Vec<String>,
    link: String,
    link_wrong: Option<String>,
    complaint: Option<String>,
}

/// A source that is there.
#[derive(Debug, Clone)]
struct Followed {
    id: SourceId,
    kind_words: Cow<'static, str>,
    is_chosen: bool,
    /// How it was when the page was made: what somebody else changes meanwhile stays.
    was_chosen: bool,
    state: SourceState,
}

/// One that is proposed.
#[derive(Debug, Clone)]
struct Offer {
    name: String,
    kind: SourceKind,
    settings: String,
    why: String,
    is_chosen: bool,
}

/// What the company's site said.
#[derive(Debug, Clone)]
struct SiteView {
    words: String,
    remedy: Cow<'static, str>,
    is_wrong: bool,
}

impl Offer {
    fn new(proposal: Proposal, is_chosen: bool) -> Self {
        let Proposal { name, kind, settings, why } = proposal;
        Self { name, kind, settings: settings.to_string(), why: sentence(&why), is_chosen }
    }

    fn kind_words(&self) -> Cow<'static, str> {
        words::kind(self.kind)
    }

    fn new_source(&self) -> Result<NewSource, Refusal> {
        let unreadable = || Refusal::unprocessable("bad_settings", t!("setup-unreadable-settings")).about("sources");
        let settings: Value = serde_json::from_str(&self.settings).map_err(|_| unreadable())?;
        guard::may_use(self.kind, &settings, false)?;
        Ok(NewSource { name: self.name.clone(), kind: self.kind, settings })
    }
}

impl Followed {
    fn new(source: &Source, now: Timestamp) -> Self {
        Self {
            id: source.id,
            kind_words: words::kind(source.kind),
            is_chosen: source.is_enabled,
            was_chosen: source.is_enabled,
            state: source_state(source, now),
        }
    }
}

fn site_view(website: &str, look: &SiteLook) -> Option<SiteView> {
    let host = words::host(website);
    let (words, remedy, is_wrong) = match look {
        SiteLook::Found(_) => return None,
        SiteLook::Looking => (t!("setup-site-looking", host = host).into_owned(), Cow::Borrowed(""), false),
        SiteLook::Nothing => (t!("setup-site-nothing", host = host).into_owned(), Cow::Borrowed(""), false),
        SiteLook::Failed(why) => {
            let trouble = Trouble::of(why);
            (t!("setup-site-failed", host = host, why = trouble.words(why)).into_owned(), trouble.remedy(), true)
        }
    };
    Some(SiteView { words, remedy, is_wrong })
}

/// What the page is made of, before anything was typed.
struct Known {
    followed: Vec<Followed>,
    offers: Vec<Offer>,
    site: Option<SiteView>,
    remedies: Vec<Cow<'static, str>>,
    notes: Vec<String>,
}

async fn known(web: &Web) -> Result<Known, PageError> {
    let company = web.app.company().ok_or_else(|| Refusal::not_found(t!("setup-not-yet")))?;
    let now = web.app.now();
    let mut sources = web.app.sources().await?;
    sources.retain(|source| source.kind.is_followed());
    sources.sort_by_key(|source| source.created_at);
    let (mut proposals, notes) = web.app.keyless_sources(&company.name);
    let mut site = None;
    if let Some(website) = &company.website {
        let look = web.app.look_at_site(website);
        site = site_view(website, &look);
        if let SiteLook::Found(feeds) = look {
            proposals.extend(feeds);
        }
    }
    let progress = web.app.set_up_progress().await.map_err(Refusal::from)?.unwrap_or_default();
    let is_decided = progress.steps.contains_key(&Step::Sources);
    let proposals = web.app.spare_what_is_there(proposals).await?;
    Ok(Known {
        followed: sources.iter().map(|source| Followed::new(source, now)).collect(),
        offers: proposals.into_iter().map(|proposal| Offer::new(proposal, !is_decided)).collect(),
        site,
        remedies: remedies(sources.iter()),
        notes: notes.iter().map(|note| sentence(note)).collect(),
    })
}

/// The offers of a form that came back.
fn typed(fields: &Fields) -> Vec<Offer> {
    let offer = |number: usize| {
        let text = |field: &str| fields.text(&format!("{field}_{number}")).to_owned();
        Some(Offer {
            kind: SourceKind::from_word(fields.find(&format!("kind_{number}"))?)?,
            name: text("name"),
            settings: text("settings"),
            why: text("why"),
            is_chosen: fields.all("offer").any(|ticked| ticked == number.to_string()),
        })
    };
    (0..MOST).map_while(offer).collect()
}

/// The sources as they are, with what is ticked in the form that came back.
fn ticked(mut followed: Vec<Followed>, fields: &Fields) -> Vec<Followed> {
    for one in &mut followed {
        let id = one.id.to_string();
        if fields.all("known").any(|known| known == id) {
            one.is_chosen = fields.all("source").any(|ticked| ticked == id);
        }
    }
    followed
}

async fn page(web: &Web, visitor: &Visitor, fill: impl FnOnce(&mut SourcesPage)) -> Result<Response, PageError> {
    let Known { followed, offers, site, remedies, notes } = known(web).await?;
    let mut page = SourcesPage {
        frame: frame(t!("setup-sources"), Some(visitor)),
        shell: Shell::load(web, visitor, Some(Step::Sources)).await?,
        followed,
        offers,
        site,
        remedies,
        notes,
        link: String::new(),
        link_wrong: None,
        complaint: None,
    };
    fill(&mut page);
    let is_refused = page.complaint.is_some() || page.link_wrong.is_some();
    show(if is_refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page)
}

/// `GET /setup/sources`
pub(crate) async fn ask(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    page(&web, &visitor, |_| {}).await
}

/// `POST /setup/sources/find`: the form again, with what could be followed behind a link.
pub(crate) async fn find(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let link = fields.text("link").trim().to_owned();
    let mut offers = typed(&fields);
    let found = match link.chars().count() {
        0 => Err(Refusal::unprocessable("bad_link", t!("setup-link-missing"))),
        1..=4096 => web.app.propose_sources(&link).await.map_err(Refusal::from),
        _ => Err(Refusal::unprocessable("bad_link", t!("setup-link-long"))),
    };
    let mut wrong = None;
    match found {
        Ok(found) if found.is_empty() => wrong = Some(t!("setup-link-nothing").into_owned()),
        Ok(found) => {
            let spared = web.app.spare_what_is_there(found).await?;
            let is_new = |proposal: &Proposal| {
                let settings = proposal.settings.to_string();
                !offers.iter().any(|offer| offer.kind == proposal.kind && offer.settings == settings)
            };
            // The best one is what most people want.
            let fresh: Vec<Proposal> =
                spared.into_iter().filter(is_new).take(MOST.saturating_sub(offers.len())).collect();
            if fresh.is_empty() {
                wrong = Some(t!("setup-link-known").into_owned());
            }
            offers.extend(fresh.into_iter().enumerate().map(|(at, proposal)| Offer::new(proposal, at == 0)));
        }
        Err(refusal) => {
            let why = about_form(refusal)?.message;
            wrong = Some(format!("{} {}", sentence(&why), Trouble::of(&why).remedy()).trim_end().to_owned());
        }
    }
    page(&web, &visitor, |page| {
        page.followed = ticked(std::mem::take(&mut page.followed), &fields);
        page.offers = offers;
        page.link = if wrong.is_some() { link } else { String::new() };
        page.link_wrong = wrong;
    })
    .await
}

/// `POST /setup/sources`: follows what is ticked, pauses what is not.
pub(crate) async fn follow(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    match followed(&web, &visitor, &fields).await {
        Ok(()) => Ok(go("/setup/departments")),
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            page(&web, &visitor, |page| {
                page.followed = ticked(std::mem::take(&mut page.followed), &fields);
                let is_there = |offer: &Offer| page.followed.iter().any(|one| one.state.name == offer.name);
                page.offers = typed(&fields).into_iter().filter(|offer| !is_there(offer)).collect();
                page.complaint = Some(sentence(&refusal.message));
            })
            .await
        }
    }
}

async fn followed(web: &Web, visitor: &Visitor, fields: &Fields) -> Result<(), Refusal> {
    for known in fields.all("known") {
        let is_ticked = fields.all("source").any(|ticked| ticked == known);
        let was_ticked = fields.all("was").any(|was| was == known);
        let Some(id) = known.parse().ok().filter(|_| is_ticked != was_ticked) else { continue };
        let change = SourceChange { is_enabled: Some(is_ticked), ..SourceChange::default() };
        match web.app.change_source(id, change).await {
            // Somebody has removed it meanwhile.
            Ok(_) | Err(switchboard_app::sources::SourceError::Unknown(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    for offer in typed(fields).iter().filter(|offer| offer.is_chosen) {
        let new = offer.new_source()?;
        let proposal = Proposal { name: new.name, kind: new.kind, settings: new.settings, why: String::new() };
        // Two administrators may have ticked the same one.
        for Proposal { name, kind, settings, .. } in web.app.spare_what_is_there(vec![proposal]).await? {
            web.app.add_source(NewSource { name, kind, settings }).await?;
        }
    }
    web.app.decide_step(&visitor.actor, Step::Sources, Decision::Kept).await?;
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples::{self, HOSTILE, assert_harmless};
    use crate::pages::setup::tests::shell;

    /// With everything that can be wrong, and with nothing.
    pub(crate) fn samples() -> Vec<String> {
        let offer = |is_chosen| Offer {
            name: HOSTILE.to_owned(),
            kind: SourceKind::Feed,
            settings: format!("{{\"url\":\"{HOSTILE}\"}}"),
            why: HOSTILE.to_owned(),
            is_chosen,
        };
        let failed = SiteLook::Failed(format!("acme.example cannot be reached: {HOSTILE}"));
        let page = |wrong: Option<String>| SourcesPage {
            frame: frame(t!("setup-sources"), Some(&samples::visitor())),
            shell: shell(Some(Step::Sources), wrong.is_some()),
            followed: samples::sources().iter().map(|source| Followed::new(source, samples::now())).collect(),
            offers: vec![offer(true), offer(false)],
            site: site_view("https://acme.example", if wrong.is_some() { &failed } else { &SiteLook::Looking }),
            remedies: remedies(samples::sources().iter()),
            notes: vec![HOSTILE.to_owned()],
            link: HOSTILE.to_owned(),
            link_wrong: wrong.clone(),
            complaint: wrong,
        };
        let nothing = SourcesPage { followed: Vec::new(), offers: Vec::new(), site: None, ..page(None) };
        [page(Some(HOSTILE.to_owned())), page(None), nothing].map(|page| page.render().expect("renders")).into()
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let pages = samples();
        pages.iter().for_each(|html| assert_harmless(html));
        assert!(pages[0].contains("cannot be reached from this network"), "{}", pages[0]);
        assert!(pages[0].contains("role=\"alert\"") && !pages[1].contains("role=\"alert\""));
    }

    #[test]
    fn programs_are_not_set_up_over_the_web() {
        let offer = Offer {
            name: "a".to_owned(),
            kind: SourceKind::Exec,
            settings: "{\"command\":[\"true\"]}".to_owned(),
            why: String::new(),
            is_chosen: true,
        };
        assert_eq!(offer.new_source().expect_err("refused").status, StatusCode::FORBIDDEN);
        let unreadable = Offer { settings: "{".to_owned(), kind: SourceKind::Feed, ..offer };
        assert_eq!(unreadable.new_source().expect_err("refused").status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

//! The set-up: from an empty installation to the first mention, in the order in which one thing is made of the other.
//!
//! First the company; of its name, handles and site come proposals of searches and sources; then everything is kept in
//! one go. Between the two pages nothing is stored: what was typed stands in the second page's form.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::Value;
use switchboard_app::access::{AccessError, LinkView};
use switchboard_app::searches::change::SearchText;
use switchboard_app::set_up::{Proposals, ProposedSearch, SetUp};
use switchboard_app::sources::Proposal;
use switchboard_app::sources::add::NewSource;
use switchboard_model::{LinkPurpose, SearchType, SourceKind};

use super::{session_token, with_session};
use crate::error::{PageError, Refusal};
use crate::guard;
use crate::options::Web;
use crate::pages::failure::sentence;
use crate::pages::forms::{Choice, Entry, Fields, about_form, complain, time_zones};
use crate::pages::{Frame, go, show, words};

#[derive(Template)]
#[template(path = "access/company.html")]
struct CompanyPage {
    frame: Frame,
    token: String,
    entries: Vec<Entry>,
    complaint: Option<String>,
}

impl CompanyPage {
    fn new(token: &str, typed: Option<&Fields>, refusal: Option<&Refusal>) -> Self {
        let value = |name: &str| typed.map(|fields| fields.text(name).to_owned()).unwrap_or_default();
        let mut entries = vec![
            Entry::line("company", t!("access-company-name"), value("company")).required().fills("organization"),
            Entry::area("handles", t!("access-company-handles"), value("handles"))
                .note(t!("access-company-handles-note"))
                .help(t!("access-company-handles-help")),
            Entry::line("website", t!("access-company-website"), value("website"))
                .note(t!("access-may-stay-empty"))
                .fills("url"),
        ];
        Self {
            frame: Frame::new(t!("access-set-up")).with_style("people.css"),
            token: token.to_owned(),
            complaint: complain(&mut entries, refusal),
            entries,
        }
    }
}

/// A search that is proposed or was typed.
#[derive(Debug, Clone)]
struct SearchOffer {
    name: String,
    query: String,
    search_type: &'static str,
    type_words: String,
    /// What it finds and, where there is one, what to beware of.
    why: String,
    warning: Option<String>,
    is_chosen: bool,
}

/// A source that is proposed.
#[derive(Debug, Clone)]
struct SourceOffer {
    name: String,
    kind: &'static str,
    kind_words: String,
    settings: String,
    why: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "access/set_up.html")]
struct SetUpPage {
    frame: Frame,
    token: String,
    company: String,
    handles: Vec<String>,
    website: String,
    searches: Vec<SearchOffer>,
    sources: Vec<SourceOffer>,
    /// What cannot be proposed, and why.
    notes: Vec<String>,
    departments: Vec<Choice>,
    you: Vec<Entry>,
    complaint: Option<String>,
    /// The part that the complaint is about.
    wrong_part: &'static str,
}

fn you(typed: &Fields) -> Vec<Entry> {
    let value = |name: &str| typed.text(name).to_owned();
    let zone = if typed.text("time_zone").is_empty() { "UTC".to_owned() } else { value("time_zone") };
    vec![
        Entry::line("name", t!("access-your-name"), value("name")).required().fills("name"),
        Entry::email("email", t!("access-your-email"), value("email")).required().help(t!("access-your-email-help")),
        Entry::password("password", t!("access-password"), "new-password").help(t!("access-password-help")),
        Entry::line("time_zone", t!("access-zone"), zone).required().list("time-zones").help(t!("access-zone-help")),
    ]
}

impl SetUpPage {
    fn new(token: &str, typed: &Fields, offers: Offers, departments: Vec<Choice>, refusal: Option<&Refusal>) -> Self {
        let mut you = you(typed);
        let complaint = complain(&mut you, refusal);
        let field = refusal.and_then(|refusal| refusal.field).filter(|_| complaint.is_some());
        let wrong_part = match field {
            Some("searches" | "query") => "searches",
            Some("sources") => "sources",
            Some("departments") => "departments",
            _ if complaint.is_some() => "top",
            _ => "",
        };
        Self {
            frame: Frame::new(t!("access-set-up")).with_style("people.css").with_script("forms.js"),
            token: token.to_owned(),
            company: typed.text("company").trim().to_owned(),
            handles: typed.list("handles"),
            website: typed.text("website").trim().to_owned(),
            searches: offers.searches,
            sources: offers.sources,
            notes: offers.notes,
            departments,
            you,
            complaint,
            wrong_part,
        }
    }

    fn zones(&self) -> Vec<String> {
        time_zones()
    }
}

/// What can be listened to.
#[derive(Default)]
struct Offers {
    searches: Vec<SearchOffer>,
    sources: Vec<SourceOffer>,
    notes: Vec<String>,
}

/// Proposals that one form may hold.
const MOST: usize = 50;

impl Offers {
    /// As they stand in the form that came back.
    fn of(fields: &Fields) -> Self {
        let numbers = || (0..MOST).map(|number| number.to_string());
        let is_ticked = |field: &str, number: &str| fields.all(field).any(|ticked| ticked == number);
        let search = |number: String| {
            let query = fields.find(&format!("search_query_{number}"))?;
            let search_type = SearchType::from_word(fields.text(&format!("search_type_{number}")));
            let search_type = search_type.unwrap_or(SearchType::Brand);
            Some(SearchOffer {
                name: fields.text(&format!("search_name_{number}")).to_owned(),
                query: query.to_owned(),
                search_type: search_type.as_str(),
                type_words: words::search_type(search_type).to_string(),
                why: fields.text(&format!("search_why_{number}")).to_owned(),
                warning: fields.find(&format!("search_warning_{number}")).map(str::to_owned),
                is_chosen: is_ticked("search", &number),
            })
        };
        let source = |number: String| {
            let kind = SourceKind::from_word(fields.find(&format!("source_kind_{number}"))?)?;
            Some(SourceOffer {
                name: fields.text(&format!("source_name_{number}")).to_owned(),
                kind: kind.as_str(),
                kind_words: words::kind(kind).to_string(),
                settings: fields.text(&format!("source_settings_{number}")).to_owned(),
                why: fields.text(&format!("source_why_{number}")).to_owned(),
                is_chosen: is_ticked("source", &number),
            })
        };
        Self {
            searches: numbers().filter_map(search).collect(),
            sources: numbers().filter_map(source).collect(),
            notes: fields.all("note").map(str::to_owned).collect(),
        }
    }

    /// What is proposed, all of it ticked.
    fn proposed(proposals: Proposals) -> Self {
        let search = |search: ProposedSearch| SearchOffer {
            name: search.name,
            query: search.query,
            search_type: search.search_type.as_str(),
            type_words: words::search_type(search.search_type).to_string(),
            why: sentence(&search.why),
            warning: search.warning.as_deref().map(sentence),
            is_chosen: true,
        };
        let source = |source: Proposal| SourceOffer {
            name: source.name,
            kind: source.kind.as_str(),
            kind_words: words::kind(source.kind).to_string(),
            settings: source.settings.to_string(),
            why: sentence(&source.why),
            is_chosen: true,
        };
        Self {
            searches: proposals.searches.into_iter().map(search).collect(),
            sources: proposals.sources.into_iter().map(source).collect(),
            notes: proposals.notes.iter().map(|note| sentence(note)).collect(),
        }
    }

    fn chosen_searches(&self) -> Vec<SearchText> {
        let chosen = self.searches.iter().filter(|search| search.is_chosen && !search.query.trim().is_empty());
        let text = |search: &SearchOffer| SearchText {
            name: if search.name.trim().is_empty() { search.query.trim().to_owned() } else { search.name.clone() },
            query: search.query.clone(),
            search_type: SearchType::from_word(search.search_type).unwrap_or(SearchType::Brand),
            department: None,
            is_enabled: true,
        };
        chosen.map(text).collect()
    }

    fn chosen_sources(&self) -> Result<Vec<NewSource>, Refusal> {
        let unreadable = || Refusal::unprocessable("bad_settings", t!("access-unreadable-settings")).about("sources");
        let source = |source: &SourceOffer| {
            let kind = SourceKind::from_word(source.kind).ok_or_else(unreadable)?;
            let settings: Value = serde_json::from_str(&source.settings).map_err(|_| unreadable())?;
            guard::may_use(kind, &settings, false)?;
            Ok(NewSource { name: source.name.clone(), kind, settings })
        };
        self.sources.iter().filter(|source| source.is_chosen).map(source).collect()
    }
}

/// The departments of the template: all ticked, or those that were.
fn departments(web: &Web, typed: Option<&Fields>) -> Vec<Choice> {
    let template = web.app.department_template();
    let choices = template.iter().map(|department| {
        let is_chosen = typed.is_none_or(|fields| fields.all("departments").any(|key| key == department.key));
        let mut takes: Vec<String> =
            department.intents.iter().map(|intent| words::intent(intent).to_string()).collect();
        takes.extend(department.keywords.iter().take(4).cloned());
        Choice::new(department.key.clone(), department.name.clone(), is_chosen).note(takes.join(", "))
    });
    choices.collect()
}

/// Refuses whatever is not the link of the set-up.
async fn check(web: &Web, token: &str) -> Result<(), PageError> {
    if web.app.is_set_up() {
        return Err(AccessError::AlreadySetUp.into());
    }
    match web.app.link(token).await? {
        Some(LinkView { purpose: LinkPurpose::Setup, .. }) => Ok(()),
        _ => Err(AccessError::LinkSpent.into()),
    }
}

/// `GET /setup/{token}`
pub(crate) async fn ask(State(web): State<Web>, Path(token): Path<String>) -> Result<Response, PageError> {
    if web.app.is_set_up() {
        return Ok(go("/"));
    }
    check(&web, &token).await?;
    show(StatusCode::OK, &CompanyPage::new(&token, None, None))
}

/// `POST /setup/{token}/proposals`: what could be listened to. A form, because looking at a site fetches it.
pub(crate) async fn propose(
    State(web): State<Web>,
    Path(token): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    check(&web, &token).await?;
    if fields.text("company").trim().is_empty() {
        let refusal = Refusal::unprocessable("bad_field", t!("access-company-unnamed")).about("company");
        return show(refusal.status, &CompanyPage::new(&token, Some(&fields), Some(&refusal)));
    }
    let website = Some(fields.text("website")).filter(|website| !website.trim().is_empty());
    let proposals = web.app.propose_set_up(fields.text("company"), &fields.list("handles"), website).await;
    let offers = Offers::proposed(proposals);
    show(StatusCode::OK, &SetUpPage::new(&token, &fields, offers, departments(&web, None), None))
}

/// `POST /setup/{token}`
pub(crate) async fn set_up(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, PageError> {
    check(&web, &token).await?;
    let offers = Offers::of(&fields);
    let session = match read(&fields, &offers) {
        Ok(by) => web.app.set_up(Some(&token), by).await.map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    match session {
        Ok(session) => {
            if let Some(before) = session_token(&headers) {
                web.app.log_out(before).await?;
            }
            Ok(with_session(&web, Some(&session), go("/")))
        }
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            let departments = departments(&web, Some(&fields));
            show(refusal.status, &SetUpPage::new(&token, &fields, offers, departments, Some(&refusal)))
        }
    }
}

fn read(fields: &Fields, offers: &Offers) -> Result<SetUp, Refusal> {
    let website = fields.text("website").trim();
    Ok(SetUp {
        name: fields.text("name").to_owned(),
        email: fields.text("email").to_owned(),
        password: fields.text("password").to_owned(),
        time_zone: fields.text("time_zone").to_owned(),
        company: fields.text("company").to_owned(),
        handles: fields.list("handles"),
        website: (!website.is_empty()).then(|| website.to_owned()),
        departments: fields.all("departments").map(str::to_owned).collect(),
        searches: offers.chosen_searches(),
        sources: offers.chosen_sources()?,
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples::{HOSTILE, assert_harmless};

    fn typed() -> Fields {
        let pairs = [
            ("company", "Acme <b>"),
            ("handles", "@acme\nacme.example,"),
            ("search", "0"),
            ("search_name_0", HOSTILE),
            ("search_query_0", "acme OR <b>"),
            ("search_type_0", "rival"),
            ("search_warning_0", HOSTILE),
            ("search_name_1", "not chosen"),
            ("search_query_1", "x"),
            ("source", "0"),
            ("source_name_0", HOSTILE),
            ("source_kind_0", "feed"),
            ("source_settings_0", "{\"url\":\"https://acme.example/feed\"}"),
            ("note", HOSTILE),
        ];
        Fields(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec())
    }

    /// Fields about which something may be refused.
    const FIELDS: [&str; 5] = ["searches", "sources", "departments", "email", "elsewhere"];

    /// The first step, refused.
    pub(crate) fn samples_of_company() -> Vec<String> {
        let refusal = Refusal::unprocessable("bad", HOSTILE);
        vec![CompanyPage::new(HOSTILE, Some(&typed()), Some(&refusal)).render().expect("renders")]
    }

    /// The second step with each of [`FIELDS`] refused.
    pub(crate) fn samples() -> Vec<String> {
        let page = |field| {
            let departments = vec![Choice::new("service", HOSTILE, true).note(HOSTILE)];
            let refusal = Refusal::unprocessable("bad", HOSTILE).about(field);
            SetUpPage::new(HOSTILE, &typed(), Offers::of(&typed()), departments, Some(&refusal))
        };
        FIELDS.map(|field| page(field).render().expect("renders")).into()
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        samples_of_company().iter().for_each(|html| assert_harmless(html));
        for (field, html) in FIELDS.iter().zip(samples()) {
            assert_harmless(&html);
            assert_eq!(html.matches("role=\"alert\"").count(), usize::from(*field != "email"), "{field}");
        }
    }

    #[test]
    fn what_is_ticked_is_kept() {
        let offers = Offers::of(&typed());
        let searches = offers.chosen_searches();
        assert_eq!(searches.len(), 1);
        assert_eq!((searches[0].query.as_str(), searches[0].search_type), ("acme OR <b>", SearchType::Rival));
        assert_eq!(offers.chosen_sources().expect("readable").len(), 1);
    }

    #[test]
    fn programs_are_not_set_up_over_the_web() {
        let mut fields = typed();
        for (name, value) in &mut fields.0 {
            match name.as_str() {
                "source_kind_0" => "exec".clone_into(value),
                "source_settings_0" => "{\"command\":[\"true\"]}".clone_into(value),
                _ => {}
            }
        }
        let refusal = Offers::of(&fields).chosen_sources().expect_err("refused");
        assert_eq!(refusal.status, StatusCode::FORBIDDEN);
    }
}

//! The first step: whose conversation it is, and who is the first administrator. Its form founds the installation; later
//! it changes what is known of the company.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use switchboard_app::access::{AccessError, LinkView};
use switchboard_app::directory::company::CompanyChange;
use switchboard_app::setup::SetUp;
use switchboard_model::{Company, LinkPurpose};

use super::{Shell, frame};
use crate::error::{PageError, Refusal};
use crate::options::Web;
use crate::pages::access::{session_token, with_session};
use crate::pages::forms::{Entry, Fields, about_form, complain, time_zones};
use crate::pages::{Frame, go, show};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "setup/company.html")]
struct CompanyPage {
    frame: Frame,
    shell: Shell,
    action: String,
    /// When the page was made, for how long it takes to the first mention.
    opened_at: String,
    company: Vec<Entry>,
    /// The first administrator; nobody once there is one.
    you: Vec<Entry>,
    /// Whether to listen while the set-up goes on; not asked later.
    listens: Option<bool>,
    complaint: Option<String>,
}

fn company_entries(value: impl Fn(&str) -> String) -> Vec<Entry> {
    vec![
        Entry::line("company", t!("setup-company-name"), value("company")).required().fills("organization"),
        Entry::area("handles", t!("setup-handles"), value("handles"))
            .note(t!("setup-handles-note"))
            .help(t!("setup-handles-help")),
        Entry::line("website", t!("setup-website"), value("website")).note(t!("setup-may-stay-empty")).fills("url"),
    ]
}

fn your_entries(value: impl Fn(&str) -> String) -> Vec<Entry> {
    let zone = Some(value("time_zone")).filter(|zone| !zone.is_empty()).unwrap_or_else(|| "UTC".to_owned());
    vec![
        Entry::line("name", t!("setup-your-name"), value("name")).required().fills("name"),
        Entry::email("email", t!("setup-your-email"), value("email")).required().help(t!("setup-your-email-help")),
        Entry::password("password", t!("access-password"), "new-password").help(t!("access-password-help")),
        Entry::line("time_zone", t!("setup-zone"), zone).required().list("time-zones").help(t!("setup-zone-help")),
    ]
}

impl CompanyPage {
    /// Before there is a company.
    fn first(token: &str, typed: Option<&Fields>, refusal: Option<&Refusal>, now: jiff::Timestamp) -> Self {
        let value = |name: &str| typed.map(|fields| fields.text(name).to_owned()).unwrap_or_default();
        let (mut company, mut you) = (company_entries(value), your_entries(value));
        let is_yours = |refusal: &&Refusal| you.iter().any(|entry| refusal.field == Some(entry.name));
        let complaint = match refusal.filter(is_yours) {
            Some(refusal) => complain(&mut you, Some(refusal)),
            None => complain(&mut company, refusal),
        };
        let opened_at = Some(value("opened_at")).filter(|at| !at.is_empty()).unwrap_or_else(|| now.to_string());
        Self {
            frame: frame(t!("setup"), None),
            shell: Shell::before(),
            action: format!("/setup/{token}"),
            opened_at,
            company,
            you,
            listens: Some(typed.is_none_or(|fields| fields.is_on("listen"))),
            complaint,
        }
    }

    /// Once there is one.
    fn again(
        shell: Shell,
        visitor: &Visitor,
        known: &Company,
        typed: Option<&Fields>,
        refusal: Option<&Refusal>,
    ) -> Self {
        let value = |name: &str| match (typed, name) {
            (Some(fields), name) => fields.text(name).to_owned(),
            (None, "company") => known.name.clone(),
            (None, "handles") => known.handles.join("\n"),
            (None, _) => known.website.clone().unwrap_or_default(),
        };
        let mut company = company_entries(value);
        let complaint = complain(&mut company, refusal);
        Self {
            frame: frame(t!("setup"), Some(visitor)),
            shell,
            action: "/setup/company".to_owned(),
            opened_at: String::new(),
            company,
            you: Vec::new(),
            listens: None,
            complaint,
        }
    }

    fn zones(&self) -> Vec<String> {
        time_zones()
    }
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
    show(StatusCode::OK, &CompanyPage::first(&token, None, None, web.app.now()))
}

/// `POST /setup/{token}`: founds the installation, logs its first administrator in and begins to listen.
pub(crate) async fn found(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, PageError> {
    check(&web, &token).await?;
    let session = match web.app.set_up(Some(&token), read(&web, &fields)).await {
        Ok(session) => session,
        Err(error) => {
            let refusal = about_form(error)?;
            return show(refusal.status, &CompanyPage::first(&token, Some(&fields), Some(&refusal), web.app.now()));
        }
    };
    // From here on the company is there: whatever else fails, its first administrator is logged in.
    if let Err(error) = web.app.begin_progress(fields.text("opened_at").parse().ok()).await {
        tracing::warn!(%error, "when the set-up began is not noted");
    }
    if fields.is_on("listen")
        && let Err(error) = web.app.listen_meanwhile().await
    {
        // The third step shows which sources are followed.
        tracing::warn!(%error, "not all sources that were proposed are followed");
    }
    if let Some(before) = session_token(&headers)
        && let Err(error) = web.app.log_out(before).await
    {
        tracing::warn!(%error, "the session before the set-up is not ended");
    }
    Ok(with_session(&web, Some(&session), go("/setup/searches")))
}

/// Without departments all of the template are there, so that somebody has every case.
fn read(web: &Web, fields: &Fields) -> SetUp {
    let mut departments: Vec<String> = fields.all("departments").map(str::to_owned).collect();
    if departments.is_empty() {
        departments = web.app.department_template().iter().map(|department| department.key.clone()).collect();
    }
    SetUp {
        name: fields.text("name").to_owned(),
        email: fields.text("email").to_owned(),
        password: fields.text("password").to_owned(),
        time_zone: fields.text("time_zone").to_owned(),
        company: fields.text("company").to_owned(),
        handles: fields.list("handles"),
        website: fields.filled("website"),
        departments,
        ..SetUp::default()
    }
}

/// `GET /setup/company`
pub(crate) async fn again(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    shown_again(&web, &visitor, None, None).await
}

async fn shown_again(
    web: &Web,
    visitor: &Visitor,
    typed: Option<&Fields>,
    refusal: Option<&Refusal>,
) -> Result<Response, PageError> {
    let shell = Shell::load(web, visitor, None).await?;
    let known = web.app.company().ok_or_else(|| Refusal::not_found(t!("setup-not-yet")))?;
    let status = refusal.map_or(StatusCode::OK, |refusal| refusal.status);
    show(status, &CompanyPage::again(shell, visitor, &known, typed, refusal))
}

/// `POST /setup/company`
pub(crate) async fn change(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let change = CompanyChange {
        name: Some(fields.text("company").to_owned()),
        handles: Some(fields.list("handles")),
        website: Some(fields.filled("website")),
    };
    match web.app.change_company(&visitor.actor, change).await {
        Ok(_) => Ok(go("/setup/searches")),
        Err(error) => {
            let mut refusal = about_form(error)?;
            // There it is called by the name of the setting.
            refusal.field = refusal.field.map(|field| if field == "name" { "company" } else { field });
            shown_again(&web, &visitor, Some(&fields), Some(&refusal)).await
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples::{self, HOSTILE, assert_harmless};
    use crate::pages::setup::tests::{company, shell};

    /// With the link: empty, and refused with each field; later: as it is, and refused.
    pub(crate) fn samples() -> Vec<String> {
        let pairs = [("company", HOSTILE), ("handles", "@acme\n<b>"), ("website", HOSTILE), ("name", HOSTILE)];
        let typed = Fields(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
        let refusal = |field| Refusal::unprocessable("bad", HOSTILE).about(field);
        let first = |refusal: Option<&Refusal>| {
            CompanyPage::first(HOSTILE, refusal.map(|_| &typed), refusal, samples::now()).render().expect("renders")
        };
        let again = |refusal: Option<&Refusal>| {
            let page = CompanyPage::again(
                shell(None, true),
                &samples::visitor(),
                &company(),
                refusal.map(|_| &typed),
                refusal,
            );
            page.render().expect("renders")
        };
        let refusals = ["company", "email", "elsewhere"].map(refusal);
        let mut pages = vec![first(None)];
        pages.extend(refusals.iter().map(|refusal| first(Some(refusal))));
        pages.extend([again(None), again(Some(&refusals[0]))]);
        pages
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let pages = samples();
        pages.iter().for_each(|html| assert_harmless(html));
        let complaints: Vec<bool> = pages.iter().map(|html| html.contains("role=\"alert\"")).collect();
        assert_eq!(complaints, [false, false, false, true, false, false]);
        assert!(pages[1].contains("id=\"company-wrong\"") && pages[2].contains("id=\"email-wrong\""));
        assert!(pages[0].contains("type=\"password\"") && !pages[4].contains("type=\"password\""));
    }
}

//! The company: its name, handles and site, and the desk that takes what nothing else decides.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use switchboard_app::App;
use switchboard_app::directory::DirectoryError;
use switchboard_app::directory::company::CompanyChange;
use switchboard_model::DepartmentId;

use super::form::{Act, Form};
use super::{Place, department_choices};
use crate::error::{PageError, Refusal};
use crate::options::Web;
use crate::pages::forms::{Entry, Fields, about_form};
use crate::pages::go;
use crate::visitor::Visitor;

fn form(app: &App, typed: Option<&Fields>) -> Result<Form, PageError> {
    let company = app.company().ok_or(DirectoryError::NotSetUp)?;
    let value = |name: &str, known: String| typed.and_then(|fields| fields.find(name)).map_or(known, str::to_owned);
    let fallback = department_choices(&app.departments(), |id| id == company.fallback);
    Ok(Form {
        title: t!("settings-place-company").into_owned(),
        action: "/settings/company".to_owned(),
        submit: t!("settings-save"),
        entries: vec![
            Entry::line("name", t!("settings-name"), value("name", company.name.clone())).required(),
            Entry::area("handles", t!("settings-company-handles"), value("handles", company.handles.join("\n")))
                .note(t!("settings-company-handles-note"))
                .help(t!("settings-company-handles-help")),
            Entry::line(
                "website",
                t!("settings-company-website"),
                value("website", company.website.clone().unwrap_or_default()),
            )
            .note(t!("settings-may-stay-empty")),
        ],
        acts: vec![Act {
            title: t!("settings-rest"),
            about: t!("settings-company-rest-about").into_owned(),
            action: "/settings/company/fallback".to_owned(),
            submit: t!("settings-save"),
            entries: vec![Entry::one("fallback", t!("settings-department"), fallback)],
        }],
        ..Form::default()
    })
}

/// `GET /settings/company`
pub(crate) async fn ask(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    form(&web.app, None)?.show(StatusCode::OK, &visitor, Place::Company)
}

/// `POST /settings/company`
pub(crate) async fn change(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let change = CompanyChange {
        name: Some(fields.text("name").to_owned()),
        handles: Some(fields.list("handles")),
        website: Some(fields.filled("website")),
    };
    match web.app.change_company(&visitor.actor, change).await {
        Ok(_) => Ok(go("/settings/company")),
        Err(error) => {
            let refusal = about_form(error)?;
            form(&web.app, Some(&fields))?.refused(&refusal).show(refusal.status, &visitor, Place::Company)
        }
    }
}

/// `POST /settings/company/fallback`
pub(crate) async fn fallback(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let id: DepartmentId =
        fields.text("fallback").parse().map_err(|_| Refusal::not_found(t!("settings-no-department")))?;
    match web.app.set_fallback(&visitor.actor, id).await {
        Ok(_) => Ok(go("/settings/company")),
        Err(error) => {
            let refusal = about_form(error)?;
            form(&web.app, None)?.refused(&refusal).show(refusal.status, &visitor, Place::Company)
        }
    }
}

//! Exclusion packs: the list, one with its editor and what it would leave out, the form for a word that also means something
//! else, and files of packs that are handed on.

use std::borrow::Cow;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use switchboard_app::packs::homonym::Homonym;
use switchboard_app::packs::share::{ImportState, PackImport};
use switchboard_app::packs::{PackInForce, PackUses};
use switchboard_app::rights::Right;
use switchboard_app::searches::left_out::PackTrial;
use switchboard_model::{PackKind, PackText, SavedSearch};

use super::form::{Act, Form};
use super::{Place, Places, frame};
use crate::error::{PageError, Refusal};
use crate::options::Web;
use crate::pages::forms::{Choice, Entry, Fields, about_form};
use crate::pages::mention::{MentionView, SearchNames};
use crate::pages::words::{self, When};
use crate::pages::{Frame, go, show};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "settings/packs.html")]
struct PacksPage {
    frame: Frame,
    places: Places,
    packs: Vec<PackRow>,
    may_change: bool,
}

struct PackRow {
    name: String,
    title: String,
    description: String,
    query: String,
    /// What it is for, and the languages that it knows.
    about: String,
    origin: Cow<'static, str>,
    is_own: bool,
    error: String,
    searches: Vec<(String, String)>,
    rules: Vec<(String, String)>,
    packs: Vec<String>,
}

impl PacksPage {
    fn new(frame: Frame, places: Places, packs: &[(PackInForce, PackUses)], may_change: bool) -> Self {
        let row = |(pack, uses): &(PackInForce, PackUses)| {
            let languages: Vec<String> = pack.text.languages.iter().map(|tag| words::language(tag)).collect();
            let mut about = vec![kind(pack.text.kind).into_owned()];
            if !languages.is_empty() {
                about.push(languages.join(", "));
            }
            PackRow {
                name: pack.text.name.clone(),
                title: pack.text.title.clone(),
                description: pack.text.description.clone(),
                query: pack.text.query.clone(),
                about: about.join(" · "),
                origin: origin(pack),
                is_own: pack.is_own,
                error: pack.error.clone().unwrap_or_default(),
                searches: uses.searches.iter().map(|one| (one.id.to_string(), one.name.clone())).collect(),
                rules: uses.rules.iter().map(|one| (one.id.to_string(), one.name.clone())).collect(),
                packs: uses.packs.clone(),
            }
        };
        Self { frame, places, packs: packs.iter().map(row).collect(), may_change }
    }
}

fn kind(kind: PackKind) -> Cow<'static, str> {
    match kind {
        PackKind::Jobs => t!("packs-kind-jobs"),
        PackKind::Spam => t!("packs-kind-spam"),
        PackKind::Coupons => t!("packs-kind-coupons"),
        PackKind::Giveaways => t!("packs-kind-giveaways"),
        PackKind::Homonym => t!("packs-kind-homonym"),
        PackKind::Other => t!("packs-kind-other"),
    }
}

/// Where a pack comes from.
fn origin(pack: &PackInForce) -> Cow<'static, str> {
    match (pack.shipped, pack.is_own, pack.based_on) {
        (Some(version), false, _) => t!("packs-shipped", version = version),
        (Some(version), true, Some(before)) if before < version => t!("packs-adapted-behind", version = version),
        (Some(_), true, _) => t!("packs-adapted"),
        (None, ..) => t!("packs-own"),
    }
}

/// What a pack would leave out, below its form.
#[derive(Template)]
#[template(path = "settings/_pack_tried.html")]
struct TriedPack {
    headline: Cow<'static, str>,
    about: Cow<'static, str>,
    searches: Vec<TriedSearch>,
    sample: Vec<ExampleRow>,
}

struct TriedSearch {
    id: String,
    name: String,
    said: Cow<'static, str>,
}

struct ExampleRow {
    mention: MentionView,
    is_stored: bool,
}

impl TriedPack {
    fn new(trial: &PackTrial, searches: &[SavedSearch], now: jiff::Timestamp) -> Self {
        let names = SearchNames::new(searches);
        let since = When::new(trial.from, now).full;
        let (loses, of) = (|one: u64| words::count(one), |one: u64| words::count(one));
        let search = |search: &switchboard_app::searches::left_out::SearchLoss| TriedSearch {
            id: search.id.to_string(),
            name: search.name.clone(),
            said: if search.is_left_out {
                t!("packs-tried-spared", loses = loses(search.loses), all = of(search.of))
            } else {
                t!("packs-tried-loses", loses = loses(search.loses), all = of(search.of))
            },
        };
        Self {
            headline: t!(
                "packs-tried-headline",
                found = words::count(trial.found),
                posts = words::count(trial.looked_at)
            ),
            about: if trial.is_cut {
                t!("packs-tried-cut", since = since)
            } else {
                t!("packs-tried-about", since = since)
            },
            searches: trial.searches.iter().map(search).collect(),
            sample: trial
                .sample
                .iter()
                .map(|example| ExampleRow {
                    mention: MentionView::listed(&example.marked(), &names, now),
                    is_stored: example.is_stored,
                })
                .collect(),
        }
    }
}

/// What a file would do, below its form.
#[derive(Template)]
#[template(path = "settings/_pack_import.html")]
struct ImportView {
    headline: Cow<'static, str>,
    rows: Vec<ImportRow>,
    /// The file, to be taken over as it was looked at; empty where nothing can be.
    file: String,
}

struct ImportRow {
    name: String,
    said: Cow<'static, str>,
    is_bad: bool,
    before: String,
    query: String,
}

impl ImportView {
    fn new(import: &PackImport, file: &str) -> Self {
        let row = |pack: &switchboard_app::packs::share::ImportedPack| ImportRow {
            name: pack.name.clone(),
            said: match pack.state {
                ImportState::New => t!("packs-import-new"),
                ImportState::Changed => t!("packs-import-changed"),
                ImportState::Same => t!("packs-import-same"),
                ImportState::Bad => t!("packs-import-bad", why = pack.error.as_str()),
            },
            is_bad: pack.state == ImportState::Bad,
            before: pack.before.clone(),
            query: pack.query.clone(),
        };
        let taken =
            import.packs.iter().filter(|pack| matches!(pack.state, ImportState::New | ImportState::Changed)).count();
        Self {
            headline: if import.is_done {
                t!("packs-import-done", count = taken)
            } else {
                t!("packs-import-would", count = taken)
            },
            rows: import.packs.iter().map(row).collect(),
            file: if taken > 0 && !import.is_done { file.to_owned() } else { String::new() },
        }
    }
}

/// `GET /settings/packs`
pub(crate) async fn list(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let mut packs = Vec::new();
    for pack in web.app.packs(&visitor.actor)? {
        let uses = web.app.pack_uses(&visitor.actor, &pack.text.name).await?;
        packs.push((pack, uses));
    }
    let (frame, places) = (frame(t!("packs"), &visitor), Places::new(&visitor, Place::Packs));
    show(StatusCode::OK, &PacksPage::new(frame, places, &packs, visitor.may(Right::Administer)))
}

fn entries(known: Option<&PackInForce>, typed: Option<&Fields>) -> Vec<Entry> {
    let value = |name: &str, known: Option<&str>| match typed {
        Some(fields) => fields.text(name).to_owned(),
        None => known.unwrap_or_default().to_owned(),
    };
    let chosen = match typed {
        Some(fields) => PackKind::from_word(fields.text("kind")).unwrap_or_default(),
        None => known.map(|pack| pack.text.kind).unwrap_or_default(),
    };
    let kinds = PackKind::ALL.map(|one| Choice::new(one.as_str(), kind(one).into_owned(), one == chosen)).to_vec();
    let languages = known.map(|pack| pack.text.languages.join(", "));
    let mut entries = Vec::new();
    if known.is_none() {
        entries.push(Entry::line("name", t!("packs-name"), value("name", None)).required().help(t!("packs-name-help")));
    }
    entries.extend([
        Entry::line("title", t!("packs-title"), value("title", known.map(|pack| pack.text.title.as_str())))
            .required()
            .help(t!("packs-title-help")),
        Entry::area("query", t!("packs-query"), value("query", known.map(|pack| pack.text.query.as_str())))
            .help(t!("packs-query-help")),
        Entry::area(
            "description",
            t!("packs-description"),
            value("description", known.map(|pack| pack.text.description.as_str())),
        )
        .in_words()
        .note(t!("settings-may-stay-empty")),
        Entry::one("kind", t!("packs-kind"), kinds),
        Entry::line("languages", t!("packs-languages"), value("languages", languages.as_deref()))
            .note(t!("settings-may-stay-empty"))
            .help(t!("packs-languages-help")),
    ]);
    entries
}

fn read(name: &str, fields: &Fields) -> PackText {
    PackText {
        name: name.trim().to_owned(),
        title: fields.text("title").to_owned(),
        description: fields.text("description").to_owned(),
        kind: PackKind::from_word(fields.text("kind")).unwrap_or_default(),
        languages: fields.list("languages"),
        query: fields.text("query").to_owned(),
    }
}

fn new_form(typed: Option<&Fields>) -> Form {
    Form {
        title: t!("packs-new").into_owned(),
        about: t!("packs-new-about").into_owned(),
        action: "/settings/packs".to_owned(),
        submit: t!("settings-add"),
        also: Some(("/settings/packs/try#tried".to_owned(), t!("packs-try"))),
        back: Some("/settings/packs"),
        entries: entries(None, typed),
        ..Form::default()
    }
}

fn one_form(pack: &PackInForce, uses: &PackUses, typed: Option<&Fields>) -> Form {
    let name = &pack.text.name;
    let mut acts = Vec::new();
    if pack.is_adapted() {
        acts.push(Act {
            title: t!("packs-resetting"),
            about: t!("packs-resetting-about").into_owned(),
            action: format!("/settings/packs/{name}/reset"),
            submit: t!("packs-resetting-submit"),
            entries: Vec::new(),
        });
    } else if pack.shipped.is_none() {
        acts.push(Act {
            title: t!("packs-removing"),
            about: t!("packs-removing-about").into_owned(),
            action: format!("/settings/packs/{name}/remove"),
            submit: t!("packs-removing-submit"),
            entries: Vec::new(),
        });
    }
    let named = if uses.is_empty() {
        t!("packs-unused", name = name.as_str())
    } else {
        t!("packs-used", name = name.as_str(), uses = uses.to_string())
    };
    Form {
        title: pack.text.title.clone(),
        about: format!("{}. {named}", origin(pack)),
        action: format!("/settings/packs/{name}"),
        submit: t!("settings-save"),
        also: Some((format!("/settings/packs/{name}/try#tried"), t!("packs-try"))),
        back: Some("/settings/packs"),
        links: vec![(format!("/settings/packs/{name}/export"), t!("packs-export"))],
        entries: entries(Some(pack), typed),
        complaint: pack.error.clone(),
        acts,
        ..Form::default()
    }
}

/// `GET /settings/packs/new`
pub(crate) async fn new(visitor: Visitor) -> Result<Response, PageError> {
    new_form(None).show(StatusCode::OK, &visitor, Place::Packs)
}

/// `POST /settings/packs`
pub(crate) async fn add(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    match web.app.add_pack(&visitor.actor, read(fields.text("name"), &fields)).await {
        Ok(_) => Ok(go("/settings/packs")),
        Err(error) => {
            let refusal = about_form(Refusal::from(error))?;
            new_form(Some(&fields)).refused(&refusal).show(refusal.status, &visitor, Place::Packs)
        }
    }
}

/// `GET /settings/packs/{name}`
pub(crate) async fn one(
    State(web): State<Web>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Result<Response, PageError> {
    let pack = web.app.pack(&visitor.actor, &name)?;
    let uses = web.app.pack_uses(&visitor.actor, &name).await?;
    one_form(&pack, &uses, None).show(StatusCode::OK, &visitor, Place::Packs)
}

/// `POST /settings/packs/{name}`
pub(crate) async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    Path(name): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let pack = web.app.pack(&visitor.actor, &name)?;
    match web.app.change_pack(&visitor.actor, &name, read(&pack.text.name, &fields)).await {
        Ok(_) => Ok(go("/settings/packs")),
        Err(error) => {
            let refusal = about_form(Refusal::from(error))?;
            let uses = web.app.pack_uses(&visitor.actor, &name).await?;
            one_form(&pack, &uses, Some(&fields)).refused(&refusal).show(refusal.status, &visitor, Place::Packs)
        }
    }
}

/// `POST /settings/packs/{name}/remove`
pub(crate) async fn remove(
    State(web): State<Web>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Result<Response, PageError> {
    match web.app.remove_pack(&visitor.actor, &name).await {
        Ok(()) => Ok(go("/settings/packs")),
        Err(error) => {
            let refusal = about_form(Refusal::from(error))?;
            let pack = web.app.pack(&visitor.actor, &name)?;
            let uses = web.app.pack_uses(&visitor.actor, &name).await?;
            one_form(&pack, &uses, None).refused(&refusal).show(refusal.status, &visitor, Place::Packs)
        }
    }
}

/// `POST /settings/packs/{name}/reset`
pub(crate) async fn reset(
    State(web): State<Web>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Result<Response, PageError> {
    match web.app.reset_pack(&visitor.actor, &name).await {
        Ok(_) => Ok(go(&format!("/settings/packs/{name}"))),
        Err(error) => {
            let refusal = about_form(Refusal::from(error))?;
            let pack = web.app.pack(&visitor.actor, &name)?;
            let uses = web.app.pack_uses(&visitor.actor, &name).await?;
            one_form(&pack, &uses, None).refused(&refusal).show(refusal.status, &visitor, Place::Packs)
        }
    }
}

/// `POST /settings/packs/try`: what a new pack would leave out.
pub(crate) async fn try_new(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    tried(&web, &visitor, read(fields.text("name"), &fields), new_form(Some(&fields))).await
}

/// `POST /settings/packs/{name}/try`: what a changed pack would leave out.
pub(crate) async fn try_one(
    State(web): State<Web>,
    visitor: Visitor,
    Path(name): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let pack = web.app.pack(&visitor.actor, &name)?;
    let uses = web.app.pack_uses(&visitor.actor, &name).await?;
    tried(&web, &visitor, read(&pack.text.name, &fields), one_form(&pack, &uses, Some(&fields))).await
}

/// The form as it was typed, and below it what the pack would leave out.
async fn tried(web: &Web, visitor: &Visitor, text: PackText, form: Form) -> Result<Response, PageError> {
    match web.app.try_pack(&visitor.actor, &text).await {
        Ok(trial) => {
            let view = TriedPack::new(&trial, &web.app.searches().await?, web.app.now());
            let below = view.render().map_err(|error| Refusal::internal(&error))?;
            Form { below: Some(below), ..form }.show(StatusCode::OK, visitor, Place::Packs)
        }
        Err(error) => {
            let refusal = about_form(Refusal::from(error))?;
            form.refused(&refusal).show(refusal.status, visitor, Place::Packs)
        }
    }
}

fn homonym_form(typed: Option<&Fields>) -> Form {
    let value = |name: &str| typed.map(|fields| fields.text(name).to_owned()).unwrap_or_default();
    Form {
        title: t!("packs-homonym").into_owned(),
        about: t!("packs-homonym-about").into_owned(),
        action: "/settings/packs/homonym".to_owned(),
        submit: t!("packs-homonym-submit"),
        back: Some("/settings/packs"),
        entries: vec![
            Entry::line("word", t!("packs-homonym-word"), value("word")).required().help(t!("packs-homonym-word-help")),
            Entry::area("others", t!("packs-homonym-others"), value("others")).help(t!("packs-homonym-others-help")),
            Entry::area("ours", t!("packs-homonym-ours"), value("ours"))
                .note(t!("settings-may-stay-empty"))
                .help(t!("packs-homonym-ours-help")),
        ],
        ..Form::default()
    }
}

/// `GET /settings/packs/homonym`
pub(crate) async fn homonym(visitor: Visitor) -> Result<Response, PageError> {
    homonym_form(None).show(StatusCode::OK, &visitor, Place::Packs)
}

/// `POST /settings/packs/homonym`: the form of a new pack with the query that was made; nothing is kept yet.
pub(crate) async fn write_homonym(visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let word = fields.text("word").trim().to_owned();
    let homonym = Homonym { word: word.clone(), others: fields.list("others"), ours: fields.list("ours") };
    match homonym.query() {
        Ok(query) => {
            let slug: String =
                word.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
            let slug: String = format!("other-{}", slug.trim_matches('-')).chars().take(40).collect();
            let made = [
                ("name", slug.trim_matches('-').to_owned()),
                ("title", t!("packs-homonym-title", word = word.as_str()).into_owned()),
                ("kind", PackKind::Homonym.as_str().to_owned()),
                ("query", query),
            ];
            let made = Fields(made.map(|(name, value)| (name.to_owned(), value)).to_vec());
            let said = Some(t!("packs-homonym-made").into_owned());
            Form { said, ..new_form(Some(&made)) }.show(StatusCode::OK, &visitor, Place::Packs)
        }
        Err(error) => {
            let refusal = about_form(Refusal::from(error))?;
            homonym_form(Some(&fields)).refused(&refusal).show(refusal.status, &visitor, Place::Packs)
        }
    }
}

fn import_form(typed: Option<&Fields>) -> Form {
    let file = typed.map(|fields| fields.text("file").to_owned()).unwrap_or_default();
    Form {
        title: t!("packs-import").into_owned(),
        about: t!("packs-import-about").into_owned(),
        action: "/settings/packs/import".to_owned(),
        submit: t!("packs-import-look"),
        back: Some("/settings/packs"),
        entries: vec![
            Entry::area("file", t!("packs-import-file"), file).long(1 << 20).help(t!("packs-import-file-help")),
        ],
        ..Form::default()
    }
}

/// `GET /settings/packs/import`
pub(crate) async fn ask_import(visitor: Visitor) -> Result<Response, PageError> {
    import_form(None).show(StatusCode::OK, &visitor, Place::Packs)
}

/// `POST /settings/packs/import`: what a file would do; with `take` it is done.
pub(crate) async fn import(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let file = fields.text("file");
    let import = if fields.is_on("take") {
        web.app.import_packs(&visitor.actor, file).await
    } else {
        web.app.preview_pack_import(&visitor.actor, file).await
    };
    match import {
        Ok(import) => {
            let below = ImportView::new(&import, file).render().map_err(|error| Refusal::internal(&error))?;
            let typed = if import.is_done { None } else { Some(&fields) };
            Form { below: Some(below), ..import_form(typed) }.show(StatusCode::OK, &visitor, Place::Packs)
        }
        Err(error) => {
            let refusal = about_form(Refusal::from(error))?;
            import_form(Some(&fields)).refused(&refusal).show(refusal.status, &visitor, Place::Packs)
        }
    }
}

fn file(name: &str, text: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}.toml\"");
    let headers = [
        (header::CONTENT_TYPE, "application/toml; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, text).into_response()
}

/// `GET /settings/packs/export`
pub(crate) async fn export(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    Ok(file("packs", web.app.export_packs(&visitor.actor, None)?))
}

/// `GET /settings/packs/{name}/export`
pub(crate) async fn export_one(
    State(web): State<Web>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Result<Response, PageError> {
    let pack = web.app.pack(&visitor.actor, &name)?;
    Ok(file(&pack.text.name, web.app.export_packs(&visitor.actor, Some(&pack.text.name))?))
}

#[cfg(test)]
pub(crate) mod tests {
    use switchboard_app::packs::PacksInForce;
    use switchboard_app::packs::share::ImportedPack;
    use switchboard_app::packs::uses::{UsingRule, UsingSearch};
    use switchboard_app::searches::left_out::SearchLoss;
    use switchboard_app::searches::preview::Example;
    use switchboard_model::{By, Pack, RuleId};

    use super::*;
    use crate::pages::samples;

    fn packs() -> Vec<(PackInForce, PackUses)> {
        let text = |name: &str| PackText {
            name: name.to_owned(),
            title: samples::HOSTILE.to_owned(),
            description: samples::HOSTILE.to_owned(),
            kind: PackKind::Homonym,
            languages: vec!["de".to_owned()],
            query: samples::HOSTILE.to_owned(),
        };
        let kept =
            |name: &str, based_on| Pack { text: text(name), based_on, updated_at: samples::now(), by: By::Operator };
        let packs = PacksInForce::new(&[kept("jobs", Some(0)), kept("own", None)]);
        let uses = || PackUses {
            searches: vec![UsingSearch { id: samples::searches()[0].id, name: samples::HOSTILE.to_owned() }],
            rules: vec![UsingRule { id: RuleId(uuid::Uuid::nil()), name: samples::HOSTILE.to_owned() }],
            packs: vec!["spam".to_owned()],
        };
        let uses = |at: usize| if at == 0 { uses() } else { PackUses::default() };
        let hostile = |pack: &PackInForce| {
            let error = pack.error.as_ref().map(|_| samples::HOSTILE.to_owned());
            PackInForce { text: text(&pack.text.name), error, ..pack.clone() }
        };
        packs.list().iter().map(hostile).enumerate().map(|(at, pack)| (pack, uses(at))).collect()
    }

    /// Somebody who keeps them, and somebody who reads them.
    pub(crate) fn samples() -> Vec<String> {
        let visitor = samples::visitor();
        let page = |may_change| {
            let (frame, places) = (frame(t!("packs"), &visitor), Places::new(&visitor, Place::Packs));
            PacksPage::new(frame, places, &packs(), may_change).render().expect("renders")
        };
        vec![page(true), page(false)]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let pages = samples();
        pages.iter().for_each(|html| samples::assert_harmless(html));
        assert!(
            pages[0].contains("href=\"/settings/packs/new\"") && !pages[1].contains("href=\"/settings/packs/new\"")
        );
        assert!(pages[0].contains("in:jobs"), "{}", pages[0]);
        let (pack, uses) = packs().remove(0);
        let form = one_form(&pack, &uses, None).page(&samples::visitor(), Place::Packs).render().expect("renders");
        samples::assert_harmless(&form);
        assert!(form.contains("/settings/packs/jobs/reset") && !form.contains("/settings/packs/jobs/remove"), "{form}");
    }

    #[test]
    fn what_is_tried_and_what_is_imported_are_rendered_and_escaped() {
        let example = |is_stored| Example { post: samples::posts().remove(0), spans: Vec::new(), is_stored };
        let loss = |is_left_out| SearchLoss {
            id: samples::searches()[0].id,
            name: samples::HOSTILE.to_owned(),
            is_left_out,
            loses: 1_200,
            of: 4_000,
            sample: vec![example(true)],
        };
        let trial = PackTrial {
            parsed: samples::HOSTILE.to_owned(),
            expanded: samples::HOSTILE.to_owned(),
            looked_at: 9_000,
            from: samples::now(),
            is_cut: true,
            found: 1_234,
            sample: vec![example(true), example(false)],
            searches: vec![loss(true), loss(false)],
        };
        let html = TriedPack::new(&trial, &samples::searches(), samples::now()).render().expect("renders");
        samples::assert_harmless(&html);
        assert!(html.contains("1,234") && html.contains("1,200"), "{html}");
        let pack = |state| ImportedPack {
            name: samples::HOSTILE.to_owned(),
            state,
            error: samples::HOSTILE.to_owned(),
            before: samples::HOSTILE.to_owned(),
            query: samples::HOSTILE.to_owned(),
        };
        let states = [ImportState::New, ImportState::Changed, ImportState::Same, ImportState::Bad];
        let import = PackImport { packs: states.map(pack).to_vec(), is_done: false };
        let html = ImportView::new(&import, samples::HOSTILE).render().expect("renders");
        samples::assert_harmless(&html);
        assert!(html.contains("name=\"take\""), "{html}");
        let html = ImportView::new(&PackImport { is_done: true, ..import }, "").render().expect("renders");
        assert!(!html.contains("name=\"take\""), "{html}");
    }
}

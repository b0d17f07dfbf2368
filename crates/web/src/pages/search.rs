//! A search: adding it, changing it, removing it. What cannot be read is shown with a marker under the character.

use std::borrow::Cow;
use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use switchboard_app::searches::SearchError;
use switchboard_app::searches::back_fill::BackFill;
use switchboard_app::searches::change::SearchText;
use switchboard_app::searches::left_out::Ticked;
use switchboard_app::searches::volume::Volume;
use switchboard_model::{Department, SavedSearch, SearchId, SearchType};

use super::chart::{DayChart, today_in_words};
use super::failure::sentence;
use super::forms::around;
use super::leave_out::{self, LeaveOutView};
use super::preview::PreviewView;
use super::{Frame, Section, go, show};
use crate::error::{PageError, Refusal};
use crate::extract::{PageForm, PageId, PageQuery};
use crate::options::Web;
use crate::reader::{self, Reader};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    frame: Frame,
    /// `None` while it is being added.
    id: Option<SearchId>,
    form: SearchForm,
    types: Vec<(&'static str, Cow<'static, str>, bool)>,
    /// Key and name of those that it can lean to, and whether it does.
    departments: Vec<(String, String, bool)>,
    mentions: Option<Cow<'static, str>>,
    complaint: Option<Complaint>,
    /// What the query would have found, once somebody tried it.
    preview: Option<PreviewView>,
    /// What it leaves out.
    leave_out: LeaveOutView,
    /// How far it is with what was said before.
    filling: Option<Cow<'static, str>>,
    /// How much was said.
    volume: Option<VolumeView>,
}

/// Mentions day by day, and how far back one can look.
struct VolumeView {
    title: Cow<'static, str>,
    chart: Option<DayChart>,
    days: u16,
    /// Days, words, whether they are shown.
    spans: Vec<(u16, Cow<'static, str>, bool)>,
}

/// How far back one can look, in days; the second is what is shown.
const SPANS: [u16; 4] = [7, 30, 90, 365];

/// What a person typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SearchForm {
    name: String,
    query: String,
    #[serde(rename = "type")]
    search_type: String,
    department: String,
    is_enabled: Option<String>,
    back_fill: Option<String>,
    /// Of the search that is being changed, where the form is only tried.
    id: Option<SearchId>,
    /// The boxes of what is left out.
    #[serde(flatten)]
    rest: BTreeMap<String, String>,
}

/// What is wrong with it.
struct Complaint {
    message: String,
    field: &'static str,
    /// The query around the character that cannot be read: before, the character, after.
    marked: Option<(String, String, String)>,
}

impl SearchForm {
    fn of(search: &SavedSearch) -> Self {
        Self {
            name: search.name.clone(),
            query: search.query.clone(),
            search_type: search.search_type.as_str().to_owned(),
            department: search.department.clone().unwrap_or_default(),
            is_enabled: search.is_enabled.then(|| "on".to_owned()),
            ..Self::default()
        }
    }

    /// As it was typed, with what was ticked beside the query written into it.
    fn ticked(mut self, web: &Web) -> Self {
        self.query = web.app.with_ticked(&self.query, &self.ticks());
        self
    }

    fn ticks(&self) -> Ticked {
        leave_out::ticked(self.rest.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// The boxes beside its query; as they were sent where nothing can be written into it.
    fn boxes(&self, view: LeaveOutView, web: &Web) -> LeaveOutView {
        let is_sent = self.rest.contains_key(leave_out::BEFORE);
        if is_sent && !leave_out::is_writable(&web.app, &self.query) { view.sent(&self.ticks()) } else { view }
    }

    /// Without a name the query itself is the name.
    fn text(&self, is_enabled: bool) -> SearchText {
        let name =
            if self.name.trim().is_empty() { self.query.trim().chars().take(80).collect() } else { self.name.clone() };
        SearchText {
            name,
            query: self.query.clone(),
            search_type: SearchType::from_word(&self.search_type).unwrap_or_default(),
            department: Some(self.department.clone()),
            is_enabled,
        }
    }
}

impl SearchPage {
    fn new(
        id: Option<SearchId>,
        form: SearchForm,
        mentions: Option<u64>,
        refusal: Option<&Refusal>,
        visitor: &Visitor,
        departments: &[Department],
    ) -> Self {
        let title = if id.is_some() { t!("searches-change") } else { t!("searches-new") };
        let types = SearchType::ALL.map(|one| (one.as_str(), type_words(one), one.as_str() == form.search_type));
        Self {
            frame: Frame::within(title, Section::Searches, visitor)
                .with_style("lists.css")
                .with_style("uplot/uplot.css")
                .with_script("lists.js")
                .with_script("uplot/uplot.js")
                .with_script("volume.js"),
            id,
            types: types.to_vec(),
            departments: options(departments, &form.department),
            mentions: mentions.map(|mentions| t!("searches-its-mentions", count = mentions)),
            complaint: refusal.map(|refusal| complaint(refusal, &form.query)),
            form,
            preview: None,
            leave_out: LeaveOutView::default(),
            filling: None,
            volume: None,
        }
    }

    fn show_refused(
        id: Option<SearchId>,
        form: SearchForm,
        refusal: Refusal,
        visitor: &Visitor,
        web: &Web,
    ) -> Result<Response, PageError> {
        if refusal.status.is_server_error() || refusal.status == StatusCode::NOT_FOUND {
            return Err(refusal.into());
        }
        let mut page = Self::new(id, form, None, Some(&refusal), visitor, &web.app.departments());
        page.leave_out = page.form.boxes(LeaveOutView::uncounted(&web.app, &page.form.query), web);
        show(StatusCode::UNPROCESSABLE_ENTITY, &page)
    }
}

/// The departments that a search can lean to. What it leans to stays to be chosen, even where there is no such department
/// any more.
fn options(departments: &[Department], chosen: &str) -> Vec<(String, String, bool)> {
    let wanted = chosen.trim().to_lowercase();
    let is_it =
        |department: &Department| department.key.to_lowercase() == wanted || department.name.to_lowercase() == wanted;
    let offered = departments.iter().filter(|department| department.is_active || is_it(department));
    let mut options: Vec<_> =
        offered.map(|department| (department.key.clone(), department.name.clone(), is_it(department))).collect();
    if !chosen.is_empty() && !options.iter().any(|(.., is_chosen)| *is_chosen) {
        options.push((chosen.to_owned(), chosen.to_owned(), true));
    }
    options
}

fn complaint(refusal: &Refusal, query: &str) -> Complaint {
    Complaint {
        message: sentence(refusal.without_column()),
        field: refusal.field.unwrap_or("query"),
        marked: refusal.column.map(|column| around(query, column)),
    }
}

fn type_words(search_type: SearchType) -> Cow<'static, str> {
    match search_type {
        SearchType::Brand => t!("searches-type-brand"),
        SearchType::Product => t!("searches-type-product"),
        SearchType::Rival => t!("searches-type-rival"),
        SearchType::Category => t!("searches-type-category"),
        SearchType::Person => t!("searches-type-person"),
    }
}

/// `GET /searches/new`
pub(crate) async fn new(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let form = SearchForm {
        search_type: SearchType::Brand.as_str().to_owned(),
        back_fill: Some("on".to_owned()),
        ..SearchForm::default()
    };
    let mut page = SearchPage::new(None, form, None, None, &visitor, &web.app.departments());
    page.leave_out = LeaveOutView::uncounted(&web.app, "");
    show(StatusCode::OK, &page)
}

/// `POST /searches`
pub(crate) async fn add(
    State(web): State<Web>,
    visitor: Visitor,
    PageForm(form): PageForm<SearchForm>,
) -> Result<Response, PageError> {
    let form = form.ticked(&web);
    match web.app.add_search(form.text(true)).await {
        Ok(search) => saved(&web, search.id, &form).await,
        Err(error) => SearchPage::show_refused(None, form, error.into(), &visitor, &web),
    }
}

/// Where the browser goes once a search is saved: to its page while it takes in what was said before, else to its mentions.
async fn saved(web: &Web, id: SearchId, form: &SearchForm) -> Result<Response, PageError> {
    if form.back_fill.is_none() {
        return Ok(go(&format!("/mentions?search={id}")));
    }
    match web.app.back_fill(id).await {
        // A paused search takes nothing in, and one that is being filled goes on.
        Ok(_) | Err(SearchError::NotListening(_) | SearchError::Filling(_)) => Ok(go(&format!("/searches/{id}"))),
        Err(error) => Err(error.into()),
    }
}

/// `POST /searches/{id}/back-fill`
pub(crate) async fn back_fill(State(web): State<Web>, PageId(id): PageId<SearchId>) -> Result<Response, PageError> {
    web.app.back_fill(id).await?;
    Ok(go(&format!("/searches/{id}")))
}

/// `POST /searches/preview`: the form again, with what the query would have found.
pub(crate) async fn preview(
    State(web): State<Web>,
    visitor: Visitor,
    PageForm(form): PageForm<SearchForm>,
) -> Result<Response, PageError> {
    let form = form.ticked(&web);
    let tried = web.app.preview_search(&visitor.actor, &form.query).await;
    match tried {
        Ok(preview) => {
            let view = PreviewView::new(&preview, &web.app.searches().await?, web.app.now());
            let leave_out = form.boxes(LeaveOutView::counted(&web.app, &visitor.actor, &form.query).await, &web);
            let mut page = SearchPage::new(form.id, form, None, None, &visitor, &web.app.departments());
            page.leave_out = leave_out;
            page.preview = Some(view);
            show(StatusCode::OK, &page)
        }
        Err(error) => SearchPage::show_refused(form.id, form, error.into(), &visitor, &web),
    }
}

/// `POST /searches/preview/part`: the preview alone, for the script; or why there is none.
pub(crate) async fn preview_part(
    State(web): State<Web>,
    visitor: Visitor,
    PageForm(form): PageForm<SearchForm>,
) -> Result<Response, PageError> {
    match web.app.preview_search(&visitor.actor, &form.query).await {
        Ok(preview) => {
            let view = PreviewView::new(&preview, &web.app.searches().await?, web.app.now());
            show(StatusCode::OK, &view)
        }
        Err(SearchError::BadQuery(_)) if form.query.trim().is_empty() => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(SearchError::BadQuery(error)) => show(StatusCode::OK, &PreviewView::unreadable(&error.to_string())),
        Err(error) => Err(error.into()),
    }
}

/// `POST /searches/leave-out`: the boxes alone, counted, with the query as they have it.
pub(crate) async fn leave_out(
    State(web): State<Web>,
    visitor: Visitor,
    PageForm(form): PageForm<SearchForm>,
) -> Result<Response, PageError> {
    let form = form.ticked(&web);
    let view = LeaveOutView::counted(&web.app, &visitor.actor, &form.query).await;
    show(StatusCode::OK, &form.boxes(view, &web))
}

/// How far back the picture of a search goes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    days: Option<u16>,
}

impl VolumeView {
    fn new(volume: &Volume, days: u16, reader: &Reader) -> Self {
        let counted = volume.days(&reader.zone);
        let counts: Vec<u64> = counted.iter().map(|(_, mentions)| *mentions).collect();
        let title = today_in_words(&counts);
        let drawn = t!("chart-drawn", today = &*title);
        let words = |days: u16| if days < 365 { t!("chart-days", count = days) } else { t!("chart-year") };
        Self {
            chart: DayChart::new(&counted, drawn, reader.zone_name()),
            title,
            days,
            spans: SPANS.map(|span| (span, words(span), span == days)).to_vec(),
        }
    }
}

/// `GET /searches/{id}`
pub(crate) async fn edit(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<SearchId>,
    PageQuery(asked): PageQuery<Asked>,
) -> Result<Response, PageError> {
    let search = web.app.get_search(id).await?;
    let mut page = SearchPage::new(
        Some(id),
        SearchForm::of(&search),
        Some(search.mentions),
        None,
        &visitor,
        &web.app.departments(),
    );
    page.leave_out = LeaveOutView::uncounted(&web.app, &search.query);
    let days = asked.days.filter(|days| SPANS.contains(days)).unwrap_or(SPANS[1]);
    let reader = reader::current();
    page.volume = Some(VolumeView::new(&web.app.volume(id, days, &reader.zone).await?, days, &reader));
    if !page.frame.may_administer() {
        page.frame.title = search.name;
    }
    page.filling = web.app.find_back_fill(id).map(|fill| filling(&fill));
    show(StatusCode::OK, &page)
}

fn filling(fill: &BackFill) -> Cow<'static, str> {
    let found = t!("searches-filling-found", count = fill.found);
    let new = t!("searches-filling-new", count = fill.new);
    match (&fill.failure, fill.is_done) {
        (Some(failure), _) => t!("searches-filling-stopped", why = sentence(failure)),
        (None, true) => t!("searches-filling-done", found = found, new = new),
        (None, false) => t!("searches-filling", found = found, new = new),
    }
}

/// `POST /searches/{id}`
pub(crate) async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<SearchId>,
    PageForm(form): PageForm<SearchForm>,
) -> Result<Response, PageError> {
    let form = form.ticked(&web);
    match web.app.change_search(id, form.text(form.is_enabled.is_some())).await {
        Ok(search) => saved(&web, search.id, &form).await,
        Err(error) => SearchPage::show_refused(Some(id), form, error.into(), &visitor, &web),
    }
}

/// `POST /searches/{id}/remove`
pub(crate) async fn remove(State(web): State<Web>, PageId(id): PageId<SearchId>) -> Result<Response, PageError> {
    web.app.remove_search(id).await?;
    Ok(go("/searches"))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    /// A new one and one that is there, each refused, and a new one before anything is typed.
    pub(crate) fn samples() -> Vec<String> {
        let form = SearchForm::of(&samples::searches()[1]);
        let id = Some(samples::searches()[1].id);
        let refusal = Refusal {
            column: Some(9),
            ..Refusal::unprocessable("bad_query", format!("column 9: {}", samples::HOSTILE)).about("query")
        };
        let (visitor, departments) = (samples::visitor(), samples::departments());
        let page = |id| SearchPage::new(id, form.clone(), Some(3), Some(&refusal), &visitor, &departments);
        let fresh = SearchPage::new(None, SearchForm::default(), None, None, &visitor, &departments);
        let mut drawn = page(id);
        drawn.volume = Some(volume(30));
        let mut silent = page(id);
        silent.volume = Some(volume(1));
        [page(None), drawn, fresh, silent].map(|page| page.render().expect("renders")).into()
    }

    fn volume(days: i64) -> VolumeView {
        let first = samples::now() - jiff::SignedDuration::from_hours(24 * days);
        let hour = |hour: i64| (first + jiff::SignedDuration::from_hours(hour), u64::try_from(hour % 7).unwrap_or(0));
        VolumeView::new(&Volume { hours: (0..24 * days - 23).map(hour).collect() }, 30, &Reader::default())
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        for (at, html) in samples().iter().enumerate() {
            samples::assert_harmless(html);
            assert_eq!(html.contains("aria-invalid"), at != 2, "{html}");
            assert_eq!(html.contains("<rect class=\"bar\""), at == 1, "{html}");
        }
    }

    #[test]
    fn a_search_leans_to_a_department_that_is_there_or_to_what_it_leaned_to() {
        let departments = samples::departments();
        let open = departments.iter().filter(|department| department.is_active).count();
        let chosen = |leaning: &str| {
            let options = options(&departments, leaning);
            let chosen: Vec<_> =
                options.iter().filter(|(.., is_chosen)| *is_chosen).map(|(key, ..)| key.clone()).collect();
            (options.len() - open, chosen)
        };
        assert_eq!(chosen(""), (0, vec![]));
        assert_eq!(chosen(&departments[0].key), (0, vec![departments[0].key.clone()]));
        assert_eq!(chosen(&departments[0].name.to_uppercase()), (0, vec![departments[0].key.clone()]));
        assert_eq!(chosen("gone"), (1, vec!["gone".to_owned()]));
    }

    #[test]
    fn the_marker_stands_under_the_character() {
        let check = |query: &str, column: usize, expected: (&str, &str, &str)| {
            let refusal = Refusal { column: Some(column), ..Refusal::unprocessable("bad_query", "x") };
            let marked = complaint(&refusal, query).marked.expect("marked");
            assert_eq!((marked.0.as_str(), marked.1.as_str(), marked.2.as_str()), expected);
        };
        check("żółw (", 6, ("żółw ", "(", ""));
        check("a", 2, ("a", "", ""));
        check("", 1, ("", "", ""));
        check("abc", 1, ("", "a", "bc"));
    }

    #[test]
    fn a_search_without_a_name_is_called_by_its_query() {
        let form = SearchForm { query: " acme ".to_owned(), ..SearchForm::default() };
        assert_eq!(form.text(true).name, "acme");
    }
}

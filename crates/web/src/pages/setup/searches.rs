//! The second step: what is listened for. Each search stands there in words, with what it would have found in what was
//! heard so far; the query itself is behind "Change".

use std::borrow::Cow;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use switchboard_app::packs::PackInForce;
use switchboard_app::searches::change::SearchText;
use switchboard_app::searches::count::{Count, Counts};
use switchboard_app::searches::left_out::{Ticked, packs_of, taken_by};
use switchboard_app::setup::listen::Wanted;
use switchboard_app::setup::progress::Step;
use switchboard_app::setup::{ProposedSearch, SetUpError};
use switchboard_model::{SearchId, SearchType};

use super::live::author_name;
use super::{Shell, frame};
use crate::error::{PageError, Refusal};
use crate::options::Web;
use crate::pages::failure::sentence;
use crate::pages::forms::{Fields, about_form, around};
use crate::pages::marks::Piece;
use crate::pages::mention::{self, all_spans};
use crate::pages::query_words::in_words;
use crate::pages::words::{self, When};
use crate::pages::{Frame, go, show};
use crate::visitor::Visitor;

/// Searches that one form may hold.
const MOST: usize = 50;
/// How much of an example is shown.
const LINE: usize = 150;
const LEAD: usize = 40;

#[derive(Template)]
#[template(path = "setup/searches.html")]
struct SearchesPage {
    frame: Frame,
    shell: Shell,
    list: List,
    chosen: u64,
    /// Searches that came in another way.
    others: u64,
    complaint: Option<String>,
}

/// The searches alone, for the script.
#[derive(Template)]
#[template(path = "setup/_searches.html")]
struct List {
    lead: Cow<'static, str>,
    rows: Vec<Row>,
}

/// A search as it stands in the form.
#[derive(Debug, Clone, Default)]
struct Row {
    key: String,
    id: Option<SearchId>,
    name: String,
    query: String,
    search_type: SearchType,
    is_chosen: bool,
    /// Its fields are shown.
    is_open: bool,
    /// Somebody writes it by hand.
    is_new: bool,
    words: Vec<Piece>,
    /// The name alone would bring this much.
    warning: Option<Cow<'static, str>>,
    count: CountView,
    /// What is ticked beside the query, of a form that came back.
    ticked: Ticked,
    /// The shipped packs, with what each would take.
    packs: Vec<PackBox>,
    complaint: Option<Complaint>,
}

/// A pack that a search may leave out.
#[derive(Debug, Clone)]
struct PackBox {
    name: String,
    title: String,
    is_ticked: bool,
    count: Cow<'static, str>,
}

/// What a search would have found.
#[derive(Debug, Clone, Default)]
struct CountView {
    number: String,
    unit: Cow<'static, str>,
    networks: String,
    sample: Vec<Heard>,
}

#[derive(Debug, Clone)]
struct Heard {
    author: String,
    network: String,
    when: When,
    text: Vec<Piece>,
}

#[derive(Debug, Clone)]
struct Complaint {
    message: String,
    is_about_name: bool,
    /// The query around the character that cannot be read: before, the character, after.
    marked: Option<(String, String, String)>,
}

impl Row {
    fn proposed(search: ProposedSearch, is_chosen: bool) -> Self {
        let ProposedSearch { key, name, query, search_type, .. } = search;
        Self { key: key.to_owned(), name, query, search_type, is_chosen, ..Self::default() }
    }

    fn type_words(&self) -> Cow<'static, str> {
        words::search_type(self.search_type)
    }

    fn types(&self) -> Vec<(&'static str, Cow<'static, str>, bool)> {
        SearchType::ALL.map(|one| (one.as_str(), words::search_type(one), one == self.search_type)).to_vec()
    }

    /// The packs that the query leaves out, for what is ticked after this.
    fn left_out(&self) -> String {
        packs_of(&self.query).0.join(",")
    }

    fn is_empty(&self) -> bool {
        self.query.trim().is_empty() && self.name.trim().is_empty()
    }

    /// Without a name the query itself is the name.
    fn wanted(&self) -> Wanted {
        let name = Some(self.name.trim()).filter(|name| !name.is_empty()).unwrap_or(self.query.trim());
        let text = SearchText {
            name: name.chars().take(200).collect(),
            query: self.query.clone(),
            search_type: self.search_type,
            department: None,
            is_enabled: self.is_chosen,
        };
        Wanted { key: self.key.clone(), id: self.id, text }
    }
}

/// As they stand in a form that came back.
fn typed(fields: &Fields) -> Vec<Row> {
    let row = |number: usize| {
        let text = |field: &str| fields.text(&format!("{field}_{number}")).to_owned();
        let query = fields.find(&format!("query_{number}"))?.to_owned();
        Some(Row {
            key: text("key"),
            id: text("id").parse().ok(),
            name: text("name"),
            query,
            search_type: SearchType::from_word(&text("type")).unwrap_or_default(),
            is_chosen: fields.all("search").any(|ticked| ticked == number.to_string()),
            is_new: text("key").is_empty() && text("id").is_empty(),
            ticked: Ticked {
                before: text("left_out_before").split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
                now: fields.all(&format!("leave_out_{number}")).map(str::to_owned).collect(),
            },
            ..Row::default()
        })
    };
    (0..MOST).map_while(row).collect()
}

/// The same with what is ticked beside each query written into it.
fn ticked(web: &Web, fields: &Fields) -> Vec<Row> {
    let mut rows = typed(fields);
    for row in &mut rows {
        row.query = web.app.with_ticked(&row.query, &row.ticked);
    }
    rows
}

/// What is proposed for the company, and what the set-up added already as it is now.
async fn known(web: &Web) -> Result<(Vec<Row>, Vec<ProposedSearch>), PageError> {
    let company = web.app.company().ok_or_else(|| Refusal::not_found(t!("setup-not-yet")))?;
    let proposed = web.app.propose_searches(&company.name, &company.handles, company.website.as_deref());
    let added = web.app.searches_of_set_up().await.map_err(Refusal::from)?;
    let progress = web.app.set_up_progress().await.map_err(Refusal::from)?.unwrap_or_default();
    let is_decided = progress.steps.contains_key(&Step::Searches);
    let is_added = |search: &&ProposedSearch| added.iter().any(|(known, _)| known.key == search.key);
    let mut rows: Vec<Row> = added
        .iter()
        .map(|(added, search)| Row {
            key: added.key.clone(),
            id: Some(search.id),
            name: search.name.clone(),
            query: search.query.clone(),
            search_type: search.search_type,
            is_chosen: search.is_enabled,
            ..Row::default()
        })
        .collect();
    let fresh = proposed.iter().filter(|search| !is_added(search)).cloned();
    rows.extend(fresh.map(|search| Row::proposed(search, !is_decided)));
    Ok((rows, proposed))
}

/// Says each row in words and counts what it would have found.
async fn told(
    web: &Web,
    visitor: &Visitor,
    mut rows: Vec<Row>,
    proposed: &[ProposedSearch],
) -> Result<List, PageError> {
    let packs = web.app.packs_in_force();
    for row in &mut rows {
        row.words = in_words(&row.query, &packs).unwrap_or_default();
    }
    // The name alone is counted beside the search that asks for more than the name.
    let bare =
        |row: &Row| proposed.iter().find(|search| search.key == row.key && search.query == row.query)?.bare.clone();
    let bares: Vec<Option<String>> = rows.iter().map(bare).collect();
    let people = web.app.people();
    let shipped: Vec<&PackInForce> =
        people.packs().list().iter().filter(|pack| pack.shipped.is_some() && pack.error.is_none()).collect();
    let taken: Vec<String> =
        rows.iter().flat_map(|row| shipped.iter().map(|pack| taken_by(&row.query, &pack.text.name))).collect();
    let queries = rows.iter().map(|row| row.query.as_str());
    let asked: Vec<&str> = queries.chain(bares.iter().flatten().chain(&taken).map(String::as_str)).collect();
    let counts = web.app.count_queries(&visitor.actor, &asked).await.map_err(Refusal::from)?;
    let now = web.app.now();
    let is_listening = web.app.sources().await?.iter().any(|source| source.is_enabled && source.kind.is_followed());
    let (of_rows, of_bares) = counts.each.split_at(rows.len().min(counts.each.len()));
    let bare = bares.iter().flatten().count();
    let (of_bares, of_packs) = of_bares.split_at(bare.min(of_bares.len()));
    for (row, count) in rows.iter_mut().zip(of_rows) {
        row.count = count_view(count, &counts, now);
    }
    for (row, taken) in rows.iter_mut().zip(of_packs.chunks(shipped.len().max(1))) {
        let (excluded, _) = packs_of(&row.query);
        let pack_box = |(pack, count): (&&PackInForce, &Count)| {
            let is_ticked = excluded.contains(&pack.text.name);
            let count = match (count.found, is_ticked) {
                (0, _) => Cow::Borrowed(""),
                (found, true) => t!("searches-left-out-spared", count = found),
                (found, false) => t!("searches-left-out-takes", count = found),
            };
            PackBox { name: pack.text.name.clone(), title: pack.text.title.clone(), is_ticked, count }
        };
        row.packs = shipped.iter().zip(taken).map(pack_box).collect();
    }
    let company = web.app.company();
    let name = company.as_ref().map(|company| company.name.as_str()).unwrap_or_default();
    let counted = rows.iter_mut().zip(&bares).filter(|(_, bare)| bare.is_some()).map(|(row, _)| row);
    for (row, count) in counted.zip(of_bares) {
        row.warning = Some(warning(name, count, &counts, now));
    }
    Ok(List { lead: lead(&counts, is_listening, now), rows })
}

fn warning(name: &str, count: &Count, counts: &Counts, now: Timestamp) -> Cow<'static, str> {
    match counts.per_day(count, now) {
        Some(per_day) => t!("setup-common-a-day", name = name, number = rounded(per_day)),
        None if counts.heard > 0 => {
            t!(
                "setup-common-so-far",
                name = name,
                number = words::count(count.found),
                heard = words::count(counts.heard)
            )
        }
        None => t!("setup-common", name = name),
    }
}

fn lead(counts: &Counts, is_listening: bool, now: Timestamp) -> Cow<'static, str> {
    match (counts.heard, is_listening) {
        (0, false) => t!("setup-lead-no-source"),
        (0, true) if !counts.is_cut => t!("setup-lead-nothing"),
        (heard, _) if counts.is_cut => {
            t!("setup-lead-cut", heard = words::count(heard), since = When::new(counts.from, now).clock)
        }
        (heard, _) => t!("setup-lead", heard = words::count(heard), since = When::new(counts.from, now).clock),
    }
}

/// "31 a day" where enough was heard to say, else "2 of 1,204 heard".
fn count_view(count: &Count, counts: &Counts, now: Timestamp) -> CountView {
    let (number, unit) = match (counts.per_day(count, now), counts.heard) {
        (Some(per_day), _) => (rounded(per_day), t!("setup-a-day")),
        (None, 0) => ("–".to_owned(), t!("setup-nothing-heard")),
        (None, heard) => (words::count(count.found), t!("setup-of-heard", heard = words::count(heard))),
    };
    let network = |(name, posts): (&String, &u64)| format!("{} {}", words::network(name), words::count(*posts));
    let heard = |example: &switchboard_app::searches::preview::Example| {
        let stored = example.marked();
        let post = &stored.post;
        Heard {
            author: author_name(post),
            network: words::network(&post.network).into_owned(),
            when: When::new(post.posted_at.unwrap_or(stored.captured_at), now),
            text: mention::line(post, &all_spans(&stored), LINE, LEAD),
        }
    };
    CountView {
        number,
        unit,
        networks: count.networks.iter().take(4).map(network).collect::<Vec<_>>().join(", "),
        sample: count.sample.iter().map(heard).collect(),
    }
}

fn rounded(per_day: f64) -> String {
    // Far below 2^53; where there are many, a fraction says nothing.
    if per_day > 0.0 && per_day < 9.5 { format!("{per_day:.1}") } else { words::count(per_day.round() as u64) }
}

async fn page(
    web: &Web,
    visitor: &Visitor,
    rows: Vec<Row>,
    proposed: &[ProposedSearch],
    refusal: Option<&Refusal>,
) -> Result<Response, PageError> {
    let list = told(web, visitor, rows, proposed).await?;
    let shell = Shell::load(web, visitor, Some(Step::Searches)).await?;
    let ours: Vec<SearchId> = list.rows.iter().filter_map(|row| row.id).collect();
    let others = web.app.searches().await?.iter().filter(|search| !ours.contains(&search.id)).count() as u64;
    let page = SearchesPage {
        frame: frame(t!("setup-searches"), Some(visitor)),
        shell,
        chosen: list.rows.iter().filter(|row| row.is_chosen).count() as u64,
        list,
        others,
        complaint: refusal.map(|refusal| sentence(&refusal.message)),
    };
    show(refusal.map_or(StatusCode::OK, |refusal| refusal.status), &page)
}

/// `GET /setup/searches`
pub(crate) async fn ask(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let (rows, proposed) = known(&web).await?;
    page(&web, &visitor, rows, &proposed, None).await
}

/// `POST /setup/searches/try`: the form again as it stands, in words and counted; with room for another search if asked.
pub(crate) async fn again(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let (_, proposed) = known(&web).await?;
    let mut rows = opened(&web, &fields);
    if fields.is_on("more") && rows.len() < MOST {
        rows.push(Row { is_chosen: true, is_open: true, is_new: true, ..Row::default() });
    }
    page(&web, &visitor, rows, &proposed, None).await
}

/// As typed, with what cannot be read complained about.
fn opened(web: &Web, fields: &Fields) -> Vec<Row> {
    let packs = web.app.packs_in_force();
    let mut rows = ticked(web, fields);
    for row in rows.iter_mut().filter(|row| !row.is_empty()) {
        if let Err(error) = switchboard_app::searches::check::read(&row.query, &packs) {
            row.complain(&error.into());
        }
        row.is_open = row.is_new || row.complaint.is_some();
    }
    rows
}

/// `POST /setup/searches/part`: the rows alone, for the script.
pub(crate) async fn part(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let (_, proposed) = known(&web).await?;
    show(StatusCode::OK, &told(&web, &visitor, ticked(&web, &fields), &proposed).await?)
}

impl Row {
    fn complain(&mut self, refusal: &Refusal) {
        self.complaint = Some(Complaint {
            message: sentence(refusal.without_column()),
            is_about_name: refusal.field == Some("name"),
            marked: refusal.column.map(|column| around(&self.query, column)),
        });
        self.is_open = true;
    }
}

/// `POST /setup/searches`: listens to what is ticked.
pub(crate) async fn listen(State(web): State<Web>, visitor: Visitor, fields: Fields) -> Result<Response, PageError> {
    let mut rows: Vec<Row> = ticked(&web, &fields).into_iter().filter(|row| !row.is_empty()).collect();
    let wanted = rows.iter().map(Row::wanted).collect();
    let refusal = match web.app.listen_to(&visitor.actor, wanted).await {
        Ok(_) => return Ok(go("/setup/sources")),
        Err(SetUpError::Search { at, error }) => {
            let refusal = about_form(error)?;
            if let Some(row) = rows.get_mut(at) {
                row.complain(&refusal);
            }
            Refusal { message: t!("setup-not-listened").into_owned(), ..refusal }
        }
        Err(error) => return Err(Refusal::from(error).into()),
    };
    let (_, proposed) = known(&web).await?;
    page(&web, &visitor, rows, &proposed, Some(&refusal)).await
}

#[cfg(test)]
pub(crate) mod tests {
    use switchboard_app::searches::check::Packs;
    use switchboard_app::searches::preview::Example;

    use super::*;
    use crate::pages::samples::{self, HOSTILE, assert_harmless};
    use crate::pages::setup::tests::shell;

    fn counts(hours: i64) -> Counts {
        let post = samples::posts().remove(2);
        let spans = all_spans(&post);
        let count = Count {
            found: 2,
            written_lately: 2,
            networks: [("mastodon".to_owned(), 1), (HOSTILE.to_owned(), 1)].into(),
            sample: vec![Example { post, spans, is_stored: true }],
        };
        let from = samples::now() - jiff::SignedDuration::from_hours(hours);
        Counts { heard: 1_204, from, is_cut: false, each: vec![count] }
    }

    fn list(hours: i64) -> List {
        let (counts, now) = (counts(hours), samples::now());
        let row = |query: &str, is_open| {
            let mut row = Row {
                name: format!("Acme {HOSTILE}"),
                query: query.to_owned(),
                is_chosen: true,
                is_open,
                words: in_words(query, &Packs::default()).unwrap_or_default(),
                warning: Some(warning(HOSTILE, &counts.each[0], &counts, now)),
                count: count_view(&counts.each[0], &counts, now),
                packs: vec![PackBox {
                    name: "jobs".to_owned(),
                    title: HOSTILE.to_owned(),
                    is_ticked: true,
                    count: t!("searches-left-out-spared", count = 3),
                }],
                ..Row::default()
            };
            if is_open {
                row.complain(&Refusal { column: Some(2), ..Refusal::unprocessable("bad", HOSTILE) });
            }
            row
        };
        let rows = vec![row("acme OR \"<b> x\" OR link:acme.example", false), row("((", true), Row::default()];
        List { lead: lead(&counts, true, now), rows }
    }

    /// With little heard and with enough, whole and as the part that the script asks for.
    pub(crate) fn samples() -> Vec<String> {
        let page = |hours, complaint: Option<&str>| SearchesPage {
            frame: frame(t!("setup-searches"), Some(&samples::visitor())),
            shell: shell(Some(Step::Searches), complaint.is_some()),
            list: list(hours),
            chosen: 2,
            others: 3,
            complaint: complaint.map(str::to_owned),
        };
        vec![page(0, None).render().expect("renders"), page(30, Some(HOSTILE)).render().expect("renders")]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let pages = samples();
        pages.iter().for_each(|html| assert_harmless(html));
        assert!(pages[0].contains("of 1,204 heard") && pages[1].contains("a day"), "{}", pages[0]);
        assert!(pages[1].contains("role=\"alert\"") && pages[0].contains("<b class=\"term\">"), "{}", pages[1]);
        assert_harmless(&list(1).render().expect("renders"));
    }

    #[test]
    fn what_is_typed_is_what_is_wanted() {
        let pairs = [
            ("search", "0"),
            ("key_0", "brand"),
            ("name_0", " "),
            ("query_0", " acme "),
            ("type_0", "rival"),
            ("name_1", "b"),
            ("query_1", "x"),
            ("query_3", "behind a gap"),
        ];
        let fields = Fields(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
        let rows = typed(&fields);
        assert_eq!(rows.len(), 2);
        let wanted = rows[0].wanted();
        assert_eq!((wanted.text.name.as_str(), wanted.text.is_enabled), ("acme", true));
        assert_eq!((wanted.key.as_str(), wanted.text.search_type), ("brand", SearchType::Rival));
        assert!(!rows[1].wanted().text.is_enabled);
    }
}

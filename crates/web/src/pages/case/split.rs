//! Making two cases of one.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use switchboard_app::cases::split::{Split, SplitOwner};
use switchboard_app::cases::view::CaseView;
use switchboard_model::{CaseId, PostId, Role, StoredPost};

use super::forms::Answer;
use super::{load, merge, timeline};
use crate::error::{PageError, Refusal};
use crate::extract::PageId;
use crate::options::Web;
use crate::pages::colleagues::Colleagues;
use crate::pages::failure::sentence;
use crate::pages::forms::Fields;
use crate::pages::words::When;
use crate::pages::{Frame, go, mention, show};
use crate::visitor::Visitor;

/// How many characters of a post are shown.
const WORDS: usize = 240;

#[derive(Template)]
#[template(path = "case/split.html")]
struct SplitPage {
    frame: Frame,
    id: CaseId,
    version: u32,
    posts: Vec<PostLine>,
    departments: Vec<(String, String, bool)>,
    people: Vec<(String, String, bool)>,
    owner: String,
    why: String,
    complaint: Option<String>,
}

struct PostLine {
    id: String,
    author: String,
    when: When,
    words: String,
    is_chosen: bool,
}

impl SplitPage {
    fn new(view: &CaseView, fields: &Fields, colleagues: &Colleagues, visitor: &Visitor, now: Timestamp) -> Self {
        let chosen: Vec<&str> = fields.all("post").collect();
        let is_ours = |post: &StoredPost| {
            let parts = view.merged.iter().map(|part| part.events.as_slice());
            std::iter::once(view.events.as_slice()).chain(parts).any(|events| timeline::is_ours(post.seq, events))
        };
        let opens =
            |post: &StoredPost| post.seq == view.case.post || view.merged.iter().any(|part| part.case.post == post.seq);
        let line = |post: &StoredPost| PostLine {
            id: post.post.id.to_string(),
            author: mention::author(&post.post).name,
            when: When::new(post.captured_at, now),
            words: post.post.text.chars().take(WORDS).collect(),
            is_chosen: chosen.contains(&post.post.id.as_str()),
        };
        let department = fields.find("department").map_or_else(|| view.case.department.to_string(), str::to_owned);
        let open = colleagues.departments.iter().filter(|one| one.is_active);
        let working = colleagues.users.iter().filter(|user| user.is_active && user.role != Role::Observer);
        let owner = fields.find("owner").unwrap_or("same").to_owned();
        Self {
            frame: merge::frame(t!("split"), visitor),
            id: view.case.id,
            version: view.case.version,
            posts: view.posts.iter().filter(|post| !opens(post) && !is_ours(post)).map(line).collect(),
            departments: open
                .map(|one| (one.id.to_string(), one.name.clone(), one.id.to_string() == department))
                .collect(),
            people: working
                .map(|user| (user.id.to_string(), user.name.clone(), user.id.to_string() == owner))
                .collect(),
            owner,
            why: fields.text("why").to_owned(),
            complaint: None,
        }
    }
}

fn read(fields: &Fields) -> Result<Split, Refusal> {
    let choose = || Refusal::unprocessable("bad_field", t!("split-choose"));
    let department = fields.find("department").filter(|department| !department.is_empty());
    let owner = match fields.find("owner").unwrap_or("same") {
        "same" => SplitOwner::Same,
        "desk" => SplitOwner::Desk,
        user => SplitOwner::User(user.parse().map_err(|_| choose().about("owner"))?),
    };
    Ok(Split {
        posts: fields.all("post").map(|id| PostId(id.to_owned())).collect(),
        department: department.map(|id| id.parse().map_err(|_| choose().about("department"))).transpose()?,
        owner,
        why: fields.text("why").to_owned(),
    })
}

async fn page(
    web: &Web,
    visitor: &Visitor,
    id: CaseId,
    fields: &Fields,
    refusal: Option<&Refusal>,
) -> Result<Response, PageError> {
    let view = web.app.case_view(&visitor.actor, id).await?;
    let colleagues = load::colleagues(web, visitor);
    let page = SplitPage::new(&view, fields, &colleagues, visitor, web.app.now());
    let page = SplitPage { complaint: refusal.map(|refusal| sentence(&refusal.message)), ..page };
    show(refusal.map_or(StatusCode::OK, |refusal| refusal.status), &page)
}

/// `GET /cases/{id}/split`
pub(crate) async fn ask(State(web): State<Web>, visitor: Visitor, PageId(id): PageId<CaseId>) -> Answer {
    page(&web, &visitor, id, &Fields(Vec::new()), None).await
}

/// `POST /cases/{id}/split`
pub(crate) async fn split(
    State(web): State<Web>,
    visitor: Visitor,
    PageId(id): PageId<CaseId>,
    fields: Fields,
) -> Answer {
    let seen = fields.text("version").parse().ok();
    let done = match read(&fields) {
        Ok(split) => web.app.split_case(&visitor.actor, id, seen, &split).await.map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(case) => Ok(go(&format!("/cases/{}", case.id))),
        Err(refusal) if refusal.status.is_server_error() => Err(PageError(refusal)),
        Err(refusal) => page(&web, &visitor, id, &fields, Some(&refusal)).await,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::pages::samples;

    fn sample(posts: Vec<StoredPost>, complaint: Option<&str>) -> String {
        let (case, events) = samples::case();
        let view = CaseView {
            case,
            posts,
            events,
            undone: BTreeSet::new(),
            undoable: None,
            replies: Vec::new(),
            clocks: samples::clocks(),
            merged: Vec::new(),
        };
        let fields = Fields(vec![("why".into(), samples::HOSTILE.into()), ("post".into(), "mastodon:6".into())]);
        let page = SplitPage::new(&view, &fields, &samples::colleagues(), &samples::visitor(), samples::now());
        SplitPage { complaint: complaint.map(str::to_owned), ..page }.render().expect("renders")
    }

    /// With posts to choose, without any, refused.
    pub(crate) fn samples() -> Vec<String> {
        let all = samples::conversation();
        vec![sample(all.clone(), None), sample(Vec::new(), None), sample(all, Some(samples::HOSTILE))]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        for html in samples() {
            samples::assert_harmless(&html);
        }
        assert!(samples()[0].contains("name=\"post\"") && samples()[1].contains("There is nothing to split"));
    }
}

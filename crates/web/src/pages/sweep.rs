//! The report of the orphan sweep: that nobody is forgotten, or who was.

use std::borrow::Cow;
use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use switchboard_model::{CaseId, DismissalReason, PostId, StoredPost, Sweep};

use super::forms::{Choice, Fields};
use super::mention::{self, href};
use super::words::{self, When};
use super::{Frame, Section, go, show};
use crate::error::{PageError, Refusal};
use crate::extract::PagePostId;
use crate::options::Web;
use crate::visitor::Visitor;

/// Runs that are shown: those of a day and a few by hand.
const SHOWN: u32 = 30;

/// Findings of one run that are shown; the API gives all.
const FINDINGS: usize = 100;

/// Findings that are shown with their words, those of the newest runs; of others it is said which post it was.
const WITH_WORDS: usize = 200;

/// How many characters of a post are shown.
const WORDS: usize = 160;

#[derive(Template)]
#[template(path = "sweep.html")]
struct SweepPage {
    frame: Frame,
    last: Option<RunView>,
    /// What the newest runs found, the last one first.
    found: Vec<RunView>,
    runs: Vec<RunView>,
}

struct RunView {
    when: When,
    took: Cow<'static, str>,
    mentions: String,
    owned: String,
    answered: String,
    dismissed: String,
    orphans: u64,
    findings: Vec<FindingView>,
    /// Findings that are not shown.
    more: u64,
}

struct FindingView {
    /// Who says what, or the post's id where it is gone.
    post: String,
    address: String,
    case: Option<CaseId>,
    dismissed: Option<Cow<'static, str>>,
    what: String,
}

impl SweepPage {
    fn new(sweeps: &[Sweep], said: &HashMap<PostId, String>, visitor: &Visitor, now: Timestamp) -> Self {
        let runs = || sweeps.iter().map(|sweep| run(sweep, said, now));
        Self {
            frame: Frame::within(t!("sweep"), Section::Desk, visitor).with_style("lists.css"),
            last: runs().next(),
            found: runs().filter(|run| run.orphans > 0).collect(),
            runs: runs().collect(),
        }
    }
}

/// Who says what in a post, on one line.
fn said(stored: &StoredPost) -> String {
    let words: String = mention::line(&stored.post, &[], WORDS, 0).into_iter().map(|piece| piece.text).collect();
    let author = mention::author(&stored.post).name;
    if words.is_empty() { author } else { format!("{author}: {words}") }
}

fn run(sweep: &Sweep, said: &HashMap<PostId, String>, now: Timestamp) -> RunView {
    let counts = &sweep.counts;
    RunView {
        when: When::new(sweep.at, now),
        took: t!("sweep-took", ms = words::count(sweep.took_ms)),
        mentions: words::count(counts.mentions),
        owned: words::count(counts.owned),
        answered: words::count(counts.answered),
        dismissed: words::count(counts.dismissed),
        orphans: counts.orphans,
        findings: sweep
            .findings
            .iter()
            .take(FINDINGS)
            .map(|finding| FindingView {
                post: said.get(&finding.post).cloned().unwrap_or_else(|| finding.post.to_string()),
                address: href(finding.post.as_str()),
                case: finding.case,
                dismissed: finding.dismissed.map(reason),
                what: finding.what.clone(),
            })
            .collect(),
        more: counts.orphans.saturating_sub(sweep.findings.len().min(FINDINGS) as u64),
    }
}

/// A reason in words.
pub(crate) fn reason(reason: DismissalReason) -> Cow<'static, str> {
    match reason {
        DismissalReason::NothingToAnswer => t!("sweep-reason-nothing-to-answer"),
        DismissalReason::OffTopic => t!("sweep-reason-off-topic"),
        DismissalReason::Spam => t!("sweep-reason-spam"),
        DismissalReason::Handled => t!("sweep-reason-handled"),
        DismissalReason::Provocation => t!("sweep-reason-provocation"),
        DismissalReason::Other => t!("sweep-reason-other"),
        DismissalReason::Rule => t!("sweep-reason-rule"),
        DismissalReason::BackFill => t!("sweep-reason-back-fill"),
        DismissalReason::BeforeSetUp => t!("sweep-reason-before-set-up"),
        DismissalReason::Deleted => t!("sweep-reason-deleted"),
        DismissalReason::OwnAccount => t!("sweep-reason-own-account"),
    }
}

/// The reasons that a person may give.
pub(crate) fn reasons() -> Vec<Choice> {
    DismissalReason::OF_PEOPLE.into_iter().map(|one| Choice::new(one.as_str(), reason(one), false)).collect()
}

/// `GET /desk/sweep`
pub(crate) async fn report(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    let sweeps = web.app.sweeps(&visitor.actor, None, SHOWN).await?;
    let mut words = HashMap::new();
    for finding in sweeps.iter().flat_map(|sweep| sweep.findings.iter().take(FINDINGS)).take(WITH_WORDS) {
        if let Some(stored) = web.app.find_post(&visitor.actor, &finding.post).await.map_err(Refusal::from)? {
            words.insert(finding.post.clone(), said(&stored));
        }
    }
    show(StatusCode::OK, &SweepPage::new(&sweeps, &words, &visitor, web.app.now()))
}

/// `POST /desk/sweep`: sweeps now.
pub(crate) async fn sweep(State(web): State<Web>, visitor: Visitor) -> Result<Response, PageError> {
    web.app.sweep(&visitor.actor).await?;
    Ok(go("/desk/sweep"))
}

/// `POST /posts/{id}/dismiss`
pub(crate) async fn dismiss(
    State(web): State<Web>,
    visitor: Visitor,
    PagePostId(id): PagePostId,
    fields: Fields,
) -> Result<Response, PageError> {
    let reason = DismissalReason::from_word(fields.text("reason"));
    let reason =
        reason.ok_or_else(|| Refusal::unprocessable("bad_field", "choose one of the reasons").about("reason"))?;
    let post = PostId(id);
    web.app.dismiss(&visitor.actor, &post, reason, fields.text("note")).await?;
    Ok(go(&href(post.as_str())))
}

/// `POST /posts/{id}/reopen`
pub(crate) async fn reopen(
    State(web): State<Web>,
    visitor: Visitor,
    PagePostId(id): PagePostId,
) -> Result<Response, PageError> {
    let post = PostId(id);
    Ok(match web.app.reopen_mention(&visitor.actor, &post).await? {
        Some(case) => go(&format!("/cases/{}", case.id)),
        None => go(&href(post.as_str())),
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use switchboard_model::{SweepCounts, SweepFinding};

    use super::*;
    use crate::pages::samples;

    pub(crate) fn sweep(orphans: u64) -> Sweep {
        let finding = |case, dismissed| SweepFinding {
            post: PostId(samples::HOSTILE.to_owned()),
            case,
            dismissed,
            what: samples::HOSTILE.to_owned(),
        };
        Sweep {
            id: 7,
            at: samples::now(),
            took_ms: 412,
            counts: SweepCounts { mentions: 1_204, owned: 40, answered: 1_100, dismissed: 64 - orphans, orphans },
            findings: vec![
                finding(Some(CaseId(42)), None),
                finding(None, Some(DismissalReason::Deleted)),
                finding(None, None),
            ],
        }
    }

    /// With something found, with nothing found, and never swept.
    pub(crate) fn samples() -> Vec<String> {
        let page = |sweeps: &[Sweep]| {
            SweepPage::new(sweeps, &HashMap::new(), &samples::visitor(), samples::now()).render().expect("renders")
        };
        let clean = Sweep { findings: Vec::new(), ..sweep(0) };
        vec![page(&[sweep(4), clean.clone()]), page(&[clean]), page(&[])]
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        let [found, clean, never] = <[String; 3]>::try_from(samples()).expect("three");
        samples::assert_harmless(&found);
        assert!(found.contains("/cases/42") && found.contains("1 more"), "{found}");
        assert!(clean.contains("Nobody is forgotten"), "{clean}");
        assert!(never.contains("No sweep yet"), "{never}");
    }
}

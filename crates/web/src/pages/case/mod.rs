//! One case: what was said, who has it and why, and everything that can be done with it.
//!
//! [`CasePane`] is the case wherever it is shown: beside the list on the desk, or alone at its own address. Forms are in
//! [`forms`] and [`reply`]; each works without a script and brings back what was typed when it is refused.

pub(crate) mod actions;
pub(crate) mod clocks;
pub(crate) mod composer;
pub(crate) mod cord;
pub(crate) mod follow;
pub(crate) mod forms;
pub(crate) mod load;
pub(crate) mod merge;
pub(crate) mod moments;
pub(crate) mod notice;
pub(crate) mod outreach;
pub(crate) mod presence;
pub(crate) mod proposal;
pub(crate) mod question;
pub(crate) mod reply;
pub(crate) mod split;
pub(crate) mod timeline;
pub(crate) mod wording;

use std::borrow::Cow;
use std::collections::BTreeMap;

use askama::Template;
use jiff::Timestamp;
use switchboard_app::cases::clocks::CaseClocks;
use switchboard_app::cases::merge::MergedCase;
use switchboard_app::rights::{Actor, Right};
use switchboard_app::triage::{TracedRule, TracedState};
use switchboard_model::{
    Account, Case, CaseId, Draft, Event, Measured, Offer, Reply, SavedSearch, StoredPost, TransferReason,
};

use self::actions::Acts;
use self::clocks::{ClockView, TimeView};
use self::composer::Composer;
use self::cord::Stay;
use self::follow::{FollowersView, GaugeView};
use self::notice::NoticeView;
use self::outreach::OutreachPanel;
use self::proposal::ProposalView;
use self::timeline::{Entry, Told};
use self::wording::{History, StateView};
use super::Frame;
use super::colleagues::{Colleagues, OwnerView};
use super::mention::{AuthorView, SearchNames};
use super::post::{self, Reading, Why};
use super::words::{self, When};

/// A case alone at its own address.
#[derive(Template)]
#[template(path = "case/case.html")]
pub(crate) struct CasePage {
    pub(crate) frame: Frame,
    pub(crate) case: CasePane,
}

/// Everything that is shown of a case.
#[derive(Template)]
#[template(path = "case/_case.html")]
pub(crate) struct CasePane {
    id: CaseId,
    version: u32,
    /// Where forms lead back to.
    back: String,
    /// The list it was chosen from.
    list: String,
    score: u8,
    level: &'static str,
    author: AuthorView,
    network: String,
    visibility: Option<Cow<'static, str>>,
    state: StateView,
    owner: OwnerView,
    department: String,
    /// The clock that runs out first.
    due: Option<ClockView>,
    cord: Vec<Stay>,
    notice: Option<NoticeView>,
    offer: Option<OfferView>,
    acts: Option<Acts>,
    /// Why there is nothing to do here for who looks.
    no_acts: Option<String>,
    entries: Vec<Entry>,
    /// What who looks did last and can take back: the number of the event, and words for it.
    undoable: Option<(u32, Cow<'static, str>)>,
    /// The conversation began earlier than what is shown.
    is_cut: bool,
    composer: Composer,
    bio: String,
    author_figures: Vec<(Cow<'static, str>, String)>,
    matched: Vec<Why>,
    is_addressed: bool,
    why: String,
    why_here: String,
    /// What each rule made of the post that opened it, as far as they are shown.
    trace: Vec<TraceLine>,
    proposal: Option<ProposalView>,
    parts: Vec<PartView>,
    readings: Vec<Reading>,
    gauges: Vec<GaugeView>,
    followers: FollowersView,
    /// Who looks may follow it.
    may_follow: bool,
    /// Who looks may say who else follows it.
    may_involve: bool,
    time: TimeView,
    /// Each with the address of its list.
    tags: Vec<(String, String)>,
    tag_line: String,
    opened: When,
    replied: Option<When>,
    /// The case that it went into.
    merged_into: Option<CaseId>,
    /// The cases that went into it.
    merged: Vec<CaseId>,
    /// Who looks may take them apart.
    may_part: bool,
    /// Calls and mails by seniors, for who works here.
    outreach: OutreachPanel,
}

/// What one rule made of a post.
pub(crate) struct TraceLine {
    name: String,
    state: Cow<'static, str>,
    why: String,
    has_fired: bool,
}

/// More rules than these are left to the API.
const TRACED: usize = 40;

impl CasePane {
    /// With the calls and mails by seniors.
    pub(crate) fn with_outreach(mut self, panel: OutreachPanel) -> Self {
        if let Some(acts) = &mut self.acts {
            acts.outreach = panel.open_names();
            acts.may_ask_outreach = panel.may_ask;
        }
        self.outreach = panel;
        self
    }

    /// With what each rule made of the post that opened it.
    pub(crate) fn with_trace(mut self, rules: &[TracedRule]) -> Self {
        let line = |rule: &TracedRule| TraceLine {
            name: rule.name.clone(),
            state: match rule.state {
                TracedState::Fired => t!("case-trace-fired"),
                TracedState::Missed => t!("case-trace-missed"),
                TracedState::NotLookedAt => t!("case-trace-not-looked-at"),
            },
            why: rule.why.clone(),
            has_fired: rule.state == TracedState::Fired,
        };
        self.trace = rules.iter().take(TRACED).map(line).collect();
        self
    }
}

/// One part of the priority, with a bar of its size.
pub(crate) struct PartView {
    name: String,
    points: String,
    why: String,
    /// Length of the bar, 0 to 100.
    length: u32,
    is_negative: bool,
}

/// Ownership that is offered.
pub(crate) struct OfferView {
    to: String,
    reason: Cow<'static, str>,
    note: String,
    until: When,
    /// Who looks may take it.
    is_yours: bool,
    /// Who looks may take it back.
    can_withdraw: bool,
}

/// What a case is made of, as it was read.
pub(crate) struct CaseParts<'a> {
    pub(crate) case: &'a Case,
    pub(crate) posts: &'a [StoredPost],
    pub(crate) events: &'a [Event],
    /// The event that who looks could take back.
    pub(crate) undoable: Option<u32>,
    pub(crate) replies: &'a [Reply],
    /// All accounts, for the names of those that replied.
    pub(crate) accounts: &'a [Account],
    /// The accounts that can answer here.
    pub(crate) usable: &'a [Account],
    pub(crate) draft: Option<&'a Draft>,
    pub(crate) measured: Option<&'a Measured>,
    pub(crate) searches: &'a [SavedSearch],
    pub(crate) clocks: &'a CaseClocks,
    /// Where questions are answered without logging in, for who may hand that out.
    pub(crate) addresses: &'a BTreeMap<(CaseId, u32), String>,
    /// The cases that are in it.
    pub(crate) merged: &'a [MergedCase],
}

/// For whom and how a case is shown.
pub(crate) struct Shown<'a> {
    pub(crate) actor: &'a Actor,
    pub(crate) colleagues: &'a Colleagues,
    pub(crate) now: Timestamp,
    /// Whether pictures and avatars are shown.
    pub(crate) with_pictures: bool,
    /// Where forms lead back to; the case's own address if empty.
    pub(crate) back: &'a str,
    /// What was typed and not done, and why.
    pub(crate) refused: Option<&'a notice::Refused>,
}

impl CasePane {
    pub(crate) fn new(parts: &CaseParts<'_>, shown: &Shown<'_>) -> Self {
        let (case, now, colleagues) = (parts.case, shown.now, shown.colleagues);
        let names = SearchNames::new(parts.searches);
        let may_work = shown.actor.may_work_on(case);
        let may_note = shown.actor.may(Right::Work).is_ok();
        let is_workable = may_work.is_ok() && !case.is_closed();
        let is_ours = |post: &&StoredPost| {
            let histories = std::iter::once(parts.events).chain(parts.merged.iter().map(|part| part.events.as_slice()));
            !histories.into_iter().any(|events| timeline::is_ours(post.seq, events))
        };
        let newest = parts.posts.iter().rev().filter(is_ours).find(|post| post.seq == case.newest_post);
        let newest = newest.or_else(|| parts.posts.iter().rev().find(is_ours)).or(parts.posts.last());
        let first = parts.posts.iter().find(|post| post.seq == case.post).or(newest);
        let author = first.and_then(|first| first.post.author.as_ref());
        let told = Told {
            posts: parts.posts,
            newest_post: case.newest_post,
            case: case.id,
            events: parts.events,
            merged: parts.merged,
            replies: parts.replies,
            accounts: parts.accounts,
            names: &names,
            colleagues,
            may_answer: may_work.is_ok(),
            addresses: parts.addresses,
            with_pictures: shown.with_pictures,
            now,
        };
        // Nothing is done to a case that is in another one.
        let is_here = case.merged_into.is_none();
        let acts = (may_note && is_here).then(|| Acts::new(case, shown, may_work.is_ok()));
        let composer = Composer::new(parts, shown, may_work.is_ok() && is_here);
        let notice = shown.refused.map(|refused| {
            let has_form = match refused.verb {
                "reply" | "draft" => matches!(composer, Composer::Ready(_)),
                verb => acts.as_ref().is_some_and(|acts| acts.has_form(verb)),
            };
            NoticeView::new(refused, has_form, case, parts.events, colleagues, now)
        });
        let is_offered_to_you = case.offer.as_ref().is_some_and(|offer| colleagues.is_offered_to_you(offer));
        let own = format!("/cases/{}", case.id);
        let back = local(shown.back).unwrap_or(&own).to_owned();
        Self {
            id: case.id,
            version: case.version,
            list: back.split("&case=").next().filter(|list| list.starts_with("/desk")).unwrap_or("/desk").to_owned(),
            score: case.priority.score,
            level: wording::level(case.priority.score),
            author: first.map(|first| super::mention::author(&first.post)).unwrap_or_default(),
            network: words::network(&case.network).into_owned(),
            visibility: words::visibility(case.visibility),
            state: StateView::new(&case.state, now),
            owner: colleagues.owner(case),
            department: colleagues.department(case.department),
            due: ClockView::first(parts.clocks, now),
            cord: cord::cord(case, parts.events, parts.clocks.next_step, colleagues, now),
            notice,
            offer: case.offer.as_ref().map(|offer| offer_view(offer, shown, may_work.is_ok())),
            acts,
            no_acts: may_work
                .err()
                .filter(|_| !is_offered_to_you)
                .map(|why| super::failure::sentence(&why.to_string())),
            entries: timeline::timeline(&told),
            undoable: parts.undoable.map(|event| (event, History::new(parts.events).deed(event, colleagues))),
            is_cut: !parts.posts.iter().any(|post| post.seq == case.post),
            composer,
            bio: author.map(|author| author.bio.clone()).unwrap_or_default(),
            author_figures: author.map(post::author_figures).unwrap_or_default(),
            matched: first.map(|first| post::reasons(first, parts.searches, &names)).unwrap_or_default(),
            is_addressed: first.is_some_and(|first| first.is_addressed),
            why: super::failure::sentence(&case.why),
            why_here: super::failure::sentence(&case.why_here),
            trace: Vec::new(),
            proposal: None,
            parts: case.priority.parts.iter().map(part_view).collect(),
            gauges: follow::gauges(&case.risk),
            followers: FollowersView::new(case, colleagues),
            may_follow: may_note && is_here && colleagues.you.is_some(),
            may_involve: is_workable,
            time: TimeView::new(case, parts.clocks, colleagues, now),
            readings: newest.map(|newest| newest.signals.0.iter().map(post::reading).collect()).unwrap_or_default(),
            tags: case.tags.iter().map(|tag| (tag.clone(), super::desk::choice::of_tag(tag))).collect(),
            tag_line: case.tags.join(", "),
            opened: When::new(case.opened_at, now),
            replied: case.replied_at.map(|at| When::new(at, now)),
            merged_into: case.merged_into,
            // What is in one that is in this one is taken out of that one.
            merged: parts
                .merged
                .iter()
                .filter(|part| part.case.merged_into == Some(case.id))
                .map(|part| part.case.id)
                .collect(),
            may_part: may_work.is_ok(),
            outreach: OutreachPanel::default(),
            back,
        }
    }

    /// What the tab of the browser says.
    pub(crate) fn title(&self) -> String {
        let (author, network) = (self.author.name.as_str(), self.network.as_str());
        t!("case-title", author = author, network = network, number = self.id.to_string()).into_owned()
    }
}

/// An address of this installation's own desk or cases, and nothing else: what a form brings is not followed elsewhere.
pub(crate) fn local(address: &str) -> Option<&str> {
    let is_desk = address == "/desk" || address.starts_with("/desk?");
    let number = address.strip_prefix("/cases/").unwrap_or_default();
    let is_case = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = address.len() <= 2_000 && address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    ((is_desk || is_case) && is_plain).then_some(address)
}

fn part_view(part: &switchboard_model::PriorityPart) -> PartView {
    PartView {
        name: part.name.clone(),
        points: if part.points < 0 { format!("−{}", part.points.unsigned_abs()) } else { part.points.to_string() },
        why: part.why.clone(),
        length: part.points.unsigned_abs().min(100),
        is_negative: part.points < 0,
    }
}

fn offer_view(offer: &Offer, shown: &Shown<'_>, may_work: bool) -> OfferView {
    OfferView {
        to: shown.colleagues.offered_to(offer),
        reason: wording::reason(offer.reason),
        note: offer.note.clone(),
        until: When::new(offer.until, shown.now),
        is_yours: shown.actor.may(Right::Work).is_ok() && shown.colleagues.is_offered_to_you(offer),
        can_withdraw: may_work,
    }
}

/// The reasons of a transfer, for a list to choose from.
pub(crate) fn reasons() -> [(&'static str, Cow<'static, str>); 7] {
    TransferReason::ALL.map(|reason| (reason.as_str(), wording::reason(reason)))
}

#[cfg(test)]
pub(crate) mod tests {
    use axum::http::StatusCode;
    use switchboard_model::Role;

    use super::*;
    use crate::pages::samples;

    fn pane(case: &(Case, Vec<Event>), role: Role, is_full: bool, refused: Option<&notice::Refused>) -> CasePane {
        pane_with(case, &[], role, is_full, refused)
    }

    fn pane_with(
        case: &(Case, Vec<Event>),
        merged: &[MergedCase],
        role: Role,
        is_full: bool,
        refused: Option<&notice::Refused>,
    ) -> CasePane {
        let (posts, replies, accounts) = (samples::conversation(), samples::replies(), samples::accounts());
        let (draft, measured, searches) = (samples::draft(), samples::measured(), samples::searches());
        let parts = CaseParts {
            case: &case.0,
            posts: &posts,
            events: &case.1,
            undoable: case.1.last().filter(|_| is_full && role != Role::Observer).map(|event| event.number),
            replies: if is_full { &replies } else { &[] },
            accounts: &accounts,
            usable: if is_full { &accounts } else { &[] },
            draft: is_full.then_some(&draft),
            measured: is_full.then_some(&measured),
            searches: &searches,
            clocks: &samples::clocks(),
            addresses: &[6, 7].map(|number| ((case.0.id, number), samples::HOSTILE.to_owned())).into(),
            merged,
        };
        let (actor, colleagues) = (samples::actor(role), samples::colleagues());
        let now = samples::now();
        let shown = Shown { actor: &actor, colleagues: &colleagues, now, with_pictures: is_full, back: "", refused };
        CasePane::new(&parts, &shown)
    }

    fn sample(case: &(Case, Vec<Event>), role: Role, is_full: bool, refused: Option<&notice::Refused>) -> String {
        pane(case, role, is_full, refused).render().expect("renders")
    }

    /// Cases in every shape, as pages.
    pub(crate) fn samples() -> Vec<String> {
        let cases = [samples::case(), samples::closed_case(), samples::unclaimed_case()];
        let mut panes = Vec::new();
        for case in &cases {
            for role in Role::ALL {
                panes.extend([true, false].map(|is_full| pane(case, role, is_full, None)));
            }
            for (verb, status) in [("close", StatusCode::CONFLICT), ("tag", StatusCode::UNPROCESSABLE_ENTITY)] {
                let typed = notice::Typed { version: Some(1), why: "mine".to_owned(), ..Default::default() };
                let refusal = crate::error::Refusal::new(status, "stale", "kept");
                panes.push(pane(case, Role::Member, true, Some(&notice::Refused { verb, refusal, typed })));
            }
        }
        let frame = |title| {
            load::frame(
                title,
                &crate::visitor::Visitor { actor: samples::actor(Role::Member), demonstration: None, unread: 0 },
            )
        };
        let rule = |state| TracedRule { name: samples::HOSTILE.into(), state, why: samples::HOSTILE.into() };
        let rules = [TracedState::Fired, TracedState::Missed, TracedState::NotLookedAt].map(rule);
        let outreach = pane(&cases[0], Role::Member, true, None).with_outreach(outreach::tests::sample_panel());
        panes.push(outreach);
        let proposed = proposal::ProposalView::new(&samples::proposal(), &samples::colleagues(), true);
        let traced = pane(&samples::case(), Role::Member, true, None).with_trace(&rules).with_proposal(Some(proposed));
        panes.push(traced);
        let (one, other) = samples::merged_cases();
        let part = MergedCase { case: other.0.clone(), events: other.1.clone() };
        panes.push(pane_with(&one, &[part], Role::Member, true, None));
        panes.push(pane(&other, Role::Member, false, None));
        panes.into_iter().map(|case| CasePage { frame: frame(case.title()), case }.render().expect("renders")).collect()
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        for case in [samples::case(), samples::closed_case(), samples::unclaimed_case()] {
            for role in Role::ALL {
                for is_full in [true, false] {
                    let html = sample(&case, role, is_full, None);
                    samples::assert_harmless(&html);
                    assert!(html.contains("Why this priority") && html.contains("class=\"cord\""), "{html}");
                }
            }
        }
    }

    #[test]
    fn a_case_shows_what_is_in_it_and_where_it_went() {
        let (one, other) = samples::merged_cases();
        let part = MergedCase { case: other.0.clone(), events: other.1.clone() };
        let html = pane_with(&one, &[part], Role::Member, true, None).render().expect("renders");
        samples::assert_harmless(&html);
        assert!(html.contains("Case 43 is in this one") && html.contains("/cases/42/take-apart"), "{html}");
        assert!(html.contains("of case 43") && html.contains("/cases/43/answer-question"), "{html}");
        let html = sample(&other, Role::Member, false, None);
        assert!(html.contains("This case went into case 42") && !html.contains("/cases/43/claim"), "{html}");
        let observed = sample(&other, Role::Observer, false, None);
        assert!(!observed.contains("take-apart"), "{observed}");
    }

    #[test]
    fn four_of_twenty_pictures_are_shown_or_all_are_words() {
        let with = sample(&samples::case(), Role::Member, true, None);
        assert_eq!(with.matches("class=\"avatar\"").count(), 1, "{with}");
        assert_eq!(with.matches("width=\"128\" height=\"96\" loading=\"lazy\"").count(), 4);
        assert!(
            with.contains("16 more") && with.contains("No description by its author") && with.contains("<details>")
        );
        assert!(with.contains("alt=\"Picture 1 of 20\"") && with.contains("href=\"https://dead.example/film.mp4\""));
        assert!(!with.contains("src=\"http") && !with.contains("dead.example/1.png"), "only we are asked: {with}");
        let without = sample(&samples::case(), Role::Member, false, None);
        assert!(!without.contains("<img") && without.contains("dead.example/1.png"), "{without}");
    }

    #[test]
    fn what_can_be_done_depends_on_who_looks() {
        let page = |role| sample(&samples::unclaimed_case(), role, true, None);
        assert!(page(Role::Member).contains("/cases/42/claim") && page(Role::Member).contains("/cases/42/reply"));
        let observed = page(Role::Observer);
        assert!(!observed.contains("<form") && observed.contains("Observers read only"), "{observed}");
    }

    #[test]
    fn a_stale_form_comes_back_with_what_was_typed_and_what_happened() {
        let typed =
            notice::Typed { version: Some(3), note: format!("my words {}", samples::HOSTILE), ..Default::default() };
        let refusal = crate::error::Refusal::new(axum::http::StatusCode::CONFLICT, "stale", "changed meanwhile");
        let refused = notice::Refused { verb: "transfer", refusal, typed };
        let (mut case, mut events) = samples::unclaimed_case();
        let by = switchboard_model::By::User(switchboard_model::UserId(uuid::Uuid::from_u128(1)));
        let waits = switchboard_model::Happening::Waiting { on: switchboard_model::Awaited::Author };
        for what in [waits, switchboard_model::Happening::Resumed { why: String::new() }] {
            let event = case.next_event(case.opened_at, by, what);
            case.apply(&event).expect("possible");
            events.push(event);
        }
        let at = jiff::Timestamp::from_second(samples::now().as_second() - 3).expect("in range");
        let event = case.next_event(at, by, switchboard_model::Happening::Claimed);
        case.apply(&event).expect("possible");
        events.push(event);
        let html = sample(&(case, events), Role::Member, true, Some(&refused));
        samples::assert_harmless(&html);
        assert!(html.contains("Ines Okafor was faster, just now"), "{html}");
        assert!(html.contains("my words &#60;script&#62;") && html.contains("data-verb=\"transfer\" open"), "{html}");
        assert!(html.contains("name=\"version\" value=\"4\""), "the next try is about what is shown now");
    }

    #[test]
    fn a_network_without_an_account_says_so() {
        let html = sample(&samples::case(), Role::Administrator, false, None);
        assert!(html.contains("No account can answer here") && html.contains("href=\"/settings/accounts\""), "{html}");
    }

    #[test]
    fn forms_lead_back_to_our_own_pages_only() {
        let check = |address: &str, expected: bool| assert_eq!(local(address).is_some(), expected, "{address}");
        check("/desk", true);
        check("/desk?queue=all&case=4", true);
        check("/cases/42", true);
        check("/cases/42/claim", false);
        check("//evil.example/desk", false);
        check("https://evil.example/desk", false);
        check("/desk?\r\nset-cookie:", false);
        check("/deskx", false);
        check("", false);
    }
}

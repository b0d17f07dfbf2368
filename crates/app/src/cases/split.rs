//! One case that is two: some of its posts, with what answers them, become a case of their own.

use std::collections::{BTreeSet, HashSet};

use jiff::Timestamp;
use switchboard_model::{Case, CaseId, DepartmentId, Happening, Opening, Owner, PostId, StoredPost, UserId};
use switchboard_store::{JointlyRecorded, keys_for};

use super::merge::our_posts;
use super::{CaseError, REASON, written};
use crate::App;
use crate::notices::Notice;
use crate::rights::Actor;

/// How often it is tried on a case that others change meanwhile.
const TRIES: u32 = 16;
/// The most posts of a case that can be split.
const POSTS: u32 = 10_000;

/// What becomes a case of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The posts. What answers them, ours and theirs, goes with them.
    pub posts: Vec<PostId>,
    /// The department of the new case; that of the old one if `None`.
    pub department: Option<DepartmentId>,
    /// Who owns it.
    pub owner: SplitOwner,
    /// Why, 1 to 2,000 characters.
    pub why: String,
}

/// Who owns the new case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SplitOwner {
    /// Whoever owns the old one, or the desk where the new one is another department's.
    #[default]
    Same,
    /// The desk of its department.
    Desk,
    /// A user of its department.
    User(UserId),
}

impl App {
    /// Makes a case of a part of another. Answers the new one.
    pub async fn split_case(
        &self,
        actor: &Actor,
        id: CaseId,
        seen: Option<u32>,
        split: &Split,
    ) -> Result<Case, CaseError> {
        let why = written("why", &split.why, REASON)?;
        for _ in 0..=TRIES {
            let case = self.case_to_change(actor, id).await?;
            self.is_fresh(&case, seen).await?;
            let record = self.parted(actor, &case, split, &why).await?;
            match self.store.split_case(&record).await? {
                JointlyRecorded::Done(cases) => {
                    self.conversations.add(record.keys.iter().map(String::as_str));
                    for case in &cases {
                        self.notices.tell(Notice::Case(case.into()));
                    }
                    return cases.into_iter().find(|case| case.id != id).ok_or(CaseError::NotSetUp);
                }
                JointlyRecorded::Stale => {}
                JointlyRecorded::Contradiction(contradiction) => return Err(CaseError::Cannot(contradiction)),
                JointlyRecorded::Unknown(_) => return Err(CaseError::NotSetUp),
            }
        }
        Err(self.changes_all_the_time(&self.case_to_change(actor, id).await?))
    }

    async fn parted(
        &self,
        actor: &Actor,
        case: &Case,
        split: &Split,
        why: &str,
    ) -> Result<switchboard_store::Split, CaseError> {
        if let Some(into) = case.merged_into {
            return Err(CaseError::bad("posts", format!("case {} went into case {into}; split that one", case.id)));
        }
        let (department, owner) = self.owner_of_split(case, split)?;
        let posts = self.store.case_posts(case.id, POSTS).await?;
        let mut ours = our_posts(&self.store.case_events(case.id).await?);
        for part in self.all_parts_of(case).await? {
            ours.extend(our_posts(&part.events));
        }
        let replies = self.store.replies_of_case(case.id).await?;
        let mut going = chosen(&posts, &split.posts)?;
        // Our answers go with what they answer, and their answers with ours.
        loop {
            let before = going.len();
            let answered = |id: &str| posts.iter().any(|post| going.contains(&post.seq) && post.post.id.as_str() == id);
            let published: BTreeSet<String> = replies
                .iter()
                .filter(|reply| answered(reply.to.as_str()))
                .filter_map(|reply| Some(reply.published.as_ref()?.id.to_string()))
                .collect();
            let follows = |post: &StoredPost| {
                let before = post.post.in_reply_to.as_deref();
                published.contains(post.post.id.as_str())
                    || before.is_some_and(|before| answered(before) || published.contains(before))
                    || post
                        .post
                        .thread
                        .as_deref()
                        .is_some_and(|thread| thread != post.post.id.as_str() && answered(thread))
            };
            let more: Vec<i64> = posts.iter().filter(|post| follows(post)).map(|post| post.seq).collect();
            going.extend(more);
            if going.len() == before {
                break;
            }
        }
        self.may_go(case, &posts, &going, &ours).await?;
        let (gone, staying): (Vec<&StoredPost>, Vec<&StoredPost>) =
            posts.iter().partition(|post| going.contains(&post.seq));
        let keys = |posts: &[&StoredPost]| -> BTreeSet<String> {
            posts.iter().flat_map(|post| keys_for(&post.post)).map(|key| key.into_owned()).collect()
        };
        let first = gone.iter().find(|post| !ours.contains(&post.seq)).ok_or(CaseError::NotSetUp)?;
        let answers = replies.iter().filter(|reply| gone.iter().any(|post| post.post.id == reply.to));
        let sent: Vec<Timestamp> = answers.filter_map(|reply| reply.sent_at).collect();
        // Whether its author waits is by what they wrote since we answered last, and not by when it was split.
        let wrote = gone.iter().filter(|post| !ours.contains(&post.seq)).map(|post| post.captured_at).max();
        let waits = sent.iter().max().map(|last| wrote.is_some_and(|wrote| wrote > *last));
        // Where others read on, they are told how much is at stake, but not by which words that were said in private.
        let is_private = |post: &&StoredPost| !post.post.visibility.is_open();
        let is_hushed = first.post.visibility.is_open()
            && (!case.visibility.is_open() || posts.iter().any(|post| is_private(&post)));
        let (priority, risk) = (case.priority.clone(), case.risk.clone());
        let (priority, risk) = if is_hushed { (priority.hushed(), risk.hushed()) } else { (priority, risk) };
        let opening = Opening {
            post: first.seq,
            network: first.post.network.clone(),
            visibility: first.post.visibility,
            department,
            priority,
            tags: case.tags.clone(),
            rules: Vec::new(),
            why: format!("split from case {}: {why}", case.id),
            why_here: "chosen by whoever split it".to_owned(),
            risk,
            involved: case.involved.clone(),
            owner: None,
            proposal: None,
        };
        let mut then = vec![Happening::SplitFrom { other: case.id, replied_at: sent.iter().min().copied(), waits }];
        let others = gone.iter().filter(|post| post.seq != first.seq);
        then.extend(others.map(|post| Happening::Joined { post: post.seq, is_ours: ours.contains(&post.seq) }));
        then.extend(owner.map(Happening::assigned));
        let newest = staying.iter().filter(|post| !ours.contains(&post.seq)).map(|post| post.seq).max();
        Ok(switchboard_store::Split {
            from: case.id,
            seen: case.version,
            by: actor.by(),
            at: self.now(),
            opening,
            then,
            posts: gone.iter().map(|post| post.seq).collect(),
            keys: keys(&gone).difference(&keys(&staying)).cloned().collect(),
            newest_post: newest.unwrap_or(case.post),
            why: why.to_owned(),
        })
    }

    /// The department of the new case, and the user who owns it.
    fn owner_of_split(&self, case: &Case, split: &Split) -> Result<(DepartmentId, Option<UserId>), CaseError> {
        let department = split.department.unwrap_or(case.department);
        let people = self.people();
        match people.department(department) {
            None => return Err(CaseError::bad("department", "there is no such department")),
            Some(known) if !known.is_active => {
                let message = format!("{} is closed; choose another department", known.name);
                return Err(CaseError::bad("department", message));
            }
            Some(_) => {}
        }
        let owner = match (split.owner, case.owner) {
            (SplitOwner::User(user), _) => {
                self.may_own(user, department)?;
                Some(user)
            }
            (SplitOwner::Same, Owner::User(user)) if department == case.department => Some(user),
            _ => None,
        };
        Ok((department, owner))
    }

    /// Whether these posts can become a case: somebody wrote one of them, and no case was opened for any.
    async fn may_go(
        &self,
        case: &Case,
        posts: &[StoredPost],
        going: &BTreeSet<i64>,
        ours: &HashSet<i64>,
    ) -> Result<(), CaseError> {
        let seqs: Vec<i64> = going.iter().copied().collect();
        let opened = self.store.cases_opened_by(&seqs).await?;
        if opened.iter().any(|(_, opened)| *opened == case.id) {
            let message = "the post that the case was opened for stays in it, with what it answers and what answers it; choose others";
            return Err(CaseError::bad("posts", message));
        }
        if let Some((_, other)) = opened.first() {
            let message = format!("case {other} was opened for one of these posts; take the two apart instead");
            return Err(CaseError::bad("posts", message));
        }
        if posts.iter().all(|post| !going.contains(&post.seq) || ours.contains(&post.seq)) {
            return Err(CaseError::bad("posts", "choose at least one post that somebody else wrote"));
        }
        Ok(())
    }
}

/// The places of the posts that were chosen.
fn chosen(posts: &[StoredPost], wanted: &[PostId]) -> Result<BTreeSet<i64>, CaseError> {
    if wanted.is_empty() {
        return Err(CaseError::bad("posts", "choose at least one post"));
    }
    let place = |id: &PostId| {
        let found = posts.iter().find(|post| post.post.id == *id).map(|post| post.seq);
        found.ok_or_else(|| CaseError::bad("posts", format!("the case has no post '{id}'")))
    };
    wanted.iter().map(place).collect()
}

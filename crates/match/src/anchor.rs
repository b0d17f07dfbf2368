//! Under which terms a search is filed, and what else a post must hold before the search is asked.
//!
//! Of all that must hold together the rarest is enough; of alternatives each is needed. What stands beside it in plain
//! terms becomes a condition of the filing, so that most searches that a word calls up are decided without being asked.

use crate::program::{PackSlots, Plan, Test};
use crate::vocabulary::{ALWAYS, Condition, Filing, Term};

/// What a search is filed by.
#[derive(Debug, Clone)]
struct Draft {
    anchor: Term,
    /// Terms that must be seen as well.
    present: Vec<Term>,
    /// Terms that must not.
    absent: Vec<Term>,
    /// Of these one must be seen.
    any: Vec<Term>,
    /// The anchor and the conditions are all that is asked.
    is_whole: bool,
}

impl Draft {
    fn new(anchor: Term, is_whole: bool) -> Self {
        Self { anchor, present: Vec::new(), absent: Vec::new(), any: Vec::new(), is_whole }
    }
}

/// How often a term is seen: a share of posts.
pub(crate) type Rate<'a> = dyn Fn(Term) -> f32 + 'a;

/// The terms to file a search under, each with its filing. One that no term calls up is filed under [`ALWAYS`].
pub(crate) fn filings(plan: &Plan, search: u32, packs: &PackSlots, rate: &Rate<'_>) -> Vec<(Term, Filing)> {
    let drafts = drafts(plan, packs, rate).unwrap_or_else(|| {
        // Nothing has to be seen; plain terms that must not be still spare most of the asking.
        let mut draft = Draft::new(ALWAYS, true);
        if let Plan::All(plans) = plan {
            plans.iter().for_each(|plan| beside(&mut draft, plan));
        } else {
            beside(&mut draft, plan);
        }
        vec![draft]
    });
    drafts.into_iter().map(|draft| (draft.anchor, filing(draft, search, rate))).collect()
}

/// The terms of which one must be seen for a plan to hold; `None` if there are no such.
pub(crate) fn anchors(plan: &Plan, packs: &PackSlots, rate: &Rate<'_>) -> Option<Vec<Term>> {
    drafts(plan, packs, rate).map(|drafts| drafts.into_iter().map(|draft| draft.anchor).collect())
}

fn drafts(plan: &Plan, packs: &PackSlots, rate: &Rate<'_>) -> Option<Vec<Draft>> {
    match plan {
        Plan::Not(_) => None,
        Plan::Any(plans) => {
            let all: Option<Vec<_>> = plans.iter().map(|plan| drafts(plan, packs, rate)).collect();
            all.map(|all| all.concat())
        }
        Plan::All(plans) => {
            let each = plans.iter().enumerate().filter_map(|(at, plan)| Some((at, drafts(plan, packs, rate)?)));
            let (chosen, mut found) =
                each.min_by(|(_, one), (_, other)| cost(one, rate).total_cmp(&cost(other, rate)))?;
            for draft in &mut found {
                let others = plans.iter().enumerate().filter(|&(at, _)| at != chosen);
                others.for_each(|(_, plan)| beside(draft, plan));
            }
            Some(found)
        }
        Plan::Test(test) => match test {
            Test::Seen(term) => Some(vec![Draft::new(*term, true)]),
            Test::In(_, term) => Some(vec![Draft::new(*term, false)]),
            Test::Phrase(_, terms) => phrase(terms, rate).map(|draft| vec![draft]),
            Test::Near(near) => {
                let each = near.operands.iter().enumerate().filter_map(|(at, phrases)| {
                    let all: Option<Vec<_>> = phrases.iter().map(|terms| phrase(terms, rate)).collect();
                    Some((at, all?))
                });
                let (chosen, mut found) =
                    each.min_by(|(_, one), (_, other)| cost(one, rate).total_cmp(&cost(other, rate)))?;
                for (_, phrases) in near.operands.iter().enumerate().filter(|&(at, _)| at != chosen) {
                    match phrases.as_slice() {
                        [terms] => found.iter_mut().for_each(|draft| draft.present.extend(terms)),
                        many => {
                            let firsts = || many.iter().filter_map(|terms| terms.first());
                            found
                                .iter_mut()
                                .filter(|draft| draft.any.is_empty())
                                .for_each(|draft| draft.any.extend(firsts()));
                        }
                    }
                }
                Some(found)
            }
            Test::Aside(_, anchors) => {
                (!anchors.is_empty()).then(|| anchors.iter().map(|&term| Draft::new(term, false)).collect())
            }
            Test::Pack(at) => {
                let anchors = packs.get(*at as usize)?.as_ref()?.anchors.as_ref()?;
                Some(anchors.iter().map(|&term| Draft::new(term, false)).collect())
            }
        },
    }
}

/// How many of a post's searches it adds, about.
fn cost(drafts: &[Draft], rate: &Rate<'_>) -> f32 {
    drafts.iter().map(|draft| rate(draft.anchor)).sum()
}

fn phrase(terms: &[Term], rate: &Rate<'_>) -> Option<Draft> {
    let &anchor = terms.iter().min_by(|&&one, &&other| rate(one).total_cmp(&rate(other)))?;
    let mut draft = Draft::new(anchor, false);
    draft.present.extend(terms.iter().filter(|&&term| term != anchor));
    Some(draft)
}

/// Adds what must hold beside the anchor, as far as plain terms say it.
fn beside(draft: &mut Draft, plan: &Plan) {
    /// A filing has room for few of them; of a query of thousands of terms not all need to be weighed for it.
    const MOST: usize = 32;
    if draft.present.len() + draft.absent.len() >= MOST {
        draft.is_whole = false;
        return;
    }
    let seen = |plan: &Plan| match plan {
        Plan::Test(test) => test.seen(),
        _ => None,
    };
    match plan {
        Plan::Test(Test::Seen(term)) => draft.present.push(*term),
        Plan::Test(Test::In(_, term)) => {
            draft.present.push(*term);
            draft.is_whole = false;
        }
        Plan::Test(Test::Phrase(_, terms)) => {
            draft.present.extend(terms);
            draft.is_whole = false;
        }
        Plan::Any(plans) => match plans.iter().map(seen).collect::<Option<Vec<Term>>>() {
            Some(terms) if draft.any.is_empty() => draft.any = terms,
            _ => draft.is_whole = false,
        },
        Plan::All(plans) => plans.iter().for_each(|plan| beside(draft, plan)),
        Plan::Not(below) => match &**below {
            Plan::Test(test) if test.seen().is_some() => draft.absent.extend(test.seen()),
            Plan::Any(plans) => {
                draft.absent.extend(plans.iter().filter_map(seen));
                draft.is_whole &= plans.iter().all(|plan| seen(plan).is_some());
            }
            _ => draft.is_whole = false,
        },
        Plan::Test(_) => draft.is_whole = false,
    }
}

fn filing(mut draft: Draft, search: u32, rate: &Rate<'_>) -> Filing {
    const PLACES: usize = 3;
    for terms in [&mut draft.present, &mut draft.absent] {
        terms.sort_unstable();
        terms.dedup();
    }
    draft.present.retain(|&term| term != draft.anchor);
    if draft.any.contains(&draft.anchor) {
        draft.any.clear();
    }
    let one = |term: &Term, is_absent| Condition { term: *term, is_absent };
    let has_plain = !draft.present.is_empty() || !draft.absent.is_empty();
    if !draft.any.is_empty() {
        if !has_plain && draft.any.len() <= PLACES {
            let any: Vec<Condition> = draft.any.iter().map(|term| one(term, false)).collect();
            return Filing::new(search, &any, true, draft.is_whole);
        }
        draft.is_whole = false;
    }
    // What fails most often first, where not all have room.
    draft.present.sort_by(|&one, &other| rate(one).total_cmp(&rate(other)));
    draft.absent.sort_by(|&one, &other| rate(other).total_cmp(&rate(one)));
    let present = draft.present.iter().map(|term| one(term, false));
    let mut conditions: Vec<Condition> = present.chain(draft.absent.iter().map(|term| one(term, true))).collect();
    let is_whole = draft.is_whole && conditions.len() <= PLACES;
    conditions.truncate(PLACES);
    Filing::new(search, &conditions, false, is_whole)
}

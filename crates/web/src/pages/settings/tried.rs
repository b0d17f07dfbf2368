//! What a rule would have done, below its form.

use std::borrow::Cow;

use askama::Template;
use switchboard_app::routing::dry_run::{Change, DryRun, Ruled};
use switchboard_model::User;

use crate::pages::mention::href;
use crate::pages::words::count;

/// Changes that the page names; the API names more.
pub(crate) const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "settings/_tried.html")]
pub(crate) struct Tried {
    headline: Cow<'static, str>,
    /// That time was up, and how far it came.
    cut: Option<Cow<'static, str>>,
    rows: Vec<Row>,
    more: u64,
    departments: Vec<[String; 3]>,
}

struct Row {
    address: String,
    excerpt: String,
    before: String,
    after: String,
}

impl Tried {
    pub(crate) fn new(run: &DryRun, users: &[User]) -> Self {
        let row = |change: &Change| Row {
            address: href(change.post.as_str()),
            excerpt: change.excerpt.clone(),
            before: ruled(&change.before, users),
            after: ruled(&change.after, users),
        };
        let mut departments: Vec<[String; 3]> =
            run.departments.iter().map(|one| [one.department.clone(), count(one.before), count(one.after)]).collect();
        let [before, after] = run.dismissed;
        if before + after > 0 {
            departments.push([t!("settings-tried-dismissed").into_owned(), count(before), count(after)]);
        }
        Self {
            cut: run
                .is_cut
                .then(|| t!("settings-tried-cut", moment = run.from.strftime("%Y-%m-%d %H:%M UTC").to_string())),
            headline: t!("settings-tried-headline", changed = count(run.changed), posts = count(run.posts)),
            rows: run.changes.iter().take(SHOWN).map(row).collect(),
            more: run.changed.saturating_sub(run.changes.len().min(SHOWN) as u64),
            departments,
        }
    }
}

/// "Sales, 62, #refund, Mara".
fn ruled(ruled: &Ruled, users: &[User]) -> String {
    if let Some(rule) = &ruled.dismissed {
        return t!("settings-tried-dismissed-by", rule = rule.as_str()).into_owned();
    }
    let mut parts = vec![ruled.department.clone(), ruled.priority.to_string()];
    parts.extend(ruled.tags.iter().map(|tag| format!("#{tag}")));
    let owner = ruled.owner.and_then(|id| users.iter().find(|user| user.id == id));
    parts.extend(owner.map(|owner| owner.name.clone()));
    parts.join(", ")
}

#[cfg(test)]
pub(crate) mod tests {
    use switchboard_app::routing::dry_run::DepartmentCount;
    use switchboard_model::PostId;

    use super::*;
    use crate::pages::samples;

    pub(crate) fn run() -> DryRun {
        let ruled = |dismissed: Option<&str>| Ruled {
            department: samples::HOSTILE.to_owned(),
            priority: 62,
            tags: vec![samples::HOSTILE.to_owned()],
            owner: Some(samples::users()[0].id),
            dismissed: dismissed.map(str::to_owned),
            rules: vec![samples::HOSTILE.to_owned()],
        };
        let change = Change {
            post: PostId(samples::HOSTILE.to_owned()),
            excerpt: samples::HOSTILE.to_owned(),
            before: ruled(None),
            after: ruled(Some(samples::HOSTILE)),
        };
        DryRun {
            from: samples::now(),
            is_cut: true,
            posts: 1_204,
            changed: 41,
            changes: vec![change],
            departments: vec![DepartmentCount { department: samples::HOSTILE.to_owned(), before: 41, after: 0 }],
            dismissed: [0, 41],
        }
    }

    #[test]
    fn sample_is_rendered_and_escaped() {
        let html = Tried::new(&run(), &samples::users()).render().expect("renders");
        samples::assert_harmless(&html);
        assert!(html.contains("41 of 1,204") && html.contains("40 more"), "{html}");
        assert!(html.contains("was left out"), "{html}");
    }
}

//! The boxes beside a query: which packs it leaves out, and what each of them would take. They work as fields of the form; the
//! script has them written into the query at once.

use std::borrow::Cow;

use askama::Template;
use switchboard_app::App;
use switchboard_app::packs::PackInForce;
use switchboard_app::rights::Actor;
use switchboard_app::searches::left_out::{PackLosses, Ticked, packs_of};

use super::words::{self, When};

/// The boxes of one query.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "_leave_out.html")]
pub(crate) struct LeaveOutView {
    /// The query with what was ticked.
    query: String,
    /// The packs that it leaves out, for what is ticked after this.
    before: String,
    boxes: Vec<PackBox>,
    about: Cow<'static, str>,
}

#[derive(Debug, Clone)]
struct PackBox {
    name: String,
    title: String,
    is_ticked: bool,
    /// What it would take, or has taken; empty where nobody has counted.
    count: Cow<'static, str>,
}

/// The field that holds what was left out when the form was shown.
pub(crate) const BEFORE: &str = "left_out_before";
/// What the names of the boxes begin with.
pub(crate) const BOX: &str = "leave_out_";

/// What was ticked, of the fields of a form.
pub(crate) fn ticked<'a>(fields: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Ticked {
    let before = fields.clone().find(|(name, _)| *name == BEFORE).map(|(_, value)| value).unwrap_or_default();
    Ticked {
        before: before.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        now: fields.filter_map(|(name, _)| name.strip_prefix(BOX)).map(str::to_owned).collect(),
    }
}

/// Whether what is ticked can be written into a query: not into one that is empty or cannot be read.
pub(crate) fn is_writable(app: &App, query: &str) -> bool {
    let (excluded, _) = packs_of(query);
    if !excluded.is_empty() {
        return app.leaving_out(query, &[]) != query;
    }
    let people = app.people();
    people.packs().list().first().is_some_and(|pack| app.leaving_out(query, &[&pack.text.name]) != query)
}

impl LeaveOutView {
    /// The boxes of a query, with what each pack takes where that was counted.
    pub(crate) fn new(query: &str, packs: &[PackInForce], losses: Option<&PackLosses>, now: jiff::Timestamp) -> Self {
        let (excluded, _) = packs_of(query);
        let count = |name: &str, is_ticked: bool| {
            let loss = losses.and_then(|losses| losses.packs.iter().find(|loss| loss.name == name));
            match loss {
                Some(loss) if is_ticked => t!("searches-left-out-spared", count = loss.loses),
                Some(loss) => t!("searches-left-out-takes", count = loss.loses),
                None => Cow::Borrowed(""),
            }
        };
        let shown = packs.iter().filter(|pack| pack.error.is_none() || excluded.contains(&pack.text.name));
        let boxes = shown.map(|pack| {
            let is_ticked = excluded.contains(&pack.text.name);
            PackBox {
                name: pack.text.name.clone(),
                title: pack.text.title.clone(),
                is_ticked,
                count: count(&pack.text.name, is_ticked),
            }
        });
        let about = match losses {
            None => Cow::Borrowed(""),
            Some(losses) => {
                let since = When::new(losses.from, now).full;
                let posts = words::count(losses.looked_at);
                if losses.is_cut {
                    t!("searches-left-out-cut", posts = posts, since = since)
                } else {
                    t!("searches-left-out-about", posts = posts, since = since)
                }
            }
        };
        Self { query: query.to_owned(), before: excluded.join(","), boxes: boxes.collect(), about }
    }

    /// With the boxes as they were sent, for a query that cannot say yet what was ticked: no tick is lost meanwhile.
    pub(crate) fn sent(mut self, ticked: &Ticked) -> Self {
        self.before = ticked.before.join(",");
        for one in &mut self.boxes {
            one.is_ticked = ticked.now.contains(&one.name);
        }
        self
    }

    /// The same without a count, which takes its time.
    pub(crate) fn uncounted(app: &App, query: &str) -> Self {
        Self::new(query, app.people().packs().list(), None, app.now())
    }

    /// The same counted; a query that cannot be read has no counts.
    pub(crate) async fn counted(app: &App, actor: &Actor, query: &str) -> Self {
        let losses = app.left_out(actor, query).await.ok();
        Self::new(query, app.people().packs().list(), losses.as_ref(), app.now())
    }
}

#[cfg(test)]
mod tests {
    use switchboard_app::packs::PacksInForce;
    use switchboard_app::searches::left_out::PackLoss;
    use switchboard_model::{By, Pack, PackText};

    use super::*;
    use crate::pages::samples;

    #[test]
    fn boxes_are_rendered_and_escaped() {
        let text = PackText {
            name: "own".to_owned(),
            title: samples::HOSTILE.to_owned(),
            query: "kettle".to_owned(),
            ..PackText::default()
        };
        let kept = Pack { text, based_on: None, updated_at: samples::now(), by: By::Operator };
        let packs = PacksInForce::new(&[kept]);
        let loss =
            |name: &str, loses| PackLoss { name: name.to_owned(), title: String::new(), is_left_out: false, loses };
        let losses = PackLosses {
            packs: vec![loss("jobs", 1_234), loss("own", 1)],
            looked_at: 5_000,
            from: samples::now(),
            is_cut: false,
        };
        let query = format!("\"{}\" -in:own", samples::HOSTILE.replace('"', ""));
        let view = LeaveOutView::new(&query, packs.list(), Some(&losses), samples::now());
        let html = view.render().expect("renders");
        samples::assert_harmless(&html);
        assert!(html.contains("would take 1,234") && html.contains("id=\"leave-out-own\" checked"), "{html}");
        assert!(html.contains("value=\"own\""), "{html}");
    }

    #[test]
    fn what_is_ticked_is_told_by_the_fields() {
        let fields = [("query", "a"), (BEFORE, "jobs,spam"), ("leave_out_spam", "on"), ("leave_out_own", "on")];
        let expected = Ticked {
            before: vec!["jobs".to_owned(), "spam".to_owned()],
            now: vec!["spam".to_owned(), "own".to_owned()],
        };
        assert_eq!(ticked(fields.into_iter()), expected);
    }
}

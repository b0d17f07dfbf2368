//! What the desk keeps is what it would read anew: after anything that happens, for everybody, in each list.

use axum::body::Body;
use axum::http::{Method, header};
use switchboard_app::directory::company::CompanyChange;
use switchboard_app::rights::Actor;
use switchboard_model::{CaseId, Role};
use switchboard_web::WebOptions;
use tower::ServiceExt;

use crate::desk::{Colleague, Desk};
use crate::test_web::request;

const STEPS: u64 = 80;

/// Numbers that are as good as thrown, the same in each run (SplitMix64; Steele, Lea, Flood, 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).expect("31 bits") % end
    }
}

/// A page without what its script keeps true as time goes by: times in words, and how far a clock has run.
fn timeless(page: &str) -> String {
    [("<time", "</time>"), ("stroke-dasharray=\"", "\""), ("data-says=\"", "\"")].iter().fold(
        page.to_owned(),
        |page, cut| {
            let parts = page.split(cut.0).enumerate();
            parts
                .map(|(at, part)| if at == 0 { part } else { part.split_once(cut.1).map_or(part, |(_, rest)| rest) })
                .collect()
        },
    )
}

/// The list as somebody gets it who is the first to ask.
async fn anew(desk: &Desk, who: &Colleague, path: &str) -> String {
    let router = switchboard_web::router(desk.web.app.clone(), WebOptions::default());
    let cookie = format!("switchboard_session={}", who.session);
    let asked = request(Method::GET, path).header(header::COOKIE, cookie).body(Body::empty()).expect("a request");
    let answer = router.oneshot(asked).await.expect("a router always answers");
    let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[tokio::test]
async fn what_is_kept_is_what_would_be_read() {
    let desk = Desk::start().await;
    let first = desk.complaint("0", "public").await;
    let (home, app) = (desk.home(first).await, &desk.web.app);
    let other = app.departments().iter().find(|department| department.id != home.id).expect("another").clone();
    let people = [
        desk.colleague("Ines Okafor", Role::Member, &[&home]).await,
        desk.colleague("Rui Prata", Role::Member, &[&other]).await,
        desk.colleague("Olga Brandt", Role::Observer, &[&home]).await,
    ];
    let queues = [
        "queue=all".to_owned(),
        "queue=yours".to_owned(),
        "queue=offered".to_owned(),
        "queue=watched".to_owned(),
        format!("queue=desk:{}", home.key),
        format!("queue=unclaimed:{}", home.key),
        format!("queue=desk:{}&order=newest", other.key),
        "queue=all&state=closed".to_owned(),
        "queue=all&tag=lid".to_owned(),
        "queue=all&least=60".to_owned(),
    ];
    let mut dice = Dice(7);
    let mut cases: Vec<CaseId> = vec![first];
    let (mut done, mut refused) = (0, 0);
    for step in 1..=STEPS {
        if dice.below(4) == 0 {
            let visibility = ["public", "public", "followers"][dice.below(3)];
            cases.push(desk.complaint(&step.to_string(), visibility).await);
        }
        let (id, who) = (cases[dice.below(cases.len())], &people[dice.below(2)]);
        let (verb, fields) = match dice.below(12) {
            0 | 1 => ("claim", String::new()),
            2 => ("release", "why=it+is+late".to_owned()),
            3 => {
                let to = if dice.below(2) == 0 { &home } else { &other };
                ("transfer", format!("department={}&reason=expertise&note=they+know&watch=on", to.id))
            }
            4 => ("accept", String::new()),
            5 => ("decline", "note=not+mine".to_owned()),
            6 => ("tag", "tags=lid".to_owned()),
            7 => ("prioritise", format!("score={}&why=so+it+is", dice.below(101))),
            8 => ("close", "outcome=thanked".to_owned()),
            9 => ("reopen", "why=too+early".to_owned()),
            10 => ("wait", String::new()),
            _ => ("watch", String::new()),
        };
        let fields = format!("version={}&{fields}", desk.version(id).await);
        let answer = desk.post(who, &format!("/cases/{id}/{verb}"), &fields).await;
        if answer.status.is_redirection() {
            done += 1
        } else {
            refused += 1
        }
        if dice.below(3) == 0 {
            app.wind_clocks().await.expect("wound");
        }
        if dice.below(25) == 0 {
            app.change_company(&Actor::Operator, CompanyChange::default()).await.expect("changed");
        }
        // Some lists are asked for after each step, so that others stay kept over several.
        for _ in 0..4 {
            let (queue, who) = (&queues[dice.below(queues.len())], &people[dice.below(people.len())]);
            let path = format!("/desk?{queue}&part=list");
            let kept = desk.get(who, &path).await.body;
            let fresh = anew(&desk, who, &path).await;
            assert!(
                timeless(&kept) == timeless(&fresh),
                "step {step}, {path}, after {verb} of {id}\nkept:\n{kept}\nanew:\n{fresh}"
            );
        }
    }
    assert!(done > 20 && refused > 5, "{done} done, {refused} refused");
}

//! The shapes in which `switchboard-model` goes over the API, for the OpenAPI document only.
//!
//! Nothing is ever converted into these types: handlers serialize the model itself, and the test below compares every key
//! of a full sample with the schema, so that neither can change without the other.

#![expect(dead_code, reason = "these types are read by the derive that describes them, never made")]

pub(crate) mod answers;
pub(crate) mod cases;
pub(crate) mod load;
pub(crate) mod notifications;
pub(crate) mod outreach;
pub(crate) mod packs;
pub(crate) mod people;
pub(crate) mod priority;
pub(crate) mod questions;
pub(crate) mod routing;
pub(crate) mod rules;
pub(crate) mod sweep;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, SchemaType};
use utoipa::openapi::{RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

/// One configured way in.
#[derive(Serialize, ToSchema)]
#[schema(as = Source)]
pub(crate) struct SourceShape {
    id: Uuid,
    /// Unique.
    name: String,
    kind: KindShape,
    /// What is followed, in the shape that the kind documents. Secrets are not shown.
    settings: Value,
    is_enabled: bool,
    #[schema(format = DateTime)]
    created_at: String,
    /// Where it stands, in a form that only its network understands.
    #[schema(required)]
    cursor: Option<String>,
    health: HealthShape,
}

/// How a source is followed.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = SourceKind)]
#[serde(rename_all = "lowercase")]
pub(crate) enum KindShape {
    Feed,
    Mastodon,
    Bluesky,
    HackerNews,
    Exec,
    Ingest,
    File,
}

/// How a source is doing.
#[derive(Serialize, ToSchema)]
#[schema(as = Health)]
pub(crate) struct HealthShape {
    state: StateShape,
    /// What is wrong and what to do; empty when all is well.
    message: String,
    /// Attempts that failed in a row.
    failures: u32,
    #[schema(required, format = DateTime)]
    checked_at: Option<String>,
    #[schema(required, format = DateTime)]
    succeeded_at: Option<String>,
    #[schema(required, format = DateTime)]
    last_post_at: Option<String>,
    #[schema(required, format = DateTime)]
    next_check_at: Option<String>,
    #[schema(required)]
    budget: Option<BudgetShape>,
}

/// The state of a source.
#[derive(Serialize, ToSchema)]
#[schema(as = HealthState)]
#[serde(rename_all = "lowercase")]
pub(crate) enum StateShape {
    New,
    Ok,
    Failing,
    Broken,
    Paused,
}

/// What a network allows.
#[derive(Serialize, ToSchema)]
#[schema(as = Budget)]
pub(crate) struct BudgetShape {
    #[schema(required)]
    limit: Option<u64>,
    #[schema(required)]
    left: Option<u64>,
    #[schema(required, format = DateTime)]
    resets_at: Option<String>,
}

/// A named query.
#[derive(Serialize, ToSchema)]
#[schema(as = Search)]
pub(crate) struct SearchShape {
    id: Uuid,
    /// Unique.
    name: String,
    /// In the saved-search language.
    query: String,
    r#type: TypeShape,
    /// The department it leans to.
    #[schema(required)]
    department: Option<String>,
    is_enabled: bool,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
    /// How many posts it has matched so far.
    mentions: u64,
}

/// What a search is about.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = SearchType)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TypeShape {
    Brand,
    Product,
    Rival,
    Category,
    Person,
}

/// A post as it stands in the store.
#[derive(Serialize, ToSchema)]
#[schema(as = StoredPost)]
pub(crate) struct StoredPostShape {
    /// Order of arrival; lists are paged by it.
    seq: i64,
    post: PostShape,
    /// When the first version reached us.
    #[schema(format = DateTime)]
    captured_at: String,
    /// How many versions there were.
    version: u32,
    /// When we heard that it was deleted on its network.
    #[schema(required, format = DateTime)]
    deleted_at: Option<String>,
    /// The source that brought it first; `null` once that was removed.
    #[schema(required)]
    source: Option<Uuid>,
    is_addressed: bool,
    matches: Vec<MatchShape>,
    signals: Vec<SignalShape>,
}

/// A post on the wire.
#[derive(Serialize, ToSchema)]
#[schema(as = Post)]
pub(crate) struct PostShape {
    /// The network, a colon, and the network's own identifier.
    id: String,
    network: String,
    #[schema(required)]
    url: Option<String>,
    title: String,
    /// Plain text; empty once the post was deleted on its network.
    text: String,
    /// BCP 47.
    #[schema(required)]
    lang: Option<String>,
    #[schema(required, format = DateTime)]
    posted_at: Option<String>,
    #[schema(required, format = DateTime)]
    edited_at: Option<String>,
    deleted: bool,
    #[schema(required)]
    kind: Option<PostKindShape>,
    visibility: VisibilityShape,
    #[schema(required)]
    in_reply_to: Option<String>,
    #[schema(required)]
    thread: Option<String>,
    /// Stars, 1 to 5.
    #[schema(required)]
    rating: Option<f64>,
    #[schema(required)]
    author: Option<AuthorShape>,
    engagement: EngagementShape,
    links: Vec<String>,
    media: Vec<MediaShape>,
    /// What the network sent, where it is kept.
    #[schema(required)]
    raw: Option<Value>,
}

/// What kind of utterance a post is.
#[derive(Serialize, ToSchema)]
#[schema(as = PostKind)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PostKindShape {
    Post,
    Reply,
    Reshare,
    Quote,
    Review,
    Comment,
    Article,
}

/// Who may see a post.
#[derive(Serialize, ToSchema)]
#[schema(as = Visibility)]
#[serde(rename_all = "lowercase")]
pub(crate) enum VisibilityShape {
    Public,
    Unlisted,
    Followers,
    Direct,
}

/// Who said it.
#[derive(Serialize, ToSchema)]
#[schema(as = Author)]
pub(crate) struct AuthorShape {
    id: String,
    handle: String,
    name: String,
    bio: String,
    url: String,
    #[schema(required)]
    followers: Option<u64>,
    #[schema(required)]
    following: Option<u64>,
    #[schema(required)]
    posts: Option<u64>,
    #[schema(required, format = DateTime)]
    created_at: Option<String>,
    #[schema(required)]
    verified: Option<bool>,
}

/// Figures under a post; `null` where the network does not tell.
#[derive(Serialize, ToSchema)]
#[schema(as = Engagement)]
pub(crate) struct EngagementShape {
    #[schema(required)]
    likes: Option<u64>,
    #[schema(required)]
    replies: Option<u64>,
    #[schema(required)]
    reshares: Option<u64>,
    #[schema(required)]
    views: Option<u64>,
}

/// Something attached.
#[derive(Serialize, ToSchema)]
#[schema(as = Media)]
pub(crate) struct MediaShape {
    r#type: MediaTypeShape,
    url: String,
    /// The author's description.
    alt: String,
}

/// What an attachment is.
#[derive(Serialize, ToSchema)]
#[schema(as = MediaType)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MediaTypeShape {
    Image,
    Video,
    Audio,
    Link,
}

/// That a search matches, and which words made it match.
#[derive(Serialize, ToSchema)]
#[schema(as = Match)]
pub(crate) struct MatchShape {
    search: Uuid,
    spans: Vec<SpanShape>,
}

/// A stretch of the original text, in characters.
#[derive(Serialize, ToSchema)]
#[schema(as = Span)]
pub(crate) struct SpanShape {
    part: PartShape,
    start: u32,
    /// The character after the last.
    end: u32,
}

/// A part of a post.
#[derive(Serialize, ToSchema)]
#[schema(as = SpanPart)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PartShape {
    Title,
    Text,
}

/// One thing understood.
#[derive(Serialize, ToSchema)]
#[schema(as = Signal)]
pub(crate) struct SignalShape {
    name: SignalNameShape,
    label: String,
    /// How sure, 0 to 1.
    score: f64,
    #[schema(required = false)]
    scores: BTreeMap<String, f64>,
    #[schema(required = false)]
    evidence: Vec<EvidenceShape>,
    /// What produced it.
    model: String,
}

/// What can be understood.
#[derive(Serialize, ToSchema)]
#[schema(as = SignalName)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SignalNameShape {
    Language,
    Sentiment,
    Intent,
}

/// One reason for a signal.
#[derive(Serialize, ToSchema)]
#[schema(as = Evidence)]
pub(crate) struct EvidenceShape {
    why: String,
    #[schema(required = false)]
    span: Option<SpanShape>,
    /// Above zero speaks for the label.
    weight: f64,
}

/// An earlier version of a post.
#[derive(Serialize, ToSchema)]
#[schema(as = PostVersion)]
pub(crate) struct VersionShape {
    version: u32,
    title: String,
    text: String,
    #[schema(required, format = DateTime)]
    edited_at: Option<String>,
    #[schema(format = DateTime)]
    captured_at: String,
}

/// A source that could be added.
#[derive(Serialize, ToSchema)]
#[schema(as = Proposal)]
pub(crate) struct ProposalShape {
    name: String,
    #[schema(value_type = KindShape)]
    kind: switchboard_model::SourceKind,
    settings: Value,
    /// Why it is proposed.
    why: String,
}

impl From<switchboard_app::sources::Proposal> for ProposalShape {
    fn from(proposal: switchboard_app::sources::Proposal) -> Self {
        let switchboard_app::sources::Proposal { name, kind, settings, why } = proposal;
        Self { name, kind, settings, why }
    }
}

/// Something that could not be read; the rest went on.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemShape {
    /// Which part: `line 17`, `post 3, field 'rating'`.
    at: String,
    message: String,
}

/// One post or a list of them. What they hold is read leniently and is no matter of the schema: a post that cannot be
/// read is counted, and the others are stored.
pub(crate) struct PostsShape;

impl PartialSchema for PostsShape {
    fn schema() -> RefOr<Schema> {
        let one = ObjectBuilder::new().schema_type(Type::Object).description(Some("One post"));
        let anything = ObjectBuilder::new().schema_type(SchemaType::AnyValue);
        let many = ArrayBuilder::new().items(anything).description(Some("Posts"));
        Schema::OneOf(OneOfBuilder::new().item(one).item(many).build()).into()
    }
}

impl ToSchema for PostsShape {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Posts")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;
    use serde_json::json;
    use switchboard_app::cases::question::{CaseQuestion, QuestionAnswer};
    use switchboard_app::sources::Proposal;
    use switchboard_model::chat::{ChatFormat, ChatRoom};
    use switchboard_model::mail::{MailSecurity, MailServer};
    use switchboard_model::{
        Absence, ApiKey, ApiKeyId, Asked, Budget, By, CaseId, Channel, Company, DeliveryState, Department,
        DepartmentId, Duty, DutyHours, Engagement, EscalateTo, EscalationStep, Evidence, Guest, Holiday,
        HolidayCalendar, Interest, Notification, NotificationDelivery, NotificationKind, NotificationSettings, Office,
        Pace, PostKind, Preferences, Profile, Question, QuietHours, Role, Rule, RuleId, SignalName, SlaPolicy,
        SlaTargets, SourceKind, Span, SpanPart, Team, User, UserId,
    };

    use super::*;
    use crate::pages::samples;

    /// Every key of the value stands in the schema and every property of the schema in the value.
    fn compare(document: &Value, schema: &Value, value: &Value, at: &str) {
        let schema = resolve(document, schema);
        match value {
            Value::Object(object) => {
                let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
                let known: BTreeSet<&String> = properties.keys().collect();
                let found: BTreeSet<&String> = object.keys().collect();
                assert_eq!(known, found, "{at}");
                for (key, value) in object {
                    compare(document, &properties[key], value, &format!("{at}.{key}"));
                }
            }
            Value::Array(list) => {
                assert!(!list.is_empty(), "the sample shows nothing of {at}");
                compare(document, &schema["items"], &list[0], at);
            }
            Value::String(word) => {
                if let Some(words) = schema.get("enum").and_then(Value::as_array) {
                    assert!(words.iter().any(|known| known == word), "{at}: {word}");
                }
            }
            _ => {}
        }
    }

    fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
        let options = schema.get("oneOf").and_then(Value::as_array);
        let schema = options.and_then(|options| options.iter().find(|one| one.get("$ref").is_some())).unwrap_or(schema);
        match schema.get("$ref").and_then(Value::as_str) {
            Some(path) => document.pointer(path.trim_start_matches('#')).expect("the reference leads somewhere"),
            None => schema,
        }
    }

    fn check(name: &str, value: impl Serialize) {
        let document = serde_json::to_value(crate::router::document()).expect("JSON");
        let schema = document.pointer(&format!("/components/schemas/{name}")).expect(name).clone();
        compare(&document, &schema, &serde_json::to_value(value).expect("JSON"), name);
    }

    #[test]
    fn shapes_are_what_the_model_sends() {
        let mut source = samples::sources().remove(0);
        source.health.budget = Some(Budget { limit: Some(1), left: None, resets_at: None });
        check("Source", &source);
        for kind in SourceKind::ALL {
            source.kind = kind;
            check("Source", &source);
        }
        check("Search", samples::searches().remove(0));
        check("DryRun", crate::pages::settings::tried::tests::run());
        let kept = switchboard_model::FormulaVersion {
            number: 1,
            at: jiff::Timestamp::UNIX_EPOCH,
            by: switchboard_model::By::Operator,
            formula: crate::pages::settings::priority::tests::formula(),
        };
        let in_force = crate::api::priority::InForce::new(Some(kept));
        let mut in_force = serde_json::to_value(in_force).expect("serializes");
        // The usual one names no tags.
        in_force["usual"] = in_force["formula"].clone();
        check("PriorityFormula", in_force);
        check("FormulaPreview", crate::pages::settings::priority::tests::preview());
        check("RecountState", crate::pages::settings::priority::tests::recount(true, "w"));
        let state = switchboard_app::triage::TracedState::NotLookedAt;
        let rule = switchboard_app::triage::TracedRule { name: "n".into(), state, why: "w".into() };
        let mark = switchboard_app::cases::trace::RuleSetMark {
            number: 1,
            at: jiff::Timestamp::UNIX_EPOCH,
            by: switchboard_model::By::Operator,
        };
        let trace = switchboard_app::cases::trace::Trace {
            case: switchboard_model::CaseId(1),
            post: switchboard_model::PostId("x:1".into()),
            why: "w".into(),
            why_here: "h".into(),
            rule_set: Some(mark),
            rules: vec![rule],
            proposal: Some(samples::proposal()),
            is_edited: false,
        };
        check("Trace", trace);
        check("Routing", crate::pages::settings::routing::tests::report());
        check("RoutingExample", crate::pages::settings::routing::tests::example());
        check("Sweep", crate::pages::sweep::tests::sweep(1));
        check("Load", crate::pages::load::tests::sample());
        // Cases and posts show each of their fields in one state only; they are looked at where they stand alone.
        let mut handover = serde_json::to_value(crate::pages::handover::tests::sample()).expect("JSON");
        for one in handover["cases"].as_array_mut().expect("a list") {
            (one["case"], one["post"]) = (Value::Null, Value::Null);
        }
        check("HandOver", handover);
        let by = switchboard_model::By::Operator;
        let (reason, at) = (switchboard_model::DismissalReason::OffTopic, jiff::Timestamp::UNIX_EPOCH);
        check("Dismissal", switchboard_model::Dismissal { reason, note: "n".into(), by, at });
        let mut stored = samples::posts().remove(0);
        stored.post.engagement = Engagement::default();
        stored.matches[0].spans = vec![Span { part: SpanPart::Title, start: 0, end: 1 }];
        for name in SignalName::ALL {
            let signal = &mut stored.signals.0[0];
            signal.name = name;
            signal.scores = [("en".to_owned(), 1.0)].into();
            let span = Some(Span { part: SpanPart::Text, start: 0, end: 1 });
            signal.evidence = vec![Evidence { why: "because".into(), span, weight: 1.0 }];
            check("StoredPost", &stored);
        }
        for kind in PostKind::ALL {
            stored.post.kind = Some(kind);
            check("StoredPost", &stored);
        }
        check("PostVersion", samples::versions().remove(0));
        let proposal = Proposal { name: "n".into(), kind: SourceKind::Feed, settings: json!({}), why: "w".into() };
        check("Proposal", proposal);
        let user = User {
            id: UserId(Uuid::nil()),
            name: "Ada".into(),
            email: "ada@acme.example".into(),
            role: Role::Member,
            is_active: true,
            has_password: true,
            departments: vec![DepartmentId(Uuid::nil())],
            languages: vec!["en".into()],
            time_zone: "UTC".into(),
            duty: Duty(vec![DutyHours { day: 1, from: 0, to: 60 }]),
            profile: Profile {
                extension: Some("21".into()),
                skills: vec!["warranty".into()],
                most_cases: Some(9),
                holidays: Some("lisbon".into()),
                absences: vec![Absence { from: date(2026, 1, 1), until: date(2026, 1, 2), stand_in: None }],
            },
            preferences: Preferences::default(),
            created_at: jiff::Timestamp::UNIX_EPOCH,
            failures: 0,
            locked_until: None,
        };
        for role in Role::ALL {
            check("User", User { role, ..user.clone() });
        }
        check(
            "Department",
            Department {
                id: DepartmentId(Uuid::nil()),
                key: "k".into(),
                name: "n".into(),
                head: user.id,
                deputy: None,
                intents: vec!["job".into()],
                keywords: vec!["w".into()],
                is_active: true,
                place: 1,
                office: Office {
                    languages: vec!["de".into()],
                    hours: user.duty.clone(),
                    interest: Some(Interest::Sale),
                    ..Office::default()
                },
                created_at: jiff::Timestamp::UNIX_EPOCH,
            },
        );
        let fallback = DepartmentId(Uuid::nil());
        let company = Company {
            name: "n".into(),
            handles: vec!["@h".into()],
            website: None,
            fallback,
            team: Team { head: Some(user.id), deputy: None, seats: [(fallback, user.id)].into() },
            holidays: vec![HolidayCalendar {
                key: "lisbon".into(),
                name: "Lisbon".into(),
                days: vec![Holiday { date: date(2026, 6, 13), name: "Santo António".into() }],
            }],
        };
        check("Company", company);
        let policy = SlaPolicy {
            id: switchboard_model::SlaPolicyId(Uuid::nil()),
            name: "n".into(),
            departments: vec![fallback],
            networks: vec!["mastodon".into()],
            least_priority: 70,
            tag: Some("vip".into()),
            targets: SlaTargets { first_response_min: Some(60), ..SlaTargets::default() },
            in_business_hours: true,
            warn_at_percent: 75,
            escalation: vec![EscalationStep { after_min: 5, to: EscalateTo::TeamHead }],
        };
        check("SlaPolicy", policy);
        let told = Notification {
            id: 1,
            user: user.id,
            kind: NotificationKind::PingPong,
            department: Some(DepartmentId(Uuid::nil())),
            case: CaseId(1),
            event: 2,
            by: By::Timer,
            at: samples::now(),
            read_at: Some(samples::now()),
            count: 37,
        };
        check("Notification", told);
        let room = ChatRoom {
            name: "n".into(),
            format: ChatFormat::Slack,
            url: Some("https://chat.example/x".into()),
            departments: vec![DepartmentId(Uuid::nil())],
            kinds: vec![NotificationKind::Offered],
        };
        check("ChatRoom", room);
        let server = MailServer {
            host: "h".into(),
            port: 25,
            security: MailSecurity::Plain,
            user: Some("u".into()),
            password: Some("p".into()),
            from: "a@b.example".into(),
        };
        check("MailServer", server);
        let delivery = NotificationDelivery {
            id: Uuid::nil(),
            user: Some(user.id),
            channel: Channel::Chat,
            target: "t".into(),
            pace: Pace::AtOnce,
            state: DeliveryState::Dead,
            due_at: samples::now(),
            attempts: 1,
            created_at: samples::now(),
            sent_at: Some(samples::now()),
            trouble: "t".into(),
            about: Some((CaseId(1), 2)),
        };
        check("Delivery", delivery);
        let guest = Guest { name: "n".into(), email: "a@b.example".into() };
        for to in [Asked::User(user.id), Asked::Guest(guest)] {
            let (at, by) = (samples::now(), By::Guest);
            let question = Question { to, text: "t".into(), shows_posts: true, until: at };
            let answers = vec![QuestionAnswer { at, by, text: "t".into() }];
            let address = Some("https://desk.example/question/x".into());
            check("Question", CaseQuestion { number: 2, at, by, question, answers, is_withdrawn: false, address });
        }
        for state in switchboard_model::OutreachState::ALL {
            let mut view = crate::pages::outreach::tests::view(*state);
            let outreach = &mut view.outreach;
            outreach.accepted_at = Some(samples::now());
            outreach.ended_at = Some(samples::now());
            outreach.ended_by = Some(By::Timer);
            outreach.outcome = Some(switchboard_model::OutreachOutcome::Solved);
            check("Outreach", view);
        }
        let senior = switchboard_model::Senior {
            user: user.id,
            title: "VP".into(),
            channels: switchboard_model::OutreachChannel::ALL.to_vec(),
            departments: vec![samples::departments()[0].id],
            most_open: 2,
        };
        check("Senior", senior);
        let script = switchboard_model::OutreachScript {
            id: switchboard_model::OutreachScriptId(Uuid::nil()),
            name: "n".into(),
            channel: Some(switchboard_model::OutreachChannel::Call),
            language: "en".into(),
            text: "t".into(),
            steps: vec!["s".into()],
            may: "m".into(),
            may_not: "n".into(),
        };
        check("OutreachScript", script);
        check("OutreachSettings", switchboard_model::OutreachSettings::default());
        let figures = switchboard_model::OutreachFigures { asked: 2, reached: 1, median_min: Some(3) };
        check("OutreachFigures", figures);
        let suggestion = crate::api::outreach::sample_suggestion(user.id);
        check("SeniorSuggestion", suggestion);
        let quiet = Some(QuietHours { from: 1_320, to: 420 });
        let mut settings = NotificationSettings { quiet, ..NotificationSettings::default() };
        settings.set_pace(NotificationKind::Offered, Channel::Mail, Pace::Daily);
        check("NotificationSettings", settings);
        check(
            "Rule",
            Rule {
                id: RuleId(Uuid::nil()),
                place: 1,
                name: "n".into(),
                when: None,
                intent: None,
                department: None,
                tags: vec!["t".into()],
                priority: 0,
                owner: None,
                dismisses: false,
                stops: false,
                is_enabled: true,
            },
        );
        let id = ApiKeyId(Uuid::nil());
        let created_at = jiff::Timestamp::UNIX_EPOCH;
        check("ApiKey", ApiKey { id, user: user.id, name: "n".into(), created_at, used_at: None });
        check("Problem", switchboard_model::Problem { at: "line 1".into(), message: "m".into() });
    }

    #[test]
    fn shapes_of_answers_are_what_the_model_sends() {
        use switchboard_model::{
            Account, AccountId, CaseId, Draft, Measured, PostId, Published, Reply, ReplyId, ReplyState, Then,
        };
        let (id, now) = (Uuid::nil(), samples::now());
        let departments = vec![samples::departments()[0].id];
        let settings = json!({"instance": "https://social.example"});
        let mut account = Account {
            id: AccountId(id),
            network: SourceKind::Mastodon,
            handle: "acme@social.example".into(),
            author: "mastodon:https://social.example/users/acme".into(),
            settings,
            departments,
            is_enabled: true,
            trouble: String::new(),
            created_at: now,
        };
        check("Account", &account);
        account.network = SourceKind::Bluesky;
        check("Account", &account);
        let published = Published { id: PostId("mastodon:x".into()), url: Some("https://social.example/1".into()) };
        let mut reply = Reply {
            id: ReplyId(id),
            case: CaseId(1),
            account: account.id,
            by: Some(samples::users()[0].id),
            to: PostId("mastodon:y".into()),
            text: "hello".into(),
            state: ReplyState::Queued,
            key: "2222222222222".into(),
            then: Then::Wait,
            queued_at: now,
            send_at: now,
            attempts: 1,
            attempted_at: Some(now),
            sent_at: Some(now),
            published: Some(published),
            trouble: String::new(),
        };
        for state in ReplyState::ALL {
            reply.state = state;
            check("Reply", &reply);
        }
        for then in Then::ALL {
            reply.then = then;
            check("Reply", &reply);
        }
        let text = "hello".to_owned();
        let (account, to) = (Some(account.id), Some(reply.to));
        check("Draft", Draft { case: CaseId(1), by: reply.by, account, to, text, version: 1, updated_at: now });
        let problems = vec!["write something first".to_owned()];
        let clickable = vec!["#kettle".to_owned()];
        check("Measured", Measured { length: 0, limit: 500, lead: String::new(), clickable, problems });
    }
}

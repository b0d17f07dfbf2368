//! The words of Switchboard, as types: what is said (`post`), by whom (`author`), what listens (`source`),
//! what is wanted (`search`), what was understood (`signal`) and what became of it (`fate`).
//!
//! Every other crate speaks in these types and none of them needs another crate's types to do so.
//! No algorithm lives here, no clock is read, nothing is fetched or stored: [`Clock`], [`Ids`] and
//! [`Capture`] are the interfaces through which the outer crates bring those in.

pub mod address;
pub mod author;
pub mod capture;
pub mod case;
pub mod chat;
pub mod clock;
pub mod event;
pub mod exposure;
pub mod fate;
pub mod formula;
pub mod ids;
pub mod index;
pub mod learning;
mod line;
pub mod link;
pub mod mail;
pub mod merge;
pub mod notification;
pub mod outreach;
pub mod pack;
pub mod people;
pub mod picture;
pub mod post;
pub mod preferences;
pub mod publish;
pub mod push;
pub mod question;
pub mod risk;
pub mod rule;
pub mod said;
pub mod search;
pub mod signal;
pub mod sla;
pub mod source;
pub mod sweep;
pub mod undo;
pub mod view;
pub mod wire;

pub use author::Author;
pub use capture::{Batch, BoxFuture, Budget, Capture, CaptureError, CaptureErrorKind, Captured, Cursor, Problem};
pub use case::{
    Awaited, Case, CaseFilter, CasePlace, CaseState, Contradiction, LateCount, OfferedTo, Owner, QueueCount, Standing,
    Whereabouts,
};
pub use clock::{Clock, Randomness};
pub use event::{By, Event, Happening, Offer, Opening, Outcome, TransferReason};
pub use exposure::{Exposure, ExposureSettings, Waiting};
pub use fate::{Fate, FateCount, FateReason};
pub use formula::{
    CustomerPoints, FanPoints, Formula, FormulaNumber, FormulaProblem, FormulaVersion, HarmPoints, IgnoredPoints,
    MoodPoints, NeedPoints, Past, RatingPoints, ReachPoints, TagPoints, Unanswered, WaitingPoints, Weighing,
};
pub use ids::{
    AccountId, ApiKeyId, CaseId, DepartmentId, Ids, OutreachId, OutreachScriptId, ReplyId, RuleId, SearchId,
    SlaPolicyId, SourceId, TokenId, UserId, ViewId,
};
pub use index::IndexQuery;
pub use learning::{Example, Features, Label, LabelSource, Lesson, Near, Proposal, Proposed};
pub use line::{Decided, Delivery, Match, PostFilter, PostVersion, Settled, StoredPost};
pub use link::{LinkAct, LinkSettings, LinkUse, SpentLink, Via};
pub use merge::{Merged, Separated, TakenApart, Whole, merge_of, without};
pub use notification::{
    Channel, DeliveryState, Notification, NotificationDelivery, NotificationKind, NotificationSettings, Pace,
    QuietHours,
};
pub use outreach::{
    Outreach, OutreachAsk, OutreachAttempt, OutreachChannel, OutreachEnd, OutreachFigures, OutreachOutcome,
    OutreachScript, OutreachSettings, OutreachState, OutreachTry, ScriptFacts, Senior,
};
pub use pack::{Pack, PackKind, PackText};
pub use people::{
    Absence, ApiKey, Assignment, Company, Department, Duty, DutyHours, Holiday, HolidayCalendar, Interest, LinkPurpose,
    Office, Profile, Role, Team, Unaccepted, User,
};
pub use picture::{Picture, PictureType};
pub use post::{Engagement, Media, MediaType, Post, PostId, PostKind, Visibility};
pub use preferences::{ClockFace, Contrast, Density, PageLanguage, Preferences, SingleKeys, Theme};
pub use publish::{
    Account, Draft, Measured, Outgoing, Publish, PublishError, PublishErrorKind, Published, Reply, ReplyState, Target,
    Then,
};
pub use question::{Asked, Guest, Question, QuestionView, with_answers};
pub use risk::{Assessment, Gauge};
pub use rule::{Rule, RuleSet};
pub use said::{Place, Said};
pub use search::{SavedSearch, SearchType, Span, SpanPart};
pub use signal::{Decision, Destination, Evidence, Priority, PriorityPart, Signal, SignalName, Signals};
pub use sla::{ClockKind, Due, EscalateTo, EscalationStep, SlaPolicy, SlaTargets};
pub use source::{Health, HealthState, Source, SourceKind};
pub use sweep::{Dismissal, DismissalReason, Need, Sweep, SweepCounts, SweepFinding};
pub use undo::{deed_of, taken_back};
pub use view::{CaseOrder, View, ViewFilter, ViewOwner, ViewState};
pub use wire::{PostLine, WireError};

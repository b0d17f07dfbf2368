//! Shapes of users, departments, the company and rules.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Somebody of the company who can log in.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserShape {
    id: Uuid,
    name: String,
    /// In lower case, unique.
    email: String,
    role: RoleShape,
    is_active: bool,
    has_password: bool,
    /// The departments they work for.
    departments: Vec<Uuid>,
    /// BCP 47 tags.
    languages: Vec<String>,
    /// IANA name.
    time_zone: String,
    /// Weekly hours by that clock; none means always.
    duty: Vec<DutyHoursShape>,
    profile: ProfileShape,
    preferences: PreferencesShape,
    #[schema(format = DateTime)]
    created_at: String,
    /// Wrong passwords in a row.
    failures: u32,
    #[schema(required, format = DateTime)]
    locked_until: Option<String>,
}

/// How a user can be reached, what they know, and when they are away.
#[derive(Serialize, ToSchema)]
#[schema(as = Profile)]
pub(crate) struct ProfileShape {
    /// A short number to reach them by, which no other user or department has.
    #[schema(required)]
    extension: Option<String>,
    /// What they know beside languages.
    skills: Vec<String>,
    /// How many open cases they can have before they are given no more.
    #[schema(required)]
    most_cases: Option<u32>,
    /// Key of the calendar whose holidays are theirs.
    #[schema(required)]
    holidays: Option<String>,
    absences: Vec<AbsenceShape>,
}

/// Days on which somebody is away, by the clock of their time zone.
#[derive(Serialize, ToSchema)]
#[schema(as = Absence)]
pub(crate) struct AbsenceShape {
    /// The first day.
    #[schema(format = Date)]
    from: String,
    /// The last day.
    #[schema(format = Date)]
    until: String,
    /// Who gets their cases meanwhile; the desk where nobody is named.
    #[schema(required)]
    stand_in: Option<Uuid>,
}

/// What a user may do.
#[derive(Serialize, ToSchema)]
#[schema(as = Role)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RoleShape {
    Observer,
    Member,
    Administrator,
}

/// What a user prefers about the pages.
#[derive(Serialize, ToSchema)]
#[schema(as = Preferences)]
pub(crate) struct PreferencesShape {
    theme: ThemeShape,
    contrast: ContrastShape,
    density: DensityShape,
    keys: SingleKeysShape,
    language: PageLanguageShape,
    clock: ClockFaceShape,
}

/// Preferences that are to change; what is missing stays.
#[derive(Serialize, ToSchema)]
#[schema(as = ChangePreferences)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePreferencesShape {
    theme: Option<ThemeShape>,
    contrast: Option<ContrastShape>,
    density: Option<DensityShape>,
    keys: Option<SingleKeysShape>,
    language: Option<PageLanguageShape>,
    clock: Option<ClockFaceShape>,
}

/// Light pages or dark ones; `system` is as the device has it.
#[derive(Serialize, ToSchema)]
#[schema(as = Theme)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ThemeShape {
    System,
    Light,
    Dark,
}

/// How far words stand out from their ground.
#[derive(Serialize, ToSchema)]
#[schema(as = Contrast)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ContrastShape {
    System,
    More,
}

/// How close things stand.
#[derive(Serialize, ToSchema)]
#[schema(as = Density)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DensityShape {
    Normal,
    Compact,
    Roomy,
}

/// Whether single keys act on the desk.
#[derive(Serialize, ToSchema)]
#[schema(as = SingleKeys)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SingleKeysShape {
    On,
    Off,
}

/// The language of the pages; `ar-XB` is English, mirrored, for testing.
#[derive(Serialize, ToSchema)]
#[schema(as = PageLanguage)]
pub(crate) enum PageLanguageShape {
    #[serde(rename = "system")]
    System,
    #[serde(rename = "en")]
    English,
    #[serde(rename = "ar-XB")]
    Mirrored,
}

/// How many hours a clock has.
#[derive(Serialize, ToSchema)]
#[schema(as = ClockFace)]
pub(crate) enum ClockFaceShape {
    #[serde(rename = "24")]
    Day,
    #[serde(rename = "12")]
    HalfDay,
}

/// One stretch of duty.
#[derive(Serialize, ToSchema)]
#[schema(as = DutyHours)]
pub(crate) struct DutyHoursShape {
    /// 1 for Monday to 7 for Sunday.
    day: u8,
    /// Minute of the day at which it begins.
    from: u16,
    /// Minute at which it ends; above 1440 on the following day.
    to: u16,
}

/// A desk with its head.
#[derive(Serialize, ToSchema)]
#[schema(as = Department)]
pub(crate) struct DepartmentShape {
    id: Uuid,
    /// Of a-z, 0-9 and -; unique.
    key: String,
    /// Unique.
    name: String,
    /// The user who heads it.
    head: Uuid,
    #[schema(required)]
    deputy: Option<Uuid>,
    intents: Vec<String>,
    keywords: Vec<String>,
    /// Whether posts are routed to it.
    is_active: bool,
    place: i64,
    office: OfficeShape,
    #[schema(format = DateTime)]
    created_at: String,
}

/// When and how a department works.
#[derive(Serialize, ToSchema)]
#[schema(as = Office)]
pub(crate) struct OfficeShape {
    /// A short number to reach its desk by, which no other user or department has.
    #[schema(required)]
    extension: Option<String>,
    /// BCP 47 tags of the languages that it answers in, beside those of its users.
    languages: Vec<String>,
    /// Its business hours; none means always.
    hours: Vec<DutyHoursShape>,
    /// IANA name of the time zone of its hours; UTC if missing.
    #[schema(required)]
    time_zone: Option<String>,
    /// Key of the calendar whose holidays are its own.
    #[schema(required)]
    holidays: Option<String>,
    /// The department that is asked instead while it is closed.
    #[schema(required)]
    cover: Option<Uuid>,
    assignment: AssignmentShape,
    /// How many minutes offers to it stand; what is configured if missing.
    #[schema(required)]
    accept_within_min: Option<u32>,
    unaccepted: UnacceptedShape,
    #[schema(required)]
    interest: Option<InterestShape>,
}

/// How cases at a desk find an owner.
#[derive(Serialize, ToSchema)]
#[schema(as = Assignment)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AssignmentShape {
    Pull,
    RoundRobin,
}

/// Who has a case whose offer to a department has ended without an answer.
#[derive(Serialize, ToSchema)]
#[schema(as = Unaccepted)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UnacceptedShape {
    Sender,
    Head,
}

/// What a post can be about for the company at once.
#[derive(Serialize, ToSchema)]
#[schema(as = Interest)]
#[serde(rename_all = "snake_case")]
pub(crate) enum InterestShape {
    Service,
    Sale,
    Press,
}

/// The company that the installation belongs to.
#[derive(Serialize, ToSchema)]
#[schema(as = Company)]
pub(crate) struct CompanyShape {
    name: String,
    handles: Vec<String>,
    #[schema(required)]
    website: Option<String>,
    /// The department whose desk takes what nothing else decides.
    fallback: Uuid,
    team: TeamShape,
    /// The holidays of the places where people work.
    holidays: Vec<HolidayCalendarShape>,
}

/// Everybody who answers in public, as one team across the departments.
#[derive(Serialize, ToSchema)]
#[schema(as = Team)]
pub(crate) struct TeamShape {
    /// Its head.
    #[schema(required)]
    head: Option<Uuid>,
    /// Who stands in for the head.
    #[schema(required)]
    deputy: Option<Uuid>,
    /// Who sits in the team for a department, by the id of the department.
    seats: HashMap<String, Uuid>,
}

/// Days on which people of one place do not work.
#[derive(Serialize, ToSchema)]
#[schema(as = HolidayCalendar)]
pub(crate) struct HolidayCalendarShape {
    /// Of a-z, 0-9 and -; unique.
    key: String,
    name: String,
    days: Vec<HolidayShape>,
}

/// One day on which nobody of a place works.
#[derive(Serialize, ToSchema)]
#[schema(as = Holiday)]
pub(crate) struct HolidayShape {
    #[schema(format = Date)]
    date: String,
    name: String,
}

/// How soon authors are to hear from us.
#[derive(Serialize, ToSchema)]
#[schema(as = SlaPolicy)]
pub(crate) struct SlaPolicyShape {
    id: Uuid,
    /// Unique.
    name: String,
    /// Only cases of these departments; of all if there are none.
    departments: Vec<Uuid>,
    /// Only cases of these networks; of all if there are none.
    networks: Vec<String>,
    /// Only cases of at least this priority.
    least_priority: u8,
    /// Only cases with this tag.
    #[schema(required)]
    tag: Option<String>,
    targets: SlaTargetsShape,
    /// Whether only the business hours of the department count.
    in_business_hours: bool,
    /// What part of a target may pass before a warning, in per cent.
    warn_at_percent: u8,
    /// Who is told after a clock ran out.
    escalation: Vec<EscalationStepShape>,
}

/// Minutes until clocks run out; a clock without any does not run.
#[derive(Serialize, ToSchema)]
#[schema(as = SlaTargets)]
pub(crate) struct SlaTargetsShape {
    /// To our first answer.
    #[schema(required = false, minimum = 1, maximum = 525_600)]
    first_response_min: Option<u32>,
    /// To our next answer.
    #[schema(required = false, minimum = 1, maximum = 525_600)]
    next_response_min: Option<u32>,
    /// To the end.
    #[schema(required = false, minimum = 1, maximum = 525_600)]
    resolution_min: Option<u32>,
    /// For offers to be accepted.
    #[schema(required = false, minimum = 1, maximum = 525_600)]
    accept_min: Option<u32>,
}

/// One step up.
#[derive(Serialize, ToSchema)]
#[schema(as = EscalationStep)]
pub(crate) struct EscalationStepShape {
    /// How many minutes after the clock ran out.
    #[schema(maximum = 525_600)]
    after_min: u32,
    to: EscalateToShape,
}

/// Who is told of a clock that ran out.
#[derive(Serialize, ToSchema)]
#[schema(as = EscalateTo)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EscalateToShape {
    Head,
    Deputy,
    TeamHead,
}

/// What must hold of a post, and what follows.
#[derive(Serialize, ToSchema)]
#[schema(as = Rule)]
pub(crate) struct RuleShape {
    id: Uuid,
    /// Lower comes first.
    place: i64,
    /// Unique.
    name: String,
    #[schema(required)]
    when: Option<String>,
    #[schema(required)]
    intent: Option<String>,
    #[schema(required)]
    department: Option<Uuid>,
    tags: Vec<String>,
    priority: i32,
    /// The user of that department who gets the case.
    #[schema(required)]
    owner: Option<Uuid>,
    /// The post gets no case: it is dismissed with the name of the rule.
    dismisses: bool,
    /// The rules after it are not looked at.
    stops: bool,
    is_enabled: bool,
}

/// A key with which a program acts for a user. The key itself is shown once.
#[derive(Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub(crate) struct KeyShape {
    id: Uuid,
    user: Uuid,
    name: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(required, format = DateTime)]
    used_at: Option<String>,
}

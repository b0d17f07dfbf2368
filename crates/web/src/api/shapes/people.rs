//! Shapes of users, departments, the company and rules.

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
    preferences: PreferencesShape,
    #[schema(format = DateTime)]
    created_at: String,
    /// Wrong passwords in a row.
    failures: u32,
    #[schema(required, format = DateTime)]
    locked_until: Option<String>,
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
    #[schema(format = DateTime)]
    created_at: String,
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

//! `switchboard user`: keep the users.

use std::io::Write;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use serde_json::{Value, json};
use switchboard_app::directory::duty;
use switchboard_app::directory::preferences::PreferencesChange;
use switchboard_app::directory::profile::ProfileChange;
use switchboard_app::directory::user::{NewUser, UserChange};
use switchboard_model::{
    Absence, ClockFace, Contrast, Density, DepartmentId, PageLanguage, Role, SingleKeys, Theme, User,
};

use super::Shared;
use crate::door::Door;
use crate::failure::{Failure, Status};
use crate::installation::Installation;
use crate::people_door::Deed;

/// One of the words of a choice of the model.
macro_rules! one_of {
    ($choice:ident) => {
        PossibleValuesParser::new($choice::ALL.iter().map(|choice| choice.as_str()))
            .map(|word| $choice::from_word(&word).unwrap_or_default())
    };
}

/// Keep the users.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the users.
    List,
    /// Add a user, and print the one-time link by which they choose a password.
    Add {
        /// What they log in with.
        email: String,
        /// What colleagues call them.
        name: String,
        /// What they may do.
        #[arg(long, default_value = "member")]
        role: RoleWord,
        #[command(flatten)]
        more: More,
    },
    /// Change a user; what is not named stays.
    Change {
        /// The e-mail address they have now.
        email: String,
        /// What colleagues call them.
        #[arg(long)]
        name: Option<String>,
        /// What they are to log in with.
        #[arg(long, value_name = "EMAIL")]
        new_email: Option<String>,
        /// What they may do.
        #[arg(long)]
        role: Option<RoleWord>,
        #[command(flatten)]
        more: More,
        #[command(flatten)]
        knows: Knows,
        #[command(flatten)]
        looks: Looks,
    },
    /// Enter an absence: when it begins, each open case goes to who stands in, or to the desk. Prints where.
    Away {
        /// Their e-mail address.
        email: String,
        /// The first day, such as 2026-12-21.
        #[arg(long, value_name = "DATE")]
        from: Date,
        /// The last day.
        #[arg(long, value_name = "DATE")]
        until: Date,
        /// E-mail address of who stands in.
        #[arg(long, value_name = "EMAIL")]
        stand_in: Option<String>,
    },
    /// Take back the absence that begins on a day.
    Back {
        /// Their e-mail address.
        email: String,
        /// The first day of the absence.
        #[arg(long, value_name = "DATE")]
        from: Date,
    },
    /// Make a user inactive: logged out, and owner of nothing that is not closed.
    Deactivate {
        /// Their e-mail address.
        email: String,
    },
    /// Make a user active again.
    Activate {
        /// Their e-mail address.
        email: String,
    },
    /// Print a one-time link by which a user chooses a new password; also for one who is locked out.
    ResetLink {
        /// Their e-mail address.
        email: String,
    },
    /// Let a user who typed too many wrong passwords try again at once.
    Unlock {
        /// Their e-mail address.
        email: String,
    },
}

#[derive(Debug, Args)]
struct More {
    /// A department they work for, by key or name; may be given several times.
    #[arg(long = "department", value_name = "DEPARTMENT")]
    departments: Vec<String>,
    /// A language they answer in, such as en or pt-BR; may be given several times.
    #[arg(long = "language", value_name = "TAG")]
    languages: Vec<String>,
    /// Their time zone, such as Europe/Lisbon.
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// When they are on duty, such as 'mon-fri 09:00-17:00, sat 10:00-14:00'; always, if empty.
    #[arg(long, value_name = "HOURS")]
    duty: Option<String>,
}

/// How they can be reached and what they can take on.
#[derive(Debug, Args)]
struct Knows {
    /// A short number to reach them by, of 2 to 6 digits; empty for none.
    #[arg(long, value_name = "DIGITS")]
    extension: Option<String>,
    /// What they know beside languages; may be given several times.
    #[arg(long = "skill", value_name = "SKILL")]
    skills: Vec<String>,
    /// How many open cases they can have; 0 for as many as come.
    #[arg(long, value_name = "CASES")]
    most_cases: Option<u32>,
    /// Key of the calendar whose holidays are theirs; empty for none.
    #[arg(long, value_name = "KEY")]
    holidays: Option<String>,
}

impl From<Knows> for ProfileChange {
    fn from(knows: Knows) -> Self {
        let given = |text: Option<String>| text.map(|text| Some(text).filter(|text| !text.trim().is_empty()));
        Self {
            extension: given(knows.extension),
            skills: (!knows.skills.is_empty()).then_some(knows.skills),
            most_cases: knows.most_cases.map(|most| Some(most).filter(|most| *most > 0)),
            holidays: given(knows.holidays),
            absences: None,
        }
    }
}

/// What they prefer about the pages.
#[derive(Debug, Args)]
struct Looks {
    /// Light pages or dark ones; as the device has it, if system.
    #[arg(long, value_parser = one_of!(Theme))]
    theme: Option<Theme>,
    /// How far words stand out from their ground.
    #[arg(long, value_parser = one_of!(Contrast))]
    contrast: Option<Contrast>,
    /// How close things stand.
    #[arg(long, value_parser = one_of!(Density))]
    density: Option<Density>,
    /// Whether single keys act on the desk.
    #[arg(long, value_parser = one_of!(SingleKeys))]
    keys: Option<SingleKeys>,
    /// The language of the pages; ar-XB is English, mirrored, for testing.
    #[arg(long, value_parser = one_of!(PageLanguage))]
    page_language: Option<PageLanguage>,
    /// How many hours their clock has.
    #[arg(long, value_parser = one_of!(ClockFace))]
    clock: Option<ClockFace>,
}

impl From<Looks> for PreferencesChange {
    fn from(looks: Looks) -> Self {
        let Looks { theme, contrast, density, keys, page_language, clock } = looks;
        Self { theme, contrast, density, keys, language: page_language, clock }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleWord {
    Observer,
    Member,
    Administrator,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Observer => Self::Observer,
            RoleWord::Member => Self::Member,
            RoleWord::Administrator => Self::Administrator,
        }
    }
}

pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Status, Failure> {
    let installation = shared.installation()?;
    let door = Door::open(&installation, "user").await?;
    let done = act(shared, &installation, &door, arguments.action).await;
    door.close().await;
    done.map(|()| Status::Done)
}

async fn act(shared: &Shared, installation: &Installation, door: &Door, action: Action) -> Result<(), Failure> {
    let one = async |email: &str, deed: Deed, what: &str| {
        let user = door.do_to_user(door.get_user(email).await?.id, deed).await?;
        say(shared, &user, what)
    };
    match action {
        Action::List => list(shared, door).await,
        Action::Add { email, name, role, more } => {
            let new = NewUser {
                name,
                email,
                role: role.into(),
                departments: ids(door, &more.departments).await?,
                languages: more.languages,
                time_zone: more.time_zone,
                duty: duty::parse(more.duty.as_deref().unwrap_or_default()).map_err(Failure::usage)?,
            };
            let (user, link) = door.invite(new).await?;
            say_link(shared, installation, door, &user, &link)
        }
        Action::Change { email, name, new_email, role, more, knows, looks } => {
            let user = door.get_user(&email).await?;
            let some = |list: Vec<String>| (!list.is_empty()).then_some(list);
            let change = UserChange {
                name,
                email: new_email,
                role: role.map(Role::from),
                departments: match some(more.departments) {
                    Some(names) => Some(ids(door, &names).await?),
                    None => None,
                },
                languages: some(more.languages),
                time_zone: more.time_zone,
                duty: more.duty.as_deref().map(duty::parse).transpose().map_err(Failure::usage)?,
                profile: knows.into(),
                preferences: looks.into(),
            };
            say(shared, &door.change_user(user.id, change).await?, "changed")
        }
        Action::Away { email, from, until, stand_in } => {
            let user = door.get_user(&email).await?;
            let stand_in = match stand_in {
                Some(email) => Some(door.get_user(&email).await?.id),
                None => None,
            };
            let absence = Absence { from, until, stand_in };
            let absences = user.profile.absences.iter().cloned().chain([absence.clone()]).collect();
            let user = set_absences(door, &user, absences).await?;
            let handed = door.absence_hand_over(user.id, &absence).await?;
            say_handed(shared, door, &user, &handed).await
        }
        Action::Back { email, from } => {
            let user = door.get_user(&email).await?;
            let absences: Vec<Absence> = user.profile.absences.iter().filter(|one| one.from != from).cloned().collect();
            if absences.len() == user.profile.absences.len() {
                return Err(Failure::usage(format_args!("{} has no absence that begins on {from}", user.name)));
            }
            say(shared, &set_absences(door, &user, absences).await?, "absence taken back")
        }
        Action::Deactivate { email } => one(&email, Deed::Deactivate, "not active any more").await,
        Action::Activate { email } => one(&email, Deed::Activate, "active").await,
        Action::Unlock { email } => one(&email, Deed::Unlock, "may try again").await,
        Action::ResetLink { email } => {
            let user = door.get_user(&email).await?;
            let link = door.reset_link(user.id).await?;
            say_link(shared, installation, door, &user, &link)
        }
    }
}

async fn set_absences(door: &Door, user: &User, absences: Vec<Absence>) -> Result<User, Failure> {
    let profile = ProfileChange { absences: Some(absences), ..ProfileChange::default() };
    door.change_user(user.id, UserChange { profile, ..UserChange::default() }).await
}

/// Where each open case goes.
async fn say_handed(shared: &Shared, door: &Door, user: &User, handed: &Value) -> Result<(), Failure> {
    let names = super::directory::names(door).await?;
    let name = |id: &Value| id.as_str().and_then(|id| names.get(id)).map_or("", String::as_str);
    let mut output = std::io::stdout().lock();
    if shared.json {
        return writeln!(output, "{}", json!({ "user": user, "hand_over": handed })).map_err(Failure::output);
    }
    let cases = handed.as_array().map(Vec::as_slice).unwrap_or_default();
    let sum = if cases.len() == 1 { "1 open case".to_owned() } else { format!("{} open cases", cases.len()) };
    writeln!(output, "{} <{}>: absence entered, {sum} to hand over", user.name, user.email).map_err(Failure::output)?;
    for one in cases {
        let to = if one["to"].is_null() {
            format!("the desk of {}", name(&one["department"]))
        } else {
            name(&one["to"]).to_owned()
        };
        writeln!(output, "  case {} goes to {to}", one["case"]).map_err(Failure::output)?;
    }
    Ok(())
}

async fn ids(door: &Door, names: &[String]) -> Result<Vec<DepartmentId>, Failure> {
    let mut ids = Vec::new();
    for name in names {
        ids.push(door.get_department(name).await?.id);
    }
    Ok(ids)
}

fn say(shared: &Shared, user: &User, what: &str) -> Result<(), Failure> {
    let mut output = std::io::stdout();
    if shared.json {
        writeln!(output, "{}", json!(user)).map_err(Failure::output)
    } else {
        writeln!(output, "{} <{}>: {what}", user.name, user.email).map_err(Failure::output)
    }
}

fn say_link(shared: &Shared, installation: &Installation, door: &Door, user: &User, path: &str) -> Result<(), Failure> {
    let listens = installation.address(installation.config.web.listen);
    let link = format!("{}{path}", installation.public_url(door.answers_at().unwrap_or(&listens)));
    let mut output = std::io::stdout();
    if shared.json {
        return writeln!(output, "{}", json!({ "user": user, "link": link })).map_err(Failure::output);
    }
    writeln!(output, "{} <{}> chooses a password here, once:\n{link}", user.name, user.email).map_err(Failure::output)
}

async fn list(shared: &Shared, door: &Door) -> Result<(), Failure> {
    let (users, departments) = (door.users().await?, door.departments().await?);
    let mut output = std::io::stdout().lock();
    if shared.json {
        return writeln!(output, "{}", json!(users)).map_err(Failure::output);
    }
    if users.is_empty() {
        return writeln!(output, "no users yet; open the set-up link that serve prints, or run switchboard setup")
            .map_err(Failure::output);
    }
    for user in &users {
        let of = user.departments.iter().filter_map(|id| departments.iter().find(|department| department.id == *id));
        let of: Vec<&str> = of.map(|department| department.key.as_str()).collect();
        let state = match (user.is_active, user.has_password, user.locked_until) {
            (false, ..) => "  (not active)",
            (true, false, _) => "  (no password yet)",
            (true, true, Some(_)) => "  (locked)",
            (true, true, None) => "",
        };
        writeln!(output, "{:13}  {}  {}  {}{state}", user.role.as_str(), user.email, user.name, of.join(","))
            .map_err(Failure::output)?;
    }
    Ok(())
}

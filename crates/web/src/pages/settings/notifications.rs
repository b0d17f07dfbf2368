//! What somebody wants to be told: by what, how soon, and not when.

use std::borrow::Cow;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use jiff::civil::Weekday;
use switchboard_app::access::AccessError;
use switchboard_model::push::PushTarget;
use switchboard_model::{Channel, NotificationKind, NotificationSettings, Pace, QuietHours};
use uuid::Uuid;

use super::{Place, Places, frame};
use crate::error::{PageError, Refusal};
use crate::options::Web;
use crate::pages::access::{push_browser, with_push_browser};
use crate::pages::failure::sentence;
use crate::pages::forms::{Choice, Fields, about_form};
use crate::pages::words::When;
use crate::pages::{Frame, go, show, words};
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "settings/notifications.html")]
struct SettingsPage {
    frame: Frame,
    places: Places,
    channels: Vec<Cow<'static, str>>,
    kinds: Vec<KindRow>,
    from: String,
    to: String,
    digest_at: String,
    days: Vec<Choice>,
    is_saved: bool,
    complaint: Option<String>,
    browsers: Browsers,
}

/// One kind with its pace for each channel.
struct KindRow {
    name: Cow<'static, str>,
    /// The name of the field, the channel, and the paces that can be chosen.
    paces: Vec<(String, Cow<'static, str>, Vec<Choice>)>,
}

fn kind_words(kind: NotificationKind) -> Cow<'static, str> {
    use NotificationKind as Kind;
    match kind {
        Kind::Changed => t!("notifications-kind-changed"),
        Kind::Offered => t!("notifications-kind-offered"),
        Kind::OfferEnded => t!("notifications-kind-offer-ended"),
        Kind::Assigned => t!("notifications-kind-assigned"),
        Kind::Returned => t!("notifications-kind-returned"),
        Kind::Mentioned => t!("notifications-kind-mentioned"),
        Kind::Question => t!("notifications-kind-question"),
        Kind::Answer => t!("notifications-kind-answer"),
        Kind::Outreach => t!("notifications-kind-outreach"),
        Kind::OutreachCame => t!("notifications-kind-outreach-came"),
        Kind::OutreachDue => t!("notifications-kind-outreach-due"),
        Kind::ClockWarned => t!("notifications-kind-clock-warned"),
        Kind::ClockBreached => t!("notifications-kind-clock-breached"),
        Kind::Escalated => t!("notifications-kind-escalated"),
        Kind::PingPong => t!("notifications-kind-ping-pong"),
        Kind::Involved => t!("notifications-kind-involved"),
        Kind::Exposed => t!("notifications-kind-exposed"),
        Kind::ShiftEnds => t!("notifications-kind-shift-ends"),
    }
}

fn channel_words(channel: Channel) -> Cow<'static, str> {
    match channel {
        Channel::Page => t!("notifications-channel-page"),
        Channel::Mail => t!("notifications-channel-mail"),
        Channel::Chat => t!("notifications-channel-chat"),
        Channel::Push => t!("notifications-channel-push"),
    }
}

fn pace_words(pace: Pace) -> Cow<'static, str> {
    match pace {
        Pace::AtOnce => t!("notifications-pace-at-once"),
        Pace::Hourly => t!("notifications-pace-hourly"),
        Pace::Daily => t!("notifications-pace-daily"),
        Pace::Weekly => t!("notifications-pace-weekly"),
        Pace::Never => t!("notifications-pace-never"),
    }
}

/// The channels that there are.
const CHANNELS: [Channel; 3] = [Channel::Page, Channel::Mail, Channel::Push];

/// The channels that are shown: in browsers nothing is told before an administrator wants it.
fn channels(has_push: bool) -> impl Iterator<Item = Channel> {
    CHANNELS.into_iter().filter(move |channel| has_push || *channel != Channel::Push)
}

/// What a page needs to know about browsers.
#[derive(Debug, Default)]
struct Browsers {
    /// The key by which push services know us; none where nothing is told in browsers.
    key: Option<String>,
    rows: Vec<BrowserRow>,
    /// The browser that asks is one of them.
    is_here: bool,
    said: Option<Cow<'static, str>>,
}

/// One browser.
#[derive(Debug)]
struct BrowserRow {
    id: String,
    name: String,
    since: When,
    succeeded: Option<When>,
    trouble: String,
}

impl Browsers {
    async fn of(web: &Web, visitor: &Visitor, headers: &HeaderMap) -> Result<Self, PageError> {
        let now = web.app.now();
        let browsers = web.app.push_browsers(&visitor.actor).await?;
        let here = push_browser(headers);
        let is_here = browsers.iter().any(|one| Some(one.id) == here);
        let rows = browsers.into_iter().map(|one| BrowserRow {
            id: one.id.to_string(),
            name: one.name,
            since: When::new(one.created_at, now),
            succeeded: one.succeeded_at.map(|at| When::new(at, now)),
            trouble: one.trouble,
        });
        Ok(Self { key: web.app.push_public_key().await?, rows: rows.collect(), is_here, said: None })
    }
}

fn paces_of(channel: Channel) -> &'static [Pace] {
    match channel {
        Channel::Page => &[Pace::AtOnce, Pace::Never],
        Channel::Mail | Channel::Chat | Channel::Push => Pace::ALL,
    }
}

fn field(kind: NotificationKind, channel: Channel) -> String {
    format!("{}.{}", kind.as_str(), channel.as_str())
}

/// A minute of the day as fields of a form say it.
fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute) = (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

impl SettingsPage {
    fn new(settings: &NotificationSettings, visitor: &Visitor, browsers: Browsers) -> Self {
        let has_push = browsers.key.is_some();
        let row = |kind: &NotificationKind| {
            let paces = channels(has_push).map(|channel| {
                let chosen = settings.pace(*kind, channel);
                let choice = |pace: &Pace| Choice::new(pace.as_str(), pace_words(*pace), *pace == chosen);
                let choices = paces_of(channel).iter().map(choice).collect();
                (field(*kind, channel), channel_words(channel), choices)
            });
            KindRow { name: kind_words(*kind), paces: paces.collect() }
        };
        let day = |number: i8| {
            let weekday = Weekday::from_monday_one_offset(number).unwrap_or(Weekday::Monday);
            let is_chosen = i8::try_from(settings.digest_day) == Ok(number);
            Choice::new(number.to_string(), words::weekday(weekday), is_chosen)
        };
        Self {
            frame: frame(t!("settings-place-notifications"), visitor).with_script("push.js"),
            places: Places::new(visitor, Place::Notifications),
            channels: channels(has_push).map(channel_words).collect(),
            kinds: NotificationKind::ALL.iter().map(row).collect(),
            from: settings.quiet.map(|quiet| clock(quiet.from)).unwrap_or_default(),
            to: settings.quiet.map(|quiet| clock(quiet.to)).unwrap_or_default(),
            digest_at: clock(settings.digest_at),
            days: (1..=7).map(day).collect(),
            is_saved: false,
            complaint: None,
            browsers,
        }
    }
}

/// What the form says; a field that is missing leaves what is there.
fn read(fields: &Fields, settings: &mut NotificationSettings) -> Result<(), Refusal> {
    let bad = |field: &'static str| Refusal::unprocessable("bad_field", t!("notifications-bad-time")).about(field);
    for kind in NotificationKind::ALL {
        for channel in CHANNELS {
            let Some(word) = fields.find(&field(*kind, channel)) else { continue };
            let pace = Pace::from_word(word).ok_or_else(|| bad("paces"))?;
            settings.set_pace(*kind, channel, pace);
        }
    }
    let (from, to) = (fields.filled("from"), fields.filled("to"));
    settings.quiet = match (from, to) {
        (None, None) => None,
        (from, to) => Some(QuietHours {
            from: from.as_deref().and_then(minute).ok_or_else(|| bad("quiet"))?,
            to: to.as_deref().and_then(minute).ok_or_else(|| bad("quiet"))?,
        }),
    };
    settings.digest_at = minute(fields.text("digest_at")).ok_or_else(|| bad("digest_at"))?;
    settings.digest_day = fields.text("digest_day").parse().map_err(|_| bad("digest_day"))?;
    Ok(())
}

/// `GET /settings/notifications`
pub(crate) async fn ask(State(web): State<Web>, visitor: Visitor, headers: HeaderMap) -> Result<Response, PageError> {
    visitor.actor.user().ok_or(AccessError::NotAUser)?;
    let settings = web.app.notification_settings(&visitor.actor).await?;
    show(StatusCode::OK, &SettingsPage::new(&settings, &visitor, Browsers::of(&web, &visitor, &headers).await?))
}

/// What a browser calls itself, in short.
fn browser_name(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let named = |known: &[(&'static str, &'static str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    // Each names itself after those whose pages it wants to be sent.
    let browser = named(&[
        ("Edg/", "Edge"),
        ("EdgA/", "Edge"),
        ("OPR/", "Opera"),
        ("Vivaldi", "Vivaldi"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Chrome/", "Chrome"),
        ("CriOS", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = named(&[
        ("Android", "Android"),
        ("iPhone", "iOS"),
        ("iPad", "iPadOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => t!("push-browser-on", browser = browser, system = system).into_owned(),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => t!("push-browser").into_owned(),
    }
}

/// `POST /settings/notifications/browsers`
pub(crate) async fn add_browser(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, PageError> {
    let target = PushTarget {
        endpoint: fields.text("endpoint").to_owned(),
        p256dh: fields.text("p256dh").to_owned(),
        auth: fields.text("auth").to_owned(),
    };
    let before = push_browser(&headers);
    // What the browser sends by itself when its address changes is for whoever registered it, and for nobody who only happens
    // to be logged in there now.
    if fields.is_on("renewed") {
        let is_theirs = web.app.push_browsers(&visitor.actor).await?.iter().any(|known| Some(known.id) == before);
        if !is_theirs {
            return Err(PageError(Refusal::not_found(t!("push-no-browser"))));
        }
    }
    let added = web.app.add_push_browser(&visitor.actor, target, &browser_name(&headers)).await?;
    if let Some(before) = before {
        web.app.leave_push_browser(before, None).await?;
    }
    Ok(with_push_browser(&web, added.id, go("/settings/notifications#browsers")))
}

fn browser_id(id: &str) -> Result<Uuid, Refusal> {
    id.parse().map_err(|_| Refusal::not_found(t!("push-no-browser")))
}

/// `POST /settings/notifications/browsers/{id}/remove`
pub(crate) async fn remove_browser(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    web.app.remove_push_browser(&visitor.actor, browser_id(&id)?).await?;
    Ok(go("/settings/notifications#browsers"))
}

/// `POST /settings/notifications/browsers/{id}/try`
pub(crate) async fn try_browser(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let tried = web.app.try_push(&visitor.actor, browser_id(&id)?).await;
    let settings = web.app.notification_settings(&visitor.actor).await?;
    let mut page = SettingsPage::new(&settings, &visitor, Browsers::of(&web, &visitor, &headers).await?);
    match tried {
        Ok(()) => {
            page.browsers.said = Some(t!("push-tried"));
            show(StatusCode::OK, &page)
        }
        Err(error) => {
            let refusal = about_form(error)?;
            page.complaint = Some(sentence(&refusal.message));
            show(refusal.status, &page)
        }
    }
}

/// `POST /settings/notifications`
pub(crate) async fn change(
    State(web): State<Web>,
    visitor: Visitor,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, PageError> {
    let mut settings = web.app.notification_settings(&visitor.actor).await?;
    let typed = read(&fields, &mut settings);
    let done = match typed {
        Ok(()) => {
            let done = web.app.set_notification_settings(&visitor.actor, settings.clone()).await;
            done.map(drop).map_err(Refusal::from)
        }
        Err(refusal) => Err(refusal),
    };
    let mut page = SettingsPage::new(&settings, &visitor, Browsers::of(&web, &visitor, &headers).await?);
    match done {
        Ok(()) => {
            page.is_saved = true;
            show(StatusCode::OK, &page)
        }
        Err(refusal) => {
            let refusal = about_form(refusal)?;
            page.complaint = Some(sentence(&refusal.message));
            show(refusal.status, &page)
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::pages::samples;

    /// Saved, and refused.
    pub(crate) fn samples() -> Vec<String> {
        let quiet = Some(QuietHours { from: 22 * 60, to: 7 * 60 });
        let settings = NotificationSettings { quiet, ..NotificationSettings::default() };
        let row = |name: &str, trouble: &str| BrowserRow {
            id: Uuid::nil().to_string(),
            name: name.to_owned(),
            since: When::new(samples::now(), samples::now()),
            succeeded: Some(When::new(samples::now(), samples::now())).filter(|_| trouble.is_empty()),
            trouble: trouble.to_owned(),
        };
        let browsers = Browsers {
            key: Some("BPublic".to_owned()),
            rows: vec![row(&t!("push-browser"), ""), row(samples::HOSTILE, samples::HOSTILE)],
            is_here: true,
            said: Some(t!("push-tried")),
        };
        let mut saved = SettingsPage::new(&settings, &samples::visitor(), browsers);
        saved.is_saved = true;
        let mut refused = SettingsPage::new(&NotificationSettings::default(), &samples::visitor(), Browsers::default());
        refused.complaint = Some(samples::HOSTILE.to_owned());
        [saved, refused].map(|page| page.render().expect("renders")).into()
    }

    #[test]
    fn samples_are_rendered_and_escaped() {
        samples().iter().for_each(|html| samples::assert_harmless(html));
    }

    #[test]
    fn a_browser_is_called_what_it_is() {
        let check = |agent: &str, expected: &str| {
            let headers = [(header::USER_AGENT, agent.parse().expect("a header"))].into_iter().collect();
            assert_eq!(browser_name(&headers), expected, "{agent}");
        };
        check("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux");
        check(
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge on Windows",
        );
        check(
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36",
            "Chrome on Android",
        );
        check("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Version/17.5 Safari/605.1.15", "Safari on macOS");
        check("curl/8", "A browser");
    }

    #[test]
    fn what_is_typed_is_what_is_kept() {
        let fields = [
            ("offered.mail", "hourly"),
            ("from", "22:30"),
            ("to", "7:00"),
            ("digest_at", "08:15"),
            ("digest_day", "5"),
        ];
        let fields = Fields(fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        let mut settings = NotificationSettings::default();
        assert!(read(&fields, &mut settings).is_ok());
        assert_eq!(settings.pace(NotificationKind::Offered, Channel::Mail), Pace::Hourly);
        assert_eq!(settings.quiet, Some(QuietHours { from: 22 * 60 + 30, to: 7 * 60 }));
        assert_eq!((settings.digest_at, settings.digest_day), (8 * 60 + 15, 5));
        let wrong = Fields(vec![("from".to_owned(), "25:00".to_owned())]);
        assert_eq!(read(&wrong, &mut settings).expect_err("refused").field, Some("quiet"));
    }
}

//! Mail: where it is handed over, and how a letter reads.

use serde_json::Value;
use switchboard_model::mail::{Letter, MailServer};
use switchboard_model::{
    By, CaseId, LinkAct, Notification, NotificationDelivery, NotificationKind, Pace, QuestionView, User, UserId, Via,
};

use switchboard_store::StoreError;

use super::NotificationError;
use super::link::Act;
use crate::App;
use crate::rights::{Actor, Right};
use crate::secrets::Place;

/// Where the server stands in `meta`.
const MAIL: &str = "mail_server";

/// What is secret of it.
const SECRETS: &[&str] = &["password"];

impl App {
    /// Where mail is handed over, without the password.
    pub async fn mail_server(&self, actor: &Actor) -> Result<Option<MailServer>, NotificationError> {
        actor.may(Right::Administer)?;
        self.follow_settings().await?;
        let server = self.notifying.mail.load_full();
        Ok(server.map(|server| MailServer { password: None, ..server.as_ref().clone() }))
    }

    /// Names the server for mail; without one no mail leaves. A password that is left out stays, as long as nothing else
    /// changes but the sender.
    pub async fn set_mail_server(
        &self,
        actor: &Actor,
        server: Option<MailServer>,
    ) -> Result<Option<MailServer>, NotificationError> {
        actor.may(Right::Administer)?;
        let _turn = self.notifying.turn.lock().await;
        self.follow_settings().await?;
        let Some(server) = server else {
            self.keep_setting(MAIL, "null").await?;
            self.notifying.mail.store(None);
            return Ok(None);
        };
        let mut server = checked(server)?;
        let known = self.notifying.mail.load_full();
        // A secret that nobody sees must not follow a change to another host.
        if let Some(known) = known.filter(|known| server.password.is_none() && is_same_door(known, &server)) {
            server.password = known.password.clone();
        }
        let mut written = serde_json::to_value(&server).unwrap_or_default();
        self.secrets.seal(Place::Mail, SECRETS, &mut written);
        self.keep_setting(MAIL, &written.to_string()).await?;
        self.notifying.mail.store(Some(server.into()));
        self.mail_server(actor).await
    }

    /// Sends a letter to try the server out; answers what the server said.
    pub async fn try_mail(&self, actor: &Actor, to: &str) -> Result<String, NotificationError> {
        actor.may(Right::Administer)?;
        self.follow_settings().await?;
        let server = self.notifying.mail.load_full().ok_or(NotificationError::NoMail)?;
        let text = "This is a trial message of Switchboard. It came: notifications will come by mail as well.";
        let letter = Letter {
            id: format!("{}@{}", self.ids.next(), domain(&server.from)),
            thread: None,
            to: to.trim().to_owned(),
            reply_to: None,
            subject: "Switchboard: a trial message".to_owned(),
            text: text.to_owned(),
            html: format!("<p>{text}</p>"),
            unsubscribe: None,
        };
        let sent = self.networks.send_mail(&server, &letter).await;
        sent.map_err(|untaken| NotificationError::bad("to", format!("the server did not take it: {}", untaken.why)))
    }

    pub(crate) async fn read_mail_server(&self) -> Result<(), switchboard_store::StoreError> {
        let Some(written) = self.store.meta(MAIL).await? else { return Ok(()) };
        let value: Value = serde_json::from_str(&written).unwrap_or_default();
        match self.secrets.open(Place::Mail, SECRETS, &value) {
            Ok(value) => {
                let server: Option<MailServer> = serde_json::from_value(value).ok();
                self.notifying.mail.store(server.map(Into::into));
            }
            Err(error) => tracing::error!(%error, "the password of the mail server cannot be read; no mail leaves"),
        }
        Ok(())
    }

    /// The address of the page of an outreach, where a letter to its senior tells of one thing: that they are asked, or that
    /// its time runs out. Nobody else is given it.
    pub(super) async fn outreach_page_of(
        &self,
        user: &User,
        told: &[Notification],
    ) -> Result<Option<String>, StoreError> {
        let [one] = told else { return Ok(None) };
        if !matches!(one.kind, NotificationKind::Outreach | NotificationKind::OutreachDue) {
            return Ok(None);
        }
        let events = self.store.case_events(one.case).await?;
        let id = events.iter().find(|event| event.number == one.event).and_then(|event| event.what.outreach());
        let Some(id) = id else { return Ok(None) };
        let outreach = self.store.find_outreach(id).await?;
        let is_theirs = outreach.is_some_and(|outreach| outreach.state.is_open() && outreach.ask.senior == user.id);
        Ok(is_theirs.then(|| self.outreach_address(one.case, one.event, user.id)))
    }

    /// The letter of a delivery, with the address of the page of an outreach where there is one.
    pub(super) fn letter(
        &self,
        server: &MailServer,
        delivery: &NotificationDelivery,
        user: &User,
        told: &[Notification],
        outreach: Option<String>,
    ) -> Letter {
        let domain = domain(&server.from);
        let base = self.notifying.public_url();
        let company = self.company().map_or_else(|| "Switchboard".to_owned(), |company| company.name.clone());
        let single = told.first().filter(|_| told.len() == 1);
        let is_digest = delivery.pace != Pace::AtOnce;
        let subject = match (single, told.first()) {
            (Some(one), _) => self.sentence(one),
            (None, Some(first)) if !is_digest => format!("{} times: {}", told.len(), self.sentence(first)),
            _ => format!("{} things that happened", told.len()),
        };
        let (mut text, mut html) = (String::new(), String::new());
        for one in told {
            let (sentence, address) = (self.sentence(one), format!("{base}{}", place(one)));
            text.push_str(&format!("{sentence}\n{address}\n\n"));
            html.push_str(&format!("<p><a href=\"{}\">{}</a></p>\n", escaped(&address), escaped(&sentence)));
        }
        if let Some(one) = single.filter(|one| one.kind == NotificationKind::Question) {
            let address = self.question_address(one.case, one.event);
            text.push_str(&format!("Read and answer it: {address}\n\n"));
            html.push_str(&format!("<p><a href=\"{}\">Read and answer it</a></p>\n", escaped(&address)));
        }
        if let Some(address) = outreach {
            text.push_str(&format!("Everything for it on one page: {address}\n\n"));
            html.push_str(&format!("<p><a href=\"{}\">Everything for it on one page</a></p>\n", escaped(&address)));
        }
        for &(act, words) in single.map(acts).unwrap_or_default() {
            let Some(one) = single else { break };
            let address = format!("{base}/act/{}", self.link_to(act, user.id, one.case, one.event, Via::Mail));
            text.push_str(&format!("{words}: {address}\n\n"));
            html.push_str(&format!("<p><a href=\"{}\">{words}</a></p>\n", escaped(&address)));
        }
        // A letter that gathers things of many kinds ends as a whole.
        let (act, words) = match told.first().filter(|_| !is_digest) {
            Some(one) => (Act::Unsubscribe(one.kind), "No more mail of this kind"),
            None => (Act::UnsubscribePace(delivery.pace), "No more mail that gathers what happened"),
        };
        let out = format!("{base}/act/{}", self.link_out(act, user.id));
        let settings = format!("{base}/settings/notifications");
        text.push_str(&format!("-- \n{words}: {out}\nWhat you are told: {settings}\n"));
        html.push_str(&format!(
            "<hr>\n<p><a href=\"{}\">{words}</a> · <a href=\"{}\">What you are told</a></p>\n",
            escaped(&out),
            escaped(&settings)
        ));
        Letter {
            id: format!("{}@{domain}", delivery.id),
            thread: single.map(|one| format!("case-{}@{domain}", one.case)),
            to: user.email.clone(),
            reply_to: None,
            subject: format!("[{company}] {subject}"),
            text,
            html,
            unsubscribe: Some(out),
        }
    }

    /// The letter that asks a guest something. What they answer to it goes to whoever asks.
    pub(super) fn letter_to_guest(
        &self,
        server: &MailServer,
        delivery: &NotificationDelivery,
        asked: QuestionView<'_>,
    ) -> Letter {
        let domain = domain(&server.from);
        let company = self.company().map_or_else(|| "Switchboard".to_owned(), |company| company.name.clone());
        let asker = asked.event.by.user().and_then(|user| self.people().user(user));
        let who = asker.as_ref().map_or(company.as_str(), |user| user.name.as_str());
        let (case, question) = (asked.event.case, asked.question);
        let address = self.question_address(case, asked.event.number);
        let until = question.until.strftime("%Y-%m-%d %H:%M UTC");
        let text = format!(
            "{who} of {company} asks you:\n\n{}\n\nAnswer on this page, until {until}: {address}\nIt needs no account. The address is for you alone.\n",
            question.text
        );
        let said = escaped(&question.text).replace('\n', "<br>\n");
        let html = format!(
            "<p>{} of {} asks you:</p>\n<blockquote>{said}</blockquote>\n<p><a href=\"{}\">Answer on this page</a>, until {until}. It needs no account. The address is for you alone.</p>\n",
            escaped(who),
            escaped(&company),
            escaped(&address)
        );
        Letter {
            id: format!("{}@{domain}", delivery.id),
            thread: Some(format!("question-{case}-{}@{domain}", asked.event.number)),
            to: delivery.target.clone(),
            reply_to: asker.as_ref().map(|user| user.email.clone()),
            subject: format!("[{company}] {who} asks you something"),
            text,
            html,
            unsubscribe: None,
        }
    }

    /// Where a question is answered without logging in.
    pub fn question_address(&self, case: CaseId, question: u32) -> String {
        format!("{}/question/{}", self.notifying.public_url(), self.question_token(case, question))
    }

    /// Where a senior does an outreach without logging in: the one that this event is about, as that user.
    pub fn outreach_address(&self, case: CaseId, event: u32, senior: UserId) -> String {
        format!("{}/outreach/link/{}", self.notifying.public_url(), self.outreach_token(case, event, senior))
    }

    /// What a notification says, in English.
    pub(super) fn sentence(&self, told: &Notification) -> String {
        use NotificationKind as Kind;
        let people = self.people();
        let department = told.department.and_then(|id| people.department(id));
        let department = department.map_or("your department", |department| department.name.as_str());
        let who = match told.by {
            By::User(id) => people.user(id).map_or_else(|| "somebody".to_owned(), |user| user.name.clone()),
            By::Author => "the author".to_owned(),
            By::Timer => "the clock".to_owned(),
            By::Rules => "a rule".to_owned(),
            By::Outbox => "the outbox".to_owned(),
            By::Guest => "somebody outside".to_owned(),
            By::Operator => "an operator".to_owned(),
        };
        let case = told.case;
        match told.kind {
            Kind::Changed => format!("Case {case} was changed by {who}"),
            Kind::Offered => format!("Case {case} is offered to {department}"),
            Kind::OfferEnded => format!("The offer of case {case} to {department} has ended"),
            Kind::Assigned => format!("Case {case} is yours now"),
            Kind::Returned => format!("Case {case} went back to the desk of {department}"),
            Kind::Mentioned => format!("Case {case}: {who} named you in a note"),
            Kind::Question => format!("Case {case}: {who} asks you something"),
            Kind::Answer => format!("Case {case}: {who} answered your question"),
            Kind::Outreach => format!("Case {case}: a call or mail that you are asked for"),
            Kind::OutreachCame => format!("Case {case}: {who} says what became of a call or mail"),
            Kind::OutreachDue => format!("Case {case}: time runs out for a call or mail by a senior"),
            Kind::ClockWarned => format!("Little time is left on case {case}"),
            Kind::ClockBreached => format!("Time ran out on case {case}"),
            Kind::Escalated => format!("Time ran out on case {case}, and it is told to you"),
            Kind::PingPong => format!("Case {case} goes to and fro between departments"),
            Kind::Involved => format!("{department} has something at stake in case {case}"),
            Kind::Exposed => format!("{who} has had much abuse to read, last in case {case}"),
            Kind::ShiftEnds => "Your shift ends soon, and cases are still yours".to_owned(),
        }
    }
}

/// Where a notification leads.
pub(super) fn place(told: &Notification) -> String {
    match told.kind {
        NotificationKind::Exposed => "/desk/load".to_owned(),
        NotificationKind::ShiftEnds => "/desk/handover".to_owned(),
        NotificationKind::Outreach => "/outreach".to_owned(),
        _ => format!("/cases/{}", told.case),
    }
}

/// What can be done from a message.
pub(super) fn acts(told: &Notification) -> &'static [(LinkAct, &'static str)] {
    match told.kind {
        NotificationKind::Offered => &[(LinkAct::Accept, "Accept it"), (LinkAct::Decline, "Decline it")],
        NotificationKind::Returned | NotificationKind::ClockBreached | NotificationKind::Escalated => {
            &[(LinkAct::Claim, "Claim it"), (LinkAct::Transfer, "Transfer it")]
        }
        NotificationKind::Assigned | NotificationKind::ClockWarned => &[(LinkAct::Transfer, "Transfer it")],
        _ => &[],
    }
}

fn is_same_door(known: &MailServer, new: &MailServer) -> bool {
    (&known.host, known.port, known.security, &known.user) == (&new.host, new.port, new.security, &new.user)
}

/// The part of an address behind its `@`.
fn domain(from: &str) -> &str {
    let address = from.rsplit('<').next().unwrap_or(from).trim_end_matches('>');
    address.rsplit('@').next().filter(|domain| !domain.is_empty()).unwrap_or("localhost")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn checked(server: MailServer) -> Result<MailServer, NotificationError> {
    let MailServer { host, port, security, user, password, from } = server;
    let (host, from) = (host.trim().to_owned(), from.trim().to_owned());
    let is_plain = |text: &str| text.len() <= 255 && !text.chars().any(char::is_control);
    if host.is_empty() || !is_plain(&host) || host.contains(['/', ' ', '@']) {
        return Err(NotificationError::bad(
            "host",
            "name the server, as mail.acme.example, without a scheme or a path",
        ));
    }
    if port == 0 {
        return Err(NotificationError::bad(
            "port",
            "a port is a number from 1 to 65535; most servers take mail at 587 or 465",
        ));
    }
    if !from.contains('@') || !is_plain(&from) {
        return Err(NotificationError::bad("from", "mail comes from an address, as desk@acme.example"));
    }
    let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
    let user = filled(user.map(|user| user.trim().to_owned()));
    if user.as_deref().is_some_and(|user| !is_plain(user)) {
        return Err(NotificationError::bad("user", "the name is too long, or holds what cannot be typed"));
    }
    Ok(MailServer { host, port, security, user, password: filled(password), from })
}

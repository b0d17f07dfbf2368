//! Handing mail to a server, by SMTP.

use std::time::Duration;

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use switchboard_model::mail::{Letter, MailSecurity, MailServer, Untaken};

/// How long a server may take for one step.
const PATIENCE: Duration = Duration::from_secs(30);

/// And for the whole letter, also where a step has no end: a handshake that nobody answers.
const WITHIN: Duration = Duration::from_secs(90);

/// Hands a letter over and gives the server's answer. The server is the administrator's choice, often one of the company's
/// own network, so it does not pass the guard of what is fetched.
pub async fn send(server: &MailServer, letter: &Letter) -> Result<String, Untaken> {
    // Nothing encrypted may be spoken yet; one provider that is there already will do.
    drop(rustls::crypto::ring::default_provider().install_default());
    let message = written(server, letter)?;
    let builder = match server.security {
        MailSecurity::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(&server.host),
        MailSecurity::StartTls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&server.host),
        MailSecurity::Plain => Ok(AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)),
    };
    let mut builder = builder.map_err(|error| untaken(server, &error))?.port(server.port).timeout(Some(PATIENCE));
    if let (Some(user), Some(password)) = (&server.user, &server.password) {
        builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
    }
    let transport = builder.build();
    let sent = tokio::time::timeout(WITHIN, transport.send(message)).await;
    let silent = |_| Untaken::for_now(format!("{}: no answer within {} s", server.host, WITHIN.as_secs()));
    let answer = sent.map_err(silent)?.map_err(|error| untaken(server, &error))?;
    let words: Vec<&str> = answer.message().collect();
    Ok(format!("{} {}", answer.code(), words.join(" ")))
}

fn untaken(server: &MailServer, error: &lettre::transport::smtp::Error) -> Untaken {
    let mut why = format!("{}: {error}", server.host);
    let mut cause = std::error::Error::source(error);
    while let Some(deeper) = cause {
        let words = deeper.to_string();
        if !why.contains(&words) {
            why.push_str(": ");
            why.push_str(&words);
        }
        cause = deeper.source();
    }
    let why: String = why.chars().take(500).collect();
    let is_final = error.status().is_some_and(|code| is_about_the_reader(&code.to_string(), &error.to_string()));
    if is_final { Untaken::for_good(why) } else { Untaken::for_now(why) }
}

/// Whether a refusal is final: nobody has the address. Any other (a password that is no longer right, a sender that may
/// not send, a greylist that says so wrongly) is somebody's to mend, and the letter leaves once it is: RFC 5321, 4.2.2,
/// and where a server gives one the enhanced code of RFC 3463.
fn is_about_the_reader(code: &str, words: &str) -> bool {
    let enhanced = words.split(|c: char| !c.is_ascii_digit() && c != '.').find(|word| {
        let parts: Vec<&str> = word.split('.').collect();
        parts.len() == 3 && matches!(parts.first(), Some(&("4" | "5"))) && parts.iter().all(|part| !part.is_empty())
    });
    match enhanced {
        Some(enhanced) => ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"].contains(&enhanced),
        None => ["550", "551", "553"].contains(&code),
    }
}

fn written(server: &MailServer, letter: &Letter) -> Result<Message, Untaken> {
    let bad = |why: String| Untaken::for_good(why);
    let mailbox = |address: &str| {
        address
            .parse::<Mailbox>()
            .map_err(|error| bad(format!("'{}' is no mail address: {error}", address.escape_debug())))
    };
    let mut builder = Message::builder()
        .from(mailbox(&server.from)?)
        .to(mailbox(&letter.to)?)
        .subject(letter.subject.replace(['\r', '\n'], " "))
        .message_id(Some(format!("<{}>", letter.id)));
    if let Some(reply_to) = &letter.reply_to {
        builder = builder.reply_to(mailbox(reply_to)?);
    }
    if let Some(thread) = &letter.thread {
        builder = builder.in_reply_to(format!("<{thread}>")).references(format!("<{thread}>"));
    }
    let parts = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
    let mut message =
        builder.multipart(parts).map_err(|error| bad(format!("the letter cannot be written: {error}")))?;
    let headers = message.headers_mut();
    let mut add = |name: &'static str, value: String| {
        headers.insert_raw(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
    };
    // Machines that answer by themselves leave it alone (RFC 3834).
    add("Auto-Submitted", "auto-generated".to_owned());
    if let Some(url) = &letter.unsubscribe {
        add("List-Unsubscribe", format!("<{url}>"));
        add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned());
    }
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server() -> MailServer {
        MailServer {
            host: "mail.example".into(),
            port: 25,
            security: MailSecurity::Plain,
            user: None,
            password: None,
            from: "Switchboard <desk@acme.example>".into(),
        }
    }

    fn letter() -> Letter {
        Letter {
            id: "1@acme.example".into(),
            thread: Some("case-7@acme.example".into()),
            to: "mara@acme.example".into(),
            reply_to: Some("ines@acme.example".into()),
            subject: "Case 7\r\nBcc: everybody@acme.example".into(),
            text: "Case 7 is yours now.".into(),
            html: "<p>Case 7 is yours now.</p>".into(),
            unsubscribe: Some("https://desk.acme.example/act/x".into()),
        }
    }

    #[test]
    fn a_letter_has_both_parts_its_thread_and_one_way_out() {
        let written = written(&server(), &letter()).expect("written").formatted();
        let written = String::from_utf8(written).expect("text");
        for line in [
            "Message-ID: <1@acme.example>",
            "Reply-To: ines@acme.example",
            "References: <case-7@acme.example>",
            "In-Reply-To: <case-7@acme.example>",
            "List-Unsubscribe: <https://desk.acme.example/act/x>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            "Auto-Submitted: auto-generated",
            "text/plain",
            "text/html",
        ] {
            assert!(written.contains(line), "{line}: {written}");
        }
        assert!(!written.lines().any(|line| line.starts_with("Bcc:")), "{written}");
    }

    /// As one that waits for a greeting where TLS was named.
    #[tokio::test(start_paused = true)]
    async fn a_server_that_says_nothing_is_not_waited_for() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        for security in [MailSecurity::Tls, MailSecurity::Plain] {
            let server = MailServer { host: "127.0.0.1".into(), port, security, ..server() };
            let untaken = send(&server, &letter()).await.expect_err("nobody answers");
            assert!(!untaken.is_final, "{untaken:?}");
        }
    }

    #[test]
    fn only_an_address_that_nobody_has_is_given_up_at_once() {
        let check = |code, words, expected| assert_eq!(is_about_the_reader(code, words), expected, "{code} {words}");
        check("550", "permanent error (550): 5.1.1 no such user", true);
        check("550", "permanent error (550): no such user", true);
        check("553", "permanent error (553): mailbox name not allowed", true);
        check("550", "permanent error (550): 5.7.1 relaying denied", false);
        check("554", "permanent error (554): 5.1.1 no such user", true);
        check("535", "permanent error (535): 5.7.8 authentication failed", false);
        check("535", "permanent error (535): authentication failed", false);
        check("501", "permanent error (501): syntax", false);
        check("451", "transient error (451): 4.7.1 greylisted, come back in 5 minutes", false);
    }

    #[test]
    fn what_is_no_address_is_refused_for_good() {
        let refused = written(&server(), &Letter { to: "nobody".into(), ..letter() }).expect_err("refused");
        assert!(refused.is_final && refused.why.contains("'nobody' is no mail address"), "{refused:?}");
    }
}

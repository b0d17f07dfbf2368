//! Mail as it leaves: a server, a letter, and what came of handing it over.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::preferences::choice;

choice! {
    /// How the way to a mail server is kept from others.
    MailSecurity {
        /// TLS from the first byte (port 465).
        Tls = "tls",
        /// TLS from the first answer on, or not at all (port 587).
        StartTls = "starttls",
        /// In the clear: for a server on the same machine.
        Plain = "plain",
    }
}

/// Where mail is handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailServer {
    /// Name or address of the server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is kept from others.
    pub security: MailSecurity,
    /// Who we are to it, if it asks.
    #[serde(default)]
    pub user: Option<String>,
    /// The password; sealed where it is stored, left out where it is shown.
    #[serde(default)]
    pub password: Option<String>,
    /// The address that mail comes from.
    pub from: String,
}

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// `Message-ID` without brackets. The same on every attempt, so that a receiver can tell.
    pub id: String,
    /// What it belongs to, as a `Message-ID` without brackets: all letters about one case stand together.
    pub thread: Option<String>,
    /// The address it goes to.
    pub to: String,
    /// The address that answers go to, if it is another one than it comes from.
    pub reply_to: Option<String>,
    /// What it is about.
    pub subject: String,
    /// The plain part.
    pub text: String,
    /// The part with markup.
    pub html: String,
    /// The address at which one `POST` ends such letters (RFC 8058).
    pub unsubscribe: Option<String>,
}

/// A message was not taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Untaken {
    /// It would not be taken later either.
    pub is_final: bool,
    /// Why, in the server's words where it had any.
    pub why: String,
    /// How long the server wants to be left alone.
    pub after: Option<SignedDuration>,
    /// There is nobody at that address any more.
    pub is_gone: bool,
}

impl Untaken {
    /// It may be taken later.
    pub fn for_now(why: impl Into<String>) -> Self {
        Self { why: why.into(), ..Self::default() }
    }

    /// It would not be taken later either.
    pub fn for_good(why: impl Into<String>) -> Self {
        Self { is_final: true, ..Self::for_now(why) }
    }
}

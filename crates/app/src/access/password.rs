//! Passwords: which may be chosen, how they are kept and compared.

use std::sync::{Arc, OnceLock};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use switchboard_model::User;
use tokio::sync::{Semaphore, SemaphorePermit};
use uuid::Uuid;

use super::AccessError;
use crate::notices::Notice;
use crate::rights::Actor;
use crate::{App, AppError, secret};

const SHORTEST: usize = 10;
const LONGEST: usize = 200;

/// How many passwords are looked at at the same time. Each takes 19 MiB and a core for as long as it lasts; more at once
/// would let a flood of log-ins take the machine from those who work.
const AT_ONCE: usize = 2;

/// What people choose most, of at least ten characters, in lower case and without anything but letters and digits.
const COMMON: [&str; 40] = [
    "1234567890",
    "12345678910",
    "123456789a",
    "0123456789",
    "0987654321",
    "9876543210",
    "1q2w3e4r5t",
    "1qaz2wsx3edc",
    "qwertyuiop",
    "qwerty12345",
    "qwerty123456",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm123",
    "password12",
    "password123",
    "password1234",
    "passw0rd123",
    "passwort123",
    "motdepasse",
    "contrasena",
    "iloveyou123",
    "letmein123",
    "welcome123",
    "welcome1234",
    "changeme123",
    "administrator",
    "admin12345",
    "superman123",
    "football123",
    "baseball123",
    "sunshine123",
    "princess123",
    "trustno1trustno1",
    "switchboard",
    "switchboard1",
    "switchboard123",
    "telephone123",
    "abcdefghij",
];

/// Hashes and compares passwords, a few at once. Argon2id with the parameters that OWASP's Password Storage Cheat Sheet
/// recommends (19 MiB, two passes, one lane).
#[derive(Clone)]
pub struct Passwords {
    params: Params,
    permits: Arc<Semaphore>,
    /// Compared with where there is no user, so that the answer takes as long.
    nobody: Arc<OnceLock<String>>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::of(19 * 1024, 2)
    }
}

impl Passwords {
    /// Cheap to guess, for tests only.
    pub fn weak_for_tests() -> Self {
        Self::of(Params::MIN_M_COST, 1)
    }

    fn of(memory_kib: u32, passes: u32) -> Self {
        let params = Params::new(memory_kib, passes, 1, None).expect("the parameters are constants within the limits");
        Self { params, permits: Arc::new(Semaphore::new(AT_ONCE)), nobody: Arc::default() }
    }

    /// Waits for the turn to look at a password.
    pub(super) async fn turn(&self) -> Result<SemaphorePermit<'_>, AppError> {
        self.permits.acquire().await.map_err(|_| AppError::Stopping)
    }

    /// The hash of a password in the PHC string format.
    pub(crate) async fn hash(&self, password: &str) -> Result<String, AppError> {
        let _permit = self.turn().await?;
        let (params, password) = (self.params.clone(), password.to_owned());
        // The work ends only with a panic where the runtime stops.
        tokio::task::spawn_blocking(move || hashed(&params, &password)).await.map_err(|_| AppError::Stopping)
    }

    /// Whether it is the password of that hash. Without a hash it is not, after as long a look. Whoever calls holds a turn.
    pub(super) async fn is_right(&self, password: &str, hash: Option<String>) -> Result<bool, AppError> {
        let (params, password, nobody) = (self.params.clone(), password.to_owned(), self.nobody.clone());
        let look = move || {
            let is_somebody = hash.is_some();
            let hash = hash.unwrap_or_else(|| nobody.get_or_init(|| hashed(&params, &secret::fresh())).clone());
            verifies(&password, &hash) & is_somebody
        };
        tokio::task::spawn_blocking(look).await.map_err(|_| AppError::Stopping)
    }
}

fn hashed(params: &Params, password: &str) -> String {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let hash = argon2.hash_password_with_salt(password.as_bytes(), &secret::random_bytes::<16>());
    hash.expect("parameters, salt and the bounded length of a password are within the limits of Argon2").to_string()
}

fn verifies(password: &str, hash: &str) -> bool {
    let hash = PasswordHash::new(hash);
    hash.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Whether a password may be chosen by somebody of that name and address.
pub(crate) fn check(password: &str, name: &str, email: &str) -> Result<(), AccessError> {
    let bad = |message: &str| Err(AccessError::bad("password", message));
    let length = password.chars().count();
    if length < SHORTEST {
        return bad("a password needs at least 10 characters; four words make a good one");
    }
    if length > LONGEST {
        return bad("a password may have 200 characters at most");
    }
    let plain =
        |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
    let bare = plain(password);
    let first = bare.chars().next();
    if first.is_none_or(|first| bare.chars().all(|c| c == first)) || COMMON.contains(&bare.as_str()) {
        return bad("this password is one of the first that anybody would guess; choose another");
    }
    if bare == plain(name) || bare == plain(email) || email.split('@').next().is_some_and(|local| bare == plain(local))
    {
        return bad("a password may not be your own name or e-mail address; choose another");
    }
    Ok(())
}

impl App {
    /// Replaces the actor's own password; all other log-ins of theirs end, and no browser but this one is told anything any
    /// more. `token` is the session that stays, `browser` the browser.
    pub async fn change_password(
        &self,
        actor: &Actor,
        old: &str,
        new: &str,
        token: Option<&str>,
        browser: Option<Uuid>,
    ) -> Result<(), AccessError> {
        let user: &User = actor.user().ok_or(AccessError::NotAUser)?;
        check(new, &user.name, &user.email)?;
        match self.prove(&user.email, old).await {
            Ok(_) => {}
            Err(AccessError::WrongPassword) => {
                return Err(AccessError::bad("old_password", "the password you have now is another one"));
            }
            Err(error) => return Err(error),
        }
        let password = self.passwords.hash(new).await?;
        let keep = token.map(secret::hash);
        let _turn = self.turn().await;
        self.store.set_password(user.id, &password, keep.as_ref(), browser).await?;
        self.sessions.forget_user(user.id, keep.as_ref());
        self.notices.tell(Notice::AccessEnded(user.id));
        self.read_people_anew().await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_anybody_would_guess_is_refused() {
        let check = |password: &str, expected: bool| {
            assert_eq!(check(password, "Ada Lovelace", "ada.lovelace@acme.example").is_ok(), expected, "{password}");
        };
        check("correct horse battery", true);
        check("短い漢字の合言葉はこれ", true);
        check("too short", false);
        check(&"long ".repeat(41), false);
        check("aaaaaaaaaaaa", false);
        check("            ", false);
        check("Password-123", false);
        check("qwertyuiop", false);
        check("Ada Lovelace", false);
        check("ada.lovelace", false);
        check("Ada.Lovelace@acme.example", false);
    }

    #[tokio::test]
    async fn a_hash_knows_its_password_and_hides_it() {
        let passwords = Passwords::weak_for_tests();
        let hash = passwords.hash("correct horse").await.expect("hashed");
        assert!(hash.starts_with("$argon2id$v=19$") && !hash.contains("horse"));
        assert_ne!(hash, passwords.hash("correct horse").await.expect("hashed"), "each has its own salt");
        assert!(passwords.is_right("correct horse", Some(hash.clone())).await.expect("looked"));
        assert!(!passwords.is_right("correct horsf", Some(hash)).await.expect("looked"));
        assert!(!passwords.is_right("correct horse", Some("damaged".into())).await.expect("looked"));
        assert!(!passwords.is_right("correct horse", None).await.expect("looked"));
    }
}

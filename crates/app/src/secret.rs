//! Secrets that we give out: made of the system's randomness, kept as SHA-256.

use std::fmt::Write;

use sha2::{Digest, Sha256};
use switchboard_store::Hash;

/// A fresh secret of 256 random bits in hexadecimal digits.
pub(crate) fn fresh() -> String {
    let mut digits = String::with_capacity(64);
    for byte in random_bytes::<32>() {
        // Writing into a String cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// Bytes of the system's generator.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("a system without randomness cannot keep anybody out, so nothing may go on");
    bytes
}

/// What is kept of a secret.
pub(crate) fn hash(secret: &str) -> Hash {
    Sha256::digest(secret.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_and_never_alike() {
        let (one, other) = (fresh(), fresh());
        assert_eq!(one.len(), 64);
        assert_ne!(one, other);
        assert_ne!(hash(&one), hash(&other));
    }
}

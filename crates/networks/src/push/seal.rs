//! A message that only one browser can open: `aes128gcm` (RFC 8188) with the keys of Web Push (RFC 8291).

use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use ring::rand::{SecureRandom, SystemRandom};
use switchboard_model::push::PushTarget;

use super::bytes;

/// Bytes of an uncompressed point of P-256.
pub(super) const POINT: usize = 65;
/// Bytes of a browser's secret.
pub(super) const AUTH: usize = 16;

const SALT: usize = 16;
/// One record holds the whole message; push services take no more (RFC 8291, section 4).
const RECORD: u32 = 4096;
/// What a record holds beside the message: salt, size, length of the key, the key, the delimiter and the tag.
const AROUND: usize = SALT + 4 + 1 + POINT + 1 + 16;
/// Messages are filled up to a multiple of this, so that their length tells less.
const FILLED_TO: usize = 256;

/// How many bytes are derived.
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn derived(salt: &[u8], secret: &[u8], info: &[&[u8]], length: usize) -> Option<Vec<u8>> {
    let mut out = vec![0; length];
    Salt::new(HKDF_SHA256, salt).extract(secret).expand(info, Length(length)).ok()?.fill(&mut out).ok()?;
    Some(out)
}

/// The message as the push service gets it. `None` if the browser's keys are none, or the message is too long.
pub(super) fn sealed(to: &PushTarget, message: &[u8]) -> Option<Vec<u8>> {
    let (theirs, auth) = (bytes(&to.p256dh)?, bytes(&to.auth)?);
    let random = SystemRandom::new();
    let mut salt = [0; SALT];
    random.fill(&mut salt).ok()?;
    let own = EphemeralPrivateKey::generate(&ECDH_P256, &random).ok()?;
    let ours = own.compute_public_key().ok()?;
    let shared = agree_ephemeral(own, &UnparsedPublicKey::new(&ECDH_P256, &theirs), <[u8]>::to_vec).ok()?;
    let fill = FILLED_TO - message.len() % FILLED_TO;
    let fill = fill.min((RECORD as usize).checked_sub(AROUND + message.len())?);
    let keys = Keys { theirs: &theirs, ours: ours.as_ref(), auth: &auth, shared: &shared, salt: &salt };
    keys.sealed(message, fill)
}

struct Keys<'a> {
    theirs: &'a [u8],
    ours: &'a [u8],
    auth: &'a [u8],
    /// What both sides work out of the other's public key.
    shared: &'a [u8],
    salt: &'a [u8],
}

impl Keys<'_> {
    fn sealed(&self, message: &[u8], fill: usize) -> Option<Vec<u8>> {
        let secret = derived(self.auth, self.shared, &[b"WebPush: info\0", self.theirs, self.ours], 32)?;
        let key = derived(self.salt, &secret, &[b"Content-Encoding: aes128gcm\0"], 16)?;
        let nonce = derived(self.salt, &secret, &[b"Content-Encoding: nonce\0"], 12)?;
        // The delimiter of the last record, then nothing but zeros.
        let mut record = [message, &[2][..]].concat();
        record.resize(record.len() + fill, 0);
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).ok()?);
        let nonce = Nonce::try_assume_unique_for_key(&nonce).ok()?;
        key.seal_in_place_append_tag(nonce, Aad::empty(), &mut record).ok()?;
        let length = u8::try_from(self.ours.len()).ok()?;
        Some([self.salt, &RECORD.to_be_bytes()[..], &[length][..], self.ours, record.as_slice()].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{bytes, text};
    use super::*;

    /// The example of RFC 8291, appendix A, from the shared secret on: keys that last are not given to `ring`.
    #[test]
    fn the_example_of_the_standard_is_sealed_to_the_byte() {
        let read = |written: &str| bytes(written).expect("base64url");
        let theirs = read("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
        let ours = read("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8");
        let (auth, salt) = (read("BTBZMqHH6r4Tts7J_aSIgg"), read("DGv6ra1nlYgDCS1FRnbzlw"));
        let shared = read("kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs");
        let keys = Keys { theirs: &theirs, ours: &ours, auth: &auth, shared: &shared, salt: &salt };
        let sealed = keys.sealed(b"When I grow up, I want to be a watermelon", 0).expect("sealed");
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLoc\
                        InmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNW\
                        QexSgSxsj_Qulcy4a-fN";
        assert_eq!(text(sealed), expected);
    }

    #[test]
    fn lengths_tell_little_and_no_record_is_too_long() {
        let own = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).expect("a key");
        let p256dh = text(own.compute_public_key().expect("a point"));
        let to = PushTarget { endpoint: String::new(), p256dh, auth: text([7; AUTH]) };
        let length = |size: usize| sealed(&to, &vec![b'x'; size]).map(|sealed| sealed.len());
        assert_eq!(length(1), length(200));
        assert_eq!(length(3_993), Some(4_096));
        assert_eq!(length(3_994), None);
        assert!(sealed(&PushTarget { p256dh: text([4; POINT]), ..to }, b"x").is_none(), "no point of the curve");
    }
}

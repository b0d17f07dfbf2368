//! The file with the key that seals secrets in the database.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;

use switchboard_app::secrets::Secrets;

use crate::failure::Failure;

/// Reads the key, or makes it where there is none.
pub(crate) fn secrets(path: &Path) -> Result<Secrets, Failure> {
    match std::fs::read(path) {
        Ok(bytes) => match <[u8; 32]>::try_from(bytes.as_slice()) {
            Ok(key) => Ok(Secrets::new(&key)),
            Err(_) => Err(Failure::unavailable(format_args!(
                "{} does not hold a key (32 bytes); put the copy that you kept there, or move it away: a new one is made, \
                 and tokens and passwords of sources and accounts have to be entered again",
                path.display()
            ))),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => make(path),
        Err(error) => Err(Failure::unavailable(format_args!(
            "the key {} cannot be read: {error}; let the user that runs switchboard read it",
            path.display()
        ))),
    }
}

/// Writes a new key beside its place and moves it there, so that no half of one is ever read.
fn make(path: &Path) -> Result<Secrets, Failure> {
    let key = Secrets::fresh_key();
    let beside = path.with_extension("key.new");
    let write = || -> std::io::Result<()> {
        let mut options = File::options();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        file.write_all(&key)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)
    };
    write().map_err(|error| {
        Failure::unavailable(format_args!(
            "the key {} cannot be written: {error}; its directory must be writable for the user that runs switchboard",
            path.display()
        ))
    })?;
    Ok(Secrets::new(&key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_for_its_owner_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("switchboard.key");
        secrets(&path).expect("made");
        let key = std::fs::read(&path).expect("there");
        secrets(&path).expect("read");
        assert_eq!((std::fs::read(&path).expect("there"), key.len()), (key.clone(), 32));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(&path, b"short").expect("written");
        assert!(secrets(&path).is_err(), "a damaged key is never replaced");
    }
}

//! What was fetched lately, bounded by bytes, and what could not be had. It reads no clock.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use switchboard_model::Picture;

/// All pictures together, with what it takes to find them.
const MOST_BYTES: usize = 32 << 20;
/// What one picture takes beside its bytes and its address.
const EACH: usize = 256;
/// What could not be had is not tried again for so long.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(10);
/// So many failures are remembered; beyond that the oldest is forgotten and tried again.
const MOST_FAILURES: usize = 4_096;

/// Pictures by their address, those that were not looked at for longest going first.
pub(super) struct Shelf {
    most_bytes: usize,
    bytes: usize,
    /// Counts uses; the number of a picture's last one says its place.
    uses: u64,
    pictures: HashMap<Arc<str>, (Arc<Picture>, u64)>,
    by_use: BTreeMap<u64, Arc<str>>,
    /// Until when an address or a host is left alone.
    failures: HashMap<String, Timestamp>,
}

impl Default for Shelf {
    fn default() -> Self {
        Self::of_size(MOST_BYTES)
    }
}

impl Shelf {
    fn of_size(most_bytes: usize) -> Self {
        Self {
            most_bytes,
            bytes: 0,
            uses: 0,
            pictures: HashMap::new(),
            by_use: BTreeMap::new(),
            failures: HashMap::new(),
        }
    }

    /// What is known of an address: the picture, or that it cannot be had for now. `None` if it has to be fetched.
    pub(super) fn find(&mut self, url: &str, host: &str, now: Timestamp) -> Option<Option<Arc<Picture>>> {
        if let Some((key, (picture, last))) = self.pictures.get_key_value(url) {
            let (key, picture, last) = (key.clone(), picture.clone(), *last);
            self.uses += 1;
            self.by_use.remove(&last);
            self.by_use.insert(self.uses, key.clone());
            self.pictures.insert(key, (picture.clone(), self.uses));
            return Some(Some(picture));
        }
        let is_left_alone = |name: &str| self.failures.get(name).is_some_and(|until| *until > now);
        (is_left_alone(url) || is_left_alone(host)).then_some(None)
    }

    /// Keeps a picture, and lets go of others if there is no room.
    pub(super) fn put(&mut self, url: &str, picture: Arc<Picture>) {
        self.failures.remove(url);
        self.remove(url);
        let size = size(url, &picture);
        if size > self.most_bytes {
            return;
        }
        while self.bytes + size > self.most_bytes {
            let Some(oldest) = self.by_use.first_key_value().map(|(_, url)| url.clone()) else { break };
            self.remove(&oldest);
        }
        let key: Arc<str> = Arc::from(url);
        self.uses += 1;
        self.bytes += size;
        self.by_use.insert(self.uses, key.clone());
        self.pictures.insert(key, (picture, self.uses));
    }

    fn remove(&mut self, url: &str) {
        if let Some((picture, last)) = self.pictures.remove(url) {
            self.by_use.remove(&last);
            self.bytes -= size(url, &picture);
        }
    }

    /// Remembers that an address or a host gave nothing.
    pub(super) fn fail(&mut self, name: &str, now: Timestamp) {
        if self.failures.len() >= MOST_FAILURES {
            self.failures.retain(|_, until| *until > now);
            if self.failures.len() >= MOST_FAILURES
                && let Some(oldest) =
                    self.failures.iter().min_by_key(|(_, until)| **until).map(|(name, _)| name.clone())
            {
                self.failures.remove(&oldest);
            }
        }
        self.failures.insert(name.to_owned(), now.checked_add(REMEMBERED).unwrap_or(Timestamp::MAX));
    }
}

fn size(url: &str, picture: &Picture) -> usize {
    picture.bytes().len() + url.len() + EACH
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "a.example";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("in range")
    }

    fn picture(bytes: usize) -> Arc<Picture> {
        let mut all = b"GIF89a".to_vec();
        all.resize(bytes, 0);
        Arc::new(Picture::of_bytes(all).expect("a picture"))
    }

    fn has(shelf: &mut Shelf, url: &str) -> bool {
        matches!(shelf.find(url, HOST, at(0)), Some(Some(_)))
    }

    #[test]
    fn what_was_not_looked_at_for_longest_goes_first() {
        let mut shelf = Shelf::of_size(3 * 1_300);
        for url in ["a", "b", "c"] {
            shelf.put(url, picture(1_000));
        }
        assert!(has(&mut shelf, "a"));
        shelf.put("d", picture(1_000));
        assert_eq!(["a", "b", "c", "d"].map(|url| has(&mut shelf, url)), [true, false, true, true]);
        shelf.put("e", picture(3_000));
        assert_eq!(["a", "c", "d", "e"].map(|url| has(&mut shelf, url)), [false, false, false, true]);
        assert_eq!(shelf.bytes, 3_000 + 1 + EACH);
    }

    #[test]
    fn a_picture_counts_once_and_one_that_is_too_large_is_not_kept() {
        let mut shelf = Shelf::of_size(2_000);
        shelf.put("a", picture(1_000));
        shelf.put("a", picture(1_200));
        assert_eq!((shelf.bytes, shelf.by_use.len()), (1_200 + 1 + EACH, 1));
        shelf.put("b", picture(2_000));
        assert!(has(&mut shelf, "a") && !has(&mut shelf, "b"));
    }

    #[test]
    fn failures_are_remembered_for_ten_minutes() {
        let mut shelf = Shelf::default();
        shelf.fail("https://a.example/1", at(0));
        assert_eq!(shelf.find("https://a.example/1", HOST, at(599)), Some(None));
        assert_eq!(shelf.find("https://a.example/2", HOST, at(0)), None);
        assert_eq!(shelf.find("https://a.example/1", HOST, at(600)), None);
        shelf.fail(HOST, at(0));
        assert_eq!(shelf.find("https://a.example/2", HOST, at(1)), Some(None));
    }

    #[test]
    fn failures_do_not_fill_the_memory() {
        let mut shelf = Shelf::default();
        for number in 0..MOST_FAILURES as i64 + 10 {
            shelf.fail(&number.to_string(), at(number / 100));
        }
        assert_eq!(shelf.failures.len(), MOST_FAILURES);
        let newest = (MOST_FAILURES + 9).to_string();
        assert_eq!(shelf.find(&newest, HOST, at(100)), Some(None));
    }
}

//! How often terms occur in what is read, learnt from the stream.
//!
//! A count-min sketch (Cormode and Muthukrishnan, 2005): counts in a few rows, each under another hash; the least of them is
//! never too small. It decides only under which of its terms a search is filed, never whether a post matches.

use crate::prepared::Prepared;
use crate::token::Kind;
use crate::vocabulary::Realm;

const ROWS: usize = 2;
const WIDTH: usize = 1 << 16;

/// In how many of the posts read each term occurs.
#[derive(Debug, Clone)]
pub struct Frequencies {
    /// Counts, row by row.
    counts: Box<[u32]>,
    posts: u32,
    /// The terms of the post at hand, so that each counts once.
    once: Vec<u64>,
}

impl Default for Frequencies {
    fn default() -> Self {
        Self { counts: vec![0; ROWS * WIDTH].into(), posts: 0, once: Vec::new() }
    }
}

impl Frequencies {
    /// Counts what a post says. A sample of the stream is enough: some thousand posts.
    pub fn learn(&mut self, post: &Prepared<'_>) {
        if self.posts == u32::MAX {
            return;
        }
        self.posts += 1;
        let mut once = std::mem::take(&mut self.once);
        once.clear();
        for (_, part) in post.searched() {
            let words = part.tokens().iter().filter(|token| token.kind != Kind::Url);
            once.extend(words.map(|token| token.hash).chain(part.tags().iter().map(|tag| tag.hash)));
        }
        once.sort_unstable();
        once.dedup();
        for &hash in &once {
            for place in places(hash) {
                self.counts[place] = self.counts[place].saturating_add(1);
            }
        }
        self.once = once;
    }

    /// Posts that were learnt from.
    pub fn posts(&self) -> u32 {
        self.posts
    }

    /// The share of posts that hold a term, as far as is known: before anything is learnt, what its length suggests.
    pub(crate) fn rate(&self, realm: Realm, hash: u64, text: &str) -> f32 {
        /// So many posts' worth of what was supposed is kept beside what was learnt.
        const SUPPOSED: f32 = 20.0;
        let length = text.chars().count().max(1) as f32;
        match realm {
            Realm::Token => {
                let supposed = 0.3 / (length * length);
                let seen = places(hash).map(|place| self.counts[place]).into_iter().min().unwrap_or(0);
                (seen as f32 + SUPPOSED * supposed) / (self.posts as f32 + SUPPOSED)
            }
            Realm::Beginning | Realm::AuthorBeginning => (1.0 / (length * length.sqrt())).min(0.5),
            Realm::Author => 0.001,
            Realm::Host => 0.01,
            Realm::Network | Realm::Language | Realm::Kind => 0.5,
            Realm::Trait => 0.9,
        }
    }

    /// Bytes that are kept for it.
    pub fn bytes(&self) -> usize {
        self.counts.len() * size_of::<u32>() + self.once.capacity() * size_of::<u64>()
    }
}

fn places(hash: u64) -> [usize; ROWS] {
    let spread = hash.wrapping_mul(0xD6E8_FEB8_6659_FD93);
    let spread = (spread ^ spread >> 32).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    std::array::from_fn(|row| row * WIDTH + (spread >> (16 + 16 * row)) as usize % WIDTH)
}

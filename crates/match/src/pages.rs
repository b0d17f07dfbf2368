//! Tables about characters that are made as characters are met.

use std::sync::OnceLock;

const SIZE: usize = 256;
/// Up to the last of the Chinese characters.
const COUNT: usize = 0x324;

/// What is worth knowing of each character, in pages of 256 of which each is made when one of its characters is asked for.
pub(crate) struct Pages<T: 'static> {
    pages: [OnceLock<Box<[T; SIZE]>>; COUNT],
    make: fn(char) -> T,
}

impl<T: Copy + Default> Pages<T> {
    pub(crate) const fn new(make: fn(char) -> T) -> Self {
        Self { pages: [const { OnceLock::new() }; COUNT], make }
    }

    #[inline]
    pub(crate) fn get(&self, c: char) -> T {
        let number = c as usize;
        match self.pages.get(number / SIZE) {
            Some(page) => page.get_or_init(|| self.page(number / SIZE))[number % SIZE],
            None => (self.make)(c),
        }
    }

    #[cold]
    fn page(&self, page: usize) -> Box<[T; SIZE]> {
        let make = |at: usize| char::from_u32((page * SIZE + at) as u32).map_or_else(T::default, self.make);
        Box::new(std::array::from_fn(make))
    }
}

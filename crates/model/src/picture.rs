//! A picture, known by its bytes and not by what somebody says of them.

use std::fmt;

/// What a picture is. Nothing that can hold a script or ask other hosts for something is among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureType {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    Webp,
    /// AVIF.
    Avif,
}

impl PictureType {
    /// The media type, as HTTP says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
        }
    }

    /// What the first bytes are the beginning of (WHATWG MIME Sniffing, 6.1; AVIF by ISO/IEC 14496-12, 4.3).
    fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some(Self::Png),
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', b'V', b'P', ..] => Some(Self::Webp),
            [a, b, c, d, b'f', b't', b'y', b'p', ..] => {
                let length = usize::try_from(u32::from_be_bytes([*a, *b, *c, *d])).ok()?;
                // The main brand, its version, then the compatible brands.
                let brands = bytes.get(8..length)?.chunks_exact(4);
                let mut brands = brands.enumerate().filter(|(place, _)| *place != 1).map(|(_, brand)| brand);
                brands.any(|brand| brand == b"avif" || brand == b"avis").then_some(Self::Avif)
            }
            _ => None,
        }
    }
}

/// A picture that a browser may be given.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    picture_type: PictureType,
    bytes: Vec<u8>,
}

impl Picture {
    /// The picture that these bytes are, if they are one.
    ///
    /// ```
    /// use switchboard_model::Picture;
    ///
    /// assert!(Picture::of_bytes(b"GIF89a and more".to_vec()).is_some());
    /// assert!(Picture::of_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()).is_none());
    /// ```
    pub fn of_bytes(bytes: Vec<u8>) -> Option<Self> {
        Some(Self { picture_type: PictureType::of(&bytes)?, bytes })
    }

    /// What it is.
    pub fn picture_type(&self) -> PictureType {
        self.picture_type
    }

    /// All of it.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({}, {} bytes)", self.picture_type.as_str(), self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_are_pictures() {
        let check = |bytes: &[u8], expected: Option<&str>| {
            let found = Picture::of_bytes(bytes.to_vec()).map(|picture| picture.picture_type().as_str());
            assert_eq!(found, expected, "{:?}", String::from_utf8_lossy(bytes));
        };
        check(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Some("image/png"));
        check(b"\xff\xd8\xff\xe0\0\x10JFIF", Some("image/jpeg"));
        check(b"GIF87a", Some("image/gif"));
        check(b"GIF89a", Some("image/gif"));
        check(b"RIFF\x24\0\0\0WEBPVP8 ", Some("image/webp"));
        check(b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", Some("image/avif"));
        check(b"\0\0\0\x18ftypmif1\0\0\0\0mif1avis....", Some("image/avif"));
        for other in [
            &b""[..],
            b"\x89PNG",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
            b"<?xml version=\"1.0\"?><svg/>",
            b"\xef\xbb\xbf<svg/>",
            b" GIF89a",
            b"GIF88a",
            b"<!doctype html><title>PNG</title>",
            b"%PDF-1.7",
            b"BM\x36\0\0\0",
            b"RIFF\x24\0\0\0WAVEfmt ",
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
            b"\0\0\0\x18ftypmp42\0\0\0\0isommp42",
            // The version is no brand, and a box that ends beyond the bytes is none.
            b"\0\0\0\x10ftypmif1avif",
            b"\xff\xff\xff\xffftypavif\0\0\0\0avif",
            b"\0\0\0\x04ftypavif\0\0\0\0avif",
        ] {
            check(other, None);
        }
    }
}

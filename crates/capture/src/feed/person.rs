//! Names of people as feeds write them.

/// Somebody who wrote a feed or an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Display name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Page.
    pub url: String,
}

impl Person {
    /// Reads `ana@example.com (Ana)`, `Ana <ana@example.com>`, `Ana (ana@example.com)`, an address or a name alone.
    pub fn read(text: &str) -> Option<Self> {
        let text = crate::text::one_line(text);
        if text.is_empty() {
            return None;
        }
        for (open, close) in [('(', ')'), ('<', '>')] {
            let Some((before, rest)) = text.split_once(open) else { continue };
            let Some((inside, _)) = rest.split_once(close) else { continue };
            let (before, inside) = (before.trim(), inside.trim());
            if is_address(before) {
                return Some(Self::new(inside, address(before)));
            }
            if is_address(inside) {
                return Some(Self::new(before.trim_matches('"'), address(inside)));
            }
        }
        if !text.contains(' ') && is_address(&text) {
            return Some(Self::new("", address(&text)));
        }
        // `Ana ana@example.com`
        if let Some((name, email)) = text.rsplit_once(' ')
            && is_address(email)
        {
            return Some(Self::new(name.trim(), address(email)));
        }
        Some(Self::new(&text, ""))
    }

    fn new(name: &str, email: &str) -> Self {
        Self { name: name.to_owned(), email: email.to_owned(), url: String::new() }
    }

    /// Nothing is known.
    pub fn is_empty(&self) -> bool {
        self.name.is_empty() && self.email.is_empty() && self.url.is_empty()
    }
}

fn address(text: &str) -> &str {
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    text.split('?').next().unwrap_or(text)
}

fn is_address(text: &str) -> bool {
    let Some((user, host)) = address(text).split_once('@') else { return false };
    let is_clean = |part: &str| {
        !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || matches!(c, '@' | '<' | '>' | '(' | ')'))
    };
    is_clean(user) && is_clean(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, name: &str, email: &str) {
        let found = Person::read(input).unwrap_or_default();
        assert_eq!((found.name.as_str(), found.email.as_str()), (name, email), "{input}");
    }

    #[test]
    fn tells_names_from_addresses() {
        check("ana@example.com (Ana)", "Ana", "ana@example.com");
        check("Ana (ana@example.com)", "Ana", "ana@example.com");
        check("Ana <ana@example.com>", "Ana", "ana@example.com");
        check("\"Ana B\" <ana@example.com>", "Ana B", "ana@example.com");
        check("ana@example.com", "", "ana@example.com");
        check("mailto:ana@example.com?subject=x", "", "ana@example.com");
        check("Ana", "Ana", "");
        check("Ana (Blog)", "Ana (Blog)", "");
        check(" ", "", "");
    }
}

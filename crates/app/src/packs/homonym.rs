//! A pack for a word that also means something else, written by its words.

use switchboard_match::Query;

use super::PackError;

/// How many words may stand between the word and one of the other meaning.
const NEARNESS: u8 = 8;
/// The most words of each side.
const MOST_WORDS: usize = 200;

/// A word with the words by which its meanings are told apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Homonym {
    /// The word: `apple`.
    pub word: String,
    /// Words of the other meaning, which stand near it: `pie`, `juice`.
    pub others: Vec<String>,
    /// Words of ours: a post that says one of them is never left out.
    pub ours: Vec<String>,
}

impl Homonym {
    /// The query that finds the other meaning.
    pub fn query(&self) -> Result<String, PackError> {
        let word = term("word", &self.word)?;
        let others = terms("others", &self.others)?;
        if others.is_empty() {
            return Err(PackError::bad("others", "name at least one word of the other meaning"));
        }
        let near = match others.as_slice() {
            [one] => format!("{word} NEAR/{NEARNESS} {one}"),
            several => format!("{word} NEAR/{NEARNESS} ({})", several.join(" OR ")),
        };
        let ours = terms("ours", &self.ours)?;
        Ok(match ours.as_slice() {
            [] => near,
            [one] => format!("({near}) -{one}"),
            several => format!("({near}) -({})", several.join(" OR ")),
        })
    }
}

fn terms(field: &'static str, words: &[String]) -> Result<Vec<String>, PackError> {
    let written: Vec<&String> = words.iter().filter(|word| !word.trim().is_empty()).collect();
    if written.len() > MOST_WORDS {
        return Err(PackError::bad(field, format!("{MOST_WORDS} words are the most")));
    }
    let mut terms: Vec<String> = Vec::new();
    for word in written {
        let term = term(field, word)?;
        if !terms.contains(&term) {
            terms.push(term);
        }
    }
    Ok(terms)
}

/// A word or phrase as queries write it: hashtags and beginnings stay what they are.
fn term(field: &'static str, word: &str) -> Result<String, PackError> {
    let word = word.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '#' | '@' | '*' | '_' | '\'' | '’');
    let is_operator = matches!(word.as_str(), "AND" | "OR" | "NOT" | "NEAR" | "ONEAR");
    let term = if !is_operator && word.chars().all(is_plain) { word.clone() } else { format!("\"{word}\"") };
    match Query::parse(&term) {
        Ok(_) => Ok(term),
        Err(error) => Err(PackError::bad(field, format!("'{word}' cannot be looked for: {}", error.message))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_meaning_is_written_so_that_it_can_be_read() {
        let check = |word: &str, others: &[&str], ours: &[&str], expected: Option<&str>| {
            let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
            let homonym = Homonym { word: word.into(), others: own(others), ours: own(ours) };
            let query = homonym.query().ok();
            assert_eq!(query.as_deref(), expected, "{word}");
            if let Some(query) = query {
                Query::parse(&query).expect("it can be read");
            }
        };
        let pie = "(apple NEAR/8 (pie OR juice OR \"orange juice\")) -(iphone OR #mac)";
        check("apple", &["pie", " juice ", "orange  juice", "", "pie"], &["iphone", "#mac"], Some(pie));
        check("fennel", &["tea"], &[], Some("fennel NEAR/8 tea"));
        check("fennel", &["tea*"], &["kettle"], Some("(fennel NEAR/8 tea*) -kettle"));
        check("OR", &["e-mail"], &[], Some("\"OR\" NEAR/8 \"e-mail\""));
        check("fennel", &[], &["kettle"], None);
        check("", &["tea"], &[], None);
        check("fen\"nel", &["tea"], &[], None);
        check("fennel", &["https://x.example"], &[], None);
        check("fennel", &["&"], &[], None);
    }
}

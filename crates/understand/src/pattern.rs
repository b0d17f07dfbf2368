//! The patterns of the lexicon files, written out into plain sequences of steps.
//!
//! `word` one word · `(a|b c)` one of these · `x?` perhaps · `..` up to three words · `#` a number ·
//! `{class}` a word of that class · `^` at the beginning the sentence begins here · `$` at the end it ends here.

use crate::fold::{fold, fold_words, without_umlauts};

/// More written-out sequences than this come from a pattern that should be several.
const MOST_SEQUENCES: usize = 2_000;

/// One step of a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Word(String),
    /// One of several words.
    AnyOf(Vec<String>),
    Class(String),
    Number,
    Gap,
}

/// A pattern, written out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Pattern {
    pub sequences: Vec<Vec<Step>>,
    pub at_start: bool,
    pub at_end: bool,
}

impl Pattern {
    pub(crate) fn parse(source: &str) -> Result<Self, String> {
        let mut inner = source.trim();
        let mut pattern = Self::default();
        if let Some(rest) = inner.strip_prefix('^') {
            (inner, pattern.at_start) = (rest, true);
        }
        if let Some(rest) = inner.strip_suffix('$') {
            (inner, pattern.at_end) = (rest, true);
        }
        pattern.sequences = sequences(inner)?;
        let is_empty = |sequence: &Vec<Step>| !sequence.iter().any(|step| !matches!(step, Step::Gap));
        if pattern.sequences.is_empty() || pattern.sequences.iter().any(is_empty) {
            return Err(format!("the pattern '{source}' matches nothing in particular"));
        }
        Ok(pattern)
    }
}

fn sequences(source: &str) -> Result<Vec<Vec<Step>>, String> {
    let mut all: Vec<Vec<Step>> = vec![Vec::new()];
    for (unit, is_optional) in units(source)? {
        let mut choices = choices(unit)?;
        if is_optional {
            choices.push(Vec::new());
        }
        all = all
            .iter()
            .flat_map(|head| choices.iter().map(move |tail| head.iter().chain(tail).cloned().collect()))
            .collect();
        if all.len() > MOST_SEQUENCES {
            return Err(format!(
                "'{source}' stands for more than {MOST_SEQUENCES} sequences; make it several patterns"
            ));
        }
    }
    for sequence in &mut all {
        while sequence.last() == Some(&Step::Gap) {
            sequence.pop();
        }
    }
    Ok(all)
}

fn choices(unit: &str) -> Result<Vec<Vec<Step>>, String> {
    if let Some(group) = unit.strip_prefix('(') {
        let mut choices = Vec::new();
        // Single words stay together as one step, so that groups do not multiply each other.
        let mut single: Vec<String> = Vec::new();
        for choice in alternatives(group.strip_suffix(')').ok_or("a group has no end")?) {
            for sequence in sequences(choice)? {
                match &sequence[..] {
                    [Step::Word(word)] => single.push(word.clone()),
                    _ => choices.push(sequence),
                }
            }
        }
        single.sort();
        single.dedup();
        match &single[..] {
            [] => {}
            [word] => choices.push(vec![Step::Word(word.clone())]),
            _ => choices.push(vec![Step::AnyOf(single)]),
        }
        return Ok(choices);
    }
    if let Some(class) = unit.strip_prefix('{') {
        return Ok(vec![vec![Step::Class(class.strip_suffix('}').ok_or("a class has no end")?.to_owned())]]);
    }
    Ok(match unit {
        ".." => vec![vec![Step::Gap]],
        "#" => vec![vec![Step::Number]],
        _ => {
            let spelled = without_umlauts(unit).map(|spelled| vec![Step::Word(fold(&spelled))]);
            std::iter::once(words(unit)?).chain(spelled).collect()
        }
    })
}

fn words(unit: &str) -> Result<Vec<Step>, String> {
    let words = fold_words(unit);
    if words.iter().any(|word| word.is_empty() || !word.chars().all(char::is_alphanumeric)) {
        return Err(format!("'{unit}' is not a word"));
    }
    Ok(words.into_iter().map(Step::Word).collect())
}

/// Splits at blanks outside of groups and after groups, and takes the `?` off.
fn units(source: &str) -> Result<Vec<(&str, bool)>, String> {
    let mut units = Vec::new();
    let mut depth = 0_i32;
    let mut start = 0;
    let mut push = |unit: &'_ std::ops::Range<usize>| {
        let unit = &source[unit.clone()];
        if !unit.is_empty() {
            units.push(unit.strip_suffix('?').map_or((unit, false), |unit| (unit, true)));
        }
    };
    for (at, c) in source.char_indices() {
        match c {
            '(' => {
                if depth == 0 {
                    push(&(start..at));
                    start = at;
                }
                depth += 1;
            }
            ')' => {
                depth -= 1;
                if depth == 0 {
                    let end = at + 1 + usize::from(source[at + 1..].starts_with('?'));
                    push(&(start..end));
                    start = end;
                }
            }
            '?' if start == at + 1 => {}
            ' ' if depth == 0 => {
                push(&(start..at));
                start = at + 1;
            }
            _ => {}
        }
        if depth < 0 {
            return Err("a group has no beginning".to_owned());
        }
    }
    if depth != 0 {
        return Err("a group has no end".to_owned());
    }
    if start < source.len() {
        push(&(start..source.len()));
    }
    Ok(units)
}

/// Splits at bars outside of inner groups.
fn alternatives(group: &str) -> Vec<&str> {
    let mut choices = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            '|' if depth == 0 => {
                choices.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    choices.push(&group[start..]);
    choices
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written_out(source: &str) -> Vec<String> {
        let name = |step: &Step| match step {
            Step::Word(word) => word.clone(),
            Step::AnyOf(words) => words.join("|"),
            Step::Class(class) => format!("{{{class}}}"),
            Step::Number => "#".to_owned(),
            Step::Gap => "..".to_owned(),
        };
        let pattern = Pattern::parse(source).expect(source);
        pattern.sequences.iter().map(|steps| steps.iter().map(name).collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn patterns_are_written_out() {
        let check = |source: &str, expected: &[&str]| assert_eq!(written_out(source), expected, "{source}");
        check("never arrived", &["never arrived"]);
        check("never (arrived|showed up)", &["never showed up", "never arrived"]);
        check("where is? my {thing}", &["where is my {thing}", "where my {thing}"]);
        check("# days .. late", &["# days .. late"]);
        check("(a (b|c)|d)", &["a b|c", "d"]);
        check(
            "(very|so)?(bad|(really )?poor)",
            &["so|very really poor", "so|very bad|poor", "really poor", "bad|poor"],
        );
        check("lost my ..", &["lost my"]);
        check("ungültig", &["ungultig", "ungueltig"]);
        check("don't", &["dont"]);
        check("d'attente", &["d attente"]);
    }

    #[test]
    fn broken_patterns_are_refused() {
        let check = |source: &str| assert!(Pattern::parse(source).is_err(), "{source}");
        for source in ["", "..", "a?", "(a", "a)", "{a", "a,b", "?"] {
            check(source);
        }
    }
}

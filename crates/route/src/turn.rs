//! Who is given a case that waits at a desk: round robin by free capacity.
//!
//! Only who is on duty, has room, speaks the language and has the skills is asked at all. Of those, a case that is hard to
//! read turns away from who has had most of that; then it goes to who has most room, and between equals to whoever was
//! given none for longest. Nobody who fits: nobody is given it, and the desk keeps it.

use std::cmp::Reverse;

use jiff::Timestamp;
use switchboard_model::UserId;

use crate::exposure::ABUSE;

/// What a case wants of who gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// The language of what was written, a tag of BCP 47; any if nobody could tell.
    pub language: Option<&'a str>,
    /// The skills that it takes, in lower case.
    pub skills: &'a [&'a str],
    /// Whether it is hard to read.
    pub is_hard: bool,
}

/// Somebody of the desk.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate<'a> {
    /// Who.
    pub user: UserId,
    /// Whether they are on duty now.
    pub is_on_duty: bool,
    /// What they answer in, tags of BCP 47. Who has named none is asked for all.
    pub languages: &'a [String],
    /// What they know, in lower case.
    pub skills: &'a [String],
    /// How many cases they have that are not closed.
    pub open: u64,
    /// How many of those they can have; as many as come if missing.
    pub most: Option<u32>,
    /// What they have had to read of late, in points.
    pub exposure: f64,
    /// When they were last given one in turn.
    pub last_turn: Option<Timestamp>,
}

impl Candidate<'_> {
    /// How many cases more they can have.
    fn room(&self) -> u64 {
        self.most.map_or(u64::MAX, u64::from).saturating_sub(self.open)
    }

    fn speaks(&self, language: Option<&str>) -> bool {
        let Some(wanted) = language.map(primary).filter(|wanted| *wanted != "und") else { return true };
        self.languages.is_empty() || self.languages.iter().any(|known| primary(known).eq_ignore_ascii_case(wanted))
    }

    fn fits(&self, wanted: Wanted<'_>) -> bool {
        self.is_on_duty
            && self.room() > 0
            && self.speaks(wanted.language)
            && wanted.skills.iter().all(|skill| self.skills.iter().any(|known| known == skill))
    }
}

/// The language that a tag begins with.
fn primary(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or(tag)
}

/// Who is given it, and why they.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Who.
    pub user: UserId,
    /// How many cases they could have, at the moment of deciding.
    pub most: Option<u32>,
    /// Why, for the history.
    pub why: String,
}

/// Gives a case to one of the candidates, or to nobody.
pub fn turn(wanted: Wanted<'_>, candidates: &[Candidate<'_>]) -> Option<Turn> {
    let rank = |one: &&Candidate<'_>| {
        // Whoever is exposed by an abusive case less comes first; less than that tells nobody from another.
        let exposure = if wanted.is_hard { steps(one.exposure) } else { 0 };
        (exposure, Reverse(one.room()), one.last_turn, one.user)
    };
    let chosen = candidates.iter().filter(|one| one.fits(wanted)).min_by_key(rank)?;
    Some(Turn { user: chosen.user, most: chosen.most, why: why(wanted, chosen) })
}

/// How often the weight of an abusive case fits into an exposure.
fn steps(exposure: f64) -> u64 {
    // A score is never negative, and a cast takes what is too large as the largest.
    (exposure / f64::from(ABUSE)) as u64
}

fn why(wanted: Wanted<'_>, chosen: &Candidate<'_>) -> String {
    let mut parts = vec!["given in turn: on duty".to_owned()];
    if let Some(language) = wanted.language.map(primary).filter(|tag| *tag != "und" && !chosen.languages.is_empty()) {
        parts.push(format!("speaks {}", name(language)));
    }
    if !wanted.skills.is_empty() {
        parts.push(format!("knows {}", wanted.skills.join(", ")));
    }
    parts.push(match chosen.most {
        Some(most) => format!("{} of {most} cases", chosen.open),
        None => format!("{} cases", chosen.open),
    });
    // What somebody has had to read is told to nobody but them and their heads, so it is no part of the reason.
    parts.join(", ")
}

/// What a language is called in English, as reasons are; the tag of one that is not common here.
pub(crate) fn name(tag: &str) -> &str {
    match tag {
        "ar" => "Arabic",
        "cs" => "Czech",
        "da" => "Danish",
        "de" => "German",
        "el" => "Greek",
        "en" => "English",
        "es" => "Spanish",
        "fi" => "Finnish",
        "fr" => "French",
        "hu" => "Hungarian",
        "it" => "Italian",
        "ja" => "Japanese",
        "ko" => "Korean",
        "nb" | "nn" | "no" => "Norwegian",
        "nl" => "Dutch",
        "pl" => "Polish",
        "pt" => "Portuguese",
        "ro" => "Romanian",
        "ru" => "Russian",
        "sv" => "Swedish",
        "tr" => "Turkish",
        "uk" => "Ukrainian",
        "zh" => "Chinese",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn user(number: u128) -> UserId {
        UserId(Uuid::from_u128(number))
    }

    fn candidate(number: u128, open: u64, most: Option<u32>) -> Candidate<'static> {
        Candidate {
            user: user(number),
            is_on_duty: true,
            languages: &[],
            skills: &[],
            open,
            most,
            exposure: 0.0,
            last_turn: None,
        }
    }

    const ANY: Wanted<'static> = Wanted { language: None, skills: &[], is_hard: false };

    fn given(wanted: Wanted<'_>, candidates: &[Candidate<'_>]) -> Option<UserId> {
        turn(wanted, candidates).map(|turn| turn.user)
    }

    #[test]
    fn most_room_comes_first_then_who_waited_longest() {
        let at = |second| Timestamp::from_second(second).ok();
        assert_eq!(given(ANY, &[]), None);
        assert_eq!(given(ANY, &[candidate(1, 3, Some(9)), candidate(2, 3, Some(12))]), Some(user(2)));
        assert_eq!(given(ANY, &[candidate(1, 12, Some(12)), candidate(2, 13, Some(12))]), None, "the desk keeps it");
        let later = Candidate { last_turn: at(20), ..candidate(1, 3, Some(9)) };
        let sooner = Candidate { last_turn: at(10), ..candidate(2, 3, Some(9)) };
        assert_eq!(given(ANY, &[later.clone(), sooner]), Some(user(2)));
        assert_eq!(given(ANY, &[later, candidate(3, 3, Some(9))]), Some(user(3)), "who was never given any");
        let off = Candidate { is_on_duty: false, ..candidate(1, 0, None) };
        assert_eq!(given(ANY, &[off, candidate(2, 8, Some(9))]), Some(user(2)));
    }

    #[test]
    fn language_and_skills_are_wanted() {
        let (german, english) = (vec!["de-CH".to_owned()], vec!["en".to_owned()]);
        let repairs = vec!["repairs".to_owned()];
        let one = Candidate { languages: &german, ..candidate(1, 3, Some(12)) };
        let other = Candidate { languages: &english, skills: &repairs, ..candidate(2, 0, None) };
        let check = |language: Option<&str>, skills: &[&str], expected: Option<u128>| {
            let wanted = Wanted { language, skills, is_hard: false };
            assert_eq!(given(wanted, &[one.clone(), other.clone()]), expected.map(user), "{language:?} {skills:?}");
        };
        check(Some("de"), &[], Some(1));
        check(Some("de-AT"), &[], Some(1));
        check(Some("fr"), &[], None);
        check(Some("und"), &[], Some(2));
        check(None, &["repairs"], Some(2));
        check(Some("de"), &["repairs"], None);
        let wanted = Wanted { language: Some("de"), skills: &[], is_hard: false };
        let why = turn(wanted, &[one]).map(|turn| turn.why);
        assert_eq!(why.as_deref(), Some("given in turn: on duty, speaks German, 3 of 12 cases"));
    }

    #[test]
    fn what_is_hard_to_read_turns_away_from_who_had_most() {
        let tired = Candidate { exposure: 9.0, ..candidate(1, 0, None) };
        let rested = Candidate { exposure: 3.9, ..candidate(2, 8, Some(9)) };
        let hard = Wanted { is_hard: true, ..ANY };
        assert_eq!(given(hard, &[tired.clone(), rested.clone()]), Some(user(2)));
        assert_eq!(given(ANY, &[tired.clone(), rested]), Some(user(1)), "anything else goes by room");
        assert_eq!(given(hard, &[tired]), Some(user(1)), "nobody else fits");
    }

    fn candidates() -> impl Strategy<Value = Vec<Candidate<'static>>> {
        let one = (any::<bool>(), 0u64..20, prop::option::of(0u32..20), 0.0f64..50.0, prop::option::of(0i64..9));
        prop::collection::vec(one, 0..8).prop_map(|list| {
            let candidate =
                |(number, (is_on_duty, open, most, exposure, last)): (usize, (bool, u64, _, f64, Option<i64>))| {
                    let last_turn = last.and_then(|second| Timestamp::from_second(second).ok());
                    Candidate { is_on_duty, exposure, last_turn, ..candidate(number as u128, open, most) }
                };
            list.into_iter().enumerate().map(candidate).collect()
        })
    }

    proptest! {
        #[test]
        fn nobody_is_given_more_than_they_can_have_or_any_off_duty(list in candidates(), is_hard in any::<bool>()) {
            let wanted = Wanted { is_hard, ..ANY };
            match turn(wanted, &list) {
                Some(turn) => {
                    let chosen = list.iter().find(|one| one.user == turn.user).expect("one of them");
                    prop_assert!(chosen.is_on_duty);
                    prop_assert!(chosen.most.is_none_or(|most| chosen.open < u64::from(most)));
                    let fits = list.iter().filter(|one| one.fits(wanted));
                    for other in fits {
                        if is_hard {
                            prop_assert!(steps(chosen.exposure) <= steps(other.exposure));
                        } else {
                            prop_assert!(chosen.room() >= other.room());
                        }
                    }
                }
                None => prop_assert!(list.iter().all(|one| !one.fits(wanted))),
            }
        }

        #[test]
        fn equals_are_given_as_many_within_one(people in 1u128..8, cases in 0i64..60, most in prop::option::of(1u32..12)) {
            let mut list: Vec<Candidate<'_>> = (0..people).map(|number| candidate(number, 0, most)).collect();
            for second in 0..cases {
                let Some(turn) = turn(ANY, &list) else { break };
                let chosen = list.iter_mut().find(|one| one.user == turn.user).expect("one of them");
                chosen.open += 1;
                chosen.last_turn = Timestamp::from_second(second).ok();
            }
            let (least, greatest) =
                (list.iter().map(|one| one.open).min(), list.iter().map(|one| one.open).max());
            prop_assert!(greatest.unwrap_or(0) - least.unwrap_or(0) <= 1);
            prop_assert!(most.is_none_or(|most| greatest.unwrap_or(0) <= u64::from(most)));
        }

        #[test]
        fn equals_whose_cases_end_at_once_take_turns(people in 1u128..8, rounds in 1usize..5) {
            let mut list: Vec<Candidate<'_>> = (0..people).map(|number| candidate(number, 0, Some(5))).collect();
            let mut had = vec![0usize; list.len()];
            for second in 0..list.len() * rounds {
                let turn = turn(ANY, &list).expect("somebody fits");
                let place = list.iter().position(|one| one.user == turn.user).expect("one of them");
                list[place].last_turn = Timestamp::from_second(second as i64).ok();
                had[place] += 1;
            }
            prop_assert!(had.iter().all(|had| *had == rounds));
        }
    }
}

//! Which senior is asked to call or write, and why: who does that at all, speaks the author's language, stands for the
//! department, has room, and is there.

use jiff::civil::Date;
use switchboard_model::{DepartmentId, OutreachChannel, Senior, UserId};

use crate::turn::name;

/// What a case needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// How the author is to be turned to.
    pub channel: OutreachChannel,
    /// The primary tag of the language that they write, where it is known.
    pub language: Option<String>,
    /// The department that has the case.
    pub department: DepartmentId,
}

/// A senior as they stand at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// What they do.
    pub senior: &'a Senior,
    /// BCP 47 tags of the languages that they speak.
    pub languages: &'a [String],
    /// How many outreaches they have open.
    pub open: u32,
    /// Whether they work here and can read cases.
    pub is_there: bool,
    /// Whether they are at work now.
    pub is_on_duty: bool,
    /// Until when they are away, if they are.
    pub away_until: Option<Date>,
}

/// How well somebody fits, with each reason.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Suggestion {
    /// Who.
    pub user: UserId,
    /// The greater, the better.
    pub score: i32,
    /// What speaks for them, and what does not.
    pub why: Vec<String>,
    /// Why they cannot be asked now.
    pub obstacle: Option<String>,
}

/// All of them, who fits best first; who cannot be asked stands last. Of equals whoever has less to do.
pub fn suggest(need: &Need, candidates: &[Candidate<'_>]) -> Vec<Suggestion> {
    let mut list: Vec<(u32, Suggestion)> =
        candidates.iter().map(|candidate| (candidate.open, weigh(need, candidate))).collect();
    list.sort_by_key(|(open, one)| (one.obstacle.is_some(), std::cmp::Reverse(one.score), *open, one.user));
    list.into_iter().map(|(_, one)| one).collect()
}

/// Why somebody cannot be asked now.
pub fn obstacle(channel: OutreachChannel, candidate: &Candidate<'_>) -> Option<String> {
    let senior = candidate.senior;
    if !candidate.is_there {
        return Some("works here no more, or only reads".to_owned());
    }
    // Whoever is away can be asked for nothing, whatever they do.
    if let Some(until) = candidate.away_until {
        return Some(format!("is away until {until}"));
    }
    if !senior.channels.contains(&channel) {
        let does = match channel {
            OutreachChannel::Call => "makes no calls",
            OutreachChannel::Mail => "writes no mails",
        };
        return Some(does.to_owned());
    }
    (candidate.open >= senior.most_open)
        .then(|| format!("has {} open already, and {} is the most", candidate.open, senior.most_open))
}

fn weigh(need: &Need, candidate: &Candidate<'_>) -> Suggestion {
    let senior = candidate.senior;
    let (mut score, mut why) = (0, Vec::new());
    let mut say = |points: i32, reason: String| {
        score += points;
        why.push(reason);
    };
    if let Some(tag) = need.language.as_deref().map(primary).filter(|tag| tag != "und") {
        let language = name(&tag);
        match candidate.languages.iter().any(|known| primary(known) == tag) {
            true => say(4, format!("speaks {language}")),
            false => say(0, format!("does not speak {language}")),
        }
    }
    if senior.departments.contains(&need.department) {
        say(2, "stands for the department".to_owned());
    } else if senior.departments.is_empty() {
        say(1, "stands for all departments".to_owned());
    } else {
        say(0, "stands for other departments".to_owned());
    }
    match candidate.is_on_duty {
        true => say(2, "is on duty".to_owned()),
        false => say(0, "is off duty now".to_owned()),
    }
    let room = senior.most_open.saturating_sub(candidate.open);
    say(i32::from(candidate.open == 0), format!("has room for {room} more"));
    Suggestion { user: senior.user, score, why, obstacle: obstacle(need.channel, candidate) }
}

fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn senior(number: u128, most_open: u32, departments: &[u128]) -> Senior {
        Senior {
            user: UserId(Uuid::from_u128(number)),
            title: "VP".into(),
            channels: vec![OutreachChannel::Call],
            departments: departments.iter().map(|one| DepartmentId(Uuid::from_u128(*one))).collect(),
            most_open,
        }
    }

    fn candidate<'a>(senior: &'a Senior, languages: &'a [String]) -> Candidate<'a> {
        Candidate { senior, languages, open: 0, is_there: true, is_on_duty: true, away_until: None }
    }

    #[test]
    fn whoever_fits_best_stands_first_and_says_why() {
        let need =
            |channel| Need { channel, language: Some("de".into()), department: DepartmentId(Uuid::from_u128(1)) };
        let (german, english) = (["de-AT".to_owned()], ["en".to_owned()]);
        let seniors =
            [senior(1, 2, &[]), senior(2, 2, &[1]), senior(3, 2, &[2]), senior(4, 1, &[1]), senior(5, 2, &[1])];
        let day = "2026-05-04".parse().expect("a day");
        let candidates = [
            candidate(&seniors[0], &english),
            candidate(&seniors[1], &german),
            Candidate { is_on_duty: false, ..candidate(&seniors[2], &german) },
            Candidate { open: 1, ..candidate(&seniors[3], &german) },
            Candidate { away_until: Some(day), ..candidate(&seniors[4], &german) },
        ];
        let found = suggest(&need(OutreachChannel::Call), &candidates);
        let order: Vec<u128> = found.iter().map(|one| one.user.0.as_u128()).collect();
        assert_eq!(order, [2, 3, 1, 5, 4]);
        assert_eq!(
            found[0].why.join(", "),
            "speaks German, stands for the department, is on duty, has room for 2 more"
        );
        assert_eq!(found[3].obstacle.as_deref(), Some("is away until 2026-05-04"));
        assert_eq!(found[4].obstacle.as_deref(), Some("has 1 open already, and 1 is the most"));
        let found = suggest(&need(OutreachChannel::Mail), &candidates);
        // Nobody of them writes mails; of who is away that is said first.
        let said: Vec<_> = found.iter().map(|one| (one.user.0.as_u128(), one.obstacle.as_deref())).collect();
        let none = Some("writes no mails");
        let away = Some("is away until 2026-05-04");
        assert_eq!(said, [(2, none), (5, away), (4, none), (3, none), (1, none)]);
    }

    #[test]
    fn a_language_that_is_not_known_is_no_reason() {
        let (senior, languages) = (senior(1, 2, &[]), ["pt-BR".to_owned()]);
        let why = |language: Option<&str>| {
            let channel = OutreachChannel::Call;
            let need = Need { channel, language: language.map(str::to_owned), department: DepartmentId(Uuid::nil()) };
            suggest(&need, &[candidate(&senior, &languages)])[0].why[0].clone()
        };
        assert_eq!(why(Some("pt-PT")), "speaks Portuguese");
        assert_eq!(why(Some("nb")), "does not speak Norwegian");
        assert_eq!(why(Some("und")), why(None));
    }

    #[test]
    fn who_left_is_not_asked() {
        let senior = senior(1, 2, &[]);
        let gone = Candidate { is_there: false, ..candidate(&senior, &[]) };
        assert_eq!(obstacle(OutreachChannel::Call, &gone).as_deref(), Some("works here no more, or only reads"));
    }
}

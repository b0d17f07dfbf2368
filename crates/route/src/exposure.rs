//! How much abuse somebody has had to read.
//!
//! What `rules-1` understands of a post is whether it reads as negative; it does not tell an insult from a complaint. So
//! abuse is what rules or people have tagged as such, and what reads as negative counts for a little. A point weighs half
//! after each half-life, in the way in which counts with forgetting are kept since Cormode et al., "Forward Decay"
//! (ICDE 2009): the sum of points · ½^(age ÷ half-life).

use jiff::Timestamp;
use switchboard_model::{Case, Event, Exposure, ExposureSettings, Happening, UserId};

/// What an abusive case weighs when it comes to somebody.
pub const ABUSE: u32 = 4;

/// What a post weighs that reads as negative.
pub const NEGATIVE: u32 = 1;

/// How hard a case is to read, by its tags and by what its newest post reads as.
pub fn points(tags: &[String], sentiment: Option<&str>, settings: &ExposureSettings) -> u32 {
    if tags.iter().any(|tag| settings.tags.contains(tag)) {
        ABUSE
    } else if sentiment == Some("negative") {
        NEGATIVE
    } else {
        0
    }
}

/// To whom an event brought what the conversation says: whoever gets the case, whoever has it when its author writes again
/// or when it turns out to be abusive. `before` is the case without the event (`None`: it opened the case).
pub fn came_to(before: Option<&Case>, after: &Case, event: &Event, settings: &ExposureSettings) -> Option<UserId> {
    let owner = after.owner.user().filter(|_| !after.is_closed())?;
    let had = before.and_then(|before| before.owner.user());
    let is_new = match &event.what {
        Happening::Joined { is_ours, .. } => !is_ours,
        Happening::Tagged { added, .. } => added.iter().any(|tag| settings.tags.contains(tag)),
        _ => false,
    };
    (is_new || had != Some(owner)).then_some(owner)
}

/// What somebody has had to read, as it weighs now.
pub fn score<'a>(
    exposures: impl IntoIterator<Item = &'a Exposure>,
    settings: &ExposureSettings,
    now: Timestamp,
) -> f64 {
    let half_life_s = f64::from(settings.half_life_days.max(1)) * 86_400.0;
    let weigh = |exposure: &Exposure| {
        let age_s = now.duration_since(exposure.at).as_secs_f64().max(0.0);
        f64::from(exposure.points) * (-age_s / half_life_s).exp2()
    };
    exposures.into_iter().map(weigh).sum()
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use switchboard_model::CaseId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn abuse_is_what_was_tagged_and_negative_counts_a_little() {
        let settings = ExposureSettings { tags: vec!["abuse".into(), "threat".into()], ..ExposureSettings::default() };
        let check = |tags: &[&str], sentiment: Option<&str>, expected: u32| {
            let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
            assert_eq!(points(&tags, sentiment, &settings), expected, "{tags:?} {sentiment:?}");
        };
        check(&["refund"], Some("positive"), 0);
        check(&[], None, 0);
        check(&["refund"], Some("negative"), NEGATIVE);
        check(&["threat"], Some("neutral"), ABUSE);
        check(&["abuse", "threat"], Some("negative"), ABUSE);
    }

    #[test]
    fn a_point_weighs_half_after_each_half_life() {
        let settings = ExposureSettings::default();
        let read = Exposure {
            user: UserId(Uuid::from_u128(1)),
            case: CaseId(1),
            event: 2,
            at: Timestamp::UNIX_EPOCH,
            points: 4,
        };
        let check = |days: i64, expected: f64| {
            let now = Timestamp::UNIX_EPOCH + (days * 24).hours();
            let found = score([&read, &read], &settings, now);
            assert!((found - expected).abs() < 1e-9, "{days} days: {found}");
        };
        check(0, 8.0);
        check(7, 4.0);
        check(14, 2.0);
        check(-3, 8.0);
    }
}

//! Mentions day by day, as `switchboard search volume` shows them.

use std::io::Write;

use jiff::tz::TimeZone;
use serde_json::json;
use switchboard_app::searches::volume::{Volume, usual};

use super::super::Shared;

/// The longest bar, in characters.
const WIDTH: u64 = 48;

/// One line for each day with a bar, and what is usual; as JSON one line for each hour.
pub(super) fn tell(shared: &Shared, volume: &Volume) -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    if shared.json {
        for (hour, mentions) in &volume.hours {
            writeln!(output, "{}", json!({ "hour": hour, "mentions": mentions }))?;
        }
        return Ok(());
    }
    let days = volume.days(&TimeZone::UTC);
    let counts: Vec<u64> = days.iter().map(|(_, mentions)| *mentions).collect();
    let most = counts.iter().copied().max().unwrap_or_default();
    for (day, mentions) in &days {
        writeln!(output, "{day}  {mentions:>7}  {}", bar(*mentions, most))?;
    }
    match usual(&counts) {
        Some((least, most)) => writeln!(output, "{least} to {most} on most days; the last day is not over yet"),
        None => writeln!(output, "too few days to say what is usual; the last day is not over yet"),
    }
}

/// Something is never drawn as nothing.
fn bar(mentions: u64, most: u64) -> String {
    if mentions == 0 {
        return String::new();
    }
    let length = u128::from(mentions) * u128::from(WIDTH) / u128::from(most.max(1));
    "█".repeat(usize::try_from(length).unwrap_or_default().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_there_are_mentions() {
        assert_eq!(bar(0, 10), "");
        assert_eq!(bar(1, 1_000_000).chars().count(), 1);
        assert_eq!(bar(5, 10).chars().count(), 24);
        assert_eq!(bar(u64::MAX, u64::MAX).chars().count(), 48);
    }
}

//! Hours of duty: `mon-fri 09:00-17:00, sat 22:00-06:00`, by the clock of the user's time zone.

use switchboard_model::{Duty, DutyHours};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAY: u16 = 24 * 60;
/// More stretches than anybody works in a week.
const MOST_HOURS: usize = 100;

/// Reads hours of duty. Nothing written means always.
///
/// # Errors
/// Says in a sentence what cannot be read.
pub fn parse(text: &str) -> Result<Duty, String> {
    let mut hours = Vec::new();
    for stretch in text.split([',', ';', '\n']).map(str::trim).filter(|stretch| !stretch.is_empty()) {
        let wrong = |what: &str| format!("'{stretch}' cannot be read: {what}; write it like mon-fri 09:00-17:00");
        let (days, times) = stretch.split_once(char::is_whitespace).ok_or_else(|| wrong("day and hours are needed"))?;
        let (first, last) = days.split_once(['-', '–']).unwrap_or((days, days));
        let (first, last) =
            (day(first).ok_or_else(|| wrong("no such day"))?, day(last).ok_or_else(|| wrong("no such day"))?);
        let (from, to) =
            times.trim().split_once(['-', '–']).ok_or_else(|| wrong("the hours need a beginning and an end"))?;
        let (from, to) =
            (minute(from).ok_or_else(|| wrong("no such time"))?, minute(to).ok_or_else(|| wrong("no such time"))?);
        if from == DAY || from == to {
            return Err(wrong("it ends when it begins"));
        }
        let to = if to < from { to + DAY } else { to };
        let mut day = first;
        loop {
            let one = DutyHours { day, from, to };
            if !hours.contains(&one) {
                hours.push(one);
            }
            if day == last {
                break;
            }
            day = day % 7 + 1;
        }
        if hours.len() > MOST_HOURS {
            return Err("these are more hours than a week has; write each stretch once".to_owned());
        }
    }
    hours.sort_by_key(|hours| (hours.day, hours.from, hours.to));
    Ok(Duty(hours))
}

/// The hours as [`parse`] reads them; days with the same hours stand together where they follow each other.
pub fn print(duty: &Duty) -> String {
    let mut stretches: Vec<(u8, u8, u16, u16)> = Vec::new();
    for hours in &duty.0 {
        let grown = stretches
            .iter_mut()
            .find(|(_, last, from, to)| *last + 1 == hours.day && (*from, *to) == (hours.from, hours.to));
        match grown {
            Some((_, last, ..)) => *last = hours.day,
            None => stretches.push((hours.day, hours.day, hours.from, hours.to)),
        }
    }
    let name = |day: u8| DAYS.get(usize::from(day).wrapping_sub(1)).copied().unwrap_or("mon");
    let clock = |minute: u16| {
        let minute = if minute > DAY { minute - DAY } else { minute };
        format!("{:02}:{:02}", minute / 60, minute % 60)
    };
    let print = |(first, last, from, to): (u8, u8, u16, u16)| {
        let days = if first == last { name(first).to_owned() } else { format!("{}-{}", name(first), name(last)) };
        format!("{days} {}-{}", clock(from), clock(to))
    };
    stretches.into_iter().map(print).collect::<Vec<_>>().join(", ")
}

/// 1 for Monday; the first three letters suffice.
fn day(text: &str) -> Option<u8> {
    const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let text = text.trim().to_lowercase();
    let at = NAMES.iter().position(|name| text.len() >= 3 && name.starts_with(&text))?;
    u8::try_from(at + 1).ok()
}

/// Minute of the day of `9`, `9:30`, `24:00`.
fn minute(text: &str) -> Option<u16> {
    let text = text.trim();
    let (hour, minute) = text.split_once(':').unwrap_or((text, "0"));
    let number = |text: &str| text.parse::<u16>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let (hour, minute) = (number(hour)?, number(minute)?);
    let at = hour.checked_mul(60)?.checked_add(minute)?;
    (minute < 60 && at <= DAY).then_some(at)
}

#[cfg(test)]
mod tests {
    use switchboard_route::calendar::Calendar;

    use super::*;

    #[test]
    fn hours_are_read_and_printed() {
        let check = |text: &str, printed: &str| {
            let duty = parse(text).expect(text);
            assert_eq!(print(&duty), printed);
            assert_eq!(parse(printed).expect("what was printed can be read"), duty);
        };
        check("", "");
        check("mon-fri 09:00-17:00, sat 10:00-14:00", "mon-fri 09:00-17:00, sat 10:00-14:00");
        check("Monday 9-17:30", "mon 09:00-17:30");
        check("fri 22:00-06:00", "fri 22:00-06:00");
        check("sat-mon 8-12; tue 8-12", "mon-tue 08:00-12:00, sat-sun 08:00-12:00");
        check("mon 00:00-24:00", "mon 00:00-24:00");
        check("mon 9-12, mon 13-17, tue 9-12, tue 13-17", "mon-tue 09:00-12:00, mon-tue 13:00-17:00");
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let check = |text: &str| assert!(parse(text).expect_err(text).contains("like mon-fri"), "{text}");
        check("always");
        check("mo 9-17");
        check("mon 9");
        check("mon 25-26");
        check("mon 9-9");
        check("mon 9:60-10");
        check("mon +9-17");
        check("mon 9999-17");
        check("mon 65535:59-17");
    }

    #[test]
    fn duty_goes_by_the_clock_of_the_zone_and_over_midnight() {
        let check = |text: &str, zone: &str, now: &str, expected: bool| {
            let duty = parse(text).expect(text);
            let calendar = Calendar::new(&duty, zone, []);
            assert_eq!(calendar.is_open(now.parse().expect("a time")), expected, "{text} {zone} {now}");
        };
        // 2026-05-04 is a Monday.
        check("", "Europe/Lisbon", "2026-05-04T03:00:00Z", true);
        check("mon 09:00-17:00", "UTC", "2026-05-04T09:00:00Z", true);
        check("mon 09:00-17:00", "UTC", "2026-05-04T17:00:00Z", false);
        check("mon 09:00-17:00", "Asia/Tokyo", "2026-05-04T00:30:00Z", true);
        check("mon 09:00-17:00", "Asia/Tokyo", "2026-05-04T09:00:00Z", false);
        check("sun 22:00-06:00", "UTC", "2026-05-04T05:59:00Z", true);
        check("sun 22:00-06:00", "UTC", "2026-05-04T06:00:00Z", false);
        check("mon 22:00-06:00", "UTC", "2026-05-04T05:00:00Z", false);
        check("mon 00:00-24:00", "Nowhere/Land", "2026-05-04T23:59:00Z", true);
    }
}

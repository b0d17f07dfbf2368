//! Contrast of every pair of colours that stand on each other, computed from the tokens (WCAG 2.2, 1.4.3 and 1.4.11).
//!
//! Colours are written as OKLCH; the way to sRGB is Björn Ottosson's ("A perceptual color space for image processing",
//! 2020), the ratio that of WCAG.

use std::collections::BTreeMap;

const SHEETS: [&str; 3] = [
    include_str!("../../static/switchboard.css"),
    include_str!("../../static/desk.css"),
    include_str!("../../static/components.css"),
];

/// A colour in linear light, 0 to 1 each.
type Rgb = [f64; 3];

/// What stands on what, and how far apart they must be: 4.5 for words, 3 for edges and marks.
const PAIRS: &[(&str, &[&str], f64)] = &[
    ("ink", &["paper", "desk", "well", "raised", "mark", "note", "bad-soft", "soon-soft", "accent-soft"], 4.5),
    ("ink-2", &["paper", "desk", "well", "raised", "note", "accent-soft"], 4.5),
    ("ink-3", &["paper", "desk", "raised", "accent-soft", "note"], 4.5),
    ("accent-ink", &["paper", "desk", "raised", "accent-soft"], 4.5),
    ("on-accent", &["accent", "accent-ink"], 4.5),
    ("bad", &["paper", "desk", "raised"], 4.5),
    ("on-bad", &["bad"], 4.5),
    ("soon", &["paper", "desk", "raised"], 4.5),
    ("good", &["paper", "desk"], 3.0),
    ("paper", &["ink"], 4.5),
    ("edge", &["paper", "desk", "raised"], 3.0),
    ("accent", &["paper", "desk", "accent-soft"], 3.0),
    ("band-line", &["paper"], 3.0),
];

fn linear(channel: f64) -> f64 {
    if channel <= 0.040_45 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
}

fn colour(text: &str) -> Option<Rgb> {
    if let Some(hex) = text.strip_prefix('#') {
        let digits: Vec<f64> = hex.chars().filter_map(|digit| digit.to_digit(16)).map(f64::from).collect();
        return match digits[..] {
            [r, g, b] => Some([r, g, b].map(|digit| linear(digit * 17.0 / 255.0))),
            _ => None,
        };
    }
    let inner = text.strip_prefix("oklch(")?.strip_suffix(')')?;
    let numbers: Vec<f64> =
        inner.split_whitespace().take(3).map(|number| number.parse().ok()).collect::<Option<_>>()?;
    let [lightness, chroma, hue] = numbers[..] else { return None };
    let (a, b) = (chroma * hue.to_radians().cos(), chroma * hue.to_radians().sin());
    let cone = |x: f64, y: f64| (lightness + x * a + y * b).powi(3);
    let (l, m, s) = (
        cone(0.396_337_777_4, 0.215_803_757_3),
        cone(-0.105_561_345_8, -0.063_854_172_8),
        cone(-0.089_484_177_5, -1.291_485_548),
    );
    let rgb = [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s,
    ];
    Some(rgb.map(|channel| channel.clamp(0.0, 1.0)))
}

fn luminance([r, g, b]: Rgb) -> f64 {
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The two sides of `light-dark(…, …)`.
fn sides(value: &str) -> Option<(&str, &str)> {
    let inner = value.strip_prefix("light-dark(")?.strip_suffix(')')?;
    let mut depth = 0;
    let comma = inner.char_indices().find(|(_, letter)| {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth == 0 && *letter == ','
    })?;
    Some((inner[..comma.0].trim(), inner[comma.0 + 1..].trim()))
}

/// The tokens of all sheets, light and dark; with more contrast, what the second block says goes before.
fn tokens(with_more: bool) -> BTreeMap<String, (Rgb, Rgb)> {
    let mut tokens = BTreeMap::new();
    for sheet in SHEETS {
        let (plain, more) = sheet.split_once("prefers-contrast: more").unwrap_or((sheet, ""));
        let more = more.split("@layer").next().unwrap_or_default();
        for part in [plain, if with_more { more } else { "" }] {
            for declaration in part.split(['{', ';', '}']) {
                let Some((name, value)) = declaration.trim().split_once(':') else { continue };
                let Some(name) = name.trim().rsplit('/').next().unwrap_or_default().trim().strip_prefix("--") else {
                    continue;
                };
                let Some((light, dark)) = sides(value.trim()) else { continue };
                if let (Some(light), Some(dark)) = (colour(light), colour(dark)) {
                    tokens.insert(name.to_owned(), (light, dark));
                }
            }
        }
    }
    tokens
}

#[test]
fn every_pair_can_be_told_apart() {
    let mut wrong = Vec::new();
    for with_more in [false, true] {
        let tokens = tokens(with_more);
        for (name, grounds, least) in PAIRS {
            for ground in *grounds {
                let find = |name: &str| *tokens.get(name).unwrap_or_else(|| panic!("there is no token --{name}"));
                let (of, on) = (find(name), find(ground));
                for (theme, ratio) in [("light", contrast(of.0, on.0)), ("dark", contrast(of.1, on.1))] {
                    let least = if with_more { least.max(4.5) } else { *least };
                    if ratio < least {
                        wrong.push(format!(
                            "{name} on {ground}, {theme}, more contrast {with_more}: {ratio:.2} < {least}"
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn black_on_white_is_as_far_as_it_goes() {
    let (black, white) = (colour("#000").expect("a colour"), colour("oklch(1 0 0)").expect("a colour"));
    assert!((contrast(black, white) - 21.0).abs() < 0.01);
    let grey = colour("oklch(0.5999 0 0)").expect("a colour");
    assert!((3.9..4.2).contains(&contrast(grey, white)), "{}", contrast(grey, white));
}

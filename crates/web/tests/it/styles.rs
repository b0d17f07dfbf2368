//! What style sheets say twice because CSS knows no other way.

/// The declarations of the first rule with that selector, without the white space around them.
fn declarations(sheet: &str, selector: &str) -> Vec<String> {
    let (_, rest) = sheet.split_once(&format!("{selector} {{")).unwrap_or_else(|| panic!("no {selector}"));
    let (rule, _) = rest.split_once('}').expect("it ends");
    let rule = rule.split(';').map(|one| one.split_whitespace().collect::<Vec<_>>().join(" "));
    rule.filter(|one| !one.is_empty()).collect()
}

#[test]
fn more_contrast_is_the_same_by_choice_and_by_device() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/static/switchboard.css");
    let sheet = std::fs::read_to_string(path).expect("text");
    let (_, asked) = sheet.split_once("@media (prefers-contrast: more) {").expect("devices may ask for it");
    let device = declarations(asked, ":root");
    assert!(device.len() > 5 && device.iter().all(|one| one.starts_with("--")), "{device:?}");
    assert_eq!(device, declarations(&sheet, ":root[data-contrast=\"more\"]"));
}

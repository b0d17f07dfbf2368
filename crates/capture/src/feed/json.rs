//! JSON Feed 1.0 and 1.1. A field of the wrong type is left out, the entry stays.

use serde_json::{Map, Value};
use switchboard_model::Media;
use url::Url;

use super::draft::media_type;
use super::{Body, FeedEntry, FeedError, Link, MAX_ENTRIES, ParsedFeed, Person, problem};
use crate::date;
use crate::elements::looks_like_html;
use crate::text::{html_to_line, html_to_text, one_line, tidy};
use crate::url::resolve;

/// Reads a feed in JSON.
pub(super) fn read(text: &str, url: &Url) -> Result<ParsedFeed, FeedError> {
    let value: Value = serde_json::from_str(text).map_err(|error| FeedError::BrokenJson(error.to_string()))?;
    let other = |found: &str| FeedError::OtherFormat { found: found.to_owned() };
    let Value::Object(feed) = value else { return Err(other("a JSON list")) };
    let version = string(&feed, "version").unwrap_or_default();
    let items = match feed.get("items") {
        Some(Value::Array(items)) => items.as_slice(),
        _ if version.contains("jsonfeed.org") => &[],
        _ => return Err(other("JSON of another kind")),
    };
    let link = |name: &str| string(&feed, name).and_then(|href| resolve(Some(url), &href)).map(String::from);
    let mut parsed = ParsedFeed {
        format: if version.contains("1.1") || version.ends_with("1.1/") { "JSON Feed 1.1" } else { "JSON Feed 1.0" }
            .to_owned(),
        id: link("feed_url"),
        title: string(&feed, "title").map(|title| line(&title)).unwrap_or_default(),
        description: string(&feed, "description").map(|text| tidy(&text)).unwrap_or_default(),
        site_url: link("home_page_url"),
        self_url: link("feed_url"),
        hub: feed.get("hubs").and_then(|hubs| hubs.get(0)?.get("url")?.as_str()).map(str::to_owned),
        next: link("next_url"),
        icon: link("icon"),
        lang: string(&feed, "language"),
        authors: authors(&feed),
        ..ParsedFeed::default()
    };
    for (index, item) in items.iter().enumerate().take(MAX_ENTRIES) {
        match item {
            Value::Object(item) => parsed.entries.push(entry(item, url)),
            _ => parsed.problems.push(problem(format!("entry {}", index + 1), "not an object; left out")),
        }
    }
    Ok(parsed)
}

fn entry(item: &Map<String, Value>, url: &Url) -> FeedEntry {
    let link = |name: &str| string(item, name).and_then(|href| resolve(Some(url), &href)).map(String::from);
    let time = |name: &str| string(item, name).and_then(|text| date::read(&text));
    let page = link("url");
    let base = page.as_deref().and_then(|page| Url::parse(page).ok());
    let content = match (string(item, "content_html"), string(item, "content_text")) {
        (Some(html), _) => {
            let found = html_to_text(&html, base.as_ref().or(Some(url)));
            Body { text: found.text, links: found.links, media: found.media, lang: None }
        }
        (None, Some(text)) => Body { text: tidy(&text), ..Body::default() },
        (None, None) => Body::default(),
    };
    let mut links: Vec<Link> = Vec::new();
    for (name, rel) in [("url", "alternate"), ("external_url", "related")] {
        links.extend(link(name).map(|href| Link { href, rel: rel.to_owned(), ..Link::default() }));
    }
    let image = |name: &str| {
        link(name).map(|url| Media { media_type: media_type("image/", "", &url), url, alt: String::new() })
    };
    let mut media: Vec<Media> = image("image").into_iter().collect();
    for attachment in item.get("attachments").and_then(Value::as_array).into_iter().flatten().take(100) {
        let Some(attachment) = attachment.as_object() else { continue };
        let Some(href) = string(attachment, "url").and_then(|href| resolve(Some(url), &href)).map(String::from) else {
            continue;
        };
        let mime = string(attachment, "mime_type").unwrap_or_default();
        let alt = string(attachment, "title").map(|title| one_line(&title)).unwrap_or_default();
        media.push(Media { media_type: media_type(&mime, "", &href), url: href, alt });
    }
    let tags = item.get("tags").and_then(Value::as_array).into_iter().flatten();
    FeedEntry {
        // Numbers are against the format and common all the same.
        id: string(item, "id").or_else(|| item.get("id").filter(|id| id.is_number()).map(Value::to_string)),
        title: string(item, "title").map(|title| line(&title)).unwrap_or_default(),
        link: page.or_else(|| link("external_url")),
        links,
        summary: Body { text: string(item, "summary").map(|text| tidy(&text)).unwrap_or_default(), ..Body::default() },
        content,
        published_at: time("date_published"),
        updated_at: time("date_modified"),
        authors: authors(item),
        categories: tags.filter_map(Value::as_str).take(200).map(one_line).collect(),
        media,
        lang: string(item, "language"),
        ..FeedEntry::default()
    }
}

fn authors(object: &Map<String, Value>) -> Vec<Person> {
    let list = object.get("authors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let all = list.iter().chain(object.get("author")).take(50);
    let mut people: Vec<Person> = Vec::new();
    for author in all {
        let person = match author {
            Value::Object(author) => Person {
                name: string(author, "name").map(|name| one_line(&name)).unwrap_or_default(),
                email: String::new(),
                url: string(author, "url").unwrap_or_default(),
            },
            Value::String(name) => Person { name: one_line(name), ..Person::default() },
            _ => continue,
        };
        if !person.is_empty() && !people.contains(&person) {
            people.push(person);
        }
    }
    people
}

fn line(text: &str) -> String {
    if looks_like_html(text) { html_to_line(text) } else { one_line(text) }
}

fn string(object: &Map<String, Value>, name: &str) -> Option<String> {
    object.get(name)?.as_str().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

//! A record of `app.bsky.feed.post` becomes a [`Post`]: the part that the stream, search and notifications share.
//!
//! The stream carries thousands of records a second, so strings are borrowed from the message where they can be.
//! Each optional part is read for itself: a mangled embed costs the embed, not the post.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use switchboard_model::{Media, MediaType, Post, PostId, PostKind};

use crate::bluesky::{NETWORK, POSTS};

/// More than this is not read from any list of a record.
const MOST: usize = 100;

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
    #[serde(borrow, rename = "createdAt")]
    created_at: Option<&'a RawValue>,
    #[serde(borrow)]
    langs: Option<&'a RawValue>,
    #[serde(borrow)]
    facets: Option<&'a RawValue>,
    #[serde(borrow)]
    embed: Option<&'a RawValue>,
    #[serde(borrow)]
    reply: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Reply<'a> {
    #[serde(borrow)]
    root: Reference<'a>,
    #[serde(borrow)]
    parent: Reference<'a>,
}

#[derive(Deserialize)]
struct Reference<'a> {
    #[serde(borrow)]
    uri: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Facet<'a> {
    index: ByteSlice,
    #[serde(borrow)]
    features: Vec<Feature<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ByteSlice {
    byte_start: usize,
    byte_end: usize,
}

#[derive(Deserialize)]
struct Feature<'a> {
    #[serde(borrow)]
    uri: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Embed<'a> {
    #[serde(borrow, rename = "$type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    images: Option<Vec<Image<'a>>>,
    #[serde(borrow)]
    external: Option<External<'a>>,
    #[serde(borrow)]
    video: Option<Blob<'a>>,
    #[serde(borrow)]
    alt: Option<Cow<'a, str>>,
    #[serde(borrow)]
    record: Option<&'a RawValue>,
    #[serde(borrow)]
    media: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Image<'a> {
    #[serde(borrow)]
    alt: Option<Cow<'a, str>>,
    #[serde(borrow)]
    image: Option<Blob<'a>>,
}

#[derive(Deserialize)]
struct External<'a> {
    #[serde(borrow)]
    uri: Cow<'a, str>,
    #[serde(borrow)]
    title: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Blob<'a> {
    #[serde(borrow, rename = "ref")]
    reference: Option<Link<'a>>,
}

#[derive(Deserialize)]
struct Link<'a> {
    #[serde(borrow, rename = "$link")]
    link: Cow<'a, str>,
}

#[derive(Deserialize)]
struct QuotedWithMedia<'a> {
    #[serde(borrow)]
    record: Reference<'a>,
}

/// Reads a record. `seen_at` is when the network saw it; the author's own clock is believed only up to there.
pub(crate) fn post(did: &str, rkey: &str, record: &str, seen_at: Option<Timestamp>) -> Result<Post, String> {
    let record: Record<'_> = serde_json::from_str(record).map_err(|error| error.to_string())?;
    let mut post = Post::new(NETWORK, &uri(did, POSTS, rkey), "");
    post.url = Some(page(did, rkey));
    post.kind = Some(PostKind::Post);
    post.posted_at = match (part::<Timestamp>(record.created_at), seen_at) {
        (Some(said), Some(seen)) => Some(said.min(seen)),
        (said, seen) => said.or(seen),
    };
    post.lang = part::<Vec<Cow<'_, str>>>(record.langs).and_then(|langs| langs.into_iter().next()).map(Cow::into_owned);
    let facets = part::<Vec<Facet<'_>>>(record.facets).unwrap_or_default();
    post.text = unfold(&record.text, &facets, &mut post.links);
    if let Some(embed) = part::<Embed<'_>>(record.embed) {
        attach(&mut post, did, &embed, true);
    }
    if let Some(reply) = part::<Reply<'_>>(record.reply) {
        post.kind = Some(PostKind::Reply);
        post.in_reply_to = Some(PostId::new(NETWORK, &reply.parent.uri).0);
        post.thread = Some(PostId::new(NETWORK, &reply.root.uri).0);
    }
    Ok(post)
}

/// The identifier that the network gives a record.
pub(crate) fn uri(did: &str, collection: &str, rkey: &str) -> String {
    format!("at://{did}/{collection}/{rkey}")
}

/// Takes an `at://` identifier apart into author, collection and key.
pub(crate) fn parts(uri: &str) -> Option<(&str, &str, &str)> {
    let mut parts = uri.strip_prefix("at://")?.splitn(3, '/');
    let (did, collection, rkey) = (parts.next()?, parts.next()?, parts.next()?);
    (!did.is_empty() && !rkey.is_empty()).then_some((did, collection, rkey))
}

/// The author's page. It is named by the DID, which stays when the handle changes.
pub(crate) fn profile(did: &str) -> String {
    format!("https://bsky.app/profile/{did}")
}

/// The post's page.
pub(crate) fn page(did: &str, rkey: &str) -> String {
    format!("https://bsky.app/profile/{did}/post/{rkey}")
}

fn part<'a, T: Deserialize<'a>>(raw: Option<&'a RawValue>) -> Option<T> {
    serde_json::from_str(raw?.get()).ok()
}

/// Collects the links of the facets and writes them out where the text shows them shortened.
///
/// Facets count bytes of UTF-8 and come from outside: what does not fit the text, or overlaps, changes nothing.
fn unfold(text: &str, facets: &[Facet<'_>], links: &mut Vec<String>) -> String {
    let mut spots: Vec<_> = facets
        .iter()
        .take(MOST)
        .filter_map(|facet| {
            let uri = facet.features.iter().find_map(|feature| feature.uri.as_deref())?;
            Some((facet.index.byte_start, facet.index.byte_end, uri))
        })
        .collect();
    spots.sort_by_key(|(start, ..)| *start);
    let mut out = String::new();
    let mut kept = 0;
    for (start, end, uri) in spots {
        link(links, uri);
        let Some(visible) = text.get(start..end).filter(|_| start >= kept) else { continue };
        if is_shortened(visible, uri) {
            out.push_str(&text[kept..start]);
            out.push_str(uri);
            kept = end;
        }
    }
    out.push_str(&text[kept..]);
    out
}

/// `acme.example/ord…` stands for `https://acme.example/orders`; `this page` does not.
fn is_shortened(visible: &str, uri: &str) -> bool {
    let bare = |text: &str| {
        let text = text.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.");
        text.trim_end_matches('/').to_ascii_lowercase()
    };
    let cut = bare(visible.trim().trim_end_matches('…').trim_end_matches("..."));
    cut.len() >= 4 && visible != uri && bare(uri).starts_with(&cut)
}

fn link(links: &mut Vec<String>, uri: &str) {
    let is_web = uri.starts_with("https://") || uri.starts_with("http://");
    if is_web && links.len() < MOST && !links.iter().any(|known| known == uri) {
        links.push(uri.to_owned());
    }
}

fn cid<'a>(blob: Option<&'a Blob<'_>>) -> Option<&'a str> {
    blob?.reference.as_ref().map(|link| link.link.as_ref())
}

fn attach(post: &mut Post, did: &str, embed: &Embed<'_>, may_nest: bool) {
    let text = |text: Option<&Cow<'_, str>>| text.map(|text| text.to_string()).unwrap_or_default();
    for image in embed.images.iter().flatten().take(MOST) {
        let url = cid(image.image.as_ref())
            .map(|cid| format!("https://cdn.bsky.app/img/feed_fullsize/plain/{did}/{cid}@jpeg"))
            .unwrap_or_default();
        post.media.push(Media { media_type: MediaType::Image, url, alt: text(image.alt.as_ref()) });
    }
    if let Some(external) = &embed.external {
        link(&mut post.links, &external.uri);
        post.media.push(Media {
            media_type: MediaType::Link,
            url: external.uri.to_string(),
            alt: text(external.title.as_ref()),
        });
    }
    if embed.video.is_some() {
        let url = cid(embed.video.as_ref())
            .map(|cid| format!("https://video.bsky.app/watch/{did}/{cid}/playlist.m3u8"))
            .unwrap_or_default();
        post.media.push(Media { media_type: MediaType::Video, url, alt: text(embed.alt.as_ref()) });
    }
    let quoted = match embed.kind.as_ref() {
        "app.bsky.embed.record" => part::<Reference<'_>>(embed.record),
        "app.bsky.embed.recordWithMedia" => part::<QuotedWithMedia<'_>>(embed.record).map(|quoted| quoted.record),
        _ => None,
    };
    // Lists, feeds and starter packs are embedded in the same way and are not quotes.
    if let Some((did, POSTS, rkey)) = quoted.as_ref().and_then(|quoted| parts(&quoted.uri)) {
        post.kind = Some(PostKind::Quote);
        link(&mut post.links, &page(did, rkey));
    }
    if may_nest && let Some(media) = part::<Embed<'_>>(embed.media) {
        attach(post, did, &media, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(record: &str) -> Post {
        post("did:plc:ana", "3k", record, "2026-05-04T09:30:00Z".parse().ok()).expect("readable")
    }

    #[test]
    fn links_are_written_out_by_bytes() {
        let check = |text: &str, start: usize, end: usize, uri: &str, expected: &str| {
            let record = serde_json::json!({"text": text, "facets": [
                {"index": {"byteStart": start, "byteEnd": end}, "features": [{"$type": "app.bsky.richtext.facet#link", "uri": uri}]}
            ]});
            let post = read(&record.to_string());
            assert_eq!(post.text, expected);
            assert_eq!(post.links, [uri]);
        };
        check(
            "ü😡 see acme.example/ord… now",
            11,
            30,
            "https://acme.example/orders",
            "ü😡 see https://acme.example/orders now",
        );
        check(
            "see acme.example/ord...",
            4,
            23,
            "https://www.acme.example/orders?x=1",
            "see https://www.acme.example/orders?x=1",
        );
        check("see https://acme.example", 4, 24, "https://acme.example", "see https://acme.example");
        check("click here", 6, 10, "https://acme.example", "click here");
        check("half ü", 6, 7, "https://acme.example", "half ü");
        check("short", 3, 99, "https://acme.example", "short");
        check("short", 4, 2, "https://acme.example", "short");
    }

    #[test]
    fn overlapping_facets_do_no_harm() {
        let facet = |start: usize, end: usize| {
            serde_json::json!({"index": {"byteStart": start, "byteEnd": end},
            "features": [{"uri": "https://acme.example/orders"}]})
        };
        let record =
            serde_json::json!({"text": "acme.example/ord… x", "facets": [facet(0, 19), facet(4, 12), facet(0, 19)]});
        assert_eq!(read(&record.to_string()).text, "https://acme.example/orders x");
    }

    #[test]
    fn embeds_become_media_and_quotes() {
        let post = read(
            r#"{"text":"look","createdAt":"2026-05-04T09:29:00.5Z","langs":["en-GB","de"],"embed":{"$type":"app.bsky.embed.recordWithMedia",
            "record":{"$type":"app.bsky.embed.record","record":{"uri":"at://did:plc:bob/app.bsky.feed.post/3q","cid":"x"}},
            "media":{"$type":"app.bsky.embed.images","images":[{"alt":"a kettle","image":{"$type":"blob","ref":{"$link":"bafk"}}}]}}}"#,
        );
        assert_eq!(post.kind, Some(PostKind::Quote));
        assert_eq!(post.lang.as_deref(), Some("en-GB"));
        assert_eq!(post.links, ["https://bsky.app/profile/did:plc:bob/post/3q"]);
        assert_eq!(post.media.len(), 1);
        assert_eq!((post.media[0].alt.as_str(), post.media[0].media_type), ("a kettle", MediaType::Image));
        assert!(post.media[0].url.ends_with("/did:plc:ana/bafk@jpeg"));
        assert_eq!(post.posted_at, "2026-05-04T09:29:00.5Z".parse().ok());
    }

    #[test]
    fn the_authors_clock_is_believed_only_so_far() {
        let posted = |record: &str| read(record).posted_at.map(|time| time.to_string());
        assert_eq!(
            posted(r#"{"text":"t","createdAt":"2099-01-01T00:00:00Z"}"#).as_deref(),
            Some("2026-05-04T09:30:00Z")
        );
        assert_eq!(
            posted(r#"{"text":"t","createdAt":"1970-01-01T00:00:00Z"}"#).as_deref(),
            Some("1970-01-01T00:00:00Z")
        );
        assert_eq!(posted(r#"{"text":"t","createdAt":7}"#).as_deref(), Some("2026-05-04T09:30:00Z"));
    }

    #[test]
    fn mangled_parts_cost_only_themselves() {
        let post = read(r#"{"text":"still here","langs":"en","facets":{"a":1},"embed":[],"reply":{"root":7}}"#);
        assert_eq!((post.text.as_str(), post.kind, post.lang), ("still here", Some(PostKind::Post), None));
        assert!(super::post("did:plc:ana", "3k", r#"{"text":7}"#, None).is_err());
    }

    #[test]
    fn replies_know_their_thread() {
        let post = read(
            r#"{"text":"no","reply":{"root":{"uri":"at://did:plc:a/app.bsky.feed.post/1","cid":"c"},"parent":{"uri":"at://did:plc:b/app.bsky.feed.post/2","cid":"c"}}}"#,
        );
        assert_eq!(post.kind, Some(PostKind::Reply));
        assert_eq!(post.in_reply_to.as_deref(), Some("bluesky:at://did:plc:b/app.bsky.feed.post/2"));
        assert_eq!(post.thread.as_deref(), Some("bluesky:at://did:plc:a/app.bsky.feed.post/1"));
    }
}

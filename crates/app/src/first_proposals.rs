//! What the set-up proposes to begin with: searches for the company's name, and sources that need no key.

use std::time::Duration;

use serde_json::json;
use switchboard_match::Query;
use switchboard_model::{SearchType, SourceKind};

use crate::App;
use crate::directory::company::checked_website;
use crate::sources::Proposal;

/// The company's own site has this long to say which feeds it has.
const SITE_WITHIN: Duration = Duration::from_secs(10);

/// Names that are also words of every day, so that a search for them alone would find mostly something else.
const COMMON: &str = " access active air alpha amber anchor angel apple arc arch arrow atlas aurora base basic bay beacon bear \
    best beyond bird blend bloom blue bold bolt bond boost bowl box brave bread breeze bridge bright brook buffer butter \
    cable camel canvas care cargo castle center central chain chance change chase circle citizen city clear click cloud club \
    coach coast coffee compass cook copper core corner craft crown cube current daily dash day deal delta desk dial direct \
    discovery dock dove dream drift drop eagle earth east echo edge element ember energy engine ever express eye falcon \
    family farm fast feather field fig fire first flame flash fleet flex float flow fly focus fold force forest forge fox \
    frame free fresh front future galaxy garden gate gem general giant glass global gold good grand grape green grid grow \
    guardian guide gulf hand harbor harbour harvest haven hawk heart hello hero hive home honey honor hope horizon house \
    hub human ice idea impact indigo inside iris iron island ivory jade jet journey joy jump jungle key kind king kite land \
    lane leaf legend lemon level liberty life light lime line link lion live local logic loop lotus loud love lucky luna \
    magic main mango map maple mark market marvel master match matter max maze meadow meta method metro mind mint mirror \
    mission modern monday moon more motion mountain move native natural nature nest net never new next noble node north \
    note nova now oak oasis ocean olive omega one onion open optimal orange orbit origin otter oval owl oxygen pace page \
    palm panda paper park path peach peak pearl pencil people pepper phoenix pilot pine pink pioneer pixel planet play \
    plum plus pocket point polar port power present prime print prism process promise pulse pure purple quest quick rabbit \
    rain range ranger raven ray reach ready real rebel red relay rise river road robin rock rocket root rose round royal \
    ruby rush safe sage sail salt sand scale scout sea season seed sense shade shadow shape share shell shield shift ship \
    shop signal silk silver simple sky slack slate smart smile snap snow solid sonic soul sound source south space spark \
    spectrum speed sphere spice spin spirit spring sprout square stack stage star start state station steel step stone \
    storm story stream street strong studio sugar summer summit sun sunday sunrise surf swan sweet swift switch table \
    target team temple thread thunder tide tiger time titan today together touch tower track trade trail tree trend triangle \
    tribe true trust turn twist union unit unity up urban valley value vector velvet venture view village vine vision \
    visa vital vivid voice wander watch water wave way web west whale wheel white wild willow wind wing winter wise wish \
    wolf wonder wood word work world yellow yes young zebra zen zero zone zoom ";

/// A search that could be added.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposedSearch {
    /// Its name.
    pub name: String,
    /// Its query.
    pub query: String,
    /// What it is about.
    pub search_type: SearchType,
    /// What it finds, in words.
    pub why: String,
    /// What to beware of.
    pub warning: Option<String>,
}

/// What could be listened for, and where.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Proposals {
    /// Searches.
    pub searches: Vec<ProposedSearch>,
    /// Sources that need no key.
    pub sources: Vec<Proposal>,
    /// What could not be found out or proposed, and why.
    pub notes: Vec<String>,
}

impl App {
    /// What the set-up of a company of this name, with these handles and this site, could begin with.
    pub async fn propose_set_up(&self, company: &str, handles: &[String], website: Option<&str>) -> Proposals {
        let company: String = company.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect();
        let mut proposals = Proposals::default();
        let website = match checked_website(website) {
            Ok(website) => website,
            Err(error) => {
                proposals.notes.push(error.to_string());
                None
            }
        };
        if !company.contains(char::is_alphanumeric) {
            proposals.notes.push("without the company's name there is nothing to propose".to_owned());
            return proposals;
        }
        let search = brand_search(&company, handles, website.as_deref());
        match Query::parse(&search.query) {
            Ok(_) => proposals.searches.push(search),
            Err(error) => {
                proposals.notes.push(format!("no search could be made of this name ({error}); write one yourself"))
            }
        }
        for source in keyless_sources(&company) {
            match self.networks.validate(source.kind, &source.settings) {
                Ok(()) => proposals.sources.push(source),
                Err(message) => proposals.notes.push(format!("{} is not proposed: {message}", source.name)),
            }
        }
        if let Some(website) = website {
            match tokio::time::timeout(SITE_WITHIN, self.networks.propose(&website)).await {
                Ok(Ok(found)) if found.is_empty() => {
                    proposals.notes.push(format!("{website} names no feed that could be followed"));
                }
                Ok(Ok(found)) => proposals.sources.extend(found.into_iter().take(3)),
                Ok(Err(error)) => proposals.notes.push(format!("{website} could not be looked at: {}", error.message)),
                Err(_) => proposals.notes.push(format!("{website} did not answer within 10 seconds")),
            }
        }
        self.spare_what_is_there(&mut proposals).await;
        proposals
    }

    /// An installation made before the set-up keeps its sources: the same one is not proposed again, and no name twice.
    async fn spare_what_is_there(&self, proposals: &mut Proposals) {
        let Ok(known) = self.sources().await else { return };
        let is_there = |proposal: &Proposal| {
            known.iter().any(|source| source.kind == proposal.kind && source.settings == proposal.settings)
        };
        proposals.sources.retain(|proposal| !is_there(proposal));
        let mut names: Vec<String> = known.into_iter().map(|source| source.name).collect();
        for proposal in &mut proposals.sources {
            let wanted = proposal.name.clone();
            let mut number = 2;
            while names.contains(&proposal.name) {
                proposal.name = format!("{wanted} {number}");
                number += 1;
            }
            names.push(proposal.name.clone());
        }
    }
}

fn brand_search(company: &str, handles: &[String], website: Option<&str>) -> ProposedSearch {
    let mut terms: Vec<String> = Vec::new();
    let mut add = |term: String| {
        if !terms.contains(&term) {
            terms.push(term);
        }
    };
    let tag = tag_of(company);
    let quoted = format!("\"{}\"", company.replace(['"', '\\'], " "));
    let is_common = is_common(company);
    if !is_common {
        add(quoted.clone());
    }
    for handle in handles {
        // `@acme@social.example` and `acme.bsky.social` are both found by what stands before the first mark.
        let name: String = handle.trim().trim_start_matches('@').chars().take_while(|c| is_of_handle(*c)).collect();
        if name.chars().count() >= 2 {
            add(format!("@{name}"));
        }
    }
    if tag.chars().any(char::is_alphabetic) && tag.chars().count() >= 2 {
        add(format!("#{tag}"));
    }
    let host = website
        .and_then(|website| website.split("://").nth(1))
        .and_then(|rest| rest.split(['/', ':', '?', '#']).next());
    if let Some(host) = host.map(|host| host.trim_start_matches("www.")).filter(|host| host.contains('.')) {
        add(format!("link:{host}"));
    }
    let mut warning = None;
    if is_common {
        add(format!("({quoted} (support OR service OR customer OR order OR refund OR app OR website))"));
        warning = Some(format!(
            "'{company}' is short or also a word of every day, so it is searched only beside words of business; widen the \
             search if too little comes"
        ));
    }
    ProposedSearch {
        name: company.to_owned(),
        query: terms.join(" OR "),
        search_type: SearchType::Brand,
        why: "finds your name, handles, hashtag and links to your site".to_owned(),
        warning,
    }
}

fn is_of_handle(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

/// One short or everyday word.
fn is_common(company: &str) -> bool {
    let word = company.to_lowercase();
    !word.contains(' ') && (word.chars().count() <= 3 || COMMON.contains(&format!(" {word} ")))
}

/// The name as a hashtag: `Acme Kettles & Co.` → `acmekettlesco`.
fn tag_of(company: &str) -> String {
    company.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn keyless_sources(company: &str) -> Vec<Proposal> {
    let (tag, phrase) = (tag_of(company), format!("\"{}\"", company.replace('"', " ")));
    let proposal = |name: String, kind, settings, why: &str| Proposal { name, kind, settings, why: why.to_owned() };
    let query = percent_encoded(&phrase);
    vec![
        proposal(
            "Bluesky".to_owned(),
            SourceKind::Bluesky,
            json!({ "what": "jetstream" }),
            "every public post, read as it is written; your searches choose among them",
        ),
        proposal(
            "Hacker News".to_owned(),
            SourceKind::HackerNews,
            json!({ "query": phrase }),
            "stories and comments that name you",
        ),
        proposal(
            format!("Mastodon #{tag}"),
            SourceKind::Mastodon,
            json!({ "what": "hashtag", "tag": tag }),
            "posts with your name as hashtag, as the default instance sees them",
        ),
        proposal(
            "Reddit".to_owned(),
            SourceKind::Feed,
            json!({ "url": format!("https://www.reddit.com/search.rss?q={query}&sort=new") }),
            "the feed of Reddit's own search for your name",
        ),
    ]
}

fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_searches_that_can_be_read() {
        let check = |company: &str, handles: &[&str], website: Option<&str>, expected: &str| {
            let handles: Vec<String> = handles.iter().map(|handle| (*handle).to_owned()).collect();
            let search = brand_search(company, &handles, website);
            assert_eq!(search.query, expected);
            Query::parse(&search.query).expect("it can be read");
        };
        check("Acme", &[], None, "\"Acme\" OR #acme");
        check(
            "Acme Kettles",
            &["@acme@social.example", "acme.bsky.social", "@acme_help"],
            Some("https://www.acme.example/shop"),
            "\"Acme Kettles\" OR @acme OR @acme_help OR #acmekettles OR link:acme.example",
        );
        check(
            "Apple",
            &["@apple"],
            None,
            "@apple OR #apple OR (\"Apple\" (support OR service OR customer OR order OR refund OR app OR website))",
        );
        check("3M", &[], None, "#3m OR (\"3M\" (support OR service OR customer OR order OR refund OR app OR website))");
        check("Say \"Hi\" \\ Co", &[], None, "\"Say  Hi    Co\" OR #sayhico");
        check("小米集团", &[], None, "\"小米集团\" OR #小米集团");
        check("OR NOT", &[], None, "\"OR NOT\" OR #ornot");
    }

    #[test]
    fn queries_stand_in_addresses() {
        assert_eq!(percent_encoded("\"Acme & Söhne\""), "%22Acme%20%26%20S%C3%B6hne%22");
    }
}

//! What the set-up proposes to begin with: searches for the company's name, and sources that need no key.

use serde_json::json;
use switchboard_match::Query;
use switchboard_model::address::{host, percent_encoded};
use switchboard_model::{SearchType, SourceKind};

use crate::App;
use crate::directory::DirectoryError;
use crate::directory::company::{checked_company_name, checked_handles, checked_website};
use crate::rights::Actor;
use crate::searches::count::{Count, Counts};
use crate::sources::{Proposal, SourceError};

use super::site::SiteLook;

/// Hosts on which the path says whose page it is.
const SHARED_HOSTS: [&str; 14] = [
    "bsky.app",
    "facebook.com",
    "github.com",
    "gitlab.com",
    "instagram.com",
    "linkedin.com",
    "linktr.ee",
    "mastodon.social",
    "medium.com",
    "threads.net",
    "tiktok.com",
    "twitter.com",
    "x.com",
    "youtube.com",
];

/// Names that are also words of every day, so that a search for them alone would find mostly something else.
const COMMON: &str = " access active air alpha amber anchor angel apple arc arch arrow atlas aurora base basic basil bay beacon bear \
    best beyond bird blend bloom blue bold bolt bond boost bowl box brave bread breeze bridge bright brook buffer butter \
    cable camel canvas care cargo castle center central chain chance change chase circle citizen city clear click cloud clover club \
    coach coast coffee compass cook copper core corner craft crown cube current daily dash day deal delta desk dial direct \
    discovery dock dove dream drift drop eagle earth east echo edge element ember energy engine ever express eye falcon \
    family farm fast feather fennel field fig fire first flame flash fleet flex float flow fly focus fold force forest forge fox \
    frame free fresh front future galaxy garden garlic gate gem general giant ginger glass global gold good grand grape green grid grow \
    guardian guide gulf hand harbor harbour harvest haven hawk heart hello hero hive home honey honor hope horizon house \
    hub human ice idea impact indigo inside iris iron island ivory jade jet journey joy jump jungle key kind king kite land \
    lane leaf legend lemon level liberty life light lime line link lion live local logic loop lotus loud love lucky luna \
    magic main mango map maple mark market marvel master match matter max maze meadow meta method metro mind mint mirror \
    mission modern monday moon more motion mountain move mustard native natural nature nest net never new next noble node north \
    note nova now oak oasis ocean olive omega one onion open optimal orange orbit origin otter oval owl oxygen pace page \
    palm panda paper park path peach peak pearl pencil people pepper phoenix pilot pine pink pioneer pixel planet play \
    plum plus pocket point polar port power present prime print prism process promise pulse pure purple quest quick rabbit \
    rain range ranger raven ray reach ready real rebel red relay rise river road robin rock rocket root rose rosemary round royal \
    ruby rush safe sage sail salt sand scale scout sea season seed sense shade shadow shape share shell shield shift ship \
    shop signal silk silver simple sky slack slate smart smile snap snow solid sonic soul sound source south space spark \
    spectrum speed sphere spice spin spirit spring sprout square stack stage star start state station steel step stone \
    storm story stream street strong studio sugar summer summit sun sunday sunrise surf swan sweet swift switch table \
    target team temple thread thunder thyme tide tiger time titan today together touch tower track trade trail tree trend triangle \
    tribe true trust turn twist union unit unity up urban valley value vector velvet venture view village vine vision \
    visa vital vivid voice wander watch water wave way web west whale wheel white wild willow wind wing winter wise wish \
    wolf wonder wood word work world yellow yes young zebra zen zero zone zoom ";

/// A search that could be added.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposedSearch {
    /// What it is known by when the set-up is repeated: `brand`, `handles`, `site`.
    pub key: &'static str,
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
    /// The name alone as a query, where the search asks for more than the name: what it would bring can be counted.
    pub bare: Option<String>,
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

/// What could be listened for, with what it would have found.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// Searches and sources.
    pub proposals: Proposals,
    /// Of each search in its order, then of the bare names of those that have one.
    pub counts: Counts,
}

impl Counted {
    /// Each search with what it, and its bare name, would have found.
    pub fn searches(&self) -> Vec<(&ProposedSearch, &Count, Option<&Count>)> {
        let (of_searches, of_bare) =
            self.counts.each.split_at(self.proposals.searches.len().min(self.counts.each.len()));
        let mut of_bare = of_bare.iter();
        let searches = self.proposals.searches.iter().zip(of_searches);
        searches.map(|(search, count)| (search, count, search.bare.as_ref().and_then(|_| of_bare.next()))).collect()
    }
}

impl App {
    /// What the set-up of a company of this name, with these handles and this site, could begin with. Looks at the site.
    pub async fn propose_set_up(&self, company: &str, handles: &[String], website: Option<&str>) -> Proposals {
        let mut proposals = Proposals::default();
        let website = match checked_website(website) {
            Ok(website) => website,
            Err(error) => {
                proposals.notes.push(error.to_string());
                None
            }
        };
        let handles = match checked_handles(handles) {
            Ok(handles) => handles,
            Err(error) => {
                proposals.notes.push(error.to_string());
                Vec::new()
            }
        };
        if !company.contains(char::is_alphanumeric) {
            proposals.notes.push("without the company's name there is nothing to propose".to_owned());
            return proposals;
        }
        if let Err(error) = checked_company_name(company) {
            proposals.notes.push(error.to_string());
            return proposals;
        }
        proposals.searches = self.propose_searches(company, &handles, website.as_deref());
        if proposals.searches.is_empty() {
            proposals.notes.push("no search could be made of this name; write one yourself".to_owned());
        }
        let (sources, notes) = self.keyless_sources(company);
        proposals.sources = sources;
        proposals.notes.extend(notes);
        if let Some(website) = website {
            match self.look_at(&website).await {
                SiteLook::Found(found) => proposals.sources.extend(found),
                SiteLook::Nothing => proposals.notes.push(format!("{website} names no feed that could be followed")),
                SiteLook::Failed(why) => proposals.notes.push(format!("{website} could not be looked at: {why}")),
                SiteLook::Looking => {}
            }
        }
        if let Ok(spared) = self.spare_what_is_there(proposals.sources.clone()).await {
            proposals.sources = spared;
        }
        proposals
    }

    /// The same with what each search would have found in what was heard lately, and the name alone where it is common.
    /// Without a name it is about the installation's own company.
    pub async fn propose_counted(
        &self,
        actor: &Actor,
        company: Option<&str>,
        handles: &[String],
        website: Option<&str>,
    ) -> Result<Counted, DirectoryError> {
        let proposals = match company {
            Some(company) => self.propose_set_up(company, handles, website).await,
            None => {
                let own = self.company().ok_or_else(no_company)?;
                self.propose_set_up(&own.name, &own.handles, own.website.as_deref()).await
            }
        };
        let queries = proposals.searches.iter().map(|search| search.query.as_str());
        let bare = proposals.searches.iter().filter_map(|search| search.bare.as_deref());
        let asked: Vec<&str> = queries.chain(bare).collect();
        let counts = self.count_queries(actor, &asked).await?;
        Ok(Counted { proposals, counts })
    }

    /// Searches for the company's name, its handles and links to its site; each can be read.
    pub fn propose_searches(&self, company: &str, handles: &[String], website: Option<&str>) -> Vec<ProposedSearch> {
        let company = one_line(company);
        let proposed = [
            Some(brand_search(&company)),
            handles_search(&company, handles),
            website.and_then(|website| site_search(&company, website)),
        ];
        proposed.into_iter().flatten().filter(|search| Query::parse(&search.query).is_ok()).collect()
    }

    /// Sources that need no key, and why some are not proposed.
    pub fn keyless_sources(&self, company: &str) -> (Vec<Proposal>, Vec<String>) {
        let (mut sources, mut notes) = (Vec::new(), Vec::new());
        for source in keyless(&one_line(company)) {
            match self.networks.validate(source.kind, &source.settings) {
                Ok(()) => sources.push(source),
                Err(message) => notes.push(format!("{} is not proposed: {message}", source.name)),
            }
        }
        (sources, notes)
    }

    /// Leaves out what is followed already, and gives no name twice.
    pub async fn spare_what_is_there(&self, mut proposals: Vec<Proposal>) -> Result<Vec<Proposal>, SourceError> {
        let known = self.sources().await?;
        let is_there = |proposal: &Proposal| {
            known.iter().any(|source| source.kind == proposal.kind && source.settings == proposal.settings)
        };
        proposals.retain(|proposal| !is_there(proposal));
        let mut names: Vec<String> = known.into_iter().map(|source| source.name).collect();
        for proposal in &mut proposals {
            let wanted = proposal.name.clone();
            let mut number = 2;
            while names.contains(&proposal.name) {
                proposal.name = format!("{wanted} {number}");
                number += 1;
            }
            names.push(proposal.name.clone());
        }
        Ok(proposals)
    }
}

fn one_line(company: &str) -> String {
    company.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
}

/// A name for a search, within what names may be.
fn named(company: &str, what: &str) -> String {
    let room = 200 - what.chars().count();
    format!("{}{what}", company.chars().take(room).collect::<String>())
}

fn brand_search(company: &str) -> ProposedSearch {
    let (tag, is_common) = (tag_of(company), is_common(company));
    let quoted = format!("\"{}\"", company.replace(['"', '\\'], " "));
    let hashtag = (tag.chars().any(char::is_alphabetic) && tag.chars().count() >= 2).then(|| format!("#{tag}"));
    let beside = "support OR service OR customer OR order OR refund OR app OR website";
    let (name, warning) = if is_common {
        let warning = format!(
            "'{company}' is short or also a word of every day, so it is searched only beside words of business; widen the \
             search if too little comes"
        );
        (format!("({quoted} ({beside}))"), Some(warning))
    } else {
        (quoted.clone(), None)
    };
    // What is sure comes first.
    let terms: Vec<String> = if is_common {
        hashtag.into_iter().chain([name]).collect()
    } else {
        [name].into_iter().chain(hashtag).collect()
    };
    ProposedSearch {
        key: "brand",
        name: company.to_owned(),
        query: terms.join(" OR "),
        search_type: SearchType::Brand,
        why: "finds your name and its hashtag".to_owned(),
        warning,
        bare: is_common.then_some(quoted),
    }
}

fn no_company() -> DirectoryError {
    DirectoryError::Bad { field: "company", message: "there is no company yet; say what it is called".to_owned() }
}

fn handles_search(company: &str, handles: &[String]) -> Option<ProposedSearch> {
    let mut terms: Vec<String> = Vec::new();
    for handle in handles.iter().filter_map(|handle| account_of(handle)) {
        let term = format!("@{handle}");
        if !terms.iter().any(|known| known.eq_ignore_ascii_case(&term)) {
            terms.push(term);
        }
    }
    (!terms.is_empty()).then(|| ProposedSearch {
        key: "handles",
        name: named(company, ": handles"),
        query: terms.join(" OR "),
        search_type: SearchType::Brand,
        why: "finds posts that mention one of your accounts".to_owned(),
        warning: None,
        bare: None,
    })
}

fn site_search(company: &str, website: &str) -> Option<ProposedSearch> {
    let rest = website.split("://").nth(1).unwrap_or(website);
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    let host = host(website).split(':').next().unwrap_or_default().to_lowercase();
    if !host.contains('.') {
        return None;
    }
    let first = path.split(['/', '?', '#']).next().unwrap_or_default();
    let place = match (SHARED_HOSTS.contains(&host.as_str()), first) {
        (false, _) => host,
        // Everybody links to such a host: without the path it says nothing.
        (true, "") => return None,
        (true, first) => format!("{host}/{first}"),
    };
    Some(ProposedSearch {
        key: "site",
        name: named(company, ": links to the site"),
        query: format!("link:{place}"),
        search_type: SearchType::Brand,
        why: format!("finds posts that link to {place}"),
        warning: None,
        bare: None,
    })
}

/// The account that a handle names: `@acme@social.example`, `acme.bsky.social` and `https://x.com/acme` are all found by
/// `@acme`, since a mention is found by its first part.
fn account_of(handle: &str) -> Option<String> {
    let handle = handle.trim();
    let last = match handle.split_once("://") {
        Some((_, rest)) => {
            rest.split(['?', '#']).next()?.trim_end_matches('/').split('/').skip(1).last().unwrap_or_default()
        }
        None => handle.trim_end_matches('/').rsplit('/').next().unwrap_or_default(),
    };
    let name: String = last.trim_start_matches('@').chars().take_while(|c| is_of_handle(*c)).collect();
    (name.chars().count() >= 2).then_some(name)
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

fn keyless(company: &str) -> Vec<Proposal> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_searches_that_can_be_read() {
        let check = |company: &str, expected: &str| {
            let search = brand_search(&one_line(company));
            assert_eq!(search.query, expected);
            Query::parse(&search.query).expect("it can be read");
            let is_common = search.bare.is_some_and(|bare| Query::parse(&bare).is_ok());
            assert_eq!(is_common, search.warning.is_some(), "{company}");
        };
        check("Acme", "\"Acme\" OR #acme");
        check(" Acme \n Kettles ", "\"Acme Kettles\" OR #acmekettles");
        let beside = "(support OR service OR customer OR order OR refund OR app OR website)";
        check("Apple", &format!("#apple OR (\"Apple\" {beside})"));
        check("Fennel", &format!("#fennel OR (\"Fennel\" {beside})"));
        check("3M", &format!("#3m OR (\"3M\" {beside})"));
        check("Say \"Hi\" \\ Co", "\"Say  Hi    Co\" OR #sayhico");
        check("小米集团", "\"小米集团\" OR #小米集团");
        check("OR NOT", "\"OR NOT\" OR #ornot");
    }

    #[test]
    fn handles_are_found_in_every_form() {
        let check = |handles: &[&str], expected: Option<&str>| {
            let handles: Vec<String> = handles.iter().map(|handle| (*handle).to_owned()).collect();
            let search = handles_search("Acme", &handles);
            assert_eq!(search.as_ref().map(|search| search.query.as_str()), expected, "{handles:?}");
            search.iter().for_each(|search| drop(Query::parse(&search.query).expect("it can be read")));
        };
        check(&[], None);
        check(&["@", "x", "https://acme.example/"], None);
        check(&["@acme@social.example", "acme.bsky.social", "@Acme", "@acme_help"], Some("@acme OR @acme_help"));
        check(&["https://x.com/acme?lang=en", "https://social.example/@acme_de/"], Some("@acme OR @acme_de"));
        check(&["https://bsky.app/profile/acme.example"], Some("@acme"));
        check(&["acme.example", "x.com/acme2"], Some("@acme OR @acme2"));
    }

    #[test]
    fn links_to_the_site_are_found() {
        let check = |website: &str, expected: Option<&str>| {
            let search = site_search("Acme", website);
            assert_eq!(search.as_ref().map(|search| search.query.as_str()), expected, "{website}");
            search.iter().for_each(|search| drop(Query::parse(&search.query).expect("it can be read")));
        };
        check("https://www.acme.example/shop", Some("link:acme.example"));
        check("http://Acme.example:8080", Some("link:acme.example"));
        check("https://github.com/acme/kettle", Some("link:github.com/acme"));
        check("https://github.com/", None);
        check("https://localhost/", None);
    }

    #[test]
    fn a_long_name_leaves_room_for_what_a_search_is_about() {
        let company = one_line(&"Acme ".repeat(60));
        assert_eq!(company.chars().count(), 200);
        let search = handles_search(&company, &["@acme".to_owned()]).expect("proposed");
        assert!(search.name.chars().count() <= 200 && search.name.ends_with(": handles"), "{}", search.name);
    }
}

//! Exclusion packs in force: the shipped ones, as far as nobody has adapted them, and those of the company.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_match::{PackError as Refused, PackQuery, Packs};
use switchboard_model::{By, Pack, PackText};

/// The packs that come with Switchboard.
static SHIPPED: LazyLock<Vec<ShippedPack>> = LazyLock::new(|| {
    [
        include_str!("../packs/jobs.toml"),
        include_str!("../packs/spam.toml"),
        include_str!("../packs/coupons.toml"),
        include_str!("../packs/giveaways.toml"),
    ]
    .into_iter()
    .flat_map(|file| {
        let read: ShippedFile = toml::from_str(file).expect("a test reads the shipped packs");
        read.pack
    })
    .map(|mut pack| {
        pack.text.query = pack.text.query.trim().to_owned();
        pack
    })
    .collect()
});

#[derive(Deserialize)]
struct ShippedFile {
    pack: Vec<ShippedPack>,
}

/// A pack that comes with Switchboard.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ShippedPack {
    /// What it says.
    #[serde(flatten)]
    pub text: PackText,
    /// Raised whenever a release changes it.
    pub version: u32,
}

/// A pack as queries find it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PackInForce {
    /// What it says.
    #[serde(flatten)]
    pub text: PackText,
    /// The version of the one that is shipped under this name, if there is one.
    pub shipped: Option<u32>,
    /// Whether somebody here wrote it or adapted the shipped one.
    pub is_own: bool,
    /// Of a shipped one that was adapted: the version that it was adapted from.
    pub based_on: Option<u32>,
    /// When it was last changed; `None` as shipped.
    pub updated_at: Option<Timestamp>,
    /// By whom.
    pub changed_by: Option<By>,
    /// Why no query can name it (it was written by another version, say).
    pub error: Option<String>,
}

impl PackInForce {
    /// Whether it is a shipped one that was adapted here.
    pub fn is_adapted(&self) -> bool {
        self.is_own && self.shipped.is_some()
    }
}

/// All packs of an installation, read once.
#[derive(Debug, Clone, Default)]
pub struct PacksInForce {
    list: Arc<[PackInForce]>,
    compiled: Packs,
}

/// The packs that come with Switchboard.
pub fn shipped() -> &'static [ShippedPack] {
    &SHIPPED
}

/// The shipped packs alone, for whoever has no installation.
pub fn shipped_packs() -> Packs {
    PacksInForce::new(&[]).compiled
}

impl PacksInForce {
    /// The shipped packs with those that are kept: a kept one stands in the place of the shipped one of its name.
    pub fn new(kept: &[Pack]) -> Self {
        let mut all: BTreeMap<String, PackInForce> = SHIPPED
            .iter()
            .map(|ShippedPack { text, version }| {
                let pack = PackInForce {
                    text: text.clone(),
                    shipped: Some(*version),
                    is_own: false,
                    based_on: None,
                    updated_at: None,
                    changed_by: None,
                    error: None,
                };
                (text.name.clone(), pack)
            })
            .collect();
        for Pack { text, based_on, updated_at, by } in kept {
            let shipped = all.get(&text.name).and_then(|pack| pack.shipped);
            let pack = PackInForce {
                text: text.clone(),
                shipped,
                is_own: true,
                based_on: *based_on,
                updated_at: Some(*updated_at),
                changed_by: Some(*by),
                error: None,
            };
            all.insert(text.name.clone(), pack);
        }
        let (compiled, errors) = compile(all.values().map(|pack| &pack.text));
        for (name, error) in errors {
            if let Some(pack) = all.get_mut(&name) {
                tracing::error!(pack = name, %error, "a pack cannot be used");
                pack.error = Some(error.to_string());
            }
        }
        // Those that everybody has come first, in the order in which they are shipped.
        let place = |pack: &PackInForce| SHIPPED.iter().position(|one| one.text.name == pack.text.name);
        let mut list: Vec<PackInForce> = all.into_values().collect();
        list.sort_by_key(|pack| place(pack).unwrap_or(usize::MAX));
        Self { list: list.into(), compiled }
    }

    /// All of them: the shipped ones first, then by name.
    pub fn list(&self) -> &[PackInForce] {
        &self.list
    }

    /// One of them, by its name.
    pub fn find(&self, name: &str) -> Option<&PackInForce> {
        let name = switchboard_match::pack_name(name)?;
        self.list.iter().find(|pack| pack.text.name == name)
    }

    /// What queries are read with.
    pub fn compiled(&self) -> &Packs {
        &self.compiled
    }
}

/// Reads packs; those that cannot be used are named.
pub(crate) fn compile<'a>(texts: impl Iterator<Item = &'a PackText>) -> (Packs, Vec<(String, Refused)>) {
    Packs::compile(texts.map(|text| PackQuery { name: &text.name, title: &text.title, query: &text.query }))
}

#[cfg(test)]
mod tests {
    use switchboard_match::{Prepared, Query};
    use switchboard_model::Post;

    use super::*;

    fn kept(name: &str, query: &str, based_on: Option<u32>) -> Pack {
        let text =
            PackText { name: name.into(), title: name.to_uppercase(), query: query.into(), ..PackText::default() };
        Pack { text, based_on, updated_at: Timestamp::UNIX_EPOCH, by: By::Operator }
    }

    #[test]
    fn the_shipped_packs_can_be_used() {
        let packs = PacksInForce::new(&[]);
        let names: Vec<&str> = packs.list().iter().map(|pack| pack.text.name.as_str()).collect();
        assert_eq!(names, ["jobs", "spam", "coupons", "giveaways"]);
        for pack in packs.list() {
            assert_eq!((pack.error.as_deref(), pack.is_own), (None, false), "{}", pack.text.name);
            assert_eq!(pack.text.kind.as_str(), pack.text.name);
            assert!(pack.text.languages.len() >= 6 && !pack.text.description.is_empty());
        }
    }

    #[test]
    fn the_shipped_packs_find_what_they_are_for_and_leave_customers_alone() {
        let packs = shipped_packs();
        let found = |text: &str| -> Vec<String> {
            let mut post = Post::new("x", "1", text);
            post.links = text.contains("https://").then(|| "https://x.example/1".to_owned()).into_iter().collect();
            let prepared = Prepared::new(&post);
            let holds =
                |name: &&str| Query::parse_with(&format!("in:{name}"), &packs).expect("it is there").matches(&prepared);
            packs.names().filter(holds).map(str::to_owned).collect()
        };
        let check = |text: &str, expected: &[&str]| assert_eq!(found(text), expected, "{text}");
        check("We're hiring! Apply now for the position of barista", &["jobs"]);
        check("Kaufleute (m/w/d) gesucht, jetzt bewerben", &["jobs"]);
        check("Nous recrutons un vendeur H/F en CDI", &["jobs"]);
        check("Estamos contratando: oferta de empleo en Madrid", &["jobs"]);
        check("Vagas abertas! Trabalhe conosco", &["jobs"]);
        check("Stiamo assumendo: invia il tuo CV", &["jobs"]);
        check("I applied for a job at Acme three weeks ago and heard nothing", &[]);
        check("Ich habe mich bei euch beworben und keine Antwort bekommen", &[]);
        check("Make money online, double your bitcoin!", &["spam"]);
        check("Prêt entre particuliers rapide et sérieux", &["spam"]);
        check("Gana dinero desde casa por internet", &["spam"]);
        check("Ganhe dinheiro em casa com o celular", &["spam"]);
        check("Kredit ohne Schufa, sofort", &["spam"]);
        check("Prestito tra privati in 24 ore", &["spam"]);
        check("Somebody sends spam in your name, please stop it", &[]);
        check("Use code FENNEL20 and get 20% off your order", &["coupons"]);
        check("Mit dem Code FENNEL bekommst du 10 Euro Rabatt", &["coupons"]);
        check("Code promo FENNEL : profitez de 20 % de réduction", &["coupons"]);
        check("Usa el código FENNEL y consigue un descuento", &["coupons"]);
        check("Use o cupom FENNEL e ganhe desconto", &["coupons"]);
        check("Usa il codice FENNEL e risparmia: sconto del 20%", &["coupons"]);
        check("My promo code doesn't work, I get an error", &[]);
        check("Why can't I get 10% off with code FENNEL?", &[]);
        check("Der Rabattcode funktioniert nicht, ich bekomme keinen Rabatt", &[]);
        check("GIVEAWAY! Follow and retweet to win a kettle", &["giveaways"]);
        check("Gewinnspiel: wir verlosen drei Wasserkocher", &["giveaways"]);
        check("Jeu concours : tentez de gagner une bouilloire", &["giveaways"]);
        check("#sorteo: síguenos y comparte", &["giveaways"]);
        check("Sorteio! Para participar siga e marque dois amigos", &["giveaways"]);
        check("Concorso a premi: partecipa e vinci", &["giveaways"]);
        check("I won your giveaway and never received the prize", &[]);
        check("My kettle broke after two days, I want my money back", &[]);
        check("Wo bleibt meine Bestellung?", &[]);
    }

    #[test]
    fn what_is_kept_stands_in_the_place_of_what_is_shipped() {
        let packs = PacksInForce::new(&[
            kept("jobs", "#hiring", Some(1)),
            kept("apple-pie", "apple pie", None),
            kept("bad", "((", None),
        ]);
        let jobs = packs.find("JOBS").expect("it is there");
        assert!(jobs.is_adapted() && jobs.based_on == Some(1) && jobs.shipped.is_some());
        assert_eq!(jobs.text.query, "#hiring");
        let names: Vec<&str> = packs.list().iter().map(|pack| pack.text.name.as_str()).collect();
        assert_eq!(names, ["jobs", "spam", "coupons", "giveaways", "apple-pie", "bad"]);
        assert!(packs.find("bad").expect("it is there").error.is_some());
        assert!(Query::parse_with("acme -in:jobs,apple-pie", packs.compiled()).is_ok());
        assert!(Query::parse_with("acme -in:bad", packs.compiled()).is_err());
    }
}

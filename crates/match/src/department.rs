//! The departments that a query names, for whoever has to know where a condition may hold.

use crate::field::Field;
use crate::fold::fold;
use crate::query::{Node, Query};

/// The departments that a query asks for and those that it excludes, by what `department:` says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamedDepartments {
    wanted: Vec<String>,
    excluded: Vec<String>,
}

impl NamedDepartments {
    /// Whether the query names none at all: then it can be decided before a department is.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty() && self.excluded.is_empty()
    }

    /// Whether the query is about a department of this key and name: it asks for it or, where it asks for none, does not
    /// exclude it.
    pub fn are_about(&self, key: &str, name: &str) -> bool {
        let is_in = |names: &[String]| names.iter().any(|named| *named == folded(key) || *named == folded(name));
        if self.wanted.is_empty() { !self.excluded.is_empty() && !is_in(&self.excluded) } else { is_in(&self.wanted) }
    }
}

/// A name of a department as `department:` compares it.
pub(crate) fn folded(name: &str) -> String {
    fold(name).split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Query {
    /// The departments that it names.
    ///
    /// ```
    /// use switchboard_match::Query;
    ///
    /// let named = Query::parse("department:sales refund")?.departments();
    /// assert!(named.are_about("sales", "Sales") && !named.are_about("service", "Service"));
    /// assert!(Query::parse("refund")?.departments().is_empty());
    /// # Ok::<(), switchboard_match::QueryError>(())
    /// ```
    pub fn departments(&self) -> NamedDepartments {
        let mut named = NamedDepartments::default();
        gather(self.root(), true, &mut named);
        named
    }
}

fn gather(node: &Node, is_wanted: bool, named: &mut NamedDepartments) {
    match node {
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().for_each(|node| gather(node, is_wanted, named)),
        Node::Not(node) => gather(node, !is_wanted, named),
        Node::Field(Field::Department(names)) => {
            let list = if is_wanted { &mut named.wanted } else { &mut named.excluded };
            list.extend(names.iter().map(|name| String::from(&**name)));
        }
        Node::Field(Field::In(packs)) => packs.iter().for_each(|pack| gather(pack.root(), is_wanted, named)),
        Node::Near(_) | Node::Term(_) | Node::Field(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_tells_which_departments_it_is_about() {
        let check = |query: &str, expected: &[&str]| {
            let named = Query::parse(query).expect(query).departments();
            let all = [("sales", "Sales"), ("public-relations", "Public Relations"), ("service", "Service")];
            let about: Vec<&str> =
                all.into_iter().filter(|(key, name)| named.are_about(key, name)).map(|(key, _)| key).collect();
            assert_eq!(about, expected, "{query}");
            assert_eq!(named.is_empty(), !query.contains("department:"), "{query}");
        };
        check("acme", &[]);
        check("department:sales acme", &["sales"]);
        check("department:SALES,service", &["sales", "service"]);
        check("department:\"public relations\" OR acme", &["public-relations"]);
        check("department:public-relations", &["public-relations"]);
        check("acme -department:sales", &["public-relations", "service"]);
        check("acme -(department:sales OR refund)", &["public-relations", "service"]);
        check("acme -(-department:sales)", &["sales"]);
        check("department:sales -department:service", &["sales"]);
        check("department:elsewhere", &[]);
    }
}

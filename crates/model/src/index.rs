//! What of a query an index of words can answer.

/// A question to an index of words that finds at least every post that a query matches; the query itself decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexQuery {
    /// The index cannot help.
    Everything,
    /// The word, folded as the index holds it.
    Word(String),
    /// Any word with this beginning.
    Beginning(String),
    /// All of these.
    All(Vec<IndexQuery>),
    /// At least one of these.
    Any(Vec<IndexQuery>),
}

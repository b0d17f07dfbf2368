//! The shells around [`crate::triage`]: how posts come to it and where decisions go.
//!
//! `embedded` is the line of one process. `import` hands in posts from a file or a pipe, `replay` does so at a chosen
//! pace. `look_back` keeps for a while what no search wanted. All of them deliver batches, and a batch is either stored whole with its cursor or not at all.

pub mod conversations;
pub mod embedded;
pub mod handin;
pub mod look_back;
pub mod replay;
mod tend;

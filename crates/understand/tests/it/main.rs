//! The reader as others use it: what it says about written posts, and that nothing from outside upsets it.

mod corpus;
mod hostile;
mod reading;

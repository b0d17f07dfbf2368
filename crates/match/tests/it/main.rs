//! Tests of the saved-search language through its public interface.

mod explain;
mod properties;
mod reference;
mod vectors;

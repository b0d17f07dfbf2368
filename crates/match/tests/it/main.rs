//! Tests of the saved-search language through its public interface.

mod explain;
mod naive;
mod properties;
mod reference;
mod vectors;

//! Tests of the saved-search language through its public interface.

mod vectors;

//! The saved-search language: parse, evaluate, explain.

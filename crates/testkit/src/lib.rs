//! Builders, fakes and a test installation.

//! All SQL: SQLite and PostgreSQL behind one set of statements.

//! Department and priority of a post, with visible parts.

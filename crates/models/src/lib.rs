//! Reads Rust entity source into a schema.

//! Schema diff and autogenerate for Rust: workflows and public face.

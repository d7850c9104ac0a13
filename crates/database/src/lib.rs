//! Connects, reads the catalog, keeps lock and history, runs steps.

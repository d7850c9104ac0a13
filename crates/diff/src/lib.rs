//! Compares two canonical schemas under a policy.

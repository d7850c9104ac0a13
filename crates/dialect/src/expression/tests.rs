//! Pairs of spellings.

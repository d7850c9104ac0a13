//! What each statement reads like.

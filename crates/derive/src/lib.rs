//! The inert derives Entity and Enum of ambix.

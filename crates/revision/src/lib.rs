//! The revision graph, operations, replay, and the text of a revision file.

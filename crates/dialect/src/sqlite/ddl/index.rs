//! The text of CREATE INDEX.

use super::cursor::{Cursor, split_at_commas};
use super::expression::{collated, spelled};
use super::tokens;

/// What a CREATE INDEX says beyond the pragmas.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::sqlite) struct IndexText {
    /// The expression of each key, and the collation written behind it.
    pub(in crate::sqlite) keys: Vec<(String, Option<String>)>,
    /// The rows it covers.
    pub(in crate::sqlite) predicate: Option<String>,
}

/// Reads a CREATE INDEX on a table with these columns.
pub(in crate::sqlite) fn read_index(sql: &str, columns: &[&str]) -> Option<IndexText> {
    let parts = tokens(sql)?;
    let mut cursor = Cursor::new(&parts);
    cursor.expect(&["CREATE"])?;
    cursor.accept(&["UNIQUE"]);
    cursor.expect(&["INDEX"])?;
    cursor.accept(&["IF", "NOT", "EXISTS"]);
    cursor.name()?;
    if cursor.accept_sign('.') {
        cursor.name()?;
    }
    cursor.expect(&["ON"])?;
    cursor.name()?;
    let keys = split_at_commas(cursor.group()?)
        .into_iter()
        .map(|mut key| {
            while let [before @ .., last] = key
                && (last.is_word("ASC") || last.is_word("DESC"))
            {
                key = before;
            }
            match collated(key) {
                Some((subject, collation)) => (spelled(subject, columns), Some(collation)),
                None => (spelled(key, columns), None),
            }
        })
        .collect();
    let predicate = cursor.accept(&["WHERE"]).then(|| spelled(cursor.remainder(), columns));
    cursor.is_done().then_some(IndexText { keys, predicate })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_predicate_are_read() {
        let sql =
            "CREATE UNIQUE INDEX [i x] ON `t` (a, lower(\"b\") COLLATE NOCASE DESC, max(a, b)) WHERE a > 0";
        let index = read_index(sql, &["a", "b"]).unwrap();
        let keys = [
            ("a".to_owned(), None),
            ("lower(\"b\")".to_owned(), Some("NOCASE".to_owned())),
            ("max(a, b)".to_owned(), None),
        ];
        assert_eq!(index.keys, keys);
        assert_eq!(index.predicate.as_deref(), Some("a > 0"));
    }
}

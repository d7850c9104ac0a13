//! What SQLite keeps of columns and keys beyond the common vocabulary, as options in words of its own.
//!
//! | option | on | value |
//! |---|---|---|
//! | `declared` | column | the words of its type, where its type alone would be declared in others |
//! | `null` | column of a key | `allowed`, where SQLite takes null although the column is of a primary key |
//! | `on_conflict` | column, key | `ROLLBACK`, `FAIL`, `IGNORE` or `REPLACE` |
//! | `name` | primary key | the name of the constraint |
//! | `collate N` | key | the collation of the column at place N, where it is not the column's own |
//! | `descending N` | key | `true`, where the column at place N is in descending order |

use std::collections::BTreeMap;

/// Options by name.
pub(super) type Options = BTreeMap<String, String>;

/// The words a column's type is declared in.
pub(super) const DECLARED: &str = "declared";
/// Whether a column of a key takes null.
pub(super) const NULL: &str = "null";
/// The value of [`NULL`].
pub(super) const ALLOWED: &str = "allowed";
/// What happens when a constraint does not hold.
pub(super) const ON_CONFLICT: &str = "on_conflict";
/// The name of a primary key.
pub(super) const NAME: &str = "name";

const COLLATE: &str = "collate";
const DESCENDING: &str = "descending";

/// The ways out of a conflict that differ from what happens anyway, which is ABORT.
const WAYS: [&str; 4] = ["ROLLBACK", "FAIL", "IGNORE", "REPLACE"];

/// A way out of a conflict in its one spelling; `None` for what happens anyway.
pub(super) fn way_out(words: &str) -> Option<&'static str> {
    WAYS.into_iter().find(|way| way.eq_ignore_ascii_case(words))
}

/// The option for the collation of a key's column; places count from 1.
pub(super) fn collate(place: usize) -> String {
    format!("{COLLATE} {place}")
}

/// The option for the order of a key's column; places count from 1.
pub(super) fn descending(place: usize) -> String {
    format!("{DESCENDING} {place}")
}

/// An option of a column that SQLite does not have.
pub(super) fn unknown_of_column(options: &Options) -> Option<&str> {
    options.keys().map(String::as_str).find(|key| ![DECLARED, NULL, ON_CONFLICT].contains(key))
}

/// An option of a key that SQLite does not have.
pub(super) fn unknown_of_key(options: &Options) -> Option<&str> {
    let is_placed = |key: &str| {
        let place = key.strip_prefix(COLLATE).or_else(|| key.strip_prefix(DESCENDING));
        place.and_then(|place| place.strip_prefix(' ')).is_some_and(|place| place.parse::<usize>().is_ok())
    };
    options.keys().map(String::as_str).find(|key| ![NAME, ON_CONFLICT].contains(key) && !is_placed(key))
}

/// The `ON CONFLICT …` of a column or key, with a blank before it; empty when nothing special is to happen.
pub(super) fn conflict_clause(options: &Options) -> String {
    let way = options.get(ON_CONFLICT).and_then(|words| way_out(words));
    way.map(|way| format!(" ON CONFLICT {way}")).unwrap_or_default()
}

/// Whether the column of a key at a place, from 1, is in descending order.
pub(super) fn is_descending(options: &Options, place: usize) -> bool {
    options.contains_key(&descending(place))
}

//! What goes with a column or a table: the parts a server drops along, so that the schema of a replay
//! stays in step with the database.

use ambix_schema::{Address, Change, Expr, IndexKey, IndexSubject, Kind, Name, Object, Schema, TableName};

/// Drops of the constraints, indexes and sequences that go with a column.
pub(super) fn dropped_with_column(
    before: &Schema,
    table: &TableName,
    column: &Name,
    keeping: &[Name],
) -> Vec<Change> {
    let mut parts: Vec<Change> = before
        .parts(table)
        .filter(|(at, object)| !keeping.contains(&at.name) && is_made_from(object, column))
        .map(|(at, object)| Change::Drop { at: at.clone(), object: object.clone() })
        .collect();
    parts.sort_by_key(turn);
    let own = Address::column(table, column);
    parts.extend(owned_sequences(before, |owner| *owner == own));
    parts
}

/// Drops of all parts of a table and of the sequences its columns own; foreign keys come first,
/// because an index that serves one cannot go before it.
pub(super) fn dropped_with_table(before: &Schema, table: &TableName) -> Vec<Change> {
    let own = Address::table(table);
    let mut parts: Vec<Change> = before
        .parts(table)
        .filter(|(at, _)| **at != own)
        .map(|(at, object)| Change::Drop { at: at.clone(), object: object.clone() })
        .collect();
    // The last column goes first, so that the inverses come in the order of the columns.
    parts.reverse();
    parts.sort_by_key(|change| (turn(change), std::cmp::Reverse(position(change))));
    parts.extend(owned_sequences(before, |owner| owner.table_name().as_ref() == Some(table)));
    parts
}

fn position(change: &Change) -> u32 {
    match change {
        Change::Drop { object, .. } => object.as_column().map_or(0, |column| column.position.0),
        Change::Create { .. } | Change::Alter { .. } | Change::Rename { .. } | Change::Opaque(_) => 0,
    }
}

fn turn(change: &Change) -> u8 {
    match change.kind() {
        Some(Kind::ForeignKey) => 0,
        Some(Kind::Exclusion | Kind::Index) => 1,
        Some(Kind::Check) => 2,
        Some(Kind::Unique) => 3,
        Some(Kind::PrimaryKey) => 4,
        Some(Kind::Column) => 5,
        Some(
            Kind::Table
            | Kind::Namespace
            | Kind::Extension
            | Kind::Enum
            | Kind::Domain
            | Kind::Composite
            | Kind::Range
            | Kind::Sequence
            | Kind::View,
        )
        | None => 6,
    }
}

fn owned_sequences(before: &Schema, is_owner: impl Fn(&Address) -> bool) -> Vec<Change> {
    before
        .iter()
        .filter(|(_, object)| {
            object.as_sequence().and_then(|sequence| sequence.owned_by.as_ref()).is_some_and(&is_owner)
        })
        .map(|(at, object)| Change::Drop { at: at.clone(), object: object.clone() })
        .collect()
}

/// Whether a constraint or index of a table is made from one of its columns.
fn is_made_from(object: &Object, column: &Name) -> bool {
    let in_expr = |expr: &Expr| mentions_as_column(expr, column);
    let in_key = |key: &IndexKey| match &key.subject {
        IndexSubject::Column(name) => name == column,
        IndexSubject::Expr(expr) => in_expr(expr),
    };
    match object {
        Object::PrimaryKey(key) => key.columns.contains(column),
        Object::Unique(key) => key.columns.contains(column) || key.include.contains(column),
        Object::ForeignKey(key) => key.columns.contains(column),
        Object::Check(check) => in_expr(&check.expr),
        Object::Index(index) => {
            index.keys.iter().any(in_key)
                || index.include.contains(column)
                || index.predicate.as_ref().is_some_and(in_expr)
        }
        Object::Exclusion(exclusion) => {
            exclusion.elements.iter().any(|element| in_key(&element.key))
                || exclusion.predicate.as_ref().is_some_and(in_expr)
        }
        Object::Namespace(_)
        | Object::Extension(_)
        | Object::Enum(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Sequence(_)
        | Object::Table(_)
        | Object::Column(_)
        | Object::View(_) => false,
    }
}

/// Whether an expression has a name in the place of a column: not as a function, a type behind a cast
/// or before a literal, or a keyword.
fn mentions_as_column(expr: &Expr, column: &Name) -> bool {
    // A name that occurs in no expression marks the places; `renamed` knows literals and quotes.
    let free = |word: &String| !expr.as_str().contains(word);
    let word = (0..=expr.as_str().len()).map(|n| format!("ambix_column{n}_")).find(free);
    let Some(word) = word else { return false };
    let renamed = expr.renamed(column, &Name::from(word.as_str()));
    let text = renamed.as_str();
    let is_keyword = KEYWORDS.contains(&column.as_str().to_ascii_lowercase().as_str());
    if is_keyword && !expr.as_str().contains(['"', '`']) {
        return false;
    }
    text.match_indices(&word).any(|(start, _)| {
        let before = text[..start].trim_end();
        let after = text[start + word.len()..].trim_start();
        let is_cast = before.ends_with("::") || before.to_ascii_lowercase().ends_with(" as");
        let is_call_or_literal = after.starts_with(['(', '\'']);
        !is_cast && !is_call_or_literal
    })
}

/// Words of SQL that are never a column unless quoted.
const KEYWORDS: [&str; 32] = [
    "all", "and", "any", "array", "as", "asc", "between", "case", "cast", "collate", "desc", "distinct",
    "else", "end", "exists", "false", "from", "in", "is", "like", "not", "null", "on", "or", "some", "then",
    "true", "unique", "using", "when", "where", "with",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_place_of_a_column_counts() {
        let is_column = |expr: &str, column: &str| mentions_as_column(&expr.into(), &column.into());
        assert!(is_column("age > 17", "age"));
        assert!(is_column("(\"is\" > 17)", "is"));
        assert!(!is_column("lower(email) = 'a'::text", "lower"));
        assert!(!is_column("lower(email) = 'a'::text", "text"));
        assert!(!is_column("born > date '2000-01-01'", "date"));
        assert!(!is_column("email is not null", "null"));
        assert!(is_column("lower(email) = 'a'", "email"));
    }
}

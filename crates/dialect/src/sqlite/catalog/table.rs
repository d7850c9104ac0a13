//! One table: the pragmas tell its columns and keys, the text of its definition the rest.

use std::collections::BTreeMap;

use ambix_schema::{
    Action, Address, Check, Column, Deferrable, Facet, ForeignKey, Generated, Identity, IdentityMode, Index,
    IndexKey, IndexSubject, Kind, MatchType, Name, Naming, Object, PrimaryKey, Schema, Silent, Table,
    TableName, Unique, Unmodelled,
};

use super::rows::{ColumnRow, ForeignKeyRows, IndexRows, TableRows};
use crate::sqlite::ddl::{
    ColumnText, ConstraintText, ForeignKeyText, KeyText, Rule, TableText, read_index, read_table,
};
use crate::sqlite::options::{self, Options};
use crate::sqlite::{defaults, types};

/// What a table is noted under when its definition is not understood.
const NOT_UNDERSTOOD: &str = "table definition not understood";

/// Puts a table and all its parts into a schema.
pub(super) fn insert(
    schema: &mut Schema,
    rows: &TableRows<'_>,
    tables: &BTreeMap<&str, TableRows<'_>>,
    naming: &Naming,
) {
    let name = TableName::new(rows.name);
    let names: Vec<&str> = rows.columns.iter().map(|column| column.name).collect();
    let text = read_table(rows.sql, &names).filter(|text| agrees(text, rows)).unwrap_or_else(|| {
        note(schema, NOT_UNDERSTOOD, &name, rows.name, None);
        from_pragmas(rows)
    });
    schema.insert(Address::table(&name), table_of(rows));
    for (place, column) in (1..).zip(&rows.columns) {
        let said = text.columns.iter().find(|said| said.name == column.name);
        let column_object = column_of(rows, column, said, place);
        schema.insert(Address::column(&name, column.name), column_object);
    }
    insert_primary_key(schema, &name, rows, &text);
    // Names that were given come first, so that a name made up here yields.
    for is_named in [true, false] {
        for constraint in text.constraints.iter().filter(|one| one.name.is_some() == is_named) {
            insert_constraint(schema, &name, rows, constraint, tables, naming);
        }
    }
    for (index, index_rows) in rows.indexes.iter().filter(|(_, index)| index.origin == "c") {
        insert_index(schema, &name, index, index_rows, &names);
    }
}

fn note(schema: &mut Schema, kind: &str, on: &TableName, name: &str, sql: Option<&str>) {
    schema.unmodelled.push(Unmodelled {
        kind: kind.to_owned(),
        on: Some(on.clone()),
        name: Name::from(name),
        sql: sql.map(str::to_owned),
    });
}

/// Whether a definition that was read says what the pragmas say, as far as both speak.
fn agrees(text: &TableText, rows: &TableRows<'_>) -> bool {
    let are_columns = text.columns.len() == rows.columns.len()
        && text
            .columns
            .iter()
            .zip(&rows.columns)
            .all(|(said, row)| said.name == row.name && said.generated.is_some() == (row.hidden != 0));
    let mut foreign_keys = 0;
    let mut has_key = false;
    for constraint in &text.constraints {
        match constraint.rule {
            Rule::ForeignKey(_) => foreign_keys += 1,
            Rule::PrimaryKey(_) => has_key = true,
            Rule::Unique(_) | Rule::Check { .. } => {}
        }
    }
    are_columns
        && foreign_keys == rows.foreign_keys.len()
        && has_key == rows.columns.iter().any(|column| column.key_position > 0)
}

/// What the pragmas alone tell: no names, no checks, no expressions.
fn from_pragmas(rows: &TableRows<'_>) -> TableText {
    let columns = rows
        .columns
        .iter()
        .map(|column| ColumnText { name: column.name.to_owned(), ..ColumnText::default() })
        .collect();
    let uniques = rows.indexes.values().filter(|index| index.origin == "u").map(|index| {
        let columns = index.keys.iter().filter_map(|key| Some(key.column?.to_owned())).collect();
        Rule::Unique(KeyText { columns, options: Options::new() })
    });
    let foreign_keys = rows.foreign_keys.values().map(|key| Rule::ForeignKey(foreign_key_text(key)));
    let constraints =
        uniques.chain(foreign_keys).map(|rule| ConstraintText { name: None, column: None, rule }).collect();
    TableText { columns, constraints }
}

fn foreign_key_text(rows: &ForeignKeyRows<'_>) -> ForeignKeyText {
    ForeignKeyText {
        columns: rows.columns.iter().map(|(column, _)| (*column).to_owned()).collect(),
        table: rows.table.to_owned(),
        referenced: rows.columns.iter().filter_map(|(_, column)| column.map(str::to_owned)).collect(),
        on_delete: Action::from_words(rows.on_delete).unwrap_or_default(),
        on_update: Action::from_words(rows.on_update).unwrap_or_default(),
        match_type: MatchType::Simple,
        deferrable: Deferrable::No,
    }
}

fn table_of(rows: &TableRows<'_>) -> Table {
    let options = [(rows.is_strict, "strict"), (rows.is_without_rowid, "without_rowid")]
        .into_iter()
        .filter(|(is_on, _)| *is_on)
        .map(|(_, option)| (option.to_owned(), "true".to_owned()))
        .collect();
    Table { options, ..Table::default() }
}

fn column_of(rows: &TableRows<'_>, row: &ColumnRow<'_>, said: Option<&ColumnText>, place: u32) -> Column {
    let generated = said
        .and_then(|said| said.generated.as_ref())
        .map(|expr| Generated { expr: expr.as_str().into(), is_stored: row.hidden == 3 });
    Column {
        is_nullable: !row.is_not_null && row.key_position == 0,
        default: row.default.and_then(defaults::read),
        identity: identity_of(rows, row, said),
        generated,
        collation: said.and_then(|said| said.collation.clone()),
        options: column_options(rows, row, said),
        position: Silent(place),
        ..Column::new(types::parse(row.ty))
    }
}

/// What is kept of a column in SQLite's own words.
fn column_options(rows: &TableRows<'_>, row: &ColumnRow<'_>, said: Option<&ColumnText>) -> Options {
    let mut all = said.map(|said| said.on_null.clone()).unwrap_or_default();
    all.extend(types::own_words(row.ty, rows.is_strict).map(|words| (options::DECLARED.to_owned(), words)));
    // A key that is not the number of the row takes null, but for tables that were thought of later.
    let takes_null = row.key_position > 0 && !row.is_not_null && !rows.is_strict && !rows.is_without_rowid;
    if takes_null && identity_of(rows, row, said).is_none() {
        all.insert(options::NULL.to_owned(), options::ALLOWED.to_owned());
    }
    all
}

/// Only a column declared INTEGER, and nothing else, is another name of the row's number.
fn identity_of(rows: &TableRows<'_>, row: &ColumnRow<'_>, said: Option<&ColumnText>) -> Option<Identity> {
    let is_only_key = row.key_position == 1 && rows.columns.iter().all(|other| other.key_position <= 1);
    let is_descending = said.is_some_and(|said| said.is_descending_key);
    let is_rowid =
        is_only_key && row.ty.eq_ignore_ascii_case("INTEGER") && !rows.is_without_rowid && !is_descending;
    let mode = match said {
        Some(said) if said.is_auto_increment => IdentityMode::Auto,
        Some(_) | None => IdentityMode::RowId,
    };
    is_rowid.then(|| Identity::new(mode))
}

fn insert_primary_key(schema: &mut Schema, table: &TableName, rows: &TableRows<'_>, text: &TableText) {
    let mut keys: Vec<&ColumnRow<'_>> =
        rows.columns.iter().filter(|column| column.key_position > 0).collect();
    keys.sort_by_key(|column| column.key_position);
    if !keys.is_empty() {
        let columns = keys.iter().map(|column| Name::from(column.name)).collect();
        let mut key = PrimaryKey::new(columns);
        for constraint in &text.constraints {
            if let Rule::PrimaryKey(said) = &constraint.rule {
                key.name = constraint.name.as_ref().map(|name| Name::from(name.as_str()));
                key.options.clone_from(&said.options);
            }
        }
        // The number of a row has no other order, whatever the key says.
        let is_rowid = |column: &&ColumnRow<'_>| {
            let said = text.columns.iter().find(|said| said.name == column.name);
            identity_of(rows, column, said).is_some()
        };
        if keys.iter().any(is_rowid) {
            key.options.retain(|name, _| [options::ON_CONFLICT, options::NAME].contains(&name.as_str()));
        }
        schema.insert(Address::primary_key(table), key);
    }
}

fn insert_constraint(
    schema: &mut Schema,
    table: &TableName,
    rows: &TableRows<'_>,
    constraint: &ConstraintText,
    tables: &BTreeMap<&str, TableRows<'_>>,
    naming: &Naming,
) {
    let own = |names: &[String]| -> Vec<Name> { names.iter().map(|name| column_name(rows, name)).collect() };
    let (object, columns): (Object, Vec<Name>) = match &constraint.rule {
        Rule::PrimaryKey(_) => return,
        Rule::Unique(key) => {
            let columns = own(&key.columns);
            let unique = Unique { options: key.options.clone(), ..Unique::new(columns.clone()) };
            (unique.into(), columns)
        }
        Rule::Check { expression } => {
            (Check::new(expression.as_str()).into(), own(constraint.column.as_slice()))
        }
        Rule::ForeignKey(key) => {
            let key = foreign_key_of(key, rows, tables);
            let columns = key.columns.clone();
            (key.into(), columns)
        }
    };
    let referenced = object.as_foreign_key().map(|key| &key.references.0);
    let kind = object.kind();
    let given = constraint.name.as_ref().map(|name| Name::from(name.as_str()));
    let wanted = given.clone().or_else(|| naming.name(kind, table, &columns, referenced));
    let Some(wanted) = wanted else { return };
    let at = free_address(schema, table, kind, &wanted);
    // SQLite lets two constraints have one name.
    if given.as_ref() != Some(&at.name) {
        schema.imply(at.clone(), Facet::Name);
    }
    schema.insert(at, object);
}

/// The address for a name, with a number behind it when it is taken.
fn free_address(schema: &Schema, table: &TableName, kind: Kind, wanted: &Name) -> Address {
    let first = Address::part(table, kind, wanted);
    if !schema.contains(&first) {
        return first;
    }
    let mut number = 1_u32;
    loop {
        let at = Address::part(table, kind, format!("{}{number}", wanted.as_str()));
        if !schema.contains(&at) {
            return at;
        }
        number += 1;
    }
}

fn foreign_key_of(
    text: &ForeignKeyText,
    rows: &TableRows<'_>,
    tables: &BTreeMap<&str, TableRows<'_>>,
) -> ForeignKey {
    let referenced = match tables.get(text.table.as_str()) {
        Some(table) => Some(table),
        None => tables.values().find(|table| table.name.eq_ignore_ascii_case(&text.table)),
    };
    let table = referenced.map_or(text.table.as_str(), |table| table.name);
    let columns = match referenced {
        Some(table) => text.referenced.iter().map(|name| column_name(table, name)).collect(),
        None => text.referenced.iter().map(|name| Name::from(name.as_str())).collect(),
    };
    let own = text.columns.iter().map(|name| column_name(rows, name)).collect();
    ForeignKey {
        on_delete: text.on_delete.clone(),
        on_update: text.on_update.clone(),
        match_type: text.match_type,
        deferrable: text.deferrable,
        ..ForeignKey::new(own, TableName::new(table), columns)
    }
}

/// A column by the name it was created with: SQLite's names know no case.
fn column_name(rows: &TableRows<'_>, name: &str) -> Name {
    let own = rows.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name));
    Name::from(own.map_or(name, |column| column.name))
}

fn insert_index(schema: &mut Schema, table: &TableName, name: &str, rows: &IndexRows<'_>, columns: &[&str]) {
    let text =
        rows.sql.and_then(|sql| read_index(sql, columns)).filter(|text| text.keys.len() == rows.keys.len());
    let Some(text) = text else {
        note(schema, "index", table, name, rows.sql);
        return;
    };
    let keys = rows.keys.iter().zip(text.keys).map(|(row, (expression, written))| {
        let (subject, collation) = match row.column {
            Some(column) => (
                IndexSubject::Column(Name::from(column)),
                own_collation(schema, table, column, row.collation),
            ),
            None => (IndexSubject::Expr(expression.into()), written),
        };
        IndexKey {
            subject,
            is_descending: row.is_descending,
            nulls: None,
            collation,
            opclass: None,
            prefix: None,
        }
    });
    let index = Index {
        is_unique: rows.is_unique,
        predicate: text.predicate.map(Into::into),
        ..Index::new(keys.collect())
    };
    schema.insert(Address::part(table, Kind::Index, name), index);
}

/// The collation of a key where it is not the column's.
fn own_collation(
    schema: &Schema,
    table: &TableName,
    column: &str,
    collation: Option<&str>,
) -> Option<String> {
    let of_column = schema
        .get(&Address::column(table, column))
        .and_then(Object::as_column)
        .and_then(|column| column.collation.as_deref())
        .unwrap_or("BINARY");
    collation.filter(|collation| !collation.eq_ignore_ascii_case(of_column)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::{QUERIES, read};
    use super::*;
    use crate::CatalogRows;

    fn catalog(answers: &[(&str, &[&[&str]])]) -> Schema {
        let mut rows = CatalogRows::default();
        for (name, cells) in answers {
            let query = QUERIES.iter().find(|query| query.name == *name).unwrap();
            let cell = |text: &&str| (*text != "-").then(|| (*text).to_owned());
            rows.insert(query, cells.iter().map(|row| row.iter().map(cell).collect()).collect());
        }
        read(&rows, &Naming::default()).unwrap()
    }

    #[test]
    fn a_definition_that_is_not_understood_is_noted_and_the_pragmas_read() {
        let schema = catalog(&[
            ("objects", &[&["table", "t", "t", "CREATE TABLE t (a INT, b WHAT ! EVER)"]]),
            ("tables", &[&["t", "table", "0", "0"], &["p", "table", "0", "0"]]),
            ("columns", &[&["t", "a", "INT", "1", "-", "1", "0"], &["t", "b", "TEXT", "0", "'x'", "0", "0"]]),
            ("index_keys", &[&["t", "sqlite_autoindex_t_1", "1", "u", "1", "b", "0", "BINARY"]]),
            ("foreign_keys", &[&["t", "0", "p", "b", "-", "NO ACTION", "SET NULL"]]),
        ]);
        let note = &schema.unmodelled[0];
        assert_eq!(
            (note.kind.as_str(), note.on.as_ref(), &note.sql),
            (NOT_UNDERSTOOD, Some(&"t".into()), &None)
        );
        let kinds: Vec<Kind> = schema.parts(&"t".into()).map(|(at, _)| at.kind).collect();
        let expected =
            [Kind::Table, Kind::Column, Kind::Column, Kind::PrimaryKey, Kind::Unique, Kind::ForeignKey];
        assert_eq!(kinds, expected);
        let key = schema.get(&Address::part("t", Kind::ForeignKey, "t_b_fkey")).unwrap();
        assert_eq!(key.as_foreign_key().unwrap().on_delete, Action::SetNull(Vec::new()));
    }

    #[test]
    fn a_definition_that_contradicts_the_pragmas_is_not_believed() {
        let schema = catalog(&[
            ("objects", &[&["table", "t", "t", "CREATE TABLE t (a INT, b INT)"]]),
            ("tables", &[&["t", "table", "0", "0"]]),
            ("columns", &[&["t", "a", "INT", "0", "-", "0", "0"]]),
        ]);
        assert_eq!(schema.unmodelled[0].kind, NOT_UNDERSTOOD);
    }

    #[test]
    fn constraints_may_share_a_name() {
        let sql =
            "CREATE TABLE t (a INT, CONSTRAINT c CHECK (a > 0), CONSTRAINT c CHECK (a < 9), CHECK (a <> 5))";
        let schema = catalog(&[
            ("objects", &[&["table", "t", "t", sql]]),
            ("tables", &[&["t", "table", "0", "0"]]),
            ("columns", &[&["t", "a", "INT", "0", "-", "0", "0"]]),
        ]);
        let checks: Vec<(&str, bool)> = schema
            .parts(&"t".into())
            .filter(|(at, _)| at.kind == Kind::Check)
            .map(|(at, _)| (at.name.as_str(), schema.is_implied(at, Facet::Name)))
            .collect();
        assert_eq!(checks, [("c", false), ("c1", true), ("t_check", true)]);
    }
}

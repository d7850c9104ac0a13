//! Rows for whatever tables there are, and what of them a migration must not touch.

use ambix_schema::{Address, Column, Literal, Name, Object, Schema, TableName, Type};

use crate::law::Broken;
use crate::live::Live;

/// How many rows a table is offered.
const ROWS: u32 = 3;

/// The columns of tables that two schemas share and that are the same in both.
pub(super) fn kept_columns(from: &Schema, to: &Schema) -> Vec<(TableName, Vec<Name>)> {
    let kept = |table: &TableName| {
        let columns = from.columns(table).into_iter().filter(|(name, column)| {
            let other = to.get(&Address::column(table, *name)).and_then(Object::as_column);
            other.is_some_and(|other| other.ty == column.ty && other.generated == column.generated)
        });
        columns.map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    let tables = from.tables().filter(|table| to.contains(&Address::table(table)));
    tables.map(|table| (table.clone(), kept(&table))).filter(|(_, columns)| !columns.is_empty()).collect()
}

/// Rows of some columns of some tables.
pub(super) struct Rows(Vec<(TableName, Vec<Name>, Cells)>);

/// A row per entry, every cell as text.
type Cells = Vec<Vec<Option<String>>>;

impl Rows {
    pub(super) fn read(live: &mut Live, columns: &[(TableName, Vec<Name>)]) -> Result<Self, Broken> {
        let mut all = Vec::new();
        for (table, names) in columns {
            let rows = rows_of(live, table, names)?;
            all.push((table.clone(), names.clone(), rows));
        }
        Ok(Self(all))
    }

    /// Whether they are all still there, and no others.
    pub(super) fn still(&self, live: &mut Live, when: &str) -> Result<(), Broken> {
        for (table, names, rows) in &self.0 {
            let now = rows_of(live, table, names)?;
            if now != *rows {
                return Err(format!("rows of {table} {names:?} changed {when}:\n{rows:?}\n{now:?}"));
            }
        }
        Ok(())
    }

    pub(super) fn are_none(&self) -> bool {
        self.0.iter().all(|(_, _, rows)| rows.is_empty())
    }
}

fn rows_of(live: &mut Live, table: &TableName, names: &[Name]) -> Result<Cells, Broken> {
    let columns = quoted(live, names)?.join(", ");
    let place = place(live, table)?;
    let mut rows = live.query(&format!("SELECT {columns} FROM {place}"))?;
    rows.sort();
    Ok(rows)
}

fn quoted(live: &Live, names: &[Name]) -> Result<Vec<String>, Broken> {
    names.iter().map(|name| live.dialect().quote(name).map_err(|error| error.to_string())).collect()
}

/// The qualified name: a session's search path may be empty.
fn place(live: &Live, table: &TableName) -> Result<String, Broken> {
    let default = live.dialect().default_namespace().clone();
    let names = [table.namespace.clone().unwrap_or(default), table.name.clone()];
    // A database without namespaces to create is the namespace itself, and goes without saying.
    let has_namespaces = live.dialect().facts().has_namespaces;
    let quoted = quoted(live, &names)?;
    Ok(if has_namespaces { quoted.join(".") } else { quoted[1].clone() })
}

/// Offers rows to every table; those a constraint refuses stay out. A second round reaches the tables whose
/// rows refer to others.
pub(super) fn fill(live: &mut Live, schema: &Schema) -> Result<(), Broken> {
    let tables: Vec<TableName> = schema.tables().collect();
    for round in 0..2 {
        for table in &tables {
            let place = place(live, table)?;
            let is_empty = live.query(&format!("SELECT 1 FROM {place}"))?.is_empty();
            if round > 0 && !is_empty {
                continue;
            }
            for number in 1..=ROWS {
                let insert = insert(live, schema, table, &place, number)?;
                // A refusal says that this row cannot be there; then it is not.
                live.execute(&insert).ok();
            }
        }
    }
    Ok(())
}

fn insert(
    live: &Live,
    schema: &Schema,
    table: &TableName,
    place: &str,
    number: u32,
) -> Result<String, Broken> {
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for (name, column) in schema.columns(table) {
        if column.generated.is_some() || column.identity.is_some() {
            continue;
        }
        names.push(name.clone());
        values.push(value(schema, column, number));
    }
    if names.is_empty() {
        let words = if matches!(live.dialect().facts().name, "mariadb" | "mysql") {
            "() VALUES ()"
        } else {
            "DEFAULT VALUES"
        };
        return Ok(format!("INSERT INTO {place} {words}"));
    }
    Ok(format!("INSERT INTO {place} ({}) VALUES ({})", quoted(live, &names)?.join(", "), values.join(", ")))
}

/// A value for a column: one that the conditions of generated tables take, and another for every row.
fn value(schema: &Schema, column: &Column, number: u32) -> String {
    let letter = ["a", "b", "c"][(number as usize - 1) % 3];
    match &column.ty {
        Type::Boolean => ["TRUE", "FALSE"][number as usize % 2].to_owned(),
        Type::TinyInt | Type::SmallInt | Type::Integer | Type::BigInt | Type::Unsigned(_) => {
            number.to_string()
        }
        Type::Real | Type::Double | Type::Decimal { .. } => format!("{number}.5"),
        Type::Char { .. } | Type::Varchar { .. } | Type::Text => format!("'{letter}'"),
        Type::Date => format!("'2024-01-0{number}'"),
        Type::Time { .. } => format!("'10:00:0{number}'"),
        Type::Timestamp { .. } => format!("'2024-01-0{number} 10:00:00'"),
        Type::Json | Type::Jsonb => format!("'{{\"n\": {number}}}'"),
        Type::Uuid => format!("'00000000-0000-0000-0000-00000000000{number}'"),
        Type::Enum(name) => {
            let values = schema
                .get(&Address::of(ambix_schema::Kind::Enum, name))
                .and_then(Object::as_enum)
                .map(|object| object.values.clone())
                .unwrap_or_default();
            let text = values.get((number as usize - 1) % values.len().max(1)).cloned().unwrap_or_default();
            format!("'{}'", text.replace('\'', "''"))
        }
        // Some read bytes in this, the others a text; it is a value of its own to all.
        Type::Bytes => format!("'\\x0{number}'"),
        Type::Binary { .. }
        | Type::Varbinary { .. }
        | Type::Interval
        | Type::Inet
        | Type::Cidr
        | Type::MacAddr
        | Type::Array(_)
        | Type::Defined(_)
        | Type::Other(_) => Literal::Null.to_string(),
    }
}

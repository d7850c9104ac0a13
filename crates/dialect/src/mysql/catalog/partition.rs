//! Rows of partitions, as the clause behind PARTITION BY.

use std::collections::BTreeMap;

use ambix_schema::TableName;

use super::row::{Row, rows_of};
use crate::mysql::words::backticks;
use crate::{CatalogError, CatalogRows};

/// The clause of each partitioned table.
pub(super) fn read(rows: &CatalogRows) -> Result<BTreeMap<TableName, String>, CatalogError> {
    let mut by_table: BTreeMap<TableName, Vec<Row<'_>>> = BTreeMap::new();
    for row in rows_of(rows, "partitions") {
        by_table.entry(row.table()?).or_default().push(row);
    }
    by_table.into_iter().map(|(table, rows)| Ok((table, clause(&rows)?))).collect()
}

fn clause(rows: &[Row<'_>]) -> Result<String, CatalogError> {
    let Some(first) = rows.first() else { return Ok(String::new()) };
    let method = first.text("method")?;
    let mut text = format!("{method} ({})", first.optional("expression").unwrap_or_default());
    if let Some(method) = first.optional("subpartition_method") {
        let expression = first.optional("subpartition_expression").unwrap_or_default();
        text = format!("{text} SUBPARTITION BY {method} ({expression})");
    }
    let mut partitions: Vec<(&str, String, Vec<&str>)> = Vec::new();
    for row in rows {
        let name = row.text("name")?;
        if partitions.last().is_none_or(|(last, _, _)| *last != name) {
            partitions.push((name, values(method, row.optional("description")), Vec::new()));
        }
        if let (Some(subpartition), Some((_, _, own))) = (row.optional("subpartition"), partitions.last_mut())
        {
            own.push(subpartition);
        }
    }
    let lines: Vec<String> = partitions
        .iter()
        .map(|(name, values, own)| {
            let own: Vec<String> =
                own.iter().map(|name| format!("SUBPARTITION {}", backticks(name))).collect();
            let own = if own.is_empty() { String::new() } else { format!(" ({})", own.join(", ")) };
            format!("PARTITION {}{values}{own}", backticks(name))
        })
        .collect();
    Ok(format!("{text} ({})", lines.join(", ")))
}

/// Which rows a partition takes.
fn values(method: &str, description: Option<&str>) -> String {
    let Some(description) = description else { return String::new() };
    if method.starts_with("RANGE") {
        let is_open = description == "MAXVALUE" && method == "RANGE";
        return if is_open {
            " VALUES LESS THAN MAXVALUE".into()
        } else {
            format!(" VALUES LESS THAN ({description})")
        };
    }
    if method.starts_with("LIST") {
        return if description == "DEFAULT" {
            " DEFAULT".into()
        } else {
            format!(" VALUES IN ({description})")
        };
    }
    String::new()
}

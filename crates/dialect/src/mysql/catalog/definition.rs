//! Views and triggers as statements that make them again: the catalog tells their parts, and puts the name of
//! the database before every table.
//!
//! Who made one is left out: that is whoever runs the statement.

use ambix_schema::{Movable, Name, Schema, Unmodelled};

use super::row::{Row, rows_of};
use crate::by_hand::{Lexeme, Sort};
use crate::mysql::by_hand::READING;
use crate::mysql::words::backticks;
use crate::mysql::{Flavour, Mysql};
use crate::{CatalogError, CatalogRows};

/// Notes the views, each behind those it reads, so that they can be made in this order.
pub(super) fn read_views(mysql: &Mysql, schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    let mut waiting: Vec<(Name, Option<String>)> = Vec::new();
    for row in rows_of(rows, "views") {
        waiting.push((row.name("name")?, view(row, &column_list(mysql, row, rows)?)?));
    }
    while !waiting.is_empty() {
        let reads = |sql: &Option<String>, name: &Name| {
            sql.as_ref().is_some_and(|sql| sql.contains(&backticks(name.as_str())))
        };
        let is_free = |(own, sql): &(Name, Option<String>)| {
            !waiting.iter().any(|(other, _)| other != own && reads(sql, other))
        };
        // No view reads itself, however far around; but a column may be called like a view.
        let next = waiting.iter().position(is_free).unwrap_or_default();
        let (name, sql) = waiting.remove(next);
        note(schema, "view", &name, sql.as_deref());
        schema.unmodelled.push(Unmodelled { kind: "view".into(), on: None, name, sql });
    }
    Ok(())
}

/// Notes the triggers. Of those that fire at one time, each comes behind the one before which it is to fire.
pub(super) fn read_triggers(schema: &mut Schema, rows: &CatalogRows) -> Result<(), CatalogError> {
    let mut next: Option<(Vec<&str>, Name)> = None;
    for row in rows_of(rows, "triggers") {
        let (table, name) = (row.table()?, row.name("name")?);
        let moment = vec![row.text("table")?, row.text("timing")?, row.text("event")?];
        let sql = row.said("sql").map(|body| {
            let precedes = match &next {
                Some((other, later)) if *other == moment => {
                    format!("PRECEDES {} ", backticks(later.as_str()))
                }
                Some(_) | None => String::new(),
            };
            format!(
                "CREATE TRIGGER {} {} {} ON {} FOR EACH ROW {precedes}{body}",
                backticks(name.as_str()),
                moment[1],
                moment[2],
                backticks(moment[0]),
            )
        });
        note(schema, "trigger", &name, sql.as_deref());
        schema.unmodelled.push(Unmodelled {
            kind: "trigger".into(),
            on: Some(table),
            name: name.clone(),
            sql,
        });
        next = Some((moment, name));
    }
    Ok(())
}

/// What takes it away and brings it back.
fn note(schema: &mut Schema, kind: &str, name: &Name, sql: Option<&str>) {
    schema.movables.push(Movable {
        what: format!("{kind} {name}"),
        away: format!("DROP {} {}", kind.to_uppercase(), backticks(name.as_str())),
        back: sql.map(str::to_owned),
    });
}

/// What its columns are called, where the query does not tell: MariaDB writes that into the query.
fn column_list(mysql: &Mysql, view: Row<'_>, rows: &CatalogRows) -> Result<String, CatalogError> {
    if mysql.features.flavour == Flavour::MariaDb {
        return Ok(String::new());
    }
    let own = view.own_name()?;
    let mut names = Vec::new();
    for row in rows_of(rows, "columns") {
        if row.table()? == own {
            names.push(backticks(row.text("name")?));
        }
    }
    let is_told = names.is_empty() || aliases(view.optional("sql").unwrap_or_default()) == names;
    Ok(if is_told { String::new() } else { format!(" ({})", names.join(", ")) })
}

/// What a query calls its columns: `AS name` behind each, outside of parentheses and before its FROM.
fn aliases(sql: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut depth, mut follows_as) = (0_usize, false);
    for lexeme in READING.lexemes(sql).unwrap_or_default().iter().filter(|lexeme| lexeme.is_significant()) {
        let text = &sql[lexeme.range.clone()];
        match lexeme.sort {
            Sort::Open => depth += 1,
            Sort::Close => depth = depth.saturating_sub(1),
            Sort::Word if depth == 0 && text.eq_ignore_ascii_case("from") => break,
            Sort::Word | Sort::Semicolon | Sort::Colon | Sort::Other | Sort::LineComment | Sort::Blank => {
                if follows_as && depth == 0 {
                    found.push(text);
                }
            }
        }
        follows_as = text.eq_ignore_ascii_case("as");
    }
    found
}

/// The statement that makes a view; none where the catalog does not tell it.
fn view(row: Row<'_>, columns: &str) -> Result<Option<String>, CatalogError> {
    let Some(query) = row.optional("sql").and_then(|sql| without_database(sql, row.text("namespace").ok()?))
    else {
        return Ok(None);
    };
    let algorithm = match row.optional("algorithm") {
        None | Some("UNDEFINED") => String::new(),
        Some(algorithm) => format!("ALGORITHM = {algorithm} "),
    };
    let security = row.optional("security").unwrap_or("DEFINER");
    let check = match row.optional("check_option") {
        None | Some("NONE") => String::new(),
        Some(check) => format!(" WITH {check} CHECK OPTION"),
    };
    let name = backticks(row.text("name")?);
    Ok(Some(format!("CREATE {algorithm}SQL SECURITY {security} VIEW {name}{columns} AS {query}{check}")))
}

/// A query without the name of its own database before tables and columns. None where a table of the query goes
/// by that name, so that it cannot be told from the database's.
fn without_database(sql: &str, database: &str) -> Option<String> {
    let lexemes = READING.lexemes(sql)?;
    let own = backticks(database);
    let text = |lexeme: &Lexeme| &sql[lexeme.range.clone()];
    let mut kept = String::with_capacity(sql.len());
    let mut end = 0;
    let mut number = 0;
    while let Some(lexeme) = lexemes.get(number) {
        let is_first = number == 0 || text(&lexemes[number - 1]) != ".";
        if text(lexeme) == own && is_first {
            let dot = lexemes.get(number + 1).filter(|dot| text(dot) == ".")?;
            kept.push_str(&sql[end..lexeme.range.start]);
            end = dot.range.end;
            number += 1;
        }
        number += 1;
    }
    kept.push_str(&sql[end..]);
    Some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_tells_what_its_columns_are_called() {
        let sql =
            "select `t`.`a` AS `x`,(select max(`b`) AS `no` from `u`) AS `y` from `t` `as` join `v` AS `no`";
        assert_eq!(aliases(sql), ["`x`", "`y`"]);
        assert!(aliases("select 1").is_empty());
    }

    #[test]
    fn the_database_goes_and_texts_stay() {
        let local = |sql: &str| without_database(sql, "va");
        assert_eq!(
            local("select `va`.`t`.`id` AS `id`,concat(`va`.`t`.`n`,'it\\'s `va`.') AS `va` from `va`.`t`")
                .as_deref(),
            None
        );
        assert_eq!(
            local("select `va`.`t`.`id` AS `id`,concat(`va`.`t`.`n`,'it\\'s `va`.') AS `x` from `va`.`t`")
                .as_deref(),
            Some("select `t`.`id` AS `id`,concat(`t`.`n`,'it\\'s `va`.') AS `x` from `t`")
        );
        assert_eq!(
            local("select `other`.`va`.`id` AS `id` from `other`.`va`").as_deref(),
            Some("select `other`.`va`.`id` AS `id` from `other`.`va`")
        );
        assert_eq!(local("select `va`.`id` AS `id` from (`va`.`t` join `va`.`t` `va`)"), None);
    }
}

//! The words statements are made of: quoted names, literals, types, clauses that several of them share.

use ambix_schema::{
    Address, Column, ColumnDefault, Deferrable, Identity, Name, SequenceOptions, TableName, Type,
};

use crate::literal::literal_sql;
use crate::postgres::{Postgres, serial_sequence_name, types};
use crate::sql_writer::string_literal;
use crate::{Dialect, RenderError};

/// The two booleans.
pub(super) const TRUTH: [&str; 2] = ["true", "false"];

/// The namespace in which names without one live, and how names are quoted.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    pub(super) postgres: &'a Postgres,
}

impl Words<'_> {
    pub(super) fn name(self, name: &Name) -> Result<String, RenderError> {
        self.postgres.quote(name)
    }

    pub(super) fn list(self, names: &[Name]) -> Result<String, RenderError> {
        let names: Vec<String> = names.iter().map(|name| self.name(name)).collect::<Result<_, _>>()?;
        Ok(names.join(", "))
    }

    /// A name with its namespace, the default one included: a search path is nothing to rely on.
    pub(super) fn qualified(self, namespace: Option<&Name>, name: &Name) -> Result<String, RenderError> {
        let namespace = namespace.unwrap_or(&self.postgres.default_namespace);
        Ok(format!("{}.{}", self.name(namespace)?, self.name(name)?))
    }

    pub(super) fn table(self, table: &TableName) -> Result<String, RenderError> {
        self.qualified(table.namespace.as_ref(), &table.name)
    }

    /// `namespace.table.column`.
    pub(super) fn column(self, at: &Address) -> Result<String, RenderError> {
        let table = at.table_name().unwrap_or_else(|| at.qualified_name());
        Ok(format!("{}.{}", self.table(&table)?, self.name(&at.name)?))
    }

    pub(super) fn ty(self, ty: &Type) -> String {
        types::spell(ty, &self.postgres.default_namespace)
    }

    /// A collation by its name in the catalog, which may hold dots: `en_US.utf8`.
    pub(super) fn collation(self, name: &str) -> Result<String, RenderError> {
        // A qualified one is quoted throughout.
        match types::name_parts(name) {
            Some(parts) if name.starts_with('"') => {
                let parts: Vec<String> =
                    parts.iter().map(|part| self.name(&part.as_str().into())).collect::<Result<_, _>>()?;
                Ok(parts.join("."))
            }
            Some(_) | None => self.name(&name.into()),
        }
    }

    /// The sequence behind a serial column, qualified: the one it makes for itself, or another by its name.
    pub(super) fn serial_sequence(self, at: &Address, identity: &Identity) -> Result<String, RenderError> {
        if let Some(sequence) = &identity.sequence.0 {
            return self.table(sequence);
        }
        let table = at.table.as_ref().map_or("", Name::as_str);
        self.qualified(at.namespace.as_ref(), &Name::from(serial_sequence_name(table, at.name.as_str())))
    }

    /// The integer type a serial column's sequence counts in: the column's own, unless its bounds are wider.
    pub(super) fn counter(self, column: &Column, options: &SequenceOptions) -> String {
        let own = types::stored(column.ty.clone());
        let (lowest, highest) = types::bounds(&own);
        let is_inside = |bound: Option<i64>| bound.is_none_or(|bound| (lowest..=highest).contains(&bound));
        let fits = is_inside(options.min) && is_inside(options.max) && is_inside(options.start);
        self.ty(if fits { &own } else { &Type::BigInt })
    }
}

/// A text as a literal.
pub(super) fn text(text: &str) -> Result<String, RenderError> {
    string_literal(text)
}

/// The value behind DEFAULT.
pub(in crate::postgres) fn default(default: &ColumnDefault) -> Result<String, RenderError> {
    match default {
        ColumnDefault::Literal(literal) => literal_sql(literal, TRUTH),
        ColumnDefault::Sql(expr) => Ok(in_parentheses_if_many_words(expr.as_str())),
    }
}

/// `COMMENT ON … IS …`; no comment is NULL.
pub(super) fn comment(word: &str, name: &str, comment: Option<&str>) -> Result<String, RenderError> {
    let text = comment.map_or_else(|| Ok("NULL".to_owned()), text)?;
    Ok(format!("COMMENT ON {word} {name} IS {text}"))
}

/// The comment of something new; nothing when there is none.
pub(super) fn comment_if_any(
    word: &str,
    name: &str,
    comment: Option<&str>,
) -> Result<Option<String>, RenderError> {
    comment.map(|text| self::comment(word, name, Some(text))).transpose()
}

/// The clauses of a sequence, as far as they differ from what the server chooses.
pub(super) fn numbers(options: &SequenceOptions) -> Vec<String> {
    let SequenceOptions { start, increment, min, max, cache, is_cyclic } = options;
    let clauses = [
        ("INCREMENT BY", increment),
        ("MINVALUE", min),
        ("MAXVALUE", max),
        ("START WITH", start),
        ("CACHE", cache),
    ];
    let mut words: Vec<String> =
        clauses.into_iter().filter_map(|(word, number)| number.map(|n| format!("{word} {n}"))).collect();
    if *is_cyclic {
        words.push("CYCLE".into());
    }
    words
}

/// The clauses that take a sequence from some options to others.
pub(super) fn changed_numbers(from: &SequenceOptions, to: &SequenceOptions) -> Vec<String> {
    let clause = |word: &str, before: Option<i64>, after: Option<i64>, usual: &str| {
        if before == after {
            return None;
        }
        Some(after.map_or_else(|| usual.to_owned(), |number| format!("{word} {number}")))
    };
    // Where no start is said it is the lowest number, or the highest of falling ones; the server keeps the one
    // that was when that changes.
    let start = |options: &SequenceOptions| {
        let is_rising = options.increment.unwrap_or(1) > 0;
        let usual = if is_rising { options.min.unwrap_or(1) } else { options.max.unwrap_or(-1) };
        Some(options.start.unwrap_or(usual))
    };
    [
        clause("INCREMENT BY", from.increment, to.increment, "INCREMENT BY 1"),
        clause("MINVALUE", from.min, to.min, "NO MINVALUE"),
        clause("MAXVALUE", from.max, to.max, "NO MAXVALUE"),
        clause("START WITH", start(from), start(to), ""),
        clause("CACHE", from.cache, to.cache, "CACHE 1"),
        (from.is_cyclic != to.is_cyclic)
            .then(|| if to.is_cyclic { "CYCLE".into() } else { "NO CYCLE".into() }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The clause behind a constraint; nothing for one that is checked at once.
pub(super) fn deferrable(deferrable: Deferrable) -> &'static str {
    match deferrable {
        Deferrable::No => "",
        Deferrable::InitiallyImmediate => " DEFERRABLE",
        Deferrable::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}

/// DEFAULT takes a call, a word or a literal bare; anything longer is safer in parentheses.
fn in_parentheses_if_many_words(text: &str) -> String {
    let mut depth = 0usize;
    let mut in_text = false;
    for c in text.chars() {
        match c {
            '\'' => in_text = !in_text,
            '(' if !in_text => depth += 1,
            ')' if !in_text => depth = depth.saturating_sub(1),
            ' ' if !in_text && depth == 0 => return format!("({text})"),
            _other => {}
        }
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_names_its_sequence_as_the_server_does() {
        assert_eq!(serial_sequence_name("users", "id"), "users_id_seq");
        // Recorded from PostgreSQL 15.
        let (table, column) = ("t".repeat(60), "c".repeat(40));
        assert_eq!(
            serial_sequence_name(&table, &column),
            format!("{}_{}_seq", "t".repeat(29), "c".repeat(29))
        );
        assert_eq!(serial_sequence_name(&table, "id"), format!("{}_id_seq", "t".repeat(56)));
    }

    #[test]
    fn only_long_defaults_are_set_apart() {
        assert_eq!(in_parentheses_if_many_words("now()"), "now()");
        assert_eq!(in_parentheses_if_many_words("'a b'::text"), "'a b'::text");
        assert_eq!(in_parentheses_if_many_words("f(a, 'b c')"), "f(a, 'b c')");
        assert_eq!(in_parentheses_if_many_words("now() - '1 day'"), "(now() - '1 day')");
    }
}

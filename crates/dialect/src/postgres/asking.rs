//! Asking a PostgreSQL server what two expressions are in its own words.
//!
//! Each text becomes a view (or the default of a table) in `pg_temp`, which the server reads and prints and
//! never evaluates. One script asks about all of them, each in a subtransaction of its own, and rolls
//! everything back.

use std::collections::BTreeSet;

use ambix_schema::{ColumnDefault, Expr, Object, Schema, TableName, Type};
use sqlparser::dialect::PostgreSqlDialect;

use super::{Postgres, render, types};
use crate::Dialect;
use crate::expression::{Grammar, Setting, bare_condition};
use crate::sql_writer::string_literal;
use crate::suspects::{Asking, Inquiry, Question, Role, Shape, stays_in_its_place};

/// The codes of a server that misses a column, a type, a table, a namespace, or a value of an enum.
const LACKING: [&str; 5] = ["42703", "42704", "42P01", "3F000", "22P02"];

/// What a view calls the expression; the text of the view is cut there.
const ANSWER: &str = "ambix_answer";

/// Goes through the questions. Names are resolved under the session's search path and printed under an
/// empty one, so that no name is ambiguous.
const LOOP: &str = "\
DECLARE
    path text := pg_catalog.current_setting('search_path');
    question record;
    answer text;
BEGIN
    FOR question IN SELECT number, make, print FROM pg_temp.ambix_question ORDER BY number LOOP
        BEGIN
            PERFORM pg_catalog.set_config('search_path', path, true);
            EXECUTE question.make;
            PERFORM pg_catalog.set_config('search_path', '', true);
            EXECUTE question.print INTO answer;
            INSERT INTO pg_temp.ambix_reply VALUES (question.number, answer, NULL, NULL);
        EXCEPTION WHEN OTHERS THEN
            INSERT INTO pg_temp.ambix_reply VALUES (question.number, NULL, SQLSTATE, SQLERRM);
        END;
    END LOOP;
END";

impl Asking for Postgres {
    fn takes(&self, role: &Role) -> bool {
        match role {
            Role::Default(_) | Role::Value | Role::Query => true,
        }
    }

    fn default_text(&self, default: &ColumnDefault, _ty: &Type) -> Option<String> {
        render::default_sql(default).ok()
    }

    fn tells_literals_apart(&self, ty: &Type) -> bool {
        match ty {
            Type::Boolean
            | Type::TinyInt
            | Type::SmallInt
            | Type::Integer
            | Type::BigInt
            | Type::Unsigned(_)
            | Type::Decimal { .. }
            | Type::Char { .. }
            | Type::Varchar { .. }
            | Type::Text
            | Type::Json
            | Type::Enum(_) => true,
            Type::Real
            | Type::Double
            | Type::Bytes
            | Type::Binary { .. }
            | Type::Varbinary { .. }
            | Type::Date
            | Type::Time { .. }
            | Type::Timestamp { .. }
            | Type::Interval
            | Type::Uuid
            | Type::Jsonb
            | Type::Inet
            | Type::Cidr
            | Type::MacAddr
            | Type::Array(_)
            | Type::Defined(_)
            | Type::Other(_) => false,
        }
    }

    fn inquiry(&self, questions: &[Question], from: &Schema, to: &Schema) -> Inquiry {
        let mut asker = Asker { postgres: self, becoming: BTreeSet::new(), rows: Vec::new() };
        asker.make_enums(from, to);
        let texts =
            questions.iter().flat_map(|question| question.texts.iter().map(move |text| (question, text)));
        for (number, (question, text)) in texts.enumerate() {
            if let Some((make, print)) = asker.utterance(number, question, text) {
                asker.ask(&number.to_string(), &make, &print);
            }
        }
        let rows = asker.rows.join(",\n");
        let body = string_literal(LOOP).unwrap_or_default();
        let insert = if rows.is_empty() {
            String::new()
        } else {
            format!("INSERT INTO pg_temp.ambix_question VALUES\n{rows};\n")
        };
        Inquiry::Together(format!(
            "BEGIN READ WRITE;\n\
             SET LOCAL client_min_messages = error;\n\
             CREATE TEMPORARY TABLE ambix_question (number integer, make text, print text);\n\
             CREATE TEMPORARY TABLE ambix_reply (number integer, printed text, code text, message text);\n\
             {insert}DO {body};\n\
             SELECT number, printed, code, message FROM pg_temp.ambix_reply WHERE number >= 0 ORDER BY number;\n\
             ROLLBACK"
        ))
    }

    fn is_lacking(&self, code: &str) -> bool {
        LACKING.contains(&code)
    }

    fn is_same(&self, role: &Role, from: &str, to: &str) -> bool {
        let setting =
            Setting { grammar: Grammar::Postgres, default_namespace: &self.default_namespace, columns: None };
        let bare = |text| bare_condition(text, &setting);
        *role == Role::Value && bare(from).is_some_and(|from| Some(from) == bare(to))
    }

    fn printed<'a>(&self, role: &Role, answer: &'a str) -> &'a str {
        match role {
            Role::Default(_) | Role::Query => answer,
            Role::Value => {
                let end = answer.rfind(&format!(" AS {ANSWER}")).unwrap_or(answer.len());
                let text = answer[..end].trim_start();
                text.strip_prefix("SELECT ").unwrap_or(text)
            }
        }
    }
}

/// Writes the rows of the script.
struct Asker<'a> {
    postgres: &'a Postgres,
    /// The enums that come into being or change, which are made as they become in `pg_temp`.
    becoming: BTreeSet<TableName>,
    rows: Vec<String>,
}

impl Asker<'_> {
    fn ask(&mut self, number: &str, make: &str, print: &str) {
        if let (Ok(make), Ok(print)) = (string_literal(make), string_literal(print)) {
            self.rows.push(format!("({number}, {make}, {print})"));
        }
    }

    /// An expression may name a value that its enum is still to get. Types are looked for in `pg_temp` first.
    fn make_enums(&mut self, from: &Schema, to: &Schema) {
        for (at, object) in to.iter() {
            let Some(wanted) = object.as_enum() else { continue };
            let is_known =
                from.get(at).and_then(Object::as_enum).is_some_and(|it| it.values == wanted.values);
            let is_taken = self.becoming.iter().any(|name| name.name == at.name);
            let values: Result<Vec<_>, _> = wanted.values.iter().map(|value| string_literal(value)).collect();
            if let (false, false, Ok(values), Ok(name)) =
                (is_known, is_taken, values, self.postgres.quote(&at.name))
            {
                let make = format!("CREATE TYPE pg_temp.{name} AS ENUM ({})", values.join(", "));
                self.becoming.insert(at.qualified_name());
                self.ask("-1", &make, "SELECT NULL");
            }
        }
    }

    /// What makes the server read a text, and what makes it print that again; `None` for a text that would
    /// not stay in its place.
    fn utterance(&self, number: usize, question: &Question, text: &str) -> Option<(String, String)> {
        if !stays_in_its_place(text, &PostgreSqlDialect {}) {
            return None;
        }
        let thing = format!("pg_temp.ambix_thing_{number}");
        let view = format!("SELECT pg_catalog.pg_get_viewdef('{thing}'::pg_catalog.regclass)");
        Some(match &question.role {
            Role::Default(ty) => (
                format!("CREATE TABLE {thing} (c {} DEFAULT {text})", self.ty(ty)),
                format!(
                    "SELECT pg_catalog.pg_get_expr(adbin, adrelid) FROM pg_catalog.pg_attrdef \
                     WHERE adrelid = '{thing}'::pg_catalog.regclass"
                ),
            ),
            Role::Value => {
                let columns = self.columns(&question.shape, text)?;
                (format!("CREATE VIEW {thing} AS SELECT ({text}) AS {ANSWER} FROM {columns}"), view)
            }
            Role::Query => (format!("CREATE VIEW {thing} AS {text}"), view),
        })
    }

    /// A row of nulls with the names and types of the columns that a text may name, called like their table.
    fn columns(&self, shape: &Shape, text: &str) -> Option<String> {
        let expr = Expr::from(text);
        let is_whole_row = expr.mentions(&shape.table);
        let meant = shape.columns.iter().filter(|(name, _)| is_whole_row || expr.mentions(name));
        let (mut names, mut values) = (Vec::new(), Vec::new());
        for (name, ty) in meant {
            names.push(self.postgres.quote(name).ok()?);
            values.push(format!("NULL::{}", self.ty(ty)));
        }
        if names.is_empty() {
            (names, values) = (vec!["ambix_none".to_owned()], vec!["NULL::integer".to_owned()]);
        }
        let table = self.postgres.quote(&shape.table).ok()?;
        Some(format!("(VALUES ({})) AS {table} ({})", values.join(", "), names.join(", ")))
    }

    fn ty(&self, ty: &Type) -> String {
        if let Type::Enum(name) = ty
            && self.becoming.contains(name)
        {
            return format!("pg_temp.{}", types::type_name(name.name.as_str()));
        }
        if let Type::Array(element) = ty {
            return format!("{}[]", self.ty(element));
        }
        types::spell(ty, &self.postgres.default_namespace)
    }
}

//! Asking MariaDB or MySQL what two expressions are in its own words.
//!
//! Each text becomes the check of a temporary table, or the default of its column; SHOW CREATE TABLE prints
//! it again, and the table goes. Neither is ever evaluated. The server takes one question at a time.

use ambix_schema::{ColumnDefault, Expr, Schema, Type};
use sqlparser::dialect::MySqlDialect;

use super::{Mysql, render, types, words};
use crate::suspects::{Asking, Inquiry, Question, Role, Utterance, stays_in_its_place};

/// The server's number for a column that is not there.
const UNKNOWN_COLUMN: &str = "1054";

/// What stands before a check and behind it, as the server prints them.
const CHECK: (&str, &str) = ("CONSTRAINT `ambix_answer` CHECK (", ")\n) ");

/// What stands before a default and behind it.
const DEFAULT: (&str, &str) = (" DEFAULT ", "\n) ");

impl Asking for Mysql {
    fn takes(&self, role: &Role) -> bool {
        match role {
            Role::Default(_) | Role::Value => true,
            // There are no temporary views.
            Role::Query => false,
        }
    }

    fn default_text(&self, default: &ColumnDefault, ty: &Type) -> Option<String> {
        render::default_words(self, default, ty).ok()
    }

    fn tells_literals_apart(&self, ty: &Type) -> bool {
        match ty {
            Type::Date | Type::Time { .. } | Type::Timestamp { .. } | Type::Real | Type::Double => false,
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
            | Type::Jsonb
            | Type::Bytes
            | Type::Binary { .. }
            | Type::Varbinary { .. }
            | Type::Interval
            | Type::Uuid
            | Type::Inet
            | Type::Cidr
            | Type::MacAddr
            | Type::Array(_)
            | Type::Enum(_)
            | Type::Defined(_)
            | Type::Other(_) => true,
        }
    }

    fn inquiry(&self, questions: &[Question], _from: &Schema, _to: &Schema) -> Inquiry {
        let texts =
            questions.iter().flat_map(|question| question.texts.iter().map(move |text| (question, text)));
        Inquiry::Apart(
            texts.map(|(question, text)| self.utterance(question, text).unwrap_or_default()).collect(),
        )
    }

    fn is_lacking(&self, code: &str) -> bool {
        code.split(',').next() == Some(UNKNOWN_COLUMN)
    }

    fn is_same(&self, _role: &Role, _from: &str, _to: &str) -> bool {
        // A truth value is a number here, which need not be 1 to be true.
        false
    }

    fn printed<'a>(&self, role: &Role, answer: &'a str) -> &'a str {
        let (before, behind) = match role {
            Role::Default(_) => DEFAULT,
            Role::Value => CHECK,
            Role::Query => return answer,
        };
        let start = answer.find(before).map_or(0, |at| at + before.len());
        let end = answer.rfind(behind).filter(|end| *end >= start).unwrap_or(answer.len());
        &answer[start..end]
    }
}

impl Mysql {
    /// What makes the server read a text and print it; `None` for one that would not stay in its place, and
    /// for columns of types that cannot be written.
    fn utterance(&self, question: &Question, text: &str) -> Option<Utterance> {
        if !stays_in_its_place(text, &MySqlDialect {}) {
            return None;
        }
        let parts = match &question.role {
            Role::Default(ty) => {
                let ty = types::declared(ty, self.features).ok()?;
                vec![format!("`c` {ty} DEFAULT {text}")]
            }
            Role::Value => {
                let mut parts = self.columns(question, text)?;
                parts.push(format!("CONSTRAINT `ambix_answer` CHECK ({text})"));
                parts
            }
            Role::Query => return None,
        };
        Some(Utterance {
            ask: vec![
                // Also in a session that otherwise only reads.
                "START TRANSACTION READ WRITE".into(),
                format!("CREATE TEMPORARY TABLE `ambix_thing` ({})", parts.join(", ")),
                "SHOW CREATE TABLE `ambix_thing`".into(),
            ],
            clean: vec!["DROP TEMPORARY TABLE IF EXISTS `ambix_thing`".into(), "ROLLBACK".into()],
        })
    }

    fn columns(&self, question: &Question, text: &str) -> Option<Vec<String>> {
        let expr = Expr::from(text);
        let mut columns = Vec::new();
        for (name, ty) in &question.shape.columns {
            if expr.mentions(name) {
                columns.push(format!(
                    "{} {}",
                    words::quoted(name).ok()?,
                    types::declared(ty, self.features).ok()?
                ));
            }
        }
        if columns.is_empty() {
            columns.push("`ambix_none` int".into());
        }
        Some(columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mysql::facts::Flavour;

    #[test]
    fn the_answer_is_taken_out_of_its_table() {
        let mariadb = Mysql::new(Flavour::MariaDb, (10, 11), "app");
        let table = "CREATE TEMPORARY TABLE `ambix_thing` (\n  `age` int(11) DEFAULT NULL,\n  \
                     CONSTRAINT `ambix_answer` CHECK (`age` in (1,2))\n) ENGINE=InnoDB";
        assert_eq!(mariadb.printed(&Role::Value, table), "`age` in (1,2)");
        let table = "CREATE TEMPORARY TABLE `ambix_thing` (\n  `c` datetime DEFAULT (current_timestamp() + interval 1 day)\n) ENGINE=InnoDB";
        assert_eq!(
            mariadb.printed(&Role::Default(Type::Date), table),
            "(current_timestamp() + interval 1 day)"
        );
    }
}

//! SQLite keeps an expression as its author wrote it, so that only spelling is at stake: quotes and case.
#![expect(clippy::wildcard_enum_match_arm, reason = "sqlparser's expressions are open-ended")]

use std::mem;

use sqlparser::ast::{Expr, FunctionArguments, Ident, ObjectName, ObjectNamePart, Value};

use super::Setting;
use crate::keywords;
use crate::sql_writer::is_plain;

/// Rewrites one node whose inner nodes are rewritten already.
pub(super) fn rewrite(expr: &mut Expr, setting: &Setting<'_>) {
    let taken = mem::replace(expr, Expr::value(Value::Null));
    *expr = match taken {
        Expr::Identifier(name) => identifier(name, setting),
        Expr::CompoundIdentifier(names) => {
            Expr::CompoundIdentifier(names.into_iter().map(|name| plain(&name)).collect())
        }
        Expr::Collate { expr, collation } => Expr::Collate { expr, collation: object_name(collation) },
        Expr::Function(mut function) => {
            function.name = if function.args == FunctionArguments::None {
                ObjectName::from(vec![Ident::new(function.name.to_string().to_ascii_uppercase())])
            } else {
                object_name(function.name)
            };
            Expr::Function(function)
        }
        other => other,
    };
}

/// A column's name; or a text, because SQLite takes a name in double quotes that is no column for one.
fn identifier(name: Ident, setting: &Setting<'_>) -> Expr {
    let is_text = name.quote_style == Some('"')
        && setting.columns.is_some_and(|columns| columns(&name.value).is_none());
    if is_text { Expr::value(Value::SingleQuotedString(name.value)) } else { Expr::Identifier(plain(&name)) }
}

/// Names are told apart without case, quoted or not.
fn plain(name: &Ident) -> Ident {
    let lower = name.value.to_ascii_lowercase();
    if name.quote_style.is_none() || is_plain(&lower, keywords::SQLITE) {
        Ident::new(lower)
    } else {
        Ident::with_quote('"', lower)
    }
}

fn object_name(name: ObjectName) -> ObjectName {
    let lower = |part| match part {
        ObjectNamePart::Identifier(name) => ObjectNamePart::Identifier(plain(&name)),
        other @ ObjectNamePart::Function(_) => other,
    };
    ObjectName(name.0.into_iter().map(lower).collect())
}

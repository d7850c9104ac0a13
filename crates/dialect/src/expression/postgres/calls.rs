//! Calls of functions: their names, their arguments, and those that have a spelling of their own.
#![expect(clippy::wildcard_enum_match_arm, reason = "sqlparser's expressions are open-ended")]

use ambix_schema::Type;
use sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList,
    FunctionArguments, Ident, ObjectName, ObjectNamePart, Value,
};

use super::plain;
use crate::expression::Setting;
use crate::expression::casts::{
    assert_text, relax_comparison, relax_double, relax_literal, relax_padded, relax_power,
};
use crate::expression::common::relax_common;
use crate::keywords;

pub(super) fn function(name: &str, args: impl Iterator<Item = FunctionArg>) -> Function {
    let args = FunctionArgumentList {
        duplicate_treatment: None::<DuplicateTreatment>,
        args: args.collect(),
        clauses: Vec::new(),
    };
    Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(args),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    }
}

pub(super) fn object_name(name: ObjectName, keywords: &[&str], setting: &Setting<'_>) -> ObjectName {
    let mut parts: Vec<ObjectNamePart> = name
        .0
        .into_iter()
        .map(|part| match part {
            ObjectNamePart::Identifier(name) => ObjectNamePart::Identifier(plain(name, keywords)),
            other @ ObjectNamePart::Function(_) => other,
        })
        .collect();
    let is_unsaid = |part: &ObjectNamePart| {
        let name = part.as_ident().map(|name| name.value.as_str());
        name == Some("pg_catalog") || name == Some(setting.default_namespace.as_str())
    };
    if parts.len() == 2 && parts.first().is_some_and(is_unsaid) {
        parts.remove(0);
    }
    ObjectName(parts)
}

pub(super) fn call(mut function: Function, setting: &Setting<'_>) -> Expr {
    function.name = object_name(function.name, keywords::POSTGRES_RESERVED, setting);
    let name = function.name.to_string();
    let is_bare = function.args == FunctionArguments::None;
    if is_bare {
        let upper = name.to_ascii_uppercase();
        if upper == "CURRENT_TIMESTAMP" {
            return Expr::Function(self::function("now", std::iter::empty()));
        }
        function.name = ObjectName::from(vec![Ident::new(upper)]);
        return Expr::Function(function);
    }
    match name.as_str() {
        "transaction_timestamp" => return Expr::Function(self::function("now", std::iter::empty())),
        "substring" | "\"substring\"" if function.over.is_none() => {
            if let Some(substring) = substring(&function) {
                return substring;
            }
        }
        "timezone" => {
            if let Some(at) = at_time_zone(&function) {
                return at;
            }
        }
        "position" | "\"position\"" => {
            if let Some(position) = position(&function) {
                return position;
            }
        }
        _other => {}
    }
    relax_arguments(&name, &mut function, setting);
    if let FunctionArguments::List(list) = &mut function.args {
        for argument in &mut list.args {
            if let FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) = argument {
                relax_argument(&name, expr, setting);
            }
        }
    }
    Expr::Function(function)
}

/// Arguments that the server brings to one type, and those of functions that compute in double precision.
fn relax_arguments(name: &str, function: &mut Function, setting: &Setting<'_>) {
    let FunctionArguments::List(list) = &mut function.args else { return };
    let mut arguments: Vec<&mut Expr> = list
        .args
        .iter_mut()
        .filter_map(|argument| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
            _other => None,
        })
        .collect();
    match name {
        "coalesce" | "greatest" | "least" => relax_common(&mut arguments, setting),
        "nullif" => {
            if let [left, right] = arguments.as_mut_slice() {
                relax_comparison(right, left, setting);
                relax_comparison(left, right, setting);
            }
        }
        "to_timestamp" | "point" | "radians" | "degrees" | "sin" | "cos" | "tan" | "asin" | "acos"
        | "atan" | "atan2" | "cot" | "cbrt" => {
            for argument in arguments {
                relax_double(argument, setting, true);
            }
        }
        // These have an exact form, too.
        "sqrt" | "exp" | "ln" => {
            for argument in arguments {
                relax_double(argument, setting, false);
            }
        }
        "power" | "pow" => {
            if let [left, right] = arguments.as_mut_slice() {
                relax_power(left, right, setting);
            }
        }
        _other => {}
    }
}

fn relax_argument(function: &str, argument: &mut Expr, setting: &Setting<'_>) {
    relax_padded(argument, setting);
    let wanted = match function {
        "to_json" | "to_jsonb" | "pg_typeof" => return assert_text(argument, setting),
        "nextval" | "currval" | "setval" => "regclass",
        "to_tsvector"
        | "to_tsquery"
        | "plainto_tsquery"
        | "phraseto_tsquery"
        | "websearch_to_tsquery"
        | "ts_headline" => "regconfig",
        "setweight" => "\"char\"",
        _other => return,
    };
    relax_literal(argument, setting, |ty| *ty == Type::Other(wanted.to_owned()));
    if wanted == "regclass"
        && let Expr::Value(value) = argument
        && let Value::SingleQuotedString(text) = &mut value.value
        && let Some(rest) = text.strip_prefix(&format!("{}.", setting.default_namespace.as_str()))
    {
        *text = rest.to_owned();
    }
}

pub(super) fn plain_arguments(function: &Function) -> Option<Vec<Expr>> {
    let arguments: Vec<Expr> = crate::expression::infer::arguments(function).cloned().collect();
    let FunctionArguments::List(list) = &function.args else { return None };
    let is_plain = list.args.len() == arguments.len()
        && list.clauses.is_empty()
        && list.duplicate_treatment.is_none()
        && function.filter.is_none()
        && function.over.is_none();
    is_plain.then_some(arguments)
}

/// A call of `substring` by its quoted name, which is how the server prints the form with commas.
fn substring(function: &Function) -> Option<Expr> {
    let mut arguments = plain_arguments(function)?.into_iter();
    let (expr, from, length) = (arguments.next()?, arguments.next()?, arguments.next());
    arguments.next().is_none().then(|| Expr::Substring {
        expr: Box::new(expr),
        substring_from: Some(Box::new(from)),
        substring_for: length.map(Box::new),
        special: true,
        shorthand: false,
    })
}

/// `timezone(zone, x)`, which is what servers before 14 print for `x AT TIME ZONE zone`.
fn at_time_zone(function: &Function) -> Option<Expr> {
    let mut arguments = plain_arguments(function)?.into_iter();
    let (zone, timestamp) = (arguments.next()?, arguments.next()?);
    arguments
        .next()
        .is_none()
        .then(|| Expr::AtTimeZone { timestamp: Box::new(timestamp), time_zone: Box::new(zone) })
}

/// `"position"(text, part)`, which is what servers before 14 print for `POSITION(part IN text)`.
fn position(function: &Function) -> Option<Expr> {
    let mut arguments = plain_arguments(function)?.into_iter();
    let (text, part) = (arguments.next()?, arguments.next()?);
    arguments.next().is_none().then(|| Expr::Position { expr: Box::new(part), r#in: Box::new(text) })
}

//! Defaults: literals known by the value that is stored, everything else an expression.

use ambix_schema::{ColumnDefault, Expr, Literal, Type};

use super::facts::{Features, Flavour};
use super::{literal, sorts};
use crate::literal::canonical_number;

/// A default in its one spelling for a column of a type; `expression` brings expressions to theirs.
pub(super) fn canonical(
    default: ColumnDefault,
    ty: &Type,
    expression: impl Fn(&Expr) -> Expr,
) -> Option<ColumnDefault> {
    let value = match default {
        ColumnDefault::Literal(value) => value,
        ColumnDefault::Sql(expr) => {
            let Some(value) = read_literal(expr.as_str()) else {
                let expr = expression(&expr);
                // A text in double quotes is one only now.
                if let Some(value) = read_literal(expr.as_str()) {
                    return canonical(ColumnDefault::Literal(value), ty, expression);
                }
                return Some(ColumnDefault::Sql(with_digits(expr, ty)));
            };
            value
        }
    };
    let value = stored(value, ty);
    (value != Literal::Null).then_some(ColumnDefault::Literal(value))
}

/// What the catalog tells as a default; MariaDB tells SQL, and MySQL the bare value unless it says that the
/// default is generated.
pub(super) fn read(text: &str, ty: &Type, is_generated: bool, features: Features) -> ColumnDefault {
    if features.flavour == Flavour::MariaDb || is_generated {
        return ColumnDefault::Sql(Expr::from(text));
    }
    let is_coded = text.starts_with("b'") || text.starts_with("0x");
    if is_coded && !sorts::is_text(ty) {
        return ColumnDefault::Sql(Expr::from(text));
    }
    ColumnDefault::Literal(Literal::Text(text.to_owned()))
}

/// The clock of the server as a default, in the one spelling it has here; `None` for all other expressions.
pub(super) fn is_clock(text: &str) -> bool {
    let rest = text.strip_prefix("current_timestamp(").and_then(|rest| rest.strip_suffix(')'));
    rest.is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))
}

/// The clock, as exact as its column: MySQL wants it so, and MariaDB makes it so.
pub(super) fn with_digits(expr: Expr, ty: &Type) -> Expr {
    let Type::Timestamp { precision, has_zone: _ } = ty else { return expr };
    if !is_clock(expr.as_str()) {
        return expr;
    }
    let digits = precision.filter(|digits| *digits > 0).map(|digits| digits.to_string());
    Expr::from(format!("current_timestamp({})", digits.unwrap_or_default()))
}

/// The literal an expression is, if it is one.
fn read_literal(text: &str) -> Option<Literal> {
    let mut text = text.trim();
    while let Some(inner) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        text = inner.trim();
    }
    match text.to_ascii_lowercase().as_str() {
        "null" => return Some(Literal::Null),
        "true" => return Some(Literal::Bool(true)),
        "false" => return Some(Literal::Bool(false)),
        _other => {}
    }
    if let Some(number) = canonical_number(text) {
        return Some(Literal::Number(number));
    }
    if let Some(number) = bits(text) {
        return Some(Literal::Number(number));
    }
    let (value, rest) = literal::read(without_introducer(text))?;
    rest.trim().is_empty().then_some(Literal::Text(value))
}

/// `b'101'` as the number it is.
fn bits(text: &str) -> Option<String> {
    let digits = text.strip_prefix(['b', 'B'])?.strip_prefix('\'')?.strip_suffix('\'')?;
    u64::from_str_radix(digits, 2).ok().map(|number| number.to_string())
}

/// `_utf8mb4'x'` without what says its character set, which a default takes from its column.
fn without_introducer(text: &str) -> &str {
    match text.split_once('\'') {
        Some((introducer, _))
            if introducer.starts_with("_utf8")
                && introducer.trim_end().bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_') =>
        {
            &text[introducer.len()..]
        }
        Some(_) | None => text,
    }
}

/// A literal as the column stores it.
fn stored(value: Literal, ty: &Type) -> Literal {
    let is_boolean = *ty == Type::Boolean;
    let is_number = sorts::is_number(ty) || sorts::is_bits(ty);
    match value {
        Literal::Null => Literal::Null,
        Literal::Bool(value) if is_boolean => Literal::Bool(value),
        Literal::Bool(value) if is_number => Literal::Number(u8::from(value).to_string()),
        Literal::Bool(value) => Literal::Text(u8::from(value).to_string()),
        Literal::Number(digits) => number(digits, ty, is_boolean, is_number),
        Literal::Text(text) => match canonical_number(&text).filter(|_| is_number) {
            Some(digits) => number(digits, ty, is_boolean, true),
            None => Literal::Text(as_kept(text, ty)),
        },
    }
}

/// Bytes of a fixed length are filled up with NULs, which the server tells and nobody says.
fn as_kept(text: String, ty: &Type) -> String {
    if matches!(ty, Type::Binary { .. }) {
        return text.trim_end_matches('\0').to_owned();
    }
    moment(text, ty)
}

fn number(digits: String, ty: &Type, is_boolean: bool, is_number: bool) -> Literal {
    let canonical = canonical_number(&digits).unwrap_or(digits);
    match canonical.as_str() {
        "1" if is_boolean => Literal::Bool(true),
        "0" if is_boolean => Literal::Bool(false),
        "0" if matches!(ty, Type::Date | Type::Timestamp { .. }) => Literal::Text("0000-00-00".into()),
        _number if is_number => Literal::Number(canonical),
        _number => Literal::Text(canonical),
    }
}

/// Midnight and fractions of nothing go without saying: `2020-01-01 00:00:00.000` is `2020-01-01`.
fn moment(text: String, ty: &Type) -> String {
    let without_fraction = |text: &str| match text.split_once('.') {
        Some((whole, fraction)) => match fraction.trim_end_matches('0') {
            "" => whole.to_owned(),
            fraction => format!("{whole}.{fraction}"),
        },
        None => text.to_owned(),
    };
    if matches!(ty, Type::Timestamp { .. }) {
        let text = without_fraction(text.trim());
        return text.strip_suffix(" 00:00:00").map(str::to_owned).unwrap_or(text);
    }
    if matches!(ty, Type::Time { .. }) { without_fraction(text.trim()) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mysql::facts::features;

    fn settled(text: &str, ty: &Type) -> String {
        let default = ColumnDefault::Sql(Expr::from(text));
        canonical(default, ty, Clone::clone).map_or_else(|| "none".into(), |it| it.to_string())
    }

    #[test]
    fn literals_are_known_by_the_value_that_is_stored() {
        let decimal = Type::Decimal { precision: Some(10), scale: Some(2) };
        let moment = Type::Timestamp { precision: None, has_zone: false };
        for (text, ty, value) in [
            ("NULL", Type::Integer, "none"),
            ("1", Type::Boolean, "true"),
            ("'0'", Type::Boolean, "false"),
            ("TRUE", Type::Integer, "1"),
            ("1.50", decimal, "1.5"),
            ("5", Type::Text, "'5'"),
            ("'it''s'", Type::Text, "'it''s'"),
            ("'NULL'", Type::Text, "'NULL'"),
            ("_utf8mb4'x'", Type::Text, "'x'"),
            ("('x')", Type::Text, "'x'"),
            ("b'101'", Type::Other("bit(3)".into()), "5"),
            ("'2020-01-01 00:00:00'", moment.clone(), "'2020-01-01'"),
            ("0", moment, "'0000-00-00'"),
            ("'10:00:00.500'", Type::Time { precision: Some(3), has_zone: false }, "'10:00:00.5'"),
            ("uuid()", Type::Text, "uuid()"),
            ("'a' + 'b'", Type::Text, "'a' + 'b'"),
        ] {
            assert_eq!(settled(text, &ty), value, "{text}");
        }
    }

    #[test]
    fn what_mysql_tells_bare_is_a_value() {
        let mysql = features(Flavour::MySql, (8, 0));
        let bare = read("NULL", &Type::Text, false, mysql);
        assert_eq!(bare, ColumnDefault::Literal(Literal::Text("NULL".into())));
        assert_eq!(read("uuid()", &Type::Text, true, mysql), ColumnDefault::Sql("uuid()".into()));
        let bits = read("b'1'", &Type::Other("bit(1)".into()), false, mysql);
        assert_eq!(bits, ColumnDefault::Sql("b'1'".into()));
    }

    #[test]
    fn the_clock_is_as_exact_as_its_column() {
        let on = |digits, clock: &str| {
            let ty = Type::Timestamp { precision: digits, has_zone: true };
            with_digits(Expr::from(clock), &ty).to_string()
        };
        assert_eq!(on(Some(6), "current_timestamp()"), "current_timestamp(6)");
        assert_eq!(on(Some(3), "current_timestamp(6)"), "current_timestamp(3)");
        assert_eq!(on(None, "current_timestamp(6)"), "current_timestamp()");
        assert_eq!(on(None, "current_timestamp() + 1"), "current_timestamp() + 1");
        assert!(is_clock("current_timestamp(6)") && !is_clock("current_timestamp() + 1"));
    }
}

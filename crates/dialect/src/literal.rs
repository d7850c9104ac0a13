//! Literal values: compared by what they mean, written as a database reads them.

use ambix_schema::Literal;

use crate::RenderError;
use crate::sql_writer::string_literal;

/// A decimal number in its one spelling: no needless zeros, sign or exponent (`05.50` is `5.5`, `1e2` is
/// `100`). `None` when the text is no decimal number, or so large that writing it out helps nobody.
pub(crate) fn canonical_number(text: &str) -> Option<String> {
    const MAX_EXPONENT: i32 = 400;
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (digits, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = is_digits(whole) && is_digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    if !is_number || exponent.abs() > MAX_EXPONENT {
        return None;
    }
    let all = format!("{whole}{fraction}");
    let point = i32::try_from(whole.len()).ok()? + exponent;
    let (whole, fraction) = match usize::try_from(point) {
        Ok(point) if point >= all.len() => (format!("{all:0<point$}"), String::new()),
        Ok(point) => (all[..point].to_owned(), all[point..].to_owned()),
        Err(_) => (String::new(), format!("{}{all}", "0".repeat(point.unsigned_abs() as usize))),
    };
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    Some(match (whole, fraction) {
        ("", "") => "0".to_owned(),
        (whole, "") => format!("{sign}{whole}"),
        ("", fraction) => format!("{sign}0.{fraction}"),
        (whole, fraction) => format!("{sign}{whole}.{fraction}"),
    })
}

/// A literal as SQL; `truth` spells the two booleans, true first.
///
/// # Errors
/// [`RenderError::Value`] for a number that is none, and for text with a NUL.
pub(crate) fn literal_sql(literal: &Literal, truth: [&str; 2]) -> Result<String, RenderError> {
    match literal {
        Literal::Null => Ok("NULL".to_owned()),
        Literal::Bool(value) => Ok(truth[usize::from(!*value)].to_owned()),
        Literal::Number(digits) => match canonical_number(digits) {
            // Written as given, because `1.50` may be what the author wants to read.
            Some(_) => Ok(digits.trim().to_owned()),
            None => Err(RenderError::Value { reason: format!("{digits:?} is not a decimal number") }),
        },
        Literal::Text(text) => string_literal(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_known_by_value() {
        let pairs = [
            ("5", "5"),
            ("+5.0", "5"),
            ("05.50", "5.5"),
            ("-0.0", "0"),
            (".5", "0.5"),
            ("5.", "5"),
            ("1e2", "100"),
            ("1.25E1", "12.5"),
            ("12e-3", "0.012"),
            ("-1200e-2", "-12"),
        ];
        for (text, number) in pairs {
            assert_eq!(canonical_number(text).as_deref(), Some(number), "{text}");
        }
        for text in ["", ".", "-", "abc", "1e", "1e999999", "0x1f", "1 2", "NaN"] {
            assert_eq!(canonical_number(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_not_written_as_one() {
        assert!(literal_sql(&Literal::Number("1; DROP TABLE x".into()), ["true", "false"]).is_err());
        assert_eq!(literal_sql(&Literal::Bool(false), ["1", "0"]).unwrap(), "0");
    }
}

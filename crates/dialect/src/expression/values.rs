//! Values written as text, in the form in which PostgreSQL prints them: `2020-01-01T10:00Z` is
//! `2020-01-01 10:00:00`, `{"a", b}` is `{a,b}`. A text in a form not known here stays as it is.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ambix_schema::Type;

use super::interval::canonical_interval;
use crate::literal::canonical_number;

/// The text of a value of a type.
pub(crate) fn canonical_text(text: String, ty: &Type) -> String {
    let known = match ty {
        Type::Interval => canonical_interval(&text),
        Type::Timestamp { has_zone, .. } => return timestamp(&text, *has_zone),
        Type::Date => date(&text),
        Type::Time { has_zone, .. } => time(&text, *has_zone),
        Type::Jsonb => json(&text),
        Type::Uuid => uuid(&text),
        Type::Bytes => bytes(&text),
        Type::Real | Type::Double => float(&text),
        Type::Inet => text.strip_suffix("/32").filter(|address| is_four_numbers(address)).map(str::to_owned),
        Type::Cidr => is_four_numbers(&text).then(|| format!("{text}/32")),
        Type::Array(element) => array(&text, element),
        Type::Other(name) if name.starts_with("interval ") => canonical_interval(&text),
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
        | Type::Binary { .. }
        | Type::Varbinary { .. }
        | Type::Json
        | Type::MacAddr
        | Type::Enum(_)
        | Type::Defined(_)
        | Type::Other(_) => None,
    };
    known.unwrap_or(text)
}

/// What a text means as a truth value.
pub(crate) fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "t" | "true" | "y" | "yes" | "on" | "1" => Some(true),
        "f" | "false" | "n" | "no" | "off" | "0" => Some(false),
        _other => None,
    }
}

/// A date and time, in UTC if it has a zone. Midnight goes without saying.
fn timestamp(text: &str, has_zone: bool) -> String {
    let text = text.trim();
    if let Some(moment) = moment(text, has_zone) {
        return moment;
    }
    let zoneless = if has_zone { text.strip_suffix("+00").unwrap_or(text) } else { text };
    zoneless.strip_suffix(" 00:00:00").unwrap_or(zoneless).to_owned()
}

fn moment(text: &str, has_zone: bool) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    match lower.as_str() {
        "infinity" | "-infinity" => return Some(lower),
        "epoch" => return Some("1970-01-01".to_owned()),
        _other => {}
    }
    let (date, rest) = calendar_date(text)?;
    let Some(rest) = rest.strip_prefix(['T', 't', ' ']).map(str::trim_start) else {
        return rest.is_empty().then(|| spelled_date(date)).flatten();
    };
    let (clock, zone) = Clock::read(rest)?;
    let seconds = if has_zone {
        clock.seconds - offset(zone.trim_start())?
    } else {
        offset(zone.trim_start()).map(|_| clock.seconds)?
    };
    let days = days_from_civil(date) + seconds.div_euclid(86_400);
    let clock = Clock { seconds: seconds.rem_euclid(86_400), fraction: clock.fraction };
    let date = spelled_date(civil_from_days(days))?;
    let is_midnight = clock.seconds == 0 && clock.fraction.is_empty();
    Some(if is_midnight { date } else { format!("{date} {clock}") })
}

fn date(text: &str) -> Option<String> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    match lower.as_str() {
        "infinity" | "-infinity" => return Some(lower),
        "epoch" => return Some("1970-01-01".to_owned()),
        _other => {}
    }
    let (date, rest) = calendar_date(text)?;
    if rest.is_empty() { spelled_date(date) } else { None }
}

fn time(text: &str, has_zone: bool) -> Option<String> {
    let (clock, zone) = Clock::read(text.trim())?;
    let is_zone = |zone: &str| offset(zone).is_some() && zone.starts_with(['+', '-']) && zone.len() == 3;
    match (has_zone, zone) {
        (false, "") => Some(clock.to_string()),
        (true, zone) if is_zone(zone) => Some(format!("{clock}{zone}")),
        (_, _) => None,
    }
}

/// Year, month, day.
type Civil = (i64, i64, i64);

/// `2020-1-2` or `20200102`, and what follows.
fn calendar_date(text: &str) -> Option<(Civil, &str)> {
    let number = |text: &str| text.parse::<i64>().ok();
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let first = digits(text);
    let (date, rest) = if first == 8 {
        let (date, rest) = text.split_at(8);
        ((number(&date[..4])?, number(&date[4..6])?, number(&date[6..])?), rest)
    } else {
        let (year, rest) = text.split_at(first);
        let rest = rest.strip_prefix('-')?;
        let (month, rest) = rest.split_at(digits(rest));
        let rest = rest.strip_prefix('-')?;
        let (day, rest) = rest.split_at(digits(rest));
        if year.len() != 4 || month.len() > 2 || day.len() > 2 {
            return None;
        }
        ((number(year)?, number(month)?, number(day)?), rest)
    };
    (civil_from_days(days_from_civil(date)) == date && date.0 > 0).then_some((date, rest))
}

fn spelled_date((year, month, day): Civil) -> Option<String> {
    (1..=9999).contains(&year).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// Days since 1970-01-01 in the Gregorian calendar.
fn days_from_civil((year, month, day): Civil) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> Civil {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

/// A time of day: whole seconds, and the digits behind the point without needless zeros.
struct Clock<'a> {
    seconds: i64,
    fraction: &'a str,
}

impl<'a> Clock<'a> {
    /// `10:00`, `10:00:00.5`, and what follows.
    fn read(text: &'a str) -> Option<(Self, &'a str)> {
        let end = text.find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.')).unwrap_or(text.len());
        let (clock, rest) = text.split_at(end);
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
        let mut parts = clock.split(':').map(|part| (part, part.parse::<i64>()));
        let mut next = |limit: i64| match parts.next() {
            Some((text, Ok(number))) if text.len() <= 2 && number < limit => Some(number),
            Some(_) | None => None,
        };
        let (hours, minutes) = (next(24)?, next(60)?);
        let seconds = if clock.matches(':').count() == 2 { next(60)? } else { 0 };
        let has_more = clock.matches(':').count() > 2;
        let is_fraction = fraction.len() <= 6 && fraction.bytes().all(|byte| byte.is_ascii_digit());
        if has_more || !is_fraction {
            return None;
        }
        let seconds = hours * 3_600 + minutes * 60 + seconds;
        Some((Self { seconds, fraction: fraction.trim_end_matches('0') }, rest))
    }
}

impl std::fmt::Display for Clock<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { seconds, fraction } = self;
        write!(f, "{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)?;
        if fraction.is_empty() { Ok(()) } else { write!(f, ".{fraction}") }
    }
}

/// Seconds east of UTC: nothing, `Z`, `+02`, `-03:30`.
fn offset(zone: &str) -> Option<i64> {
    let (sign, digits) = match zone {
        "" | "Z" | "z" => return Some(0),
        zone if zone.starts_with('-') => (-1, &zone[1..]),
        zone => (1, zone.strip_prefix('+')?),
    };
    let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "00"));
    let number = |text: &str| text.parse::<i64>().ok().filter(|_| text.len() == 2);
    Some(
        sign * (number(hours).filter(|hours| *hours < 16)? * 3_600
            + number(minutes).filter(|it| *it < 60)? * 60),
    )
}

fn uuid(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !matches!(c, '-' | '{' | '}')).collect();
    let is_uuid = digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_uuid.then(|| {
        let digits = digits.to_ascii_lowercase();
        let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
        parts.join("-")
    })
}

fn bytes(text: &str) -> Option<String> {
    if text.starts_with("\\x") {
        return Some(text.to_ascii_lowercase());
    }
    if text.contains('\\') {
        return None;
    }
    let mut digits = "\\x".to_owned();
    for byte in text.bytes() {
        let _ = write!(digits, "{byte:02x}");
    }
    Some(digits)
}

fn float(text: &str) -> Option<String> {
    Some(match text.trim().to_ascii_lowercase().as_str() {
        "infinity" | "inf" | "+infinity" => "Infinity".to_owned(),
        "-infinity" | "-inf" => "-Infinity".to_owned(),
        "nan" => "NaN".to_owned(),
        _other => return None,
    })
}

fn is_four_numbers(text: &str) -> bool {
    text.split('.').count() == 4 && text.split('.').all(|part| part.parse::<u8>().is_ok())
}

/// `jsonb` keeps no blanks and no order of keys. A number that could lose digits leaves the text as it is.
pub(super) fn json(text: &str) -> Option<String> {
    sorted(&serde_json::from_str(text).ok()?)
}

fn sorted(value: &serde_json::Value) -> Option<String> {
    use serde_json::Value;
    match value {
        Value::Number(number) => (number.is_i64() || number.is_u64()).then(|| number.to_string()),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(sorted).collect::<Option<_>>()?;
            Some(format!("[{}]", items.join(",")))
        }
        Value::Object(fields) => {
            let fields: BTreeMap<&String, String> =
                fields.iter().map(|(key, value)| Some((key, sorted(value)?))).collect::<Option<_>>()?;
            let fields: Vec<String> = fields
                .into_iter()
                .map(|(key, value)| format!("{}:{value}", Value::from(key.as_str())))
                .collect();
            Some(format!("{{{}}}", fields.join(",")))
        }
        Value::Null | Value::Bool(_) | Value::String(_) => Some(value.to_string()),
    }
}

/// `{1, 2}` is `{1,2}`, and `{"a","b c"}` is `{a,"b c"}`.
fn array(text: &str, element: &Type) -> Option<String> {
    let (printed, rest) = braces(text.trim(), element)?;
    rest.trim().is_empty().then_some(printed)
}

fn braces<'a>(text: &'a str, element: &Type) -> Option<(String, &'a str)> {
    let mut rest = text.strip_prefix('{')?.trim_start();
    let mut items = Vec::new();
    if let Some(rest) = rest.strip_prefix('}') {
        return Some(("{}".to_owned(), rest));
    }
    loop {
        let (item, after) = if rest.starts_with('{') { braces(rest, element)? } else { item(rest, element)? };
        items.push(item);
        let after = after.trim_start();
        match after.strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None => return Some((format!("{{{}}}", items.join(",")), after.strip_prefix('}')?)),
        }
    }
}

fn item<'a>(text: &'a str, element: &Type) -> Option<(String, &'a str)> {
    if let Some(inner) = text.strip_prefix('"') {
        let mut value = String::new();
        let mut chars = inner.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => return Some((quoted_item(element_text(value, element)), &inner[at + 1..])),
                '\\' => value.push(chars.next()?.1),
                other => value.push(other),
            }
        }
        return None;
    }
    let end = text.find([',', '}', '{', '"', '\\'])?;
    let (value, rest) = text.split_at(end);
    let value = value.trim_end();
    if value.is_empty() || !rest.starts_with([',', '}']) {
        return None;
    }
    if value.eq_ignore_ascii_case("null") {
        return Some(("NULL".to_owned(), rest));
    }
    Some((quoted_item(element_text(value.to_owned(), element)), rest))
}

fn element_text(text: String, element: &Type) -> String {
    if element.is_integer() {
        return canonical_number(&text).unwrap_or(text);
    }
    if *element == Type::Boolean {
        return truth(&text).map_or(text, |value| if value { "t".to_owned() } else { "f".to_owned() });
    }
    // Midnight is left unsaid in a value of its own only.
    if matches!(element, Type::Timestamp { .. } | Type::Jsonb) { text } else { canonical_text(text, element) }
}

fn quoted_item(value: String) -> String {
    let is_plain = !value.is_empty()
        && !value.eq_ignore_ascii_case("null")
        && !value.contains(|c: char| matches!(c, '"' | '\\' | '{' | '}' | ',') || c.is_ascii_whitespace());
    if is_plain { value } else { format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(has_zone: bool) -> Type {
        Type::Timestamp { precision: None, has_zone }
    }

    #[test]
    fn moments_are_told_in_utc() {
        let spelled = |text: &str, has_zone| canonical_text(text.to_owned(), &instant(has_zone));
        assert_eq!(spelled("2020-01-01T00:00:00Z", true), "2020-01-01");
        assert_eq!(spelled("2020-01-01 5:00+02", true), "2020-01-01 03:00:00");
        assert_eq!(spelled("2020-01-01 01:00:00.120+02:30", true), "2019-12-31 22:30:00.12");
        assert_eq!(spelled("2020-03-01 00:00-01", true), "2020-03-01 01:00:00");
        assert_eq!(spelled("2020-01-01 05:00:00+02", false), "2020-01-01 05:00:00");
        for kept in ["2020-02-30", "2020-01-01 24:00", "01/02/2020", "tomorrow", "2020-01-01 10:00 PST"] {
            assert_eq!(spelled(kept, true), kept);
        }
    }

    #[test]
    fn arrays_are_quoted_where_they_must_be() {
        let spelled = |text: &str, ty| canonical_text(text.to_owned(), &Type::Array(Box::new(ty)));
        assert_eq!(
            spelled(r#"{"a", b ,"c d","",null,"NULL","x\"y"}"#, Type::Text),
            r#"{a,b,"c d","",NULL,"NULL","x\"y"}"#
        );
        assert_eq!(spelled("{ {1, 02},{3,4} }", Type::Integer), "{{1,2},{3,4}}");
        for kept in ["{a", "{a,}", "a", "{a b}c", r#"{a"b"}"#] {
            assert_eq!(spelled(kept, Type::Text), kept);
        }
        assert_eq!(spelled("{True,f}", Type::Boolean), "{t,f}");
    }
}

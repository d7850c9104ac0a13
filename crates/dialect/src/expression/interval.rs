//! Interval literals in the server's own output form: `90 minutes` is `01:30:00`, `1 week` is `7 days`.

/// The text PostgreSQL prints for an interval literal; `None` when the text is in a form not known here.
pub(super) fn canonical_interval(text: &str) -> Option<String> {
    if let Some(iso) = text.trim().strip_prefix('P') {
        return iso_8601(iso).map(|span| span.to_string());
    }
    let mut span = Span::default();
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if word.contains(':') {
            span.micros = span.micros.checked_add(clock(word)?)?;
            at += 1;
            continue;
        }
        let (number, unit) = match words.get(at + 1) {
            Some(unit) if word.parse::<f64>().is_ok() => {
                at += 2;
                (*word, *unit)
            }
            // `1day` in one word.
            _other => {
                at += 1;
                match word.find(|c: char| c.is_ascii_alphabetic()) {
                    Some(end) => word.split_at(end),
                    // A number alone counts seconds.
                    None if words.len() == 1 => (*word, "s"),
                    None => return None,
                }
            }
        };
        span.add_decimal(number, &unit.to_ascii_lowercase())?;
    }
    (!words.is_empty()).then(|| span.to_string())
}

#[derive(Default)]
struct Span {
    months: i64,
    days: i64,
    micros: i64,
}

/// `1Y2M3DT4H5M6S`, behind the `P`.
fn iso_8601(text: &str) -> Option<Span> {
    let mut span = Span::default();
    let (date, clock) = text.split_once('T').unwrap_or((text, ""));
    let units: [(&str, &[(char, &str)]); 2] = [
        (date, &[('Y', "years"), ('M', "months"), ('W', "weeks"), ('D', "days")]),
        (clock, &[('H', "hours"), ('M', "minutes"), ('S', "seconds")]),
    ];
    for (mut rest, units) in units {
        while let Some(end) = rest.find(|c: char| c.is_ascii_uppercase()) {
            let (number, after) = rest.split_at(end);
            let letter = after.chars().next()?;
            let (_, unit) = units.iter().find(|(known, _)| *known == letter)?;
            span.add_decimal(number, unit)?;
            rest = &after[1..];
        }
        if !rest.is_empty() {
            return None;
        }
    }
    (!text.is_empty()).then_some(span)
}

impl Span {
    /// A count that may have a fraction, where that comes to whole microseconds and no more than hours.
    fn add_decimal(&mut self, count: &str, unit: &str) -> Option<()> {
        let Some((whole, fraction)) = count.split_once('.') else {
            return self.add(count.parse().ok()?, unit);
        };
        let is_digits = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
        let mut part = Self::default();
        part.add(1, unit)?;
        if !is_digits || fraction.len() > 6 || part.months != 0 || part.days != 0 {
            return None;
        }
        let is_negative = whole.starts_with('-');
        let digits = format!("{}{fraction:0<6}", whole.trim_start_matches('-'));
        let micros = digits.parse::<i64>().ok()?.checked_mul(part.micros)?;
        if micros % 1_000_000 != 0 {
            return None;
        }
        let micros = micros / 1_000_000;
        self.micros = self.micros.checked_add(if is_negative { -micros } else { micros })?;
        Some(())
    }

    fn add(&mut self, count: i64, unit: &str) -> Option<()> {
        const SECOND: i64 = 1_000_000;
        let (part, size) = match unit {
            "microsecond" | "microseconds" | "us" | "usec" | "usecs" => (&mut self.micros, 1),
            "millisecond" | "milliseconds" | "ms" | "msec" | "msecs" => (&mut self.micros, 1_000),
            "second" | "seconds" | "sec" | "secs" | "s" => (&mut self.micros, SECOND),
            "minute" | "minutes" | "min" | "mins" | "m" => (&mut self.micros, 60 * SECOND),
            "hour" | "hours" | "hr" | "hrs" | "h" => (&mut self.micros, 3_600 * SECOND),
            "day" | "days" | "d" => (&mut self.days, 1),
            "week" | "weeks" | "w" => (&mut self.days, 7),
            "month" | "months" | "mon" | "mons" => (&mut self.months, 1),
            "year" | "years" | "yr" | "yrs" | "y" => (&mut self.months, 12),
            "decade" | "decades" => (&mut self.months, 120),
            "century" | "centuries" => (&mut self.months, 1_200),
            _unknown => return None,
        };
        *part = part.checked_add(count.checked_mul(size)?)?;
        Some(())
    }
}

/// `[-]HH:MM[:SS[.ffffff]]` in microseconds.
fn clock(word: &str) -> Option<i64> {
    let (sign, word) = match word.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, word.strip_prefix('+').unwrap_or(word)),
    };
    let mut parts = word.split(':');
    let hours: i64 = parts.next()?.parse().ok()?;
    let minutes: i64 = parts.next()?.parse().ok()?;
    let seconds = parts.next().unwrap_or("0");
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    if parts.next().is_some() || fraction.len() > 6 || hours < 0 || !(0..60).contains(&minutes) {
        return None;
    }
    let seconds: i64 = seconds.parse().ok().filter(|seconds| (0..60).contains(seconds))?;
    let fraction: i64 = format!("{fraction:0<6}").parse().ok()?;
    let whole = hours.checked_mul(3_600)?.checked_add(minutes * 60 + seconds)?;
    whole.checked_mul(1_000_000)?.checked_add(fraction)?.checked_mul(sign)
}

/// The form of `intervalstyle = postgres`.
impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (years, months) = (self.months / 12, self.months % 12);
        let mut words: Vec<String> = Vec::new();
        let mut is_negative = false;
        for (count, unit) in [(years, "year"), (months, "mon"), (self.days, "day")] {
            if count == 0 {
                continue;
            }
            // The server marks a positive part that follows a negative one.
            let sign = if is_negative && count > 0 { "+" } else { "" };
            words.push(format!("{sign}{count} {unit}{}", if count == 1 { "" } else { "s" }));
            is_negative = count < 0;
        }
        if self.micros != 0 || words.is_empty() {
            let sign = match self.micros {
                ..0 => "-",
                _positive if is_negative => "+",
                _positive => "",
            };
            let micros = self.micros.unsigned_abs();
            let (seconds, fraction) = (micros / 1_000_000, micros % 1_000_000);
            let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
            let fraction = format!(".{fraction:06}");
            let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
            words.push(format!("{sign}{hours:02}:{minutes:02}:{seconds:02}{fraction}"));
        }
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::canonical_interval;

    /// Pairs of what was sent and what PostgreSQL 15 printed.
    #[test]
    fn intervals_print_as_the_server_prints_them() {
        let pairs = [
            ("1 day", "1 day"),
            ("30 days", "30 days"),
            ("1 week", "7 days"),
            ("90 minutes", "01:30:00"),
            ("1 hour", "01:00:00"),
            ("24 hours", "24:00:00"),
            ("18 months", "1 year 6 mons"),
            ("1 month", "1 mon"),
            ("2 years 3 days 04:05:06.5", "2 years 3 days 04:05:06.5"),
            ("-1 day", "-1 days"),
            ("-1 day 2 hours", "-1 days +02:00:00"),
            ("1 day -2 hours", "1 day -02:00:00"),
            ("0 days", "00:00:00"),
            ("1 mon -1 day", "1 mon -1 days"),
            ("5 min", "00:05:00"),
            ("250 ms", "00:00:00.25"),
            ("1day", "1 day"),
            ("1.5 hours", "01:30:00"),
            ("-0.5 min", "-00:00:30"),
            ("30", "00:00:30"),
            ("PT1H", "01:00:00"),
            ("P1Y2M3DT4H5M6S", "1 year 2 mons 3 days 04:05:06"),
        ];
        for (sent, printed) in pairs {
            assert_eq!(canonical_interval(sent).as_deref(), Some(printed), "{sent}");
            assert_eq!(canonical_interval(printed).as_deref(), Some(printed), "{printed}");
        }
        for unknown in ["", "P", "P1H", "1.5 days", "1-2", "1 fortnight", "tomorrow"] {
            assert_eq!(canonical_interval(unknown), None, "{unknown}");
        }
    }
}

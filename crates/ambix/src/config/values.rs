//! Values of a section by key: the right type, a known word, a duration.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::document::{Entry, Place, Source, Table, Value, ValueKind};
use super::nearest::nearest;
use super::{ConfigError, ConfigErrorKind};

/// A table on its way to being read.
pub(super) struct Section<'a> {
    source: &'a Arc<Source>,
    table: Option<&'a Table>,
    path: String,
}

impl<'a> Section<'a> {
    pub(super) fn new(source: &'a Arc<Source>, table: &'a Table) -> Self {
        Self { source, table: Some(table), path: String::new() }
    }

    /// The table under a key; empty when there is none.
    pub(super) fn section(&self, key: &str) -> Self {
        let table = self.table.and_then(|table| table.table(key));
        Self { source: self.source, table, path: format!("{key}.") }
    }

    /// The tables of an array of tables, with their places.
    pub(super) fn sections(&self, key: &str) -> Vec<(Self, Place)> {
        let path = format!("{}{key}.", self.path);
        let values = self.entry(key).and_then(|entry| entry.value.as_array()).unwrap_or_default();
        let section = |value: &'a Value| {
            let table = Some(value.as_table()?);
            let section = Self { source: self.source, table, path: path.clone() };
            Some((section, self.source.place(&value.range)))
        };
        values.iter().filter_map(section).collect()
    }

    fn entry(&self, key: &str) -> Option<&'a Entry> {
        self.table?.entries.get(key)
    }

    pub(super) fn key(&self, key: &str) -> String {
        format!("{}{key}", self.path)
    }

    /// The place of a value.
    pub(super) fn place(&self, key: &str) -> Option<Place> {
        self.entry(key).map(|entry| self.source.place(&entry.value.range))
    }

    fn wrong<T>(&self, key: &str, value: &Value, expected: &'static str) -> Result<T, ConfigError> {
        let kind = ConfigErrorKind::WrongType { key: self.key(key), expected, found: value.described() };
        Err(ConfigError::at(&self.source.place(&value.range), kind))
    }

    fn invalid_at(&self, key: &str, value: &Value, problem: String, hint: String) -> ConfigError {
        let kind = ConfigErrorKind::InvalidValue { key: self.key(key), problem, hint };
        ConfigError::at(&self.source.place(&value.range), kind)
    }

    /// An error about the value of a key that is there.
    pub(super) fn invalid(
        &self,
        key: &str,
        problem: impl Into<String>,
        hint: impl Into<String>,
    ) -> ConfigError {
        let (problem, hint) = (problem.into(), hint.into());
        match self.entry(key) {
            Some(entry) => self.invalid_at(key, &entry.value, problem, hint),
            None => ConfigError::new(ConfigErrorKind::InvalidValue { key: self.key(key), problem, hint }),
        }
    }

    /// A string as it is written, variables and all.
    pub(super) fn raw_text(&self, key: &str) -> Result<Option<String>, ConfigError> {
        let Some(entry) = self.entry(key) else { return Ok(None) };
        match entry.value.as_text() {
            Some(text) => Ok(Some(text.to_owned())),
            None => self.wrong(key, &entry.value, "a string"),
        }
    }

    /// A string that is not empty. Variables are put into the URL alone, so a `${` here is a mistake.
    pub(super) fn text(&self, key: &str) -> Result<Option<String>, ConfigError> {
        let Some(entry) = self.entry(key) else { return Ok(None) };
        self.plain(key, &entry.value, "a string").map(Some)
    }

    fn plain(&self, key: &str, value: &Value, expected: &'static str) -> Result<String, ConfigError> {
        let Some(text) = value.as_text() else { return self.wrong(key, value, expected) };
        let refuse =
            |problem: &str, hint: &str| Err(self.invalid_at(key, value, problem.into(), hint.into()));
        if text.trim().is_empty() {
            return refuse("is empty", "say something, or leave the key out");
        }
        if text.contains("${") {
            return refuse(
                "holds a variable",
                "variables are put into database.url only; use [env.NAME] for the rest",
            );
        }
        if text.contains('\0') {
            return refuse("holds a NUL character", "take it out");
        }
        Ok(text.to_owned())
    }

    /// An array of strings.
    pub(super) fn texts(&self, key: &str) -> Result<Option<Vec<String>>, ConfigError> {
        const EXPECTED: &str = "an array of strings";
        let Some(entry) = self.entry(key) else { return Ok(None) };
        let Some(values) = entry.value.as_array() else { return self.wrong(key, &entry.value, EXPECTED) };
        values.iter().map(|value| self.plain(key, value, EXPECTED)).collect::<Result<_, _>>().map(Some)
    }

    /// A path.
    pub(super) fn path(&self, key: &str) -> Result<Option<PathBuf>, ConfigError> {
        Ok(self.text(key)?.map(PathBuf::from))
    }

    /// A boolean.
    pub(super) fn flag(&self, key: &str) -> Result<Option<bool>, ConfigError> {
        let Some(entry) = self.entry(key) else { return Ok(None) };
        let ValueKind::Boolean(flag) = entry.value.kind else {
            return self.wrong(key, &entry.value, "true or false");
        };
        Ok(Some(flag))
    }

    /// An integer within limits.
    pub(super) fn number(&self, key: &str, least: i64, most: i64) -> Result<Option<i64>, ConfigError> {
        let Some(entry) = self.entry(key) else { return Ok(None) };
        let ValueKind::Integer(number) = entry.value.kind else {
            return self.wrong(key, &entry.value, "an integer");
        };
        match number.filter(|number| (least..=most).contains(number)) {
            Some(number) => Ok(Some(number)),
            None => {
                Err(self.invalid(key, "is out of range", format!("write a number from {least} to {most}")))
            }
        }
    }

    /// One of some words.
    pub(super) fn word(&self, key: &str, words: &[&str]) -> Result<Option<String>, ConfigError> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        if words.contains(&text.as_str()) {
            return Ok(Some(text));
        }
        let hint = match nearest(&text, words.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("it is one of {}", words.join(", ")),
        };
        Err(self.invalid(key, format!("cannot be \"{text}\""), hint))
    }

    /// A word there must be.
    pub(super) fn required_word(
        &self,
        key: &str,
        words: &[&str],
        place: &Place,
    ) -> Result<String, ConfigError> {
        let missing = || {
            let expected = format!("{key} = one of {}", words.join(", "));
            ConfigError::at(place, ConfigErrorKind::MissingKey { key: self.key(key), expected })
        };
        self.word(key, words)?.ok_or_else(missing)
    }

    /// A time span: `"10s"`, `"500ms"`, `"2m"`, `"1h"`, `"0"`.
    pub(super) fn duration(&self, key: &str) -> Result<Option<Duration>, ConfigError> {
        let Some(entry) = self.entry(key) else { return Ok(None) };
        let hint = "write a number and a unit: \"500ms\", \"10s\", \"2m\", \"1h\", or \"0\"";
        if matches!(entry.value.kind, ValueKind::Integer(Some(0))) {
            return Ok(Some(Duration::ZERO));
        }
        if matches!(entry.value.kind, ValueKind::Integer(_) | ValueKind::Float) {
            return Err(self.invalid(key, "has no unit", hint));
        }
        match self.text(key)?.as_deref().map(duration) {
            None => Ok(None),
            Some(Some(duration)) => Ok(Some(duration)),
            Some(None) => Err(self.invalid(key, "is not a time span", hint)),
        }
    }

    /// A server version: `"15"`, `"10.6"`, `15`.
    pub(super) fn version(&self, key: &str) -> Result<Option<(u32, u32)>, ConfigError> {
        let Some(entry) = self.entry(key) else { return Ok(None) };
        let hint = "write it as a string: \"15\" or \"10.6\"";
        if matches!(entry.value.kind, ValueKind::Float) {
            // 10.10 and 10.1 would be the same float.
            return Err(self.invalid(key, "is a float", hint));
        }
        let version = if let ValueKind::Integer(number) = entry.value.kind {
            number.and_then(|number| u32::try_from(number).ok()).map(|major| (major, 0))
        } else {
            self.text(key)?.as_deref().and_then(version)
        };
        version.map(Some).ok_or_else(|| self.invalid(key, "is not a version", hint))
    }
}

fn duration(text: &str) -> Option<Duration> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: u32 = digits.parse().ok().filter(|_| !digits.starts_with('+'))?;
    let number = u64::from(number);
    match &text[digits.len()..] {
        "" if number == 0 => Some(Duration::ZERO),
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" | "min" => Some(Duration::from_mins(number)),
        "h" => Some(Duration::from_hours(number)),
        _ => None,
    }
}

fn version(text: &str) -> Option<(u32, u32)> {
    let parts: Option<Vec<u32>> = text.split('.').map(|part| part.parse().ok()).collect();
    match parts?.as_slice() {
        [major] => Some((*major, 0)),
        [major, minor] | [major, minor, _] => Some((*major, *minor)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_spans_have_units() {
        assert_eq!(duration("10s"), Some(Duration::from_secs(10)));
        assert_eq!(duration("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(duration("2m"), Some(Duration::from_mins(2)));
        assert_eq!(duration("1h"), Some(Duration::from_hours(1)));
        assert_eq!(duration("0"), Some(Duration::ZERO));
        assert_eq!(duration("4294967295h"), Some(Duration::from_hours(4_294_967_295)));
        for text in ["", "10", "s", "-1s", "+1s", "1.5s", "10 s", "1d", "99999999999999s", "é", "1é"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn versions_have_two_numbers() {
        assert_eq!(version("15"), Some((15, 0)));
        assert_eq!(version("10.11"), Some((10, 11)));
        assert_eq!(version("3.45.1"), Some((3, 45)));
        for text in ["", "x", "15.", "1.2.3.4", "-1"] {
            assert_eq!(version(text), None, "{text}");
        }
    }
}

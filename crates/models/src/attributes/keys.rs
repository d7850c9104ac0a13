//! `primary_key(...)`, `unique(...)`, `check(...)`, and what constraints have in common.

use ambix_schema::Deferrable;

use super::entry::{Asked, Constant, Entry, Value, set};
use super::notes::{Finding, Mark, Notes, Said};
use super::suggest;

/// A primary key or unique constraint as it is said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct KeySaid {
    /// The columns, by column or field name.
    pub columns: Vec<Said<String>>,
    /// Columns carried along.
    pub include: Vec<Said<String>>,
    /// The name.
    pub name: Option<Said<String>>,
    /// Whether nulls count as equal.
    pub nulls_not_distinct: bool,
    /// When it is checked.
    pub deferrable: Deferrable,
    /// Where it is said.
    pub mark: Mark,
}

/// A check as it is said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct CheckSaid {
    /// The condition.
    pub expr: Said<String>,
    /// The name.
    pub name: Option<Said<String>>,
}

/// Which of the two keys is read; a primary key has fewer options.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyKind {
    PrimaryKey,
    Unique,
}

/// Reads `primary_key(a, b, name = "...")` or `unique(...)`. On a field, `own` is its column, and more
/// columns cannot be named.
pub(super) fn key(
    kind: KeyKind,
    own: Option<&Said<String>>,
    word: &Said<String>,
    entries: &[Entry],
    notes: &mut Notes,
) -> KeySaid {
    let mut columns = ColumnList::new(own, word);
    let mut said = KeySaid {
        columns: Vec::new(),
        include: Vec::new(),
        name: None,
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
        mark: word.mark,
    };
    let options: &[&str] = match kind {
        KeyKind::PrimaryKey => &["name", "deferrable"],
        KeyKind::Unique => &["name", "deferrable", "include", "nulls_not_distinct"],
    };
    let mut wait = None;
    for entry in entries {
        let Some(asked) = columns.column_or_option(entry, options, notes) else { continue };
        match asked.key.value.as_str() {
            "name" => set(&mut said.name, "name", asked.text(notes), notes),
            "deferrable" => set(&mut wait, "deferrable", deferrable(&asked, notes), notes),
            "include" => {
                said.include
                    .extend(asked.list("(a, b)", notes).map(|list| names(list, notes)).unwrap_or_default());
            }
            _nulls => said.nulls_not_distinct = asked.flag(notes).is_some_and(|flag| flag.value),
        }
    }
    said.deferrable = wait.map(|wait| wait.value).unwrap_or_default();
    said.columns = columns.finish(notes);
    said
}

/// Reads `check("condition", name = "...")`.
pub(super) fn check(word: &Said<String>, entries: &[Entry], notes: &mut Notes) -> Option<CheckSaid> {
    let mut expr = None;
    let mut name = None;
    for entry in entries {
        match entry {
            Entry::Bare(Said { value: Constant::Text(text), mark }) => {
                set(&mut expr, "check", Some(Said { value: text.clone(), mark: *mark }), notes);
            }
            Entry::Named { key, value } if key.value == "name" => {
                set(&mut name, "name", Asked { key, value }.text(notes), notes);
            }
            Entry::Named { key, .. } => unknown_key(key, "check(...)", &["name"], notes),
            Entry::Bare(Said { mark, .. }) => {
                notes.add(Finding::error(*mark, "a check takes its condition as a text"));
            }
        }
    }
    let Some(expr) = expr else {
        notes.add(
            Finding::error(word.mark, "`check` without a condition").help("write `check = \"price > 0\"`"),
        );
        return None;
    };
    Some(CheckSaid { expr, name })
}

/// Reads `deferrable` or `deferrable = "initially deferred"`.
pub(super) fn deferrable(asked: &Asked<'_>, notes: &mut Notes) -> Option<Said<Deferrable>> {
    const WORDS: [&str; 2] = ["initially immediate", "initially deferred"];
    if let Value::Flag | Value::Constant(Said { value: Constant::Bool(_), .. }) = asked.value {
        let flag = asked.flag(notes)?;
        let value = if flag.value { Deferrable::InitiallyImmediate } else { Deferrable::No };
        return Some(Said { value, mark: flag.mark });
    }
    let read = |words: &str| match words.to_ascii_lowercase().as_str() {
        "initially immediate" => Some(Deferrable::InitiallyImmediate),
        "initially deferred" => Some(Deferrable::InitiallyDeferred),
        _other => None,
    };
    asked.word(&WORDS, read, notes)
}

/// The column names of a list that holds nothing else.
pub(super) fn names(entries: &[Entry], notes: &mut Notes) -> Vec<Said<String>> {
    let mut names = Vec::new();
    for entry in entries {
        match entry {
            Entry::Named { key, value: Value::Flag } => names.push(key.clone()),
            Entry::Bare(Said { value: Constant::Text(text), mark }) => {
                names.push(Said { value: text.clone(), mark: *mark });
            }
            Entry::Named { key: Said { mark, .. }, .. } | Entry::Bare(Said { mark, .. }) => {
                notes.add(Finding::error(*mark, "expected the name of a column"));
            }
        }
    }
    names
}

/// A key that is not known where it stands.
pub(super) fn unknown_key(key: &Said<String>, place: &str, known: &[&str], notes: &mut Notes) {
    let finding = Finding::error(key.mark, format!("unknown key `{}` in `{place}`", key.value));
    let help = suggest::help(&key.value, known.iter().copied(), || {
        format!("the keys here are {}", suggest::listed(known))
    });
    notes.add(finding.help(help));
}

/// The columns of a constraint while its list is read.
pub(super) struct ColumnList<'a> {
    own: Option<&'a Said<String>>,
    word: &'a Said<String>,
    columns: Vec<Said<String>>,
}

impl<'a> ColumnList<'a> {
    pub(super) fn new(own: Option<&'a Said<String>>, word: &'a Said<String>) -> Self {
        Self { own, word, columns: own.into_iter().cloned().collect() }
    }

    /// Takes an entry as a column, or hands it back as one of the options. A bare word is an option
    /// only where it could not be a column: `name` alone is a column, `name = "..."` is an option.
    pub(super) fn column_or_option<'e>(
        &mut self,
        entry: &'e Entry,
        options: &[&str],
        notes: &mut Notes,
    ) -> Option<Asked<'e>> {
        const TAKE_A_VALUE: [&str; 10] = [
            "name",
            "include",
            "references",
            "on_delete",
            "on_update",
            "match",
            "using",
            "where",
            "comment",
            "expr",
        ];
        let column = match entry {
            Entry::Named { key, value } => {
                let word = key.value.as_str();
                let is_bare_column =
                    *value == Value::Flag && TAKE_A_VALUE.contains(&word) && self.own.is_none();
                if options.contains(&word) && !is_bare_column {
                    return Some(Asked { key, value });
                }
                if *value != Value::Flag {
                    unknown_key(key, &format!("{}(...)", self.word.value), options, notes);
                    return None;
                }
                key.clone()
            }
            Entry::Bare(Said { value: Constant::Text(text), mark }) => {
                Said { value: text.clone(), mark: *mark }
            }
            Entry::Bare(Said { mark, .. }) => {
                notes.add(Finding::error(*mark, "expected the name of a column"));
                return None;
            }
        };
        if self.own.is_some() {
            unknown_key(&column, &format!("{}(...)", self.word.value), options, notes);
        } else {
            self.columns.push(column);
        }
        None
    }

    /// The columns; a list without any, or with one twice, is an error.
    pub(super) fn finish(self, notes: &mut Notes) -> Vec<Said<String>> {
        let word = &self.word.value;
        if self.columns.is_empty() {
            let finding = Finding::error(self.word.mark, format!("`{word}` names no column"));
            notes.add(finding.help(format!("write `{word}(column, ...)`")));
        }
        for (i, column) in self.columns.iter().enumerate() {
            if self.columns[..i].iter().any(|earlier| earlier.value == column.value) {
                let message = format!("`{word}` names column `{}` twice", column.value);
                notes.add(Finding::error(column.mark, message));
            }
        }
        self.columns
    }
}

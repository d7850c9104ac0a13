//! `#[ambix(...)]` on a struct.

use std::collections::BTreeMap;

use syn::Attribute;

use super::case::Case;
use super::entry::{Asked, Entry, Value, entries, set};
use super::field::FIELD_KEYS;
use super::foreign_key::{ForeignKeySaid, foreign_key};
use super::index::{ExclusionSaid, IndexSaid, exclude, index, options};
use super::keys::{CheckSaid, KeyKind, KeySaid, check, key, unknown_key};
use super::notes::{Finding, Notes, Said};

/// What the attributes of a struct say.
#[derive(Clone, Default, Debug)]
pub(crate) struct TableAttributes {
    /// The table's name.
    pub table: Option<Said<String>>,
    /// Its namespace.
    pub schema: Option<Said<String>>,
    /// Its comment.
    pub comment: Option<Said<String>>,
    /// The case of column names.
    pub rename_all: Option<Said<Case>>,
    /// The name it had before.
    pub renamed_from: Option<Said<String>>,
    /// The partitioning clause.
    pub partition_by: Option<Said<String>>,
    /// Options in the words of the database.
    pub options: BTreeMap<String, String>,
    /// The primary key, where it is said here.
    pub primary_key: Option<KeySaid>,
    /// Unique constraints.
    pub uniques: Vec<KeySaid>,
    /// Indexes.
    pub indexes: Vec<IndexSaid>,
    /// Checks.
    pub checks: Vec<CheckSaid>,
    /// Foreign keys.
    pub foreign_keys: Vec<ForeignKeySaid>,
    /// Exclusion constraints.
    pub exclusions: Vec<ExclusionSaid>,
    /// Whether the struct is left out.
    pub skip: Option<Said<bool>>,
}

pub(super) const STRUCT_KEYS: [&str; 15] = [
    "table",
    "schema",
    "comment",
    "rename_all",
    "renamed_from",
    "primary_key",
    "unique",
    "index",
    "check",
    "name",
    "foreign_key",
    "exclude",
    "partition_by",
    "options",
    "skip",
];

impl TableAttributes {
    /// Reads every `#[ambix(...)]` of a struct.
    pub(crate) fn read(attributes: &[Attribute], notes: &mut Notes) -> Self {
        let mut said = Self::default();
        for list in entries(attributes, "ambix", notes) {
            // `name` belongs to the check before it in the same attribute.
            let mut last_check = None;
            for entry in &list {
                match entry {
                    Entry::Named { key, value } if key.value == "name" => {
                        said.name_check(last_check, &Asked { key, value }, notes);
                    }
                    Entry::Named { key, value } => {
                        let checks = said.checks.len();
                        said.entry(&Asked { key, value }, notes);
                        if said.checks.len() > checks {
                            last_check = Some(checks);
                        }
                    }
                    Entry::Bare(bare) => {
                        notes.add(Finding::error(bare.mark, "expected a key such as `table = \"users\"`"));
                    }
                }
            }
        }
        said
    }

    fn name_check(&mut self, last_check: Option<usize>, asked: &Asked<'_>, notes: &mut Notes) {
        match last_check {
            Some(at) => set(&mut self.checks[at].name, "name", asked.text(notes), notes),
            None => notes.add(
                Finding::error(asked.key.mark, "`name` without a `check` before it in the same attribute")
                    .help("a table is named with `table = \"...\"`; a key or index inside its parentheses"),
            ),
        }
    }

    fn entry(&mut self, asked: &Asked<'_>, notes: &mut Notes) {
        let key_said = asked.key;
        let word = key_said.value.as_str();
        match word {
            "table" => set(&mut self.table, word, asked.text(notes), notes),
            "schema" => set(&mut self.schema, word, asked.text(notes), notes),
            "comment" => set(&mut self.comment, word, asked.any_text(notes), notes),
            "renamed_from" => set(&mut self.renamed_from, word, asked.text(notes), notes),
            "partition_by" => set(&mut self.partition_by, word, asked.text(notes), notes),
            "skip" => set(&mut self.skip, word, asked.flag(notes), notes),
            "rename_all" => {
                set(&mut self.rename_all, word, asked.word(&Case::words(), Case::from_word, notes), notes);
            }
            "options" => {
                let list = asked.list("(engine = \"InnoDB\")", notes);
                self.options.extend(list.map(|list| options(list, notes)).unwrap_or_default());
            }
            "primary_key" | "unique" | "index" | "foreign_key" | "exclude" => self.constraint(asked, notes),
            "check" => match asked.value {
                Value::List(list) => self.checks.extend(check(key_said, list, notes)),
                Value::Flag | Value::Constant(_) | Value::Expression(_) => {
                    let expr = asked.text(notes);
                    self.checks.extend(expr.map(|expr| CheckSaid { expr, name: None }));
                }
            },
            _unknown if FIELD_KEYS.contains(&word) => notes.add(
                Finding::error(key_said.mark, format!("`{word}` belongs on a field, not on the struct"))
                    .help("move it to the field it is about"),
            ),
            _unknown => unknown_key(key_said, "#[ambix(...)]", &STRUCT_KEYS, notes),
        }
    }

    fn constraint(&mut self, asked: &Asked<'_>, notes: &mut Notes) {
        let word = asked.key;
        let example = match word.value.as_str() {
            "foreign_key" => "(a, b, references = \"table(x, y)\")",
            "exclude" => "(using = \"gist\", room_id = \"=\", during = \"&&\")",
            _columns => "(a, b)",
        };
        let Some(list) = asked.list(example, notes) else { return };
        match word.value.as_str() {
            "primary_key" => {
                if self.primary_key.is_some() {
                    notes.add(Finding::error(word.mark, "`primary_key` is said twice"));
                }
                self.primary_key = Some(key(KeyKind::PrimaryKey, None, word, list, notes));
            }
            "unique" => self.uniques.push(key(KeyKind::Unique, None, word, list, notes)),
            "index" => self.indexes.push(index(None, word, list, notes)),
            "foreign_key" => self.foreign_keys.extend(foreign_key(word, list, notes)),
            _exclude => self.exclusions.push(exclude(word, list, notes)),
        }
    }
}

//! `index(...)` and `exclude(...)`: lists of columns and expressions with options of their own.

use std::collections::BTreeMap;

use ambix_schema::{Deferrable, Nulls};

use super::entry::{Asked, Constant, Entry, Value, set};
use super::keys::{deferrable, names, unknown_key};
use super::notes::{Finding, Mark, Notes, Said};

/// An index as it is said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct IndexSaid {
    /// The keys, in order.
    pub keys: Vec<IndexKeySaid>,
    /// Whether equal keys are refused.
    pub is_unique: bool,
    /// The access method.
    pub method: Option<Said<String>>,
    /// The rows it covers.
    pub predicate: Option<Said<String>>,
    /// Columns carried along.
    pub include: Vec<Said<String>>,
    /// Whether nulls count as equal.
    pub nulls_not_distinct: bool,
    /// Whether it is built without blocking writers.
    pub concurrently: bool,
    /// Storage parameters.
    pub options: BTreeMap<String, String>,
    /// The comment.
    pub comment: Option<Said<String>>,
    /// The name.
    pub name: Option<Said<String>>,
    /// Where it is said.
    pub mark: Mark,
}

/// One key of an index as it is said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct IndexKeySaid {
    /// A column by column or field name, or an expression.
    pub subject: Said<String>,
    /// Whether `subject` is an expression.
    pub is_expr: bool,
    /// Whether the order is descending.
    pub is_descending: bool,
    /// Where nulls go.
    pub nulls: Option<Nulls>,
    /// A collation other than the column's.
    pub collation: Option<Said<String>>,
    /// An operator class other than the type's default.
    pub opclass: Option<Said<String>>,
    /// Characters or bytes that are indexed.
    pub prefix: Option<Said<u32>>,
    /// The operator of an exclusion constraint.
    pub operator: Option<Said<String>>,
}

/// An exclusion constraint as it is said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ExclusionSaid {
    /// What is compared; each has its operator.
    pub elements: Vec<IndexKeySaid>,
    /// The index method.
    pub method: Option<Said<String>>,
    /// The rows it applies to.
    pub predicate: Option<Said<String>>,
    /// When it is checked.
    pub deferrable: Deferrable,
    /// The name.
    pub name: Option<Said<String>>,
    /// Where it is said.
    pub mark: Mark,
}

const INDEX_KEYS: [&str; 10] = [
    "unique",
    "using",
    "where",
    "include",
    "nulls_not_distinct",
    "concurrently",
    "name",
    "expr",
    "options",
    "comment",
];
const KEY_OPTIONS: [&str; 7] = ["desc", "asc", "nulls_first", "nulls_last", "opclass", "collate", "length"];

/// Reads `index(...)`. On a field, `own` is its column and the options of a key stand beside those of
/// the index.
pub(super) fn index(
    own: Option<&Said<String>>,
    word: &Said<String>,
    entries: &[Entry],
    notes: &mut Notes,
) -> IndexSaid {
    let mut said = IndexSaid {
        keys: own.into_iter().map(|own| IndexKeySaid::new(own.clone(), false)).collect(),
        is_unique: false,
        method: None,
        predicate: None,
        include: Vec::new(),
        nulls_not_distinct: false,
        concurrently: false,
        options: BTreeMap::new(),
        comment: None,
        name: None,
        mark: word.mark,
    };
    for entry in entries {
        match entry {
            Entry::Bare(bare) => said.keys.extend(bare_column(bare, own, notes)),
            Entry::Named { key, value } => named(&mut said, own, &Asked { key, value }, notes),
        }
    }
    if said.keys.is_empty() {
        notes.add(
            Finding::error(word.mark, "`index` names no column")
                .help("write `index(column, ...)` or `index(expr = \"lower(email)\")`"),
        );
    }
    said
}

fn bare_column(bare: &Said<Constant>, own: Option<&Said<String>>, notes: &mut Notes) -> Option<IndexKeySaid> {
    let (Constant::Text(text), None) = (&bare.value, own) else {
        notes.add(Finding::error(bare.mark, "expected an option of the index"));
        return None;
    };
    Some(IndexKeySaid::new(Said { value: text.clone(), mark: bare.mark }, false))
}

fn named(said: &mut IndexSaid, own: Option<&Said<String>>, asked: &Asked<'_>, notes: &mut Notes) {
    let key = asked.key.value.as_str();
    // `name` alone can only be a column: as an option it takes a value.
    let is_flag = *asked.value == Value::Flag && own.is_none();
    let is_set = |flag: Option<Said<bool>>| flag.is_some_and(|flag| flag.value);
    match key {
        "unique" => said.is_unique = is_set(asked.flag(notes)),
        "nulls_not_distinct" => said.nulls_not_distinct = is_set(asked.flag(notes)),
        "concurrently" => said.concurrently = is_set(asked.flag(notes)),
        "using" if !is_flag => set(&mut said.method, key, asked.text(notes), notes),
        "where" if !is_flag => set(&mut said.predicate, key, asked.text(notes), notes),
        "name" if !is_flag => set(&mut said.name, key, asked.text(notes), notes),
        "comment" if !is_flag => set(&mut said.comment, key, asked.any_text(notes), notes),
        "include" if !is_flag => {
            let columns = asked.list("(a, b)", notes).map(|list| names(list, notes));
            said.include.extend(columns.unwrap_or_default());
        }
        "options" if !is_flag => {
            said.options.extend(
                asked.list("(fillfactor = 70)", notes).map(|list| options(list, notes)).unwrap_or_default(),
            );
        }
        "expr" if !is_flag && own.is_none() => said.keys.extend(expression(asked, notes)),
        _column_or_key_option => match own {
            Some(_) if KEY_OPTIONS.contains(&key) => said.keys[0].option(asked, notes),
            Some(_) => {
                let known: Vec<&str> =
                    INDEX_KEYS.into_iter().filter(|key| *key != "expr").chain(KEY_OPTIONS).collect();
                unknown_key(asked.key, "index(...)", &known, notes);
            }
            None => said.keys.extend(column(asked, &INDEX_KEYS, "index(...)", notes)),
        },
    }
}

/// `column` or `column(desc, nulls_last)`.
fn column(asked: &Asked<'_>, known: &[&str], place: &str, notes: &mut Notes) -> Option<IndexKeySaid> {
    let mut key = IndexKeySaid::new(asked.key.clone(), false);
    match asked.value {
        Value::Flag => {}
        Value::List(entries) => {
            for entry in entries {
                key.entry(entry, notes);
            }
        }
        Value::Constant(_) | Value::Expression(_) => {
            unknown_key(asked.key, place, known, notes);
            return None;
        }
    }
    Some(key)
}

/// `expr = "lower(email)"` or `expr("lower(email)", desc)`.
fn expression(asked: &Asked<'_>, notes: &mut Notes) -> Option<IndexKeySaid> {
    let Value::List(entries) = asked.value else {
        return Some(IndexKeySaid::new(asked.text(notes)?, true));
    };
    let Some((Entry::Bare(Said { value: Constant::Text(text), mark }), options)) = entries.split_first()
    else {
        notes.add(
            Finding::error(asked.key.mark, "`expr` takes its expression first, as a text")
                .help("write `expr(\"lower(email)\", desc)`"),
        );
        return None;
    };
    let mut key = IndexKeySaid::new(Said { value: text.clone(), mark: *mark }, true);
    for entry in options {
        key.entry(entry, notes);
    }
    Some(key)
}

/// `options(engine = "InnoDB", strict, fillfactor = 70)`: the words of the database. A word alone is true.
pub(super) fn options(entries: &[Entry], notes: &mut Notes) -> BTreeMap<String, String> {
    let mut options = BTreeMap::new();
    for entry in entries {
        let (key, text) = match entry {
            Entry::Named { key, value: Value::Flag } => (key, "true".to_owned()),
            Entry::Named { key, value: Value::Constant(constant) } => (
                key,
                match &constant.value {
                    Constant::Text(text) | Constant::Number(text) => text.clone(),
                    Constant::Bool(value) => value.to_string(),
                },
            ),
            Entry::Named { key: Said { mark, .. }, .. } | Entry::Bare(Said { mark, .. }) => {
                notes.add(
                    Finding::error(*mark, "expected an option and its value")
                        .help("write `options(engine = \"InnoDB\", strict)`"),
                );
                continue;
            }
        };
        if options.insert(key.value.clone(), text).is_some() {
            notes.add(Finding::error(key.mark, format!("option `{}` is said twice", key.value)));
        }
    }
    options
}

/// Reads `exclude(using = "gist", room_id = "=", during = "&&")`.
pub(super) fn exclude(word: &Said<String>, entries: &[Entry], notes: &mut Notes) -> ExclusionSaid {
    const KNOWN: [&str; 5] = ["using", "where", "name", "deferrable", "expr"];
    let mut said = ExclusionSaid {
        elements: Vec::new(),
        method: None,
        predicate: None,
        deferrable: Deferrable::No,
        name: None,
        mark: word.mark,
    };
    let mut wait = None;
    for entry in entries {
        let Entry::Named { key, value } = entry else {
            notes.add(Finding::error(word.mark, "expected `column = \"operator\"`"));
            continue;
        };
        let asked = Asked { key, value };
        let is_list = matches!(value, Value::List(_));
        match key.value.as_str() {
            "using" if !is_list => set(&mut said.method, "using", asked.text(notes), notes),
            "where" if !is_list => set(&mut said.predicate, "where", asked.text(notes), notes),
            "name" if !is_list => set(&mut said.name, "name", asked.text(notes), notes),
            "deferrable" if !is_list => set(&mut wait, "deferrable", deferrable(&asked, notes), notes),
            "expr" => said.elements.extend(expression(&asked, notes)),
            _column if is_list => said.elements.extend(column(&asked, &KNOWN, "exclude(...)", notes)),
            _column => {
                let mut element = IndexKeySaid::new(key.clone(), false);
                element.operator = asked.text(notes);
                said.elements.push(element);
            }
        }
    }
    said.deferrable = wait.map(|wait| wait.value).unwrap_or_default();
    if said.elements.is_empty() {
        notes.add(
            Finding::error(word.mark, "`exclude` names no column")
                .help("write `exclude(using = \"gist\", room_id = \"=\", during = \"&&\")`"),
        );
    }
    for element in said.elements.iter().filter(|element| element.operator.is_none()) {
        let finding = Finding::error(element.subject.mark, "this element of `exclude` has no operator");
        notes.add(finding.help("write `column = \"&&\"` or `column(with = \"&&\")`"));
    }
    said
}

impl IndexKeySaid {
    fn new(subject: Said<String>, is_expr: bool) -> Self {
        Self {
            subject,
            is_expr,
            is_descending: false,
            nulls: None,
            collation: None,
            opclass: None,
            prefix: None,
            operator: None,
        }
    }

    fn entry(&mut self, entry: &Entry, notes: &mut Notes) {
        match entry {
            Entry::Named { key, value } => self.option(&Asked { key, value }, notes),
            Entry::Bare(bare) => notes.add(Finding::error(bare.mark, "expected an option of the key")),
        }
    }

    fn option(&mut self, asked: &Asked<'_>, notes: &mut Notes) {
        let key = asked.key.value.as_str();
        let is_set = |flag: Option<Said<bool>>| flag.is_some_and(|flag| flag.value);
        match key {
            "desc" => self.is_descending = is_set(asked.flag(notes)),
            "asc" => self.is_descending = !is_set(asked.flag(notes)),
            "nulls_first" => self.nulls = is_set(asked.flag(notes)).then_some(Nulls::First),
            "nulls_last" => self.nulls = is_set(asked.flag(notes)).then_some(Nulls::Last),
            "opclass" => set(&mut self.opclass, key, asked.text(notes), notes),
            "collate" => set(&mut self.collation, key, asked.text(notes), notes),
            "length" => set(&mut self.prefix, key, asked.number(notes), notes),
            "with" => set(&mut self.operator, key, asked.text(notes), notes),
            _unknown => {
                let place = format!("{}(...)", if self.is_expr { "expr" } else { &self.subject.value });
                unknown_key(asked.key, &place, &KEY_OPTIONS, notes);
            }
        }
    }
}

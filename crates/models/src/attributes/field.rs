//! `#[ambix(...)]` on a field.

use ambix_schema::{Action, IdentityMode, Literal};
use syn::Attribute;

use super::entry::{Asked, Constant, Entry, Value, entries, set};
use super::foreign_key::{ForeignKeySaid, action, field_reference};
use super::index::{IndexSaid, index};
use super::keys::{CheckSaid, KeyKind, KeySaid, check, key, unknown_key};
use super::notes::{Finding, Mark, Notes, Said};
use super::table::STRUCT_KEYS;

/// What the attributes of a field say.
#[derive(Clone, Default, Debug)]
pub(crate) struct FieldAttributes {
    /// The column's name.
    pub column: Option<Said<String>>,
    /// Whether it is the primary key, or a part of it.
    pub primary_key: Option<Said<bool>>,
    /// Whether the database numbers its rows.
    pub auto_increment: Option<Said<bool>>,
    /// The form of identity.
    pub identity: Option<Said<IdentityMode>>,
    /// The type in the words of the database.
    pub sql_type: Option<Said<String>>,
    /// Characters or bytes at most.
    pub length: Option<Said<u32>>,
    /// Digits in all.
    pub precision: Option<Said<u32>>,
    /// Digits behind the point.
    pub scale: Option<Said<u32>>,
    /// Unique constraints of this column alone.
    pub uniques: Vec<KeySaid>,
    /// Indexes of this column alone.
    pub indexes: Vec<IndexSaid>,
    /// Checks said on this field.
    pub checks: Vec<CheckSaid>,
    /// The foreign key of this column alone.
    pub references: Option<Box<ForeignKeySaid>>,
    /// The default as a literal.
    pub default: Option<Said<Literal>>,
    /// The default as an expression.
    pub default_sql: Option<Said<String>>,
    /// The expression it is computed from.
    pub generated: Option<Said<String>>,
    /// Whether computed values are stored; they are unless it is said otherwise.
    pub is_stored: Option<Said<bool>>,
    /// The collation.
    pub collate: Option<Said<String>>,
    /// The comment.
    pub comment: Option<Said<String>>,
    /// Whether null is allowed, whatever the type says.
    pub nullable: Option<Said<bool>>,
    /// The name it had before.
    pub renamed_from: Option<Said<String>>,
    /// Whether the field is no column.
    pub skip: Option<Said<bool>>,
}

pub(super) const FIELD_KEYS: [&str; 25] = [
    "column",
    "primary_key",
    "auto_increment",
    "identity",
    "sql_type",
    "length",
    "precision",
    "scale",
    "unique",
    "index",
    "check",
    "references",
    "on_delete",
    "on_update",
    "default",
    "default_sql",
    "generated",
    "stored",
    "virtual",
    "collate",
    "comment",
    "nullable",
    "renamed_from",
    "skip",
    "name",
];

impl FieldAttributes {
    /// Reads every `#[ambix(...)]` of a field; `own` is the field's name and place.
    pub(crate) fn read(attributes: &[Attribute], own: &Said<String>, notes: &mut Notes) -> Self {
        let mut said = Self::default();
        let (mut on_delete, mut on_update) = (None, None);
        for list in entries(attributes, "ambix", notes) {
            for entry in &list {
                let Entry::Named { key, value } = entry else {
                    notes.add(Finding::error(place(entry), "expected a key such as `length = 255`"));
                    continue;
                };
                let asked = Asked { key, value };
                match key.value.as_str() {
                    "on_delete" => set(&mut on_delete, "on_delete", action(&asked, notes), notes),
                    "on_update" => set(&mut on_update, "on_update", action(&asked, notes), notes),
                    "unique" | "index" | "check" | "references" => said.constraint(own, &asked, notes),
                    _column => said.entry(&asked, notes),
                }
            }
        }
        said.add_actions(on_delete, on_update, notes);
        said.find_conflicts(notes);
        said
    }

    fn entry(&mut self, asked: &Asked<'_>, notes: &mut Notes) {
        let key = asked.key.value.as_str();
        match key {
            "column" => set(&mut self.column, key, asked.text(notes), notes),
            "primary_key" => set(&mut self.primary_key, key, asked.flag(notes), notes),
            "auto_increment" => set(&mut self.auto_increment, key, asked.flag(notes), notes),
            "sql_type" => set(&mut self.sql_type, key, asked.text(notes), notes),
            "length" => set(&mut self.length, key, asked.number(notes), notes),
            "precision" => set(&mut self.precision, key, asked.number(notes), notes),
            "scale" => set(&mut self.scale, key, asked.number(notes), notes),
            "default" => set(&mut self.default, key, literal(asked, notes), notes),
            "default_sql" => set(&mut self.default_sql, key, asked.text(notes), notes),
            "generated" => set(&mut self.generated, key, asked.text(notes), notes),
            "stored" => set(&mut self.is_stored, "stored` or `virtual", asked.flag(notes), notes),
            "virtual" => {
                let stored = asked.flag(notes).map(|flag| Said { value: !flag.value, mark: flag.mark });
                set(&mut self.is_stored, "stored` or `virtual", stored, notes);
            }
            "collate" => set(&mut self.collate, key, asked.text(notes), notes),
            "comment" => set(&mut self.comment, key, asked.any_text(notes), notes),
            "nullable" => set(&mut self.nullable, key, asked.flag(notes), notes),
            "renamed_from" => set(&mut self.renamed_from, key, asked.text(notes), notes),
            "skip" => set(&mut self.skip, key, asked.flag(notes), notes),
            "identity" => {
                let read = |word: &str| match word.to_ascii_lowercase().replace('_', " ").as_str() {
                    "always" => Some(IdentityMode::Always),
                    "by default" => Some(IdentityMode::ByDefault),
                    _other => None,
                };
                set(&mut self.identity, key, asked.word(&["always", "by default"], read, notes), notes);
            }
            "name" => notes.add(
                Finding::error(asked.key.mark, "unknown key `name` in `#[ambix(...)]` on a field")
                    .help("a column is named with `column = \"...\"`, a constraint inside its own parentheses: `unique(name = \"...\")`"),
            ),
            _unknown if STRUCT_KEYS.contains(&key) => notes.add(
                Finding::error(asked.key.mark, format!("`{key}` belongs on the struct, not on a field"))
                    .help("move it to an `#[ambix(...)]` above the struct"),
            ),
            _unknown => unknown_key(asked.key, "#[ambix(...)]", &FIELD_KEYS[..24], notes),
        }
    }

    fn constraint(&mut self, own: &Said<String>, asked: &Asked<'_>, notes: &mut Notes) {
        // The column is this field, wherever the constraint is spelled: it is named by the field.
        let own = Said { value: own.value.clone(), mark: asked.key.mark };
        let list: &[Entry] = match (asked.key.value.as_str(), asked.value) {
            (_, Value::List(list)) => list,
            ("unique" | "index", Value::Flag | Value::Constant(_) | Value::Expression(_)) => {
                if !asked.flag(notes).is_some_and(|flag| flag.value) {
                    return;
                }
                &[]
            }
            (_, Value::Flag | Value::Constant(_) | Value::Expression(_)) => &[],
        };
        match asked.key.value.as_str() {
            "unique" => self.uniques.push(key(KeyKind::Unique, Some(&own), asked.key, list, notes)),
            "index" => self.indexes.push(index(Some(&own), asked.key, list, notes)),
            "check" if list.is_empty() => {
                let expr = asked.text(notes);
                self.checks.extend(expr.map(|expr| CheckSaid { expr, name: None }));
            }
            "check" => self.checks.extend(check(asked.key, list, notes)),
            _references => {
                let said = field_reference(&own, asked, notes);
                if self.references.is_some() && said.is_some() {
                    notes.add(Finding::error(asked.key.mark, "`references` is said twice").help(
                        "a second foreign key of a column is said on the struct, with `foreign_key(...)`",
                    ));
                }
                self.references = said.map(Box::new).or(self.references.take());
            }
        }
    }

    fn add_actions(
        &mut self,
        on_delete: Option<Said<Action>>,
        on_update: Option<Said<Action>>,
        notes: &mut Notes,
    ) {
        let Some(key) = &mut self.references else {
            for (word, said) in [("on_delete", on_delete), ("on_update", on_update)] {
                let Some(said) = said else { continue };
                let finding = Finding::error(said.mark, format!("`{word}` without `references`"));
                notes.add(finding.help("say what the column references: `references = \"table.column\"`"));
            }
            return;
        };
        set(&mut key.on_delete, "on_delete", on_delete, notes);
        set(&mut key.on_update, "on_update", on_update, notes);
    }

    /// Pairs of keys that contradict each other, or need each other.
    fn find_conflicts(&self, notes: &mut Notes) {
        let at = |said: &Option<Said<u32>>| said.as_ref().map(|said| said.mark);
        let default = self.default.as_ref().map(|said| said.mark);
        let default_sql = self.default_sql.as_ref().map(|said| said.mark);
        let generated = self.generated.as_ref().map(|said| said.mark);
        let is_numbered = self.auto_increment.as_ref().filter(|said| said.value).map(|said| said.mark);
        let identity = self.identity.as_ref().map(|said| said.mark);
        let sql_type = self.sql_type.as_ref().map(|said| said.mark);
        let is_key = self.primary_key.as_ref().filter(|said| said.value).map(|said| said.mark);
        let is_nullable = self.nullable.as_ref().filter(|said| said.value).map(|said| said.mark);
        let pairs = [
            ("default", default, "default_sql", default_sql),
            ("generated", generated, "default", default),
            ("generated", generated, "default_sql", default_sql),
            ("generated", generated, "auto_increment", is_numbered),
            ("generated", generated, "identity", identity),
            ("auto_increment", is_numbered, "identity", identity),
            ("auto_increment", is_numbered, "default", default),
            ("auto_increment", is_numbered, "default_sql", default_sql),
            ("identity", identity, "default", default),
            ("identity", identity, "default_sql", default_sql),
            ("sql_type", sql_type, "length", at(&self.length)),
            ("sql_type", sql_type, "precision", at(&self.precision)),
            ("primary_key", is_key, "nullable", is_nullable),
        ];
        for (one, first, other, second) in pairs {
            if let (Some(_), Some(mark)) = (first, second) {
                notes
                    .add(Finding::error(mark, format!("`{other}` beside `{one}`")).help(way_out(one, other)));
            }
        }
        let needs = [
            ("scale", at(&self.scale), "precision", self.precision.is_some()),
            (
                "stored` or `virtual",
                self.is_stored.as_ref().map(|said| said.mark),
                "generated",
                generated.is_some(),
            ),
        ];
        for (key, said, needed, is_there) in needs {
            if let (Some(mark), false) = (said, is_there) {
                notes.add(Finding::error(mark, format!("`{key}` without `{needed}`")));
            }
        }
    }
}

fn way_out(one: &str, other: &str) -> String {
    match one {
        "sql_type" => format!(
            "write it inside the type: `sql_type = \"numeric(10, 2)\"`; `{other}` is for the Rust type"
        ),
        "primary_key" => "a column of a primary key is never null".into(),
        _values => format!("a column has one source of values: take away `{one}` or `{other}`"),
    }
}

fn place(entry: &Entry) -> Mark {
    match entry {
        Entry::Named { key, .. } => key.mark,
        Entry::Bare(bare) => bare.mark,
    }
}

fn literal(asked: &Asked<'_>, notes: &mut Notes) -> Option<Said<Literal>> {
    let mark = match asked.value {
        Value::Constant(Said { value, mark }) => {
            let value = match value {
                Constant::Text(text) => Literal::Text(text.clone()),
                Constant::Bool(value) => Literal::Bool(*value),
                Constant::Number(digits) => Literal::Number(digits.clone()),
            };
            return Some(Said { value, mark: *mark });
        }
        Value::Expression(mark) => *mark,
        Value::Flag | Value::List(_) => asked.key.mark,
    };
    notes.add(
        Finding::error(mark, "`default` takes a literal")
            .help("for an expression of the database write `default_sql = \"...\"`"),
    );
    None
}

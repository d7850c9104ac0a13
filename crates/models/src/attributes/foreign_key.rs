//! `foreign_key(...)`, `references` and the text that names a table and its columns.

use ambix_schema::{Action, Deferrable, MatchType, Name};

use super::entry::{Asked, Constant, Entry, Value, set};
use super::keys::{ColumnList, deferrable};
use super::notes::{Finding, Mark, Notes, Said};

/// A foreign key as it is said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ForeignKeySaid {
    /// The referencing columns, by column or field name.
    pub columns: Vec<Said<String>>,
    /// What is referenced.
    pub references: Said<Reference>,
    /// What happens on delete.
    pub on_delete: Option<Said<Action>>,
    /// What happens on update.
    pub on_update: Option<Said<Action>>,
    /// The MATCH rule.
    pub match_type: MatchType,
    /// When it is checked.
    pub deferrable: Deferrable,
    /// The name.
    pub name: Option<Said<String>>,
    /// Where it is said.
    pub mark: Mark,
}

/// A table and perhaps its columns: `t`, `t.c`, `s.t.c`, `t(c, d)`, `s.t(c)`. Parts may be quoted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Reference {
    /// The namespace, where one is said.
    pub namespace: Option<String>,
    /// The table.
    pub table: String,
    /// The columns; none means the primary key.
    pub columns: Vec<String>,
}

/// How a text without parentheses is split: on a field the last of several parts is the column.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dotted {
    EndsInColumn,
    EndsInTable,
}

const OPTIONS: [&str; 6] = ["references", "on_delete", "on_update", "match", "deferrable", "name"];

/// Reads `foreign_key(a, b, references = "t(x, y)", ...)`.
pub(super) fn foreign_key(
    word: &Said<String>,
    entries: &[Entry],
    notes: &mut Notes,
) -> Option<ForeignKeySaid> {
    let mut columns = ColumnList::new(None, word);
    let mut options = Options::default();
    let mut references = None;
    for entry in entries {
        let Some(asked) = columns.column_or_option(entry, &OPTIONS, notes) else { continue };
        match asked.key.value.as_str() {
            "references" => {
                let said = asked.text(notes).and_then(|text| reference(&text, Dotted::EndsInTable, notes));
                set(&mut references, "references", said, notes);
            }
            _option => options.take(&asked, notes),
        }
    }
    let is_said = entries
        .iter()
        .any(|entry| matches!(entry, Entry::Named { key, value } if key.value == "references" && *value != Value::Flag));
    if !is_said {
        notes.add(
            Finding::error(word.mark, "`foreign_key` without `references`")
                .help("write `foreign_key(a, b, references = \"table(x, y)\")`"),
        );
    }
    let columns = columns.finish(notes);
    Some(options.into_said(columns, references?, word.mark))
}

/// Reads `references = "table.column"` or `references("table.column", name = "...")` on a field.
pub(super) fn field_reference(
    own: &Said<String>,
    asked: &Asked<'_>,
    notes: &mut Notes,
) -> Option<ForeignKeySaid> {
    let mut options = Options::default();
    let text = match asked.value {
        Value::List(entries) => {
            let mut text = None;
            for entry in entries {
                match entry {
                    Entry::Bare(Said { value: Constant::Text(value), mark }) => {
                        set(&mut text, "references", Some(Said { value: value.clone(), mark: *mark }), notes);
                    }
                    Entry::Bare(bare) => notes.add(Finding::error(bare.mark, "expected a table as a text")),
                    Entry::Named { key, value } if OPTIONS[1..].contains(&key.value.as_str()) => {
                        options.take(&Asked { key, value }, notes);
                    }
                    Entry::Named { key, .. } => {
                        super::keys::unknown_key(key, "references(...)", &OPTIONS[1..], notes);
                    }
                }
            }
            if text.is_none() {
                let finding = Finding::error(asked.key.mark, "`references` names no table");
                notes.add(finding.help("write `references = \"table.column\"`"));
            }
            text?
        }
        Value::Flag | Value::Constant(_) | Value::Expression(_) => asked.text(notes)?,
    };
    let references = reference(&text, Dotted::EndsInColumn, notes)?;
    Some(options.into_said(vec![own.clone()], references, asked.key.mark))
}

/// Reads `on_delete = "set null"`; the columns to set may follow: `"set null (a, b)"`.
pub(super) fn action(asked: &Asked<'_>, notes: &mut Notes) -> Option<Said<Action>> {
    const WORDS: [&str; 5] = ["cascade", "set null", "set default", "restrict", "no action"];
    asked.word(&WORDS, action_of, notes)
}

fn action_of(text: &str) -> Option<Action> {
    let text = text.trim();
    let Some((words, list)) = text.split_once('(') else { return Action::from_words(text) };
    let columns = list.strip_suffix(')')?.split(',').map(|name| Name::from(name.trim())).collect();
    match Action::from_words(words.trim())? {
        Action::SetNull(_) => Some(Action::SetNull(columns)),
        Action::SetDefault(_) => Some(Action::SetDefault(columns)),
        Action::NoAction | Action::Restrict | Action::Cascade => None,
    }
}

#[derive(Default)]
struct Options {
    on_delete: Option<Said<Action>>,
    on_update: Option<Said<Action>>,
    match_type: Option<Said<MatchType>>,
    deferrable: Option<Said<Deferrable>>,
    name: Option<Said<String>>,
}

impl Options {
    fn take(&mut self, asked: &Asked<'_>, notes: &mut Notes) {
        let key = asked.key.value.as_str();
        match key {
            "on_delete" => set(&mut self.on_delete, key, action(asked, notes), notes),
            "on_update" => set(&mut self.on_update, key, action(asked, notes), notes),
            "deferrable" => set(&mut self.deferrable, key, deferrable(asked, notes), notes),
            "name" => set(&mut self.name, key, asked.text(notes), notes),
            _match => {
                let read = |word: &str| match word {
                    "simple" => Some(MatchType::Simple),
                    "full" => Some(MatchType::Full),
                    _other => None,
                };
                set(&mut self.match_type, key, asked.word(&["simple", "full"], read, notes), notes);
            }
        }
    }

    fn into_said(
        self,
        columns: Vec<Said<String>>,
        references: Said<Reference>,
        mark: Mark,
    ) -> ForeignKeySaid {
        ForeignKeySaid {
            columns,
            references,
            on_delete: self.on_delete,
            on_update: self.on_update,
            match_type: self.match_type.map(|said| said.value).unwrap_or_default(),
            deferrable: self.deferrable.map(|said| said.value).unwrap_or_default(),
            name: self.name,
            mark,
        }
    }
}

fn reference(text: &Said<String>, dotted: Dotted, notes: &mut Notes) -> Option<Said<Reference>> {
    let Some(value) = read_reference(&text.value, dotted) else {
        let example = match dotted {
            Dotted::EndsInColumn => "`table.column`, `schema.table.column` or `schema.table(column)`",
            Dotted::EndsInTable => "`table(column, ...)` or `schema.table(column, ...)`",
        };
        notes.add(
            Finding::error(text.mark, format!("`{}` does not name a table and its columns", text.value))
                .help(format!("write {example}; a name with a dot in it goes in double quotes")),
        );
        return None;
    };
    Some(Said { value, mark: text.mark })
}

fn read_reference(text: &str, dotted: Dotted) -> Option<Reference> {
    let (mut parts, rest) = dotted_name(text)?;
    let mut columns = Vec::new();
    if let Some(list) = rest.strip_prefix('(') {
        let mut list = list;
        loop {
            let (name, rest) = part(list)?;
            columns.push(name);
            if let Some(more) = rest.strip_prefix(',') {
                list = more;
            } else {
                (rest.strip_prefix(')')?.trim().is_empty()).then_some(())?;
                break;
            }
        }
    } else if !rest.is_empty() {
        return None;
    } else if dotted == Dotted::EndsInColumn && parts.len() > 1 {
        columns.extend(parts.pop());
    }
    let table = parts.pop()?;
    let namespace = parts.pop();
    parts.is_empty().then_some(Reference { namespace, table, columns })
}

/// The parts of `a.b."c.d"`, and what follows them.
pub(crate) fn dotted_name(text: &str) -> Option<(Vec<String>, &str)> {
    let (first, mut rest) = part(text)?;
    let mut parts = vec![first];
    while let Some(more) = rest.strip_prefix('.') {
        let (next, after) = part(more)?;
        parts.push(next);
        rest = after;
    }
    Some((parts, rest))
}

/// One name, quoted or bare, and what follows it and its spaces.
fn part(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    if let Some(quoted) = text.strip_prefix('"') {
        let mut name = String::new();
        let mut rest = quoted;
        loop {
            let (before, after) = rest.split_once('"')?;
            name.push_str(before);
            match after.strip_prefix('"') {
                Some(more) => {
                    name.push('"');
                    rest = more;
                }
                None => return (!name.is_empty()).then(|| (name, after.trim_start())),
            }
        }
    }
    let end = text.find(['.', '(', ')', ',', '"']).unwrap_or(text.len());
    let name = text[..end].trim_end();
    (!name.is_empty()).then(|| (name.to_owned(), &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, dotted: Dotted) -> Option<(Option<String>, String, Vec<String>)> {
        read_reference(text, dotted)
            .map(|reference| (reference.namespace, reference.table, reference.columns))
    }

    #[test]
    fn a_reference_names_a_table_and_its_columns() {
        let owned = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        let field = |text| read(text, Dotted::EndsInColumn);
        assert_eq!(field("tenants.id"), Some((None, "tenants".into(), owned(&["id"]))));
        assert_eq!(field("app.tenants.id"), Some((Some("app".into()), "tenants".into(), owned(&["id"]))));
        assert_eq!(field("app.tenants(id)"), Some((Some("app".into()), "tenants".into(), owned(&["id"]))));
        assert_eq!(field("tenants"), Some((None, "tenants".into(), vec![])));
        assert_eq!(field("\"a.\"\"b\".id"), Some((None, "a.\"b".into(), owned(&["id"]))));
        let table = |text| read(text, Dotted::EndsInTable);
        assert_eq!(table("app.t ( x , y )"), Some((Some("app".into()), "t".into(), owned(&["x", "y"]))));
        assert_eq!(table("app.t"), Some((Some("app".into()), "t".into(), vec![])));
        for bad in ["", ".", "a.", "a(", "a()", "a(b", "a(b)c", "a.b.c.d", "\"a", "\"\""] {
            assert_eq!(field(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_action_may_name_the_columns_it_sets() {
        assert_eq!(action_of("SET NULL (a, b)"), Some(Action::SetNull(vec!["a".into(), "b".into()])));
        assert_eq!(action_of("set_null"), Some(Action::SetNull(vec![])));
        assert_eq!(action_of("cascade (a)"), None);
        assert_eq!(action_of("explode"), None);
    }
}

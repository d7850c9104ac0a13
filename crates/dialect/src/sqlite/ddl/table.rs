//! The text of CREATE TABLE.

use ambix_schema::{Action, Deferrable, MatchType};

use super::cursor::{Cursor, split_at_commas};
use super::expression::spelled;
use super::{Token, TokenKind, tokens};
use crate::sqlite::options::{self, Options};

/// What a CREATE TABLE says beyond the pragmas.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::sqlite) struct TableText {
    pub(in crate::sqlite) columns: Vec<ColumnText>,
    /// All constraints, of columns and of the table, in the order they are written.
    pub(in crate::sqlite) constraints: Vec<ConstraintText>,
}

/// What is said of a column.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::sqlite) struct ColumnText {
    pub(in crate::sqlite) name: String,
    pub(in crate::sqlite) collation: Option<String>,
    pub(in crate::sqlite) generated: Option<String>,
    pub(in crate::sqlite) is_auto_increment: bool,
    /// `INTEGER PRIMARY KEY DESC`, which is no rowid.
    pub(in crate::sqlite) is_descending_key: bool,
    /// What happens to a null where none is allowed.
    pub(in crate::sqlite) on_null: Options,
}

/// One constraint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::sqlite) struct ConstraintText {
    pub(in crate::sqlite) name: Option<String>,
    /// The column it was written at.
    pub(in crate::sqlite) column: Option<String>,
    pub(in crate::sqlite) rule: Rule,
}

/// What a constraint demands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::sqlite) enum Rule {
    PrimaryKey(KeyText),
    Unique(KeyText),
    Check { expression: String },
    ForeignKey(ForeignKeyText),
}

/// A primary key or unique.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::sqlite) struct KeyText {
    pub(in crate::sqlite) columns: Vec<String>,
    pub(in crate::sqlite) options: Options,
}

/// A foreign key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::sqlite) struct ForeignKeyText {
    pub(in crate::sqlite) columns: Vec<String>,
    pub(in crate::sqlite) table: String,
    /// Empty when the primary key is meant.
    pub(in crate::sqlite) referenced: Vec<String>,
    pub(in crate::sqlite) on_delete: Action,
    pub(in crate::sqlite) on_update: Action,
    pub(in crate::sqlite) match_type: MatchType,
    pub(in crate::sqlite) deferrable: Deferrable,
}

/// Reads a CREATE TABLE of a table with these columns.
pub(in crate::sqlite) fn read_table(sql: &str, columns: &[&str]) -> Option<TableText> {
    let parts = tokens(sql)?;
    let mut cursor = Cursor::new(&parts);
    cursor.expect(&["CREATE"])?;
    let _is_temporary = cursor.accept_any(&["TEMP", "TEMPORARY"]);
    cursor.expect(&["TABLE"])?;
    cursor.accept(&["IF", "NOT", "EXISTS"]);
    cursor.name()?;
    if cursor.accept_sign('.') {
        cursor.name()?;
    }
    let body = cursor.group()?;
    // What follows are STRICT and WITHOUT ROWID, which a pragma tells.
    let mut reader = Reader { columns, text: TableText::default() };
    for part in split_at_commas(body) {
        reader.part(Cursor::new(part))?;
    }
    Some(reader.text)
}

struct Reader<'c> {
    columns: &'c [&'c str],
    text: TableText,
}

impl Reader<'_> {
    /// A column, or constraints of the table: commas between those may be left out.
    fn part(&mut self, mut cursor: Cursor<'_, '_>) -> Option<()> {
        const TABLE_CONSTRAINTS: [&str; 5] = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];
        let first = cursor.peek()?;
        if !TABLE_CONSTRAINTS.iter().any(|word| first.is_word(word)) {
            return self.column(&mut cursor);
        }
        let mut name = None;
        while !cursor.is_done() {
            if cursor.accept(&["CONSTRAINT"]) {
                name = Some(cursor.name()?);
            } else {
                self.table_constraint(&mut cursor, name.take())?;
            }
        }
        Some(())
    }

    fn column(&mut self, cursor: &mut Cursor<'_, '_>) -> Option<()> {
        let mut column = ColumnText { name: cursor.name()?, ..ColumnText::default() };
        skip_type(cursor)?;
        let mut name = None;
        while !cursor.is_done() {
            if cursor.accept(&["CONSTRAINT"]) {
                name = Some(cursor.name()?);
            } else {
                self.column_constraint(cursor, &mut column, name.take())?;
            }
        }
        self.text.columns.push(column);
        Some(())
    }

    fn column_constraint(
        &mut self,
        cursor: &mut Cursor<'_, '_>,
        column: &mut ColumnText,
        name: Option<String>,
    ) -> Option<()> {
        let own = vec![column.name.clone()];
        let rule = match cursor.next()? {
            word if word.is_word("DEFAULT") => return skip_default(cursor),
            word if word.is_word("NULL") => return conflict_clause(cursor).map(|_| ()),
            word if word.is_word("NOT") && cursor.accept(&["NULL"]) => {
                column.on_null = conflict_clause(cursor)?;
                return Some(());
            }
            word if word.is_word("COLLATE") => {
                column.collation = Some(cursor.name()?);
                return Some(());
            }
            word if word.is_word("GENERATED") => {
                cursor.expect(&["ALWAYS", "AS"])?;
                return self.generated(cursor, column);
            }
            word if word.is_word("AS") => return self.generated(cursor, column),
            word if word.is_word("PRIMARY") => {
                cursor.expect(&["KEY"])?;
                column.is_descending_key = cursor.accept_any(&["ASC", "DESC"]) == Some("DESC");
                let mut key = KeyText { columns: own, ..KeyText::default() };
                if column.is_descending_key {
                    key.options.insert(options::descending(1), "true".into());
                }
                key.options.extend(conflict_clause(cursor)?);
                column.is_auto_increment |= cursor.accept(&["AUTOINCREMENT"]);
                Rule::PrimaryKey(key)
            }
            word if word.is_word("UNIQUE") => {
                let mut key = KeyText { columns: own, ..KeyText::default() };
                key.options.extend(conflict_clause(cursor)?);
                Rule::Unique(key)
            }
            word if word.is_word("CHECK") => self.check(cursor)?,
            word if word.is_word("REFERENCES") => Rule::ForeignKey(references(cursor, own)?),
            // A lone DEFERRABLE clause belongs to the foreign key before it.
            word if word.is_word("DEFERRABLE") => return self.defer_last(cursor, true),
            word if word.is_word("NOT") && cursor.accept(&["DEFERRABLE"]) => {
                return self.defer_last(cursor, false);
            }
            _other => return None,
        };
        let column = Some(column.name.clone());
        self.text.constraints.push(ConstraintText { name, column, rule });
        Some(())
    }

    fn table_constraint(&mut self, cursor: &mut Cursor<'_, '_>, name: Option<String>) -> Option<()> {
        let rule = match cursor.next()? {
            word if word.is_word("PRIMARY") => {
                cursor.expect(&["KEY"])?;
                let (mut key, is_auto_increment) = key_columns(cursor.group()?)?;
                key.options.extend(conflict_clause(cursor)?);
                if is_auto_increment {
                    let column = self.text.columns.iter_mut().find(|column| {
                        key.columns.iter().any(|name| name.eq_ignore_ascii_case(&column.name))
                    })?;
                    column.is_auto_increment = true;
                }
                Rule::PrimaryKey(key)
            }
            word if word.is_word("UNIQUE") => {
                let (mut key, _) = key_columns(cursor.group()?)?;
                key.options.extend(conflict_clause(cursor)?);
                Rule::Unique(key)
            }
            word if word.is_word("CHECK") => self.check(cursor)?,
            word if word.is_word("FOREIGN") => {
                cursor.expect(&["KEY"])?;
                let columns = names(cursor.group()?)?;
                cursor.expect(&["REFERENCES"])?;
                Rule::ForeignKey(references(cursor, columns)?)
            }
            _other => return None,
        };
        self.text.constraints.push(ConstraintText { name, column: None, rule });
        Some(())
    }

    fn check(&mut self, cursor: &mut Cursor<'_, '_>) -> Option<Rule> {
        let expression = spelled(cursor.group()?, self.columns);
        // SQLite reads this one and forgets it.
        conflict_clause(cursor)?;
        Some(Rule::Check { expression })
    }

    fn generated(&mut self, cursor: &mut Cursor<'_, '_>, column: &mut ColumnText) -> Option<()> {
        column.generated = Some(spelled(cursor.group()?, self.columns));
        let _is_stored = cursor.accept_any(&["STORED", "VIRTUAL"]);
        Some(())
    }

    fn defer_last(&mut self, cursor: &mut Cursor<'_, '_>, is_deferrable: bool) -> Option<()> {
        let deferrable = initially(cursor, is_deferrable)?;
        match self.text.constraints.last_mut().map(|constraint| &mut constraint.rule) {
            Some(Rule::ForeignKey(key)) => key.deferrable = deferrable,
            Some(Rule::PrimaryKey(_) | Rule::Unique(_) | Rule::Check { .. }) | None => return None,
        }
        Some(())
    }
}

/// The columns of a key with their order and collations, and whether it says AUTOINCREMENT.
fn key_columns(group: &[Token<'_>]) -> Option<(KeyText, bool)> {
    let mut key = KeyText::default();
    let mut is_auto_increment = false;
    for (place, part) in (1..).zip(split_at_commas(group)) {
        let mut cursor = Cursor::new(part);
        key.columns.push(cursor.name()?);
        while cursor.accept(&["COLLATE"]) {
            key.options.insert(options::collate(place), cursor.name()?);
        }
        if cursor.accept_any(&["ASC", "DESC"]) == Some("DESC") {
            key.options.insert(options::descending(place), "true".into());
        }
        is_auto_increment |= cursor.accept(&["AUTOINCREMENT"]);
        cursor.is_done().then_some(())?;
    }
    Some((key, is_auto_increment))
}

/// The option for `ON CONFLICT …`, where there is one; ABORT is what happens anyway.
fn conflict_clause(cursor: &mut Cursor<'_, '_>) -> Option<Options> {
    if !cursor.accept(&["ON", "CONFLICT"]) {
        return Some(Options::new());
    }
    let way = options::way_out(&cursor.name()?);
    Some(way.map(|way| (options::ON_CONFLICT.to_owned(), way.to_owned())).into_iter().collect())
}

/// A type is any number of words, and up to two numbers; a pragma tells which.
fn skip_type(cursor: &mut Cursor<'_, '_>) -> Option<()> {
    const ENDS: [&str; 11] = [
        "CONSTRAINT",
        "DEFAULT",
        "NULL",
        "NOT",
        "PRIMARY",
        "UNIQUE",
        "CHECK",
        "REFERENCES",
        "COLLATE",
        "GENERATED",
        "AS",
    ];
    let mut has_type = false;
    while let Some(token) = cursor.peek() {
        let is_word = token.kind == TokenKind::Word && !ENDS.iter().any(|end| token.is_word(end));
        if !is_word && !matches!(token.kind, TokenKind::Quoted | TokenKind::Text) {
            break;
        }
        cursor.next();
        has_type = true;
    }
    if has_type && cursor.peek().is_some_and(|token| token.is_sign('(')) {
        cursor.group()?;
    }
    Some(())
}

fn skip_default(cursor: &mut Cursor<'_, '_>) -> Option<()> {
    if cursor.peek()?.is_sign('(') {
        cursor.group()?;
        return Some(());
    }
    let _has_sign = cursor.accept_sign('-') || cursor.accept_sign('+');
    cursor.next().map(|_| ())
}

fn names(group: &[Token<'_>]) -> Option<Vec<String>> {
    split_at_commas(group)
        .into_iter()
        .map(|part| if let [name] = part { name.unquoted() } else { None })
        .collect()
}

/// What follows REFERENCES.
fn references(cursor: &mut Cursor<'_, '_>, columns: Vec<String>) -> Option<ForeignKeyText> {
    let mut key = ForeignKeyText {
        columns,
        table: cursor.name()?,
        referenced: Vec::new(),
        on_delete: Action::NoAction,
        on_update: Action::NoAction,
        match_type: MatchType::Simple,
        deferrable: Deferrable::No,
    };
    if cursor.peek().is_some_and(|token| token.is_sign('(')) {
        key.referenced = names(cursor.group()?)?;
    }
    loop {
        if cursor.accept(&["ON", "DELETE"]) {
            key.on_delete = action(cursor)?;
        } else if cursor.accept(&["ON", "UPDATE"]) {
            key.on_update = action(cursor)?;
        } else if cursor.accept(&["ON", "INSERT"]) {
            action(cursor)?;
        } else if cursor.accept(&["MATCH"]) {
            key.match_type = match_type(&cursor.name()?);
        } else if cursor.accept(&["NOT", "DEFERRABLE"]) {
            key.deferrable = initially(cursor, false)?;
        } else if cursor.accept(&["DEFERRABLE"]) {
            key.deferrable = initially(cursor, true)?;
        } else {
            return Some(key);
        }
    }
}

/// SQLite takes any word here and looks at none.
fn match_type(word: &str) -> MatchType {
    let known = [("FULL", MatchType::Full), ("PARTIAL", MatchType::Partial)];
    let known = known.into_iter().find(|(name, _)| word.eq_ignore_ascii_case(name));
    known.map_or(MatchType::Simple, |(_, match_type)| match_type)
}

fn action(cursor: &mut Cursor<'_, '_>) -> Option<Action> {
    let two_words = [
        (["NO", "ACTION"], Action::NoAction),
        (["SET", "NULL"], Action::SetNull(Vec::new())),
        (["SET", "DEFAULT"], Action::SetDefault(Vec::new())),
    ];
    if let Some((_, action)) = two_words.into_iter().find(|(words, _)| cursor.accept(words)) {
        return Some(action);
    }
    match cursor.accept_any(&["CASCADE", "RESTRICT"])? {
        "CASCADE" => Some(Action::Cascade),
        _restrict => Some(Action::Restrict),
    }
}

fn initially(cursor: &mut Cursor<'_, '_>, is_deferrable: bool) -> Option<Deferrable> {
    let mut is_deferred = false;
    if cursor.accept(&["INITIALLY"]) {
        is_deferred = cursor.accept_any(&["DEFERRED", "IMMEDIATE"])? == "DEFERRED";
    }
    Some(match (is_deferrable, is_deferred) {
        (false, _) => Deferrable::No,
        (true, false) => Deferrable::InitiallyImmediate,
        (true, true) => Deferrable::InitiallyDeferred,
    })
}

//! Traces: where the effect of a statement is seen afterwards, so that it can be told whether one that was
//! interrupted has run.

use ambix_schema::{Address, Change, Object, TableName};
use sqlparser::dialect::Dialect as Grammar;
use sqlparser::tokenizer::{Token, Tokenizer};

use crate::Statement;

/// Where the effect of a statement that runs outside a transaction is seen.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trace {
    /// In what the server prints of these relations.
    In(Vec<TableName>),
    /// Nowhere that matters: running it once more does no harm.
    Repeatable(Vec<TableName>),
    /// In the session alone, so that another session needs it once more.
    Session,
    /// Nowhere that is looked at.
    Unseen,
}

/// The relations that a statement of ambix's own is about.
pub(crate) fn of_statement(statement: &Statement) -> Trace {
    let mut relations = Vec::new();
    collect(statement, &mut relations);
    if relations.is_empty() { Trace::Unseen } else { Trace::In(relations) }
}

fn collect(statement: &Statement, into: &mut Vec<TableName>) {
    let mut add = |name: TableName| {
        if !into.contains(&name) {
            into.push(name);
        }
    };
    let owner = |at: &Address| at.table_name().unwrap_or_else(|| at.qualified_name());
    match statement {
        Statement::CreateTable(image) | Statement::RebuildTable { after: image, .. } => {
            add(image.name.clone());
        }
        Statement::Create { at, object: Object::Index(_) }
        | Statement::Drop { at, object: Object::Index(_) } => {
            add(TableName { namespace: at.namespace.clone(), name: at.name.clone() });
            add(owner(at));
        }
        Statement::Create { at, .. } | Statement::Drop { at, .. } | Statement::Alter { at, .. } => {
            add(owner(at));
        }
        Statement::Rename { from, to } => {
            add(owner(from));
            add(owner(&from.renamed(to.clone())));
        }
        Statement::AlterTable { table, parts } => {
            add(table.clone());
            for part in parts {
                collect(part, into);
            }
        }
        Statement::Insert { .. } | Statement::Sql(_) => {}
    }
}

impl Statement {
    /// The changes to the schema that this is; none for rows and SQL by hand.
    pub fn changes(&self) -> Vec<Change> {
        match self {
            Self::CreateTable(image) | Self::RebuildTable { after: image, .. } => {
                let mut created = vec![(Address::table(&image.name), image.table.clone().into())];
                let columns = image.columns.iter();
                created.extend(columns.map(|(name, column)| {
                    (Address::column(&image.name, name.clone()), column.clone().into())
                }));
                created.extend(image.constraints.iter().cloned());
                created.into_iter().map(|(at, object)| Change::Create { at, object }).collect()
            }
            Self::Create { at, object } => vec![Change::Create { at: at.clone(), object: object.clone() }],
            Self::Drop { at, object } => vec![Change::Drop { at: at.clone(), object: object.clone() }],
            Self::Alter { at, from, to, using } => vec![Change::Alter {
                at: at.clone(),
                from: from.clone(),
                to: to.clone(),
                using: using.clone(),
            }],
            Self::AlterTable { table: _, parts } => parts.iter().flat_map(Self::changes).collect(),
            Self::Rename { from, to } => vec![Change::Rename { from: from.clone(), to: to.clone() }],
            Self::Insert { .. } | Self::Sql(_) => Vec::new(),
        }
    }
}

/// A word or a name of a statement by hand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Part {
    /// As it is written, quotes taken off.
    pub(crate) text: String,
    is_quoted: bool,
    /// A sign that is no word: `.`, `,`, `(`.
    is_sign: bool,
}

impl Part {
    /// Whether it is this keyword.
    pub(crate) fn is(&self, keyword: &str) -> bool {
        !self.is_quoted && !self.is_sign && self.text.eq_ignore_ascii_case(keyword)
    }

    pub(crate) fn is_sign(&self, sign: &str) -> bool {
        self.is_sign && self.text == sign
    }
}

/// The words and signs of a statement; nothing when it cannot be read.
#[expect(clippy::wildcard_enum_match_arm, reason = "sqlparser's tokens are open")]
pub(crate) fn parts(sql: &str, grammar: &dyn Grammar) -> Vec<Part> {
    let Ok(tokens) = Tokenizer::new(grammar, sql).with_unescape(false).tokenize() else { return Vec::new() };
    tokens
        .into_iter()
        .filter_map(|token| match token {
            Token::Word(word) => {
                let text = match word.quote_style {
                    Some(mark) => word.value.replace(&format!("{mark}{mark}"), &mark.to_string()),
                    None => word.value.clone(),
                };
                Some(Part { text, is_quoted: word.quote_style.is_some(), is_sign: false })
            }
            Token::Whitespace(_) => None,
            sign => Some(Part { text: sign.to_string(), is_quoted: false, is_sign: true }),
        })
        .collect()
}

/// Reads a statement by hand from its first word on.
pub(crate) struct Reader<'a> {
    parts: &'a [Part],
    at: usize,
    /// Whether a bare name is told in lower case.
    folds: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(parts: &'a [Part], folds: bool) -> Self {
        Self { parts, at: 0, folds }
    }

    /// Another reader at the same place.
    pub(crate) fn again(&self) -> Self {
        Self { parts: self.parts, at: self.at, folds: self.folds }
    }

    /// Passes over whatever comes next; tells whether there was something.
    pub(crate) fn step(&mut self) -> bool {
        self.at += 1;
        self.at <= self.parts.len()
    }

    /// Takes the keyword if it comes next.
    pub(crate) fn take(&mut self, keyword: &str) -> bool {
        let is_next = self.parts.get(self.at).is_some_and(|part| part.is(keyword));
        self.at += usize::from(is_next);
        is_next
    }

    /// Takes all of these keywords if they come next, one after the other.
    pub(crate) fn take_all(&mut self, keywords: &[&str]) -> bool {
        let next = self.parts.get(self.at..).unwrap_or_default();
        let are_next =
            next.len() >= keywords.len() && next.iter().zip(keywords).all(|(part, keyword)| part.is(keyword));
        self.at += if are_next { keywords.len() } else { 0 };
        are_next
    }

    /// Takes any of these keywords, however many there are of them.
    pub(crate) fn skip(&mut self, keywords: &[&str]) {
        while keywords.iter().any(|keyword| self.take(keyword)) {}
    }

    /// Goes on behind the next place where the keyword stands.
    pub(crate) fn skip_past(&mut self, keyword: &str) -> bool {
        let rest = self.parts.get(self.at..).unwrap_or_default();
        let found = rest.iter().position(|part| part.is(keyword));
        self.at += found.map_or(rest.len(), |place| place + 1);
        found.is_some()
    }

    /// Takes a sign if it comes next.
    pub(crate) fn take_sign(&mut self, sign: &str) -> bool {
        let is_next = self.parts.get(self.at).is_some_and(|part| part.is_sign(sign));
        self.at += usize::from(is_next);
        is_next
    }

    /// Reads a name, qualified or not.
    pub(crate) fn name(&mut self) -> Option<TableName> {
        let first = self.word()?;
        if !self.take_sign(".") {
            return Some(TableName::new(first));
        }
        let second = self.word()?;
        Some(TableName::qualified(first, second))
    }

    /// Reads names between commas.
    pub(crate) fn names(&mut self) -> Vec<TableName> {
        let mut names = Vec::new();
        while let Some(name) = self.name() {
            names.push(name);
            if !self.take_sign(",") {
                break;
            }
        }
        names
    }

    fn word(&mut self) -> Option<String> {
        let part = self.parts.get(self.at).filter(|part| !part.is_sign)?;
        self.at += 1;
        let folds = self.folds && !part.is_quoted;
        Some(if folds { part.text.to_lowercase() } else { part.text.clone() })
    }
}

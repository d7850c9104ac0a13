//! What lowering needs to know and how it fails; names for what has none; placeholders for the unknown.

use ambix_schema::{
    Address, Change, Check, Column, Expr, ForeignKey, Index, Kind, Name, Naming, Object, PrimaryKey, Schema,
    TableName, Type, Unique,
};

/// Why an operation cannot be turned into changes.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LowerError {
    /// The kind of a constraint decides how it is dropped, and nothing says which it is.
    #[error(
        "could not {doing} constraint {name} of {table}: no earlier revision says what kind it is; \
         say it with .foreign_key(), .unique(), .check(), .primary_key() or .exclude()"
    )]
    UnknownConstraint {
        /// What was being done.
        doing: &'static str,
        /// The table.
        table: TableName,
        /// The constraint.
        name: Name,
    },
    /// Only foreign keys and checks can be validated.
    #[error("could not validate constraint {name} of {table}: only foreign keys and checks are validated")]
    NotValidated {
        /// The table.
        table: TableName,
        /// The constraint.
        name: Name,
    },
    /// An index whose table nothing says.
    #[error(
        "could not {doing} index {name}: no earlier revision says which table it is on; \
         say it with .on(\"table\")"
    )]
    UnknownIndex {
        /// What was being done.
        doing: &'static str,
        /// The index.
        name: Name,
    },
    /// An index name that several tables have.
    #[error(
        "could not {doing} index {name}: {} and {} both have it; say which with .on(\"table\")",
        .tables[0], .tables[1]
    )]
    AmbiguousIndex {
        /// What was being done.
        doing: &'static str,
        /// The index.
        name: Name,
        /// Two of the tables.
        tables: Box<[TableName; 2]>,
    },
    /// An enum value that is not there.
    #[error("could not {doing}: enum {at} has no value {value:?}")]
    NoSuchValue {
        /// What was being done.
        doing: &'static str,
        /// The enum.
        at: TableName,
        /// The value.
        value: String,
    },
    /// An enum whose values no earlier revision says, where each column keeps them itself.
    #[error(
        "could not change enum {at}: {title} keeps its values with each column, and no earlier revision says which \
         there are; say them of each column, as in .set_type(sql_type(\"enum('a','b')\"))"
    )]
    UnknownValues {
        /// The enum.
        at: TableName,
        /// The database, for people.
        title: &'static str,
    },
    /// A value renamed where rows hold it as it is.
    #[error(
        "could not rename a value of enum {at}: {title} keeps its values with each column, and rows would lose it; \
         say op.add_enum_value for the new one, op.execute for the UPDATE of the rows, and op.alter_enum without the \
         old one"
    )]
    ValueRenamedInRows {
        /// The enum.
        at: TableName,
        /// The database, for people.
        title: &'static str,
    },
    /// Something that must have a name and got none.
    #[error("could not create {kind} on {table}: it needs a name")]
    Unnamed {
        /// What.
        kind: &'static str,
        /// Where.
        table: TableName,
    },
    /// Rows that do not fit their columns.
    #[error("could not insert into {table}: row {row} has {found} values for {wanted} columns")]
    RowLength {
        /// The table.
        table: TableName,
        /// The row, from 1.
        row: usize,
        /// How many values it has.
        found: usize,
        /// How many columns there are.
        wanted: usize,
    },
}

/// The point at which an operation is lowered.
pub(crate) struct Ctx<'a> {
    pub(crate) before: &'a Schema,
    pub(crate) naming: &'a Naming,
}

impl Ctx<'_> {
    /// The object at an address, or the plainest of its kind.
    pub(super) fn known_or_placeholder(&self, at: &Address) -> Object {
        self.before.get(at).cloned().unwrap_or_else(|| placeholder(at.kind))
    }

    /// The constraint of a table by its name. A primary key without a name of its own answers to the
    /// names servers give it.
    pub(super) fn constraint_named(&self, table: &TableName, name: &Name) -> Option<&Address> {
        let is_named = |at: &Address, object: &Object| match object.as_primary_key() {
            Some(PrimaryKey { name: Some(own), .. }) => own == name,
            Some(_) => {
                *name.as_str() == *format!("{}_pkey", table.name.as_str()) || name.as_str() == "PRIMARY"
            }
            None => at.name == *name,
        };
        self.before
            .parts(table)
            .find(|(at, object)| at.kind.is_constraint() && is_named(at, object))
            .map(|(at, _)| at)
    }

    /// The address of an index, on the table that is said or on the one table that has it.
    pub(super) fn index_named(
        &self,
        doing: &'static str,
        name: &Name,
        table: Option<&TableName>,
    ) -> Result<Address, LowerError> {
        if let Some(table) = table {
            return Ok(Address::part(table, Kind::Index, name));
        }
        let mut found =
            self.before.iter().map(|(at, _)| at).filter(|at| at.kind == Kind::Index && at.name == *name);
        let Some(first) = found.next() else {
            return Err(LowerError::UnknownIndex { doing, name: name.clone() });
        };
        match (found.next().and_then(Address::table_name), first.table_name()) {
            (Some(second), Some(first)) => Err(LowerError::AmbiguousIndex {
                doing,
                name: name.clone(),
                tables: Box::new([first, second]),
            }),
            (_, _) => Ok(first.clone()),
        }
    }

    /// The name of a new constraint or index: the one said, or one by the convention that is still free.
    pub(super) fn name_for(
        &self,
        said: Option<&Name>,
        kind: Kind,
        table: &TableName,
        columns: &[Name],
        referenced: Option<&TableName>,
        taken: &dyn Fn(&Name) -> bool,
    ) -> Result<Name, LowerError> {
        if let Some(name) = said {
            return Ok(name.clone());
        }
        let unnamed = || LowerError::Unnamed { kind: kind.word(), table: table.clone() };
        let name = self.naming.name(kind, table, columns, referenced).ok_or_else(unnamed)?;
        // As PostgreSQL does: the first free number is appended.
        let numbered = (1..).map(|n| Name::from(format!("{}{n}", name.as_str())));
        let is_free = |name: &Name| !taken(name) && !self.is_taken(kind, table, name);
        std::iter::once(name.clone()).chain(numbered).find(is_free).ok_or_else(unnamed)
    }

    /// Constraints share names within a table; indexes within a namespace, also with constraints.
    fn is_taken(&self, kind: Kind, table: &TableName, name: &Name) -> bool {
        let in_table = self.before.parts(table).any(|(at, _)| at.kind != Kind::Column && at.name == *name);
        let as_index = kind == Kind::Index
            && self
                .before
                .iter()
                .any(|(at, _)| at.kind == Kind::Index && at.namespace == table.namespace && at.name == *name);
        in_table || as_index
    }
}

/// An alteration, or nothing where nothing differs.
pub(super) fn alteration(
    at: Address,
    from: impl Into<Object>,
    to: impl Into<Object>,
    using: Option<Expr>,
) -> Vec<Change> {
    let (from, to) = (from.into(), to.into());
    if from == to { Vec::new() } else { vec![Change::Alter { at, from, to, using }] }
}

/// The type of a column that no revision created.
pub(super) fn unknown_type() -> Type {
    Type::Other("unknown".into())
}

/// The plainest object of a kind: stands in for one that no revision created.
pub(super) fn placeholder(kind: Kind) -> Object {
    match kind {
        Kind::Namespace => ambix_schema::Namespace::default().into(),
        Kind::Extension => ambix_schema::Extension::default().into(),
        Kind::Enum => ambix_schema::Enum::default().into(),
        Kind::Domain => ambix_schema::Domain::new(unknown_type()).into(),
        Kind::Composite => ambix_schema::Composite::default().into(),
        Kind::Range => ambix_schema::Range::new(unknown_type()).into(),
        Kind::Sequence => super::sequence::plain().into(),
        Kind::Table => ambix_schema::Table::default().into(),
        Kind::Column => Column::new(unknown_type()).into(),
        Kind::PrimaryKey => PrimaryKey::new(Vec::new()).into(),
        Kind::Unique => Unique::new(Vec::new()).into(),
        Kind::Check => Check::new("").into(),
        Kind::ForeignKey => ForeignKey::new(Vec::new(), TableName::new(""), Vec::new()).into(),
        Kind::Exclusion => ambix_schema::Exclusion::new(Vec::new()).into(),
        Kind::Index => Index::new(Vec::new()).into(),
        Kind::View => ambix_schema::View::new("").into(),
    }
}

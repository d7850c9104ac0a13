//! Tables: `create_table`, `drop_table`, `alter_table`, and how a table in another namespace is named.

use std::collections::{BTreeMap, BTreeSet};

use ambix_schema::{Address, Change, Column, Name, Object, Silent, Table, TableName};
use serde::{Deserialize, Serialize};

use super::constraint::Constraint;
use super::dependents::dropped_with_table;
use super::lower::{Ctx, LowerError, alteration};
use super::options::{applied_options, edited_options, placeholder_options};
use super::phrase::{self, Phrase};
use super::{ColumnDefinition, Edit, List, Verb};

/// A new table with its columns and constraints. Indexes are operations of their own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreateTable {
    /// The name.
    pub name: TableName,
    /// The columns, in order.
    pub columns: Vec<ColumnDefinition>,
    /// The constraints.
    pub constraints: Vec<Constraint>,
    /// Comment, options and partitioning.
    pub table: Table,
}

/// A table dropped with all its parts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DropTable {
    /// The name.
    pub name: TableName,
}

/// What changes about a table itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlterTable {
    /// The name.
    pub name: TableName,
    /// The comment.
    pub comment: Edit<String>,
    /// Options by their names; `None` takes one away.
    pub options: BTreeMap<String, Option<String>>,
    /// The partitioning clause.
    pub partition_by: Edit<String>,
    /// The tables it inherits columns from, all of them.
    pub inherits: Option<Vec<TableName>>,
}

impl AlterTable {
    /// An alteration of a table that changes nothing yet.
    pub fn new(name: TableName) -> Self {
        Self { name, comment: Edit::Keep, options: BTreeMap::new(), partition_by: Edit::Keep, inherits: None }
    }

    /// The alteration that makes one table out of another; its parts aside.
    pub fn between(name: TableName, from: &Table, to: &Table) -> Self {
        let Table { comment, options, partition_by, inherits } = to;
        Self {
            name,
            comment: Edit::between(from.comment.as_ref(), comment.as_ref()),
            options: edited_options(&from.options, options),
            partition_by: Edit::between(from.partition_by.as_ref(), partition_by.as_ref()),
            inherits: (from.inherits != *inherits).then(|| inherits.clone()),
        }
    }
}

vocabulary! {
    words {
        /// A table in a namespace other than the default one. Also names enums, sequences and views.
        fn table(namespace: into Name, name: into Name) -> TableName {
            TableName::qualified(namespace, name)
        }
    }

    verbs {
        /// Creates a table.
        fn create_table(name: into TableName) -> CreateTable {
            CreateTable { name, columns: Vec::new(), constraints: Vec::new(), table: Table::default() }
        }

        /// Drops a table with all its parts and rows.
        fn drop_table(name: into TableName) -> DropTable {
            DropTable { name }
        }

        /// Changes comment, options or partitioning of a table.
        fn alter_table(name: into TableName) -> AlterTable {
            AlterTable::new(name)
        }
    }

    methods recorded CreateTable {
        /// The next column.
        fn column(this, column: into ColumnDefinition) {
            this.columns.push(column);
        }

        /// A constraint.
        fn constraint(this, constraint: into Constraint) {
            this.constraints.push(constraint);
        }

        /// A comment on the table.
        fn comment(this, text: into String) {
            this.table.comment = Some(text);
        }

        /// An option, in the words of the database.
        fn option(this, name: into String, value: into String) {
            this.table.options.insert(name, value);
        }

        /// The clause behind `PARTITION BY`.
        fn partition_by(this, clause: into String) {
            this.table.partition_by = Some(clause);
        }

        /// The tables it inherits columns from (PostgreSQL).
        fn inherits(this, parents: into List<TableName>) {
            this.table.inherits = parents.0;
        }
    }

    methods recorded AlterTable {
        /// The comment.
        fn comment(this, text: into String) {
            this.comment = Edit::Set(text);
        }

        /// No comment any more.
        fn drop_comment(this) {
            this.comment = Edit::Unset;
        }

        /// Gives an option a value.
        fn option(this, name: into String, value: into String) {
            this.options.insert(name, Some(value));
        }

        /// Takes an option away.
        fn drop_option(this, name: into String) {
            this.options.insert(name, None);
        }

        /// The clause behind `PARTITION BY`.
        fn partition_by(this, clause: into String) {
            this.partition_by = Edit::Set(clause);
        }

        /// No partitioning any more.
        fn drop_partition_by(this) {
            this.partition_by = Edit::Unset;
        }

        /// The tables it inherits columns from (PostgreSQL), all of them.
        fn inherits(this, parents: into List<TableName>) {
            this.inherits = Some(parents.0);
        }
    }
}

impl Verb for CreateTable {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let mut changes =
            vec![Change::Create { at: Address::table(&self.name), object: self.table.clone().into() }];
        let required = self.primary_key_columns();
        for (definition, position) in self.columns.iter().zip(1..) {
            let ColumnDefinition { name, column } = definition;
            // A column of a primary key refuses nulls, said or not.
            let is_nullable = column.is_nullable && !required.contains(name);
            let column = Column { is_nullable, position: Silent(position), ..column.clone() };
            changes.push(Change::Create { at: Address::column(&self.name, name), object: column.into() });
        }
        let columns: Vec<Name> = self.columns.iter().map(|column| column.name.clone()).collect();
        // Names that are said are taken before any is made.
        let mut taken: BTreeSet<Name> =
            self.constraints.iter().filter_map(Constraint::name).cloned().collect();
        for constraint in &self.constraints {
            let (at, object) = constraint.placed(ctx, &self.name, &columns, &|name| taken.contains(name))?;
            taken.insert(at.name.clone());
            changes.push(Change::Create { at, object });
        }
        Ok(changes)
    }

    fn phrase(&self) -> String {
        let Self { name, columns, constraints, table } = self;
        let Table { comment, options, partition_by, inherits } = table;
        let phrase = Phrase::verb("create_table", [phrase::table(name)]);
        let phrase = columns.iter().fold(phrase, |phrase, column| phrase.say("column", [column.phrase()]));
        let phrase = constraints
            .iter()
            .fold(phrase, |phrase, constraint| phrase.say("constraint", [constraint.phrase()]));
        let phrase = match inherits.as_slice() {
            [] => phrase,
            parents => phrase.say("inherits", [phrase::list(parents.iter().map(phrase::table))]),
        };
        phrase
            .say_some("partition_by", partition_by.as_deref(), phrase::text)
            .say_options(options)
            .say_some("comment", comment.as_deref(), phrase::text)
            .finish()
    }
}

impl CreateTable {
    /// The columns of the primary key that is said here.
    fn primary_key_columns(&self) -> &[Name] {
        self.constraints
            .iter()
            .find_map(|constraint| match constraint {
                Constraint::PrimaryKey(definition) => Some(definition.key.columns.as_slice()),
                Constraint::Unique(_)
                | Constraint::ForeignKey(_)
                | Constraint::Check(_)
                | Constraint::Exclusion(_) => None,
            })
            .unwrap_or(&[])
    }
}

impl Verb for DropTable {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let at = Address::table(&self.name);
        let object = ctx.known_or_placeholder(&at);
        let mut changes = dropped_with_table(ctx.before, &self.name);
        changes.push(Change::Drop { at, object });
        Ok(changes)
    }

    fn phrase(&self) -> String {
        Phrase::verb("drop_table", [phrase::table(&self.name)]).finish()
    }
}

impl Verb for AlterTable {
    fn lower(&self, ctx: &Ctx<'_>) -> Result<Vec<Change>, LowerError> {
        let Self { name, comment, options, partition_by, inherits } = self;
        let at = Address::table(name);
        let unknown = || String::from("unknown");
        let known = ctx.before.get(&at).and_then(Object::as_table).cloned();
        let from = known.unwrap_or_else(|| Table {
            comment: comment.placeholder(unknown),
            options: placeholder_options(options),
            partition_by: partition_by.placeholder(unknown),
            // Some other list than the one that is said.
            inherits: inherits.iter().filter(|to| to.is_empty()).map(|_| "unknown".into()).collect(),
        });
        let to = Table {
            comment: comment.applied_to(from.comment.clone()),
            options: applied_options(options, &from.options),
            partition_by: partition_by.applied_to(from.partition_by.clone()),
            inherits: inherits.clone().unwrap_or_else(|| from.inherits.clone()),
        };
        Ok(alteration(at, from, to, None))
    }

    fn phrase(&self) -> String {
        let Self { name, comment, options, partition_by, inherits } = self;
        Phrase::verb("alter_table", [phrase::table(name)])
            .say_edit("comment", comment, |text| phrase::text(text))
            .say_edit("partition_by", partition_by, |text| phrase::text(text))
            .say_option_edits(options)
            .say_some("inherits", inherits.as_ref(), |parents| {
                phrase::list(parents.iter().map(phrase::table))
            })
            .finish()
    }
}

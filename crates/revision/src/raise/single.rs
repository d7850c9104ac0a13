//! Raising one change on its own.

use ambix_schema::{Address, Change, Facet, Kind, Name, Object, Opaque, Schema, TableName};

use super::definition;
use crate::operations::{
    AddColumn, AddEnumValue, AlterColumn, AlterCompositeType, AlterDomain, AlterEnum, AlterExtension,
    AlterIndex, AlterRangeType, AlterSchema, AlterSequence, AlterTable, BulkInsert, Constraint,
    CreateCompositeType, CreateConstraint, CreateDomain, CreateEnum, CreateExtension, CreateIndex,
    CreateRangeType, CreateSchema, CreateSequence, CreateTable, CreateView, DoneElsewhere, DropColumn,
    DropCompositeType, DropConstraint, DropDomain, DropEnum, DropExtension, DropIndex, DropPrimaryKey,
    DropRangeType, DropSchema, DropSequence, DropTable, DropView, Edit, Execute, Irreversible,
    NamedConstraint, Operation, Rename, RenameConstraint, RenameEnumValue, RenameIndex, ReplaceView,
    ValidateConstraint, ValuePlace,
};

/// The operations for a change that folds into no other.
pub(super) fn operations(state: &Schema, change: &Change) -> Vec<Operation> {
    match change {
        Change::Create { at, object } => created(at, object),
        Change::Drop { at, object } => dropped(at, object),
        Change::Alter { at, from, to, using } => {
            if let (Object::Column(from), Object::Column(to)) = (from, to) {
                let altered = AlterColumn::between(own_table(at), at.name.clone(), from, to, using.clone());
                return vec![altered.into()];
            }
            if let (Object::Enum(from), Object::Enum(to), Some(_)) = (from, to, using)
                && let Some(renamed) = renamed_value(at.qualified_name(), from, to)
            {
                return vec![renamed.into()];
            }
            altered(at, from, to)
        }
        Change::Rename { from, to } => renamed(state, from, to),
        Change::Opaque(opaque) => vec![by_hand(opaque)],
    }
}

fn own_table(at: &Address) -> TableName {
    at.table_name().unwrap_or_else(|| at.qualified_name())
}

fn by_hand(opaque: &Opaque) -> Operation {
    match opaque.clone() {
        Opaque::Sql { text, dialect } => Execute { sql: text, dialect }.into(),
        Opaque::Insert { table, columns, rows } => BulkInsert { table, columns, rows }.into(),
        Opaque::Irreversible { reason } => Irreversible { reason }.into(),
        Opaque::Unknown { reason } => DoneElsewhere { reason }.into(),
    }
}

fn created(at: &Address, object: &Object) -> Vec<Operation> {
    let name = at.qualified_name();
    if let Some(definition) = Constraint::of(&at.name, object) {
        return vec![CreateConstraint { table: own_table(at), definition }.into()];
    }
    let operation = match object.clone() {
        Object::Namespace(namespace) => {
            CreateSchema { name: at.name.clone(), comment: namespace.comment }.into()
        }
        Object::Extension(extension) => {
            let ambix_schema::Extension { version, namespace, requires: _ } = extension;
            CreateExtension { name: at.name.clone(), version, namespace }.into()
        }
        Object::Enum(it) => CreateEnum { name, values: it.values, comment: it.comment }.into(),
        Object::Domain(domain) => CreateDomain { name, domain }.into(),
        Object::Composite(composite) => CreateCompositeType { name, composite }.into(),
        Object::Range(range) => CreateRangeType { name, range }.into(),
        Object::Sequence(sequence) => CreateSequence { name, sequence }.into(),
        Object::Table(table) => CreateTable { name, columns: vec![], constraints: vec![], table }.into(),
        Object::Column(column) => {
            AddColumn { table: own_table(at), column: definition(&at.name, &column) }.into()
        }
        Object::Index(index) => {
            let concurrently = index.concurrently.0;
            CreateIndex { name: Some(at.name.clone()), table: own_table(at), index, concurrently }.into()
        }
        Object::View(view) => CreateView { name, view }.into(),
        Object::PrimaryKey(_)
        | Object::Unique(_)
        | Object::Check(_)
        | Object::ForeignKey(_)
        | Object::Exclusion(_) => return Vec::new(),
    };
    vec![operation]
}

fn dropped(at: &Address, object: &Object) -> Vec<Operation> {
    let name = at.qualified_name();
    let operation = match object {
        Object::Namespace(_) => DropSchema { name: at.name.clone() }.into(),
        Object::Extension(_) => DropExtension { name: at.name.clone() }.into(),
        Object::Enum(_) => DropEnum { name }.into(),
        Object::Domain(_) => DropDomain { name }.into(),
        Object::Composite(_) => DropCompositeType { name }.into(),
        Object::Range(_) => DropRangeType { name }.into(),
        Object::Sequence(_) => DropSequence { name }.into(),
        Object::Table(_) => DropTable { name }.into(),
        Object::Column(_) => {
            DropColumn { table: own_table(at), name: at.name.clone(), keeping: vec![] }.into()
        }
        Object::PrimaryKey(_) => DropPrimaryKey { table: own_table(at) }.into(),
        Object::Unique(_) | Object::Check(_) | Object::ForeignKey(_) | Object::Exclusion(_) => {
            DropConstraint { constraint: named(at) }.into()
        }
        Object::Index(index) => {
            let concurrently = index.concurrently.0;
            DropIndex { name: at.name.clone(), table: at.table_name(), concurrently }.into()
        }
        Object::View(view) => DropView { name, is_materialized: view.is_materialized }.into(),
    };
    vec![operation]
}

/// A constraint by name and kind, so that it is found also where no revision created it.
fn named(at: &Address) -> NamedConstraint {
    NamedConstraint { table: own_table(at), name: at.name.clone(), kind: Some(at.kind) }
}

/// An alteration that no verb can say in place: it goes and comes back.
fn recreated(at: &Address, from: &Object, to: &Object) -> Vec<Operation> {
    let mut operations = dropped(at, from);
    operations.extend(created(at, to));
    operations
}

fn edit(from: Option<&String>, to: Option<&String>) -> Edit<String> {
    Edit::between(from, to)
}

fn altered(at: &Address, from: &Object, to: &Object) -> Vec<Operation> {
    let name = at.qualified_name();
    let facets = from.differing(to);
    let operation = match (from, to) {
        (Object::Namespace(from), Object::Namespace(to)) => {
            let comment = edit(from.comment.as_ref(), to.comment.as_ref());
            AlterSchema { name: at.name.clone(), comment }.into()
        }
        (Object::Extension(from), Object::Extension(to)) => {
            let version = edit(from.version.as_ref(), to.version.as_ref());
            let namespace = Edit::between(from.namespace.as_ref(), to.namespace.as_ref());
            AlterExtension { name: at.name.clone(), version, namespace }.into()
        }
        (Object::Enum(from), Object::Enum(to)) => return altered_enum(&name, from, to),
        (Object::Domain(from), Object::Domain(to)) => AlterDomain::between(name, from, to).into(),
        (Object::Composite(from), Object::Composite(to)) => {
            let comment = edit(from.comment.as_ref(), to.comment.as_ref());
            AlterCompositeType { name, attributes: to.attributes.clone(), comment }.into()
        }
        (Object::Range(from), Object::Range(to)) => AlterRangeType::between(name, from, to).into(),
        (Object::Sequence(from), Object::Sequence(to)) => AlterSequence::between(name, from, to).into(),
        (Object::Table(from), Object::Table(to)) => AlterTable::between(name, from, to).into(),
        (Object::Index(from), Object::Index(to)) if facets == [Facet::Comment] => {
            let comment = edit(from.comment.as_ref(), to.comment.as_ref());
            AlterIndex { name: at.name.clone(), table: at.table_name(), comment }.into()
        }
        (Object::View(_), Object::View(to)) if facets == [Facet::Definition] => {
            ReplaceView { name, definition: to.definition.clone() }.into()
        }
        (Object::PrimaryKey(from_key), Object::PrimaryKey(to_key)) => match (&from_key.name, &to_key.name) {
            (Some(old), Some(new)) if facets == [Facet::Name] => {
                let constraint = NamedConstraint { name: old.clone(), ..named(at) };
                RenameConstraint { constraint, to: new.clone() }.into()
            }
            (_, _) => return recreated(at, from, to),
        },
        (
            _,
            Object::ForeignKey(ambix_schema::ForeignKey { is_validated: true, .. })
            | Object::Check(ambix_schema::Check { is_validated: true, .. }),
        ) if facets == [Facet::Validated] => ValidateConstraint { constraint: named(at) }.into(),
        (_, _) => return recreated(at, from, to),
    };
    vec![operation]
}

/// The one value that has another name; only where the change tells what becomes of old values.
fn renamed_value(
    name: TableName,
    from: &ambix_schema::Enum,
    to: &ambix_schema::Enum,
) -> Option<RenameEnumValue> {
    let mut pairs = from.values.iter().zip(&to.values).filter(|(old, new)| old != new);
    let (old, new) = pairs.next()?;
    let is_only =
        pairs.next().is_none() && from.values.len() == to.values.len() && from.comment == to.comment;
    is_only.then(|| RenameEnumValue { name, from: old.clone(), to: new.clone() })
}

/// New values are added one by one; for less or another order the whole list is said.
fn altered_enum(name: &TableName, from: &ambix_schema::Enum, to: &ambix_schema::Enum) -> Vec<Operation> {
    let kept: Vec<&String> = to.values.iter().filter(|value| from.values.contains(value)).collect();
    let only_grows = from.comment == to.comment && kept.iter().copied().eq(from.values.iter());
    if !only_grows {
        let comment = edit(from.comment.as_ref(), to.comment.as_ref());
        return vec![AlterEnum { name: name.clone(), values: to.values.clone(), comment }.into()];
    }
    let mut last = from.values.last();
    let mut operations = Vec::new();
    for (i, value) in to.values.iter().enumerate().filter(|(_, value)| !from.values.contains(value)) {
        let neighbour = i.checked_sub(1).and_then(|i| to.values.get(i));
        let place = match neighbour {
            // At the end goes without saying.
            neighbour if neighbour == last => None,
            Some(neighbour) => Some(ValuePlace::After(neighbour.clone())),
            None => kept.first().map(|first| ValuePlace::Before((*first).clone())),
        };
        if place.is_none() {
            last = Some(value);
        }
        operations.push(AddEnumValue { name: name.clone(), value: value.clone(), place }.into());
    }
    operations
}

fn renamed(state: &Schema, from: &Address, to: &Name) -> Vec<Operation> {
    let to = to.clone();
    let operation = match from.kind {
        Kind::Namespace
        | Kind::Enum
        | Kind::Domain
        | Kind::Composite
        | Kind::Range
        | Kind::Sequence
        | Kind::Table
        | Kind::View => Rename { from: from.clone(), to }.into(),
        Kind::Column => {
            let altered = AlterColumn::new(own_table(from), from.name.clone());
            AlterColumn { rename: Some(to), ..altered }.into()
        }
        Kind::Index => RenameIndex { name: from.name.clone(), to, table: from.table_name() }.into(),
        Kind::Unique | Kind::Check | Kind::ForeignKey | Kind::Exclusion => {
            RenameConstraint { constraint: named(from), to }.into()
        }
        Kind::PrimaryKey => {
            let known = state.get(from).and_then(Object::as_primary_key).and_then(|key| key.name.clone());
            let name = known.unwrap_or_else(|| format!("{}_pkey", own_table(from).name.as_str()).into());
            RenameConstraint { constraint: NamedConstraint { name, ..named(from) }, to }.into()
        }
        Kind::Extension => {
            // No database renames an extension: it goes, and another comes.
            let extension =
                state.get(from).cloned().unwrap_or_else(|| ambix_schema::Extension::default().into());
            let mut operations = dropped(from, &extension);
            operations.extend(created(&from.renamed(to), &extension));
            return operations;
        }
    };
    vec![operation]
}

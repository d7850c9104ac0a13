//! What every dialect agrees on: the default namespace goes without saying, and an empty comment is none.

use ambix_schema::{Address, Change, Name, Object, TableName, Type};

/// A namespace, left unsaid where it is the default one.
pub(super) fn unsay(namespace: &mut Option<Name>, default: &Name) {
    if namespace.as_ref() == Some(default) {
        *namespace = None;
    }
}

/// An address with the default namespace unsaid.
pub(super) fn without_default(mut at: Address, default: &Name) -> Address {
    unsay(&mut at.namespace, default);
    at
}

/// A change with its address and its objects settled.
pub(super) fn settled_change(change: Change, default: &Name) -> Change {
    let settled = |mut object: Object| {
        settle(&mut object, default);
        object
    };
    match change {
        Change::Create { at, object } => {
            Change::Create { at: without_default(at, default), object: settled(object) }
        }
        Change::Drop { at, object } => {
            Change::Drop { at: without_default(at, default), object: settled(object) }
        }
        Change::Alter { at, from, to, using } => {
            Change::Alter { at: without_default(at, default), from: settled(from), to: settled(to), using }
        }
        Change::Rename { from, to } => Change::Rename { from: without_default(from, default), to },
        Change::Opaque(opaque) => Change::Opaque(opaque),
    }
}

/// Settles an object.
pub(super) fn settle(object: &mut Object, default: &Name) {
    let unsay_of = |name: &mut TableName| unsay(&mut name.namespace, default);
    let drop_empty = |comment: &mut Option<String>| {
        if comment.as_deref() == Some("") {
            *comment = None;
        }
    };
    match object {
        Object::Namespace(namespace) => drop_empty(&mut namespace.comment),
        Object::Table(table) => {
            drop_empty(&mut table.comment);
            table.inherits.iter_mut().for_each(unsay_of);
        }
        Object::Column(column) => drop_empty(&mut column.comment),
        Object::Domain(domain) => drop_empty(&mut domain.comment),
        Object::Composite(composite) => drop_empty(&mut composite.comment),
        Object::Range(range) => drop_empty(&mut range.comment),
        Object::ForeignKey(key) => {
            drop_empty(&mut key.comment);
            unsay_of(&mut key.references.0);
        }
        Object::Enum(object) => drop_empty(&mut object.comment),
        Object::Index(index) => drop_empty(&mut index.comment),
        Object::Sequence(sequence) => {
            drop_empty(&mut sequence.comment);
            if let Some(owner) = sequence.owned_by.take() {
                sequence.owned_by = Some(without_default(owner, default));
            }
        }
        Object::Extension(extension) => unsay(&mut extension.namespace, default),
        Object::PrimaryKey(key) => drop_empty(&mut key.comment),
        Object::Unique(key) => drop_empty(&mut key.comment),
        Object::Check(check) => drop_empty(&mut check.comment),
        Object::Exclusion(exclusion) => drop_empty(&mut exclusion.comment),
        Object::View(view) => {
            drop_empty(&mut view.comment);
            let reads = std::mem::take(&mut view.reads.0);
            view.reads.0 = reads.into_iter().map(|at| without_default(at, default)).collect();
        }
    }
    object.types_mut().into_iter().filter_map(Type::defined_name_mut).for_each(unsay_of);
}

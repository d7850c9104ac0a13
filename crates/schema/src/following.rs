//! What follows a renamed object: the addresses of its parts, and whatever names it.

use crate::{Action, Address, IndexKey, IndexSubject, Kind, Name, Object, Sequence, TableName};

/// An address follows when it is the renamed object's own, a part of a renamed table, or lives in a
/// renamed namespace.
pub(crate) fn follow_in_address(at: &mut Address, from: &Address, to: &Name) {
    if at == from {
        *at = at.renamed(to.clone());
    } else if from.kind == Kind::Table && at.table.is_some() && at.table_name() == from.table_name() {
        at.table = Some(to.clone());
    } else if from.kind == Kind::Namespace && at.namespace.as_ref() == Some(&from.name) {
        at.namespace = Some(to.clone());
    }
}

/// References inside an object follow a renamed table, column, enum or namespace.
pub(crate) fn follow_in_object(at: &Address, object: &mut Object, from: &Address, to: &Name) {
    if let Object::View(view) = object {
        let reads = std::mem::take(&mut view.reads.0);
        view.reads.0 = reads
            .into_iter()
            .map(|mut read| {
                follow_in_address(&mut read, from, to);
                read
            })
            .collect();
    }
    if let Object::Sequence(Sequence { owned_by: Some(owner), .. }) = object {
        follow_in_address(owner, from, to);
    }
    match from.kind {
        Kind::Column => follow_column(at, object, from, to),
        Kind::Table => match object {
            Object::ForeignKey(key) => follow_table_name(&mut key.references.0, from, to),
            Object::Table(table) => {
                table.inherits.iter_mut().for_each(|parent| follow_table_name(parent, from, to));
            }
            Object::Namespace(_)
            | Object::Extension(_)
            | Object::Enum(_)
            | Object::Domain(_)
            | Object::Composite(_)
            | Object::Range(_)
            | Object::Sequence(_)
            | Object::Column(_)
            | Object::PrimaryKey(_)
            | Object::Unique(_)
            | Object::Check(_)
            | Object::Exclusion(_)
            | Object::Index(_)
            | Object::View(_) => {}
        },
        Kind::Enum | Kind::Domain | Kind::Composite | Kind::Range => {
            for name in object.types_mut().into_iter().filter_map(crate::Type::defined_name_mut) {
                follow_table_name(name, from, to);
            }
        }
        Kind::Namespace => {
            let move_over = |name: &mut TableName| {
                if name.namespace.as_ref() == Some(&from.name) {
                    name.namespace = Some(to.clone());
                }
            };
            if let Object::ForeignKey(key) = object {
                move_over(&mut key.references.0);
            }
            object.types_mut().into_iter().filter_map(crate::Type::defined_name_mut).for_each(move_over);
        }
        Kind::Extension
        | Kind::Sequence
        | Kind::PrimaryKey
        | Kind::Unique
        | Kind::Check
        | Kind::ForeignKey
        | Kind::Exclusion
        | Kind::Index
        | Kind::View => {}
    }
}

fn follow_table_name(name: &mut TableName, from: &Address, to: &Name) {
    if *name == from.qualified_name() {
        name.name = to.clone();
    }
}

fn follow_column(at: &Address, object: &mut Object, from: &Address, to: &Name) {
    let is_own_table = at.table.is_some() && at.table_name() == from.table_name();
    let follow = |names: &mut Vec<Name>| {
        for name in names.iter_mut().filter(|name| **name == from.name) {
            *name = to.clone();
        }
    };
    let follow_expr = |expr: &mut crate::Expr| *expr = expr.renamed(&from.name, to);
    let follow_key = |key: &mut IndexKey| match &mut key.subject {
        IndexSubject::Column(name) if *name == from.name => *name = to.clone(),
        IndexSubject::Column(_) => {}
        IndexSubject::Expr(expr) => *expr = expr.renamed(&from.name, to),
    };
    if let Object::ForeignKey(key) = object {
        if Some(&key.references.0) == from.table_name().as_ref() {
            follow(&mut key.references.1);
        }
        if is_own_table {
            follow(&mut key.columns);
            for action in [&mut key.on_delete, &mut key.on_update] {
                if let Action::SetNull(columns) | Action::SetDefault(columns) = action {
                    follow(columns);
                }
            }
        }
        return;
    }
    if !is_own_table {
        return;
    }
    match object {
        Object::PrimaryKey(key) => follow(&mut key.columns),
        Object::Unique(key) => {
            follow(&mut key.columns);
            follow(&mut key.include);
        }
        Object::Check(check) => follow_expr(&mut check.expr),
        Object::Column(column) => {
            if let Some(generated) = &mut column.generated {
                follow_expr(&mut generated.expr);
            }
        }
        Object::Index(index) => {
            index.keys.iter_mut().for_each(follow_key);
            follow(&mut index.include);
            index.predicate.iter_mut().for_each(follow_expr);
        }
        Object::Exclusion(exclusion) => {
            exclusion.elements.iter_mut().map(|element| &mut element.key).for_each(follow_key);
            exclusion.predicate.iter_mut().for_each(follow_expr);
        }
        Object::Namespace(_)
        | Object::Extension(_)
        | Object::Enum(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Sequence(_)
        | Object::Table(_)
        | Object::ForeignKey(_)
        | Object::View(_) => {}
    }
}

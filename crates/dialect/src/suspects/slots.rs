//! Where the expressions of an object are, and how to put others into their place.

use ambix_schema::{ColumnDefault, Expr, Facet, Index, IndexKey, IndexSubject, Object};

use super::{Asking, Role};

/// One expression of an object.
pub(super) struct Slot {
    pub(super) role: Role,
    pub(super) text: String,
}

impl Slot {
    fn value(expr: &Expr) -> Self {
        Self { role: Role::Value, text: expr.as_str().to_owned() }
    }
}

/// The expressions of one facet, in order; `None` where a value cannot be written for the server.
pub(super) fn slots(object: &Object, facet: Facet, asking: &dyn Asking) -> Option<Vec<Slot>> {
    let slots = match object {
        Object::Column(column) if facet == Facet::Default => {
            let default = column.default.as_ref()?;
            let text = asking.default_text(default, &column.ty)?;
            vec![Slot { role: Role::Default(column.ty.clone()), text }]
        }
        Object::Column(column) if facet == Facet::Generated => {
            column.generated.iter().map(|generated| Slot::value(&generated.expr)).collect()
        }
        Object::Check(check) if facet == Facet::Expression => vec![Slot::value(&check.expr)],
        Object::Exclusion(exclusion) if facet == Facet::Predicate => {
            exclusion.predicate.iter().map(Slot::value).collect()
        }
        Object::Exclusion(exclusion) if facet == Facet::Keys => {
            exclusion.elements.iter().filter_map(|element| key(&element.key)).collect()
        }
        Object::Index(index) if facet == Facet::Predicate => {
            index.predicate.iter().map(Slot::value).collect()
        }
        Object::Index(index) if facet == Facet::Keys => index.keys.iter().filter_map(key).collect(),
        Object::View(view) if facet == Facet::Definition => {
            vec![Slot { role: Role::Query, text: view.definition.as_str().to_owned() }]
        }
        Object::Domain(domain) if facet == Facet::Default => {
            let text = asking.default_text(domain.default.as_ref()?, &domain.ty)?;
            vec![Slot { role: Role::Default(domain.ty.clone()), text }]
        }
        Object::Domain(domain) if facet == Facet::Expression => {
            domain.checks.iter().map(|check| Slot::value(&check.expr)).collect()
        }
        Object::Column(_)
        | Object::Domain(_)
        | Object::Composite(_)
        | Object::Range(_)
        | Object::Check(_)
        | Object::Exclusion(_)
        | Object::Index(_)
        | Object::View(_)
        | Object::Namespace(_)
        | Object::Extension(_)
        | Object::Enum(_)
        | Object::Sequence(_)
        | Object::Table(_)
        | Object::PrimaryKey(_)
        | Object::Unique(_)
        | Object::ForeignKey(_) => Vec::new(),
    };
    Some(slots)
}

fn key(key: &IndexKey) -> Option<Slot> {
    match &key.subject {
        IndexSubject::Expr(expr) => Some(Slot::value(expr)),
        IndexSubject::Column(_) => None,
    }
}

/// The object with the texts of one facet taken over from another one, as far as both have them.
pub(super) fn with_texts_of(object: &Object, other: &Object, facet: Facet) -> Object {
    let mut object = object.clone();
    match (&mut object, other) {
        (Object::Column(to), Object::Column(from)) if facet == Facet::Default => {
            if to.default.is_some() && from.default.is_some() {
                to.default.clone_from(&from.default);
            }
        }
        (Object::Column(to), Object::Column(from)) if facet == Facet::Generated => {
            if let (Some(to), Some(from)) = (&mut to.generated, &from.generated) {
                to.expr.clone_from(&from.expr);
            }
        }
        (Object::Domain(to), Object::Domain(from)) if facet == Facet::Default => {
            if to.default.is_some() && from.default.is_some() {
                to.default.clone_from(&from.default);
            }
        }
        (Object::Domain(to), Object::Domain(from)) => {
            for (to, from) in to.checks.iter_mut().zip(&from.checks) {
                to.expr.clone_from(&from.expr);
            }
        }
        (Object::Check(to), Object::Check(from)) => to.expr.clone_from(&from.expr),
        (Object::Exclusion(to), Object::Exclusion(from)) => {
            predicate(&mut to.predicate, from.predicate.as_ref());
            for (to, from) in to.elements.iter_mut().zip(&from.elements) {
                subject(&mut to.key, &from.key);
            }
        }
        (Object::Index(to), Object::Index(from)) => {
            predicate(&mut to.predicate, from.predicate.as_ref());
            for (to, from) in to.keys.iter_mut().zip(&from.keys) {
                subject(to, from);
            }
        }
        (Object::View(to), Object::View(from)) => to.definition.clone_from(&from.definition),
        (_, _) => {}
    }
    object
}

fn predicate(to: &mut Option<Expr>, from: Option<&Expr>) {
    if let (Some(to), Some(from)) = (to, from) {
        to.clone_from(from);
    }
}

fn subject(to: &mut IndexKey, from: &IndexKey) {
    if let (IndexSubject::Expr(to), IndexSubject::Expr(from)) = (&mut to.subject, &from.subject) {
        to.clone_from(from);
    }
}

/// The object with every expression of one facet replaced by a text.
pub(super) fn with_text(object: &Object, facet: Facet, text: &str) -> Object {
    let mut object = object.clone();
    let expr = || Expr::from(text);
    match &mut object {
        Object::Column(column) => match &mut column.generated {
            Some(generated) if facet == Facet::Generated => generated.expr = expr(),
            Some(_) | None => column.default = Some(ColumnDefault::Sql(expr())),
        },
        Object::Check(check) => check.expr = expr(),
        Object::Exclusion(exclusion) => exclusion.predicate = Some(expr()),
        // Whether a key or the predicate, the expression is read alike.
        Object::Index(index) => *index = Index { predicate: Some(expr()), ..Index::new(Vec::new()) },
        Object::View(view) => view.definition = expr(),
        Object::Domain(domain) if facet == Facet::Default => {
            domain.default = Some(ColumnDefault::Sql(expr()));
        }
        Object::Domain(domain) => {
            domain.checks.truncate(1);
            domain.checks.iter_mut().for_each(|check| check.expr = expr());
        }
        Object::Composite(_)
        | Object::Range(_)
        | Object::Namespace(_)
        | Object::Extension(_)
        | Object::Enum(_)
        | Object::Sequence(_)
        | Object::Table(_)
        | Object::PrimaryKey(_)
        | Object::Unique(_)
        | Object::ForeignKey(_) => {}
    }
    object
}

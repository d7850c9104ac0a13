//! One field to one column: its type, null, default, identity and the rest.

use ambix_schema::{Column, ColumnDefault, Expr, Generated, Identity, IdentityMode, Silent, Type};

use super::defaults::{Misfit, fit};
use super::enums::Enums;
use super::modules::DefinitionId;
use super::outline::FieldType;
use super::tables::Table;
use super::types::{Mapped, Types, Unmapped};
use crate::attributes::{EntityColumn, Finding, Json, Said};

/// A column, and what a convention filled in.
pub(crate) struct Built {
    pub(crate) column: Column,
    /// Whether the identity is a convention and not said.
    pub(crate) is_identity_implied: bool,
    /// The enum of its type.
    pub(crate) enumeration: Option<DefinitionId>,
}

/// What columns are built with.
pub(crate) struct Columns<'a> {
    pub(crate) types: &'a Types<'a>,
    pub(crate) enums: &'a Enums<'a>,
    /// Whether every file could be read; where one could not, an unknown name means nothing.
    pub(crate) is_whole: bool,
}

impl Columns<'_> {
    /// The column of a field; `None` when its type is not known, which has then been reported.
    pub(crate) fn build(
        &self,
        table: &Table<'_>,
        place: usize,
        report: &mut dyn FnMut(Finding),
    ) -> Option<Built> {
        let (said, field) = (&table.entity.entity.columns[place], &table.entity.types[place]);
        let attributes = &said.attributes;
        let Mapped { ty, is_nullable, enumeration } = self.ty(table, said, field, report)?;
        let ty = sized(ty, said, report);
        let (identity, is_identity_implied) = identity(table, said, &ty, report);
        let is_key = table.primary_key.iter().any(|key| std::ptr::eq(*key, said));
        let is_nullable = attributes.nullable.as_ref().map_or(is_nullable, |said| said.value);
        let default = match (&attributes.default, &attributes.default_sql) {
            (Some(literal), _) => {
                let values = enumeration.map(|id| self.enums.values(id));
                match fit(&literal.value, &ty, values.as_deref()) {
                    Ok(literal) => Some(ColumnDefault::Literal(literal)),
                    Err(Misfit { message, help }) => {
                        report(Finding { help, ..Finding::error(literal.mark, message) });
                        None
                    }
                }
            }
            (None, Some(expr)) => Some(ColumnDefault::Sql(Expr::from(expr.value.as_str()))),
            (None, None) => None,
        };
        let generated = attributes.generated.as_ref().map(|expr| Generated {
            expr: Expr::from(expr.value.as_str()),
            is_stored: attributes.is_stored.as_ref().is_none_or(|said| said.value),
        });
        let text = |said: &Option<Said<String>>| said.as_ref().map(|said| said.value.clone());
        let column = Column {
            is_nullable: is_nullable && !is_key && identity.is_none(),
            default,
            identity,
            generated,
            collation: text(&attributes.collate),
            comment: text(&attributes.comment).filter(|comment| !comment.is_empty()),
            position: Silent(u32::try_from(place + 1).expect("a struct has fewer than four billion fields")),
            ..Column::new(ty)
        };
        Some(Built { column, is_identity_implied, enumeration })
    }

    fn ty(
        &self,
        table: &Table<'_>,
        said: &EntityColumn,
        field: &FieldType,
        report: &mut dyn FnMut(Finding),
    ) -> Option<Mapped> {
        let module = self.types.modules.module(table.file, table.entity.module);
        let mapped = self.types.map(module, &table.outline.types[field.ty]);
        let is_nullable = match &mapped {
            Ok(mapped) => mapped.is_nullable,
            Err(Unmapped::Unknown { is_nullable, .. }) => *is_nullable,
            Err(Unmapped::Ambiguous { .. } | Unmapped::Endless { .. }) => false,
        };
        if let Some(text) = &said.attributes.sql_type {
            let (ty, enumeration) = self.enums.recognise((self.types.parse_type)(&text.value));
            return Some(Mapped { ty, is_nullable, enumeration });
        }
        if let Some(json) = said.sqlx.as_ref().and_then(|sqlx| sqlx.json) {
            let is_nullable = is_nullable || json == Json::Nullable;
            return Some(Mapped { ty: Type::Jsonb, is_nullable, enumeration: None });
        }
        let mapped = match &field.try_from {
            Some(from) => self
                .types
                .map(module, from)
                .map(|mapped| Mapped { is_nullable: mapped.is_nullable || is_nullable, ..mapped }),
            None => mapped,
        };
        match mapped {
            Ok(mapped) => Some(mapped),
            Err(unmapped) => {
                if let Some(finding) = self.explain(table, field, unmapped) {
                    report(finding);
                }
                None
            }
        }
    }

    fn explain(&self, table: &Table<'_>, field: &FieldType, unmapped: Unmapped) -> Option<Finding> {
        let written = table.outline.text_at(field.mark).split_whitespace().collect::<Vec<_>>().join(" ");
        let way_out =
            "say the type with `#[ambix(sql_type = \"...\")]`, or leave the field out with `#[ambix(skip)]`";
        let modules = self.types.modules;
        Some(match unmapped {
            Unmapped::Unknown { defined: None, name: Some(_), .. } if !self.is_whole => return None,
            Unmapped::Unknown { name, defined, .. } => {
                let finding = Finding::error(field.mark, format!("no column type is known for `{written}`"));
                let finding = match name {
                    Some(name) if name != written => finding.label(format!("because of `{name}`")),
                    Some(_) | None => finding,
                };
                match defined {
                    Some(id) => finding.help(format!(
                        "{way_out}; it is defined at {}, where `#[derive(sqlx::Type)]`, `#[derive(ambix::Enum)]` or `#[sqlx(transparent)]` would say what it is",
                        modules.places(&[id])
                    )),
                    None => finding.help(way_out),
                }
            }
            Unmapped::Ambiguous { name, candidates } => {
                Finding::error(field.mark, format!("`{name}` could be one of several types")).help(format!(
                    "it is defined at {}; import the one that is meant, or say the type with `sql_type`",
                    modules.places(&candidates)
                ))
            }
            Unmapped::Endless { name } => {
                Finding::error(field.mark, format!("`{name}` leads back to itself")).help(way_out)
            }
        })
    }
}

/// The type with the length, precision and scale that the field says.
fn sized(ty: Type, said: &EntityColumn, report: &mut dyn FnMut(Finding)) -> Type {
    let attributes = &said.attributes;
    if attributes.sql_type.is_some() {
        return ty;
    }
    let mut sized = ty;
    if let Some(length) = &attributes.length {
        match with_length(&sized, length.value) {
            _ if length.value == 0 => report(Finding::error(length.mark, "a length is at least 1")),
            Some(ty) => sized = ty,
            None => report(misplaced("length", length, &sized, "text and bytes have a length")),
        }
    }
    if let Some(precision) = &attributes.precision {
        let scale = attributes.scale.as_ref();
        if let Some(scale) = scale.filter(|scale| scale.value > precision.value) {
            let message =
                format!("a scale of {} is more than the precision of {}", scale.value, precision.value);
            report(Finding::error(scale.mark, message));
        }
        let help = "decimals, times and timestamps have a precision, and decimals a scale";
        match with_precision(&sized, precision.value, scale.map(|scale| scale.value)) {
            Some(ty) => sized = ty,
            None => report(misplaced("precision", precision, &sized, help)),
        }
    }
    sized
}

fn with_length(ty: &Type, length: u32) -> Option<Type> {
    if matches!(ty, Type::Text | Type::Varchar { .. }) {
        Some(Type::Varchar { length: Some(length) })
    } else if matches!(ty, Type::Char { .. }) {
        Some(Type::Char { length })
    } else if *ty == Type::Bytes {
        Some(Type::Varbinary { length })
    } else {
        None
    }
}

fn with_precision(ty: &Type, precision: u32, scale: Option<u32>) -> Option<Type> {
    let digits = Some(precision);
    if let Type::Decimal { .. } = ty {
        return Some(Type::Decimal { precision: digits, scale: Some(scale.unwrap_or(0)) });
    }
    if scale.is_some() {
        return None;
    }
    if let Type::Time { has_zone, .. } = ty {
        Some(Type::Time { precision: digits, has_zone: *has_zone })
    } else if let Type::Timestamp { has_zone, .. } = ty {
        Some(Type::Timestamp { precision: digits, has_zone: *has_zone })
    } else {
        None
    }
}

fn misplaced(key: &str, said: &Said<u32>, ty: &Type, help: &str) -> Finding {
    Finding::error(said.mark, format!("`{key}` on a column of type {ty}")).help(help)
}

/// The identity of a column, and whether it is a convention: a primary key of one integer column
/// numbers its rows unless something else gives it its values.
fn identity(
    table: &Table<'_>,
    said: &EntityColumn,
    ty: &Type,
    report: &mut dyn FnMut(Finding),
) -> (Option<Identity>, bool) {
    let attributes = &said.attributes;
    let auto = attributes.auto_increment.as_ref();
    let asked = match (&attributes.identity, auto.filter(|said| said.value)) {
        (Some(identity), _) => Some((identity.value, identity.mark, "identity")),
        (None, Some(auto)) => Some((IdentityMode::Auto, auto.mark, "auto_increment")),
        (None, None) => None,
    };
    if let Some((mode, mark, key)) = asked {
        if !ty.is_integer() && !matches!(ty, Type::Other(_)) {
            report(
                Finding::error(mark, format!("`{key}` on a column of type {ty}"))
                    .help("only integers are numbered"),
            );
            return (None, false);
        }
        return (Some(Identity::new(mode)), false);
    }
    let has_other_source = attributes.default.is_some()
        || attributes.default_sql.is_some()
        || attributes.generated.is_some()
        || is_reference(table, said);
    let by_convention = table.is_whole_key(said) && ty.is_integer() && auto.is_none() && !has_other_source;
    (by_convention.then(|| Identity::new(IdentityMode::Auto)), by_convention)
}

fn is_reference(table: &Table<'_>, said: &EntityColumn) -> bool {
    let entity = &table.entity.entity;
    let names =
        |name: &Said<String>| entity.column(&name.value).is_some_and(|column| std::ptr::eq(column, said));
    said.attributes.references.is_some()
        || entity.attributes.foreign_keys.iter().any(|key| key.columns.iter().any(names))
}

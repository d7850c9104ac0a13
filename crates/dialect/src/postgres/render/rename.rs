//! New names for objects of every kind.

use ambix_schema::{Address, Kind, Name};

use super::words::Words;
use crate::RenderError;
use crate::postgres::{TITLE, primary_key_name};

pub(super) fn rename(words: Words<'_>, from: &Address, to: &Name) -> Result<String, RenderError> {
    let new = words.name(to)?;
    let own = || words.qualified(from.namespace.as_ref(), &from.name);
    let table = || words.table(&from.table_name().unwrap_or_else(|| from.qualified_name()));
    Ok(match from.kind {
        Kind::Namespace => format!("ALTER SCHEMA {} RENAME TO {new}", words.name(&from.name)?),
        Kind::Extension => return Err(RenderError::unsupported(TITLE, "cannot rename an extension", from)),
        Kind::Domain => format!("ALTER DOMAIN {} RENAME TO {new}", own()?),
        Kind::Enum | Kind::Composite | Kind::Range => format!("ALTER TYPE {} RENAME TO {new}", own()?),
        Kind::Sequence => format!("ALTER SEQUENCE {} RENAME TO {new}", own()?),
        // The same word serves views, plain and materialized.
        Kind::Table | Kind::View => format!("ALTER TABLE {} RENAME TO {new}", own()?),
        Kind::Column => {
            format!("ALTER TABLE {} RENAME COLUMN {} TO {new}", table()?, words.name(&from.name)?)
        }
        Kind::PrimaryKey => {
            let old = primary_key_name(from.table.as_ref().unwrap_or(&from.name));
            format!("ALTER TABLE {} RENAME CONSTRAINT {} TO {new}", table()?, words.name(&old)?)
        }
        Kind::Unique | Kind::Check | Kind::ForeignKey | Kind::Exclusion => {
            format!("ALTER TABLE {} RENAME CONSTRAINT {} TO {new}", table()?, words.name(&from.name)?)
        }
        Kind::Index => format!("ALTER INDEX {} RENAME TO {new}", own()?),
    })
}

//! Changes: the complete, invertible differences between two schemas.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Address, Expr, Facet, Kind, Literal, Name, Object, TableName};

/// One complete difference. Atomic: a new table with three columns is four changes.
#[expect(clippy::large_enum_variant, reason = "changes are few, and read far more often than moved")]
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// The object comes into being.
    Create {
        /// Where.
        at: Address,
        /// What.
        object: Object,
    },
    /// The object goes; what is lost is carried along, so that it can come back.
    Drop {
        /// Where.
        at: Address,
        /// What was there.
        object: Object,
    },
    /// The object stays and some of its facets change.
    Alter {
        /// Where.
        at: Address,
        /// As it was.
        from: Object,
        /// As it becomes.
        to: Object,
        /// How old values become new ones where the type changes (PostgreSQL's USING).
        using: Option<Expr>,
    },
    /// The object gets another name; its parts and all references to it follow.
    Rename {
        /// Where it is now.
        from: Address,
        /// Its new name.
        to: Name,
    },
    /// Something done by hand; it may lack a way back.
    Opaque(Opaque),
}

/// Work that is not a difference between schemas.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "opaque", rename_all = "snake_case")]
pub enum Opaque {
    /// SQL by hand.
    Sql {
        /// One or more statements.
        text: String,
        /// The only dialect it is for, by name; `None` is any.
        dialect: Option<String>,
    },
    /// Rows put into a table.
    Insert {
        /// The table.
        table: TableName,
        /// The columns.
        columns: Vec<Name>,
        /// A row per entry, values in the order of `columns`.
        rows: Vec<Vec<Literal>>,
    },
    /// A statement of the author that there is no way back.
    Irreversible {
        /// Why.
        reason: String,
    },
    /// Work that was done elsewhere, and that nothing here says how to do again.
    Unknown {
        /// Where it was done.
        reason: String,
    },
}

impl Change {
    /// The object this is about; `None` for opaque work.
    pub fn at(&self) -> Option<&Address> {
        match self {
            Self::Create { at, .. } | Self::Drop { at, .. } | Self::Alter { at, .. } => Some(at),
            Self::Rename { from, .. } => Some(from),
            Self::Opaque(_) => None,
        }
    }

    /// The change that takes this one back.
    ///
    /// # Errors
    /// [`Irreversible`] for opaque work, which carries no way back.
    pub fn inverse(&self) -> Result<Self, Irreversible> {
        match self {
            Self::Create { at, object } => Ok(Self::Drop { at: at.clone(), object: object.clone() }),
            Self::Drop { at, object } => Ok(Self::Create { at: at.clone(), object: object.clone() }),
            Self::Alter { at, from, to, using: _ } => {
                Ok(Self::Alter { at: at.clone(), from: to.clone(), to: from.clone(), using: None })
            }
            Self::Rename { from, to } => {
                Ok(Self::Rename { from: from.renamed(to.clone()), to: from.name.clone() })
            }
            Self::Opaque(Opaque::Irreversible { reason } | Opaque::Unknown { reason }) => {
                Err(Irreversible { reason: reason.clone() })
            }
            Self::Opaque(Opaque::Sql { .. }) => {
                Err(Irreversible { reason: "it runs SQL by hand, whose way back is not known".into() })
            }
            Self::Opaque(Opaque::Insert { table, .. }) => {
                Err(Irreversible { reason: format!("it inserts rows into {table}") })
            }
        }
    }

    /// The facets an alteration changes; empty for every other change.
    pub fn facets(&self) -> Vec<Facet> {
        match self {
            Self::Alter { from, to, .. } => from.differing(to),
            Self::Create { .. } | Self::Drop { .. } | Self::Rename { .. } | Self::Opaque(_) => Vec::new(),
        }
    }

    /// The kind of object this is about; `None` for opaque work.
    pub fn kind(&self) -> Option<Kind> {
        self.at().map(|at| at.kind)
    }
}

/// One line for people: `+ column users.email  varchar(255)`, `~ column users.email  null → not null`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create { at, object } => write!(f, "+ {at}{}", gist(object)),
            Self::Drop { at, object } => write!(f, "- {at}{}", gist(object)),
            Self::Alter { at, from, to, using: _ } => {
                write!(f, "~ {at}  ")?;
                for (i, facet) in from.differing(to).into_iter().enumerate() {
                    let before = from.facet_text(facet).unwrap_or_default();
                    let after = to.facet_text(facet).unwrap_or_default();
                    write!(f, "{}{before} → {after}", if i == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
            Self::Rename { from, to } => write!(f, "> {from} → {to}"),
            Self::Opaque(Opaque::Sql { text, .. }) => write!(f, "! {}", crate::escape(text)),
            Self::Opaque(Opaque::Insert { table, rows, .. }) => {
                write!(f, "! insert {} rows into {table}", rows.len())
            }
            Self::Opaque(Opaque::Irreversible { reason }) => {
                write!(f, "! irreversible: {}", crate::escape(reason))
            }
            Self::Opaque(Opaque::Unknown { reason }) => write!(f, "! unknown: {}", crate::escape(reason)),
        }
    }
}

/// The facets worth a word when an object appears or goes.
fn gist(object: &Object) -> String {
    let facets: &[Facet] = match object {
        Object::Column(column) => {
            return format!("  {}{}", column.ty, if column.is_nullable { "" } else { " not null" });
        }
        Object::PrimaryKey(_) | Object::Unique(_) | Object::Composite(_) => &[Facet::Columns],
        Object::ForeignKey(_) => &[Facet::Columns, Facet::References],
        Object::Check(_) => &[Facet::Expression],
        Object::Index(_) | Object::Exclusion(_) => &[Facet::Keys],
        Object::Enum(_) => &[Facet::Values],
        Object::Domain(_) | Object::Range(_) => &[Facet::Type],
        Object::Namespace(_)
        | Object::Extension(_)
        | Object::Sequence(_)
        | Object::Table(_)
        | Object::View(_) => &[],
    };
    let texts: Vec<String> = facets.iter().filter_map(|facet| object.facet_text(*facet)).collect();
    if texts.is_empty() { String::new() } else { format!("  {}", texts.join(" → ")) }
}

/// Why a change has no way back.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("there is no way back: {reason}")]
pub struct Irreversible {
    /// The reason, for people.
    pub reason: String,
}

/// A change that does not fit the schema it was applied to.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ApplyError {
    /// A creation or rename of something that is already there.
    #[error("{at} already exists")]
    AlreadyExists {
        /// Where.
        at: Address,
    },
    /// An alteration, drop or rename of something that is not there.
    #[error("{at} does not exist")]
    Missing {
        /// Where.
        at: Address,
    },
}

//! How constraints and indexes are named when their author gives no name.

use serde::{Deserialize, Serialize};

use crate::{Kind, Name, TableName};

/// Name templates by kind. Tokens: `{table}`, `{columns}` (joined by `_`), `{referenced_table}`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Naming {
    /// Of primary keys; `None` leaves the name to the database.
    pub primary_key: Option<String>,
    /// Of unique constraints.
    pub unique: String,
    /// Of foreign keys.
    pub foreign_key: String,
    /// Of checks.
    pub check: String,
    /// Of indexes.
    pub index: String,
    /// Of exclusion constraints.
    pub exclude: String,
    /// Longest name in bytes the database keeps; longer ones are cut and get a hash of the whole.
    pub max_bytes: Option<usize>,
}

impl Default for Naming {
    /// PostgreSQL's own conventions (`ChooseConstraintName` in its source), as far as names go.
    fn default() -> Self {
        Self {
            primary_key: None,
            unique: "{table}_{columns}_key".into(),
            foreign_key: "{table}_{columns}_fkey".into(),
            check: "{table}_{columns}_check".into(),
            index: "{table}_{columns}_idx".into(),
            exclude: "{table}_{columns}_excl".into(),
            max_bytes: Some(63),
        }
    }
}

impl Naming {
    /// The name for an unnamed constraint or index; `None` where the database is left to choose.
    /// `columns` may hold words for expressions; with none, `{columns}` and one `_` beside it vanish.
    pub fn name(
        &self,
        kind: Kind,
        table: &TableName,
        columns: &[Name],
        referenced: Option<&TableName>,
    ) -> Option<Name> {
        let template = match kind {
            Kind::PrimaryKey => self.primary_key.as_ref()?,
            Kind::Unique => &self.unique,
            Kind::ForeignKey => &self.foreign_key,
            Kind::Check => &self.check,
            Kind::Index => &self.index,
            Kind::Exclusion => &self.exclude,
            Kind::Namespace
            | Kind::Extension
            | Kind::Enum
            | Kind::Domain
            | Kind::Composite
            | Kind::Range
            | Kind::Sequence
            | Kind::Table
            | Kind::Column
            | Kind::View => return None,
        };
        let joined: Vec<&str> = columns.iter().map(Name::as_str).collect();
        let template = if columns.is_empty() { template.replace("_{columns}", "") } else { template.clone() };
        let name = template
            .replace("{table}", table.name.as_str())
            .replace("{columns}", &joined.join("_"))
            .replace("{referenced_table}", referenced.map_or("", |table| table.name.as_str()));
        Some(Name::from(self.fitted(name)))
    }

    /// Cuts a name to the limit at a character boundary and appends eight digits of its hash, so that
    /// two long names that begin alike stay apart.
    #[must_use]
    pub fn fitted(&self, name: String) -> String {
        let Some(max) = self.max_bytes.filter(|max| name.len() > *max) else { return name };
        let mut end = max.saturating_sub(9);
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        format!("{}_{:08x}", &name[..end], fnv(name.as_bytes()))
    }
}

/// FNV-1a, 32 bits: fixed for ever, because the names it makes live in databases.
fn fnv(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_and_stay_apart() {
        let naming = Naming::default();
        let long = |tail: &str| {
            let column = Name::from(format!("{}{tail}", "é".repeat(40)));
            naming.name(Kind::Unique, &"users".into(), &[column], None).unwrap()
        };
        assert!(long("a").as_str().len() <= 63);
        assert_ne!(long("a"), long("b"));
        let check = naming.name(Kind::Check, &"users".into(), &[], None).unwrap();
        assert_eq!(check.as_str(), "users_check");
    }
}

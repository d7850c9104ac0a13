//! Dialects by name: the one list of the databases there are.

use crate::mysql::Flavour;
use crate::{Dialect, Mysql, Postgres, Sqlite};

/// A name that is no database known here.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("there is no dialect {name:?}; known are {}", DIALECTS.join(", "))]
pub struct UnknownDialect {
    /// The name.
    pub name: String,
}

/// The names a configuration may say, the usual one of each database.
pub const DIALECTS: &[&str] = &["postgres", "mariadb", "mysql", "sqlite"];

/// The dialect of a name, for one server version and the namespace that unqualified names live in.
/// Without a version it is a common one; without a namespace it is the database's own default.
///
/// # Errors
/// [`UnknownDialect`] when no database goes by the name.
pub fn dialect(
    name: &str,
    version: Option<(u32, u32)>,
    default_namespace: Option<&str>,
) -> Result<Box<dyn Dialect>, UnknownDialect> {
    match name.to_ascii_lowercase().as_str() {
        "postgres" | "postgresql" => {
            let version = version.unwrap_or(Postgres::DEFAULT_VERSION);
            let namespace = default_namespace.unwrap_or(Postgres::DEFAULT_NAMESPACE);
            Ok(Box::new(Postgres::new(version, namespace)))
        }
        "mariadb" => Ok(mysql(Flavour::MariaDb, version, default_namespace)),
        "mysql" => Ok(mysql(Flavour::MySql, version, default_namespace)),
        "sqlite" | "sqlite3" => Ok(Box::new(version.map_or_else(Sqlite::default, Sqlite::new))),
        _unknown => Err(UnknownDialect { name: name.to_owned() }),
    }
}

fn mysql(flavour: Flavour, version: Option<(u32, u32)>, database: Option<&str>) -> Box<dyn Dialect> {
    let version = version.unwrap_or(Mysql::default_version(flavour));
    Box::new(Mysql::new(flavour, version, database.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_name_has_a_dialect() {
        for name in DIALECTS {
            assert_eq!(dialect(name, None, None).unwrap().facts().name, *name);
        }
        let app = dialect("postgresql", Some((17, 2)), Some("app")).unwrap();
        assert_eq!((app.facts().version, app.default_namespace().as_str()), ((17, 2), "app"));
        let unknown = dialect("oracle", None, None).unwrap_err();
        assert_eq!(
            unknown.to_string(),
            "there is no dialect \"oracle\"; known are postgres, mariadb, mysql, sqlite"
        );
    }
}

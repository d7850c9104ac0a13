//! What a database holds and ambix has no object for: seen, reported, kept, and left alone.

use serde::{Deserialize, Serialize};

use crate::{Address, Expr, Kind, Name, TableName};

/// Something in a database that is not modelled.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Unmodelled {
    /// What it is, in the database's word: `trigger`, `view`, `virtual table`, …
    pub kind: String,
    /// The table it hangs on, if any.
    pub on: Option<TableName>,
    /// Its name.
    pub name: Name,
    /// Its own definition, where the database tells it; a rebuilt table gets it back.
    pub sql: Option<String>,
}

/// Something that is not modelled and stands on an object: a policy or rule on a column, a function on a
/// type. While it does, the server refuses to drop that object or to change its type.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Dependent {
    /// What it is, by kind and name, in the database's words: `policy own on app.users`.
    pub what: String,
    /// What it stands on.
    pub on: Address,
}

/// How one of the dependents is taken away and put back, in the database's own words.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Movable {
    /// What it is, as [`Dependent::what`] says it.
    pub what: String,
    /// The statement that takes it away.
    pub away: String,
    /// The statements that put it back as it was, where the database tells them.
    pub back: Option<String>,
}

impl Movable {
    /// Whether its statements speak of something of that name, so that a rename makes them wrong.
    pub(crate) fn mentions(&self, name: &Name) -> bool {
        let texts = std::iter::once(&self.away).chain(&self.back);
        texts.into_iter().any(|sql| Expr::from(sql.as_str()).mentions(name))
    }
}

impl Dependent {
    /// Whether it stands on nothing any more when an object goes.
    pub(crate) fn goes_with(&self, at: &Address) -> bool {
        self.on == *at
            || (at.kind == Kind::Table && self.on.table.is_some() && self.on.table_name() == at.table_name())
    }
}

impl Unmodelled {
    /// Follows a rename, as the server does. Its own rewriting of a definition can be foreseen where a table
    /// is renamed; where a column is, which of the words mean it is for the server to know, and the
    /// definition is not known any more.
    pub(crate) fn follow(&mut self, from: &Address, to: &Name) {
        let is_own = self.on.is_some() && self.on == from.table_name();
        match from.kind {
            Kind::Table => {
                if let Some(on) = self.on.as_mut().filter(|_| is_own) {
                    on.name = to.clone();
                }
                if let Some(sql) = &mut self.sql {
                    *sql = Expr::from(sql.as_str()).renamed(&from.name, to).as_str().into();
                }
            }
            Kind::Column if is_own => {
                self.sql = self.sql.take().filter(|sql| !Expr::from(sql.as_str()).mentions(&from.name));
            }
            Kind::Namespace
            | Kind::Extension
            | Kind::Enum
            | Kind::Domain
            | Kind::Composite
            | Kind::Range
            | Kind::Sequence
            | Kind::Column
            | Kind::PrimaryKey
            | Kind::Unique
            | Kind::Check
            | Kind::ForeignKey
            | Kind::Exclusion
            | Kind::Index
            | Kind::View => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Change, Column, Schema, Table, Type};

    #[test]
    fn a_trigger_follows_its_table() {
        let mut schema = Schema::new();
        schema.insert(Address::table("users"), Table::default());
        schema.insert(Address::column("users", "age"), Column::new(Type::Integer));
        schema.unmodelled.push(Unmodelled {
            kind: "trigger".into(),
            on: Some("users".into()),
            name: "tr".into(),
            sql: Some("CREATE TRIGGER tr AFTER INSERT ON users BEGIN SELECT new.age; END".into()),
        });
        schema.apply(&Change::Rename { from: Address::table("users"), to: "people".into() }).unwrap();
        assert_eq!(schema.unmodelled[0].on, Some("people".into()));
        assert!(schema.unmodelled[0].sql.as_ref().unwrap().contains("ON people BEGIN"));
        let column = Address::column("people", "age");
        schema.apply(&Change::Rename { from: column, to: "years".into() }).unwrap();
        assert_eq!(schema.unmodelled[0].sql, None);
        let at = Address::table("people");
        let object = schema.get(&at).unwrap().clone();
        schema.apply(&Change::Drop { at, object }).unwrap();
        assert!(schema.unmodelled.is_empty());
    }
}

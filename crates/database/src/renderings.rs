//! What a server itself prints of every object: for a comparison that owes nothing to how the catalog is
//! read elsewhere.

use crate::database::Database;
use crate::error::{DatabaseError, Doing};

/// One object in the server's own words.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Rendering {
    /// What it is, in the database's word.
    pub kind: String,
    /// Its name, qualified.
    pub name: String,
    /// What the server says of it.
    pub text: String,
}

impl Database {
    /// Every object in the server's own words, ambix's own tables left out.
    ///
    /// # Errors
    /// When the catalog cannot be read.
    pub async fn renderings(&mut self) -> Result<Vec<Rendering>, DatabaseError> {
        let doing = format!("have {} print its schema", self.described());
        let (namespaces, is_in_transaction) = (self.namespaces(), self.is_in_transaction());
        let own = self.version_table().name;
        let session = self.session_mut();
        session.begin_reading(is_in_transaction).await.doing(&doing)?;
        let rows = session.renderings(&namespaces).await;
        let ended = session.end_reading(is_in_transaction).await;
        let rows = rows.doing(&doing)?;
        ended.doing(&doing)?;
        let renderings = rows.into_iter().map(|row| {
            let mut cells = row.into_iter().map(Option::unwrap_or_default);
            let mut next = || cells.next().unwrap_or_default();
            Rendering { kind: next(), name: next(), text: next() }
        });
        let is_own = |name: &str| {
            name.split('.')
                .any(|part| part == own.as_str() || part.starts_with(crate::introspect::OWN_PREFIX))
        };
        Ok(renderings.filter(|rendering| !is_own(&rendering.name)).collect())
    }
}

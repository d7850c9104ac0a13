//! Snapshots: a schema in a JSON file, with what must be known to compare it again.

use std::path::Path;

use ambix_dialect::{Canonical, Dialect};
use ambix_schema::Schema;
use serde::{Deserialize, Serialize};

use crate::{Error, files};

/// Changes when the meaning of a field does.
const FORMAT: u32 = 1;

/// A schema as it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Snapshot {
    #[serde(rename = "ambix_snapshot")]
    format: u32,
    /// The database it is a schema of: `postgres`, `sqlite`.
    pub(crate) dialect: String,
    /// The server's version.
    pub(crate) version: (u32, u32),
    /// What objects that name no schema live in.
    pub(crate) default_namespace: String,
    /// The schemas that were read, when not all were.
    pub(crate) namespaces: Option<Vec<String>>,
    pub(crate) schema: Schema,
}

impl Snapshot {
    /// The snapshot of a schema.
    pub(crate) fn of(schema: &Canonical, dialect: &dyn Dialect, namespaces: Option<Vec<String>>) -> Self {
        Self {
            format: FORMAT,
            dialect: dialect.facts().name.to_owned(),
            version: dialect.facts().version,
            default_namespace: dialect.default_namespace().as_str().to_owned(),
            namespaces,
            schema: schema.schema().clone(),
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be read, [`Error::Refused`] when it is no snapshot.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let text = files::read(path)?;
        let shown = path.display();
        let snapshot: Self = serde_json::from_str(&text).map_err(|error| {
            Error::refused(
                format!("{shown} is no snapshot: {}", ambix_schema::escape(&error.to_string())),
                "`ambix snapshot` writes one",
            )
        })?;
        if snapshot.format != FORMAT {
            return Err(Error::refused(
                format!("{shown} is a snapshot of format {}, and this is {FORMAT}", snapshot.format),
                "read it with the version of ambix that wrote it",
            ));
        }
        Ok(snapshot)
    }

    /// The text of its file.
    ///
    /// # Errors
    /// [`Error::Refused`] if it cannot be said in JSON.
    pub fn to_json(&self) -> Result<String, Error> {
        let text = serde_json::to_string_pretty(self);
        text.map_err(|error| Error::refused(format!("could not write the snapshot: {error}"), "report it"))
    }

    /// The dialect it speaks.
    pub(crate) fn dialect(&self) -> Result<Box<dyn Dialect>, Error> {
        ambix_dialect::dialect(&self.dialect, Some(self.version), Some(&self.default_namespace)).map_err(
            |error| Error::refused(error.to_string(), "compare snapshots of databases that ambix knows"),
        )
    }
}

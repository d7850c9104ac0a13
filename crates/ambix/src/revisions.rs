//! The revision files of a project: read, put into a graph, and replayed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ambix_dialect::{Canonical, Dialect, normalize};
use ambix_revision::LowerError;
use ambix_revision::operations::{AddEnumValue, AlterEnum, RenameEnumValue};
#[cfg(feature = "project")]
use ambix_revision::read_rust;
use ambix_revision::{Graph, Header, MARK, Operation, Revision, RevisionId, lower, read_sql};
use ambix_schema::{Address, Kind, Naming, Schema};
#[cfg(feature = "project")]
use {ambix_schema::Problem, rayon::prelude::*};

use crate::Error;
#[cfg(feature = "project")]
use crate::files;
use crate::outline::Outline;

/// All revisions of a project.
#[derive(Debug)]
pub struct RevisionSet {
    directory: PathBuf,
    by_id: BTreeMap<RevisionId, Revision>,
    graph: Graph,
}

impl RevisionSet {
    /// Reads every `.rs` and `.sql` file under the directories, in parallel; reading executes nothing. A
    /// directory that does not exist holds no revisions. Hidden files and those that begin with `_` are
    /// passed over, and so is `mod.rs`. Only files in SQL need a dialect.
    ///
    /// # Errors
    /// [`Error::Source`] with every problem in the files, [`Error::Graph`] when they do not fit together,
    /// and whatever keeps the dialect from being known.
    #[cfg(feature = "project")]
    pub fn read(
        directories: &[PathBuf],
        root: &Path,
        dialect: &dyn Fn() -> Result<Box<dyn Dialect>, Error>,
    ) -> Result<Self, Error> {
        let paths = revision_files(directories)?;
        let directory = directories.first().map_or(root, PathBuf::as_path);
        let dialect = if paths.iter().any(|path| is_sql(path)) { Some(dialect()?) } else { None };
        let outcomes: Vec<Result<Result<Revision, Vec<Problem>>, Error>> = paths
            .par_iter()
            .map(|path| {
                let text = files::read(path)?;
                let shown = path.strip_prefix(root).unwrap_or(path);
                Ok(match &dialect {
                    Some(dialect) if is_sql(path) => read_sql(shown, &text, &cutting(dialect.as_ref())),
                    Some(_) | None => read_rust(shown, &text),
                })
            })
            .collect();
        let mut read = Vec::new();
        let mut problems = Vec::new();
        for outcome in outcomes {
            match outcome? {
                Ok(revision) => read.push(revision),
                Err(found) => problems.extend(found),
            }
        }
        if !problems.is_empty() {
            return Err(Error::Source { what: "the revisions", problems });
        }
        Self::of(directory, read)
    }

    /// The revisions that are compiled into a program. Only those in SQL need a dialect.
    ///
    /// # Errors
    /// [`Error::Refused`] for an identifier that cannot be one, [`Error::Source`] with every problem in those in
    /// SQL, [`Error::Graph`] when they do not fit together, and whatever keeps the dialect from being known.
    pub fn compiled(
        revisions: &ambix_revision::Revisions,
        dialect: &dyn Fn() -> Result<Box<dyn Dialect>, Error>,
    ) -> Result<Self, Error> {
        let read = revisions.as_slice().iter().map(|compiled| {
            compiled.revision().map_err(|error| {
                Error::refused(
                    format!("could not read the revision {}: {error}", compiled.path),
                    "give it the REVISION that `ambix revision` wrote",
                )
            })
        });
        let mut read: Vec<Revision> = read.collect::<Result<_, _>>()?;
        if !revisions.in_sql().is_empty() {
            let dialect = dialect()?;
            let mut problems = Vec::new();
            for file in revisions.in_sql() {
                match read_sql(Path::new(file.path), file.text, &cutting(dialect.as_ref())) {
                    Ok(revision) => read.push(revision),
                    Err(found) => problems.extend(found),
                }
            }
            if !problems.is_empty() {
                return Err(Error::Source { what: "the revisions", problems });
            }
        }
        Self::of(Path::new("this program"), read)
    }

    fn of(directory: &Path, read: Vec<Revision>) -> Result<Self, Error> {
        let headers = read.iter().map(Header::from).collect();
        let graph = Outline::of(directory, headers)?.into_graph();
        let by_id = read.into_iter().map(|revision| (revision.id.clone(), revision)).collect();
        Ok(Self { directory: directory.to_owned(), by_id, graph })
    }

    /// Where the files are.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// A revision by its full id.
    pub fn get(&self, id: &RevisionId) -> Option<&Revision> {
        self.by_id.get(id)
    }

    /// The rows of a version table as revisions of this history.
    ///
    /// # Errors
    /// [`Error::Target`] for one that no file declares, and [`Error::Refused`] with the way to go on for one that
    /// was squashed into another.
    pub fn known(&self, rows: &[String]) -> Result<Vec<RevisionId>, Error> {
        let unknown = rows.iter().find(|row| !self.graph.contains(row));
        let squashed_into = unknown.and_then(|row| {
            self.by_id
                .values()
                .find(|revision| revision.replaces().any(|(id, _)| id == row))
                .map(|one| (row, one))
        });
        if let Some((row, one)) = squashed_into {
            let row = ambix_schema::escape(row);
            return Err(Error::refused(
                format!("Can't locate revision identified by '{row}', which was squashed into {}", one.id),
                format!(
                    "bring the database to {0} with the files from before the squash, then go on with the new \
                     ones; or, when its schema is that of {0}, say so with `ambix stamp --purge {0}`",
                    one.id
                ),
            ));
        }
        Ok(self.graph.known(rows)?)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// The same revisions without what they do.
    ///
    /// # Errors
    /// None in practice: these revisions fit together already.
    pub fn outline(&self) -> Result<Outline, Error> {
        Outline::of(&self.directory, self.by_id.values().map(Header::from).collect())
    }

    /// The namespaces that the revisions lead to, whatever the configuration lists.
    ///
    /// # Errors
    /// [`Error::Replay`] for an operation that makes no sense where it stands.
    pub fn namespaces(&self, dialect: &dyn Dialect, naming: &Naming) -> Result<BTreeSet<String>, Error> {
        let mut all = BTreeSet::new();
        let mut schema = normalize(Schema::new(), dialect);
        for id in self.graph.topological() {
            if let Some(revision) = self.get(id) {
                let changes =
                    replay_operations(&mut schema, &revision.id, revision.replayed(), dialect, naming)?;
                // One that a revision drops is still there for whoever has not run it.
                all.extend(changes.iter().filter_map(|change| {
                    let at = change.at()?;
                    let own = (at.kind == Kind::Namespace).then_some(&at.name);
                    Some(own.or(at.namespace.as_ref())?.as_str().to_owned())
                }));
            }
        }
        Ok(all)
    }

    /// What the revisions up to the given ones say of types that the database does not have; nothing where it has
    /// such types, or where no revision speaks of one.
    pub(crate) fn remind_of_types(
        &self,
        state: &mut Canonical,
        at: &[RevisionId],
        dialect: &dyn Dialect,
        naming: &Naming,
    ) -> Result<(), Error> {
        let makes_type = |revision: &Revision| {
            revision.replayed().iter().any(|operation| matches!(operation, Operation::CreateEnum(_)))
        };
        if !dialect.facts().has_enum_types && self.by_id.values().any(makes_type) {
            state.remember_types(&self.replay(at, dialect, naming)?);
        }
        Ok(())
    }

    /// The schema after the given revisions and all they build on. Open-world: what no revision
    /// created is unknown, and nothing is an error because of it.
    ///
    /// # Errors
    /// [`Error::Replay`] for an operation that makes no sense where it stands.
    pub fn replay(
        &self,
        at: &[RevisionId],
        dialect: &dyn Dialect,
        naming: &Naming,
    ) -> Result<Canonical, Error> {
        let mut schema = normalize(Schema::new(), dialect);
        let wanted = self.graph.closure(at);
        for id in self.graph.topological().into_iter().filter(|id| wanted.contains(*id)) {
            if let Some(revision) = self.get(id) {
                replay_operations(&mut schema, &revision.id, revision.replayed(), dialect, naming)?;
            }
        }
        Ok(schema)
    }
}

/// How a dialect takes revision files in SQL apart.
pub(crate) fn cutting(
    dialect: &dyn Dialect,
) -> impl Fn(&str) -> Result<Vec<ambix_schema::Piece>, ambix_schema::Uncut> + '_ {
    |text| dialect.cut(text, MARK)
}

/// Whether a file of this name is in SQL.
#[cfg(feature = "project")]
pub(crate) fn is_sql(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "sql")
}

/// The namespaces that a schema names.
pub(crate) fn namespaces(schema: &Canonical) -> BTreeSet<String> {
    let named = schema.schema().iter().map(|(at, _)| match at.kind {
        Kind::Namespace => Some(&at.name),
        Kind::Extension
        | Kind::Enum
        | Kind::Domain
        | Kind::Composite
        | Kind::Range
        | Kind::Sequence
        | Kind::Table
        | Kind::Column
        | Kind::PrimaryKey
        | Kind::Unique
        | Kind::Check
        | Kind::ForeignKey
        | Kind::Exclusion
        | Kind::Index
        | Kind::View => at.namespace.as_ref(),
    });
    named.flatten().map(|name| name.as_str().to_owned()).collect()
}

/// Folds operations over a schema; gives the changes in the dialect's spelling.
pub(crate) fn replay_operations(
    schema: &mut Canonical,
    revision: &RevisionId,
    operations: &[Operation],
    dialect: &dyn Dialect,
    naming: &Naming,
) -> Result<Vec<ambix_schema::Change>, Error> {
    let mut all = Vec::new();
    for operation in operations {
        let changes = lowered(schema, revision, operation, dialect, naming)?;
        all.extend(schema.fold(changes, dialect));
    }
    Ok(all)
}

pub(crate) fn lowered(
    schema: &Canonical,
    revision: &RevisionId,
    operation: &Operation,
    dialect: &dyn Dialect,
    naming: &Naming,
) -> Result<Vec<ambix_schema::Change>, Error> {
    changes_of(schema, operation, dialect, naming)
        .map_err(|kind| Error::Replay { revision: revision.clone(), kind })
}

/// The changes an operation stands for where it stands, as it says them.
///
/// # Errors
/// [`LowerError`] for an operation that makes no sense there.
pub fn changes_of(
    schema: &Canonical,
    operation: &Operation,
    dialect: &dyn Dialect,
    naming: &Naming,
) -> Result<Vec<ambix_schema::Change>, LowerError> {
    let (Operation::AddEnumValue(AddEnumValue { name, .. })
    | Operation::AlterEnum(AlterEnum { name, .. })
    | Operation::RenameEnumValue(RenameEnumValue { name, .. })) = operation
    else {
        return lower(operation, schema.schema(), naming);
    };
    if dialect.facts().has_enum_types {
        return lower(operation, schema.schema(), naming);
    }
    let whole = schema.with_types();
    if dialect.facts().enum_values_in_columns {
        let title = dialect.facts().title;
        if matches!(operation, Operation::RenameEnumValue(_)) {
            return Err(LowerError::ValueRenamedInRows { at: name.clone(), title });
        }
        if !whole.contains(&Address::of(Kind::Enum, name)) {
            return Err(LowerError::UnknownValues { at: name.clone(), title });
        }
    }
    lower(operation, &whole, naming)
}

/// The revision files under some directories, in order. A directory that does not exist holds none.
///
/// # Errors
/// [`Error::File`] for what cannot be listed.
#[cfg(feature = "project")]
pub(crate) fn revision_files(directories: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    for directory in directories {
        revision_files_under(directory, &mut found)?;
    }
    // One location may lie inside another.
    found.sort();
    found.dedup();
    Ok(found)
}

/// Whether a file of this name would be read as a revision.
#[cfg(feature = "project")]
pub(crate) fn is_revision_file(path: &Path) -> bool {
    let is_passed_over = |name: &str| name.starts_with('.') || name.starts_with('_') || name == "mod.rs";
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    !is_passed_over(&name) && (path.extension().is_some_and(|extension| extension == "rs") || is_sql(path))
}

#[cfg(feature = "project")]
fn revision_files_under(directory: &Path, found: &mut Vec<PathBuf>) -> Result<(), Error> {
    let mut waiting = vec![directory.to_owned()];
    while let Some(current) = waiting.pop() {
        let failed = |kind| Error::File { doing: "read", path: current.clone(), kind };
        let entries = match std::fs::read_dir(&current) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && current == directory => break,
            Err(error) => return Err(failed(error)),
        };
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let path = entry.path();
            // A link is followed; asking what it is costs one call more.
            let kind = entry.file_type().map_err(failed)?;
            let is_directory = if kind.is_symlink() { path.is_dir() } else { kind.is_dir() };
            let name = entry.file_name();
            let is_hidden = name.to_string_lossy().starts_with(['.', '_']);
            if is_directory && !is_hidden {
                waiting.push(path);
            } else if !is_directory && is_revision_file(&path) {
                found.push(path);
            }
        }
    }
    Ok(())
}

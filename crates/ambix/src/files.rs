//! Writing files so that they are there in full or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::Error;

/// Writes a new file: into a temporary file beside it, synced, then linked to its name. An existing
/// file or a symbolic link in its place is refused, and nothing is left behind on failure.
pub(crate) fn write_new(path: &Path, text: &str) -> Result<(), Error> {
    write(path, text).map_err(|kind| Error::File { doing: "write", path: path.to_owned(), kind })
}

/// As [`write_new`], with the directories above the file; those it made are gone again when it fails.
pub(crate) fn write_new_with_directories(path: &Path, text: &str) -> Result<(), Error> {
    let parent = path.parent().unwrap_or(Path::new("."));
    let missing: Vec<&Path> = parent.ancestors().take_while(|path| !path.exists()).collect();
    create_directory(parent)?;
    let written = write_new(path, text);
    if written.is_err() {
        for directory in missing {
            // One that is not empty is no longer ours alone.
            drop(fs::remove_dir(directory));
        }
    }
    written
}

/// Writes a file anew: what it held is there until the new text is there in full.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), Error> {
    let replaced = || {
        let (temporary, directory) = temporary_beside(path, text)?;
        temporary.persist(path).map_err(|error| error.error)?;
        File::open(directory)?.sync_all()
    };
    replaced().map_err(|kind| Error::File { doing: "write", path: path.to_owned(), kind })
}

/// Removes a file.
pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    fs::remove_file(path).map_err(|kind| Error::File { doing: "remove", path: path.to_owned(), kind })
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let (temporary, directory) = temporary_beside(path, text)?;
    temporary.persist_noclobber(path).map_err(|error| error.error)?;
    // The new name itself must survive a crash, too.
    File::open(directory)?.sync_all()
}

/// A synced file beside a path, to be given its name.
fn temporary_beside<'p>(path: &'p Path, text: &str) -> io::Result<(tempfile::NamedTempFile, &'p Path)> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new().prefix(".ambix-").suffix(".tmp").tempfile_in(directory)?;
    temporary.write_all(text.as_bytes())?;
    // A temporary file is private to its owner; a source file is not.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        temporary.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    temporary.as_file().sync_all()?;
    Ok((temporary, directory))
}

/// Creates a directory and its parents.
pub(crate) fn create_directory(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(|kind| Error::File { doing: "create", path: path.to_owned(), kind })
}

/// Reads a text file.
#[expect(clippy::disallowed_methods, reason = "reading belongs to the workflow, and this is its one place")]
pub(crate) fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|kind| Error::File { doing: "read", path: path.to_owned(), kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_once_and_never_over_another() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.rs");
        write_new(&path, "one").unwrap();
        assert!(matches!(write_new(&path, "two"), Err(Error::File { doing: "write", .. })));
        assert_eq!(read(&path).unwrap(), "one");
        let names: Vec<_> = fs::read_dir(directory.path()).unwrap().collect();
        assert_eq!(names.len(), 1, "no temporary file stays behind");
    }
}

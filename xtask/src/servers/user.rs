//! The account a server runs under: database servers refuse to be root.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::process::run_quietly;

/// An unprivileged account.
#[derive(Clone, Debug)]
pub(super) struct User {
    uid: u32,
    gid: u32,
}

impl User {
    /// The first of `names` that this machine knows, when we are root; `None` when we are not, and
    /// servers simply run as ourselves.
    pub(super) fn instead_of_root(names: &[&str]) -> Result<Option<Self>, String> {
        if !is_root()? {
            return Ok(None);
        }
        for name in names {
            let id = |flag: &str| run_quietly(Command::new("id").args([flag, name]));
            if let (Ok(uid), Ok(gid)) = (id("-u"), id("-g"))
                && let (Ok(uid), Ok(gid)) = (uid.trim().parse(), gid.trim().parse())
            {
                return Ok(Some(Self { uid, gid }));
            }
        }
        Err(format!("a database server refuses to run as root, and none of the users {names:?} exists"))
    }

    /// Gives a file or directory to this account.
    pub(super) fn own(&self, path: &Path) -> Result<(), String> {
        chown(path, Some(self.uid), Some(self.gid))
            .map_err(|error| format!("could not give {} away: {error}", path.display()))
    }

    /// Makes a command run under this account.
    pub(super) fn assume(&self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }
}

/// Whether we are root.
pub(super) fn is_root() -> Result<bool, String> {
    Ok(run_quietly(Command::new("id").arg("-u"))?.trim() == "0")
}

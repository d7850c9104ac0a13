//! Getting a server's programs where the machine lacks them: Debian's packages when we may, else a
//! precise word about what to install.

use std::path::Path;
use std::process::Command;

use super::user::is_root;
use crate::process::run;

/// What a server's package is called.
pub(super) struct Package {
    pub(super) debian: &'static str,
    pub(super) fedora: &'static str,
    pub(super) homebrew: &'static str,
}

/// Installs a Debian package, when we are root on Debian; otherwise says what is missing.
pub(super) fn install(title: &str, package: &Package, wanted: &str) -> Result<(), String> {
    let Package { debian, fedora, homebrew } = package;
    let by_hand = format!(
        "{title} is not installed ({wanted} not found)\n\
         install it with one of\n  \
         Debian, Ubuntu:  sudo apt-get install {debian}\n  \
         Fedora:          sudo dnf install {fedora}\n  \
         macOS:           brew install {homebrew}\n\
         and run this again; a version in an unusual place is found when its bin directory is on PATH"
    );
    let can_install = is_root()? && Path::new("/etc/debian_version").exists();
    if !can_install {
        return Err(by_hand);
    }
    eprintln!("{title} is not installed; installing Debian's package {debian}");
    // The index may be stale or absent; if it cannot be refreshed, the installation itself tells.
    apt_get(&["update", "-qq"])?;
    if apt_get(&["install", "-y", "-qq", "--no-install-recommends", debian])? {
        return Ok(());
    }
    Err(format!("apt-get could not install {debian}\n{by_hand}"))
}

fn apt_get(arguments: &[&str]) -> Result<bool, String> {
    let mut command = Command::new("apt-get");
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    Ok(run(&mut command)?.success())
}

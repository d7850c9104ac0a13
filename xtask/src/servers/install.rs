//! Getting a server's programs where the machine lacks them: Debian's packages when we may, else a
//! precise word about what to install.

use std::path::Path;
use std::process::Command;

use super::user::is_root;
use crate::process::run;

/// Installs a Debian package, when we are root on Debian; otherwise says what is missing.
pub(super) fn install(title: &str, package: &str, wanted: &str) -> Result<(), String> {
    let by_hand = format!(
        "{title} is not installed ({wanted} not found)\n\
         install it with one of\n  \
         Debian, Ubuntu:  sudo apt-get install {package}\n  \
         Fedora:          sudo dnf install {package}-server\n  \
         macOS:           brew install {package}\n\
         and run this again; a version in an unusual place is found when its bin directory is on PATH"
    );
    let can_install = is_root()? && Path::new("/etc/debian_version").exists();
    if !can_install {
        return Err(by_hand);
    }
    eprintln!("{title} is not installed; installing Debian's package {package}");
    // The index may be stale or absent; if it cannot be refreshed, the installation itself tells.
    apt_get(&["update", "-qq"])?;
    if apt_get(&["install", "-y", "-qq", "--no-install-recommends", package])? {
        return Ok(());
    }
    Err(format!("apt-get could not install {package}\n{by_hand}"))
}

fn apt_get(arguments: &[&str]) -> Result<bool, String> {
    let mut command = Command::new("apt-get");
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    Ok(run(&mut command)?.success())
}

//! Directories that take no file and disks that are full: refused, nothing half written.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use libtest_mimic::Failed;

use super::project::{Project, Ran};
use super::{Outcome, Test, alone};

const MODEL: &str = "#[derive(ambix::Entity)]\nstruct User { #[ambix(primary_key)] id: i64, name: String }\n";

pub(super) fn tests() -> Vec<Test> {
    vec![
        alone("disk::read_only_directory", read_only_directory),
        alone("disk::read_only_directory_for_init", read_only_init),
        alone("disk::read_only_database", read_only_database),
        alone("disk::unreadable_files", unreadable),
        alone("disk::full_when_a_revision_is_written", full_revision),
        alone("disk::full_when_the_database_grows", full_database),
        alone("disk::a_real_full_disk", full_disk),
        alone("disk::the_versions_directory_is_a_file", versions_is_a_file),
    ]
}

/// The words that make a command run as somebody whom permissions bind: root is above them.
fn unprivileged() -> Result<&'static [&'static str], Failed> {
    let id = Command::new("id").arg("-u").output()?;
    if String::from_utf8_lossy(&id.stdout).trim() != "0" {
        return Ok(&[]);
    }
    Ok(&["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"])
}

/// Everything below readable, and writable or not, for everybody.
fn open_to_all(path: &Path, is_writable: bool) -> Outcome {
    let directory = if is_writable { 0o777 } else { 0o555 };
    for entry in fs::read_dir(path)? {
        let entry = entry?.path();
        if entry.is_dir() {
            open_to_all(&entry, is_writable)?;
        } else {
            fs::set_permissions(&entry, fs::Permissions::from_mode(directory & 0o666))?;
        }
    }
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(directory))?)
}

/// Runs a command in a project that cannot be written to; the files stay as they are.
fn refused_read_only(project: &Project, command: &[&str], parts: &[&str]) -> Result<Ran, Failed> {
    let before = project.listing()?;
    open_to_all(&project.path(""), false)?;
    let ran = project.ambix_through(unprivileged()?, command);
    open_to_all(&project.path(""), true)?;
    ran.refused(parts);
    assert_eq!(before, project.listing()?, "{}", ran.shown("left something"));
    Ok(ran)
}

fn read_only_directory() -> Outcome {
    let project = Project::sqlite()?;
    project.write("src/user.rs", MODEL)?;
    let versions = project.path("migrations/versions").display().to_string();
    let parts = ["could not write", versions.as_str(), "ermission denied", "make the directory writable"];
    refused_read_only(&project, &["revision", "-m", "x"], &parts)?;
    refused_read_only(&project, &["revision", "--autogenerate", "-m", "x"], &parts)?;
    Ok(())
}

fn read_only_init() -> Outcome {
    let project = Project::bare(None)?;
    refused_read_only(
        &project,
        &["init"],
        &["could not create", "ermission denied", "make the directory writable"],
    )?;
    // The directory for revisions can be made, and the configuration not: it is not left half done.
    fs::create_dir(project.path("migrations"))?;
    let before = project.listing()?;
    fs::set_permissions(project.path("migrations"), fs::Permissions::from_mode(0o777))?;
    fs::set_permissions(project.path(""), fs::Permissions::from_mode(0o555))?;
    let ran = project.ambix_through(unprivileged()?, &["init"]);
    fs::set_permissions(project.path(""), fs::Permissions::from_mode(0o777))?;
    ran.refused(&["could not write", "ambix.toml", "make the directory writable"]);
    assert_eq!(before, project.listing()?, "{}", ran.shown("left something"));
    Ok(())
}

fn read_only_database() -> Outcome {
    let project = Project::sqlite()?;
    project.write_revision(
        "aaa1",
        &[],
        "    op.create_table(\"one\").column(column(\"id\", bigint()));",
        "",
    )?;
    // It cannot be created …
    refused_read_only(&project, &["upgrade", "head"], &["app.db", "help: "])?;
    refused_read_only(&project, &["stamp", "head"], &["app.db", "help: "])?;
    // … and not be written to.
    project.ambix(&["upgrade", "head"]).done()?;
    project.write_revision(
        "bbb2",
        &["aaa1"],
        "    op.create_table(\"two\").column(column(\"id\", bigint()));",
        "",
    )?;
    let parts =
        ["readonly database", "rolled back as a whole", "make the database file and its directory writable"];
    refused_read_only(&project, &["upgrade", "head"], &parts)?;
    refused_read_only(&project, &["downgrade", "base"], &parts)?;
    Ok(())
}

fn unreadable() -> Outcome {
    let project = Project::sqlite()?;
    project.write("src/user.rs", MODEL)?;
    project.write_revision("aaa1", &[], "", "")?;
    open_to_all(&project.path(""), true)?;
    for (file, command) in [
        ("ambix.toml", &["check", "--offline"][..]),
        ("src/user.rs", &["check", "--offline"]),
        ("migrations/versions/aaa1.rs", &["heads"]),
    ] {
        fs::set_permissions(project.path(file), fs::Permissions::from_mode(0o000))?;
        let ran = project.ambix_through(unprivileged()?, command);
        fs::set_permissions(project.path(file), fs::Permissions::from_mode(0o666))?;
        ran.refused(&["could not read", file, "ermission denied", "make the file readable"]);
    }
    Ok(())
}

/// Every write fails, as on a disk that is full.
const NO_ROOM: &[&str] = &["sh", "-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"];

fn full_revision() -> Outcome {
    let project = Project::sqlite()?;
    project.write("src/user.rs", MODEL)?;
    let before = project.listing()?;
    for command in [&["revision", "-m", "x"][..], &["revision", "--autogenerate", "-m", "x"]] {
        let ran = project.ambix_through(NO_ROOM, command);
        ran.refused(&["could not write", "migrations/versions/"]);
        assert_eq!(before, project.listing()?, "{}", ran.shown("left something"));
    }
    Ok(())
}

fn full_database() -> Outcome {
    let project = Project::sqlite()?;
    project.write_revision(
        "aaa1",
        &[],
        "    op.create_table(\"one\").column(column(\"id\", bigint()));",
        "",
    )?;
    project.ambix(&["upgrade", "head"]).done()?;
    project.write_revision(
        "bbb2",
        &["aaa1"],
        "    op.create_table(\"two\").column(column(\"id\", bigint()));",
        "",
    )?;
    let ran = project.ambix_through(NO_ROOM, &["upgrade", "head"]);
    ran.refused(&["help: "]);
    let current = project.ambix(&["current"]).done()?;
    assert!(current.stdout.starts_with("aaa1"), "{}", current.shown("is elsewhere"));
    project.ambix(&["upgrade", "head"]).done()?;
    Ok(())
}

/// A file system of its own that holds next to nothing, filled up.
struct FullDisk {
    place: tempfile::TempDir,
}

impl FullDisk {
    /// `None` where this process may not mount.
    fn mount() -> Result<Option<Self>, Failed> {
        let place = tempfile::tempdir()?;
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=128k,mode=777", "tmpfs"])
            .arg(place.path())
            .output();
        let is_mounted = mounted.is_ok_and(|output| output.status.success());
        Ok(is_mounted.then_some(Self { place }))
    }

    /// Leaves no room.
    fn fill(&self) -> Outcome {
        use std::io::Write as _;
        let mut file = fs::File::create(self.place.path().join("filler"))?;
        while file.write_all(&[0; 1024]).is_ok() {}
        Ok(())
    }
}

impl Drop for FullDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg(self.place.path()).status();
        if !unmounted.is_ok_and(|status| status.success()) {
            eprintln!("warning: {} is still mounted", self.place.path().display());
        }
    }
}

fn full_disk() -> Outcome {
    let Some(disk) = FullDisk::mount()? else {
        eprintln!("disk::a_real_full_disk is passed over: only root can mount a small file system");
        return Ok(());
    };
    let project = Project::sqlite()?;
    project.write("src/user.rs", MODEL)?;
    let place = disk.place.path();
    fs::create_dir(place.join("versions"))?;
    let toml = format!(
        "script_location = {:?}\n[database]\ndialect = \"sqlite\"\nurl = {:?}\n",
        place.display().to_string(),
        format!("sqlite:{}", place.join("app.db").display())
    );
    project.write("ambix.toml", toml)?;
    project.ambix(&["upgrade", "head"]).done()?;
    disk.fill()?;
    for command in [&["revision", "-m", "x"][..], &["revision", "--autogenerate", "-m", "x"]] {
        let ran = project.ambix(command);
        ran.refused(&["could not write", "versions/", "No space left", "free some space"]);
        assert_eq!(fs::read_dir(place.join("versions"))?.count(), 0, "{}", ran.shown("left something"));
    }
    fs::remove_file(place.join("filler"))?;
    let tables: Vec<String> = (0..200)
        .map(|n| format!("    op.create_table(\"t{n}\").column(column(\"id\", bigint()));"))
        .collect();
    project.write_revision("aaa1", &[], &tables.join("\n"), "")?;
    fs::copy(project.path("migrations/versions/aaa1.rs"), place.join("versions/aaa1.rs"))?;
    let ran = project.ambix(&["upgrade", "head"]);
    ran.refused(&["aaa1", "full", "rolled back as a whole", "at base"]);
    let current = project.ambix(&["current"]).done()?;
    assert_eq!(current.stdout, "", "{}", current.shown("is somewhere"));
    Ok(())
}

fn versions_is_a_file() -> Outcome {
    let project = Project::sqlite()?;
    fs::remove_dir(project.path("migrations/versions"))?;
    project.write("migrations/versions", "")?;
    for command in [&["heads"][..], &["revision", "-m", "x"], &["upgrade", "head"]] {
        project.refuses(command, &["migrations/versions"])?;
    }
    Ok(())
}

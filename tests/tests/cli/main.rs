//! Every command and flag of the built binary, on `SQLite`: exit codes, channels, files.

mod check;
mod configuration;
mod diff;
mod doctor;
mod graph;
mod hooks;
mod import;
mod init;
mod json;
mod look;
mod place;
mod relink;
mod reset;
mod revision;
mod run;
mod shells;
mod sql_files;
mod wordings;

use ambix_tests::project::Project;

/// Seven revisions written by hand, and models that agree with them.
fn massacorp() -> Project {
    Project::copied("massacorp", "sqlite")
}

/// One model and no revision yet.
fn saas() -> Project {
    Project::copied("saas", "sqlite")
}

//! `doctor`: what commands need, looked at one after the other.

use ambix_tests::project::{Project, run};

use crate::{massacorp, saas};

#[test]
fn a_project_in_order_is_told_so() {
    let project = massacorp();
    let fresh = project.ambix("doctor --url sqlite:none.db").done().says_nothing();
    fresh.prints("good connection     SQLite file `").prints("none.db` does not exist yet");
    assert!(!project.path().join("none.db").exists());
    project.ambix("upgrade c4d5 -q").done();
    project
        .ambix("doctor")
        .done()
        .says_nothing()
        .prints("good configuration  ")
        .prints("good models         2 tables in 1 file\n")
        .prints("good revisions      7 revisions, head f6a7b8c9d0e1\n")
        .prints("good connection     SQLite 3.")
        .prints("good privileges     the role may do what revisions need\n")
        .prints("good version table  at c4d5e6f70819; `ambix upgrade heads` runs what is pending\n");
    let facts = project.ambix("doctor --format json").done().json();
    assert_eq!(facts["is_well"], true);
    assert_eq!(facts["checks"][0]["check"], "configuration");
}

#[test]
fn what_is_wrong_is_told_with_the_way_out() {
    let nothing = Project::empty("sqlite");
    nothing
        .ambix("doctor")
        .exits(1)
        .says_nothing()
        .prints("BAD  configuration  could not find ambix.toml")
        .prints("help: `ambix init` writes one");

    let mut project = massacorp();
    project.ambix("upgrade head -q").done();
    project.sql("UPDATE ambix_version SET version_num = 'lost'");
    project.ambix("revision -q -m side --rev-id 51de --head abc123 --splice").done();
    project.write("src/models.rs", "#[derive(ambix::Entity)]\nstruct User { id: Nothing }\n");
    project
        .ambix("doctor")
        .exits(1)
        .prints("BAD  models         could not read the models: ")
        .prints("src/models.rs:2")
        .prints("BAD  revisions      Multiple head revisions are present: 2 of them\n     help: `ambix merge heads`")
        .prints("BAD  version table  Can't locate revision identified by 'lost'\n     help: ");

    let saas = saas();
    saas.remove("src");
    saas.ambix("doctor")
        .exits(1)
        .prints("no entities in 0 files matching src/**/*.rs")
        .prints("help: check [models] paths");
    let mut command = saas.command("ambix", "doctor");
    command.env("DATABASE_URL", "sqlite:no/such/directory/app.db");
    run("doctor", &mut command).exits(1).prints("BAD  connection").prints("?    privileges");
}

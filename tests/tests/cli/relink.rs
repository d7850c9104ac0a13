//! `rebase` and `squash`: revision files that change after they were written.

use ambix_tests::project::Project;

use crate::{massacorp, saas};

#[track_caller]
fn grow(project: &Project, id: &str, words: &str) {
    project.ambix(&format!("revision -q -m {id} --rev-id {id} {words}")).done();
}

#[test]
fn a_branch_moves_onto_another_head() {
    let mut project = massacorp();
    grow(&project, "51de", "--head abc123 --splice --branch-label side");
    grow(&project, "51df", "--head side@head");
    project.ambix("upgrade f6a7 -q").done();
    let facts = project.ambix("rebase side@head --format json").done().json();
    assert_eq!(facts["revision"], "51de");
    assert_eq!(facts["before"], serde_json::json!(["abc123d4e5f6"]));
    assert_eq!(facts["down_revision"], serde_json::json!(["f6a7b8c9d0e1"]));
    assert_eq!(facts["moved"], serde_json::json!(["51de", "51df"]));
    let text = project.read(facts["path"].as_str().unwrap());
    assert!(text.contains("//! Revises: f6a7b8c9d0e1\n"), "{text}");
    assert!(text.contains("DOWN_REVISION: &[&str] = &[\"f6a7b8c9d0e1\"];\n"), "{text}");
    project.ambix("heads").done().prints_lines(&["51df (side) (head)"]);
    project.ambix("upgrade head").done().prints("Ran 2 revisions");
    project.ambix("rebase 51df").exits(2).says("51df is the only head");
    assert_eq!(project.rows("SELECT version_num FROM ambix_version"), ["51df"]);
}

#[test]
fn a_branch_that_cannot_move_stays() {
    let project = massacorp();
    grow(&project, "51de", "--head abc123 --splice");
    project.ambix("upgrade 51de -q").done();
    let before = project.revisions();
    let file = project.read(&project.revision("51de"));
    project
        .ambix("rebase 51de")
        .exits(2)
        .prints_nothing()
        .says("error: revision 51de is applied in SQLite file ")
        .says("help: join the two with `ambix merge 51de f6a7b8c9d0e1`, or downgrade below 51de first");
    project.ambix("rebase abd4").exits(2).says("Revision abd45f60718a is not a head revision");
    project.ambix("rebase nope").exits(2).says("Can't locate revision identified by 'nope'");
    project.ambix("rebase heads").exits(2).says("'heads' does not name one head");
    project.ambix("rebase 51de --onto 51de").exits(2).says("are on one line already");
    grow(&project, "51df", "--head d8e9 --splice");
    project.ambix("rebase 51de").exits(2).says("there are 2 other heads").says("--onto");
    project.ambix("merge 51de 51df --rev-id 777a -q").done();
    grow(&project, "888a", "--head 777a");
    project
        .ambix("rebase 888a --onto f6a7 --offline")
        .exits(2)
        .says("is no single line: it joins others at 51de, 51df");
    assert_eq!(project.read(&project.revision("51de")), file);
    assert_eq!(project.revisions().len(), before.len() + 3);
}

#[test]
fn revisions_become_one_and_databases_go_on() {
    let mut project = massacorp();
    project.ambix("upgrade d8e9 -q").done();
    let before = project.schema();
    project
        .ambix("squash f6a7")
        .exits(2)
        .says("is at d8e9fa0b1c2d, which would be gone")
        .says("ambix upgrade f6a7b8c9d0e1");
    project
        .ambix("squash d8e9 -m 'everything so far'")
        .done()
        .prints("_d8e9fa0b1c2d_indexes.rs\n")
        .says("d8e9fa0b1c2d stands for 4 earlier revisions now, and their files are gone")
        .says("asked SQLite file ");
    assert_eq!(project.revisions().len(), 3);
    project.ambix("history").done().prints("<base> -> d8e9fa0b1c2d, everything so far\n");
    let text = project.read(&project.revision("indexes"));
    assert!(
        text.contains("//! Replaces: abc123d4e5f6, abd45f60718a, b0c1d2e3f405, c4d5e6f70819\n"),
        "{text}"
    );
    assert_eq!(text.matches("op.replaces(").count(), 5, "{text}");
    assert!(text.contains("    // abd45f60718a: add phone\n"), "{text}");

    // The database that was there goes on, and one that begins comes to the same.
    project.ambix("upgrade head").done().prints("Ran 2 revisions");
    project.ambix("check").done();
    project.ambix("downgrade d8e9 -q").done();
    assert_eq!(project.schema(), before);
    project.ambix("upgrade head --url sqlite:new.db").done().prints("Ran 3 revisions");
    project.ambix("check --url sqlite:new.db").done();
    project.ambix("downgrade base --url sqlite:new.db").done();

    // One that was left behind is told what to do.
    project.sqlite("old.db", "CREATE TABLE ambix_version (version_num VARCHAR(32) NOT NULL); INSERT INTO ambix_version VALUES ('abd45f60718a')");
    project
        .ambix("upgrade head --url sqlite:old.db")
        .exits(2)
        .says("Can't locate revision identified by 'abd45f60718a', which was squashed into d8e9fa0b1c2d")
        .says("help: bring the database to d8e9fa0b1c2d with the files from before the squash");
    // A squash can be squashed again.
    project.ambix("upgrade head -q").done();
    project.ambix("squash head").done().says("stands for 2 earlier revisions");
    project.ambix("check").done();
    project.ambix("downgrade base").done();
    project.ambix("upgrade head").done();
    project.ambix("check").done();
}

#[test]
fn what_others_need_is_not_squashed() {
    let project = saas();
    grow(&project, "one1", "");
    project.ambix("squash one1").exits(2).says("there is nothing to squash: nothing comes before one1");
    grow(&project, "two1", "");
    grow(&project, "side", "--head one1 --splice");
    grow(&project, "away", "--head base --depends-on one1");
    project
        .ambix("squash two1")
        .exits(2)
        .says("revision side needs one1, which would be gone")
        .says("ambix rebase");
    project.ambix("squash heads").exits(2).says("'heads' does not name one revision");
    project.ambix("squash nope").exits(2).says("Can't locate revision identified by 'nope'");
    project.ambix("rebase side --onto two1 -q").done();
    project.ambix("squash side").exits(2).says("revision away needs one1");
    assert_eq!(project.revisions().len(), 4);
}

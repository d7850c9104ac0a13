//! `status`: what of the history a database has.

use crate::massacorp;

#[test]
fn status_tells_applied_pending_and_unknown_apart() {
    let mut project = massacorp();
    let fresh = project.ambix("status --url sqlite:none.db").done().says_nothing();
    assert!(
        fresh.stdout.contains("none.db`, which does not exist yet: at base\n0 applied, 7 pending\n"),
        "{}",
        fresh.stdout
    );
    assert!(!project.path().join("none.db").exists());
    project.ambix("upgrade d8e9 -q").done();
    project
        .ambix("status")
        .done()
        .says_nothing()
        .prints(": at d8e9fa0b1c2d\n5 applied, 2 pending\n")
        .prints("  pending e1f2a3b4c5d6  index e-mails while people work\n");
    project.ambix("status -v").done().prints("  applied abc123d4e5f6  create tenants and users\n");
    let facts = project.ambix("status --format json").done().json();
    assert_eq!(facts["status"]["heads"], serde_json::json!(["d8e9fa0b1c2d"]));
    assert_eq!(facts["status"]["applied"].as_array().unwrap().len(), 5);
    assert_eq!(facts["status"]["pending"], serde_json::json!(["e1f2a3b4c5d6", "f6a7b8c9d0e1"]));
    let file = project.revision("add_phone");
    let text = project.read(&file);
    project.write(&file, &text.replace("varchar(20)", "varchar(21)").replace("text()", "varchar(21)"));
    project.ambix("status").done().prints("  edited abd45f60718a  applied ");
    project.write(&file, &text);
    project.sql("UPDATE ambix_version SET version_num = 'deadbeef'");
    project
        .ambix("status")
        .done()
        .prints("  unknown deadbeef\n")
        .says("warning: Can't locate revision identified by 'deadbeef' in ")
        .says("ambix stamp --purge");
}

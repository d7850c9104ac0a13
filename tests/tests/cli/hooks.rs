//! Commands of the project that run on each new revision file.

use ambix_tests::project::Project;

use crate::saas;

fn hooked(hooks: &str) -> Project {
    let project = saas();
    let configured = project.read("ambix.toml");
    project.write("ambix.toml", &format!("{configured}\n{hooks}"));
    project
}

#[test]
fn hooks_run_in_order_on_the_file() {
    let project = hooked(
        "[[post_write_hooks]]\nname = \"sign\"\ncommand = [\"sh\", \"-c\", \"echo '// one' >> $0\", \"{file}\"]\n\
         [[post_write_hooks]]\ncommand = [\"sh\", \"-c\", \"echo '// two' >> $0; echo signed\"]\n",
    );
    let path = project.ambix("revision -m a").done().says_nothing().stdout;
    assert!(project.read(path.trim_end()).ends_with("// one\n// two\n"));
    project.ambix("revision -m b -v").done().says("signed");
    project.ambix("heads").done();
    let facts = project.ambix("revision -m c --format json").done().json();
    assert_eq!(facts["hooks"][0]["name"], "sign");
    assert_eq!(facts["hooks"][1]["name"], "sh");
    assert_eq!(facts["hooks"][1]["failure"], serde_json::Value::Null);
}

#[test]
fn a_failing_hook_says_so_and_the_file_stays() {
    let project = hooked(
        "[[post_write_hooks]]\nname = \"strict\"\ncommand = [\"sh\", \"-c\", \"echo not good enough; exit 3\"]\n\
         [[post_write_hooks]]\ncommand = [\"touch\", \"never\"]\n",
    );
    let ran = project.ambix("revision -m a").exits(2);
    assert_eq!(project.revisions().len(), 1);
    assert!(ran.stdout.ends_with("_a.rs\n"), "the file's name is the result all the same");
    ran.says("error: post-write hook 'strict' failed: exit status: 3\nnot good enough\n")
        .says("help: the revision is written; run `sh -c ");
    assert!(!project.path().join("migrations/versions/never").exists());

    let missing = hooked("[[post_write_hooks]]\ncommand = [\"no-such-program\"]\n");
    missing.ambix("revision -m a").exits(2).says("'no-such-program' failed: could not start it: ");
    assert_eq!(missing.revisions().len(), 1);
}

#[test]
fn a_hook_has_a_command() {
    hooked("[[post_write_hooks]]\nname = \"x\"\n").ambix("heads").exits(2).says("post_write_hooks.command");
    hooked("[[post_write_hooks]]\ncommand = \"rustfmt\"\n")
        .ambix("heads")
        .exits(2)
        .says("an array of strings");
    hooked("[[post_write_hooks]]\ncommand = [\"a\"]\ncwd = \"x\"\n")
        .ambix("heads")
        .exits(2)
        .says("post_write_hooks.cwd");
}

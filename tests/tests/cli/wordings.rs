//! The words under which people search for help, each with the way out.

use ambix_tests::project::Project;

use crate::{massacorp, saas};

/// What is typed; the exit code; the words; the way out. Words stand in the results where the command found a
/// difference, and in the messages otherwise.
type Wording = (&'static str, i32, &'static str, &'static str);

#[track_caller]
fn provoke(project: &Project, wordings: &[Wording]) {
    for (words, code, wording, help) in wordings {
        let ran = project.ambix(words).exits(*code);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(said.contains(wording), "`{words}` does not say {wording:?}:\n{said}");
        let helped = said.split("help: ").skip(1).any(|rest| rest.contains(help));
        assert!(helped, "`{words}` does not help with {help:?}:\n{said}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of what people will search for")]
fn in_a_line() {
    let mut project = massacorp();
    provoke(
        &project,
        &[
            (
                "revision --autogenerate -m x",
                2,
                "Target database is not up to date",
                "run `ambix upgrade head` first",
            ),
            ("check", 1, "Target database is not up to date", "run `ambix upgrade head`"),
            (
                "upgrade nope",
                2,
                "Can't locate revision identified by 'nope'",
                "`ambix history` lists the revisions",
            ),
            (
                "upgrade ab",
                2,
                "Can't locate revision identified by 'ab'",
                "did you mean abc123d4e5f6, abd45f60718a?",
            ),
            (
                "upgrade nope@head",
                2,
                "Can't locate revision identified by 'nope'",
                "no revision declares a label",
            ),
            ("upgrade +9", 2, "Relative revision +9 didn't produce 9 migrations", "there are 7: +7"),
            (
                "downgrade -1",
                2,
                "Relative revision -1 didn't produce 1 migrations",
                "nothing is left to undo there",
            ),
            (
                "downgrade abc123",
                2,
                "Destination abc123 is not a valid downgrade target from current head(s)",
                "it is not applied; `ambix upgrade abc123` applies it",
            ),
            ("upgrade abc123:abd4", 2, "Range revision not allowed", "--sql"),
            (
                "history -r abc123",
                2,
                "History range requires [start]:[end], [start]:, or :[end]",
                "base:head",
            ),
            (
                "history -r abd4:abc1",
                2,
                "Revision abd45f60718a is not an ancestor of revision abc123d4e5f6",
                "the older end comes first",
            ),
            (
                "revision -m x --head abc123",
                2,
                "Revision abc123d4e5f6 is not a head revision; please specify --splice to create a new branch from this revision",
                "it is followed by abd45f60718a",
            ),
            (
                "revision -m x --rev-id a@b",
                2,
                "Character(s) '@' not allowed in revision identifier 'a@b'",
                "use letters, digits and _",
            ),
            (
                "revision -m x --version-path other",
                2,
                "Path other is not represented in current version locations",
                "migrations/versions",
            ),
            (
                "current --check-heads",
                1,
                "Database is not on all head revisions",
                "run `ambix upgrade heads`",
            ),
            ("edit base", 2, "No current revisions", "`ambix history` lists them"),
            ("merge heads", 2, "there is nothing to merge", "name two revisions"),
            ("init", 2, "ambix.toml exists already", "change it by hand"),
        ],
    );
    project.ambix("upgrade head -q").done();
    project.sql("ALTER TABLE tenants ADD COLUMN extra TEXT");
    provoke(
        &project,
        &[(
            "check",
            1,
            "New upgrade operations detected: 1",
            "`ambix revision --autogenerate -m \"...\"` writes them down",
        )],
    );
    project.sql("UPDATE ambix_version SET version_num = 'gone0000'");
    for words in ["upgrade head", "downgrade base", "stamp head", "check", "revision --autogenerate -m x"] {
        let code = if words == "check" { 1 } else { 2 };
        provoke(
            &project,
            &[(
                words,
                code,
                "Can't locate revision identified by 'gone0000'",
                "`ambix stamp --purge REVISION`",
            )],
        );
    }
    project.edit("ambix.toml", "script_location", "timezone = \"Mars/Olympus\"\nscript_location");
    provoke(&project, &[("revision -m x", 2, "Can't locate timezone: Mars/Olympus", "UTC or Europe/Paris")]);
    Project::empty("sqlite")
        .ambix("heads")
        .exits(2)
        .says("could not find ambix.toml")
        .says("`ambix init` writes one");
}

#[test]
fn with_branches() {
    let project = saas();
    for words in [
        "--rev-id one1 -m one",
        "--rev-id two1 -m two --branch-label left",
        "--rev-id thr1 -m thr --head one1 --splice --branch-label right",
    ] {
        project.ambix(&format!("revision -q {words}")).done();
    }
    provoke(
        &project,
        &[
            (
                "upgrade head",
                2,
                "Multiple head revisions are present for given argument 'head'; please specify a specific target revision, '<branchname>@head' to narrow to a specific head, or 'heads' for all heads",
                "`ambix merge heads` makes them one",
            ),
            (
                "revision -m x",
                2,
                "please specify the head revision on which the new revision should be based, or perform a merge",
                "--head",
            ),
            ("upgrade one1+1", 2, "Ambiguous walk with 'one1+1'", "the next ones are thr1, two1"),
            (
                "revision -m x --head two1 --branch-label right",
                2,
                "already used by revision thr1",
                "name the branch otherwise",
            ),
            (
                "merge one1 two1 --splice",
                2,
                "Requested revision one1 overlaps with other requested revisions two1",
                "leave one1 out",
            ),
            (
                "stamp one1:two1 thr1 --sql",
                2,
                "Stamp operation with --sql only supports a single starting revision at a time",
                "from:to",
            ),
        ],
    );
    project.ambix("upgrade heads -q").done();
    provoke(
        &project,
        &[
            (
                "downgrade -1",
                2,
                "Ambiguous downgrade from multiple current revisions with '-1'",
                "write left@-1 or right@-1",
            ),
            (
                "upgrade one1",
                2,
                "'one1' is older than the database, and an upgrade only goes up",
                "`ambix downgrade one1` goes there",
            ),
            ("upgrade base", 2, "'base' is older than the database", "`ambix downgrade base` goes there"),
        ],
    );
    project.ambix("upgrade heads").done().prints("Already there: at thr1, two1");
    project.ambix("stamp heads").done().prints("Already there: at thr1, two1");
}

/// Files that do not fit together.
#[test]
fn in_a_broken_history() {
    let head = |id: &str, down: &str, depends_on: &str| {
        format!(
            "use ambix::prelude::*;\npub const REVISION: &str = \"{id}\";\npub const DOWN_REVISION: &[&str] = &[{down}];\n\
             pub const DEPENDS_ON: &[&str] = &[{depends_on}];\npub fn upgrade(_: &mut Operations) {{}}\n\
             pub fn downgrade(_: &mut Operations) {{}}\n"
        )
    };
    let broken = |files: &[(&str, &str, &str)], wording: &'static str, help: &'static str| {
        let project = saas();
        for (number, (id, down, depends_on)) in files.iter().enumerate() {
            project.write(&format!("migrations/versions/{number}.rs"), &head(id, down, depends_on));
        }
        for words in ["heads", "upgrade head", "revision -m x"] {
            provoke(&project, &[(words, 2, wording, help)]);
        }
        assert_eq!(project.revisions().len(), files.len());
    };
    broken(
        &[("aaa", "", ""), ("aaa", "", "")],
        "Revision aaa is present more than once",
        "another identifier",
    );
    broken(
        &[("aaa", "\"zzz\"", "")],
        "Revision zzz referenced from aaa is not present",
        "restore the file of zzz",
    );
    broken(&[("aaa", "\"aaa\"", "")], "Self-loop is detected in revision aaa", "correct a down revision");
    broken(
        &[("aaa", "\"bbb\"", ""), ("bbb", "\"aaa\"", "")],
        "Cycle is detected in revisions (aaa, bbb)",
        "correct a down revision",
    );
    broken(
        &[("aaa", "", "\"aaa\"")],
        "Dependency self-loop is detected in revision aaa",
        "correct a down revision or a dependency",
    );
    broken(
        &[("aaa", "", "\"bbb\""), ("bbb", "\"aaa\"", "")],
        "Dependency cycle is detected in revisions (aaa, bbb)",
        "correct a down revision or a dependency",
    );
    let project = saas();
    project.write("migrations/versions/a.rs", "pub fn upgrade() {}\n");
    project
        .ambix("heads")
        .exits(2)
        .says("this file is not a revision: it has no REVISION")
        .says("keep other files elsewhere");
}

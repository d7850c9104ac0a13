//! Revision files that cannot be read, or that do not fit together.

use std::os::unix::fs::symlink;

use super::project::Project;
use super::{Outcome, Test, alone};

pub(super) fn tests() -> Vec<Test> {
    vec![
        alone("revisions::one_id_in_two_files", duplicate),
        alone("revisions::unknown_parent", unknown_parent),
        alone("revisions::cycles", cycles),
        alone("revisions::what_cannot_be_read_without_compiling", not_static),
        alone("revisions::not_a_revision", not_a_revision),
        alone("revisions::not_text_or_not_there", not_text),
        alone("revisions::ids_that_are_none", bad_ids),
        alone("revisions::targets_that_lead_nowhere", bad_targets),
        alone("revisions::operations_that_make_no_sense", senseless),
        alone("revisions::rubbish_never_ends_in_a_panic", rubbish),
    ]
}

/// Every command that reads revisions says the same.
fn refused(project: &Project, parts: &[&str]) -> Outcome {
    refused_by_whoever_reads_it_all(project, parts)?;
    for command in [
        &["heads"][..],
        &["history"],
        &["show", "head"],
        &["branches"],
        &["status"],
        &["revision", "-m", "x"],
    ] {
        project.refuses(command, parts)?;
    }
    Ok(())
}

/// Every command for which it matters what revisions do says the same.
fn refused_by_whoever_reads_it_all(project: &Project, parts: &[&str]) -> Outcome {
    for command in [
        &["upgrade", "head"][..],
        &["downgrade", "base"],
        &["check"],
        &["check", "--offline"],
        &["stamp", "head"],
        &["revision", "--autogenerate", "-m", "x"],
    ] {
        project.refuses(command, parts)?;
    }
    Ok(())
}

fn duplicate() -> Outcome {
    let project = Project::sqlite()?;
    project.write_revision("aaa1", &[], "", "")?;
    std::fs::copy(project.path("migrations/versions/aaa1.rs"), project.path("migrations/versions/copy.rs"))?;
    refused(
        &project,
        &["aaa1 is present more than once", "aaa1.rs", "copy.rs", "help: ", "another identifier"],
    )
}

fn unknown_parent() -> Outcome {
    let project = Project::sqlite()?;
    project.write_revision("bbb2", &["zzz9"], "", "")?;
    refused(
        &project,
        &[
            "Revision zzz9 referenced from bbb2 is not present",
            "bbb2.rs",
            "help: ",
            "restore the file of zzz9",
        ],
    )
}

fn cycles() -> Outcome {
    let project = Project::sqlite()?;
    project.write_revision("aaa1", &["aaa1"], "", "")?;
    refused(&project, &["aaa1", "aaa1.rs", "help: "])?;
    project.write_revision("aaa1", &["ccc3"], "", "")?;
    project.write_revision("bbb2", &["aaa1"], "", "")?;
    project.write_revision("ccc3", &["bbb2"], "", "")?;
    refused(&project, &["ycle", "aaa1.rs", "bbb2.rs", "ccc3.rs", "help: "])
}

fn not_static() -> Outcome {
    let project = Project::sqlite()?;
    let cases: [(&str, &[&str]); 6] = [
        ("    for i in 0..3 { op.drop_table(\"x\"); }", &[":11:5", "only calls on `op`", "^^^"]),
        ("    op.execute(format!(\"x\"));", &[":11:16", "format!"]),
        ("    op.execute(std::env::var(\"HOME\").unwrap());", &[":11:16", "std::env::var"]),
        (
            "    op.create_tabel(\"x\");",
            &[":11:8", "no operation `create_tabel`", "did you mean `create_table`?"],
        ),
        ("    op.drop_table(TABLE);", &[":11:19", "TABLE"]),
        ("    op.drop_table(1, 2, 3);", &[":11:"]),
    ];
    for (line, parts) in cases {
        project.write_revision("aaa1", &[], line, "")?;
        let place = "migrations/versions/aaa1.rs:11:";
        let parts: Vec<&str> = parts.iter().copied().chain([place, "could not read the revisions"]).collect();
        refused_by_whoever_reads_it_all(&project, &parts)?;
        // Lists read the head of a file alone.
        project.ambix(&["heads"]).done()?;
    }
    Ok(())
}

fn not_a_revision() -> Outcome {
    let project = Project::sqlite()?;
    project.write("migrations/versions/a.rs", "fn x(")?;
    project.write("migrations/versions/b.rs", "")?;
    project.refuses(&["heads"], &["versions/a.rs:1:", "versions/b.rs:1", "it has no REVISION"])?;
    Ok(())
}

fn not_text() -> Outcome {
    let project = Project::sqlite()?;
    project.write("migrations/versions/a.rs", b"\xff\xfe")?;
    project.refuses(&["heads"], &["versions/a.rs", "UTF-8", "help: "])?;
    std::fs::remove_file(project.path("migrations/versions/a.rs"))?;
    symlink("/nowhere/at/all", project.path("migrations/versions/a.rs"))?;
    project.refuses(&["heads"], &["versions/a.rs", "could not read"])?;
    Ok(())
}

fn bad_ids() -> Outcome {
    let project = Project::sqlite()?;
    for id in [
        "",
        " ",
        "a b",
        "../../x",
        "a/b",
        "a:b",
        "+1",
        "head",
        "base",
        "a\u{1b}[31m",
        "a'b",
        "é",
        "\u{202e}x",
    ] {
        let ran = project.ambix(&["revision", "-m", "x", "--rev-id", id]);
        assert_eq!(ran.code, Some(2), "{}", ran.shown(&format!("took {id:?}")));
        ran.refused(&[]);
    }
    let long = "a".repeat(300);
    project.refuses(&["revision", "-m", "x", "--rev-id", &long], &["too long", "at most 32 bytes"])?;
    Ok(())
}

fn bad_targets() -> Outcome {
    let project = Project::sqlite()?;
    project.write_revision("aaa1", &[], "", "")?;
    project.write_revision("aab2", &["aaa1"], "", "")?;
    let cases: [(&[&str], &[&str]); 8] = [
        (&["upgrade", "zzz"], &["Can't locate revision identified by 'zzz'", "help: "]),
        (&["upgrade", "aa"], &["aa", "aaa1", "aab2"]),
        (&["upgrade", "+7"], &["+7"]),
        (&["downgrade", "-3"], &["-3"]),
        (&["upgrade", "\u{1b}[31m\nx"], &["\\u{1b}[31m\\nx"]),
        (&["show", "\u{202e}x"], &["\\u{202e}x"]),
        (&["stamp", "zzz"], &["Can't locate revision identified by 'zzz'"]),
        (&["downgrade", ""], &["help: "]),
    ];
    for (command, parts) in cases {
        // Writing commands may create the SQLite file; nothing else.
        let ran = project.ambix(command);
        ran.refused(parts);
    }
    Ok(())
}

/// What reads well and cannot run is refused before anything runs.
fn senseless() -> Outcome {
    let project = Project::sqlite()?;
    let twice = "    op.create_table(\"one\").column(column(\"id\", bigint()));\n".repeat(2);
    project.write_revision("aaa1", &[], &twice, "")?;
    let ran = project.ambix(&["upgrade", "head"]);
    ran.refused(&["aaa1", "one"]);
    let current = project.ambix(&["current"]).done()?;
    assert_eq!(current.stdout, "", "{}", current.shown("is at a revision that failed"));
    Ok(())
}

fn rubbish() -> Outcome {
    let project = Project::sqlite()?;
    let body = "    op.create_table(\"t\").column(column(\"a\", varchar(3)).default(\"x\")).constraint(unique([\"a\"]));";
    project.write_revision("aaa1", &[], body, "    op.drop_table(\"t\");")?;
    let path = "migrations/versions/aaa1.rs";
    let text = String::from_utf8(std::fs::read(project.path(path))?)?;
    for end in (1..text.len()).step_by(7) {
        let backwards: String = text[..end].chars().rev().collect();
        for part in [text[..end].to_owned(), text[end..].to_owned(), backwards] {
            project.write(path, &part)?;
            let ran = project.ambix(&["check", "--offline"]);
            assert!(matches!(ran.code, Some(0..=2)), "{}\n{part}", ran.shown("broke"));
        }
    }
    Ok(())
}

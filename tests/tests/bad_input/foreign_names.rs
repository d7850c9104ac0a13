//! Names that somebody else put into the database: they reach neither the terminal nor a comment as
//! they are, in no command.

use ambix_tests::live::Live;

use super::project::{Project, is_acted_on};
use super::{Outcome, Test, on_all};

const EVIL: [&str; 5] = [
    "a\u{1b}]0;x\u{7}\u{1b}[31mb",
    "a\n    op.drop_table(\"canary\");\n    //",
    "a\nDROP TABLE canary; --",
    "a\u{202e}b\u{2066}c\u{2028}d\u{200b}e",
    "a\rb\t*/ \"; DROP TABLE canary; --",
];

const CANARY: &str = "#[derive(ambix::Entity)]\nstruct Canary { #[ambix(primary_key)] id: i64 }\n";

pub(super) fn tests() -> Vec<Test> {
    on_all("foreign_names::stay_out_of_terminal_and_comments", stay_out)
}

fn quoted(name: &str, dialect: &str) -> String {
    match dialect {
        "mariadb" | "mysql" => format!("`{}`", name.replace('`', "``")),
        _others => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

fn literal(text: &str, dialect: &str) -> String {
    let text = text.replace('\'', "''");
    match dialect {
        "mariadb" | "mysql" => format!("'{}'", text.replace('\\', "\\\\")),
        _others => format!("'{text}'"),
    }
}

/// A database whose every name is hostile, but for the one table that the models know.
fn poison(live: &mut Live, dialect: &str) -> Outcome {
    live.execute("CREATE TABLE canary (id bigint PRIMARY KEY)")?;
    for (number, evil) in EVIL.iter().enumerate() {
        poison_one(live, dialect, number, evil)?;
    }
    Ok(())
}

fn poison_one(live: &mut Live, dialect: &str, number: usize, evil: &str) -> Outcome {
    let quoted = |suffix: &str| quoted(&format!("{evil}{suffix}"), dialect);
    let (name, text) = (quoted(""), literal(evil, dialect));
    let (index, key) = (quoted("i"), quoted("k"));
    let is_mysql = matches!(dialect, "mariadb" | "mysql");
    // Those servers index no text without a length, and no part of a table.
    let (ty, predicate) =
        if is_mysql { ("varchar(99)", String::new()) } else { ("text", format!(" WHERE {name} <> {text}")) };
    live.execute(&format!(
        "CREATE TABLE {name} (id bigint PRIMARY KEY, {name} {ty} NOT NULL DEFAULT {text}, \
         CONSTRAINT {name} CHECK ({name} <> {text}), CONSTRAINT {key} UNIQUE ({name}))"
    ))?;
    live.execute(&format!("CREATE INDEX {index} ON {name} ({name}){predicate}"))?;
    // Beside the canary itself, where the findings are about columns and indexes alone.
    live.execute(&format!("ALTER TABLE canary ADD COLUMN {name} {ty} DEFAULT {text}"))?;
    let index = quoted("c");
    live.execute(&format!("CREATE INDEX {index} ON canary ({name})"))?;
    live.execute(&format!("CREATE VIEW {} AS SELECT id FROM {name}", quoted("v")))?;
    if is_mysql {
        live.execute(&format!("ALTER TABLE {name} COMMENT {text}, MODIFY COLUMN id bigint COMMENT {text}"))?;
        live.execute(&format!(
            "CREATE TRIGGER {} BEFORE INSERT ON {name} FOR EACH ROW SET NEW.{name} = {text}",
            quoted("t")
        ))?;
        live.execute(&format!("CREATE PROCEDURE {}() SELECT {text}", quoted("p")))?;
        if number == 0 {
            live.execute(&format!("ALTER TABLE canary COMMENT {text}"))?;
        }
    }
    if dialect == "postgres" {
        live.execute(&format!("COMMENT ON TABLE {name} IS {text}"))?;
        live.execute(&format!("COMMENT ON COLUMN {name}.{name} IS {text}"))?;
        live.execute(&format!("COMMENT ON COLUMN canary.{name} IS {text}"))?;
        let mood = quoted("e");
        live.execute(&format!("CREATE TYPE {mood} AS ENUM ({text}, 'b')"))?;
        live.execute(&format!("ALTER TABLE {name} ADD COLUMN mood {mood} DEFAULT {text}"))?;
        live.execute(&format!("CREATE SEQUENCE {}", quoted("s")))?;
        if number == 0 {
            live.execute(&format!("COMMENT ON TABLE canary IS {text}"))?;
        }
    }
    Ok(())
}

fn drop_views(live: &mut Live, dialect: &str) -> Outcome {
    for evil in EVIL {
        live.execute(&format!("DROP VIEW {}", quoted(&format!("{evil}v"), dialect)))?;
    }
    Ok(())
}

/// Every command that speaks of the database; [`Project::ambix`] looks at each character.
fn stay_out(dialect: &'static str) -> Outcome {
    let mut live = Live::fresh(dialect, &[])?;
    poison(&mut live, dialect)?;
    let project = Project::new(dialect, Some(live.url()))?;
    project.write("src/models.rs", CANARY)?;
    project.ambix(&["-v", "check"]).differs()?;
    project.ambix(&["-v", "check", "--format", "json"]).differs()?;
    project.ambix(&["-v", "current"]).done()?;
    protected(&project, &live)?;

    // What a view depends on cannot be dropped; that refusal speaks of hostile names, too.
    let file = generated(&project)?;
    let script = project.ambix_raw(&["upgrade", "head", "--sql"]);
    is_clean(&script.stdout);
    let ran = project.ambix(&["-v", "upgrade", "head"]);
    if ran.code != Some(0) {
        ran.refused(&[]);
        drop_views(&mut live, dialect)?;
        let script = project.ambix_raw(&["upgrade", "head", "--sql"]);
        assert_eq!(script.code, Some(0), "{}", script.shown("should have worked"));
        is_clean(&script.stdout);
        project.ambix(&["-v", "upgrade", "head"]).done()?;
    }
    assert_eq!(live.query("SELECT count(*) FROM canary")?.len(), 1, "the canary is dead:\n{file}");
    project.ambix(&["-v", "check"]).done()?;
    project.ambix(&["show", "head"]).done()?;
    project.ambix(&["history"]).done()?;
    project.ambix(&["-v", "downgrade", "base"]).done()?;
    assert_eq!(live.query("SELECT count(*) FROM canary")?.len(), 1, "the canary is dead:\n{file}");
    project.ambix(&["-v", "check"]).differs()?;
    Ok(())
}

/// What a policy leaves out is listed by name.
fn protected(project: &Project, live: &Live) -> Outcome {
    let beside = Project::new(live.dialect().facts().name, Some(live.url()))?;
    beside.write("src/models.rs", CANARY)?;
    let before = std::fs::read(project.path("ambix.toml"))?;
    let toml = String::from_utf8(before)?;
    let policy = "\n[[policy.rule]]\nname = \"a*\"\naction = \"protect\"\n\n[[policy.rule]]\nkind = \"column\"\naction = \"report\"\n";
    beside.write("ambix.toml", toml + policy)?;
    let ran = beside.ambix(&["-v", "check"]);
    assert!(matches!(ran.code, Some(0 | 1)), "{}", ran.shown("broke"));
    let ran = beside.ambix(&["-v", "check", "--format", "json"]);
    assert!(matches!(ran.code, Some(0 | 1)), "{}", ran.shown("broke"));
    Ok(())
}

/// The generated file: Rust, nothing raw in it, and the canary untouched by it.
fn generated(project: &Project) -> Result<String, libtest_mimic::Failed> {
    project.ambix(&["-v", "revision", "--autogenerate", "-m", "clean\u{1b}[31m up\n//! x"]).done()?;
    let file = project.only_revision()?;
    syn::parse_file(&file)?;
    let raw = file.chars().find(|c| is_acted_on(*c) && *c != '\n');
    assert!(raw.is_none(), "the file holds {raw:?} as it is:\n{file}");
    let is_code = |line: &&str| line.trim_start().starts_with("op.drop_table(\"canary\")");
    assert!(!file.lines().any(|line| is_code(&line)), "a name became code:\n{file}");
    Ok(file)
}

/// No comment of a script holds a character that a terminal would act on.
fn is_clean(script: &str) {
    for line in script.lines().filter(|line| line.trim_start().starts_with("--")) {
        let raw = line.chars().find(|c| is_acted_on(*c));
        assert!(raw.is_none(), "a comment of the script holds {raw:?} as it is: {line:?}");
    }
}

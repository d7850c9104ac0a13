//! Names that break tools, in every role a name can have: they come through whole, or are refused
//! with a reason.

use ambix_tests::live::Live;
use libtest_mimic::Failed;

use super::project::{Project, is_acted_on};
use super::{Outcome, Test, on_transactional};

/// What a name can name; and texts that go the same way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    Table,
    Column,
    Index,
    Unique,
    Check,
    ForeignKey,
    PrimaryKey,
    EnumType,
    EnumValue,
    TableComment,
    ColumnComment,
    Default,
    Schema,
}

pub(super) const ROLES: [Role; 13] = [
    Role::Table,
    Role::Column,
    Role::Index,
    Role::Unique,
    Role::Check,
    Role::ForeignKey,
    Role::PrimaryKey,
    Role::EnumType,
    Role::EnumValue,
    Role::TableComment,
    Role::ColumnComment,
    Role::Default,
    Role::Schema,
];

/// Names that both databases can hold.
const NAMES: &[&str] = &[
    "a\"b",
    "a\"\"b",
    "a`b",
    "a'b",
    "a''b",
    "a\\b",
    "a;b",
    "a.b",
    "a b",
    " a",
    "a ",
    "a[b]",
    "]",
    "\"",
    "'",
    "\\",
    "Select",
    "user",
    "order",
    "group",
    "table",
    "column",
    "MixedCase",
    "mixedcase",
    "é",
    "e\u{301}",
    "🦀",
    "日本語",
    "a\u{200d}b",
    "a\u{202e}b",
    "a\u{1b}[31mb",
    "a\nb",
    "a\rb",
    "a\tb",
    "\n",
    "a\u{7f}b",
    "a\u{85}b",
    "\u{feff}a",
    "-- x",
    "/* x */",
    "*/ x",
    "$$",
    "$a$",
    "$1",
    "?",
    ":a",
    "@a",
    "%s",
    "{}",
    "{0}",
    "{",
    "\\n",
    "\\u{1b}",
    "r#type",
    "self",
    "crate",
    "fn",
    "1abc",
    "1",
    "-1",
    "pg_x",
    "con",
    "..",
    "a/b",
    "#",
    "// x",
    "a\n// x\nop.drop_table(\"canary\");",
    "a\nDROP TABLE canary; --",
    "'); DROP TABLE canary; --",
    "null",
    "NULL",
    "true",
    "current_timestamp",
    "E'x'",
    "x'00'",
];

pub(super) fn tests() -> Vec<Test> {
    let mut tests = Vec::new();
    for dialect in ["sqlite", "postgres", "mariadb", "mysql"] {
        for role in ROLES.into_iter().filter(|role| role.is_of(dialect)) {
            let name = format!("names::{role:?}::{dialect}");
            tests.push(Test { name, dialect, run: Box::new(move || round_trip(role, dialect)) });
        }
    }
    tests.extend(on_transactional("names::that_differ_in_case", case));
    tests
}

impl Role {
    pub(super) fn is_of(self, dialect: &str) -> bool {
        match dialect {
            "postgres" => true,
            // A primary key is called PRIMARY there, a type has no name, and a comment of a table goes the way
            // of one of a column.
            "mariadb" | "mysql" => {
                !matches!(self, Self::Schema | Self::PrimaryKey | Self::EnumType | Self::TableComment)
            }
            _sqlite => !matches!(self, Self::Schema | Self::TableComment | Self::ColumnComment),
        }
    }

    /// Whether the name is an identifier, bound by what the server takes for one.
    pub(super) fn is_identifier(self) -> bool {
        !matches!(self, Self::TableComment | Self::ColumnComment | Self::Default | Self::EnumValue)
    }

    /// Entities with many names in this role: where every statement is committed on its own, few tables are
    /// quick and many are not.
    fn crowd(self, names: &[String]) -> String {
        // A table has 64 indexes at most, and one is that of its key.
        let chunks = names.chunks(if self == Self::Table { 1 } else { 50 });
        chunks.enumerate().map(|(number, names)| self.entity(number, names)).collect()
    }

    /// An entity with names in this role.
    fn entity(self, number: usize, names: &[String]) -> String {
        let own = match names {
            [name] if self == Self::Table => format!("table = {name:?}, comment = {name:?}"),
            _names => format!("table = \"t{number}\""),
        };
        let attributes: Vec<String> =
            names.iter().enumerate().filter_map(|(at, name)| self.attribute(at, name)).collect();
        let head = [&[own], attributes.as_slice()].concat().join(")]\n#[ambix(");
        let fields: String = (0..).zip(names).map(|(at, name)| self.field(number, at, name)).collect();
        let enums: String =
            (0..).zip(names).filter_map(|(at, name)| self.own_enum(number, at, name)).collect();
        format!(
            "{enums}#[derive(ambix::Entity)]\n#[ambix({head})]\nstruct T{number} {{\n#[ambix(primary_key)] id: i64,\n{fields}}}\n"
        )
    }

    /// What the entity says of its field of this number.
    fn attribute(self, at: usize, name: &str) -> Option<String> {
        match self {
            Self::Index => Some(format!("index(v{at}, name = {name:?})")),
            Self::Unique => Some(format!("unique(v{at}, name = {name:?})")),
            Self::Check => Some(format!("check = \"v{at} > 0\", name = {name:?}")),
            Self::ForeignKey => Some(format!("foreign_key(v{at}, references = \"t0(id)\", name = {name:?})")),
            Self::Table
            | Self::Column
            | Self::PrimaryKey
            | Self::EnumType
            | Self::EnumValue
            | Self::TableComment
            | Self::ColumnComment
            | Self::Default
            | Self::Schema => None,
        }
    }

    /// The field of this number.
    fn field(self, number: usize, at: usize, name: &str) -> String {
        match self {
            Self::Column => format!("#[ambix(column = {name:?})] v{at}: i64,\n"),
            Self::ColumnComment => format!("#[ambix(comment = {name:?})] v{at}: i64,\n"),
            Self::Default => format!("#[ambix(default = {name:?})] v{at}: String,\n"),
            Self::EnumValue => format!("v{at}: E{number}x{at},\n"),
            Self::Table
            | Self::Index
            | Self::Unique
            | Self::Check
            | Self::ForeignKey
            | Self::PrimaryKey
            | Self::EnumType
            | Self::TableComment
            | Self::Schema => format!("v{at}: i64,\n"),
        }
    }

    fn own_enum(self, number: usize, at: usize, name: &str) -> Option<String> {
        (self == Self::EnumValue).then(|| {
            format!("#[derive(ambix::Enum)]\nenum E{number}x{at} {{ #[sqlx(rename = {name:?})] One, Two }}\n")
        })
    }

    /// An entity with the name in this role.
    pub(super) fn model(self, number: usize, name: &str) -> String {
        let head = |attributes: String| format!("#[derive(ambix::Entity)]\n#[ambix({attributes})]\n");
        let own = format!("table = \"t{number}\"");
        let plain = format!("struct T{number} {{ #[ambix(primary_key)] id: i64, value: i64 }}\n");
        let with = |attributes: &str, ty: &str| {
            let head = head(own.clone());
            format!("{head}struct T{number} {{ #[ambix(primary_key)] id: i64, {attributes} value: {ty} }}\n")
        };
        match self {
            Self::Table => head(format!("table = {name:?}")) + &plain,
            Self::Schema => head(format!("{own}, schema = {name:?}")) + &plain,
            Self::TableComment => head(format!("{own}, comment = {name:?}")) + &plain,
            Self::Index => head(format!("{own}, index(value, name = {name:?})")) + &plain,
            Self::Unique => head(format!("{own}, unique(value, name = {name:?})")) + &plain,
            Self::Check => head(format!("{own}, check = \"value > 0\", name = {name:?}")) + &plain,
            Self::ForeignKey => {
                head(format!("{own}, foreign_key(value, references = \"t{number}(id)\", name = {name:?})"))
                    + &plain
            }
            Self::PrimaryKey => {
                head(format!("{own}, primary_key(id, name = {name:?})"))
                    + &format!("struct T{number} {{ id: i64, value: i64 }}\n")
            }
            Self::Column => with(&format!("#[ambix(column = {name:?})]"), "i64"),
            Self::ColumnComment => with(&format!("#[ambix(comment = {name:?})]"), "i64"),
            Self::Default => with(&format!("#[ambix(default = {name:?})]"), "String"),
            Self::EnumType => {
                with("", &format!("E{number}"))
                    + &format!(
                        "#[derive(ambix::Enum)]\n#[ambix(type_name = {name:?})]\nenum E{number} {{ One, Two }}\n"
                    )
            }
            Self::EnumValue => {
                with("", &format!("E{number}"))
                    + &format!(
                        "#[derive(ambix::Enum)]\nenum E{number} {{ #[sqlx(rename = {name:?})] One, Two }}\n"
                    )
            }
        }
    }
}

/// Every name the database can hold in this role.
fn names(role: Role, dialect: &str) -> Vec<String> {
    let mut names: Vec<String> = NAMES.iter().map(|&name| name.to_owned()).collect();
    // As long as it can be, in one byte and in two a letter.
    names.extend(["x".repeat(63), "é".repeat(31)]);
    if dialect == "sqlite" || !role.is_identifier() && role != Role::EnumValue {
        names.extend([
            "x".repeat(64),
            "é".repeat(32),
            format!("{}a", "y".repeat(70)),
            format!("{}b", "y".repeat(70)),
        ]);
    }
    if !role.is_identifier() {
        names.push(String::new());
    }
    if dialect == "sqlite" && matches!(role, Role::Table | Role::Index) {
        // To SQLite these are the same names as others in the list.
        names.retain(|name| !matches!(name.as_str(), "mixedcase" | "NULL"));
    }
    if matches!(dialect, "mariadb" | "mysql") {
        if role.is_identifier() {
            // These servers have no such names, and take two that differ in case for one.
            let is_none = |name: &str| name.ends_with([' ', '\n']) || name.contains('🦀');
            names.retain(|name| !is_none(name) && !matches!(name.as_str(), "mixedcase" | "NULL"));
        }
        // Nor do they tell every character, or keep blanks behind the value of an enum.
        let is_cut = |name: &str| role == Role::EnumValue && name.ends_with(' ');
        names.retain(|name| !(name.contains('🦀') || is_cut(name)));
    }
    if role == Role::Schema {
        // A list of schemas in the configuration holds no blanks alone.
        names.retain(|name| name != "pg_x" && !name.trim().is_empty());
    }
    names
}

fn project(role: Role, names: &[String], dialect: &str, url: &str) -> Result<Project, Failed> {
    let project = Project::new(dialect, Some(url))?;
    let models = match dialect {
        "mariadb" | "mysql" => role.crowd(names),
        _others => names.iter().enumerate().map(|(number, name)| role.model(number, name)).collect(),
    };
    project.write("src/models.rs", models)?;
    if role == Role::Schema {
        let listed: Vec<String> = names.iter().map(|name| toml(name)).collect();
        let schemas = format!("[\"public\", {}]", listed.join(", "));
        let text =
            format!("[database]\ndialect = \"postgres\"\nurl = \"${{DATABASE_URL}}\"\nschemas = {schemas}\n");
        project.write("ambix.toml", text)?;
    }
    Ok(project)
}

/// A TOML string with everything unusual spelled out.
fn toml(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_string() } else { format!("\\U{:08X}", u32::from(c)) })
        .collect();
    format!("\"{escaped}\"")
}

fn round_trip(role: Role, dialect: &'static str) -> Outcome {
    let mut live = Live::fresh(dialect, &[])?;
    let names = names(role, dialect);
    let project = project(role, &names, dialect, live.url())?;
    project.ambix(&["-v", "revision", "--autogenerate", "-m", "names"]).done()?;
    let file = project.only_revision()?;
    syn::parse_file(&file)?;
    let raw = file.chars().find(|c| is_acted_on(*c) && *c != '\n');
    assert!(raw.is_none(), "the file holds {raw:?} as it is:\n{file}");

    project.ambix(&["check", "--offline"]).done()?;
    project.ambix(&["-v", "upgrade", "head"]).done()?;
    project.ambix(&["-v", "check"]).done()?;
    project.ambix(&["show", "head"]).done()?;
    script_does_the_same(role, &project, &names, dialect)?;
    project.ambix(&["-v", "downgrade", "base"]).done()?;
    nothing_is_left(&mut live, dialect)
}

/// The printed script, run by the database itself, leads to the same schema.
fn script_does_the_same(role: Role, project: &Project, names: &[String], dialect: &'static str) -> Outcome {
    let script = project.ambix_raw(&["upgrade", "base:head", "--sql"]);
    assert_eq!(script.code, Some(0), "{}", script.shown("should have worked"));
    let script = script.stdout;
    let mut other = Live::fresh(dialect, &[])?;
    other.execute(&script).map_err(|error| format!("the script does not run: {error}\n{script}"))?;
    let beside = self::project(role, names, dialect, other.url())?;
    for entry in std::fs::read_dir(project.path("migrations/versions"))? {
        let entry = entry?;
        std::fs::copy(entry.path(), beside.path("migrations/versions").join(entry.file_name()))?;
    }
    beside.ambix(&["check"]).done()?;
    Ok(())
}

fn nothing_is_left(live: &mut Live, dialect: &str) -> Outcome {
    let sql = match dialect {
        "sqlite" => "SELECT name FROM sqlite_schema WHERE name <> 'sqlite_sequence'",
        "mariadb" | "mysql" => {
            "SELECT CAST(table_name AS CHAR) FROM information_schema.tables WHERE table_schema = database()"
        }
        _postgres => {
            "SELECT relname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') \
             UNION ALL SELECT typname::text FROM pg_catalog.pg_type WHERE typtype = 'e' \
             UNION ALL SELECT nspname::text FROM pg_catalog.pg_namespace \
             WHERE nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'public')"
        }
    };
    let left: Vec<String> = live.query(sql)?.into_iter().flatten().flatten().collect();
    assert!(left.is_empty(), "these are left after a downgrade to base: {left:?}");
    Ok(())
}

/// `MixedCase` beside `mixedcase`: two names, or refused before the database trips over them.
fn case(dialect: &'static str) -> Outcome {
    let mut live = Live::fresh(dialect, &[])?;
    for role in [Role::Table, Role::Index] {
        let names = ["MixedCase".to_owned(), "mixedcase".to_owned()];
        let project = project(role, &names, dialect, live.url())?;
        let ran = project.ambix(&["revision", "--autogenerate", "-m", "x"]);
        if dialect == "sqlite" {
            ran.refused(&["MixedCase", "mixedcase", "src/models.rs:"]);
            continue;
        }
        ran.done()?;
        project.ambix(&["upgrade", "head"]).done()?;
        project.ambix(&["check"]).done()?;
        project.ambix(&["downgrade", "base"]).done()?;
        nothing_is_left(&mut live, dialect)?;
    }
    let project = Project::new(dialect, Some(live.url()))?;
    let columns = "#[derive(ambix::Entity)]\nstruct T { #[ambix(primary_key)] id: i64, #[ambix(column = \"Id\")] other: i64 }\n";
    project.write("src/models.rs", columns)?;
    let ran = project.ambix(&["revision", "--autogenerate", "-m", "x"]);
    if dialect == "sqlite" {
        ran.refused(&["Id", "id", "src/models.rs:"]);
    } else {
        ran.done()?;
    }
    Ok(())
}

//! The configuration file that `ambix init` writes: what matters is set, the rest is there as comments.

/// What `ambix init` can set up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Template {
    /// `ambix.toml`, revisions in Rust.
    Generic,
    /// The same with revisions in plain SQL.
    Sql,
    /// The same with the URL in parts, each from a variable of its own.
    Parts,
    /// A table in `Cargo.toml`.
    Cargo,
}

impl Template {
    /// All of them, the usual one first.
    pub const ALL: [Self; 4] = [Self::Generic, Self::Sql, Self::Parts, Self::Cargo];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Generic => "generic",
            Self::Sql => "sql",
            Self::Parts => "parts",
            Self::Cargo => "cargo",
        }
    }

    /// What it sets up, in a line.
    pub fn synopsis(self) -> &'static str {
        match self {
            Self::Generic => "ambix.toml with every key explained; revisions in Rust",
            Self::Sql => "the same, with revisions in plain SQL",
            Self::Parts => {
                "the same as generic, with the database URL put together from variables (user, password, host)"
            }
            Self::Cargo => "a [package.metadata.ambix] table in Cargo.toml instead of a file of its own",
        }
    }

    /// The template of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|template| template.name() == name)
    }
}

/// The table for a `Cargo.toml`, under `owner`: `package` or `workspace`.
pub(crate) fn cargo_table(owner: &str, dialect: &str, directory: &str) -> String {
    let (url, _) = url_and_schemas(dialect);
    let (dialect, directory) = (quoted(dialect), quoted(directory));
    format!(
        "[{owner}.metadata.ambix]\nscript_location = {directory}\n\n[{owner}.metadata.ambix.models]\n\
         paths = [\"src/**/*.rs\"]\n\n[{owner}.metadata.ambix.database]\ndialect = {dialect}\nurl = \"{url}\"\n"
    )
}

/// A URL in parts; `None` for a database that is a file.
fn url_in_parts(dialect: &str) -> Option<String> {
    let (scheme, prefix, port) = match dialect {
        "sqlite" => return None,
        "postgres" => ("postgres", "POSTGRES", 5432),
        "mariadb" => ("mariadb", "MARIADB", 3306),
        _mysql => ("mysql", "MYSQL", 3306),
    };
    Some(format!(
        "{scheme}://${{{prefix}_USER}}:${{{prefix}_PASSWORD}}@${{{prefix}_HOST:-localhost}}:${{{prefix}_PORT:-{port}}}/\
         ${{{prefix}_DB}}"
    ))
}

fn url_and_schemas(dialect: &str) -> (&'static str, &'static str) {
    match dialect {
        "sqlite" => ("${DATABASE_URL:-sqlite:app.db}", ""),
        "postgres" => {
            ("${DATABASE_URL}", "# schemas = [\"public\"]             # the first one is the default\n")
        }
        _mariadb_or_mysql => ("${DATABASE_URL}", ""),
    }
}

/// A commented `ambix.toml` for a database, with revisions in `directory`.
///
/// # Errors
/// When the template is not for such a database.
pub fn init_template(template: Template, dialect: &str, directory: &str) -> Result<String, &'static str> {
    let text = generic(dialect, directory);
    match template {
        Template::Generic | Template::Cargo => Ok(text),
        Template::Sql => Ok(text.replacen("# format = \"rust\"  ", "format = \"sql\"     ", 1)),
        Template::Parts => {
            let parts =
                url_in_parts(dialect).ok_or("a SQLite database is a file, and its URL has no parts")?;
            let (url, _) = url_and_schemas(dialect);
            Ok(text.replacen(&format!("\nurl = \"{url}\""), &format!("\nurl = \"{parts}\""), 1))
        }
    }
}

fn generic(dialect: &str, directory: &str) -> String {
    let (url, schemas) = url_and_schemas(dialect);
    let versions = quoted(&format!("{}/versions", directory.trim_end_matches('/')));
    let (dialect, directory) = (quoted(dialect), quoted(directory));
    format!(
        r#"# Configuration of ambix. Paths are relative to this file.
# Every key can be overridden for an environment in [env.NAME], chosen by --env NAME or AMBIX_ENV.

script_location = {directory}
# file_template = "{{year}}{{month}}{{day}}_{{hour}}{{minute}}_{{rev}}_{{slug}}"   # also {{second}} and {{epoch}}
# timezone = "UTC"                  # of create dates
# truncate_slug_length = 40
# format = "rust"                   # of new revision files: "rust" or "sql"
# version_locations = [{versions}]   # directories of revision files; all below each is read

[models]
paths = ["src/**/*.rs"]
# exclude = ["src/generated/**"]
# features = []                     # #[cfg(feature = "...")] is evaluated with these
# table_names = "singular"          # of entities that do not name theirs: "singular" or "plural"

[database]
dialect = {dialect}
# version = "15"                    # which server to plan for without a connection
# ${{NAME}} and ${{NAME:-default}} are variables of the environment or of a .env file.
# A variable that is a part of the URL is percent-encoded when it is put in:
# url = "postgres://${{POSTGRES_USER}}:${{POSTGRES_PASSWORD}}@${{POSTGRES_HOST:-localhost}}/${{POSTGRES_DB}}"
url = "{url}"
{schemas}# version_table = "ambix_version"
# connect_timeout = "10s"
# lock_timeout = "5s"               # how long a statement waits for a lock
# lock_wait = "60s"                 # how long to wait for another runner
# statement_timeout = "0"           # no limit
# allow_reset = false               # `ambix reset` needs this or --allow-reset

# [naming]                          # of what has no name; the default is what the database itself does
# unique = "uq_{{table}}_{{columns}}"
# index = "ix_{{table}}_{{columns}}"
# foreign_key = "fk_{{table}}_{{columns}}_{{referenced_table}}"
# check = "ck_{{table}}_{{columns}}"
# primary_key = "pk_{{table}}"

# [policy]
# protect = ["audit_log"]           # never dropped or altered
# ignore = ["tmp_*", "index:ix_legacy_*", "column:users.legacy_*"]   # as if they were not there

# [[policy.rule]]                   # the general form; the first match wins
# kind = "index"
# name = "ix_reporting_*"
# only_in = "database"              # database, models or both
# action = "ignore"                 # include, ignore, protect or report
# reason = "owned by the reporting team"

# [[post_write_hooks]]              # commands to run on each new revision file
# command = ["rustfmt", "--edition", "2024", "{{file}}"]

# [env.production]
# database.url = "${{PROD_DATABASE_URL}}"
"#
    )
}

/// The databases that `dialect` can name, for people.
pub(crate) fn dialects() -> String {
    let (last, others) = ambix_dialect::DIALECTS.split_last().expect("there are databases");
    format!("{} or {last}", others.join(", "))
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

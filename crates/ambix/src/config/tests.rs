//! Finding and reading configurations.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::*;

fn parsed(text: &str) -> Config {
    Config::parse(text, Path::new("ambix.toml"), None).unwrap()
}

fn refused(text: &str) -> String {
    let error = Config::parse(text, Path::new("ambix.toml"), None).unwrap_err();
    assert_eq!(error.problems().len(), 1, "{error}");
    match error.hint() {
        Some(hint) => format!("{error} ({hint})"),
        None => error.to_string(),
    }
}

fn environment(variables: &[(&str, &str)]) -> Environment {
    variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

const WHOLE: &str = r#"
script_location = "db"
file_template   = "{rev}_{slug}"
truncate_slug_length = 20
timezone        = "Europe/Paris"
format          = "sql"

[models]
paths = ["src/models/*.rs"]
exclude = ["src/models/old.rs"]
features = ["admin"]
table_names = "plural"

[database]
dialect = "postgres"
version = "15.2"
url = "postgres://${USER}:${PASSWORD}@h/d"
schemas = ["app", "public"]
version_table = "ops.alembic_version"
connect_timeout = "500ms"
lock_timeout = "2m"
lock_wait = "1h"
statement_timeout = "0"
allow_reset = true

[naming]
unique = "uq_{table}_{columns}"

[policy]
protect = ["results"]
ignore  = ["tmp_*", "column:users.legacy_*"]

[[policy.rule]]
kind = "foreign_key"
name = "fk_*"
only_in = "database"
attribute = "comment"
action = "ignore"
reason = "owned by others"

[[policy.rule]]
action = "include"

[hazards]
allow = ["drop-column"]
data_loss = "allow"

[env.production]
database.url = "${PROD_URL}"
hazards.allow = []
policy.ignore = []
"#;

#[test]
fn every_key_is_read() {
    let config = parsed(WHOLE);
    assert_eq!(config.script_location, Path::new("db"));
    assert_eq!(config.version_locations, [Path::new("db/versions")]);
    assert_eq!((config.file_template.as_str(), config.truncate_slug_length), ("{rev}_{slug}", 20));
    assert_eq!((config.timezone.as_str(), config.format), ("Europe/Paris", Format::Sql));
    assert_eq!(config.models.paths, ["src/models/*.rs"]);
    assert_eq!(config.models.exclude, ["src/models/old.rs"]);
    assert_eq!(config.models.features, ["admin"]);
    assert!(matches!(config.models.table_names, ambix_models::TableNames::Plural));
    let database = &config.database;
    assert_eq!((database.dialect.as_deref(), database.version), (Some("postgres"), Some((15, 2))));
    assert_eq!(database.schemas, ["app", "public"]);
    assert_eq!(database.version_table, "ops.alembic_version");
    assert_eq!(database.connect_timeout, Duration::from_millis(500));
    assert_eq!(database.lock_timeout, Duration::from_mins(2));
    assert_eq!(database.lock_wait, Duration::from_hours(1));
    assert_eq!((database.statement_timeout, database.allow_reset), (Duration::ZERO, true));
    assert_eq!(config.naming.unique.as_deref(), Some("uq_{table}_{columns}"));
    assert_eq!((config.policy.protect.len(), config.policy.ignore.len()), (1, 2));
    let rule = &config.policy.rules[0];
    assert_eq!((rule.kind.as_deref(), rule.name.as_deref()), (Some("foreign_key"), Some("fk_*")));
    assert_eq!((rule.only_in.as_deref(), rule.attribute.as_deref()), (Some("database"), Some("comment")));
    assert_eq!((rule.action.as_str(), rule.reason.as_deref()), ("ignore", Some("owned by others")));
    assert_eq!(rule.origin.to_string(), "ambix.toml:33");
    assert_eq!(config.policy.rules[1].action, "include");
    assert_eq!((config.hazards.allow.len(), config.hazards.data_loss), (1, DataLoss::Allow));
}

#[test]
fn an_empty_file_is_the_defaults() {
    let config = parsed("");
    let defaults = Config::defaults("");
    assert_eq!(config.script_location, defaults.script_location);
    assert_eq!(config.version_locations, defaults.version_locations);
    assert_eq!(config.models, defaults.models);
    assert_eq!(config.database, defaults.database);
    assert_eq!(config.naming.over(&ambix_schema::Naming::default()), ambix_schema::Naming::default());
}

#[test]
fn an_environment_overrides_key_by_key() {
    let config = Config::parse(WHOLE, Path::new("ambix.toml"), Some("production")).unwrap();
    assert_eq!(config.env.as_deref(), Some("production"));
    assert_eq!(config.url(&environment(&[("PROD_URL", "postgres://p/d")])).unwrap(), "postgres://p/d");
    assert_eq!(config.database.schemas, ["app", "public"], "what is not overridden stays");
    assert!(config.hazards.allow.is_empty() && config.policy.ignore.is_empty());
    assert_eq!(config.policy.rules.len(), 2);
}

#[test]
fn an_unknown_environment_lists_those_there_are() {
    let refused = |text, env| {
        let error = Config::parse(text, Path::new("ambix.toml"), Some(env)).unwrap_err();
        format!("{error} ({})", error.hint().unwrap())
    };
    assert_eq!(
        refused("[env.a]\n[env.b]", "c"),
        "there is no [env.c] (there are a, b; check --env and AMBIX_ENV)"
    );
    assert_eq!(
        refused("", "c"),
        "there is no [env.c] (the configuration has no [env.NAME] at all; check --env and AMBIX_ENV)"
    );
}

#[test]
fn unknown_keys_are_placed_and_corrected() {
    assert_eq!(
        refused("\n[database]\n  schema = []\n"),
        "ambix.toml:3:3: unknown key 'database.schema' (did you mean 'database.schemas'?)"
    );
    assert_eq!(refused("url = 'x'"), "ambix.toml:1:1: unknown key 'url' (did you mean 'database.url'?)");
    assert_eq!(
        refused("[models]\ntimezone = 'UTC'"),
        "ambix.toml:2:1: unknown key 'models.timezone' (did you mean 'timezone'?)"
    );
    assert_eq!(
        refused("[[policy.rule]]\naction = 'ignore'\nwhy = 'x'"),
        "ambix.toml:3:1: unknown key 'policy.rule.why' (known here: kind, name, only_in, attribute, action, reason)"
    );
    assert_eq!(
        refused("[env.production]\ndatabase.ulr = 'x'"),
        "ambix.toml:2:10: unknown key 'env.production.database.ulr' (did you mean 'env.production.database.url'?)",
        "also where it is not chosen"
    );
    assert!(refused("[env.a.env.b]").starts_with("ambix.toml:1:8: unknown key 'env.a.env'"));
    assert_eq!(refused("\"a\\nb\" = 1").split(" (").next().unwrap(), "ambix.toml:1:1: unknown key 'a\\nb'");
}

#[test]
fn values_of_the_wrong_type_are_placed() {
    assert_eq!(
        refused("script_location = 1"),
        "ambix.toml:1:19: 'script_location' takes a string, and this is an integer (write a string)"
    );
    assert_eq!(
        refused("[models]\npaths = \"src\""),
        "ambix.toml:2:9: 'models.paths' takes an array of strings, and this is a string (write an array of strings)"
    );
    assert_eq!(
        refused("[models]\npaths = [\"src\", 1]"),
        "ambix.toml:2:17: 'models.paths' takes an array of strings, and this is an integer (write an array of strings)"
    );
    assert!(refused("database = 1").starts_with("ambix.toml:1:12: 'database' takes a table"));
    assert!(refused("env = []").contains("takes a table"));
    assert!(refused("env.a = 1").contains("'env.a' takes a table"));
    assert!(refused("policy.rule = {}").contains("'policy.rule' takes an array of tables"));
    assert!(refused("policy.rule = [1]").contains("'policy.rule' takes an array of tables"));
    assert!(refused("[database]\nallow_reset = \"yes\"").contains("takes true or false"));
    assert!(refused("[database]\nurl = 1").contains("'database.url' takes a string"));
}

#[test]
fn values_that_mean_nothing_are_placed() {
    assert_eq!(
        refused("[database]\ndialect = \"postgresql\""),
        "ambix.toml:2:11: 'database.dialect' cannot be \"postgresql\" (did you mean \"postgres\"?)"
    );
    assert_eq!(
        refused("[database]\ndialect = \"oracle\""),
        "ambix.toml:2:11: 'database.dialect' cannot be \"oracle\" (it is one of postgres, mariadb, mysql, sqlite)"
    );
    assert!(refused("[database]\nlock_timeout = 5").contains("has no unit (write a number and a unit"));
    assert!(refused("[database]\nlock_timeout = \"5\"").contains("is not a time span"));
    assert!(refused("[database]\nversion = 10.6").contains("is a float (write it as a string"));
    assert!(refused("[database]\nversion = \"x\"").contains("is not a version"));
    assert!(refused("[database]\nurl = \" \"").contains("is empty"));
    assert!(refused("timezone = \"\"").contains("'timezone' is empty"));
    assert!(refused("script_location = \"${X}\"").contains("holds a variable"));
    assert!(refused("version_locations = []").contains("is empty"));
    assert!(refused("truncate_slug_length = 0").contains("is out of range"));
    assert!(refused("truncate_slug_length = 99999999999999999999").contains("is out of range"));
    assert!(refused("file_template = \"{x}\"").contains("which is no token (the tokens are {rev}"));
    assert!(refused("[naming]\nunique = \"uq_{tabel}\"").contains("has an unknown token"));
    assert!(refused("[naming]\nunique = \"uq\"").contains("has no token"));
    assert!(refused("[models]\npaths = [\"src/[\"]").contains("which is not a glob"));
    assert!(refused("[[policy.rule]]\nname = 'x'").contains("'policy.rule.action' is missing"));
    assert!(refused("[[policy.rule]]\naction = 'ignored'").contains("did you mean \"ignore\"?"));
    assert!(refused("[[policy.rule]]\naction='ignore'\nkind='tabel'").contains("did you mean \"table\"?"));
    assert!(refused("format = \"python\"").contains("it is one of rust, sql"));
}

#[test]
fn what_is_not_toml_is_placed() {
    let error = refused("script_location = \"db\"\nformat = rust\n");
    assert!(error.starts_with("ambix.toml:2:10: "), "{error}");
    assert!(refused("a = 1\na = 2").starts_with("ambix.toml:2:1: duplicate key"));
    assert!(refused("[database").starts_with("ambix.toml:1:"));
    assert_eq!(parsed("\u{feff}timezone = 'UTC'").timezone, "UTC");
    assert_eq!(parsed("timezone = 'UTC'\r\nformat = 'sql'\r\n").format, Format::Sql);
}

#[test]
fn a_missing_variable_is_told_with_its_place() {
    let config = parsed("[database]\nurl = \"postgres://u:${PGPASS}@h/d\"");
    let error = config.url(&environment(&[])).unwrap_err();
    assert_eq!(error.to_string(), "ambix.toml:2:21: variable PGPASS is not set, and 'database.url' needs it");
    assert_eq!(error.problems()[0].excerpt[error.problems()[0].marked.clone()], *"${PGPASS}");
    let directory = tempfile::tempdir().unwrap();
    let searched = environment(&[]).with_dotenv(directory.path()).unwrap();
    let hint = config.url(&searched).unwrap_err().hint().unwrap();
    assert!(
        hint.contains("or in .env (none in ") && hint.ends_with("give a default with ${PGPASS:-value}"),
        "{hint}"
    );
    assert!(config.url(&environment(&[("PGPASS", "p@s")])).unwrap().contains(":p%40s@"));
}

#[test]
fn without_a_url_it_is_the_usual_variable() {
    let config = parsed("");
    assert_eq!(config.url(&environment(&[("DATABASE_URL", "sqlite:a.db")])).unwrap(), "sqlite:a.db");
    let error = config.url(&environment(&[])).unwrap_err().to_string();
    assert_eq!(error, "'database.url' is not configured, and variable DATABASE_URL is not set");
}

#[test]
fn the_nearest_file_wins() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    let below = root.join("crates/app/src");
    fs::create_dir_all(&below).unwrap();
    let found = |start: &Path| Config::discover(start, None, None, &environment(&[])).unwrap();

    fs::write(root.join("Cargo.toml"), "[workspace.metadata.ambix]\ntimezone = 'workspace'\n").unwrap();
    assert_eq!((found(&below).timezone.as_str(), found(&below).root.as_path()), ("workspace", root));
    fs::write(root.join("ambix.toml"), "timezone = 'own'\n").unwrap();
    assert_eq!(found(&below).timezone, "own", "ambix.toml goes before Cargo.toml");
    let app = root.join("crates/app");
    fs::write(app.join("Cargo.toml"), "[package]\nname = 'x'\n[dependencies]\nambix = '1'\n").unwrap();
    assert_eq!(found(&below).timezone, "own", "a manifest without the table is passed over");
    let both = "[package.metadata.ambix]\ntimezone = 'package'\n[workspace.metadata.ambix]\ntimezone = 'x'\n";
    fs::write(app.join("Cargo.toml"), both).unwrap();
    assert_eq!((found(&below).timezone.as_str(), found(&below).root.as_path()), ("package", app.as_path()));
    assert_eq!(found(&below).path.unwrap(), app.join("Cargo.toml"));
}

#[test]
fn a_file_can_be_named() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    fs::create_dir(root.join("etc")).unwrap();
    fs::write(root.join("etc/other.toml"), "timezone = 'other'\n[env.e]\ntimezone = 'e'\n").unwrap();
    fs::write(root.join("ambix.toml"), "timezone = 'own'\n").unwrap();
    let found = |explicit: Option<&str>, env, variables: &[(&str, &str)]| {
        Config::discover(root, explicit.map(Path::new), env, &environment(variables))
    };
    let named = found(Some("etc/other.toml"), None, &[]).unwrap();
    assert_eq!((named.timezone.as_str(), named.root), ("other", root.join("etc")));
    let variables = [("AMBIX_CONFIG", "etc/other.toml"), ("AMBIX_ENV", "e")];
    assert_eq!(found(None, None, &variables).unwrap().timezone, "e");
    assert_eq!(found(Some("ambix.toml"), None, &variables[..1]).unwrap().timezone, "own");
    assert_eq!(found(Some("."), None, &[]).unwrap().timezone, "own", "a directory stands for what is in it");
    assert_eq!(found(None, None, &[("AMBIX_CONFIG", ""), ("AMBIX_ENV", "")]).unwrap().timezone, "own");
    fs::write(root.join("etc/.env"), "AMBIX_ENV=e\n").unwrap();
    assert_eq!(found(Some("etc/other.toml"), None, &[]).unwrap().timezone, "e", "a .env file can choose");

    let missing = found(Some("no.toml"), None, &[]).unwrap_err();
    assert!(missing.to_string().starts_with("could not read "), "{missing}");
    assert_eq!(missing.hint().as_deref(), Some("check --config and AMBIX_CONFIG"));
    fs::write(root.join("Cargo.toml"), "[package]\n").unwrap();
    let empty = found(Some("Cargo.toml"), None, &[]).unwrap_err();
    assert!(empty.to_string().contains("has no [package.metadata.ambix]"), "{empty}");
    assert!(
        found(Some("etc"), None, &[])
            .unwrap_err()
            .to_string()
            .starts_with("could not find ambix.toml (looked in ")
    );
    fs::write(root.join("latin.toml"), b"timezone = '\xe9'").unwrap();
    let latin = found(Some("latin.toml"), None, &[]).unwrap_err();
    assert_eq!(latin.hint().as_deref(), Some("save the file as UTF-8"));
}

#[test]
fn no_file_anywhere_says_where_it_looked() {
    let directory = tempfile::tempdir().unwrap();
    let below = directory.path().join("a/b/c/d");
    fs::create_dir_all(&below).unwrap();
    let error = Config::discover(&below, None, None, &environment(&[])).unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with(&format!("could not find ambix.toml (looked in {}, ", below.display())),
        "{text}"
    );
    assert!(text.ends_with(" up to /)"), "{text}");
    assert!(error.hint().unwrap().contains("`ambix init`"));
}

#[test]
fn places_are_shown_from_where_one_stands() {
    let directory = tempfile::tempdir().unwrap();
    let below = directory.path().join("below");
    fs::create_dir(&below).unwrap();
    fs::write(directory.path().join("ambix.toml"), "x = 1\n").unwrap();
    let at = |start: &Path| Config::discover(start, None, None, &environment(&[])).unwrap_err().to_string();
    assert!(at(directory.path()).starts_with("ambix.toml:1:1: "));
    assert!(at(&below).starts_with(&format!("{}/ambix.toml:1:1: ", directory.path().display())));
}

#[test]
fn the_file_that_init_writes_is_read() {
    for dialect in ["sqlite", "postgres", "mariadb", "mysql"] {
        let config = parsed(&init_template(Template::Generic, dialect, "my \"migrations\"").unwrap());
        assert_eq!(config.database.dialect.as_deref(), Some(dialect));
        assert_eq!(config.script_location, Path::new("my \"migrations\""));
    }
    let config = parsed(&init_template(Template::Generic, "sqlite", "migrations").unwrap());
    assert_eq!(config.url(&environment(&[])).unwrap(), "sqlite:app.db");
}

#[test]
fn what_is_commented_out_in_it_can_be_used() {
    let text = init_template(Template::Generic, "postgres", "migrations").unwrap();
    let used: Vec<&str> = text
        .lines()
        .filter_map(|line| match line.strip_prefix("# ") {
            Some(setting)
                if setting.contains(" = ") && !setting.starts_with("url") || setting.starts_with('[') =>
            {
                Some(setting)
            }
            Some(_) => None,
            None => Some(line),
        })
        .collect();
    let used = parsed(&used.join("\n"));
    let defaults = Config::defaults("");
    assert_eq!(used.file_template, defaults.file_template, "the comments show the defaults");
    assert_eq!(used.database.connect_timeout, defaults.database.connect_timeout);
    assert_eq!(used.database.lock_wait, defaults.database.lock_wait);
    assert_eq!((used.policy.rules.len(), used.policy.protect.len()), (1, 1));
    assert_eq!(used.naming.primary_key.as_deref(), Some("pk_{table}"));
}

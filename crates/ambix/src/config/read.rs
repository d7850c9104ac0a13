//! From a document to a configuration.

use std::path::PathBuf;
use std::sync::Arc;

use ambix_models::TableNames;
use ambix_schema::{Facet, Kind, Origin, Problem, Severity};

use super::document::{Place, Source, Table};
use super::keys;
use super::settings::{
    Config, DataLoss, DatabaseConfig, Format, HazardsConfig, HookConfig, ModelsConfig, PartialNaming,
    PolicyConfig, RuleConfig,
};
use super::values::Section;
use super::{ConfigError, ConfigErrorKind};
use crate::names;

/// Reads the table that holds the configuration, with the overrides of `env` over it.
pub(super) fn read(
    source: &Arc<Source>,
    table: &Table,
    path: PathBuf,
    root: PathBuf,
    env: Option<&str>,
) -> Result<Config, ConfigError> {
    keys::check(source, table)?;
    let table = chosen(table, env)?;
    let section = Section::new(source, &table);
    let mut config = Config::defaults(root);
    config.path = Some(path);
    config.env = env.map(str::to_owned);
    if let Some(location) = section.path("script_location")? {
        config.version_locations = vec![location.join("versions")];
        config.script_location = location;
    }
    if let Some(locations) = section.texts("version_locations")? {
        if locations.is_empty() {
            return Err(section.invalid(
                "version_locations",
                "is empty",
                "name a directory, or leave the key out",
            ));
        }
        config.version_locations = locations.into_iter().map(PathBuf::from).collect();
    }
    if let Some(template) = section.text("file_template")? {
        if let Err(error) = names::check_template(&template) {
            return Err(section.invalid("file_template", error.problem, error.hint));
        }
        config.file_template = template;
    }
    if let Some(length) = section.number("truncate_slug_length", 1, 200)? {
        config.truncate_slug_length = usize::try_from(length).unwrap_or(config.truncate_slug_length);
    }
    config.timezone = section.text("timezone")?.unwrap_or(config.timezone);
    config.format = match section.word("format", &["rust", "sql"])?.as_deref() {
        Some("sql") => Format::Sql,
        Some(_) | None => Format::Rust,
    };
    config.models = models(&section.section("models"))?;
    let database_section = section.section("database");
    config.database = database(&database_section)?;
    config.url_place = database_section.place("url");
    config.naming = naming(&section.section("naming"))?;
    config.policy = policy(&section.section("policy"))?;
    config.hazards = hazards(&section.section("hazards"))?;
    config.post_write_hooks = hooks(&section)?;
    Ok(config)
}

/// The table with the overrides of one environment put over it.
fn chosen(table: &Table, env: Option<&str>) -> Result<Table, ConfigError> {
    let mut whole = table.clone();
    whole.entries.remove("env");
    let Some(name) = env else { return Ok(whole) };
    let envs = table.table("env");
    let Some(over) = envs.and_then(|envs| envs.table(name)) else {
        let known = envs.map(|envs| envs.entries.keys().cloned().collect()).unwrap_or_default();
        return Err(ConfigError::new(ConfigErrorKind::UnknownEnv { name: name.to_owned(), known }));
    };
    whole.overlay(over.clone());
    Ok(whole)
}

fn models(section: &Section<'_>) -> Result<ModelsConfig, ConfigError> {
    let default = ModelsConfig::default();
    let table_names = match section.word("table_names", &["singular", "plural"])?.as_deref() {
        Some("plural") => TableNames::Plural,
        Some(_) | None => default.table_names,
    };
    Ok(ModelsConfig {
        paths: globs(section, "paths")?.unwrap_or(default.paths),
        exclude: globs(section, "exclude")?.unwrap_or(default.exclude),
        features: section.texts("features")?.unwrap_or(default.features),
        table_names,
    })
}

fn globs(section: &Section<'_>, key: &str) -> Result<Option<Vec<String>>, ConfigError> {
    let Some(texts) = section.texts(key)? else { return Ok(None) };
    for text in &texts {
        if let Err(error) = globset::Glob::new(text) {
            let problem = format!("holds \"{text}\", which is not a glob: {}", error.kind());
            return Err(section.invalid(key, problem, "for instance \"src/**/*.rs\""));
        }
    }
    Ok(Some(texts))
}

fn database(section: &Section<'_>) -> Result<DatabaseConfig, ConfigError> {
    let default = DatabaseConfig::default();
    let url = section.raw_text("url")?;
    if url.as_deref().is_some_and(|url| url.trim().is_empty()) {
        return Err(section.invalid("url", "is empty", "write \"${DATABASE_URL}\", or leave the key out"));
    }
    Ok(DatabaseConfig {
        dialect: section.word("dialect", ambix_dialect::DIALECTS)?,
        version: section.version("version")?,
        url,
        schemas: section.texts("schemas")?.unwrap_or(default.schemas),
        version_table: section.text("version_table")?.unwrap_or(default.version_table),
        connect_timeout: section.duration("connect_timeout")?.unwrap_or(default.connect_timeout),
        lock_timeout: section.duration("lock_timeout")?.unwrap_or(default.lock_timeout),
        lock_wait: section.duration("lock_wait")?.unwrap_or(default.lock_wait),
        statement_timeout: section.duration("statement_timeout")?.unwrap_or(default.statement_timeout),
        allow_reset: section.flag("allow_reset")?.unwrap_or(default.allow_reset),
    })
}

fn naming(section: &Section<'_>) -> Result<PartialNaming, ConfigError> {
    let template = |key: &str| -> Result<Option<String>, ConfigError> {
        let Some(text) = section.text(key)? else { return Ok(None) };
        let rest = ["{table}", "{columns}", "{referenced_table}"]
            .iter()
            .fold(text.clone(), |text, token| text.replace(token, ""));
        if rest.contains(['{', '}']) {
            let hint = "the tokens are {table}, {columns} and {referenced_table}";
            return Err(section.invalid(key, "has an unknown token", hint));
        }
        if !text.contains("{table}") && key != "primary_key" && !text.contains("{columns}") {
            let hint = "put {table} and {columns} into it; with one name for all there can be only one";
            return Err(section.invalid(key, "has no token", hint));
        }
        Ok(Some(text))
    };
    Ok(PartialNaming {
        primary_key: template("primary_key")?,
        unique: template("unique")?,
        foreign_key: template("foreign_key")?,
        check: template("check")?,
        index: template("index")?,
        exclude: template("exclude")?,
    })
}

fn policy(section: &Section<'_>) -> Result<PolicyConfig, ConfigError> {
    let rules = section.sections("rule").into_iter().map(|(rule, place)| read_rule(&rule, &place));
    Ok(PolicyConfig {
        protect: section.texts("protect")?.unwrap_or_default(),
        ignore: section.texts("ignore")?.unwrap_or_default(),
        rules: rules.collect::<Result<_, _>>()?,
    })
}

fn read_rule(section: &Section<'_>, place: &Place) -> Result<RuleConfig, ConfigError> {
    let kinds: Vec<String> = Kind::ALL.iter().map(|kind| kind.word().replace(' ', "_")).collect();
    let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
    let attributes: Vec<&str> = Facet::ALL.iter().map(|facet| facet.word()).collect();
    Ok(RuleConfig {
        kind: section.word("kind", &kinds)?,
        name: section.text("name")?,
        only_in: section.word("only_in", &["database", "models", "both"])?,
        attribute: section.word("attribute", &attributes)?,
        action: section.required_word("action", &["include", "ignore", "protect", "report"], place)?,
        reason: section.text("reason")?,
        origin: origin(place),
    })
}

fn origin(place: &Place) -> Origin {
    let (path, text) = (place.source.shown.clone(), &place.source.text);
    Problem::at(Severity::Error, path, text, place.range.clone(), "").origin
}

fn hooks(section: &Section<'_>) -> Result<Vec<HookConfig>, ConfigError> {
    let read = |hook: &Section<'_>, place: &Place| {
        let command = hook.texts("command")?.unwrap_or_default();
        let Some(program) = command.first() else {
            let expected = "command = [\"rustfmt\", \"{file}\"]".to_owned();
            let kind = ConfigErrorKind::MissingKey { key: hook.key("command"), expected };
            return Err(ConfigError::at(place, kind));
        };
        Ok(HookConfig { name: hook.text("name")?.unwrap_or_else(|| program.clone()), command })
    };
    section.sections("post_write_hooks").iter().map(|(hook, place)| read(hook, place)).collect()
}

fn hazards(section: &Section<'_>) -> Result<HazardsConfig, ConfigError> {
    let data_loss = match section.word("data_loss", &["refuse", "allow"])?.as_deref() {
        Some("allow") => DataLoss::Allow,
        Some(_) | None => DataLoss::Refuse,
    };
    Ok(HazardsConfig { allow: section.texts("allow")?.unwrap_or_default(), data_loss })
}

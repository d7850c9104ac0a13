//! The arrows between crates: who may depend on whom, and behind which wall a heavy library stays.
//!
//! Dependencies for tests alone are free: they reach nobody who builds the library.

use std::path::Path;

use super::{Finding, Report, entries, read};

/// Every crate of the project with the crates of the project it may see.
const ARROWS: [(&str, &[&str]); 10] = [
    ("ambix-schema", &[]),
    ("ambix-dialect", &["ambix-schema"]),
    ("ambix-models", &["ambix-schema"]),
    ("ambix-derive", &["ambix-models"]),
    ("ambix-revision", &["ambix-schema"]),
    ("ambix-diff", &["ambix-dialect", "ambix-schema"]),
    ("ambix-plan", &["ambix-dialect", "ambix-schema"]),
    ("ambix-database", &["ambix-dialect", "ambix-schema"]),
    (
        "ambix",
        &[
            "ambix-schema",
            "ambix-dialect",
            "ambix-models",
            "ambix-derive",
            "ambix-revision",
            "ambix-diff",
            "ambix-plan",
            "ambix-database",
        ],
    ),
    ("ambix-cli", &["ambix"]),
];

/// Libraries that stay behind one crate's wall: the start of their names, and the crates that may see them.
const WALLS: [(&str, &[&str]); 4] = [
    ("sea-query", &["ambix-dialect"]),
    ("sqlx", &["ambix-database"]),
    ("clap", &["ambix-cli"]),
    ("syn", &["ambix-models", "ambix-derive", "ambix-revision"]),
];

pub(super) fn inspect(root: &Path, report: &mut Report) -> Result<(), String> {
    for directory in entries(&root.join("crates"))? {
        let manifest = directory.join("Cargo.toml");
        let text = read(&manifest)?;
        let path = manifest.strip_prefix(root).unwrap_or(&manifest);
        let messages = broken_arrows(&text).map_err(|reason| format!("{}: {reason}", path.display()))?;
        report.findings.extend(messages.into_iter().map(|message| Finding::of_file(path, message)));
    }
    Ok(())
}

/// What one manifest says against the picture.
fn broken_arrows(manifest: &str) -> Result<Vec<String>, String> {
    let manifest: toml::Table = manifest.parse().map_err(|error| format!("could not parse: {error}"))?;
    let name = manifest
        .get("package")
        .and_then(|package| package.get("name")?.as_str())
        .ok_or("there is no package name")?;
    let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == name) else {
        return Ok(vec![format!("the crate {name} is not in the picture of docs/architecture.md")]);
    };
    let mut messages = Vec::new();
    for dependency in dependencies(&manifest) {
        let is_ours = dependency == "ambix" || dependency.starts_with("ambix-");
        if is_ours && !allowed.contains(&dependency.as_str()) {
            messages.push(format!("{name} must not depend on {dependency}: that arrow is not drawn"));
        }
        for (library, crates) in WALLS {
            let is_behind_wall = dependency == library || dependency.starts_with(&format!("{library}-"));
            if is_behind_wall && !crates.contains(&name) {
                messages.push(format!("{name} must not depend on {dependency}: it stays behind {crates:?}"));
            }
        }
    }
    Ok(messages)
}

/// The packages a manifest depends on, for building and for building its build script, on any platform.
fn dependencies(manifest: &toml::Table) -> Vec<String> {
    let platforms = manifest.get("target").and_then(toml::Value::as_table);
    let tables = std::iter::once(manifest)
        .chain(platforms.into_iter().flat_map(toml::Table::values).filter_map(toml::Value::as_table));
    tables
        .flat_map(|table| ["dependencies", "build-dependencies"].map(|section| table.get(section)))
        .filter_map(|section| section?.as_table())
        .flatten()
        .map(|(key, value)| {
            let package = value.get("package").and_then(toml::Value::as_str);
            package.unwrap_or(key).to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_that_is_not_drawn_is_found_under_any_name_and_section() {
        let manifest = "
            [package]
            name = \"ambix-diff\"
            [dependencies]
            ambix-schema.workspace = true
            other = { package = \"ambix-models\", path = \"../models\" }
            [target.'cfg(unix)'.build-dependencies]
            sqlx = \"0.9\"
            [dev-dependencies]
            ambix-plan.workspace = true
        ";
        let messages = broken_arrows(manifest).unwrap();
        assert_eq!(messages.len(), 2, "{messages:?}");
        assert!(messages[0].contains("ambix-models") && messages[1].contains("sqlx"), "{messages:?}");
    }

    #[test]
    fn a_crate_nobody_drew_is_found() {
        let messages = broken_arrows("[package]\nname = \"ambix-utils\"").unwrap();
        assert!(messages[0].contains("ambix-utils"), "{messages:?}");
    }
}

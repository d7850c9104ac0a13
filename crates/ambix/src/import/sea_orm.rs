//! `SeaORM`: a crate of migrations in Rust, which are not read but named: `mYYYYMMDD_HHMMSS_name.rs`.
//!
//! Their order is that of `Migrator::migrations` in `lib.rs`; where that is not there, that of their names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ambix_revision::{Kept, RevisionId};

use super::reading::name;
use super::{Migration, Reading, date_of, id_of};
use crate::Error;

/// Reads the directory.
pub(super) fn read(reading: &mut Reading<'_>, directory: &Path) -> Result<Vec<Migration>, Error> {
    let mut modules: BTreeMap<String, PathBuf> = BTreeMap::new();
    for path in Reading::entries(directory)? {
        let file = name(&path);
        let module = match file.strip_suffix(".rs") {
            Some(module) => module.to_owned(),
            None if path.join("mod.rs").is_file() => file,
            None => continue,
        };
        if stamp(&module).is_some() {
            modules.insert(module, path);
        }
    }
    let library = directory.join("lib.rs");
    let order = if library.is_file() { registered(&Reading::text(&library)?) } else { Vec::new() };
    let order: Vec<String> = if order.is_empty() { modules.keys().cloned().collect() } else { order };
    let mut all = Vec::new();
    for module in &order {
        match modules.remove(module) {
            Some(path) => all.push((module.clone(), path)),
            None => reading.whole(
                &library,
                format!("{} is one of its migrations, and has no file here", ambix_schema::escape(module)),
                "restore the file, or take it out of Migrator::migrations",
            ),
        }
    }
    for path in modules.values() {
        let note = format!("passed over {}: Migrator::migrations does not name it", reading.escaped(path));
        reading.notes.push(note);
    }
    let ids = ids(&all);
    Ok(all.iter().zip(ids).map(|((module, path), id)| migration(reading, module, path, id)).collect())
}

/// The date and the time that a module's name begins with: `20220101` and `000001`.
fn stamp(module: &str) -> Option<(&str, &str)> {
    let rest = module.strip_prefix('m')?;
    let (date, rest) = rest.split_once('_')?;
    let time = rest.split('_').next()?;
    let is_digits =
        |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    (is_digits(date, 8) && is_digits(time, 6)).then_some((date, time))
}

/// Date and time name a revision, as long as no other one has the same.
fn ids(all: &[(String, PathBuf)]) -> Vec<RevisionId> {
    let short = |module: &str| stamp(module).map(|(date, time)| format!("m{date}_{time}"));
    let mut seen = BTreeSet::new();
    let is_told_apart = all.iter().all(|(module, _)| seen.insert(short(module)));
    let id =
        |module: &String| id_of(&short(module).filter(|_| is_told_apart).unwrap_or_else(|| module.clone()));
    all.iter().map(|(module, _)| id(module)).collect()
}

/// The modules that `Migrator::migrations` names, in its order.
fn registered(library: &str) -> Vec<String> {
    let code: Vec<&str> =
        library.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code)).collect();
    let code = code.join("\n");
    let Some(at) = code.find("fn migrations") else { return Vec::new() };
    let body = &code[at..];
    let mut modules = Vec::new();
    for (at, _) in body.match_indices("::") {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let before = &body[..at];
        let start = before.rfind(|c| !is_word(c)).map_or(0, |at| at + 1);
        let module = &before[start..];
        if stamp(module).is_some() && !modules.iter().any(|known| known == module) {
            modules.push(module.to_owned());
        }
    }
    modules
}

fn migration(reading: &Reading<'_>, module: &str, path: &Path, id: RevisionId) -> Migration {
    let elsewhere = format!("SeaORM ran a migration in Rust for it, {}", reading.escaped(path));
    let (date, time) = stamp(module).unwrap_or_default();
    let prefix = format!("m{date}_{time}");
    let message = module.strip_prefix(&prefix).unwrap_or(module).trim_matches('_').replace('_', " ");
    Migration {
        message,
        // The time is often a mere number.
        create_date: date_of(&format!("{date}{time}")).or_else(|| date_of(date)),
        sources: vec![reading.shown(path)],
        ..Migration::new(module, id, Kept::Elsewhere(elsewhere.clone()), Kept::Elsewhere(elsewhere))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_migrator() {
        let library = "mod m20220101_000001_a;\nmod m20220102_000001_b;\nimpl MigratorTrait for Migrator {\n    \
                       fn migrations() -> Vec<Box<dyn MigrationTrait>> {\n        vec![\n            \
                       Box::new(m20220102_000001_b::Migration),\n            \
                       // Box::new(m20220103_000001_c::Migration),\n            \
                       Box::new(crate::m20220101_000001_a::Migration),\n        ]\n    }\n}\n";
        assert_eq!(registered(library), ["m20220102_000001_b", "m20220101_000001_a"]);
        assert!(registered("pub mod m20220101_000001_a;").is_empty());
    }
}

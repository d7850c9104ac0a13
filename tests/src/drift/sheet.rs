//! A sheet of facts: an SQL file with the schema they start from, and a titled block for each fact.
//!
//! ```sql
//! CREATE TABLE users (age int);
//! -- # a wider type
//! -- = ~ column users.age: type
//! ALTER TABLE users ALTER age TYPE bigint;
//! ```
//!
//! A line `-- = …` names one difference that must be found: `+` and `-` an object that came or went, `~` one
//! with facets that changed, `?` something that is seen and left alone. `-- = nothing: WHY` says that there
//! is none to be found. What stands before a line `-- then` is only there to be changed. A line `-- gap`
//! says that it is known not to be noticed yet: the ordinary tests pass over it, `cargo xtask rel drift`
//! does not.
//!
//! A line `-- facts of: DATABASE` behind the schema takes over the facts of another sheet, but for those that
//! have the name of one in this; a fact that is nothing but a line `-- left out: WHY` is only taken away.

use std::fs;
use std::path::Path;

/// The databases there are sheets for.
pub const DATABASES: [&str; 4] = ["mariadb", "mysql", "postgres", "sqlite"];

/// All facts about one database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sheet {
    /// The schema that every fact starts from.
    pub base: String,
    /// The facts, in the order of the file.
    pub facts: Vec<Fact>,
}

/// One thing that can change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    /// What it is, in a few words.
    pub name: String,
    /// The differences that must be found, sorted.
    pub expected: Vec<String>,
    /// Why none is expected.
    pub reason: Option<String>,
    /// Whether it is known not to be noticed yet.
    pub is_gap: bool,
    /// What the base lacks for it.
    pub setup: String,
    /// The one change.
    pub mutation: String,
}

impl Sheet {
    /// The sheet of one database.
    ///
    /// # Errors
    /// When there is none, or it is not what the format says.
    pub fn of(database: &str) -> Result<Self, String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../fixtures/drift/{database}.sql"));
        let text = fs::read(&path).map_err(|error| format!("could not read {}: {error}", path.display()))?;
        let text = String::from_utf8(text).map_err(|error| format!("{}: {error}", path.display()))?;
        Self::parse(&text, &|other| Ok(Self::of(other)?.facts))
            .map_err(|reason| format!("{}: {reason}", path.display()))
    }

    /// Reads a sheet; `facts_of` gives those of another.
    ///
    /// # Errors
    /// A sentence with the fact that is not what the format says.
    pub fn parse(text: &str, facts_of: &dyn Fn(&str) -> Result<Vec<Fact>, String>) -> Result<Self, String> {
        let mut parts = text.split("\n-- # ");
        let base = parts.next().unwrap_or_default().to_owned();
        let (mut facts, mut names): (Vec<Fact>, Vec<String>) = (Vec::new(), Vec::new());
        for part in parts {
            let (name, body) = part.split_once('\n').unwrap_or((part, ""));
            let name = name.trim().to_owned();
            if names.contains(&name) {
                return Err(format!("two facts are called {name:?}"));
            }
            if !body.trim().starts_with("-- left out: ") {
                facts.push(fact(name.clone(), body)?);
            }
            names.push(name);
        }
        if let Some(other) = base.lines().find_map(|line| line.strip_prefix("-- facts of: ")) {
            let taken = facts_of(other.trim())?;
            facts.extend(taken.into_iter().filter(|fact| !names.contains(&fact.name)));
        }
        Ok(Self { base, facts })
    }
}

fn fact(name: String, body: &str) -> Result<Fact, String> {
    let (mut expected, mut reason, mut is_gap) = (Vec::new(), None, false);
    let (mut setup, mut sql) = (String::new(), String::new());
    for line in body.lines() {
        if let Some(words) = line.strip_prefix("-- = ") {
            match words.strip_prefix("nothing: ") {
                Some(why) => reason = Some(why.to_owned()),
                None => expected.push(words.trim().to_owned()),
            }
        } else if line.trim() == "-- gap" {
            is_gap = true;
        } else if line.trim() == "-- then" {
            setup = std::mem::take(&mut sql);
        } else {
            sql.push_str(line);
            sql.push('\n');
        }
    }
    if expected.is_empty() == reason.is_none() {
        return Err(format!("{name}: either differences are expected, or nothing and why"));
    }
    if sql.trim().is_empty() {
        return Err(format!("{name}: nothing is changed"));
    }
    expected.sort();
    Ok(Fact { name, expected, reason, is_gap, setup, mutation: sql })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_is_a_base_and_its_facts() {
        let text = "CREATE TABLE t (a int);\n\n-- # one\n-- = ~ column t.a: type\nSELECT 1;\n-- then\nSELECT 2;\n\n-- # two\n-- = nothing: it is not kept\nSELECT 3;\n";
        let sheet = Sheet::parse(text, &|_| unreachable!("it takes none over")).unwrap();
        assert_eq!(sheet.base, "CREATE TABLE t (a int);\n");
        let [one, two] = sheet.facts.as_slice() else { panic!("two facts") };
        assert_eq!((one.name.as_str(), one.setup.as_str()), ("one", "SELECT 1;\n"));
        assert_eq!(one.expected, ["~ column t.a: type"]);
        assert_eq!(one.mutation.trim(), "SELECT 2;");
        assert_eq!(two.reason.as_deref(), Some("it is not kept"));
    }

    #[test]
    fn what_says_nothing_is_refused() {
        for text in [
            "\n-- # a\nSELECT 1;",
            "\n-- # a\n-- = + table t\n",
            "\n-- # a\n-- = + t\nX\n-- # a\n-- = + t\nX",
        ] {
            assert!(Sheet::parse(text, &|_| Ok(Vec::new())).is_err(), "{text}");
        }
    }

    #[test]
    fn facts_are_taken_over_but_for_those_it_has_itself() {
        let other = "\n-- # a\n-- = + table a\nA;\n-- # b\n-- = + table b\nB;\n-- # c\n-- = + table c\nC;";
        let own = "-- facts of: other\n\n-- # a\n-- = + table own\nOWN;\n-- # c\n-- left out: it has none\n";
        let facts_of = |name: &str| {
            assert_eq!(name, "other");
            Ok(Sheet::parse(other, &|_| Ok(Vec::new()))?.facts)
        };
        let sheet = Sheet::parse(own, &facts_of).unwrap();
        let found: Vec<_> =
            sheet.facts.iter().map(|fact| (fact.name.as_str(), fact.expected.join(" "))).collect();
        assert_eq!(found, [("a", "+ table own".to_owned()), ("b", "+ table b".to_owned())]);
    }
}

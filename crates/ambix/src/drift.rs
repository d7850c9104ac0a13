//! `assert_no_drift!`: a test of the program that its database is what its structs say.

use std::fmt::Write as _;
use std::path::Path;

use ambix_database::Connect;

use crate::config::{Config, Environment};
use crate::workflow::{Checked, check, check_models, describe};
use crate::{Error, Options, Project};

/// Fails a test when a database is not what the models say, or has not run all the revisions.
///
/// The models and revisions are those of the project that the test is in: of the nearest `ambix.toml` from
/// the crate's directory upwards. `models = [...]` names the globs of models instead, relative to that file,
/// or to the crate where there is none; the revisions are then left out of it. To be used in a function that
/// is `async`.
///
/// ```ignore
/// #[sqlx::test(migrations = false)]
/// async fn the_database_is_what_the_structs_say(pool: sqlx::PgPool) {
///     ambix::Migrator::new(&REVISIONS).upgrade(&pool, "head").await.unwrap();
///     ambix::assert_no_drift!(&pool);
/// }
/// ```
#[macro_export]
macro_rules! assert_no_drift {
    ($database:expr $(,)?) => {
        $crate::assert_no_drift!($database, models = [])
    };
    ($database:expr, models = [$($path:expr),* $(,)?] $(,)?) => {
        match $crate::drift(::core::env!("CARGO_MANIFEST_DIR"), $database, &[$($path),*]).await {
            ::core::result::Result::Ok(::core::option::Option::None) => (),
            ::core::result::Result::Ok(::core::option::Option::Some(drift)) => ::core::panic!("{}", drift),
            ::core::result::Result::Err(error) => match error.hint() {
                ::core::option::Option::Some(hint) => ::core::panic!("{}\nhelp: {}", error, hint),
                ::core::option::Option::None => ::core::panic!("{}", error),
            },
        }
    };
}

/// What [`assert_no_drift!`] has to say; `None` when the database is in sync.
///
/// # Errors
/// Any [`Error`] that keeps it from comparing.
pub async fn drift<C: Connect + ?Sized>(
    directory: &str,
    database: &C,
    models: &[&str],
) -> Result<Option<String>, Error> {
    let directory = Path::new(directory);
    let found = Project::find(directory, Options::default(), Environment::default())?;
    let checked = match found {
        Some(project) if models.is_empty() => check(&project.with_url(database.url()?)).await?,
        None if models.is_empty() => {
            return Err(Error::refused(
                format!("there is no ambix.toml in {} or above it", directory.display()),
                "name the models, as in `assert_no_drift!(&pool, models = [\"src/**/*.rs\"])`, or run `ambix init`",
            ));
        }
        Some(_) | None => {
            let project = found.unwrap_or_else(|| Project::of_config(Config::defaults(directory)));
            check_models(&project.with_models(models).with_url(database.url()?)).await?
        }
    };
    let is_blind = checked.comparison.as_ref().is_some_and(|comparison| comparison.looked.entities == 0);
    Ok((is_blind || !checked.is_in_sync()).then(|| told(&checked)))
}

fn told(checked: &Checked) -> String {
    let mut text = String::from("the database is not what the models say:");
    let mut line = |line: &dyn std::fmt::Display| {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n  {line}");
    };
    for id in &checked.unknown {
        line(&format!("it is at the revision {}, which no file has", ambix_schema::escape(id)));
    }
    for id in &checked.pending {
        line(&format!("the revision {id} has not run"));
    }
    if let Some(comparison) = &checked.comparison {
        for finding in &comparison.findings {
            match &finding.origin {
                Some(origin) => line(&format!("{}  ({origin})", finding.text)),
                None => line(&finding.text),
            }
        }
        for skipped in comparison.diff.skipped.iter().filter(|skipped| skipped.is_reported()) {
            line(&format!("{}, which the policy reports", describe(&skipped.change)));
        }
        if comparison.looked.entities == 0 {
            line(&format!("no entities were found in {}", comparison.looked.paths.join(", ")));
        }
    }
    text
}

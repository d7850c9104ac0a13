//! Init: the configuration and the directory a project starts with.

use std::path::{Path, PathBuf};

use ambix_database::Url;

use crate::config::{Template, cargo_table, dialects, init_template};
use crate::{Error, files};

/// What to set up.
#[derive(Clone, Debug)]
pub struct InitRequest {
    /// The project's directory.
    pub root: PathBuf,
    /// The directory for revisions, relative to it.
    pub directory: String,
    /// The dialect, when it was named.
    pub dialect: Option<String>,
    /// The database's URL, when one is known.
    pub url: Option<String>,
    /// What to set up.
    pub template: Template,
}

/// What was set up.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Initialized {
    /// The configuration file.
    pub config: PathBuf,
    /// The directory of revision files.
    pub versions: PathBuf,
    /// The dialect it is for.
    pub dialect: String,
}

/// Writes `ambix.toml` and the directory of revision files. The dialect is the named one, else the
/// one of the URL, else `sqlite`.
///
/// # Errors
/// [`Error::Refused`] when there is a configuration already or the dialect is not known.
pub fn init(request: &InitRequest) -> Result<Initialized, Error> {
    let config = match request.template {
        Template::Cargo => request.root.join("Cargo.toml"),
        Template::Generic | Template::Sql | Template::Parts => request.root.join("ambix.toml"),
    };
    if request.template != Template::Cargo && config.exists() {
        return Err(Error::refused(
            format!("{} exists already", shown(&config)),
            "change it by hand, or remove it first",
        ));
    }
    let named = match (&request.dialect, &request.url) {
        (Some(name), _) => name.clone(),
        (None, Some(url)) => Url::parse(url)?.dialect()?.to_owned(),
        (None, None) => "sqlite".to_owned(),
    };
    let dialect = ambix_dialect::dialect(&named, None, None)
        .map_err(|error| Error::refused(error.to_string(), format!("use --dialect {}", dialects())))?
        .facts()
        .name
        .to_owned();
    let versions = request.root.join(&request.directory).join("versions");
    if has_files(&versions) {
        return Err(Error::refused(
            format!("{} already exists and is not empty", shown(&versions)),
            "name another directory: `ambix init DIRECTORY`",
        ));
    }
    let text = match request.template {
        Template::Cargo => with_table(&config, &dialect, &request.directory)?,
        Template::Generic | Template::Sql | Template::Parts => {
            init_template(request.template, &dialect, &request.directory).map_err(|why| {
                Error::refused(why, "use --dialect for another database, or another template")
            })?
        }
    };
    let first_missing = first_missing(&versions);
    files::create_directory(&versions)?;
    let written = match request.template {
        Template::Cargo => files::replace(&config, &text),
        Template::Generic | Template::Sql | Template::Parts => files::write_new(&config, &text),
    };
    if let (Err(_), Some(made)) = (&written, first_missing) {
        // They are empty and ours; that they could not be removed again would not be the news.
        drop(std::fs::remove_dir_all(made));
    }
    written?;
    Ok(Initialized { config, versions, dialect })
}

/// A manifest with the table of the configuration at its end.
fn with_table(manifest: &Path, dialect: &str, directory: &str) -> Result<String, Error> {
    let refuse = |message: String, hint: &str| Err(Error::refused(message, hint));
    if !manifest.is_file() {
        return refuse(
            format!("there is no {}", shown(manifest)),
            "run it where Cargo.toml is, or use another template",
        );
    }
    let text = files::read(manifest)?;
    let Ok(table) = text.parse::<toml::Table>() else {
        return refuse(
            format!("{} cannot be read", shown(manifest)),
            "`cargo metadata` says what is wrong with it",
        );
    };
    let owner = if table.contains_key("package") { "package" } else { "workspace" };
    let metadata = table.get(owner).and_then(|owner| owner.get("metadata"));
    if metadata.is_some_and(|metadata| metadata.get("ambix").is_some()) {
        return refuse(
            format!("{} has a [{owner}.metadata.ambix] already", shown(manifest)),
            "change it by hand, or remove it first",
        );
    }
    Ok(format!("{}\n\n{}", text.trim_end(), cargo_table(owner, dialect, directory)))
}

/// The outermost directory that creating `directory` makes.
fn first_missing(directory: &Path) -> Option<&Path> {
    directory.ancestors().take_while(|path| !path.exists()).last()
}

fn has_files(directory: &Path) -> bool {
    std::fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_some())
}

fn shown(path: &Path) -> String {
    ambix_schema::escape(&path.display().to_string())
}

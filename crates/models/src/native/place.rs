//! Where in a project a file stands: its crate and its module.

use std::path::{Component, Path};

/// A crate, by the folder its `src` stands in, and the path of a module in it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Place {
    /// The folder.
    pub(crate) krate: String,
    /// The names from the root of the crate.
    pub(crate) path: Vec<String>,
}

/// The crate and module of a file: what stands below the last folder called `src`.
pub(crate) fn place_of(path: &Path) -> Place {
    let mut parts: Vec<String> = path
        .components()
        .filter_map(|part| match part {
            Component::Normal(part) => Some(part.to_string_lossy().into_owned()),
            Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => None,
        })
        .collect();
    let src = parts.iter().rposition(|part| part == "src");
    let mut path = parts.split_off(src.map_or(0, |src| src + 1));
    parts.pop();
    if let Some(file) = path.pop() {
        let stem = file.strip_suffix(".rs").unwrap_or(&file);
        let is_root = path.is_empty() && ["lib", "main"].contains(&stem);
        if stem != "mod" && !is_root {
            path.push(stem.to_owned());
        }
    }
    Place { krate: parts.join("/"), path }
}

/// A module inside another.
pub(crate) fn child_of(place: &Place, name: &str) -> Place {
    let path = place.path.iter().cloned().chain([name.to_owned()]).collect();
    Place { krate: place.krate.clone(), path }
}

/// The name of a crate in paths, as its folder suggests it.
pub(crate) fn crate_name(folder: &str) -> String {
    folder.rsplit('/').next().unwrap_or(folder).replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_crate_and_a_module() {
        let place = |path: &str| {
            let place = place_of(Path::new(path));
            (place.krate, place.path.join("::"))
        };
        assert_eq!(place("src/lib.rs"), (String::new(), String::new()));
        assert_eq!(place("src/models/mod.rs"), (String::new(), "models".into()));
        assert_eq!(
            place("crates/shop-core/src/models/user.rs"),
            ("crates/shop-core".into(), "models::user".into())
        );
        assert_eq!(crate_name("crates/shop-core"), "shop_core");
        assert_eq!(place("models.rs"), (String::new(), "models".into()));
    }
}

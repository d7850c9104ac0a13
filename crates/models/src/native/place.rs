//! Where in a project a file stands: its crate and its module.

use std::path::{Component, Path};

/// A module of a crate, or the root of a crate. A crate is known by the folder its `src` stands in.
///
/// One text, because places are compared often: the folder, and behind each NUL a name of the path.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Place(String);

impl Place {
    /// The place of a file: what stands below the last folder called `src`.
    pub(crate) fn of(path: &Path) -> Self {
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
        Self(parts.join("/")).below(&path)
    }

    /// The root of the crate in a folder.
    pub(crate) fn root(folder: &str) -> Self {
        Self(folder.to_owned())
    }

    /// The module inside this one.
    pub(crate) fn child(&self, name: &str) -> Self {
        Self(format!("{}\0{name}", self.0))
    }

    /// The module a path of names below this one.
    pub(crate) fn below<T: AsRef<str>>(&self, path: &[T]) -> Self {
        path.iter().fold(self.clone(), |place, name| place.child(name.as_ref()))
    }

    /// The module this one is in.
    pub(crate) fn parent(&self) -> Option<Self> {
        Some(Self(self.0.rsplit_once('\0')?.0.to_owned()))
    }

    /// The folder of the crate.
    pub(crate) fn krate(&self) -> &str {
        self.0.split('\0').next().unwrap_or_default()
    }

    /// The names from the root of the crate.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.split('\0').skip(1)
    }

    /// Whether this is another place, or inside it.
    pub(crate) fn is_in(&self, other: &Self) -> bool {
        self.0.strip_prefix(&other.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('\0'))
    }
}

/// The name of a crate in paths, as its folder suggests it.
pub(crate) fn crate_name(folder: &str) -> String {
    folder.rsplit('/').next().unwrap_or(folder).replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_knows_what_it_is_in() {
        let place = Place::of(Path::new("src/a/b.rs"));
        assert_eq!(place.parent(), Some(Place::root("").child("a")));
        assert!(place.is_in(&Place::root("").child("a")) && place.is_in(&Place::root("")));
        assert!(
            !place.is_in(&Place::root("").child("ab"))
                && !Place::of(Path::new("src/ab.rs")).is_in(&Place::of(Path::new("src/a.rs")))
        );
    }

    #[test]
    fn a_file_has_a_crate_and_a_module() {
        let place = |path: &str| {
            let place = Place::of(Path::new(path));
            (place.krate().to_owned(), place.names().collect::<Vec<_>>().join("::"))
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

//! Options in the words of the database, as an alteration edits them: a value sets one, `None` takes it away.

use std::collections::BTreeMap;

/// What must be said to make one set of options out of another.
pub(super) fn edited_options(
    from: &BTreeMap<String, String>,
    to: &BTreeMap<String, String>,
) -> BTreeMap<String, Option<String>> {
    let gone = from.keys().filter(|name| !to.contains_key(*name)).map(|name| (name.clone(), None));
    let set = to.iter().filter(|(name, value)| from.get(*name) != Some(*value));
    gone.chain(set.map(|(name, value)| (name.clone(), Some(value.clone())))).collect()
}

/// Options in which exactly what is edited differs: those that are taken away were there.
pub(super) fn placeholder_options(edits: &BTreeMap<String, Option<String>>) -> BTreeMap<String, String> {
    let gone = edits.iter().filter(|(_, value)| value.is_none());
    gone.map(|(name, _)| (name.clone(), String::from("unknown"))).collect()
}

/// Options after the edits.
pub(super) fn applied_options(
    edits: &BTreeMap<String, Option<String>>,
    from: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let kept = from.iter().filter(|(name, _)| !edits.contains_key(*name));
    let set = edits.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
    kept.chain(set).map(|(name, value)| (name.clone(), value.clone())).collect()
}

//! Strict: the two servers' own words for every object, held against each other. It shares nothing with the
//! reading and comparing of schemas, so that it sees what those are blind to.

use std::collections::BTreeMap;

use ambix_database::{Database, Rendering};

use crate::Error;

/// A difference that no model of ambix speaks of.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize)]
pub struct UnmodelledDifference {
    /// What it is, in the database's word.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What the first side says of it; `None` when it is not there.
    pub from: Option<String>,
    /// What the second side says of it.
    pub to: Option<String>,
}

/// Compares what both servers print, object by object.
pub(crate) async fn strict(
    from: &mut Database,
    to: &mut Database,
) -> Result<Vec<UnmodelledDifference>, Error> {
    let by_name = |all: Vec<Rendering>| -> BTreeMap<(String, String), String> {
        all.into_iter().map(|Rendering { kind, name, text }| ((kind, name), text)).collect()
    };
    let (from, mut to) = (by_name(from.renderings().await?), by_name(to.renderings().await?));
    let mut found = Vec::new();
    for ((kind, name), text) in from {
        let twin = to.remove(&(kind.clone(), name.clone()));
        if twin.as_ref() != Some(&text) {
            found.push(UnmodelledDifference { kind, name, from: Some(text), to: twin });
        }
    }
    let only_in_to = to.into_iter().map(|((kind, name), text)| UnmodelledDifference {
        kind,
        name,
        from: None,
        to: Some(text),
    });
    found.extend(only_in_to);
    found.sort();
    Ok(found)
}

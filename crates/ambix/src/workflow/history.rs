//! Looking: where the database is, and what revisions there are.

use ambix_revision::{Revision, RevisionId};

use crate::{Error, Project, RevisionSet};

/// Where a database is.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Current {
    /// The database, without its password.
    pub database: String,
    /// The ids in the version table; empty when there is none.
    pub heads: Vec<String>,
    /// Those of them that no file has.
    pub unknown: Vec<String>,
    /// Whether they are all the heads there are.
    pub is_at_heads: bool,
}

/// Where the database is. Creates nothing.
///
/// # Errors
/// Any [`Error`] that keeps it from looking.
pub async fn current(project: &Project, revisions: &RevisionSet) -> Result<Current, Error> {
    let (database, heads) = match project.connect_to_look().await? {
        Some(mut database) => (database.described(), database.heads().await?.unwrap_or_default()),
        None => (format!("{}, which does not exist yet", project.url()?.described()), Vec::new()),
    };
    let unknown = heads.iter().filter(|row| !revisions.graph().contains(row)).cloned().collect::<Vec<_>>();
    let mut all: Vec<&str> = revisions.graph().heads().into_iter().map(RevisionId::as_str).collect();
    all.sort_unstable();
    let is_at_heads = all == heads.iter().map(String::as_str).collect::<Vec<_>>();
    Ok(Current { database, heads, unknown, is_at_heads })
}

/// A revision as the graph sees it.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The revision.
    pub revision: &'a Revision,
    /// Whether nothing builds on it.
    pub is_head: bool,
    /// Whether several build on it.
    pub is_branch_point: bool,
    /// Whether it joins several.
    pub is_merge_point: bool,
}

/// Revisions with their place in the graph, newest first; only those in `wanted` when there is one.
pub fn entries<'a>(revisions: &'a RevisionSet, wanted: Option<&[RevisionId]>) -> Vec<Entry<'a>> {
    let graph = revisions.graph();
    let heads = graph.heads();
    graph
        .topological()
        .into_iter()
        .rev()
        .filter(|id| wanted.is_none_or(|wanted| wanted.contains(id)))
        .filter_map(|id| {
            let revision = revisions.get(id)?;
            Some(Entry {
                revision,
                is_head: heads.contains(&id),
                is_branch_point: graph.children(id).len() > 1,
                is_merge_point: revision.down.len() > 1,
            })
        })
        .collect()
}

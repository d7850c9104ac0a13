//! Looking: where the database is, and what revisions there are.

use std::collections::BTreeSet;

use ambix_revision::{Header, RevisionId};

use crate::{Error, Outline, Project};

/// Where a database is.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Current {
    /// The database, without its password.
    pub database: String,
    /// The ids in the version table; empty when there is none.
    pub heads: Vec<String>,
    /// Heads of the history that are applied because one of those depends on them.
    pub implied_heads: Vec<RevisionId>,
    /// Those of the ids that no file has.
    pub unknown: Vec<String>,
    /// Whether every head there is has been applied, and nothing else.
    pub is_at_heads: bool,
}

impl Current {
    /// Whether the database is at this revision.
    pub fn is_at(&self, id: &RevisionId) -> bool {
        self.heads.iter().any(|row| row == id.as_str()) || self.implied_heads.contains(id)
    }
}

/// Where the database is. Creates nothing.
///
/// # Errors
/// Any [`Error`] that keeps it from looking.
pub async fn current(project: &Project, outline: &Outline) -> Result<Current, Error> {
    let (database, heads) = match project.connect_to_look().await? {
        Some(mut database) => (database.described(), database.heads().await?.unwrap_or_default()),
        None => (format!("{}, which does not exist yet", project.url()?.described()), Vec::new()),
    };
    Ok(place(outline, database, heads))
}

/// What rows of a version table mean.
pub(crate) fn place(outline: &Outline, database: String, heads: Vec<String>) -> Current {
    let graph = outline.graph();
    let (known, unknown): (Vec<&String>, Vec<&String>) = heads.iter().partition(|row| graph.contains(row));
    let rows: Vec<RevisionId> = known.into_iter().map(|row| RevisionId::from_stored(row)).collect();
    let unknown: Vec<String> = unknown.into_iter().cloned().collect();
    let applied = graph.closure(&rows);
    let all = graph.heads();
    let is_at_heads = unknown.is_empty() && all.iter().all(|head| applied.contains(*head));
    let is_implied = |head: &&RevisionId| applied.contains(*head) && !rows.contains(head);
    let implied_heads = all.into_iter().filter(is_implied).cloned().collect();
    Current { database, heads, implied_heads, unknown, is_at_heads }
}

/// A revision as the graph sees it.
#[expect(clippy::struct_excessive_bools, reason = "a place in a graph is several facts")]
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The revision.
    pub header: &'a Header,
    /// Whether nothing follows it.
    pub is_head: bool,
    /// Whether nothing follows it, and another one depends on it.
    pub is_effective_head: bool,
    /// Whether several follow it.
    pub is_branch_point: bool,
    /// Whether it follows several.
    pub is_merge_point: bool,
    /// What follows it.
    pub children: Vec<&'a RevisionId>,
    /// The labels of the branches it is on.
    pub branches: Vec<&'a str>,
}

/// Revisions with their place in the graph, newest first; only those in `wanted` when there is one.
pub fn entries<'a>(outline: &'a Outline, wanted: Option<&[RevisionId]>) -> Vec<Entry<'a>> {
    let graph = outline.graph();
    let wanted: Option<BTreeSet<&RevisionId>> = wanted.map(|wanted| wanted.iter().collect());
    let ids = graph.topological().into_iter().rev();
    ids.filter(|id| wanted.as_ref().is_none_or(|wanted| wanted.contains(id)))
        .filter_map(|id| {
            let header = outline.get(id)?;
            let children = graph.children(id);
            Some(Entry {
                header,
                is_head: children.is_empty(),
                is_effective_head: children.is_empty() && !graph.dependants(id).is_empty(),
                is_branch_point: children.len() > 1,
                is_merge_point: graph.parents(id).len() > 1,
                children,
                branches: graph.labels(id).collect(),
            })
        })
        .collect()
}

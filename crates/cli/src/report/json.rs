//! JSON for programs. `schema_version` changes when a field changes its meaning.

use ambix::Skipped;
use ambix::workflow::{Checked, Differed, Entry, Finding, Side};
use serde_json::{Value, json};

/// The result of `check`.
pub(crate) fn checked_json(checked: &Checked) -> Value {
    let comparison = checked.comparison.as_ref();
    let findings: Vec<Value> = comparison.into_iter().flat_map(|it| &it.findings).map(finding).collect();
    let reported = comparison.map(|it| skipped(&it.diff.skipped, true)).unwrap_or_default();
    json!({
        "schema_version": 1,
        "in_sync": checked.is_in_sync(),
        "behind": checked.pending,
        "unknown_revision": checked.unknown,
        "edited": checked.edited,
        "differs": findings,
        "reported": reported,
        "left_out": comparison.map(|it| skipped(&it.diff.skipped, false)).unwrap_or_default(),
        "looked_at": comparison.map(|it| json!(it.looked)),
    })
}

fn finding(finding: &Finding) -> Value {
    json!({ "text": finding.text, "origin": finding.origin, "change": finding.change })
}

/// What was left out: what the policy asks to be shown, or all the rest.
fn skipped(all: &[Skipped], is_reported: bool) -> Vec<Value> {
    all.iter()
        .filter(|skipped| skipped.is_reported() == is_reported)
        .map(|skipped| json!({ "text": skipped.change.to_string(), "because": skipped.because }))
        .collect()
}

/// The result of `diff`.
pub(crate) fn differed_json(differed: &Differed) -> Value {
    let side = |side: &Side| json!({ "source": side.described, "unmodelled": Differed::unmodelled(side) });
    json!({
        "schema_version": 1,
        "is_equal": differed.is_equal(),
        "from": side(&differed.from),
        "to": side(&differed.to),
        "differs": differed.findings.iter().map(finding).collect::<Vec<_>>(),
        "definitions": differed.definitions,
        "reported": skipped(&differed.diff.skipped, true),
        "left_out": skipped(&differed.diff.skipped, false),
        "unmodelled": differed.unmodelled,
        "likely_renames": differed.diff.rename_candidates,
    })
}

/// A revision, as every command lists it.
pub(crate) fn entry_json(entry: &Entry<'_>, is_current: Option<bool>) -> Value {
    let header = entry.header;
    json!({
        "revision": header.id,
        "down_revision": header.down,
        "branch_labels": header.branch_labels,
        "branches": entry.branches,
        "depends_on": header.depends_on,
        "children": entry.children,
        "message": header.message,
        "create_date": header.create_date,
        "path": header.path,
        "is_head": entry.is_head,
        "is_effective_head": entry.is_effective_head,
        "is_branch_point": entry.is_branch_point,
        "is_merge_point": entry.is_merge_point,
        "is_current": is_current,
    })
}

//! What entity source in the native dialect has no words for; its silence there means nothing.

use ambix_schema::{Coverage, Facet, Kind};

const SILENT_KINDS: [Kind; 7] = [
    Kind::Namespace,
    Kind::Extension,
    Kind::Domain,
    Kind::Composite,
    Kind::Range,
    Kind::Sequence,
    Kind::View,
];

const SILENT_FACETS: [(Kind, Facet); 15] = [
    (Kind::Table, Facet::Inherits),
    (Kind::Column, Facet::OnUpdate),
    (Kind::Column, Facet::Options),
    (Kind::PrimaryKey, Facet::Include),
    (Kind::PrimaryKey, Facet::Options),
    (Kind::PrimaryKey, Facet::Comment),
    (Kind::Unique, Facet::Options),
    (Kind::Unique, Facet::Comment),
    (Kind::Check, Facet::Enforced),
    (Kind::Check, Facet::Comment),
    (Kind::ForeignKey, Facet::Enforced),
    (Kind::ForeignKey, Facet::Comment),
    (Kind::Exclusion, Facet::Include),
    (Kind::Exclusion, Facet::Options),
    (Kind::Exclusion, Facet::Comment),
];

/// Options that entity source seldom names: what is set in the database stays, unless it is named.
const SILENT_OPTIONS: [&str; 26] = [
    "access_method",
    "avg_row_length",
    "checksum",
    "clustered",
    "delay_key_write",
    "encrypted",
    "encryption",
    "force_row_security",
    "ignored",
    "inherited",
    "invisible",
    "key_block_size",
    "max_rows",
    "min_rows",
    "pack_keys",
    "page_checksum",
    "partition_by",
    "replica_identity",
    "row_format",
    "row_security",
    "stats_auto_recalc",
    "stats_persistent",
    "stats_sample_pages",
    "tablespace",
    "transactional",
    "unlogged",
];

/// What native entity source speaks about.
pub(crate) fn coverage() -> Coverage {
    Coverage::full().without_kinds(SILENT_KINDS).without_facets(SILENT_FACETS).without_options(SILENT_OPTIONS)
}

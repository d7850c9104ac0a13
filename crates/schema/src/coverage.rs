//! What a source of a schema is able to speak about.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Facet, Kind};

/// The kinds and facets that a source has no words for.
///
/// What the target of a comparison has no words for is never dropped and never altered: its silence
/// means nothing. It may still be created where the target does name it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[expect(clippy::struct_field_names, reason = "each is a list of what the source is silent about")]
pub struct Coverage {
    silent_kinds: BTreeSet<Kind>,
    silent_facets: BTreeSet<(Kind, Facet)>,
    #[serde(default)]
    silent_options: BTreeSet<String>,
}

impl Coverage {
    /// A source that can express everything.
    pub fn full() -> Self {
        Self::default()
    }

    /// The same source, without words for whole kinds.
    #[must_use]
    pub fn without_kinds(mut self, kinds: impl IntoIterator<Item = Kind>) -> Self {
        self.silent_kinds.extend(kinds);
        self
    }

    /// The same source, without words for single facets of kinds it otherwise knows.
    #[must_use]
    pub fn without_facets(mut self, facets: impl IntoIterator<Item = (Kind, Facet)>) -> Self {
        self.silent_facets.extend(facets);
        self
    }

    /// The same source, whose silence about single options means nothing; where it says one, it counts.
    #[must_use]
    pub fn without_options(mut self, options: impl IntoIterator<Item = &'static str>) -> Self {
        self.silent_options.extend(options.into_iter().map(str::to_owned));
        self
    }

    /// Whether the absence of an option means anything.
    pub fn speaks_of_option(&self, option: &str) -> bool {
        !self.silent_options.contains(option)
    }

    /// Whether the absence of an object of this kind means anything.
    pub fn speaks_of(&self, kind: Kind) -> bool {
        !self.silent_kinds.contains(&kind)
    }

    /// Whether the value of this facet means anything.
    pub fn speaks_of_facet(&self, kind: Kind, facet: Facet) -> bool {
        self.speaks_of(kind) && !self.silent_facets.contains(&(kind, facet))
    }
}

//! Keys of indexes and elements of exclusions: `key("id").desc()`, `expr("lower(email)")`.

use ambix_schema::{Expr, IndexKey, IndexSubject, Name, Nulls};

use super::phrase::{self, Phrase};

/// A key of an index, or an element of an exclusion with its operator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyDefinition {
    pub(super) key: IndexKey,
    pub(super) operator: Option<String>,
}

impl From<&str> for KeyDefinition {
    fn from(name: &str) -> Self {
        key(name)
    }
}

vocabulary! {
    words {
        /// A column as a key, in ascending order.
        fn key(column: into Name) -> KeyDefinition {
            KeyDefinition { key: IndexKey::column(column), operator: None }
        }

        /// An expression as a key, in ascending order.
        fn expr(expression: into Expr) -> KeyDefinition {
            KeyDefinition { key: IndexKey::expr(expression), operator: None }
        }
    }

    methods owned KeyDefinition {
        /// In descending order.
        fn desc(this) {
            this.key.is_descending = true;
        }

        /// Nulls before all values.
        fn nulls_first(this) {
            this.key.nulls = Some(Nulls::First);
        }

        /// Nulls after all values.
        fn nulls_last(this) {
            this.key.nulls = Some(Nulls::Last);
        }

        /// A collation other than the column's.
        fn collate(this, collation: into String) {
            this.key.collation = Some(collation);
        }

        /// An operator class other than the type's default.
        fn opclass(this, opclass: into String) {
            this.key.opclass = Some(opclass);
        }

        /// Only so many characters or bytes of the column (MySQL).
        fn prefix(this, length: plain u32) {
            this.key.prefix = Some(length);
        }

        /// The operator of an exclusion; `=` unless said.
        fn with(this, operator: into String) {
            this.operator = Some(operator);
        }
    }
}

/// A key as a revision says it, with all its words.
pub(super) fn key_phrase(key: &IndexKey, operator: Option<&str>) -> String {
    let IndexKey { subject, is_descending, nulls, collation, opclass, prefix } = key;
    let phrase = match subject {
        IndexSubject::Column(name) => Phrase::word("key", [phrase::name(name)]),
        IndexSubject::Expr(expr) => Phrase::word("expr", [phrase::text(expr.as_str())]),
    };
    let nulls = nulls.map(|nulls| match nulls {
        Nulls::First => "nulls_first",
        Nulls::Last => "nulls_last",
    });
    let phrase = phrase.say_if(*is_descending, "desc");
    let phrase = match nulls {
        Some(word) => phrase.say(word, []),
        None => phrase,
    };
    phrase
        .say_some("collate", collation.as_deref(), phrase::text)
        .say_some("opclass", opclass.as_deref(), phrase::text)
        .say_some("prefix", *prefix, |length| length.to_string())
        .say_some("with", operator, phrase::text)
        .finish()
}

/// The keys of an index: plain names when all of them are plain columns.
pub(super) fn keys_phrase(keys: &[IndexKey]) -> String {
    let plain: Option<Vec<Name>> = keys.iter().map(plain_column).collect();
    match plain {
        Some(names) => phrase::names(&names),
        None => phrase::list(keys.iter().map(|key| key_phrase(key, None))),
    }
}

fn plain_column(key: &IndexKey) -> Option<Name> {
    let IndexSubject::Column(name) = &key.subject else { return None };
    (*key == IndexKey::column(name)).then(|| name.clone())
}

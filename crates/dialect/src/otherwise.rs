//! What a database would hold otherwise than its author said, in the words in which several refuse it.
//!
//! A key that cannot be deferred, a check that looks at all rows at once, a number that an insert may choose: the
//! database has something near it, and would hold that without a word.

use ambix_schema::{Column, Deferrable, Expr, Identity, IdentityMode, SequenceOptions};

/// A key that is to be checked at the end of a transaction, where all are checked with each row.
pub(crate) fn deferred_key(deferrable: Deferrable) -> Option<String> {
    (deferrable != Deferrable::No).then(|| {
        "checks keys and unique constraints at once and cannot defer them; leave deferrable out".to_owned()
    })
}

/// A check or foreign key that is to leave some rows unchecked, where none does. `what` is in the singular.
pub(crate) fn unchecked(what: &str, is_validated: bool, is_enforced: bool) -> Option<String> {
    if !is_enforced {
        return Some(format!("enforces every {what}; leave not_enforced out"));
    }
    (!is_validated).then(|| format!("checks all rows when a {what} is added; leave not_valid out"))
}

/// A check that is to hold for one table of a family, where tables have none.
pub(crate) fn inheritance(no_inherit: bool) -> Option<String> {
    no_inherit.then(|| "has no inheritance between tables; leave no_inherit out".to_owned())
}

/// The form and options of numbers as their author said them, where the database has one form and no options:
/// what it has no words for is kept, so that it is refused.
pub(crate) fn plain_numbers(identity: &Identity) -> Identity {
    let mode = match identity.mode {
        IdentityMode::Always => IdentityMode::Always,
        IdentityMode::Auto | IdentityMode::ByDefault | IdentityMode::Serial | IdentityMode::RowId => {
            IdentityMode::Auto
        }
    };
    Identity { options: identity.options.clone(), ..Identity::new(mode) }
}

/// Numbers with a form or options that the database has no words for.
pub(crate) fn numbered(identity: Option<&Identity>) -> Option<String> {
    let identity = identity?;
    if identity.mode == IdentityMode::Always {
        return Some("takes a number that an insert gives, and cannot refuse it; say auto_increment".into());
    }
    (identity.options != SequenceOptions::default())
        .then(|| "has no start, step or limits of a column's numbers; leave them out".to_owned())
}

/// A value that is to change with its row, where none does.
pub(crate) fn changing_with_row(on_update: Option<&Expr>) -> Option<String> {
    on_update.map(|_| "has no ON UPDATE of a column; write a trigger with op.execute".to_owned())
}

/// What is wrong with a column on a database whose numbers have one form, and whose values stay.
pub(crate) fn column(column: &Column) -> Option<String> {
    numbered(column.identity.as_ref()).or_else(|| changing_with_row(column.on_update.as_ref()))
}

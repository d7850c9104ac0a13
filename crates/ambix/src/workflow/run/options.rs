//! What a run is told beside its target.

/// What a run is told beside its target. The default is the careful one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RunOptions {
    /// Applied revisions, by id or a unique prefix, whose files were edited since: what they are now is recorded.
    pub accept_edited: Vec<String>,
    /// Protected objects, as the policy names them, that revisions may drop or alter this time.
    pub allow_protected: Vec<String>,
    /// Whether a downgrade may destroy values.
    pub accept_data_loss: bool,
    /// Whether all of the run is one transaction.
    pub single_transaction: bool,
    /// Whether everything is undone again; where the database cannot, statements are only shown.
    pub dry_run: bool,
    /// What is known of a statement that an earlier run left in doubt.
    pub resume: Option<Resume>,
}

/// What a person has found out about a statement in doubt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resume {
    /// All that the statement does is there: the one after it is next.
    After(u64),
    /// Nothing that the statement does is there: it is next.
    At(u64),
}

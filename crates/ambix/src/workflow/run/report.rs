//! The report of a failure: what failed, what is committed and what is not, and the next command.

use ambix_revision::RevisionId;

/// A revision that failed while it ran.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Failure {
    /// The revision.
    pub revision: String,
    /// `upgrade` or `downgrade`.
    pub direction: &'static str,
    /// The statement that failed, counted from 1; nothing when all had run and the version did not change.
    pub statement: Option<u64>,
    /// How many statements are known.
    pub statements: u64,
    /// The statement's text.
    pub sql: Option<String>,
    /// The server's code.
    pub code: Option<String>,
    /// The statements that are committed.
    pub committed: Vec<String>,
    /// How many statements inside the text that failed are committed.
    pub committed_inside: usize,
    /// The statements that had run and were undone.
    pub undone: Vec<String>,
    /// The statements that were not sent.
    pub not_run: Vec<String>,
    /// How many operations come after them, which were not planned yet.
    pub operations_after: usize,
    /// Whether the database was asked and answered that what was open is undone.
    pub is_rolled_back: bool,
    /// Whether the journal knows what has run.
    pub is_journalled: bool,
    /// Where the database is by its version table.
    pub heads: Vec<RevisionId>,
    /// The command that goes on.
    pub next: String,
    /// The commands that record the rest as done by hand, or what is committed as undone by hand.
    pub by_hand: Vec<String>,
}

impl Failure {
    /// Whether a part of the revision is committed.
    pub fn is_half_done(&self) -> bool {
        !self.committed.is_empty() || self.committed_inside > 0
    }

    /// The report for people.
    pub fn lines(&self) -> Vec<String> {
        let at = match self.heads.as_slice() {
            [] => "at base".to_owned(),
            heads => format!("at {}", heads.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        };
        let mut lines = Vec::new();
        if let Some(number) = self.statement {
            lines.push(format!("statement {number} of {} failed:", self.statements));
            lines.extend(self.sql.iter().map(|sql| shown(sql)));
        }
        if !self.is_rolled_back {
            lines.push(
                "whether anything of the revision is committed is not known: look with `ambix current` and at the \
                 tables, then run again"
                    .to_owned(),
            );
        } else if self.is_half_done() {
            lines.push(format!("the revision is half done, and the version is still {at}"));
            lines.extend(self.sides());
        } else {
            lines.push(format!("the revision was rolled back as a whole; the database is {at}"));
        }
        lines.extend(self.ways_out());
        lines
    }

    fn sides(&self) -> Vec<String> {
        let mut lines = vec!["committed:".to_owned()];
        lines.extend(self.committed.iter().map(|sql| shown(sql)));
        if self.committed_inside > 0 {
            lines.push(format!(
                "  the first {} of the statements in the one that failed",
                self.committed_inside
            ));
        }
        lines.push("not committed:".to_owned());
        lines.extend(self.undone.iter().map(|sql| shown(sql)));
        lines.extend(self.sql.iter().map(|sql| format!("{} (this one failed)", shown(sql))));
        lines.extend(self.not_run.iter().map(|sql| shown(sql)));
        if self.statement.is_none() && self.operations_after == 0 {
            lines.push("  the version itself".to_owned());
        }
        match self.operations_after {
            0 => {}
            1 => lines.push("  the operation after them".to_owned()),
            more => lines.push(format!("  the {more} operations after them")),
        }
        lines
    }

    fn ways_out(&self) -> Vec<String> {
        if !self.is_half_done() {
            return vec![format!("put right what made it fail, then run `{}`", self.next)];
        }
        let first = self.committed.len() as u64 + 1;
        let mut lines = Vec::new();
        if self.is_journalled {
            lines.push(format!(
                "put right in the database what made it fail, then run `{}`: it goes on at statement {first}",
                self.next
            ));
        }
        if let [rest, undone] = self.by_hand.as_slice() {
            lines.push(format!(
                "or do the rest by hand and record it with `{rest}`, or undo by hand what is committed and record \
                 that with `{undone}`"
            ));
        }
        lines
    }
}

fn shown(sql: &str) -> String {
    format!("  {sql}")
}

//! How far a revision has come: what of it is committed, for the report when the rest fails.
//!
//! A statement that stands alone is committed as soon as it has run. So is, on databases without
//! transactional DDL, every statement that changes the schema, and a revision that fails there is half done.

use ambix_dialect::Step;
use ambix_schema::escape;

use crate::Error;

/// The statements of a revision, in order, and where it is among them.
#[derive(Debug, Default)]
pub(super) struct Progress {
    statements: Vec<String>,
    /// How many of them have run.
    ran: usize,
    /// How many of them are committed.
    committed: usize,
    /// Whether what runs now is committed by itself.
    stands_alone: bool,
    /// How many statements inside the one that failed are committed: SQL by hand may hold several.
    inside: usize,
    /// How many operations behind the last statement are not planned yet.
    unplanned: usize,
}

impl Progress {
    /// Further statements are going to run, and so many operations come after them.
    pub(super) fn plan(&mut self, steps: &[Step], unplanned: usize) {
        self.statements.extend(steps.iter().flat_map(|step| step.sql.iter().cloned()));
        self.unplanned = unplanned;
    }

    /// What runs next stands alone, or in a transaction. What ran before something that stands alone is
    /// committed.
    pub(super) fn begins(&mut self, stands_alone: bool) {
        self.stands_alone = stands_alone;
        if stands_alone {
            self.committed = self.ran;
        }
    }

    /// The next statement has run.
    pub(super) fn ran(&mut self) {
        self.ran += 1;
        if self.stands_alone {
            self.committed = self.ran;
        }
    }

    /// The next statement failed. Of several in one text, those before the one that failed are committed if
    /// the text stood alone; in a transaction they are undone with it.
    pub(super) fn failed_with(&mut self, error: &Error) {
        let Error::Database(error) = error else { return };
        let number = error.statement().and_then(|failure| failure.number);
        self.inside = number.filter(|_| self.stands_alone).map_or(0, |number| number - 1);
    }

    /// Whether nothing of the revision would be left after a rollback.
    pub(super) fn is_nothing_committed(&self) -> bool {
        self.committed == 0 && self.inside == 0
    }

    /// What is committed, what is not, and how to go on to the version `target`.
    pub(super) fn half_done(&self, target: &str) -> String {
        let mut lines = vec!["committed:".to_owned()];
        lines.extend(self.statements[..self.committed].iter().map(|sql| shown(sql)));
        let mut rest = self.statements[self.committed..].iter().enumerate();
        if self.inside > 0
            && let Some((_, sql)) = rest.next()
        {
            lines.push(format!("  the first {} of the statements in", self.inside));
            lines.push(shown(sql));
            lines.push("not committed:".to_owned());
            lines.push("  the other statements in it".to_owned());
        } else {
            lines.push("not committed:".to_owned());
        }
        let failed = self.ran - self.committed;
        lines.extend(rest.map(|(place, sql)| {
            let note = if place == failed { " (this one failed)" } else { "" };
            format!("{}{note}", shown(sql))
        }));
        if self.ran == self.statements.len() && self.unplanned == 0 {
            lines.push("  the version itself".to_owned());
        }
        match self.unplanned {
            0 => {}
            1 => lines.push("  the operation after them".to_owned()),
            more => lines.push(format!("  the {more} operations after them")),
        }
        lines.push(format!(
            "undo by hand what is committed and run again, or do the rest by hand and record it with \
             `ambix stamp {target}`"
        ));
        lines.join("\n")
    }
}

fn shown(sql: &str) -> String {
    format!("  {}", escape(sql))
}

#[cfg(test)]
mod tests {
    use ambix_dialect::{Scope, Statement};

    use super::*;

    fn steps(sql: &[&str]) -> Vec<Step> {
        let step = |sql: &&str| Step {
            statement: Statement::Sql((*sql).to_owned()),
            sql: vec![(*sql).to_owned()],
            scope: Scope::Alone,
            origin: None,
        };
        sql.iter().map(step).collect()
    }

    #[test]
    fn what_is_committed_and_what_is_not_is_told_apart() {
        let mut progress = Progress::default();
        progress.plan(&steps(&["ALTER a", "INSERT b", "ALTER c", "ALTER d"]), 2);
        assert!(progress.is_nothing_committed());
        progress.begins(true);
        progress.ran();
        progress.begins(false);
        progress.ran();
        assert_eq!(
            progress.half_done("abc"),
            "committed:\n  ALTER a\nnot committed:\n  INSERT b\n  ALTER c (this one failed)\n  ALTER d\n  \
             the 2 operations after them\nundo by hand what is committed and run again, or do the rest by hand and \
             record it with `ambix stamp abc`"
        );
    }

    #[test]
    fn when_all_has_run_the_version_is_what_is_left() {
        let mut progress = Progress::default();
        progress.plan(&steps(&["ALTER a"]), 0);
        progress.begins(true);
        progress.ran();
        progress.begins(false);
        assert!(progress.half_done("abc").contains("not committed:\n  the version itself\n"));
    }
}

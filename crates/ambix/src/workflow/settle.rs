//! Settling: what text alone cannot tell apart goes to the server before anything counts as a difference.

use ambix_database::Database;
use ambix_dialect::{Canonical, Verdict, questions, suspects, verdicts};
use ambix_diff::{Diff, Policy, RenameHint, diff};
use ambix_schema::{Address, Facet};

use crate::Error;

/// A difference between two texts that the server would not explain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Unexplained {
    at: Address,
    facet: Facet,
    reason: String,
}

/// Compares, and asks the server about the expressions that differ. Where it says that two texts mean the
/// same, `to` takes over the text of `from`, so that nothing later sees a difference.
pub(crate) async fn settle(
    database: &mut Database,
    from: &Canonical,
    to: &mut Canonical,
    policy: &Policy,
    renames: &[RenameHint],
) -> Result<Vec<Unexplained>, Error> {
    let found = diff(from, to, policy, renames);
    let suspects = suspects(&found.changes, from, to, database.dialect());
    if suspects.is_empty() {
        return Ok(Vec::new());
    }
    let answers = database.ask(&questions(&suspects), from.schema(), to.schema()).await?;
    let verdicts = verdicts(&suspects, &answers, to, database.dialect());
    let mut unexplained = Vec::new();
    for (suspect, verdicts) in suspects.iter().zip(verdicts) {
        // Of two objects that may be one, all has to be the same.
        let is_twin = suspect.from_at != suspect.at;
        if is_twin && verdicts.iter().any(|(_, verdict)| *verdict != Verdict::Same) {
            continue;
        }
        for (facet, verdict) in verdicts {
            match verdict {
                Verdict::Same => to.take_over(&suspect.at, facet, &suspect.from),
                Verdict::Different => {}
                Verdict::Unexplained(reason) => {
                    unexplained.push(Unexplained { at: suspect.at.clone(), facet, reason });
                }
            }
        }
    }
    Ok(unexplained)
}

/// Leaves out of a comparison what nobody could explain.
pub(crate) fn leave_out(diff: &mut Diff, unexplained: &[Unexplained]) {
    for Unexplained { at, facet, reason } in unexplained {
        diff.leave_unexplained(at, *facet, reason);
    }
}

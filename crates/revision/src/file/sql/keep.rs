//! Keeping: a revision file made of SQL that somebody else wrote, its text as it is, comments and all.

use ambix_schema::{PieceKind, escape};

use super::write::{Unwritable, head, read_back};
use super::{Cut, MARK};
use crate::Operation;
use crate::file::draft::Draft;

/// What one direction of a revision that comes from elsewhere is made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kept {
    /// SQL, as it was written.
    Text(String),
    /// Nothing leads back, and why.
    Irreversible(String),
    /// Something else did it, and what.
    Elsewhere(String),
}

/// The text of a revision file: the head from the draft, and the two directions as they are. The operations of
/// the draft are not looked at.
///
/// # Errors
/// [`Unwritable`] when other statements would be read back than `cut` finds in the texts.
pub fn keep_sql(draft: &Draft, upgrade: &Kept, downgrade: &Kept, cut: Cut<'_>) -> Result<String, Unwritable> {
    let mut text = head(draft);
    for (word, kept) in [("up", upgrade), ("down", downgrade)] {
        text.extend(["\n-- ", MARK, word, "\n"]);
        match kept {
            Kept::Text(sql) => {
                let sql = sql.trim_matches(['\r', '\n']).trim_end();
                text.push_str(sql);
                if !sql.is_empty() {
                    text.push('\n');
                }
            }
            Kept::Irreversible(reason) => {
                text.extend(["-- ", MARK, "irreversible ", &escape(reason), "\n"]);
            }
            Kept::Elsewhere(reason) => text.extend(["-- ", MARK, "elsewhere ", &escape(reason), "\n"]),
        }
    }
    let read = read_back(&text, cut)?;
    for (kept, operations) in [(upgrade, &read.upgrade), (downgrade, &read.downgrade)] {
        let Kept::Text(sql) = kept else { continue };
        if statements(sql, cut)? != sent(operations) {
            return Err(Unwritable::File("its statements would be others".into()));
        }
    }
    Ok(text)
}

/// The statements of a text.
fn statements(sql: &str, cut: Cut<'_>) -> Result<Vec<String>, Unwritable> {
    let pieces = cut(sql).map_err(|uncut| Unwritable::Statement(uncut.message))?;
    let is_statement = |kind: &PieceKind| matches!(kind, PieceKind::Statement { .. });
    let found = pieces.into_iter().filter(|piece| is_statement(&piece.kind));
    Ok(found.map(|piece| sql[piece.range].to_owned()).collect())
}

/// The statements that a direction sends.
fn sent(operations: &[Operation]) -> Vec<String> {
    let sent = operations.iter().filter_map(|operation| {
        let Operation::Execute(execute) = operation else { return None };
        Some(execute.sql.clone())
    });
    sent.collect()
}

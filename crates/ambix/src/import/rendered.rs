//! Scripts that Alembic rendered with `--sql`: the statements between `-- Running upgrade A -> B` and the next.
//! What such a script does to the version table and with transactions is left out: a run does both by itself.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use ambix_revision::Kept;
use ambix_schema::PieceKind;

use super::Reading;

/// Whose statements follow a marker.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Section {
    Upgrade(String),
    Downgrade(String),
}

/// The statements of one direction of a revision.
struct Part {
    script: PathBuf,
    line: Range<usize>,
    body: String,
    /// Whether the version table is written at its end: otherwise the script ends too early.
    is_whole: bool,
}

/// What was rendered, by revision.
pub(super) struct Rendered {
    version_table: String,
    parts: BTreeMap<Section, Part>,
}

impl Rendered {
    /// Nothing yet. The scripts write this version table.
    pub(super) fn new(version_table: &str) -> Self {
        Self { version_table: version_table.to_lowercase(), parts: BTreeMap::new() }
    }

    /// Reads one script.
    pub(super) fn read(&mut self, reading: &mut Reading<'_>, path: &Path, text: &str) {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut parts: Vec<(Section, Part)> = Vec::new();
        for piece in reading.pieces(path, text) {
            let piece_text = &text[piece.range.clone()];
            match piece.kind {
                PieceKind::Comment => {
                    let Some(section) = marker(piece_text) else { continue };
                    let (script, line) = (path.to_owned(), piece.range);
                    parts.push((section, Part { script, line, body: String::new(), is_whole: false }));
                }
                PieceKind::Statement { essence, .. } => {
                    let part = parts.last_mut().map(|(_, part)| part);
                    if writes(&essence, &self.version_table) {
                        if let Some(part) = part {
                            part.is_whole = true;
                        }
                    } else if let Some(part) = part.filter(|_| !reading.is_of_transaction(piece_text)) {
                        part.take(piece_text);
                    } else if parts.is_empty() && !reading.is_of_transaction(piece_text) {
                        reading.problem(
                            path,
                            text,
                            piece.range,
                            "this statement belongs to no revision",
                            MARKERS,
                        );
                        return;
                    }
                }
                PieceKind::Marked => {}
            }
        }
        if parts.is_empty() {
            reading.whole(path, "there is no `-- Running upgrade` in it", MARKERS);
        }
        for (section, part) in parts {
            self.add(reading, text, section, part);
        }
    }

    /// Takes a part in; one that was rendered twice must say the same both times.
    fn add(&mut self, reading: &mut Reading<'_>, text: &str, section: Section, part: Part) {
        let (script, line) = (part.script.clone(), part.line.clone());
        if !part.is_whole {
            let message = format!("this part ends before it writes the version table {}", self.version_table);
            let help = "render the script anew and see that Alembic reports no error; where the version table has \
                        another name, say it with --history-table";
            reading.problem(&script, text, line, message, help);
            return;
        }
        match self.parts.get(&section) {
            Some(other) if other.body != part.body => {
                let message = "this part was rendered before, with other statements";
                let help = format!("it is in {}, too: give one of the two", reading.escaped(&other.script));
                reading.problem(&script, text, line, message, help);
            }
            Some(_) | None => {
                self.parts.insert(section, part);
            }
        }
    }

    /// What was rendered for the upgrade of a revision.
    pub(super) fn upgrade(&mut self, version: &str) -> Option<Kept> {
        self.taken(&Section::Upgrade(version.to_owned()))
    }

    /// What was rendered for its downgrade.
    pub(super) fn downgrade(&mut self, version: &str) -> Option<Kept> {
        self.taken(&Section::Downgrade(version.to_owned()))
    }

    fn taken(&mut self, section: &Section) -> Option<Kept> {
        self.parts.remove(section).map(|part| Kept::Text(part.body))
    }

    /// Parts of revisions that no file declares.
    pub(super) fn refuse_what_is_left(self, reading: &mut Reading<'_>) {
        for (section, part) in self.parts {
            let (Section::Upgrade(version) | Section::Downgrade(version)) = section;
            let version = ambix_schema::escape(&version);
            reading.whole(
                &part.script,
                format!("it holds {version}, and no file declares that revision"),
                "render the script with the files as they are now",
            );
        }
    }
}

impl Part {
    fn take(&mut self, statement: &str) {
        // Behind a comment the semicolon would be a part of it.
        let may_end_in_comment = statement.lines().last().is_some_and(|line| line.contains("--"));
        self.body.push_str(statement);
        self.body.push_str(if may_end_in_comment { "\n;\n" } else { ";\n" });
    }
}

/// What a script is made of.
const MARKERS: &str = "`alembic upgrade base:heads --sql > FILE` prints a script, and `alembic downgrade heads:base \
     --sql` the way back; each part begins with a line `-- Running upgrade A -> B`; where the version table is not \
     alembic_version, say its name with --history-table";

/// `-- Running upgrade a, b -> c`, `-- Running downgrade c -> a`; Alembic renders no message behind it.
fn marker(comment: &str) -> Option<Section> {
    let said = comment.trim_start_matches('-').trim_start().strip_prefix("Running ")?;
    let (word, rest) = said.split_once(' ')?;
    let (from, to) = rest.split_once("->")?;
    let one = |side: &str| {
        let side = side.trim();
        (!side.is_empty() && !side.contains([',', ' '])).then(|| side.to_owned())
    };
    match word {
        "upgrade" => one(to).map(Section::Upgrade),
        "downgrade" => one(from).map(Section::Downgrade),
        _other => None,
    }
}

/// Whether a statement makes, writes or drops the version table.
fn writes(essence: &str, table: &str) -> bool {
    let words: Vec<String> =
        essence.split(' ').take(8).map(|word| word.trim_matches(['"', '`']).to_lowercase()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    // A namespace may stand before it: `audit . alembic_version`.
    let is_table = |rest: &[&str]| match rest {
        [_, ".", name, ..] | [name, ..] => *name == table,
        [] => false,
    };
    match words.as_slice() {
        ["insert", "into", rest @ ..]
        | ["delete", "from", rest @ ..]
        | ["update", rest @ ..]
        | ["create" | "drop", "table", rest @ ..] => is_table(rest),
        _other => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_name_the_revision_that_runs() {
        let upgrade = |id: &str| Some(Section::Upgrade(id.into()));
        assert_eq!(marker("-- Running upgrade  -> 3f2a"), upgrade("3f2a"));
        assert_eq!(marker("-- Running upgrade a, b -> c"), upgrade("c"));
        assert_eq!(marker("-- Running downgrade c -> a"), Some(Section::Downgrade("c".into())));
        assert_eq!(marker("-- Running downgrade c -> "), Some(Section::Downgrade("c".into())));
        for text in
            ["-- Running", "-- a -> b", "-- Running stamp_revision a -> b", "-- Running upgrade a -> "]
        {
            assert_eq!(marker(text), None, "{text}");
        }
    }

    #[test]
    fn work_on_the_version_table_is_told_from_other_work() {
        for text in [
            "INSERT INTO alembic_version ( version_num ) VALUES ( 'a' )",
            "UPDATE alembic_version SET version_num = 'b'",
            "DELETE FROM audit . alembic_version WHERE x",
            "CREATE TABLE alembic_version ( version_num VARCHAR",
            "DROP TABLE alembic_version",
        ] {
            assert!(writes(text, "alembic_version"), "{text}");
        }
        for text in
            ["INSERT INTO versions SELECT * FROM alembic_version", "UPDATE users SET a = 'alembic_version'"]
        {
            assert!(!writes(text, "alembic_version"), "{text}");
        }
    }
}

//! What all readers need: files in order, their SQL made fit for a revision, and the problems in them.

use std::ops::Range;
use std::path::{Path, PathBuf};

use ambix_dialect::Dialect;
use ambix_revision::{Kept, MARK};
use ambix_schema::{Piece, PieceKind, Problem, Severity};

use crate::{Error, files};

/// A directory that is being read.
pub(crate) struct Reading<'a> {
    root: &'a Path,
    dialect: &'a dyn Dialect,
    /// The project's own directories of revisions, which no other tool's files are in.
    own: Vec<PathBuf>,
    /// What is wrong.
    pub(crate) problems: Vec<Problem>,
    /// What people should know.
    pub(crate) notes: Vec<String>,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(root: &'a Path, dialect: &'a dyn Dialect, own: Vec<PathBuf>) -> Self {
        Self { root, dialect, own, problems: Vec::new(), notes: Vec::new() }
    }

    /// The entries of a directory, in order of their names; hidden ones are passed over.
    pub(super) fn entries(directory: &Path) -> Result<Vec<PathBuf>, Error> {
        let failed = |kind| Error::File { doing: "read", path: directory.to_owned(), kind };
        let mut found = Vec::new();
        for entry in std::fs::read_dir(directory).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if !name(&path).starts_with('.') {
                found.push(path);
            }
        }
        found.sort();
        Ok(found)
    }

    /// The files below a directory, in order; the project's own revisions are passed over.
    pub(super) fn files_below(&self, directory: &Path) -> Result<Vec<PathBuf>, Error> {
        let mut found = Vec::new();
        let mut waiting = vec![directory.to_owned()];
        while let Some(current) = waiting.pop() {
            for path in Self::entries(&current)? {
                // A link to a directory may lead back.
                if path.is_dir() && !path.is_symlink() && !self.is_own(&path) {
                    waiting.push(path);
                } else if path.is_file() {
                    found.push(path);
                }
            }
        }
        found.sort();
        Ok(found)
    }

    /// Whether a directory is, or leads to, one of the project's own.
    pub(super) fn is_own(&self, directory: &Path) -> bool {
        self.own.iter().any(|own| own.starts_with(directory))
    }

    /// A file's text.
    pub(super) fn text(path: &Path) -> Result<String, Error> {
        files::read(path)
    }

    /// A path as messages name it.
    pub(super) fn shown(&self, path: &Path) -> PathBuf {
        path.strip_prefix(self.root).unwrap_or(path).to_owned()
    }

    pub(super) fn escaped(&self, path: &Path) -> String {
        ambix_schema::escape(&self.shown(path).display().to_string())
    }

    pub(super) fn problem(
        &mut self,
        path: &Path,
        text: &str,
        range: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let problem = Problem::at(Severity::Error, self.shown(path), text, range, message).with_help(help);
        self.problems.push(problem);
    }

    /// A problem of a file as a whole.
    pub(super) fn whole(&mut self, path: &Path, message: impl Into<String>, help: impl Into<String>) {
        self.problem(path, "", 0..0, message, help);
    }

    /// The way back that a file holds; where it does nothing though the upgrade does something, there is none.
    pub(super) fn way_back(&mut self, path: &Path, text: &str, upgrade: &Kept) -> Kept {
        let kept = self.sql(path, text);
        let is_statement = |piece: &Piece| matches!(piece.kind, PieceKind::Statement { .. });
        let is_nothing = |kept: &Kept| {
            let Kept::Text(sql) = kept else { return false };
            self.dialect.cut(sql, MARK).is_ok_and(|pieces| !pieces.iter().any(is_statement))
        };
        if is_nothing(&kept) && !is_nothing(upgrade) {
            return Kept::Irreversible(format!("{} holds no statement", self.escaped(path)));
        }
        kept
    }

    /// The SQL of a file as a revision can hold it. A transaction around all of it is taken off, because a
    /// revision runs in one of its own.
    pub(super) fn sql(&mut self, path: &Path, text: &str) -> Kept {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let pieces = self.pieces(path, text);
        for piece in &pieces {
            match piece.kind {
                PieceKind::Marked => self.problem(
                    path,
                    text,
                    piece.range.clone(),
                    "this comment would speak to ambix",
                    format!("let it begin with something else than `{MARK}`"),
                ),
                PieceKind::Statement { is_open: true, .. } => self.problem(
                    path,
                    text,
                    piece.range.start..piece.range.start + first_line(text, piece),
                    "this statement does not end: a BEGIN has no END, or a ( no )",
                    "close it",
                ),
                PieceKind::Statement { is_open: false, .. } | PieceKind::Comment => {}
            }
        }
        self.without_transaction(path, text, &pieces)
    }

    fn without_transaction(&mut self, path: &Path, text: &str, pieces: &[Piece]) -> Kept {
        let statements: Vec<&Piece> =
            pieces.iter().filter(|piece| matches!(piece.kind, PieceKind::Statement { .. })).collect();
        let word = |piece: &Piece| self.dialect.transaction_statement(&text[piece.range.clone()]);
        let found: Vec<(usize, &Piece, String)> = statements
            .iter()
            .enumerate()
            .filter_map(|(at, piece)| Some((at, *piece, word(piece)?)))
            .collect();
        match found.as_slice() {
            [] => Kept::Text(text.to_owned()),
            [(0, begin, first), (last, commit, second)]
                if *last + 1 == statements.len() && begins(first) && commits(second) =>
            {
                let mut kept = text.to_owned();
                for piece in [commit, begin] {
                    let said = kept[piece.range.clone()].replace("*/", "* /");
                    kept.replace_range(piece.range.clone(), &format!("/* {said} */"));
                }
                Kept::Text(kept)
            }
            [(_, piece, word), ..] => {
                self.problem(
                    path,
                    text,
                    piece.range.clone(),
                    format!("{word} stands here, and a revision runs in a transaction that it cannot begin or end itself"),
                    "take it out, or make a migration of what is before it and one of what is behind it; only a \
                     transaction around the whole file is taken off by itself",
                );
                Kept::Text(String::new())
            }
        }
    }

    /// Takes a text apart as the database does; nothing where that cannot be done, which is a problem.
    pub(super) fn pieces(&mut self, path: &Path, text: &str) -> Vec<Piece> {
        match self.dialect.cut(text, MARK) {
            Ok(pieces) => pieces,
            Err(uncut) => {
                let help = uncut.help.unwrap_or_else(|| "correct the file".into());
                self.problem(path, text, uncut.range, uncut.message, help);
                Vec::new()
            }
        }
    }

    /// Whether a statement begins or ends a transaction.
    pub(super) fn is_of_transaction(&self, statement: &str) -> bool {
        self.dialect.transaction_statement(statement).is_some()
    }

    /// The problem of a version that two files have.
    pub(super) fn twice(&mut self, path: &Path, other: &Path, version: &str, tool: &str) {
        self.whole(
            path,
            format!("version {} is also that of {}", ambix_schema::escape(version), self.escaped(other)),
            format!("{tool} tells migrations apart by their versions: give one of the two files another"),
        );
    }
}

/// Whether a file's name ends so.
pub(super) fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|own| own == extension)
}

/// The name of a file or directory, for parsing.
pub(super) fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn first_line(text: &str, piece: &Piece) -> usize {
    text[piece.range.clone()].lines().next().unwrap_or_default().len()
}

fn begins(word: &str) -> bool {
    matches!(word, "BEGIN" | "START TRANSACTION")
}

fn commits(word: &str) -> bool {
    matches!(word, "COMMIT" | "END")
}

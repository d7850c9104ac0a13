//! The page `docs/guide/operations.md`: every row of its tables is an operation that is recorded, planned and run,
//! and every cell says what came of it.
//!
//! A section is a heading of the second level. Its first block of Rust is what every row of it finds; a row begins
//! with the operations in backticks, and has a cell for each database:
//!
//! - `yes`: it ran, and the database then held what the replay says,
//! - `yes, rebuilt`: the same, and the table was built anew,
//! - `yes, without comment`: the same, and the comment is not kept,
//! - `nothing to do`: it is taken, and there is no statement for it,
//! - `no: why`: it is refused, before anything runs,
//! - `no, by the server`: only the server can tell, and refuses it.

use std::path::Path;

use ambix::changes_of;
use ambix_dialect::{Canonical, Dialect, Statement, dialect, loses_comment, normalize};
use ambix_plan::{Plan, plan};
use ambix_revision::{Operation, read_rust};
use ambix_schema::{Change, Schema};

use crate::law;
use crate::live::{Live, available};

/// The databases of the page, in the order of its columns.
pub const COLUMNS: [&str; 4] = ["postgres", "mariadb", "mysql", "sqlite"];

/// The heading of a table whose rows are run.
const HEADING: &str = "| operation | PostgreSQL | MariaDB | MySQL | SQLite |";

/// The cell of what the server alone refuses.
const BY_SERVER: &str = "no, by the server";

/// The page.
#[derive(Clone, Debug)]
pub struct Page {
    lines: Vec<String>,
    /// Its sections.
    pub sections: Vec<Section>,
}

/// One section of the page.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// The operations that every row finds done.
    setup: String,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// One row of a table.
#[derive(Clone, Debug)]
pub struct Row {
    /// The operations, without the semicolon behind the last.
    pub code: String,
    /// A cell for each database.
    cells: Vec<String>,
    /// The line it stands in, from 0.
    line: usize,
}

impl Page {
    /// Reads the page.
    ///
    /// # Errors
    /// A sentence about a row that is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut sections: Vec<Section> = Vec::new();
        let (mut is_in_setup, mut is_in_table) = (false, false);
        for (number, line) in lines.iter().enumerate() {
            if let Some(title) = line.strip_prefix("## ") {
                sections.push(Section { title: title.to_owned(), setup: String::new(), rows: Vec::new() });
            }
            let Some(section) = sections.last_mut() else { continue };
            if line.starts_with("```") {
                is_in_setup = line == "```rust" && section.setup.is_empty();
            } else if is_in_setup {
                section.setup.push_str(line);
                section.setup.push('\n');
            }
            is_in_table = line == HEADING || (is_in_table && line.starts_with('|'));
            if is_in_table && line.starts_with("| `") {
                section.rows.push(Row::parse(line, number)?);
            }
        }
        Ok(Self { lines, sections })
    }

    /// The page with what was found in its cells: a row's line, and its cell for a database.
    pub fn with_found(&self, found: &[(usize, usize, String)]) -> String {
        let mut page = self.clone();
        let rows = page.sections.iter_mut().flat_map(|section| &mut section.rows);
        for row in rows {
            for (_, column, cell) in found.iter().filter(|(line, ..)| *line == row.line) {
                let is_by_server = cell.starts_with(BY_SERVER);
                row.cells[*column] = if is_by_server { BY_SERVER.to_owned() } else { cell.clone() };
            }
            page.lines[row.line] = row.text();
        }
        page.lines.join("\n") + "\n"
    }
}

impl Row {
    fn parse(line: &str, number: usize) -> Result<Self, String> {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [code, cells @ ..] = cells.as_slice() else {
            return Err(format!("line {}: no row", number + 1));
        };
        let code = code.trim_matches('`').to_owned();
        let mut cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
        cells.resize(COLUMNS.len(), String::new());
        Ok(Self { code, cells, line: number })
    }

    /// Whether it stands in a line, counted from 0.
    pub fn is_at(&self, line: usize) -> bool {
        self.line == line
    }

    fn text(&self) -> String {
        format!("| `{}` | {} |", self.code, self.cells.join(" | "))
    }
}

impl Section {
    /// Plans every row for a database, and runs one in `every`; gives the cells that differ: the row's line, the
    /// column, and what was found.
    ///
    /// # Errors
    /// A row that neither runs nor is refused.
    pub fn differences(&self, column: usize, every: usize) -> Result<Vec<(usize, usize, String)>, String> {
        let name = COLUMNS[column];
        let is_offline = available(name).is_err();
        let mut place = Place::new(name)?;
        let mut differences = Vec::new();
        let mut failures = Vec::new();
        for row in &self.rows {
            let is_run = row.line % every == 0 && !is_offline;
            match place.cell(&self.setup, &row.code, is_run) {
                Ok(found) if is_said(&row.cells[column], &found) => {}
                // What only a server can tell was not found out here.
                Ok(found) if !is_run && row.cells[column] == BY_SERVER && found.starts_with("yes") => {}
                Ok(found) => differences.push((row.line, column, found)),
                Err(reason) => {
                    failures.push(format!("`{}` on {name}: {reason}", row.code));
                    place = Place::new(name)?;
                }
            }
        }
        if failures.is_empty() { Ok(differences) } else { Err(failures.join("\n\n")) }
    }
}

/// Where rows are run: on a server, or as far as it goes without one.
enum Place {
    Live(Box<Live>),
    Offline(Box<dyn Dialect>),
}

impl Place {
    fn new(name: &str) -> Result<Self, String> {
        if available(name).is_err() {
            let offline = dialect(name, None, None).map_err(|error| error.to_string())?;
            return Ok(Self::Offline(offline));
        }
        let namespaces = if name == "postgres" { vec!["app".to_owned()] } else { Vec::new() };
        Ok(Self::Live(Box::new(Live::fresh(name, &namespaces)?)))
    }

    fn dialect(&self) -> &dyn Dialect {
        match self {
            Self::Live(live) => live.dialect(),
            Self::Offline(dialect) => dialect.as_ref(),
        }
    }

    /// What comes of a row; the place is empty again afterwards.
    fn cell(&mut self, setup: &str, code: &str, is_run: bool) -> Result<String, String> {
        let mut state = normalize(Schema::new(), self.dialect());
        let setup = operations(setup).map_err(|problem| format!("the setup cannot be read: {problem}"))?;
        let before = planned(&mut state, &setup, self.dialect());
        let before = before.map_err(|reason| format!("the setup is refused: {reason}"))?;
        let operations = match operations(code) {
            Ok(operations) => operations,
            Err(problem) => return Ok(format!("no: {problem}")),
        };
        let row = match planned(&mut state, &operations, self.dialect()) {
            Ok(row) => row,
            Err(reason) => return Ok(format!("no: {reason}")),
        };
        let Self::Live(live) = self else { return Ok(row.cell()) };
        if !is_run {
            return Ok(row.cell());
        }
        live.run(&before.plan.steps)?;
        if let Err(reason) = live.run(&row.plan.steps) {
            // What is left of it is nobody's: the next row finds another place.
            let name = live.dialect().facts().name;
            *self = Self::new(name)?;
            return Ok(format!("{BY_SERVER}: {}", reason.lines().next().unwrap_or_default()));
        }
        let wanted = normalize(state.into_schema(), live.dialect());
        let found = normalize(law::read(live, &wanted)?, live.dialect());
        let left = law::changes(&wanted, &found);
        if !left.is_empty() {
            return Err(format!(
                "the database is not what the replay says: {}\n{}",
                law::text(&left),
                law::script(&row.plan)
            ));
        }
        // What stands beside the models is not seen by whoever clears up.
        if code.contains("op.create_view") {
            let name = live.dialect().facts().name;
            *self = Self::new(name)?;
        } else {
            empty(live)?;
        }
        Ok(row.cell())
    }
}

/// Whether a cell says what was found. What a server says is not for the page.
fn is_said(cell: &str, found: &str) -> bool {
    cell == found || (cell == BY_SERVER && found.starts_with(BY_SERVER))
}

/// What an operation comes to.
struct Planned {
    plan: Plan,
    loses_comment: bool,
}

impl Planned {
    fn cell(&self) -> String {
        let is_rebuild = |statement: &Statement| matches!(statement, Statement::RebuildTable { .. });
        let words = match (self.plan.steps.is_empty(), self.loses_comment) {
            (true, false) => "nothing to do",
            (_, true) => "yes, without comment",
            (false, false) if self.plan.steps.iter().any(|step| is_rebuild(&step.statement)) => {
                "yes, rebuilt"
            }
            (false, false) => "yes",
        };
        words.to_owned()
    }
}

/// The operations of a piece of code, as a revision file has them.
fn operations(code: &str) -> Result<Vec<Operation>, String> {
    let semicolon = if code.trim_end().ends_with(';') { "" } else { ";" };
    let text = format!(
        "//! a row\n//!\n//! Revision ID: 7c1e5b0a9d42\n//! Revises: <base>\n\nuse ambix::prelude::*;\n\n\
         pub const REVISION: &str = \"7c1e5b0a9d42\";\npub const DOWN_REVISION: &[&str] = &[];\n\
         pub const BRANCH_LABELS: &[&str] = &[];\npub const DEPENDS_ON: &[&str] = &[];\n\n\
         pub fn upgrade(op: &mut Operations) {{\n    {code}{semicolon}\n}}\n\n\
         pub fn downgrade(_: &mut Operations) {{}}\n"
    );
    let read = read_rust(Path::new("row.rs"), &text);
    let revision = read.map_err(|problems| {
        problems.iter().map(|problem| problem.message.clone()).collect::<Vec<_>>().join("; ")
    })?;
    Ok(revision.upgrade)
}

/// Folds operations over the state, and plans them from where they stand.
fn planned(
    state: &mut Canonical,
    operations: &[Operation],
    dialect: &dyn Dialect,
) -> Result<Planned, String> {
    let before = state.schema().clone();
    let naming = &dialect.facts().naming;
    let title = dialect.facts().title;
    let mut changes: Vec<Change> = Vec::new();
    let mut has_lost_comment = false;
    for operation in operations {
        let said = changes_of(state, operation, dialect, naming).map_err(|error| error.to_string())?;
        has_lost_comment |= said.iter().any(|change| match change {
            Change::Create { object, .. } => loses_comment(object, dialect),
            Change::Alter { from, to, .. } => from.comment() != to.comment() && loses_comment(to, dialect),
            Change::Drop { .. } | Change::Rename { .. } | Change::Opaque(_) => false,
        });
        changes.extend(state.fold(said, dialect));
    }
    let plan = plan(&before, &changes, dialect).map_err(|error| {
        // What stands in the cell follows the database's name.
        let text = error.to_string();
        let reason = text.split_once(&format!("{title} ")).map_or(text.as_str(), |(_, reason)| reason);
        let cut = reason.rfind(" (").filter(|_| reason.ends_with(')') && text.starts_with(title));
        cut.map_or(reason, |at| &reason[..at]).to_owned()
    })?;
    Ok(Planned { plan, loses_comment: has_lost_comment })
}

/// Takes everything out of a database again.
fn empty(live: &mut Live) -> Result<(), String> {
    let found = live.read()?;
    let nothing = normalize(Schema::new(), live.dialect());
    let away = law::planned(found.schema(), &law::changes(&found, &nothing), live.dialect())?;
    live.run(&away.steps).map_err(|error| format!("could not be taken away again: {error}"))
}

//! The text of a script: statements, one after the other, with transactions around what may stand in one.

use ambix_dialect::{Dialect, Scope, Step};

/// A script as it grows.
pub(crate) struct Script<'a> {
    dialect: &'a dyn Dialect,
    text: String,
    is_in_transaction: bool,
}

impl<'a> Script<'a> {
    /// An empty script for a database.
    pub(crate) fn of(dialect: &'a dyn Dialect) -> Self {
        Self { dialect, text: String::new(), is_in_transaction: false }
    }

    /// The script.
    pub(crate) fn finish(self) -> String {
        self.text
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    pub(crate) fn blank(&mut self) {
        self.line("");
    }

    pub(crate) fn fixed(&mut self, statements: &[&str]) {
        for statement in statements {
            self.line(&format!("{statement};"));
        }
    }

    /// Begins a transaction unless one is open: one without a statement in it is not worth its lines.
    pub(crate) fn in_transaction(&mut self, sql: &[String]) {
        if !self.is_in_transaction && !sql.is_empty() {
            self.line("BEGIN;");
            self.is_in_transaction = true;
        }
        self.statements(sql);
    }

    pub(crate) fn commit(&mut self) {
        if self.is_in_transaction {
            self.line("COMMIT;");
            self.is_in_transaction = false;
        }
    }

    /// A newline in a comment would end it, and what follows would run.
    pub(crate) fn comment(&mut self, text: &str) {
        self.line(&format!("-- {}", ambix_schema::escape(text)));
    }

    pub(crate) fn statements(&mut self, sql: &[String]) {
        for statement in sql {
            let statement = statement.trim_end().trim_end_matches(';');
            if self.dialect.is_cut_by_clients(statement) {
                self.line(&format!("DELIMITER ;;\n{statement}\n;;\nDELIMITER ;"));
                continue;
            }
            // A comment at the end of SQL by hand would swallow the semicolon.
            let last_line = statement.lines().next_back().unwrap_or_default();
            let end = if last_line.contains("--") || last_line.contains('#') { "\n;" } else { ";" };
            self.line(&format!("{statement}{end}"));
        }
    }

    /// Steps, with a transaction around neighbours that may stand in one.
    pub(crate) fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            match step.scope {
                Scope::Transaction => self.in_transaction(&step.sql),
                Scope::Alone => {
                    self.commit();
                    self.statements(&step.sql);
                }
            }
        }
    }
}

//! Looking at what a statement is to change, and at runs that were killed and still work.

use ambix_schema::TableName;

use super::session::Session;
use super::watch::{HOLDER_COLUMNS, holders};
use crate::drivers::{Outcome, Rows};
use crate::lock::{Holder, key};

impl Session {
    /// The account that the session acts as.
    pub(crate) async fn user(&mut self) -> Outcome<Option<String>> {
        let rows = self.rows("SELECT CURRENT_USER()").await?;
        Ok(rows.into_iter().flatten().flatten().next())
    }

    /// Each relation as `SHOW CREATE` prints it, with its triggers; and triggers and routines of the name.
    pub(crate) async fn printed(&mut self, relations: &[TableName]) -> Outcome<Vec<Option<String>>> {
        let mut all = Vec::new();
        for at in relations {
            let namespace =
                at.namespace.as_ref().map_or_else(|| self.database().to_owned(), ToString::to_string);
            let name = at.name.as_str();
            let mut lines = Vec::new();
            if let Some(relation) = self.relation(at).await? {
                let word = if relation.kind == "view" { "VIEW" } else { "TABLE" };
                let quoted = [namespace.as_str(), name].map(|part| format!("`{}`", part.replace('`', "``")));
                let printed = self.rows(&format!("SHOW CREATE {word} {}", quoted.join("."))).await?;
                let text = printed.into_iter().flatten().nth(1).flatten().unwrap_or_default();
                lines.push(without_next_number(&text));
            }
            lines.extend(self.programs(&namespace, name).await?);
            all.push((!lines.is_empty()).then(|| lines.join("\n")));
        }
        Ok(all)
    }

    async fn programs(&mut self, namespace: &str, name: &str) -> Outcome<Vec<String>> {
        let sql = "SELECT CONCAT('trigger ', TRIGGER_NAME, ' ', ACTION_TIMING, ' ', EVENT_MANIPULATION, ' ', \
                   ACTION_STATEMENT) FROM information_schema.TRIGGERS \
                   WHERE TRIGGER_SCHEMA = ? AND (EVENT_OBJECT_TABLE = ? OR TRIGGER_NAME = ?) \
                   UNION ALL SELECT CONCAT(LOWER(ROUTINE_TYPE), ' ', ROUTINE_NAME, ' ', ROUTINE_DEFINITION) \
                   FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ? AND ROUTINE_NAME = ? ORDER BY 1";
        let rows: Rows = self.prepared(sql, &[namespace, name, name, namespace, name]).await?;
        Ok(rows.into_iter().flatten().flatten().collect())
    }

    /// Takes a second lock, which the working session itself holds, so that it lasts as long as a statement of a
    /// run that was killed; or, when such a one is still at work, says which.
    pub(crate) async fn enter_run(&mut self, table: &TableName) -> Outcome<Vec<Holder>> {
        let name = format!("ambix_run_{:016x}", u64::from_be_bytes(key(self.database(), table)));
        let taken = self.rows(&format!("SELECT GET_LOCK('{name}', 0)")).await?;
        if taken == [[Some("1".to_owned())]] {
            self.run_lock = Some(name);
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT {HOLDER_COLUMNS}, COALESCE(p.INFO, '') FROM (SELECT IS_USED_LOCK('{name}') AS id) held \
             LEFT JOIN information_schema.PROCESSLIST p ON p.ID = held.id WHERE held.id IS NOT NULL"
        );
        let orphans = holders(self.rows(&sql).await?, "ambix");
        // It may have ended between the two looks; whoever asks again will see.
        let gone = Holder {
            pid: "?".into(),
            application: "ambix".into(),
            user: "?".into(),
            since: "?".into(),
            query: String::new(),
        };
        Ok(if orphans.is_empty() { vec![gone] } else { orphans })
    }

    /// Undoes [`Session::enter_run`].
    pub(crate) async fn leave_run(&mut self) -> Outcome<()> {
        let Some(name) = self.run_lock.take() else { return Ok(()) };
        self.rows(&format!("SELECT RELEASE_LOCK('{name}')")).await.map(|_| ())
    }
}

/// The number that the next row would get says nothing of what a table is.
fn without_next_number(text: &str) -> String {
    let kept = |line: &str| {
        let words = line.split(' ').filter(|word| !word.starts_with("AUTO_INCREMENT="));
        words.collect::<Vec<_>>().join(" ")
    };
    // Only the line behind the columns holds it, and a comment may hold anything.
    match text.rsplit_once("\n) ") {
        Some((columns, options)) => format!("{columns}\n) {}", kept(options)),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_number_says_nothing() {
        let table = |number: &str| {
            format!(
                "CREATE TABLE `t` (\n  `a` int COMMENT 'AUTO_INCREMENT=9 b'\n) ENGINE=InnoDB{number} CHARSET=utf8"
            )
        };
        assert_eq!(without_next_number(&table(" AUTO_INCREMENT=7")), table(""));
        assert_ne!(without_next_number(&table("")), table("").replace("=9", "=8"));
    }
}

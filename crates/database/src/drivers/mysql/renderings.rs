//! What the server prints of each object by `SHOW CREATE`.

use super::Session;
use crate::drivers::{Outcome, Rows};

/// Triggers by their parts.
const TRIGGERS: &str = "SELECT 'trigger', trigger_name, CONCAT_WS(' ', action_timing, event_manipulation, 'on', \
     event_object_table, action_order, sql_mode, TRIM(TRAILING ';' FROM action_statement)) \
     FROM information_schema.triggers WHERE trigger_schema = database() ORDER BY 2";

/// What else holds statements.
const PROGRAMS: &str = "SELECT lower(routine_type), routine_name FROM information_schema.routines \
     WHERE routine_schema = database() AND routine_type IN ('FUNCTION', 'PROCEDURE') \
     UNION ALL SELECT 'event', event_name FROM information_schema.events WHERE event_schema = database() \
     ORDER BY 1, 2";

impl Session {
    /// Everything by `SHOW CREATE`, the lines of a table sorted, for they have no order of their own that a
    /// comparison knows; but for triggers, of which that prints what was typed: they are told by their parts, with
    /// their places among those that fire at one time. What holds statements says the mode they are read in.
    pub(crate) async fn renderings(&mut self) -> Outcome<Rows> {
        let mut all = Rows::new();
        for row in self.rows("SHOW FULL TABLES").await? {
            let mut cells = row.into_iter().map(Option::unwrap_or_default);
            let (name, kind) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
            let quoted = name.replace('`', "``");
            let kind = match kind.as_str() {
                "VIEW" => "view",
                "SEQUENCE" => "sequence",
                _table => "table",
            };
            let printed = self.rows(&format!("SHOW CREATE {kind} `{quoted}`")).await?;
            let text = printed.into_iter().flatten().nth(1).flatten().unwrap_or_default();
            all.push(vec![Some(kind.to_owned()), Some(name), Some(settled(&text))]);
        }
        all.extend(self.rows(TRIGGERS).await?);
        for row in self.rows(PROGRAMS).await? {
            let mut cells = row.into_iter().map(Option::unwrap_or_default);
            let (kind, name) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
            let quoted = name.replace('`', "``");
            let printed = self.rows(&format!("SHOW CREATE {kind} `{quoted}`")).await?;
            // The time zone of an event stands between its mode and its text.
            let cells = printed.into_iter().flatten().skip(1).take(if kind == "event" { 3 } else { 2 });
            let lines: Vec<String> = cells.flatten().collect();
            all.push(vec![Some(kind), Some(name), Some(lines.join("\n"))]);
        }
        Ok(all)
    }
}

/// The lines in alphabetical order, without the number that the next row would get.
fn settled(text: &str) -> String {
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| {
            let words = line.trim().trim_end_matches(',').split(' ');
            let kept: Vec<&str> = words.filter(|word| !word.starts_with("AUTO_INCREMENT=")).collect();
            kept.join(" ")
        })
        .collect();
    lines.sort();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_number_and_the_order_of_lines_say_nothing() {
        let first = "CREATE TABLE `t` (\n  `a` int(11) NOT NULL AUTO_INCREMENT,\n  `b` text,\n  KEY `k` (`a`)\n) ENGINE=InnoDB AUTO_INCREMENT=7 CHARSET=utf8";
        let second = "CREATE TABLE `t` (\n  `b` text,\n  `a` int(11) NOT NULL AUTO_INCREMENT,\n  KEY `k` (`a`)\n) ENGINE=InnoDB CHARSET=utf8";
        assert_eq!(settled(first), settled(second));
        assert_ne!(settled(first), settled(&second.replace("utf8", "latin1")));
    }
}

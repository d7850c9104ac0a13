//! What the server prints of each object by `SHOW CREATE`.

use super::Session;
use crate::drivers::{Outcome, Rows};

impl Session {
    /// Tables and views by `SHOW CREATE`, the lines of a table sorted, for they have no order of their own
    /// that a comparison knows; triggers and routines as the server keeps them.
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
        let rest = "SELECT 'trigger', trigger_name, concat_ws(' ', action_timing, event_manipulation, 'on', \
                    event_object_table, action_statement) FROM information_schema.triggers \
                    WHERE trigger_schema = database() \
                    UNION ALL SELECT lower(routine_type), routine_name, routine_definition \
                    FROM information_schema.routines WHERE routine_schema = database() ORDER BY 1, 2";
        all.extend(self.rows(rest).await?);
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

//! What the current user may not do.

use super::Session;
use crate::drivers::{Outcome, Rows};

/// What runs need in a database.
const NEEDED: [&str; 9] =
    ["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "INDEX", "REFERENCES"];

/// Privileges of the user and of the roles that are on, everywhere or in this database. The name of a
/// database in a grant is a pattern.
const HELD: &str = "\
    SELECT p.PRIVILEGE_TYPE FROM ( \
        SELECT GRANTEE, PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES \
        UNION ALL \
        SELECT GRANTEE, PRIVILEGE_TYPE FROM information_schema.SCHEMA_PRIVILEGES \
        WHERE DATABASE() LIKE TABLE_SCHEMA \
    ) p \
    WHERE p.GRANTEE = CONCAT('''', SUBSTRING_INDEX(CURRENT_USER(), '@', 1), '''@''', \
                             SUBSTRING_INDEX(CURRENT_USER(), '@', -1), '''') \
       OR p.GRANTEE IN (SELECT CONCAT('''', r.ROLE_NAME, '''@''''') FROM information_schema.ENABLED_ROLES r)";

impl Session {
    /// One row at most: a grant names all that is missing.
    pub(crate) async fn missing_privileges(&mut self) -> Outcome<Rows> {
        let held: Vec<String> = self.rows(HELD).await?.into_iter().flatten().flatten().collect();
        let missing: Vec<&str> =
            NEEDED.into_iter().filter(|needed| !held.iter().any(|held| held == needed)).collect();
        if missing.is_empty() {
            return Ok(Rows::new());
        }
        let who = self.rows("SELECT DATABASE(), CURRENT_USER()").await?;
        let mut cells = who.into_iter().flatten().map(Option::unwrap_or_default);
        let (database, user) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
        let statement = grant(&missing, &database, &user);
        let what = format!("{} in database {database}", missing.join(", "));
        let row = ["everything", database.as_str(), "", what.as_str(), statement.as_str()];
        Ok(vec![row.into_iter().map(|cell| Some(cell.to_owned())).collect()])
    }
}

/// `GRANT CREATE, ALTER ON `app`.* TO 'me'@'%';`, with the wildcards of the database's name taken as they are.
fn grant(privileges: &[&str], database: &str, user: &str) -> String {
    let database = database.replace('`', "``").replace('_', "\\_").replace('%', "\\%");
    let (name, host) = user.rsplit_once('@').unwrap_or((user, "%"));
    let text = |text: &str| format!("'{}'", text.replace('\'', "''"));
    format!("GRANT {} ON `{database}`.* TO {}@{};", privileges.join(", "), text(name), text(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_for_one_database() {
        assert_eq!(
            grant(&["CREATE", "ALTER"], "my_app", "o'hara@%"),
            "GRANT CREATE, ALTER ON `my\\_app`.* TO 'o''hara'@'%';"
        );
    }
}

-- Checks of tables, and those that are part of a column.
SELECT CAST(CONSTRAINT_SCHEMA AS CHAR) AS `namespace`, CAST(TABLE_NAME AS CHAR) AS `table`, CAST(CONSTRAINT_NAME AS CHAR) AS `name`,
       CAST(LEVEL AS CHAR) AS `level`, CAST(CHECK_CLAUSE AS CHAR) AS `expression`, 'YES' AS `is_enforced`
FROM information_schema.CHECK_CONSTRAINTS
WHERE CONSTRAINT_SCHEMA = ?
ORDER BY TABLE_NAME, CONSTRAINT_NAME, LEVEL

-- Views, with what is said beside their queries. How a view is carried out is told by SHOW CREATE VIEW alone.
SELECT CAST(TABLE_SCHEMA AS CHAR) AS `namespace`, CAST(TABLE_NAME AS CHAR) AS `name`, CAST(VIEW_DEFINITION AS CHAR) AS `sql`,
       CAST(SECURITY_TYPE AS CHAR) AS `security`, CAST(CHECK_OPTION AS CHAR) AS `check_option`, NULL AS `algorithm`
FROM information_schema.VIEWS
WHERE TABLE_SCHEMA = ?
ORDER BY TABLE_NAME

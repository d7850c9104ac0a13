-- Views, which are seen and left alone.
SELECT CAST(TABLE_SCHEMA AS CHAR) AS `namespace`, CAST(TABLE_NAME AS CHAR) AS `name`, CAST(VIEW_DEFINITION AS CHAR) AS `sql`
FROM information_schema.VIEWS
WHERE TABLE_SCHEMA = ?
ORDER BY TABLE_NAME

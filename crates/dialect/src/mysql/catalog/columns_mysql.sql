-- Columns in their order; a default is told bare, unless EXTRA says that it is generated.
SELECT CAST(TABLE_SCHEMA AS CHAR) AS `namespace`, CAST(TABLE_NAME AS CHAR) AS `table`, CAST(COLUMN_NAME AS CHAR) AS `name`,
       CAST(ORDINAL_POSITION AS CHAR) AS `position`, CAST(COLUMN_TYPE AS CHAR) AS `type`,
       CAST(IS_NULLABLE AS CHAR) AS `is_nullable`, CAST(COLUMN_DEFAULT AS CHAR) AS `default`, CAST(EXTRA AS CHAR) AS `extra`,
       CAST(COLLATION_NAME AS CHAR) AS `collation`, CAST(COLUMN_COMMENT AS CHAR) AS `comment`,
       CAST(GENERATION_EXPRESSION AS CHAR) AS `expression`, CAST(SRS_ID AS CHAR) AS `srid`
FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA = ?
ORDER BY TABLE_NAME, ORDINAL_POSITION

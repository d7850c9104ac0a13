-- Tables, views and whatever else stands among them; a collation says its character set.
SELECT CAST(TABLE_SCHEMA AS CHAR) AS `namespace`, CAST(TABLE_NAME AS CHAR) AS `name`, CAST(TABLE_TYPE AS CHAR) AS `type`,
       CAST(ENGINE AS CHAR) AS `engine`, CAST(TABLE_COLLATION AS CHAR) AS `collation`,
       CAST(CREATE_OPTIONS AS CHAR) AS `options`, CAST(TABLE_COMMENT AS CHAR) AS `comment`
FROM information_schema.TABLES
WHERE TABLE_SCHEMA = ?
ORDER BY TABLE_NAME

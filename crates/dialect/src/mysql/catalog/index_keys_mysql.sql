-- Keys of all indexes, those of primary keys and unique constraints among them.
SELECT CAST(TABLE_SCHEMA AS CHAR) AS `namespace`, CAST(TABLE_NAME AS CHAR) AS `table`, CAST(INDEX_NAME AS CHAR) AS `index`,
       CAST(NON_UNIQUE AS CHAR) AS `is_not_unique`, CAST(COLUMN_NAME AS CHAR) AS `column`, CAST(EXPRESSION AS CHAR) AS `expression`,
       CAST(COLLATION AS CHAR) AS `order`, CAST(SUB_PART AS CHAR) AS `prefix`, CAST(INDEX_TYPE AS CHAR) AS `method`,
       CAST(INDEX_COMMENT AS CHAR) AS `comment`, IF(IS_VISIBLE = 'NO', 'YES', 'NO') AS `is_unused`
FROM information_schema.STATISTICS
WHERE TABLE_SCHEMA = ?
ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX

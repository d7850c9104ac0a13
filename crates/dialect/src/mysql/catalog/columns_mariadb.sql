-- Columns in their order; a default is told as SQL. The system of coordinates is told elsewhere, and looked up for
-- the columns alone that have one.
SELECT CAST(TABLE_SCHEMA AS CHAR) AS `namespace`, CAST(TABLE_NAME AS CHAR) AS `table`, CAST(COLUMN_NAME AS CHAR) AS `name`,
       CAST(ORDINAL_POSITION AS CHAR) AS `position`, CAST(COLUMN_TYPE AS CHAR) AS `type`,
       CAST(IS_NULLABLE AS CHAR) AS `is_nullable`, CAST(COLUMN_DEFAULT AS CHAR) AS `default`, CAST(EXTRA AS CHAR) AS `extra`,
       CAST(COLLATION_NAME AS CHAR) AS `collation`, CAST(COLUMN_COMMENT AS CHAR) AS `comment`,
       CAST(GENERATION_EXPRESSION AS CHAR) AS `expression`,
       IF(DATA_TYPE IN ('geometry', 'geometrycollection', 'linestring', 'multilinestring', 'multipoint', 'multipolygon', 'point', 'polygon'),
          (SELECT NULLIF(CAST(MAX(g.SRID) AS CHAR), '0') FROM information_schema.GEOMETRY_COLUMNS g
           WHERE g.G_TABLE_SCHEMA = ? AND g.G_TABLE_NAME = c.TABLE_NAME AND g.G_GEOMETRY_COLUMN = c.COLUMN_NAME), NULL) AS `srid`
FROM information_schema.COLUMNS c
WHERE TABLE_SCHEMA = ?
ORDER BY TABLE_NAME, ORDINAL_POSITION

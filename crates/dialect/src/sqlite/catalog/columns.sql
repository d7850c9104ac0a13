-- Virtual tables have no root page; asking for their columns would load their module.
SELECT m.name AS table_name, c.name, c.type, CAST(c."notnull" AS TEXT) AS is_not_null, c.dflt_value,
       CAST(c.pk AS TEXT) AS key_position, CAST(c.hidden AS TEXT) AS hidden
FROM main.sqlite_schema m
JOIN pragma_table_xinfo(m.name, 'main') c
WHERE m.type = 'table' AND m.rootpage > 0 AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY m.name, c.cid

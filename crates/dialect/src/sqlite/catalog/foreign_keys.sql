SELECT m.name AS table_name, CAST(f.id AS TEXT) AS id, f."table" AS referenced_table,
       f."from" AS column_name, f."to" AS referenced_column, f.on_update, f.on_delete
FROM main.sqlite_schema m
JOIN pragma_foreign_key_list(m.name, 'main') f
WHERE m.type = 'table' AND m.rootpage > 0 AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY m.name, f.id, f.seq

SELECT type, name, tbl_name AS table_name, sql
FROM main.sqlite_schema
WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY rowid

SELECT name, type, CAST(strict AS TEXT) AS is_strict, CAST(wr AS TEXT) AS is_without_rowid
FROM pragma_table_list
WHERE schema = 'main' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY name

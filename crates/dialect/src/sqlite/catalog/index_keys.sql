SELECT m.name AS table_name, i.name AS index_name, CAST(i."unique" AS TEXT) AS is_unique, i.origin,
       CAST(k.cid AS TEXT) AS column_id, k.name AS column_name, CAST(k."desc" AS TEXT) AS is_descending,
       k.coll AS collation
FROM main.sqlite_schema m
JOIN pragma_index_list(m.name, 'main') i
JOIN pragma_index_xinfo(i.name, 'main') k
WHERE m.type = 'table' AND m.rootpage > 0 AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND k.key = 1
ORDER BY m.name, i.seq, k.seqno

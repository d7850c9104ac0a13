-- What SQLite itself tells of every object, by its pragmas; and of what has no pragma, the text it keeps.
SELECT type, name, sql FROM sqlite_schema
WHERE type IN ('view', 'trigger') OR sql LIKE 'CREATE VIRTUAL%'
UNION ALL
SELECT 'table', l.name, l.type || ' without rowid ' || l.wr || ' strict ' || l.strict
FROM pragma_table_list l WHERE l.schema = 'main' AND l.type <> 'view' AND l.name NOT LIKE 'sqlite\_%' ESCAPE '\'
UNION ALL
SELECT 'column', t.name || '.' || c.name,
       c.type || ' not null ' || c."notnull" || ' default ' || coalesce(c.dflt_value, '') || ' key ' || c.pk
           || ' hidden ' || c.hidden
FROM sqlite_schema t, pragma_table_xinfo(t.name) c
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\'
UNION ALL
SELECT 'index', t.name || CASE WHEN i.origin = 'c' THEN '.' || i.name ELSE '' END,
       group_concat(i.facts || ' (' || i.keys || ')', ', ')
FROM sqlite_schema t, (
    SELECT l.owner, l.name, l.origin,
           'unique ' || l."unique" || ' ' || l.origin || ' partial ' || l.partial AS facts,
           (SELECT group_concat(coalesce(k.name, 'expression') || ' ' || k.coll || ' ' || k.desc, ', ')
            FROM pragma_index_xinfo(l.name) k WHERE k.key = 1) AS keys
    FROM (SELECT s.name AS owner, x.* FROM sqlite_schema s, pragma_index_list(s.name) x WHERE s.type = 'table') l
    ORDER BY 5
) i
WHERE t.type = 'table' AND i.owner = t.name
GROUP BY 2
UNION ALL
SELECT 'foreign key', t.name, group_concat(f.facts, ', ')
FROM sqlite_schema t, (
    SELECT s.name AS owner, lower(k."table") || ' ' || k."from" || ' ' || coalesce(k."to", '') || ' ' || k.on_update
        || ' ' || k.on_delete || ' ' || k."match" AS facts
    FROM sqlite_schema s, pragma_foreign_key_list(s.name) k WHERE s.type = 'table' ORDER BY 1, 2
) f
WHERE t.type = 'table' AND f.owner = t.name
GROUP BY 2
ORDER BY 1, 2

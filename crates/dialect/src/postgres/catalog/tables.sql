SELECT n.nspname::text AS namespace,
       c.relname::text AS name,
       d.description::text AS comment,
       pg_catalog.to_json(c.reloptions)::text AS options,
       CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END::text AS partition
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_description d
       ON d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
WHERE n.nspname = ANY ($1::text[])
  AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend x
      WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass AND x.deptype = 'e'
        AND x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid)
ORDER BY 1, 2

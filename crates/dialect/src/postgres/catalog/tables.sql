-- Partitions are left out: they stand on their parents, in unmodelled.sql.
SELECT n.nspname::text AS namespace,
       c.relname::text AS name,
       d.description::text AS comment,
       pg_catalog.to_json(c.reloptions)::text AS options,
       (SELECT pg_catalog.to_json(t.reloptions) FROM pg_catalog.pg_class t WHERE t.oid = c.reltoastrelid)::text AS toast_options,
       CASE WHEN c.relpersistence = 'u' THEN 'true' END::text AS unlogged,
       ts.spcname::text AS tablespace,
       CASE WHEN am.amname <> 'heap' THEN am.amname END::text AS access_method,
       CASE WHEN c.relrowsecurity THEN 'true' END::text AS row_security,
       CASE WHEN c.relforcerowsecurity THEN 'true' END::text AS force_row_security,
       CASE c.relreplident
           WHEN 'n' THEN 'nothing'
           WHEN 'f' THEN 'full'
       END::text AS replica_identity,
       CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END::text AS partition,
       (SELECT pg_catalog.json_agg(ARRAY[pn.nspname, p.relname] ORDER BY h.inhseqno)
        FROM pg_catalog.pg_inherits h
        JOIN pg_catalog.pg_class p ON p.oid = h.inhparent
        JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
        WHERE h.inhrelid = c.oid)::text AS inherits
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
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

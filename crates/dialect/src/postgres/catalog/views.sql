SELECT n.nspname::text AS namespace,
       c.relname::text AS name,
       (c.relkind = 'm')::text AS is_materialized,
       pg_catalog.pg_get_viewdef(c.oid)::text AS definition
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1::text[])
  AND c.relkind IN ('v', 'm')
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend x
      WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass AND x.deptype = 'e'
        AND x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid)
ORDER BY 1, 2

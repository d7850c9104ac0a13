SELECT n.nspname::text AS namespace,
       t.typname::text AS name,
       d.description::text AS comment,
       e.enumlabel::text AS value
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_enum e ON e.enumtypid = t.oid
LEFT JOIN pg_catalog.pg_description d
       ON d.classoid = 'pg_catalog.pg_type'::regclass AND d.objoid = t.oid AND d.objsubid = 0
WHERE t.typtype = 'e'
  AND n.nspname = ANY ($1::text[])
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend x
      WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass AND x.deptype = 'e'
        AND x.classid = 'pg_catalog.pg_type'::regclass AND x.objid = t.oid)
ORDER BY 1, 2, e.enumsortorder

-- One row a condition of a domain, and one for a domain without any.
SELECT n.nspname::text AS namespace,
       t.typname::text AS name,
       d.description::text AS comment,
       pg_catalog.format_type(t.typbasetype, t.typtypmod)::text AS type,
       CASE WHEN et.typtype IN ('e', 'd', 'c', 'r') AND (et.typtype <> 'c' OR ec.relkind = 'c')
            AND en.nspname <> 'pg_catalog'
            AND NOT EXISTS (
                SELECT FROM pg_catalog.pg_depend x
                WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass AND x.deptype = 'e'
                  AND x.classid = 'pg_catalog.pg_type'::regclass AND x.objid = et.oid)
            THEN et.typtype END::text AS type_kind,
       en.nspname::text AS type_namespace,
       et.typname::text AS type_name,
       (et.oid <> b.oid)::text AS is_array,
       (NOT t.typnotnull)::text AS is_nullable,
       pg_catalog.pg_get_expr(t.typdefaultbin, 0)::text AS default,
       CASE WHEN t.typcollation <> b.typcollation THEN cn.nspname END::text AS collation_namespace,
       CASE WHEN t.typcollation <> b.typcollation THEN co.collname END::text AS collation,
       k.conname::text AS check_name,
       pg_catalog.pg_get_expr(k.conbin, 0)::text AS check_expression,
       k.convalidated::text AS check_is_validated
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
JOIN pg_catalog.pg_type et
  ON et.oid = CASE WHEN b.typtype <> 'd' AND b.typcategory = 'A' AND b.typelem <> 0 THEN b.typelem ELSE b.oid END
JOIN pg_catalog.pg_namespace en ON en.oid = et.typnamespace
LEFT JOIN pg_catalog.pg_class ec ON ec.oid = et.typrelid
LEFT JOIN pg_catalog.pg_collation co ON co.oid = t.typcollation
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
LEFT JOIN pg_catalog.pg_constraint k ON k.contypid = t.oid AND k.contype = 'c'
LEFT JOIN pg_catalog.pg_description d
       ON d.classoid = 'pg_catalog.pg_type'::regclass AND d.objoid = t.oid AND d.objsubid = 0
WHERE t.typtype = 'd'
  AND n.nspname = ANY ($1::text[])
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend x
      WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass AND x.deptype = 'e'
        AND x.classid = 'pg_catalog.pg_type'::regclass AND x.objid = t.oid)
ORDER BY 1, 2, k.conname

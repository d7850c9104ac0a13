-- One row an attribute of a composite type, and one for a type without any.
SELECT n.nspname::text AS namespace,
       c.relname::text AS name,
       d.description::text AS comment,
       a.attname::text AS attribute,
       pg_catalog.format_type(a.atttypid, a.atttypmod)::text AS type,
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
       CASE WHEN a.attcollation <> b.typcollation THEN cn.nspname END::text AS collation_namespace,
       CASE WHEN a.attcollation <> b.typcollation THEN co.collname END::text AS collation
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_catalog.pg_type b ON b.oid = a.atttypid
LEFT JOIN pg_catalog.pg_type et
  ON et.oid = CASE WHEN b.typtype <> 'd' AND b.typcategory = 'A' AND b.typelem <> 0 THEN b.typelem ELSE b.oid END
LEFT JOIN pg_catalog.pg_namespace en ON en.oid = et.typnamespace
LEFT JOIN pg_catalog.pg_class ec ON ec.oid = et.typrelid
LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
LEFT JOIN pg_catalog.pg_description d
       ON d.classoid = 'pg_catalog.pg_type'::regclass AND d.objoid = c.reltype AND d.objsubid = 0
WHERE c.relkind = 'c'
  AND n.nspname = ANY ($1::text[])
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend x
      WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass AND x.deptype = 'e'
        AND (x.classid, x.objid) IN (('pg_catalog.pg_class'::regclass, c.oid), ('pg_catalog.pg_type'::regclass, c.reltype)))
ORDER BY 1, 2, a.attnum

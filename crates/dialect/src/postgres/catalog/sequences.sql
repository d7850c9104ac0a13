-- Every sequence, with the column that owns it. That of an identity column is_identity; that of a serial
-- column is_default: its nextval is in the column's default.
SELECT n.nspname::text AS namespace,
       c.relname::text AS name,
       pg_catalog.format_type(s.seqtypid, NULL)::text AS type,
       s.seqstart::text AS start,
       s.seqincrement::text AS increment,
       s.seqmin::text AS min,
       s.seqmax::text AS max,
       s.seqcache::text AS cache,
       s.seqcycle::text AS is_cyclic,
       d.description::text AS comment,
       tn.nspname::text AS owner_namespace,
       tc.relname::text AS owner_table,
       a.attname::text AS owner_column,
       coalesce(o.deptype = 'i', false)::text AS is_identity,
       EXISTS (
           SELECT FROM pg_catalog.pg_attrdef ad
           JOIN pg_catalog.pg_depend u
             ON u.classid = 'pg_catalog.pg_attrdef'::regclass AND u.objid = ad.oid
            AND u.refclassid = 'pg_catalog.pg_class'::regclass AND u.refobjid = c.oid
           WHERE ad.adrelid = a.attrelid AND ad.adnum = a.attnum)::text AS is_default
FROM pg_catalog.pg_sequence s
JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_description d
       ON d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
LEFT JOIN pg_catalog.pg_depend o
       ON o.classid = 'pg_catalog.pg_class'::regclass AND o.objid = c.oid AND o.objsubid = 0
      AND o.refclassid = 'pg_catalog.pg_class'::regclass AND o.refobjsubid > 0 AND o.deptype IN ('a', 'i')
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
LEFT JOIN pg_catalog.pg_class tc ON tc.oid = a.attrelid
LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = tc.relnamespace
WHERE (n.nspname = ANY ($1::text[]) OR tn.nspname = ANY ($1::text[]))
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend x
      WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass AND x.deptype = 'e'
        AND x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid)
ORDER BY 1, 2

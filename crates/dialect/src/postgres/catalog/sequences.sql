-- Sequences of identity columns ('i') and of serial columns are part of their columns.
SELECT n.nspname::text AS namespace,
       c.relname::text AS name,
       pg_catalog.format_type(s.seqtypid, NULL)::text AS type,
       s.seqstart::text AS start,
       s.seqincrement::text AS increment,
       s.seqmin::text AS min,
       s.seqmax::text AS max,
       s.seqcache::text AS cache,
       s.seqcycle::text AS is_cyclic,
       tn.nspname::text AS owner_namespace,
       tc.relname::text AS owner_table,
       a.attname::text AS owner_column
FROM pg_catalog.pg_sequence s
JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_depend o
       ON o.classid = 'pg_catalog.pg_class'::regclass AND o.objid = c.oid AND o.objsubid = 0
      AND o.refclassid = 'pg_catalog.pg_class'::regclass AND o.refobjsubid > 0 AND o.deptype IN ('a', 'i')
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
LEFT JOIN pg_catalog.pg_class tc ON tc.oid = a.attrelid
LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = tc.relnamespace
WHERE n.nspname = ANY ($1::text[])
  AND o.deptype IS DISTINCT FROM 'i'
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend x
      WHERE x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid AND x.deptype = 'e')
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_attrdef ad
      JOIN pg_catalog.pg_depend u
        ON u.classid = 'pg_catalog.pg_attrdef'::regclass AND u.objid = ad.oid
       AND u.refclassid = 'pg_catalog.pg_class'::regclass AND u.refobjid = c.oid
      WHERE ad.adrelid = a.attrelid AND ad.adnum = a.attnum
        AND pg_catalog.pg_get_expr(ad.adbin, ad.adrelid) LIKE 'nextval(''%''::regclass)')
ORDER BY 1, 2

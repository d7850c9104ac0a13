-- One row a column. The sequence is that of an identity column, or of a serial column: one that the
-- column owns and whose nextval is the column's whole default.
SELECT n.nspname::text AS namespace,
       c.relname::text AS table,
       a.attname::text AS name,
       a.attnum::text AS position,
       pg_catalog.format_type(a.atttypid, a.atttypmod)::text AS type,
       (NOT a.attnotnull)::text AS is_nullable,
       CASE WHEN ad.oid IS NOT NULL THEN pg_catalog.pg_get_expr(ad.adbin, ad.adrelid) END::text AS default,
       a.attidentity::text AS identity,
       a.attgenerated::text AS generated,
       CASE WHEN a.attcollation <> t.typcollation THEN co.collname END::text AS collation,
       d.description::text AS comment,
       CASE WHEN et.typtype = 'e' THEN en.nspname END::text AS enum_namespace,
       CASE WHEN et.typtype = 'e' THEN et.typname END::text AS enum_name,
       (et.oid <> t.oid)::text AS is_array,
       (own.seqrelid IS NOT NULL)::text AS has_sequence,
       (used.oid IS NOT NULL)::text AS uses_sequence,
       own.seqstart::text AS start,
       own.seqincrement::text AS increment,
       own.seqmin::text AS min,
       own.seqmax::text AS max,
       own.seqcache::text AS cache,
       own.seqcycle::text AS is_cyclic
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
JOIN pg_catalog.pg_type et ON et.oid = CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
JOIN pg_catalog.pg_namespace en ON en.oid = et.typnamespace
LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
LEFT JOIN pg_catalog.pg_description d
       ON d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = a.attnum
LEFT JOIN (
    SELECT o.refobjid, o.refobjsubid, s.*
    FROM pg_catalog.pg_depend o
    JOIN pg_catalog.pg_sequence s ON s.seqrelid = o.objid
    WHERE o.classid = 'pg_catalog.pg_class'::regclass AND o.objsubid = 0
      AND o.refclassid = 'pg_catalog.pg_class'::regclass AND o.refobjsubid > 0 AND o.deptype IN ('a', 'i')
) own ON own.refobjid = a.attrelid AND own.refobjsubid = a.attnum
LEFT JOIN (
    SELECT DISTINCT u.objid AS oid, u.refobjid
    FROM pg_catalog.pg_depend u
    WHERE u.classid = 'pg_catalog.pg_attrdef'::regclass AND u.refclassid = 'pg_catalog.pg_class'::regclass
      AND u.refobjsubid = 0
) used ON used.oid = ad.oid AND used.refobjid = own.seqrelid
WHERE n.nspname = ANY ($1::text[])
  AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend x
      WHERE x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid AND x.deptype = 'e')
ORDER BY n.nspname, c.relname, a.attnum

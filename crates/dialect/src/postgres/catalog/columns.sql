SELECT n.nspname::text AS namespace,
       c.relname::text AS table,
       a.attname::text AS name,
       a.attnum::text AS position,
       pg_catalog.format_type(a.atttypid, a.atttypmod)::text AS type,
       (NOT a.attnotnull)::text AS is_nullable,
       -- A plain default names no column, and to print it without its table spares the server to open that.
       CASE WHEN a.atthasdef THEN
           pg_catalog.pg_get_expr(ad.adbin, CASE WHEN a.attgenerated = '' THEN 0 ELSE ad.adrelid END)
       END::text AS default,
       a.attidentity::text AS identity,
       a.attgenerated::text AS generated,
       CASE WHEN a.attcollation <> t.typcollation THEN cn.nspname END::text AS collation_namespace,
       CASE WHEN a.attcollation <> t.typcollation THEN co.collname END::text AS collation,
       d.description::text AS comment,
       CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END::text AS storage,
       -- Version 14 brought the column; on older servers the name is that of older.
       (SELECT nullif(attcompression, '') FROM (SELECT a.*) AS own)::text AS compression,
       nullif(a.attstattarget, -1)::text AS statistics,
       pg_catalog.to_json(a.attoptions)::text AS options,
       CASE WHEN NOT a.attislocal AND NOT c.relispartition THEN 'true' END::text AS inherited,
       CASE WHEN et.typtype IN ('e', 'd', 'c', 'r') AND (et.typtype <> 'c' OR ec.relkind = 'c')
            AND en.nspname <> 'pg_catalog'
            AND NOT EXISTS (
                SELECT FROM pg_catalog.pg_depend x
                WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass AND x.deptype = 'e'
                  AND x.classid = 'pg_catalog.pg_type'::regclass AND x.objid = et.oid)
            THEN et.typtype END::text AS type_kind,
       en.nspname::text AS type_namespace,
       et.typname::text AS type_name,
       (et.oid <> t.oid)::text AS is_array
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
CROSS JOIN (SELECT ''::"char" AS attcompression) AS older
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
JOIN pg_catalog.pg_type et ON et.oid = CASE WHEN t.typtype <> 'd' AND t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
JOIN pg_catalog.pg_namespace en ON en.oid = et.typnamespace
LEFT JOIN pg_catalog.pg_class ec ON ec.oid = et.typrelid
LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
LEFT JOIN pg_catalog.pg_attrdef ad ON a.atthasdef AND ad.adrelid = a.attrelid AND ad.adnum = a.attnum
LEFT JOIN pg_catalog.pg_description d
       ON d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = a.attnum
WHERE n.nspname = ANY ($1::text[])
  AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend x
      WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass AND x.deptype = 'e'
        AND x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid)
ORDER BY c.oid, a.attnum

-- Indexes that no constraint owns, of tables and of materialized views. Those of partitions belong to their
-- parent's, or are left alone with the partition.
SELECT n.nspname::text AS namespace,
       c.relname::text AS table,
       ic.relname::text AS name,
       i.indisunique::text AS is_unique,
       i.indisvalid::text AS is_valid,
       am.amname::text AS method,
       CASE WHEN i.indpred IS NOT NULL THEN pg_catalog.pg_get_expr(i.indpred, i.indrelid) END::text AS predicate,
       -- Version 15 brought the column; on older servers the name is that of older.
       (SELECT indnullsnotdistinct FROM (SELECT i.*) AS own)::text AS nulls_not_distinct,
       pg_catalog.to_json(ic.reloptions)::text AS options,
       ts.spcname::text AS tablespace,
       CASE WHEN i.indisclustered THEN 'true' END::text AS clustered,
       CASE WHEN i.indisreplident THEN 'true' END::text AS replica_identity,
       d.description::text AS comment
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
JOIN pg_catalog.pg_am am ON am.oid = ic.relam
CROSS JOIN (SELECT false AS indnullsnotdistinct) AS older
LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = ic.reltablespace
LEFT JOIN pg_catalog.pg_description d
       ON d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = ic.oid AND d.objsubid = 0
WHERE n.nspname = ANY ($1::text[])
  AND c.relkind IN ('r', 'p', 'm')
  AND NOT c.relispartition
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend x
      WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass AND x.deptype = 'e'
        AND x.classid = 'pg_catalog.pg_class'::regclass AND x.objid IN (c.oid, ic.oid))
ORDER BY i.indexrelid

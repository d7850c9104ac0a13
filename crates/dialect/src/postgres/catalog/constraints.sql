-- Columns are told by their numbers, which columns.sql gives names to. Those of a referenced table that
-- columns.sql leaves out are told by name.
SELECT n.nspname::text AS namespace,
       c.relname::text AS table,
       k.conname::text AS name,
       k.contype::text AS type,
       pg_catalog.to_json(k.conkey)::text AS columns,
       fn.nspname::text AS referenced_namespace,
       fc.relname::text AS referenced_table,
       pg_catalog.to_json(k.confkey)::text AS referenced_columns,
       CASE WHEN fn.nspname <> ALL ($1::text[]) OR fc.relispartition THEN
           (SELECT pg_catalog.json_agg(a.attname ORDER BY u.place)
            FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY AS u (attnum, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.attnum)
       END::text AS referenced_names,
       k.confupdtype::text AS on_update,
       k.confdeltype::text AS on_delete,
       -- What only newer servers know is asked by a name that older lends them: the columns of SET NULL (…) and
       -- NULLS NOT DISTINCT came with version 15, enforcement and periods with 18.
       (SELECT pg_catalog.to_json(confdelsetcols) FROM (SELECT k.*) AS own)::text AS set_columns,
       k.confmatchtype::text AS match,
       k.condeferrable::text AS is_deferrable,
       k.condeferred::text AS is_deferred,
       k.convalidated::text AS is_validated,
       k.connoinherit::text AS no_inherit,
       CASE WHEN k.contype = 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END::text AS expression,
       CASE WHEN i.indnatts > i.indnkeyatts THEN
           (SELECT pg_catalog.json_agg(u.attnum ORDER BY u.place)
            FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS u (attnum, place)
            WHERE u.place > i.indnkeyatts)
       END::text AS include,
       (SELECT indnullsnotdistinct FROM (SELECT i.*) AS own)::text AS nulls_not_distinct,
       (SELECT conenforced FROM (SELECT k.*) AS own)::text AS is_enforced,
       (SELECT conperiod FROM (SELECT k.*) AS own)::text AS has_period,
       pg_catalog.to_json(ic.reloptions)::text AS options,
       ts.spcname::text AS tablespace,
       CASE WHEN i.indisclustered THEN 'true' END::text AS clustered,
       CASE WHEN i.indisreplident THEN 'true' END::text AS replica_identity,
       d.description::text AS comment,
       CASE WHEN k.contype = 'x' THEN am.amname END::text AS method,
       CASE WHEN k.contype = 'x' THEN pg_catalog.pg_get_expr(i.indpred, i.indrelid) END::text AS predicate
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN (SELECT NULL::int2[] AS confdelsetcols, false AS indnullsnotdistinct, true AS conenforced, false AS conperiod) AS older
LEFT JOIN pg_catalog.pg_class fc ON fc.oid = k.confrelid
LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = fc.relnamespace
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
LEFT JOIN pg_catalog.pg_am am ON am.oid = ic.relam
LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = ic.reltablespace
LEFT JOIN pg_catalog.pg_description d
       ON d.classoid = 'pg_catalog.pg_constraint'::regclass AND d.objoid = k.oid AND d.objsubid = 0
WHERE n.nspname = ANY ($1::text[])
  AND k.contype IN ('p', 'u', 'f', 'c', 'x')
  AND k.conparentid = 0
  AND (k.conislocal OR k.coninhcount = 0)
  AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend x
      WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass AND x.deptype = 'e'
        AND x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid)
ORDER BY k.oid

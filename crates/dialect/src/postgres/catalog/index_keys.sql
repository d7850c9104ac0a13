-- One row a key or included column, of the indexes of indexes.sql and of exclusion constraints.
SELECT n.nspname::text AS namespace,
       c.relname::text AS table,
       ic.relname::text AS index,
       (u.place > i.indnkeyatts)::text AS is_included,
       a.attname::text AS column,
       CASE WHEN u.attnum = 0 THEN pg_catalog.pg_get_indexdef(i.indexrelid, u.place::int, false) END::text AS expression,
       ((i.indoption[u.place - 1] & 1) = 1)::text AS is_descending,
       ((i.indoption[u.place - 1] & 2) = 2)::text AS nulls_first,
       CASE WHEN own.is_collated THEN cn.nspname END::text AS collation_namespace,
       CASE WHEN own.is_collated THEN co.collname END::text AS collation,
       CASE WHEN NOT oc.opcdefault OR ia.attoptions IS NOT NULL
            THEN pg_catalog.to_json(ARRAY[ocn.nspname, oc.opcname]) END::text AS opclass,
       pg_catalog.to_json(ia.attoptions)::text AS opclass_options,
       CASE WHEN opn.nspname <> 'pg_catalog' THEN opn.nspname END::text AS operator_namespace,
       op.oprname::text AS operator
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS u (attnum, place)
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.attnum AND u.attnum <> 0
-- A collation is the key's own when the column has another, or when the server says it behind an expression: what an
-- expression has from its columns is not said.
CROSS JOIN LATERAL (
    SELECT u.place <= i.indnkeyatts AND i.indcollation[u.place - 1] <> 0
           AND CASE WHEN u.attnum <> 0 THEN i.indcollation[u.place - 1] <> a.attcollation
                    ELSE pg_catalog.strpos(
                        pg_catalog.pg_get_indexdef(i.indexrelid),
                        pg_catalog.pg_get_indexdef(i.indexrelid, u.place::int, false) || ' COLLATE ') > 0
               END AS is_collated
) own
LEFT JOIN pg_catalog.pg_attribute ia ON ia.attrelid = i.indexrelid AND ia.attnum = u.place AND ia.attoptions IS NOT NULL
LEFT JOIN pg_catalog.pg_collation co ON co.oid = i.indcollation[u.place - 1]
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
LEFT JOIN pg_catalog.pg_opclass oc ON oc.oid = i.indclass[u.place - 1] AND u.place <= i.indnkeyatts
LEFT JOIN pg_catalog.pg_namespace ocn ON ocn.oid = oc.opcnamespace
LEFT JOIN pg_catalog.pg_operator op ON op.oid = k.conexclop[u.place]
LEFT JOIN pg_catalog.pg_namespace opn ON opn.oid = op.oprnamespace
WHERE n.nspname = ANY ($1::text[])
  AND c.relkind IN ('r', 'p', 'm')
  AND NOT c.relispartition
  AND (k.oid IS NULL OR k.contype = 'x')
ORDER BY i.indexrelid, u.place

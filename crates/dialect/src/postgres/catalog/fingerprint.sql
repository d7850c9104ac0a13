-- Changes whenever a row changes from which the other queries read: counts, and sums over row versions.
WITH relations AS (
    SELECT c.oid, c.xmin
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY ($1::text[])
), versions AS (
    SELECT 'relation' AS kind, oid::text AS id, xmin::text AS version FROM relations
    UNION ALL
    SELECT 'column', a.attrelid::text || '.' || a.attnum::text, a.xmin::text
    FROM pg_catalog.pg_attribute a JOIN relations r ON r.oid = a.attrelid
    UNION ALL
    SELECT 'default', d.oid::text, d.xmin::text
    FROM pg_catalog.pg_attrdef d JOIN relations r ON r.oid = d.adrelid
    UNION ALL
    SELECT 'constraint', k.oid::text, k.xmin::text
    FROM pg_catalog.pg_constraint k JOIN relations r ON r.oid = k.conrelid
    UNION ALL
    SELECT 'condition', k.oid::text, k.xmin::text
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_type t ON t.oid = k.contypid
    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE n.nspname = ANY ($1::text[])
    UNION ALL
    SELECT 'index', i.indexrelid::text, i.xmin::text
    FROM pg_catalog.pg_index i JOIN relations r ON r.oid = i.indrelid
    UNION ALL
    SELECT 'sequence', s.seqrelid::text, s.xmin::text
    FROM pg_catalog.pg_sequence s JOIN relations r ON r.oid = s.seqrelid
    UNION ALL
    SELECT 'trigger', g.oid::text, g.xmin::text
    FROM pg_catalog.pg_trigger g JOIN relations r ON r.oid = g.tgrelid
    UNION ALL
    SELECT 'rule', w.oid::text, w.xmin::text
    FROM pg_catalog.pg_rewrite w JOIN relations r ON r.oid = w.ev_class
    UNION ALL
    SELECT 'type', t.oid::text, t.xmin::text
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE n.nspname = ANY ($1::text[])
    UNION ALL
    SELECT 'value', e.oid::text, e.xmin::text
    FROM pg_catalog.pg_enum e
    JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid
    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE n.nspname = ANY ($1::text[])
    UNION ALL
    SELECT 'comment', d.objoid::text || '.' || d.objsubid::text, d.xmin::text
    FROM pg_catalog.pg_description d
    WHERE d.classoid IN ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_type'::regclass, 'pg_catalog.pg_namespace'::regclass,
                         'pg_catalog.pg_constraint'::regclass)
      AND d.objoid >= 16384
    UNION ALL
    SELECT 'namespace', n.oid::text, n.xmin::text
    FROM pg_catalog.pg_namespace n WHERE n.nspname = ANY ($1::text[])
    UNION ALL
    SELECT 'extension', e.oid::text, e.xmin::text FROM pg_catalog.pg_extension e
)
SELECT kind::text AS kind,
       pg_catalog.count(*)::text AS count,
       pg_catalog.sum(pg_catalog.hashtextextended(id || ':' || version, 0))::text AS sum
FROM versions
GROUP BY kind
ORDER BY kind

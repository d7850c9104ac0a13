-- Functions, aggregates, collations and text search configurations of the user's: one row each, with the
-- statements that make it again where the server can tell them; then one row for every object that needs
-- it, and one for every object that it needs itself.
WITH things AS (
    SELECT 'pg_catalog.pg_proc'::regclass::oid AS classid, p.oid,
           CASE p.prokind WHEN 'a' THEN 'aggregate' WHEN 'p' THEN 'procedure' ELSE 'function' END AS kind,
           p.proname::text AS name,
           CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid) END AS sql
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = ANY ($1::text[])
    UNION ALL
    SELECT 'pg_catalog.pg_collation'::regclass::oid, c.oid, 'collation', c.collname::text,
           'CREATE COLLATION ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.collname)
               || ' (PROVIDER = ' || CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END
               || coalesce(', LOCALE = ' || pg_catalog.quote_literal(l.locale),
                           ', LC_COLLATE = ' || pg_catalog.quote_literal(c.collcollate)
                               || ', LC_CTYPE = ' || pg_catalog.quote_literal(c.collctype))
               || CASE WHEN c.collisdeterministic THEN '' ELSE ', DETERMINISTIC = false' END
               || coalesce(', RULES = ' || pg_catalog.quote_literal(pg_catalog.to_jsonb(c) ->> 'collicurules'), '')
               || ')'
    FROM pg_catalog.pg_collation c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
    -- Where a locale is kept depends on the server's version.
    CROSS JOIN LATERAL (
        SELECT coalesce(pg_catalog.to_jsonb(c) ->> 'colllocale', pg_catalog.to_jsonb(c) ->> 'colliculocale',
                        CASE WHEN c.collprovider = 'i' THEN c.collcollate::text END) AS locale
    ) l
    WHERE n.nspname = ANY ($1::text[])
    UNION ALL
    SELECT 'pg_catalog.pg_ts_config'::regclass::oid, t.oid, 'text search configuration', t.cfgname::text,
           'CREATE TEXT SEARCH CONFIGURATION ' || o.name || ' (PARSER = ' || pg_catalog.quote_ident(rn.nspname)
               || '.' || pg_catalog.quote_ident(r.prsname) || ')' || coalesce(m.mappings, '')
    FROM pg_catalog.pg_ts_config t
    JOIN pg_catalog.pg_namespace n ON n.oid = t.cfgnamespace
    JOIN pg_catalog.pg_ts_parser r ON r.oid = t.cfgparser
    JOIN pg_catalog.pg_namespace rn ON rn.oid = r.prsnamespace
    CROSS JOIN LATERAL (
        SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.cfgname) AS name
    ) o
    CROSS JOIN LATERAL (
        SELECT pg_catalog.string_agg(
                   E';\nALTER TEXT SEARCH CONFIGURATION ' || o.name || ' ADD MAPPING FOR '
                       || pg_catalog.quote_ident(k.alias) || ' WITH ' || k.dictionaries, '' ORDER BY k.alias) AS mappings
        FROM (
            SELECT y.alias,
                   pg_catalog.string_agg(
                       pg_catalog.quote_ident(dn.nspname) || '.' || pg_catalog.quote_ident(d.dictname), ', '
                       ORDER BY p.mapseqno) AS dictionaries
            FROM pg_catalog.pg_ts_config_map p
            JOIN pg_catalog.pg_ts_dict d ON d.oid = p.mapdict
            JOIN pg_catalog.pg_namespace dn ON dn.oid = d.dictnamespace
            JOIN pg_catalog.ts_token_type(r.oid) y ON y.tokid = p.maptokentype
            WHERE p.mapcfg = t.oid
            GROUP BY y.alias
        ) k
    ) m
    WHERE n.nspname = ANY ($1::text[])
), own AS (
    SELECT t.classid, t.oid, t.kind, t.name, t.sql, i.identity
    FROM things t
    CROSS JOIN LATERAL pg_catalog.pg_identify_object(t.classid, t.oid, 0) i
    WHERE i.identity IS NOT NULL
      AND NOT EXISTS (
          SELECT FROM pg_catalog.pg_depend x
          WHERE x.classid = t.classid AND x.objid = t.oid AND x.deptype IN ('e', 'i'))
), links AS (
    SELECT o.oid, 'needed' AS link, x.classid, x.objid, x.objsubid
    FROM own o JOIN pg_catalog.pg_depend x ON x.refclassid = o.classid AND x.refobjid = o.oid
    UNION
    SELECT o.oid, 'needs', x.refclassid, x.refobjid, x.refobjsubid
    FROM own o JOIN pg_catalog.pg_depend x ON x.classid = o.classid AND x.objid = o.oid
), objects AS (
    SELECT l.oid, l.link, 'column' AS kind, c.relnamespace AS namespace, c.relname, a.attname AS name
    FROM links l
    LEFT JOIN pg_catalog.pg_attrdef d ON l.classid = 'pg_catalog.pg_attrdef'::regclass AND d.oid = l.objid
    JOIN pg_catalog.pg_class c
      ON c.oid = CASE WHEN l.classid = 'pg_catalog.pg_class'::regclass AND l.objsubid > 0 THEN l.objid ELSE d.adrelid END
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = coalesce(d.adnum, l.objsubid)
    WHERE c.relkind IN ('r', 'p')
    UNION
    SELECT l.oid, l.link, CASE k.contype WHEN 'x' THEN 'exclude' ELSE 'check' END, c.relnamespace, c.relname, k.conname
    FROM links l
    JOIN pg_catalog.pg_constraint k ON l.classid = 'pg_catalog.pg_constraint'::regclass AND k.oid = l.objid
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    WHERE k.contype IN ('c', 'x')
    UNION
    SELECT l.oid, l.link, 'index', c.relnamespace, tc.relname, c.relname
    FROM links l
    JOIN pg_catalog.pg_class c ON l.classid = 'pg_catalog.pg_class'::regclass AND c.oid = l.objid
    JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
    JOIN pg_catalog.pg_class tc ON tc.oid = i.indrelid
    UNION
    SELECT l.oid, l.link, CASE WHEN c.relkind IN ('v', 'm') THEN 'view' WHEN c.relkind = 'c' THEN 'composite_type' ELSE 'table' END,
           c.relnamespace, CASE WHEN c.relkind IN ('r', 'p') THEN c.relname END, c.relname
    FROM links l
    LEFT JOIN pg_catalog.pg_rewrite w ON l.classid = 'pg_catalog.pg_rewrite'::regclass AND w.oid = l.objid
    LEFT JOIN pg_catalog.pg_type y ON l.classid = 'pg_catalog.pg_type'::regclass AND y.oid = l.objid
    LEFT JOIN pg_catalog.pg_type e ON e.oid = y.typelem AND y.typcategory = 'A'
    JOIN pg_catalog.pg_class c
      ON c.oid = coalesce(w.ev_class, nullif(e.typrelid, 0), nullif(y.typrelid, 0),
                          CASE WHEN l.classid = 'pg_catalog.pg_class'::regclass THEN l.objid END)
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'c')
      AND NOT (l.classid = 'pg_catalog.pg_class'::regclass AND l.objsubid > 0 AND c.relkind IN ('r', 'p'))
    UNION
    SELECT l.oid, l.link, CASE t.typtype WHEN 'd' THEN 'domain' WHEN 'e' THEN 'enum' ELSE 'range_type' END,
           t.typnamespace, NULL, t.typname
    FROM links l
    LEFT JOIN pg_catalog.pg_constraint k ON l.classid = 'pg_catalog.pg_constraint'::regclass AND k.oid = l.objid
    LEFT JOIN pg_catalog.pg_type y ON l.classid = 'pg_catalog.pg_type'::regclass AND y.oid = l.objid
    LEFT JOIN pg_catalog.pg_type e ON e.oid = y.typelem AND y.typcategory = 'A'
    JOIN pg_catalog.pg_type t ON t.oid = coalesce(nullif(k.contypid, 0), e.oid, y.oid)
    WHERE t.typtype IN ('d', 'e', 'r')
)
SELECT o.oid::text AS id, o.kind::text AS kind, o.name::text AS name, o.identity::text AS identity,
       o.sql::text AS sql, NULL::text AS link,
       NULL::text AS link_kind, NULL::text AS link_namespace, NULL::text AS link_table, NULL::text AS link_name
FROM own o
UNION ALL
SELECT b.oid::text, NULL, NULL, NULL, NULL, b.link::text, b.kind::text, n.nspname::text, b.relname::text, b.name::text
FROM objects b
JOIN pg_catalog.pg_namespace n ON n.oid = b.namespace
WHERE n.nspname = ANY ($1::text[])

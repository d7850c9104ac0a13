-- What the server itself prints of every object, for a comparison that owes nothing to the reading of the
-- catalog elsewhere: one row an object, by kind and name. Names are qualified, for the search path is empty.
WITH namespaces AS (
    SELECT n.oid, n.nspname FROM pg_catalog.pg_namespace n WHERE n.nspname = ANY ($1::text[])
), owned AS (
    SELECT x.classid, x.objid FROM pg_catalog.pg_depend x WHERE x.deptype = 'e'
), relations AS (
    SELECT c.*, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_catalog.pg_class c
    JOIN namespaces n ON n.oid = c.relnamespace
    WHERE NOT EXISTS (SELECT FROM owned o WHERE o.classid = 'pg_catalog.pg_class'::regclass AND o.objid = c.oid)
), printed AS (
    SELECT 'schema' AS kind, pg_catalog.quote_ident(n.nspname) AS name,
           pg_catalog.concat_ws(' ', 'comment:', pg_catalog.obj_description(n.oid, 'pg_namespace')) AS text
    FROM namespaces n WHERE n.nspname <> 'public'
    UNION ALL
    SELECT 'extension', pg_catalog.quote_ident(e.extname), e.extversion
    FROM pg_catalog.pg_extension e
    UNION ALL
    SELECT 'table', r.name,
           pg_catalog.concat_ws(' ', r.relkind, r.relpersistence, r.reloptions::text, r.relrowsecurity, r.relforcerowsecurity,
               r.relreplident, (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = r.reltablespace),
               CASE WHEN r.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(r.oid) END,
               pg_catalog.pg_get_expr(r.relpartbound, r.oid),
               (SELECT pg_catalog.string_agg(h.inhparent::regclass::text, ', ' ORDER BY h.inhseqno)
                FROM pg_catalog.pg_inherits h WHERE h.inhrelid = r.oid),
               'comment:', pg_catalog.obj_description(r.oid, 'pg_class'))
    FROM relations r WHERE r.relkind IN ('r', 'p', 'f')
    UNION ALL
    SELECT 'column', r.name || '.' || pg_catalog.quote_ident(a.attname),
           pg_catalog.concat_ws(' ', pg_catalog.format_type(a.atttypid, a.atttypmod),
               CASE WHEN a.attcollation <> t.typcollation THEN 'collate ' || a.attcollation::regcollation::text END,
               CASE WHEN a.attnotnull THEN 'not null' END,
               'default ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), 'identity ' || nullif(a.attidentity::text, ''),
               'generated ' || nullif(a.attgenerated::text, ''),
               CASE WHEN a.attstorage <> t.typstorage THEN 'storage ' || a.attstorage::text END,
               'options ' || a.attoptions::text,
               'comment ' || pg_catalog.col_description(r.oid, a.attnum))
    FROM relations r
    JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
    WHERE r.relkind IN ('r', 'p', 'f', 'c')
    UNION ALL
    SELECT 'constraint', r.name || '.' || pg_catalog.quote_ident(k.conname),
           pg_catalog.concat_ws(' ', pg_catalog.pg_get_constraintdef(k.oid),
               'comment ' || pg_catalog.obj_description(k.oid, 'pg_constraint'))
    FROM relations r JOIN pg_catalog.pg_constraint k ON k.conrelid = r.oid
    WHERE k.contype IN ('p', 'u', 'f', 'c', 'x')
    UNION ALL
    SELECT 'index', r.name,
           pg_catalog.concat_ws(' ', pg_catalog.pg_get_indexdef(i.indexrelid),
               CASE WHEN NOT i.indisvalid THEN 'invalid' END, CASE WHEN i.indisclustered THEN 'clustered' END,
               CASE WHEN i.indisreplident THEN 'replica identity' END,
               'comment ' || pg_catalog.obj_description(r.oid, 'pg_class'))
    FROM relations r JOIN pg_catalog.pg_index i ON i.indexrelid = r.oid
    UNION ALL
    SELECT 'view', r.name,
           pg_catalog.concat_ws(' ', r.relkind, r.reloptions::text, pg_catalog.pg_get_viewdef(r.oid),
               'comment ' || pg_catalog.obj_description(r.oid, 'pg_class'))
    FROM relations r WHERE r.relkind IN ('v', 'm')
    UNION ALL
    SELECT 'sequence', r.name,
           pg_catalog.concat_ws(' ', pg_catalog.format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin,
               s.seqmax, s.seqcache, s.seqcycle,
               (SELECT 'owned by ' || x.refobjid::regclass::text || '.' || pg_catalog.quote_ident(a.attname)
                FROM pg_catalog.pg_depend x
                JOIN pg_catalog.pg_attribute a ON a.attrelid = x.refobjid AND a.attnum = x.refobjsubid
                WHERE x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = r.oid AND x.deptype IN ('a', 'i')
                  AND x.refclassid = 'pg_catalog.pg_class'::regclass AND x.refobjsubid > 0),
               'comment ' || pg_catalog.obj_description(r.oid, 'pg_class'))
    FROM relations r JOIN pg_catalog.pg_sequence s ON s.seqrelid = r.oid
    UNION ALL
    SELECT 'type', pg_catalog.format('%I.%I', n.nspname, t.typname),
           pg_catalog.concat_ws(' ', t.typtype,
               (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
                FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid),
               CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END,
               CASE WHEN t.typnotnull THEN 'not null' END, 'default ' || pg_catalog.pg_get_expr(t.typdefaultbin, 0),
               (SELECT pg_catalog.string_agg(k.conname || ' ' || pg_catalog.pg_get_constraintdef(k.oid), ', ' ORDER BY k.conname)
                FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'),
               (SELECT pg_catalog.format_type(g.rngsubtype, NULL) FROM pg_catalog.pg_range g WHERE g.rngtypid = t.oid),
               'comment ' || pg_catalog.obj_description(t.oid, 'pg_type'))
    FROM pg_catalog.pg_type t JOIN namespaces n ON n.oid = t.typnamespace
    WHERE t.typtype IN ('e', 'd', 'r')
      AND NOT EXISTS (SELECT FROM owned o WHERE o.classid = 'pg_catalog.pg_type'::regclass AND o.objid = t.oid)
    UNION ALL
    SELECT CASE p.prokind WHEN 'a' THEN 'aggregate' WHEN 'p' THEN 'procedure' ELSE 'function' END,
           p.oid::regprocedure::text,
           CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid)
                ELSE (SELECT pg_catalog.concat_ws(' ', g.aggtransfn, g.aggfinalfn, g.agginitval)
                      FROM pg_catalog.pg_aggregate g WHERE g.aggfnoid = p.oid) END
    FROM pg_catalog.pg_proc p JOIN namespaces n ON n.oid = p.pronamespace
    WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
                      WHERE x.classid = 'pg_catalog.pg_proc'::regclass AND x.objid = p.oid AND x.deptype IN ('e', 'i'))
    UNION ALL
    SELECT 'trigger', r.name || '.' || pg_catalog.quote_ident(g.tgname),
           pg_catalog.pg_get_triggerdef(g.oid) || ' enabled ' || g.tgenabled::text
    FROM relations r JOIN pg_catalog.pg_trigger g ON g.tgrelid = r.oid WHERE NOT g.tgisinternal
    UNION ALL
    SELECT 'rule', r.name || '.' || pg_catalog.quote_ident(w.rulename), pg_catalog.pg_get_ruledef(w.oid)
    FROM relations r JOIN pg_catalog.pg_rewrite w ON w.ev_class = r.oid WHERE w.rulename <> '_RETURN'
    UNION ALL
    SELECT 'policy', r.name || '.' || pg_catalog.quote_ident(p.polname),
           pg_catalog.concat_ws(' ', p.polcmd, p.polpermissive, pg_catalog.pg_get_expr(p.polqual, p.polrelid),
               pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))
    FROM relations r JOIN pg_catalog.pg_policy p ON p.polrelid = r.oid
    UNION ALL
    SELECT 'statistics', pg_catalog.format('%I.%I', n.nspname, s.stxname), pg_catalog.pg_get_statisticsobjdef(s.oid)
    FROM pg_catalog.pg_statistic_ext s JOIN namespaces n ON n.oid = s.stxnamespace
    UNION ALL
    SELECT 'grants on', r.name, r.relacl::text FROM relations r WHERE r.relacl IS NOT NULL
    UNION ALL
    SELECT 'collation', pg_catalog.format('%I.%I', n.nspname, c.collname),
           pg_catalog.concat_ws(' ', c.collprovider, c.collisdeterministic, c.collcollate, c.collctype)
    FROM pg_catalog.pg_collation c JOIN namespaces n ON n.oid = c.collnamespace
    WHERE NOT EXISTS (SELECT FROM owned o WHERE o.classid = 'pg_catalog.pg_collation'::regclass AND o.objid = c.oid)
    UNION ALL
    SELECT i.type, i.identity, ''
    FROM (
        SELECT 'pg_catalog.pg_operator'::regclass::oid AS classid, o.oid FROM pg_catalog.pg_operator o
        JOIN namespaces n ON n.oid = o.oprnamespace
        UNION ALL
        SELECT 'pg_catalog.pg_opclass'::regclass::oid, o.oid FROM pg_catalog.pg_opclass o
        JOIN namespaces n ON n.oid = o.opcnamespace
        UNION ALL
        SELECT 'pg_catalog.pg_ts_config'::regclass::oid, o.oid FROM pg_catalog.pg_ts_config o
        JOIN namespaces n ON n.oid = o.cfgnamespace
        UNION ALL
        SELECT 'pg_catalog.pg_ts_dict'::regclass::oid, o.oid FROM pg_catalog.pg_ts_dict o
        JOIN namespaces n ON n.oid = o.dictnamespace
        UNION ALL
        SELECT 'pg_catalog.pg_publication'::regclass::oid, o.oid FROM pg_catalog.pg_publication o
        UNION ALL
        SELECT 'pg_catalog.pg_event_trigger'::regclass::oid, o.oid FROM pg_catalog.pg_event_trigger o
    ) others
    CROSS JOIN LATERAL pg_catalog.pg_identify_object(others.classid, others.oid, 0) i
    WHERE NOT EXISTS (SELECT FROM owned o WHERE o.classid = others.classid AND o.objid = others.oid)
)
SELECT kind::text AS kind, name::text AS name, coalesce(text, '')::text AS text FROM printed ORDER BY 1, 2

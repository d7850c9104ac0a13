-- What is seen and left alone. A partition stands on its parent. Where sql is told for what stands on a view,
-- it brings that back after the view was made anew.
WITH namespaces AS (
    SELECT n.oid, n.nspname, n.nspacl, n.nspowner
    FROM pg_catalog.pg_namespace n
    WHERE n.nspname = ANY ($1::text[])
), of_extension AS (
    SELECT x.classid, x.objid
    FROM pg_catalog.pg_depend x
    WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass AND x.deptype = 'e'
), tables AS (
    SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition, c.relacl, c.relowner,
           pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS qualified
    FROM pg_catalog.pg_class c
    JOIN namespaces n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
      AND NOT EXISTS (
          SELECT FROM of_extension x WHERE x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid)
), found AS (
    SELECT 'trigger' AS kind, t.nspname, t.relname, g.tgname AS name, pg_catalog.pg_get_triggerdef(g.oid) AS sql
    FROM pg_catalog.pg_trigger g JOIN tables t ON t.oid = g.tgrelid
    WHERE NOT g.tgisinternal AND NOT t.relispartition
    UNION ALL
    SELECT 'policy', t.nspname, t.relname, p.polname, NULL
    FROM pg_catalog.pg_policy p JOIN tables t ON t.oid = p.polrelid
    UNION ALL
    SELECT 'rule', t.nspname, t.relname, r.rulename, pg_catalog.pg_get_ruledef(r.oid)
    FROM pg_catalog.pg_rewrite r JOIN tables t ON t.oid = r.ev_class
    WHERE r.rulename <> '_RETURN'
    UNION ALL
    SELECT 'statistics', t.nspname, t.relname, s.stxname, pg_catalog.pg_get_statisticsobjdef(s.oid)
    FROM pg_catalog.pg_statistic_ext s JOIN tables t ON t.oid = s.stxrelid
    UNION ALL
    SELECT 'partition', p.nspname, p.relname, t.relname, NULL
    FROM tables t
    JOIN pg_catalog.pg_inherits h ON h.inhrelid = t.oid
    JOIN tables p ON p.oid = h.inhparent
    WHERE t.relispartition
    UNION ALL
    SELECT 'foreign table', t.nspname, NULL, t.relname, NULL
    FROM tables t WHERE t.relkind = 'f' AND NOT t.relispartition
    UNION ALL
    SELECT 'temporal foreign key', t.nspname, t.relname, k.conname, pg_catalog.pg_get_constraintdef(k.oid)
    FROM pg_catalog.pg_constraint k
    CROSS JOIN (SELECT false AS conperiod) AS older
    JOIN tables t ON t.oid = k.conrelid
    WHERE k.contype = 'f' AND (SELECT conperiod FROM (SELECT k.*) AS own)
    UNION ALL
    -- Since version 18 rows that are there may hold nulls all the same.
    SELECT 'unvalidated not null', t.nspname, t.relname, k.conname, pg_catalog.pg_get_constraintdef(k.oid)
    FROM pg_catalog.pg_constraint k
    JOIN tables t ON t.oid = k.conrelid
    WHERE k.contype = 'n' AND NOT k.convalidated
    UNION ALL
    -- What a view carries beside its query.
    SELECT 'owner', t.nspname, t.relname, pg_catalog.pg_get_userbyid(t.relowner),
           'ALTER TABLE ' || t.qualified || ' OWNER TO ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(t.relowner))
    FROM tables t
    WHERE t.relkind IN ('v', 'm') AND pg_catalog.pg_get_userbyid(t.relowner) <> current_user
    UNION ALL
    SELECT 'column comment', t.nspname, t.relname, a.attname,
           'COMMENT ON COLUMN ' || t.qualified || '.' || pg_catalog.quote_ident(a.attname) || ' IS '
               || pg_catalog.quote_literal(d.description)
    FROM tables t
    JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0
    JOIN pg_catalog.pg_description d
      ON d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = t.oid AND d.objsubid = a.attnum
    WHERE t.relkind IN ('v', 'm')
    UNION ALL
    SELECT 'column default', t.nspname, t.relname, a.attname,
           'ALTER VIEW ' || t.qualified || ' ALTER COLUMN ' || pg_catalog.quote_ident(a.attname) || ' SET DEFAULT '
               || pg_catalog.pg_get_expr(f.adbin, f.adrelid)
    FROM tables t
    JOIN pg_catalog.pg_attrdef f ON f.adrelid = t.oid
    JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = f.adnum
    WHERE t.relkind = 'v'
    UNION ALL
    SELECT 'grant', t.nspname, CASE WHEN t.relkind <> 'S' THEN t.relname END,
           CASE WHEN t.relkind = 'S' THEN t.relname || ' to ' ELSE '' END
               || CASE WHEN e.grantee = 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(e.grantee) END,
           'GRANT ' || pg_catalog.string_agg(e.privilege_type, ', ' ORDER BY e.privilege_type)
               || ' ON ' || CASE WHEN t.relkind = 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || t.qualified || ' TO '
               || CASE WHEN e.grantee = 0 THEN 'PUBLIC'
                       ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(e.grantee)) END
               || CASE WHEN e.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
    FROM tables t
    CROSS JOIN LATERAL pg_catalog.aclexplode(t.relacl) AS e
    WHERE e.grantee <> t.relowner AND NOT t.relispartition
    GROUP BY t.nspname, t.relname, t.relkind, t.qualified, e.grantee, e.is_grantable
    UNION ALL
    SELECT 'grant', t.nspname, t.relname,
           a.attname || ' to '
               || CASE WHEN e.grantee = 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(e.grantee) END,
           'GRANT ' || e.privilege_type || ' (' || pg_catalog.quote_ident(a.attname) || ') ON TABLE ' || t.qualified
               || ' TO ' || CASE WHEN e.grantee = 0 THEN 'PUBLIC'
                                 ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(e.grantee)) END
               || CASE WHEN e.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
    FROM tables t
    JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attacl IS NOT NULL
    CROSS JOIN LATERAL pg_catalog.aclexplode(a.attacl) AS e
    WHERE NOT t.relispartition
    UNION ALL
    SELECT 'grant', n.nspname, NULL,
           'schema ' || n.nspname || ' to '
               || CASE WHEN e.grantee = 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(e.grantee) END, NULL
    FROM namespaces n
    CROSS JOIN LATERAL pg_catalog.aclexplode(n.nspacl) AS e
    WHERE e.grantee <> n.nspowner
      AND EXISTS (SELECT FROM pg_catalog.pg_namespace p WHERE p.oid = n.oid AND (p.nspname <> 'public' OR e.grantee <> 0))
    GROUP BY n.nspname, e.grantee
    UNION ALL
    SELECT 'default privileges', n.nspname, NULL,
           pg_catalog.pg_get_userbyid(a.defaclrole) || ' in ' || n.nspname || ' on ' || a.defaclobjtype::text, NULL
    FROM pg_catalog.pg_default_acl a JOIN namespaces n ON n.oid = a.defaclnamespace
    UNION ALL
    SELECT CASE f.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
           n.nspname, NULL, f.proname, NULL
    FROM pg_catalog.pg_proc f
    JOIN namespaces n ON n.oid = f.pronamespace
    WHERE NOT EXISTS (
          SELECT FROM pg_catalog.pg_depend x
          WHERE x.classid = 'pg_catalog.pg_proc'::regclass AND x.objid = f.oid AND x.deptype IN ('e', 'i'))
    UNION ALL
    SELECT 'operator', n.nspname, NULL, o.oprname, NULL
    FROM pg_catalog.pg_operator o JOIN namespaces n ON n.oid = o.oprnamespace
    WHERE NOT EXISTS (SELECT FROM of_extension x WHERE x.classid = 'pg_catalog.pg_operator'::regclass AND x.objid = o.oid)
    UNION ALL
    SELECT 'operator class', n.nspname, NULL, o.opcname, NULL
    FROM pg_catalog.pg_opclass o JOIN namespaces n ON n.oid = o.opcnamespace
    WHERE NOT EXISTS (SELECT FROM of_extension x WHERE x.classid = 'pg_catalog.pg_opclass'::regclass AND x.objid = o.oid)
    UNION ALL
    SELECT 'collation', n.nspname, NULL, c.collname, NULL
    FROM pg_catalog.pg_collation c JOIN namespaces n ON n.oid = c.collnamespace
    WHERE NOT EXISTS (SELECT FROM of_extension x WHERE x.classid = 'pg_catalog.pg_collation'::regclass AND x.objid = c.oid)
    UNION ALL
    SELECT 'conversion', n.nspname, NULL, c.conname, NULL
    FROM pg_catalog.pg_conversion c JOIN namespaces n ON n.oid = c.connamespace
    UNION ALL
    SELECT 'base type', n.nspname, NULL, y.typname, NULL
    FROM pg_catalog.pg_type y JOIN namespaces n ON n.oid = y.typnamespace
    WHERE y.typtype IN ('b', 'p')
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.typarray = y.oid)
      AND NOT EXISTS (SELECT FROM of_extension x WHERE x.classid = 'pg_catalog.pg_type'::regclass AND x.objid = y.oid)
    UNION ALL
    SELECT 'text search configuration', n.nspname, NULL, t.cfgname, NULL
    FROM pg_catalog.pg_ts_config t JOIN namespaces n ON n.oid = t.cfgnamespace
    WHERE NOT EXISTS (SELECT FROM of_extension x WHERE x.classid = 'pg_catalog.pg_ts_config'::regclass AND x.objid = t.oid)
    UNION ALL
    SELECT 'text search dictionary', n.nspname, NULL, t.dictname, NULL
    FROM pg_catalog.pg_ts_dict t JOIN namespaces n ON n.oid = t.dictnamespace
    WHERE NOT EXISTS (SELECT FROM of_extension x WHERE x.classid = 'pg_catalog.pg_ts_dict'::regclass AND x.objid = t.oid)
    UNION ALL
    SELECT 'text search parser', n.nspname, NULL, t.prsname, NULL
    FROM pg_catalog.pg_ts_parser t JOIN namespaces n ON n.oid = t.prsnamespace
    WHERE NOT EXISTS (SELECT FROM of_extension x WHERE x.classid = 'pg_catalog.pg_ts_parser'::regclass AND x.objid = t.oid)
    UNION ALL
    SELECT 'text search template', n.nspname, NULL, t.tmplname, NULL
    FROM pg_catalog.pg_ts_template t JOIN namespaces n ON n.oid = t.tmplnamespace
    WHERE NOT EXISTS (SELECT FROM of_extension x WHERE x.classid = 'pg_catalog.pg_ts_template'::regclass AND x.objid = t.oid)
    UNION ALL
    -- What lives in no schema. Objects that came with the server have low numbers.
    SELECT 'cast', NULL, NULL,
           pg_catalog.format_type(k.castsource, NULL) || ' as ' || pg_catalog.format_type(k.casttarget, NULL), NULL
    FROM pg_catalog.pg_cast k
    WHERE k.oid >= 16384
      AND NOT EXISTS (
          SELECT FROM pg_catalog.pg_depend x
          WHERE x.classid = 'pg_catalog.pg_cast'::regclass AND x.objid = k.oid AND x.deptype IN ('e', 'i'))
    UNION ALL
    SELECT 'event trigger', NULL, NULL, e.evtname, NULL
    FROM pg_catalog.pg_event_trigger e
    WHERE NOT EXISTS (SELECT FROM of_extension x WHERE x.classid = 'pg_catalog.pg_event_trigger'::regclass AND x.objid = e.oid)
    UNION ALL
    SELECT 'publication', NULL, NULL, p.pubname, NULL FROM pg_catalog.pg_publication p
    UNION ALL
    SELECT 'language', NULL, NULL, l.lanname, NULL
    FROM pg_catalog.pg_language l
    WHERE l.oid >= 16384
      AND NOT EXISTS (SELECT FROM of_extension x WHERE x.classid = 'pg_catalog.pg_language'::regclass AND x.objid = l.oid)
    UNION ALL
    SELECT 'foreign data wrapper', NULL, NULL, w.fdwname, NULL
    FROM pg_catalog.pg_foreign_data_wrapper w
    WHERE NOT EXISTS (SELECT FROM of_extension x WHERE x.classid = 'pg_catalog.pg_foreign_data_wrapper'::regclass AND x.objid = w.oid)
    UNION ALL
    SELECT 'foreign server', NULL, NULL, s.srvname, NULL FROM pg_catalog.pg_foreign_server s
)
SELECT kind::text AS kind, nspname::text AS namespace, relname::text AS table, name::text AS name, sql::text AS sql
FROM found
ORDER BY 1, 2, 3, 4, 5

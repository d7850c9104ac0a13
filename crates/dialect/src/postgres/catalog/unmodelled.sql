-- What is seen and left alone. A partition stands on its parent.
WITH tables AS (
    SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
      AND NOT EXISTS (
          SELECT FROM pg_catalog.pg_depend x
          WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass AND x.deptype = 'e'
        AND x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid)
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
    SELECT 'statistics', t.nspname, t.relname, s.stxname, NULL
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
    SELECT CASE f.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
           n.nspname, NULL, f.proname, NULL
    FROM pg_catalog.pg_proc f
    JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace
    WHERE n.nspname = ANY ($1::text[])
      AND NOT EXISTS (
          SELECT FROM pg_catalog.pg_depend x
          WHERE x.classid = 'pg_catalog.pg_proc'::regclass AND x.objid = f.oid AND x.deptype IN ('e', 'i'))
)
SELECT kind::text AS kind, nspname::text AS namespace, relname::text AS table, name::text AS name, sql::text AS sql
FROM found
ORDER BY 1, 2, 3, 4

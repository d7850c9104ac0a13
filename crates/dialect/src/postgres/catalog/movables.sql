-- What stands on columns and types and can be taken away and put back as it was: triggers, rules and policies
-- of tables, and functions that nothing but objects that are modelled stands on. Each is named as it is among
-- the dependents.
WITH tables AS (
    SELECT c.oid,
           pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS qualified
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname = ANY ($1::text[])
), found AS (
    SELECT 'pg_catalog.pg_trigger'::regclass::oid AS classid, g.oid, 'TRIGGER ' || o.own AS own,
           pg_catalog.pg_get_triggerdef(g.oid)
               || CASE g.tgenabled
                      WHEN 'D' THEN E';\nALTER TABLE ' || t.qualified || ' DISABLE TRIGGER ' || o.name
                      WHEN 'R' THEN E';\nALTER TABLE ' || t.qualified || ' ENABLE REPLICA TRIGGER ' || o.name
                      WHEN 'A' THEN E';\nALTER TABLE ' || t.qualified || ' ENABLE ALWAYS TRIGGER ' || o.name
                      ELSE '' END AS back
    FROM pg_catalog.pg_trigger g
    JOIN tables t ON t.oid = g.tgrelid
    CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(g.tgname) AS name) q
    CROSS JOIN LATERAL (SELECT q.name, q.name || ' ON ' || t.qualified AS own) o
    WHERE NOT g.tgisinternal
    UNION ALL
    SELECT 'pg_catalog.pg_rewrite'::regclass, r.oid, 'RULE ' || o.own,
           pg_catalog.rtrim(pg_catalog.pg_get_ruledef(r.oid), ';')
               || CASE r.ev_enabled
                      WHEN 'D' THEN E';\nALTER TABLE ' || t.qualified || ' DISABLE RULE ' || o.name
                      WHEN 'R' THEN E';\nALTER TABLE ' || t.qualified || ' ENABLE REPLICA RULE ' || o.name
                      WHEN 'A' THEN E';\nALTER TABLE ' || t.qualified || ' ENABLE ALWAYS RULE ' || o.name
                      ELSE '' END
    FROM pg_catalog.pg_rewrite r
    JOIN tables t ON t.oid = r.ev_class
    CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(r.rulename) AS name) q
    CROSS JOIN LATERAL (SELECT q.name, q.name || ' ON ' || t.qualified AS own) o
    WHERE r.rulename <> '_RETURN'
    UNION ALL
    SELECT 'pg_catalog.pg_policy'::regclass, p.oid, 'POLICY ' || o.own,
           'CREATE POLICY ' || o.own
               || CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
               || CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE'
                                WHEN 'd' THEN ' FOR DELETE' ELSE '' END
               || ' TO ' || (
                      SELECT pg_catalog.string_agg(
                                 CASE WHEN r.role = 0 THEN 'PUBLIC'
                                      ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(r.role)) END, ', ')
                      FROM pg_catalog.unnest(p.polroles) AS r (role))
               || coalesce(' USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', '')
               || coalesce(' WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')
    FROM pg_catalog.pg_policy p
    JOIN tables t ON t.oid = p.polrelid
    CROSS JOIN LATERAL (SELECT pg_catalog.quote_ident(p.polname) || ' ON ' || t.qualified AS own) o
    UNION ALL
    SELECT 'pg_catalog.pg_proc'::regclass, f.oid, o.own,
           pg_catalog.rtrim(pg_catalog.pg_get_functiondef(f.oid), E'\n')
               || CASE WHEN pg_catalog.pg_get_userbyid(f.proowner) = current_user THEN ''
                       ELSE E';\nALTER ' || o.own || ' OWNER TO '
                           || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(f.proowner)) END
               || CASE WHEN f.proacl IS NULL THEN ''
                       ELSE E';\nREVOKE ALL ON ' || o.own || ' FROM PUBLIC' || coalesce((
                           SELECT pg_catalog.string_agg(
                                      E';\nGRANT EXECUTE ON ' || o.own || ' TO '
                                          || CASE WHEN e.grantee = 0 THEN 'PUBLIC'
                                                  ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(e.grantee)) END
                                          || CASE WHEN e.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, ''
                                      ORDER BY e.grantee)
                           FROM pg_catalog.aclexplode(f.proacl) e WHERE e.grantee <> f.proowner), '') END
    FROM pg_catalog.pg_proc f
    JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace
    CROSS JOIN LATERAL (
        SELECT CASE f.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END AS word
    ) w
    CROSS JOIN LATERAL (
        SELECT w.word || ' ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(f.proname) || '('
                   || pg_catalog.pg_get_function_identity_arguments(f.oid) || ')' AS own
    ) o
    WHERE n.nspname = ANY ($1::text[]) AND f.prokind <> 'a'
      -- Only functions over the user's own types can be in the way.
      AND EXISTS (
          SELECT FROM pg_catalog.pg_depend x
          WHERE x.classid = 'pg_catalog.pg_proc'::regclass AND x.objid = f.oid
            AND x.refclassid = 'pg_catalog.pg_type'::regclass)
      AND NOT EXISTS (
          SELECT FROM pg_catalog.pg_depend x
          LEFT JOIN pg_catalog.pg_rewrite w ON x.classid = 'pg_catalog.pg_rewrite'::regclass AND w.oid = x.objid
          WHERE x.refclassid = 'pg_catalog.pg_proc'::regclass AND x.refobjid = f.oid
            AND x.classid NOT IN ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_attrdef'::regclass,
                                  'pg_catalog.pg_constraint'::regclass)
            AND coalesce(w.rulename <> '_RETURN', true))
    UNION ALL
    SELECT 'pg_catalog.pg_ts_config'::regclass, g.oid, 'TEXT SEARCH CONFIGURATION '
               || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(g.cfgname), NULL
    FROM pg_catalog.pg_ts_config g
    JOIN pg_catalog.pg_namespace n ON n.oid = g.cfgnamespace
    WHERE n.nspname = ANY ($1::text[])
)
SELECT i.type || ' ' || i.identity AS what,
       'DROP ' || f.own AS away,
       f.back || coalesce(E';\nCOMMENT ON ' || f.own || ' IS '
                              || pg_catalog.quote_literal(pg_catalog.obj_description(f.oid, c.relname)), '') AS back
FROM found f
JOIN pg_catalog.pg_class c ON c.oid = f.classid
CROSS JOIN LATERAL pg_catalog.pg_identify_object(f.classid, f.oid, 0) AS i
WHERE i.identity IS NOT NULL
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend x
      WHERE x.classid = f.classid AND x.objid = f.oid AND x.deptype IN ('e', 'i'))
ORDER BY 1

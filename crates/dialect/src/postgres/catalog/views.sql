SELECT n.nspname::text AS namespace,
       c.relname::text AS name,
       (c.relkind = 'm')::text AS is_materialized,
       pg_catalog.pg_get_viewdef(c.oid)::text AS definition,
       d.description::text AS comment,
       pg_catalog.to_json(c.reloptions)::text AS options,
       ts.spcname::text AS tablespace,
       CASE WHEN am.amname <> 'heap' THEN am.amname END::text AS access_method,
       (SELECT pg_catalog.json_agg(DISTINCT pg_catalog.jsonb_build_array(
                   CASE WHEN k.oid IS NOT NULL THEN 'primary key' WHEN rc.oid IS NULL THEN rt.typtype::text
                        WHEN rc.relkind IN ('v', 'm') THEN 'view' ELSE 'table' END,
                   coalesce(rcn.nspname, rtn.nspname), coalesce(rc.relname, rt.typname), ra.attname))
        FROM pg_catalog.pg_rewrite w
        JOIN pg_catalog.pg_depend x
          ON x.classid = 'pg_catalog.pg_rewrite'::regclass AND x.objid = w.oid AND x.deptype = 'n'
        -- What GROUP BY leaves out because the key determines it.
        LEFT JOIN pg_catalog.pg_constraint k
               ON x.refclassid = 'pg_catalog.pg_constraint'::regclass AND k.oid = x.refobjid AND k.contype = 'p'
        LEFT JOIN pg_catalog.pg_class rc
               ON rc.oid = coalesce(k.conrelid, CASE WHEN x.refclassid = 'pg_catalog.pg_class'::regclass THEN x.refobjid END)
              AND rc.relkind IN ('r', 'p', 'f', 'v', 'm')
        LEFT JOIN pg_catalog.pg_namespace rcn ON rcn.oid = rc.relnamespace
        LEFT JOIN pg_catalog.pg_attribute ra ON ra.attrelid = rc.oid AND ra.attnum = x.refobjsubid AND x.refobjsubid > 0
        LEFT JOIN pg_catalog.pg_type ry ON x.refclassid = 'pg_catalog.pg_type'::regclass AND ry.oid = x.refobjid
        LEFT JOIN pg_catalog.pg_type rt
               ON rt.oid = CASE WHEN ry.typcategory = 'A' AND ry.typelem <> 0 THEN ry.typelem ELSE ry.oid END
              AND rt.typtype IN ('e', 'd', 'c', 'r')
        LEFT JOIN pg_catalog.pg_namespace rtn ON rtn.oid = rt.typnamespace
        WHERE w.ev_class = c.oid AND (rc.oid <> c.oid OR rt.oid IS NOT NULL))::text AS reads
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
LEFT JOIN pg_catalog.pg_description d
       ON d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
WHERE n.nspname = ANY ($1::text[])
  AND c.relkind IN ('v', 'm')
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend x
      WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass AND x.deptype = 'e'
        AND x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid)
ORDER BY 1, 2

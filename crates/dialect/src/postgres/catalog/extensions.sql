SELECT e.extname::text AS name,
       CASE WHEN n.nspname <> 'pg_catalog'
             AND NOT EXISTS (
                 SELECT FROM pg_catalog.pg_depend x
                 WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass AND x.refobjid = e.oid AND x.deptype = 'e'
                   AND x.classid = 'pg_catalog.pg_namespace'::regclass AND x.objid = n.oid)
            THEN n.nspname END::text AS namespace,
       (SELECT pg_catalog.json_agg(r.extname ORDER BY r.extname)
        FROM pg_catalog.pg_depend x
        JOIN pg_catalog.pg_extension r ON r.oid = x.refobjid
        WHERE x.classid = 'pg_catalog.pg_extension'::regclass AND x.objid = e.oid AND x.deptype = 'n'
          AND x.refclassid = 'pg_catalog.pg_extension'::regclass AND r.extname <> 'plpgsql')::text AS requires
FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql'
ORDER BY 1

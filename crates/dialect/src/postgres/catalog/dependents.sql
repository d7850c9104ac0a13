-- What is not modelled and stands on a column or a type: while it does, the server refuses to drop or to
-- retype that. Views are not among them, for they say what they read.
WITH standing AS (
    SELECT x.classid, x.objid, x.objsubid, x.refclassid, x.refobjid, x.refobjsubid
    FROM pg_catalog.pg_depend x
    WHERE x.deptype = 'n'
      AND (x.refclassid = 'pg_catalog.pg_type'::regclass
           OR (x.refclassid = 'pg_catalog.pg_class'::regclass AND x.refobjsubid > 0))
      AND (x.classid IN ('pg_catalog.pg_policy'::regclass, 'pg_catalog.pg_trigger'::regclass,
                         'pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_publication_rel'::regclass,
                         'pg_catalog.pg_cast'::regclass, 'pg_catalog.pg_operator'::regclass,
                         'pg_catalog.pg_opclass'::regclass)
           OR (x.classid = 'pg_catalog.pg_rewrite'::regclass
               AND EXISTS (SELECT FROM pg_catalog.pg_rewrite w WHERE w.oid = x.objid AND w.rulename <> '_RETURN'))
           -- Columns of what is not read as a table here.
           OR (x.classid = 'pg_catalog.pg_class'::regclass AND x.refclassid = 'pg_catalog.pg_type'::regclass
               AND EXISTS (
                   SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                   WHERE c.oid = x.objid AND c.relkind IN ('r', 'p', 'f', 'c')
                     AND (c.relkind = 'f' OR n.nspname <> ALL ($1::text[])))))
      AND NOT EXISTS (
          SELECT FROM pg_catalog.pg_depend e
          WHERE e.classid = x.classid AND e.objid = x.objid
            AND (e.deptype = 'i' OR (e.deptype = 'e' AND e.refclassid = 'pg_catalog.pg_extension'::regclass)))
), resolved AS (
    SELECT s.classid, s.objid, s.objsubid, 'column' AS kind, n.nspname, c.relname, a.attname AS name
    FROM standing s
    JOIN pg_catalog.pg_class c ON s.refclassid = 'pg_catalog.pg_class'::regclass AND c.oid = s.refobjid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = s.refobjsubid
    WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p')
    UNION
    SELECT s.classid, s.objid, s.objsubid, t.typtype::text, n.nspname, NULL, t.typname
    FROM standing s
    JOIN pg_catalog.pg_type y ON s.refclassid = 'pg_catalog.pg_type'::regclass AND y.oid = s.refobjid
    JOIN pg_catalog.pg_type t
      ON t.oid = CASE WHEN y.typtype <> 'd' AND y.typcategory = 'A' AND y.typelem <> 0 THEN y.typelem ELSE y.oid END
    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_class tc ON tc.oid = t.typrelid
    WHERE n.nspname = ANY ($1::text[])
      AND t.typtype IN ('e', 'd', 'c', 'r') AND (t.typtype <> 'c' OR tc.relkind = 'c')
    UNION
    -- The type of a table's rows, as a function takes or gives it.
    SELECT s.classid, s.objid, s.objsubid, 'table', n.nspname, NULL, c.relname
    FROM standing s
    JOIN pg_catalog.pg_type y ON s.refclassid = 'pg_catalog.pg_type'::regclass AND y.oid = s.refobjid
    LEFT JOIN pg_catalog.pg_type e ON e.oid = y.typelem AND y.typcategory = 'A'
    JOIN pg_catalog.pg_class c ON c.oid = coalesce(nullif(e.typrelid, 0), nullif(y.typrelid, 0))
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE s.classid = 'pg_catalog.pg_proc'::regclass AND c.relkind IN ('r', 'p') AND n.nspname = ANY ($1::text[])
    UNION
    -- What is made of an extension's own.
    SELECT x.classid, x.objid, x.objsubid, 'extension', NULL, NULL, e.extname
    FROM pg_catalog.pg_depend x
    JOIN pg_catalog.pg_depend m
      ON m.classid = x.refclassid AND m.objid = x.refobjid AND m.deptype = 'e'
         AND m.refclassid = 'pg_catalog.pg_extension'::regclass
    JOIN pg_catalog.pg_extension e ON e.oid = m.refobjid
    WHERE x.deptype = 'n' AND e.extname <> 'plpgsql'
      AND x.classid IN ('pg_catalog.pg_policy'::regclass, 'pg_catalog.pg_trigger'::regclass,
                        'pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_cast'::regclass,
                        'pg_catalog.pg_operator'::regclass, 'pg_catalog.pg_opclass'::regclass,
                        'pg_catalog.pg_ts_config'::regclass, 'pg_catalog.pg_ts_dict'::regclass)
      AND NOT EXISTS (
          SELECT FROM pg_catalog.pg_depend o
          WHERE o.classid = x.classid AND o.objid = x.objid AND o.deptype IN ('e', 'i'))
)
SELECT DISTINCT i.type || ' ' || i.identity AS what,
       r.kind::text AS kind,
       r.nspname::text AS namespace,
       r.relname::text AS table,
       r.name::text AS name
FROM resolved r
CROSS JOIN LATERAL pg_catalog.pg_identify_object(r.classid, r.objid, r.objsubid) AS i
WHERE i.identity IS NOT NULL
ORDER BY 1, 2, 3, 4, 5

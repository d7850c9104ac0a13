-- The name of the multirange is told where it is not the one the server makes up; it has one from version 14 on.
SELECT n.nspname::text AS namespace,
       t.typname::text AS name,
       d.description::text AS comment,
       pg_catalog.format_type(r.rngsubtype, NULL)::text AS type,
       CASE WHEN et.typtype IN ('e', 'd', 'c', 'r') AND (et.typtype <> 'c' OR ec.relkind = 'c')
            AND en.nspname <> 'pg_catalog'
            AND NOT EXISTS (
                SELECT FROM pg_catalog.pg_depend x
                WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass AND x.deptype = 'e'
                  AND x.classid = 'pg_catalog.pg_type'::regclass AND x.objid = et.oid)
            THEN et.typtype END::text AS type_kind,
       en.nspname::text AS type_namespace,
       et.typname::text AS type_name,
       (et.oid <> b.oid)::text AS is_array,
       CASE WHEN r.rngcollation <> b.typcollation THEN cn.nspname END::text AS collation_namespace,
       CASE WHEN r.rngcollation <> b.typcollation THEN co.collname END::text AS collation,
       CASE WHEN NOT oc.opcdefault THEN pg_catalog.to_json(ARRAY[ocn.nspname, oc.opcname]) END::text AS subtype_opclass,
       CASE WHEN r.rngcanonical <> 0 THEN pg_catalog.to_json(ARRAY[fn.nspname, f.proname]) END::text AS canonical,
       CASE WHEN r.rngsubdiff <> 0 THEN pg_catalog.to_json(ARRAY[sn.nspname, s.proname]) END::text AS subtype_diff,
       CASE WHEN m.typname <> CASE
                WHEN pg_catalog.strpos(t.typname, 'range') > 0
                THEN pg_catalog.overlay(t.typname::text, 'multi', pg_catalog.strpos(t.typname, 'range'), 0)
                ELSE t.typname || '_multirange'
            END THEN pg_catalog.to_json(ARRAY[m.typname]) END::text AS multirange_type_name
FROM pg_catalog.pg_range r
JOIN pg_catalog.pg_type t ON t.oid = r.rngtypid
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
JOIN pg_catalog.pg_type b ON b.oid = r.rngsubtype
JOIN pg_catalog.pg_type et
  ON et.oid = CASE WHEN b.typtype <> 'd' AND b.typcategory = 'A' AND b.typelem <> 0 THEN b.typelem ELSE b.oid END
JOIN pg_catalog.pg_namespace en ON en.oid = et.typnamespace
LEFT JOIN pg_catalog.pg_class ec ON ec.oid = et.typrelid
LEFT JOIN pg_catalog.pg_collation co ON co.oid = r.rngcollation
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
LEFT JOIN pg_catalog.pg_opclass oc ON oc.oid = r.rngsubopc
LEFT JOIN pg_catalog.pg_namespace ocn ON ocn.oid = oc.opcnamespace
LEFT JOIN pg_catalog.pg_proc f ON f.oid = r.rngcanonical
LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.pronamespace
LEFT JOIN pg_catalog.pg_proc s ON s.oid = r.rngsubdiff
LEFT JOIN pg_catalog.pg_namespace sn ON sn.oid = s.pronamespace
LEFT JOIN pg_catalog.pg_type m ON m.oid = (pg_catalog.to_jsonb(r) ->> 'rngmultitypid')::oid
LEFT JOIN pg_catalog.pg_description d
       ON d.classoid = 'pg_catalog.pg_type'::regclass AND d.objoid = t.oid AND d.objsubid = 0
WHERE n.nspname = ANY ($1::text[])
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend x
      WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass AND x.deptype = 'e'
        AND x.classid = 'pg_catalog.pg_type'::regclass AND x.objid = t.oid)
ORDER BY 1, 2

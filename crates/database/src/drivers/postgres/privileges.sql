-- What the current role may not do: what it is about, the namespace, the table, what, and the statement that lets
-- it, for a role that may give it. The server itself quotes the names.
WITH wanted AS (
    SELECT w.name, n.oid
    FROM pg_catalog.unnest($1::text[]) AS w (name)
    LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = w.name
), tables AS (
    SELECT c.oid, n.nspname, c.relname, c.relowner
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p')
)
SELECT 'everything', w.name, '',
       pg_catalog.format('create schema %I', w.name),
       pg_catalog.format('GRANT CREATE ON DATABASE %I TO %I;', pg_catalog.current_database(), current_user)
FROM wanted w
WHERE w.oid IS NULL
  AND NOT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')
UNION ALL
SELECT 'everything', w.name, '',
       pg_catalog.format('see what is in schema %I', w.name),
       pg_catalog.format('GRANT USAGE ON SCHEMA %I TO %I;', w.name, current_user)
FROM wanted w
WHERE w.oid IS NOT NULL AND NOT pg_catalog.has_schema_privilege(w.oid, 'USAGE')
UNION ALL
SELECT 'everything', w.name, '',
       pg_catalog.format('create tables in schema %I', w.name),
       pg_catalog.format('GRANT CREATE ON SCHEMA %I TO %I;', w.name, current_user)
FROM wanted w
WHERE w.oid IS NOT NULL AND NOT pg_catalog.has_schema_privilege(w.oid, 'CREATE')
UNION ALL
SELECT 'alter', t.nspname, t.relname,
       pg_catalog.format('alter table %I.%I, which belongs to %I', t.nspname, t.relname,
           pg_catalog.pg_get_userbyid(t.relowner)),
       pg_catalog.format('ALTER TABLE %I.%I OWNER TO %I;', t.nspname, t.relname, current_user)
FROM tables t
WHERE NOT pg_catalog.pg_has_role(t.relowner, 'USAGE')
UNION ALL
SELECT 'rows', t.nspname, t.relname,
       pg_catalog.format('read and write the rows of %I.%I', t.nspname, t.relname),
       pg_catalog.format('GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE %I.%I TO %I;', t.nspname, t.relname,
           current_user)
FROM tables t
WHERE NOT (
    pg_catalog.has_table_privilege(t.oid, 'SELECT') AND pg_catalog.has_table_privilege(t.oid, 'INSERT')
    AND pg_catalog.has_table_privilege(t.oid, 'UPDATE') AND pg_catalog.has_table_privilege(t.oid, 'DELETE')
)
ORDER BY 1, 2, 3

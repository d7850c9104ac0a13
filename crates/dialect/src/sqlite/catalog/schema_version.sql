SELECT CAST(schema_version AS TEXT) AS schema_version
FROM pragma_schema_version

-- The tables and columns that the user may see one by one, when no right reaches the whole database: MariaDB
-- then shows nothing of all others. A role may say more, so with one at work nothing is concluded.
SELECT CAST(s.what AS CHAR) AS `what`, CAST(CURRENT_USER() AS CHAR) AS `user`, CAST(s.TABLE_SCHEMA AS CHAR) AS `namespace`
FROM (
    SELECT TABLE_SCHEMA, TABLE_NAME AS what, GRANTEE AS grantee
    FROM information_schema.TABLE_PRIVILEGES
    UNION
    SELECT TABLE_SCHEMA, CONCAT(TABLE_NAME, '.', COLUMN_NAME), GRANTEE
    FROM information_schema.COLUMN_PRIVILEGES
) s
CROSS JOIN (
    SELECT CONCAT(CHAR(39), LEFT(CURRENT_USER(), CHAR_LENGTH(CURRENT_USER()) - CHAR_LENGTH(SUBSTRING_INDEX(CURRENT_USER(), '@', -1)) - 1),
                  CHAR(39), '@', CHAR(39), SUBSTRING_INDEX(CURRENT_USER(), '@', -1), CHAR(39)) AS grantee
) me
WHERE s.TABLE_SCHEMA = ? AND s.grantee = me.grantee AND CURRENT_ROLE() IS NULL
  AND NOT EXISTS (
      SELECT 1 FROM information_schema.USER_PRIVILEGES u
      WHERE u.GRANTEE = me.grantee AND u.PRIVILEGE_TYPE IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES'))
  AND NOT EXISTS (
      SELECT 1 FROM information_schema.SCHEMA_PRIVILEGES d
      WHERE d.GRANTEE = me.grantee AND d.PRIVILEGE_TYPE IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
        AND s.TABLE_SCHEMA LIKE d.TABLE_SCHEMA)
ORDER BY 1

-- a trigger
--
-- revision: bbbb
-- down_revision: aaaa
-- create_date: 2024-02-12 11:00:00 UTC

-- ambix:up
ALTER TABLE notes ADD COLUMN text varchar(40) NOT NULL DEFAULT ';';
CREATE TRIGGER notes_kept BEFORE DELETE ON notes BEGIN
    SELECT RAISE(ABORT, 'kept; all of them');
END;

-- ambix:down
DROP TRIGGER notes_kept;
ALTER TABLE notes DROP COLUMN text;

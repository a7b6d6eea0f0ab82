-- migrate:up

-- A session shows its holder where it was opened, so that one of somebody else's is noticed; and
-- its use decides how long it stays good.
ALTER TABLE token ADD COLUMN address text;
COMMENT ON COLUMN token.address IS 'Address from which a session was opened; null for a program''s token';
COMMENT ON COLUMN token.last_used_at IS 'When it was used, to a minute or so for a session, to ten for a program''s; null: never';

-- Whoever knows their password changes it; the application sets nobody's first one.
GRANT UPDATE (password_hash) ON staff TO complaintd_app;

-- migrate:down

REVOKE UPDATE (password_hash) ON staff FROM complaintd_app;
COMMENT ON COLUMN token.last_used_at IS 'When it was used, to ten minutes or so; null: never';
ALTER TABLE token DROP COLUMN address;

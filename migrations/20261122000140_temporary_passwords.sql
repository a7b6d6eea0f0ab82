-- migrate:up

-- A password that somebody else set and that nobody used would be good for ever.
ALTER TABLE staff ADD COLUMN password_set_at timestamptz NOT NULL DEFAULT now();
COMMENT ON COLUMN staff.password_set_at IS 'When the password was set: a temporary one is good for seven days';
GRANT UPDATE (password_set_at) ON staff TO complaintd_app;

-- migrate:down

ALTER TABLE staff DROP COLUMN password_set_at;

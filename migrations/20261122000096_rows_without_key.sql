-- migrate:up

-- Rows whose key was not at hand are not forgotten.
ALTER TABLE data_key ADD COLUMN locked bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN data_key.locked IS 'Rows that the present pass, or the last one, could not read: their key was not at hand, or they were altered';
COMMENT ON COLUMN data_key.completed_at IS 'When all rows had it but those that are locked; null until then, and again once a server has taken keys up';

-- migrate:down

ALTER TABLE data_key DROP COLUMN locked;

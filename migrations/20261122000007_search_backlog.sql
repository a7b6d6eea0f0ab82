-- migrate:up

-- Since when complaints wait for their terms, for the metrics.
ALTER TABLE search_todo ADD COLUMN added_at timestamptz NOT NULL DEFAULT now();
COMMENT ON COLUMN search_todo.added_at IS 'When the transaction that changed the complaint began';

-- migrate:down

ALTER TABLE search_todo DROP COLUMN added_at;

-- migrate:up

-- Whoever acts for many is not shown more than one person may be.
ALTER TABLE audit ADD COLUMN caller_id uuid;
COMMENT ON COLUMN audit.caller_id IS 'Who called: staff_id, or the client or deputy that acted for them; null: nobody who is known';
CREATE INDEX audit_unmasked ON audit (at) WHERE action = 'unmasked';

-- migrate:down

DROP INDEX audit_unmasked;
ALTER TABLE audit DROP COLUMN caller_id;

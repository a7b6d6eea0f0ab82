-- migrate:up

-- What happens beside complaints. Nobody but the owner can change or remove a row.
CREATE TABLE audit (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    action text NOT NULL,
    staff_id uuid,
    unit_id uuid,
    bytes text COMPRESSION lz4 NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32)
);
COMMENT ON TABLE audit IS 'Audit trail beside complaints: sign-ins, denied actions, exports, changes of rights and rules; the application can neither change nor remove an entry';
COMMENT ON COLUMN audit.id IS 'UUIDv7';
COMMENT ON COLUMN audit.at IS 'Moment of the event';
COMMENT ON COLUMN audit.action IS 'Kind of event; the bytes say it too';
COMMENT ON COLUMN audit.staff_id IS 'Who did it; null: nobody who is known';
COMMENT ON COLUMN audit.unit_id IS 'Unit whose auditors see it; null: those of the whole institution only';
COMMENT ON COLUMN audit.bytes IS 'Canonical JSON, exactly as hashed';
COMMENT ON COLUMN audit.hash IS 'SHA-256 of 32 zero bytes and the bytes, as that of a journal''s first entry';

-- No key: rows are only ever added and taken.
CREATE TABLE log_todo (
    id uuid NOT NULL,
    index integer NOT NULL,
    at timestamptz NOT NULL,
    hash bytea NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, vacuum_truncate = off);
COMMENT ON TABLE log_todo IS 'Entries of journals and audit that have no number in the log yet; written in their transaction';
COMMENT ON COLUMN log_todo.id IS 'Complaint, or entry of audit';
COMMENT ON COLUMN log_todo.index IS 'Entry of the complaint''s journal; 0: an entry of audit';
COMMENT ON COLUMN log_todo.at IS 'The entry''s';
COMMENT ON COLUMN log_todo.hash IS 'The entry''s';

GRANT SELECT, INSERT ON audit TO complaintd_app;
GRANT SELECT, INSERT, DELETE ON log_todo TO complaintd_app;

-- migrate:down

DROP TABLE log_todo, audit;

-- migrate:up

-- One log over all entries of journals and audit. A server's sequencer numbers what is committed; no
-- number is ever left out or given twice.
CREATE TABLE log (
    n bigint PRIMARY KEY CHECK (n > 0),
    id uuid NOT NULL,
    index integer NOT NULL CHECK (index >= 0),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    nodes bytea NOT NULL CHECK (octet_length(nodes) % 32 = 0),
    UNIQUE (id, index)
);
COMMENT ON TABLE log IS 'Numbers of all committed entries and the Merkle tree over them (RFC 9162); the application can neither change nor remove a row';
COMMENT ON COLUMN log.n IS '1, 2, … without a gap';
COMMENT ON COLUMN log.id IS 'Complaint, or entry of audit';
COMMENT ON COLUMN log.index IS 'Entry of the complaint''s journal; 0: an entry of audit';
COMMENT ON COLUMN log.hash IS 'The entry''s';
COMMENT ON COLUMN log.nodes IS 'Roots of the subtrees of 2, 4, 8, … leaves that end with this one: as many as 2 divides n';

CREATE TABLE log_head (
    size bigint PRIMARY KEY,
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    at timestamptz NOT NULL,
    key bytea NOT NULL CHECK (octet_length(key) = 32),
    bytes text NOT NULL,
    signature bytea NOT NULL CHECK (octet_length(signature) = 64)
);
COMMENT ON TABLE log_head IS 'Signed heads of the log; servers also write them to files and send them elsewhere';
COMMENT ON COLUMN log_head.size IS 'Entries that it commits to';
COMMENT ON COLUMN log_head.root IS 'Root of the tree over them';
COMMENT ON COLUMN log_head.at IS 'When it was signed';
COMMENT ON COLUMN log_head.key IS 'Public key, Ed25519';
COMMENT ON COLUMN log_head.bytes IS 'Canonical JSON, exactly as signed';
COMMENT ON COLUMN log_head.signature IS 'Ed25519 over the bytes';

CREATE TABLE log_sent (
    url_hash bytea PRIMARY KEY,
    size bigint NOT NULL
);
COMMENT ON TABLE log_sent IS 'Up to which head a webhook has got them all';
COMMENT ON COLUMN log_sent.url_hash IS 'SHA-256 of its address, which may hold a secret';
COMMENT ON COLUMN log_sent.size IS 'Size of the last head that it took';

INSERT INTO log_todo (id, index, at, hash) SELECT complaint_id, index, at, hash FROM journal;

GRANT SELECT, INSERT ON log, log_head TO complaintd_app;
GRANT SELECT, INSERT, UPDATE ON log_sent TO complaintd_app;
GRANT SELECT ON log, log_head TO complaintd_reader;

-- migrate:down

DROP TABLE log_sent, log_head, log;
DELETE FROM log_todo WHERE index > 0;

-- migrate:up

-- Personal values are encrypted by the servers, with keys that the database never sees. Rows from
-- before are encrypted by a duty; until then their values stand in "private".
ALTER TABLE journal_private
    ALTER COLUMN private DROP NOT NULL,
    ADD COLUMN key_id integer CHECK (key_id > 0),
    ADD COLUMN sealed bytea,
    ALTER COLUMN sealed SET STORAGE EXTERNAL, -- what is encrypted cannot be compressed
    ADD CONSTRAINT journal_private_once CHECK ((sealed IS NULL) = (key_id IS NULL) AND (sealed IS NULL) <> (private IS NULL)),
    SET (toast_tuple_target = 8160);
COMMENT ON COLUMN journal_private.private IS 'JSON object: member, value; null once it is encrypted';
COMMENT ON COLUMN journal_private.key_id IS 'Number of the key that encrypts it; null while it is not encrypted';
COMMENT ON COLUMN journal_private.sealed IS 'The JSON object, encrypted: nonce of 24 bytes, XChaCha20-Poly1305 over it with complaint_id and index';
GRANT UPDATE (private, key_id, sealed) ON journal_private TO complaintd_app;

CREATE TABLE contact_mark (
    mark bytea NOT NULL CHECK (octet_length(mark) = 16),
    complaint_id uuid NOT NULL,
    index integer NOT NULL,
    PRIMARY KEY (mark, complaint_id, index)
);
COMMENT ON TABLE contact_mark IS 'By what a complaint is found by phone, e-mail, identity or account number: a keyed hash, from which the value cannot be told without the key';
COMMENT ON COLUMN contact_mark.mark IS 'Keyed BLAKE2b of the value in its usual form; kinds have keys of their own, derived from the one that encrypts the entry''s values';
COMMENT ON COLUMN contact_mark.complaint_id IS 'Complaint';
COMMENT ON COLUMN contact_mark.index IS 'Journal entry that recorded the value';
GRANT SELECT, INSERT, DELETE ON contact_mark TO complaintd_app;

CREATE TABLE data_key (
    id integer PRIMARY KEY,
    first_used_at timestamptz NOT NULL,
    position_complaint uuid,
    position_index integer NOT NULL DEFAULT 0,
    resealed bigint NOT NULL DEFAULT 0,
    changed boolean NOT NULL DEFAULT false,
    completed_at timestamptz
);
COMMENT ON TABLE data_key IS 'How far the rows of journal_private are encrypted with each key; the keys themselves are not in the database';
COMMENT ON COLUMN data_key.id IS 'Number of the key';
COMMENT ON COLUMN data_key.first_used_at IS 'When a server first encrypted with it';
COMMENT ON COLUMN data_key.position_complaint IS 'How far the present pass over the rows has come; null at its beginning';
COMMENT ON COLUMN data_key.position_index IS 'The last journal entry of that complaint that it has looked at';
COMMENT ON COLUMN data_key.resealed IS 'Rows that were encrypted with it anew';
COMMENT ON COLUMN data_key.changed IS 'Whether the present pass found such rows; a pass that finds none is the last';
COMMENT ON COLUMN data_key.completed_at IS 'When all rows had it; null until then';
GRANT SELECT, INSERT, UPDATE ON data_key TO complaintd_app;

-- migrate:down

-- Only as long as nothing is encrypted.
DROP TABLE data_key, contact_mark;
REVOKE UPDATE (private) ON journal_private FROM complaintd_app;
ALTER TABLE journal_private DROP CONSTRAINT journal_private_once, DROP COLUMN sealed, DROP COLUMN key_id,
    ALTER COLUMN private SET NOT NULL, RESET (toast_tuple_target);

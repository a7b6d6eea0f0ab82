-- migrate:up

-- Files that belong to a complaint, in chunks, so that backup and replication hold them and no file is
-- ever in memory as a whole. What is known of one (name, type, size, SHA-256) stands in its row of
-- "work" and in its journal entry.
ALTER TABLE complaint
    ADD COLUMN attachments integer NOT NULL DEFAULT 0,
    ADD COLUMN attachment_bytes bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN complaint.attachments IS 'Attached files';
COMMENT ON COLUMN complaint.attachment_bytes IS 'Bytes of all of them together';
GRANT UPDATE (attachments, attachment_bytes) ON complaint TO complaintd_app;
GRANT SELECT (attachments, attachment_bytes) ON complaint TO complaintd_reader;

CREATE TABLE attachment (
    id uuid PRIMARY KEY,
    complaint_id uuid NOT NULL,
    number integer CHECK (number > 0),
    staff_id uuid NOT NULL,
    at timestamptz NOT NULL,
    UNIQUE (complaint_id, number)
);
CREATE INDEX attachment_unfinished ON attachment (at) WHERE number IS NULL;
COMMENT ON TABLE attachment IS 'A file that was sent, or is being sent; it belongs to the complaint once it has a number';
COMMENT ON COLUMN attachment.id IS 'UUIDv7';
COMMENT ON COLUMN attachment.complaint_id IS 'Complaint';
COMMENT ON COLUMN attachment.number IS 'Its number among the complaint''s attachments, as in work; null: it is unfinished, and removed after a while';
COMMENT ON COLUMN attachment.staff_id IS 'Who sends it';
COMMENT ON COLUMN attachment.at IS 'When its last chunk came';

CREATE TABLE attachment_chunk (
    attachment_id uuid NOT NULL REFERENCES attachment ON DELETE CASCADE,
    index integer NOT NULL CHECK (index >= 0),
    key_id integer NOT NULL CHECK (key_id > 0),
    sealed bytea NOT NULL,
    PRIMARY KEY (attachment_id, index)
);
ALTER TABLE attachment_chunk ALTER COLUMN sealed SET STORAGE EXTERNAL; -- what is encrypted cannot be compressed
CREATE INDEX attachment_chunk_key ON attachment_chunk (key_id, attachment_id, index);
COMMENT ON TABLE attachment_chunk IS 'The bytes of a file, encrypted: 262144 of them each, the last one what is left';
COMMENT ON COLUMN attachment_chunk.attachment_id IS 'File';
COMMENT ON COLUMN attachment_chunk.index IS '0, 1, … within the file';
COMMENT ON COLUMN attachment_chunk.key_id IS 'Number of the key that encrypts it';
COMMENT ON COLUMN attachment_chunk.sealed IS 'Nonce of 24 bytes, XChaCha20-Poly1305 over the bytes with attachment_id and index';

-- What has a number stays: the application can neither change nor remove it, but encrypts it anew.
GRANT SELECT, INSERT, DELETE ON attachment TO complaintd_app;
GRANT UPDATE (number, at) ON attachment TO complaintd_app;
GRANT SELECT, INSERT ON attachment_chunk TO complaintd_app;
GRANT UPDATE (key_id, sealed) ON attachment_chunk TO complaintd_app;
ALTER TABLE attachment ENABLE ROW LEVEL SECURITY;
CREATE POLICY application ON attachment FOR SELECT TO complaintd_app USING (true);
CREATE POLICY application_insert ON attachment FOR INSERT TO complaintd_app WITH CHECK (number IS NULL);
CREATE POLICY application_update ON attachment FOR UPDATE TO complaintd_app USING (number IS NULL) WITH CHECK (true);
CREATE POLICY application_delete ON attachment FOR DELETE TO complaintd_app USING (number IS NULL);

ALTER TABLE work DROP CONSTRAINT work_kind_check;
ALTER TABLE work ADD CONSTRAINT work_kind_check CHECK (kind IN ('notes', 'contacts', 'findings', 'plan',
    'notices', 'deliveries', 'pauses', 'end_pause', 'extensions', 'approve_extension', 'refuse_extension',
    'tell_extension', 'reopen', 'review', 'links', 'remove_link', 'void', 'approve_void', 'refuse_void',
    'unmask', 'approve_unmask', 'refuse_unmask', 'read_unmasked', 'attachments'));

-- migrate:down

ALTER TABLE work DROP CONSTRAINT work_kind_check;
ALTER TABLE work ADD CONSTRAINT work_kind_check CHECK (kind IN ('notes', 'contacts', 'findings', 'plan',
    'notices', 'deliveries', 'pauses', 'end_pause', 'extensions', 'approve_extension', 'refuse_extension',
    'tell_extension', 'reopen', 'review', 'links', 'remove_link', 'void', 'approve_void', 'refuse_void',
    'unmask', 'approve_unmask', 'refuse_unmask', 'read_unmasked')) NOT VALID;
DROP TABLE attachment_chunk, attachment;
ALTER TABLE complaint DROP COLUMN attachments, DROP COLUMN attachment_bytes;

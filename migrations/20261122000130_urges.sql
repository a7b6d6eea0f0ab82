-- migrate:up

-- Orders of supervisors (督办) with the time by which they are to be answered.
ALTER TABLE complaint
    ADD COLUMN urges integer NOT NULL DEFAULT 0,
    ADD COLUMN urge_due_at timestamptz,
    ADD COLUMN urge_dues timestamptz[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN complaint.urges IS 'Orders given';
COMMENT ON COLUMN complaint.urge_due_at IS 'When the first of the orders that wait is to be answered; null when none waits';
COMMENT ON COLUMN complaint.urge_dues IS 'When each order of this round is to be answered, in the order of their numbers; null: it was';
CREATE INDEX complaint_urged ON complaint (urge_due_at) WHERE urge_due_at IS NOT NULL;
GRANT UPDATE (urges, urge_due_at, urge_dues) ON complaint TO complaintd_app;
GRANT SELECT (urges, urge_due_at, urge_dues) ON complaint TO complaintd_reader;

ALTER TABLE work DROP CONSTRAINT work_kind_check;
ALTER TABLE work ADD CONSTRAINT work_kind_check CHECK (kind IN ('notes', 'contacts', 'findings', 'plan',
    'notices', 'deliveries', 'pauses', 'end_pause', 'extensions', 'approve_extension', 'refuse_extension',
    'tell_extension', 'reopen', 'review', 'links', 'remove_link', 'void', 'approve_void', 'refuse_void',
    'unmask', 'approve_unmask', 'refuse_unmask', 'read_unmasked', 'attachments', 'urge', 'answer_urge'));

-- The time of an order stays, its text goes.
CREATE OR REPLACE FUNCTION work_skeleton(kind text, body text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(jsonb_object_agg(m.key, CASE
        WHEN jsonb_typeof(m.value) IN ('number', 'boolean') OR m.key IN ('method', 'direction', 'at', 'upheld', 'redress',
            'channel', 'from', 'told_at', 'kind', 'to', 'owner', 'received_at', 'applied_at', 'previous', 'fields', 'complaint', 'remedies',
            'type', 'sha256', 'due_at')
            OR (kind = 'pauses' AND m.key = 'reason') THEN m.value
        ELSE 'null' END), '{}')::text
    FROM jsonb_each(body::jsonb) AS m
$$;

-- migrate:down

CREATE OR REPLACE FUNCTION work_skeleton(kind text, body text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(jsonb_object_agg(m.key, CASE
        WHEN jsonb_typeof(m.value) IN ('number', 'boolean') OR m.key IN ('method', 'direction', 'at', 'upheld', 'redress',
            'channel', 'from', 'told_at', 'kind', 'to', 'owner', 'received_at', 'applied_at', 'previous', 'fields', 'complaint', 'remedies',
            'type', 'sha256')
            OR (kind = 'pauses' AND m.key = 'reason') THEN m.value
        ELSE 'null' END), '{}')::text
    FROM jsonb_each(body::jsonb) AS m
$$;
ALTER TABLE work DROP CONSTRAINT work_kind_check;
ALTER TABLE work ADD CONSTRAINT work_kind_check CHECK (kind IN ('notes', 'contacts', 'findings', 'plan',
    'notices', 'deliveries', 'pauses', 'end_pause', 'extensions', 'approve_extension', 'refuse_extension',
    'tell_extension', 'reopen', 'review', 'links', 'remove_link', 'void', 'approve_void', 'refuse_void',
    'unmask', 'approve_unmask', 'refuse_unmask', 'read_unmasked', 'attachments')) NOT VALID;
DROP INDEX complaint_urged;
ALTER TABLE complaint DROP COLUMN urges, DROP COLUMN urge_due_at, DROP COLUMN urge_dues;

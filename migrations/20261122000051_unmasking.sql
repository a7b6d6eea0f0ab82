-- migrate:up

-- Values as they were written, shown to those who may, for a purpose, and recorded.
ALTER TABLE complaint
    ADD COLUMN unmaskings integer NOT NULL DEFAULT 0,
    ADD COLUMN unmask_by uuid,
    ADD COLUMN unmask_at timestamptz,
    ADD COLUMN unmask_approved_at timestamptz,
    ADD COLUMN unmask_fields text[] NOT NULL DEFAULT '{}',
    ADD COLUMN unmask_number integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN complaint.unmaskings IS 'Requests for unmasking';
COMMENT ON COLUMN complaint.unmask_by IS 'Who asks for an unmasking that needs a second person, and may not decide it; null when nobody does';
COMMENT ON COLUMN complaint.unmask_at IS 'When they asked';
COMMENT ON COLUMN complaint.unmask_approved_at IS 'When it was approved; null while it waits';
COMMENT ON COLUMN complaint.unmask_fields IS 'What they ask for';
COMMENT ON COLUMN complaint.unmask_number IS 'The request''s number; 0 when there is none';
GRANT UPDATE (unmaskings, unmask_by, unmask_at, unmask_approved_at, unmask_fields, unmask_number) ON complaint TO complaintd_app;
GRANT SELECT (unmaskings, unmask_by, unmask_at, unmask_approved_at, unmask_fields, unmask_number) ON complaint TO complaintd_reader;

ALTER TABLE work DROP CONSTRAINT work_kind_check;
ALTER TABLE work ADD CONSTRAINT work_kind_check CHECK (kind IN ('notes', 'contacts', 'findings', 'plan',
    'notices', 'deliveries', 'pauses', 'end_pause', 'extensions', 'approve_extension', 'refuse_extension',
    'tell_extension', 'reopen', 'review', 'links', 'remove_link', 'void', 'approve_void', 'refuse_void',
    'unmask', 'approve_unmask', 'refuse_unmask', 'read_unmasked'));
CREATE INDEX work_unmasking ON work (at, complaint_id)
    WHERE kind IN ('unmask', 'approve_unmask', 'refuse_unmask', 'read_unmasked');

-- migrate:down

DROP INDEX work_unmasking;
ALTER TABLE work DROP CONSTRAINT work_kind_check;
ALTER TABLE work ADD CONSTRAINT work_kind_check CHECK (kind IN ('notes', 'contacts', 'findings', 'plan',
    'notices', 'deliveries', 'pauses', 'end_pause', 'extensions', 'approve_extension', 'refuse_extension',
    'tell_extension', 'reopen', 'review', 'links', 'remove_link', 'void', 'approve_void', 'refuse_void')) NOT VALID;
ALTER TABLE complaint
    DROP COLUMN unmaskings, DROP COLUMN unmask_by, DROP COLUMN unmask_at, DROP COLUMN unmask_approved_at,
    DROP COLUMN unmask_fields, DROP COLUMN unmask_number;

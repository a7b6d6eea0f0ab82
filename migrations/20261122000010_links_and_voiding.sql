-- migrate:up

-- Links between complaints, and voiding of what was recorded by mistake.

ALTER TABLE complaint
    ADD COLUMN links integer NOT NULL DEFAULT 0,
    ADD COLUMN merged_into_id uuid,
    ADD COLUMN merged_into text,
    ADD COLUMN voids integer NOT NULL DEFAULT 0,
    ADD COLUMN void_requested_by uuid,
    ADD COLUMN void_requested_at timestamptz;
COMMENT ON COLUMN complaint.links IS 'Links that it has made to others';
COMMENT ON COLUMN complaint.merged_into_id IS 'The complaint that goes on for it; null unless it ended by being merged';
COMMENT ON COLUMN complaint.merged_into IS 'The number of that complaint';
COMMENT ON COLUMN complaint.voids IS 'Requests for voiding';
COMMENT ON COLUMN complaint.void_requested_by IS 'Who asks for voiding and may not decide it; null when nobody does';
COMMENT ON COLUMN complaint.void_requested_at IS 'When they asked';
COMMENT ON COLUMN complaint.facts IS 'What holds in this round, as bits: 1 findings, 2 plan, 4 plan approved or within the limit, 8 decision delivered, 16 a pause is open, 32 an extension waits for approval, 64 one is approved and not yet told; 128 it has made a link, in any round';

ALTER TABLE work DROP CONSTRAINT work_kind_check;
ALTER TABLE work ADD CONSTRAINT work_kind_check CHECK (kind IN ('notes', 'contacts', 'findings', 'plan',
    'notices', 'deliveries', 'pauses', 'end_pause', 'extensions', 'approve_extension', 'refuse_extension',
    'tell_extension', 'reopen', 'review', 'links', 'remove_link', 'void', 'approve_void', 'refuse_void'));

-- What a link says, and its removal, are case work. No foreign keys: see stage.
CREATE TABLE link (
    complaint_id uuid NOT NULL,
    number integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('repeat', 'same_matter', 'merged_into')),
    other_id uuid NOT NULL CHECK (other_id <> complaint_id),
    position bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (complaint_id, number)
);
CREATE INDEX link_other ON link (other_id, position);
COMMENT ON TABLE link IS 'Links between complaints, to be found from both sides; only ever added to. One is over when case work of kind remove_link has its number, a merge when another round began';
COMMENT ON COLUMN link.complaint_id IS 'The complaint that made it';
COMMENT ON COLUMN link.number IS '1, 2, … within that complaint; its case work has kind links and this number';
COMMENT ON COLUMN link.kind IS 'How that complaint stands to the other';
COMMENT ON COLUMN link.other_id IS 'The complaint to which it leads';
COMMENT ON COLUMN link.position IS 'Order in which links were made';

GRANT UPDATE (links, merged_into_id, merged_into, voids, void_requested_by, void_requested_at) ON complaint TO complaintd_app;
GRANT SELECT (links, merged_into_id, merged_into, voids, void_requested_by, void_requested_at) ON complaint TO complaintd_reader;
GRANT SELECT, INSERT ON link TO complaintd_app;
GRANT SELECT ON link TO complaintd_reader;

-- migrate:down

DROP TABLE link;
ALTER TABLE work DROP CONSTRAINT work_kind_check;
ALTER TABLE work ADD CONSTRAINT work_kind_check CHECK (kind IN ('notes', 'contacts', 'findings', 'plan',
    'notices', 'deliveries', 'pauses', 'end_pause', 'extensions', 'approve_extension', 'refuse_extension',
    'tell_extension', 'reopen', 'review')) NOT VALID;
UPDATE complaint SET facts = facts & 127 WHERE facts > 127;
ALTER TABLE complaint
    DROP COLUMN links, DROP COLUMN merged_into_id, DROP COLUMN merged_into,
    DROP COLUMN voids, DROP COLUMN void_requested_by, DROP COLUMN void_requested_at;

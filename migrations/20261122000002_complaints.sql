-- migrate:up

-- Long texts are compressed by lz4, which takes a third of the default's time.

-- Complaints. Personal values and free texts stand here in masked form only, so that ordinary reads
-- cannot leak them; what was written lies in journal_private. References to units and staff carry no
-- foreign key: those rows are never deleted, and the key would lock the hot parent row in every write.
CREATE TABLE complaint (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    tracking_code text NOT NULL UNIQUE,
    version bigint NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'closed', 'withdrawn', 'declined')),
    stage text NOT NULL CHECK (stage IN ('intake', 'investigation', 'resolution', 'feedback')),
    round integer NOT NULL,
    level text NOT NULL CHECK (level IN ('ordinary', 'complex', 'major')),
    urgency integer NOT NULL CHECK (urgency BETWEEN 1 AND 3),
    source text NOT NULL,
    tags text[] NOT NULL,
    unit_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    pending_owner_id uuid,
    owner_unit_id uuid NOT NULL,
    entered_by uuid NOT NULL,
    handlers uuid[] NOT NULL,
    received_at timestamptz NOT NULL,
    entered_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by uuid NOT NULL,
    occurred_at timestamptz,
    closed_at timestamptz,
    stage_due_at timestamptz,
    statutory_due_at timestamptz,
    due_at timestamptz,
    policy_version integer NOT NULL,
    subject text NOT NULL,
    narrative text COMPRESSION lz4 NOT NULL,
    demand text,
    channel_class text,
    business_class text,
    cause_class text,
    product text,
    amount_in_dispute bigint,
    external_case_number text,
    staff_complained_of text,
    complainant_name text,
    complainant_phone text,
    complainant_email text,
    complainant_address text,
    complainant_identity_number text,
    complainant_account_number text,
    complainant_customer_number text,
    complainant_capacity text NOT NULL,
    complainant_people integer NOT NULL,
    outcome text,
    decline_reason text,
    notes integer NOT NULL,
    contacts integer NOT NULL,
    findings integer NOT NULL,
    plans integer NOT NULL,
    notices integer NOT NULL,
    deliveries integer NOT NULL,
    has_findings boolean NOT NULL,
    has_plan boolean NOT NULL,
    plan_approved boolean NOT NULL,
    delivered boolean NOT NULL,
    failed_attempts integer NOT NULL,
    planned_by uuid,
    first_notice integer NOT NULL,
    journal_length integer NOT NULL,
    journal_head bytea NOT NULL CHECK (octet_length(journal_head) = 32),
    CHECK ((status = 'open') = (closed_at IS NULL))
) WITH (fillfactor = 85);
COMMENT ON TABLE complaint IS 'One row a complaint; never deleted before its retention ends';
COMMENT ON COLUMN complaint.id IS 'UUIDv7, made by the server';
COMMENT ON COLUMN complaint.number IS 'What people quote: TS, day of entry, at least six digits; gaps are allowed';
COMMENT ON COLUMN complaint.tracking_code IS 'Secret by which the customer follows the progress';
COMMENT ON COLUMN complaint.version IS '1 when received, one more with every change; the ETag';
COMMENT ON COLUMN complaint.status IS 'Whether and how it ended';
COMMENT ON COLUMN complaint.stage IS 'Present stage, or the one in which it ended';
COMMENT ON COLUMN complaint.round IS '1, and one more for every review or reopening';
COMMENT ON COLUMN complaint.level IS 'Decides the limits';
COMMENT ON COLUMN complaint.urgency IS '1 most urgent to 3';
COMMENT ON COLUMN complaint.source IS 'Where the complaint came from';
COMMENT ON COLUMN complaint.tags IS 'Sensitive circumstances';
COMMENT ON COLUMN complaint.unit_id IS 'Unit under which it was received';
COMMENT ON COLUMN complaint.owner_id IS 'Owner of the current stage, or of the last one';
COMMENT ON COLUMN complaint.pending_owner_id IS 'To whom a hand-over is offered; null when none is';
COMMENT ON COLUMN complaint.owner_unit_id IS 'The owner''s unit';
COMMENT ON COLUMN complaint.entered_by IS 'Who recorded it';
COMMENT ON COLUMN complaint.handlers IS 'Everybody who owns or owned it: they see it whatever their unit';
COMMENT ON COLUMN complaint.received_at IS 'Receipt, from which the clocks run';
COMMENT ON COLUMN complaint.entered_at IS 'When it was recorded';
COMMENT ON COLUMN complaint.updated_at IS 'Last change';
COMMENT ON COLUMN complaint.updated_by IS 'Who made the last change';
COMMENT ON COLUMN complaint.occurred_at IS 'When the matter happened';
COMMENT ON COLUMN complaint.closed_at IS 'When it ended; null while open';
COMMENT ON COLUMN complaint.stage_due_at IS 'Stage clock; null while it stands still';
COMMENT ON COLUMN complaint.statutory_due_at IS 'Statutory clock; null while it stands still';
COMMENT ON COLUMN complaint.due_at IS 'The earlier of the two, which decides overdue';
COMMENT ON COLUMN complaint.policy_version IS 'Policy in force on the day of receipt';
COMMENT ON COLUMN complaint.subject IS 'Masked';
COMMENT ON COLUMN complaint.narrative IS 'Masked';
COMMENT ON COLUMN complaint.demand IS 'Masked';
COMMENT ON COLUMN complaint.channel_class IS 'Class of dimension A';
COMMENT ON COLUMN complaint.business_class IS 'Class of dimension B';
COMMENT ON COLUMN complaint.cause_class IS 'Class of dimension C';
COMMENT ON COLUMN complaint.product IS 'Product or service';
COMMENT ON COLUMN complaint.amount_in_dispute IS 'Fen';
COMMENT ON COLUMN complaint.external_case_number IS 'Number at a regulator or elsewhere';
COMMENT ON COLUMN complaint.staff_complained_of IS 'Login of the person the complaint is about, who is barred from it';
COMMENT ON COLUMN complaint.complainant_name IS 'Masked; null when anonymous';
COMMENT ON COLUMN complaint.complainant_phone IS 'Masked';
COMMENT ON COLUMN complaint.complainant_email IS 'Masked';
COMMENT ON COLUMN complaint.complainant_address IS 'Masked';
COMMENT ON COLUMN complaint.complainant_identity_number IS 'Masked';
COMMENT ON COLUMN complaint.complainant_account_number IS 'Masked';
COMMENT ON COLUMN complaint.complainant_customer_number IS 'The bank''s number for the customer';
COMMENT ON COLUMN complaint.complainant_capacity IS 'In what capacity the complainant acts';
COMMENT ON COLUMN complaint.complainant_people IS 'Number of joint complainants';
COMMENT ON COLUMN complaint.outcome IS 'How it ended in the matter; null while open';
COMMENT ON COLUMN complaint.decline_reason IS 'Why it was not accepted';
COMMENT ON COLUMN complaint.notes IS 'Notes recorded';
COMMENT ON COLUMN complaint.contacts IS 'Contacts recorded';
COMMENT ON COLUMN complaint.findings IS 'Findings recorded';
COMMENT ON COLUMN complaint.plans IS 'Plans recorded';
COMMENT ON COLUMN complaint.notices IS 'Decision notices recorded';
COMMENT ON COLUMN complaint.deliveries IS 'Deliveries recorded';
COMMENT ON COLUMN complaint.has_findings IS 'Findings are on record in this round';
COMMENT ON COLUMN complaint.has_plan IS 'A plan is on record in this round';
COMMENT ON COLUMN complaint.plan_approved IS 'The plan is within the limit or approved by a second person';
COMMENT ON COLUMN complaint.delivered IS 'A decision notice was delivered in this round';
COMMENT ON COLUMN complaint.failed_attempts IS 'Recorded failed contacts in this round';
COMMENT ON COLUMN complaint.planned_by IS 'Who recorded the plan; may not approve it';
COMMENT ON COLUMN complaint.first_notice IS 'Number of this round''s first notice; 0 when none';
COMMENT ON COLUMN complaint.journal_length IS 'Entries in the journal';
COMMENT ON COLUMN complaint.journal_head IS 'Hash of the last entry';

CREATE INDEX complaint_received ON complaint (received_at, id);
CREATE INDEX complaint_due ON complaint (due_at, id) WHERE status = 'open' AND due_at IS NOT NULL;
CREATE INDEX complaint_owner ON complaint (owner_id, due_at, id) WHERE status = 'open';
CREATE INDEX complaint_pending ON complaint (pending_owner_id) WHERE pending_owner_id IS NOT NULL;
CREATE INDEX complaint_owner_unit ON complaint (owner_unit_id, due_at, id) INCLUDE (stage, owner_id, level) WHERE status = 'open';
CREATE INDEX complaint_unit ON complaint (unit_id, received_at, id);
CREATE INDEX complaint_external ON complaint (external_case_number) WHERE external_case_number IS NOT NULL;
CREATE INDEX complaint_closed ON complaint (closed_at, id) WHERE closed_at IS NOT NULL;

-- No foreign key to complaint: rows of both are written by the same transaction and never deleted,
-- and the check would cost every create.
CREATE TABLE stage (
    complaint_id uuid NOT NULL,
    sequence integer NOT NULL,
    stage text NOT NULL CHECK (stage IN ('intake', 'investigation', 'resolution', 'feedback')),
    round integer NOT NULL,
    owner_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    entered_at timestamptz NOT NULL,
    accepted_at timestamptz NOT NULL,
    due_at timestamptz,
    completed_at timestamptz,
    handovers integer NOT NULL,
    refusals integer NOT NULL,
    PRIMARY KEY (complaint_id, sequence)
) WITH (fillfactor = 90);
CREATE UNIQUE INDEX stage_open ON stage (complaint_id) WHERE completed_at IS NULL;
COMMENT ON TABLE stage IS 'Runs through the stages; sending back adds a row. One open row an open complaint, never without an owner';
COMMENT ON COLUMN stage.complaint_id IS 'Complaint';
COMMENT ON COLUMN stage.sequence IS '1, 2, … within the complaint';
COMMENT ON COLUMN stage.stage IS 'Which of the four';
COMMENT ON COLUMN stage.round IS 'Round of handling';
COMMENT ON COLUMN stage.owner_id IS 'Responsible person';
COMMENT ON COLUMN stage.unit_id IS 'The owner''s unit when they became responsible';
COMMENT ON COLUMN stage.entered_at IS 'Start of its clock';
COMMENT ON COLUMN stage.accepted_at IS 'When the present owner became responsible';
COMMENT ON COLUMN stage.due_at IS 'Stage clock; null while it stands still';
COMMENT ON COLUMN stage.completed_at IS 'Null while open';
COMMENT ON COLUMN stage.handovers IS 'Accepted hand-overs and assignments';
COMMENT ON COLUMN stage.refusals IS 'Refused hand-overs';

CREATE TABLE work (
    complaint_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('notes', 'contacts', 'findings', 'plan', 'notices', 'deliveries')),
    number integer NOT NULL,
    journal_index integer NOT NULL,
    stage text NOT NULL,
    round integer NOT NULL,
    staff_id uuid NOT NULL,
    at timestamptz NOT NULL,
    body text COMPRESSION lz4 NOT NULL,
    PRIMARY KEY (complaint_id, kind, number)
);
COMMENT ON TABLE work IS 'Case work: what is recorded beside a complaint; only ever added to';
COMMENT ON COLUMN work.complaint_id IS 'Complaint';
COMMENT ON COLUMN work.kind IS 'Which kind; the last part of the operation''s path';
COMMENT ON COLUMN work.number IS '1, 2, … within the kind';
COMMENT ON COLUMN work.journal_index IS 'The journal entry that records it';
COMMENT ON COLUMN work.stage IS 'Stage in which it was recorded';
COMMENT ON COLUMN work.round IS 'Round in which it was recorded';
COMMENT ON COLUMN work.staff_id IS 'Who recorded it';
COMMENT ON COLUMN work.at IS 'When it was recorded';
COMMENT ON COLUMN work.body IS 'Its members as JSON, masked';

-- The audit trail. Partitioned by complaint id, which follows time (UUIDv7), so that old years can
-- be moved as a whole while (complaint, index) stays unique.
CREATE TABLE journal (
    complaint_id uuid NOT NULL,
    index integer NOT NULL,
    at timestamptz NOT NULL,
    bytes text COMPRESSION lz4 NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (complaint_id, index)
) PARTITION BY RANGE (complaint_id);
DO $$
DECLARE
    year integer;
    bound text := 'MINVALUE';
    next text;
BEGIN
    FOR year IN 2026..2045 LOOP
        next := CASE WHEN year = 2045 THEN 'MAXVALUE' ELSE quote_literal(
            rpad(lpad(to_hex((extract(epoch FROM make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC')) * 1000)::bigint), 12, '0'), 32, '0')::uuid) END;
        EXECUTE format('CREATE TABLE journal_%s PARTITION OF journal FOR VALUES FROM (%s) TO (%s)', year, bound, next);
        EXECUTE format('COMMENT ON TABLE journal_%s IS %L', year, 'Journal of complaints recorded in ' || year);
        bound := next;
    END LOOP;
END
$$;
COMMENT ON TABLE journal IS 'Audit trail: per complaint a chain of hashed entries; the application can neither change nor remove one';
COMMENT ON COLUMN journal.complaint_id IS 'Complaint';
COMMENT ON COLUMN journal.index IS '1, 2, … without a gap';
COMMENT ON COLUMN journal.at IS 'Moment of the change';
COMMENT ON COLUMN journal.bytes IS 'Canonical JSON, exactly as hashed';
COMMENT ON COLUMN journal.hash IS 'SHA-256 of the previous entry''s hash and the bytes';

CREATE TABLE journal_private (
    complaint_id uuid NOT NULL,
    index integer NOT NULL,
    salt bytea NOT NULL CHECK (octet_length(salt) = 16),
    private text COMPRESSION lz4 NOT NULL,
    PRIMARY KEY (complaint_id, index)
);
COMMENT ON TABLE journal_private IS 'Personal values and free texts as they were written, beside the journal entry that holds their salted hashes; erasing a row leaves the journal valid';
COMMENT ON COLUMN journal_private.complaint_id IS 'Complaint';
COMMENT ON COLUMN journal_private.index IS 'Journal entry';
COMMENT ON COLUMN journal_private.salt IS 'Salt of the hashes';
COMMENT ON COLUMN journal_private.private IS 'JSON object: member, value';

CREATE TABLE idempotency (
    caller_id uuid NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL CHECK (octet_length(request_hash) = 32),
    created_at timestamptz NOT NULL,
    status integer NOT NULL,
    version bigint NOT NULL,
    location text,
    body text COMPRESSION lz4 NOT NULL,
    PRIMARY KEY (caller_id, key)
) WITH (toast_tuple_target = 8160); -- answers live for a week: not worth compressing
CREATE INDEX idempotency_age ON idempotency (created_at);
COMMENT ON TABLE idempotency IS 'Answers of successful commands, replayed for seven days to whoever repeats the request';
COMMENT ON COLUMN idempotency.caller_id IS 'Staff member who called';
COMMENT ON COLUMN idempotency.key IS 'Idempotency-Key of the request';
COMMENT ON COLUMN idempotency.request_hash IS 'SHA-256 of method, path and body';
COMMENT ON COLUMN idempotency.created_at IS 'When it was stored';
COMMENT ON COLUMN idempotency.status IS 'HTTP status of the answer';
COMMENT ON COLUMN idempotency.version IS 'ETag of the answer';
COMMENT ON COLUMN idempotency.location IS 'Location of the answer, if it had one';
COMMENT ON COLUMN idempotency.body IS 'Body of the answer, masked like every answer';

CREATE TABLE number_block (
    day date PRIMARY KEY,
    next bigint NOT NULL
);
COMMENT ON TABLE number_block IS 'Complaint numbers of a day; servers take them in blocks, so gaps are normal';
COMMENT ON COLUMN number_block.day IS 'Day of entry in the institution''s zone';
COMMENT ON COLUMN number_block.next IS 'First number not yet taken';

-- What was recorded at receipt is not the application's to change.
GRANT SELECT, INSERT ON complaint, stage TO complaintd_app;
GRANT UPDATE (
    version, status, stage, round, level, urgency, tags, owner_id, pending_owner_id,
    owner_unit_id, handlers, updated_at, updated_by, closed_at, stage_due_at, statutory_due_at,
    due_at, channel_class, business_class, cause_class, outcome, decline_reason, notes,
    contacts, findings, plans, notices, deliveries, has_findings, has_plan, plan_approved,
    delivered, failed_attempts, planned_by, first_notice, journal_length, journal_head
) ON complaint TO complaintd_app;
GRANT UPDATE (owner_id, unit_id, accepted_at, due_at, completed_at, handovers, refusals) ON stage TO complaintd_app;
GRANT SELECT, INSERT, UPDATE ON number_block TO complaintd_app;
DO $$
BEGIN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END
$$;
GRANT SELECT, INSERT ON work, journal, journal_private TO complaintd_app;
GRANT SELECT, INSERT, DELETE ON idempotency TO complaintd_app;
GRANT SELECT ON complaint, stage, work, journal TO complaintd_reader;

-- migrate:down

DROP TABLE number_block, idempotency, journal_private, journal, work, stage, complaint;

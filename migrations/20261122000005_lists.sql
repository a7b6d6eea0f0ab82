-- migrate:up

-- Lists are read in short walks, each over an index that begins with what is asked for and goes on
-- in the list's order. These serve what the first indexes do not; none of them is written when a
-- complaint is received, or advanced within the unit that received it.

-- Owned by a unit that did not receive it: the usual case stands in complaint_unit already.
CREATE INDEX complaint_owner_unit_received ON complaint (owner_unit_id, received_at, id)
    WHERE owner_unit_id <> unit_id;
-- Received by a unit that does not own it: the usual case stands in complaint_owner_unit already.
CREATE INDEX complaint_unit_due ON complaint (unit_id, due_at, id)
    WHERE status = 'open' AND owner_unit_id <> unit_id;
-- Somebody's past complaints; the open ones are found by handler.
CREATE INDEX complaint_owner_received ON complaint (owner_id, received_at, id) WHERE status <> 'open';
DROP INDEX complaint_pending;
CREATE INDEX complaint_pending ON complaint (pending_owner_id, received_at, id)
    WHERE pending_owner_id IS NOT NULL;
CREATE INDEX complaint_pending_due ON complaint (pending_owner_id, due_at, id)
    WHERE pending_owner_id IS NOT NULL;

-- complaint.handlers the other way round. A row is written when somebody owns a complaint for the
-- first time, and again when the complaint ends or is reopened.
CREATE TABLE handler (
    staff_id uuid NOT NULL,
    open boolean NOT NULL,
    received_at timestamptz NOT NULL,
    complaint_id uuid NOT NULL,
    PRIMARY KEY (staff_id, open, received_at, complaint_id)
);
COMMENT ON TABLE handler IS 'Which complaints somebody owns or owned: complaint.handlers, found by person and in the order of lists';
COMMENT ON COLUMN handler.staff_id IS 'Who owns or owned it';
COMMENT ON COLUMN handler.open IS 'Whether the complaint is open: its status';
COMMENT ON COLUMN handler.received_at IS 'The complaint''s';
COMMENT ON COLUMN handler.complaint_id IS 'Complaint';
INSERT INTO handler (staff_id, open, received_at, complaint_id)
    SELECT DISTINCT h.staff_id, c.status = 'open', c.received_at, c.id
    FROM complaint c CROSS JOIN LATERAL unnest(c.handlers) AS h(staff_id);

GRANT SELECT, INSERT ON handler TO complaintd_app;
GRANT UPDATE (open, received_at) ON handler TO complaintd_app;
GRANT SELECT ON handler TO complaintd_reader;

-- migrate:down

DROP TABLE handler;
DROP INDEX complaint_owner_unit_received, complaint_unit_due, complaint_owner_received, complaint_pending,
    complaint_pending_due;
CREATE INDEX complaint_pending ON complaint (pending_owner_id) WHERE pending_owner_id IS NOT NULL;

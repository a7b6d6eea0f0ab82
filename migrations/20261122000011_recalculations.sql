-- migrate:up

-- A new calendar or policy is put in force by the application too, and moves due times of open
-- complaints: as one operation, that servers carry out in portions.

CREATE TABLE recalculation (
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rules text NOT NULL CHECK (rules IN ('calendar', 'policy')),
    version integer NOT NULL,
    staff_id uuid,
    client text,
    request_id text,
    address text,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    after uuid,
    considered bigint NOT NULL DEFAULT 0,
    changed bigint NOT NULL DEFAULT 0,
    policy_changed bigint NOT NULL DEFAULT 0,
    stage_moved bigint NOT NULL DEFAULT 0,
    statutory_moved bigint NOT NULL DEFAULT 0,
    moved bigint NOT NULL DEFAULT 0,
    earlier bigint NOT NULL DEFAULT 0,
    later bigint NOT NULL DEFAULT 0,
    become_overdue bigint NOT NULL DEFAULT 0,
    no_longer_overdue bigint NOT NULL DEFAULT 0,
    first_due_at timestamptz,
    last_due_at timestamptz,
    failed bigint NOT NULL DEFAULT 0,
    UNIQUE (rules, version),
    CHECK (finished_at IS NOT NULL OR staff_id IS NOT NULL)
);
CREATE UNIQUE INDEX recalculation_unfinished ON recalculation ((true)) WHERE finished_at IS NULL;
COMMENT ON TABLE recalculation IS 'New calendars and policies as operations on all open complaints; at most one is unfinished';
COMMENT ON COLUMN recalculation.number IS 'Ascending; the journal entries of the complaints that it changed name it';
COMMENT ON COLUMN recalculation.rules IS 'What was put in force';
COMMENT ON COLUMN recalculation.version IS 'Of the calendar or policy';
COMMENT ON COLUMN recalculation.staff_id IS 'Who put it in force and stands in the journals; null only where no complaint was open';
COMMENT ON COLUMN recalculation.client IS 'The program that was used; null: unnamed';
COMMENT ON COLUMN recalculation.request_id IS 'Of the request that put it in force';
COMMENT ON COLUMN recalculation.address IS 'Of the peer';
COMMENT ON COLUMN recalculation.started_at IS 'When it was put in force';
COMMENT ON COLUMN recalculation.finished_at IS 'When the last open complaint was computed anew; null before';
COMMENT ON COLUMN recalculation.after IS 'The complaint up to which, in order of id, all are done';
COMMENT ON COLUMN recalculation.considered IS 'Open complaints computed anew';
COMMENT ON COLUMN recalculation.changed IS 'Of these, those with an entry in their journal';
COMMENT ON COLUMN recalculation.policy_changed IS 'Took over the new policy';
COMMENT ON COLUMN recalculation.stage_moved IS 'Whose stage clock has another due time';
COMMENT ON COLUMN recalculation.statutory_moved IS 'Whose statutory clock has another due time';
COMMENT ON COLUMN recalculation.moved IS 'Whose governing due time, the earlier of the two, differs';
COMMENT ON COLUMN recalculation.earlier IS 'Of these, to an earlier moment';
COMMENT ON COLUMN recalculation.later IS 'Of these, to a later moment';
COMMENT ON COLUMN recalculation.become_overdue IS 'Overdue by it';
COMMENT ON COLUMN recalculation.no_longer_overdue IS 'No longer overdue by it';
COMMENT ON COLUMN recalculation.first_due_at IS 'First of the governing due times that are new';
COMMENT ON COLUMN recalculation.last_due_at IS 'Last of them';
COMMENT ON COLUMN recalculation.failed IS 'Complaints that could not be saved and keep their due times; logged';

GRANT SELECT, INSERT ON recalculation TO complaintd_app;
GRANT UPDATE (finished_at, after, considered, changed, policy_changed, stage_moved, statutory_moved, moved, earlier,
    later, become_overdue, no_longer_overdue, first_due_at, last_due_at, failed) ON recalculation TO complaintd_app;
GRANT INSERT ON calendar, calendar_day, policy, policy_level TO complaintd_app;
GRANT SELECT ON recalculation TO complaintd_reader;

-- migrate:down

REVOKE INSERT ON calendar, calendar_day, policy, policy_level FROM complaintd_app;
DROP TABLE recalculation;

-- migrate:up

-- What waits for a second person, to be found by those who decide: the times at which it was asked for.
-- Columns of their own, so that the index is touched by nothing else.
ALTER TABLE complaint
    ADD COLUMN plan_waits_since timestamptz,
    ADD COLUMN extension_waits_since timestamptz;
COMMENT ON COLUMN complaint.plan_waits_since IS 'When the plan was recorded that waits for approval; null unless one does';
COMMENT ON COLUMN complaint.extension_waits_since IS 'When the extension was asked for that waits for approval; null unless one does';
GRANT UPDATE (plan_waits_since, extension_waits_since) ON complaint TO complaintd_app;
GRANT SELECT (plan_waits_since, extension_waits_since) ON complaint TO complaintd_reader;

UPDATE complaint c SET plan_waits_since = w.at FROM work w
WHERE c.status = 'open' AND c.facts & 6 = 2 AND w.complaint_id = c.id AND w.kind = 'plan' AND w.number = c.plans;
UPDATE complaint c SET extension_waits_since = w.at FROM work w
WHERE c.status = 'open' AND c.facts & 32 = 32 AND w.complaint_id = c.id AND w.kind = 'extensions'
    AND w.number = c.extensions;

-- In the order of lists. An unmasking lapses by itself, so it is found by its time.
CREATE INDEX complaint_awaiting ON complaint (received_at, id)
    WHERE plan_waits_since IS NOT NULL OR extension_waits_since IS NOT NULL OR void_requested_at IS NOT NULL;
CREATE INDEX complaint_awaiting_unmask ON complaint (unmask_at) WHERE unmask_approved_at IS NULL AND unmask_at IS NOT NULL;

-- migrate:down

DROP INDEX complaint_awaiting, complaint_awaiting_unmask;
ALTER TABLE complaint DROP COLUMN plan_waits_since, DROP COLUMN extension_waits_since;

-- migrate:up

-- What the natural days of a round follow from, instead of a number counted up and down.

ALTER TABLE complaint
    ADD COLUMN limit_level text CHECK (limit_level IN ('ordinary', 'complex', 'major')),
    ADD COLUMN extended_days integer NOT NULL DEFAULT 0;
UPDATE complaint c SET
    limit_level = CASE WHEN c.round_kind = 'first' AND c.statutory_days < d.days THEN 'ordinary' ELSE c.level END,
    extended_days = greatest(0, c.statutory_days - d.days)
FROM (SELECT o.id, CASE o.round_kind WHEN 'first' THEN l.statutory_days WHEN 'review' THEN p.review_days ELSE p.reopen_days END AS days
    FROM complaint o JOIN policy p ON p.version = o.policy_version
        JOIN policy_level l ON l.version = p.version AND l.level = o.level) d
WHERE d.id = c.id;
ALTER TABLE complaint ALTER COLUMN limit_level SET NOT NULL;
COMMENT ON COLUMN complaint.limit_level IS 'The level whose statutory limit the first round has: the last one given before the limit ran out';
COMMENT ON COLUMN complaint.extended_days IS 'Natural days of the round''s effective extensions; they count up to the policy''s ceiling';
GRANT UPDATE (limit_level, extended_days) ON complaint TO complaintd_app;

-- migrate:down

ALTER TABLE complaint DROP COLUMN limit_level, DROP COLUMN extended_days;
